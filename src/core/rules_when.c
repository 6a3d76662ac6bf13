/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/rules_match.h"

#include "base/poison.h"

#define DAY_US INT64_C(86400000000)
#define MONTH_FACTOR 100
#define YEAR_FACTOR 10000
#define HOUR_MIN 60
#define WEEK 7

static void
put_day(const struct civil *c, int32_t *ret_day, uint8_t *ret_bit)
{
	*ret_day = c->year * YEAR_FACTOR + c->month * MONTH_FACTOR + c->day;
	/* a week of rules begins on Monday */
	*ret_bit = (uint8_t)(1 << ((c->weekday + WEEK - 1) % WEEK));
}

void
rule_time_make(struct utc at, int32_t tz_min, struct rule_time *ret)
{
	struct civil c = utc_civil(at, tz_min);

	put_day(&c, &ret->day, &ret->bit);
	ret->minute = (int16_t)(c.hour * HOUR_MIN + c.minute);
	at.us -= DAY_US;
	c = utc_civil(at, tz_min);
	put_day(&c, &ret->day_before, &ret->bit_before);
}

bool
rule_when_has(
	const struct rule_when *w, const struct rule_time *t, const char *group)
{
	int32_t day = t->day;
	uint8_t bit = t->bit;

	if (w->group[0] != '\0' && strcmp(w->group, group) != 0) {
		return false;
	}
	if (w->minute_from < w->minute_to &&
		(t->minute < w->minute_from || t->minute >= w->minute_to)) {
		return false;
	}
	if (w->minute_from > w->minute_to && t->minute < w->minute_from) {
		/* behind midnight it is still the evening it began on */
		if (t->minute >= w->minute_to) {
			return false;
		}
		day = t->day_before;
		bit = t->bit_before;
	}
	return (w->from == 0 || day >= w->from) &&
	       (w->until == 0 || day <= w->until) &&
	       (w->days == 0 || (w->days & bit) != 0);
}
