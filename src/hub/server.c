/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/server.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "hub/server_internal.h"

#include "base/poison.h"

#define US INT64_C(1000000)
#define GRACE_US (INT64_C(15) * US)
#define SLOWEST 1024 /* bytes a second */
/* What one connection keeps of a request's head; an answer's is no longer. */
#define CONNECTION_BYTES ((size_t)4 << 10)
#define STACK_BYTES ((size_t)512 << 10)

/* What the library complains about is what clients do: each is in an answer
 * or is nobody's business. */
static void
say_nothing(void *arg, const char *fmt, va_list ap)
{
	(void)arg;
	(void)fmt;
	(void)ap;
}

/* What the library takes by itself begins with TLS 1.0. */
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

static enum rc
start(struct server *s, const struct server_conf *conf, struct err *reterr)
{
	bool tls = conf->cert != NULL;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG |
			 MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0u);
	struct MHD_OptionItem secure[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, bytes_unconst(conf->cert)},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, bytes_unconst(conf->key)},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, bytes_unconst(PRIORITIES)},
		{MHD_OPTION_END, 0, NULL}};
	struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};

	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, server_access, s,
		MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
		MHD_OPTION_LISTEN_SOCKET, s->fd, MHD_OPTION_THREAD_POOL_SIZE,
		conf->n_thread, MHD_OPTION_CONNECTION_LIMIT, conf->n_connection,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
		MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
		server_begun, s, MHD_OPTION_NOTIFY_COMPLETED, server_completed,
		s, MHD_OPTION_NOTIFY_CONNECTION, server_connected, s,
		MHD_OPTION_ARRAY, tls ? secure : plain, MHD_OPTION_END);
	if (s->daemon == NULL) {
		return err_set(reterr, RC_IO, 0, "server_open",
			"the HTTP server does not start%s",
			tls ? "; see 'certificate' and 'key' in hub.conf" : "");
	}
	s->fd = -1; /* the daemon closes it */
	return RC_OK;
}

enum rc
server_open(struct hub *h, const struct server_conf *conf, struct server **ret,
	struct err *reterr)
{
	struct server *s = calloc(1, sizeof(*s));
	enum rc rc;

	if (s == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "server_open",
			"no memory for the HTTP server");
	}
	s->hub = h;
	s->n_connection = conf->n_connection;
	s->metrics = conf->metrics;
	(void)pthread_mutex_init(&s->lock, NULL);
	rc = server_listen(conf->listen, s, reterr);
	if (rc == RC_OK) {
		rc = start(s, conf, reterr);
	}
	if (rc != RC_OK) {
		server_close(s);
		return rc;
	}
	*ret = s;
	return RC_OK;
}

unsigned
server_port(const struct server *s)
{
	return s->port;
}

/* --- housekeeping --------------------------------------------------------- */

static bool
is_slow(const struct conn *k, int64_t now_us)
{
	const struct exchange *x = k->x;
	int64_t age;

	if (x == NULL) {
		return now_us - k->since_us > SERVER_STALE_S * US;
	}
	if (x->running || x->waiting) {
		return false;
	}
	age = now_us - x->first_us;
	return age > GRACE_US && (int64_t)x->sent < age / US * SLOWEST;
}

void
server_tick(struct server *s, int64_t now_us)
{
	(void)pthread_mutex_lock(&s->lock);
	for (struct conn *k = s->first; k != NULL; k = k->next) {
		struct exchange *x = k->x;

		if (x != NULL && x->waiting) {
			if (now_us >= x->a.again_us) {
				x->waiting = false;
				MHD_resume_connection(k->c);
			}
		} else if (!k->gone && is_slow(k, now_us)) {
			/* the library sees the end of it and tidies up */
			k->gone = true;
			(void)shutdown(k->fd, SHUT_RDWR);
		}
	}
	(void)pthread_mutex_unlock(&s->lock);
}

/* Those that wait for something newer than what it just became. */
static void
resume_all(struct server *s)
{
	(void)pthread_mutex_lock(&s->lock);
	s->wakes++;
	for (struct conn *k = s->first; k != NULL; k = k->next) {
		if (k->x != NULL && k->x->waiting) {
			k->x->waiting = false;
			MHD_resume_connection(k->c);
		}
	}
	(void)pthread_mutex_unlock(&s->lock);
}

void
server_wake(struct server *s)
{
	resume_all(s);
}

void
server_quiesce(struct server *s)
{
	int fd = MHD_quiesce_daemon(s->daemon);

	if (fd >= 0) {
		(void)close(fd);
	}
}

size_t
server_busy(struct server *s)
{
	return atomic_load(&s->busy);
}

void
server_close(struct server *s)
{
	if (s == NULL) {
		return;
	}
	if (s->daemon != NULL) {
		/* a connection that waits must be resumed before the end */
		atomic_store(&s->closing, true);
		resume_all(s);
		MHD_stop_daemon(s->daemon);
	}
	if (s->fd >= 0) {
		(void)close(s->fd);
	}
	if (s->unlink_path[0] != '\0') {
		(void)unlink(s->unlink_path);
	}
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}
