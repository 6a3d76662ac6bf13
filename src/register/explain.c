/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "register/explain_internal.h"

#include "base/poison.h"

const char *
explain_or_empty(const char *s)
{
	return s != NULL ? s : "";
}

int64_t
explain_whole(const struct event_line *l)
{
	int64_t whole = l->amount + l->relief;

	for (size_t i = 0; i < l->n_discount; i++) {
		whole += l->discount[i].amount;
	}
	return whole;
}

bool
explain_of_sale(const struct event_discount *d)
{
	return d->kind != NULL && strcmp(d->kind, "promotion") != 0 &&
	       strcmp(d->kind, "return") != 0;
}

enum explain_began
explain_began(const struct config *c, const struct event_line *l)
{
	if (l->unknown) {
		return EXPLAIN_UNKNOWN;
	}
	if (l->return_of != NULL) {
		return EXPLAIN_RECEIPT;
	}
	if (l->from != NULL && strcmp(l->from, "price") == 0 &&
		!l->overridden) {
		return EXPLAIN_CODE;
	}
	return l->link != 0 || rules_find_deposit(
				       c->rules, explain_or_empty(l->code)) >= 0
		       ? EXPLAIN_DEPOSIT
		       : EXPLAIN_CATALOG;
}

const char *
explain_list_name(const struct config *c, const char *id)
{
	int i = rules_find_list(c->rules, id);

	return i < 0 ? id : rules_list(c->rules, (size_t)i)->name;
}

const char *
explain_round_word(enum round r)
{
	switch (r) {
	case ROUND_HALF_UP:
		return "half-up";
	case ROUND_HALF_EVEN:
		return "half-even";
	case ROUND_DOWN:
		return "down";
	case ROUND_UP:
		return "up";
	case ROUND_HALF_DOWN:
	case ROUND_COUNT:
	default:
		return "half-down";
	}
}

const char *
explain_basis_word(enum tax_basis b)
{
	return b == TAX_PER_RECEIPT ? "receipt"
	       : b == TAX_PER_LINE  ? "line"
				    : "unit";
}

/* --- rows ----------------------------------------------------------------- */

void
explain_row(struct explain_out *o, unsigned indent, const char *left,
	const char *right)
{
	char cut[EXPLAIN_LABEL_BYTES];
	size_t room = o->cols - indent - strlen(right);
	size_t cells;

	room -= right[0] != '\0' ? 1 : 0;
	text_fit_middle(cut, sizeof(cut), left, room);
	cells = text_cells(cut, strlen(cut));
	sbuf_fill(o->b, ' ', indent);
	sbuf_puts(o->b, cut);
	if (right[0] != '\0') {
		sbuf_fill(o->b, ' ', room + 1 - cells);
		sbuf_puts(o->b, right);
	}
	while (o->b->len > 0 && o->b->p[o->b->len - 1] == ' ') {
		sbuf_cut(o->b, o->b->len - 1);
	}
	sbuf_putc(o->b, '\n');
}

void
explain_rule(struct explain_out *o)
{
	sbuf_fill(o->b, '-', o->cols);
	sbuf_putc(o->b, '\n');
}

const char *
explain_money(const struct explain_out *o, int64_t minor,
	char buf[EXPLAIN_AMOUNT_BYTES])
{
	const struct currency c = {.digits = (uint8_t)o->x->sale->digits,
		.hidden = o->x->config->currency.hidden};
	struct sbuf b;

	sbuf_init(&b, buf, EXPLAIN_AMOUNT_BYTES);
	format_amount(&b, o->x->config->format, (struct money){minor}, &c);
	return buf;
}

void
explain_amount(struct explain_out *o, unsigned indent, const char *left,
	int64_t minor, const char *class_)
{
	char text[EXPLAIN_AMOUNT_BYTES],
		right[EXPLAIN_AMOUNT_BYTES + TAX_CODE_BYTES + 1];
	struct sbuf b;

	sbuf_init(&b, right, sizeof(right));
	sbuf_puts(&b, explain_money(o, minor, text));
	sbuf_printf(&b, " %-3.7s", class_);
	explain_row(o, indent, left, right);
}
