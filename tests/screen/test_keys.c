/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "screen/keys.h"

#include "base/poison.h"

/*
 * A script is characters with a fixed gap; '~' waits 40 ms more, '^' 200 ms,
 * '_' 600 ms,
 * '!' 40 ms in which nobody looks at the time.  What comes out is written down: text as it is, <CR> <ESC> ...,
 * scans as {code}.
 */
struct recorder {
	char text[2048];
	struct sbuf b;
};

static void
record(void *arg, const struct keys_out *out)
{
	static const char *const names[] = {
		[KEYS_ENTER] = "<CR>",
		[KEYS_LF] = "<LF>",
		[KEYS_TAB] = "<TAB>",
		[KEYS_ESC] = "<ESC>",
		[KEYS_F1] = "<F1>",
		[KEYS_F10] = "<F10>",
		[KEYS_F11] = "<F11>",
		[KEYS_F12] = "<F12>",
		[KEYS_UP] = "<UP>",
		[KEYS_BROKEN] = "<BROKEN>",
	};
	struct recorder *r = arg;

	if (out->scan) {
		sbuf_putc(&r->b, '{');
		sbuf_write(&r->b, out->text, out->len);
		sbuf_putc(&r->b, '}');
	} else if (out->key.code == KEYS_CHAR) {
		sbuf_putc(&r->b, (char)out->key.cp);
	} else if (out->key.code == KEYS_TEXT) {
		sbuf_printf(&r->b, "'%c", (char)out->key.cp);
	} else if (out->key.code == KEYS_PREFIX) {
		sbuf_printf(&r->b, "<^F %c>", (char)out->key.cp);
	} else if (out->key.code == KEYS_COMMAND) {
		sbuf_printf(&r->b, "<command %d>", (int)out->key.cp);
	} else if (out->key.code == KEYS_KEYLOCK) {
		sbuf_printf(&r->b, "<lock %c>",
			out->key.cp != 0 ? (char)out->key.cp : '?');
	} else if (out->key.code < ARRAY_LEN(names) &&
		   names[out->key.code] != NULL) {
		sbuf_puts(&r->b, names[out->key.code]);
	} else {
		sbuf_puts(&r->b, "<?>");
	}
}

static int64_t
pause_of(char c)
{
	return c == '~' || c == '!' ? 40000
	       : c == '^'           ? 200000
	       : c == '_'           ? 600000
				    : 0;
}

static void
run_frames(const char *script, int64_t gap, int64_t slack,
	const struct keys_frames *f, struct recorder *r)
{
	struct keys_in k;
	struct mono t = {.us = 1000000};

	sbuf_init(&r->b, r->text, sizeof(r->text));
	keys_init(&k);
	keys_frames(&k, f, record, r);
	for (; *script != '\0'; script++) {
		struct key_event ev = {.cp = (unsigned char)*script};

		if (pause_of(*script) > 0) {
			t.us += pause_of(*script);
			if (*script != '!') {
				keys_tick(&k, t, record, r);
			}
			continue;
		}
		t.us += gap;
		ev.code = keys_from_cp(ev.cp);
		if (ev.cp == '{' || ev.cp == '}') {
			ev.code = ev.cp == '{' ? KEYS_PASTE : KEYS_PASTED;
			ev.cp = 0;
		}
		ev.at = t;
		ev.slack_us = slack;
		keys_feed(&k, &ev, record, r);
	}
	t.us += 1000000;
	keys_tick(&k, t, record, r);
}

static void
run(const char *script, int64_t gap, int64_t slack, struct recorder *r)
{
	run_frames(script, gap, slack, NULL, r);
}

static void
test_scans_and_typing(void **state)
{
	static const struct {
		const char *script;
		int64_t gap_ms;
		const char *want;
	} rows[] = {
		/* rhythm decides */
		{"5449000000996\r", 8, "{5449000000996}"},
		{"5449000000996\t", 8, "{5449000000996}"},
		{"5449000000996\r", 35, "{5449000000996}"},
		{"5449000000996\r", 36, "5449000000996<CR>"},
		{"5449000000996\r", 120, "5449000000996<CR>"},
		{"544900~0000996\r", 8, "544900{0000996}"},
		{"5449000000996~\r", 8, "5449000000996<CR>"},
		{"12345\r", 8, "12345<CR>"},
		{"123456\r", 8, "{123456}"},
		{"AB 12-c\r", 8, "{AB 12-c}"},
		/* what stood in front of the burst stays */
		{"12*~5449000000996\r", 8, "12*{5449000000996}"},
		{"12*5449000000996\r", 8, "12*{5449000000996}"},
		{"0.734*4006381333931\r", 8, "0.734*{4006381333931}"},
		{"12*4017\r", 8, "12*4017<CR>"},
		{"*AB1234*\r", 8, "{*AB1234*}"},
		/* CR LF is one terminator */
		{"5449000000996\r\n", 8, "{5449000000996}"},
		{"12\r\n", 8, "12<CR>"},
		{"12\r~\n", 8, "12<CR><CR>"},
		{"12\r\r", 8, "12<CR><CR>"},
		{"12\n", 8, "12<CR>"},
		/* two scans */
		{"5449000000996\r4006381333931\r", 8,
			"{5449000000996}{4006381333931}"},
		/* the same one: a double read, unless time has passed */
		{"5449000000996\r5449000000996\r", 8, "{5449000000996}"},
		{"5449000000996\r^5449000000996\r", 8,
			"{5449000000996}{5449000000996}"},
		{"5449000000996\r4006381333931\r5449000000996\r", 8,
			"{5449000000996}{4006381333931}{5449000000996}"},
		/* frames: any rhythm under 500 ms, any length from three */
		{"\x02"
		 "4017\x03",
			8, "{4017}"},
		{"\x02"
		 "4017\x03\r",
			8, "{4017}"},
		{"\x02"
		 "4017\x03\r\n+",
			8, "{4017}+"},
		{"\x02"
		 "40^17\x03",
			100, "{4017}"},
		{"\x02"
		 "40_17\r",
			8, "4017<CR>"},
		{"\x02"
		 "12\x03",
			8, ""},
		{"\x02"
		 "4017\r",
			8, "{4017}"},
		{"12*\x02"
		 "4017\x03",
			8, "12*{4017}"},
		/* FNC1 inside a symbol */
		{"01040\x1d"
		 "17\r",
			8,
			"{01040\x1d"
			"17}"},
		/* + bounces */
		{"+", 8, "+"},
		{"++", 8, "+"},
		{"+^^+", 8, "++"},
		{"+\r", 8, "+<CR>"},
		/* ESC alone, late sequences, ESC and a key */
		{"\x1b", 8, "<ESC>"},
		{"12\x1b", 8, "12<ESC>"},
		{"\x1b[15", 60, "<BROKEN>"},
		{"\x1bOP", 60, "<BROKEN>"},
		{"\x1b^[15", 8, "<ESC><BROKEN>"},
		{"\x1b"
		 "5",
			8, "<ESC>5"},
		{"\x1b\x1b", 8, "<ESC><ESC>"},
		{"\x1b\r", 8, "<ESC><CR>"},
		/* F-keys without F-keys */
		{"\x06"
		 "1",
			8, "<F1>"},
		{"\x06"
		 "0",
			8, "<F10>"},
		{"\x06-", 8, "<F11>"},
		{"\x06=", 8, "<F12>"},
		/* what Ctrl-F does not know is no text */
		{"\x06"
		 "x",
			8, "<^F x>"},
		/* a Ctrl-F that was forgotten takes nothing from a scan */
		{"\x06"
		 "5449000000996\r",
			8, "{5449000000996}"},
		{"\x06\r1", 8, "<CR>1"},
	};
	struct recorder r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		run(rows[i].script, rows[i].gap_ms * 1000, 0, &r);
		assert_string_equal(r.text, rows[i].want);
	}
}

/* A late F5 must not cancel and then type its tail. */
static void
test_late_function_key(void **state)
{
	static const char seq[] = "\x1b[15~";
	struct recorder r;
	struct keys_in k;
	size_t i;

	(void)state;
	sbuf_init(&r.b, r.text, sizeof(r.text));
	keys_init(&k);
	for (i = 0; seq[i] != '\0'; i++) {
		struct key_event ev = {.cp = seq[i],
			.code = keys_from_cp(seq[i]),
			.at.us = 1000000 + (int64_t)i * 60000};

		keys_feed(&k, &ev, record, &r);
	}
	assert_string_equal(r.text, "<BROKEN>");
	/* between any two bytes, and what comes after is what it is */
	run("\x1b[^15^P~7\r", 1, 0, &r);
	assert_string_equal(r.text, "<BROKEN>7<CR>");
	/* in one piece it is a key nobody knows */
	run("\x1b[99PP7", 1, 0, &r);
	assert_string_equal(r.text, "<?>P7");
	run("\x1b[[^A~7", 1, 0, &r);
	assert_string_equal(r.text, "<BROKEN>7");
	run("\x1bO^A~7", 1, 0, &r);
	assert_string_equal(r.text, "<BROKEN>7");
	/* Esc has acted by its silence: the rest is still no text */
	run("\x1b^[15P", 1, 0, &r);
	assert_string_equal(r.text, "<ESC><BROKEN>");
	run("\x1b_[15", 1, 0, &r);
	assert_string_equal(r.text, "<ESC>[15");
	/* the rest never comes: a scan behind it is a scan */
	run("\x1b[5449000000996\r", 8, 0, &r);
	assert_string_equal(r.text, "<BROKEN>{5449000000996}");
	run("\x1b[_7", 8, 0, &r);
	assert_string_equal(r.text, "<BROKEN>7");
}

/* After a stall keys come in a heap: nothing that may be real is dropped. */
static void
test_doubt_keeps_input(void **state)
{
	struct recorder r;

	(void)state;
	run("5449000000996\r5449000000996\r", 10, 900000, &r);
	assert_string_equal(r.text, "{5449000000996}{5449000000996}");
	run("5449000000996\r5449000000996\r", 10, 20000, &r);
	assert_string_equal(r.text, "{5449000000996}");
	/* keys of their own before a code, then the code */
	run("-4017\r3-23*4017\r3-5449000000996\r-2-12*5449000000996\r", 0,
		900000, &r);
	assert_string_equal(r.text, "-4017<CR>3-23*4017<CR>3-{5449000000996}"
				    "-2-12*{5449000000996}");
	run("+200000\r5000CA\rshampoo\rolive oil\r", 0, 900000, &r);
	assert_string_equal(r.text, "+200000<CR>5000CA<CR>shampoo<CR>olive "
				    "oil<CR>");
	run("1234-56789\rAB-12345678\r", 0, 900000, &r);
	assert_string_equal(r.text, "{1234-56789}{AB-12345678}");
	/* a scan cut in two by a stall is one scan */
	run("544900!0000996\r", 8, 50000, &r);
	assert_string_equal(r.text, "{5449000000996}");
}

static void
test_echo_shows_what_is_held(void **state)
{
	static const struct {
		const char *typed, *want;
	} rows[] = {
		{"54", "54"},
		{"12*", "12*"},
		{"+", ""},
		{"1-2", "1"},
		{"\x02"
		 "40",
			""},
	};

	size_t i, j;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct recorder r;
		struct keys_in k;
		struct mono due;
		char buf[64];
		struct sbuf b;

		sbuf_init(&r.b, r.text, sizeof(r.text));
		keys_init(&k);
		assert_false(keys_deadline(&k, &due));
		for (j = 0; rows[i].typed[j] != '\0'; j++) {
			struct key_event ev = {
				.cp = rows[i].typed[j], .at.us = 1000};

			ev.code = keys_from_cp(ev.cp);
			keys_feed(&k, &ev, record, &r);
		}
		assert_string_equal(r.text, "");
		assert_true(keys_deadline(&k, &due));
		assert_true(due.us > 1000 + KEYS_GAP_US);
		sbuf_init(&b, buf, sizeof(buf));
		keys_echo(&k, &b);
		assert_string_equal(buf, rows[i].want);
	}
}

/* A burst longer than any symbol is a paste: text, nothing lost. */
static void
test_paste_is_text(void **state)
{
	char script[601], want[605];
	struct recorder r;

	(void)state;
	memset(script, 'x', 600);
	script[600] = '\0';
	run(script, 1000, 0, &r);
	memcpy(want, script, 601);
	assert_string_equal(r.text, want);
}

/* Random bytes and pauses: no crash, held memory stays in bounds, and without
 * '+' no '+' comes out. */
static void
test_random_bytes(void **state)
{
	uint64_t seed = 20251121;
	struct keys_in k;
	struct recorder r;
	struct mono t = {.us = 0};
	int i;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	keys_init(&k);
	for (i = 0; i < 200000; i++) {
		struct key_event ev = {.slack_us = 0};

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		t.us += (int64_t)((seed >> 40) % 60) * 1000;
		ev.cp = (int32_t)((seed >> 33) % 128);
		if (ev.cp == '+') {
			continue;
		}
		ev.code = keys_from_cp(ev.cp);
		ev.at = t;
		sbuf_init(&r.b, r.text, sizeof(r.text));
		keys_feed(&k, &ev, record, &r);
		if ((seed >> 20) % 3 == 0) {
			keys_tick(&k, t, record, &r);
		}
		assert_true(k.n_held <= KEYS_HELD_MAX);
		assert_null(strchr(r.text, '+'));
	}
}

static void
test_frames_of_devices(void **state)
{
	static const struct keys_word words[] = {
		{"TL", 7}, {"CA", 9}, {"1", 'L'}, {"K2", 'S'}};
	static const struct keys_frame frame[] = {
		{.kind = FRAME_SCAN, .prefix = {{']'}, 1}, .keep_prefix = true},
		{.kind = FRAME_SCAN,
			.prefix = {{'^' + 0x1f00, 'A'}, 2},
			.suffix = {{'#', '#'}, 2}},
		{.kind = FRAME_SCAN,
			.prefix = {{'<', 'a', '>'}, 3},
			.suffix = {{'<', '/'}, 2}},
		{.kind = FRAME_COMMAND,
			.prefix = {{0x0e}, 1},
			.suffix = {{0x0f}, 1},
			.word = words,
			.n_word = 2},
		{.kind = FRAME_KEYLOCK,
			.prefix = {{0x10}, 1},
			.word = words + 2,
			.n_word = 2},
		{.kind = FRAME_EITHER,
			.prefix = {{0x02}, 1},
			.suffix = {{0x03}, 1},
			.word = words,
			.n_word = 1},
	};
	static const struct keys_word typed[] = {{"DP", 1}, {"CA", 2}};
	static const struct keys_frames frames = {
		frame, ARRAY_LEN(frame), typed, ARRAY_LEN(typed), 0};

	static const struct {
		const char *script;
		int64_t gap_ms;
		const char *want;
	} rows[] = {
		/* an AIM identifier stays; slower than any rhythm */
		{"]E04017\r", 100, "{]E04017}"},
		{"]E04017\t\r", 30, "{]E04017}"},
		{"]E0_4017\r", 100, "]E04017<CR>"},
		/* fewer than three behind the prefix: pulled twice */
		{"]E0\r", 100, ""},
		/* several characters */
		{"<a>4017</+", 100, "{4017}+"},
		{"<a>4<17</", 100, "{4<17}"},
		{"<a4017~", 100, "<a4017"},
		{"<a5449000000996\r", 8, "{<a5449000000996}"},
		{"<_a", 8, "<a"},
		/* a prefix that is typed begins nothing in the midst of a scan */
		{"5449]00000996\r", 8, "{5449]00000996}"},
		/* commands, with a number, and those that are not allowed */
		{"\x0eTL\x0f", 8, "<command 7>"},
		{"\x0e"
		 "2000ca\x0f\r",
			8, "2000<command 9>"},
		{"\x0e"
		 "2000NS\x0f",
			8, "<command 0>"},
		{"\x0e"
		 "5449000000996\x0f",
			8, "<command 0>"},
		{"\x0eTL_", 8, "TL"},
		{"\x0e\x0f+", 8, "+"},
		/* the lock */
		{"\x10"
		 "1\r",
			8, "<lock L>"},
		{"\x10"
		 "K2\r",
			8, "<lock S>"},
		{"\x10"
		 "9\r",
			8, "<lock ?>"},
		/* letters of a programmable keyboard, as fast as a scanner */
		{"149DP20\r", 8, "149DP20<CR>"},
		{"200000ca\r", 8, "200000ca<CR>"},
		{"149DPX20\r", 8, "{149DPX20}"},
		{"149020\r", 8, "{149020}"},
		/* a command, or else a scan */
		{"\x02TL\x03", 8, "<command 7>"},
		{"\x02"
		 "4017\x03",
			8, "{4017}"},
		{"\x02"
		 "2000CA\x03",
			8, "{2000CA}"},
	};
	struct recorder r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		run_frames(
			rows[i].script, rows[i].gap_ms * 1000, 0, &frames, &r);
		assert_string_equal(r.text, rows[i].want);
	}
}

/* What a scan says of itself. */
struct told {
	enum keys_told source;
	char device[32];
	int64_t gap_us;
};

static void
note_told(void *arg, const struct keys_out *out)
{
	struct told *t = arg;
	struct sbuf b;

	t->source = out->source;
	t->gap_us = out->gap_us;
	sbuf_init(&b, t->device, sizeof(t->device));
	sbuf_puts(&b, out->device != NULL ? out->device : "-");
}

static void
test_what_told_it(void **state)
{
	static const struct keys_frame frame[] = {{.name = "usb:1",
		.kind = FRAME_SCAN,
		.prefix = {{0x0e}, 1},
		.suffix = {{0x0f}, 1}}};
	static const struct keys_frames frames = {frame, 1, NULL, 0, 0};

	static const struct {
		const char *script;
		int64_t gap_us, slack_us;
		struct told want;
	} rows[] = {
		{"5449000000996\r", 8000, 0, {KEYS_TOLD_RHYTHM, "-", 8000}},
		{"5449000000996\r", 12000, 90000,
			{KEYS_TOLD_READING, "-", 12000}},
		{"\x0e"
		 "5449000000996\x0f",
			70000, 0, {KEYS_TOLD_FRAME, "usb:1", 70000}},
		/* a frame that became text, and what comes behind a frame */
		{"\x0e"
		 "54_",
			8000, 0, {KEYS_TOLD_HAND, "-", 0}},
		{"\x0e"
		 "5449\x0f~+",
			8000, 0, {KEYS_TOLD_HAND, "-", 0}},
	};

	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		struct mono t = {.us = 1000000};
		struct told got = {0};
		const char *p;
		struct keys_in k;

		keys_init(&k);
		keys_frames(&k, &frames, note_told, &got);
		for (p = rows[i].script; *p != '\0'; p++) {
			struct key_event ev = {.cp = (unsigned char)*p,
				.slack_us = rows[i].slack_us};

			t.us += rows[i].gap_us;
			if (pause_of(*p) > 0) {
				t.us += pause_of(*p);
				keys_tick(&k, t, note_told, &got);
				continue;
			}
			ev.code = keys_from_cp(ev.cp);
			ev.at = t;
			keys_feed(&k, &ev, note_told, &got);
		}
		t.us += 1000000;
		keys_tick(&k, t, note_told, &got);
		assert_int_equal(got.source, rows[i].want.source);
		assert_string_equal(got.device, rows[i].want.device);
		assert_int_equal(got.gap_us, rows[i].want.gap_us);
	}
}

/* One key answers: what goes on behind it was no answer.  A scanner that is
 * known to be slow is one everywhere. */
static void
test_slow_scanners(void **state)
{
	static const struct {
		const char *script;
		int64_t gap_us, known_us;
		bool guard;
		const char *want;
	} rows[] = {
		{"4311501000014\r", 60000, 0, false, "4311501000014<CR>"},
		{"4311501000014\r", 60000, 0, true, "{4311501000014}"},
		{"4311501000014\r", 110000, 0, true, "{4311501000014}"},
		{"4311501000014\r\n", 110000, 0, true, "{4311501000014}"},
		{"4311501000014\r", 130000, 0, true, "4311501000014<CR>"},
		/* hands: a lone answer, an answer and a pause, two keys */
		{"1", 8000, 0, true, "1"},
		{"1^4311501000014\r", 8000, 0, true, "1{4311501000014}"},
		{"42\r", 60000, 0, true, "42<CR>"},
		/* a hand and a fast scanner behind it */
		{"3!*!4311501000014\r", 8000, 0, true, "3*{4311501000014}"},
		{"3!1!4311501000014\r", 8000, 0, true, "31{4311501000014}"},
		{"4311501000014\r", 60000, 80000, false, "{4311501000014}"},
		{"4311501000014\r", 90000, 80000, false, "4311501000014<CR>"},
		{"4311501000014\r", 30000, 20000, false, "4311501000014<CR>"},
		{"12*4311501000014\r", 60000, 80000, false,
			"12*{4311501000014}"},
	};

	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		const struct keys_frames f = {.gap_us = rows[i].known_us};
		struct mono t = {.us = 1000000};
		struct recorder r;
		const char *p;
		struct keys_in k;

		sbuf_init(&r.b, r.text, sizeof(r.text));
		keys_init(&k);
		keys_frames(&k, &f, record, &r);
		k.guard = rows[i].guard;
		for (p = rows[i].script; *p != '\0'; p++) {
			struct key_event ev = {.cp = (unsigned char)*p};

			t.us += rows[i].gap_us + pause_of(*p);
			if (pause_of(*p) == 0) {
				ev.code = keys_from_cp(ev.cp);
				ev.at = t;
				keys_feed(&k, &ev, record, &r);
			}
			keys_tick(&k, t, record, &r);
		}
		t.us += 1000000;
		keys_tick(&k, t, record, &r);
		assert_string_equal(r.text, rows[i].want);
	}
}

/* Paste begins with '{' and ends with '}' here. */
static void
test_bracketed_paste_never_submits(void **state)
{
	static const struct {
		const char *script;
		const char *want;
	} rows[] = {
		{"{12+}", "'1'2'+"},
		{"{5449000000996\r\n}", "'5'4'4'9'0'0'0'0'0'0'9'9'6"},
		{"{a\rb}\r", "'a' 'b<CR>"},
		{"{\x02x\x1b[A}+", "'x'['A+"},
		/* an end that was lost ends by silence */
		{"{12_+", "'1'2+"},
	};
	struct recorder r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		run(rows[i].script, 8000, 0, &r);
		assert_string_equal(r.text, rows[i].want);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scans_and_typing),
		cmocka_unit_test(test_late_function_key),
		cmocka_unit_test(test_doubt_keeps_input),
		cmocka_unit_test(test_echo_shows_what_is_held),
		cmocka_unit_test(test_paste_is_text),
		cmocka_unit_test(test_frames_of_devices),
		cmocka_unit_test(test_what_told_it),
		cmocka_unit_test(test_slow_scanners),
		cmocka_unit_test(test_bracketed_paste_never_submits),
		cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
