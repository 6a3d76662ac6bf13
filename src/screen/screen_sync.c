/* SPDX-License-Identifier: Apache-2.0 */
/* The link to the hub: what waits, what the hub has, what it keeps apart and
 * why, and how old what came from it is. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "screen/app_internal.h"
#include "screen/link.h"

#include "base/poison.h"

#define ROWS 64
#define APART 16
#define DAY_US INT64_C(86400000000)
#define HEAD_ROWS 3 /* link, queue, feeds */
#define FOOT_ROWS 4 /* rule, the selected row, totals, advice */

struct row {
	bool apart;
	struct till_apart a;
	struct till_waiting w;
};

struct page {
	struct rows rows;
	struct row row[ROWS + APART];
	uint64_t head, acked, kept; /* that it was read with */
};

static const struct screen_ops sync_ops;

/* What the hub keeps apart stands first: somebody should look at it. */
static void
read_rows(struct app *a, struct page *s)
{
	const struct till_link *l = till_link(a->till);
	uint64_t head = till_link_queued(a->till);
	struct till_apart apart[APART];
	struct till_waiting wait[ROWS];
	size_t n_apart, n_wait;

	if (l == NULL || (s->rows.n > 0 && s->head == head &&
				 s->acked == l->acked && s->kept == l->apart)) {
		return;
	}
	s->head = head;
	s->acked = l->acked;
	s->kept = l->apart;
	n_apart = till_link_apart(a->till, apart, APART);
	n_wait = till_link_waiting(a->till, 0, wait, ROWS);
	for (size_t i = 0; i < n_apart; i++) {
		s->row[i] = (struct row){.apart = true, .a = apart[i]};
		s->row[i].w = apart[i].line;
		s->row[i].w.sequence = apart[i].sequence;
	}
	for (size_t i = 0; i < n_wait; i++) {
		s->row[n_apart + i] = (struct row){.w = wait[i]};
	}
	s->rows.n = n_apart + n_wait;
	rows_fit(&s->rows);
}

void
sync_open(struct app *a)
{
	struct page *s = app_room(a, sizeof(*s));

	if (s != NULL) {
		read_rows(a, s);
		if (app_open(a, &sync_ops, s)) {
			app_say(a, MSG_INFO, "");
		}
	}
}

/* --- as it looks ---------------------------------------------------------- */

/* "sale.completed" */
static void
put_type(enum event_type type, struct sbuf *out)
{
	const char *name = event_type_name(type);
	const char *from = strchr(name, '.');
	size_t n;

	from = from != NULL ? from + 1 : name;
	n = strlen(from);
	n = n > 3 && strcmp(from + n - 3, ".v1") == 0 ? n - 3 : n;
	sbuf_write(out, from, n);
}

struct cells {
	const struct app *a;
	const struct page *s;
};

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct cells *c = arg;
	const struct row *r = &c->s->row[row];
	struct civil when;

	switch (col) {
	case 0:
		sbuf_u64(out, r->w.sequence);
		break;
	case 1:
		if (r->w.time.us != 0) {
			when = utc_civil(
				r->w.time, clock_read(&c->a->clock).tz_min);
			format_time(out, app_format(c->a), when,
				c->a->look.half_day, false);
		}
		break;
	case 2:
		if (r->w.time.us != 0) {
			put_type(r->w.type, out);
		}
		break;
	case 3:
		sbuf_puts(out, r->w.number);
		break;
	case 4:
		if (r->w.has_amount) {
			app_put_money(c->a, out, r->w.amount);
		}
		break;
	default:
		/* cells: 10 */
		sbuf_puts(out, r->apart ? _("KEPT APART")
					/* cells: 10 */
					: _("waits"));
		break;
	}
}

static void
put_link(const struct app *a, const struct till_link *l, struct sbuf *b)
{
	sbuf_puts(b, link_word(l));
	sbuf_putc(b, ' ');
	link_age(a, b, l->since, true);
	if (l->heard && l->state.rtt_ms >= 0 && l->link == WORKER_ONLINE) {
		sbuf_printf(b, "   %lld ms", (long long)l->state.rtt_ms);
	}
	if (l->why[0] != '\0' && l->link != WORKER_ONLINE) {
		sbuf_puts(b, "   ");
		sbuf_puts(b, _(l->why));
	}
	if (l->heard && l->state.retry_s > 0) {
		sbuf_puts(b, "   ");
		/* cells: 16 */
		sbuf_printf(
			b, _("again in %llds"), (long long)l->state.retry_s);
	}
}

static void
put_queue(const struct app *a, const struct till_link *l, struct sbuf *b)
{
	char age[32];
	struct sbuf g;

	sbuf_init(&g, age, sizeof(age));
	if (l->oldest.us != 0) {
		link_age(a, &g, l->oldest, false);
	} else {
		sbuf_puts(&g, "-");
	}
	/* cells: 76, of which the numbers have up to 30 */
	sbuf_printf(b,
		_("waits %llu, oldest %s   acknowledged to line %llu   kept "
		  "apart %llu"),
		(unsigned long long)till_link_queued(a->till), age,
		(unsigned long long)l->acked, (unsigned long long)l->apart);
}

/* A feed of a later hub has its own name. */
static const char *
feed_word(const char *name)
{
	static const char *const word[] = {
		/* cells: 14 */
		N_("products"),
		/* cells: 14 */
		N_("prices"),
		/* cells: 14 */
		N_("rules"),
		/* cells: 14 */
		N_("config"),
		/* cells: 14 */
		N_("people"),
	};

	for (size_t i = 0; i < ARRAY_LEN(word); i++) {
		if (strcmp(word[i], name) == 0) {
			return _(word[i]);
		}
	}
	return name;
}

static void
put_feeds(const struct app *a, const struct till_link *l, bool revisions,
	struct sbuf *b)
{
	if (!l->heard) {
		sbuf_putc(b, '-'); /* the worker knows, and is not there */
		return;
	}
	if (l->state.n_feed == 0) {
		/* cells: 60 */
		sbuf_puts(b, _("nothing came from the hub yet"));
		return;
	}
	for (size_t i = 0; i < l->state.n_feed; i++) {
		const struct worker_feed *f = &l->state.feed[i];

		sbuf_puts(b, i > 0 ? "  " : "");
		sbuf_puts(b, feed_word(f->name));
		if (revisions) {
			sbuf_putc(b, ' ');
			sbuf_u64(b, f->rev);
		}
		if (f->at.us != 0) {
			sbuf_puts(b, " (");
			link_age(a, b, f->at, false);
			sbuf_putc(b, ')');
		}
	}
}

#define LABEL_CELLS 8

static void
head_row(struct app *a, int row, const char *label, const char *text,
	enum role role)
{
	int n = grid_text(a->grid, row, 1, LABEL_CELLS, ROLE_HEAD, label);

	n = n < LABEL_CELLS ? LABEL_CELLS : n;
	(void)grid_middle(a->grid, row, n + 2, a->lay.cols - n - 3, role, text);
}

static void
draw_head(struct app *a, const struct till_link *l, int row)
{
	bool bad = l->fork != WORKER_FORK_NONE || l->doubted;
	char buf[512];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	put_link(a, l, &b);
	/* cells: 8 */
	head_row(a, row, _("LINK"), buf, bad ? ROLE_WARN : ROLE_TOTAL);
	sbuf_clear(&b);
	put_queue(a, l, &b);
	/* cells: 8 */
	head_row(a, row + 1, _("QUEUE"), buf, ROLE_NORMAL);
	sbuf_clear(&b);
	put_feeds(a, l, true, &b);
	if ((int)text_cells(buf, b.len) > a->lay.cols - LABEL_CELLS - 3) {
		sbuf_clear(&b); /* how old they are is what counts */
		put_feeds(a, l, false, &b);
	}
	/* cells: 8 */
	head_row(a, row + 2, _("FEEDS"), buf, ROLE_NORMAL);
}

static void
put_selected(const struct page *s, struct sbuf *b)
{
	const struct row *r = s->rows.n > 0 ? &s->row[s->rows.selected] : NULL;

	if (r != NULL && r->apart) {
		/* cells: 24 */
		sbuf_printf(b, _("Line %llu kept apart: "),
			(unsigned long long)r->w.sequence);
		sbuf_puts(b, r->a.reason);
	}
}

/* What was the matter, for a day: it is no riddle why lines waited. */
static const char *
healed(const struct app *a, const struct till_link *l, int row)
{
	const struct worker_state *w = &l->state;

	if (!l->heard || w->was[0] == '\0' || w->was_over.us == 0 ||
		clock_read(&a->clock).utc.us - w->was_over.us > DAY_US) {
		return "";
	}
	/* cells: 76 */
	return row == 0 ? _("What was the matter with the hub is over; there "
			    "is nothing to do:")
			: w->was;
}

/* What is the matter, and what to do: of the line, else of what came by it. */
static const char *
advice(const struct app *a, const struct till_link *l, int row)
{
	const char *why = till_link_unused(a->till);
	const char *text = link_advice(l, row);

	if (text[0] != '\0') {
		return text;
	}
	if (why[0] == '\0') {
		return healed(a, l, row);
	}
	/* cells: 76 */
	return row == 0 ? _("Not all that came from the hub is in use.  The "
			    "owner mends it there:")
			: why;
}

static void
draw_foot(
	struct app *a, const struct till_link *l, const struct page *s, int row)
{
	uint64_t local = 0, acked = 0;
	int w = a->lay.cols - 2;
	char buf[256];
	struct sbuf b;

	if (!a->grid->tight) {
		grid_rule(a->grid, row, 0, a->lay.cols, '-');
	}
	row++;
	sbuf_init(&b, buf, sizeof(buf));
	put_selected(s, &b);
	(void)grid_text(a->grid, row++, 1, w,
		l->fork != WORKER_FORK_NONE ? ROLE_WARN : ROLE_NORMAL,
		advice(a, l, 0));
	if (b.len == 0) {
		sbuf_puts(&b, advice(a, l, 1));
	}
	(void)grid_text(a->grid, row++, 1, w, ROLE_NORMAL, buf);
	if (till_link_docs(a->till, &local, &acked)) {
		sbuf_clear(&b);
		/* cells: 76 */
		sbuf_printf(&b,
			_("SALES  here %llu   acknowledged by the hub %llu   "
			  "on their way %llu"),
			(unsigned long long)local, (unsigned long long)acked,
			(unsigned long long)(local - acked));
		(void)grid_text(a->grid, row, 1, w, ROLE_TOTAL, buf);
	}
}

static int
list_rows(const struct app *a)
{
	return a->lay.work_rows - HEAD_ROWS - FOOT_ROWS;
}

static void
draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 10 */
		{N_("Line"), 10, true, 0},
		/* cells: 8 */
		{N_("Time"), 8, false, 0},
		/* cells: 20 */
		{N_("What"), 20, false, 0},
		/* cells: 16 */
		{N_("Document"), 0, false, 0},
		/* cells: 10 */
		{N_("Amount"), 10, true, 0},
		/* cells: 10 */
		{N_("State"), 10, false, 0},
	};
	const struct till_link *l = till_link(a->till);
	int rows = list_rows(a), row = a->lay.work_row;
	struct page *s = state;
	struct cells c = {.a = a, .s = s};

	if (l == NULL) {
		(void)grid_text(a->grid, row + 1, 1, a->lay.cols - 2,
			ROLE_NORMAL, /* cells: 76 */
			_("This register belongs to no hub any more."));
		return;
	}
	read_rows(a, s);
	draw_head(a, l, row);
	if (s->rows.n == 0) {
		(void)grid_text(a->grid, row + HEAD_ROWS + 1, 1,
			a->lay.cols - 2, ROLE_NORMAL, /* cells: 76 */
			_("Nothing waits: the hub has all there is."));
	} else {
		(void)widget_rows(a->grid, row + HEAD_ROWS, 0, rows,
			a->lay.cols - 1, cols, ARRAY_LEN(cols), &s->rows,
			put_cell, &c);
	}
	draw_foot(a, l, s, row + HEAD_ROWS + rows);
}

static void
speak(const struct app *a, const void *state, struct sbuf *out)
{
	const struct till_link *l = till_link(a->till);
	const struct page *s = state;

	if (l == NULL) {
		return;
	}
	link_put(a, out, 40);
	sbuf_putc(out, '\n');
	sbuf_puts(out, advice(a, l, 0));
	if (advice(a, l, 1)[0] != '\0') {
		sbuf_putc(out, '\n');
		sbuf_puts(out, advice(a, l, 1));
	}
	if (s->rows.n > 0) {
		const struct row *r = &s->row[s->rows.selected];

		sbuf_putc(out, '\n');
		sbuf_u64(out, r->w.sequence);
		sbuf_putc(out, ' ');
		put_type(r->w.type, out);
		sbuf_putc(out, ' ');
		sbuf_puts(out, r->apart ? r->a.reason : r->w.number);
	}
}

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("R try now   P pause   G go on   V look at the line   "
			 "Up/Down   Esc back"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct page *s = state;
	const char *text = a->stack[a->depth - 1].prompt.text;
	size_t idx = 0;

	if (s->rows.n == 0 && text[0] == '\0') {
		return;
	}
	if (!rows_pick(&s->rows, text, &idx)) {
		/* cells: 28 */
		sbuf_puts(out, _("no row of that number"));
	} else if (s->rows.n > 0) {
		put_type(s->row[idx].w.type, out);
	}
}

/* --- what can be done ----------------------------------------------------- */

static void
try_now(struct app *a)
{
	if (till_link_ask(a->till, WORKER_ASK_NOW, 0, NULL) == RC_OK) {
		/* cells: 70 */
		app_say(a, MSG_INFO, _("The worker tries the hub at once."));
	} else {
		/* cells: 70 */
		app_attention(a, _("The sync worker does not run: nothing can "
				   "be sent now."));
	}
}

static void
look(struct app *a, const struct page *s)
{
	if (s->rows.n == 0) {
		app_attention(a, _("There is no line to look at."));
		return;
	}
	view_line(a, s->row[s->rows.selected].w.sequence);
}

static void
do_letter(struct app *a, struct page *s, char c)
{
	switch (c) {
	case 'R':
	case 'r':
		try_now(a);
		break;
	case 'P':
	case 'p':
		/* where a supervisor is asked, the selling screen asks */
		app_entry_beneath(a, "60SY");
		break;
	case 'G':
	case 'g':
		app_entry_beneath(a, "0SY");
		break;
	case 'V':
	case 'v':
		look(a, s);
		break;
	default:
		app_remind(a, _("R tries now, P pauses for an hour, G goes on, "
				"V shows the line; Esc goes back."));
		break;
	}
}

/* "V", or "2V" for row 2: a letter acts at once. */
static void
typed(struct app *a, void *state)
{
	struct page *s = state;
	char letter;

	read_rows(a, s);
	if (app_rows_letter(a, &s->rows, &letter)) {
		do_letter(a, s, letter);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct page *s = state;

	if (action == ACTION_AGAIN) {
		do_letter(a, s, 'R');
	} else if (action == ACTION_CHECK) {
		do_letter(a, s, 'V');
	} else if (app_rows_act(
			   a, &s->rows, action, (size_t)list_rows(a) - 2)) {
		look(a, s);
	}
}

static const struct screen_ops sync_ops = {
	.bit = SCREEN_SYNC,
	/* cells: 24 */
	.title = N_("SYNC"),
	/* cells: 12 */
	.label = N_("LINE"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.typed = typed,
	.speak = speak,
	.close = app_free_state,
};
