/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_FONT_H
#define SIM_FONT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * font - signs of six by twelve dots for pictures of paper and displays:
 * ASCII, Latin-1, what ISO 8859-15 adds, and lines of boxes.  Drawn for this
 * program.  A printer's font A is the same at twice the size.
 *
 * Of the six columns the last is the space between; of the twelve rows three
 * hold accents, seven the sign, two what hangs below.
 */
#define FONT_COLS 6u
#define FONT_ROWS 12u

/** font_dot(cp, col, row): whether it is set.  A sign the font has not is an
 * empty box; a blank or a control has no dots. */
bool font_dot(int32_t cp, unsigned col, unsigned row);

#endif
