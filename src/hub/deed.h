/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_DEED_H
#define HUB_DEED_H

#include "hub/act.h"
#include "hub/tenant.h"

/**
 * hub/deed - a change and its act: a few statements of one part in one
 * transaction, the act last.  Filled in, then done once; it is tried again by
 * itself when the database gave it up.
 */
#define DEED_STEPS 4
#define DEED_DETAIL_BYTES 1024

struct deed {
	const struct doer *d;
	uint8_t part;
	const uint8_t *tenant; /* whose act it is */
	const char *what;
	struct utc now;
	char detail[DEED_DETAIL_BYTES];
	size_t n;
	struct deed_step {
		enum sql which;
		const char *missing; /* NULL: it may touch no row */
		struct db_args args;
	} step[DEED_STEPS];
};

/** deed_init(x, d, part, tenant, what): nothing to do yet; borrowed until
 * deed_do(). */
void deed_init(struct deed *x, const struct doer *d, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const char *what);
/** deed_step(x, which, tenant): another statement, and its arguments from the
 * third on, to be added. */
struct db_args *deed_step(
	struct deed *x, enum sql which, const uint8_t tenant[UUID_BYTES]);
/** deed_must(x, missing): the step added last touches a row, else nothing is
 * done: RC_NOTFOUND and this text. */
void deed_must(struct deed *x, const char *missing);
/** deed_tell(x, fmt, ...): the act's detail. */
void deed_tell(struct deed *x, const char *fmt, ...) PRINTF(2, 3);
MUST_CHECK enum rc deed_do(struct deed *x, struct err *reterr);

#endif
