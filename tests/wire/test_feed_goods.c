/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "wire/feed_goods.h"
#include "wire/flat.h"

#include "base/poison.h"

static char memory[1 << 16];
static char text[1 << 14];

static enum rc
flat_of(const char *s, struct flat *f)
{
	struct arena a;

	arena_init(&a, memory, sizeof(memory));
	return flat_read(s, strlen(s), &a, f, NULL);
}

static void
test_flat(void **state)
{
	struct flat f;
	const struct flat_cell *c;

	(void)state;
	assert_int_equal(flat_of(" {\"a\":\"x\\u00e9\\n\\\"\\ud83d\\ude00\","
				 "\"b\" : -12,\"c\":[\"1\", \"\",\"23\"],"
				 "\"d\":true,\"e\":null,\"f\":[]}\n",
				 &f),
		RC_OK);
	assert_int_equal(f.n, 6);
	c = flat_find(&f, "a");
	assert_string_equal(c->text, "x\xc3\xa9\n\"\xf0\x9f\x98\x80");
	assert_int_equal(flat_find(&f, "b")->i, -12);
	c = flat_find(&f, "c");
	assert_int_equal(c->n, 3);
	assert_memory_equal(c->text,
		"1\0\0"
		"23",
		6);
	assert_int_equal(flat_find(&f, "d")->i, 1);
	assert_null(flat_find(&f, "e"));
	assert_int_equal(flat_find(&f, "f")->n, 0);
	assert_int_equal(flat_of("{}", &f), RC_OK);
}

static void
test_flat_refuses(void **state)
{
	static const char *const bad[] = {"", "[]", "{", "{\"a\":1",
		"{\"a\":1,}", "{\"a\":1,\"a\":2}", "{\"a\":NaN}", "{\"a\":1e3}",
		"{\"a\":1.5}", "{\"a\":01}", "{\"a\":'x'}", "{'a':1}",
		"{\"a\":9007199254740992}", "{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00x\"}",
		"{\"a\":{\"b\":1}}", "{\"a\":[1]}", "{\"a\":[\"x\",]}",
		"{\"a\":\"x\ny\"}", "{\"a\":\"\xff\"}", "{\"a\":1} x",
		"{\"a\":\"\\x\"}", "{\"a\":-}", "{\"a\":tru}", "{\"a\":[\"x\"",
		"{\"a\" 1}", "{\"a\":\"\\u12"};
	struct flat f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (flat_of(bad[i], &f) != RC_PROTO) {
			fail_msg("taken: %s", bad[i]);
		}
	}
}

static void
test_flat_end(void **state)
{
	static const char two[] = "{\"a\":\"}\\\"{\"}{\"b\":1}";

	(void)state;
	assert_int_equal(flat_end(two, strlen(two)), 12);
	assert_int_equal(flat_end(two, 11), 0);
}

static void
test_product(void **state)
{
	static const char want[] =
		"{\"code\":\"5449000000996\",\"name\":\"Cola \xc3\xa9\","
		"\"price\":129,\"digits\":2,\"tax\":\"A\",\"department\":"
		"\"Drinks\",\"age\":18,\"unit\":\"kg\",\"tare\":5,"
		"\"deposit\":\"pfand\",\"groups\":\"cold drink\"}";
	struct feed_product p;
	struct arena a;
	struct sbuf b;

	(void)state;
	arena_init(&a, memory, sizeof(memory));
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(
		feed_product_decode(want, strlen(want), &a, &p, NULL), RC_OK);
	assert_int_equal(p.item.kind, CODE_EAN13);
	assert_int_equal(p.item.price.minor, 129);
	assert_int_equal(p.item.min_age, 18);
	assert_int_equal(feed_product_encode(&p, &b, NULL), RC_OK);
	assert_string_equal(b.p, want);
}

static void
test_product_refuses(void **state)
{
	static const char *const bad[][2] = {
		{"{\"name\":\"x\",\"price\":1,\"digits\":2,\"tax\":\"A\"}",
			"code"},
		{"{\"code\":\"1\",\"price\":1,\"digits\":2,\"tax\":\"A\"}",
			"name"},
		{"{\"code\":\"1\",\"name\":\"x\",\"price\":-1,\"digits\":2,"
		 "\"tax\":\"A\"}",
			"price"},
		{"{\"code\":\"1\",\"name\":\"x\",\"price\":\"1\",\"digits\":2,"
		 "\"tax\":\"A\"}",
			"price"},
		{"{\"code\":\"1\",\"name\":\"x\",\"price\":1,\"tax\":\"A\"}",
			"price"},
		{"{\"code\":\"1\",\"name\":\"x\",\"price\":1,\"digits\":1,"
		 "\"tax\":\"A\"}",
			"price"},
		{"{\"code\":\"1\",\"name\":\"x\",\"price\":1,\"digits\":2,"
		 "\"tax\":\"ABCDEFGH\"}",
			"tax"},
		{"{\"code\":\"1\",\"name\":\"x\",\"price\":1,\"digits\":2,"
		 "\"tax\":\"A\",\"age\":151}",
			"age"},
		{"{\"code\":\"1\",\"name\":\"x\",\"price\":1,\"digits\":2,"
		 "\"tax\":\"A\",\"unit\":\"ell\"}",
			"unit"},
		{"{\"code\":\"1\",\"name\":\"x\",\"price\":1,\"digits\":2,"
		 "\"tax\":\"A\",\"tare\":5}",
			"tare"}};
	struct feed_product p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct arena a;
		struct err e = {0};

		arena_init(&a, memory, sizeof(memory));
		assert_int_equal(feed_product_decode(bad[i][0],
					 strlen(bad[i][0]), &a, &p, &e),
			RC_PROTO);
		assert_non_null(strstr(e.msg, bad[i][1]));
	}
}

static void
test_price(void **state)
{
	static const char price[] =
		"{\"code\":\"AB 1\",\"price\":0,\"digits\":0}";
	struct feed_price p;
	struct arena a;
	struct sbuf b;

	(void)state;
	arena_init(&a, memory, sizeof(memory));
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(
		feed_price_decode(price, strlen(price), &a, &p, NULL), RC_OK);
	assert_int_equal(feed_price_encode(&p, &b, NULL), RC_OK);
	assert_string_equal(b.p, price);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flat),
		cmocka_unit_test(test_flat_refuses),
		cmocka_unit_test(test_flat_end),
		cmocka_unit_test(test_product),
		cmocka_unit_test(test_product_refuses),
		cmocka_unit_test(test_price),
	};

	if (crypto_init() != RC_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
