/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/period.h"
#include "register/verify_internal.h"

#include "base/poison.h"

#define ROWS_FIRST 16

struct verify_periods {
	struct period ever;
	char date[PERIOD_DATE_BYTES]; /* of the last Z that has one */
	char last[2][PERIOD_NAME_BYTES];
	int64_t closed[2];
	struct period *row; /* that are not closed */
	size_t n, cap;
};

struct verify_periods *
verify_periods_new(void)
{
	return calloc(1, sizeof(struct verify_periods));
}

void
verify_periods_free(struct verify_periods *v)
{
	if (v != NULL) {
		free(v->row);
		free(v);
	}
}

static bool say(char *words, size_t cap, const char *fmt, ...) PRINTF(3, 4);

static bool
say(char *words, size_t cap, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, cap, fmt, ap);
	va_end(ap);
	return false;
}

static struct period *
row_of(struct verify_periods *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++) {
		if (strcmp(v->row[i].name, name) == 0) {
			return &v->row[i];
		}
	}
	return NULL;
}

static struct period *
make_row(struct verify_periods *v, const char *name)
{
	struct period *p = row_of(v, name);

	if (p != NULL) {
		return p;
	}
	if (v->n == v->cap) {
		size_t cap = v->cap == 0 ? ROWS_FIRST : 2 * v->cap;
		struct period *more = realloc(v->row, cap * sizeof(*more));

		if (more == NULL) {
			return NULL;
		}
		v->row = more;
		v->cap = cap;
	}
	p = &v->row[v->n++];
	memset(p, 0, sizeof(*p));
	memcpy(p->name, name, strlen(name) + 1);
	return p;
}

static bool
add_to(struct verify_periods *v, enum period_kind kind,
	const struct event_day *d, char *words, size_t cap)
{
	char name[PERIOD_NAME_BYTES];
	struct period *p;

	period_name(kind, d->date, name);
	if (name[0] == '\0') {
		return say(words, cap, "day %lld has no such date: %.20s",
			(long long)d->number, d->date);
	}
	if (v->last[kind][0] != '\0' && strcmp(name, v->last[kind]) <= 0) {
		return say(words, cap,
			"day %lld is of %s, which was closed before it",
			(long long)d->number, name);
	}
	p = make_row(v, name);
	if (p == NULL) {
		return say(words, cap, "no memory to add up %s", name);
	}
	return period_add(p, d) == RC_OK ||
	       say(words, cap, "the sums of %s cannot take day %lld in", name,
		       (long long)d->number);
}

static bool
check_day(struct verify_periods *v, const struct event_day *d, char *words,
	size_t cap)
{
	if (period_ever_add(&v->ever, d) != RC_OK) {
		return say(words, cap,
			"the perpetual sums cannot take day %lld in",
			(long long)d->number);
	}
	if (!period_ever_agrees(d, &v->ever)) {
		return say(words, cap,
			"the perpetual sums of day %lld are not those of all "
			"days",
			(long long)d->number);
	}
	if (d->date == NULL) {
		return true;
	}
	if (strcmp(d->date, v->date) < 0) {
		return say(words, cap, "day %lld is of %.20s, before %s",
			(long long)d->number, d->date, v->date);
	}
	if (!add_to(v, PERIOD_MONTH, d, words, cap) ||
		!add_to(v, PERIOD_YEAR, d, words, cap)) {
		return false;
	}
	memcpy(v->date, d->date, sizeof(v->date));
	return true;
}

/* The rows stand in the order of their days. */
static const struct period *
first_of(const struct verify_periods *v, enum period_kind kind)
{
	enum period_kind have;

	for (size_t i = 0; i < v->n; i++) {
		if (period_kind_of(v->row[i].name, &have) && have == kind) {
			return &v->row[i];
		}
	}
	return NULL;
}

static bool
same_ever(const struct event_period *e, const struct period *ever)
{
	return e->grand == ever->sum.gross &&
	       e->grand_sales == ever->sum.sales &&
	       e->grand_returns == ever->sum.return_amount;
}

static bool
check_period(struct verify_periods *v, const struct event_period *e,
	char *words, size_t cap)
{
	enum period_kind kind = PERIOD_MONTH;
	const char *name = e->name == NULL ? "" : e->name;
	const struct period *next, *month;
	size_t at;

	if (!period_kind_of(name, &kind) || e->kind == NULL ||
		strcmp(e->kind, period_kind_name(kind)) != 0) {
		return say(words, cap, "%.20s is no month and no year", name);
	}
	next = first_of(v, kind);
	if (next == NULL || strcmp(next->name, name) != 0 ||
		e->number != v->closed[kind] + 1) {
		return say(words, cap, "%s is closed out of its turn", name);
	}
	month = kind == PERIOD_YEAR ? first_of(v, PERIOD_MONTH) : NULL;
	if (month != NULL && memcmp(month->name, name, strlen(name)) == 0) {
		return say(words, cap, "%s is closed before its month %s", name,
			month->name);
	}
	if (!period_agrees(e, next) || !same_ever(e, &v->ever)) {
		return say(words, cap,
			"the sums of %s are not those of its days", name);
	}
	memcpy(v->last[kind], next->name, PERIOD_NAME_BYTES);
	v->closed[kind]++;
	at = (size_t)(next - v->row);
	v->n--;
	memmove(&v->row[at], &v->row[at + 1], (v->n - at) * sizeof(*v->row));
	return true;
}

bool
verify_periods_event(struct verify_periods *v, const struct event *e,
	char *words, size_t cap)
{
	if (e->type == EVENT_DAY_CLOSED) {
		return check_day(v, &e->data.day, words, cap);
	}
	return e->type != EVENT_PERIOD_CLOSED ||
	       check_period(v, &e->data.period, words, cap);
}
