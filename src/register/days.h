/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DAYS_H
#define REGISTER_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "register/shop.h"

/**
 * days - which lines of the journal belong to which day of the shop.  Each Z
 * names where its own lines begin, so that one is found behind the other and no
 * line in between is read.
 *
 * A date is year x 10000 + month x 100 + day.  It is the one that the Z says,
 * or would; a Z from before there was one has the local date of its line.  None is
 * before the date of the Z ahead of it.
 */
struct day {
	int64_t number;	      /* of the Z; that the open day will have */
	uint64_t first, last; /* sequences; last is the Z's own line */
	int32_t date;
	bool open; /* no Z yet: last is the last line there is */
};

struct days {
	size_t n;
	struct day *day; /* by number, the open one last */
};

/** days_read(s, ret, reterr): all that the journal has lines of; free it by
 * days_free().  RC_CORRUPT the store cannot say, RC_NOMEM; *ret is empty then. */
MUST_CHECK enum rc days_read(
	struct shop *s, struct days *ret, struct err *reterr);
void days_free(struct days *d);

/** What was asked for; 0 is no bound.  Dates and Z are inclusive, and all
 * that is told must hold. */
struct days_pick {
	int32_t since, until;
	int64_t from_z, to_z;
	uint64_t from, to;
	bool closed; /* days without a Z are left out */
};

/** days_range(d, p, ret_from, ret_to): the sequences that are meant; from > to:
 * there are none. */
void days_range(const struct days *d, const struct days_pick *p,
	uint64_t *ret_from, uint64_t *ret_to);

/** days_date(text, ret): "2026-11-22"; RC_PROTO it is no day of the calendar. */
MUST_CHECK enum rc days_date(const char *text, int32_t *ret);
/** days_next(date): the day behind it. */
int32_t days_next(int32_t date);

#endif
