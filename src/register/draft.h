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
 * something recorded).  A record that does not open ends it.  The sale's id
 * stands in the first record: a draft whose sale is already in the journal is
 * stale and dropped, so nothing is sold twice.  holdfast-store(5).
 */
struct draft;

MUST_CHECK enum rc draft_open(const char *path, const struct keys *keys,
	const struct rng *rng, struct draft **ret, struct err *reterr);
void draft_close(struct draft *d);

/** draft_load(d, tax, round, basket, ret_found, reterr): fill ${basket} (begun
 * by this call with the draft's id). ret_found false: none, or empty.  Later
 * changes go on behind what was read.
 * Errors   RC_NOTFOUND a line's tax class is not in ${tax}, or as
 *          basket_restore(): the basket is empty then, the file as it was. */
MUST_CHECK enum rc draft_load(struct draft *d, const struct tax_policy *tax,
	enum round round, struct basket *basket, bool *ret_found,
	struct err *reterr);

/** A write that failed loses nothing of the basket: the next change writes all
 * of it anew.  Errors of these four: RC_NOSPC, RC_IO, RC_NOMEM. */

/** draft_line(d, basket, idx, no): line ${no} is now basket->line[idx], or is
 * gone when idx == SIZE_MAX.  The first line of a basket begins the draft. */
MUST_CHECK enum rc draft_line(struct draft *d, const struct basket *b,
	size_t idx, uint32_t no, struct err *reterr);
/** draft_all(d, b): write the whole basket anew, aside and renamed (recall):
 * kill -9 leaves the old draft or this one. An empty basket clears. */
MUST_CHECK enum rc draft_all(
	struct draft *d, const struct basket *b, struct err *reterr);
/** draft_clear(d): no open basket.  Kill -9 before it leaves a draft whose sale
 * is closed: compare its id with store_state.last_sale. */
MUST_CHECK enum rc draft_clear(struct draft *d, struct err *reterr);
/** draft_flush(d): fdatasync when something was written since. */
MUST_CHECK enum rc draft_flush(struct draft *d, struct err *reterr);

#endif
