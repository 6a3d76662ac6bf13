/* SPDX-License-Identifier: Apache-2.0 */
/* How much of an item: counted, weighed, or asked for. */
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "core/unit.h"
#include "register/engine_internal.h"

#include "base/poison.h"

void
engine_weight_drop(struct engine *e)
{
	e->has_weight = false;
	e->weight_by_hand = false;
	e->weight_net = false;
	e->weight = 0;
	e->tare = 0;
}

bool
engine_weighed(struct engine *e, struct act *act, size_t idx)
{
	const struct basket_line *l = &e->basket.line[idx];

	if (l->from == QTY_COUNTED || l->return_no > 0) {
		return false;
	}
	engine_refuse(act, WORD_BAD_QUANTITY,
		l->from == QTY_SCALE || l->from == QTY_HAND
			? _("Line %u was weighed: void it and weigh it again.")
			: _("The code of line %u says how much it is: void it "
			    "and scan another."),
		(unsigned)l->no);
	return true;
}

/* --- the reading ---------------------------------------------------------- */

/* What is on the scale less what it is in.  False: refused, nothing is left. */
static bool
net(struct engine *e, struct act *act, const struct item *item, enum unit u,
	struct engine_measure *ret)
{
	struct qty gross, goods = {0};
	int64_t grams = e->weight - (e->weight_net ? 0 : e->tare);
	char name[SHORT_BYTES];

	if (unit_weigh(u, e->weight, &gross) != RC_OK ||
		unit_weigh(u, grams > 0 ? grams : 0, &goods) != RC_OK) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("No scale here weighs that much: weigh it again."));
		return false;
	}
	goods.milli -= e->weight_net ? 0 : item->tare;
	if (grams <= 0 || goods.milli <= 0) {
		engine_refuse(act, WORD_BAD_WEIGHT,
			_("%s weighs no more than its tare: weigh it again."),
			engine_short(item->name, name));
		return false;
	}
	ret->qty = goods;
	ret->tare.milli = gross.milli - goods.milli;
	ret->from = e->weight_by_hand ? QTY_HAND : QTY_SCALE;
	return true;
}

static void
ask(struct engine *e, struct act *act, const struct item *item, uint32_t line)
{
	char name[SHORT_BYTES];

	engine_goods_drop(e);
	e->goods.kind = ASK_WEIGHT;
	e->goods.item = *item;
	e->goods.much.qty = QTY_ONE;
	engine_symbol_trace(e, &e->goods.much.trace);
	e->goods.line = line;
	engine_refuse(act, WORD_WEIGH,
		/* cells: 72 */
		_("Weigh %s: put it on the scale, or key its grams like "
		  "734WT."),
		engine_short(item->name, name));
}

static bool
may_by_hand(struct engine *e, struct act *act, const struct item *item)
{
	char name[SHORT_BYTES];

	engine_what(e, engine_short(item->name, name), NULL, NULL);
	return engine_permit(e, act, PERMIT_WEIGHT_BY_HAND, 0);
}

/* "0.734*": of the goods alone, so no tare is taken off it. */
static bool
keyed(struct engine *e, struct act *act, const struct item *item,
	const struct qty *qty, struct engine_measure *ret)
{
	if (e->tare > 0) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("A tare goes with a weight: key its grams like "
			  "734WT, or CL."));
		return false;
	}
	if (!may_by_hand(e, act, item)) {
		return false;
	}
	ret->qty = *qty;
	ret->from = QTY_HAND;
	return true;
}

bool
engine_measure(struct engine *e, struct act *act, const struct item *item,
	const struct qty *qty, uint32_t line, struct engine_measure *ret)
{
	enum unit u = unit_find(item->unit);
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = engine_symbol_measure(e, act, item, qty, ret);
	if (rc != RC_NOTFOUND) {
		return rc == RC_OK;
	}
	if (qty == NULL && e->has_qty) {
		qty = &e->qty;
	}
	if (u == UNIT_COUNT) {
		ret->qty = qty != NULL ? *qty : QTY_ONE;
		return true;
	}
	if (qty != NULL) {
		return keyed(e, act, item, qty, ret);
	}
	if (!e->has_weight) {
		ask(e, act, item, line);
		return false;
	}
	return net(e, act, item, u, ret) &&
	       (!e->weight_by_hand || may_by_hand(e, act, item));
}

/* A weight for what is asked about, or for the next item. */
static void
take(struct engine *e, struct act *act, int64_t grams, bool by_hand, bool net)
{
	struct item item = e->goods.item;
	uint32_t line = e->goods.line;
	struct item_trace trace = e->goods.much.trace;
	struct engine_measure much;

	e->has_weight = true;
	e->weight_by_hand = by_hand;
	e->weight_net = net;
	e->weight = grams;
	if (e->goods.kind != ASK_WEIGHT) {
		engine_say(act, _("%lld g: scan or key the item."),
			(long long)grams);
		return;
	}
	if (engine_measure(e, act, &item, NULL, line, &much)) {
		much.trace = trace;
		engine_add(e, act, &item, &much, line);
	}
	/* sold or not, the next one is weighed anew */
	e->has_weight = false;
}

void
engine_weight(struct engine *e, struct act *act, const struct input *in)
{
	bool unstable = in->text != NULL && strcmp(in->text, "unstable") == 0;

	if (unstable || in->arg <= 0 || in->arg > UNIT_GRAMS_MAX) {
		e->has_weight = false;
	}
	if (unstable) {
		engine_say(act, _("The scale is not steady yet."));
	} else if (in->arg > UNIT_GRAMS_MAX) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("No scale here weighs that much: weigh it again."));
	} else if (in->arg > 0) {
		take(e, act, in->arg, false,
			in->text != NULL && strcmp(in->text, "net") == 0);
	} else if (in->arg < 0 || e->goods.kind == ASK_WEIGHT) {
		engine_refuse(act, WORD_BAD_WEIGHT,
			_("Nothing is on the scale: put the goods on it, or set "
			  "it to zero."));
	}
}

void
engine_scale(struct act *act, enum command what)
{
	act->scale = what == CMD_WZ   ? ACT_SCALE_ZERO
		     : what == CMD_WS ? ACT_SCALE_TARE
		     : what == CMD_WC ? ACT_SCALE_CLEAR
				      : ACT_SCALE_TAKE;
}

/* --- by hand -------------------------------------------------------------- */

static bool
parse_grams(struct act *act, const char *text, int64_t least, int64_t *ret)
{
	enum rc rc = parse_i64(text, strlen(text), least, UNIT_GRAMS_MAX, ret);

	if (rc == RC_OK) {
		return true;
	}
	engine_refuse(act, WORD_BAD_WEIGHT,
		_("A weight is whole grams, at most 999999: key 734WT or "
		  "22TW."));
	return false;
}

void
engine_weight_keyed(struct engine *e, struct act *act, const char *grams)
{
	int64_t g = 0;

	if (parse_grams(act, grams, 1, &g)) {
		take(e, act, g, true, false);
	}
}

void
engine_tare(struct engine *e, struct act *act, const char *grams)
{
	int64_t g = 0;

	if (!parse_grams(act, grams, 0, &g)) {
		return;
	}
	e->tare = g;
	if (g == 0) {
		engine_say(act, _("Cleared."));
	} else {
		engine_say(
			act, _("Tare %lld g for the next item."), (long long)g);
	}
}
