/* SPDX-License-Identifier: Apache-2.0 */
/* What the worker keeps: its state, the quarantine, the link's file. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "store/sync_db.h"
#include "sync/http.h"
#include "sync/link.h"

#include "base/poison.h"

struct room {
	char dir[64];
};

static int
begin(void **state)
{
	struct room *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	memcpy(r->dir, "/tmp/holdfast-sync.XXXXXX", 26);
	assert_non_null(mkdtemp(r->dir));
	*state = r;
	return 0;
}

static int
end(void **state)
{
	struct room *r = *state;
	char path[PATH_BYTES];

	assert_int_equal(sync_db_remove(r->dir, NULL), RC_OK);
	if (path_join(path, sizeof(path), r->dir, LINK_NAME) == RC_OK) {
		(void)unlink(path);
	}
	(void)rmdir(r->dir);
	free(r);
	return 0;
}

static void
test_state(void **state)
{
	struct room *r = *state;
	struct sync_state a = {.keyid = "0.1.t.r",
		.acked_epoch = 2,
		.acked = 42,
		.acked_time = {5},
		.durable = 40,
		.most = 50,
		.stop = SYNC_STOP_FENCED,
		.stop_epoch = 3,
		.stop_sequence = 41,
		.salvaged = 44,
		.paused = {INT64_MAX},
		.success = {6},
		.offset_us = -7,
		.nonce = "one",
		.next = "two",
		.pause_us = 8,
		.was = "the hub refuses: denied",
		.was_at = {9},
		.was_over = {10}};
	struct sync_state b;
	struct sync_db *d = NULL;

	memset(a.acked_hash, 1, sizeof(a.acked_hash));
	memset(a.anchor, 2, sizeof(a.anchor));
	memset(a.hub, 3, sizeof(a.hub));
	assert_int_equal(sync_db_open(r->dir, &d, NULL), RC_OK);
	assert_int_equal(sync_db_get(d, &b, NULL), RC_OK);
	assert_int_equal(b.acked, 0);
	assert_int_equal(sync_db_put(d, &a, true, NULL), RC_OK);
	sync_db_close(d);
	d = NULL;
	assert_int_equal(sync_db_open(r->dir, &d, NULL), RC_OK);
	assert_int_equal(sync_db_get(d, &b, NULL), RC_OK);
	assert_string_equal(b.keyid, a.keyid);
	assert_int_equal(b.acked_epoch, a.acked_epoch);
	assert_int_equal(b.acked, a.acked);
	assert_memory_equal(b.acked_hash, a.acked_hash, HASH_BYTES);
	assert_int_equal(b.acked_time.us, a.acked_time.us);
	assert_memory_equal(b.anchor, a.anchor, SIG_BYTES);
	assert_memory_equal(b.hub, a.hub, UUID_BYTES);
	assert_int_equal(b.durable, a.durable);
	assert_int_equal(b.most, a.most);
	assert_int_equal(b.stop, a.stop);
	assert_int_equal(b.stop_epoch, a.stop_epoch);
	assert_int_equal(b.stop_sequence, a.stop_sequence);
	assert_int_equal(b.salvaged, a.salvaged);
	assert_int_equal(b.paused.us, a.paused.us);
	assert_int_equal(b.success.us, a.success.us);
	assert_int_equal(b.offset_us, a.offset_us);
	assert_string_equal(b.nonce, "one");
	assert_string_equal(b.next, "two");
	assert_int_equal(b.pause_us, a.pause_us);
	assert_string_equal(b.was, a.was);
	assert_int_equal(b.was_at.us, a.was_at.us);
	assert_int_equal(b.was_over.us, a.was_over.us);
	sync_db_close(d);
}

static void
test_quarantine(void **state)
{
	static const uint64_t order[] = {9, 2, 300, 2};
	struct room *r = *state;
	struct sync_state s = {.acked = 1};
	struct sync_poison p = {.epoch = 1, .reason = "no JSON"};
	struct sync_poison got;
	struct sync_db *d = NULL;

	assert_int_equal(sync_db_open(r->dir, &d, NULL), RC_OK);
	assert_int_equal(sync_db_poison_next(d, 0, 0, &got, NULL), RC_NOTFOUND);
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		p.sequence = order[i];
		p.at.us = (int64_t)i;
		assert_int_equal(sync_db_poison(d, &p, &s, NULL), RC_OK);
	}
	p = (struct sync_poison){.epoch = 2, .sequence = 1};
	assert_int_equal(sync_db_poison(d, &p, &s, NULL), RC_OK);
	assert_int_equal(sync_db_poison_next(d, 0, 0, &got, NULL), RC_OK);
	assert_int_equal(got.sequence, 2);
	assert_int_equal(got.at.us, 1); /* the first time counts */
	assert_string_equal(got.reason, "no JSON");
	assert_int_equal(sync_db_poison_next(d, 1, 2, &got, NULL), RC_OK);
	assert_int_equal(got.sequence, 9);
	assert_int_equal(sync_db_poison_next(d, 1, 300, &got, NULL), RC_OK);
	assert_int_equal(got.epoch, 2);
	assert_int_equal(sync_db_poison_next(d, 2, 1, &got, NULL), RC_NOTFOUND);
	assert_int_equal(sync_db_poison_clear(d, NULL), RC_OK);
	assert_int_equal(sync_db_poison_next(d, 0, 0, &got, NULL), RC_NOTFOUND);
	sync_db_close(d);
}

/* A file that is none, and one that was changed. */
static void
test_damage(void **state)
{
	static const char text[] = "this is no database\n";
	struct room *r = *state;
	struct sync_state s = {.acked = 77, .nonce = "abcdefgh"};
	struct sync_db *d = NULL;
	char path[PATH_BYTES];
	uint8_t *p = NULL;
	size_t n = 0;
	struct err e = {0};
	enum rc rc;

	assert_int_equal(
		path_join(path, sizeof(path), r->dir, "data.mdb"), RC_OK);
	assert_int_equal(
		file_save(path, text, sizeof(text), 0600, NULL), RC_OK);
	assert_int_equal(sync_db_open(r->dir, &d, &e), RC_CORRUPT);
	assert_int_equal(sync_db_remove(r->dir, NULL), RC_OK);
	assert_int_equal(sync_db_open(r->dir, &d, NULL), RC_OK);
	assert_int_equal(sync_db_put(d, &s, true, NULL), RC_OK);
	sync_db_close(d);
	d = NULL;
	assert_int_equal(file_load(path, 1 << 20, &p, &n, NULL), RC_OK);
	for (size_t i = 0; i + 8 <= n; i++) {
		if (memcmp(p + i, "abcdefgh", 8) == 0) {
			p[i] ^= 1;
		}
	}
	assert_int_equal(file_save(path, p, n, 0600, NULL), RC_OK);
	free(p);
	assert_int_equal(sync_db_open(r->dir, &d, NULL), RC_OK);
	rc = sync_db_get(d, &s, &e);
	assert_int_equal(rc, RC_CORRUPT);
	assert_int_equal(s.acked, 0);
	sync_db_close(d);
}

static void
test_link(void **state)
{
	struct room *r = *state;
	struct link a = {.url = "https://hub.example:8443",
		.keyid = "0.1.x.y",
		.kind = "enroll",
		.tenant_name = "A shop # with = signs",
		.nonce = "n"};
	struct link b;
	struct err e = {0};
	char path[PATH_BYTES];

	assert_int_equal(link_read(r->dir, &b, &e), RC_NOTFOUND);
	memset(a.hub, 1, sizeof(a.hub));
	memset(a.hub_key, 2, sizeof(a.hub_key));
	memset(a.hub_box, 3, sizeof(a.hub_box));
	memset(a.tenant, 4, sizeof(a.tenant));
	memset(a.store, 5, sizeof(a.store));
	memset(a.reg, 6, sizeof(a.reg));
	assert_int_equal(link_write(r->dir, &a, &e), RC_OK);
	assert_int_equal(link_read(r->dir, &b, &e), RC_OK);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(
		path_join(path, sizeof(path), r->dir, LINK_NAME), RC_OK);
	assert_int_equal(
		file_save(path, "[link]\nhub = x\n", 15, 0600, NULL), RC_OK);
	assert_int_equal(link_read(r->dir, &b, &e), RC_PROTO);
	assert_int_equal(
		file_save(path, "[link]\nurl = https://a\n", 23, 0600, NULL),
		RC_OK);
	assert_int_equal(link_read(r->dir, &b, &e), RC_PROTO);
}

static void
test_address(void **state)
{
	static const char *const good[] = {"https://hub.example",
		"https://hub.example:8443", "https://10.0.0.1",
		"https://[2001:db8::1]:443", "http://127.0.0.1:8080",
		"http://localhost", "http://192.168.7.2:80", "http://[::1]:9"};
	static const char *const bad[] = {"", "hub.example", "ftp://a",
		"http://hub.example", "http://10.evil.example",
		"http://8.8.8.8", "https://", "https://a/b", "https://a?b",
		"https://u@a", "https://a:", "https://a:b", "https://a b",
		"https://[::1", "file:///etc/passwd"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		if (!link_url_ok(good[i])) {
			fail_msg("%s", good[i]);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (link_url_ok(bad[i])) {
			fail_msg("%s", bad[i]);
		}
	}
}

/* libcurl's codes, by number: 6 no name, 7 no line, 28 time, 35 and 60 TLS, 55
 * send, 56 receive, 63 too large, 90 pin. */
static void
test_ends(void **state)
{
	(void)state;
	assert_int_equal(http_end_from_curl(0, true), HTTP_ANSWERED);
	assert_int_equal(http_end_from_curl(6, false), HTTP_NOT_SENT);
	assert_int_equal(http_end_from_curl(7, true), HTTP_NOT_SENT);
	assert_int_equal(http_end_from_curl(28, false), HTTP_NOT_SENT);
	assert_int_equal(http_end_from_curl(28, true), HTTP_UNKNOWN);
	assert_int_equal(http_end_from_curl(35, false), HTTP_NOT_TRUSTED);
	assert_int_equal(http_end_from_curl(60, false), HTTP_NOT_TRUSTED);
	assert_int_equal(http_end_from_curl(90, false), HTTP_NOT_TRUSTED);
	assert_int_equal(http_end_from_curl(63, true), HTTP_TOO_LARGE);
	for (int code = 1; code < 100; code++) {
		assert_int_not_equal(
			http_end_from_curl(code, true), HTTP_ANSWERED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_state, begin, end),
		cmocka_unit_test_setup_teardown(test_quarantine, begin, end),
		cmocka_unit_test_setup_teardown(test_damage, begin, end),
		cmocka_unit_test_setup_teardown(test_link, begin, end),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
