/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading STORE KEY-FILE - the yardstick of rebuild: open, hash and decode
 * every line of a journal and do nothing with it.  Prints events and
 * microseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "journal/journal.h"
#include "wire/event.h"

#include "base/poison.h"

int
main(int argc, char **argv)
{
	struct clock clock = clock_system();
	struct keys_offer offer = {.given = true, .source = KEYS_FILE};
	struct keys *keys = NULL;
	struct journal_reader *r = NULL;
	struct journal_record rec;
	struct arena a;
	struct err err = {0};
	char path[4096];
	size_t cap = wire_arena_bytes(WIRE_LINE_BYTES);
	void *memory = malloc(cap);
	uint8_t hash[HASH_BYTES];
	uint64_t n = 0;
	int64_t began;
	enum rc rc;

	if (argc != 3 || memory == NULL || crypto_init() != RC_OK) {
		(void)fprintf(stderr, "reading STORE KEY-FILE\n");
		return 2;
	}
	arena_init(&a, memory, cap);
	offer.path = argv[2];
	(void)snprintf(path, sizeof(path), "%s/keys", argv[1]);
	rc = keys_open(path, &offer, &keys, &err);
	(void)snprintf(path, sizeof(path), "%s/journal", argv[1]);
	if (rc == RC_OK) {
		rc = journal_reader_open(path, keys, 1, &r, &err);
	}
	began = clock_read(&clock).mono.us;
	while (rc == RC_OK) {
		struct event e;

		rc = journal_reader_next(r, UINT64_MAX, &rec, &err);
		if (rc != RC_OK) {
			break;
		}
		arena_reset(&a);
		rc = wire_decode(rec.line, rec.len, &a, &e, &err);
		wire_hash(rec.line, rec.len, hash);
		n++;
	}
	if (rc != RC_NOTFOUND) {
		(void)fprintf(stderr, "reading: %s\n", err.msg);
		return 1;
	}
	(void)printf("%llu %lld\n", (unsigned long long)n,
		(long long)(clock_read(&clock).mono.us - began));
	journal_reader_close(r);
	keys_close(keys);
	free(memory);
	return 0;
}
