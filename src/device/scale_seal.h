/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_SCALE_SEAL_H
#define DEVICE_SCALE_SEAL_H

#include <stdbool.h>
#include <stdint.h>

/**
 * scale_seal - how a register shows a scale of dialog 06 that it is the one
 * that was certified.  Checksum and polynomial are secrets of who certified
 * it; none is in this program, and no vector of theirs is public: what is done
 * with them follows the published description alone.
 */
#define SCALE_SEAL_BYTES 4 /* checksum, polynomial: two bytes each */
#define SCALE_SEAL_TEXT 9  /* two times four hex digits, with a NUL */

struct scale_seal {
	uint16_t checksum, polynomial; /* x^16 is not written */
};

void scale_seal_set(
	struct scale_seal *s, const uint8_t secret[SCALE_SEAL_BYTES]);
/** scale_seal(s, z, out): the answer to two hex digits of the scale: the
 * checksum turned left by the first, its remainder turned right by the second.
 * False: they are no hex digits. */
bool scale_seal(const struct scale_seal *s, const uint8_t z[2],
	char out[SCALE_SEAL_TEXT]);

#endif
