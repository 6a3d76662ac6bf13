/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CARD_MATCH_H
#define REGISTER_CARD_MATCH_H

#include <stdint.h>

#include "base/clock.h"
#include "base/sbuf.h"
#include "device/pinpad.h"
#include "store/store.h"

/**
 * card_match - what a terminal's last payment says about one of ours of which
 * nobody knows whether it was charged.  Wrong in one direction only: what is
 * not certain is left to a person.
 */
struct card_intent {
	enum pinpad_op op;
	int64_t amount; /* > 0 */
	uint16_t currency;
	struct utc since; /* when it was asked */
	int32_t tz_min;   /* minutes east, as the terminal's clock shows it */
	const char *last; /* receipt of the terminal's payment before; "" */
	/* what the store has of the terminal; NULL nothing */
	const struct store_terminal *known;
};

enum card_verdict {
	CARD_VERDICT_SILENT, /* the terminal did not answer */
	CARD_VERDICT_PAID,   /* it is ours, and charged */
	CARD_VERDICT_NOT,    /* ours was not charged */
	CARD_VERDICT_OTHER   /* neither follows */
};

/** card_match(i, r): ${r} is a result of PINPAD_LAST. */
enum card_verdict card_match(
	const struct card_intent *i, const struct pinpad_result *r);

#endif
