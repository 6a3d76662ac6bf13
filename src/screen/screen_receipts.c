/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts that are not on paper, as far as anybody knows: what waits for the
 * printer prints by itself; what may be on paper somebody must look for. */
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

#define RECEIPTS_MAX 96

struct page {
	struct rows rows;
	struct till_receipt list[RECEIPTS_MAX];
};

static const struct screen_ops receipts_ops;

static void
read_list(struct app *a, struct page *s)
{
	s->rows.n = till_receipts(a->till, s->list, RECEIPTS_MAX);
	rows_fit(&s->rows);
}

void
receipts_open(struct app *a)
{
	struct page *s = app_room(a, sizeof(*s));

	if (s != NULL) {
		read_list(a, s);
		if (app_open(a, &receipts_ops, s)) {
			app_say(a, MSG_INFO, "");
		}
	}
}

/* It prints by itself: there is nothing to decide. */
static bool
is_waiting(const struct till_receipt *r)
{
	return strcmp(r->state, "waiting") == 0 ||
	       strcmp(r->state, "printing") == 0;
}

static const char *
words_of(const char *state)
{
	if (strcmp(state, "waiting") == 0) {
		/* cells: 50 */
		return _("waits for the printer, prints by itself");
	}
	if (strcmp(state, "printing") == 0) {
		/* cells: 50 */
		return _("is printing");
	}
	if (strcmp(state, "failed") == 0) {
		/* cells: 50 */
		return _("NOT PRINTED");
	}
	/* cells: 50 */
	return _("MAY BE ON PAPER: look at the printer");
}

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct page *s = arg;

	sbuf_puts(out,
		col == 0 ? s->list[row].number : words_of(s->list[row].state));
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 20 */
		{N_("Receipt"), 20, false, 0},
		/* cells: 50 */
		{N_("State"), 0, false, 0},
	};
	struct page *s = state;

	read_list(a, s);
	if (s->rows.n == 0) {
		(void)grid_text(a->grid, a->lay.work_row + 1, 1,
			a->lay.cols - 2, ROLE_NORMAL, /* cells: 76 */
			_("No receipt waits, and all are known to have "
			  "printed."));
		return;
	}
	(void)widget_rows(a->grid, a->lay.work_row, 0, a->lay.work_rows,
		a->lay.cols - 1, cols, ARRAY_LEN(cols), &s->rows, put_cell, s);
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct page *s = state;
	const struct till_receipt *r;

	(void)a;
	if (s->rows.n == 0) {
		/* cells: 40 */
		sbuf_puts(out, _("No receipt waits."));
		return;
	}
	r = &s->list[s->rows.selected];
	sbuf_puts(out, r->number);
	sbuf_putc(out, ' ');
	sbuf_puts(out, words_of(r->state));
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("P print again, marked as a copy   K no more of it   "
			 "Up/Down   Esc back"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct page *s = state;
	size_t idx = 0;

	if (rows_pick(&s->rows, a->stack[a->depth - 1].prompt.text, &idx)) {
		sbuf_puts(out, s->list[idx].number);
	} else {
		/* cells: 28 */
		sbuf_puts(out, _("no row of that number"));
	}
}

static void
say_number(struct app *a, const char *fmt, const char *number)
{
	char text[160];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, number);
	sbuf_puts(&b, ": ");
	sbuf_puts(&b, fmt);
	app_say(a, MSG_INFO, text);
}

/* RP, as the cashier would key it, with its right and its record; a copy that
 * was asked for settles what the first print left open. */
static void
print_again(struct app *a, const struct till_receipt *r)
{
	char text[64], number[32];
	struct sbuf b;

	memcpy(number, r->number, sizeof(number));
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "RP ");
	sbuf_puts(&b, number);
	if (app_entry(a, text)) {
		till_receipt_done(a->till, number);
	}
}

static void
decide(struct app *a, struct page *s, char c)
{
	const struct till_receipt *r = &s->list[s->rows.selected];

	if (s->rows.n == 0 || strchr("PpKk", c) == NULL) {
		app_remind(a, _("P prints the selected receipt again, K is "
				"done with it; Esc goes back."));
	} else if (is_waiting(r)) {
		app_attention(a, _("It waits for the printer and prints by "
				   "itself: nothing to decide."));
	} else if (c == 'P' || c == 'p') {
		print_again(a, r);
	} else {
		till_receipt_done(a->till, r->number);
		/* cells: 54 */
		say_number(a, _("no further copy; RP prints one at any time."),
			r->number);
	}
}

/* A letter acts at once, on the row whose number stands before it. */
static void
typed(struct app *a, void *state)
{
	struct page *s = state;
	char letter;

	read_list(a, s);
	if (app_rows_letter(a, &s->rows, &letter)) {
		decide(a, s, letter);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct page *s = state;

	(void)app_rows_act(a, &s->rows, action, (size_t)a->lay.work_rows - 2);
}

static const struct screen_ops receipts_ops = {
	.bit = SCREEN_RECEIPTS,
	/* cells: 24 */
	.title = N_("RECEIPTS"),
	/* cells: 12 */
	.label = N_("RECEIPT"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.typed = typed,
	.speak = speak,
	.close = app_free_state,
};
