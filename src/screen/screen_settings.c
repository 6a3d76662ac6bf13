/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/screen_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "register/config_doubt.h"
#include "register/config_edit.h"

#include "base/poison.h"

/* holdfast.conf, a page of keys at a time.  What is changed here is a text in
 * memory; saving makes it the store's file and the active configuration. */

#define DETAIL_ROWS 4
#define TAB_CELLS 3 /* ">1 " */
/* a line of the text, and the name of its section */
#define CONFIG_LINE_BYTES 4200

static const struct screen_ops settings_ops;

static bool
is_locked(const struct settings *s, const struct settings_row *r)
{
	return settings_pages[s->page].locked ||
	       strcmp(r->section, "register") == 0;
}

static const struct settings_row *
selected(const struct settings *s)
{
	return s->rows.n > 0 ? &s->row[s->rows.selected] : NULL;
}

/* What a text has for it; false: nothing. */
static bool
value_in(const char *text, size_t len, const struct settings_row *r,
	struct sbuf *out)
{
	struct config_place p;

	if (!config_find(text, len, r->section, r->key, &p)) {
		return false;
	}
	sbuf_write(out, text + p.value, p.end - p.value);
	return true;
}

static bool
any_change(const struct settings *s)
{
	return s->len[s->use] != s->from.len ||
	       memcmp(s->text[s->use], s->from.text, s->from.len) != 0;
}

static bool
is_changed(const struct settings *s, const struct settings_row *r)
{
	char now[CONFIG_VALUE_BYTES * 4], was[CONFIG_VALUE_BYTES * 4];
	struct sbuf a, b;
	bool has, had;

	if (!any_change(s)) {
		return false;
	}
	sbuf_init(&a, now, sizeof(now));
	sbuf_init(&b, was, sizeof(was));
	has = value_in(s->text[s->use], s->len[s->use], r, &a);
	had = value_in(s->from.text, s->from.len, r, &b);
	return has != had || strcmp(now, was) != 0;
}

/* --- changing --- */

static void
forget_changes(struct settings *s)
{
	s->use = 0;
	s->len[0] = s->from.len;
	memcpy(s->text[0], s->from.text, s->from.len + 1);
	settings_fill(s);
}

/* Of all keys and values, whatever their order: sums of their hashes. */
struct digest {
	uint64_t sum[HASH_BYTES / sizeof(uint64_t)];
	size_t n;
};

static void
digest_each(void *arg, const char *section, const char *key, const char *value)
{
	struct digest *d = arg;
	uint64_t part[HASH_BYTES / sizeof(uint64_t)];
	char text[CONFIG_LINE_BYTES];
	uint8_t hash[HASH_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s\n%s\n", section, key);
	sbuf_puts(&b, value);
	sha256(hash, b.p, b.len);
	memcpy(part, hash, sizeof(part));
	for (size_t i = 0; i < ARRAY_LEN(part); i++) {
		d->sum[i] += part[i];
	}
	d->n++;
}

/* Every key as it was, but a section was made for one that went again. */
static bool
is_as_it_was(const struct settings *s)
{
	struct digest now = {{0}, 0}, was = {{0}, 0};

	config_each(s->text[s->use], s->len[s->use], digest_each, &now);
	config_each(s->from.text, s->from.len, digest_each, &was);
	return now.n == was.n && memcmp(now.sum, was.sum, sizeof(now.sum)) == 0;
}

static bool
may_change(struct app *a, const struct settings *s)
{
	const struct settings_row *r = selected(s);

	if (r == NULL || is_locked(s, r)) {
		app_attention(a, _("Only shown here: it is changed in "
				   "holdfast.conf, then holdfast config "
				   "apply."));
		return false;
	}
	return true;
}

/* A value that cannot be is said at once, and nothing is changed. */
static void
change(struct app *a, struct settings *s, const char *value)
{
	const struct settings_row *r = selected(s);
	struct err err = {.rc = RC_OK};
	unsigned next = 1 - s->use;
	struct config *c = app_room(a, sizeof(*c));
	struct sbuf b;
	enum rc rc;

	if (c == NULL) {
		return;
	}
	sbuf_init(&b, s->text[next], SETTINGS_TEXT_BYTES);
	rc = config_edit(s->text[s->use], s->len[s->use], r->section, r->key,
		value, &b, &err);
	if (rc == RC_OK) {
		rc = config_check("holdfast.conf", b.p, b.len, c, &err);
	}
	config_free(c);
	if (rc != RC_OK) {
		app_attention(a, err.msg);
		return;
	}
	s->len[next] = b.len;
	s->use = next;
	if (is_as_it_was(s)) {
		forget_changes(s);
	}
	settings_fill(s);
	app_advise(a, any_change(s)
			      ? _("Not active yet: S Enter saves, Esc undoes.")
			      : _("As it was: nothing to save."));
}

/* The word beside the one there is.  What there is without the line is one
 * more, unless it is the first word; a line that was not there goes again. */
static void
cycle(struct app *a, struct settings *s, bool back)
{
	const struct settings_row *r = selected(s);
	const char *const *word;
	char now[CONFIG_VALUE_BYTES * 4];
	struct sbuf b;
	size_t n = 0, i = 0, none;
	bool had;

	if (!may_change(a, s)) {
		return;
	}
	word = config_choices(r->section, r->key, &n);
	if (word == NULL) {
		app_attention(a, _("Any text may stand here: type it, then "
				   "Enter."));
		return;
	}
	sbuf_init(&b, now, sizeof(now));
	had = value_in(s->from.text, s->from.len, r, &b);
	none = r->info != NULL && r->info->fallback != NULL &&
			       strcmp(r->info->fallback, word[0]) == 0
		       ? 0
		       : n;
	sbuf_clear(&b);
	if (!value_in(s->text[s->use], s->len[s->use], r, &b)) {
		i = none;
	} else {
		while (i + 1 < n && strcmp(word[i], now) != 0) {
			i++;
		}
	}
	n += none == n ? 1 : 0;
	i = (i + (back ? n - 1 : 1)) % n;
	change(a, s, i == none && (none > 0 || !had) ? NULL : word[i]);
}

static void
take_text(struct settings *s, struct till_settings *from)
{
	till_settings_free(&s->from);
	s->from = *from;
	forget_changes(s);
}

static void
save(struct app *a, struct settings *s)
{
	struct till_settings from;
	struct err err = {.rc = RC_OK};

	if (!any_change(s) && strcmp(s->from.base, s->from.active) == 0) {
		app_say(a, MSG_INFO, _("Nothing was changed."));
		return;
	}
	if (till_settings_save(a->till, s->text[s->use], s->len[s->use],
		    s->from.base, &err) != RC_OK) {
		app_attention(a, err.msg);
		return;
	}
	app_say(a, MSG_INFO, _("Saved; it is active from now on."));
	if (till_settings_load(a->till, false, &from, NULL) == RC_OK) {
		take_text(s, &from);
	}
}

/* What somebody wrote into the file by hand. */
static void
reload(struct app *a, struct settings *s)
{
	struct till_settings from = {.text = NULL};
	struct config *c = app_room(a, sizeof(*c));
	struct err err = {.rc = RC_OK};
	enum rc rc;

	if (c == NULL) {
		return;
	}
	rc = till_settings_load(a->till, true, &from, &err);
	if (rc == RC_OK) {
		rc = config_check(
			"holdfast.conf", from.text, from.len, c, &err);
	}
	config_free(c);
	if (rc != RC_OK) {
		till_settings_free(&from);
		app_attention(a, err.msg);
		return;
	}
	take_text(s, &from);
	app_say(a, MSG_INFO,
		strcmp(from.base, from.active) == 0
			? _("holdfast.conf is the active configuration.")
			: _("holdfast.conf was read: S Enter makes it "
			    "active."));
}

/* --- what is seen --- */

void
settings_open(struct app *a)
{
	struct settings *s = app_room(a, sizeof(*s));
	struct err err = {.rc = RC_OK};

	if (s == NULL) {
		return;
	}
	if (till_settings_load(a->till, false, &s->from, &err) != RC_OK) {
		free(s);
		app_attention(a, err.msg);
		return;
	}
	forget_changes(s);
	if (app_open(a, &settings_ops, s) &&
		strcmp(s->from.file, s->from.active) != 0) {
		app_attention(a, _("holdfast.conf was edited by hand and is "
				   "not active: R Enter reads it."));
	}
}

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
		sbuf_puts(out, is_changed(s, r) ? "* " : "");
		if (!value_in(s->text[s->use], s->len[s->use], r, out)) {
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

static void
draw_detail(struct app *a, const struct settings *s, int row)
{
	const struct settings_row *r = selected(s);
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
		sbuf_printf(&b, _("Printer: %s.  Drawer: %s."), st.printer,
			st.drawer);
	}
	(void)grid_text(a->grid, row + 2, 1, cols, ROLE_WARN, buf);
}

static void
draw(struct app *a, void *state)
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

static void
hint(const struct app *a, const void *state, struct sbuf *out)
{
	(void)a;
	(void)state;
	/* cells: 78 */
	sbuf_puts(out, _("Left/Right value   PgUp/PgDn page   S save   D "
			 "default   T keys   Esc back"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct settings *s = state;
	const struct settings_row *r = selected(s);
	size_t n = 0;

	(void)a;
	if (r == NULL || is_locked(s, r)) {
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

/* --- keys --- */

static void
turn_page(struct app *a, struct settings *s, bool back)
{
	const char *text = app_prompt(a)->text;
	size_t n = SETTINGS_PAGES;

	if (text[0] == '\0') {
		settings_turn_to(s, (s->page + (back ? n - 1 : 1)) % n);
	} else if (text[1] == '\0' && text[0] >= '1' &&
		   (size_t)(text[0] - '0') <= n) {
		settings_turn_to(s, (size_t)(text[0] - '1'));
	} else {
		app_attention(a, _("There is no page of that number."));
	}
	prompt_clear(app_prompt(a));
}

static void
accept(struct app *a, struct settings *s)
{
	char text[PROMPT_BYTES];

	memcpy(text, app_prompt(a)->text, sizeof(text));
	prompt_clear(app_prompt(a));
	if (text[0] == '\0') {
		(void)rows_move(&s->rows, ACTION_DOWN, 1);
	} else if (strcmp(text, "S") == 0 || strcmp(text, "s") == 0) {
		save(a, s);
	} else if (strcmp(text, "R") == 0 || strcmp(text, "r") == 0) {
		reload(a, s);
	} else if (strcmp(text, "D") == 0 || strcmp(text, "d") == 0) {
		if (may_change(a, s)) {
			change(a, s, NULL);
		}
	} else if (strcmp(text, "T") == 0 || strcmp(text, "t") == 0) {
		probe_open(a);
	} else if (may_change(a, s)) {
		change(a, s, text);
	}
}

static void
act(struct app *a, void *state, enum action action)
{
	struct settings *s = state;

	if (action == ACTION_ACCEPT) {
		accept(a, s);
	} else if (action == ACTION_SAVE) {
		save(a, s);
	} else if (action == ACTION_LEFT || action == ACTION_RIGHT) {
		cycle(a, s, action == ACTION_LEFT);
	} else if (action == ACTION_PGUP || action == ACTION_PGDN) {
		turn_page(a, s, action == ACTION_PGUP);
	} else if (action == ACTION_CLEAR && any_change(s)) {
		forget_changes(s);
		app_say(a, MSG_INFO, _("Undone: nothing was changed."));
	} else if (action == ACTION_CLEAR) {
		app_close(a);
	} else {
		(void)rows_move(&s->rows, action, 1);
	}
}

static void
give_back(struct app *a, void *state)
{
	struct settings *s = state;

	(void)a;
	till_settings_free(&s->from);
	free(s);
}

static const struct screen_ops settings_ops = {
	.bit = SCREEN_SETTINGS,
	/* cells: 24 */
	.title = N_("SETTINGS"),
	/* cells: 12 */
	.label = N_("VALUE"),
	.draw = draw,
	.hint = hint,
	.reading = reading,
	.act = act,
	.close = give_back,
};
