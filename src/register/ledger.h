/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_LEDGER_H
#define REGISTER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "register/config_ledger.h"

/**
 * ledger - bookings as text for a program of plain-text accounting: hledger
 * 1.25, ledger 3.3, beancount 2.3.  Knows their grammars and nothing of what is
 * booked.
 *
 * Bookings come in order of their dates.  Each account is declared ahead of the
 * first booking that has it.  What an account must hold behind a booking is
 * said in it; beancount asks at the beginning of a day, so there it is said on
 * the day after, and only of the last booking of a date.
 */
enum ledger_format { LEDGER_HLEDGER, LEDGER_LEDGER, LEDGER_BEANCOUNT };

/** ledger_format_find(name, ret): "hledger", "ledger", "beancount". */
bool ledger_format_find(const char *name, enum ledger_format *ret);

#define LEDGER_NAME_BYTES (LEDGER_ACCOUNT_BYTES + LEDGER_CODE_BYTES)
#define LEDGER_POSTS 192
#define LEDGER_NOTES 16
#define LEDGER_TEXT_BYTES 320
#define LEDGER_NOTE_BYTES 80

struct ledger_post {
	char account[LEDGER_NAME_BYTES];
	char type;	/* as hledger has them, "ALERXC"; 0 by its name */
	int64_t amount; /* minor units; all of a booking sum to 0 */
	bool holds;	/* it then has ${balance} */
	int64_t balance;
	char rate[16]; /* of a tax, in words; "" none */
};

struct ledger_note {
	const char *key; /* lower-case letters, at least two */
	char value[LEDGER_NOTE_BYTES]; /* neither quote nor comma */
};

struct ledger_booking {
	int32_t date; /* as in register/days.h */
	char code[LEDGER_NAME_BYTES];
	char text[LEDGER_TEXT_BYTES]; /* any; what a grammar cannot have goes */
	size_t n_note;
	struct ledger_note note[LEDGER_NOTES];
	size_t n_post;
	struct ledger_post post[LEDGER_POSTS];
};

/** What is written to; zeroed but for the first members. */
struct ledger {
	FILE *out;
	enum ledger_format format;
	const char *currency; /* borrowed */
	unsigned digits;
	bool silent; /* keeps the books, and writes nothing */

	char (*account)[LEDGER_NAME_BYTES]; /* declared */
	size_t n_account;
	size_t n_due;
	int32_t due_date;
	struct ledger_post due[4]; /* said on the day behind due_date */
};

/** ledger_head(l, title): what stands once, ahead of all bookings. */
void ledger_head(struct ledger *l, const char *title);
/** ledger_put(l, b, reterr): one booking.
 * Errors   RC_INVAL an account has no name that this program takes, in words;
 *          RC_NOMEM.  Whether the file took it is told by ferror(). */
MUST_CHECK enum rc ledger_put(
	struct ledger *l, const struct ledger_booking *b, struct err *reterr);
/** ledger_comment(l, text): a line between two bookings. */
void ledger_comment(struct ledger *l, const char *text);
/** ledger_end(l): what was still to be said; frees what it kept. */
void ledger_end(struct ledger *l);

/** ledger_post(b, account, type, amount): one more, NULL there is no room. */
struct ledger_post *ledger_post(struct ledger_booking *b, const char *account,
	char type, int64_t amount);
/** ledger_note(b, key, fmt, ...): one more, if there is room. */
void ledger_note(struct ledger_booking *b, const char *key, const char *fmt,
	...) PRINTF(3, 4);

#endif
