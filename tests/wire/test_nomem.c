/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a line needs the arena and nothing else: here every allocation of
 * the process fails, or is counted where a sanitizer owns malloc().
 */
/* cmocka.h wants the others before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "wire/chain.h"
#include "wire/event.h"
#include "wire/request.h"

#include "base/poison.h"

static bool armed;
static size_t n_asked;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#	define MALLOC_FAILS false

void __sanitizer_malloc_hook(const volatile void *p, size_t n);

void
__sanitizer_malloc_hook(const volatile void *p, size_t n)
{
	(void)p;
	(void)n;
	n_asked += armed ? 1 : 0;
}
#else
#	define MALLOC_FAILS true

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

static bool
fails(void)
{
	n_asked += armed ? 1 : 0;
	if (armed) {
		errno = ENOMEM;
	}
	return armed;
}

void *
malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}
#endif

static char memory[1 << 16];
static char text[1 << 14];

static void
arm(bool on)
{
	armed = on;
	if (on) {
		n_asked = 0;
	}
}

/* The trap itself works, or the rest proves nothing. */
static void
trap_snaps(void **state)
{
	void *(*volatile take)(size_t) = malloc;
	void *p;

	(void)state;
	arm(true);
	p = take(10);
	arm(false);
	assert_int_equal(n_asked, 1);
	assert_true(!MALLOC_FAILS || p == NULL);
	free(p);
}

static void
lines_are_read_without_malloc(void **state)
{
	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t sec[SIGN_SEC_BYTES];
	uint8_t hash[HASH_BYTES];
	int type;

	(void)state;
	sample_key(pub, sec);
	for (type = 0; type < EVENT_TYPE_COUNT; type++) {
		struct event want;
		struct event got;
		struct arena a;
		struct sbuf b;
		struct chain c;
		enum rc made;
		enum rc read;
		enum rc next;
		enum rc bad;

		sample_event((enum event_type)type, 1, &want);
		sbuf_init(&b, text, sizeof(text));
		arena_init(&a, memory, sizeof(memory));
		chain_init(&c, pub);
		arm(true);
		made = wire_encode(&want, sec, &b, hash, NULL);
		read = wire_decode(b.p, b.len, &a, &got, NULL);
		next = chain_add(&c, b.p, b.len, &got, NULL);
		arm(false);
		assert_int_equal(n_asked, 0);
		assert_int_equal(made, RC_OK);
		assert_int_equal(read, RC_OK);
		assert_int_equal(next, RC_OK);
		assert_true(sample_same_event(&want, &got));
		b.p[b.len / 2] ^= 1;
		arena_reset(&a);
		arm(true);
		bad = wire_decode(b.p, b.len - 1, &a, &got, NULL);
		arm(false);
		assert_int_equal(n_asked, 0);
		assert_int_equal(bad, RC_PROTO);
	}
}

static void
data_is_read_without_malloc(void **state)
{
	const struct wire_table *t = wire_event_table(EVENT_SALE_COMPLETED);
	struct event want;
	struct event_sale got;
	struct arena a;
	struct sbuf b;
	enum rc rc;

	(void)state;
	sample_event(EVENT_SALE_COMPLETED, 1, &want);
	sbuf_init(&b, text, sizeof(text));
	arena_init(&a, memory, sizeof(memory));
	assert_int_equal(wire_data_encode(t, &want.data, &b, NULL), RC_OK);
	arm(true);
	rc = wire_data_decode(t, b.p, b.len, &a, &got, NULL);
	arm(false);
	assert_int_equal(n_asked, 0);
	assert_int_equal(rc, RC_OK);
	assert_true(sample_same(t, &want.data, &got));
}

/* A request goes through json-c, which must say so when it cannot begin. */
static void
requests_say_no_memory(void **state)
{
	struct request want = {.type = EVENT_COPY_PRINTED, .actor = "1"};
	struct request got;
	struct arena a;
	struct sbuf b;
	enum rc rc;

	(void)state;
	sample_event(want.type, 1, &want.event);
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(request_encode(&want, &b, NULL), RC_OK);
	arena_init(&a, memory, sizeof(memory));
	arm(true);
	rc = request_decode(b.p, b.len, &a, &got, NULL);
	arm(false);
	assert_true(n_asked != 0);
	assert_int_equal(rc, MALLOC_FAILS ? RC_NOMEM : RC_OK);
}

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == RC_OK ? 0 : 1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trap_snaps),
		cmocka_unit_test(lines_are_read_without_malloc),
		cmocka_unit_test(data_is_read_without_malloc),
		cmocka_unit_test(requests_say_no_memory),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
