/* SPDX-License-Identifier: Apache-2.0 */
#include "base/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/poison.h"

#define SIGNAL_COUNT 65

struct watch {
	loop_fd_fn fn;
	void *arg;
	int fd;
	short events;
};

struct timer {
	loop_fn fn;
	void *arg;
	struct mono at;
	int key;
};

struct handler {
	loop_fn fn;
	void *arg;
	struct sigaction old;
};

struct loop {
	struct clock clock;
	struct watch *watch;
	struct pollfd *set; /* room for cap_watch and the pipe */
	size_t n_watch;
	size_t cap_watch;
	struct timer *timer;
	size_t n_timer;
	size_t cap_timer;
	struct handler handler[SIGNAL_COUNT];
	int pipe[2];
	bool stop;
};

/* The signal flag: where the handler writes; -1 while no loop wants signals. */
static volatile sig_atomic_t signal_fd = -1;

static void
on_signal(int signo)
{
	int keep = errno;
	unsigned char byte = (unsigned char)signo;
	int fd = (int)signal_fd;

	if (fd >= 0) {
		/* A full pipe already holds a wake-up. */
		ssize_t n = write(fd, &byte, 1);

		(void)n;
	}
	errno = keep;
}

enum rc
loop_new(struct loop **ret, struct err *reterr)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (l != NULL) {
		l->set = calloc(1, sizeof(*l->set));
	}
	if (l == NULL || l->set == NULL) {
		free(l);
		return err_set(
			reterr, RC_NOMEM, 0, "loop", "no memory for the loop");
	}
	l->clock = clock_system();
	if (pipe2(l->pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		enum rc rc = err_set(
			reterr, RC_IO, errno, "loop", "cannot make a pipe");

		free(l->set);
		free(l);
		return rc;
	}
	*ret = l;
	return RC_OK;
}

static void
restore_signals(struct loop *l)
{
	for (int i = 1; i < SIGNAL_COUNT; i++) {
		if (l->handler[i].fn != NULL) {
			(void)sigaction(i, &l->handler[i].old, NULL);
		}
	}
	if (signal_fd == l->pipe[1]) {
		signal_fd = -1;
	}
}

void
loop_free(struct loop *l)
{
	if (l == NULL) {
		return;
	}
	restore_signals(l);
	(void)close(l->pipe[0]);
	(void)close(l->pipe[1]);
	free(l->watch);
	free(l->set);
	free(l->timer);
	free(l);
}

static struct watch *
find_watch(struct loop *l, int fd)
{
	for (size_t i = 0; i < l->n_watch; i++) {
		if (l->watch[i].fd == fd) {
			return &l->watch[i];
		}
	}
	return NULL;
}

static enum rc
grow_watch(struct loop *l)
{
	size_t cap = l->cap_watch == 0 ? 8 : l->cap_watch * 2;
	struct watch *w;
	struct pollfd *s;

	if (l->n_watch < l->cap_watch) {
		return RC_OK;
	}
	w = realloc(l->watch, cap * sizeof(*w));
	if (w == NULL) {
		return RC_NOMEM;
	}
	l->watch = w;
	s = realloc(l->set, (cap + 1) * sizeof(*s));
	if (s == NULL) {
		return RC_NOMEM;
	}
	l->set = s;
	l->cap_watch = cap;
	return RC_OK;
}

enum rc
loop_fd(struct loop *l, int fd, short events, loop_fd_fn fn, void *arg)
{
	struct watch *w = find_watch(l, fd);

	if (events == 0) {
		if (w != NULL) {
			*w = l->watch[--l->n_watch];
		}
		return RC_OK;
	}
	if (w == NULL) {
		enum rc rc = grow_watch(l);

		if (rc != RC_OK) {
			return rc;
		}
		w = &l->watch[l->n_watch++];
	}
	w->fd = fd;
	w->events = events;
	w->fn = fn;
	w->arg = arg;
	return RC_OK;
}

enum rc
loop_timer(struct loop *l, int key, struct mono at, loop_fn fn, void *arg)
{
	struct timer *t = NULL;

	for (size_t i = 0; i < l->n_timer; i++) {
		if (l->timer[i].key == key) {
			t = &l->timer[i];
		}
	}
	if (at.us < 0) {
		if (t != NULL) {
			*t = l->timer[--l->n_timer];
		}
		return RC_OK;
	}
	if (t == NULL && l->n_timer == l->cap_timer) {
		size_t cap = l->cap_timer == 0 ? 8 : l->cap_timer * 2;
		struct timer *grown = realloc(l->timer, cap * sizeof(*grown));

		if (grown == NULL) {
			return RC_NOMEM;
		}
		l->timer = grown;
		l->cap_timer = cap;
	}
	if (t == NULL) {
		t = &l->timer[l->n_timer++];
	}
	t->key = key;
	t->at = at;
	t->fn = fn;
	t->arg = arg;
	return RC_OK;
}

enum rc
loop_signal(struct loop *l, int signo, loop_fn fn, void *arg)
{
	struct sigaction sa;
	bool first;

	if (signo < 1 || signo >= SIGNAL_COUNT || fn == NULL) {
		return RC_INVAL;
	}
	if (signal_fd != -1 && signal_fd != l->pipe[1]) {
		return RC_BUSY; /* signals belong to a process, not to a loop */
	}
	first = l->handler[signo].fn == NULL;
	l->handler[signo].fn = fn;
	l->handler[signo].arg = arg;
	if (!first) {
		return RC_OK;
	}
	signal_fd = l->pipe[1];
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal;
	sa.sa_flags = SA_RESTART;
	(void)sigemptyset(&sa.sa_mask);
	if (sigaction(signo, &sa, &l->handler[signo].old) != 0) {
		l->handler[signo].fn = NULL;
		return RC_INVAL;
	}
	return RC_OK;
}

/* Milliseconds until the next timer, rounded up; -1 without one. */
static int
next_timeout(const struct loop *l)
{
	int64_t best = INT64_MAX;
	int64_t now;
	int64_t ms;

	for (size_t i = 0; i < l->n_timer; i++) {
		if (l->timer[i].at.us < best) {
			best = l->timer[i].at.us;
		}
	}
	if (best == INT64_MAX) {
		return -1;
	}
	now = clock_read(&l->clock).mono.us;
	if (best <= now) {
		return 0;
	}
	ms = (best - now + 999) / 1000;
	return ms > 3600000 ? 3600000 : (int)ms;
}

static enum rc
run_signals(struct loop *l)
{
	bool seen[SIGNAL_COUNT] = {false};
	unsigned char buf[64];
	ssize_t n;

	while ((n = read(l->pipe[0], buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			seen[buf[i] % SIGNAL_COUNT] = true;
		}
	}
	for (int i = 1; i < SIGNAL_COUNT; i++) {
		if (seen[i] && l->handler[i].fn != NULL) {
			enum rc rc = l->handler[i].fn(l->handler[i].arg);

			if (rc != RC_OK) {
				return rc;
			}
		}
	}
	return RC_OK;
}

/* Timers due now, oldest first.  One that sets itself again for the past
 * waits for the next round, so descriptors are never starved. */
static enum rc
run_timers(struct loop *l)
{
	int64_t now = clock_read(&l->clock).mono.us;

	for (size_t budget = l->n_timer; budget > 0; budget--) {
		struct timer due;
		size_t best = l->n_timer;
		enum rc rc;

		for (size_t i = 0; i < l->n_timer; i++) {
			if (l->timer[i].at.us <= now &&
				(best == l->n_timer ||
					l->timer[i].at.us <
						l->timer[best].at.us)) {
				best = i;
			}
		}
		if (best == l->n_timer) {
			break;
		}
		due = l->timer[best];
		l->timer[best] = l->timer[--l->n_timer];
		rc = due.fn(due.arg);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

/* A callback may add and remove watches: the set polled is a copy, and each
 * ready descriptor is looked up again before its call. */
static enum rc
run_fds(struct loop *l, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct watch *w;
		short revents = l->set[i].revents;
		enum rc rc;

		if (revents == 0) {
			continue;
		}
		w = find_watch(l, l->set[i].fd);
		if (w == NULL) {
			continue;
		}
		rc = w->fn(w->arg, w->fd, revents);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

enum rc
loop_run(struct loop *l, struct err *reterr)
{
	enum rc rc = RC_OK;

	l->stop = false;
	while (rc == RC_OK && !l->stop) {
		size_t n = l->n_watch;
		int ready;

		for (size_t i = 0; i < n; i++) {
			l->set[i].fd = l->watch[i].fd;
			l->set[i].events = l->watch[i].events;
			l->set[i].revents = 0;
		}
		l->set[n].fd = l->pipe[0];
		l->set[n].events = POLLIN;
		l->set[n].revents = 0;
		ready = poll(l->set, (nfds_t)(n + 1), next_timeout(l));
		if (ready < 0 && errno != EINTR) {
			return err_set(
				reterr, RC_IO, errno, "loop", "poll failed");
		}
		if (ready > 0) {
			/* Asked of the pipe and not of poll: SIGCONT runs its
			 * handler on the way out of a poll that has found a
			 * descriptor, and comes first. */
			rc = run_signals(l);
			if (rc == RC_OK) {
				rc = run_fds(l, n);
			}
		}
		if (rc == RC_OK) {
			rc = run_timers(l);
		}
	}
	return rc;
}

void
loop_stop(struct loop *l)
{
	l->stop = true;
}
