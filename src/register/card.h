/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CARD_H
#define REGISTER_CARD_H

#include "base/clock.h"
#include "base/rng.h"
#include "core/money.h"
#include "device/pinpad.h"
#include "register/config.h"

/**
 * card - a payment at a card terminal as the engine has it.
 *
 * A tender of kind card, "5000CC" or "CC", is two acts.  The first records
 * EVENT_PAYMENT_STARTED and asks the till for the terminal (act.card): until
 * INPUT_CARD brings its result the engine stands in CARD_ASKED and takes
 * nothing but CL, which asks the terminal to stop.  The second records
 * EVENT_PAYMENT_ENDED and, when it was paid, EVENT_TENDER_TAKEN in one group;
 * only behind that the terminal is told.  A sale that is paid in full then is
 * completed by the till, as if Enter had been keyed, once a signature, where
 * there is one, is confirmed.
 *
 * A payment without an end, after a break or because the terminal fell silent,
 * is CARD_UNKNOWN: no other payment on that terminal, and the terminal is asked
 * for its last one.  What it says decides; when it cannot say, a person with
 * PERMIT_CARD_DECIDE does (KP paid, KX not).  Nothing is ever charged again for
 * it.
 */
enum card_phase {
	CARD_IDLE,
	CARD_ASKED,   /* the terminal works: CL stops it */
	CARD_SIGN,    /* paid: SG the signature is right, SX it is not */
	CARD_UNKNOWN, /* KA ask the terminal again, KP paid, KX not paid */
};

struct engine_card {
	enum card_phase phase;
	enum pinpad_op op;
	uint8_t payment[UUID_BYTES];
	char code[3];  /* tender */
	char name[48];
	char device[CONFIG_DEVICE_NAME_BYTES];
	struct money amount; /* that was asked; below zero: to the customer */
	struct utc since;
	bool stopping; /* CL was keyed */
	bool here;     /* it is about the sale that is open */
	/* CARD_UNKNOWN: what is known on both sides, for who decides */
	char known[160];
	/* CARD_SIGN, and the last one of this sitting */
	struct pinpad_result result;
};

/** What is to be asked once the act is final: act.card. */
enum card_do { CARD_DO_NOTHING, CARD_DO_ASK, CARD_DO_STOP, CARD_DO_STORED };
struct card_order {
	enum card_do what;
	uint8_t payment[UUID_BYTES];
	char device[CONFIG_DEVICE_NAME_BYTES];
	struct pinpad_ask ask;
};

/** INPUT_CARD: what came of it. */
struct card_said {
	uint8_t payment[UUID_BYTES];
	const struct pinpad_result *result;
	const char *slip;     /* the customer's, NULL none came */
	const char *merchant; /* the shop's */
	bool recovered; /* it is the answer to PINPAD_LAST */
	/* no terminal was asked: it is not there, or busy; in words.  The
	 * payment is over, nothing was charged. */
	const char *not_asked;
};

#endif
