/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define SALVAGE_LINE_BYTES ((size_t)1 << 20)
#define SALVAGE_DEATHS 256u /* children; then what is left is given up */
#define SALVAGE_SECONDS 10u /* for one question */

/* One question and its answer; the line's bytes follow. */
struct salvage_ask {
	uint64_t sequence; /* 0: the head */
};

struct salvage_answer {
	uint64_t found;
	uint64_t n;
	struct store_head head;
};

struct store_salvage {
	char dir[PATH_BYTES];
	const struct keys *keys;
	const struct rng *rng;
	pid_t child; /* 0: none now */
	int fd;
	unsigned deaths;
};

/* All of it, or nothing: a dead child is no reason for a signal here. */
static bool
put_all(int fd, const void *p, size_t n)
{
	const uint8_t *at = p;

	while (n > 0) {
		ssize_t k = send(fd, at, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k <= 0) {
			return false;
		}
		at += k;
		n -= (size_t)k;
	}
	return true;
}

static bool
get_all(int fd, void *p, size_t n)
{
	uint8_t *at = p;

	while (n > 0) {
		ssize_t k = recv(fd, at, n, 0);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k <= 0) {
			return false;
		}
		at += k;
		n -= (size_t)k;
	}
	return true;
}

/* --- the child ------------------------------------------------------------ */

/* It may die of any page; nobody is to hear of it. */
static void
be_mortal(int fd)
{
	static const int sigs[] = {
		SIGSEGV, SIGBUS, SIGABRT, SIGALRM, SIGTERM, SIGINT, SIGHUP};
	struct rlimit none = {0, 0};
	struct sigaction sa;
	sigset_t all;
	size_t i;

	/* the register's lock must not live on here */
	if (fd > 3) {
		(void)close_range(3, (unsigned)fd - 1, 0);
	}
	(void)close_range((unsigned)fd + 1, ~0U, 0);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < ARRAY_LEN(sigs); i++) {
		(void)sigaction(sigs[i], &sa, NULL);
	}
	(void)sigemptyset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	(void)setrlimit(RLIMIT_CORE, &none);
}

static void
serve(const struct store_salvage *v, int fd)
{
	char *line = malloc(SALVAGE_LINE_BYTES);
	struct store *s = NULL;
	struct salvage_ask ask;

	(void)alarm(SALVAGE_SECONDS);
	if (line == NULL || store_open(v->dir, v->keys, v->rng, STORE_SALVAGE,
				    0, &s, NULL) != RC_OK) {
		return;
	}
	for (;;) {
		struct salvage_answer a = {0};
		size_t n = 0;

		(void)alarm(0);
		if (!get_all(fd, &ask, sizeof(ask))) {
			return;
		}
		(void)alarm(SALVAGE_SECONDS);
		if (ask.sequence == 0) {
			a.found = store_head(s, &a.head, NULL) == RC_OK;
		} else {
			a.found =
				store_line(s, ask.sequence, line,
					SALVAGE_LINE_BYTES, &n, NULL) == RC_OK;
		}
		a.n = a.found != 0 ? n : 0;
		if (!put_all(fd, &a, sizeof(a)) ||
			!put_all(fd, line, (size_t)a.n)) {
			return;
		}
	}
}

/* --- and who asks it ------------------------------------------------------ */

static void
let_go(struct store_salvage *v)
{
	int status;

	if (v->child == 0) {
		return;
	}
	(void)close(v->fd);
	while (waitpid(v->child, &status, 0) < 0 && errno == EINTR) {
	}
	v->child = 0;
	v->fd = -1;
}

static enum rc
have_child(struct store_salvage *v, struct err *reterr)
{
	int pair[2];
	pid_t pid;

	if (v->child != 0) {
		return RC_OK;
	}
	if (v->deaths >= SALVAGE_DEATHS) {
		return err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: nothing more of it can be read", v->dir);
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		return err_set(reterr, RC_IO, errno, "store",
			"%s: no socket to read it by", v->dir);
	}
	pid = fork();
	if (pid == 0) {
		(void)close(pair[0]);
		be_mortal(pair[1]);
		serve(v, pair[1]);
		_exit(0);
	}
	(void)close(pair[1]);
	if (pid < 0) {
		(void)close(pair[0]);
		return err_set(reterr, RC_IO, errno, "store",
			"%s: no process to read it by", v->dir);
	}
	v->child = pid;
	v->fd = pair[0];
	return RC_OK;
}

static enum rc
ask(struct store_salvage *v, uint64_t sequence, struct salvage_answer *a,
	struct err *reterr)
{
	struct salvage_ask q = {.sequence = sequence};
	enum rc rc = have_child(v, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (!put_all(v->fd, &q, sizeof(q)) || !get_all(v->fd, a, sizeof(*a))) {
		v->deaths++;
		let_go(v);
		return err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: it cannot be read there", v->dir);
	}
	if (a->found == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "store",
			"%s: line %llu is not in it", v->dir,
			(unsigned long long)sequence);
	}
	return RC_OK;
}

/* What is read may stand in memory only, and is about to be relied on. */
static enum rc
flush_file(const char *dir, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = path_join(path, sizeof(path), dir, "data.mdb");
	int fd;

	if (rc != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"%s: the path is too long", dir);
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "store",
			"%s cannot be opened", path);
	}
	rc = file_sync(fd, path, reterr);
	(void)close(fd);
	return rc;
}

enum rc
store_salvage_open(const char *dir, const struct keys *keys,
	const struct rng *rng, struct store_salvage **ret, struct err *reterr)
{
	struct store_salvage *v;
	enum rc rc;

	if (strlen(dir) >= sizeof(v->dir)) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"the path of the store is too long");
	}
	rc = flush_file(dir, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	v = calloc(1, sizeof(*v));
	if (v == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "store",
			"no memory to read the store");
	}
	memcpy(v->dir, dir, strlen(dir) + 1);
	v->keys = keys;
	v->rng = rng;
	v->fd = -1;
	*ret = v;
	return RC_OK;
}

enum rc
store_salvage_head(
	struct store_salvage *v, struct store_head *ret, struct err *reterr)
{
	struct salvage_answer a = {0};
	enum rc rc = ask(v, 0, &a, reterr);

	if (rc == RC_OK) {
		*ret = a.head;
	}
	return rc;
}

enum rc
store_salvage_line(struct store_salvage *v, uint64_t sequence, char *buf,
	size_t cap, size_t *ret_len, struct err *reterr)
{
	struct salvage_answer a = {0};
	enum rc rc = ask(v, sequence, &a, reterr);

	if (rc != RC_OK) {
		return rc == RC_CORRUPT ? RC_NOTFOUND : rc;
	}
	if (a.n > cap || !get_all(v->fd, buf, (size_t)a.n)) {
		v->deaths++;
		let_go(v);
		return err_set(reterr, RC_NOTFOUND, 0, "store",
			"%s: line %llu cannot be read", v->dir,
			(unsigned long long)sequence);
	}
	*ret_len = (size_t)a.n;
	return RC_OK;
}

void
store_salvage_close(struct store_salvage *v)
{
	if (v != NULL) {
		let_go(v);
		free(v);
	}
}
