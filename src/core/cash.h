/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CASH_H
#define CORE_CASH_H

#include <stddef.h>
#include <stdint.h>

#include "core/money.h"

/**
 * cash - coins and notes of common currencies: which to give back, and what a
 * customer is likely to hand over.  A currency that is not in the table, or
 * that the shop counts with other decimals, has no pieces: nothing is told
 * then.
 */
#define CASH_PIECES 16
#define CASH_QUICK 4

struct cash_piece {
	struct money value;
	int64_t count;
};

/** cash_pieces(c, amount, ret): the fewest coins and notes that make
 * ${amount}, the largest first.  How many kinds; 0: none, or the amount cannot
 * be made. */
size_t cash_pieces(const struct currency *c, struct money amount,
	struct cash_piece ret[CASH_PIECES]);

/** cash_quick(c, due, ret): amounts that are likely to be handed over,
 * ascending, each once: ${due} itself, then what can be paid with one coin or
 * with notes of one kind.  How many, at least 1. */
size_t cash_quick(const struct currency *c, struct money due,
	struct money ret[CASH_QUICK]);

/** cash_values(c, ret, ret_n_coin): all of them, the smallest first; coins, then
 * notes.  How many; 0 none are known. */
size_t cash_values(const struct currency *c, struct money ret[CASH_PIECES],
	size_t *ret_n_coin);

/** cash_note(c): the smallest note; 0 when not known. */
struct money cash_note(const struct currency *c);

#endif
