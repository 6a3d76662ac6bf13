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

#include "base/rng.h"
#include "register/entry.h"

#include "base/poison.h"

struct row {
	const char *text;
	enum entry_kind kind;
	enum command command;
	const char *qty, *before, *after, *code;
};

static const struct row rows[] = {
	{"", ENTRY_EMPTY, CMD_NONE, "", "", "", ""},
	{"   ", ENTRY_EMPTY, CMD_NONE, "", "", "", ""},
	{"12*", ENTRY_QTY, CMD_NONE, "12", "", "", ""},
	{" 0,734 * ", ENTRY_CODE, CMD_NONE, "", "", "", "0,734 *"},
	{"0,734*", ENTRY_QTY, CMD_NONE, "0,734", "", "", ""},
	{"12*5449000000996", ENTRY_CODE, CMD_NONE, "12", "", "",
		"5449000000996"},
	{"12* 4011", ENTRY_CODE, CMD_NONE, "12", "", "", "4011"},
	{"5449000000996", ENTRY_CODE, CMD_NONE, "", "", "", "5449000000996"},
	{"AB-1", ENTRY_CODE, CMD_NONE, "", "", "", "AB-1"},
	{"ab 12 c", ENTRY_CODE, CMD_NONE, "", "", "", "ab 12 c"},
	{"milk", ENTRY_SEARCH, CMD_NONE, "", "", "", "milk"},
	{"clove", ENTRY_SEARCH, CMD_NONE, "", "", "", "clove"},
	{"no sugar", ENTRY_SEARCH, CMD_NONE, "", "", "", "no sugar"},
	{"so milk", ENTRY_SEARCH, CMD_NONE, "", "", "", "so milk"},
	{"VD", ENTRY_COMMAND, CMD_VD, "", "", "", ""},
	{"vd", ENTRY_COMMAND, CMD_VD, "", "", "", ""},
	{"VD3", ENTRY_COMMAND, CMD_VD, "", "", "3", ""},
	{"3VD", ENTRY_COMMAND, CMD_VD, "", "3", "", ""},
	{"vD 3", ENTRY_COMMAND, CMD_VD, "", "", "3", ""},
	{"-", ENTRY_COMMAND, CMD_VD, "", "", "", ""},
	{"3-", ENTRY_COMMAND, CMD_VD, "", "3", "", ""},
	{"+", ENTRY_COMMAND, CMD_TL, "", "", "", ""},
	{"*", ENTRY_COMMAND, CMD_RI, "", "", "", ""},
	{"TL", ENTRY_COMMAND, CMD_TL, "", "", "", ""},
	{"2000CA", ENTRY_COMMAND, CMD_CA, "", "2000", "", ""},
	{"CA2000", ENTRY_COMMAND, CMD_CA, "", "", "2000", ""},
	{"20.00 ca", ENTRY_COMMAND, CMD_CA, "", "20.00", "", ""},
	{"299PO", ENTRY_COMMAND, CMD_PO, "", "299", "", ""},
	{"299PO3", ENTRY_COMMAND, CMD_PO, "", "299", "3", ""},
	{"0PO", ENTRY_COMMAND, CMD_PO, "", "0", "", ""},
	{"7.5DI", ENTRY_COMMAND, CMD_DI, "", "7.5", "", ""},
	{"10%DI", ENTRY_COMMAND, CMD_DI, "", "10%", "", ""},
	{"12QT", ENTRY_COMMAND, CMD_QT, "", "12", "", ""},
	{"149DP20", ENTRY_COMMAND, CMD_DP, "", "149", "20", ""},
	{"2*149DP20", ENTRY_COMMAND, CMD_DP, "2", "149", "20", ""},
	{"3*RI", ENTRY_COMMAND, CMD_RI, "3", "", "", ""},
	{"PC", ENTRY_COMMAND, CMD_PC, "", "", "", ""},
	{"PC4011", ENTRY_COMMAND, CMD_PC, "", "", "4011", ""},
	{"pc AB-1 x", ENTRY_COMMAND, CMD_PC, "", "", "AB-1 x", ""},
	{"RF", ENTRY_COMMAND, CMD_RF, "", "", "", ""},
	{"rf3", ENTRY_COMMAND, CMD_RF, "", "", "3", ""},
	{"RF 3", ENTRY_COMMAND, CMD_RF, "", "", "3", ""},
	{"2*RF3", ENTRY_COMMAND, CMD_RF, "2", "", "3", ""},
	{"42RF", ENTRY_COMMAND, CMD_RF, "", "42", "", ""},
	{"42RF3", ENTRY_COMMAND, CMD_RF, "", "42", "3", ""},
	{"R01-000042RF", ENTRY_COMMAND, CMD_RF, "", "R01-000042", "", ""},
	{"2*R01-000042RF3", ENTRY_COMMAND, CMD_RF, "2", "R01-000042", "3", ""},
	{"R01.9-000042 rf", ENTRY_COMMAND, CMD_RF, "", "R01.9-000042", "", ""},
	{"RF R01-000042", ENTRY_COMMAND, CMD_RF, "", "", "R01-000042", ""},
	{"RFR01-000042", ENTRY_COMMAND, CMD_RF, "", "", "R01-000042", ""},
	{"RFID12", ENTRY_CODE, CMD_NONE, "", "", "", "RFID12"},
	{"A-1RF", ENTRY_COMMAND, CMD_RF, "", "A-1", "", ""},
	{"1RFX", ENTRY_CODE, CMD_NONE, "", "", "", "1RFX"},
	{"RP", ENTRY_COMMAND, CMD_RP, "", "", "", ""},
	{"RP42", ENTRY_COMMAND, CMD_RP, "", "", "42", ""},
	{"42RP", ENTRY_COMMAND, CMD_RP, "", "42", "", ""},
	{"RP R01-000042", ENTRY_COMMAND, CMD_RP, "", "", "R01-000042", ""},
	{"RPR01-000042", ENTRY_COMMAND, CMD_RP, "", "", "R01-000042", ""},
	{"PK2", ENTRY_COMMAND, CMD_PK, "", "", "2", ""},
	{"pk forgot purse", ENTRY_COMMAND, CMD_PK, "", "", "forgot purse", ""},
	{"PKW", ENTRY_SEARCH, CMD_NONE, "", "", "", "PKW"},
	{"2PK forgot", ENTRY_CODE, CMD_NONE, "", "", "", "2PK forgot"},
	{"PO-1", ENTRY_CODE, CMD_NONE, "", "", "", "PO-1"},
	{"SL3", ENTRY_COMMAND, CMD_SL, "", "", "3", ""},
	{"\xC3\xA4pfel", ENTRY_SEARCH, CMD_NONE, "", "", "", "\xC3\xA4pfel"},
};

static void
parses_what_is_keyed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct entry e;

		entry_parse(r->text, strlen(r->text), &e);
		if (e.kind != r->kind || e.command != r->command) {
			fail_msg("'%s': kind %d command %d", r->text,
				(int)e.kind, (int)e.command);
		}
		assert_string_equal(e.qty, r->qty);
		assert_string_equal(e.before, r->before);
		assert_string_equal(e.after, r->after);
		assert_string_equal(e.code, r->code);
		assert_int_equal(e.has_qty, r->qty[0] != '\0');
	}
}

/* Two letters that no command has may be a way to pay of the shop's. */
static void
letters_of_a_tender(void **state)
{
	static const struct {
		const char *text, *letters, *before, *after;
	} row[] = {
		{"CC", "CC", "", ""},
		{"cc", "CC", "", ""},
		{"5000CC", "CC", "5000", ""},
		{"20.00 ck", "CK", "20.00", ""},
		{"CC 5,00", "CC", "", "5,00"},
		{"2*CC", "CC", "", ""},
		{"5%CC", "", "", ""},
		{"CCX", "", "", ""},
		{"CC x", "", "", ""},
		{"1CC2X", "", "", ""},
		{"C", "", "", ""},
		{"CA", "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct entry e;

		entry_parse(row[i].text, strlen(row[i].text), &e);
		assert_string_equal(e.letters, row[i].letters);
		if (row[i].letters[0] != '\0') {
			assert_true(e.like_command);
			assert_string_equal(e.before, row[i].before);
			assert_string_equal(e.after, row[i].after);
			assert_false(entry_is_command(e.letters));
		}
	}
	assert_true(entry_is_command("ca"));
	assert_false(entry_is_command("CAX"));
	assert_false(entry_is_command("C"));
	assert_false(entry_is_command(""));
}

static const struct {
	const char *text, *word;
} bad_rows[] = {
	{"-2*", "bad_quantity"},
	{"-2*4011", "bad_quantity"},
	{"123456789012345678901234*1", "bad_quantity"},
	{"5TL", "bad_entry"},
	{"SO5", "bad_entry"},
	{"2*VD", "bad_entry"},
	{"2*299PO", "bad_entry"},
	{"-1PO", "bad_amount"},
	{"-1.5ca", "bad_amount"},
	{"-2QT", "bad_quantity"},
	{"VD10*29", "bad_entry"},
	{"1111111111222222222233333333334444444444555555555566666666667777VD",
		"bad_entry"},
};

static void
says_what_is_wrong(void **state)
{
	char code[CODE_BYTES + 2];
	struct entry e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_rows); i++) {
		const char *text = bad_rows[i].text;

		entry_parse(text, strlen(text), &e);
		if (e.kind != ENTRY_BAD) {
			fail_msg("'%s' is taken as %d", text, (int)e.kind);
		}
		assert_string_equal(e.error, bad_rows[i].word);
		assert_non_null(e.text);
	}
	memset(code, '1', sizeof(code));
	entry_parse(code, CODE_BYTES - 1, &e);
	assert_int_equal(e.kind, ENTRY_CODE);
	entry_parse(code, CODE_BYTES, &e);
	assert_int_equal(e.kind, ENTRY_BAD);
}

static void
every_command_is_found_by_its_letters(void **state)
{
	(void)state;
	assert_int_equal(command_table_n, CMD_COUNT - 1);
	for (size_t i = 0; i < command_table_n; i++) {
		struct entry e;

		assert_int_equal(strlen(command_table[i].letters), 2);
		assert_true(command_table[i].what[0] != '\0');
		if (command_table[i].command == CMD_DP) {
			continue;
		}
		entry_parse(command_table[i].letters, 2, &e);
		assert_int_equal(e.kind, ENTRY_COMMAND);
		assert_int_equal(e.command, command_table[i].command);
	}
}

static void
a_shape_of_a_command_is_told_from_a_code(void **state)
{
	struct entry e;

	(void)state;
	entry_parse("ZZ", 2, &e);
	assert_int_equal(e.kind, ENTRY_SEARCH);
	assert_true(e.like_command);
	entry_parse("12ZZ3", 5, &e);
	assert_int_equal(e.kind, ENTRY_CODE);
	assert_true(e.like_command);
	entry_parse("ZZZ", 3, &e);
	assert_false(e.like_command);
}

/* Whatever comes in, every string of the entry ends within its array. */
static void
random_bytes_parse_to_something(void **state)
{
	struct rng_seeded s;
	struct rng r = rng_seeded(&s, 20261121);
	static const char some[] = "0123456789.,*+-% VDPOCATLdpri\xC3";

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[200];
		uint8_t raw[200], n;
		struct entry e;

		rng_fill(&r, &n, 1);
		n = (uint8_t)(n % (i % 10 == 0 ? sizeof(text) : 16));
		rng_fill(&r, raw, n);
		for (size_t k = 0; k < n; k++) {
			text[k] = (char)(i % 3 == 0
						 ? raw[k]
						 : some[raw[k] %
							   (sizeof(some) - 1)]);
		}
		entry_parse(text, n, &e);
		assert_true(e.kind <= ENTRY_BAD);
		assert_true(memchr(e.qty, '\0', sizeof(e.qty)) != NULL);
		assert_true(memchr(e.before, '\0', sizeof(e.before)) != NULL);
		assert_true(memchr(e.after, '\0', sizeof(e.after)) != NULL);
		assert_true(memchr(e.code, '\0', sizeof(e.code)) != NULL);
		if (e.kind == ENTRY_BAD) {
			assert_non_null(e.error);
			assert_non_null(e.text);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_what_is_keyed),
		cmocka_unit_test(letters_of_a_tender),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(every_command_is_found_by_its_letters),
		cmocka_unit_test(a_shape_of_a_command_is_told_from_a_code),
		cmocka_unit_test(random_bytes_parse_to_something),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
