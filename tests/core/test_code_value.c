/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "core/code_value.h"

#include "base/poison.h"

static void *memory;
static struct rules *rules;

static void
add_form(const char *id, const char *form, enum code_value value,
	uint8_t decimals)
{
	struct code_form f = {.value = value, .decimals = decimals};

	memcpy(f.id, id, strlen(id) + 1);
	memcpy(f.form, form, strlen(form) + 1);
	assert_null(code_form_wrong(&f));
	assert_int_equal(rules_add_form(rules, &f), RC_OK);
}

static int
setup(void **state)
{
	size_t n = rules_bytes(4096);

	(void)state;
	memory = aligned_alloc(16, (n + 15) / 16 * 16);
	assert_non_null(memory);
	rules = rules_init(memory, n);
	add_form("price13", "20iiiiipppppc", CODE_HOLDS_PRICE, 2);
	add_form("verified13", "21iiiivpppppc", CODE_HOLDS_PRICE, 2);
	add_form("weight", "28iiiiipppppc", CODE_HOLDS_WEIGHT, 3);
	add_form("upca", "2iiiiivppppc", CODE_HOLDS_PRICE, 2);
	add_form("leading", "02iiiiivppppc", CODE_HOLDS_PRICE, 2);
	add_form("count", "99iiiipp", CODE_HOLDS_COUNT, 0);
	assert_int_equal(rules_seal(rules), RC_OK);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

/* The four tables as the specification prints them. */
static const unsigned two_minus[] = {0, 2, 4, 6, 8, 9, 1, 3, 5, 7};
static const unsigned three[] = {0, 3, 6, 9, 2, 5, 8, 1, 4, 7};
static const unsigned five_plus[] = {0, 5, 1, 6, 2, 7, 3, 8, 4, 9};
static const unsigned five_minus[] = {0, 5, 9, 4, 8, 3, 7, 2, 6, 1};

static void
verifiers_as_worked(void **state)
{
	static const struct {
		const char *digits;
		int v;
	} t[] = {{"2875", 9}, {"0300", 8}, {"1365", 7}, {"0512", 3},
		{"1299", 2}, {"0250", 7}, {"9999", 6}, {"10485", 3},
		{"01250", 7}, {"00199", 2}, {"12345", 8}, {"99999", 6},
		{"11256", 8}, {"14685", 6}};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(
			code_verifier(t[i].digits, strlen(t[i].digits)),
			t[i].v);
	}
}

static void
numbers_as_worked(void **state)
{
	static const struct {
		const char *form;
		enum code_value value;
		uint8_t decimals;
		const char *code, *item;
		int64_t number;
	} t[] = {{"2iiiiivpppppc", CODE_HOLDS_PRICE, 2, "2003493104857",
			 "00349", 10485},
		{"28iiiiipppppc", CODE_HOLDS_PRICE, 2, "2812345001998", "12345",
			199},
		{"29iiiiipppppc", CODE_HOLDS_WEIGHT, 3, "2912345012502",
			"12345", 1250},
		{"2iiiiivppppc", CODE_HOLDS_PRICE, 2, "220812713657", "20812",
			1365}};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct rules *had = rules;
		size_t n = rules_bytes(64);
		void *room = aligned_alloc(16, (n + 15) / 16 * 16);
		struct code_held h;

		assert_non_null(room);
		rules = rules_init(room, n);
		add_form("worked", t[i].form, t[i].value, t[i].decimals);
		assert_int_equal(rules_seal(rules), RC_OK);
		assert_int_equal(code_value_read(rules, t[i].code,
					 strlen(t[i].code), &h),
			CODE_HELD);
		assert_string_equal(h.item, t[i].item);
		assert_int_equal(h.number, t[i].number);
		assert_int_equal(h.decimals, t[i].decimals);
		free(room);
		rules = had;
	}
}

static void
verifier_of_four(void **state)
{
	(void)state;
	assert_int_equal(code_verifier("2875", 4), 9); /* W7 */
	for (unsigned p = 0; p < 10000; p++) {
		unsigned d[] = {p / 1000, p / 100 % 10, p / 10 % 10, p % 10};
		char digits[4];
		unsigned sum = two_minus[d[0]] + two_minus[d[1]] + three[d[2]] +
			       five_minus[d[3]];

		for (unsigned i = 0; i < 4; i++) {
			digits[i] = (char)('0' + d[i]);
		}
		assert_int_equal(code_verifier(digits, 4), sum * 3 % 10);
	}
}

static void
verifier_of_five(void **state)
{
	(void)state;
	assert_int_equal(code_verifier("14685", 5), 6); /* W8 */
	for (unsigned p = 0; p < 100000; p++) {
		unsigned d[] = {p / 10000, p / 1000 % 10, p / 100 % 10,
			p / 10 % 10, p % 10};
		char digits[5];
		unsigned sum = five_plus[d[0]] + two_minus[d[1]] +
			       five_minus[d[2]] + five_plus[d[3]] +
			       two_minus[d[4]];
		int v;

		for (unsigned i = 0; i < 5; i++) {
			digits[i] = (char)('0' + d[i]);
		}
		v = code_verifier(digits, 5);
		assert_in_range(v, 0, 9);
		assert_int_equal((sum + five_minus[v]) % 10, 0);
	}
}

/* What it is for: one digit misread is always seen. */
static void
verifier_sees_one_digit(void **state)
{
	(void)state;
	for (unsigned p = 0; p < 100000; p += 37) {
		char digits[5], wrong[5];
		unsigned rest = p;

		for (unsigned i = 5; i > 0; i--) {
			digits[i - 1] = (char)('0' + rest % 10);
			rest /= 10;
		}
		for (unsigned at = 0; at < 5; at++) {
			memcpy(wrong, digits, 5);
			for (char c = '0'; c <= '9'; c++) {
				wrong[at] = c;
				assert_true(c == digits[at] ||
					    code_verifier(wrong, 5) !=
						    code_verifier(digits, 5));
				assert_true(
					at == 0 || c == digits[at] ||
					code_verifier(wrong + 1, 4) !=
						code_verifier(digits + 1, 4));
			}
		}
	}
}

static void
verifier_of_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(code_verifier("", 0), -1);
	assert_int_equal(code_verifier("123", 3), -1);
	assert_int_equal(code_verifier("123456", 6), -1);
	assert_int_equal(code_verifier("12a4", 4), -1);
}

static void
reads(void **state)
{
	static const struct {
		const char *code;
		enum code_match match;
		size_t form;
		const char *item;
		int64_t number;
	} row[] = {
		{"2012345007895", CODE_HELD, 0, "12345", 789},  /* W3 */
		{"2812345012505", CODE_HELD, 2, "12345", 1250}, /* W4 */
		{"240512212991", CODE_HELD, 3, "40512", 1299},  /* W5 */
		{"201234004561", CODE_HELD, 3, "01234", 456},   /* W6 */
		{"2112346007891", CODE_HELD, 1, "1234", 789},   /* W9 */
		{"240512312998", CODE_WRONG, 3, "40512", 1299}, /* W10 */
		/* a UPC-A as an EAN-13 and as a GTIN-14 has it */
		{"0240512212991", CODE_HELD, 3, "40512", 1299},
		{"00240512212991", CODE_HELD, 3, "40512", 1299},
		/* wrong check digit; no form; no digits; empty */
		{"240512212992", CODE_PLAIN, 0, "", 0},
		{"2012345007896", CODE_PLAIN, 0, "", 0},
		{"5449000000996", CODE_PLAIN, 0, "", 0},
		{"24051221299A", CODE_PLAIN, 0, "", 0},
		{"", CODE_PLAIN, 0, "", 0},
		{"99123412", CODE_HELD, 5, "1234", 12},
		{"9912341", CODE_PLAIN, 0, "", 0},
		{"000000000000000000002405122129910", CODE_PLAIN, 0, "", 0},
		/* a price of nothing is read: not to be sold is another's */
		{"2012345000001", CODE_HELD, 0, "12345", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct code_held h = {0};

		assert_int_equal(code_value_read(rules, row[i].code,
					 strlen(row[i].code), &h),
			row[i].match);
		if (row[i].match == CODE_PLAIN) {
			continue;
		}
		assert_int_equal(h.form, row[i].form);
		assert_string_equal(h.item, row[i].item);
		assert_int_equal(h.number, row[i].number);
	}
	assert_int_equal(code_value_read(NULL, "2012345007895", 13,
				 &(struct code_held){0}),
		CODE_PLAIN);
}

/* A scanner that leaves the zero in front out. */
static void
reads_without_its_zero(void **state)
{
	size_t n = rules_bytes(512);
	void *mem = aligned_alloc(16, (n + 15) / 16 * 16);
	struct code_form f = {.id = "f",
		.form = "02iiiiivppppc",
		.value = CODE_HOLDS_PRICE,
		.decimals = 2};
	struct rules *r;
	struct code_held h;

	(void)state;
	assert_non_null(mem);
	r = rules_init(mem, n);
	assert_int_equal(rules_add_form(r, &f), RC_OK);
	assert_int_equal(rules_seal(r), RC_OK);
	assert_int_equal(code_value_read(r, "201234004561", 12, &h), CODE_HELD);
	assert_string_equal(h.item, "01234");
	assert_int_equal(h.number, 456);
	/* but no other digit is made up */
	assert_int_equal(code_value_read(r, "01234004561", 11, &h), CODE_PLAIN);
	free(mem);
}

static void
scales(void **state)
{
	struct code_held h = {.number = 1299, .decimals = 2};
	int64_t v = 0;

	(void)state;
	assert_int_equal(code_value_scale(&h, 2, &v), RC_OK);
	assert_int_equal(v, 1299);
	assert_int_equal(code_value_scale(&h, 3, &v), RC_OK);
	assert_int_equal(v, 12990);
	assert_int_equal(code_value_scale(&h, 0, &v), RC_OK);
	assert_int_equal(v, 13);
	h.number = 1250;
	assert_int_equal(code_value_scale(&h, 0, &v), RC_OK);
	assert_int_equal(v, 13); /* a half up */
	h.number = 1249;
	assert_int_equal(code_value_scale(&h, 0, &v), RC_OK);
	assert_int_equal(v, 12);
}

static void
forms(void **state)
{
	static const char *const right[] = {"2iiiiivppppc", "20iiiiipppppc",
		"21iiiivpppppc", "9ipx", "2xxxxxxxxxxiiiiiiiiiiippppppppp"};
	static const char *const wrong[] = {"", "2", "2pppp", "2iiii",
		"2iippiic", "2iipipc", "iiiippppc", "2iiicpppp", "2iivppp",
		"2iivvpppp", "2iiippppcc", "2iiiqppp", "2ippppppppppc"};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct code_form f = {0};

		memcpy(f.form, right[i], strlen(right[i]) + 1);
		assert_null(code_form_wrong(&f));
		f.decimals = 7;
		assert_non_null(code_form_wrong(&f));
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct code_form f = {0};

		memcpy(f.form, wrong[i], strlen(wrong[i]) + 1);
		assert_non_null(code_form_wrong(&f));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verifier_of_four),
		cmocka_unit_test(verifiers_as_worked),
		cmocka_unit_test(numbers_as_worked),
		cmocka_unit_test(verifier_of_five),
		cmocka_unit_test(verifier_sees_one_digit),
		cmocka_unit_test(verifier_of_nothing_else),
		cmocka_unit_test(reads),
		cmocka_unit_test(reads_without_its_zero),
		cmocka_unit_test(scales),
		cmocka_unit_test(forms),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
