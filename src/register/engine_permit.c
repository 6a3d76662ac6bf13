/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what alone, who is asked otherwise, and why it is done. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"
#include "register/uses.h"

#include "base/poison.h"

/* --- what the question is about --- */

void
engine_what(struct engine *e, const char *text, const struct money *from,
	const struct money *to)
{
	struct engine_question *q = &e->question;
	struct sbuf b;

	sbuf_init(&b, q->what, sizeof(q->what));
	sbuf_puts(&b, text);
	q->has_from = from != NULL && to != NULL;
	if (q->has_from) {
		__extension__ __int128 ppm = to->minor - from->minor;

		q->from = *from;
		q->to = *to;
		q->change.minor = to->minor - from->minor;
		ppm = from->minor != 0 ? ppm * 1000000 / from->minor : 0;
		q->change_ppm = (int64_t)ppm;
	}
}

int64_t
engine_ppm_below(struct money from, struct money to)
{
	int64_t below = from.minor - to.minor;
	__extension__ __int128 ppm;

	if (from.minor <= 0 || below <= 0) {
		return 0;
	}
	/* rounded up: a cent beyond the limit is beyond the limit */
	ppm = below;
	ppm = (ppm * 1000000 + from.minor - 1) / from.minor;
	return ppm > 1000000 ? 1000000 : (int64_t)ppm;
}

/* --- a day's sum --- */

/* What the act would add to the sum of ${no}: of goods that come back the
 * quantity is all of the open sale's, of which some may be somebody else's. */
static int64_t
adds(const struct engine *e, const char *no, enum permit permit,
	int64_t quantity)
{
	const struct engine_question *q = &e->question;
	enum use use = use_of(permit);

	if (permit_table[permit].kind == PERMIT_BY_PPM) {
		return q->has_from && q->from.minor > q->to.minor
			       ? q->from.minor - q->to.minor
			       : 0;
	}
	for (size_t i = 0; (use == USE_RETURN || use == USE_EMPTIES) &&
			   i < e->basket.n_line;
		i++) {
		const struct basket_line *l = &e->basket.line[i];
		const char *whose =
			l->approver[0] != '\0' ? l->approver : e->operator_no;

		if (l->qty.milli < 0 && strcmp(whose, no) != 0 &&
			basket_is_deposit(&e->basket, l) ==
				(use == USE_EMPTIES)) {
			quantity += l->amount.minor;
		}
	}
	return quantity > 0 ? quantity : 0;
}

/* What they have done today; false: it cannot be told. */
static bool
find_used(const struct engine *e, const char *no, enum permit permit,
	int64_t *ret)
{
	*ret = 0;
	return e->ports.used == NULL ||
	       e->ports.used(e->ports.arg, no, permit, ret, NULL) == RC_OK;
}

/* A day that cannot be told is one of which nothing is left. */
static bool
may_today(const struct engine *e, const char *role, const char *no,
	enum permit permit, int64_t quantity)
{
	int64_t used = 0, all;

	if (config_may_day(e->config, role, permit, PERMIT_ALL)) {
		return true;
	}
	return find_used(e, no, permit, &used) &&
	       !__builtin_add_overflow(
		       used, adds(e, no, permit, quantity), &all) &&
	       config_may_day(e->config, role, permit, all);
}

/* Two people approve a configuration, and a key is nobody by name. */
static bool
needs_name(const char *no, enum permit permit)
{
	return permit == PERMIT_CONFIG_APPROVE &&
	       strcmp(no, ENGINE_KEYLOCK) == 0;
}

bool
engine_may(const struct engine *e, const char *role, const char *no,
	enum permit permit, int64_t quantity)
{
	return !needs_name(no, permit) &&
	       config_may(e->config, role, permit, quantity) &&
	       may_today(e, role, no, permit, quantity);
}

/* Within the limit of one act, and beyond the day's. */
static void
put_day_rule(
	const struct engine *e, enum permit permit, struct engine_question *q)
{
	const struct config_role *role = config_role_find(e->config, e->role);
	char limit[AMOUNT_BYTES], so_far[AMOUNT_BYTES];
	struct money used = {0};
	struct sbuf rule;

	(void)find_used(e, e->operator_no, permit, &used.minor);
	engine_amount(e, (struct money){role->day[permit]}, limit);
	engine_amount(e, used, so_far);
	sbuf_init(&rule, q->rule, sizeof(q->rule));
	/* cells: 42 */
	sbuf_printf(
		&rule, _("%s: %s a day, %s so far"), e->role, limit, so_far);
}

/* As the operator's own role says. */
static void
put_rule(const struct engine *e, enum permit permit, struct engine_question *q)
{
	const struct config_role *role = config_role_find(e->config, e->role);
	int64_t may = role == NULL ? PERMIT_NEVER : role->may[permit];
	char limit[AMOUNT_BYTES];
	struct sbuf rule;

	if (permit_table[permit].kind == PERMIT_BY_PPM) {
		sbuf_init(&rule, limit, sizeof(limit));
		format_rate(&rule, e->config->format, may);
	} else {
		engine_amount(e, (struct money){may}, limit);
	}
	sbuf_init(&rule, q->rule, sizeof(q->rule));
	if (!config_any_may(e->config, permit, q->quantity)) {
		/* cells: 42 */
		sbuf_printf(&rule, _("%s: only the owner may"), e->role);
	} else if (config_may(e->config, e->role, permit, q->quantity)) {
		put_day_rule(e, permit, q);
	} else if (may < 0 || permit_table[permit].kind == PERMIT_BY_WORD) {
		/* cells: 42 */
		sbuf_printf(&rule, _("%s: always asks a supervisor"), e->role);
	} else {
		/* cells: 42 */
		sbuf_printf(&rule, _("%s: up to %s without asking"), e->role,
			limit);
	}
}

void
engine_ask(struct engine *e, enum ask_kind kind)
{
	struct engine_kept *k = &e->kept;
	const struct input *in = e->taken;
	struct clock_reading now = clock_read(&e->clock);

	if (in == NULL) {
		return;
	}
	if (in != &k->in) {
		size_t n = in->len < sizeof(k->text) - 1 ? in->len
							 : sizeof(k->text) - 1;

		if (n > 0) {
			memcpy(k->text, in->text, n);
		}
		k->text[n] = '\0';
		k->in = *in;
		k->in.text = k->text;
		k->in.len = n;
		k->in.secret = NULL;
		k->in.secret_len = 0;
	}
	e->ask = kind;
	e->question.since = now.utc;
}

void
engine_unask(struct engine *e)
{
	e->ask = ASK_NONE;
	memset(&e->kept, 0, sizeof(e->kept));
	memset(&e->question, 0, sizeof(e->question));
}

/* --- may it be done? --- */

static bool
by_key(const struct engine *e, enum permit permit, int64_t quantity)
{
	static const struct {
		char at;
		enum permit permit;
	} only[] = {{'X', PERMIT_X_REPORT}, {'T', PERMIT_TRAINING},
		{'P', PERMIT_SETTINGS}};

	bool fits = e->key_at == 'S';

	for (size_t i = 0; i < ARRAY_LEN(only); i++) {
		fits = fits ||
		       (only[i].at == e->key_at && only[i].permit == permit);
	}
	return fits &&
	       engine_may(e, "supervisor", ENGINE_KEYLOCK, permit, quantity);
}

/* Somebody else's word, given for this input or ahead of it. */
static bool
by_grant(struct engine *e, enum permit permit, int64_t quantity)
{
	struct clock_reading now = clock_read(&e->clock);

	if (e->approver.no[0] != '\0') {
		return engine_may(
			e, e->approver.role, e->approver.no, permit, quantity);
	}
	if (e->armed.no[0] == '\0' || now.mono.us > e->armed_until.us ||
		!engine_may(e, e->armed.role, e->armed.no, permit, quantity)) {
		return false;
	}
	e->approver = e->armed;
	e->disarming = true;
	return true;
}

bool
engine_permit(
	struct engine *e, struct act *act, enum permit permit, int64_t quantity)
{
	struct engine_question *q = &e->question;

	if (engine_may(e, e->role, e->operator_no, permit, quantity)) {
		return true;
	}
	if (by_key(e, permit, quantity)) {
		e->approver = (struct engine_grant){
			.no = ENGINE_KEYLOCK, .role = "supervisor"};
		return true;
	}
	if (by_grant(e, permit, quantity)) {
		return true;
	}
	e->approver.no[0] = '\0';
	q->permit = permit;
	q->quantity = quantity;
	put_rule(e, permit, q);
	engine_ask(e, ASK_APPROVAL);
	engine_refuse(act, WORD_APPROVAL,
		_("A supervisor must approve this: number and PIN, badge, or "
		  "the key to S."));
	return false;
}

/* Whether goods of this permit come back, or empties. */
static bool
has_back(const struct basket *b, enum permit permit)
{
	bool has = false;

	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];
		enum permit p =
			l->return_no > 0 ? PERMIT_RETURN : PERMIT_RETURN_BLIND;

		p = basket_is_deposit(b, l) ? PERMIT_EMPTIES : p;
		has = has || (l->qty.milli < 0 && p == permit);
	}
	return has;
}

bool
engine_pays_back(struct engine *e, struct act *act)
{
	static const enum permit kind[] = {
		PERMIT_RETURN, PERMIT_RETURN_BLIND, PERMIT_EMPTIES};

	for (size_t i = 0; i < ARRAY_LEN(kind); i++) {
		int64_t sum = engine_given_back(
			&e->basket, kind[i] == PERMIT_EMPTIES);

		/* what one may alone was asked when it came back */
		if (sum > 0 && has_back(&e->basket, kind[i]) &&
			!may_today(e, e->role, e->operator_no, kind[i], sum)) {
			engine_what(e, _("What another operator took back"),
				NULL, NULL);
			return engine_permit(e, act, kind[i], sum);
		}
	}
	return true;
}

const char *
engine_approver(const struct engine *e)
{
	return e->approver.no[0] != '\0' ? e->approver.no : NULL;
}

/* --- why? --- */

bool
engine_reason(struct engine *e, struct act *act, enum reason_kind kind,
	const char **ret)
{
	unsigned no = e->taken != NULL ? e->taken->reason : 0;
	const char *text = config_reason(e->config, kind, no);

	*ret = text;
	if (text != NULL || config_n_reasons(e->config, kind) == 0) {
		e->question.reason = text;
		e->question.reason_no = text != NULL ? no : 0;
		return true;
	}
	if (no != 0) {
		engine_refuse(
			act, WORD_REASON, _("There is no reason %u here."), no);
		return false;
	}
	e->question.reason_kind = kind;
	engine_ask(e, ASK_REASON);
	engine_refuse(act, WORD_REASON, _("Say why: key the reason's number."));
	return false;
}
