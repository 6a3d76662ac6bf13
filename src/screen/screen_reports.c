/* SPDX-License-Identifier: Apache-2.0 */
/* Reports: which one and of which days, by number; then its rows, to be read
 * through and printed.  They are added up anew from the lines each time. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "register/report_tie.h"
#include "screen/app_internal.h"

#include "base/poison.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define WHEN_BYTES 32
#define TEXT_MOST ((size_t)8 << 20)
#define ITEMS_SHOWN 1000

static const struct screen_ops reports_ops, shown_ops;

/* A row of the list: a report, or a time it is of. */
struct choice {
	unsigned no;
	const char *name; /* of the report; NULL: a time */
	const char *label, *what;
};

static const struct choice choices[] = {
	/* cells: 22 */
	{1, "sales", N_("Sales by day"),
		/* cells: 50 */
		N_("sales, items, gross, tax, the average sale")},
	/* cells: 22 */
	{2, "hours", N_("Sales by hour"),
		/* cells: 50 */
		N_("when the shop is busy")},
	/* cells: 22 */
	{3, "items", N_("Items"),
		/* cells: 50 */
		N_("what was sold, the best first")},
	/* cells: 22 */
	{4, "departments", N_("Departments"),
		/* cells: 50 */
		N_("and what each has of the whole")},
	/* cells: 22 */
	{5, "cashiers", N_("Cashiers"),
		/* cells: 50 */
		N_("sales, voids, returns, over and short")},
	/* cells: 22 */
	{6, "taxes", N_("Taxes"),
		/* cells: 50 */
		N_("by class: net, tax, gross")},
	/* cells: 22 */
	{7, "exceptions", N_("Exceptions"),
		/* cells: 50 */
		N_("acts that want a look, with their line")},
	/* cells: 22 */
	{8, "tieout", N_("Tie-out"),
		/* cells: 50 */
		N_("do journal, receipts, store and Z agree")},
	/* cells: 22 */
	{11, NULL, N_("This day"),
		/* cells: 50 */
		N_("since the last Z")},
	/* cells: 22 */
	{12, NULL, N_("Last Z"),
		/* cells: 50 */
		N_("the day that was closed last")},
	/* cells: 22 */
	{13, NULL, N_("This week"),
		/* cells: 50 */
		N_("from Monday on")},
	/* cells: 22 */
	{14, NULL, N_("This month"),
		/* cells: 50 */
		N_("from the first on")},
	/* cells: 22 */
	{15, NULL, N_("All days"),
		/* cells: 50 */
		N_("for another time key Z12, Z12-14 or a date")},
};

struct list {
	struct rows rows;
	unsigned no[ARRAY_LEN(choices)];
	unsigned time;         /* number of the row; 0: keyed */
	bool z;                /* a Z's was */
	char when[WHEN_BYTES]; /* as report_words() has it */
};

/* What is shown: rows of text, laid out for so many cells. */
struct shown {
	struct report *report; /* or */
	struct report_tie *tie;
	char *text;
	size_t len, cap, lines, top;
	int cols;
	char ask[WHEN_BYTES + 32]; /* "sales 12": RT prints it */
};

/* --- the report itself ---------------------------------------------------- */

static void
close_shown(struct app *a, void *state)
{
	struct shown *s = state;

	(void)a;
	if (s != NULL) {
		report_free(s->report);
		free(s->tie);
		free(s->text);
		free(s);
	}
}

static enum rc
put_text(void *arg, const char *text, size_t len, struct err *reterr)
{
	struct shown *s = arg;
	size_t cap = s->cap == 0 ? 4096 : s->cap;
	char *p = s->text;

	while (cap < s->len + len + 1) {
		cap *= 2;
	}
	if (cap != s->cap) {
		p = cap > TEXT_MOST ? NULL : realloc(s->text, cap);
	}
	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "report", "%s",
			_("This is too long to be shown."));
	}
	s->text = p;
	s->cap = cap;
	memcpy(s->text + s->len, text, len);
	s->len += len;
	s->text[s->len] = '\0';
	s->lines++;
	return RC_OK;
}

/* For the screen as wide as it is now. */
static enum rc
lay_out(const struct app *a, struct shown *s, struct err *reterr)
{
	const struct config *c = till_config(a->till);
	struct report_look look = {.width = (unsigned)(a->lay.cols - 2),
		.shop = c->shop,
		.register_no = c->register_no};

	s->len = 0;
	s->lines = 0;
	s->cols = a->lay.cols;
	return s->tie != NULL
		       ? report_tie_text(s->tie, c, &look, put_text, s, reterr)
		       : report_text(s->report, &look, put_text, s, reterr);
}

static enum rc
make(struct app *a, struct shown *s, const struct report_ask *ask,
	struct err *reterr)
{
	struct shop *shop = till_shop(a->till);
	struct report_span span;
	enum rc rc = report_find_span(shop, &ask->pick, &span, reterr);

	if (rc == RC_OK && ask->tie) {
		s->tie = app_room(a, sizeof(*s->tie));
		rc = s->tie == NULL
			     ? RC_NOMEM
			     : report_tie_make(shop, &span, s->tie, reterr);
	} else if (rc == RC_OK) {
		rc = report_make(shop, ask->kind, &span, REPORT_BY_AMOUNT,
			ask->kind == REPORT_ITEMS ? ITEMS_SHOWN : 0, &s->report,
			reterr);
	}
	return rc == RC_OK ? lay_out(a, s, reterr) : rc;
}

static void
show(struct app *a, const char *name, const char *when)
{
	struct err err = {.rc = RC_OK};
	struct report_ask ask;
	struct shown *s = app_room(a, sizeof(*s));
	struct sbuf b;
	enum rc rc;

	if (s == NULL) {
		return;
	}
	sbuf_init(&b, s->ask, sizeof(s->ask));
	sbuf_puts(&b, name);
	sbuf_putc(&b, ' ');
	sbuf_puts(&b, when);
	rc = report_words(s->ask, &ask) ? make(a, s, &ask, &err) : RC_INVAL;
	if (rc == RC_OK) {
		if (app_open(a, &shown_ops, s)) {
			app_say(a, MSG_INFO, "");
		}
		return;
	}
	close_shown(a, s);
	app_attention(a, rc == RC_NOTFOUND    ? _("There is no such day: key "
						     "another time.")
			 : err.msg[0] != '\0' ? err.msg
					      : _("It cannot be shown now."));
}

static size_t
page(const struct app *a)
{
	return (size_t)a->lay.work_rows;
}

static void
draw_shown(struct app *a, void *state)
{
	struct shown *s = state;
	const char *p, *end;
	size_t skip;

	if (s->cols != a->lay.cols && lay_out(a, s, NULL) != RC_OK) {
		return;
	}
	skip = s->top < s->lines ? s->top : 0;
	for (p = s->text; skip > 0 && (end = strchr(p, '\n')) != NULL; skip--) {
		p = end + 1;
	}
	for (size_t n = 0; n < page(a) && *p != '\0'; n++) {
		char line[1024];
		size_t len = strcspn(p, "\n");
		struct sbuf b;

		sbuf_init(&b, line, sizeof(line));
		sbuf_write(&b, p, len);
		(void)grid_text(a->grid, a->lay.work_row + (int)n, 1,
			a->lay.cols - 2,
			s->top + n == 0 ? ROLE_HEAD : ROLE_NORMAL, line);
		p += len + (p[len] == '\n' ? 1 : 0);
	}
}

static void
hint_shown(const struct app *a, const void *state, struct sbuf *out)
{
	const struct shown *s = state;
	size_t last = s->top + page(a);

	if (s->lines > page(a)) {
		/* cells: 44 */
		sbuf_printf(out,
			_("lines %zu-%zu of %zu   arrows PgUp PgDn   "),
			s->top + 1, last < s->lines ? last : s->lines,
			s->lines);
	}
	/* cells: 34 */
	sbuf_puts(out, _("P Enter prints it   Esc back"));
}

/* From the first row in sight on, a page of it. */
static void
speak_shown(const struct app *a, const void *state, struct sbuf *out)
{
	const struct shown *s = state;
	const char *p = s->text;

	for (size_t i = 0; *p != '\0' && i < s->top + page(a); i++) {
		size_t len = strcspn(p, "\n");

		if (i >= s->top && len > 0 && p[0] != '-') {
			sbuf_puts(out, out->len > 0 ? "\n" : "");
			sbuf_write(out, p, len);
		}
		p += len + (p[len] == '\n' ? 1 : 0);
	}
}

static void
move_shown(const struct app *a, struct shown *s, enum action action)
{
	size_t most = s->lines > page(a) ? s->lines - page(a) : 0;
	size_t step =
		action == ACTION_PGUP || action == ACTION_PGDN ? page(a) : 1;

	if (action == ACTION_HOME) {
		s->top = 0;
	} else if (action == ACTION_END) {
		s->top = most;
	} else if (action == ACTION_UP || action == ACTION_PGUP) {
		s->top -= step < s->top ? step : s->top;
	} else if (action == ACTION_DOWN || action == ACTION_PGDN) {
		s->top = s->top + step < most ? s->top + step : most;
	}
}

static void
print(struct app *a, const struct shown *s)
{
	char entry[sizeof(s->ask) + 8];
	struct sbuf b;

	sbuf_init(&b, entry, sizeof(entry));
	sbuf_puts(&b, "RT ");
	sbuf_puts(&b, s->ask);
	prompt_clear(app_prompt(a));
	(void)app_entry(a, entry);
}

static void
act_shown(struct app *a, void *state, enum action action)
{
	struct shown *s = state;
	const char *text = app_prompt(a)->text;

	if (action == ACTION_CLEAR ||
		(action == ACTION_ACCEPT && text[0] == '\0')) {
		app_close(a);
		app_say(a, MSG_INFO, "");
	} else if (action == ACTION_ACCEPT &&
		   (strcmp(text, "P") == 0 || strcmp(text, "p") == 0)) {
		print(a, s);
	} else if (action == ACTION_ACCEPT) {
		app_attention(a, _("P Enter prints this report; Esc goes back "
				   "to the list."));
	} else {
		move_shown(a, s, action);
	}
}

static const struct screen_ops shown_ops = {
	.bit = SCREEN_REPORTS,
	/* cells: 24 */
	.title = N_("REPORT"),
	/* cells: 12 */
	.label = N_("REPORT"),
	.draw = draw_shown,
	.hint = hint_shown,
	.speak = speak_shown,
	.act = act_shown,
	.close = close_shown,
};

/* --- which one ------------------------------------------------------------ */

static void
put_date(struct sbuf *b, struct utc t, int32_t tz_min)
{
	struct civil c = utc_civil(t, tz_min);

	sbuf_printf(b, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* The words of a row's time, as the calendar is today. */
static void
set_time(const struct app *a, struct list *s, unsigned no)
{
	struct clock_reading now = clock_read(&a->clock);
	struct civil c = utc_civil(now.utc, now.tz_min);
	int64_t since = (c.weekday + 6) % 7; /* Monday */
	struct sbuf b;

	sbuf_init(&b, s->when, sizeof(s->when));
	s->time = no;
	switch (no) {
	case 12:
		sbuf_puts(&b, "last");
		break;
	case 13:
		put_date(&b, (struct utc){now.utc.us - since * DAY_US},
			now.tz_min);
		sbuf_putc(&b, ':');
		put_date(&b, (struct utc){now.utc.us + (6 - since) * DAY_US},
			now.tz_min);
		break;
	case 14:
		sbuf_printf(&b, "%04d-%02d", c.year, c.month);
		break;
	case 15:
		sbuf_puts(&b, "all");
		break;
	default:
		sbuf_puts(&b, "day");
		break;
	}
}

void
reports_open(struct app *a)
{
	struct list *s = app_room(a, sizeof(*s));

	if (s == NULL) {
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
		s->no[i] = choices[i].no;
	}
	s->rows.n = ARRAY_LEN(choices);
	s->rows.no = s->no;
	set_time(a, s, 11);
	if (app_open(a, &reports_ops, s)) {
		app_say(a, MSG_INFO,
			_("A number, then Enter: 1 to 8 show a report, 11 to "
			  "15 say of when."));
	}
}

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct list *s = arg;
	const struct choice *c = &choices[row];

	if (col == 0) {
		sbuf_puts(out, c->no == s->time ? "*" : "");
	} else if (col == 1) {
		sbuf_puts(out, _(c->label));
	} else {
		sbuf_puts(out, _(c->what));
	}
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		{"", 1, false, 0},
		/* cells: 22 */
		{N_("Report, time"), 22, false, 0},
		/* cells: 50 */
		{N_("What it tells"), 0, false, 0},
	};
	struct list *s = state;

	(void)widget_rows(a->grid, a->lay.work_row, 0, a->lay.work_rows,
		a->lay.cols - 1, cols, ARRAY_LEN(cols), &s->rows, put_cell, s);
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("number Enter   Z12 or 2026-11-21 Enter: that day   "
			 "Up/Down   Esc back"));
}

/* The row of that number, the selected one for nothing keyed. */
static bool
pick(const struct list *s, const char *text, size_t *ret)
{
	int64_t n = 0;

	if (text[0] == '\0') {
		*ret = s->rows.selected;
		return true;
	}
	if (parse_i64(text, strlen(text), 1, 99, &n) != RC_OK) {
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
		if (choices[i].no == n) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* Of when a report is that is chosen now. */
static void
put_when(const struct list *s, struct sbuf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
		if (choices[i].no == s->time) {
			sbuf_puts(out, _(choices[i].label));
			return;
		}
	}
	sbuf_puts(out, s->z ? "Z" : "");
	sbuf_puts(out, s->when);
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct list *s = state;
	const char *text = a->stack[a->depth - 1].prompt.text;
	size_t idx = 0;

	if (pick(s, text, &idx)) {
		sbuf_puts(out, _(choices[idx].label));
		if (choices[idx].name != NULL) {
			sbuf_puts(out, ": ");
			put_when(s, out);
		}
	}
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct list *s = state;
	const struct choice *c = &choices[s->rows.selected];

	(void)a;
	sbuf_printf(out, "%u %s", c->no, _(c->label));
	sbuf_puts(out, c->name != NULL ? ": " : "");
	if (c->name != NULL) {
		put_when(s, out);
	}
}

/* "Z12-14", "2026-11-21", "2026-11"; false: it is no time. */
static bool
take_time(struct list *s, const char *text)
{
	bool z = text[0] == 'Z' || text[0] == 'z';
	char words[WHEN_BYTES + 16];
	struct report_ask ask;
	struct sbuf b;

	if (!z && strchr(text, '-') == NULL) {
		return false;
	}
	sbuf_init(&b, words, sizeof(words));
	sbuf_puts(&b, "sales ");
	sbuf_puts(&b, text + (z ? 1 : 0));
	if (!sbuf_ok(&b) || !report_words(words, &ask) ||
		strlen(text) >= sizeof(s->when)) {
		return false;
	}
	sbuf_init(&b, s->when, sizeof(s->when));
	sbuf_puts(&b, text + (z ? 1 : 0));
	s->time = 0;
	s->z = z;
	return true;
}

static void
say_time(struct app *a, const struct list *s)
{
	char text[160], when[64];
	struct sbuf b;

	sbuf_init(&b, when, sizeof(when));
	put_when(s, &b);
	sbuf_init(&b, text, sizeof(text));
	/* cells: 75 */
	sbuf_printf(&b, _("Reports are of: %s.  1 to 8 show one."), when);
	app_say(a, MSG_INFO, text);
}

static void
accept(struct app *a, struct list *s)
{
	struct prompt *p = app_prompt(a);
	size_t idx = 0;

	if (pick(s, p->text, &idx)) {
		prompt_clear(p);
		s->rows.selected = idx;
		if (choices[idx].name != NULL) {
			show(a, choices[idx].name, s->when);
			return;
		}
		set_time(a, s, choices[idx].no);
		say_time(a, s);
	} else if (take_time(s, p->text)) {
		prompt_clear(p);
		say_time(a, s);
	} else {
		app_attention(a, _("Key a number of the list, a Z as Z12, or a "
				   "day as 2026-11-21."));
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct list *s = state;

	if (action == ACTION_CLEAR) {
		app_close(a);
		app_say(a, MSG_INFO, "");
	} else if (action == ACTION_ACCEPT) {
		accept(a, s);
	} else {
		(void)rows_move(&s->rows, action, page(a));
	}
}

static const struct screen_ops reports_ops = {
	.bit = SCREEN_REPORTS,
	/* cells: 24 */
	.title = N_("REPORTS"),
	/* cells: 12 */
	.label = N_("REPORT"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.speak = speak,
	.act = act,
	.close = app_free_state,
};
