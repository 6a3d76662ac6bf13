/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_PLAYER_H
#define SIM_PLAYER_H

#include "sim/scenario.h"
#include "sim/sim.h"

/**
 * player - a simulated device behind a line that may be bad, and the scenario
 * that makes it so.  Bytes and time in, bytes with their times out; it reads
 * and writes nothing itself.
 *
 * What it does to the line, by the commands of holdfast-scenario(5), is the
 * same for every device: unplug, plug, mute, deaf, delay, slow, noise,
 * garbage, double, spoil, lose, cut, calm.  Any other command goes to the
 * device's tell().  An answer is what one step of the device gives.
 */
#define PLAYER_BYTES 32768
#define PLAYER_PIECES 256

/* Bytes that leave together, or one by one. */
struct player_piece {
	struct mono due;
	int64_t gap_us; /* from one byte to the next; 0 all at once */
	size_t n;
	bool cut; /* the cable is pulled behind them */
};

/** ${line}: what the device said, what was done to its line. */
typedef void (*player_say_fn)(void *arg, const char *line);

struct player {
	const struct sim_device *device;
	void *state;
	player_say_fn say;
	void *arg;
	struct scenario scenario;
	struct mono wake; /* of the device */
	struct mono pull; /* the cable is pulled then; us < 0 no */
	bool in;	  /* the cable is */
	bool there;	  /* somebody is at the other end */
	bool plugged;	  /* what the device was told last */
	bool mute, deaf;
	int64_t delay_us, slow_us;
	int64_t noise, cut; /* noise: bytes before each; cut: < 0 no */
	unsigned garbage, twice, spoil, lose; /* answers */
	uint32_t seed;
	uint8_t byte[PLAYER_BYTES]; /* a ring */
	size_t at, n_byte;
	struct player_piece piece[PLAYER_PIECES];
	size_t first, n_piece;
	size_t n_overrun;
	struct sim_out out;
};

/** player_init(p, d, state, opt, n, say, arg, reterr): ${state} is zeroed
 * memory of d->state_size bytes that stays the caller's.
 * Errors   those of the device's open(). */
MUST_CHECK enum rc player_init(struct player *p, const struct sim_device *d,
	void *state, const struct sim_opt opt[], size_t n, player_say_fn say,
	void *arg, struct err *reterr);
/** player_start(p, now): the cable is in; p->scenario begins. */
void player_start(struct player *p, struct mono now);
/** player_line(p, now, there): somebody opened the line, or let go of it. */
void player_line(struct player *p, struct mono now, bool there);
/** player_feed(p, now, in, n): bytes that came over the line. */
void player_feed(
	struct player *p, struct mono now, const uint8_t *in, size_t n);
/** player_run(p, now): what is due. */
void player_run(struct player *p, struct mono now);
/** player_take(p, now, out, cap): bytes that are on the line by now. */
size_t player_take(
	struct player *p, struct mono now, uint8_t *out, size_t cap);
/** player_in(p): the cable is in; else the line is to be cut. */
bool player_in(const struct player *p);
/** player_deadline(p): call player_run() and player_take() then; us < 0
 * never. */
struct mono player_deadline(const struct player *p);
/** player_tell(p, now, line, reterr): a command, of the line or of the device.
 * RC_INVAL in words. */
MUST_CHECK enum rc player_tell(struct player *p, struct mono now,
	const char *line, struct err *reterr);
/** player_commands(): those of the line, a line each. */
const char *player_commands(void);

#endif
