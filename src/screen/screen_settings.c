/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "register/config_edit.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* holdfast.conf, a page of keys at a time.  What is changed here is a text in
 * memory; saving makes it the store's file and the active configuration. */

#define ROWS_MAX 400
#define NAME_BYTES 48
#define DETAIL_ROWS 4
#define TEXT_CAP (CONFIG_TEXT_BYTES + 1)

static const struct page {
	const char *title;
	bool locked;            /* only read here */
	const char *section[6]; /* or the beginning of several: "role " */
} pages[] = {
	/* cells: 8 */
	{N_("Display"), false, {"display", "locale"}},
	/* cells: 8 */
	{N_("Keys"), false, {"keys"}},
	/* cells: 8 */
	{N_("Sale"), false, {"sale", "age", "limits", "lock", "receipt"}},
	/* cells: 8 */
	{N_("Devices"), true, {"printer", "drawer"}},
	/* cells: 8 */
	{N_("Tax"), true, {"tax", "currency", "departments"}},
	/* cells: 8 */
	{N_("Tenders"), true, {"tender "}},
	/* cells: 8 */
	{N_("People"), true, {"role ", "reasons "}},
	/* cells: 8 */
	{N_("Shop"), false, {"shop", "register"}},
};

struct row {
	char section[NAME_BYTES], key[NAME_BYTES];
	const struct config_key *info;
};

struct settings {
	struct till_settings from;
	char text[2][TEXT_CAP];
	size_t len[2];
	unsigned use; /* of the two, the other is made from it */
	size_t page;
	struct rows rows;
	struct row row[ROWS_MAX];
};

static const struct screen_ops settings_ops;

/* --- the rows of a page --- */

static bool
is_of(const struct page *p, const char *section)
{
	for (size_t i = 0; i < ARRAY_LEN(p->section) && p->section[i] != NULL;
		i++) {
		const char *s = p->section[i];
		size_t n = strlen(s);

		if (s[n - 1] == ' ' ? strncmp(s, section, n) == 0
				    : strcmp(s, section) == 0) {
			return true;
		}
	}
	return false;
}

/* A row of the table that names one key, not any of its kind. */
static bool
is_one(const struct config_key *k)
{
	return k->key[0] >= 'a' && strchr(k->section, ' ') == NULL;
}

/* The table's row of a key, which may stand there as any of its kind. */
static const struct config_key *
info_of(const char *section, const char *key)
{
	const char *blank = strchr(section, ' ');
	size_t n = blank != NULL ? (size_t)(blank - section) + 1 : 0;

	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *k = &config_keys[i];

		if (strcmp(k->section, section) != 0 &&
			(n == 0 || strncmp(k->section, section, n) != 0 ||
				k->section[n] < 'A' || k->section[n] > 'Z')) {
			continue;
		}
		if (strcmp(k->key, key) == 0 || k->key[0] < 'a') {
			return k;
		}
	}
	return NULL;
}

static void
add_row(struct settings *s, const char *section, const char *key,
	const struct config_key *info)
{
	struct row *r = &s->row[s->rows.n];
	struct sbuf a, b;

	if (s->rows.n == ROWS_MAX) {
		return;
	}
	sbuf_init(&a, r->section, sizeof(r->section));
	sbuf_init(&b, r->key, sizeof(r->key));
	sbuf_puts(&a, section);
	sbuf_puts(&b, key);
	r->info = info;
	s->rows.n++;
}

/* What stands in the text and is none of the table's single keys. */
static void
add_each(void *arg, const char *section, const char *key, const char *value)
{
	struct settings *s = arg;
	const struct config_key *k = info_of(section, key);

	(void)value;
	if (is_of(&pages[s->page], section) && (k == NULL || !is_one(k))) {
		add_row(s, section, key, k);
	}
}

static void
fill(struct settings *s)
{
	const struct page *p = &pages[s->page];

	s->rows.n = 0;
	for (size_t j = 0; j < ARRAY_LEN(p->section) && p->section[j] != NULL;
		j++) {
		for (size_t i = 0; i < config_n_keys; i++) {
			const struct config_key *k = &config_keys[i];

			if (is_one(k) &&
				strcmp(k->section, p->section[j]) == 0) {
				add_row(s, k->section, k->key, k);
			}
		}
	}
	config_each(s->text[s->use], s->len[s->use], add_each, s);
	if (s->rows.selected >= s->rows.n) {
		s->rows.selected = s->rows.n > 0 ? s->rows.n - 1 : 0;
	}
}

static void
turn_to(struct settings *s, size_t page)
{
	s->page = page;
	s->rows.selected = 0;
	s->rows.top = 0;
	fill(s);
}

static bool
is_locked(const struct settings *s, const struct row *r)
{
	return pages[s->page].locked || strcmp(r->section, "register") == 0;
}

static const struct row *
selected(const struct settings *s)
{
	return s->rows.n > 0 ? &s->row[s->rows.selected] : NULL;
}

/* What a text has for it; false: nothing. */
static bool
value_in(const char *text, size_t len, const struct row *r, struct sbuf *out)
{
	struct config_place p;

	if (!config_find(text, len, r->section, r->key, &p)) {
		return false;
	}
	sbuf_write(out, text + p.value, p.end - p.value);
	return true;
}

static bool
is_changed(const struct settings *s, const struct row *r)
{
	char now[CONFIG_VALUE_BYTES * 4], was[CONFIG_VALUE_BYTES * 4];
	struct sbuf a, b;
	bool has, had;

	sbuf_init(&a, now, sizeof(now));
	sbuf_init(&b, was, sizeof(was));
	has = value_in(s->text[s->use], s->len[s->use], r, &a);
	had = value_in(s->from.text, s->from.len, r, &b);
	return has != had || strcmp(now, was) != 0;
}

static bool
any_change(const struct settings *s)
{
	return s->len[s->use] != s->from.len ||
	       memcmp(s->text[s->use], s->from.text, s->from.len) != 0;
}

/* --- changing --- */

static void
forget_changes(struct settings *s)
{
	s->use = 0;
	s->len[0] = s->from.len;
	memcpy(s->text[0], s->from.text, s->from.len + 1);
	fill(s);
}

struct compare {
	const struct settings *s;
	size_t n;
	bool same;
};

static void
compare_each(void *arg, const char *section, const char *key, const char *value)
{
	struct compare *c = arg;
	const struct till_settings *from = &c->s->from;
	struct config_place p;

	c->n++;
	c->same = c->same &&
		  config_find(from->text, from->len, section, key, &p) &&
		  p.end - p.value == strlen(value) &&
		  memcmp(from->text + p.value, value, p.end - p.value) == 0;
}

static void
count_each(void *arg, const char *section, const char *key, const char *value)
{
	size_t *n = arg;

	(void)section;
	(void)key;
	(void)value;
	(*n)++;
}

/* Every key as it was, but a section was made for one that went again. */
static bool
is_as_it_was(const struct settings *s)
{
	struct compare c = {.s = s, .same = true};
	size_t n = 0;

	config_each(s->text[s->use], s->len[s->use], compare_each, &c);
	config_each(s->from.text, s->from.len, count_each, &n);
	return c.same && c.n == n;
}

static bool
may_change(struct app *a, const struct settings *s)
{
	const struct row *r = selected(s);

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
	const struct row *r = selected(s);
	struct err err = {.rc = RC_OK};
	unsigned next = 1 - s->use;
	struct config *c = app_room(a, sizeof(*c));
	struct sbuf b;
	enum rc rc;

	if (c == NULL) {
		return;
	}
	sbuf_init(&b, s->text[next], TEXT_CAP);
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
	fill(s);
	app_say(a, MSG_INFO,
		any_change(s) ? _("Not active yet: S Enter saves, Esc undoes.")
			      : _("As it was: nothing to save."));
}

/* The word beside the one there is.  What there is without the line is one
 * more, unless it is the first word; a line that was not there goes again. */
static void
cycle(struct app *a, struct settings *s, bool back)
{
	const struct row *r = selected(s);
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
put_words(const struct row *r, struct sbuf *out)
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
	const struct row *r = &s->row[row];
	size_t n = 0;

	if (col == 0) {
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

static void
draw_tabs(struct app *a, const struct settings *s)
{
	int col = 0;

	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		char buf[48];
		struct sbuf b;

		sbuf_init(&b, buf, sizeof(buf));
		sbuf_putc(&b, i == s->page ? '>' : ' ');
		sbuf_u64(&b, i + 1);
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, _(pages[i].title));
		col += grid_text(a->grid, a->lay.work_row, col,
			a->lay.cols - 1 - col,
			i == s->page ? ROLE_TOTAL : ROLE_NORMAL, buf);
	}
}

/* Where the selected key stands, and all of its value. */
static void
put_place(const struct settings *s, const struct row *r, struct sbuf *out)
{
	const char *text = s->text[s->use];
	struct config_place p;

	if (!config_find(text, s->len[s->use], r->section, r->key, &p)) {
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
draw_detail(struct app *a, const struct settings *s, int row)
{
	const struct row *r = selected(s);
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
	} else if (is_of(&pages[s->page], "printer")) {
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
			 "default   Esc undo, back"));
}

static void
reading(const struct app *a, const void *state, struct sbuf *out)
{
	const struct settings *s = state;
	const struct row *r = selected(s);
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
	size_t n = ARRAY_LEN(pages);

	if (text[0] == '\0') {
		turn_to(s, (s->page + (back ? n - 1 : 1)) % n);
	} else if (text[1] == '\0' && text[0] >= '1' &&
		   (size_t)(text[0] - '0') <= n) {
		turn_to(s, (size_t)(text[0] - '1'));
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
