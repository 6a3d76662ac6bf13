/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "screen/grid.h"

#include "base/poison.h"

static struct grid *
make(int rows, int cols)
{
	struct grid *g = NULL;

	assert_int_equal(grid_new(rows, cols, &g), RC_OK);
	return g;
}

static void
expect(const struct grid *g, const char *want)
{
	char buf[8192];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	grid_dump(g, &b);
	assert_true(sbuf_ok(&b));
	assert_string_equal(buf, want);
}

static void
test_text_is_clipped(void **state)
{
	static const struct {
		const char *text;
		int col, width;
		const char *want;
		int used;
	} rows[] = {
		{"abc", 0, 8, "|abc     |\n", 3},
		{"abcdefghij", 0, 8, "|abcdefgh|\n", 8},
		{"abcdef", 2, 3, "|  abc   |\n", 3},
		{"abcdef", 6, 9, "|      ab|\n", 2},
		{"abc", 9, 3, "|        |\n", 0},
		/* a wide character never straddles an edge */
		{"ab\xe6\x97\xa5\xe6\x9c\xac", 0, 5, "|ab\xe6\x97\xa5    |\n",
			4},
		{"\xe6\x97\xa5\xe6\x9c\xac", 5, 9, "|     \xe6\x97\xa5 |\n", 2},
		/* marks ride on their base, a mark alone is dropped */
		{"e\xcc\x81x", 0, 8, "|e\xcc\x81x      |\n", 2},
		{"\xcc\x81x", 0, 8, "|x       |\n", 1},
		/* controls are shown as '?', steering characters vanish */
		{"a\x1b[2Jb", 0, 8, "|a?[2Jb  |\n", 6},
		{"a\xe2\x80\xae"
		 "b\xe2\x80\x8b\xef\xbb\xbf"
		 "c",
			0, 8, "|abc     |\n", 3},
		{"\xc2\x9b"
		 "1m",
			0, 8, "|?1m     |\n", 3},
		{"\xff\xfe"
		 "z",
			0, 8, "|\xef\xbf\xbd\xef\xbf\xbdz     |\n", 3},
	};

	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct grid *g = make(1, 8);

		assert_int_equal(grid_text(g, 0, rows[i].col, rows[i].width,
					 ROLE_NORMAL, rows[i].text),
			rows[i].used);
		expect(g, rows[i].want);
		grid_free(g);
	}
}

static void
test_marks_are_limited(void **state)
{
	struct grid *g = make(1, 3);

	(void)state;
	(void)grid_text(g, 0, 0, 3, ROLE_NORMAL,
		"z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85o");
	expect(g, "|z\xcc\x80\xcc\x81\xcc\x82\xcc\x83o |\n");
	grid_free(g);
}

static void
test_half_of_a_wide_one_goes_whole(void **state)
{
	struct grid *g = make(1, 6);

	(void)state;
	(void)grid_text(g, 0, 0, 6, ROLE_NORMAL,
		"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
	(void)grid_text(g, 0, 1, 1, ROLE_NORMAL, "x");
	expect(g, "| x\xe6\x9c\xac\xe8\xaa\x9e|\n");
	(void)grid_text(g, 0, 2, 1, ROLE_NORMAL, "y");
	expect(g, "| xy \xe8\xaa\x9e|\n");
	(void)grid_text(g, 0, 3, 2, ROLE_NORMAL, "\xe6\x97\xa5");
	expect(g, "| xy\xe6\x97\xa5 |\n");
	grid_free(g);
}

static void
test_right_never_shortens(void **state)
{
	struct grid *g = make(2, 8);

	(void)state;
	grid_right(g, 0, 1, 6, ROLE_NORMAL, "12.34");
	grid_right(g, 1, 1, 6, ROLE_NORMAL, "1234.56");
	expect(g, "|  12.34 |\n| ###### |\n");
	grid_free(g);
}

static void
test_middle_keeps_the_end(void **state)
{
	struct grid *g = make(1, 12);

	(void)state;
	assert_true(grid_middle(g, 0, 0, 12, ROLE_NORMAL,
			    "Olive oil extra virgin 500 ml") <= 12);
	assert_string_equal(grid_at(g, 0, 0)->g, "O");
	assert_string_equal(grid_at(g, 0, 11)->g, "l");
	grid_free(g);
}

static void
test_big_digits(void **state)
{
	struct grid *g = make(3, 14);

	(void)state;
	assert_true(grid_big(g, 0, 0, 14, ROLE_TOTAL, "27.33"));
	expect(g, "|  _  _   _  _ |\n"
		  "|  _|  |  _| _||\n"
		  "| |_   |. _| _||\n");
	grid_clear(g);
	assert_true(grid_big(g, 0, 0, 14, ROLE_TOTAL, "-8"));
	assert_false(grid_big(g, 0, 0, 14, ROLE_TOTAL, "12345"));
	assert_false(grid_big(g, 0, 0, 14, ROLE_TOTAL, "x"));
	assert_int_equal(grid_big_cells("104.56"), 16);
	grid_free(g);
}

static void
test_box_and_edges(void **state)
{
	struct grid *g = make(4, 14);

	(void)state;
	grid_fill(g, 0, 0, 4, 14, ROLE_NORMAL);
	grid_rule(g, 0, 0, 14, '#');
	grid_box(g, 0, 0, 4, 14, "STOP", ROLE_STOP);
	expect(g, "|+-[ STOP ]---+|\n"
		  "||            ||\n"
		  "||            ||\n"
		  "|+------------+|\n");
	/* outside is nowhere */
	grid_box(g, -1, -1, 9, 30, "far", ROLE_STOP);
	grid_cursor(g, 99, -4);
	assert_int_equal(g->cur_row, 3);
	assert_int_equal(g->cur_col, 0);
	assert_null(grid_at(g, 4, 0));
	assert_null(grid_at(g, 0, -1));
	grid_free(g);
}

static void
test_sizes_are_clamped(void **state)
{
	struct grid *g = make(0, -3);

	(void)state;
	assert_int_equal(g->rows, 1);
	assert_int_equal(g->cols, 1);
	grid_free(g);
	g = make(100000, 100000);
	assert_int_equal(g->rows, GRID_ROWS_MAX);
	assert_int_equal(g->cols, GRID_COLS_MAX);
	grid_free(g);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_clipped),
		cmocka_unit_test(test_marks_are_limited),
		cmocka_unit_test(test_half_of_a_wide_one_goes_whole),
		cmocka_unit_test(test_right_never_shortens),
		cmocka_unit_test(test_middle_keeps_the_end),
		cmocka_unit_test(test_big_digits),
		cmocka_unit_test(test_box_and_edges),
		cmocka_unit_test(test_sizes_are_clamped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
