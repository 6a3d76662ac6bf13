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

enum menu_when {
	MENU_ANY,
	MENU_SALE, /* only with a sale open */
	MENU_NONE  /* only without one */
};

struct menu_item {
	unsigned no;
	const char *code; /* as keyed at the prompt */
	const char *what;
	const char *behind; /* what is keyed behind it; NULL: nothing must be */
	const char *brief;  /* where the whole menu is shown at once */
	enum menu_when when;
	enum permit permit; /* PERMIT_COUNT: everybody may */
};

static const struct menu_item items[] = {
	/* cells: 30 */
	{1, "RP", N_("Reprint the last receipt"), NULL,
		/* cells: 17 */
		N_("Reprint receipt"), MENU_ANY, PERMIT_REPRINT},
	/* cells: 30 */
	{2, "NS", N_("No sale (opens the drawer)"), NULL,
		/* cells: 17 */
		N_("No sale (drawer)"), MENU_NONE, PERMIT_NO_SALE},
	/* cells: 30 */
	{3, "PU", N_("Pickup: amount first, 50000PU"), NULL,
		/* cells: 17 */
		N_("Pickup to safe"), MENU_ANY, PERMIT_PICKUP},
	/* cells: 30 */
	{4, "PI", N_("Paid in: amount first, 5000PI"), NULL,
		/* cells: 17 */
		N_("Paid in"), MENU_ANY, PERMIT_PAID_IN},
	/* cells: 30 */
	{5, "PX", N_("Paid out: amount first, 200PX"), NULL,
		/* cells: 17 */
		N_("Paid out"), MENU_ANY, PERMIT_PAID_OUT},
	/* cells: 30 */
	{9, "CM", N_("Comment on the receipt"),
		/* cells: 70 */
		N_("Key the words for the receipt here, then Enter."),
		/* cells: 17 */
		N_("Comment"), MENU_SALE, PERMIT_COUNT},
	/* cells: 30 */
	{10, "XR", N_("X report"), NULL,
		/* cells: 17 */
		N_("X report"), MENU_ANY, PERMIT_X_REPORT},
	/* cells: 30 */
	{11, "SY", N_("Sync: what waits for the hub"), NULL,
		/* cells: 17 */
		N_("Sync status"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{12, "AL", N_("Audit log"), NULL,
		/* cells: 17 */
		N_("Audit log"), MENU_ANY, PERMIT_AUDIT},
	/* cells: 30 */
	{13, "CN", N_("Cancel the whole sale"), NULL,
		/* cells: 17 */
		N_("Cancel the sale"), MENU_SALE, PERMIT_SALE_VOID},
	/* cells: 30 */
	{14, "TR", N_("Training: begin, or end it"), NULL,
		/* cells: 17 */
		N_("Training mode"), MENU_NONE, PERMIT_TRAINING},
	/* cells: 30 */
	{15, "LK", N_("Lock the register"), NULL,
		/* cells: 17 */
		N_("Lock register"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{16, "SO", N_("Sign off"), NULL,
		/* cells: 17 */
		N_("Sign off"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{19, "R", N_("Show the last receipt"), NULL,
		/* cells: 17 */
		N_("Last receipt"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{20, "PK", N_("Park, or bring back"), NULL,
		/* cells: 17 */
		N_("Park / bring back"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{21, "PC", N_("Price check"), NULL,
		/* cells: 17 */
		N_("Price check"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{22, "PV", N_("Find an item by name"), NULL,
		/* cells: 17 */
		N_("Find by name"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{23, "RF", N_("Return goods"), NULL,
		/* cells: 17 */
		N_("Return goods"), MENU_ANY, PERMIT_RETURN},
	/* cells: 30 */
	{24, "TT", N_("Ways to pay"), NULL,
		/* cells: 17 */
		N_("Ways to pay"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{25, "CT", N_("Count the drawer"), NULL,
		/* cells: 17 */
		N_("Count the drawer"), MENU_NONE, PERMIT_COUNT_CASH},
	/* cells: 30 */
	{26, "ZR", N_("Z report, close the day"), NULL,
		/* cells: 17 */
		N_("Z report"), MENU_ANY, PERMIT_Z_REPORT},
	/* cells: 30 */
	{27, "ST", N_("Settings"), NULL,
		/* cells: 17 */
		N_("Settings"), MENU_ANY, PERMIT_SETTINGS},
	/* cells: 30 */
	{28, "HP", N_("Keys that work now"), NULL,
		/* cells: 17 */
		N_("Help: the keys"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{29, "EX", N_("Where the prices come from"), NULL,
		/* cells: 17 */
		N_("Why these prices"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{30, "DS", N_("Discount of the sale: 10DS"), NULL,
		/* cells: 17 */
		N_("Sale discount %"), MENU_SALE, PERMIT_DISCOUNT},
	/* cells: 30 */
	{31, "DT", N_("Amount off the sale: 500DT"), NULL,
		/* cells: 17 */
		N_("Off the sale"), MENU_SALE, PERMIT_DISCOUNT},
	/* cells: 30 */
	{32, "CO", N_("Coupon: CO and its code"), NULL,
		/* cells: 17 */
		N_("Coupon"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{33, "CG", N_("Customer's group: CG staff"),
		/* cells: 70 */
		N_("Key the name of the group here, then Enter."),
		/* cells: 17 */
		N_("Customer's group"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{34, "TE", N_("Exempt from tax: TE number"),
		/* cells: 70 */
		N_("Key the number of the certificate here, then Enter."),
		/* cells: 17 */
		N_("Tax exempt"), MENU_ANY, PERMIT_EXEMPT},
	/* cells: 30 */
	{35, "VN", N_("Business: VN and VAT number"),
		/* cells: 70 */
		N_("Key the buyer's VAT number here, then Enter."),
		/* cells: 17 */
		N_("Business buyer"), MENU_ANY, PERMIT_EXEMPT},
	/* cells: 30 */
	{36, "TW", N_("Tare of the next weight: 22TW"), NULL,
		/* cells: 17 */
		N_("Tare"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{37, "WT", N_("Weight by hand: 734WT"), NULL,
		/* cells: 17 */
		N_("Weight by hand"), MENU_ANY, PERMIT_WEIGHT_BY_HAND},
	/* cells: 30 */
	{38, "EM", N_("Empties: 6*EM, then the code"), NULL,
		/* cells: 17 */
		N_("Empties"), MENU_ANY, PERMIT_EMPTIES},
	/* cells: 30 */
	{39, "SP", N_("Split what is due: 3SP"), NULL,
		/* cells: 17 */
		N_("Split what is due"), MENU_SALE, PERMIT_COUNT},
	/* cells: 30 */
	{40, "TK", N_("Test of keys and scanner"), NULL,
		/* cells: 17 */
		N_("Test keys, scans"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{41, "DV", N_("Devices: printer, terminal"), NULL,
		/* cells: 17 */
		N_("Devices"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{42, "KE", N_("Card terminal: end of its day"), NULL,
		/* cells: 17 */
		N_("Terminal: day end"), MENU_NONE, PERMIT_CARD_CLOSE},
	/* cells: 30 */
	{43, "KT", N_("Card terminal: totals"), NULL,
		/* cells: 17 */
		N_("Terminal: totals"), MENU_NONE, PERMIT_COUNT},
	/* cells: 30 */
	{44, "KS", N_("Card terminal: is it ready"), NULL,
		/* cells: 17 */
		N_("Terminal: status"), MENU_NONE, PERMIT_COUNT},
	/* cells: 30 */
	{45, "KR", N_("Reserve on a card: 5000KR"), NULL,
		/* cells: 17 */
		N_("Card: reserve"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{46, "KC", N_("Pay a reservation: 4200KC"), NULL,
		/* cells: 17 */
		N_("Card: capture"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{47, "KL", N_("Release a reservation"), NULL,
		/* cells: 17 */
		N_("Card: release"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{48, "WZ", N_("Scale: set it to zero"), NULL,
		/* cells: 17 */
		N_("Scale: zero"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{49, "WS", N_("Scale: what is on it is tare"), NULL,
		/* cells: 17 */
		N_("Scale: tare"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{50, "WC", N_("Scale: clear its tare"), NULL,
		/* cells: 17 */
		N_("Scale: clear tare"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{51, "CD", N_("Drafts of the settings"), NULL,
		/* cells: 17 */
		N_("Settings: drafts"), MENU_ANY, PERMIT_SETTINGS},
	/* cells: 30 */
	{52, "MZ", N_("Close a month"), NULL,
		/* cells: 17 */
		N_("Close a month"), MENU_ANY, PERMIT_PERIOD},
	/* cells: 30 */
	{53, "YZ", N_("Close a year"), NULL,
		/* cells: 17 */
		N_("Close a year"), MENU_ANY, PERMIT_PERIOD},
	/* cells: 30 */
	{54, "BG", N_("Emergency code for one act"), NULL,
		/* cells: 17 */
		N_("Emergency code"), MENU_ANY, PERMIT_COUNT},
	/* cells: 30 */
	{56, "RT", N_("Reports: sales, hours, items"), NULL,
		/* cells: 17 */
		N_("Reports"), MENU_ANY, PERMIT_REPORTS},
	/* cells: 30 */
	{57, "OD", N_("Open the business day"), NULL,
		/* cells: 17 */
		N_("Open the day"), MENU_NONE, PERMIT_SHIFT},
	/* cells: 30 */
	{58, "OS", N_("Take a drawer: count it"), NULL,
		/* cells: 17 */
		N_("Take a drawer"), MENU_ANY, PERMIT_SHIFT},
	/* cells: 30 */
	{59, "CS", N_("Close my drawer: count it"), NULL,
		/* cells: 17 */
		N_("Close my drawer"), MENU_NONE, PERMIT_SHIFT},
	/* cells: 30 */
	{60, "HO", N_("Hand my drawer over: count it"), NULL,
		/* cells: 17 */
		N_("Hand it over"), MENU_NONE, PERMIT_COUNT},
	/* cells: 30 */
	{61, "FL", N_("Cash from the safe: 20000FL"), NULL,
		/* cells: 17 */
		N_("From the safe"), MENU_ANY, PERMIT_FLOAT},
	/* cells: 30 */
	{62, "SD", N_("Cash into the safe: 50000SD"), NULL,
		/* cells: 17 */
		N_("Into the safe"), MENU_ANY, PERMIT_DROP},
};

#define MENU_MAX ARRAY_LEN(items)

struct menu {
	struct rows rows;
	unsigned no[MENU_MAX];
	size_t item[MENU_MAX]; /* index of items[] */
	size_t shown;          /* rows, from rows.top on */
};

static const struct screen_ops menu_ops;

static bool
has_device(const struct app *a, enum device_class class_)
{
	return config_device_find(till_config(a->till), class_, NULL) != NULL;
}

/* What only some shops have, by its numbers. */
static bool
has_what_it_needs(const struct app *a, const struct menu_item *m)
{
	const struct engine_view *v = till_view(a->till);

	switch (m->no) {
	case 11: /* a hub */
		return till_link(a->till) != NULL;
	case 42: /* card terminal */
	case 43:
	case 44:
	case 45:
	case 46:
	case 47:
		return has_device(a, DEVICE_PINPAD);
	case 48: /* scale */
	case 49:
	case 50:
		return has_device(a, DEVICE_SCALE);
	case 54: /* somebody's word is asked for */
		return v->people;
	case 57: /* days opened by hand */
		return till_config(a->till)->day_by_hand;
	case 58: /* drawers that are somebody's */
	case 59:
	case 60:
		return v->shifts_on;
	default:
		return true;
	}
}

/* A code the register knows: of the engine, or of the screens. */
static bool
is_there(const struct app *a, const struct menu_item *m)
{
	struct entry e;
	enum action action;

	if (!has_what_it_needs(a, m)) {
		return false;
	}
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
fits(const struct menu_item *m, const char *text)
{
	char no[24];
	struct sbuf b;

	if (text_is_digits(text)) {
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

/* --- all of it at once ---------------------------------------------------- */

#define PALETTE_COLS 2
#define PALETTE_EDGES 3 /* rows: the frame's, and what the signs mean */

static bool
is_for_now(const struct app *a, const struct menu_item *m)
{
	const struct basket *b = till_view(a->till)->basket;
	bool open = b != NULL && b->n_line > 0;

	return m->when == MENU_ANY || (m->when == MENU_SALE) == open;
}

/* Even the least of it needs somebody else's word. */
static bool
is_above(const struct app *a, const struct menu_item *m)
{
	const struct engine_view *v = till_view(a->till);

	return m->permit != PERMIT_COUNT && v->people &&
	       !config_may(till_config(a->till), v->role, m->permit, 1);
}

/* ">12*AL Audit log": selected, number, what is in its way, code, words. */
static void
draw_cell(struct app *a, const struct menu *s, size_t i, int row, int col,
	int width)
{
	const struct menu_item *m = &items[s->item[i]];
	bool selected = i == s->rows.selected;
	char buf[128];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, selected ? ">" : " ");
	sbuf_puts(&b, m->no < 10 ? " " : "");
	sbuf_u64(&b, m->no);
	sbuf_puts(&b, !is_for_now(a, m) ? "-" : is_above(a, m) ? "*" : " ");
	sbuf_puts(&b, m->code);
	sbuf_puts(&b, m->code[1] == '\0' ? "  " : " ");
	sbuf_puts(&b, _(m->brief));
	(void)grid_text(a->grid, row, col, width, ROLE_NORMAL, buf);
	if (selected) {
		grid_role(a->grid, row, col, width, ROLE_SELECTED);
		a->grid->row_at = row;
		a->grid->row_col = col;
	}
}

static size_t
page_of(const struct app *a)
{
	return a->lay.kind == DISPLAY_PANEL
		       ? (size_t)(a->lay.work_rows - PALETTE_EDGES) *
				 PALETTE_COLS
		       : (size_t)a->lay.work_rows - 2;
}

/* Columns from the top; of more than a page the one with the selection. */
static void
draw_palette(struct app *a, struct menu *s)
{
	const struct layout *l = &a->lay;
	int width = (DIALOG_COLS - 4) / PALETTE_COLS;
	int rows = l->work_rows - PALETTE_EDGES;
	size_t page = page_of(a);
	size_t from = s->rows.selected / page * page;

	/* cells: 46 */
	grid_box(a->grid, l->work_row, 1, l->work_rows, DIALOG_COLS,
		_("MENU - number, code or any word"), ROLE_HEAD);
	s->rows.top = from;
	s->shown = 0;
	for (size_t i = from; i < s->rows.n && i < from + page; i++) {
		s->shown++;
		int at = (int)(i - from);

		draw_cell(a, s, i, l->work_row + 1 + at % rows,
			3 + at / rows * width, width);
	}
	(void)grid_text(a->grid, l->work_row + l->work_rows - 2, 3,
		DIALOG_COLS - 4, ROLE_HEAD,
		/* cells: 50 */
		s->rows.n > page
			? _("- not now   * supervisor   PgUp PgDn: more")
			/* cells: 50 */
			: _("- not now   * supervisor"));
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

	/* what is due stays in sight where there is a panel beside */
	if (l->kind == DISPLAY_PANEL) {
		draw_palette(a, s);
		return;
	}
	grid_fill(a->grid, l->work_row, 0, l->work_rows, l->cols, ROLE_NORMAL);
	s->shown = (size_t)widget_rows(a->grid, l->work_row, 0, l->work_rows,
			   l->cols - 1, cols, ARRAY_LEN(cols), &s->rows,
			   put_cell, s) -
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
	const struct menu_item *m;

	if (s->rows.n == 0) {
		/* cells: 40 */
		sbuf_puts(out, _("nothing of that name"));
		return;
	}
	m = &items[s->item[s->rows.selected]];
	if (!is_for_now(a, m)) {
		/* cells: 40 */
		sbuf_puts(out, m->when == MENU_SALE
				       ? _("not now: no sale is open")
				       /* cells: 40 */
				       : _("not now: a sale is open"));
		return;
	}
	/* cells: 40 */
	sbuf_printf(out, _("Enter = %s"), _(m->what));
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
	app_close_all(a);
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
		(void)rows_move(&s->rows, action, page_of(a));
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
