/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "device/device.h"

/**
 * line - where a simulated device can be reached: the other end of what
 * device/transport.h opens.  Never blocks.
 */
enum line_kind {
	LINE_PTY,    /* where: a name that becomes a link to the terminal; with
		      * the cable out it leads nowhere */
	LINE_TCP,    /* HOST:PORT; port 0: any that is free */
	LINE_UNIX,   /* a socket of that name */
	LINE_SERIAL, /* a serial port: the register is at the far end */
	LINE_KINDS
};

/** line_kind_name(k): "pty", "tcp", "unix", "serial". */
const char *line_kind_name(enum line_kind k);

struct sim_line;
/** line_open(kind, where, settings, ret, reterr): reachable at once.
 * ${settings} are those of a serial port. RC_INVAL, RC_EXISTS a file of that
 * name is there that is no link or socket, RC_IO, in words. */
MUST_CHECK enum rc line_open(enum line_kind kind, const char *where,
	const struct device_line *settings, struct sim_line **ret,
	struct err *reterr);
/** line_close(l): its name goes, too. */
void line_close(struct sim_line *l);
/** line_address(l): what the register's configuration has as its port. */
const char *line_address(const struct sim_line *l);
/** line_plug(l, in): false: nobody reaches it and who is there is cut off. */
MUST_CHECK enum rc line_plug(struct sim_line *l, bool in, struct err *reterr);
/** line_there(l): somebody is at the other end; always of pty and serial. */
bool line_there(const struct sim_line *l);
/** line_fd(l, ret_events): to be watched; -1 none. */
int line_fd(const struct sim_line *l, short *ret_events);
/** line_accept(l): somebody comes, if he waits.  True: he is there now. */
bool line_accept(struct sim_line *l);
/** line_read(l, p, cap): how many came; 0 none, or who was there has gone:
 * line_there() tells. */
size_t line_read(struct sim_line *l, uint8_t *p, size_t cap);
/** line_write(l, p, n): what is not taken is lost, as on a wire. */
void line_write(struct sim_line *l, const uint8_t *p, size_t n);

#endif
