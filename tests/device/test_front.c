/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A display before a printer on one line, both as they are simulated: paper
 * shows nothing of the display's bytes, the display nothing of the receipt's.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/host.h"
#include "device/paper.h"
#include "gen.h"
#include "sim/sim.h"

#define TICK_US INT64_C(10000)
#define JOB_BYTES 32768
#define SEEN_BYTES 262144

static const struct device_opt_value profile[] = {{"profile", "epson"}};

struct world {
	char top[64], path[96], uri[112];
	struct clock_fake fake;
	struct clock clock;
	struct device_host *h;
	int listener, line;
	const struct sim_device *printer, *pole;
	void *ps, *ds;
	size_t at_once; /* bytes the far end reads in a tick */
	uint8_t seen[SEEN_BYTES];
	size_t n_seen;
	bool unknown; /* the printer met a command it does not have */
	unsigned pulses, done, lost;
	uint8_t job[JOB_BYTES];
	size_t n_job;
};

static void
on_event(void *arg, const struct device_event *ev)
{
	struct world *w = arg;

	w->done += ev->kind == DEVICE_JOB_DONE && ev->job < 100 ? 1 : 0;
	w->lost += ev->kind == DEVICE_JOB_UNKNOWN ? 1 : 0;
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	assert_non_null(w);
	memcpy(w->top, "/tmp/hf-front.XXXXXX", 21);
	assert_non_null(mkdtemp(w->top));
	(void)snprintf(w->path, sizeof(w->path), "%s/line", w->top);
	(void)snprintf(w->uri, sizeof(w->uri), "unix:%s", w->path);
	memcpy(a.sun_path, w->path, strlen(w->path) + 1);
	w->listener =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(w->listener >= 0);
	assert_int_equal(
		bind(w->listener, (const struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(w->listener, 1), 0);
	w->fake.now.mono.us = 5000000;
	w->clock = clock_fake(&w->fake);
	w->line = -1;
	w->at_once = 4096;
	*state = w;
	return 0;
}

static void
close_all(struct world *w)
{
	device_host_close(w->h);
	w->h = NULL;
	free(w->ps);
	free(w->ds);
	w->ps = NULL;
	w->ds = NULL;
	if (w->line >= 0) {
		(void)close(w->line);
	}
	w->line = -1;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	close_all(w);
	(void)close(w->listener);
	(void)unlink(w->path);
	(void)rmdir(w->top);
	free(w);
	return 0;
}

static void
hear_printer(struct world *w, const struct sim_out *out)
{
	w->unknown = w->unknown || strstr(out->say, "unknown") != NULL;
	w->pulses += strstr(out->say, "opened drawer") != NULL ? 1 : 0;
	if (out->n_byte > 0) {
		(void)!write(w->line, out->byte, out->n_byte);
	}
}

/* Each byte reaches both, as on the cable. */
static void
far_end(struct world *w)
{
	static struct sim_out out;
	uint8_t in[4096];
	struct mono now = w->fake.now.mono;
	ssize_t n = read(w->line, in, w->at_once);

	n = n > 0 ? n : 0;
	assert_true(w->n_seen + (size_t)n <= sizeof(w->seen));
	memcpy(w->seen + w->n_seen, in, (size_t)n);
	w->n_seen += (size_t)n;
	sim_begin(&out);
	w->pole->step(w->ds, now, in, (size_t)n, &out);
	sim_begin(&out);
	w->printer->step(w->ps, now, in, (size_t)n, &out);
	hear_printer(w, &out);
}

static void
pass(struct world *w, int64_t ms)
{
	for (int64_t t = 0; t < ms * 1000; t += TICK_US) {
		int fd;

		w->fake.now.mono.us += TICK_US;
		(void)device_host_poll(w->h);
		fd = accept4(
			w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			w->line = fd;
		}
		if (w->line >= 0) {
			far_end(w);
		}
	}
}

static void
begin(struct world *w, const char *pole)
{
	static const struct device_opt_value shared[] = {{"shared", "yes"}};
	static const struct sim_opt sim = {"profile", "epson"};
	const struct device_conf printer = {.name = "printer",
		.driver = "escpos",
		.port = w->uri,
		.opt = profile,
		.n_opt = 1};
	const struct device_conf front = {.name = "pole",
		.driver = pole,
		.port = w->uri,
		.opt = shared,
		.n_opt = 1};
	struct err e = {0};

	w->printer = sim_device_find("escpos");
	w->pole = sim_device_find(pole != NULL ? pole : "dmd");
	w->ps = calloc(1, w->printer->state_size);
	w->ds = calloc(1, w->pole->state_size);
	assert_non_null(w->ps);
	assert_non_null(w->ds);
	assert_int_equal(w->printer->open(w->ps, &sim, 1, NULL), RC_OK);
	assert_int_equal(w->pole->open(w->ds, NULL, 0, NULL), RC_OK);
	if (device_host_open(&printer, &w->clock, on_event, w, &w->h, &e) !=
			RC_OK ||
		(pole != NULL &&
			device_host_front(w->h, &front, &e) != RC_OK)) {
		fail_msg("%s", e.msg);
	}
	w->n_seen = 0;
	w->done = 0;
}

static void
show(struct world *w, const char *up, const char *low)
{
	struct display_frame f;

	memset(&f, 0, sizeof(f));
	(void)snprintf(f.row[0], sizeof(f.row[0]), "%s", up);
	(void)snprintf(f.row[1], sizeof(f.row[1]), "%s", low);
	device_host_show(w->h, &f);
}

static void
see(const struct world *w, const char *text)
{
	char glass[512];
	struct sbuf b;

	sbuf_init(&b, glass, sizeof(glass));
	w->pole->show(w->ds, &b);
	if (strstr(glass, text) == NULL) {
		fail_msg("'%s' is not on the display:\n%s", text, glass);
	}
}

/* Text, and a picture. */
static void
make_job(struct world *w)
{
	static uint8_t bit[48 * 400];
	const struct device_conf conf = {.name = "printer",
		.driver = "escpos",
		.port = w->uri,
		.opt = profile,
		.n_opt = 1};
	const struct paper_image image = {384, 400, bit};
	struct printer_profile f;
	struct paper p;

	memset(bit, 0x55, sizeof(bit));
	assert_int_equal(printer_profile_of(&conf, &f, NULL), RC_OK);
	paper_begin(&p, w->job, sizeof(w->job), &paper_escpos, &f);
	for (int i = 0; i < 40; i++) {
		paper_text(&p, PAPER_BOLD, "Mineralwasser  0.75 l       1.29");
	}
	assert_true(paper_picture(&p, &image));
	paper_text(&p, 0, "Thank you");
	assert_int_equal(paper_end(&p), RC_OK);
	w->n_job = p.len;
}

struct digest {
	uint64_t sum, n;
};

static void
add_row(void *arg, const uint8_t *dot, size_t n)
{
	struct digest *d = arg;

	d->n++;
	for (size_t i = 0; i < n; i++) {
		d->sum = (d->sum ^ dot[i]) * UINT64_C(1099511628211);
	}
}

static struct digest
paper_of(const struct world *w)
{
	struct digest d = {0, 0};

	w->printer->picture(w->ps, add_row, &d);
	return d;
}

static void
print(struct world *w, uint32_t id)
{
	assert_int_equal(
		device_host_print(w->h, id, w->job, w->n_job, NULL), RC_OK);
}

/* What the display is sent while a receipt is printed a few bytes at a time. */
static void
paper_is_paper(void **state)
{
	static const char *const poles[] = {"cd5220", "dmd"};
	struct world *w = *state;
	struct digest plain, with;

	make_job(w);
	begin(w, NULL);
	pass(w, 100);
	print(w, 1);
	pass(w, 20000);
	assert_int_equal(w->done, 1);
	plain = paper_of(w);
	assert_true(plain.n > 800);
	close_all(w);
	for (size_t i = 0; i < ARRAY_LEN(poles); i++) {
		begin(w, poles[i]);
		w->at_once = 61;
		show(w, "Before", "0.00");
		pass(w, 500);
		see(w, "Before");
		print(w, 1);
		for (int k = 0; k < 2000 && w->done == 0; k++) {
			char text[24];

			(void)snprintf(text, sizeof(text), "item %d", k);
			show(w, text, "\t9.99");
			pass(w, 30);
		}
		show(w, "Change", "\t0.71");
		pass(w, 3000);
		assert_int_equal(w->done, 1);
		see(w, "Change");
		see(w, "0.71");
		with = paper_of(w);
		assert_int_equal(with.n, plain.n);
		assert_true(with.sum == plain.sum);
		/* the job is in one piece */
		assert_non_null(memmem(w->seen, w->n_seen, w->job, w->n_job));
		assert_false(w->unknown);
		close_all(w);
	}
}

/* The printer, before anything; then a frame between its brackets. */
static void
brackets(void **state)
{
	static const uint8_t want[] = {0x1b, '=', 2, 0x1b, '@', 0x0c, 'T', 'o',
		't', 'a', 'l', 0x1f, '$', 16, 2, '1', '2', ',', '5', '0', 0x1b,
		'=', 1};
	static const uint8_t first[] = {0x1b, '=', 1};
	struct world *w = *state;

	begin(w, "dmd");
	show(w, "Total", "\t12,50");
	pass(w, 200);
	assert_memory_equal(w->seen, first, sizeof(first));
	assert_true(w->n_seen > sizeof(want));
	assert_non_null(memmem(w->seen, w->n_seen, want, sizeof(want)));
	see(w, "12,50");
}

/* The drawer waits for a frame no longer than it takes. */
static void
drawer(void **state)
{
	struct world *w = *state;

	begin(w, "cd5220");
	w->at_once = 7;
	pass(w, 300);
	show(w, "TOTAL", "\t1.00");
	(void)device_host_poll(w->h);
	assert_int_equal(device_host_open_drawer(w->h, 101, NULL), RC_OK);
	pass(w, 400);
	assert_int_equal(w->pulses, 1);
	see(w, "1.00");
	assert_false(w->unknown);
}

static void
tell(struct world *w, const char *line)
{
	static struct sim_out out;
	struct mono now = w->fake.now.mono;

	sim_begin(&out);
	assert_int_equal(w->printer->tell(w->ps, now, line, &out, NULL), RC_OK);
	hear_printer(w, &out);
}

/* A receipt that waits for paper keeps nothing from the customer. */
static void
no_paper(void **state)
{
	struct world *w = *state;

	make_job(w);
	begin(w, "dmd");
	pass(w, 200);
	tell(w, "paper out");
	pass(w, 100);
	print(w, 1);
	pass(w, 3000);
	assert_int_equal(w->done, 0);
	show(w, "still here", "");
	pass(w, 300);
	see(w, "still here");
	tell(w, "paper ok");
	pass(w, 5000);
	assert_int_equal(w->done, 1);
}

/* A printer that takes no bytes gets none for the display either. */
static void
held(void **state)
{
	struct world *w = *state;

	begin(w, "dmd");
	pass(w, 300);
	assert_int_equal(write(w->line, "\x13", 1), 1);
	pass(w, 100);
	show(w, "later", "");
	pass(w, 1000);
	assert_null(memmem(w->seen, w->n_seen, "later", 5));
	assert_int_equal(write(w->line, "\x11", 1), 1);
	pass(w, 100);
	see(w, "later");
}

/* A job that broke off may have left the printer within a picture: that is
 * filled before anything is for the display. */
static void
broken_off(void **state)
{
	struct world *w = *state;
	static const uint8_t nul[1000];
	const uint8_t *at, *filled;
	size_t from;

	make_job(w);
	begin(w, "dmd");
	w->at_once = 61;
	pass(w, 300);
	print(w, 1);
	pass(w, 700);
	from = w->n_seen;
	(void)close(w->line);
	w->line = -1;
	pass(w, 3000);
	assert_int_equal(w->lost, 1);
	show(w, "later", "");
	pass(w, 3000);
	at = memmem(w->seen + from, w->n_seen - from, "later", 5);
	assert_non_null(at);
	filled = memmem(w->seen + from, w->n_seen - from, nul, sizeof(nul));
	assert_non_null(filled);
	assert_true(filled < at);
	see(w, "later");
	print(w, 2);
	pass(w, 20000);
	assert_int_equal(w->done, 1);
}

static void
refused(void **state)
{
	static const struct device_opt_value shared[] = {{"shared", "yes"}};
	struct device_conf conf = {.name = "pole",
		.driver = "dmd",
		.port = "file:/none",
		.opt = shared,
		.n_opt = 1};
	struct world *w = *state;

	begin(w, "dmd");
	assert_int_equal(device_host_front(w->h, &conf, NULL), RC_EXISTS);
	conf.driver = "logic";
	assert_int_equal(device_host_front(w->h, &conf, NULL), RC_INVAL);
	conf.driver = "escpos";
	assert_int_equal(device_host_front(w->h, &conf, NULL), RC_INVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			paper_is_paper, setup, teardown),
		cmocka_unit_test_setup_teardown(brackets, setup, teardown),
		cmocka_unit_test_setup_teardown(drawer, setup, teardown),
		cmocka_unit_test_setup_teardown(no_paper, setup, teardown),
		cmocka_unit_test_setup_teardown(held, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_off, setup, teardown),
		cmocka_unit_test_setup_teardown(refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
