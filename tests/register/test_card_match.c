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

#include "register/card_match.h"

#include "base/poison.h"

#define NOW INT64_C(1763726400000000) /* 2025-11-21T12:00:00Z */

struct row {
	const char *what;
	enum card_verdict want;
	enum pinpad_op op;
	const char *last; /* known before */
	int64_t known_amount;
	const char *known_trace, *known_id;
	struct pinpad_result r;
	const char *known_when; /* of the payment before, two hours ago */
};

#define PAID .outcome = PINPAD_APPROVED, .last_op = PINPAD_PAY, .currency = 978

static const struct row rows[] = {
	{"it does not answer", CARD_VERDICT_SILENT, PINPAD_PAY, "17", 0, "", "",
		{.outcome = PINPAD_UNKNOWN, .amount = 1234}},
	{"a new one of this amount", CARD_VERDICT_PAID, PINPAD_PAY, "17", 0, "",
		"", {PAID, .amount = 1234, .receipt = "18"}},
	{"it gives our name for it back, and no more", CARD_VERDICT_PAID,
		PINPAD_PAY, "", 0, "", "",
		{PAID, .amount = 1234, .ours = true}},
	{"our name, and another amount", CARD_VERDICT_OTHER, PINPAD_PAY, "", 0,
		"", "", {PAID, .amount = 1000, .ours = true}},
	{"and of this time", CARD_VERDICT_PAID, PINPAD_PAY, "17", 0, "", "",
		{PAID, .amount = 1234, .receipt = "18",
			.when = "2025-11-21 13:00:40"}},
	{"of an hour before", CARD_VERDICT_OTHER, PINPAD_PAY, "17", 0, "", "",
		{PAID, .amount = 1234, .receipt = "18",
			.when = "2025-11-21 12:00:40"}},
	{"its clock does not know the year", CARD_VERDICT_PAID, PINPAD_PAY,
		"17", 0, "", "",
		{PAID, .amount = 1234, .receipt = "18",
			.when = "11-21 13:00:40"}},
	{"of another day", CARD_VERDICT_OTHER, PINPAD_PAY, "17", 0, "", "",
		{PAID, .amount = 1234, .receipt = "18",
			.when = "11-20 13:00:40"}},
	{"its clock is wrong, as it was before", CARD_VERDICT_PAID, PINPAD_PAY,
		"17", 0, "", "",
		{PAID, .amount = 1234, .receipt = "18",
			.when = "01-01 01:59:40"},
		"12-31 23:59:00"},
	{"its clock was wrong, and is not now", CARD_VERDICT_OTHER, PINPAD_PAY,
		"17", 0, "", "",
		{PAID, .amount = 1234, .receipt = "18",
			.when = "11-21 13:00:40"},
		"12-31 23:59:00"},
	{"somebody else paid in between", CARD_VERDICT_OTHER, PINPAD_PAY, "17",
		0, "", "", {PAID, .amount = 1234, .receipt = "19"}},
	{"numbers begin anew", CARD_VERDICT_PAID, PINPAD_PAY, "9999", 0, "", "",
		{PAID, .amount = 1234, .receipt = "1"}},
	{"of a date that is none", CARD_VERDICT_PAID, PINPAD_PAY, "17", 0, "",
		"",
		{PAID, .amount = 1234, .receipt = "18",
			.when = "2025-02-31 99:00:40"}},
	{"approved by the card alone", CARD_VERDICT_PAID, PINPAD_PAY, "17", 0,
		"", "",
		{.outcome = PINPAD_OFFLINE,
			.last_op = PINPAD_PAY,
			.amount = 1234,
			.receipt = "18"}},
	{"a terminal that does not say what it was", CARD_VERDICT_PAID,
		PINPAD_PAY, "17", 0, "", "",
		{.outcome = PINPAD_APPROVED,
			.last_op = PINPAD_LAST,
			.amount = 1234,
			.receipt = "18"}},
	{"the one before is still the last", CARD_VERDICT_NOT, PINPAD_PAY, "17",
		500, "9", "",
		{PAID, .amount = 500, .receipt = "17", .trace = "9"}},
	{"the same amount twice, and still the first", CARD_VERDICT_NOT,
		PINPAD_PAY, "17", 1234, "9", "",
		{PAID, .amount = 1234, .receipt = "17", .trace = "9"}},
	{"numbers began anew: the same one, another trace", CARD_VERDICT_OTHER,
		PINPAD_PAY, "17", 1234, "9", "",
		{PAID, .amount = 1234, .receipt = "17", .trace = "10"}},
	{"numbers began anew: the same one, another amount", CARD_VERDICT_OTHER,
		PINPAD_PAY, "17", 500, "", "",
		{PAID, .amount = 1234, .receipt = "17"}},
	{"another amount", CARD_VERDICT_OTHER, PINPAD_PAY, "17", 0, "", "",
		{PAID, .amount = 1235, .receipt = "18"}},
	{"other money", CARD_VERDICT_OTHER, PINPAD_PAY, "17", 0, "", "",
		{.outcome = PINPAD_APPROVED,
			.last_op = PINPAD_PAY,
			.currency = 840,
			.amount = 1234,
			.receipt = "18"}},
	{"another kind", CARD_VERDICT_OTHER, PINPAD_PAY, "17", 0, "", "",
		{.outcome = PINPAD_APPROVED,
			.last_op = PINPAD_REFUND,
			.amount = 1234,
			.receipt = "18"}},
	{"it took it back by itself", CARD_VERDICT_NOT, PINPAD_PAY, "17", 0, "",
		"",
		{.outcome = PINPAD_APPROVED,
			.last_op = PINPAD_REVERSE,
			.amount = 1234,
			.receipt = "18"}},
	{"a reversal that was done", CARD_VERDICT_PAID, PINPAD_REVERSE, "17", 0,
		"", "",
		{.outcome = PINPAD_APPROVED,
			.last_op = PINPAD_REVERSE,
			.amount = 1234,
			.receipt = "18"}},
	{"a reversal that was not", CARD_VERDICT_NOT, PINPAD_REVERSE, "17",
		1234, "", "", {PAID, .amount = 1234, .receipt = "17"}},
	{"it was declined", CARD_VERDICT_NOT, PINPAD_PAY, "17", 0, "", "",
		{.outcome = PINPAD_DECLINED,
			.last_op = PINPAD_PAY,
			.amount = 1234,
			.receipt = "18"}},
	{"something else was declined", CARD_VERDICT_OTHER, PINPAD_PAY, "17", 0,
		"", "",
		{.outcome = PINPAD_DECLINED,
			.last_op = PINPAD_PAY,
			.amount = 99,
			.receipt = "18"}},
	{"declined, by one that does not say what it was", CARD_VERDICT_NOT,
		PINPAD_PAY, "17", 0, "", "",
		{.outcome = PINPAD_DECLINED,
			.last_op = PINPAD_LAST,
			.amount = 1234,
			.receipt = "18"}},
	{"a new payment is no reversal", CARD_VERDICT_OTHER, PINPAD_REVERSE,
		"17", 0, "", "",
		{.outcome = PINPAD_APPROVED,
			.last_op = PINPAD_LAST,
			.amount = 1234,
			.receipt = "18"}},
	{"it knows of nothing", CARD_VERDICT_OTHER, PINPAD_PAY, "17", 0, "", "",
		{.outcome = PINPAD_DECLINED, .last_op = PINPAD_LAST}},
	{"the first one ever, and no time", CARD_VERDICT_OTHER, PINPAD_PAY, "",
		0, "", "", {PAID, .amount = 1234, .receipt = "18"}},
	{"the first one ever, at this time", CARD_VERDICT_PAID, PINPAD_PAY, "",
		0, "", "",
		{PAID, .amount = 1234, .receipt = "18",
			.when = "2025-11-21 13:01:00"}},
	{"another terminal", CARD_VERDICT_OTHER, PINPAD_PAY, "17", 0, "",
		"52500041",
		{PAID, .amount = 1234, .receipt = "18",
			.terminal = "52500042"}},
	{"this terminal", CARD_VERDICT_PAID, PINPAD_PAY, "17", 0, "",
		"52500041",
		{PAID, .amount = 1234, .receipt = "18",
			.terminal = "52500041"}},
};

static void
says_what_follows(void **state)
{
	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(rows); n++) {
		const struct row *w = &rows[n];
		struct store_terminal known = {.amount = w->known_amount};
		struct card_intent i = {.op = w->op,
			.amount = 1234,
			.currency = 978,
			.since = {NOW},
			.tz_min = 60,
			.last = w->last,
			.known = &known};
		enum card_verdict got;

		if (w->known_when != NULL) {
			known.time.us = NOW - INT64_C(7200000000);
			memcpy(known.when, w->known_when,
				strlen(w->known_when) + 1);
		}
		memcpy(known.receipt, w->last, strlen(w->last) + 1);
		memcpy(known.trace, w->known_trace, strlen(w->known_trace) + 1);
		memcpy(known.id, w->known_id, strlen(w->known_id) + 1);
		got = card_match(&i, &w->r);
		if (got != w->want) {
			fail_msg("%s: %d, not %d", w->what, got, w->want);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_follows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
