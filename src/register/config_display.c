/* SPDX-License-Identifier: Apache-2.0 */
/* [display]: how the register's screen looks. */
#include <string.h>

#include "register/config_internal.h"

#include "base/poison.h"

#define WORDS_MAX 6

/* The words of each key, in the order of their values. */
static const struct {
	enum key key;
	const char *word[WORDS_MAX];
} words[] = {
	{KEY_DISPLAY_LAYOUT, {"auto", "panel", "stacked", "reader"}},
	{KEY_DISPLAY_COLORS, {"auto", "256", "8", "mono", "contrast"}},
	{KEY_DISPLAY_LINES, {"auto", "ascii", "acs", "utf-8"}},
	{KEY_DISPLAY_DIGITS, {"on", "off"}},
	{KEY_DISPLAY_CURSOR, {"prompt", "row"}},
	{KEY_DISPLAY_SOUND, {"on", "off"}},
	{KEY_DISPLAY_CLOCK, {"24", "12"}},
};

static void
keep(struct config_display *d, enum key key, int n)
{
	if (key == KEY_DISPLAY_LAYOUT) {
		d->layout = (enum display_layout)n;
	} else if (key == KEY_DISPLAY_COLORS) {
		d->colors = (enum display_colors)n;
	} else if (key == KEY_DISPLAY_LINES) {
		d->lines = (enum display_lines)n;
	} else if (key == KEY_DISPLAY_DIGITS) {
		d->small_digits = n != 0;
	} else if (key == KEY_DISPLAY_CURSOR) {
		d->row_cursor = n != 0;
	} else if (key == KEY_DISPLAY_SOUND) {
		d->silent = n != 0;
	} else {
		d->half_day = n != 0;
	}
}

static enum rc
wrong(const char *const word[], const char *value, struct err *reterr)
{
	char list[96];
	struct sbuf b;
	int i;

	sbuf_init(&b, list, sizeof(list));
	for (i = 0; i < WORDS_MAX && word[i] != NULL; i++) {
		bool last = i + 1 == WORDS_MAX || word[i + 1] == NULL;

		sbuf_puts(&b, i == 0 ? "" : last ? " or " : ", ");
		sbuf_puts(&b, word[i]);
	}
	return config_wrong(
		reterr, "'%s' is not known here: write %s", value, list);
}

enum rc
config_display_set(enum key key, const struct config_set *s, struct err *reterr)
{
	size_t i = 0;
	int n;

	while (i + 1 < ARRAY_LEN(words) && words[i].key != key) {
		i++;
	}
	for (n = 0; n < WORDS_MAX && words[i].word[n] != NULL; n++) {
		if (strcmp(words[i].word[n], s->value) == 0) {
			keep(&s->p->c->display, key, n);
			return RC_OK;
		}
	}
	return wrong(words[i].word, s->value, reterr);
}

bool
config_layout_named(const char *word, enum display_layout *ret)
{
	int n;

	for (n = 0; n < WORDS_MAX && words[0].word[n] != NULL; n++) {
		if (strcmp(words[0].word[n], word) == 0) {
			*ret = (enum display_layout)n;
			return true;
		}
	}
	return false;
}
