/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/sbuf.h"

/**
 * sim - devices that are not there: for every driver one that behaves like the
 * real thing, as a pure state machine.  `holdfast-sim` puts it on a
 * pseudo-terminal or a TCP port and plays a scenario; holdfast-sim(1).
 *
 * What all of them can do to the line (delay, silence, noise, unplug, bytes
 * one by one) is done by the player, sim/player.h, and not by each device.
 */
#define SIM_OUT_BYTES 8192
#define SIM_SAY_BYTES 160
struct sim_out {
	uint8_t byte[SIM_OUT_BYTES];
	size_t n_byte;
	/* one line for who watches: what was understood, what is answered */
	char say[SIM_SAY_BYTES];
	struct mono deadline; /* call step again then; us < 0: never */
};

bool sim_put(struct sim_out *out, const void *p, size_t n);
void sim_say(struct sim_out *out, const char *fmt, ...) PRINTF(2, 3);
void sim_by(struct sim_out *out, struct mono when);

struct sim_opt {
	const char *key, *value;
};

struct sim_device {
	const char *name; /* of the driver it answers */
	const char *summary;
	const char *commands; /* tell()'s, a line each: "paper out|ok" */
	size_t state_size;    /* zeroed before open() */
	/** open(state, opt, n, reterr): options of the command line.
	 * RC_INVAL in words. */
	enum rc (*open)(void *state, const struct sim_opt opt[], size_t n,
		struct err *reterr);
	/** plug(state, in): the line was connected, or cut: what a device
	 * forgets then. May be NULL. */
	void (*plug)(void *state, bool in);
	void (*step)(void *state, struct mono now, const uint8_t *in, size_t n,
		struct sim_out *out);
	/** tell(state, now, line, out, reterr): a command of a scenario or of
	 * who sits in front of it: "paper out", "weight 1235", "decline 5".
	 * RC_INVAL in words. */
	enum rc (*tell)(void *state, struct mono now, const char *line,
		struct sim_out *out, struct err *reterr);
	/** show(state, out): what somebody in front of it would see: the paper,
	 * the display's rows, the drawer. */
	void (*show)(const void *state, struct sbuf *out);
	/** picture(state, ...): the same as rows of gray dots, 0 black; NULL
	 * it has none.  ${row} is called top down. */
	void (*picture)(const void *state,
		void (*row)(void *arg, const uint8_t *dot, size_t n),
		void *arg);
};

extern const struct sim_device *const sim_devices[];
extern const size_t sim_n_devices;
const struct sim_device *sim_device_find(const char *name);

#endif
