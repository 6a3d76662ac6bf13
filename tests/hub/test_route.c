/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub/auth.h"
#include "hub/head.h"
#include "hub/stale.h"
#include "wire/batch.h"

#define TENANT "01890000-0000-7000-8000-000000000001"
#define REG "01890000-0000-7000-8000-0000000000ff"

static void
finds_paths(void **state)
{
	struct request q = {0};
	const struct route *r = NULL;

	(void)state;
	assert_int_equal(
		route_find("GET", "/v1/registers/" REG "/head", &q, &r), RC_OK);
	assert_string_equal(r->path, "/v1/registers/{id}/head");
	assert_int_equal(q.n_arg, 1);
	assert_string_equal(q.arg[0], REG);
	assert_int_equal(
		route_find("POST", "/v1/registers/a%2Fb/events", &q, &r),
		RC_OK);
	assert_string_equal(q.arg[0], "a/b");
	assert_int_equal(r->who, ROUTE_REGISTER);
	assert_int_equal(
		route_find("PUT", "/v1/registers/x/events", &q, &r), RC_DENIED);
	assert_int_equal(route_find("GET", "/", &q, &r), RC_NOTFOUND);
	assert_int_equal(
		route_find("GET", "/v1/registers//head", &q, &r), RC_NOTFOUND);
	assert_int_equal(route_find("GET", "/v1/registers/x/head/", &q, &r),
		RC_NOTFOUND);
	assert_int_equal(route_find("GET", "/v1/registers/a%00b/head", &q, &r),
		RC_NOTFOUND);
	assert_int_equal(route_find("GET", "/v1/registers/a%2/head", &q, &r),
		RC_NOTFOUND);
}

static void
no_path_is_there_twice(void **state)
{
	size_t n;
	const struct route *t = route_table(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct request q = {0};
		const struct route *r = NULL;

		assert_non_null(t[i].fn);
		assert_int_equal(
			route_find(t[i].method, t[i].path, &q, &r), RC_OK);
		assert_ptr_equal(r, &t[i]);
	}
}

static void
reads_queries(void **state)
{
	struct request q = {.query = "from=12&name=a+b%21&empty=&bad=%zz"};
	struct err e = {0};
	char out[8];
	int64_t v = 0;

	(void)state;
	assert_true(request_query(&q, "name", out, sizeof(out)));
	assert_string_equal(out, "a b!");
	assert_true(request_query(&q, "empty", out, sizeof(out)));
	assert_string_equal(out, "");
	assert_false(request_query(&q, "nam", out, sizeof(out)));
	assert_false(request_query(&q, "bad", out, sizeof(out)));
	assert_int_equal(request_number(&q, "from", 1, 100, 7, &v, &e), RC_OK);
	assert_int_equal(v, 12);
	assert_int_equal(request_number(&q, "limit", 1, 100, 7, &v, &e), RC_OK);
	assert_int_equal(v, 7);
	assert_int_equal(
		request_number(&q, "from", 1, 11, 7, &v, &e), RC_PROTO);
	q.query = "";
	assert_false(request_query(&q, "from", out, sizeof(out)));
}

static void
takes_content(void **state)
{
	char packed[256], text[] = "hello hello hello hello";
	struct request q = {
		.body = (const uint8_t *)text, .n_body = sizeof(text) - 1};
	struct sbuf out;
	struct err e = {0};
	char *p = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(request_content(&q, 100, &p, &n, &e), RC_OK);
	assert_int_equal(n, sizeof(text) - 1);
	assert_string_equal(p, text);
	free(p);
	assert_int_equal(request_content(&q, 10, &p, &n, &e), RC_RANGE);
	sbuf_init(&out, packed, sizeof(packed));
	assert_int_equal(
		batch_deflate(text, sizeof(text) - 1, &out, &e), RC_OK);
	q.body = (const uint8_t *)packed;
	q.n_body = out.len;
	q.encoding = "zstd";
	assert_int_equal(request_content(&q, 100, &p, &n, &e), RC_OK);
	assert_string_equal(p, text);
	free(p);
	assert_int_equal(request_content(&q, 22, &p, &n, &e), RC_RANGE);
	q.n_body--;
	assert_int_equal(request_content(&q, 100, &p, &n, &e), RC_PROTO);
	q.encoding = "gzip";
	assert_int_equal(request_content(&q, 100, &p, &n, &e), RC_PROTO);
}

static void
takes_key_ids_apart(void **state)
{
	static const char *const wrong[] = {"", "New", "1", "1.2",
		"1.2." TENANT, "256.2." TENANT "." REG, "01.2." TENANT "." REG,
		"-1.2." TENANT "." REG, "1.2." TENANT "." REG "x",
		"1.2." TENANT "-" REG, "1.2." TENANT "." REG ".",
		"1.b." TENANT "." REG, "a.2." TENANT "." REG,
		"1..2." TENANT "." REG};
	struct auth_keyid k;
	char text[AUTH_KEYID_BYTES];

	(void)state;
	assert_int_equal(auth_keyid_parse("7.255." TENANT "." REG, &k), RC_OK);
	assert_int_equal(k.who, ROUTE_REGISTER);
	assert_int_equal(k.tpart, 7);
	assert_int_equal(k.spart, 255);
	assert_int_equal(k.id[15], 0xff);
	auth_keyid_format(&k, text);
	assert_string_equal(text, "7.255." TENANT "." REG);
	assert_int_equal(auth_keyid_parse("0.a." TENANT "." REG, &k), RC_OK);
	assert_int_equal(k.who, ROUTE_ADMIN);
	auth_keyid_format(&k, text);
	assert_string_equal(text, "0.a." TENANT "." REG);
	assert_int_equal(auth_keyid_parse("new", &k), RC_OK);
	assert_int_equal(k.who, ROUTE_NEW);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(auth_keyid_parse(wrong[i], &k), RC_PROTO);
	}
}

static void
remembers_requests(void **state)
{
	uint8_t nonce[HTTP_SIG_NONCE_BYTES] = {1};
	struct stale *s = NULL;
	struct err e = {0};

	(void)state;
	assert_int_equal(stale_new(&s, &e), RC_OK);
	assert_int_equal(stale_add(s, "a", nonce, 1000, 1000), RC_OK);
	assert_int_equal(stale_add(s, "a", nonce, 1000, 1001), RC_EXISTS);
	assert_int_equal(stale_add(s, "b", nonce, 1000, 1001), RC_OK);
	/* at its last moment, and when its time alone would refuse it */
	assert_int_equal(stale_add(s, "a", nonce, 1000, 1300), RC_EXISTS);
	assert_int_equal(stale_add(s, "a", nonce, 1301, 1301), RC_OK);
	/* one from later is remembered for as long as it would pass */
	nonce[0] = 2;
	assert_int_equal(stale_add(s, "a", nonce, 1600, 1301), RC_OK);
	assert_int_equal(stale_add(s, "a", nonce, 1600, 1900), RC_EXISTS);
	stale_free(s);
	stale_free(NULL);
}

static void
refuses_what_it_cannot_remember(void **state)
{
	uint8_t nonce[HTTP_SIG_NONCE_BYTES] = {0};
	struct stale *s = NULL;
	struct err e = {0};
	size_t busy = 0;

	(void)state;
	assert_int_equal(stale_new(&s, &e), RC_OK);
	for (uint32_t i = 0; i < 2 * STALE_SLOTS; i++) {
		enum rc rc;

		memcpy(nonce, &i, sizeof(i));
		rc = stale_add(s, "a", nonce, 1000, 1000);
		assert_true(rc == RC_OK || rc == RC_BUSY);
		busy += rc == RC_BUSY ? 1 : 0;
	}
	assert_true(busy >= STALE_SLOTS);
	/* who was not remembered was not let in, and who was stays */
	memset(nonce, 0, sizeof(nonce));
	assert_int_equal(stale_add(s, "a", nonce, 1000, 1000), RC_EXISTS);
	stale_free(s);
}

static void
reads_backlogs(void **state)
{
	uint64_t count = 1;
	int64_t oldest = 1;

	(void)state;
	head_backlog("count=38, oldest=720", &count, &oldest);
	assert_int_equal(count, 38);
	assert_int_equal(oldest, 720);
	head_backlog("count=99999999999999999999, oldest=x", &count, &oldest);
	assert_int_equal(count, 0);
	assert_int_equal(oldest, 0);
	head_backlog(NULL, &count, &oldest);
	assert_int_equal(count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_paths),
		cmocka_unit_test(no_path_is_there_twice),
		cmocka_unit_test(reads_queries),
		cmocka_unit_test(takes_content),
		cmocka_unit_test(takes_key_ids_apart),
		cmocka_unit_test(remembers_requests),
		cmocka_unit_test(refuses_what_it_cannot_remember),
		cmocka_unit_test(reads_backlogs),
	};

	return crypto_init() == RC_OK
		       ? cmocka_run_group_tests(tests, NULL, NULL)
		       : 99;
}
