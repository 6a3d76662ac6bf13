/* SPDX-License-Identifier: Apache-2.0 */
/* What all simulated devices share: words, the table, the font, the glass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/font.h"
#include "sim/glass.h"
#include "sim/player.h"
#include "sim/sim.h"

static void
words(void **state)
{
	const char *line = "  paper \t out now";
	char word[6];
	const char *rest;
	int64_t n = 7;

	(void)state;
	assert_true(sim_is("paper", "paper", &rest));
	assert_string_equal(rest, "");
	assert_true(sim_is("paper  out", "paper", &rest));
	assert_string_equal(rest, "out");
	assert_false(sim_is("papers", "paper", &rest));
	assert_true(sim_word(&line, word, sizeof(word)));
	assert_string_equal(word, "paper");
	assert_true(sim_word(&line, word, 3));
	assert_string_equal(word, "ou");
	assert_true(sim_word(&line, word, sizeof(word)));
	assert_string_equal(word, "now");
	assert_false(sim_word(&line, word, sizeof(word)));
	assert_int_equal(sim_number("12", 1, 12, &n, NULL), RC_OK);
	assert_int_equal(n, 12);
	assert_int_equal(sim_number("13", 1, 12, &n, NULL), RC_INVAL);
	assert_int_equal(sim_number("1x", 1, 12, &n, NULL), RC_INVAL);
	assert_int_equal(n, 12);
}

static void
out_is_bounded(void **state)
{
	static struct sim_out out;
	static uint8_t much[SIM_OUT_BYTES];

	(void)state;
	sim_begin(&out);
	assert_true(sim_put(&out, much, sizeof(much) - 1));
	assert_false(sim_put(&out, much, 2));
	assert_true(sim_put(&out, much, 1));
	assert_int_equal(out.n_byte, SIM_OUT_BYTES);
	sim_say(&out, "job %d\x1b[2J", 1);
	sim_say(&out, "cut");
	assert_string_equal(out.say, "job 1 [2J\ncut");
	for (int i = 0; i < 1000; i++) {
		sim_say(&out, "again and again");
	}
	assert_true(strlen(out.say) < SIM_SAY_BYTES);
	sim_by(&out, (struct mono){20});
	sim_by(&out, (struct mono){10});
	sim_by(&out, (struct mono){30});
	assert_int_equal(out.deadline.us, 10);
}

static size_t n_row, width;

static void
on_row(void *arg, const uint8_t *dot, size_t n)
{
	(void)arg;
	assert_non_null(dot);
	assert_true(width == 0 || width == n);
	width = n;
	n_row++;
}

/* Each device of the table: it opens, takes nonsense, is told nonsense, and
 * shows itself. */
static void
every_device(void **state)
{
	static struct sim_out out;
	static char text[65536];
	const struct sim_opt odd = {"no-such-option", "1"};

	(void)state;
	for (size_t i = 0; i < sim_n_devices; i++) {
		const struct sim_device *d = sim_devices[i];
		void *s = calloc(1, d->state_size);
		struct err e = {0};
		struct sbuf b;

		assert_non_null(s);
		assert_ptr_equal(sim_device_find(d->name), d);
		assert_true(d->summary[0] != '\0');
		assert_int_equal(d->open(s, &odd, 1, &e), RC_INVAL);
		assert_non_null(strstr(e.msg, "no-such-option"));
		memset(s, 0, d->state_size);
		assert_int_equal(d->open(s, NULL, 0, &e), RC_OK);
		if (d->plug != NULL) {
			d->plug(s, true);
		}
		for (unsigned k = 0; k < 2048; k++) {
			uint8_t byte[7];

			for (unsigned j = 0; j < sizeof(byte); j++) {
				byte[j] = (uint8_t)((k * 7 + j) * 167 >> 3);
			}
			sim_begin(&out);
			d->step(s, (struct mono){1000 + (int64_t)k * 300}, byte,
				k % 8, &out);
		}
		sim_begin(&out);
		assert_int_equal(d->tell(s, (struct mono){1000000},
					 "fly to the moon", &out, &e),
			RC_INVAL);
		if (d->show != NULL) {
			sbuf_init(&b, text, sizeof(text));
			d->show(s, &b);
		}
		if (d->picture != NULL) {
			size_t first;

			n_row = 0;
			width = 0;
			d->picture(s, on_row, NULL);
			first = n_row;
			d->picture(s, on_row, NULL);
			assert_int_equal(n_row, 2 * first);
		}
		free(s);
	}
	assert_null(sim_device_find("toaster"));
}

/* What the line takes, no device hears: a command of both is the line's. */
static void
no_command_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < sim_n_devices; i++) {
		const char *c = sim_devices[i]->commands;

		while (*c != '\0') {
			const char *line = player_commands();
			size_t n = strcspn(c, " \n");

			while (*line != '\0') {
				if (strncmp(line, c, n) == 0 &&
					strchr(" \n", line[n]) != NULL) {
					fail_msg("%s: %.*s",
						sim_devices[i]->name, (int)n,
						c);
				}
				line += strcspn(line, "\n");
				line += *line != '\0' ? 1 : 0;
			}
			c += strcspn(c, "\n");
			c += *c != '\0' ? 1 : 0;
		}
	}
}

static void
draw(int32_t cp, char out[FONT_ROWS * (FONT_COLS + 1) + 1])
{
	size_t n = 0;

	for (unsigned y = 0; y < FONT_ROWS; y++) {
		for (unsigned x = 0; x < FONT_COLS; x++) {
			out[n++] = font_dot(cp, x, y) ? '#' : '.';
		}
		out[n++] = '\n';
	}
	out[n] = '\0';
}

static void
font_signs(void **state)
{
	char got[128], box[128], other[128];

	(void)state;
	draw(0x1f600, box);
	for (int32_t a = 0x21; a <= 0xff; a++) {
		if ((a >= 0x7f && a <= 0xa0) || a == 0xad) {
			continue;
		}
		draw(a, got);
		assert_string_not_equal(got, box);
		/* and no two are alike, but the broken bar's kin */
		for (int32_t b = a + 1; b <= 0xff; b++) {
			if ((b >= 0x7f && b <= 0xa0) || b == 0xad) {
				continue;
			}
			draw(b, other);
			assert_string_not_equal(got, other);
		}
	}
	draw(0xc4, got);
	assert_string_equal(got,
		"......\n......\n.#.#..\n.###..\n#...#.\n#...#.\n"
		"#####.\n#...#.\n#...#.\n#...#.\n......\n......\n");
	draw(0x20ac, got);
	assert_string_equal(got,
		"......\n......\n......\n..###.\n.#....\n####..\n"
		".#....\n####..\n.#....\n..###.\n......\n......\n");
	draw(' ', got);
	assert_null(strchr(got, '#'));
	assert_false(font_dot('A', FONT_COLS, 0));
	assert_false(font_dot('A', 0, FONT_ROWS));
}

/* The worked refresh of the portable subset: 0C and forty signs. */
static void
plain_display(void **state)
{
	static const char frame[] = "\x0c"
				    "Caf\x82 1 kg           "
				    "TOTAL          12.50";
	const struct sim_device *d = sim_device_find("plain");
	static struct sim_out out;
	char text[512];
	struct sbuf b;
	void *s = calloc(1, d->state_size);

	(void)state;
	assert_non_null(s);
	assert_int_equal(d->open(s, NULL, 0, NULL), RC_OK);
	for (size_t i = 0; i + 1 < sizeof(frame); i++) {
		sim_begin(&out);
		d->step(s, (struct mono){0}, (const uint8_t *)frame + i, 1,
			&out);
		assert_true(
			i == 0 || i + 2 == sizeof(frame) || out.say[0] == '\0');
	}
	assert_string_equal(
		out.say, "show Caf\xc3\xa9 1 kg | TOTAL          12.50");
	sbuf_init(&b, text, sizeof(text));
	d->show(s, &b);
	assert_string_equal(text, "+--------------------+\n"
				  "|Caf\xc3\xa9 1 kg           |\n"
				  "|TOTAL          12.50|\n"
				  "+--------------------+\n");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(out_is_bounded),
		cmocka_unit_test(every_device),
		cmocka_unit_test(no_command_twice),
		cmocka_unit_test(font_signs),
		cmocka_unit_test(plain_display),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
