/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_SCREEN_SETTINGS_H
#define SCREEN_SCREEN_SETTINGS_H

#include "register/config.h"
#include "screen/app_internal.h"

/**
 * screen_settings - what the files of the settings share: screen_settings.c
 * changes them, screen_settings_draw.c shows them, screen_settings_rows.c knows
 * what stands on which page and what it is now.
 */
/* a row each of the rules there can be, with room for another page */
#define SETTINGS_ROWS 2400
#define SETTINGS_NAME_BYTES 48
#define SETTINGS_TEXT_BYTES (CONFIG_TEXT_BYTES + 1)

struct settings_page {
	const char *title;	/* N_() */
	bool locked;		/* only read here */
	const char *section[8]; /* or the beginning of several: "role "; "*":
				 * what stands on no page */
	bool rules; /* a row each section, not each key */
};

#define SETTINGS_PAGES 9
extern const struct settings_page settings_pages[SETTINGS_PAGES];

struct settings_row {
	char section[SETTINGS_NAME_BYTES], key[SETTINGS_NAME_BYTES];
	const struct config_key *info;
	/* of a rule: its name, and what it gives */
	char name[SETTINGS_NAME_BYTES], gives[SETTINGS_NAME_BYTES];
};

struct settings {
	struct till_settings from;
	char text[2][SETTINGS_TEXT_BYTES];
	size_t len[2];
	unsigned use; /* of the two, the other is made from it */
	size_t page;
	struct rows rows;
	struct settings_row row[SETTINGS_ROWS];
};

/** settings_is_of(p, section): it belongs on this page. */
bool settings_is_of(const struct settings_page *p, const char *section);
/** settings_is_rules(s): the page it is turned to is that of the rules. */
bool settings_is_rules(const struct settings *s);
/** settings_fill(s): the rows of the page it is turned to, from the text in
 * use. */
void settings_fill(struct settings *s);
/** settings_turn_to(s, page): and its first row is selected. */
void settings_turn_to(struct settings *s, size_t page);

/** settings_selected(s): borrowed; NULL the page has no rows. */
const struct settings_row *settings_selected(const struct settings *s);
/** settings_is_locked(s, r): only shown. */
bool settings_is_locked(const struct settings *s, const struct settings_row *r);
/** settings_value(text, len, r, out): what a text has for it; false: nothing. */
bool settings_value(const char *text, size_t len, const struct settings_row *r,
	struct sbuf *out);
/** settings_any_change(s): something is not saved; settings_is_changed(s, r):
 * this row is. */
bool settings_any_change(const struct settings *s);
bool settings_is_changed(const struct settings *s, const struct settings_row *r);

/* screen_settings_draw.c: as struct screen_ops wants them */
void settings_draw(struct app *a, void *state);
void settings_hint(const struct app *a, const void *state, struct sbuf *out);
void settings_reading(const struct app *a, const void *state, struct sbuf *out);

#endif
