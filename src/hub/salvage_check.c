/* SPDX-License-Identifier: Apache-2.0 */
/* What stands as decided about salvaged lines, held against the hub's log. */
#include <string.h>

#include "base/bytes.h"
#include "base/sbuf.h"
#include "hub/salvage.h"

#include "base/poison.h"

/* A set of decisions, whatever their order: each stands in it once. */
struct decided {
	int64_t n;
	uint8_t sum[HASH_BYTES];
};

static void
add(struct decided *d, const uint8_t reg[UUID_BYTES], int64_t epoch,
	int64_t sequence, const char *hash, bool accepted)
{
	char text[256], id[UUID_TEXT_BYTES];
	uint8_t one[HASH_BYTES];
	struct sbuf b;

	uuid_format(reg, id);
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s %lld %lld %s %d", id, (long long)epoch,
		(long long)sequence, hash, accepted ? 1 : 0);
	sha256(one, b.p, b.len);
	for (size_t i = 0; i < sizeof(one); i++) {
		d->sum[i] ^= one[i];
	}
	d->n++;
}

static enum rc
of_line(void *arg, const struct event *e, const uint8_t *line, size_t n,
	struct err *reterr)
{
	const struct event_salvaged *s = &e->data.salvaged;
	const struct event_discarded *d = &e->data.discarded;

	(void)line;
	(void)n;
	(void)reterr;
	if (e->type == EVENT_SALVAGE_ACCEPTED && s->piece <= 1) {
		add(arg, s->reg, s->epoch, s->sequence, s->hash, true);
	} else if (e->type == EVENT_SALVAGE_REJECTED) {
		for (size_t i = 0; i < d->n_reference; i++) {
			add(arg, d->reg, d->epoch, d->reference[i].sequence,
				d->reference[i].hash, false);
		}
	}
	return RC_OK;
}

static enum rc
of_rows(struct db *db, const struct tenant *t, uint8_t part,
	struct decided *ret, struct err *reterr)
{
	uint8_t reg[UUID_BYTES] = {0}, hash[HASH_BYTES] = {0};
	int64_t epoch = 0, sequence = 0;
	char hex[2 * HASH_BYTES + 1];
	enum rc rc = RC_OK;
	int n = 1;

	while (rc == RC_OK && n > 0) {
		struct db_rows rows = {0};
		struct db_args args;

		db_args_init(&args, part, t->id);
		db_add_uuid(&args, reg);
		db_add_i64(&args, epoch);
		db_add_i64(&args, sequence);
		db_add_bytes(&args, hash, sizeof(hash));
		rc = db_run(db, SQL_SALVAGE_DECIDED, &args, &rows, reterr);
		n = rows.n;
		for (int i = 0; rc == RC_OK && i < n; i++) {
			db_uuid(&rows, i, 0, reg);
			epoch = db_i64(&rows, i, 1);
			sequence = db_i64(&rows, i, 2);
			(void)db_fixed(&rows, i, 3, hash, sizeof(hash));
			hex_encode(hex, hash, sizeof(hash));
			add(ret, reg, epoch, sequence, hex,
				db_bool(&rows, i, 4));
			if (!db_bool(&rows, i, 5)) {
				rc = salvage_changed(
					reg, epoch, sequence, reterr);
			}
		}
		db_rows_free(&rows);
	}
	return rc;
}

enum rc
salvage_check(struct db *db, const struct tenant *t, uint8_t part,
	struct anchor *ret_head, struct err *reterr)
{
	struct decided said = {0}, there = {0};
	enum rc rc =
		logbook_read(db, t, part, of_line, &said, ret_head, reterr);

	if (rc == RC_OK) {
		rc = of_rows(db, t, part, &there, reterr);
	}
	if (rc == RC_OK && (said.n != there.n || memcmp(said.sum, there.sum,
							 HASH_BYTES) != 0)) {
		rc = err_set(reterr, RC_CORRUPT, 0, "salvage",
			"part %u: what stands as decided about salvaged lines "
			"is not what the hub's own log says: somebody changed "
			"the database, or a hub of 0.6.0 decided and "
			"'holdfast-hub setup' is to be run",
			part);
	}
	return rc;
}
