/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hub/config.h"
#include "hub/db.h"
#include "hub/keys.h"
#include "hub/schema.h"
#include "hub/setup_internal.h"
#include "hub/tenant.h"

#include "base/poison.h"

static enum rc
parse(const char *text, struct hub_config *c, struct err *e)
{
	*e = (struct err){0};
	return hub_config_parse("hub.conf", text, strlen(text), c, e);
}

#define DB "[database a]\nconninfo = host=/x dbname=y user=z\n"

static void
test_whole(void **state)
{
	static struct hub_config c;
	struct err e;

	(void)state;
	assert_int_equal(
		parse("[hub]\nname = Petit\nlisten = unix:/s\n"
		      "listen = 127.0.0.1:8443\nthreads = 4\n"
		      "[database a]\nconninfo = host=/x dbname=y user=z\n"
		      "parts = 0-99\nresidency = eu\ndurable = commit\n"
		      "prepared = no\n"
		      "[database b]\nconninfo = host=/y dbname=y user=z\n"
		      "parts = 100-255\nresidency = us\n",
			&c, &e),
		RC_OK);
	assert_string_equal(c.name, "Petit");
	assert_int_equal(c.n_listen, 2);
	assert_int_equal(c.threads, 4);
	assert_int_equal(c.connections, 10000);
	assert_int_equal(c.n_db, 2);
	assert_true(c.db[0].unprepared);
	assert_int_equal(c.db[0].durable, HUB_DURABLE_COMMIT);
	assert_false(c.db[1].unprepared);
	assert_ptr_equal(hub_config_database(&c, 99), &c.db[0]);
	assert_ptr_equal(hub_config_database(&c, 100), &c.db[1]);
	assert_int_equal(hub_config_home(&c), 0);
	assert_true(hub_config_may(&c, 3, "eu"));
	assert_true(hub_config_may(&c, 3, ""));
	assert_false(hub_config_may(&c, 3, "us"));
	assert_false(hub_config_may(&c, 103, "eu"));
}

static void
test_parts_without_a_database(void **state)
{
	static struct hub_config c;
	struct err e;

	(void)state;
	assert_int_equal(parse(DB "parts = 5\n", &c, &e), RC_OK);
	assert_null(hub_config_database(&c, 4));
	assert_false(hub_config_may(&c, 4, ""));
	assert_true(hub_config_may(&c, 5, ""));
	assert_int_equal(hub_config_home(&c), 5);
}

static void
test_pick(void **state)
{
	static struct hub_config c;
	unsigned seen[256] = {0}, n = 0;
	uint8_t id[16] = {0}, part = 0, again = 0;
	struct err e;

	(void)state;
	assert_int_equal(parse(DB "parts = 0-9\nresidency = eu\n[database b]\n"
				  "conninfo = dbname=y\nparts = 10-19\n"
				  "residency = us\n",
				 &c, &e),
		RC_OK);
	for (unsigned i = 0; i < 1000; i++) {
		id[15] = (uint8_t)i;
		id[14] = (uint8_t)(i >> 8);
		assert_int_equal(hub_config_pick(&c, "us", id, &part), RC_OK);
		assert_int_equal(hub_config_pick(&c, "us", id, &again), RC_OK);
		assert_int_equal(part, again);
		assert_in_range(part, 10, 19);
		seen[part]++;
	}
	for (unsigned i = 0; i < 256; i++) {
		n += seen[i] > 50;
	}
	assert_int_equal(n, 10);
	assert_int_equal(hub_config_pick(&c, "jp", id, &part), RC_NOTFOUND);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *told;
	} row[] = {
		{"[hub]\nname = x\n", "run holdfast-hub setup"},
		{"[hub]\ncolor = red\n" DB, "no key 'color'"},
		{"[other]\n" DB, "no section [other]"},
		{"x = 1\n" DB, "before the first section"},
		{DB "parts = 7-3\n", "0 to 255"},
		{DB "parts = 0-256\n", "0 to 255"},
		{DB "parts = x\n", "0 to 255"},
		{DB "[database b]\nconninfo = dbname=y\nparts = 200-255\n",
			"part 200 is of"},
		{"[database a]\nparts = 1\n", "lacks conninfo"},
		{"[database a]\nconninfo = host=x password=y\n", "passfile="},
		{"[database a]\nconninfo = postgres://u:p@h/d\n", "passfile="},
		{"[database a]\nconninfo = colour=x\n", "libpq"},
		{DB DB, "this name"},
		{DB "residency = E U\n", "small letters"},
		{DB "durable = maybe\n", "auto, backup"},
		{DB "prepared = 1\n", "yes or no"},
		{"[hub]\nthreads = 65\n" DB, "0 to 64"},
		{"[hub]\ntls_key = /k\n" DB, "go together"},
	};
	static struct hub_config c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct err e;

		assert_int_equal(parse(row[i].text, &c, &e), RC_PROTO);
		if (strstr(e.msg, row[i].told) == NULL) {
			fail_msg("%s: %s", row[i].told, e.msg);
		}
	}
}

static void
test_sqlstate(void **state)
{
	static const struct {
		const char *state;
		enum rc rc;
	} row[] = {
		{"40001", RC_AGAIN},
		{"40P01", RC_AGAIN},
		{"40003", RC_DOWN},
		{"08006", RC_DOWN},
		{"57P01", RC_DOWN},
		{"57P03", RC_DOWN},
		{"57014", RC_IO}, /* the statement took too long */
		{"25006", RC_DOWN},
		{"53300", RC_DOWN},
		{"23505", RC_EXISTS},
		{"53100", RC_NOSPC},
		{"42501", RC_DENIED},
		{"23514", RC_INVAL},
		{"22P02", RC_INVAL},
		{"42704", RC_IO},
		{"XX000", RC_IO},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		assert_int_equal(db_rc_of(row[i].state), row[i].rc);
	}
	assert_int_equal(db_rc_of(NULL), RC_IO);
}

/* Every statement has its row, under the number it is asked by. */
static void
test_statements(void **state)
{
	(void)state;
	for (int i = 0; i < SQL_COUNT; i++) {
		const struct sql_row *s = sql_of((enum sql)i);

		assert_non_null(s->name);
		assert_non_null(s->text);
		assert_true(s->text[0] != '\0');
	}
	assert_string_equal(sql_of(SQL_PING)->name, "ping");
	assert_string_equal(sql_of(SQL_HEAD)->name, "head");
	assert_string_equal(sql_of(SQL_FEED_MAKE)->name, "feed_make");
}

static void
test_arguments(void **state)
{
	static const uint8_t int8s[] = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 20, 0,
		0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0,
		0, 8, 255, 255, 255, 255, 255, 255, 255, 255};
	static const uint8_t texts[] = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 25, 0,
		0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 'a', 'b', 255, 255, 255, 255};
	const uint8_t tenant[UUID_BYTES] = {9, 8};
	struct db_array n, t;
	struct db_args a;

	(void)state;
	db_array_init(&n, DB_INT8);
	db_array_init(&t, DB_TEXT);
	db_array_i64(&n, 258);
	db_array_i64(&n, -1);
	db_array_bytes(&t, "ab", 2);
	db_array_bytes(&t, NULL, 0);
	db_args_init(&a, 200, tenant);
	db_add_array(&a, &n);
	db_add_array(&a, &t);
	assert_int_equal(a.n, 4);
	assert_int_equal(a.len[0], 2);
	assert_memory_equal(a.value[0], "\0\310", 2);
	assert_memory_equal(a.value[1], tenant, UUID_BYTES);
	assert_int_equal(a.len[2], sizeof(int8s));
	assert_memory_equal(a.value[2], int8s, sizeof(int8s));
	assert_int_equal(a.len[3], sizeof(texts));
	assert_memory_equal(a.value[3], texts, sizeof(texts));
	/* one without an element has no dimension */
	db_array_clear(&n);
	db_args_init(&a, 1, tenant);
	db_add_array(&a, &n);
	assert_int_equal(a.len[2], 12);
	db_add_time(&a, (struct utc){INT64_C(946684800000001)});
	assert_memory_equal(a.value[3], "\0\0\0\0\0\0\0\1", 8);
	for (int i = 0; i < DB_ARGS; i++) {
		db_add_i64(&a, i);
	}
	assert_true(a.n > DB_ARGS); /* told when it runs */
	db_array_free(&n);
	db_array_free(&t);
}

static void
test_conninfo(void **state)
{
	static const struct setup_pair with[] = {
		{"user", "it's"}, {"password", ""}, {"dbname", "d"}};
	char text[256], word[32];
	struct sbuf b;
	struct err e = {0};

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(setup_conninfo("postgres://u:geheim@h:5433/old", with,
				 ARRAY_LEN(with), &b, &e),
		RC_OK);
	assert_null(strstr(text, "geheim"));
	assert_non_null(strstr(text, "user='it\\'s'"));
	assert_true(setup_value(text, "user", word, sizeof(word)));
	assert_string_equal(word, "it's");
	assert_true(setup_value(text, "dbname", word, sizeof(word)));
	assert_string_equal(word, "d");
	assert_true(setup_value(text, "port", word, sizeof(word)));
	assert_string_equal(word, "5433");
	assert_false(setup_value(text, "password", word, sizeof(word)));
	assert_int_equal(setup_conninfo("no=such", with, 1, &b, &e), RC_INVAL);
}

static void
test_sealed_by_the_key_outside(void **state)
{
	const uint8_t kek[KEY_BYTES] = {1}, other[KEY_BYTES] = {2};
	const uint8_t a[UUID_BYTES] = {3}, b[UUID_BYTES] = {4};
	uint8_t sealed[5 + SEAL_BYTES], out[5];
	struct rng_seeded seed;
	struct rng r = rng_seeded(&seed, 1);

	(void)state;
	hub_kek_seal(kek, &r, a, b, "hello", 5, sealed);
	assert_int_equal(
		hub_kek_unseal(kek, a, b, sealed, sizeof(sealed), out), RC_OK);
	assert_memory_equal(out, "hello", 5);
	assert_int_equal(hub_kek_unseal(kek, b, a, sealed, sizeof(sealed), out),
		RC_CORRUPT);
	assert_int_equal(
		hub_kek_unseal(other, a, b, sealed, sizeof(sealed), out),
		RC_CORRUPT);
	assert_int_equal(hub_kek_unseal(kek, a, b, sealed, 3, out), RC_CORRUPT);
}

static void
test_hashes(void **state)
{
	const uint8_t secret[CODE_SECRET_BYTES] = {0};
	uint8_t h[HASH_BYTES], g[HASH_BYTES];
	const struct migration *m;
	size_t n;

	(void)state;
	/* what stands in the database for a code, spelled out */
	code_hash(secret, h);
	sha256(g, "holdfast-code-v1\n\0\0\0\0\0\0\0\0\0\0", 27);
	assert_memory_equal(h, g, sizeof(h));
	m = schema_migrations(&n);
	assert_true(n >= 1);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(m[i].number, (int)i + 1);
		assert_non_null(m[i].statement[0]);
	}
	schema_hash(&m[0], h);
	schema_hash(&m[0], g);
	assert_memory_equal(h, g, sizeof(h));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_parts_without_a_database),
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_sqlstate),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_conninfo),
		cmocka_unit_test(test_sealed_by_the_key_outside),
		cmocka_unit_test(test_hashes),
	};

	if (crypto_init() != RC_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
