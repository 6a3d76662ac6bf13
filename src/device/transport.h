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
 *   tcp:HOST:PORT      a client; [::1] for an IPv6 address
 *   unix:PATH          a client of a stream socket
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
void transport_close(struct transport *t);
/** transport_ready(t): RC_OK open; RC_AGAIN not yet: look again after 50 ms,
 * or when transport_fd() can be written; RC_DOWN it failed, in words. */
MUST_CHECK enum rc transport_ready(struct transport *t, struct err *reterr);
/** transport_fd(t): -1 there is none yet. */
int transport_fd(const struct transport *t);
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
