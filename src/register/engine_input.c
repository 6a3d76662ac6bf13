/* SPDX-License-Identifier: Apache-2.0 */
/* One input taken apart and handed to who knows what it means. */
#include <string.h>

#include "base/i18n.h"
#include "register/engine_internal.h"

#include "base/poison.h"

static void
step_select(struct engine *e, struct act *act, int rows)
{
	size_t n = e->basket.n_line;
	size_t by = rows < 0 ? (size_t)(-(int64_t)rows) : (size_t)rows;

	if (n == 0) {
		engine_refuse(act, WORD_NO_LINE,
			_("There is no line yet: scan an item first."));
		return;
	}
	if (rows < 0) {
		e->selected = by > e->selected ? 0 : e->selected - by;
	} else {
		e->selected = by >= n - e->selected ? n - 1 : e->selected + by;
	}
}

static void
step_select_line(struct engine *e, struct act *act, const struct entry *en)
{
	const char *arg = en->before[0] != '\0' ? en->before : en->after;
	size_t idx = 0;

	if (engine_in_sale(e, act) && engine_pick(e, act, arg, &idx)) {
		e->selected = idx;
		engine_say_line(e, act, idx);
	}
}

static void
step_clear(struct engine *e, struct act *act)
{
	if (engine_card_clear(e, act)) {
		return;
	}
	if (e->price_check || e->has_qty || e->goods.kind != ASK_NONE ||
		e->answer.how != ANSWER_NONE || e->empties || e->has_weight ||
		e->tare > 0) {
		e->price_check = false;
		e->empties = false;
		engine_weight_drop(e);
		e->has_qty = false;
		memset(&e->answer, 0, sizeof(e->answer));
		engine_goods_drop(e);
		engine_say(act, _("Cleared."));
	} else if (e->state == ENGINE_PAY && !engine_tender_open(e, act)) {
		e->state = ENGINE_SALE;
		engine_say(act, _("Back in the sale."));
	} else if (e->state != ENGINE_PAY && e->returning != RETURN_OFF) {
		engine_return_end(e);
		engine_say(act, _("Back in the sale."));
	}
}

/* The sale ends, or is out of sight, and a part of it is paid. */
static bool
leaves_pay(enum command c)
{
	return c == CMD_CN || c == CMD_PK || c == CMD_SO;
}

/* A quantity that waits is for an item; anything else would leave it to
 * multiply what nobody meant. */
static bool
qty_in_the_way(const struct engine *e, enum command c)
{
	return e->has_qty && c != CMD_CL && c != CMD_DP && c != CMD_RI &&
	       c != CMD_PC && c != CMD_SL && c != CMD_VD && c != CMD_LK &&
	       c != CMD_RF && c != CMD_AG && c != CMD_EM;
}

static const char *
either(const struct entry *en)
{
	return en->before[0] != '\0' ? en->before : en->after;
}

/* Who buys, what they hand over, and how they want to pay it. */
static void
step_customer(struct engine *e, struct act *act, const struct entry *en)
{
	switch ((int)en->command) {
	case CMD_CG:
		engine_group(e, act, en);
		break;
	case CMD_CO:
		engine_coupon(e, act, en);
		break;
	case CMD_CM:
		engine_comment(e, act, en);
		break;
	case CMD_SP:
		engine_split(e, act, en);
		break;
	case CMD_SG:
	case CMD_SX:
	case CMD_KA:
	case CMD_KP:
	case CMD_KX:
	case CMD_KR:
	case CMD_KC:
	case CMD_KL:
	case CMD_KE:
	case CMD_KS:
	case CMD_KT:
		engine_card_command(e, act, en);
		break;
	default:
		engine_refuse(act, WORD_UNKNOWN_COMMAND,
			_("There is no such command."));
		break;
	}
}

/* What concerns the register, and goods that raise a question. */
static void
step_register(struct engine *e, struct act *act, const struct entry *en)
{
	switch ((int)en->command) {
	case CMD_TR:
		engine_training(e, act);
		break;
	case CMD_SO:
		engine_sign_off(e, act);
		break;
	case CMD_AG:
		engine_age(e, act, en);
		break;
	case CMD_RS:
		engine_resolve(e, act, en);
		break;
	case CMD_OI:
		engine_open_item(e, act, en);
		break;
	case CMD_NF:
		engine_not_sold(e, act);
		break;
	case CMD_ST:
		engine_settings(e, act);
		break;
	case CMD_SY:
		engine_sync(e, act, either(en));
		break;
	case CMD_CD:
	case CMD_XD:
		engine_drafts(e, act, en->command, either(en));
		break;
	case CMD_TE:
	case CMD_VN:
		engine_buyer(e, act, en);
		break;
	case CMD_LK:
		engine_lock(e, act, "hand");
		break;
	case CMD_SV:
		engine_say(act, _("Supervisor: number and PIN, or badge."));
		break;
	case CMD_PI:
	case CMD_PX:
	case CMD_PU:
	case CMD_FL:
	case CMD_SD:
		engine_cash(e, act, en);
		break;
	case CMD_CT:
		engine_count(e, act, en);
		break;
	case CMD_MV:
		engine_moved(e, act, en->after);
		break;
	case CMD_OD:
		engine_day_open(e, act);
		break;
	case CMD_OS:
		engine_shift_open(e, act, en);
		break;
	case CMD_CS:
		engine_shift_close(e, act, en);
		break;
	case CMD_HO:
		engine_shift_hand_over(e, act, en);
		break;
	case CMD_ZR:
		engine_day(e, act, either(en));
		break;
	case CMD_MZ:
		engine_period(e, act, PERIOD_MONTH, either(en));
		break;
	case CMD_YZ:
		engine_period(e, act, PERIOD_YEAR, either(en));
		break;
	case CMD_UL:
		engine_unlock_operator(e, act, either(en));
		break;
	case CMD_WT:
		engine_weight_keyed(e, act, either(en));
		break;
	case CMD_TW:
		engine_tare(e, act, either(en));
		break;
	case CMD_WG:
	case CMD_WZ:
	case CMD_WS:
	case CMD_WC:
		engine_scale(act, en->command);
		break;
	default:
		step_customer(e, act, en);
		break;
	}
}

static void
step_x_report(struct engine *e, struct act *act, const struct entry *en)
{
	if (either(en)[0] != '\0') {
		engine_shift_report(e, act, either(en));
	} else {
		engine_report(e, act);
	}
}

/* "10%DA" is off the whole sale. */
static void
step_discount(struct engine *e, struct act *act, const struct entry *en)
{
	if (en->command == CMD_DA && strchr(en->before, '%') != NULL) {
		engine_sale_discount(e, act, en);
	} else {
		engine_discount(e, act, en);
	}
}

static void
step_command(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty)
{
	if (qty_in_the_way(e, en->command)) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("A quantity waits for its item: scan the item, or key "
			  "CL first."));
		return;
	}
	if (!engine_trains(e, act, en->command)) {
		return;
	}
	if (en->command == CMD_CN && either(en)[0] == '\0' &&
		engine_card_cancel(e, act)) {
		return;
	}
	if (leaves_pay(en->command) && engine_tender_open(e, act)) {
		return;
	}
	switch ((int)en->command) {
	case CMD_TL:
		engine_total(e, act);
		break;
	case CMD_CA:
		engine_pay(e, act, &e->config->tender[0], either(en));
		break;
	case CMD_TT:
		engine_tender_list(e, act);
		break;
	case CMD_VD:
		if (e->n_tender > 0) {
			engine_tender_remove(e, act, en);
		} else {
			engine_void(e, act, en);
		}
		break;
	case CMD_CN:
		engine_cancel(e, act, either(en));
		break;
	case CMD_PO:
		engine_price(e, act, en);
		break;
	case CMD_DA:
	case CMD_DI:
		step_discount(e, act, en);
		break;
	case CMD_DS:
	case CMD_DT:
		engine_sale_discount(e, act, en);
		break;
	case CMD_QT:
		engine_quantity(e, act, en);
		break;
	case CMD_DP:
		engine_dept(e, act, en, qty);
		break;
	case CMD_NS:
		engine_no_sale(e, act, either(en));
		break;
	case CMD_PC:
		engine_price_check(e, act, either(en));
		break;
	case CMD_PK:
		engine_park(e, act, either(en));
		break;
	case CMD_RP:
		engine_reprint(e, act, en);
		break;
	case CMD_RF:
		engine_return(e, act, en, qty);
		break;
	case CMD_EM:
		engine_empties(e, act, en->after, qty);
		break;
	case CMD_XR:
		step_x_report(e, act, en);
		break;
	case CMD_AL:
		engine_audit(e, act);
		break;
	case CMD_RT:
		engine_reports(e, act, en->after);
		break;
	case CMD_RI:
		engine_repeat(e, act, qty);
		break;
	case CMD_CL:
		step_clear(e, act);
		break;
	case CMD_SL:
		step_select_line(e, act, en);
		break;
	default:
		step_register(e, act, en);
		break;
	}
}

/* A short number keyed in pay may be meant as cash; only CA takes money. */
static bool
may_be_cash(const char *code)
{
	size_t n = strlen(code);

	for (size_t i = 0; i < n; i++) {
		char c = code[i];

		if (!(c >= '0' && c <= '9') && c != '.' && c != ',') {
			return false;
		}
	}
	return n < 8;
}

static void
step_code(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty)
{
	struct symbol s;

	if (e->state == ENGINE_PAY && !e->price_check &&
		may_be_cash(en->code)) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			_("To take cash key %.12sCA; to add an item key CL "
			  "first."),
			en->code);
		return;
	}
	if (engine_tender_of(e, en) != NULL && (qty != NULL || e->has_qty)) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("A quantity goes before an item, not before a way to "
			  "pay."));
		return;
	}
	if (engine_tender_of(e, en) != NULL) {
		engine_goods_drop(e); /* paying leaves it, as CA does */
		engine_pay(e, act, engine_tender_of(e, en), either(en));
		return;
	}
	if (!e->price_check && engine_tender_open(e, act)) {
		return;
	}
	/* "(01)04006381333931(10)A1" as it stands below a symbol */
	if (gs1_form(en->code, strlen(en->code)) == GS1_BRACKETS) {
		(void)symbol_read(e->config, en->code, strlen(en->code),
			engine_today(e).year, &s);
		engine_symbol(e, act, &s, en->code, strlen(en->code), qty);
		return;
	}
	engine_code(e, act, en->code, qty,
		en->kind == ENTRY_CODE && !en->like_command);
	if (act->reply.error == engine_words[WORD_NOT_ON_FILE].word &&
		en->like_command) {
		engine_refuse(act, WORD_UNKNOWN_COMMAND,
			_("'%.40s' is no command, and no item on file."),
			en->code);
	} else if (act->reply.error == engine_words[WORD_NOT_ON_FILE].word &&
		   en->kind == ENTRY_SEARCH) {
		engine_find(e, act, en, qty);
	}
}

/* What is asked about goods is answered, or something is only looked at; by
 * what sells, or changes the sale, the question is left. */
static bool
leaves_goods(enum command c)
{
	static const enum command keep[] = {CMD_AG, CMD_RS, CMD_OI, CMD_NF,
		CMD_DP, CMD_PC, CMD_XR, CMD_RT, CMD_RP, CMD_TT, CMD_LK, CMD_SV,
		CMD_UL, CMD_CL, CMD_RI, CMD_WT, CMD_TW, CMD_WG, CMD_WZ, CMD_WS,
		CMD_WC, CMD_NONE};

	for (size_t i = 0; i < ARRAY_LEN(keep); i++) {
		if (keep[i] == c) {
			return false;
		}
	}
	return true;
}

static void
step_entry(struct engine *e, struct act *act, const struct entry *en)
{
	struct qty keyed = {0};
	const struct qty *qty = NULL;

	if (en->has_qty) {
		if (!engine_parse_qty(act, en->qty, &keyed)) {
			return;
		}
		qty = &keyed;
	}
	if (leaves_goods(en->command)) {
		engine_goods_drop(e);
	}
	switch (en->kind) {
	case ENTRY_EMPTY:
		break;
	case ENTRY_QTY:
		if (e->state == ENGINE_PAY) {
			engine_refuse(act, WORD_NOT_WHILE_PAYING,
				_("Key CL to go back to the sale, then the "
				  "quantity."));
			break;
		}
		e->has_qty = true;
		e->qty = keyed;
		engine_say(act, _("Quantity %.20s: scan or key the item."),
			en->qty);
		break;
	case ENTRY_CODE:
	case ENTRY_SEARCH:
		step_code(e, act, en, qty);
		break;
	case ENTRY_COMMAND:
		step_command(e, act, en, qty);
		break;
	case ENTRY_BAD:
	default:
		engine_refuse(act, WORD_BAD_ENTRY, "%s", en->text);
		act->reply.error = en->error;
		break;
	}
}

static void
step_text(struct engine *e, struct act *act, const struct input *in)
{
	char text[ITEM_NAME_BYTES];
	struct entry en;
	unsigned had;

	had = text_clean(in->text, in->len, text, sizeof(text), 0);
	if ((had & TEXT_WAS_CUT) != 0) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("That is too long: key it again."));
		return;
	}
	/* "C", a stray control character and "A" must not become CA */
	if ((had & (TEXT_HAD_CONTROL | TEXT_HAD_BAD_UTF8)) != 0) {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("That came with signs no key makes: key it again."));
		return;
	}
	entry_parse(text, strlen(text), &en);
	step_entry(e, act, &en);
}

static void
step_scan(struct engine *e, struct act *act, const struct input *in)
{
	struct symbol s;
	const char *code = s.code;

	if (symbol_read(e->config, in->text, in->len, engine_today(e).year,
		    &s) != SYMBOL_CODE) {
		engine_symbol(e, act, &s, in->text, in->len, NULL);
		return;
	}
	if (code[0] == '\0' && engine_is_noise(e, code)) {
		return;
	}
	if (code[0] == '\0') {
		engine_refuse(act, WORD_BAD_ENTRY,
			_("The scan was empty: scan again."));
	} else if (s.cut) {
		engine_refuse(act, WORD_NOT_ON_FILE,
			_("Not on file: a symbol of more than %d characters."),
			CODE_BYTES - 1);
	} else if (e->price_check || !engine_tender_open(e, act)) {
		bool goods = !engine_is_noise(e, code);

		engine_code(e, act, code, NULL, goods);
		if (!goods && !e->price_check &&
			act->reply.error ==
				engine_words[WORD_NOT_ON_FILE].word) {
			memset(act, 0, sizeof(*act));
			act->reply.ok = true;
		}
	}
}

void
engine_begin(struct engine *e, struct act *act)
{
	engine_drop_act(e);
	memset(act, 0, sizeof(*act));
	act->reply.ok = true;
	arena_reset(&e->arena);
	e->was_again = e->again;
	memset(&e->again, 0, sizeof(e->again));
	memset(&e->approver, 0, sizeof(e->approver));
	e->taken = NULL;
	if (e->ask == ASK_NONE) {
		memset(&e->question, 0, sizeof(e->question));
	}
}

void
engine_take(struct engine *e, const struct input *in, struct act *act)
{
	e->taken = in;
	e->sure = in->sure;
	switch (in->kind) {
	case INPUT_ENTRY:
		step_text(e, act, in);
		break;
	case INPUT_SCAN:
		step_scan(e, act, in);
		break;
	case INPUT_SELECT:
		step_select(e, act, in->arg);
		break;
	case INPUT_EXACT:
		if (e->state == ENGINE_PAY) {
			engine_pay(e, act, &e->config->tender[0], "");
			break;
		}
		engine_refuse(
			act, WORD_BAD_ENTRY, _("Key TL for the total first."));
		break;
	case INPUT_KEYLOCK:
		engine_keylock(e, act, in->text);
		break;
	case INPUT_REFUSE:
		if (e->ask == ASK_APPROVAL || e->ask == ASK_REASON) {
			engine_drop_question(e, act);
		}
		break;
	case INPUT_WEIGHT:
		engine_weight(e, act, in);
		break;
	case INPUT_CARD:
		engine_card_said(e, act, in->card);
		break;
	case INPUT_REASON:
		engine_give_reason(e, act, in->arg);
		break;
	case INPUT_LOCK:
		engine_lock(e, act,
			strcmp(in->text, "time") == 0 ? "time" : "hand");
		break;
	case INPUT_PIN:
	case INPUT_BADGE:
	default:
		/* proved by the till, which calls engine_person() */
		engine_refuse(act, WORD_BAD_ENTRY, _("Key it again."));
		break;
	}
}

void
engine_step(struct engine *e, const struct input *in, struct act *ret)
{
	engine_begin(e, ret);
	if (engine_admit(e, in, ret)) {
		engine_take(e, in, ret);
	}
	engine_mark_training(e, ret);
	engine_mark_shift(e, ret);
	engine_drop_note(e, ret);
	engine_refresh(e);
}
