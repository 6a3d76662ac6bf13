/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DRAFT_H
#define REGISTER_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/keys.h"
#include "core/basket.h"
#include "register/desk.h"

/**
 * draft - what the cashier has in hand between two acts, on disk: the open
 * basket, and the desk (what is typed, the question that is open, the scans
 * that wait behind it).  It survives kill -9 and is offered again.
 *
 * One file of sealed records that only grows (register/sealed_log.h), written
 * without flush and flushed after a second of idle.  What a power cut leaves is
 * what was there at some moment, the last flush or later: never a scan in the
 * basket that waits as well, or one that is in neither.  Changes that belong
 * together are one group of records, which is there as a whole or not at all.
 *
 * A change of the basket uses up what lies on the desk for it: the text, and
 * the entry at stake.  Where somebody tells what became of them (draft_wait()),
 * it waits in memory for draft_write(), and both are one group.  An act of the
 * journal does not wait: draft_ready() is called before one is recorded.
 *
 * A group tells how far the journal was when it was written: what the journal
 * says behind that mark decides whether the sale is still open, and brings the
 * acts that are lacking.  holdfast-store(5).
 */
struct draft;

struct draft_mark {
	bool known;	/* false: no sale, or of a file without marks */
	bool recall;	/* written for a recall that was to be recorded */
	uint64_t begun; /* the journal's head when the sale was begun here */
	uint64_t last;	/* ... and when its last change was written */
};

/** draft_open(): draft_load() comes before the first change.  RC_RANGE, RC_IO,
 * RC_NOSPC, RC_NOMEM. */
MUST_CHECK enum rc draft_open(const char *path, const struct keys *keys,
	const struct rng *rng, struct draft **ret, struct err *reterr);
void draft_close(struct draft *d);

/** draft_set_desk(d, desk): which one it keeps, from before draft_load() on;
 * borrowed. */
void draft_set_desk(struct draft *d, struct desk *desk);

/** draft_wait(d): draft_write() comes behind every input from now on. */
void draft_wait(struct draft *d);

/** draft_at(d, head): the journal's last sequence, put into what is written
 * from now on. */
void draft_at(struct draft *d, uint64_t head);

/** draft_load(d, tax, round, rules, basket, ret_mark, ret_found, reterr): fill
 * ${basket} (begun by this call with the sale's id; its next_no is above
 * every number the sale ever had) and the desk; ${rules} may be NULL.
 * ret_found false: no sale, or an empty one.  Later changes go on behind what
 * was read.
 * Errors   RC_NOTFOUND a line's tax class is not in ${tax}, or as
 *          basket_restore(): the basket is empty then, the file as it was. */
MUST_CHECK enum rc draft_load(struct draft *d, const struct tax_policy *tax,
	enum round round, const struct rules *rules, struct basket *basket,
	struct draft_mark *ret_mark, bool *ret_found, struct err *reterr);
/** draft_desk_head(d, ret): the journal's head when the last group was written
 * that draft_load() read; false: there is none. */
bool draft_desk_head(const struct draft *d, uint64_t *ret);
/** draft_is_old(d): what draft_load() read is of an older format;
 * draft_is_torn(d): there is more in the file, which does not open. */
bool draft_is_old(const struct draft *d);
bool draft_is_torn(const struct draft *d);

/** A write that failed loses nothing of what is in hand: the next change
 * writes all of it anew.  Errors of all below: RC_NOSPC, RC_IO, RC_NOMEM. */

/** draft_sale(d, b): who buys, what is off the whole sale, or the coupons have
 * changed. */
MUST_CHECK enum rc draft_sale(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_line(d, b, no, also): line ${no} of the basket was added, changed or
 * taken away, and so was line ${also}, 0 none. */
MUST_CHECK enum rc draft_line(struct draft *d, const struct basket *b,
	uint32_t no, uint32_t also, struct err *reterr);
/** draft_clear(d): no open basket.  Not flushed: see the mark. */
MUST_CHECK enum rc draft_clear(struct draft *d, struct err *reterr);
/** draft_write(d, b): what waits for it, and what changed on the desk, as one
 * group; nothing when there is nothing. */
MUST_CHECK enum rc draft_write(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_waits(d): a change of the basket does; draft_settle(d, b): not any
 * more, text and entry at stake are used up. */
bool draft_waits(const struct draft *d);
MUST_CHECK enum rc draft_settle(
	struct draft *d, const struct basket *b, struct err *reterr);

/** draft_ready(d, b): before an act is recorded.  What was used up of the desk
 * is flushed, so that the journal never is ahead of it: a flush only when an
 * entry that the file has is at stake, or was done since the last one. */
MUST_CHECK enum rc draft_ready(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_recall(d, b): draft_ready() with a basket whose recall is about to
 * be recorded: all of it, flushed. */
MUST_CHECK enum rc draft_recall(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_sure(d, b): draft_ready(), and all that is in hand is flushed. */
MUST_CHECK enum rc draft_sure(
	struct draft *d, const struct basket *b, struct err *reterr);

/** draft_flush(d): fdatasync when something was written since. */
MUST_CHECK enum rc draft_flush(struct draft *d, struct err *reterr);
/** draft_renew(d, b): all that is in hand into a new file, flushed, which takes
 * the name of this one; draft_trim(d, b): only when it has grown too large.
 * When nobody waits. */
MUST_CHECK enum rc draft_renew(
	struct draft *d, const struct basket *b, struct err *reterr);
MUST_CHECK enum rc draft_trim(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_n_write(d): how often something was written. */
size_t draft_n_write(const struct draft *d);

#endif
