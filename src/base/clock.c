/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/poison.h"

#define US_PER_S INT64_C(1000000)
#define S_PER_DAY INT64_C(86400)
#define UTC_LAST_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

/*
 * The boot id cannot change while this process lives, and asking /proc for it
 * at every reading would cost more than the rest.  The one buffer of this
 * layer that is filled once and then only read.
 */
static char boot_id[CLOCK_BOOT_BYTES];

static void
load_boot_id(void)
{
	static const char none[] = "00000000-0000-0000-0000-000000000000";
	char buf[CLOCK_BOOT_BYTES];
	ssize_t n = -1;
	int fd;

	if (boot_id[0] != '\0') {
		return;
	}
	fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, buf, CLOCK_BOOT_BYTES - 1);
		(void)close(fd);
	}
	memcpy(boot_id, n == CLOCK_BOOT_BYTES - 1 ? buf : none,
		CLOCK_BOOT_BYTES - 1);
	boot_id[CLOCK_BOOT_BYTES - 1] = '\0';
}

static int64_t
gettime_us(clockid_t id)
{
	struct timespec ts = {0, 0};

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

static void
read_system(void *arg, struct clock_reading *ret)
{
	struct tm tm;
	time_t now;

	(void)arg;
	ret->utc.us = gettime_us(CLOCK_REALTIME);
	ret->mono.us = gettime_us(CLOCK_BOOTTIME);
	now = (time_t)(ret->utc.us / US_PER_S);
	ret->tz_min = 0;
	if (localtime_r(&now, &tm) != NULL) {
		ret->tz_min = (int32_t)(tm.tm_gmtoff / 60);
	}
	memcpy(ret->boot, boot_id, sizeof(ret->boot));
}

struct clock
clock_system(void)
{
	struct clock c = {read_system, NULL};

	load_boot_id();
	tzset();
	return c;
}

static void
read_fake(void *arg, struct clock_reading *ret)
{
	const struct clock_fake *f = arg;

	*ret = f->now;
}

struct clock
clock_fake(struct clock_fake *f)
{
	struct clock c = {read_fake, f};

	return c;
}

struct clock_reading
clock_read(const struct clock *c)
{
	struct clock_reading r;

	memset(&r, 0, sizeof(r));
	c->read(c->arg, &r);
	return r;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar; the
 * year begins in March so that the leap day is its last. */
static int64_t
days_from_date(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static void
date_from_days(int64_t days, struct civil *ret)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	ret->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	ret->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	ret->year = (int)(yoe + era * 400 + (ret->month <= 2 ? 1 : 0));
}

struct civil
utc_civil(struct utc t, int32_t tz_min)
{
	int64_t s = t.us / US_PER_S - (t.us % US_PER_S < 0 ? 1 : 0);
	struct civil c;
	int64_t days;
	int64_t rest;

	s += (int64_t)tz_min * 60;
	days = s / S_PER_DAY - (s % S_PER_DAY < 0 ? 1 : 0);
	rest = s - days * S_PER_DAY;
	date_from_days(days, &c);
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	c.weekday = (int)(((days + 4) % 7 + 7) % 7);
	return c;
}

static char *
put_digits(char *out, int64_t v, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		out[i] = (char)('0' + v % 10);
		v /= 10;
	}
	return out + n;
}

void
utc_format(struct utc t, char out[UTC_TEXT_BYTES])
{
	struct civil c;
	char *p = out;

	/* Outside the years of RFC 3339 the nearest end is written. */
	if (t.us < 0) {
		t.us = 0;
	} else if (t.us / US_PER_S > UTC_LAST_S) {
		t.us = UTC_LAST_S * US_PER_S + US_PER_S - 1;
	}
	c = utc_civil(t, 0);
	p = put_digits(p, c.year, 4);
	*p++ = '-';
	p = put_digits(p, c.month, 2);
	*p++ = '-';
	p = put_digits(p, c.day, 2);
	*p++ = 'T';
	p = put_digits(p, c.hour, 2);
	*p++ = ':';
	p = put_digits(p, c.minute, 2);
	*p++ = ':';
	p = put_digits(p, c.second, 2);
	*p++ = '.';
	p = put_digits(p, t.us % US_PER_S, 6);
	*p++ = 'Z';
	*p = '\0';
}

/* n digits at *p, or -1; advances. */
static int
take_digits(const char **p, const char *end, size_t n)
{
	int v = 0;

	if ((size_t)(end - *p) < n) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		char c = *(*p)++;

		if (c < '0' || c > '9') {
			return -1;
		}
		v = v * 10 + (c - '0');
	}
	return v;
}

static bool
take_char(const char **p, const char *end, char c)
{
	if (*p == end || **p != c) {
		return false;
	}
	(*p)++;
	return true;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool
take_date(const char **p, const char *end, int64_t *ret_days)
{
	int year = take_digits(p, end, 4);
	int month;
	int day;

	if (year < 1970 || !take_char(p, end, '-')) {
		return false;
	}
	month = take_digits(p, end, 2);
	if (month < 1 || month > 12 || !take_char(p, end, '-')) {
		return false;
	}
	day = take_digits(p, end, 2);
	if (day < 1 || day > days_in_month(year, month)) {
		return false;
	}
	*ret_days = days_from_date(year, month, day);
	return true;
}

static bool
take_time(const char **p, const char *end, int64_t *ret_us)
{
	int hour = take_digits(p, end, 2);
	int64_t us = 0;
	int64_t unit = 100000;
	int minute;
	int second;

	if (hour < 0 || hour > 23 || !take_char(p, end, ':')) {
		return false;
	}
	minute = take_digits(p, end, 2);
	if (minute < 0 || minute > 59 || !take_char(p, end, ':')) {
		return false;
	}
	second = take_digits(p, end, 2);
	if (second < 0 || second > 59) {
		return false;
	}
	if (take_char(p, end, '.')) {
		if (*p == end || **p < '0' || **p > '9') {
			return false;
		}
		while (*p < end && **p >= '0' && **p <= '9') {
			if (unit == 0) {
				return false;
			}
			us += (*(*p)++ - '0') * unit;
			unit /= 10;
		}
	}
	*ret_us = ((hour * 60 + minute) * 60 + second) * US_PER_S + us;
	return true;
}

static bool
take_zone(const char **p, const char *end, int64_t *ret_min)
{
	int sign = 1;
	int hour;
	int minute;

	if (take_char(p, end, 'Z')) {
		*ret_min = 0;
		return true;
	}
	if (take_char(p, end, '-')) {
		sign = -1;
	} else if (!take_char(p, end, '+')) {
		return false;
	}
	hour = take_digits(p, end, 2);
	if (hour < 0 || hour > 23 || !take_char(p, end, ':')) {
		return false;
	}
	minute = take_digits(p, end, 2);
	if (minute < 0 || minute > 59) {
		return false;
	}
	*ret_min = (int64_t)sign * (hour * 60 + minute);
	return true;
}

enum rc
utc_parse(const char *s, size_t len, struct utc *ret)
{
	const char *end = s + len;
	int64_t days;
	int64_t us;
	int64_t zone;

	if (!take_date(&s, end, &days) || !take_char(&s, end, 'T') ||
		!take_time(&s, end, &us) || !take_zone(&s, end, &zone) ||
		s != end) {
		return RC_PROTO;
	}
	us += (days * S_PER_DAY - zone * 60) * US_PER_S;
	if (us < 0) {
		return RC_PROTO;
	}
	ret->us = us;
	return RC_OK;
}
