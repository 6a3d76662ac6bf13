/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "base/sbuf.h"
#include "core/barcode.h"
#include "core/gs1_internal.h"
#include "core/gs1_table.h"
#include "core/wide.h"

#include "base/poison.h"

#define CENTURY_AHEAD 50 /* years: GS1 General Specifications 7.12 */

enum rc
gs1_damaged(const char **ret_why, const char *what)
{
	*ret_why = what;
	return RC_PROTO;
}

bool
gs1_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
gs1_is_char(char c)
{
	return gs1_is_digit(c) || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("!\"%&'()*+,-./:;<=>?_", c) != NULL);
}

static enum rc
check_value(
	const struct gs1_ai *row, const char *v, size_t n, const char **ret_why)
{
	if (n == 0 || n >= GS1_TEXT_BYTES) {
		return gs1_damaged(
			ret_why, N_("a part is missing or too long"));
	}
	for (size_t i = 0; i < n; i++) {
		bool digit = row != NULL &&
			     (row->type != GS1_CHARS || i < row->digits);

		if (digit ? !gs1_is_digit(v[i]) : !gs1_is_char(v[i])) {
			return gs1_damaged(
				ret_why, N_("a sign that cannot be there"));
		}
	}
	if (row == NULL) {
		return RC_OK;
	}
	if (n < row->min || n > row->max) {
		return gs1_damaged(
			ret_why, N_("a part is too short or too long"));
	}
	if (row->type == GS1_GTIN && !code_check_ok(v, n)) {
		return gs1_damaged(ret_why, N_("its check digit is wrong"));
	}
	return RC_OK;
}

static int
two(const char *v)
{
	return (v[0] - '0') * 10 + (v[1] - '0');
}

static int
last_day(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool
to_date(const char *v, int today, struct date *ret)
{
	int yy = two(v);
	int apart = yy - today % 100;
	int year = today / 100 * 100 + yy;

	if (apart > CENTURY_AHEAD) {
		year -= 100;
	} else if (apart <= -CENTURY_AHEAD) {
		year += 100;
	}
	ret->year = year;
	ret->month = two(v + 2);
	ret->day = two(v + 4);
	if (ret->month < 1 || ret->month > 12) {
		return false;
	}
	if (ret->day == 0) {
		ret->day = last_day(year, ret->month);
	}
	return ret->day <= last_day(year, ret->month);
}

/* Numbers of up to 15 digits fit. */
static void
to_number(const char *v, size_t n, char decimals, struct gs1_number *ret)
{
	int64_t value = 0;

	if (parse_i64(v, n, 0, INT64_MAX, &value) == RC_OK) {
		ret->there = true;
		ret->value = value;
		ret->decimals = (uint8_t)(decimals - '0');
	}
}

static void
to_text(char *out, size_t cap, const char *v, size_t n)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_write(&b, v, n);
}

/* Measures of trade: which of them are net weights. */
static void
to_measure(struct gs1 *g, const char *ai, const char *v, size_t n)
{
	static const struct {
		char ai[4];
		enum gs1_unit unit;
	} weight[] = {
		{"310", GS1_KG},
		{"320", GS1_LB},
		{"356", GS1_TROY_OZ},
		{"357", GS1_OZ},
	};

	if (ai[0] != '3' || ai[1] < '1' || ai[1] > '6') {
		return;
	}
	/* a logistic weight is none of what is sold */
	if (memcmp(ai, "33", 2) == 0 || memcmp(ai, "34", 2) == 0) {
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(weight); i++) {
		if (memcmp(ai, weight[i].ai, 3) == 0) {
			g->unit = weight[i].unit;
			to_number(v, n, ai[3], &g->measure);
			return;
		}
	}
	if (!g->measure.there) {
		g->unit = GS1_OTHER;
		to_number(v, n, ai[3], &g->measure);
	}
}

static enum rc
to_dates(struct gs1 *g, const char *ai, const char *v, int year,
	const char **ret_why)
{
	struct date d;
	bool of_ten = ai[0] == '1' && ai[1] != '0';

	if (!of_ten && strcmp(ai, "7003") != 0) {
		return RC_OK;
	}
	if (!to_date(v, year, &d) ||
		(ai[0] == '7' && (two(v + 6) > 23 || two(v + 8) > 59))) {
		return gs1_damaged(ret_why, N_("its date is none"));
	}
	if (strcmp(ai, "17") == 0 || ai[0] == '7') {
		g->expires = d;
		g->expires_min =
			ai[0] == '7' ? two(v + 6) * 60 + two(v + 8) : GS1_DAY;
		g->expires_there = true;
	} else if (strcmp(ai, "15") == 0 || strcmp(ai, "16") == 0) {
		g->best = d;
		g->best_there = true;
	}
	return RC_OK;
}

static void
to_money(struct gs1 *g, const char *ai, const char *v, size_t n)
{
	struct gs1_number *to = NULL;

	if (strncmp(ai, "39", 2) == 0 && ai[2] <= '1') {
		to = &g->payable;
	} else if (strncmp(ai, "39", 2) == 0 && ai[2] <= '3') {
		to = &g->price;
	} else if (strncmp(ai, "395", 3) == 0) {
		to = &g->unit_price;
	}
	if (to != NULL && (ai[2] == '1' || ai[2] == '3')) {
		to_text(g->currency, sizeof(g->currency), v, 3);
		v += 3;
		n -= 3;
	}
	if (to != NULL) {
		to_number(v, n, ai[3], to);
	}
}

static enum rc
understand(struct gs1 *g, const char *ai, const char *v, size_t n, int year,
	const char **ret_why)
{
	if (strcmp(ai, "01") == 0 || strcmp(ai, "02") == 0) {
		if (g->gtin[0] != '\0') {
			return gs1_damaged(ret_why, N_("it has two numbers"));
		}
		to_text(g->gtin, sizeof(g->gtin), v, n);
		g->contained = ai[1] == '2';
	} else if (strcmp(ai, "10") == 0) {
		to_text(g->lot, sizeof(g->lot), v, n);
	} else if (strcmp(ai, "21") == 0) {
		to_text(g->serial, sizeof(g->serial), v, n);
	} else if (strcmp(ai, "22") == 0) {
		to_text(g->variant, sizeof(g->variant), v, n);
	} else if (strcmp(ai, "255") == 0) {
		to_text(g->coupon, sizeof(g->coupon), v, n);
	} else if (strcmp(ai, "30") == 0 || strcmp(ai, "37") == 0) {
		to_number(v, n, '0', &g->count);
	}
	to_measure(g, ai, v, n);
	to_money(g, ai, v, n);
	return to_dates(g, ai, v, year, ret_why);
}

enum rc
gs1_add(struct gs1 *g, const char *ai, size_t n_ai, const char *v, size_t n,
	int year, const char **ret_why)
{
	struct gs1_field *f = &g->field[g->n_field];
	const struct gs1_ai *row;
	size_t known = 0;
	enum rc rc;

	row = gs1_ai_find(ai, n_ai, &known);
	if (known != n_ai || n_ai >= sizeof(f->ai)) {
		return gs1_damaged(ret_why, N_("a part of no kind there is"));
	}
	rc = check_value(row, v, n, ret_why);
	if (rc != RC_OK) {
		return rc;
	}
	if (g->n_field == GS1_FIELDS || n >= sizeof(g->text) - g->len) {
		return gs1_damaged(ret_why, N_("it says too much"));
	}
	memcpy(f->ai, ai, n_ai);
	f->ai[n_ai] = '\0';
	for (size_t i = 0; i < g->n_field; i++) {
		const struct gs1_field *had = &g->field[i];

		if (strcmp(had->ai, f->ai) != 0) {
			continue;
		}
		/* the same twice is said once (GS1 4.15.4) */
		return had->len == n && memcmp(g->text + had->at, v, n) == 0
			       ? RC_OK
			       : gs1_damaged(
					 ret_why, N_("it contradicts itself"));
	}
	f->at = (uint16_t)g->len;
	f->len = (uint16_t)n;
	memcpy(g->text + g->len, v, n);
	g->len += n;
	g->text[g->len++] = '\0';
	g->n_field++;
	return understand(g, f->ai, v, n, year, ret_why);
}

/* --- numbers -------------------------------------------------------------- */

static enum rc
ratio(int64_t n, int64_t num, int64_t den, int64_t *ret)
{
	wide out = 0;
	enum rc rc = wide_ratio_round(n, num, den, ROUND_HALF_UP, &out);

	if (rc == RC_OK) {
		*ret = (int64_t)out;
	}
	return rc;
}

enum rc
gs1_scale(const struct gs1_number *n, unsigned decimals, int64_t *ret)
{
	int64_t to = 1;
	int64_t from = 1;

	for (unsigned i = 0; i < decimals; i++) {
		to *= 10;
	}
	for (unsigned i = 0; i < n->decimals; i++) {
		from *= 10;
	}
	return ratio(n->value, to, from, ret);
}

enum rc
gs1_grams(const struct gs1 *g, int64_t *ret)
{
	/* millionths of a gram: international avoirdupois and troy */
	static const int64_t unit[] = {
		[GS1_KG] = INT64_C(1000000000),
		[GS1_LB] = INT64_C(453592370),
		[GS1_OZ] = INT64_C(28349523),
		[GS1_TROY_OZ] = INT64_C(31103477),
	};
	int64_t from = 1000000;

	if (!g->measure.there || g->unit == GS1_OTHER) {
		return RC_NOTFOUND;
	}
	for (unsigned i = 0; i < g->measure.decimals; i++) {
		from *= 10;
	}
	return ratio(g->measure.value, unit[g->unit], from, ret);
}
