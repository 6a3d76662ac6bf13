/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a frame comes back as it went, and no row is ever wider than its
 * display or shows another amount. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "register/customer.h"

static void
test_lines(void **state)
{
	static const struct {
		const char *left, *right;
		size_t cols;
		const char *want;
	} rows[] = {
		{"Shampoo 250 ml", "4.25", 20, "Shampoo 250 ml  4.25"},
		{"TOTAL EUR", "27.33", 20, "TOTAL EUR      27.33"},
		{"Olive oil extra virgin 500 ml", "6.49", 20,
			"Olive o..500 ml 6.49"},
		{"THANK YOU", "", 20, "THANK YOU           "},
		{"Br\xc3\xbchw\xc3\xbcrfel", "0.99", 20,
			"Bruhwurfel      0.99"},
		{"\xe6\x97\xa5\xe6\x9c\xac", "1", 20, "??                 1"},
		{"x", "123456789012345678", 20, "x 123456789012345678"},
		{"x", "1234567890123456789", 20, " 1234567890123456789"},
		{"", "", 20, "                    "},
		{"Cola", "1.79", 40,
			"Cola                                1.79"},
	};

	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct customer_row r = {"", ""};
		char out[64];

		(void)strncpy(r.left, rows[i].left, sizeof(r.left) - 1);
		(void)strncpy(r.right, rows[i].right, sizeof(r.right) - 1);
		customer_line(&r, rows[i].cols, out);
		assert_string_equal(out, rows[i].want);
		assert_int_equal(strlen(out), rows[i].cols);
	}
}

static void
test_there_and_back(void **state)
{
	struct customer_frame f = {.state = CUSTOMER_PAY,
		.training = true,
		.language = "de",
		.shop = "CORNER MARKET",
		.row = {{"TOTAL EUR", "27.33"}, {"PLEASE PAY", ""}},
		.big = 0};
	struct customer_frame g;
	char text[CUSTOMER_FRAME_BYTES];
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	customer_encode(&f, &b);
	assert_true(sbuf_ok(&b));
	assert_true(b.len > 2 && memcmp(text + b.len - 2, "\n\n", 2) == 0);
	assert_int_equal(customer_decode(text, b.len - 1, &g), RC_OK);
	assert_memory_equal(&f, &g, sizeof(f));
}

static void
test_longest_frame_fits(void **state)
{
	struct customer_frame f = {.state = CUSTOMER_CHANGE, .big = 1};
	char text[CUSTOMER_FRAME_BYTES];
	struct sbuf b;
	int i;

	(void)state;
	memset(f.language, 'x', sizeof(f.language) - 1);
	memset(f.shop, 's', sizeof(f.shop) - 1);
	for (i = 0; i < 2; i++) {
		memset(f.row[i].left, 'l', sizeof(f.row[i].left) - 1);
		memset(f.row[i].right, '9', sizeof(f.row[i].right) - 1);
	}
	sbuf_init(&b, text, sizeof(text));
	customer_encode(&f, &b);
	assert_true(sbuf_ok(&b));
}

static void
test_what_is_none(void **state)
{
	static const char later[] =
		"holdfast-display 1\nstate pay\nfuture thing\nbig 7\n"
		"state nonsense\nleft0 a\x1b[2Jb\n";
	struct customer_frame f;

	(void)state;
	assert_int_equal(customer_decode("", 0, &f), RC_PROTO);
	assert_int_equal(customer_decode("hello\n", 6, &f), RC_PROTO);
	assert_int_equal(customer_decode(later, sizeof(later) - 1, &f), RC_OK);
	assert_int_equal(f.state, CUSTOMER_PAY);
	assert_int_equal(f.big, -1);
	assert_string_equal(f.row[0].left, "a[2Jb"); /* no escape gets by */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_longest_frame_fits),
		cmocka_unit_test(test_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
