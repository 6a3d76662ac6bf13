/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CORE_GEN_H
#define TESTS_CORE_GEN_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/**
 * gen - small seeded generator for property tests (xorshift64*).  SEED in the
 * environment repeats a run; the seed is printed either way.
 */
struct gen {
	uint64_t s;
};

static inline struct gen
gen_start(const char *what)
{
	const char *seed = getenv("SEED");
	struct gen g = {seed != NULL ? strtoull(seed, NULL, 0) : 20261121};

	printf("# %s: SEED=%llu\n", what, (unsigned long long)g.s);
	g.s = g.s * 2 + 1;
	return g;
}

static inline uint64_t
gen_next(struct gen *g)
{
	g->s ^= g->s >> 12;
	g->s ^= g->s << 25;
	g->s ^= g->s >> 27;
	return g->s * UINT64_C(2685821657736338717);
}

/* 0..n-1 */
static inline uint64_t
gen_below(struct gen *g, uint64_t n)
{
	return (gen_next(g) >> 11) % n;
}

/* min..max, often one of the ends or near them */
static inline int64_t
gen_range(struct gen *g, int64_t min, int64_t max)
{
	uint64_t span = (uint64_t)max - (uint64_t)min;
	uint64_t near = span < 3 ? span : 3;

	switch (gen_below(g, 8)) {
	case 0:
		return min + (int64_t)gen_below(g, near + 1);
	case 1:
		return max - (int64_t)gen_below(g, near + 1);
	default:
		/* through unsigned: the span may be the whole type */
		return (int64_t)((uint64_t)min +
			(span > UINT64_MAX >> 11 ? gen_next(g) % (span | 1)
						 : gen_below(g, span + 1)));
	}
}

#endif
