/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_GLASS_H
#define SIM_GLASS_H

#include <stdint.h>

#include "base/sbuf.h"
#include "device/display.h"

/**
 * glass - the front of a customer's display of two rows of twenty cells, as
 * characters; what protocol filled them is the device's.
 */
struct glass {
	int32_t cell[DISPLAY_ROWS][DISPLAY_CELLS]; /* 0 is a blank */
	uint8_t x, y;
};

void glass_clear(struct glass *g);
/** glass_put(g, cp): at the cursor, which moves on: to the next row at the end
 * of the first, to the first cell at the end of the last. */
void glass_put(struct glass *g, int32_t cp);
/** glass_char(page, byte): what a display with that code page ("CP437") shows
 * for a byte; '?' where the page has nothing. */
int32_t glass_char(const char *page, uint8_t byte);
/** Both as struct sim_device's show() and picture(). */
void glass_show(const struct glass *g, struct sbuf *out);
void glass_picture(const struct glass *g,
	void (*row)(void *arg, const uint8_t *dot, size_t n), void *arg);
/** glass_row(g, y, out, cap): one row as UTF-8, without blanks at its end. */
void glass_row(const struct glass *g, unsigned y, char *out, size_t cap);

#endif
