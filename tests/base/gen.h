/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_BASE_GEN_H
#define TESTS_BASE_GEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

/* after those above, whose names it needs */
/* clang-format off */
#include <cmocka.h>

/* clang-format on */

/* splitmix64: the same numbers on every machine. */
struct gen {
	uint64_t state;
};

static inline uint64_t
gen_next(struct gen *g)
{
	uint64_t z = (g->state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* 0..n-1 */
static inline uint64_t
gen_below(struct gen *g, uint64_t n)
{
	return gen_next(g) % n;
}

#endif
