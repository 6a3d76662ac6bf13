/* SPDX-License-Identifier: Apache-2.0 */
#include "register/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "core/pricing.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* Lines and discounts of a full sale, its taxes, its tenders and coupons. */
#define SCRATCH_BYTES                                                          \
	(BASKET_LINES_MAX * (sizeof(struct event_line) +                       \
				    (PRICE_STEPS + 1) *                        \
					    sizeof(struct event_discount)) +   \
		ENGINE_TAXES *                                                 \
			(sizeof(struct event_tax) +                            \
				TAX_PARTS * sizeof(struct event_part)) +       \
		(ENGINE_TENDERS + BASKET_COUPONS) *                            \
			sizeof(struct event_tender) +                          \
		8192)

enum rc
engine_new(const struct config *config, const struct engine_ports *ports,
	const struct clock *clock, const struct rng *rng, struct engine **ret,
	struct err *reterr)
{
	struct engine *e = calloc(1, sizeof(*e));
	enum rc rc = RC_NOMEM;

	if (e == NULL) {
		goto out;
	}
	e->memory[0] = malloc(basket_bytes(BASKET_LINES_MAX));
	e->memory[1] = malloc(basket_bytes(BASKET_LINES_MAX));
	e->spare = e->memory[1];
	e->scratch = malloc(SCRATCH_BYTES);
	if (e->memory[0] == NULL || e->memory[1] == NULL ||
		e->scratch == NULL) {
		goto out;
	}
	e->config = config;
	e->ports = *ports;
	e->clock = *clock;
	e->rng = *rng;
	basket_init(&e->basket, e->memory[0], BASKET_LINES_MAX);
	arena_init(&e->arena, e->scratch, SCRATCH_BYTES);
	engine_empty(e);
	*ret = e;
	e = NULL;
	rc = RC_OK;
out:
	if (rc != RC_OK) {
		(void)err_set(reterr, rc, 0, "engine_new",
			"no memory for the register: close other programs");
	}
	engine_free(e);
	return rc;
}

void
engine_free(struct engine *e)
{
	if (e == NULL) {
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(e->memory); i++) {
		if (e->memory[i] != NULL) {
			crypto_wipe(
				e->memory[i], basket_bytes(BASKET_LINES_MAX));
		}
		free(e->memory[i]);
	}
	engine_return_end(e);
	arena_wipe(&e->arena);
	free(e->scratch);
	free(e);
}

void
engine_begin_basket(
	struct engine *e, const uint8_t id[UUID_BYTES], struct utc opened)
{
	basket_begin(&e->basket, id, opened, &e->config->tax,
		e->config->price_round);
	basket_set_rules(&e->basket, e->config->rules);
}

void
engine_stamp(const struct engine *e, struct basket_line *l)
{
	struct clock_reading now = clock_read(&e->clock);

	l->at = now.utc;
	l->tz_min = now.tz_min;
}

/* No sale open, ready for the next one. */
void
engine_empty(struct engine *e)
{
	static const uint8_t none[UUID_BYTES];
	struct utc never = {0};

	engine_begin_basket(e, none, never);
	e->state = ENGINE_READY;
	e->selected = 0;
	e->has_qty = false;
	e->empties = false;
	engine_weight_drop(e);
	e->has_last = false;
	memset(&e->answer, 0, sizeof(e->answer));
	engine_goods_drop(e);
	engine_tenders_empty(e);
}

void
engine_refresh(struct engine *e)
{
	struct engine_view *v = &e->view;

	v->state = e->state;
	v->basket = &e->basket;
	v->selected = e->selected;
	v->paid = engine_paid(e);
	v->due = engine_due(e);
	v->bill_rounding = engine_bill_rounding(e);
	v->tender = e->tender;
	v->n_tender = e->n_tender;
	if (engine_cash_due(e, &v->cash_due, &v->rounding) != RC_OK) {
		v->cash_due = v->due;
		v->rounding = (struct money){0};
	}
	v->n_quick = cash_quick(&e->config->currency, v->cash_due, v->quick);
	v->has_pending_qty = e->has_qty;
	v->pending_qty = e->qty;
	v->has_prev = e->has_prev;
	memcpy(v->prev_number, e->prev_number, sizeof(v->prev_number));
	v->prev_total = e->prev_total;
	v->prev_tendered = e->prev_tendered;
	v->prev_change = e->prev_change;
	v->prev_tender = e->prev_tender;
	v->n_prev_tender = e->n_prev_tender;
	v->prev_time = e->prev_time;
	v->prev_seq = e->prev_seq;
	v->n_parked = e->series.n_parked;
	v->next_sale = e->series.next_sale;
	v->operator_no = e->operator_no;
	v->price_check = e->price_check;
	v->empties = e->empties;
	v->has_weight = e->has_weight;
	v->weight = e->weight;
	v->tare = e->tare;
	v->returning = e->returning;
	v->receipt = e->returning == RETURN_RECEIPT ? &e->receipt : NULL;
	v->ask = e->ask != ASK_NONE ? e->ask : e->goods.kind;
	v->goods = &e->goods;
	v->training = e->training;
	v->question = e->question;
	v->kept = e->ask != ASK_NONE ? &e->kept.in : NULL;
	v->signed_off = e->operator_no[0] == '\0';
	v->locked = e->locked;
	v->key_turned = e->key_at == 'S';
	v->armed = e->armed.no[0] != '\0' ? e->armed.no : NULL;
	v->role = e->role;
	v->people = e->people;
	v->shift = engine_shift(e);
	v->shifts = &e->shifts;
	v->shifts_on = engine_shifts_on(e);
	v->day_missing = e->config->day_by_hand && e->shifts.date[0] == '\0';
	v->takes_over = engine_hands_over(e);
	v->card = e->pay.card;
	v->card.here = engine_card_here(e);
}

void
engine_start(struct engine *e, const struct store_state *state,
	uint64_t n_parked, const char *operator_no)
{
	e->series.next_sale = state->next_sale;
	e->series.next_parked = state->next_parked;
	e->series.n_parked = n_parked;
	(void)engine_copy(e->series.prefix, sizeof(e->series.prefix),
		state->number_prefix);
	engine_training_start(e, state);
	(void)engine_copy(e->operator_no, sizeof(e->operator_no), operator_no);
	(void)engine_copy(e->role, sizeof(e->role), CONFIG_OWNER);
	engine_shift_load(e);
	engine_refresh(e);
}

enum rc
engine_config(struct engine *e, const struct config *config)
{
	if (basket_is_begun(&e->basket) || e->wait != WAIT_NONE ||
		e->pay.card.phase == CARD_ASKED) {
		return RC_AGAIN;
	}
	e->config = config;
	engine_empty(e);
	engine_refresh(e);
	return RC_OK;
}

enum rc
engine_restore(struct engine *e, const uint8_t id[UUID_BYTES],
	struct utc opened, const struct basket_line line[], size_t n,
	uint32_t next_no, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (basket_is_begun(&e->basket) || e->wait != WAIT_NONE) {
		return err_set(reterr, RC_AGAIN, 0, "engine_restore",
			"a sale is open: finish, park or cancel it first");
	}
	engine_begin_basket(e, id, opened);
	basket_hold(&e->basket);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = basket_restore(&e->basket, &line[i]);
	}
	if (rc == RC_OK) {
		rc = basket_release(&e->basket);
	}
	if (rc != RC_OK) {
		engine_empty(e);
		return err_set(reterr, rc, 0, "engine_restore",
			"the open sale does not fit this configuration: ring "
			"its items again");
	}
	if (e->basket.next_no < next_no) {
		e->basket.next_no = next_no;
	}
	if (n > 0) {
		e->state = ENGINE_SALE;
		e->selected = e->basket.n_line - 1;
		engine_select_goods(e);
		engine_receipt_again(e);
	}
	engine_refresh(e);
	return RC_OK;
}

enum rc
engine_restore_head(struct engine *e, const struct basket *from)
{
	enum rc rc = basket_put_head(&e->basket, from);

	engine_refresh(e);
	return rc;
}

void
engine_restore_age(struct engine *e, const uint8_t id[UUID_BYTES],
	struct utc opened, unsigned age)
{
	if (!basket_is_begun(&e->basket)) {
		engine_begin_basket(e, id, opened);
	}
	e->basket.age = (uint8_t)age;
	engine_refresh(e);
}

bool
engine_has_printer(const struct engine *e)
{
	return config_printer(e->config) != NULL;
}

bool
engine_has_drawer(const struct engine *e)
{
	size_t no = engine_drawer_no(e);

	return no != 0 && config_drawer_at(e->config, no) != NULL &&
	       !e->training;
}

bool
engine_in_sale(struct engine *e, struct act *act)
{
	if (e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("Key CL to go back to the sale, then change it."));
		return false;
	}
	if (e->basket.n_line == 0) {
		engine_refuse(act, WORD_NO_LINE,
			_("There is no line yet: scan an item first."));
		return false;
	}
	return true;
}

bool
engine_pick(struct engine *e, struct act *act, const char *arg, size_t *ret_idx)
{
	int64_t no = 0;

	if (arg[0] == '\0') {
		*ret_idx = e->selected;
		return true;
	}
	if (parse_i64(arg, strlen(arg), 0, UINT32_MAX, &no) != RC_OK ||
		basket_find(&e->basket, (uint32_t)no, ret_idx) != RC_OK) {
		engine_refuse(act, WORD_NO_LINE,
			_("There is no line %.20s in this sale."), arg);
		return false;
	}
	return true;
}

static void
refuse_amount(const struct engine *e, struct act *act)
{
	const struct currency *c = &e->config->currency;
	unsigned digits = (unsigned)(c->digits - c->hidden);
	struct money twenty = {20}, keyed = {20};
	char text[AMOUNT_BYTES];

	for (unsigned i = 0; i < c->digits; i++) {
		twenty.minor *= 10;
		keyed.minor *= i < digits ? 10 : 1;
	}
	if (digits == 0) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("That is no amount: key 2000, without decimals."));
	} else {
		engine_refuse(act, WORD_BAD_AMOUNT,
			_("That is no amount: key %lld or %s."),
			(long long)keyed.minor, engine_amount(e, twenty, text));
	}
}

bool
engine_parse_amount(struct engine *e, struct act *act, const char *arg,
	int64_t max, struct money *ret)
{
	char text[AMOUNT_BYTES];
	struct money m = {0};
	size_t digits = 0;
	enum rc rc;

	for (const char *p = arg; *p != '\0'; p++) {
		digits += *p >= '0' && *p <= '9' ? 1 : 0;
	}
	rc = money_parse_keyed(arg, strlen(arg), &e->config->currency, &m);
	if (rc == RC_PROTO || (rc == RC_OK && m.minor < 0)) {
		refuse_amount(e, act);
		return false;
	}
	if (rc != RC_OK || digits > 9 || m.minor > max) {
		m.minor = max;
		engine_refuse(act, WORD_TOO_LARGE,
			_("The largest amount that can be keyed is %s."),
			engine_amount(e, m, text));
		return false;
	}
	*ret = m;
	return true;
}

bool
engine_parse_qty(struct act *act, const char *arg, struct qty *ret)
{
	enum rc rc = qty_parse(arg, strlen(arg), ret);

	if (rc == RC_RANGE && strpbrk(arg, "123456789") != NULL) {
		engine_refuse(act, WORD_TOO_LARGE,
			_("That quantity is too large: was it a code?"));
	} else if (rc != RC_OK) {
		engine_refuse(act, WORD_BAD_QUANTITY,
			_("A quantity is a number above zero, like 12 or 0.734."));
	}
	return rc == RC_OK;
}

void
engine_cards_by_hand(struct engine *e)
{
	e->by_hand = true;
}

void
engine_drop_act(struct engine *e)
{
	if (e->wait == WAIT_RECALLED || e->wait == WAIT_PARKED_GONE) {
		engine_empty(e);
	}
	e->wait = WAIT_NONE;
	e->wait_take = false;
	e->wait_back = false;
	e->wait_gone = false;
	e->answering = false;
	e->disarming = false;
	e->turning = 0;
}

void
engine_settle(struct engine *e, struct act *act, enum rc rc, const char *why)
{
	if (rc != RC_OK) {
		engine_drop_act(e);
		memset(&e->approver, 0, sizeof(e->approver));
		engine_refuse(act, WORD_NOT_RECORDED, _("Not recorded: %s"),
			why != NULL ? why : _("try again."));
		engine_refresh(e);
		return;
	}
	switch (e->wait) {
	case WAIT_LINE:
	case WAIT_BUYER:
		engine_settle_trial(e);
		break;
	case WAIT_VOID:
		engine_settle_trial(e);
		engine_select_goods(e);
		if (e->basket.n_line == 0) {
			engine_empty(e);
		}
		break;
	case WAIT_SOLD:
		engine_return_end(e);
		engine_settle_sold(e, act);
		break;
	case WAIT_PARKED:
		e->series.next_parked++;
		e->series.n_parked++;
		engine_return_end(e);
		engine_empty(e);
		break;
	case WAIT_GONE:
		engine_return_end(e);
		engine_empty(e);
		break;
	case WAIT_PARKED_GONE:
		engine_return_end(e);
		e->series.n_parked -= e->series.n_parked > 0 ? 1 : 0;
		engine_empty(e);
		break;
	case WAIT_RECALLED:
		engine_return_end(e);
		e->series.n_parked -= e->series.n_parked > 0 ? 1 : 0;
		e->state = ENGINE_SALE;
		e->selected = e->basket.n_line - 1;
		engine_select_goods(e);
		break;
	case WAIT_TENDER:
	case WAIT_TENDER_GONE:
		engine_settle_tender(e);
		break;
	case WAIT_CARD:
		engine_settle_card(e);
		break;
	case WAIT_RETURNED:
		engine_settle_returned(e);
		break;
	case WAIT_ADDED:
		engine_settle_added(e);
		break;
	case WAIT_NOT_SOLD:
		engine_goods_drop(e);
		break;
	case WAIT_TRAINING:
		engine_settle_training(e);
		break;
	case WAIT_SIGNED:
		engine_return_end(e);
		break;
	case WAIT_LOCKED:
	case WAIT_UNLOCKED:
	case WAIT_DROPPED:
	case WAIT_ARMED:
	case WAIT_NONE:
	case WAIT_NOTHING:
	default:
		break;
	}
	engine_settle_people(e);
	if (act->n > 0) {
		engine_shift_load(e);
	}
	e->wait = WAIT_NONE;
	engine_refresh(e);
}

const struct engine_view *
engine_view(const struct engine *e)
{
	return &e->view;
}
