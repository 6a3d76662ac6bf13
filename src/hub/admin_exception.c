/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "hub/admin_internal.h"
#include "hub/exception.h"

#include "base/poison.h"

/* A page of what somebody has to look at, by register, kind and place. */
struct page {
	struct admin *m;
	bool all;
	uint8_t from[UUID_BYTES]; /* the register the page begins in */
	struct exception_place after;
	char next[EXCEPTION_ID_BYTES]; /* the last one on it */
};

static enum rc
put_one(void *arg, const struct register_place *r, const struct exception *x,
	struct err *reterr)
{
	struct page *p = arg;
	struct admin *m = p->m;
	char id[UUID_TEXT_BYTES];

	(void)reterr;
	if (m->n == m->limit) {
		m->more = true;
		return RC_OK;
	}
	m->n++;
	uuid_format(r->id, id);
	exception_id(id, x, p->next);
	json_obj(&m->j, NULL);
	json_str(&m->j, "exception", p->next);
	json_str(&m->j, "register", id);
	json_str(&m->j, "number", r->number);
	json_str(&m->j, "kind", x->kind);
	json_i64(&m->j, "epoch", x->epoch);
	json_i64(&m->j, "sequence", x->sequence);
	json_str(&m->j, "detail", x->detail);
	admin_time(&m->j, "since", x->since);
	json_str(&m->j, "state", x->open ? "open" : "closed");
	admin_time(&m->j, "closed", x->closed);
	json_str_some(&m->j, "by", x->by);
	json_str_some(&m->j, "reason", x->reason);
	json_obj_end(&m->j);
	return RC_OK;
}

static enum rc
put_register(void *arg, const struct register_place *r, struct err *reterr)
{
	struct page *p = arg;
	int way = memcmp(r->id, p->from, UUID_BYTES);

	if (way < 0 || p->m->more || admin_may(p->m, r->part, NULL) != RC_OK) {
		return RC_OK;
	}
	return exception_each(p->m->q->db, &p->m->t, r, p->all,
		way == 0 ? &p->after : NULL, put_one, p, reterr);
}

static enum rc
read_query(struct page *p, struct err *reterr)
{
	struct request *q = p->m->q;
	char word[EXCEPTION_ID_BYTES], reg[UUID_TEXT_BYTES];
	int64_t all = 0;
	enum rc rc = request_number(
		q, "limit", 1, ADMIN_PAGE_MAX, 100, &p->m->limit, reterr);

	if (rc == RC_OK) {
		rc = request_number(q, "all", 0, 1, 0, &all, reterr);
	}
	p->all = all == 1;
	if (rc == RC_OK && request_query(q, "after", word, sizeof(word)) &&
		(exception_id_parse(word, reg, &p->after, NULL) != RC_OK ||
			uuid_parse(reg, strlen(reg), p->from) != RC_OK)) {
		rc = err_set(reterr, RC_INVAL, 0, "admin",
			"after is what next was in the page before");
	}
	return rc;
}

enum rc
admin_exceptions_get(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	struct page p = {.m = m};
	enum rc rc = m == NULL ? RC_NOMEM : read_query(&p, reterr);

	if (rc == RC_OK) {
		rc = answer_room(a,
			(size_t)m->limit * 2 * ADMIN_ROW_BYTES + 1024, reterr);
	}
	if (rc == RC_OK) {
		json_init(&m->j, &a->body);
		json_obj(&m->j, NULL);
		json_arr(&m->j, "exceptions");
		rc = register_each(q->db, &m->t, put_register, &p, reterr);
	}
	if (rc == RC_OK) {
		json_arr_end(&m->j);
		if (m->more) {
			json_str(&m->j, "next", p.next);
		}
		json_obj_end(&m->j);
		rc = sbuf_ok(&a->body) ? RC_OK : RC_RANGE;
	}
	admin_free(m);
	return rc;
}

enum rc
admin_exception_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct admin *m = admin_new(q, a, reterr);
	char reg[UUID_TEXT_BYTES];
	struct exception_place p;
	struct register_place r;
	const char *reason = "";
	enum rc rc = m == NULL ? RC_NOMEM : admin_object(m, reterr);

	if (rc == RC_OK) {
		rc = admin_text(m, "reason", true, &reason, reterr);
	}
	if (rc == RC_OK &&
		exception_id_parse(q->arg[0], reg, &p, NULL) != RC_OK) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "admin",
			"this names no exception");
	}
	if (rc == RC_OK) {
		rc = admin_register(m, reg, &r, reterr);
	}
	if (rc == RC_OK) {
		rc = exception_close(&m->doer, &m->t, &r, &p, reason, reterr);
	}
	if (rc == RC_OK) {
		rc = answer_room(a, ADMIN_ROW_BYTES, reterr);
	}
	if (rc == RC_OK) {
		json_init(&m->j, &a->body);
		json_obj(&m->j, NULL);
		json_str(&m->j, "exception", q->arg[0]);
		json_str(&m->j, "state", "closed");
		json_obj_end(&m->j);
	}
	admin_free(m);
	return rc;
}
