/* SPDX-License-Identifier: Apache-2.0 */
/* Values of [sale] and [age]: what a cashier is asked while selling. */
#include <string.h>

#include "base/parse.h"
#include "register/config_internal.h"

#include "base/poison.h"

#define LOOKS_OVER 25

void
config_sale_defaults(struct config *c)
{
	c->not_on_file = NOT_ON_FILE_LINE;
	c->age_looks_over = LOOKS_OVER;
}

enum rc
config_put_not_on_file(const struct config_set *s, struct err *reterr)
{
	if (strcmp(s->value, "line") == 0) {
		s->p->c->not_on_file = NOT_ON_FILE_LINE;
	} else if (strcmp(s->value, "stop") == 0) {
		s->p->c->not_on_file = NOT_ON_FILE_STOP;
	} else {
		return config_wrong(reterr,
			"'%s' is not known here: write line (sell on, resolve "
			"before paying) or stop (ask at once)",
			s->value, "");
	}
	return RC_OK;
}

enum rc
config_put_looks_over(const struct config_set *s, struct err *reterr)
{
	int64_t years = 0;

	if (strcmp(s->value, "no") != 0 &&
		(parse_i64(s->value, strlen(s->value), 1, AGE_MAX, &years) !=
			RC_OK)) {
		return config_wrong(reterr,
			"'%s' is no age: write years, like 25, or no when "
			"looks are never enough",
			s->value, "");
	}
	s->p->c->age_looks_over = (unsigned)years;
	return RC_OK;
}

enum rc
config_put_leap_day(const struct config_set *s, struct err *reterr)
{
	if (strcmp(s->value, "1 March") == 0) {
		s->p->c->age_leap = LEAP_MAR_1;
	} else if (strcmp(s->value, "28 February") == 0) {
		s->p->c->age_leap = LEAP_FEB_28;
	} else {
		return config_wrong(reterr,
			"'%s' is not known here: write 1 March or 28 "
			"February",
			s->value, "");
	}
	return RC_OK;
}

enum rc
config_put_date_order(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {
		[DATE_DMY] = "dmy", [DATE_MDY] = "mdy", [DATE_YMD] = "ymd"};

	for (size_t i = 0; i < ARRAY_LEN(word); i++) {
		if (strcmp(word[i], s->value) == 0) {
			s->p->c->date_order = (enum date_order)i;
			return RC_OK;
		}
	}
	return config_wrong(reterr,
		"'%s' is no order of a date: write dmy, mdy or ymd", s->value,
		"");
}
