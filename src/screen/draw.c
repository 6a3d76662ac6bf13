/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"

#include "base/poison.h"

static void
put_two(struct sbuf *b, int v)
{
	sbuf_putc(b, (char)('0' + v / 10 % 10));
	sbuf_putc(b, (char)('0' + v % 10));
}

static void
put_clock(const struct app *a, struct sbuf *b)
{
	static const char days[7][4] = {
		"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct clock_reading r = clock_read(&a->clock);
	struct civil c = utc_civil(r.utc, r.tz_min);

	sbuf_puts(b, days[c.weekday % 7]);
	sbuf_putc(b, ' ');
	put_two(b, c.day);
	sbuf_putc(b, ' ');
	sbuf_puts(b, months[(c.month + 11) % 12]);
	sbuf_putc(b, ' ');
	put_two(b, c.hour);
	sbuf_putc(b, ':');
	put_two(b, c.minute);
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
	sbuf_putc(out, '-');
	if (b.len < 6) {
		sbuf_fill(out, '0', 6 - b.len);
	}
	sbuf_puts(out, digits);
}

static void
draw_top(struct app *a, const struct till_status *st)
{
	const struct screen_ops *s = app_screen(a);
	const struct engine_view *v = till_view(a->till);
	char title[80], clock[32];
	struct widget_top w;
	struct sbuf b, c;

	sbuf_init(&b, title, sizeof(title));
	if (s->title != NULL) {
		sbuf_puts(&b, _(s->title));
	} else if (v->state == ENGINE_READY && a->show_change) {
		sbuf_puts(&b, "DONE ");
		sbuf_puts(&b, v->prev_number);
	} else {
		sbuf_puts(&b, v->state == ENGINE_PAY ? "PAY " : "SALE ");
		app_number(a, &b);
	}
	sbuf_init(&c, clock, sizeof(clock));
	put_clock(a, &c);
	w.register_no = till_config(a->till)->register_no;
	w.shop = till_config(a->till)->shop;
	w.title = title;
	w.operator_no = v->operator_no != NULL ? v->operator_no : "----";
	w.chip = st->selling ? "REG" : "LOOK-UP";
	w.clock = clock;
	widget_top(a->grid, &a->lay, &w);
}

/* The last thing sold, readable at arm's length. */
static void
draw_last(struct app *a)
{
	const struct basket *b = till_view(a->till)->basket;
	int row = a->lay.last_row;
	const struct basket_line *line;
	char buf[96];
	struct sbuf s;
	int n;

	if (b == NULL || b->n_line == 0) {
		return;
	}
	line = &b->line[b->n_line - 1];
	(void)grid_text(a->grid, row, 1, 4, ROLE_HEAD, "LAST");
	(void)grid_middle(a->grid, row, 7, 28, ROLE_TOTAL, line->item.name);
	sbuf_init(&s, buf, sizeof(buf));
	qty_put(&s, line->qty);
	sbuf_puts(&s, " x ");
	app_put_money(a, &s, line->price);
	n = 37 + grid_text(a->grid, row, 37, 20, ROLE_TOTAL, buf);
	sbuf_clear(&s);
	app_put_money(a, &s, line->amount);
	grid_right(a->grid, row, n + 1, n < 48 ? 60 - n : 12, ROLE_TOTAL, buf);
	n = n < 48 ? 61 : n + 13;
	(void)grid_text(a->grid, row, n + 2, 3, ROLE_TOTAL, line->item.tax);
}

static void
draw_status(struct app *a, const struct till_status *st)
{
	char left[192], right[64];
	struct sbuf b;

	sbuf_init(&b, left, sizeof(left));
	if (!st->selling) {
		sbuf_puts(&b, "NOT RECORDING  ");
	}
	if (st->trouble[0] != '\0') {
		sbuf_puts(&b, st->trouble);
	} else if (st->selling) {
		sbuf_puts(&b, "RECORDING");
	}
	if (st->clock[0] != '\0') {
		sbuf_puts(&b, "  CLOCK WRONG: set it");
	}
	if (st->queued > 0) {
		sbuf_printf(&b, "  Q %llu", (unsigned long long)st->queued);
	}
	sbuf_init(&b, right, sizeof(right));
	sbuf_puts(&b, "PRN ");
	sbuf_puts(&b, st->printer != NULL ? st->printer : "none");
	sbuf_puts(&b, "  DRW ");
	sbuf_puts(&b, st->drawer != NULL ? st->drawer : "none");
	widget_status(a->grid, &a->lay, left, right);
}

static const void *
top_state(const struct app *a)
{
	return a->depth > 0 ? a->stack[a->depth - 1].state : NULL;
}

static bool
is_secret(const struct app *a)
{
	const struct screen_ops *s = app_screen(a);

	return s->secret != NULL && s->secret(a, top_state(a));
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
	char right[96], hint[192], stars[PROMPT_BYTES];
	struct sbuf b;

	sbuf_init(&b, stars, sizeof(stars));
	if (is_secret(a)) {
		sbuf_fill(&b, '*', text_cells(p->text, p->len));
	}
	sbuf_init(&b, right, sizeof(right));
	if (a->keys.prefix) {
		/* cells: 28 */
		sbuf_puts(&b, _("Ctrl-F: digit = F-key"));
	} else if (s->reading != NULL) {
		s->reading(a, top_state(a), &b);
	}
	widget_prompt(a->grid, &a->lay, _(s->label),
		is_secret(a) ? stars : p->text, right);
	sbuf_init(&b, hint, sizeof(hint));
	if (s->hint != NULL) {
		s->hint(a, top_state(a), &b);
	}
	widget_hint(a->grid, &a->lay, hint);
}

/* Too small for a register: say so; keys and scans go on working. */
static void
draw_small(struct app *a)
{
	char buf[96];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_printf(&b, "Please enlarge: %dx%d, needs %dx%d", a->lay.cols,
		a->lay.rows, LAYOUT_COLS_MIN, LAYOUT_ROWS_MIN);
	(void)grid_text(a->grid, 0, 0, a->lay.cols, ROLE_WARN, buf);
	if (app_screen(a)->stop != NULL) {
		sbuf_clear(&b);
		sbuf_puts(&b, "STOP ");
		sbuf_puts(&b, _(app_screen(a)->stop));
		(void)grid_text(a->grid, 1, 0, a->lay.cols, ROLE_STOP, buf);
	} else {
		(void)grid_text(
			a->grid, 1, 0, a->lay.cols, ROLE_NORMAL, a->msg);
	}
}

/* A box shows what lies beneath it: from the topmost screen that fills the
 * work area upwards. */
static void
draw_stack(struct app *a)
{
	size_t i = a->depth;

	while (i > 0 && a->stack[i - 1].ops->box) {
		i--;
	}
	if (i == 0) {
		app_base(a)->draw(a, NULL);
	} else {
		i--;
	}
	for (; i < a->depth; i++) {
		a->stack[i].ops->draw(a, a->stack[i].state);
	}
}

static void
draw_all(struct app *a)
{
	const struct screen_ops *s = app_screen(a);
	struct till_status st;

	memset(&st, 0, sizeof(st));
	till_status(a->till, &st);
	draw_stack(a);
	draw_top(a, &st);
	widget_rules(a->grid, &a->lay);
	draw_last(a);
	if (s->stop != NULL) {
		widget_message(a->grid, &a->lay, MSG_STOP, _(s->stop));
	} else {
		widget_message(a->grid, &a->lay, a->msg_level, a->msg);
	}
	draw_prompt(a);
	draw_status(a, &st);
	widget_bar(a->grid, &a->lay, a->keymap, s->bit);
}

const struct grid *
app_draw(struct app *a)
{
	struct prompt *p, keep;

	app_typed(a);
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
