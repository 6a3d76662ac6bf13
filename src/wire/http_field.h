/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_HTTP_FIELD_H
#define WIRE_HTTP_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/sbuf.h"

/**
 * wire/http_field - as much of Structured Fields (RFC 8941) as signatures and
 * digests need: a dictionary is walked to one member, which is looked at as it
 * stands there; and the signature base of RFC 9421, 2.5.  What is not in the
 * form of that RFC is refused as a whole.
 */

/** Bytes of a header's value; borrowed. */
struct field {
	const char *p;
	const char *end;
};

/** field_member(dict, key, ret): what stands behind key= in a dictionary,
 * with its parameters.  RC_NOTFOUND there is none; RC_PROTO no dictionary, or
 * key is in it twice. */
MUST_CHECK enum rc field_member(
	const char *dict, const char *key, struct field *ret);

/** A cursor over such a member; each passes what it takes and is false, with
 * the cursor anywhere, when something else stands there. */
bool field_is(struct field *f, const char *s);
/** field_string(f, ret): a quoted one without escapes; without its quotes. */
bool field_string(struct field *f, struct field *ret);
/** field_key(f, ret): of a parameter or member. */
bool field_key(struct field *f, struct field *ret);
bool field_integer(struct field *f, int64_t *ret);
/** field_bytes(f, ret): :BASE64:, with its colons. */
bool field_bytes(struct field *f, struct field *ret);
bool field_end(const struct field *f);
/** field_same(f, s): it is s. */
bool field_same(const struct field *f, const char *s);

/** field_fits(s): may be a header's value: printable ASCII, no blank at
 * either end. */
bool field_fits(const char *s);

/** One covered component: its identifier as it is spelled in the list,
 * quotes and parameters with it, and its value. */
struct http_component {
	const char *id;
	const char *value;
};

/** http_base(c, n, params, n_params, out): the signature base; params is what
 * stands behind the label. */
void http_base(const struct http_component c[], size_t n, const char *params,
	size_t n_params, struct sbuf *out);

#endif
