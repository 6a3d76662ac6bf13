/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "device/host_log.h"
#include "gen.h"

#define S INT64_C(1000000)

struct heard {
	unsigned n;
	char last[256];
};

static void
hear(void *arg, const char *line)
{
	struct heard *h = arg;

	h->n++;
	(void)snprintf(h->last, sizeof(h->last), "%s", line);
}

static void
test_the_same(void **state)
{
	struct heard h = {0};
	struct host_log l = {.fn = hear, .arg = &h};
	struct mono now = {S};

	(void)state;
	host_log_say(&l, now, "scale", "silent");
	assert_int_equal(h.n, 1);
	assert_string_equal(h.last, "scale: silent");
	for (unsigned i = 0; i < 9; i++) {
		now.us += S;
		host_log_say(&l, now, "scale", "silent");
	}
	assert_int_equal(h.n, 1);
	now.us += S;
	host_log_say(&l, now, "scale", "silent");
	assert_int_equal(h.n, 2);
	assert_string_equal(h.last, "scale: silent (and 9 times before)");
}

/* A printer that is switched off for the night must not be all there is. */
static void
test_a_night(void **state)
{
	struct heard h = {0};
	struct host_log l = {.fn = hear, .arg = &h};
	struct mono now = {S};

	(void)state;
	for (unsigned i = 0; i < 12 * 3600 / 5; i++) {
		host_log_say(&l, now, "printer", "nothing answers");
		now.us += 5 * S;
	}
	assert_in_range(h.n, 12 * 6, 12 * 6 + 8);
	/* and when it was well for a minute, it is said at once */
	now.us += 60 * S;
	host_log_say(&l, now, "printer", "nothing answers");
	now.us += 10 * S;
	h.n = 0;
	host_log_say(&l, now, "printer", "nothing answers");
	assert_int_equal(h.n, 1);
}

/* What differs each time is bounded, too. */
static void
test_noise(void **state)
{
	struct heard h = {0};
	struct host_log l = {.fn = hear, .arg = &h};
	struct mono now = {S};
	char text[32];

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		(void)snprintf(text, sizeof(text), "%u bytes", i);
		host_log_say(&l, now, "scanner", text);
		now.us += 100;
	}
	assert_int_equal(h.n, HOST_LOG_LINES);
	now.us += S;
	host_log_say(&l, now, "scanner", "ready");
	assert_int_equal(h.n, HOST_LOG_LINES + 2);
	assert_string_equal(h.last, "scanner: ready");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_same),
		cmocka_unit_test(test_a_night),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests_name("host log", tests, NULL, NULL);
}
