/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "base/sbuf.h"
#include "base/text.h"
#include "register/report.h"
#include "register/report_tie.h"

#include "base/poison.h"

/* Reports as folds: what they make of lines that were written by hand. */

#define OUT_BYTES 262144

struct rig {
	struct config config;
	struct report *r;
	uint64_t seq;
	char *out;
	struct sbuf b;
};

static int
setup(void **state)
{
	struct rig *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	g->config.currency = (struct currency){.code = "EUR", .digits = 2};
	g->out = malloc(OUT_BYTES);
	assert_non_null(g->out);
	*state = g;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *g = *state;

	report_free(g->r);
	free(g->out);
	free(g);
	return 0;
}

static void
begin(struct rig *g, enum report_kind kind)
{
	static const struct report_span span = {.z_first = 7,
		.z_last = 9,
		.open = true,
		.first = 1,
		.last = 99,
		.since = 20260328,
		.until = 20260330};

	report_free(g->r);
	g->r = NULL;
	g->seq = 0;
	assert_int_equal(
		report_new(kind, &g->config, &span, &g->r, NULL), RC_OK);
}

static struct event
event_of(struct rig *g, enum event_type type, const char *at, int32_t tz)
{
	struct event e = {
		.type = type, .sequence = ++g->seq, .tz_min = tz, .actor = "7"};

	assert_int_equal(utc_parse(at, strlen(at), &e.time), RC_OK);
	return e;
}

static void
add(struct rig *g, const struct event *e)
{
	assert_int_equal(report_add(g->r, e, NULL), RC_OK);
}

/* A sale of ${qty} pieces of ${code} at ${price}. */
static void
sell(struct rig *g, const char *at, int32_t tz, const char *code, int64_t qty,
	int64_t price)
{
	struct event e = event_of(g, EVENT_SALE_COMPLETED, at, tz);
	int64_t gross = qty * price, net = gross * 100 / 119;
	struct event_line l = {.no = 1,
		.code = code,
		.name = code,
		.dept = "20",
		.qty = qty * 1000,
		.price = price,
		.amount = gross,
		.tax = "A",
		.return_of = qty < 0 ? "R01-000001" : NULL};
	struct event_tax t = {.code = "A",
		.rate = 190000,
		.net = net,
		.tax = gross - net,
		.gross = gross};

	e.data.sale = (struct event_sale){.number = "R01-000002",
		.opened = {e.time.us - 30 * INT64_C(1000000)},
		.line = &l,
		.n_line = 1,
		.tax = &t,
		.n_tax = 1,
		.total = gross};
	add(g, &e);
}

static void
close_day(struct rig *g, const char *at, int64_t number, const char *date)
{
	struct event e = event_of(g, EVENT_DAY_CLOSED, at, 60);

	e.data.day.number = number;
	e.data.day.date = date;
	add(g, &e);
}

static enum rc
collect(void *arg, const char *text, size_t len, struct err *reterr)
{
	(void)reterr;
	sbuf_write(arg, text, len);
	return RC_OK;
}

/* The report as JSON; valid until the next one. */
static const char *
json(struct rig *g, enum report_sort sort, size_t limit)
{
	assert_int_equal(report_end(g->r, sort, limit, NULL), RC_OK);
	sbuf_init(&g->b, g->out, OUT_BYTES);
	assert_int_equal(report_json(g->r, collect, &g->b, NULL), RC_OK);
	assert_true(sbuf_ok(&g->b));
	return g->out;
}

static void
has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL) {
		print_error("no %s in %s\n", part, text);
	}
	assert_non_null(strstr(text, part));
}

static void
has_not(const char *text, const char *part)
{
	assert_null(strstr(text, part));
}

/* A sale behind midnight is of the day that was opened before it; a Z that says
 * no date has that of its line, the open day that of its first sale. */
static void
test_midnight(void **state)
{
	struct rig *g = *state;
	const char *out;

	begin(g, REPORT_SALES);
	sell(g, "2026-03-28T22:30:00Z", 60, "100", 1, 1000);
	sell(g, "2026-03-28T23:30:00Z", 60, "100", 2, 1000);
	close_day(g, "2026-03-29T00:10:00Z", 7, "2026-03-28");
	sell(g, "2026-03-29T08:00:00Z", 120, "100", 1, 500);
	close_day(g, "2026-03-29T18:00:00Z", 8, NULL);
	/* the clock was set back: no date is before the last one */
	sell(g, "2026-03-20T08:00:00Z", 120, "100", 1, 300);
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "{\"z\":7,\"date\":\"2026-03-28\",\"open\":0,\"sales\":2,"
		 "\"items\":3000,\"gross\":3000,\"net\":2520,\"tax\":480,"
		 "\"average\":1500");
	has(out, "{\"z\":8,\"date\":\"2026-03-29\",\"open\":0,\"sales\":1,");
	has(out, "{\"z\":9,\"date\":\"2026-03-29\",\"open\":1,\"sales\":1,");
	has(out, "\"sum\":{\"sales\":4,\"items\":5000,\"gross\":3800");
}

static void
test_day_opened(void **state)
{
	struct rig *g = *state;
	struct event e;

	begin(g, REPORT_SALES);
	e = event_of(g, EVENT_DAY_OPENED, "2026-03-28T07:00:00Z", 60);
	e.data.day_opened.number = 7;
	e.data.day_opened.date = "2026-03-26";
	add(g, &e);
	sell(g, "2026-03-28T22:30:00Z", 60, "100", 1, 1000);
	has(json(g, REPORT_BY_AMOUNT, 0), "{\"z\":7,\"date\":\"2026-03-26\",");
}

/* The clocks go forward: there is no hour 2.  They go back: it is there twice,
 * and one row. */
static void
test_hours(void **state)
{
	struct rig *g = *state;
	const char *out;

	begin(g, REPORT_HOURS);
	sell(g, "2026-03-29T00:59:59.999999Z", 60, "100", 1, 100);
	sell(g, "2026-03-29T01:00:00Z", 120, "100", 1, 200);
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "\"rows\":[{\"hour\":1,\"sales\":1,\"items\":1000,"
		 "\"gross\":100,\"average\":100,\"share\":333333},"
		 "{\"hour\":2,\"sales\":0,\"items\":0,\"gross\":0,"
		 "\"average\":0,\"share\":0},{\"hour\":3,\"sales\":1,");
	begin(g, REPORT_HOURS);
	sell(g, "2026-10-25T00:30:00Z", 120, "100", 1, 100);
	sell(g, "2026-10-25T01:30:00Z", 60, "100", 1, 100);
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "\"rows\":[{\"hour\":2,\"sales\":2,\"items\":2000,"
		 "\"gross\":200,\"average\":100,\"share\":1000000}]");
	begin(g, REPORT_HOURS);
	has(json(g, REPORT_BY_AMOUNT, 0), "\"of_rows\":0,\"rows\":[],");
}

/* What comes back is taken off; a day may be below zero. */
static void
test_returns(void **state)
{
	struct rig *g = *state;
	const char *out;

	begin(g, REPORT_ITEMS);
	sell(g, "2026-03-28T08:00:00Z", 60, "100", 3, 200);
	sell(g, "2026-03-28T08:01:00Z", 60, "100", -1, 200);
	sell(g, "2026-03-28T08:02:00Z", 60, "200", 1, 350);
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "{\"code\":\"100\",\"name\":\"100\",\"department\":\"20\","
		 "\"unit\":\"\",\"lines\":2,\"quantity\":2000,"
		 "\"returned\":1000,\"discount\":0,\"amount\":400,"
		 "\"share\":533333},{\"code\":\"200\"");
	begin(g, REPORT_SALES);
	sell(g, "2026-03-28T08:01:00Z", 60, "100", -3, 333);
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "\"gross\":-999,\"net\":-839,\"tax\":-160,\"average\":-999");
	has(out, "\"returns\":1,\"return_amount\":-999");
	begin(g, REPORT_DEPARTMENTS);
	sell(g, "2026-03-28T08:01:00Z", 60, "100", -3, 333);
	has(json(g, REPORT_BY_AMOUNT, 0),
		"\"amount\":-999,\"share\":0}],\"sum\"");
}

static void
test_items_sorted(void **state)
{
	static const struct {
		enum report_sort sort;
		const char *first, *second;
	} want[] = {
		{REPORT_BY_AMOUNT, "{\"code\":\"b", "{\"code\":\"a"},
		{REPORT_BY_QTY, "{\"code\":\"c", "{\"code\":\"a"},
		{REPORT_BY_NAME, "{\"code\":\"a", "{\"code\":\"b"},
		{REPORT_BY_CODE, "{\"code\":\"a", "{\"code\":\"b"},
	};
	struct rig *g = *state;

	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		const char *out, *first;

		begin(g, REPORT_ITEMS);
		sell(g, "2026-03-28T08:00:00Z", 60, "c", 9, 10);
		sell(g, "2026-03-28T08:00:00Z", 60, "b", 1, 1000);
		sell(g, "2026-03-28T08:00:00Z", 60, "a", 2, 100);
		out = json(g, want[i].sort, 2);
		first = strstr(out, want[i].first);
		assert_non_null(first);
		assert_ptr_equal(strstr(out, "{\"code\""), first);
		assert_non_null(strstr(first, want[i].second));
		has(out, "\"of_rows\":3");
		has(out, "\"sum\":{\"lines\":3,\"discount\":0,"
			 "\"amount\":1290}");
	}
}

/* Many codes: rows are found again, and none is lost. */
static void
test_many(void **state)
{
	struct rig *g = *state;
	const char *out;

	begin(g, REPORT_ITEMS);
	for (int i = 0; i < 3000; i++) {
		char code[16];
		struct sbuf b;

		sbuf_init(&b, code, sizeof(code));
		sbuf_printf(&b, "%d", i % 1000);
		sell(g, "2026-03-28T08:00:00Z", 60, code, 1, 1 + i % 1000);
	}
	out = json(g, REPORT_BY_CODE, 1);
	has(out, "\"of_rows\":1000,\"rows\":[{\"code\":\"0\"");
	has(out, "\"lines\":3,\"quantity\":3000");
	has(out, "\"sum\":{\"lines\":3000,\"discount\":0,\"amount\":1501500}");
}

static void
test_taxes(void **state)
{
	static const struct event_part parts[] = {
		{"GST", 50000, false, 50}, {"PST", 70000, false, 70}};
	static const struct event_tax rows[] = {
		{"B", 120000, 1000, 120, 1120, NULL, parts, 2},
		{"A", 0, 500, 0, 500, "exempt", NULL, 0}};
	struct rig *g = *state;
	struct event e;
	const char *out;

	begin(g, REPORT_TAXES);
	e = event_of(g, EVENT_SALE_COMPLETED, "2026-03-28T08:00:00Z", 60);
	e.data.sale = (struct event_sale){
		.number = "R01-000002", .tax = rows, .n_tax = 2, .total = 1620};
	add(g, &e);
	add(g, &e);
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "[{\"code\":\"A\",\"part\":\"\",\"rate\":0,"
		 "\"why\":\"exempt\",\"sales\":2,\"net\":1000,\"tax\":0,"
		 "\"gross\":1000,\"part_tax\":0},{\"code\":\"B\","
		 "\"part\":\"\",\"rate\":120000,\"why\":\"\",\"sales\":2,"
		 "\"net\":2000,\"tax\":240,\"gross\":2240,\"part_tax\":0},"
		 "{\"code\":\"B\",\"part\":\"GST\",\"rate\":50000,\"why\":\"\","
		 "\"sales\":2,\"net\":0,\"tax\":0,\"gross\":0,"
		 "\"part_tax\":100},{\"code\":\"B\",\"part\":\"PST\"");
	has(out, "\"sum\":{\"net\":3000,\"tax\":240,\"gross\":3240}");
}

static void
count_cash(struct rig *g, const char *who, int64_t shift, int64_t difference)
{
	struct event e =
		event_of(g, EVENT_CASH_COUNTED, "2026-03-28T17:00:00Z", 60);

	e.actor = who;
	e.data.count.shift = shift;
	e.data.count.difference = difference;
	add(g, &e);
}

/* The last count of a day stands; a shift has its own end; who was never at the
 * register has no row. */
static void
test_cashiers(void **state)
{
	struct rig *g = *state;
	struct event e;
	const char *out;

	begin(g, REPORT_CASHIERS);
	sell(g, "2026-03-28T08:00:00Z", 60, "100", 3, 200);
	count_cash(g, "7", 0, -500);
	count_cash(g, "12", 0, -20);
	count_cash(g, "9", 4, -700);
	e = event_of(g, EVENT_SHIFT_CLOSED, "2026-03-28T17:30:00Z", 60);
	e.data.shift_closed.operator_no = "9";
	e.data.shift_closed.difference = -3;
	add(g, &e);
	close_day(g, "2026-03-28T18:00:00Z", 7, NULL);
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "{\"operator\":\"7\",\"sales\":1,\"items\":3000,"
		 "\"gross\":600,\"average\":600,\"seconds\":30,"
		 "\"items_per_minute\":6000,");
	has(out, "\"difference\":0},{\"operator\":\"9\"");
	has(out, "\"difference\":-3},{\"operator\":\"12\"");
	has(out, "\"reprints\":0,\"difference\":-20}],");
	has(out, "\"difference\":-23}");
}

/* A basket that was parked is not worked at meanwhile. */
static void
test_recalled(void **state)
{
	struct rig *g = *state;
	struct event e;

	begin(g, REPORT_CASHIERS);
	e = event_of(g, EVENT_SALE_RECALLED, "2026-03-28T07:59:50Z", 60);
	memset(e.data.recalled.sale, 0, UUID_BYTES);
	add(g, &e);
	sell(g, "2026-03-28T08:00:00Z", 60, "100", 3, 200);
	has(json(g, REPORT_BY_AMOUNT, 0), "\"seconds\":10,");
}

static void
test_exceptions(void **state)
{
	static const struct event_line blind[] = {{.no = 1,
							  .code = "9",
							  .qty = -1000,
							  .amount = -250,
							  .approver = "2",
							  .reason = "torn"},
		{.no = 2,
			.code = "8",
			.qty = -1000,
			.amount = -100,
			.return_of = "R01-000001"},
		{.no = 3,
			.code = "D25",
			.qty = -1000,
			.amount = -25,
			.deposit = "D25"}};
	struct rig *g = *state;
	struct event e;
	const char *out;

	begin(g, REPORT_EXCEPTIONS);
	e = event_of(g, EVENT_PRICE_OVERRIDDEN, "2026-03-28T08:00:00Z", 60);
	e.data.line = (struct event_line_act){
		.name = "Cola", .from = 89, .to = 50, .approver = "2"};
	add(g, &e);
	e.training = true;
	add(g, &e); /* practiced */
	e = event_of(g, EVENT_SALE_COMPLETED, "2026-03-28T08:00:00Z", 60);
	e.data.sale = (struct event_sale){.number = "R01-000009",
		.line = blind,
		.n_line = 3,
		.total = -375};
	add(g, &e);
	e = event_of(g, EVENT_CLOCK_JUMPED, "2026-03-28T08:00:01Z", 60);
	e.data.clock.delta_us = INT64_C(-3600000000);
	add(g, &e);
	e = event_of(g, EVENT_OPERATOR_REFUSED, "2026-03-28T08:00:02Z", 60);
	e.data.attempt = (struct event_attempt){"9", "sign-on", "pin"};
	add(g, &e);
	count_cash(g, "7", 0, 0); /* as expected */
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "\"of_rows\":4");
	has(out, "{\"sequence\":1,\"time\":\"2026-03-28T08:00:00.000000Z\","
		 "\"tz\":60,\"operator\":\"7\",\"approver\":\"2\","
		 "\"kind\":\"price-below\",\"detail\":\"Cola\",\"amount\":39,");
	has(out, "\"approver\":\"2\",\"kind\":\"return-blind\","
		 "\"detail\":\"R01-000009\",\"amount\":-250,"
		 "\"reason\":\"torn\"");
	has(out, "\"kind\":\"clock\",\"detail\":\"-3600 s\"");
	has(out, "\"kind\":\"pin\",\"detail\":\"9 sign-on\"");
	has(out, "\"kinds\":[{\"kind\":\"price-below\",\"count\":1,"
		 "\"amount\":39},");
	has_not(out, "\"kind\":\"difference\"");

	/* what a drawer lacked before anybody had it, too */
	begin(g, REPORT_EXCEPTIONS);
	e = event_of(g, EVENT_SHIFT_OPENED, "2026-03-28T08:00:03Z", 60);
	e.data.shift.difference = -20;
	add(g, &e);
	out = json(g, REPORT_BY_AMOUNT, 0);
	has(out, "\"of_rows\":1");
	has(out, "\"kind\":\"difference\",\"detail\":\"\",\"amount\":-20");
}

/* No row is wider than asked, whatever names hold, and every report says
 * something at every width. */
static void
test_widths(void **state)
{
	struct rig *g = *state;

	for (int k = 0; k < REPORT_KINDS; k++) {
		begin(g, (enum report_kind)k);
		for (int i = 1; i < 40; i++) {
			sell(g, "2026-03-28T08:00:00Z", 60,
				"\xe6\x97\xa5\xe6\x9c\xac \xe8\x8c\xb6 of a very "
				"long name that no column has room for",
				i, INT64_C(10000000));
			sell(g, "2026-03-28T15:00:00Z", 60, "100", i, 99);
		}
		assert_int_equal(
			report_end(g->r, REPORT_BY_AMOUNT, 0, NULL), RC_OK);
		for (unsigned w = REPORT_WIDTH_MIN; w <= REPORT_WIDTH_MAX;
			w += 7) {
			struct report_look look = {
				.width = w, .blocks = w % 2 == 0};

			sbuf_init(&g->b, g->out, OUT_BYTES);
			assert_int_equal(
				report_text(g->r, &look, collect, &g->b, NULL),
				RC_OK);
			for (const char *p = g->out; *p != '\0';) {
				size_t n = strcspn(p, "\n");

				if (text_cells(p, n) > w) {
					print_error("%u: %.*s\n", w, (int)n, p);
				}
				assert_true(text_cells(p, n) <= w);
				p += n + 1;
			}
		}
	}
}

/* A sum that leaves its type is no smaller number. */
static void
test_overflow(void **state)
{
	struct rig *g = *state;
	struct event e;

	begin(g, REPORT_SALES);
	e = event_of(g, EVENT_SALE_COMPLETED, "2026-03-28T08:00:00Z", 60);
	e.data.sale =
		(struct event_sale){.number = "R01-000002", .total = INT64_MAX};
	assert_int_equal(report_add(g->r, &e, NULL), RC_OK);
	assert_int_equal(report_add(g->r, &e, NULL), RC_RANGE);
}

static void
test_picks(void **state)
{
	struct report_pick p;
	int64_t n = 0;

	(void)state;
	assert_true(report_pick_date("2026-11-21", &n));
	assert_int_equal(n, 20261121);
	assert_false(report_pick_date("2026-13-21", &n));
	assert_false(report_pick_date("2026-11-2", &n));
	assert_false(report_pick_date("2026/11/21", &n));
	assert_true(report_pick_z("12", &p));
	assert_int_equal(p.from, 12);
	assert_int_equal(p.to, 12);
	assert_true(report_pick_z("12-14", &p));
	assert_int_equal(p.to, 14);
	assert_false(report_pick_z("14-12", &p));
	assert_false(report_pick_z("0", &p));
	assert_false(report_pick_z("12-", &p));
	assert_false(report_pick_z("-3", &p));
	assert_int_equal(report_find("hours"), REPORT_HOURS);
	assert_int_equal(report_find("hour"), REPORT_KINDS);
}

/* What paper says is read as the shop's country writes it, on any roll. */
static void
test_printed(void **state)
{
	static const struct {
		const char *format;
		uint8_t digits, hidden;
		int64_t total;
	} want[] = {
		{"C", 2, 0, 1234567},
		{"C", 2, 0, -5},
		{"C", 0, 0, 1980},
		{"C", 3, 0, 1234567},
		{"de_DE", 2, 0, 123456789},
		{"de_DE", 2, 0, -123450},
		{"fr_FR", 2, 0, 123456789},
		{"hu_HU", 2, 2, 125000},
		{"de_CH", 2, 0, 123450},
		{"en_IN", 2, 0, 123456789},
		{"C", 2, 2, 125000},
		{"C", 2, 2, 125050},
	};
	struct rig *g = *state;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		for (unsigned cols = 24; cols <= 48; cols += 8) {
			struct event e = {.type = EVENT_SALE_COMPLETED};
			int64_t total = 1;

			g->config.format = format_find(want[i].format);
			g->config.currency.digits = want[i].digits;
			g->config.currency.hidden = want[i].hidden;
			g->config.cols = cols;
			e.data.sale =
				(struct event_sale){.number = "R01-000001",
					.currency = "EUR",
					.digits = want[i].digits,
					.prices = "included",
					.total = want[i].total};
			n += g->config.format != NULL ? 1 : 0;
			assert_true(tie_printed(&g->config, &e, &total));
			assert_int_equal(total, want[i].total);
		}
	}
	assert_true(n > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_midnight, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_day_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hours, setup, teardown),
		cmocka_unit_test_setup_teardown(test_returns, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_items_sorted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_taxes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cashiers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_recalled, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_exceptions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_widths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overflow, setup, teardown),
		cmocka_unit_test(test_picks),
		cmocka_unit_test_setup_teardown(test_printed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
