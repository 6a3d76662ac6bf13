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

#include "base/bytes.h"
#include "base/rng.h"
#include "wire/persons.h"

#include "base/poison.h"

static struct person_key in[PERSONS_MAX], got[PERSONS_MAX];
static char body[PERSONS_BODY_BYTES];
static uint8_t pub[KEY_BYTES], sec[KEY_BYTES];

static int
begin(void **state)
{
	struct rng r = rng_system();

	(void)state;
	crypto_box_pair(&r, pub, sec);
	rng_fill(&r, (uint8_t *)in, sizeof(in));
	for (size_t i = 0; i < PERSONS_MAX; i++) {
		(void)snprintf(
			in[i].no, sizeof(in[i].no), "%d", (int)(999990000 + i));
	}
	return 0;
}

static size_t
there_and_back(size_t n)
{
	struct err e = {0};
	struct sbuf b;
	size_t back = 0;

	sbuf_init(&b, body, sizeof(body));
	assert_int_equal(persons_seal(in, n, pub, &b, NULL), RC_OK);
	if (persons_open(body, b.len, sec, got, PERSONS_MAX, &back, &e) !=
		RC_OK) {
		fail_msg("%s", e.msg);
	}
	for (size_t i = 0; i < back; i++) {
		assert_string_equal(got[i].no, in[i].no);
		assert_memory_equal(got[i].key, in[i].key, KEY_BYTES);
	}
	return back;
}

static void
they_come_back(void **state)
{
	(void)state;
	assert_int_equal(there_and_back(0), 0);
	assert_int_equal(there_and_back(1), 1);
	assert_int_equal(there_and_back(PERSONS_MAX), PERSONS_MAX);
}

static void
for_nobody_else(void **state)
{
	uint8_t other[KEY_BYTES], another[KEY_BYTES];
	struct rng r = rng_system();
	struct sbuf b;
	size_t n;

	(void)state;
	crypto_box_pair(&r, other, another);
	sbuf_init(&b, body, sizeof(body));
	assert_int_equal(persons_seal(in, 3, pub, &b, NULL), RC_OK);
	assert_int_equal(
		persons_open(body, b.len, another, got, 3, &n, NULL), RC_KEY);
	assert_int_equal(
		persons_open(body, b.len, sec, got, 2, &n, NULL), RC_RANGE);
	body[b.len / 2] = body[b.len / 2] == 'A' ? 'B' : 'A';
	assert_int_not_equal(
		persons_open(body, b.len, sec, got, 3, &n, NULL), RC_OK);
	sbuf_init(&b, body, 20);
	assert_int_equal(persons_seal(in, 3, pub, &b, NULL), RC_RANGE);
	assert_int_equal(
		persons_seal(in, PERSONS_MAX + 1, pub, &b, NULL), RC_RANGE);
}

/* Sealed rightly, and nonsense inside. */
static void
what_is_inside_is_looked_at(void **state)
{
	static const char *const bad[] = {"{}", "[]", "{\"persons\":{}}",
		"{\"persons\":[1]}", "{\"persons\":[{\"number\":\"7\"}]}",
		"{\"persons\":[{\"number\":\"7\",\"key\":\"AAAA\"}]}",
		"{\"persons\":[{\"number\":\"\",\"key\":\"AAAA\"}]}", "x"};
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint8_t box[256];
		size_t len = strlen(bad[i]) + BOX_BYTES;
		char text[BASE64_LEN(256) + 1];
		int k;

		crypto_box_seal_to(pub, bad[i], strlen(bad[i]), box);
		base64_encode(text, box, len);
		text[BASE64_LEN(len)] = '\0';
		k = snprintf(body, sizeof(body), "{\"sealed\":\"%s\"}", text);
		assert_int_equal(
			persons_open(body, (size_t)k, sec, got, 9, &n, NULL),
			RC_PROTO);
	}
	assert_int_equal(
		persons_open("{\"sealed\":\"\"}", 13, sec, got, 9, &n, NULL),
		RC_PROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(they_come_back, begin),
		cmocka_unit_test_setup(for_nobody_else, begin),
		cmocka_unit_test_setup(what_is_inside_is_looked_at, begin),
	};

	if (crypto_init() != RC_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
