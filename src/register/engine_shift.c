/* SPDX-License-Identifier: Apache-2.0 */
/* Who has which cash drawer: a shift from a counted opening to a blind count,
 * or to whoever takes the drawer over. */
#include <string.h>

#include "base/i18n.h"
#include "core/shift.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* --- what was keyed ------------------------------------------------------- */

struct keyed {
	size_t drawer;  /* 0 none was named */
	bool has_count; /* of what is in it */
	struct event_count count;
};

/* "2", or "2 5000x3": a first number of one digit names the drawer. */
static const char *
take_drawer(const char *p, size_t *ret)
{
	size_t n = strcspn(p, " ");

	if (n != 1 || p[0] < '1' || p[0] > '9') {
		return p;
	}
	*ret = (size_t)(p[0] - '0');
	return p + n + strspn(p + n, " ");
}

static bool
read_keyed(struct engine *e, struct act *act, const struct entry *en,
	struct keyed *ret)
{
	const char *after = take_drawer(en->after, &ret->drawer);
	struct entry count = {.command = en->command};
	struct sbuf b;

	if (en->before[0] == '\0' && after[0] == '\0') {
		return true;
	}
	ret->has_count = true;
	sbuf_init(&b, count.before, sizeof(count.before));
	sbuf_puts(&b, en->before);
	sbuf_init(&b, count.after, sizeof(count.after));
	sbuf_puts(&b, after);
	return engine_take_count(e, act, &count, &ret->count);
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

/* The drawer is to be counted first, on a screen that has its coins; it opens
 * for that. */
static void
ask_count(struct engine *e, struct act *act, enum count_for purpose,
	size_t drawer, const struct shift *x)
{
	act->reply.count = true;
	act->reply.count_for = purpose;
	act->reply.drawer = drawer;
	if (x != NULL) {
		act->reply.opening.minor = x->opening + x->floats;
		act->reply.opened = x->opened;
	}
	act->drawer_no = drawer;
	act->drawer = config_drawer_at(e->config, drawer) != NULL;
	if (act->drawer) {
		act->event[0].type = EVENT_DRAWER_OPENED;
		act->event[0].data.drawer.reason = "count";
		act->event[0].data.drawer.shift = x != NULL ? x->number : 0;
		act->event[0].data.drawer.approver = engine_approver(e);
		act->n = 1;
		e->wait = WAIT_NOTHING;
	}
	/* cells: 75 */
	engine_say(act, _("Count drawer %lu: pieces, then + when done."),
		(unsigned long)drawer);
}

/* --- opening -------------------------------------------------------------- */

/* The first that nobody has; 0: there is none. */
static size_t
free_drawer(const struct engine *e)
{
	for (size_t i = 1; i <= CONFIG_DRAWERS; i++) {
		if (config_has_drawer(e->config, i) &&
			shift_of_drawer(&e->shifts, (int64_t)i) == NULL) {
			return i;
		}
	}
	return 0;
}

/* Which drawer can be theirs; 0: refused. */
static size_t
choose_drawer(struct engine *e, struct act *act, size_t named)
{
	const struct shift *x = engine_shift(e);
	size_t no = named != 0 ? named : free_drawer(e);

	if (!e->config->shifts) {
		engine_refuse(act, WORD_SHIFT, "%s",
			_("This register has one drawer for all: shifts = on "
			  "under [day] gives each cashier one."));
		return 0;
	}
	if (x != NULL) {
		engine_refuse(act, WORD_SHIFT,
			_("Drawer %lld is yours already: CS closes it."),
			(long long)x->drawer);
		return 0;
	}
	if (no == 0) {
		engine_refuse(act, WORD_SHIFT, "%s",
			_("Every drawer is somebody's: one of them must be "
			  "closed (CS) or handed over (HO) first."));
		return 0;
	}
	if (!config_has_drawer(e->config, no)) {
		engine_refuse(act, WORD_SHIFT,
			_("There is no drawer %lu here."), (unsigned long)no);
		return 0;
	}
	x = shift_of_drawer(&e->shifts, (int64_t)no);
	if (x != NULL) {
		engine_refuse(act, WORD_SHIFT,
			_("Drawer %lu is operator %s's: they close it (CS) or "
			  "hand it over (HO) first."),
			(unsigned long)no, x->operator_no);
		return 0;
	}
	return no;
}

static void
say_opened(struct engine *e, struct act *act, const struct event_shift *d)
{
	char counted[AMOUNT_BYTES], off[AMOUNT_BYTES];
	struct money away = {
		d->difference < 0 ? -d->difference : d->difference};

	engine_amount(e, (struct money){d->counted}, counted);
	engine_amount(e, away, off);
	if (d->difference == 0) {
		/* cells: 75 */
		engine_say(act, _("Drawer %lld is yours, with %s."),
			(long long)d->drawer, counted);
	} else if (d->difference < 0) {
		/* cells: 75 */
		engine_say(act,
			_("Drawer %lld is yours, with %s: %s less than "
			  "was left in it."),
			(long long)d->drawer, counted, off);
	} else {
		/* cells: 75 */
		engine_say(act,
			_("Drawer %lld is yours, with %s: %s more than "
			  "was left in it."),
			(long long)d->drawer, counted, off);
	}
}

static void
fill_found(struct act *act, int64_t counted, int64_t expected, int64_t diff)
{
	act->reply.has_count = true;
	act->reply.counted.minor = counted;
	act->reply.expected.minor = expected;
	act->reply.difference.minor = diff;
}

void
engine_shift_open(struct engine *e, struct act *act, const struct entry *en)
{
	struct event_shift *d = &act->event[0].data.shift;
	struct keyed k = {0};
	struct totals t;
	size_t no;

	if (!engine_day_is_open(e, act) || !read_keyed(e, act, en, &k) ||
		!read_totals(e, act, &t)) {
		return;
	}
	no = choose_drawer(e, act, k.drawer);
	if (no == 0 || !engine_permit(e, act, PERMIT_SHIFT, 0)) {
		return;
	}
	if (!k.has_count) {
		ask_count(e, act, COUNT_OPEN, no, NULL);
		return;
	}
	*d = (struct event_shift){.shift = e->shifts.last + 1,
		.drawer = (int64_t)no,
		.expected = shifts_holds(&e->shifts, &t, (int64_t)no),
		.counted = k.count.counted,
		.piece = k.count.piece,
		.n_piece = k.count.n_piece,
		.approver = engine_approver(e)};
	/* by the books it is empty: all there is came from the safe */
	d->floats = d->expected == 0 ? d->counted : 0;
	d->difference = d->counted - d->expected - d->floats;
	act->event[0].type = EVENT_SHIFT_OPENED;
	act->n = 1;
	fill_found(act, d->counted, d->expected + d->floats, d->difference);
	act->reply.count_for = COUNT_OPEN;
	act->reply.drawer = no;
	e->wait = WAIT_NOTHING;
	say_opened(e, act, d);
}

/* --- closing -------------------------------------------------------------- */

static bool
is_far_off(const struct engine *e, int64_t difference)
{
	return difference > e->config->recount_above ||
	       difference < -e->config->recount_above;
}

/* The same sum was found before, and nothing went in or out since. */
static bool
is_counted_twice(const struct engine *e, const struct shift *x, int64_t counted)
{
	return x->counted && e->far.shift == x->number &&
	       e->far.counted == counted;
}

/* One that is far off is recorded, and not told: it would say what to find the
 * next time.  It stands when it was found twice, so that who tries one sum after
 * the other leaves a line for each.  False: count again. */
static bool
is_counted_well(struct engine *e, struct act *act, const struct shift *x,
	const struct event_count *count, int64_t expected)
{
	struct event_count *d = &act->event[0].data.count;

	if (is_counted_twice(e, x, count->counted) ||
		!is_far_off(e, count->counted - expected)) {
		return true;
	}
	engine_refuse(act, WORD_RECOUNT, "%s",
		/* cells: 75 */
		_("That is far from what there should be: count once more, "
		  "then record it."));
	/* behind it: a refusal clears the act */
	e->far.shift = x->number;
	e->far.counted = count->counted;
	*d = *count;
	d->expected = expected;
	d->difference = d->counted - expected;
	d->shift = x->number;
	d->approver = engine_approver(e);
	act->event[0].type = EVENT_CASH_COUNTED;
	act->n = 1;
	e->wait = WAIT_NOTHING;
	return false;
}

/* Whose shift the entry closes; NULL: refused. */
static const struct shift *
which_shift(struct engine *e, struct act *act, size_t drawer)
{
	const struct shift *mine = engine_shift(e);
	const struct shift *x =
		drawer != 0 ? shift_of_drawer(&e->shifts, (int64_t)drawer)
			    : mine;

	if (x == NULL && drawer != 0) {
		engine_refuse(act, WORD_NO_SHIFT, _("Nobody has drawer %lu."),
			(unsigned long)drawer);
	} else if (x == NULL) {
		engine_refuse(act, WORD_NO_SHIFT, "%s",
			_("You have no drawer: OS opens one."));
	}
	return x;
}

static bool
is_sale_closed(struct engine *e, struct act *act)
{
	if (e->basket.n_line == 0) {
		return true;
	}
	engine_refuse(act, WORD_SALE_OPEN, "%s",
		_("A sale is open: finish or park it, then count."));
	return false;
}

static bool
fill_closed(struct engine *e, struct act *act, const struct shift *x,
	const struct keyed *k, int64_t expected)
{
	struct event_day_tender *row =
		arena_take(&e->arena, TOTALS_TENDERS, sizeof(*row));
	struct event_shift_closed *d = &act->event[0].data.shift_closed;

	if (row == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, "%s", _("Key it again."));
		return false;
	}
	act->event[0].type = EVENT_SHIFT_CLOSED;
	act->n = 1;
	shift_sums(x, row, d);
	d->expected = expected;
	d->counted = k->count.counted;
	d->difference = d->counted - expected;
	d->carried = d->counted;
	d->piece = k->count.piece;
	d->n_piece = k->count.n_piece;
	fill_found(act, d->counted, expected, d->difference);
	act->reply.drawer = (size_t)x->drawer;
	engine_shift_totals(x, act);
	return true;
}

static void
say_closed(
	struct engine *e, struct act *act, const struct event_shift_closed *d)
{
	char counted[AMOUNT_BYTES], off[AMOUNT_BYTES];
	struct money away = {
		d->difference < 0 ? -d->difference : d->difference};

	engine_amount(e, (struct money){d->counted}, counted);
	engine_amount(e, away, off);
	if (d->difference == 0) {
		/* cells: 75 */
		engine_say(act,
			_("Drawer %lld is closed with %s, as expected."),
			(long long)d->drawer, counted);
	} else if (d->difference < 0) {
		/* cells: 75 */
		engine_say(act, _("Drawer %lld is closed with %s: short %s."),
			(long long)d->drawer, counted, off);
	} else {
		/* cells: 75 */
		engine_say(act, _("Drawer %lld is closed with %s: over %s."),
			(long long)d->drawer, counted, off);
	}
}

/* A count that is far off twice has a reason. */
static bool
take_reason(
	struct engine *e, struct act *act, int64_t difference, const char **ret)
{
	*ret = NULL;
	return !is_far_off(e, difference) ||
	       engine_reason(e, act, REASON_PAID, ret);
}

/* The count stands, or is recorded as the first of two. */
static bool
is_settled(struct engine *e, struct act *act, const struct shift *x,
	const struct keyed *k, int64_t expected, const char **ret_why)
{
	int64_t difference = k->count.counted - expected;

	*ret_why = NULL;
	return engine_count_sure(e, act, "CS", k->count.counted, expected) &&
	       ((is_far_off(e, difference) &&
			!is_counted_twice(e, x, k->count.counted)) ||
		       take_reason(e, act, difference, ret_why));
}

void
engine_shift_close(struct engine *e, struct act *act, const struct entry *en)
{
	const struct shift *x;
	const char *why = NULL;
	struct keyed k = {0};
	struct totals t;
	int64_t expected;
	char what[SHORT_BYTES];
	struct sbuf b;

	if (!is_sale_closed(e, act) || !read_keyed(e, act, en, &k) ||
		!read_totals(e, act, &t)) {
		return;
	}
	x = which_shift(e, act, k.drawer);
	if (x == NULL) {
		return;
	}
	sbuf_init(&b, what, sizeof(what));
	/* cells: 40 */
	sbuf_printf(&b, _("drawer %lld of operator %s"), (long long)x->drawer,
		x->operator_no);
	engine_what(e, what, NULL, NULL);
	expected = shifts_holds(&e->shifts, &t, x->drawer);
	if (k.has_count && !is_settled(e, act, x, &k, expected, &why)) {
		return;
	}
	if (!engine_permit(e, act,
		    x == engine_shift(e) ? PERMIT_SHIFT : PERMIT_SHIFT_OTHER,
		    0)) {
		return;
	}
	if (!k.has_count) {
		ask_count(e, act, COUNT_CLOSE, (size_t)x->drawer, x);
		return;
	}
	if (!is_counted_well(e, act, x, &k.count, expected) ||
		!fill_closed(e, act, x, &k, expected)) {
		return;
	}
	act->event[0].data.shift_closed.reason = why;
	act->event[0].data.shift_closed.approver = engine_approver(e);
	act->reply.count_for = COUNT_CLOSE;
	act->print_report = engine_has_printer(e);
	e->wait = WAIT_NOTHING;
	say_closed(e, act, &act->event[0].data.shift_closed);
}

/* --- handing over --------------------------------------------------------- */

/* Somebody takes the drawer with what was just counted in it: they are asked
 * who they are, and their PIN or badge is their word for the sum. */
static void
ask_taker(struct engine *e, struct act *act, const struct shift *x,
	int64_t counted)
{
	struct engine_question *q = &e->question;
	char text[AMOUNT_BYTES];
	char what[SHORT_BYTES];
	struct sbuf b;

	sbuf_init(&b, what, sizeof(what));
	/* cells: 40 */
	sbuf_printf(&b, _("drawer %lld with %s, from operator %s"),
		(long long)x->drawer,
		engine_amount(e, (struct money){counted}, text),
		x->operator_no);
	engine_what(e, what, NULL, NULL);
	q->permit = PERMIT_SHIFT;
	q->quantity = 0;
	sbuf_init(&b, q->rule, sizeof(q->rule));
	/* cells: 42 */
	sbuf_puts(&b, _("who takes it over answers for it"));
	engine_ask(e, ASK_APPROVAL);
	engine_refuse(act, WORD_APPROVAL,
		/* cells: 75 */
		_("Who takes drawer %lld over with %s: number and PIN, or "
		  "badge."),
		(long long)x->drawer, text);
}

bool
engine_hands_over(const struct engine *e)
{
	struct entry en;

	if (e->ask != ASK_APPROVAL || e->kept.in.kind != INPUT_ENTRY) {
		return false;
	}
	entry_parse(e->kept.in.text, e->kept.in.len, &en);
	return en.kind == ENTRY_COMMAND && en.command == CMD_HO;
}

bool
engine_may_take_over(
	struct engine *e, const struct engine_who *who, struct act *act)
{
	const struct shift *has = shift_of(&e->shifts, who->no);

	if (strcmp(who->no, ENGINE_KEYLOCK) == 0) {
		engine_refuse(act, WORD_APPROVAL, "%s",
			_("The key alone is nobody: who takes the drawer over "
			  "keys their number and PIN, or shows a badge."));
		return false;
	}
	if (has != NULL) {
		engine_refuse(act, WORD_SHIFT,
			_("Operator %s has drawer %lld already."), who->no,
			(long long)has->drawer);
		return false;
	}
	return true;
}

/* Nobody is without a drawer in between, or with two of them: one group. */
static void
put_hand_over(struct engine *e, struct act *act, const struct shift *x,
	const struct keyed *k, const char *why)
{
	struct event_shift_closed *d = &act->event[0].data.shift_closed;
	struct event_shift *to = &act->event[1].data.shift;
	const char *taker =
		arena_text(&e->arena, e->approver.no, strlen(e->approver.no));
	char text[AMOUNT_BYTES];

	if (taker == NULL) {
		act->n = 0;
		engine_refuse(act, WORD_UNAVAILABLE, "%s", _("Key it again."));
		return;
	}
	d->to = taker;
	d->reason = why;
	act->event[1].type = EVENT_SHIFT_OPENED;
	*to = (struct event_shift){.shift = e->shifts.last + 1,
		.drawer = x->drawer,
		.expected = d->counted,
		.counted = d->counted,
		.piece = k->count.piece,
		.n_piece = k->count.n_piece,
		.from = x->number};
	act->event[2].type = EVENT_OPERATOR_SIGNED_OFF;
	act->event[2].data.operator_.operator_no = x->operator_no;
	act->event[3].type = EVENT_OPERATOR_SIGNED_ON;
	act->event[3].data.operator_.operator_no = taker;
	act->event[3].data.operator_.how = e->approver.how;
	act->n = 4;
	(void)engine_copy(act->actor, sizeof(act->actor), taker);
	act->reply.count_for = COUNT_HAND_OVER;
	act->print_report = engine_has_printer(e);
	e->wait = WAIT_SIGNED;
	(void)engine_copy(e->wait_no, sizeof(e->wait_no), taker);
	(void)engine_copy(e->wait_role, sizeof(e->wait_role), e->approver.role);
	/* cells: 75 */
	engine_say(act, _("Operator %s has drawer %lld now, with %s."), taker,
		(long long)x->drawer,
		engine_amount(e, (struct money){d->counted}, text));
}

void
engine_shift_hand_over(
	struct engine *e, struct act *act, const struct entry *en)
{
	const struct shift *x;
	const char *why = NULL;
	struct keyed k = {0};
	struct totals t;
	int64_t expected;

	if (!is_sale_closed(e, act) || !read_keyed(e, act, en, &k) ||
		!read_totals(e, act, &t)) {
		return;
	}
	x = which_shift(e, act, 0);
	if (x == NULL) {
		return;
	}
	if (!e->people) {
		engine_refuse(act, WORD_NO_OPERATORS, "%s",
			_("Nobody here has a PIN: there is nobody to hand the "
			  "drawer over to.  CS closes it."));
		return;
	}
	if (!k.has_count) {
		ask_count(e, act, COUNT_HAND_OVER, (size_t)x->drawer, x);
		return;
	}
	expected = shifts_holds(&e->shifts, &t, x->drawer);
	if (!engine_count_sure(e, act, "HO", k.count.counted, expected) ||
		!is_counted_well(e, act, x, &k.count, expected) ||
		!take_reason(e, act, k.count.counted - expected, &why)) {
		return;
	}
	if (e->approver.no[0] == '\0') {
		ask_taker(e, act, x, k.count.counted);
		return;
	}
	if (fill_closed(e, act, x, &k, expected)) {
		put_hand_over(e, act, x, &k, why);
	}
}
