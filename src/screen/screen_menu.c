/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* Everything that has no key of its own within reach: by number, by code, or by
 * the beginning of any word.  A number is what a cashier learns, so it belongs
 * to its row for ever, whatever else comes or may not be done. */

struct menu_item {
	unsigned no;
	const char *code; /* as keyed at the prompt */
	const char *what;
	const char *behind; /* what is keyed behind it; NULL: nothing must be */
};

static const struct menu_item items[] = {
	/* cells: 30 */
	{1, "RP", N_("Reprint the last receipt"), NULL},
	/* cells: 30 */
	{2, "NS", N_("No sale (opens the drawer)"), NULL},
	/* cells: 30 */
	{3, "PU", N_("Pickup: amount first, 50000PU"), NULL},
	/* cells: 30 */
	{4, "PI", N_("Paid in: amount first, 5000PI"), NULL},
	/* cells: 30 */
	{5, "PX", N_("Paid out: amount first, 200PX"), NULL},
	/* cells: 30 */
	{10, "XR", N_("X report"), NULL},
	/* cells: 30 */
	{12, "AL", N_("Audit log"), NULL},
	/* cells: 30 */
	{13, "CN", N_("Cancel the whole sale"), NULL},
	/* cells: 30 */
	{14, "TR", N_("Training: begin, or end it"), NULL},
	/* cells: 30 */
	{15, "LK", N_("Lock the register"), NULL},
	/* cells: 30 */
	{16, "SO", N_("Sign off"), NULL},
	/* cells: 30 */
	{19, "R", N_("Show the last receipt"), NULL},
	/* cells: 30 */
	{20, "PK", N_("Park, or bring back"), NULL},
	/* cells: 30 */
	{21, "PC", N_("Price check"), NULL},
	/* cells: 30 */
	{22, "PV", N_("Find an item by name"), NULL},
	/* cells: 30 */
	{23, "RF", N_("Return goods"), NULL},
	/* cells: 30 */
	{24, "TT", N_("Ways to pay"), NULL},
	/* cells: 30 */
	{25, "CT", N_("Count the drawer"), NULL},
	/* cells: 30 */
	{26, "ZR", N_("Z report, close the day"), NULL},
	/* cells: 30 */
	{27, "ST", N_("Settings"), NULL},
	/* cells: 30 */
	{28, "HP", N_("Keys that work now"), NULL},
	/* cells: 30 */
	{29, "EX", N_("Where the prices come from"), NULL},
	/* cells: 30 */
	{30, "DS", N_("Discount of the sale: 10DS"), NULL},
	/* cells: 30 */
	{31, "DT", N_("Amount off the sale: 500DT"), NULL},
	/* cells: 30 */
	{32, "CO", N_("Coupon: CO and its code"), NULL},
	/* cells: 30 */
	{33, "CG", N_("Customer's group: CG staff"),
		/* cells: 70 */
		N_("Key the name of the group here, then Enter.")},
	/* cells: 30 */
	{34, "TE", N_("Exempt from tax: TE number"),
		/* cells: 70 */
		N_("Key the number of the certificate here, then Enter.")},
	/* cells: 30 */
	{35, "VN", N_("Business: VN and VAT number"),
		/* cells: 70 */
		N_("Key the buyer's VAT number here, then Enter.")},
	/* cells: 30 */
	{36, "TW", N_("Tare of the next weight: 22TW"), NULL},
	/* cells: 30 */
	{37, "WT", N_("Weight by hand: 734WT"), NULL},
	/* cells: 30 */
	{38, "EM", N_("Empties: 6*EM, then the code"), NULL},
	/* cells: 30 */
	{39, "SP", N_("Split what is due: 3SP"), NULL},
	/* cells: 30 */
	{40, "TK", N_("Test of keys and scanner"), NULL},
};

#define MENU_MAX ARRAY_LEN(items)

struct menu {
	struct rows rows;
	unsigned no[MENU_MAX];
	size_t item[MENU_MAX]; /* index of items[] */
	size_t shown;          /* rows, from rows.top on */
};

static const struct screen_ops menu_ops;

/* A code the register knows: of the engine, or of the screens. */
static bool
is_there(const struct app *a, const struct menu_item *m)
{
	struct entry e;
	enum action action;

	entry_parse(m->code, strlen(m->code), &e);
	if (e.kind == ENTRY_COMMAND) {
		return true;
	}
	action = action_by_code(m->code, strlen(m->code));
	return action != ACTION_NONE &&
	       keymap_valid(a->keymap, SCREEN_READY, action);
}

/* Where a word of ${text} begins with ${word}, both folded; or nowhere. */
static bool
has_word(const char *text, const char *word)
{
	char folded[256], want[PROMPT_BYTES];
	const char *p = folded;
	size_t n;

	text_fold(text, strlen(text), folded, sizeof(folded));
	text_fold(word, strlen(word), want, sizeof(want));
	n = strlen(want);
	for (;;) {
		if (strncmp(p, want, n) == 0) {
			return true;
		}
		p = strchr(p, ' ');
		if (p == NULL) {
			return false;
		}
		p++;
	}
}

static bool
is_digits(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static bool
fits(const struct menu_item *m, const char *text)
{
	char no[24];
	struct sbuf b;

	if (is_digits(text)) {
		sbuf_init(&b, no, sizeof(no));
		sbuf_u64(&b, m->no);
		return strncmp(no, text, strlen(text)) == 0;
	}
	return has_word(m->code, text) || has_word(_(m->what), text);
}

/* ${text} is all of its number or its code. */
static bool
is_whole(const struct menu_item *m, const char *text)
{
	char no[24];
	struct sbuf b;

	sbuf_init(&b, no, sizeof(no));
	sbuf_u64(&b, m->no);
	return strcmp(no, text) == 0 || strcasecmp(m->code, text) == 0;
}

static void
filter(struct app *a, struct menu *s)
{
	const char *text = app_prompt(a)->text;
	size_t i;

	s->rows.n = 0;
	s->rows.selected = 0;
	for (i = 0; i < ARRAY_LEN(items); i++) {
		if (is_there(a, &items[i]) && fits(&items[i], text)) {
			s->no[s->rows.n] = items[i].no;
			s->item[s->rows.n++] = i;
		}
	}
	/* "1" may become 10, "CO" be the begin of a word: the whole wins */
	for (i = 0; i < s->rows.n; i++) {
		if (is_whole(&items[s->item[i]], text)) {
			s->rows.selected = i;
		}
	}
}

void
menu_open(struct app *a)
{
	struct menu *s = app_room(a, sizeof(*s));

	if (s != NULL && app_open(a, &menu_ops, s)) {
		s->rows.no = s->no;
		filter(a, s);
		app_say(a, MSG_INFO, "");
	}
}

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct menu *s = arg;
	const struct menu_item *m = &items[s->item[row]];

	sbuf_puts(out, col == 0 ? m->code : _(m->what));
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 4 */
		{N_("Code"), 4, false, 0},
		/* cells: 40 */
		{N_("MENU - number, code or any word"), 0, false, 0},
	};
	struct menu *s = state;
	const struct layout *l = &a->lay;
	int row = l->work_row, col = 0, rows = l->work_rows;
	int width = l->cols - 1;

	/* what is due stays in sight where there is a panel beside */
	if (l->kind == DISPLAY_PANEL) {
		grid_box(a->grid, row, 1, rows, DIALOG_COLS, "", ROLE_HEAD);
		row++;
		col = 2;
		rows -= 2;
		width = DIALOG_COLS - 2;
	} else {
		grid_fill(a->grid, row, 0, rows, l->cols, ROLE_NORMAL);
	}
	s->shown = (size_t)widget_rows(a->grid, row, col, rows, width, cols,
			   ARRAY_LEN(cols), &s->rows, put_cell, s) -
		   1;
}

static void
typed(struct app *a, void *state)
{
	filter(a, state);
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct menu *s = state;

	(void)a;
	if (s->rows.n == 0) {
		/* cells: 40 */
		sbuf_puts(out, _("nothing of that name"));
		return;
	}
	/* cells: 40 */
	sbuf_printf(
		out, _("Enter = %s"), _(items[s->item[s->rows.selected]].what));
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	const struct menu *s = state;

	(void)a;
	/* without it the last row in sight looks like the end of the menu */
	if (s->shown < s->rows.n) {
		/* cells: 15 */
		sbuf_printf(out, _("%zu-%zu of %zu"), s->rows.top + 1,
			s->rows.top + s->shown, s->rows.n);
		sbuf_puts(out, "   ");
	}
	/* cells: 60 */
	sbuf_puts(out, _("number, code or word, then Enter   Up/Down   Esc "
			 "back"));
}

static void
choose(struct app *a, const struct menu *s)
{
	const struct menu_item *m;

	if (s->rows.n == 0) {
		app_attention(a, _("Nothing in the menu has that number, code "
				   "or word."));
		return;
	}
	m = &items[s->item[s->rows.selected]];
	/* a search or a list beneath is left, too */
	while (a->depth > 0) {
		app_close(a);
	}
	if (ask_open(a, m->code)) {
		return;
	}
	if (m->behind == NULL) {
		app_key_in(a, m->code);
		return;
	}
	prompt_set(app_prompt(a), m->code);
	prompt_append(app_prompt(a), " ");
	app_say(a, MSG_INFO, _(m->behind));
}

static void
act(struct app *a, void *state, enum action action)
{
	struct menu *s = state;

	if (action == ACTION_ACCEPT) {
		choose(a, s);
	} else if (action == ACTION_CLEAR || action == ACTION_MENU) {
		app_close(a);
	} else {
		(void)rows_move(&s->rows, action, (size_t)a->lay.work_rows - 2);
	}
}

static const struct screen_ops menu_ops = {
	.bit = SCREEN_MENU,
	/* cells: 24 */
	.title = N_("MENU"),
	/* cells: 12 */
	.label = N_("MENU"),
	.box = true,
	.draw = draw,
	.typed = typed,
	.hint = hint,
	.reading = reading,
	.act = act,
	.close = app_free_state,
};
