/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_EXCEPTION_H
#define HUB_EXCEPTION_H

#include "hub/tenant.h"

/**
 * hub/exception - what somebody has to look at: a place in a register's log
 * where something is not as it should be, of one kind.  It is open until
 * somebody says why it needs no more looking at, or until what happened did
 * that: salvage that was decided closes fork, fenced and clone of its epoch,
 * another machine that takes the register's place closes clone.  What happens
 * there again opens it again.
 *
 * One is named by "REGISTER.KIND.EPOCH.SEQUENCE", the register by its id, or
 * by its number where one alone has it.
 */
#define EXCEPTION_KIND_BYTES 24
#define EXCEPTION_ID_BYTES 96

struct exception {
	const char *kind; /* until the callback returns, as all text */
	int64_t epoch, sequence;
	const char *detail;
	struct utc since;
	bool open;
	struct utc closed;	/* 0: open, or closed by a hub of before */
	const char *by, *reason; /* "" likewise */
};

/** Where one is: also where a page ends. */
struct exception_place {
	char kind[EXCEPTION_KIND_BYTES];
	int64_t epoch, sequence;
};

/** exception_each(db, t, r, all, after, fn, arg, reterr): of one register, the
 * open ones or ${all}, by kind, epoch and sequence; behind ${after}, NULL from
 * the first. */
typedef enum rc (*exception_fn)(void *arg, const struct register_place *r,
	const struct exception *x, struct err *reterr);
MUST_CHECK enum rc exception_each(struct db *db, const struct tenant *t,
	const struct register_place *r, bool all,
	const struct exception_place *after, exception_fn fn, void *arg,
	struct err *reterr);

/** exception_close(d, t, r, p, reason, reterr): with its act.  RC_NOTFOUND
 * there is none, or it is closed; RC_INVAL no reason. */
MUST_CHECK enum rc exception_close(const struct doer *d,
	const struct tenant *t, const struct register_place *r,
	const struct exception_place *p, const char *reason,
	struct err *reterr);

/** exception_id(reg, x, out): its name, with the register as ${reg} says.
 * exception_id_parse(id, ret_reg, ret, reterr): RC_INVAL it is none. */
void exception_id(const char *reg, const struct exception *x,
	char out[EXCEPTION_ID_BYTES]);
MUST_CHECK enum rc exception_id_parse(const char *id,
	char ret_reg[UUID_TEXT_BYTES], struct exception_place *ret,
	struct err *reterr);

#endif
