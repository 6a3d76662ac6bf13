/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/keymap.h"

#include "base/attr.h"
#include "base/i18n.h"

#include "base/poison.h"

enum {
	PROMPTS = SCREEN_READY | SCREEN_SALE | SCREEN_PAY | SCREEN_CHECK |
		  SCREEN_DEPT | SCREEN_PARKED,
	SELLING = SCREEN_READY | SCREEN_SALE,
	VIEWS = SCREEN_VIEW | SCREEN_RECEIPT | SCREEN_HELP,
	LISTS = SCREEN_SALE | SCREEN_PARKED | VIEWS,
	ALL = PROMPTS | SCREEN_STOP | VIEWS
};

/* clang-format off */
const struct binding keymap[] = {
	{PROMPTS | SCREEN_STOP, KEYS_F1, 0, WHEN_ALWAYS, ACTION_HELP,
		/* cells: 6 */ N_("Help"), "F1  ?", N_("this list")},
	{PROMPTS | SCREEN_STOP, KEYS_CHAR, '?', WHEN_EMPTY, ACTION_HELP,
		NULL, NULL, NULL},
	{SELLING, KEYS_F3, 0, WHEN_ALWAYS, ACTION_CHECK,
		/* cells: 6 */ N_("Price?"), "F3  PC", NULL},
	{SCREEN_SALE, KEYS_F4, 0, WHEN_ALWAYS, ACTION_VOID,
		/* cells: 6 */ N_("Void"), "F4  -", NULL},
	{SELLING, KEYS_CHAR, '-', WHEN_NUMBER, ACTION_VOID,
		NULL, NULL, NULL},
	{SELLING, KEYS_F5, 0, WHEN_ALWAYS, ACTION_PARK,
		/* cells: 6 */ N_("Park"), "F5  PK", NULL},
	{SCREEN_PARKED, KEYS_F5, 0, WHEN_ALWAYS, ACTION_PARK,
		/* cells: 6 */ N_("Recall"), "F5", N_("bring back the selected sale")},
	{SCREEN_SALE, KEYS_F7, 0, WHEN_ALWAYS, ACTION_PRICE,
		/* cells: 6 */ N_("Disc"), "F7", NULL},
	{SELLING, KEYS_F8, 0, WHEN_ALWAYS, ACTION_RECEIPT,
		/* cells: 6 */ N_("Recpt"), "F8  R", NULL},
	{SELLING, KEYS_F10, 0, WHEN_ALWAYS, ACTION_PAY,
		/* cells: 6 */ N_("Pay"), "F10 +", NULL},
	{SELLING, KEYS_CHAR, '+', WHEN_ALWAYS, ACTION_PAY,
		NULL, NULL, NULL},
	{SCREEN_PAY, KEYS_F10, 0, WHEN_ALWAYS, ACTION_PAY,
		/* cells: 6 */ N_("Exact"), "F10", N_("exact cash")},
	{SCREEN_PAY, KEYS_CHAR, '+', WHEN_ALWAYS, ACTION_INERT,
		NULL, NULL, NULL},
	{SELLING, KEYS_INSERT, 0, WHEN_ALWAYS, ACTION_REPEAT,
		NULL, "Ins *Enter", NULL},
	{SCREEN_STOP, KEYS_CHAR, '1', WHEN_ALWAYS, ACTION_AGAIN,
		NULL, "1", N_("close this box and type the code again")},
	{SCREEN_STOP, KEYS_CHAR, '3', WHEN_ALWAYS, ACTION_DEPT,
		NULL, "3", N_("sell it by amount and department")},
	{SCREEN_CHECK, KEYS_F10, 0, WHEN_ALWAYS, ACTION_ADD,
		/* cells: 6 */ N_("Add"), "F10 +", NULL},
	{SCREEN_CHECK, KEYS_CHAR, '+', WHEN_ALWAYS, ACTION_ADD,
		NULL, NULL, NULL},
	{SCREEN_RECEIPT, KEYS_F8, 0, WHEN_ALWAYS, ACTION_COPY,
		/* cells: 6 */ N_("Copy"), "F8", NULL},
	{PROMPTS | VIEWS, KEYS_ENTER, 0, WHEN_ALWAYS, ACTION_ACCEPT,
		NULL, "Enter", NULL},
	{PROMPTS, KEYS_TAB, 0, WHEN_ALWAYS, ACTION_ACCEPT,
		NULL, NULL, NULL},
	{ALL, KEYS_ESC, 0, WHEN_ALWAYS, ACTION_CLEAR,
		NULL, "Esc", NULL},
	{LISTS, KEYS_UP, 0, WHEN_ALWAYS, ACTION_UP,
		NULL, "arrows", N_("arrows, PgUp, PgDn, Home, End: select, scroll")},
	{LISTS, KEYS_DOWN, 0, WHEN_ALWAYS, ACTION_DOWN,
		NULL, NULL, NULL},
	{LISTS, KEYS_PGUP, 0, WHEN_ALWAYS, ACTION_PGUP,
		NULL, NULL, NULL},
	{LISTS, KEYS_PGDN, 0, WHEN_ALWAYS, ACTION_PGDN,
		NULL, NULL, NULL},
	{LISTS, KEYS_HOME, 0, WHEN_ALWAYS, ACTION_HOME,
		NULL, NULL, NULL},
	{LISTS, KEYS_END, 0, WHEN_ALWAYS, ACTION_END,
		NULL, NULL, NULL},
	{SCREEN_HELP, KEYS_CHAR, '/', WHEN_EMPTY, ACTION_FIND,
		NULL, "/", N_("filter this list")},
	{SCREEN_HELP, KEYS_F2, 0, WHEN_ALWAYS, ACTION_FIND,
		/* cells: 6 */ N_("Filter"), "F2", N_("filter this list")},
	{PROMPTS | SCREEN_HELP, KEYS_BACKSPACE, 0, WHEN_ALWAYS, ACTION_BACKSPACE,
		NULL, NULL, NULL},
	{PROMPTS | SCREEN_HELP, KEYS_DELETE, 0, WHEN_ALWAYS, ACTION_BACKSPACE,
		NULL, NULL, NULL},
	{PROMPTS | SCREEN_HELP, KEYS_ERASE, 0, WHEN_ALWAYS, ACTION_ERASE,
		NULL, NULL, NULL},
};
/* clang-format on */
const size_t keymap_n = ARRAY_LEN(keymap);

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
	{SCREEN_HELP, "help"},
	{0, NULL},
};
