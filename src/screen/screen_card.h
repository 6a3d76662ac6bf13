/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_SCREEN_CARD_H
#define SCREEN_SCREEN_CARD_H

#include "screen/app_internal.h"

/**
 * screen_card - a payment at a card terminal, as engine and till have it
 * (register/card.h): one box while the terminal works, one for the signature,
 * one for a payment whose outcome nobody knows.  screen_card.c opens and answers
 * them, screen_card_draw.c shows them.
 */
void card_draw_asked(struct app *a, void *state);
void card_draw_sign(struct app *a, void *state);
void card_draw_open(struct app *a, void *state);
void card_speak_asked(const struct app *a, const void *state, struct sbuf *out);
void card_speak_sign(const struct app *a, const void *state, struct sbuf *out);
void card_speak_open(const struct app *a, const void *state, struct sbuf *out);
/** card_what(op): title of the box: "CARD PAYMENT". */
const char *card_what(enum pinpad_op op);
/** terminal_put(a, said, out): rows of the page. */
void terminal_put(const struct app *a, const struct pinpad_result *said,
	struct sbuf *out);
/** card_stops(a): CL can still be asked for. */
bool card_stops(const struct app *a);
/** card_goes_back(a): what it is about is money to the customer. */
bool card_goes_back(const struct app *a);

#endif
