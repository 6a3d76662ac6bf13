/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCREEN_HAND_H
#define TESTS_SCREEN_HAND_H

/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "fake_till.h"
#include "screen/app.h"

/**
 * A hand at the register: types slowly, scans fast, and looks at the screen
 * after each.
 */
struct hand {
	struct till *till;
	struct app *app;
	struct mono t;
	unsigned keys; /* pressed; a scan's are not */
	char dump[400000];
};

/** begin(shop, rows, cols): a register of its own; end() it. */
struct hand *begin(const char *shop, int rows, int cols);
void end(struct hand *h);

/** look(h): the screen is drawn and painted. */
void look(struct hand *h);
/** pass(h, ms): so much time goes by; then a look. */
void pass(struct hand *h, int64_t ms);
/** rings(h): a stroke of the bell was due. */
bool rings(struct hand *h);
/** stroke(h, code, cp, gap_ms): one event, without a look at the screen. */
void stroke(struct hand *h, enum keys_code code, int32_t cp, int64_t gap_ms);
void press(struct hand *h, enum keys_code code);
void type(struct hand *h, const char *s);
/** enter(h, s): typed, then Enter. */
void enter(struct hand *h, const char *s);
/** burst(h, code): as a scanner types, terminator included; nobody looks in
 * between.  scan(): later than what was before, and a look behind it. */
void burst(struct hand *h, const char *code);
void scan(struct hand *h, const char *code);
/** sell_seven(h): seven lines of several kinds are rung. */
void sell_seven(struct hand *h);

/** dump(h): the screen, the cursor and where the roles are; h's. */
const char *dump(struct hand *h);
bool shows(struct hand *h, const char *text);
const struct engine_view *view(struct hand *h);
/** check_width(g): every row is exactly as wide as the screen, whatever the
 * names hold. */
void check_width(const struct grid *g);
/** golden(h, name): the dump is golden/NAME.screen, or becomes it with
 * UPDATE_SCREENS.  golden_text(): so is a part of it. */
void golden(struct hand *h, const char *name);
void golden_text(const char *got, const char *name);

#endif
