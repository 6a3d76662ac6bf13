/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hub/ingest.h"

static struct ingest_line
line(uint32_t epoch, uint64_t sequence, uint8_t prev, uint8_t hash)
{
	struct ingest_line l = {.epoch = epoch, .sequence = sequence};

	memset(l.prev, prev, sizeof(l.prev));
	memset(l.hash, hash, sizeof(l.hash));
	return l;
}

static void
follows_the_chain(void **state)
{
	struct ingest_line l[3] = {
		line(1, 5, 4, 5), line(1, 6, 5, 6), line(2, 7, 6, 7)};
	struct ingest b = {.line = l, .n = 3};
	uint64_t at = 0;

	(void)state;
	assert_true(ingest_chain(&b, &at));
	l[1].sequence = 7;
	assert_false(ingest_chain(&b, &at));
	assert_int_equal(at, 7);
	l[1] = line(1, 6, 9, 6);
	assert_false(ingest_chain(&b, &at));
	assert_int_equal(at, 6);
	l[1] = line(3, 6, 5, 6);
	assert_false(ingest_chain(&b, &at)); /* back to 2 */
	assert_int_equal(at, 7);
	b.n = 1;
	assert_true(ingest_chain(&b, &at));
}

static void
says(struct ingest_line *l, const char *type, const char *data)
{
	memset(l->type, 0, sizeof(l->type));
	memcpy(l->type, type, strlen(type));
	l->data = data;
	l->n_data = strlen(data);
}

static void
knows_where_an_epoch_begins(void **state)
{
	static const char restored[] = "holdfast.register.restored.v1";
	struct ingest_line l = line(9, 43, 42, 43);
	const char *hash = NULL, *key = NULL;
	uint64_t sequence = 0;
	uint32_t epoch = 0;

	(void)state;
	says(&l, restored,
		"{\"from_epoch\":3,\"from_sequence\":42,\"from_hash\":\"2a2a\","
		"\"source\":\"\\\"from_epoch\\\":9\"}");
	assert_true(ingest_from(&l, 8, &epoch, &sequence, &hash, &key));
	assert_int_equal(epoch, 3);
	assert_int_equal(sequence, 42);
	assert_memory_equal(hash, "2a2a\"", 5);
	assert_null(key);
	says(&l, restored,
		"{\"from_epoch\":3,\"from_sequence\":42,\"from_hash\":\"2a\","
		"\"source\":\"x\",\"public_key\":\"ab\"}");
	assert_true(ingest_from(&l, 8, &epoch, &sequence, &hash, &key));
	assert_memory_equal(key, "ab\"", 3);
	/* it does not stand right behind what it names */
	says(&l, restored,
		"{\"from_epoch\":3,\"from_sequence\":41,\"from_hash\":\"2a\"}");
	assert_false(ingest_from(&l, 8, &epoch, &sequence, &hash, &key));
	says(&l, restored, "{\"from_epoch\":3,\"from_hash\":\"2a\"}");
	assert_false(ingest_from(&l, 8, &epoch, &sequence, &hash, &key));
	says(&l, "holdfast.register.moved.v1", "{\"to\":\"x\"}");
	assert_true(ingest_from(&l, 8, &epoch, &sequence, &hash, &key));
	assert_int_equal(epoch, 8);
	assert_int_equal(sequence, 42);
	says(&l, "holdfast.sale.completed.v1",
		"{\"from_epoch\":3,\"from_sequence\":42,\"from_hash\":\"2a\"}");
	assert_false(ingest_from(&l, 8, &epoch, &sequence, &hash, &key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_chain),
		cmocka_unit_test(knows_where_an_epoch_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
