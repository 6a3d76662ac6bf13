/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h wants the others before it */
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

#include "sample.h"
#include "wire/event.h"

#include "base/poison.h"

#define ARENA_BYTES (8 * WIRE_LINE_BYTES)

struct bench {
	char *memory;
	char *memory2;
	char *line;
	char *changed;
	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];
	char *golden[EVENT_TYPE_COUNT];
	size_t golden_len[EVENT_TYPE_COUNT];
};

/* Sanitizers take their time: a sample is enough there. */
static size_t
stride(void)
{
	const char *s = getenv("HF_SANITIZERS");

	return s != NULL && strcmp(s, "no") != 0 ? 4 : 1;
}

/* The one file of tests/wire/golden that holds this type. */
static void
load_golden(struct bench *t, enum event_type type)
{
	const char *dir = getenv("top_srcdir");
	const char *name = event_type_name(type) + strlen("holdfast.");
	char kind[64];
	char path[512];
	size_t i;
	FILE *f;

	assert_non_null(dir);
	snprintf(kind, sizeof(kind), "%s", name);
	kind[strlen(kind) - strlen(".v1")] = '\0';
	for (i = 0; kind[i] != '\0'; i++) {
		kind[i] = kind[i] == '.' ? '-' : kind[i];
	}
	snprintf(path, sizeof(path), "%s/tests/wire/golden/%02d-%s.json", dir,
		(int)type + 1, kind);
	t->golden[type] = calloc(1, 16384);
	assert_non_null(t->golden[type]);
	f = fopen(path, "r");
	if (f == NULL) {
		print_error("%s\n", path);
	}
	assert_non_null(f);
	t->golden_len[type] = fread(t->golden[type], 1, 16383, f);
	assert_int_equal(fclose(f), 0);
	assert_true(t->golden_len[type] > 1);
	t->golden_len[type]--;
	assert_int_equal(t->golden[type][t->golden_len[type]], '\n');
	t->golden[type][t->golden_len[type]] = '\0';
}

static int
set_up(void **state)
{
	struct bench *t = calloc(1, sizeof(*t));
	int type;

	assert_non_null(t);
	assert_int_equal(crypto_init(), RC_OK);
	t->memory = malloc(ARENA_BYTES);
	t->memory2 = malloc(ARENA_BYTES);
	t->line = malloc(WIRE_LINE_BYTES + 1);
	t->changed = malloc(2 * WIRE_LINE_BYTES);
	assert_true(t->memory != NULL && t->memory2 != NULL &&
		    t->line != NULL && t->changed != NULL);
	sample_key(t->pub, t->sec);
	for (type = 0; type < EVENT_TYPE_COUNT; type++) {
		load_golden(t, (enum event_type)type);
	}
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *t = *state;
	int type;

	for (type = 0; type < EVENT_TYPE_COUNT; type++) {
		free(t->golden[type]);
	}
	free(t->memory);
	free(t->memory2);
	free(t->line);
	free(t->changed);
	free(t);
	return 0;
}

static enum rc
decode(struct bench *t, const char *line, size_t len, struct event *e)
{
	struct arena a;

	arena_init(&a, t->memory, wire_arena_bytes(len));
	return wire_decode(line, len, &a, e, NULL);
}

static enum rc
encode(struct bench *t, const struct event *e, struct sbuf *b,
	uint8_t hash[HASH_BYTES])
{
	struct err err = {0};
	enum rc rc;

	sbuf_init(b, t->line, WIRE_LINE_BYTES + 1);
	rc = wire_encode(e, t->sec, b, hash, &err);
	assert_int_equal(err.rc, rc);
	return rc;
}

/* Every byte of a struct that is not padding belongs to a member. */
static void
check_cover(const struct wire_table *t)
{
	uint8_t seen[512] = {0};
	size_t i;
	size_t k;

	assert_true(t->size <= sizeof(seen));
	for (i = 0; i < t->n_member; i++) {
		const struct wire_member *m = &t->member[i];
		size_t n =
			m->kind == WIRE_UUID || m->kind == WIRE_LIST ? 16 : 8;

		for (k = 0; k < n; k++) {
			assert_int_equal(seen[m->offset + k], 0);
			seen[m->offset + k] = 1;
		}
		assert_int_equal(m->sub != NULL, m->kind == WIRE_LIST);
		if (m->sub != NULL) {
			check_cover(m->sub);
		}
		for (k = 0; k < i; k++) {
			assert_string_not_equal(m->name, t->member[k].name);
		}
	}
	for (i = 0; i < t->size; i++) {
		assert_int_equal(seen[i], 1);
	}
}

static void
tables_cover_every_member(void **state)
{
	int type;

	(void)state;
	for (type = 0; type < EVENT_TYPE_COUNT; type++) {
		check_cover(wire_event_table((enum event_type)type));
	}
	check_cover(&wire_line_table);
}

/* The goldens are the format: both ways, to the byte, for ever. */
static void
goldens_both_ways(void **state)
{
	struct bench *t = *state;
	uint8_t prev[HASH_BYTES] = {0};
	struct event want;
	struct event got;
	struct sbuf b;
	uint8_t hash[HASH_BYTES];
	int i;

	for (i = 0; i < EVENT_TYPE_COUNT; i++) {
		const char *line = t->golden[i];
		size_t len = t->golden_len[i];

		assert_int_equal(decode(t, line, len, &got), RC_OK);
		sample_event((enum event_type)i, (uint64_t)i + 1, &want);
		want.epoch = i >= EVENT_REGISTER_RESTORED ? 2 : 1;
		memcpy(want.prev, prev, sizeof(prev));
		assert_true(sample_same_event(&want, &got));
		assert_int_equal(encode(t, &want, &b, hash), RC_OK);
		assert_int_equal(b.len, len);
		assert_memory_equal(b.p, line, len);
		assert_int_equal(encode(t, &got, &b, hash), RC_OK);
		assert_string_equal(b.p, line);
		assert_true(wire_verify(line, len, t->pub));
		wire_hash(line, len, prev);
		assert_memory_equal(prev, hash, HASH_BYTES);
	}
}

/* Practice is said of what is done at the prompt, and of nothing else. */
static void
training_has_its_place(void **state)
{
	struct bench *t = *state;
	uint8_t hash[HASH_BYTES];
	struct event e;
	struct event back;
	struct sbuf b;
	struct err err = {0};
	int i;

	for (i = 0; i < EVENT_TYPE_COUNT; i++) {
		sample_event((enum event_type)i, 7, &e);
		e.training = true;
		sbuf_init(&b, t->line, WIRE_LINE_BYTES + 1);
		if (!event_may_train(e.type)) {
			assert_int_equal(
				wire_encode(&e, t->sec, &b, hash, &err),
				RC_INVAL);
			continue;
		}
		assert_int_equal(
			wire_encode(&e, t->sec, &b, hash, &err), RC_OK);
		assert_non_null(strstr(
			b.p, "\"catalog\":812,\"training\":true,\"data\":{"));
		assert_int_equal(decode(t, b.p, b.len, &back), RC_OK);
		assert_true(back.training);
	}
}

static void
random_events_round_trip(void **state)
{
	struct bench *t = *state;
	struct dice d = {UINT64_C(20261121)};
	struct arena a;
	struct event e;
	struct event back;
	struct sbuf b;
	uint8_t hash[HASH_BYTES];
	struct err err = {0};
	int i;

	printf("# seed %llu\n", (unsigned long long)d.state);
	for (i = 0; i < 20000 / (int)stride(); i++) {
		arena_init(&a, t->memory2, ARENA_BYTES);
		sample_random(&d, &a, &e);
		sbuf_init(&b, t->line, WIRE_LINE_BYTES + 1);
		if (wire_encode(&e, t->sec, &b, hash, &err) != RC_OK) {
			fail_msg("event %d: %s", i, err.msg);
		}
		arena_init(&a, t->memory, wire_arena_bytes(b.len));
		if (wire_decode(b.p, b.len, &a, &back, &err) != RC_OK) {
			fail_msg("event %d: %s\n%s", i, err.msg, b.p);
		}
		assert_true(sample_same_event(&e, &back));
		assert_null(memchr(b.p, '\n', b.len));
		if (i % 50 == 0) {
			assert_true(wire_verify(b.p, b.len, t->pub));
		}
	}
}

/* A changed byte never reads as the same line: it is refused, or it is
 * another line, and then the signature is wrong. */
static void
try_change(struct bench *t, int golden, size_t at, char c)
{
	size_t len = t->golden_len[golden];
	char *line = t->changed;
	struct event e;

	if (t->golden[golden][at] == c) {
		return;
	}
	line[at] = c;
	switch ((int)decode(t, line, len, &e)) {
	case RC_PROTO:
		break;
	case RC_OK:
		if (wire_verify(line, len, t->pub)) {
			fail_msg("golden %d, byte %zu, %d", golden, at, c);
		}
		break;
	default:
		fail_msg("golden %d, byte %zu, %d: code", golden, at, c);
	}
	line[at] = t->golden[golden][at];
}

static void
every_changed_byte_is_seen(void **state)
{
	struct bench *t = *state;
	bool all = getenv("HOLDFAST_SLOW") != NULL;
	struct dice d = {7};
	size_t at;
	int g;
	int k;

	for (g = 0; g < EVENT_TYPE_COUNT; g++) {
		memcpy(t->changed, t->golden[g], t->golden_len[g] + 1);
		for (at = 0; at < t->golden_len[g]; at += stride()) {
			char c = t->golden[g][at];

			try_change(t, g, at, (char)(c ^ 1));
			try_change(t, g, at, (char)dice_below(&d, 256));
			for (k = 0; all && k < 256; k++) {
				try_change(t, g, at, (char)k);
			}
		}
	}
}

static void
every_truncation_and_extension_is_seen(void **state)
{
	struct bench *t = *state;
	struct event e;
	size_t n;
	int g;

	for (g = 0; g < EVENT_TYPE_COUNT; g++) {
		for (n = 0; n < t->golden_len[g]; n++) {
			assert_int_equal(
				decode(t, t->golden[g], n, &e), RC_PROTO);
			assert_false(wire_verify(t->golden[g], n, t->pub));
		}
		for (n = 0; n < 256; n++) {
			memcpy(t->changed, t->golden[g], t->golden_len[g]);
			t->changed[t->golden_len[g]] = (char)n;
			assert_int_equal(
				decode(t, t->changed, t->golden_len[g] + 1, &e),
				RC_PROTO);
		}
	}
}

static void
small_arena_is_nomem(void **state)
{
	struct bench *t = *state;
	struct event e;
	struct arena a;
	size_t n;
	size_t enough;
	char *exact;
	int g;

	for (g = 0; g < EVENT_TYPE_COUNT; g++) {
		enough = 0;
		for (n = 0; n <= wire_arena_bytes(t->golden_len[g]); n += 16) {
			exact = malloc(n + 1);
			assert_non_null(exact);
			arena_init(&a, exact, n);
			if (wire_decode(t->golden[g], t->golden_len[g], &a, &e,
				    NULL) == RC_OK) {
				enough = n;
			} else {
				assert_int_equal(enough, 0);
			}
			free(exact);
			if (enough != 0) {
				break;
			}
		}
		assert_true(enough != 0);
		arena_init(&a, t->memory, enough - 32);
		assert_int_equal(wire_decode(t->golden[g], t->golden_len[g], &a,
					 &e, NULL),
			RC_NOMEM);
	}
}

/* {from, to}: spellings another JSON reader would take for the same sale, or
 * that json-c takes for another one. */
static const struct {
	const char *from;
	const char *to;
} other_spelling[] = {
	{"{\"spec", " {\"spec"},
	{"{\"spec", "{ \"spec"},
	{"\"tz\":60", "\"tz\": 60"},
	{"\"tz\":60", "\"tz\":+60"},
	{"\"tz\":60", "\"tz\":060"},
	{"\"tz\":60", "\"tz\":60.0"},
	{"\"tz\":60", "\"tz\":6e1"},
	{"\"tz\":60", "\"tz\":\"60\""},
	{"\"tz\":60", "\"tz\":60x"},
	{"\"tz\":60", "\"tz\":NaN"},
	{"\"tz\":60", "\"tz\":null"},
	{"\"tz\":60", "\"tz\":true"},
	{"\"tz\":60", "\"tz\":841"},
	{"\"tz\":60", "\"tz\":-0"},
	{"\"tz\":60", "\"tz\":4294967356"},
	{"\"tz\":60", "\"tz\":60,\"tz\":60"},
	{"\"tz\":60", "\"tz\":61,\"tz\":60"},
	{"\"tz\":60,", ""},
	{"\"tz\":60", "'tz':60"},
	{"\"tz\":60", "\"t\\u007a\":60"},
	{"\"tz\":60", "\"tz\":60/**/"},
	{"\"tz\":60", "\"tz\":60,"},
	{"\"tz\":60", "\"tz\":60,\"more\":1"},
	{"\"actor\":\"1\"", "\"actor\":'1'"},
	{"\"actor\":\"1\"", "\"actor\":1"},
	{"\"actor\":\"1\"", "\"actor\":null"},
	{"\"actor\":\"1\"", "\"actor\":\"\\u0031\""},
	{"\"actor\":\"1\"", "\"actor\":\"1\\u0000\""},
	{"\"actor\":\"1\"", "\"actor\":\"\\u0000\""},
	{"\"actor\":\"1\"", "\"actor\":\"\\/\""},
	{"\"actor\":\"1\"", "\"actor\":\"\\u000A\""},
	{"\"actor\":\"1\"", "\"actor\":\"\\u000a\""},
	{"\"actor\":\"1\"", "\"actor\":\"\\u001F\""},
	{"\"actor\":\"1\"", "\"actor\":\"\\ud83c\\udf4e\""},
	{"\"actor\":\"1\"", "\"actor\":\"\\ud83c\""},
	{"\"actor\":\"1\"", "\"actor\":\"\\udf4e\""},
	{"\"actor\":\"1\"", "\"actor\":\"\xff\""},
	{"\"actor\":\"1\"", "\"actor\":\"\xc0\xb1\""},
	{"\"actor\":\"1\"", "\"actor\":\"\xed\xa0\x80\""},
	{"\"actor\":\"1\"", "\"actor\":\"\xf4\x90\x80\x80\""},
	{"\"actor\":\"1\"", "\"actor\":\"\xe2\x82\""},
	{"\"actor\":\"1\"", "\"actor\":\"\n\""},
	{"\"actor\":\"1\"", "\"actor\":\"\t\""},
	{"\"total\":1066", "\"total\":1e999"},
	{"\"total\":1066", "\"total\":9007199254740992"},
	{"\"total\":1066", "\"total\":-9007199254740992"},
	{"\"total\":1066", "\"total\":9223372036854775808"},
	{"\"total\":1066", "\"total\":100000000000000000000"},
	{"\"total\":1066", "\"total\":18446744073709552682"},
	{"\"total\":1066", "\"total\":1066,\"total\":1067"},
	{"\"total\":1066", "\"total\":Infinity"},
	{"\"total\":1066", "\"total\":[1066]"},
	{"\"total\":1066", "\"total\":{\"a\":1066}"},
	{"\"total\":1066,\"rounding\":-1", "\"rounding\":-1,\"total\":1066"},
	{"\"rounding\":-1", "\"rounding\":0"},
	{"\"overridden\":true", "\"overridden\":false"},
	{"\"overridden\":true", "\"overridden\":1"},
	{"\"overridden\":true", "\"overridden\":TRUE"},
	{"\"overridden\":true", "\"overridden\":\"true\""},
	{"{\"amount\":5}", "{\"amount\":5,\"reason\":\"\"}"},
	{"{\"amount\":5}", "{\"ppm\":0,\"amount\":5}"},
	{"{\"amount\":5}", "{}"},
	{"{\"amount\":5}", "5"},
	{"{\"amount\":5}", "null"},
	{"{\"amount\":5}]", "{\"amount\":5},]"},
	{"\"amount\":447", "\"discounts\":[],\"amount\":447"},
	{"\"drawer\":true", "\"drawer\":true,\"more\":0"},
	{"\"clock\":\"ok\"", "\"clock\":\"OK\""},
	{"\"clock\":\"ok\"", "\"clock\":\"\""},
	{"\"epoch\":2", "\"epoch\":0"},
	{"\"epoch\":2", "\"epoch\":4294967298"},
	{"\"epoch\":2", "\"epoch\":3"},
	{"\"id\":\"2-8\"", "\"id\":\"2-9\""},
	{"\"sequence\":\"00000000000000000008\"", "\"sequence\":\"8\""},
	{"\"sequence\":\"00000000000000000008\"",
		"\"sequence\":\"18446744073709551624\""},
	{"\"sequence\":\"00000000000000000008\"",
		"\"sequence\":\"000000000000000000008\""},
	{"\"sequence\":\"00000000000000000008\"",
		"\"sequence\":\"0000000000000000000 8\""},
	{"\"specversion\":\"1.0\"", "\"specversion\":\"1.1\""},
	{"/t/1011", "/T/1011"},
	{"/r/a0a1", "/r/A0a1"},
	{"/r/a0a1", "/x/a0a1"},
	{"123456Z", "12345Z"},
	{"123456Z", "123456+00:00"},
	{"123456Z", "123456z"},
	{"2026-11-21T14:32", "2026-11-31T14:32"},
	{"2026-11-21T14:32", "2026-11-21 14:32"},
	{"sale.completed.v1", "sale.completed.v2"},
	{"sale.completed.v1", "sale.voided.v1"},
	{"\"data\":{", "\"data\":[{"},
	{"\"prev\":\"11ca", "\"prev\":\"11CA"},
	{"}}", "} }"},
};

static void
other_spellings_are_refused(void **state)
{
	struct bench *t = *state;
	const char *line = t->golden[EVENT_SALE_COMPLETED];
	struct event e;
	size_t i;

	for (i = 0; i < ARRAY_LEN(other_spelling); i++) {
		const char *from = other_spelling[i].from;
		const char *at = strstr(line, from);
		struct sbuf b;

		if (strcmp(from, "}}") == 0) {
			at = line + strlen(line) - 1;
			from = "}";
		}
		if (at == NULL) {
			fail_msg("row %zu is not in the golden: %s", i, from);
		}
		sbuf_init(&b, t->changed, 2 * WIRE_LINE_BYTES);
		sbuf_write(&b, line, (size_t)(at - line));
		sbuf_puts(&b, other_spelling[i].to);
		sbuf_puts(&b, at + strlen(from));
		if (decode(t, b.p, b.len, &e) != RC_PROTO) {
			fail_msg("taken: %s", other_spelling[i].to);
		}
	}
}

static void
deep_and_foreign_input_is_refused(void **state)
{
	struct bench *t = *state;
	static const char *const text[] = {"", " ", "{", "{}", "[]", "null",
		"1", "\"\"", "{\"a\":1}", "<html></html>", "{}{}",
		"{\"specversion\":\"1.0\"}"};
	struct event e;
	size_t i;

	for (i = 0; i < ARRAY_LEN(text); i++) {
		assert_int_equal(
			decode(t, text[i], strlen(text[i]), &e), RC_PROTO);
	}
	memset(t->changed, '[', WIRE_LINE_BYTES);
	assert_int_equal(decode(t, t->changed, WIRE_LINE_BYTES, &e), RC_PROTO);
	memset(t->changed, '\0', WIRE_LINE_BYTES);
	assert_int_equal(decode(t, t->changed, WIRE_LINE_BYTES, &e), RC_PROTO);
	assert_int_equal(
		decode(t, t->changed, WIRE_LINE_BYTES + 1, &e), RC_PROTO);
}

static void
bad_events_are_not_written(void **state)
{
	struct bench *t = *state;
	uint8_t hash[HASH_BYTES];
	struct sbuf b;
	struct event e;

	sample_event(EVENT_SALE_COMPLETED, 9, &e);
	e.data.sale.total++;
	assert_int_equal(encode(t, &e, &b, hash), RC_INVAL);
	assert_int_equal(b.len, 0);
	sample_event(EVENT_SALE_COMPLETED, 9, &e);
	e.data.sale.number = NULL;
	assert_int_equal(encode(t, &e, &b, hash), RC_INVAL);
	sample_event(EVENT_SALE_COMPLETED, 9, &e);
	e.data.sale.number = "R01\xff";
	assert_int_equal(encode(t, &e, &b, hash), RC_INVAL);
	sample_event(EVENT_SALE_COMPLETED, 9, &e);
	e.data.sale.line = NULL;
	assert_int_equal(encode(t, &e, &b, hash), RC_INVAL);
	sample_event(EVENT_CATALOG_IMPORTED, 9, &e);
	e.data.catalog.rows = (int64_t)1 << 53;
	assert_int_equal(encode(t, &e, &b, hash), RC_RANGE);
	e.data.catalog.rows = INT64_MIN;
	assert_int_equal(encode(t, &e, &b, hash), RC_RANGE);
	sample_event(EVENT_CLOCK_JUMPED, 9, &e);
	e.data.clock.to.us = -1;
	assert_int_equal(encode(t, &e, &b, hash), RC_RANGE);
	sample_event(EVENT_CLOCK_JUMPED, 0, &e);
	assert_int_equal(encode(t, &e, &b, hash), RC_RANGE);
	sample_event(EVENT_CLOCK_JUMPED, 1, &e);
	e.epoch = 0;
	assert_int_equal(encode(t, &e, &b, hash), RC_INVAL);
	sample_event(EVENT_CLOCK_JUMPED, 1, &e);
	e.actor = NULL;
	assert_int_equal(encode(t, &e, &b, hash), RC_INVAL);
	sample_event(EVENT_CLOCK_JUMPED, 1, &e);
	e.tz_min = 841;
	assert_int_equal(encode(t, &e, &b, hash), RC_RANGE);
}

/* An optional text may be empty: it is absent, and reads back as NULL. */
static void
empty_optional_is_absent(void **state)
{
	struct bench *t = *state;
	uint8_t hash[HASH_BYTES];
	struct sbuf b;
	struct event e;
	struct event back;

	sample_event(EVENT_DRAWER_OPENED, 1, &e);
	e.data.drawer.number = "";
	e.data.drawer.approver = NULL;
	assert_int_equal(encode(t, &e, &b, hash), RC_OK);
	assert_non_null(strstr(b.p, "\"data\":{\"reason\":\"sale\"}"));
	assert_int_equal(decode(t, b.p, b.len, &back), RC_OK);
	assert_null(back.data.drawer.number);
	assert_null(back.data.drawer.approver);
}

static void
long_lines(void **state)
{
	struct bench *t = *state;
	uint8_t hash[HASH_BYTES];
	struct sbuf b;
	struct event e;
	struct event back;
	struct arena a;
	char *text = t->changed;
	size_t over;

	arena_init(&a, t->memory2, ARENA_BYTES);
	sample_sale(2000, &a, 77, &e);
	assert_int_equal(encode(t, &e, &b, hash), RC_OK);
	assert_int_equal(decode(t, b.p, b.len, &back), RC_OK);
	assert_true(sample_same_event(&e, &back));
	/* text that fills the line to the last byte, and one more */
	sample_event(EVENT_CONFIG_ACTIVATED, 1, &e);
	memset(text, 'x', WIRE_LINE_BYTES);
	text[1000] = '\0';
	e.data.config.text = text;
	assert_int_equal(encode(t, &e, &b, hash), RC_OK);
	over = b.len - 1000;
	text[1000] = 'x';
	text[WIRE_LINE_BYTES - over] = '\0';
	assert_int_equal(encode(t, &e, &b, hash), RC_OK);
	assert_int_equal(b.len, WIRE_LINE_BYTES);
	assert_int_equal(decode(t, b.p, b.len, &back), RC_OK);
	assert_true(wire_verify(b.p, b.len, t->pub));
	text[WIRE_LINE_BYTES - over] = 'x';
	text[WIRE_LINE_BYTES - over + 1] = '\0';
	assert_int_equal(encode(t, &e, &b, hash), RC_RANGE);
	assert_int_equal(b.len, 0);
	/* a small buffer at every size */
	sample_event(EVENT_SALE_COMPLETED, 1, &e);
	for (over = 1; over < 1700; over++) {
		char *exact = malloc(over);

		assert_non_null(exact);
		sbuf_init(&b, exact, over);
		if (wire_encode(&e, t->sec, &b, hash, NULL) != RC_OK) {
			assert_int_equal(b.len, 0);
		} else {
			assert_int_equal(b.len, strlen(b.p));
			assert_true(over > 1500);
		}
		free(exact);
	}
}

/* Nothing needs more memory than wire_arena_bytes() says: as many rows of the
 * least text as a line can hold. */
static void
arena_bound_holds(void **state)
{
	struct bench *t = *state;
	struct event_line *line;
	struct event_discount *off;
	struct event_basket basket = {.opened = {1}};
	struct event_basket back;
	const struct wire_table *table = wire_event_table(EVENT_SALE_PARKED);
	struct arena a;
	struct sbuf b;
	struct err err = {0};
	size_t n = 3000;
	size_t i;

	arena_init(&a, t->memory2, ARENA_BYTES);
	line = arena_take(&a, n, sizeof(*line));
	off = arena_take(&a, n, sizeof(*off));
	assert_true(line != NULL && off != NULL);
	for (i = 0; i < n; i++) {
		line[i] = (struct event_line){.code = "",
			.kind = "",
			.name = "",
			.dept = "",
			.tax = "",
			.discount = off,
			.n_discount = i == 0 ? n : 0};
	}
	basket.line = line;
	basket.n_line = n;
	sbuf_init(&b, t->line, WIRE_LINE_BYTES + 1);
	assert_int_equal(wire_data_encode(table, &basket, &b, &err), RC_OK);
	arena_init(&a, t->memory, wire_arena_bytes(b.len));
	if (wire_data_decode(table, b.p, b.len, &a, &back, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	assert_true(sample_same(table, &basket, &back));
}

static void
data_alone(void **state)
{
	struct bench *t = *state;
	struct event_line want = {.no = 1,
		.code = "a",
		.kind = "ean8",
		.name = "b",
		.dept = "c",
		.qty = 1000,
		.price = 5,
		.amount = 5,
		.tax = "A"};
	struct event_line got;
	struct arena a;
	struct sbuf b;
	static const char text[] =
		"{\"line\":1,\"code\":\"a\",\"kind\":\"ean8\",\"name\":\"b\","
		"\"department\":\"c\",\"qty\":1000,\"price\":5,\"amount\":5,"
		"\"tax\":\"A\"}";

	sbuf_init(&b, t->line, 1000);
	sbuf_puts(&b, "before ");
	assert_int_equal(
		wire_data_encode(&wire_line_table, &want, &b, NULL), RC_OK);
	assert_string_equal(b.p + 7, text);
	arena_init(&a, t->memory, ARENA_BYTES);
	assert_int_equal(wire_data_decode(&wire_line_table, text,
				 sizeof(text) - 1, &a, &got, NULL),
		RC_OK);
	assert_true(sample_same(&wire_line_table, &want, &got));
	want.code = NULL;
	sbuf_cut(&b, 7);
	assert_int_equal(
		wire_data_encode(&wire_line_table, &want, &b, NULL), RC_INVAL);
	assert_int_equal(b.len, 7);
}

/* A line that comes back, to the byte. */
static void
a_return_line(void **state)
{
	struct bench *t = *state;
	static const struct event_discount share[] = {{0, -50, NULL}};
	struct event_line want = {.no = 2,
		.code = "a",
		.kind = "ean8",
		.name = "b",
		.dept = "",
		.qty = -1000,
		.price = 450,
		.discount = share,
		.n_discount = 1,
		.amount = -400,
		.tax = "B",
		.return_of = "R01-000041",
		.return_no = 3,
		.rate = 70000,
		.reason = "Changed mind",
		.approver = "7"};
	struct event_line got;
	struct arena a;
	struct sbuf b;
	static const char text[] =
		"{\"line\":2,\"code\":\"a\",\"kind\":\"ean8\",\"name\":\"b\","
		"\"department\":\"\",\"qty\":-1000,\"price\":450,"
		"\"discounts\":[{\"amount\":-50}],\"amount\":-400,"
		"\"tax\":\"B\",\"return_of\":\"R01-000041\",\"return_no\":3,"
		"\"rate\":70000,\"reason\":\"Changed mind\","
		"\"approver\":\"7\"}";

	sbuf_init(&b, t->line, 1000);
	assert_int_equal(
		wire_data_encode(&wire_line_table, &want, &b, NULL), RC_OK);
	assert_string_equal(b.p, text);
	arena_init(&a, t->memory, ARENA_BYTES);
	assert_int_equal(wire_data_decode(&wire_line_table, text,
				 sizeof(text) - 1, &a, &got, NULL),
		RC_OK);
	assert_true(sample_same(&wire_line_table, &want, &got));
}

static void
verify_needs_the_right_key(void **state)
{
	struct bench *t = *state;
	uint8_t other[SIGN_PUB_BYTES];
	size_t i;

	memcpy(other, t->pub, sizeof(other));
	for (i = 0; i < sizeof(other); i++) {
		other[i] ^= 4;
		assert_false(
			wire_verify(t->golden[0], t->golden_len[0], other));
		other[i] ^= 4;
	}
	assert_true(wire_verify(t->golden[0], t->golden_len[0], other));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_cover_every_member),
		cmocka_unit_test(goldens_both_ways),
		cmocka_unit_test(training_has_its_place),
		cmocka_unit_test(random_events_round_trip),
		cmocka_unit_test(every_changed_byte_is_seen),
		cmocka_unit_test(every_truncation_and_extension_is_seen),
		cmocka_unit_test(small_arena_is_nomem),
		cmocka_unit_test(other_spellings_are_refused),
		cmocka_unit_test(deep_and_foreign_input_is_refused),
		cmocka_unit_test(bad_events_are_not_written),
		cmocka_unit_test(empty_optional_is_absent),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(arena_bound_holds),
		cmocka_unit_test(data_alone),
		cmocka_unit_test(a_return_line),
		cmocka_unit_test(verify_needs_the_right_key),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
