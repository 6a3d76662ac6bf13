/* SPDX-License-Identifier: Apache-2.0 */
/* How the settings look: pages, rows, and what is told of the selected one. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/config_doubt.h"
#include "register/config_edit.h"
#include "screen/screen_settings.h"

#include "base/poison.h"

#define DETAIL_ROWS 4
#define TAB_CELLS 3 /* ">1 " */

static void
put_words(const struct settings_row *r, struct sbuf *out)
{
	size_t n = 0;
	const char *const *word = config_choices(r->section, r->key, &n);

	for (size_t i = 0; i < n; i++) {
		sbuf_puts(out, i > 0 ? " | " : "");
		sbuf_puts(out, word[i]);
	}
}

static void
put_cell(void *arg, size_t row, size_t col, struct sbuf *out)
{
	const struct settings *s = arg;
	const struct settings_row *r = &s->row[row];
	size_t n = 0;

	if (settings_is_rules(s)) {
		sbuf_puts(out, col == 0   ? r->section
			       : col == 1 ? r->name
					  : r->gives);
	} else if (col == 0) {
		sbuf_puts(out, r->section);
		sbuf_putc(out, '.');
		sbuf_puts(out, r->key);
	} else if (col == 1) {
		sbuf_puts(out, settings_is_changed(s, r) ? "* " : "");
		if (!settings_value(s->text[s->use], s->len[s->use], r, out)) {
			sbuf_printf(out, "(%s)",
				r->info != NULL && r->info->fallback != NULL
					? r->info->fallback
					: "");
		}
	} else {
		put_words(r, out);
		if (r->info != NULL &&
			config_choices(r->section, r->key, &n) == NULL) {
			sbuf_puts(out, _(r->info->help));
		}
	}
}

/* Cells of a page's title. */
static int
title_cells(size_t page)
{
	const char *title = _(settings_pages[page].title);

	return (int)text_cells(title, strlen(title));
}

/* Cells that a title may have so that every page has its number on the row: that
 * of the page shown is not cut. */
static int
tab_cells(const struct settings *s, int width)
{
	int cells = width, all;

	do {
		all = 0;
		for (size_t i = 0; i < SETTINGS_PAGES; i++) {
			int n = title_cells(i);

			all += TAB_CELLS +
			       (i == s->page || n < cells ? n : cells);
		}
	} while (all > width && --cells > 1);
	return cells;
}

static void
draw_tabs(struct app *a, const struct settings *s)
{
	int col = 0, width = a->lay.cols - 1, most = tab_cells(s, width);

	for (size_t i = 0; i < SETTINGS_PAGES; i++) {
		enum role role = i == s->page ? ROLE_TOTAL : ROLE_NORMAL;
		int n = i == s->page ? title_cells(i) : most;
		char buf[8];
		struct sbuf b;

		sbuf_init(&b, buf, sizeof(buf));
		sbuf_putc(&b, i == s->page ? '>' : ' ');
		sbuf_u64(&b, i + 1);
		(void)grid_text(
			a->grid, a->lay.work_row, col, TAB_CELLS, role, buf);
		col += TAB_CELLS;
		col += grid_text(a->grid, a->lay.work_row, col,
			n < width - col ? n : width - col, role,
			_(settings_pages[i].title));
	}
}

/* Where the selected key stands, and all of its value. */
static void
put_place(const struct settings *s, const struct settings_row *r,
	struct sbuf *out)
{
	const char *text = s->text[s->use];
	struct config_place p;

	if (settings_is_rules(s)) {
		/* cells: 24 */
		sbuf_printf(out, _("line %d:"),
			config_section_line(text, s->len[s->use], r->section));
		sbuf_printf(out, " [%s]", r->section);
	} else if (!config_find(text, s->len[s->use], r->section, r->key, &p)) {
		/* cells: 24 */
		sbuf_puts(out, _("not in the file"));
	} else {
		/* cells: 24 */
		sbuf_printf(out, _("line %d:"), p.line);
		sbuf_putc(out, ' ');
		sbuf_write(out, text + p.begin, p.end - p.begin);
	}
	sbuf_puts(out, "   ");
	sbuf_puts(out, s->from.path);
}

static void
put_rules(const struct app *a, struct sbuf *out)
{
	const struct rules *r = till_config(a->till)->rules;

	/* cells: 78 */
	sbuf_printf(out,
		_("Active: price lists %zu, promotions %zu, coupons %zu, "
		  "deposits %zu, codes %zu."),
		rules_n_lists(r), rules_n_promotions(r), rules_n_coupons(r),
		rules_n_deposits(r), rules_n_forms(r));
}

/* How the saved colors, lines and letters come out. */
static void
draw_test(struct app *a, int row)
{
	static const struct {
		enum role role;
		const char *text;
	} part[] = {/* cells: 6 */
		{ROLE_HEAD, N_("TEST")}, {ROLE_NORMAL, "0123456789"},
		/* cells: 6 */
		{ROLE_GOOD, N_("ok")},
		/* cells: 6 */
		{ROLE_WARN, N_("WARN")},
		/* cells: 6 */
		{ROLE_STOP, N_("STOP")}, {ROLE_SELECTED, ">1"},
		{ROLE_KEY, "F10"},
		{ROLE_NORMAL, "\xc3\xa4\xc3\xa9\xc5\x93 \xe7\xb7\x91"}};

	int col = 1;

	for (size_t i = 0; i < ARRAY_LEN(part); i++) {
		const char *text = part[i].text;

		col += 2 + grid_text(a->grid, row, col, a->lay.cols - 1 - col,
				   part[i].role,
				   text[0] >= 'A' ? _(text) : text);
	}
	grid_rule(a->grid, row, col, 8, '-');
}

static void
draw_detail(struct app *a, const struct settings *s, int row)
{
	const struct settings_row *r = settings_selected(s);
	int cols = a->lay.cols - 2;
	struct till_status st;
	char buf[1200];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	if (r != NULL) {
		put_place(s, r, &b);
		(void)grid_text(a->grid, row, 1, cols, ROLE_NORMAL, buf);
		sbuf_clear(&b);
		sbuf_puts(&b, r->info != NULL ? _(r->info->help) : "");
		(void)grid_text(a->grid, row + 1, 1, cols, ROLE_TOTAL, buf);
	}
	sbuf_clear(&b);
	if (strcmp(s->from.file, s->from.base) != 0) {
		/* cells: 78 */
		sbuf_puts(&b, _("holdfast.conf was edited by hand: R Enter "
				"reads it."));
	} else if (settings_is_rules(s)) {
		put_rules(a, &b);
	} else if (settings_is_of(&settings_pages[s->page], "printer")) {
		memset(&st, 0, sizeof(st));
		till_status(a->till, &st);
		/* cells: 78 */
		sbuf_printf(&b, _("Printer: %s.  Drawer: %s."),
			devices_word(st.printer), devices_word(st.drawer));
	}
	(void)grid_text(a->grid, row + 2, 1, cols, ROLE_WARN, buf);
	if (b.len == 0 && settings_is_of(&settings_pages[s->page], "display")) {
		draw_test(a, row + 2);
	}
}

void
settings_draw(struct app *a, void *state)
{
	static const struct rows_col cols[] = {
		/* cells: 20 */
		{N_("Setting"), 20, false, 0},
		/* cells: 17 */
		{N_("Now"), 17, false, 0},
		/* cells: 20 */
		{N_("What it may be"), 0, false, 0},
	};
	struct settings *s = state;
	int rows = a->lay.work_rows - DETAIL_ROWS - 1;

	draw_tabs(a, s);
	(void)widget_rows(a->grid, a->lay.work_row + 1, 0, rows,
		a->lay.cols - 1, cols, ARRAY_LEN(cols), &s->rows, put_cell, s);
	grid_rule(a->grid, a->lay.work_row + 1 + rows, 0, a->lay.cols, '-');
	draw_detail(a, s, a->lay.work_row + rows + 2);
}

void
settings_hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("Left/Right value   PgUp/PgDn page   S save   D "
			 "default   T keys   Esc back"));
}

void
settings_reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct settings *s = state;
	const struct settings_row *r = settings_selected(s);
	size_t n = 0;

	(void)a;
	if (r == NULL || settings_is_locked(s, r)) {
		/* cells: 40 */
		sbuf_puts(out, _("only shown here"));
	} else if (config_choices(r->section, r->key, &n) != NULL) {
		/* cells: 40 */
		sbuf_printf(out, _("%s: Left/Right"), r->key);
	} else {
		/* cells: 40 */
		sbuf_printf(out, _("%s: text, then Enter"), r->key);
	}
}
