/* SPDX-License-Identifier: Apache-2.0 */
#include "core/unit.h"

#include <stdbool.h>

#include "base/poison.h"

/* Thousandths of the unit a gram: exactly num / den. */
static const struct {
	char name[8];
	int64_t num, den;
} units[] = {
	[UNIT_KG] = {"kg", 1, 1},
	[UNIT_G] = {"g", 1000, 1},
	[UNIT_100G] = {"100g", 10, 1},
	[UNIT_LB] = {"lb", 100000000, 45359237},
	[UNIT_OZ] = {"oz", 1600000000, 45359237},
};

_Static_assert(sizeof(units) / sizeof(units[0]) == UNIT_COUNT, "one row each");

const char *
unit_name(enum unit u)
{
	return (unsigned)u < UNIT_COUNT ? units[u].name : "";
}

static bool
same(const char *name, const char *s)
{
	while (*name != '\0') {
		char c = *s;

		if (c >= 'A' && c <= 'Z') {
			c = (char)(c - 'A' + 'a');
		}
		if (c != *name) {
			return false;
		}
		name++;
		s++;
	}
	return *s == '\0';
}

enum unit
unit_find(const char *name)
{
	unsigned u = 0;

	while (u < UNIT_COUNT && !same(units[u].name, name)) {
		u++;
	}
	return (enum unit)u;
}

enum rc
unit_weigh(enum unit u, int64_t grams, struct qty *ret)
{
	if ((unsigned)u >= UNIT_COUNT) {
		return RC_INVAL;
	}
	if (grams < 0 || grams > UNIT_GRAMS_MAX) {
		return RC_RANGE;
	}
	/* 999,999 g x 1,600,000,000 stay below 2^63 */
	ret->milli =
		(2 * grams * units[u].num + units[u].den) / (2 * units[u].den);
	return RC_OK;
}
