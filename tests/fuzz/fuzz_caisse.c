/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a Caisse-AP terminal may say, read by the codecs themselves.  The first
 * byte is the way: V a message of version 3, E one of E, Z a receipt, all in
 * one piece; L bytes of the link, where FF and a byte n let n * 20 ms pass.
 */
#include <stdlib.h>
#include <string.h>

#include "device/caisse.h"
#include "device/caisse_e.h"
#include "fuzz.h"

#include "base/poison.h"

#define AMOUNT 1234

static const struct pinpad_ask pay = {.op = PINPAD_PAY,
	.amount = AMOUNT,
	.currency = 978,
	.digits = 2,
	.ref = "P-7"};

static bool
holds(const uint8_t *p, size_t n, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i + len <= n; i++) {
		if (memcmp(p + i, text, len) == 0) {
			return true;
		}
	}
	return false;
}

static void
no_card(const char *text)
{
	char copy[PINPAD_SLIP_BYTES];
	size_t n = strlen(text);

	fuzz_must(n < sizeof(copy), "a text has its end");
	memcpy(copy, text, n + 1);
	fuzz_must(pinpad_mask(copy, n) == 0, "no card number leaves a codec");
}

static void
look_at(const struct pinpad_result *r, const struct pinpad_slip *slip)
{
	no_card(r->text);
	no_card(r->auth);
	no_card(r->aid);
	no_card(r->card);
	fuzz_must(strlen(r->last4) == 0 || strlen(r->last4) == 4,
		"four digits or none");
	fuzz_must(
		slip->len < sizeof(slip->text) && slip->text[slip->len] == '\0',
		"a slip has its end");
	no_card(slip->text);
}

static void
judge(const struct caisse_codec *codec, const void *opt, enum pinpad_op op,
	const uint8_t *p, size_t n)
{
	struct pinpad_slip *slip = calloc(1, sizeof(*slip));
	struct pinpad_result r = {.op = op,
		.outcome = PINPAD_UNKNOWN,
		.code = -1,
		.last_op = PINPAD_LAST};
	struct pinpad_ask ask = pay;

	if (slip == NULL) {
		return;
	}
	ask.op = op;
	if (codec->judge(opt, &ask, p, n, &r, slip) == CAISSE_MINE) {
		look_at(&r, slip);
		if (pinpad_outcome_paid(r.outcome) && op == PINPAD_PAY) {
			fuzz_must(r.amount == AMOUNT, "paid is what was asked");
			fuzz_must(codec == &caisse_e_codec
					  ? p[2] == '0'
					  : holds(p, n, "AE00210") &&
						    holds(p, n, "CE003978"),
				"paid is what says so");
		}
	}
	free(slip);
}

static void
take_receipt(const uint8_t *p, size_t n)
{
	struct pinpad_slip *slip = calloc(1, sizeof(*slip));
	const struct pinpad_result none = {.code = -1};

	if (slip != NULL) {
		caisse_slip((const char *)p, n, slip);
		look_at(&none, slip);
	}
	free(slip);
}

static void
run_link(const uint8_t *p, size_t n)
{
	struct caisse_link *l = calloc(1, sizeof(*l));
	struct device_out *out = calloc(1, sizeof(*out));
	struct mono now = {1000000};
	unsigned frames = 0;
	unsigned taken = 0;

	if (l == NULL || out == NULL) {
		goto out;
	}
	caisse_link_reset(l);
	(void)!caisse_link_send(l, (const uint8_t *)"0112", 4);
	while (n > 0) {
		size_t one = p[0] == 0xff ? 0 : 1;
		const uint8_t *in = p;
		size_t left = one;
		enum caisse_link_said said;

		if (one == 0) {
			now.us += n > 1 ? p[1] * 20000 : 0;
		}
		out->n_byte = 0;
		for (int i = 0; i < 8; i++) {
			said = caisse_link_step(l, now, &in, &left, out);
			taken += said == CAISSE_LINK_TAKEN ? 1 : 0;
			if (said == CAISSE_LINK_FRAME) {
				fuzz_must(l->n_rx <= sizeof(l->rx),
					"a frame has its bounds");
				frames++;
				caisse_link_answer(
					l, now, frames % 3 != 0, out);
			}
		}
		fuzz_must(said == CAISSE_LINK_NOTHING, "the link is at rest");
		one = one == 0 ? 2 : 1;
		p += one < n ? one : n;
		n -= one < n ? one : n;
	}
	fuzz_must(taken <= 1, "one message is taken once");
out:
	free(out);
	free(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct caisse_opt v3 = {
		.version = "0320", .reg = 1, .reference = true};
	static const struct caisse_e_opt e = {.reg = 1};

	if (size == 0) {
		return 0;
	}
	switch (data[0]) {
	case 'V':
		judge(&caisse_codec, &v3, PINPAD_PAY, data + 1, size - 1);
		judge(&caisse_codec, &v3, PINPAD_LAST, data + 1, size - 1);
		judge(&caisse_codec, &v3, PINPAD_STATUS, data + 1, size - 1);
		break;
	case 'E':
		judge(&caisse_e_codec, &e, PINPAD_PAY, data + 1, size - 1);
		break;
	case 'Z':
		take_receipt(data + 1, size - 1);
		break;
	default:
		run_link(data + 1, size - 1);
		break;
	}
	return 0;
}
