/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/tenant.h"

#include <string.h>

#include "base/sbuf.h"
#include "base/text.h"
#include "hub/deed.h"
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

static enum rc
list_tenant(const struct doer *d, const struct tenant *t, struct err *reterr)
{
	uint8_t home = hub_config_home(db_config(d->db));
	struct db_args *args;
	struct deed x;

	deed_init(&x, d, home, db_nobody, "tenant.added");
	args = deed_step(&x, SQL_TENANT_LIST_ADD, db_nobody);
	db_add_uuid(args, t->id);
	db_add_part(args, t->part);
	db_add_text(args, t->name);
	db_add_text(args, t->residency);
	tenant_detail(x.detail, sizeof(x.detail), t->id, t->name);
	return deed_do(&x, reterr);
}

enum rc
tenant_add(const struct doer *d, const char *name, const char *residency,
	struct tenant *ret, struct err *reterr)
{
	struct db_args *args;
	struct deed x;
	enum rc rc;

	*ret = (struct tenant){0};
	ret->since = clock_read(&d->clock).utc;
	rc = tenant_name(name, ret->name, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	tenant_take_text(ret->residency, sizeof(ret->residency), residency);
	uuid_v7(&d->rng, ret->since, ret->id);
	if (hub_config_pick(db_config(d->db), ret->residency, ret->id,
		    &ret->part) != RC_OK) {
		return err_set(reterr, RC_NOTFOUND, 0, "tenant",
			"no database has the label %s: give one of them "
			"residency = %s in holdfast-hub.conf",
			ret->residency, ret->residency);
	}
	deed_init(&x, d, ret->part, ret->id, "tenant.added");
	args = deed_step(&x, SQL_TENANT_ADD, ret->id);
	db_add_text(args, ret->name);
	db_add_text(args, ret->residency);
	deed_tell(&x, "%s", ret->name);
	rc = deed_do(&x, reterr);
	return rc == RC_OK ? list_tenant(d, ret, reterr) : rc;
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

enum rc
administrator_add(const struct doer *d, const struct tenant *t,
	const char *name, const uint8_t key[SIGN_PUB_BYTES],
	uint8_t ret_id[UUID_BYTES], struct err *reterr)
{
	char clean[TENANT_NAME_BYTES];
	struct db_args *args;
	struct deed x;
	enum rc rc = tenant_name(name, clean, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	deed_init(&x, d, t->part, t->id, "administrator.added");
	uuid_v7(&d->rng, x.now, ret_id);
	args = deed_step(&x, SQL_ADMINISTRATOR_ADD, t->id);
	db_add_uuid(args, ret_id);
	db_add_text(args, clean);
	db_add_bytes(args, key, SIGN_PUB_BYTES);
	tenant_detail(x.detail, sizeof(x.detail), ret_id, clean);
	return deed_do(&x, reterr);
}

enum rc
administrator_revoke(const struct doer *d, const struct tenant *t,
	const uint8_t id[UUID_BYTES], struct err *reterr)
{
	struct db_args *args;
	struct deed x;

	deed_init(&x, d, t->part, t->id, "administrator.revoked");
	args = deed_step(&x, SQL_ADMINISTRATOR_REVOKE, t->id);
	db_add_uuid(args, id);
	db_add_time(args, x.now);
	deed_must(&x, "there is no such administrator");
	tenant_detail(x.detail, sizeof(x.detail), id, "");
	return deed_do(&x, reterr);
}
