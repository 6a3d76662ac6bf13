/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "screen/people_internal.h"

#include "base/poison.h"

/*
 * Who stands at the register: signing on and the lock.  A number first, then
 * the PIN, on a screen of its own above it, whose prompt is shown as stars and
 * wiped; or a badge in either.  The engine says which of them is wanted.
 */

#define BOX_COLS 38
#define LEAVE_US ((int64_t)15000000)

/* The number's screen, beneath the PIN's too. */
struct person *
person_of(const struct app *a)
{
	static const struct screen_ops *const ops[] = {&people_approve_ops,
		&people_arm_ops, &people_lock_ops, &people_sign_ops};
	struct person *p = NULL;

	for (size_t i = 0; i < ARRAY_LEN(ops) && p == NULL; i++) {
		p = app_find(a, ops[i]);
	}
	return p;
}

bool
people_is_open(const struct app *a, const struct screen_ops *ops)
{
	for (size_t i = 0; i < a->depth; i++) {
		if (a->stack[i].ops == ops) {
			return true;
		}
	}
	return false;
}

static bool
is_ours(const struct screen_ops *ops)
{
	return ops == &people_sign_ops || ops == &people_lock_ops ||
	       ops == &people_approve_ops || ops == &people_arm_ops ||
	       ops == &people_reason_ops || ops == &people_pin_ops ||
	       ops == &people_pin_box_ops;
}

static void
open_person(struct app *a, const struct screen_ops *ops)
{
	struct person *p = app_room(a, sizeof(*p));

	if (p != NULL) {
		till_people(a->till, &p->told);
		(void)app_open(a, ops, p);
	}
}

static const struct screen_ops *
wanted(const struct engine_view *v)
{
	if (v->signed_off) {
		return &people_sign_ops;
	}
	if (v->locked) {
		return &people_lock_ops;
	}
	if (v->ask == ASK_APPROVAL) {
		return &people_approve_ops;
	}
	return v->ask == ASK_REASON ? &people_reason_ops : NULL;
}

void
people_follow(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const struct screen_ops *want = wanted(v);

	if (want != NULL && people_is_open(a, want)) {
		return;
	}
	if (want == NULL && v->armed == NULL &&
		people_is_open(a, &people_arm_ops)) {
		return;
	}
	while (a->depth > 0 && is_ours(app_screen(a))) {
		app_close(a);
	}
	/* what was approved may have opened a screen over the box */
	for (size_t i = a->depth; want == NULL && i > 0; i--) {
		if (is_ours(a->stack[i - 1].ops)) {
			app_remove(a, i - 1);
		}
	}
	if (want == &people_reason_ops) {
		(void)app_open(a, want, NULL);
	} else if (want != NULL) {
		open_person(a, want);
	}
	if (want == &people_approve_ops || want == &people_reason_ops) {
		app_signal(a, SOUND_ATTENTION);
	}
}

void
people_arm(struct app *a)
{
	if (!till_view(a->till)->people) {
		app_attention(a, _("Nobody here has a PIN: every action is "
				   "allowed."));
		return;
	}
	open_person(a, &people_arm_ops);
}

bool
people_turned(struct app *a, int32_t position)
{
	char text[2] = {(char)position, '\0'};

	if (!till_view(a->till)->people || position == 0) {
		return false;
	}
	/* X, T and P also ask for what they allow */
	return !app_input(a, INPUT_KEYLOCK, text, 1, 0) || position == 'S' ||
	       position == 'R' || position == 'L';
}

const char *
people_operator(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	const char *no = v->operator_no != NULL ? v->operator_no : "";
	char name[PEOPLE_NAME_BYTES];
	struct sbuf b;

	if (no[0] == '\0') {
		return "----";
	}
	if (strcmp(no, a->operator_no) != 0 || a->operator_text[0] == '\0') {
		sbuf_init(&b, a->operator_no, sizeof(a->operator_no));
		sbuf_puts(&b, no);
		name[0] = '\0';
		if (v->people) {
			till_operator_name(a->till, no, name);
		}
		sbuf_init(&b, a->operator_text, sizeof(a->operator_text));
		sbuf_puts(&b, no);
		sbuf_puts(&b, name[0] != '\0' ? " " : "");
		sbuf_puts(&b, name);
	}
	return a->operator_text;
}

/* --- number, PIN, badge --- */

void
people_take_number(
	struct app *a, struct person *p, const struct screen_ops *pin)
{
	struct prompt *in = app_prompt(a);
	const char *own = till_view(a->till)->operator_no;
	struct sbuf b;

	sbuf_init(&b, p->no, sizeof(p->no));
	if (in->len > 2 && (in->text[0] == 'B' || in->text[0] == 'b') &&
		(in->text[1] == 'G' || in->text[1] == 'g')) {
		/* no number: the emergency code */
		(void)app_input(a, INPUT_ENTRY, in->text, in->len, 0);
		prompt_clear(in);
		return;
	}
	if (in->len == 0 && till_view(a->till)->locked) {
		sbuf_puts(&b, own); /* back at one's own register */
	} else if (!text_is_digits(in->text) || in->len > 9) {
		app_attention(a, _("Key your operator number, then Enter."));
		return;
	} else {
		sbuf_puts(&b, in->text + strspn(in->text, "0"));
	}
	prompt_clear(in);
	(void)app_open(a, pin, NULL);
}

static void
take_pin(struct app *a)
{
	struct prompt *p = app_prompt(a);
	const struct person *who = person_of(a);
	char secret[PROMPT_BYTES];
	struct input in = {.kind = INPUT_PIN,
		.text = who != NULL ? who->no : "",
		.secret = secret,
		.secret_len = p->len};
	char no[16];
	struct sbuf b;

	if (p->len == 0) {
		app_remind(a, _("Key the PIN, then Enter; Esc goes back."));
		return;
	}
	sbuf_init(&b, no, sizeof(no));
	sbuf_puts(&b, in.text);
	in.text = no; /* the screen may be gone before this is over */
	in.len = b.len;
	memcpy(secret, p->text, sizeof(secret));
	crypto_wipe(p->text, sizeof(p->text));
	prompt_clear(p);
	if (!app_give(a, &in) && person_of(a) != NULL) {
		till_people(a->till, &person_of(a)->told);
	}
	crypto_wipe(secret, sizeof(secret));
}

/* Goods that are scanned here are no badges, and do not count as a try. */
static bool
is_goods(struct app *a, const char *text, size_t len)
{
	struct item item;

	return till_item(a->till, text, len, &item);
}

/* The badge alone was not enough: its PIN. */
static void
ask_other_half(struct app *a)
{
	struct person *p = person_of(a);
	bool box;

	if (p == NULL) {
		return;
	}
	till_people(a->till, &p->told);
	if (p->told.half[0] == '\0') {
		return;
	}
	box = people_is_open(a, &people_approve_ops) ||
	      people_is_open(a, &people_arm_ops);
	memcpy(p->no, p->told.half, sizeof(p->no));
	prompt_clear(app_prompt(a));
	if (!people_is_open(a, &people_pin_ops) &&
		!people_is_open(a, &people_pin_box_ops)) {
		(void)app_open(
			a, box ? &people_pin_box_ops : &people_pin_ops, NULL);
	}
}

void
people_scan_badge(struct app *a, void *state, const char *text, size_t len)
{
	struct key_event at = {.at = {a->now}};

	(void)state;
	if (!is_goods(a, text, len)) {
		if (!app_input(a, INPUT_BADGE, text, len, 0)) {
			ask_other_half(a);
		}
	} else if (app_asks(a)) {
		hold_scan(a, text, len, &at);
	} else if (people_is_open(a, &people_arm_ops)) {
		people_refuse(a);
		app_dispatch_scan(a, text, len);
	} else {
		app_attention(a, _("Not sold: somebody has to sign on "
				   "first."));
	}
}

void
people_sign_off(struct app *a)
{
	if (app_entry(a, "SO") && till_view(a->till)->signed_off) {
		a->leaving = true;
		a->leave_by = a->now + LEAVE_US;
		/* behind the engine's own words, which a reader hears first */
		app_say(a, MSG_INFO,
			/* cells: 71 */
			_("SO Enter within 15 seconds leaves the register."));
	}
}

/* Whoever has just signed off may leave; a stranger who finds the register
 * signed off may not. */
static void
leave(struct app *a)
{
	if (a->leaving && a->now <= a->leave_by) {
		a->done = true;
		return;
	}
	prompt_clear(app_prompt(a));
	app_attention(a, till_view(a->till)->locked
				 /* cells: 71 */
				 ? _("To leave, unlock the register first.")
				 /* cells: 71 */
				 : _("To leave, sign on; then SO Enter, and "
				     "SO Enter once more."));
}

static void
act_number(struct app *a, void *state, enum action action)
{
	if (action != ACTION_ACCEPT) {
		return;
	}
	if (strcasecmp(app_prompt(a)->text, "SO") == 0) {
		leave(a);
		return;
	}
	a->leaving = false;
	people_take_number(a, state, &people_pin_ops);
}

void
people_act_pin(struct app *a, void *state, enum action action)
{
	(void)state;
	if (action == ACTION_ACCEPT) {
		take_pin(a);
	} else if (action == ACTION_CLEAR) {
		app_close(a);
	} else if (action == ACTION_VOID) {
		people_refuse(a);
	}
}

bool
people_is_secret(const struct app *a, const void *state)
{
	(void)a;
	(void)state;
	return true;
}

void
people_reading_pin(const struct app *a, const void *state, struct sbuf *out)
{
	const struct person *p = person_of(a);

	(void)state;
	/* cells: 28 */
	sbuf_printf(out, _("PIN of %s, then Enter"), p != NULL ? p->no : "");
}

void
people_reading_number(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 28 */
	sbuf_puts(out, _("then PIN, Enter"));
}

/* --- sign-on and lock --- */

void
people_put_form(
	struct app *a, const struct person *p, int row, int col, int width)
{
	bool pin = app_screen(a) == &people_pin_ops ||
		   app_screen(a) == &people_pin_box_ops;
	bool approves = app_screen(a)->box && !till_view(a->till)->takes_over;
	const struct form_field f[2] = {
		/* cells: 14 each */
		{approves ? N_("Approver") : N_("Operator no."), p->no, false},
		/* cells: 14 */
		{N_("PIN"), "", true},
	};

	widget_form(a->grid, row, col, width, f, ARRAY_LEN(f), pin ? 1 : 0,
		app_prompt(a)->text);
}

static const char *
drawer_words(const struct till_people *told)
{
	if (!told->counted) {
		/* cells: 74 */
		return _("Drawer: not counted since the last Z.");
	}
	/* cells: 74 */
	return told->stands ? _("Drawer: counted, and no cash moved since.")
			    /* cells: 74 */
			    : _("Drawer: counted, and cash moved since.");
}

/* The day whose Z is still to be made. */
static void
put_day(struct app *a, const struct till_people *told, int row)
{
	char buf[96];
	struct sbuf b;

	const struct engine_view *v = till_view(a->till);

	sbuf_init(&b, buf, sizeof(buf));
	if (v->shifts != NULL && v->shifts->date[0] != '\0') {
		char date[24];
		struct sbuf d;

		sbuf_init(&d, date, sizeof(date));
		format_date_text(&d, app_format(a), v->shifts->date);
		/* cells: 40 */
		sbuf_printf(&b, _("Business day %s is OPEN"), date);
		grid_center(a->grid, row, 1, a->lay.cols - 2, ROLE_NORMAL, buf);
		return;
	}
	if (v->day_missing) {
		/* cells: 40 */
		sbuf_puts(&b, _("No business day is open: OD"));
		grid_center(a->grid, row, 1, a->lay.cols - 2, ROLE_NORMAL, buf);
		return;
	}
	/* cells: 40 */
	sbuf_printf(&b,
		told->day_open ? _("Day %lld is OPEN")
			       /* cells: 40 */
			       : _("Day %lld has not begun"),
		(long long)told->day);
	grid_center(a->grid, row, 1, a->lay.cols - 2, ROLE_NORMAL, buf);
}

/* Who has which drawer, and since when: two of them in a row. */
static int
put_drawers(struct app *a, int row)
{
	const struct shifts *s = till_view(a->till)->shifts;
	int32_t tz = clock_read(&a->clock).tz_min;
	int half = (a->lay.cols - 6) / 2;
	char name[PEOPLE_NAME_BYTES], buf[192];
	struct sbuf b;

	if (s->n_open == 0) {
		(void)grid_text(a->grid, row, 3, a->lay.cols - 4, ROLE_NORMAL,
			/* cells: 74 */
			_("Nobody has a drawer: OS takes one, once signed "
			  "on."));
		return row + 1;
	}
	for (size_t i = 0; i < s->n_open && i < 6; i++) {
		const struct shift *x = &s->open[i];
		int col = 3 + (int)(i % 2) * half;

		till_operator_name(a->till, x->operator_no, name);
		sbuf_init(&b, buf, sizeof(buf));
		/* cells: 36 */
		sbuf_printf(&b, _("Drawer %lld: %s %s ("), (long long)x->drawer,
			x->operator_no, name);
		format_time(&b, app_format(a), utc_civil(x->opened, tz),
			a->look.half_day, false);
		sbuf_puts(&b, "-)");
		(void)grid_text(a->grid, row + (int)(i / 2), col, half - 1,
			ROLE_NORMAL, buf);
	}
	return row + (int)(s->n_open + 1) / 2;
}

static void
put_facts(struct app *a, const struct person *p, int row)
{
	struct clock_reading now = clock_read(&a->clock);
	struct civil c = utc_civil(p->told.last_off, now.tz_min);
	struct till_status st;
	char buf[192], when[16];
	struct sbuf b, w;

	if (till_view(a->till)->shifts_on) {
		row = put_drawers(a, row);
	} else if (p->told.day > 0) {
		(void)grid_text(a->grid, row++, 3, a->lay.cols - 4, ROLE_NORMAL,
			drawer_words(&p->told));
	}
	sbuf_init(&b, buf, sizeof(buf));
	if (p->told.last_no[0] != '\0') {
		sbuf_init(&w, when, sizeof(when));
		format_time(&w, app_format(a), c, a->look.half_day, false);
		/* cells: 74 */
		sbuf_printf(&b, _("Last sign-off %s %s, %s."), p->told.last_no,
			p->told.last_name, when);
		(void)grid_text(
			a->grid, row++, 3, a->lay.cols - 4, ROLE_NORMAL, buf);
	}
	sbuf_clear(&b);
	/* cells: 74 */
	sbuf_printf(&b,
		_("Failed PINs today: %u (after 5 in a row one waits)."),
		(unsigned)p->told.refused_today);
	(void)grid_text(a->grid, row++, 3, a->lay.cols - 4, ROLE_NORMAL, buf);
	till_status(a->till, &st);
	sbuf_clear(&b);
	if (st.queued > 0) {
		/* cells: 74 */
		sbuf_printf(&b,
			P_("%llu line waits to be sent; selling is not "
			   "affected.",
				"%llu lines wait to be sent; selling is not "
				"affected.",
				st.queued),
			(unsigned long long)st.queued);
		(void)grid_text(
			a->grid, row, 3, a->lay.cols - 4, ROLE_NORMAL, buf);
	}
}

static void
draw_who(struct app *a, void *state)
{
	const struct config *c = till_config(a->till);
	const struct engine_view *v = till_view(a->till);
	const struct person *p = person_of(a);
	int row = a->lay.work_row + 1, col = (a->lay.cols - BOX_COLS) / 2;
	char buf[192];
	struct sbuf b;

	(void)state;
	if (p == NULL) {
		return;
	}
	grid_center(a->grid, row, 1, a->lay.cols - 2, ROLE_TOTAL, c->shop);
	sbuf_init(&b, buf, sizeof(buf));
	if (v->locked) {
		/* cells: 70 */
		sbuf_printf(&b, _("LOCKED by %s; the sale is kept"),
			people_operator(a));
	} else {
		/* cells: 40 */
		sbuf_printf(&b, _("REGISTER %s"), c->register_no);
	}
	grid_center(a->grid, row + 1, 1, a->lay.cols - 2, ROLE_NORMAL, buf);
	if (!v->locked && p->told.day > 0) {
		put_day(a, &p->told, row + 2);
	}
	if (!a->grid->tight) {
		grid_box(a->grid, row + 3, col, 7, BOX_COLS,
			/* cells: 30 */
			v->locked ? _("UNLOCK") : _("SIGN ON"), ROLE_STOP);
	}
	people_put_form(a, p, row + 5, col + 2, BOX_COLS - 4);
	(void)grid_text(a->grid, row + (a->grid->tight ? 6 : 8), col + 4,
		/* cells: 32 */
		BOX_COLS - 6, ROLE_NORMAL, _("or scan your badge"));
	put_facts(a, p, row + 10);
}

static void
hint_who(const struct app *a, const void *state, struct sbuf *out)
{
	(void)state;
	if (till_view(a->till)->locked) {
		/* cells: 78 */
		sbuf_puts(out, _("Enter = same operator   number Enter = "
				 "supervisor   badge unlocks too"));
	} else {
		/* cells: 78 */
		sbuf_puts(out, _("operator number Enter, then PIN Enter   or "
				 "scan the badge"));
		/* cells: 19 */
		sbuf_puts(out, _("   Ctrl-F 1 help"));
	}
}

/* --- the screens --- */

const struct screen_ops people_sign_ops = {
	.bit = SCREEN_SIGN,
	/* cells: 24 */
	.title = N_("SIGNED OFF"),
	/* cells: 12 */
	.label = N_("OPERATOR"),
	.draw = draw_who,
	.hint = hint_who,
	.reading = people_reading_number,
	.act = act_number,
	.scan = people_scan_badge,
	.close = app_free_state,
};

const struct screen_ops people_lock_ops = {
	.bit = SCREEN_SIGN,
	/* cells: 24 */
	.title = N_("LOCKED"),
	/* cells: 12 */
	.label = N_("OPERATOR"),
	.draw = draw_who,
	.hint = hint_who,
	.reading = people_reading_number,
	.act = act_number,
	.scan = people_scan_badge,
	.close = app_free_state,
};

const struct screen_ops people_pin_ops = {
	.bit = SCREEN_SIGN,
	/* cells: 24 */
	.title = N_("SIGN ON"),
	/* cells: 12 */
	.label = N_("PIN"),
	.draw = draw_who,
	.hint = hint_who,
	.reading = people_reading_pin,
	.act = people_act_pin,
	.scan = people_scan_badge,
	.secret = people_is_secret,
};
