/* SPDX-License-Identifier: Apache-2.0 */
#include "core/order.h"

#include <string.h>

#include "base/text.h"
#include "core/page.h"
#include "core/qty.h"

#include "base/poison.h"

#define ROW_BYTES 512
#define NAME_BYTES 256

static bool
is_made(const struct event_line *l, const struct order_opts *o)
{
	return l->qty > 0 && l->link == 0 && l->return_of == NULL &&
	       o->wants(o->arg, page_text(l->dept));
}

size_t
order_count(const struct event *sale, const struct order_opts *o)
{
	const struct event_sale *s = &sale->data.sale;
	size_t n = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		n += is_made(&s->line[i], o) ? 1 : 0;
	}
	return n;
}

static void
put_line(struct page *p, const struct event_line *l)
{
	char row[ROW_BYTES], name[NAME_BYTES];
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	format_qty(&b, page_format(p), (struct qty){l->qty});
	sbuf_putc(&b, ' ');
	if (l->unit != NULL) {
		sbuf_puts(&b, l->unit);
	} else {
		sbuf_putc(&b, 'x');
	}
	sbuf_putc(&b, ' ');
	text_fit_middle(
		name, sizeof(name), page_text(l->name), (size_t)p->cols * 2);
	sbuf_puts(&b, name);
	page_wrap(p, ROW_TITLE, row, p->cols / 2);
}

void
order_ticket(const struct receipt_head *head, const struct event *sale,
	const struct order_opts *o, receipt_fn fn, void *arg)
{
	const struct event_sale *s = &sale->data.sale;
	char text[ROW_BYTES];
	struct page p;
	struct sbuf b;

	page_init(&p, head, o->cols, s->digits, fn, arg);
	if (o->again) {
		sbuf_init(&b, text, sizeof(text));
		page_say(&p, &b, RECEIPT_COPY, "1", "");
		page_wrap(&p, ROW_NOTE, text, p.cols);
	}
	page_title(&p, page_text(s->number));
	sbuf_init(&b, text, sizeof(text));
	page_time(&p, &b, sale->time, sale->tz_min);
	page_both(&p, text, page_text(sale->actor));
	page_rule(&p);
	for (size_t i = 0; i < s->n_line; i++) {
		if (is_made(&s->line[i], o)) {
			put_line(&p, &s->line[i]);
		}
	}
	if (*page_text(s->comment) != '\0') {
		page_rule(&p);
		page_wrap(&p, ROW_NOTE, s->comment, p.cols);
	}
}
