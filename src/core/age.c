/* SPDX-License-Identifier: Apache-2.0 */
#include "core/age.h"

#include "base/poison.h"

#define YEAR_MIN 1800

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Up to three numbers, set off by one sign each; or eight digits alone. */
static size_t
split(const char *s, size_t len, int part[3], size_t width[3])
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c >= '0' && c <= '9') {
			if (n == 0 || width[n - 1] == 0) {
				n += n == 0 ? 1 : 0;
				part[n - 1] = 0;
			}
			if (++width[n - 1] > 8) {
				return 0;
			}
			part[n - 1] = part[n - 1] * 10 + (c - '0');
		} else if ((c == '.' || c == '-' || c == '/') && n > 0 &&
			   n < 3 && width[n - 1] > 0) {
			n++;
		} else {
			return 0;
		}
	}
	return n > 0 && width[n - 1] == 0 ? 0 : n;
}

/* Eight digits as three numbers. */
static void
cut(int all, enum date_order order, int part[3], size_t width[3])
{
	bool year_first = order == DATE_YMD;

	width[0] = year_first ? 4 : 2;
	width[1] = 2;
	width[2] = year_first ? 2 : 4;
	if (year_first) {
		part[0] = all / 10000;
		part[1] = all / 100 % 100;
		part[2] = all % 100;
	} else {
		part[0] = all / 1000000;
		part[1] = all / 10000 % 100;
		part[2] = all % 10000;
	}
}

enum rc
date_parse(const char *s, size_t len, enum date_order order, struct date *ret)
{
	int part[3] = {0};
	size_t width[3] = {0};
	size_t n = split(s, len, part, width);
	struct date d;

	if (n == 1 && width[0] == 8) {
		cut(part[0], order, part, width);
	} else if (n != 3) {
		return RC_PROTO;
	}
	if (width[0] == 4) {
		d = (struct date){part[0], part[1], part[2]};
	} else if (order == DATE_MDY) {
		d = (struct date){part[2], part[0], part[1]};
	} else {
		d = (struct date){part[2], part[1], part[0]};
	}
	if ((width[0] != 4 && width[2] != 4) || d.year < YEAR_MIN ||
		d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 ||
		d.day > days_in(d.year, d.month)) {
		return RC_PROTO;
	}
	*ret = d;
	return RC_OK;
}

int
date_cmp(struct date a, struct date b)
{
	if (a.year != b.year) {
		return a.year < b.year ? -1 : 1;
	}
	if (a.month != b.month) {
		return a.month < b.month ? -1 : 1;
	}
	if (a.day != b.day) {
		return a.day < b.day ? -1 : 1;
	}
	return 0;
}

/* The birthday in that year. */
static struct date
birthday(struct date born, int year, enum leap_day leap)
{
	struct date d = {year, born.month, born.day};

	if (born.month == 2 && born.day == 29 && !is_leap(year)) {
		d.month = leap == LEAP_MAR_1 ? 3 : 2;
		d.day = leap == LEAP_MAR_1 ? 1 : 28;
	}
	return d;
}

int
age_years(struct date born, struct date today, enum leap_day leap)
{
	int years = today.year - born.year;

	if (date_cmp(today, birthday(born, today.year, leap)) < 0) {
		years--;
	}
	return years;
}

bool
age_reached(struct date born, struct date today, int years, enum leap_day leap)
{
	return date_cmp(today, birthday(born, born.year + years, leap)) >= 0;
}

struct date
age_born_by(struct date today, int years, enum leap_day leap)
{
	struct date d = {today.year - years, today.month, today.day};

	if (d.month == 2 && d.day == 29 && !is_leap(d.year)) {
		d.day = 28;
	}
	if (d.month == 2 && d.day == 28 && is_leap(d.year) &&
		age_reached((struct date){d.year, 2, 29}, today, years, leap)) {
		d.day = 29;
	}
	return d;
}
