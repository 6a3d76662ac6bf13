/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to struct, by the table, with the cursor of reader.c.  The struct is
 * believed when it spells the same bytes again: whatever the cursor might let
 * through, a line means one thing only.
 */
#include <string.h>

#include "wire/wire_internal.h"

#include "base/poison.h"

/* Bytes of the shortest value: "" 0 true [] and the fixed ones in quotes. */
static size_t
least_value(enum wire_kind kind)
{
	switch (kind) {
	case WIRE_TEXT:
	case WIRE_LIST:
		return 2;
	case WIRE_INT:
		return 1;
	case WIRE_BOOL:
		return 4;
	case WIRE_TIME:
		return UTC_TEXT_BYTES + 1;
	case WIRE_UUID:
		return UUID_TEXT_BYTES + 1;
	}
	return 1;
}

/* Bytes of the shortest row: a foreign list of a million empty rows must not
 * ask for more memory than wire_arena_bytes() promises. */
static size_t
least_row(const struct wire_table *t)
{
	size_t n = 2;
	size_t i;

	for (i = 0; i < t->n_member; i++) {
		const struct wire_member *m = &t->member[i];

		if (!m->optional) {
			n += strlen(m->name) + 3 + least_value(m->kind);
		}
	}
	return n;
}

static enum rc
read_list(struct reader *r, const struct wire_member *m, void *field)
{
	char *row = NULL;
	size_t bytes;
	size_t i;
	size_t n;
	enum rc rc;

	if (!read_is(r, "[")) {
		return read_refuse(r, m->name, "is not a list");
	}
	n = read_count(r, &bytes);
	if (n > bytes / least_row(m->sub)) {
		return read_refuse(r, m->name, "holds rows that are too short");
	}
	if (n != 0) {
		row = arena_take(r->a, n, m->sub->size);
		if (row == NULL) {
			return read_no_room(r);
		}
	}
	for (i = 0; i < n; i++) {
		if (i != 0 && !read_is(r, ",")) {
			return read_refuse(r, m->name, "is not a list");
		}
		rc = read_data(r, m->sub, row + i * m->sub->size);
		if (rc != RC_OK) {
			return rc;
		}
	}
	if (!read_is(r, "]")) {
		return read_refuse(r, m->name, "has no end");
	}
	memcpy(field, &row, sizeof(row));
	memcpy((char *)field + sizeof(row), &n, sizeof(n));
	return RC_OK;
}

static enum rc
read_quoted_uuid(struct reader *r, const char *name, uint8_t *ret)
{
	enum rc rc;

	if (!read_is(r, "\"")) {
		return read_refuse(r, name, "is not a UUID");
	}
	rc = read_uuid(r, name, ret);
	if (rc == RC_OK && !read_is(r, "\"")) {
		rc = read_refuse(r, name, "is not a UUID");
	}
	return rc;
}

static enum rc
read_bool(struct reader *r, const char *name, bool *ret)
{
	*ret = read_is(r, "true");
	return *ret || read_is(r, "false")
		       ? RC_OK
		       : read_refuse(r, name, "is not true or false");
}

static enum rc
read_value(struct reader *r, const struct wire_member *m, void *field)
{
	const char *text;
	int64_t number;
	bool yes;
	struct utc t;
	enum rc rc = RC_OK;

	switch (m->kind) {
	case WIRE_TEXT:
		rc = read_text(r, m->name, &text);
		if (rc == RC_OK) {
			memcpy(field, &text, sizeof(text));
		}
		break;
	case WIRE_INT:
		rc = read_int(r, m->name, -WIRE_INT_MAX, WIRE_INT_MAX, &number);
		if (rc == RC_OK) {
			memcpy(field, &number, sizeof(number));
		}
		break;
	case WIRE_BOOL:
		rc = read_bool(r, m->name, &yes);
		if (rc == RC_OK) {
			memcpy(field, &yes, sizeof(yes));
		}
		break;
	case WIRE_TIME:
		rc = read_time(r, m->name, &t);
		if (rc == RC_OK) {
			memcpy(field, &t, sizeof(t));
		}
		break;
	case WIRE_UUID:
		rc = read_quoted_uuid(r, m->name, field);
		break;
	case WIRE_LIST:
		rc = read_list(r, m, field);
		break;
	}
	return rc;
}

enum rc
read_data(struct reader *r, const struct wire_table *t, void *data)
{
	char before = '{';
	size_t i;
	enum rc rc;

	for (i = 0; i < t->n_member; i++) {
		const struct wire_member *m = &t->member[i];
		char *field = (char *)data + m->offset;

		if (!read_key(r, before, m->name)) {
			if (m->optional) {
				continue;
			}
			return read_refuse(r, m->name, "is not in its place");
		}
		before = ',';
		rc = read_value(r, m, field);
		if (rc != RC_OK) {
			return rc;
		}
		if (m->optional && value_is_empty(m->kind, field)) {
			return read_refuse(r, m->name, "is there but empty");
		}
	}
	/* its name is the stranger's: not repeated */
	return read_is(r, before == '{' ? "{}" : "}")
		       ? RC_OK
		       : read_refuse(r, "a member", "is not known here");
}

enum rc
read_end(const struct reader *r)
{
	return r->p == r->end
		       ? RC_OK
		       : read_refuse(r, "the line", "goes on behind its end");
}

enum rc
read_same(const struct reader *r, const char *text, read_again_fn fn,
	const void *arg)
{
	size_t len = (size_t)(r->end - text);
	size_t used = r->a->used;
	char *again = arena_take(r->a, len + 1, 1);
	struct sbuf b;
	struct writer w;
	bool same;

	if (again == NULL) {
		return read_no_room(r);
	}
	sbuf_init(&b, again, len + 1);
	writer_begin(&w, &b);
	fn(&w, arg);
	same = w.rc == RC_OK && (size_t)(w.p - again) == len &&
	       memcmp(again, text, len) == 0;
	r->a->used = used;
	return same ? RC_OK
		    : read_refuse(r, "the line", "would be spelled otherwise");
}

struct again {
	const struct wire_table *t;
	const void *data;
};

static void
write_data_again(struct writer *w, const void *arg)
{
	const struct again *x = arg;

	write_data(w, x->t, x->data);
}

enum rc
wire_data_decode(const struct wire_table *t, const char *text, size_t len,
	struct arena *a, void *ret_data, struct err *reterr)
{
	struct reader r;
	struct again again = {t, ret_data};
	enum rc rc;

	memset(ret_data, 0, t->size);
	rc = reader_begin(&r, text, len, a, reterr);
	if (rc == RC_OK) {
		rc = read_data(&r, t, ret_data);
	}
	if (rc == RC_OK) {
		rc = read_end(&r);
	}
	if (rc == RC_OK) {
		rc = read_same(&r, text, write_data_again, &again);
	}
	return rc;
}
