/* SPDX-License-Identifier: Apache-2.0 */
/* What is due in parts: looked at, nothing is recorded. */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "register/engine_internal.h"

#include "base/poison.h"

static bool
even_parts(struct engine *e, struct act *act, const char *arg)
{
	int64_t equal[ENGINE_PARTS];
	struct reply *p = &act->reply;
	int64_t n = 0;

	if (parse_i64(arg, strlen(arg), 2, ENGINE_PARTS, &n) != RC_OK) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("Key 3SP for three even parts, or 20%%SP for a fifth "
			  "and the rest; up to %d parts."),
			ENGINE_PARTS);
		return false;
	}
	for (size_t i = 0; i < (size_t)n; i++) {
		equal[i] = 1;
	}
	p->n_part = (size_t)n;
	return money_allocate(engine_due(e), equal, p->n_part, p->part) ==
	       RC_OK;
}

static bool
part_and_rest(struct engine *e, struct act *act, const char *arg)
{
	struct money due = engine_due(e);
	struct reply *p = &act->reply;
	int64_t ppm = 0;

	if (parse_decimal(arg, strlen(arg) - 1, 4, &ppm) != RC_OK || ppm <= 0 ||
		ppm >= 1000000) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("A part is more than 0 and less than 100 percent: "
			  "key 20%%SP."));
		return false;
	}
	p->n_part = 2;
	if (money_mul_ratio(due, ppm, 1000000, e->config->price_round,
		    &p->part[0]) != RC_OK) {
		return false;
	}
	p->part[1].minor = due.minor - p->part[0].minor;
	return true;
}

void
engine_split(struct engine *e, struct act *act, const struct entry *en)
{
	bool before = en->before[0] != '\0';
	const char *arg = before ? en->before : en->after;
	size_t len = strlen(arg);
	char text[sizeof(act->reply.text)], amount[AMOUNT_BYTES];
	struct sbuf b;

	if (e->basket.n_line == 0 || engine_due(e).minor <= 0) {
		engine_refuse(act, WORD_NO_SALE,
			_("Nothing to pay yet: scan an item first."));
		return;
	}
	if (before && en->after[0] != '\0') {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("Key 3SP for three even parts, or 20%%SP for a fifth "
			  "and the rest."));
		return;
	}
	if (!(len > 0 && arg[len - 1] == '%' ? part_and_rest(e, act, arg)
					     : even_parts(e, act, arg))) {
		return;
	}
	sbuf_init(&b, text, sizeof(text));
	for (size_t i = 0; i < act->reply.n_part; i++) {
		sbuf_puts(&b, i > 0 ? "  " : "");
		sbuf_puts(&b, engine_amount(e, act->reply.part[i], amount));
	}
	engine_say(act, "%s", text);
}
