/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "base/text.h"
#include "core/qty.h"
#include "screen/app_internal.h"
#include "screen/item_facts.h"

#include "base/poison.h"

/*
 * Find as you type.  The prompt is [quantity *] words [row | quantity * row]:
 * what is left of words are looked for anew whenever they change, a number
 * right behind a letter chooses a row.  Behind a blank it is a size, unless it
 * has a star; "d12" is a department.
 */
#define FIND_ROWS 99 /* as many as two digits can choose from */
#define DETAIL_ROWS 5

struct found {
	struct rows rows;
	uint64_t n_match;
	bool failed; /* and the message row says why */
	char query[PROMPT_BYTES];
	struct item item[FIND_ROWS];
};

/* The prompt, understood. */
struct wish {
	char query[PROMPT_BYTES];
	char qty[24]; /* "" none */
	size_t row;   /* from 1; 0 none was keyed */
};

static const struct screen_ops find_ops;

/* --- the prompt --- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_numeric(char c)
{
	return is_digit(c) || c == '.' || c == ',';
}

static void
copy(char *out, size_t cap, const char *s, size_t n)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_write(&b, s, n < cap - 1 ? n : cap - 1);
}

/* "12*" in front; returns how many bytes it takes. */
static size_t
take_qty(const char *s, struct wish *w)
{
	size_t n = 0;

	while (is_numeric(s[n])) {
		n++;
	}
	if (n == 0 || n >= sizeof(w->qty) || s[n] != '*') {
		return 0;
	}
	copy(w->qty, sizeof(w->qty), s, n);
	return n + 1;
}

static bool
is_dept(const char *s, size_t n)
{
	return n > 0 && (s[n - 1] == 'd' || s[n - 1] == 'D') &&
	       (n == 1 || s[n - 2] == ' ');
}

/* "3" or "2*3" behind the words; returns where the words end. */
static size_t
take_row(const char *s, size_t len, struct wish *w)
{
	size_t row = len, at;
	int64_t v = 0;

	while (row > 0 && is_digit(s[row - 1])) {
		row--;
	}
	if (row == len || len - row > 2 ||
		parse_i64(s + row, len - row, 1, FIND_ROWS, &v) != RC_OK) {
		return len;
	}
	at = row;
	if (row > 0 && s[row - 1] == '*') {
		for (at = row - 1; at > 0 && is_numeric(s[at - 1]); at--) {
		}
		if (at == row - 1 || row - at > sizeof(w->qty)) {
			return len;
		}
	} else if (at == 0 || s[at - 1] == ' ' || is_numeric(s[at - 1]) ||
		   is_dept(s, at)) {
		return len;
	}
	if (at < row) {
		copy(w->qty, sizeof(w->qty), s + at, row - 1 - at);
	}
	w->row = (size_t)v;
	return at;
}

static void
understand(const struct prompt *p, struct wish *w)
{
	size_t from, end;

	memset(w, 0, sizeof(*w));
	from = take_qty(p->text, w);
	end = take_row(p->text + from, p->len - from, w);
	copy(w->query, sizeof(w->query), p->text + from, end);
}

/* --- looking --- */

static void
say_how(struct app *a)
{
	/* cells: 71 */
	app_say(a, MSG_INFO,
		_("Words in any order, or part of a code; d12 is a "
		  "department."));
}

static void
look(struct app *a, struct found *s, const char *query)
{
	struct err err = {.rc = RC_OK};
	enum rc rc;

	if (strcmp(query, s->query) == 0 && !s->failed) {
		return;
	}
	copy(s->query, sizeof(s->query), query, strlen(query));
	say_how(a);
	s->rows.selected = 0;
	s->rows.top = 0;
	s->rows.shown = 0;
	rc = till_find(a->till, query, strlen(query), 0, s->item, FIND_ROWS,
		&s->rows.n, &s->n_match, &err);
	s->failed = rc != RC_OK;
	if (s->failed) {
		s->rows.n = 0;
		s->n_match = 0;
		app_attention(a, err.msg);
	}
}

static void
typed(struct app *a, void *state)
{
	struct found *s = state;
	struct wish w;

	understand(app_prompt(a), &w);
	look(a, s, w.query);
	if (w.row > 0 && w.row <= s->rows.n) {
		s->rows.selected = w.row - 1;
	}
}

/* The list of what stands in the prompt: while it is drawn that is also what
 * may yet be a scan's, so the list never waits to know; when it was a scan's,
 * the list is put right before anything acts on it. */
static void
follow(struct app *a, struct found *s)
{
	struct wish w;

	if (app_screen(a) != &find_ops || a->lay.kind == DISPLAY_READER) {
		return;
	}
	understand(app_prompt(a), &w);
	if (strcmp(w.query, s->query) != 0) {
		look(a, s, w.query);
	}
}

void
search_open(struct app *a, const char *query)
{
	struct found *s = app_find(a, &find_ops);

	if (s == NULL) {
		s = app_room(a, sizeof(*s));
		if (s == NULL || !app_open(a, &find_ops, s)) {
			return;
		}
	}
	prompt_set(app_prompt(a), query);
	say_how(a);
	typed(a, s);
}

/* --- what is shown --- */

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct app *a = arg;
	const struct found *s = app_find(a, &find_ops);
	const struct item *it = &s->item[row];

	switch (col) {
	case 0:
		sbuf_puts(out, it->code);
		break;
	case 1:
		sbuf_puts(out, it->name);
		break;
	case 2:
		sbuf_puts(out, it->dept);
		break;
	case 3:
		app_put_money(a, out, item_price(a, it));
		break;
	default:
		sbuf_puts(out, it->tax);
		break;
	}
}

static void
put_count(const struct found *s, struct sbuf *out)
{
	if (s->query[0] == '\0') {
		/* cells: 74 */
		sbuf_puts(out, _("Key the beginnings of a word or two."));
	} else if (s->n_match > s->rows.n) {
		/* cells: 74 */
		sbuf_printf(out,
			_("The best %zu of %llu items; more words "
			  "make them fewer."),
			s->rows.n, (unsigned long long)s->n_match);
	} else {
		/* cells: 74 */
		sbuf_printf(out,
			P_("%llu item matches.", "%llu items match.",
				s->n_match),
			(unsigned long long)s->n_match);
	}
}

static void
put_facts(struct app *a, const struct item *it, struct sbuf *out)
{
	const struct config *c = till_config(a->till);

	if (it->dept[0] != '\0') {
		/* cells: 30 */
		sbuf_printf(out, _("dept %s %s   "), it->dept,
			item_dept_name(a, it->dept));
	}
	/* cells: 24 */
	sbuf_printf(out,
		c->tax.included ? _("tax %s, included")
				/* cells: 24 */
				: _("tax %s, added on top"),
		it->tax);
	sbuf_puts(out, "   ");
	sbuf_printf(out, _("code %s"), it->code);
}

/* Only what is known: no size, no shelf. */
static void
put_more(struct app *a, const struct item *it, struct sbuf *out)
{
	struct item_facts f;
	size_t i;

	item_facts(a, it, &f);
	for (i = 0; i < f.n; i++) {
		sbuf_puts(out, i > 0 ? "   " : "");
		sbuf_puts(out, f.text[i]);
	}
}

static void
draw_detail(struct app *a, const struct found *s, int row)
{
	const struct item *it = &s->item[s->rows.selected];
	int width = a->lay.cols - 11;
	char buf[512];
	struct sbuf b;

	grid_rule(a->grid, row, 0, a->lay.cols, '-');
	/* cells: 7 */
	(void)grid_text(a->grid, row + 1, 1, 7, ROLE_HEAD, _("DETAIL"));
	(void)grid_middle(a->grid, row + 1, 9, width, ROLE_TOTAL, it->name);
	sbuf_init(&b, buf, sizeof(buf));
	put_facts(a, it, &b);
	(void)grid_text(a->grid, row + 2, 9, width, ROLE_NORMAL, buf);
	sbuf_clear(&b);
	put_more(a, it, &b);
	(void)grid_text(a->grid, row + 3, 9, width, ROLE_NORMAL, buf);
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 14 */
		{N_("Code"), 14, false, 0},
		/* cells: 30 */
		{N_("Description"), 0, false, 0},
		/* cells: 5 */
		{N_("Dept"), 5, false, 0},
		/* cells: 12 */
		{N_("Price"), 12, true, 0},
		/* cells: 2 */
		{N_("T"), 2, false, 0},
	};
	struct found *s = state;
	int height = a->lay.work_rows - DETAIL_ROWS;
	char buf[128];
	struct sbuf b;
	int used;

	follow(a, s);
	used = widget_rows(a->grid, a->lay.work_row, 0, height, a->lay.cols - 1,
		cols, ARRAY_LEN(cols), &s->rows, put_cell, a);
	sbuf_init(&b, buf, sizeof(buf));
	put_count(s, &b);
	(void)grid_text(a->grid, a->lay.work_row + used, 4, a->lay.cols - 5,
		ROLE_NORMAL, buf);
	if (s->rows.n > 0) {
		draw_detail(a, s, a->lay.work_row + height + 1);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("Up/Down PgUp/PgDn   2*3 two of row 3   = price check "
			 "only   Esc back to sale"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct found *s = state;
	const struct engine_view *v = till_view(a->till);
	struct wish w;
	size_t row;

	understand(&a->stack[a->depth - 1].prompt, &w);
	row = w.row > 0 ? w.row : s->rows.selected + 1;
	if (s->query[0] == '\0') {
		/* cells: 28 */
		sbuf_puts(out, _("key a word"));
	} else if (row > s->rows.n) {
		/* cells: 28 */
		sbuf_puts(out, _("no such item"));
	} else if (check_is_open(a)) {
		/* cells: 28 */
		sbuf_printf(out, _("Enter = price of #%zu"), row);
	} else if (w.qty[0] != '\0') {
		/* cells: 28 */
		sbuf_printf(out, _("Enter = sell %s of #%zu"), w.qty, row);
	} else if (v->has_pending_qty) {
		char buf[32];
		struct sbuf b;

		sbuf_init(&b, buf, sizeof(buf));
		app_put_qty(a, &b, v->pending_qty);
		/* cells: 28 */
		sbuf_printf(out, _("Enter = sell %s of #%zu"), buf, row);
	} else {
		/* cells: 28 */
		sbuf_printf(out, _("Enter = sell #%zu"), row);
	}
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct found *s = state;

	put_count(s, out);
	sbuf_putc(out, '\n');
	if (s->rows.n > 0) {
		const struct item *it = &s->item[s->rows.selected];

		sbuf_printf(out, "#%zu %s ", s->rows.selected + 1, it->name);
		app_put_money(a, out, item_price(a, it));
	}
}

/* --- what it does --- */

static const struct item *
chosen(struct app *a, const struct found *s, const struct wish *w)
{
	size_t row = w->row > 0 ? w->row : s->rows.selected + 1;

	if (row <= s->rows.n) {
		return &s->item[row - 1];
	}
	app_attention(
		a, s->query[0] == '\0' ? _("Key the beginning of a word first.")
		   : s->rows.n == 0 ? _("Nothing is found by these words: key "
					"fewer letters.")
				    : _("There is no row of that number in the "
					"list."));
	return NULL;
}

/* The screens beneath have asked for an item, too: this is it. */
static void
sell(struct app *a, const struct found *s, bool add)
{
	const struct item *it;
	char code[CODE_BYTES], qty[32];
	struct wish w;
	struct sbuf b;

	understand(app_prompt(a), &w);
	it = chosen(a, s, &w);
	if (it == NULL) {
		return;
	}
	if (!add && check_found(a, it)) {
		return;
	}
	memcpy(code, it->code, sizeof(code));
	sbuf_init(&b, qty, sizeof(qty));
	sbuf_puts(&b, w.qty);
	sbuf_putc(&b, '*');
	if (stop_found(a, code)) {
		return;
	}
	app_close_all(a);
	app_say(a, MSG_NONE, "");
	if (w.qty[0] == '\0' || app_entry(a, qty)) {
		app_scan_selling(a, NULL, code, strlen(code));
	}
}

bool
search_is_open(const struct app *a)
{
	return app_find(a, &find_ops) != NULL;
}

void
search_leave(struct app *a)
{
	while (app_find(a, &find_ops) != NULL) {
		app_close(a);
	}
}

/* Only what is of the chosen item's department, or again of all. */
static void
filter_dept(struct app *a, struct found *s)
{
	const char *dept = s->item[s->rows.selected].dept;
	struct prompt *p = app_prompt(a);
	char word[40], text[PROMPT_BYTES];
	struct sbuf b;
	char *at;

	if (s->rows.n == 0 || dept[0] == '\0' ||
		dept[strspn(dept, "0123456789")] != '\0' || strlen(dept) > 7) {
		app_attention(a, _("This item has no department by number."));
		return;
	}
	sbuf_init(&b, word, sizeof(word));
	sbuf_puts(&b, " d");
	sbuf_puts(&b, dept);
	copy(text, sizeof(text), s->query, strlen(s->query));
	at = strstr(text, word);
	if (at != NULL && (at[b.len] == '\0' || at[b.len] == ' ')) {
		memmove(at, at + b.len, strlen(at + b.len) + 1);
	} else if (strlen(text) + b.len < sizeof(text)) {
		memcpy(text + strlen(text), word, b.len + 1);
	}
	prompt_set(p, text);
	typed(a, s);
}

static void
act(struct app *a, void *state, enum action action)
{
	struct found *s = state;
	const struct item *it;
	struct wish w;

	follow(a, s);
	if (action == ACTION_ACCEPT || action == ACTION_ADD) {
		sell(a, s, action == ACTION_ADD);
	} else if (action == ACTION_CLEAR) {
		app_close(a);
		app_say(a, MSG_NONE, "");
	} else if (action == ACTION_FIND) {
		prompt_clear(app_prompt(a));
		typed(a, s);
	} else if (action == ACTION_DEPT) {
		filter_dept(a, s);
	} else if (action == ACTION_CHECK) {
		understand(app_prompt(a), &w);
		it = chosen(a, s, &w);
		if (it != NULL && !check_found(a, it)) {
			check_open(a, it);
		}
	} else {
		(void)rows_move(&s->rows, action,
			(size_t)(a->lay.work_rows - DETAIL_ROWS - 1));
	}
}

static const struct screen_ops find_ops = {
	.bit = SCREEN_FIND,
	/* cells: 24 */
	.title = N_("FIND ITEM"),
	/* cells: 12 */
	.label = N_("FIND"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.typed = typed,
	.speak = speak,
	.close = app_free_state,
};
