/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "register/inbox_internal.h"
#include "wire/event.h"

#include "base/poison.h"

#define SAID_BYTES (WIRE_LINE_BYTES + UUID_TEXT_BYTES)

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

	if (r->proof == NULL && strcmp(r->actor, PEOPLE_OWNER) == 0) {
		ask.no = NULL;
	}
	if (r->proof != NULL && !inbox_is_fresh(s, id)) {
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
