/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_JSON_READ_H
#define WIRE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/rng.h"

/**
 * wire/json_read - JSON that somebody else wrote: messages of hub and till,
 * what an administrator puts in.  json-c says whether it is JSON at all; then
 * it is walked once more for what json-c lets pass (a member twice, a NUL,
 * integers that do not fit, half of a surrogate) and for where each value
 * stands, so that a part of it can be kept verbatim.
 */
#define JSON_DEPTH 16u	  /* of lists and objects in each other */
#define JSON_MEMBERS 256u /* of one object */

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,    /* within 2^53 */
	JSON_NUMBER, /* with a fraction or an exponent: raw alone */
	JSON_TEXT,
	JSON_LIST,
	JSON_OBJECT
};

struct json_value {
	enum json_kind kind;
	const char *name; /* in its object; NULL */
	const char *raw;  /* as it stands in the text, borrowed from there */
	size_t n_raw;
	const char *text; /* JSON_TEXT: what it means, without NUL */
	int64_t i;	  /* JSON_INT, JSON_BOOL */
	size_t n;	  /* JSON_LIST, JSON_OBJECT: how many in it */
	const struct json_value *first, *next;
};

/**
 * json_read(text, len, keep, a, ret, reterr):
 * One value that fills all of ${text}, blanks around it allowed.  Lists and
 * objects deeper than ${keep} (the outermost is 1; 0 keeps all) are looked at
 * as the rest is, but only their raw text is kept.
 * Errors   RC_PROTO it is none, or is not as above; the message says where.
 *          RC_NOMEM the arena is full (some 100 bytes a value kept).
 */
MUST_CHECK enum rc json_read(const char *text, size_t len, unsigned keep,
	struct arena *a, const struct json_value **ret, struct err *reterr);

/** json_member(v, name): NULL v is no object or has none. */
const struct json_value *json_member(
	const struct json_value *v, const char *name);

/**
 * Members of one object, taken out by name; the first that is missing or not
 * what it must be is kept in rc and named in reterr, and all later calls do
 * nothing.  A member that is absent or null leaves what is there, when it
 * need not be.  json_take_*() return whether something was taken.
 */
struct json_taker {
	const struct json_value *object;
	struct arena *a;
	enum rc rc;
	struct err *reterr;
};
void json_taker_init(struct json_taker *t, const struct json_value *object,
	struct arena *a, struct err *reterr);
/** json_taker_fail(t, name, what): RC_PROTO by the caller's own look. */
void json_taker_fail(struct json_taker *t, const char *name, const char *what);
bool json_take_text(
	struct json_taker *t, const char *name, bool must, const char **ret);
bool json_take_int(struct json_taker *t, const char *name, bool must,
	int64_t min, int64_t max, int64_t *ret);
bool json_take_u64(
	struct json_taker *t, const char *name, bool must, uint64_t *ret);
bool json_take_u32(
	struct json_taker *t, const char *name, bool must, uint32_t *ret);
bool json_take_bool(
	struct json_taker *t, const char *name, bool must, bool *ret);
bool json_take_time(
	struct json_taker *t, const char *name, bool must, struct utc *ret);
bool json_take_uuid(struct json_taker *t, const char *name, bool must,
	uint8_t ret[UUID_BYTES]);
/** json_take_hex(), json_take_base64(): exactly n bytes. */
bool json_take_hex(struct json_taker *t, const char *name, bool must,
	uint8_t *ret, size_t n);
bool json_take_base64(struct json_taker *t, const char *name, bool must,
	uint8_t *ret, size_t n);
/** json_take_value(t, name, must, kind, ret): a list or an object. */
bool json_take_value(struct json_taker *t, const char *name, bool must,
	enum json_kind kind, const struct json_value **ret);

#endif
