/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on which page of the settings. */
#include <string.h>

#include "base/i18n.h"
#include "register/config_edit.h"
#include "screen/screen_settings.h"

#include "base/poison.h"

const struct settings_page settings_pages[SETTINGS_PAGES] = {
	/* cells: 8 */
	{N_("Display"), false, {"display", "locale"}, false},
	/* cells: 8 */
	{N_("Keys"), false, {"keys"}, false},
	/* cells: 8 */
	{N_("Sale"), false,
		{"sale", "scan", "recall", "age", "limits", "lock", "receipt"},
		false},
	/* cells: 8 */
	{N_("Devices"), true, {"printer", "drawer", "drawer ", "device "},
		false},
	/* cells: 8 */
	{N_("Tax"), true,
		{"tax", "tax ", "tax_part ", "bill", "currency", "departments"},
		false},
	/* cells: 8 */
	{N_("Tenders"), true, {"tender "}, false},
	/* cells: 8 */
	{N_("People"), true, {"people", "role ", "reasons "}, false},
	/* cells: 8 */
	{N_("Shop"), false, {"shop", "register", "*"}, false},
	/* cells: 8 */
	{N_("Rules"), true,
		{"pricelist ", "promotion ", "coupon ", "deposit ", "code "},
		true},
};

static bool
names(const struct settings_page *p, const char *section)
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

static bool
has_rest(const struct settings_page *p)
{
	return names(p, "*");
}

bool
settings_is_of(const struct settings_page *p, const char *section)
{
	bool found = false;

	if (!has_rest(p) || names(p, section)) {
		return names(p, section);
	}
	for (size_t i = 0; i < SETTINGS_PAGES && !found; i++) {
		found = names(&settings_pages[i], section);
	}
	return !found;
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
	struct settings_row *r = &s->row[s->rows.n];
	struct sbuf a, b;

	if (s->rows.n == SETTINGS_ROWS) {
		return;
	}
	sbuf_init(&a, r->section, sizeof(r->section));
	sbuf_init(&b, r->key, sizeof(r->key));
	sbuf_puts(&a, section);
	sbuf_puts(&b, key);
	r->info = info;
	r->name[0] = '\0';
	r->gives[0] = '\0';
	s->rows.n++;
}

/* A rule's keys stand one behind the other. */
static void
add_rule(struct settings *s, const char *section, const char *key,
	const char *value)
{
	static const char *const tells[] = {
		"price", "off", "percent", "free", "code", "form", "time"};
	struct settings_row *r = s->rows.n > 0 ? &s->row[s->rows.n - 1] : NULL;
	bool told = false;
	struct sbuf b;

	if (r == NULL ||
		strncmp(r->section, section, SETTINGS_NAME_BYTES - 1) != 0) {
		if (s->rows.n == SETTINGS_ROWS) {
			return;
		}
		add_row(s, section, "", NULL);
		r = &s->row[s->rows.n - 1];
	}
	for (size_t i = 0; i < ARRAY_LEN(tells); i++) {
		told = told || strcmp(tells[i], key) == 0;
	}
	if (strcmp(key, "name") == 0) {
		sbuf_init(&b, r->name, sizeof(r->name));
		sbuf_puts(&b, value);
	} else if (told && r->gives[0] == '\0') {
		sbuf_init(&b, r->gives, sizeof(r->gives));
		sbuf_puts(&b, key);
		sbuf_puts(&b, " = ");
		sbuf_puts(&b, value);
	}
}

/* What stands in the text and is none of the table's single keys. */
static void
add_each(void *arg, const char *section, const char *key, const char *value)
{
	struct settings *s = arg;
	const struct config_key *k = info_of(section, key);

	if (!settings_is_of(&settings_pages[s->page], section)) {
		return;
	}
	if (settings_is_rules(s)) {
		add_rule(s, section, key, value);
	} else if (k == NULL || !is_one(k)) {
		add_row(s, section, key, k);
	}
}

void
settings_fill(struct settings *s)
{
	const struct settings_page *p = &settings_pages[s->page];

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
	for (size_t i = 0; has_rest(p) && i < config_n_keys; i++) {
		const struct config_key *k = &config_keys[i];

		if (is_one(k) && !names(p, k->section) &&
			settings_is_of(p, k->section)) {
			add_row(s, k->section, k->key, k);
		}
	}
	config_each(s->text[s->use], s->len[s->use], add_each, s);
	rows_fit(&s->rows);
}

bool
settings_is_rules(const struct settings *s)
{
	return settings_pages[s->page].rules;
}

void
settings_turn_to(struct settings *s, size_t page)
{
	s->page = page;
	s->rows.selected = 0;
	s->rows.top = 0;
	s->rows.shown = 0;
	settings_fill(s);
}

bool
settings_is_locked(const struct settings *s, const struct settings_row *r)
{
	return settings_pages[s->page].locked ||
	       strcmp(r->section, "register") == 0;
}

const struct settings_row *
settings_selected(const struct settings *s)
{
	return s->rows.n > 0 ? &s->row[s->rows.selected] : NULL;
}

bool
settings_value(const char *text, size_t len, const struct settings_row *r,
	struct sbuf *out)
{
	struct config_place p;

	if (!config_find(text, len, r->section, r->key, &p)) {
		return false;
	}
	sbuf_write(out, text + p.value, p.end - p.value);
	return true;
}

bool
settings_any_change(const struct settings *s)
{
	return s->len[s->use] != s->from.len ||
	       memcmp(s->text[s->use], s->from.text, s->from.len) != 0;
}

bool
settings_is_changed(const struct settings *s, const struct settings_row *r)
{
	char now[CONFIG_VALUE_BYTES * 4], was[CONFIG_VALUE_BYTES * 4];
	struct sbuf a, b;
	bool has, had;

	if (!settings_any_change(s)) {
		return false;
	}
	sbuf_init(&a, now, sizeof(now));
	sbuf_init(&b, was, sizeof(was));
	has = settings_value(s->text[s->use], s->len[s->use], r, &a);
	had = settings_value(s->from.text, s->from.len, r, &b);
	return has != had || strcmp(now, was) != 0;
}
