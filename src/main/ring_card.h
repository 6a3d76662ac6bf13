/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_RING_CARD_H
#define MAIN_RING_CARD_H

#include "register/till.h"

/**
 * ring_card - an entry that asks a card terminal is answered when the terminal
 * has: what the till did by itself meanwhile is the answer.
 */
struct ring_card {
	struct till *till;
	bool has;    /* something came, since ring_card_begin() */
	bool looked; /* the terminal was asked for its last payment */
	struct reply reply;
};

/** ring_card_start(c, t): hears of all inputs from here on; waits for what a
 * start finds of payments, and c->reply.text says what came of it. */
void ring_card_start(struct ring_card *c, struct till *t);
void ring_card_begin(struct ring_card *c);
/** ring_card_wait(c, reply): until no terminal is asked any more; where one fell
 * silent, until it was asked once for its last payment, or for some seconds.
 * *reply becomes what came of it. */
void ring_card_wait(struct ring_card *c, struct reply *reply);

/** ring_idle(t): till_idle(); milliseconds until more is due. */
int ring_idle(struct till *t);

#endif
