/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: days follow each other as in the calendar; each of three grammars gets
 * bookings byte for byte as its program takes them, and no account that it does
 * not take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "register/days.h"
#include "register/ledger.h"

static void
dates_are_of_the_calendar(void **state)
{
	static const struct {
		const char *text;
		int32_t next; /* 0 it is none */
	} row[] = {
		{"2026-11-22", 20261123},
		{"2026-02-28", 20260301},
		{"2028-02-28", 20280229},
		{"2028-02-29", 20280301},
		{"2100-02-28", 21000301},
		{"2000-02-29", 20000301},
		{"2026-12-31", 20270101},
		{"2026-04-30", 20260501},
		{"2026-02-29", 0},
		{"2026-04-31", 0},
		{"2026-13-01", 0},
		{"2026-00-10", 0},
		{"2026-1-01", 0},
		{"20261122", 0},
		{"2026-11-22 ", 0},
		{"2026/11/22", 0},
		{"+026-11-22", 0},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		int32_t date = 0;
		enum rc rc = days_date(row[i].text, &date);

		assert_int_equal(rc, row[i].next > 0 ? RC_OK : RC_PROTO);
		if (rc == RC_OK) {
			assert_int_equal(days_next(date), row[i].next);
		}
	}
}

static void
ranges_are_of_whole_days(void **state)
{
	struct day day[] = {
		{.number = 3, .first = 10, .last = 19, .date = 20261101},
		{.number = 4, .first = 20, .last = 29, .date = 20261101},
		{.number = 5, .first = 30, .last = 39, .date = 20261103},
		{.number = 6,
			.first = 40,
			.last = 45,
			.date = 20261104,
			.open = true},
	};
	const struct days d = {.n = ARRAY_LEN(day), .day = day};

	static const struct {
		struct days_pick pick;
		uint64_t from, to; /* from > to: none */
	} row[] = {
		{{0}, 10, 45},
		{{.closed = true}, 10, 39},
		{{.since = 20261101, .until = 20261101}, 10, 29},
		{{.since = 20261102}, 30, 45},
		{{.until = 20261102}, 10, 29},
		{{.since = 20261102, .until = 20261102}, 1, 0},
		{{.from_z = 4, .to_z = 5}, 20, 39},
		{{.from_z = 4, .until = 20261101}, 20, 29},
		{{.from_z = 7}, 1, 0},
		{{.from_z = 4, .to_z = 5, .from = 25, .to = 32}, 25, 32},
		{{.to = 5}, 10, 5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		uint64_t from = 0, to = 0;

		days_range(&d, &row[i].pick, &from, &to);
		assert_int_equal(from, row[i].from);
		assert_int_equal(to, row[i].to);
	}
}

/* Two bookings of one day and one of the next. */
static enum rc
write_some(struct ledger *l, struct err *err)
{
	static struct ledger_booking b;
	enum rc rc = RC_OK;

	ledger_head(l, "K-R01");
	for (int i = 1; i <= 3 && rc == RC_OK; i++) {
		struct ledger_post *p;

		b = (struct ledger_booking){
			.date = i < 3 ? 20281231 : 20290101};
		(void)snprintf(b.code, sizeof(b.code), "K-R01-Z%04d", i);
		(void)snprintf(b.text, sizeof(b.text), "%s",
			i == 1 ? "Out:  a;b | \"c\\\" \t\x01 d" : "Z");
		ledger_note(&b, "zno", "%d", i);
		p = ledger_post(&b, "Income:Sales:A", 'R', -105);
		(void)snprintf(p->rate, sizeof(p->rate), "7%%");
		p = ledger_post(&b, "Assets:Cash:Drawer", 'C', 105);
		p->holds = true;
		p->balance = INT64_C(105) * i;
		rc = ledger_put(l, &b, err);
	}
	if (rc == RC_OK) {
		ledger_comment(l, "Month; closed");
	}
	ledger_end(l);
	return rc;
}

static void
each_grammar_has_its_bytes(void **state)
{
	static const char body[] = "2028-12-31 * (K-R01-Z0001) Out: a,b / "
				   "\"c\\\" d\n"
				   "    ; zno: 1\n"
				   "    Income:Sales:A";

	static const struct {
		enum ledger_format format;
		unsigned digits;
		const char *has[6];
	} row[] = {
		{LEDGER_HLEDGER, 2,
			{"; K-R01\ncommodity 1000.00 EUR\ntag zno\n",
				"\naccount Income:Sales:A  ; type: R\n", body,
				" -1.05 EUR\n    ; rate: 7%\n",
				" 1.05 EUR = 2.10 EUR\n",
				"\n; Month, closed\n"}},
		{LEDGER_HLEDGER, 0,
			{"commodity 1000. EUR\n", " -105 EUR\n",
				" 105 EUR = 315 EUR\n"}},
		{LEDGER_LEDGER, 3,
			{"commodity EUR\n    format 1000.000 EUR\n",
				"\naccount Assets:Cash:Drawer\n", body,
				" 0.105 EUR = 0.210 EUR\n"}},
		{LEDGER_BEANCOUNT, 2,
			{"1970-01-01 commodity EUR\n",
				"\n2028-12-31 open Income:Sales:A EUR\n",
				"\n2028-12-31 * \"Out:  a;b | \\\"c\\\\\\\"    d\"\n"
				"  code: \"K-R01-Z0001\"\n  zno: \"1\"\n",
				"    rate: \"7%\"\n",
				"\n2029-01-01 balance Assets:Cash:Drawer",
				"2.10 ~ 0.00 EUR\n\n2029-01-01 * \"Z\""}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct ledger l = {.format = row[i].format,
			.currency = "EUR",
			.digits = row[i].digits};
		struct err err = {0};
		char *text = NULL;
		size_t n = 0;

		l.out = open_memstream(&text, &n);
		assert_non_null(l.out);
		assert_int_equal(write_some(&l, &err), RC_OK);
		assert_int_equal(fclose(l.out), 0);
		for (size_t k = 0;
			k < ARRAY_LEN(row[i].has) && row[i].has[k] != NULL;
			k++) {
			if (strstr(text, row[i].has[k]) == NULL) {
				fail_msg(
					"no '%s' in:\n%s", row[i].has[k], text);
			}
		}
		if (row[i].format == LEDGER_BEANCOUNT) {
			/* of the first of two of a date nothing is asked */
			assert_null(strstr(text, " 1.05 ~"));
			assert_non_null(strstr(text, "2029-01-02 balance"));
		}
		free(text);
	}
}

static void
accounts_that_beancount_takes(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} row[] = {
		{"Assets:Cash", true},
		{"Income:Sales:7", true},
		{"Income:Erl\xc3\xb6se", true},
		{"Expenses:\xc3\x9c-1", true},
		{"Aktiva:Kasse", false},
		{"Assets", false},
		{"Assets:", false},
		{"Assets:cash", false},
		{"Assets:Cash 1", false},
		{"Assets:Cash:-", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		static struct ledger_booking b;
		struct ledger l = {.format = LEDGER_BEANCOUNT,
			.currency = "EUR",
			.digits = 2};
		struct err err = {0};
		char *text = NULL;
		size_t n = 0;

		b = (struct ledger_booking){.date = 20261122};
		l.out = open_memstream(&text, &n);
		assert_non_null(l.out);
		assert_non_null(ledger_post(&b, row[i].name, 0, 0));
		if (ledger_put(&l, &b, &err) !=
			(row[i].good ? RC_OK : RC_INVAL)) {
			fail_msg("%s", row[i].name);
		}
		ledger_end(&l);
		assert_int_equal(fclose(l.out), 0);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_of_the_calendar),
		cmocka_unit_test(ranges_are_of_whole_days),
		cmocka_unit_test(each_grammar_has_its_bytes),
		cmocka_unit_test(accounts_that_beancount_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
