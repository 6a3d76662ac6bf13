/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "core/money.h"
#include "core/qty.h"
#include "core/receipt_internal.h"

#include "base/poison.h"

#define WEIGHT_DIGITS 3

const char *
receipt_say(const struct page *p, char out[RECEIPT_LABEL_BYTES],
	enum receipt_word what, const char *which)
{
	struct sbuf b;

	sbuf_init(&b, out, RECEIPT_LABEL_BYTES);
	page_say(p, &b, what, page_text(which), NULL);
	return out;
}

unsigned
receipt_tail(const struct event_sale *s)
{
	size_t cells = 1;

	for (size_t i = 0; i < s->n_line; i++) {
		const char *tax = page_text(s->line[i].tax);
		size_t n = text_cells(tax, strlen(tax));

		cells = n > cells ? n : cells;
	}
	return 1 +
	       (unsigned)(cells < TAX_CODE_BYTES ? cells : TAX_CODE_BYTES - 1);
}

const char *
receipt_mark(const struct page *p, const char *tax)
{
	const struct receipt_head *h = p->head;

	return h == NULL || h->class_mark == NULL
		       ? ""
		       : page_text(h->class_mark(h->tax_arg, page_text(tax)));
}

bool
receipt_is_deposit(const struct page *p, const struct event_line *l)
{
	const struct receipt_head *h = p->head;

	return event_is_deposit(l) ||
	       (h != NULL && h->is_deposit != NULL &&
		       strcmp(page_text(l->kind), "internal") == 0 &&
		       h->is_deposit(h->tax_arg, page_text(l->code)));
}

bool
receipt_of_line(const struct event_discount *d)
{
	return d->kind == NULL || strcmp(d->kind, "promotion") == 0 ||
	       strcmp(d->kind, "return") == 0;
}

int64_t
receipt_whole(const struct event_line *l)
{
	int64_t whole = page_sum(l->amount, l->relief);

	for (size_t i = 0; i < l->n_discount; i++) {
		whole = page_sum(whole, l->discount[i].amount);
	}
	return whole;
}

/* A note of its own below a line. */
static void
put_note(struct page *p, const char *s)
{
	char text[RECEIPT_LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, s);
	page_left(p, text);
}

void
receipt_off(struct page *p, struct sbuf *b, const struct event_discount *d,
	int64_t sum)
{
	if (d->ppm > 0) {
		sbuf_putc(b, ' ');
		format_rate(b, page_format(p), d->ppm);
	}
	if (*page_text(d->reason) != '\0') {
		sbuf_putc(b, ' ');
		sbuf_puts(b, d->reason);
	}
	page_amount(
		p, ROW_NORMAL, b->p, money_neg((struct money){sum}).minor, "");
}

static void
put_discount(struct page *p, const struct event_discount *d)
{
	char text[RECEIPT_LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "  ");
	if (d->kind == NULL || strcmp(d->kind, "return") == 0) {
		page_say(p, &b, RECEIPT_DISCOUNT, NULL, NULL);
	} else {
		sbuf_puts(&b, d->name != NULL ? d->name : page_text(d->rule));
	}
	receipt_off(p, &b, d, d->amount);
}

/* What it was sold by, and why it is back. */
static void
put_return(struct page *p, const struct event_line *l)
{
	char text[RECEIPT_LABEL_BYTES];

	if (*page_text(l->return_of) != '\0') {
		put_note(p,
			receipt_say(p, text, RECEIPT_OF_RECEIPT, l->return_of));
	}
	if (l->qty < 0 && *page_text(l->reason) != '\0') {
		put_note(p, l->reason);
	}
}

static void
put_price(const struct page *p, struct sbuf *b, int64_t price)
{
	page_money(p, b, price);
}

/* "0.734 kg": always as many decimals as a scale has. */
static void
put_weight(
	const struct page *p, struct sbuf *b, int64_t milli, const char *unit)
{
	format_money(b, page_format(p), (struct money){milli}, WEIGHT_DIGITS);
	sbuf_putc(b, ' ');
	sbuf_puts(b, unit);
}

/* "2 x 1.29", "0.734 kg x 2.99/kg". */
static void
put_times(const struct page *p, struct sbuf *b, const struct event_line *l)
{
	if (l->unit == NULL) {
		format_qty(b, page_format(p), (struct qty){l->qty});
	} else {
		put_weight(p, b, l->qty, l->unit);
	}
	sbuf_puts(b, " x ");
	put_price(p, b, l->price);
	if (l->unit != NULL) {
		sbuf_putc(b, '/');
		sbuf_puts(b, l->unit);
	}
}

/* What is in a code is the amount; where price and quantity do not come to it
 * by themselves they would only look like an error. */
static bool
comes_out(const struct event_line *l, int64_t whole)
{
	struct money m;

	return page_text(l->from)[0] == '\0' || strcmp(l->from, "price") != 0 ||
	       (qty_extend((struct money){l->price}, (struct qty){l->qty},
			ROUND_HALF_UP, &m) == RC_OK &&
		       m.minor == whole);
}

/* The name, and on its row or below it what it costs. */
static void
put_goods(struct page *p, const struct event_line *l)
{
	const char *mark = receipt_mark(p, l->tax);
	char name[RECEIPT_LABEL_BYTES], text[RECEIPT_LABEL_BYTES];
	int64_t whole = receipt_whole(l);
	struct sbuf b;

	sbuf_init(&b, name, sizeof(name));
	sbuf_puts(&b, l->link != 0 ? "  + " : "");
	sbuf_puts(&b, page_text(l->name));
	if (mark[0] != '\0') {
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, mark);
	}
	if (l->unit == NULL && l->qty == QTY_ONE.milli && l->n_discount == 0 &&
		page_fits(p, name, whole)) {
		page_amount(p, ROW_NORMAL, name, whole, page_text(l->tax));
		return;
	}
	if (!comes_out(l, whole)) {
		page_amount(p, ROW_NORMAL, name, whole, page_text(l->tax));
		return;
	}
	page_left(p, name);
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, l->link != 0 ? "    " : "  ");
	put_times(p, &b, l);
	page_amount(p, ROW_NORMAL, text, whole, page_text(l->tax));
}

/* How a weight came about, as far as a customer may ask. */
static void
put_weighing(struct page *p, const struct event_line *l)
{
	char text[RECEIPT_LABEL_BYTES], weight[RECEIPT_LABEL_BYTES];
	struct sbuf b;

	if (l->tare != 0) {
		sbuf_init(&b, weight, sizeof(weight));
		put_weight(p, &b, l->tare, page_text(l->unit));
		put_note(p, receipt_say(p, text, RECEIPT_TARE, weight));
	}
	if (strcmp(page_text(l->from), "hand") == 0) {
		put_note(p, page_word(p, RECEIPT_BY_HAND));
	}
}

/* For who asks about it later: a recall, a warranty. */
static void
put_trace(struct page *p, const struct event_line *l)
{
	char text[RECEIPT_LABEL_BYTES];

	if (*page_text(l->lot) != '\0') {
		put_note(p, receipt_say(p, text, RECEIPT_LOT, l->lot));
	}
	if (*page_text(l->serial) != '\0') {
		put_note(p, receipt_say(p, text, RECEIPT_SERIAL, l->serial));
	}
}

void
receipt_line(struct page *p, const struct event_line *l)
{
	char text[RECEIPT_LABEL_BYTES], number[FORMAT_MONEY_BYTES];
	struct sbuf b;

	put_goods(p, l);
	put_weighing(p, l);
	put_trace(p, l);
	sbuf_init(&b, number, sizeof(number));
	put_price(p, &b, l->list);
	if (l->overridden) {
		put_note(p, receipt_say(p, text, RECEIPT_LIST_PRICE, number));
	} else if (l->pricelist != NULL && l->list > l->price) {
		put_note(p, receipt_say(p, text, RECEIPT_INSTEAD, number));
	}
	for (size_t i = 0; i < l->n_discount; i++) {
		if (receipt_of_line(&l->discount[i])) {
			put_discount(p, &l->discount[i]);
		}
	}
	put_return(p, l);
}
