/* SPDX-License-Identifier: Apache-2.0 */
#include "core/event.h"

#include <string.h>

#include "base/attr.h"

#include "base/poison.h"

static const char *const type_names[] = {
	[EVENT_REGISTER_INITIALIZED] = "holdfast.register.initialized.v1",
	[EVENT_REGISTER_RECOVERED] = "holdfast.register.recovered.v1",
	[EVENT_REGISTER_RESTORED] = "holdfast.register.restored.v1",
	[EVENT_CONFIG_ACTIVATED] = "holdfast.config.activated.v1",
	[EVENT_CATALOG_IMPORTED] = "holdfast.catalog.imported.v1",
	[EVENT_OPERATOR_SIGNED_ON] = "holdfast.operator.signed-on.v1",
	[EVENT_OPERATOR_SIGNED_OFF] = "holdfast.operator.signed-off.v1",
	[EVENT_SALE_COMPLETED] = "holdfast.sale.completed.v1",
	[EVENT_SALE_VOIDED] = "holdfast.sale.voided.v1",
	[EVENT_SALE_PARKED] = "holdfast.sale.parked.v1",
	[EVENT_SALE_RECALLED] = "holdfast.sale.recalled.v1",
	[EVENT_LINE_VOIDED] = "holdfast.line.voided.v1",
	[EVENT_PRICE_OVERRIDDEN] = "holdfast.price.overridden.v1",
	[EVENT_LINE_DISCOUNTED] = "holdfast.line.discounted.v1",
	[EVENT_DRAWER_OPENED] = "holdfast.drawer.opened.v1",
	[EVENT_RECEIPT_PRINTED] = "holdfast.receipt.printed.v1",
	[EVENT_COPY_PRINTED] = "holdfast.copy.printed.v1",
	[EVENT_REPORT_PRINTED] = "holdfast.report.printed.v1",
	[EVENT_EXPORT_DONE] = "holdfast.export.done.v1",
	[EVENT_CLOCK_JUMPED] = "holdfast.clock.jumped.v1",
	[EVENT_TENDER_TAKEN] = "holdfast.tender.taken.v1",
	[EVENT_TENDER_REMOVED] = "holdfast.tender.removed.v1",
	[EVENT_OPERATOR_CHANGED] = "holdfast.operator.changed.v1",
	[EVENT_OPERATOR_ATTEMPTED] = "holdfast.operator.attempted.v1",
	[EVENT_OPERATOR_REFUSED] = "holdfast.operator.refused.v1",
	[EVENT_OPERATOR_UNLOCKED] = "holdfast.operator.unlocked.v1",
	[EVENT_APPROVAL_GIVEN] = "holdfast.approval.given.v1",
	[EVENT_APPROVAL_REFUSED] = "holdfast.approval.refused.v1",
	[EVENT_REGISTER_LOCKED] = "holdfast.register.locked.v1",
	[EVENT_REGISTER_UNLOCKED] = "holdfast.register.unlocked.v1",
	[EVENT_AGE_CHECKED] = "holdfast.age.checked.v1",
	[EVENT_ITEM_REFUSED] = "holdfast.item.refused.v1",
	[EVENT_TRAINING_STARTED] = "holdfast.training.started.v1",
	[EVENT_TRAINING_ENDED] = "holdfast.training.ended.v1",
	[EVENT_CASH_MOVED] = "holdfast.cash.moved.v1",
	[EVENT_CASH_COUNTED] = "holdfast.cash.counted.v1",
	[EVENT_DAY_CLOSED] = "holdfast.day.closed.v1",
	[EVENT_SALE_DISCOUNTED] = "holdfast.sale.discounted.v1",
	[EVENT_BUYER_NAMED] = "holdfast.buyer.named.v1",
	[EVENT_PAYMENT_STARTED] = "holdfast.payment.started.v1",
	[EVENT_PAYMENT_ENDED] = "holdfast.payment.ended.v1",
	[EVENT_TERMINAL_CLOSED] = "holdfast.terminal.closed.v1",
	[EVENT_ORDER_PRINTED] = "holdfast.order.printed.v1",
	[EVENT_DAY_OPENED] = "holdfast.day.opened.v1",
	[EVENT_SHIFT_OPENED] = "holdfast.shift.opened.v1",
	[EVENT_SHIFT_CLOSED] = "holdfast.shift.closed.v1",
	[EVENT_PERIOD_CLOSED] = "holdfast.period.closed.v1",
	[EVENT_CONFIG_DRAFTED] = "holdfast.config.drafted.v1",
	[EVENT_CONFIG_APPROVED] = "holdfast.config.approved.v1",
	[EVENT_CONFIG_DROPPED] = "holdfast.config.dropped.v1",
	[EVENT_ARCHIVE_MADE] = "holdfast.archive.made.v1",
	[EVENT_JOURNAL_PURGED] = "holdfast.journal.purged.v1",
	[EVENT_KEY_CHANGED] = "holdfast.key.changed.v1",
	[EVENT_PERSON_ERASED] = "holdfast.person.erased.v1",
	[EVENT_GLASS_SET] = "holdfast.glass.set.v1",
	[EVENT_GLASS_BROKEN] = "holdfast.glass.broken.v1",
	[EVENT_REGISTER_MOVED] = "holdfast.register.moved.v1",
	[EVENT_HUB_ENROLLED] = "holdfast.hub.enrolled.v1",
	[EVENT_HUB_ACKNOWLEDGED] = "holdfast.hub.acknowledged.v1",
	[EVENT_HUB_QUARANTINED] = "holdfast.hub.quarantined.v1",
	[EVENT_HUB_REFUSED] = "holdfast.hub.refused.v1",
	[EVENT_FEED_FOLLOWED] = "holdfast.feed.followed.v1",
	[EVENT_SALVAGE_ACCEPTED] = "holdfast.salvage.accepted.v1",
	[EVENT_SALVAGE_REJECTED] = "holdfast.salvage.rejected.v1",
};

_Static_assert(
	ARRAY_LEN(type_names) == EVENT_TYPE_COUNT, "a name for every type");

const char *
event_type_name(enum event_type t)
{
	return (unsigned)t < EVENT_TYPE_COUNT ? type_names[t] : "";
}

bool
event_may_train(enum event_type t)
{
	static const enum event_type may[] = {EVENT_SALE_COMPLETED,
		EVENT_SALE_VOIDED, EVENT_SALE_PARKED, EVENT_SALE_RECALLED,
		EVENT_LINE_VOIDED, EVENT_PRICE_OVERRIDDEN,
		EVENT_LINE_DISCOUNTED, EVENT_DRAWER_OPENED, EVENT_COPY_PRINTED,
		EVENT_TENDER_TAKEN, EVENT_TENDER_REMOVED, EVENT_APPROVAL_GIVEN,
		EVENT_APPROVAL_REFUSED, EVENT_AGE_CHECKED, EVENT_ITEM_REFUSED,
		EVENT_SALE_DISCOUNTED, EVENT_BUYER_NAMED};

	size_t i;

	for (i = 0; i < ARRAY_LEN(may); i++) {
		if (may[i] == t) {
			return true;
		}
	}
	return false;
}

enum event_type
event_type_find(const char *name, size_t len)
{
	for (unsigned t = 0; t < EVENT_TYPE_COUNT; t++) {
		if (strlen(type_names[t]) == len &&
			memcmp(type_names[t], name, len) == 0) {
			return (enum event_type)t;
		}
	}
	return EVENT_TYPE_COUNT;
}

/* Adds with a memory for overflow: a line from outside may hold anything. */
static void
add(int64_t *sum, int64_t v, bool *bad)
{
	*bad = __builtin_add_overflow(*sum, v, sum) || *bad;
}

static bool
parts_balance(const struct event_tax *t)
{
	int64_t sum = 0;
	bool bad = false;

	for (size_t i = 0; i < t->n_part; i++) {
		add(&sum, t->part[i].tax, &bad);
	}
	return t->n_part == 0 || (!bad && sum == t->tax);
}

static bool
taxes_balance(const struct event_sale *s, int64_t *ret_net)
{
	int64_t gross = 0;
	bool bad = false;

	*ret_net = 0;
	for (size_t i = 0; i < s->n_tax; i++) {
		int64_t sum = s->tax[i].net;

		add(&sum, s->tax[i].tax, &bad);
		bad = bad || sum != s->tax[i].gross ||
		      !parts_balance(&s->tax[i]);
		add(&gross, s->tax[i].gross, &bad);
		add(ret_net, s->tax[i].net, &bad);
	}
	return !bad && gross == s->total;
}

static bool
tenders_balance(const struct event_sale *s)
{
	int64_t paid = 0;
	int64_t due = s->total;
	bool bad = false;

	add(&due, s->rounding, &bad);
	for (size_t i = 0; i < s->n_tender; i++) {
		int64_t handed = s->tender[i].amount;

		add(&handed, s->tender[i].change, &bad);
		bad = bad || handed != s->tender[i].tendered;
		add(&paid, s->tender[i].amount, &bad);
	}
	return !bad && paid == due;
}

bool
event_is_deposit(const struct event_line *l)
{
	return l->link != 0 || (l->deposit != NULL && l->code != NULL &&
				       strcmp(l->deposit, l->code) == 0);
}

bool
event_balances(const struct event *e)
{
	const struct event_sale *s = &e->data.sale;
	int64_t lines = 0;
	int64_t net = 0;
	bool bad = false;

	if (e->type != EVENT_SALE_COMPLETED) {
		return true;
	}
	for (size_t i = 0; i < s->n_line; i++) {
		add(&lines, s->line[i].amount, &bad);
		bad = bad || s->line[i].unknown; /* nobody can pay it */
	}
	if (bad || s->prices == NULL || !taxes_balance(s, &net) ||
		!tenders_balance(s)) {
		return false;
	}
	if (strcmp(s->prices, "included") == 0) {
		return lines == s->total;
	}
	return strcmp(s->prices, "added") == 0 && lines == net;
}
