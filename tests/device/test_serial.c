/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The serial transport with the real libserialport on a pseudo-terminal, by
 * tests/lib/ptyserial.c: the same calls that a port gets.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "device/host.h"
#include "device/transport.h"
#include "gen.h"

struct world {
	char top[64], lines[96], host[96], link[96], uri[128];
	int master;
	struct transport *t;
};

static void
put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
plug(struct world *w)
{
	w->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	assert_true(w->master >= 0);
	assert_int_equal(grantpt(w->master), 0);
	assert_int_equal(unlockpt(w->master), 0);
	(void)unlink(w->link);
	assert_int_equal(symlink(ptsname(w->master), w->link), 0);
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	(void)snprintf(w->top, sizeof(w->top), "/tmp/hf-serial.XXXXXX");
	assert_non_null(mkdtemp(w->top));
	(void)snprintf(w->lines, sizeof(w->lines), "%s/lines", w->top);
	(void)snprintf(w->host, sizeof(w->host), "%s/host", w->top);
	(void)snprintf(w->link, sizeof(w->link), "%s/usb-Maker-if00", w->top);
	(void)snprintf(w->uri, sizeof(w->uri), "serial:%s", w->link);
	put_file(w->lines, "cts dsr");
	assert_int_equal(setenv("PTYSERIAL_LINES", w->lines, 1), 0);
	assert_int_equal(setenv("PTYSERIAL_HOST", w->host, 1), 0);
	plug(w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	transport_close(w->t);
	if (w->master >= 0) {
		(void)close(w->master);
	}
	(void)unlink(w->lines);
	(void)unlink(w->host);
	(void)unlink(w->link);
	(void)rmdir(w->top);
	free(w);
	return 0;
}

static void
open_port(struct world *w, const struct device_line *line)
{
	struct err e = {0};

	if (transport_open(w->uri, line, &w->t, &e) != RC_OK) {
		fail_msg("%s", e.msg);
	}
	assert_int_equal(transport_ready(w->t, NULL), RC_OK);
	assert_false(transport_write_only(w->t));
	assert_true(transport_fd(w->t) >= 0);
}

static size_t
get(struct world *w, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (n < cap) {
		struct pollfd p = {.fd = w->master, .events = POLLIN};
		ssize_t k;

		if (poll(&p, 1, 0) != 1) {
			break;
		}
		k = read(w->master, out + n, cap - n);
		if (k <= 0) {
			break;
		}
		n += (size_t)k;
	}
	return n;
}

static enum rc
read_some(struct world *w, uint8_t *p, size_t cap, size_t *n, struct err *e)
{
	struct pollfd f = {.fd = transport_fd(w->t), .events = POLLIN};

	(void)poll(&f, 1, 2000);
	return transport_read(w->t, p, cap, n, e);
}

/* --- bytes and line settings ---------------------------------------------- */

static void
bytes_pass_as_they_are(void **state)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	struct world *w = *state;
	uint8_t all[256], got[256];
	size_t n = 0, k = 0;

	for (size_t i = 0; i < sizeof(all); i++) {
		all[i] = (uint8_t)i;
	}
	open_port(w, &line);
	assert_int_equal(
		transport_read(w->t, got, sizeof(got), &n, NULL), RC_AGAIN);
	assert_int_equal(
		transport_write(w->t, all, sizeof(all), false, &n, NULL),
		RC_OK);
	assert_int_equal(n, sizeof(all));
	assert_int_equal(get(w, got, sizeof(got)), sizeof(all));
	assert_memory_equal(got, all, sizeof(all));
	assert_int_equal(write(w->master, all, sizeof(all)), sizeof(all));
	memset(got, 0, sizeof(got));
	while (k < sizeof(all) &&
		read_some(w, got + k, sizeof(got) - k, &n, NULL) == RC_OK) {
		k += n;
	}
	assert_int_equal(k, sizeof(all));
	assert_memory_equal(got, all, sizeof(all));
}

static void
the_line_is_set(void **state)
{
	static const struct {
		struct device_line line;
		speed_t speed;
		bool stop2, xonxoff, rtscts;
	} row[] = {
		{{9600, 8, 'N', 1, FLOW_NONE}, B9600, false, false, false},
		{{9600, 8, 'N', 2, FLOW_NONE}, B9600, true, false, false},
		{{115200, 8, 'N', 1, FLOW_XONXOFF}, B115200, false, true,
			false},
		{{19200, 8, 'N', 1, FLOW_RTSCTS}, B19200, false, false, true},
		{{2400, 8, 'N', 1, FLOW_DTRDSR}, B2400, false, false, false},
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct termios t;

		open_port(w, &row[i].line);
		assert_int_equal(tcgetattr(transport_fd(w->t), &t), 0);
		assert_int_equal(cfgetospeed(&t), row[i].speed);
		assert_int_equal((t.c_cflag & CSTOPB) != 0, row[i].stop2);
		assert_int_equal((t.c_iflag & IXON) != 0, row[i].xonxoff);
		/* a status byte must not start again what XOFF stopped */
		assert_int_equal(t.c_iflag & IXANY, 0);
		assert_int_equal((t.c_cflag & CRTSCTS) != 0, row[i].rtscts);
		assert_int_equal(t.c_lflag & (ICANON | ECHO | ISIG), 0);
		assert_int_equal(t.c_oflag & OPOST, 0);
		transport_close(w->t);
		w->t = NULL;
	}
}

static void
a_line_that_cannot_be_is_refused_in_words(void **state)
{
	static const struct device_line line = {9600, 7, 'E', 1, FLOW_NONE};
	struct world *w = *state;
	struct err e = {0};

	assert_int_equal(transport_open(w->uri, &line, &w->t, &e), RC_DOWN);
	assert_non_null(strstr(e.msg, "takes no 9600 baud 7E1"));
}

/* --- modem lines ---------------------------------------------------------- */

static void
opening_holds_dtr_and_rts_on(void **state)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	struct world *w = *state;
	char text[256] = "", *last = text;
	FILE *f;

	open_port(w, &line);
	f = fopen(w->host, "r");
	assert_non_null(f);
	while (fgets(text, sizeof(text), f) != NULL) {
		last = text;
	}
	(void)fclose(f);
	assert_string_equal(last, "dtr rts\n");
}

static void
modem_lines_are_read(void **state)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	struct world *w = *state;

	open_port(w, &line);
	assert_int_equal(
		transport_lines(w->t), LINE_KNOWN | LINE_CTS | LINE_DSR);
	put_file(w->lines, "ri dcd");
	assert_int_equal(
		transport_lines(w->t), LINE_KNOWN | LINE_RI | LINE_DCD);
	put_file(w->lines, "");
	assert_int_equal(transport_lines(w->t), LINE_KNOWN);
}

static void
dsr_holds_bytes_back_and_not_the_urgent_ones(void **state)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_DTRDSR};
	static const uint8_t urgent[] = {0x10, 0x04, 0x01};
	struct world *w = *state;
	uint8_t page[100], got[128];
	size_t n = 0;

	memset(page, 'x', sizeof(page));
	put_file(w->lines, "cts");
	open_port(w, &line);
	assert_int_equal(
		transport_write(w->t, page, sizeof(page), false, &n, NULL),
		RC_AGAIN);
	assert_int_equal(n, 0);
	assert_true(transport_held(w->t));
	assert_int_equal(
		transport_write(w->t, urgent, sizeof(urgent), true, &n, NULL),
		RC_OK);
	assert_int_equal(n, sizeof(urgent));
	assert_int_equal(get(w, got, sizeof(got)), sizeof(urgent));
	put_file(w->lines, "cts dsr");
	assert_int_equal(
		transport_write(w->t, page, sizeof(page), false, &n, NULL),
		RC_OK);
	/* it may say stop at any byte: a small piece at a time */
	assert_int_equal(n, 32);
	assert_false(transport_held(w->t));
}

/* --- coming and going ------------------------------------------------------ */

static void
a_cable_that_is_pulled_is_noticed(void **state)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	struct world *w = *state;
	struct err e = {0};
	uint8_t byte;
	size_t n = 0;

	open_port(w, &line);
	(void)close(w->master);
	w->master = -1;
	assert_int_equal(read_some(w, &byte, 1, &n, &e), RC_DOWN);
	assert_non_null(strstr(e.msg, "hung up"));
	assert_int_equal(
		transport_write(w->t, &byte, 1, false, &n, &e), RC_DOWN);
}

static void
two_do_not_share_a_line(void **state)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	struct world *w = *state;
	struct transport *second = NULL;
	struct err e = {0};

	open_port(w, &line);
	assert_int_equal(transport_open(w->uri, &line, &second, &e), RC_DOWN);
	assert_non_null(strstr(e.msg, "another program"));
	transport_close(w->t);
	w->t = NULL;
	open_port(w, &line);
}

static void
what_is_no_port_is_said_in_words(void **state)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	struct world *w = *state;
	struct transport *t = NULL;
	struct err e = {0};
	char uri[200];

	(void)snprintf(uri, sizeof(uri), "serial:%s/lines", w->top);
	assert_int_equal(transport_open(uri, &line, &t, &e), RC_DOWN);
	assert_non_null(strstr(e.msg, "is no serial port"));
	assert_int_equal(
		transport_open("serial:/dev/null", &line, &t, &e), RC_DOWN);
	assert_non_null(strstr(e.msg, "is no serial port"));
	assert_int_equal(
		transport_open("serial:/dev/ttyNONE", &line, &t, &e), RC_DOWN);
	assert_non_null(strstr(e.msg, "there is no /dev/ttyNONE"));
	assert_int_equal(transport_open("serial:", &line, &t, &e), RC_INVAL);
}

static void
who_may_not_is_told_the_group(void **state)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	struct world *w = *state;
	struct err e = {0};
	uid_t was = geteuid();

	assert_int_equal(chmod(ptsname(w->master), 0), 0);
	if (was == 0) {
		assert_int_equal(chmod(w->top, 0755), 0);
		assert_int_equal(seteuid(65534), 0);
	}
	assert_int_equal(transport_open(w->uri, &line, &w->t, &e), RC_DOWN);
	if (was == 0) {
		assert_int_equal(seteuid(was), 0);
	}
	assert_non_null(strstr(e.msg, "group dialout"));
}

/* --- a whole host on it ----------------------------------------------------- */

struct seen {
	char code[4][64];
	size_t n_code, n_down, n_ready;
};

static void
on_event(void *arg, const struct device_event *ev)
{
	struct seen *s = arg;

	s->n_down += ev->kind == DEVICE_DOWN ? 1 : 0;
	s->n_ready += ev->kind == DEVICE_READY ? 1 : 0;
	if (ev->kind == DEVICE_SCAN && s->n_code < ARRAY_LEN(s->code)) {
		(void)snprintf(s->code[s->n_code++], sizeof(s->code[0]), "%.*s",
			(int)ev->n_data, ev->data);
	}
}

static void
poll_host(struct device_host *h)
{
	short events = 0;
	struct pollfd p = {.fd = device_host_fd(h, &events), .events = POLLIN};

	(void)poll(&p, 1, p.fd >= 0 ? 100 : 0);
	(void)device_host_poll(h);
}

/* It comes back as another port, under the same name. */
static void
a_scanner_is_found_again_at_another_port(void **state)
{
	struct world *w = *state;
	struct device_conf conf = {
		.name = "scanner", .driver = "scanner", .port = w->uri};
	struct clock_fake fake = {.now.mono.us = 1000000};
	struct clock clock = clock_fake(&fake);
	struct device_host *h = NULL;
	struct seen s = {.n_code = 0};
	int old = w->master;

	assert_int_equal(
		device_host_open(&conf, &clock, on_event, &s, &h, NULL), RC_OK);
	poll_host(h);
	assert_int_equal(s.n_ready, 1);
	assert_int_equal(write(w->master, "40063", 5), 5);
	poll_host(h);
	plug(w); /* another number, since the old one is still taken */
	(void)close(old);
	for (int i = 0; i < 20 && s.n_down == 0; i++) {
		poll_host(h);
	}
	assert_int_equal(s.n_down, 1);
	assert_false(device_host_up(h));
	fake.now.mono.us += 500000;
	poll_host(h);
	assert_int_equal(s.n_ready, 2);
	assert_int_equal(write(w->master, "81333931\r", 9), 9);
	for (int i = 0; i < 20 && s.n_code == 0; i++) {
		poll_host(h);
	}
	/* the half of before is no part of it */
	assert_int_equal(s.n_code, 1);
	assert_string_equal(s.code[0], "81333931");
	device_host_close(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			bytes_pass_as_they_are, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_line_is_set, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_line_that_cannot_be_is_refused_in_words, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			opening_holds_dtr_and_rts_on, setup, teardown),
		cmocka_unit_test_setup_teardown(
			modem_lines_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(
			dsr_holds_bytes_back_and_not_the_urgent_ones, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_cable_that_is_pulled_is_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			two_do_not_share_a_line, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_no_port_is_said_in_words, setup, teardown),
		cmocka_unit_test_setup_teardown(
			who_may_not_is_told_the_group, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_scanner_is_found_again_at_another_port, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
