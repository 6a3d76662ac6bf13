/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "register/purge_base.h"
#include "register/shop_internal.h"
#include "wire/chain.h"
#include "wire/event.h"

#include "base/poison.h"

#define BATCH_EVENTS 1000
#define BATCH_BYTES ((size_t)4 << 20)
#define BATCH_TRIES 8

struct kept {
	size_t off;
	size_t len;
	uint8_t hash[HASH_BYTES];
};

struct replay {
	struct store *store;
	struct store_txn *txn;
	char *buf; /* the lines of the open transaction */
	size_t used;
	size_t most; /* ever used of it */
	struct kept *kept;
	size_t n;
	void *memory;
	struct arena arena;
};

enum rc
replay_new(struct store *store, struct replay **ret, struct err *reterr)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (r != NULL) {
		r->store = store;
		r->buf = malloc(BATCH_BYTES);
		r->kept = calloc(BATCH_EVENTS, sizeof(*r->kept));
	}
	if (r == NULL || r->buf == NULL || r->kept == NULL) {
		replay_free(r);
		(void)err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to replay the journal; close programs and "
			"start again");
		return RC_NOMEM;
	}
	*ret = r;
	return RC_OK;
}

void
replay_free(struct replay *r)
{
	if (r == NULL) {
		return;
	}
	if (r->txn != NULL) {
		store_abort(r->txn);
	}
	arena_wipe(&r->arena);
	if (r->buf != NULL) {
		crypto_wipe(r->buf, r->most);
	}
	free(r->memory);
	free(r->kept);
	free(r->buf);
	free(r);
}

static void
forget(struct replay *r)
{
	if (r->txn != NULL) {
		store_abort(r->txn);
		r->txn = NULL;
	}
}

/* All kept lines once more, in a new transaction. */
static enum rc
again_once(struct replay *r, struct err *reterr)
{
	enum rc rc;

	forget(r);
	if (r->memory == NULL) {
		size_t n = wire_arena_bytes(WIRE_LINE_BYTES);

		r->memory = malloc(n);
		if (r->memory == NULL) {
			return err_set(reterr, RC_NOMEM, 0, __func__,
				"no memory to replay the journal; close "
				"programs and start again");
		}
		arena_init(&r->arena, r->memory, n);
	}
	rc = store_begin(r->store, &r->txn, reterr);
	for (size_t i = 0; rc == RC_OK && i < r->n; i++) {
		const struct kept *k = &r->kept[i];
		struct event e;

		arena_reset(&r->arena);
		rc = wire_decode(
			r->buf + k->off, k->len, &r->arena, &e, reterr);
		if (rc == RC_OK) {
			rc = store_apply(r->txn, &e, r->buf + k->off, k->len,
				k->hash, reterr);
		}
	}
	return rc;
}

static enum rc
again(struct replay *r, struct err *reterr)
{
	enum rc rc = RC_AGAIN;

	for (int i = 0; rc == RC_AGAIN && i < BATCH_TRIES; i++) {
		rc = again_once(r, reterr);
	}
	if (rc != RC_OK) {
		forget(r);
	}
	return rc;
}

enum rc
replay_commit(struct replay *r, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (r->txn == NULL) {
		return RC_OK;
	}
	for (int i = 0; i < BATCH_TRIES; i++) {
		struct store_txn *txn = r->txn;

		r->txn = NULL; /* gone, whatever commit says */
		rc = store_commit(txn, reterr);
		if (rc != RC_AGAIN) {
			break;
		}
		rc = again(r, reterr);
		if (rc != RC_OK) {
			break;
		}
	}
	r->n = 0;
	r->used = 0;
	return rc;
}

enum rc
replay_add(struct replay *r, const struct event *e, const char *line,
	size_t len, const uint8_t hash[HASH_BYTES], struct err *reterr)
{
	enum rc rc = RC_OK;
	struct kept *k;

	if (r->n == BATCH_EVENTS || r->used + len > BATCH_BYTES) {
		rc = replay_commit(r, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	k = &r->kept[r->n++];
	k->off = r->used;
	k->len = len;
	memcpy(k->hash, hash, HASH_BYTES);
	memcpy(r->buf + r->used, line, len);
	r->used += len;
	if (r->used > r->most) {
		r->most = r->used;
	}
	if (r->txn == NULL) {
		rc = store_begin(r->store, &r->txn, reterr);
	}
	if (rc == RC_OK) {
		rc = store_apply(r->txn, e, line, len, hash, reterr);
	}
	if (rc == RC_AGAIN) {
		rc = again(r, reterr);
	}
	if (rc != RC_OK) {
		forget(r);
	}
	return rc;
}

/* The chain begins where the store ends, so that a store that followed
 * another journal is found at its first line. */
static void
chain_from(struct chain *c, const struct store_head *from)
{
	chain_init(c, NULL);
	c->epoch = from->epoch;
	c->sequence = from->applied;
	memcpy(c->hash, from->hash, HASH_BYTES);
}

static enum rc
walk_line(struct replay *r, struct chain *c, struct arena *a,
	const struct journal_record *rec, struct err *reterr)
{
	struct event e;
	uint8_t hash[HASH_BYTES];
	enum rc rc;

	arena_reset(a);
	rc = wire_decode(rec->line, rec->len, a, &e, reterr);
	if (rc != RC_OK) {
		err_wrap(reterr, "journal line %llu",
			(unsigned long long)rec->sequence);
		return rc == RC_PROTO ? RC_CORRUPT : rc;
	}
	if (!c->begun) {
		memcpy(c->reg, e.reg, UUID_BYTES);
		c->begun = c->sequence != 0;
	}
	rc = chain_add(c, rec->line, rec->len, &e, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(hash, c->hash, HASH_BYTES);
	return replay_add(r, &e, rec->line, rec->len, hash, reterr);
}

enum rc
replay_base(const char *dir, const struct keys *keys, struct store *store,
	struct store_head *ret, struct err *reterr)
{
	struct purge_base b;
	enum rc rc = purge_base_begin(dir, &b, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK || b.number == 0) {
		return rc;
	}
	rc = purge_base_load(dir, keys, &b, store, reterr);
	if (rc == RC_OK) {
		ret->applied = b.sequence;
		ret->epoch = b.epoch;
		memcpy(ret->hash, b.hash, HASH_BYTES);
	}
	return rc;
}

enum rc
replay_walk(const char *dir, const struct keys *keys,
	const struct store_head *from, uint64_t to, struct store *store,
	uint64_t *ret_n, struct err *reterr)
{
	struct journal_reader *reader = NULL;
	struct journal_record rec;
	struct replay *r = NULL;
	struct chain chain;
	struct arena arena;
	size_t bytes = wire_arena_bytes(WIRE_LINE_BYTES);
	void *memory = malloc(bytes);
	uint64_t n = 0;
	enum rc rc;

	if (memory == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to replay the journal; close programs and "
			"start again");
	}
	arena_init(&arena, memory, bytes);
	chain_from(&chain, from);
	rc = replay_new(store, &r, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	rc = journal_reader_open(dir, keys, from->applied + 1, &reader, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	while (from->applied + n < to) {
		rc = journal_reader_next(reader, to, &rec, reterr);
		if (rc == RC_NOTFOUND) {
			unsigned long long at = from->applied + n;

			rc = err_set(reterr, RC_CORRUPT, 0, __func__,
				"the journal ends at sequence %llu of %llu; "
				"run 'holdfast verify'",
				at, (unsigned long long)to);
		}
		if (rc == RC_OK) {
			rc = walk_line(r, &chain, &arena, &rec, reterr);
		}
		if (rc != RC_OK) {
			goto out;
		}
		n++;
	}
	rc = replay_commit(r, reterr);
	if (rc == RC_OK) {
		*ret_n = n;
	}
out:
	journal_reader_close(reader);
	replay_free(r);
	arena_wipe(&arena);
	free(memory);
	return rc;
}
