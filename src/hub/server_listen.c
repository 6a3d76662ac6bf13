/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "base/parse.h"
#include "base/sbuf.h"
#include "hub/server_internal.h"

#include "base/poison.h"

#define HOST_BYTES 64
#define WAITING 1024

static enum rc
not_free(const char *listen, int sys, struct err *reterr)
{
	return err_set(reterr, sys == EADDRINUSE ? RC_BUSY : RC_IO, sys,
		"server_listen",
		"the hub cannot listen at %s; see 'listen' in hub.conf",
		listen);
}

/* A socket that nobody listens at any more is in the way of the next one; one
 * that somebody does listen at is theirs. */
static bool
is_alive(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool alive = fd >= 0 &&
		     connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;

	if (fd >= 0) {
		(void)close(fd);
	}
	return alive;
}

static enum rc
listen_unix(const char *listen_at, const char *path, struct server *s,
	struct err *reterr)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct stat st;
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(at.sun_path) || n >= sizeof(s->unlink_path)) {
		return err_set(reterr, RC_INVAL, 0, "server_listen",
			"%s: the path of a unix socket has 1 to %zu bytes",
			listen_at, sizeof(at.sun_path) - 1);
	}
	memcpy(at.sun_path, path, n);
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)) {
		if (is_alive(&at)) {
			return not_free(listen_at, EADDRINUSE, reterr);
		}
		(void)unlink(path);
	}
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* who may connect is the directory's to say: nginx is another user */
	if (s->fd < 0 ||
		bind(s->fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
		chmod(path, 0666) != 0 || listen(s->fd, WAITING) != 0) {
		return not_free(listen_at, errno, reterr);
	}
	memcpy(s->unlink_path, path, n + 1);
	return RC_OK;
}

/* "ADDRESS:PORT", the address of six in brackets. */
static bool
split(const char *text, char host[HOST_BYTES], const char **ret_port)
{
	const char *colon = strrchr(text, ':');
	size_t n;
	int64_t port = 0;

	if (colon == NULL || parse_i64(colon + 1, strlen(colon + 1), 0, 65535,
				     &port) != RC_OK) {
		return false;
	}
	n = (size_t)(colon - text);
	if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	}
	if (n == 0 || n >= HOST_BYTES) {
		return false;
	}
	memcpy(host, text, n);
	host[n] = '\0';
	*ret_port = colon + 1;
	return true;
}

static int
open_tcp(const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family,
		ai->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1;

	if (fd < 0) {
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* a till whose line was cut is not known to be gone otherwise */
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 ||
		listen(fd, WAITING) != 0) {
		int keep = errno;

		(void)close(fd);
		errno = keep;
		return -1;
	}
	return fd;
}

static unsigned
port_of(int fd)
{
	struct sockaddr_storage at = {0};
	socklen_t n = sizeof(at);
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (getsockname(fd, (struct sockaddr *)&at, &n) != 0) {
		return 0;
	}
	if (at.ss_family == AF_INET) {
		memcpy(&v4, &at, sizeof(v4));
		return ntohs(v4.sin_port);
	}
	memcpy(&v6, &at, sizeof(v6));
	return ntohs(v6.sin6_port);
}

enum rc
server_listen(const char *listen_at, struct server *s, struct err *reterr)
{
	static const char unix_word[] = "unix:";
	struct addrinfo want = {.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *ai = NULL;
	char host[HOST_BYTES];
	const char *port = NULL;

	s->fd = -1;
	if (strncmp(listen_at, unix_word, sizeof(unix_word) - 1) == 0) {
		return listen_unix(listen_at, listen_at + sizeof(unix_word) - 1,
			s, reterr);
	}
	if (!split(listen_at, host, &port) ||
		getaddrinfo(host, port, &want, &ai) != 0) {
		return err_set(reterr, RC_INVAL, 0, "server_listen",
			"'%s' is nowhere to listen: ADDRESS:PORT, "
			"[ADDRESS]:PORT or unix:PATH",
			listen_at);
	}
	s->fd = open_tcp(ai);
	freeaddrinfo(ai);
	if (s->fd < 0) {
		return not_free(listen_at, errno, reterr);
	}
	s->port = port_of(s->fd);
	return RC_OK;
}
