/* SPDX-License-Identifier: Apache-2.0 */
/* A line that is bad in every way, and scenarios, on a device that echoes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/player.h"

#define MS(n) ((struct mono){(n)*INT64_C(1000)})

struct echo {
	bool plugged;
	int64_t later; /* answers after so long */
	struct mono due;
	uint8_t byte[64];
	size_t n;
	unsigned n_plug;
};

static enum rc
echo_open(void *state, const struct sim_opt opt[], size_t n, struct err *reterr)
{
	(void)state;
	(void)opt;
	(void)n;
	(void)reterr;
	return RC_OK;
}

static void
echo_plug(void *state, bool in)
{
	struct echo *e = state;

	e->plugged = in;
	e->n_plug++;
}

static void
echo_step(void *state, struct mono now, const uint8_t *in, size_t n,
	struct sim_out *out)
{
	struct echo *e = state;

	if (n > 0) {
		memcpy(e->byte, in, n);
		e->n = n;
		e->due.us = now.us + e->later;
		sim_say(out, "ask %.*s", (int)n, (const char *)in);
	}
	if (e->n > 0 && now.us >= e->due.us) {
		sim_put(out, e->byte, e->n);
		sim_say(out, "answer");
		e->n = 0;
	}
	if (e->n > 0) {
		sim_by(out, e->due);
	}
}

static enum rc
echo_tell(void *state, struct mono now, const char *line, struct sim_out *out,
	struct err *reterr)
{
	struct echo *e = state;
	const char *rest;

	(void)now;
	if (sim_is(line, "say", &rest)) {
		sim_put(out, rest, strlen(rest));
		sim_say(out, "told");
		return RC_OK;
	}
	if (sim_is(line, "later", &rest)) {
		return scenario_time(rest, &e->later, reterr);
	}
	return err_set(reterr, RC_INVAL, 0, "echo", "no such thing");
}

static const struct sim_device echo = {
	.name = "echo",
	.summary = "gives back what it gets",
	.commands = "say TEXT\nlater TIME",
	.state_size = sizeof(struct echo),
	.open = echo_open,
	.plug = echo_plug,
	.step = echo_step,
	.tell = echo_tell,
};

struct world {
	struct player p;
	struct echo echo;
	char said[4096];
};

static struct world w;

static void
on_say(void *arg, const char *line)
{
	struct world *x = arg;
	size_t n = strlen(x->said);

	assert_true(snprintf(x->said + n, sizeof(x->said) - n, "%s\n", line) <
		    (int)(sizeof(x->said) - n));
}

static void
begin(const char *scenario)
{
	struct err e = {0};

	memset(&w, 0, sizeof(w));
	assert_int_equal(
		player_init(&w.p, &echo, &w.echo, NULL, 0, on_say, &w, &e),
		RC_OK);
	if (scenario != NULL) {
		enum rc rc = scenario_parse(
			&w.p.scenario, "test", scenario, strlen(scenario), &e);

		assert_string_equal(e.msg, "");
		assert_int_equal(rc, RC_OK);
	}
	player_start(&w.p, MS(0));
	player_line(&w.p, MS(0), true);
}

/* What is on the line by ${ms}, as text. */
static const char *
heard(int64_t ms)
{
	static char text[PLAYER_BYTES + 1];

	player_run(&w.p, MS(ms));
	text[player_take(&w.p, MS(ms), (uint8_t *)text, PLAYER_BYTES)] = '\0';
	return text;
}

static void
ask(int64_t ms, const char *text)
{
	player_feed(&w.p, MS(ms), (const uint8_t *)text, strlen(text));
}

static void
told(int64_t ms, const char *line)
{
	assert_int_equal(player_tell(&w.p, MS(ms), line, NULL), RC_OK);
}

static void
a_good_line(void **state)
{
	(void)state;
	begin(NULL);
	ask(1, "abc");
	assert_string_equal(heard(1), "abc");
	assert_string_equal(heard(2), "");
	assert_int_equal(player_deadline(&w.p).us, -1);
	told(3, "say hello");
	assert_string_equal(heard(3), "hello");
	assert_string_equal(w.said, "ask abc\nanswer\ntold\n");
	assert_int_equal(w.echo.n_plug, 1);
}

static void
late_and_slow(void **state)
{
	(void)state;
	begin(NULL);
	told(0, "delay 300ms");
	ask(1, "abc");
	assert_string_equal(heard(300), "");
	assert_int_equal(player_deadline(&w.p).us, 301000);
	assert_string_equal(heard(301), "abc");
	told(302, "delay off");
	told(302, "slow 150ms");
	ask(302, "xyz");
	assert_string_equal(heard(302), "x");
	assert_string_equal(heard(451), "");
	assert_string_equal(heard(452), "y");
	assert_string_equal(heard(602), "z");
	/* the device's own time is not the line's */
	told(700, "slow off");
	told(700, "later 1s");
	ask(700, "q");
	assert_int_equal(player_deadline(&w.p).us, 1700000);
	/* what it is told meanwhile makes it forget nothing */
	told(800, "later 2s");
	assert_int_equal(player_deadline(&w.p).us, 1700000);
	assert_string_equal(heard(1700), "q");
}

static void
bad_answers(void **state)
{
	const char *got;

	(void)state;
	begin(NULL);
	told(0, "double");
	ask(1, "abc");
	ask(1, "d");
	assert_string_equal(heard(1), "abcabcd");
	told(2, "spoil 2");
	ask(2, "abc");
	ask(2, "abc");
	ask(2, "abc");
	assert_string_equal(heard(2), "abbabbabc");
	told(3, "lose");
	ask(3, "abc");
	assert_string_equal(heard(3), "");
	ask(3, "abc");
	assert_string_equal(heard(3), "abc");
	told(4, "garbage 1 5");
	ask(4, "abc");
	ask(4, "def");
	player_run(&w.p, MS(4));
	got = heard(4);
	assert_true(memcmp(got + 5, "abcdef", 7) == 0);
	told(5, "noise 9");
	{
		uint8_t b[32];

		assert_int_equal(player_take(&w.p, MS(5), b, 32), 9);
	}
	told(6, "mute");
	ask(6, "abc");
	assert_string_equal(heard(6), "");
	told(6, "mute off");
	told(6, "deaf on");
	w.said[0] = '\0';
	ask(6, "abc");
	assert_string_equal(w.said, "");
	told(7, "calm");
	ask(7, "abc");
	assert_string_equal(heard(7), "abc");
}

static void
a_pulled_cable(void **state)
{
	(void)state;
	begin(NULL);
	told(0, "cut 2");
	ask(1, "abc");
	assert_true(player_in(&w.p));
	assert_string_equal(heard(1), "ab");
	/* not before these can have been read */
	assert_true(player_in(&w.p));
	assert_int_equal(player_deadline(&w.p).us, 21000);
	ask(2, "abc");
	assert_string_equal(heard(20), "");
	assert_true(player_in(&w.p));
	assert_string_equal(heard(21), "");
	assert_false(player_in(&w.p));
	assert_false(w.echo.plugged);
	ask(22, "abc");
	assert_string_equal(heard(22), "");
	told(23, "plug");
	assert_true(w.echo.plugged);
	ask(24, "abc");
	assert_string_equal(heard(24), "abc");
	/* what waits is gone with the cable */
	told(25, "delay 100ms");
	ask(25, "abc");
	told(26, "unplug");
	told(27, "plug");
	assert_string_equal(heard(500), "");
	told(600, "delay off");
	told(600, "cut 0");
	ask(601, "abc");
	assert_false(player_in(&w.p));
	assert_string_equal(heard(601), "");
	/* nobody at the other end is no cable either */
	told(602, "plug");
	player_line(&w.p, MS(603), false);
	assert_false(w.echo.plugged);
	ask(604, "abc");
	assert_string_equal(heard(604), "");
}

static void
what_cannot_be_told(void **state)
{
	static const char *const line[] = {"mute maybe", "delay", "delay soon",
		"noise", "noise 0", "noise 513", "spoil x", "cut", "cut -1",
		"garbage 1 0", "unplug now", "fly", "double 1 2"};
	struct err e = {0};

	(void)state;
	begin(NULL);
	for (size_t i = 0; i < ARRAY_LEN(line); i++) {
		e.msg[0] = '\0';
		assert_int_equal(
			player_tell(&w.p, MS(1), line[i], &e), RC_INVAL);
		assert_true(e.msg[0] != '\0');
	}
	ask(2, "abc");
	assert_string_equal(heard(2), "abc");
}

/* An answer nobody takes is lost whole, and said. */
static void
a_full_line(void **state)
{
	static char much[64];

	(void)state;
	begin(NULL);
	told(0, "delay 10s");
	memset(much, 'x', sizeof(much) - 1);
	for (int i = 0; i < PLAYER_PIECES + 1; i++) {
		ask(1, much);
		if (i < PLAYER_PIECES) {
			w.said[0] = '\0';
		}
	}
	assert_non_null(strstr(w.said, "an answer is lost"));
	assert_int_equal(strlen(heard(20000)), PLAYER_PIECES * 63);
}

static void
lines_in_turn(void **state)
{
	(void)state;
	begin("# a comment\n"
	      "\n"
	      "wait 500ms\n"
	      "say one\n"
	      "  wait for 2 ask ab  \n"
	      "say two\r\n"
	      "at 2s say late\n"
	      "wait 1s\n"
	      "say three");
	assert_string_equal(heard(499), "");
	assert_int_equal(player_deadline(&w.p).us, 500000);
	assert_string_equal(heard(500), "one");
	ask(600, "ab");
	assert_string_equal(heard(600), "ab");
	ask(601, "abc");
	assert_string_equal(heard(601), "abc");
	ask(700, "ab");
	assert_string_equal(heard(700), "abtwo");
	assert_string_equal(heard(1699), "");
	assert_string_equal(heard(1700), "three");
	assert_string_equal(heard(2000), "late");
	assert_int_equal(player_deadline(&w.p).us, -1);
	assert_non_null(strstr(w.said, "scenario: say two\n"));
}

static void
standing_orders(void **state)
{
	(void)state;
	begin("on ask: later 1s\n"
	      "on 2 answer: say second\n"
	      "every 100ms say tick\n"
	      "at 250ms fly");
	ask(1, "a");
	assert_string_equal(heard(99), "a");
	assert_string_equal(heard(100), "tick");
	assert_string_equal(heard(200), "tick");
	assert_string_equal(heard(250), "");
	assert_non_null(strstr(w.said, "no such thing\n"));
	ask(260, "b");
	told(261, "calm");
	assert_string_equal(heard(1259), "tick");
	assert_string_equal(heard(1260), "bsecond");
}

static void
again_and_again(void **state)
{
	(void)state;
	begin("wait 1s\nsay x\nagain\n");
	for (int i = 1; i < 10; i++) {
		assert_string_equal(heard(i * 1000 - 1), "");
		assert_string_equal(heard(i * 1000), "x");
	}
	/* a command that brings itself about ends with the call */
	begin("on told: say x\nsay x\n");
	assert_true(strlen(heard(1)) < 1000);
}

static void
what_is_no_scenario(void **state)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
		{"wait", "test:1: '' is no time"},
		{"\nwait 2", "test:2: '2' is no time"},
		{"wait 1.2345s", "test:1: '1.2345s' is no time"},
		{"wait 99999999s", "is no time"},
		{"wait 1s unplug", "a command is a line of its own"},
		{"wait for", "write what is waited for"},
		{"wait for 0 job", "write what is waited for"},
		{"at unplug", "'unplug' is no time"},
		{"at 1s", "a command is missing"},
		{"every 0s unplug", "too often"},
		{"on job unplug", "write it like"},
		{"on : unplug", "write it like"},
		{"on job:", "write it like"},
		{"unplug\nagain", "test:2: nothing is waited for"},
		{"wait 0ms\nagain", "nothing is waited for"},
	};
	static struct scenario s;
	static char much[SCENARIO_LINES * 8 + 64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err e = {0};

		assert_int_equal(scenario_parse(&s, "test", bad[i].text,
					 strlen(bad[i].text), &e),
			RC_INVAL);
		if (strstr(e.msg, bad[i].want) == NULL) {
			fail_msg("%s: %s", bad[i].text, e.msg);
		}
		assert_int_equal(s.n_line, 0);
	}
	for (int i = 0; i <= SCENARIO_LINES; i++) {
		memcpy(much + i * 7, "unplug\n", 8);
	}
	assert_int_equal(
		scenario_parse(&s, "test", much, strlen(much), NULL), RC_INVAL);
	memset(much, 'x', 600);
	assert_int_equal(scenario_parse(&s, "test", much, 600, NULL), RC_INVAL);
	much[130] = '\0';
	assert_int_equal(scenario_parse(&s, "test", much, 130, NULL), RC_INVAL);
	assert_int_equal(scenario_parse(&s, "test", "", 0, NULL), RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_line),
		cmocka_unit_test(late_and_slow),
		cmocka_unit_test(bad_answers),
		cmocka_unit_test(a_pulled_cable),
		cmocka_unit_test(what_cannot_be_told),
		cmocka_unit_test(a_full_line),
		cmocka_unit_test(lines_in_turn),
		cmocka_unit_test(standing_orders),
		cmocka_unit_test(again_and_again),
		cmocka_unit_test(what_is_no_scenario),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
