/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h wants the others before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "wire/anchor.h"
#include "wire/batch.h"
#include "wire/code.h"
#include "wire/event.h"
#include "wire/peek.h"

#include "base/poison.h"

static char body[BATCH_BYTES + 1];
static char again[BATCH_BYTES + 1];
static char line[WIRE_LINE_BYTES + 1];
static struct batch_line lines[BATCH_EVENTS];

static void
lines_come_back_verbatim(void **state)
{
	static const char *const one[] = {"{\"a\":1}", "{\"b\":[2,3]}", "{}"};
	struct sbuf b;
	size_t n = 0;

	(void)state;
	sbuf_init(&b, body, sizeof(body));
	assert_int_equal(batch_begin(&b), RC_OK);
	assert_int_equal(batch_end(&b), RC_INVAL);
	for (size_t i = 0; i < ARRAY_LEN(one); i++) {
		assert_int_equal(batch_add(&b, one[i], strlen(one[i])), RC_OK);
	}
	assert_int_equal(batch_add(&b, "{}\n", 3), RC_INVAL);
	assert_int_equal(batch_add(&b, "", 0), RC_INVAL);
	assert_int_equal(batch_end(&b), RC_OK);
	assert_string_equal(b.p, "[\n{\"a\":1},\n{\"b\":[2,3]},\n{}\n]");
	assert_int_equal(
		batch_split(b.p, b.len, lines, BATCH_EVENTS, &n, NULL), RC_OK);
	assert_int_equal(n, ARRAY_LEN(one));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(lines[i].n, strlen(one[i]));
		assert_memory_equal(lines[i].p, one[i], lines[i].n);
	}
	assert_int_equal(batch_split(b.p, b.len, lines, 3, &n, NULL), RC_OK);
	assert_int_equal(batch_split(b.p, b.len, lines, 2, &n, NULL), RC_RANGE);
}

static void
a_body_stays_in_its_bounds(void **state)
{
	struct sbuf b;
	size_t n = 0;
	size_t added = 0;

	(void)state;
	memset(line, 'x', sizeof(line));
	/* the longest line, in the smallest buffer that must do */
	sbuf_init(&b, body, WIRE_LINE_BYTES + 8);
	assert_int_equal(batch_begin(&b), RC_OK);
	assert_int_equal(batch_add(&b, line, WIRE_LINE_BYTES), RC_OK);
	assert_int_equal(batch_add(&b, line, 2), RC_RANGE);
	assert_int_equal(batch_end(&b), RC_OK);
	assert_int_equal(
		batch_split(b.p, b.len, lines, BATCH_EVENTS, &n, NULL), RC_OK);
	assert_int_equal(n, 1);
	/* to the byte */
	sbuf_init(&b, body, sizeof(body));
	assert_int_equal(batch_begin(&b), RC_OK);
	while (batch_add(&b, line, 3001) == RC_OK) {
		added++;
	}
	assert_true(b.len + 2 + 2 + 3001 > BATCH_BYTES);
	assert_int_equal(
		batch_add(&b, line, BATCH_BYTES - b.len - 3), RC_RANGE);
	assert_int_equal(batch_add(&b, line, BATCH_BYTES - b.len - 4), RC_OK);
	assert_int_equal(batch_end(&b), RC_OK);
	assert_int_equal(b.len, BATCH_BYTES);
	assert_int_equal(
		batch_split(b.p, b.len, lines, BATCH_EVENTS, &n, NULL), RC_OK);
	assert_int_equal(n, added + 1);
}

static void
what_is_no_batch_is_refused(void **state)
{
	static const char *const bad[] = {"", "[", "[]", "[\n]", "[\n\n]",
		"[\n{}]", "[{}\n]", "[\n{}\n] ", "[\n{}\n]\n", "[\n{}\n{}\n]",
		"[\n{},\n\n]", "[\n,\n{}\n]", "[\n{},\n,\n{}\n]", "{}"};
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(batch_split(bad[i], strlen(bad[i]), lines,
					 BATCH_EVENTS, &n, NULL),
			RC_PROTO);
	}
}

static void
zstd_goes_both_ways(void **state)
{
	struct sbuf b, z;

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		body[i] = (char)('a' + i % 7 + i % 11);
	}
	assert_true(batch_deflate_bound(100000) < sizeof(again));
	sbuf_init(&z, again, sizeof(again));
	assert_int_equal(batch_deflate(body, 100000, &z, NULL), RC_OK);
	assert_true(z.len < 10000);
	sbuf_init(&b, line, sizeof(line));
	assert_int_equal(batch_inflate(z.p, z.len, 100000, &b, NULL), RC_OK);
	assert_int_equal(b.len, 100000);
	assert_memory_equal(b.p, body, b.len);
	/* room as the frame says, never more than may come out */
	assert_int_equal(batch_inflate_bound(z.p, z.len, BATCH_BYTES), 100000);
	assert_int_equal(batch_inflate_bound(z.p, z.len, 99999), 99999);
	assert_int_equal(batch_inflate_bound("[\n{}\n]", 6, 70), 70);
	assert_int_equal(batch_inflate_bound("", 0, 70), 70);
	/* a byte less, by the cap and by the buffer */
	assert_int_equal(batch_inflate(z.p, z.len, 99999, &b, NULL), RC_RANGE);
	assert_int_equal(b.len, 0);
	sbuf_init(&b, line, 100000);
	assert_int_equal(
		batch_inflate(z.p, z.len, BATCH_BYTES, &b, NULL), RC_RANGE);
	sbuf_init(&b, line, sizeof(line));
	for (size_t n = 0; n < z.len; n += n < 64 ? 1 : 97) {
		assert_int_equal(
			batch_inflate(z.p, n, 100000, &b, NULL), RC_PROTO);
	}
	/* something behind it */
	again[z.len] = 'x';
	assert_int_equal(
		batch_inflate(z.p, z.len + 1, 100000, &b, NULL), RC_PROTO);
	assert_int_equal(batch_deflate(body, 100000,
				 &(struct sbuf){.p = line, .cap = 10}, NULL),
		RC_RANGE);
}

/* Little that says it will be much, and a window nobody must have. */
static void
a_bomb_does_not_go_off(void **state)
{
	/* RFC 8878: 4 GiB of zeros as content size; a window of 2 GiB; a
	 * skippable frame; a dictionary; a MiB of one byte with a window of
	 * one MiB, size unknown, by a block of type RLE */
	static const uint8_t sized[] = {0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0,
		0, 1, 0, 0, 0, 0x01, 0, 0};
	static const uint8_t window[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x0b, 0, 0, 'a'};
	static const uint8_t skip[] = {
		0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};
	static const uint8_t dictionary[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x00, 9, 0x0b, 0, 0, 'a'};
	uint8_t rle[6 + 64 * 4] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50};
	struct sbuf b;

	(void)state;
	sbuf_init(&b, again, sizeof(again));
	assert_int_equal(
		batch_inflate(sized, sizeof(sized), BATCH_BYTES, &b, NULL),
		RC_RANGE);
	assert_int_equal(
		batch_inflate(window, sizeof(window), BATCH_BYTES, &b, NULL),
		RC_PROTO);
	assert_int_equal(
		batch_inflate(skip, sizeof(skip), BATCH_BYTES, &b, NULL),
		RC_PROTO);
	assert_int_equal(batch_inflate(dictionary, sizeof(dictionary),
				 BATCH_BYTES, &b, NULL),
		RC_PROTO);
	for (size_t i = 0; i < 64; i++) {
		uint32_t head = (131072u << 3) | 2u | (i == 63 ? 1u : 0);

		rle[6 + i * 4] = (uint8_t)head;
		rle[7 + i * 4] = (uint8_t)(head >> 8);
		rle[8 + i * 4] = (uint8_t)(head >> 16);
		rle[9 + i * 4] = 'a';
	}
	assert_int_equal(batch_inflate(rle, sizeof(rle), BATCH_BYTES, &b, NULL),
		RC_RANGE);
}

static void
every_type_has_an_envelope(void **state)
{
	uint8_t sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES], hash[HASH_BYTES];
	static const uint8_t seed[SIGN_SEED_BYTES] = {1};

	(void)state;
	crypto_sign_key(seed, pub, sec);
	for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
		struct event e;
		struct wire_peek p;
		struct sbuf b;

		sample_event((enum event_type)type, 1, &e);
		sbuf_init(&b, line, sizeof(line));
		assert_int_equal(wire_encode(&e, sec, &b, hash, NULL), RC_OK);
		assert_int_equal(wire_peek(b.p, b.len, &p, NULL), RC_OK);
		assert_int_equal(p.epoch, e.epoch);
		assert_int_equal(p.sequence, e.sequence);
		assert_memory_equal(p.prev, e.prev, HASH_BYTES);
		assert_string_equal(p.type, event_type_name(e.type));
		assert_int_equal(p.time.us, e.time.us);
		assert_int_equal(p.data[0], '{');
		assert_int_equal(p.data[p.data_len - 1], '}');
		assert_memory_equal(p.data + p.data_len, ",\"sig\":\"", 8);
		for (size_t i = 0; i < b.len; i += 1 + b.len / 200) {
			assert_int_equal(wire_peek(b.p, i, &p, NULL), RC_PROTO);
		}
	}
}

#define HEAD                                                                   \
	"{\"specversion\":\"1.0\",\"id\":\"1-7\",\"source\":\"/t/x\","         \
	"\"type\":\"holdfast.new.thing.v9\","                                  \
	"\"time\":\"2026-11-21T14:32:07.123456Z\""
#define CHAIN                                                                  \
	",\"epoch\":1,\"sequence\":\"00000000000000000007\",\"prev\":\""       \
	"00000000000000000000000000000000"                                     \
	"00000000000000000000000000000000\""
#define SIG                                                                    \
	",\"sig\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"

static void
an_envelope_may_grow(void **state)
{
	static const char good[] =
		HEAD ",\"later\":{\"a\":[1,\"}\\\"\"]}" CHAIN
		     ",\"more\":\"x,\",\"data\":{\"x\":\"\\\\\",\"y\":{}}" SIG;
	static const char quotes[] = HEAD CHAIN
		",\"data\":{\"\\\"}\":\"\\\\\\\"{\\\\\\\\\",\"\":\"\\\\\"}" SIG;
	static const char *const bad[] = {
		HEAD CHAIN ",\"data\":{}", /* no signature */
		HEAD CHAIN SIG,            /* no data */
		HEAD ",\"data\":{}" SIG,   /* no chain */
		HEAD CHAIN ",\"data\":{}" SIG " ",
		HEAD CHAIN ",\"data\":{}" SIG SIG,
		HEAD CHAIN ",\"data\":{}{}" SIG,
		HEAD CHAIN ",\"data\":{]" SIG,
		HEAD CHAIN ",\"data\":[]" SIG,
		HEAD CHAIN ",\"data\":{\"\n\":1}" SIG,
		HEAD CHAIN ",\"data\":{\"\xff\":1}" SIG,
		HEAD CHAIN ",\"data\":{\"",
		HEAD CHAIN ",\"data\":{\"\\",
		HEAD CHAIN
		",\"data\":{\"a\\\":{}}" SIG, /* no end of a string */
		HEAD CHAIN ",\"data\":{\"a\\\\\":{}" SIG,
		"{}",
		"[",
	};
	struct wire_peek p;

	(void)state;
	assert_int_equal(wire_peek(good, strlen(good), &p, NULL), RC_OK);
	assert_string_equal(p.type, "holdfast.new.thing.v9");
	assert_string_equal(p.source, "/t/x");
	assert_int_equal(p.data_len, strlen("{\"x\":\"\\\\\",\"y\":{}}"));
	assert_int_equal(wire_peek(quotes, strlen(quotes), &p, NULL), RC_OK);
	assert_memory_equal(p.data + p.data_len, ",\"sig\"", 6);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(
			wire_peek(bad[i], strlen(bad[i]), &p, NULL), RC_PROTO);
	}
}

static void
an_id_is_epoch_and_sequence(void **state)
{
	char text[1024];
	struct wire_peek p;

	(void)state;
	memcpy(text, HEAD CHAIN ",\"data\":{}" SIG,
		sizeof(HEAD CHAIN ",\"data\":{}" SIG));
	assert_int_equal(wire_peek(text, strlen(text), &p, NULL), RC_OK);
	memcpy(strstr(text, "1-7"), "1-8", 3);
	assert_int_equal(wire_peek(text, strlen(text), &p, NULL), RC_PROTO);
	memcpy(strstr(text, "1-8"), "2-7", 3);
	assert_int_equal(wire_peek(text, strlen(text), &p, NULL), RC_PROTO);
}

static void
an_anchor_is_of_all_it_says(void **state)
{
	static const uint8_t seed[SIGN_SEED_BYTES] = {2};
	const struct anchor good = {.reg = {1},
		.epoch = 2,
		.sequence = 42,
		.hash = {7},
		.time = {1234567890123456}};
	uint8_t sec[SIGN_SEC_BYTES], pub[SIGN_PUB_BYTES], sig[SIG_BYTES];
	uint8_t want[SIG_BYTES];
	struct anchor a = good;
	static const char text[] =
		"holdfast-anchor-v1\n"
		"01000000-0000-0000-0000-000000000000\n2\n42\n"
		"07000000000000000000000000000000"
		"00000000000000000000000000000000\n"
		"2009-02-13T23:31:30.123456Z\n";

	(void)state;
	crypto_sign_key(seed, pub, sec);
	anchor_sign(&a, sec, sig);
	crypto_sign_with(sec, text, strlen(text), want);
	assert_memory_equal(sig, want, SIG_BYTES);
	assert_true(anchor_verify(&a, pub, sig));
	a.reg[15]++;
	assert_false(anchor_verify(&a, pub, sig));
	a = good;
	a.epoch++;
	assert_false(anchor_verify(&a, pub, sig));
	a = good;
	a.sequence--;
	assert_false(anchor_verify(&a, pub, sig));
	a = good;
	a.hash[31]++;
	assert_false(anchor_verify(&a, pub, sig));
	a = good;
	a.time.us++;
	assert_false(anchor_verify(&a, pub, sig));
}

static void
a_code_proves_each_group(void **state)
{
	struct code c = {.part = 255, .secret = {9, 8, 7}, .pin = {0xfe}};
	struct code back;
	struct err e;
	char text[CODE_TEXT_BYTES];
	char bent[CODE_TEXT_BYTES + 8];
	size_t n;

	(void)state;
	code_format(&c, text);
	n = strlen(text);
	assert_int_equal(n, 9 * 6 - 1);
	assert_int_equal(code_parse(text, n, &back, NULL), RC_OK);
	assert_memory_equal(&back, &c, sizeof(c));
	/* keyed as people key it */
	for (size_t i = 0; i <= n; i++) {
		char ch = text[i] == '-' ? ' ' : text[i];

		ch = ch == '0' ? 'o' : ch == '1' ? 'l' : ch;
		bent[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch;
	}
	assert_int_equal(code_parse(bent, n, &back, NULL), RC_OK);
	assert_memory_equal(&back, &c, sizeof(c));
	for (size_t i = 0; i < n; i++) {
		char was = text[i];

		if (was == '-') {
			continue;
		}
		text[i] = was == 'Z' ? 'Y' : 'Z';
		assert_int_equal(code_parse(text, n, &back, &e), RC_INVAL);
		assert_non_null(strstr(e.msg, "of the code"));
		assert_int_equal(e.msg[6], '1' + (int)(i / 6));
		text[i] = was;
	}
	assert_int_equal(code_parse(text, n - 6, &back, NULL), RC_INVAL);
	assert_int_equal(code_parse("", 0, &back, NULL), RC_INVAL);
}

int
main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(lines_come_back_verbatim),
		cmocka_unit_test(a_body_stays_in_its_bounds),
		cmocka_unit_test(what_is_no_batch_is_refused),
		cmocka_unit_test(zstd_goes_both_ways),
		cmocka_unit_test(a_bomb_does_not_go_off),
		cmocka_unit_test(every_type_has_an_envelope),
		cmocka_unit_test(an_envelope_may_grow),
		cmocka_unit_test(an_id_is_epoch_and_sequence),
		cmocka_unit_test(an_anchor_is_of_all_it_says),
		cmocka_unit_test(a_code_proves_each_group),
	};

	return crypto_init() == RC_OK ? cmocka_run_group_tests(test, NULL, NULL)
				      : 1;
}
