/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_HEAD_H
#define HUB_HEAD_H

#include "hub/db.h"
#include "hub/hub.h"

/**
 * hub/head - where a register stands at the hub, and what it says of itself
 * when it asks.
 */

/** head_of_rows(q, a, rows, row, col): a->state's head from seven columns in the
 * order of SQL_HEAD. */
void head_of_rows(struct request *q, struct answer *a,
	const struct db_rows *rows, int row, int col);

/** head_state(q, a, reterr): the register's head as it is now. */
MUST_CHECK enum rc head_state(
	struct request *q, struct answer *a, struct err *reterr);
/** head_feeds(q, a, reterr): the revisions of its tenant's feeds, and up to
 * where they hold what the register itself changed. */
MUST_CHECK enum rc head_feeds(
	struct request *q, struct answer *a, struct err *reterr);

/** head_feeds_lately(q, a, reterr): the revisions as they were within the last
 * second; what the register changed itself is told only with fresh ones. */
MUST_CHECK enum rc head_feeds_lately(
	struct request *q, struct answer *a, struct err *reterr);

/** head_backlog(text, ret_count, ret_oldest_s): of a Holdfast-Backlog header,
 * "count=38, oldest=720" (RFC 8941); zeros for what is not there. */
void head_backlog(const char *text, uint64_t *ret_count, int64_t *ret_oldest_s);

/** head_exception(q, kind, epoch, sequence, detail, reterr): somebody has to
 * look at this; once for each. */
MUST_CHECK enum rc head_exception(struct request *q, const char *kind,
	uint32_t epoch, uint64_t sequence, const char *detail,
	struct err *reterr);

/** Handlers. */
enum rc head_get(struct request *q, struct answer *a, struct err *reterr);
enum rc head_hello(struct request *q, struct answer *a, struct err *reterr);

#endif
