/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "core/sort.h"
#include "register/report_internal.h"

#include "base/poison.h"

#define ROWS_FIRST 32
#define INDEX_FIRST 128 /* a power of two, more than twice the rows */

static const struct report_form *const forms[REPORT_KINDS] = {
	[REPORT_SALES] = &report_form_sales,
	[REPORT_HOURS] = &report_form_hours,
	[REPORT_ITEMS] = &report_form_items,
	[REPORT_DEPARTMENTS] = &report_form_departments,
	[REPORT_CASHIERS] = &report_form_cashiers,
	[REPORT_TAXES] = &report_form_taxes,
	[REPORT_EXCEPTIONS] = &report_form_exceptions,
};

const char *
report_name(enum report_kind k)
{
	return forms[k]->name;
}

enum report_kind
report_find(const char *name)
{
	size_t i = 0;

	while (i < REPORT_KINDS && strcmp(forms[i]->name, name) != 0) {
		i++;
	}
	return (enum report_kind)i;
}

/* --- numbers -------------------------------------------------------------- */

void
report_plus(struct report *r, int64_t *to, int64_t n)
{
	if (__builtin_add_overflow(*to, n, to)) {
		r->over = true;
	}
}

int64_t
report_per(int64_t a, int64_t b)
{
	struct money m;

	if (b == 0 || money_mul_ratio((struct money){a}, 1, b, ROUND_HALF_UP,
			      &m) != RC_OK) {
		return 0;
	}
	return m.minor;
}

int64_t
report_share(int64_t a, int64_t of)
{
	struct money m;

	if (of == 0 || money_mul_ratio((struct money){a}, 1000000, of,
			       ROUND_HALF_UP, &m) != RC_OK) {
		return 0;
	}
	return m.minor;
}

int32_t
report_ymd(struct utc t, int32_t tz_min)
{
	struct civil c = utc_civil(t, tz_min);

	return (int32_t)(c.year * 10000 + c.month * 100 + c.day);
}

/* --- rows by key ---------------------------------------------------------- */

union report_value *
report_at(const struct report *r, size_t i)
{
	return r->v + i * r->stride;
}

static const char *
key_of(const struct report *r, size_t i)
{
	return report_at(r, i)[r->stride - 1].s;
}

/* FNV-1a: rows are few, or codes that nobody chose to collide. */
static size_t
hash_of(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++) {
		h = (h ^ (uint8_t)*s) * UINT64_C(1099511628211);
	}
	return (size_t)(h ^ (h >> 29));
}

static size_t
slot_of(const struct report *r, const char *key)
{
	size_t i = hash_of(key) & (r->n_index - 1);

	while (r->index[i] != 0 &&
		strcmp(key_of(r, r->index[i] - 1), key) != 0) {
		i = (i + 1) & (r->n_index - 1);
	}
	return i;
}

static bool
grow_index(struct report *r)
{
	size_t n = r->n_index == 0 ? INDEX_FIRST : r->n_index * 2;
	uint32_t *was = r->index;

	r->index = calloc(n, sizeof(*r->index));
	if (r->index == NULL) {
		r->index = was;
		return false;
	}
	free(was);
	r->n_index = n;
	for (size_t i = 0; i < r->n_row; i++) {
		r->index[slot_of(r, key_of(r, i))] = (uint32_t)(i + 1);
	}
	return true;
}

static bool
grow_rows(struct report *r)
{
	size_t cap = r->cap == 0 ? ROWS_FIRST : r->cap * 2;
	union report_value *v;

	if (cap > UINT32_MAX / 2) {
		return false;
	}
	v = realloc(r->v, cap * r->stride * sizeof(*v));
	if (v == NULL) {
		return false;
	}
	r->v = v;
	r->cap = cap;
	return true;
}

static char *
copy_of(struct report *r, const char *text)
{
	size_t n = strlen(text) + 1;
	char *p = malloc(n);

	if (p == NULL) {
		r->nomem = true;
		return NULL;
	}
	memcpy(p, text, n);
	return p;
}

/* All its texts, or none of them. */
static bool
fill_row(struct report *r, union report_value *v, const char *key)
{
	const struct report_form *f = r->form;

	memset(v, 0, r->stride * sizeof(*v));
	for (size_t i = 0; i < r->stride; i++) {
		bool is_key = i == r->stride - 1;

		if (!is_key && f->col[i].kind != COL_TEXT) {
			continue;
		}
		v[i].s = copy_of(r, is_key ? key : "");
		if (v[i].s != NULL) {
			continue;
		}
		while (i-- > 0) {
			if (f->col[i].kind == COL_TEXT) {
				free(v[i].s);
			}
		}
		return false;
	}
	return true;
}

union report_value *
report_row(struct report *r, const char *key)
{
	size_t slot;

	if ((r->n_row + 1) * 2 > r->n_index && !grow_index(r)) {
		r->nomem = true;
		return NULL;
	}
	slot = slot_of(r, key);
	if (r->index[slot] != 0) {
		return report_at(r, r->index[slot] - 1);
	}
	if ((r->n_row == r->cap && !grow_rows(r)) ||
		!fill_row(r, report_at(r, r->n_row), key)) {
		r->nomem = true;
		return NULL;
	}
	r->n_row++;
	r->index[slot] = (uint32_t)r->n_row;
	return report_at(r, r->n_row - 1);
}

void
report_put(struct report *r, union report_value *v, const char *text)
{
	char *p;

	if (text == NULL || strcmp(v->s, text) == 0) {
		return;
	}
	p = copy_of(r, text);
	if (p != NULL) {
		free(v->s);
		v->s = p;
	}
}

void
report_count(struct report *r, const char *name, const char *label,
	int64_t amount, bool has_amount)
{
	size_t i = 0;

	while (i < r->n_note && strcmp(r->note[i].name, name) != 0) {
		i++;
	}
	if (i == REPORT_NOTES) {
		return; /* the tables of forms have fewer */
	}
	if (i == r->n_note) {
		r->note[r->n_note++] = (struct report_note){
			.name = name, .label = label, .has_amount = has_amount};
	}
	r->note[i].count++;
	report_plus(r, &r->note[i].amount, amount);
}

/* --- the fold ------------------------------------------------------------- */

enum rc
report_new(enum report_kind kind, const struct config *config,
	const struct report_span *span, struct report **ret, struct err *reterr)
{
	struct report *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for a report: close other programs");
	}
	r->kind = kind;
	r->config = config;
	r->form = forms[kind];
	r->stride = r->form->n_col + 1;
	r->span = *span;
	r->day.z = span->z_first;
	if (r->form->begin != NULL && r->form->begin(r) != RC_OK) {
		report_free(r);
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for a report: close other programs");
	}
	*ret = r;
	return RC_OK;
}

void
report_free(struct report *r)
{
	if (r == NULL) {
		return;
	}
	for (size_t i = 0; i < r->n_row; i++) {
		union report_value *v = report_at(r, i);

		for (size_t k = 0; k < r->form->n_col; k++) {
			if (r->form->col[k].kind == COL_TEXT) {
				free(v[k].s);
			}
		}
		free(v[r->stride - 1].s);
	}
	free(r->v);
	free(r->index);
	free(r->order);
	free(r);
}

/* "2026-11-21" as 20261121; 0 nobody says. */
static int32_t
date_said(const char *text)
{
	int32_t n = 0;

	for (; text != NULL && *text != '\0'; text++) {
		if (*text >= '0' && *text <= '9' && n < 10000000) {
			n = n * 10 + (*text - '0');
		}
	}
	return n;
}

int32_t
report_day_date(const struct report *r)
{
	return r->day.date > r->day.before ? r->day.date : r->day.before;
}

/* By the rules of closing.c and days.c: a day has the date that its Z says, or
 * of its Z's line; until there is one, of what began it. */
static void
note_date(struct report *r, const struct event *e)
{
	const char *said = NULL;

	switch ((int)e->type) {
	case EVENT_DAY_CLOSED:
		said = e->data.day.date;
		r->day.date = 0;
		break;
	case EVENT_DAY_OPENED:
		said = e->data.day_opened.date;
		break;
	case EVENT_SALE_COMPLETED:
	case EVENT_CASH_MOVED:
	case EVENT_SHIFT_OPENED:
		break;
	default:
		return;
	}
	if (r->day.date == 0) {
		r->day.date = said != NULL ? date_said(said)
					   : report_ymd(e->time, e->tz_min);
	}
}

enum rc
report_add(struct report *r, const struct event *e, struct err *reterr)
{
	enum rc rc;

	if (e->training) {
		return RC_OK;
	}
	note_date(r, e);
	if (e->type == EVENT_SALE_COMPLETED) {
		r->sales++;
		report_plus(r, &r->gross, e->data.sale.total);
	}
	rc = r->form->add(r, e);
	if (e->type == EVENT_DAY_CLOSED) {
		int32_t date = report_day_date(r);

		memset(&r->day, 0, sizeof(r->day));
		r->day.z = e->data.day.number + 1;
		r->day.before = date;
	}
	if (rc == RC_NOMEM || r->nomem) {
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for so long a report: ask for less");
	}
	if (rc == RC_RANGE || r->over) {
		return err_set(reterr, RC_RANGE, 0, "report",
			"the sums of event %llu do not fit: run 'holdfast "
			"verify'",
			(unsigned long long)e->sequence);
	}
	return rc;
}

static int
compare_rows(uint32_t a, uint32_t b, const void *arg)
{
	const struct report *r = arg;

	return r->form->compare(r, report_at(r, a), report_at(r, b));
}

static void
sum_up(struct report *r)
{
	const struct report_form *f = r->form;

	for (size_t i = 0; i < r->n_row; i++) {
		const union report_value *v = report_at(r, i);

		for (size_t k = 0; k < f->n_col; k++) {
			if (f->col[k].kind != COL_TEXT) {
				report_plus(r, &r->sum[k].n, v[k].n);
			}
		}
	}
}

/* The rows between those at both ends that are blank; how many. */
static size_t
trim(struct report *r)
{
	size_t first = 0, end = r->n_row;

	if (r->form->blank == NULL) {
		return r->n_row;
	}
	while (end > 0 && r->form->blank(report_at(r, r->order[end - 1]))) {
		end--;
	}
	while (first < end && r->form->blank(report_at(r, r->order[first]))) {
		first++;
	}
	memmove(r->order, r->order + first, (end - first) * sizeof(*r->order));
	return end - first;
}

enum rc
report_end(struct report *r, enum report_sort sort, size_t limit,
	struct err *reterr)
{
	const struct report_form *f = r->form;
	uint32_t *room = NULL;
	enum rc rc = RC_OK;

	r->sort = sort;
	if (f->end != NULL) {
		f->end(r);
	}
	sum_up(r);
	for (size_t i = 0; i < r->n_row && f->derive != NULL; i++) {
		f->derive(r, report_at(r, i));
	}
	if (f->derive != NULL) {
		f->derive(r, r->sum);
	}
	r->order = calloc(r->n_row + 1, sizeof(*r->order));
	room = calloc(r->n_row + 1, sizeof(*room));
	if (r->order == NULL || room == NULL || r->nomem) {
		rc = err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for so long a report: ask for less");
		goto out;
	}
	for (size_t i = 0; i < r->n_row; i++) {
		r->order[i] = (uint32_t)i;
	}
	if (f->compare != NULL) {
		sort_run(r->order, r->n_row, room, compare_rows, r);
	}
	r->n_all = trim(r);
	r->n_order = limit > 0 && limit < r->n_all ? limit : r->n_all;
	if (r->over) {
		rc = err_set(reterr, RC_RANGE, 0, "report",
			"the sums do not fit: run 'holdfast verify'");
	}
out:
	free(room);
	return rc;
}

int64_t
report_sales(const struct report *r)
{
	return r->sales;
}

int64_t
report_gross(const struct report *r)
{
	return r->gross;
}
