/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever call fails, and however often: words, nothing lost, nothing twice,
 * and the next start is good. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "register/shop_internal.h"
#include "sweep_rig.h"

#include "base/poison.h"

/* --- a day: open, two acts, a quiet moment, close --- */

static enum rc
day(struct sweep *w, struct err *reterr)
{
	struct event printed = {.type = EVENT_RECEIPT_PRINTED};
	struct shop *s = NULL;
	struct err e = {0};
	enum rc rc = shop_open(&w->conf, &s, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (s->read_only) {
		assert_int_not_equal(s->trouble[0], '\0');
	}
	for (int i = 0; i < 2; i++) {
		rc = sweep_act(w, s, &e);
		if (rc != RC_OK) {
			assert_int_not_equal(e.msg[0], '\0');
		}
		printed.data.receipt.number = "R01-000001";
		printed.data.receipt.outcome = "printed";
		shop_defer(s, &printed);
		shop_idle(s);
	}
	shop_close(s);
	return RC_OK;
}

static void
day_check(struct sweep *w, enum rc rc, bool for_ever)
{
	(void)for_ever;
	assert_true(rc == RC_OK || rc == RC_AGAIN || rc == RC_NOMEM ||
		    rc == RC_IO || rc == RC_NOSPC || rc == RC_CORRUPT ||
		    rc == RC_KEY);
	sweep_holds(w);
}

static void
from(struct sweep *w, const char *name)
{
	sweep_take(w);
	sweep_run(w, name, day, day_check);
}

static void
move(const struct sweep *w, const char *from_, const char *to)
{
	char a[256];
	char b[256];

	(void)snprintf(a, sizeof(a), "%s/%s", w->dir, from_);
	(void)snprintf(b, sizeof(b), "%s/%s", w->dir, to);
	sweep_empty(b, true);
	assert_int_equal(rename(a, b), 0);
}

static void
copy(const struct sweep *w, const char *part, const char *to)
{
	char cmd[512];

	(void)snprintf(cmd, sizeof(cmd), "cp -r %s/%s %s/%s", w->dir, part,
		w->dir, to);
	assert_int_equal(system(cmd), 0);
}

static void
two_more_acts(struct sweep *w)
{
	struct shop *s = sweep_open(w);
	char path[256];

	assert_int_equal(sweep_act(w, s, NULL), RC_OK);
	assert_int_equal(sweep_act(w, s, NULL), RC_OK);
	w->acts += 2;
	shop_close(s);
	(void)snprintf(path, sizeof(path), "%s/ballast", w->dir);
	(void)unlink(path);
}

static void
remove_part(const struct sweep *w, const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	if (unlink(path) != 0) {
		sweep_empty(path, true);
	}
}

static void
test_clean(void **state)
{
	from(*state, "after a clean stop");
}

static void
test_store_behind(void **state)
{
	struct sweep *w = *state;

	copy(w, "store", "kept");
	two_more_acts(w);
	remove_part(w, "store");
	move(w, "kept", "store");
	from(w, "a store that is behind");
}

static void
test_store_gone(void **state)
{
	struct sweep *w = *state;

	remove_part(w, "store/data.mdb");
	from(w, "without data.mdb");
}

static void
test_store_suspect(void **state)
{
	struct sweep *w = *state;
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/store/suspect", w->dir);
	assert_int_equal(file_save(path, "x", 1, 0600, NULL), RC_OK);
	from(w, "a suspect store");
}

static void
test_rebuild_cut_short(void **state)
{
	struct sweep *w = *state;

	copy(w, "store", "store.new");
	move(w, "store", "store.old");
	from(w, "a rebuild cut short");
}

static void
test_journal_behind(void **state)
{
	struct sweep *w = *state;

	copy(w, "journal", "kept");
	two_more_acts(w);
	remove_part(w, "journal");
	move(w, "kept", "journal");
	from(w, "a journal that lost its end");
}

/* Bytes of the newest segment. */
static void
scratch(const struct sweep *w, size_t at, size_t n)
{
	char cmd[512];

	(void)snprintf(cmd, sizeof(cmd),
		"f=$(ls %s/journal/*.seg | head -1); "
		"head -c %zu /dev/zero | tr '\\0' x | "
		"dd of=\"$f\" bs=1 seek=%zu conv=notrunc 2>/dev/null",
		w->dir, n, at);
	assert_int_equal(system(cmd), 0);
}

static void
test_torn(void **state)
{
	struct sweep *w = *state;
	struct shop *s = sweep_open(w);
	struct journal_head head = journal_head(s->journal);

	shop_close(s);
	/* one block for the header, one for each group since init */
	assert_in_range(head.sequence, 4, 8);
	scratch(w, (size_t)4096 * head.sequence, 300);
	from(w, "a torn tail");
}

static void
test_damaged(void **state)
{
	struct sweep *w = *state;

	scratch(w, (size_t)4096 * 3 + 40, 60);
	from(w, "a damaged record");
}

static void
test_header_damaged(void **state)
{
	struct sweep *w = *state;

	scratch(w, 50, 60);
	from(w, "a damaged segment header");
}

/* --- beside --- */

static enum rc
beside(struct sweep *w, struct err *reterr)
{
	struct shop_conf conf = w->conf;
	const struct event *ev = NULL;
	struct shop *s = NULL;
	enum rc rc;

	conf.mode = SHOP_READ;
	rc = shop_open(&conf, &s, reterr);
	for (uint64_t at = 1; rc == RC_OK && at <= shop_head(s); at++) {
		rc = shop_event(s, at, NULL, &ev, reterr);
	}
	shop_close(s);
	return rc;
}

static void
test_beside(void **state)
{
	sweep_run(*state, "a reader beside", beside, day_check);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, sweep_new, sweep_free)
	const struct CMUnitTest tests[] = {
		T(test_clean),
		T(test_store_behind),
		T(test_store_gone),
		T(test_store_suspect),
		T(test_rebuild_cut_short),
		T(test_journal_behind),
		T(test_torn),
		T(test_damaged),
		T(test_header_damaged),
		T(test_beside),
	};

	if (getenv("SWEEP_ONLY") != NULL) {
		cmocka_set_test_filter(getenv("SWEEP_ONLY"));
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
