/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_EVENT_H
#define WIRE_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "core/event.h"

/**
 * wire/event - the event line: one JSON object (CloudEvents 1.0 attributes),
 * fixed member order, no spaces, no newline inside, at most 1 MiB; chained by
 * SHA-256 of the previous line, signed with Ed25519.  holdfast-event(5).
 *
 * One table a type drives both directions, so what is written is what is
 * read; encode(decode(line)) == line or the line is refused.
 */
#define WIRE_LINE_BYTES ((size_t)1 << 20) /* without the newline */

/** One row of the table, for the manual test and for generic printing. */
enum wire_kind {
	WIRE_TEXT,   /* const char *: required */
	WIRE_INT,    /* int64_t, |v| < 2^53 */
	WIRE_BOOL,
	WIRE_TIME,   /* struct utc, RFC 3339 with six decimals */
	WIRE_UUID,   /* uint8_t[16] */
	WIRE_LIST    /* pointer + size_t right behind it, rows by sub table */
};

struct wire_member {
	const char *name;
	enum wire_kind kind;
	bool optional; /* absent when NULL, 0, false or empty */
	size_t offset; /* in the data struct */
	const struct wire_table *sub; /* WIRE_LIST */
};

struct wire_table {
	const struct wire_member *member;
	size_t n_member;
	size_t size; /* of the struct, for lists */
};

/** wire_event_table(type): its data members; never NULL. */
const struct wire_table *wire_event_table(enum event_type type);

/**
 * wire_encode(e, sign_secret, out, ret_hash, reterr):
 * The whole line of ${e} with its signature (SIGN_SEC_BYTES secret key).
 * Output   out       the line, no newline; cleared first.  A buffer of
 *                    WIRE_LINE_BYTES + 1 always suffices.
 *          *ret_hash SHA-256 of the line, the next line's prev.
 * Errors   RC_RANGE the line is over WIRE_LINE_BYTES or over out, a number is
 *          beyond 2^53 - 1, a time outside 1970..9999;
 *          RC_INVAL a required member is NULL or text is not UTF-8, or a
 *          sale does not balance (event_balances): caller's bug.
 *          out is empty then.
 * An optional text member may be NULL or ""; both are absent.
 */
MUST_CHECK enum rc wire_encode(const struct event *e,
	const uint8_t sign_secret[SIGN_SEC_BYTES], struct sbuf *out,
	uint8_t ret_hash[HASH_BYTES], struct err *reterr);

/**
 * wire_decode(line, len, a, ret, reterr):
 * Output   *ret  strings and lists live in ${a}; an arena of
 *                wire_arena_bytes(len) always suffices.  Absent members are
 *                NULL, 0, false, no rows.  Unspecified on failure.
 * Errors   RC_PROTO not a line this build can spell again to the same bytes:
 *          syntax, order, unknown type or member, number out of range.
 *          RC_NOMEM arena too small.
 * Allocates nothing beside the arena.
 * Never looks at the signature, wire_verify() does; nor at a sale's sums,
 * event_balances() does.
 */
MUST_CHECK enum rc wire_decode(const char *line, size_t len, struct arena *a,
	struct event *ret, struct err *reterr);
/** wire_arena_bytes(len): arena for a line (or data) of len bytes. */
size_t wire_arena_bytes(size_t len);

/** wire_verify(line, len, pub): the line's own signature is right. */
bool wire_verify(
	const char *line, size_t len, const uint8_t pub[SIGN_PUB_BYTES]);

/** wire_hash(line, len, out): SHA-256 of the line's bytes. */
void wire_hash(const char *line, size_t len, uint8_t out[HASH_BYTES]);

/**
 * Data alone, without envelope: how drafts and parked sales keep a struct.
 * wire_data_encode() appends {"...":...}, out is as before on an error;
 * wire_data_decode() is its inverse with the same strictness.
 */
MUST_CHECK enum rc wire_data_encode(const struct wire_table *t,
	const void *data, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc wire_data_decode(const struct wire_table *t,
	const char *text, size_t len, struct arena *a, void *ret_data,
	struct err *reterr);

/** Tables of parts, for drafts. */
extern const struct wire_table wire_line_table; /* struct event_line */

#endif
