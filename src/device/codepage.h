/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_CODEPAGE_H
#define DEVICE_CODEPAGE_H

#include <stddef.h>
#include <stdint.h>

/**
 * codepage - Unicode to the single bytes of a printer's page.  Nothing that
 * comes out is below 0x20, 0x7F, or a control of the upper half, so a name
 * can never be a command.  One byte is one column.
 */
struct codepage {
	const char *name;
	const uint16_t *high; /* of bytes 0x80..0xFF; 0: none */
};

/** codepage_find(name): "CP437", "CP858", "CP1252", "ISO-8859-15" and what else
 * holdfast-printers(5) lists; NULL for any other.  The tables agree with
 * iconv(3), less what is blank, a control or written from right to left. */
const struct codepage *codepage_find(const char *name);

/** codepage_byte(page, cp): the byte, or -1 when the page has no such sign. */
int codepage_byte(const struct codepage *page, int32_t cp);

/** codepage_plain(cp, out): how the sign is written with plainer ones: a
 * typographic quote is ', the euro sign "EUR", e-acute "e".  What comes out
 * may still be beyond ASCII.  Returns how many; 0: there is no such way. */
#define CODEPAGE_PLAIN_MAX 18
size_t codepage_plain(int32_t cp, int32_t out[CODEPAGE_PLAIN_MAX]);

#endif
