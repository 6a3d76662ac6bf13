/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_RING_ANSWER_H
#define MAIN_RING_ANSWER_H

#include "base/sbuf.h"
#include "register/till.h"

/** ring_answer(out, t, p): the line that holdfast-ring(1) prints for ${p}, with
 * its newline: the basket as it is now and what there is to tell, or a
 * refusal. */
void ring_answer(
	struct sbuf *out, const struct till *t, const struct reply *p);

#endif
