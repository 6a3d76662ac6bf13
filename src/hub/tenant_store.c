/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/sbuf.h"
#include "hub/deed.h"
#include "hub/tenant_internal.h"

#include "base/poison.h"

/* --- stores --- */

enum rc
store_add(const struct doer *d, const struct tenant *t, const char *name,
	struct store_place *ret, struct err *reterr)
{
	struct db_args *args;
	struct deed x;
	enum rc rc;

	*ret = (struct store_place){0};
	deed_init(&x, d, t->part, t->id, "store.added");
	ret->since = x.now;
	rc = tenant_name(name, ret->name, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	uuid_v7(&d->rng, x.now, ret->id);
	if (hub_config_pick(db_config(d->db), t->residency, ret->id,
		    &ret->part) != RC_OK) {
		return err_set(reterr, RC_NOTFOUND, 0, "tenant",
			"no database has the label %s any more", t->residency);
	}
	args = deed_step(&x, SQL_STORE_ADD, t->id);
	db_add_uuid(args, ret->id);
	db_add_part(args, ret->part);
	db_add_text(args, ret->name);
	tenant_detail(x.detail, sizeof(x.detail), ret->id, ret->name);
	return deed_do(&x, reterr);
}

struct each_store {
	store_fn fn;
	void *arg;
};

static enum rc
store_row(void *arg, const struct db_rows *rows, int i, struct err *reterr)
{
	const struct each_store *e = arg;
	struct store_place s = {.part = (uint8_t)db_i64(rows, i, 1),
		.since = db_time(rows, i, 3)};

	db_uuid(rows, i, 0, s.id);
	tenant_take_text(s.name, sizeof(s.name), db_text(rows, i, 2));
	return e->fn(e->arg, &s, reterr);
}

enum rc
store_each(struct db *db, const struct tenant *t, store_fn fn, void *arg,
	struct err *reterr)
{
	struct each_store e = {fn, arg};

	return tenant_pages(
		db, SQL_STORE_LIST, t->part, t->id, store_row, &e, reterr);
}

struct find_store {
	struct pick pick;
	struct store_place *to;
};

static enum rc
look_store(void *arg, const struct store_place *s, struct err *reterr)
{
	struct find_store *f = arg;

	(void)reterr;
	if (tenant_pick(&f->pick, s->id, s->name)) {
		*f->to = *s;
	}
	return RC_OK;
}

enum rc
store_find(struct db *db, const struct tenant *t, const char *word,
	struct store_place *ret, struct err *reterr)
{
	struct find_store f = {.to = ret};
	enum rc rc;

	tenant_pick_init(&f.pick, word);
	rc = store_each(db, t, look_store, &f, reterr);
	return rc == RC_OK ? tenant_picked(&f.pick, "store", reterr) : rc;
}

/* --- codes --- */

void
code_hash(const uint8_t secret[CODE_SECRET_BYTES], uint8_t out[HASH_BYTES])
{
	struct sha256_state s;

	sha256_start(&s);
	sha256_add(&s, "holdfast-code-v1\n", 17);
	sha256_add(&s, secret, CODE_SECRET_BYTES);
	sha256_end(&s, out);
}

static void
make_code(const struct doer *d, uint8_t part, char ret[CODE_TEXT_BYTES],
	uint8_t ret_hash[HASH_BYTES])
{
	struct code c = {.part = part};
	uint8_t pin[HASH_BYTES];

	rng_fill(&d->rng, c.secret, sizeof(c.secret));
	sha256(pin, d->hub_key, SIGN_PUB_BYTES);
	memcpy(c.pin, pin, sizeof(c.pin));
	code_format(&c, ret);
	code_hash(c.secret, ret_hash);
	crypto_wipe(&c, sizeof(c));
}

/* The codes of a register lie where it does, and under nobody's name: who
 * brings one has said no tenant yet. */
static void
void_codes(
	struct deed *x, const struct tenant *t, const struct register_place *r)
{
	struct db_args *args = deed_step(x, SQL_CODE_WITHDRAW, db_nobody);

	db_add_uuid(args, t->id);
	db_add_uuid(args, r->id);
	db_add_time(args, x->now);
}

static void
put_code(struct deed *x, const struct tenant *t, const struct register_place *r,
	const char *kind, const uint8_t hash[HASH_BYTES])
{
	struct utc until = {x->now.us + (int64_t)CODE_MINUTES * 60 * 1000000};
	struct db_args *args;

	void_codes(x, t, r);
	args = deed_step(x, SQL_CODE_ADD, db_nobody);
	db_add_bytes(args, hash, HASH_BYTES);
	db_add_uuid(args, t->id);
	db_add_uuid(args, r->id);
	db_add_text(args, kind);
	db_add_time(args, x->now);
	db_add_time(args, until);
}

/* --- registers --- */

static enum rc
check_number(const char *number, char *out, size_t cap, struct err *reterr)
{
	size_t n = strlen(number);
	bool good = n > 0 && n <= 12;

	for (size_t i = 0; i < n; i++) {
		char c = number[i];

		good = good &&
		       ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			       (c >= '0' && c <= '9') || c == '-' || c == '_');
	}
	tenant_take_text(out, cap, number);
	return good ? RC_OK
		    : err_set(reterr, RC_INVAL, 0, "tenant",
			      "a register is named by 1 to 12 letters, digits, "
			      "'-' and '_', as at the till: R01");
}

/* Whose code is too old asks for another one, not for another register. */
struct same_number {
	const struct register_place *r;
	size_t n;
};

static enum rc
look_number(void *arg, const struct register_place *r, struct err *reterr)
{
	struct same_number *s = arg;

	(void)reterr;
	if (memcmp(r->store, s->r->store, UUID_BYTES) == 0 &&
		strcmp(r->number, s->r->number) == 0) {
		s->n++;
	}
	return RC_OK;
}

static enum rc
check_new(struct db *db, const struct tenant *t, const struct register_place *r,
	struct err *reterr)
{
	struct same_number s = {.r = r};
	enum rc rc = register_each(db, t, look_number, &s, reterr);

	return rc != RC_OK || s.n == 0
		       ? rc
		       : err_set(reterr, RC_INVAL, 0, "tenant",
				 "%s is in this store already: 'holdfast-hub "
				 "register restore-code %s' gives another code",
				 r->number, r->number);
}

static enum rc
list_register(const struct doer *d, const struct tenant *t,
	const struct register_place *r, struct err *reterr)
{
	struct db_args args;

	db_args_init(&args, t->part, t->id);
	db_add_uuid(&args, r->id);
	db_add_uuid(&args, r->store);
	db_add_part(&args, r->part);
	db_add_text(&args, r->number);
	return db_run(d->db, SQL_REGISTER_LIST_ADD, &args, NULL, reterr);
}

enum rc
register_add(const struct doer *d, const struct tenant *t,
	const struct store_place *s, const char *number,
	struct register_place *ret, char ret_code[CODE_TEXT_BYTES],
	struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	struct db_args *args;
	struct deed x;
	enum rc rc;

	*ret = (struct register_place){.part = s->part};
	rc = check_number(number, ret->number, sizeof(ret->number), reterr);
	if (rc != RC_OK) {
		return rc;
	}
	deed_init(&x, d, ret->part, t->id, "register.added");
	ret->since = x.now;
	uuid_v7(&d->rng, x.now, ret->id);
	memcpy(ret->store, s->id, UUID_BYTES);
	rc = check_new(d->db, t, ret, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	make_code(d, ret->part, ret_code, hash);
	args = deed_step(&x, SQL_REGISTER_ADD, t->id);
	db_add_uuid(args, ret->id);
	db_add_uuid(args, ret->store);
	db_add_part(args, t->part);
	db_add_text(args, t->residency);
	db_add_text(args, t->name);
	db_add_text(args, s->name);
	db_add_text(args, ret->number);
	put_code(&x, t, ret, "enroll", hash);
	tenant_detail(x.detail, sizeof(x.detail), ret->id, ret->number);
	rc = deed_do(&x, reterr);
	return rc == RC_OK ? list_register(d, t, ret, reterr) : rc;
}

struct each_register {
	register_fn fn;
	void *arg;
};

static enum rc
register_row(void *arg, const struct db_rows *rows, int i, struct err *reterr)
{
	const struct each_register *e = arg;
	struct register_place r = {.part = (uint8_t)db_i64(rows, i, 2),
		.since = db_time(rows, i, 4)};

	db_uuid(rows, i, 0, r.id);
	db_uuid(rows, i, 1, r.store);
	tenant_take_text(r.number, sizeof(r.number), db_text(rows, i, 3));
	return e->fn(e->arg, &r, reterr);
}

enum rc
register_each(struct db *db, const struct tenant *t, register_fn fn, void *arg,
	struct err *reterr)
{
	struct each_register e = {fn, arg};

	return tenant_pages(db, SQL_REGISTER_LIST, t->part, t->id, register_row,
		&e, reterr);
}

struct find_register {
	struct pick pick;
	struct register_place *to;
};

static enum rc
look_register(void *arg, const struct register_place *r, struct err *reterr)
{
	struct find_register *f = arg;

	(void)reterr;
	if (tenant_pick(&f->pick, r->id, r->number)) {
		*f->to = *r;
	}
	return RC_OK;
}

enum rc
register_find(struct db *db, const struct tenant *t, const char *word,
	struct register_place *ret, struct err *reterr)
{
	struct find_register f = {.to = ret};
	enum rc rc;

	tenant_pick_init(&f.pick, word);
	rc = register_each(db, t, look_register, &f, reterr);
	return rc == RC_OK ? tenant_picked(&f.pick, "register", reterr) : rc;
}

/* "restore" when it was here: it has a source. */
static enum rc
kind_of(const struct doer *d, const struct tenant *t,
	const struct register_place *r, const char **ret, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, r->part, t->id);
	db_add_uuid(&args, r->id);
	rc = db_run(d->db, SQL_REGISTER_GET, &args, &rows, reterr);
	if (rc == RC_OK && rows.n == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "tenant",
			"there is no such register");
	}
	if (rc == RC_OK) {
		*ret = db_is_null(&rows, 0, 7) ? "enroll" : "restore";
	}
	db_rows_free(&rows);
	return rc;
}

enum rc
register_code(const struct doer *d, const struct tenant *t,
	const struct register_place *r, char ret_code[CODE_TEXT_BYTES],
	const char **ret_kind, struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	struct deed x;
	enum rc rc = kind_of(d, t, r, ret_kind, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	make_code(d, r->part, ret_code, hash);
	deed_init(&x, d, r->part, t->id, "register.code");
	/* one that was revoked comes in again */
	db_add_uuid(deed_step(&x, SQL_REGISTER_REINSTATE, t->id), r->id);
	put_code(&x, t, r, *ret_kind, hash);
	tenant_detail(x.detail, sizeof(x.detail), r->id, *ret_kind);
	return deed_do(&x, reterr);
}

enum rc
register_revoke(const struct doer *d, const struct tenant *t,
	const struct register_place *r, const char *why, struct err *reterr)
{
	struct db_args *args;
	struct deed x;

	deed_init(&x, d, r->part, t->id, "register.revoked");
	db_add_uuid(deed_step(&x, SQL_REGISTER_REVOKE, t->id), r->id);
	deed_must(&x, "there is no such register");
	args = deed_step(&x, SQL_LINK_END, t->id);
	db_add_uuid(args, r->id);
	db_add_text(args, "revoked");
	void_codes(&x, t, r);
	tenant_detail(x.detail, sizeof(x.detail), r->id, why);
	return deed_do(&x, reterr);
}
