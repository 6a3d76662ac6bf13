/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/err.h"

/**
 * loop - one poll(2) loop for one process without threads: descriptors,
 * timers on the monotonic clock, signals through a self-pipe.  A callback
 * that returns anything but RC_OK ends loop_run() with that code.
 */
struct loop;

typedef enum rc (*loop_fn)(void *arg);
typedef enum rc (*loop_fd_fn)(void *arg, int fd, short revents);

MUST_CHECK enum rc loop_new(struct loop **ret, struct err *reterr);
void loop_free(struct loop *l);

/** loop_fd(l, fd, events, fn, arg): watch fd for poll events; same fd again
 * replaces; events 0 removes.  RC_NOMEM. */
MUST_CHECK enum rc loop_fd(
	struct loop *l, int fd, short events, loop_fd_fn fn, void *arg);

/** loop_timer(l, key, at, fn, arg): call fn once at monotonic time; the
 * same key replaces; at.us < 0 removes.  RC_NOMEM. */
MUST_CHECK enum rc loop_timer(
	struct loop *l, int key, struct mono at, loop_fn fn, void *arg);

/** loop_signal(l, signo, fn, arg): run fn in the loop, not in the handler;
 * several of one signal may be one call, before those of descriptors.  The old
 * disposition comes back with loop_free().  RC_BUSY another loop has the
 * process's signals, RC_INVAL. */
MUST_CHECK enum rc loop_signal(
	struct loop *l, int signo, loop_fn fn, void *arg);

/** loop_run(l, reterr): until a callback ends it;
 * loop_stop() makes it return RC_OK after the current round. */
MUST_CHECK enum rc loop_run(struct loop *l, struct err *reterr);
void loop_stop(struct loop *l);

#endif
