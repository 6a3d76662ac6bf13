/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SERVER_INTERNAL_H
#define HUB_SERVER_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "hub/server.h"

/**
 * What the files of hub/server share.  A connection is known from the moment
 * it is there, an exchange is one request and its answer on it.  The list of
 * connections and what housekeeping reads of them are guarded by server.lock;
 * an exchange is its thread's, but while it waits (suspended), when it is the
 * list's.
 */
#define SERVER_PATH_BYTES 112 /* of a unix socket, with its NUL */

struct exchange;

struct conn {
	struct conn *prev, *next;
	struct MHD_Connection *c;
	int fd;
	int64_t since_us; /* connected, or its last answer was given */
	/* NULL between two requests */
	struct exchange *x;
	bool gone; /* was told to go */
};

struct exchange {
	struct server *s;
	struct conn *conn;
	struct request q;
	struct answer a;
	const struct route *route; /* NULL: none, a is a problem already */
	char *body;
	size_t n, cap;
	size_t budget; /* of the server's, as long as it lives */
	uint64_t sent; /* all that came, kept or not */
	int64_t first_us; /* when its first line was there */
	bool refused;  /* what comes is not kept: a says why */
	bool running;  /* a thread works on it */
	bool waiting;  /* suspended */
	uint64_t wakes; /* server's before the handler looked */
	char path[512], query[512];
};

struct server {
	struct hub *hub;
	struct MHD_Daemon *daemon;
	int fd; /* listens */
	char unlink_path[SERVER_PATH_BYTES];
	unsigned port;
	unsigned n_connection;
	bool metrics;
	_Atomic size_t bodies;
	_Atomic size_t busy;
	_Atomic bool closing; /* nobody waits any more */
	pthread_mutex_t lock;
	struct conn *first;
	uint64_t wakes; /* server_wake() so far */
};

/* server_exchange.c: libmicrohttpd's callbacks; cls is the server. */
enum MHD_Result server_access(void *cls, struct MHD_Connection *c,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *n_upload, void **req);
void server_completed(void *cls, struct MHD_Connection *c, void **req,
	enum MHD_RequestTerminationCode why);
void server_connected(void *cls, struct MHD_Connection *c, void **context,
	enum MHD_ConnectionNotificationCode what);
void *server_begun(void *cls, const char *uri, struct MHD_Connection *c);

/* server_listen.c */
MUST_CHECK enum rc server_listen(
	const char *listen, struct server *s, struct err *reterr);

#endif
