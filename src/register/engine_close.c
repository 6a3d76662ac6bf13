/* SPDX-License-Identifier: Apache-2.0 */
/* What a Z tells beside its own sums, and the end of months and years. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

#define YEAR_LEN 4

static bool
refuse_reading(struct act *act, const struct err *err)
{
	engine_refuse(act, WORD_UNAVAILABLE, _("The totals cannot be read: %s"),
		err->msg);
	return false;
}

static bool
refuse_memory(struct act *act)
{
	engine_refuse(act, WORD_UNAVAILABLE, "%s",
		_("It could not be put together: key it again."));
	return false;
}

/* --- asked for by a verb -------------------------------------------------- */

static bool
in_hand(struct engine *e, struct act *act)
{
	if (e->basket.n_line > 0 || e->state == ENGINE_PAY ||
		e->ask != ASK_NONE) {
		engine_refuse(act, WORD_SALE_OPEN, "%s",
			_("A sale is open: finish or cancel it, then close the "
			  "day."));
		return true;
	}
	if (e->pay.card.phase != CARD_IDLE) {
		engine_refuse(act, WORD_CARD_BUSY, "%s",
			_("A card payment is not settled: settle it first."));
		return true;
	}
	if (e->training) {
		engine_refuse(act, WORD_TRAINING, "%s",
			_("Not in training: TR leaves it first."));
		return true;
	}
	return false;
}

void
engine_verb(struct engine *e, const char *no, const struct input *in,
	struct act *ret)
{
	struct engine_grant was;

	engine_begin(e, ret);
	if (in_hand(e, ret)) {
		engine_refresh(e);
		return;
	}
	(void)engine_copy(was.no, sizeof(was.no), e->operator_no);
	(void)engine_copy(was.role, sizeof(was.role), e->role);
	(void)engine_copy(e->operator_no, sizeof(e->operator_no), no);
	(void)engine_copy(e->role, sizeof(e->role), CONFIG_OWNER);
	e->by_verb = true;
	engine_take(e, in, ret);
	e->by_verb = false;
	(void)engine_copy(ret->actor, sizeof(ret->actor), no);
	(void)engine_copy(e->operator_no, sizeof(e->operator_no), was.no);
	(void)engine_copy(e->role, sizeof(e->role), was.role);
	if (e->ask != ASK_NONE) {
		engine_unask(e); /* nobody is there to answer */
	}
	engine_refresh(e);
}

/* --- what a Z tells ------------------------------------------------------- */

bool
engine_day_ends(struct engine *e, struct act *act, struct event_day *d)
{
	struct closing_now *now;
	struct event_grand_tax *row;
	struct err err = {0};

	if (e->ports.closing == NULL) {
		return true;
	}
	now = arena_take(&e->arena, 1, sizeof(*now));
	row = arena_take(&e->arena, TOTALS_TAXES, sizeof(*row));
	if (now == NULL || row == NULL) {
		return refuse_memory(act);
	}
	if (e->ports.closing(e->ports.arg, now, &err) != RC_OK) {
		return refuse_reading(act, &err);
	}
	if (period_ever_add(&now->had.ever, d) != RC_OK) {
		(void)err_set(&err, RC_RANGE, 0, __func__,
			"the perpetual sums are too large");
		return refuse_reading(act, &err);
	}
	period_ever_tell(&now->had.ever, row, d);
	if (d->date == NULL) {
		d->date = now->date;
	}
	return true;
}

/* --- months and years ----------------------------------------------------- */

static const struct kind {
	enum period_kind kind;
	const char *command;
} kinds[] = {
	{PERIOD_MONTH, "MZ"},
	{PERIOD_YEAR, "YZ"},
};

/* "202611" of "2026-11": what is keyed. */
static void
keyed_name(const char *name, char out[PERIOD_NAME_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; name[i] != '\0'; i++) {
		if (name[i] != '-') {
			out[n++] = name[i];
		}
	}
	out[n] = '\0';
}

/* Whether it can end: it is over, no day of it is open, and a year's months
 * are closed. */
static bool
may_end(struct engine *e, struct act *act, const struct closing_now *now,
	const struct store_period *next)
{
	struct store_period month;
	char current[PERIOD_NAME_BYTES], keyed[PERIOD_NAME_BYTES];
	enum period_kind kind = PERIOD_MONTH;
	struct err err = {0};
	enum rc rc;

	(void)period_kind_of(next->p.name, &kind);
	period_name(kind, now->date, current);
	if (strcmp(next->p.name, current) >= 0) {
		if (now->begun) {
			engine_refuse(act, WORD_PERIOD_OPEN,
				_("The open day belongs to %s: close it "
				  "first, ZR."),
				next->p.name);
		} else {
			engine_refuse(act, WORD_PERIOD_OPEN,
				_("%s is not over yet."), next->p.name);
		}
		return false;
	}
	if (kind == PERIOD_MONTH) {
		return true;
	}
	rc = e->ports.period(
		e->ports.arg, PERIOD_MONTH, &now->had, &month, &err);
	if (rc != RC_OK && rc != RC_NOTFOUND) {
		return refuse_reading(act, &err);
	}
	if (rc == RC_OK && memcmp(month.p.name, next->p.name, YEAR_LEN) <= 0) {
		keyed_name(month.p.name, keyed);
		engine_refuse(act, WORD_PERIOD_OPEN,
			_("Close the month %s first: %sMZ."), month.p.name,
			keyed);
		return false;
	}
	return true;
}

const char *
engine_period_command(const char *name)
{
	enum period_kind kind = PERIOD_MONTH;

	(void)period_kind_of(name, &kind);
	return kinds[kind].command;
}

/* Whether the period ${name} is over, and before what is said already. */
static void
note_due(struct act *act, const char *name, const char *today)
{
	enum period_kind kind = PERIOD_MONTH;
	char current[PERIOD_NAME_BYTES];
	char *due = act->reply.due;

	(void)period_kind_of(name, &kind);
	period_name(kind, today, current);
	if (strcmp(name, current) < 0 &&
		(due[0] == '\0' || strcmp(name, due) < 0)) {
		(void)engine_copy(due, PERIOD_NAME_BYTES, name);
	}
}

/* A year only when its months are no matter any more. */
void
engine_period_due(struct engine *e, struct act *act)
{
	struct closing_now *now = arena_take(&e->arena, 1, sizeof(*now));
	struct store_period *next = arena_take(&e->arena, 1, sizeof(*next));
	struct clock_reading clock = clock_read(&e->clock);
	char today[PERIOD_DATE_BYTES], name[PERIOD_NAME_BYTES];
	struct err err = {0};

	if (now == NULL || next == NULL || e->ports.closing == NULL ||
		e->ports.period == NULL ||
		e->ports.closing(e->ports.arg, now, &err) != RC_OK) {
		return; /* told beside the Z, which stands without it */
	}
	memcpy(act->reply.date, now->date, sizeof(now->date));
	period_date(clock.utc, clock.tz_min, now->date, today);
	for (enum period_kind k = PERIOD_MONTH;
		k <= PERIOD_YEAR && act->reply.due[0] == '\0'; k++) {
		if (e->ports.period(e->ports.arg, k, &now->had, next, &err) ==
			RC_OK) {
			note_due(act, next->p.name, today);
		}
		period_name(k, now->date, name);
		if (act->n > 0) {
			note_due(act, name, today);
		}
	}
}

static bool
make_end(struct engine *e, struct act *act, const struct closing_now *now,
	const struct store_period *next)
{
	struct store_period *kept = arena_take(&e->arena, 1, sizeof(*kept));
	struct period_rows *rows = arena_take(&e->arena, 1, sizeof(*rows));
	struct event_period *d = &act->event[0].data.period;
	enum period_kind kind = PERIOD_MONTH;

	if (kept == NULL || rows == NULL) {
		return refuse_memory(act);
	}
	*kept = *next;
	(void)period_kind_of(next->p.name, &kind);
	period_close(&kept->p, &now->had.ever, rows, d);
	d->number = now->had.closed[kind] + 1;
	d->approver = engine_approver(e);
	act->event[0].type = EVENT_PERIOD_CLOSED;
	act->n = 1;
	act->reply.period_closed = true;
	act->print_report = engine_has_printer(e);
	e->wait = WAIT_NOTHING;
	return true;
}

static bool
find_next(struct engine *e, struct act *act, enum period_kind kind,
	struct closing_now *now, struct store_period *next)
{
	struct err err = {0};
	enum rc rc;

	if (e->ports.closing == NULL || e->ports.period == NULL) {
		return refuse_memory(act);
	}
	if (e->ports.closing(e->ports.arg, now, &err) != RC_OK) {
		return refuse_reading(act, &err);
	}
	rc = e->ports.period(e->ports.arg, kind, &now->had, next, &err);
	if (rc == RC_NOTFOUND) {
		engine_refuse(act, WORD_NO_PERIOD, "%s",
			kind == PERIOD_MONTH
				? _("No day of a month is closed that is not "
				    "in a month already closed.")
				: _("No day of a year is closed that is not "
				    "in a year already closed."));
		return false;
	}
	return rc == RC_OK ? true : refuse_reading(act, &err);
}

static void
say_period(struct engine *e, struct act *act, const struct store_period *next,
	const char *keyed, const char *command)
{
	char text[AMOUNT_BYTES];

	engine_amount(e, (struct money){next->p.sum.gross}, text);
	if (act->reply.period_closed) {
		/* cells: 75 */
		engine_say(act, _("%s is closed: %s."), next->p.name, text);
	} else {
		/* cells: 75 */
		engine_say(act, _("%s comes to %s so far; %s%s closes it."),
			next->p.name, text, keyed, command);
	}
}

void
engine_period(struct engine *e, struct act *act, enum period_kind kind,
	const char *number)
{
	struct closing_now *now = arena_take(&e->arena, 1, sizeof(*now));
	struct store_period *next = arena_take(&e->arena, 1, sizeof(*next));
	char keyed[PERIOD_NAME_BYTES];

	if (now == NULL || next == NULL) {
		(void)refuse_memory(act);
		return;
	}
	if (!engine_permit(e, act, PERMIT_PERIOD, 0) ||
		!find_next(e, act, kind, now, next)) {
		return;
	}
	keyed_name(next->p.name, keyed);
	if (number[0] != '\0') {
		if (strcmp(number, keyed) != 0) {
			engine_refuse(act, WORD_Z_NUMBER,
				_("The next one is %s: %s%s closes it."),
				next->p.name, keyed, kinds[kind].command);
			return;
		}
		if (!may_end(e, act, now, next) ||
			!make_end(e, act, now, next)) {
			return;
		}
	}
	act->reply.has_period = true;
	act->reply.period = &next->p;
	act->reply.period_number = now->had.closed[kind] + 1;
	say_period(e, act, next, keyed, kinds[kind].command);
}
