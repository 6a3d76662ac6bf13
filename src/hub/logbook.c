/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/logbook.h"

#include <stdlib.h>
#include <string.h>

#include "base/sbuf.h"
#include "hub/history.h"
#include "wire/chain.h"
#include "wire/event.h"

#include "base/poison.h"

#define EPOCH 1
#define BATCH_LINES 500
#define BATCH_MAX ((int64_t)4 << 20)

void
logbook_id(
	const uint8_t tenant[UUID_BYTES], uint8_t part, uint8_t out[UUID_BYTES])
{
	char text[128], id[UUID_TEXT_BYTES];
	uint8_t hash[HASH_BYTES];
	struct sbuf b;

	uuid_format(tenant, id);
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "holdfast-hub-log-v1\n%s\n%u\n", id, part);
	sha256(hash, b.p, b.len);
	memcpy(out, hash, UUID_BYTES);
	/* RFC 9562, version 8: made of what its maker chose */
	out[6] = (uint8_t)((out[6] & 0x0f) | 0x80);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

/* --- writing -------------------------------------------------------------- */

static void
mine(const struct logbook *b, struct db_args *args)
{
	db_args_init(args, b->part, b->tenant);
	db_add_uuid(args, b->id);
}

static enum rc
make_row(struct logbook *b, const struct tenant *t, struct err *reterr)
{
	const struct db_writer *w = db_writer(b->db);
	char source[160], tenant[UUID_TEXT_BYTES], hub[UUID_TEXT_BYTES];
	char reg[UUID_TEXT_BYTES];
	struct db_args args;
	struct sbuf s;

	uuid_format(b->tenant, tenant);
	uuid_format(w->hub, hub);
	uuid_format(b->id, reg);
	sbuf_init(&s, source, sizeof(source));
	sbuf_printf(&s, "/t/%s/s/%s/r/%s", tenant, hub, reg);
	mine(b, &args);
	db_add_uuid(&args, w->hub);
	db_add_part(&args, t->part);
	db_add_text(&args, t->residency);
	db_add_text(&args, t->name);
	db_add_text(&args, LOGBOOK_NUMBER);
	db_add_text(&args, source);
	db_add_bytes(&args, w->sign_public, SIGN_PUB_BYTES);
	return db_do(b->db, SQL_LOG_MAKE, &args, NULL, reterr);
}

static void
take_head(const struct db_rows *rows, struct anchor *ret)
{
	ret->epoch = (uint32_t)db_i64(rows, 0, 0);
	ret->sequence = (uint64_t)db_i64(rows, 0, 1);
	(void)db_fixed(rows, 0, 2, ret->hash, HASH_BYTES);
}

enum rc
logbook_open(struct logbook *b, struct db *db, const struct tenant *t,
	uint8_t part, const struct clock_reading *now, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	*b = (struct logbook){.db = db, .part = part, .now = *now};
	columns_init(&b->c);
	memcpy(b->tenant, t->id, UUID_BYTES);
	logbook_id(t->id, part, b->id);
	if (db_writer(db) == NULL) {
		return err_set(reterr, RC_DENIED, 0, "logbook",
			"who has no key of the hub writes no log");
	}
	b->line = malloc(WIRE_LINE_BYTES + 1);
	if (b->line == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "logbook", "no memory");
	}
	rc = make_row(b, t, reterr);
	if (rc == RC_OK) {
		mine(b, &args);
		rc = db_do(db, SQL_HEAD, &args, &rows, reterr);
	}
	if (rc == RC_OK && rows.n == 1) {
		take_head(&rows, &b->head);
		b->sequence = b->head.sequence;
		memcpy(b->hash, b->head.hash, HASH_BYTES);
	} else if (rc == RC_OK) {
		rc = err_set(reterr, RC_AGAIN, 0, "logbook",
			"the hub's log is being made: try again");
	}
	db_rows_free(&rows);
	return rc;
}

enum rc
logbook_add(struct logbook *b, struct event *e, struct err *reterr)
{
	const struct db_writer *w = db_writer(b->db);
	struct sbuf out;
	enum rc rc = RC_OK;

	if (b->n >= BATCH_LINES || b->c.bytes >= BATCH_MAX) {
		rc = logbook_flush(b, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(e->tenant, b->tenant, UUID_BYTES);
	memcpy(e->store, w->hub, UUID_BYTES);
	memcpy(e->reg, b->id, UUID_BYTES);
	e->time = b->now.utc;
	e->mono = b->now.mono;
	e->tz_min = b->now.tz_min;
	e->boot = b->now.boot;
	e->clock = CLOCK_OK;
	e->epoch = EPOCH;
	e->sequence = b->sequence + 1;
	memcpy(e->prev, b->hash, HASH_BYTES);
	e->config = "";
	sbuf_init(&out, b->line, WIRE_LINE_BYTES + 1);
	rc = wire_encode(e, w->sign_secret, &out, b->hash, reterr);
	if (rc == RC_OK) {
		b->sequence++;
		b->n++;
		columns_add(&b->c, event_type_name(e->type), e->time, b->hash,
			out.p, out.len);
	}
	return rc;
}

enum rc
logbook_flush(struct logbook *b, struct err *reterr)
{
	static const uint8_t nothing[HASH_BYTES];
	bool first = b->head.epoch == 0;
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	if (b->n == 0) {
		return RC_OK;
	}
	mine(b, &args);
	db_add_i64(&args, b->head.epoch);
	db_add_i64(&args, (int64_t)b->head.sequence);
	db_add_bytes(&args, b->head.hash, HASH_BYTES);
	db_add_i64(&args, (int64_t)b->sequence);
	db_add_bytes(&args, b->hash, HASH_BYTES);
	db_add_i64(&args, (int64_t)b->head.sequence + 1);
	columns_args(&b->c, &args);
	if (first) {
		db_add_i64(&args, EPOCH);
		db_add_bytes(
			&args, db_writer(b->db)->sign_public, SIGN_PUB_BYTES);
		db_add_i64(&args, 1);
		db_add_i64(&args, 0);
		db_add_i64(&args, 0);
		db_add_bytes(&args, nothing, HASH_BYTES);
	}
	db_add_i64(&args, b->c.bytes);
	rc = db_do(b->db, first ? SQL_EPOCH_OPEN : SQL_EVENTS_STORE, &args,
		&rows, reterr);
	if (rc == RC_OK && rows.affected == 0) {
		rc = err_set(reterr, RC_AGAIN, 0, "logbook",
			"another one wrote into the hub's log: try again");
	}
	db_rows_free(&rows);
	if (rc == RC_OK) {
		b->head.epoch = EPOCH;
		b->head.sequence = b->sequence;
		memcpy(b->head.hash, b->hash, HASH_BYTES);
		columns_clear(&b->c);
		b->n = 0;
	}
	return rc;
}

void
logbook_close(struct logbook *b)
{
	columns_free(&b->c);
	free(b->line);
	b->line = NULL;
}

/* --- reading -------------------------------------------------------------- */

struct reading {
	struct chain chain;
	logbook_fn fn;
	void *arg;
	void *memory;
	size_t cap;
};

static enum rc
read_line(struct reading *r, const uint8_t *line, size_t n, struct err *reterr)
{
	size_t need = wire_arena_bytes(n);
	struct event e;
	struct arena a;
	enum rc rc;

	if (need > r->cap) {
		free(r->memory);
		r->memory = malloc(need);
		r->cap = r->memory != NULL ? need : 0;
	}
	if (r->memory == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "logbook", "no memory");
	}
	arena_init(&a, r->memory, r->cap);
	rc = wire_decode((const char *)line, n, &a, &e, reterr);
	if (rc == RC_OK) {
		rc = chain_add(&r->chain, (const char *)line, n, &e, reterr);
	}
	if (rc == RC_PROTO || rc == RC_CORRUPT) {
		return err_set(reterr, RC_CORRUPT, 0, "logbook",
			"line %llu of the hub's own log is not what was "
			"written: somebody changed the database",
			(unsigned long long)r->chain.sequence + 1);
	}
	return rc == RC_OK && r->fn != NULL ? r->fn(r->arg, &e, line, n, reterr)
					    : rc;
}

static enum rc
read_lines(struct reading *r, struct db *db, const struct tenant *t,
	uint8_t part, const uint8_t id[UUID_BYTES], uint64_t last,
	struct err *reterr)
{
	enum rc rc = RC_OK;
	int n = 1;

	while (rc == RC_OK && n > 0 && r->chain.sequence < last) {
		struct history_piece p = {EPOCH, r->chain.sequence + 1, last};
		struct db_rows rows = {0};

		rc = history_read(
			db, part, t->id, id, &p, HISTORY_LINES, &rows, reterr);
		n = rows.n;
		for (int i = 0; rc == RC_OK && i < n; i++) {
			size_t len = 0;
			const uint8_t *line = db_bytes(&rows, i, 1, &len);

			rc = read_line(r, line, len, reterr);
		}
		db_rows_free(&rows);
	}
	return rc;
}

enum rc
logbook_read(struct db *db, const struct tenant *t, uint8_t part, logbook_fn fn,
	void *arg, struct anchor *ret, struct err *reterr)
{
	const struct db_writer *w = db_writer(db);
	struct reading r = {.fn = fn, .arg = arg};
	struct db_rows rows = {0};
	uint8_t id[UUID_BYTES];
	struct db_args args;
	enum rc rc;

	*ret = (struct anchor){0};
	logbook_id(t->id, part, id);
	chain_init(&r.chain, w != NULL ? w->sign_public : NULL);
	db_args_init(&args, part, t->id);
	db_add_uuid(&args, id);
	rc = db_run(db, SQL_HEAD, &args, &rows, reterr);
	if (rc == RC_OK && rows.n == 1) {
		take_head(&rows, ret);
	}
	db_rows_free(&rows);
	if (rc == RC_OK) {
		rc = read_lines(&r, db, t, part, id, ret->sequence, reterr);
	}
	if (rc == RC_OK &&
		(r.chain.sequence != ret->sequence ||
			memcmp(r.chain.hash, ret->hash, HASH_BYTES) != 0)) {
		rc = err_set(reterr, RC_CORRUPT, 0, "logbook",
			"the hub's own log ends at line %llu, and its head is "
			"another one: somebody changed the database",
			(unsigned long long)r.chain.sequence);
	}
	free(r.memory);
	return rc;
}
