/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_PRINTER_H
#define SIM_PRINTER_H

#include "device/printer.h"
#include "sim/sheet.h"
#include "sim/sim_devices.h"

/**
 * printer - what the simulated printers share: paper, cover, cutter, drawer,
 * power, and the commands that change them.
 */
#define PRINTER_BUFFER 4096u

struct sim_printer {
	struct printer_profile profile;
	struct sheet sheet;
	bool paper, low, cover_open, jammed, on, mute;
	int out_after; /* lines until the paper ends; -1 it does not */
	bool drawer_open, sensor_low, sensor;
	unsigned pulses[2];
	unsigned jobs, unknown;

	uint8_t page; /* number of the code page in use */
	unsigned flags; /* SHEET_* */

	/* what was received and is not printed yet */
	uint8_t buffer[PRINTER_BUFFER];
	size_t n_buffer;
	size_t lost;
	bool xonxoff, off_sent;
};

/** sim_printer_open(s, d, driver, opt, n, reterr): options are the driver's,
 * and sensor = high|low|none, xonxoff = yes|no. */
MUST_CHECK enum rc sim_printer_open(struct sim_printer *s,
	const struct sim_device *d, const struct sim_opt opt[], size_t n,
	struct err *reterr);
/** sim_printer_tell(s, line, ret_known, out): true when the state changed. */
bool sim_printer_tell(struct sim_printer *s, const char *line, bool *ret_known,
	struct sim_out *out);
bool sim_printer_works(const struct sim_printer *s);
/** sim_printer_contact(s): level of the drawer's contact; high without one. */
bool sim_printer_contact(const struct sim_printer *s);
void sim_printer_pulse(
	struct sim_printer *s, unsigned pin, struct sim_out *out);
/** sim_printer_sign(s, byte): a sign of the page in use. */
void sim_printer_sign(struct sim_printer *s, uint8_t byte);
/** sim_printer_line(s, out): the line ends; the paper may with it. */
void sim_printer_line(struct sim_printer *s, struct sim_out *out);
void sim_printer_cut(struct sim_printer *s, struct sim_out *out);
/** sim_printer_keep(s, byte, out): into the buffer; XOFF where it has it. */
void sim_printer_keep(
	struct sim_printer *s, uint8_t byte, struct sim_out *out);
/** One command or sign at ${p}: its bytes, 0 when it is not whole yet. */
typedef size_t (*sim_printer_one_fn)(
	void *state, const uint8_t *p, size_t n, struct sim_out *out);
/** sim_printer_work(s, one, state, out): what is in the buffer, as long as the
 * printer works. */
void sim_printer_work(struct sim_printer *s, sim_printer_one_fn one,
	void *state, struct sim_out *out);
/** sim_printer_unknown(s, p, n, out): bytes that are no command it has. */
void sim_printer_unknown(struct sim_printer *s, const uint8_t *p, size_t n,
	struct sim_out *out);

#define SIM_PRINTER_COMMANDS                                                   \
	"paper out|low|ok\npaper out LINES\ncover open|shut\ncutter "         \
	"jam|ok\ndrawer open|shut\npower off|on\nsilent\nanswer\nnew roll"

#endif
