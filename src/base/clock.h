/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"

/**
 * clock - time as an argument.  Only base/clock.c asks the system; everybody
 * else is handed a struct clock, so that a run can be replayed.
 */
struct utc {
	int64_t us; /* microseconds since 1970-01-01T00:00:00Z */
};

struct mono {
	int64_t us; /* CLOCK_BOOTTIME microseconds: never set, never back */
};

#define CLOCK_BOOT_BYTES 37 /* boot id as text, with the NUL */

struct clock_reading {
	struct utc utc;
	struct mono mono;
	int32_t tz_min; /* local offset from UTC in minutes, -840..840 */
	char boot[CLOCK_BOOT_BYTES];
};

struct clock {
	void (*read)(void *arg, struct clock_reading *ret);
	void *arg;
};

/** clock_system(): the machine's clock. */
struct clock clock_system(void);

/** A clock that stands still until set; mono advances with every setting. */
struct clock_fake {
	struct clock_reading now;
};
struct clock clock_fake(struct clock_fake *f);

/** clock_read(c): one reading. */
struct clock_reading clock_read(const struct clock *c);

#define UTC_TEXT_BYTES 28 /* "2026-11-21T14:32:07.123456Z" and NUL */
/** utc_format(t, out): RFC 3339 with six decimals; years 1970..9999. */
void utc_format(struct utc t, char out[UTC_TEXT_BYTES]);
/** utc_parse(s, len, ret): RFC 3339, 'Z' or +hh:mm, 0..6 decimals; the exact
 * form utc_format() writes parses back to itself.  RC_PROTO else. */
MUST_CHECK enum rc utc_parse(const char *s, size_t len, struct utc *ret);

/** Civil date and time of t shifted by tz_min. */
struct civil {
	int year, month, day, hour, minute, second, weekday; /* 0 = Sunday */
};
struct civil utc_civil(struct utc t, int32_t tz_min);

#endif
