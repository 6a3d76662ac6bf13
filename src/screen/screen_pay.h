/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_SCREEN_PAY_H
#define SCREEN_SCREEN_PAY_H

#include "screen/app_internal.h"

/**
 * screen_pay - what the two files of paying share: screen_pay.c understands what
 * is keyed, screen_pay_draw.c shows it.
 */
/** pay_entered(a, ret): the amount being typed.  False: it is none. */
bool pay_entered(const struct app *a, struct money *ret);
/** pay_listed(a): the tender whose number in the list is typed, borrowed; NULL:
 * none. */
const struct config_tender *pay_listed(const struct app *a);
/** pay_draw(a, state): as struct screen_ops wants it. */
void pay_draw(struct app *a, void *state);

#endif
