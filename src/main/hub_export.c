/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/parse.h"
#include "base/text.h"
#include "hub/db.h"
#include "hub/durable.h"
#include "hub/history.h"
#include "hub/logbook.h"
#include "hub/salvage.h"
#include "hub/tenant.h"
#include "main/hub.h"

#include "base/poison.h"

static const char usage[] =
	"export events --register R [--tenant T] "
	"[--epoch N] [--from N] [--salvaged]\n"
	"       holdfast-hub export events --hub [--part N] "
	"[--tenant T]";

struct export
{
	struct hub_args a;
	struct hub_config config;
	struct db *db;
	struct tenant tenant;
	struct register_place reg;
	int64_t epoch, from, part; /* part -1: all */
	bool salvaged, hub;
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

/* What was decided, then the line itself: its bytes are those between "line":
 * and the last brace. */
static enum rc
put_salvaged(void *arg, const struct salvage_fact *s, struct err *reterr)
{
	struct export *x = arg;
	char text[8192], id[UUID_TEXT_BYTES], hash[2 * HASH_BYTES + 1];
	char reason[SALVAGE_REASON_BYTES + 1];
	char received[UTC_TEXT_BYTES], decided[UTC_TEXT_BYTES];
	struct json j;
	struct sbuf b;

	uuid_format(x->reg.id, id);
	hex_encode(hash, s->hash, HASH_BYTES);
	utc_format(s->received, received);
	utc_format(s->decided, decided);
	sbuf_init(&b, text, sizeof(text));
	json_init(&j, &b);
	json_obj(&j, NULL);
	json_obj(&j, "salvaged");
	json_str(&j, "register", id);
	json_str(&j, "number", x->reg.number);
	json_i64(&j, "epoch", s->epoch);
	json_i64(&j, "sequence", s->sequence);
	json_str(&j, "hash", hash);
	json_str(&j, "received", received);
	json_str(&j, "decided", decided);
	json_str(&j, "by", s->by);
	/* there was a time when nobody asked how long it is */
	if (strlen(s->reason) > SALVAGE_REASON_BYTES) {
		(void)text_clean(s->reason, strlen(s->reason), reason,
			sizeof(reason), 0);
		json_str(&j, "reason", reason);
	} else {
		json_str(&j, "reason", s->reason);
	}
	json_obj_end(&j);
	sbuf_puts(&b, ",\"line\":");
	if (!sbuf_ok(&b) || hub_args_put(&x->a, b.p, b.len) != EXIT_DONE ||
		hub_args_put(&x->a, s->line, s->n_line) != EXIT_DONE ||
		hub_args_put(&x->a, "}\n", 2) != EXIT_DONE) {
		return err_set(reterr, RC_IO, 0, "export",
			"the lines could not be written");
	}
	return RC_OK;
}

/* What a tenant wants kept somewhere is read there alone. */
static enum rc
may(const struct export *x, uint8_t part, struct err *reterr)
{
	return hub_config_may(&x->config, part, x->tenant.residency)
		       ? RC_OK
		       : err_set(reterr, RC_DENIED, 0, "export",
				 "this tenant's data is to be read in '%s' "
				 "only; run this at the hub there",
				 x->tenant.residency);
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
	if (rc == RC_OK) {
		rc = may(x, x->reg.part, &e);
	}
	if (rc == RC_OK && x->salvaged) {
		way.n = 0;
		rc = salvage_accepted(
			x->db, &x->tenant, &x->reg, put_salvaged, x, &e);
	} else if (rc == RC_OK) {
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

/* --- the hub's own log ---------------------------------------------------- */

static enum rc
put_own(void *arg, const struct event *e, const uint8_t *line, size_t n,
	struct err *reterr)
{
	struct export *x = arg;

	(void)e;

	return hub_args_put(&x->a, line, n) == EXIT_DONE &&
			       hub_args_put(&x->a, "\n", 1) == EXIT_DONE
		       ? RC_OK
		       : err_set(reterr, RC_IO, 0, "export",
				 "the lines could not be written");
}

static enum rc
put_logs(struct export *x, struct err *reterr)
{
	struct anchor head;
	uint8_t part[256];
	size_t n = 0;
	enum rc rc = tenant_parts(x->db, &x->tenant, part, &n, reterr);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (x->part >= 0 && x->part != part[i]) {
			continue;
		}
		rc = may(x, part[i], reterr);
		if (rc == RC_OK) {
			rc = logbook_read(x->db, &x->tenant, part[i], put_own,
				x, &head, reterr);
		}
	}
	return rc;
}

static int
export_log(struct export *x, const char *tenant)
{
	struct clock clock = clock_system();
	struct err e = {0};
	enum rc rc = db_open(&x->config, &clock, &x->db, &e);

	if (rc == RC_OK) {
		rc = tenant_find(x->db, tenant, &x->tenant, &e);
	}
	if (rc == RC_OK) {
		rc = put_logs(x, &e);
	}
	db_close(x->db);
	return rc == RC_OK ? EXIT_DONE : hub_args_fail(&x->a, rc, &e);
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
	const char *part = NULL;
	struct export x = {.from = 1, .part = -1};
	const struct opt opt[] = {
		{"register", OPT_TEXT, &reg},
		{"tenant", OPT_TEXT, &tenant},
		{"epoch", OPT_TEXT, &epoch},
		{"from", OPT_TEXT, &from},
		{"salvaged", OPT_FLAG, &x.salvaged},
		{"hub", OPT_FLAG, &x.hub},
		{"part", OPT_TEXT, &part},
	};
	int exit = hub_args_parse(
		&x.a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 1);

	if (exit >= 0) {
		return exit;
	}
	if (strcmp(x.a.rest[0], "events") != 0 || (reg == NULL) != x.hub) {
		return hub_args_usage(&x.a, usage,
			(reg == NULL) == x.hub
				? "what is exported is 'events'"
				: "--register says which one, or --hub");
	}
	if ((part != NULL && !x.hub) ||
		(x.hub && (epoch != NULL || from != NULL || x.salvaged))) {
		return hub_args_usage(
			&x.a, usage, "--hub takes --part and --tenant alone");
	}
	if (part != NULL &&
		parse_i64(part, strlen(part), 0, 255, &x.part) != RC_OK) {
		return hub_args_usage(
			&x.a, usage, "--part is a number from 0 to 255");
	}
	if (!take_number(epoch, &x.epoch) || !take_number(from, &x.from)) {
		return hub_args_usage(
			&x.a, usage, "--epoch and --from are numbers from 1");
	}
	if (x.salvaged && (epoch != NULL || from != NULL)) {
		return hub_args_usage(&x.a, usage,
			"--salvaged gives all of it: no --epoch, no --from");
	}
	exit = hub_args_config(&x.a, &x.config);
	if (exit >= 0) {
		return exit;
	}
	return x.hub ? export_log(&x, tenant) : export_events(&x, tenant, reg);
}
