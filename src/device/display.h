/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_DISPLAY_H
#define DEVICE_DISPLAY_H

/**
 * display - what a customer's display of two rows shows: UTF-8, 20 cells a row.
 * Behind a tab stands what goes to the right edge, an amount: it is never cut.
 * What is before it, or all there is, gives way in its middle when it is
 * longer: sizes and kinds stand at the end of a name.  Nothing scrolls: a row
 * that moves takes the amount with it.  What a display has no sign for is
 * spelled plainer, as on paper.
 */
#define DISPLAY_ROWS 2
#define DISPLAY_CELLS 20
#define DISPLAY_ROW_BYTES 96

struct display_frame {
	char row[DISPLAY_ROWS][DISPLAY_ROW_BYTES];
};

#endif
