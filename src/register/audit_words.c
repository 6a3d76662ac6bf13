/* SPDX-License-Identifier: Apache-2.0 */
/* An event in a few words. */
#include <string.h>

#include "base/i18n.h"
#include "core/format.h"
#include "register/audit_internal.h"

#include "base/poison.h"

const char *
audit_approver(const struct event *e)
{
	switch ((int)e->type) {
	case EVENT_LINE_VOIDED:
	case EVENT_PRICE_OVERRIDDEN:
	case EVENT_LINE_DISCOUNTED:
		return e->data.line.approver;
	case EVENT_SALE_VOIDED:
	case EVENT_SALE_PARKED:
		return e->data.basket.approver;
	case EVENT_DRAWER_OPENED:
		return e->data.drawer.approver;
	case EVENT_COPY_PRINTED:
	case EVENT_RECEIPT_PRINTED:
		return e->data.receipt.approver;
	case EVENT_REPORT_PRINTED:
		return e->data.report.approver;
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED:
		return e->data.approval.approver;
	case EVENT_AGE_CHECKED:
		return e->data.age.approver;
	case EVENT_CASH_MOVED:
		return e->data.cash.approver;
	case EVENT_CASH_COUNTED:
		return e->data.count.approver;
	case EVENT_DAY_CLOSED:
		return e->data.day.approver;
	case EVENT_SALE_DISCOUNTED:
		return e->data.discount.approver;
	case EVENT_BUYER_NAMED:
		return e->data.buyer.approver;
	case EVENT_TENDER_TAKEN:
	case EVENT_TENDER_REMOVED:
		return e->data.tender.approver;
	case EVENT_PAYMENT_STARTED:
		return e->data.payment.approver;
	case EVENT_PAYMENT_ENDED:
		return e->data.payment_end.approver;
	case EVENT_TERMINAL_CLOSED:
		return e->data.terminal.approver;
	case EVENT_CONFIG_ACTIVATED:
		return e->data.config.approver;
	case EVENT_DAY_OPENED:
		return e->data.day_opened.approver;
	case EVENT_SHIFT_OPENED:
		return e->data.shift.approver;
	case EVENT_SHIFT_CLOSED:
		return e->data.shift_closed.approver;
	case EVENT_PERIOD_CLOSED:
		return e->data.period.approver;
	case EVENT_JOURNAL_PURGED:
		return e->data.purge.approver;
	case EVENT_KEY_CHANGED:
		return e->data.key.approver;
	case EVENT_PERSON_ERASED:
		return e->data.erased.approver;
	case EVENT_HUB_ENROLLED:
		return e->data.hub.approver;
	default:
		return NULL;
	}
}

struct words {
	struct sbuf b;
	const struct config *config;
};

static void
say(struct words *w, const char *text)
{
	if (text != NULL && text[0] != '\0') {
		if (w->b.len > 0) {
			sbuf_putc(&w->b, ' ');
		}
		sbuf_puts(&w->b, text);
	}
}

static void
say_money(struct words *w, int64_t minor)
{
	char text[FORMAT_MONEY_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	format_amount(&b, w->config->format, (struct money){minor},
		&w->config->currency);
	say(w, text);
}

static void
say_number(struct words *w, const char *what, int64_t n)
{
	char text[64];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s %lld", what, (long long)n);
	say(w, text);
}

static void
say_qty(struct words *w, int64_t milli)
{
	char text[32];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	format_qty(&b, w->config->format, (struct qty){milli});
	say(w, text);
}

static void
say_line(struct words *w, const struct event_line_act *l)
{
	say_number(w, _("line"), l->no);
	say(w, l->name != NULL ? l->name : l->code);
	if (l->left > 0) {
		say_qty(w, l->qty + l->left);
		say(w, "->");
		say_qty(w, l->left);
	}
	say_money(w, l->from);
	say(w, "->");
	say_money(w, l->to);
	say(w, l->reason);
}

static void
say_sale(struct words *w, const struct event_sale *s)
{
	say(w, s->number);
	say_money(w, s->total);
	for (size_t i = 0; i < s->n_tender; i++) {
		say(w, s->tender[i].tender);
	}
}

static void
say_people(struct words *w, const struct event *e)
{
	const struct event_approval *a = &e->data.approval;

	switch ((int)e->type) {
	case EVENT_OPERATOR_SIGNED_ON:
	case EVENT_OPERATOR_SIGNED_OFF:
		say(w, e->data.operator_.operator_no);
		say(w, e->data.operator_.how);
		break;
	case EVENT_OPERATOR_CHANGED:
		say(w, e->data.person.operator_no);
		say(w, e->data.person.role);
		say(w, e->data.person.active ? NULL : _("off"));
		break;
	case EVENT_OPERATOR_ATTEMPTED:
	case EVENT_OPERATOR_REFUSED:
		say(w, e->data.attempt.operator_no);
		say(w, e->data.attempt.purpose);
		say(w, e->data.attempt.why);
		break;
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED:
		say(w, a->permit);
		say(w, a->what);
		if (a->from != 0 || a->to != 0) {
			say_money(w, a->from);
			say(w, "->");
			say_money(w, a->to);
		}
		say(w, a->reason);
		break;
	default:
		say(w, e->data.lock.operator_no);
		say(w, e->data.lock.how);
		break;
	}
}

/* The whole sale at another price. */
static void
say_price(struct words *w, const struct event *e)
{
	const struct event_sale_discount *d = &e->data.discount;
	const struct event_buyer *b = &e->data.buyer;
	bool buyer = e->type == EVENT_BUYER_NAMED;

	if (buyer) {
		say(w, b->group);
		say(w, b->certificate);
		say(w, b->vat);
	}
	say_money(w, buyer ? b->from : d->from);
	say(w, "->");
	say_money(w, buyer ? b->to : d->to);
	if (!buyer) {
		say(w, d->reason);
	}
}

static void
say_goods(struct words *w, const struct event *e)
{
	switch ((int)e->type) {
	case EVENT_SALE_COMPLETED:
		say_sale(w, &e->data.sale);
		break;
	case EVENT_SALE_VOIDED:
	case EVENT_SALE_PARKED:
		say(w, e->data.basket.number);
		say_number(w, _("lines"), (int64_t)e->data.basket.n_line);
		say_money(w, e->data.basket.total);
		say(w, e->data.basket.reason);
		break;
	case EVENT_SALE_RECALLED:
		say(w, e->data.recalled.number);
		break;
	case EVENT_LINE_VOIDED:
	case EVENT_PRICE_OVERRIDDEN:
	case EVENT_LINE_DISCOUNTED:
		say_line(w, &e->data.line);
		break;
	case EVENT_TENDER_TAKEN:
	case EVENT_TENDER_REMOVED:
		say(w, e->data.tender.tender);
		say_money(w, e->data.tender.amount);
		break;
	case EVENT_SALE_DISCOUNTED:
	case EVENT_BUYER_NAMED:
		say_price(w, e);
		break;
	case EVENT_AGE_CHECKED:
		say_number(w, e->data.age.name != NULL ? e->data.age.name : "",
			e->data.age.age);
		say(w, e->data.age.method);
		say(w, e->data.age.result);
		break;
	default:
		say(w, e->data.refused.code);
		say(w, e->data.refused.name);
		say(w, e->data.refused.reason);
		break;
	}
}

/* As the lines have it: these are words of a protocol. */
static void
say_payment(struct words *w, const struct event *e)
{
	const struct event_payment_end *d = &e->data.payment_end;

	switch ((int)e->type) {
	case EVENT_PAYMENT_STARTED:
		say(w, e->data.payment.op);
		say_money(w, e->data.payment.amount);
		say(w, e->data.payment.terminal);
		break;
	case EVENT_PAYMENT_ENDED:
		say(w, d->outcome);
		say_money(w, d->amount);
		say(w, d->card);
		say(w, d->last4);
		say(w, strcmp(d->how, "terminal") != 0 ? d->how : NULL);
		say(w, d->text);
		break;
	default:
		say(w, e->data.terminal.terminal);
		say(w, e->data.terminal.outcome);
		say_money(w, e->data.terminal.amount);
		say_money(w, e->data.terminal.paid);
		break;
	}
}

static void
say_cash(struct words *w, const struct event *e)
{
	const struct event_count *c = &e->data.count;

	switch ((int)e->type) {
	case EVENT_CASH_MOVED:
		say(w, e->data.cash.kind);
		say_money(w, e->data.cash.amount);
		say(w, e->data.cash.reason);
		break;
	case EVENT_CASH_COUNTED:
		say_money(w, c->counted);
		say(w, c->difference < 0    ? _("short")
			: c->difference > 0 ? _("over")
					    : _("as expected"));
		if (c->difference != 0) {
			say_money(w, c->difference < 0 ? -c->difference
						       : c->difference);
		}
		say(w, c->reason);
		break;
	default:
		say_number(w, "Z", e->data.day.number);
		say_number(w, _("sales"), e->data.day.sales);
		say_money(w, e->data.day.gross);
		break;
	}
}

static void
say_register(struct words *w, const struct event *e)
{
	switch ((int)e->type) {
	case EVENT_REGISTER_INITIALIZED:
		say(w, e->data.initialized.shop);
		say(w, e->data.initialized.product);
		break;
	case EVENT_REGISTER_RECOVERED:
		say(w, e->data.recovered.why);
		break;
	case EVENT_REGISTER_RESTORED:
		say(w, e->data.restored.source);
		break;
	case EVENT_CONFIG_ACTIVATED:
		say(w, e->data.config.version);
		break;
	case EVENT_CATALOG_IMPORTED:
		say_number(w, _("version"), e->data.catalog.version);
		say_number(w, _("taken"), e->data.catalog.taken);
		say(w, e->data.catalog.source);
		break;
	case EVENT_DRAWER_OPENED:
		say(w, e->data.drawer.reason);
		say(w, e->data.drawer.number);
		say(w, e->data.drawer.why);
		break;
	case EVENT_RECEIPT_PRINTED:
	case EVENT_COPY_PRINTED:
		say(w, e->data.receipt.number);
		say_number(w, _("copy"), e->data.receipt.copy);
		say(w, e->data.receipt.outcome);
		break;
	case EVENT_ORDER_PRINTED:
		say(w, e->data.order.number);
		say(w, e->data.order.device);
		say_number(w, _("copy"), e->data.order.copy);
		say(w, e->data.order.outcome);
		break;
	case EVENT_REPORT_PRINTED:
		say(w, e->data.report.kind);
		if (e->data.report.last == 0) {
			break; /* looked at, nothing summed up */
		}
		say_number(w, _("sales"), e->data.report.sales);
		say_money(w, e->data.report.gross);
		break;
	case EVENT_EXPORT_DONE:
		say(w, e->data.export_.kind);
		say(w, e->data.export_.format);
		say_number(w, _("rows"), e->data.export_.rows);
		break;
	case EVENT_CLOCK_JUMPED:
		say_number(w, _("seconds"),
			e->data.clock.delta_us / INT64_C(1000000));
		break;
	default:
		break;
	}
}

/* Days and shifts, and how the store is kept. */
static void
say_keeping(struct words *w, const struct event *e)
{
	switch ((int)e->type) {
	case EVENT_DAY_OPENED:
		say_number(w, _("day"), e->data.day_opened.number);
		say(w, e->data.day_opened.date);
		break;
	case EVENT_SHIFT_OPENED:
		say_number(w, _("shift"), e->data.shift.shift);
		say_number(w, _("drawer"), e->data.shift.drawer);
		say_money(w, e->data.shift.counted);
		say(w, e->data.shift.reason);
		break;
	case EVENT_SHIFT_CLOSED:
		say_number(w, _("shift"), e->data.shift_closed.shift);
		say_number(w, _("drawer"), e->data.shift_closed.drawer);
		say_money(w, e->data.shift_closed.counted);
		say_money(w, e->data.shift_closed.difference);
		say(w, e->data.shift_closed.reason);
		break;
	case EVENT_PERIOD_CLOSED:
		say(w, e->data.period.kind);
		say(w, e->data.period.name);
		say_money(w, e->data.period.gross);
		break;
	case EVENT_CONFIG_DRAFTED:
		say(w, e->data.draft.version);
		say(w, e->data.draft.note);
		break;
	case EVENT_CONFIG_APPROVED:
		say(w, e->data.draft_approved.version);
		say(w, e->data.draft_approved.note);
		break;
	case EVENT_CONFIG_DROPPED:
		say(w, e->data.draft_dropped.version);
		say(w, e->data.draft_dropped.why);
		break;
	case EVENT_ARCHIVE_MADE:
		say_number(w, _("archive"), e->data.archive.number);
		say(w, e->data.archive.destination);
		break;
	case EVENT_JOURNAL_PURGED:
		say_number(w, _("archive"), e->data.purge.archive);
		say_number(w, _("lines up to"), e->data.purge.last);
		break;
	case EVENT_KEY_CHANGED:
		say(w, e->data.key.level);
		say(w, e->data.key.source);
		break;
	case EVENT_PERSON_ERASED:
		say(w, e->data.erased.operator_no);
		say(w, e->data.erased.reason);
		break;
	case EVENT_REGISTER_MOVED:
		say(w, e->data.moved.how);
		say(w, e->data.moved.why);
		break;
	case EVENT_HUB_ENROLLED:
		say(w, e->data.hub.kind);
		say(w, e->data.hub.url);
		say(w, e->data.hub.reason);
		break;
	case EVENT_HUB_ACKNOWLEDGED:
		say_number(w, _("lines up to"), e->data.hub_ack.sequence);
		break;
	case EVENT_HUB_QUARANTINED:
		say_number(w, _("line"), e->data.hub_apart.sequence);
		say(w, e->data.hub_apart.reason);
		break;
	case EVENT_HUB_REFUSED:
		say(w, e->data.hub_refused.kind);
		say(w, e->data.hub_refused.detail);
		break;
	case EVENT_FEED_FOLLOWED:
		say(w, e->data.feed.feed);
		say_number(w, _("revision"), e->data.feed.revision);
		break;
	case EVENT_SALVAGE_ACCEPTED:
		say_number(w, _("line"), e->data.salvaged.sequence);
		say(w, e->data.salvaged.reason);
		break;
	case EVENT_SALVAGE_REJECTED:
		say(w, e->data.discarded.reason);
		break;
	case EVENT_GLASS_BROKEN:
		say(w, e->data.glass_use.purpose);
		say(w, e->data.glass_use.why);
		break;
	default:
		break;
	}
}

void
audit_detail(
	const struct event *e, const struct config *c, char *out, size_t cap)
{
	struct words w = {.config = c};

	sbuf_init(&w.b, out, cap);
	switch ((int)e->type) {
	case EVENT_OPERATOR_SIGNED_ON:
	case EVENT_OPERATOR_SIGNED_OFF:
	case EVENT_OPERATOR_CHANGED:
	case EVENT_OPERATOR_ATTEMPTED:
	case EVENT_OPERATOR_REFUSED:
	case EVENT_OPERATOR_UNLOCKED:
	case EVENT_APPROVAL_GIVEN:
	case EVENT_APPROVAL_REFUSED:
	case EVENT_REGISTER_LOCKED:
	case EVENT_REGISTER_UNLOCKED:
		say_people(&w, e);
		break;
	case EVENT_SALE_COMPLETED:
	case EVENT_SALE_VOIDED:
	case EVENT_SALE_PARKED:
	case EVENT_SALE_RECALLED:
	case EVENT_LINE_VOIDED:
	case EVENT_PRICE_OVERRIDDEN:
	case EVENT_LINE_DISCOUNTED:
	case EVENT_TENDER_TAKEN:
	case EVENT_TENDER_REMOVED:
	case EVENT_AGE_CHECKED:
	case EVENT_ITEM_REFUSED:
	case EVENT_SALE_DISCOUNTED:
	case EVENT_BUYER_NAMED:
		say_goods(&w, e);
		break;
	case EVENT_PAYMENT_STARTED:
	case EVENT_PAYMENT_ENDED:
	case EVENT_TERMINAL_CLOSED:
		say_payment(&w, e);
		break;
	case EVENT_CASH_MOVED:
	case EVENT_CASH_COUNTED:
	case EVENT_DAY_CLOSED:
		say_cash(&w, e);
		break;
	default:
		if (e->type >= EVENT_DAY_OPENED) {
			say_keeping(&w, e);
			break;
		}
		say_register(&w, e);
		break;
	}
}
