/* SPDX-License-Identifier: Apache-2.0 */
#include "core/totals.h"

#include <string.h>

#include "core/qty.h"

#include "base/poison.h"

/* *sum += v unless it leaves +-MONEY_MAX: sums are printed and exported too */
static enum rc
add(int64_t *sum, int64_t v)
{
	int64_t next;

	if (__builtin_add_overflow(*sum, v, &next) || next > MONEY_MAX ||
		next < -MONEY_MAX) {
		return RC_RANGE;
	}
	*sum = next;
	return RC_OK;
}

/* False when there is no such name, or one that the row cannot hold. */
static bool
copy_name(char *out, size_t cap, const char *name)
{
	size_t len = name == NULL ? 0 : strlen(name);

	if (len == 0 || len >= cap) {
		return false;
	}
	memset(out, 0, cap);
	memcpy(out, name, len + 1);
	return true;
}

static enum rc
add_tax(struct totals *t, const struct event_tax *x)
{
	struct totals_tax *row = t->tax;
	struct totals_tax fresh = {.rate = x->rate};
	size_t i = 0;

	if (!copy_name(fresh.code, sizeof(fresh.code), x->code)) {
		return RC_RANGE;
	}
	while (i < t->n_tax && (row[i].rate != x->rate ||
				       strcmp(row[i].code, fresh.code) != 0)) {
		i++;
	}
	if (i == TOTALS_TAXES) {
		return RC_NOSPC;
	}
	if (i == t->n_tax) {
		row[i] = fresh;
		t->n_tax++;
	}
	if (add(&row[i].net, x->net) != RC_OK ||
		add(&row[i].tax, x->tax) != RC_OK ||
		add(&row[i].gross, x->gross) != RC_OK) {
		return RC_RANGE;
	}
	return RC_OK;
}

static enum rc
add_tender(struct totals *t, const struct event_tender *x)
{
	struct totals_tender *row = t->tender;
	struct totals_tender fresh = {0};
	int64_t drawer;
	size_t i = 0;

	if (!copy_name(fresh.name, sizeof(fresh.name), x->tender)) {
		return RC_RANGE;
	}
	while (i < t->n_tender && strcmp(row[i].name, fresh.name) != 0) {
		i++;
	}
	if (i == TOTALS_TENDERS) {
		return RC_NOSPC;
	}
	if (i == t->n_tender) {
		row[i] = fresh;
		t->n_tender++;
	}
	if (x->change > MONEY_MAX || x->change < -MONEY_MAX) {
		return RC_RANGE;
	}
	/* change is cash, whatever it was given on */
	drawer = strcmp(fresh.name, "cash") == 0 ? x->amount : -x->change;
	if (add(&t->drawer, drawer) != RC_OK) {
		return RC_RANGE;
	}
	row[i].count++;
	return add(&row[i].amount, x->amount);
}

static enum rc
add_line(struct totals *t, const struct event_line *l)
{
	struct qty pieces = qty_pieces((struct qty){l->qty});

	if (l->qty < 0) {
		t->returns++;
		if (add(&t->return_amount, -l->amount) != RC_OK) {
			return RC_RANGE;
		}
	}
	for (size_t i = 0; i < l->n_discount; i++) {
		if (add(&t->discount, l->discount[i].amount) != RC_OK) {
			return RC_RANGE;
		}
	}
	return add(&t->items, pieces.milli);
}

static enum rc
add_sale(struct totals *t, const struct event_sale *s)
{
	enum rc rc;

	t->sales++;
	if (add(&t->gross, s->total) != RC_OK ||
		add(&t->rounding, s->rounding) != RC_OK) {
		return RC_RANGE;
	}
	rc = RC_OK;
	for (size_t i = 0; i < s->n_line && rc == RC_OK; i++) {
		rc = add_line(t, &s->line[i]);
	}
	for (size_t i = 0; i < s->n_tax && rc == RC_OK; i++) {
		rc = add_tax(t, &s->tax[i]);
	}
	for (size_t i = 0; i < s->n_tender && rc == RC_OK; i++) {
		rc = add_tender(t, &s->tender[i]);
	}
	return rc;
}

static enum rc
add_event(struct totals *t, const struct event *e)
{
	switch (e->type) {
	case EVENT_SALE_COMPLETED:
		return add_sale(t, &e->data.sale);
	case EVENT_SALE_VOIDED:
		t->voids++;
		return add(&t->void_amount, e->data.basket.total);
	case EVENT_LINE_VOIDED:
		t->line_voids++;
		return add(&t->void_amount, e->data.line.from);
	case EVENT_PRICE_OVERRIDDEN:
		t->overrides++;
		return RC_OK;
	case EVENT_LINE_DISCOUNTED:
		t->discounts++;
		return RC_OK;
	case EVENT_DRAWER_OPENED:
		if (e->data.drawer.reason != NULL &&
			strcmp(e->data.drawer.reason, "no-sale") == 0) {
			t->no_sales++;
		}
		return RC_OK;
	case EVENT_COPY_PRINTED:
		t->copies++;
		return RC_OK;
	case EVENT_SALE_PARKED:
		t->parked++;
		return RC_OK;
	case EVENT_REGISTER_INITIALIZED:
	case EVENT_REGISTER_RECOVERED:
	case EVENT_REGISTER_RESTORED:
	case EVENT_CONFIG_ACTIVATED:
	case EVENT_CATALOG_IMPORTED:
	case EVENT_OPERATOR_SIGNED_ON:
	case EVENT_OPERATOR_SIGNED_OFF:
	case EVENT_SALE_RECALLED:
	case EVENT_RECEIPT_PRINTED:
	case EVENT_REPORT_PRINTED:
	case EVENT_EXPORT_DONE:
	case EVENT_CLOCK_JUMPED:
	case EVENT_TENDER_TAKEN: /* counted with the sale they end in */
	case EVENT_TENDER_REMOVED:
	case EVENT_OPERATOR_CHANGED:
	case EVENT_OPERATOR_ATTEMPTED:
	case EVENT_OPERATOR_REFUSED:
	case EVENT_OPERATOR_UNLOCKED:
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED:
	case EVENT_REGISTER_LOCKED:
	case EVENT_REGISTER_UNLOCKED:
	case EVENT_AGE_CHECKED:
	case EVENT_ITEM_REFUSED:
	case EVENT_TRAINING_STARTED:
	case EVENT_TRAINING_ENDED:
	case EVENT_TYPE_COUNT:
	default:
		return RC_OK;
	}
}

enum rc
totals_add(struct totals *t, const struct event *e)
{
	struct totals next = *t;
	enum rc rc = e->training ? RC_OK : add_event(&next, e);

	if (rc != RC_OK) {
		return rc;
	}
	if (next.first == 0 || e->sequence < next.first) {
		next.first = e->sequence;
	}
	if (e->sequence > next.last) {
		next.last = e->sequence;
	}
	*t = next;
	return RC_OK;
}
