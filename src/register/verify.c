/* SPDX-License-Identifier: Apache-2.0 */
#include "register/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "core/day.h"
#include "register/shop_internal.h"
#include "register/verify_internal.h"
#include "wire/chain.h"

#include "base/poison.h"

#define SKIPS_MAX 1000 /* bad places; then the journal is beyond help */

void
verify_problem(struct verify *v, const char *fmt, ...)
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
		verify_problem(v, "%s", words);
	} else {
		verify_problem(v,
			"no memory to look for sales that are there twice; "
			"close programs and try again");
	}
}

/* Before the totals take it in. */
static void
check_shifts(struct verify *v, const struct event *e)
{
	if (!shifts_say(&v->shifts, e)) {
		verify_problem(v,
			"line %llu: the sums of its shifts are not those of "
			"their lines",
			(unsigned long long)e->sequence);
	}
	if (shifts_add(&v->shifts, &v->totals, e) != RC_OK) {
		verify_problem(v, "line %llu: its shift is not open",
			(unsigned long long)e->sequence);
	}
}

static void
check_periods(struct verify *v, const struct event *e)
{
	char words[ERR_MSG_BYTES] = "";

	if (!verify_periods_event(v->periods, e, words, sizeof(words))) {
		verify_problem(v, "line %llu: %s",
			(unsigned long long)e->sequence, words);
	}
}

static void
check_event(struct verify *v, const struct event *e)
{
	if (!event_balances(e)) {
		verify_problem(v,
			"line %llu: the sums of sale %s do not balance",
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
		verify_problem(v,
			"line %llu: the day's sums are not those of its "
			"lines",
			(unsigned long long)e->sequence);
	}
	check_shifts(v, e);
	if (totals_add(&v->totals, e) != RC_OK) {
		verify_problem(v, "line %llu: the totals cannot take it",
			(unsigned long long)e->sequence);
	}
	if (v->shifts_hold && !shifts_agree(&v->shifts, &v->totals)) {
		v->shifts_hold = false;
		verify_problem(v,
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
		verify_scratch_give_up(v, &err);
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
		verify_problem(v, "line %llu: %s",
			(unsigned long long)rec->sequence, err.msg);
		v->broken = true;
		v->chain.begun = false;
		return;
	}
	rc = chain_add(&v->chain, rec->line, rec->len, &e, &err);
	if (rc != RC_OK) {
		verify_problem(v, "%s", err.msg);
		v->broken = true;
		/* go on behind it, so that one fault is told once */
		chain_again(&v->chain);
		(void)!chain_add(&v->chain, rec->line, rec->len, &e, NULL);
	}
	check_event(v, &e);
	apply_line(v, &e, rec->line, rec->len, v->chain.hash);
	v->r->head.epoch = e.epoch;
	wire_hash(rec->line, rec->len, v->r->head.hash);
	if (!verify_past_line(
		    &v->past, &e, v->r->head.hash, words, sizeof(words))) {
		verify_problem(v, "%s", words);
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
	verify_problem(v, "%s", e->msg);
	v->broken = true;
	chain_again(&v->chain);
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

/* --- all of it --- */

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
		verify_past_kept(&v->past, v->scratch, v->keys, &v->arena,
			check_kept, v, &e) != RC_OK) {
		v->blind = true;
	}
	if (v->scratch != NULL && v->blind) {
		verify_scratch_give_up(v, &e);
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
	chain_past(&v->chain, keys_sign_public(v->keys), keys_past(v->keys));
	v->memory = malloc(bytes);
	v->seen = verify_seen_new();
	v->periods = verify_periods_new();
	if (v->memory == NULL || v->seen == NULL || v->periods == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to verify; close programs and try again");
	}
	arena_init(&v->arena, v->memory, bytes);
	verify_live_open(v);
	rc = verify_scratch_open(v, &e);
	if (rc == RC_OK) {
		rc = replay_new(v->scratch, &v->replay, &e);
	}
	if (rc == RC_BUSY) {
		return shop_hand_on(rc, &e, reterr);
	}
	if (rc != RC_OK) {
		verify_scratch_give_up(v, &e);
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
		verify_problem(v, "%s", e.msg);
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
			verify_problem(v, "%s", words);
		}
	}
	if (p->base.number != 0 && !p->named && v->keys != NULL && !v->broken) {
		verify_problem(v,
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
		verify_problem(v,
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
		verify_problem(v,
			"the end is missing: sequence %llu was final, the "
			"last one there is %llu",
			(unsigned long long)v->known,
			(unsigned long long)v->r->head.sequence);
		v->broken = true;
	}
	check_files(v);
	check_past(v);
	if (!no_key) {
		verify_store_check(v);
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
	verify_scratch_drop(v);
	store_close(v->live);
	verify_seen_free(v->seen);
	verify_periods_free(v->periods);
	arena_wipe(&v->arena);
	free(v->memory);
	keys_close(v->keys);
	free(v);
	return rc;
}
