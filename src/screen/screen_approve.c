/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/people_internal.h"

#include "base/poison.h"

/* What a supervisor is asked to approve, and why something is done. */

#define LABEL_CELLS 9

/* --- approval --- */

static void
put_row(struct dialog *d, const char *label, const char *text)
{
	size_t cells = text_cells(label, strlen(label));
	char buf[256];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, label);
	sbuf_fill(&b, ' ', cells < LABEL_CELLS ? LABEL_CELLS - cells : 1);
	sbuf_puts(&b, text);
	dialog_line(d, ROLE_NORMAL, buf);
}

/* "4.25   To 2.99   (-1.26, -29.6 %)" */
static void
put_change(struct app *a, struct dialog *d, const struct engine_question *q)
{
	char from[32], to[32], change[32], percent[32], buf[160];
	int64_t tenths = q->change_ppm / 1000;
	struct sbuf b;

	sbuf_init(&b, from, sizeof(from));
	app_put_money(a, &b, q->from);
	sbuf_init(&b, to, sizeof(to));
	app_put_money(a, &b, q->to);
	sbuf_init(&b, change, sizeof(change));
	app_put_money(a, &b, q->change);
	sbuf_init(&b, percent, sizeof(percent));
	format_money(&b, app_format(a), (struct money){tenths}, 1);
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 42 */
	sbuf_printf(
		&b, _("%s   To %s   (%s, %s %%)"), from, to, change, percent);
	/* cells: 8 */
	put_row(d, _("From"), buf);
}

static void
put_question(struct app *a, struct dialog *d)
{
	const struct engine_question *q = &till_view(a->till)->question;
	char buf[256];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, _(permit_table[q->permit].action));
	sbuf_puts(&b, q->what[0] != '\0' ? "  " : "");
	sbuf_puts(&b, q->what);
	/* cells: 8 */
	put_row(d, _("Action"), buf);
	if (q->has_from) {
		put_change(a, d, q);
	}
	/* cells: 8 */
	put_row(d, _("Rule"), q->rule);
	if (q->reason != NULL) {
		sbuf_clear(&b);
		sbuf_printf(&b, "%u  %s", q->reason_no, q->reason);
		/* cells: 8 */
		put_row(d, _("Reason"), buf);
	}
	dialog_line(d, ROLE_NORMAL, "");
}

/* Their PIN is their word for the sum. */
static void
put_taken(struct app *a, struct dialog *d)
{
	const struct engine_question *q = &till_view(a->till)->question;

	dialog_line(d, ROLE_TOTAL, q->what);
	/* cells: 50 */
	dialog_line(
		d, ROLE_NORMAL, _("Your PIN or badge says that it is right."));
	dialog_line(d, ROLE_NORMAL, "");
}

static void
draw_approve(struct app *a, void *state)
{
	const struct person *p = person_of(a);
	bool arm = people_is_open(a, &people_arm_ops);
	bool over = till_view(a->till)->takes_over;
	char buf[256];
	struct dialog d;
	struct sbuf b;
	int row, rows;

	(void)state;
	if (p == NULL) {
		return;
	}
	/* cells: 40 */
	dialog_begin(&d, over  ? _("WHO TAKES THE DRAWER OVER?")
			 : arm ? _("SUPERVISOR")
			       : _("SUPERVISOR NEEDED"));
	if (over) {
		put_taken(a, &d);
	} else if (arm) {
		/* cells: 50 */
		dialog_line(&d, ROLE_NORMAL,
			_("Approve the next action, for 15 seconds."));
		dialog_line(&d, ROLE_NORMAL, "");
	} else {
		put_question(a, &d);
	}
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	if (rows < 3) {
		return;
	}
	people_put_form(a, p, row, 3, DIALOG_COLS - 4);
	/* cells: 50 */
	(void)grid_text(a->grid, row + 2, 5, DIALOG_COLS - 6, ROLE_NORMAL,
		over ? _("or scan a badge")
		     /* cells: 50 */
		     : _("or scan a badge, or turn the key to S"));
	if (rows < 6) {
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 50 */
	sbuf_printf(&b,
		over ? _("%s is signed off then.")
		     /* cells: 50 */
		     : _("Sale stays open; %s remains signed on."),
		people_operator(a));
	(void)grid_text(a->grid, row + 4, 3, DIALOG_COLS - 4, ROLE_NORMAL, buf);
	sbuf_clear(&b);
	app_name_keys(a,
		/* cells: 50 */
		arm ? _("Esc = leave it.")
		    /* cells: 50 */
		    : _("Esc = refuse (logged).  After 5 bad PINs: wait."),
		&b);
	(void)grid_text(a->grid, row + 5, 3, DIALOG_COLS - 4, ROLE_NORMAL, buf);
	hold_draw(a, row + 7, row + rows);
}

static void
act_box(struct app *a, void *state, enum action action)
{
	if (action == ACTION_ACCEPT) {
		people_take_number(a, state, &people_pin_box_ops);
	} else {
		people_refuse(a);
	}
}

void
people_refuse(struct app *a)
{
	if (!people_is_open(a, &people_arm_ops)) {
		(void)app_input(a, INPUT_REFUSE, "", 0, 0);
		return;
	}
	while (people_is_open(a, &people_arm_ops)) {
		app_close(a);
	}
}

/* --- reasons --- */

static void
draw_reason(struct app *a, void *state)
{
	const struct engine_question *q = &till_view(a->till)->question;
	const struct config *c = till_config(a->till);
	struct dialog d;
	int row, rows;

	(void)state;
	/* cells: 40 */
	dialog_begin(&d, _("WHY?"));
	if (q->what[0] != '\0') {
		dialog_line(&d, ROLE_TOTAL, q->what);
	}
	for (unsigned i = 1; i <= CONFIG_REASONS; i++) {
		const char *text = config_reason(c, q->reason_kind, i);
		char key[2] = {(char)('0' + i), '\0'};

		if (text != NULL) {
			dialog_choice(&d, key, text);
		}
	}
	/* cells: 30 */
	dialog_choice(&d, app_back_key(a), _("Leave it as it is"));
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	hold_draw(a, row + 1, row + rows);
}

/* One digit is enough. */
static void
typed_reason(struct app *a, void *state)
{
	struct prompt *p = app_prompt(a);
	int n = p->text[0] >= '0' && p->text[0] <= '9' ? p->text[0] - '0' : 0;

	(void)state;
	if (p->len > 0) {
		prompt_clear(p);
		(void)app_input(a, INPUT_REASON, "", 0, n);
	}
}

static void
act_reason(struct app *a, void *state, enum action action)
{
	(void)state;
	if (action == ACTION_CLEAR) {
		(void)app_input(a, INPUT_REFUSE, "", 0, 0);
	} else {
		app_remind(a, _("Key the reason's number, or Esc."));
	}
}

/* --- in words --- */

static void
speak_approve(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_question *q = &till_view(a->till)->question;
	char from[32], to[32];
	struct sbuf b;

	(void)state;
	if (people_is_open(a, &people_arm_ops)) {
		sbuf_puts(out, _("SUPERVISOR: approve the next action"));
		return;
	}
	if (till_view(a->till)->takes_over) {
		sbuf_printf(out,
			_("WHO TAKES THE DRAWER OVER? %s. Number Enter, PIN "
			  "Enter; Esc leaves it"),
			q->what);
		return;
	}
	if (!q->has_from) {
		sbuf_printf(out,
			_("SUPERVISOR: %s %s. Number Enter, PIN Enter; Esc "
			  "refuses"),
			_(permit_table[q->permit].action), q->what);
		return;
	}
	sbuf_init(&b, from, sizeof(from));
	app_put_money(a, &b, q->from);
	sbuf_init(&b, to, sizeof(to));
	app_put_money(a, &b, q->to);
	sbuf_printf(out,
		_("SUPERVISOR: %s %s, from %s to %s. Number Enter, PIN Enter; "
		  "Esc refuses"),
		_(permit_table[q->permit].action), q->what, from, to);
}

static void
speak_reason(const struct app *a, const void *state, struct sbuf *out)
{
	const struct engine_question *q = &till_view(a->till)->question;
	const struct config *c = till_config(a->till);

	(void)state;
	sbuf_puts(out, _("WHY? The number, or Esc leaves it:"));
	for (unsigned i = 1; i <= CONFIG_REASONS; i++) {
		const char *text = config_reason(c, q->reason_kind, i);

		if (text != NULL) {
			sbuf_printf(out, " %u %s.", i, text);
		}
	}
}

/* --- the screens --- */

/* cells: 71 */
#define APPROVE_WORDS N_("A supervisor approves this, or Esc refuses it")

const struct screen_ops people_approve_ops = {
	.bit = SCREEN_APPROVE,
	/* cells: 12 */
	.label = N_("APPROVER"),
	.box = true,
	.asks = true,
	.stop = APPROVE_WORDS,
	.draw = draw_approve,
	.speak = speak_approve,
	.reading = people_reading_number,
	.act = act_box,
	.scan = people_scan_badge,
	.close = app_free_state,
};

const struct screen_ops people_arm_ops = {
	.bit = SCREEN_APPROVE,
	/* cells: 12 */
	.label = N_("APPROVER"),
	.box = true,
	.badge = true,
	.draw = draw_approve,
	.speak = speak_approve,
	.reading = people_reading_number,
	.act = act_box,
	.scan = people_scan_badge,
	.close = app_free_state,
};

const struct screen_ops people_pin_box_ops = {
	.bit = SCREEN_APPROVE,
	/* cells: 12 */
	.label = N_("PIN"),
	.box = true,
	.asks = true,
	.draw = draw_approve,
	.reading = people_reading_pin,
	.act = people_act_pin,
	.scan = people_scan_badge,
	.secret = people_is_secret,
};

const struct screen_ops people_reason_ops = {
	.bit = SCREEN_REASON,
	/* cells: 12 */
	.label = N_("REASON"),
	.box = true,
	.asks = true,
	/* cells: 71 */
	.stop = N_("Say why: key the number of the reason"),
	.draw = draw_reason,
	.speak = speak_reason,
	.act = act_reason,
	.typed = typed_reason,
};
