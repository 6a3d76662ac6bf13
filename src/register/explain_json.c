/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "register/explain_internal.h"

#include "base/poison.h"

/* One step of a line: what it makes of its price, or takes off its amount. */
static void
begin_step(struct json *j, const char *kind, const char *section,
	const char *rule, const char *name)
{
	char text[8 + RULE_ID_BYTES + 16];
	struct sbuf b;

	json_obj(j, NULL);
	json_str(j, "step", kind);
	json_str_some(j, "rule", rule);
	json_str_some(j, "name", name);
	if (rule != NULL) {
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, "%s %s", section, rule);
		json_str(j, "section", text);
	}
}

static void
put_price(struct json *j, const char *kind, const char *rule, const char *name,
	int64_t price)
{
	begin_step(j, kind, "pricelist", rule, name);
	json_i64(j, "price", price);
	json_obj_end(j);
}

/* The catalog's, or the hub's over it. */
static void
put_catalog(struct json *j, const struct explain *x, const struct event_line *l,
	int64_t price)
{
	char text[UTC_TEXT_BYTES];
	struct utc since = {0};
	bool hub = x->hub != NULL &&
		   x->hub(x->hub_arg, l->code != NULL ? l->code : "", price,
			   &since);

	begin_step(j, hub ? "hub" : "catalog", "pricelist", NULL, NULL);
	json_i64(j, "price", price);
	if (since.us != 0) {
		utc_format(since, text);
		json_str(j, "since", text);
	}
	json_obj_end(j);
}

static void
put_began(struct json *j, const struct explain *x, const struct event_line *l)
{
	static const char *const word[] = {[EXPLAIN_UNKNOWN] = "unknown",
		[EXPLAIN_CATALOG] = "catalog",
		[EXPLAIN_CODE] = "code",
		[EXPLAIN_RECEIPT] = "receipt",
		[EXPLAIN_DEPOSIT] = "deposit"};
	enum explain_began began = explain_began(x->config, l);
	bool changed = l->overridden || l->pricelist != NULL;

	if (began == EXPLAIN_CATALOG) {
		put_catalog(j, x, l, changed ? l->list : l->price);
	} else {
		put_price(j, word[began], NULL, NULL, l->price);
	}
	if (l->pricelist != NULL) {
		put_price(j, "pricelist", l->pricelist,
			explain_list_name(x->config, l->pricelist), l->price);
	}
	if (l->overridden) {
		put_price(j, "override", NULL, NULL, l->price);
	}
}

static void
put_line(struct json *j, const struct explain *x, const struct event_line *l)
{
	json_obj(j, NULL);
	json_i64(j, "line", l->no);
	json_str(j, "code", l->code);
	json_str_some(j, "name", l->name);
	json_i64(j, "qty", l->qty);
	json_str_some(j, "unit", l->unit);
	json_str_some(j, "from", l->from);
	json_i64_some(j, "tare", l->tare);
	json_i64_some(j, "held", l->held);
	json_i64_some(j, "link", l->link);
	json_str_some(j, "deposit", l->deposit);
	json_str_some(j, "return_of", l->return_of);
	json_i64_some(j, "return_no", l->return_no);
	json_arr(j, "steps");
	put_began(j, x, l);
	if (!l->unknown) {
		begin_step(j, "whole", "", NULL, NULL);
		json_i64(j, "amount", explain_whole(l));
		json_obj_end(j);
	}
	for (size_t i = 0; i < l->n_discount; i++) {
		const struct event_discount *d = &l->discount[i];

		begin_step(j, d->kind != NULL ? d->kind : "discount", d->kind,
			d->rule, d->name != NULL ? d->name : d->rule);
		json_i64_some(j, "ppm", d->ppm);
		json_str_some(j, "reason", d->reason);
		json_i64(j, "amount", -d->amount);
		json_obj_end(j);
	}
	if (l->relief != 0) {
		begin_step(j, "relief", "", NULL, NULL);
		json_i64(j, "amount", -l->relief);
		json_obj_end(j);
	}
	json_arr_end(j);
	json_i64(j, "amount", l->amount);
	json_str_some(j, "tax", l->tax);
	json_obj_end(j);
}

static void
put_tax(struct json *j, const struct event_tax *t)
{
	int64_t before = 0;

	json_obj(j, NULL);
	json_str(j, "code", t->code);
	json_i64(j, "rate", t->rate);
	json_str_some(j, "why", t->why);
	json_i64(j, "net", t->net);
	json_i64(j, "tax", t->tax);
	json_i64(j, "gross", t->gross);
	if (t->n_part > 0) {
		json_arr(j, "parts");
	}
	for (size_t i = 0; i < t->n_part; i++) {
		const struct event_part *p = &t->part[i];

		json_obj(j, NULL);
		json_str(j, "name", p->name);
		json_i64(j, "rate", p->rate);
		json_i64(j, "base", p->on_tax ? t->net + before : t->net);
		json_i64(j, "tax", p->tax);
		json_obj_end(j);
		before += p->tax;
	}
	if (t->n_part > 0) {
		json_arr_end(j);
	}
	json_obj_end(j);
}

static void
put_policy(struct json *j, const struct tax_policy *p)
{
	json_obj(j, "tax");
	json_str(j, "basis", explain_basis_word(p->basis));
	json_str(j, "round", explain_round_word(p->round));
	json_str(j, "parts", p->together ? "together" : "each");
	json_u64(j, "decimals", p->decimals);
	json_obj_end(j);
}

/* Makers' coupons, and in a recorded sale what else it was paid with. */
static void
put_tenders(struct json *j, const struct event_sale *s)
{
	json_arr(j, "tenders");
	for (size_t i = 0; i < s->n_tender; i++) {
		const struct event_tender *t = &s->tender[i];

		json_obj(j, NULL);
		json_str(j, "tender", t->tender);
		json_str_some(j, "rule", t->rule);
		json_str_some(j, "name", t->name);
		json_i64(j, "amount", t->amount);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void
put_others(struct json *j, const struct explain *x)
{
	json_arr(j, "others");
	for (size_t i = 0; i < x->n_other; i++) {
		begin_step(j, "promotion", "promotion", x->other[i].id,
			x->other[i].name);
		json_i64(j, "alone", x->other[i].alone);
		json_i64(j, "taken", x->other[i].taken);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void
put_head(struct json *j, const struct explain *x)
{
	char text[UTC_TEXT_BYTES];

	json_str_some(j, "number", x->sale->number);
	if (x->event != NULL && x->sale->number != NULL) {
		utc_format(x->event->time, text);
		json_str(j, "time", text);
		json_i64(j, "tz", x->event->tz_min);
	}
	json_str(j, "config", x->config->version);
	json_str(j, "currency", x->sale->currency);
	json_i64(j, "digits", x->sale->digits);
	json_str(j, "prices", x->sale->prices);
	json_str_some(j, "group", x->sale->group);
	json_str_some(j, "certificate", x->sale->certificate);
	json_str_some(j, "vat", x->sale->vat);
}

void
explain_json(const struct explain *x, struct sbuf *out)
{
	const struct event_sale *s = x->sale;
	struct json j;

	json_init(&j, out);
	json_obj(&j, NULL);
	put_head(&j, x);
	json_arr(&j, "lines");
	for (size_t i = 0; i < s->n_line; i++) {
		put_line(&j, x, &s->line[i]);
	}
	json_arr_end(&j);
	put_policy(&j, &x->config->tax);
	json_arr(&j, "taxes");
	for (size_t i = 0; i < s->n_tax; i++) {
		put_tax(&j, &s->tax[i]);
	}
	json_arr_end(&j);
	json_i64(&j, "total", s->total);
	json_i64(&j, "bill_rounding", s->bill_rounding);
	put_tenders(&j, s);
	if (x->event == NULL) {
		json_i64(&j, "due", x->due.minor);
		json_i64(&j, "cash_due", x->cash_due.minor);
		put_others(&j, x);
	} else {
		json_i64(&j, "rounding", s->rounding);
	}
	json_obj_end(&j);
	sbuf_putc(out, '\n');
}
