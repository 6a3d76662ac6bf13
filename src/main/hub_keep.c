/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "hub/act.h"
#include "hub/durable.h"
#include "hub/salvage.h"
#include "main/hub_desk.h"

#include "base/poison.h"

static const char audit_usage[] = "audit [--tenant T | --hub] [--verify]";
static const char durable_usage[] =
	"durable begin | durable confirm MARK | durable forget MARK";

/* --- what was done --- */

struct audit {
	struct hub_desk d;
	const char *tenant;
	bool hub, verify;
	struct tenant t;
	uint8_t part;
	int64_t n;
	uint8_t last[HASH_BYTES];
};

static enum rc
put_act(void *arg, const struct act *a, struct err *reterr)
{
	struct audit *u = arg;
	char at[UTC_TEXT_BYTES];

	u->n++;
	memcpy(u->last, a->hash, sizeof(u->last));
	if (u->verify) {
		return RC_OK;
	}
	if (!hub_args_json(&u->d.a)) {
		utc_format(a->at, at);
		at[19] = '\0'; /* to the second */
		(void)printf("%s  %-22s  %-22s  %s\n", at, a->actor, a->what,
			a->detail);
		return RC_OK;
	}
	hub_desk_row(&u->d);
	json_i64(&u->d.json, "part", u->part);
	json_i64(&u->d.json, "sequence", a->sequence);
	hub_desk_time(&u->d, "at", a->at);
	json_str(&u->d.json, "actor", a->actor);
	json_str(&u->d.json, "what", a->what);
	json_str(&u->d.json, "detail", a->detail);
	json_bool(&u->d.json, "signed", a->is_signed);
	return hub_desk_put(&u->d, reterr);
}

/* What to write down: nobody takes away the newest acts unseen then. */
static enum rc
put_proof(struct audit *u, struct err *reterr)
{
	char hex[HASH_BYTES * 2 + 1];

	hex_encode(hex, u->last, sizeof(u->last));
	hub_desk_row(&u->d);
	json_i64(&u->d.json, "part", u->part);
	json_i64(&u->d.json, "acts", u->n);
	json_str(&u->d.json, "last", hex);
	return hub_desk_put(&u->d, reterr);
}

static enum rc
put_log_proof(struct audit *u, struct err *reterr)
{
	char hex[HASH_BYTES * 2 + 1];
	struct anchor head;
	uint8_t id[UUID_BYTES];
	enum rc rc = salvage_check(u->d.db, &u->t, u->part, &head, reterr);

	if (rc != RC_OK || head.sequence == 0) {
		return rc;
	}
	logbook_id(u->t.id, u->part, id);
	hex_encode(hex, head.hash, sizeof(head.hash));
	hub_desk_row(&u->d);
	json_i64(&u->d.json, "part", u->part);
	hub_desk_id(&u->d, "log", id);
	json_i64(&u->d.json, "lines", (int64_t)head.sequence);
	json_str(&u->d.json, "last", hex);
	return hub_desk_put(&u->d, reterr);
}

static enum rc
walk(struct audit *u, struct err *reterr)
{
	const uint8_t *whose = u->hub ? db_nobody : u->t.id;
	enum rc rc;

	u->n = 0;
	memset(u->last, 0, sizeof(u->last));
	rc = act_each(u->d.db, u->part, whose, put_act, u, reterr);
	return rc == RC_OK && u->verify ? put_proof(u, reterr) : rc;
}

static enum rc
walk_tenant(struct audit *u, struct err *reterr)
{
	uint8_t part[256];
	size_t n = 0;
	enum rc rc = tenant_find(u->d.db, u->tenant, &u->t, reterr);

	if (rc == RC_OK) {
		rc = tenant_parts(u->d.db, &u->t, part, &n, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		u->part = part[i];
		rc = walk(u, reterr);
		if (rc == RC_OK && u->verify) {
			rc = put_log_proof(u, reterr);
		}
	}
	return rc;
}

int
hub_audit(int argc, char *argv[])
{
	static struct audit u;
	const struct opt opt[] = {
		{"tenant", OPT_TEXT, &u.tenant},
		{"hub", OPT_FLAG, &u.hub},
		{"verify", OPT_FLAG, &u.verify},
	};
	struct err e = {0};
	enum rc rc;
	int exit = hub_args_parse(
		&u.d.a, argc, argv, audit_usage, opt, ARRAY_LEN(opt), 0, 0);

	if (exit >= 0) {
		return exit;
	}
	rc = hub_desk_open(&u.d, &e);
	if (rc == RC_OK && u.hub) {
		u.part = hub_config_home(&u.d.config);
		rc = walk(&u, &e);
	} else if (rc == RC_OK) {
		rc = walk_tenant(&u, &e);
	}
	return hub_desk_end(&u.d, rc, &e);
}

/* --- second copies --- */

struct keep {
	struct hub_desk d;
	uint8_t mark[UUID_BYTES];
	int64_t n;
	enum rc (*fn)(const struct doer *d, const struct tenant *t,
		const uint8_t mark[UUID_BYTES], int64_t *ret_n,
		struct err *reterr);
};

static enum rc
keep_tenant(void *arg, const struct tenant *t, struct err *reterr)
{
	struct keep *k = arg;
	int64_t n = 0;
	enum rc rc = k->fn(&k->d.doer, t, k->mark, &n, reterr);

	k->n += n;
	return rc;
}

static const char *
choose(struct keep *k)
{
	const char *word = k->d.a.rest[0];
	const char *mark = k->d.a.n > 1 ? k->d.a.rest[1] : NULL;

	if (strcmp(word, "begin") == 0 && mark == NULL) {
		k->fn = durable_begin;
		return NULL;
	}
	if (strcmp(word, "confirm") == 0) {
		k->fn = durable_confirm;
	} else if (strcmp(word, "forget") == 0) {
		k->fn = durable_forget;
	} else {
		return "there is no such word";
	}
	return mark != NULL && uuid_parse(mark, strlen(mark), k->mark) == RC_OK
		       ? NULL
		       : "the mark is what 'durable begin' showed";
}

int
hub_durable(int argc, char *argv[])
{
	static struct keep k;
	struct err e = {0};
	const char *wrong;
	enum rc rc;
	int exit = hub_args_parse(
		&k.d.a, argc, argv, durable_usage, NULL, 0, 1, 2);

	if (exit >= 0) {
		return exit;
	}
	wrong = choose(&k);
	if (wrong != NULL) {
		return hub_args_usage(&k.d.a, durable_usage, wrong);
	}
	rc = hub_desk_open(&k.d, &e);
	if (rc == RC_OK && k.fn == durable_begin) {
		uuid_v7(&k.d.doer.rng, clock_read(&k.d.doer.clock).utc, k.mark);
	}
	if (rc == RC_OK) {
		rc = tenant_each(k.d.db, keep_tenant, &k, &e);
	}
	if (rc == RC_OK && k.n == 0 && k.fn != durable_begin) {
		rc = err_set(&e, RC_NOTFOUND, 0, "durable",
			"nothing moved: the mark is not known, or newer ones "
			"were confirmed already");
	}
	if (rc == RC_OK) {
		hub_desk_row(&k.d);
		hub_desk_id(&k.d, "mark", k.mark);
		json_i64(&k.d.json, "registers", k.n);
		rc = hub_desk_put(&k.d, &e);
	}
	return hub_desk_end(&k.d, rc, &e);
}
