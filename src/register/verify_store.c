/* SPDX-License-Identifier: Apache-2.0 */
/* The store that runs, against one made anew from the lines. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register/verify_internal.h"

#include "base/poison.h"

#define COMPARE_TRIES 20

/* --- the scratch store --- */

static enum rc
claim_scratch(struct verify *v, const char *dir, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot make %s", dir);
	}
	rc = path_join(path, sizeof(path), dir, "busy");
	if (rc == RC_OK) {
		rc = file_lock(path, &v->scratch_lock, reterr);
	}
	if (rc == RC_BUSY) {
		return err_set(reterr, rc, 0, __func__,
			"another verify is at work in %s; wait for it",
			v->conf->dir);
	}
	if (rc == RC_OK) {
		rc = store_remove(dir, reterr);
	}
	if (rc == RC_OK) {
		memcpy(v->scratch_dir, dir, PATH_BYTES);
		rc = store_open(dir, v->keys, &v->conf->rng, STORE_SCRATCH,
			v->conf->map_bytes, &v->scratch, reterr);
	}
	if (rc == RC_OK && v->live != NULL) {
		rc = store_index_like(v->scratch, v->live, reterr);
	}
	return rc;
}

void
verify_scratch_drop(struct verify *v)
{
	char path[PATH_BYTES];

	replay_free(v->replay);
	v->replay = NULL;
	store_close(v->scratch);
	v->scratch = NULL;
	if (v->scratch_dir[0] != '\0') {
		(void)!store_remove(v->scratch_dir, NULL);
		if (path_join(path, sizeof(path), v->scratch_dir, "busy") ==
			RC_OK) {
			(void)unlink(path);
		}
		(void)rmdir(v->scratch_dir);
		v->scratch_dir[0] = '\0';
	}
	if (v->scratch_lock >= 0) {
		(void)close(v->scratch_lock);
		v->scratch_lock = -1;
	}
}

/* Values are sealed among the temporary files of the system, too. */
enum rc
verify_scratch_open(struct verify *v, struct err *reterr)
{
	char dir[PATH_BYTES];
	const char *tmp = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe) */
	struct sbuf b;
	enum rc rc = path_join(dir, sizeof(dir), v->conf->dir, "verify.tmp");

	if (rc != RC_OK) {
		return rc;
	}
	rc = claim_scratch(v, dir, reterr);
	if (rc == RC_OK || rc == RC_BUSY) {
		return rc;
	}
	verify_scratch_drop(v);
	sbuf_init(&b, dir, sizeof(dir));
	sbuf_printf(&b, "%s/holdfast-verify-XXXXXX",
		tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
	if (!sbuf_ok(&b) || mkdtemp(dir) == NULL) {
		return rc;
	}
	return claim_scratch(v, dir, reterr);
}

void
verify_scratch_give_up(struct verify *v, const struct err *e)
{
	verify_scratch_drop(v);
	v->r->store = "unchecked";
	verify_problem(v, "the store could not be checked: %s", e->msg);
}

/* --- the live store against one made anew --- */

static void
check_totals(struct verify *v)
{
	struct totals t;
	struct shifts s;

	if (v->broken || v->scratch == NULL) {
		return;
	}
	if (store_totals(v->scratch, &t, NULL) != RC_OK ||
		!totals_equal(&t, &v->totals)) {
		verify_problem(v, "the totals are not the sum of the lines");
	}
	if (store_shifts(v->scratch, &s, NULL) != RC_OK ||
		!shifts_equal(&s, &v->shifts)) {
		verify_problem(
			v, "the cash drawers are not the sum of the lines");
	}
}

static void
damaged(struct verify *v, const struct err *e)
{
	v->r->store = "damaged";
	verify_problem(v, "the store is damaged: %s", e->msg);
}

/* Lines the register wrote since they were read. */
static enum rc
catch_up(struct verify *v, uint64_t to, struct err *reterr)
{
	struct store_head head;
	uint64_t n;
	enum rc rc = store_head(v->scratch, &head, reterr);

	if (rc == RC_OK && head.applied < to) {
		rc = replay_walk(v->journal_dir, v->keys, &head, to, v->scratch,
			&n, reterr);
	}
	if (rc == RC_OK) {
		rc = store_finish(v->scratch, reterr);
	}
	return rc;
}

/* One look; "busy" when the live one moved on meanwhile. */
static const char *
compare_once(struct verify *v, char *what, size_t cap, struct err *e)
{
	struct store_head have, made;
	bool equal = false;
	enum rc rc;

	rc = store_head(v->live, &have, e);
	if (rc == RC_OK) {
		rc = catch_up(v, have.applied, e);
	}
	if (rc == RC_OK) {
		rc = store_head(v->scratch, &made, e);
	}
	if (rc == RC_OK && made.applied > have.applied) {
		return "behind";
	}
	if (rc == RC_OK) {
		rc = store_compare(v->live, v->scratch, &equal, what, cap, e);
	}
	if (rc == RC_OK && !equal) {
		rc = store_head(v->live, &made, e);
	}
	if (rc != RC_OK) {
		return "damaged";
	}
	if (equal) {
		return "equal";
	}
	return made.applied == have.applied ? "differs" : "busy";
}

static void
compare(struct verify *v)
{
	char what[ERR_MSG_BYTES] = "";
	const char *found = "busy";
	struct err e = {0};

	for (int i = 0; i < COMPARE_TRIES && strcmp(found, "busy") == 0; i++) {
		found = compare_once(v, what, sizeof(what), &e);
	}
	v->r->store = found;
	if (strcmp(found, "damaged") == 0) {
		damaged(v, &e);
	} else if (strcmp(found, "differs") == 0) {
		verify_problem(v,
			"the store is not what the journal says: %s; run "
			"'holdfast rebuild'",
			what);
	}
}

void
verify_store_check(struct verify *v)
{
	struct err e = {0};

	if (v->scratch == NULL) {
		return; /* said already why */
	}
	if (replay_commit(v->replay, &e) != RC_OK) {
		verify_scratch_give_up(v, &e);
		return;
	}
	check_totals(v);
	if (v->broken) {
		v->r->store = "unchecked";
	} else if (v->live != NULL) {
		compare(v);
	}
}

void
verify_live_open(struct verify *v)
{
	struct store_head head;
	struct err e = {0};
	enum rc rc;

	rc = store_open(v->store_dir, v->keys, &v->conf->rng, STORE_READ,
		v->conf->map_bytes, &v->live, &e);
	if (rc == RC_OK) {
		rc = store_head(v->live, &head, &e);
	}
	if (rc != RC_OK) {
		store_close(v->live);
		v->live = NULL;
		damaged(v, &e);
	} else if (head.applied > v->known) {
		v->known = head.applied;
	}
}
