/* SPDX-License-Identifier: Apache-2.0 */
/* A page that may take its time is taken by a process of its own, so that the
 * worker goes on shipping lines and answering the register. */
#include <sys/prctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/catalog.h"
#include "sync/pull_internal.h"

#include "base/poison.h"

#define FOLD_PART 40u
#define FOLD_LEAST 1000u

_Static_assert(sizeof(struct pull_done) <= PIPE_BUF, "comes whole or not");

/* --- the work --- */

/* A search keeps what lies over in memory: no more than a small part of what
 * there is, and of a small shop's not each page. */
static uint64_t
fold_from(const struct pull *p)
{
	struct catalog *c = NULL;
	uint64_t n = 0;

	if (catalog_open(p->catalog, 0, &c, NULL) == RC_OK) {
		n = catalog_count(c) / FOLD_PART;
		catalog_close(c);
	}
	n = n < FOLD_LEAST ? FOLD_LEAST : n;
	return n < FEEDS_FOLD ? n : FEEDS_FOLD;
}

static void
work(struct pull *p, const char *body, size_t n, struct pull_done *ret)
{
	struct utc now = clock_read(&p->clock).utc;
	char *copy = malloc(n + 1);

	memset(ret, 0, sizeof(*ret));
	if (n > 0 && copy != NULL) {
		memcpy(copy, body, n);
		ret->rc = pull_page(p->catalog, pull_known[p->at], p->since,
			copy, n, pull_digits(p->store), now, &ret->page,
			&ret->err);
	} else if (n > 0) {
		ret->rc = err_set(&ret->err, RC_NOMEM, 0, "pull",
			"no memory for a page of a feed");
	}
	free(copy);
	if (p->folding) {
		ret->rc = feeds_fold(
			p->catalog, fold_from(p), &ret->folded, &ret->err);
	}
}

/* --- whose it is --- */

static void
let_go(struct pull *p)
{
	if (p->child_fd >= 0) {
		(void)!loop_fd(p->conf.loop, p->child_fd, 0, NULL, NULL);
		(void)close(p->child_fd);
		p->child_fd = -1;
	}
	while (p->child > 0 && waitpid(p->child, NULL, 0) < 0 &&
		errno == EINTR) {
	}
	p->child = 0;
}

static enum rc
on_end(void *arg, int fd, short revents)
{
	struct pull *p = arg;
	struct pull_done done;
	ssize_t n = read(fd, &done, sizeof(done));

	(void)revents;
	if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
		return RC_OK;
	}
	let_go(p);
	if (n != (ssize_t)sizeof(done)) {
		memset(&done, 0, sizeof(done));
		done.rc = err_set(&done.err, RC_IO, 0, "pull",
			"the catalog was not made to its end; it is tried "
			"again");
	}
	p->end(p, &done);
	return RC_OK;
}

/* The worker's sockets are none of this process's, and a stop of the worker
 * ends it: it may end anywhere. */
static void
be_child(struct pull *p, int fd, const char *body, size_t n)
{
	struct pull_done done;
	sigset_t none;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (fd > 3) {
		(void)close_range(3, (unsigned)fd - 1, 0);
	}
	(void)close_range((unsigned)fd + 1, ~0U, 0);
	work(p, body, n, &done);
	_exit(write(fd, &done, sizeof(done)) == (ssize_t)sizeof(done) ? 0 : 1);
}

static bool
begin_child(struct pull *p, const char *body, size_t n)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) != 0) {
		return false;
	}
	if (loop_fd(p->conf.loop, fd[0], POLLIN, on_end, p) != RC_OK) {
		(void)close(fd[0]);
		(void)close(fd[1]);
		return false;
	}
	p->child_fd = fd[0];
	p->child = fork();
	if (p->child == 0) {
		be_child(p, fd[1], body, n);
	}
	(void)close(fd[1]);
	if (p->child < 0) {
		let_go(p);
		return false;
	}
	return true;
}

bool
pull_work(struct pull *p, const char *body, size_t n, bool aside, bool fold,
	pull_end_fn end)
{
	struct pull_done done;

	p->folding = fold;
	p->end = end;
	if (aside && begin_child(p, body, n)) {
		return true;
	}
	work(p, body, n, &done);
	end(p, &done);
	return false;
}

void
pull_work_stop(struct pull *p)
{
	if (p->child > 0) {
		(void)kill(p->child, SIGKILL);
	}
	let_go(p);
}
