/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_DISPLAY_H
#define DEVICE_DISPLAY_H

/**
 * display - what a customer's display of two rows shows: UTF-8, at most 20
 * cells a row, longer ones are cut.  What a display has no sign for is spelled
 * plainer, as on paper.  Behind a tab stands what goes to the right edge, an
 * amount: it is never cut, what is before it gives way in its middle.
 */
#define DISPLAY_ROWS 2
#define DISPLAY_CELLS 20
#define DISPLAY_ROW_BYTES 96

struct display_frame {
	char row[DISPLAY_ROWS][DISPLAY_ROW_BYTES];
};

#endif
