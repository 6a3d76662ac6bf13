/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/line.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "base/file.h"
#include "device/transport.h"

#include "base/poison.h"

/* A link that leads to no file, and to none that could be made. */
#define NOWHERE ".unplugged/line"
#define ADDRESS_BYTES (PATH_BYTES + 16)

struct sim_line {
	enum line_kind kind;
	char where[PATH_BYTES];
	char address[ADDRESS_BYTES];
	char host[256], port[16]; /* TCP */
	struct device_line settings;
	int fd;     /* what bytes pass; -1 none */
	int listen; /* -1 none */
	int slave;  /* held, so that a line without a reader is no error */
	struct transport *serial;
};

const char *
line_kind_name(enum line_kind k)
{
	static const char *const name[LINE_KINDS] = {
		[LINE_PTY] = "pty",
		[LINE_TCP] = "tcp",
		[LINE_UNIX] = "unix",
		[LINE_SERIAL] = "serial",
	};

	return name[k];
}

static void
shut(int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
	}
	*fd = -1;
}

static enum rc
cannot(const struct sim_line *l, const char *what, struct err *reterr)
{
	int sys = errno;

	return err_set(reterr, err_sys_rc(sys), sys, "line", "cannot %s %.200s",
		what, l->where);
}

/* --- a pseudo-terminal ---------------------------------------------------- */

/* The name becomes a link to ${target}, never seen missing. */
static enum rc
point(const struct sim_line *l, const char *target, struct err *reterr)
{
	char aside[PATH_BYTES + 8];
	struct stat st;

	if (lstat(l->where, &st) == 0 && !S_ISLNK(st.st_mode)) {
		return err_set(reterr, RC_EXISTS, 0, "line",
			"%.200s is there and is no link: name another",
			l->where);
	}
	(void)snprintf(aside, sizeof(aside), "%s.new", l->where);
	(void)unlink(aside);
	if (symlink(target, aside) != 0 || rename(aside, l->where) != 0) {
		return cannot(l, "make the link", reterr);
	}
	return RC_OK;
}

static enum rc
pty_in(struct sim_line *l, struct err *reterr)
{
	struct termios t;
	char name[64];

	l->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (l->fd < 0 || grantpt(l->fd) != 0 || unlockpt(l->fd) != 0 ||
		ptsname_r(l->fd, name, sizeof(name)) != 0) {
		return cannot(l, "make a terminal for", reterr);
	}
	l->slave = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (l->slave < 0 || tcgetattr(l->slave, &t) != 0) {
		return cannot(l, "open the terminal for", reterr);
	}
	cfmakeraw(&t);
	if (tcsetattr(l->slave, TCSANOW, &t) != 0) {
		return cannot(l, "set up the terminal for", reterr);
	}
	return point(l, name, reterr);
}

/* --- sockets -------------------------------------------------------------- */

static enum rc
listen_tcp(struct sim_line *l, struct err *reterr)
{
	const struct addrinfo want = {.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *ai = NULL;
	const int on = 1;
	int bad = getaddrinfo(l->host, l->port, &want, &ai);
	struct sockaddr_storage is;
	socklen_t n = sizeof(is);

	if (bad != 0) {
		return err_set(reterr, RC_INVAL, 0, "line",
			"%.200s is no address to listen at: %s", l->where,
			gai_strerror(bad));
	}
	l->listen = socket(
		ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->listen >= 0) {
		(void)setsockopt(
			l->listen, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	}
	if (l->listen < 0 ||
		bind(l->listen, ai->ai_addr, ai->ai_addrlen) != 0 ||
		listen(l->listen, 1) != 0 ||
		getsockname(l->listen, (struct sockaddr *)&is, &n) != 0) {
		enum rc rc = cannot(l, "listen at", reterr);

		freeaddrinfo(ai);
		return rc;
	}
	freeaddrinfo(ai);
	/* A port that was free is kept over a pulled cable. */
	(void)getnameinfo((const struct sockaddr *)&is, n, NULL, 0, l->port,
		sizeof(l->port), NI_NUMERICHOST | NI_NUMERICSERV);
	(void)snprintf(l->address, sizeof(l->address),
		strchr(l->host, ':') != NULL ? "tcp:[%s]:%s" : "tcp:%s:%s",
		l->host, l->port);
	return RC_OK;
}

static enum rc
listen_unix(struct sim_line *l, struct err *reterr)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = strlen(l->where);
	struct stat st;

	if (n >= sizeof(to.sun_path)) {
		return err_set(reterr, RC_INVAL, 0, "line",
			"the name %.60s... is too long for a socket: name a "
			"shorter one",
			l->where);
	}
	if (lstat(l->where, &st) == 0) {
		if (!S_ISSOCK(st.st_mode)) {
			return err_set(reterr, RC_EXISTS, 0, "line",
				"%.200s is there and is no socket: name "
				"another",
				l->where);
		}
		(void)unlink(l->where);
	}
	memcpy(to.sun_path, l->where, n + 1);
	l->listen =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->listen < 0 ||
		bind(l->listen, (const struct sockaddr *)&to, sizeof(to)) !=
			0 ||
		listen(l->listen, 1) != 0) {
		return cannot(l, "listen at", reterr);
	}
	return RC_OK;
}

/* "HOST:PORT", "[::1]:PORT". */
static bool
split(struct sim_line *l)
{
	const char *colon = strrchr(l->where, ':');
	const char *from = l->where;
	size_t n;

	if (colon == NULL || colon[1] == '\0' ||
		strlen(colon + 1) >= sizeof(l->port)) {
		return false;
	}
	n = (size_t)(colon - from);
	if (n >= 2 && from[0] == '[' && from[n - 1] == ']') {
		from++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof(l->host)) {
		return false;
	}
	memcpy(l->host, from, n);
	l->host[n] = '\0';
	memcpy(l->port, colon + 1, strlen(colon + 1) + 1);
	return true;
}

/* --- any line ------------------------------------------------------------- */

static enum rc
plug_in(struct sim_line *l, struct err *reterr)
{
	char uri[ADDRESS_BYTES];
	enum rc rc;

	switch (l->kind) {
	case LINE_PTY:
		return pty_in(l, reterr);
	case LINE_TCP:
		return listen_tcp(l, reterr);
	case LINE_UNIX:
		return listen_unix(l, reterr);
	case LINE_SERIAL:
	case LINE_KINDS:
	default:
		break;
	}
	(void)snprintf(uri, sizeof(uri), "serial:%s", l->where);
	rc = transport_open(uri, &l->settings, &l->serial, reterr);
	if (rc == RC_OK) {
		rc = transport_ready(l->serial, reterr);
	}
	return rc;
}

static void
plug_out(struct sim_line *l)
{
	if (l->kind == LINE_PTY) {
		(void)point(l, NOWHERE, NULL);
	}
	shut(&l->fd);
	shut(&l->slave);
	if (l->listen >= 0 && l->kind == LINE_UNIX) {
		(void)unlink(l->where);
	}
	shut(&l->listen);
	transport_close(l->serial);
	l->serial = NULL;
}

enum rc
line_plug(struct sim_line *l, bool in, struct err *reterr)
{
	bool is = l->fd >= 0 || l->listen >= 0 || l->serial != NULL;
	enum rc rc = RC_OK;

	if (in && !is) {
		rc = plug_in(l, reterr);
	}
	if (rc != RC_OK || (!in && is)) {
		plug_out(l);
	}
	return rc;
}

enum rc
line_open(enum line_kind kind, const char *where,
	const struct device_line *settings, struct sim_line **ret,
	struct err *reterr)
{
	struct sim_line *l;
	size_t n = strlen(where);
	enum rc rc;

	if (n == 0 || n >= sizeof(l->where)) {
		return err_set(reterr, RC_INVAL, 0, "line",
			"'%.40s' is no place for a device: write a name",
			where);
	}
	l = calloc(1, sizeof(*l));
	if (l == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "line", "no memory");
	}
	l->kind = kind;
	l->fd = l->listen = l->slave = -1;
	l->settings = *settings;
	memcpy(l->where, where, n + 1);
	(void)snprintf(l->address, sizeof(l->address), "%s:%s",
		kind == LINE_PTY ? "file" : line_kind_name(kind), where);
	if (kind == LINE_TCP && !split(l)) {
		free(l);
		return err_set(reterr, RC_INVAL, 0, "line",
			"'%.60s' is no address to listen at: write it like "
			"127.0.0.1:20007",
			where);
	}
	rc = line_plug(l, true, reterr);
	if (rc != RC_OK) {
		free(l);
		return rc;
	}
	*ret = l;
	return RC_OK;
}

void
line_close(struct sim_line *l)
{
	if (l == NULL) {
		return;
	}
	plug_out(l);
	if (l->kind == LINE_PTY) {
		(void)unlink(l->where);
	}
	free(l);
}

const char *
line_address(const struct sim_line *l)
{
	return l->address;
}

bool
line_there(const struct sim_line *l)
{
	return l->fd >= 0 || l->serial != NULL;
}

int
line_fd(const struct sim_line *l, short *ret_events)
{
	*ret_events = POLLIN;
	if (l->serial != NULL) {
		return transport_fd(l->serial);
	}
	return l->fd >= 0 ? l->fd : l->listen;
}

bool
line_accept(struct sim_line *l)
{
	const int on = 1;

	if (l->listen < 0 || l->fd >= 0) {
		return false;
	}
	l->fd = accept4(l->listen, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (l->fd >= 0 && l->kind == LINE_TCP) {
		(void)setsockopt(
			l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	return l->fd >= 0;
}

size_t
line_read(struct sim_line *l, uint8_t *p, size_t cap)
{
	ssize_t n;

	if (l->serial != NULL) {
		size_t got = 0;

		if (transport_read(l->serial, p, cap, &got, NULL) == RC_DOWN) {
			plug_out(l);
		}
		return got;
	}
	if (l->fd < 0) {
		return 0;
	}
	do {
		n = read(l->fd, p, cap);
	} while (n < 0 && errno == EINTR);
	if (n > 0) {
		return (size_t)n;
	}
	if (n == 0 || errno != EAGAIN) {
		shut(&l->fd);
	}
	return 0;
}

void
line_write(struct sim_line *l, const uint8_t *p, size_t n)
{
	while (n > 0) {
		size_t took = 0;

		if (l->serial != NULL) {
			if (transport_write(l->serial, p, n, false, &took,
				    NULL) != RC_OK) {
				return;
			}
		} else {
			ssize_t k = l->fd < 0 ? -1 : write(l->fd, p, n);

			if (k < 0 && l->fd >= 0 && errno == EINTR) {
				continue;
			}
			took = k > 0 ? (size_t)k : 0;
		}
		if (took == 0) {
			return;
		}
		p += took;
		n -= took;
	}
}
