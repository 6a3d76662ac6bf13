/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_FIND_H
#define STORE_FIND_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/item.h"
#include "store/catalog.h"

/**
 * find - products by words of their names, out of an index that the import
 * wrote into the catalog's generation.
 *
 * A query is words, in any order; a product matches when every one of them
 * does.  A word matches when a word of the name begins with it, case, accents
 * and width folded; sizes and numbers are words, "500ml" is 500 and ml, "1,5"
 * is 1.5.  Where words are not set apart (Han, Kana, Thai, Lao, Khmer, Burmese)
 * the name holds each pair of neighboring characters; one character finds,
 * too.  A word joined by an apostrophe, a hyphen, an ampersand or a period is
 * found by its parts and by the whole.  A word of three or more ASCII letters
 * and digits with a digit among them matches also the beginning or the end of
 * a code (leading zeros do not count at the beginning; of a code with fewer
 * than three characters behind them the whole).  "d12" is no word but the
 * department 12, when any product has it.
 *
 * Order, best first: products whose name has every word, or whose code one is,
 * before those that have some only in a part of the code; then, the name's
 * first word (or the code) begins with the first word of the query; then,
 * every word is the whole of a word or code, not only its beginning; then
 * shorter names, in characters; then names in the order of their folded bytes;
 * then codes.  A department has no part in it.
 *
 * Any bytes are a query: invalid UTF-8 and what is neither letter nor digit
 * separate words.  A word counts up to FIND_TERM_BYTES folded bytes; the first
 * FIND_BYTES bytes and FIND_TERMS words (a pair is one) count, what is behind
 * them is not looked at.  A query without a word matches nothing.
 */
#define FIND_BYTES 512u
#define FIND_TERMS 16u
#define FIND_TERM_BYTES 48u

struct find;

/** find_open(c, ret, reterr): ready to search ${c}, which must outlive it, with
 * what feeds laid over it, as it is at each run: new and other names are found
 * at once, and counted.  Some 8 bits of memory a product, and 400 bytes for
 * each that lies over.  RC_NOTFOUND the catalog is of an older
 * build and has no index: it sells, and must be imported again to be
 * searched; RC_CORRUPT, RC_NOMEM. */
MUST_CHECK enum rc find_open(
	struct catalog *c, struct find **ret, struct err *reterr);
void find_close(struct find *f);

/** find_run(f, query, len, ret_n, reterr): *ret_n products match; they are
 * remembered until the next run.  Reads the index, milliseconds.  RC_CORRUPT
 * the index fails a check (import again): nothing matches then. */
MUST_CHECK enum rc find_run(struct find *f, const char *query, size_t len,
	uint64_t *ret_n, struct err *reterr);

/** find_page(f, at, ret, cap, ret_n, reterr): of the last run's matches, in
 * order, those from number ${at} (0 the best) on, at most cap, copied out.
 * RC_CORRUPT. */
MUST_CHECK enum rc find_page(struct find *f, uint64_t at, struct item ret[],
	size_t cap, size_t *ret_n, struct err *reterr);

#endif
