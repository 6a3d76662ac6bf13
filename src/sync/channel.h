/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_CHANNEL_H
#define SYNC_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/sbuf.h"

/**
 * sync/channel - the unix socket at which the register and `holdfast sync` ask
 * the worker: lines of words (base/wordline.h), a client each.  Moves lines;
 * what they mean is the worker's.  Who is slow to read, or writes what is no
 * line, is let go: nobody holds the worker up.
 */
#define CHANNEL_NAME "socket" /* in the store's sync/ */
#define CHANNEL_CLIENTS 8

struct channel;
struct channel_client;

/** channel_fn: a line, without its newline; answers with channel_say(). */
typedef void (*channel_fn)(void *arg, struct channel_client *c,
	const char *line, size_t n);

/** channel_open(l, dir, fn, arg, ret, reterr): makes the socket anew, for the
 * owner and its group.  RC_RANGE the path is longer than a socket's may be;
 * RC_IO. */
MUST_CHECK enum rc channel_open(struct loop *l, const char *dir,
	channel_fn fn, void *arg, struct channel **ret, struct err *reterr);
/** channel_close(c): the socket's name goes, too. */
void channel_close(struct channel *c);

/** channel_say(c, line): whole lines, with their newlines. */
void channel_say(struct channel_client *c, const struct sbuf *line);
/** channel_watch(c): this one hears channel_tell(); channel_watched(): does
 * anybody? */
void channel_watch(struct channel_client *c);
bool channel_watched(const struct channel *c);
void channel_tell(struct channel *c, const struct sbuf *line);
/** channel_serial(c): a number that no other client had or gets: who keeps ${c}
 * to answer later compares it. */
uint64_t channel_serial(const struct channel_client *c);
/** channel_is_owner(c): the client is of the worker's own user, or root. */
bool channel_is_owner(const struct channel_client *c);

#endif
