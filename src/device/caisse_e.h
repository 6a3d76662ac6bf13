/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_CAISSE_E_H
#define DEVICE_CAISSE_E_H

#include "device/caisse_talk.h"

/**
 * caisse_e - messages of Caisse-AP E and E+ (the second generation): columns.
 *
 *     request  register 2, amount 8, answer "0", mode "1" (card), type 1,
 *              currency 3, private 10, "A010" (answer at the end), "B01x"
 *     answer   register 2, result 1, amount 8, mode 1, currency 3, private 10
 *
 * The long answer has a card report of 55 characters behind the mode, with the
 * card's number: it is never asked for, and skipped where it comes all the
 * same.  There is no message for the last payment (PINPAD_LAST is unknown, for
 * a person to decide), none for a reservation, and none that stops a payment.
 */
#define CAISSE_E_ASK_CHARS 34
#define CAISSE_E_SHORT_CHARS 25
#define CAISSE_E_LONG_CHARS 80

struct caisse_e_opt {
	unsigned reg; /* 1 to 99 */
	bool online;  /* B011: ask the bank for each payment */
};

extern const struct caisse_codec caisse_e_codec; /* opt: caisse_e_opt */

#endif
