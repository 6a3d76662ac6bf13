/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_PAPER_H
#define DEVICE_PAPER_H

#include "core/receipt.h"
#include "device/printer.h"

/**
 * paper - rows, symbols and pictures to the bytes of one printer: what is
 * common is here, each language adds how its printers are told.  Text never
 * reaches a printer as a command: bytes below 0x20 and 0x7F cannot come out of
 * the code-page mapper, and the data of symbols is checked sign by sign.
 *
 * A row takes as many columns as its text has terminal cells.  A sign the
 * printer lacks is spelled plainer ("EUR" for the euro sign, "e" for e-acute)
 * when the row's longest gap can give the columns this needs, else by the
 * first letter of that, else by '?', twice for a wide sign.  Marks that stand
 * alone are dropped.
 */
enum {
	PAPER_BOLD = 1u,
	PAPER_WIDE = 2u,
	PAPER_TALL = 4u,
	PAPER_RED = 8u, /* white on black, or bold, where there is no red */
	PAPER_CENTER = 16u
};

enum paper_symbol {
	PAPER_UPC_A,
	PAPER_UPC_E,
	PAPER_EAN13,
	PAPER_EAN8,
	PAPER_CODE39,
	PAPER_ITF,
	PAPER_CODE128,
	PAPER_QR
};

/* A picture of two colors: rows of (w + 7) / 8 bytes, bit 7 leftmost, 1 black.
 */
struct paper_image {
	unsigned w, h;
	const uint8_t *bit;
};

struct paper;

/** What differs from one printer's language to another's.  put fns use
 * paper_put(). */
struct paper_language {
	void (*begin)(struct paper *p);
	void (*page)(struct paper *p, uint8_t n);
	/* switch these on, or off again; center comes before the first sign */
	void (*style)(struct paper *p, unsigned flags, bool on);
	/* the symbol and its end of line; ${dots}: room, 0 not known.  False,
	 * and nothing: this printer cannot, or it is too wide */
	bool (*symbol)(struct paper *p, enum paper_symbol kind,
		const char *data, size_t n);
	bool (*image)(struct paper *p, const struct paper_image *i);
	void (*buzz)(struct paper *p);
	/* feed and cut */
	void (*end)(struct paper *p);
	/* the drawer on connector pin 2 (0) or 5 (1), by itself */
	size_t (*pulse)(const struct printer_profile *f, unsigned pin,
		uint8_t out[16]);
};

/* A job that is being built.  ${p} is the caller's. */
struct paper {
	uint8_t *p;
	size_t cap, len;
	bool over;
	const struct paper_language *language;
	struct printer_profile profile;
	uint8_t page; /* selected now */
	bool printed; /* there is a row: it ends with a cut */
};

void paper_begin(struct paper *p, uint8_t *out, size_t cap,
	const struct paper_language *language,
	const struct printer_profile *profile);
/** paper_text(p, flags, text): one row. */
void paper_text(struct paper *p, unsigned flags, const char *text);
/** paper_row(p, style, text): a receipt_fn.  A ROW_CODE becomes CODE128, CODE39
 * or a QR code, what the printer has and the paper is wide enough for, else
 * centered text. */
void paper_row(void *paper, enum row_style style, const char *text);
/** paper_code(p, kind, data): a symbol in a row of its own, with its text.
 * False, and nothing is put: no data of this symbol, a check digit that is
 * wrong, too wide for the paper, or not this printer's. */
bool paper_code(struct paper *p, enum paper_symbol kind, const char *data);
/** paper_picture(p, i): centered.  False: too wide, or not this printer's. */
bool paper_picture(struct paper *p, const struct paper_image *i);
void paper_buzz(struct paper *p);
/** paper_end(p): feed and cut when there was a row; RC_RANGE when the job did
 * not fit: begin again with more room. */
MUST_CHECK enum rc paper_end(struct paper *p);

/** For the languages. */
void paper_put(struct paper *p, const void *bytes, size_t n);
void paper_put1(struct paper *p, uint8_t a);
void paper_put3(struct paper *p, uint8_t a, uint8_t b, uint8_t c);
/** Width in dots of a symbol with quiet zones at a module of ${w} dots; 0: it
 * is not told by its data (QR). */
size_t paper_code_dots(enum paper_symbol kind, size_t n, size_t w);

extern const struct paper_language paper_escpos;
extern const struct paper_language paper_star_line;
extern const struct paper_language paper_star_prnt;

/** pbm_read(p, n, ret, room, cap, reterr): a picture of netpbm's P4 or P1 into
 * ${room}, which *ret borrows.
 * Errors   RC_PROTO it is none; RC_RANGE it is larger than cap. */
MUST_CHECK enum rc pbm_read(const uint8_t *p, size_t n,
	struct paper_image *ret, uint8_t *room, size_t cap,
	struct err *reterr);

#endif
