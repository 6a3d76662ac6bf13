/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/parse.h"
#include "hub/db.h"
#include "hub/history.h"
#include "hub/tenant.h"
#include "main/hub.h"

#include "base/poison.h"

static const char usage[] = "export events --register R [--tenant T] "
			    "[--epoch N] [--from N]";

struct export
{
	struct hub_args a;
	struct hub_config config;
	struct db *db;
	struct tenant tenant;
	struct register_place reg;
	int64_t epoch, from;
};

static enum rc
way_of(struct export *x, struct history_way *ret, struct err *reterr)
{
	struct db_rows rows = {0};
	struct anchor head = {0};
	struct db_args args;
	enum rc rc;

	if (x->epoch > 0) {
		ret->n = 1;
		ret->piece[0] = (struct history_piece){
			(uint32_t)x->epoch, 1, INT64_MAX / 2};
		return RC_OK;
	}
	db_args_init(&args, x->reg.part, x->tenant.id);
	db_add_uuid(&args, x->reg.id);
	rc = db_run(x->db, SQL_HEAD, &args, &rows, reterr);
	if (rc == RC_OK && rows.n == 1) {
		head.epoch = (uint32_t)db_i64(&rows, 0, 0);
		head.sequence = (uint64_t)db_i64(&rows, 0, 1);
	}
	db_rows_free(&rows);
	return rc == RC_OK ? history_way(x->db, x->reg.part, x->tenant.id,
				     x->reg.id, &head, ret, reterr)
			   : rc;
}

/* The lines of one answer; *ret_last is the last sequence among them. */
static int
put_rows(struct export *x, const struct db_rows *rows, uint64_t *ret_last)
{
	int exit = EXIT_DONE;

	for (int i = 0; exit == EXIT_DONE && i < rows->n; i++) {
		size_t n = 0;
		const uint8_t *p = db_bytes(rows, i, 1, &n);

		*ret_last = (uint64_t)db_i64(rows, i, 0);
		exit = hub_args_put(&x->a, p, n);
		if (exit == EXIT_DONE) {
			exit = hub_args_put(&x->a, "\n", 1);
		}
	}
	return exit;
}

static int
put_piece(struct export *x, struct history_piece piece)
{
	struct err e = {0};
	int exit = EXIT_DONE, n = 1;

	if (piece.first < (uint64_t)x->from) {
		piece.first = (uint64_t)x->from;
	}
	while (exit == EXIT_DONE && n > 0 && piece.first <= piece.last) {
		struct db_rows rows = {0};
		uint64_t last = piece.last;
		enum rc rc = history_read(x->db, x->reg.part, x->tenant.id,
			x->reg.id, &piece, HISTORY_LINES, &rows, &e);

		n = rows.n;
		exit = rc == RC_OK ? put_rows(x, &rows, &last)
				   : hub_args_fail(&x->a, rc, &e);
		db_rows_free(&rows);
		piece.first = last + 1;
	}
	return exit;
}

static int
export_events(struct export *x, const char *tenant, const char *reg)
{
	struct clock clock = clock_system();
	struct history_way way;
	struct err e = {0};
	int exit = EXIT_DONE;
	enum rc rc = db_open(&x->config, &clock, &x->db, &e);

	if (rc == RC_OK) {
		rc = tenant_find(x->db, tenant, &x->tenant, &e);
	}
	if (rc == RC_OK) {
		rc = register_find(x->db, &x->tenant, reg, &x->reg, &e);
	}
	/* what a tenant wants kept somewhere is read there alone */
	if (rc == RC_OK &&
		!hub_config_may(&x->config, x->reg.part, x->tenant.residency)) {
		rc = err_set(&e, RC_DENIED, 0, "export",
			"this tenant's data is to be read in '%s' only; run "
			"this at the hub there",
			x->tenant.residency);
	}
	if (rc == RC_OK) {
		rc = way_of(x, &way, &e);
	}
	if (rc != RC_OK) {
		exit = hub_args_fail(&x->a, rc, &e);
	}
	for (size_t i = 0; exit == EXIT_DONE && rc == RC_OK && i < way.n; i++) {
		exit = put_piece(x, way.piece[i]);
	}
	db_close(x->db);
	return exit;
}

static bool
take_number(const char *text, int64_t *ret)
{
	return text == NULL ||
	       parse_i64(text, strlen(text), 1, INT64_MAX / 2, ret) == RC_OK;
}

int
hub_export(int argc, char *argv[])
{
	const char *reg = NULL, *tenant = NULL, *epoch = NULL, *from = NULL;
	const struct opt opt[] = {
		{"register", OPT_TEXT, &reg},
		{"tenant", OPT_TEXT, &tenant},
		{"epoch", OPT_TEXT, &epoch},
		{"from", OPT_TEXT, &from},
	};
	struct export x = {.from = 1};
	int exit = hub_args_parse(
		&x.a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 1);

	if (exit >= 0) {
		return exit;
	}
	if (strcmp(x.a.rest[0], "events") != 0 || reg == NULL) {
		return hub_args_usage(&x.a, usage,
			reg == NULL ? "--register says which one"
				    : "what is exported is 'events'");
	}
	if (!take_number(epoch, &x.epoch) || !take_number(from, &x.from)) {
		return hub_args_usage(
			&x.a, usage, "--epoch and --from are numbers from 1");
	}
	exit = hub_args_config(&x.a, &x.config);
	return exit >= 0 ? exit : export_events(&x, tenant, reg);
}
