/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a filter takes the rows it names and no others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "register/audit.h"

static void
test_filter(void **state)
{
	static const struct audit_row row = {.sequence = 221904,
		/* 2026-11-21 14:31:58 where it was */
		.time = {INT64_C(1795267918000000)},
		.tz_min = 60,
		.actor = "7",
		.approver = "2",
		.event = "price.overridden",
		.detail = "line 7 Shampoo 250 ml 4.25 -> 2.99 Damaged Pack"};

	static const struct {
		const char *filter;
		bool fits;
	} cases[] = {
		{"", true},
		{"   ", true},
		{"op=7", true},
		{"op=2", true},
		{"op=70", false},
		{"op=", false},
		{"event=price", true},
		{"event=overridden", false},
		{"EVENT=PRICE", true},
		{"overridden", true},
		{"shampoo", true},
		{"SHAMPOO  damaged", true},
		{"shampoo broken", false},
		{"op=7 event=line", false},
		{"221904", true},
		{"22190", false},
		{"2.99", true},
		{"7", true},
		{"9", true}, /* of 2.99 */
		{"xyz", false},
		{"by=7", true},
		{"by=2", false},
		{"approver=2", true},
		{"approver=7", false},
		{"not=by=2", true},
		{"not=shampoo", false},
		{"not=not=shampoo", true},
		{"since=2026-11-21", true},
		{"since=2026-11-22", false},
		{"until=2026-11-21", true},
		{"until=2026-11-20", false},
		{"since=2026-11-21T14:31 until=2026-11-21T14:31", true},
		{"since=2026-11-21T14:32", false},
		{"until=2026-11-21T14:30:59", false},
		{"since=2026", true},
	};

	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		if (audit_fits(&row, cases[i].filter) != cases[i].fits) {
			fail_msg("'%s'", cases[i].filter);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_filter)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
