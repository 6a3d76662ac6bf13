/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "register/explain_internal.h"

#include "base/poison.h"

#define TABLE_COLS 70 /* narrower ones stand closer */

/* --- taxes ---------------------------------------------------------------- */

static void
put_policy(struct explain_out *o)
{
	const struct tax_policy *p = &o->x->config->tax;
	bool added = strcmp(explain_or_empty(o->x->sale->prices), "added") == 0;
	char text[EXPLAIN_LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b,
		added ? _("tax added: per %s, %s, rounded %s")
		      : _("tax in the prices: per %s, %s, rounded %s"),
		explain_basis_word(p->basis),
		p->together ? _("all parts together") : _("each part alone"),
		explain_round_word(p->round));
	if (p->decimals > 0) {
		sbuf_printf(&b, _(", %u more decimals kept"), p->decimals);
	}
	explain_row(o, 0, text, "");
}

/* Four columns of a table; the last two sum up in the receipt. */
static void
put_tax_row(struct explain_out *o, unsigned indent, const char *what,
	const char *net, const char *tax, const char *gross)
{
	char right[EXPLAIN_AMOUNT_BYTES * 3];
	struct sbuf b;

	sbuf_init(&b, right, sizeof(right));
	if (o->cols < TABLE_COLS) {
		sbuf_printf(&b, "%10s %9s %10s    ", net, tax, gross);
	} else {
		sbuf_printf(&b, "%14s %12s %14s    ", net, tax, gross);
	}
	explain_row(o, indent, what, right);
}

static void
name_tax(const struct explain_out *o, const struct event_tax *t, struct sbuf *b)
{
	sbuf_puts(b, explain_or_empty(t->code));
	sbuf_putc(b, ' ');
	if (t->why != NULL && strcmp(t->why, "reverse") == 0) {
		sbuf_puts(b, _("the buyer owes it"));
	} else if (t->why != NULL) {
		sbuf_puts(b, _("exempt"));
	} else if (t->n_part == 0) {
		format_rate(b, o->x->config->format, t->rate);
	}
}

static void
put_tax(struct explain_out *o, const struct event_tax *t)
{
	char text[EXPLAIN_LABEL_BYTES], net[EXPLAIN_AMOUNT_BYTES],
		tax[EXPLAIN_AMOUNT_BYTES], gross[EXPLAIN_AMOUNT_BYTES];
	int64_t before = 0;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	name_tax(o, t, &b);
	put_tax_row(o, 4, text, explain_money(o, t->net, net),
		explain_money(o, t->tax, tax),
		explain_money(o, t->gross, gross));
	for (size_t i = 0; i < t->n_part; i++) {
		const struct event_part *p = &t->part[i];

		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, "%s ", explain_or_empty(p->name));
		format_rate(&b, o->x->config->format, p->rate);
		put_tax_row(o, 6, text,
			explain_money(
				o, p->on_tax ? t->net + before : t->net, net),
			explain_money(o, p->tax, tax), "");
		before += p->tax;
	}
}

int64_t
explain_taxes(struct explain_out *o)
{
	const struct event_sale *s = o->x->sale;
	struct event_tax sum = {.code = ""};
	char net[EXPLAIN_AMOUNT_BYTES], tax[EXPLAIN_AMOUNT_BYTES],
		gross[EXPLAIN_AMOUNT_BYTES];
	bool added = strcmp(explain_or_empty(s->prices), "added") == 0;

	put_policy(o);
	put_tax_row(o, 4, "", C_("receipt", "Net"), C_("receipt", "Tax"),
		C_("receipt", "Gross"));
	for (size_t i = 0; i < s->n_tax; i++) {
		put_tax(o, &s->tax[i]);
		sum.net += s->tax[i].net;
		sum.tax += s->tax[i].tax;
		sum.gross += s->tax[i].gross;
	}
	if (s->n_tax > 1) {
		put_tax_row(o, 4, C_("receipt", "Sum"),
			explain_money(o, sum.net, net),
			explain_money(o, sum.tax, tax),
			explain_money(o, sum.gross, gross));
	}
	return added ? sum.tax : 0;
}

/* --- what is due ---------------------------------------------------------- */

static void
put_makers(struct explain_out *o)
{
	const struct event_sale *s = o->x->sale;

	for (size_t i = 0; i < s->n_tender; i++) {
		const struct event_tender *t = &s->tender[i];
		char text[EXPLAIN_LABEL_BYTES];
		struct sbuf b;

		if (t->rule == NULL) {
			continue;
		}
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("maker's coupon \"%s\" [coupon %s]"),
			explain_or_empty(t->name), t->rule);
		explain_amount(o, 0, text, -t->amount, "");
	}
}

static void
put_open(struct explain_out *o)
{
	const struct explain *x = o->x;
	const struct currency *c = &x->config->currency;
	char text[EXPLAIN_LABEL_BYTES], step[EXPLAIN_AMOUNT_BYTES];
	struct sbuf b;

	explain_amount(o, 0, _("due"), x->due.minor, "");
	if (c->cash_step <= 1) {
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, _("due in cash, steps of %s, %s"),
		explain_money(o, c->cash_step, step),
		explain_round_word(x->config->cash_round));
	explain_amount(o, 0, text, x->cash_due.minor, "");
}

static void
put_paid(struct explain_out *o)
{
	const struct event_sale *s = o->x->sale;
	int64_t cash = s->rounding - s->bill_rounding;

	if (cash != 0) {
		explain_amount(o, 0, _("rounding of cash"), cash, "");
	}
	for (size_t i = 0; i < s->n_tender; i++) {
		const struct event_tender *t = &s->tender[i];
		char text[EXPLAIN_LABEL_BYTES];
		struct sbuf b;

		if (t->rule != NULL) {
			continue;
		}
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("paid with %s"),
			t->name != NULL ? t->name : C_("receipt", "Cash"));
		explain_amount(o, 0, text, -t->amount, "");
	}
}

/* A unit is in one deal only, so what a deal would take off alone is no promise
 * of what it takes off beside others. */
static void
put_others(struct explain_out *o)
{
	for (size_t i = 0; i < o->x->n_other; i++) {
		const struct explain_other *t = &o->x->other[i];
		char text[EXPLAIN_LABEL_BYTES], alone[EXPLAIN_AMOUNT_BYTES];
		char taken[EXPLAIN_AMOUNT_BYTES];
		struct sbuf b;

		if (i == 0) {
			explain_rule(o);
			explain_row(o, 0,
				_("the deals above take off more together "
				  "than these could"),
				"");
		}
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("promotion \"%s\" [promotion %s]"), t->name,
			t->id);
		explain_row(o, 4, text, "");
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("would take off %s alone, takes off %s"),
			explain_money(o, t->alone, alone),
			explain_money(o, t->taken, taken));
		explain_row(o, 6, text, "");
	}
}

void
explain_due(struct explain_out *o)
{
	const struct event_sale *s = o->x->sale;

	if (s->bill_rounding != 0) {
		explain_amount(
			o, 0, _("rounding of the bill"), s->bill_rounding, "");
	}
	put_makers(o);
	if (o->x->event == NULL) {
		put_open(o);
		put_others(o);
	} else {
		put_paid(o);
	}
}
