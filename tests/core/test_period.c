/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "core/money.h"
#include "core/period.h"

#include "base/poison.h"

static const struct event_part parts[] = {
	{.name = "GST", .rate = 50000, .tax = 5},
	{.name = "PST", .rate = 70000, .tax = 7}};
static const struct event_tax taxes[] = {
	{.code = "A", .rate = 190000, .net = 100, .tax = 19, .gross = 119},
	{.code = "B",
		.rate = 120000,
		.net = 100,
		.tax = 12,
		.gross = 112,
		.part = parts,
		.n_part = 2},
	{.code = "A", .rate = 190000, .net = 50, .gross = 50, .why = "exempt"}};
static const struct event_day_tender tenders[] = {
	{"cash", 200, 2}, {"CC", 81, 1}};

static struct event_day
day(int64_t number, const char *date)
{
	return (struct event_day){.number = number,
		.first = number * 100,
		.last = number * 100 + 50,
		.sales = 3,
		.gross = 281,
		.returns = 1,
		.return_amount = 40,
		.rounding = -1,
		.tax = taxes,
		.n_tax = 3,
		.tender = tenders,
		.n_tender = 2,
		.date = date};
}

/* Of a date, a clock set back, either end of a day, and what is no date. */
static void
dates_only_go_on(void **state)
{
	const struct utc noon = {INT64_C(1795781700) * 1000000};
	char date[PERIOD_DATE_BYTES], name[PERIOD_NAME_BYTES];
	enum period_kind kind;

	(void)state;
	period_date(noon, 0, "", date);
	assert_string_equal(date, "2026-11-27");
	period_date(noon, 0, "2026-11-26", date);
	assert_string_equal(date, "2026-11-27");
	period_date(noon, 0, "2026-12-01", date);
	assert_string_equal(date, "2026-12-01");
	period_date(noon, 840, "", date);
	assert_string_equal(date, "2026-11-28");
	period_date((struct utc){0}, -60, "", date);
	assert_string_equal(date, "1969-12-31");
	period_floor("", "", "", date);
	assert_string_equal(date, "");
	period_floor("2026-11-26", "2026-10", "2025", date);
	assert_string_equal(date, "2026-11-26");
	period_floor("2026-11-26", "2026-11", "2025", date);
	assert_string_equal(date, "2026-12-01");
	period_floor("2026-12-30", "2026-12", "", date);
	assert_string_equal(date, "2027-01-01");
	period_floor("2026-12-30", "", "2026", date);
	assert_string_equal(date, "2027-01-01");
	period_name(PERIOD_MONTH, "2026-11-27", name);
	assert_string_equal(name, "2026-11");
	period_name(PERIOD_YEAR, "2026-11-27", name);
	assert_string_equal(name, "2026");
	period_name(PERIOD_MONTH, "2026-13-01", name);
	assert_string_equal(name, "");
	period_name(PERIOD_YEAR, "27.11.2026", name);
	assert_string_equal(name, "");
	period_name(PERIOD_YEAR, NULL, name);
	assert_string_equal(name, "");
	assert_true(period_kind_of("2026-12", &kind));
	assert_int_equal(kind, PERIOD_MONTH);
	assert_true(period_kind_of("2026", &kind));
	assert_int_equal(kind, PERIOD_YEAR);
	assert_false(period_kind_of("2026-00", &kind));
	assert_false(period_kind_of("26", &kind));
	assert_false(period_kind_of("", &kind));
}

static void
a_month_is_its_days(void **state)
{
	struct period p = {.name = "2026-11"}, ever = {.first_day = 0};
	struct event_day one = day(7, "2026-11-01"), two = day(8, "2026-11-02");
	struct period_rows rows;
	struct event_period e;

	(void)state;
	assert_int_equal(period_add(&p, &one), RC_OK);
	assert_int_equal(period_add(&p, &two), RC_OK);
	assert_int_equal(period_ever_add(&ever, &one), RC_OK);
	assert_int_equal(period_ever_add(&ever, &two), RC_OK);
	period_close(&p, &ever, &rows, &e);
	assert_string_equal(e.kind, "month");
	assert_string_equal(e.name, "2026-11");
	assert_int_equal(e.first_day, 7);
	assert_int_equal(e.last_day, 8);
	assert_int_equal(e.first, 700);
	assert_int_equal(e.last, 850);
	assert_int_equal(e.sales, 6);
	assert_int_equal(e.gross, 562);
	assert_int_equal(e.return_amount, 80);
	assert_int_equal(e.rounding, -2);
	assert_int_equal(e.n_tax, 3);
	assert_int_equal(e.tax[1].part[1].tax, 14);
	assert_string_equal(e.tax[2].why, "exempt");
	assert_int_equal(e.n_tender, 2);
	assert_int_equal(e.tender[0].amount, 400);
	assert_int_equal(e.tender[0].count, 4);
	assert_int_equal(e.grand, 562);
	assert_int_equal(e.grand_sales, 6);
	assert_int_equal(e.grand_returns, 80);
	assert_true(period_agrees(&e, &p));
	e.gross++;
	assert_false(period_agrees(&e, &p));
	e.gross--;
	rows.tax[0].net--;
	assert_false(period_agrees(&e, &p));
	rows.tax[0].net++;
	rows.tender[1].count++;
	assert_false(period_agrees(&e, &p));
	rows.tender[1].count--;
	e.last_day = 9;
	assert_false(period_agrees(&e, &p));
}

/* By class and rate alone; what a Z tells is what it is told back from. */
static void
what_there_ever_was(void **state)
{
	struct period ever = {.first_day = 0}, told;
	struct event_grand_tax row[TOTALS_TAXES];
	struct event_day d = day(1, NULL), old = day(1, NULL);

	(void)state;
	assert_int_equal(period_ever_told(&old, &told), RC_NOTFOUND);
	assert_true(period_ever_agrees(&old, &ever));
	assert_int_equal(period_ever_add(&ever, &d), RC_OK);
	d.grand = d.gross;
	period_ever_tell(&ever, row, &d);
	assert_int_equal(d.grand_sales, 3);
	assert_int_equal(d.grand_returns, 40);
	assert_int_equal(d.n_grand_tax, 2);
	assert_int_equal(d.grand_tax[0].gross, 169);
	assert_int_equal(d.grand_tax[0].tax, 19);
	assert_true(period_ever_agrees(&d, &ever));
	assert_int_equal(period_ever_told(&d, &told), RC_OK);
	assert_int_equal(told.last_day, 1);
	d = day(2, NULL);
	assert_int_equal(period_ever_add(&told, &d), RC_OK);
	assert_int_equal(period_ever_add(&ever, &d), RC_OK);
	d.grand = 2 * d.gross;
	period_ever_tell(&told, row, &d);
	assert_true(period_ever_agrees(&d, &ever));
	row[1].tax++;
	assert_false(period_ever_agrees(&d, &ever));
	row[1].tax--;
	d.grand_sales++;
	assert_false(period_ever_agrees(&d, &ever));
}

/* More classes and tenders than rows go together; too much is refused, and
 * nothing changed. */
static void
it_has_ends(void **state)
{
	struct period p = {.name = "2026"}, was;
	char code[TOTALS_TAXES + 5][4], name[TOTALS_TENDERS + 5][4];
	int64_t net = 0, taken = 0;

	(void)state;
	for (int i = 0; i < TOTALS_TAXES + 5; i++) {
		struct event_tax t = {.code = code[i], .net = 1, .gross = 1};
		struct event_day_tender x = {
			name[i % (TOTALS_TENDERS + 5)], 1, 1};
		struct event_day d = {.number = i + 1,
			.tax = &t,
			.n_tax = 1,
			.tender = &x,
			.n_tender = 1};

		code[i][0] = (char)('A' + i % 26);
		code[i][1] = (char)('A' + i / 26);
		code[i][2] = '\0';
		memcpy(name[i % (TOTALS_TENDERS + 5)], code[i], 3);
		assert_int_equal(period_add(&p, &d), RC_OK);
	}
	assert_int_equal(p.sum.n_tax, TOTALS_TAXES);
	assert_int_equal(p.sum.n_tender, TOTALS_TENDERS);
	for (size_t i = 0; i < p.sum.n_tax; i++) {
		net += p.sum.tax[i].net;
	}
	for (size_t i = 0; i < p.sum.n_tender; i++) {
		taken += p.sum.tender[i].amount;
	}
	assert_int_equal(net, TOTALS_TAXES + 5);
	assert_int_equal(taken, TOTALS_TAXES + 5);
	was = p;
	assert_int_equal(period_add(&p, &(struct event_day){.number = 99,
						.gross = MONEY_MAX}),
		RC_OK);
	was = p;
	assert_int_equal(
		period_add(&p, &(struct event_day){.number = 100, .gross = 1}),
		RC_RANGE);
	assert_memory_equal(&p, &was, sizeof(p));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_only_go_on),
		cmocka_unit_test(a_month_is_its_days),
		cmocka_unit_test(what_there_ever_was),
		cmocka_unit_test(it_has_ends),
	};

	return cmocka_run_group_tests_name("period", tests, NULL, NULL);
}
