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
#include "screen/keymap.h"

#include "base/poison.h"

/* A hand at the register: types slowly, scans fast, and looks at the screen
 * after each. */
struct hand {
	struct till *till;
	struct app *app;
	struct mono t;
	char dump[400000];
};

static void
look(struct hand *h)
{
	(void)app_draw(h->app);
	app_painted(h->app, h->t);
}

static void
pass(struct hand *h, int64_t ms)
{
	h->t.us += ms * 1000;
	app_tick(h->app, h->t);
	look(h);
}

/* One event, without a look at the screen. */
static void
raw(struct hand *h, enum keys_code code, int32_t cp, int64_t gap_ms)
{
	struct key_event ev = {.code = code, .cp = cp};

	h->t.us += gap_ms * 1000;
	ev.at = h->t;
	app_key(h->app, &ev);
}

static void
press(struct hand *h, enum keys_code code)
{
	raw(h, code, 0, 300);
	pass(h, 300);
}

static void
type(struct hand *h, const char *s)
{
	const char *end = s + strlen(s);
	int32_t cp;

	while (text_next(&s, end, &cp)) {
		raw(h, KEYS_CHAR, cp, 300);
		pass(h, 300);
	}
}

static void
enter(struct hand *h, const char *s)
{
	type(h, s);
	press(h, KEYS_ENTER);
}

static struct hand *
begin(const char *shop, int rows, int cols)
{
	struct hand *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	h->till = fake_till_new(shop);
	h->t.us = 1000000;
	assert_int_equal(
		app_new(h->till, &h->till->clock, rows, cols, &h->app), RC_OK);
	look(h);
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
	int r, c;

	sbuf_init(&b, h->dump, sizeof(h->dump));
	grid_dump(g, &b);
	sbuf_printf(&b, "cursor %d,%d\n", g->cur_row + 1, g->cur_col + 1);
	/* where the roles are: row,column+length role */
	for (r = 0; r < g->rows; r++) {
		for (c = 0; c < g->cols;) {
			int from = c;
			uint8_t role = grid_at(g, r, c)->role;

			while (c < g->cols && grid_at(g, r, c)->role == role) {
				c++;
			}
			if (role != ROLE_NORMAL) {
				sbuf_printf(&b, "%d,%d+%d role %u\n", r + 1,
					from + 1, c - from, role);
			}
		}
	}
	assert_true(sbuf_ok(&b));
	return h->dump;
}

/* Every row must be exactly as wide as the screen, whatever the names hold. */
static void
check_width(const struct grid *g)
{
	int r, c;

	for (r = 0; r < g->rows; r++) {
		int cells = 0;

		for (c = 0; c < g->cols; c++) {
			const struct cell *x = grid_at(g, r, c);

			assert_int_equal(
				text_cells(x->g, strlen(x->g)), x->width);
			cells += x->width;
		}
		assert_int_equal(cells, g->cols);
	}
}

static void
golden(struct hand *h, const char *name)
{
	static char want[400000];
	const char *top = getenv("top_srcdir");
	const char *got = dump(h);
	char path[512];
	size_t n;
	FILE *f;

	check_width(app_draw(h->app));
	(void)snprintf(path, sizeof(path), "%s/tests/screen/golden/%s.screen",
		top != NULL ? top : ".", name);
	if (getenv("UPDATE_SCREENS") != NULL) {
		f = fopen(path, "we");
		assert_non_null(f);
		(void)fputs(got, f);
		(void)fclose(f);
		return;
	}
	f = fopen(path, "re");
	if (f == NULL) {
		fail_msg("no %s: run with UPDATE_SCREENS=1 and look at it",
			path);
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

static bool
shows(struct hand *h, const char *text)
{
	return strstr(dump(h), text) != NULL;
}

/* A drawer of 123.45 that had 50.00 paid in. */
static struct hand *
begin_day(void)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);
	struct totals *t = &h->till->totals;

	t->drawer = 12345;
	t->opening = 5000;
	t->closings = 11;
	t->grand = INT64_C(120455190);
	t->returns = 1;
	t->return_amount = 89;
	t->n_tax = 2;
	t->tax[0] = (struct totals_tax){"A", 190000, 6000, 1140, 7140};
	t->tax[1] = (struct totals_tax){"B", 70000, 4864, 341, 5205};
	t->n_tender = 1;
	t->tender[0] = (struct totals_tender){"cash", 7345, 3};
	enter(h, "5000PI");
	return h;
}

static void
cash_in_and_out(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	assert_true(shows(h, "Paid in: 50.00"));
	enter(h, "PX");
	assert_true(shows(h, "Key the amount before it, like 2000PX."));
	press(h, KEYS_ESC);
	enter(h, "2000PX");
	enter(h, "10000PU");
	assert_int_equal(h->till->totals.paid_in, 5000);
	assert_int_equal(h->till->totals.paid_out, 2000);
	assert_int_equal(h->till->totals.pickups, 10000);
	assert_int_equal(h->till->totals.drawer, 12345 + 5000 - 12000);
	enter(h, "MG");
	type(h, "4");
	assert_true(shows(h, "Paid in: amount first"));
	end(h);
}

/* What there should be is nowhere before the count is recorded. */
static void
a_blind_count(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "CT");
	enter(h, "");
	enter(h, "1");
	enter(h, "5000*");
	enter(h, "4x");
	assert_true(shows(h, "So many pieces, or an amount"));
	press(h, KEYS_ESC);
	type(h, "1");
	assert_true(shows(h, "20.00 x 1 = 20.00"));
	golden(h, "count");
	assert_false(shows(h, "173.45"));
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	assert_true(shows(h, "The count waits as it is"));
	enter(h, "CT");
	press(h, KEYS_DOWN);
	assert_true(shows(h, "100.00 x 1 = 100.00"));
	assert_false(shows(h, "173.45"));
	assert_int_equal(h->till->totals.counts, 0);
	type(h, "+");
	golden(h, "count_done");
	assert_int_equal(h->till->totals.counts, 1);
	assert_int_equal(h->till->totals.counted, 15000);
	assert_int_equal(h->till->totals.difference, -2345);
	enter(h, "");
	assert_false(shows(h, "CASH COUNT"));
	/* a new one begins empty */
	enter(h, "CT");
	type(h, "+");
	assert_true(shows(h, "Nothing is counted yet"));
	assert_int_equal(h->till->totals.counts, 1);
	end(h);
}

/* Not recorded: it says nothing, and can be tried again. */
static void
a_count_that_is_lost(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "CT");
	enter(h, "1");
	h->till->fail = true;
	type(h, "+");
	assert_false(shows(h, "173.45"));
	assert_true(shows(h, "BLIND COUNT"));
	h->till->fail = false;
	type(h, "+");
	assert_true(shows(h, "OVER"));
	assert_int_equal(h->till->totals.counted, 20000);
	end(h);
}

static void
a_day_is_closed(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "ZR");
	golden(h, "z_before");
	assert_false(shows(h, "173.45"));
	enter(h, "");
	enter(h, "13");
	assert_int_equal(h->till->totals.closings, 11);
	assert_true(shows(h, "The next Z is 12"));
	press(h, KEYS_ESC);
	press(h, KEYS_F6);
	for (int i = 0; i < 5; i++) {
		press(h, KEYS_DOWN);
	}
	enter(h, "17345*");
	assert_true(shows(h, "So many pieces, or an amount"));
	press(h, KEYS_ESC);
	enter(h, "17000*");
	press(h, KEYS_F10);
	assert_true(shows(h, "SHORT"));
	enter(h, "");
	assert_true(shows(h, "cash short 3.45"));
	golden(h, "z_counted");
	enter(h, "12");
	golden(h, "z_closed");
	assert_int_equal(h->till->totals.closings, 12);
	assert_int_equal(h->till->totals.opening, 17000);
	assert_int_equal(h->till->totals.grand, INT64_C(120455190) + 12345);
	press(h, KEYS_ESC);
	assert_int_equal(till_view(h->till)->state, ENGINE_READY);
	assert_true(shows(h, "ITEM >"));
	end(h);
}

static void
not_with_a_sale_open(void **state)
{
	struct hand *h = begin_day();

	(void)state;
	enter(h, "4017");
	enter(h, "ZR");
	assert_true(shows(h, "!! a sale is open"));
	enter(h, "12");
	assert_true(shows(h, "A sale is open"));
	assert_int_equal(h->till->totals.closings, 11);
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	enter(h, "CT");
	assert_true(shows(h, "A sale is open"));
	assert_false(shows(h, "CASH COUNT"));
	press(h, KEYS_ESC);
	enter(h, "PK");
	enter(h, "ZR");
	assert_true(shows(h, "!! parked 1"));
	enter(h, "12");
	assert_true(shows(h, "1 sale is parked"));
	assert_int_equal(h->till->totals.closings, 11);
	end(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cash_in_and_out),
		cmocka_unit_test(a_blind_count),
		cmocka_unit_test(a_count_that_is_lost),
		cmocka_unit_test(a_day_is_closed),
		cmocka_unit_test(not_with_a_sale_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
