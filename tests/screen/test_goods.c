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

/* As a scanner types, terminator included; nobody looks in between. */
static void
burst(struct hand *h, const char *code)
{
	for (; *code != '\0'; code++) {
		raw(h, KEYS_CHAR, (unsigned char)*code, 8);
	}
	raw(h, KEYS_ENTER, 0x0d, 8);
}

static void
scan(struct hand *h, const char *code)
{
	h->t.us += 400000;
	burst(h, code);
	look(h);
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

static const struct engine_view *
view(struct hand *h)
{
	return till_view(h->till);
}

#define LOST "4006381333931"
#define WINE "4002859012341"
#define COLA "5449000000996"

static struct hand *
begin_by(enum not_on_file policy)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);

	engine_set_not_on_file(h->till->engine, policy);
	scan(h, COLA);
	return h;
}

/* --- not on file: a line --------------------------------------------------- */

static void
a_line_goes_on(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);
	unsigned bells = 0;

	(void)state;
	while (app_take_bell(h->app)) {
	}
	scan(h, LOST);
	for (int i = 0; i < 20; i++) {
		h->t.us += 100000;
		app_tick(h->app, h->t);
		bells += app_take_bell(h->app) ? 1 : 0;
	}
	assert_int_equal(bells, 3); /* once: nothing waits for an answer */
	scan(h, COLA);
	assert_int_equal(view(h)->basket->n_line, 3);
	assert_true(shows(h, "?? " LOST " NOT ON FILE"));
	golden(h, "unknown_line");
	press(h, KEYS_F10);
	assert_int_equal(view(h)->state, ENGINE_SALE);
	assert_true(shows(h, "Not on file: line 2."));
	press(h, KEYS_UP);
	press(h, KEYS_ENTER);
	golden(h, "unknown_box");
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->basket->n_unknown, 1);
	press(h, KEYS_ENTER);
	type(h, "1");
	scan(h, "20110");
	assert_int_equal(view(h)->basket->n_unknown, 0);
	assert_string_equal(view(h)->basket->line[1].item.code, "20110");
	press(h, KEYS_F10);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	end(h);
}

static void
a_line_by_price_or_department(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);
	const struct basket_line *l;

	(void)state;
	scan(h, LOST);
	press(h, KEYS_ENTER);
	type(h, "4");
	enter(h, "149");
	golden(h, "ask_price");
	enter(h, "10");
	l = &view(h)->basket->line[1];
	assert_string_equal(l->item.code, LOST);
	assert_int_equal(l->amount.minor, 149);
	scan(h, LOST);
	press(h, KEYS_ENTER);
	type(h, "3");
	enter(h, "250");
	enter(h, "10");
	l = &view(h)->basket->line[2];
	assert_string_equal(l->item.code, "");
	assert_int_equal(l->amount.minor, 250);
	scan(h, LOST);
	press(h, KEYS_F4); /* the selected line goes */
	assert_int_equal(view(h)->basket->n_line, 3);
	end(h);
}

/* --- not on file: a box ---------------------------------------------------- */

static void
a_box_is_answered(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	type(h, "3*");
	scan(h, LOST);
	scan(h, COLA);
	assert_int_equal(view(h)->basket->n_line, 1);
	type(h, "4");
	enter(h, "100");
	enter(h, "10");
	/* the three of it, then what was held */
	assert_int_equal(view(h)->basket->n_line, 3);
	assert_int_equal(view(h)->basket->line[1].amount.minor, 300);
	assert_string_equal(view(h)->basket->line[2].item.code, COLA);
	scan(h, LOST);
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_true(shows(h, "Not sold: " LOST));
	end(h);
}

/* --- ages ------------------------------------------------------------------ */

static void
an_age_is_asked(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);

	(void)state;
	scan(h, WINE);
	assert_int_equal(view(h)->basket->n_line, 1);
	golden(h, "age");
	scan(h, COLA); /* waits */
	type(h, "2 14031999");
	golden(h, "age_typed");
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->basket->n_line, 3);
	assert_string_equal(view(h)->basket->line[1].item.code, WINE);
	assert_string_equal(view(h)->basket->line[2].item.code, COLA);
	scan(h, WINE); /* once a sale */
	assert_int_equal(view(h)->basket->n_line, 4);
	end(h);
}

static void
an_age_is_refused(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);

	(void)state;
	scan(h, WINE);
	enter(h, "2 14032020");
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_true(shows(h, "18 are needed"));
	scan(h, WINE);
	enter(h, "77");
	assert_int_equal(view(h)->ask, ASK_AGE);
	press(h, KEYS_F4);
	assert_int_equal(view(h)->ask, ASK_NONE);
	assert_int_equal(view(h)->basket->n_line, 1);
	scan(h, WINE);
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->ask, ASK_NONE);
	scan(h, WINE);
	enter(h, "1");
	assert_int_equal(view(h)->basket->n_line, 2);
	end(h);
}

/* What a code is turns out to ask for an age. */
static void
a_line_that_asks(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);

	(void)state;
	scan(h, LOST);
	press(h, KEYS_ENTER);
	type(h, "1");
	scan(h, WINE);
	assert_int_equal(view(h)->ask, ASK_AGE);
	enter(h, "1");
	assert_int_equal(view(h)->basket->n_unknown, 0);
	assert_string_equal(view(h)->basket->line[1].item.code, WINE);
	press(h, KEYS_F10);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	end(h);
}

/* --- over kill -9 ---------------------------------------------------------- */

/* The till stays as it is; the screen begins anew with what lay there. */
static void
again(struct hand *h)
{
	app_free(h->app);
	assert_int_equal(
		app_new(h->till, &h->till->clock, 24, 80, &h->app), RC_OK);
	look(h);
}

static void
it_comes_back(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	type(h, "40");
	again(h);
	assert_true(shows(h, "ITEM > 40"));
	enter(h, "17"); /* 4017 */
	assert_int_equal(view(h)->basket->n_line, 2);
	again(h);
	assert_false(shows(h, "ITEM > 4"));
	type(h, "3*");
	scan(h, LOST);
	scan(h, WINE);
	scan(h, COLA);
	assert_true(shows(h, "HELD 2 scans"));
	again(h);
	assert_true(shows(h, LOST));
	assert_true(shows(h, "HELD 2 scans"));
	assert_int_equal(view(h)->goods->qty.milli, 3000);
	press(h, KEYS_ESC);
	/* the next of them asks, the last one waits */
	assert_int_equal(view(h)->ask, ASK_AGE);
	again(h);
	assert_int_equal(view(h)->ask, ASK_AGE);
	assert_true(shows(h, "HELD 1 scan,"));
	type(h, "2 1403");
	again(h); /* a date of birth is nowhere */
	assert_true(shows(h, "AGE >  "));
	enter(h, "1");
	assert_int_equal(view(h)->basket->n_line, 4);
	assert_string_equal(view(h)->basket->line[2].item.code, WINE);
	assert_string_equal(view(h)->basket->line[3].item.code, COLA);
	again(h);
	assert_int_equal(view(h)->basket->n_line, 4);
	press(h, KEYS_F10);
	again(h);
	assert_int_equal(view(h)->state, ENGINE_PAY);
	end(h);
}

static void
a_box_about_a_line_comes_back(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_LINE);

	(void)state;
	scan(h, LOST);
	scan(h, COLA);
	press(h, KEYS_UP);
	press(h, KEYS_ENTER);
	scan(h, COLA); /* waits */
	again(h);
	assert_true(shows(h, "[ NOT ON FILE ]"));
	assert_int_equal(view(h)->selected, 1);
	type(h, "3");
	enter(h, "100");
	enter(h, "10");
	assert_int_equal(view(h)->basket->n_unknown, 0);
	assert_int_equal(view(h)->basket->n_line, 4);
	end(h);
}

/* Many more than are shown: none is lost, and the tone says so. */
static void
more_than_are_shown(void **state)
{
	struct hand *h = begin_by(NOT_ON_FILE_STOP);

	(void)state;
	scan(h, LOST);
	for (int i = 0; i < 30; i++) {
		scan(h, COLA);
		h->t.us += 2000000;
		app_tick(h->app, h->t);
		while (app_take_bell(h->app)) {
			h->t.us += 200000;
			app_tick(h->app, h->t);
		}
	}
	again(h);
	assert_true(shows(h, "HELD 30 scans"));
	press(h, KEYS_ESC);
	assert_int_equal(view(h)->basket->n_line, 31);
	end(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_goes_on),
		cmocka_unit_test(a_line_by_price_or_department),
		cmocka_unit_test(a_box_is_answered),
		cmocka_unit_test(an_age_is_asked),
		cmocka_unit_test(an_age_is_refused),
		cmocka_unit_test(a_line_that_asks),
		cmocka_unit_test(it_comes_back),
		cmocka_unit_test(a_box_about_a_line_comes_back),
		cmocka_unit_test(more_than_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
