/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/metrics.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/file.h"
#include "base/parse.h"

#include "base/poison.h"

#define CLIENTS 4
#define ASKED_BYTES 2048
#define FILE_MODE 0644
#define MICRO INT64_C(1000000)

/* Somebody who asks over HTTP; what is asked for does not matter. */
struct asker {
	struct metrics *all;
	int fd;
	char in[ASKED_BYTES];
	size_t n_in;
};

struct metrics {
	struct loop *loop;
	metrics_fn fn;
	void *arg;
	char path[PATH_BYTES]; /* "" over HTTP */
	int fd;
	char *text;
	struct asker asker[CLIENTS];
};

/* --- numbers -------------------------------------------------------------- */

void
metrics_head(
	struct sbuf *out, const char *name, const char *type, const char *help)
{
	sbuf_printf(
		out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
put_name(struct sbuf *out, const char *name, const char *labels)
{
	sbuf_puts(out, name);
	if (labels != NULL) {
		sbuf_printf(out, "{%s}", labels);
	}
	sbuf_putc(out, ' ');
}

void
metrics_value(
	struct sbuf *out, const char *name, const char *labels, int64_t value)
{
	put_name(out, name, labels);
	sbuf_i64(out, value);
	sbuf_putc(out, '\n');
}

void
metrics_seconds(
	struct sbuf *out, const char *name, const char *labels, int64_t us)
{
	uint64_t v = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;

	put_name(out, name, labels);
	sbuf_printf(out, "%s%" PRIu64 ".%06" PRIu64 "\n", us < 0 ? "-" : "",
		v / (uint64_t)MICRO, v % (uint64_t)MICRO);
}

static void
write_all(struct metrics *m, struct sbuf *out)
{
	sbuf_init(out, m->text, METRICS_BYTES);
	m->fn(m->arg, out);
}

/* --- into a file ---------------------------------------------------------- */

/* Not flushed: what a power cut leaves is told anew. */
void
metrics_write(struct metrics *m)
{
	char aside[PATH_BYTES + 8];
	struct sbuf out, name;
	int fd;
	bool ok;

	if (m == NULL || m->path[0] == '\0') {
		return;
	}
	write_all(m, &out);
	sbuf_init(&name, aside, sizeof(aside));
	sbuf_printf(&name, "%s.new", m->path);
	fd = file_open(
		aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
	if (fd < 0) {
		return;
	}
	ok = sbuf_ok(&out) &&
	     file_pwrite(fd, out.p, out.len, 0, aside, NULL) == RC_OK;
	(void)close(fd);
	if (!ok || rename(aside, m->path) != 0) {
		(void)unlink(aside);
	}
}

/* --- over HTTP ------------------------------------------------------------ */

static enum rc on_asker(void *arg, int fd, short revents);

static void
let_go(struct asker *a)
{
	if (a->fd >= 0) {
		(void)!loop_fd(a->all->loop, a->fd, 0, on_asker, a);
		(void)close(a->fd);
	}
	a->fd = -1;
	a->n_in = 0;
}

/* It is small and the socket is of this machine: it fits, or is lost. */
static void
answer(struct asker *a)
{
	char head[256];
	struct sbuf out, h;

	write_all(a->all, &out);
	sbuf_init(&h, head, sizeof(head));
	sbuf_printf(&h,
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; "
		"charset=utf-8\r\nContent-Length: %zu\r\nConnection: "
		"close\r\n\r\n",
		out.len);
	if (send(a->fd, h.p, h.len, MSG_NOSIGNAL | MSG_DONTWAIT) ==
		(ssize_t)h.len) {
		(void)!send(a->fd, out.p, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}

static enum rc
on_asker(void *arg, int fd, short revents)
{
	struct asker *a = arg;
	ssize_t n = recv(
		fd, a->in + a->n_in, sizeof(a->in) - 1 - a->n_in, MSG_DONTWAIT);

	(void)revents;
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return RC_OK;
	}
	if (n > 0) {
		a->n_in += (size_t)n;
		a->in[a->n_in] = '\0';
		if (strstr(a->in, "\r\n\r\n") == NULL &&
			a->n_in + 1 < sizeof(a->in)) {
			return RC_OK;
		}
		if (strncmp(a->in, "GET ", 4) == 0) {
			answer(a);
		}
	}
	let_go(a);
	return RC_OK;
}

static enum rc
on_caller(void *arg, int fd, short revents)
{
	struct metrics *m = arg;
	struct asker *a = NULL;
	int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)revents;
	if (one < 0) {
		return RC_OK;
	}
	for (size_t i = 0; a == NULL && i < CLIENTS; i++) {
		a = m->asker[i].fd < 0 ? &m->asker[i] : NULL;
	}
	if (a == NULL) {
		a = &m->asker[0]; /* who says nothing is in nobody's way */
		let_go(a);
	}
	a->fd = one;
	if (loop_fd(m->loop, one, POLLIN, on_asker, a) != RC_OK) {
		let_go(a);
	}
	return RC_OK;
}

/* "127.0.0.1:9464" or "[::1]:9464"; false: it is a path. */
static bool
read_address(const char *where, struct sockaddr_in6 *six,
	struct sockaddr_in *four, bool *ret_six)
{
	const char *colon = strrchr(where, ':');
	int64_t port = 0;

	if (colon == NULL || strchr(where, '/') != NULL ||
		parse_i64(colon + 1, strlen(colon + 1), 0, 65535, &port) !=
			RC_OK) {
		return false;
	}
	*ret_six = where[0] == '[';
	*four = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	*six = (struct sockaddr_in6){.sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port),
		.sin6_addr = in6addr_loopback};
	four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return true;
}

static enum rc
listen_at(struct metrics *m, const char *where, struct err *reterr)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;
	bool is_six = false;
	int on = 1;
	int rv;

	if (!read_address(where, &six, &four, &is_six)) {
		return RC_NOTFOUND;
	}
	if (strncmp(where, is_six ? "[::1]:" : "127.0.0.1:", is_six ? 6 : 10) !=
		0) {
		return err_set(reterr, RC_INVAL, 0, "metrics",
			"%s: metrics are for this machine: use 127.0.0.1:PORT "
			"or [::1]:PORT",
			where);
	}
	m->fd = socket(is_six ? AF_INET6 : AF_INET,
		SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (m->fd >= 0) {
		(void)setsockopt(
			m->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	}
	rv = m->fd < 0 ? -1
	     : is_six  ? bind(m->fd, (const struct sockaddr *)&six, sizeof(six))
		       : bind(m->fd, (const struct sockaddr *)&four,
				 sizeof(four));
	if (rv != 0 || listen(m->fd, CLIENTS) != 0) {
		return err_set(reterr, RC_IO, errno, "metrics",
			"cannot listen at %s: choose another port", where);
	}
	return loop_fd(m->loop, m->fd, POLLIN, on_caller, m);
}

enum rc
metrics_open(struct loop *l, const char *where, metrics_fn fn, void *arg,
	struct metrics **ret, struct err *reterr)
{
	struct metrics *m = calloc(1, sizeof(*m));
	struct sbuf b;
	enum rc rc = RC_NOMEM;

	if (m != NULL) {
		m->text = malloc(METRICS_BYTES);
	}
	if (m == NULL || m->text == NULL) {
		free(m);
		return err_set(
			reterr, rc, 0, "metrics", "no memory for metrics");
	}
	m->loop = l;
	m->fn = fn;
	m->arg = arg;
	m->fd = -1;
	for (size_t i = 0; i < CLIENTS; i++) {
		m->asker[i] = (struct asker){.all = m, .fd = -1};
	}
	rc = listen_at(m, where, reterr);
	if (rc == RC_NOTFOUND) {
		sbuf_init(&b, m->path, sizeof(m->path));
		sbuf_puts(&b, where);
		rc = sbuf_ok(&b)
			     ? RC_OK
			     : err_set(reterr, RC_RANGE, 0, "metrics",
				       "the path for metrics is too long: name "
				       "a shorter one");
	}
	if (rc != RC_OK) {
		metrics_close(m);
		return rc;
	}
	*ret = m;
	return RC_OK;
}

void
metrics_close(struct metrics *m)
{
	if (m == NULL) {
		return;
	}
	for (size_t i = 0; i < CLIENTS; i++) {
		let_go(&m->asker[i]);
	}
	if (m->fd >= 0) {
		(void)!loop_fd(m->loop, m->fd, 0, on_caller, m);
		(void)close(m->fd);
	}
	free(m->text);
	free(m);
}
