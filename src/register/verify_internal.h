/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_VERIFY_INTERNAL_H
#define REGISTER_VERIFY_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/event.h"

/**
 * verify_seen - what has been there before: sales that were closed, and the
 * numbers of each series.  16 bytes a sale in a table that is half empty:
 * 32 MB at 1,000,000 sales, half as much again while it grows.
 */
struct verify_seen;

struct verify_seen *verify_seen_new(void); /* NULL without memory */
void verify_seen_free(struct verify_seen *s);

/** verify_seen_event(s, e, words, cap): a sale closed twice (completed or
 * given up), a receipt number that stood before, or does not follow: false,
 * and why.  Words "" when there was no memory to look. */
bool verify_seen_event(struct verify_seen *s, const struct event *e,
	char *words, size_t cap);

/**
 * verify_periods - the days, months and years once more: each Z's perpetual
 * sums, its date, and what each closing of a month or year says of its days.
 */
struct verify_periods;

struct verify_periods *verify_periods_new(void); /* NULL without memory */
void verify_periods_free(struct verify_periods *v);

/** verify_periods_event(v, e, words, cap): false: it is not what the lines
 * before it come to, or there was no memory to look; why, in words. */
bool verify_periods_event(struct verify_periods *v, const struct event *e,
	char *words, size_t cap);

#endif
