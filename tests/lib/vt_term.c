/* SPDX-License-Identifier: Apache-2.0 */
#include "vt_term.h"

#include <sys/ioctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "vt_info.h"

int64_t
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int
on_bell(void *user)
{
	struct vt *t = user;

	t->bells++;
	return 1;
}

static bool
is_utf8(void)
{
	const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	size_t i;

	for (i = 0; i < 3; i++) {
		const char *v = getenv(names[i]);

		if (v != NULL && v[0] != '\0') {
			return strstr(v, "UTF-8") != NULL;
		}
	}
	return false;
}

static void
run_child(const struct vt *t, char **argv)
{
	sigset_t none;

	(void)close(t->master);
	if (login_tty(t->slave) != 0) {
		_exit(126);
	}
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execvp(argv[0], argv);
	(void)fprintf(stderr, "vt: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

bool
term_start(struct vt *t, int rows, int cols, char **argv)
{
	static const VTermScreenCallbacks callbacks = {.bell = on_bell};
	struct winsize ws = {
		.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	const char *log = getenv("VT_LOG");
	const char *name = getenv("TERM");

	memset(t, 0, sizeof(*t));
	t->rows = rows;
	t->cols = cols;
	t->log = -1;
	if (log != NULL && log[0] != '\0') {
		t->log = open(
			log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	}
	t->name = strdup(name != NULL ? name : "");
	t->vt = vterm_new(rows, cols);
	if (t->vt == NULL || t->name == NULL) {
		return false;
	}
	vterm_set_utf8(t->vt, is_utf8() ? 1 : 0);
	t->scr = vterm_obtain_screen(t->vt);
	t->st = vterm_obtain_state(t->vt);
	vterm_screen_set_callbacks(t->scr, &callbacks, t);
	vterm_screen_enable_altscreen(t->scr, 1);
	vterm_screen_reset(t->scr, 1);
	if (openpty(&t->master, &t->slave, NULL, NULL, &ws) != 0) {
		perror("vt: openpty");
		return false;
	}
	(void)fcntl(t->master, F_SETFL, O_NONBLOCK);
	(void)fcntl(t->master, F_SETFD, FD_CLOEXEC);
	(void)fcntl(t->slave, F_SETFD, FD_CLOEXEC);
	t->busy_us = now_us();
	t->pid = fork();
	if (t->pid == 0) {
		run_child(t, argv);
	}
	return t->pid > 0;
}

void
term_stop(struct vt *t)
{
	if (!t->ended && t->pid > 0) {
		(void)kill(t->pid, SIGKILL);
		(void)waitpid(t->pid, &t->status, 0);
	}
	term_hang_up(t);
	if (t->slave > 0) {
		(void)close(t->slave);
	}
	if (t->vt != NULL) {
		vterm_free(t->vt);
	}
	free(t->out);
	free(t->name);
}

void
term_hang_up(struct vt *t)
{
	if (t->master > 0) {
		(void)close(t->master);
		t->master = -1;
	}
}

/* --- what comes ------------------------------------------------------------ */

static void
give(struct vt *t, const unsigned char *p, size_t n)
{
	if (n > 0) {
		(void)vterm_input_write(t->vt, (const char *)p, n);
	}
}

/* CSI n b repeats the last character, which this libvterm does not know. */
static void
repeat(struct vt *t, long n)
{
	VTermScreenCell cell;
	VTermPos pos;
	char c;

	vterm_state_get_cursorpos(t->st, &pos);
	pos.col--;
	if (pos.col < 0 || vterm_screen_get_cell(t->scr, pos, &cell) == 0) {
		return;
	}
	c = cell.chars[0] > 0 && cell.chars[0] < 0x7f ? (char)cell.chars[0]
						      : ' ';
	while (n-- > 0) {
		(void)vterm_input_write(t->vt, &c, 1);
	}
}

/* The length of a whole "CSI digits b" at p; 0: it is none; -1: it may yet
 * become one. */
static int
rep_at(const unsigned char *p, size_t n, long *ret)
{
	size_t i;

	*ret = 0;
	if (p[0] != 27) {
		return 0;
	}
	if (n == 1) {
		return -1;
	}
	if (p[1] != '[') {
		return 0;
	}
	for (i = 2; i < n && i < 8 && p[i] >= '0' && p[i] <= '9'; i++) {
		*ret = *ret * 10 + (p[i] - '0');
	}
	if (i == n) {
		return -1;
	}
	return p[i] == 'b' ? (int)i + 1 : 0;
}

static void
take(struct vt *t, const unsigned char *p, size_t n)
{
	unsigned char buf[4096 + sizeof(t->tail)];
	size_t i, from = 0, len = t->n_tail + n;

	memcpy(buf, t->tail, t->n_tail);
	memcpy(buf + t->n_tail, p, n);
	t->n_tail = 0;
	for (i = 0; i < len; i++) {
		long count = 0;
		int seq = rep_at(buf + i, len - i, &count);

		if (seq == 0) {
			continue;
		}
		give(t, buf + from, i - from);
		from = i;
		if (seq < 0) {
			t->n_tail = len - i;
			memcpy(t->tail, buf + i, t->n_tail);
			return;
		}
		repeat(t, count);
		from = i + (size_t)seq;
		i = from - 1;
	}
	give(t, buf + from, len - from);
}

/* Answers of the terminal itself, and keys. */
static void
drain_keyboard(struct vt *t)
{
	char buf[256];
	size_t n;

	while ((n = vterm_output_read(t->vt, buf, sizeof(buf))) > 0) {
		term_send(t, buf, n);
	}
}

/* So long a pty may keep something: then it is lost, or was never there. */
#define WOKEN_US ((int64_t)2000000)

/* Takes our marks out again. */
static ssize_t
without_marks(struct vt *t, unsigned char *p, ssize_t n)
{
	ssize_t i, kept = 0;

	for (i = 0; i < n; i++) {
		if (p[i] == '\0' && t->marks > 0) {
			t->marks--;
		} else {
			p[kept++] = p[i];
		}
	}
	return kept;
}

void
term_mark(struct vt *t)
{
	struct pollfd p = {.fd = t->slave, .events = POLLOUT};

	/* never into a full pty: who reads it is this process */
	if (!t->stalled && t->marks == 0 && poll(&p, 1, 0) == 1 &&
		p.revents == POLLOUT && write(t->slave, "", 1) == 1) {
		t->marks++;
	}
}

static void
read_some(struct vt *t)
{
	unsigned char buf[4096];
	ssize_t n = read(t->master, buf, sizeof(buf));

	if (n > 0) {
		n = without_marks(t, buf, n);
	}
	if (n <= 0) {
		return;
	}
	t->bytes += (uint64_t)n;
	t->busy_us = now_us();
	t->asleep = false;
	if (t->log >= 0) {
		(void)!write(t->log, buf, (size_t)n);
	}
	take(t, buf, (size_t)n);
	drain_keyboard(t);
}

/* How often it has gone to sleep by itself; -1 unknown. */
static long
sleeps_of(pid_t pid)
{
	static const char word[] = "\nvoluntary_ctxt_switches:";
	char path[64], buf[4096];
	const char *p;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
	if (fd >= 0) {
		(void)close(fd);
	}
	if (n <= 0) {
		return -1;
	}
	buf[n] = '\0';
	p = strstr(buf, word);
	return p == NULL ? -1 : strtol(p + sizeof(word) - 1, NULL, 10);
}

static void
write_some(struct vt *t)
{
	long slept = sleeps_of(t->pid);
	ssize_t n = write(t->master, t->out, t->n_out);

	if (n > 0) {
		t->slept = slept;
		t->sent_us = slept >= 0 ? now_us() : 0;
		t->n_out -= (size_t)n;
		memmove(t->out, t->out + n, t->n_out);
		t->busy_us = now_us();
		t->asleep = false;
	}
}

void
term_send(struct vt *t, const void *p, size_t n)
{
	if (t->n_out + n > t->cap_out) {
		size_t cap = (t->n_out + n) * 2;
		unsigned char *grown = realloc(t->out, cap);

		if (grown == NULL) {
			perror("vt");
			exit(99);
		}
		t->out = grown;
		t->cap_out = cap;
	}
	memcpy(t->out + t->n_out, p, n);
	t->n_out += n;
	if (t->master > 0) {
		write_some(t);
	}
}

static void
reap(struct vt *t)
{
	if (!t->ended && waitpid(t->pid, &t->status, WNOHANG) == t->pid) {
		t->ended = true;
		t->busy_us = now_us();
	}
}

void
term_pump(struct vt *t, int64_t us)
{
	struct timespec wait = {
		.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
	struct pollfd p = {.fd = t->master};

	if (!t->stalled) {
		p.events |= POLLIN;
	}
	if (t->n_out > 0) {
		p.events |= POLLOUT;
	}
	if (t->master > 0 && ppoll(&p, 1, &wait, NULL) > 0) {
		if ((p.revents & POLLIN) != 0) {
			read_some(t);
		}
		if ((p.revents & POLLOUT) != 0) {
			write_some(t);
		}
	} else if (t->master <= 0) {
		(void)nanosleep(&wait, NULL);
	}
	reap(t);
}

/* --- is it waiting for us? ------------------------------------------------- */

static char
state_of(pid_t pid)
{
	char path[64], buf[512];
	const char *p;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
	if (fd >= 0) {
		(void)close(fd);
	}
	if (n <= 0) {
		return '?';
	}
	buf[n] = '\0';
	p = strrchr(buf, ')');
	return p != NULL && p[1] == ' ' ? p[2] : '?';
}

/* Has it woken since something was sent?  A while later nobody knows. */
static bool
has_woken(struct vt *t)
{
	if (t->sent_us != 0 && (sleeps_of(t->pid) != t->slept ||
				       now_us() - t->sent_us > WOKEN_US)) {
		t->sent_us = 0;
	}
	return t->sent_us == 0;
}

bool
term_idle(struct vt *t)
{
	int unread = 0;

	if (t->ended) {
		return true;
	}
	if (t->marks > 0 && now_us() - t->busy_us < WOKEN_US) {
		return false;
	}
	if (!has_woken(t) || t->n_out > 0 ||
		ioctl(t->slave, FIONREAD, &unread) != 0 || unread > 0 ||
		state_of(t->pid) != 'S') {
		t->busy_us = now_us();
		t->asleep = false;
		return false;
	}
	if (!t->asleep) {
		/* it went to sleep, and began to wait for its own time, at any
		 * moment since it was last looked at */
		t->asleep = true;
		t->busy_us = now_us();
	}
	return true;
}

/* --- keys ------------------------------------------------------------------ */

static const struct {
	const char *name;
	VTermKey key;
	const char *cap; /* what it sends by the terminal's description */
} keys[] = {
	{"Enter", VTERM_KEY_ENTER, NULL},
	{"Tab", VTERM_KEY_TAB, NULL},
	{"Backspace", VTERM_KEY_BACKSPACE, NULL},
	{"Escape", VTERM_KEY_ESCAPE, NULL},
	{"Up", VTERM_KEY_UP, NULL},
	{"Down", VTERM_KEY_DOWN, NULL},
	{"Left", VTERM_KEY_LEFT, NULL},
	{"Right", VTERM_KEY_RIGHT, NULL},
	{"Insert", VTERM_KEY_INS, "kich1"},
	{"Delete", VTERM_KEY_DEL, "kdch1"},
	{"Home", VTERM_KEY_HOME, "khome"},
	{"End", VTERM_KEY_END, "kend"},
	{"PageUp", VTERM_KEY_PAGEUP, "kpp"},
	{"PageDown", VTERM_KEY_PAGEDOWN, "knp"},
	{"KP0", VTERM_KEY_KP_0, NULL},
	{"KP1", VTERM_KEY_KP_1, NULL},
	{"KP2", VTERM_KEY_KP_2, NULL},
	{"KP3", VTERM_KEY_KP_3, NULL},
	{"KP4", VTERM_KEY_KP_4, NULL},
	{"KP5", VTERM_KEY_KP_5, NULL},
	{"KP6", VTERM_KEY_KP_6, NULL},
	{"KP7", VTERM_KEY_KP_7, NULL},
	{"KP8", VTERM_KEY_KP_8, NULL},
	{"KP9", VTERM_KEY_KP_9, NULL},
	{"KP*", VTERM_KEY_KP_MULT, NULL},
	{"KP+", VTERM_KEY_KP_PLUS, NULL},
	{"KP-", VTERM_KEY_KP_MINUS, NULL},
	{"KP.", VTERM_KEY_KP_PERIOD, NULL},
	{"KP/", VTERM_KEY_KP_DIVIDE, NULL},
};

static bool
function_key(struct vt *t, int n)
{
	char cap[8];
	const char *s;

	(void)snprintf(cap, sizeof(cap), "kf%d", n);
	s = info_string(cap);
	/* A vt100 has PF1 to PF4: its kf5 and on are keypad digits. */
	if (s != NULL && (n <= 4 || strcmp(t->name, "vt100") != 0)) {
		term_send(t, s, strlen(s));
		return true;
	}
	vterm_keyboard_key(t->vt, VTERM_KEY_FUNCTION(n), VTERM_MOD_NONE);
	drain_keyboard(t);
	return true;
}

/* In digit mode libvterm sends a line feed, every real keypad a return. */
static void
keypad_enter(struct vt *t)
{
	char buf[16];
	size_t n;

	vterm_keyboard_key(t->vt, VTERM_KEY_KP_ENTER, VTERM_MOD_NONE);
	n = vterm_output_read(t->vt, buf, sizeof(buf));
	if (n == 1 && buf[0] == '\n') {
		buf[0] = '\r';
	}
	term_send(t, buf, n);
}

bool
term_key(struct vt *t, const char *name)
{
	size_t i;

	if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9') {
		return function_key(t, (int)strtol(name + 1, NULL, 10));
	}
	if (strcmp(name, "KPEnter") == 0) {
		keypad_enter(t);
		return true;
	}
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *s;

		if (strcmp(keys[i].name, name) != 0) {
			continue;
		}
		s = keys[i].cap != NULL ? info_string(keys[i].cap) : NULL;
		if (s != NULL) {
			term_send(t, s, strlen(s));
			return true;
		}
		vterm_keyboard_key(t->vt, keys[i].key, VTERM_MOD_NONE);
		drain_keyboard(t);
		return true;
	}
	return false;
}

void
term_resize(struct vt *t, int rows, int cols)
{
	struct winsize ws = {
		.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	t->rows = rows;
	t->cols = cols;
	vterm_set_size(t->vt, rows, cols);
	t->busy_us = now_us();
	t->asleep = false;
	(void)ioctl(t->master, TIOCSWINSZ, &ws);
}

/* --- what it shows --------------------------------------------------------- */

static size_t
put_utf8(char *p, uint32_t c)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xc0 | (c >> 6));
		p[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (char)(0xe0 | (c >> 12));
		p[1] = (char)(0x80 | ((c >> 6) & 0x3f));
		p[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	p[0] = (char)(0xf0 | (c >> 18));
	p[1] = (char)(0x80 | ((c >> 12) & 0x3f));
	p[2] = (char)(0x80 | ((c >> 6) & 0x3f));
	p[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

size_t
term_row(const struct vt *t, int row, char *buf, size_t size)
{
	size_t n = 0, kept = 0;
	VTermPos pos = {.row = row, .col = 0};

	for (; pos.col < t->cols && n + 32 < size; pos.col++) {
		VTermScreenCell cell;
		size_t i;

		memset(&cell, 0, sizeof(cell));
		(void)vterm_screen_get_cell(t->scr, pos, &cell);
		if (cell.chars[0] == (uint32_t)-1) {
			continue; /* the right half of a wide one */
		}
		if (cell.chars[0] == 0 || cell.chars[0] == ' ') {
			buf[n++] = ' ';
			continue;
		}
		for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0;
			i++) {
			n += put_utf8(buf + n, cell.chars[i]);
		}
		kept = n;
	}
	buf[kept] = '\0';
	return kept;
}

void
term_looks(const struct vt *t, int row, char *buf)
{
	VTermPos pos = {.row = row, .col = 0};

	for (; pos.col < t->cols; pos.col++) {
		VTermScreenCell cell;
		unsigned bits;

		memset(&cell, 0, sizeof(cell));
		(void)vterm_screen_get_cell(t->scr, pos, &cell);
		bits = (cell.attrs.bold ? 1u : 0u) |
		       (cell.attrs.underline != 0 ? 2u : 0u) |
		       (cell.attrs.reverse ? 4u : 0u);
		if (VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) &&
			VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)) {
			buf[pos.col] =
				(char)(bits == 0 ? '.' : '0' + (int)bits);
		} else {
			buf[pos.col] = (char)('a' + (int)bits);
		}
	}
	buf[t->cols] = '\0';
}
