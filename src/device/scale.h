/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_SCALE_H
#define DEVICE_SCALE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/**
 * scale - what scales say, whatever their protocol.  Grams are whole; a scale
 * that weighs in pounds is rounded half up to the gram, and says so.
 *
 * A weight may enter a sale only with SCALE_STABLE and no other flag than
 * SCALE_NET, above 0, and read behind ask(): scale_sells().
 */
enum {
	SCALE_STABLE = 1u,
	SCALE_NET = 2u,	    /* a tare of the scale's own is taken off */
	SCALE_ZERO = 4u,    /* at the center of zero */
	SCALE_MOTION = 8u,
	SCALE_OVER = 16u,   /* beyond its capacity */
	SCALE_UNDER = 32u,  /* below zero */
	SCALE_BELOW = 64u,  /* under its least load */
	SCALE_FAULT = 128u, /* defective, or not set to zero: text of the event
			     * says what to do */
	SCALE_PRICED = 256u /* price and amount are the scale's own */
};

struct scale_reading {
	unsigned flags;
	int64_t grams; /* net */
	int64_t tare;  /* grams, when the scale says */
	int64_t price;	/* minor units per kg, SCALE_PRICED */
	int64_t amount; /* minor units, SCALE_PRICED */
	struct mono read;
};

/** What is weighed; scales that show a price need it. */
struct scale_ask {
	int64_t price; /* minor units per kg, 0 none */
	int64_t tare;  /* grams, 0 none */
	char text[14]; /* "" none; ASCII */
};

enum scale_command { SCALE_SET_ZERO, SCALE_SET_TARE, SCALE_CLEAR_TARE };

/** scale_sells(r): as above. */
bool scale_sells(const struct scale_reading *r);

#endif
