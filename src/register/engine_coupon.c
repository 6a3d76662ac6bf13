/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coupons that are handed over.  They are no acts of their own, like lines: the
 * draft keeps them, and the sale says in the end what they took off or paid.
 */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

static const char *
name_of(const struct coupon *c)
{
	return c->name[0] != '\0' ? c->name : c->id;
}

/* What changed, into the draft; a sale that nothing is left of is none. */
static void
changed(struct engine *e, struct act *act)
{
	engine_trial_done(e);
	act->draft = DRAFT_SALE;
	if (!basket_is_begun(&e->basket)) {
		engine_empty(e);
		act->draft = DRAFT_GONE;
	}
}

static void
refuse_coupon(struct act *act, enum rc rc, const struct coupon *c)
{
	char name[SHORT_BYTES];

	if (rc == RC_EXISTS) {
		engine_refuse(act, WORD_COUPON_LIMIT,
			_("A sale takes %lld of this coupon and has them: %s."),
			(long long)c->limit, engine_short(name_of(c), name));
	} else if (rc == RC_NOSPC) {
		engine_refuse(act, WORD_SALE_FULL,
			_("The sale takes no more coupons."));
	} else {
		engine_refuse(act, WORD_TOO_LARGE,
			_("The sums of this sale would be too large."));
	}
}

static void
said(struct engine *e, struct act *act, const struct coupon *c,
	struct money due)
{
	char name[SHORT_BYTES], text[AMOUNT_BYTES];
	struct money less = {due.minor - engine_due(e).minor};

	engine_short(name_of(c), name);
	if (e->basket.coupon[e->basket.n_coupon - 1].counts) {
		engine_say(act, _("Coupon %s: %s less to pay."), name,
			engine_amount(e, less, text));
	} else if (c->least.minor > 0) {
		engine_say(act,
			_("Coupon %s is kept: it counts when its goods come to "
			  "%s."),
			name, engine_amount(e, c->least, text));
	} else {
		engine_say(act,
			_("Coupon %s is kept: it counts when its goods are in "
			  "the sale."),
			name);
	}
}

static void
add(struct engine *e, struct act *act, int rule)
{
	const struct coupon *c = rules_coupon(e->config->rules, (size_t)rule);
	struct money due = engine_due(e);
	enum rc rc;

	if (engine_tender_open(e, act)) {
		return;
	}
	engine_trial(e);
	engine_need_sale(e);
	rc = basket_coupon_add(&e->basket, rule);
	if (rc == RC_OK && !engine_fits(e)) {
		rc = RC_NOSPC;
	}
	if (rc != RC_OK) {
		engine_trial_undo(e);
		refuse_coupon(act, rc, c);
		return;
	}
	changed(e, act);
	said(e, act, c, due);
}

bool
engine_coupon_code(struct engine *e, struct act *act, const char *code,
	const struct qty *qty)
{
	int rule = rules_find_coupon_code(e->config->rules, code);

	if (rule < 0) {
		return false;
	}
	if (qty != NULL) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("A quantity goes before an item, not before a "
			  "coupon."));
		return true;
	}
	add(e, act, rule);
	return true;
}

/* The last one handed over, or the last one of that code. */
static void
take_back(struct engine *e, struct act *act, const char *code)
{
	const struct rules *r = e->config->rules;
	size_t n = e->basket.n_coupon;
	int rule = -1;
	char name[SHORT_BYTES];
	enum rc rc = RC_NOTFOUND;

	if (engine_tender_open(e, act)) {
		return;
	}
	if (code[0] != '\0') {
		rule = rules_find_coupon_code(r, code);
	} else if (n > 0) {
		rule = e->basket.coupon[n - 1].rule;
	}
	engine_trial(e);
	if (rule >= 0) {
		rc = basket_coupon_remove(&e->basket, rule);
	}
	if (rc == RC_OK && !engine_fits(e)) {
		rc = RC_NOSPC;
	}
	if (rc != RC_OK) {
		engine_trial_undo(e);
		engine_refuse(act,
			rc == RC_NOTFOUND ? WORD_NO_COUPON : WORD_TOO_LARGE,
			rc == RC_NOTFOUND
				? _("This sale has no such coupon.")
				: _("The sums of this sale would be too "
				    "large."));
		return;
	}
	changed(e, act);
	engine_say(act, _("Coupon given back: %s."),
		engine_short(name_of(rules_coupon(r, (size_t)rule)), name));
}

static void
list(const struct engine *e, struct act *act)
{
	const struct basket *b = &e->basket;
	char text[sizeof(act->reply.text)];
	struct sbuf out;

	if (b->n_coupon == 0) {
		engine_refuse(act, WORD_NO_COUPON,
			_("This sale has no coupon: scan one, or key CO and "
			  "its code."));
		return;
	}
	sbuf_init(&out, text, sizeof(text));
	for (size_t i = 0; i < b->n_coupon; i++) {
		const struct basket_coupon *c = &b->coupon[i];
		char amount[AMOUNT_BYTES];

		sbuf_puts(&out, i > 0 ? "  " : "");
		sbuf_puts(
			&out, name_of(rules_coupon(b->rules, (size_t)c->rule)));
		sbuf_putc(&out, ' ');
		sbuf_puts(&out, engine_amount(e, c->amount, amount));
	}
	engine_say(act, "%s", text);
}

void
engine_coupon(struct engine *e, struct act *act, const struct entry *en)
{
	const char *code = en->after;

	if (en->before[0] != '\0') {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("The coupon's code stands behind the letters."));
	} else if (code[0] == '-') {
		code++;
		code += strspn(code, " ");
		take_back(e, act, code);
	} else if (code[0] == '\0') {
		list(e, act);
	} else if (!engine_coupon_code(e, act, code, NULL)) {
		engine_refuse(act, WORD_NO_COUPON,
			_("No coupon has the code %.40s."), code);
	}
}

bool
engine_idle_coupon(const struct engine *e, char name[SHORT_BYTES])
{
	const struct basket *b = &e->basket;

	for (size_t i = 0; i < b->n_coupon; i++) {
		if (!b->coupon[i].counts) {
			engine_short(name_of(rules_coupon(b->rules,
					     (size_t)b->coupon[i].rule)),
				name);
			return true;
		}
	}
	return false;
}
