/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCREEN_READER_H
#define SCREEN_READER_H

#include "core/basket.h"
#include "register/engine.h"
#include "screen/tape.h"

/**
 * reader - the screen for somebody who hears or feels it: a transcript, the
 * newest line at the bottom, each complete and with its news in front.  What a
 * screen says comes from its speak(), else from its widgets' tape, else from
 * the cells it draws; only lines it did not say before are added.  The
 * selling screens are told from what changed in the sale.
 *
 * Nothing changes on the screen but by a key, a scan or something that must be
 * told: a clock that ticks would take the word from the speaker.
 */
#define READER_LINES 64
#define READER_BYTES 320

struct app;
struct screen_ops;

struct reader {
	size_t n; /* lines told so far; the last READER_LINES are kept */
	char line[READER_LINES][READER_BYTES];
	struct utc at[READER_LINES]; /* when it was told */
	bool begun, stirred;
	/* the screen that spoke last, and what it said */
	const struct screen_ops *ops;
	size_t depth;
	char heard[TAPE_BYTES];
	/* the sale as it was told */
	enum engine_state state;
	bool change;
	uint8_t sale[UUID_BYTES];
	size_t n_line;
	uint32_t last_no, selected_no;
	struct money total, due;
	/* the rows that stand still */
	char status[256], right[192], trouble[208];
	struct tape tape;
};

/** reader_tell(a, text): one line of the transcript, in every layout; nothing
 * for "". */
void reader_tell(struct app *a, const char *text);
/** reader_tell_message(a): the message as it stands. */
void reader_tell_message(struct app *a);
/** reader_draw(a): listen to the top screen, then draw the transcript. */
void reader_draw(struct app *a);
/** reader_draw_tail(a): wide: what the keypad does and what was done last, in
 * the free right part of the rows at the bottom. */
void reader_draw_tail(struct app *a);
/** reader_draw_total(a): what is due, in the row above the message. */
void reader_draw_total(struct app *a);

#endif
