/* SPDX-License-Identifier: Apache-2.0 */
/* Codes that hold a price, a weight or a count beside the item's number. */
#include <string.h>

#include "base/i18n.h"
#include "core/code_value.h"
#include "core/unit.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* As it stands in the code, then without its zeros. */
static enum rc
find(struct engine *e, const char *digits, struct item *ret,
	enum code_kind *ret_kind, struct err *reterr)
{
	const char *bare = digits + strspn(digits, "0");
	enum rc rc = e->ports.find_item(
		e->ports.arg, digits, strlen(digits), ret, ret_kind, reterr);

	if (rc == RC_NOTFOUND && bare != digits && bare[0] != '\0') {
		rc = e->ports.find_item(e->ports.arg, bare, strlen(bare), ret,
			ret_kind, reterr);
	}
	return rc;
}

/* Misread: never sold at another price, nor at none. */
static void
stop(struct engine *e, struct act *act, const char *code, const char *digits)
{
	enum code_kind kind = CODE_INTERNAL;
	struct item item = {0};
	char name[SHORT_BYTES];
	bool known = find(e, digits, &item, &kind, NULL) == RC_OK;
	struct sbuf b;

	if (!known) {
		item.name[0] = '\0';
	}
	sbuf_init(&b, item.code, sizeof(item.code));
	sbuf_puts(&b, code);
	if (!engine_not_sold_item(e, act, &item, WORD_VERIFIER, "verifier")) {
		return;
	}
	engine_say(act,
		/* cells: 72 */
		_("STOP, not sold: %s.  Its price was misread: scan it again, or "
		  "weigh it anew."),
		known ? engine_short(item.name, name) : code);
}

/* The amount is the code's; the quantity is for the stock. */
bool
engine_held_priced(
	const struct item *item, int64_t minor, struct engine_measure *ret)
{
	struct money milli = {0};

	ret->from = QTY_PRICED;
	ret->held.minor = minor;
	ret->qty = QTY_ONE;
	if (unit_find(item->unit) == UNIT_COUNT || item->price.minor <= 0) {
		return true;
	}
	if (money_mul_ratio(ret->held, QTY_ONE.milli, item->price.minor,
		    ROUND_HALF_UP, &milli) != RC_OK) {
		return false;
	}
	ret->qty.milli = milli.minor > 0 ? milli.minor : 1;
	return ret->qty.milli <= QTY_MAX;
}

void
engine_held_nothing(struct act *act, const struct item *item, bool nothing)
{
	char name[SHORT_BYTES];

	engine_refuse(act, WORD_CODE_VALUE,
		nothing ? _("The code of %s holds nothing: not sold.  Weigh it "
			    "anew.")
			: _("The code of %s holds too much: not sold.  Weigh "
			    "it anew."),
		engine_short(item->name, name));
}

/* What it holds, for this item.  False: refused. */
static bool
measure(struct engine *e, struct act *act, const struct code_held *h,
	const struct item *item, struct engine_measure *ret)
{
	bool price = h->value == CODE_HOLDS_PRICE;
	int64_t value = 0;
	bool ok = code_value_scale(h, price ? e->config->currency.digits : 3,
			  &value) == RC_OK;

	memset(ret, 0, sizeof(*ret));
	ok = ok && value > 0;
	if (ok && price) {
		ok = value <= MONEY_MAX && engine_held_priced(item, value, ret);
	} else if (ok) {
		ret->from = QTY_CODE;
		ret->qty.milli = value;
		ok = value <= QTY_MAX;
	}
	if (!ok) {
		engine_held_nothing(act, item, value == 0);
	}
	return ok;
}

static enum code_match
read_code(const struct engine *e, const char *code, struct code_held *ret)
{
	return code_value_read(e->config->rules, code, strlen(code), ret);
}

enum rc
engine_held_item(struct engine *e, struct act *act, const char *code,
	struct item *ret, struct engine_measure *ret_much)
{
	enum code_kind kind = CODE_INTERNAL;
	struct code_held h = {0};
	struct err err = {0};
	enum rc rc;

	switch (read_code(e, code, &h)) {
	case CODE_WRONG:
		stop(e, act, code, h.item);
		return RC_DENIED;
	case CODE_HELD:
		break;
	case CODE_PLAIN:
	default:
		return RC_NOTFOUND;
	}
	rc = find(e, h.item, ret, &kind, &err);
	if (rc == RC_NOTFOUND) {
		return rc;
	}
	if (rc != RC_OK) {
		engine_refuse(act, WORD_UNAVAILABLE,
			_("The catalog cannot be read: %s"), err.msg);
		return RC_DENIED;
	}
	ret->kind = kind;
	return measure(e, act, &h, ret, ret_much) ? RC_OK : RC_DENIED;
}

enum rc
engine_held_line(struct engine *e, struct act *act, const char *code,
	const struct item *item, struct engine_measure *ret)
{
	struct code_held h = {0};

	if (read_code(e, code, &h) != CODE_HELD) {
		return RC_NOTFOUND;
	}
	return measure(e, act, &h, item, ret) ? RC_OK : RC_DENIED;
}

bool
engine_held(struct engine *e, struct act *act, const char *code,
	const struct qty *qty)
{
	struct engine_measure much;
	struct item item = {0};
	enum rc rc = engine_held_item(e, act, code, &item, &much);

	if (rc == RC_OK && (qty != NULL || e->has_qty)) {
		engine_refuse(act, WORD_BAD_QUANTITY,
			_("This code says how much it is: scan each one, "
			  "without a quantity.  CL first."));
	} else if (rc == RC_OK && !engine_symbol_stops(e, act, &item)) {
		engine_add(e, act, &item, &much, 0);
	}
	return rc != RC_NOTFOUND;
}
