/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "base/text.h"
#include "register/entry.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* How a command in the prompt will be understood: its amount, department or
 * line, so that a slip shows before Enter. */

static bool
takes_amount(enum command c)
{
	static const enum command with[] = {
		CMD_PO, CMD_DA, CMD_DT, CMD_CA, CMD_PI, CMD_PX, CMD_PU};

	for (size_t i = 0; i < ARRAY_LEN(with); i++) {
		if (with[i] == c) {
			return true;
		}
	}
	return false;
}

/* A line's number, and its name; false: there is no such line. */
static bool
put_line(const struct app *a, const char *no, struct sbuf *out)
{
	const struct basket *b = till_view(a->till)->basket;
	const struct basket_line *l;
	char name[128];
	size_t idx = 0;
	int64_t n = 0;

	if (parse_i64(no, strlen(no), 1, UINT32_MAX, &n) != RC_OK ||
		basket_find(b, (uint32_t)n, &idx) != RC_OK) {
		return false;
	}
	l = &b->line[idx];
	text_fit_middle(name, sizeof(name),
		l->unknown ? l->item.code : l->item.name, 20);
	/* cells: 50, of which the name has 20 */
	sbuf_printf(out, _("Enter = void line %lld, %s"), (long long)n, name);
	return true;
}

static bool
put_dept(const struct app *a, const struct entry *e, struct sbuf *out)
{
	const struct config_dept *d =
		config_dept_find(till_config(a->till), e->after);
	char name[128], amount[32];
	struct money m;
	struct sbuf b;

	if (d == NULL ||
		!app_parse_money(a, e->before, strlen(e->before), &m)) {
		return false;
	}
	sbuf_init(&b, amount, sizeof(amount));
	app_put_money(a, &b, m);
	text_fit_middle(name, sizeof(name), d->name, 20);
	/* cells: 50, of which the name has 20 */
	sbuf_printf(out, _("Enter = %s in %s"), amount, name);
	return true;
}

bool
app_reading_value(const struct app *a, const struct entry *e, const char *what,
	struct sbuf *out)
{
	/* one number may stand on either side; with both it is the first */
	const char *number = e->before[0] != '\0' ? e->before : e->after;
	char amount[32];
	struct money m;
	struct sbuf b;

	if (e->command == CMD_DP) {
		return put_dept(a, e, out);
	}
	if (number[0] == '\0') {
		return false;
	}
	if (e->command == CMD_VD) {
		return put_line(a, number, out);
	}
	if (!takes_amount(e->command) ||
		!app_parse_money(a, number, strlen(number), &m)) {
		return false;
	}
	sbuf_init(&b, amount, sizeof(amount));
	app_put_money(a, &b, m);
	/* cells: 60 */
	sbuf_printf(out, _("Enter = %s: %s"), amount, what);
	return true;
}
