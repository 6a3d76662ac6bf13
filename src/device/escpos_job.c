/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "device/codepage.h"
#include "device/escpos.h"

#include "base/poison.h"

#define ROW_CELLS 256u /* more in one row is cut */
#define DOTS_PER_COL 12u
#define CODE128_QUIET 20u
#define ESC 0x1b
#define GS 0x1d
#define FS 0x1c

static const struct {
	const char *name;
	struct escpos_profile profile;
} profiles[] = {
	{"generic", {42, {{0, "CP437"}}, 1, true}},
	{"generic-nocut", {42, {{0, "CP437"}}, 1, false}},
	{"epson", {42,
			  {{19, "CP858"}, {0, "CP437"}, {2, "CP850"},
				  {16, "CP1252"}, {40, "ISO-8859-15"}},
			  5, true}},
	{"epson-m30", {48,
			      {{16, "CP1252"}, {0, "CP437"}, {2, "CP850"},
				      {40, "ISO-8859-15"}},
			      4, true}},
	{"citizen",
		{48, {{19, "CP858"}, {0, "CP437"}, {16, "CP1252"}}, 3, true}},
	{"rongta", {48, {{19, "CP858"}, {0, "CP437"}, {44, "ISO-8859-15"}}, 3,
			   true}},
	{"pos58",
		{32, {{19, "CP858"}, {0, "CP437"}, {16, "CP1252"}}, 3, false}},
};

const struct escpos_profile *
escpos_profile_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
		if (strcmp(profiles[i].name, name) == 0) {
			return &profiles[i].profile;
		}
	}
	return NULL;
}

const struct escpos_profile *
escpos_profile_or_plain(const char *name)
{
	const struct escpos_profile *p =
		name != NULL ? escpos_profile_find(name) : NULL;

	return p != NULL ? p : &profiles[0].profile;
}

const char *
escpos_profile_name(size_t i)
{
	return i < ARRAY_LEN(profiles) ? profiles[i].name : NULL;
}

static void
put(struct escpos_job *j, const void *p, size_t n)
{
	if (j->over || n > j->cap - j->len) {
		j->over = true;
		return;
	}
	memcpy(j->p + j->len, p, n);
	j->len += n;
}

static void
put1(struct escpos_job *j, uint8_t byte)
{
	put(j, &byte, 1);
}

static void
put3(struct escpos_job *j, uint8_t a, uint8_t b, uint8_t c)
{
	const uint8_t bytes[3] = {a, b, c};

	put(j, bytes, sizeof(bytes));
}

void
escpos_begin(struct escpos_job *j, uint8_t *p, size_t cap,
	const struct escpos_profile *profile)
{
	static const uint8_t init[] = {ESC, '@', FS, '.'};

	memset(j, 0, sizeof(*j));
	j->p = p;
	j->cap = cap;
	j->profile = profile;
	j->page = profile->page[0].n;
	put(j, init, sizeof(init));
	put3(j, ESC, 't', j->page);
	put3(j, ESC, 'R', 0); /* ASCII stays ASCII */
	/* The reset may have switched automatic status off. */
	put3(j, GS, 'a', 0xff);
}

/* --- text ---------------------------------------------------------------- */

/* A row as printer bytes, each with the page it belongs to; 0xFF: any. */
struct row {
	size_t n;
	uint8_t byte[ROW_CELLS];
	uint8_t page[ROW_CELLS]; /* index into the profile */
	uint8_t now;
};

#define PAGE_ANY 0xffu

static bool
row_put(struct row *r, const struct escpos_profile *f, int32_t cp)
{
	uint8_t page = PAGE_ANY;
	int byte = -1;

	if (r->n == ROW_CELLS) {
		return true; /* cut, quietly: nothing is as wide as this */
	}
	if (cp >= 0x20 && cp < 0x7f) {
		byte = cp;
	}
	/* The page in use is asked first, then the others, best first. */
	for (size_t i = 0; byte < 0 && i <= f->n_page; i++) {
		size_t k = i == 0 ? r->now : i - 1;
		const struct codepage *c = codepage_find(f->page[k].page);

		if (c != NULL) {
			byte = codepage_byte(c, cp);
			page = (uint8_t)k;
		}
	}
	if (byte < 0) {
		return false;
	}
	if (page != PAGE_ANY) {
		r->now = page;
	}
	r->byte[r->n] = (uint8_t)byte;
	r->page[r->n++] = page;
	return true;
}

/* cp in plainer signs; at most max of them.  True when every sign had a byte. */
static bool
row_plain(struct row *r, const struct escpos_profile *f, int32_t cp, size_t max)
{
	int32_t part[CODEPAGE_PLAIN_MAX];
	size_t n = codepage_plain(cp, part);
	size_t from = r->n;

	for (size_t i = 0; i < n && i < max; i++) {
		int32_t again[CODEPAGE_PLAIN_MAX];

		if (row_put(r, f, part[i])) {
			continue;
		}
		if (codepage_plain(part[i], again) != 1 ||
			!row_put(r, f, again[0])) {
			r->n = from;
			return false;
		}
	}
	return n > 0;
}

/* One character; widen: it may take more columns than it has cells. */
static void
row_char(struct row *r, const struct escpos_profile *f, int32_t cp, bool widen)
{
	size_t cells = (size_t)text_cp_cells(cp);
	size_t from = r->n;

	if (cells == 0) {
		return; /* marks and controls */
	}
	if (!row_put(r, f, cp) &&
		!row_plain(r, f, cp, widen ? CODEPAGE_PLAIN_MAX : cells)) {
		for (size_t i = 0; i < cells; i++) {
			(void)row_put(r, f, '?');
		}
	}
	while (r->n < from + cells && r->n < ROW_CELLS) {
		(void)row_put(r, f, ' ');
	}
}

static void
row_text(struct row *r, const struct escpos_profile *f, const char *s,
	size_t len, bool widen)
{
	const char *end = s + len;
	int32_t cp;

	r->n = 0;
	while (text_next(&s, end, &cp)) {
		row_char(r, f, cp, widen);
	}
}

/* Take surplus columns out of the row's longest gap, so that what stands to
 * its right stays in its column.  False when no gap can give them. */
static bool
row_squeeze(struct row *r, size_t surplus)
{
	size_t best = 0;
	size_t best_n = 0;
	size_t run = 0;

	for (size_t i = 0; i < r->n; i++) {
		run = r->byte[i] == ' ' ? run + 1 : 0;
		if (run > best_n) {
			best_n = run;
			best = i + 1 - run;
		}
	}
	if (best_n < surplus + 1) {
		return surplus == 0;
	}
	memmove(r->byte + best, r->byte + best + surplus,
		r->n - best - surplus);
	memmove(r->page + best, r->page + best + surplus,
		r->n - best - surplus);
	r->n -= surplus;
	return true;
}

/* Text in exactly as many columns as it has cells. */
static void
put_text(struct escpos_job *j, const char *s, size_t len)
{
	const struct escpos_profile *f = j->profile;
	size_t cells = text_cells(s, len);
	struct row r = {.now = 0};
	uint8_t first;

	for (size_t i = 0; i < f->n_page; i++) {
		if (f->page[i].n == j->page) {
			r.now = (uint8_t)i;
		}
	}
	first = r.now;
	row_text(&r, f, s, len, true);
	if (r.n > cells && !row_squeeze(&r, r.n - cells)) {
		r.now = first;
		row_text(&r, f, s, len, false);
	}
	for (size_t i = 0; i < r.n; i++) {
		if (r.page[i] != PAGE_ANY && f->page[r.page[i]].n != j->page) {
			j->page = f->page[r.page[i]].n;
			put3(j, ESC, 't', j->page);
		}
		put1(j, r.byte[i]);
	}
}

/* --- rows ---------------------------------------------------------------- */

static bool
is_code(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] < 0x20 || s[i] > 0x7e) {
			return false;
		}
	}
	return n > 0 && n <= 80;
}

/* Width in dots of n characters of CODE128 set B at a module of w dots. */
static size_t
code_dots(size_t n, size_t w)
{
	return (11 * (n + 2) + 13 + CODE128_QUIET) * w;
}

static void
put_code(struct escpos_job *j, const char *s, size_t n)
{
	static const uint8_t form[] = {GS, 'h', 80, GS, 'H', 2, GS, 'f', 0};
	size_t dots = (size_t)j->profile->cols * DOTS_PER_COL;
	size_t braces = 0;

	put3(j, ESC, 'a', 1);
	if (!is_code(s, n) || code_dots(n, 2) > dots) {
		/* Too wide a symbol would print as nothing at all. */
		put_text(j, s, n);
	} else {
		for (size_t i = 0; i < n; i++) {
			braces += s[i] == '{' ? 1 : 0;
		}
		put(j, form, sizeof(form));
		put3(j, GS, 'w', code_dots(n, 3) <= dots ? 3 : 2);
		put3(j, GS, 'k', 0x49);
		put1(j, (uint8_t)(n + braces + 2));
		put(j, "{B", 2);
		for (size_t i = 0; i < n; i++) {
			put(j, "{{", s[i] == '{' ? 2 : 0);
			put(j, s + i, s[i] == '{' ? 0 : 1);
		}
	}
	put1(j, '\n');
	put3(j, ESC, 'a', 0);
}

void
escpos_row(void *job, enum row_style style, const char *text)
{
	struct escpos_job *j = job;
	size_t n = strlen(text);
	uint8_t size = 0;

	j->printed = true;
	if (style == ROW_CODE) {
		put_code(j, text, n);
		return;
	}
	if (style == ROW_TITLE) {
		size = 0x11;
	} else if (style == ROW_TOTAL) {
		size = 0x01;
	}
	if (style != ROW_NORMAL) {
		put3(j, ESC, 'E', 1);
	}
	if (size != 0) {
		put3(j, GS, '!', size);
	}
	put_text(j, text, n);
	put1(j, '\n');
	if (size != 0) {
		put3(j, GS, '!', 0);
	}
	if (style != ROW_NORMAL) {
		put3(j, ESC, 'E', 0);
	}
}

void
escpos_drawer(struct escpos_job *j, unsigned pin)
{
	const uint8_t pulse[] = {ESC, 'p', pin == 0 ? 0 : 1, 0x19, 0xfa};

	put(j, pulse, sizeof(pulse));
}

enum rc
escpos_end(struct escpos_job *j)
{
	/* A job that only opens the drawer cuts no paper. */
	if (j->printed && j->profile->cutter) {
		put3(j, GS, 'V', 0x42);
		put1(j, 0);
	} else if (j->printed) {
		put3(j, ESC, 'd', 4);
	}
	return j->over ? RC_RANGE : RC_OK;
}
