/* SPDX-License-Identifier: Apache-2.0 */
/* Goods that are not simply sold: a code that is not on file, and what not
 * everybody may buy. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* A partial read, or a trigger pulled twice, is nobody's code. */
#define CODE_LEAST 3

enum not_on_file
engine_not_on_file(const struct engine *e)
{
	return e->has_policy ? e->policy : e->config->not_on_file;
}

void
engine_set_not_on_file(struct engine *e, enum not_on_file policy)
{
	e->has_policy = true;
	e->policy = policy;
}

void
engine_goods_drop(struct engine *e)
{
	memset(&e->goods, 0, sizeof(e->goods));
}

void
engine_need_sale(struct engine *e)
{
	if (!basket_is_begun(&e->basket) && e->basket.age == 0) {
		engine_open_sale(e);
	}
}

void
engine_put_refused(struct engine *e, struct act *act, const struct item *item,
	struct qty qty, const char *reason)
{
	struct event_refused *d = &act->event[act->n].data.refused;

	act->event[act->n++].type = EVENT_ITEM_REFUSED;
	memcpy(d->sale, e->basket.id, UUID_BYTES);
	d->code = item->code;
	d->name = item->name;
	d->qty = qty.milli;
	d->reason = reason;
}

void
engine_refused_line(
	struct engine *e, struct act *act, const struct basket_line *l)
{
	if (l->unknown) {
		engine_put_refused(e, act, &l->item, l->qty, "not on file");
	}
}

/* --- not on file --------------------------------------------------------- */

static struct qty
keyed_qty(const struct engine *e, const struct qty *qty)
{
	if (qty != NULL) {
		return *qty;
	}
	return e->has_qty ? e->qty : QTY_ONE;
}

static void
add_unknown(struct engine *e, struct act *act, const char *code, struct qty q)
{
	struct basket_line l = {.qty = q, .unknown = true};
	struct item *item = &l.item;
	size_t idx = 0;
	enum rc rc;

	engine_symbol_trace(e, &l.trace);
	if (!engine_may_open(e, act)) {
		return;
	}
	item->kind = CODE_INTERNAL;
	memcpy(item->code, code, strlen(code) + 1);
	engine_trial_add(e);
	engine_need_sale(e);
	engine_stamp(e, &l);
	rc = basket_put(&e->basket, &l, &idx);
	if (rc == RC_OK && !engine_fits(e)) {
		rc = RC_NOSPC;
	}
	if (rc != RC_OK) {
		engine_trial_add_undo(e);
		engine_refuse_add(act, rc, item);
		return;
	}
	e->state = ENGINE_SALE;
	e->selected = idx;
	e->has_qty = false;
	act->draft = DRAFT_LINE;
	act->draft_idx = idx;
	act->draft_no = e->basket.line[idx].no;
	act->reply.unknown = true;
	engine_say(act,
		/* cells: 72 */
		_("Not on file: %s.  Enter resolves line %u, - voids it."),
		code, (unsigned)e->basket.line[idx].no);
}

void
engine_unknown(struct engine *e, struct act *act, const char *code,
	const struct qty *qty)
{
	struct qty q = keyed_qty(e, qty);

	if (engine_not_on_file(e) == NOT_ON_FILE_LINE) {
		add_unknown(e, act, code, q);
		return;
	}
	engine_goods_drop(e);
	e->goods.kind = ASK_UNKNOWN;
	memcpy(e->goods.item.code, code, strlen(code) + 1);
	e->goods.item.kind = CODE_INTERNAL;
	e->goods.much.qty = q;
	engine_symbol_trace(e, &e->goods.much.trace);
	e->has_qty = false;
	engine_refuse(act, WORD_NOT_ON_FILE,
		_("Not on file: %s.  Type it again, find it, or sell it by "
		  "department."),
		code);
}

bool
engine_is_noise(const struct engine *e, const char *code)
{
	return engine_not_on_file(e) != NOT_ON_FILE_REFUSE &&
	       strlen(code) < CODE_LEAST;
}

bool
engine_resolved(struct engine *e, struct act *act)
{
	char list[96];
	struct sbuf b;
	size_t n = 0;

	if (e->basket.n_unknown == 0) {
		return true;
	}
	sbuf_init(&b, list, sizeof(list));
	for (size_t i = 0; i < e->basket.n_line && n < 8; i++) {
		if (!e->basket.line[i].unknown) {
			continue;
		}
		sbuf_printf(&b, "%s%u", n == 0 ? "" : ", ",
			(unsigned)e->basket.line[i].no);
		n++;
	}
	if (n < e->basket.n_unknown) {
		sbuf_puts(&b, ", ...");
	}
	engine_refuse(act, WORD_UNRESOLVED,
		P_("Not on file: line %s.  Resolve it or void it, then pay.",
			"Not on file: lines %s.  Resolve or void them, then "
			"pay.",
			(unsigned long)e->basket.n_unknown),
		list);
	return false;
}

/* What is to be resolved: what is asked about, or the selected line. */
static bool
target(struct engine *e, struct act *act, struct item *ret_item,
	struct engine_measure *ret_much, uint32_t *ret_line)
{
	const struct basket_line *l = NULL;

	*ret_line = 0;
	if (e->goods.kind == ASK_UNKNOWN) {
		*ret_item = e->goods.item;
		*ret_much = e->goods.much;
		return true;
	}
	if (e->basket.n_line > 0 && e->n_tender == 0) {
		l = &e->basket.line[e->selected];
	}
	if (l == NULL || !l->unknown) {
		engine_refuse(act, WORD_NO_LINE,
			_("Nothing here is not on file: select the line that "
			  "is."));
		return false;
	}
	*ret_item = l->item;
	*ret_much = (struct engine_measure){.qty = l->qty, .trace = l->trace};
	*ret_line = l->no;
	return true;
}

/* A code that was not on file may hold how much it is; a count of what turns
 * out to be weighed says nothing. */
static bool
measure_resolved(struct engine *e, struct act *act, const char *code,
	const struct item *item, const struct qty *q, uint32_t line,
	struct engine_measure *ret)
{
	bool pieces = q->milli % QTY_ONE.milli == 0;
	enum rc rc = RC_NOTFOUND;

	if (item->kind != CODE_DEPT) {
		rc = engine_held_line(e, act, code, item, ret);
	}
	if (rc != RC_NOTFOUND) {
		return rc == RC_OK;
	}
	return engine_measure(e, act, item,
		item->unit[0] != '\0' && pieces ? NULL : q, line, ret);
}

void
engine_resolve(struct engine *e, struct act *act, const struct entry *en)
{
	struct engine_measure much, had;
	struct item item, was;
	uint32_t line = 0;

	if (!target(e, act, &was, &had, &line)) {
		return;
	}
	memset(&item, 0, sizeof(item));
	if ((en->before[0] != '\0'
			    ? engine_dept_item(e, act, en, &item)
			    : engine_look_up(e, act, en->after, &item)) &&
		measure_resolved(
			e, act, was.code, &item, &had.qty, line, &much)) {
		much.trace = had.trace;
		engine_sell(e, act, &item, &much, line);
	}
}

void
engine_open_item(struct engine *e, struct act *act, const struct entry *en)
{
	struct item item = {0}, was;
	struct event_line_act *d;
	char text[CODE_BYTES + 16];
	struct money none = {0};
	uint32_t line = 0;
	struct engine_measure had;
	struct sbuf b;

	if (!target(e, act, &was, &had, &line) ||
		!engine_dept_item(e, act, en, &item)) {
		return;
	}
	memcpy(item.code, was.code, sizeof(item.code));
	item.kind = was.kind;
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, was.code);
	engine_what(e, text, &none, &item.price);
	if (!engine_permit(e, act, PERMIT_OPEN_PRICE, item.price.minor)) {
		return;
	}
	if (!engine_plan(e, act, &item,
		    &(struct engine_measure){
			    .qty = had.qty, .trace = had.trace},
		    line)) {
		return;
	}
	act->event[0].type = EVENT_PRICE_OVERRIDDEN;
	act->n = 1;
	d = &act->event[0].data.line;
	memcpy(d->sale, e->wait_after.id, UUID_BYTES);
	d->no = engine_wait_line(e)->no;
	d->code = engine_wait_line(e)->item.code;
	d->name = engine_wait_line(e)->item.name;
	d->qty = had.qty.milli;
	d->to = item.price.minor;
	d->approver = engine_approver(e);
}

void
engine_not_sold(struct engine *e, struct act *act)
{
	if (e->goods.kind != ASK_UNKNOWN) {
		engine_refuse(act, WORD_NO_LINE,
			_("Nothing is asked that could be left unsold."));
		return;
	}
	engine_need_sale(e);
	engine_put_refused(
		e, act, &e->goods.item, e->goods.much.qty, "not on file");
	e->wait = WAIT_NOT_SOLD;
	engine_say(act, _("Not sold: %s"), e->goods.item.code);
}

bool
engine_not_sold_item(struct engine *e, struct act *act, const struct item *item,
	enum word word, const char *reason)
{
	const char *code =
		arena_text(&e->arena, item->code, strlen(item->code));
	const char *name =
		arena_text(&e->arena, item->name, strlen(item->name));

	if (code == NULL || name == NULL) {
		engine_refuse(act, word, _("Key it again."));
		return false;
	}
	engine_need_sale(e);
	engine_put_refused(e, act, item, QTY_ONE, reason);
	act->event[act->n - 1].data.refused.code = code;
	act->event[act->n - 1].data.refused.name = name;
	e->wait = WAIT_NOTHING;
	act->reply.ok = false;
	act->reply.error = engine_words[word].word;
	return true;
}

/* --- the age ------------------------------------------------------------- */

struct date
engine_today(const struct engine *e)
{
	struct clock_reading now = clock_read(&e->clock);
	struct civil c = utc_civil(now.utc, now.tz_min);

	return (struct date){c.year, c.month, c.day};
}

/* What was keyed before, "AG1" or "2AG14031999". */
static bool
parse_answer(struct engine *e, struct act *act, const struct entry *en,
	struct engine_answer *ret)
{
	static const char *const like[] = {[DATE_DMY] = "14031999",
		[DATE_MDY] = "03141999",
		[DATE_YMD] = "19990314"};
	const char *before = en->before, *after = en->after;
	const char *date = after;

	memset(ret, 0, sizeof(*ret));
	if (before[0] == '\0' && strlen(after) == 1) {
		before = after;
		date = "";
	}
	if (strcmp(before, "0") == 0 && date[0] == '\0') {
		ret->how = ANSWER_REFUSE;
		return true;
	}
	if (strcmp(before, "1") == 0 && date[0] == '\0') {
		ret->how = ANSWER_LOOKS;
		return true;
	}
	if ((before[0] == '\0' || strcmp(before, "2") == 0) &&
		date_parse(date, strlen(date), e->config->date_order,
			&ret->born) == RC_OK &&
		date_cmp(ret->born, engine_today(e)) <= 0 &&
		age_years(ret->born, engine_today(e), e->config->age_leap) <=
			AGE_MAX) {
		ret->how = ANSWER_BORN;
		return true;
	}
	engine_refuse(act, WORD_BAD_ENTRY,
		_("Key 1AG (looks old enough), 2AG and the date of birth like "
		  "2AG%s, or 0AG (refuse)."),
		like[e->config->date_order]);
	return false;
}

static void
put_checked(struct engine *e, struct act *act, const char *method, bool pass)
{
	struct event_age *d = &act->event[act->n].data.age;

	act->event[act->n++].type = EVENT_AGE_CHECKED;
	memcpy(d->sale, e->basket.id, UUID_BYTES);
	d->age = e->goods.item.min_age;
	d->method = method;
	d->result = pass ? "pass" : "refuse";
	d->code = e->goods.item.code;
	d->name = e->goods.item.name;
}

static void
answer_no(struct engine *e, struct act *act, const char *method)
{
	engine_need_sale(e);
	put_checked(e, act, method, false);
	engine_put_refused(e, act, &e->goods.item, e->goods.much.qty, "age");
	e->wait = WAIT_NOT_SOLD;
}

static void
answer_yes(struct engine *e, struct act *act, const char *method)
{
	struct engine_goods *g = &e->goods;

	if (!engine_plan(e, act, &g->item, &g->much, g->line)) {
		return;
	}
	put_checked(e, act, method, true);
	memcpy(act->event[0].data.age.sale, e->wait_after.id, UUID_BYTES);
	e->wait_after.age = g->item.min_age;
}

static void
take_answer(struct engine *e, struct act *act, const struct engine_answer *a)
{
	const struct item *item = &e->goods.item;
	unsigned looks = e->config->age_looks_over;
	char name[SHORT_BYTES];
	int years;

	engine_short(item->name, name);
	if (a->how == ANSWER_REFUSE) {
		answer_no(e, act, "none");
		engine_say(act, _("Not sold: %s.  Refused for age."), name);
		return;
	}
	if (a->how == ANSWER_LOOKS && item->min_age > looks) {
		engine_refuse(act, WORD_AGE_CHECK,
			_("Looks are not enough here: ask for a document, or "
			  "refuse."));
		return;
	}
	if (a->how == ANSWER_LOOKS) {
		answer_yes(e, act, "looks");
		return;
	}
	if (age_reached(a->born, engine_today(e), item->min_age,
		    e->config->age_leap)) {
		answer_yes(e, act, "dob");
		return;
	}
	years = age_years(a->born, engine_today(e), e->config->age_leap);
	answer_no(e, act, "dob");
	act->reply.ok = false;
	act->reply.error = engine_words[WORD_AGE_REFUSED].word;
	engine_say(act, _("Not sold: %s.  %d years old, %u are needed."), name,
		years, (unsigned)item->min_age);
}

bool
engine_age_gate(struct engine *e, struct act *act, const struct item *item,
	const struct engine_measure *much, uint32_t line)
{
	struct engine_answer a = e->answer;
	char name[SHORT_BYTES], born[16];
	struct date by;
	struct sbuf b;

	memset(&e->answer, 0, sizeof(e->answer));
	if (item->min_age <= e->basket.age) {
		return true;
	}
	by = age_born_by(engine_today(e), item->min_age, e->config->age_leap);
	engine_goods_drop(e);
	e->goods.kind = ASK_AGE;
	e->goods.item = *item;
	e->goods.much = *much;
	e->goods.line = line;
	e->goods.today = engine_today(e);
	e->goods.born_by = by;
	e->goods.looks_over = item->min_age <= e->config->age_looks_over
				      ? e->config->age_looks_over
				      : 0;
	e->has_qty = false;
	if (a.how != ANSWER_NONE) {
		take_answer(e, act, &a);
		return false;
	}
	sbuf_init(&b, born, sizeof(born));
	format_date(&b, e->config->format,
		(struct civil){
			.year = by.year, .month = by.month, .day = by.day});
	engine_refuse(act, WORD_AGE_CHECK,
		_("%s asks for an age of %u: born on or before %s."
		  "  1AG, 2AG and the date of birth, or 0AG."),
		engine_short(item->name, name), (unsigned)item->min_age, born);
	return false;
}

void
engine_age(struct engine *e, struct act *act, const struct entry *en)
{
	struct engine_answer a;

	if (!parse_answer(e, act, en, &a)) {
		return;
	}
	if (e->goods.kind == ASK_AGE) {
		take_answer(e, act, &a);
		return;
	}
	if (a.how == ANSWER_REFUSE) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("No age is asked: there is nothing to refuse."));
		return;
	}
	e->answer = a;
	engine_say(act, _("The age is for the next item: scan or key it."));
}
