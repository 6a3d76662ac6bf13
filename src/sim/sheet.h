/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_SHEET_H
#define SIM_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sbuf.h"

/**
 * sheet - the paper that comes out of a simulated printer: rows of signs with
 * how they are printed, symbols, pictures and cuts.  The newest rows are kept.
 */
#define SHEET_CELLS 96u
#define SHEET_ROWS 700u
#define SHEET_DOT_ROWS 1024u
#define SHEET_DOT_BYTES 104u

enum {
	SHEET_BOLD = 1u,
	SHEET_WIDE = 2u,
	SHEET_TALL = 4u,
	SHEET_RED = 8u,
	SHEET_INVERSE = 16u,
	SHEET_UNDER = 32u
};

enum sheet_kind {
	SHEET_TEXT,
	SHEET_CODE, /* text: "EAN13 4006381333931" */
	SHEET_QR,   /* text: its data */
	SHEET_IMAGE,
	SHEET_CUT
};

struct sheet_row {
	enum sheet_kind kind;
	uint8_t align; /* 0 left, 1 center, 2 right */
	uint8_t n;
	uint16_t sign[SHEET_CELLS];
	uint8_t flags[SHEET_CELLS];
	unsigned dots_at, w, h; /* of a picture, in the ring of dots */
};

struct sheet {
	unsigned cols, dots;
	uint8_t align;
	struct sheet_row row[SHEET_ROWS];
	size_t n_row, first; /* a ring */
	struct sheet_row now; /* the line that is being filled */
	uint8_t dot[SHEET_DOT_ROWS][SHEET_DOT_BYTES];
	size_t n_dot; /* rows ever put */
};

void sheet_init(struct sheet *s, unsigned cols, unsigned dots);
/** sheet_put(s, cp, flags): a sign; a full line ends by itself. */
void sheet_put(struct sheet *s, int32_t cp, unsigned flags);
void sheet_line(struct sheet *s);
void sheet_feed(struct sheet *s, unsigned lines);
/** sheet_code(s, qr, name, data, n): a symbol in a row of its own. */
void sheet_code(struct sheet *s, bool qr, const char *name, const uint8_t *data,
	size_t n);
/** sheet_image(s, w, h, bit): rows of (w + 7) / 8 bytes, 1 black. */
void sheet_image(struct sheet *s, unsigned w, unsigned h, const uint8_t *bit);
void sheet_cut(struct sheet *s);
/** sheet_new(s): another roll: what was printed is gone. */
void sheet_new(struct sheet *s);

void sheet_show(const struct sheet *s, struct sbuf *out);
void sheet_picture(const struct sheet *s,
	void (*row)(void *arg, const uint8_t *dot, size_t n), void *arg);

#endif
