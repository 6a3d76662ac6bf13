/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_SYMBOL_H
#define REGISTER_SYMBOL_H

#include "core/barcode.h"
#include "core/gs1.h"
#include "register/config.h"

/**
 * symbol - what a scan is: the code to look up, and what else stood in it.
 * AIM identifiers (ISO/IEC 15424) settle what digits alone leave open: an EAN-8
 * from a UPC-E, and where a magazine's number ends.
 */
enum symbol_kind {
	SYMBOL_CODE, /* a code and nothing more; cut, when it is too long */
	SYMBOL_GS1,  /* gs1 is filled; code may be "": it names no goods */
	SYMBOL_DAMAGED /* why, an N_(); no part of it may be sold */
};

struct symbol {
	enum symbol_kind kind;
	char code[CODE_BYTES]; /* cleaned */
	bool cut;
	const char *why;
	struct gs1 gs1;
};

/** symbol_read(config, text, len, year, ret): ${text} as scanners send it, or
 * keyed in brackets; ${year}: today's, for the century of its dates. */
enum symbol_kind symbol_read(const struct config *config, const char *text,
	size_t len, int year, struct symbol *ret);

#endif
