/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_TRANSPORT_H
#define DEVICE_TRANSPORT_H

#include "device/device.h"

/**
 * transport - bytes to and from a device by its address; never blocks.
 *
 *   file:PATH          a FIFO is written, a character device written and,
 *                      where it can answer, read (a terminal line is made
 *                      raw), a regular file appended and made when missing
 *                      (but not below /dev)
 *   serial:PATH        a serial port by libserialport, also by a name of
 *                      /dev/serial/by-id, with the line's settings
 *   tcp:HOST:PORT      a client; [::1] for an IPv6 address; of a name with
 *                      several addresses each is tried
 *   unix:PATH          a client of a stream socket
 *
 * A terminal line or printer is locked (flock) while it is open: two programs
 * that talk to one device break both conversations.
 */
struct transport;

/** transport_check(uri, reterr): whether this version knows such an address;
 * opens nothing.  RC_INVAL in words. */
MUST_CHECK enum rc transport_check(const char *uri, struct err *reterr);

/**
 * transport_open(uri, line, ret, reterr):
 * What takes time (a name, a connection) goes on in transport_ready().
 * Errors   as transport_check(); RC_DOWN not there or not permitted; RC_NOMEM.
 */
MUST_CHECK enum rc transport_open(const char *uri,
	const struct device_line *line, struct transport **ret,
	struct err *reterr);
/** transport_there(uri, reterr): RC_DOWN, in words: transport_open() would make
 * a file, which a device that must be read is not; RC_OK else. */
MUST_CHECK enum rc transport_there(const char *uri, struct err *reterr);
/** transport_close(t): what a serial line still holds goes out first, as long as
 * it moves: a line that sends nothing for 150 ms loses it.
 * transport_drop(t): at once, and what it holds is lost: the device failed. */
void transport_close(struct transport *t);
void transport_drop(struct transport *t);
/** transport_ready(t): RC_OK open; RC_AGAIN not yet: look again after 50 ms,
 * or when transport_fd() can be written; RC_DOWN it failed, in words. */
MUST_CHECK enum rc transport_ready(struct transport *t, struct err *reterr);
/** transport_fd(t): -1 there is none yet. */
/** transport_skip(t): what was begun takes too long: try the next address.
 * RC_DOWN there is none, in words. */
MUST_CHECK enum rc transport_skip(struct transport *t, struct err *reterr);
int transport_fd(const struct transport *t);
/** transport_asks(t): a name server is asked, which gives up by itself. */
bool transport_asks(const struct transport *t);
bool transport_write_only(const struct transport *t);
/** RC_AGAIN would block, RC_DOWN gone, in words.  ${urgent}: past a device that
 * says it is busy. */
MUST_CHECK enum rc transport_write(struct transport *t, const uint8_t *p,
	size_t n, bool urgent, size_t *ret_n, struct err *reterr);
MUST_CHECK enum rc transport_read(struct transport *t, uint8_t *p, size_t cap,
	size_t *ret_n, struct err *reterr);
/** transport_held(t): the last write stopped for a line that no descriptor
 * tells of (FLOW_DTRDSR): look again after 20 ms. */
bool transport_held(const struct transport *t);
/** transport_lines(t): LINE_*; 0 where there are none. */
unsigned transport_lines(struct transport *t);

#endif
