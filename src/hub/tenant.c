/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/tenant.h"

#include <string.h>

#include "base/sbuf.h"
#include "base/text.h"
#include "hub/act.h"
#include "hub/tenant_internal.h"

#include "base/poison.h"

#define NAME_CELLS 40

enum rc
tenant_name(const char *name, char out[TENANT_NAME_BYTES], struct err *reterr)
{
	unsigned had = text_clean(
		name, strlen(name), out, TENANT_NAME_BYTES, NAME_CELLS);

	if (out[0] == '\0' || (had & TEXT_WAS_CUT) != 0) {
		return err_set(reterr, RC_INVAL, 0, "tenant",
			"a name has 1 to 40 characters");
	}
	return RC_OK;
}

void
tenant_take_text(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s != NULL ? s : "");
}

void
tenant_detail(
	char *out, size_t cap, const uint8_t id[UUID_BYTES], const char *word)
{
	char text[UUID_TEXT_BYTES];
	struct sbuf b;

	uuid_format(id, text);
	sbuf_init(&b, out, cap);
	sbuf_printf(&b, "%s %s", text, word);
}

/* --- lists: pages of rows, told one by one --- */

enum rc
tenant_pages(struct db *db, enum sql which, uint8_t part,
	const uint8_t tenant[UUID_BYTES], tenant_row_fn fn, void *arg,
	struct err *reterr)
{
	uint8_t after[UUID_BYTES] = {0};
	enum rc rc = RC_OK;
	int n = PAGE_ROWS;

	while (rc == RC_OK && n == PAGE_ROWS) {
		struct db_rows rows = {0};
		struct db_args args;

		db_args_init(&args, part, tenant);
		db_add_uuid(&args, after);
		db_add_i32(&args, PAGE_ROWS);
		rc = db_run(db, which, &args, &rows, reterr);
		n = rows.n;
		for (int i = 0; rc == RC_OK && i < n; i++) {
			db_uuid(&rows, i, 0, after);
			rc = fn(arg, &rows, i, reterr);
		}
		db_rows_free(&rows);
	}
	return rc;
}

bool
tenant_pick(struct pick *p, const uint8_t id[UUID_BYTES], const char *name)
{
	bool is = p->word == NULL ||
		  (p->by_id && memcmp(p->id, id, UUID_BYTES) == 0) ||
		  (!p->by_id && strcmp(p->word, name) == 0);

	if (is) {
		p->n++;
	}
	return is && p->n == 1;
}

void
tenant_pick_init(struct pick *p, const char *word)
{
	*p = (struct pick){.word = word};
	p->by_id =
		word != NULL && uuid_parse(word, strlen(word), p->id) == RC_OK;
}

enum rc
tenant_picked(const struct pick *p, const char *kind, struct err *reterr)
{
	if (p->n == 1) {
		return RC_OK;
	}
	if (p->n == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, "tenant",
			"there is no %s%s%s: 'holdfast-hub %s list' shows them",
			kind, p->word != NULL ? " " : " yet",
			p->word != NULL ? p->word : "", kind);
	}
	return err_set(reterr, RC_DECLINED, 0, "tenant",
		"%zu of them: name the %s by its id ('holdfast-hub %s list')",
		p->n, kind, kind);
}

/* --- tenants --- */

struct adding {
	const struct doer *d;
	struct tenant *t;
	const char *name;
	const uint8_t *key;
	uint8_t *id;
	struct utc now;
};

static enum rc
add_tenant(struct db *db, void *arg, struct err *reterr)
{
	const struct adding *a = arg;
	struct db_args args;
	enum rc rc;

	db_args_init(&args, a->t->part, a->t->id);
	db_add_text(&args, a->t->name);
	db_add_text(&args, a->t->residency);
	rc = db_do(db, SQL_TENANT_ADD, &args, NULL, reterr);
	if (rc == RC_OK) {
		rc = act_record(db, a->t->part, a->t->id, a->now, a->d->actor,
			"tenant.added", a->t->name, reterr);
	}
	return rc;
}

static enum rc
list_tenant(struct db *db, void *arg, struct err *reterr)
{
	const struct adding *a = arg;
	uint8_t home = hub_config_home(db_config(db));
	char detail[256];
	struct db_args args;
	enum rc rc;

	db_args_init(&args, home, db_nobody);
	db_add_uuid(&args, a->t->id);
	db_add_part(&args, a->t->part);
	db_add_text(&args, a->t->name);
	db_add_text(&args, a->t->residency);
	rc = db_do(db, SQL_TENANT_LIST_ADD, &args, NULL, reterr);
	tenant_detail(detail, sizeof(detail), a->t->id, a->t->name);
	if (rc == RC_OK) {
		rc = act_record(db, home, db_nobody, a->now, a->d->actor,
			"tenant.added", detail, reterr);
	}
	return rc;
}

enum rc
tenant_add(const struct doer *d, const char *name, const char *residency,
	struct tenant *ret, struct err *reterr)
{
	const struct hub_config *c = db_config(d->db);
	struct adding a = {.d = d, .t = ret};
	enum rc rc;

	*ret = (struct tenant){0};
	a.now = clock_read(&d->clock).utc;
	ret->since = a.now;
	rc = tenant_name(name, ret->name, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	tenant_take_text(ret->residency, sizeof(ret->residency), residency);
	uuid_v7(&d->rng, a.now, ret->id);
	if (hub_config_pick(c, ret->residency, ret->id, &ret->part) != RC_OK) {
		return err_set(reterr, RC_NOTFOUND, 0, "tenant",
			"no database has the label %s: give one of them "
			"residency = %s in holdfast-hub.conf",
			ret->residency, ret->residency);
	}
	rc = db_transact(d->db, ret->part, add_tenant, &a, reterr);
	if (rc == RC_OK) {
		rc = db_transact(
			d->db, hub_config_home(c), list_tenant, &a, reterr);
	}
	return rc;
}

struct each_tenant {
	tenant_fn fn;
	void *arg;
};

static enum rc
tenant_row(void *arg, const struct db_rows *rows, int i, struct err *reterr)
{
	const struct each_tenant *e = arg;
	struct tenant t = {.part = (uint8_t)db_i64(rows, i, 1),
		.since = db_time(rows, i, 4)};

	db_uuid(rows, i, 0, t.id);
	tenant_take_text(t.name, sizeof(t.name), db_text(rows, i, 2));
	tenant_take_text(t.residency, sizeof(t.residency), db_text(rows, i, 3));
	return e->fn(e->arg, &t, reterr);
}

enum rc
tenant_each(struct db *db, tenant_fn fn, void *arg, struct err *reterr)
{
	struct each_tenant e = {fn, arg};

	return tenant_pages(db, SQL_TENANT_LIST, hub_config_home(db_config(db)),
		db_nobody, tenant_row, &e, reterr);
}

struct find_tenant {
	struct pick pick;
	struct tenant *to;
};

static enum rc
look_tenant(void *arg, const struct tenant *t, struct err *reterr)
{
	struct find_tenant *f = arg;

	(void)reterr;
	if (tenant_pick(&f->pick, t->id, t->name)) {
		*f->to = *t;
	}
	return RC_OK;
}

enum rc
tenant_find(
	struct db *db, const char *word, struct tenant *ret, struct err *reterr)
{
	struct find_tenant f = {.to = ret};
	enum rc rc;

	tenant_pick_init(&f.pick, word);
	rc = tenant_each(db, look_tenant, &f, reterr);
	return rc == RC_OK ? tenant_picked(&f.pick, "tenant", reterr) : rc;
}

/* --- administrators --- */

static enum rc
add_administrator(struct db *db, void *arg, struct err *reterr)
{
	const struct adding *a = arg;
	char detail[256];
	struct db_args args;
	enum rc rc;

	db_args_init(&args, a->t->part, a->t->id);
	db_add_uuid(&args, a->id);
	db_add_text(&args, a->name);
	db_add_bytes(&args, a->key, SIGN_PUB_BYTES);
	rc = db_do(db, SQL_ADMINISTRATOR_ADD, &args, NULL, reterr);
	tenant_detail(detail, sizeof(detail), a->id, a->name);
	if (rc == RC_OK) {
		rc = act_record(db, a->t->part, a->t->id, a->now, a->d->actor,
			"administrator.added", detail, reterr);
	}
	return rc;
}

enum rc
administrator_add(const struct doer *d, const struct tenant *t,
	const char *name, const uint8_t key[SIGN_PUB_BYTES],
	uint8_t ret_id[UUID_BYTES], struct err *reterr)
{
	char clean[TENANT_NAME_BYTES];
	struct tenant copy = *t;
	struct adding a = {
		.d = d, .t = &copy, .name = clean, .key = key, .id = ret_id};
	enum rc rc = tenant_name(name, clean, reterr);

	a.now = clock_read(&d->clock).utc;
	uuid_v7(&d->rng, a.now, ret_id);
	return rc == RC_OK ? db_transact(d->db, t->part, add_administrator, &a,
				     reterr)
			   : rc;
}

static enum rc
revoke_administrator(struct db *db, void *arg, struct err *reterr)
{
	const struct adding *a = arg;
	struct db_rows rows = {0};
	char detail[256];
	struct db_args args;
	enum rc rc;

	db_args_init(&args, a->t->part, a->t->id);
	db_add_uuid(&args, a->id);
	db_add_time(&args, a->now);
	rc = db_do(db, SQL_ADMINISTRATOR_REVOKE, &args, &rows, reterr);
	if (rc == RC_OK && rows.affected == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "tenant",
			"there is no such administrator");
	}
	db_rows_free(&rows);
	tenant_detail(detail, sizeof(detail), a->id, "");
	if (rc == RC_OK) {
		rc = act_record(db, a->t->part, a->t->id, a->now, a->d->actor,
			"administrator.revoked", detail, reterr);
	}
	return rc;
}

enum rc
administrator_revoke(const struct doer *d, const struct tenant *t,
	const uint8_t id[UUID_BYTES], struct err *reterr)
{
	struct tenant copy = *t;
	uint8_t whose[UUID_BYTES];
	struct adding a = {.d = d, .t = &copy, .id = whose};

	memcpy(whose, id, sizeof(whose));
	a.now = clock_read(&d->clock).utc;
	return db_transact(d->db, t->part, revoke_administrator, &a, reterr);
}
