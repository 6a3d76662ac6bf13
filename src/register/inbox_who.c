/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "register/inbox_internal.h"
#include "register/shop_internal.h"
#include "wire/event.h"

#include "base/poison.h"

#define SAID_BYTES (WIRE_LINE_BYTES + UUID_TEXT_BYTES)
/* Before the base64 of a proof by the key, and of none by a PIN. */
#define BY_KEY '.'

/* What a proof is about: which request it is, and what it says. */
static enum rc
put_said(const struct request *r, const char *id, struct sbuf *out,
	struct err *reterr)
{
	struct request bare = *r;
	size_t n = strlen(id);
	struct sbuf rest;
	enum rc rc;

	bare.proof = NULL;
	sbuf_puts(out, id);
	sbuf_init(&rest, out->p + n, WIRE_LINE_BYTES);
	rc = request_encode(&bare, &rest, reterr);
	out->len = n + rest.len;
	return rc;
}

/* Not older than it may be, by the time in its name. */
bool
inbox_is_fresh(const struct shop *s, const char *id)
{
	struct clock_reading now = clock_read(&s->clock);
	uint8_t bytes[UUID_BYTES];
	uint64_t ms = 0;
	int64_t age;

	if (uuid_parse(id, strlen(id), bytes) != RC_OK) {
		return false;
	}
	for (size_t i = 0; i < 6; i++) {
		ms = ms << 8 | bytes[i];
	}
	age = now.utc.us - (int64_t)ms * 1000;
	return age < PEOPLE_PROOF_US && age > -PEOPLE_PROOF_US;
}

/* --- the owner, by the key ------------------------------------------------ */

bool
inbox_by_key(const struct request *r)
{
	return strcmp(r->actor, PEOPLE_OWNER) == 0 &&
	       (r->proof == NULL || r->proof[0] == BY_KEY);
}

static void
make_key_proof(const uint8_t key[KEY_BYTES], const struct sbuf *said,
	char out[PEOPLE_PROOF_BYTES])
{
	uint8_t proof[INDEX_BYTES];

	_Static_assert(BASE64_LEN(INDEX_BYTES) + 2 <= PEOPLE_PROOF_BYTES,
		"a proof by the key has room");
	crypto_index(key, said->p, said->len, proof);
	out[0] = BY_KEY;
	base64_encode(out + 1, proof, sizeof(proof));
	out[1 + BASE64_LEN(INDEX_BYTES)] = '\0';
}

enum rc
inbox_who_has_key(const struct shop_conf *conf, const struct request *r,
	const char *id, char out[PEOPLE_PROOF_BYTES], struct err *reterr)
{
	char path[PATH_BYTES];
	char *buf = malloc(SAID_BYTES);
	struct keys *keys = NULL;
	struct keys_change c;
	struct sbuf said;
	unsigned g;
	enum rc rc;

	if (buf == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to say who asks");
	}
	sbuf_init(&said, buf, SAID_BYTES);
	rc = put_said(r, id, &said, reterr);
	if (rc == RC_OK) {
		rc = path_join(path, sizeof(path), conf->dir, "keys");
	}
	if (rc == RC_OK) {
		rc = keys_open(path, &conf->key, &keys, reterr);
	}
	if (rc == RC_OK) {
		/* a register takes a new generation over when it records it */
		g = keys_generation(keys);
		g -= g > 1 && keys_pending(keys, &c) &&
				     c.level == KEYS_LEVEL_MASTER
			     ? 1
			     : 0;
		make_key_proof(keys_sub_of(keys, KEYS_ASK, g), &said, out);
	}
	keys_close(keys);
	free(buf);
	return rc;
}

/* By the generation in use, or the one before: who asked may have done so
 * before it changed. */
static bool
has_key(const struct shop *s, const char *proof, const struct sbuf *said)
{
	char want[PEOPLE_PROOF_BYTES];
	unsigned g = keys_generation(s->keys);
	bool same = false;

	if (proof == NULL || strlen(proof) != PEOPLE_PROOF_BYTES - 1) {
		return false;
	}
	for (unsigned i = g; i > 0 && i + 1 >= g; i--) {
		make_key_proof(keys_sub_of(s->keys, KEYS_ASK, i), said, want);
		same = crypto_equal(want, proof, sizeof(want)) || same;
	}
	return same;
}

static enum rc
refuse_key(struct shop *s, struct err *reterr)
{
	struct event e = {.type = EVENT_OPERATOR_REFUSED};

	e.data.attempt.operator_no = PEOPLE_OWNER;
	e.data.attempt.purpose = "verb";
	e.data.attempt.why = "key";
	/* nothing was tried out; this is for the audit */
	(void)!shop_record(s, &e, 1, SHOP_ACTOR, NULL, NULL, NULL);
	return err_set(reterr, RC_DENIED, 0, __func__,
		"who asked has not the key of the store: ask again, with it");
}

/* --- whoever asks --------------------------------------------------------- */

enum rc
inbox_who_asks(struct shop *s, const struct request *r, const char *id,
	struct event *ret_given, struct err *reterr)
{
	struct people_ask ask = {.no = r->actor,
		.proof = r->proof,
		.what = event_type_name(r->type)};
	char *buf;
	struct sbuf said;
	enum rc rc;

	if (inbox_by_key(r)) {
		ask.no = NULL;
	}
	if (ask.no != NULL && r->proof != NULL && !inbox_is_fresh(s, id)) {
		return err_set(reterr, RC_DENIED, 0, __func__,
			"this was asked too long ago: ask again");
	}
	buf = malloc(SAID_BYTES);
	if (buf == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to see who asks");
	}
	sbuf_init(&said, buf, SAID_BYTES);
	rc = put_said(r, id, &said, reterr);
	if (rc == RC_OK && ask.no == NULL && !has_key(s, r->proof, &said)) {
		rc = refuse_key(s, reterr);
	}
	if (rc == RC_OK) {
		ask.said = said.p;
		ask.n_said = said.len;
		rc = people_ask(
			s, &ask, people_ask_permit(r->type), ret_given, reterr);
	}
	free(buf);
	return rc;
}

enum rc
inbox_who_proves(const struct shop_conf *conf, const struct request *r,
	const char *id, const char *pin, size_t pin_len,
	char out[PEOPLE_PROOF_BYTES], struct err *reterr)
{
	struct people_ask ask = {
		.no = r->actor, .pin = pin, .pin_len = pin_len};
	struct shop_conf c = *conf;
	struct shop *s = NULL;
	char *buf = malloc(SAID_BYTES);
	struct sbuf said;
	enum rc rc;

	if (buf == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to say who asks");
	}
	c.mode = SHOP_READ;
	sbuf_init(&said, buf, SAID_BYTES);
	rc = put_said(r, id, &said, reterr);
	if (rc == RC_OK) {
		rc = shop_open(&c, &s, reterr);
	}
	if (rc == RC_OK) {
		ask.said = said.p;
		ask.n_said = said.len;
		rc = people_ask_proof(s, &ask, out, reterr);
	}
	shop_close(s);
	free(buf);
	return rc;
}
