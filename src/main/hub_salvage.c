/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "hub/salvage.h"
#include "main/hub.h"
#include "main/hub_desk.h"

#include "base/poison.h"

static const char usage[] =
	"salvage list [--tenant T] | salvage show REGISTER EPOCH [--tenant T] "
	"| salvage accept|reject REGISTER EPOCH --why WHY [--tenant T]";

struct ask {
	struct hub_desk d;
	const char *tenant, *why;
	struct tenant t;
	struct register_place r;
	int64_t epoch;
};

static enum rc
put_epoch(void *arg, const struct register_place *r,
	const struct salvage_epoch *e, struct err *reterr)
{
	struct ask *q = arg;

	if (!hub_args_json(&q->d.a)) {
		(void)printf("%-12s  epoch %lld  %lld-%lld  %lld lines  %s\n",
			r->number, (long long)e->epoch, (long long)e->first,
			(long long)e->last, (long long)e->n, e->decision);
		return RC_OK;
	}
	hub_desk_row(&q->d);
	hub_desk_id(&q->d, "register", r->id);
	json_str(&q->d.json, "number", r->number);
	json_i64(&q->d.json, "epoch", e->epoch);
	json_i64(&q->d.json, "lines", e->n);
	json_i64(&q->d.json, "first", e->first);
	json_i64(&q->d.json, "last", e->last);
	json_str(&q->d.json, "decision", e->decision);
	return hub_desk_put(&q->d, reterr);
}

static enum rc
list_register(void *arg, const struct register_place *r, struct err *reterr)
{
	struct ask *q = arg;

	return salvage_each(q->d.db, &q->t, r, put_epoch, q, reterr);
}

static enum rc
put_line(void *arg, const uint8_t *line, size_t n, struct err *reterr)
{
	struct ask *q = arg;

	return hub_args_put(&q->d.a, line, n) == EXIT_DONE &&
			       hub_args_put(&q->d.a, "\n", 1) == EXIT_DONE
		       ? RC_OK
		       : err_set(reterr, RC_IO, 0, "salvage",
				 "the output cannot be written: give it a "
				 "place to go");
}

static enum rc
decide(struct ask *q, const char *word, struct err *reterr)
{
	int64_t n = 0;
	enum rc rc = salvage_decide(
		&q->d.doer, &q->t, &q->r, q->epoch, word, q->why, &n, reterr);

	if (rc == RC_OK) {
		hub_desk_row(&q->d);
		json_str(&q->d.json, "decision", word);
		json_i64(&q->d.json, "lines", n);
		rc = hub_desk_put(&q->d, reterr);
	}
	return rc;
}

static enum rc
run(struct ask *q, const char *word, struct err *reterr)
{
	const struct hub_args *a = &q->d.a;
	enum rc rc = tenant_find(q->d.db, q->tenant, &q->t, reterr);

	if (rc == RC_OK && a->n == 1) {
		return register_each(q->d.db, &q->t, list_register, q, reterr);
	}
	if (rc == RC_OK) {
		rc = register_find(q->d.db, &q->t, a->rest[1], &q->r, reterr);
	}
	if (rc == RC_OK &&
		!hub_config_may(&q->d.config, q->r.part, q->t.residency)) {
		rc = err_set(reterr, RC_DENIED, 0, "salvage",
			"this tenant's data is to be read in '%s' only; run "
			"this at the hub there",
			q->t.residency);
	}
	if (rc == RC_OK && strcmp(word, "show") == 0) {
		return salvage_lines(
			q->d.db, &q->t, &q->r, q->epoch, put_line, q, reterr);
	}
	return rc == RC_OK ? decide(q, word, reterr) : rc;
}

static const char *
wrong(struct ask *q, const char *word)
{
	const struct hub_args *a = &q->d.a;
	bool decides =
		strcmp(word, "accept") == 0 || strcmp(word, "reject") == 0;

	if (!decides && strcmp(word, "list") != 0 &&
		strcmp(word, "show") != 0) {
		return "there is no such word";
	}
	if ((strcmp(word, "list") == 0) != (a->n == 1) || a->n == 2) {
		return "a register and an epoch say which lines";
	}
	if (a->n == 3 && parse_i64(a->rest[2], strlen(a->rest[2]), 0,
				 UINT32_MAX, &q->epoch) != RC_OK) {
		return "an epoch is a number";
	}
	return decides && q->why == NULL ? "--why says why, for the log of acts"
					 : NULL;
}

int
hub_salvage(int argc, char *argv[])
{
	static struct ask q;
	const struct opt opt[] = {
		{"tenant", OPT_TEXT, &q.tenant},
		{"why", OPT_TEXT, &q.why},
	};
	struct err e = {0};
	const char *what;
	enum rc rc;
	int exit = hub_args_parse(
		&q.d.a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 3);

	if (exit >= 0) {
		return exit;
	}
	what = wrong(&q, q.d.a.rest[0]);
	if (what != NULL) {
		return hub_args_usage(&q.d.a, usage, what);
	}
	rc = hub_desk_open(&q.d, &e);
	if (rc == RC_OK) {
		rc = run(&q, q.d.a.rest[0], &e);
	}
	return hub_desk_end(&q.d, rc, &e);
}
