/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* The parked sales of this register, the oldest first, and what is in the
 * selected one. */

#define PARKED_MAX 256

#define NOTE_BYTES 96

#define PREVIEW_ROWS 9
#define LIST_ROWS_MIN 4
#define PREVIEW_COLS 42

struct parked {
	struct store_parked list[PARKED_MAX];
	char note[PARKED_MAX][NOTE_BYTES]; /* read with the list */
	struct rows rows;
	uint64_t n_parked;   /* as the engine counted for this list */
	uint64_t cancelling; /* the number that was struck once, 0 none */
};

static const struct screen_ops parked_ops;

static void
read_notes(struct app *a, struct parked *s)
{
	const struct event *e = NULL;
	struct sbuf b;
	size_t i;

	for (i = 0; i < s->rows.n; i++) {
		sbuf_init(&b, s->note[i], sizeof(s->note[i]));
		if (till_parked_sale(a->till, s->list[i].number, &e, NULL) ==
				RC_OK &&
			e->data.basket.note != NULL) {
			sbuf_puts(&b, e->data.basket.note);
		}
	}
}

static enum rc
read_list(struct app *a, struct parked *s, struct err *reterr)
{
	enum rc rc =
		till_parked(a->till, s->list, PARKED_MAX, &s->rows.n, reterr);

	s->n_parked = till_view(a->till)->n_parked;
	read_notes(a, s);
	rows_fit(&s->rows);
	return rc;
}

void
parked_open(struct app *a)
{
	struct parked *s = app_room(a, sizeof(*s));
	struct err err = {.rc = RC_OK};

	if (s == NULL) {
		return;
	}
	if (read_list(a, s, &err) != RC_OK) {
		free(s);
		app_attention(a, err.msg[0] != '\0'
					 ? err.msg
					 : _("The list cannot be shown now."));
		return;
	}
	(void)app_open(a, &parked_ops, s);
}

struct cells {
	const struct app *a;
	const struct parked *s;
};

/* "7 Ana" */
static void
put_cashier(const struct app *a, struct sbuf *out, const char *no)
{
	char name[PEOPLE_NAME_BYTES] = "";

	if (till_view(a->till)->people) {
		till_operator_name(a->till, no, name);
	}
	sbuf_puts(out, no);
	sbuf_puts(out, name[0] != '\0' ? " " : "");
	sbuf_puts(out, name);
}

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct cells *c = arg;
	const struct store_parked *p = &c->s->list[row];
	struct clock_reading r = clock_read(&c->a->clock);
	struct civil t = utc_civil(p->time, r.tz_min);

	switch (col) {
	case 0:
		sbuf_putc(out, 'P');
		sbuf_u64(out, p->number);
		break;
	case 1:
		format_time(
			out, app_format(c->a), t, c->a->look.half_day, false);
		break;
	case 2:
		app_put_age(c->a, out, p->time);
		break;
	case 3:
		put_cashier(c->a, out, p->actor);
		break;
	case 4:
		sbuf_printf(out, "%lld", (long long)p->n_line);
		break;
	case 5:
		app_put_money(c->a, out, (struct money){p->total});
		break;
	default:
		sbuf_puts(out, c->s->note[row]);
		break;
	}
}

/* Where rows are few the list has them all. */
static int
list_rows(const struct app *a)
{
	int rows = a->lay.work_rows - PREVIEW_ROWS;

	return a->grid->tight || rows < LIST_ROWS_MIN ? a->lay.work_rows : rows;
}

static void
draw_line(struct app *a, const struct event_line *l, int row)
{
	char buf[32];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	format_qty(&b, app_format(a), (struct qty){l->qty});
	sbuf_puts(&b, " x");
	grid_right(a->grid, row, 1, 8, ROLE_NORMAL, buf);
	(void)grid_middle(
		a->grid, row, 10, PREVIEW_COLS - 22, ROLE_NORMAL, l->name);
	sbuf_clear(&b);
	app_put_money(a, &b, (struct money){l->amount});
	grid_right(a->grid, row, PREVIEW_COLS - 12, 12, ROLE_NORMAL, buf);
}

/* What is the customer's is told by its lines; the last row before the total
 * says how many more there are. */
static void
draw_preview(struct app *a, const struct parked *s, int row, int end)
{
	const struct event_basket *d;
	const struct event *e = NULL;
	char buf[64];
	struct sbuf b;
	size_t i, n, room = (size_t)(end - row - 2);

	if (s->rows.n == 0 ||
		till_parked_sale(a->till, s->list[s->rows.selected].number, &e,
			NULL) != RC_OK) {
		return;
	}
	d = &e->data.basket;
	n = d->n_line <= room ? d->n_line : room - 1;
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 30 */
	sbuf_printf(&b, _("PREVIEW %s"), d->number);
	(void)grid_text(a->grid, row++, 1, PREVIEW_COLS - 1, ROLE_HEAD, buf);
	for (i = 0; i < n; i++) {
		draw_line(a, &d->line[i], row++);
	}
	sbuf_clear(&b);
	if (n < d->n_line) {
		/* cells: 30 */
		sbuf_printf(&b,
			P_("and %zu more line", "and %zu more lines",
				d->n_line - n),
			d->n_line - n);
		(void)grid_text(a->grid, row++, 10, PREVIEW_COLS - 10,
			ROLE_NORMAL, buf);
	}
	sbuf_clear(&b);
	app_put_money(a, &b, (struct money){d->total});
	/* cells: 18 */
	(void)grid_text(a->grid, row, 10, 18, ROLE_TOTAL, _("TOTAL"));
	grid_right(a->grid, row, PREVIEW_COLS - 12, 12, ROLE_TOTAL, buf);
}

/* Beside the preview, where it leaves room. */
static void
draw_rules(struct app *a, int row)
{
	static const char *const rules[] = {
		/* cells: 36 each */
		N_("Parked sales outlive a power cut and"),
		/* cells: 36 */
		N_("a sign-off.  No Z while one is here."),
		/* cells: 36 */
		N_("Words keyed before F5 are the note."),
	};
	int col = PREVIEW_COLS + 2;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rules); i++) {
		(void)grid_text(a->grid, row + (int)i, col, a->lay.cols - col,
			ROLE_NORMAL, _(rules[i]));
	}
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 5 */
		{N_("Sale"), 5, false, 0},
		/* cells: 8 */
		{N_("Parked"), 8, false, 0},
		/* cells: 5 */
		{N_("Age"), 5, true, 0},
		/* cells: 12 */
		{N_("Cashier"), 12, false, 0},
		/* cells: 6 */
		{N_("Lines"), 6, true, 0},
		/* cells: 12 */
		{N_("Total"), 12, true, 0},
		/* cells: 12 */
		{N_("Note"), 0, false, 0},
	};
	struct parked *s = state;
	struct cells c = {.a = a, .s = s};
	int rows = list_rows(a);

	if (s->n_parked != till_view(a->till)->n_parked &&
		read_list(a, s, NULL) != RC_OK) {
		s->rows.n = 0;
	}
	(void)widget_rows(a->grid, a->lay.work_row, 0, rows, a->lay.cols - 1,
		cols, ARRAY_LEN(cols), &s->rows, put_cell, &c);
	if (rows < a->lay.work_rows) {
		grid_rule(a->grid, a->lay.work_row + rows, 0, a->lay.cols, '-');
		draw_preview(a, s, a->lay.work_row + rows + 1,
			a->lay.work_row + a->lay.work_rows);
		draw_rules(a, a->lay.work_row + rows + 2);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("Up/Down move   Enter or number Enter recall   - "
			 "cancel it   Esc back"));
}

/* The row's number is not the sale's. */
static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct parked *s = state;
	char total[32];
	struct sbuf b;
	size_t idx = 0;

	if (!rows_pick(&s->rows, a->stack[a->depth - 1].prompt.text, &idx)) {
		/* cells: 28 */
		sbuf_puts(out, _("no row of that number"));
		return;
	}
	sbuf_init(&b, total, sizeof(total));
	app_put_money(a, &b, (struct money){s->list[idx].total});
	/* cells: 34 */
	sbuf_printf(out, _("Enter = bring back P%llu, %s"),
		(unsigned long long)s->list[idx].number, total);
}

static void
recall(struct app *a, const struct parked *s)
{
	char buf[32];
	struct sbuf b;
	size_t idx = 0;

	if (!rows_pick(&s->rows, app_prompt(a)->text, &idx)) {
		app_attention(a, _("There is no parked sale of that number in "
				   "the list."));
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, "PK");
	sbuf_u64(&b, s->list[idx].number);
	app_close(a);
	(void)app_entry(a, buf);
}

/* Given up for good: struck twice. */
static void
cancel(struct app *a, struct parked *s)
{
	char buf[96], total[32];
	struct sbuf b, t;
	size_t idx = 0;

	if (!rows_pick(&s->rows, app_prompt(a)->text, &idx)) {
		app_attention(a, _("There is no parked sale of that number in "
				   "the list."));
		return;
	}
	prompt_clear(app_prompt(a));
	s->rows.selected = idx;
	sbuf_init(&b, buf, sizeof(buf));
	if (s->cancelling == s->list[idx].number) {
		s->cancelling = 0;
		sbuf_u64(&b, s->list[idx].number);
		sbuf_puts(&b, "CN");
		(void)app_entry(a, buf);
		return;
	}
	s->cancelling = s->list[idx].number;
	sbuf_init(&t, total, sizeof(total));
	app_put_money(a, &t, (struct money){s->list[idx].total});
	/* cells: 71 */
	sbuf_printf(&b,
		_("Once more gives up parked sale P%llu, %s, for good."),
		(unsigned long long)s->cancelling, total);
	app_attention(a, buf);
}

static void
act(struct app *a, void *state, enum action action)
{
	struct parked *s = state;

	if (action == ACTION_VOID) {
		cancel(a, s);
		return;
	}
	s->cancelling = 0;
	if (action == ACTION_ACCEPT || action == ACTION_PARK) {
		recall(a, s);
	} else if (action == ACTION_CLEAR) {
		app_close(a);
	} else {
		(void)rows_move(&s->rows, action, (size_t)list_rows(a) - 2);
	}
}

static const struct screen_ops parked_ops = {
	.bit = SCREEN_PARKED,
	/* cells: 24 */
	.title = N_("PARKED SALES"),
	/* cells: 12 */
	.label = N_("RECALL"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.close = app_free_state,
};
