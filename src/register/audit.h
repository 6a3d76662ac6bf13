/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_AUDIT_H
#define REGISTER_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event.h"
#include "register/shop.h"

/**
 * audit - the journal as somebody reads it who wants to know who did what: one
 * row an event, newest first, narrowed by a filter.  Lines that were purged are
 * not there, but for those that a purge has left; what stood next to one that is
 * gone counts as chained.
 */
struct audit_row {
	uint64_t sequence;
	struct utc time;
	int32_t tz_min;
	bool training;
	char actor[16], approver[16];
	char event[32];	  /* "price.overridden" */
	char detail[160]; /* what it was about, in short */
	char hash[5];	  /* first digits of its line's hash */
	uint8_t whole[HASH_BYTES];
	bool chained;	  /* the next line points at it, or it is the last */
};

/** audit_row(s, seq, ret, reterr): RC_NOTFOUND no such line; else as
 * shop_event(), of which it uses the arena. */
MUST_CHECK enum rc audit_row(struct shop *s, uint64_t sequence,
	struct audit_row *ret, struct err *reterr);

/** audit_fits(r, filter): every word of ${filter} must: "op=7" by whom it was
 * done or approved, "by=7" and "approver=7" only the one or the other,
 * "event=price" what it begins with, "since=2026-11-21" and
 * "until=2026-11-21t14:30" when by the clock on the wall then, as much of it
 * as is written; "not=" before any of them what must not fit; any other word anywhere in the
 * row; cases do not count.  "" takes all. */
bool audit_fits(const struct audit_row *r, const char *filter);

#define AUDIT_LOOK 4000
/**
 * audit_back(s, from, filter, ret, cap, ret_n, ret_next, reterr):
 * At most ${cap} rows at or before sequence ${from} that fit, newest first.
 * Looks at no more than AUDIT_LOOK lines a call (some tens of
 * milliseconds); *ret_next is where to go on, 0 the beginning was reached.
 */
MUST_CHECK enum rc audit_back(struct shop *s, uint64_t from,
	const char *filter, uint64_t ret[], size_t cap, size_t *ret_n,
	uint64_t *ret_next, struct err *reterr);

typedef enum rc (*audit_fn)(
	void *arg, const struct audit_row *r, struct err *reterr);
/** audit_each(s, from, to, filter, fn, arg, reterr): the rows from sequence
 * ${from} to ${to}, 0 the head, that fit, oldest first; chained is of the line
 * before.  An error of fn ends it and is returned. */
MUST_CHECK enum rc audit_each(struct shop *s, uint64_t from, uint64_t to,
	const char *filter, audit_fn fn, void *arg, struct err *reterr);

#endif
