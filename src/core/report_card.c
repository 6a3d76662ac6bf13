/* SPDX-License-Identifier: Apache-2.0 */
/* Cards and their terminals in reports. */
#include <string.h>

#include "core/report_internal.h"

#include "base/poison.h"

#define LABEL_BYTES 256

/* "- Visa (2)" */
static void
put_counted(struct page *p, const char *head, const char *name, int64_t n,
	int64_t amount)
{
	char text[LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, head);
	sbuf_puts(&b, name);
	sbuf_puts(&b, " (");
	sbuf_i64(&b, n);
	sbuf_putc(&b, ')');
	page_amount(p, ROW_NORMAL, text, amount, "");
}

static const char *
card_name(const struct page *p, const char *card)
{
	if (card[0] == '\0') {
		return page_word(p, RECEIPT_CARD_UNNAMED);
	}
	return strcmp(card, TOTALS_OTHER) == 0
		       ? page_word(p, RECEIPT_CARD_OTHER)
		       : card;
}

/* Of several cards, what they have in common. */
static void
put_of_them(struct page *p, enum receipt_word word, int64_t n, int64_t amount)
{
	if (n != 0) {
		put_counted(p, "", page_word(p, word), n, amount);
	}
}

void
report_cards(struct page *p, const struct totals *t, size_t i)
{
	struct totals_card of = {0};
	int64_t hand_n, hand = totals_by_hand(t, i, &hand_n);

	for (size_t k = 0; k < t->n_card; k++) {
		const struct totals_card *x = &t->card[k];

		if (strcmp(x->tender, t->tender[i].name) != 0) {
			continue;
		}
		if (x->count != 0) {
			put_counted(p, "- ", card_name(p, x->card), x->count,
				x->amount);
		}
		of.offline += x->offline;
		of.offline_amount =
			page_sum(of.offline_amount, x->offline_amount);
		of.back += x->back;
		of.back_amount = page_sum(of.back_amount, x->back_amount);
		of.reversed += x->reversed;
		of.reversed_amount =
			page_sum(of.reversed_amount, x->reversed_amount);
	}
	if (hand_n != 0 || hand != 0) {
		put_counted(
			p, "- ", page_word(p, RECEIPT_CARD_HAND), hand_n, hand);
	}
	put_of_them(p, RECEIPT_OFFLINE, of.offline, of.offline_amount);
	put_of_them(p, RECEIPT_CARD_BACK, of.back, of.back_amount);
	put_of_them(p, RECEIPT_CARD_REVERSED, of.reversed, of.reversed_amount);
}

static bool
is_tender(const struct totals *t, const char *name)
{
	size_t i = 0;

	while (i < t->n_tender && strcmp(t->tender[i].name, name) != 0) {
		i++;
	}
	return i < t->n_tender;
}

/* Of tenders that paid for no sale: they have no row of their own. */
static void
put_reversed_alone(struct page *p, const struct totals *t)
{
	int64_t n = 0, amount = 0;

	for (size_t k = 0; k < t->n_card; k++) {
		if (!is_tender(t, t->card[k].tender)) {
			n += t->card[k].reversed;
			amount = page_sum(amount, t->card[k].reversed_amount);
		}
	}
	put_of_them(p, RECEIPT_CARD_REVERSED, n, amount);
}

void
report_terminals(struct page *p, const struct totals *t)
{
	char text[LABEL_BYTES];
	struct sbuf b;

	put_reversed_alone(p, t);
	if (t->unsettled != 0) {
		page_count(p, page_word(p, RECEIPT_UNSETTLED), t->unsettled);
	}
	for (size_t i = 0; i < t->n_terminal; i++) {
		const struct totals_terminal *x = &t->terminal[i];

		if (x->begun > 0) {
			sbuf_init(&b, text, sizeof(text));
			page_say(p, &b, RECEIPT_TERMINAL_OPEN, x->name, NULL);
			page_wrap(p, ROW_BOLD, text, p->cols);
		}
		if (x->closed > 0) {
			sbuf_init(&b, text, sizeof(text));
			page_say(p, &b, RECEIPT_TERMINAL_DIFFERENCE, x->name,
				NULL);
			page_amount(p, ROW_NORMAL, text, x->difference, "");
		}
	}
}

static void
put_difference(struct page *p, int64_t minor)
{
	char text[LABEL_BYTES], amount[PAGE_AMOUNT_BYTES];
	struct sbuf b;

	sbuf_init(&b, amount, sizeof(amount));
	page_money(p, &b, minor < 0 ? -minor : minor);
	sbuf_init(&b, text, sizeof(text));
	if (minor == 0) {
		sbuf_puts(&b, page_word(p, RECEIPT_TERMINAL_SAME));
	} else {
		page_say(p, &b,
			minor > 0 ? RECEIPT_TERMINAL_MORE
				  : RECEIPT_TERMINAL_LESS,
			amount, NULL);
	}
	page_wrap(p, ROW_BOLD, text, p->cols);
}

void
receipt_terminal(const struct receipt_head *head, const struct event *e,
	const char *currency, unsigned digits, unsigned cols, receipt_fn fn,
	void *arg)
{
	const struct event_terminal *d = &e->data.terminal;
	char text[LABEL_BYTES];
	struct sbuf b;
	struct page p;

	page_init(&p, head, cols, digits, fn, arg);
	page_title(&p, page_text(head->shop));
	sbuf_init(&b, text, sizeof(text));
	page_say(&p, &b, RECEIPT_TERMINAL_DAY, page_text(d->terminal), NULL);
	page_center(&p, ROW_BOLD, text);
	page_blank(&p);
	sbuf_init(&b, text, sizeof(text));
	page_say(&p, &b, RECEIPT_REGISTER, page_text(head->register_no), NULL);
	page_left(&p, text);
	sbuf_init(&b, text, sizeof(text));
	page_time(&p, &b, e->time, e->tz_min);
	sbuf_putc(&b, ' ');
	sbuf_puts(&b, page_text(currency));
	page_left(&p, text);
	page_rule(&p);
	for (size_t i = 0; i < d->n_total; i++) {
		put_counted(&p, "", page_text(d->total[i].name),
			d->total[i].count, d->total[i].amount);
	}
	page_rule(&p);
	put_counted(&p, "", page_word(&p, RECEIPT_TERMINAL_THEIRS), d->count,
		d->amount);
	put_counted(&p, "", page_word(&p, RECEIPT_TERMINAL_OURS), d->paid_count,
		d->paid);
	page_rule(&p);
	put_difference(&p, d->difference);
}
