/* SPDX-License-Identifier: Apache-2.0 */
#include "core/receipt.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "core/page.h"
#include "core/receipt_internal.h"

#include "base/poison.h"

#define HASH_SHOWN 4 /* bytes of the line's hash, two digits each */

void
receipt_copy(struct page *p, const struct receipt_opts *opts)
{
	char text[RECEIPT_LABEL_BYTES], number[24];
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
		char text[RECEIPT_LABEL_BYTES];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		page_say(p, &b, RECEIPT_TAX_ID, h->tax_id, NULL);
		page_lines(p, text);
	}
	page_lines(p, page_text(h->header));
	page_blank(p);
	if (*page_text(h->title) != '\0') {
		page_center(p, ROW_BOLD, h->title);
		page_blank(p);
	}
}

static void
put_facts(struct page *p, const struct receipt_head *h, const struct event *e)
{
	char left[RECEIPT_LABEL_BYTES];
	char right[RECEIPT_LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, left, sizeof(left));
	page_time(p, &b, e->time, e->tz_min);
	page_both(p, left,
		receipt_say(p, right, RECEIPT_REGISTER, h->register_no));
	page_both(p, receipt_say(p, left, RECEIPT_RECEIPT, e->data.sale.number),
		receipt_say(p, right, RECEIPT_OPERATOR, e->actor));
	if (h->opened) {
		sbuf_init(&b, right, sizeof(right));
		page_time(p, &b, e->data.sale.opened, e->tz_min);
		page_left(p, receipt_say(p, left, RECEIPT_OPENED, right));
	}
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
	size_t back = 0, goods = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];

		back += l->qty < 0 ? 1 : 0;
		goods += l->qty < 0 && !receipt_is_deposit(p, l) ? 1 : 0;
	}
	/* empties beside goods are everyday */
	if (goods > 0 || (back > 0 && back == s->n_line)) {
		page_center(p, ROW_BOLD,
			page_word(p, back == s->n_line ? RECEIPT_RETURN
						       : RECEIPT_EXCHANGE));
		page_blank(p);
	}
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

	if (*page_text(s->comment) != '\0') {
		page_blank(p);
		page_lines(p, s->comment);
		page_blank(p);
	}
	if (opts->hash != NULL) {
		char digits[2 * HASH_SHOWN + 1];
		char text[RECEIPT_LABEL_BYTES];

		hex_encode(digits, opts->hash, HASH_SHOWN);
		page_left(p, receipt_say(p, text, RECEIPT_CHECK, digits));
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
	receipt_copy(&p, opts);
	if (opts->uncertain) {
		page_center(&p, ROW_BOLD, page_word(&p, RECEIPT_UNCERTAIN));
	}
	put_training(&p, e);
	put_head(&p, head);
	put_facts(&p, head, e);
	put_kind(&p, s);
	p.tail = receipt_tail(s);
	for (size_t i = 0; i < s->n_line; i++) {
		if (i % TRAINING_EVERY == 0) {
			put_training(&p, e);
		}
		receipt_line(&p, &s->line[i]);
	}
	put_training(&p, e);
	receipt_sums(&p, s);
	put_foot(&p, head, s, opts);
	put_training(&p, e);
	receipt_copy(&p, opts);
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
	case ROW_NOTE:
	default:
		sbuf_puts(b, text);
		break;
	}
	sbuf_putc(b, '\n');
}
