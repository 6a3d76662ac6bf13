/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "hand.h"

#include "base/poison.h"

/* Paying in parts and the change, as hands do it.  Every key counts. */

#define COLA "5449000000996"
#define SHAMPOO "4012345670097"

static void
add_tender(struct hand *h, const char *code, const char *name, unsigned key)
{
	struct config *c = &h->till->config;
	struct config_tender *t = &c->tender[c->n_tender++];

	memset(t, 0, sizeof(*t));
	(void)snprintf(t->code, sizeof(t->code), "%s", code);
	(void)snprintf(t->name, sizeof(t->name), "%s", name);
	t->kind = TENDER_HAND;
	t->drawer = true;
	t->key = key;
}

/* In pay, 26.70 due. */
static struct hand *
begin_pay(int rows, int cols)
{
	struct hand *h = begin("CORNER MARKET", rows, cols);

	add_tender(h, "CK", "Cheque", 3);
	add_tender(h, "CP", "Voucher of the town", 5);
	type(h, "30*");
	scan(h, COLA);
	h->keys = 0;
	return h;
}

/* Without the ${cut} rows at the bottom, which belong to others, too. */
static void
golden_cut(struct hand *h, const char *name, int cut)
{
	const char *got = dump(h);
	char *end = strstr(h->dump, "cursor ");

	assert_non_null(end);
	for (int i = 0; cut > 0 && i <= cut; i++) {
		do {
			end--;
		} while (end > h->dump && end[-1] != '\n');
	}
	if (cut == 0) {
		end = strchr(end, '\n') + 1;
	}
	*end = '\0';
	golden_text(got, name);
}

static void
the_screens(void **state)
{
	static const struct {
		int rows, cols;
		const char *name;
	} size[] = {{24, 80, ""}, {30, 132, "_132"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(size); i++) {
		struct hand *h = begin_pay(size[i].rows, size[i].cols);
		char name[64];

		(void)snprintf(name, sizeof(name), "parts%s", size[i].name);
		type(h, "+500");
		press(h, KEYS_F5);
		enter(h, "1000");
		type(h, "1250");
		golden_cut(h, name, i == 0 ? 0 : 4);
		press(h, KEYS_ENTER);
		(void)snprintf(
			name, sizeof(name), "parts_done%s", size[i].name);
		golden_cut(h, name, 4);
		end(h);
	}
}

/* The keystrokes that the table of the specification promises. */
static void
keys_are_counted(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	enter(h, "+");
	assert_int_equal(h->keys, 2);
	assert_int_equal(h->till->sold, 1);
	assert_int_equal(view(h)->prev_change.minor, 0);
	scan(h, SHAMPOO);
	scan(h, SHAMPOO);
	scan(h, SHAMPOO);
	scan(h, SHAMPOO);
	scan(h, SHAMPOO);
	h->keys = 0;
	enter(h, "+2000");
	press(h, KEYS_F2);
	assert_int_equal(h->keys, 7);
	assert_int_equal(h->till->sold, 2);
	assert_int_equal(view(h)->n_prev_tender, 2);
	assert_string_equal(view(h)->prev_tender[1].code, "CC");
	assert_int_equal(view(h)->prev_tender[1].amount.minor, 125);
	end(h);
}

/* Number of the list, code, F-key: the rest, or what is keyed. */
static void
three_ways_to_a_tender(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	type(h, "+2");
	assert_true(shows(h, "Enter = Card (own terminal) 26.70"));
	press(h, KEYS_BACKSPACE);
	enter(h, "100CC");
	enter(h, "cp 2.00");
	type(h, "300");
	press(h, KEYS_F3);
	assert_int_equal(view(h)->n_tender, 3);
	assert_int_equal(view(h)->due.minor, 2670 - 600);
	press(h, KEYS_F6);
	assert_true(shows(h, "WARN"));
	type(h, "x");
	press(h, KEYS_F2);
	assert_true(shows(h, "WARN"));
	press(h, KEYS_ESC);
	enter(h, "9");
	assert_int_equal(view(h)->n_tender, 4);
	assert_int_equal(view(h)->tender[3].amount.minor, 9);
	type(h, "-");
	press(h, KEYS_F4);
	assert_int_equal(view(h)->n_tender, 2);
	enter(h, "4");
	assert_int_equal(h->till->sold, 1);
	assert_string_equal(view(h)->prev_tender[2].code, "CP");
	end(h);
}

static void
quick_amounts(void **state)
{
	static const int64_t change[] = {0, 330, 1330, 2330};
	struct hand *h;
	char key[2] = "a";

	(void)state;
	for (int i = 0; i < 4; i++, key[0]++) {
		h = begin_pay(24, 80);
		type(h, "+");
		enter(h, key);
		assert_int_equal(h->till->sold, 1);
		assert_int_equal(view(h)->prev_change.minor, change[i]);
		end(h);
	}
	/* codes begin with the same letters */
	h = begin_pay(24, 80);
	type(h, "+c");
	assert_true(shows(h, "Enter = Cash 40.00"));
	assert_int_equal(h->till->sold, 0);
	enter(h, "c 5.00");
	enter(h, "cp 5.00");
	assert_int_equal(view(h)->n_tender, 2);
	enter(h, "e");
	assert_int_equal(view(h)->n_tender, 2);
	end(h);
}

/* While a part is paid nothing leaves pay, and nothing is lost. */
static void
stays_in_pay(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	enter(h, "+500");
	press(h, KEYS_ESC);
	assert_true(shows(h, "WARN"));
	assert_int_equal(view(h)->state, ENGINE_PAY);
	scan(h, SHAMPOO);
	assert_int_equal(view(h)->basket->n_line, 1);
	enter(h, "SO");
	enter(h, "SO");
	assert_false(app_done(h->app));
	enter(h, "CN");
	enter(h, "CN");
	assert_int_equal(view(h)->n_tender, 1);
	type(h, "-");
	assert_int_equal(view(h)->n_tender, 0);
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->state, ENGINE_SALE);
	end(h);
}

static void
slips_of_the_finger(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	type(h, "+");
	/* what has as many digits as a code is one */
	enter(h, SHAMPOO);
	assert_int_equal(view(h)->basket->n_line, 2);
	type(h, "+");
	enter(h, "99999999");
	assert_int_equal(h->till->sold, 0);
	assert_true(shows(h, "where only 30.95 is due"));
	enter(h, "");
	assert_int_equal(h->till->sold, 1);
	assert_int_equal(view(h)->prev_change.minor, 0);
	end(h);
}

/* The change in coins and notes; where a currency is not known, none. */
static void
says_what_to_give(void **state)
{
	struct hand *h = begin_pay(24, 80);

	(void)state;
	enter(h, "+5000");
	assert_true(shows(h, "1 x 20.00"));
	assert_true(shows(h, "1 x 0.10"));
	assert_false(shows(h, "OPEN"));
	h->till->status.drawer = "open";
	h->till->status.receipt = "failed";
	assert_true(shows(h, "Drawer OPEN"));
	assert_true(shows(h, "NOT PRINTED"));
	end(h);
	h = begin_pay(24, 80);
	memcpy(h->till->config.currency.code, "XXX", 4);
	enter(h, "+5000");
	assert_false(shows(h, "Give"));
	end(h);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_screens),
		cmocka_unit_test(keys_are_counted),
		cmocka_unit_test(three_ways_to_a_tender),
		cmocka_unit_test(quick_amounts),
		cmocka_unit_test(stays_in_pay),
		cmocka_unit_test(slips_of_the_finger),
		cmocka_unit_test(says_what_to_give),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
