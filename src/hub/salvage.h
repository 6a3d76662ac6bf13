/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SALVAGE_H
#define HUB_SALVAGE_H

#include "hub/logbook.h"
#include "hub/tenant.h"

/**
 * hub/salvage - lines of a log that forked or was superseded.  They stand
 * beside the register's log until somebody decides, and stay there after that:
 * accepted, they are facts; rejected, they are not; each once, with who decided
 * it, when and why.
 */
struct salvage_epoch {
	int64_t epoch, n, first, last;
	const char *decision; /* "open", "accept", "reject" */
};
typedef enum rc (*salvage_fn)(void *arg, const struct register_place *r,
	const struct salvage_epoch *e, struct err *reterr);
/** salvage_each(db, t, r, fn, arg, reterr): what there is of one register. */
MUST_CHECK enum rc salvage_each(struct db *db, const struct tenant *t,
	const struct register_place *r, salvage_fn fn, void *arg,
	struct err *reterr);

/** salvage_lines(db, t, r, epoch, fn, arg, reterr): its lines, as they came, by
 * sequence. */
typedef enum rc (*salvage_line_fn)(
	void *arg, const uint8_t *line, size_t n, struct err *reterr);
MUST_CHECK enum rc salvage_lines(struct db *db, const struct tenant *t,
	const struct register_place *r, int64_t epoch, salvage_line_fn fn,
	void *arg, struct err *reterr);

/** salvage_decide(d, t, r, epoch, word, reason, ret_n, reterr): about all lines
 * of the epoch that are open, in one transaction with its act and
 * the lines of the hub's own log; what somebody
 * had to look at because of them is closed.  RC_INVAL ${word} is not "accept"
 * or "reject", or ${reason} is too long; RC_NOTFOUND nothing waits. */
#define SALVAGE_REASON_BYTES 500u
MUST_CHECK enum rc salvage_decide(const struct doer *d,
	const struct tenant *t, const struct register_place *r, int64_t epoch,
	const char *word, const char *reason, int64_t *ret_n,
	struct err *reterr);

/** salvage_log(db, t, r, now, reterr): within an open transaction of the
 * register's part: what was decided and is not in the hub's own log yet goes
 * there, each line once.  RC_AGAIN: the transaction is tried again; RC_CORRUPT
 * as salvage_changed(), and nothing is there.
 * salvage_log_late(d, t, reterr): that of all registers, which a hub of before
 * this log decided. */
MUST_CHECK enum rc salvage_log(struct db *db, const struct tenant *t,
	const struct register_place *r, const struct clock_reading *now,
	struct err *reterr);
MUST_CHECK enum rc salvage_log_late(
	const struct doer *d, const struct tenant *t, struct err *reterr);

/** salvage_changed(reg, epoch, sequence, reterr): RC_CORRUPT: a salvaged line of
 * the register has not the hash it came with. */
MUST_CHECK enum rc salvage_changed(const uint8_t reg[UUID_BYTES],
	int64_t epoch, int64_t sequence, struct err *reterr);

/** salvage_check(db, t, part, ret_head, reterr): the hub's own log of the part,
 * as logbook_read(), and that what stands as decided is what it says, no line
 * more or less, each with the hash it came with.  RC_CORRUPT. */
MUST_CHECK enum rc salvage_check(struct db *db, const struct tenant *t,
	uint8_t part, struct anchor *ret_head, struct err *reterr);

/** A line that was accepted. */
struct salvage_fact {
	uint32_t epoch;
	int64_t sequence;
	uint8_t hash[HASH_BYTES];
	const uint8_t *line; /* until the callback returns, as all text */
	size_t n_line;
	struct utc received, decided;
	const char *by, *reason;
};
/** salvage_accepted(db, t, r, fn, arg, reterr): by epoch, sequence and hash,
 * each once, and none that came into the log since. */
typedef enum rc (*salvage_fact_fn)(
	void *arg, const struct salvage_fact *s, struct err *reterr);
MUST_CHECK enum rc salvage_accepted(struct db *db, const struct tenant *t,
	const struct register_place *r, salvage_fact_fn fn, void *arg,
	struct err *reterr);

#endif
