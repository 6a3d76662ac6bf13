/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/keymap.h"

#include <string.h>

#include "base/attr.h"

#include "base/poison.h"

enum {
	PROMPTS = SCREEN_READY | SCREEN_SALE | SCREEN_PAY | SCREEN_CHECK |
		  SCREEN_DEPT | SCREEN_PARKED,
	SELLING = SCREEN_READY | SCREEN_SALE,
	VIEWS = SCREEN_VIEW | SCREEN_RECEIPT,
	LISTS = SCREEN_SALE | SCREEN_PARKED | VIEWS,
	ALL = PROMPTS | SCREEN_STOP | VIEWS
};

/* clang-format off */
const struct binding keymap[] = {
	{PROMPTS | SCREEN_STOP, KEYS_F1, 0, WHEN_ALWAYS, ACTION_HELP,
		"Help", "F1  ?", "this list"},
	{PROMPTS | SCREEN_STOP, KEYS_CHAR, '?', WHEN_EMPTY, ACTION_HELP,
		NULL, NULL, NULL},
	{SELLING, KEYS_F3, 0, WHEN_ALWAYS, ACTION_CHECK,
		"Price?", "F3  PC", "price of an item, without selling it"},
	{SCREEN_SALE, KEYS_F4, 0, WHEN_ALWAYS, ACTION_VOID,
		"Void", "F4  -", "void the selected line; 3- voids line 3"},
	{SELLING, KEYS_CHAR, '-', WHEN_NUMBER, ACTION_VOID,
		NULL, NULL, NULL},
	{SELLING, KEYS_F5, 0, WHEN_ALWAYS, ACTION_PARK,
		"Park", "F5  PK", "park this sale; with no line: recall"},
	{SCREEN_PARKED, KEYS_F5, 0, WHEN_ALWAYS, ACTION_PARK,
		"Recall", "F5", "bring back the selected sale"},
	{SCREEN_SALE, KEYS_F7, 0, WHEN_ALWAYS, ACTION_PRICE,
		"Disc", "F7", "299 F7 price 2.99; 10% F7 discount of 10 %"},
	{SELLING, KEYS_F8, 0, WHEN_ALWAYS, ACTION_RECEIPT,
		"Receipt", "F8  R", "the last receipt"},
	{SELLING, KEYS_F10, 0, WHEN_ALWAYS, ACTION_PAY,
		"Pay", "F10 +", "total, then pay"},
	{SELLING, KEYS_CHAR, '+', WHEN_ALWAYS, ACTION_PAY, NULL, NULL, NULL},
	{SCREEN_PAY, KEYS_F10, 0, WHEN_ALWAYS, ACTION_PAY,
		"Exact", "F10", "exact cash"},
	{SCREEN_PAY, KEYS_CHAR, '+', WHEN_ALWAYS, ACTION_INERT,
		NULL, NULL, NULL},
	{SELLING, KEYS_INSERT, 0, WHEN_ALWAYS, ACTION_REPEAT,
		NULL, "Ins *Enter", "the last item once more"},
	{SCREEN_STOP, KEYS_CHAR, '1', WHEN_ALWAYS, ACTION_AGAIN,
		NULL, "1", "close this box and type the code again"},
	{SCREEN_STOP, KEYS_CHAR, '3', WHEN_ALWAYS, ACTION_DEPT,
		NULL, "3", "sell it by amount and department"},
	{SCREEN_CHECK, KEYS_F10, 0, WHEN_ALWAYS, ACTION_ADD,
		"Add", "F10 +", "sell the item shown"},
	{SCREEN_CHECK, KEYS_CHAR, '+', WHEN_ALWAYS, ACTION_ADD,
		NULL, NULL, NULL},
	{SCREEN_RECEIPT, KEYS_F8, 0, WHEN_ALWAYS, ACTION_COPY,
		"Copy", "F8", "print a copy, marked as one"},
	{PROMPTS | VIEWS, KEYS_ENTER, 0, WHEN_ALWAYS, ACTION_ACCEPT,
		NULL, "Enter", "take what stands in the prompt"},
	{PROMPTS, KEYS_TAB, 0, WHEN_ALWAYS, ACTION_ACCEPT, NULL, NULL, NULL},
	{ALL, KEYS_ESC, 0, WHEN_ALWAYS, ACTION_CLEAR,
		NULL, "Esc", "clear the prompt, then go back; lines stay"},
	{LISTS, KEYS_UP, 0, WHEN_ALWAYS, ACTION_UP,
		NULL, "arrows", "select a line, scroll (PgUp PgDn Home End)"},
	{LISTS, KEYS_DOWN, 0, WHEN_ALWAYS, ACTION_DOWN, NULL, NULL, NULL},
	{LISTS, KEYS_PGUP, 0, WHEN_ALWAYS, ACTION_PGUP, NULL, NULL, NULL},
	{LISTS, KEYS_PGDN, 0, WHEN_ALWAYS, ACTION_PGDN, NULL, NULL, NULL},
	{LISTS, KEYS_HOME, 0, WHEN_ALWAYS, ACTION_HOME, NULL, NULL, NULL},
	{LISTS, KEYS_END, 0, WHEN_ALWAYS, ACTION_END, NULL, NULL, NULL},
	{PROMPTS, KEYS_BACKSPACE, 0, WHEN_ALWAYS, ACTION_BACKSPACE,
		NULL, NULL, NULL},
	{PROMPTS, KEYS_DELETE, 0, WHEN_ALWAYS, ACTION_BACKSPACE,
		NULL, NULL, NULL},
	{PROMPTS, KEYS_ERASE, 0, WHEN_ALWAYS, ACTION_ERASE, NULL, NULL, NULL},
};
/* clang-format on */
const size_t keymap_n = ARRAY_LEN(keymap);

static bool
prompt_fits(const struct binding *b, const char *prompt)
{
	if (b->when == WHEN_EMPTY) {
		return prompt[0] == '\0';
	}
	if (b->when == WHEN_NUMBER) {
		return prompt[strspn(prompt, "0123456789")] == '\0';
	}
	return true;
}

const struct binding *
keymap_find(
	enum screen_bit screen, const struct key_event *ev, const char *prompt)
{
	size_t i;

	for (i = 0; i < keymap_n; i++) {
		const struct binding *b = &keymap[i];

		if ((b->screens & (unsigned)screen) == 0 ||
			b->code != ev->code || !prompt_fits(b, prompt)) {
			continue;
		}
		if (b->code != KEYS_CHAR || b->ch == ev->cp) {
			return b;
		}
	}
	return NULL;
}

const char *
keymap_bar(enum screen_bit screen, unsigned n)
{
	size_t i;

	for (i = 0; i < keymap_n; i++) {
		const struct binding *b = &keymap[i];

		if ((b->screens & (unsigned)screen) != 0 && b->bar != NULL &&
			b->code == keys_f(n)) {
			return b->bar;
		}
	}
	return "";
}

const struct screen_name screen_names[] = {
	{SCREEN_READY, "ready"},
	{SCREEN_SALE, "sale"},
	{SCREEN_PAY, "pay"},
	{SCREEN_STOP, "not-on-file"},
	{SCREEN_DEPT, "department"},
	{SCREEN_CHECK, "price-check"},
	{SCREEN_VIEW, "view"},
	{SCREEN_RECEIPT, "receipt"},
	{SCREEN_PARKED, "parked"},
	{0, NULL},
};
