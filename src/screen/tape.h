/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_TAPE_H
#define SCREEN_TAPE_H

#include "base/sbuf.h"

/**
 * tape - what widgets say in words, for somebody who hears or feels the screen.
 * A grid that has a tape gets a line for each thing a cashier would look at:
 * what a box says, its choices, the selected row, the field that is asked for.
 * So every screen made of widgets can be read without code of its own.
 */
#define TAPE_BYTES 16384

struct tape {
	struct sbuf text; /* lines, each ended by a newline */
	struct sbuf facts; /* labels and values of a panel, in one line */
	char bytes[TAPE_BYTES], fact_bytes[512];
};

void tape_begin(struct tape *t);
/** tape_line(t, text): nothing when ${t} is NULL or the text is empty.  What
 * does not fit is left away as a whole. */
void tape_line(struct tape *t, const char *text);
/** tape_fact(t, label, value): the same, for the line of facts. */
void tape_fact(struct tape *t, const char *label, const char *value);
/** tape_end(t): the line of facts goes to the others. */
void tape_end(struct tape *t);

#endif
