/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drivers and simulated printers, wired to each other: whatever becomes of
 * paper, cover and power, what is told to be printed is printed, once.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/paper.h"
#include "gen.h"
#include "sim/sim.h"

#define MS INT64_C(1000)
#define SAID_BYTES 65536

struct wire {
	const struct device_driver *d;
	const struct sim_device *sim;
	void *driver, *printer;
	const struct printer_profile *profile;
	struct printer_profile f;
	struct device_conf conf;
	struct device_opt_value opt[4];
	size_t n_opt;
	struct mono now, due;
	struct device_out out;
	struct sim_out from;
	uint8_t back[SIM_OUT_BYTES];
	size_t n_back;
	char said[SAID_BYTES];
	struct sbuf b;
	unsigned done, failed, unknown, open, shut;
	uint8_t job[16384];
	size_t n_job;
};

static void
begin(struct wire *w, const char *name, const char *profile)
{
	struct sim_opt opt[4];
	size_t n = 0;

	memset(w, 0, sizeof(*w));
	w->d = device_driver_find(name);
	w->sim = sim_device_find(name);
	assert_non_null(w->d);
	assert_non_null(w->sim);
	if (profile != NULL) {
		w->opt[w->n_opt++] =
			(struct device_opt_value){"profile", profile};
	}
	for (n = 0; n < w->n_opt; n++) {
		opt[n] = (struct sim_opt){w->opt[n].key, w->opt[n].value};
	}
	w->conf = (struct device_conf){.name = "printer",
		.driver = name,
		.port = "file:/none",
		.opt = w->opt,
		.n_opt = w->n_opt};
	w->driver = calloc(1, w->d->state_size);
	w->printer = calloc(1, w->sim->state_size);
	assert_non_null(w->driver);
	assert_non_null(w->printer);
	assert_int_equal(w->d->open(w->driver, &w->conf, false, NULL), RC_OK);
	assert_int_equal(w->sim->open(w->printer, opt, n, NULL), RC_OK);
	assert_int_equal(printer_profile_of(&w->conf, &w->f, NULL), RC_OK);
	sbuf_init(&w->b, w->said, sizeof(w->said));
	w->now.us = 1000000;
	w->due.us = -1;
}

static void
end(struct wire *w)
{
	free(w->driver);
	free(w->printer);
}

static void
hear(struct wire *w)
{
	for (size_t i = 0; i < w->out.n_event; i++) {
		switch ((int)w->out.event[i].kind) {
		case DEVICE_JOB_DONE:
			w->done += w->out.event[i].job < 1000 ? 1 : 0;
			break;
		case DEVICE_JOB_FAILED:
			w->failed++;
			break;
		case DEVICE_JOB_UNKNOWN:
			w->unknown++;
			break;
		case DEVICE_DRAWER_OPEN:
			w->open++;
			break;
		case DEVICE_DRAWER_SHUT:
			w->shut++;
			break;
		default:
			break;
		}
	}
}

static void
take_back(struct wire *w)
{
	memcpy(w->back + w->n_back, w->from.byte, w->from.n_byte);
	w->n_back += w->from.n_byte;
	if (w->from.say[0] != '\0') {
		sbuf_puts(&w->b, w->from.say);
		sbuf_putc(&w->b, '\n');
	}
}

/* Bytes go to and fro until both rest. */
static void
settle(struct wire *w)
{
	for (int i = 0; i < 500; i++) {
		struct device_in in = {w->back, w->n_back, 0};

		w->out.n_byte = 0;
		w->out.n_urgent = 0;
		w->out.n_event = 0;
		w->out.deadline.us = -1;
		w->out.backlog = 0;
		w->d->step(w->driver, w->now, &in, &w->out);
		w->n_back = 0;
		w->due = w->out.deadline;
		hear(w);
		sim_begin(&w->from);
		w->sim->step(w->printer, w->now, w->out.urgent, w->out.n_urgent,
			&w->from);
		take_back(w);
		sim_begin(&w->from);
		w->sim->step(w->printer, w->now, w->out.byte, w->out.n_byte,
			&w->from);
		take_back(w);
		if (w->out.n_byte + w->out.n_urgent + w->out.n_event == 0 &&
			w->n_back == 0) {
			return;
		}
	}
	fail_msg("they never rest");
}

static void
pass(struct wire *w, int64_t ms)
{
	int64_t until = w->now.us + ms * MS;

	settle(w);
	while (w->due.us >= 0 && w->due.us <= until) {
		w->now.us = w->due.us > w->now.us ? w->due.us : w->now.us + 1;
		settle(w);
	}
	w->now.us = until;
	settle(w);
}

static void
tell(struct wire *w, const char *line)
{
	sim_begin(&w->from);
	assert_int_equal(
		w->sim->tell(w->printer, w->now, line, &w->from, NULL), RC_OK);
	take_back(w);
	settle(w);
}

static void
lay_out(struct wire *w, const char *number, unsigned rows)
{
	char text[64];
	struct paper p;

	paper_begin(&p, w->job, sizeof(w->job),
		w->d->printer->language(&w->conf), &w->f);
	paper_row(&p, ROW_TITLE, number);
	for (unsigned i = 0; i < rows; i++) {
		(void)snprintf(text, sizeof(text), "row %u of %s", i, number);
		paper_row(&p, ROW_NORMAL, text);
	}
	assert_int_equal(paper_end(&p), RC_OK);
	w->n_job = p.len;
}

static void
print(struct wire *w, uint32_t id, const char *number, unsigned rows)
{
	lay_out(w, number, rows);
	assert_int_equal(
		w->d->printer->job(w->driver, id, w->job, w->n_job), RC_OK);
	settle(w);
}

static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *c = strstr(text, what); c != NULL;
		c = strstr(c + 1, what)) {
		n++;
	}
	return n;
}

static char shown[65536];

static const char *
paper_of(struct wire *w)
{
	struct sbuf b;

	sbuf_init(&b, shown, sizeof(shown));
	w->sim->show(w->printer, &b);
	return shown;
}

static const struct {
	const char *driver, *profile;
} kinds[] = {{"escpos", "epson"}, {"escpos", "tm-t88v"}, {"escpos", "pos58"},
	{"star", "star"}};

static void
test_print(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct wire w;

		begin(&w, kinds[i].driver, kinds[i].profile);
		settle(&w);
		print(&w, 1, "R01-000001", 5);
		pass(&w, 3000);
		assert_int_equal(w.done, 1);
		assert_int_equal(count(paper_of(&w), "row 4 of"), 1);
		assert_int_equal(count(w.said, "unknown"), 0);
		print(&w, 2, "R01-000002", 5);
		pass(&w, 3000);
		assert_int_equal(w.done, 2);
		end(&w);
	}
}

/* Paper ends within a receipt, and within each row of it: it waits, goes on by
 * itself, and is on paper once. */
static void
test_paper_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		for (int row = 0; row < 12; row++) {
			char line[32];
			struct wire w;

			begin(&w, kinds[i].driver, kinds[i].profile);
			settle(&w);
			(void)snprintf(line, sizeof(line), "paper out %d", row);
			tell(&w, row == 0 ? "paper out" : line);
			print(&w, 1, "R01-000001", 10);
			pass(&w, 3600000); /* nobody comes for an hour */
			assert_int_equal(w.failed + w.unknown, 0);
			assert_int_equal(w.done, 0);
			/* change is due meanwhile */
			assert_int_equal(
				w.d->drawer->open(w.driver, 1000), RC_OK);
			pass(&w, 100);
			assert_int_equal(count(w.said, "opened drawer 1"), 1);
			tell(&w, "paper ok");
			pass(&w, 30000);
			assert_int_equal(w.done, 1);
			for (int k = 0; k < 10; k++) {
				(void)snprintf(
					line, sizeof(line), "row %d of", k);
				assert_int_equal(count(paper_of(&w), line), 1);
			}
			assert_int_equal(count(w.said, "unknown"), 0);
			assert_int_equal(w.open, 1);
			end(&w);
		}
	}
}

static void
test_cover_and_cutter(void **state)
{
	static const char *const what[][2] = {
		{"cover open", "cover shut"}, {"cutter jam", "cutter ok"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		for (size_t k = 0; k < ARRAY_LEN(what); k++) {
			struct wire w;

			begin(&w, kinds[i].driver, kinds[i].profile);
			settle(&w);
			tell(&w, what[k][0]);
			print(&w, 1, "R01-000001", 3);
			pass(&w, 60000);
			assert_int_equal(w.done + w.failed + w.unknown, 0);
			assert_null(strstr(paper_of(&w), "row 0 of"));
			tell(&w, what[k][1]);
			pass(&w, 30000);
			assert_int_equal(w.done, 1);
			assert_int_equal(count(paper_of(&w), "row 2 of"), 1);
			end(&w);
		}
	}
}

/* It lost what it had: nobody says that it is on paper. */
static void
test_power(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct wire w;

		begin(&w, kinds[i].driver, kinds[i].profile);
		settle(&w);
		tell(&w, "paper out 2");
		print(&w, 1, "R01-000001", 6);
		pass(&w, 10000);
		tell(&w, "power off");
		pass(&w, 60000);
		assert_int_equal(w.unknown, 1);
		assert_int_equal(w.done + w.failed, 0);
		tell(&w, "paper ok");
		tell(&w, "power on");
		print(&w, 2, "R01-000002", 2);
		pass(&w, 30000);
		assert_int_equal(w.done, 1);
		assert_int_equal(count(paper_of(&w), "row 1 of R01-000002"), 1);
		assert_int_equal(count(paper_of(&w), "row 5 of R01-000001"), 0);
		end(&w);
	}
}

static void
test_silent(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct wire w;

		begin(&w, kinds[i].driver, kinds[i].profile);
		tell(&w, "silent");
		print(&w, 1, "R01-000001", 2);
		pass(&w, 60000);
		assert_int_equal(w.unknown, 1);
		assert_int_equal(w.done, 0);
		assert_int_equal(count(paper_of(&w), "row 1 of"), 1);
		tell(&w, "answer");
		print(&w, 2, "R01-000002", 2);
		pass(&w, 60000);
		assert_int_equal(w.done, 1);
		end(&w);
	}
}

static void
test_drawer(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct wire w;

		begin(&w, kinds[i].driver, kinds[i].profile);
		settle(&w);
		print(&w, 1, "R01-000001", 2);
		pass(&w, 3000);
		assert_int_equal(w.shut, 1);
		assert_int_equal(w.d->drawer->open(w.driver, 1000), RC_OK);
		pass(&w, 100);
		assert_int_equal(count(w.said, "opened drawer 1, time 1"), 1);
		print(&w, 2, "R01-000002", 2);
		pass(&w, 3000);
		assert_int_equal(w.open, 1);
		tell(&w, "drawer shut");
		print(&w, 3, "R01-000003", 2);
		pass(&w, 3000);
		assert_int_equal(w.shut, 2);
		assert_int_equal(w.done, 3);
		end(&w);
	}
}

/* The worked receipt of ESC/POS, 231 bytes in CP858. */
static void
test_worked_receipt(void **state)
{
	/* clang-format off */
	static const uint8_t head[] = {
		0x1b, 0x40, 0x1c, 0x2e, 0x1b, 0x74, 0x13, 0x1b, 0x52, 0x00,
		0x1b, 0x61, 0x01, 0x1b, 0x45, 0x01, 0x1d, 0x21, 0x11, 0x4c,
		0x41, 0x44, 0x45, 0x4e, 0x0a, 0x1d, 0x21, 0x00, 0x1b, 0x45,
		0x00, 0x1b, 0x61, 0x00,
		0x42, 0x72, 0x94, 0x74, 0x63, 0x68, 0x65, 0x6e};
	static const uint8_t price[] = {0x32, 0x20, 0x78, 0x20, 0x30, 0x2c,
		0x34, 0x35};
	static const uint8_t euro[] = {0x30, 0x2c, 0x39, 0x30, 0x20, 0xd5,
		0x0a};
	static const uint8_t sum[] = {0x1d, 0x21, 0x01, 0x53, 0x55, 0x4d, 0x4d,
		0x45};
	static const uint8_t tail[] = {0x1d, 0x21, 0x00,
		0x1b, 0x61, 0x01, 0x1d, 0x68, 0x50, 0x1d, 0x77, 0x02, 0x1d,
		0x48, 0x02, 0x1d, 0x6b, 0x43, 0x0c, 0x34, 0x30, 0x30, 0x36,
		0x33, 0x38, 0x31, 0x33, 0x33, 0x33, 0x39, 0x33, 0x0a,
		0x1d, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00, 0x1d,
		0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, 0x06, 0x1d, 0x28, 0x6b,
		0x03, 0x00, 0x31, 0x45, 0x31,
		0x1d, 0x28, 0x6b, 0x19, 0x00, 0x31, 0x50, 0x30, 0x68, 0x74,
		0x74, 0x70, 0x73, 0x3a, 0x2f, 0x2f, 0x65, 0x2e, 0x65, 0x78,
		0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2f, 0x72, 0x2f, 0x34, 0x32,
		0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30, 0x0a,
		0x1b, 0x61, 0x00, 0x1d, 0x56, 0x42, 0x00, 0x1b, 0x70, 0x00,
		0x19, 0xfa};
	/* clang-format on */
	static const char want[] =
		"     LADEN"; /* five large signs on 42 columns */
	uint8_t all[400];
	size_t n = 0;
	struct wire w;

	(void)state;
#define ADD(part)                                                              \
	do {                                                                   \
		memcpy(all + n, (part), sizeof(part));                         \
		n += sizeof(part);                                             \
	} while (0)
	ADD(head);
	memset(all + n, ' ', 12);
	n += 12;
	ADD(price);
	memset(all + n, ' ', 8);
	n += 8;
	ADD(euro);
	ADD(sum);
	memset(all + n, ' ', 31);
	n += 31;
	ADD(euro);
	ADD(tail);
	assert_int_equal(n, 231);
	begin(&w, "escpos", "epson");
	for (size_t i = 0; i < n; i++) { /* byte by byte */
		sim_begin(&w.from);
		w.sim->step(w.printer, w.now, all + i, 1, &w.from);
		take_back(&w);
	}
	assert_non_null(strstr(paper_of(&w), want));
	assert_non_null(strstr(paper_of(&w),
		"Br\xc3\xb6tchen            2 x 0,45        0,90 "
		"\xe2\x82\xac\n"));
	assert_non_null(strstr(paper_of(&w), "SUMME "));
	assert_non_null(strstr(paper_of(&w), "[EAN13 400638133393]"));
	assert_non_null(strstr(paper_of(&w), "[QR https://e.example/r/42]"));
	assert_int_equal(count(w.said, "is out"), 1);
	assert_int_equal(count(w.said, "opened drawer 1"), 1);
	assert_int_equal(count(w.said, "unknown"), 0);
	end(&w);
}

static void
dot_row(void *arg, const uint8_t *dot, size_t n)
{
	unsigned *sum = arg;

	sum[0]++;
	for (size_t i = 0; i < n; i++) {
		sum[1] += dot[i] < 128 ? 1 : 0;
	}
	sum[2] = (unsigned)n;
}

static void
test_picture(void **state)
{
	unsigned sum[3] = {0}, again[3] = {0};
	struct wire w;

	(void)state;
	begin(&w, "escpos", "epson");
	settle(&w);
	print(&w, 1, "R01-000001", 3);
	w.sim->picture(w.printer, dot_row, sum);
	w.sim->picture(w.printer, dot_row, again);
	assert_memory_equal(sum, again, sizeof(sum));
	assert_int_equal(sum[2], 512);
	assert_true(sum[0] > 100 && sum[1] > 500);
	end(&w);
}

/* Whatever bytes come, it stays a printer. */
static void
test_noise(void **state)
{
	struct gen g = {3};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct wire w;

		begin(&w, kinds[i].driver, kinds[i].profile);
		for (int k = 0; k < 200; k++) {
			uint8_t in[256];
			size_t n = gen_below(&g, sizeof(in));

			for (size_t x = 0; x < n; x++) {
				in[x] = (uint8_t)gen_next(&g);
			}
			sim_begin(&w.from);
			w.sim->step(w.printer, w.now, in, n, &w.from);
		}
		(void)paper_of(&w);
		end(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_paper_out),
		cmocka_unit_test(test_cover_and_cutter),
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_drawer),
		cmocka_unit_test(test_worked_receipt),
		cmocka_unit_test(test_picture),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests_name("printers", tests, NULL, NULL);
}
