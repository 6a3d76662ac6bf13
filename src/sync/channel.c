/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/channel.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/wordline.h"

#include "base/poison.h"

/* What waits for a client who does not read: the list of a quarantine. */
#define OUT_BYTES ((size_t)65536)
#define SOCKET_MODE 0660

struct channel_client {
	struct channel *all;
	int fd; /* -1: free */
	uint64_t serial;
	bool watches;
	bool owner;
	char in[WORDLINE_BYTES];
	size_t n_in;
	char *out; /* what waits, NULL nothing */
	size_t n_out;
};

struct channel {
	struct loop *loop;
	channel_fn fn;
	void *arg;
	int fd;
	uint64_t serial; /* of the client that came last */
	char path[PATH_BYTES];
	struct channel_client client[CHANNEL_CLIENTS];
};

static enum rc on_client(void *arg, int fd, short revents);

static void
let_go(struct channel_client *c)
{
	if (c->fd >= 0) {
		(void)!loop_fd(c->all->loop, c->fd, 0, on_client, c);
		(void)close(c->fd);
	}
	free(c->out);
	/* a reading key may have come by here */
	crypto_wipe(c->in, sizeof(c->in));
	*c = (struct channel_client){.all = c->all, .fd = -1};
}

static enum rc
watch_client(struct channel_client *c)
{
	short events = POLLIN;

	if (c->n_out > 0) {
		events |= POLLOUT;
	}
	return loop_fd(c->all->loop, c->fd, events, on_client, c);
}

static void
drain(struct channel_client *c)
{
	ssize_t n = send(c->fd, c->out, c->n_out, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		let_go(c);
		return;
	}
	if (n > 0) {
		c->n_out -= (size_t)n;
		memmove(c->out, c->out + n, c->n_out);
	}
	if (c->n_out == 0) {
		free(c->out);
		c->out = NULL;
	}
}

void
channel_say(struct channel_client *c, const struct sbuf *line)
{
	if (c->fd < 0) {
		return;
	}
	if (c->out == NULL) {
		c->out = malloc(OUT_BYTES);
		c->n_out = 0;
	}
	if (c->out == NULL || !sbuf_ok(line) ||
		line->len > OUT_BYTES - c->n_out) {
		let_go(c);
		return;
	}
	memcpy(c->out + c->n_out, line->p, line->len);
	c->n_out += line->len;
	drain(c);
	if (c->fd >= 0 && watch_client(c) != RC_OK) {
		let_go(c);
	}
}

void
channel_watch(struct channel_client *c)
{
	c->watches = true;
}

bool
channel_watched(const struct channel *c)
{
	for (size_t i = 0; i < CHANNEL_CLIENTS; i++) {
		if (c->client[i].fd >= 0 && c->client[i].watches) {
			return true;
		}
	}
	return false;
}

void
channel_tell(struct channel *c, const struct sbuf *line)
{
	for (size_t i = 0; i < CHANNEL_CLIENTS; i++) {
		if (c->client[i].fd >= 0 && c->client[i].watches) {
			channel_say(&c->client[i], line);
		}
	}
}

uint64_t
channel_serial(const struct channel_client *c)
{
	return c->fd >= 0 ? c->serial : 0;
}

bool
channel_is_owner(const struct channel_client *c)
{
	return c->owner;
}

/* The lines that are whole; a client that was let go has none. */
static void
take_lines(struct channel_client *c)
{
	char *end;

	while (c->fd >= 0 && (end = memchr(c->in, '\n', c->n_in)) != NULL) {
		size_t n = (size_t)(end - c->in);

		*end = '\0';
		c->all->fn(c->all->arg, c, c->in, n);
		if (c->fd < 0) {
			return;
		}
		c->n_in -= n + 1;
		memmove(c->in, end + 1, c->n_in);
		crypto_wipe(c->in + c->n_in, sizeof(c->in) - c->n_in);
	}
	if (c->fd >= 0 && c->n_in == sizeof(c->in)) {
		let_go(c); /* no line is so long */
	}
}

static enum rc
on_client(void *arg, int fd, short revents)
{
	struct channel_client *c = arg;

	if ((revents & POLLOUT) != 0 && c->n_out > 0) {
		drain(c);
	}
	if (c->fd == fd && (revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
		ssize_t n = recv(fd, c->in + c->n_in, sizeof(c->in) - c->n_in,
			MSG_DONTWAIT);

		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
			let_go(c);
			return RC_OK;
		}
		if (n > 0) {
			c->n_in += (size_t)n;
			take_lines(c);
		}
	}
	if (c->fd == fd && watch_client(c) != RC_OK) {
		let_go(c);
	}
	return RC_OK;
}

static enum rc
on_caller(void *arg, int fd, short revents)
{
	struct channel *ch = arg;
	struct channel_client *c = NULL;
	struct ucred who = {0};
	socklen_t len = sizeof(who);
	int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)revents;
	if (one < 0) {
		return RC_OK;
	}
	for (size_t i = 0; c == NULL && i < CHANNEL_CLIENTS; i++) {
		c = ch->client[i].fd < 0 ? &ch->client[i] : NULL;
	}
	if (c == NULL) {
		(void)close(one);
		return RC_OK;
	}
	c->fd = one;
	c->serial = ++ch->serial;
	if (getsockopt(one, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0) {
		c->owner = who.uid == geteuid() || who.uid == 0;
	}
	if (watch_client(c) != RC_OK) {
		let_go(c);
	}
	return RC_OK;
}

static enum rc
listen_at(struct channel *c, struct err *reterr)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t n = strlen(c->path);

	if (n >= sizeof(at.sun_path)) {
		return err_set(reterr, RC_RANGE, 0, "channel",
			"%s: the path is too long for a socket: give the store "
			"a shorter one",
			c->path);
	}
	memcpy(at.sun_path, c->path, n + 1);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* who has the worker's lock may take the name of one that died */
	(void)unlink(c->path);
	if (c->fd < 0 ||
		bind(c->fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
		chmod(c->path, SOCKET_MODE) != 0 ||
		listen(c->fd, CHANNEL_CLIENTS) != 0) {
		return err_set(reterr, RC_IO, errno, "channel",
			"cannot listen at %s: who runs holdfast-syncd must be "
			"able to write there",
			c->path);
	}
	return RC_OK;
}

enum rc
channel_open(struct loop *l, const char *dir, channel_fn fn, void *arg,
	struct channel **ret, struct err *reterr)
{
	struct channel *c = calloc(1, sizeof(*c));
	enum rc rc;

	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "channel",
			"no memory for the channel");
	}
	c->loop = l;
	c->fn = fn;
	c->arg = arg;
	c->fd = -1;
	for (size_t i = 0; i < CHANNEL_CLIENTS; i++) {
		c->client[i].all = c;
		c->client[i].fd = -1;
	}
	rc = path_join(c->path, sizeof(c->path), dir, CHANNEL_NAME);
	if (rc == RC_OK) {
		rc = listen_at(c, reterr);
	}
	if (rc == RC_OK && loop_fd(l, c->fd, POLLIN, on_caller, c) != RC_OK) {
		rc = err_set(reterr, RC_NOMEM, 0, "channel",
			"no memory for the channel");
	}
	if (rc != RC_OK) {
		channel_close(c);
		return rc;
	}
	*ret = c;
	return RC_OK;
}

void
channel_close(struct channel *c)
{
	if (c == NULL) {
		return;
	}
	for (size_t i = 0; i < CHANNEL_CLIENTS; i++) {
		let_go(&c->client[i]);
	}
	if (c->fd >= 0) {
		(void)!loop_fd(c->loop, c->fd, 0, on_caller, c);
		(void)close(c->fd);
		(void)unlink(c->path);
	}
	free(c);
}
