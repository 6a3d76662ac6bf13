/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_DURABLE_H
#define HUB_DURABLE_H

#include <stdatomic.h>

#include "hub/db.h"
#include "hub/tenant.h"

/**
 * hub/durable - up to which line a hub's database has a second copy, so that a
 * till may let go of its own.  Three things say so, by the database's
 * configuration (hub/config.h): a standby that every commit waits for and that
 * has flushed what was committed; somebody who checked a backup; or the
 * database, which never confirms what it has once.
 *
 * By a standby: what was committed before a moment is there when the standby
 * has flushed as far as the log was after that moment.  Both are asked every
 * other second, so "durable" follows a head by some seconds.
 */
struct durable {
	/* of each database: heads older than this have a second copy, in
	 * microseconds of its own clock; any thread reads it */
	_Atomic int64_t safe_us[HUB_DATABASES];
	/* of the thread that asks: */
	struct {
		int64_t before_us; /* every older transaction had ended */
		int64_t pending_us; /* is safe when ... */
		int64_t pending_lsn; /* ... the standby is here; 0 none */
	} at[HUB_DATABASES];
};

/** durable_refresh(d, db, reterr): asks every database that has standbys to
 * tell of.  The first failure is told, the others are asked all the same. */
MUST_CHECK enum rc durable_refresh(
	struct durable *d, struct db *db, struct err *reterr);
/** durable_is(d, c, part, head_at): a head that was moved at this time has a
 * second copy. */
bool durable_is(struct durable *d, const struct hub_config *c, uint8_t part,
	struct utc head_at);

/** durable_begin(d, t, mark, ret_n, reterr): before a backup begins: keeps the
 * heads of a tenant's registers under ${mark}.  durable_confirm(): the backup
 * that began after it is good.  durable_forget(): it is not. */
MUST_CHECK enum rc durable_begin(const struct doer *d, const struct tenant *t,
	const uint8_t mark[UUID_BYTES], int64_t *ret_n, struct err *reterr);
MUST_CHECK enum rc durable_confirm(const struct doer *d,
	const struct tenant *t, const uint8_t mark[UUID_BYTES],
	int64_t *ret_n, struct err *reterr);
MUST_CHECK enum rc durable_forget(const struct doer *d,
	const struct tenant *t, const uint8_t mark[UUID_BYTES],
	int64_t *ret_n, struct err *reterr);

/** tenant_parts(db, t, ret, ret_n, reterr): its own part and those of its
 * stores, each once. */
MUST_CHECK enum rc tenant_parts(struct db *db, const struct tenant *t,
	uint8_t ret[256], size_t *ret_n, struct err *reterr);

#endif
