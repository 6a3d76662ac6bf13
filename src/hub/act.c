/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/act.h"

#include <string.h>

#include "base/bytes.h"
#include "base/sbuf.h"
#include "base/text.h"

#include "base/poison.h"

#define PAGE 200
#define DETAIL_BYTES 4000
#define TEXT_BYTES 6000

static enum rc
hash_act(uint8_t part, const uint8_t tenant[UUID_BYTES], const struct act *a,
	const uint8_t prev[HASH_BYTES], uint8_t out[HASH_BYTES])
{
	char text[TEXT_BYTES], id[UUID_TEXT_BYTES], at[UTC_TEXT_BYTES];
	char before[HASH_BYTES * 2 + 1];
	struct sbuf b;

	uuid_format(tenant, id);
	utc_format(a->at, at);
	hex_encode(before, prev, HASH_BYTES);
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "holdfast-act-v1\n%s\n%u\n%lld\n%s\n%s\n%s\n%s\n%s\n",
		id, part, (long long)a->sequence, at, a->actor, a->what,
		a->detail, before);
	if (!sbuf_ok(&b)) {
		return RC_RANGE;
	}
	sha256(out, text, b.len);
	return RC_OK;
}

static void
sign_text(const uint8_t hash[HASH_BYTES], struct sbuf *b)
{
	char hex[HASH_BYTES * 2 + 1];

	hex_encode(hex, hash, HASH_BYTES);
	sbuf_printf(b, "holdfast-act-signature-v1\n%s\n", hex);
}

static void
sign_act(const struct db_writer *w, struct act *a)
{
	char text[128];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sign_text(a->hash, &b);
	crypto_sign_with(w->sign_secret, b.p, b.len, a->sig);
}

static bool
is_ours(const struct db_writer *w, const struct act *a)
{
	char text[128];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sign_text(a->hash, &b);
	return crypto_verify(w->sign_public, b.p, b.len, a->sig);
}

enum rc
act_record(struct db *db, uint8_t part, const uint8_t tenant[UUID_BYTES],
	struct utc now, const char *actor, const char *what, const char *detail,
	struct err *reterr)
{
	char clean[DETAIL_BYTES];
	struct act a = {
		.at = now, .actor = actor, .what = what, .detail = clean};
	uint8_t prev[HASH_BYTES] = {0};
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	if (db_writer(db) == NULL) {
		return err_set(reterr, RC_DENIED, 0, "act",
			"who has no key of the hub records no act");
	}
	/* a line break in it would let it tell of two acts */
	(void)text_clean(detail, strlen(detail), clean, sizeof(clean), 0);
	db_args_init(&args, part, tenant);
	rc = db_do(db, SQL_ACT_HEAD, &args, &rows, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	a.sequence = 1;
	if (rows.n > 0) {
		a.sequence = db_i64(&rows, 0, 0) + 1;
		(void)db_fixed(&rows, 0, 1, prev, sizeof(prev));
	}
	db_rows_free(&rows);
	rc = hash_act(part, tenant, &a, prev, a.hash);
	if (rc != RC_OK) {
		(void)err_set(reterr, rc, 0, "act", "an act is too long");
		goto out;
	}
	db_add_i64(&args, a.sequence);
	db_add_bytes(&args, prev, sizeof(prev));
	db_add_time(&args, a.at);
	db_add_text(&args, a.actor);
	db_add_text(&args, a.what);
	db_add_text(&args, a.detail);
	db_add_bytes(&args, a.hash, sizeof(a.hash));
	sign_act(db_writer(db), &a);
	db_add_bytes(&args, a.sig, sizeof(a.sig));
	rc = db_do(db, SQL_ACT_ADD, &args, &rows, reterr);
	if (rc == RC_OK && rows.affected != 1) {
		rc = err_set(reterr, RC_AGAIN, 0, "act",
			"another act was recorded at the same moment: try "
			"again");
	}
out:
	db_rows_free(&rows);
	return rc;
}

struct alone {
	uint8_t part;
	const uint8_t *tenant;
	struct utc now;
	const char *actor, *what, *detail;
};

static enum rc
record_alone(struct db *db, void *arg, struct err *reterr)
{
	const struct alone *a = arg;

	return act_record(db, a->part, a->tenant, a->now, a->actor, a->what,
		a->detail, reterr);
}

enum rc
act_record_alone(struct db *db, uint8_t part, const uint8_t tenant[UUID_BYTES],
	struct utc now, const char *actor, const char *what, const char *detail,
	struct err *reterr)
{
	struct alone a = {part, tenant, now, actor, what, detail};

	return db_transact(db, part, record_alone, &a, reterr);
}

/* --- reading it again --- */

struct walk {
	uint8_t part;
	const uint8_t *tenant;
	int64_t sequence; /* of the last good one */
	uint8_t hash[HASH_BYTES];
	bool sealed; /* a signed one was there */
	const struct db_writer *writer;
	act_fn fn;
	void *arg;
};

static enum rc
changed(const struct walk *w, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "act",
		"act %lld of part %u is not what was recorded, or missing: "
		"somebody changed the database",
		(long long)w->sequence + 1, w->part);
}

static enum rc
unsigned_act(const struct walk *w, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "act",
		w->sealed ? "act %lld of part %u is not signed by this hub: "
			    "somebody else put it there, or a program of "
			    "before this version"
			  : "acts up to %lld of part %u are not signed: run "
			    "'holdfast-hub setup'",
		(long long)w->sequence + (w->sealed ? 1 : 0), w->part);
}

static enum rc
check_signature(struct walk *w, const struct act *a, struct err *reterr)
{
	if (!a->is_signed) {
		return w->sealed ? unsigned_act(w, reterr) : RC_OK;
	}
	if (!is_ours(w->writer, a)) {
		return changed(w, reterr);
	}
	w->sealed = true;
	return RC_OK;
}

static enum rc
walk_row(struct walk *w, const struct db_rows *rows, int i, struct err *reterr)
{
	struct act a = {.sequence = db_i64(rows, i, 0),
		.at = db_time(rows, i, 1),
		.actor = db_text(rows, i, 2),
		.what = db_text(rows, i, 3),
		.detail = db_text(rows, i, 4)};
	uint8_t is[HASH_BYTES];
	enum rc rc = RC_OK;

	if (a.sequence != w->sequence + 1 || a.actor == NULL ||
		a.what == NULL || a.detail == NULL ||
		!db_fixed(rows, i, 5, a.hash, sizeof(a.hash)) ||
		hash_act(w->part, w->tenant, &a, w->hash, is) != RC_OK ||
		memcmp(is, a.hash, sizeof(is)) != 0) {
		return changed(w, reterr);
	}
	a.is_signed = !db_is_null(rows, i, 6);
	(void)db_fixed(rows, i, 6, a.sig, sizeof(a.sig));
	rc = check_signature(w, &a, reterr);
	if (rc == RC_OK && w->fn != NULL) {
		rc = w->fn(w->arg, &a, reterr);
	}
	w->sequence = a.sequence;
	memcpy(w->hash, a.hash, sizeof(w->hash));
	return rc;
}

static enum rc
walk_head(struct db *db, struct walk *w, int64_t until,
	const uint8_t hash[HASH_BYTES], struct err *reterr)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && w->sequence < until) {
		struct db_rows rows = {0};
		struct db_args args;
		int64_t left = until - w->sequence;

		db_args_init(&args, w->part, w->tenant);
		db_add_i64(&args, w->sequence);
		db_add_i32(&args, (int32_t)(left < PAGE ? left : PAGE));
		rc = db_run(db, SQL_ACT_LIST, &args, &rows, reterr);
		if (rc == RC_OK && rows.n == 0) {
			rc = changed(w, reterr);
		}
		for (int i = 0; rc == RC_OK && i < rows.n; i++) {
			rc = walk_row(w, &rows, i, reterr);
		}
		db_rows_free(&rows);
	}
	if (rc == RC_OK && memcmp(w->hash, hash, HASH_BYTES) != 0) {
		rc = changed(w, reterr);
	}
	return rc == RC_OK && until > 0 && !w->sealed ? unsigned_act(w, reterr)
						      : rc;
}

enum rc
act_each(struct db *db, uint8_t part, const uint8_t tenant[UUID_BYTES],
	act_fn fn, void *arg, struct err *reterr)
{
	struct walk w = {.part = part,
		.tenant = tenant,
		.writer = db_writer(db),
		.fn = fn,
		.arg = arg};
	uint8_t hash[HASH_BYTES] = {0};
	struct db_rows rows = {0};
	struct db_args args;
	int64_t until = 0;
	enum rc rc;

	db_args_init(&args, part, tenant);
	rc = db_run(db, SQL_ACT_HEAD, &args, &rows, reterr);
	if (rc == RC_OK && rows.n > 0) {
		until = db_i64(&rows, 0, 0);
		(void)db_fixed(&rows, 0, 1, hash, sizeof(hash));
	}
	db_rows_free(&rows);
	return rc == RC_OK ? walk_head(db, &w, until, hash, reterr) : rc;
}

enum rc
act_seal(struct db *db, uint8_t part, const uint8_t tenant[UUID_BYTES],
	struct utc now, const char *actor, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	bool sealed;
	int64_t last = 0;
	enum rc rc;

	db_args_init(&args, part, tenant);
	rc = db_run(db, SQL_ACT_HEAD, &args, &rows, reterr);
	if (rc == RC_OK && rows.n > 0) {
		last = db_i64(&rows, 0, 0);
	}
	db_rows_free(&rows);
	if (rc != RC_OK || last == 0) {
		return rc;
	}
	db_add_i64(&args, last - 1);
	db_add_i32(&args, 1);
	rc = db_run(db, SQL_ACT_LIST, &args, &rows, reterr);
	sealed = rc == RC_OK && rows.n == 1 && !db_is_null(&rows, 0, 6);
	db_rows_free(&rows);
	return rc != RC_OK || sealed
		       ? rc
		       : act_record_alone(db, part, tenant, now, actor,
				 "acts.signed",
				 "from here on; the hashes bind those before",
				 reterr);
}
