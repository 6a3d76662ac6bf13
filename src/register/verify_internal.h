/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_VERIFY_INTERNAL_H
#define REGISTER_VERIFY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/event.h"
#include "register/purge_base.h"
#include "register/shop_internal.h"
#include "register/verify.h"
#include "wire/chain.h"

/**
 * verify_seen - what has been there before: sales that were closed, and the
 * numbers of each series.  16 bytes a sale in a table that is half empty:
 * 32 MB at 1,000,000 sales, half as much again while it grows.
 */
struct verify_seen;

struct verify_seen *verify_seen_new(void); /* NULL without memory */
void verify_seen_free(struct verify_seen *s);

/** verify_seen_event(s, e, words, cap): a sale closed twice (completed or
 * given up), a receipt number that stood before, or does not follow: false,
 * and why.  Words "" when there was no memory to look. */
bool verify_seen_event(struct verify_seen *s, const struct event *e,
	char *words, size_t cap);

/**
 * verify_periods - the days, months and years once more: each Z's perpetual
 * sums, its date, and what each closing of a month or year says of its days.
 */
struct verify_periods;

struct verify_periods *verify_periods_new(void); /* NULL without memory */
void verify_periods_free(struct verify_periods *v);

/** verify_periods_event(v, e, words, cap): false: it is not what the lines
 * before it come to, or there was no memory to look; why, in words. */
bool verify_periods_event(struct verify_periods *v, const struct event *e,
	char *words, size_t cap);

/**
 * verify_past - where the journal begins, and what others know of its lines.
 */
struct verify_past {
	struct purge_base base; /* number 0: it begins with its first line */
	bool named; /* a line says that what was before it was purged */
	const struct verify_anchor *anchor; /* borrowed */
	size_t n_anchor;
};

/** verify_is_running(dir): does a register run on this store?  It keeps its
 * lock; asking takes a shared one for a moment. */
bool verify_is_running(const char *dir);

/** verify_past_begin(dir, p, ret_begin, reterr): p->base, and the first line
 * there is.  RC_CORRUPT what was before is missing; *ret_begin is right then,
 * too. */
MUST_CHECK enum rc verify_past_begin(const char *journal_dir,
	struct verify_past *p, uint64_t *ret_begin, struct err *reterr);

/** verify_past_load(dir, p, keys, made, ret_totals, ret_shifts, reterr): the
 * base into the store ${made}, which is being built, and its sums. */
MUST_CHECK enum rc verify_past_load(const char *journal_dir,
	struct verify_past *p, const struct keys *keys, struct store *made,
	struct totals *ret_totals, struct shifts *ret_shifts,
	struct err *reterr);

/** verify_past_kept(p, made, fn, arg, reterr): each line of the base, in order,
 * decoded.  RC_CORRUPT one of them is not signed by the key of its time. */
typedef void (*verify_kept_fn)(void *arg, const struct event *e);
MUST_CHECK enum rc verify_past_kept(const struct verify_past *p,
	struct store *made, const struct keys *keys, struct arena *a,
	verify_kept_fn fn, void *arg, struct err *reterr);

/** verify_past_chain(p, c): c goes on behind the base. */
void verify_past_chain(const struct verify_past *p, struct chain *c);

/** verify_past_line(p, e, hash, words, cap): a line of the journal; false, and
 * why, when an anchor names another one, or a purge another base. */
bool verify_past_line(struct verify_past *p, const struct event *e,
	const uint8_t hash[HASH_BYTES], char *words, size_t cap);
/** verify_past_anchor(p, i, last, words, cap): anchor i against a journal that
 * ends with line ${last}; false, and why, when that line is not there. */
bool verify_past_anchor(const struct verify_past *p, size_t i, uint64_t last,
	char *words, size_t cap);

/**
 * verify - one run: verify.c reads the lines, verify_store.c has the store that
 * runs and one that is made of those lines.
 */
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

/** verify_problem(v, fmt, ...): it does not verify; the first VERIFY_PROBLEMS
 * are kept. */
void verify_problem(struct verify *v, const char *fmt, ...) PRINTF(2, 3);

/** verify_live_open(v): v->live, NULL where it is damaged, which is told. */
void verify_live_open(struct verify *v);

/** verify_scratch_open(v, reterr): v->scratch, beside the live store or, where
 * that cannot be written, among the system's temporary files.  RC_BUSY another
 * verify is at work. */
MUST_CHECK enum rc verify_scratch_open(struct verify *v, struct err *reterr);

/** verify_scratch_drop(v): the scratch store and its files are gone. */
void verify_scratch_drop(struct verify *v);

/** verify_scratch_give_up(v, e): dropped, and told why. */
void verify_scratch_give_up(struct verify *v, const struct err *e);

/** verify_store_check(v): behind the last line: sums, keys and values. */
void verify_store_check(struct verify *v);

#endif
