/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a GS1 symbol says beside the number of the goods: how much of them, what
 * they cost, and whether they may still be sold.  The day is the register's:
 * one that is wrong shows in what it says.
 */
#include <string.h>

#include "base/i18n.h"
#include "core/currency.h"
#include "core/unit.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* --- how much ------------------------------------------------------------- */

static bool
is_currency(const struct engine *e, const struct gs1 *g)
{
	unsigned number = currency_number(e->config->currency.code);
	char text[8];
	struct sbuf b;

	if (g->currency[0] == '\0') {
		return true;
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%03u", number);
	return strcmp(text, g->currency) == 0;
}

/* A weight of what is counted says nothing, and a count of what is weighed. */
static enum rc
amount_of(const struct gs1 *g, const struct item *item, struct qty *ret)
{
	enum unit u = unit_find(item->unit);
	int64_t grams = 0;
	enum rc rc;

	if (u == UNIT_COUNT) {
		return g->count.there ? gs1_scale(&g->count, 3, &ret->milli)
				      : RC_NOTFOUND;
	}
	rc = gs1_grams(g, &grams);
	return rc == RC_OK ? unit_weigh(u, grams, ret) : rc;
}

static enum rc
price_of(struct engine *e, const struct gs1 *g, const struct item *item,
	struct engine_measure *ret)
{
	struct qty much = {0};
	int64_t minor = 0;

	if (gs1_scale(&g->price, e->config->currency.digits, &minor) != RC_OK ||
		minor > MONEY_MAX) {
		return RC_RANGE;
	}
	if (minor == 0) {
		return RC_INVAL;
	}
	if (!engine_held_priced(item, minor, ret)) {
		return RC_RANGE;
	}
	if (amount_of(g, item, &much) == RC_OK && much.milli > 0) {
		ret->qty = much;
	}
	return RC_OK;
}

static bool
refuse_quantity(const struct engine *e, struct act *act, const struct qty *qty,
	bool held)
{
	if (qty == NULL && !e->has_qty) {
		return false;
	}
	engine_refuse(act, WORD_BAD_QUANTITY,
		held ? _("This code says how much it is: scan each one, "
			 "without a quantity.  CL first.")
		     : _("Each of these has a number of its own: scan each "
			 "one, without a quantity.  CL first."));
	return true;
}

enum rc
engine_symbol_measure(struct engine *e, struct act *act,
	const struct item *item, const struct qty *qty,
	struct engine_measure *ret)
{
	const struct gs1 *g = e->symbol;
	enum rc rc;

	if (g == NULL) {
		return RC_NOTFOUND;
	}
	engine_symbol_trace(e, &ret->trace);
	if (g->price.there && !is_currency(e, g)) {
		engine_refuse(act, WORD_CODE_VALUE,
			_("Its symbol has a price in another currency: key the "
			  "number of the goods."));
		return RC_DENIED;
	}
	if (g->price.there) {
		rc = price_of(e, g, item, ret);
	} else {
		rc = amount_of(g, item, &ret->qty);
		ret->from = QTY_CODE;
		if (rc == RC_OK && ret->qty.milli <= 0) {
			rc = RC_INVAL;
		} else if (rc == RC_OK && ret->qty.milli > QTY_MAX) {
			rc = RC_RANGE;
		}
	}
	if (rc == RC_NOTFOUND) {
		ret->from = QTY_COUNTED;
		return g->serial[0] != '\0' &&
				       refuse_quantity(e, act, qty, false)
			       ? RC_DENIED
			       : rc;
	}
	if (rc != RC_OK) {
		engine_held_nothing(act, item, rc == RC_INVAL);
		return RC_DENIED;
	}
	return refuse_quantity(e, act, qty, true) ? RC_DENIED : RC_OK;
}

/* --- may it be sold ------------------------------------------------------- */

static void
put_day(const struct engine *e, struct sbuf *b, struct date d)
{
	format_date(b, e->config->format,
		(struct civil){.year = d.year, .month = d.month, .day = d.day});
}

static bool
is_past(const struct engine *e, struct date day, int minutes)
{
	struct clock_reading now = clock_read(&e->clock);
	struct civil c = utc_civil(now.utc, now.tz_min);
	int cmp = date_cmp(engine_today(e), day);

	return cmp > 0 || (cmp == 0 && c.hour * 60 + c.minute >= minutes);
}

/* One lot of a list with blanks between. */
static bool
names_lot(const char *lots, const char *lot)
{
	size_t n = strlen(lot);

	while (*lots != '\0') {
		size_t len = strcspn(lots, " ");

		if ((len == 1 && *lots == '*') ||
			(n > 0 && len == n && memcmp(lots, lot, n) == 0)) {
			return true;
		}
		lots += len + (lots[len] == ' ' ? 1 : 0);
	}
	return false;
}

static bool
is_recalled(const struct engine *e, const struct item *item)
{
	const char *lot = e->symbol != NULL ? e->symbol->lot : "";
	struct code_key key = {0};

	if (e->config->n_recall == 0 ||
		code_catalog_key(item->code, strlen(item->code), &key) !=
			RC_OK ||
		key.key[0] != 'G') {
		return false;
	}
	for (size_t i = 0; i < e->config->n_recall; i++) {
		const struct config_recall *r = &e->config->recall[i];

		if (strcmp(r->gtin, key.key + 1) == 0) {
			return names_lot(r->lots, lot);
		}
	}
	return false;
}

static bool
is_in_sale(const struct engine *e, const struct item *item)
{
	const char *serial = e->symbol != NULL ? e->symbol->serial : "";

	for (size_t i = 0; serial[0] != '\0' && i < e->basket.n_line; i++) {
		const struct basket_line *l = &e->basket.line[i];

		if (l->qty.milli > 0 && strcmp(l->trace.serial, serial) == 0 &&
			strcmp(l->item.code, item->code) == 0) {
			return true;
		}
	}
	return false;
}

static bool
stop_day(struct engine *e, struct act *act, const struct item *item,
	struct date day, bool best)
{
	char name[SHORT_BYTES], text[16], today[16];
	struct sbuf b;

	if (!engine_not_sold_item(e, act, item,
		    best ? WORD_BEST_BEFORE : WORD_EXPIRED,
		    best ? "best before" : "expired")) {
		return true;
	}
	engine_short(item->name[0] != '\0' ? item->name : item->code, name);
	sbuf_init(&b, text, sizeof(text));
	put_day(e, &b, day);
	sbuf_init(&b, today, sizeof(today));
	put_day(e, &b, engine_today(e));
	engine_say(act,
		best
			/* cells: 72 */
			? _("STOP, not sold: %s.  Best before %s, today is %s.")
			/* cells: 72 */
			: _("STOP, not sold: %s.  Expired %s, today is %s."),
		name, text, today);
	return true;
}

bool
engine_symbol_stops(struct engine *e, struct act *act, const struct item *item)
{
	const struct gs1 *g = e->symbol;
	char name[SHORT_BYTES];

	engine_short(item->name[0] != '\0' ? item->name : item->code, name);
	if (is_recalled(e, item)) {
		if (engine_not_sold_item(
			    e, act, item, WORD_RECALLED, "recall")) {
			engine_say(act,
				/* cells: 72 */
				_("STOP, not sold: %s.  It is recalled: keep "
				  "it back."),
				name);
		}
		return true;
	}
	if (g == NULL) {
		return false;
	}
	if (g->expires_there && is_past(e, g->expires, g->expires_min)) {
		return stop_day(e, act, item, g->expires, false);
	}
	if (g->best_there && e->config->best_before_stops &&
		is_past(e, g->best, GS1_DAY)) {
		return stop_day(e, act, item, g->best, true);
	}
	if (is_in_sale(e, item)) {
		engine_refuse(act, WORD_SERIAL,
			/* cells: 72 */
			_("This very piece is in the sale already: %s, serial "
			  "%s."),
			name, g->serial);
		return true;
	}
	return false;
}

/* --- the scan ------------------------------------------------------------- */

static void
put_date(struct date d, char out[ITEM_DATE_BYTES])
{
	struct sbuf b;

	sbuf_init(&b, out, ITEM_DATE_BYTES);
	sbuf_printf(&b, "%04d-%02d-%02d", d.year, d.month, d.day);
}

void
engine_symbol_trace(const struct engine *e, struct item_trace *ret)
{
	const struct gs1 *g = e->symbol;

	memset(ret, 0, sizeof(*ret));
	if (g == NULL) {
		return;
	}
	memcpy(ret->lot, g->lot, sizeof(ret->lot));
	memcpy(ret->serial, g->serial, sizeof(ret->serial));
	if (g->expires_there) {
		put_date(g->expires, ret->expires);
	}
}

/* Sold all the same; what it says goes with the sale's own words. */
static void
warn_best(struct engine *e, struct act *act)
{
	const struct gs1 *g = e->symbol;
	char name[SHORT_BYTES], day[16];
	struct sbuf b;

	if (!act->reply.ok || act->draft != DRAFT_LINE || !g->best_there ||
		e->returning != RETURN_OFF || !is_past(e, g->best, GS1_DAY)) {
		return;
	}
	sbuf_init(&b, day, sizeof(day));
	put_day(e, &b, g->best);
	engine_short(e->basket.line[act->draft_idx].item.name, name);
	/* cells: 72 */
	engine_say(act, _("Sold, but look: %s was best before %s."), name, day);
	act->reply.warn = true;
}

/* A coupon's number, whole or without what makes each paper another one. */
static void
coupon(struct engine *e, struct act *act, const char *number)
{
	char kind[14];
	struct sbuf b;

	sbuf_init(&b, kind, sizeof(kind));
	sbuf_write(&b, number,
		strlen(number) < sizeof(kind) ? strlen(number)
					      : sizeof(kind) - 1);
	if (!engine_coupon_code(e, act, number, NULL) &&
		!engine_coupon_code(e, act, kind, NULL)) {
		engine_refuse(act, WORD_NO_COUPON,
			_("No coupon has the code %.40s."), number);
	}
}

static void
goods(struct engine *e, struct act *act, const struct symbol *s,
	const char *text, size_t len, const struct qty *qty)
{
	enum ask_kind was = e->goods.kind;
	struct sbuf b;

	e->symbol = &s->gs1;
	engine_code(e, act, s->code, qty, true);
	warn_best(e, act);
	e->symbol = NULL;
	if (was == ASK_NONE && e->goods.kind != ASK_NONE) {
		sbuf_init(&b, e->goods.symbol, sizeof(e->goods.symbol));
		sbuf_write(&b, text, len);
	}
}

void
engine_symbol(struct engine *e, struct act *act, const struct symbol *s,
	const char *text, size_t len, const struct qty *qty)
{
	if (s->kind == SYMBOL_DAMAGED) {
		engine_refuse(act, WORD_SYMBOL,
			/* cells: 72; %s: what is wrong with it */
			_("The symbol cannot be read whole (%s): scan it again, "
			  "or key its number."),
			_(s->why));
	} else if (!e->price_check && engine_tender_open(e, act)) {
		return;
	} else if (s->code[0] != '\0') {
		goods(e, act, s, text, len, qty);
	} else if (s->gs1.coupon[0] != '\0') {
		coupon(e, act, s->gs1.coupon);
	} else {
		engine_refuse(act, WORD_SYMBOL,
			/* cells: 72 */
			_("This symbol names no goods: scan their bar code, or "
			  "key its number."));
	}
}
