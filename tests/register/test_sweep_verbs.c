/* SPDX-License-Identifier: Apache-2.0 */
/* What is done with a store beside selling, with every call failing: the store
 * is as good as before, and the next try works. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "register/backup.h"
#include "register/import.h"
#include "register/shop_internal.h"
#include "register/verify.h"
#include "store/catalog.h"
#include "sweep_rig.h"

#include "base/poison.h"

static void
still_holds(struct sweep *w, enum rc rc, bool for_ever)
{
	(void)for_ever;
	/* the map was too small; files of an earlier try are in the way */
	assert_true(rc == RC_AGAIN || rc == RC_EXISTS || rc == RC_OK ||
		    rc == RC_NOMEM || rc == RC_IO || rc == RC_NOSPC ||
		    rc == RC_CORRUPT || rc == RC_KEY);
	sweep_holds(w);
}

static void
remove_part(const struct sweep *w, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	(void)unlink(path);
}

/* --- rebuild --- */

static enum rc
rebuild(struct sweep *w, struct err *reterr)
{
	struct shop *s = NULL;
	uint64_t n = 0;
	enum rc rc = shop_open(&w->conf, &s, reterr);

	if (rc == RC_OK) {
		rc = shop_rebuild(s, &n, reterr);
		shop_close(s);
	}
	return rc;
}

static void
test_rebuild(void **state)
{
	sweep_run(*state, "rebuild", rebuild, still_holds);
}

/* --- init --- */

static enum rc
init(struct sweep *w, struct err *reterr)
{
	struct shop_seed seed = sweep_seed(w, w->other);

	return shop_init(&seed, reterr);
}

static void
init_check(struct sweep *w, enum rc rc, bool for_ever)
{
	struct sweep other = *w;
	struct err e = {0};

	if (rc == RC_OK) {
		other.conf.dir = other.other;
		other.acts = 0;
		other.acked = 0;
		sweep_holds(&other);
		return;
	}
	if (for_ever) {
		sweep_empty(w->other, true); /* it could not */
	}
	if (init(w, &e) != RC_OK) {
		fail_msg("again: %s", e.msg);
	}
}

static void
test_init(void **state)
{
	sweep_run(*state, "init", init, init_check);
}

/* --- verify --- */

static enum rc
verify(struct sweep *w, struct err *reterr)
{
	struct verify_result *v = malloc(sizeof(*v));
	enum rc rc;

	if (v == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "test", "no memory");
	}
	rc = verify_run(&w->conf, false, v, reterr);
	if (rc == RC_OK) {
		assert_int_equal(v->ok, v->n_problem == 0);
		assert_true(!v->ok || strcmp(v->store, "equal") == 0);
	}
	free(v);
	return rc;
}

static void
test_verify(void **state)
{
	sweep_run(*state, "verify", verify, still_holds);
}

/* --- products --- */

static const char products[] = "code,name,price,tax,department\n"
			       "4006381333931,Pen,1.20,A,10\n"
			       "4011,\"Bananas, loose\",2.49,A,20\n"
			       "98,no price,,A,10\n"
			       "97,\"say \"\"when\"\"\",1.00,A,10\n"
			       "99,Free,0.00,A,10\n";

static enum rc
import_from(struct sweep *w, int fd, struct err *reterr)
{
	struct import_result result;
	struct import_opts opts = {0};
	struct shop *s = NULL;
	struct event e = {.type = EVENT_CATALOG_IMPORTED};
	char dir[128];
	enum rc rc = shop_open(&w->conf, &s, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	(void)snprintf(dir, sizeof(dir), "%s/catalog", w->dir);
	opts.catalog_dir = dir;
	opts.config = &s->config;
	if (!s->has_config) {
		rc = err_set(reterr, RC_IO, 0, "test", "no configuration");
	}
	if (rc == RC_OK) {
		rc = import_products(fd, &opts, &result, reterr);
	}
	if (rc == RC_OK) {
		e.data.catalog.version = result.generation;
		e.data.catalog.hash = result.hash;
		e.data.catalog.taken = (int64_t)result.taken;
		e.data.catalog.refused = (int64_t)result.refused;
		e.data.catalog.source = "products.csv";
		rc = shop_record(s, &e, 1, "1", NULL, NULL, reterr);
	}
	shop_close(s);
	return rc;
}

static enum rc
import(struct sweep *w, struct err *reterr)
{
	char path[128];
	int fd;
	enum rc rc;

	(void)snprintf(path, sizeof(path), "%s/products.csv", w->base);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return err_set(reterr, RC_IO, 0, "test", "no products");
	}
	rc = import_from(w, fd, reterr);
	(void)close(fd);
	return rc;
}

static void
import_check(struct sweep *w, enum rc rc, bool for_ever)
{
	struct catalog *c = NULL;
	char dir[128];
	struct err e = {0};
	struct item item;
	enum code_kind kind;

	still_holds(w, rc, for_ever);
	(void)snprintf(dir, sizeof(dir), "%s/catalog", w->dir);
	if (rc == RC_OK) {
		assert_int_equal(catalog_open(dir, 0, &c, &e), RC_OK);
		assert_int_equal(catalog_count(c), 4);
		assert_int_equal(
			catalog_find(c, "4011", 4, &item, &kind, NULL), RC_OK);
		catalog_close(c);
	}
	rc = import(w, &e);
	if (rc != RC_OK) {
		fail_msg("again: %s", e.msg);
	}
}

static void
products_file(struct sweep *w)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/products.csv", w->base);
	assert_int_equal(
		file_save(path, products, sizeof(products) - 1, 0600, NULL),
		RC_OK);
}

static void
test_import(void **state)
{
	products_file(*state);
	sweep_run(*state, "import", import, import_check);
}

/* --- backup and restore --- */

static enum rc
backup(struct sweep *w, struct err *reterr)
{
	struct backup_result result;

	return backup_make(&w->conf, w->other, &result, reterr);
}

static enum rc
restore(struct sweep *w, struct err *reterr)
{
	struct backup_result result;
	struct shop_conf conf = w->conf;
	char dir[128];

	(void)snprintf(dir, sizeof(dir), "%s/new", w->base);
	conf.dir = dir;
	return backup_restore(&conf, w->from, "R01-000057", &result, reterr);
}

static void
restored_holds(struct sweep *w)
{
	struct sweep other = *w;
	char dir[128];

	(void)snprintf(dir, sizeof(dir), "%s/new", w->base);
	other.conf.dir = dir;
	sweep_holds(&other);
	sweep_empty(dir, true);
}

static void
backup_check(struct sweep *w, enum rc rc, bool for_ever)
{
	struct err e = {0};

	still_holds(w, rc, for_ever);
	if (rc != RC_OK) {
		char path[128];

		(void)snprintf(path, sizeof(path), "%s/manifest", w->other);
		assert_int_not_equal(access(path, F_OK), 0);
		sweep_empty(w->other, true);
		assert_int_equal(backup(w, &e), RC_OK);
	}
	memcpy(w->from, w->other, sizeof(w->from));
	if (restore(w, &e) != RC_OK) {
		fail_msg("restore: %s", e.msg);
	}
	restored_holds(w);
}

static void
restore_check(struct sweep *w, enum rc rc, bool for_ever)
{
	struct err e = {0};

	if (rc != RC_OK) {
		rc = restore(w, &e);
		/* it was there, and could not be removed */
		if (rc != RC_OK && !(for_ever && rc == RC_EXISTS)) {
			fail_msg("again: %s", e.msg);
		}
	}
	restored_holds(w);
}

static void
test_backup(void **state)
{
	struct sweep *w = *state;

	products_file(w);
	assert_int_equal(import(w, NULL), RC_OK);
	remove_part(w, "ballast");
	sweep_take(w);
	sweep_run(w, "backup", backup, backup_check);
}

static void
test_restore(void **state)
{
	struct sweep *w = *state;

	products_file(w);
	assert_int_equal(import(w, NULL), RC_OK);
	assert_int_equal(backup(w, NULL), RC_OK);
	(void)snprintf(w->from, sizeof(w->from), "%s/kept", w->base);
	assert_int_equal(rename(w->other, w->from), 0);
	sweep_run(w, "restore", restore, restore_check);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, sweep_new, sweep_free)
	const struct CMUnitTest tests[] = {
		T(test_rebuild),
		T(test_init),
		T(test_verify),
		T(test_import),
		T(test_backup),
		T(test_restore),
	};

	if (getenv("SWEEP_ONLY") != NULL) {
		cmocka_set_test_filter(getenv("SWEEP_ONLY"));
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
