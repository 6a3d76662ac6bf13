/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/reader.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* An amount behind a name of so many cells ends within 40. */
#define NAME_CELLS 20
#define ADDED_MAX 4

void
reader_tell(struct app *a, const char *text)
{
	struct reader *r = &a->reader;
	struct sbuf b;

	if (text[0] == '\0') {
		return;
	}
	sbuf_init(&b, r->line[r->n % READER_LINES], READER_BYTES);
	sbuf_puts(&b, text);
	r->at[r->n % READER_LINES] = clock_read(&a->clock).utc;
	r->n++;
	r->stirred = true;
}

static bool
said_last(const struct reader *r, const char *text)
{
	return strcmp(r->line[(r->n - 1) % READER_LINES], text) == 0;
}

void
reader_tell_message(struct app *a)
{
	char buf[READER_BYTES];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	if (a->msg_level == MSG_WARN || a->msg_level == MSG_STOP) {
		/* cells: 5 */
		sbuf_puts(&b, a->msg_level == MSG_STOP ? _("STOP") : _("WARN"));
		sbuf_putc(&b, ' ');
	}
	if (a->msg_level != MSG_NONE) {
		sbuf_puts(&b, a->msg);
		if (a->reader.n > 0 && said_last(&a->reader, a->msg)) {
			/* the same once more, perhaps as a warning now */
			a->reader.n--;
		}
		reader_tell(a, buf);
	}
}

/* --- a sale ---------------------------------------------------------------- */

static void
put_sale(const struct app *a, struct sbuf *b)
{
	const struct basket *bk = till_view(a->till)->basket;
	char number[40], total[32];
	struct sbuf s;

	sbuf_init(&s, number, sizeof(number));
	app_number(a, &s);
	sbuf_init(&s, total, sizeof(total));
	app_put_money(a, &s, till_view(a->till)->due);
	/* cells: 60 */
	sbuf_printf(b,
		P_("SALE %s, %zu line, total %s",
			"SALE %s, %zu lines, total %s", bk->n_line),
		number, bk->n_line, total);
}

static void
tell_state(struct app *a)
{
	const struct engine_view *v = till_view(a->till);
	char buf[READER_BYTES], x[32], y[32];
	struct sbuf b, s;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_init(&s, x, sizeof(x));
	if (v->state == ENGINE_PAY) {
		app_put_money(a, &s, v->cash_due);
		/* cells: 40 */
		sbuf_printf(&b, _("PAY %s %s.  Enter: exact cash"), x,
			till_config(a->till)->currency.code);
	} else if (v->state == ENGINE_SALE) {
		put_sale(a, &b);
	} else if (a->show_change) {
		app_put_money(a, &s, v->prev_change);
		sbuf_init(&s, y, sizeof(y));
		app_put_money(a, &s, v->prev_total);
		/* cells: 60 */
		sbuf_printf(&b, _("CHANGE %s.  Sale %s is recorded, total %s"),
			x, v->prev_number, y);
	} else {
		/* cells: 60 */
		sbuf_printf(&b, _("READY %s.  Scan an item, or key its code"),
			till_config(a->till)->register_no);
	}
	reader_tell(a, buf);
}

static void
put_line(const struct app *a, struct sbuf *b, const struct basket_line *l)
{
	char name[4 * NAME_CELLS + 1];

	if (l->unknown) {
		/* cells: 40 */
		sbuf_printf(b, _("%s NOT ON FILE"), l->item.code);
		return;
	}
	if (l->qty.milli != 1000 || l->item.unit[0] != '\0') {
		format_measure(b, app_format(a), l->qty, l->item.unit);
		sbuf_puts(b, " x ");
	}
	text_fit_middle(name, sizeof(name), l->item.name, NAME_CELLS);
	sbuf_puts(b, name);
	sbuf_putc(b, ' ');
	app_put_money(a, b, basket_line_whole(l));
}

/* A message that names the line and its amount, no more, is said better by
 * what is told of the line. */
static void
drop_same(struct app *a, const struct basket_line *l)
{
	struct reader *r = &a->reader;
	size_t n = strlen(l->item.name);
	char amount[32];
	struct sbuf b;

	sbuf_init(&b, amount, sizeof(amount));
	app_put_money(a, &b, basket_line_whole(l));
	if (r->n > 0 && a->msg_level != MSG_NONE && said_last(r, a->msg) &&
		strncmp(a->msg, l->item.name, n) == 0 &&
		strcmp(a->msg + n + strspn(a->msg + n, " "), amount) == 0) {
		r->n--;
	}
}

static void
tell_added(struct app *a, const struct basket_line *l)
{
	const struct basket *bk = till_view(a->till)->basket;
	char buf[READER_BYTES], line[160], total[32];
	struct sbuf b;

	if (l->unknown && l == &bk->line[bk->n_line - 1] &&
		a->msg_level == MSG_STOP) {
		return; /* the message has said so, and what to do */
	}
	drop_same(a, l);
	sbuf_init(&b, line, sizeof(line));
	put_line(a, &b, l);
	sbuf_init(&b, total, sizeof(total));
	app_put_money(a, &b, till_view(a->till)->due);
	sbuf_init(&b, buf, sizeof(buf));
	if (l->unknown) {
		/* cells: 5 */
		sbuf_puts(&b, _("STOP"));
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, line);
	} else {
		/* cells: 60 */
		sbuf_printf(&b, _("ADDED %s, total %s"), line, total);
	}
	reader_tell(a, buf);
}

static void
tell_selected(struct app *a, const struct basket_line *l)
{
	char buf[READER_BYTES], line[160];
	struct sbuf b;

	sbuf_init(&b, line, sizeof(line));
	put_line(a, &b, l);
	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 50 */
	sbuf_printf(&b, _("LINE %u %s"), (unsigned)l->no, line);
	reader_tell(a, buf);
}

static void
put_total(const struct app *a, struct sbuf *b)
{
	const struct engine_view *v = till_view(a->till);
	char total[32];
	struct sbuf s;

	sbuf_init(&s, total, sizeof(total));
	app_put_money(a, &s, v->due);
	/* cells: 40 */
	sbuf_printf(b,
		P_("TOTAL %s, %zu line", "TOTAL %s, %zu lines",
			v->basket->n_line),
		total, v->basket->n_line);
}

/* Has the message of this very moment said what is due? */
static bool
told_due(const struct app *a)
{
	const struct reader *r = &a->reader;
	char due[32];
	struct sbuf b;

	sbuf_init(&b, due, sizeof(due));
	app_put_money(a, &b, till_view(a->till)->due);
	return r->n > 0 && a->msg_level != MSG_NONE && said_last(r, a->msg) &&
	       strstr(a->msg, due) != NULL;
}

static void
tell_total(struct app *a)
{
	char buf[READER_BYTES];
	struct sbuf b;

	if (told_due(a)) {
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	put_total(a, &b);
	reader_tell(a, buf);
}

/* New lines have higher numbers than any before; many at once are a sale that
 * came back, and told by its sum. */
static bool
tell_lines(struct app *a)
{
	const struct basket *bk = till_view(a->till)->basket;
	struct reader *r = &a->reader;
	size_t n = 0, i;

	if (memcmp(r->sale, bk->id, sizeof(r->sale)) != 0) {
		memcpy(r->sale, bk->id, sizeof(r->sale));
		r->last_no = 0;
	}
	while (n < bk->n_line && bk->line[bk->n_line - n - 1].no > r->last_no) {
		n++;
	}
	if (n > ADDED_MAX) {
		tell_total(a);
	}
	for (i = bk->n_line - n; i < bk->n_line && n <= ADDED_MAX; i++) {
		tell_added(a, &bk->line[i]);
	}
	if (bk->n_line > 0 && n > 0) {
		r->last_no = bk->line[bk->n_line - 1].no;
	}
	return n > 0;
}

static void
tell_sale(struct app *a, bool back)
{
	const struct engine_view *v = till_view(a->till);
	const struct basket *bk = v->basket;
	struct reader *r = &a->reader;
	bool change = v->state == ENGINE_READY && a->show_change;
	bool other = !r->begun || r->state != v->state || r->change != change;
	const struct basket_line *at =
		v->selected < bk->n_line ? &bk->line[v->selected] : NULL;
	bool lines = tell_lines(a);

	if ((other || back) && !lines) {
		tell_state(a);
	} else if (!lines && bk->n_line > 0 &&
		   (r->total.minor != bk->total.gross.minor ||
			   r->due.minor != v->due.minor)) {
		tell_total(a);
	} else if (!lines && at != NULL && at->no != r->selected_no) {
		tell_selected(a, at);
	}
	r->state = v->state;
	r->change = change;
	r->begun = true;
	r->n_line = bk->n_line;
	r->total = bk->total.gross;
	r->due = v->due;
	r->selected_no = at != NULL ? at->no : 0;
}

/* --- every other screen ---------------------------------------------------- */

/* A row of cells as words: runs of blanks are one, art is nothing. */
static void
put_row(const struct grid *g, int row, struct sbuf *b)
{
	bool gap = false, any = false;
	int col;

	for (col = 0; col < g->cols; col++) {
		const struct cell *c = grid_at(g, row, col);

		if (c == NULL || c->width == 0) {
			continue;
		}
		if (strcmp(c->g, " ") == 0 || c->line != GRID_LINE_NONE) {
			gap = any;
			continue;
		}
		if (gap) {
			sbuf_putc(b, ' ');
		}
		sbuf_puts(b, c->g);
		gap = false;
		any = true;
	}
}

static void
say_cells(struct app *a)
{
	const struct layout *l = &a->lay;
	int row;

	for (row = l->work_row; row < l->work_row + l->work_rows; row++) {
		char buf[4 * GRID_COLS_MAX];
		struct sbuf b;

		sbuf_init(&b, buf, sizeof(buf));
		put_row(a->grid, row, &b);
		if (buf[strspn(buf, "-._=| ")] != '\0') {
			tape_line(&a->reader.tape, buf);
		}
	}
}

static void
listen(struct app *a, const struct screen_ops *ops, void *state)
{
	struct tape *t = &a->reader.tape;

	tape_begin(t);
	if (ops->speak != NULL) {
		ops->speak(a, state, &t->text);
		return;
	}
	a->grid->tape = t;
	ops->draw(a, state);
	a->grid->tape = NULL;
	if (t->text.len == 0) {
		say_cells(a);
	}
	tape_end(t);
}

/* Did it say this line before? */
static bool
was_heard(const char *heard, const char *line, size_t len)
{
	while (*heard != '\0') {
		size_t n = strcspn(heard, "\n");

		if (n == len && memcmp(heard, line, n) == 0) {
			return true;
		}
		heard += n + (heard[n] == '\n' ? 1 : 0);
	}
	return false;
}

static void
tell_new(struct app *a, const char *before)
{
	struct reader *r = &a->reader;
	const char *p = r->tape.bytes;

	while (*p != '\0') {
		size_t n = strcspn(p, "\n");
		char buf[READER_BYTES];
		struct sbuf b;

		if (n > 0 && !was_heard(r->heard, p, n)) {
			sbuf_init(&b, buf, sizeof(buf));
			sbuf_puts(&b, before);
			sbuf_write(&b, p, n);
			reader_tell(a, buf);
			before = "";
		}
		p += n + (p[n] == '\n' ? 1 : 0);
	}
	memcpy(r->heard, r->tape.bytes, sizeof(r->heard));
}

static void
tell_screen(struct app *a, const struct screen_ops *ops, bool opened)
{
	void *state = a->depth > 0 ? a->stack[a->depth - 1].state : NULL;
	struct reader *r = &a->reader;
	char stop[64] = "";
	struct sbuf b;

	if (opened) {
		r->heard[0] = '\0';
		if (ops->asks && !ops->quiet) {
			sbuf_init(&b, stop, sizeof(stop));
			/* cells: 5 */
			sbuf_puts(&b, _("STOP"));
			sbuf_putc(&b, ' ');
		} else if (ops->title != NULL) {
			reader_tell(a, _(ops->title));
		}
	}
	listen(a, ops, state);
	tell_new(a, stop);
}

static void
hear(struct app *a)
{
	struct reader *r = &a->reader;
	const struct screen_ops *ops = app_screen(a);
	bool selling = ops == &screen_ready_ops || ops == &screen_sale_ops ||
		       ops == &screen_pay_ops;
	bool opened;

	ops = selling ? NULL : ops;
	opened = ops != r->ops || a->depth != r->depth;
	if (ops != NULL) {
		tell_screen(a, ops, opened);
	} else {
		tell_sale(a, opened);
	}
	r->ops = ops;
	r->depth = a->depth;
}

/* --- on the screen --------------------------------------------------------- */

/* One line of the transcript, broken into rows that end at ${end}.  Returns
 * the rows it took. */
static int
put_up(struct grid *g, int end, int cols, const char *text)
{
	size_t from[16];
	int n = 0, i;
	size_t at = 0, len = strlen(text);

	while (at < len && n < (int)ARRAY_LEN(from)) {
		size_t first = widget_break(text + at, cols - 1);

		from[n++] = at;
		if (first == 0) {
			break;
		}
		at += first + (text[at + first] == ' ' ? 1 : 0);
	}
	for (i = 0; i < n; i++) {
		char buf[READER_BYTES];
		struct sbuf b;

		sbuf_init(&b, buf, sizeof(buf));
		sbuf_write(&b, text + from[i],
			(i + 1 < n ? from[i + 1] : len) - from[i]);
		if (end - n + 1 + i >= 0) {
			(void)grid_text(
				g, end - n + 1 + i, 0, cols, ROLE_NORMAL, buf);
		}
	}
	return n;
}

void
reader_draw(struct app *a)
{
	struct reader *r = &a->reader;
	int row = a->lay.rule_row;
	size_t i;

	hear(a);
	grid_clear(a->grid);
	for (i = 1; i <= r->n && i <= READER_LINES && row >= 0; i++) {
		row -= put_up(a->grid, row, a->lay.cols,
			r->line[(r->n - i) % READER_LINES]);
	}
}

#define TAIL_ROWS 3

void
reader_draw_tail(struct app *a)
{
	const struct reader *r = &a->reader;
	const struct layout *l = &a->lay;
	int col = l->foot_cols + 2, width = l->cols - l->foot_cols - 3;
	size_t i, shown = 0;

	if (l->cols < LAYOUT_COLS_WIDE || l->kind == DISPLAY_READER) {
		return;
	}
	if (a->depth == 0 && till_view(a->till)->state != ENGINE_PAY) {
		(void)grid_text(a->grid, l->last_row, col, width, ROLE_HEAD,
			/* cells: 42 */
			_("KEYPAD  * quantity   - void   + pay"));
	}
	for (i = 1; i <= r->n && i <= READER_LINES && shown < TAIL_ROWS; i++) {
		size_t k = (r->n - i) % READER_LINES;
		struct clock_reading now = clock_read(&a->clock);
		struct civil c = utc_civil(r->at[k], now.tz_min);
		char buf[READER_BYTES + 16];
		struct sbuf b;

		if (a->msg_level != MSG_NONE && i == 1) {
			continue; /* it stands in the message row */
		}
		sbuf_init(&b, buf, sizeof(buf));
		format_time(&b, app_format(a), c, a->look.half_day, false);
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, r->line[k]);
		(void)grid_middle(a->grid, l->msg_row + (int)shown, col, width,
			ROLE_NORMAL, buf);
		shown++;
	}
}

void
reader_draw_total(struct app *a)
{
	char buf[READER_BYTES];
	struct sbuf b;

	if (till_view(a->till)->basket->n_line == 0) {
		return;
	}
	sbuf_init(&b, buf, sizeof(buf));
	put_total(a, &b);
	(void)grid_text(
		a->grid, a->lay.last_row, 1, a->lay.cols - 2, ROLE_NORMAL, buf);
}
