/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every driver of the table on a bad line: noise, a byte that never ends, the
 * wrong device at the other end.  What must hold is the same for all: bounded
 * work, no invented answer, and the right device works three seconds after it
 * is there again.  The host is the real one, on a socket, with a clock that the
 * test moves.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/host.h"
#include "gen.h"
#include "sim/sim.h"

#include "base/poison.h"

#define MS INT64_C(1000)
#define TICK_US (10 * MS)
#define AGAIN_MS 3000      /* to come to its senses */
#define PATIENCE_MS 400000 /* for an answer; longer than any terminal's */
#define CHUNK 8192

struct world {
	char top[64], path[96], uri[112];
	struct clock_fake fake;
	struct clock clock;
	const struct device_driver *d;
	struct device_host *h;
	int listener, line;           /* -1 none */
	const struct sim_device *sim; /* NULL: nobody */
	void *sim_state;
	struct sim_out sim_out;

	bool good; /* what was asked came */
	bool open; /* a question is */
	unsigned paid, scans, sold, done;
	uint32_t id;
	char last[160]; /* result */
	unsigned wrong; /* told already */
	bool cuts;      /* the cable goes behind ${left} bytes of the far end */
	size_t left;
	size_t taken; /* bytes the far end has read */
};

/* --- both ends ------------------------------------------------------------ */

static void
on_event(void *arg, const struct device_event *ev)
{
	struct world *w = arg;

	switch ((int)ev->kind) {
	case DEVICE_JOB_DONE:
		w->done++;
		w->good = true;
		w->open = false;
		break;
	case DEVICE_JOB_FAILED:
	case DEVICE_JOB_UNKNOWN:
		w->open = false;
		break;
	case DEVICE_SCAN:
		w->scans++;
		w->good = true;
		break;
	case DEVICE_WEIGHT:
		w->good = w->good || (ev->weight.flags & SCALE_STABLE) != 0;
		w->sold += scale_sells(&ev->weight) ? 1 : 0;
		break;
	case DEVICE_CARD_SLIP:
		device_host_stored(w->h);
		break;
	case DEVICE_CARD_RESULT:
		w->open = false;
		(void)snprintf(w->last, sizeof(w->last), "%s %s",
			pinpad_outcome_name(ev->result->outcome),
			ev->result->text);
		w->good = ev->result->outcome != PINPAD_UNKNOWN &&
			  ev->result->outcome != PINPAD_ABORTED;
		w->paid +=
			ev->result->op != PINPAD_STATUS &&
					pinpad_outcome_paid(ev->result->outcome)
				? 1
				: 0;
		device_host_stored(w->h);
		break;
	default:
		break;
	}
}

static const struct sim_opt *
options_of(const char *driver, size_t *ret_n)
{
	/* what a drawer waits for is not what is tested here */
	static const struct sim_opt drawer[] = {
		{"settle", "0"}, {"interval", "0"}};

	*ret_n = strcmp(driver, "apg") == 0 || strcmp(driver, "bytes") == 0
			 ? ARRAY_LEN(drawer)
			 : 0;
	return drawer;
}

static void
open_host(struct world *w, const struct device_driver *d)
{
	struct device_opt_value value[2];
	size_t n = 0;
	const struct sim_opt *opt = options_of(d->name, &n);
	struct device_conf conf = {.name = "it",
		.driver = d->name,
		.port = w->uri,
		.opt = value,
		.n_opt = n};
	struct err e = {0};

	for (size_t i = 0; i < n; i++) {
		value[i].key = opt[i].key;
		value[i].value = opt[i].value;
	}
	w->d = d;
	if (device_host_open(&conf, &w->clock, on_event, w, &w->h, &e) !=
		RC_OK) {
		fail_msg("%s: %s", d->name, e.msg);
	}
	(void)device_host_poll(w->h);
	w->line =
		accept4(w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_true(w->line >= 0);
}

static void
close_host(struct world *w)
{
	device_host_close(w->h);
	w->h = NULL;
	if (w->line >= 0) {
		(void)close(w->line);
	}
	w->line = -1;
	free(w->sim_state);
	w->sim_state = NULL;
	w->sim = NULL;
	w->open = false;
	w->good = false;
	w->paid = 0;
	w->sold = 0;
	w->scans = 0;
	w->done = 0;
	w->taken = 0;
}

static void
set_sim(struct world *w, const struct sim_device *sim)
{
	size_t n = 0;
	const struct sim_opt *opt = options_of(sim->name, &n);
	struct err e = {0};

	free(w->sim_state);
	w->sim = sim;
	w->sim_state = calloc(1, sim->state_size);
	assert_non_null(w->sim_state);
	if (sim->open(w->sim_state, opt, n, &e) != RC_OK) {
		fail_msg("%s: %s", sim->name, e.msg);
	}
	if (sim->plug != NULL) {
		sim->plug(w->sim_state, true);
	}
}

static void
send_sim(struct world *w)
{
	size_t n = w->sim_out.n_byte;

	if (w->cuts && n > w->left) {
		n = w->left;
	}
	if (n > 0 && w->line >= 0) {
		(void)!write(w->line, w->sim_out.byte, n);
		w->left -= w->cuts ? n : 0;
	}
	if (w->cuts && w->left == 0 && w->line >= 0) {
		(void)close(w->line);
		w->line = -1;
		w->cuts = false;
	}
	sim_begin(&w->sim_out);
}

static void
tell(struct world *w, const char *line)
{
	sim_begin(&w->sim_out);
	(void)w->sim->tell(
		w->sim_state, w->fake.now.mono, line, &w->sim_out, NULL);
	send_sim(w);
}

static void
far_end(struct world *w)
{
	uint8_t in[CHUNK];
	ssize_t n = w->line >= 0 ? read(w->line, in, sizeof(in)) : -1;

	w->taken += n > 0 ? (size_t)n : 0;
	if (w->sim == NULL) {
		return;
	}
	sim_begin(&w->sim_out);
	w->sim->step(w->sim_state, w->fake.now.mono, in, n > 0 ? (size_t)n : 0,
		&w->sim_out);
	send_sim(w);
}

/* The host may have opened the line anew. */
static void
take_line(struct world *w)
{
	int fd = accept4(w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		return;
	}
	if (w->line >= 0) {
		(void)close(w->line);
	}
	w->line = fd;
	if (w->sim != NULL && w->sim->plug != NULL) {
		w->sim->plug(w->sim_state, false);
		w->sim->plug(w->sim_state, true);
	}
}

static void
pass(struct world *w, int64_t ms)
{
	for (int64_t t = 0; t < ms * MS; t += TICK_US) {
		w->fake.now.mono.us += TICK_US;
		take_line(w);
		far_end(w);
		(void)device_host_poll(w->h);
	}
}

/* --- what is asked -------------------------------------------------------- */

static bool
pinpad_asks(struct world *w, enum pinpad_op op)
{
	const struct pinpad_ask ask = {
		.op = op, .amount = 1234, .currency = 978, .digits = 2};

	return (w->d->pinpad->can & 1u << op) != 0 &&
	       device_host_ask(w->h, ++w->id, &ask, NULL) == RC_OK;
}

static void
show(struct world *w, const char *text)
{
	struct display_frame f;

	memset(&f, 0, sizeof(f));
	(void)snprintf(f.row[0], sizeof(f.row[0]), "%s", text);
	device_host_show(w->h, &f);
}

static void
ask(struct world *w)
{
	static const struct scale_ask weigh = {.price = 199};

	if (w->open) {
		return;
	}
	w->good = false;
	switch (w->d->class_) {
	case DEVICE_PRINTER:
		w->open = device_host_print(w->h, ++w->id,
				  (const uint8_t *)"hello\n", 6, NULL) == RC_OK;
		break;
	case DEVICE_DRAWER:
		w->open = device_host_open_drawer(w->h, ++w->id, NULL) == RC_OK;
		break;
	case DEVICE_PINPAD:
		w->open = pinpad_asks(w, PINPAD_PAY);
		break;
	case DEVICE_SCALE:
		(void)!device_host_weigh(w->h, ++w->id, &weigh, NULL);
		break;
	case DEVICE_DISPLAY:
		show(w, "bad line");
		break;
	case DEVICE_SCANNER:
	case DEVICE_CLASS_COUNT:
	case DEVICE_WORKER:
	default:
		break;
	}
}

/* No question stays open, however bad the line was. */
static void
end_all(struct world *w)
{
	if (w->d->scale != NULL) {
		device_host_rest(w->h);
	}
	for (int64_t ms = 0; w->open && ms < PATIENCE_MS; ms += 500) {
		pass(w, 500);
	}
	if (w->open && w->d->class_ == DEVICE_PINPAD) {
		fail_msg("%s: a question without an end", w->d->name);
	}
}

static bool
works(struct world *w)
{
	bool shown = false;

	/* what lay in the printer when it happened may be on paper or not:
	 * that ends first, and is never sent again */
	for (int ms = 0; w->open && ms < 650000; ms += 100) {
		pass(w, 100);
	}
	w->good = false;
	w->taken = 0;
	switch (w->d->class_) {
	case DEVICE_PINPAD:
		w->open = pinpad_asks(w, PINPAD_STATUS) ||
			  pinpad_asks(w, PINPAD_PAY);
		break;
	case DEVICE_SCANNER:
		tell(w, "scan 4006381333931");
		break;
	case DEVICE_SCALE:
		tell(w, "weight 1235");
		ask(w);
		break;
	case DEVICE_DISPLAY:
		show(w, "all is well");
		shown = true;
		break;
	case DEVICE_PRINTER:
	case DEVICE_DRAWER:
	case DEVICE_CLASS_COUNT:
	case DEVICE_WORKER:
	default:
		ask(w);
		break;
	}
	for (int ms = 0; !w->good && ms < 20000; ms += 100) {
		pass(w, 100);
		w->good = w->good || (shown && w->taken > 10);
	}
	return w->good;
}

static void
comes_back(struct world *w, const char *from)
{
	const struct sim_device *right = sim_device_find(w->d->name);

	if (right == NULL) {
		return;
	}
	set_sim(w, right);
	pass(w, AGAIN_MS);
	/* what another device said may be the beginning of a long frame */
	if (!works(w) && (w->d->class_ != DEVICE_PINPAD ||
				 strncmp(from, "a ", 2) != 0 || !works(w))) {
		w->wrong++;
		print_error("%s does not work behind %s: %s\n", w->d->name,
			from, w->open ? "no answer" : w->last);
	}
}

/* --- the tests ------------------------------------------------------------ */

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	assert_non_null(w);
	(void)snprintf(w->top, sizeof(w->top), "/tmp/hf-every.XXXXXX");
	assert_non_null(mkdtemp(w->top));
	(void)snprintf(w->path, sizeof(w->path), "%s/line", w->top);
	(void)snprintf(w->uri, sizeof(w->uri), "unix:%s", w->path);
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", w->path);
	w->listener =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(w->listener >= 0);
	assert_int_equal(
		bind(w->listener, (struct sockaddr *)&un, sizeof(un)), 0);
	assert_int_equal(listen(w->listener, 4), 0);
	w->line = -1;
	w->fake.now.mono.us = INT64_C(1000000000);
	w->clock = clock_fake(&w->fake);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	close_host(w);
	(void)close(w->listener);
	(void)unlink(w->path);
	(void)rmdir(w->top);
	free(w);
	return 0;
}

/* What all the others stand on. */
static void
each_works_with_its_own(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < device_n_drivers; i++) {
		open_host(w, device_drivers[i]);
		comes_back(w, "nothing at all");
		close_host(w);
	}
	assert_int_equal(w->wrong, 0);
}

/* Nothing is made of noise that costs money. */
static void
nothing_was_invented(struct world *w, const char *by)
{
	if (w->paid > 0 || w->sold > 0) {
		w->wrong++;
		print_error("%s: %s paid %u, sold %u\n", w->d->name, by,
			w->paid, w->sold);
	}
}

static void
noise_is_outlived(void **state)
{
	struct world *w = *state;
	struct gen g = {20261122};

	for (size_t i = 0; i < device_n_drivers; i++) {
		open_host(w, device_drivers[i]);
		for (int k = 0; k < 1000; k++) {
			uint8_t noise[64];
			size_t n = 1 + (size_t)gen_below(&g, sizeof(noise));

			for (size_t b = 0; b < n; b++) {
				noise[b] = (uint8_t)gen_next(&g);
			}
			if (w->line >= 0) {
				(void)!write(w->line, noise, n);
			}
			if (k % 100 == 0) {
				ask(w);
			}
			pass(w, 20);
		}
		nothing_was_invented(w, "noise");
		end_all(w);
		comes_back(w, "noise");
		close_host(w);
	}
	assert_int_equal(w->wrong, 0);
}

/* How much of a full line is read in one poll. */
static size_t
read_in_one_poll(struct world *w, uint8_t byte)
{
	uint8_t block[4096];
	size_t room = 0;
	ssize_t n;

	memset(block, byte, sizeof(block));
	while (write(w->line, block, sizeof(block)) > 0) {
	}
	(void)device_host_poll(w->h);
	while ((n = write(w->line, block, sizeof(block))) > 0) {
		room += (size_t)n;
	}
	return room;
}

static void
a_byte_that_never_ends_is_bounded_work(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < device_n_drivers; i++) {
		open_host(w, device_drivers[i]);
		for (unsigned b = 0; b < 256; b++) {
			size_t n;

			if (w->line < 0) {
				pass(w, 6000);
			}
			ask(w);
			n = read_in_one_poll(w, (uint8_t)b);
			/* 64 rounds of 512, and what the socket rounds up */
			if (n > 64 * 512 + 131072) {
				fail_msg("%s reads %zu bytes of %02X at once",
					w->d->name, n, b);
			}
			pass(w, 100);
		}
		nothing_was_invented(w, "a byte without an end");
		end_all(w);
		/* the rest of it is still on its way */
		for (int k = 0; k < 50; k++) {
			pass(w, 100);
		}
		comes_back(w, "an endless byte");
		close_host(w);
	}
	assert_int_equal(w->wrong, 0);
}

static void
the_wrong_device_does_no_harm(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < device_n_drivers; i++) {
		const struct device_driver *d = device_drivers[i];

		for (size_t k = 0; k < sim_n_devices; k++) {
			char by[64];

			if (strcmp(sim_devices[k]->name, d->name) == 0) {
				continue;
			}
			open_host(w, d);
			set_sim(w, sim_devices[k]);
			if (sim_devices[k] == sim_device_find("scanner")) {
				tell(w, "scan 4006381333931");
			}
			ask(w);
			pass(w, 3000);
			end_all(w);
			(void)snprintf(
				by, sizeof(by), "a %s", sim_devices[k]->name);
			/* scales and terminals of one family may well agree */
			if (d->class_ == DEVICE_PINPAD) {
				nothing_was_invented(w, by);
			}
			comes_back(w, by);
			close_host(w);
		}
	}
	assert_int_equal(w->wrong, 0);
}

/* The far end goes behind each byte of what it says, and comes back. */
static void
a_cable_is_pulled_behind_each_byte(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < device_n_drivers; i++) {
		const struct sim_device *right =
			sim_device_find(device_drivers[i]->name);

		if (right == NULL) {
			continue;
		}
		for (size_t cut = 1; cut < 24; cut++) {
			open_host(w, device_drivers[i]);
			set_sim(w, right);
			w->cuts = true;
			w->left = cut;
			if (w->d->class_ == DEVICE_SCANNER) {
				tell(w, "scan 4006381333931");
			}
			ask(w);
			pass(w, 1000);
			w->cuts = false;
			end_all(w);
			/* it has what it began behind it */
			pass(w, 2000);
			comes_back(w, "pulled cables");
			close_host(w);
		}
	}
	assert_int_equal(w->wrong, 0);
}

int
main(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_works_with_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(
			noise_is_outlived, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_byte_that_never_ends_is_bounded_work, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			the_wrong_device_does_no_harm, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_cable_is_pulled_behind_each_byte, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
