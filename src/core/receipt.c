/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "core/page.h"
#include "core/qty.h"

#include "base/poison.h"

#define LABEL_BYTES 256
#define HASH_SHOWN 4 /* bytes of the line's hash, two digits each */

static void
put_marks(struct page *p, const struct receipt_opts *opts)
{
	char text[LABEL_BYTES], number[24];
	struct sbuf b, n;

	if (opts->copy == 0) {
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_init(&n, number, sizeof(number));
	sbuf_u64(&n, opts->copy);
	page_say(p, &b, RECEIPT_COPY, number, NULL);
	page_center(p, ROW_BOLD, text);
}

static void
put_head(struct page *p, const struct receipt_head *h)
{
	page_title(p, page_text(h->shop));
	page_lines(p, page_text(h->address));
	if (*page_text(h->tax_id) != '\0') {
		char text[LABEL_BYTES];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		page_say(p, &b, RECEIPT_TAX_ID, h->tax_id, NULL);
		page_lines(p, text);
	}
	page_lines(p, page_text(h->header));
	page_blank(p);
}

/* In one field: "Register R01". */
static const char *
name_of(const struct page *p, char out[LABEL_BYTES], enum receipt_word what,
	const char *which)
{
	struct sbuf b;

	sbuf_init(&b, out, LABEL_BYTES);
	page_say(p, &b, what, page_text(which), NULL);
	return out;
}

static void
put_facts(struct page *p, const struct receipt_head *h, const struct event *e)
{
	char left[LABEL_BYTES];
	char right[LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, left, sizeof(left));
	page_time(p, &b, e->time, e->tz_min);
	page_both(p, left, name_of(p, right, RECEIPT_REGISTER, h->register_no));
	page_both(p, name_of(p, left, RECEIPT_RECEIPT, e->data.sale.number),
		name_of(p, right, RECEIPT_OPERATOR, e->actor));
	page_rule(p);
}

#define TRAINING_EVERY 5 /* lines */

/* Nobody is to take paper of a training for a receipt, be it cut in two. */
static void
put_training(struct page *p, const struct event *e)
{
	if (e->training) {
		page_center(p, ROW_BOLD, page_word(p, RECEIPT_TRAINING));
	}
}

/* Goods that come back are not to be mistaken for goods sold. */
static void
put_kind(struct page *p, const struct event_sale *s)
{
	size_t back = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		back += s->line[i].qty < 0 ? 1 : 0;
	}
	if (back > 0) {
		page_center(p, ROW_BOLD,
			page_word(p, back == s->n_line ? RECEIPT_RETURN
						       : RECEIPT_EXCHANGE));
		page_blank(p);
	}
}

/* Cells the tax class takes beside an amount, with the space before it. */
static unsigned
tail_of(const struct event_sale *s)
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

static void
put_discount(struct page *p, const struct event_discount *d)
{
	char text[LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "  ");
	page_say(p, &b, RECEIPT_DISCOUNT, NULL, NULL);
	if (d->ppm > 0) {
		sbuf_putc(&b, ' ');
		format_rate(&b, page_format(p), d->ppm);
	}
	if (*page_text(d->reason) != '\0') {
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, d->reason);
	}
	page_amount(p, ROW_NORMAL, text,
		money_neg((struct money){d->amount}).minor, "");
}

/* What it was sold by, and why it is back. */
static void
put_return(struct page *p, const struct event_line *l)
{
	char text[LABEL_BYTES];
	struct sbuf b;

	if (*page_text(l->return_of) != '\0') {
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, "  ");
		page_say(p, &b, RECEIPT_OF_RECEIPT, l->return_of, NULL);
		page_left(p, text);
	}
	if (l->qty < 0 && *page_text(l->reason) != '\0') {
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, "  ");
		sbuf_puts(&b, l->reason);
		page_left(p, text);
	}
}

/* The amounts printed below each other add up to the total: the line stands
 * at its full price, each discount below it. */
static void
put_line(struct page *p, const struct event_line *l)
{
	const char *name = page_text(l->name);
	const char *tax = page_text(l->tax);
	char text[LABEL_BYTES], number[FORMAT_MONEY_BYTES];
	int64_t whole = l->amount;
	struct sbuf b, n;

	for (size_t i = 0; i < l->n_discount; i++) {
		whole = page_sum(whole, l->discount[i].amount);
	}
	if (l->qty == QTY_ONE.milli && l->n_discount == 0 &&
		page_fits(p, name, whole)) {
		page_amount(p, ROW_NORMAL, name, whole, tax);
	} else {
		page_left(p, name);
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, "  ");
		format_qty(&b, page_format(p), (struct qty){l->qty});
		sbuf_puts(&b, " x ");
		format_money(&b, page_format(p), (struct money){l->price},
			p->digits);
		page_amount(p, ROW_NORMAL, text, whole, tax);
	}
	if (l->overridden) {
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, "  ");
		sbuf_init(&n, number, sizeof(number));
		format_money(
			&n, page_format(p), (struct money){l->list}, p->digits);
		page_say(p, &b, RECEIPT_LIST_PRICE, number, NULL);
		page_left(p, text);
	}
	for (size_t i = 0; i < l->n_discount; i++) {
		put_discount(p, &l->discount[i]);
	}
	put_return(p, l);
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
		char text[LABEL_BYTES], tax[64], base[FORMAT_MONEY_BYTES];
		struct sbuf b;

		sbuf_init(&b, tax, sizeof(tax));
		sbuf_puts(&b, page_text(s->tax[i].code));
		sbuf_putc(&b, ' ');
		format_rate(&b, page_format(p), s->tax[i].rate);
		sbuf_init(&b, base, sizeof(base));
		format_money(&b, page_format(p), (struct money){s->tax[i].net},
			p->digits);
		sbuf_init(&b, text, sizeof(text));
		page_say(p, &b, RECEIPT_TAX_OF, tax, base);
		page_amount(p, ROW_NORMAL, text, s->tax[i].tax, "");
	}
}

static void
put_tenders(struct page *p, const struct event_sale *s)
{
	int64_t change = 0;

	for (size_t i = 0; i < s->n_tender; i++) {
		char text[LABEL_BYTES];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b,
			page_tender(p, s->tender[i].name, s->tender[i].tender));
		if (text[0] >= 'a' && text[0] <= 'z') {
			text[0] = (char)(text[0] - 'a' + 'A');
		}
		page_amount(p, ROW_NORMAL, text, s->tender[i].tendered, "");
		change = page_sum(change, s->tender[i].change);
	}
	if (change != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_CHANGE), change,
			"");
	}
}

static struct page_tax
sale_tax(const void *list, size_t i)
{
	const struct event_tax *t = (const struct event_tax *)list + i;

	return (struct page_tax){t->code, t->rate, t->net, t->tax, t->gross};
}

static void
put_sums(struct page *p, const struct event_sale *s)
{
	bool added = strcmp(page_text(s->prices), "added") == 0;
	char text[LABEL_BYTES], number[FORMAT_MONEY_BYTES];
	int64_t pieces = 0;
	struct sbuf b;

	page_rule(p);
	if (added) {
		put_added_tax(p, s);
	}
	page_amount(p, ROW_TOTAL, name_of(p, text, RECEIPT_TOTAL, s->currency),
		s->total, "");
	if (s->rounding != 0) {
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_ROUNDING),
			s->rounding, "");
		page_amount(p, ROW_NORMAL, page_word(p, RECEIPT_TO_PAY),
			page_sum(s->total, s->rounding), "");
	}
	put_tenders(p, s);
	for (size_t i = 0; i < s->n_line; i++) {
		pieces = page_sum(
			pieces, qty_pieces((struct qty){s->line[i].qty}).milli);
	}
	page_blank(p);
	if (!added && s->n_tax > 0) {
		page_tax_table(p, sale_tax, s->tax, s->n_tax);
		page_blank(p);
	}
	sbuf_init(&b, number, sizeof(number));
	format_qty(&b, page_format(p), (struct qty){pieces});
	page_left(p, name_of(p, text, RECEIPT_ITEMS, number));
}

/* Half a number would be another sale's: a code is whole or absent.  Its text
 * form has a bar on either side. */
static bool
fits_code(const struct page *p, const char *number)
{
	size_t len = 0;

	while (number[len] > ' ' && number[len] < 0x7f) {
		len++;
	}
	return len > 0 && number[len] == '\0' && len + 2 <= p->cols;
}

static void
put_foot(struct page *p, const struct receipt_head *h,
	const struct event_sale *s, const struct receipt_opts *opts)
{
	const char *number = page_text(s->number);

	if (opts->hash != NULL) {
		char digits[2 * HASH_SHOWN + 1];
		char text[LABEL_BYTES];

		hex_encode(digits, opts->hash, HASH_SHOWN);
		page_left(p, name_of(p, text, RECEIPT_CHECK, digits));
	}
	if (*page_text(h->footer) != '\0') {
		page_blank(p);
		page_lines(p, h->footer);
	}
	if (fits_code(p, number)) {
		p->fn(p->arg, ROW_CODE, number);
	}
}

void
receipt_sale(const struct receipt_head *head, const struct event *e,
	const struct receipt_opts *opts, receipt_fn fn, void *arg)
{
	const struct event_sale *s = &e->data.sale;
	struct page p;

	page_init(&p, head, opts->cols, s->digits, fn, arg);
	put_marks(&p, opts);
	if (opts->uncertain) {
		page_center(&p, ROW_BOLD, page_word(&p, RECEIPT_UNCERTAIN));
	}
	put_training(&p, e);
	put_head(&p, head);
	put_facts(&p, head, e);
	put_kind(&p, s);
	p.tail = tail_of(s);
	for (size_t i = 0; i < s->n_line; i++) {
		if (i % TRAINING_EVERY == 0) {
			put_training(&p, e);
		}
		put_line(&p, &s->line[i]);
	}
	put_training(&p, e);
	put_sums(&p, s);
	put_foot(&p, head, s, opts);
	put_training(&p, e);
	put_marks(&p, opts);
}

void
receipt_to_text(void *arg, enum row_style style, const char *text)
{
	struct sbuf *b = arg;
	size_t lead = strspn(text, " ");
	size_t cells;

	switch (style) {
	case ROW_TITLE:
		/* on paper each of its cells is two wide: keep the middle */
		cells = text_cells(text + lead, strlen(text + lead));
		sbuf_fill(b, ' ', lead * 2 + cells / 2);
		sbuf_puts(b, text + lead);
		break;
	case ROW_CODE:
		sbuf_putc(b, '|');
		sbuf_puts(b, text);
		sbuf_putc(b, '|');
		break;
	case ROW_NORMAL:
	case ROW_BOLD:
	case ROW_TOTAL:
	default:
		sbuf_puts(b, text);
		break;
	}
	sbuf_putc(b, '\n');
}
