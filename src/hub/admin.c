/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "hub/admin_internal.h"

#include "base/poison.h"

/* --- what all stand on ---------------------------------------------------- */

struct admin *
admin_new(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		(void)err_set(reterr, RC_NOMEM, 0, "admin", "no memory");
		return NULL;
	}
	m->q = q;
	m->a = a;
	m->t.part = q->caller.tpart;
	memcpy(m->t.id, q->caller.tenant, UUID_BYTES);
	memcpy(m->t.name, q->caller.tenant_name, sizeof(m->t.name));
	memcpy(m->t.residency, q->caller.residency, sizeof(m->t.residency));
	memcpy(m->actor, "admin:", 7);
	uuid_format(q->caller.id, m->actor + 6);
	m->doer = (struct doer){.db = q->db,
		.rng = q->hub->rng,
		.clock = q->hub->clock,
		.actor = m->actor,
		.hub_key = q->hub->sign_public};
	arena_init(&m->arena, m->room, sizeof(m->room));
	return m;
}

void
admin_free(struct admin *m)
{
	if (m != NULL) {
		free(m->body);
		free(m);
	}
}

enum rc
admin_object(struct admin *m, struct err *reterr)
{
	size_t n = 0;
	enum rc rc =
		request_content(m->q, ADMIN_BODY_BYTES, &m->body, &n, reterr);

	if (rc == RC_OK) {
		rc = json_read(m->body, n, 0, &m->arena, &m->sent, reterr);
	}
	if (rc == RC_OK && m->sent->kind != JSON_OBJECT) {
		rc = RC_PROTO;
	}
	return rc == RC_PROTO ? err_set(reterr, RC_INVAL, 0, "admin",
					"the content is one JSON object")
			      : rc;
}

enum rc
admin_text(struct admin *m, const char *name, bool must, const char **ret,
	struct err *reterr)
{
	const struct json_value *v = json_member(m->sent, name);

	*ret = "";
	if (v == NULL && !must) {
		return RC_OK;
	}
	if (v == NULL || v->kind != JSON_TEXT || (must && v->text[0] == '\0')) {
		return err_set(reterr, RC_INVAL, 0, "admin",
			"the member %s is a text and has to be there", name);
	}
	*ret = v->text;
	return RC_OK;
}

/* --- pages ---------------------------------------------------------------- */

enum rc
admin_page(struct admin *m, const char *name, struct err *reterr)
{
	char word[UUID_TEXT_BYTES];
	enum rc rc = request_number(
		m->q, "limit", 1, ADMIN_PAGE_MAX, 100, &m->limit, reterr);

	if (rc == RC_OK && request_query(m->q, "after", word, sizeof(word)) &&
		uuid_parse(word, strlen(word), m->after) != RC_OK) {
		rc = err_set(reterr, RC_INVAL, 0, "admin",
			"after is what next was in the page before");
	}
	if (rc == RC_OK) {
		rc = answer_room(m->a,
			(size_t)m->limit * ADMIN_ROW_BYTES + 1024, reterr);
	}
	if (rc == RC_OK) {
		json_init(&m->j, &m->a->body);
		json_obj(&m->j, NULL);
		json_arr(&m->j, name);
	}
	return rc;
}

enum rc
admin_page_end(struct admin *m, struct err *reterr)
{
	json_arr_end(&m->j);
	if (m->more) {
		admin_id(&m->j, "next", m->last);
	}
	json_obj_end(&m->j);
	return sbuf_ok(&m->a->body)
		       ? RC_OK
		       : err_set(reterr, RC_RANGE, 0, "admin",
				 "the page is too long: ask with a lower "
				 "limit");
}

bool
admin_page_takes(struct admin *m, const uint8_t id[UUID_BYTES])
{
	if (memcmp(id, m->after, UUID_BYTES) <= 0) {
		return false;
	}
	if (m->n == m->limit) {
		m->more = true;
		return false;
	}
	m->n++;
	memcpy(m->last, id, UUID_BYTES);
	return true;
}

void
admin_id(struct json *j, const char *name, const uint8_t id[UUID_BYTES])
{
	char text[UUID_TEXT_BYTES];

	uuid_format(id, text);
	json_str(j, name, text);
}

void
admin_time(struct json *j, const char *name, struct utc t)
{
	char text[UTC_TEXT_BYTES];

	if (t.us > 0) {
		utc_format(t, text);
		json_str(j, name, text);
	}
}

/* --- stores --------------------------------------------------------------- */

static enum rc
put_store(void *arg, const struct store_place *s, struct err *reterr)
{
	struct admin *m = arg;

	(void)reterr;
	if (admin_page_takes(m, s->id)) {
		json_obj(&m->j, NULL);
		admin_id(&m->j, "store", s->id);
		json_str(&m->j, "name", s->name);
		json_i64(&m->j, "part", s->part);
		admin_time(&m->j, "since", s->since);
		json_obj_end(&m->j);
	}
	return RC_OK;
}

enum rc
admin_stores_get(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	enum rc rc = m == NULL ? RC_NOMEM : admin_page(m, "stores", reterr);

	if (rc == RC_OK) {
		rc = store_each(q->db, &m->t, put_store, m, reterr);
	}
	if (rc == RC_OK) {
		rc = admin_page_end(m, reterr);
	}
	admin_free(m);
	return rc;
}

enum rc
admin_stores_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	struct store_place s = {0};
	const char *name = NULL;
	enum rc rc = m == NULL ? RC_NOMEM : admin_object(m, reterr);

	if (rc == RC_OK) {
		rc = admin_text(m, "name", true, &name, reterr);
	}
	if (rc == RC_OK) {
		rc = store_add(&m->doer, &m->t, name, &s, reterr);
	}
	if (rc == RC_OK) {
		rc = answer_room(a, ADMIN_ROW_BYTES, reterr);
	}
	if (rc == RC_OK) {
		a->status = 201;
		json_init(&m->j, &a->body);
		json_obj(&m->j, NULL);
		admin_id(&m->j, "store", s.id);
		json_str(&m->j, "name", s.name);
		json_i64(&m->j, "part", s.part);
		json_obj_end(&m->j);
	}
	admin_free(m);
	return rc;
}

/* --- acts ----------------------------------------------------------------- */

struct acts {
	struct admin *m;
	int64_t from;
};

static enum rc
put_act(void *arg, const struct act *a, struct err *reterr)
{
	struct acts *o = arg;
	struct admin *m = o->m;
	char hash[2 * HASH_BYTES + 1], sig[BASE64_LEN(SIG_BYTES) + 1];

	(void)reterr;
	if (a->sequence < o->from) {
		return RC_OK;
	}
	if (m->n == m->limit) {
		m->more = true;
		return RC_OK;
	}
	m->n++;
	hex_encode(hash, a->hash, HASH_BYTES);
	json_obj(&m->j, NULL);
	json_i64(&m->j, "sequence", a->sequence);
	admin_time(&m->j, "at", a->at);
	json_str(&m->j, "actor", a->actor);
	json_str(&m->j, "what", a->what);
	json_str(&m->j, "detail", a->detail);
	json_str(&m->j, "hash", hash);
	if (a->is_signed) {
		base64_encode(sig, a->sig, SIG_BYTES);
		json_str(&m->j, "signature", sig);
	}
	json_obj_end(&m->j);
	return RC_OK;
}

enum rc
admin_acts_get(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	struct acts o = {m, 1};
	enum rc rc = m == NULL ? RC_NOMEM : RC_OK;

	if (rc == RC_OK) {
		rc = request_number(
			q, "limit", 1, ADMIN_PAGE_MAX, 100, &m->limit, reterr);
	}
	if (rc == RC_OK) {
		rc = request_number(
			q, "from", 1, INT64_MAX / 2, 1, &o.from, reterr);
	}
	if (rc == RC_OK) {
		rc = answer_room(a, (size_t)m->limit * 6000 + 1024, reterr);
	}
	if (rc == RC_OK) {
		json_init(&m->j, &a->body);
		json_obj(&m->j, NULL);
		json_arr(&m->j, "acts");
		rc = act_each(q->db, m->t.part, m->t.id, put_act, &o, reterr);
		/* a broken chain is shown, not hidden */
		json_arr_end(&m->j);
		json_bool(&m->j, "verified", rc == RC_OK);
		json_bool(&m->j, "more", m->more);
		json_obj_end(&m->j);
		rc = rc == RC_CORRUPT ? RC_OK : rc;
	}
	if (rc == RC_OK && !sbuf_ok(&a->body)) {
		rc = RC_RANGE;
	}
	admin_free(m);
	return rc;
}
