/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Struct to bytes.  A sale's line is written while the customer waits, so
 * this spells straight into the caller's memory: no tree, no formats.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

/* 9999-12-31T23:59:59.999999Z */
#define TIME_MAX INT64_C(253402300799999999)

void
writer_begin(struct writer *w, const struct sbuf *out)
{
	w->p = out->p + out->len;
	w->end = out->p + out->cap - 1;
	w->rc = out->over ? RC_RANGE : RC_OK;
	w->bad = NULL;
}

enum rc
writer_end(const struct writer *w, struct sbuf *out, struct err *reterr)
{
	switch ((int)w->rc) {
	case RC_OK:
		out->len = (size_t)(w->p - out->p);
		*w->p = '\0';
		return RC_OK;
	case RC_RANGE:
		return err_set(reterr, RC_RANGE, 0, "wire",
			w->bad != NULL ? "a number is too large to be "
					 "recorded: check amounts and the clock"
				       : "this is too long to be recorded");
	default:
		return err_set(reterr, w->rc, 0, "wire",
			"a part of the line cannot be written down: missing "
			"or not text; please report this fault");
	}
}

void
writer_fail(struct writer *w, enum rc rc, const char *name)
{
	if (w->rc == RC_OK) {
		w->rc = rc;
		w->bad = name;
	}
}

void
write_raw(struct writer *w, const char *s, size_t n)
{
	if (w->rc != RC_OK) {
		return;
	}
	if ((size_t)(w->end - w->p) < n) {
		writer_fail(w, RC_RANGE, NULL);
		return;
	}
	memcpy(w->p, s, n);
	w->p += n;
}

void
write_str(struct writer *w, const char *s)
{
	write_raw(w, s, strlen(s));
}

void
write_int(struct writer *w, int64_t v)
{
	char digit[20];
	size_t at = sizeof(digit);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		digit[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u != 0);
	if (v < 0) {
		write_raw(w, "-", 1);
	}
	write_raw(w, digit + at, sizeof(digit) - at);
}

/* Text that needs no escape and is ASCII is copied; the rest goes the long
 * way through the one speller of JSON strings. */
static void
write_text_slowly(struct writer *w, const char *name, const char *s, size_t n)
{
	struct sbuf b;

	if (w->rc != RC_OK) {
		return;
	}
	if (!text_is_utf8(s, n)) {
		writer_fail(w, RC_INVAL, name);
		return;
	}
	sbuf_init(&b, w->p, (size_t)(w->end - w->p) + 1);
	sbuf_json(&b, s, n);
	if (!sbuf_ok(&b)) {
		writer_fail(w, RC_RANGE, NULL);
		return;
	}
	w->p += b.len;
}

void
write_text(struct writer *w, const char *name, const char *s)
{
	size_t n;
	unsigned odd = 0;

	if (s == NULL) {
		writer_fail(w, RC_INVAL, name);
		return;
	}
	for (n = 0; s[n] != '\0'; n++) {
		unsigned char c = (unsigned char)s[n];

		odd |= (unsigned)(c < 0x20) | (unsigned)(c >= 0x80) |
		       (unsigned)(c == '"') | (unsigned)(c == '\\');
	}
	if (odd != 0) {
		write_text_slowly(w, name, s, n);
		return;
	}
	write_raw(w, "\"", 1);
	write_raw(w, s, n);
	write_raw(w, "\"", 1);
}

void
write_time(struct writer *w, struct utc t)
{
	char text[UTC_TEXT_BYTES];

	if (t.us < 0 || t.us > TIME_MAX) {
		writer_fail(w, RC_RANGE, "time");
		return;
	}
	utc_format(t, text);
	write_raw(w, "\"", 1);
	write_raw(w, text, sizeof(text) - 1);
	write_raw(w, "\"", 1);
}

void
write_uuid(struct writer *w, const uint8_t id[UUID_BYTES])
{
	char text[UUID_TEXT_BYTES];

	uuid_format(id, text);
	write_raw(w, text, sizeof(text) - 1);
}

/* The fields of a struct are reached by offset; memcpy keeps that legal. */
static int64_t
get_int(const void *p)
{
	int64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static const void *
get_pointer(const void *p)
{
	const void *v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static size_t
get_count(const void *p)
{
	size_t n;

	memcpy(&n, (const char *)p + sizeof(void *), sizeof(n));
	return n;
}

static bool
get_bool(const void *p)
{
	bool v;

	memcpy(&v, p, sizeof(v));
	return v;
}

bool
value_is_empty(enum wire_kind kind, const void *p)
{
	static const uint8_t no_uuid[UUID_BYTES];
	const char *s;

	switch (kind) {
	case WIRE_TEXT:
		s = get_pointer(p);
		return s == NULL || s[0] == '\0';
	case WIRE_INT:
	case WIRE_TIME:
		return get_int(p) == 0;
	case WIRE_BOOL:
		return !get_bool(p);
	case WIRE_UUID:
		return memcmp(p, no_uuid, UUID_BYTES) == 0;
	case WIRE_LIST:
		return get_count(p) == 0;
	}
	return true;
}

static void
write_list(struct writer *w, const struct wire_member *m, const void *p)
{
	const char *row = get_pointer(p);
	size_t n = get_count(p);
	size_t i;

	if (row == NULL && n != 0) {
		writer_fail(w, RC_INVAL, m->name);
		return;
	}
	write_raw(w, "[", 1);
	for (i = 0; i < n && w->rc == RC_OK; i++) {
		if (i != 0) {
			write_raw(w, ",", 1);
		}
		write_data(w, m->sub, row + i * m->sub->size);
	}
	write_raw(w, "]", 1);
}

static void
write_value(struct writer *w, const struct wire_member *m, const void *p)
{
	struct utc t;

	switch (m->kind) {
	case WIRE_TEXT:
		write_text(w, m->name, get_pointer(p));
		break;
	case WIRE_INT:
		if (get_int(p) > WIRE_INT_MAX || get_int(p) < -WIRE_INT_MAX) {
			writer_fail(w, RC_RANGE, m->name);
		}
		write_int(w, get_int(p));
		break;
	case WIRE_BOOL:
		write_str(w, get_bool(p) ? "true" : "false");
		break;
	case WIRE_TIME:
		memcpy(&t, p, sizeof(t));
		write_time(w, t);
		break;
	case WIRE_UUID:
		write_raw(w, "\"", 1);
		write_uuid(w, p);
		write_raw(w, "\"", 1);
		break;
	case WIRE_LIST:
		write_list(w, m, p);
		break;
	}
}

void
write_data(struct writer *w, const struct wire_table *t, const void *data)
{
	char before = '{';
	size_t i;

	for (i = 0; i < t->n_member && w->rc == RC_OK; i++) {
		const struct wire_member *m = &t->member[i];
		const void *p = (const char *)data + m->offset;

		if (m->optional && value_is_empty(m->kind, p)) {
			continue;
		}
		write_raw(w, &before, 1);
		before = ',';
		write_raw(w, "\"", 1);
		write_str(w, m->name);
		write_raw(w, "\":", 2);
		write_value(w, m, p);
	}
	write_str(w, before == '{' ? "{}" : "}");
}

enum rc
wire_data_encode(const struct wire_table *t, const void *data, struct sbuf *out,
	struct err *reterr)
{
	struct writer w;

	writer_begin(&w, out);
	write_data(&w, t, data);
	return writer_end(&w, out, reterr);
}
