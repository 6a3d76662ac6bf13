/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/report_internal.h"

#include "base/poison.h"

#define CELL_BYTES 512
#define ROW_BYTES (REPORT_WIDTH_MAX * 20 + 2)
#define BAR_LEAST 8
#define BAR_MOST 60
#define TEXT_LEAST ((size_t)8) /* a column of words is not shown narrower */

/* What each column has of a row, and how far apart they are. */
struct plan {
	size_t width[REPORT_COLS]; /* cells; 0 not shown */
	size_t gap, bar;
	int64_t most; /* the longest bar is of */
};

struct pen {
	const struct report *r;
	const struct report_look *look;
	struct plan plan;
	size_t cols; /* of the whole row */
	report_fn fn;
	void *arg;
	struct err *reterr;
	enum rc rc;
};

/* --- cells ---------------------------------------------------------------- */

static void
put_date(const struct report *r, int64_t ymd, struct sbuf *out)
{
	struct civil c = {.year = (int)(ymd / 10000),
		.month = (int)(ymd / 100 % 100),
		.day = (int)(ymd % 100)};

	if (ymd > 0) {
		format_date(out, r->config->format, c);
	} else {
		sbuf_putc(out, '-');
	}
}

static void
put_time(const struct report *r, const union report_value *v, struct sbuf *out)
{
	struct civil c = utc_civil((struct utc){v[0].n}, (int32_t)v[1].n);

	format_day(out, r->config->format, c);
	sbuf_putc(out, ' ');
	format_time(out, r->config->format, c, false, false);
}

void
report_cell(const struct report *r, size_t col, const union report_value *v,
	struct sbuf *out)
{
	const struct format *f = r->config->format;
	const char *label = "";

	switch (r->form->col[col].kind) {
	case COL_TEXT:
		sbuf_puts(out, v[col].s);
		break;
	case COL_SOME:
		if (v[col].n == 0) {
			break;
		}
		format_amount(
			out, f, (struct money){v[col].n}, &r->config->currency);
		break;
	case COL_MONEY:
		format_amount(
			out, f, (struct money){v[col].n}, &r->config->currency);
		break;
	case COL_QTY:
		format_qty(out, f, (struct qty){v[col].n});
		break;
	case COL_MILLI: /* a tenth is as much as anybody reads */
		format_qty(
			out, f, (struct qty){report_per(v[col].n, 100) * 100});
		break;
	case COL_RATE:
		format_rate(out, f, v[col].n);
		break;
	case COL_SHARE:
		format_rate(out, f, report_per(v[col].n, 1000) * 1000);
		break;
	case COL_DATE:
		put_date(r, v[col].n, out);
		break;
	case COL_HOUR:
		sbuf_printf(out, "%02lld", (long long)v[col].n);
		break;
	case COL_TIME:
		put_time(r, &v[col], out);
		break;
	case COL_WORD:
		(void)report_odd_word(v[col].n, &label);
		sbuf_puts(out, _(label));
		break;
	case COL_COUNT:
	default:
		sbuf_i64(out, v[col].n);
		break;
	}
}

static bool
is_words(const struct report_col *c)
{
	return c->kind == COL_TEXT || c->kind == COL_WORD;
}

static size_t
cells_of(const char *s)
{
	return text_cells(s, strlen(s));
}

/* --- how wide ------------------------------------------------------------- */

static void
widen(size_t *width, const char *s)
{
	size_t n = cells_of(s);

	if (n > *width) {
		*width = n;
	}
}

static void
measure_row(struct pen *p, const union report_value *v, bool sums)
{
	const struct report_form *f = p->r->form;

	for (size_t i = 0; i < f->n_col; i++) {
		char text[CELL_BYTES];
		struct sbuf b;

		if (f->col[i].head == NULL || (sums && !f->col[i].sum)) {
			continue;
		}
		sbuf_init(&b, text, sizeof(text));
		report_cell(p->r, i, v, &b);
		widen(&p->plan.width[i], text);
	}
	if (!sums && f->bar >= 0 && v[f->bar].n > p->plan.most) {
		p->plan.most = v[f->bar].n;
	}
}

static size_t
taken(const struct plan *l, size_t n_col)
{
	size_t sum = 0, n = 0;

	for (size_t i = 0; i < n_col; i++) {
		sum += l->width[i];
		n += l->width[i] > 0 ? 1 : 0;
	}
	return n > 0 ? sum + (n - 1) * l->gap : 0;
}

/* The widest column of words gives a cell.  False: none has one to give. */
static bool
narrow(struct pen *p, size_t least)
{
	const struct report_form *f = p->r->form;
	size_t at = f->n_col;

	for (size_t i = 0; i < f->n_col; i++) {
		if (is_words(&f->col[i]) && p->plan.width[i] > least &&
			(at == f->n_col ||
				p->plan.width[i] > p->plan.width[at])) {
			at = i;
		}
	}
	if (at == f->n_col) {
		return false;
	}
	p->plan.width[at]--;
	return true;
}

/* On a roll of paper a row keeps what it is called and what it comes to: the
 * second of more than two columns. */
static size_t
second_of(const struct pen *p)
{
	size_t n = 0, second = p->r->form->n_col;

	for (size_t i = 0; i < p->r->form->n_col; i++) {
		if (p->plan.width[i] > 0 && ++n == 2) {
			second = i;
		}
	}
	return n > 2 ? second : p->r->form->n_col;
}

/* The column that is missed least goes.  False: all that are left stay. */
static bool
drop(struct pen *p, bool any)
{
	const struct report_form *f = p->r->form;
	size_t at = f->n_col;

	for (size_t i = 0; i < f->n_col; i++) {
		if (p->plan.width[i] > 0 && f->col[i].rank > 0 &&
			(at == f->n_col || f->col[i].rank > f->col[at].rank)) {
			at = i;
		}
	}
	if (at == f->n_col && any) {
		at = second_of(p);
	}
	if (at == f->n_col) {
		return false;
	}
	p->plan.width[at] = 0;
	return true;
}

/* A column that is empty from top to bottom says nothing. */
static void
drop_empty(struct pen *p)
{
	const struct report_form *f = p->r->form;

	for (size_t i = 0; i < f->n_col; i++) {
		bool empty = f->col[i].rank > 0 && p->r->n_order > 0;

		for (size_t k = 0; empty && k < p->r->n_order; k++) {
			const union report_value *v =
				report_at(p->r, p->r->order[k]);

			empty = f->col[i].kind == COL_TEXT
					? v[i].s[0] == '\0'
					: v[i].n == 0 && p->r->sum[i].n == 0;
		}
		if (empty) {
			p->plan.width[i] = 0;
		}
	}
}

static void
lay_out(struct pen *p)
{
	const struct report_form *f = p->r->form;
	size_t bar = f->bar >= 0 && p->plan.most > 0 ? BAR_LEAST + 2 : 0;

	p->plan.gap = 2;
	drop_empty(p);
	while (taken(&p->plan, f->n_col) + bar > p->cols) {
		if (p->plan.gap > 1) {
			p->plan.gap = 1;
		} else if (!narrow(p, 3 * TEXT_LEAST) && !drop(p, false) &&
			   !narrow(p, TEXT_LEAST)) {
			if (bar == 0 && !drop(p, true)) {
				break;
			}
			bar = 0;
		}
	}
	while (taken(&p->plan, f->n_col) > p->cols && narrow(p, 2)) {
	}
	if (bar > 0 && taken(&p->plan, f->n_col) + bar <= p->cols) {
		p->plan.bar = p->cols - taken(&p->plan, f->n_col) - 2;
		p->plan.bar = p->plan.bar > BAR_MOST ? BAR_MOST : p->plan.bar;
	}
}

/* --- rows ----------------------------------------------------------------- */

static void
emit(struct pen *p, struct sbuf *b)
{
	while (b->len > 0 && b->p[b->len - 1] == ' ') {
		sbuf_cut(b, b->len - 1);
	}
	sbuf_putc(b, '\n');
	if (p->rc == RC_OK) {
		p->rc = p->fn(p->arg, b->p, b->len, p->reterr);
	}
	sbuf_clear(b);
}

/* A row of words; what is too long goes on below. */
static void
say(struct pen *p, const char *text)
{
	const char *end = text + strlen(text);
	char row[ROW_BYTES];
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	while (text < end) {
		size_t cells, n = text_fit(text, (size_t)(end - text), p->cols,
				      &cells);

		if (text + n < end) {
			size_t at = n;

			while (at > 0 && text[at] != ' ') {
				at--;
			}
			n = at > 0 ? at : n > 0 ? n : 1;
		}
		sbuf_write(&b, text, n);
		emit(p, &b);
		text += n;
		text += strspn(text, " ");
	}
}

static void
put_blank(struct pen *p)
{
	char row[4];
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	emit(p, &b);
}

static void
put_rule(struct pen *p)
{
	char row[ROW_BYTES];
	size_t n = taken(&p->plan, p->r->form->n_col);
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	sbuf_fill(&b, '-', n + (p->plan.bar > 0 ? 2 + p->plan.bar : 0));
	emit(p, &b);
}

static void
put_cell(struct sbuf *b, const char *text, size_t width, bool right)
{
	char cut[CELL_BYTES + 8];
	size_t n;

	if (cells_of(text) > width) {
		text_fit_middle(cut, sizeof(cut), text, width);
		text = cut;
	}
	n = cells_of(text);
	if (right) {
		sbuf_fill(b, ' ', width - (n < width ? n : width));
	}
	sbuf_puts(b, text);
	if (!right) {
		sbuf_fill(b, ' ', width - (n < width ? n : width));
	}
}

/* As long as its amount is of the largest one; whoever has something has at
 * least the smallest. */
static void
put_bar(struct pen *p, int64_t n, struct sbuf *b)
{
	static const char eighths[8][4] = {"", "\xe2\x96\x8f", "\xe2\x96\x8e",
		"\xe2\x96\x8d", "\xe2\x96\x8c", "\xe2\x96\x8b", "\xe2\x96\x8a",
		"\xe2\x96\x89"};
	int64_t unit = p->look->blocks ? 8 : 1;
	struct money m = {0};
	int64_t len;

	if (n <= 0 || p->plan.most <= 0 ||
		money_mul_ratio((struct money){n}, (int64_t)p->plan.bar * unit,
			p->plan.most, ROUND_HALF_UP, &m) != RC_OK) {
		return;
	}
	len = m.minor > 0 ? m.minor : 1;
	for (int64_t i = 0; i < len / unit; i++) {
		sbuf_puts(b, p->look->blocks ? "\xe2\x96\x88" : "#");
	}
	sbuf_puts(b, eighths[len % unit]);
}

static void
put_row(struct pen *p, const union report_value *v, const char *total)
{
	const struct report_form *f = p->r->form;
	char row[ROW_BYTES], text[CELL_BYTES];
	bool first = true;
	struct sbuf b, c;

	sbuf_init(&b, row, sizeof(row));
	sbuf_init(&c, text, sizeof(text));
	for (size_t i = 0; i < f->n_col; i++) {
		if (p->plan.width[i] == 0) {
			continue;
		}
		sbuf_fill(&b, ' ', first ? 0 : p->plan.gap);
		sbuf_clear(&c);
		if (total == NULL || f->col[i].sum) {
			report_cell(p->r, i, v, &c);
		} else if (first) {
			sbuf_puts(&c, total);
		}
		put_cell(&b, text, p->plan.width[i],
			!is_words(&f->col[i]) && (total == NULL || !first));
		first = false;
	}
	if (p->plan.bar > 0 && total == NULL) {
		sbuf_puts(&b, "  ");
		put_bar(p, v[f->bar].n, &b);
	}
	emit(p, &b);
}

static void
put_heads(struct pen *p)
{
	const struct report_form *f = p->r->form;
	char row[ROW_BYTES];
	bool first = true;
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	for (size_t i = 0; i < f->n_col; i++) {
		if (p->plan.width[i] == 0) {
			continue;
		}
		sbuf_fill(&b, ' ', first ? 0 : p->plan.gap);
		put_cell(&b, _(f->col[i].head), p->plan.width[i],
			!is_words(&f->col[i]));
		first = false;
	}
	emit(p, &b);
}

/* --- above and below ------------------------------------------------------ */

static void
put_heading(struct pen *p)
{
	const struct report_span *s = &p->r->span;
	char text[256];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, _(p->r->form->title));
	if (p->look->register_no != NULL) {
		sbuf_printf(&b, "   %s", p->look->register_no);
	}
	if (p->look->shop != NULL) {
		sbuf_printf(&b, " %s", p->look->shop);
	}
	say(p, text);
	sbuf_clear(&b);
	if (s->z_first == s->z_last) {
		sbuf_printf(&b, _("Z %lld"), (long long)s->z_first);
	} else {
		sbuf_printf(&b, _("Z %lld to %lld"), (long long)s->z_first,
			(long long)s->z_last);
	}
	sbuf_puts(&b, s->open ? _(", not closed yet") : "");
	if (s->since > 0) {
		sbuf_puts(&b, "   ");
		put_date(p->r, s->since, &b);
	}
	if (s->until > s->since) {
		sbuf_puts(&b, " - ");
		put_date(p->r, s->until, &b);
	}
	say(p, text);
	sbuf_clear(&b);
	if (s->last >= s->first) {
		sbuf_printf(&b, _("lines %llu to %llu of the journal"),
			(unsigned long long)s->first,
			(unsigned long long)s->last);
		say(p, text);
	}
	put_blank(p);
}

void
report_note_text(
	const struct report *r, const struct report_note *n, struct sbuf *out)
{
	sbuf_puts(out, _(n->label));
	sbuf_printf(out, " %lld", (long long)n->count);
	if (n->has_amount) {
		sbuf_puts(out, ", ");
		format_amount(out, r->config->format, (struct money){n->amount},
			&r->config->currency);
	}
}

/* What had no room as a column, by its sum. */
static void
put_dropped(struct pen *p)
{
	const struct report_form *f = p->r->form;
	char text[CELL_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	for (size_t i = 0; i < f->n_col; i++) {
		if (f->col[i].head == NULL || !f->col[i].sum ||
			p->plan.width[i] > 0 || p->r->sum[i].n == 0) {
			continue;
		}
		sbuf_puts(&b, b.len > 0 ? "   " : "");
		sbuf_puts(&b, _(f->col[i].head));
		sbuf_putc(&b, ' ');
		report_cell(p->r, i, p->r->sum, &b);
	}
	if (b.len > 0) {
		say(p, text);
	}
}

static void
put_below(struct pen *p)
{
	char text[CELL_BYTES];
	struct sbuf b;
	bool sums = false;

	for (size_t i = 0; i < p->r->form->n_col; i++) {
		sums = sums || p->r->form->col[i].sum;
	}
	put_rule(p);
	if (sums) {
		put_row(p, p->r->sum, _("Total"));
	}
	if (p->r->n_order < p->r->n_all) {
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, _("%zu rows of %zu; the sums are of all."),
			p->r->n_order, p->r->n_all);
		say(p, text);
	}
	put_dropped(p);
	for (size_t i = 0; i < p->r->n_note; i++) {
		sbuf_init(&b, text, sizeof(text));
		report_note_text(p->r, &p->r->note[i], &b);
		say(p, text);
	}
}

static void
measure(struct pen *p)
{
	const struct report_form *f = p->r->form;

	for (size_t i = 0; i < f->n_col; i++) {
		if (f->col[i].head != NULL) {
			p->plan.width[i] = cells_of(_(f->col[i].head));
		}
	}
	for (size_t i = 0; i < p->r->n_order; i++) {
		measure_row(p, report_at(p->r, p->r->order[i]), false);
	}
	measure_row(p, p->r->sum, true);
	for (size_t i = 0; i < f->n_col; i++) {
		if (p->plan.width[i] > 0) {
			widen(&p->plan.width[i], i == 0 ? _("Total") : "");
			break;
		}
	}
	lay_out(p);
}

enum rc
report_text(const struct report *r, const struct report_look *look,
	report_fn fn, void *arg, struct err *reterr)
{
	struct pen p = {.r = r,
		.look = look,
		.cols = look->width,
		.fn = fn,
		.arg = arg,
		.reterr = reterr};

	p.cols = p.cols < REPORT_WIDTH_MIN ? REPORT_WIDTH_MIN : p.cols;
	p.cols = p.cols > REPORT_WIDTH_MAX ? REPORT_WIDTH_MAX : p.cols;
	put_heading(&p);
	if (r->n_order == 0) {
		say(&p, _("Nothing in this time."));
		return p.rc;
	}
	measure(&p);
	put_heads(&p);
	put_rule(&p);
	for (size_t i = 0; i < r->n_order && p.rc == RC_OK; i++) {
		put_row(&p, report_at(r, r->order[i]), NULL);
	}
	put_below(&p);
	return p.rc;
}
