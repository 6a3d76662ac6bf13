/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/poison.h"

#define HEX64 "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
#define HEX64B                                                                 \
	"084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5"
#define UUID_TEXT "01934f1c-9a40-7c11-8a01-020304050607"
#define INT_MAX53 (((int64_t)1 << 53) - 1)

static const uint8_t sale_id[UUID_BYTES] = {0x01, 0x93, 0x4f, 0x1c, 0x9a, 0x40,
	0x7c, 0x11, 0x8a, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07};

void
sample_key(uint8_t ret_pub[SIGN_PUB_BYTES], uint8_t ret_sec[SIGN_SEC_BYTES])
{
	uint8_t seed[SIGN_SEED_BYTES];
	size_t i;

	for (i = 0; i < sizeof(seed); i++) {
		seed[i] = (uint8_t)i;
	}
	crypto_sign_key(seed, ret_pub, ret_sec);
}

static void
envelope(enum event_type type, uint64_t sequence, struct event *e)
{
	int64_t after_us = (int64_t)(sequence % 1000000) * 1000000;
	size_t i;

	memset(e, 0, sizeof(*e));
	e->type = type;
	for (i = 0; i < UUID_BYTES; i++) {
		e->tenant[i] = (uint8_t)(0x10 + i);
		e->store[i] = (uint8_t)(0x40 + i);
		e->reg[i] = (uint8_t)(0xa0 + i);
	}
	e->epoch = 1;
	e->sequence = sequence;
	e->time.us = INT64_C(1795271527123456) + after_us;
	e->tz_min = 60;
	e->mono.us = INT64_C(86400000001) + after_us;
	e->boot = "7d4bc0c4-7f35-4a93-9f61-1de4c4e1a2b3";
	e->clock = CLOCK_OK;
	e->actor = "1";
	e->config = HEX64;
	e->catalog = 812;
}

static const struct event_discount sample_discounts[] = {
	{100000, 45, "damaged"}, {0, 5, NULL}};

static const struct event_line sample_lines[] = {
	{.no = 1,
		.code = "5449000000996",
		.kind = "ean13",
		.name = "Cola 0,33 l",
		.dept = "Drinks",
		.qty = 3000,
		.price = 149,
		.amount = 447,
		.tax = "A"},
	{.no = 2,
		.code = "BAG 2",
		.kind = "internal",
		.name = "B\xc3\xa4r \"gro\xc3\x9f\" \\ 6\xe2\x82\xac",
		.dept = "",
		.qty = 1000,
		.price = 450,
		.overridden = true,
		.list = 500,
		.discount = sample_discounts,
		.n_discount = 2,
		.amount = 400,
		.tax = "B"},
	{.no = 4,
		.code = "2012345012342",
		.kind = "ean13",
		.name = "\xe8\x8b\xb9\xe6\x9e\x9c",
		.dept = "Fruit & Veg",
		.qty = 734,
		.price = 299,
		.amount = 219,
		.tax = "B"},
};

static const struct event_tax sample_taxes[] = {
	{"A", 190000, 376, 71, 447}, {"B", 70000, 579, 40, 619}};

static const struct event_terminal_total card_total[] = {
	{"Visa", 2, 4000}, {"girocard", 1, 711}};

static const struct event_tender sample_tenders[] = {
	{"cash", 1065, 2000, 935, NULL}};

static void
sell(struct event_sale *s)
{
	memcpy(s->sale, sale_id, UUID_BYTES);
	s->number = "R01-000042";
	s->opened.us = INT64_C(1795271400000001);
	s->currency = "EUR";
	s->digits = 2;
	s->prices = "included";
	s->line = sample_lines;
	s->n_line = 3;
	s->tax = sample_taxes;
	s->n_tax = 2;
	s->total = 1066;
	s->rounding = -1;
	s->tender = sample_tenders;
	s->n_tender = 1;
	s->receipt = "print";
	s->drawer = true;
}

static const struct event_reference references[] = {{40, HEX64}, {41, HEX64B}};
static const struct event_badge badges[] = {{"AAECAw"}, {"BAUGBw"}};

static void
fill_people(struct event *e)
{
	switch ((int)e->type) {
	case EVENT_OPERATOR_CHANGED:
		e->data.person = (struct event_person){"7", "cashier", true,
			"c2VhbGVk", "dmVyaWZpZXI", badges, 2};
		break;
	case EVENT_OPERATOR_ATTEMPTED:
		e->data.attempt = (struct event_attempt){"7", "sign-on", NULL};
		break;
	case EVENT_OPERATOR_REFUSED:
		e->data.attempt =
			(struct event_attempt){NULL, "approval", "badge"};
		break;
	case EVENT_OPERATOR_UNLOCKED:
		e->data.lock = (struct event_lock){"7", "verb"};
		break;
	case EVENT_APPROVAL_GIVEN:
		e->data.approval = (struct event_approval){"9", "pin", "price",
			296471, "line 2 Bag", 425, 299, "damaged"};
		break;
	case EVENT_APPROVAL_REFUSED:
		e->data.approval = (struct event_approval){
			NULL, NULL, "no_sale", 0, NULL, 0, 0, NULL};
		break;
	case EVENT_REGISTER_LOCKED:
		e->data.lock = (struct event_lock){"7", "time"};
		break;
	case EVENT_REGISTER_UNLOCKED:
		e->data.lock = (struct event_lock){"7", "pin"};
		break;
	default:
		abort(); /* a type without a sample */
	}
}

static void
fill_first(struct event *e)
{
	switch ((int)e->type) {
	case EVENT_REGISTER_INITIALIZED:
		e->data.initialized = (struct event_initialized){
			"Corner shop", "R01", HEX64, "1", "holdfast 0.1.0"};
		e->config = "";
		e->catalog = 0;
		break;
	case EVENT_REGISTER_RECOVERED:
		e->clock = CLOCK_UNSET;
		e->data.recovered = (struct event_recovered){"torn", 512, HEX64,
			3, true, "the last group was not flushed", 2};
		break;
	case EVENT_REGISTER_RESTORED:
		e->epoch = 2;
		e->data.restored = (struct event_restored){
			1, 2, HEX64B, "/media/stick/backup", "R01-000041"};
		break;
	case EVENT_CONFIG_ACTIVATED:
		e->data.config = (struct event_config){HEX64, HEX64B,
			"[shop]\nname = Corner shop\n\n[tax]\nA\t= 19%\r\n"};
		break;
	case EVENT_CATALOG_IMPORTED:
		e->data.catalog = (struct event_catalog){
			812, 1000, 998, 2, "products.csv", HEX64};
		break;
	case EVENT_OPERATOR_SIGNED_ON:
	case EVENT_OPERATOR_SIGNED_OFF:
		e->data.operator_ = (struct event_operator){"7", "Ana", NULL};
		break;
	default:
		fill_people(e);
	}
}

static void
fill_basket(struct event *e)
{
	struct event_basket *b = &e->data.basket;

	memcpy(b->sale, sale_id, UUID_BYTES);
	b->number = e->type == EVENT_SALE_PARKED ? "P01" : NULL;
	b->opened.us = INT64_C(1795271400000001);
	b->line = sample_lines;
	b->n_line = 2;
	b->total = 847;
	b->note = e->type == EVENT_SALE_PARKED ? "blue coat" : NULL;
	b->reason = e->type == EVENT_SALE_VOIDED ? "walked away" : NULL;
}

static void
fill_sale(struct event *e)
{
	switch ((int)e->type) {
	case EVENT_SALE_COMPLETED:
		sell(&e->data.sale);
		break;
	case EVENT_SALE_VOIDED:
	case EVENT_SALE_PARKED:
		fill_basket(e);
		break;
	case EVENT_SALE_RECALLED:
		memcpy(e->data.recalled.sale, sale_id, UUID_BYTES);
		e->data.recalled.number = "P01";
		break;
	case EVENT_LINE_VOIDED:
	case EVENT_PRICE_OVERRIDDEN:
	case EVENT_LINE_DISCOUNTED:
		e->data.line = (struct event_line_act){{0}, 2, "BAG 2", "Bag",
			1000, 500, e->type == EVENT_LINE_VOIDED ? 0 : 450,
			e->type == EVENT_LINE_DISCOUNTED ? 100000 : 0,
			"damaged", "9"};
		memcpy(e->data.line.sale, sale_id, UUID_BYTES);
		break;
	default:
		fill_first(e);
	}
}

static void
fill_day(struct event *e)
{
	static const struct event_piece pieces[] = {{2000, 27}, {5, 60}};
	static const struct event_tax taxes[] = {
		{"A", 190000, 376, 71, 447}, {"B", 70000, 374, 26, 400}};
	static const struct event_day_tender takings[] = {
		{"cash", 500, 2}, {"CC", 347, 1}};
	static const struct event_day_card cards[] = {
		{"CC", "Visa", 247, 3, 89, 1, 100, 2, 79, 4},
		{"CC", NULL, 100, 1}};
	static const struct event_day_terminal terminals[] = {
		{"ec", 5, 1, -10}, {"bar", 0, 2}};

	switch ((int)e->type) {
	case EVENT_CASH_MOVED:
		e->data.cash = (struct event_cash){
			"paid-out", 1250, "Window cleaner", "9"};
		break;
	case EVENT_CASH_COUNTED:
		e->data.count = (struct event_count){.counted = 54300,
			.expected = 54800,
			.difference = -500,
			.piece = pieces,
			.n_piece = 2,
			.reason = "counted twice",
			.approver = "9"};
		break;
	case EVENT_DAY_CLOSED:
		e->data.day = (struct event_day){.number = 12,
			.first = 17,
			.last = 36,
			.opened = {INT64_C(1795242600000001)},
			.sales = 2,
			.gross = 847,
			.voids = 1,
			.void_amount = 299,
			.line_voids = 3,
			.returns = 1,
			.return_amount = 100,
			.overrides = 2,
			.discounts = 4,
			.discount = 50,
			.no_sales = 5,
			.copies = 6,
			.parked = 7,
			.items = 4000,
			.rounding = -2,
			.tax = taxes,
			.n_tax = 2,
			.tender = takings,
			.n_tender = 2,
			.opening = 15000,
			.paid_in = 5000,
			.paid_out = 1250,
			.pickups = 10000,
			.drawer = 9250,
			.counts = 1,
			.counted = 8750,
			.difference = -500,
			.carried = 8750,
			.grand = INT64_C(1204551900),
			.reason = "end of the day",
			.approver = "9",
			.off_promotion = 12,
			.off_coupon = 10,
			.off_sale = 8,
			.off_back = -3,
			.relief = 19,
			.deposits = 75,
			.deposits_back = 50,
			.card = cards,
			.n_card = ARRAY_LEN(cards),
			.terminal = terminals,
			.n_terminal = ARRAY_LEN(terminals),
			.unsettled = 6};
		break;
	case EVENT_SALE_DISCOUNTED:
		e->data.discount = (struct event_sale_discount){.from = 848,
			.to = 763,
			.ppm = 100000,
			.amount = 85,
			.reason = "late",
			.approver = "9"};
		memcpy(e->data.discount.sale, sale_id, UUID_BYTES);
		break;
	case EVENT_BUYER_NAMED:
		e->data.buyer = (struct event_buyer){.group = "staff",
			.certificate = "EX-2026/17",
			.vat = "DE123456789",
			.from = 1190,
			.to = 1000,
			.approver = "9"};
		memcpy(e->data.buyer.sale, sale_id, UUID_BYTES);
		break;
	case EVENT_PAYMENT_STARTED:
		e->data.payment = (struct event_payment){.op = "reverse",
			.tender = "CC",
			.name = "Card",
			.terminal = "card",
			.amount = 1234,
			.of = "0197a3c4-0000-7000-8000-00000000000a",
			.receipt = "22",
			.last = "23",
			.approver = "9"};
		memcpy(e->data.payment.payment, sale_id, UUID_BYTES);
		memcpy(e->data.payment.sale, sale_id, UUID_BYTES);
		break;
	case EVENT_PAYMENT_ENDED:
		e->data.payment_end =
			(struct event_payment_end){.outcome = "approved",
				.how = "terminal",
				.amount = 1234,
				.terminal = "12345678",
				.receipt = "22",
				.trace = "607",
				.auth = "123456",
				.card = "Maestro",
				.last4 = "4771",
				.aid = "A0000000043060",
				.entry = "contactless",
				.check = "signature",
				.when = "2026-11-21 14:05:33",
				.code = 3,
				.text = "thank you",
				.slip = "KASSENBELEG\nBetrag EUR 12,34",
				.merchant = "H\xc3\xa4ndlerbeleg",
				.approver = "9"};
		memcpy(e->data.payment_end.payment, sale_id, UUID_BYTES);
		memcpy(e->data.payment_end.sale, sale_id, UUID_BYTES);
		break;
	case EVENT_TERMINAL_CLOSED:
		e->data.terminal = (struct event_terminal){.terminal = "card",
			.outcome = "approved",
			.total = card_total,
			.n_total = ARRAY_LEN(card_total),
			.count = 3,
			.amount = 4711,
			.paid_count = 3,
			.paid = 4700,
			.difference = 11,
			.text = "F0",
			.approver = "9",
			.slip = "TOTAL\n47.11",
			.merchant = "SHOP\n47.11"};
		break;
	default:
		fill_sale(e);
	}
}

/* Days, shifts, and how a store is kept. */
static void
fill_keeping(struct event *e)
{
	static const struct event_piece pieces[] = {{5000, 2}, {20, 31}};
	static const struct event_day_tender tenders[] = {
		{"cash", 500, 2}, {"CC", 347, 1}};

	switch ((int)e->type) {
	case EVENT_DAY_OPENED:
		e->data.day_opened = (struct event_day_opened){
			.number = 12,
			.date = "2026-11-21",
			.reason = "end of shift",
			.approver = "9",
		};
		break;
	case EVENT_SHIFT_OPENED:
		e->data.shift = (struct event_shift){
			.shift = 7,
			.drawer = 2,
			.expected = 15000,
			.counted = 14950,
			.difference = -50,
			.piece = pieces,
			.n_piece = ARRAY_LEN(pieces),
			.from = 6,
			.reason = "end of shift",
			.approver = "9",
			.floats = 20000,
		};
		break;
	case EVENT_SHIFT_CLOSED:
		e->data.shift_closed = (struct event_shift_closed){
			.shift = 6,
			.drawer = 2,
			.operator_no = "7",
			.opened = {INT64_C(1795242600000001)},
			.first = 19,
			.sales = 31,
			.gross = 4711,
			.returns = 2,
			.return_amount = 250,
			.tender = tenders,
			.n_tender = ARRAY_LEN(tenders),
			.opening = 15000,
			.floats = 5000,
			.paid_in = 1000,
			.paid_out = 250,
			.pickups = 10000,
			.expected = 12345,
			.counted = 12300,
			.difference = -45,
			.carried = 12300,
			.piece = pieces,
			.n_piece = ARRAY_LEN(pieces),
			.to = "8",
			.reason = "end of shift",
			.approver = "9",
		};
		break;
	case EVENT_PERIOD_CLOSED:
		e->data.period = (struct event_period){
			.kind = "month",
			.name = "2026-11",
			.number = 3,
			.first_day = 1,
			.last_day = 12,
			.first = 17,
			.last = 36,
			.sales = 99,
			.gross = 98765,
			.returns = 3,
			.return_amount = 777,
			.rounding = -3,
			.tax = sample_taxes,
			.n_tax = ARRAY_LEN(sample_taxes),
			.tender = tenders,
			.n_tender = ARRAY_LEN(tenders),
			.grand = 1204551900,
			.grand_sales = 20000,
			.grand_returns = 8888,
			.reason = "end of shift",
			.approver = "9",
		};
		break;
	case EVENT_CONFIG_DRAFTED:
		e->data.draft = (struct event_draft){
			.version = HEX64,
			.base = HEX64B,
			.text = "[shop]\nname = Corner Market\n",
			.note = "winter prices",
			.effective = {INT64_C(1795242600000001)},
		};
		break;
	case EVENT_CONFIG_APPROVED:
		e->data.draft_approved = (struct event_draft_approved){
			.version = HEX64,
			.author = "7",
			.effective = {INT64_C(1795242600000001)},
			.note = "checked",
		};
		break;
	case EVENT_CONFIG_DROPPED:
		e->data.draft_dropped = (struct event_draft_dropped){
			.version = HEX64,
			.why = "rates are wrong",
		};
		break;
	case EVENT_ARCHIVE_MADE:
		e->data.archive = (struct event_archive){
			.number = 2,
			.first = 1,
			.last = 30,
			.first_hash = HEX64,
			.last_hash = HEX64B,
			.segments = 3,
			.bytes = 201326592,
			.manifest = HEX64,
			.destination = "/media/archive/2026-11",
			.sales = 1000,
			.gross = 1234567,
			.grand = 7654321,
		};
		break;
	case EVENT_JOURNAL_PURGED:
		e->data.purge = (struct event_purge){
			.archive = 2,
			.first = 1,
			.last = 30,
			.last_hash = HEX64,
			.base = HEX64B,
			.reason = "end of shift",
			.approver = "9",
		};
		break;
	case EVENT_KEY_CHANGED:
		e->data.key = (struct event_key){
			.level = "device",
			.generation = 2,
			.source = "systemd",
			.public_key = HEX64,
			.reason = "end of shift",
			.approver = "9",
		};
		break;
	case EVENT_PERSON_ERASED:
		e->data.erased = (struct event_erased){
			.operator_no = "7",
			.reason = "end of shift",
			.approver = "9",
		};
		break;
	case EVENT_GLASS_SET:
		e->data.glass = (struct event_glass){
			.code = "kWJ0b3lz",
		};
		break;
	case EVENT_GLASS_BROKEN:
		e->data.glass_use = (struct event_glass_use){
			.operator_no = "7",
			.purpose = "approval",
			.why = "supervisor is ill",
		};
		break;
	case EVENT_HUB_ENROLLED:
		e->data.hub = (struct event_hub){
			.hub = UUID_TEXT,
			.url = "https://hub.example:8443",
			.key = HEX64,
			.link = HEX64B,
			.keyid = "17.203." UUID_TEXT "." UUID_TEXT,
			.tenant = UUID_TEXT,
			.store = UUID_TEXT,
			.kind = "enroll",
			.reason = "new hub",
			.approver = "9",
		};
		break;
	case EVENT_HUB_ACKNOWLEDGED:
		e->data.hub_ack = (struct event_hub_ack){
			.hub = UUID_TEXT,
			.epoch = 2,
			.sequence = 41,
			.hash = HEX64,
			.at = {INT64_C(1795271526000000)},
			.anchor = "kWJ0b3lz",
			.durable = 40,
		};
		break;
	case EVENT_HUB_QUARANTINED:
		e->data.hub_apart = (struct event_hub_apart){
			.hub = UUID_TEXT,
			.epoch = 2,
			.sequence = 39,
			.hash = HEX64B,
			.reason = "not UTF-8",
		};
		break;
	case EVENT_HUB_REFUSED:
		e->data.hub_refused = (struct event_hub_refused){
			.kind = "fork",
			.epoch = 2,
			.sequence = 40,
			.hash = HEX64B,
			.detail = "the hub has another line 40",
		};
		break;
	case EVENT_FEED_FOLLOWED:
		e->data.feed = (struct event_feed){
			.feed = "products",
			.epoch = UUID_TEXT,
			.revision = 8120,
			.version = 813,
			.items = 12,
			.refused = 1,
		};
		break;
	case EVENT_SALVAGE_ACCEPTED:
		e->data.salvaged = (struct event_salvaged){
			.number = "R01",
			.epoch = 2,
			.sequence = 40,
			.hash = HEX64B,
			.decided = {INT64_C(1795271526000000)},
			.reason = "the copy sold at the stall",
			.piece = 1,
			.pieces = 2,
			.line = "{\"specversion\":\"1.0\",\"id\":\"2-40\"",
		};
		memcpy(e->data.salvaged.reg, e->reg, UUID_BYTES);
		break;
	case EVENT_SALVAGE_REJECTED:
		e->data.discarded = (struct event_discarded){
			.number = "R01",
			.epoch = 2,
			.decided = {INT64_C(1795271526000000)},
			.reason = "a drill",
			.reference = references,
			.n_reference = ARRAY_LEN(references),
		};
		memcpy(e->data.discarded.reg, e->reg, UUID_BYTES);
		break;
	case EVENT_REGISTER_MOVED:
		e->data.moved = (struct event_moved){
			.from = HEX64,
			.to = HEX64B,
			.how = "here",
			.why = "the old computer broke",
			.approver = "9",
		};
		break;
	default:
		break;
	}
}

void
sample_event(enum event_type type, uint64_t sequence, struct event *e)
{
	envelope(type, sequence, e);
	switch ((int)type) {
	case EVENT_DRAWER_OPENED:
		e->data.drawer = (struct event_drawer){.reason = "sale",
			.number = "R01-000042",
			.approver = "9"};
		break;
	case EVENT_RECEIPT_PRINTED:
		e->data.receipt = (struct event_receipt){
			"R01-000042", 0, "printed", NULL};
		break;
	case EVENT_COPY_PRINTED:
		e->data.receipt =
			(struct event_receipt){"R01-000042", 1, "unknown", "9"};
		break;
	case EVENT_ORDER_PRINTED:
		e->data.order = (struct event_order){
			"R01-000042", "kitchen", 1, "printed"};
		break;
	case EVENT_REPORT_PRINTED:
		e->data.report =
			(struct event_report){"x", 1, 17, 6, 25815, NULL};
		break;
	case EVENT_EXPORT_DONE:
		e->data.export_ =
			(struct event_export){"sales", "csv", 1, 18, 584};
		break;
	case EVENT_TENDER_TAKEN:
	case EVENT_TENDER_REMOVED:
		e->data.tender = (struct event_tender_act){{0}, 2, "CC",
			"Card (own terminal)", 500, 500,
			e->type == EVENT_TENDER_REMOVED ? "declined" : NULL,
			e->type == EVENT_TENDER_REMOVED ? "9" : NULL};
		memcpy(e->data.tender.sale, sale_id, UUID_BYTES);
		break;
	case EVENT_CLOCK_JUMPED:
		e->clock = CLOCK_JUMPED;
		e->tz_min = -210;
		e->data.clock =
			(struct event_clock){{INT64_C(1795271526000000)}, {0},
				INT64_C(-1795271526000000)};
		break;
	case EVENT_AGE_CHECKED:
		e->data.age = (struct event_age){{0}, 18, "dob", "pass",
			"4006381333931", "Red wine 0.75 L", NULL};
		memcpy(e->data.age.sale, sale_id, UUID_BYTES);
		break;
	case EVENT_ITEM_REFUSED:
		e->data.refused = (struct event_refused){
			{0}, "4006381333931", NULL, 2000, "not on file"};
		memcpy(e->data.refused.sale, sale_id, UUID_BYTES);
		break;
	case EVENT_TRAINING_STARTED:
	case EVENT_TRAINING_ENDED:
		e->data.training = (struct event_training){31};
		break;
	default:
		if (type >= EVENT_DAY_OPENED) {
			fill_keeping(e);
			break;
		}
		fill_day(e);
	}
}

void
sample_sale(size_t n_line, struct arena *a, uint64_t sequence, struct event *e)
{
	struct event_line *line = arena_take(a, n_line, sizeof(*line));
	struct event_tax *tax = arena_take(a, 1, sizeof(*tax));
	struct event_tender *tender = arena_take(a, 1, sizeof(*tender));
	size_t i;

	assert(line != NULL && tax != NULL && tender != NULL);
	sample_event(EVENT_SALE_COMPLETED, sequence, e);
	for (i = 0; i < n_line; i++) {
		line[i] = sample_lines[0];
		line[i].no = (int64_t)i + 1;
	}
	e->data.sale.line = line;
	e->data.sale.n_line = n_line;
	e->data.sale.total = 447 * (int64_t)n_line;
	*tax = (struct event_tax){"A", 190000, 376 * (int64_t)n_line,
		71 * (int64_t)n_line, e->data.sale.total};
	e->data.sale.tax = tax;
	e->data.sale.n_tax = 1;
	*tender = (struct event_tender){
		"cash", e->data.sale.total, e->data.sale.total, 0, NULL};
	e->data.sale.tender = tender;
	e->data.sale.rounding = 0;
}

/* splitmix64 */
uint64_t
dice_next(struct dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t
dice_below(struct dice *d, uint64_t n)
{
	return dice_next(d) % n;
}

static int64_t
random_int(struct dice *d)
{
	static const int64_t edge[] = {0, 1, -1, 9, 10, 99, 100, INT_MAX53,
		-INT_MAX53, INT32_MAX, INT32_MIN, (int64_t)1 << 32};

	if (dice_below(d, 3) == 0) {
		return edge[dice_below(d, ARRAY_LEN(edge))];
	}
	return (int64_t)(dice_next(d) >> (12 + dice_below(d, 51))) *
	       (dice_below(d, 4) == 0 ? -1 : 1);
}

static const char *
random_text(struct dice *d, struct arena *a)
{
	static const char *const piece[] = {"a", "Z", "0", " ", "\"", "\\", "/",
		"\n", "\t", "\b", "\f", "\r", "\x01", "\x1f", "\x7f",
		"\xc2\x80", "\xc3\xa4", "\xe2\x82\xac", "\xef\xbf\xbf",
		"\xf0\x9f\x8d\x8e", "\xf4\x8f\xbf\xbf", "\\u0041", "{", "}",
		"\",\"sig\":\"", "null"};
	char text[1024] = "";
	size_t n = dice_below(d, dice_below(d, 20) == 0 ? 100 : 12);
	size_t len = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *s = piece[dice_below(d, ARRAY_LEN(piece))];

		memcpy(text + len, s, strlen(s));
		len += strlen(s);
	}
	return arena_text(a, text, len);
}

static void
random_value(struct dice *d, struct arena *a, const struct wire_member *m,
	char *field)
{
	const char *text;
	int64_t number;
	char *row;
	size_t n;
	size_t i;
	bool yes;

	switch (m->kind) {
	case WIRE_TEXT:
		text = random_text(d, a);
		memcpy(field, &text, sizeof(text));
		break;
	case WIRE_INT:
		number = random_int(d);
		memcpy(field, &number, sizeof(number));
		break;
	case WIRE_BOOL:
		yes = dice_below(d, 2) == 0;
		memcpy(field, &yes, sizeof(yes));
		break;
	case WIRE_TIME:
		number = (int64_t)dice_below(d, UINT64_C(253402300800000000));
		memcpy(field, &number, sizeof(number));
		break;
	case WIRE_UUID:
		for (i = 0; i < UUID_BYTES; i++) {
			field[i] = (char)dice_next(d);
		}
		break;
	case WIRE_LIST:
		n = dice_below(d, 4);
		row = arena_take(a, n + 1, m->sub->size);
		assert(row != NULL);
		for (i = 0; i < n; i++) {
			sample_random_data(
				d, a, m->sub, row + i * m->sub->size);
		}
		memcpy(field, &row, sizeof(row));
		memcpy(field + sizeof(row), &n, sizeof(n));
		break;
	}
}

void
sample_random_data(
	struct dice *d, struct arena *a, const struct wire_table *t, void *data)
{
	size_t i;

	memset(data, 0, t->size);
	for (i = 0; i < t->n_member; i++) {
		if (!t->member[i].optional || dice_below(d, 2) == 0) {
			random_value(d, a, &t->member[i],
				(char *)data + t->member[i].offset);
		}
	}
}

/* Sums that agree, so that the line may be written. */
static void
balance(struct dice *d, struct arena *a, struct event_sale *s)
{
	struct event_line *line = arena_take(a, s->n_line + 1, sizeof(*line));
	struct event_tax *tax = arena_take(a, 1, sizeof(*tax));
	struct event_tender *tender = arena_take(a, 1, sizeof(*tender));
	int64_t sum = 0;
	size_t i;

	assert(line != NULL && tax != NULL && tender != NULL);
	for (i = 0; i < s->n_line; i++) {
		line[i] = s->line[i];
		line[i].amount %= 1000000;
		line[i].unknown = false;
		sum += line[i].amount;
	}
	s->line = line;
	s->prices = dice_below(d, 2) == 0 ? "included" : "added";
	*tax = (struct event_tax){"A", 0, sum, 0, sum};
	if (strcmp(s->prices, "added") == 0) {
		tax->tax = (int64_t)dice_below(d, 100000);
		tax->gross += tax->tax;
	}
	s->tax = tax;
	s->n_tax = 1;
	s->total = tax->gross;
	s->rounding %= 5;
	*tender = (struct event_tender){"cash", s->total + s->rounding,
		s->total + s->rounding + 7, 7, NULL};
	s->tender = tender;
	s->n_tender = 1;
}

void
sample_random(struct dice *d, struct arena *a, struct event *e)
{
	size_t i;

	envelope((enum event_type)dice_below(d, EVENT_TYPE_COUNT),
		1 + (dice_next(d) >> (11 + dice_below(d, 52))) % INT_MAX53, e);
	for (i = 0; i < UUID_BYTES; i++) {
		e->tenant[i] = (uint8_t)dice_next(d);
		e->store[i] = (uint8_t)dice_next(d);
		e->reg[i] = (uint8_t)dice_next(d);
	}
	for (i = 0; i < HASH_BYTES; i++) {
		e->prev[i] = (uint8_t)dice_next(d);
	}
	e->epoch = 1 + (uint32_t)dice_below(d, UINT32_MAX);
	e->time.us = (int64_t)dice_below(d, UINT64_C(253402300800000000));
	e->tz_min = (int32_t)dice_below(d, 1681) - 840;
	e->mono.us = (int64_t)(dice_next(d) >> (12 + dice_below(d, 50)));
	e->mono.us %= INT_MAX53;
	e->boot = random_text(d, a);
	e->clock = (enum clock_quality)dice_below(d, 3);
	e->actor = random_text(d, a);
	e->config = random_text(d, a);
	e->catalog = (int64_t)dice_below(d, 1000);
	e->training = event_may_train(e->type) && dice_below(d, 4) == 0;
	sample_random_data(d, a, wire_event_table(e->type), &e->data);
	if (e->type == EVENT_SALE_COMPLETED) {
		balance(d, a, &e->data.sale);
	}
}

static bool
same_text(const char *a, const char *b, bool optional)
{
	if (optional) {
		a = a != NULL ? a : "";
		b = b != NULL ? b : "";
	}
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool
same_list(const struct wire_table *t, const void *a, const void *b)
{
	const char *row_a;
	const char *row_b;
	size_t n_a;
	size_t n_b;
	size_t i;

	memcpy(&row_a, a, sizeof(row_a));
	memcpy(&row_b, b, sizeof(row_b));
	memcpy(&n_a, (const char *)a + sizeof(row_a), sizeof(n_a));
	memcpy(&n_b, (const char *)b + sizeof(row_b), sizeof(n_b));
	if (n_a != n_b) {
		return false;
	}
	for (i = 0; i < n_a; i++) {
		if (!sample_same(t, row_a + i * t->size, row_b + i * t->size)) {
			return false;
		}
	}
	return true;
}

static size_t
flat_size(enum wire_kind kind)
{
	switch (kind) {
	case WIRE_BOOL:
		return sizeof(bool);
	case WIRE_UUID:
		return UUID_BYTES;
	case WIRE_TEXT:
	case WIRE_INT:
	case WIRE_TIME:
	case WIRE_LIST:
		break;
	}
	return sizeof(int64_t);
}

bool
sample_same(const struct wire_table *t, const void *a, const void *b)
{
	size_t i;

	for (i = 0; i < t->n_member; i++) {
		const struct wire_member *m = &t->member[i];
		const char *p = (const char *)a + m->offset;
		const char *q = (const char *)b + m->offset;
		const char *s;
		const char *u;
		bool same;

		if (m->kind == WIRE_TEXT) {
			memcpy(&s, p, sizeof(s));
			memcpy(&u, q, sizeof(u));
			same = same_text(s, u, m->optional);
		} else if (m->kind == WIRE_LIST) {
			same = same_list(m->sub, p, q);
		} else {
			same = memcmp(p, q, flat_size(m->kind)) == 0;
		}
		if (!same) {
			printf("# %s differs\n", m->name);
			return false;
		}
	}
	return true;
}

bool
sample_same_event(const struct event *a, const struct event *b)
{
	return a->type == b->type &&
	       memcmp(a->tenant, b->tenant, UUID_BYTES) == 0 &&
	       memcmp(a->store, b->store, UUID_BYTES) == 0 &&
	       memcmp(a->reg, b->reg, UUID_BYTES) == 0 &&
	       a->epoch == b->epoch && a->sequence == b->sequence &&
	       a->time.us == b->time.us && a->tz_min == b->tz_min &&
	       a->mono.us == b->mono.us && a->clock == b->clock &&
	       memcmp(a->prev, b->prev, HASH_BYTES) == 0 &&
	       same_text(a->boot, b->boot, false) &&
	       same_text(a->actor, b->actor, false) &&
	       same_text(a->config, b->config, false) &&
	       a->catalog == b->catalog && a->training == b->training &&
	       sample_same(wire_event_table(a->type), &a->data, &b->data);
}
