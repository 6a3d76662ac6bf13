/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/term.h"

#include <sys/ioctl.h>

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"

#include "base/poison.h"

#define KEYPAD_BASE (KEY_MAX + 1)

struct terminal {
	struct grid *shown; /* what the terminal holds; NULL: nothing known */
	bool utf8;
	attr_t attr[ROLE_COUNT];
	short pair[ROLE_COUNT];
};

/* What a crash handler needs; set once, before the handler is. */
static struct {
	char reset[128];
	volatile sig_atomic_t len;
	struct termios saved;
} crash;

static const int crash_signals[] = {
	SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};

/* Nothing but write(), tcsetattr() and raise() here. */
static void
on_crash(int signo)
{
	ssize_t n = write(STDOUT_FILENO, crash.reset, (size_t)crash.len);

	(void)n;
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

/* Roles as attributes: first alone, then with 8 colors, then with 256. */
static const struct {
	attr_t mono;
	attr_t attr;
	short fg8, bg8, fg256, bg256;
} looks[ROLE_COUNT] = {
	[ROLE_NORMAL] = {A_NORMAL, A_NORMAL, -1, -1, -1, -1},
	[ROLE_BAR] = {A_REVERSE, A_NORMAL, COLOR_WHITE, COLOR_BLUE, 255, 24},
	[ROLE_HEAD] = {A_NORMAL, A_NORMAL, COLOR_CYAN, -1, 73, -1},
	[ROLE_SELECTED] = {A_REVERSE, A_REVERSE, -1, -1, -1, -1},
	[ROLE_TOTAL] = {A_BOLD, A_BOLD, -1, -1, -1, -1},
	[ROLE_GOOD] = {A_BOLD, A_BOLD, COLOR_GREEN, -1, 114, -1},
	[ROLE_WARN] = {A_BOLD, A_BOLD, COLOR_YELLOW, -1, 221, -1},
	[ROLE_STOP] = {A_BOLD | A_REVERSE, A_BOLD, COLOR_WHITE, COLOR_RED, 255,
		160},
	[ROLE_KEY] = {A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_CYAN, 255, 238},
};

static void
choose_looks(struct terminal *t)
{
	/* One process, one thread: nobody changes the environment. */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	bool color = getenv("NO_COLOR") == NULL && has_colors();
	short i;

	if (color && (start_color() == ERR || use_default_colors() == ERR)) {
		color = false;
	}
	for (i = 0; i < (short)ROLE_COUNT; i++) {
		bool many = COLORS >= 256;
		int fg = many ? looks[i].fg256 : looks[i].fg8;
		int bg = many ? looks[i].bg256 : looks[i].bg8;

		t->attr[i] = color ? looks[i].attr : looks[i].mono;
		t->pair[i] = 0;
		if (color && COLORS >= 8 && (fg != -1 || bg != -1) &&
			init_pair((short)(i + 1), (short)fg, (short)bg) == OK) {
			t->pair[i] = (short)(i + 1);
		}
	}
}

/* The second net under the keypad's digit mode. */
static void
map_keypad(void)
{
	static const char letters[] = "MXjklmnopqrstuvwxy";
	size_t i;

	for (i = 0; letters[i] != '\0'; i++) {
		char seq[4] = {27, 'O', letters[i], '\0'};

		(void)define_key(seq, KEYPAD_BASE + (int)i);
	}
}

static void
keypad_digits(void)
{
	ssize_t n = write(STDOUT_FILENO, "\033>", 2);

	(void)n;
}

enum rc
term_start(struct terminal **ret, struct err *reterr)
{
	struct terminal *t;
	bool can_move;
	int bad = 0;

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
	/* One thread, once, before anything is shown. */
	/* NOLINTBEGIN(concurrency-mt-unsafe) */
	(void)setlocale(LC_CTYPE, "");
	t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	/* NOLINTEND(concurrency-mt-unsafe) */
	(void)set_escdelay(25);
	/* LINES and COLUMNS may be of the shell that started us elsewhere */
	use_tioctl(TRUE);
	(void)initscr();
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)intrflush(stdscr, FALSE);
	(void)nodelay(stdscr, TRUE);
	(void)leaveok(stdscr, FALSE);
	(void)typeahead(-1); /* a frame is painted whole or not at all */
	(void)keypad(stdscr, TRUE);
	map_keypad();
	choose_looks(t);
	arm_crash();
	(void)refresh();
	keypad_digits();
	*ret = t;
	return RC_OK;
}

void
term_stop(struct terminal *t)
{
	if (t == NULL) {
		return;
	}
	(void)endwin();
	disarm_crash();
	grid_free(t->shown);
	free(t);
}

int
term_fd(const struct terminal *t)
{
	(void)t;
	return STDIN_FILENO;
}

void
term_size(const struct terminal *t, int *ret_rows, int *ret_cols)
{
	(void)t;
	getmaxyx(stdscr, *ret_rows, *ret_cols);
}

void
term_resized(struct terminal *t)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 &&
		ws.ws_col > 0) {
		(void)resizeterm(ws.ws_row, ws.ws_col);
		term_forget(t);
		keypad_digits();
	}
}

static const struct {
	int key;
	enum keys_code code;
} key_table[] = {
	{KEY_ENTER, KEYS_ENTER},
	{KEY_BACKSPACE, KEYS_BACKSPACE},
	{KEY_DC, KEYS_DELETE},
	{KEY_IC, KEYS_INSERT},
	{KEY_UP, KEYS_UP},
	{KEY_DOWN, KEYS_DOWN},
	{KEY_LEFT, KEYS_LEFT},
	{KEY_RIGHT, KEYS_RIGHT},
	{KEY_PPAGE, KEYS_PGUP},
	{KEY_NPAGE, KEYS_PGDN},
	{KEY_HOME, KEYS_HOME},
	{KEY_FIND, KEYS_HOME},
	{KEY_END, KEYS_END},
	{KEY_SELECT, KEYS_END},
};

static void
from_key(int key, struct key_event *ret)
{
	static const char keypad_chars[] = "\r=*+,-./0123456789";
	size_t i;

	if (key >= KEYPAD_BASE &&
		key < KEYPAD_BASE + (int)sizeof(keypad_chars) - 1) {
		ret->cp = (unsigned char)keypad_chars[key - KEYPAD_BASE];
		ret->code = keys_from_cp(ret->cp);
		return;
	}
	if (key >= KEY_F(1) && key <= KEY_F(12)) {
		ret->code = (enum keys_code)(KEYS_F1 + (key - KEY_F(1)));
		return;
	}
	ret->code = KEYS_OTHER;
	for (i = 0; i < ARRAY_LEN(key_table); i++) {
		if (key_table[i].key == key) {
			ret->code = key_table[i].code;
		}
	}
}

bool
term_read(struct terminal *t, struct key_event *ret, bool *ret_resized)
{
	wint_t wc = 0;
	int rc = get_wch(&wc);

	(void)t;
	*ret_resized = false;
	memset(ret, 0, sizeof(*ret));
	if (rc == ERR) {
		return false;
	}
	if (rc == KEY_CODE_YES) {
		if ((int)wc == KEY_RESIZE) {
			*ret_resized = true;
		} else {
			from_key((int)wc, ret);
		}
		return true;
	}
	ret->cp = (int32_t)wc;
	ret->code = keys_from_cp(ret->cp);
	return true;
}

bool
term_ready(const struct terminal *t)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	(void)t;
	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0;
}

/* The nearest thing ASCII has. */
static wchar_t
plain_letter(int32_t cp)
{
	char in[5] = {0}, out[16];
	size_t n = text_encode(cp, in);
	bool upper = (cp >= 0xc0 && cp <= 0xde) ||
		     (cp >= 0x100 && cp <= 0x17f && cp % 2 == 0);

	if (cp < 0x7f) {
		return (wchar_t)cp;
	}
	text_fold(in, n, out, sizeof(out));
	if (out[0] < 'a' || out[0] > 'z') {
		return L'?';
	}
	return (wchar_t)(upper ? out[0] - 'a' + 'A' : out[0]);
}

static void
put_cell(const struct terminal *t, int row, int col, const struct cell *c)
{
	wchar_t w[CCHARW_MAX + 1];
	const char *p = c->g, *end = c->g + strlen(c->g);
	int32_t cp;
	size_t n = 0;
	cchar_t cc;

	while (n < CCHARW_MAX && text_next(&p, end, &cp)) {
		if (!t->utf8) {
			w[n++] = plain_letter(cp);
			break;
		}
		w[n++] = (wchar_t)cp;
	}
	if (n == 0) {
		w[n++] = L' ';
	}
	w[n] = L'\0';
	if (setcchar(&cc, w, t->attr[c->role], t->pair[c->role], NULL) == OK) {
		(void)mvadd_wch(row, col, &cc);
	}
	if (!t->utf8 && c->width == 2) {
		(void)mvaddch(row, col + 1, ' ');
	}
}

static bool
same_cell(const struct cell *a, const struct cell *b)
{
	return a->width == b->width && a->role == b->role &&
	       strcmp(a->g, b->g) == 0;
}

static void
paint_row(struct terminal *t, const struct grid *g, int row)
{
	int col;

	for (col = 0; col < g->cols; col++) {
		const struct cell *c = grid_at(g, row, col);
		const struct cell *old = grid_at(t->shown, row, col);

		if (c != NULL && old != NULL && c->width != 0 &&
			!same_cell(c, old)) {
			put_cell(t, row, col, c);
		}
	}
}

enum rc
term_paint(struct terminal *t, const struct grid *g)
{
	int row;

	if (t->shown == NULL || t->shown->rows != g->rows ||
		t->shown->cols != g->cols) {
		grid_free(t->shown);
		t->shown = NULL;
		if (grid_new(g->rows, g->cols, &t->shown) != RC_OK) {
			return RC_NOMEM;
		}
		(void)erase();
		(void)clearok(stdscr, TRUE);
	}
	for (row = 0; row < g->rows; row++) {
		paint_row(t, g, row);
	}
	memcpy(t->shown->cell, g->cell,
		(size_t)g->rows * (size_t)g->cols * sizeof(*g->cell));
	(void)move(g->cur_row, g->cur_col);
	(void)refresh();
	return RC_OK;
}

void
term_forget(struct terminal *t)
{
	grid_free(t->shown);
	t->shown = NULL;
}

void
term_bell(struct terminal *t)
{
	(void)t;
	(void)beep();
}
