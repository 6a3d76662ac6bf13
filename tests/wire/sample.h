/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_WIRE_SAMPLE_H
#define TESTS_WIRE_SAMPLE_H

#include "base/arena.h"
#include "core/event.h"
#include "wire/event.h"

/**
 * sample - events for the wire tests: one of every type with a value of its
 * own in every member, and random ones over all tables.  The key is made of
 * the bytes 0..31 and signs nothing but tests.
 */
void sample_key(uint8_t ret_pub[SIGN_PUB_BYTES], uint8_t ret_sec[SIGN_SEC_BYTES]);

/** sample_event(type, sequence, ret): prev is zeros; the caller chains. */
void sample_event(enum event_type type, uint64_t sequence, struct event *ret);

/** sample_sale(n_line, a, sequence, ret): a sale of n lines that balances. */
void sample_sale(
	size_t n_line, struct arena *a, uint64_t sequence, struct event *ret);

/** Small generator, so that a seed tells the whole run. */
struct dice {
	uint64_t state;
};
uint64_t dice_next(struct dice *d);
uint64_t dice_below(struct dice *d, uint64_t n);

/** sample_random(d, a, ret): a random type with random members; a sale
 * balances. */
void sample_random(struct dice *d, struct arena *a, struct event *ret);
void sample_random_data(struct dice *d, struct arena *a,
	const struct wire_table *t, void *data);

/** sample_same(t, a, b): the same members, lists included; an optional text
 * that is NULL equals an empty one. */
bool sample_same(const struct wire_table *t, const void *a, const void *b);
bool sample_same_event(const struct event *a, const struct event *b);

#endif
