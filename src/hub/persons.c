/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/persons.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "hub/answer.h"
#include "hub/hub.h"
#include "wire/persons.h"

#include "base/poison.h"

/* In the database: a record a person, number and key, sealed together. */
#define RECORD ((size_t)KEYS_PERSON_BYTES + KEY_BYTES)

struct bundle {
	struct person_key *p; /* guarded memory */
	size_t n;
};

static enum rc
bundle_new(struct bundle *b, struct err *reterr)
{
	b->n = 0;
	b->p = crypto_secret_new(PERSONS_MAX * sizeof(*b->p));
	return b->p != NULL
		       ? RC_OK
		       : err_set(reterr, RC_NOMEM, 0, "persons", "no memory");
}

/* --- in --- */

static enum rc
keep(struct request *q, const struct bundle *b, struct err *reterr)
{
	size_t n = b->n * RECORD;
	uint8_t *plain = crypto_secret_new(n + 1);
	uint8_t *sealed = malloc(n + SEAL_BYTES);
	struct db_args args;
	enum rc rc = RC_NOMEM;

	if (plain == NULL || sealed == NULL) {
		(void)err_set(reterr, rc, 0, "persons", "no memory");
		goto out;
	}
	for (size_t i = 0; i < b->n; i++) {
		memcpy(plain + i * RECORD, b->p[i].no, KEYS_PERSON_BYTES);
		memcpy(plain + i * RECORD + KEYS_PERSON_BYTES, b->p[i].key,
			KEY_BYTES);
	}
	hub_kek_seal(q->hub->kek, &q->hub->rng, q->caller.tenant, q->caller.id,
		plain, n, sealed);
	db_args_init(&args, q->caller.spart, q->caller.tenant);
	db_add_uuid(&args, q->caller.id);
	db_add_bytes(&args, sealed, n + SEAL_BYTES);
	rc = db_run(q->db, SQL_PERSONS_PUT, &args, NULL, reterr);
out:
	free(sealed);
	crypto_secret_free(plain);
	return rc;
}

enum rc
persons_post(struct request *q, struct answer *a, struct err *reterr)
{
	struct bundle b = {0};
	char *text = NULL;
	size_t n = 0;
	enum rc rc;

	if (q->caller.fenced) {
		return answer_problem(a, PROBLEM_FENCED,
			"another machine is this register now");
	}
	rc = request_content(q, PERSONS_BODY_BYTES, &text, &n, reterr);
	if (rc == RC_OK) {
		rc = bundle_new(&b, reterr);
	}
	if (rc == RC_OK) {
		rc = persons_open(text, n, q->hub->box_secret, b.p, PERSONS_MAX,
			&b.n, reterr);
		if (rc == RC_KEY) {
			rc = answer_problem(a, PROBLEM_MALFORMED,
				"these keys are not sealed to this hub");
			goto out;
		}
	}
	if (rc == RC_OK) {
		rc = keep(q, &b, reterr);
	}
	if (rc == RC_OK) {
		rc = answer_state(q, a, "", reterr);
	}
out:
	crypto_secret_free(b.p);
	free(text);
	return rc;
}

/* --- out --- */

static enum rc
unpack(const struct hub *h, const uint8_t tenant[UUID_BYTES],
	const uint8_t reg[UUID_BYTES], const uint8_t *sealed, size_t n,
	struct bundle *b, struct err *reterr)
{
	size_t len = n > SEAL_BYTES ? n - SEAL_BYTES : 0;
	uint8_t *plain = crypto_secret_new(len + 1);
	enum rc rc = plain != NULL ? RC_OK : RC_NOMEM;

	if (rc == RC_OK && (len % RECORD != 0 || len / RECORD > PERSONS_MAX)) {
		rc = RC_CORRUPT;
	}
	if (rc == RC_OK) {
		rc = hub_kek_unseal(h->kek, tenant, reg, sealed, n, plain);
	}
	assert(b->p != NULL);
	for (size_t i = 0; rc == RC_OK && i < len / RECORD; i++) {
		memcpy(b->p[i].no, plain + i * RECORD, KEYS_PERSON_BYTES);
		memcpy(b->p[i].key, plain + i * RECORD + KEYS_PERSON_BYTES,
			KEY_BYTES);
		b->n++;
	}
	crypto_secret_free(plain);
	return rc == RC_OK ? RC_OK
			   : err_set(reterr, rc, 0, "persons",
				     "the keys of a register's persons do not "
				     "open: is hub.key the one they were "
				     "sealed by?");
}

/* The value alone of {"sealed":"..."}. */
static char *
value_of(const char *body)
{
	const char *p = strchr(body, ':');
	size_t n;

	if (p == NULL || p[1] != '"') {
		return NULL;
	}
	p += 2;
	n = strcspn(p, "\"");
	return strndup(p, n);
}

enum rc
persons_for(struct hub *h, struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const uint8_t reg[UUID_BYTES],
	const uint8_t box[KEY_BYTES], char **ret, struct err *reterr)
{
	struct db_rows rows = {0};
	struct bundle b = {0};
	struct db_args args;
	char *body = NULL;
	struct sbuf out;
	enum rc rc;

	*ret = NULL;
	db_args_init(&args, part, tenant);
	db_add_uuid(&args, reg);
	rc = db_run(db, SQL_PERSONS_GET, &args, &rows, reterr);
	if (rc != RC_OK || rows.n == 0) {
		goto out;
	}
	rc = bundle_new(&b, reterr);
	if (rc == RC_OK) {
		size_t n;
		const uint8_t *p = db_bytes(&rows, 0, 0, &n);

		rc = unpack(h, tenant, reg, p, n, &b, reterr);
	}
	body = rc == RC_OK ? malloc(PERSONS_BODY_BYTES) : NULL;
	if (rc == RC_OK && body == NULL) {
		(void)err_set(reterr, RC_NOMEM, 0, "persons", "no memory");
		rc = RC_NOMEM;
	}
	if (rc == RC_OK) {
		sbuf_init(&out, body, PERSONS_BODY_BYTES);
		rc = persons_seal(b.p, b.n, box, &out, reterr);
	}
	if (rc == RC_OK) {
		*ret = value_of(body);
		rc = *ret != NULL ? RC_OK : RC_NOMEM;
	}
out:
	free(body);
	crypto_secret_free(b.p);
	db_rows_free(&rows);
	return rc;
}
