/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/durable.h"

#include <string.h>

#include "base/sbuf.h"
#include "hub/act.h"

#include "base/poison.h"

/* --- by a standby --- */

static void
note(struct durable *d, size_t i, const struct db_rows *rows)
{
	bool waits = rows->n == 1 && db_bool(rows, 0, 0);
	int64_t lsn = db_i64(rows, 0, 1), flushed = db_i64(rows, 0, 2);
	int64_t oldest_us = db_time(rows, 0, 3).us;

	if (!waits || db_is_null(rows, 0, 2)) {
		d->at[i].pending_lsn = 0;
		d->at[i].before_us = 0;
		return;
	}
	if (d->at[i].pending_lsn > 0 && flushed >= d->at[i].pending_lsn) {
		atomic_store(&d->safe_us[i], d->at[i].pending_us);
		d->at[i].pending_lsn = 0;
	}
	/* what had ended when it was asked last is behind the log of now */
	if (d->at[i].pending_lsn == 0 && d->at[i].before_us > 0) {
		d->at[i].pending_us = d->at[i].before_us;
		d->at[i].pending_lsn = lsn;
	}
	d->at[i].before_us = oldest_us;
}

enum rc
durable_refresh(struct durable *d, struct db *db, struct err *reterr)
{
	const struct hub_config *c = db_config(db);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < c->n_db; i++) {
		struct db_rows rows = {0};
		enum rc one;

		if (c->db[i].durable != HUB_DURABLE_AUTO &&
			c->db[i].durable != HUB_DURABLE_REPLICA) {
			continue;
		}
		one = db_ask(db, c->db[i].first, SQL_REPLICA, &rows,
			rc == RC_OK ? reterr : NULL);
		if (one == RC_OK) {
			note(d, i, &rows);
		} else if (rc == RC_OK) {
			rc = one;
		}
		db_rows_free(&rows);
	}
	return rc;
}

bool
durable_is(struct durable *d, const struct hub_config *c, uint8_t part,
	struct utc head_at)
{
	const struct hub_database *at = hub_config_database(c, part);

	if (at == NULL || head_at.us == 0) {
		return false;
	}
	return at->durable == HUB_DURABLE_COMMIT ||
	       head_at.us < atomic_load(&d->safe_us[at - c->db]);
}

/* --- by a backup that somebody checked --- */

struct parts {
	bool in[256];
};

static enum rc
take_part(void *arg, const struct store_place *s, struct err *reterr)
{
	struct parts *p = arg;

	(void)reterr;
	p->in[s->part] = true;
	return RC_OK;
}

enum rc
tenant_parts(struct db *db, const struct tenant *t, uint8_t ret[256],
	size_t *ret_n, struct err *reterr)
{
	struct parts p = {0};
	enum rc rc;

	p.in[t->part] = true;
	rc = store_each(db, t, take_part, &p, reterr);
	*ret_n = 0;
	for (unsigned i = 0; i < 256; i++) {
		if (p.in[i]) {
			ret[(*ret_n)++] = (uint8_t)i;
		}
	}
	return rc;
}

struct marking {
	const struct doer *d;
	const struct tenant *t;
	const uint8_t *mark;
	uint8_t part;
	enum sql which;
	const char *what;
	int64_t n;
};

static enum rc
mark_part(struct db *db, void *arg, struct err *reterr)
{
	struct marking *m = arg;
	char id[UUID_TEXT_BYTES];
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, m->part, m->t->id);
	db_add_uuid(&args, m->mark);
	rc = db_do(db, m->which, &args, &rows, reterr);
	m->n = rows.affected;
	db_rows_free(&rows);
	if (rc == RC_OK && m->which == SQL_DURABLE_CONFIRM) {
		rc = db_do(db, SQL_DURABLE_FORGET, &args, NULL, reterr);
	}
	uuid_format(m->mark, id);
	if (rc == RC_OK && m->n > 0) {
		rc = act_record(db, m->part, m->t->id,
			clock_read(&m->d->clock).utc, m->d->actor, m->what, id,
			reterr);
	}
	return rc;
}

static enum rc
mark_all(const struct doer *d, const struct tenant *t,
	const uint8_t mark[UUID_BYTES], enum sql which, const char *what,
	int64_t *ret_n, struct err *reterr)
{
	struct marking m = {
		.d = d, .t = t, .mark = mark, .which = which, .what = what};
	uint8_t part[256];
	size_t n = 0;
	enum rc rc = tenant_parts(d->db, t, part, &n, reterr);

	*ret_n = 0;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		m.part = part[i];
		rc = db_transact(d->db, m.part, mark_part, &m, reterr);
		*ret_n += m.n;
	}
	return rc;
}

enum rc
durable_begin(const struct doer *d, const struct tenant *t,
	const uint8_t mark[UUID_BYTES], int64_t *ret_n, struct err *reterr)
{
	return mark_all(
		d, t, mark, SQL_DURABLE_BEGIN, "durable.begun", ret_n, reterr);
}

enum rc
durable_confirm(const struct doer *d, const struct tenant *t,
	const uint8_t mark[UUID_BYTES], int64_t *ret_n, struct err *reterr)
{
	return mark_all(d, t, mark, SQL_DURABLE_CONFIRM, "durable.confirmed",
		ret_n, reterr);
}

enum rc
durable_forget(const struct doer *d, const struct tenant *t,
	const uint8_t mark[UUID_BYTES], int64_t *ret_n, struct err *reterr)
{
	return mark_all(d, t, mark, SQL_DURABLE_FORGET, "durable.forgotten",
		ret_n, reterr);
}
