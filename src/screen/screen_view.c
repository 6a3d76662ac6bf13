/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "core/day.h"
#include "register/document.h"
#include "screen/screen_card.h"

#include "base/poison.h"

/* Text to read: the last receipt, a report.  Typing or scanning
 * closes it and goes on selling. */

#define VIEW_FIRST ((size_t)65536)
#define VIEW_LAST ((size_t)8 << 20)

struct view {
	char *text;
	size_t cap, top, lines;
	const char *title;
};

static const struct screen_ops view_ops, receipt_ops;

static void
close_view(struct app *a, void *state)
{
	struct view *v = state;

	(void)a;
	if (v != NULL) {
		free(v->text);
		free(v);
	}
}

static struct view *
view_new(struct app *a, size_t cap)
{
	struct view *v = app_room(a, sizeof(*v));

	if (v != NULL) {
		v->cap = cap;
		v->text = app_room(a, cap);
		if (v->text == NULL) {
			free(v);
			v = NULL;
		}
	}
	return v;
}

static void
open_view(struct app *a, struct view *v, const struct screen_ops *ops,
	const char *title)
{
	const char *p;

	v->title = title;
	for (p = v->text; *p != '\0'; p++) {
		if (*p == '\n') {
			v->lines++;
		}
	}
	if (p > v->text && p[-1] != '\n') {
		v->lines++;
	}
	/* one text at a time: the help of a receipt takes its place */
	if (app_screen(a)->view) {
		app_close(a);
	}
	(void)app_open(a, ops, v);
}

/* A text of any length: laid out again in more room until it fits. */
typedef enum rc (*text_fn)(struct app *a, struct sbuf *out, struct err *reterr);

static struct view *
view_of(struct app *a, text_fn fn, enum rc *ret_rc, struct err *reterr)
{
	struct view *v = NULL;
	struct sbuf b;

	*ret_rc = RC_RANGE;
	for (size_t cap = VIEW_FIRST; cap <= VIEW_LAST && *ret_rc == RC_RANGE;
		cap *= 4) {
		close_view(a, v);
		v = view_new(a, cap);
		if (v == NULL) {
			*ret_rc = RC_NOMEM; /* which was said */
			return NULL;
		}
		sbuf_init(&b, v->text, v->cap);
		*ret_rc = fn(a, &b, reterr);
		if (*ret_rc == RC_OK && !sbuf_ok(&b)) {
			*ret_rc = RC_RANGE;
		}
	}
	return v;
}

static enum rc
receipt_text(struct app *a, struct sbuf *out, struct err *reterr)
{
	return till_last_receipt(a->till, out, reterr);
}

/* What is wider than the screen is laid out for it again. */
static enum rc
explain_text(struct app *a, struct sbuf *out, struct err *reterr)
{
	return till_explain(a->till, (unsigned)(a->lay.cols - 5), out, reterr);
}

static void
show(struct app *a, text_fn fn, const struct screen_ops *ops, const char *title,
	const char *none)
{
	struct err err = {.rc = RC_OK};
	enum rc rc = RC_OK;
	struct view *v = view_of(a, fn, &rc, &err);

	if (v == NULL) {
		return;
	}
	if (rc == RC_OK) {
		open_view(a, v, ops, title);
		return;
	}
	close_view(a, v);
	app_attention(a, rc == RC_NOTFOUND    ? none
			 : err.msg[0] != '\0' ? err.msg
					      : _("It cannot be shown now."));
}

void
view_receipt(struct app *a)
{
	/* cells: 70 */
	show(a, receipt_text, &receipt_ops, N_("LAST RECEIPT"),
		_("No sale has been made yet, so there is no receipt."));
}

void
view_explain(struct app *a)
{
	/* cells: 70 */
	show(a, explain_text, &view_ops, N_("WHERE THE PRICES COME FROM"),
		_("There is no sale yet whose prices could be explained."));
}

void
view_report(struct app *a, const struct totals *t)
{
	struct clock_reading r = clock_read(&a->clock);
	struct view *v = view_new(a, VIEW_FIRST);
	struct err err = {.rc = RC_OK};
	struct sbuf b;

	if (v == NULL) {
		return;
	}
	sbuf_init(&b, v->text, v->cap);
	if (document_report_text(till_config(a->till), t, r.utc, r.tz_min, &b,
		    &err) != RC_OK) {
		close_view(a, v);
		app_attention(a, err.msg);
		return;
	}
	/* cells: 70 */
	open_view(a, v, &view_ops, N_("X REPORT"));
}

/* Each member of the data on a row of its own, as far as commas tell. */
static void
put_members(const char *line, size_t n, struct sbuf *out)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		char c = line[i];

		sbuf_putc(out, c);
		if (quoted && c == '\\' && i + 1 < n) {
			sbuf_putc(out, line[++i]);
			continue;
		}
		quoted = quoted != (c == '"');
		if (quoted) {
			continue;
		}
		depth += c == '{' || c == '[' ? 1u : 0u;
		depth -= (c == '}' || c == ']') && depth > 0 ? 1u : 0u;
		if (c == ',' && depth <= 2) {
			sbuf_putc(out, '\n');
			sbuf_fill(out, ' ', (size_t)2 * depth);
		}
	}
}

void
view_line(struct app *a, uint64_t sequence)
{
	struct view *v = view_new(a, VIEW_LAST);
	char *line = app_room(a, VIEW_LAST / 4);
	struct sbuf b, text;

	if (v == NULL || line == NULL) {
		close_view(a, v);
		free(line);
		return;
	}
	sbuf_init(&text, line, VIEW_LAST / 4);
	sbuf_init(&b, v->text, v->cap);
	if (till_link_text(a->till, sequence, &text)) {
		put_members(text.p, text.len, &b);
		/* cells: 70 */
		open_view(a, v, &view_ops, N_("A LINE OF THE JOURNAL"));
	} else {
		close_view(a, v);
		app_attention(a, _("This line cannot be read here any more."));
	}
	free(line);
}

void
terminal_open(struct app *a, const struct pinpad_result *said)
{
	struct view *v = view_new(a, VIEW_FIRST);
	struct sbuf b;

	if (v != NULL) {
		sbuf_init(&b, v->text, v->cap);
		terminal_put(a, said, &b);
		/* cells: 70 */
		open_view(a, v, &view_ops, N_("THE CARD TERMINAL"));
	}
}

void
view_day(struct app *a, const struct reply *r)
{
	struct document_opts o = {.hash = r->day_hash};
	struct view *v;
	struct err err = {.rc = RC_OK};
	struct sbuf b;

	if (r->day == NULL) {
		return;
	}
	v = view_new(a, VIEW_FIRST);
	if (v == NULL) {
		return;
	}
	sbuf_init(&b, v->text, v->cap);
	if (document_day_text(till_config(a->till), r->day, &o, &b, &err) !=
		RC_OK) {
		close_view(a, v);
		app_attention(a, err.msg);
		return;
	}
	/* cells: 70 */
	open_view(a, v, &view_ops, N_("Z REPORT: THE DAY IS CLOSED"));
}

static size_t
page(const struct app *a)
{
	return (size_t)(a->lay.work_rows - 2);
}

static void
draw(struct app *a, void *state)
{
	const struct view *v = state;
	int row = a->lay.work_row;
	const char *p = v->text, *end;
	size_t skip = v->top, n;

	(void)grid_text(
		a->grid, row, 4, a->lay.cols - 5, ROLE_HEAD, _(v->title));
	while (skip > 0 && (end = strchr(p, '\n')) != NULL) {
		p = end + 1;
		skip--;
	}
	for (n = 0; n < page(a) && *p != '\0'; n++) {
		char line[512];
		size_t len = strcspn(p, "\n");
		size_t cut = len < sizeof(line) - 1 ? len : sizeof(line) - 1;

		memcpy(line, p, cut);
		line[cut] = '\0';
		row++;
		(void)grid_text(a->grid, row + 1, 4, a->lay.cols - 5,
			ROLE_NORMAL, line);
		p += len;
		if (*p == '\n') {
			p++;
		}
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	const struct view *v = state;
	size_t last = v->top + page(a);

	if (v->lines > page(a)) {
		/* cells: 44 */
		sbuf_printf(out,
			_("lines %zu-%zu of %zu   arrows PgUp PgDn   "),
			v->top + 1, last < v->lines ? last : v->lines,
			v->lines);
	}
	/* cells: 34 */
	sbuf_puts(out, app_screen(a) == &receipt_ops
			       ? _("Esc or Enter back   F8 prints a copy")
			       /* cells: 34 */
			       : _("Esc or Enter back"));
}

static void
move(struct app *a, struct view *v, enum action action)
{
	size_t most = v->lines > page(a) ? v->lines - page(a) : 0;
	size_t step = 1;

	if (action == ACTION_PGUP || action == ACTION_PGDN) {
		step = page(a);
	} else if (action == ACTION_HOME || action == ACTION_END) {
		step = v->lines;
	}
	if (action == ACTION_UP || action == ACTION_PGUP ||
		action == ACTION_HOME) {
		v->top -= step < v->top ? step : v->top;
	} else {
		v->top += step;
	}
	if (v->top > most) {
		v->top = most;
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	if (action == ACTION_CLEAR || action == ACTION_ACCEPT) {
		app_close(a);
	} else if (action == ACTION_COPY) {
		(void)app_entry(a, "RP");
	} else {
		move(a, state, action);
	}
}

static const struct screen_ops view_ops = {
	.bit = SCREEN_VIEW,
	/* cells: 24 */
	.title = N_("READ"),
	/* cells: 12 */
	.label = N_("READ"),
	.view = true,
	.draw = draw,
	.hint = hint,
	.act = act,
	.close = close_view,
};

static const struct screen_ops receipt_ops = {
	.bit = SCREEN_RECEIPT,
	/* cells: 24 */
	.title = N_("RECEIPT"),
	/* cells: 12 */
	.label = N_("READ"),
	.view = true,
	.draw = draw,
	.hint = hint,
	.act = act,
	.close = close_view,
};
