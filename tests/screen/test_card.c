/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "hand.h"

#include "base/poison.h"

/* A payment at a card terminal as the cashier sees it: what it does, what it
 * asks, and that no key ever acts on a screen it was not meant for. */

#define COLA "5449000000996"
#define SHAMPOO "4012345670097"

/* In pay, 26.70 due, the rest of what is asked at the terminal. */
static struct hand *
begin_pay(int rows, int cols)
{
	struct hand *h = begin("CORNER MARKET", rows, cols);

	type(h, "30*");
	scan(h, COLA);
	type(h, "+");
	assert_int_equal(view(h)->state, ENGINE_PAY);
	return h;
}

static struct engine_card *
ask(struct hand *h, int64_t amount)
{
	struct engine_card *c = fake_till_card(h->till);

	memset(c, 0, sizeof(*c));
	c->phase = CARD_ASKED;
	c->op = amount < 0 ? PINPAD_REFUND : PINPAD_PAY;
	c->payment[0] = 7;
	c->amount.minor = amount;
	c->since = h->till->now.now.utc;
	(void)snprintf(c->code, sizeof(c->code), "CC");
	(void)snprintf(c->name, sizeof(c->name), "Card");
	(void)snprintf(c->device, sizeof(c->device), "terminal");
	h->till->card.phase = CARD_ASKED;
	h->till->card.may_stop = true;
	(void)snprintf(h->till->card.step, sizeof(h->till->card.step),
		"Insert or hold the card");
	pass(h, 100);
	return c;
}

static void
became(struct hand *h, enum card_phase phase)
{
	fake_till_card(h->till)->phase = phase;
	h->till->card.phase = phase;
	h->till->card.step[0] = '\0';
}

/* As the till does when the terminal has answered. */
static void
tell(struct hand *h, bool ok, const char *text)
{
	struct pinpad_result result = {.op = PINPAD_PAY};
	struct card_said said = {.result = &result};
	struct input in = {.kind = INPUT_CARD, .text = "", .card = &said};
	struct reply r = {.ok = ok};

	(void)snprintf(r.text, sizeof(r.text), "%s", text);
	fake_till_tells(h->till, &in, &r);
}

static void
the_terminal_works(void **state)
{
	struct hand *h = begin_pay(24, 80);
	struct mono due;

	(void)state;
	(void)ask(h, 2670);
	h->till->card.seconds = 12;
	assert_true(shows(h, "CARD PAYMENT"));
	assert_true(shows(h, "26.70 EUR   Card   terminal"));
	assert_true(shows(h, "Insert or hold the card"));
	assert_true(shows(h, "for 12 seconds"));
	assert_true(shows(h, "Esc Ask the terminal to stop"));
	golden(h, "card_asked");
	/* its seconds run, and no bell calls while it is waited for */
	due = app_deadline(h->app, h->t);
	assert_true(due.us <= h->t.us + 1000000);
	while (rings(h)) {
	}
	for (int i = 0; i < 30; i++) {
		pass(h, 1000);
		assert_false(rings(h));
	}
	press(h, KEYS_ESC);
	assert_string_equal(h->till->keyed, "CL");
	fake_till_card(h->till)->stopping = true;
	h->till->keyed[0] = '\0';
	assert_true(shows(h, "It was asked to stop"));
	press(h, KEYS_ESC);
	assert_string_equal(h->till->keyed, "");
	end(h);
}

static void
in_every_layout(void **state)
{
	static const struct {
		int rows, cols;
		enum display_layout kind;
		const char *name;
	} size[] = {{30, 100, DISPLAY_PANEL, "100x30"},
		{50, 132, DISPLAY_PANEL, "132x50"},
		{24, 80, DISPLAY_STACKED, "stacked"},
		{24, 80, DISPLAY_READER, "reader"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(size); i++) {
		struct config_display look = {.layout = size[i].kind};
		struct hand *h =
			begin("CORNER MARKET", size[i].rows, size[i].cols);
		char name[64];

		app_look(h->app, &look);
		type(h, "30*");
		scan(h, COLA);
		type(h, "+");
		(void)ask(h, 2670);
		(void)snprintf(
			name, sizeof(name), "card_asked_%s", size[i].name);
		golden(h, name);
		became(h, CARD_UNKNOWN);
		(void)snprintf(fake_till_card(h->till)->known,
			sizeof(fake_till_card(h->till)->known),
			"The terminal's last payment is receipt 0041, 19.99: "
			"another amount.");
		pass(h, 1000);
		(void)snprintf(
			name, sizeof(name), "card_open_%s", size[i].name);
		golden(h, name);
		end(h);
	}
}

/* No key that is pressed while the terminal works does anything, then or when
 * it has answered: least of all Enter, which is exact cash in Pay. */
static void
no_key_is_kept(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	(void)ask(h, 1000);
	type(h, "1234");
	press(h, KEYS_ENTER);
	type(h, "CA");
	press(h, KEYS_ENTER);
	press(h, KEYS_F10);
	press(h, KEYS_F2);
	type(h, "+-*.");
	assert_string_equal(h->till->keyed, "");
	assert_true(shows(h, "That key does nothing here"));
	became(h, CARD_IDLE);
	tell(h, false, "Declined: insufficient funds.");
	pass(h, 100);
	assert_true(shows(h, "Declined: insufficient funds."));
	assert_true(rings(h));
	assert_int_equal(view(h)->state, ENGINE_PAY);
	assert_int_equal(h->till->sold, 0);
	assert_true(shows(h, "CASH > "));
	assert_false(shows(h, "CASH > 1"));
	/* paid otherwise */
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 1);
	end(h);
}

/* Fingers on their way when the box opens, and when it goes by itself. */
static void
no_key_goes_astray(void **state)
{
	struct hand *h = begin_pay(24, 80);
	struct engine_card *c = fake_till_card(h->till);

	(void)state;
	/* the box was not painted yet */
	c->phase = CARD_ASKED;
	app_tick(h->app, h->t);
	stroke(h, KEYS_ENTER, 0, 5);
	assert_true(shows(h, "Keyed before this could be seen"));
	look(h);
	pass(h, 5000);
	/* the terminal answers, and Enter falls into Pay */
	c->phase = CARD_IDLE;
	tell(h, true, "Card 10.00 accepted.");
	stroke(h, KEYS_ENTER, 0, 1);
	app_tick(h->app, h->t);
	stroke(h, KEYS_ENTER, 0, 1);
	look(h);
	stroke(h, KEYS_ENTER, 0, 100);
	stroke(h, KEYS_CHAR, '9', 20);
	assert_int_equal(h->till->sold, 0);
	assert_true(shows(h, "Keyed before this could be seen"));
	look(h);
	/* seen: it counts again */
	pass(h, 1000);
	assert_false(shows(h, "CASH > 9"));
	press(h, KEYS_ENTER);
	assert_int_equal(h->till->sold, 1);
	end(h);
}

static void
scans_wait(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	(void)ask(h, 2670);
	scan(h, SHAMPOO);
	assert_true(shows(h, "HELD 1 scan"));
	assert_true(shows(h, "Shampoo 250 ml"));
	assert_int_equal(view(h)->basket->n_line, 1);
	became(h, CARD_IDLE);
	tell(h, false, "Declined.");
	pass(h, 100);
	/* nothing of it is paid: it goes into the sale, as ever */
	assert_int_equal(view(h)->basket->n_line, 2);
	end(h);
}

static void
the_signature(void **state)
{
	struct hand *h = begin_pay(24, 80);
	struct engine_card *c = ask(h, 2670);

	(void)state;
	(void)snprintf(c->result.card, sizeof(c->result.card), "Visa");
	(void)snprintf(c->result.last4, sizeof(c->result.last4), "4410");
	became(h, CARD_SIGN);
	pass(h, 100);
	assert_true(shows(h, "STOP  Is the signature right?"));
	assert_true(shows(h, "Visa ....4410"));
	golden(h, "card_sign");
	/* a finger that was on its way to Esc */
	pass(h, 500);
	press(h, KEYS_ENTER);
	press(h, KEYS_ESC);
	enter(h, "3");
	enter(h, "VD");
	assert_string_equal(h->till->keyed, "");
	assert_true(shows(h, "Key 1: the signature is right"));
	type(h, "2");
	assert_true(shows(h, "Enter = NOT right, reverse"));
	press(h, KEYS_ENTER);
	assert_string_equal(h->till->keyed, "SX");
	enter(h, "sg");
	assert_string_equal(h->till->keyed, "SG");
	h->till->keyed[0] = '\0';
	enter(h, "1");
	assert_string_equal(h->till->keyed, "SG");
	end(h);
}

static void
without_an_answer(void **state)
{
	struct hand *h = begin_pay(24, 80);
	struct engine_card *c = ask(h, 2670);

	(void)state;
	(void)snprintf(c->known, sizeof(c->known),
		"The register asked for 26.70; the terminal's last payment is "
		"receipt 0041, 19.99 at 14:20: another one.");
	became(h, CARD_UNKNOWN);
	pass(h, 600);
	assert_true(shows(h, "CARD PAYMENT WITHOUT AN ANSWER"));
	assert_true(shows(h, "19.99 at 14:20"));
	assert_true(shows(h, "STOP  What became of it?"));
	golden(h, "card_open");
	press(h, KEYS_ENTER);
	assert_string_equal(h->till->keyed, "");
	enter(h, "1");
	assert_string_equal(h->till->keyed, "KA");
	type(h, "2");
	assert_true(shows(h, "Enter = it WAS paid"));
	press(h, KEYS_ENTER);
	assert_string_equal(h->till->keyed, "KP");
	enter(h, "kx");
	assert_string_equal(h->till->keyed, "KX");
	/* a scan is no answer */
	h->till->keyed[0] = '\0';
	scan(h, SHAMPOO);
	enter(h, "4012345670097");
	assert_string_equal(h->till->keyed, "");
	assert_true(shows(h, "2 scans"));
	/* later: the register goes on, and it comes back when it matters */
	press(h, KEYS_ESC);
	assert_false(shows(h, "WITHOUT AN ANSWER"));
	assert_true(shows(h, "KA Enter brings it back"));
	assert_true(shows(h, "2 scans"));
	pass(h, 10000);
	assert_false(shows(h, "WITHOUT AN ANSWER"));
	h->till->refuses = "card_unknown";
	enter(h, "CC");
	assert_true(shows(h, "WITHOUT AN ANSWER"));
	end(h);
}

/* Of a reversal it is asked whether the money went back, never whether it was
 * paid: the payment before it was. */
static void
back_without_an_answer(void **state)
{
	struct hand *h = begin_pay(24, 80);
	struct engine_card *c = ask(h, 2670);

	(void)state;
	c->op = PINPAD_REVERSE;
	c->amount.minor = -2670;
	became(h, CARD_UNKNOWN);
	pass(h, 600);
	assert_true(shows(h, "MONEY BACK TO A CARD, WITHOUT AN ANSWER"));
	assert_true(shows(h, "KP  It was given back, the terminal shows it"));
	assert_true(shows(h, "KX  It was not given back"));
	assert_false(shows(h, "paid"));
	type(h, "2");
	assert_true(shows(h, "Enter = it WAS given back"));
	end(h);
}

/* What can be stopped, and by which key, is said in one way only. */
static void
one_word_about_stopping(void **state)
{
	struct hand *h = begin_pay(24, 80);
	struct engine_card *c = ask(h, 2670);

	(void)state;
	c->stopping = true;
	pass(h, 600);
	assert_true(shows(h, "asked to stop"));
	assert_false(shows(h, "It cannot be stopped any more."));
	c->stopping = false;
	h->till->card.may_stop = false;
	pass(h, 1200);
	assert_true(shows(h, "It cannot be stopped any more."));
	assert_false(shows(h, "Esc asks the terminal to stop"));
	end(h);
}

/* Left for later, it is about the sale that is open: nothing may go into that,
 * and nothing is lost.  Of another sale it is in nobody's way. */
static void
left_in_a_sale(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);
	struct engine_card *c = fake_till_card(h->till);

	(void)state;
	scan(h, COLA);
	c->phase = CARD_UNKNOWN;
	c->here = true;
	c->payment[0] = 9;
	pass(h, 600);
	press(h, KEYS_ESC);
	assert_false(shows(h, "WITHOUT AN ANSWER"));
	scan(h, SHAMPOO);
	assert_true(shows(h, "HELD until the card payment is settled"));
	assert_int_equal(view(h)->basket->n_line, 1);
	c->here = false;
	pass(h, 100);
	scan(h, SHAMPOO);
	assert_int_equal(view(h)->basket->n_line, 3);
	end(h);
}

/* A start with a payment of which nobody knows. */
static void
at_the_start(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	(void)ask(h, 2670);
	became(h, CARD_UNKNOWN);
	app_free(h->app);
	assert_int_equal(
		app_new(h->till, &h->till->clock, 24, 80, &h->app), RC_OK);
	pass(h, 100);
	assert_true(shows(h, "CARD PAYMENT WITHOUT AN ANSWER"));
	end(h);
}

static void
goes_back_to_the_card(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	(void)ask(h, -500);
	assert_true(shows(h, "REFUND TO A CARD"));
	assert_true(shows(h, "5.00 EUR"));
	assert_false(shows(h, "-5.00 EUR"));
	end(h);
}

/* The till completed the sale by itself: change and receipt are shown. */
static void
sold_by_the_till(void **state)
{
	struct hand *h = begin_pay(24, 80);
	struct input exact = {.kind = INPUT_EXACT, .text = ""};
	struct reply r;

	(void)state;
	(void)ask(h, 2670);
	became(h, CARD_IDLE);
	till_input(h->till, &exact, &r);
	assert_true(r.sold);
	pass(h, 100);
	assert_true(shows(h, "CHANGE DUE"));
	end(h);
}

static void
what_was_paid(void **state)
{
	static const struct engine_tender paid = {.no = 1,
		.code = "CC",
		.name = "Card",
		.amount = {1000},
		.card = "girocard",
		.last4 = "4410",
		.offline = true};
	static const struct device_driver driver = {
		.name = "zvt", .class_ = DEVICE_PINPAD};
	struct hand *h = begin_pay(24, 80);
	struct till_device *d = &h->till->device[0];
	struct config *c = &h->till->config;

	(void)state;
	for (size_t i = 0; i < c->n_tender; i++) {
		struct config_tender *t = &c->tender[i];

		if (strcmp(t->code, "CC") == 0) {
			t->kind = TENDER_CARD;
			(void)snprintf(t->name, sizeof(t->name), "Card");
		}
	}
	c->n_device = 1;
	c->device[0].known = true;
	c->device[0].class_ = DEVICE_PINPAD;
	(void)snprintf(
		c->device[0].name, sizeof(c->device[0].name), "terminal");
	(void)snprintf(c->device[0].driver, sizeof(c->device[0].driver), "zvt");
	d->name = "terminal";
	d->driver = &driver;
	d->word = "ok";
	h->till->n_device = 1;
	(void)fake_till_card(h->till);
	h->till->paid = &paid;
	assert_true(shows(h, "1  CC Card  girocard ....4410  OFFLINE"));
	assert_true(shows(h, "CC  Card "));
	d->word = "silent";
	assert_true(shows(h, "CC  Card SILENT"));
	/* the payment under way is the terminal's state */
	d->word = "ok";
	assert_true(shows(h, "PIN ok"));
	(void)ask(h, 500);
	assert_true(shows(h, "PIN busy"));
	became(h, CARD_UNKNOWN);
	assert_true(shows(h, "PIN CHECK"));
	d->word = "down";
	assert_true(shows(h, "PIN DOWN"));
	end(h);
}

static void
the_terminals_day(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);
	struct engine_card *c = fake_till_card(h->till);
	struct pinpad_result result = {.op = PINPAD_CLOSE};
	struct card_said said = {.result = &result};
	struct input in = {.kind = INPUT_CARD, .text = "", .card = &said};
	struct reply r = {.ok = true};

	(void)state;
	(void)snprintf(c->device, sizeof(c->device), "terminal");
	result.outcome = PINPAD_APPROVED;
	(void)snprintf(result.terminal, sizeof(result.terminal), "68200123");
	result.n_total = 2;
	result.total[0] = (struct pinpad_total){
		.name = "girocard", .count = 12, .amount = 34567};
	result.total[1] = (struct pinpad_total){
		.name = "Visa", .count = 2, .amount = 1999};
	(void)snprintf(r.text, sizeof(r.text), "The terminal's day is closed.");
	fake_till_tells(h->till, &in, &r);
	pass(h, 100);
	assert_true(shows(h, "THE CARD TERMINAL"));
	golden(h, "terminal_day");
	press(h, KEYS_ESC);
	assert_false(shows(h, "THE CARD TERMINAL"));
	end(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_terminal_works),
		cmocka_unit_test(in_every_layout),
		cmocka_unit_test(no_key_is_kept),
		cmocka_unit_test(no_key_goes_astray),
		cmocka_unit_test(scans_wait),
		cmocka_unit_test(the_signature),
		cmocka_unit_test(without_an_answer),
		cmocka_unit_test(back_without_an_answer),
		cmocka_unit_test(one_word_about_stopping),
		cmocka_unit_test(left_in_a_sale),
		cmocka_unit_test(at_the_start),
		cmocka_unit_test(goes_back_to_the_card),
		cmocka_unit_test(sold_by_the_till),
		cmocka_unit_test(what_was_paid),
		cmocka_unit_test(the_terminals_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
