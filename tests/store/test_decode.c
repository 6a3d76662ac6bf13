/* SPDX-License-Identifier: Apache-2.0 */
/* Values as they may come from a file: cut at every byte, every bit turned. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/catalog_internal.h"
#include "store/store_internal.h"

#include "base/poison.h"

/* Exactly n bytes on the heap: a sanitizer sees one read too many. */
static uint8_t *
exactly(const void *p, size_t n)
{
	uint8_t *c = malloc(n == 0 ? 1 : n);

	assert_non_null(c);
	memcpy(c, p, n);
	return c;
}

/* --- the store's values --- */

static struct store_memory memory;
static struct totals totals;
static const struct doc_value doc = {42, 3};
static const struct store_parked parked = {
	7, 1234, {1795271527000000}, 999, 3, "12"};

static void
text(char *out, size_t cap, size_t n)
{
	assert_true(n < cap);
	memset(out, 'x', n);
	out[n] = '\0';
}

static void
fill(void)
{
	struct store_state *s = &memory.state;

	memset(&memory, 0, sizeof(memory));
	memory.head.applied = 99;
	memory.head.epoch = 2;
	memset(memory.head.hash, 0xab, sizeof(memory.head.hash));
	s->next_sale = 17;
	s->next_parked = 5;
	s->last_sale_seq = 98;
	memset(s->last_sale, 0xcd, sizeof(s->last_sale));
	s->last_time.us = 1795271527000000;
	text(s->config, sizeof(s->config), 64);
	s->config_seq = 2;
	s->catalog = 3;
	memset(s->tenant, 1, sizeof(s->tenant));
	memset(s->store, 2, sizeof(s->store));
	memset(s->reg, 3, sizeof(s->reg));
	text(s->shop, sizeof(s->shop), 127);
	text(s->register_no, sizeof(s->register_no), 15);
	text(s->number_prefix, sizeof(s->number_prefix), 23);
	s->initialized = true;

	memset(&totals, 0, sizeof(totals));
	totals.sales = 5;
	totals.gross = -12345;
	totals.items = INT64_MAX;
	totals.first = 3;
	totals.last = 99;
	totals.n_tax = TOTALS_TAXES;
	for (size_t i = 0; i < TOTALS_TAXES; i++) {
		text(totals.tax[i].code, sizeof(totals.tax[i].code), 1 + i % 3);
		totals.tax[i].rate = (int64_t)i;
		totals.tax[i].why = (enum tax_why)(i % 3);
		totals.tax[i].n_part = i % (TAX_PARTS + 1);
		for (size_t k = 0; k < totals.tax[i].n_part; k++) {
			struct totals_part *part = &totals.tax[i].part[k];

			text(part->name, sizeof(part->name), 1 + i % 11);
			part->rate = (int64_t)(i * k);
			part->on_tax = k % 2 != 0;
			part->tax = -(int64_t)i;
		}
	}
	totals.n_tender = TOTALS_TENDERS;
	for (size_t i = 0; i < TOTALS_TENDERS; i++) {
		text(totals.tender[i].name, TENDER_NAME_BYTES, i);
	}
	totals.unsettled = 3;
	totals.n_card = TOTALS_CARDS;
	for (size_t i = 0; i < TOTALS_CARDS; i++) {
		struct totals_card *x = &totals.card[i];

		text(x->tender, sizeof(x->tender), 1 + i % 15);
		text(x->card, sizeof(x->card), i % TOTALS_CARD_BYTES);
		x->amount = -(int64_t)i;
		x->count = (int64_t)i;
		x->offline = 1;
		x->reversed_amount = INT64_MAX;
	}
	totals.n_terminal = TOTALS_TERMINALS;
	for (size_t i = 0; i < TOTALS_TERMINALS; i++) {
		text(totals.terminal[i].name, TENDER_NAME_BYTES, i);
		totals.terminal[i].begun = (int64_t)i;
		totals.terminal[i].difference = -1;
	}
}

/* One kind of value: encode what stands above; decode and encode again. */
static size_t
encode_state(uint8_t *out, size_t cap)
{
	return state_encode(&memory, out, cap);
}

static enum rc
again_state(const uint8_t *p, size_t n, uint8_t *out, size_t cap, size_t *ret)
{
	struct store_memory m;
	enum rc rc;

	state_empty(&m);
	rc = state_decode(p, n, &m);
	*ret = rc == RC_OK ? state_encode(&m, out, cap) : 0;
	return rc;
}

static size_t
encode_totals(uint8_t *out, size_t cap)
{
	return totals_encode(&totals, out, cap);
}

static enum rc
again_totals(const uint8_t *p, size_t n, uint8_t *out, size_t cap, size_t *ret)
{
	struct totals t;
	enum rc rc = totals_decode(p, n, &t);

	*ret = rc == RC_OK ? totals_encode(&t, out, cap) : 0;
	return rc;
}

static size_t
encode_doc(uint8_t *out, size_t cap)
{
	return doc_encode(&doc, out, cap);
}

static enum rc
again_doc(const uint8_t *p, size_t n, uint8_t *out, size_t cap, size_t *ret)
{
	struct doc_value d = {0};
	enum rc rc = doc_decode(p, n, &d);

	*ret = rc == RC_OK ? doc_encode(&d, out, cap) : 0;
	return rc;
}

static size_t
encode_parked(uint8_t *out, size_t cap)
{
	return parked_encode(&parked, out, cap);
}

static enum rc
again_parked(const uint8_t *p, size_t n, uint8_t *out, size_t cap, size_t *ret)
{
	struct store_parked x = {0};
	enum rc rc = parked_decode(p, n, &x);

	*ret = rc == RC_OK ? parked_encode(&x, out, cap) : 0;
	return rc;
}

static size_t
encode_number(uint8_t *out, size_t cap)
{
	return number_encode(-77, out, cap);
}

static enum rc
again_number(const uint8_t *p, size_t n, uint8_t *out, size_t cap, size_t *ret)
{
	int64_t v = 0;
	enum rc rc = number_decode(p, n, &v);

	*ret = rc == RC_OK ? number_encode(v, out, cap) : 0;
	return rc;
}

static const struct kind {
	const char *name;
	size_t (*encode)(uint8_t *out, size_t cap);
	enum rc (*again)(const uint8_t *p, size_t n, uint8_t *out, size_t cap,
		size_t *ret);
} kind[] = {
	{"state", encode_state, again_state},
	{"totals", encode_totals, again_totals},
	{"doc", encode_doc, again_doc},
	{"parked", encode_parked, again_parked},
	{"number", encode_number, again_number},
};

#define VALUE_BYTES TOTALS_VALUE_BYTES

static void
test_value_back_and_forth(void **state)
{
	uint8_t one[VALUE_BYTES];
	uint8_t two[VALUE_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kind); i++) {
		size_t n = kind[i].encode(one, sizeof(one));
		size_t back = 0;

		assert_int_not_equal(n, 0);
		assert_int_equal(
			kind[i].again(one, n, two, sizeof(two), &back), RC_OK);
		assert_int_equal(back, n);
		assert_memory_equal(one, two, n);
		for (size_t cap = 0; cap < n; cap++) {
			assert_int_equal(kind[i].encode(two, cap), 0);
		}
		/* what a newer program added behind is not for us */
		one[n] = 0x5a;
		assert_int_equal(
			kind[i].again(one, n + 1, two, sizeof(two), &back),
			RC_OK);
		assert_int_equal(back, n);
	}
}

/* A value that ends early is an older one: zeros there, and never a byte
 * behind it. */
static void
test_value_cut(void **state)
{
	uint8_t one[VALUE_BYTES];
	uint8_t two[VALUE_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kind); i++) {
		size_t n = kind[i].encode(one, sizeof(one));

		for (size_t cut = 0; cut < n; cut++) {
			uint8_t *p = exactly(one, cut);
			size_t back = 0;
			enum rc rc =
				kind[i].again(p, cut, two, sizeof(two), &back);

			assert_int_equal(rc, cut == 0 ? RC_CORRUPT : RC_OK);
			assert_true(cut == 0 || back != 0);
			free(p);
		}
	}
}

static void
test_value_bits(void **state)
{
	uint8_t one[VALUE_BYTES];
	uint8_t two[VALUE_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kind); i++) {
		size_t n = kind[i].encode(one, sizeof(one));

		for (size_t bit = 0; bit < n * 8; bit++) {
			uint8_t *p = exactly(one, n);
			size_t back = 0;
			enum rc rc;

			p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			rc = kind[i].again(p, n, two, sizeof(two), &back);
			assert_true(bit >= 8 || rc == RC_CORRUPT);
			assert_true(
				rc == RC_CORRUPT || (rc == RC_OK && back != 0));
			free(p);
		}
	}
}

static void
test_text_too_long(void **state)
{
	char long_text[300];
	uint8_t out[512];

	(void)state;
	text(long_text, sizeof(long_text), 255);
	assert_int_not_equal(text_encode_value(long_text, out, sizeof(out)), 0);
	text(long_text, sizeof(long_text), 256);
	assert_int_equal(text_encode_value(long_text, out, sizeof(out)), 0);
}

/* --- products --- */

static struct item
pen(void)
{
	struct item it = {.code = "4006381333931",
		.kind = CODE_EAN13,
		.name = "Pen, blue",
		.dept = "10",
		.tax = "A",
		.price = {120}};

	return it;
}

static size_t
encode_row(const struct item *it, struct code_key *key, uint8_t *out)
{
	size_t n = 0;

	assert_int_equal(
		code_catalog_key(it->code, strlen(it->code), key), RC_OK);
	assert_int_equal(row_encode(it, key, out, &n), RC_OK);
	return n;
}

/* The check as it must be, so that what stands behind it is looked at. */
static void
check_again(const void *key, size_t key_len, uint8_t *value, size_t n)
{
	uint32_t crc = crc32c(0, key, key_len);
	struct wr w;

	wr_init(&w, value, 4);
	wr_u32le(&w, crc32c(crc, value + 4, n - 4));
}

static void
test_row_cut_and_bits(void **state)
{
	struct item it = pen();
	struct item back;
	struct code_key key;
	uint8_t value[ROW_VALUE_BYTES];
	size_t n = encode_row(&it, &key, value);

	(void)state;
	assert_int_equal(
		row_decode(key.key, key.key_len, value, n, &back), RC_OK);
	assert_string_equal(back.name, it.name);
	assert_string_equal(back.code, it.code);
	assert_int_equal(back.min_age, 0);
	it.min_age = 18; /* a member of a later build, behind */
	assert_int_equal(encode_row(&it, &key, value), n + 1);
	assert_int_equal(
		row_decode(key.key, key.key_len, value, n + 1, &back), RC_OK);
	assert_int_equal(back.min_age, 18);
	it.min_age = 0;
	assert_int_equal(encode_row(&it, &key, value), n);
	for (size_t cut = 0; cut < n; cut++) {
		uint8_t *p = exactly(value, cut);

		assert_int_equal(
			row_decode(key.key, key.key_len, p, cut, &back),
			RC_CORRUPT);
		if (cut > 4) {
			check_again(key.key, key.key_len, p, cut);
			assert_int_equal(
				row_decode(key.key, key.key_len, p, cut, &back),
				RC_CORRUPT);
		}
		free(p);
	}
	for (size_t bit = 0; bit < n * 8; bit++) {
		uint8_t *p = exactly(value, n);
		enum rc rc;

		p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(row_decode(key.key, key.key_len, p, n, &back),
			RC_CORRUPT);
		check_again(key.key, key.key_len, p, n);
		rc = row_decode(key.key, key.key_len, p, n, &back);
		assert_true(rc == RC_OK || rc == RC_CORRUPT);
		if (rc == RC_OK) {
			assert_true(strlen(back.name) < sizeof(back.name));
			assert_true(back.kind < CODE_KIND_COUNT);
		}
		free(p);
	}
	/* another key's value */
	key.key[3] ^= 1;
	assert_int_equal(
		row_decode(key.key, key.key_len, value, n, &back), RC_CORRUPT);
}

/* Lengths that lie, under a check that holds. */
static void
test_row_lengths(void **state)
{
	static const struct {
		const char *name;
		size_t at; /* of the byte, behind the check */
		uint8_t value;
		bool ok;
	} turn[] = {
		{"another format", 0, CATALOG_FORMAT + 1, false},
		{"a kind of later", 1, 200, true},
		{"a tax class too long", 10, TAX_CODE_BYTES, false},
		{"a department too long", 12, ITEM_DEPT_BYTES, false},
		{"a code longer than its key", 15, 0x80 | 15, false},
		{"a code of 128 in the key", 15, 0x80, false},
		{"a code of 128 in the value", 15, 0, false},
		{"a name longer than the value", 16, 255, false},
	};
	struct item it = pen();
	struct code_key key;
	uint8_t value[ROW_VALUE_BYTES];
	size_t n = encode_row(&it, &key, value);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(turn); i++) {
		uint8_t *p = exactly(value, n);
		struct item back;
		enum rc rc;

		p[4 + turn[i].at] = turn[i].value;
		check_again(key.key, key.key_len, p, n);
		rc = row_decode(key.key, key.key_len, p, n, &back);
		if (rc != (turn[i].ok ? RC_OK : RC_CORRUPT)) {
			fail_msg("%s: %s", turn[i].name, rc_name(rc));
		}
		free(p);
	}
}

static void
test_row_that_does_not_fit(void **state)
{
	struct item it[5];
	struct code_key key;
	uint8_t value[ROW_VALUE_BYTES];
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(it); i++) {
		it[i] = pen();
	}
	assert_int_equal(code_catalog_key("4011", 4, &key), RC_OK);
	/* texts without an end */
	it[0].code[0] = '\0';
	memset(it[1].code, '1', sizeof(it[1].code));
	memset(it[2].name, 'n', sizeof(it[2].name));
	memset(it[3].dept, 'd', sizeof(it[3].dept));
	memset(it[4].tax, 't', sizeof(it[4].tax));
	for (size_t i = 0; i < ARRAY_LEN(it); i++) {
		assert_int_equal(row_encode(&it[i], &key, value, &n), RC_INVAL);
	}
}

static void
test_header(void **state)
{
	struct catalog_header h = {7, 818775};
	struct catalog_header back;
	uint8_t value[HEADER_VALUE_BYTES];
	size_t n = header_encode(&h, value, sizeof(value));

	(void)state;
	assert_int_not_equal(n, 0);
	assert_int_equal(header_decode(value, n, &back), RC_OK);
	assert_int_equal(back.count, h.count);
	for (size_t cap = 0; cap < n; cap++) {
		uint8_t *p = exactly(value, cap);

		assert_int_equal(header_decode(p, cap, &back), RC_CORRUPT);
		if (cap > 4) {
			check_again(CATALOG_HEADER_KEY,
				sizeof(CATALOG_HEADER_KEY) - 1, p, cap);
			assert_int_equal(
				header_decode(p, cap, &back), RC_CORRUPT);
		}
		assert_int_equal(header_encode(&h, p, cap), 0);
		free(p);
	}
	for (size_t bit = 0; bit < n * 8; bit++) {
		value[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(header_decode(value, n, &back), RC_CORRUPT);
		value[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	value[4] = CATALOG_FORMAT + 1;
	check_again(
		CATALOG_HEADER_KEY, sizeof(CATALOG_HEADER_KEY) - 1, value, n);
	assert_int_equal(header_decode(value, n, &back), RC_CORRUPT);
}

/* --- LMDB's codes --- */

static void
test_codes(void **state)
{
	static const struct {
		int code;
		enum rc rc;
	} fact[] = {
		{MDB_SUCCESS, RC_OK},
		{MDB_KEYEXIST, RC_EXISTS},
		{MDB_NOTFOUND, RC_NOTFOUND},
		{MDB_PAGE_NOTFOUND, RC_CORRUPT},
		{MDB_CORRUPTED, RC_CORRUPT},
		{MDB_VERSION_MISMATCH, RC_CORRUPT},
		{MDB_INVALID, RC_CORRUPT},
		{MDB_CURSOR_FULL, RC_CORRUPT},
		{MDB_PAGE_FULL, RC_CORRUPT},
		{MDB_INCOMPATIBLE, RC_CORRUPT},
		{MDB_MAP_FULL, RC_AGAIN},
		{MDB_MAP_RESIZED, RC_AGAIN},
		{MDB_READERS_FULL, RC_BUSY},
		{MDB_TLS_FULL, RC_NOMEM},
		{MDB_TXN_FULL, RC_RANGE},
		{MDB_PANIC, RC_IO},
		{MDB_DBS_FULL, RC_INVAL},
		{MDB_BAD_RSLOT, RC_INVAL},
		{MDB_BAD_TXN, RC_INVAL},
		{MDB_BAD_VALSIZE, RC_INVAL},
		{MDB_BAD_DBI, RC_INVAL},
		{-1, RC_IO},
		{5 /* EIO */, RC_IO},
		{28 /* ENOSPC */, RC_NOSPC},
		{12 /* ENOMEM */, RC_NOMEM},
	};
	struct store s = {.dir = "store"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fact); i++) {
		struct err e = {0};

		assert_int_equal(store_rc_from_mdb(fact[i].code), fact[i].rc);
		if (fact[i].code == MDB_SUCCESS) {
			continue;
		}
		assert_int_equal(
			store_fail(&s, &e, fact[i].code, "x"), fact[i].rc);
		assert_int_not_equal(e.msg[0], '\0');
		assert_int_equal(store_read_fail(&s, &e, fact[i].code, DB_LINE),
			fact[i].rc == RC_INVAL ? RC_CORRUPT : fact[i].rc);
		memset(&e, 0, sizeof(e));
		assert_int_not_equal(
			catalog_fail(&e, fact[i].code, "catalog", "x"), RC_OK);
		assert_int_not_equal(e.msg[0], '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_value_back_and_forth),
		cmocka_unit_test(test_value_cut),
		cmocka_unit_test(test_value_bits),
		cmocka_unit_test(test_text_too_long),
		cmocka_unit_test(test_row_cut_and_bits),
		cmocka_unit_test(test_row_lengths),
		cmocka_unit_test(test_row_that_does_not_fit),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_codes),
	};

	fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
