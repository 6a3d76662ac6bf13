/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/ioctl.h>

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen/term_internal.h"

/* behind curses.h, which it needs */
#include <term.h>

#include "base/poison.h"

/* What a terminal that takes nothing is waited for at the end. */
#define LEAVE_MS 500

/* What a crash handler needs; set once, before the handler is. */
static struct {
	char reset[128];
	volatile sig_atomic_t len;
	struct termios saved;
	int flags; /* of standard output */
} crash;

static const int crash_signals[] = {
	SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};

/* Nothing but fcntl(), write(), tcsetattr() and raise() here. */
static void
on_crash(int signo)
{
	ssize_t n;

	(void)fcntl(STDOUT_FILENO, F_SETFL, crash.flags | O_NONBLOCK);
	n = write(STDOUT_FILENO, crash.reset, (size_t)crash.len);
	(void)n;
	(void)fcntl(STDOUT_FILENO, F_SETFL, crash.flags);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &crash.saved);
	(void)raise(signo);
}

/* A string of the terminal's description; NULL none. */
static const char *
find_string(const char *name)
{
	char cap[16];
	struct sbuf n;
	const char *s;

	sbuf_init(&n, cap, sizeof(cap));
	sbuf_puts(&n, name);
	s = tigetstr(cap);
	/* -1 as a pointer: no string of this name */
	return (intptr_t)s == -1 ? NULL : s;
}

static bool
has_string(const char *name)
{
	return find_string(name) != NULL;
}

static void
add_reset(struct sbuf *b, const char *name)
{
	const char *s = find_string(name);

	if (s != NULL) {
		sbuf_puts(b, s);
	}
}

static void
arm_crash(void)
{
	struct sigaction sa;
	struct sbuf b;
	size_t i;

	sbuf_init(&b, crash.reset, sizeof(crash.reset));
	add_reset(&b, "sgr0");
	add_reset(&b, "rmkx");
	add_reset(&b, "rmcup");
	add_reset(&b, "cnorm");
	crash.len = (sig_atomic_t)b.len;
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_crash;
	sa.sa_flags = (int)SA_RESETHAND | SA_NODEFER;
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < ARRAY_LEN(crash_signals); i++) {
		(void)sigaction(crash_signals[i], &sa, NULL);
	}
}

static void
disarm_crash(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(crash_signals); i++) {
		(void)signal(crash_signals[i], SIG_DFL);
	}
}

/* Behind whatever curses has sent: its own start of the keypad among it. */
static void
keypad_digits(struct terminal *t)
{
	(void)!term_out_take(&t->out);
	(void)!term_out_add(&t->out, "\033>", 2);
}

/* Curses' own handlers draw, flush what was typed and wait; the loop has all
 * signals that matter, and asks for them when it begins. */
static void
drop_handlers(void)
{
	static const int taken[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
	size_t i;

	for (i = 0; i < ARRAY_LEN(taken); i++) {
		(void)signal(taken[i], SIG_DFL);
	}
}

static enum rc
take(struct terminal *t, const struct term_opts *opts)
{
	enum rc rc = term_out_open(&t->out);

	if (rc != RC_OK) {
		return rc;
	}
	crash.flags = t->out.flags;
	/* One thread, once, before anything is shown. */
	/* NOLINTBEGIN(concurrency-mt-unsafe) */
	(void)setlocale(LC_CTYPE, "");
	t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	/* NOLINTEND(concurrency-mt-unsafe) */
	term_esc_delay(t, opts->esc_delay);
	/* LINES and COLUMNS may be of the shell that started us elsewhere */
	use_tioctl(TRUE);
	if (newterm(NULL, t->out.file, stdin) == NULL) {
		return RC_NOMEM;
	}
	drop_handlers();
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)intrflush(stdscr, FALSE);
	(void)nodelay(stdscr, TRUE);
	(void)leaveok(stdscr, FALSE);
	(void)idlok(stdscr, opts->scroll);
	(void)typeahead(-1); /* a frame is painted whole or not at all */
	(void)tcgetattr(STDIN_FILENO, &t->raw);
	rc = term_out_begin(&t->out);
	if (rc != RC_OK) {
		(void)endwin();
		return rc;
	}
	(void)keypad(stdscr, TRUE);
	term_keys_begin();
	term_bell_begin(t);
	term_looks(t, opts);
	arm_crash();
	(void)refresh();
	keypad_digits(t);
	(void)term_flush(t);
	return RC_OK;
}

void
term_look(struct terminal *t, const struct term_opts *opts)
{
	(void)idlok(stdscr, opts->scroll);
	term_looks(t, opts);
	term_forget(t);
}

enum rc
term_start(
	const struct term_opts *opts, struct terminal **ret, struct err *reterr)
{
	struct terminal *t;
	bool can_move;
	int bad = 0;
	enum rc rc;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		return err_set(reterr, RC_DOWN, 0, "term_start",
			"the register needs a terminal: start it in one, or "
			"use `holdfast ring`");
	}
	if (setupterm(NULL, STDOUT_FILENO, &bad) != OK) {
		return err_set(reterr, RC_DOWN, 0, "term_start",
			"this terminal's type is not known: set TERM, for "
			"example TERM=xterm-256color");
	}
	can_move = has_string("cup");
	(void)del_curterm(cur_term);
	if (!can_move) {
		return err_set(reterr, RC_DOWN, 0, "term_start",
			"this terminal cannot show a screen: use another, or "
			"`holdfast ring`");
	}
	if (tcgetattr(STDIN_FILENO, &crash.saved) != 0) {
		return err_set(reterr, RC_DOWN, 0, "term_start",
			"the terminal does not answer: start again");
	}
	t = calloc(1, sizeof(*t));
	if (t == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "term_start",
			"no memory for the screen: close other programs");
	}
	rc = take(t, opts);
	if (rc != RC_OK) {
		term_out_close(&t->out);
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &crash.saved);
		free(t);
		return err_set(reterr, rc, 0, "term_start",
			"the screen cannot be started: close other programs");
	}
	*ret = t;
	return RC_OK;
}

void
term_leave(struct terminal *t)
{
	term_keys_end();
	(void)endwin();
	(void)!term_out_take(&t->out);
	term_bell_end(t);
	(void)term_out_wait(&t->out, LEAVE_MS);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &crash.saved);
}

void
term_again(struct terminal *t)
{
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &t->raw);
	(void)keypad(stdscr, TRUE);
	term_keys_begin();
	keypad_digits(t);
	term_forget(t);
}

void
term_stop(struct terminal *t)
{
	if (t == NULL) {
		return;
	}
	term_leave(t);
	disarm_crash();
	grid_free(t->shown);
	term_out_close(&t->out);
	free(t);
}

unsigned long
term_speed(void)
{
	static const struct {
		speed_t code;
		unsigned long bits;
	} slow[] = {
		{B50, 50},
		{B75, 75},
		{B110, 110},
		{B134, 134},
		{B150, 150},
		{B200, 200},
		{B300, 300},
		{B600, 600},
		{B1200, 1200},
		{B1800, 1800},
		{B2400, 2400},
		{B4800, 4800},
		{B9600, 9600},
		{B19200, 19200},
	};
	struct termios t;
	size_t i;

	if (tcgetattr(STDOUT_FILENO, &t) != 0) {
		return 0;
	}
	for (i = 0; i < ARRAY_LEN(slow); i++) {
		if (cfgetospeed(&t) == slow[i].code) {
			return slow[i].bits;
		}
	}
	/* 0 is "hang up", and what some pseudo-terminals say */
	return cfgetospeed(&t) == B0 ? 0 : 38400;
}

int
term_fd(const struct terminal *t)
{
	(void)t;
	return STDIN_FILENO;
}

int
term_out_fd(const struct terminal *t)
{
	(void)t;
	return STDOUT_FILENO;
}

void
term_size(const struct terminal *t, int *ret_rows, int *ret_cols)
{
	(void)t;
	getmaxyx(stdscr, *ret_rows, *ret_cols);
}

bool
term_outgrown(const struct terminal *t)
{
	struct winsize ws;
	int rows, cols;

	term_size(t, &rows, &cols);
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 &&
	       ws.ws_col > 0 && (ws.ws_row != rows || ws.ws_col != cols);
}

void
term_resized(struct terminal *t)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 &&
		ws.ws_col > 0) {
		(void)resizeterm(ws.ws_row, ws.ws_col);
		term_forget(t);
		keypad_digits(t);
	}
}
