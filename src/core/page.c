/* SPDX-License-Identifier: Apache-2.0 */
#include "core/page.h"

#include <string.h>

#include "base/text.h"
#include "core/money.h"

#include "base/poison.h"

/* A cell is at most one base and MARKS_MAX marks of four bytes each. */
#define MARKS_MAX 4
#define ROW_BYTES (PAGE_COLS_MAX * (MARKS_MAX + 1) * 4 + 1)
#define FIELD_BYTES 256
#define FIELD_CELLS 12

void
page_init(struct page *p, const struct receipt_head *head, unsigned cols,
	int64_t digits, receipt_fn fn, void *arg)
{
	p->head = head;
	p->fn = fn;
	p->arg = arg;
	p->cols = cols < PAGE_COLS_MIN ? PAGE_COLS_MIN : cols;
	p->cols = p->cols > PAGE_COLS_MAX ? PAGE_COLS_MAX : p->cols;
	p->currency = (struct currency){
		.digits = digits < 0 || digits > 3 ? 2 : (uint8_t)digits};
	if (head != NULL && head->hidden <= p->currency.digits) {
		p->currency.hidden = head->hidden;
	}
	p->tail = 0;
}

const char *
page_text(const char *s)
{
	return s == NULL ? "" : s;
}

void
page_money(const struct page *p, struct sbuf *b, int64_t minor)
{
	format_amount(b, page_format(p), (struct money){minor}, &p->currency);
}

int64_t
page_sum(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum)) {
		return a < 0 ? INT64_MIN : INT64_MAX;
	}
	return sum;
}

/* Append at most ${room} cells of s; returns the cells used. */
static size_t
put_cells(struct sbuf *b, const char *s, size_t len, size_t room)
{
	const char *end = s + len;
	size_t used = 0;
	unsigned marks = 0;
	int32_t cp;
	char utf8[4];

	while (text_next(&s, end, &cp)) {
		size_t cells = (size_t)text_cp_cells(cp);

		if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
			cp = ' ';
			cells = 1;
		}
		if (used + cells > room) {
			break;
		}
		/* marks need a base, and no base carries a tower */
		if (cells == 0 && (used == 0 || marks++ == MARKS_MAX)) {
			marks = MARKS_MAX;
			continue;
		}
		if (cells > 0) {
			marks = 0;
		}
		sbuf_write(b, utf8, text_encode(cp, utf8));
		used += cells;
	}
	return used;
}

static size_t
cells_of(const char *s)
{
	return text_cells(s, strlen(s));
}

/* Like put_cells, but what is too long loses its middle. */
static size_t
put_short(struct sbuf *b, const char *s, size_t room)
{
	char cut[ROW_BYTES];

	if (cells_of(s) > room) {
		text_fit_middle(cut, sizeof(cut), s, room);
		s = cut;
	}
	return put_cells(b, s, strlen(s), room);
}

static void
emit(struct page *p, enum row_style style, struct sbuf *b)
{
	while (b->len > 0 && b->p[b->len - 1] == ' ') {
		sbuf_cut(b, b->len - 1);
	}
	p->fn(p->arg, style, b->p);
}

void
page_blank(struct page *p)
{
	p->fn(p->arg, ROW_NORMAL, "");
}

void
page_rule(struct page *p)
{
	char row[ROW_BYTES];
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	sbuf_fill(&b, '-', p->cols);
	emit(p, ROW_NORMAL, &b);
}

static void
put_styled(struct page *p, enum row_style style, const char *s)
{
	char row[ROW_BYTES];
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	(void)put_short(&b, s, p->cols);
	emit(p, style, &b);
}

void
page_left(struct page *p, const char *s)
{
	put_styled(p, ROW_NORMAL, s);
}

static void
center(struct page *p, enum row_style style, const char *s, size_t len,
	size_t cols)
{
	char row[ROW_BYTES];
	size_t cells = text_cells(s, len);
	struct sbuf b;

	sbuf_init(&b, row, sizeof(row));
	if (cells < cols) {
		sbuf_fill(&b, ' ', (cols - cells) / 2);
	}
	(void)put_cells(&b, s, len, cells < cols ? cells : cols);
	emit(p, style, &b);
}

void
page_center(struct page *p, enum row_style style, const char *s)
{
	char cut[ROW_BYTES];
	struct sbuf b;

	sbuf_init(&b, cut, sizeof(cut));
	(void)put_short(&b, s, p->cols);
	center(p, style, cut, b.len, p->cols);
}

/* Bytes of s[0..len) for one row: up to a space where there is one. */
static size_t
wrap_at(const char *s, size_t len, size_t cols)
{
	size_t cells;
	size_t fit = text_fit(s, len, cols, &cells);
	size_t space = fit;

	if (fit >= len) {
		return len;
	}
	while (space > 0 && s[space] != ' ') {
		space--;
	}
	if (space > 0) {
		return space;
	}
	return fit > 0 ? fit : 1;
}

void
page_lines(struct page *p, const char *s)
{
	while (*s != '\0') {
		size_t len = strcspn(s, "|");
		const char *end = s + len;

		do {
			size_t n = wrap_at(s, (size_t)(end - s), p->cols);

			center(p, ROW_NORMAL, s, n, p->cols);
			s += n;
			while (s < end && *s == ' ') {
				s++;
			}
		} while (s < end);
		if (*s == '|') {
			s++;
		}
	}
}

void
page_wrap(struct page *p, enum row_style style, const char *s, size_t cols)
{
	const char *end = s + strlen(s);
	char row[ROW_BYTES];
	struct sbuf b;

	while (s < end) {
		size_t n = wrap_at(s, (size_t)(end - s), cols);

		sbuf_init(&b, row, sizeof(row));
		sbuf_write(&b, s, n);
		p->fn(p->arg, style, row);
		s += n;
		s += strspn(s, " ");
	}
}

void
page_title(struct page *p, const char *s)
{
	size_t cells = cells_of(s);

	if (cells == 0) {
		return;
	}
	if (cells <= p->cols / 2) {
		center(p, ROW_TITLE, s, strlen(s), p->cols / 2);
	} else {
		page_center(p, ROW_BOLD, s);
	}
}

void
page_both(struct page *p, const char *left, const char *right)
{
	char row[ROW_BYTES];
	size_t l = cells_of(left);
	size_t r = cells_of(right);
	struct sbuf b;

	if (l + 1 + r > p->cols) {
		page_left(p, left);
		page_left(p, right);
		return;
	}
	sbuf_init(&b, row, sizeof(row));
	l = put_cells(&b, left, strlen(left), l);
	sbuf_fill(&b, ' ', p->cols - l - r);
	(void)put_cells(&b, right, strlen(right), r);
	emit(p, ROW_NORMAL, &b);
}

/*
 * ${right} is ASCII, so its bytes are its cells.  What stands left of a figure
 * is never shortened for it: it gets a row of its own.
 */
static void
put_column(struct page *p, enum row_style style, const char *left,
	const char *right, const char *code)
{
	char row[ROW_BYTES];
	size_t tail = p->tail;
	size_t width = strlen(right);
	size_t used = cells_of(left);
	struct sbuf b;

	/* paper too narrow for a huge amount and its class: the amount wins */
	if (width + tail > p->cols) {
		tail = 0;
	}
	if (used > 0 && used + 1 + width + tail > p->cols) {
		put_styled(p, style, left);
		left = "";
	}
	sbuf_init(&b, row, sizeof(row));
	used = put_cells(&b, left, strlen(left), used);
	sbuf_fill(&b, ' ', p->cols - tail - width - used);
	sbuf_puts(&b, right);
	if (tail > 1) {
		sbuf_putc(&b, ' ');
		(void)put_cells(&b, code, strlen(code), tail - 1);
	}
	emit(p, style, &b);
}

static void
amount_text(const struct page *p, int64_t minor, char out[PAGE_AMOUNT_BYTES])
{
	struct sbuf b;

	sbuf_init(&b, out, PAGE_AMOUNT_BYTES);
	page_money(p, &b, minor);
}

bool
page_fits(const struct page *p, const char *left, int64_t minor)
{
	char text[PAGE_AMOUNT_BYTES];

	amount_text(p, minor, text);
	return cells_of(left) + 1 + strlen(text) + p->tail <= p->cols;
}

void
page_amount(struct page *p, enum row_style style, const char *left,
	int64_t minor, const char *code)
{
	char text[PAGE_AMOUNT_BYTES];

	amount_text(p, minor, text);
	put_column(p, style, left, text, code);
}

void
page_count(struct page *p, const char *left, int64_t n)
{
	char text[PAGE_AMOUNT_BYTES];

	amount_text(&(struct page){.head = p->head}, n, text);
	put_column(p, ROW_NORMAL, left, text, "");
}

void
page_time(const struct page *p, struct sbuf *b, struct utc t, int32_t tz_min)
{
	const struct format *f = page_format(p);
	struct civil c = utc_civil(t, tz_min);

	format_date(b, f, c);
	sbuf_putc(b, ' ');
	format_time(b, f, c, f != NULL && f->half_day, true);
}

#define TAX_FIELDS 4

/* The fields of one row as text: what, net, tax, gross. */
struct tax_row {
	char field[TAX_FIELDS][FIELD_BYTES];
};

static void
tax_row(const struct page *p, const struct page_tax *t, struct tax_row *ret)
{
	struct sbuf b;

	sbuf_init(&b, ret->field[0], FIELD_BYTES);
	/* a class is at most seven bytes; nothing longer gets this far */
	(void)put_cells(&b, page_text(t->code), strlen(page_text(t->code)), 8);
	if (t->why != NULL) {
		sbuf_putc(&b, ' ');
		(void)put_cells(&b, t->why, strlen(t->why), FIELD_CELLS);
	} else if (t->rate >= 0) {
		sbuf_putc(&b, ' ');
		format_rate(&b, page_format(p), t->rate);
	}
	amount_text(p, t->net, ret->field[1]);
	amount_text(p, t->tax, ret->field[2]);
	amount_text(p, t->gross, ret->field[3]);
}

static void
widen(size_t width[TAX_FIELDS], const struct tax_row *r)
{
	for (size_t i = 0; i < TAX_FIELDS; i++) {
		size_t cells = cells_of(r->field[i]);

		width[i] = cells > width[i] ? cells : width[i];
	}
}

/* First field at the left, the others right-aligned; the space that is left
 * over goes between them in equal parts. */
static void
tax_put(struct page *p, const size_t width[TAX_FIELDS], const struct tax_row *r)
{
	char row[ROW_BYTES];
	size_t spare = p->cols;
	struct sbuf b;

	for (size_t i = 0; i < TAX_FIELDS; i++) {
		spare -= width[i];
	}
	sbuf_init(&b, row, sizeof(row));
	sbuf_puts(&b, r->field[0]);
	sbuf_fill(&b, ' ', width[0] - cells_of(r->field[0]));
	for (size_t i = 1; i < TAX_FIELDS; i++) {
		size_t gap = spare / (TAX_FIELDS - i);

		spare -= gap;
		sbuf_fill(&b, ' ', gap + width[i] - cells_of(r->field[i]));
		sbuf_puts(&b, r->field[i]);
	}
	emit(p, ROW_NORMAL, &b);
}

/* The same figures one below the other. */
static void
tax_list(struct page *p, const struct tax_row *head, const struct tax_row *r)
{
	page_left(p, r->field[0]);
	for (size_t i = 1; i < TAX_FIELDS; i++) {
		put_column(p, ROW_NORMAL, head->field[i], r->field[i], "");
	}
}

static struct page_tax
sum_of(const struct page *p, page_tax_fn get, const void *list, size_t n)
{
	struct page_tax sum = {.code = page_word(p, RECEIPT_SUM), .rate = -1};

	for (size_t i = 0; i < n; i++) {
		struct page_tax t = get(list, i);

		sum.net = page_sum(sum.net, t.net);
		sum.tax = page_sum(sum.tax, t.tax);
		sum.gross = page_sum(sum.gross, t.gross);
	}
	return sum;
}

void
page_tax_table(struct page *p, page_tax_fn get, const void *list, size_t n)
{
	static const enum receipt_word words[TAX_FIELDS] = {
		RECEIPT_RATE, RECEIPT_NET, RECEIPT_TAX, RECEIPT_GROSS};
	const struct page_tax sum = sum_of(p, get, list, n);
	size_t n_row = n > 1 ? n + 1 : n;
	size_t width[TAX_FIELDS] = {0};
	size_t all = TAX_FIELDS - 1;
	struct tax_row head = {0}, row;
	struct sbuf b;

	for (size_t i = 0; i < TAX_FIELDS; i++) {
		const char *word = page_word(p, words[i]);

		sbuf_init(&b, head.field[i], FIELD_BYTES);
		(void)put_cells(&b, word, strlen(word), FIELD_CELLS);
	}
	widen(width, &head);
	for (size_t i = 0; i < n_row; i++) {
		struct page_tax t = i < n ? get(list, i) : sum;

		tax_row(p, &t, &row);
		widen(width, &row);
	}
	for (size_t i = 0; i < TAX_FIELDS; i++) {
		all += width[i];
	}
	if (all <= p->cols) {
		tax_put(p, width, &head);
	}
	for (size_t i = 0; i < n_row; i++) {
		struct page_tax t = i < n ? get(list, i) : sum;

		tax_row(p, &t, &row);
		if (all <= p->cols) {
			tax_put(p, width, &row);
		} else {
			tax_list(p, &head, &row);
		}
	}
}
