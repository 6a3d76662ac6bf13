/* SPDX-License-Identifier: Apache-2.0 */
/* What goes into the drawer and out of it without a sale, what is in it, and
 * the end of the day. */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "core/cash.h"
#include "core/day.h"
#include "core/shift.h"
#include "register/engine_internal.h"

#include "base/poison.h"

#define CASH_MAX INT64_C(999999999)
#define PIECES_MAX 99999
/* Of a count: so many times what there should be, and so many of the smallest
 * note, are asked about. */
#define COUNT_TIMES 100
#define COUNT_NOTES 1000

static const char *
either(const struct entry *en)
{
	return en->before[0] != '\0' ? en->before : en->after;
}

/* --- in and out ----------------------------------------------------------- */

static const struct way {
	enum command command;
	enum permit permit;
	const char *kind;
	const char *example;
	const char *said;
} ways[] = {
	/* cells: 40 */
	{CMD_PI, PERMIT_PAID_IN, "paid-in", "5000PI", N_("Paid in")},
	/* cells: 40 */
	{CMD_PX, PERMIT_PAID_OUT, "paid-out", "2000PX", N_("Paid out")},
	/* cells: 40 */
	{CMD_PU, PERMIT_PICKUP, "pickup", "50000PU", N_("Picked up")},
	/* cells: 40 */
	{CMD_FL, PERMIT_FLOAT, "float", "20000FL", N_("From the safe")},
	/* cells: 40 */
	{CMD_SD, PERMIT_DROP, "drop", "50000SD", N_("Into the safe")},
};

/* A drop says the number of its envelope, if it has one. */
static bool
cash_reason(struct engine *e, struct act *act, const struct entry *en,
	const char **ret)
{
	char text[CODE_BYTES + 16];
	struct sbuf b;

	*ret = NULL;
	if (en->command != CMD_SD) {
		return engine_reason(e, act, REASON_PAID, ret);
	}
	if (en->before[0] == '\0' || en->after[0] == '\0') {
		return true;
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "envelope ");
	sbuf_puts(&b, en->after);
	*ret = arena_text(&e->arena, text, strlen(text));
	return true;
}

void
engine_cash(struct engine *e, struct act *act, const struct entry *en)
{
	const struct way *way = &ways[0];
	struct event_cash *d = &act->event[0].data.cash;
	struct money amount = {0};
	const char *why = NULL;
	char text[AMOUNT_BYTES];

	while (way->command != en->command) {
		way++;
	}
	if (e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING, "%s",
			_("Finish the sale, or key CL to go back to it."));
		return;
	}
	if (!engine_day_is_open(e, act) || !engine_may_cash(e, act)) {
		return;
	}
	if (either(en)[0] == '\0') {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("Key the amount before it, like %s."), way->example);
		return;
	}
	if (!engine_parse_amount(e, act, either(en), CASH_MAX, &amount)) {
		return;
	}
	if (amount.minor == 0) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("Key the amount before it, like %s."), way->example);
		return;
	}
	engine_what(e, engine_amount(e, amount, text), NULL, NULL);
	if (!cash_reason(e, act, en, &why) ||
		!engine_permit(e, act, way->permit, amount.minor)) {
		return;
	}
	act->event[0].type = EVENT_CASH_MOVED;
	act->n = 1;
	d->kind = way->kind;
	d->amount = amount.minor;
	d->reason = why;
	d->approver = engine_approver(e);
	act->drawer = engine_has_drawer(e);
	if (act->drawer) {
		act->event[1].type = EVENT_DRAWER_OPENED;
		act->event[1].data.drawer.reason = way->kind;
		act->event[1].data.drawer.why = why;
		act->event[1].data.drawer.approver = engine_approver(e);
		act->n = 2;
	}
	e->wait = WAIT_NOTHING;
	engine_say(act, "%s: %s", _(way->said), engine_amount(e, amount, text));
}

/* --- what is there -------------------------------------------------------- */

static void
refuse_count(struct act *act)
{
	engine_refuse(act, WORD_BAD_AMOUNT, "%s",
		_("Count as 119915CT, or by value and pieces: CT 2000x27 "
		  "1000x9."));
}

/* "2000x27" at *p, which moves behind it. */
static bool
take_piece(struct engine *e, struct act *act, const char **p,
	struct event_piece *ret)
{
	size_t n = strcspn(*p, " "), x = strcspn(*p, "xX");
	char value[AMOUNT_BYTES];
	struct money m = {0};
	struct sbuf b;

	sbuf_init(&b, value, sizeof(value));
	if (x == 0 || x >= n) {
		refuse_count(act);
		return false;
	}
	sbuf_write(&b, *p, x);
	if (!sbuf_ok(&b) || parse_i64(*p + x + 1, n - x - 1, 0, PIECES_MAX,
				    &ret->pieces) != RC_OK) {
		refuse_count(act);
		return false;
	}
	if (!engine_parse_amount(e, act, value, CASH_MAX, &m)) {
		return false;
	}
	if (m.minor == 0) {
		refuse_count(act);
		return false;
	}
	ret->value = m.minor;
	*p += n;
	*p += strspn(*p, " ");
	return true;
}

static bool
take_pieces(struct engine *e, struct act *act, const char *text,
	struct event_count *ret)
{
	struct event_piece *piece =
		arena_take(&e->arena, ENTRY_LIST_BYTES / 4 + 1, sizeof(*piece));
	int64_t sum = 0;

	if (piece == NULL) {
		refuse_count(act);
		return false;
	}
	while (*text != '\0' && ret->n_piece < ENTRY_LIST_BYTES / 4 + 1) {
		struct event_piece *p = &piece[ret->n_piece];

		if (!take_piece(e, act, &text, p)) {
			return false;
		}
		sum += p->value * p->pieces;
		ret->n_piece++;
	}
	ret->piece = piece;
	ret->counted = sum;
	return true;
}

bool
engine_take_count(struct engine *e, struct act *act, const struct entry *en,
	struct event_count *ret)
{
	struct money m = {0};

	if (en->before[0] != '\0' && en->after[0] != '\0') {
		refuse_count(act);
		return false;
	}
	if (en->before[0] == '\0' && strpbrk(en->after, "xX ") != NULL) {
		return take_pieces(e, act, en->after, ret);
	}
	if (!engine_parse_amount(e, act, either(en), CASH_MAX, &m)) {
		return false;
	}
	ret->counted = m.minor;
	return true;
}

/* A slip of the finger among pieces.  What there should be is not told. */
bool
engine_count_sure(struct engine *e, struct act *act, const char *code,
	int64_t counted, int64_t expected)
{
	const struct engine_tender *was = &e->was_again;
	int64_t note = cash_note(&e->config->currency).minor;
	char text[AMOUNT_BYTES];

	if (e->sure || counted <= COUNT_NOTES * note ||
		counted / COUNT_TIMES <= expected ||
		(strcmp(was->code, code) == 0 &&
			was->tendered.minor == counted)) {
		return true;
	}
	engine_refuse(act, WORD_AGAIN,
		/* cells: 75 */
		_("%s in the drawer?  Record it once more if that is right."),
		engine_amount(e, (struct money){counted}, text));
	memcpy(e->again.code, code, sizeof(e->again.code));
	e->again.tendered.minor = counted;
	return false;
}

static void
say_count(struct engine *e, struct act *act, const struct event_count *d)
{
	char counted[AMOUNT_BYTES], expected[AMOUNT_BYTES], off[AMOUNT_BYTES];
	struct money away = {
		d->difference < 0 ? -d->difference : d->difference};

	engine_amount(e, (struct money){d->counted}, counted);
	if (act->reply.blind) {
		/* cells: 75 */
		engine_say(act,
			_("Counted %s.  It is compared when the drawer is "
			  "closed."),
			counted);
		return;
	}
	engine_amount(e, (struct money){d->expected}, expected);
	engine_amount(e, away, off);
	if (d->difference == 0) {
		/* cells: 75 */
		engine_say(act, _("Counted %s, as expected."), counted);
	} else if (d->difference < 0) {
		/* cells: 75 */
		engine_say(act, _("Counted %s, expected %s: short %s."),
			counted, expected, off);
	} else {
		/* cells: 75 */
		engine_say(act, _("Counted %s, expected %s: over %s."), counted,
			expected, off);
	}
}

/* One's own drawer, or all there is where drawers are nobody's. */
static int64_t
expected_now(struct engine *e, const struct totals *t)
{
	const struct shift *x = engine_shift(e);

	return x != NULL ? shifts_holds(&e->shifts, t, x->drawer) : t->drawer;
}

static int64_t
opening_of(const struct engine *e, const struct totals *t)
{
	const struct shift *x = engine_shift(e);

	return x != NULL ? x->opening + x->floats : t->opening;
}

/* A drawer that is somebody's is counted to close it. */
static bool
may_count(struct engine *e, struct act *act)
{
	const struct shift *x = &e->shifts.open[0];

	if (e->training || engine_shift(e) != NULL) {
		return true;
	}
	engine_refuse(act, WORD_NO_SHIFT,
		_("Drawer %lld is still operator %s's: CS%lld counts and "
		  "closes it."),
		(long long)x->drawer, x->operator_no, (long long)x->drawer);
	return false;
}

/* Who closes a shift with a blind count is not told before what to find. */
static bool
is_blind(const struct engine *e)
{
	return engine_shift(e) != NULL &&
	       !engine_may(e, e->role, e->operator_no, PERMIT_X_REPORT, 0);
}

/* Nothing of what there should be is told before the count is recorded. */
void
engine_count(struct engine *e, struct act *act, const struct entry *en)
{
	struct event_count *d = &act->event[0].data.count;
	struct event_count count = {0};
	int64_t expected;
	struct err err = {0};
	struct totals t;

	if (e->basket.n_line > 0) {
		engine_refuse(act, WORD_SALE_OPEN, "%s",
			_("A sale is open: finish or park it, then count."));
		return;
	}
	engine_shift_load(e);
	if (e->shifts.n_open > 0 && !may_count(e, act)) {
		return;
	}
	if (en->before[0] == '\0' && en->after[0] == '\0') {
		act->reply.count = true;
		act->reply.blind = is_blind(e);
		/* it is told beside the count, which stands without it */
		if (e->ports.totals(e->ports.arg, &t, &err) == RC_OK) {
			act->reply.opening.minor = opening_of(e, &t);
		}
		/* cells: 75 */
		engine_say(act, "%s",
			_("Count the drawer, then key it, like 119915CT."));
		return;
	}
	if (!engine_take_count(e, act, en, &count) ||
		!engine_permit(e, act, PERMIT_COUNT_CASH, 0)) {
		return;
	}
	if (e->ports.totals(e->ports.arg, &t, &err) != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The totals cannot be read: %s"), err.msg);
		return;
	}
	expected = expected_now(e, &t);
	if (!engine_count_sure(e, act, "CT", count.counted, expected)) {
		return;
	}
	act->event[0].type = EVENT_CASH_COUNTED;
	act->n = 1;
	*d = count;
	d->expected = expected;
	d->difference = d->counted - d->expected;
	d->approver = engine_approver(e);
	act->reply.has_count = true;
	act->reply.counted.minor = d->counted;
	act->reply.expected.minor = d->expected;
	act->reply.difference.minor = d->difference;
	e->wait = WAIT_NOTHING;
	if (is_blind(e)) {
		act->reply.blind = true;
		act->reply.expected.minor = 0;
		act->reply.difference.minor = 0;
	}
	say_count(e, act, d);
}

/* --- the end of the day --------------------------------------------------- */

/* Whether a day can end just now. False: refused. */
static bool
may_close(struct engine *e, struct act *act, const char *number, uint64_t z)
{
	unsigned long n = (unsigned long)e->series.n_parked;
	unsigned long next = (unsigned long)z;
	int64_t keyed = 0;

	if (e->basket.n_line > 0) {
		engine_refuse(act, WORD_SALE_OPEN, "%s",
			_("A sale is open: finish or cancel it, then close the "
			  "day."));
		return false;
	}
	if (e->shifts.n_open > 0) {
		engine_refuse(act, WORD_SHIFT_OPEN,
			_("Drawer %lld is still operator %s's: CS%lld closes "
			  "it, then close the day."),
			(long long)e->shifts.open[0].drawer,
			e->shifts.open[0].operator_no,
			(long long)e->shifts.open[0].drawer);
		return false;
	}
	if (n > 0) {
		engine_refuse(act, WORD_PARKED_OPEN,
			P_("%lu sale is parked: finish or cancel it, then "
			   "close the day.",
				"%lu sales are parked: finish or cancel them, "
				"then close the day.",
				n),
			n);
		return false;
	}
	if (parse_i64(number, strlen(number), 1, INT64_MAX, &keyed) != RC_OK ||
		(uint64_t)keyed != z) {
		engine_refuse(act, WORD_Z_NUMBER,
			_("The next Z is %lu: %luZR closes the day."), next,
			next);
		return false;
	}
	return true;
}

/* Cash that was counted and is not what there should be.  A timer has nobody to
 * ask. */
static bool
why_off(struct engine *e, struct act *act, const struct totals *t,
	const char **ret)
{
	*ret = NULL;
	return e->by_verb || t->counts == 0 || t->difference == 0 ||
	       engine_reason(e, act, REASON_DIFFERENCE, ret);
}

static bool
make_day(struct engine *e, struct act *act, const struct totals *t,
	const char *why)
{
	struct totals *kept = arena_take(&e->arena, 1, sizeof(*kept));
	struct day_rows *rows = arena_take(&e->arena, 1, sizeof(*rows));
	struct event_day_shift *list =
		arena_take(&e->arena, SHIFT_CLOSED, sizeof(*list));
	struct event_day *d = &act->event[0].data.day;

	if (kept == NULL || rows == NULL || list == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, "%s",
			_("The day could not be put together: key it again."));
		return false;
	}
	*kept = *t;
	day_close(kept, rows, d);
	shifts_day(&e->shifts, list, d);
	/* one that nobody opened is dated by its first line */
	d->date = e->shifts.date[0] != '\0' ? e->shifts.date : NULL;
	d->opened = act->reply.opened;
	d->approver = engine_approver(e);
	d->reason = why;
	if (!engine_day_ends(e, act, d)) {
		return false;
	}
	act->event[0].type = EVENT_DAY_CLOSED;
	act->n = 1;
	return true;
}

void
engine_day(struct engine *e, struct act *act, const char *number)
{
	struct totals *t = &act->reply.totals;
	const char *why = NULL;
	char text[AMOUNT_BYTES];
	struct err err = {0};
	uint64_t z;

	if (e->ports.totals(e->ports.arg, t, &err) != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The totals cannot be read: %s"), err.msg);
		return;
	}
	engine_shift_load(e);
	z = (uint64_t)t->closings + 1;
	if ((number[0] != '\0' && (!may_close(e, act, number, z) ||
					  !why_off(e, act, t, &why))) ||
		!engine_permit(e, act, PERMIT_Z_REPORT, 0)) {
		return;
	}
	act->reply.opened = clock_read(&e->clock).utc;
	if (t->first != 0 && e->ports.recorded != NULL &&
		e->ports.recorded(e->ports.arg, t->first, &act->reply.opened,
			&err) != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The totals cannot be read: %s"), err.msg);
		return;
	}
	if (number[0] != '\0' && !make_day(e, act, t, why)) {
		return;
	}
	act->reply.has_totals = true;
	act->reply.has_z = true;
	act->reply.z = z;
	engine_period_due(e, act);
	engine_amount(e, (struct money){t->gross}, text);
	if (act->n == 0) {
		/* cells: 75 */
		engine_say(act, _("Z %lu would say %s; nothing is closed."),
			(unsigned long)z, text);
		return;
	}
	act->reply.closed = true;
	act->reply.day = &act->event[0];
	act->print_report = engine_has_printer(e);
	e->wait = WAIT_NOTHING;
	if (act->reply.due[0] != '\0') {
		/* cells: 75; 2026-10 or 2026, and MZ or YZ */
		engine_say(act,
			_("Z %lu: the day is closed, %s.  %s is due: %s."),
			(unsigned long)z, text, act->reply.due,
			engine_period_command(act->reply.due));
		return;
	}
	/* cells: 75 */
	engine_say(act, _("Z %lu: the day is closed, %s."), (unsigned long)z,
		text);
}
