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

#include "base/file.h"
#include "base/parse.h"
#include "base/rng.h"
#include "core/currency.h"
#include "register/config.h"
#include "register/config_edit.h"

#include "base/poison.h"

#define HEAD                                                                   \
	"[shop]\nname = Corner\n[register]\nid = R01\n[currency]\n"            \
	"code = EUR\n[tax]\nprices = included\nA = 19%\n"
/* HEAD ends after line 9 */

static const char all[] = "# everything\n"
			  "[shop]\n"
			  "name = Corner Market\n"
			  "address = 1 Main Street|10001 Town\n"
			  "tax_id = DE123\n"
			  "[register]\n"
			  "id = R01\n"
			  "[currency]\n"
			  "code = CHF\n"
			  "digits = 2\n"
			  "round = half-even\n"
			  "cash_step = 0.05\n"
			  "cash_round = down\n"
			  "[tax]\n"
			  "prices = added\n"
			  "basis = line\n"
			  "round = up\n"
			  "A = 8.1%\n"
			  "B1 = 2.6 %\n"
			  "Z = 0%\n"
			  "[departments]\n"
			  "20 = B1 , Fruit\n"
			  "[receipt]\n"
			  "columns = 48\n"
			  "header = Hello|there\n"
			  "footer =\n"
			  "[printer]\n"
			  "driver = escpos\n"
			  "uri = file:/dev/null\n"
			  "profile = epson\n"
			  "[drawer]\n"
			  "pin = 5\n"
			  "[limits]\n"
			  "entry = 2000.00\n";

static void
reads_every_key(void **state)
{
	struct config c;
	struct err err = {0};
	struct receipt_head h;
	char version[65];

	(void)state;
	memset(&c, 0, sizeof(c));
	if (config_parse("t", all, strlen(all), &c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	assert_string_equal(c.shop, "Corner Market");
	assert_string_equal(c.address, "1 Main Street|10001 Town");
	assert_string_equal(c.tax_id, "DE123");
	assert_string_equal(c.register_no, "R01");
	assert_string_equal(c.currency.code, "CHF");
	assert_int_equal(c.currency.digits, 2);
	assert_int_equal(c.currency.cash_step, 5);
	assert_int_equal(c.cash_round, ROUND_DOWN);
	assert_int_equal(c.price_round, ROUND_HALF_EVEN);
	assert_false(c.tax.included);
	assert_int_equal(c.tax.basis, TAX_PER_LINE);
	assert_int_equal(c.tax.round, ROUND_UP);
	assert_int_equal(c.tax.n_class, 3);
	assert_string_equal(c.tax.class_[1].code, "B1");
	assert_int_equal(c.tax.class_[0].rate_ppm, 81000);
	assert_int_equal(c.tax.class_[1].rate_ppm, 26000);
	assert_int_equal(c.tax.class_[2].rate_ppm, 0);
	assert_string_equal(config_dept_find(&c, "20")->name, "Fruit");
	assert_string_equal(config_dept_find(&c, "20")->tax, "B1");
	assert_null(config_dept_find(&c, "21"));
	assert_int_equal(c.cols, 48);
	assert_non_null(config_printer(&c));
	assert_string_equal(config_printer(&c)->driver, "escpos");
	assert_string_equal(config_printer(&c)->port, "file:/dev/null");
	assert_string_equal(
		config_device_opt(config_printer(&c), "profile"), "epson");
	assert_int_equal(c.drawer_pin, 1);
	assert_int_equal(c.max_amount, 200000);
	config_version(all, strlen(all), version);
	assert_string_equal(c.version, version);
	h = config_head(&c);
	assert_ptr_equal(h.header, c.header);
	assert_string_equal(h.register_no, "R01");
}

static void
fills_in_what_is_not_said(void **state)
{
	struct config c;
	struct err err = {0};

	(void)state;
	assert_int_equal(
		config_parse("t", HEAD, strlen(HEAD), &c, &err), RC_OK);
	assert_int_equal(c.currency.digits, 2);
	assert_int_equal(c.currency.cash_step, 1);
	assert_int_equal(c.cols, 42);
	assert_int_equal(c.drawer_pin, -1);
	assert_null(config_printer(&c));
	assert_int_equal(c.tax.basis, TAX_PER_RECEIPT);
	assert_int_equal(c.tax.round, ROUND_HALF_UP);
	assert_int_equal(c.max_amount, 99999999);
	assert_int_equal(c.n_dept, 0);
}

static const struct {
	const char *more, *where, *words;
} wrong[] = {
	{"x = 1\n", ":10:1:", "tax class is named by capitals"},
	{"  roundd = up\n", ":10:3:", "'roundd'"},
	{"a = 7%\n", ":10:", "'a'"},
	{"A = 7%\n", ":10:", "twice"},
	{"B = 7\n", ":10:5:", "percentage"},
	{"B = 7,5%\n", ":10:5:", "percentage"},
	{"B = -7%\n", ":10:5:", "0% to 100%"},
	{"B = 101%\n", ":10:5:", "0% to 100%"},
	{"B = 7.12345%\n", ":10:5:", "four decimals"},
	{"B = %\n", ":10:5:", "percentage"},
	{"TOOLONGNAME = 7%\n", ":10:", "'TOOLONGNAME'"},
	{"prices = added\n", ":10:", "twice"},
	{"basis = both\n", ":10:9:", "receipt, line or unit"},
	{"parts = both\n", ":10:9:", "each or together"},
	{"decimals = 9\n", ":10:12:", "from 0 to 7"},
	{"decimals = 4\n", ":10:12:", "rounded once"},
	{"basis = line\ndecimals = 1\n", ":11:12:", "2 to 6 decimals"},
	{"basis = line\ndecimals = 7\n", ":11:12:", "2 to 6 decimals"},
	{"Q = GST 5% + GST 9%\n", ":10:5:", "GST stands twice"},
	{"Q = GST 5% + QST 96%\n", ":10:5:", "more than 100%"},
	{"Q = GST 60% then QST 40%\n", ":10:5:", "more than 100%"},
	{"Q = GST 5% + QST\n", ":10:5:", "'QST' is no tax"},
	{"Q = GST 5% +\n", ":10:5:", "is no tax"},
	{"Q = GST 5% QST 9%\n", ":10:5:", "0% to 100%"},
	{"Q = GST 5% then 9%\n", ":10:5:", "'9%' is no tax"},
	{"Q = GST101%\n", ":10:5:", "is no tax"},
	{"Q = GST 101%\n", ":10:5:", "0% to 100%"},
	{"Q = TWELVE_BYTES 5%\n", ":10:5:", "too long"},
	{"Q = a 1% + b 1% + c 1% + d 1% + e 1%\n", ":10:5:", "at most 4"},
	{"[tax B]\nmark = *\n", ":11:8:", "no tax class B"},
	{"[tax A]\nmark = *\nmark = +\n", ":12:8:", "twice"},
	{"[tax A]\nmark = asterisk\n", ":11:8:", "too long"},
	{"[tax A]\nreverse_from = much\n", ":11:16:", "no amount"},
	{"Z = 0%\n[tax Z]\nreverse_from = 5000\n", ":12:16:", "no tax that"},
	{"[tax A]\nfrom = 1\n", ":11:1:", "'from'"},
	{"[tax_part GST]\nnumber = 1\n", ":11:10:", "a part GST"},
	{"[bill]\nround = up\n", ":11:9:", "without a step"},
	{"[bill]\nstep = 0\n", ":11:8:", "no amount"},
	{"[currency]\ndisplay = 3\n", ":11:11:", "cannot be shown"},
	{"[currency]\ndisplay = 1\n", ":11:11:", "0, 2 or 3"},
	{"round = near\n", ":10:9:", "half-up"},
	{"[shop]\nname = Two\n", ":11:", "twice"},
	{"[shop]\ncolor = red\n", ":11:1:", "'color' in [shop]"},
	{"[tills]\n", ":10:2:", "no section [tills]"},
	{" [tills]\nx = 1\n", ":10:3:", "no section [tills]"},
	{"[receipt]\ncolumns = 41\n", ":11:11:", "32, 40, 42 or 48"},
	{"[receipt]\ncolumns =\n", ":11:", "is empty"},
	{"[currency]\ndigits = 1\n", ":11:10:", "0, 2 or 3"},
	{"[currency]\ncash_step = 0.055\n", ":11:13:", "no amount"},
	{"[currency]\ncash_step = 0,05\n", ":11:13:", "no amount"},
	{"[currency]\ncash_step = 0\n", ":11:13:", "no amount"},
	{"[limits]\nentry = 10000000.00\n", ":11:9:", "no amount"},
	{"[limits]\nentry = much\n", ":11:9:", "no amount"},
	{"[departments]\n20 = B, Fruit\n", ":11:6:", "no tax class B"},
	{"[departments]\n20 = Fruit\n", ":11:6:", "a comma and a name"},
	{"[departments]\n20 = A,\n", ":11:6:", "a comma and a name"},
	{"[departments]\n20 = A, x\n20 = A, y\n", ":12:6:", "twice"},
	{"[departments]\nfruit = A, x\n", ":11:", "'fruit'"},
	{"[printer]\ndriver = laser\nuri = file:/x\n", ":11:10:", "escpos"},
	{"[printer]\ndriver = escpos\n", ":11:10:", "port = file:/dev"},
	{"[printer]\nuri = /dev/x\n", ":11:7:", "file:/dev/usb/lp0"},
	{"[device scale]\nport = tcp:h\n", ":11:8:", "tcp:192.168.1.20"},
	{"[device scale]\nport = file:/x\nport = file:/y\n", ":12:8:", "twice"},
	{"[device scale]\nbaud = fast\n", ":11:8:", "9600"},
	{"[device scale]\nframe = 9N1\n", ":11:9:", "8N1, 7E1"},
	{"[device scale]\nflow = much\n", ":11:8:", "xonxoff"},
	{"[device Scale]\nflow = none\n", ":10:2:", "small letters"},
	{"[device x]\n[device x]\n", ":11:2:", "twice"},
	{"[printer]\ndriver = escpos\nport = file:/x\nprofile = best\n",
		":13:11:", "generic"},
	{"[printer]\ndriver = escpos\nport = file:/x\nprofil = epson\n",
		":13:10:", "holdfast-escpos(4)"},
	{"[drawer]\npin = 3\n", ":11:7:", "2, 5 or none"},
	{"[drawer]\npin = 2\n", ":11:7:", "through the printer"},
	{"[tender]\n", ":10:", "no section"},
	{"[tender Card]\n", ":10:", "two capitals"},
	{"[tender cc]\n", ":10:", "two capitals"},
	{"[tender CA]\n", ":10:", "command already"},
	{"[tender VD]\n", ":10:", "command already"},
	{"[tender CC]\n[tender CC]\n", ":11:", "twice"},
	{"[tender CC]\nname = x\nname = y\n", ":12:", "twice"},
	{"[tender CC]\ncolor = red\n", ":11:", "'color'"},
	{"[tender CC]\nkind = gift\n", ":11:8:", "write hand"},
	{"[tender CC]\noverpay = maybe\n", ":11:11:", "yes or no"},
	{"[tender CC]\nkey = 4\n", ":11:7:", "F4 takes a tender back"},
	{"[tender CC]\nlimit = 1,00\n", ":11:9:", "no amount"},
	{"[tender CC]\nkey = 2\n[tender CK]\nkey = 2\n",
		":12:", "CK has the key of CC"},
	{"[shop\n", ":10:", "must end with"},
	{"what\n", ":10:", "key = value"},
};

static void
tenders_are_the_shops(void **state)
{
	static const char text[] =
		HEAD "[tender CC]\nname = Card\nkey = 2\n"
		     "[tender CK]\noverpay = yes\ndrawer = yes\nlimit = 50\n";
	char many[2048];
	struct err err = {0};
	struct config c;
	struct sbuf b;

	(void)state;
	assert_int_equal(
		config_check("t", text, strlen(text), &c, &err), RC_OK);
	assert_int_equal(c.n_tender, 3);
	assert_int_equal(c.tender[0].kind, TENDER_CASH);
	assert_true(c.tender[0].overpay && c.tender[0].drawer);
	assert_string_equal(config_tender_find(&c, "cc")->name, "Card");
	assert_int_equal(config_tender_find(&c, "CC")->key, 2);
	assert_false(config_tender_find(&c, "CC")->overpay);
	assert_string_equal(config_tender_find(&c, "CK")->name, "CK");
	assert_int_equal(config_tender_find(&c, "CK")->limit, 5000);
	assert_null(config_tender_find(&c, "C"));
	assert_null(config_tender_find(&c, "CCX"));
	assert_null(config_tender_find(&c, ""));
	/* a recorded text opens, whatever has become a command since */
	assert_int_equal(config_parse("t", HEAD "[tender TL]\n",
				 strlen(HEAD "[tender TL]\n"), &c, &err),
		RC_OK);
	sbuf_init(&b, many, sizeof(many));
	sbuf_puts(&b, HEAD);
	for (int i = 1; i < CONFIG_TENDERS; i++) {
		sbuf_printf(&b, "[tender Z%c]\n", 'A' + i);
	}
	assert_int_equal(config_check("t", b.p, b.len, &c, &err), RC_OK);
	sbuf_puts(&b, "[tender ZZ]\n");
	assert_int_equal(config_check("t", b.p, b.len, &c, &err), RC_PROTO);
	assert_non_null(strstr(err.msg, "room for 11 tenders"));
}

static void
says_where_and_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		char text[1024];
		struct err err = {0};
		struct config c, before;
		struct sbuf b;

		memset(&c, 0x5A, sizeof(c));
		before = c;
		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, HEAD);
		sbuf_puts(&b, wrong[i].more);
		assert_int_equal(
			config_check("holdfast.conf", text, b.len, &c, &err),
			RC_PROTO);
		if (strncmp(err.msg, "holdfast.conf", 13) != 0 ||
			strncmp(err.msg + 13, wrong[i].where,
				strlen(wrong[i].where)) != 0 ||
			strstr(err.msg, wrong[i].words) == NULL) {
			fail_msg("%s: %s", wrong[i].more, err.msg);
		}
		assert_memory_equal(&c, &before, sizeof(c));
	}
}

static void
a_key_stands_under_a_section(void **state)
{
	static const char text[] = "# mine\n  name = Corner\n" HEAD;
	struct err err = {0};
	struct config c;

	(void)state;
	assert_int_equal(
		config_parse("t", text, strlen(text), &c, &err), RC_PROTO);
	assert_non_null(strstr(err.msg, "t:2:3: this stands before any"));
}

static void
asks_for_what_must_be_said(void **state)
{
	static const char *const must[] = {"name = Corner\n", "id = R01\n",
		"code = EUR\n", "prices = included\n", "A = 19%\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(must); i++) {
		char text[1024];
		const char *at = strstr(HEAD, must[i]);
		struct err err = {0};
		struct config c;
		struct sbuf b;

		assert_non_null(at);
		sbuf_init(&b, text, sizeof(text));
		sbuf_write(&b, HEAD, (size_t)(at - HEAD));
		sbuf_puts(&b, at + strlen(must[i]));
		assert_int_equal(
			config_parse("t", text, b.len, &c, &err), RC_PROTO);
		assert_non_null(strstr(err.msg, "is missing: write '"));
	}
}

static const struct {
	const char *id;
	bool ok;
} ids[] = {{"R01", true}, {"7", true}, {"Kasse12", true}, {"R-1", false},
	{"R.1", false}, {"R 1", false}, {"ABCDEFGHI", false}};

static void
a_register_has_a_short_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		char text[1024];
		struct config c;
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b,
			"[shop]\nname = C\n[register]\nid = %s\n[currency]\n"
			"code = EUR\n[tax]\nprices = added\nA = 0%%\n",
			ids[i].id);
		assert_int_equal(config_parse("t", text, b.len, &c, NULL),
			ids[i].ok ? RC_OK : RC_PROTO);
	}
}

static void
knows_the_decimals_of_currencies(void **state)
{
	static const char unknown[] = "[shop]\nname = C\n[register]\nid = R\n"
				      "[currency]\ncode = XYZ\n[tax]\n"
				      "prices = added\nA = 0%\n";
	struct err err = {0};
	struct config c;

	(void)state;
	assert_int_equal(currency_digits("JPY"), 0);
	assert_int_equal(currency_digits("USD"), 2);
	assert_int_equal(currency_digits("KWD"), 3);
	assert_int_equal(currency_digits("XYZ"), -1);
	assert_int_equal(currency_number("EUR"), 978);
	assert_int_equal(currency_number("USD"), 840);
	assert_int_equal(currency_number("XYZ"), 0);
	assert_int_equal(config_parse("t", unknown, strlen(unknown), &c, &err),
		RC_PROTO);
	assert_non_null(strstr(err.msg, "digits = 0"));
}

static void
writes_what_it_reads(void **state)
{
	static char text[CONFIG_TEXT_BYTES];
	struct config_seed seed = {.shop = "Corner & Sons; \"Best\" #1",
		.register_no = "R01",
		.currency = "EUR",
		.prices = "included",
		.tax = {"A=19%", "B=7%"},
		.n_tax = 2};
	struct err err = {0};
	struct config c;
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	if (config_write(&seed, &b, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(config_parse("t", b.p, b.len, &c, &err), RC_OK);
	assert_string_equal(c.shop, seed.shop);
	assert_int_equal(c.tax.n_class, 2);
	assert_string_equal(config_dept_find(&c, "20")->tax, "B");

	seed.tax[0] = "A:19";
	assert_int_equal(config_write(&seed, &b, &err), RC_INVAL);
	seed.tax[0] = "A=19";
	assert_int_equal(config_write(&seed, &b, &err), RC_INVAL);
	seed.tax[0] = "A=19%";
	seed.shop = " blanks ";
	assert_int_equal(config_write(&seed, &b, &err), RC_INVAL);
	seed.shop = "two\nlines";
	assert_int_equal(config_write(&seed, &b, &err), RC_INVAL);
	seed.shop = "";
	assert_int_equal(config_write(&seed, &b, &err), RC_INVAL);
	seed.shop = "Shop";
	seed.prices = "maybe";
	assert_int_equal(config_write(&seed, &b, &err), RC_INVAL);
	assert_non_null(strstr(err.msg, "included or added"));
}

static void
roles_say_who_may_do_what(void **state)
{
	static const char text[] = HEAD "[role cashier]\nprice = 25.5%\n"
					"line_void = 12.50\nno_sale = yes\n"
					"reprint = no\n[role trainee]\n"
					"price = no\n[lock]\nafter = 0\n";
	static struct config c;
	struct err err = {0};

	(void)state;
	if (config_parse("t", text, strlen(text), &c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(c.lock_min, 0);
	assert_true(config_may(&c, "cashier", PERMIT_PRICE, 255000));
	assert_false(config_may(&c, "cashier", PERMIT_PRICE, 255001));
	assert_true(config_may(&c, "cashier", PERMIT_LINE_VOID, 1250));
	assert_false(config_may(&c, "cashier", PERMIT_LINE_VOID, 1251));
	assert_true(config_may(&c, "cashier", PERMIT_NO_SALE, 0));
	assert_false(config_may(&c, "cashier", PERMIT_REPRINT, 0));
	/* as built in, where nothing is written */
	assert_true(config_may(&c, "cashier", PERMIT_DISCOUNT, 100000));
	assert_false(config_may(&c, "cashier", PERMIT_DISCOUNT, 100001));
	assert_false(config_may(&c, "trainee", PERMIT_PRICE, 0));
	assert_true(config_may(&c, "trainee", PERMIT_DISCOUNT, 100000));
	assert_true(config_may(&c, "supervisor", PERMIT_PRICE, 1000000));
	assert_false(config_may(&c, "supervisor", PERMIT_SETTINGS, 0));
	assert_true(config_may(&c, "owner", PERMIT_SETTINGS, INT64_MAX));
	assert_false(config_may(&c, "nobody", PERMIT_REPRINT, 0));
	assert_true(config_role_is(&c, "trainee"));
	assert_true(config_role_is(&c, "owner"));
	assert_false(config_role_is(&c, "nobody"));
}

static void
reasons_have_numbers(void **state)
{
	static const char text[] =
		HEAD "[reasons price]\n1 = Shelf price\n3 = Damaged\n"
		     "[reasons return]\n9 = Does not fit\n";
	static struct config c;
	struct err err = {0};

	(void)state;
	if (config_parse("t", text, strlen(text), &c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(config_n_reasons(&c, REASON_PRICE), 2);
	assert_int_equal(config_n_reasons(&c, REASON_VOID), 0);
	assert_string_equal(config_reason(&c, REASON_PRICE, 3), "Damaged");
	assert_null(config_reason(&c, REASON_PRICE, 2));
	assert_null(config_reason(&c, REASON_PRICE, 0));
	assert_null(config_reason(&c, REASON_PRICE, 10));
	assert_string_equal(
		config_reason(&c, REASON_RETURN, 9), "Does not fit");
	assert_int_equal(c.lock_min, 5);
}

static void
what_a_cashier_is_asked(void **state)
{
	static const char text[] = HEAD
		"[sale]\nnot_on_file = stop\nbest_before = stop\n"
		"[scan]\nseparator = {GS}\n[recall]\n"
		"4006381333931 =  L1   L2 \n96385074 = *\n[age]\nlooks_over = no\n"
		"leap_day = 28 February\ndate_order = mdy\n";
	static struct config c;
	struct err err = {0};

	(void)state;
	if (config_parse("t", HEAD, strlen(HEAD), &c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(c.not_on_file, NOT_ON_FILE_LINE);
	assert_int_equal(c.age_looks_over, 25);
	assert_int_equal(c.age_leap, LEAP_MAR_1);
	assert_int_equal(c.date_order, DATE_DMY);
	if (config_parse("t", text, strlen(text), &c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	assert_int_equal(c.not_on_file, NOT_ON_FILE_STOP);
	assert_true(c.best_before_stops);
	assert_string_equal(c.scan_separator, "{GS}");
	assert_int_equal(c.n_recall, 2);
	assert_string_equal(c.recall[0].gtin, "04006381333931");
	assert_string_equal(c.recall[0].lots, "L1 L2");
	assert_string_equal(c.recall[1].gtin, "00000096385074");
	assert_int_equal(c.age_looks_over, 0);
	assert_int_equal(c.age_leap, LEAP_FEB_28);
	assert_int_equal(c.date_order, DATE_MDY);
}

static void
a_birthday_is_keyed_as_the_shop_writes_dates(void **state)
{
	static const struct {
		const char *text;
		enum date_order want;
	} row[] = {
		{"[locale]\nformat = C\n", DATE_DMY},
		{"[locale]\nformat = en_US\n", DATE_MDY},
		{"[locale]\nformat = sv_SE\n", DATE_YMD},
		{"[locale]\nformat = en_AU\n", DATE_DMY},
		{"[locale]\nlanguage = de\n", DATE_DMY},
		{"[age]\ndate_order = dmy\n[locale]\nformat = en_US\n",
			DATE_DMY},
	};
	static struct config c;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		char text[512];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, HEAD);
		sbuf_puts(&b, row[i].text);
		if (config_parse("t", text, b.len, &c, &err) != RC_OK) {
			fail_msg("%s", err.msg);
		}
		assert_int_equal(c.date_order, row[i].want);
	}
}

static void
people_are_told_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{"[role owner]\nprice = no\n", "t:11:9: the owner may"},
		{"[role cashier]\nprice = 101%\n", "t:11:9: '101%' is no"},
		{"[role cashier]\nprice = 5\n", "t:11:9: '5' is no limit"},
		{"[role cashier]\nno_sale = maybe\n",
			"t:11:11: 'maybe' is not known"},
		{"[role cashier]\nreturn = 1.234\n", "t:11:10: '1.234' is"},
		{"[role cashier]\nfly = yes\n", "t:11:1: there is no key"},
		{"[role cashier]\nprice = 1%\nprice = 2%\n",
			"t:12:9: role cashier.price stands here twice"},
		{"[role Boss]\nprice = 1%\n", "t:11:9: 'Boss' is no name"},
		{"[reasons price]\n0 = x\n", "t:11:1: there is no key"},
		{"[reasons price]\n1 = x\n1 = y\n",
			"t:12:5: reasons price.1 stands here twice"},
		{"[reasons why]\n1 = x\n", "t:10:2: there is no section"},
		{"[lock]\nafter = 61\n", "t:11:9: '61': write minutes"},
		{"[sale]\nnot_on_file = refuse\n",
			"t:11:15: 'refuse' is not known"},
		{"[age]\nlooks_over = 0\n", "t:11:14: '0' is no age"},
		{"[sale]\nbest_before = ask\n", "t:11:15: 'ask' is not known"},
		{"[scan]\nseparator = A\n", "t:11:13: 'A' may stand in a lot"},
		{"[recall]\n4006381333930 = *\n",
			"t:11:1: '4006381333930' is no number of goods"},
		{"[recall]\n4006381333931 = A\n04006381333931 = B\n",
			"t:12:18: 04006381333931 stands here twice"},
		{"[recall]\n4006381333931 = 123456789012345678901\n",
			"t:11:17: '123456789012345678901' holds"},
		{"[age]\nlooks_over = 151\n", "t:11:14: '151' is no age"},
		{"[age]\nleap_day = 29 February\n",
			"t:11:12: '29 February' is not known"},
		{"[age]\ndate_order = dym\n", "t:11:14: 'dym' is no order"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		static struct config c;
		struct err err = {0};
		char text[512];
		struct sbuf b;

		sbuf_init(&b, text, sizeof(text));
		sbuf_puts(&b, HEAD);
		sbuf_puts(&b, row[i].text);
		assert_int_equal(
			config_parse("t", b.p, b.len, &c, &err), RC_PROTO);
		if (strncmp(err.msg, row[i].want, strlen(row[i].want)) != 0) {
			fail_msg("'%s', not '%s'", err.msg, row[i].want);
		}
	}
}

/* The manual names every key, its default, and an example that is taken. */
static void
the_manual_lists_every_key(void **state)
{
	const char *top = getenv("top_srcdir");
	static char example[CONFIG_TEXT_BYTES];
	char path[PATH_BYTES];
	struct err err = {0};
	struct config c;
	uint8_t *page = NULL;
	const char *text, *from, *to;
	struct sbuf b;
	size_t n = 0;

	(void)state;
	assert_int_equal(path_join(path, sizeof(path), top ? top : ".",
				 "man/holdfast.conf.5"),
		RC_OK);
	if (file_load(path, 1 << 20, &page, &n, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	text = (const char *)page;
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *k = &config_keys[i];
		char want[128];

		sbuf_init(&b, want, sizeof(want));
		sbuf_printf(&b, "\n.It Ic %s.%s\n", k->section, k->key);
		from = strstr(text, want);
		if (from == NULL) {
			fail_msg(
				"%s.%s is not in the page", k->section, k->key);
			break;
		}
		to = strstr(from + 1, "\n.It ");
		sbuf_init(&b, want, sizeof(want));
		if (k->fallback == NULL) {
			sbuf_puts(&b, "\nMandatory.");
		} else {
			sbuf_printf(&b, "\nDefault: %s.",
				k->fallback[0] != '\0' ? k->fallback : "empty");
		}
		from = strstr(from, want);
		if (from == NULL || (to != NULL && from > to)) {
			fail_msg("%s.%s: the page does not say '%s'",
				k->section, k->key, want + 1);
		}
	}
	/* the example */
	from = strstr(text, "\n.Sh EXAMPLE");
	assert_non_null(from);
	from = strstr(from, "\n.Bd -literal");
	assert_non_null(from);
	from = strchr(from + 1, '\n') + 1;
	to = strstr(from, ".Ed\n");
	assert_non_null(to);
	sbuf_init(&b, example, sizeof(example));
	sbuf_write(&b, from, (size_t)(to - from));
	if (config_parse("example", b.p, b.len, &c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	config_release(&c);
	for (size_t i = 0; i < config_n_keys; i++) {
		char want[64];

		if (config_keys[i].key[0] < 'a') {
			continue; /* any class, any department */
		}
		sbuf_init(&b, want, sizeof(want));
		sbuf_printf(&b, "\n%s = ", config_keys[i].key);
		if (strstr(example, want) == NULL) {
			fail_msg("no example of %s", config_keys[i].key);
		}
	}
	free(page);
}

/* --- taxes ------------------------------------------------------------------ */

static struct config
of_tax(const char *currency, const char *rest)
{
	static char text[2048];
	struct err err = {0};
	struct config c;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b,
		"[shop]\nname = x\n[register]\nid = 1\n[currency]\n"
		"code = %s\n[tax]\nprices = added\n%s",
		currency, rest);
	if (config_parse("t", b.p, b.len, &c, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	return c;
}

static void
classes_of_several_taxes(void **state)
{
	struct config c = of_tax("CAD",
		"A = 7%\nQ = GST 5% + QST 9.975%\nP=GST 5 % then PST 9.5%\n"
		"G = GST 5%\nparts = together\nbasis = unit\ndecimals = 3\n"
		"[tax Q]\nmark = FP\n[tax G]\nreverse_from = 100.50\n"
		"[tax_part GST]\nnumber = 12 RT 1\n[bill]\nstep = 1\n"
		"round = half-down\n");
	const struct tax_class *k = c.tax.class_;

	(void)state;
	assert_int_equal(c.tax.n_class, 4);
	assert_int_equal(k[0].n_part, 0);
	assert_int_equal(k[0].rate_ppm, 70000);
	assert_int_equal(k[1].n_part, 2);
	assert_int_equal(k[1].rate_ppm, 149750);
	assert_string_equal(k[1].part[1].name, "QST");
	assert_int_equal(k[1].part[1].rate_ppm, 99750);
	assert_false(k[1].part[1].on_tax);
	assert_true(k[2].part[1].on_tax);
	assert_int_equal(k[2].rate_ppm, 149750); /* 5 + 9.5 x 1.05 */
	assert_int_equal(k[3].n_part, 1);
	assert_true(k[3].reverse && !k[1].reverse);
	assert_int_equal(k[3].reverse_from.minor, 10050);
	assert_true(c.tax.together);
	assert_int_equal(c.tax.basis, TAX_PER_UNIT);
	assert_int_equal(c.tax.decimals, 1);
	assert_string_equal(config_part_number(&c, "GST"), "12 RT 1");
	assert_null(config_part_number(&c, "QST"));
	assert_string_equal(config_tax_mark(&c, "Q"), "FP");
	assert_string_equal(config_tax_mark(&c, "A"), "");
	assert_int_equal(c.bill_step, 100);
	assert_int_equal(c.bill_round, ROUND_HALF_DOWN);
	assert_int_equal(c.currency.hidden, 0);
}

static void
what_is_kept_and_what_is_shown(void **state)
{
	struct config c = of_tax("HUF", "A = 27%\n");

	(void)state;
	assert_int_equal(c.currency.digits, 2);
	assert_int_equal(c.currency.hidden, 2);
	c = of_tax("HUF\ndisplay = 2", "A = 27%\n");
	assert_int_equal(c.currency.hidden, 0);
	c = of_tax("KWD\ndisplay = 2", "A = 0%\n");
	assert_int_equal(c.currency.digits, 3);
	assert_int_equal(c.currency.hidden, 1);
	c = of_tax("RSD\ndigits = 2", "A = 0%\n");
	assert_int_equal(c.currency.hidden, 0);
}

static void
changed_bytes_never_crash_it(void **state)
{
	struct rng_seeded s;
	struct rng r = rng_seeded(&s, 5);
	static struct config c;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[sizeof(all)];
		uint16_t at[4];
		uint8_t to[4];
		struct err err = {0};
		size_t n = strlen(all);

		memcpy(text, all, sizeof(all));
		rng_fill(&r, (uint8_t *)at, sizeof(at));
		rng_fill(&r, to, sizeof(to));
		for (size_t k = 0; k < 1 + (size_t)(i % 4); k++) {
			text[at[k] % n] =
				(char)(i % 2 ? to[k] : ' ' + to[k] % 95);
		}
		if (config_parse("t", text, n, &c, &err) != RC_OK) {
			assert_true(strncmp(err.msg, "t:", 2) == 0);
		} else {
			assert_true(c.tax.n_class >= 1 && c.shop[0] != '\0');
			assert_true(c.currency.cash_step >= 1);
		}
	}
}

static void
edited(const char *from, const char *section, const char *key,
	const char *value, const char *to)
{
	char out[4096];
	struct sbuf b;
	struct err err;

	sbuf_init(&b, out, sizeof(out));
	assert_int_equal(
		config_edit(from, strlen(from), section, key, value, &b, &err),
		RC_OK);
	assert_string_equal(out, to);
}

static void
one_line_is_changed_and_no_other(void **state)
{
	(void)state;
	edited("# top\n[sale]\n  not_on_file=line  \r\n# end\n", "sale",
		"not_on_file", "stop",
		"# top\n[sale]\n  not_on_file= stop  \r\n# end\n");
	edited("[a]\nx = 1\n\n# of b\n[b]\ny = 2", "a", "z", "3 4",
		"[a]\nx = 1\nz = 3 4\n\n# of b\n[b]\ny = 2");
	edited("[a]\nx = 1\n[b]\ny = 2", "b", "z", "3",
		"[a]\nx = 1\n[b]\ny = 2\nz = 3\n");
	edited("[a]\n# x = 0", "a", "x", "1", "[a]\nx = 1\n# x = 0");
	edited("[a]\nx = 1", "c", "z", "3", "[a]\nx = 1\n\n[c]\nz = 3\n");
	edited("", "c", "z", "3", "[c]\nz = 3\n");
	edited("[a]\nx = 1\ny =\n[b]\nx = 2\n", "a", "y", "5",
		"[a]\nx = 1\ny = 5\n[b]\nx = 2\n");
	edited("[a]\nx = 1\n# keep\n[b]\nx = 2\n", "b", "x", NULL,
		"[a]\nx = 1\n# keep\n[b]\n");
	edited("[a]\nx = 1\n", "b", "x", NULL, "[a]\nx = 1\n");
}

static void
a_text_that_gets_too_long_is_refused(void **state)
{
	char out[32];
	struct sbuf b;
	struct err err;

	(void)state;
	sbuf_init(&b, out, sizeof(out));
	assert_int_equal(config_edit("[a]\nx = 1\n", 10, "a", "x",
				 "a value that does not fit in it", &b, &err),
		RC_RANGE);
}

static void
a_key_is_found_where_it_stands(void **state)
{
	struct config_place p;

	(void)state;
	assert_true(config_find(all, strlen(all), "tax", "B1", &p));
	assert_int_equal(p.line, 19);
	assert_memory_equal(all + p.value, "2.6 %", p.end - p.value);
	assert_true(config_find(all, strlen(all), "receipt", "footer", &p));
	assert_int_equal(p.end, p.value);
	assert_false(config_find(all, strlen(all), "receipt", "B1", &p));
}

static void
every_listed_word_is_taken(void **state)
{
	unsigned n_keys = 0;

	(void)state;
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *k = &config_keys[i];
		size_t n = 0;
		const char *const *word =
			config_choices(k->section, k->key, &n);

		n_keys += word != NULL;
		for (size_t j = 0; j < n; j++) {
			char out[4096];
			struct config c;
			struct sbuf b;
			struct err err;

			sbuf_init(&b, out, sizeof(out));
			assert_int_equal(
				config_edit(all, strlen(all), k->section,
					k->key, word[j], &b, &err),
				RC_OK);
			assert_int_equal(
				config_check("t", b.p, b.len, &c, &err), RC_OK);
		}
	}
	assert_true(n_keys >= 16);
}

/* A text with one line changed; where a message says it is. */
static int
line_of_message(const char *text, size_t len)
{
	struct config c;
	struct err err = {0};
	int64_t line = 0;
	enum rc rc = config_check("t", text, len, &c, &err);

	if (rc == RC_OK) {
		config_release(&c);
		return 0;
	}
	assert_int_equal(rc, RC_PROTO);
	assert_memory_equal(err.msg, "t:", 2);
	assert_int_equal(parse_i64(err.msg + 2, strcspn(err.msg + 2, ":"), 1,
				 1000000, &line),
		RC_OK);
	return (int)line;
}

/* Of every line that has a key: the key misspelled, and the line twice. */
static void
every_single_edit_is_told_by_its_line(void **state)
{
	static char out[sizeof(all) + 4096];
	const char *at = all;
	int line = 1, n_seen = 0;

	(void)state;
	assert_int_equal(line_of_message(all, strlen(all)), 0);
	for (; *at != '\0'; line++) {
		size_t n = strcspn(at, "\n");
		size_t before = (size_t)(at - all);
		struct sbuf b;

		if (n > 0 && at[0] != '[' && at[0] != ';' && at[0] != '#' &&
			memchr(at, '=', n) != NULL) {
			sbuf_init(&b, out, sizeof(out));
			sbuf_write(&b, all, before);
			sbuf_puts(&b, "no such key ");
			sbuf_puts(&b, at);
			/* where a printer's driver or place is missing,
			 * what needs it is what is wrong */
			if (strncmp(at, "driver", 6) != 0 &&
				strncmp(at, "uri", 3) != 0) {
				assert_int_equal(
					line_of_message(b.p, b.len), line);
			}
			sbuf_init(&b, out, sizeof(out));
			sbuf_write(&b, all, before + n + 1);
			sbuf_puts(&b, at);
			assert_int_equal(line_of_message(b.p, b.len), line + 1);
			n_seen++;
		}
		at += n + (at[n] == '\n' ? 1 : 0);
	}
	assert_true(n_seen > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_key),
		cmocka_unit_test(fills_in_what_is_not_said),
		cmocka_unit_test(tenders_are_the_shops),
		cmocka_unit_test(says_where_and_what_is_wrong),
		cmocka_unit_test(a_key_stands_under_a_section),
		cmocka_unit_test(asks_for_what_must_be_said),
		cmocka_unit_test(a_register_has_a_short_name),
		cmocka_unit_test(knows_the_decimals_of_currencies),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(roles_say_who_may_do_what),
		cmocka_unit_test(reasons_have_numbers),
		cmocka_unit_test(what_a_cashier_is_asked),
		cmocka_unit_test(a_birthday_is_keyed_as_the_shop_writes_dates),
		cmocka_unit_test(people_are_told_what_is_wrong),
		cmocka_unit_test(the_manual_lists_every_key),
		cmocka_unit_test(one_line_is_changed_and_no_other),
		cmocka_unit_test(a_text_that_gets_too_long_is_refused),
		cmocka_unit_test(a_key_is_found_where_it_stands),
		cmocka_unit_test(every_listed_word_is_taken),
		cmocka_unit_test(every_single_edit_is_told_by_its_line),
		cmocka_unit_test(classes_of_several_taxes),
		cmocka_unit_test(what_is_kept_and_what_is_shown),
		cmocka_unit_test(changed_bytes_never_crash_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
