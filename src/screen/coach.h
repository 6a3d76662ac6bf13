/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_COACH_H
#define SCREEN_COACH_H

#include <stdbool.h>

#include "base/sbuf.h"
#include "register/engine.h"

/**
 * coach - the steps of a first lesson in training: says what to press, sees by
 * the engine's view that it was done, and goes on.  Any other key does what it
 * always does; the lesson waits.  Pure.
 */
struct coach {
	bool on;
	unsigned step; /* from 0; past the last one: done */
	/* the register before the last input */
	struct {
		size_t n_line;
		enum engine_state state;
		uint64_t n_parked, next_sale;
	} was;
};

/** coach_follow(c, v): after every input, and once before the first: training
 * that begins starts the lesson, its end ends it.  True: a step was done. */
bool coach_follow(struct coach *c, const struct engine_view *v);
/** coach_words(c, out): what to do now, "" when there is no lesson. */
void coach_words(const struct coach *c, struct sbuf *out);

#endif
