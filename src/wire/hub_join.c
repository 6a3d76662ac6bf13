/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "wire/hub_msg_internal.h"

#include "base/poison.h"

enum rc
hub_identity_encode(
	const struct hub_identity *m, struct sbuf *out, struct err *reterr)
{
	struct spell s;

	spell_begin(&s, out, reterr);
	spell_uuid(&s, "hub", m->hub);
	spell_text(&s, "name", m->name);
	spell_text(&s, "version", m->version);
	spell_base64(&s, "key", m->key, SIGN_PUB_BYTES);
	spell_base64(&s, "box", m->box, KEY_BYTES);
	spell_some(&s, "tls", m->tls);
	spell_time(&s, "time", m->time);
	return spell_end(&s);
}

enum rc
hub_identity_decode(const char *text, size_t len, struct arena *a,
	struct hub_identity *ret, struct err *reterr)
{
	struct json_taker t;

	memset(ret, 0, sizeof(*ret));
	take_begin(&t, text, len, 1, a, reterr);
	(void)json_take_uuid(&t, "hub", true, ret->hub);
	(void)json_take_text(&t, "name", true, &ret->name);
	(void)json_take_text(&t, "version", true, &ret->version);
	(void)json_take_base64(&t, "key", true, ret->key, SIGN_PUB_BYTES);
	(void)json_take_base64(&t, "box", true, ret->box, KEY_BYTES);
	(void)json_take_text(&t, "tls", false, &ret->tls);
	(void)json_take_time(&t, "time", true, &ret->time);
	return t.rc;
}

enum rc
hub_enroll_encode(
	const struct hub_enroll *m, struct sbuf *out, struct err *reterr)
{
	struct spell s;

	spell_begin(&s, out, reterr);
	spell_text(&s, "code", m->code);
	spell_some(&s, "source", m->source);
	spell_some(&s, "register_no", m->register_no);
	spell_hex(&s, "public_key", m->public_key);
	spell_base64(&s, "link_key", m->link_key, SIGN_PUB_BYTES);
	spell_base64(&s, "box_key", m->box_key, KEY_BYTES);
	spell_some(&s, "machine", m->machine);
	spell_text(&s, "product", m->product);
	spell_head(&s, m->has_head, &m->head, NULL);
	return spell_end(&s);
}

enum rc
hub_enroll_decode(const char *text, size_t len, struct arena *a,
	struct hub_enroll *ret, struct err *reterr)
{
	struct json_taker t;

	memset(ret, 0, sizeof(*ret));
	take_begin(&t, text, len, 2, a, reterr);
	(void)json_take_text(&t, "code", true, &ret->code);
	(void)json_take_text(&t, "source", false, &ret->source);
	(void)json_take_text(&t, "register_no", false, &ret->register_no);
	(void)json_take_hex(
		&t, "public_key", true, ret->public_key, SIGN_PUB_BYTES);
	(void)json_take_base64(
		&t, "link_key", true, ret->link_key, SIGN_PUB_BYTES);
	(void)json_take_base64(&t, "box_key", true, ret->box_key, KEY_BYTES);
	(void)json_take_text(&t, "machine", false, &ret->machine);
	(void)json_take_text(&t, "product", true, &ret->product);
	take_head(&t, false, &ret->has_head, &ret->head, NULL);
	return t.rc;
}

enum rc
hub_enrolled_encode(
	const struct hub_enrolled *m, struct sbuf *out, struct err *reterr)
{
	struct spell s;

	if (memcmp(m->hub, m->answer.hub, UUID_BYTES) != 0) {
		return err_set(
			reterr, RC_INVAL, 0, "hub", "an answer names two hubs");
	}
	spell_begin(&s, out, reterr);
	spell_text(&s, "keyid", m->keyid);
	spell_uuid(&s, "tenant", m->tenant);
	spell_text(&s, "tenant_name", m->tenant_name);
	spell_uuid(&s, "store", m->store);
	spell_text(&s, "store_name", m->store_name);
	spell_uuid(&s, "register", m->reg);
	spell_text(&s, "register_no", m->register_no);
	spell_some(&s, "source", m->source);
	spell_text(&s, "kind", m->kind);
	spell_text(&s, "nonce", m->nonce);
	spell_some(&s, "persons", m->persons);
	spell_answer(&s, &m->answer);
	return spell_end(&s);
}

enum rc
hub_enrolled_decode(const char *text, size_t len, struct arena *a,
	struct hub_enrolled *ret, struct err *reterr)
{
	struct json_taker t;

	memset(ret, 0, sizeof(*ret));
	take_begin(&t, text, len, 2, a, reterr);
	(void)json_take_text(&t, "keyid", true, &ret->keyid);
	(void)json_take_uuid(&t, "tenant", true, ret->tenant);
	(void)json_take_text(&t, "tenant_name", true, &ret->tenant_name);
	(void)json_take_uuid(&t, "store", true, ret->store);
	(void)json_take_text(&t, "store_name", true, &ret->store_name);
	(void)json_take_uuid(&t, "register", true, ret->reg);
	(void)json_take_text(&t, "register_no", true, &ret->register_no);
	(void)json_take_text(&t, "source", false, &ret->source);
	(void)json_take_text(&t, "kind", true, &ret->kind);
	(void)json_take_text(&t, "nonce", true, &ret->nonce);
	(void)json_take_text(&t, "persons", false, &ret->persons);
	take_answer(&t, &ret->answer);
	memcpy(ret->hub, ret->answer.hub, UUID_BYTES);
	return t.rc;
}

enum rc
hub_hello_encode(
	const struct hub_hello *m, struct sbuf *out, struct err *reterr)
{
	struct spell s;

	spell_begin(&s, out, reterr);
	spell_some(&s, "nonce", m->nonce);
	spell_text(&s, "next", m->next);
	spell_some(&s, "machine", m->machine);
	spell_text(&s, "product", m->product);
	spell_head(&s, m->has_head, &m->head, NULL);
	return spell_end(&s);
}

enum rc
hub_hello_decode(const char *text, size_t len, struct arena *a,
	struct hub_hello *ret, struct err *reterr)
{
	struct json_taker t;

	memset(ret, 0, sizeof(*ret));
	take_begin(&t, text, len, 2, a, reterr);
	(void)json_take_text(&t, "nonce", false, &ret->nonce);
	(void)json_take_text(&t, "next", true, &ret->next);
	(void)json_take_text(&t, "machine", false, &ret->machine);
	(void)json_take_text(&t, "product", true, &ret->product);
	take_head(&t, false, &ret->has_head, &ret->head, NULL);
	return t.rc;
}
