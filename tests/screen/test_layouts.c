/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "hand.h"

#include "base/poison.h"

/* The layouts: what stands where, in which no key is lost and nothing moves
 * that need not. */

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

/* Where line ${no} of the sale stands; -1 out of sight. */
static int
row_of(struct hand *h, int no)
{
	const struct grid *g = app_draw(h->app);
	char want[8];
	int r;

	(void)snprintf(want, sizeof(want), "%d", no);
	for (r = 2; r < g->rows - 8; r++) {
		int c = no < 10 ? 2 : 1, n = 0;

		while (want[n] != '\0' &&
			grid_at(g, r, c + n)->g[0] == want[n]) {
			n++;
		}
		if (want[n] == '\0' && grid_at(g, r, c + n)->g[0] == ' ') {
			return r;
		}
	}
	return -1;
}

/* Beside a panel lines stay where they are while scans come, and move seldom:
 * each time half of the rows is free again.  What is selected is in sight, and
 * a register that was started again shows the same. */
static void
test_lines_keep_their_places(void **state)
{
	static const int size[][2] = {{24, 80}, {24, 132}, {50, 132}};
	size_t k;

	(void)state;
	for (k = 0; k < ARRAY_LEN(size); k++) {
		struct hand *h =
			begin_in(DISPLAY_PANEL, size[k][0], size[k][1]);
		int page = size[k][0] - 10, moves = 0, before = -1, i;

		for (i = 1; i <= 3 * page; i++) {
			int at;

			scan(h, i % 2 == 0 ? "4012345670097" : "4311501000014");
			at = row_of(h, i);
			assert_true(at > 0);
			if (before > 0 && at != before + 1) {
				assert_int_equal(before, page + 1);
				assert_int_equal(at, page / 2 + 1);
				assert_int_equal(row_of(h, i - page / 2), -1);
				assert_int_equal(
					row_of(h, i - page / 2 + 1), 2);
				moves++;
			}
			before = at;
		}
		assert_int_equal(moves, 1 + (2 * page - 1) / (page - page / 2));
		end(h);
	}
}

/* Wherever the selection goes, it can be seen; and the same sale on another
 * screen, or after a start, is shown alike. */
static void
test_the_selected_line_is_in_sight(void **state)
{
	struct hand *h = begin_in(DISPLAY_PANEL, 24, 80);
	static char before[400000];
	int i, k;

	(void)state;
	for (i = 1; i <= 40; i++) {
		scan(h, i % 2 == 0 ? "4012345670097" : "4311501000014");
	}
	for (i = 40; i > 1; i--) {
		press(h, KEYS_UP);
		assert_true(row_of(h, i - 1) > 0);
	}
	for (i = 1; i <= 40; i++) {
		assert_true(row_of(h, i) > 0);
		memcpy(before, dump(h), sizeof(before));
		for (k = 0; k < 2; k++) {
			assert_int_equal(
				app_resize(h->app, k == 0 ? 50 : 24, 80),
				RC_OK);
			look(h);
		}
		assert_string_equal(dump(h), before);
		press(h, KEYS_DOWN);
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
	assert_false(rings(h));
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
		cmocka_unit_test(test_lines_keep_their_places),
		cmocka_unit_test(test_the_selected_line_is_in_sight),
		cmocka_unit_test(test_cursor),
		cmocka_unit_test(test_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
