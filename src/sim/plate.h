/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_PLATE_H
#define SIM_PLATE_H

#include "sim/sim.h"

/**
 * plate - the mechanics of a scale that is not there: what lies on it, how
 * long it swings, its zero and tare; what it says of that is the device's.
 */
#define PLATE_COMMANDS                                                         \
	"weight GRAMS [SWING-MS]\nmove\nstill\nover\nunder\nfault\nwell"

struct plate {
	int64_t load;     /* grams on it */
	int64_t zero;     /* of these taken as nothing */
	int64_t tare;     /* of its own, 0 none */
	int64_t capacity; /* grams */
	int64_t swing_us;
	struct mono still; /* it swings until then */
	bool moves, over, under, fault;
	bool pounds;
};

/** plate_open(p, d, opt, n, reterr): of a device's open(): "unit", "capacity",
 * "swing". */
MUST_CHECK enum rc plate_open(struct plate *p, const struct sim_device *d,
	const struct sim_opt opt[], size_t n, struct err *reterr);
/** plate_tell(p, d, now, line, out, reterr): PLATE_COMMANDS. */
MUST_CHECK enum rc plate_tell(struct plate *p, const struct sim_device *d,
	struct mono now, const char *line, struct sim_out *out,
	struct err *reterr);

/** Whether it swings; whether more lies on it than it bears; net grams. */
bool plate_moves(const struct plate *p, struct mono now);
bool plate_over(const struct plate *p);
bool plate_under(const struct plate *p);
int64_t plate_grams(const struct plate *p);
/** plate_zero(p), plate_tare(p), plate_clear(p): what its keys do. */
void plate_zero(struct plate *p);
void plate_tare(struct plate *p);
void plate_clear(struct plate *p);
void plate_show(const struct plate *p, struct sbuf *out);
/** plate_digits(p, pounds, decimals): its net weight in that unit, as a whole
 * number of its last digit. */
int64_t plate_digits(const struct plate *p, bool pounds, unsigned decimals);

#endif
