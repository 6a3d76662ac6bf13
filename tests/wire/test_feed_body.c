/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h wants the others before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <string.h>

#include "base/rng.h"
#include "wire/feed_body.h"

#include "base/poison.h"

static char memory[1 << 16];
static struct arena arena;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, memory, sizeof(memory));
	return 0;
}

static enum rc
read_text(const char *body, const char **ret)
{
	return feed_text_decode(body, strlen(body), &arena, ret, NULL);
}

static enum rc
read_person(const char *text, struct feed_person *ret)
{
	return feed_person_decode(text, strlen(text), &arena, ret, NULL);
}

static void
a_text_is_a_text(void **state)
{
	const char *text = NULL;
	char out[256];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, out, sizeof(out));
	assert_int_equal(
		feed_text_encode("[sale]\nnot_on_file = stop\n", &b, NULL),
		RC_OK);
	assert_string_equal(
		out, "{\"text\":\"[sale]\\nnot_on_file = stop\\n\"}");
	assert_int_equal(read_text(out, &text), RC_OK);
	assert_string_equal(text, "[sale]\nnot_on_file = stop\n");
	assert_int_equal(
		read_text("{\"x\":1,\"text\":\"a\",\"y\":[]}", &text), RC_OK);
	assert_int_equal(read_text("{}", &text), RC_PROTO);
	assert_int_equal(read_text("{\"text\":1}", &text), RC_PROTO);
	assert_int_equal(
		read_text("{\"text\":\"a\\u0000b\"}", &text), RC_PROTO);
	assert_int_equal(read_text("{\"text\":\"\xff\"}", &text), RC_PROTO);
	assert_int_equal(read_text("{\"text\":\"a\"}x", &text), RC_PROTO);
	assert_int_equal(read_text("[\"text\"]", &text), RC_PROTO);
	assert_int_equal(read_text("", &text), RC_PROTO);
}

static void
a_person_comes_back_as_they_were(void **state)
{
	struct feed_person p = {.number = "7",
		.name = "Ada \"L\"",
		.role = "cashier",
		.active = true,
		.pin = FEED_PIN_IS,
		.has_badges = true,
		.n_badge = 2,
		.badge = {"4006381333931", "B 77\\1"}};
	struct feed_person q;
	uint8_t pub[KEY_BYTES], sec[KEY_BYTES], other[KEY_BYTES];
	struct rng r = rng_system();
	char out[4096];
	struct sbuf b;

	(void)state;
	memset(p.salt, 0x11, sizeof(p.salt));
	memset(p.hash, 0xfe, sizeof(p.hash));
	crypto_box_pair(&r, pub, sec);
	crypto_box_pair(&r, other, other);
	sbuf_init(&b, out, sizeof(out));
	assert_int_equal(feed_person_seal(&p, pub, &b, NULL), RC_OK);
	assert_null(strstr(out, "Ada"));
	assert_int_equal(
		feed_person_open(out, b.len, sec, &arena, &q, NULL), RC_OK);
	assert_string_equal(q.number, "7");
	assert_string_equal(q.name, "Ada \"L\"");
	assert_string_equal(q.role, "cashier");
	assert_true(q.active);
	assert_int_equal(q.pin, FEED_PIN_IS);
	assert_memory_equal(q.salt, p.salt, sizeof(q.salt));
	assert_memory_equal(q.hash, p.hash, sizeof(q.hash));
	assert_int_equal(q.n_badge, 2);
	assert_string_equal(q.badge[1], "B 77\\1");
	assert_int_equal(
		feed_person_open(out, b.len, other, &arena, &q, NULL), RC_KEY);
	out[20] ^= 1;
	assert_int_not_equal(
		feed_person_open(out, b.len, sec, &arena, &q, NULL), RC_OK);
}

static void
what_is_not_said_is_kept(void **state)
{
	struct feed_person q;

	(void)state;
	assert_int_equal(read_person("{\"number\":\"7\",\"role\":\"owner\","
				     "\"active\":false}",
				 &q),
		RC_OK);
	assert_int_equal(q.pin, FEED_PIN_KEEP);
	assert_false(q.has_badges);
	assert_null(q.name);
	assert_false(q.active);
	assert_int_equal(read_person("{\"number\":\"7\",\"role\":\"owner\","
				     "\"active\":true,\"pin\":\"\","
				     "\"badges\":[]}",
				 &q),
		RC_OK);
	assert_int_equal(q.pin, FEED_PIN_NONE);
	assert_true(q.has_badges);
	assert_int_equal(q.n_badge, 0);
}

static void
hostile_persons_are_refused(void **state)
{
	static const char *const bad[] = {"{\"number\":7}",
		"{\"number\":\"7\",\"role\":\"x\"}",
		"{\"number\":\"7\",\"role\":\"x\",\"active\":1}",
		"{\"number\":\"7\",\"role\":\"x\",\"active\":true,"
		"\"pin\":\"1234\"}",
		"{\"number\":\"7\",\"role\":\"x\",\"active\":true,"
		"\"badges\":\"1\"}",
		"{\"number\":\"7\",\"role\":\"x\",\"active\":true,"
		"\"badges\":[1]}",
		"{\"number\":\"7\",\"role\":\"x\",\"active\":true,"
		"\"badges\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}",
		"{\"number\":\"7\\u0000\",\"role\":\"x\",\"active\":true}",
		"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}"
		"}}}}}}}}"};
	struct feed_person q;
	uint8_t sec[KEY_BYTES] = {1};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_person(bad[i], &q), RC_PROTO);
	}
	assert_int_equal(feed_person_open("{\"sealed\":\"AAAA\"}", 17, sec,
				 &arena, &q, NULL),
		RC_PROTO);
	assert_int_equal(
		feed_person_open("{\"text\":\"\"}", 11, sec, &arena, &q, NULL),
		RC_PROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_text_is_a_text, begin),
		cmocka_unit_test_setup(a_person_comes_back_as_they_were, begin),
		cmocka_unit_test_setup(what_is_not_said_is_kept, begin),
		cmocka_unit_test_setup(hostile_persons_are_refused, begin),
	};

	if (crypto_init() != RC_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
