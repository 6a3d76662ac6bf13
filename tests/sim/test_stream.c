/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All bytes of a long job over a slow line, with the drawer opened again and
 * again and the paper gone meanwhile: what is asked and opened in real time
 * stands between commands, never inside one, and the printer, which knows no
 * other commands than its own, understands every byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/escpos_driver.h"
#include "device/paper.h"
#include "device/torn.h"
#include "gen.h"
#include "sim/sim.h"

#include "base/poison.h"

#define TICK_US INT64_C(10000)
#define STREAM_BYTES 262144u

struct line {
	const struct device_driver *d;
	const struct sim_device *sim;
	void *driver, *printer;
	struct mono now;
	uint8_t wait[8192]; /* what the line has not taken yet */
	size_t n_wait;
	uint8_t stream[STREAM_BYTES];
	size_t n_stream;
	size_t at_once[4096]; /* where in it bytes of real time begin */
	size_t n_at_once;
	uint8_t back[SIM_OUT_BYTES];
	size_t n_back;
	char said[65536];
	struct sbuf b;
	unsigned done;
};

static void
take(struct line *l, const uint8_t *p, size_t n)
{
	struct sim_out from;

	assert_true(l->n_stream + n <= sizeof(l->stream));
	memcpy(l->stream + l->n_stream, p, n);
	l->n_stream += n;
	sim_begin(&from);
	l->sim->step(l->printer, l->now, p, n, &from);
	memcpy(l->back + l->n_back, from.byte, from.n_byte);
	l->n_back += from.n_byte;
	if (from.say[0] != '\0') {
		sbuf_puts(&l->b, from.say);
		sbuf_putc(&l->b, '\n');
	}
}

/* As the host does it: what is urgent goes ahead of what waits. */
static void
tick(struct line *l, size_t rate)
{
	static struct device_out out;
	struct device_in in = {l->back, l->n_back, 0};
	size_t n;

	memset(&out, 0, sizeof(out));
	out.deadline.us = -1;
	out.backlog = l->n_wait;
	l->d->step(l->driver, l->now, &in, &out);
	l->n_back = 0;
	for (size_t i = 0; i < out.n_event; i++) {
		l->done += out.event[i].kind == DEVICE_JOB_DONE &&
					   out.event[i].job == 1
				   ? 1
				   : 0;
		assert_int_not_equal(out.event[i].kind, DEVICE_JOB_UNKNOWN);
	}
	if (out.n_urgent > 0) {
		assert_true(l->n_at_once < ARRAY_LEN(l->at_once));
		l->at_once[l->n_at_once++] = l->n_stream;
		take(l, out.urgent, out.n_urgent);
	}
	assert_true(l->n_wait + out.n_byte <= sizeof(l->wait));
	memcpy(l->wait + l->n_wait, out.byte, out.n_byte);
	l->n_wait += out.n_byte;
	n = l->n_wait < rate ? l->n_wait : rate;
	take(l, l->wait, n);
	l->n_wait -= n;
	memmove(l->wait, l->wait + n, l->n_wait);
	l->now.us += TICK_US;
}

static size_t
lay_out(const struct device_conf *conf, const struct device_driver *d,
	uint8_t *job, size_t cap)
{
	uint8_t dots[48 * 96];
	struct paper_image image = {384, 96, dots};
	struct printer_profile f;
	struct paper p;
	char text[64];

	/* ink that spells what is asked in real time would be found, too */
	memset(dots, 0x55, sizeof(dots));
	(void)printer_profile_of(conf, &f, NULL);
	paper_begin(&p, job, cap, d->printer->language(conf), &f);
	paper_buzz(&p);
	(void)paper_picture(&p, &image);
	for (unsigned i = 0; i < 60; i++) {
		(void)snprintf(text, sizeof(text), "row %u of many", i);
		paper_row(&p, i % 7 == 0 ? ROW_TITLE : ROW_NORMAL, text);
	}
	assert_int_equal(paper_end(&p), RC_OK);
	return p.len;
}

/* Every place of real time is one where a command begins. */
static void
stands_between(const struct line *l, torn_span_fn span)
{
	size_t k = 0, i = 0;

	while (i < l->n_stream) {
		while (k < l->n_at_once && l->at_once[k] < i) {
			fail_msg("%s: real time inside a command, byte %zu",
				l->d->name, l->at_once[k]);
		}
		k += k < l->n_at_once && l->at_once[k] == i ? 1 : 0;
		i += span(l->stream + i, l->n_stream - i);
	}
	assert_int_equal(k, l->n_at_once);
}

static void
run(const char *name, const char *profile, const char *buzzer, size_t rate,
	torn_span_fn span)
{
	static uint8_t job[32768];
	struct line *l = calloc(1, sizeof(*l));
	struct device_opt_value opt[] = {
		{"profile", profile}, {"buzzer", buzzer}};
	struct sim_opt sim_opt[] = {{"profile", profile}, {"buzzer", buzzer}};
	struct device_conf conf = {.name = "printer",
		.driver = name,
		.port = "file:/none",
		.opt = opt,
		.n_opt = ARRAY_LEN(opt)};
	struct sim_out from;
	unsigned pulses = 0;
	size_t n;

	assert_non_null(l);
	l->d = device_driver_find(name);
	l->sim = sim_device_find(name);
	l->driver = calloc(1, l->d->state_size);
	l->printer = calloc(1, l->sim->state_size);
	assert_true(l->driver != NULL && l->printer != NULL);
	assert_int_equal(l->d->open(l->driver, &conf, false, NULL), RC_OK);
	assert_int_equal(
		l->sim->open(l->printer, sim_opt, ARRAY_LEN(sim_opt), NULL),
		RC_OK);
	sbuf_init(&l->b, l->said, sizeof(l->said));
	l->now.us = 1000000;
	for (int i = 0; i < 100; i++) {
		tick(l, rate);
	}
	n = lay_out(&conf, l->d, job, sizeof(job));
	assert_int_equal(l->d->printer->job(l->driver, 1, job, n), RC_OK);
	for (unsigned i = 0; i < 20000 && l->done == 0; i++) {
		if (i % 37 == 5) {
			pulses +=
				l->d->drawer->open(l->driver, 1000 + i) == RC_OK
					? 1
					: 0;
		}
		if (i % 400 == 60 || i % 400 == 330) {
			sim_begin(&from);
			assert_int_equal(l->sim->tell(l->printer, l->now,
						 i % 400 == 60 ? "paper out"
							       : "paper ok",
						 &from, NULL),
				RC_OK);
			memcpy(l->back + l->n_back, from.byte, from.n_byte);
			l->n_back += from.n_byte;
		}
		tick(l, rate);
	}
	assert_int_equal(l->done, 1);
	assert_true(pulses > 5);
	assert_true(l->n_at_once > 3);
	if (strstr(l->said, "unknown") != NULL) {
		fail_msg("%s: %s", name, strstr(l->said, "unknown"));
	}
	stands_between(l, span);
	free(l->driver);
	free(l->printer);
	free(l);
}

static void
escpos(void **state)
{
	static const char *const buzzer[] = {
		"epson", "epson-old", "clone", "pin2", "pin5"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(buzzer); i++) {
		run("escpos", "epson", buzzer[i], 9 + i, escpos_span);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escpos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
