/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "register/explain.h"
#include "register/till_internal.h"

#include "base/poison.h"

void
till_on_end(struct till *t, till_end_fn fn, void *arg)
{
	t->on_end = fn;
	t->on_end_arg = arg;
}

void
till_end(struct till *t)
{
	if (t->on_end != NULL && t->act.reply.sold) {
		t->ending = true;
		t->on_end(t->on_end_arg);
		t->ending = false;
	}
}

/* The last one that was recorded in this sitting, by its own configuration. */
static enum rc
last_sale(struct till *t, unsigned cols, struct sbuf *out, struct err *reterr)
{
	struct config *c = malloc(sizeof(*c));
	struct explain x = {.config = c};
	enum rc rc = RC_NOMEM;

	if (c != NULL) {
		rc = shop_event(t->shop, till_view(t)->prev_seq, NULL, &x.event,
			reterr);
	}
	if (rc == RC_OK && x.event->type != EVENT_SALE_COMPLETED) {
		rc = RC_NOTFOUND;
	}
	if (rc == RC_OK && shop_config_at(t->shop, x.event, c, NULL) != RC_OK) {
		*c = *till_config(t);
	}
	if (rc == RC_OK) {
		x.sale = &x.event->data.sale;
		explain_text(&x, cols, out);
	}
	free(c);
	return rc == RC_OK ? RC_OK
			   : err_set(reterr, rc, 0, __func__,
				     "the last sale cannot be looked at just "
				     "now");
}

/* As it is now: a price that has changed since is not told as what it was not.
 */
static bool
is_hubs_price(void *arg, const char *code, int64_t price, struct utc *ret_since)
{
	struct till *t = arg;
	struct catalog_from from;
	struct item item;

	if (t->catalog == NULL || catalog_feeds(t->catalog) == NULL ||
		!till_item(t, code, strlen(code), &item) ||
		item.price.minor != price) {
		return false;
	}
	catalog_from(t->catalog, &from);
	*ret_since = from.price ? from.valid_from : (struct utc){0};
	return from.price || from.feed;
}

enum rc
till_explain(
	struct till *t, unsigned cols, struct sbuf *out, struct err *reterr)
{
	const struct engine_view *v = till_view(t);
	struct explain x = {.config = till_config(t),
		.due = v->due,
		.cash_due = v->cash_due,
		.hub = is_hubs_price,
		.hub_arg = t,
		.tz_min = clock_read(&t->shop->clock).tz_min};
	struct explain_other other[EXPLAIN_OTHERS];
	struct event_sale s;
	enum rc rc = RC_OK;

	if (t->ending) {
		s = t->act.event[0].data.sale;
		s.number = NULL; /* it was never given */
		x.event = &t->act.event[0];
	} else if (v->basket->n_line > 0) {
		rc = engine_preview(t->engine, &s, reterr);
		if (rc == RC_OK) {
			rc = explain_others(
				v->basket, other, &x.n_other, reterr);
		}
		x.other = other;
	} else if (v->has_prev && cols > 0) {
		rc = last_sale(t, cols, out, reterr);
		return rc != RC_OK || sbuf_ok(out) ? rc : RC_RANGE;
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
