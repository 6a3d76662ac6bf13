/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/page.h"

#include "base/poison.h"

#define LABEL_BYTES 256
#define NUMBER_BYTES 24

struct taxes {
	const struct page *page;
	const struct event_tax *tax;
};

/* What is made of parts has no rate together; nothing is due: why. */
static struct page_tax
period_tax(const void *list, size_t i)
{
	const struct taxes *all = list;
	const struct event_tax *t = &all->tax[i];
	struct page_tax row = {.code = t->code,
		.rate = t->n_part > 0 ? -1 : t->rate,
		.net = t->net,
		.tax = t->tax,
		.gross = t->gross};

	if (t->why != NULL) {
		row.why = page_word(all->page, strcmp(t->why, "reverse") == 0
						       ? RECEIPT_REVERSE
						       : RECEIPT_EXEMPT);
	}
	return row;
}

static void
put_range(struct page *p, enum receipt_word word, int64_t from, int64_t to)
{
	char text[LABEL_BYTES], first[NUMBER_BYTES], last[NUMBER_BYTES];
	struct sbuf b;

	sbuf_init(&b, first, sizeof(first));
	sbuf_i64(&b, from);
	sbuf_init(&b, last, sizeof(last));
	sbuf_i64(&b, to);
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, word, first, last);
	page_left(p, text);
}

static void
put_heading(
	struct page *p, const struct receipt_head *head, const struct event *e)
{
	const struct event_period *d = &e->data.period;
	char text[LABEL_BYTES];
	struct sbuf b;

	page_title(p, page_text(head->shop));
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, RECEIPT_PERIOD, page_text(d->name), NULL);
	page_center(p, ROW_BOLD, text);
	page_blank(p);
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, RECEIPT_REGISTER, page_text(head->register_no), NULL);
	page_left(p, text);
	put_range(p, RECEIPT_PERIOD_DAYS, d->first_day, d->last_day);
	put_range(p, RECEIPT_ENTRIES, d->first, d->last);
	sbuf_init(&b, text, sizeof(text));
	page_time(p, &b, e->time, e->tz_min);
	page_left(p, text);
	page_rule(p);
}

static void
put_tenders(struct page *p, const struct receipt_head *head,
	const struct event_period *d)
{
	for (size_t i = 0; i < d->n_tender; i++) {
		const struct event_day_tender *t = &d->tender[i];
		const char *name = NULL;
		char text[LABEL_BYTES];
		struct sbuf b;

		if (head->tender_name != NULL) {
			name = head->tender_name(head->tender_arg, t->tender);
		}
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, page_tender(p, name, t->tender));
		sbuf_puts(&b, " (");
		sbuf_i64(&b, t->count);
		sbuf_putc(&b, ')');
		page_amount(p, ROW_NORMAL, text, t->amount, "");
	}
	if (d->rounding != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_ROUNDING),
			d->rounding, "");
	}
	page_rule(p);
}

void
receipt_period(const struct receipt_head *head, const struct event *e,
	const char *currency, unsigned digits, unsigned cols, receipt_fn fn,
	void *arg)
{
	const struct event_period *d = &e->data.period;
	char text[LABEL_BYTES];
	struct sbuf b;
	struct page p;

	page_init(&p, head, cols, digits, fn, arg);
	put_heading(&p, head, e);
	page_count(&p, page_word(&p, RECEIPT_SALES), d->sales);
	sbuf_init(&b, text, sizeof(text));
	page_say(&p, &b, RECEIPT_TURNOVER, page_text(currency), NULL);
	page_amount(&p, ROW_TOTAL, text, d->gross, "");
	page_rule(&p);
	put_tenders(&p, head, d);
	if (d->n_tax > 0) {
		const struct taxes taxes = {&p, d->tax};

		page_tax_table(&p, period_tax, &taxes, d->n_tax);
		page_rule(&p);
	}
	page_count(&p, page_word(&p, RECEIPT_LINES_RETURNED), d->returns);
	page_amount(&p, ROW_NORMAL, page_word(&p, RECEIPT_AMOUNT_RETURNED),
		d->return_amount, "");
	page_rule(&p);
	page_amount(&p, ROW_NORMAL, page_word(&p, RECEIPT_GRAND), d->grand, "");
	page_count(&p, page_word(&p, RECEIPT_EVER_SALES), d->grand_sales);
	page_amount(&p, ROW_NORMAL, page_word(&p, RECEIPT_EVER_RETURNED),
		d->grand_returns, "");
}
