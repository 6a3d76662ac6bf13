/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "base/text.h"
#include "fake_till.h"
#include "screen/app.h"

#include "base/poison.h"

/* Paying in parts and the change, as hands do it.  Every key counts. */

#define COLA "5449000000996"
#define SHAMPOO "4012345670097"

struct hand {
	struct till *till;
	struct app *app;
	struct mono t;
	unsigned keys;
	char dump[60000];
};

static void
raw(struct hand *h, enum keys_code code, int32_t cp, int64_t gap_ms)
{
	struct key_event ev = {.code = code, .cp = cp};

	h->t.us += gap_ms * 1000;
	ev.at = h->t;
	app_key(h->app, &ev);
}

static void
rest(struct hand *h)
{
	h->t.us += 300000;
	app_tick(h->app, h->t);
	(void)app_draw(h->app);
	app_painted(h->app, h->t);
}

static void
press(struct hand *h, enum keys_code code)
{
	raw(h, code, 0, 300);
	h->keys++;
	rest(h);
}

static void
type(struct hand *h, const char *s)
{
	for (; *s != '\0'; s++) {
		raw(h, KEYS_CHAR, (unsigned char)*s, 300);
		h->keys++;
		rest(h);
	}
}

static void
enter(struct hand *h, const char *s)
{
	type(h, s);
	press(h, KEYS_ENTER);
}

static void
scan(struct hand *h, const char *code)
{
	h->t.us += 400000;
	for (; *code != '\0'; code++) {
		raw(h, KEYS_CHAR, (unsigned char)*code, 8);
	}
	raw(h, KEYS_ENTER, 0x0d, 8);
	rest(h);
}

static const struct engine_view *
view(struct hand *h)
{
	return till_view(h->till);
}

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
begin(int rows, int cols)
{
	struct hand *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	h->till = fake_till_new("CORNER MARKET");
	h->t.us = 1000000;
	assert_int_equal(
		app_new(h->till, &h->till->clock, rows, cols, &h->app), RC_OK);
	rest(h);
	add_tender(h, "CK", "Cheque", 3);
	add_tender(h, "CP", "Voucher of the town", 5);
	type(h, "30*");
	scan(h, COLA);
	h->keys = 0;
	return h;
}

static void
end(struct hand *h)
{
	app_free(h->app);
	fake_till_free(h->till);
	free(h);
}

static const char *
dump(struct hand *h)
{
	const struct grid *g = app_draw(h->app);
	struct sbuf b;

	sbuf_init(&b, h->dump, sizeof(h->dump));
	grid_dump(g, &b);
	sbuf_printf(&b, "cursor %d,%d\n", g->cur_row + 1, g->cur_col + 1);
	assert_true(sbuf_ok(&b));
	return h->dump;
}

static bool
shows(struct hand *h, const char *text)
{
	return strstr(dump(h), text) != NULL;
}

/* Without the ${cut} rows at the bottom, which belong to others, too. */
static void
golden(struct hand *h, const char *name, int cut)
{
	static char want[60000];
	const char *top = getenv("top_srcdir"), *got = dump(h);
	char *end;
	bool update = getenv("UPDATE_SCREENS") != NULL;
	char path[512];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tests/screen/golden/%s.screen",
		top != NULL ? top : ".", name);
	end = strstr(h->dump, "cursor ");
	for (int i = 0; cut > 0 && end != NULL && i <= cut; i++) {
		do {
			end--;
		} while (end > h->dump && end[-1] != '\n');
	}
	if (cut > 0 && end != NULL) {
		*end = '\0';
	}
	f = fopen(path, update ? "we" : "re");
	if (f == NULL) {
		fail_msg("no %s: run with UPDATE_SCREENS=1 and look at it",
			path);
		return;
	}
	if (update) {
		(void)fputs(got, f);
		(void)fclose(f);
		return;
	}
	n = fread(want, 1, sizeof(want) - 1, f);
	(void)fclose(f);
	want[n] = '\0';
	if (strcmp(got, want) != 0) {
		print_error("# %s differs; got:\n%s", name, got);
	}
	assert_string_equal(got, want);
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
		struct hand *h = begin(size[i].rows, size[i].cols);
		char name[64];

		(void)snprintf(name, sizeof(name), "parts%s", size[i].name);
		type(h, "+500");
		press(h, KEYS_F5);
		enter(h, "1000");
		type(h, "1250");
		golden(h, name, i == 0 ? 0 : 4);
		press(h, KEYS_ENTER);
		(void)snprintf(
			name, sizeof(name), "parts_done%s", size[i].name);
		golden(h, name, 4);
		end(h);
	}
}

/* The keystrokes that the table of the specification promises. */
static void
keys_are_counted(void **state)
{
	struct hand *h = begin(24, 80);

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
	struct hand *h = begin(24, 80);

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
		h = begin(24, 80);
		type(h, "+");
		enter(h, key);
		assert_int_equal(h->till->sold, 1);
		assert_int_equal(view(h)->prev_change.minor, change[i]);
		end(h);
	}
	/* codes begin with the same letters */
	h = begin(24, 80);
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
	struct hand *h = begin(24, 80);

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
	struct hand *h = begin(24, 80);

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
	struct hand *h = begin(24, 80);

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
	h = begin(24, 80);
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
