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
#include <unistd.h>
#include <cmocka.h>
/* clang-format on */

#include "register/document.h"

#include "base/poison.h"

static const struct event_discount off = {.ppm = 100000, .amount = 20};

static const struct event_line lines[] = {
	{.no = 1,
		.code = "4011",
		.kind = "plu",
		.name = "Bananas \"best\"",
		.dept = "30",
		.qty = 1000,
		.price = 199,
		.discount = &off,
		.n_discount = 1,
		.amount = 179,
		.tax = "B"},
	{.no = 3,
		.code = "5449000000996",
		.kind = "ean13",
		.name = "Cola",
		.dept = "",
		.qty = 2000,
		.price = 80,
		.overridden = true,
		.list = 89,
		.amount = 160,
		.tax = "B"},
};
static const struct event_tax taxes[] = {
	{.code = "B", .rate = 70000, .net = 317, .tax = 22, .gross = 339}};
static const struct event_tender tenders[] = {
	{.tender = "cash", .amount = 340, .tendered = 500, .change = 160}};

static struct event
sale(void)
{
	struct event e = {.type = EVENT_SALE_COMPLETED,
		.epoch = 1,
		.sequence = 42,
		.time = {INT64_C(1795000000000000)},
		.tz_min = 60,
		.boot = "",
		.actor = "1",
		.config = ""};

	e.data.sale = (struct event_sale){.sale = {1, 2, 3},
		.number = "R01-000042",
		.currency = "EUR",
		.digits = 2,
		.prices = "included",
		.line = lines,
		.n_line = ARRAY_LEN(lines),
		.tax = taxes,
		.n_tax = ARRAY_LEN(taxes),
		.total = 339,
		.rounding = 1,
		.tender = tenders,
		.n_tender = ARRAY_LEN(tenders),
		.receipt = "print",
		.drawer = true};
	return e;
}

static struct config
config(void)
{
	struct config c = {.shop = "Corner",
		.register_no = "R01",
		.currency = {"EUR", 2, 5},
		.cols = 42,
		.n_device = 1,
		.device = {{.name = "printer",
			.driver = "escpos",
			.port = "file:/dev/null",
			.known = true}},
		.drawer_pin = 0};

	return c;
}

static void
a_receipt_as_text(void **state)
{
	struct document_opts o = {.copy = 0};
	struct config c = config();
	struct event e = sale();
	char text[8192], small[64];
	struct err err = {0};
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(document_text(&c, &e, &o, &b, &err), RC_OK);
	assert_non_null(strstr(text, "R01-000042"));
	assert_non_null(strstr(text, "Cola"));
	assert_non_null(strstr(text, "3.39"));
	assert_null(strstr(text, "COPY"));
	sbuf_init(&b, text, sizeof(text));
	o.copy = 2;
	assert_int_equal(document_text(&c, &e, &o, &b, &err), RC_OK);
	assert_non_null(strstr(text, "COPY 2"));

	sbuf_init(&b, small, sizeof(small));
	assert_int_equal(document_text(&c, &e, &o, &b, &err), RC_RANGE);
	e.type = EVENT_SALE_PARKED;
	assert_int_equal(document_text(&c, &e, &o, &b, &err), RC_INVAL);
}

static const char sale_json[] =
	"{\"number\":\"R01-000042\",\"seq\":42,"
	"\"sale\":\"01020300-0000-0000-0000-000000000000\","
	"\"time\":\"2026-11-18T11:06:40.000000Z\",\"tz\":60,"
	"\"operator\":\"1\",\"currency\":\"EUR\",\"digits\":2,"
	"\"prices\":\"included\",\"lines\":["
	"{\"line\":1,\"code\":\"4011\",\"kind\":\"plu\","
	"\"name\":\"Bananas \\\"best\\\"\",\"department\":\"30\","
	"\"qty\":1000,\"price\":199,\"overridden\":false,\"discount\":20,"
	"\"amount\":179,\"tax\":\"B\",\"discounts\":[{\"kind\":\"line\","
	"\"ppm\":100000,\"amount\":20}]},"
	"{\"line\":3,\"code\":\"5449000000996\",\"kind\":\"ean13\","
	"\"name\":\"Cola\",\"department\":\"\",\"qty\":2000,\"price\":80,"
	"\"overridden\":true,\"list\":89,\"discount\":0,\"amount\":160,"
	"\"tax\":\"B\"}],"
	"\"taxes\":[{\"code\":\"B\",\"rate\":70000,\"net\":317,\"tax\":22,"
	"\"gross\":339}],\"total\":339,\"rounding\":1,"
	"\"tenders\":[{\"tender\":\"cash\",\"amount\":340,\"tendered\":500,"
	"\"change\":160}]}";

static void
a_receipt_as_json(void **state)
{
	struct event e = sale();
	char text[4096], small[100];
	struct err err = {0};
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(document_json(&e, &b, &err), RC_OK);
	assert_string_equal(text, sale_json);
	sbuf_init(&b, small, sizeof(small));
	assert_int_equal(document_json(&e, &b, &err), RC_RANGE);
	e.type = EVENT_SALE_VOIDED;
	assert_int_equal(document_json(&e, &b, &err), RC_INVAL);
}

static bool
holds(const uint8_t *p, size_t n, const char *what, size_t len)
{
	for (size_t i = 0; i + len <= n; i++) {
		if (memcmp(p + i, what, len) == 0) {
			return true;
		}
	}
	return false;
}

#define PULSE "\x1Bp\x00"

static void
a_receipt_as_printer_bytes(void **state)
{
	struct document_opts o = {.copy = 0};
	struct config c = config();
	struct event e = sale();
	struct err err = {0};
	uint8_t *p = NULL, *again = NULL;
	size_t n = 0, n_again = 0;

	(void)state;
	assert_int_equal(document_paper(&c, &e, &o, &p, &n, &err), RC_OK);
	assert_true(holds(p, n, "R01-000042", 10));
	/* the drawer opens by itself, whatever the paper does */
	assert_false(holds(p, n, PULSE, 3));
	assert_int_equal(
		document_paper(&c, &e, &o, &again, &n_again, &err), RC_OK);
	assert_int_equal(n, n_again);
	assert_memory_equal(p, again, n);
	free(p);
	free(again);

	e.type = EVENT_SALE_PARKED;
	assert_int_equal(document_paper(&c, &e, &o, &p, &n, &err), RC_INVAL);
}

static void
a_long_receipt_grows_its_job(void **state)
{
	enum {
		MANY = 2000
	};
	struct event_line *many = calloc(MANY, sizeof(*many));
	struct document_opts o = {.copy = 0};
	struct config c = config();
	struct event e = sale();
	struct err err = {0};
	uint8_t *p = NULL;
	size_t n = 0;

	(void)state;
	assert_non_null(many);
	for (size_t i = 0; i < MANY; i++) {
		many[i] = lines[0];
		many[i].no = (int64_t)i + 1;
	}
	e.data.sale.line = many;
	e.data.sale.n_line = MANY;
	assert_int_equal(document_paper(&c, &e, &o, &p, &n, &err), RC_OK);
	assert_true(n > 100000);
	free(p);
	free(many);
}

/* Above the receipt, where there is one and the printer can. */
static void
a_logo(void **state)
{
	struct document_opts o = {.copy = 0};
	struct config c = config();
	struct config_device *d = &c.device[0];
	struct event e = sale();
	uint8_t *p = NULL;
	size_t n = 0;
	char path[] = "/tmp/logoXXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "P4 16 1\n\xff\x81", 10), 10);
	(void)close(fd);
	d->n_opt = 2;
	memcpy(d->opt[0].key, "profile", sizeof("profile"));
	memcpy(d->opt[0].value, "epson", sizeof("epson"));
	memcpy(d->opt[1].key, "logo", sizeof("logo"));
	memcpy(d->opt[1].value, path, sizeof(path));
	assert_int_equal(document_paper(&c, &e, &o, &p, &n, NULL), RC_OK);
	assert_true(holds(p, n, "\x1dv0\x00\x02\x00\x01\x00\xff\x81", 10));
	free(p);
	(void)unlink(path);
	assert_int_equal(document_paper(&c, &e, &o, &p, &n, NULL), RC_OK);
	assert_false(holds(p, n, "\x1dv0", 3));
	assert_true(holds(p, n, "R01-000042", 10));
	free(p);
}

static void
an_order_for_the_kitchen(void **state)
{
	struct config c = config();
	struct config_device *d = &c.device[0];
	struct event e = sale();
	struct err err = {0};
	uint8_t *p = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(
		document_order(&c, d, &e, false, &p, &n, &err), RC_NOTFOUND);
	d->n_opt = 1;
	memcpy(d->opt[0].key, "orders", sizeof("orders"));
	memcpy(d->opt[0].value, "yes", sizeof("yes"));
	assert_int_equal(document_order(&c, d, &e, false, &p, &n, &err), RC_OK);
	assert_true(holds(p, n, "R01-000042", 10));
	assert_true(holds(p, n, "Cola", 4));
	assert_false(holds(p, n, "EUR", 3));
	assert_false(holds(p, n, "COPY", 4));
	free(p);
	assert_int_equal(document_order(&c, d, &e, true, &p, &n, &err), RC_OK);
	assert_true(holds(p, n, "COPY", 4));
	free(p);
	/* of other departments there is nothing in it, and so no paper */
	memcpy(d->opt[0].value, "98 99", sizeof("98 99"));
	assert_int_equal(
		document_order(&c, d, &e, false, &p, &n, &err), RC_NOTFOUND);
}

static const struct totals period = {.sales = 3,
	.voids = 1,
	.line_voids = 2,
	.overrides = 4,
	.discounts = 5,
	.no_sales = 6,
	.copies = 7,
	.parked = 8,
	.returns = 9,
	.return_amount = 10,
	.gross = 1000,
	.discount = 20,
	.void_amount = 30,
	.rounding = -2,
	.drawer = 998,
	.items = 9000,
	.first = 3,
	.last = 99,
	.n_tax = 1,
	.tax = {{"A", 190000, 840, 160, 1000}},
	.n_tender = 1,
	.tender = {{"cash", 998, 3}}};

static void
a_report_in_every_form(void **state)
{
	struct utc now = {INT64_C(1795000000000000)};
	struct config c = config();
	struct totals with;
	char text[8192];
	struct err err = {0};
	uint8_t *p = NULL;
	struct sbuf b;
	size_t n = 0;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	document_report_json(&period, &b);
	assert_string_equal(text,
		"{\"sales\":3,\"gross\":1000,\"taxes\":[{\"code\":\"A\","
		"\"rate\":190000,\"net\":840,\"tax\":160,\"gross\":1000}],"
		"\"tenders\":[{\"tender\":\"cash\",\"amount\":998,"
		"\"count\":3}],\"drawer\":998,\"rounding\":-2,\"items\":9000,"
		"\"discount\":20,\"off_line\":20,\"voids\":1,\"line_voids\":2,"
		"\"void_amount\":30,\"overrides\":4,\"discounts\":5,"
		"\"no_sales\":6,\"copies\":7,\"parked\":8,\"returns\":9,"
		"\"return_amount\":10,\"first\":3,"
		"\"last\":99}");
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(
		document_report_text(&c, &period, now, 60, &b, &err), RC_OK);
	assert_non_null(strstr(text, "X REPORT"));
	assert_non_null(strstr(text, "10.00"));
	/* a tender of the shop by its name, one that it knows no more by code */
	c.n_tender = 2;
	memcpy(c.tender[1].code, "CC", 3);
	memcpy(c.tender[1].name, "Card", 5);
	c.tender[1].kind = TENDER_HAND;
	with = period;
	memcpy(with.tender[1].name, "CC", 3);
	memcpy(with.tender[2].name, "CK", 3);
	with.tender[1].count = with.tender[2].count = 7;
	with.n_tender = 3;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(
		document_report_text(&c, &with, now, 60, &b, &err), RC_OK);
	assert_non_null(strstr(text, "Cash (3)"));
	assert_non_null(strstr(text, "Card (7)"));
	assert_non_null(strstr(text, "CK (7)"));
	sbuf_init(&b, text, 20);
	assert_int_equal(
		document_report_text(&c, &period, now, 60, &b, &err), RC_RANGE);
	assert_int_equal(
		document_report_paper(&c, &period, now, 60, &p, &n, &err),
		RC_OK);
	assert_true(holds(p, n, "10.00", 5));
	assert_false(holds(p, n, PULSE, 3));
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_receipt_as_text),
		cmocka_unit_test(a_receipt_as_json),
		cmocka_unit_test(a_receipt_as_printer_bytes),
		cmocka_unit_test(a_long_receipt_grows_its_job),
		cmocka_unit_test(a_logo),
		cmocka_unit_test(an_order_for_the_kitchen),
		cmocka_unit_test(a_report_in_every_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
