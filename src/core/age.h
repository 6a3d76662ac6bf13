/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_AGE_H
#define CORE_AGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/rc.h"

/**
 * age - who is old enough, by the calendar alone.  Of age on the birthday
 * itself: born on or before today minus N years.
 */
struct date {
	int year, month, day;
};

/* A birthday on 29 February, in a year that has none. */
enum leap_day {
	LEAP_MAR_1,
	LEAP_FEB_28
};

/* How eight digits are read. */
enum date_order {
	DATE_DMY,
	DATE_MDY,
	DATE_YMD
};

#define AGE_MAX 150

/** date_parse(s, len, order, ret): eight digits in ${order}, or day, month and
 * year of four digits in that order set off by '.', '-' or '/'; year first
 * (ISO 8601) is always taken when set off.  RC_PROTO it is no date of the
 * calendar, or before 1800. */
MUST_CHECK enum rc date_parse(const char *s, size_t len, enum date_order order,
	struct date *ret);

/** date_cmp(a, b): below, at or above zero. */
int date_cmp(struct date a, struct date b);

/** age_years(born, today, leap): full years; below zero before the birth. */
int age_years(struct date born, struct date today, enum leap_day leap);

/** age_reached(born, today, years, leap): old enough today. */
bool age_reached(
	struct date born, struct date today, int years, enum leap_day leap);

/** age_born_by(today, years, leap): the last birthday that is old enough. */
struct date age_born_by(struct date today, int years, enum leap_day leap);

#endif
