/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h wants the others before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "sample.h"
#include "wire/chain.h"

#include "base/poison.h"

#define N 8
#define LINE_BYTES 4096

/* Eight lines of one register: 5 is a restore that opens epoch 2. */
struct lines {
	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];
	char text[N + 1][LINE_BYTES];
	size_t len[N + 1];
	char memory[64 * LINE_BYTES];
};

static void
make(struct lines *l, size_t at, struct event *e, uint8_t hash[HASH_BYTES])
{
	struct sbuf b;

	memcpy(e->prev, hash, HASH_BYTES);
	sbuf_init(&b, l->text[at], LINE_BYTES);
	assert_int_equal(wire_encode(e, l->sec, &b, hash, NULL), RC_OK);
	l->len[at] = b.len;
}

static int
set_up(void **state)
{
	struct lines *l = calloc(1, sizeof(*l));
	uint8_t hash[HASH_BYTES] = {0};
	struct event e;
	size_t i;

	assert_non_null(l);
	assert_int_equal(crypto_init(), RC_OK);
	sample_key(l->pub, l->sec);
	for (i = 1; i <= N; i++) {
		sample_event(i == 1   ? EVENT_REGISTER_INITIALIZED
			     : i == 5 ? EVENT_REGISTER_RESTORED
				      : EVENT_SALE_COMPLETED,
			i, &e);
		e.epoch = i >= 5 ? 2 : 1;
		make(l, i, &e, hash);
	}
	*state = l;
	return 0;
}

static int
tear_down(void **state)
{
	free(*state);
	return 0;
}

static enum rc
add(struct lines *l, struct chain *c, const char *line, size_t len)
{
	struct chain before = *c;
	struct arena a;
	struct event e;
	struct err err = {0};
	enum rc rc;

	arena_init(&a, l->memory, sizeof(l->memory));
	assert_int_equal(wire_decode(line, len, &a, &e, NULL), RC_OK);
	rc = chain_add(c, line, len, &e, &err);
	if (rc != RC_OK) {
		assert_int_equal(rc, RC_CORRUPT);
		assert_memory_equal(&before, c, sizeof(before));
		assert_non_null(strstr(err.msg, "event "));
	}
	return rc;
}

/* Adds lines in the given order; returns the place of the first refusal, or
 * n when all are taken. */
static size_t
first_bad(struct lines *l, const uint8_t *pub, const size_t order[], size_t n)
{
	struct chain c;
	size_t i;

	chain_init(&c, pub);
	for (i = 0; i < n; i++) {
		if (add(l, &c, l->text[order[i]], l->len[order[i]]) != RC_OK) {
			return i;
		}
	}
	return n;
}

static void
order_is_checked(void **state)
{
	struct lines *l = *state;

	static const struct {
		size_t order[N];
		size_t n;
		size_t bad;
	} row[] = {
		{{1, 2, 3, 4, 5, 6, 7, 8}, 8, 8},
		{{3, 4, 5, 6}, 4, 4},          /* an export from 3 */
		{{1, 2, 3, 4, 5, 6, 7}, 7, 7}, /* last removed: not seen */
		{{1, 2, 4, 5}, 4, 2},          /* one removed */
		{{2, 3, 4, 6}, 4, 3}, {{1, 3, 2, 4}, 4, 1}, /* swapped */
		{{1, 2, 2, 3}, 4, 2},                       /* doubled */
		{{1, 2, 3, 4, 1, 2}, 6, 4},                 /* played again */
		{{8, 1}, 2, 1},
		{{1, 2, 3, 4, 6, 7}, 6, 4}, /* new epoch, no restore */
	};

	size_t i;

	for (i = 0; i < ARRAY_LEN(row); i++) {
		assert_int_equal(first_bad(l, l->pub, row[i].order, row[i].n),
			row[i].bad);
		assert_int_equal(
			first_bad(l, NULL, row[i].order, row[i].n), row[i].bad);
	}
}

/* A line made in place of number ${at}, behind the true one before it. */
static enum rc
fork_at(struct lines *l, size_t at, void (*change)(struct event *e),
	const uint8_t *pub)
{
	struct chain c;
	struct event e;
	uint8_t hash[HASH_BYTES] = {0};
	size_t i;

	chain_init(&c, pub);
	for (i = 1; i < at; i++) {
		assert_int_equal(add(l, &c, l->text[i], l->len[i]), RC_OK);
	}
	memcpy(hash, c.hash, sizeof(hash));
	sample_event(EVENT_SALE_COMPLETED, at, &e);
	e.epoch = c.epoch != 0 ? c.epoch : 1;
	memcpy(e.prev, hash, sizeof(hash));
	change(&e);
	memcpy(hash, e.prev, sizeof(hash));
	make(l, 0, &e, hash);
	return add(l, &c, l->text[0], l->len[0]);
}

static void
nothing(struct event *e)
{
	(void)e;
}

static void
other_register(struct event *e)
{
	e->reg[15] ^= 1;
}

static void
other_prev(struct event *e)
{
	e->prev[31] ^= 1;
}

static void
epoch_up(struct event *e)
{
	e->epoch++;
}

static void
epoch_down(struct event *e)
{
	e->epoch--;
}

static void
restore_in_epoch(struct event *e)
{
	uint32_t epoch = e->epoch;
	uint8_t prev[HASH_BYTES];

	memcpy(prev, e->prev, sizeof(prev));
	sample_event(EVENT_REGISTER_RESTORED, e->sequence, e);
	memcpy(e->prev, prev, sizeof(prev));
	e->epoch = epoch;
}

static void
restore_two_up(struct event *e)
{
	restore_in_epoch(e);
	e->epoch += 2;
}

static void
forks_and_links_are_checked(void **state)
{
	struct lines *l = *state;

	assert_int_equal(fork_at(l, 7, nothing, l->pub), RC_OK);
	assert_int_equal(fork_at(l, 7, other_register, l->pub), RC_CORRUPT);
	assert_int_equal(fork_at(l, 7, other_prev, l->pub), RC_CORRUPT);
	assert_int_equal(fork_at(l, 7, epoch_up, l->pub), RC_CORRUPT);
	assert_int_equal(fork_at(l, 7, epoch_down, l->pub), RC_CORRUPT);
	assert_int_equal(fork_at(l, 7, restore_in_epoch, l->pub), RC_CORRUPT);
	assert_int_equal(fork_at(l, 7, restore_two_up, l->pub), RC_OK);
	assert_int_equal(fork_at(l, 1, nothing, l->pub), RC_OK);
	assert_int_equal(fork_at(l, 1, other_prev, l->pub), RC_CORRUPT);
}

/* The line behind a fork names the true line, not the forged one. */
static void
line_behind_a_fork_is_refused(void **state)
{
	struct lines *l = *state;
	struct chain c;
	size_t i;

	assert_int_equal(fork_at(l, 3, nothing, l->pub), RC_OK);
	chain_init(&c, l->pub);
	for (i = 1; i < 3; i++) {
		assert_int_equal(add(l, &c, l->text[i], l->len[i]), RC_OK);
	}
	l->text[0][strstr(l->text[0], "Drinks") - l->text[0]] = 'd';
	c.pub = NULL;
	assert_int_equal(add(l, &c, l->text[0], l->len[0]), RC_OK);
	assert_int_equal(add(l, &c, l->text[4], l->len[4]), RC_CORRUPT);
}

/* Lines 1 to 4 by one machine, from the restore in line 5 on by another. */
static void
another_key_goes_on_where_it_says_so(void **state)
{
	static const uint8_t seed[SIGN_SEED_BYTES] = {42};
	static char memory[1 << 16], line[1 << 14];
	uint8_t pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
	uint8_t old_pub[SIGN_PUB_BYTES], old_sec[SIGN_SEC_BYTES];
	uint8_t hash[HASH_BYTES];
	char hex[2 * SIGN_PUB_BYTES + 1];
	struct keys_past past = {.n = 1};
	struct lines *l = *state;

	sample_key(old_pub, old_sec);
	crypto_sign_key(seed, pub, sec);
	hex_encode(hex, pub, SIGN_PUB_BYTES);
	past.key[0].upto = 4;
	memcpy(past.key[0].pub, old_pub, SIGN_PUB_BYTES);
	for (int turn = 0; turn < 4; turn++) {
		struct chain c;
		struct arena a;
		struct event e;
		struct sbuf b;

		chain_past(&c, pub, &past);
		for (size_t i = 1; i <= 4; i++) {
			assert_int_equal(
				add(l, &c, l->text[i], l->len[i]), RC_OK);
		}
		arena_init(&a, memory, sizeof(memory));
		assert_int_equal(
			wire_decode(l->text[5], l->len[5], &a, &e, NULL),
			RC_OK);
		assert_int_equal(e.type, EVENT_REGISTER_RESTORED);
		/* 0 as it must be; 1 by the old key; 2 naming none, by the
		 * old; 3 naming another than this register has */
		e.data.restored.public_key = turn == 2 ? NULL : hex;
		hex[0] ^= turn == 3 ? 1 : 0;
		sbuf_init(&b, line, sizeof(line));
		assert_int_equal(
			wire_encode(&e, turn == 1 || turn == 2 ? old_sec : sec,
				&b, hash, NULL),
			RC_OK);
		hex[0] ^= turn == 3 ? 1 : 0;
		assert_int_equal(
			add(l, &c, b.p, b.len), turn == 0 ? RC_OK : RC_CORRUPT);
		if (turn != 0) {
			continue;
		}
		/* what the old machine says from here on is nothing */
		e.type = EVENT_REGISTER_RECOVERED;
		memset(&e.data, 0, sizeof(e.data));
		e.data.recovered.tail = "clean";
		e.sequence++;
		memcpy(e.prev, hash, HASH_BYTES);
		assert_int_equal(
			wire_encode(&e, old_sec, &b, hash, NULL), RC_OK);
		assert_int_equal(add(l, &c, b.p, b.len), RC_CORRUPT);
		assert_int_equal(wire_encode(&e, sec, &b, hash, NULL), RC_OK);
		assert_int_equal(add(l, &c, b.p, b.len), RC_OK);
	}
}

static void
signatures_are_checked(void **state)
{
	struct lines *l = *state;
	static const size_t all[N] = {1, 2, 3, 4, 5, 6, 7, 8};
	uint8_t other[SIGN_PUB_BYTES];
	char *sig = strstr(l->text[N], "\"sig\":\"") + 7;
	char was = *sig;

	memcpy(other, l->pub, sizeof(other));
	other[3] ^= 1;
	assert_int_equal(first_bad(l, other, all, N), 0);
	*sig = was == 'A' ? 'B' : 'A';
	assert_int_equal(first_bad(l, l->pub, all, N), N - 1);
	assert_int_equal(first_bad(l, NULL, all, N), N);
	*sig = was;
	assert_int_equal(first_bad(l, l->pub, all, N), N);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_checked),
		cmocka_unit_test(forks_and_links_are_checked),
		cmocka_unit_test(line_behind_a_fork_is_refused),
		cmocka_unit_test(another_key_goes_on_where_it_says_so),
		cmocka_unit_test(signatures_are_checked),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
