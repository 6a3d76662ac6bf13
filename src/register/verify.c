/* SPDX-License-Identifier: Apache-2.0 */
#include "register/verify.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "core/day.h"
#include "register/shop_internal.h"
#include "register/verify_internal.h"
#include "wire/chain.h"

#include "base/poison.h"

#define COMPARE_TRIES 20
#define SKIPS_MAX 1000 /* bad places; then the journal is beyond help */

struct verify {
	const struct shop_conf *conf;
	struct verify_result *r;
	char journal_dir[PATH_BYTES], store_dir[PATH_BYTES];
	struct keys *keys;
	uint64_t known;   /* final for certain: watermark, store */
	uint64_t upto;    /* last line to look at */
	bool shifts_hold; /* told no line yet where they do not */
	bool broken;      /* a bad place in the journal was met */

	struct chain chain;
	void *memory;
	struct arena arena;
	struct totals totals;
	struct shifts shifts;
	struct verify_seen *seen;
	struct verify_periods *periods;
	struct verify_past past;
	bool blind; /* what was before the journal is not known */

	struct store *live;
	struct store *scratch;
	char scratch_dir[PATH_BYTES];
	int scratch_lock;
	struct replay *replay;
	uint64_t applied; /* last sequence in the scratch store */
};

static void problem(struct verify *v, const char *fmt, ...) PRINTF(2, 3);

static void
problem(struct verify *v, const char *fmt, ...)
{
	struct verify_result *r = v->r;
	va_list ap;

	r->ok = false;
	if (r->n_problem == VERIFY_PROBLEMS) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(r->problem[r->n_problem++], ERR_MSG_BYTES, fmt, ap);
	va_end(ap);
}

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

static void
drop_scratch(struct verify *v)
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
		v->shifts_hold = true;
	}
}

/* Beside the live one; where that cannot be written, among the system's
 * temporary files (values are sealed there as well). */
static enum rc
open_scratch(struct verify *v, struct err *reterr)
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
	drop_scratch(v);
	sbuf_init(&b, dir, sizeof(dir));
	sbuf_printf(&b, "%s/holdfast-verify-XXXXXX",
		tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
	if (!sbuf_ok(&b) || mkdtemp(dir) == NULL) {
		return rc;
	}
	return claim_scratch(v, dir, reterr);
}

static void
give_up_scratch(struct verify *v, const struct err *e)
{
	drop_scratch(v);
	v->r->store = "unchecked";
	problem(v, "the store could not be checked: %s", e->msg);
}

/* --- lines --- */

/* A sale that is there twice, a number that is, or one that is missing. */
static void
check_seen(struct verify *v, const struct event *e)
{
	char words[ERR_MSG_BYTES];

	if (v->seen == NULL ||
		verify_seen_event(v->seen, e, words, sizeof(words))) {
		return;
	}
	if (words[0] != '\0') {
		problem(v, "%s", words);
	} else {
		problem(v, "no memory to look for sales that are there twice; "
			   "close programs and try again");
	}
}

/* Before the totals take it in. */
static void
check_shifts(struct verify *v, const struct event *e)
{
	if (!shifts_say(&v->shifts, e)) {
		problem(v,
			"line %llu: the sums of its shifts are not those of "
			"their lines",
			(unsigned long long)e->sequence);
	}
	if (shifts_add(&v->shifts, &v->totals, e) != RC_OK) {
		problem(v, "line %llu: its shift is not open",
			(unsigned long long)e->sequence);
	}
}

static void
check_periods(struct verify *v, const struct event *e)
{
	char words[ERR_MSG_BYTES] = "";

	if (!verify_periods_event(v->periods, e, words, sizeof(words))) {
		problem(v, "line %llu: %s", (unsigned long long)e->sequence,
			words);
	}
}

static void
check_event(struct verify *v, const struct event *e)
{
	if (!event_balances(e)) {
		problem(v, "line %llu: the sums of sale %s do not balance",
			(unsigned long long)e->sequence, e->data.sale.number);
	}
	if (e->type == EVENT_SALE_COMPLETED && !e->training) {
		v->r->sales++;
	}
	check_seen(v, e);
	if (v->blind) {
		return;
	}
	check_periods(v, e);
	if (e->type == EVENT_DAY_CLOSED &&
		!day_agrees(&e->data.day, &v->totals)) {
		problem(v,
			"line %llu: the day's sums are not those of its "
			"lines",
			(unsigned long long)e->sequence);
	}
	check_shifts(v, e);
	if (totals_add(&v->totals, e) != RC_OK) {
		problem(v, "line %llu: the totals cannot take it",
			(unsigned long long)e->sequence);
	}
	if (v->shifts_hold && !shifts_agree(&v->shifts, &v->totals)) {
		v->shifts_hold = false;
		problem(v,
			"line %llu: the cash drawers do not sum up to what "
			"the totals have",
			(unsigned long long)e->sequence);
	}
}

static void
apply_line(struct verify *v, const struct event *e, const char *line,
	size_t len, const uint8_t *hash)
{
	struct err err = {0};

	if (v->replay == NULL || v->broken || e->sequence != v->applied + 1) {
		return;
	}
	if (replay_add(v->replay, e, line, len, hash, &err) != RC_OK) {
		give_up_scratch(v, &err);
		return;
	}
	v->applied = e->sequence;
}

static void
check_line(struct verify *v, const struct journal_record *rec)
{
	char words[ERR_MSG_BYTES];
	struct err err = {0};
	struct event e;
	enum rc rc;

	arena_reset(&v->arena);
	rc = wire_decode(rec->line, rec->len, &v->arena, &e, &err);
	if (rc != RC_OK) {
		problem(v, "line %llu: %s", (unsigned long long)rec->sequence,
			err.msg);
		v->broken = true;
		v->chain.begun = false;
		return;
	}
	rc = chain_add(&v->chain, rec->line, rec->len, &e, &err);
	if (rc != RC_OK) {
		problem(v, "%s", err.msg);
		v->broken = true;
		/* go on behind it, so that one fault is told once */
		chain_init(&v->chain, v->chain.pub);
		(void)!chain_add(&v->chain, rec->line, rec->len, &e, NULL);
	}
	check_event(v, &e);
	apply_line(v, &e, rec->line, rec->len, v->chain.hash);
	v->r->head.epoch = e.epoch;
	wire_hash(rec->line, rec->len, v->r->head.hash);
	if (!verify_past_line(
		    &v->past, &e, v->r->head.hash, words, sizeof(words))) {
		problem(v, "%s", words);
	}
}

/* A bad place with nothing good behind it, past everything known to be final,
 * is a write that was cut short: the next start clears it away. */
static enum rc
pass_bad_place(struct verify *v, struct journal_reader *r, const struct err *e,
	struct err *reterr)
{
	uint64_t next = 0;
	enum rc rc = journal_reader_skip(r, &next, reterr);

	if (rc == RC_NOTFOUND && v->r->head.sequence >= v->known) {
		return rc;
	}
	problem(v, "%s", e->msg);
	v->broken = true;
	chain_init(&v->chain, v->chain.pub);
	return rc;
}

static enum rc
read_lines(struct verify *v, uint64_t from, struct err *reterr)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	unsigned skips = 0;
	struct err e = {0};
	enum rc rc;

	rc = journal_reader_open(v->journal_dir, v->keys, from, &r, reterr);
	while (rc == RC_OK) {
		rc = journal_reader_next(r, v->upto, &rec, &e);
		if (rc == RC_OK) {
			v->r->events++;
			v->r->head.sequence = rec.sequence;
			v->r->head.epoch = rec.epoch;
			if (rec.line != NULL) {
				check_line(v, &rec);
			}
		} else if (rc == RC_CORRUPT && ++skips <= SKIPS_MAX) {
			rc = pass_bad_place(v, r, &e, reterr);
		} else if (rc != RC_NOTFOUND && reterr != NULL) {
			*reterr = e;
		}
	}
	journal_reader_close(r);
	return rc == RC_NOTFOUND || rc == RC_CORRUPT ? RC_OK : rc;
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
		problem(v, "the totals are not the sum of the lines");
	}
	if (store_shifts(v->scratch, &s, NULL) != RC_OK ||
		!shifts_equal(&s, &v->shifts)) {
		problem(v, "the cash drawers are not the sum of the lines");
	}
}

static void
damaged(struct verify *v, const struct err *e)
{
	v->r->store = "damaged";
	problem(v, "the store is damaged: %s", e->msg);
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
		problem(v,
			"the store is not what the journal says: %s; run "
			"'holdfast rebuild'",
			what);
	}
}

static void
check_store(struct verify *v)
{
	struct err e = {0};

	if (v->scratch == NULL) {
		return; /* said already why */
	}
	if (replay_commit(v->replay, &e) != RC_OK) {
		give_up_scratch(v, &e);
		return;
	}
	check_totals(v);
	if (v->broken) {
		v->r->store = "unchecked";
	} else if (v->live != NULL) {
		compare(v);
	}
}

/* --- all of it --- */

static void
open_live(struct verify *v)
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

static void
check_kept(void *arg, const struct event *e)
{
	check_periods(arg, e);
}

/* What stands for lines that were purged: without it nothing that follows can
 * be summed up. */
static void
load_base(struct verify *v)
{
	struct err e = {0};

	if (v->scratch == NULL ||
		verify_past_load(v->journal_dir, &v->past, v->keys, v->scratch,
			&v->totals, &v->shifts, &e) != RC_OK ||
		verify_past_kept(&v->past, v->scratch,
			keys_sign_public(v->keys), &v->arena, check_kept, v,
			&e) != RC_OK) {
		v->blind = true;
	}
	if (v->scratch != NULL && v->blind) {
		give_up_scratch(v, &e);
	}
	v->applied = v->past.base.sequence;
	verify_past_chain(&v->past, &v->chain);
}

static enum rc
prepare(struct verify *v, struct err *reterr)
{
	char path[PATH_BYTES];
	size_t bytes = wire_arena_bytes(WIRE_LINE_BYTES);
	struct err e = {0};
	enum rc rc = path_join(path, sizeof(path), v->conf->dir, "keys");

	if (rc == RC_OK) {
		rc = keys_open(path, &v->conf->key, &v->keys, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	chain_init(&v->chain, keys_sign_public(v->keys));
	v->memory = malloc(bytes);
	v->seen = verify_seen_new();
	v->periods = verify_periods_new();
	if (v->memory == NULL || v->seen == NULL || v->periods == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to verify; close programs and try again");
	}
	arena_init(&v->arena, v->memory, bytes);
	open_live(v);
	rc = open_scratch(v, &e);
	if (rc == RC_OK) {
		rc = replay_new(v->scratch, &v->replay, &e);
	}
	if (rc == RC_BUSY) {
		return shop_hand_on(rc, &e, reterr);
	}
	if (rc != RC_OK) {
		give_up_scratch(v, &e);
	}
	if (v->past.base.number != 0) {
		load_base(v);
	}
	return RC_OK;
}

/* Where what was before is missing that is told, and what is there looked at. */
static void
find_begin(struct verify *v)
{
	struct err e = {0};

	if (verify_past_begin(v->journal_dir, &v->past, &v->r->begin, &e) !=
		RC_OK) {
		problem(v, "%s", e.msg);
		v->broken = true;
		v->blind = true;
	}
}

static void
check_past(struct verify *v)
{
	const struct verify_past *p = &v->past;
	char words[ERR_MSG_BYTES];

	for (size_t i = 0; i < p->n_anchor; i++) {
		if (!verify_past_anchor(
			    p, i, v->r->head.sequence, words, sizeof(words))) {
			problem(v, "%s", words);
		}
	}
	if (p->base.number != 0 && !p->named && v->keys != NULL && !v->broken) {
		problem(v,
			"lines 1 to %llu are missing, and no line says that "
			"they were purged",
			(unsigned long long)p->base.sequence);
	}
}

/* A segment put back under another name is no part of the log, and a sign
 * that somebody was at the files. */
static void
check_files(struct verify *v)
{
	char path[256];

	if (journal_stray(v->journal_dir, path, NULL) == RC_OK) {
		problem(v,
			"%s holds another segment under this name; take it "
			"away",
			path);
	}
}

static enum rc
run(struct verify *v, bool no_key, struct err *reterr)
{
	struct journal_info info;
	enum rc rc;

	rc = journal_info(v->journal_dir, &info, reterr);
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"no journal in %s; name the store with --store",
			v->conf->dir);
	}
	v->known = watermark_read(v->journal_dir);
	v->upto = UINT64_MAX;
	find_begin(v);
	if (!no_key) {
		rc = prepare(v, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	if (verify_is_running(v->conf->dir)) {
		/* what it is writing just now is none of ours */
		v->known = watermark_read(v->journal_dir);
		v->upto = v->known;
	}
	rc = read_lines(v, v->r->begin, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (v->r->head.sequence < v->known) {
		problem(v,
			"the end is missing: sequence %llu was final, the "
			"last one there is %llu",
			(unsigned long long)v->known,
			(unsigned long long)v->r->head.sequence);
		v->broken = true;
	}
	check_files(v);
	check_past(v);
	if (!no_key) {
		check_store(v);
	}
	return RC_OK;
}

enum rc
verify_run(const struct shop_conf *conf, bool no_key, struct verify_result *ret,
	struct err *reterr)
{
	return verify_anchored(conf, no_key, NULL, 0, ret, reterr);
}

enum rc
verify_anchored(const struct shop_conf *conf, bool no_key,
	const struct verify_anchor anchor[], size_t n,
	struct verify_result *ret, struct err *reterr)
{
	struct verify *v = calloc(1, sizeof(*v));
	enum rc rc;

	if (v == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to verify; close programs and try again");
	}
	memset(ret, 0, sizeof(*ret));
	ret->ok = true;
	ret->with_key = !no_key;
	ret->store = "unchecked";
	v->conf = conf;
	v->r = ret;
	v->scratch_lock = -1;
	v->shifts_hold = true;
	v->past.anchor = anchor;
	v->past.n_anchor = n;
	rc = path_join(v->journal_dir, PATH_BYTES, conf->dir, "journal");
	if (rc == RC_OK) {
		rc = path_join(v->store_dir, PATH_BYTES, conf->dir, "store");
	}
	if (rc == RC_OK) {
		rc = run(v, no_key, reterr);
	}
	drop_scratch(v);
	store_close(v->live);
	verify_seen_free(v->seen);
	verify_periods_free(v->periods);
	arena_wipe(&v->arena);
	free(v->memory);
	keys_close(v->keys);
	free(v);
	return rc;
}
