/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vt ROWS COLS COMMAND [ARGUMENT...]: a program in a real pty, its output in a
 * terminal emulator, driven by one line a command on stdin and answered by one
 * on stdout.  Texts and bytes are in hexadecimal; times are in milliseconds.
 *
 *   send HEX            type        slow US HEX     a byte each US microseconds
 *   gap                 the longest that "slow" took between two bytes, in us
 *   key NAME            F5 Up KP7   size ROWS COLS  the window changes
 *   see MS HEX          wait until a row shows the text: "ok" or "late"
 *   gone MS HEX         wait until none does
 *   like MS HEX         wait until a row fits the extended expression
 *   quiet MS LIMIT      wait until it has read all, sleeps and is silent for MS
 *   out MS N            wait until N bytes came since the mark
 *   dump | looks        "ROWS" and so many lines
 *   cursor              "ROW COL"   mark, bytes     count what comes
 *   stall, resume       the terminal stops reading; goes on
 *   signal NUMBER       kill        hangup          the terminal goes away
 *   wait MS             "exit N", "signal N" or "late"
 *   bells               so far      pid
 *
 * VT_LOG=FILE keeps every byte the program wrote.
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <regex.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vt_term.h"

#define STEP_US ((int64_t)4000)
#define ROW_BYTES 8192

static struct vt term;
static uint64_t mark;
static int64_t longest_us;

static void
answer(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)putchar('\n');
	(void)fflush(stdout);
}

static int
digit(char c)
{
	const char *all = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(all, c) : NULL;

	return at != NULL ? (int)(at - all) : 0;
}

/* In place; the result is terminated too. */
static size_t
unhex(char *s)
{
	size_t n = strlen(s) / 2, i;

	for (i = 0; i < n; i++) {
		s[i] = (char)(digit(s[2 * i]) * 16 + digit(s[2 * i + 1]));
	}
	s[n] = '\0';
	return n;
}

static bool
shows(const char *text, const regex_t *re)
{
	char row[ROW_BYTES];
	int i;

	for (i = 0; i < term.rows; i++) {
		(void)term_row(&term, i, row, sizeof(row));
		if (re != NULL ? regexec(re, row, 0, NULL, 0) == 0
			       : strstr(row, text) != NULL) {
			return true;
		}
	}
	return false;
}

/* True: it came to be so in time. */
static bool
wait_screen(long ms, const char *text, const regex_t *re, bool want)
{
	int64_t end = now_us() + (int64_t)ms * 1000;

	while (shows(text, re) != want) {
		if (now_us() >= end || (term.ended && term.bytes == 0)) {
			return false;
		}
		term_pump(&term, STEP_US * 5);
	}
	return true;
}

static void
cmd_like(long ms, char *text)
{
	regex_t re;

	if (regcomp(&re, text, REG_EXTENDED | REG_NOSUB) != 0) {
		answer("no expression");
		return;
	}
	answer(wait_screen(ms, NULL, &re, true) ? "ok" : "late");
	regfree(&re);
}

static bool
quiet(long ms, long limit)
{
	int64_t end = now_us() + (int64_t)limit * 1000;
	int64_t marked = -1;

	while (now_us() < end) {
		if (term.ended) {
			term_pump(&term, STEP_US);
			return true;
		}
		if (term_idle(&term) &&
			now_us() - term.busy_us >= (int64_t)ms * 1000) {
			if (marked == term.busy_us) {
				return true;
			}
			marked = term.busy_us;
			term_mark(&term);
		}
		term_pump(&term, STEP_US);
	}
	return false;
}

/* Where it is allowed, bytes leave when they should on a busy machine too. */
static void
hurry(bool on)
{
	struct sched_param p = {.sched_priority = on ? 1 : 0};

	(void)sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &p);
}

static void
slow(long us, const char *p, size_t n)
{
	int64_t at = now_us(), last = at;
	size_t i;

	longest_us = 0;
	for (i = 0; i < n; i++) {
		int64_t now = now_us();

		if (now - last > longest_us) {
			longest_us = now - last;
		}
		last = now;
		term_send(&term, p + i, 1);
		at += us;
		while (now_us() < at) {
			term_pump(&term, at - now_us());
		}
	}
}

static void
cmd_dump(bool looks)
{
	char row[ROW_BYTES];
	int i;

	(void)printf("%d\n", term.rows);
	for (i = 0; i < term.rows; i++) {
		if (looks) {
			term_looks(&term, i, row);
		} else {
			(void)term_row(&term, i, row, sizeof(row));
		}
		(void)printf("%s\n", row);
	}
	(void)fflush(stdout);
}

/* kill() is back before a program on another processor stands still, and what
 * is sent to it then would be read by one that is awake. */
static void
cmd_signal(int n)
{
	siginfo_t info;
	bool sent = kill(term.pid, n) == 0;

	while (sent && n == SIGSTOP &&
		waitid(P_PID, (id_t)term.pid, &info,
			WSTOPPED | WEXITED | WNOWAIT) != 0 &&
		errno == EINTR) {
	}
	answer(sent ? "ok" : "gone");
}

static void
cmd_wait(long ms)
{
	int64_t end = now_us() + (int64_t)ms * 1000;

	while (!term.ended && now_us() < end) {
		term_pump(&term, STEP_US);
	}
	if (!term.ended) {
		answer("late");
	} else if (WIFEXITED(term.status)) {
		answer("exit %d", WEXITSTATUS(term.status));
	} else {
		answer("signal %d", WTERMSIG(term.status));
	}
}

static void
cmd_out(long ms, long n)
{
	int64_t end = now_us() + (int64_t)ms * 1000;

	while (term.bytes - mark < (uint64_t)n && now_us() < end) {
		term_pump(&term, STEP_US);
	}
	answer(term.bytes - mark >= (uint64_t)n ? "ok" : "late");
}

static void
cmd_cursor(void)
{
	VTermPos pos;

	vterm_state_get_cursorpos(term.st, &pos);
	answer("%d %d", pos.row, pos.col);
}

/* Commands without a number; false: not one of them. */
static bool
plain_command(const char *verb, char *rest)
{
	if (strcmp(verb, "send") == 0) {
		size_t n = unhex(rest);

		term_send(&term, rest, n);
		answer("ok");
	} else if (strcmp(verb, "key") == 0) {
		answer(term_key(&term, rest) ? "ok" : "no such key");
	} else if (strcmp(verb, "dump") == 0 || strcmp(verb, "looks") == 0) {
		cmd_dump(verb[0] == 'l');
	} else if (strcmp(verb, "cursor") == 0) {
		cmd_cursor();
	} else if (strcmp(verb, "mark") == 0) {
		mark = term.bytes;
		answer("ok");
	} else if (strcmp(verb, "bytes") == 0) {
		answer("%llu", (unsigned long long)(term.bytes - mark));
	} else if (strcmp(verb, "bells") == 0) {
		answer("%llu", (unsigned long long)term.bells);
	} else if (strcmp(verb, "gap") == 0) {
		answer("%lld", (long long)longest_us);
	} else if (strcmp(verb, "pid") == 0) {
		answer("%d", (int)term.pid);
	} else if (strcmp(verb, "stall") == 0 || strcmp(verb, "resume") == 0) {
		term.stalled = verb[0] == 's';
		answer("ok");
	} else if (strcmp(verb, "hangup") == 0) {
		term_hang_up(&term);
		answer("ok");
	} else {
		return false;
	}
	return true;
}

static void
command(char *line)
{
	char *rest = strchr(line, ' ');
	char *end;
	long n;

	if (rest != NULL) {
		*rest++ = '\0';
	} else {
		rest = line + strlen(line);
	}
	if (plain_command(line, rest)) {
		return;
	}
	n = strtol(rest, &end, 10);
	end += *end == ' ' ? 1 : 0;
	if (strcmp(line, "slow") == 0) {
		size_t len = unhex(end);

		hurry(true);
		slow(n, end, len);
		hurry(false);
		answer("ok");
	} else if (strcmp(line, "see") == 0 || strcmp(line, "gone") == 0) {
		(void)unhex(end);
		answer(wait_screen(n, end, NULL, line[0] == 's') ? "ok"
								 : "late");
	} else if (strcmp(line, "like") == 0) {
		(void)unhex(end);
		cmd_like(n, end);
	} else if (strcmp(line, "quiet") == 0) {
		answer(quiet(n, strtol(end, NULL, 10)) ? "ok" : "late");
	} else if (strcmp(line, "out") == 0) {
		cmd_out(n, strtol(end, NULL, 10));
	} else if (strcmp(line, "size") == 0) {
		term_resize(&term, (int)n, (int)strtol(end, NULL, 10));
		answer("ok");
	} else if (strcmp(line, "signal") == 0) {
		cmd_signal((int)n);
	} else if (strcmp(line, "wait") == 0) {
		cmd_wait(n);
	} else {
		answer("no such command");
	}
}

/* The terminal goes on while nobody asks. */
static bool
has_command(void)
{
	struct pollfd p[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = term.stalled || term.ended ? -1 : term.master,
			.events = POLLIN}};

	if (term.n_out > 0) {
		p[1].fd = term.master;
		p[1].events |= POLLOUT;
	}
	(void)poll(p, 2, 100);
	term_pump(&term, 0);
	return p[0].revents != 0;
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (argc < 4) {
		(void)fprintf(stderr, "usage: vt ROWS COLS COMMAND...\n");
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	/* a line is read whole; what follows it must still be seen by poll */
	(void)setvbuf(stdin, NULL, _IONBF, 0);
	if (!term_start(&term, (int)strtol(argv[1], NULL, 10),
		    (int)strtol(argv[2], NULL, 10), argv + 3)) {
		return 1;
	}
	for (;;) {
		if (!has_command()) {
			continue;
		}
		n = getline(&line, &cap, stdin);
		if (n <= 0) {
			break;
		}
		line[strcspn(line, "\n")] = '\0';
		command(line);
	}
	free(line);
	term_stop(&term);
	return 0;
}
