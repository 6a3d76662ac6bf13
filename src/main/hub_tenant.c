/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "main/hub_desk.h"

#include "base/poison.h"

static const char tenant_usage[] =
	"tenant add NAME [--residency LABEL] | tenant list";
static const char admin_usage[] =
	"admin add NAME --key FILE [--tenant T] | admin list [--tenant T] | "
	"admin revoke ID [--tenant T]";
static const char store_usage[] =
	"store add NAME [--tenant T] | store list [--tenant T]";
static const char register_usage[] =
	"register add NUMBER [--store S] [--tenant T] | register list "
	"[--tenant T] | register restore-code NUMBER [--tenant T] | register "
	"revoke NUMBER --why TEXT [--tenant T]";

/* Words and options of one of them. */
struct ask {
	struct hub_desk d;
	const char *usage;
	const char *tenant, *store, *residency, *key, *why;
	const char *word; /* "add", "list", ... */
	const char *name; /* NULL: not given */
	struct tenant t;
};

static int
parse(struct ask *q, int argc, char *argv[])
{
	const struct opt opt[] = {
		{"tenant", OPT_TEXT, &q->tenant},
		{"store", OPT_TEXT, &q->store},
		{"residency", OPT_TEXT, &q->residency},
		{"key", OPT_TEXT, &q->key},
		{"why", OPT_TEXT, &q->why},
	};
	int exit = hub_args_parse(
		&q->d.a, argc, argv, q->usage, opt, ARRAY_LEN(opt), 1, 2);

	if (exit < 0) {
		q->word = q->d.a.rest[0];
		q->name = q->d.a.n > 1 ? q->d.a.rest[1] : NULL;
		if ((strcmp(q->word, "list") == 0) != (q->name == NULL)) {
			exit = hub_args_usage(&q->d.a, q->usage,
				q->name == NULL ? "there is a word missing"
						: "there is a word too many");
		}
	}
	return exit;
}

static bool
says(const struct ask *q, const char *word)
{
	return strcmp(q->word, word) == 0;
}

static int
no_word(struct ask *q)
{
	hub_desk_close(&q->d);
	return hub_args_usage(&q->d.a, q->usage, "there is no such word");
}

static enum rc
whose(struct ask *q, struct err *reterr)
{
	return tenant_find(q->d.db, q->tenant, &q->t, reterr);
}

/* --- tenants --- */

static enum rc
put_tenant(void *arg, const struct tenant *t, struct err *reterr)
{
	struct ask *q = arg;
	char id[UUID_TEXT_BYTES];

	if (!hub_args_json(&q->d.a)) {
		uuid_format(t->id, id);
		(void)printf("%s  %3u  %-8s  %s\n", id, t->part,
			t->residency[0] != '\0' ? t->residency : "-", t->name);
		return RC_OK;
	}
	hub_desk_row(&q->d);
	hub_desk_id(&q->d, "tenant", t->id);
	json_str(&q->d.json, "name", t->name);
	json_str_some(&q->d.json, "residency", t->residency);
	json_i64(&q->d.json, "part", t->part);
	hub_desk_time(&q->d, "since", t->since);
	return hub_desk_put(&q->d, reterr);
}

int
hub_tenant(int argc, char *argv[])
{
	static struct ask q = {.usage = tenant_usage};
	struct err e = {0};
	enum rc rc;
	int exit = parse(&q, argc, argv);

	if (exit >= 0) {
		return exit;
	}
	rc = hub_desk_open(&q.d, &e);
	if (rc == RC_OK && says(&q, "add")) {
		rc = tenant_add(&q.d.doer, q.name,
			q.residency != NULL ? q.residency : "", &q.t, &e);
		if (rc == RC_OK) {
			rc = put_tenant(&q, &q.t, &e);
		}
	} else if (rc == RC_OK && says(&q, "list")) {
		rc = tenant_each(q.d.db, put_tenant, &q, &e);
	} else if (rc == RC_OK) {
		return no_word(&q);
	}
	return hub_desk_end(&q.d, rc, &e);
}

/* --- administrators --- */

static enum rc
add_admin(struct ask *q, struct err *reterr)
{
	char keyid[HUB_KEYID_TEXT];
	enum rc rc = hub_desk_administrator(
		&q->d, &q->t, q->name, q->key, keyid, reterr);

	if (rc == RC_OK) {
		hub_desk_row(&q->d);
		json_str(&q->d.json, "administrator", keyid);
		json_str(&q->d.json, "key", q->key);
		rc = hub_desk_put(&q->d, reterr);
	}
	return rc;
}

static enum rc
list_admins(struct ask *q, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, q->t.part, q->t.id);
	rc = db_run(q->d.db, SQL_ADMINISTRATOR_LIST, &args, &rows, reterr);
	for (int i = 0; rc == RC_OK && i < rows.n; i++) {
		uint8_t id[UUID_BYTES];

		db_uuid(&rows, i, 0, id);
		hub_desk_row(&q->d);
		hub_desk_id(&q->d, "administrator", id);
		json_str_some(&q->d.json, "name", db_text(&rows, i, 1));
		hub_desk_time(&q->d, "since", db_time(&rows, i, 2));
		hub_desk_time(&q->d, "revoked", db_time(&rows, i, 3));
		rc = hub_desk_put(&q->d, reterr);
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
revoke_admin(struct ask *q, struct err *reterr)
{
	uint8_t id[UUID_BYTES];

	if (uuid_parse(q->name, strlen(q->name), id) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "hub_tenant",
			"an administrator is named by the id of 'admin list'");
	}
	return administrator_revoke(&q->d.doer, &q->t, id, reterr);
}

int
hub_admin(int argc, char *argv[])
{
	static struct ask q = {.usage = admin_usage};
	struct err e = {0};
	enum rc rc;
	int exit = parse(&q, argc, argv);

	if (exit >= 0) {
		return exit;
	}
	if (says(&q, "add") && q.key == NULL) {
		return hub_args_usage(
			&q.d.a, q.usage, "--key names the file that is made");
	}
	rc = hub_desk_open(&q.d, &e);
	if (rc == RC_OK) {
		rc = whose(&q, &e);
	}
	if (rc == RC_OK && says(&q, "add")) {
		rc = add_admin(&q, &e);
	} else if (rc == RC_OK && says(&q, "list")) {
		rc = list_admins(&q, &e);
	} else if (rc == RC_OK && says(&q, "revoke")) {
		rc = revoke_admin(&q, &e);
	} else if (rc == RC_OK) {
		return no_word(&q);
	}
	return hub_desk_end(&q.d, rc, &e);
}

/* --- stores --- */

static enum rc
put_store(void *arg, const struct store_place *s, struct err *reterr)
{
	struct ask *q = arg;
	char id[UUID_TEXT_BYTES];

	if (!hub_args_json(&q->d.a)) {
		uuid_format(s->id, id);
		(void)printf("%s  %3u  %s\n", id, s->part, s->name);
		return RC_OK;
	}
	hub_desk_row(&q->d);
	hub_desk_id(&q->d, "store", s->id);
	json_str(&q->d.json, "name", s->name);
	json_i64(&q->d.json, "part", s->part);
	hub_desk_time(&q->d, "since", s->since);
	return hub_desk_put(&q->d, reterr);
}

int
hub_store(int argc, char *argv[])
{
	static struct ask q = {.usage = store_usage};
	struct store_place s;
	struct err e = {0};
	enum rc rc;
	int exit = parse(&q, argc, argv);

	if (exit >= 0) {
		return exit;
	}
	rc = hub_desk_open(&q.d, &e);
	if (rc == RC_OK) {
		rc = whose(&q, &e);
	}
	if (rc == RC_OK && says(&q, "add")) {
		rc = store_add(&q.d.doer, &q.t, q.name, &s, &e);
		if (rc == RC_OK) {
			rc = put_store(&q, &s, &e);
		}
	} else if (rc == RC_OK && says(&q, "list")) {
		rc = store_each(q.d.db, &q.t, put_store, &q, &e);
	} else if (rc == RC_OK) {
		return no_word(&q);
	}
	return hub_desk_end(&q.d, rc, &e);
}

/* --- registers --- */

static enum rc
put_code(struct ask *q, const struct register_place *r, const char *code,
	const char *kind, struct err *reterr)
{
	if (!hub_args_json(&q->d.a)) {
		(void)printf(
			"%s\n\nWithin %d minutes, at %s:\n  holdfast %s %s "
			"--hub %s\n",
			code, CODE_MINUTES, r->number,
			strcmp(kind, "restore") == 0 ? "restore"
						     : "sync enroll",
			code,
			q->d.config.url[0] != '\0' ? q->d.config.url
						   : "https://HUB:8443");
		return RC_OK;
	}
	hub_desk_row(&q->d);
	hub_desk_id(&q->d, "register", r->id);
	hub_desk_id(&q->d, "store", r->store);
	json_str(&q->d.json, "number", r->number);
	json_i64(&q->d.json, "part", r->part);
	json_str(&q->d.json, "kind", kind);
	json_str(&q->d.json, "code", code);
	json_i64(&q->d.json, "minutes", CODE_MINUTES);
	return hub_desk_put(&q->d, reterr);
}

static void
put_state(struct ask *q, const struct db_rows *s)
{
	json_str_some(&q->d.json, "state", db_text(s, 0, 0));
	json_i64(&q->d.json, "epoch", db_i64(s, 0, 1));
	json_i64(&q->d.json, "sequence", db_i64(s, 0, 2));
	json_i64(&q->d.json, "durable_epoch", db_i64(s, 0, 3));
	json_i64(&q->d.json, "durable", db_i64(s, 0, 4));
	hub_desk_time(&q->d, "head_at", db_time(s, 0, 5));
	hub_desk_time(&q->d, "seen", db_time(s, 0, 6));
	json_i64_some(&q->d.json, "offset_ms", db_i64(s, 0, 7));
	json_i64_some(&q->d.json, "backlog", db_i64(s, 0, 8));
	hub_desk_time(&q->d, "backlog_oldest", db_time(s, 0, 9));
	json_i64_some(&q->d.json, "quarantined", db_i64(s, 0, 10));
	json_str_some(&q->d.json, "product", db_text(s, 0, 11));
}

static enum rc
put_register(void *arg, const struct register_place *r, struct err *reterr)
{
	struct ask *q = arg;
	char id[UUID_TEXT_BYTES], seen[UTC_TEXT_BYTES] = "never";
	struct db_rows s = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, r->part, q->t.id);
	db_add_uuid(&args, r->id);
	rc = db_run(q->d.db, SQL_REGISTER_STATE, &args, &s, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	if (hub_args_json(&q->d.a)) {
		hub_desk_row(&q->d);
		hub_desk_id(&q->d, "register", r->id);
		hub_desk_id(&q->d, "store", r->store);
		json_str(&q->d.json, "number", r->number);
		json_i64(&q->d.json, "part", r->part);
		hub_desk_time(&q->d, "since", r->since);
		if (s.n > 0) {
			put_state(q, &s);
		}
		rc = hub_desk_put(&q->d, reterr);
		goto out;
	}
	uuid_format(r->id, id);
	if (s.n > 0 && db_time(&s, 0, 6).us != 0) {
		utc_format(db_time(&s, 0, 6), seen);
		seen[19] = '\0'; /* to the second */
	}
	(void)printf("%s  %-12s  %-8s  %lld-%lld  seen %s\n", id, r->number,
		s.n > 0 ? db_text(&s, 0, 0) : "-",
		s.n > 0 ? (long long)db_i64(&s, 0, 1) : 0,
		s.n > 0 ? (long long)db_i64(&s, 0, 2) : 0, seen);
out:
	db_rows_free(&s);
	return rc;
}

static enum rc
add_register(struct ask *q, struct err *reterr)
{
	struct store_place s;
	struct register_place r;
	char code[CODE_TEXT_BYTES];
	enum rc rc = store_find(q->d.db, &q->t, q->store, &s, reterr);

	if (rc == RC_OK) {
		rc = register_add(
			&q->d.doer, &q->t, &s, q->name, &r, code, reterr);
	}
	return rc == RC_OK ? put_code(q, &r, code, "enroll", reterr) : rc;
}

static enum rc
change_register(struct ask *q, struct err *reterr)
{
	struct register_place r;
	char code[CODE_TEXT_BYTES];
	const char *kind = NULL;
	enum rc rc = register_find(q->d.db, &q->t, q->name, &r, reterr);

	if (rc == RC_OK && says(q, "revoke")) {
		return register_revoke(&q->d.doer, &q->t, &r, q->why, reterr);
	}
	if (rc == RC_OK) {
		rc = register_code(&q->d.doer, &q->t, &r, code, &kind, reterr);
	}
	return rc == RC_OK ? put_code(q, &r, code, kind, reterr) : rc;
}

int
hub_register(int argc, char *argv[])
{
	static struct ask q = {.usage = register_usage};
	struct err e = {0};
	enum rc rc;
	int exit = parse(&q, argc, argv);

	if (exit >= 0) {
		return exit;
	}
	if (says(&q, "revoke") && q.why == NULL) {
		return hub_args_usage(
			&q.d.a, q.usage, "--why says why, for the log of acts");
	}
	rc = hub_desk_open(&q.d, &e);
	if (rc == RC_OK) {
		rc = whose(&q, &e);
	}
	if (rc == RC_OK && says(&q, "add")) {
		rc = add_register(&q, &e);
	} else if (rc == RC_OK && says(&q, "list")) {
		rc = register_each(q.d.db, &q.t, put_register, &q, &e);
	} else if (rc == RC_OK &&
		   (says(&q, "revoke") || says(&q, "restore-code"))) {
		rc = change_register(&q, &e);
	} else if (rc == RC_OK) {
		return no_word(&q);
	}
	return hub_desk_end(&q.d, rc, &e);
}
