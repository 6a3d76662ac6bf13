/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/census.h"

#include <string.h>

#include "hub/db.h"
#include "hub/durable.h"
#include "hub/tenant.h"

#include "base/poison.h"

struct census {
	struct hub *h;
	int64_t registers[METRICS_STATE_COUNT];
	int64_t exceptions[METRICS_KINDS];
	int64_t age_s;
};

static enum rc
count_registers(
	struct census *c, const struct db_args *args, struct err *reterr)
{
	struct db_rows rows = {0};
	enum rc rc = db_run(c->h->db, SQL_CENSUS, args, &rows, reterr);

	if (rc == RC_OK && rows.n == 1) {
		int64_t age = db_i64(&rows, 0, METRICS_STATE_COUNT);

		for (int i = 0; i < METRICS_STATE_COUNT; i++) {
			c->registers[i] += db_i64(&rows, 0, i);
		}
		c->age_s = age > c->age_s ? age : c->age_s;
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
count_exceptions(
	struct census *c, const struct db_args *args, struct err *reterr)
{
	struct db_rows rows = {0};
	enum rc rc = db_run(c->h->db, SQL_EXCEPTIONS_OPEN, args, &rows, reterr);

	for (int i = 0; rc == RC_OK && i < rows.n; i++) {
		c->exceptions[metrics_kind(db_text(&rows, i, 0))] +=
			db_i64(&rows, i, 1);
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
count_tenant(void *arg, const struct tenant *t, struct err *reterr)
{
	struct census *c = arg;
	uint8_t part[256];
	size_t n = 0;
	enum rc rc = tenant_parts(c->h->db, t, part, &n, reterr);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		const struct hub_database *d =
			hub_config_database(c->h->config, part[i]);
		struct db_args args;

		if (d == NULL) {
			continue; /* another hub's */
		}
		db_args_init(&args, part[i], t->id);
		rc = count_exceptions(c, &args, reterr);
		if (rc == RC_OK) {
			/* what the database itself sees to needs no mark */
			db_add_bool(&args, d->durable == HUB_DURABLE_BACKUP);
			rc = count_registers(c, &args, reterr);
		}
	}
	return rc;
}

void
census_take(struct hub *h)
{
	struct census c = {.h = h};
	struct metrics *m = &h->metrics;
	struct err e = {0};

	if (tenant_each(h->db, count_tenant, &c, &e) != RC_OK) {
		/* an old number looks like a true one */
		for (size_t i = 0; i < METRICS_STATE_COUNT; i++) {
			c.registers[i] = -1;
		}
		for (size_t i = 0; i < METRICS_KINDS; i++) {
			c.exceptions[i] = -1;
		}
		c.age_s = -1;
		hub_log(h, LOG_LVL_WARN, "census", "%s", e.msg);
	}
	for (size_t i = 0; i < METRICS_STATE_COUNT; i++) {
		atomic_store(&m->registers[i], c.registers[i]);
	}
	for (size_t i = 0; i < METRICS_KINDS; i++) {
		atomic_store(&m->exceptions[i], c.exceptions[i]);
	}
	atomic_store(&m->durable_age_s, c.age_s);
}
