/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "hub/exception.h"
#include "main/hub.h"
#include "main/hub_desk.h"

#include "base/poison.h"

static const char usage[] = "exception list [--all] [--tenant T] | exception "
			    "close ID --reason TEXT [--tenant T]";

struct ask {
	struct hub_desk d;
	const char *tenant, *reason;
	bool all;
	struct tenant t;
};

static enum rc
put_text(const struct register_place *r, const struct exception *x)
{
	char id[EXCEPTION_ID_BYTES], since[UTC_TEXT_BYTES];

	exception_id(r->number, x, id);
	utc_format(x->since, since);
	since[19] = '\0'; /* to the second */
	(void)printf("%-24s  %s  %s%s%s%s\n", id, since, x->detail,
		x->open ? "" : "  closed", x->by[0] != '\0' ? " by " : "",
		x->by);
	if (x->reason[0] != '\0') {
		(void)printf("%-24s  %19s  %s\n", "", "", x->reason);
	}
	return RC_OK;
}

static enum rc
put_one(void *arg, const struct register_place *r, const struct exception *x,
	struct err *reterr)
{
	struct ask *q = arg;
	char id[EXCEPTION_ID_BYTES], reg[UUID_TEXT_BYTES];

	if (!hub_args_json(&q->d.a)) {
		return put_text(r, x);
	}
	uuid_format(r->id, reg);
	exception_id(reg, x, id);
	hub_desk_row(&q->d);
	json_str(&q->d.json, "exception", id);
	json_str(&q->d.json, "register", reg);
	json_str(&q->d.json, "number", r->number);
	json_str(&q->d.json, "kind", x->kind);
	json_i64(&q->d.json, "epoch", x->epoch);
	json_i64(&q->d.json, "sequence", x->sequence);
	json_str(&q->d.json, "detail", x->detail);
	hub_desk_time(&q->d, "since", x->since);
	json_str(&q->d.json, "state", x->open ? "open" : "closed");
	hub_desk_time(&q->d, "closed", x->closed);
	json_str_some(&q->d.json, "by", x->by);
	json_str_some(&q->d.json, "reason", x->reason);
	return hub_desk_put(&q->d, reterr);
}

static enum rc
list_register(void *arg, const struct register_place *r, struct err *reterr)
{
	struct ask *q = arg;

	return exception_each(
		q->d.db, &q->t, r, q->all, NULL, put_one, q, reterr);
}

static enum rc
close_one(struct ask *q, const char *id, struct err *reterr)
{
	struct exception_place p;
	struct register_place r;
	char reg[UUID_TEXT_BYTES];
	enum rc rc = exception_id_parse(id, reg, &p, reterr);

	if (rc == RC_OK) {
		rc = register_find(q->d.db, &q->t, reg, &r, reterr);
	}
	if (rc == RC_OK) {
		rc = exception_close(
			&q->d.doer, &q->t, &r, &p, q->reason, reterr);
	}
	if (rc == RC_OK) {
		hub_desk_row(&q->d);
		json_str(&q->d.json, "exception", id);
		json_str(&q->d.json, "state", "closed");
		rc = hub_desk_put(&q->d, reterr);
	}
	return rc;
}

static const char *
wrong(const struct ask *q)
{
	const struct hub_args *a = &q->d.a;

	if (strcmp(a->rest[0], "list") == 0) {
		return a->n == 1 && q->reason == NULL
			       ? NULL
			       : "list takes --all and --tenant";
	}
	if (strcmp(a->rest[0], "close") != 0) {
		return "there is no such word";
	}
	if (a->n != 2) {
		return "an ID says which one, as the list shows it";
	}
	return q->reason == NULL ? "--reason says why, for the log of acts"
				 : NULL;
}

int
hub_exception(int argc, char *argv[])
{
	static struct ask q;
	const struct opt opt[] = {
		{"tenant", OPT_TEXT, &q.tenant},
		{"reason", OPT_TEXT, &q.reason},
		{"all", OPT_FLAG, &q.all},
	};
	struct err e = {0};
	const char *what;
	enum rc rc;
	int exit = hub_args_parse(
		&q.d.a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 2);

	if (exit >= 0) {
		return exit;
	}
	what = wrong(&q);
	if (what != NULL) {
		return hub_args_usage(&q.d.a, usage, what);
	}
	rc = hub_desk_open(&q.d, &e);
	if (rc == RC_OK) {
		rc = tenant_find(q.d.db, q.tenant, &q.t, &e);
	}
	if (rc == RC_OK && q.d.a.n == 1) {
		rc = register_each(q.d.db, &q.t, list_register, &q, &e);
	} else if (rc == RC_OK) {
		rc = close_one(&q, q.d.a.rest[1], &e);
	}
	return hub_desk_end(&q.d, rc, &e);
}
