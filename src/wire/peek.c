/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope's members in their order, as envelope.c writes them.  Between
 * "prev" and "data" a later build may put more, so what stands there is only
 * passed over.
 */
#include "wire/peek.h"

#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "base/text.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

#define SEQUENCE_DIGITS 20u
#define ID_BYTES 32u
#define DEPTH_MAX 64u

static enum rc
copy_word(struct reader *r, const char *name, char *out, size_t cap)
{
	const char *s;
	size_t n;
	enum rc rc = read_word(r, name, &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	if (n == 0 || n >= cap) {
		return read_refuse(r, name, "is too long or empty");
	}
	memcpy(out, s, n);
	out[n] = '\0';
	return RC_OK;
}

static enum rc
read_number(struct reader *r, uint64_t *ret)
{
	const char *s;
	size_t n;
	uint64_t v = 0;
	enum rc rc = read_word(r, "sequence", &s, &n);

	if (rc != RC_OK || n != SEQUENCE_DIGITS) {
		return read_refuse(r, "sequence", "has not 20 digits");
	}
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' || v > (uint64_t)WIRE_INT_MAX) {
			return read_refuse(r, "sequence", "is out of range");
		}
		v = v * 10 + (uint64_t)(s[i] - '0');
	}
	if (v == 0 || v > (uint64_t)WIRE_INT_MAX) {
		return read_refuse(r, "sequence", "is out of range");
	}
	*ret = v;
	return RC_OK;
}

/* Source and type are kept; only their place is looked at here. */
static enum rc
read_identity(struct reader *r, char id[ID_BYTES], struct wire_peek *ret)
{
	enum rc rc;

	if (!read_is(r, "{\"specversion\":\"1.0\"") ||
		!read_key(r, ',', "id")) {
		return read_refuse(r, "specversion, id", "is not in its place");
	}
	rc = copy_word(r, "id", id, ID_BYTES);
	if (rc == RC_OK && !read_key(r, ',', "source")) {
		rc = read_refuse(r, "source", "is not in its place");
	}
	if (rc == RC_OK) {
		rc = copy_word(r, "source", ret->source, PEEK_SOURCE_BYTES);
	}
	if (rc == RC_OK && !read_key(r, ',', "type")) {
		rc = read_refuse(r, "type", "is not in its place");
	}
	if (rc == RC_OK) {
		rc = copy_word(r, "type", ret->type, PEEK_TYPE_BYTES);
	}
	if (rc == RC_OK && !read_key(r, ',', "time")) {
		rc = read_refuse(r, "time", "is not in its place");
	}
	return rc == RC_OK ? read_time(r, "time", &ret->time) : rc;
}

/* Behind the string that begins at p, or the end.  A quote is one of its own
 * letters when an odd number of backslashes stands before it. */
static const char *
pass_string(const char *p, const char *end)
{
	const char *from = p + 1;

	p = memchr(from, '"', (size_t)(end - from));
	while (p != NULL) {
		const char *q = p;

		while (q > from && q[-1] == '\\') {
			q--;
		}
		if ((p - q) % 2 == 0) {
			return p + 1;
		}
		p = memchr(p + 1, '"', (size_t)(end - p - 1));
	}
	return end;
}

/* Past one value: its end, by quotes and brackets. */
static enum rc
pass_value(struct reader *r, const char *name)
{
	char open[DEPTH_MAX];
	const char *p = r->p, *const end = r->end;
	size_t depth = 0;

	while (p < end) {
		char c = *p;

		if (c == '"') {
			p = pass_string(p, end);
			continue;
		}
		if (c == '{' || c == '[') {
			if (depth == DEPTH_MAX) {
				return read_refuse(r, name, "is too deep");
			}
			open[depth++] = c;
		} else if (c == '}' || c == ']') {
			if (depth == 0) {
				r->p = p;
				return RC_OK;
			}
			if (open[--depth] != (c == '}' ? '{' : '[')) {
				return read_refuse(r, name, "is no JSON");
			}
			if (depth == 0) {
				r->p = p + 1;
				return RC_OK;
			}
		} else if (c == ',' && depth == 0) {
			r->p = p;
			return RC_OK;
		}
		p++;
	}
	return read_refuse(r, name, "has no end");
}

/* Members in between, up to the name that must come. */
static enum rc
pass_to(struct reader *r, const char *name)
{
	while (!read_key(r, ',', name)) {
		const char *s;
		size_t n;
		enum rc rc;

		if (!read_is(r, ",")) {
			return read_refuse(r, name, "is missing");
		}
		rc = read_word(r, name, &s, &n);
		if (rc == RC_OK && !read_is(r, ":")) {
			rc = read_refuse(r, name, "is missing");
		}
		if (rc == RC_OK && n == 4 && memcmp(s, "data", 4) == 0) {
			rc = read_refuse(r, name, "is missing");
		}
		if (rc == RC_OK) {
			rc = pass_value(r, name);
		}
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static enum rc
read_chain(struct reader *r, struct wire_peek *ret)
{
	int64_t epoch = 0;
	const char *s;
	size_t n;
	enum rc rc = pass_to(r, "epoch");

	if (rc == RC_OK) {
		rc = read_int(r, "epoch", 1, UINT32_MAX, &epoch);
	}
	ret->epoch = (uint32_t)epoch;
	if (rc == RC_OK && !read_key(r, ',', "sequence")) {
		rc = read_refuse(r, "sequence", "is not in its place");
	}
	if (rc == RC_OK) {
		rc = read_number(r, &ret->sequence);
	}
	if (rc == RC_OK && !read_key(r, ',', "prev")) {
		rc = read_refuse(r, "prev", "is not in its place");
	}
	if (rc == RC_OK) {
		rc = read_word(r, "prev", &s, &n);
	}
	if (rc == RC_OK && hex_decode(ret->prev, HASH_BYTES, s, n) != RC_OK) {
		rc = read_refuse(r, "prev", "is not a hash");
	}
	return rc;
}

/* Data, and behind it the signature and nothing else. */
static enum rc
read_tail(struct reader *r, struct wire_peek *ret)
{
	uint8_t sig[SIG_BYTES];
	const char *s;
	size_t n;
	enum rc rc = pass_to(r, "data");

	if (rc != RC_OK) {
		return rc;
	}
	ret->data = r->p;
	rc = r->p < r->end && *r->p == '{'
		     ? pass_value(r, "data")
		     : read_refuse(r, "data", "is no object");
	if (rc != RC_OK) {
		return rc;
	}
	ret->data_len = (size_t)(r->p - ret->data);
	if (!read_key(r, ',', "sig")) {
		return read_refuse(r, "sig", "is not in its place");
	}
	rc = read_word(r, "sig", &s, &n);
	if (rc == RC_OK && base64_decode(sig, SIG_BYTES, s, n) != RC_OK) {
		rc = read_refuse(r, "sig", "is not a signature");
	}
	if (rc == RC_OK && !read_is(r, "}")) {
		rc = read_refuse(r, "sig", "is not the last");
	}
	return rc == RC_OK ? read_end(r) : rc;
}

/* A control character in a line would be no JSON, and a newline would make
 * two of it. */
enum rc
wire_peek(
	const char *line, size_t len, struct wire_peek *ret, struct err *reterr)
{
	char id[ID_BYTES];
	char again[ID_BYTES];
	unsigned char memory[16];
	struct sbuf b;
	struct arena a;
	struct reader r;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	arena_init(&a, memory, sizeof(memory));
	rc = reader_begin(&r, line, len, &a, reterr);
	if (rc == RC_OK && !text_is_line(line, len)) {
		rc = read_refuse(
			&r, "the line", "holds bytes that are not text");
	}
	if (rc == RC_OK) {
		rc = read_identity(&r, id, ret);
	}
	if (rc == RC_OK) {
		rc = read_chain(&r, ret);
	}
	if (rc == RC_OK) {
		sbuf_init(&b, again, sizeof(again));
		sbuf_u64(&b, ret->epoch);
		sbuf_putc(&b, '-');
		sbuf_u64(&b, ret->sequence);
		rc = strcmp(id, again) == 0
			     ? RC_OK
			     : read_refuse(&r, "id",
				       "is not that of epoch and sequence");
	}
	return rc == RC_OK ? read_tail(&r, ret) : rc;
}
