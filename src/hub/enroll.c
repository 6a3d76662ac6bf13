/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/enroll.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "hub/act.h"
#include "hub/answer.h"
#include "hub/auth.h"
#include "hub/head.h"
#include "hub/hub.h"
#include "hub/persons.h"
#include "hub/tenant.h"
#include "wire/code.h"

#include "base/poison.h"

#define BODY_BYTES ((size_t)64 << 10)
#define ARENA_BYTES ((size_t)128 << 10)
#define ANSWER_BYTES ((size_t)16 << 10)
#define NONCE_TEXT 24

/* One request, from its code to the register that it means. */
struct coming {
	struct request *q;
	struct answer *a;
	struct hub_enroll m;
	struct code code;
	char actor[ACT_ACTOR_BYTES];
	/* from the database: */
	uint8_t tenant[UUID_BYTES], reg[UUID_BYTES], store[UUID_BYTES];
	uint8_t tpart;
	char kind[16], nonce[NONCE_TEXT + 1], residency[HUB_LABEL_BYTES];
	char tenant_name[TENANT_NAME_BYTES], store_name[TENANT_NAME_BYTES];
	char number[24], source[PEEK_SOURCE_BYTES];
	bool refused; /* a is a problem: nothing changes */
};

static enum rc
refuse(struct coming *c, enum hub_problem p, const char *why)
{
	c->refused = true;
	(void)answer_problem(c->a, p, "%s", why);
	return RC_DECLINED;
}

static void
copy(char *out, size_t cap, const char *s)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, s != NULL ? s : "");
}

/* --- within the transaction --- */

static enum rc
take_code(struct db *db, struct coming *c, struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	code_hash(c->code.secret, hash);
	db_args_init(&args, c->code.part, db_nobody);
	db_add_bytes(&args, hash, sizeof(hash));
	db_add_bytes(&args, c->m.link_key, sizeof(c->m.link_key));
	db_add_time(&args, c->q->now);
	rc = db_do(db, SQL_CODE_TAKE, &args, &rows, reterr);
	if (rc == RC_OK && rows.n != 1) {
		rc = refuse(c, PROBLEM_CODE,
			"this code is used, too old or none of this hub's: "
			"ask for another one");
	}
	if (rc == RC_OK) {
		db_uuid(&rows, 0, 0, c->tenant);
		db_uuid(&rows, 0, 1, c->reg);
		copy(c->kind, sizeof(c->kind), db_text(&rows, 0, 2));
	}
	db_rows_free(&rows);
	return rc;
}

static void
mine(struct db_args *args, const struct coming *c)
{
	db_args_init(args, c->code.part, c->tenant);
	db_add_uuid(args, c->reg);
}

/* *ret_again: this link is the register's already. */
static enum rc
look_up(struct db *db, struct coming *c, bool *ret_again, struct err *reterr)
{
	uint8_t link[SIGN_PUB_BYTES];
	struct db_rows rows = {0};
	struct db_args args;
	const char *state;
	enum rc rc;

	mine(&args, c);
	rc = db_do(db, SQL_REGISTER_GET, &args, &rows, reterr);
	if (rc != RC_OK || rows.n != 1) {
		db_rows_free(&rows);
		return rc != RC_OK ? rc
				   : refuse(c, PROBLEM_CODE,
					     "the register of this code is not "
					     "there any more: ask for another "
					     "code");
	}
	db_uuid(&rows, 0, 0, c->store);
	c->tpart = (uint8_t)db_i64(&rows, 0, 1);
	copy(c->residency, sizeof(c->residency), db_text(&rows, 0, 2));
	copy(c->tenant_name, sizeof(c->tenant_name), db_text(&rows, 0, 3));
	copy(c->store_name, sizeof(c->store_name), db_text(&rows, 0, 4));
	copy(c->number, sizeof(c->number), db_text(&rows, 0, 5));
	state = db_text(&rows, 0, 6);
	copy(c->source, sizeof(c->source), db_text(&rows, 0, 7));
	*ret_again = db_fixed(&rows, 0, 8, link, sizeof(link)) &&
		     crypto_equal(link, c->m.link_key, sizeof(link));
	if (strcmp(state, "revoked") == 0) {
		rc = refuse(c, PROBLEM_REVOKED,
			"this register is revoked: ask for the code of another "
			"one");
	} else if (*ret_again) {
		copy(c->nonce, sizeof(c->nonce), db_text(&rows, 0, 9));
	} else if ((strcmp(state, "new") == 0) !=
		   (strcmp(c->kind, "enroll") == 0)) {
		rc = refuse(c, PROBLEM_CODE,
			"another machine came in for this register meanwhile: "
			"ask for another code");
	}
	db_rows_free(&rows);
	return rc;
}

/* Two tills with the same lines are one till and its copy. */
static enum rc
check_source(struct db *db, struct coming *c, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	if (c->m.source == NULL || c->m.source[0] == '\0' ||
		strlen(c->m.source) >= sizeof(c->source)) {
		return refuse(c, PROBLEM_MALFORMED,
			"a new register says the source of its lines");
	}
	copy(c->source, sizeof(c->source), c->m.source);
	mine(&args, c);
	db_add_text(&args, c->source);
	rc = db_do(db, SQL_SOURCE_TAKEN, &args, &rows, reterr);
	if (rc == RC_OK && rows.n > 0) {
		rc = refuse(c, PROBLEM_CLONE,
			"the lines of this till are another register's here: "
			"it is a copy, or to be brought in by a restore code");
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
changed(const struct db_rows *rows, struct coming *c)
{
	return rows->affected == 1
		       ? RC_OK
		       : refuse(c, PROBLEM_CODE,
				 "the register changed meanwhile: ask for "
				 "another code");
}

static enum rc
make_live(struct db *db, struct coming *c, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc = check_source(db, c, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	mine(&args, c);
	db_add_text(&args, c->source);
	db_add_bytes(&args, c->m.public_key, sizeof(c->m.public_key));
	db_add_bytes(&args, c->m.link_key, sizeof(c->m.link_key));
	db_add_bytes(&args, c->m.box_key, sizeof(c->m.box_key));
	db_add_text(&args, c->nonce);
	db_add_text(&args, c->m.machine);
	db_add_text(&args, c->m.product);
	rc = db_do(db, SQL_REGISTER_ENROLL, &args, &rows, reterr);
	if (rc == RC_OK) {
		rc = changed(&rows, c);
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
replace(struct db *db, struct coming *c, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	mine(&args, c);
	db_add_text(&args, "fenced");
	rc = db_do(db, SQL_LINK_END, &args, NULL, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	mine(&args, c);
	db_add_bytes(&args, c->m.public_key, sizeof(c->m.public_key));
	db_add_bytes(&args, c->m.link_key, sizeof(c->m.link_key));
	db_add_bytes(&args, c->m.box_key, sizeof(c->m.box_key));
	db_add_text(&args, c->nonce);
	db_add_text(&args, c->m.machine);
	db_add_text(&args, c->m.product);
	rc = db_do(db, SQL_REGISTER_REPLACE, &args, &rows, reterr);
	if (rc == RC_OK) {
		rc = changed(&rows, c);
	}
	db_rows_free(&rows);
	if (rc == RC_OK) {
		/* both copies are fenced */
		mine(&args, c);
		db_add_text(&args, "clone");
		db_add_text(&args, "hub");
		db_add_text(&args, "another machine took its place");
		rc = db_do(db, SQL_EXCEPTION_OVER, &args, NULL, reterr);
	}
	return rc;
}

static enum rc
add_link(struct db *db, struct coming *c, struct err *reterr)
{
	struct db_args args;
	enum rc rc;

	mine(&args, c);
	db_add_bytes(&args, c->m.link_key, sizeof(c->m.link_key));
	db_add_bytes(&args, c->m.public_key, sizeof(c->m.public_key));
	db_add_text(&args, c->m.machine);
	rc = db_do(db, SQL_LINK_ADD, &args, NULL, reterr);
	if (rc == RC_EXISTS) {
		rc = refuse(c, PROBLEM_CODE,
			"this link was ended: make another one");
	}
	return rc;
}

static enum rc
tell(struct db *db, struct coming *c, struct err *reterr)
{
	char id[UUID_TEXT_BYTES], detail[256];
	struct sbuf b;

	uuid_format(c->reg, id);
	sbuf_init(&b, detail, sizeof(detail));
	sbuf_printf(&b, "%s %s by code, from %s", id, c->number,
		c->q->remote[0] != '\0' ? c->q->remote : "-");
	sbuf_init(&b, c->actor, sizeof(c->actor));
	sbuf_printf(&b, "register:%s", id);
	return act_record(db, c->code.part, c->tenant, c->q->now, c->actor,
		strcmp(c->kind, "enroll") == 0 ? "register.enrolled"
					       : "register.replaced",
		detail, reterr);
}

static enum rc
come_in(struct db *db, void *arg, struct err *reterr)
{
	struct coming *c = arg;
	uint8_t nonce[16];
	bool again = false;
	enum rc rc = take_code(db, c, reterr);

	if (rc == RC_OK) {
		rc = look_up(db, c, &again, reterr);
	}
	if (rc == RC_OK &&
		!hub_config_may(db_config(db), c->code.part, c->residency)) {
		rc = refuse(c, PROBLEM_RESIDENCY,
			"this tenant's data may not be kept where this part is "
			"now: ask who runs the hub");
	}
	if (rc != RC_OK || again) {
		return rc;
	}
	rng_fill(&c->q->hub->rng, nonce, sizeof(nonce));
	base64_encode(c->nonce, nonce, sizeof(nonce));
	rc = strcmp(c->kind, "enroll") == 0 ? make_live(db, c, reterr)
					    : replace(db, c, reterr);
	if (rc == RC_OK) {
		rc = add_link(db, c, reterr);
	}
	return rc == RC_OK ? tell(db, c, reterr) : rc;
}

/* --- around it --- */

static enum rc
spell(struct coming *c, const char *persons, struct err *reterr)
{
	struct request *q = c->q;
	struct answer *a = c->a;
	struct auth_keyid k = {.who = ROUTE_REGISTER,
		.tpart = c->tpart,
		.spart = c->code.part};
	char keyid[AUTH_KEYID_BYTES];
	struct hub_enrolled m = {.keyid = keyid,
		.tenant_name = c->tenant_name,
		.store_name = c->store_name,
		.register_no = c->number,
		.source = c->source,
		.kind = c->kind,
		.nonce = c->nonce,
		.persons = persons};
	enum rc rc;

	memcpy(k.tenant, c->tenant, UUID_BYTES);
	memcpy(k.id, c->reg, UUID_BYTES);
	auth_keyid_format(&k, keyid);
	memcpy(m.hub, q->hub->id, UUID_BYTES);
	memcpy(m.tenant, c->tenant, UUID_BYTES);
	memcpy(m.store, c->store, UUID_BYTES);
	memcpy(m.reg, c->reg, UUID_BYTES);
	memcpy(a->state.hub, q->hub->id, UUID_BYTES);
	a->state.time = q->now;
	a->state.head.time = q->now;
	anchor_sign(&a->state.head, q->hub->sign_secret, a->state.anchor);
	m.answer = a->state;
	rc = answer_room(a,
		ANSWER_BYTES + (persons != NULL ? strlen(persons) : 0), reterr);
	if (rc == RC_OK) {
		rc = hub_enrolled_encode(&m, &a->body, reterr);
	}
	a->status = 201;
	return rc;
}

static enum rc
answer_it(struct coming *c, struct err *reterr)
{
	struct caller *who = &c->q->caller;
	char *persons = NULL;
	enum rc rc;

	who->who = ROUTE_REGISTER;
	who->tpart = c->tpart;
	who->spart = c->code.part;
	memcpy(who->tenant, c->tenant, UUID_BYTES);
	memcpy(who->id, c->reg, UUID_BYTES);
	memcpy(who->store, c->store, UUID_BYTES);
	rc = head_state(c->q, c->a, reterr);
	if (rc == RC_OK) {
		rc = head_feeds(c->q, c->a, reterr);
	}
	if (rc == RC_OK && strcmp(c->kind, "restore") == 0) {
		rc = persons_for(c->q->hub, c->q->db, c->code.part, c->tenant,
			c->reg, c->m.box_key, &persons, reterr);
	}
	if (rc == RC_OK) {
		rc = spell(c, persons, reterr);
	}
	free(persons);
	return rc;
}

static enum rc
check_code(struct coming *c, struct err *reterr)
{
	uint8_t pin[HASH_BYTES];
	enum rc rc = code_parse(c->m.code, strlen(c->m.code), &c->code, reterr);

	if (rc == RC_INVAL) {
		return refuse(c, PROBLEM_CODE,
			reterr != NULL
				? reterr->msg
				: "this is no code: key it again as it was "
				  "given");
	}
	if (rc != RC_OK) {
		return rc;
	}
	sha256(pin, c->q->hub->sign_public, SIGN_PUB_BYTES);
	if (memcmp(pin, c->code.pin, sizeof(c->code.pin)) != 0 ||
		hub_config_database(c->q->hub->config, c->code.part) == NULL) {
		return refuse(c, PROBLEM_CODE,
			"this code is of another hub: is the address right?");
	}
	return RC_OK;
}

enum rc
enroll_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct coming c = {.q = q, .a = a};
	void *memory = malloc(ARENA_BYTES);
	struct arena arena;
	char *text = NULL;
	size_t n = 0;
	enum rc rc = request_content(q, BODY_BYTES, &text, &n, reterr);

	if (rc == RC_OK && memory == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "enroll", "no memory");
	}
	if (rc == RC_OK) {
		arena_init(&arena, memory, ARENA_BYTES);
		rc = hub_enroll_decode(text, n, &arena, &c.m, reterr);
	}
	if (rc == RC_OK) {
		rc = auth_new(q, c.m.link_key, reterr);
		if (rc == RC_DENIED) {
			rc = refuse(&c, PROBLEM_SIGNATURE,
				"the request is not signed by the key in it");
		}
	}
	if (rc == RC_OK) {
		rc = check_code(&c, reterr);
	}
	if (rc == RC_OK) {
		rc = db_transact(q->db, c.code.part, come_in, &c, reterr);
	}
	if (rc == RC_OK) {
		rc = answer_it(&c, reterr);
	}
	free(text);
	free(memory);
	/* a refusal rolled back whatever it had taken */
	return c.refused && rc == RC_DECLINED ? RC_OK : rc;
}
