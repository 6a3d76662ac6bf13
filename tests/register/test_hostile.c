/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever stands in a name, a comment or a header, a printer is told nothing
 * by it.  Receipts and orders are printed on a simulated printer, which looks
 * at every command; and what is no text of it is compared with a receipt on
 * which nobody wished any harm.
 */
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

#include "base/text.h"
#include "register/document.h"
#include "sim/sim.h"

#include "base/poison.h"

#define JOB_BYTES 16384

/* Commands of both languages, without the zeros that no text can hold: as
 * they are, and with '0' where those would be. */
static const char *const commands[] = {"\x1b@", "\x1bp\x01\x19\xfa",
	"\x1bp0\x19\xfa", "\x10\x14\x01\x01\x01", "\x10\x04\x01",
	"\x10\x05\x02", "\x1dVB\x01", "\x1dV1", "\x1bi", "\x1bm", "\x1b=\x02",
	"\x1bt\x13", "\x1bR\x01",
	"\x1b"
	"a\x01",
	"\x1b!\x38", "\x1d!\x11", "\x1d(k\x03\x01", "\x1dkI\x05{B123", "\x1dv0",
	"\x1d\x61\x01", "\x1b{\x01", "\x1br\x01", "\x1c.", "\x1c&",
	"\x1c(C\x02", "\x1d(A\x02", "\x1b(A\x05", "\x1b\x1dt\x04", "\x1b\x1dy",
	"\x1b\x64\x03", "\x1b\x07\x14\x14", "\x07", "\x1a", "\x17", "\x19",
	"\x1c", "\x18", "\x0c", "\x0d", "\x0a", "\x09", "\x08", "\x7f",
	"\x1b\x06\x01", "\xc2\x9b", "\xc2\x8d", "\xe2\x80\xa8", "\xe2\x80\xae",
	"\xf3\xa0\x80\x81", "\xff\xfe", "\xc0\x9b", "\xed\xa0\x80"};

/* What may be written by somebody. */
enum field {
	FIELD_NAME,
	FIELD_CODE,
	FIELD_DEPT,
	FIELD_UNIT,
	FIELD_REASON,
	FIELD_COMMENT,
	FIELD_CASHIER,
	FIELD_CUSTOMER,
	FIELD_VAT,
	FIELD_TENDER,
	FIELD_NUMBER,
	FIELD_SHOP,
	FIELD_ADDRESS,
	FIELD_TAX_ID,
	FIELD_HEADER,
	FIELD_FOOTER,
	FIELD_TITLE,
	FIELD_LOT,
	FIELD_COUNT
};

struct made {
	struct event e;
	struct event_line line;
	struct event_tender tender;
	struct event_tax tax;
	struct event_discount off;
	struct config c;
};

static void
set(char *to, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, to, cap);
	sbuf_puts(&b, text);
}

static void
make(struct made *m, const char *driver, const char *profile)
{
	memset(m, 0, sizeof(*m));
	m->off = (struct event_discount){.ppm = 100000, .amount = 20};
	m->line = (struct event_line){.no = 1,
		.code = "4011",
		.kind = "plu",
		.name = "Bananas",
		.dept = "30",
		.qty = 1500,
		.price = 199,
		.discount = &m->off,
		.n_discount = 1,
		.amount = 279,
		.tax = "B"};
	m->tax = (struct event_tax){.code = "B",
		.rate = 70000,
		.net = 261,
		.tax = 18,
		.gross = 279};
	m->tender = (struct event_tender){
		.tender = "CC", .name = "Card", .amount = 279, .tendered = 279};
	m->e = (struct event){.type = EVENT_SALE_COMPLETED,
		.sequence = 42,
		.time = {INT64_C(1795000000000000)},
		.boot = "",
		.actor = "1",
		.config = ""};
	m->e.data.sale = (struct event_sale){.number = "R01-000042",
		.currency = "EUR",
		.digits = 2,
		.prices = "included",
		.line = &m->line,
		.n_line = 1,
		.tax = &m->tax,
		.n_tax = 1,
		.total = 279,
		.tender = &m->tender,
		.n_tender = 1,
		.receipt = "print"};
	m->c = (struct config){.shop = "Corner",
		.register_no = "R01",
		.currency = {"EUR", 2, 5},
		.cols = 42,
		.n_device = 1,
		.device = {{.name = "printer",
			.n_opt = 2,
			.opt = {{"profile", ""}, {"orders", "yes"}},
			.known = true}}};
	set(m->c.device[0].driver, sizeof(m->c.device[0].driver), driver);
	set(m->c.device[0].opt[0].value, sizeof(m->c.device[0].opt[0].value),
		profile);
}

static void
put(struct made *m, enum field f, const char *text)
{
	struct event_sale *s = &m->e.data.sale;

	switch (f) {
	case FIELD_NAME:
		m->line.name = text;
		break;
	case FIELD_CODE:
		m->line.code = text;
		break;
	case FIELD_DEPT:
		m->line.dept = text;
		break;
	case FIELD_UNIT:
		m->line.unit = text;
		break;
	case FIELD_REASON:
		m->off.name = text;
		m->off.reason = text;
		break;
	case FIELD_COMMENT:
		s->comment = text;
		break;
	case FIELD_CASHIER:
		m->e.actor = text;
		break;
	case FIELD_CUSTOMER:
		s->group = text;
		s->certificate = text;
		break;
	case FIELD_VAT:
		s->vat = text;
		break;
	case FIELD_TENDER:
		m->tender.name = text;
		m->tender.card = text;
		m->tender.auth = text;
		break;
	case FIELD_NUMBER:
		s->number = text;
		break;
	case FIELD_SHOP:
		set(m->c.shop, sizeof(m->c.shop), text);
		break;
	case FIELD_ADDRESS:
		set(m->c.address, sizeof(m->c.address), text);
		break;
	case FIELD_TAX_ID:
		set(m->c.tax_id, sizeof(m->c.tax_id), text);
		break;
	case FIELD_HEADER:
		set(m->c.header, sizeof(m->c.header), text);
		break;
	case FIELD_FOOTER:
		set(m->c.footer, sizeof(m->c.footer), text);
		break;
	case FIELD_TITLE:
		set(m->c.receipt.title, sizeof(m->c.receipt.title), text);
		break;
	case FIELD_LOT:
		m->line.lot = text;
		m->line.serial = text;
		m->line.expires = text;
		break;
	case FIELD_COUNT:
	default:
		break;
	}
}

/* What is left of a job without its text: commands, line ends.  Pages change
 * with the signs, and a size with the length of a title. */
static size_t
skeleton(const uint8_t *p, size_t n, bool star, uint8_t *out)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		bool page = star ? i + 3 < n && p[i] == 0x1b &&
					    p[i + 1] == 0x1d && p[i + 2] == 't'
				 : i + 2 < n && p[i] == 0x1b && p[i + 1] == 't';

		if (page) {
			i += star ? 3 : 2;
		} else if (p[i] < 0x20 || p[i] == 0x7f) {
			out[k++] = p[i];
		}
	}
	return k;
}

static const struct sim_device *sim;
static void *printer;

/* Prints it; the drawer stays shut, one paper is cut, nothing is unknown. */
static void
look_at(const uint8_t *p, size_t n, const char *driver, const char *profile,
	const char *what)
{
	const struct sim_opt opt = {"profile", profile};
	static struct sim_out out;
	unsigned cuts = 0;

	sim = sim_device_find(driver);
	assert_non_null(sim);
	printer = calloc(1, sim->state_size);
	assert_non_null(printer);
	assert_int_equal(sim->open(printer, &opt, 1, NULL), RC_OK);
	for (size_t i = 0; i < n; i += 64) {
		sim_begin(&out);
		sim->step(printer, (struct mono){1}, p + i,
			n - i < 64 ? n - i : 64, &out);
		if (strstr(out.say, "unknown") != NULL ||
			strstr(out.say, "opened") != NULL ||
			strstr(out.say, "lost") != NULL) {
			fail_msg("%s: %s", what, out.say);
		}
		cuts += strstr(out.say, "is out") != NULL ? 1 : 0;
		/* status by itself is all it may answer */
		if (strcmp(driver, "escpos") == 0) {
			assert_true(out.n_byte == 0 || out.n_byte == 4);
		} else {
			assert_int_equal(out.n_byte, 0);
		}
	}
	assert_int_equal(cuts, 1);
	free(printer);
}

static bool
is_on_order(enum field f)
{
	return f == FIELD_NAME || f == FIELD_UNIT || f == FIELD_COMMENT ||
	       f == FIELD_CASHIER || f == FIELD_NUMBER;
}

static void
try(const char *driver, const char *profile, enum field f, const char *text,
	const char *plain)
{
	static uint8_t bone[JOB_BYTES], want[JOB_BYTES];
	bool star = strcmp(driver, "star") == 0;
	struct document_opts o = {0};
	static struct made m;

	for (int order = 0; order < (is_on_order(f) ? 2 : 1); order++) {
		uint8_t *p = NULL, *good = NULL;
		size_t n = 0, n_good = 0, k, n_want;
		char what[64];

		for (int bad = 0; bad < 2; bad++) {
			uint8_t **to = bad != 0 ? &p : &good;
			size_t *ret = bad != 0 ? &n : &n_good;

			make(&m, driver, profile);
			put(&m, f, bad != 0 ? text : plain);
			assert_int_equal(
				order != 0
					? document_order(&m.c, &m.c.device[0],
						  &m.e, false, to, ret, NULL)
					: document_paper(&m.c, &m.e, &o, to,
						  ret, NULL),
				RC_OK);
		}
		assert_true(n <= JOB_BYTES && n_good <= JOB_BYTES);
		(void)snprintf(
			what, sizeof(what), "%s, field %d", profile, (int)f);
		look_at(p, n, driver, profile, what);
		k = skeleton(p, n, star, bone);
		n_want = skeleton(good, n_good, star, want);
		/* a number that is no barcode is text: other commands, ours */
		if (f != FIELD_NUMBER &&
			(k != n_want || memcmp(bone, want, k) != 0)) {
			fail_msg("%s: other commands than of a plain text",
				what);
		}
		free(p);
		free(good);
	}
}

static const struct {
	const char *driver, *profile;
} kinds[] = {{"escpos", "epson"}, {"escpos", "tm-u220b"}, {"star", "star"}};

/* The same without any harm: as wide, broken into rows at the same places. */
static void
harmless(const char *text, char *out, size_t cap)
{
	const char *end = text + strlen(text);
	struct sbuf b;
	int32_t cp;

	sbuf_init(&b, out, cap);
	while (text_next(&text, end, &cp)) {
		int cells = text_cp_cells(cp);

		if (cp == '|' || cp == ' ') {
			sbuf_putc(&b, (char)cp);
		} else {
			sbuf_fill(&b, 'x', cells > 0 ? (size_t)cells : 0);
		}
	}
}

static void
every_field(const char *text, size_t n_kind)
{
	char plain[64];

	harmless(text, plain, sizeof(plain));
	for (size_t i = 0; i < n_kind; i++) {
		for (int f = 0; f < FIELD_COUNT; f++) {
			try(kinds[i].driver, kinds[i].profile, (enum field)f,
				text, plain);
		}
	}
}

static void
every_byte(void **state)
{
	char text[16];

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		bool control = byte < 0x20 || (byte >= 0x7f && byte < 0xa0);

		(void)snprintf(text, sizeof(text), "Ab%cde", byte);
		every_field(text, control ? ARRAY_LEN(kinds) : 1);
	}
}

static void
every_command(void **state)
{
	char text[48];

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(commands); k++) {
		(void)snprintf(text, sizeof(text), "A%sZ", commands[k]);
		every_field(text, ARRAY_LEN(kinds));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte),
		cmocka_unit_test(every_command),
	};

	return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
