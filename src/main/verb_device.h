/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_VERB_DEVICE_H
#define MAIN_VERB_DEVICE_H

#include "device/host.h"
#include "main/args.h"
#include "register/config.h"

/**
 * verb_device - `holdfast device`, in parts: verb_device.c lists, here is what
 * talks to a device.  Each returns the exit status.
 */
struct device_verb {
	const struct args *a;
	const struct config *c;
	const char *seconds; /* --for, NULL */
	const char *text;    /* --text of a display, NULL */
	const char *baud, *frame, *flow, *driver; /* of a probe, NULL */
	bool yes, hex;
};

/** device_page(d, out, cap, ret_n, reterr): of a printer, what tells whether its
 * profile is right, in its own language: columns, signs, styles, symbols, cut.
 */
MUST_CHECK enum rc device_page(const struct config_device *d, uint8_t *out,
	size_t cap, size_t *ret_n, struct err *reterr);

int device_test(const struct device_verb *v, const char *name);
/** ${name} NULL: all of them. */
int device_watch(const struct device_verb *v, const char *name);
int device_probe(const struct device_verb *v, const char *port);

/** device_seconds(v, fallback, ret): false: --for is no number, and was said. */
bool device_seconds(const struct device_verb *v, int64_t fallback, int64_t *ret);

#endif
