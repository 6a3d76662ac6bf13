/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/**
 * scenario - what happens to a device, when: holdfast-scenario(5).  Read whole
 * into memory of its own; it only says which commands are due, the player
 * carries them out.
 */
#define SCENARIO_LINES 128
#define SCENARIO_TEXT 120

enum scenario_kind {
	SCENARIO_DO,	/* text: the command */
	SCENARIO_WAIT,	/* us */
	SCENARIO_UNTIL, /* word was said n times since it is waited for */
	SCENARIO_AGAIN, /* from the first line */
	SCENARIO_AT,	/* us, text */
	SCENARIO_EVERY, /* us, text */
	SCENARIO_ON	/* word, text; n: that time alone, 0 each */
};

struct scenario_line {
	enum scenario_kind kind;
	int64_t us;
	unsigned n;
	unsigned seen;	/* how often word was said */
	unsigned due;	/* commands that wait to be carried out */
	struct mono at; /* us < 0: over */
	char word[SCENARIO_TEXT];
	char text[SCENARIO_TEXT];
};

struct scenario {
	struct scenario_line line[SCENARIO_LINES];
	size_t n_line;
	size_t next; /* of those that are carried out in turn */
	struct mono until;
	bool waiting;
};

/** scenario_time(text, ret, reterr): "500ms", "2s", "1.5s", "3min". RC_INVAL */
MUST_CHECK enum rc scenario_time(
	const char *text, int64_t *ret, struct err *reterr);
/** scenario_parse(s, name, text, len, reterr):
 * Errors   RC_INVAL "name:line: ..." *s is empty then. */
MUST_CHECK enum rc scenario_parse(struct scenario *s, const char *name,
	const char *text, size_t len, struct err *reterr);
/** scenario_start(s, now): its time begins. */
void scenario_start(struct scenario *s, struct mono now);
/** scenario_said(s, line): the device said it. */
void scenario_said(struct scenario *s, const char *line);
/** scenario_due(s, now): the next command that is due, NULL none; each is
 * returned once.  It lives as long as *s. */
const char *scenario_due(struct scenario *s, struct mono now);
/** scenario_deadline(s): us < 0 never. */
struct mono scenario_deadline(const struct scenario *s);

#endif
