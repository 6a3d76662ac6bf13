/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/money.h"
#include "core/qty.h"
#include "core/receipt_internal.h"

#include "base/poison.h"

/* --- what was taken off the sale ------------------------------------------ */

#define OFFS 40

/* One coupon, or the discount by hand, on all lines. */
struct off {
	const struct event_discount *d;
	int64_t sum;
};

struct offs {
	struct off off[OFFS];
	size_t n;
	int64_t relief;
};

static bool
is_same(const struct event_discount *a, const struct event_discount *b)
{
	return strcmp(a->kind, b->kind) == 0 &&
	       strcmp(page_text(a->rule), page_text(b->rule)) == 0;
}

/* More than there is room for goes to the last one: the sums stay right. */
static void
add_off(struct offs *o, const struct event_discount *d)
{
	size_t i = 0;

	while (i < o->n && !is_same(o->off[i].d, d)) {
		i++;
	}
	if (i == OFFS) {
		i--;
	}
	if (i == o->n) {
		o->off[o->n++] = (struct off){.d = d};
	}
	o->off[i].sum = page_sum(o->off[i].sum, d->amount);
}

static void
find_offs(const struct event_sale *s, struct offs *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];

		ret->relief = page_sum(ret->relief, l->relief);
		for (size_t k = 0; k < l->n_discount; k++) {
			if (!receipt_of_line(&l->discount[k])) {
				add_off(ret, &l->discount[k]);
			}
		}
	}
}

static int64_t
neg(int64_t minor)
{
	return money_neg((struct money){minor}).minor;
}

static bool
is_sale(const struct off *o)
{
	return strcmp(o->d->kind, "sale") == 0;
}

static void
put_off(struct page *p, const struct off *o)
{
	const struct event_discount *d = o->d;
	bool sale = is_sale(o);
	char text[RECEIPT_LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, sale ? RECEIPT_SALE_DISCOUNT : RECEIPT_COUPON, NULL,
		NULL);
	if (d->name != NULL || d->rule != NULL) {
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, d->name != NULL ? d->name : d->rule);
	}
	receipt_off(p, &b, d, o->sum);
}

static void
put_offs(struct page *p, const struct event_sale *s)
{
	struct offs o;
	int64_t lines = 0;

	find_offs(s, &o);
	if (o.n == 0 && o.relief == 0) {
		return;
	}
	for (size_t i = 0; i < s->n_line; i++) {
		lines = page_sum(
			page_sum(lines, s->line[i].amount), s->line[i].relief);
	}
	for (size_t i = 0; i < o.n; i++) {
		lines = page_sum(lines, o.off[i].sum);
	}
	page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_SUBTOTAL), lines, "");
	/* in the order they were taken off */
	for (size_t i = 0; i < 2 * o.n; i++) {
		if (is_sale(&o.off[i % o.n]) == (i >= o.n)) {
			put_off(p, &o.off[i % o.n]);
		}
	}
	if (o.relief != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_RELIEF),
			neg(o.relief), "");
	}
}

/* --- taxes ---------------------------------------------------------------- */

#define PARTS 64

/* What all classes have of one part at one rate. */
struct part {
	const struct event_part *part;
	int64_t base, tax;
};

struct parts {
	struct part part[PARTS];
	size_t n;
};

static void
add_part(struct parts *all, const struct event_part *from, int64_t base)
{
	size_t i = 0;

	while (i < all->n && (strcmp(page_text(all->part[i].part->name),
				      page_text(from->name)) != 0 ||
				     all->part[i].part->rate != from->rate)) {
		i++;
	}
	if (i == PARTS) {
		i--;
	}
	if (i == all->n) {
		all->part[all->n++] = (struct part){.part = from};
	}
	all->part[i].base = page_sum(all->part[i].base, base);
	all->part[i].tax = page_sum(all->part[i].tax, from->tax);
}

static void
find_parts(const struct event_sale *s, struct parts *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < s->n_tax; i++) {
		const struct event_tax *t = &s->tax[i];
		int64_t before = 0;

		for (size_t k = 0; k < t->n_part; k++) {
			const struct event_part *part = &t->part[k];

			add_part(ret, part,
				part->on_tax ? page_sum(t->net, before)
					     : t->net);
			before = page_sum(before, part->tax);
		}
	}
}

/* "GST 5% of 16.28" and what it comes to, then its number. */
static void
put_parts(struct page *p, const struct event_sale *s)
{
	const struct receipt_head *h = p->head;
	struct parts all;

	find_parts(s, &all);
	for (size_t i = 0; i < all.n; i++) {
		char text[RECEIPT_LABEL_BYTES], tax[RECEIPT_LABEL_BYTES];
		char base[FORMAT_MONEY_BYTES];
		const char *name = page_text(all.part[i].part->name);
		const char *number = NULL;
		struct sbuf b;

		sbuf_init(&b, tax, sizeof(tax));
		sbuf_puts(&b, name);
		sbuf_putc(&b, ' ');
		format_rate(&b, page_format(p), all.part[i].part->rate);
		sbuf_init(&b, base, sizeof(base));
		page_money(p, &b, all.part[i].base);
		sbuf_init(&b, text, sizeof(text));
		page_say(p, &b, RECEIPT_PART_OF, tax, base);
		page_amount(p, ROW_NORMAL, text, all.part[i].tax, "");
		if (h != NULL && h->part_number != NULL) {
			number = h->part_number(h->tax_arg, name);
		}
		if (*page_text(number) != '\0') {
			sbuf_init(&b, text, sizeof(text));
			sbuf_puts(&b, "  ");
			page_say(p, &b, RECEIPT_PART_NUMBER, name, number);
			page_left(p, text);
		}
	}
}

/* Why there is no tax, NULL there is. */
static const char *
why_not(const struct page *p, const struct event_tax *t)
{
	if (t->why == NULL) {
		return NULL;
	}
	return page_word(p, strcmp(t->why, "reverse") == 0 ? RECEIPT_REVERSE
							   : RECEIPT_EXEMPT);
}

static void
put_added_row(struct page *p, const struct event_tax *t)
{
	const char *why = why_not(p, t);
	char text[RECEIPT_LABEL_BYTES], tax[64], base[FORMAT_MONEY_BYTES];
	struct sbuf b;

	sbuf_init(&b, base, sizeof(base));
	page_money(p, &b, t->net);
	sbuf_init(&b, tax, sizeof(tax));
	sbuf_puts(&b, page_text(t->code));
	sbuf_putc(&b, ' ');
	if (why != NULL) {
		sbuf_puts(&b, why);
	} else {
		format_rate(&b, page_format(p), t->rate);
	}
	sbuf_init(&b, text, sizeof(text));
	page_say(p, &b, RECEIPT_TAX_OF, tax, base);
	page_amount(p, ROW_NORMAL, text, t->tax, "");
}

/* Prices without tax: what the lines sum to, and each tax on its base. */
static void
put_added_tax(struct page *p, const struct event_sale *s)
{
	int64_t net = 0;

	for (size_t i = 0; i < s->n_tax; i++) {
		net = page_sum(net, s->tax[i].net);
	}
	page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_SUBTOTAL), net, "");
	for (size_t i = 0; i < s->n_tax; i++) {
		if (s->tax[i].n_part == 0) {
			put_added_row(p, &s->tax[i]);
		}
	}
	put_parts(p, s);
}

/* The table's rows need the words of this paper. */
struct table {
	const struct page *page;
	const struct event_tax *tax;
};

static struct page_tax
table_row(const void *list, size_t i)
{
	const struct table *all = list;
	const struct event_tax *t = &all->tax[i];

	return (struct page_tax){t->code, t->n_part > 0 ? -1 : t->rate, t->net,
		t->tax, t->gross, why_not(all->page, t)};
}

static void
put_table(struct page *p, const struct event_sale *s)
{
	const struct table t = {p, s->tax};
	unsigned tail = p->tail;

	page_tax_table(p, table_row, &t, s->n_tax);
	p->tail = 0;
	put_parts(p, s);
	p->tail = tail;
	page_blank(p);
}

/* What came back has a row of its own, also at the rate of what was sold. */
static bool
said_before(const struct event_sale *s, size_t idx)
{
	const struct event_tax *t = s->tax;

	for (size_t i = 0; i < idx; i++) {
		if (t[i].rate == t[idx].rate && t[i].n_part == 0 &&
			t[i].why == NULL &&
			strcmp(page_text(t[i].code), page_text(t[idx].code)) ==
				0) {
			return true;
		}
	}
	return false;
}

/* What the marks beside names mean. */
static void
put_marks(struct page *p, const struct event_sale *s)
{
	for (size_t i = 0; i < s->n_tax; i++) {
		const char *mark = receipt_mark(p, s->tax[i].code);
		char text[RECEIPT_LABEL_BYTES], rate[64];
		struct sbuf b;

		if (mark[0] == '\0' || s->tax[i].n_part > 0 ||
			s->tax[i].why != NULL || said_before(s, i)) {
			continue;
		}
		sbuf_init(&b, rate, sizeof(rate));
		format_rate(&b, page_format(p), s->tax[i].rate);
		sbuf_init(&b, text, sizeof(text));
		page_say(p, &b, RECEIPT_MARKED, mark, rate);
		page_left(p, text);
	}
}

/* Who buys without tax, and by what right. */
static void
put_relief(struct page *p, const struct event_sale *s)
{
	char text[RECEIPT_LABEL_BYTES];
	bool exempt = false, reverse = false;

	for (size_t i = 0; i < s->n_tax; i++) {
		const char *why = page_text(s->tax[i].why);

		exempt = exempt || strcmp(why, "exempt") == 0;
		reverse = reverse || strcmp(why, "reverse") == 0;
	}
	if (exempt && *page_text(s->certificate) != '\0') {
		page_lines(p, receipt_say(p, text, RECEIPT_EXEMPT_NOTE,
				      s->certificate));
	}
	if (reverse) {
		page_lines(p, page_word(p, RECEIPT_REVERSE_NOTE));
	}
	if (*page_text(s->vat) != '\0') {
		page_lines(p, receipt_say(p, text, RECEIPT_BUYER_VAT, s->vat));
	}
}

/* --- the total, and how it is paid ---------------------------------------- */

/* The card, as much of its number as may be known, and what allowed it. */
static void
put_card(struct page *p, const struct event_tender *t)
{
	char text[RECEIPT_LABEL_BYTES], said[RECEIPT_LABEL_BYTES];
	struct sbuf b;

	if (*page_text(t->payment) == '\0') {
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "  ");
	sbuf_puts(&b, page_text(t->card));
	if (*page_text(t->last4) != '\0') {
		sbuf_puts(&b, b.len > 2 ? " ****" : "****");
		sbuf_puts(&b, t->last4);
	}
	if (*page_text(t->auth) != '\0') {
		sbuf_puts(&b, b.len > 2 ? "  " : "");
		sbuf_puts(&b, receipt_say(p, said, RECEIPT_AUTH, t->auth));
	}
	if (b.len > 2) {
		page_left(p, text);
	}
	if (t->offline) {
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, "  ");
		sbuf_puts(&b, page_word(p, RECEIPT_OFFLINE));
		page_left(p, text);
	}
}

static void
put_tenders(struct page *p, const struct event_sale *s)
{
	int64_t change = 0;

	for (size_t i = 0; i < s->n_tender; i++) {
		char text[RECEIPT_LABEL_BYTES];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b,
			page_tender(p, s->tender[i].name, s->tender[i].tender));
		if (text[0] >= 'a' && text[0] <= 'z') {
			text[0] = (char)(text[0] - 'a' + 'A');
		}
		page_amount(p, ROW_NORMAL, text, s->tender[i].tendered, "");
		put_card(p, &s->tender[i]);
		change = page_sum(change, s->tender[i].change);
	}
	if (change != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_CHANGE), change,
			"");
	}
}

/* What the bill is rounded by, whatever it is paid with, apart from what is
 * for want of small coins. */
static void
put_rounding(struct page *p, const struct event_sale *s)
{
	int64_t cash = page_sum(s->rounding, neg(s->bill_rounding));

	if (s->bill_rounding != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_BILL_ROUNDING),
			s->bill_rounding, "");
	}
	if (cash != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_ROUNDING), cash,
			"");
	}
	if (s->rounding != 0 || s->bill_rounding != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_TO_PAY),
			page_sum(s->total, s->rounding), "");
	}
}

/* What rules and the cashier took off what is sold, and what price lists ask
 * less: never what is no gift, as a tax that is not charged. */
static int64_t
saved(const struct event_sale *s)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];
		struct money less = {0};

		if (l->qty <= 0) {
			continue;
		}
		for (size_t k = 0; k < l->n_discount; k++) {
			sum = page_sum(sum, l->discount[k].amount);
		}
		if (l->pricelist != NULL && l->list > l->price &&
			qty_extend((struct money){l->list - l->price},
				(struct qty){l->qty}, ROUND_HALF_UP,
				&less) == RC_OK) {
			sum = page_sum(sum, less.minor);
		}
	}
	return sum;
}

static void
put_saved(struct page *p, const struct event_sale *s)
{
	char text[RECEIPT_LABEL_BYTES], number[FORMAT_MONEY_BYTES];
	int64_t sum = saved(s);
	struct sbuf b;

	if (p->head == NULL || !p->head->saved || sum <= 0) {
		return;
	}
	sbuf_init(&b, number, sizeof(number));
	page_money(p, &b, sum);
	page_left(p, receipt_say(p, text, RECEIPT_SAVED, number));
}

/* A deposit is no piece of its own. */
static int64_t
pieces_of(const struct page *p, const struct event_line *l)
{
	return receipt_is_deposit(p, l)
		       ? 0
		       : qty_pieces((struct qty){l->qty}).milli;
}

void
receipt_sums(struct page *p, const struct event_sale *s)
{
	bool added = strcmp(page_text(s->prices), "added") == 0;
	char text[RECEIPT_LABEL_BYTES], number[FORMAT_MONEY_BYTES];
	int64_t pieces = 0;
	struct sbuf b;

	page_rule(p);
	put_offs(p, s);
	if (added) {
		put_added_tax(p, s);
	}
	page_amount(p, ROW_TOTAL,
		receipt_say(p, text, RECEIPT_TOTAL, s->currency), s->total, "");
	put_rounding(p, s);
	put_tenders(p, s);
	for (size_t i = 0; i < s->n_line; i++) {
		pieces = page_sum(pieces, pieces_of(p, &s->line[i]));
	}
	page_blank(p);
	if (!added && s->n_tax > 0) {
		put_table(p, s);
	}
	put_marks(p, s);
	put_relief(p, s);
	sbuf_init(&b, number, sizeof(number));
	format_qty(&b, page_format(p), (struct qty){pieces});
	page_left(p, receipt_say(p, text, RECEIPT_ITEMS, number));
	put_saved(p, s);
}
