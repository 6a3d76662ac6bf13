/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/sbuf.h"

/* Rows as text: fields between bars, "!" for a row that cannot be read. */
static void
read_all(const char *text, size_t len, char *out, size_t cap)
{
	FILE *f = tmpfile();
	struct csv c;
	struct sbuf b;
	enum rc rc;

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	assert_int_equal(csv_open(&c, fileno(f), NULL), RC_OK);
	sbuf_init(&b, out, cap);
	while ((rc = csv_next(&c, NULL)) != RC_NOTFOUND) {
		assert_true(rc == RC_OK || rc == RC_PROTO);
		sbuf_printf(&b, "%d:", (int)c.row_line);
		if (rc == RC_PROTO) {
			sbuf_puts(&b, "!");
		}
		for (size_t i = 0; rc == RC_OK && i < c.n_field; i++) {
			sbuf_putc(&b, '|');
			sbuf_write(&b, c.field[i].p, c.field[i].n);
		}
		sbuf_putc(&b, ';');
	}
	assert_true(sbuf_ok(&b));
	csv_close(&c);
	(void)fclose(f);
}

static void
rows_are_read_as_rfc_4180_says(void **state)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{"a,b\n1,2\n", "1:|a|b;2:|1|2;"},
		{"a,b\r\n1,2\r\n", "1:|a|b;2:|1|2;"},
		{"a,b", "1:|a|b;"},
		{"a,,\n", "1:|a||;"},
		{"\n\na\n", "3:|a;"},
		{"\xef\xbb\xbf"
		 "a\n",
			"1:|a;"},
		{"\"a,b\",c\n", "1:|a,b|c;"},
		{"\"a\"\"b\",c\n", "1:|a\"b|c;"},
		{"\"a\nb\",c\nd\n", "1:|a\nb|c;3:|d;"},
		{"a\"b,c\n", "1:|a\"b|c;"},
		{"\"a\"x,c\nd\n", "1:!;2:|d;"},
		{"\"open,c\nd,e\nf\n", "1:!;2:|d|e;3:|f;"},
		{"x\n\"open at the end", "1:|x;2:!;"},
		{"\"\"\n", ""},
		{"\"\",\n", "1:||;"},
	};

	char out[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		read_all(t[i].in, strlen(t[i].in), out, sizeof(out));
		assert_string_equal(out, t[i].out);
	}
}

static void
a_row_that_is_too_long_costs_one_row(void **state)
{
	size_t n = 3 * 1000 * 1000;
	char *text = malloc(n + 64);
	char out[512];

	(void)state;
	assert_non_null(text);
	memcpy(text, "a,b\n", 4);
	memset(text + 4, 'x', n);
	memcpy(text + 4 + n, "\n1,2\n", 6);
	read_all(text, n + 9, out, sizeof(out));
	assert_string_equal(out, "1:|a|b;2:!;3:|1|2;");
	free(text);
}

static void
more_fields_than_there_is_room_for(void **state)
{
	char text[256];
	char out[512];

	(void)state;
	memset(text, ',', CSV_FIELDS);
	memcpy(text + CSV_FIELDS, "\nq\n", 4);
	read_all(text, CSV_FIELDS + 3, out, sizeof(out));
	assert_string_equal(out, "1:!;2:|q;");
}

/* Any bytes: it ends, and lines are counted in order. */
static void
noise_ends(void **state)
{
	uint64_t seed = 20261121;
	char text[4096];
	char out[65536];

	(void)state;
	for (int round = 0; round < 300; round++) {
		for (size_t i = 0; i < sizeof(text); i++) {
			static const char set[] = "ab,\"\n\r;\t\0";

			seed = seed * 6364136223846793005u + 1;
			text[i] = set[(seed >> 40) % (sizeof(set) - 1)];
		}
		read_all(text, sizeof(text), out, sizeof(out));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read_as_rfc_4180_says),
		cmocka_unit_test(a_row_that_is_too_long_costs_one_row),
		cmocka_unit_test(more_fields_than_there_is_room_for),
		cmocka_unit_test(noise_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
