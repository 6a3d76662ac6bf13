/* SPDX-License-Identifier: Apache-2.0 */
/* No sale, copies and reports. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* One by its number, whoever has it. */
static bool
other_drawer(struct engine *e, struct act *act, const char *drawer, size_t *ret)
{
	int64_t no = 0;

	if (parse_i64(drawer, strlen(drawer), 1, CONFIG_DRAWERS, &no) ==
			RC_OK &&
		config_has_drawer(e->config, (size_t)no)) {
		*ret = (size_t)no;
		return true;
	}
	engine_refuse(
		act, WORD_SHIFT, _("There is no drawer %.9s here."), drawer);
	return false;
}

void
engine_no_sale(struct engine *e, struct act *act, const char *drawer)
{
	const char *why = NULL;
	size_t no = engine_drawer_no(e);

	if (e->basket.n_line > 0) {
		engine_refuse(act, WORD_SALE_OPEN,
			_("A sale is open: finish or park it, then open the "
			  "drawer."));
		return;
	}
	if (drawer[0] != '\0' && !other_drawer(e, act, drawer, &no)) {
		return;
	}
	if (drawer[0] == '\0' && !engine_may_cash(e, act)) {
		return;
	}
	if (!engine_reason(e, act, REASON_NO_SALE, &why) ||
		!engine_permit(e, act,
			no != engine_drawer_no(e) ? PERMIT_SHIFT_OTHER
						  : PERMIT_NO_SALE,
			0)) {
		return;
	}
	act->event[0].type = EVENT_DRAWER_OPENED;
	act->event[0].data.drawer.reason = "no-sale";
	act->event[0].data.drawer.why = why;
	act->event[0].data.drawer.approver = engine_approver(e);
	act->n = 1;
	/* without a drawer of ours somebody opens a box by hand: the act is the
	 * cashier's word, and counts all the same */
	act->drawer_no = no;
	act->drawer = !e->training && config_drawer_at(e->config, no) != NULL;
	e->wait = WAIT_NOTHING;
	engine_say(act,
		act->drawer
			? _("No sale: the drawer opens.")
			: _("No sale is recorded; no drawer is configured."));
}

/* "" the last, "42" of this register's series, else as it is printed. */
void
engine_full_number(
	const struct engine *e, const char *arg, char *out, size_t cap)
{
	struct sbuf b;
	int64_t n = 0;

	sbuf_init(&b, out, cap);
	if (arg[0] != '\0' &&
		parse_i64(arg, strlen(arg), 1, INT64_MAX, &n) == RC_OK) {
		sbuf_printf(&b, "%s-%06" PRId64, e->series.prefix, n);
	} else {
		sbuf_puts(&b, arg);
	}
}

/* "Z12" as copies of it are counted, however it was keyed. */
static bool
is_day_number(const char *arg, char *out, size_t cap)
{
	int64_t n = 0;
	struct sbuf b;

	if ((arg[0] != 'Z' && arg[0] != 'z') ||
		parse_i64(arg + 1, strlen(arg + 1), 1, INT64_MAX, &n) !=
			RC_OK) {
		return false;
	}
	sbuf_init(&b, out, cap);
	sbuf_printf(&b, "Z%" PRId64, n);
	return true;
}

static void
record_copy(
	struct engine *e, struct act *act, const char *number, int64_t copies)
{
	struct event_receipt *d = &act->event[0].data.receipt;

	d->approver = engine_approver(e);
	d->number = arena_text(&e->arena, number, strlen(number));
	if (d->number == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The receipt cannot be read: key RP again."));
		return;
	}
	act->event[0].type = EVENT_COPY_PRINTED;
	act->n = 1;
	d->copy = copies + 1;
	d->outcome = "unknown"; /* it is recorded before it is printed */
	act->print = engine_has_printer(e);
	act->print_idx = 0;
	act->print_copy = d->copy;
	(void)snprintf(
		act->print_number, sizeof(act->print_number), "%s", d->number);
	e->wait = WAIT_NOTHING;
}

/* Its sums are for those who may see a Z, whoever may copy receipts. */
static void
copy_day(struct engine *e, struct act *act, const char *number)
{
	const struct event *ev = NULL;
	struct err err = {0};
	int64_t copies = 0;
	enum rc rc;

	if (e->training) {
		engine_refuse(act, WORD_TRAINING, "%s",
			_("Not in training: TR leaves it first."));
		return;
	}
	rc = e->ports.document(e->ports.arg, number, &ev, &copies, &err);
	if (rc == RC_NOTFOUND) {
		engine_refuse(act, WORD_NO_RECEIPT,
			_("There is no Z report %s."), number);
		return;
	}
	if (rc != RC_OK || ev->type != EVENT_DAY_CLOSED) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The Z report cannot be read: %s"), err.msg);
		return;
	}
	engine_what(e, number, NULL, NULL);
	if (!engine_permit(e, act, PERMIT_Z_REPORT, 0)) {
		return;
	}
	record_copy(e, act, number, copies);
	if (act->n > 0) {
		engine_say(act, _("Copy %lld of Z report %s."),
			(long long)copies + 1, number);
	}
}

void
engine_reprint(struct engine *e, struct act *act, const struct entry *en)
{
	const char *arg = en->before[0] != '\0' ? en->before : en->after;
	const struct event *ev = NULL;
	struct err err = {0};
	int64_t copies = 0;
	char number[CODE_BYTES + 32];
	enum rc rc;

	if (is_day_number(arg, number, sizeof(act->print_number))) {
		copy_day(e, act, number);
		return;
	}
	engine_full_number(e, arg, number, sizeof(number));
	rc = e->ports.document(e->ports.arg, number, &ev, &copies, &err);
	if (rc == RC_NOTFOUND) {
		if (number[0] == '\0') {
			engine_refuse(act, WORD_NO_RECEIPT, "%s",
				_("No sale has been made yet."));
		} else {
			engine_refuse(act, WORD_NO_RECEIPT,
				_("There is no receipt %s."), number);
		}
		return;
	}
	if (rc == RC_OK && e->training && !ev->training) {
		engine_refuse(act, WORD_TRAINING, "%s",
			_("Not in training: TR leaves it first."));
		return;
	}
	if (rc != RC_OK || ev->type != EVENT_SALE_COMPLETED ||
		strlen(ev->data.sale.number) >= sizeof(act->print_number)) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The receipt cannot be read: %s"), err.msg);
		return;
	}
	engine_what(e, ev->data.sale.number, NULL, NULL);
	if (!engine_permit(e, act, PERMIT_REPRINT, 0)) {
		return;
	}
	record_copy(e, act, ev->data.sale.number, copies);
	if (act->n > 0) {
		engine_say(act, _("Copy %lld of receipt %s."),
			(long long)copies + 1, act->print_number);
	}
}

void
engine_report(struct engine *e, struct act *act)
{
	struct event_report *d = &act->event[0].data.report;
	struct totals *t = &act->reply.totals;
	char text[AMOUNT_BYTES];
	struct err err = {0};

	if (!engine_permit(e, act, PERMIT_X_REPORT, 0)) {
		return;
	}
	if (e->ports.totals(e->ports.arg, t, &err) != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The totals cannot be read: %s"), err.msg);
		return;
	}
	act->event[0].type = EVENT_REPORT_PRINTED;
	act->n = 1;
	d->kind = "x";
	d->approver = engine_approver(e);
	d->first = (int64_t)t->first;
	d->last = (int64_t)t->last;
	d->sales = t->sales;
	d->gross = t->gross;
	act->reply.has_totals = true;
	act->print_report = engine_has_printer(e);
	e->wait = WAIT_NOTHING;
	engine_say(act,
		P_("X report: %lld sale, %s.", "X report: %lld sales, %s.",
			t->sales),
		(long long)t->sales,
		engine_amount(e, (struct money){t->gross}, text));
}

/* To look is an act: who watches is watched. */
void
engine_audit(struct engine *e, struct act *act)
{
	struct event_report *d = &act->event[0].data.report;
	struct err err = {0};

	engine_what(e, _("Audit log"), NULL, NULL);
	if (!engine_permit(e, act, PERMIT_AUDIT, 0)) {
		return;
	}
	act->event[0].type = EVENT_REPORT_PRINTED;
	act->n = 1;
	d->kind = "audit";
	d->approver = engine_approver(e);
	act->reply.audit = true;
	if (e->ports.totals(e->ports.arg, &act->reply.totals, &err) != RC_OK) {
		act->reply.totals.first = 0;
	}
	e->wait = WAIT_NOTHING;
	engine_say(act, "%s", _("The audit log is open; that is recorded."));
}

/* Nothing happens by itself: what is changed is recorded when it is saved. */
void
engine_settings(struct engine *e, struct act *act)
{
	engine_what(e, _("Settings"), NULL, NULL);
	if (!engine_permit(e, act, PERMIT_SETTINGS, 0)) {
		return;
	}
	act->reply.settings = true;
	engine_say(act, "%s",
		_("Settings: nothing is changed until it is "
		  "saved."));
}
