/* SPDX-License-Identifier: Apache-2.0 */
/* Who stands at the register: proving it, counting the tries, and locking when
 * nobody does. */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "register/till_proof.h"

/* behind shop.h's own headers: config.h is the register's here */
#include "register/shop_internal.h"

#include "base/poison.h"

#define MINUTE_US ((int64_t)60 * 1000000)
#define HALF_US MINUTE_US /* the other half must follow within */

/* --- who is signed on --- */

static bool
anybody_has_a_pin(struct till *t)
{
	struct store_person p[PEOPLE_MAX];
	size_t n = 0;
	bool found = false;

	if (people_list(t->shop, p, PEOPLE_MAX, &n, NULL) != RC_OK) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		found = found || (p[i].active && (p[i].pin[0] != '\0' ||
							 p[i].n_badge > 0));
	}
	crypto_wipe(p, sizeof(p));
	return found;
}

void
till_people_open(struct till *t)
{
	t->opened = clock_read(&t->shop->clock);
	t->touched = clock_read(&t->real).mono;
	t->people = anybody_has_a_pin(t);
	till_glass_look(t);
	if (t->people) {
		engine_sign(t->engine, "", "", true);
	} else {
		engine_sign(t->engine, PEOPLE_OWNER, CONFIG_OWNER, false);
	}
}

/* The one at work goes on, with the role they have now; one who may not work
 * here any more does not. */
void
till_people_changed(struct till *t)
{
	const struct engine_view *v = engine_view(t->engine);
	struct store_person p;
	char no[sizeof(p.no)];

	t->people = anybody_has_a_pin(t);
	if (v->signed_off) {
		return;
	}
	memcpy(no, v->operator_no, strlen(v->operator_no) + 1);
	if (people_find(t->shop, no, &p, NULL) != RC_OK) {
		return;
	}
	if (p.active) {
		bool locked = v->locked;

		engine_sign(t->engine, no, p.role, t->people);
		engine_keep_locked(t->engine, locked);
	} else {
		struct sbuf b;

		engine_sign(t->engine, "", "", true);
		sbuf_init(&b, t->conf_note, sizeof(t->conf_note));
		/* cells: 140, of which the number has up to 8 */
		sbuf_printf(&b,
			_("Operator %s was switched off and may not go on "
			  "here: somebody else signs on, an open sale stays."),
			no);
		t->conf_said++;
	}
}

void
till_people_note(void *arg, const struct event *e)
{
	struct till *t = arg;

	if (e->type == EVENT_OPERATOR_CHANGED) {
		till_people_changed(t);
	}
}

/* --- proving --- */

enum rc
till_people_record(struct till *t, struct event *e, struct err *reterr)
{
	const char *actor = engine_view(t->engine)->operator_no;

	return shop_record(t->shop, e, 1, actor[0] != '\0' ? actor : SHOP_ACTOR,
		NULL, NULL, reterr);
}

static const char *
purpose(const struct engine_view *v)
{
	if (v->signed_off) {
		return "sign-on";
	}
	if (v->locked) {
		return "unlock";
	}
	return v->ask == ASK_APPROVAL ? "approval" : "arm";
}

void
till_people_refuse(struct till *t, enum word w, const char *text)
{
	memset(&t->act, 0, sizeof(t->act));
	engine_refuse(&t->act, w, "%s", text);
}

/* What they are told who must wait.  Nobody learns whether the number is one
 * that somebody has. */
void
till_people_refuse_wait(struct till *t, int64_t wait)
{
	memset(&t->act, 0, sizeof(t->act));
	if (wait == PEOPLE_NEVER) {
		engine_refuse(&t->act, WORD_WAIT,
			_("Too many wrong PINs: a supervisor unlocks this "
			  "number (UL), or holdfast user unlock."));
		return;
	}
	engine_refuse(&t->act, WORD_WAIT,
		_("Too many wrong PINs: wait %d seconds, then try again."),
		(int)((wait + 999999) / 1000000));
}

/* Microseconds to wait: of the person, or of the whole register. */
enum rc
till_people_wait(struct till *t, const struct store_person *p, int64_t *ret,
	struct err *reterr)
{
	struct clock_reading now = clock_read(&t->shop->clock);
	struct store_person till;
	int64_t mine, all;
	enum rc rc = people_find(t->shop, STORE_TILL, &till, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	mine = p != NULL ? people_wait(p, &now, &t->opened) : 0;
	all = people_wait(&till, &now, &t->opened);
	*ret = mine > all ? mine : all;
	return RC_OK;
}

/* Counted, and on the disk, before anything is compared: a kill gives nobody
 * another try. */
bool
till_people_count(struct till *t, const char *no)
{
	struct event e = {.type = EVENT_OPERATOR_ATTEMPTED};
	struct err err = {0};

	e.data.attempt.operator_no = no;
	e.data.attempt.purpose = purpose(engine_view(t->engine));
	if (till_people_record(t, &e, &err) == RC_OK) {
		return true;
	}
	memset(&t->act, 0, sizeof(t->act));
	engine_refuse(
		&t->act, WORD_NOT_RECORDED, _("Not recorded: %s"), err.msg);
	return false;
}

static void
record_refusal(struct till *t, const char *no, const char *why)
{
	struct event e = {.type = EVENT_OPERATOR_REFUSED};

	e.data.attempt.operator_no = no;
	e.data.attempt.purpose = purpose(engine_view(t->engine));
	e.data.attempt.why = why;
	/* the try is counted already; this is for the audit */
	(void)!till_people_record(t, &e, NULL);
}

void
till_people_refuse_proof(struct till *t, const char *no, const char *why)
{
	struct store_person p = {0};
	int64_t wait = 0;

	record_refusal(t, no, why);
	if (no != NULL) {
		(void)!people_find(t->shop, no, &p, NULL);
	}
	if (till_people_wait(t, no != NULL ? &p : NULL, &wait, NULL) == RC_OK &&
		wait > 0) {
		till_people_refuse_wait(t, wait);
	} else if (no == NULL) {
		till_people_refuse(
			t, WORD_PIN, _("Nobody here has this badge."));
	} else {
		till_people_refuse(
			t, WORD_PIN, _("Number and PIN do not go together."));
	}
}

/* Why somebody who is who they say was refused all the same. */
static const char *
why_not(const struct till *t, const char *no)
{
	if (t->act.reply.error == engine_words[WORD_RECEIPT_FIELD].word) {
		return "receipt";
	}
	return strcmp(no, engine_view(t->engine)->operator_no) == 0 ? "self"
								    : "role";
}

static bool
is_fresh(const struct till *t)
{
	return clock_read(&t->real).mono.us - t->half.at.us <= HALF_US;
}

static int
proof_of(const struct till *t, const struct store_person *p)
{
	const struct config_role *r = config_role_find(till_config(t), p->role);

	return r != NULL ? (int)r->proof : (int)PROOF_EITHER;
}

/* Whether the other half of this person's proof is there. */
static bool
has_half(const struct till *t, const struct store_person *p, bool badge)
{
	return strcmp(t->half.no, p->no) == 0 && t->half.badge == badge &&
	       is_fresh(t);
}

/* One half, and the other one is asked for.  Whether the PIN is right is told
 * when both are there, or anybody could find PINs out without a badge. */
static void
keep_half(struct till *t, const struct store_person *p, bool badge,
	const char *why)
{
	memcpy(t->half.no, p->no, sizeof(t->half.no));
	t->half.badge = badge;
	t->half.why = why;
	t->half.at = clock_read(&t->real).mono;
	till_people_refuse(t, WORD_SECOND,
		badge ? _("The badge is right; now its PIN, then Enter.")
		      : _("Now scan the badge, too."));
}

static void
proved(struct till *t, const struct store_person *p, const char *how)
{
	struct engine_who who = {p->no, p->role, how};

	t->half.no[0] = '\0';
	engine_person(t->engine, &who, &t->act);
	if (t->act.n == 0 && !t->act.reply.ok) {
		struct reply kept = t->act.reply;

		record_refusal(t, p->no, why_not(t, p->no));
		t->act.reply = kept;
	}
}

/* The PIN was looked at: ${why} it is not theirs, NULL it is. */
static void
take_pin(struct till *t, const struct store_person *p, const char *why)
{
	bool both = p->active && proof_of(t, p) == PROOF_BOTH;

	if (both && !has_half(t, p, true)) {
		keep_half(t, p, false, why);
	} else if (why == NULL) {
		proved(t, p, both ? "badge+pin" : "pin");
	} else {
		till_people_refuse_proof(t, p->no, why);
	}
}

/* It is their badge. */
static void
take_badge(struct till *t, const struct store_person *p)
{
	int proof = proof_of(t, p);
	const char *why = t->half.why;

	if (proof == PROOF_EITHER) {
		proved(t, p, "badge");
	} else if (proof == PROOF_PIN || !has_half(t, p, false)) {
		keep_half(t, p, true, NULL);
	} else if (why == NULL) {
		proved(t, p, "badge+pin");
	} else {
		t->half.no[0] = '\0';
		till_people_refuse_proof(t, p->no, why);
	}
}

/* Whose badge was right a moment ago waits for their own tries alone: the
 * badge's was one of the register's, and nobody could ever key a PIN behind
 * it. */
static enum rc
wait_for_pin(struct till *t, const struct store_person *p, int64_t *ret,
	struct err *reterr)
{
	struct clock_reading now = clock_read(&t->shop->clock);

	if (has_half(t, p, true)) {
		*ret = people_wait(p, &now, &t->opened);
		return RC_OK;
	}
	return till_people_wait(t, p, ret, reterr);
}

static void
prove_pin(struct till *t, const struct input *in)
{
	struct store_person p;
	struct err err = {0};
	char no[sizeof(p.no)];
	const char *why = NULL;
	int64_t wait = 0;

	if (text_clean(in->text, in->len, no, sizeof(no), 0) != 0 ||
		!people_number(no)) {
		till_people_refuse(t, WORD_BAD_ENTRY,
			_("An operator's number has one to nine digits."));
		return;
	}
	if (people_find(t->shop, no, &p, &err) != RC_OK ||
		wait_for_pin(t, &p, &wait, &err) != RC_OK) {
		till_people_refuse(t, WORD_UNAVAILABLE, err.msg);
		return;
	}
	if (wait > 0) {
		till_people_refuse_wait(t, wait);
	} else if (till_people_count(t, no)) {
		if (!people_check_pin(
			    t->shop, &p, in->secret, in->secret_len)) {
			why = !p.known && strcmp(no, PEOPLE_OWNER) != 0
				      ? "unknown"
			      : !p.active        ? "off"
			      : p.pin[0] == '\0' ? "no-pin"
						 : "pin";
		}
		take_pin(t, &p, why);
	}
	crypto_wipe(&p, sizeof(p));
}

/* Whose badge it is; NULL nobody's. */
static const struct store_person *
find_badge(struct till *t, const struct store_person p[], size_t n,
	const struct input *in)
{
	const char *no = engine_view(t->engine)->operator_no;
	const struct store_person *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (people_check_badge(t->shop, &p[i], in->text, in->len)) {
			/* whoever has it under two numbers approves nothing
			 * for themselves */
			found = found == NULL || strcmp(p[i].no, no) == 0
					? &p[i]
					: found;
		}
	}
	return found;
}

static void
prove_badge(struct till *t, const struct input *in)
{
	const struct store_person *found;
	struct store_person p[PEOPLE_MAX];
	struct err err = {0};
	int64_t wait = 0;
	size_t n = 0;

	if (people_list(t->shop, p, PEOPLE_MAX, &n, &err) != RC_OK ||
		till_people_wait(t, NULL, &wait, &err) != RC_OK) {
		till_people_refuse(t, WORD_UNAVAILABLE, err.msg);
		return;
	}
	if (wait > 0) {
		till_people_refuse_wait(t, wait);
	} else if (till_people_count(t, NULL)) {
		found = find_badge(t, p, n, in);
		if (found != NULL &&
			till_people_wait(t, found, &wait, NULL) == RC_OK &&
			wait == PEOPLE_NEVER) {
			till_people_refuse_wait(t, wait);
		} else if (found != NULL) {
			take_badge(t, found);
		} else {
			till_people_refuse_proof(t, NULL, "badge");
		}
	}
	crypto_wipe(p, sizeof(p));
}

void
till_people_input(struct till *t, const struct input *in)
{
	if (t->shop->read_only) {
		till_people_refuse(t, WORD_NOT_RECORDED, t->shop->trouble);
	} else if (in->kind == INPUT_PIN) {
		prove_pin(t, in);
	} else {
		prove_badge(t, in);
	}
}

/* --- left alone --- */

bool
till_people_due(const struct till *t, struct mono *ret)
{
	const struct engine_view *v = engine_view(t->engine);
	int after = t->config[t->in_use].lock_min;

	ret->us = t->touched.us + after * MINUTE_US;
	return after != 0 && !v->signed_off && !v->locked && t->people;
}

void
till_people_idle(struct till *t, struct mono now)
{
	struct input in = {.kind = INPUT_LOCK, .text = "time", .len = 4};
	struct mono touched = t->touched, due;
	struct reply reply;

	if (!till_people_due(t, &due) || now.us < due.us) {
		return;
	}
	till_input(t, &in, &reply);
	/* what stood in its way is not asked ten times a second */
	t->touched = reply.ok ? touched : now;
}

/* --- looking --- */

static void
put_day(struct till *t, struct till_people *ret)
{
	struct totals day;

	if (t->shop->store == NULL ||
		store_totals(t->shop->store, &day, NULL) != RC_OK) {
		return;
	}
	ret->day = day.closings + 1;
	ret->day_open = day.sales > 0 || day.voids > 0 || day.counts > 0 ||
			day.paid_in > 0 || day.paid_out > 0 || day.pickups > 0;
	ret->counted = day.counts > 0;
	ret->stands = totals_count_stands(&day);
}

void
till_people(struct till *t, struct till_people *ret)
{
	struct clock_reading now = clock_read(&t->shop->clock);
	struct civil c = utc_civil(now.utc, now.tz_min);
	struct store_person p[PEOPLE_MAX], till;
	size_t n = 0;

	memset(ret, 0, sizeof(*ret));
	ret->people = t->people;
	if (people_list(t->shop, p, PEOPLE_MAX, &n, NULL) == RC_OK) {
		for (size_t i = 0; i < n; i++) {
			if (p[i].off.us > ret->last_off.us) {
				ret->last_off = p[i].off;
				memcpy(ret->last_no, p[i].no,
					sizeof(ret->last_no));
				people_name(t->shop, &p[i], ret->last_name);
			}
		}
	}
	if (people_find(t->shop, STORE_TILL, &till, NULL) == RC_OK &&
		till.day == c.year * 10000 + c.month * 100 + c.day) {
		ret->refused_today = till.refused;
	}
	put_day(t, ret);
	if (t->half.badge && is_fresh(t)) {
		memcpy(ret->half, t->half.no, sizeof(ret->half));
	}
	crypto_wipe(p, sizeof(p));
}

void
till_operator_name(struct till *t, const char *no, char out[PEOPLE_NAME_BYTES])
{
	struct store_person p;

	out[0] = '\0';
	if (people_number(no) && people_find(t->shop, no, &p, NULL) == RC_OK) {
		people_name(t->shop, &p, out);
	}
}
