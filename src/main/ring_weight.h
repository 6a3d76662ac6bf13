/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_RING_WEIGHT_H
#define MAIN_RING_WEIGHT_H

#include "register/engine.h"

/** ring_weight(text, ret): "734", "734 unstable" or "734 net", as a scale would
 * say it; ${ret} has parts of ${text}.  False: it is neither. */
bool ring_weight(const char *text, struct input *ret);

#endif
