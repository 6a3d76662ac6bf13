/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_APP_H
#define SCREEN_APP_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "register/desk.h"
#include "register/till.h"
#include "screen/grid.h"
#include "screen/keys.h"
#include "screen/sound.h"

/**
 * app - the register's screens without a terminal: keys in, grid out.  It
 * drives the till and shows what engine_view says; it computes no money beyond
 * the change that would be due for the amount being typed.
 *
 * Nothing typed or scanned is lost: while a box must be answered, scans are
 * held and shown, keys that were typed before the box could be seen wait
 * too, and both are replayed in the order they came.
 *
 * grid.c     cells             keys.c    keys and scans from raw events
 * keymap*.c  key -> action     widgets.c, list.c  pieces of every screen
 * app.c      dispatch, hold and replay    screen_*.c  one screen each
 * term*.c    the only files that know curses
 * screen.c   poll loop over terminal, till and timers
 */
struct app;

/** app_new(t, clock, rows, cols, ret): t and clock are borrowed. RC_NOMEM. */
MUST_CHECK enum rc app_new(struct till *t, const struct clock *clock,
	int rows, int cols, struct app **ret);
void app_free(struct app *a);

/** app_set_keymap(a, m): what keys do from now on; ${m} is the app's then.
 * app_new() has given it the built-in one. */
struct keymap;
void app_set_keymap(struct app *a, struct keymap *m);
/** app_codes(c, code): codes of the shop's tenders, for a keymap; how many. */
size_t app_codes(const struct config *c, char code[CONFIG_TENDERS][4]);
/** app_keymap_says(a, ok, text): something about the keymap file on the message
 * row; a warning unless ${ok}. */
void app_keymap_says(struct app *a, bool ok, const char *text);
/** app_look(a, d): how it looks from now on; d->layout AUTO is PANEL.  At
 * first all of it is as zero is. */
void app_look(struct app *a, const struct config_display *d);

/** app_train(a): training mode, with its lesson; refused, in words on the
 * screen, while a sale is open. */
void app_train(struct app *a);

/** app_resize(a, rows, cols): RC_NOMEM leaves the old size. */
MUST_CHECK enum rc app_resize(struct app *a, int rows, int cols);

/** app_key(a, ev): one raw event.  May record a sale: blocks for its flush. */
void app_key(struct app *a, const struct key_event *ev);

/** app_weight(a, in): the scale's, between inputs, as till_weights() has it. */
void app_weight(struct app *a, const struct input *in);

/** app_tick(a, now): what is due by time; feed every readable key first. */
void app_tick(struct app *a, struct mono now);
/** app_keys_due(a, now): keys wait for a moment that has passed, so what is
 * readable now may have come before it. */
bool app_keys_due(const struct app *a, struct mono now);
/** app_deadline(a, now): when app_tick() and a paint are due next. */
struct mono app_deadline(const struct app *a, struct mono now);

/** app_draw(a): the screen as it stands, borrowed until the next call. */
const struct grid *app_draw(struct app *a);
/** app_painted(a, now): what app_draw() gave has been shown: a box that asks
 * takes keys from now on. */
void app_painted(struct app *a, struct mono now);

/** app_take_bell(a, ret): true once for every stroke of the bell that is due;
 * never where the shop wants no sound. */
bool app_take_bell(struct app *a, struct bell *ret);
/** app_take_repaint(a): true once after Ctrl-L. */
bool app_take_repaint(struct app *a);
/** app_done(a): the operator signed off. */
bool app_done(const struct app *a);

#endif
