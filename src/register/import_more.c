/* SPDX-License-Identifier: Apache-2.0 */
/* What not all goods have: a weight, a deposit, groups. */
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "core/unit.h"
#include "register/import_internal.h"

#include "base/poison.h"

enum {
	UNIT,
	TARE,
	DEPOSIT,
	GROUPS
};

const char *const import_more_names[IMPORT_MORE] = {
	[UNIT] = "unit",
	[TARE] = "tare",
	[DEPOSIT] = "deposit",
	[GROUPS] = "groups",
};

/* Cleaned, "" when the column is not there.  False: it is too long. */
static bool
text_of(const struct csv_field *f, char *out, size_t cap)
{
	out[0] = '\0';
	return f == NULL ||
	       (text_clean(f->p, f->n, out, cap, 0) & TEXT_WAS_CUT) == 0;
}

static bool
read_unit(const struct csv_field *f, struct item *item)
{
	char word[16];
	enum unit u;
	size_t n;

	item->unit[0] = '\0';
	if (!text_of(f, word, sizeof(word))) {
		return false;
	}
	if (word[0] == '\0' || strcmp(word, "pc") == 0 ||
		strcmp(word, "each") == 0) {
		return true;
	}
	u = unit_find(word);
	n = strlen(unit_name(u));
	memcpy(item->unit, unit_name(u), n + 1);
	return u != UNIT_COUNT;
}

static bool
read_tare(const struct csv_field *f, struct item *item)
{
	char word[32];

	item->tare = 0;
	if (!text_of(f, word, sizeof(word))) {
		return false;
	}
	if (word[0] == '\0') {
		return true;
	}
	return parse_decimal(word, strlen(word), 3, &item->tare) == RC_OK &&
	       item->tare >= 0 && item->tare <= QTY_MAX &&
	       (item->tare == 0 || item->unit[0] != '\0');
}

static bool
read_deposit(
	const struct config *c, const struct csv_field *f, struct item *item)
{
	return text_of(f, item->deposit, sizeof(item->deposit)) &&
	       (item->deposit[0] == '\0' ||
		       rules_find_deposit(c->rules, item->deposit) >= 0);
}

enum import_reason
import_more(const struct config *c,
	const struct csv_field *const field[IMPORT_MORE], struct item *item,
	const struct csv_field **ret_at)
{
	*ret_at = field[UNIT];
	if (!read_unit(field[UNIT], item)) {
		return IMPORT_BAD_UNIT;
	}
	*ret_at = field[TARE];
	if (!read_tare(field[TARE], item)) {
		return IMPORT_BAD_TARE;
	}
	*ret_at = field[DEPOSIT];
	if (!read_deposit(c, field[DEPOSIT], item)) {
		return IMPORT_BAD_DEPOSIT;
	}
	*ret_at = field[GROUPS];
	if (!text_of(field[GROUPS], item->groups, sizeof(item->groups))) {
		return IMPORT_BAD_GROUPS;
	}
	return IMPORT_REASON_COUNT;
}
