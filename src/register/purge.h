/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_PURGE_H
#define REGISTER_PURGE_H

#include "register/shop.h"

/**
 * purge - what an archive holds leaves the register: whole segments that are
 * older than archive.keep_days, that the archive, read again now, holds byte for
 * byte, and that is on another file system (or archive.medium says any).  Of a
 * register that belongs to a hub only what that has acknowledged and has a
 * second copy of itself: a hub that is restored from its backup is sent the rest
 * again.
 *
 * The order is: the base that stands for them is on the disk and was read
 * again; journal.purged is recorded, which names it; then segment after segment
 * goes, the oldest first.  A start goes on with a purge that was cut short.
 */
struct purge_opts {
	const char *archive; /* its directory */
	int64_t keep_days;   /* at least those of the configuration; 0: those */
	struct utc now;	     /* purge_now() of before anything was recorded */
	const char *actor, *approver, *reason;
	bool beyond; /* also what the register's hub has no second copy of:
		      * takes a reason and somebody who approves it */
	/* approvals that belong into the group; type EVENT_TYPE_COUNT: none */
	const struct event *given[2];
};

struct purge_result {
	int64_t archive;      /* its number */
	int64_t segments;     /* removed; 0: nothing is old enough */
	uint64_t first, last; /* lines removed */
	uint64_t begin;	      /* the first line there is now */
	uint64_t sequence;    /* of journal.purged */
	bool unsent; /* something stays for the hub has no second copy of it */
};

/** purge_now(s): what the age of a line is measured by: the older of what the
 * clock says and the last line.  A clock set ahead makes nothing old, which a
 * line recorded under it would undo: so it is asked first. */
struct utc purge_now(const struct shop *s);

/** purge_run(s, opts, ret, reterr): s is open for writing.
 * Errors   RC_NOTFOUND there is no such archive; RC_CORRUPT it does not hold,
 *          or is another register's or another history; RC_DENIED the
 *          configuration does not allow it; RC_NOSPC, RC_IO.  Nothing was
 *          removed then.
 * Blocks   as long as reading the archive and the lines twice. */
MUST_CHECK enum rc purge_run(struct shop *s, const struct purge_opts *opts,
	struct purge_result *ret, struct err *reterr);

#endif
