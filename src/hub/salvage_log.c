/* SPDX-License-Identifier: Apache-2.0 */
/* What was decided about salvaged lines, into the hub's own log, once. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/sbuf.h"
#include "hub/logbook.h"
#include "hub/salvage.h"

#include "base/poison.h"

/* Twice as long when all of it is escaped, and an envelope: still a line. */
#define PIECE_BYTES ((size_t)400 << 10)
#define REFERENCES 500

struct relog {
	struct logbook b;
	const struct register_place *r;
	char *piece; /* PIECE_BYTES + 1 */
	/* rejected ones that wait for their line: */
	struct event discarded;
	char actor[160], reason[4096];
	struct event_reference reference[REFERENCES];
	char hex[REFERENCES][2 * HASH_BYTES + 1];
	/* rows of the page, and the line each went into */
	struct db_array epoch, sequence, hash, logged;
	int n;
};

static const char *
text_of(const struct db_rows *rows, int i, int col)
{
	const char *s = db_text(rows, i, col);

	return s != NULL ? s : "";
}

/* --- accepted --- */

/* How much of the text from ${at} on is the next piece: whole characters. */
static size_t
piece_len(const uint8_t *line, size_t n, size_t at)
{
	size_t len = n - at;

	if (len <= PIECE_BYTES) {
		return len;
	}
	len = PIECE_BYTES;
	while (len > 0 && (line[at + len] & 0xc0) == 0x80) {
		len--;
	}
	return len;
}

static enum rc
put_accepted(struct relog *l, const struct db_rows *rows, int i,
	uint64_t *ret_logged, struct err *reterr)
{
	size_t n = 0, at = 0;
	const uint8_t *line = db_bytes(rows, i, 6, &n);
	char hex[2 * HASH_BYTES + 1];
	uint8_t hash[HASH_BYTES] = {0}, is[HASH_BYTES];
	int64_t piece = 0, pieces = 0;
	enum rc rc = RC_OK;

	(void)db_fixed(rows, i, 2, hash, sizeof(hash));
	hex_encode(hex, hash, sizeof(hash));
	sha256(is, line, n);
	if (memcmp(is, hash, sizeof(hash)) != 0) {
		return salvage_changed(l->r->id, db_i64(rows, i, 0),
			db_i64(rows, i, 1), reterr);
	}
	for (size_t p = 0; p < n; p += piece_len(line, n, p)) {
		pieces++;
	}
	while (rc == RC_OK && at < n) {
		size_t len = piece_len(line, n, at);
		struct event e = {.type = EVENT_SALVAGE_ACCEPTED,
			.actor = text_of(rows, i, 4)};
		struct event_salvaged *s = &e.data.salvaged;

		memcpy(l->piece, line + at, len);
		l->piece[len] = '\0';
		at += len;
		piece++;
		memcpy(s->reg, l->r->id, UUID_BYTES);
		s->number = l->r->number;
		s->epoch = db_i64(rows, i, 0);
		s->sequence = db_i64(rows, i, 1);
		s->hash = hex;
		s->decided = db_time(rows, i, 7);
		s->reason = text_of(rows, i, 5);
		s->piece = pieces > 1 ? piece : 0;
		s->pieces = pieces > 1 ? pieces : 0;
		s->line = l->piece;
		rc = logbook_add(&l->b, &e, reterr);
		if (piece == 1) {
			*ret_logged = l->b.sequence;
		}
	}
	return rc;
}

/* --- rejected --- */

static enum rc
put_discarded(struct relog *l, struct err *reterr)
{
	struct event_discarded *d = &l->discarded.data.discarded;
	enum rc rc = RC_OK;

	if (d->n_reference > 0) {
		rc = logbook_add(&l->b, &l->discarded, reterr);
	}
	d->n_reference = 0;
	return rc;
}

static bool
fits(const struct relog *l, const struct db_rows *rows, int i)
{
	const struct event_discarded *d = &l->discarded.data.discarded;

	return d->n_reference > 0 && d->n_reference < REFERENCES &&
	       d->epoch == db_i64(rows, i, 0) &&
	       d->decided.us == db_time(rows, i, 7).us &&
	       strcmp(l->actor, text_of(rows, i, 4)) == 0 &&
	       strcmp(l->reason, text_of(rows, i, 5)) == 0;
}

static enum rc
add_rejected(
	struct relog *l, const struct db_rows *rows, int i, struct err *reterr)
{
	struct event_discarded *d = &l->discarded.data.discarded;
	uint8_t hash[HASH_BYTES] = {0};
	enum rc rc = RC_OK;
	struct sbuf b;

	if (!fits(l, rows, i)) {
		rc = put_discarded(l, reterr);
		l->discarded = (struct event){
			.type = EVENT_SALVAGE_REJECTED, .actor = l->actor};
		sbuf_init(&b, l->actor, sizeof(l->actor));
		sbuf_puts(&b, text_of(rows, i, 4));
		sbuf_init(&b, l->reason, sizeof(l->reason));
		sbuf_puts(&b, text_of(rows, i, 5));
		memcpy(d->reg, l->r->id, UUID_BYTES);
		d->number = l->r->number;
		d->epoch = db_i64(rows, i, 0);
		d->decided = db_time(rows, i, 7);
		d->reason = l->reason;
		d->reference = l->reference;
	}
	(void)db_fixed(rows, i, 2, hash, sizeof(hash));
	hex_encode(l->hex[d->n_reference], hash, sizeof(hash));
	l->reference[d->n_reference] = (struct event_reference){
		db_i64(rows, i, 1), l->hex[d->n_reference]};
	d->n_reference++;
	return rc;
}

/* --- pages of them --- */

static enum rc
put_row(struct relog *l, const struct db_rows *rows, int i, struct err *reterr)
{
	uint64_t logged = 0;
	size_t n = 0;
	const uint8_t *hash = db_bytes(rows, i, 2, &n);
	enum rc rc;

	if (strcmp(text_of(rows, i, 3), "accept") == 0) {
		rc = put_discarded(l, reterr);
		if (rc == RC_OK) {
			rc = put_accepted(l, rows, i, &logged, reterr);
		}
	} else {
		rc = add_rejected(l, rows, i, reterr);
		/* the line they are going to stand in */
		logged = l->b.sequence + 1;
	}
	db_array_i64(&l->epoch, db_i64(rows, i, 0));
	db_array_i64(&l->sequence, db_i64(rows, i, 1));
	db_array_bytes(&l->hash, hash, n);
	db_array_i64(&l->logged, (int64_t)logged);
	l->n++;
	return rc;
}

static enum rc
mark_rows(struct relog *l, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, l->b.part, l->b.tenant);
	db_add_uuid(&args, l->r->id);
	db_add_array(&args, &l->epoch);
	db_add_array(&args, &l->sequence);
	db_add_array(&args, &l->hash);
	db_add_array(&args, &l->logged);
	rc = db_do(l->b.db, SQL_SALVAGE_LOGGED, &args, &rows, reterr);
	if (rc == RC_OK && rows.affected != l->n) {
		rc = err_set(reterr, RC_AGAIN, 0, "salvage",
			"somebody else logs the same lines: try again");
	}
	db_rows_free(&rows);
	db_array_clear(&l->epoch);
	db_array_clear(&l->sequence);
	db_array_clear(&l->hash);
	db_array_clear(&l->logged);
	l->n = 0;
	return rc;
}

static enum rc
put_pages(struct relog *l, struct err *reterr)
{
	uint8_t hash[HASH_BYTES] = {0};
	int64_t epoch = 0, sequence = 0;
	enum rc rc = RC_OK;
	int n = 1;

	while (rc == RC_OK && n > 0) {
		struct db_rows rows = {0};
		struct db_args args;

		db_args_init(&args, l->b.part, l->b.tenant);
		db_add_uuid(&args, l->r->id);
		db_add_i64(&args, epoch);
		db_add_i64(&args, sequence);
		db_add_bytes(&args, hash, sizeof(hash));
		rc = db_do(l->b.db, SQL_SALVAGE_UNLOGGED, &args, &rows, reterr);
		n = rows.n;
		for (int i = 0; rc == RC_OK && i < n; i++) {
			epoch = db_i64(&rows, i, 0);
			sequence = db_i64(&rows, i, 1);
			(void)db_fixed(&rows, i, 2, hash, sizeof(hash));
			rc = put_row(l, &rows, i, reterr);
		}
		if (rc == RC_OK) {
			rc = put_discarded(l, reterr);
		}
		if (rc == RC_OK && n > 0) {
			rc = mark_rows(l, reterr);
		}
		db_rows_free(&rows);
	}
	return rc == RC_OK ? logbook_flush(&l->b, reterr) : rc;
}

enum rc
salvage_log(struct db *db, const struct tenant *t,
	const struct register_place *r, const struct clock_reading *now,
	struct err *reterr)
{
	struct relog *l = calloc(1, sizeof(*l));
	char *piece = malloc(PIECE_BYTES + 1);
	enum rc rc;

	if (l == NULL || piece == NULL) {
		free(l);
		free(piece);
		return err_set(reterr, RC_NOMEM, 0, "salvage", "no memory");
	}
	l->piece = piece;
	l->r = r;
	db_array_init(&l->epoch, DB_INT8);
	db_array_init(&l->sequence, DB_INT8);
	db_array_init(&l->hash, DB_BYTEA);
	db_array_init(&l->logged, DB_INT8);
	rc = logbook_open(&l->b, db, t, r->part, now, reterr);
	if (rc == RC_OK) {
		rc = put_pages(l, reterr);
	}
	logbook_close(&l->b);
	db_array_free(&l->epoch);
	db_array_free(&l->sequence);
	db_array_free(&l->hash);
	db_array_free(&l->logged);
	free(piece);
	free(l);
	return rc;
}

/* --- what a hub of before decided --- */

struct late {
	const struct doer *d;
	const struct tenant *t;
	const struct register_place *r;
};

static enum rc
log_late(struct db *db, void *arg, struct err *reterr)
{
	const struct late *l = arg;
	struct clock_reading now = clock_read(&l->d->clock);

	return salvage_log(db, l->t, l->r, &now, reterr);
}

static enum rc
look_late(void *arg, const struct register_place *r, struct err *reterr)
{
	struct late *l = arg;
	struct db_rows rows = {0};
	struct db_args args;
	bool any;
	enum rc rc;

	if (hub_config_database(db_config(l->d->db), r->part) == NULL) {
		return RC_OK; /* another hub's */
	}
	l->r = r;
	db_args_init(&args, r->part, l->t->id);
	db_add_uuid(&args, r->id);
	rc = db_run(l->d->db, SQL_SALVAGE_LATE, &args, &rows, reterr);
	any = rc == RC_OK && rows.n > 0;
	db_rows_free(&rows);
	return any ? db_transact(l->d->db, r->part, log_late, l, reterr) : rc;
}

enum rc
salvage_log_late(
	const struct doer *d, const struct tenant *t, struct err *reterr)
{
	struct late l = {.d = d, .t = t};

	return register_each(d->db, t, look_late, &l, reterr);
}
