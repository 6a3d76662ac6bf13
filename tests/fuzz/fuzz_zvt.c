/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a card terminal sends: as frames, as bare APDUs, as bitmaps and as
 * text.  The first byte says which character set and in what pieces.
 */
#include <string.h>

#include "device/zvt_link.h"
#include "fuzz.h"

#include "base/poison.h"

static void
no_card(const char *text, size_t cap)
{
	char copy[256];
	size_t n = strlen(text);

	fuzz_must(n < cap && n < sizeof(copy), "a text ends within its room");
	memcpy(copy, text, n + 1);
	fuzz_must(pinpad_mask(copy, n) == 0, "no card number is in a text");
}

static void
look_at(enum zvt_charset cs, const uint8_t *p, size_t n)
{
	struct zvt_info i;
	const char *c;

	zvt_info_init(&i);
	zvt_info_read(&i, cs, p, n);
	fuzz_must(i.result >= -1 && i.result <= 0xff, "a result is a byte");
	fuzz_must(i.amount >= -1 && i.amount <= INT64_C(999999999999),
		"an amount has twelve digits");
	fuzz_must(strlen(i.last4) == 0 || strlen(i.last4) == 4,
		"of a card number four digits, or none");
	for (c = i.last4; *c != '\0'; c++) {
		fuzz_must(*c >= '0' && *c <= '9', "which are digits");
	}
	fuzz_must(i.n_total <= PINPAD_TOTAL_ROWS, "totals have their bounds");
	no_card(i.text, sizeof(i.text));
	no_card(i.card, sizeof(i.card));
	no_card(i.auth, sizeof(i.auth));
	no_card(i.trace, sizeof(i.trace));
	fuzz_must(strlen(i.aid) <= 32 &&
			  strlen(i.terminal) ==
				  8 * (i.terminal[0] != '\0' ? 1u : 0u),
		"numbers have their lengths");
}

/* What was read as an APDU is one, and comes back from its own frame. */
static void
frame_again(const uint8_t *p, size_t n)
{
	static uint8_t framed[2 * ZVT_APDU_BYTES + 6];
	static struct zvt_link back;
	struct zvt_sink sink = {framed, sizeof(framed), 0};
	struct zvt_sink ack = {framed, 0, 0};
	const uint8_t *at = framed;
	size_t left;

	fuzz_must(zvt_apdu_size(p, n) == n, "an APDU is as long as it says");
	fuzz_must(zvt_frame(p, n, &sink), "it has a frame");
	left = sink.n;
	zvt_link_init(&back, true);
	fuzz_must(zvt_link_take(&back, (struct mono){0}, &at, &left, &ack) ==
				  ZVT_APDU &&
			  left == 0,
		"which is read back");
	fuzz_must(
		back.n_apdu == n && memcmp(back.apdu, p, n) == 0, "as it was");
}

static void
line(bool serial, enum zvt_charset cs, size_t piece, const uint8_t *p, size_t n)
{
	static struct zvt_link l;
	static uint8_t answer[65536];
	struct zvt_sink sink = {answer, sizeof(answer), 0};
	struct mono now = {0};

	zvt_link_init(&l, serial);
	while (n > 0) {
		size_t left = n < piece ? n : piece;

		n -= left;
		while (left > 0) {
			struct zvt_apdu a;

			if (zvt_link_take(&l, now, &p, &left, &sink) !=
				ZVT_APDU) {
				continue;
			}
			fuzz_must(zvt_apdu_read(l.apdu, l.n_apdu, &a),
				"what is said to be an APDU is one");
			look_at(cs, a.p, a.n);
			frame_again(l.apdu, l.n_apdu);
		}
	}
	/* it comes to rest by itself */
	now.us = ZVT_TCP_GAP_US + ZVT_T1_US;
	(void)zvt_link_tick(&l, now, &sink);
	fuzz_must(zvt_link_due(&l).us < 0, "a silent line waits for nothing");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum zvt_charset cs;
	size_t piece;
	char out[128];

	if (size == 0) {
		return 0;
	}
	cs = (enum zvt_charset)(data[0] % 3);
	piece = data[0] / 3u % 16 + 1;
	data++;
	size--;
	line(true, cs, piece, data, size);
	line(false, cs, piece, data, size);
	look_at(cs, data, size);
	zvt_text(cs, data, size, out, sizeof(out));
	no_card(out, sizeof(out));
	return 0;
}
