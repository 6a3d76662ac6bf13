/* SPDX-License-Identifier: Apache-2.0 */
/* The business day: opened by hand where the shop wants it, and its date; and
 * an X of one shift. */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "core/format.h"
#include "core/period.h"
#include "core/shift.h"
#include "register/engine_internal.h"

#include "base/poison.h"

#define DATE_BYTES 24

bool
engine_day_is_open(const struct engine *e, struct act *act)
{
	if (!e->config->day_by_hand || e->training ||
		e->shifts.date[0] != '\0') {
		return true;
	}
	engine_refuse(act, WORD_DAY, "%s",
		_("No business day is open: key OD to open it."));
	return false;
}

/* Of the day that is open, or of one that would be opened now. False: refused. */
static bool
put_date(struct engine *e, struct act *act, char out[SHIFT_DATE_BYTES])
{
	struct clock_reading now = clock_read(&e->clock);
	struct closing_now *known;
	struct err err = {0};

	if (e->shifts.date[0] != '\0') {
		memcpy(out, e->shifts.date, SHIFT_DATE_BYTES);
		return true;
	}
	if (e->ports.closing == NULL) {
		period_date(now.utc, now.tz_min, e->shifts.last_date, out);
		return true;
	}
	known = arena_take(&e->arena, 1, sizeof(*known));
	if (known == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, "%s", _("Key it again."));
		return false;
	}
	if (e->ports.closing(e->ports.arg, known, &err) != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The totals cannot be read: %s"), err.msg);
		return false;
	}
	memcpy(out, known->date, SHIFT_DATE_BYTES);
	return true;
}

static bool
read_totals(struct engine *e, struct act *act, struct totals *ret)
{
	struct err err = {0};

	engine_shift_load(e);
	if (e->ports.totals(e->ports.arg, ret, &err) == RC_OK) {
		return true;
	}
	engine_refuse(act, WORD_UNAVAILABLE, _("The totals cannot be read: %s"),
		err.msg);
	return false;
}

/* As the shop writes dates. */
static const char *
told(const struct engine *e, const char *date, char out[DATE_BYTES])
{
	struct sbuf b;

	sbuf_init(&b, out, DATE_BYTES);
	format_date_text(&b, e->config->format, date);
	return out;
}

void
engine_day_open(struct engine *e, struct act *act)
{
	struct event_day_opened *d = &act->event[0].data.day_opened;
	char text[AMOUNT_BYTES], date[SHIFT_DATE_BYTES], own[DATE_BYTES];
	struct totals t;

	if (!read_totals(e, act, &t)) {
		return;
	}
	if (e->shifts.date[0] != '\0' || t.sales > 0) {
		if (put_date(e, act, date)) {
			engine_refuse(act, WORD_DAY,
				_("The business day %s is open: ZR closes "
				  "it."),
				told(e, date, own));
		}
		return;
	}
	if (!engine_permit(e, act, PERMIT_SHIFT, 0)) {
		return;
	}
	if (!put_date(e, act, date)) {
		return;
	}
	d->date = arena_text(&e->arena, date, strlen(date));
	if (d->date == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, "%s", _("Key it again."));
		return;
	}
	d->number = t.closings + 1;
	d->approver = engine_approver(e);
	act->event[0].type = EVENT_DAY_OPENED;
	act->n = 1;
	act->reply.day_opened = true;
	e->wait = WAIT_NOTHING;
	if (e->config->shifts) {
		/* cells: 75 */
		engine_say(
			act, _("Business day %s is open."), told(e, date, own));
		return;
	}
	/* cells: 75 */
	engine_say(act,
		_("Business day %s is open; there is %s in the drawer."),
		told(e, date, own),
		engine_amount(e, (struct money){totals_carried(&t)}, text));
}

void
engine_shift_totals(const struct shift *x, struct act *act)
{
	struct totals *t = &act->reply.totals;
	int64_t expected = shift_expected(x);

	memset(t, 0, sizeof(*t));
	t->sales = x->sales;
	t->gross = x->gross;
	t->returns = x->returns;
	t->return_amount = x->return_amount;
	t->no_sales = x->no_sales;
	t->opening = x->opening;
	t->floats = x->floats;
	t->paid_in = x->paid_in;
	t->paid_out = x->paid_out;
	t->pickups = x->pickups;
	t->drawer = expected;
	t->first = x->first;
	t->last = x->first;
	t->n_tender = x->n_tender;
	memcpy(t->tender, x->tender, sizeof(t->tender));
	act->reply.has_totals = true;
	act->reply.shift = x->number;
	act->reply.drawer = (size_t)x->drawer;
}

void
engine_shift_report(struct engine *e, struct act *act, const char *drawer)
{
	struct event_report *d = &act->event[0].data.report;
	const struct shift *x;
	char text[AMOUNT_BYTES];
	int64_t no = 0;

	engine_shift_load(e);
	x = parse_i64(drawer, strlen(drawer), 1, SHIFT_DRAWERS, &no) == RC_OK
		    ? shift_of_drawer(&e->shifts, no)
		    : NULL;
	if (x == NULL) {
		engine_refuse(act, WORD_NO_SHIFT, _("Nobody has drawer %.9s."),
			drawer);
		return;
	}
	if (!engine_permit(e, act, PERMIT_X_REPORT, 0)) {
		return;
	}
	engine_shift_totals(x, act);
	act->event[0].type = EVENT_REPORT_PRINTED;
	act->n = 1;
	d->kind = "shift";
	d->approver = engine_approver(e);
	d->first = (int64_t)x->first;
	d->last = (int64_t)x->first;
	d->sales = x->sales;
	d->gross = x->gross;
	act->print_report = engine_has_printer(e);
	e->wait = WAIT_NOTHING;
	/* cells: 75 */
	engine_say(act, _("Drawer %lld of operator %s: %lld sales, %s."),
		(long long)x->drawer, x->operator_no, (long long)x->sales,
		engine_amount(e, (struct money){x->gross}, text));
}
