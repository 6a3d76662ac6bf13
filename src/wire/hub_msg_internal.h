/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_HUB_MSG_INTERNAL_H
#define WIRE_HUB_MSG_INTERNAL_H

#include "base/json.h"
#include "wire/hub_msg.h"
#include "wire/json_read.h"
#include "wire/wire_internal.h"

/**
 * What the files of hub_msg share.  A message is spelled member by member; the
 * first that cannot be is kept, and spell_end() says so with out empty.
 */
struct spell {
	struct json j;
	const char *bad;
	struct err *reterr;
};

void spell_begin(struct spell *s, struct sbuf *out, struct err *reterr);
/** spell_text(): must be there; spell_some(): absent when NULL. */
void spell_text(struct spell *s, const char *name, const char *v);
void spell_some(struct spell *s, const char *name, const char *v);
void spell_number(struct spell *s, const char *name, uint64_t v);
void spell_time(struct spell *s, const char *name, struct utc t);
void spell_uuid(
	struct spell *s, const char *name, const uint8_t id[UUID_BYTES]);
void spell_hex(
	struct spell *s, const char *name, const uint8_t v[HASH_BYTES]);
/** spell_base64(): n at most SIG_BYTES. */
void spell_base64(
	struct spell *s, const char *name, const uint8_t *v, size_t n);
/** spell_head(s, has, a, anchor): "head"; with time and signature when
 * anchor is not NULL. */
void spell_head(struct spell *s, bool has, const struct anchor *a,
	const uint8_t *anchor);
void spell_answer(struct spell *s, const struct hub_answer *m);
MUST_CHECK enum rc spell_end(struct spell *s);

/** take_begin(t, text, len, keep, a, reterr): the object of a message; what it
 * is not, t->rc says, and nothing is taken. */
void take_begin(struct json_taker *t, const char *text, size_t len,
	unsigned keep, struct arena *a, struct err *reterr);
void take_head(struct json_taker *t, bool anchored, bool *ret_has,
	struct anchor *ret, uint8_t *ret_anchor);
void take_answer(struct json_taker *t, struct hub_answer *ret);

#endif
