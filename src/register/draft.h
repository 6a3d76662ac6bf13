/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DRAFT_H
#define REGISTER_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/keys.h"
#include "core/basket.h"

/**
 * draft - the open basket on disk, so that it survives kill -9 and is offered
 * again.  A file of sealed records, one a change, appended without flush and
 * flushed after a second of idle (a power cut loses at most that second, never
 * something recorded).  A record that does not open ends it.
 *
 * Taking the draft away is not flushed either, so what is found here may be of
 * a sale long closed.  Every record therefore tells how far the journal was
 * when it was written: what the journal says behind that mark decides whether
 * the draft is stale, and brings the acts that it lacks.  holdfast-store(5).
 */
struct draft;

struct draft_mark {
	bool known;	/* false: a file of an older program has no marks */
	bool recall;	/* written for a recall that was to be recorded */
	uint64_t begun; /* the journal's head when the file was begun */
	uint64_t last;	/* ... and when its last record was written */
};

MUST_CHECK enum rc draft_open(const char *path, const struct keys *keys,
	const struct rng *rng, struct draft **ret, struct err *reterr);
void draft_close(struct draft *d);

/** draft_at(d, head): the journal's last sequence, put into what is written
 * from now on. */
void draft_at(struct draft *d, uint64_t head);

/** draft_load(d, tax, round, rules, basket, ret_mark, ret_found, reterr): fill
 * ${basket} (begun by this call with the draft's id; its next_no is above
 * every number the draft ever had); ${rules} may be NULL. ret_found false: none, or empty.  Later
 * changes go on behind what was read.
 * Errors   RC_NOTFOUND a line's tax class is not in ${tax}, or as
 *          basket_restore(): the basket is empty then, the file as it was. */
MUST_CHECK enum rc draft_load(struct draft *d, const struct tax_policy *tax,
	enum round round, const struct rules *rules, struct basket *basket,
	struct draft_mark *ret_mark, bool *ret_found, struct err *reterr);

/** A write that failed loses nothing of the basket: the next change writes all
 * of it anew.  Errors of these seven: RC_NOSPC, RC_IO, RC_NOMEM. */

/** draft_sale(d, b): who buys, what is off the whole sale, or the coupons have
 * changed. */
MUST_CHECK enum rc draft_sale(
	struct draft *d, const struct basket *b, struct err *reterr);

/** draft_line(d, basket, idx, no): line ${no} is now basket->line[idx], or is
 * gone when idx == SIZE_MAX.  The first line of a basket begins the draft. */
MUST_CHECK enum rc draft_line(struct draft *d, const struct basket *b,
	size_t idx, uint32_t no, struct err *reterr);
/** draft_all(d, b): write the whole basket anew, aside and renamed: kill -9
 * leaves the old draft or this one. An empty basket clears. */
MUST_CHECK enum rc draft_all(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_recall(d, b): draft_all() for a basket whose recall is about to be
 * recorded, flushed with its name. */
MUST_CHECK enum rc draft_recall(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_sure(d, b): what is written of the basket is flushed; one that a
 * failed write left out is written anew before. */
MUST_CHECK enum rc draft_sure(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_clear(d): no open basket.  Not flushed: see the mark. */
MUST_CHECK enum rc draft_clear(struct draft *d, struct err *reterr);
/** draft_flush(d): fdatasync when something was written since. */
MUST_CHECK enum rc draft_flush(struct draft *d, struct err *reterr);

#endif
