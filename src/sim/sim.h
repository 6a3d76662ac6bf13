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
#define SIM_SAY_BYTES 640
struct sim_out {
	uint8_t byte[SIM_OUT_BYTES];
	size_t n_byte;
	/* for who watches: what was understood, what is answered; lines with
	 * '\n' between.  The first word of a line names what happened ("job",
	 * "ask", "show", "weigh", "opened"), for a scenario waits for it. */
	char say[SIM_SAY_BYTES];
	struct mono deadline; /* call step again then; us < 0: never */
};

/** sim_begin(out): empty.  sim_put(out, p, n): false, and nothing, when it
 * does not fit.  sim_say(): one line more; what does not fit is cut.
 * sim_by(out, when): be stepped by then, or earlier. */
void sim_begin(struct sim_out *out);
bool sim_put(struct sim_out *out, const void *p, size_t n);
void sim_say(struct sim_out *out, const char *fmt, ...) PRINTF(2, 3);
void sim_by(struct sim_out *out, struct mono when);

struct sim_opt {
	const char *key, *value;
};

/** Words of a line, for tell() and options: sim_word(&line) takes the first
 * one off (of ${word}, at most cap - 1 bytes; longer ones are cut); false:
 * there is none left.  sim_is(line, word): it begins with that word; *ret_rest
 * is what is behind it, without blanks before. */
MUST_CHECK bool sim_word(const char **line, char *word, size_t cap);
MUST_CHECK bool sim_is(
	const char *line, const char *word, const char **ret_rest);
/** sim_number(text, min, max, ret, reterr): the whole of ${text}.  RC_INVAL in
 * words. */
MUST_CHECK enum rc sim_number(const char *text, int64_t min, int64_t max,
	int64_t *ret, struct err *reterr);
/** sim_unknown(d, what, reterr): RC_INVAL, with what the device can be told. */
struct sim_device;
enum rc sim_unknown(
	const struct sim_device *d, const char *what, struct err *reterr);
/** sim_no_option(d, key, reterr): RC_INVAL. */
enum rc sim_no_option(
	const struct sim_device *d, const char *key, struct err *reterr);

struct sim_device {
	const char *name; /* of the driver it answers */
	const char *summary;
	/* tell()'s, a line each: "paper out|ok"; none of sim/player.h, which
	 * does not hand those on */
	const char *commands;
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
	/** picture(state, ...): the same as rows of gray dots, 0 black, each
	 * as wide as the first; NULL it has none.  ${row} is called top down.
	 * Twice in a row it gives the same. */
	void (*picture)(const void *state,
		void (*row)(void *arg, const uint8_t *dot, size_t n),
		void *arg);
};

extern const struct sim_device *const sim_devices[];
extern const size_t sim_n_devices;
const struct sim_device *sim_device_find(const char *name);

#endif
