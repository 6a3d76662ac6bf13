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

#include "core/barcode.h"
#include "gen.h"

#include "base/poison.h"

static void
check_digits(void **state)
{
	static const char *const right[] = {"4006381333931", "96385074",
		"036000291452", "14006381333938", "0000000000017", "00000017",
		"0000000000000"};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		size_t len = strlen(right[i]);
		char wrong[16];

		assert_int_equal(code_check_digit(right[i], len - 1),
			right[i][len - 1] - '0');
		assert_true(code_check_ok(right[i], len));
		memcpy(wrong, right[i], len + 1);
		wrong[len - 1] = (char)('0' + (wrong[len - 1] - '0' + 1) % 10);
		assert_false(code_check_ok(wrong, len));
	}
	assert_false(code_check_ok("", 0));
	assert_false(code_check_ok("0", 1));
	assert_false(code_check_ok("400638133393A", 13));
}

static void
single_digit_errors_are_found(void **state)
{
	struct gen g = gen_start("check digit");

	(void)state;
	for (int i = 0; i < 20000; i++) {
		static const size_t lens[] = {8, 12, 13, 14};
		size_t len = lens[gen_below(&g, 4)];
		char code[14];
		size_t at = gen_below(&g, len);

		for (size_t k = 0; k < len; k++) {
			code[k] = (char)('0' + gen_below(&g, 10));
		}
		code[len - 1] = (char)('0' + code_check_digit(code, len - 1));
		assert_true(code_check_ok(code, len));
		code[at] = (char)('0' +
				  (code[at] - '0' + 1 + (int)gen_below(&g, 9)) %
					  10);
		assert_false(code_check_ok(code, len));
	}
}

static void
upce(void **state)
{
	static const char *const t[][2] = {
		{"04252614", "042100005264"},
		{"02044127", "020200004417"},
		{"02060139", "020600000019"},
		{"04035747", "040350000077"},
		{"02020150", "020201000050"},
		{"12720123", "127200002013"},
		{"04308504", "043000000854"},
		{"02345673", "023456000073"},
		{"01234505", "012000003455"},
		{"01234514", "012100003454"},
		{"01234531", "012300000451"},
		{"01234543", "012340000053"},
		{"01234558", "012345000058"},
		{"01234565", "012345000065"},
	};
	char out[13] = "............";

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_true(code_upce_expand(t[i][0], out));
		assert_string_equal(out, t[i][1]);
	}
	/* wrong check digit, number system 2, a letter: no change */
	assert_false(code_upce_expand("04252615", out));
	assert_false(code_upce_expand("24252614", out));
	assert_false(code_upce_expand("0425261A", out));
	assert_string_equal(out, t[13][1]);
}

struct want {
	enum code_kind kind;
	const char *key;
};

static void
ways_to_look_up(void **state)
{
	static const struct {
		const char *code;
		size_t n;
		struct want want[CODE_CANDIDATES];
	} t[] = {
		{"4006381333931", 2,
			{{CODE_EAN13, "G04006381333931"},
				{CODE_INTERNAL, "I4006381333931"}}},
		{"036000291452", 2,
			{{CODE_UPCA, "G00036000291452"},
				{CODE_INTERNAL, "I036000291452"}}},
		{"0036000291452", 2,
			{{CODE_EAN13, "G00036000291452"},
				{CODE_INTERNAL, "I0036000291452"}}},
		{"00036000291452", 2,
			{{CODE_GTIN14, "G00036000291452"},
				{CODE_INTERNAL, "I00036000291452"}}},
		{"0000000000017", 2,
			{{CODE_EAN13, "G00000000000017"},
				{CODE_INTERNAL, "I0000000000017"}}},
		{"96385074", 2,
			{{CODE_EAN8, "G00000096385074"},
				{CODE_INTERNAL, "I96385074"}}},
		/* only UPC-E */
		{"04252614", 2,
			{{CODE_UPCE, "G00042100005264"},
				{CODE_INTERNAL, "I04252614"}}},
		/* a wrong check digit is a code of the shop's own */
		{"4006381333930", 1, {{CODE_INTERNAL, "I4006381333930"}}},
		{"036000291453", 1, {{CODE_INTERNAL, "I036000291453"}}},
		{"14006381333939", 1, {{CODE_INTERNAL, "I14006381333939"}}},
		{"96385075", 1, {{CODE_INTERNAL, "I96385075"}}},
		{"4011", 1, {{CODE_PLU, "I4011"}}},
		{"2999", 1, {{CODE_INTERNAL, "I2999"}}},
		{"3000", 1, {{CODE_PLU, "I3000"}}},
		{"4999", 1, {{CODE_PLU, "I4999"}}},
		{"5000", 1, {{CODE_INTERNAL, "I5000"}}},
		{"82999", 1, {{CODE_INTERNAL, "I82999"}}},
		{"83000", 1, {{CODE_PLU, "I83000"}}},
		{"94011", 1, {{CODE_PLU, "I94011"}}},
		{"94999", 1, {{CODE_PLU, "I94999"}}},
		{"95000", 1, {{CODE_INTERNAL, "I95000"}}},
		{"04011", 1, {{CODE_INTERNAL, "I04011"}}},
		{"083000", 1, {{CODE_INTERNAL, "I083000"}}},
		{"Ab 1", 1, {{CODE_INTERNAL, "IAb 1"}}},
		{"aB 1", 1, {{CODE_INTERNAL, "IaB 1"}}},
		{"0", 1, {{CODE_INTERNAL, "I0"}}},
		{"TL", 1, {{CODE_INTERNAL, "ITL"}}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct code_key way[CODE_CANDIDATES], one;
		size_t len = strlen(t[i].code);

		print_message("# %s\n", t[i].code);
		assert_int_equal(code_recognize(t[i].code, len, way), t[i].n);
		for (size_t k = 0; k < t[i].n; k++) {
			assert_int_equal(way[k].kind, t[i].want[k].kind);
			assert_string_equal(way[k].key, t[i].want[k].key);
			assert_int_equal(way[k].key_len, strlen(way[k].key));
		}
		assert_int_equal(code_catalog_key(t[i].code, len, &one), RC_OK);
		assert_string_equal(one.key, way[0].key);
		assert_int_equal(one.kind, way[0].kind);
	}
}

static void
eight_digits_both_ways(void **state)
{
	struct code_key way[CODE_CANDIDATES];
	unsigned both = 0;

	(void)state;
	/* Every eight-digit code of one stretch: EAN-8 leads when it fits. */
	for (unsigned v = 1230000; v < 1240000; v++) {
		char code[9];
		char upca[12];
		size_t n;
		bool ean, e;
		unsigned rest = v;

		for (size_t i = 8; i > 0; i--) {
			code[i - 1] = (char)('0' + rest % 10);
			rest /= 10;
		}
		ean = code_check_ok(code, 8);
		e = code_upce_expand(code, upca);
		n = code_recognize(code, 8, way);
		assert_int_equal(n, 1 + (ean ? 1 : 0) + (e ? 1 : 0));
		assert_int_equal(way[n - 1].kind, CODE_INTERNAL);
		if (ean) {
			assert_int_equal(way[0].kind, CODE_EAN8);
		}
		if (e) {
			assert_int_equal(way[ean ? 1 : 0].kind, CODE_UPCE);
			assert_memory_equal(way[ean ? 1 : 0].key + 3, upca, 12);
		}
		both += ean && e ? 1 : 0;
	}
	assert_true(both > 0);
}

static void
lengths(void **state)
{
	char code[CODE_BYTES + 1];
	struct code_key way[CODE_CANDIDATES];
	struct code_key one;

	(void)state;
	memset(code, '7', sizeof(code));
	assert_int_equal(code_recognize(code, 0, way), 0);
	assert_int_equal(code_recognize(code, 128, way), 1);
	assert_int_equal(way[0].key_len, 129);
	assert_int_equal(strlen(way[0].key), 129);
	assert_int_equal(code_recognize(code, 129, way), 0);
	assert_int_equal(code_catalog_key(code, 0, &one), RC_INVAL);
	assert_int_equal(code_catalog_key(code, 129, &one), RC_INVAL);
}

static void
names_of_kinds(void **state)
{
	(void)state;
	for (unsigned k = 0; k < CODE_KIND_COUNT; k++) {
		assert_int_equal(
			code_kind_find(code_kind_name((enum code_kind)k)), k);
	}
	assert_string_equal(code_kind_name(CODE_UPCA), "upca");
	assert_int_equal(code_kind_find("EAN13"), CODE_KIND_COUNT);
}

static void
aim_identifiers(void **state)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{"]A0x", "x"},
		{"]Z9x", "x"},
		{"]a0x", "x"},
		{"]z9x", "x"},
		{"]EAx", "x"},
		{"]EZx", "x"},
		{"]Eax", "x"},
		{"]Ezx", "x"},
		{"]@0x", "]@0x"},
		{"]{0x", "]{0x"},
		{"]E04006381333931", "4006381333931"},
		{"]d2x", "x"},
		{"]C1010400", "010400"},
		{"4006", "4006"},
		{"]E0", "]E0"},
		{"]", "]"},
		{"", ""},
		{"]?0x", "]?0x"},
		{"]E-x", "]E-x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		size_t len = 99;
		const char *s = code_strip_aim(t[i].in, strlen(t[i].in), &len);

		assert_string_equal(s, t[i].out);
		assert_int_equal(len, strlen(t[i].out));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_digits),
		cmocka_unit_test(single_digit_errors_are_found),
		cmocka_unit_test(upce),
		cmocka_unit_test(ways_to_look_up),
		cmocka_unit_test(eight_digits_both_ways),
		cmocka_unit_test(lengths),
		cmocka_unit_test(names_of_kinds),
		cmocka_unit_test(aim_identifiers),
	};

	return cmocka_run_group_tests_name("barcode", tests, NULL, NULL);
}
