/* SPDX-License-Identifier: Apache-2.0 */
/* The ZVT driver and the simulated terminal, on a line that may lie. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "gen.h"
#include "sim/sim.h"
#include "sim/zvt_book.h"

#define S INT64_C(1000000)
#define ROUNDS 400

struct line {
	const struct device_driver *d;
	void *driver;
	const struct sim_device *sim;
	void *terminal;
	bool tcp;
	struct device_conf conf;
	struct mono now, driver_due, sim_due;
	struct device_out out;
	struct sim_out said;
	/* faults, of 1,000,000 bytes */
	uint64_t seed;
	unsigned lose, bend, twice, noise;
	bool hang_up, unplugged;
	/* what came of the question */
	unsigned results, slips, signatures, steps;
	struct pinpad_result result;
	char step[DEVICE_TEXT_BYTES];
	char slip[PINPAD_SLIP_BYTES];
	bool store_later, never_store;
	struct mono store_at;
	uint32_t id;
};

static uint32_t
dice(struct line *l, uint32_t n)
{
	l->seed = l->seed * UINT64_C(6364136223846793005) +
		  UINT64_C(1442695040888963407);
	return (uint32_t)(l->seed >> 33) % n;
}

static size_t
spoil(struct line *l, const uint8_t *in, size_t n, uint8_t *out, size_t cap)
{
	size_t k = 0;

	for (size_t i = 0; i < n && k + 4 < cap; i++) {
		uint8_t c = in[i];

		if (dice(l, 1000000) < l->lose) {
			continue;
		}
		if (dice(l, 1000000) < l->bend) {
			c ^= (uint8_t)(1u << dice(l, 8));
		}
		if (dice(l, 1000000) < l->noise) {
			out[k++] = (uint8_t)dice(l, 256);
		}
		out[k++] = c;
		if (dice(l, 1000000) < l->twice) {
			out[k++] = c;
		}
	}
	return k;
}

static void
take_event(struct line *l, const struct device_event *e)
{
	if (e->kind == DEVICE_CARD_RESULT) {
		l->results++;
		l->result = *e->result;
		assert_int_equal(e->job, l->id);
	} else if (e->kind == DEVICE_CARD_SLIP) {
		l->slips++;
		l->signatures += e->slip->signature ? 1 : 0;
		memcpy(l->slip, e->slip->text, sizeof(l->slip));
	} else {
		if (e->kind == DEVICE_CARD_STEP) {
			l->steps++;
			memcpy(l->step, e->text, sizeof(l->step));
		}
		return;
	}
	if (l->never_store) {
		return;
	}
	l->store_at = l->now;
	if (l->store_later) {
		l->store_at.us += dice(l, 6) * S;
	}
}

static size_t
driver_step(struct line *l, const uint8_t *in, size_t n)
{
	const struct device_in from = {in, n, 0};

	memset(&l->out, 0, sizeof(l->out));
	l->out.deadline.us = -1;
	l->d->step(l->driver, l->now, &from, &l->out);
	l->driver_due = l->out.deadline;
	for (size_t i = 0; i < l->out.n_event; i++) {
		take_event(l, &l->out.event[i]);
	}
	l->hang_up = l->hang_up || l->out.hang_up;
	if (getenv("ZVT_BYTES") != NULL && l->out.n_byte > 0) {
		printf("# %lld E", (long long)(l->now.us / 1000));
		for (size_t i = 0; i < l->out.n_byte; i++) {
			printf(" %02X", l->out.byte[i]);
		}
		printf("\n");
	}
	return l->out.n_byte;
}

static size_t
sim_step(struct line *l, const uint8_t *in, size_t n)
{
	sim_begin(&l->said);
	l->sim->step(l->terminal, l->now, in, n, &l->said);
	l->sim_due = l->said.deadline;
	if (getenv("ZVT_TALK") != NULL && l->said.say[0] != '\0') {
		printf("# %lld %s\n", (long long)(l->now.us / 1000),
			l->said.say);
	}
	if (getenv("ZVT_BYTES") != NULL && l->said.n_byte > 0) {
		printf("# %lld P", (long long)(l->now.us / 1000));
		for (size_t i = 0; i < l->said.n_byte; i++) {
			printf(" %02X", l->said.byte[i]);
		}
		printf("\n");
	}
	return l->said.n_byte;
}

/* The register hears of a cut line; the terminal too, if it is TCP. */
static void
cut(struct line *l)
{
	memset(&l->out, 0, sizeof(l->out));
	l->d->lost(l->driver, l->now, &l->out);
	for (size_t i = 0; i < l->out.n_event; i++) {
		take_event(l, &l->out.event[i]);
	}
	l->sim->plug(l->terminal, false);
	l->sim->plug(l->terminal, true);
	assert_int_equal(l->d->open(l->driver, &l->conf, false, NULL), RC_OK);
	l->driver_due = l->now;
	l->sim_due = l->now;
}

/* Bytes to and fro until both wait. */
static void
talk(struct line *l)
{
	uint8_t in[16384], out[16384];
	size_t n_in = 0;
	size_t n_out = 0;

	for (int i = 0; i < 200; i++) {
		size_t n;

		if (l->store_at.us >= 0 && l->now.us >= l->store_at.us) {
			l->store_at.us = -1;
			l->d->pinpad->stored(l->driver);
		}
		n = driver_step(l, in, n_in);
		n_out = spoil(l, l->out.byte, n, out, sizeof(out));
		n = sim_step(l, out, n_out);
		n_in = spoil(l, l->said.byte, n, in, sizeof(in));
		if (l->hang_up) {
			l->hang_up = false;
			cut(l);
			n_in = 0;
			continue;
		}
		if (n_in == 0 && l->out.n_byte == 0 && l->out.n_event == 0 &&
			l->store_at.us != l->now.us) {
			return;
		}
	}
	fail_msg("they never stop talking");
}

static int64_t
soonest(int64_t a, int64_t b)
{
	return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

/* Until ${us} passed, or a result came that was not there. */
static void
pass(struct line *l, int64_t us, bool until_result)
{
	int64_t end = l->now.us + us;
	unsigned had = l->results;

	talk(l);
	while (l->now.us < end && !(until_result && l->results > had)) {
		int64_t due = soonest(soonest(l->driver_due.us, l->sim_due.us),
			l->store_at.us);

		if (due < 0 || due > end) {
			due = end;
		}
		l->now.us = due > l->now.us ? due : l->now.us + 1000;
		talk(l);
	}
}

static void
plug_in(struct line *l, bool tcp, const struct sim_opt *opt, size_t n)
{
	static const struct device_opt_value tcp_opt[] = {
		{"framing", "tcp"}, {"timeout", "30"}};
	static const struct device_opt_value serial_opt[] = {
		{"framing", "serial"}, {"timeout", "30"}};
	struct err e = {.rc = RC_OK};

	memset(l, 0, sizeof(*l));
	l->d = device_driver_find("zvt");
	l->sim = sim_device_find("zvt");
	assert_non_null(l->d);
	assert_non_null(l->sim);
	l->driver = calloc(1, l->d->state_size);
	l->terminal = calloc(1, l->sim->state_size);
	l->tcp = tcp;
	l->now.us = 1000 * S;
	l->store_at.us = -1;
	l->seed = 1;
	l->conf = (struct device_conf){.name = "it",
		.driver = "zvt",
		.port = "file:/none",
		.opt = tcp ? tcp_opt : serial_opt,
		.n_opt = 2};
	assert_int_equal(l->sim->open(l->terminal, opt, n, &e), RC_OK);
	assert_int_equal(l->d->open(l->driver, &l->conf, false, &e), RC_OK);
	pass(l, 2 * S, false);
}

static void
unplug(struct line *l)
{
	free(l->driver);
	free(l->terminal);
}

static void
tell(struct line *l, const char *order)
{
	struct err e = {.rc = RC_OK};
	struct sim_out out;

	sim_begin(&out);
	if (l->sim->tell(l->terminal, l->now, order, &out, &e) != RC_OK) {
		fail_msg("%s: %s", order, e.msg);
	}
	l->sim_due = l->now;
}

static enum pinpad_outcome
ask(struct line *l, enum pinpad_op op, int64_t amount, const char *receipt)
{
	struct pinpad_ask a = {
		.op = op, .amount = amount, .currency = 978, .digits = 2};
	unsigned had = l->results;
	struct sbuf b;

	sbuf_init(&b, a.receipt, sizeof(a.receipt));
	sbuf_puts(&b, receipt);
	l->slips = 0;
	l->signatures = 0;
	l->steps = 0;
	assert_int_equal(l->d->pinpad->ask(l->driver, ++l->id, &a), RC_OK);
	pass(l, 600 * S, true);
	assert_int_equal(l->results, had + 1);
	pass(l, 1 * S, false);
	return l->result.outcome;
}

/* Rows of the book with these words. */
static unsigned
rows(const struct line *l, const char *a, const char *b)
{
	static char text[65536];
	struct sbuf out;
	unsigned n = 0;

	sbuf_init(&out, text, sizeof(text));
	l->sim->show(l->terminal, &out);
	for (char *c = text; *c != '\0';) {
		char *end = strchr(c, '\n');

		*end = '\0';
		n += strstr(c, a) != NULL && strstr(c, b) != NULL ? 1 : 0;
		c = end + 1;
	}
	return n;
}

/* --- a line that is as it should be --------------------------------------- */

static void
all_is_well(bool tcp)
{
	static const struct sim_opt opt[] = {{"password", "000000"}};
	static struct line l;

	plug_in(&l, tcp, opt, 1);
	assert_int_equal(ask(&l, PINPAD_STATUS, 0, ""), PINPAD_APPROVED);
	assert_int_equal(ask(&l, PINPAD_PAY, 1234, ""), PINPAD_APPROVED);
	assert_string_equal(l.result.receipt, "22");
	assert_string_equal(l.result.terminal, "12345678");
	assert_string_equal(l.result.last4, "4771");
	assert_string_equal(l.result.card, "girocard");
	assert_string_equal(l.result.auth, "A12345");
	assert_string_equal(l.result.entry, "chip");
	assert_int_equal(l.result.amount, 1234);
	assert_int_equal(l.result.check, PINPAD_CHECK_PIN);
	assert_true(l.result.hold);
	assert_int_equal(l.slips, 1);
	assert_non_null(strstr(l.slip, "EUR 12,34"));
	assert_true(l.steps >= 2);
	assert_int_equal(rows(&l, "op=pay amount=1234", "charged"), 1);

	assert_int_equal(ask(&l, PINPAD_LAST, 0, ""), PINPAD_APPROVED);
	assert_string_equal(l.result.receipt, "22");
	assert_int_equal(l.result.amount, 1234);
	assert_int_equal(l.slips, 0);

	tell(&l, "signature on");
	assert_int_equal(ask(&l, PINPAD_PAY, 700, ""), PINPAD_APPROVED);
	assert_int_equal(l.result.check, PINPAD_CHECK_SIGNATURE);
	assert_int_equal(l.slips, 2);
	assert_int_equal(l.signatures, 1);
	tell(&l, "lines on");
	assert_int_equal(ask(&l, PINPAD_PAY, 701, ""), PINPAD_APPROVED);
	assert_int_equal(l.slips, 2);
	assert_non_null(strstr(l.slip, "EUR 7,01"));
	tell(&l, "lines off");
	tell(&l, "signature off");

	assert_int_equal(ask(&l, PINPAD_REVERSE, 1234, "22"), PINPAD_APPROVED);
	assert_int_equal(rows(&l, "op=pay amount=1234", "reversed"), 1);
	assert_int_equal(ask(&l, PINPAD_LAST, 0, ""), PINPAD_APPROVED);
	assert_int_equal(l.result.last_op, PINPAD_REVERSE);
	assert_int_equal(ask(&l, PINPAD_REVERSE, 1234, "22"), PINPAD_DECLINED);
	assert_int_equal(l.result.code, 0xb4);
	assert_int_equal(ask(&l, PINPAD_REVERSE, 1, "999"), PINPAD_DECLINED);
	assert_int_equal(ask(&l, PINPAD_REFUND, 500, ""), PINPAD_APPROVED);
	assert_int_equal(rows(&l, "op=refund amount=500", "charged"), 1);

	assert_int_equal(ask(&l, PINPAD_RESERVE, 5000, ""), PINPAD_APPROVED);
	assert_string_equal(l.result.receipt, "27");
	assert_int_equal(ask(&l, PINPAD_CAPTURE, 5001, "27"), PINPAD_DECLINED);
	assert_int_equal(ask(&l, PINPAD_CAPTURE, 3000, "27"), PINPAD_APPROVED);
	assert_int_equal(rows(&l, "op=capture amount=3000", "charged"), 1);
	assert_int_equal(rows(&l, "op=reserve", "closed"), 1);
	assert_int_equal(ask(&l, PINPAD_RESERVE, 100, ""), PINPAD_APPROVED);
	assert_int_equal(
		ask(&l, PINPAD_RELEASE, 0, l.result.receipt), PINPAD_APPROVED);

	assert_int_equal(ask(&l, PINPAD_TOTALS, 0, ""), PINPAD_APPROVED);
	assert_int_equal(l.result.n_total, 1);
	assert_int_equal(l.result.total[0].count, 4);
	assert_int_equal(l.result.total[0].amount, 700 + 701 - 500 + 3000);
	assert_int_equal(ask(&l, PINPAD_CLOSE, 0, ""), PINPAD_APPROVED);
	assert_int_equal(l.result.n_total, 1);
	assert_int_equal(l.slips, 1);
	assert_int_equal(ask(&l, PINPAD_TOTALS, 0, ""), PINPAD_APPROVED);
	assert_int_equal(l.result.n_total, 0);
	unplug(&l);
}

static void
on_a_serial_line(void **state)
{
	(void)state;
	all_is_well(false);
}

static void
on_tcp(void **state)
{
	(void)state;
	all_is_well(true);
}

/* --- what a terminal may do ----------------------------------------------- */

static void
behaviors(void **state)
{
	static struct line l;

	(void)state;
	for (int tcp = 0; tcp < 2; tcp++) {
		plug_in(&l, tcp != 0, NULL, 0);
		tell(&l, "once decline 05");
		assert_int_equal(ask(&l, PINPAD_PAY, 10, ""), PINPAD_DECLINED);
		assert_int_equal(l.result.code, 5);
		assert_string_equal(l.result.text, "The bank declined.");
		tell(&l, "once cancel");
		assert_int_equal(ask(&l, PINPAD_PAY, 11, ""), PINPAD_ABORTED);
		tell(&l, "once offline");
		assert_int_equal(ask(&l, PINPAD_PAY, 12, ""), PINPAD_OFFLINE);
		tell(&l, "once amount 7");
		assert_int_equal(ask(&l, PINPAD_PAY, 13, ""), PINPAD_APPROVED);
		assert_int_equal(l.result.amount, 7);
		tell(&l, "busy on");
		assert_int_equal(ask(&l, PINPAD_PAY, 14, ""), PINPAD_DECLINED);
		assert_int_equal(l.result.code, 0x9c);
		tell(&l, "busy off");
		tell(&l, "forget");
		assert_int_equal(ask(&l, PINPAD_PAY, 15, ""), PINPAD_DECLINED);
		assert_int_equal(l.result.code, 0x6b);
		assert_int_equal(ask(&l, PINPAD_PAY, 16, ""), PINPAD_APPROVED);
		tell(&l, "status DC");
		assert_int_equal(
			ask(&l, PINPAD_STATUS, 0, ""), PINPAD_DECLINED);
		assert_int_equal(l.result.code, 0xdc);
		tell(&l, "waits 20");
		tell(&l, "takes 15000");
		assert_int_equal(ask(&l, PINPAD_PAY, 17, ""), PINPAD_APPROVED);
		assert_int_equal(rows(&l, "op=pay", "charged"), 4);
		unplug(&l);
	}
}

/* Charged or not and then silent: unknown, and the last receipt tells. */
static void
silence_is_unknown(void **state)
{
	static const struct {
		const char *order;
		bool charged;
	} row[] = {{"once charged", true}, {"once silent", false},
		{"once no-end", true}};
	static struct line l;

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(row); i++) {
		const char *order = row[i / 2].order;
		bool charged = row[i / 2].charged;

		plug_in(&l, i % 2 != 0, NULL, 0);
		assert_int_equal(ask(&l, PINPAD_PAY, 999, ""), PINPAD_APPROVED);
		tell(&l, order);
		assert_int_equal(ask(&l, PINPAD_PAY, 1000, ""), PINPAD_UNKNOWN);
		assert_int_equal(ask(&l, PINPAD_LAST, 0, ""), PINPAD_APPROVED);
		assert_int_equal(l.result.amount, charged ? 1000 : 999);
		assert_string_equal(l.result.receipt, charged ? "23" : "22");
		assert_int_equal(rows(&l, "amount=1000", "charged"), charged);
		unplug(&l);
	}
}

static void
nobody_there(void **state)
{
	static struct line l;

	(void)state;
	for (int tcp = 0; tcp < 2; tcp++) {
		plug_in(&l, tcp != 0, NULL, 0);
		tell(&l, "dead on");
		assert_int_equal(ask(&l, PINPAD_PAY, 10, ""), PINPAD_UNKNOWN);
		/* it is not registered any more: nothing was asked */
		assert_int_equal(ask(&l, PINPAD_PAY, 10, ""), PINPAD_ABORTED);
		assert_int_equal(ask(&l, PINPAD_LAST, 0, ""), PINPAD_UNKNOWN);
		tell(&l, "dead off");
		assert_int_equal(ask(&l, PINPAD_PAY, 10, ""), PINPAD_APPROVED);
		assert_int_equal(rows(&l, "op=pay", ""), 1);
		unplug(&l);
	}
}

/* Canceled before and after a card is there; and at each moment. */
static void
canceled(void **state)
{
	static struct line l;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct pinpad_ask a = {
			.op = PINPAD_PAY, .amount = 50, .currency = 978};

		plug_in(&l, i % 2 != 0, NULL, 0);
		l.id = 1;
		assert_int_equal(l.d->pinpad->ask(l.driver, 1, &a), RC_OK);
		if (i >= 2) {
			pass(&l, i * S / 30, true);
		}
		l.d->pinpad->cancel(l.driver);
		if (l.results == 0) {
			pass(&l, 100 * S, true);
		}
		pass(&l, S, false);
		assert_int_equal(l.results, 1);
		if (i < 6) {
			assert_int_equal(l.result.outcome, PINPAD_ABORTED);
		}
		assert_int_equal(rows(&l, "op=pay", "charged"),
			pinpad_outcome_paid(l.result.outcome) ? 1 : 0);
		unplug(&l);
	}
}

static void
started_anew(void **state)
{
	static struct line l;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct pinpad_ask a = {
			.op = PINPAD_PAY, .amount = 50, .currency = 978};

		plug_in(&l, i % 2 != 0, NULL, 0);
		l.id = 1;
		assert_int_equal(l.d->pinpad->ask(l.driver, 1, &a), RC_OK);
		pass(&l, i * S / 30, true);
		tell(&l, "reboot");
		if (l.results == 0) {
			pass(&l, 100 * S, true);
			assert_int_equal(l.result.outcome, PINPAD_UNKNOWN);
		}
		assert_int_equal(l.results, 1);
		pass(&l, 60 * S, false);
		/* one that was over before hears of it with the next */
		if (ask(&l, PINPAD_PAY, 51, "") != PINPAD_APPROVED) {
			assert_int_equal(l.result.code, 0x6b);
			assert_int_equal(
				ask(&l, PINPAD_PAY, 51, ""), PINPAD_APPROVED);
		}
		assert_int_equal(rows(&l, "amount=51 ", ""), 1);
		unplug(&l);
	}
}

/* Nobody stores anything: the terminal is answered all the same. */
static void
never_stored(void **state)
{
	static struct line l;

	(void)state;
	plug_in(&l, false, NULL, 0);
	l.never_store = true;
	assert_int_equal(ask(&l, PINPAD_PAY, 50, ""), PINPAD_APPROVED);
	pass(&l, 10 * S, false);
	assert_int_equal(ask(&l, PINPAD_PAY, 51, ""), PINPAD_APPROVED);
	assert_int_equal(rows(&l, "op=pay", "charged"), 2);
	unplug(&l);
}

/* --- a line that lies ----------------------------------------------------- */

/* The law: what was told is what is in the book. */
static void
must_be_true(struct line *l, int64_t amount)
{
	char word[40];
	unsigned charged, all;

	(void)snprintf(
		word, sizeof(word), "op=pay amount=%lld ", (long long)amount);
	charged = rows(l, word, "charged");
	all = rows(l, word, "");
	if (all > 1) {
		fail_msg("%lld was asked of the bank %u times",
			(long long)amount, all);
	}
	if (pinpad_outcome_paid(l->result.outcome) && charged != 1) {
		fail_msg("%lld is approved and not charged", (long long)amount);
	}
	if ((l->result.outcome == PINPAD_DECLINED ||
		    l->result.outcome == PINPAD_ABORTED) &&
		charged != 0) {
		fail_msg("%lld is charged and was %s", (long long)amount,
			pinpad_outcome_name(l->result.outcome));
	}
}

/* The terminal's last payment, over a line that is well again. */
static void
recover(struct line *l, int64_t amount)
{
	char word[40];
	unsigned charged;

	l->lose = 0;
	l->bend = 0;
	l->twice = 0;
	l->noise = 0;
	pass(l, 60 * S, false);
	(void)snprintf(
		word, sizeof(word), "op=pay amount=%lld ", (long long)amount);
	charged = rows(l, word, "charged");
	if (ask(l, PINPAD_LAST, 0, "") == PINPAD_UNKNOWN) {
		/* it has none yet */
		assert_int_equal(l->result.code, 0x66);
		assert_int_equal(charged, 0);
		return;
	}
	if ((l->result.amount == amount) != (charged == 1)) {
		fail_msg("%lld: its last payment says what is not so",
			(long long)amount);
	}
}

struct tally {
	unsigned outcome[PINPAD_UNKNOWN + 1];
};

static void
one_payment(struct line *l, unsigned round, struct tally *tally)
{
	static const char *const fate[] = {"approve", "approve", "approve",
		"offline", "decline 05", "cancel", "once charged",
		"once silent", "once no-end"};
	const int64_t amount = 1000 + round;
	struct pinpad_ask a = {
		.op = PINPAD_PAY, .amount = amount, .currency = 978};
	unsigned had = l->results;
	unsigned rate = dice(l, 6) * 1500;
	bool breaks = dice(l, 4) == 0;

	tell(l, fate[dice(l, ARRAY_LEN(fate))]);
	tell(l, dice(l, 3) == 0 ? "signature on" : "signature off");
	tell(l, dice(l, 3) == 0 ? "lines on" : "lines off");
	if (!l->tcp) {
		l->lose = rate;
		l->bend = rate;
		l->twice = rate / 2;
		l->noise = rate;
	}
	l->store_later = dice(l, 2) == 0;
	l->id++;
	if (l->d->pinpad->ask(l->driver, l->id, &a) != RC_OK) {
		return; /* the end of the last one is not over yet */
	}
	if (breaks) {
		pass(l, dice(l, 4000) * 1000, true);
		switch (dice(l, 3)) {
		case 0:
			cut(l);
			break;
		case 1:
			tell(l, "reboot");
			break;
		default:
			l->d->pinpad->cancel(l->driver);
			break;
		}
	}
	if (l->results == had) {
		pass(l, 900 * S, true);
	}
	assert_int_equal(l->results, had + 1);
	tally->outcome[l->result.outcome]++;
	pass(l, dice(l, 20) * S, false);
	assert_int_equal(l->results, had + 1);
	must_be_true(l, amount);
	if (l->result.outcome == PINPAD_UNKNOWN) {
		recover(l, amount);
	}
}

static void
lossy(bool tcp, uint64_t seed)
{
	/* found out from bytes that lie it might be the wrong one */
	const struct sim_opt opt[] = {
		{"quiet", "20000"}, {"framing", tcp ? "tcp" : "serial"}};
	struct tally tally = {{0}};
	static struct line l;

	for (unsigned round = 0; round < ROUNDS; round++) {
		if (round % 100 == 0) {
			plug_in(&l, tcp, opt, 2);
			l.seed = seed + round;
		}
		one_payment(&l, round, &tally);
		if (round % 100 == 99) {
			unplug(&l);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(tally.outcome); i++) {
		printf("# %s, seed %llu: %s %u\n", tcp ? "tcp" : "serial",
			(unsigned long long)seed,
			pinpad_outcome_name((enum pinpad_outcome)i),
			tally.outcome[i]);
		/* else it proves nothing */
		assert_true(tally.outcome[i] > 0);
	}
}

static uint64_t
seed_of(void)
{
	const char *seed = getenv("SEED");

	return seed != NULL ? strtoull(seed, NULL, 10) : 7;
}

static void
lossy_serial(void **state)
{
	(void)state;
	lossy(false, seed_of());
}

static void
lossy_tcp(void **state)
{
	(void)state;
	lossy(true, seed_of());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_serial_line),
		cmocka_unit_test(on_tcp),
		cmocka_unit_test(behaviors),
		cmocka_unit_test(silence_is_unknown),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(canceled),
		cmocka_unit_test(started_anew),
		cmocka_unit_test(never_stored),
		cmocka_unit_test(lossy_serial),
		cmocka_unit_test(lossy_tcp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
