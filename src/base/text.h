/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/rc.h"

/**
 * text - the one cleaner for every text that comes in (scan, CSV, hub, serial
 * line, configuration), and cell arithmetic for every text that goes out.
 * Normal form, case folding and cell width come from utf8proc, so a receipt
 * is the same bytes in every locale.  No locale is read.
 */

/** What text_clean() had to do, as bits. */
#define TEXT_HAD_BAD_UTF8 1u /* invalid bytes became U+FFFD */
#define TEXT_HAD_CONTROL 2u  /* Cc, Cf, Cs, Co, Cn, Zl, Zp taken out */
#define TEXT_WAS_CUT 4u	     /* did not fit out_cap or max_cells */
#define TEXT_HAD_MARKS 8u    /* combining marks without or beyond 4 a base */

/**
 * text_clean(s, len, out, out_cap, max_cells):
 * Clean ${s} into ${out}: valid UTF-8, NFC, no control, format, surrogate,
 * private-use, unassigned or line/paragraph separator characters (TAB, CR and
 * LF are white space), runs of white space one space, none at the ends, at
 * most four combining marks a base and none without a base, at most
 * ${max_cells} terminal cells (0 = no limit), cut only between grapheme
 * clusters.  Cleaning a clean text changes nothing.
 * Output   out    NUL-terminated, at most out_cap - 1 bytes; may be "".
 * Returns  TEXT_* bits.  Never fails.  No allocation seen by the caller.
 */
unsigned text_clean(const char *s, size_t len, char *out, size_t out_cap,
	size_t max_cells);

/** text_next(p, end, ret_cp): decode one code point at *p and advance; an
 * invalid byte yields U+FFFD and advances by one.  False at the end. */
bool text_next(const char **p, const char *end, int32_t *ret_cp);

/** text_encode(cp, out): UTF-8 of cp into out[4], returns the byte count. */
size_t text_encode(int32_t cp, char out[4]);

/** text_cp_cells(cp): 0 for combining and control, 2 for wide, else 1; of a
 * spacing mark (a vowel of Devanagari or Tamil) 1, as terminals have it. */
int text_cp_cells(int32_t cp);

/** text_cells(s, len): terminal cells of UTF-8 text. */
size_t text_cells(const char *s, size_t len);

/** text_fit(s, len, cells, ret_cells): how many bytes of s fit into cells,
 * never splitting a wide character or a base from its marks. */
size_t text_fit(const char *s, size_t len, size_t cells, size_t *ret_cells);

/** text_fit_middle(out, cap, s, cells): shorten from the middle with "..",
 * keeping the end (size, variant).  Result at most cells wide. */
void text_fit_middle(char *out, size_t cap, const char *s, size_t cells);

/** text_is_utf8(s, len): strictly valid UTF-8 without NUL. */
bool text_is_utf8(const char *s, size_t len);

/** text_is_line(s, len): strictly valid UTF-8 without a character below U+0020,
 * which no JSON text holds and which would make two lines of one. */
bool text_is_line(const char *s, size_t len);

/** text_decompose(cp, flags, out): cp without accents and typographic dress
 * (compatibility decomposition, marks taken out): e-acute is "e", the fi
 * ligature "fi", an ellipsis "...".  TEXT_FOLD_CASE folds case, too.
 * Returns  how many code points, 0 for a lone mark. */
#define TEXT_FOLD_CASE 1u
#define TEXT_DECOMPOSE_MAX 18
size_t text_decompose(
	int32_t cp, unsigned flags, int32_t out[TEXT_DECOMPOSE_MAX]);

/** text_plain(cp, out): how the sign is written with plainer ones: a
 * typographic quote is ', the euro sign "EUR", e-acute "e".  What comes out
 * may still be beyond ASCII.  Returns how many; 0: there is no such way. */
size_t text_plain(int32_t cp, int32_t out[TEXT_DECOMPOSE_MAX]);

/** text_class_of(cp): what a character is to a search for words. */
enum text_class {
	TEXT_CLASS_OTHER,  /* blanks, punctuation, symbols */
	TEXT_CLASS_LETTER, /* of a script that sets words apart */
	TEXT_CLASS_PAIR,   /* a letter of one that does not: Han, Kana, Thai,
			    * Lao, Khmer, Burmese and their kin */
	TEXT_CLASS_DIGIT,
	TEXT_CLASS_MARK
};
enum text_class text_class_of(int32_t cp);

/** text_fold(s, len, out, cap): case and accents folded, for searching; cut
 * between code points when it does not fit. */
void text_fold(const char *s, size_t len, char *out, size_t cap);

/** text_is_digits(s): some, and nothing else. */
bool text_is_digits(const char *s);

/** text_upper(c): of ASCII, whatever the locale. */
char text_upper(char c);

#endif
