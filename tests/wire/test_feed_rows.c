/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/sbuf.h"
#include "wire/feed_rows.h"

#include "base/poison.h"

static char told[1 << 15];
static struct sbuf out;
static struct feed_rows_result result;

/* "KEY[@TIME] BODY|-|person role/active/pin/badges;" */
static enum rc
tell(void *arg, const struct feed_row *row, struct err *reterr)
{
	(void)arg;
	(void)reterr;
	sbuf_puts(&out, row->key);
	if (row->valid_from.us > 0) {
		sbuf_printf(&out, "@%lld",
			(long long)(row->valid_from.us / 1000000));
	}
	if (row->person != NULL) {
		const struct feed_person *p = row->person;

		sbuf_printf(&out, " %s/%s/%d/%s/%zu;",
			p->name != NULL ? p->name : "-", p->role,
			p->active ? 1 : 0, row->pin != NULL ? row->pin : "-",
			p->has_badges ? p->n_badge : 99);
		return RC_OK;
	}
	sbuf_printf(&out, " %s;", row->deleted ? "-" : row->body);
	return RC_OK;
}

static enum rc
read_rows(const char *feed, enum feed_format format, const char *text)
{
	struct feed_rows_opts opts = {.feed = feed,
		.format = format,
		.digits = 2,
		.name = "week",
		.row = tell};

	sbuf_init(&out, told, sizeof(told));
	return feed_rows_text(text, strlen(text), &opts, &result, NULL);
}

static void
test_products_csv(void **state)
{
	(void)state;
	assert_int_equal(
		read_rows("products", FEED_FORMAT_CSV,
			"\xef\xbb\xbfprice;code;tax;name;unit;tare;deleted\n"
			"1,29;5449000000996;A;\"Co\"\"la\";;;\n"
			"2;4006381333931;A;Nut;kg;0.005;\n"
			"1;X;A;\n3;012345678905;A;x;ell;;\n;77;;;;;yes\n"),
		RC_OK);
	assert_string_equal(told,
		"05449000000996 {\"code\":\"5449000000996\",\"name\":"
		"\"Co\\\"la\",\"price\":129,\"digits\":2,\"tax\":\"A\"};"
		"04006381333931 {\"code\":\"4006381333931\",\"name\":\"Nut\","
		"\"price\":200,\"digits\":2,\"tax\":\"A\",\"unit\":\"kg\","
		"\"tare\":5};77 -;");
	assert_int_equal(result.rows, 5);
	assert_int_equal(result.taken, 3);
	assert_int_equal(result.reason[FEED_BAD_ROW], 1);
	assert_int_equal(result.reason[FEED_BAD_UNIT], 1);
	assert_int_equal(result.sample[0].line, 4);
	assert_string_equal(result.sample[1].text, "ell");
	assert_int_equal(strlen(result.hash), 64);
	assert_int_equal(
		read_rows("products", FEED_FORMAT_CSV, "code,price\n1,2\n"),
		RC_PROTO);
}

static void
test_prices_json(void **state)
{
	static const char lines[] =
		"{\"code\":\"1\",\"price\":\"1.5\"}\n"
		"{\"code\":\"1\",\"price\":99,"
		"\"valid_from\":\"2030-01-01T00:00:00Z\"}\n"
		"{\"code\":\"1\",\"price\":1.5}\n"
		"{\"code\":\"1\",\"price\":-1}\n"
		"{\"code\":\"1\",\"price\":1,\"valid_from\":\"soon\"}\n"
		"{\"code\":\"1\",\"code\":\"2\",\"price\":1}\n"
		"{\"code\":\"1\",\"deleted\":true}\n";
	static const char want[] =
		"1 {\"code\":\"1\",\"price\":150,\"digits\":2};"
		"1@1893456000 {\"code\":\"1\",\"price\":99,\"digits\":2};1 -;";
	char array[sizeof(lines) + 8] = "[";
	size_t n = 1;

	(void)state;
	assert_int_equal(read_rows("prices", FEED_FORMAT_JSON, lines), RC_OK);
	assert_string_equal(told, want);
	assert_int_equal(result.refused, 4);
	assert_int_equal(result.reason[FEED_BAD_ROW], 2);
	assert_int_equal(result.reason[FEED_BAD_PRICE], 1);
	assert_int_equal(result.reason[FEED_BAD_TIME], 1);
	for (const char *p = lines; *p != '\0'; p++) {
		array[n++] = *p == '\n' && p[1] != '\0' ? ',' : *p;
	}
	array[n] = ']';
	assert_int_equal(read_rows("prices", FEED_FORMAT_JSON, array), RC_OK);
	assert_string_equal(told, want);
	assert_int_equal(
		read_rows("prices", FEED_FORMAT_JSON, "[1]"), RC_PROTO);
	assert_int_equal(read_rows("prices", FEED_FORMAT_JSON,
				 "{\"code\":\"1\",\"price\":1"),
		RC_PROTO);
	assert_int_equal(read_rows("prices", FEED_FORMAT_JSON, ""), RC_OK);
	assert_int_equal(result.rows, 0);
}

static void
test_texts(void **state)
{
	(void)state;
	assert_int_equal(
		read_rows("rules", FEED_FORMAT_TEXT, "[promotion x]\na = b\n"),
		RC_OK);
	assert_string_equal(
		told, "week {\"text\":\"[promotion x]\\na = b\\n\"};");
	assert_int_equal(
		read_rows("rules", FEED_FORMAT_TEXT, "a = b\n"), RC_OK);
	assert_int_equal(result.reason[FEED_BAD_TEXT], 1);
	assert_int_equal(read_rows("config", FEED_FORMAT_JSON,
				 "{\"name\":\"\",\"text\":\"[a]\\nb = c\\n\"}"),
		RC_OK);
	assert_int_equal(result.reason[FEED_BAD_NAME], 1);
}

static void
test_people(void **state)
{
	(void)state;
	assert_int_equal(read_rows("people", FEED_FORMAT_CSV,
				 "number,name,role,active,pin,badges\n"
				 "7,Zoe,cashier,,4711,B1 B2\n8,,owner,no,,\n"
				 "0,x,cashier,,,\n9,x,cashier,,47a1,\n"
				 "10,x,,,,\n11,x,cashier,,,A B C D E\n"),
		RC_OK);
	assert_string_equal(told, "7 Zoe/cashier/1/4711/2;8 /owner/0/-/0;");
	assert_int_equal(result.reason[FEED_BAD_NUMBER], 1);
	assert_int_equal(result.reason[FEED_BAD_PIN], 1);
	assert_int_equal(result.reason[FEED_BAD_ROLE], 1);
	assert_int_equal(result.reason[FEED_BAD_BADGES], 1);
	for (size_t i = 0; i < result.n_sample; i++) {
		assert_null(strstr(result.sample[i].text, "47"));
	}
	assert_int_equal(
		read_rows("people", FEED_FORMAT_JSON,
			"{\"number\":\"7\",\"role\":\"lead\",\"pin\":\"\","
			"\"badges\":[]}{\"role\":\"r\","
			"\"text\":\"[role r]\\na = b\\n\"}"),
		RC_OK);
	assert_string_equal(told,
		"7 -/lead/1//0;role/r {\"text\":\"[role r]\\na = b\\n\"};");
}

static void
test_key(void **state)
{
	char key[FEED_KEY_BYTES], again[FEED_KEY_BYTES];

	(void)state;
	assert_int_equal(feed_key_of("012345678905", 12, key), RC_OK);
	assert_string_equal(key, "00012345678905");
	assert_int_equal(feed_key_of("a b", 3, key), RC_OK);
	assert_string_equal(key, "a b");
	/* of a key it is the key */
	assert_int_equal(feed_key_of("96385074", 8, key), RC_OK);
	assert_int_equal(feed_key_of(key, strlen(key), again), RC_OK);
	assert_string_equal(key, again);
	assert_int_equal(feed_key_of("", 0, key), RC_INVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products_csv),
		cmocka_unit_test(test_prices_json),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
