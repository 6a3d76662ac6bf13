/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_TORN_H
#define DEVICE_TORN_H

#include "device/device.h"

/**
 * torn - a job of which nobody knows how much arrived: it may have ended in
 * the middle of a command, which takes what comes next for its parameters.
 * NULs, which no printer prints, fill the longest command of that job, before
 * anything else is sent.
 */
#define TORN_MAX 3072u

struct torn {
	size_t n;     /* NULs; 0: nothing is torn */
	bool mending; /* they are on their way */
};

typedef size_t (*torn_span_fn)(const uint8_t *p, size_t n);

/** torn_longest(span, p, n): bytes of a job's longest command; 0 it has none
 * of more than one byte. */
size_t torn_longest(torn_span_fn span, const uint8_t *p, size_t n);
/** torn_tear(t, n): a command of n bytes at most was cut off. */
void torn_tear(struct torn *t, size_t n);
/** torn_kept(t, kept): a job ended; ${kept}: what waited was not thrown away
 * with it. */
void torn_kept(struct torn *t, bool kept);
/** torn_mend(t, now, out, tail, n): first of all in a step: NULs and the bytes
 * that clear the printer's line. */
void torn_mend(struct torn *t, struct mono now, struct device_out *out,
	const char *tail, size_t n);

#endif
