/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_VT_TERM_H
#define TESTS_LIB_VT_TERM_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vterm.h>

/*
 * A program in a pty, and a terminal emulator (libvterm) that reads it.  One
 * thread; everything happens inside term_pump().
 */
struct vt {
	VTerm *vt;
	VTermScreen *scr;
	VTermState *st;
	int rows, cols;
	int master;
	int slave; /* held, so that its input queue can be counted */
	pid_t pid;
	bool ended;
	int status; /* of waitpid, when ended */
	bool stalled;
	int log; /* -1, or every byte that came */
	uint64_t bytes;
	uint64_t bells;
	int64_t busy_us; /* when it was last seen doing something */
	bool asleep;     /* and was seen asleep since */
	/* A pty hands bytes on when the kernel finds the time: what was sent
	 * is not read yet, and what was written has not come, however the
	 * program sleeps. */
	int64_t sent_us;    /* when something was sent last, 0: it woke since */
	long slept;         /* how often it had gone to sleep by then */
	unsigned marks;     /* NULs behind its output that are on their way */
	unsigned char *out; /* bytes on their way to the program */
	size_t n_out, cap_out;
	unsigned char tail[16]; /* the beginning of a sequence, perhaps REP */
	size_t n_tail;
	char *name; /* of the terminal: TERM */
};

/* now_us(): the machine's monotonic clock. */
int64_t now_us(void);

/* term_start(t, rows, cols, argv): argv in a pty of that size.  False, with a
 * word on stderr: it could not. */
bool term_start(struct vt *t, int rows, int cols, char **argv);
void term_stop(struct vt *t);

/* term_pump(t, us): read and write for that long, or until something came. */
void term_pump(struct vt *t, int64_t us);
/* term_idle(t): it sleeps, has read everything, and has written nothing. */
bool term_idle(struct vt *t);
/* term_mark(t): from now on not idle until all it wrote has come. */
void term_mark(struct vt *t);
void term_send(struct vt *t, const void *p, size_t n);
/* term_key(t, name): as that key of that terminal sends it in the modes the
 * program has set.  False: no such key. */
bool term_key(struct vt *t, const char *name);
void term_resize(struct vt *t, int rows, int cols);
void term_hang_up(struct vt *t);

/* term_row(t, row, buf, size): its text in UTF-8, trailing blanks cut. */
size_t term_row(const struct vt *t, int row, char *buf, size_t size);
/* term_looks(t, row, buf): a character a cell: bold 1, underline 2, reverse 4
 * together as a digit, letters instead where it has color. */
void term_looks(const struct vt *t, int row, char *buf);

#endif
