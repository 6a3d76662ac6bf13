/* SPDX-License-Identifier: Apache-2.0 */
/* Header, record and name, bit by bit. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "journal/record.h"
#include "journal/segment.h"
#include "tests/journal/fixture.h"

#include "base/poison.h"

/* --- the header block --- */

#define HASH_AT (JOURNAL_BLOCK_BYTES - HASH_BYTES)

static struct seg_head
make_head(void)
{
	struct seg_head h = {.epoch = 2,
		.number = 17,
		.first_sequence = 1234,
		.prev_bytes = 65536};

	memset(h.reg, 0x11, sizeof(h.reg));
	memset(h.head, 0x22, sizeof(h.head));
	memset(h.pub, 0x33, sizeof(h.pub));
	memset(h.wrapped, 0x44, sizeof(h.wrapped));
	return h;
}

static void
test_header_bits(void **state)
{
	struct seg_head h = make_head();
	struct seg_head back;
	uint8_t block[JOURNAL_BLOCK_BYTES];

	(void)state;
	seg_head_write(&h, block);
	assert_int_equal(seg_head_read(block, &back), SEG_GOOD);
	assert_memory_equal(&h, &back, sizeof(h));
	for (size_t bit = 0; bit < sizeof(block) * 8; bit++) {
		block[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (seg_head_read(block, &back) != SEG_BAD) {
			fail_msg("bit %d", (int)bit);
		}
		block[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void
test_header_states(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		enum seg_state want;
	} turn[] = {
		{"magic", 0, SEG_BAD},
		{"format", 8, SEG_NEWER},
		{"a compatible feature", 12, SEG_GOOD},
		{"an incompatible feature", 16, SEG_NEWER},
		{"kept free", 20, SEG_GOOD},
	};
	struct seg_head h = make_head();
	struct seg_head back;
	uint8_t block[JOURNAL_BLOCK_BYTES] = {0};

	(void)state;
	assert_int_equal(seg_head_read(block, &back), SEG_ZERO);
	for (size_t i = 0; i < ARRAY_LEN(turn); i++) {
		seg_head_write(&h, block);
		block[turn[i].at] ^= 2;
		sha256(block + HASH_AT, block, HASH_AT);
		if (seg_head_read(block, &back) != turn[i].want) {
			fail_msg("%s", turn[i].name);
		}
	}
}

/* --- names --- */

static void
test_names(void **state)
{
	struct seg_name n = {.epoch = 12, .number = 3456};
	struct seg_name back;
	char name[SEG_NAME_BYTES];
	char bad[SEG_NAME_BYTES + 1];
	size_t len;

	(void)state;
	memset(n.reg, 0xa7, sizeof(n.reg));
	seg_name_format(&n, name);
	len = strlen(name);
	assert_true(seg_name_parse(name, &back));
	assert_memory_equal(&n, &back, sizeof(n));
	for (size_t i = 0; i < len; i++) {
		/* cut, and one character that stands nowhere in a name */
		memcpy(bad, name, len + 1);
		bad[i] = '\0';
		assert_false(seg_name_parse(bad, &back));
		memcpy(bad, name, len + 1);
		bad[i] = '/';
		assert_false(seg_name_parse(bad, &back));
		memcpy(bad, name, len + 1);
		bad[i] = bad[i] == '-' ? '0' : '-';
		assert_false(seg_name_parse(bad, &back));
	}
	memcpy(bad, name, len);
	memcpy(bad + len, "x", 2);
	assert_false(seg_name_parse(bad, &back));
	/* no segment has the number 0 */
	n.number = 0;
	seg_name_format(&n, name);
	assert_false(seg_name_parse(name, &back));
}

/* --- records --- */

static void
test_record_bits(void **state)
{
	static const char line[] = "{\"sequence\":\"00000000000000000042\"}";
	const uint8_t key[KEY_BYTES] = {1, 2, 3};
	struct rec_head h = {.len = sizeof(line) - 1,
		.sequence = 42,
		.epoch = 1,
		.number = 1,
		.index = 1,
		.count = 3};
	struct rec_head back;
	struct rng_seeded seed;
	struct rng r = rng_seeded(&seed, 7);
	size_t n = rec_bytes(h.len);
	/* a length that was turned may ask for the longest line */
	uint8_t *p = calloc(1, rec_space(JOURNAL_LINE_BYTES));
	uint8_t *out = malloc(JOURNAL_LINE_BYTES);
	size_t n_head = 0;

	(void)state;
	assert_non_null(p);
	assert_non_null(out);
	assert_int_equal(crypto_init(), RC_OK);
	rec_seal(&h, key, &r, line, p);
	assert_true(rec_head_read(p, &back));
	assert_true(rec_holds(p, &back));
	assert_int_equal(rec_open(p, &back, key, out), RC_OK);
	assert_memory_equal(out, line, h.len);
	for (size_t bit = 0; bit < n * 8; bit++) {
		p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (rec_head_read(p, &back)) {
			n_head++;
			assert_false(rec_holds(p, &back));
			/* the hash itself is none of what is sealed */
			assert_int_equal(rec_open(p, &back, key, out),
				bit / 8 >= REC_CLEAR_BYTES &&
						bit / 8 < REC_HEAD_BYTES
					? RC_OK
					: RC_CORRUPT);
		}
		p[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_not_equal(n_head, 0);
	free(out);
	free(p);
}

/* Heads that no record can have, whatever their hash. */
static void
test_record_heads(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		size_t n;
		uint64_t value;
		bool ok;
	} turn[] = {
		{"as it is", 8, 4, 5, true},
		{"magic", 0, 4, 1, false},
		{"format", 4, 4, 2, false},
		{"no line", 8, 4, 0, false},
		{"the longest line", 8, 4, JOURNAL_LINE_BYTES, true},
		{"a line too long", 8, 4, JOURNAL_LINE_BYTES + 1, false},
		{"flags", 12, 4, 1, false},
		{"place behind the group", 32, 2, 3, false},
		{"last place", 32, 2, 2, true},
		{"an empty group", 34, 2, 0, false},
		{"a group before the first sequence", 16, 8, 1, false},
		{"kept free", 36, 4, 1, false},
	};

	const uint8_t key[KEY_BYTES] = {0};
	struct rec_head h = {.len = 5,
		.sequence = 42,
		.epoch = 1,
		.number = 1,
		.index = 1,
		.count = 3};
	struct rng_seeded seed;
	struct rng r = rng_seeded(&seed, 7);

	(void)state;
	assert_int_equal(crypto_init(), RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(turn); i++) {
		uint8_t p[256];
		struct rec_head back;
		struct wr w;

		rec_seal(&h, key, &r, "hello", p);
		wr_init(&w, p + turn[i].at, turn[i].n);
		if (turn[i].n == 2) {
			wr_u16le(&w, (uint16_t)turn[i].value);
		} else if (turn[i].n == 4) {
			wr_u32le(&w, (uint32_t)turn[i].value);
		} else {
			wr_u64le(&w, turn[i].value);
		}
		if (rec_head_read(p, &back) != turn[i].ok) {
			fail_msg("%s", turn[i].name);
		}
	}
}

static void
test_zero(void **state)
{
	uint8_t p[16] = {0};

	(void)state;
	assert_true(bytes_zero(p, 0));
	assert_true(bytes_zero(p, 16));
	for (size_t i = 0; i < 16; i++) {
		p[i] = 1;
		assert_false(bytes_zero(p, 16));
		assert_true(bytes_zero(p, i));
		p[i] = 0;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header_bits),
		cmocka_unit_test(test_header_states),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_record_bits),
		cmocka_unit_test(test_record_heads),
		cmocka_unit_test(test_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
