/* SPDX-License-Identifier: Apache-2.0 */
#include "core/period.h"

#include <string.h>

#include "base/sbuf.h"
#include "core/totals_internal.h"

#include "base/poison.h"

#define MONTH_LEN 7
#define YEAR_LEN 4

/* --- dates and names ------------------------------------------------------ */

static void
put_digits(struct sbuf *b, int v, size_t width)
{
	char text[12];
	struct sbuf n;

	sbuf_init(&n, text, sizeof(text));
	sbuf_i64(&n, v);
	for (size_t i = n.len; i < width; i++) {
		sbuf_putc(b, '0');
	}
	sbuf_puts(b, text);
}

void
period_date(struct utc t, int32_t tz_min, const char *last,
	char out[PERIOD_DATE_BYTES])
{
	struct civil c = utc_civil(t, tz_min);
	struct sbuf b;

	sbuf_init(&b, out, PERIOD_DATE_BYTES);
	put_digits(&b, c.year, 4);
	sbuf_putc(&b, '-');
	put_digits(&b, c.month, 2);
	sbuf_putc(&b, '-');
	put_digits(&b, c.day, 2);
	/* as text they stand in the order of time */
	if (strlen(last) == PERIOD_DATE_BYTES - 1 && strcmp(last, out) > 0) {
		memcpy(out, last, PERIOD_DATE_BYTES);
	}
}

/* The first day behind a period: "2026-12-01", "2027-01-01". */
static void
day_after(const char *name, char out[PERIOD_DATE_BYTES])
{
	enum period_kind kind = PERIOD_MONTH;
	int year = 0, month = 12;
	struct sbuf b;

	out[0] = '\0';
	if (!period_kind_of(name, &kind)) {
		return;
	}
	for (size_t i = 0; i < YEAR_LEN; i++) {
		year = year * 10 + (name[i] - '0');
	}
	if (kind == PERIOD_MONTH) {
		month = (name[YEAR_LEN + 1] - '0') * 10 +
			(name[YEAR_LEN + 2] - '0');
	}
	sbuf_init(&b, out, PERIOD_DATE_BYTES);
	put_digits(&b, month == 12 ? year + 1 : year, YEAR_LEN);
	sbuf_putc(&b, '-');
	put_digits(&b, month % 12 + 1, 2);
	sbuf_puts(&b, "-01");
}

void
period_floor(const char *last, const char *month, const char *year,
	char out[PERIOD_DATE_BYTES])
{
	const char *closed[] = {month, year};
	char first[PERIOD_DATE_BYTES];

	memset(out, 0, PERIOD_DATE_BYTES);
	if (strlen(last) < PERIOD_DATE_BYTES) {
		memcpy(out, last, strlen(last));
	}
	for (size_t i = 0; i < ARRAY_LEN(closed); i++) {
		day_after(closed[i], first);
		if (strcmp(first, out) > 0) {
			memcpy(out, first, PERIOD_DATE_BYTES);
		}
	}
}

static bool
is_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9') {
			return false;
		}
	}
	return true;
}

static bool
is_month(const char *s)
{
	return is_digits(s, YEAR_LEN) && s[YEAR_LEN] == '-' &&
	       is_digits(s + YEAR_LEN + 1, 2) &&
	       memcmp(s + YEAR_LEN + 1, "01", 2) >= 0 &&
	       memcmp(s + YEAR_LEN + 1, "12", 2) <= 0;
}

void
period_name(
	enum period_kind kind, const char *date, char out[PERIOD_NAME_BYTES])
{
	size_t n = kind == PERIOD_MONTH ? MONTH_LEN : YEAR_LEN;

	out[0] = '\0';
	if (date != NULL && strlen(date) == PERIOD_DATE_BYTES - 1 &&
		is_month(date)) {
		memcpy(out, date, n);
		out[n] = '\0';
	}
}

const char *
period_kind_name(enum period_kind kind)
{
	return kind == PERIOD_MONTH ? "month" : "year";
}

bool
period_kind_of(const char *name, enum period_kind *ret)
{
	size_t n = strlen(name);

	if (n == MONTH_LEN && is_month(name)) {
		*ret = PERIOD_MONTH;
		return true;
	}
	if (n == YEAR_LEN && is_digits(name, n)) {
		*ret = PERIOD_YEAR;
		return true;
	}
	return false;
}

/* --- sums ----------------------------------------------------------------- */

static enum rc
add_tender(struct totals *t, const struct event_day_tender *x)
{
	struct totals_tender fresh = {0};
	size_t i = 0;

	if (!totals_name(fresh.name, sizeof(fresh.name), x->tender)) {
		return RC_RANGE;
	}
	while (i < t->n_tender && strcmp(t->tender[i].name, fresh.name) != 0) {
		i++;
	}
	if (i >= TOTALS_TENDERS - 1) {
		fresh = (struct totals_tender){.name = TOTALS_OTHER};
		i = TOTALS_TENDERS - 1;
	}
	if (i == t->n_tender) {
		t->tender[i] = fresh;
		t->n_tender++;
	}
	t->tender[i].count += x->count;
	return totals_sum(&t->tender[i].amount, x->amount);
}

static enum rc
add_sums(struct totals *t, const struct event_day *d)
{
	t->sales += d->sales;
	t->returns += d->returns;
	if (totals_sum(&t->gross, d->gross) != RC_OK ||
		totals_sum(&t->return_amount, d->return_amount) != RC_OK ||
		totals_sum(&t->rounding, d->rounding) != RC_OK) {
		return RC_RANGE;
	}
	if (t->first == 0) {
		t->first = (uint64_t)d->first;
	}
	if ((uint64_t)d->last > t->last) {
		t->last = (uint64_t)d->last;
	}
	return RC_OK;
}

static void
add_number(struct period *p, const struct event_day *d)
{
	p->first_day = p->first_day == 0 ? d->number : p->first_day;
	p->last_day = d->number;
}

enum rc
period_add(struct period *p, const struct event_day *d)
{
	struct period next = *p;
	enum rc rc = add_sums(&next.sum, d);

	for (size_t i = 0; rc == RC_OK && i < d->n_tax; i++) {
		rc = totals_tax_add(&next.sum, &d->tax[i]);
	}
	for (size_t i = 0; rc == RC_OK && i < d->n_tender; i++) {
		rc = add_tender(&next.sum, &d->tender[i]);
	}
	if (rc == RC_OK) {
		add_number(&next, d);
		*p = next;
	}
	return rc;
}

/* --- the end of it -------------------------------------------------------- */

static void
put_tax(const struct totals_tax *t, struct event_part part[TAX_PARTS],
	struct event_tax *ret)
{
	*ret = (struct event_tax){.code = t->code,
		.rate = t->rate,
		.net = t->net,
		.tax = t->tax,
		.gross = t->gross,
		.why = tax_why_name(t->why),
		.part = part,
		.n_part = t->n_part};
	for (size_t i = 0; i < t->n_part; i++) {
		part[i] = (struct event_part){.name = t->part[i].name,
			.rate = t->part[i].rate,
			.on_tax = t->part[i].on_tax,
			.tax = t->part[i].tax};
	}
}

void
period_close(const struct period *p, const struct period *ever,
	struct period_rows *rows, struct event_period *ret)
{
	const struct totals *t = &p->sum;
	enum period_kind kind = PERIOD_MONTH;

	(void)period_kind_of(p->name, &kind);
	*ret = (struct event_period){.kind = period_kind_name(kind),
		.name = p->name,
		.first_day = p->first_day,
		.last_day = p->last_day,
		.first = (int64_t)t->first,
		.last = (int64_t)t->last,
		.sales = t->sales,
		.gross = t->gross,
		.returns = t->returns,
		.return_amount = t->return_amount,
		.rounding = t->rounding,
		.tax = rows->tax,
		.n_tax = t->n_tax,
		.tender = rows->tender,
		.n_tender = t->n_tender,
		.grand = ever->sum.gross,
		.grand_sales = ever->sum.sales,
		.grand_returns = ever->sum.return_amount};
	for (size_t i = 0; i < t->n_tax; i++) {
		put_tax(&t->tax[i], rows->part[i], &rows->tax[i]);
	}
	for (size_t i = 0; i < t->n_tender; i++) {
		rows->tender[i] = (struct event_day_tender){t->tender[i].name,
			t->tender[i].amount, t->tender[i].count};
	}
}

static enum rc
take_tenders(const struct event_period *e, struct totals *t)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < e->n_tender; i++) {
		rc = add_tender(t, &e->tender[i]);
	}
	return rc;
}

bool
period_agrees(const struct event_period *e, const struct period *p)
{
	struct totals said = {.sales = e->sales,
		.gross = e->gross,
		.returns = e->returns,
		.return_amount = e->return_amount,
		.rounding = e->rounding,
		.first = (uint64_t)e->first,
		.last = (uint64_t)e->last};

	for (size_t i = 0; i < e->n_tax; i++) {
		if (totals_tax_add(&said, &e->tax[i]) != RC_OK) {
			return false;
		}
	}
	return e->name != NULL && strcmp(e->name, p->name) == 0 &&
	       e->first_day == p->first_day && e->last_day == p->last_day &&
	       take_tenders(e, &said) == RC_OK && totals_equal(&said, &p->sum);
}

/* --- all there ever was --------------------------------------------------- */

/* A class and its rate; what it is made of and why it is not due is told day
 * by day. */
static enum rc
add_plain(
	struct totals *t, const char *code, int64_t rate, const int64_t sum[3])
{
	const struct event_tax x = {.code = code,
		.rate = rate,
		.net = sum[0],
		.tax = sum[1],
		.gross = sum[2]};

	return totals_tax_add(t, &x);
}

enum rc
period_ever_add(struct period *ever, const struct event_day *d)
{
	struct period next = *ever;
	enum rc rc = add_sums(&next.sum, d);

	for (size_t i = 0; rc == RC_OK && i < d->n_tax; i++) {
		const struct event_tax *x = &d->tax[i];
		const int64_t sum[] = {x->net, x->tax, x->gross};

		rc = add_plain(&next.sum, x->code, x->rate, sum);
	}
	if (rc == RC_OK) {
		add_number(&next, d);
		*ever = next;
	}
	return rc;
}

void
period_ever_tell(const struct period *ever,
	struct event_grand_tax row[TOTALS_TAXES], struct event_day *d)
{
	const struct totals *t = &ever->sum;

	for (size_t i = 0; i < t->n_tax; i++) {
		row[i] =
			(struct event_grand_tax){t->tax[i].code, t->tax[i].rate,
				t->tax[i].net, t->tax[i].tax, t->tax[i].gross};
	}
	d->grand_sales = t->sales;
	d->grand_returns = t->return_amount;
	d->grand_tax = row;
	d->n_grand_tax = t->n_tax;
}

enum rc
period_ever_told(const struct event_day *d, struct period *ret)
{
	struct period ever = {.first_day = 1,
		.last_day = d->number,
		.sum = {.gross = d->grand,
			.sales = d->grand_sales,
			.return_amount = d->grand_returns}};
	enum rc rc = RC_OK;

	if (d->grand_sales == 0 && d->grand_returns == 0 &&
		d->n_grand_tax == 0) {
		return RC_NOTFOUND;
	}
	for (size_t i = 0; rc == RC_OK && i < d->n_grand_tax; i++) {
		const struct event_grand_tax *x = &d->grand_tax[i];
		const int64_t sum[] = {x->net, x->tax, x->gross};

		rc = add_plain(&ever.sum, x->code, x->rate, sum);
	}
	if (rc == RC_OK) {
		*ret = ever;
	}
	return rc;
}

bool
period_ever_agrees(const struct event_day *d, const struct period *ever)
{
	struct period said;
	struct totals have = {.gross = ever->sum.gross,
		.sales = ever->sum.sales,
		.return_amount = ever->sum.return_amount,
		.n_tax = ever->sum.n_tax};
	enum rc rc = period_ever_told(d, &said);

	if (rc != RC_OK) {
		return rc == RC_NOTFOUND;
	}
	memcpy(have.tax, ever->sum.tax, sizeof(have.tax));
	return said.last_day == ever->last_day &&
	       totals_equal(&said.sum, &have);
}
