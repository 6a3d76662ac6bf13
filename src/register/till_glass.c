/* SPDX-License-Identifier: Apache-2.0 */
/* The sealed code for the day when nobody is there who may: spent by one
 * approval, or by letting the owner in, and loud. */
#include <string.h>

#include "base/i18n.h"
#include "register/glass.h"
#include "register/till_proof.h"

/* behind shop.h's own headers: config.h is the register's here */
#include "register/shop_internal.h"

#include "base/poison.h"

bool
till_glass_is(const struct input *in)
{
	struct entry en;

	if (in->kind != INPUT_ENTRY) {
		return false;
	}
	entry_parse(in->text, in->len, &en);
	return en.kind == ENTRY_COMMAND && en.command == CMD_BG;
}

void
till_glass_look(struct till *t)
{
	struct store_person p;

	if (people_find(t->shop, GLASS_NO, &p, NULL) == RC_OK) {
		t->loud = p.loud;
	}
	crypto_wipe(&p, sizeof(p));
}

static const char *
purpose(const struct engine_view *v)
{
	if (v->signed_off) {
		return "sign-on";
	}
	return v->locked ? "unlock" : "approval";
}

/* Spent before it is good for anything: a kill behind it gives nobody another
 * use. */
static bool
spend(struct till *t, const char *why)
{
	const struct engine_view *v = engine_view(t->engine);
	struct event e = {.type = EVENT_GLASS_BROKEN};
	struct err err = {0};

	e.data.glass_use.operator_no =
		v->signed_off ? PEOPLE_OWNER : v->operator_no;
	e.data.glass_use.purpose = purpose(v);
	e.data.glass_use.why = why;
	if (till_people_record(t, &e, &err) == RC_OK) {
		till_glass_look(t);
		return true;
	}
	till_people_refuse(t, WORD_NOT_RECORDED, err.msg);
	return false;
}

static void
use(struct till *t, const char *why)
{
	static const struct engine_who who = {GLASS_NO, CONFIG_OWNER, GLASS_NO};
	static const struct engine_who owner = {
		PEOPLE_OWNER, CONFIG_OWNER, GLASS_NO};
	const struct engine_view *v = engine_view(t->engine);
	bool in = v->signed_off || v->locked;

	if (!spend(t, why)) {
		return;
	}
	engine_person(t->engine, in ? &owner : &who, &t->act);
	t->act.reply.warn = t->act.reply.ok;
}

/* Whom it signs on must work here. */
static bool
has_owner(struct till *t)
{
	struct store_person p;
	bool has = people_find(t->shop, PEOPLE_OWNER, &p, NULL) == RC_OK &&
		   p.active;

	crypto_wipe(&p, sizeof(p));
	return has;
}

/* The code is counted as a try, and looked at, like a PIN. */
static void
take(struct till *t, const char code[GLASS_DIGITS], const char *why)
{
	struct store_person p;
	struct err err = {0};
	int64_t wait = 0;

	if (people_find(t->shop, GLASS_NO, &p, &err) != RC_OK ||
		till_people_wait(t, &p, &wait, &err) != RC_OK) {
		till_people_refuse(t, WORD_UNAVAILABLE, err.msg);
		return;
	}
	if (wait > 0) {
		till_people_refuse_wait(t, wait);
	} else if (till_people_count(t, GLASS_NO)) {
		if (people_check_pin(t->shop, &p, code, GLASS_DIGITS)) {
			use(t, why);
		} else {
			till_people_refuse_proof(t, GLASS_NO,
				p.pin[0] == '\0' ? "no-pin" : "pin");
		}
	}
	crypto_wipe(&p, sizeof(p));
}

void
till_glass_input(struct till *t, const struct input *in)
{
	const struct engine_view *v = engine_view(t->engine);
	char code[GLASS_DIGITS], why[GLASS_WHY_BYTES];
	struct entry en;

	if (t->shop->read_only) {
		till_people_refuse(t, WORD_NOT_RECORDED, t->shop->trouble);
		return;
	}
	entry_parse(in->text, in->len, &en);
	if (!v->signed_off && !v->locked && v->ask != ASK_APPROVAL) {
		till_people_refuse(t, WORD_BAD_ENTRY,
			_("The emergency code answers what a supervisor is "
			  "asked: do that first."));
	} else if ((v->signed_off || v->locked) && !has_owner(t)) {
		till_people_refuse(t, WORD_BAD_ENTRY,
			_("Operator 1 does not work here: nobody is signed on "
			  "by the emergency code."));
	} else if (!glass_parse(en.after, code, why)) {
		till_people_refuse(t, WORD_BAD_ENTRY,
			_("This is no emergency code: it has 30 digits."));
	} else if (why[0] == '\0') {
		till_people_refuse(t, WORD_REASON,
			_("Say why: key BG, the code, and the reason in "
			  "words."));
	} else {
		take(t, code, why);
	}
	crypto_wipe(code, sizeof(code));
	crypto_wipe(&en, sizeof(en));
}
