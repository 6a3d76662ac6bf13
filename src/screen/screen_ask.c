/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* What a command of the menu must know is asked for, one number or code after
 * the other; digits, Enter and Esc are enough.  What comes out is the entry
 * that could have been keyed, so the engine hears the same. */

#define FIELDS 2

struct ask_form {
	const char *code;
	const char *title;
	const char *says;
	const char *label[FIELDS]; /* NULL: there is no second */
	bool behind;               /* what is keyed stands behind the letters */
};

static const struct ask_form forms[] = {
	{"DS",
		/* cells: 46 */
		N_("DISCOUNT OF THE WHOLE SALE"),
		/* cells: 50 */
		N_("Percent of all goods; 0 takes it away again."),
		/* cells: 20 */
		{N_("Percent"), NULL}, false},
	{"DT",
		/* cells: 46 */
		N_("AMOUNT OFF THE WHOLE SALE"),
		/* cells: 50 */
		N_("500 is 5.00; 0 takes it away again."),
		/* cells: 20 */
		{N_("Amount"), NULL}, false},
	{"CO",
		/* cells: 46 */
		N_("COUPON"),
		/* cells: 50 */
		N_("Scan it, or key its code."),
		/* cells: 20 */
		{N_("Code"), NULL}, true},
	{"TW",
		/* cells: 46 */
		N_("TARE OF THE NEXT WEIGHT"),
		/* cells: 50 */
		N_("What the container weighs, in grams."),
		/* cells: 20 */
		{N_("Grams"), NULL}, false},
	{"WT",
		/* cells: 46 */
		N_("WEIGHT BY HAND"),
		/* cells: 50 */
		N_("What the next weighed item weighs, in grams."),
		/* cells: 20 */
		{N_("Grams"), NULL}, false},
	{"EM",
		/* cells: 46 */
		N_("EMPTIES"),
		/* cells: 50 */
		N_("How many; then scan or key the drink or deposit."),
		/* cells: 20 */
		{N_("How many"),
			/* cells: 20 */
			N_("Drink or deposit")},
		true},
	{"SP",
		/* cells: 46 */
		N_("SPLIT WHAT IS DUE"),
		/* cells: 50 */
		N_("3 makes three even parts, 20% a part and the rest."),
		/* cells: 20 */
		{N_("Parts"), NULL}, false},
};

struct ask {
	const struct ask_form *form;
	size_t at; /* the field that is asked for */
	char value[FIELDS][PROMPT_BYTES];
};

static const struct screen_ops ask_ops;

static size_t
n_fields(const struct ask *s)
{
	return s->form->label[1] != NULL ? 2 : 1;
}

bool
ask_open(struct app *a, const char *code)
{
	const struct ask_form *form = NULL;
	struct ask *s;

	for (size_t i = 0; i < ARRAY_LEN(forms) && form == NULL; i++) {
		form = strcmp(forms[i].code, code) == 0 ? &forms[i] : NULL;
	}
	if (form == NULL) {
		return false;
	}
	s = app_room(a, sizeof(*s));
	if (s != NULL) {
		s->form = form;
		if (app_open(a, &ask_ops, s)) {
			app_say(a, MSG_INFO, "");
		}
	}
	return true;
}

static void
draw(struct app *a, void *state)
{
	const struct ask *s = state;
	struct form_field field[FIELDS];
	struct dialog d;
	int row, rows;

	for (size_t i = 0; i < n_fields(s); i++) {
		field[i] = (struct form_field){
			.label = s->form->label[i], .value = s->value[i]};
	}
	dialog_begin(&d, _(s->form->title));
	dialog_line(&d, ROLE_NORMAL, _(s->form->says));
	dialog_line(&d, ROLE_NORMAL, "");
	/* cells: 30 */
	dialog_choice(&d, app_back_key(a), _("Leave it as it is"));
	rows = widget_dialog(a->grid, &a->lay, &d, &row);
	if (rows > 0) {
		widget_form(a->grid, rows > 1 ? row + 1 : row,
			a->lay.kind == DISPLAY_PANEL ? 3 : 1, DIALOG_COLS - 4,
			field, n_fields(s), s->at, app_prompt(a)->text);
	}
}

/* Keep what is keyed, and go to another field. */
static void
go_to(struct app *a, struct ask *s, size_t at)
{
	struct prompt *p = app_prompt(a);

	memcpy(s->value[s->at], p->text, p->len + 1);
	s->at = at;
	prompt_set(p, s->value[at]);
}

/* The entry that says the same; a box of one field has it before its letters or
 * behind them. */
static void
put_entry(const struct ask *s, struct sbuf *out)
{
	const char *first = s->value[0];
	bool count = n_fields(s) > 1;

	if (count && first[0] != '\0') {
		sbuf_puts(out, first);
		sbuf_putc(out, '*');
	} else if (!s->form->behind) {
		sbuf_puts(out, first);
	}
	sbuf_puts(out, s->form->code);
	if (s->form->behind && s->value[count ? 1 : 0][0] != '\0') {
		sbuf_putc(out, ' ');
		sbuf_puts(out, s->value[count ? 1 : 0]);
	}
}

/* The box is gone before the engine is asked: it may ask for more. */
static bool
send(struct app *a, const struct ask *s)
{
	char text[2 * PROMPT_BYTES + 8];
	struct entry e;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	put_entry(s, &b);
	entry_parse(text, strlen(text), &e);
	if (e.kind != ENTRY_COMMAND) {
		app_remind(a, e.kind == ENTRY_BAD && e.text != NULL
				      ? _(e.text)
				      : _("That is no number of this kind: "
					  "key it again, or Esc."));
		return false;
	}
	app_close(a);
	return app_entry(a, text);
}

static void
accept(struct app *a, struct ask *s)
{
	if (app_prompt(a)->len == 0 && n_fields(s) == 1) {
		app_remind(a, _("Key it first, or Esc leaves it as it is."));
	} else if (s->at + 1 < n_fields(s)) {
		go_to(a, s, s->at + 1);
		app_say(a, MSG_INFO, "");
	} else {
		go_to(a, s, s->at);
		(void)send(a, s);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct ask *s = state;

	if (action == ACTION_ACCEPT || action == ACTION_PAY) {
		accept(a, s);
	} else if (action == ACTION_CLEAR || action == ACTION_MENU) {
		app_close(a);
	} else if (action == ACTION_UP && s->at > 0) {
		go_to(a, s, s->at - 1);
	} else if (action == ACTION_DOWN && s->at + 1 < n_fields(s)) {
		go_to(a, s, s->at + 1);
	}
}

/* The drink of empties; else what is scanned is sold, or is the coupon. */
static void
scan(struct app *a, void *state, const char *text, size_t len)
{
	struct ask *s = state;

	if (n_fields(s) > 1) {
		go_to(a, s, s->at);
		s->value[1][0] = '\0';
		if (!send(a, s)) {
			return;
		}
	} else {
		app_close(a);
	}
	app_dispatch_scan(a, text, len);
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct ask *s = state;

	(void)a;
	/* cells: 40 */
	sbuf_printf(out, _("%s, then Enter"), _(s->form->label[s->at]));
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("key it, then Enter   Esc leaves it as it is"));
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct ask *s = state;

	(void)a;
	sbuf_printf(
		out, "%s: %s.", _(s->form->title), _(s->form->label[s->at]));
	if (s->at == 0) {
		sbuf_putc(out, ' ');
		sbuf_puts(out, _(s->form->says));
	}
}

static const struct screen_ops ask_ops = {
	.bit = SCREEN_MENU,
	/* cells: 12 */
	.label = N_("KEY IT"),
	.box = true,
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.scan = scan,
	.speak = speak,
	.close = app_free_state,
};
