/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_REPORT_TIE_INTERNAL_H
#define REGISTER_REPORT_TIE_INTERNAL_H

#include "core/totals.h"
#include "register/report_tie.h"

/**
 * report_tie_internal - report_tie.c goes over the lines, report_tie_day.c
 * compares sums of days, report_tie_put.c says what came of it.
 */

/** tie_differs(t, d): one more; kept while there is room. */
void tie_differs(struct report_tie *t, const struct tie_diff *d);

/** tie_day(t, lines, z): a Z against what its lines come to. */
void tie_day(struct report_tie *t, const struct totals *lines,
	const struct event *z);
/** tie_open(t, lines, store): the store's totals of the open day against
 * them. */
void tie_open(struct report_tie *t, const struct totals *lines,
	const struct totals *store);

#endif
