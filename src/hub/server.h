/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SERVER_H
#define HUB_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "hub/hub.h"

/**
 * hub/server - HTTP/1.1 over TCP or a unix socket, by libmicrohttpd: a pool of
 * threads that wait in epoll, so that an idle till costs some kilobytes.
 * TLS by itself for a shop; behind nginx a unix socket and no TLS.
 *
 * What it takes of a client: SERVER_IDLE_S of silence; a body at 1 KiB a
 * second or faster once 15 seconds are over; between two requests of one
 * connection SERVER_STALE_S, however often a byte drips in.  Bodies are as long
 * as their route says; all bodies that are being received together
 * SERVER_BODIES bytes, who comes then is told to come again.
 *
 * X-Forwarded-For is believed of a unix socket and of this machine alone.
 */
#define SERVER_IDLE_S 90
#define SERVER_STALE_S 150
#define SERVER_BODIES ((size_t)24 << 20)

struct server_conf {
	/* "unix:PATH", "ADDRESS:PORT", "[ADDRESS]:PORT"; port 0: any */
	const char *listen;
	const char *cert, *key; /* PEM texts, NULL no TLS */
	unsigned n_thread;
	unsigned n_connection; /* at most */
	/* routes for this machine alone are for whoever comes here, and so is
	 * what anybody may ask; nothing else is there */
	bool metrics;
};

/** server_open(h, conf, ret, reterr): listens and answers from here on.
 * RC_INVAL an address that is none; RC_BUSY it is taken; RC_IO. */
MUST_CHECK enum rc server_open(struct hub *h, const struct server_conf *conf,
	struct server **ret, struct err *reterr);

/** server_port(s): the TCP port it has, 0 of a unix socket. */
unsigned server_port(const struct server *s);

/** server_tick(s, now_us): housekeeping, about once a second: slow clients go,
 * who waits long enough runs again. */
void server_tick(struct server *s, int64_t now_us);

/** server_wake(s): all that wait run again; hub_wake() is this. */
void server_wake(struct server *s);

/** server_quiesce(s): takes no new connection.  server_busy(s): requests that
 * are under way.  server_close(s): ends those that still are. */
void server_quiesce(struct server *s);
size_t server_busy(struct server *s);
void server_close(struct server *s);

#endif
