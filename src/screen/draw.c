/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* What stands left in the status row keeps so many cells of it: all else is the
 * devices', when they need it. */
#define LEFT_CELLS 28
/* The link to the hub, which nothing may cover, keeps so many. */
#define LINK_CELLS 35

void
app_lay_out(struct app *a)
{
	struct grid *g = a->grid;

	a->lay = layout_of(a->look.layout, g->rows, g->cols);
	g->tight = a->lay.kind != DISPLAY_PANEL;
	g->small_digits = a->look.small_digits || g->tight;
}

void
app_look(struct app *a, const struct config_display *d)
{
	a->look = *d;
	app_lay_out(a);
}

static void
put_clock(const struct app *a, struct sbuf *b)
{
	static const char *const days[7] = {N_("Sun"), N_("Mon"), N_("Tue"),
		N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat")};
	static const char *const months[12] = {N_("Jan"), N_("Feb"), N_("Mar"),
		N_("Apr"), N_("May"), N_("Jun"), N_("Jul"), N_("Aug"),
		N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};
	struct clock_reading r = clock_read(&a->clock);
	struct civil c = utc_civil(r.utc, r.tz_min);
	bool half = a->look.half_day;
	const struct format *f = app_format(a);
	const char *day = _(days[c.weekday % 7]);
	const char *month = _(months[(c.month + 11) % 12]);

	if (f->order == FORMAT_MDY) {
		/* cells: 10, weekday month day */
		sbuf_printf(b, _("%s %s %02d"), day, month, c.day);
	} else {
		/* cells: 10, weekday day month */
		sbuf_printf(b, _("%s %02d %s"), day, c.day, month);
	}
	sbuf_putc(b, ' ');
	format_time(b, f, c, half, false);
}

void
app_put_age(const struct app *a, struct sbuf *out, struct utc since)
{
	int64_t min = (clock_read(&a->clock).utc.us - since.us) / 60000000;

	if (min < 0) {
		sbuf_putc(out, '-');
	} else if (min < 100) {
		sbuf_printf(out, "%lldm", (long long)min);
	} else if (min < 48 * 60LL) {
		sbuf_printf(out, "%lldh", (long long)(min / 60));
	} else {
		sbuf_printf(out, "%lldd", (long long)(min / 1440));
	}
}

void
app_number(const struct app *a, struct sbuf *out)
{
	const struct shop *s = till_shop(a->till);
	const char *prefix = till_config(a->till)->register_no;
	char digits[24];
	struct sbuf b;

	if (s != NULL && s->state.number_prefix[0] != '\0') {
		prefix = s->state.number_prefix;
	}
	sbuf_init(&b, digits, sizeof(digits));
	sbuf_u64(&b, till_view(a->till)->next_sale);
	sbuf_puts(out, prefix);
	sbuf_puts(out, till_view(a->till)->training ? "-T-" : "-");
	if (b.len < 6) {
		sbuf_fill(out, '0', 6 - b.len);
	}
	sbuf_puts(out, digits);
}

/* Goods come back, or, before anything is paid, are about to; empties among
 * what is bought are none, and empties alone are paid out. */
static bool
refunds(const struct engine_view *v)
{
	const struct basket *b = v->basket;
	bool asked = v->returning != RETURN_OFF && v->state != ENGINE_PAY;
	bool yes = asked || b->total.gross.minor < 0;

	for (size_t i = 0; !yes && i < b->n_line; i++) {
		yes = b->line[i].qty.milli < 0 &&
		      !basket_is_deposit(b, &b->line[i]);
	}
	return yes;
}

static const char *
chip_of(const struct engine_view *v, const struct till_status *st)
{
	if (v->training) {
		/* cells: 10 */
		return _("TRAINING");
	}
	if (!st->selling) {
		/* cells: 10 */
		return _("LOOK-UP");
	}
	if (v->signed_off || v->locked) {
		/* cells: 10 */
		return _("LOCKED");
	}
	if (v->key_turned || v->armed != NULL) {
		/* cells: 10 */
		return _("MGR");
	}
	/* cells: 10 */
	return refunds(v) ? _("REFUND")
			  /* cells: 10 */
			  : _("REG");
}

static void
draw_top(struct app *a, const struct till_status *st)
{
	const struct screen_ops *s = app_screen(a);
	const struct engine_view *v = till_view(a->till);
	char title[80], clock[64], number[40];
	struct widget_top w;
	struct sbuf b, c;

	sbuf_init(&b, title, sizeof(title));
	if (s->title != NULL) {
		sbuf_puts(&b, _(s->title));
	} else if (v->state != ENGINE_PAY && v->receipt != NULL) {
		/* cells: 24 */
		sbuf_printf(&b, _("RETURN vs %s"), v->receipt->number);
	} else if (v->state != ENGINE_PAY && v->returning != RETURN_OFF) {
		/* cells: 24 */
		sbuf_puts(&b, _("RETURN"));
	} else if (v->state == ENGINE_READY && a->show_change && !s->box) {
		/* cells: 24 */
		sbuf_printf(&b, _("DONE %s"), v->prev_number);
	} else {
		sbuf_init(&c, number, sizeof(number));
		app_number(a, &c);
		/* cells: 24 */
		sbuf_printf(&b,
			v->state == ENGINE_PAY ? _("PAY %s")
					       /* cells: 24 */
					       : _("SALE %s"),
			number);
	}
	sbuf_init(&c, clock, sizeof(clock));
	put_clock(a, &c);
	w.register_no = till_config(a->till)->register_no;
	w.shop = till_config(a->till)->shop;
	w.title = title;
	w.operator_no = people_operator(a);
	w.chip = chip_of(v, st);
	w.clock = clock;
	widget_top(a->grid, &a->lay, &w);
}

/* The last thing sold, readable at arm's length. */
static void
draw_last(struct app *a)
{
	const struct basket *b = till_view(a->till)->basket;
	int row = a->lay.last_row;
	/* on a slow line what stands in the list is not sent again, and no
	 * bold that is turned on and off */
	enum role role = a->grid->tight ? ROLE_NORMAL : ROLE_TOTAL;
	const struct basket_line *line;
	char buf[96];
	struct sbuf s;
	int n;

	if (b == NULL || b->n_line == 0 || !grid_is_blank(a->grid, row)) {
		return;
	}
	line = basket_last(b);
	/* cells: 5 */
	(void)grid_text(a->grid, row, 1, 5, ROLE_HEAD, _("LAST"));
	if (line->unknown) {
		/* cells: 20 */
		(void)grid_text(
			a->grid, row, 7, 20, ROLE_STOP, _("?? NOT ON FILE"));
		(void)grid_middle(
			a->grid, row, 28, 40, ROLE_STOP, line->item.code);
		return;
	}
	n = 7 + grid_middle(a->grid, row, 7, a->grid->tight ? 20 : 28, role,
			line->item.name);
	if (a->grid->tight) {
		sbuf_init(&s, buf, sizeof(buf));
		app_put_money(a, &s, basket_line_whole(line));
		(void)grid_text(a->grid, row, n + 2, 20, role, buf);
		return;
	}
	sbuf_init(&s, buf, sizeof(buf));
	format_measure(&s, app_format(a), line->qty, line->item.unit);
	sbuf_puts(&s, " x ");
	app_put_money(a, &s, line->price);
	n = 37 + grid_text(a->grid, row, 37, 20, role, buf);
	sbuf_clear(&s);
	app_put_money(a, &s, basket_line_whole(line));
	grid_right(a->grid, row, n + 1, n < 48 ? 60 - n : 12, role, buf);
	n = n < 48 ? 61 : n + 13;
	(void)grid_text(a->grid, row, n + 2, 3, role, line->item.tax);
}

static void
put_status(const struct app *a, const struct till_status *st, struct sbuf *b)
{
	bool linked = till_link(a->till) != NULL;

	if (st->glass) {
		/* cells: 16 */
		sbuf_puts(b, _("EMERGENCY CODE"));
		sbuf_puts(b, "  ");
	}
	if (!st->selling) {
		/* cells: 16 */
		sbuf_puts(b, _("NOT RECORDING"));
		sbuf_puts(b, "  ");
	}
	if (linked) {
		link_put(a, b, LINK_CELLS);
		if (st->trouble[0] != '\0') {
			sbuf_puts(b, "  ");
		}
	}
	if (st->trouble[0] != '\0') {
		sbuf_puts(b, st->trouble);
	} else if (st->selling && !linked) {
		/* cells: 16 */
		sbuf_puts(b, _("RECORDING"));
	}
	if (st->clock[0] != '\0') {
		sbuf_puts(b, "  ");
		/* cells: 24 */
		sbuf_puts(b, _("CLOCK WRONG: set it"));
	}
	if (st->queued > 0 && !linked) {
		sbuf_puts(b, "  ");
		/* cells: 10 */
		sbuf_printf(b, _("Q %llu"), (unsigned long long)st->queued);
	}
}

/* What a reader is told at once; all else in this row waits for a key. */
static void
tell_trouble(struct app *a, const struct till_status *st, const char *left)
{
	struct reader *r = &a->reader;
	char now[sizeof(r->trouble)];
	struct sbuf b;

	sbuf_init(&b, now, sizeof(now));
	sbuf_puts(&b, st->selling ? "+" : "-");
	sbuf_puts(&b, st->glass ? "!" : "");
	sbuf_puts(&b, st->trouble);
	if (strcmp(now, r->trouble) != 0) {
		if (r->trouble[0] != '\0' || !st->selling || st->glass ||
			st->trouble[0] != '\0') {
			reader_tell(a, left);
		}
		memcpy(r->trouble, now, sizeof(now));
		r->stirred = true;
	}
}

static void
draw_status(struct app *a, const struct till_status *st)
{
	struct reader *r = &a->reader;
	char left[sizeof(r->status)], right[sizeof(r->right)];
	struct device_row row;
	struct sbuf b;
	int cells, least;

	sbuf_init(&b, left, sizeof(left));
	put_status(a, st, &b);
	cells = (int)text_cells(left, b.len);
	least = till_link(a->till) != NULL ? LINK_CELLS : LEFT_CELLS;
	cells = a->lay.cols - 4 - (cells < least ? cells : least);
	devices_row(a, st, cells, &row);
	sbuf_init(&b, right, sizeof(right));
	devices_put(&row, &b);
	if (a->lay.kind != DISPLAY_READER) {
		cells = (int)text_cells(right, b.len);
		widget_status(a->grid, &a->lay, left, right);
		devices_mark(a, &row, a->lay.cols - cells - 1);
		return;
	}
	if (r->stirred) {
		sbuf_puts(&b, "  ");
		put_clock(a, &b);
		memcpy(r->status, left, sizeof(left));
		memcpy(r->right, right, sizeof(right));
		r->stirred = false;
	}
	widget_status(a->grid, &a->lay, r->status, r->right);
}

static bool
is_secret(const struct app *a)
{
	const struct screen_ops *s = app_screen(a);

	return s->secret != NULL && s->secret(a, app_state(a));
}

/* Held characters show, and are read, as if they stood in the prompt already;
 * most are typed by hands. */
static void
add_echo(const struct app *a, struct prompt *p)
{
	char echo[4 * KEYS_HELD_MAX + 1];
	struct sbuf b;

	if (app_screen(a)->keys_only) {
		return;
	}
	sbuf_init(&b, echo, sizeof(echo));
	keys_echo(&a->keys, &b);
	if (p->len + b.len < sizeof(p->text)) {
		memcpy(p->text + p->len, echo, b.len + 1);
		p->len += b.len;
	}
}

static void
draw_prompt(struct app *a)
{
	const struct screen_ops *s = app_screen(a);
	const struct prompt *p = app_prompt(a);
	char right[96], hint[192], named[192], stars[PROMPT_BYTES], label[64];
	/* who takes a drawer over need not be a supervisor */
	const char *says = s->label;
	struct sbuf b;

	if (s->stop != NULL && till_view(a->till)->takes_over) {
		/* cells: 12 */
		says = N_("OPERATOR");
	}
	sbuf_init(&b, stars, sizeof(stars));
	if (is_secret(a)) {
		sbuf_fill(&b, '*', text_cells(p->text, p->len));
	}
	sbuf_init(&b, right, sizeof(right));
	if (a->keys.prefix) {
		/* cells: 28 */
		sbuf_puts(&b, _("Ctrl-F: digit = F-key"));
	} else if (s->reading != NULL) {
		s->reading(a, app_state(a), &b);
	}
	if (a->lay.kind == DISPLAY_READER) {
		/* at the left end of its row, within a braille line */
		widget_hint(a->grid, &a->lay, right);
		right[0] = '\0';
	}
	sbuf_init(&b, label, sizeof(label));
	if (till_view(a->till)->training) {
		/* cells: 18 */
		sbuf_printf(&b, _("TRAIN %s"), _(says));
	} else {
		sbuf_puts(&b, _(says));
	}
	widget_prompt(
		a->grid, &a->lay, label, is_secret(a) ? stars : p->text, right);
	if (a->look.row_cursor && p->len == 0 && a->grid->row_at >= 0 &&
		a->lay.kind != DISPLAY_READER) {
		grid_cursor(a->grid, a->grid->row_at, a->grid->row_col);
	}
	sbuf_init(&b, hint, sizeof(hint));
	if (s->hint != NULL) {
		s->hint(a, app_state(a), &b);
	}
	sbuf_init(&b, named, sizeof(named));
	keymap_name_keys(a->keymap, s->bit, hint, &b);
	widget_hint(a->grid, &a->lay, named);
}

/* F-keys whose word only the screen knows; what the map says wins. */
static void
draw_free_keys(struct app *a)
{
	const struct screen_ops *s = app_screen(a);
	int width = a->lay.cols / (a->lay.cols >= 132 ? 12 : 10);
	int row = a->lay.bar_row;
	unsigned n;

	if (s->bar == NULL || keymap_no_fkeys(a->keymap)) {
		return;
	}
	for (n = 1; n < 10; n++) {
		int col = ((int)n - 1) * width + 1;
		const struct cell *c = grid_at(a->grid, row, col);

		char word[64];
		struct sbuf b;

		sbuf_init(&b, word, sizeof(word));
		s->bar(a, app_state(a), n, &b);
		if (c != NULL && strcmp(c->g, " ") == 0) {
			(void)grid_text(
				a->grid, row, col, width - 2, ROLE_KEY, word);
		}
	}
}

/*
 * What the message row says, in every layout.  A box that asks comes first; what
 * it said to the last key stands in for that, as an answer that is wiped without
 * a word looks like a dead key, and is as loud.  Then the answer to the last
 * thing that was done, a while alone where there is a lesson, and for as long as
 * something is wrong.
 */
static enum msg_level
message_now(const struct app *a, struct sbuf *out)
{
	const struct screen_ops *s = app_screen(a);
	int64_t until;

	if (s->stop != NULL && !a->asked.told) {
		app_name_keys(a,
			till_view(a->till)->takes_over
				/* cells: 71 */
				? _("Who takes the drawer over proves who they "
				    "are; Esc leaves it")
				: _(s->stop),
			out);
		return MSG_STOP;
	}
	if (s->stop == NULL && a->msg_level != MSG_WARN &&
		a->msg_level != MSG_STOP && !app_message_due(a, &until)) {
		coach_words(&a->coach, out);
		if (out->len > 0) {
			return MSG_COACH;
		}
	}
	sbuf_puts(out, a->msg);
	return s->stop != NULL ? MSG_STOP : a->msg_level;
}

static void
draw_message(struct app *a)
{
	char words[256];
	struct sbuf b;
	enum msg_level level;

	sbuf_init(&b, words, sizeof(words));
	level = message_now(a, &b);
	widget_message(a->grid, &a->lay, level, words);
}

/* Too small for a register: say so; keys and scans go on working. */
static void
draw_small(struct app *a)
{
	char buf[264], said[256];
	enum msg_level level;
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 40 */
	sbuf_printf(&b, _("Please enlarge: %dx%d, needs %dx%d"), a->lay.cols,
		a->lay.rows, LAYOUT_COLS_MIN, LAYOUT_ROWS_MIN);
	(void)grid_text(a->grid, 0, 0, a->lay.cols, ROLE_WARN, buf);
	sbuf_init(&b, said, sizeof(said));
	level = message_now(a, &b);
	sbuf_init(&b, buf, sizeof(buf));
	if (level == MSG_STOP) {
		/* cells: 76 */
		sbuf_printf(&b, _("STOP %s"), said);
	} else {
		sbuf_puts(&b, said);
	}
	(void)grid_text(a->grid, 1, 0, a->lay.cols,
		level == MSG_STOP ? ROLE_STOP : ROLE_NORMAL, buf);
	if (till_view(a->till)->training) {
		/* cells: 70 */
		(void)grid_text(a->grid, 2, 0, a->lay.cols, ROLE_TOTAL,
			_("TRAINING - NOT A SALE - NO STOCK, NO MONEY"));
	}
}

/* A mark beside a box would look like one of the box's own. */
static void
unmark(struct app *a)
{
	struct grid *g = a->grid;
	const struct cell *c =
		g->row_at >= 0 ? grid_at(g, g->row_at, g->row_col) : NULL;

	if (c != NULL && !g->tight && strcmp(c->g, ">") == 0) {
		(void)grid_text(
			g, g->row_at, g->row_col, 1, (enum role)c->role, " ");
	}
}

/* A box shows what lies beneath it: from the topmost screen that fills the
 * work area upwards. */
static void
draw_stack(struct app *a)
{
	const struct screen_ops *base = app_base(a);
	size_t i = a->depth;

	while (i > 0 && a->stack[i - 1].ops->box) {
		i--;
	}
	if (i == 0) {
		/* an invitation half covered is no invitation */
		if ((a->depth > 0 || weigh_is_open(a)) &&
			base == &screen_ready_ops) {
			base = &screen_sale_ops;
		}
		base->draw(a, NULL);
		if (weigh_is_open(a)) {
			unmark(a);
			weigh_draw(a);
		}
	} else {
		i--;
	}
	for (; i < a->depth; i++) {
		/* boxes without frames cannot lie upon each other */
		if (!a->grid->tight || i + 1 == a->depth ||
			!a->stack[i].ops->box) {
			if (a->stack[i].ops->box) {
				unmark(a);
			}
			a->stack[i].ops->draw(a, a->stack[i].state);
		}
	}
}

/* Where there is no frame around them, boxes may have run into the rows that
 * are everybody's. */
static void
clear_foot(struct app *a)
{
	const struct layout *l = &a->lay;
	const int rows[] = {
		l->msg_row, l->prompt_row, l->status_row, l->bar_row};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows) && a->grid->tight; i++) {
		grid_fill(a->grid, rows[i], 0, 1, l->cols, ROLE_NORMAL);
	}
}

/* The rows below the work area that tell of the sale and the last message. */
static void
draw_news(struct app *a)
{
	if (a->lay.kind == DISPLAY_READER) {
		reader_draw_total(a);
	} else {
		draw_last(a);
	}
	draw_message(a);
}

static void
draw_all(struct app *a)
{
	const struct screen_ops *s = app_screen(a);
	struct till_status st;

	memset(&st, 0, sizeof(st));
	till_status(a->till, &st);
	if (a->lay.kind == DISPLAY_READER) {
		char left[sizeof(a->reader.status)];
		struct sbuf b;

		sbuf_init(&b, left, sizeof(left));
		put_status(a, &st, &b);
		tell_trouble(a, &st, left);
		reader_draw(a);
	} else {
		draw_stack(a);
		clear_foot(a);
		draw_top(a, &st);
	}
	widget_rules(a->grid, &a->lay);
	if (st.glass) {
		/* cells: 70 */
		widget_banner(a->grid, &a->lay,
			_("EMERGENCY CODE USED - ALL IS LOGGED - SIGN OFF WHEN "
			  "DONE"));
	} else if (till_view(a->till)->training) {
		/* cells: 70 */
		widget_banner(a->grid, &a->lay,
			_("TRAINING - NOT A SALE - NO STOCK, NO MONEY"));
	}
	draw_news(a);
	draw_prompt(a);
	reader_draw_tail(a);
	draw_status(a, &st);
	widget_bar(a->grid, &a->lay, a->keymap, s->bit,
		till_view(a->till)->due.minor < 0);
	draw_free_keys(a);
}

const struct grid *
app_draw(struct app *a)
{
	struct prompt *p, keep;

	if (a->typed) {
		app_typed(a);
		app_follow(a); /* a box may have been answered */
	}
	p = app_prompt(a);
	keep = *p;
	grid_clear(a->grid);
	if (a->lay.rows < LAYOUT_ROWS_MIN || a->lay.cols < LAYOUT_COLS_MIN) {
		draw_small(a);
		return a->grid;
	}
	add_echo(a, p);
	draw_all(a);
	*p = keep;
	return a->grid;
}
