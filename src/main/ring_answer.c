/* SPDX-License-Identifier: Apache-2.0 */
#include "main/ring_answer.h"

#include <string.h>

#include "base/json.h"
#include "main/put.h"
#include "register/document.h"

#include "base/poison.h"

static void
put_state(struct json *j, const struct engine_view *v)
{
	json_i64(j, "total", v->basket->total.gross.minor);
	json_i64(j, "due", v->due.minor);
	json_u64(j, "lines", v->basket->n_line);
	if (v->basket->n_unknown > 0) {
		json_u64(j, "unresolved", v->basket->n_unknown);
	}
	if (v->basket->discounts.minor > 0) {
		json_i64(j, "saved", v->basket->discounts.minor);
	}
}

static void
put_coupons(struct json *j, const struct basket *b)
{
	if (b->n_coupon == 0) {
		return;
	}
	json_arr(j, "coupons");
	for (size_t i = 0; i < b->n_coupon; i++) {
		const struct basket_coupon *had = &b->coupon[i];
		const struct coupon *c =
			rules_coupon(b->rules, (size_t)had->rule);

		json_obj(j, NULL);
		json_str(j, "coupon", c->id);
		json_str(j, "kind", c->maker ? "maker" : "store");
		json_bool(j, "counts", had->counts);
		json_i64(j, "amount", had->amount.minor);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void
put_parts(struct json *j, const struct reply *p)
{
	if (p->n_part == 0) {
		return;
	}
	json_arr(j, "parts");
	for (size_t i = 0; i < p->n_part; i++) {
		json_i64(j, NULL, p->part[i].minor);
	}
	json_arr_end(j);
}

static void
put_sale(struct json *j, const struct reply *p)
{
	json_obj(j, "sale");
	json_u64(j, "seq", p->sale_seq);
	json_str(j, "number", p->number);
	json_i64(j, "total", p->total.minor);
	json_i64(j, "tendered", p->tendered.minor);
	json_i64(j, "change", p->change.minor);
	json_obj_end(j);
}

static void
put_paid(struct json *j, const struct engine_view *v)
{
	if (v->n_tender == 0) {
		return;
	}
	json_arr(j, "paid");
	for (size_t i = 0; i < v->n_tender; i++) {
		const struct engine_tender *t = &v->tender[i];

		json_obj(j, NULL);
		json_u64(j, "no", t->no);
		json_str(j, "tender", engine_tender_word(t->code));
		json_i64(j, "amount", t->amount.minor);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void
put_tenders(struct json *j, const struct config *c)
{
	json_arr(j, "tenders");
	for (size_t i = 0; i < c->n_tender; i++) {
		const struct config_tender *t = &c->tender[i];

		json_obj(j, NULL);
		json_str(j, "code", t->code);
		json_str(j, "name", engine_tender_name(t->name));
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void
put_report(struct sbuf *b, struct json *j, const struct totals *t)
{
	/* the report is one JSON value of its own */
	sbuf_puts(b, ",\"report\":");
	document_report_json(t, b);
	j->need_comma = true;
}

static void
put_count(struct json *j, const struct reply *p)
{
	json_obj(j, "count");
	json_i64(j, "counted", p->counted.minor);
	if (!p->blind) {
		json_i64(j, "expected", p->expected.minor);
		json_i64(j, "difference", p->difference.minor);
	}
	json_obj_end(j);
}

/* Whose drawer it is, and what it is counted for. */
static void
put_drawer(struct json *j, const struct till *t, const struct reply *p)
{
	static const char *const what[] = {
		"check", "open", "close", "hand-over"};
	const struct shift *x = till_view(t)->shift;

	if (p->count) {
		json_str(j, "counts", what[p->count_for]);
	}
	if (p->drawer != 0) {
		json_u64(j, "drawer", p->drawer);
	}
	if (x != NULL) {
		json_obj(j, "shift");
		json_i64(j, "number", x->number);
		json_i64(j, "drawer", x->drawer);
		json_obj_end(j);
	}
	if (p->day_opened) {
		json_str(j, "date", till_view(t)->shifts->date);
	}
}

static void
put_z(struct json *j, const struct reply *p)
{
	char text[UTC_TEXT_BYTES];

	utc_format(p->opened, text);
	json_obj(j, "z");
	json_u64(j, "number", p->z);
	json_bool(j, "closed", p->closed);
	json_str(j, "opened", text);
	json_str_some(j, "due", p->due);
	json_obj_end(j);
}

static void
put_period(struct json *j, const struct reply *p)
{
	enum period_kind kind = PERIOD_MONTH;

	(void)period_kind_of(p->period->name, &kind);
	json_obj(j, "period");
	json_str(j, "kind", period_kind_name(kind));
	json_str(j, "period", p->period->name);
	json_i64(j, "number", p->period_number);
	json_bool(j, "closed", p->period_closed);
	json_i64(j, "first_day", p->period->first_day);
	json_i64(j, "last_day", p->period->last_day);
	json_i64(j, "sales", p->period->sum.sales);
	json_i64(j, "gross", p->period->sum.gross);
	json_obj_end(j);
}

static void
put_found(struct json *j, const struct reply *p)
{
	json_u64(j, "matches", p->n_match);
	json_arr(j, "found");
	for (size_t i = 0; i < p->n_found; i++) {
		json_obj(j, NULL);
		put_item(j, &p->found[i], p->found[i].kind);
		json_obj_end(j);
	}
	json_arr_end(j);
}

/* What the customer's age must be, for whoever answers. */
static void
put_question(struct json *j, const struct engine_view *v, const struct reply *p)
{
	if (strcmp(p->error, "age_check") == 0 && v->ask == ASK_AGE) {
		json_u64(j, "age", v->goods->item.min_age);
	}
}

static void
put_card(struct json *j, const struct reply *p)
{
	if (!p->has_card) {
		return;
	}
	json_obj(j, "card");
	json_str(j, "op", pinpad_op_name(p->card_op));
	json_str(j, "outcome",
		p->card_asked ? "asked" : pinpad_outcome_name(p->card_outcome));
	json_i64(j, "amount", p->card_amount.minor);
	json_obj_end(j);
}

static void
put_done(struct sbuf *b, struct json *j, const struct till *t,
	const struct reply *p)
{
	put_state(j, till_view(t));
	put_coupons(j, till_view(t)->basket);
	put_paid(j, till_view(t));
	put_parts(j, p);
	put_card(j, p);
	if (p->sold) {
		put_sale(j, p);
	}
	if (p->has_item) {
		json_obj(j, "item");
		put_item(j, &p->item, p->item.kind);
		json_obj_end(j);
	}
	if (p->found != NULL) {
		put_found(j, p);
	}
	if (p->parked != 0) {
		json_u64(j, "parked", p->parked);
	}
	if (p->has_tenders) {
		put_tenders(j, till_config(t));
	}
	if (p->has_count) {
		put_count(j, p);
	}
	put_drawer(j, t, p);
	if (p->has_z) {
		put_z(j, p);
	}
	if (p->has_period) {
		put_period(j, p);
	}
	if (p->has_totals) {
		put_report(b, j, &p->totals);
	}
}

void
ring_answer(struct sbuf *out, const struct till *t, const struct reply *p)
{
	struct json j;

	json_init(&j, out);
	json_obj(&j, NULL);
	json_bool(&j, "ok", p->ok);
	if (p->ok) {
		put_done(out, &j, t, p);
	} else {
		json_str(&j, "error", p->error);
		json_str(&j, "text", p->text);
		put_question(&j, till_view(t), p);
		put_card(&j, p);
	}
	json_obj_end(&j);
	sbuf_putc(out, '\n');
}
