/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "engine_rig.h"

#include "base/poison.h"

static const struct item items[] = {
	{"5449000000996", CODE_EAN13, "Cola 0.33 L can", "10", "A", {89}, 0},
	{"4311501000014", CODE_EAN13, "Whole milk 1 L", "20", "B", {129}, 0},
	{"4011", CODE_PLU, "Bananas", "30", "B", {199}, 0},
	{"AB 12 x", CODE_INTERNAL, "Spaced \"thing\"", "", "A", {100000}, 0},
	{"free", CODE_INTERNAL, "Leaflet", "", "A", {0}, 0},
	{"ODD", CODE_INTERNAL, "Odd tax", "", "Z", {100}, 0},
	{"BIG", CODE_INTERNAL, "Dear", "", "A", {MONEY_MAX}, 0},
	{"WINE", CODE_INTERNAL, "Red wine 0.75 L", "", "A", {795}, 18},
	{"BEER", CODE_INTERNAL, "Beer 0.5 L", "", "A", {119}, 16},
	{"HAM", CODE_INTERNAL, "Ham", "30", "B", {299}, 0, "kg", 0, "", ""},
	{"SALAD", CODE_INTERNAL, "Salad", "30", "B", {299}, 0, "kg", 22, "",
		""},
	{"STEAK", CODE_INTERNAL, "Steak", "30", "B", {999}, 0, "lb", 0, "", ""},
	{"CIDER", CODE_INTERNAL, "Cider on tap", "30", "A", {500}, 16, "kg", 0,
		"", ""},
	{"12345", CODE_INTERNAL, "Ham, packed", "30", "B", {299}, 0, "kg", 0,
		"", ""},
	{"1234", CODE_INTERNAL, "Cheese, packed", "30", "B", {0}, 0, "", 0, "",
		""},
	{"40512", CODE_INTERNAL, "Steak, packed", "30", "B", {999}, 0, "", 0,
		"", ""},
	{"FIZZ", CODE_INTERNAL, "Fizz 0.5 L", "10", "A", {89}, 0, "", 0, "D25",
		"soda"},
	{"ATFIZZ", CODE_INTERNAL, "Fizz AT", "10", "A", {89}, 0, "", 0, "AT",
		""},
	{"LOST", CODE_INTERNAL, "Lost deposit", "10", "A", {100}, 0, "", 0,
		"D99", ""},
	{"4012345000047", CODE_EAN13, "Marker", "10", "A", {199}, 0},
	{"4012345000016", CODE_EAN13, "Gouda, packed", "30", "B", {1000}, 0,
		"kg", 0, "", ""},
	{"4012345000023", CODE_EAN13, "Stout 0.5 L", "10", "A", {250}, 16},
	{.code = "ALE",
		.kind = CODE_INTERNAL,
		.name = "Ale 0.33 L",
		.tax = "A",
		.price = {600},
		.deposit = "D25",
		.groups = "beer cold"},
};

const char rig_all_rules[] =
	"[pricelist happy]\ntime = 17:00-19:00\nALE = 4.50\n"
	"[pricelist staff]\ngroup = staff\nall = -10%\n"
	"[promotion three]\nname = Three for two\nitems = 4311501000014\n"
	"buy = 3\nfree = 1\n"
	"[promotion pair]\nitems = 5449000000996\nbuy = 1\n"
	"items2 = 4011\nbuy2 = 1\nprice = 2.00\n"
	"[coupon shop]\nname = Half off\ncode = C50\nkind = store\n"
	"items = 4011\noff = 0.50\n"
	"[coupon five]\ncode = C5\nkind = store\nitems = all\n"
	"percent = 5%\nleast = 20.00\nlimit = 1\n"
	"[coupon maker]\ncode = M60\nkind = maker\ntender = CP\n"
	"items = 5449000000996\noff = 0.60\n"
	"[coupon double]\ncode = M30\nkind = maker\ntender = CP\n"
	"items = 4311501000014\noff = 0.30\ndoubled = yes\n"
	"[deposit D25]\nname = Deposit\nprice = 0.25\ntax = item\n";

void
rig_rules(struct rig *r, const char *text)
{
	static char whole[8192];
	struct err err = {0};
	struct sbuf b;

	sbuf_init(&b, whole, sizeof(whole));
	sbuf_puts(&b, text);
	sbuf_puts(&b,
		"[shop]\nname = Corner\n[register]\nid = R01\n[currency]\n"
		"code = EUR\n[tax]\nprices = included\nA = 19%\nB = 7%\n"
		"[departments]\n20 = B, Fruit\n[tender CP]\nname = Voucher\n");
	config_release(&r->ruled);
	if (config_check("t", b.p, b.len, &r->ruled, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	r->config.rules = r->ruled.rules;
}

static enum rc
find_item(void *arg, const char *code, size_t len, struct item *ret,
	enum code_kind *ret_kind, struct err *reterr)
{
	(void)arg;
	if (len == 5 && memcmp(code, "BREAK", 5) == 0) {
		return err_set(reterr, RC_IO, 0, "rig", "the disk is gone");
	}
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		if (strlen(items[i].code) == len &&
			memcmp(items[i].code, code, len) == 0) {
			*ret = items[i];
			*ret_kind = items[i].kind;
			return RC_OK;
		}
	}
	return RC_NOTFOUND;
}

static enum rc
give(struct rig *r, const struct rig_doc *d, const struct event **ret)
{
	struct err err = {0};
	enum rc rc;

	arena_reset(&r->arena);
	rc = wire_decode(d->line, d->len, &r->arena, &r->port_event, &err);
	if (rc != RC_OK) {
		fail_msg("decode: %s", err.msg);
	}
	*ret = &r->port_event;
	return RC_OK;
}

static enum rc
find_parked(void *arg, uint64_t number, const struct event **ret,
	struct err *reterr)
{
	struct rig *r = arg;
	struct rig_doc *best = NULL;

	(void)reterr;
	for (size_t i = 0; i < RIG_PARKED; i++) {
		struct rig_doc *d = &r->parked[i];

		if (d->used && (number == 0 || d->number == number) &&
			(best == NULL || d->number < best->number)) {
			best = d;
		}
	}
	return best == NULL ? RC_NOTFOUND : give(r, best, ret);
}

static enum rc
find_document(void *arg, const char *number, const struct event **ret,
	int64_t *ret_copies, struct err *reterr)
{
	struct rig *r = arg;

	(void)reterr;
	if (!r->sale.used) {
		return RC_NOTFOUND;
	}
	*ret_copies = r->copies;
	assert_int_equal(give(r, &r->sale, ret), RC_OK);
	if (number[0] == '\0' ||
		strcmp(number, (*ret)->data.sale.number) == 0) {
		return RC_OK;
	}
	for (size_t i = 0; i < r->n_sold_doc; i++) {
		assert_int_equal(give(r, &r->sold[i], ret), RC_OK);
		if (strcmp(number, (*ret)->data.sale.number) == 0) {
			return RC_OK;
		}
	}
	return RC_NOTFOUND;
}

static enum rc
find_returned(void *arg, const char *number, int64_t line, int64_t *ret,
	struct err *reterr)
{
	struct rig *r = arg;

	(void)reterr;
	*ret = 0;
	for (size_t i = 0; i < r->n_back; i++) {
		if (r->back[i].line == line &&
			strcmp(r->back[i].number, number) == 0) {
			*ret += r->back[i].milli;
		}
	}
	return RC_OK;
}

/* As the store does it. */
static void
take_back(struct rig *r, const struct event_sale *s)
{
	for (size_t i = 0; i < s->n_line && r->n_back < RIG_SALES; i++) {
		const struct event_line *l = &s->line[i];

		if (l->return_of != NULL) {
			(void)snprintf(r->back[r->n_back].number, 32, "%s",
				l->return_of);
			r->back[r->n_back].line = l->return_no;
			r->back[r->n_back++].milli = -l->qty;
		}
	}
}

static enum rc
find_terminal(void *arg, const char *device, struct store_terminal *ret,
	struct err *reterr)
{
	struct rig *r = arg;

	(void)reterr;
	if (strcmp(device, "ec") != 0) {
		return RC_NOTFOUND;
	}
	*ret = r->terminal;
	return RC_OK;
}

static enum rc
find_reserved(void *arg, const uint8_t *after, struct store_payment ret[],
	size_t cap, size_t *ret_n, struct err *reterr)
{
	struct rig *r = arg;
	bool behind = after == NULL;

	(void)reterr;
	*ret_n = 0;
	for (size_t i = 0; i < r->n_held && *ret_n < cap; i++) {
		const struct store_payment *p = &r->held[i];

		if (behind && p->state == STORE_PAYMENT_RESERVED) {
			ret[(*ret_n)++] = *p;
		}
		behind = behind || memcmp(p->payment, after, UUID_BYTES) == 0;
	}
	return RC_OK;
}

static void
text_of(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s == NULL ? "" : s);
}

/* What was reserved is used, or let go. */
static void
drop_held(struct rig *r, const char *of)
{
	for (size_t i = 0; i < r->n_held; i++) {
		char id[UUID_TEXT_BYTES];

		uuid_format(r->held[i].payment, id);
		if (strcmp(id, of) == 0) {
			r->held[i].of[0] = '\0';
			r->held[i].state = STORE_PAYMENT_OPEN;
		}
	}
}

/* As the store does it. */
static void
take_payment(struct rig *r, const struct event *ev)
{
	const struct event_payment_end *d = &ev->data.payment_end;
	struct store_payment *p = &r->held[0];

	if (ev->type == EVENT_PAYMENT_STARTED) {
		const struct event_payment *s = &ev->data.payment;

		assert_true(r->n_held < RIG_HELD);
		p = &r->held[r->n_held++];
		memset(p, 0, sizeof(*p));
		memcpy(p->payment, s->payment, UUID_BYTES);
		memcpy(p->sale, s->sale, UUID_BYTES);
		p->time = ev->time;
		p->amount = s->amount;
		text_of(p->op, sizeof(p->op), s->op);
		text_of(p->tender, sizeof(p->tender), s->tender);
		text_of(p->name, sizeof(p->name), s->name);
		text_of(p->device, sizeof(p->device), s->terminal);
		text_of(p->of, sizeof(p->of), s->of);
		text_of(p->receipt, sizeof(p->receipt), s->receipt);
		text_of(p->last, sizeof(p->last), s->last);
		return;
	}
	while (p < r->held + r->n_held &&
		memcmp(p->payment, d->payment, UUID_BYTES) != 0) {
		p++;
	}
	assert_true(p < r->held + r->n_held);
	if (d->receipt != NULL) {
		text_of(r->terminal.receipt, sizeof(r->terminal.receipt),
			d->receipt);
		r->terminal.amount = d->amount;
	}
	if (strcmp(d->outcome, "unknown") == 0) {
		p->state = STORE_PAYMENT_UNKNOWN;
	} else if (strcmp(d->outcome, "approved") == 0 &&
		   strcmp(p->op, "reserve") == 0) {
		p->state = STORE_PAYMENT_RESERVED;
		text_of(p->receipt, sizeof(p->receipt), d->receipt);
	} else {
		if (strcmp(d->outcome, "approved") == 0 &&
			strcmp(p->op, "release") != 0) {
			r->terminal.paid_count++;
			r->terminal.paid += d->amount;
		}
		drop_held(r, p->of);
		*p = r->held[--r->n_held];
	}
}

void
rig_terminal(struct rig *r)
{
	r->config.tender[1].kind = TENDER_CARD;
	r->config.device[1] = (struct config_device){.name = "ec",
		.driver = "zvt",
		.port = "tcp:127.0.0.1:1",
		.known = true,
		.class_ = DEVICE_PINPAD};
	r->config.n_device = 2;
}

static enum rc
find_totals(void *arg, struct totals *ret, struct err *reterr)
{
	struct rig *r = arg;

	(void)reterr;
	*ret = r->totals;
	return RC_OK;
}

static void
keep(struct rig *r, struct rig_doc *d, size_t len, uint64_t number)
{
	free(d->line);
	d->line = malloc(len);
	assert_non_null(d->line);
	memcpy(d->line, r->line, len);
	d->len = len;
	d->used = true;
	d->number = number;
}

/* What the shop does with an event: the line is written, then read again. */
static void
record(struct rig *r, struct event *ev, uint64_t parked)
{
	struct event back;
	struct err err = {0};
	struct sbuf out;
	uint8_t hash[HASH_BYTES];
	enum rc rc;

	ev->epoch = 1;
	ev->sequence = ++r->seq;
	ev->time = r->clock.now.utc;
	ev->boot = "00000000-0000-0000-0000-000000000000";
	ev->actor = "1";
	ev->config = "";
	assert_true(event_balances(ev));
	sbuf_init(&out, r->line, WIRE_LINE_BYTES + 1);
	rc = wire_encode(ev, r->secret, &out, hash, &err);
	if (rc != RC_OK) {
		fail_msg("encode %s: %s", event_type_name(ev->type), err.msg);
	}
	assert_true(out.len <= WIRE_LINE_BYTES);
	arena_reset(&r->arena);
	rc = wire_decode(out.p, out.len, &r->arena, &back, &err);
	if (rc != RC_OK) {
		fail_msg("decode %s: %s", event_type_name(ev->type), err.msg);
	}
	assert_int_equal(totals_add(&r->totals, &back), RC_OK);
	if (ev->type == EVENT_PAYMENT_STARTED ||
		ev->type == EVENT_PAYMENT_ENDED) {
		take_payment(r, &back);
	}
	if (ev->type == EVENT_SALE_COMPLETED) {
		keep(r, &r->sale, out.len, 0);
		if (r->n_sold_doc < RIG_SALES) {
			keep(r, &r->sold[r->n_sold_doc++], out.len, 0);
		}
		take_back(r, &back.data.sale);
		r->copies = 0;
	} else if (ev->type == EVENT_COPY_PRINTED) {
		assert_int_equal(ev->data.receipt.copy, ++r->copies);
	} else if (ev->type == EVENT_SALE_PARKED) {
		keep(r, &r->parked[parked % RIG_PARKED], out.len, parked);
	} else if (ev->type == EVENT_SALE_RECALLED) {
		int64_t n = -1;

		for (const char *p = ev->data.recalled.number + 1; *p; p++) {
			n = (n < 0 ? 0 : n * 10) + (*p - '0');
		}
		r->parked[(size_t)n % RIG_PARKED].used = false;
	}
}

void
rig_engine(struct rig *r)
{
	struct engine_ports ports = {.arg = r,
		.find_item = find_item,
		.parked = find_parked,
		.document = find_document,
		.totals = find_totals,
		.terminal = find_terminal,
		.reserved = find_reserved,
		.returned = find_returned};
	struct store_state state = {
		.next_sale = 42, .next_parked = 1, .number_prefix = "R01"};
	struct clock clock = clock_fake(&r->clock);
	struct rng rng = rng_seeded(&r->seeded, 7);

	engine_free(r->e);
	r->e = NULL;
	assert_int_equal(
		engine_new(&r->config, &ports, &clock, &rng, &r->e, NULL),
		RC_OK);
	engine_start(r->e, &state, 0, "1");
}

void
rig_open(struct rig *r)
{
	static const uint8_t seed[SIGN_SEED_BYTES] = {1};
	uint8_t pub[SIGN_PUB_BYTES];

	memset(r, 0, sizeof(*r));
	assert_int_equal(crypto_init(), RC_OK);
	crypto_sign_key(seed, pub, r->secret);
	r->clock.now.utc.us = INT64_C(1795000000000000);
	r->config = (struct config){.shop = "Corner",
		.register_no = "R01",
		.currency = {"EUR", 2, 1},
		.tax = {true, TAX_PER_RECEIPT, ROUND_HALF_UP, 2,
			{{"A", 190000}, {"B", 70000}}},
		.cols = 42,
		.n_device = 1,
		.device = {{.name = "printer",
			.driver = "escpos",
			.port = "file:/dev/null",
			.known = true}},
		.drawer_pin = 0,
		.max_amount = 99999999,
		.n_dept = 1,
		.dept = {{"20", "Fruit", "B"}},
		.n_tender = 4,
		.tender = {{"CA", "", TENDER_CASH, true, true, 0, 0},
			{"CC", "Card", TENDER_HAND, false, false, 2, 0},
			{"CK", "Cheque", TENDER_HAND, true, true, 3, 10000},
			{"CP", "Voucher", TENDER_HAND, false, true, 5, 0}}};
	r->line = malloc(WIRE_LINE_BYTES + 1);
	r->arena_memory = malloc(wire_arena_bytes(WIRE_LINE_BYTES));
	assert_non_null(r->line);
	assert_non_null(r->arena_memory);
	arena_init(
		&r->arena, r->arena_memory, wire_arena_bytes(WIRE_LINE_BYTES));
	rig_engine(r);
}

void
rig_close(struct rig *r)
{
	engine_free(r->e);
	for (size_t i = 0; i < RIG_PARKED; i++) {
		free(r->parked[i].line);
	}
	for (size_t i = 0; i < r->n_sold_doc; i++) {
		free(r->sold[i].line);
	}
	free(r->sale.line);
	free(r->line);
	free(r->arena_memory);
	config_release(&r->ruled);
}

static void
describe(struct rig *r)
{
	const struct engine_view *v = engine_view(r->e);
	const struct reply *p = &r->act.reply;
	struct sbuf b;

	sbuf_init(&b, r->said, sizeof(r->said));
	if (!p->ok) {
		sbuf_printf(&b, "!%s", p->error);
	}
	if (!p->ok && r->n_last > 0) {
		/* a refusal in words of what is recorded */
		sbuf_putc(&b, ' ');
	} else if (!p->ok) {
		return;
	}
	sbuf_putc(&b, "RSP"[v->state]);
	if (v->card.phase != CARD_IDLE) {
		sbuf_printf(&b, "%c", "-asu"[v->card.phase]);
	}
	sbuf_printf(
		&b, " %lld %zu", (long long)v->due.minor, v->basket->n_line);
	if (v->has_pending_qty) {
		sbuf_printf(&b, " q%lld", (long long)v->pending_qty.milli);
	}
	if (v->price_check) {
		sbuf_puts(&b, " pc");
	}
	if (p->has_item) {
		sbuf_printf(&b, " item %s %lld", p->item.code,
			(long long)p->item.price.minor);
	}
	if (p->sold) {
		sbuf_printf(&b, " sold %s %lld %lld %lld", p->number,
			(long long)p->total.minor, (long long)p->tendered.minor,
			(long long)p->change.minor);
	}
	if (p->parked > 0) {
		sbuf_printf(&b, " parked %llu", (unsigned long long)p->parked);
	}
	for (size_t i = 0; i < v->n_tender; i++) {
		sbuf_printf(&b, " %s%lld", v->tender[i].code,
			(long long)v->tender[i].amount.minor);
	}
	if (p->has_totals) {
		sbuf_printf(&b, " x %lld %lld", (long long)p->totals.sales,
			(long long)p->totals.gross);
	}
	for (size_t i = 0; i < r->n_last; i++) {
		/* "holdfast.sale.completed.v1" without its ends */
		const char *name = event_type_name(r->last[i].type);

		sbuf_putc(&b, ' ');
		sbuf_write(&b, name + 9, strlen(name) - 12);
	}
}

static const char *
rig_take(struct rig *r, const struct input *in)
{
	engine_step(r->e, in, &r->act);
	r->n_last = r->act.n;
	if (r->act.n > 0 && r->fail) {
		r->fail = false;
		engine_settle(r->e, &r->act, RC_NOSPC, "the disk is full.");
		assert_false(r->act.reply.ok);
		assert_false(r->act.reply.sold);
		assert_false(r->act.print || r->act.drawer);
		r->n_last = 0;
	} else if (r->act.n > 0) {
		r->n_act++;
		r->n_sold += r->act.reply.sold ? 1 : 0;
		for (size_t i = 0; i < r->act.n; i++) {
			record(r, &r->act.event[i], r->act.reply.parked);
			r->last[i] = r->act.event[i];
		}
		engine_settle(r->e, &r->act, RC_OK, NULL);
	}
	if (r->act.reply.ok || r->n_last > 0) {
		r->order = r->act.card.what == CARD_DO_ASK ? r->act.card
							   : r->order;
	}
	describe(r);
	return r->said;
}

static const char *
value_of(const char *text, const char *key, char out[64])
{
	const char *p = strstr(text, key);
	size_t n;

	if (p == NULL) {
		return NULL;
	}
	p += strlen(key);
	n = strcspn(p, " ");
	assert_true(n < 64);
	memcpy(out, p, n);
	out[n] = '\0';
	return out;
}

/* "approved amount=89 receipt=17 check=signature", "last declined op=pay",
 * "none": of what was asked last. */
static const char *
rig_card(struct rig *r, const char *text)
{
	struct pinpad_result res = {
		.op = r->order.ask.op, .code = -1, .last_op = PINPAD_LAST};
	struct card_said said = {.result = &res};
	struct input in = {.kind = INPUT_CARD, .text = "", .card = &said};
	char v[64];

	memcpy(said.payment, r->order.payment, UUID_BYTES);
	said.recovered = strncmp(text, "last ", 5) == 0;
	text += said.recovered ? 5 : 0;
	if (strcmp(text, "none") == 0) {
		said.result = NULL;
		said.not_asked = "ec is not there";
		return rig_take(r, &in);
	}
	memcpy(v, text, strcspn(text, " "));
	v[strcspn(text, " ")] = '\0';
	assert_true(pinpad_outcome_named(v, &res.outcome));
	if (value_of(text, "amount=", v) != NULL) {
		res.amount = strtoll(v, NULL, 10);
	}
	if (value_of(text, "currency=", v) != NULL) {
		res.currency = (uint16_t)strtoul(v, NULL, 10);
	}
	if (value_of(text, "receipt=", v) != NULL) {
		text_of(res.receipt, sizeof(res.receipt), v);
	}
	if (value_of(text, "op=", v) != NULL) {
		assert_true(pinpad_op_named(v, &res.last_op));
	}
	if (value_of(text, "when=", v) != NULL) {
		text_of(res.when, sizeof(res.when), v);
		res.when[10] = res.when[10] == 'T' ? ' ' : res.when[10];
	}
	if (value_of(text, "check=signature", v) != NULL) {
		res.check = PINPAD_CHECK_SIGNATURE;
	}
	if (value_of(text, "total=", v) != NULL) {
		res.n_total = 1;
		text_of(res.total[0].name, sizeof(res.total[0].name), "Visa");
		res.total[0].count = 1;
		res.total[0].amount = strtoll(v, NULL, 10);
	}
	text_of(res.card, sizeof(res.card), "Visa");
	text_of(res.last4, sizeof(res.last4), "4711");
	text_of(res.auth, sizeof(res.auth), "A1");
	return rig_take(r, &in);
}

const char *
rig_bytes(struct rig *r, enum input_kind kind, const char *p, size_t n)
{
	struct input in = {.kind = kind, .text = p, .len = n};

	if (kind == INPUT_SELECT) {
		in.arg = (int)n;
	}
	return rig_take(r, &in);
}

const char *
rig_input(struct rig *r, const char *text)
{
	if (strncmp(text, "\\scan ", 6) == 0) {
		return rig_bytes(r, INPUT_SCAN, text + 6, strlen(text + 6));
	}
	if (strncmp(text, "\\weight ", 8) == 0) {
		const char *s = text + 8;
		struct input in = {.kind = INPUT_WEIGHT, .text = ""};

		in.arg = (int)strtol(s, NULL, 10);
		if (strstr(s, "unstable") != NULL) {
			in.text = "unstable";
		}
		in.len = strlen(in.text);
		return rig_take(r, &in);
	}
	if (strncmp(text, "\\card ", 6) == 0) {
		return rig_card(r, text + 6);
	}
	if (strcmp(text, "\\exact") == 0) {
		return rig_bytes(r, INPUT_EXACT, "", 0);
	}
	if (strcmp(text, "\\up") == 0) {
		return rig_bytes(r, INPUT_SELECT, "", (size_t)-1);
	}
	if (strcmp(text, "\\down") == 0) {
		return rig_bytes(r, INPUT_SELECT, "", 1);
	}
	if (strcmp(text, "\\fail") == 0) {
		r->fail = true;
		return "";
	}
	return rig_bytes(r, INPUT_ENTRY, text, strlen(text));
}

void
rig_play(struct rig *r, const struct step step[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *said = rig_input(r, step[i].in);

		if (strcmp(said, step[i].want) != 0) {
			fail_msg("step %zu '%s': said '%s', want '%s' (%s)", i,
				step[i].in, said, step[i].want,
				r->act.reply.text);
		}
		if (!r->act.reply.ok && step[i].in[0] != '\\') {
			assert_true(r->act.reply.text[0] != '\0');
		}
	}
}
