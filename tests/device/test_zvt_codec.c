/* SPDX-License-Identifier: Apache-2.0 */
/* ZVT on the wire: the worked frames, the CRC, lengths, containers, texts. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/zvt_link.h"
#include "device/zvt_words.h"
#include "gen.h"

static size_t
unhex(const char *text, uint8_t *out, size_t cap)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0';) {
		char two[3] = {c[0], c[0] != ' ' ? c[1] : '\0', '\0'};

		if (*c == ' ') {
			c++;
			continue;
		}
		if (*c == '"') {
			for (c++; *c != '"'; c++) {
				assert_true(n < cap);
				out[n++] = (uint8_t)*c;
			}
			c++;
			continue;
		}
		assert_true(n < cap);
		out[n++] = (uint8_t)strtoul(two, NULL, 16);
		c += 2;
	}
	return n;
}

#define E12 "EE EE EE EE EE EE"
#define PAID                                                                   \
	"04 0F 50 27 00 04 00 00 00 00 12 34 49 09 78 0B 00 06 07 0C 14 05 "   \
	"33 0D 11 21 17 00 01 19 70 22 F0 F8 67 EE EE EE EE EE 47 71 29 12 "   \
	"34 56 78 87 00 22 88 00 00 22 8A 2E 8B F0 F8 4D 61 65 73 74 72 6F "   \
	"00 2A 20 20 20 20 20 20 \"123456789\""
#define BLOCK                                                                  \
	"06 D3 39 06 37 1F 07 01 02 25 31 09 01 40 07 0B \"KASSENBELEG\" "     \
	"09 01 00 07 00 07 17 \"Betrag EUR        12,34\" 09 01 C0"

/* The APDU, and its frame: whole, or its two bytes of CRC. */
static const struct {
	const char *apdu, *frame;
} worked[] = {
	{"06 00 10 12 34 56 BE 09 78 03 01 06 06 26 04 0A 02 06 D3",
		"10 02 06 00 10 10 12 34 56 BE 09 78 03 01 06 06 26 04 0A 02 "
		"06 D3 10 03 78 B5"},
	{"06 00 0E 12 34 56 BE 09 78 06 06 26 04 0A 02 06 D3", "6D BC"},
	{"06 00 0A 12 34 56 3E 09 78 03 01 06 00",
		"10 02 06 00 0A 12 34 56 3E 09 78 03 01 06 00 10 03 1E 32"},
	{"06 00 06 00 00 00 BE 09 78",
		"10 02 06 00 06 00 00 00 BE 09 78 10 03 3C AA"},
	{"80 00 00", "10 02 80 00 00 10 03 F5 1F"},
	{"84 83 00", "10 02 84 83 00 10 03 91 8E"},
	{"84 CC 00", "10 02 84 CC 00 10 03 20 C2"},
	{"06 0F 0A 19 00 29 12 34 56 78 49 09 78",
		"10 02 06 0F 0A 19 00 29 12 34 56 78 49 09 78 10 03 57 EF"},
	{"06 0F 0A 19 00 29 00 10 10 06 49 09 78",
		"10 02 06 0F 0A 19 00 29 00 10 10 10 10 06 49 09 78 10 03 D5 "
		"DD"},
	{"06 01 0A 04 00 00 00 00 12 34 49 09 78",
		"10 02 06 01 0A 04 00 00 00 00 12 34 49 09 78 10 03 B0 91"},
	{"06 01 0A 04 00 00 00 01 10 10 49 09 78",
		"10 02 06 01 0A 04 00 00 00 01 10 10 10 10 49 09 78 10 03 B2 "
		"4B"},
	{"04 FF 01 0A", "10 02 04 FF 01 0A 10 03 F5 7D"},
	{"04 FF 02 17 03", "10 02 04 FF 02 17 03 10 03 E3 CD"},
	{"06 1E 01 6C", "10 02 06 1E 01 6C 10 03 C9 F2"},
	{"06 0F 00", "10 02 06 0F 00 10 03 C6 33"},
	{"06 30 0D 12 34 56 87 00 22 04 00 00 00 00 12 34",
		"10 02 06 30 0D 12 34 56 87 00 22 04 00 00 00 00 12 34 10 03 "
		"6C B7"},
	{"06 31 0D 12 34 56 04 00 00 00 00 12 34 49 09 78", "CF 30"},
	{"06 50 03 12 34 56", "C4 AF"},
	{"06 70 00", "D9 F9"},
	{"06 02 00", "B9 CC"},
	{"06 B0 00", "43 F3"},
	{"06 18 00", "56 3A"},
	{"06 20 05 12 34 56 03 03", "70 38"},
	{"06 20 03 12 34 56", "C5 6A"},
	{"06 93 03 12 34 56", "CA A4"},
	{"05 01 03 12 34 56", "E0 43"},
	{"06 10 03 12 34 56", "10 02 06 10 10 03 12 34 56 10 03 15 AD"},
	{"06 22 0A 04 00 00 00 00 50 00 49 09 78", "A1 D9"},
	{"06 23 0A 87 00 31 04 00 00 00 00 20 00", "BE ED"},
	{"06 23 03 87 FF FF", "FB BD"},
	{"06 24 0A 87 00 31 04 00 00 00 00 30 00", "68 70"},
	{"06 25 03 87 00 31", "48 33"},
	{"06 51 03 12 34 56", "EF AB"},
	{"06 91 0B 12 34 56 AA 26 11 21 0C 18 30 00", "27 36"},
	{"08 40 01 07", "D8 69"},
	{"06 D1 02 FF 03", "FF 0B"},
	{"06 D1 01 80", "D0 3B"},
	{"06 E0 14 F0 05 F1 F0 F6 \"Hello!\" F2 F0 F4 \"2.50\" F9 01", "CD 7F"},
	{PAID, "A0 59"},
	{BLOCK, "08 C3"},
	/* what was recorded of a terminal, where the name of the CRC misleads */
	{"06 0F 0B F0 F0 F7 \"2.14.15\" 00",
		"10 02 06 0F 0B F0 F0 F7 32 2E 31 34 2E 31 35 00 10 03 B1 "
		"11"},
};

static void
frames_are_as_worked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(worked); i++) {
		uint8_t apdu[512], want[512], got[1024];
		size_t n = unhex(worked[i].apdu, apdu, sizeof(apdu));
		size_t n_want = unhex(worked[i].frame, want, sizeof(want));
		struct zvt_sink sink = {got, sizeof(got), 0};
		struct zvt_apdu a;

		assert_true(zvt_apdu_read(apdu, n, &a));
		assert_true(zvt_frame(apdu, n, &sink));
		if (n_want == 2) {
			assert_memory_equal(got + sink.n - 2, want, 2);
		} else {
			assert_int_equal(sink.n, n_want);
			assert_memory_equal(got, want, n_want);
		}
	}
}

/* What came out of a link that was given a frame in pieces of ${piece}. */
static void
through(const uint8_t *frame, size_t n, size_t piece, const uint8_t *apdu,
	size_t n_apdu)
{
	static struct zvt_link l;
	uint8_t back[16];
	struct zvt_sink sink = {back, sizeof(back), 0};
	size_t whole = 0;

	zvt_link_init(&l, true);
	for (size_t at = 0; at < n; at += piece) {
		const uint8_t *p = frame + at;
		size_t left = n - at < piece ? n - at : piece;

		while (left > 0) {
			if (zvt_link_take(&l, (struct mono){1}, &p, &left,
				    &sink) == ZVT_APDU) {
				whole++;
				assert_int_equal(l.n_apdu, n_apdu);
				assert_memory_equal(l.apdu, apdu, n_apdu);
			}
		}
	}
	assert_int_equal(whole, 1);
	assert_int_equal(sink.n, 1);
	assert_int_equal(back[0], 0x06);
}

static void
frames_are_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(worked); i++) {
		uint8_t apdu[512], frame[1024];
		size_t n = unhex(worked[i].apdu, apdu, sizeof(apdu));
		struct zvt_sink sink = {frame, sizeof(frame), 0};

		assert_true(zvt_frame(apdu, n, &sink));
		for (size_t piece = 1; piece <= sink.n; piece++) {
			through(frame, sink.n, piece, apdu, n);
		}
	}
}

static void
crc_is_kermit(void **state)
{
	(void)state;
	assert_int_equal(zvt_crc(0, (const uint8_t *)"123456789", 9), 0x2189);
}

static void
long_apdus(void **state)
{
	struct zvt_make m;
	struct zvt_apdu a;
	uint8_t data[600] = {0};
	static const size_t size[] = {0, 1, 254, 255, 256, 600};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(size); i++) {
		zvt_begin(&m, 0x06d3);
		zvt_put(&m, data, size[i]);
		assert_true(zvt_end(&m));
		assert_int_equal(m.n, size[i] + (size[i] < 255 ? 3 : 5));
		assert_true(zvt_apdu_read(m.byte, m.n, &a));
		assert_int_equal(a.n, size[i]);
		assert_false(zvt_apdu_read(m.byte, m.n - 1, &a));
	}
	zvt_begin(&m, 0x06d3);
	for (int i = 0; i < 4; i++) {
		zvt_put(&m, data, sizeof(data));
	}
	assert_false(zvt_end(&m));
}

/* A block of 294 bytes: the APDU's length is little endian, tags' are big. */
static void
both_endians(void **state)
{
	static const uint8_t head[] = {0x06, 0xd3, 0xff, 0x26, 0x01, 0x06, 0x82,
		0x01, 0x22, 0x25, 0x82, 0x01, 0x1e, 0x07};
	struct zvt_make in = {.n = 0};
	struct zvt_make out = {.n = 0};
	struct zvt_make m;
	uint8_t text[0x11a];
	struct zvt_apdu a;
	struct zvt_bmp b;
	struct zvt_tag t;

	(void)state;
	memset(text, 'x', sizeof(text));
	zvt_put_tag(&in, 0x07, text, sizeof(text));
	zvt_put_tag(&out, 0x25, in.byte, in.n);
	zvt_begin(&m, 0x06d3);
	zvt_put_tag(&m, 0x06, out.byte, out.n);
	assert_true(zvt_end(&m));
	assert_memory_equal(m.byte, head, sizeof(head));
	assert_int_equal(m.n, 5 + 294);
	assert_true(zvt_apdu_read(m.byte, m.n, &a));
	assert_true(zvt_bmp_next(&a.p, &a.n, &b));
	assert_int_equal(b.n, 0x122);
	assert_true(zvt_tag_next(&b.p, &b.n, &t));
	assert_int_equal(t.tag, 0x25);
	assert_true(t.nested);
	assert_int_equal(b.n, 0);
}

static void
tag_lengths(void **state)
{
	static const struct {
		const char *hex;
		bool good;
		unsigned tag;
		size_t n;
	} row[] = {
		{"07 00", true, 0x07, 0},
		{"07 01 41", true, 0x07, 1},
		{"07 81 01 41", true, 0x07, 1},
		{"07 82 00 01 41", true, 0x07, 1},
		{"1F 07 01 02", true, 0x1f07, 1},
		{"07 02 41", false, 0, 0},
		{"07 80", false, 0, 0},
		{"07 83 00 00 01 41", false, 0, 0},
		{"07 81", false, 0, 0},
		{"07 82 00", false, 0, 0},
		{"1F", false, 0, 0},
		{"07", false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		uint8_t byte[16];
		const uint8_t *p = byte;
		size_t n = unhex(row[i].hex, byte, sizeof(byte));
		struct zvt_tag t;

		assert_int_equal(zvt_tag_next(&p, &n, &t), row[i].good);
		if (row[i].good) {
			assert_int_equal(t.tag, row[i].tag);
			assert_int_equal(t.n, row[i].n);
			assert_int_equal(n, 0);
		}
	}
}

static void
info_of(struct zvt_info *i, enum zvt_charset cs, const char *hex)
{
	uint8_t byte[512];
	size_t n = unhex(hex, byte, sizeof(byte));

	zvt_info_init(i);
	zvt_info_read(i, cs, byte, n);
}

static void
status_information(void **state)
{
	uint8_t byte[512];
	size_t n = unhex(PAID, byte, sizeof(byte));
	struct zvt_apdu a;
	struct zvt_info i;

	(void)state;
	assert_true(zvt_apdu_read(byte, n, &a));
	zvt_info_init(&i);
	zvt_info_read(&i, ZVT_CP437, a.p, a.n);
	assert_int_equal(i.result, 0);
	assert_int_equal(i.amount, 1234);
	assert_int_equal(i.currency, 978);
	assert_string_equal(i.trace, "607");
	assert_string_equal(i.time, "14:05:33");
	assert_string_equal(i.date, "11-21");
	assert_int_equal(i.status, 0x70);
	assert_string_equal(i.last4, "4771");
	assert_string_equal(i.terminal, "12345678");
	assert_string_equal(i.receipt, "22");
	assert_string_equal(i.card, "Maestro");
}

/* What terminals do that the papers hardly say. */
static void
seen_on_terminals(void **state)
{
	struct zvt_info i;

	(void)state;
	/* a card number of which only the last four are open, 19 digits */
	info_of(&i, ZVT_CP437, "22 F1 F0 67 EE EE EE EE EE EE E1 23 4F 27 00");
	assert_string_equal(i.last4, "1234");
	assert_int_equal(i.result, 0);
	info_of(&i, ZVT_CP437, "22 F0 F8 " E12 " 57 26 27 05");
	assert_string_equal(i.last4, "5726");
	/* all of it masked, or empty: none */
	info_of(&i, ZVT_CP437, "22 F0 F8 " E12 " EE EE");
	assert_string_equal(i.last4, "");
	info_of(&i, ZVT_CP437, "22 F0 F0 8B F0 F1 00 27 00");
	assert_string_equal(i.last4, "");
	assert_string_equal(i.card, "");
	assert_int_equal(i.result, 0);
	/* four digits alone are no card number that was masked */
	info_of(&i, ZVT_CP437, "22 F0 F2 12 34");
	assert_string_equal(i.last4, "");
	/* the trace stands elsewhere when it is long */
	info_of(&i, ZVT_CP437, "0B 00 00 00 06 06 1F 2B 03 12 34 56");
	assert_string_equal(i.trace, "123456");
	/* how it was checked, inside of 2F and beside it */
	info_of(&i, ZVT_CP437, "06 0A 2F 08 1F 10 01 02 1F 12 01 02");
	assert_int_equal(i.check, 2);
	assert_int_equal(i.entry, 2);
	info_of(&i, ZVT_CP437, "06 08 1F 10 01 01 1F 12 01 01");
	assert_int_equal(i.check, 1);
	assert_int_equal(i.entry, 1);
	/* a bitmap that nobody knows: what came before it stands */
	info_of(&i, ZVT_CP437, "27 6C C7 01 02 04 00 00 00 00 00 01");
	assert_int_equal(i.result, 0x6c);
	assert_int_equal(i.amount, -1);
	/* the host's own codes come as 00 with A0 */
	info_of(&i, ZVT_CP437, "27 00 A0 A3");
	assert_int_equal(i.result, 0xa3);
	/* tracks and card codes are read over */
	info_of(&i, ZVT_CP437,
		"23 F0 F3 12 34 5F 24 F0 F0 F2 12 34 3A 01 23 27 00");
	assert_int_equal(i.result, 0);
}

static void
totals(void **state)
{
	struct zvt_info i;

	(void)state;
	info_of(&i, ZVT_CP437,
		"60 F0 F5 F3 00 01 00 09 02 00 00 00 00 30 00 00 00 00 00 00 "
		"00 00 01 00 00 00 00 12 34 00 00 00 00 00 00 00 05 00 00 00 "
		"01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
	assert_int_equal(i.n_total, 3);
	assert_string_equal(i.total[0].name, "girocard");
	assert_int_equal(i.total[0].count, 2);
	assert_int_equal(i.total[0].amount, 3000);
	assert_string_equal(i.total[1].name, "Mastercard");
	assert_int_equal(i.total[1].amount, 1234);
	assert_string_equal(i.total[2].name, "Visa");
	assert_int_equal(i.total[2].count, 5);
	assert_int_equal(i.total[2].amount, 10000);
}

static void
texts(void **state)
{
	static const struct {
		enum zvt_charset cs;
		const char *in, *out;
	} row[] = {
		{ZVT_CP437, "gr\x81n", "gr\xc3\xbcn"},
		{ZVT_LATIN1, "\xc4hre", "\xc3\x84hre"},
		{ZVT_UTF8, "\xe2\x82\xac 5", "\xe2\x82\xac 5"},
		{ZVT_CP437, "Betrag EUR        12,34",
			"Betrag EUR        12,34"},
		{ZVT_CP437, "Karte\nbitte", "Karte bitte"},
		{ZVT_CP437, "\x1b[2J\x07", " [2J"},
		{ZVT_CP437, "PAN 4111 1111 1111 1111",
			"PAN **** **** **** 1111"},
		{ZVT_CP437, "5500005555555559", "************5559"},
	};

	char out[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		zvt_text(row[i].cs, (const uint8_t *)row[i].in,
			strlen(row[i].in), out, sizeof(out));
		assert_string_equal(out, row[i].out);
	}
	/* cut between characters, never inside of one */
	zvt_text(ZVT_LATIN1, (const uint8_t *)"aa\xe4\xe4", 4, out, 6);
	assert_string_equal(out, "aa\xc3\xa4");
}

static void
every_number_has_words(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		assert_true(i == 0 || zvt_result_text(i)[0] != '\0');
		assert_true(zvt_step_text(i)[0] != '\0');
		assert_true(i == 0 || zvt_status_text(i)[0] != '\0');
	}
	assert_string_equal(zvt_result_text(0x05), "The bank declined.");
	assert_string_equal(zvt_step_text(0x0a), "Insert or hold card");
	assert_string_equal(zvt_step_text(0x4b), "Remove card");
}

/* --- the link's times ----------------------------------------------------- */

struct end {
	struct zvt_link l;
	uint8_t sent[4096];
	struct zvt_sink sink;
};

static void
end_init(struct end *e)
{
	zvt_link_init(&e->l, true);
	e->sink = (struct zvt_sink){e->sent, sizeof(e->sent), 0};
}

static enum zvt_said
give(struct end *e, int64_t ms, const char *hex)
{
	uint8_t byte[512];
	const uint8_t *p = byte;
	size_t n = unhex(hex, byte, sizeof(byte));
	enum zvt_said last = ZVT_NOTHING;

	while (n > 0) {
		last = zvt_link_take(
			&e->l, (struct mono){ms * 1000}, &p, &n, &e->sink);
	}
	return last;
}

static enum zvt_said
tick(struct end *e, int64_t ms)
{
	return zvt_link_tick(&e->l, (struct mono){ms * 1000}, &e->sink);
}

static void
refused_frames(void **state)
{
	static struct end e;

	(void)state;
	end_init(&e);
	/* a wrong CRC: refused when the line is silent, not before */
	(void)give(&e, 1000, "10 02 06 0F 00 10 03 C6 34");
	assert_int_equal(e.sink.n, 0);
	assert_int_equal(zvt_link_due(&e.l).us, 1200000);
	(void)tick(&e, 1199);
	assert_int_equal(e.sink.n, 0);
	(void)tick(&e, 1200);
	assert_int_equal(e.sink.n, 1);
	assert_int_equal(e.sent[0], 0x15);
	/* T1 inside of a frame */
	(void)give(&e, 2000, "10 02 06 0F");
	(void)tick(&e, 2200);
	assert_int_equal(e.sink.n, 2);
	assert_int_equal(e.sent[1], 0x15);
	/* a length that is none of the frame's, its CRC right */
	(void)give(&e, 3000, "10 02 06 0F 01 10 03 1E 2A");
	(void)tick(&e, 3200);
	assert_int_equal(e.sink.n, 3);
	/* a frame begins anew inside of one that was cut off */
	assert_int_equal(give(&e, 4000,
				 "10 02 06 0F 10 02 06 0F 00 10 03 "
				 "C6 33"),
		ZVT_APDU);
	assert_int_equal(e.sent[3], 0x06);
	/* noise between frames says nothing */
	assert_int_equal(give(&e, 5000, "06 15 FF 10 33 03"), ZVT_NOTHING);
	assert_int_equal(e.sink.n, 4);
}

static void
endless_frame(void **state)
{
	static struct end e;

	(void)state;
	end_init(&e);
	(void)give(&e, 0, "10 02");
	for (int i = 0; i < 40000; i++) {
		(void)give(&e, i / 10, "41");
	}
	(void)tick(&e, 4200);
	assert_int_equal(e.sink.n, 1);
	assert_int_equal(
		give(&e, 4300, "10 02 06 0F 00 10 03 C6 33"), ZVT_APDU);
}

static void
sent_again(void **state)
{
	static const uint8_t status[] = {0x05, 0x01, 3, 0x12, 0x34, 0x56};
	static struct end e;
	size_t once;

	(void)state;
	end_init(&e);
	zvt_link_send(
		&e.l, (struct mono){0}, status, sizeof(status), false, &e.sink);
	once = e.sink.n;
	assert_int_equal(tick(&e, 4999), ZVT_NOTHING);
	assert_int_equal(tick(&e, 5000), ZVT_NOTHING);
	assert_int_equal(e.sink.n, 2 * once);
	assert_int_equal(give(&e, 5100, "15"), ZVT_NOTHING);
	assert_int_equal(e.sink.n, 3 * once);
	assert_int_equal(give(&e, 5200, "15"), ZVT_FAILED);
	assert_int_equal(e.sink.n, 3 * once);
	assert_int_equal(zvt_link_due(&e.l).us, -1);

	/* what moves money goes out again when it was refused, not for silence
	 */
	zvt_link_send(
		&e.l, (struct mono){0}, status, sizeof(status), true, &e.sink);
	(void)give(&e, 10, "15");
	assert_int_equal(e.sink.n, 5 * once);
	assert_int_equal(tick(&e, 5010), ZVT_FAILED);
	assert_int_equal(e.sink.n, 5 * once);
}

static void
sent_twice(void **state)
{
	static const uint8_t yes[] = {0x80, 0, 0};
	static const uint8_t repeat[] = {0x06, 0x20, 3, 0, 0, 0};
	static struct end e;
	const char *step = "10 02 04 FF 01 0A 10 03 F5 7D";

	(void)state;
	end_init(&e);
	assert_int_equal(give(&e, 0, step), ZVT_APDU);
	assert_int_equal(give(&e, 10, step), ZVT_AGAIN);
	zvt_link_send(&e.l, (struct mono){0}, yes, 3, false, &e.sink);
	assert_int_equal(give(&e, 20, step), ZVT_AGAIN);
	/* acknowledged each time */
	assert_int_equal(e.sent[0], 0x06);
	assert_int_equal(e.sent[1], 0x06);
	assert_int_equal(e.sent[e.sink.n - 1], 0x06);
	/* its answer arrived: the same once more is a new one */
	assert_int_equal(give(&e, 30, "06"), ZVT_TAKEN);
	assert_int_equal(give(&e, 40, step), ZVT_APDU);
	/* and so it is behind a command of ours */
	zvt_link_send(&e.l, (struct mono){0}, repeat, 6, false, &e.sink);
	assert_int_equal(give(&e, 50, step), ZVT_APDU);
}

static void
bare_apdus(void **state)
{
	static struct end e;

	(void)state;
	end_init(&e);
	zvt_link_init(&e.l, false);
	assert_int_equal(give(&e, 0, "80 00"), ZVT_NOTHING);
	assert_int_equal(give(&e, 1, "00"), ZVT_APDU);
	assert_int_equal(give(&e, 2, "06 D3 FF 02"), ZVT_NOTHING);
	assert_int_equal(give(&e, 3, "00 41 42"), ZVT_APDU);
	assert_int_equal(e.l.n_apdu, 7);
	assert_int_equal(e.sink.n, 0);
	/* longer than any */
	assert_int_equal(give(&e, 4, "06 D3 FF FF FF"), ZVT_BROKEN);
	/* half of one, and silence */
	assert_int_equal(give(&e, 5, "06"), ZVT_NOTHING);
	assert_int_equal(tick(&e, 2005), ZVT_BROKEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_as_worked),
		cmocka_unit_test(frames_are_read_back),
		cmocka_unit_test(crc_is_kermit),
		cmocka_unit_test(long_apdus),
		cmocka_unit_test(both_endians),
		cmocka_unit_test(tag_lengths),
		cmocka_unit_test(status_information),
		cmocka_unit_test(seen_on_terminals),
		cmocka_unit_test(totals),
		cmocka_unit_test(texts),
		cmocka_unit_test(every_number_has_words),
		cmocka_unit_test(refused_frames),
		cmocka_unit_test(endless_frame),
		cmocka_unit_test(sent_again),
		cmocka_unit_test(sent_twice),
		cmocka_unit_test(bare_apdus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
