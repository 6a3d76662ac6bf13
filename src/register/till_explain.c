/* SPDX-License-Identifier: Apache-2.0 */
#include "register/explain.h"
#include "register/till_internal.h"

#include "base/poison.h"

/* What the last input ended stands in its act, until the next one. */
static bool
has_ended(const struct till *t)
{
	return t->shop->mode == SHOP_READ && t->act.n > 0 &&
	       t->act.reply.sold &&
	       t->act.event[0].type == EVENT_SALE_COMPLETED;
}

enum rc
till_explain(
	struct till *t, unsigned cols, struct sbuf *out, struct err *reterr)
{
	const struct engine_view *v = till_view(t);
	struct explain x = {.config = till_config(t),
		.due = v->due,
		.cash_due = v->cash_due};
	struct explain_other other[EXPLAIN_OTHERS];
	struct event_sale s;
	enum rc rc = RC_OK;

	if (v->basket->n_line > 0) {
		rc = engine_preview(t->engine, &s, reterr);
		if (rc == RC_OK) {
			rc = explain_others(
				v->basket, other, &x.n_other, reterr);
		}
		x.other = other;
	} else if (has_ended(t)) {
		s = t->act.event[0].data.sale;
		s.number = NULL; /* it was never given */
		x.event = &t->act.event[0];
	} else {
		rc = err_set(reterr, RC_NOTFOUND, 0, __func__,
			"there is no sale to explain");
	}
	if (rc != RC_OK) {
		return rc;
	}
	x.sale = &s;
	if (cols == 0) {
		explain_json(&x, out);
	} else {
		explain_text(&x, cols, out);
	}
	return sbuf_ok(out) ? RC_OK
			    : err_set(reterr, RC_RANGE, 0, __func__,
				      "the explanation does not fit %zu bytes",
				      out->cap);
}
