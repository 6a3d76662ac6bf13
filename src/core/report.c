/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/page.h"
#include "core/qty.h"
#include "core/receipt_internal.h"
#include "core/report_internal.h"

#include "base/poison.h"

#define LABEL_BYTES 256

struct taxes {
	const struct page *page;
	const struct totals_tax *tax;
};

/* Parts that are rounded apart have no rate together. */
static struct page_tax
totals_tax(const void *list, size_t i)
{
	const struct taxes *all = list;
	const struct totals_tax *t = &all->tax[i];
	struct page_tax row = {.code = t->code,
		.rate = t->n_part > 0 ? -1 : t->rate,
		.net = t->net,
		.tax = t->tax,
		.gross = t->gross};

	if (t->why != TAX_DUE) {
		row.why = page_word(all->page, t->why == TAX_REVERSE
						       ? RECEIPT_REVERSE
						       : RECEIPT_EXEMPT);
	}
	return row;
}

/* Whether a part stood in a row before, so that it is summed up with it. */
static bool
is_seen(const struct totals *t, size_t row, size_t idx)
{
	const struct totals_part *part = &t->tax[row].part[idx];

	for (size_t i = 0; i <= row; i++) {
		size_t n = i < row ? t->tax[i].n_part : idx;

		for (size_t k = 0; k < n; k++) {
			const struct totals_part *x = &t->tax[i].part[k];

			if (x->rate == part->rate &&
				strcmp(x->name, part->name) == 0) {
				return true;
			}
		}
	}
	return false;
}

static int64_t
sum_of_part(const struct totals *t, const struct totals_part *part)
{
	int64_t sum = 0;

	for (size_t i = 0; i < t->n_tax; i++) {
		for (size_t k = 0; k < t->tax[i].n_part; k++) {
			const struct totals_part *x = &t->tax[i].part[k];

			if (x->rate == part->rate &&
				strcmp(x->name, part->name) == 0) {
				sum = page_sum(sum, x->tax);
			}
		}
	}
	return sum;
}

/* "GST 5%" of all classes, each tax once. */
static void
put_parts(struct page *p, const struct totals *t)
{
	for (size_t i = 0; i < t->n_tax; i++) {
		for (size_t k = 0; k < t->tax[i].n_part; k++) {
			const struct totals_part *part = &t->tax[i].part[k];
			char text[LABEL_BYTES];
			struct sbuf b;

			if (is_seen(t, i, k)) {
				continue;
			}
			sbuf_init(&b, text, sizeof(text));
			sbuf_puts(&b, part->name);
			sbuf_putc(&b, ' ');
			format_rate(&b, page_format(p), part->rate);
			page_amount(
				p, ROW_NORMAL, text, sum_of_part(t, part), "");
		}
	}
}

/* What a page is made of: ${day} is NULL in an X. */
struct what {
	const struct receipt_head *head;
	const struct totals *t;
	const struct event *day;
	const struct receipt_opts *opts;
	struct utc time;
	int32_t tz_min;
	const char *currency;
};

static void
put_heading(struct page *p, const struct what *w)
{
	const struct receipt_head *head = w->head;
	const struct totals *t = w->t;
	char text[LABEL_BYTES], first[24], last[24];
	struct sbuf b;

	page_title(p, page_text(head->shop));
	if (w->day != NULL) {
		sbuf_init(&b, first, sizeof(first));
		sbuf_i64(&b, t->closings);
		sbuf_init(&b, text, sizeof(text));
		page_say(p, &b, RECEIPT_Z_REPORT, first, NULL);
		page_center(p, ROW_BOLD, text);
	} else {
		page_center(p, ROW_BOLD, page_word(p, RECEIPT_X_REPORT));
	}
	page_blank(p);
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, RECEIPT_REGISTER, page_text(head->register_no), NULL);
	page_left(p, text);
	if (w->day != NULL && w->day->data.day.date != NULL) {
		char date[24];

		sbuf_init(&b, date, sizeof(date));
		format_date_text(&b, page_format(p), w->day->data.day.date);
		sbuf_init(&b, text, sizeof(text));
		page_say(p, &b, RECEIPT_BUSINESS_DAY, date, NULL);
		page_left(p, text);
	}
	sbuf_init(&b, first, sizeof(first));
	sbuf_u64(&b, t->first);
	sbuf_init(&b, last, sizeof(last));
	sbuf_u64(&b, t->last);
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, RECEIPT_ENTRIES, first, last);
	page_left(p, text);
}

static void
put_some(struct page *p, enum receipt_word word, int64_t amount)
{
	if (amount != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, word), amount, "");
	}
}

/* What discounts are from, where it is not the hand alone; and what else went
 * to customers, or came from them, beside prices. */
static void
put_offs(struct page *p, const struct totals *t)
{
	int64_t line = totals_off_line(t);

	if (line != t->discount) {
		put_some(p, RECEIPT_OFF_LINE, line);
		put_some(p, RECEIPT_OFF_PROMOTION, t->off_promotion);
		put_some(p, RECEIPT_OFF_COUPON, t->off_coupon);
		put_some(p, RECEIPT_OFF_SALE, t->off_sale);
		put_some(p, RECEIPT_OFF_BACK, t->off_back);
	}
	put_some(p, RECEIPT_OFF_TAX, t->relief);
	put_some(p, RECEIPT_DEPOSITS, t->deposits);
	put_some(p, RECEIPT_DEPOSITS_BACK, t->deposits_back);
}

static void
put_counts(struct page *p, const struct totals *t)
{
	page_count(p, page_word(p, RECEIPT_LINES_RETURNED), t->returns);
	page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_AMOUNT_RETURNED),
		t->return_amount, "");
	page_count(p, page_word(p, RECEIPT_SALES_VOIDED), t->voids);
	page_count(p, page_word(p, RECEIPT_LINES_VOIDED), t->line_voids);
	page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_AMOUNT_VOIDED),
		t->void_amount, "");
	page_count(p, page_word(p, RECEIPT_OVERRIDES), t->overrides);
	page_count(p, page_word(p, RECEIPT_DISCOUNTS), t->discounts);
	page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_DISCOUNT_GIVEN),
		t->discount, "");
	put_offs(p, t);
	page_count(p, page_word(p, RECEIPT_NO_SALES), t->no_sales);
	if (t->emergencies != 0) {
		page_count(
			p, page_word(p, RECEIPT_EMERGENCIES), t->emergencies);
	}
	page_count(p, page_word(p, RECEIPT_COPIES), t->copies);
	page_count(p, page_word(p, RECEIPT_PARKED), t->parked);
}

static const char *
tender_name(const struct receipt_head *head, const char *code)
{
	const char *name = NULL;

	if (head->tender_name != NULL) {
		name = head->tender_name(head->tender_arg, code);
	}
	return name;
}

static void
put_cash(struct page *p, const struct totals *t)
{
	if (t->opening != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_OPENING),
			t->opening, "");
	}
	if (t->floats != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_FLOATS),
			t->floats, "");
	}
	if (t->paid_in != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_PAID_IN),
			t->paid_in, "");
	}
	if (t->paid_out != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_PAID_OUT),
			t->paid_out, "");
	}
	if (t->pickups != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_PICKUPS),
			t->pickups, "");
	}
	page_amount(p, ROW_BOLD, page_word(p, RECEIPT_DRAWER), t->drawer, "");
	if (t->counts > 0) {
		page_amount(p, ROW_BOLD, page_word(p, RECEIPT_COUNTED),
			t->counted, "");
		page_amount(p, ROW_BOLD,
			page_word(p, t->difference < 0 ? RECEIPT_SHORT
						       : RECEIPT_OVER),
			t->difference < 0 ? -t->difference : t->difference, "");
	}
}

static void
put_tenders(
	struct page *p, const struct receipt_head *head, const struct totals *t)
{
	for (size_t i = 0; i < t->n_tender; i++) {
		char text[LABEL_BYTES];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(
			&b, page_tender(p, tender_name(head, t->tender[i].name),
				    t->tender[i].name));
		if (text[0] >= 'a' && text[0] <= 'z') {
			text[0] = (char)(text[0] - 'a' + 'A');
		}
		sbuf_puts(&b, " (");
		sbuf_i64(&b, t->tender[i].count);
		sbuf_putc(&b, ')');
		page_amount(p, ROW_NORMAL, text, t->tender[i].amount, "");
		report_cards(p, t, i);
	}
	report_terminals(p, t);
	if (t->rounding != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_ROUNDING),
			t->rounding, "");
	}
	put_cash(p, t);
}

static void
put_end(struct page *p, const struct what *w)
{
	const struct totals *t = w->t;

	put_counts(p, t);
	if (w->day != NULL && w->day->data.day.n_shift > 0) {
		page_rule(p);
		report_shifts(p, &w->day->data.day);
	}
	if (t->closings > 0) {
		page_rule(p);
		page_count(p, page_word(p, RECEIPT_CLOSINGS), t->closings);
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_GRAND),
			t->grand, "");
	}
	if (w->day != NULL) {
		report_ever(p, &w->day->data.day);
		report_anchor(p, w->day, w->opts);
		receipt_copy(p, w->opts);
	}
}

static void
report(struct page *p, const struct what *w)
{
	char text[LABEL_BYTES], items[FORMAT_MONEY_BYTES];
	const struct totals *t = w->t;
	struct sbuf b;

	if (w->day != NULL) {
		receipt_copy(p, w->opts);
	}
	put_heading(p, w);
	sbuf_init(&b, text, sizeof(text));
	page_time(p, &b, w->time, w->tz_min);
	page_left(p, text);
	page_rule(p);
	page_count(p, page_word(p, RECEIPT_SALES), t->sales);
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, RECEIPT_TURNOVER, page_text(w->currency), NULL);
	page_amount(p, ROW_TOTAL, text, t->gross, "");
	sbuf_init(&b, items, sizeof(items));
	format_qty(&b, page_format(p), (struct qty){t->items});
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, RECEIPT_ITEMS, items, NULL);
	page_left(p, text);
	page_rule(p);
	put_tenders(p, w->head, t);
	page_rule(p);
	if (t->n_tax > 0) {
		const struct taxes taxes = {p, t->tax};

		page_tax_table(p, totals_tax, &taxes, t->n_tax);
		put_parts(p, t);
		page_rule(p);
	}
	put_end(p, w);
}

void
/* NOLINTNEXTLINE(readability-function-size): the heading is that many facts */
receipt_report(const struct receipt_head *head, const struct totals *t,
	struct utc time, int32_t tz_min, const char *currency, unsigned digits,
	unsigned cols, receipt_fn fn, void *arg)
{
	struct what w = {.head = head,
		.t = t,
		.time = time,
		.tz_min = tz_min,
		.currency = currency};
	struct page p;

	page_init(&p, head, cols, digits, fn, arg);
	report(&p, &w);
}

void
/* NOLINTNEXTLINE(readability-function-size): the heading is that many facts */
receipt_day(const struct receipt_head *head, const struct event *e,
	const struct totals *t, const struct receipt_opts *opts,
	const char *currency, unsigned digits, receipt_fn fn, void *arg)
{
	struct what w = {.head = head,
		.t = t,
		.day = e,
		.opts = opts,
		.time = e->time,
		.tz_min = e->tz_min,
		.currency = currency};
	struct page p;

	page_init(&p, head, opts->cols, digits, fn, arg);
	report(&p, &w);
}
