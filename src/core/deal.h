/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_DEAL_H
#define CORE_DEAL_H

#include "base/arena.h"
#include "core/basket.h"

/**
 * deal - which promotions take which units of a basket.  The files: deal_pool.c
 * what there is to choose from, deal_try.c one application of one promotion,
 * deal_search.c in which order, price_deal.c what it takes off the lines.
 *
 * This is exact, so that another program comes to the same cent:
 *
 * Units.  A line takes part when it is sold by the piece (no unit of its own,
 * the quantity counted, whole and above 0), on file, no deposit, and its price
 * is not by hand.  What is left of its amount behind its own discount is dealt
 * out to its n units in whole minor units: (amount mod n) of them are worth one
 * more than the others.  Units are never listed one by one: a group is those
 * of a line with the same value, and how many there are.
 *
 * Order.  Dearest first: value falling, code ascending byte by byte, quantity
 * of the line falling, amount of the line falling, line number.  (The amount is
 * there so that two lines which differ in anything never stand in the order
 * they were scanned in.)
 *
 * Members.  A unit may be taken by a slot when the slot's picks have its item
 * and the promotion's time and group have its line.
 *
 * An application takes slot.count units for each slot, of those no application
 * has.  The slots are filled in order of how many free member units they have,
 * the fewest first (then as written), each with the dearest that are left.
 * With pairing for the shop, which has one slot, it takes instead the dearest
 * (count - free) and the cheapest (free), from the end of the order.  With
 * "same" it is this among the units of one code: the code with the largest
 * saving, and of equals the first.  It saves, V being the sum of the values:
 *     price     V - value        off       the smaller of value and V
 *     percent   V x ppm, rounded as prices are
 *     cheapest  ppm of the sum of the ${free} smallest values, rounded so
 * and one that saves nothing, or does not find its units, is none.
 *
 * A run takes, as long as there is one, the application with the largest key
 * of all promotions whose limit is not used up, of equals the one earlier in
 * the text; and at once as often as its units are there with the very same
 * values and the limit leaves: the smallest of floor(count left / count used)
 * over its groups.  The key is G1, what it saves, or G2, what it saves a unit.
 *
 * The runs: G1; G2; and, when 2 to 8 promotions have an application at all at
 * the beginning, for each of those in order G1 without it.  The run that saves
 * most is the answer; of equals the first.  (The best of all would take time
 * without bound; a run without the greediest finds what two smaller ones
 * together would save, and a basket where that is not enough is still sold at
 * one price whatever the order of scanning.)
 *
 * What a promotion saves in all is shared out over its lines, by the value of
 * the units that it took of each: price_share_out().
 */

#define DEAL_OUT UINT32_MAX

struct deal_group {
	int64_t value; /* of a unit */
	uint32_t line; /* index in the basket */
	uint32_t count;
};

/* A promotion every slot of which some line is in. */
struct deal {
	const struct promotion *p;
	int rule;
	/* what is taken away elsewhere never makes it save more */
	bool steady;
	int64_t units; /* of one application */
	/* members, a bit a group; with "same" in the order of codes; what a
	 * word before ${from} has is all taken in this run */
	uint64_t *row[PROMOTION_SLOTS];
	uint32_t from[PROMOTION_SLOTS];
	int64_t full;	/* saved with nothing taken */
	int64_t saving; /* the same in this run, now; 0 none */
	uint32_t seen;	/* the step of the run that was true in */
	uint32_t place; /* in the heap; DEAL_OUT */
	int64_t times;	/* applied in this run */
};

/* Some units of a group, taken by the application that is looked at. */
struct deal_use {
	uint32_t group;
	uint32_t count;
};

/* What a run did: so much worth of that line went to that deal. */
struct deal_entry {
	uint32_t deal;
	uint32_t line;
	int64_t weight;
};

struct deal_log {
	struct deal_entry *entry;
	size_t n;
	int64_t *by_deal; /* saved */
	int64_t saved;	  /* all of it */
};

/* A line that some promotion names, and the keys under which. */
struct deal_line {
	uint32_t line;
	uint32_t n_key;
	uint32_t *key;
	uint32_t group[2]; /* its units; the second may be none of its own */
};

struct deal_pool {
	const struct basket *b;
	struct arena a;
	size_t n_line;
	struct deal_line *line;
	/* dearest first */
	size_t n_group, n_word;
	struct deal_group *group;
	/* the same by code, and in that the dearest first; NULL unless some
	 * promotion asks for it */
	uint32_t *by_code, *at_code;
	uint32_t *code_end; /* of a place: where the next code begins */
	size_t n_deal; /* in the order of the text */
	struct deal *deal;
	size_t n_restless; /* those that are not steady */
	uint32_t *restless;
	/* of the run */
	uint32_t *left;
	uint64_t *alive, *alive_code; /* a bit a group with units left */
	uint32_t step;
	uint32_t *heap;
	size_t n_heap;
	bool by_unit; /* G2 */
	/* of the application */
	uint32_t *taken; /* of a group; 0 between two of them */
	struct deal_use *use;
	size_t n_use;
	uint32_t *order, *room; /* to sort in */
	size_t cap_entry;
	struct deal_log log[2];
};

/** deal_bytes(cap): of b->work, for so many lines. */
size_t deal_bytes(size_t cap_line);

/** deal_pool_make(b, p): units and deals of the basket; none is no error.
 * RC_RANGE the amounts together are too large. */
MUST_CHECK enum rc deal_pool_make(
	const struct basket *b, struct deal_pool *p);

/** deal_pool_fill(p): everything is there again. */
void deal_pool_fill(struct deal_pool *p);
/** deal_pool_take(p, group, count): units are gone. */
void deal_pool_take(struct deal_pool *p, uint32_t group, uint32_t count);
/** deal_has(d, slot, p, group) */
bool deal_has(const struct deal *d, size_t slot, const struct deal_pool *p,
	uint32_t group);

/** deal_try(p, d): what one application saves with what is left, 0 when there
 * is none; its units are p->use, and of each group p->taken in all, until
 * deal_drop(). */
int64_t deal_try(struct deal_pool *p, struct deal *d);
void deal_drop(struct deal_pool *p);

/** deal_search(p, ret): the best run, the pool's; NULL when nothing is saved.
 * RC_RANGE it has more parts than there is room for. */
MUST_CHECK enum rc deal_search(struct deal_pool *p, struct deal_log **ret);

#endif
