/* SPDX-License-Identifier: Apache-2.0 */
/* A serial port by libserialport. */
#include <errno.h>
#include <libserialport.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "device/transport_internal.h"

#include "base/poison.h"

/* With DTR/DSR the device says "stop" at any byte, and Linux does not stop for
 * it: at most this many are under way behind its back. */
#define GATED 32u

struct serial {
	struct sp_port *port;
	bool gated; /* FLOW_DTRDSR */
};

static enum rc
failed(const struct transport *t, enum sp_return sp, const char *what,
	struct err *reterr)
{
	int e = sp == SP_ERR_FAIL ? sp_last_error_code() : 0;

	if (sp == SP_ERR_ARG) {
		return err_set(reterr, RC_DOWN, 0, "transport",
			"%s is no serial port, or cannot be %s: name another, "
			"or write file: for a pseudo-terminal",
			t->path, what);
	}
	return transport_refused(t->path, e, reterr);
}

static enum sp_parity
parity(char c)
{
	switch (c) {
	case 'E':
		return SP_PARITY_EVEN;
	case 'O':
		return SP_PARITY_ODD;
	default:
		return SP_PARITY_NONE;
	}
}

/* RTS/CTS is ours: libserialport 0.1.1 says that it has set it, or taken it off,
 * and has done neither.  And any byte would start again what XOFF stopped, which
 * the status of a printer must not do. */
static bool
set_flow(int fd, enum device_flow f)
{
	struct termios t;

	if (tcgetattr(fd, &t) != 0) {
		return false;
	}
	t.c_iflag &= ~(tcflag_t)IXANY;
	t.c_cflag &= ~(tcflag_t)CRTSCTS;
	t.c_cflag |= f == FLOW_RTSCTS ? (tcflag_t)CRTSCTS : 0;
	/* this says yes when only some of it was done */
	return tcsetattr(fd, TCSANOW, &t) == 0 && tcgetattr(fd, &t) == 0 &&
	       ((t.c_cflag & CRTSCTS) != 0) == (f == FLOW_RTSCTS);
}

static enum rc
set_line(struct transport *t, const struct device_line *l, struct err *reterr)
{
	struct serial *s = t->own;
	enum sp_return sp;

	/* what somebody left there, the library does not take off */
	(void)set_flow(t->fd, FLOW_NONE);
	sp = sp_set_baudrate(s->port, (int)l->baud);
	if (sp == SP_OK) {
		sp = sp_set_bits(s->port, l->bits);
	}
	if (sp == SP_OK) {
		sp = sp_set_parity(s->port, parity(l->parity));
	}
	if (sp == SP_OK) {
		sp = sp_set_stopbits(s->port, l->stop);
	}
	if (sp == SP_OK) {
		sp = sp_set_flowcontrol(s->port,
			l->flow == FLOW_XONXOFF ? SP_FLOWCONTROL_XONXOFF
						: SP_FLOWCONTROL_NONE);
	}
	/* drawers are fed by them, and a display listens only with them */
	if (sp == SP_OK) {
		sp = sp_set_dtr(s->port, SP_DTR_ON);
	}
	if (sp == SP_OK) {
		sp = sp_set_rts(s->port, SP_RTS_ON);
	}
	if (sp == SP_OK && !set_flow(t->fd, l->flow)) {
		sp = SP_ERR_SUPP;
	}
	if (sp != SP_OK) {
		char frame[4];

		device_frame_text(l, frame);
		return err_set(reterr, RC_DOWN,
			sp == SP_ERR_FAIL ? sp_last_error_code() : 0,
			"transport",
			"%s takes no %u baud %s, flow %s: write what the port "
			"can",
			t->path, l->baud, frame, device_flow_name(l->flow));
	}
	return RC_OK;
}

static enum rc
serial_open(
	struct transport *t, const struct device_line *line, struct err *reterr)
{
	struct serial *s = calloc(1, sizeof(*s));
	char real[PATH_MAX];
	enum sp_return sp;
	enum rc rc;

	if (s == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "transport",
			"no memory for a device");
	}
	t->own = s;
	/* the library knows a port by its kernel name alone */
	if (realpath(t->path, real) == NULL) {
		return transport_refused(t->path, errno, reterr);
	}
	sp = sp_get_port_by_name(real, &s->port);
	if (sp != SP_OK) {
		s->port = NULL;
		return failed(t, sp, "found", reterr);
	}
	sp = sp_open(s->port, SP_MODE_READ_WRITE);
	if (sp != SP_OK) {
		sp_free_port(s->port);
		s->port = NULL;
		return failed(t, sp, "opened", reterr);
	}
	s->gated = line->flow == FLOW_DTRDSR;
	if (sp_get_port_handle(s->port, &t->fd) != SP_OK) {
		t->fd = -1;
		return transport_refused(t->path, 0, reterr);
	}
	rc = transport_lock(t, reterr);
	return rc == RC_OK ? set_line(t, line, reterr) : rc;
}

static unsigned
serial_lines(struct transport *t)
{
	const struct serial *s = t->own;
	enum sp_signal on = 0;
	unsigned lines = LINE_KNOWN;

	if (sp_get_signals(s->port, &on) != SP_OK) {
		return 0;
	}
	lines |= (on & SP_SIG_CTS) != 0 ? LINE_CTS : 0u;
	lines |= (on & SP_SIG_DSR) != 0 ? LINE_DSR : 0u;
	lines |= (on & SP_SIG_RI) != 0 ? LINE_RI : 0u;
	lines |= (on & SP_SIG_DCD) != 0 ? LINE_DCD : 0u;
	return lines;
}

static long
outcome(enum sp_return sp)
{
	if (sp >= 0) {
		return sp;
	}
	errno = sp == SP_ERR_FAIL ? sp_last_error_code() : EIO;
	return -1;
}

static long
serial_write(struct transport *t, const uint8_t *p, size_t n, bool urgent)
{
	const struct serial *s = t->own;

	t->held = false;
	if (s->gated && !urgent) {
		unsigned on = serial_lines(t);

		if ((on & LINE_KNOWN) != 0 && (on & LINE_DSR) == 0) {
			t->held = true;
			return 0;
		}
		n = n < GATED ? n : GATED;
		/* behind what the port still holds the device may have said
		 * stop: one piece at a time */
		if (sp_output_waiting(s->port) > 0) {
			t->held = true;
			return 0;
		}
	}
	return outcome(sp_nonblocking_write(s->port, p, n));
}

static long
serial_read(struct transport *t, uint8_t *p, size_t cap)
{
	const struct serial *s = t->own;
	long n = outcome(sp_nonblocking_read(s->port, p, cap));

	if (n == 0) {
		/* the library says 0 for "nothing yet" and for "unplugged" */
		if (sp_input_waiting(s->port) >= 0) {
			errno = EAGAIN;
			n = -1;
		}
	}
	return n;
}

static void
serial_close(struct transport *t)
{
	struct serial *s = t->own;

	if (s != NULL && s->port != NULL) {
		(void)sp_close(s->port);
		sp_free_port(s->port);
	}
	free(s);
	t->own = NULL;
	t->fd = -1; /* it was the library's */
}

const struct transport_kind transport_serial = {
	.scheme = "serial:",
	.example = "serial:/dev/serial/by-id/usb-...",
	.open = serial_open,
	.write = serial_write,
	.read = serial_read,
	.lines = serial_lines,
	.close = serial_close,
};
