/* SPDX-License-Identifier: Apache-2.0 */
#include "register/engine_internal.h"

#include "base/poison.h"

static const char *
unless_empty(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

/* Makers' coupons, which pay a part whatever pays the rest. */
static enum rc
put_coupons(struct engine *e, struct event_sale *s)
{
	const struct basket *b = &e->basket;
	struct event_tender *t;

	if (b->n_coupon == 0) {
		return RC_OK;
	}
	t = arena_take(&e->arena, b->n_coupon, sizeof(*t));
	if (t == NULL) {
		return RC_NOMEM;
	}
	for (size_t i = 0; i < b->n_coupon; i++) {
		const struct coupon *c =
			rules_coupon(b->rules, (size_t)b->coupon[i].rule);

		if (!c->maker || b->coupon[i].amount.minor == 0) {
			continue;
		}
		t[s->n_tender++] = (struct event_tender){.tender = c->tender,
			.amount = b->coupon[i].amount.minor,
			.tendered = b->coupon[i].amount.minor,
			.name = c->name,
			.rule = c->id};
	}
	s->tender = t;
	return RC_OK;
}

enum rc
engine_preview(struct engine *e, struct event_sale *ret, struct err *reterr)
{
	const struct basket *b = &e->basket;
	enum rc rc;

	*ret = (struct event_sale){.opened = b->opened,
		.currency = e->config->currency.code,
		.digits = e->config->currency.digits,
		.prices = b->tax->included ? "included" : "added",
		.n_line = b->n_line,
		.total = b->total.gross.minor,
		.group = unless_empty(b->buyer.group),
		.certificate = unless_empty(b->buyer.certificate),
		.vat = unless_empty(b->buyer.vat)};
	rc = engine_event_lines(e, true, &ret->line);
	if (rc == RC_OK) {
		rc = engine_event_taxes(e, ret);
	}
	if (rc == RC_OK) {
		rc = put_coupons(e, ret);
	}
	return rc == RC_OK ? RC_OK
			   : err_set(reterr, rc, 0, __func__,
				     "no memory to explain the sale: close "
				     "other programs");
}
