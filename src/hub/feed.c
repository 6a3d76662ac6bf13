/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "hub/act.h"
#include "hub/follow.h"

#include "base/poison.h"

/* Rows of one statement: an import's go aside in such lots, what is fewer
 * needs one statement in all. */
#define LOT_ROWS 2000
#define LOT_BYTES ((size_t)1 << 20)

struct feed_write {
	struct db *db;
	struct rng rng;
	const struct feed_place *place;
	uint8_t load[UUID_BYTES];
	bool open;   /* a transaction */
	bool staged; /* something is aside */
	int64_t n;
	size_t bytes;
	struct db_array number, key, valid_from, body;
	db_fn last;
	void *arg;
};

bool
feed_known(const char *name)
{
	static const char *const known[] = {FEED_PRODUCTS, FEED_PRICES,
		FEED_RULES, FEED_CONFIG, FEED_PEOPLE};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static void
random_epoch(const struct rng *r, char out[FEED_EPOCH_BYTES])
{
	uint8_t bytes[(FEED_EPOCH_BYTES - 1) / 2];

	rng_fill(r, bytes, sizeof(bytes));
	hex_encode(out, bytes, sizeof(bytes));
}

static void
clear(struct feed_write *w)
{
	db_array_clear(&w->number);
	db_array_clear(&w->key);
	db_array_clear(&w->valid_from);
	db_array_clear(&w->body);
	w->bytes = 0;
}

/* --- writing -------------------------------------------------------------- */

enum rc
feed_write_begin(struct db *db, const struct rng *r,
	const struct feed_place *place, struct feed_write **ret,
	struct err *reterr)
{
	struct feed_write *w = calloc(1, sizeof(*w));
	char epoch[FEED_EPOCH_BYTES];
	struct db_args a;
	enum rc rc;

	if (w == NULL) {
		return err_set(
			reterr, RC_NOMEM, 0, "feed", "no memory for a feed");
	}
	w->db = db;
	w->rng = *r;
	w->place = place;
	rng_fill(r, w->load, sizeof(w->load));
	db_array_init(&w->number, DB_INT8);
	db_array_init(&w->key, DB_TEXT);
	db_array_init(&w->valid_from, DB_TIMESTAMPTZ);
	db_array_init(&w->body, DB_BYTEA);
	random_epoch(r, epoch);
	db_args_init(&a, place->part, place->tenant);
	db_add_text(&a, place->feed);
	db_add_text(&a, epoch);
	rc = db_run(db, SQL_FEED_MAKE, &a, NULL, reterr);
	if (rc != RC_OK) {
		feed_write_free(w);
		return rc;
	}
	*ret = w;
	return RC_OK;
}

void
feed_write_also(struct feed_write *w, db_fn fn, void *arg)
{
	w->last = fn;
	w->arg = arg;
}

static enum rc
begin(struct feed_write *w, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (!w->open) {
		rc = db_begin(w->db, w->place->part, reterr);
		w->open = rc == RC_OK;
	}
	return rc;
}

static enum rc
stage(struct feed_write *w, struct err *reterr)
{
	struct db_args a;
	enum rc rc = begin(w, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	db_args_init(&a, w->place->part, w->place->tenant);
	db_add_uuid(&a, w->load);
	db_add_array(&a, &w->number);
	db_add_array(&a, &w->key);
	db_add_array(&a, &w->valid_from);
	db_add_array(&a, &w->body);
	rc = db_do(w->db, SQL_FEED_STAGE, &a, NULL, reterr);
	w->staged = true;
	clear(w);
	return rc;
}

enum rc
feed_write_add(struct feed_write *w, const char *key, struct utc valid_from,
	const void *body, size_t n, struct err *reterr)
{
	enum rc rc = RC_OK;

	/* persons come in one lot, see hub/people.h */
	if (strcmp(w->place->feed, FEED_PEOPLE) != 0 &&
		(w->number.n == LOT_ROWS || w->bytes + n > LOT_BYTES)) {
		rc = w->number.n > 0 ? stage(w, reterr) : RC_OK;
	}
	if (rc == RC_OK) {
		db_array_i64(&w->number, w->n++);
		db_array_bytes(&w->key, key, strlen(key));
		db_array_time(&w->valid_from, valid_from);
		db_array_bytes(&w->body, body, n);
		w->bytes += n;
	}
	return rc;
}

/* What the service's role may wait for a statement is for a request. */
static enum rc
be_patient(struct feed_write *w, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args a;
	enum rc rc;

	db_args_init(&a, w->place->part, w->place->tenant);
	db_add_text(&a, w->place->feed);
	rc = db_do(w->db, SQL_FEED_PATIENCE, &a, &rows, reterr);
	db_rows_free(&rows);
	return rc;
}

static enum rc
write_all(struct feed_write *w, bool replace, struct feed_written *ret,
	struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args a;
	enum rc rc = w->staged ? be_patient(w, reterr) : RC_OK;

	if (rc != RC_OK) {
		return rc;
	}
	db_args_init(&a, w->place->part, w->place->tenant);
	db_add_text(&a, w->place->feed);
	db_add_text(&a, w->place->scope);
	db_add_uuid(&a, w->place->scope_id);
	db_add_bool(&a, replace);
	if (w->staged) {
		db_add_uuid(&a, w->load);
		rc = db_do(w->db, SQL_FEED_LOAD, &a, &rows, reterr);
	} else {
		db_add_array(&a, &w->number);
		db_add_array(&a, &w->key);
		db_add_array(&a, &w->valid_from);
		db_add_array(&a, &w->body);
		rc = db_do(w->db, SQL_FEED_PUT, &a, &rows, reterr);
	}
	if (rc == RC_OK && rows.n == 1) {
		ret->given = (uint64_t)db_i64(&rows, 0, 0);
		ret->written = (uint64_t)db_i64(&rows, 0, 1);
		ret->deleted = (uint64_t)db_i64(&rows, 0, 2);
		ret->rev = (uint64_t)db_i64(&rows, 0, 3) + ret->written +
			   ret->deleted;
	}
	db_rows_free(&rows);
	if (rc == RC_OK && w->staged) {
		db_args_init(&a, w->place->part, w->place->tenant);
		db_add_uuid(&a, w->load);
		rc = db_do(w->db, SQL_FEED_STAGE_CLEAR, &a, NULL, reterr);
	}
	return rc;
}

/* Whoever decides for many takes back what single registers said before. */
static enum rc
drop_own(struct feed_write *w, struct feed_written *ret, struct err *reterr)
{
	const struct feed_place *p = w->place;
	bool texts = strcmp(p->feed, FEED_RULES) == 0 ||
		     strcmp(p->feed, FEED_CONFIG) == 0;
	struct db_rows rows = {0};
	struct db_array own;
	struct db_args a;
	enum rc rc;

	if (w->staged || (!texts && strcmp(p->feed, FEED_PEOPLE) != 0)) {
		return RC_OK;
	}
	db_array_init(&own, DB_TEXT);
	db_array_bytes(&own, FOLLOW_OWN, strlen(FOLLOW_OWN));
	db_args_init(&a, p->part, p->tenant);
	db_add_text(&a, p->feed);
	db_add_array(&a, texts ? &own : &w->key);
	db_add_uuid(&a, p->scope_id);
	rc = db_do(w->db, SQL_FEED_DROP, &a, &rows, reterr);
	if (rc == RC_OK) {
		ret->deleted += (uint64_t)rows.affected;
		ret->rev += (uint64_t)rows.affected;
	}
	db_rows_free(&rows);
	db_array_free(&own);
	return rc;
}

static enum rc
tell(struct feed_write *w, bool replace, struct utc now, const char *actor,
	const struct feed_written *done, struct err *reterr)
{
	char text[320];
	char id[UUID_TEXT_BYTES];
	struct sbuf b;

	uuid_format(w->place->scope_id, id);
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b,
		"feed=%s scope=%s%s%s written=%llu deleted=%llu rev=%llu%s",
		w->place->feed, w->place->scope,
		strcmp(w->place->scope, "tenant") == 0 ? "" : ":",
		strcmp(w->place->scope, "tenant") == 0 ? "" : id,
		(unsigned long long)done->written,
		(unsigned long long)done->deleted,
		(unsigned long long)done->rev, replace ? " replace" : "");
	return act_record(w->db, w->place->part, w->place->tenant, now, actor,
		"feed.written", b.p, reterr);
}

enum rc
feed_write_end(struct feed_write *w, bool replace, struct utc now,
	const char *actor, bool dry_run, struct feed_written *ret,
	struct err *reterr)
{
	enum rc rc = RC_OK;

	memset(ret, 0, sizeof(*ret));
	/* an export that broke off behind its first line looks like this */
	if (replace && w->n == 0) {
		rc = err_set(reterr, RC_INVAL, 0, "feed",
			"there is no row in it, so nothing was replaced: rows "
			"that say deleted take away what is there");
	}
	if (rc == RC_OK && w->staged && w->number.n > 0) {
		rc = stage(w, reterr);
	}
	if (rc == RC_OK) {
		rc = begin(w, reterr);
	}
	if (rc == RC_OK) {
		rc = write_all(w, replace, ret, reterr);
	}
	if (rc == RC_OK && strncmp(actor, "register:", 9) != 0) {
		rc = drop_own(w, ret, reterr);
	}
	if (rc == RC_OK && !dry_run && ret->written + ret->deleted > 0) {
		rc = tell(w, replace, now, actor, ret, reterr);
	}
	if (rc == RC_OK && !dry_run && w->last != NULL) {
		rc = w->last(w->db, w->arg, reterr);
	}
	if (rc == RC_OK && !dry_run) {
		rc = db_commit(w->db, reterr);
	} else {
		db_abort(w->db);
	}
	w->open = false;
	return rc;
}

void
feed_write_free(struct feed_write *w)
{
	if (w == NULL) {
		return;
	}
	if (w->open) {
		db_abort(w->db);
	}
	db_array_free(&w->number);
	db_array_free(&w->key);
	db_array_free(&w->valid_from);
	db_array_free(&w->body);
	free(w);
}

/* --- reading -------------------------------------------------------------- */

enum rc
feed_head(struct db *db, uint8_t part, const uint8_t tenant[UUID_BYTES],
	const char *feed, uint64_t *ret_rev, char ret_epoch[FEED_EPOCH_BYTES],
	struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args a;
	enum rc rc;

	*ret_rev = 0;
	memcpy(ret_epoch, "0", 2);
	db_args_init(&a, part, tenant);
	rc = db_run(db, SQL_FEED_HEADS, &a, &rows, reterr);
	for (int i = 0; rc == RC_OK && i < rows.n; i++) {
		const char *epoch = db_text(&rows, i, 2);

		if (strcmp(db_text(&rows, i, 0), feed) == 0 &&
			strlen(epoch) < FEED_EPOCH_BYTES) {
			*ret_rev = (uint64_t)db_i64(&rows, i, 1);
			memcpy(ret_epoch, epoch, strlen(epoch) + 1);
		}
	}
	db_rows_free(&rows);
	return rc;
}

enum rc
feed_begin_epoch(struct db *db, const struct rng *r, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const char *feed, const char *epoch,
	uint64_t at_least, struct err *reterr)
{
	char next[FEED_EPOCH_BYTES];
	struct db_args a;

	random_epoch(r, next);
	db_args_init(&a, part, tenant);
	db_add_text(&a, feed);
	db_add_text(&a, next);
	db_add_text(&a, epoch);
	db_add_i64(&a, (int64_t)at_least);
	return db_run(db, SQL_FEED_EPOCH, &a, NULL, reterr);
}

struct prune {
	uint8_t part;
	const uint8_t *tenant;
	const char *feed;
	struct utc before;
};

static enum rc
prune_one(struct db *db, void *arg, struct err *reterr)
{
	static const enum sql step[] = {SQL_FEED_FLOOR, SQL_FEED_PRUNE};
	const struct prune *p = arg;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(step); i++) {
		struct db_args a;

		db_args_init(&a, p->part, p->tenant);
		db_add_text(&a, p->feed);
		db_add_time(&a, p->before);
		rc = db_do(db, step[i], &a, NULL, reterr);
	}
	return rc;
}

enum rc
feed_prune(struct db *db, uint8_t part, const uint8_t tenant[UUID_BYTES],
	const char *feed, struct utc before, struct err *reterr)
{
	struct prune p = {part, tenant, feed, before};

	return db_transact(db, part, prune_one, &p, reterr);
}

void
feed_report(struct json *j, const struct feed_rows_result *r,
	const struct feed_written *w)
{
	json_u64(j, "rows", r->rows);
	json_u64(j, "taken", r->taken);
	json_u64(j, "refused", r->refused);
	json_u64(j, "replaced",
		r->taken > w->given && w->given > 0 ? r->taken - w->given : 0);
	json_obj(j, "reasons");
	for (unsigned i = 0; i < FEED_REFUSAL_COUNT; i++) {
		if (r->reason[i] > 0) {
			json_u64(j, feed_refusal_name(i), r->reason[i]);
		}
	}
	json_obj_end(j);
	json_u64(j, "cleaned", r->cleaned);
	json_u64(j, "shortened", r->shortened);
	json_u64(j, "internal", r->internal);
	json_u64(j, "written", w->written);
	json_u64(j, "deleted", w->deleted);
	json_u64(j, "rev", w->rev);
	json_str(j, "sha256", r->hash);
	json_arr(j, "samples");
	for (size_t i = 0; i < r->n_sample; i++) {
		json_obj(j, NULL);
		json_u64(j, "line", r->sample[i].line);
		json_str(j, "reason", feed_refusal_name(r->sample[i].reason));
		json_str(j, "text", r->sample[i].text);
		json_obj_end(j);
	}
	json_arr_end(j);
}
