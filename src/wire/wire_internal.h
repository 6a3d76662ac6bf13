/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_WIRE_INTERNAL_H
#define WIRE_WIRE_INTERNAL_H

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
 *   line.c    whole lines, signatures     decode.c  bytes -> struct
 *   chain.c   one line after another      reader.c  the cursor below it
 *   request.c files of inbox/ (json-c)    envelope.c  both ways
 *
 * There are two readers.  Lines, drafts and parked sales are our own bytes in
 * one spelling, read by the million and when memory is short: the cursor takes
 * nothing else and allocates nothing.  A request comes from another program;
 * json-c first says whether it is JSON at all and of which type, then its data
 * goes through the cursor like any other.
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

/** value_is_empty(kind, p): the field at p would be absent if optional. */
bool value_is_empty(enum wire_kind kind, const void *p);

/**
 * A cursor over text in our own spelling.  It never passes end, never
 * allocates beside the arena, and stands nowhere useful after a refusal.
 * Every read_*() that returns enum rc: RC_PROTO what stands there is not what
 * was asked for, RC_NOMEM the arena is full; name is for the message.
 */
struct reader {
	const char *p;
	const char *end;
	struct arena *a;
	struct err *reterr;
};

/** reader_begin(r, text, len, a, reterr): RC_PROTO len is 0 or over
 * WIRE_LINE_BYTES. */
MUST_CHECK enum rc reader_begin(struct reader *r, const char *text, size_t len,
	struct arena *a, struct err *reterr);
/** The two ways to fail, with their messages; return RC_PROTO, RC_NOMEM. */
enum rc read_refuse(const struct reader *r, const char *name, const char *what);
enum rc read_no_room(const struct reader *r);

/** read_is(r, s): s stands here, pass it; else false and r is as before. */
bool read_is(struct reader *r, const char *s);
/** read_key(r, before, name): the same for before"name": */
bool read_key(struct reader *r, char before, const char *name);

/** read_word(r, name, ret, ret_n): a string of plain ASCII without escapes,
 * borrowed from the line, not terminated. */
MUST_CHECK enum rc read_word(
	struct reader *r, const char *name, const char **ret, size_t *ret_n);
/** read_text(r, name, ret): any string sbuf_json() writes for UTF-8 without
 * NUL, copied to the arena. */
MUST_CHECK enum rc read_text(
	struct reader *r, const char *name, const char **ret);
/** read_int(r, name, min, max, ret): no plus, no leading zero, no -0, at most
 * 16 digits. */
MUST_CHECK enum rc read_int(struct reader *r, const char *name, int64_t min,
	int64_t max, int64_t *ret);
MUST_CHECK enum rc read_time(
	struct reader *r, const char *name, struct utc *ret);
/** read_uuid(r, name, ret): 36 characters, without quotes. */
MUST_CHECK enum rc read_uuid(
	struct reader *r, const char *name, uint8_t ret[UUID_BYTES]);

/** read_count(r, ret_bytes): right behind a [, how many values follow up to
 * its ] and over how many bytes; a guess when the text is no JSON.  r does
 * not move. */
size_t read_count(const struct reader *r, size_t *ret_bytes);

/** read_data(r, t, data): one object by the table into data, which is all
 * zeros. */
MUST_CHECK enum rc read_data(
	struct reader *r, const struct wire_table *t, void *data);
/** read_event(r, e): the line up to, not including, its signature, into e,
 * which is all zeros. */
MUST_CHECK enum rc read_event(struct reader *r, struct event *e);
/** read_end(r): nothing is left. */
MUST_CHECK enum rc read_end(const struct reader *r);

/** read_same(r, text, fn, arg): whether fn spells text[..r->end) again, byte
 * for byte; scratch memory comes from the arena and goes back. */
typedef void (*read_again_fn)(struct writer *w, const void *arg);
MUST_CHECK enum rc read_same(const struct reader *r, const char *text,
	read_again_fn fn, const void *arg);

/* table_payment.c */
#define WIRE_PAYMENT_MEMBERS 11
#define WIRE_PAYMENT_END_MEMBERS 20
#define WIRE_TERMINAL_MEMBERS 12
extern const struct wire_member wire_payment_member[WIRE_PAYMENT_MEMBERS];
extern const struct wire_member
	wire_payment_end_member[WIRE_PAYMENT_END_MEMBERS];
extern const struct wire_member wire_terminal_member[WIRE_TERMINAL_MEMBERS];
#define WIRE_DAY_CARD_MEMBERS 10
#define WIRE_DAY_TERMINAL_MEMBERS 4
extern const struct wire_member wire_day_card_member[WIRE_DAY_CARD_MEMBERS];
extern const struct wire_member
	wire_day_terminal_member[WIRE_DAY_TERMINAL_MEMBERS];

/* table.c */
extern const struct wire_table wire_tax_table;

/** table_day.c, table_keeping.c, table_sync.c: NULL it is of another file. */
const struct wire_table *wire_table_day(enum event_type type);
const struct wire_table *wire_table_keeping(enum event_type type);
const struct wire_table *wire_table_sync(enum event_type type);

#endif
