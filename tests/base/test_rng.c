/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/crypto.h"
#include "base/rng.h"
#include "gen.h"

static void
test_seeded(void **state)
{
	struct rng_seeded sa;
	struct rng_seeded sb;
	struct rng_seeded sc;
	struct rng a = rng_seeded(&sa, 1);
	struct rng b = rng_seeded(&sb, 1);
	struct rng c = rng_seeded(&sc, 2);
	uint8_t x[64] = {0};
	uint8_t y[64];

	(void)state;
	assert_int_equal(crypto_init(), RC_OK);
	for (int i = 0; i < 10; i++) {
		uint8_t before[64];

		memcpy(before, x, sizeof(x));
		rng_fill(&a, x, sizeof(x));
		rng_fill(&b, y, sizeof(y));
		assert_memory_equal(x, y, sizeof(x));
		assert_memory_not_equal(x, before, sizeof(x));
		rng_fill(&c, y, sizeof(y));
		assert_memory_not_equal(x, y, sizeof(x));
	}
	rng_fill(&a, x, 0);
}

static void
test_system(void **state)
{
	struct rng r = rng_system();
	uint8_t x[32] = {0};
	uint8_t y[32] = {0};

	(void)state;
	rng_fill(&r, x, sizeof(x));
	rng_fill(&r, y, sizeof(y));
	assert_memory_not_equal(x, y, sizeof(x));
}

static uint64_t
get_be48(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 6; i++) {
		v = v << 8 | p[i];
	}
	return v;
}

static void
test_uuid(void **state)
{
	struct rng_seeded s;
	struct rng r = rng_seeded(&s, 3);
	uint8_t id[UUID_BYTES];
	uint8_t back[UUID_BYTES];
	char text[UUID_TEXT_BYTES];
	char bad[UUID_TEXT_BYTES];

	(void)state;
	for (int64_t ms = 1; ms < INT64_C(1) << 48; ms *= 3) {
		uuid_v7(&r, (struct utc){ms * 1000 + 999}, id);
		assert_true((int64_t)get_be48(id) == ms);
		assert_int_equal(id[6] >> 4, 7);
		assert_int_equal(id[8] >> 6, 2);
		uuid_format(id, text);
		assert_int_equal(strlen(text), 36);
		assert_int_equal(text[14], '7');
		assert_int_equal(uuid_parse(text, 36, back), RC_OK);
		assert_memory_equal(id, back, UUID_BYTES);
	}
	assert_int_equal(uuid_parse(text, 35, back), RC_PROTO);
	for (size_t i = 0; i < 36; i++) {
		memcpy(bad, text, sizeof(bad));
		bad[i] = 'G';
		assert_int_equal(uuid_parse(bad, 36, back), RC_PROTO);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_seeded),
		cmocka_unit_test(test_system), cmocka_unit_test(test_uuid)};

	return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
