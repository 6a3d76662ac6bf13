/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/screen_day.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "core/day.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* What a Z would say, and what is to be done before it.  Its number closes the
 * day: nobody does that by a slip of a finger. */

#define LEFT_CELLS 37
#define CHECK_ROWS 3 /* with the rule above */

static const struct screen_ops day_ops;

void
day_open(struct app *a, const struct reply *r)
{
	struct day *s = app_find(a, &day_ops);
	bool fresh = s == NULL;

	if (fresh) {
		s = app_room(a, sizeof(*s));
	}
	if (s == NULL || (fresh && !app_open(a, &day_ops, s))) {
		return;
	}
	s->totals = r->totals;
	s->opened = r->opened;
	memcpy(s->date, r->date, sizeof(s->date));
	memcpy(s->due, r->due, sizeof(s->due));
	day_close(&s->totals, &s->rows, &s->sums);
	app_say(a, MSG_STOP,
		_("Z closes the day and cannot be undone.  X only reads."));
}

void
day_done(struct app *a, const struct reply *r)
{
	if (app_find(a, &day_ops) != NULL) {
		while (app_screen(a) != &day_ops) {
			app_close(a);
		}
		app_close(a);
	}
	view_day(a, r);
}

void
day_again(struct app *a)
{
	if (app_find(a, &day_ops) != NULL) {
		(void)app_entry(a, "ZR");
	}
}

/* --- drawing -------------------------------------------------------------- */

struct pen {
	struct app *a;
	int row, end;
	size_t skip; /* rows of the pages before */
	bool more;   /* than there are rows */
};

static void
put_left(struct pen *p, const char *label, const char *value)
{
	if (p->skip > 0) {
		p->skip--;
		return;
	}
	if (p->row >= p->end) {
		p->more = true;
		return;
	}
	(void)grid_text(p->a->grid, p->row, 1, 24, ROLE_NORMAL, label);
	grid_right(p->a->grid, p->row, 25, LEFT_CELLS - 24, ROLE_NORMAL, value);
	p->row++;
}

static void
put_amount(struct pen *p, const char *label, int64_t minor)
{
	char buf[64];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(p->a, &b, (struct money){minor});
	put_left(p, label, buf);
}

static void
put_counted(struct pen *p, const char *label, int64_t n, int64_t minor)
{
	char text[96];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, label);
	sbuf_printf(&b, " (%lld)", (long long)n);
	put_amount(p, text, minor);
}

/* A row for each part: what is rounded apart has no rate together. */
static void
draw_tax(struct pen *p, const struct event_tax *t)
{
	size_t n = t->n_part > 0 ? t->n_part : 1;
	char buf[96];
	struct sbuf b;

	for (size_t i = 0; i < n; i++) {
		sbuf_init(&b, buf, sizeof(buf));
		/* cells: 12 */
		sbuf_printf(&b, _("Tax %s"), t->code);
		sbuf_putc(&b, ' ');
		if (t->n_part > 0) {
			sbuf_puts(&b, t->part[i].name);
			sbuf_putc(&b, ' ');
			format_rate(&b, app_format(p->a), t->part[i].rate);
		} else if (t->why != NULL) {
			enum tax_why why = TAX_EXEMPT;

			(void)tax_why_find(t->why, &why);
			app_put_why(&b, why);
		} else {
			format_rate(&b, app_format(p->a), t->rate);
		}
		put_amount(p, buf, t->n_part > 0 ? t->part[i].tax : t->tax);
	}
}

/* What stands on no other row. */
static void
draw_given(struct pen *p, const struct event_day *d)
{
	if (d->deposits != 0) {
		/* cells: 23 */
		put_amount(p, _("Deposits charged"), d->deposits);
	}
	if (d->deposits_back != 0) {
		/* cells: 23 */
		put_amount(p, _("Deposits given back"), -d->deposits_back);
	}
	if (d->rounding != 0) {
		/* cells: 23 */
		put_amount(p, _("Rounding"), d->rounding);
	}
}

static void
draw_card_sums(struct pen *p, const struct event_day *d)
{
	struct event_day_card of = {0};

	for (size_t i = 0; i < d->n_card; i++) {
		const struct event_day_card *x = &d->card[i];

		of.offline += x->offline;
		of.offline_amount += x->offline_amount;
		of.back += x->back + x->reversed;
		of.back_amount += x->back_amount + x->reversed_amount;
	}
	if (of.offline != 0) {
		/* cells: 17 */
		put_counted(
			p, _("Cards offline"), of.offline, of.offline_amount);
	}
	if (of.back != 0) {
		/* cells: 17 */
		put_counted(p, _("Back to cards"), of.back, of.back_amount);
	}
}

/* What must be seen first, then what a small screen may leave to the next page.
 * False: there is more. */
static bool
draw_sums(struct app *a, const struct day *s, int row, int end)
{
	const struct event_day *d = &s->sums;
	struct pen p = {.a = a,
		.row = row,
		.end = end,
		.skip = s->page * (size_t)(end - row)};
	char buf[64];
	struct sbuf b;

	/* cells: 17 */
	put_counted(&p, _("Sales"), d->sales, d->gross);
	/* cells: 17 */
	put_counted(&p, _("Returns in it"), d->returns, d->return_amount);
	/* cells: 17 */
	put_counted(&p, _("Discounts"), d->discounts, d->discount);
	sbuf_init(&b, buf, sizeof(buf));
	sbuf_printf(&b, "%lld / %lld / %lld", (long long)d->voids,
		(long long)d->line_voids, (long long)d->no_sales);
	/* cells: 23 */
	put_left(&p, _("Voids / lines / no sale"), buf);
	/* cells: 23 */
	put_amount(&p, _("Grand total after it"), d->grand);
	for (size_t i = 0; i < d->n_tax; i++) {
		draw_tax(&p, &d->tax[i]);
	}
	draw_given(&p, d);
	draw_card_sums(&p, d);
	return !p.more;
}

static int
put_check(struct app *a, int row, int col, bool good, const char *text)
{
	char buf[128];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	/* cells: 3 */
	sbuf_puts(&b, good ? _("ok") : "!!");
	sbuf_putc(&b, ' ');
	sbuf_puts(&b, text);
	return col + 3 +
	       grid_text(a->grid, row, col, a->lay.cols - col - 1,
		       good ? ROLE_NORMAL : ROLE_STOP, buf);
}

/* What is said about the cash; whether that is well. */
static bool
say_cash(const struct app *a, const struct day *s, struct sbuf *out)
{
	const struct event_day *d = &s->sums;
	const struct shifts *drawers = till_view(a->till)->shifts;
	int64_t away = d->difference < 0 ? -d->difference : d->difference;
	bool why =
		config_n_reasons(till_config(a->till), REASON_DIFFERENCE) > 0;
	char text[64];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	app_put_money(a, &b, (struct money){away});
	if (drawers != NULL && drawers->n_open > 0) {
		/* cells: 40 */
		sbuf_printf(out, _("drawer %lld is operator %s's: CS"),
			(long long)drawers->open[0].drawer,
			drawers->open[0].operator_no);
		return false;
	}
	if (d->counts == 0) {
		/* cells: 40 */
		sbuf_puts(out, _("cash not counted: F6 or CT"));
	} else if (!totals_count_stands(&s->totals)) {
		/* cells: 40 */
		sbuf_puts(out, _("cash moved since the count: F6 or CT"));
	} else if (d->difference < 0) {
		sbuf_printf(out,
			/* cells: 40 */
			why ? _("cash short %s needs a reason")
			    /* cells: 40 */
			    : _("cash short %s"),
			text);
	} else if (d->difference > 0) {
		sbuf_printf(out,
			/* cells: 40 */
			why ? _("cash over %s needs a reason")
			    /* cells: 40 */
			    : _("cash over %s"),
			text);
	} else {
		/* cells: 40 */
		sbuf_puts(out, _("cash counted, as expected"));
		return true;
	}
	return false;
}

static bool
say_parked(const struct app *a, struct sbuf *out)
{
	size_t n = till_view(a->till)->n_parked;

	/* cells: 24 */
	sbuf_printf(out, _("parked %lu"), (unsigned long)n);
	return n == 0;
}

static bool
say_open(const struct app *a, struct sbuf *out)
{
	bool open = till_view(a->till)->basket->n_line > 0;

	sbuf_puts(out, open
			       /* cells: 24 */
			       ? _("a sale is open")
			       /* cells: 24 */
			       : _("no sale open"));
	return !open;
}

/* Payments that nobody knows the end of, and terminals.  Empty: all is well. */
static void
say_cards(const struct day *s, struct sbuf *out)
{
	const struct event_day *d = &s->sums;

	if (d->unsettled != 0) {
		/* cells: 32 */
		sbuf_printf(out, _("card payments not settled: %lld"),
			(long long)d->unsettled);
	}
	for (size_t i = 0; i < d->n_terminal; i++) {
		if (d->terminal[i].begun > 0) {
			sbuf_puts(out, out->len > 0 ? ", " : "");
			/* cells: 32; KE is a command */
			sbuf_printf(out, _("KE of %s not done"),
				d->terminal[i].terminal);
		}
	}
}

/* What else is to be closed, and is no matter of this Z. */
static void
say_due(const struct day *s, struct sbuf *out)
{
	if (s->due[0] == '\0') {
		return;
	}
	if (strchr(s->due, '-') != NULL) {
		/* cells: 32; %s is 2026-10, MZ a command */
		sbuf_printf(out, _("month %s is due: MZ"), s->due);
	} else {
		/* cells: 32; %s is 2026, YZ a command */
		sbuf_printf(out, _("year %s is due: YZ"), s->due);
	}
}

static void
draw_checks(struct app *a, const struct day *s, int row)
{
	char buf[128];
	struct sbuf b;
	bool good;
	int col;

	grid_rule(a->grid, row, 0, a->lay.cols, '-');
	/* cells: 10 */
	(void)grid_text(a->grid, row + 1, 1, 10, ROLE_HEAD, _("BEFORE Z"));
	sbuf_init(&b, buf, sizeof(buf));
	good = say_open(a, &b);
	col = put_check(a, row + 1, 12, good, buf);
	sbuf_clear(&b);
	good = say_parked(a, &b);
	col = put_check(a, row + 1, col, good, buf);
	sbuf_clear(&b);
	good = say_cash(a, s, &b);
	(void)put_check(a, row + 2, 12, good, buf);
	sbuf_clear(&b);
	say_due(s, &b);
	if (b.len > 0) {
		(void)put_check(a, row + 1, col, false, buf);
	}
	sbuf_clear(&b);
	say_cards(s, &b);
	if (b.len > 0) {
		(void)put_check(a, row + 3, 12, false, buf);
	}
}

/* One more where a terminal has to be told of. */
static int
check_rows(const struct day *s)
{
	char text[128];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	say_cards(s, &b);
	return CHECK_ROWS + (b.len > 0 ? 1 : 0);
}

static void
draw(struct app *a, void *state)
{
	struct day *s = state;
	struct clock_reading now = clock_read(&a->clock);
	struct civil opened = utc_civil(s->opened, now.tz_min);
	int row = a->lay.work_row;
	int foot = row + a->lay.work_rows - check_rows(s);
	char buf[160];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	if (s->date[0] != '\0') {
		char date[24];
		struct sbuf d;

		sbuf_init(&d, date, sizeof(date));
		format_date_text(&d, app_format(a), s->date);
		/* cells: 30 */
		sbuf_printf(&b, _("Business day %s"), date);
		sbuf_puts(&b, "   ");
	}
	/* cells: 30 */
	sbuf_printf(
		&b, _("Z number %lld   opened "), (long long)s->sums.number);
	format_date(&b, app_format(a), opened);
	sbuf_putc(&b, ' ');
	format_time(&b, app_format(a), opened, a->look.half_day, false);
	(void)grid_text(a->grid, row, 1, a->lay.cols - 2, ROLE_HEAD, buf);
	if (s->work_rows != a->lay.work_rows) {
		s->work_rows = a->lay.work_rows;
		s->page = 0;
	}
	s->more = !draw_sums(a, s, row + 1, foot);
	s->more = !day_tenders(a, s, row + 1, foot) || s->more;
	draw_checks(a, s, foot);
	if (s->more || s->page > 0) {
		/* cells: 26 */
		grid_right(a->grid, foot + 2, a->lay.cols - 27, 26, ROLE_WARN,
			s->more ? _("PgDn: more rows")
				/* cells: 26 */
				: _("PgUp: the first rows"));
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("the number, then Enter: close   X Enter: X report   "
			 "F6 count   Esc back"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct day *s = state;

	(void)a;
	/* cells: 40 */
	sbuf_printf(out, _("type %lld then Enter to close"),
		(long long)s->sums.number);
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct day *s = state;

	reading(a, state, out);
	sbuf_putc(out, '\n');
	/* cells: 17 */
	sbuf_puts(out, _("Sales"));
	sbuf_printf(out, " (%lld) ", (long long)s->sums.sales);
	app_put_money(a, out, (struct money){s->sums.gross});
	sbuf_putc(out, '\n');
	(void)say_open(a, out);
	sbuf_puts(out, ", ");
	(void)say_parked(a, out);
	sbuf_putc(out, '\n');
	(void)say_cash(a, s, out);
	if (check_rows(s) > CHECK_ROWS) {
		sbuf_putc(out, '\n');
		say_cards(s, out);
	}
	if (s->due[0] != '\0') {
		sbuf_putc(out, '\n');
		say_due(s, out);
	}
}

/* --- what was keyed ------------------------------------------------------- */

/* "Z0412" as it stands on paper, or the number alone. */
static const char *
number_in(const char *text)
{
	return text + (text[0] == 'Z' || text[0] == 'z' ? 1 : 0);
}

static void
accept(struct app *a, const struct day *s)
{
	struct prompt *p = app_prompt(a);
	char text[PROMPT_BYTES + 2];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (text_is_digits(number_in(p->text))) {
		sbuf_puts(&b, number_in(p->text));
		sbuf_puts(&b, "ZR");
	} else if (strcmp(p->text, "X") == 0 || strcmp(p->text, "x") == 0) {
		sbuf_puts(&b, "XR");
	} else {
		/* cells: 75 */
		sbuf_printf(&b, _("Type %lld, then Enter; X Enter only reads."),
			(long long)s->sums.number);
		app_attention(a, text);
		return;
	}
	if (!text_is_digits(number_in(p->text))) {
		prompt_clear(p);
	}
	(void)app_entry(a, text); /* refused, the number stands there still */
}

static void
act(struct app *a, void *state, enum action action)
{
	struct day *s = state;

	if (action == ACTION_CLEAR) {
		app_close(a);
		app_say(a, MSG_INFO, "");
	} else if (action == ACTION_ACCEPT) {
		accept(a, s);
	} else if (action == ACTION_COUNT_DRAWER) {
		(void)app_entry(a, "CT");
	} else if (action == ACTION_PGDN && s->more) {
		s->page++;
	} else if (action == ACTION_PGUP && s->page > 0) {
		s->page--;
	}
}

static const struct screen_ops day_ops = {
	.bit = SCREEN_Z,
	/* cells: 24 */
	.title = N_("Z REPORT (preview)"),
	/* cells: 12 */
	.label = N_("TYPE  Z"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.speak = speak,
	.close = app_free_state,
};
