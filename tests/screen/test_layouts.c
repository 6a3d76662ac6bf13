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

/* The layouts: what stands where, in which no key is lost and nothing moves
 * that need not.  A hand at the register: types slowly, scans fast, and looks at the screen
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

static struct hand *
begin_in(enum display_layout layout, int rows, int cols)
{
	struct hand *h = begin("CORNER MARKET", rows, cols);
	struct config_display d = {.layout = layout};

	app_look(h->app, &d);
	look(h);
	return h;
}

static void
sell_seven(struct hand *h)
{
	type(h, "2*");
	scan(h, "4311501000014");
	enter(h, "20110");
	type(h, "6*");
	scan(h, "5449000000996");
	enter(h, "0.734*4017");
	scan(h, "4006040012344");
	type(h, "3*");
	scan(h, "4008452011007");
	type(h, "10%");
	press(h, KEYS_F7);
	scan(h, "4012345670097");
}

static void
test_stacked(void **state)
{
	struct hand *h = begin_in(DISPLAY_STACKED, 24, 80);

	(void)state;
	sell_seven(h);
	golden(h, "stacked_sale");
	scan(h, "4006381333931");
	scan(h, "5000112637922");
	golden(h, "stacked_stop");
	type(h, "3");
	type(h, "149");
	golden(h, "stacked_dept");
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	press(h, KEYS_ESC);
	press(h, KEYS_F10);
	type(h, "3000");
	golden(h, "stacked_pay");
	end(h);
}

static void
test_wide(void **state)
{
	struct hand *h = begin_in(DISPLAY_PANEL, 24, 132);

	(void)state;
	sell_seven(h);
	golden(h, "wide_sale");
	press(h, KEYS_F10);
	golden(h, "wide_pay");
	end(h);
}

static void
test_reader(void **state)
{
	struct hand *h = begin_in(DISPLAY_READER, 24, 80);

	(void)state;
	sell_seven(h);
	press(h, KEYS_UP);
	type(h, "-");
	golden(h, "reader_sale");
	scan(h, "4006381333931");
	scan(h, "5000112637922");
	golden(h, "reader_stop");
	press(h, KEYS_ESC);
	press(h, KEYS_F10);
	press(h, KEYS_ENTER);
	golden(h, "reader_change");
	end(h);
}

/* The news of each line of the transcript is within a braille line. */
static void
test_reader_says_all(void **state)
{
	struct hand *h = begin_in(DISPLAY_READER, 24, 80);

	(void)state;
	assert_true(shows(h, "|READY R01."));
	scan(h, "4012345670097");
	assert_true(shows(h, "|ADDED Shampoo 250 ml 4.25, total 4.25 "));
	type(h, "6*");
	scan(h, "5449000000996");
	assert_true(shows(h, "|ADDED 6 x Cola 0.33 L can 5.34, total 9.59 "));
	press(h, KEYS_UP);
	assert_true(shows(h, "|LINE 1 Shampoo 250 ml 4.25 "));
	press(h, KEYS_F6);
	assert_true(shows(h, "|WARN That key does nothing here"));
	press(h, KEYS_F10);
	assert_true(shows(h, "|PAY 9.59 EUR."));
	press(h, KEYS_ENTER);
	assert_true(shows(h, "|CHANGE 0.00.  Sale R01-000042 is recorded"));
	end(h);
}

/* Nothing is sent while nobody does anything, whatever the clock does. */
static void
test_reader_is_silent(void **state)
{
	struct hand *h = begin_in(DISPLAY_READER, 24, 80);
	static char before[400000];
	int i;

	(void)state;
	scan(h, "4012345670097");
	(void)dump(h);
	memcpy(before, h->dump, sizeof(before));
	for (i = 0; i < 60; i++) {
		h->till->now.now.utc.us += 60000000;
		pass(h, 60000);
		assert_string_equal(dump(h), before);
	}
	assert_true(app_deadline(h->app, h->t).us - h->t.us > 3000000000);
	/* with the next key it is right again */
	type(h, "1");
	assert_true(shows(h, "15:32"));
	end(h);
}

/* What goes wrong is told without a key. */
static void
test_reader_hears_trouble(void **state)
{
	struct hand *h = begin_in(DISPLAY_READER, 24, 80);

	(void)state;
	h->till->status.selling = false;
	(void)snprintf(h->till->status.trouble, sizeof(h->till->status.trouble),
		"the disk is full");
	look(h);
	assert_true(shows(h, "|NOT RECORDING  the disk is full"));
	end(h);
}

/* From any window to any other, the sale and the prompt stay. */
static void
test_resize(void **state)
{
	static const int size[][2] = {{24, 132}, {50, 132}, {24, 80}, {10, 40},
		{24, 100}, {1, 1}, {60, 200}, {24, 80}};

	static const enum display_layout kind[] = {
		DISPLAY_PANEL, DISPLAY_STACKED, DISPLAY_READER};

	size_t i, k;

	(void)state;
	for (k = 0; k < ARRAY_LEN(kind); k++) {
		struct hand *h = begin_in(kind[k], 24, 80);

		sell_seven(h);
		type(h, "12*");
		for (i = 0; i < ARRAY_LEN(size); i++) {
			assert_int_equal(
				app_resize(h->app, size[i][0], size[i][1]),
				RC_OK);
			check_width(app_draw(h->app));
		}
		assert_int_equal(view(h)->basket->n_line, 7);
		assert_true(shows(h, "ITEM > 12*"));
		assert_int_equal(app_draw(h->app)->cur_row, 19);
		assert_int_equal(app_draw(h->app)->cur_col, 11);
		end(h);
	}
}

/* Nothing moves that both have: the list's first columns, row by row. */
static void
test_wide_moves_nothing(void **state)
{
	struct hand *h = begin_in(DISPLAY_PANEL, 24, 80);
	char narrow[24][64];
	int r, c;

	(void)state;
	sell_seven(h);
	for (r = 1; r < 22; r++) {
		for (c = 0; c < 28; c++) {
			narrow[r][c] = grid_at(app_draw(h->app), r, c)->g[0];
		}
	}
	assert_int_equal(app_resize(h->app, 24, 132), RC_OK);
	for (r = 1; r < 22; r++) {
		for (c = 0; c < 28; c++) {
			/* a name that was shortened is longer */
			if (narrow[r][c] != '.' && c < 23) {
				assert_int_equal(narrow[r][c],
					grid_at(app_draw(h->app), r, c)->g[0]);
			}
		}
	}
	end(h);
}

/* The cursor is where the focus is. */
static void
test_cursor(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);
	struct config_display d = {.row_cursor = true};
	const struct grid *g;

	(void)state;
	app_look(h->app, &d);
	sell_seven(h);
	g = app_draw(h->app);
	assert_string_equal(grid_at(g, g->cur_row, g->cur_col)->g, ">");
	press(h, KEYS_UP);
	press(h, KEYS_UP);
	g = app_draw(h->app);
	assert_string_equal(grid_at(g, g->cur_row, g->cur_col)->g, ">");
	assert_string_equal(grid_at(g, g->cur_row, 2)->g, "5");
	type(h, "1");
	g = app_draw(h->app);
	assert_int_equal(g->cur_row, 19);
	press(h, KEYS_ESC);
	press(h, KEYS_F10);
	g = app_draw(h->app);
	assert_int_equal(g->cur_row, 19);
	end(h);
}

static void
test_quiet(void **state)
{
	struct hand *h = begin("CORNER MARKET", 24, 80);
	struct config_display d = {.silent = true, .half_day = true};

	(void)state;
	app_look(h->app, &d);
	press(h, KEYS_F6);
	assert_false(app_take_bell(h->app));
	assert_true(shows(h, "WARN"));
	assert_true(shows(h, "02:32 pm"));
	end(h);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stacked),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_reader_says_all),
		cmocka_unit_test(test_reader_is_silent),
		cmocka_unit_test(test_reader_hears_trouble),
		cmocka_unit_test(test_resize),
		cmocka_unit_test(test_wide_moves_nothing),
		cmocka_unit_test(test_cursor),
		cmocka_unit_test(test_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
