/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_REGISTER_ENGINE_RIG_H
#define TESTS_REGISTER_ENGINE_RIG_H

#include "register/engine_internal.h"
#include "wire/event.h"

/**
 * engine_rig - an engine with a shop in memory around it: a few items, parked
 * sales, the last receipt and the totals, each kept as the line wire/ made of
 * the event, so that everything the engine hands out is also proved to be a
 * line that can be written and read.
 */
#define RIG_PARKED 16
#define RIG_HELD 24
#define RIG_SALES 256

struct rig_doc {
	bool used;
	uint64_t number;
	char *line;
	size_t len;
};

struct rig {
	struct config config;
	struct config ruled; /* whose rules they are */
	struct engine *e;
	struct clock_fake clock;
	struct rng_seeded seeded;
	uint8_t secret[SIGN_SEC_BYTES];
	uint64_t seq;
	struct rig_doc parked[RIG_PARKED];
	struct rig_doc sale; /* the last one */
	struct rig_doc sold[RIG_SALES]; /* the first ones */
	size_t n_sold_doc;
	struct {
		char number[32];
		int64_t line, milli;
	} back[RIG_SALES];
	size_t n_back;
	int64_t copies;
	struct totals totals;
	struct act act;
	struct event last[ACT_EVENTS]; /* strings are gone */
	size_t n_last;
	uint64_t n_act, n_sold;
	/* what a store would know of card payments */
	struct store_terminal terminal;
	struct store_payment held[RIG_HELD];
	size_t n_held;
	struct card_order order; /* the last one that asked something */
	bool fail; /* the next act is not recorded */
	char *line;
	void *arena_memory;
	struct arena arena;
	struct event port_event;
	char said[160];
};

void rig_open(struct rig *r);
void rig_close(struct rig *r);
/** Rules as holdfast.conf has them; before rig_engine(). */
void rig_rules(struct rig *r, const char *text);
/** Some of every kind. */
extern const char rig_all_rules[];
/** A new engine with the rig's configuration. */
void rig_engine(struct rig *r);
/** One input to its end; what came of it as text, see rig.said. */
const char *rig_input(struct rig *r, const char *text);

/** A card terminal behind the tender CC, named "ec". */
void rig_terminal(struct rig *r);

/** One input after the other, and what the register says to each; a refusal
 * has words for the cashier. */
struct step {
	const char *in, *want;
};
void rig_play(struct rig *r, const struct step step[], size_t n);
#define PLAY(r, steps) rig_play(r, steps, ARRAY_LEN(steps))
const char *rig_bytes(
	struct rig *r, enum input_kind kind, const char *p, size_t n);

#endif
