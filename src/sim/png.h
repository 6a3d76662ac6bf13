/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_PNG_H
#define SIM_PNG_H

#include "sim/sim.h"

/**
 * png_save(d, state, path, reterr):
 * What the device's picture() gives, as a PNG file (ISO/IEC 15948) of four
 * grays, uncompressed: written aside and renamed over, not flushed to the disk.
 * Errors   RC_INVAL the device has no picture, or one without a dot; RC_IO and
 *          its like: the old file is as it was.
 */
MUST_CHECK enum rc png_save(const struct sim_device *d, const void *state,
	const char *path, struct err *reterr);

/** text_save(text, n, path, reterr): a file of text, in the same way. */
MUST_CHECK enum rc text_save(
	const char *text, size_t n, const char *path, struct err *reterr);

#endif
