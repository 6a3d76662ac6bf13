/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "core/qty.h"
#include "register/explain_internal.h"

#include "base/poison.h"

#define WEIGHT_DIGITS 3
#define HASH_SHOWN 8
#define PRICE_COLUMN 18 /* cells from the edge */

/* --- lines ---------------------------------------------------------------- */

static void
put_quantity(
	const struct explain_out *o, struct sbuf *b, const struct event_line *l)
{
	const struct format *f = o->x->config->format;
	char text[EXPLAIN_AMOUNT_BYTES];

	if (l->unit == NULL) {
		format_qty(b, f, (struct qty){l->qty});
	} else {
		format_money(b, f, (struct money){l->qty}, WEIGHT_DIGITS);
		sbuf_printf(b, " %s", l->unit);
	}
	sbuf_printf(b, " x %s", explain_money(o, l->price, text));
}

/* A price that is no amount yet: it stands in a column before theirs. */
static void
put_price(struct explain_out *o, const char *what, int64_t minor)
{
	char text[EXPLAIN_AMOUNT_BYTES], right[EXPLAIN_AMOUNT_BYTES * 2];
	struct sbuf b;

	sbuf_init(&b, right, sizeof(right));
	sbuf_printf(
		&b, "%s%*s", explain_money(o, minor, text), PRICE_COLUMN, "");
	explain_row(o, 4, what, right);
}

/* The catalog's, or the hub's over it. */
static void
put_catalog(struct explain_out *o, const struct event_line *l, int64_t price)
{
	const struct explain *x = o->x;
	char text[EXPLAIN_LABEL_BYTES], day[32], hour[32];
	struct utc since = {0};
	struct civil c;
	struct sbuf b;

	if (x->hub == NULL ||
		!x->hub(x->hub_arg, explain_or_empty(l->code), price, &since)) {
		put_price(o, _("price of the catalog"), price);
		return;
	}
	if (since.us == 0) {
		put_price(o, _("price of the hub"), price);
		return;
	}
	c = utc_civil(since, x->tz_min);
	sbuf_init(&b, day, sizeof(day));
	format_date(&b, x->config->format, c);
	sbuf_init(&b, hour, sizeof(hour));
	format_time(
		&b, x->config->format, c, x->config->display.half_day, false);
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, _("price of the hub since %s %s"), day, hour);
	put_price(o, text, price);
}

static void
put_began(struct explain_out *o, const struct event_line *l)
{
	char text[EXPLAIN_LABEL_BYTES], number[EXPLAIN_AMOUNT_BYTES];
	bool changed = l->overridden || l->pricelist != NULL;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	switch (explain_began(o->x->config, l)) {
	case EXPLAIN_RECEIPT:
		sbuf_printf(&b, _("as paid in %s, line %lld"), l->return_of,
			(long long)l->return_no);
		put_price(o, text, l->price);
		break;
	case EXPLAIN_CODE:
		sbuf_printf(&b, _("the code holds the amount, at %s a unit"),
			explain_money(o, l->price, number));
		explain_row(o, 4, text, "");
		return;
	case EXPLAIN_DEPOSIT:
		put_price(o, _("deposit"), l->price);
		break;
	case EXPLAIN_UNKNOWN:
		explain_row(o, 4, _("not on file: it has no price yet"), "");
		return;
	case EXPLAIN_CATALOG:
	default:
		put_catalog(o, l, changed ? l->list : l->price);
		break;
	}
	if (l->pricelist != NULL) {
		sbuf_printf(&b, _("price list \"%s\" [pricelist %s]"),
			explain_list_name(o->x->config, l->pricelist),
			l->pricelist);
		put_price(o, text, l->price);
	}
	if (l->overridden) {
		put_price(o, _("price by hand"), l->price);
	}
}

/* Where a quantity is from, when it was not simply counted. */
static void
put_from(struct explain_out *o, const struct event_line *l)
{
	const char *from = explain_or_empty(l->from);
	char text[EXPLAIN_LABEL_BYTES];
	struct sbuf b;

	if (l->tare != 0) {
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, _("tare taken off before: "));
		format_money(&b, o->x->config->format, (struct money){l->tare},
			WEIGHT_DIGITS);
		sbuf_printf(&b, " %s", explain_or_empty(l->unit));
		explain_row(o, 4, text, "");
	}
	if (strcmp(from, "scale") == 0) {
		explain_row(o, 4, _("weight of the scale"), "");
	} else if (strcmp(from, "hand") == 0) {
		explain_row(o, 4, _("weight keyed by hand"), "");
	} else if (strcmp(from, "code") == 0) {
		explain_row(o, 4, _("quantity out of the code"), "");
	}
}

/* "discount by hand 10%, damaged"; "promotion "3 for 2" [promotion p118]". */
static void
name_discount(const struct explain_out *o, const struct event_discount *d,
	struct sbuf *b)
{
	const char *rule = explain_or_empty(d->rule);
	const char *name = d->name != NULL ? d->name : rule;

	if (d->kind == NULL) {
		sbuf_puts(b, _("discount of the line by hand"));
	} else if (strcmp(d->kind, "promotion") == 0) {
		sbuf_printf(
			b, _("promotion \"%s\" [promotion %s]"), name, rule);
	} else if (strcmp(d->kind, "coupon") == 0) {
		sbuf_printf(b, _("coupon \"%s\" [coupon %s]"), name, rule);
	} else if (strcmp(d->kind, "return") == 0) {
		sbuf_puts(b, _("share of what was taken off then"));
	} else {
		sbuf_puts(b, _("discount of the whole sale by hand"));
	}
	if (d->ppm > 0) {
		sbuf_putc(b, ' ');
		format_rate(b, o->x->config->format, d->ppm);
	}
	if (explain_or_empty(d->reason)[0] != '\0') {
		sbuf_printf(b, ", %s", d->reason);
	}
}

/* What is left of a line before anything is taken off the sale. */
static int64_t
line_left(const struct event_line *l)
{
	int64_t left = explain_whole(l);

	for (size_t i = 0; i < l->n_discount; i++) {
		if (!explain_of_sale(&l->discount[i])) {
			left -= l->discount[i].amount;
		}
	}
	return left;
}

static void
put_line(struct explain_out *o, const struct event_line *l)
{
	char text[EXPLAIN_LABEL_BYTES];
	size_t n_off = 0;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%2lld  %s", (long long)l->no,
		explain_or_empty(l->name)[0] != '\0'
			? l->name
			: explain_or_empty(l->code));
	if (l->link != 0) {
		sbuf_printf(&b, _(", on line %lld"), (long long)l->link);
	}
	explain_row(o, 0, text, "");
	put_began(o, l);
	put_from(o, l);
	if (l->unknown) {
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	put_quantity(o, &b, l);
	explain_amount(o, 4, text, explain_whole(l), explain_or_empty(l->tax));
	for (size_t i = 0; i < l->n_discount; i++) {
		const struct event_discount *d = &l->discount[i];

		if (!explain_of_sale(d)) {
			sbuf_init(&b, text, sizeof(text));
			name_discount(o, d, &b);
			explain_amount(o, 4, text, -d->amount, "");
			n_off++;
		}
	}
	if (n_off > 0) {
		explain_amount(o, 4, _("the line"), line_left(l), "");
	}
}

/* --- what was taken off the sale ------------------------------------------ */

static bool
is_same(const struct event_discount *a, const struct event_discount *b)
{
	return strcmp(explain_or_empty(a->kind), explain_or_empty(b->kind)) ==
		       0 &&
	       strcmp(explain_or_empty(a->rule), explain_or_empty(b->rule)) ==
		       0;
}

/* The shares of one, on all lines. */
static int64_t
put_shares(struct explain_out *o, const struct event_discount *d)
{
	const struct event_sale *s = o->x->sale;
	char text[EXPLAIN_LABEL_BYTES];
	int64_t sum = 0;
	size_t n = 0;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	name_discount(o, d, &b);
	explain_row(o, 0, text, "");
	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];

		for (size_t k = 0; k < l->n_discount; k++) {
			if (!is_same(&l->discount[k], d)) {
				continue;
			}
			sbuf_init(&b, text, sizeof(text));
			sbuf_printf(&b, _("share of line %lld %s"),
				(long long)l->no, explain_or_empty(l->name));
			explain_amount(o, 4, text, -l->discount[k].amount, "");
			sum += l->discount[k].amount;
			n++;
		}
	}
	return sum;
}

/* Each one once: where it stands first. */
static bool
is_first(const struct event_sale *s, size_t line, size_t at)
{
	const struct event_discount *d = &s->line[line].discount[at];

	for (size_t i = 0; i <= line; i++) {
		size_t n = i == line ? at : s->line[i].n_discount;

		for (size_t k = 0; k < n; k++) {
			if (is_same(&s->line[i].discount[k], d)) {
				return false;
			}
		}
	}
	return true;
}

static bool
is_of(const struct explain_out *o, const struct event_discount *d,
	const char *id)
{
	const char *rule = explain_or_empty(d->rule);

	return id != NULL ? strcmp(rule, id) == 0
			  : rules_find_coupon(o->x->config->rules, rule) < 0;
}

/* Those of one coupon; with NULL those of none that there is. */
static int64_t
put_off(struct explain_out *o, const char *kind, const char *id, int64_t left)
{
	const struct event_sale *s = o->x->sale;

	for (size_t i = 0; i < s->n_line; i++) {
		for (size_t k = 0; k < s->line[i].n_discount; k++) {
			const struct event_discount *d =
				&s->line[i].discount[k];

			if (strcmp(explain_or_empty(d->kind), kind) == 0 &&
				is_of(o, d, id) && is_first(s, i, k)) {
				left -= put_shares(o, d);
				explain_amount(o, 4, _("left"), left, "");
			}
		}
	}
	return left;
}

/* In the order of the rules, which is that of the sums, whatever line each of
 * them begins at. */
static int64_t
put_coupons(struct explain_out *o, int64_t left)
{
	const struct rules *r = o->x->config->rules;

	for (size_t i = 0; i < rules_n_coupons(r); i++) {
		left = put_off(o, "coupon", rules_coupon(r, i)->id, left);
	}
	return put_off(o, "coupon", NULL, left);
}

static int64_t
put_relief(struct explain_out *o, int64_t left)
{
	const struct event_sale *s = o->x->sale;
	int64_t sum = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];
		char text[EXPLAIN_LABEL_BYTES];
		struct sbuf b;

		if (l->relief == 0) {
			continue;
		}
		if (sum == 0) {
			explain_row(o, 0, _("tax taken out of the prices"), "");
		}
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("of line %lld %s"), (long long)l->no,
			explain_or_empty(l->name));
		explain_amount(o, 4, text, -l->relief, "");
		sum += l->relief;
	}
	if (sum != 0) {
		left -= sum;
		explain_amount(o, 4, _("left"), left, "");
	}
	return left;
}

/* --- all of it --- */

static void
put_heading(struct explain_out *o)
{
	const struct explain *x = o->x;
	const struct format *f = x->config->format;
	char text[EXPLAIN_LABEL_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (x->event == NULL) {
		sbuf_puts(&b, _("Open sale"));
	} else if (x->sale->number == NULL) {
		sbuf_puts(&b, _("Sale that was tried out"));
	} else {
		struct civil c = utc_civil(x->event->time, x->event->tz_min);

		sbuf_printf(&b, _("Sale %s of "),
			explain_or_empty(x->sale->number));
		format_date(&b, f, c);
		sbuf_putc(&b, ' ');
		format_time(&b, f, c, f->half_day, true);
	}
	sbuf_printf(
		&b, _(", configuration %.*s"), HASH_SHOWN, x->config->version);
	explain_row(o, 0, text, explain_or_empty(x->sale->currency));
	if (explain_or_empty(x->sale->group)[0] != '\0') {
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("customer of group %s"), x->sale->group);
		explain_row(o, 0, text, "");
	}
	if (explain_or_empty(x->sale->certificate)[0] != '\0') {
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("exempt from tax, certificate %s"),
			x->sale->certificate);
		explain_row(o, 0, text, "");
	}
	if (explain_or_empty(x->sale->vat)[0] != '\0') {
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("a business, VAT number %s"), x->sale->vat);
		explain_row(o, 0, text, "");
	}
	explain_rule(o);
}

void
explain_text(const struct explain *x, unsigned cols, struct sbuf *out)
{
	struct explain_out o = {.x = x,
		.b = out,
		.cols = cols < EXPLAIN_COLS_MIN ? EXPLAIN_COLS_MIN : cols};
	const struct event_sale *s = x->sale;
	int64_t left = 0;

	put_heading(&o);
	for (size_t i = 0; i < s->n_line; i++) {
		put_line(&o, &s->line[i]);
		left += line_left(&s->line[i]);
	}
	explain_rule(&o);
	explain_amount(&o, 0, _("lines together"), left, "");
	left = put_coupons(&o, left);
	left = put_off(&o, "sale", NULL, left);
	left = put_relief(&o, left);
	explain_rule(&o);
	left += explain_taxes(&o);
	explain_rule(&o);
	explain_amount(&o, 0, _("total"), left, "");
	explain_due(&o);
}
