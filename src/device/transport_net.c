/* SPDX-License-Identifier: Apache-2.0 */
/* A client of a TCP port or of a socket on this machine. */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "base/parse.h"
#include "base/sbuf.h"
#include "device/transport_internal.h"

#include "base/poison.h"

#define HOST_BYTES 256
#define PORT_BYTES 8
#define KEEP_IDLE_S 10
#define KEEP_EVERY_S 5
#define KEEP_TIMES 3
#define UNSENT_MS 15000

/* A name is asked for by the C library's own helper, since a name server that
 * does not answer would hold the register for seconds. */
struct net {
	char host[HOST_BYTES];
	char port[PORT_BYTES];
	struct gaicb ask;
	struct addrinfo hints;
	struct addrinfo *found;      /* owned, NULL none */
	const struct addrinfo *next; /* to be tried when this one fails */
	struct sockaddr_un un;
	struct addrinfo one; /* of a path */
	bool connecting;
};

/* "HOST:PORT", "[::1]:PORT" */
static bool
split(const char *path, char host[HOST_BYTES], char port[PORT_BYTES])
{
	const char *colon = strrchr(path, ':');
	const char *from = path;
	const char *to = colon;
	int64_t n;

	if (colon == NULL || colon == path ||
		parse_i64(colon + 1, strlen(colon + 1), 1, 65535, &n) !=
			RC_OK ||
		strlen(colon + 1) >= PORT_BYTES) {
		return false;
	}
	if (*from == '[' && colon[-1] == ']') {
		from++;
		to--;
	} else if (memchr(path, ':', (size_t)(colon - path)) != NULL) {
		return false;
	}
	if (to <= from || (size_t)(to - from) >= HOST_BYTES) {
		return false;
	}
	memcpy(host, from, (size_t)(to - from));
	host[to - from] = '\0';
	memcpy(port, colon + 1, strlen(colon + 1) + 1);
	return true;
}

static bool
tcp_check(const char *path)
{
	char host[HOST_BYTES];
	char port[PORT_BYTES];

	return split(path, host, port);
}

/* A cable that was pulled says nothing: the kernel must ask. */
static void
keep_alive(int fd)
{
	const struct {
		int level, name, value;
	} opt[] = {
		{IPPROTO_TCP, TCP_NODELAY, 1},
		{SOL_SOCKET, SO_KEEPALIVE, 1},
		{IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S},
		{IPPROTO_TCP, TCP_KEEPINTVL, KEEP_EVERY_S},
		{IPPROTO_TCP, TCP_KEEPCNT, KEEP_TIMES},
		{IPPROTO_TCP, TCP_USER_TIMEOUT, UNSENT_MS},
	};

	for (size_t i = 0; i < ARRAY_LEN(opt); i++) {
		(void)setsockopt(fd, opt[i].level, opt[i].name, &opt[i].value,
			sizeof(opt[i].value));
	}
}

static enum rc
no_answer(const struct transport *t, int sys, struct err *reterr)
{
	return err_set(reterr, RC_DOWN, sys, "transport",
		"nothing answers at %s: switch the device on, look at its "
		"cable",
		t->path);
}

/* The next address at which something may be. */
static enum rc
connect_next(struct transport *t, struct err *reterr)
{
	struct net *n = t->own;
	int sys = ENOENT;

	while (n->next != NULL) {
		const struct addrinfo *a = n->next;

		n->next = a->ai_next;
		if (t->fd >= 0) {
			(void)close(t->fd);
		}
		t->fd = socket(a->ai_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (t->fd < 0) {
			sys = errno;
			continue;
		}
		if (a->ai_family != AF_UNIX) {
			keep_alive(t->fd);
		}
		n->connecting = connect(t->fd, a->ai_addr, a->ai_addrlen) != 0;
		if (!n->connecting || errno == EINPROGRESS || errno == EAGAIN) {
			return RC_OK;
		}
		sys = errno;
	}
	return no_answer(t, sys, reterr);
}

static enum rc
no_memory(struct err *reterr)
{
	return err_set(
		reterr, RC_NOMEM, 0, "transport", "no memory for a device");
}

static enum rc
no_host(const struct transport *t, int gai, struct err *reterr)
{
	return err_set(reterr, RC_DOWN, 0, "transport",
		"%s is not known here (%s): write the device's number, like "
		"tcp:192.168.1.20:9100",
		t->path, gai_strerror(gai));
}

static enum rc
tcp_open(
	struct transport *t, const struct device_line *line, struct err *reterr)
{
	struct net *n = calloc(1, sizeof(*n));
	struct gaicb *list[1];
	int gai;

	(void)line;
	if (n == NULL) {
		return no_memory(reterr);
	}
	t->own = n;
	t->pipe = true;
	(void)!split(t->path, n->host, n->port);
	n->hints.ai_socktype = SOCK_STREAM;
	n->hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	if (getaddrinfo(n->host, n->port, &n->hints, &n->found) == 0) {
		n->next = n->found;
		return connect_next(t, reterr);
	}
	n->found = NULL;
	n->hints.ai_flags = AI_NUMERICSERV;
	n->ask.ar_name = n->host;
	n->ask.ar_service = n->port;
	n->ask.ar_request = &n->hints;
	list[0] = &n->ask;
	gai = getaddrinfo_a(GAI_NOWAIT, list, 1, NULL);
	if (gai != 0) {
		return no_host(t, gai, reterr);
	}
	t->asks = true;
	return RC_OK;
}

static enum rc
unix_open(
	struct transport *t, const struct device_line *line, struct err *reterr)
{
	struct net *n = calloc(1, sizeof(*n));

	(void)line;
	if (n == NULL) {
		return no_memory(reterr);
	}
	t->own = n;
	t->pipe = true;
	if (strlen(t->path) >= sizeof(n->un.sun_path)) {
		return transport_refused(t->path, ENAMETOOLONG, reterr);
	}
	n->un.sun_family = AF_UNIX;
	memcpy(n->un.sun_path, t->path, strlen(t->path));
	n->one.ai_family = AF_UNIX;
	n->one.ai_addr = (struct sockaddr *)&n->un;
	n->one.ai_addrlen = sizeof(n->un);
	n->next = &n->one;
	return connect_next(t, reterr);
}

static enum rc
found_host(struct transport *t, struct err *reterr)
{
	struct net *n = t->own;
	int gai = gai_error(&n->ask);

	if (gai == EAI_INPROGRESS) {
		return RC_AGAIN;
	}
	t->asks = false;
	if (gai != 0) {
		return no_host(t, gai, reterr);
	}
	n->found = n->ask.ar_result;
	n->ask.ar_result = NULL;
	n->next = n->found;
	return connect_next(t, reterr);
}

static enum rc
net_skip(struct transport *t, struct err *reterr)
{
	return connect_next(t, reterr);
}

static enum rc
net_ready(struct transport *t, struct err *reterr)
{
	struct net *n = t->own;
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	socklen_t n_sys = sizeof(int);
	int sys = 0;

	if (t->asks) {
		enum rc rc = found_host(t, reterr);

		if (rc != RC_OK) {
			return rc;
		}
	}
	if (!n->connecting) {
		return RC_OK;
	}
	if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &sys, &n_sys) != 0) {
		sys = errno;
	}
	if (sys != 0 && n->next == NULL) {
		return no_answer(t, sys, reterr);
	}
	if (sys != 0) {
		enum rc rc = connect_next(t, reterr);

		return rc == RC_OK ? RC_AGAIN : rc;
	}
	if (getpeername(t->fd, (struct sockaddr *)&peer, &len) != 0) {
		return RC_AGAIN;
	}
	n->connecting = false;
	return RC_OK;
}

static void
net_close(struct transport *t)
{
	struct net *n = t->own;

	t->own = NULL;
	if (n == NULL) {
		return;
	}
	if (t->asks && gai_cancel(&n->ask) == EAI_NOTCANCELED) {
		/* its helper still writes there: it stays until the program
		 * ends */
		return;
	}
	if (t->asks && n->ask.ar_result != NULL) {
		freeaddrinfo(n->ask.ar_result);
	}
	if (n->found != NULL) {
		freeaddrinfo(n->found);
	}
	free(n);
}

const struct transport_kind transport_tcp = {
	.scheme = "tcp:",
	.check = tcp_check,
	.example = "tcp:192.168.1.20:9100",
	.open = tcp_open,
	.ready = net_ready,
	.skip = net_skip,
	.close = net_close,
};

const struct transport_kind transport_unix = {
	.scheme = "unix:",
	.example = "unix:/run/printer.sock",
	.open = unix_open,
	.ready = net_ready,
	.skip = net_skip,
	.close = net_close,
};
