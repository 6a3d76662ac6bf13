/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_HISTORY_H
#define HUB_HISTORY_H

#include "hub/db.h"
#include "hub/hub.h"

/**
 * hub/history - a register's own lines as they came, in the order of its log:
 * those that lead to its head.  Lines of an epoch that was left before its end
 * are facts, too, but of no history; whoever wants them asks for the epoch.
 */
#define HISTORY_EPOCHS 256
#define HISTORY_LINES 1000
#define HISTORY_BYTES ((size_t)2 << 20)

/** A piece of the way: first..last of one epoch. */
struct history_piece {
	uint32_t epoch;
	uint64_t first, last;
};

struct history_way {
	struct history_piece piece[HISTORY_EPOCHS]; /* ascending */
	size_t n;
};

/** history_way(db, part, tenant, reg, head, ret, reterr): from the first line
 * to ${head}.  RC_RANGE more epochs than a register can have had. */
MUST_CHECK enum rc history_way(struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const uint8_t reg[UUID_BYTES],
	const struct anchor *head, struct history_way *ret,
	struct err *reterr);

/** history_read(db, part, tenant, reg, piece, limit, ret, reterr): of one
 * piece, rows of (sequence, line), at most ${limit} and HISTORY_BYTES, but
 * one in any case. */
MUST_CHECK enum rc history_read(struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const uint8_t reg[UUID_BYTES],
	const struct history_piece *piece, int64_t limit, struct db_rows *ret,
	struct err *reterr);

/** GET /v1/registers/{id}/events */
enum rc history_get(struct request *q, struct answer *a, struct err *reterr);

#endif
