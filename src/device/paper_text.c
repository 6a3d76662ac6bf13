/* SPDX-License-Identifier: Apache-2.0 */
/* Text in the code pages of a printer. */
#include <string.h>

#include "base/text.h"
#include "device/codepage.h"
#include "device/paper_internal.h"

#include "base/poison.h"

#define PAGE_ANY 0xffu
#define ROW_CELLS 256u /* more in one row is cut */

/* A row as printer bytes, each with the page it belongs to; 0xFF: any. */
/* A row as printer bytes, each with the page it belongs to; PAGE_ANY: any. */
struct row {
	size_t n;
	uint8_t byte[ROW_CELLS];
	uint8_t page[ROW_CELLS]; /* index into the profile */
	uint8_t now;
};

static bool
row_put(struct row *r, const struct printer_profile *f, int32_t cp)
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
row_plain(
	struct row *r, const struct printer_profile *f, int32_t cp, size_t max)
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
row_char(struct row *r, const struct printer_profile *f, int32_t cp, bool widen)
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
row_text(struct row *r, const struct printer_profile *f, const char *s,
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

void
paper_put_text(struct paper *p, const char *s, size_t len)
{
	const struct printer_profile *f = &p->profile;
	size_t cells = text_cells(s, len);
	struct row r = {.now = 0};
	uint8_t first;

	for (size_t i = 0; i < f->n_page; i++) {
		if (f->page[i].n == p->page) {
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
		if (r.page[i] != PAGE_ANY && f->page[r.page[i]].n != p->page) {
			p->page = f->page[r.page[i]].n;
			p->language->page(p, p->page);
		}
		paper_put1(p, r.byte[i]);
	}
}
