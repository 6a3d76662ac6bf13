/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "device/transport.h"
#include "main/args.h"
#include "main/poles.h"
#include "register/settings.h"
#include "screen/display.h"

#include "base/poison.h"

static const char usage[] =
	"display [--tty PATH | --device URI [--size 2x20]] [--store DIR]";

#define ROWS_MAX 4
#define COLS_MAX 40
#define RETRY_MS 1000
#define GONE_AFTER 5 /* looks without a word */

struct size {
	unsigned rows, cols;
};

static const struct {
	const char *name;
	struct size size;
} sizes[] = {
	{"2x20", {2, 20}},
	{"4x20", {4, 20}},
	{"2x40", {2, 40}},
};

static volatile sig_atomic_t ended;

static void
on_end(int signo)
{
	(void)signo;
	ended = 1;
}

/* Clear, then every cell of it: what the simplest of them understand, and no
 * line feed, which may scroll. */
static size_t
put_rows(const struct customer_frame *f, struct size size, uint8_t *out)
{
	/* where there is no row to spare it takes the place of the name */
	unsigned said = size.rows > 2 ? 3 : 0;
	char line[COLS_MAX + 1];
	size_t n = 0;
	unsigned i;

	out[n++] = 0x0c;
	for (i = 0; i < size.rows; i++) {
		struct customer_row row = {"", ""};

		if (i < 2) {
			row = f->row[i];
		}
		if (i == said && f->training) {
			struct sbuf b;

			sbuf_init(&b, row.left, sizeof(row.left));
			/* cells: 20 */
			sbuf_puts(&b, _("TRAINING"));
		}
		customer_line(&row, size.cols, line);
		memcpy(out + n, line, size.cols);
		n += size.cols;
	}
	return n;
}

static enum rc
send_rows(struct transport **t, const char *uri, const uint8_t *p, size_t n,
	struct err *e)
{
	static const struct device_line line = {9600, 8, 'N', 1, FLOW_NONE};
	enum rc rc = RC_OK;
	size_t done = 0;

	if (*t == NULL) {
		rc = transport_open(uri, &line, t, e);
	}
	while (rc == RC_OK && done < n) {
		size_t k = 0;

		rc = transport_write(*t, p + done, n - done, false, &k, e);
		done += k;
		if (rc == RC_AGAIN) {
			struct pollfd w = {
				.fd = transport_fd(*t), .events = POLLOUT};

			rc = poll(&w, 1, RETRY_MS) == 1 ? RC_OK : RC_DOWN;
		}
	}
	if (rc != RC_OK && *t != NULL) {
		transport_close(*t);
		*t = NULL;
	}
	return rc;
}

/* A display that is not there, or went, is looked for every second; a register
 * that let go and does not come back is closed. */
static enum rc
run_device(struct customer_reader *r, struct customer_frame *f, const char *uri,
	struct size size, struct err *e)
{
	struct transport *t = NULL;
	uint8_t out[1 + ROWS_MAX * COLS_MAX];
	size_t n = put_rows(f, size, out);
	bool due = true;
	int quiet = 0;
	enum rc rc = transport_check(uri, e);

	while (rc == RC_OK && !ended) {
		struct pollfd p = {.fd = r->fd, .events = POLLIN};
		bool any = false;

		if (due && send_rows(&t, uri, out, n, NULL) == RC_OK) {
			due = false;
		}
		if (poll(&p, 1, RETRY_MS) > 0) {
			rc = customer_reader_take(r, f, &any);
			quiet = rc == RC_DOWN ? GONE_AFTER : 0;
			rc = rc == RC_DOWN ? RC_OK : rc;
			if (f->language[0] != '\0') {
				i18n_language(f->language, NULL);
			}
		} else if (quiet > 0 && --quiet == 0) {
			customer_gone(f);
			any = true;
		}
		if (any) {
			n = put_rows(f, size, out);
			due = true;
		}
	}
	if (rc == RC_IO) {
		(void)err_set(e, rc, 0, "display",
			"the register's pipe cannot be read: start again");
	}
	transport_close(t);
	return rc;
}

/* --- the displays of the configuration ------------------------------------ */

static void
side_show(void *arg, const struct customer_frame *f)
{
	poles_show(arg, f);
}

static struct mono
side_poll(void *arg)
{
	return poles_poll(arg);
}

static size_t
side_watch(void *arg, int fd[], short events[], size_t cap)
{
	return poles_watch(arg, fd, events, cap);
}

/* Milliseconds until something is due, at most RETRY_MS. */
static int
wait_ms(struct mono next)
{
	struct clock clock = clock_system();
	int64_t ms = RETRY_MS;

	if (next.us >= 0) {
		ms = (next.us - clock_read(&clock).mono.us + 999) / 1000;
	}
	return ms < 0 ? 0 : ms > RETRY_MS ? RETRY_MS : (int)ms;
}

/* Without a terminal: as a service. */
static enum rc
run_poles(struct customer_reader *r, struct customer_frame *f, struct poles *ps)
{
	int64_t quiet_since = -1;
	struct clock clock = clock_system();
	enum rc rc = RC_OK;
	sigset_t ends, open;

	/* heard while it waits, and only then: none falls between */
	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)sigaddset(&ends, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &ends, &open);
	poles_show(ps, f);
	while (rc == RC_OK && !ended) {
		int wait = wait_ms(poles_poll(ps));
		struct pollfd p[1 + CONFIG_DEVICES] = {
			{.fd = r->fd, .events = POLLIN}};
		short events[CONFIG_DEVICES];
		int fd[CONFIG_DEVICES];
		size_t n = poles_watch(ps, fd, events, CONFIG_DEVICES);
		int64_t now;
		bool any = false;
		const struct timespec t = {
			wait / 1000, (long)(wait % 1000) * 1000000};

		for (size_t i = 0; i < n; i++) {
			p[1 + i] = (struct pollfd){fd[i], events[i], 0};
		}
		(void)ppoll(p, 1 + n,
			quiet_since >= 0 || wait < RETRY_MS ? &t : NULL, &open);
		now = clock_read(&clock).mono.us;
		if (p[0].revents != 0) {
			rc = customer_reader_take(r, f, &any);
			quiet_since = rc == RC_DOWN ? now
				      : any         ? -1
						    : quiet_since;
			rc = rc == RC_DOWN ? RC_OK : rc;
		} else if (quiet_since >= 0 &&
			   now - quiet_since >= GONE_AFTER * INT64_C(1000000)) {
			quiet_since = -1;
			customer_gone(f);
			any = true;
		}
		if (any && f->language[0] != '\0') {
			i18n_language(f->language, NULL);
		}
		if (any) {
			poles_show(ps, f);
		}
	}
	return rc;
}

static void
catch_ends(void)
{
	static const int ends[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_end;
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < ARRAY_LEN(ends); i++) {
		(void)sigaction(ends[i], &sa, NULL);
	}
}

/* The terminal it shows on becomes this process's own. */
static enum rc
take_tty(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		return err_set(e, RC_DOWN, 0, "display",
			"%s cannot be opened: is it there, and may you use it?",
			path);
	}
	if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0) {
		(void)close(fd);
		return err_set(e, RC_IO, 0, "display",
			"%s cannot be used as a terminal", path);
	}
	(void)close(fd);
	return RC_OK;
}

/* On a terminal, and on the displays beside it. */
static enum rc
run_shown(struct customer_reader *r, struct customer_frame *f, struct poles *ps,
	const char *tty, struct err *e)
{
	const struct display_side side = {.arg = ps,
		.show = side_show,
		.poll = side_poll,
		.watch = side_watch};
	enum rc rc;

	if (tty == NULL && poles_n(ps) > 0 && isatty(STDOUT_FILENO) == 0) {
		catch_ends();
		rc = run_poles(r, f, ps);
		return rc != RC_IO ? rc
				   : err_set(e, rc, 0, "display",
					     "the register's pipe cannot be "
					     "read: start again");
	}
	if (tty != NULL) {
		rc = take_tty(tty, e);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return display_run(r, f, ps != NULL ? &side : NULL, e);
}

static bool
find_size(const char *name, struct size *ret)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(sizes); i++) {
		if (strcmp(sizes[i].name, name) == 0) {
			*ret = sizes[i].size;
			return true;
		}
	}
	return false;
}

/* What shows before the register says anything: the shop, closed, in its
 * language, as far as its file tells. */
static void
first_frame(
	const char *store, struct customer_frame *ret, struct poles **ret_poles)
{
	struct config *c = config_new();

	memset(ret, 0, sizeof(*ret));
	if (c != NULL && settings_config(store, c, NULL) == RC_OK) {
		i18n_language(c->language, NULL);
		customer_closed(c, ret);
		if (ret_poles != NULL &&
			poles_open(store, c, ret_poles, NULL) != RC_OK) {
			*ret_poles = NULL;
		}
	} else {
		customer_gone(ret);
	}
	config_free(c);
}

int
verb_display(int argc, char *argv[])
{
	const char *tty = NULL, *device = NULL, *size_name = NULL;
	const struct opt opts[] = {
		{"tty", OPT_TEXT, &tty},
		{"device", OPT_TEXT, &device},
		{"size", OPT_TEXT, &size_name},
	};
	struct customer_reader reader;
	struct customer_frame frame;
	struct poles *poles = NULL;
	struct size size = {0, 0};
	struct err e = {0};
	struct args a;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, opts, ARRAY_LEN(opts), 0, 0);
	if (status >= 0) {
		return status;
	}
	if (!find_size(size_name != NULL ? size_name : "2x20", &size)) {
		return args_usage(&a, usage, "--size is 2x20, 4x20 or 2x40");
	}
	if (tty != NULL && device != NULL) {
		return args_usage(&a, usage, "--tty or --device, not both");
	}
	first_frame(a.store, &frame, device == NULL ? &poles : NULL);
	rc = customer_reader_open(&reader, a.store, &e);
	if (rc == RC_OK && device != NULL) {
		catch_ends();
		rc = run_device(&reader, &frame, device, size, &e);
	} else if (rc == RC_OK) {
		rc = run_shown(&reader, &frame, poles, tty, &e);
	}
	poles_close(poles);
	customer_reader_close(&reader);
	status = rc == RC_OK ? EXIT_DONE : args_fail(&a, rc, &e);
	args_done(&a);
	return status;
}
