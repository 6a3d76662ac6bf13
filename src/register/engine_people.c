/* SPDX-License-Identifier: Apache-2.0 */
/* Signing on and off, locking, and the answers to what is asked. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

#define ARMED_US ((int64_t)15 * 1000000)

void
engine_sign(struct engine *e, const char *no, const char *role, bool people)
{
	e->people = people;
	(void)engine_copy(e->operator_no, sizeof(e->operator_no), no);
	(void)engine_copy(e->role, sizeof(e->role), role);
	e->locked = false;
	engine_refresh(e);
}

void
engine_keep_locked(struct engine *e, bool locked)
{
	e->locked = locked;
	engine_refresh(e);
}

/* --- before any input --- */

static bool
is_answer(enum input_kind kind)
{
	return kind == INPUT_REFUSE || kind == INPUT_REASON ||
	       kind == INPUT_KEYLOCK || kind == INPUT_LOCK;
}

/* What is keyed while a question of ours stands: CL is the way out of it. */
static bool
is_clear(const struct input *in)
{
	struct entry en;

	if (in->kind != INPUT_ENTRY) {
		return false;
	}
	entry_parse(in->text, in->len, &en);
	return en.kind == ENTRY_COMMAND && en.command == CMD_CL;
}

/* While a question of ours stands.  False: refused. */
static bool
admit_question(struct engine *e, const struct input *in, struct act *act)
{
	if ((e->ask != ASK_APPROVAL && e->ask != ASK_REASON) ||
		is_answer(in->kind)) {
		return true;
	}
	if (is_clear(in)) {
		engine_drop_question(e, act);
		return false;
	}
	if (e->ask == ASK_APPROVAL) {
		engine_refuse(act, WORD_APPROVAL,
			_("A supervisor approves or refuses first; CL "
			  "refuses."));
	} else {
		engine_refuse(act, WORD_REASON,
			_("Say why first: key the reason's number; CL leaves "
			  "it."));
	}
	return false;
}

bool
engine_admit(struct engine *e, const struct input *in, struct act *act)
{
	if (in->kind == INPUT_CARD) {
		return true; /* nobody keyed it */
	}
	if (e->operator_no[0] == '\0' && in->kind != INPUT_KEYLOCK) {
		engine_refuse(act, WORD_SIGNED_OFF,
			_("Nobody is signed on: key your operator number, then "
			  "the PIN."));
		return false;
	}
	if (e->locked && in->kind != INPUT_KEYLOCK) {
		engine_refuse(act, WORD_LOCKED,
			_("The register is locked: operator %s or a supervisor "
			  "unlocks it by PIN or badge."),
			e->operator_no);
		return false;
	}
	return admit_question(e, in, act) && engine_card_admit(e, in, act);
}

/* --- signing on and off, locking --- */

/* The arena's text, or a refusal. */
static const char *
keep(struct engine *e, struct act *act, const char *s)
{
	const char *p = arena_text(&e->arena, s, strlen(s));

	if (p == NULL) {
		engine_refuse(act, WORD_UNAVAILABLE, _("Key it again."));
	}
	return p;
}

static void
wait_signed(struct engine *e, const char *no, const char *role)
{
	e->wait = WAIT_SIGNED;
	(void)engine_copy(e->wait_no, sizeof(e->wait_no), no);
	(void)engine_copy(e->wait_role, sizeof(e->wait_role), role);
}

static void
sign_on(struct engine *e, const struct engine_who *who, struct act *act)
{
	struct event_operator *d = &act->event[0].data.operator_;

	/* who may mend it is let in */
	if (!config_may(e->config, who->role, PERMIT_SETTINGS, 0) &&
		!engine_may_open(e, act)) {
		return;
	}
	d->operator_no = keep(e, act, who->no);
	if (d->operator_no == NULL) {
		return;
	}
	d->how = who->how;
	act->event[0].type = EVENT_OPERATOR_SIGNED_ON;
	act->n = 1;
	(void)engine_copy(act->actor, sizeof(act->actor), who->no);
	wait_signed(e, who->no, who->role);
	engine_say(act, _("Operator %s is signed on."), who->no);
}

static bool
is_part_paid(const struct engine *e, struct act *act)
{
	if (e->n_tender == 0) {
		return false;
	}
	engine_refuse(act, WORD_TENDER_OPEN,
		_("A part is paid: take the rest, or give it back first."));
	return true;
}

void
engine_sign_off(struct engine *e, struct act *act)
{
	struct event_operator *d = &act->event[0].data.operator_;

	if (!e->people) {
		engine_refuse(act, WORD_NO_OPERATORS,
			_("This register has one operator: there is nobody to "
			  "sign off."));
		return;
	}
	if (is_part_paid(e, act)) {
		return;
	}
	d->operator_no = keep(e, act, e->operator_no);
	if (d->operator_no == NULL) {
		return;
	}
	act->event[0].type = EVENT_OPERATOR_SIGNED_OFF;
	act->n = 1;
	wait_signed(e, "", "");
	engine_say(act,
		e->basket.n_line > 0
			? _("Operator %s is signed off; the sale stays open.")
			: _("Operator %s is signed off."),
		e->operator_no);
}

void
engine_lock(struct engine *e, struct act *act, const char *how)
{
	struct event_lock *d = &act->event[0].data.lock;

	if (!e->people) {
		engine_refuse(act, WORD_NO_OPERATORS,
			_("Nobody here has a PIN: there is nothing to unlock "
			  "it with."));
		return;
	}
	if (is_part_paid(e, act)) {
		return;
	}
	d->operator_no = keep(e, act, e->operator_no);
	if (d->operator_no == NULL) {
		return;
	}
	d->how = how;
	act->event[0].type = EVENT_REGISTER_LOCKED;
	act->n = 1;
	e->wait = WAIT_LOCKED;
	engine_say(act, _("Locked; the sale is kept."));
}

static void
unlock(struct engine *e, const struct engine_who *who, struct act *act)
{
	struct event_lock *d = &act->event[0].data.lock;

	if (strcmp(who->no, e->operator_no) != 0 &&
		!config_may(e->config, who->role, PERMIT_PEOPLE, 0)) {
		engine_refuse(act, WORD_LOCKED,
			_("Operator %s or a supervisor unlocks this "
			  "register."),
			e->operator_no);
		return;
	}
	d->operator_no = keep(e, act, e->operator_no);
	if (d->operator_no == NULL) {
		return;
	}
	d->how = who->how;
	act->event[0].type = EVENT_REGISTER_UNLOCKED;
	act->n = 1;
	(void)engine_copy(act->actor, sizeof(act->actor), who->no);
	e->wait = WAIT_UNLOCKED;
	engine_say(
		act, _("Unlocked.  Operator %s is signed on."), e->operator_no);
}

void
engine_unlock_operator(struct engine *e, struct act *act, const char *no)
{
	struct event_lock *d = &act->event[0].data.lock;
	char what[AMOUNT_BYTES];
	struct sbuf b;

	if (no[0] == '\0' || strlen(no) >= sizeof(e->operator_no)) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("Key the operator's number first, like 7UL."));
		return;
	}
	sbuf_init(&b, what, sizeof(what));
	sbuf_puts(&b, no);
	engine_what(e, what, NULL, NULL);
	if (!engine_permit(e, act, PERMIT_PEOPLE, 0)) {
		return;
	}
	d->operator_no = keep(e, act, no);
	if (d->operator_no == NULL) {
		return;
	}
	d->how = "till";
	act->event[0].type = EVENT_OPERATOR_UNLOCKED;
	act->n = 1;
	e->wait = WAIT_NOTHING;
	engine_say(act, _("Operator %s may try again."), no);
}

/* --- approving --- */

/* What the approval is about, out of the question. */
static bool
put_approval(struct engine *e, struct act *act, struct event_approval *d)
{
	const struct engine_question *q = &e->question;

	d->permit = permit_table[q->permit].key;
	d->quantity = q->quantity;
	d->reason = q->reason;
	if (q->has_from) {
		d->from = q->from.minor;
		d->to = q->to.minor;
	}
	if (q->what[0] != '\0') {
		d->what = keep(e, act, q->what);
		return d->what != NULL;
	}
	return true;
}

static void
arm(struct engine *e, const struct engine_who *who, struct act *act)
{
	struct event_approval *d = &act->event[0].data.approval;

	d->approver = keep(e, act, who->no);
	if (d->approver == NULL) {
		return;
	}
	d->how = who->how;
	act->event[0].type = EVENT_APPROVAL_GIVEN;
	act->n = 1;
	e->wait = WAIT_ARMED;
	(void)engine_copy(e->wait_no, sizeof(e->wait_no), who->no);
	(void)engine_copy(e->wait_role, sizeof(e->wait_role), who->role);
	engine_say(act,
		_("Approved by %s: the next action, within 15 seconds."),
		who->no);
}

/* The approval, behind what the kept input did and in its group; alone when
 * that is nothing to record. */
static void
add_approval(struct engine *e, struct act *act, const struct engine_who *who)
{
	struct event *ev = &act->event[act->n];

	if (!act->reply.ok || act->n == ACT_EVENTS) {
		return;
	}
	memset(ev, 0, sizeof(*ev));
	ev->data.approval.approver = engine_approver(e);
	ev->data.approval.how = who->how;
	if (!put_approval(e, act, &ev->data.approval)) {
		return;
	}
	ev->type = EVENT_APPROVAL_GIVEN;
	act->n++;
	if (e->wait == WAIT_NONE) {
		e->wait = WAIT_NOTHING;
	}
}

/* Both names, behind what was done. */
static void
say_both(const struct engine *e, struct act *act)
{
	char said[sizeof(act->reply.text)];

	memcpy(said, act->reply.text, sizeof(said));
	/* cells: 75 */
	engine_say(act, _("%s  (%s, approved by %s)"), said, e->operator_no,
		e->approver.no);
}

/* What was kept, once more.  Until it is recorded the question stands. */
static void
run_kept(struct engine *e, const struct engine_who *who, struct act *act)
{
	struct engine_question asked = e->question;
	enum ask_kind kind = e->ask;

	e->ask = ASK_NONE;
	engine_take(e, &e->kept.in, act);
	if (e->ask != ASK_NONE) {
		return; /* it asks for something else now */
	}
	if (who != NULL) {
		e->question = asked;
		add_approval(e, act, who);
		if (act->reply.ok && e->wait != WAIT_SIGNED) {
			say_both(e, act);
		}
	}
	if (act->n == 0) {
		engine_unask(e);
		return;
	}
	e->question = asked;
	e->ask = kind;
	e->answering = true;
}

void
engine_give_reason(struct engine *e, struct act *act, int no)
{
	if (e->ask != ASK_REASON) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("No reason is asked for just now."));
		return;
	}
	if (no < 1 || config_reason(e->config, e->question.reason_kind,
			      (unsigned)no) == NULL) {
		engine_refuse(
			act, WORD_REASON, _("There is no reason %d here."), no);
		return;
	}
	e->kept.in.reason = (unsigned)no;
	run_kept(e, NULL, act);
}

/* The kept input runs with the approver's right. */
static void
approve(struct engine *e, const struct engine_who *who, struct act *act)
{
	const struct engine_question *asked = &e->question;

	if (strcmp(who->no, e->operator_no) == 0) {
		engine_refuse(act, WORD_APPROVAL,
			_("Nobody approves for themselves: ask a supervisor."));
		return;
	}
	if (asked->permit == PERMIT_CONFIG_APPROVE &&
		strcmp(who->no, ENGINE_KEYLOCK) == 0) {
		engine_refuse(act, WORD_APPROVAL, "%s",
			_("The key alone is nobody: who approves a draft keys "
			  "their number and PIN, or shows a badge."));
		return;
	}
	if (!engine_may(
		    e, who->role, who->no, asked->permit, asked->quantity)) {
		engine_refuse(act, WORD_APPROVAL,
			config_any_may(
				e->config, asked->permit, asked->quantity)
				? _("Operator %s may not approve this: ask "
				    "somebody else.")
				: _("Operator %s may not approve this: ask "
				    "the owner."),
			who->no);
		return;
	}
	if (engine_hands_over(e) && !engine_may_take_over(e, who, act)) {
		return;
	}
	(void)engine_copy(e->approver.no, sizeof(e->approver.no), who->no);
	(void)engine_copy(
		e->approver.role, sizeof(e->approver.role), who->role);
	e->approver.how = who->how;
	run_kept(e, who, act);
}

void
engine_drop_question(struct engine *e, struct act *act)
{
	struct event_approval *d = &act->event[0].data.approval;

	if (e->ask != ASK_APPROVAL) {
		engine_unask(e);
		engine_say(act, _("Cleared."));
		return;
	}
	if (!put_approval(e, act, d)) {
		return;
	}
	act->event[0].type = EVENT_APPROVAL_REFUSED;
	act->n = 1;
	e->wait = WAIT_DROPPED;
	engine_say(act, _("Not approved: nothing was changed."));
}

/* --- the key-lock --- */

/* S is a supervisor's word for everything; X, T and P are one for the thing
 * they are named after, and answer no other question. */
static bool
key_answers(const struct engine *e, char at)
{
	static const struct {
		char at;
		enum permit permit;
	} only[] = {{'X', PERMIT_X_REPORT}, {'T', PERMIT_TRAINING},
		{'P', PERMIT_SETTINGS}};

	for (size_t i = 0; i < ARRAY_LEN(only); i++) {
		if (only[i].at == at) {
			return only[i].permit == e->question.permit;
		}
	}
	return true;
}

static void
turn_key(struct engine *e, struct act *act, char at)
{
	static const struct engine_who key = {
		ENGINE_KEYLOCK, "supervisor", "key"};
	struct event_approval *d = &act->event[0].data.approval;

	if (e->operator_no[0] == '\0') {
		engine_refuse(act, WORD_SIGNED_OFF,
			_("Sign on first: the key alone is nobody."));
		return;
	}
	if (e->locked && at != 'S') {
		engine_refuse(act, WORD_LOCKED,
			_("The register is locked: turn the key to S, or key "
			  "the PIN."));
		return;
	}
	if (e->locked) {
		unlock(e, &key, act);
		act->actor[0] = '\0';
		return;
	}
	if (e->ask == ASK_APPROVAL && !key_answers(e, at)) {
		engine_refuse(act, WORD_APPROVAL,
			_("This needs the key at S, or a supervisor's PIN."));
		return;
	}
	if (e->ask == ASK_APPROVAL) {
		e->turning = at;
		approve(e, &key, act);
		return;
	}
	d->approver = ENGINE_KEYLOCK;
	d->how = key.how;
	act->event[0].type = EVENT_APPROVAL_GIVEN;
	act->n = 1;
	e->turning = at;
	e->wait = WAIT_NOTHING;
	if (at == 'S') {
		engine_say(act, _("The key is at S: a supervisor stands by."));
	} else {
		engine_say(act, _("The key is at %c."), at);
	}
}

void
engine_keylock(struct engine *e, struct act *act, const char *position)
{
	if (position[0] != '\0' && position[1] == '\0' &&
		strchr("SXTP", position[0]) != NULL) {
		turn_key(e, act, position[0]);
	} else if (strcmp(position, "R") == 0) {
		e->key_at = 0;
		engine_say(act, _("The key is at R."));
	} else if (strcmp(position, "L") == 0) {
		e->key_at = 0;
		if (e->operator_no[0] != '\0' && !e->locked) {
			engine_lock(e, act, "key");
		}
	} else {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("The key-lock's positions are L, R, S, X, T and P."));
	}
}

/* --- steps and their end --- */

void
engine_person(struct engine *e, const struct engine_who *who, struct act *ret)
{
	engine_begin(e, ret);
	if (e->operator_no[0] == '\0') {
		sign_on(e, who, ret);
	} else if (e->locked) {
		unlock(e, who, ret);
	} else if (e->ask == ASK_APPROVAL) {
		approve(e, who, ret);
	} else if (strcmp(who->no, e->operator_no) == 0) {
		engine_refuse(ret, WORD_APPROVAL,
			_("Operator %s is signed on already."), who->no);
	} else {
		arm(e, who, ret);
	}
	engine_mark_training(e, ret);
	engine_mark_shift(e, ret);
	engine_refresh(e);
}

void
engine_settle_people(struct engine *e)
{
	struct clock_reading now;

	if (e->answering || e->wait == WAIT_DROPPED) {
		engine_unask(e);
		e->answering = false;
	}
	if (e->turning != 0) {
		e->key_at = e->turning;
		e->turning = 0;
	}
	if (e->disarming) {
		e->armed.no[0] = '\0';
		e->disarming = false;
	}
	if (e->wait == WAIT_SIGNED) {
		engine_sign(e, e->wait_no, e->wait_role, e->people);
		engine_unask(e);
		e->armed.no[0] = '\0';
		e->key_at = 0;
	} else if (e->wait == WAIT_LOCKED || e->wait == WAIT_UNLOCKED) {
		e->locked = e->wait == WAIT_LOCKED;
		e->armed.no[0] = '\0';
	} else if (e->wait == WAIT_ARMED) {
		now = clock_read(&e->clock);
		(void)engine_copy(e->armed.no, sizeof(e->armed.no), e->wait_no);
		(void)engine_copy(
			e->armed.role, sizeof(e->armed.role), e->wait_role);
		e->armed_until.us = now.mono.us + ARMED_US;
	}
}
