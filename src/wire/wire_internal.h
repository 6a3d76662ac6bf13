/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_INTERNAL_H
#define WIRE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "core/event.h"
#include "wire/event.h"

/**
 * What the files of wire/ share: the writer that spells JSON into an sbuf,
 * and the reader that takes it apart.  The layer's picture:
 *
 *   table.c   what an event may hold      encode.c  struct -> bytes
 *   line.c    whole lines, signatures     decode.c  bytes -> struct (json-c)
 *   chain.c   one line after another      request.c files of inbox/
 */

/* Largest integer that every JSON reader keeps exactly. */
#define WIRE_INT_MAX (((int64_t)1 << 53) - 1)

/* ,"sig":"<86>"} behind the signed bytes. */
#define WIRE_SIG_TEXT BASE64_LEN(SIG_BYTES)
#define WIRE_SIG_HEAD ",\"sig\":\""
#define WIRE_SIG_TAIL (sizeof(WIRE_SIG_HEAD) - 1 + WIRE_SIG_TEXT + 2)

/** One pass over an sbuf's memory; the first failure sticks. */
struct writer {
	char *p;
	char *end; /* one before the sbuf's NUL */
	enum rc rc;
	const char *bad; /* name of the member that failed, or NULL */
};

void writer_begin(struct writer *w, const struct sbuf *out);
/** writer_end(w, out, reterr): give the bytes to out, or say what is wrong;
 * out is as before on failure. */
MUST_CHECK enum rc writer_end(
	const struct writer *w, struct sbuf *out, struct err *reterr);

void write_raw(struct writer *w, const char *s, size_t n);
void write_str(struct writer *w, const char *s);
void write_int(struct writer *w, int64_t v);
void write_text(struct writer *w, const char *name, const char *s);
void write_time(struct writer *w, struct utc t);
void write_uuid(struct writer *w, const uint8_t id[UUID_BYTES]);
/** write_data(w, t, data): {"...":...}, by the table. */
void write_data(
	struct writer *w, const struct wire_table *t, const void *data);
/** writer_fail(w, rc, name): stop; the first failure is kept. */
void writer_fail(struct writer *w, enum rc rc, const char *name);

/** write_event(w, e): the line of e up to, not including, its signature. */
void write_event(struct writer *w, const struct event *e);

/** One reading; json-c's objects stay inside decode.c and its callers. */
struct json_object;
struct reader {
	struct arena *a;
	struct err *reterr;
};

/** read_parse(text, len, ret_tree, reterr): one JSON object that fills all of
 * text; free with read_free(). */
MUST_CHECK enum rc read_parse(const char *text, size_t len,
	struct json_object **ret_tree, struct err *reterr);
void read_free(struct json_object *tree);

/** read_fields(obj, name, value, n, reterr): exactly the members name[0..n)
 * in this order; their values to value[]. */
MUST_CHECK enum rc read_fields(struct json_object *obj,
	const char *const name[], struct json_object *value[], size_t n,
	struct err *reterr);
/** read_data(r, name, t, v, data): v must be an object; fill data by the
 * table. */
MUST_CHECK enum rc read_data(const struct reader *r, const char *name,
	const struct wire_table *t, struct json_object *v, void *data);

MUST_CHECK enum rc read_text(const struct reader *r, const char *name,
	struct json_object *v, const char **ret);
MUST_CHECK enum rc read_int(const struct reader *r, const char *name,
	struct json_object *v, int64_t min, int64_t max, int64_t *ret);
MUST_CHECK enum rc read_time(const struct reader *r, const char *name,
	struct json_object *v, struct utc *ret);
/** read_chars(r, name, v, ret, ret_len): the string inside json-c, borrowed;
 * no NUL in it. */
MUST_CHECK enum rc read_chars(const struct reader *r, const char *name,
	struct json_object *v, const char **ret, size_t *ret_len);

/** read_same(a, text, len, fn, arg, reterr): whether fn spells text again,
 * byte for byte; scratch memory comes from the arena and goes back. */
typedef void (*read_again_fn)(struct writer *w, const void *arg);
MUST_CHECK enum rc read_same(struct arena *a, const char *text, size_t len,
	read_again_fn fn, const void *arg, struct err *reterr);

#endif
