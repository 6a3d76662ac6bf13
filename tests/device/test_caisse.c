/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of Caisse-AP terminals: the worked frames, and what an answer is
 * read as. */
#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "device/caisse.h"
#include "device/caisse_e.h"
#include "gen.h"

static const struct caisse_opt v3 = {
	.version = "0320", .software = "247300123456", .reg = 1};
static const struct caisse_e_opt old = {.reg = 1};

#define ASKED "CZ0040320CJ012247300123456CA00201CB0041234CD0010CE003978BA0010"
#define ANSWER                                                                 \
	"CZ0040320CJ012247300123456CA00201CB0041234CD0010CE003978AE00210"      \
	"CC00300BCI0012AC006184117"

static uint8_t
check_of(const char *text)
{
	uint8_t frame[CAISSE_SEND_BYTES];
	size_t n = strlen(text);

	memcpy(frame, text, n);
	frame[n] = CAISSE_ETX;
	return caisse_lrc(frame, n + 1);
}

static void
test_worked_frames(void **state)
{
	const struct pinpad_ask ask = {
		.op = PINPAD_PAY, .amount = 1234, .currency = 978};
	const struct pinpad_ask ask_e = {
		.op = PINPAD_PAY, .amount = 1250, .currency = 978};
	uint8_t out[CAISSE_SEND_BYTES];
	size_t n = 0;

	(void)state;
	assert_int_equal(
		caisse_codec.encode(&v3, &ask, out, sizeof(out), &n), RC_OK);
	assert_int_equal(n, strlen(ASKED));
	assert_memory_equal(out, ASKED, n);
	assert_int_equal(check_of(ASKED), 0x17);
	assert_int_equal(check_of(ANSWER), 0x64);
	assert_int_equal(
		caisse_e_codec.encode(&old, &ask_e, out, sizeof(out), &n),
		RC_OK);
	assert_int_equal(n, CAISSE_E_ASK_CHARS);
	out[n] = '\0';
	assert_string_equal(
		(const char *)out, "0100001250010978          A010B010");
	assert_int_equal(check_of((const char *)out), 0x00);
	assert_int_equal(check_of("0100000125019780000000000"), 0x33);
	assert_int_equal(check_of("0170000125019780000000000"), 0x34);
}

static void
test_amounts(void **state)
{
	static const struct {
		int64_t amount;
		const char *text; /* NULL: no room */
	} t[] = {{1, "CB00201"}, {99, "CB00299"}, {100, "CB003100"},
		{999999999999, "CB012999999999999"}, {1000000000000, NULL},
		{0, NULL}, {-5, NULL}};

	uint8_t out[CAISSE_SEND_BYTES];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const struct pinpad_ask ask = {.op = PINPAD_PAY,
			.amount = t[i].amount,
			.currency = 978};
		enum rc rc = caisse_codec.encode(
			&v3, &ask, out, sizeof(out) - 1, &n);

		assert_int_equal(rc, t[i].text != NULL ? RC_OK : RC_INVAL);
		if (rc == RC_OK) {
			out[n] = '\0';
			assert_non_null(strstr((char *)out, t[i].text));
		}
	}
	for (int64_t amount = 99999999; amount <= 100000000; amount++) {
		const struct pinpad_ask ask = {
			.op = PINPAD_PAY, .amount = amount, .currency = 978};

		assert_int_equal(
			caisse_e_codec.encode(&old, &ask, out, sizeof(out), &n),
			amount == 99999999 ? RC_OK : RC_INVAL);
	}
}

/* Each reason, by what it is to the register. */
static void
test_reasons(void **state)
{
	(void)state;
	for (int code = 0; code < 100; code++) {
		struct pinpad_slip *slip = calloc(1, sizeof(*slip));
		struct pinpad_result r = {.code = -1};
		const struct pinpad_ask ask = {
			.op = PINPAD_PAY, .amount = 1234, .currency = 978};
		char text[64];
		struct sbuf b;
		enum pinpad_outcome want = PINPAD_DECLINED;

		if (code == 1 || code == 3) {
			want = PINPAD_UNKNOWN;
		} else if (code == 6 || code == 7 || code == 8 || code == 11) {
			want = PINPAD_ABORTED;
		}
		assert_non_null(slip);
		sbuf_init(&b, text, sizeof(text));
		sbuf_printf(&b, "CZ0040320CA00201AE00201AF002%02d", code);
		assert_int_equal(
			caisse_codec.judge(&v3, &ask, (const uint8_t *)text,
				b.len, &r, slip),
			CAISSE_MINE);
		assert_string_equal(pinpad_outcome_name(r.outcome),
			pinpad_outcome_name(want));
		assert_int_equal(r.code, code);
		assert_true(r.text[0] != '\0');
		free(slip);
	}
}

static void
test_shapes(void **state)
{
	static const struct {
		const char *text;
		enum caisse_shape shape;
		size_t n;
	} t[] = {
		{"", CAISSE_PART, 0},
		{"C", CAISSE_PART, 0},
		{"CZ0040320AE00210", CAISSE_ALL, 16},
		{"CZ0040320AE00210\r\n", CAISSE_ALL, 18},
		{"CZ0040320AE00210CZ", CAISSE_PART, 0},
		{"CZ0040320AE00210CZ0040320", CAISSE_ALL, 16},
		{"CZ0040320AE0021", CAISSE_PART, 0},
		{"CZ0040320", CAISSE_PART, 0},
		{"CZ0040320CZ0040320AE00210", CAISSE_NONE, 0},
		{"AE00210CZ0040320", CAISSE_NONE, 0},
		{"CZ0040320AE00210AE00201", CAISSE_NONE, 0},
		{"CZ0040320XX003abcAE00210XX003abc", CAISSE_ALL, 32},
		{"cz0040320", CAISSE_NONE, 0},
		{"CZ00403", CAISSE_PART, 0},
		{"CZ0x40320", CAISSE_NONE, 0},
		{"CZ0040320AC003a\tbAE00210", CAISSE_NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct caisse_fields f;
		size_t n = 0;
		enum caisse_shape shape = caisse_parse(
			(const uint8_t *)t[i].text, strlen(t[i].text), &f, &n);

		if (shape != t[i].shape) {
			fail_msg("%s: %d", t[i].text, (int)shape);
		}
		if (shape == CAISSE_ALL) {
			assert_int_equal(n, t[i].n);
		}
	}
}

/* What masking leaves open must not be a number again. */
static void
test_mask(void **state)
{
	struct gen g = {.state = 7};

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[64];
		size_t n = 20 + gen_below(&g, 40);

		for (size_t k = 0; k < n; k++) {
			text[k] = "0123456789 "[gen_below(&g, 11)];
		}
		(void)pinpad_mask(text, n);
		assert_int_equal(pinpad_mask(text, n), 0);
	}
}

static void
test_settings(void **state)
{
	static const struct {
		const char *key, *value;
		bool blind;
	} bad[] = {{"software", "12", false},
		{"software", "12345678901x", false}, {"version", "0320", true}};
	const struct device_driver *d = device_driver_find("caisse");
	void *s;

	(void)state;
	assert_non_null(d);
	s = calloc(1, d->state_size);
	assert_non_null(s);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct device_opt_value opt = {bad[i].key, bad[i].value};
		const struct device_conf conf = {.name = "card",
			.driver = "caisse",
			.port = "tcp:[::1]:8888",
			.opt = &opt,
			.n_opt = 1};
		struct err e = {.rc = RC_OK};

		assert_int_equal(d->open(s, &conf, bad[i].blind, &e), RC_INVAL);
		assert_true(e.msg[0] != '\0');
	}
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worked_frames),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
