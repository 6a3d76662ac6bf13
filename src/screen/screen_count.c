/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "core/cash.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* The drawer is counted: notes at the left, coins at the right, each kind by its
 * pieces, and what nobody opens, rolls and bags, by its amount.  What there
 * should be is nowhere on the screen until it is recorded; then it can be counted
 * again from what was keyed, which is recorded, too.  Left with Esc it waits as
 * it is, and so it does over kill -9. */

#define PIECES_MAX 99999
#define AMOUNT_MAX INT64_C(999999999)
#define RIGHT_COL 42
#define COUNTED_ROWS 4 /* with the rule above */

struct count {
	/* notes, then coins, largest first; then rolls, of one minor unit */
	struct money value[COUNT_ROWS];
	size_t n, n_note; /* rolls are row n */
	size_t at;
	struct money opening; /* cash the day, or the shift, began with */
	enum count_for purpose;
	size_t drawer; /* 0 there is one for all */
	bool done;     /* recorded */
	bool blind;    /* and nothing of what there should be is told */
	struct money counted, expected, difference;
};

static const struct screen_ops count_ops;

static struct money
amount_of(const struct app *a, const struct count *s, size_t i)
{
	return (struct money){s->value[i].minor * a->pieces[i]};
}

static bool
is_rolls(const struct count *s, size_t i)
{
	return i == s->n;
}

static struct money
sum(const struct app *a, const struct count *s)
{
	struct money total = {0};

	for (size_t i = 0; i <= s->n; i++) {
		total.minor += amount_of(a, s, i).minor;
	}
	return total;
}

/* What is counted: notes, then coins, largest first; then rolls. */
static void
find_values(const struct app *a, struct count *s)
{
	struct money up[CASH_PIECES];
	size_t n_coin = 0;

	s->n = cash_values(&till_config(a->till)->currency, up, &n_coin);
	s->n_note = s->n - n_coin;
	for (size_t i = 0; i < s->n; i++) {
		s->value[i] = up[s->n - 1 - i];
	}
	s->value[s->n].minor = 1;
}

void
count_open(struct app *a, const struct reply *r)
{
	struct count *s;

	s = app_room(a, sizeof(*s));
	if (s == NULL) {
		return;
	}
	find_values(a, s);
	s->opening = r->opening;
	s->purpose = r->count_for;
	s->drawer = r->drawer;
	s->blind = r->blind;
	if (s->n == 0) {
		/* nobody told which coins there are: the reply has said how */
		free(s);
		return;
	}
	if (app_open(a, &count_ops, s)) {
		app_say(a, MSG_INFO,
			_("Type pieces, then Enter.  54000* is an amount "
			  "instead.  + when done."));
	}
}

void
count_done(struct app *a, const struct reply *r)
{
	struct count *s = app_find(a, &count_ops);

	if (s == NULL) {
		return;
	}
	s->done = true;
	s->blind = r->blind;
	s->counted = r->counted;
	s->expected = r->expected;
	s->difference = r->difference;
}

/* --- over kill -9 --------------------------------------------------------- */

/* The value of rolls is 0 here: they are no coin of one. */
void
count_put(const struct app *a, struct sbuf *out)
{
	const struct count *open = app_find(a, &count_ops);
	struct count s = {.n = 0};
	bool any = false;

	if (open != NULL && open->done) {
		return;
	}
	find_values(a, &s);
	for (size_t i = 0; i <= s.n; i++) {
		if (a->pieces[i] > 0) {
			sbuf_puts(out, any ? " " : "count ");
			sbuf_i64(out, is_rolls(&s, i) ? 0 : s.value[i].minor);
			sbuf_putc(out, 'x');
			sbuf_i64(out, a->pieces[i]);
			any = true;
		}
	}
	sbuf_puts(out, any ? "\n" : "");
	if (open != NULL) {
		sbuf_printf(out, "counting %zu", open->at);
		if (open->purpose != COUNT_CHECK) {
			sbuf_printf(out, " %d %zu %lld", (int)open->purpose,
				open->drawer, (long long)open->opening.minor);
		}
		sbuf_putc(out, '\n');
	}
}

static bool
take_number(const char **p, int64_t max, int64_t *ret)
{
	size_t n = strspn(*p, "0123456789");

	if (n == 0 || parse_i64(*p, n, 0, max, ret) != RC_OK) {
		return false;
	}
	*p += n;
	return true;
}

static void
pieces_back(struct app *a, const char *p)
{
	struct count s = {.n = 0};
	int64_t value = 0, n = 0;

	find_values(a, &s);
	while (take_number(&p, AMOUNT_MAX, &value) && *p == 'x') {
		p++;
		if (!take_number(&p, AMOUNT_MAX, &n)) {
			return;
		}
		for (size_t i = 0; i <= s.n; i++) {
			if (is_rolls(&s, i) ? value == 0
					    : value == s.value[i].minor &&
						      n <= PIECES_MAX) {
				a->pieces[i] = n;
			}
		}
		p += *p == ' ' ? 1 : 0;
	}
}

/* One for a shift: asking for it again would open the drawer again. */
static bool
open_again(struct app *a, const char *p)
{
	struct reply r = {.count = true};
	int64_t purpose = 0, drawer = 0;

	if (*p++ != ' ' || !take_number(&p, COUNT_HAND_OVER, &purpose) ||
		*p++ != ' ' || !take_number(&p, CONFIG_DRAWERS, &drawer) ||
		*p++ != ' ' || !take_number(&p, AMOUNT_MAX, &r.opening.minor)) {
		return false;
	}
	r.count_for = (enum count_for)purpose;
	r.drawer = (size_t)drawer;
	count_open(a, &r);
	return true;
}

void
count_back(struct app *a, const char *line)
{
	const char *p = line + strcspn(line, " ");
	struct count *s;
	int64_t at = 0;

	p += *p == ' ' ? 1 : 0;
	if (strncmp(line, "count ", 6) == 0) {
		pieces_back(a, p);
		return;
	}
	if (!take_number(&p, COUNT_ROWS, &at) || !open_again(a, p)) {
		(void)app_entry(a, "CT");
	}
	s = app_find(a, &count_ops);
	if (s != NULL && at <= (int64_t)s->n) {
		s->at = (size_t)at;
	}
}

/* --- drawing -------------------------------------------------------------- */

static void
draw_rolls(struct app *a, const struct count *s, int row, int col)
{
	bool at = is_rolls(s, s->at) && !s->done;
	enum role role = at ? ROLE_TOTAL : ROLE_NORMAL;
	char buf[64];
	struct sbuf b;

	(void)grid_text(a->grid, row, col, 1, role, at ? ">" : " ");
	/* cells: 18 */
	(void)grid_text(a->grid, row, col + 2, 18, role, _("Rolls and bags"));
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, amount_of(a, s, s->n));
	grid_right(a->grid, row, col + 20, 14, role, buf);
}

static void
draw_piece(struct app *a, const struct count *s, size_t i, int row, int col)
{
	char buf[64];
	struct sbuf b;
	bool at = i == s->at && !s->done;
	enum role role = at ? ROLE_TOTAL : ROLE_NORMAL;

	(void)grid_text(a->grid, row, col, 1, role, at ? ">" : " ");
	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, s->value[i]);
	grid_right(a->grid, row, col + 2, 10, role, buf);
	sbuf_clear(&b);
	sbuf_i64(&b, a->pieces[i]);
	grid_right(a->grid, row, col + 12, 8, role, buf);
	sbuf_clear(&b);
	app_put_money(a, &b, amount_of(a, s, i));
	grid_right(a->grid, row, col + 20, 14, role, buf);
}

static void
draw_column(struct app *a, const struct count *s, size_t from, size_t to,
	const char *head, int col)
{
	int row = a->lay.work_row + 1;
	int end = a->lay.work_row + a->lay.work_rows - COUNTED_ROWS;

	grid_right(a->grid, row, col + 2, 10, ROLE_HEAD, head);
	/* cells: 8 */
	grid_right(a->grid, row, col + 12, 8, ROLE_HEAD, _("pieces"));
	/* cells: 12 */
	grid_right(a->grid, row, col + 20, 14, ROLE_HEAD, _("amount"));
	/* more kinds than rows: the one that is counted is in sight */
	if (s->at >= from && s->at < to &&
		s->at - from >= (size_t)(end - row - 1)) {
		from = s->at + 1 - (size_t)(end - row - 1);
	}
	for (size_t i = from; i < to && row + 1 < end; i++) {
		draw_piece(a, s, i, ++row, col);
	}
}

/* Notes with the rolls below them, coins beside. */
static void
draw_kinds(struct app *a, const struct count *s)
{
	int last = a->lay.work_row + a->lay.work_rows - COUNTED_ROWS - 1;
	int row = a->lay.work_row + (int)s->n_note + 3;

	/* cells: 10 */
	draw_column(a, s, 0, s->n_note, _("NOTES"), 1);
	/* cells: 10 */
	draw_column(a, s, s->n_note, s->n, _("COINS"), 41);
	grid_fill(a->grid, row < last ? row : last, 1, 1, 36, ROLE_NORMAL);
	draw_rolls(a, s, row < last ? row : last, 1);
}

static void
pair(struct app *a, int row, const char *label, struct money m, enum role role)
{
	char buf[64];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	app_put_money(a, &b, m);
	(void)grid_text(a->grid, row, RIGHT_COL, 18, role, label);
	grid_right(a->grid, row, RIGHT_COL + 18, 16, role, buf);
}

static void
draw_found(struct app *a, const struct count *s, int row)
{
	/* cells: 17 */
	pair(a, row, _("Expected"), s->expected, ROLE_NORMAL);
	if (s->difference.minor == 0) {
		/* cells: 34 */
		(void)grid_text(a->grid, row + 1, RIGHT_COL, 34, ROLE_TOTAL,
			_("As expected"));
		return;
	}
	pair(a, row + 1,
		/* cells: 17 */
		s->difference.minor < 0 ? _("SHORT")
					/* cells: 17 */
					: _("OVER"),
		s->difference, ROLE_STOP);
}

static void
put_heading(const struct count *s, struct sbuf *out)
{
	if (s->done) {
		/* cells: 76 */
		sbuf_puts(out, _("COUNTED AND RECORDED"));
	} else if (s->blind) {
		/* cells: 76 */
		sbuf_puts(out, _("BLIND COUNT: it is compared when the drawer "
				 "is closed"));
	} else if (s->drawer == 0) {
		/* cells: 76 */
		sbuf_puts(out, _("BLIND COUNT: what there should be shows once "
				 "it is recorded"));
	} else {
		/* cells: 76 */
		sbuf_printf(out,
			_("BLIND COUNT of drawer %lu: what there "
			  "should be shows once it is recorded"),
			(unsigned long)s->drawer);
	}
}

static void
draw(struct app *a, void *state)
{
	const struct count *s = state;
	int row = a->lay.work_row;
	int foot = row + a->lay.work_rows - COUNTED_ROWS;
	char buf[160];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	put_heading(s, &b);
	(void)grid_text(a->grid, row, 1, a->lay.cols - 2, ROLE_HEAD, buf);
	draw_kinds(a, s);
	grid_rule(a->grid, foot, 0, a->lay.cols, '-');
	sbuf_clear(&b);
	app_put_money(a, &b, s->done ? s->counted : sum(a, s));
	/* cells: 9 */
	(void)grid_text(a->grid, foot + 1, 1, 10, ROLE_HEAD, _("COUNTED"));
	widget_big(a->grid, foot + 1, 11, 29, ROLE_TOTAL, buf);
	if (s->done && s->blind) {
		/* cells: 34 */
		(void)grid_text(a->grid, foot + 1, RIGHT_COL, 34, ROLE_NORMAL,
			_("Compared when it is closed"));
	} else if (s->done) {
		draw_found(a, s, foot + 1);
	} else if (s->opening.minor != 0 && s->purpose == COUNT_CHECK) {
		/* cells: 17 */
		pair(a, foot + 1, _("Day began with"), s->opening, ROLE_NORMAL);
	} else if (s->purpose >= COUNT_CLOSE) {
		/* cells: 17 */
		pair(a, foot + 1, _("Float"), s->opening, ROLE_NORMAL);
		/* cells: 17 */
		pair(a, foot + 2, _("Above it"),
			(struct money){sum(a, s).minor - s->opening.minor},
			ROLE_NORMAL);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	const struct count *s = state;

	(void)a;
	if (s->done && s->purpose != COUNT_CHECK) {
		/* cells: 78 */
		sbuf_puts(out, _("Enter or Esc back"));
		return;
	}
	sbuf_puts(out, s->done
			       /* cells: 78 */
			       ? _("Enter or Esc back   R Enter counts again, "
				   "from this")
			       /* cells: 78 */
			       : _("Up/Down row   Enter next   + done   Esc "
				   "keep as a draft"));
}

static void
put_row(const struct app *a, const struct count *s, int64_t pieces,
	struct sbuf *out)
{
	if (is_rolls(s, s->at)) {
		/* cells: 18 */
		sbuf_puts(out, _("Rolls and bags"));
	} else {
		app_put_money(a, out, s->value[s->at]);
		sbuf_puts(out, " x ");
		sbuf_i64(out, pieces);
	}
	sbuf_puts(out, " = ");
	app_put_money(a, out, (struct money){s->value[s->at].minor * pieces});
}

/* --- what was keyed ------------------------------------------------------- */

/* Pieces, or with a star behind it an amount that so many pieces make. */
static bool
read_pieces(const struct app *a, const struct count *s, int64_t *ret)
{
	const struct prompt *p = &a->stack[a->depth - 1].prompt;
	struct money m = {0};
	size_t n = p->len;

	if (is_rolls(s, s->at)) {
		n -= n > 0 && p->text[n - 1] == '*' ? 1 : 0;
		if (!app_parse_money(a, p->text, n, &m) || m.minor < 0) {
			return false;
		}
		*ret = m.minor;
		return true;
	}
	if (n == 0 || p->text[n - 1] != '*') {
		return parse_i64(p->text, n, 0, PIECES_MAX, ret) == RC_OK;
	}
	if (!app_parse_money(a, p->text, n - 1, &m) || m.minor < 0 ||
		m.minor % s->value[s->at].minor != 0 ||
		m.minor / s->value[s->at].minor > PIECES_MAX) {
		return false;
	}
	*ret = m.minor / s->value[s->at].minor;
	return true;
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct count *s = state;
	int64_t pieces = a->pieces[s->at];

	if (s->done) {
		return;
	}
	if (a->stack[a->depth - 1].prompt.len > 0 &&
		!read_pieces(a, s, &pieces)) {
		sbuf_puts(out, is_rolls(s, s->at)
				       /* cells: 40 */
				       ? _("their amount, like 25000")
				       /* cells: 40 */
				       : _("pieces, or an amount and *"));
		return;
	}
	put_row(a, s, pieces, out);
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct count *s = state;

	if (s->done) {
		/* cells: 12 */
		sbuf_puts(out, _("counted"));
		sbuf_putc(out, ' ');
		app_put_money(a, out, s->counted);
		if (s->blind) {
			return;
		}
		sbuf_putc(out, '\n');
		/* cells: 12 */
		sbuf_puts(out, _("expected"));
		sbuf_putc(out, ' ');
		app_put_money(a, out, s->expected);
		return;
	}
	put_row(a, s, a->pieces[s->at], out);
	sbuf_putc(out, '\n');
	/* cells: 12 */
	sbuf_puts(out, _("counted"));
	sbuf_putc(out, ' ');
	app_put_money(a, out, sum(a, s));
}

/* False: it cannot be understood, and the cashier was told. */
static bool
take(struct app *a, struct count *s)
{
	struct prompt *p = app_prompt(a);

	if (p->len == 0) {
		return true;
	}
	if (!read_pieces(a, s, &a->pieces[s->at])) {
		app_attention(a,
			is_rolls(s, s->at)
				? _("What is in rolls and bags, as an amount: "
				    "25000 is 250.00.")
				: _("So many pieces, or an amount they make, "
				    "with a star: 54000*."));
		return false;
	}
	prompt_clear(p);
	return true;
}

static void
record(struct app *a, struct count *s)
{
	static const char *const letters[] = {"CT", "OS", "CS", "HO"};
	char text[PROMPT_BYTES];
	struct sbuf b;
	bool any = false;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, letters[s->purpose]);
	if (s->purpose == COUNT_OPEN || s->purpose == COUNT_CLOSE) {
		sbuf_u64(&b, s->drawer);
	}
	for (size_t i = 0; i <= s->n; i++) {
		/* rolls are one piece, of whatever they hold */
		bool one = is_rolls(s, i);

		if (a->pieces[i] > 0) {
			sbuf_printf(&b, " %lldx%lld",
				(long long)(one ? a->pieces[i]
						: s->value[i].minor),
				(long long)(one ? 1 : a->pieces[i]));
			any = true;
		}
	}
	if (!any) {
		app_attention(a, _("Nothing is counted yet.  An empty drawer "
				   "is 0CT, at the prompt; 0OS, 0CS, 0HO."));
	} else if (sbuf_ok(&b)) {
		(void)app_entry(a, text);
	} else {
		app_attention(a, _("That is too much for one count: key the "
				   "sum, like 119915CT."));
	}
}

/* A slip of the finger costs no second count of the whole drawer. */
static bool
again(struct app *a, struct count *s)
{
	struct prompt *p = app_prompt(a);

	if (!s->done || s->purpose != COUNT_CHECK || p->len != 1 ||
		(p->text[0] != 'R' && p->text[0] != 'r')) {
		return false;
	}
	prompt_clear(p);
	s->done = false;
	s->at = 0;
	app_say(a, MSG_INFO,
		_("As it was counted: change what is wrong, then +.  Both "
		  "counts are recorded."));
	return true;
}

static void
act(struct app *a, void *state, enum action action)
{
	static const char *const going_on[] = {/* cells: 71 each */
		N_("The count waits as it is: CT goes on."),
		N_("The count waits as it is: OS goes on."),
		N_("The count waits as it is: CS goes on."),
		N_("The count waits as it is: HO goes on.")};
	struct count *s = state;
	size_t last = s->n;

	if (action == ACTION_ACCEPT && again(a, s)) {
		return;
	}
	if (action == ACTION_CLEAR || (s->done && action == ACTION_ACCEPT)) {
		enum count_for purpose = s->purpose;
		bool done = s->done;

		app_close(a);
		if (done) {
			day_again(a);
		} else {
			app_say(a, MSG_INFO, _(going_on[purpose]));
		}
	} else if (s->done || !take(a, s)) {
		return;
	} else if (action == ACTION_ACCEPT || action == ACTION_DOWN) {
		s->at = s->at < last ? s->at + 1 : last;
	} else if (action == ACTION_UP) {
		s->at = s->at > 0 ? s->at - 1 : 0;
	} else if (action == ACTION_HOME || action == ACTION_PGUP) {
		s->at = 0;
	} else if (action == ACTION_END || action == ACTION_PGDN) {
		s->at = last;
	} else if (action == ACTION_PAY) {
		record(a, s);
	}
}

/* What was recorded is not counted once more by the next one. */
static void
give_back(struct app *a, void *state)
{
	const struct count *s = state;

	if (s->done) {
		memset(a->pieces, 0, sizeof(a->pieces));
	}
	app_free_state(a, state);
}

static const struct screen_ops count_ops = {
	.bit = SCREEN_COUNT,
	/* cells: 24 */
	.title = N_("CASH COUNT"),
	/* cells: 12 */
	.label = N_("PIECES"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.speak = speak,
	.close = give_back,
};
