/* SPDX-License-Identifier: Apache-2.0 */
#include "register/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* Lines and discounts of a full sale, its taxes and its tender. */
#define SCRATCH_BYTES                                                          \
	(BASKET_LINES_MAX * (sizeof(struct event_line) +                       \
				    sizeof(struct event_discount)) +           \
		TAX_CLASS_MAX * sizeof(struct event_tax) + 4096)

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
	e->memory = malloc(basket_bytes(BASKET_LINES_MAX));
	e->scratch = malloc(SCRATCH_BYTES);
	if (e->memory == NULL || e->scratch == NULL) {
		goto out;
	}
	e->config = config;
	e->ports = *ports;
	e->clock = *clock;
	e->rng = *rng;
	basket_init(&e->basket, e->memory, BASKET_LINES_MAX);
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
	free(e->memory);
	free(e->scratch);
	free(e);
}

static void
copy_text(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s);
}

/* No sale open, ready for the next one. */
void
engine_empty(struct engine *e)
{
	static const uint8_t none[UUID_BYTES];
	struct utc never = {0};

	basket_begin(&e->basket, none, never, &e->config->tax,
		e->config->price_round);
	e->state = ENGINE_READY;
	e->bytes = ENGINE_SALE_BYTES;
	e->selected = 0;
	e->has_qty = false;
	e->has_last = false;
}

static void
refresh(struct engine *e)
{
	struct engine_view *v = &e->view;

	v->state = e->state;
	v->basket = &e->basket;
	v->selected = e->selected;
	v->due = e->basket.total.gross;
	if (engine_cash_due(e, &v->cash_due, &v->rounding) != RC_OK) {
		v->cash_due = v->due;
		v->rounding = (struct money){0};
	}
	v->has_pending_qty = e->has_qty;
	v->pending_qty = e->qty;
	v->has_prev = e->has_prev;
	memcpy(v->prev_number, e->prev_number, sizeof(v->prev_number));
	v->prev_total = e->prev_total;
	v->prev_tendered = e->prev_tendered;
	v->prev_change = e->prev_change;
	v->n_parked = e->n_parked;
	v->next_sale = e->next_sale;
	v->operator_no = e->operator_no;
	v->price_check = e->price_check;
}

void
engine_start(struct engine *e, const struct store_state *state,
	uint64_t n_parked, const char *operator_no)
{
	e->next_sale = state->next_sale;
	e->next_parked = state->next_parked;
	e->n_parked = n_parked;
	copy_text(e->prefix, sizeof(e->prefix), state->number_prefix);
	copy_text(e->operator_no, sizeof(e->operator_no), operator_no);
	refresh(e);
}

enum rc
engine_config(struct engine *e, const struct config *config)
{
	if (e->basket.n_line > 0 || e->wait != WAIT_NONE) {
		return RC_AGAIN;
	}
	e->config = config;
	engine_empty(e);
	refresh(e);
	return RC_OK;
}

enum rc
engine_restore(struct engine *e, const uint8_t id[UUID_BYTES],
	struct utc opened, const struct basket_line line[], size_t n,
	struct err *reterr)
{
	enum rc rc = RC_OK;

	if (e->basket.n_line > 0 || e->wait != WAIT_NONE) {
		return err_set(reterr, RC_AGAIN, 0, "engine_restore",
			"a sale is open: finish, park or cancel it first");
	}
	basket_begin(&e->basket, id, opened, &e->config->tax,
		e->config->price_round);
	e->bytes = ENGINE_SALE_BYTES;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = basket_restore(&e->basket, &line[i]);
		e->bytes += engine_line_bytes(&line[i].item);
	}
	if (rc != RC_OK) {
		engine_empty(e);
		return err_set(reterr, rc, 0, "engine_restore",
			"the open sale does not fit this configuration: ring "
			"its items again");
	}
	if (n > 0) {
		e->state = ENGINE_SALE;
		e->selected = n - 1;
	}
	refresh(e);
	return RC_OK;
}

static size_t
json_bytes(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		n += *s == '"' || *s == '\\' ? 2 : 1;
		n += (unsigned char)*s < 0x20 ? 5 : 0;
	}
	return n;
}

size_t
engine_line_bytes(const struct item *item)
{
	return ENGINE_LINE_BYTES + json_bytes(item->code) +
	       json_bytes(item->name) + json_bytes(item->dept);
}

bool
engine_has_printer(const struct engine *e)
{
	return e->config->printer_driver[0] != '\0';
}

bool
engine_has_drawer(const struct engine *e)
{
	return engine_has_printer(e) && e->config->drawer_pin >= 0;
}

bool
engine_in_sale(struct engine *e, struct act *act)
{
	if (e->state == ENGINE_PAY) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			"Key CL to go back to the sale, then change it.");
		return false;
	}
	if (e->basket.n_line == 0) {
		engine_refuse(act, WORD_NO_LINE,
			"There is no line yet: scan an item first.");
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
			"There is no line %.20s in this sale.", arg);
		return false;
	}
	return true;
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
	rc = money_parse_entry(
		arg, strlen(arg), e->config->currency.digits, &m);
	if (rc == RC_PROTO || (rc == RC_OK && m.minor < 0)) {
		engine_refuse(act, WORD_BAD_AMOUNT,
			"That is no amount: key 2000 or 20.00.");
		return false;
	}
	if (rc != RC_OK || digits > 9 || m.minor > max) {
		m.minor = max;
		engine_refuse(act, WORD_TOO_LARGE,
			"The largest amount that can be keyed is %s.",
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
			"That quantity is too large: was it a code?");
	} else if (rc != RC_OK) {
		engine_refuse(act, WORD_BAD_QUANTITY,
			"A quantity is a number above zero, like 12 or 0.734.");
	}
	return rc == RC_OK;
}

static void
step_select(struct engine *e, struct act *act, int rows)
{
	size_t n = e->basket.n_line;
	size_t by = rows < 0 ? (size_t)(-(int64_t)rows) : (size_t)rows;

	if (n == 0) {
		engine_refuse(act, WORD_NO_LINE,
			"There is no line yet: scan an item first.");
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
	}
}

static void
step_clear(struct engine *e, struct act *act)
{
	if (e->price_check || e->has_qty) {
		e->price_check = false;
		e->has_qty = false;
		engine_say(act, "Cleared.");
	} else if (e->state == ENGINE_PAY) {
		e->state = ENGINE_SALE;
		engine_say(act, "Back in the sale.");
	}
}

/* A quantity that waits is for an item; anything else would leave it to
 * multiply what nobody meant. */
static bool
qty_in_the_way(const struct engine *e, enum command c)
{
	return e->has_qty && c != CMD_CL && c != CMD_DP && c != CMD_RI &&
	       c != CMD_PC && c != CMD_SL && c != CMD_VD;
}

static const char *
either(const struct entry *en)
{
	return en->before[0] != '\0' ? en->before : en->after;
}

static void
step_command(struct engine *e, struct act *act, const struct entry *en,
	const struct qty *qty)
{
	if (qty_in_the_way(e, en->command)) {
		engine_refuse(act, WORD_BAD_ENTRY,
			"A quantity waits for its item: scan the item, or key "
			"CL first.");
		return;
	}
	switch (en->command) {
	case CMD_TL:
		engine_total(e, act);
		break;
	case CMD_CA:
		engine_cash(e, act, either(en));
		break;
	case CMD_VD:
		engine_void(e, act, en);
		break;
	case CMD_CN:
		engine_cancel(e, act);
		break;
	case CMD_PO:
		engine_price(e, act, en);
		break;
	case CMD_DI:
	case CMD_DA:
		engine_discount(e, act, en);
		break;
	case CMD_QT:
		engine_quantity(e, act, en);
		break;
	case CMD_DP:
		engine_dept(e, act, en, qty);
		break;
	case CMD_NS:
		engine_no_sale(e, act);
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
	case CMD_XR:
		engine_report(e, act);
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
	case CMD_SO:
		engine_refuse(act, WORD_NO_OPERATORS,
			"This register has one operator: there is nobody to "
			"sign off.");
		break;
	case CMD_NONE:
	case CMD_COUNT:
	default:
		engine_refuse(
			act, WORD_UNKNOWN_COMMAND, "There is no such command.");
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
	if (e->state == ENGINE_PAY && !e->price_check &&
		may_be_cash(en->code)) {
		engine_refuse(act, WORD_NOT_WHILE_PAYING,
			"To take cash key %.12sCA; to add an item key CL "
			"first.",
			en->code);
		return;
	}
	engine_code(e, act, en->code, qty);
	if (act->reply.error == engine_words[WORD_NOT_ON_FILE].word &&
		en->like_command) {
		engine_refuse(act, WORD_UNKNOWN_COMMAND,
			"'%.40s' is no command, and no item on file.",
			en->code);
	} else if (act->reply.error == engine_words[WORD_NOT_ON_FILE].word &&
		   en->kind == ENTRY_SEARCH) {
		engine_refuse(act, WORD_NO_SEARCH,
			"Words do not find items yet: scan or key the code.");
	}
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
	switch (en->kind) {
	case ENTRY_EMPTY:
		break;
	case ENTRY_QTY:
		if (e->state == ENGINE_PAY) {
			engine_refuse(act, WORD_NOT_WHILE_PAYING,
				"Key CL to go back to the sale, then the "
				"quantity.");
			break;
		}
		e->has_qty = true;
		e->qty = keyed;
		engine_say(
			act, "Quantity %.20s: scan or key the item.", en->qty);
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
		engine_refuse(
			act, WORD_BAD_ENTRY, "That is too long: key it again.");
		return;
	}
	/* "C", a stray control character and "A" must not become CA */
	if ((had & (TEXT_HAD_CONTROL | TEXT_HAD_BAD_UTF8)) != 0) {
		engine_refuse(act, WORD_BAD_ENTRY,
			"That came with signs no key makes: key it again.");
		return;
	}
	entry_parse(text, strlen(text), &en);
	step_entry(e, act, &en);
}

static void
step_scan(struct engine *e, struct act *act, const struct input *in)
{
	char code[CODE_BYTES];
	size_t len = in->len;
	const char *s = code_strip_aim(in->text, in->len, &len);
	unsigned had = text_clean(s, len, code, sizeof(code), 0);

	if (code[0] == '\0') {
		engine_refuse(
			act, WORD_BAD_ENTRY, "The scan was empty: scan again.");
	} else if ((had & TEXT_WAS_CUT) != 0) {
		engine_refuse(act, WORD_NOT_ON_FILE,
			"Not on file: a symbol of more than %d characters.",
			CODE_BYTES - 1);
	} else {
		engine_code(e, act, code, NULL);
	}
}

static void
drop_act(struct engine *e)
{
	if (e->wait == WAIT_RECALLED) {
		engine_empty(e);
	}
	e->wait = WAIT_NONE;
}

void
engine_step(struct engine *e, const struct input *in, struct act *ret)
{
	drop_act(e); /* one that was never settled was never recorded */
	memset(ret, 0, sizeof(*ret));
	ret->reply.ok = true;
	arena_reset(&e->arena);
	switch (in->kind) {
	case INPUT_ENTRY:
		step_text(e, ret, in);
		break;
	case INPUT_SCAN:
		step_scan(e, ret, in);
		break;
	case INPUT_SELECT:
		step_select(e, ret, in->arg);
		break;
	case INPUT_EXACT:
		if (e->state == ENGINE_PAY) {
			engine_cash(e, ret, "");
			break;
		}
		engine_refuse(
			ret, WORD_BAD_ENTRY, "Key TL for the total first.");
		break;
	default:
		engine_refuse(ret, WORD_BAD_ENTRY, "Key it again.");
		break;
	}
	refresh(e);
}

static void
settle_void(struct engine *e)
{
	size_t idx = e->wait_idx;

	size_t bytes = engine_line_bytes(&e->basket.line[idx].item);

	/* it went well in the trial run, on the same basket */
	if (basket_void(&e->basket, idx) != RC_OK) {
		return;
	}
	e->bytes -= bytes;
	if (e->basket.n_line == 0) {
		engine_empty(e);
		return;
	}
	if (e->selected > idx || e->selected == e->basket.n_line) {
		e->selected--;
	}
}

void
engine_settle(struct engine *e, struct act *act, enum rc rc, const char *why)
{
	if (rc != RC_OK) {
		drop_act(e);
		engine_refuse(act, WORD_NOT_RECORDED, "Not recorded: %s",
			why != NULL ? why : "try again.");
		refresh(e);
		return;
	}
	switch (e->wait) {
	case WAIT_LINE:
		e->basket = e->wait_after;
		e->basket.line[e->wait_idx] = e->wait_line;
		break;
	case WAIT_VOID:
		settle_void(e);
		break;
	case WAIT_SOLD:
		engine_settle_sold(e, act);
		break;
	case WAIT_PARKED:
		e->next_parked++;
		e->n_parked++;
		engine_empty(e);
		break;
	case WAIT_GONE:
		engine_empty(e);
		break;
	case WAIT_RECALLED:
		e->n_parked -= e->n_parked > 0 ? 1 : 0;
		e->state = ENGINE_SALE;
		e->selected = e->basket.n_line - 1;
		break;
	case WAIT_NONE:
	case WAIT_NOTHING:
	default:
		break;
	}
	e->wait = WAIT_NONE;
	refresh(e);
}

const struct engine_view *
engine_view(const struct engine *e)
{
	return &e->view;
}
