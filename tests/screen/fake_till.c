/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_till.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "register/document.h"
#include "register/report_tie.h"

#include "base/poison.h"

static const struct {
	const char *code, *name, *tax;
	int64_t price;
} goods[] = {
	{"4311501000014", "Whole milk 1 L", "B", 129},
	{"20110", "Sourdough loaf", "B", 380},
	{"5449000000996", "Cola 0.33 L can", "A", 89},
	{"4017", "Apples Gala", "B", 299},
	{"4006040012344", "Olive oil extra virgin cold pressed 500 ml", "B",
		649},
	{"4008452011007", "Yoghurt plain 150 g", "B", 59},
	{"4012345670097", "Shampoo 250 ml", "A", 425},
	{"5000112637922", "Cola 1.5 L", "A", 179},
	{"4012345670011", "Hand cream", "A", 325},
	{"8888880000017",
		"\xe7\xb7\x91\xe8\x8c\xb6 green tea "
		"\xe6\x8a\xb9\xe8\x8c\xb6 100 g",
		"B", 1299},
	{"8888880000024",
		"Cre\xcc\x80me bru\xcc\x82le\xcc\x81"
		"e \xf0\x9f\x8d\xae",
		"B", 450},
	{"8888880000031",
		"evil \xe2\x80\xaegpj.exe\xe2\x80\xac "
		"\x1b[31mred\x07 z\xcc\x80\xcc\x81\xcc\x82\xcc\x83"
		"\xcc\x84\xcc\x85\xcc\x86o",
		"B", 1},
	{"8888880000048", "Gold bar", "A", 98765432},
	{"FREE", "Carrier bag", "A", 0},
	{"4002859012341", "Red wine 0.75 L", "A", 795},
	{"4099", "Zander fillet", "B", 2990},
};

static enum rc
find_item(void *arg, const char *code, size_t len, struct item *ret,
	enum code_kind *ret_kind, struct err *reterr)
{
	size_t i;

	(void)arg;
	for (i = 0; i < ARRAY_LEN(goods); i++) {
		struct sbuf b;

		if (strlen(goods[i].code) != len ||
			memcmp(goods[i].code, code, len) != 0) {
			continue;
		}
		memset(ret, 0, sizeof(*ret));
		ret->min_age = strstr(goods[i].name, "wine") != NULL ? 18 : 0;
		sbuf_init(&b, ret->code, sizeof(ret->code));
		sbuf_puts(&b, goods[i].code);
		sbuf_init(&b, ret->name, sizeof(ret->name));
		sbuf_puts(&b, goods[i].name);
		sbuf_init(&b, ret->tax, sizeof(ret->tax));
		sbuf_puts(&b, goods[i].tax);
		sbuf_init(&b, ret->dept, sizeof(ret->dept));
		sbuf_puts(&b, "10");
		ret->price.minor = goods[i].price;
		if (strstr(goods[i].name, "fillet") != NULL) {
			memcpy(ret->unit, "kg", sizeof("kg"));
			ret->tare = 22;
		}
		*ret_kind = CODE_INTERNAL;
		return RC_OK;
	}
	return err_set(reterr, RC_NOTFOUND, 0, "fake", "not on file");
}

/* Every word must be the beginning of one of the name; as the goods stand. */
static bool
has_words(const char *name, const char *query)
{
	char folded[ITEM_NAME_BYTES + 1] = " ", words[ITEM_NAME_BYTES];
	char *save = NULL;

	text_fold(name, strlen(name), folded + 1, sizeof(folded) - 1);
	text_fold(query, strlen(query), words, sizeof(words));
	for (char *w = strtok_r(words, " ", &save); w != NULL;
		w = strtok_r(NULL, " ", &save)) {
		char begin[ITEM_NAME_BYTES + 1];
		struct sbuf b;

		if (strcmp(w, "d10") == 0) {
			continue; /* they all are */
		}
		sbuf_init(&b, begin, sizeof(begin));
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, w);
		if (strstr(folded, begin) == NULL) {
			return false;
		}
	}
	return query[0] != '\0';
}

static enum rc
find_words(void *arg, const char *query, size_t len, struct item ret[],
	size_t cap, size_t *ret_n, uint64_t *ret_match, struct err *reterr)
{
	(void)arg;
	(void)len;
	*ret_n = 0;
	*ret_match = 0;
	for (size_t i = 0; i < ARRAY_LEN(goods); i++) {
		enum code_kind kind;

		if (!has_words(goods[i].name, query)) {
			continue;
		}
		(*ret_match)++;
		if (*ret_n < cap &&
			find_item(NULL, goods[i].code, strlen(goods[i].code),
				&ret[*ret_n], &kind, reterr) == RC_OK) {
			(*ret_n)++;
		}
	}
	return RC_OK;
}

enum rc
till_find(struct till *t, const char *query, size_t len, uint64_t at,
	struct item ret[], size_t cap, size_t *ret_n, uint64_t *ret_match,
	struct err *reterr)
{
	(void)at;
	t->searches++;
	*ret_n = 0;
	*ret_match = 0;
	if (t->fail) {
		return err_set(reterr, RC_NOTFOUND, 0, "fake",
			"This catalog cannot be searched by words: import the "
			"products again.");
	}
	return find_words(NULL, query, len, ret, cap, ret_n, ret_match, reterr);
}

void
till_scans(struct till *t, till_scan_fn fn, void *arg)
{
	t->scan_fn = fn;
	t->scan_arg = arg;
}

void
till_code(struct till *t, const char *scan, size_t len, char out[CODE_BYTES])
{
	size_t n = len;
	const char *bare = code_strip_aim(scan, len, &n);

	(void)t;
	(void)text_clean(bare, n, out, CODE_BYTES, 0);
}

bool
till_item(struct till *t, const char *code, size_t len, struct item *ret)
{
	enum code_kind kind;

	return find_item(t, code, len, ret, &kind, NULL) == RC_OK;
}

int64_t
till_stock(struct till *t, const char *code)
{
	(void)t;
	return strcmp(code, "4006040012344") == 0 ? -3000 : 0;
}

static enum rc
no_parked(void *arg, uint64_t number, const struct event **ret,
	struct err *reterr)
{
	(void)arg;
	(void)number;
	(void)ret;
	return err_set(reterr, RC_NOTFOUND, 0, "fake", "none parked");
}

static enum rc
no_list(void *arg, struct store_parked ret[], size_t cap, size_t *ret_n,
	struct err *reterr)
{
	(void)arg;
	(void)ret;
	(void)cap;
	(void)reterr;
	*ret_n = 0;
	return RC_OK;
}

/* One receipt is known: R01-000002, of two milk, three yoghurt for 1.18, a
 * shampoo of which one came back, and a bottle of oil. */
static enum rc
one_document(void *arg, const char *number, const struct event **ret,
	int64_t *ret_copies, struct err *reterr)
{
	static const struct event_discount off[] = {{0, 59, NULL}};
	static const struct event_line line[] = {
		{.no = 1,
			.code = "4311501000014",
			.kind = "internal",
			.name = "Whole milk 1 L",
			.qty = 2000,
			.price = 129,
			.amount = 258,
			.tax = "B"},
		{.no = 2,
			.code = "4008452011007",
			.kind = "internal",
			.name = "Yoghurt plain 150 g",
			.qty = 3000,
			.price = 59,
			.discount = off,
			.n_discount = 1,
			.amount = 118,
			.tax = "B"},
		{.no = 3,
			.code = "4012345670097",
			.kind = "internal",
			.name = "Shampoo 250 ml",
			.qty = 1000,
			.price = 425,
			.amount = 425,
			.tax = "A"},
		{.no = 4,
			.code = "4006040012344",
			.kind = "internal",
			.name = "Olive oil 500 ml",
			.qty = 1000,
			.price = 649,
			.amount = 649,
			.tax = "B"}};
	static const struct event_tax tax[] = {
		{"A", 190000, 357, 68, 425}, {"B", 70000, 958, 67, 1025}};
	static const struct event_tender cash[] = {
		{.tender = "cash", .amount = 1450, .tendered = 1450}};
	static const struct event e = {.type = EVENT_SALE_COMPLETED,
		.time = {INT64_C(1795022400000000)},
		.actor = "4",
		.data.sale = {.number = "R01-000002",
			.currency = "EUR",
			.digits = 2,
			.prices = "included",
			.line = line,
			.n_line = 4,
			.tax = tax,
			.n_tax = 2,
			.total = 1450,
			.tender = cash,
			.n_tender = 1}};

	(void)arg;
	if (number[0] != '\0' && strcmp(number, "R01-000002") != 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "fake", "no receipt");
	}
	*ret = &e;
	*ret_copies = 0;
	return RC_OK;
}

static enum rc
one_returned(void *arg, const char *number, int64_t line, int64_t *ret,
	struct err *reterr)
{
	(void)arg;
	(void)number;
	(void)reterr;
	*ret = line == 3 ? 1000 : 0;
	return RC_OK;
}

static enum rc
some_totals(void *arg, struct totals *ret, struct err *reterr)
{
	const struct till *t = arg;

	(void)reterr;
	*ret = t->totals;
	return RC_OK;
}

struct till *
fake_till_new(const char *shop)
{
	static const struct engine_ports fixed = {.find_item = find_item,
		.parked = no_parked,
		.parked_list = no_list,
		.document = one_document,
		.totals = some_totals,
		.find_words = find_words,
		.returned = one_returned};
	struct config_seed seed = {.shop = shop,
		.register_no = "R01",
		.currency = "EUR",
		.prices = "included",
		.tax = {"A=19%", "B=7%"},
		.n_tax = 2};
	struct till *t = calloc(1, sizeof(*t));
	struct engine_ports ports = fixed;
	struct sbuf b;
	struct err err;

	if (t == NULL) {
		abort();
	}
	ports.arg = t;
	/* Friday 21 November 2025, 14:32:07 */
	t->now.now.utc.us = (int64_t)1763735527 * 1000000;
	t->clock = clock_fake(&t->now);
	t->rng = rng_seeded(&t->seed, 1);
	t->totals.sales = 3;
	t->totals.gross = 12345;
	t->shop.clock = t->clock;
	t->shop.state.next_sale = 42;
	t->shop.state.next_parked = 1;
	sbuf_init(&b, t->shop.state.number_prefix,
		sizeof(t->shop.state.number_prefix));
	sbuf_puts(&b, "R01");
	sbuf_init(&b, t->text, sizeof(t->text));
	if (config_write(&seed, &b, &err) != RC_OK ||
		config_parse("fake", b.p, b.len, &t->config, &err) != RC_OK ||
		engine_new(&t->config, &ports, &t->clock, &t->rng, &t->engine,
			&err) != RC_OK) {
		abort();
	}
	engine_start(t->engine, &t->shop.state, 0, "1");
	engine_set_not_on_file(t->engine, NOT_ON_FILE_STOP);
	if (desk_new(&t->desk, &err) != RC_OK) {
		abort();
	}
	t->status.selling = true;
	t->status.printer = "ok";
	t->status.drawer = "shut";
	return t;
}

void
fake_till_free(struct till *t)
{
	engine_free(t->engine);
	desk_free(t->desk);
	free(t->shown);
	free(t);
}

/* PINs are the number four times: 7777 is 7's. */
static bool
person_step(struct till *t, const struct input *in)
{
	struct engine_who who = {.how = "pin"};
	char no[16] = {0};

	if (in->kind == INPUT_BADGE) {
		who.no = "2";
		who.how = "badge";
	} else if (in->kind == INPUT_PIN && in->len < sizeof(no) &&
		   in->secret_len == 4 && in->secret[0] == in->text[0]) {
		memcpy(no, in->text, in->len);
		who.no = no;
	} else {
		return false;
	}
	who.role = strcmp(who.no, "2") == 0 ? "supervisor" : "cashier";
	engine_person(t->engine, &who, &t->act);
	return true;
}

void
till_input(struct till *t, const struct input *in, struct reply *ret)
{
	t->inputs++;
	if (t->shown != NULL && t->shown->card.phase != CARD_IDLE &&
		in->kind == INPUT_ENTRY) {
		struct sbuf b;

		sbuf_init(&b, t->keyed, sizeof(t->keyed));
		sbuf_write(&b, in->text, in->len);
		memset(&t->act, 0, sizeof(t->act));
		ret->ok = t->refuses == NULL;
		ret->error = t->refuses;
		return;
	}
	if (!person_step(t, in)) {
		engine_step(t->engine, in, &t->act);
	}
	for (size_t i = 0; i < t->act.n; i++) {
		t->act.event[i].time = t->now.now.utc;
	}
	for (size_t i = 0; i < t->act.n && !t->fail; i++) {
		const struct event *e = &t->act.event[i];

		if (e->type == EVENT_CASH_MOVED ||
			e->type == EVENT_CASH_COUNTED ||
			e->type == EVENT_DAY_CLOSED) {
			if (totals_add(&t->totals, e) != RC_OK) {
				abort();
			}
		}
	}
	if (t->act.n > 0) {
		engine_settle(t->engine, &t->act, t->fail ? RC_IO : RC_OK,
			t->fail ? "the disk does not write" : NULL);
	}
	*ret = t->act.reply;
	if (ret->sold) {
		t->sold++;
	}
	fake_till_tells(t, in, ret);
}

void
till_told(struct till *t, till_told_fn fn, void *arg)
{
	t->told_fn = fn;
	t->told_arg = arg;
}

bool
till_device_again(struct till *t, const char *name)
{
	struct sbuf b;

	sbuf_init(&b, t->again, sizeof(t->again));
	sbuf_puts(&b, name);
	return true;
}

bool
till_device_test(struct till *t, const char *name)
{
	struct sbuf b;

	sbuf_init(&b, t->tested, sizeof(t->tested));
	sbuf_puts(&b, name);
	return !t->fail;
}

size_t
till_receipts(struct till *t, struct till_receipt ret[], size_t cap)
{
	size_t n = t->n_receipts < cap ? t->n_receipts : cap;

	memcpy(ret, t->receipts, n * sizeof(ret[0]));
	return n;
}

void
till_receipt_done(struct till *t, const char *number)
{
	struct sbuf b;

	sbuf_init(&b, t->decided, sizeof(t->decided));
	sbuf_puts(&b, number);
}

void
fake_till_tells(struct till *t, const struct input *in, const struct reply *r)
{
	if (t->told_fn != NULL) {
		t->told_fn(t->told_arg, in, r);
	}
}

struct engine_card *
fake_till_card(struct till *t)
{
	if (t->shown == NULL) {
		t->shown = calloc(1, sizeof(*t->shown));
		if (t->shown == NULL) {
			abort();
		}
	}
	return &t->shown->card;
}

const struct engine_view *
till_view(const struct till *t)
{
	const struct engine_view *v = engine_view(t->engine);
	struct engine_card card;

	if (t->shown == NULL) {
		return v;
	}
	card = t->shown->card;
	*t->shown = *v;
	t->shown->card = card;
	if (t->paid != NULL) {
		t->shown->tender = t->paid;
		t->shown->n_tender = 1;
	}
	return t->shown;
}

void
till_card(struct till *t, struct till_card *ret)
{
	*ret = t->card;
}

void
till_scale(struct till *t, struct till_scale *ret)
{
	*ret = t->scale;
}

const struct config *
till_config(const struct till *t)
{
	return &t->config;
}

struct shop *
till_shop(struct till *t)
{
	return &t->shop;
}

int64_t
till_catalog(const struct till *t)
{
	(void)t;
	return 812;
}

bool
till_resumed(const struct till *t)
{
	return t->resumed;
}

const char *
till_note(const struct till *t)
{
	return t->note != NULL ? t->note : "";
}

unsigned
till_conf_said(const struct till *t)
{
	(void)t;
	return 0;
}

enum rc
till_settings_draft(struct till *t, const char *text, const char *base,
	const char *note, struct utc effective, struct err *reterr)
{
	(void)t;
	(void)text;
	(void)base;
	(void)note;
	(void)effective;
	return err_set(reterr, RC_IO, 0, __func__, "none here");
}

const char *
till_conf_note(const struct till *t)
{
	return t->conf_note != NULL ? t->conf_note : "";
}

const char *
till_moved_note(const struct till *t)
{
	(void)t;
	return "";
}

const char *
till_old_note(const struct till *t)
{
	(void)t;
	return "";
}

enum rc
till_parked(struct till *t, struct store_parked ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	if (t->fail) {
		return err_set(reterr, RC_AGAIN, 0, "fake", "not just now");
	}
	*ret_n = t->n_parked < cap ? t->n_parked : cap;
	for (size_t i = 0; i < *ret_n; i++) {
		memset(&ret[i], 0, sizeof(ret[i]));
		ret[i].number = i + 3;
		ret[i].time.us = t->now.now.utc.us - 60000000;
		ret[i].n_line = (int64_t)i + 1;
		ret[i].total = 1250 * ((int64_t)i + 1);
	}
	return RC_OK;
}

/* Seven lines, whatever the list says. */
enum rc
till_parked_sale(struct till *t, uint64_t number, const struct event **ret,
	struct err *reterr)
{
	static const struct event_line line[] = {
		{.name = "Coffee beans 500 g", .qty = 1000, .amount = 899},
		{.name = "Butter 250 g", .qty = 2000, .amount = 458},
		{.name = "Bananas", .qty = 995, .amount = 198},
		{.name = "Rye bread", .qty = 1000, .amount = 285},
		{.name = "Olive oil extra virgin cold pressed 500 ml",
			.qty = 1000,
			.amount = 649},
		{.name = "Yoghurt plain 150 g", .qty = 3000, .amount = 177},
		{.name = "Whole milk 1 L", .qty = 12000, .amount = 1548}};
	static const struct event e = {.type = EVENT_SALE_PARKED,
		.data.basket = {.number = "P03",
			.line = line,
			.n_line = 7,
			.total = 4214}};

	(void)number;
	if (t->fail) {
		return err_set(reterr, RC_AGAIN, 0, "fake", "not just now");
	}
	*ret = &e;
	return RC_OK;
}

/* --- the link to the hub --- */

const struct till_link *
till_link(const struct till *t)
{
	return t->linked ? &t->link : NULL;
}

const char *
till_link_unused(const struct till *t)
{
	return t->link.state.feeds_why;
}

uint64_t
till_link_queued(const struct till *t)
{
	return t->n_waiting;
}

enum rc
till_link_ask(struct till *t, enum worker_what what, int64_t minutes,
	struct err *reterr)
{
	(void)minutes;
	t->link_asked = what;
	return t->link.heard ? RC_OK
			     : err_set(reterr, RC_DOWN, 0, "fake", "not there");
}

size_t
till_link_waiting(
	struct till *t, uint64_t from, struct till_waiting ret[], size_t cap)
{
	size_t n = 0;

	(void)from;
	for (; n < cap && n < t->n_waiting; n++) {
		ret[n] =
			(struct till_waiting){.sequence = t->link.acked + 1 + n,
				.time = {t->now.now.utc.us - INT64_C(60000000)},
				.type = EVENT_SALE_COMPLETED,
				.number = "R01-000042",
				.has_amount = true,
				.amount = {1240}};
	}
	return n;
}

size_t
till_link_apart(struct till *t, struct till_apart ret[], size_t cap)
{
	if (t->link.apart == 0 || cap == 0) {
		return 0;
	}
	memset(&ret[0], 0, sizeof(ret[0]));
	ret[0].epoch = 1;
	ret[0].sequence = 77;
	memcpy(ret[0].reason, "not UTF-8", 10);
	return 1;
}

bool
till_link_text(struct till *t, uint64_t sequence, struct sbuf *out)
{
	if (t->fail) {
		return false;
	}
	sbuf_printf(out, "{\"sequence\":%llu,\"data\":{\"a\":1,\"b\":[1,2]}}\n",
		(unsigned long long)sequence);
	return true;
}

bool
till_link_docs(struct till *t, uint64_t *ret_local, uint64_t *ret_acked)
{
	*ret_local = 4216;
	*ret_acked = 4216 - t->n_waiting;
	return true;
}

void
till_status(struct till *t, struct till_status *ret)
{
	*ret = t->status;
}

size_t
till_device_list(struct till *t, struct till_device ret[], size_t cap)
{
	size_t n = t->n_device < cap ? t->n_device : cap;

	memcpy(ret, t->device, n * sizeof(ret[0]));
	return n;
}

void
till_people(struct till *t, struct till_people *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->people = true;
	memcpy(ret->last_no, "4", 2);
	memcpy(ret->last_name, "Bo", 3);
	ret->last_off.us = t->now.now.utc.us - INT64_C(90) * 60 * 1000000;
	ret->refused_today = 1;
	ret->day = 3;
	ret->day_open = true;
	ret->counted = true;
}

void
till_operator_name(struct till *t, const char *no, char out[PEOPLE_NAME_BYTES])
{
	const char *name = strcmp(no, "7") == 0   ? "Ana"
			   : strcmp(no, "2") == 0 ? "Eva"
						  : "";

	(void)t;
	memcpy(out, name, strlen(name) + 1);
}

enum rc
till_last_receipt(struct till *t, struct sbuf *out, struct err *reterr)
{
	if (t->receipt == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, "fake", "no sale yet");
	}
	sbuf_puts(out, t->receipt);
	return RC_OK;
}

enum rc
document_day_text(const struct config *c, const struct event *day,
	const struct document_opts *o, struct sbuf *out, struct err *reterr)
{
	(void)c;
	(void)o;
	(void)reterr;
	sbuf_printf(out, "Z REPORT %lld\nsales %lld\ngrand %lld\n",
		(long long)day->data.day.number, (long long)day->data.day.sales,
		(long long)day->data.day.grand);
	return RC_OK;
}

enum rc
document_report_text(const struct config *c, const struct totals *t,
	struct utc time, int32_t tz_min, struct sbuf *out, struct err *reterr)
{
	(void)c;
	(void)time;
	(void)tz_min;
	(void)reterr;
	sbuf_printf(out, "X REPORT\nsales %lld\n", (long long)t->sales);
	return RC_OK;
}

/* Reports are read from a shop's lines, and there is no shop here:
 * tests/screen/captures.py shows them. */

bool
report_words(const char *text, struct report_ask *ret)
{
	(void)text;
	(void)ret;
	return false;
}

enum rc
report_find_span(struct shop *s, const struct report_pick *pick,
	struct report_span *ret, struct err *reterr)
{
	(void)s;
	(void)pick;
	(void)ret;
	return err_set(reterr, RC_NOTFOUND, 0, "fake", "no lines");
}

enum rc
report_make(struct shop *s, enum report_kind kind,
	const struct report_span *span, enum report_sort sort, size_t limit,
	struct report **ret, struct err *reterr)
{
	(void)s;
	(void)kind;
	(void)span;
	(void)sort;
	(void)limit;
	(void)ret;
	return err_set(reterr, RC_NOTFOUND, 0, "fake", "no lines");
}

enum rc
report_tie_make(struct shop *s, const struct report_span *span,
	struct report_tie *ret, struct err *reterr)
{
	(void)s;
	(void)span;
	(void)ret;
	return err_set(reterr, RC_NOTFOUND, 0, "fake", "no lines");
}

const char *
till_desk(const struct till *t)
{
	return desk_text(t->desk);
}

size_t
till_desk_n(const struct till *t)
{
	return desk_n_held(t->desk);
}

const char *
till_desk_held(const struct till *t, size_t i)
{
	return desk_held(t->desk, i);
}

bool
till_desk_set(struct till *t, const char *text, size_t len)
{
	return desk_set_text(t->desk, text, len);
}

bool
till_desk_hold(struct till *t, const char *text, size_t len)
{
	return desk_hold(t->desk, text, len);
}

void
till_desk_stake(struct till *t)
{
	desk_stake(t->desk);
}

void
till_desk_pop(struct till *t)
{
	desk_pop(t->desk);
}

void
till_desk_write(struct till *t)
{
	(void)t;
}

/* The text is the one fake_till_new() made; what is saved is the one there is
 * from then on. */
enum rc
till_settings_load(struct till *t, bool edited, struct till_settings *ret,
	struct err *reterr)
{
	const char *text = edited && t->edited != NULL ? t->edited : t->text;
	const char *file = t->edited != NULL ? t->edited : t->text;
	struct till_settings s = {.path = "/shop/holdfast.conf"};

	if (t->fail) {
		return err_set(reterr, RC_IO, 0, "fake", "cannot be read");
	}
	s.text = strdup(text);
	if (s.text == NULL) {
		abort();
	}
	s.len = strlen(text);
	config_version(t->text, strlen(t->text), s.active);
	config_version(file, strlen(file), s.file);
	config_version(text, s.len, s.base);
	*ret = s;
	return RC_OK;
}

void
till_settings_free(struct till_settings *s)
{
	free(s->text);
	memset(s, 0, sizeof(*s));
}

enum rc
till_settings_save(struct till *t, const char *text, size_t len,
	const char *base, struct err *reterr)
{
	const char *file = t->edited != NULL ? t->edited : t->text;
	char version[65];
	struct sbuf b;

	config_version(file, strlen(file), version);
	if (t->fail) {
		return err_set(reterr, RC_IO, 0, "fake", "cannot be written");
	}
	if (strcmp(version, base) != 0) {
		return err_set(reterr, RC_EXISTS, 0, "fake",
			"holdfast.conf was edited by hand: R Enter reads it, "
			"nothing was saved.");
	}
	sbuf_init(&b, t->text, sizeof(t->text));
	sbuf_write(&b, text, len);
	t->edited = NULL;
	t->saved++;
	return config_parse("fake", t->text, len, &t->config, reterr);
}
