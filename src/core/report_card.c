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
