/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/auth.h"

#include <string.h>

#include "base/parse.h"
#include "hub/db.h"
#include "hub/head.h"
#include "hub/stale.h"

#include "base/poison.h"

#define S INT64_C(1000000)

/* --- key ids -------------------------------------------------------------- */

static bool
take_part(const char **p, uint8_t *ret)
{
	size_t n = strspn(*p, "0123456789");
	int64_t v = 0;

	if (n == 0 || n > 3 || (*p)[n] != '.' || (n > 1 && (*p)[0] == '0') ||
		parse_i64(*p, n, 0, 255, &v) != RC_OK) {
		return false;
	}
	*ret = (uint8_t)v;
	*p += n + 1;
	return true;
}

enum rc
auth_keyid_parse(const char *text, struct auth_keyid *ret)
{
	const char *p = text;
	size_t uuid = UUID_TEXT_BYTES - 1;

	memset(ret, 0, sizeof(*ret));
	if (strcmp(text, "new") == 0) {
		ret->who = ROUTE_NEW;
		return RC_OK;
	}
	if (!take_part(&p, &ret->tpart)) {
		return RC_PROTO;
	}
	if (p[0] == 'a' && p[1] == '.') {
		ret->who = ROUTE_ADMIN;
		p += 2;
	} else if (take_part(&p, &ret->spart)) {
		ret->who = ROUTE_REGISTER;
	} else {
		return RC_PROTO;
	}
	if (strlen(p) != 2 * uuid + 1 || p[uuid] != '.' ||
		uuid_parse(p, uuid, ret->tenant) != RC_OK ||
		uuid_parse(p + uuid + 1, uuid, ret->id) != RC_OK) {
		return RC_PROTO;
	}
	return RC_OK;
}

void
auth_keyid_format(const struct auth_keyid *k, char out[AUTH_KEYID_BYTES])
{
	char tenant[UUID_TEXT_BYTES], id[UUID_TEXT_BYTES];
	struct sbuf b;

	uuid_format(k->tenant, tenant);
	uuid_format(k->id, id);
	sbuf_init(&b, out, AUTH_KEYID_BYTES);
	if (k->who == ROUTE_ADMIN) {
		sbuf_printf(&b, "%u.a.%s.%s", k->tpart, tenant, id);
	} else {
		sbuf_printf(&b, "%u.%u.%s.%s", k->tpart, k->spart, tenant, id);
	}
}

/* --- what it says --------------------------------------------------------- */

static struct http_message
message_of(const struct request *q)
{
	struct http_message m = {
		.method = q->method,
		.path = q->path,
		.query = q->query,
		.backlog = q->backlog,
	};

	if (q->n_body > 0) {
		m.digest = q->digest;
		m.type = q->type;
		m.encoding = q->encoding;
	}
	return m;
}

bool
auth_claim(struct request *q, struct answer *a, struct auth_keyid *ret)
{
	struct http_message m = message_of(q);
	int64_t now = q->now.us / S;
	struct err e = {0};

	if (q->sig_input == NULL || q->sig == NULL) {
		(void)answer_problem(a, PROBLEM_SIGNATURE,
			"this request is to be signed, and is not");
		return false;
	}
	if (q->n_body > 0 &&
		(q->digest == NULL ||
			!http_digest_is(q->digest, q->body, q->n_body))) {
		(void)answer_problem(a, PROBLEM_SIGNATURE,
			"the content is not what its digest says; send it "
			"again");
		return false;
	}
	if (http_sig_read(&m, q->sig_input, &q->claim, &e) != RC_OK ||
		auth_keyid_parse(q->claim.keyid, ret) != RC_OK) {
		(void)answer_problem(a, PROBLEM_SIGNATURE, "%s",
			e.msg[0] != '\0' ? e.msg : "this key id is none");
		return false;
	}
	if (q->claim.created < now - HTTP_SIG_SKEW_S ||
		q->claim.created > now + HTTP_SIG_SKEW_S) {
		(void)answer_problem(a, PROBLEM_CLOCK,
			"the request's time is more than %d s off the hub's; "
			"send it again by the time of this answer",
			HTTP_SIG_SKEW_S);
		return false;
	}
	return true;
}

/* --- whether it is true --------------------------------------------------- */

static bool
signed_by(const struct request *q, const uint8_t key[SIGN_PUB_BYTES])
{
	struct http_message m = message_of(q);

	return http_sig_verify(&m, q->sig_input, q->sig, key, NULL) == RC_OK;
}

enum rc
auth_new(const struct request *q, const uint8_t key[SIGN_PUB_BYTES],
	struct err *reterr)
{
	if (strcmp(q->claim.keyid, "new") != 0 || !signed_by(q, key)) {
		return err_set(reterr, RC_DENIED, 0, "auth_new",
			"the request is not signed by the key in it");
	}
	return RC_OK;
}

static enum rc
not_signed(struct answer *a)
{
	return answer_problem(a, PROBLEM_SIGNATURE,
		"the signature is not by a key this hub knows for this id");
}

static void
copy(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text != NULL ? text : "");
}

/* A tenant's data is taken, and given out, where it may lie and nowhere else:
 * what a part is labeled may have changed since it was put there. */
static enum rc
check_place(const struct request *q, struct answer *a)
{
	const struct hub_config *c = q->hub->config;
	const struct caller *who = &q->caller;

	return hub_config_may(c, who->tpart, who->residency) &&
			       (who->who != ROUTE_REGISTER ||
				       hub_config_may(
					       c, who->spart, who->residency))
		       ? RC_OK
		       : answer_problem(a, PROBLEM_RESIDENCY,
				 "this tenant's data may not be kept nor given "
				 "out here: ask the hub of its region");
}

/* One of the links it ever had; the one that fits says what it may. */
static enum rc
fit_link(struct request *q, struct answer *a, const struct db_rows *rows)
{
	struct caller *c = &q->caller;
	const char *state = NULL, *source;
	int row = 0;

	for (; row < rows->n; row++) {
		if (db_fixed(rows, row, 0, c->link_key, SIGN_PUB_BYTES) &&
			signed_by(q, c->link_key)) {
			break;
		}
	}
	/* whose feeds it follows is not for itself to say */
	if (row == rows->n || c->tpart != db_i64(rows, row, 7)) {
		return not_signed(a);
	}
	c->who = ROUTE_REGISTER;
	copy(c->residency, sizeof(c->residency), db_text(rows, row, 15));
	state = db_text(rows, row, 2);
	source = db_text(rows, row, 4);
	(void)db_fixed(rows, row, 1, c->public_key, SIGN_PUB_BYTES);
	db_uuid(rows, row, 5, c->store);
	(void)db_fixed(rows, row, 6, c->box_key, KEY_BYTES);
	c->epoch = (uint32_t)db_i64(rows, row, 8);
	if (source != NULL && strlen(source) < sizeof(c->source)) {
		memcpy(c->source, source, strlen(source) + 1);
	}
	head_of_rows(q, a, rows, row, 8);
	if (strcmp(state, "revoked") == 0 ||
		strcmp(db_text(rows, row, 3), "revoked") == 0) {
		return answer_problem(a, PROBLEM_REVOKED,
			"this register's link was revoked at the hub; what it "
			"recorded stays where it is, enroll it again");
	}
	c->fenced = strcmp(state, "live") != 0;
	return check_place(q, a);
}

static enum rc
check_register(struct request *q, struct answer *a, const struct auth_keyid *k,
	struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, k->spart, k->tenant);
	db_add_uuid(&args, k->id);
	rc = db_run(q->db, SQL_AUTH_REGISTER, &args, &rows, reterr);
	if (rc == RC_OK) {
		rc = fit_link(q, a, &rows);
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
check_admin(struct request *q, struct answer *a, const struct auth_keyid *k,
	struct err *reterr)
{
	uint8_t key[SIGN_PUB_BYTES];
	struct db_rows rows = {0};
	struct db_args args;
	bool known = false, revoked = false;
	enum rc rc;

	db_args_init(&args, k->tpart, k->tenant);
	db_add_uuid(&args, k->id);
	rc = db_run(q->db, SQL_AUTH_ADMINISTRATOR, &args, &rows, reterr);
	if (rc == RC_OK && rows.n == 1) {
		known = db_fixed(&rows, 0, 0, key, sizeof(key)) &&
			signed_by(q, key);
		revoked = db_bool(&rows, 0, 1);
		copy(q->caller.tenant_name, sizeof(q->caller.tenant_name),
			db_text(&rows, 0, 2));
		copy(q->caller.residency, sizeof(q->caller.residency),
			db_text(&rows, 0, 3));
	}
	db_rows_free(&rows);
	if (rc != RC_OK) {
		return rc;
	}
	if (!known) {
		return not_signed(a);
	}
	if (revoked) {
		return answer_problem(a, PROBLEM_REVOKED,
			"this administrator's key was revoked: ask another "
			"administrator for a new one");
	}
	q->caller.who = ROUTE_ADMIN;
	rc = check_place(q, a);
	if (rc != RC_OK || a->problem != PROBLEM_NONE) {
		return rc;
	}
	if (strcmp(q->method, "GET") != 0) {
		if (q->claim.created < q->hub->started.us / S) {
			return answer_problem(a, PROBLEM_CLOCK,
				"the request is older than this hub's start, "
				"which may have taken it before; look whether "
				"it did, and sign it anew");
		}
		rc = stale_add(q->hub->stale, q->claim.keyid, q->claim.nonce,
			q->claim.created, q->now.us / S);
		if (rc == RC_EXISTS) {
			return answer_problem(a, PROBLEM_SIGNATURE,
				"this request was here before; sign it anew");
		}
		if (rc != RC_OK) {
			return err_set(reterr, RC_BUSY, 0, "auth_check",
				"too many changes at once; try again");
		}
	}
	return RC_OK;
}

enum rc
auth_check(struct request *q, struct answer *a, const struct auth_keyid *k,
	struct err *reterr)
{
	const struct hub_config *c = q->hub->config;
	struct caller *who = &q->caller;

	who->tpart = k->tpart;
	who->spart = k->spart;
	memcpy(who->tenant, k->tenant, UUID_BYTES);
	memcpy(who->id, k->id, UUID_BYTES);
	if (hub_config_database(c, k->tpart) == NULL ||
		(k->who == ROUTE_REGISTER &&
			hub_config_database(c, k->spart) == NULL)) {
		return answer_problem(a, PROBLEM_RESIDENCY,
			"this hub has no database for this id; ask the hub "
			"that does");
	}
	return k->who == ROUTE_REGISTER ? check_register(q, a, k, reterr)
					: check_admin(q, a, k, reterr);
}
