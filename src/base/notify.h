/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include "base/clock.h"

/**
 * notify - tells the service manager that started this process that it is
 * ready and, as often as it asks for it, that it is still awake.  The protocol
 * of sd_notify(3): one datagram of "NAME=VALUE" to the socket that
 * NOTIFY_SOCKET names.  Where nobody asked, everything here does nothing.
 */
struct notify {
	int fd;		  /* -1: nobody listens */
	int64_t every_us; /* between two signs of life; 0: none is wanted */
	int64_t next_us;  /* monotonic time of the next one */
};

/** notify_open(n): as the environment says; sends nothing.  An error is
 * silence: the manager then does what it does to who says nothing. */
void notify_open(struct notify *n);
/** notify_ready(n): started, from here on it works. */
void notify_ready(struct notify *n);
/** notify_awake(n, now): to be called by each round of a loop; sends at most
 * four times as often as the manager asks. */
void notify_awake(struct notify *n, struct mono now);
/** notify_close(n): it is about to stop. */
void notify_close(struct notify *n);

#endif
