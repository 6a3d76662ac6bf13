/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a rule each. */
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "register/config_rules_internal.h"

#include "base/poison.h"

#define AMOUNT_MAX 999999999
#define COUNT_MAX 9999

enum rc
rules_amount(const struct rules_read *rr, const char *value, int64_t *ret,
	struct err *reterr)
{
	const struct currency *c = &rr->c->currency;
	struct money m = {0};

	if (strchr(value, ',') != NULL || value[0] == '-' ||
		money_parse_major(value, strlen(value), c->digits, &m) !=
			RC_OK ||
		m.minor < 1 || m.minor > AMOUNT_MAX) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"'%.60s' is no amount: write one above 0 in %s with "
			"at most %u decimals",
			value, c->code, (unsigned)c->digits);
	}
	*ret = m.minor;
	return RC_OK;
}

enum rc
rules_percent(const char *value, int64_t *ret, struct err *reterr)
{
	size_t n = strlen(value);
	int64_t ppm = 0;
	bool ok = n >= 2 && value[n - 1] == '%' && strchr(value, ',') == NULL;

	n -= n > 0 ? 1 : 0;
	if (n > 1 && value[n - 1] == ' ') {
		n--;
	}
	if (!ok || parse_decimal(value, n, 4, &ppm) != RC_OK || ppm < 1 ||
		ppm > 1000000) {
		return config_wrong(reterr,
			"'%s' is no part: write a percentage above 0% and at "
			"most 100%, like 20% or 12.5%",
			value, "");
	}
	*ret = ppm;
	return RC_OK;
}

enum rc
rules_yes(const char *value, bool *ret, struct err *reterr)
{
	static const char *const word[] = {"no", "yes"};
	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), value, "yes or no", reterr);

	*ret = i == 1;
	return rc;
}

enum rc
rules_count(const char *value, int64_t *ret, struct err *reterr)
{
	if (parse_i64(value, strlen(value), 1, COUNT_MAX, ret) != RC_OK) {
		return config_wrong(reterr,
			"'%s' is no number of units: write 1 to 9999", value,
			"");
	}
	return RC_OK;
}

enum rc
rules_date(const char *value, int32_t *ret, struct err *reterr)
{
	struct date d;

	if (strlen(value) != 10 || value[4] != '-' || value[7] != '-' ||
		date_parse(value, 10, DATE_YMD, &d) != RC_OK || d.year < 2000) {
		return config_wrong(reterr,
			"'%s' is no day: write year, month and day, like "
			"2026-11-21",
			value, "");
	}
	*ret = (int32_t)(d.year * 10000 + d.month * 100 + d.day);
	return RC_OK;
}

enum rc
rules_days(const char *value, uint8_t *ret, struct err *reterr)
{
	static const char day[][4] = {
		"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	uint8_t days = 0;

	for (const char *p = value; *p != '\0';) {
		size_t n = strcspn(p, " ,\t");
		size_t i = 0;

		while (i < ARRAY_LEN(day) &&
			(n != 3 || memcmp(p, day[i], 3) != 0)) {
			i++;
		}
		if (i == ARRAY_LEN(day)) {
			return config_wrong(reterr,
				"'%s' are no days: write of mon tue wed thu "
				"fri sat sun those that it holds on",
				value, "");
		}
		days = (uint8_t)(days | 1u << i);
		p += n;
		p += strspn(p, " ,\t");
	}
	*ret = days;
	return RC_OK;
}

/* "17:00" or "9:30"; 24:00 is the end of a day. */
static bool
minute_of(const char *s, size_t n, int16_t *ret)
{
	const char *colon = memchr(s, ':', n);
	size_t at = colon == NULL ? 0 : (size_t)(colon - s);
	int64_t h = 0, m = 0;

	if (at < 1 || at > 2 || n - at != 3 ||
		parse_i64(s, at, 0, 24, &h) != RC_OK ||
		parse_i64(s + at + 1, 2, 0, 59, &m) != RC_OK ||
		h * 60 + m > 1440) {
		return false;
	}
	*ret = (int16_t)(h * 60 + m);
	return true;
}

enum rc
rules_time(const char *value, int16_t *from, int16_t *to, struct err *reterr)
{
	const char *dash = strchr(value, '-');
	size_t n = dash == NULL ? 0 : (size_t)(dash - value);

	while (n > 0 && value[n - 1] == ' ') {
		n--;
	}
	if (dash != NULL) {
		dash += 1 + strspn(dash + 1, " ");
	}
	if (dash == NULL || !minute_of(value, n, from) ||
		!minute_of(dash, strlen(dash), to) || *from == 1440) {
		return config_wrong(reterr,
			"'%s' is no time: write from when to when, like "
			"17:00-19:00",
			value, "");
	}
	if (*from == *to) {
		return config_wrong(reterr,
			"'%s' is no time at all: write another end, or take "
			"the line out for the whole day",
			value, "");
	}
	return RC_OK;
}

enum rc
rules_name_word(const char *value, size_t len, char *out, size_t cap,
	struct err *reterr)
{
	bool ok = len > 0 && len < cap;

	for (size_t i = 0; ok && i < len; i++) {
		char c = value[i];

		ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		     (c >= '0' && c <= '9') || c == '-' || c == '_';
	}
	if (!ok) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"'%.*s' is no name here: write at most %zu letters, "
			"digits, '-' and '_'",
			(int)(len < 60 ? len : 60), value, cap - 1);
	}
	memcpy(out, value, len);
	out[len] = '\0';
	return RC_OK;
}

enum rc
rules_text(const char *value, char *out, size_t cap, struct err *reterr)
{
	char clean[CONFIG_VALUE_BYTES];

	if ((text_clean(value, strlen(value), clean, sizeof(clean), 0) &
		    ~TEXT_WAS_CUT) != 0) {
		return err_set(reterr, RC_PROTO, 0, "config",
			"this holds characters that cannot be printed: write "
			"plain text");
	}
	return config_text(out, cap, value, reterr);
}

enum rc
rules_class(const struct rules_read *rr, const char *value,
	char out[TAX_CODE_BYTES], struct err *reterr)
{
	if (strlen(value) >= TAX_CODE_BYTES ||
		tax_find(&rr->c->tax, value) < 0) {
		return config_wrong(reterr,
			"there is no tax class '%s': write its rate under "
			"[tax], or another class here",
			value, "");
	}
	return config_text(out, TAX_CODE_BYTES, value, reterr);
}
