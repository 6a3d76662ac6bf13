/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to struct.  json-c reads the syntax; it is lenient about more than its
 * strict mode tells (duplicate names, NaN, numbers beyond 64 bits, escapes),
 * so nothing is believed until the struct spells the same bytes again.
 */
#include <string.h>

#include <json-c/json.h>

#include "base/bytes.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

#define DEPTH_MAX 16

/* Every refusal names the place; the words around it come from the caller. */
static enum rc
refuse(struct err *reterr, const char *name, const char *what)
{
	(void)err_set(reterr, RC_PROTO, 0, "wire",
		"not readable as written by this program: %s %s", name, what);
	return RC_PROTO;
}

static enum rc
no_room(struct err *reterr)
{
	(void)err_set(
		reterr, RC_NOMEM, 0, "wire", "no memory to read an event");
	return RC_NOMEM;
}

enum rc
read_parse(const char *text, size_t len, struct json_object **ret_tree,
	struct err *reterr)
{
	struct json_tokener *tok = NULL;
	struct json_object *tree = NULL;
	enum rc rc = RC_NOMEM;

	if (len == 0 || len > WIRE_LINE_BYTES) {
		return refuse(reterr, "the line", "is empty or too long");
	}
	tok = json_tokener_new_ex(DEPTH_MAX);
	if (tok == NULL) {
		return no_room(reterr);
	}
	json_tokener_set_flags(
		tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	tree = json_tokener_parse_ex(tok, text, (int)len);
	if (json_tokener_get_error(tok) != json_tokener_success ||
		!json_object_is_type(tree, json_type_object) ||
		json_tokener_get_parse_end(tok) != len) {
		rc = refuse(reterr, "the line", "is not one JSON object");
		goto out;
	}
	*ret_tree = tree;
	tree = NULL;
	rc = RC_OK;
out:
	json_object_put(tree);
	json_tokener_free(tok);
	return rc;
}

void
read_free(struct json_object *tree)
{
	json_object_put(tree);
}

enum rc
read_fields(struct json_object *obj, const char *const name[],
	struct json_object *value[], size_t n, struct err *reterr)
{
	struct json_object_iterator it = json_object_iter_begin(obj);
	size_t i;

	if ((size_t)json_object_object_length(obj) != n) {
		return refuse(reterr, name[0],
			"stands with too few or too "
			"many others");
	}
	for (i = 0; i < n; i++) {
		if (strcmp(json_object_iter_peek_name(&it), name[i]) != 0) {
			return refuse(reterr, name[i], "is not in its place");
		}
		value[i] = json_object_iter_peek_value(&it);
		json_object_iter_next(&it);
	}
	return RC_OK;
}

enum rc
read_chars(const struct reader *r, const char *name, struct json_object *v,
	const char **ret, size_t *ret_len)
{
	const char *s;
	size_t n;

	if (!json_object_is_type(v, json_type_string)) {
		return refuse(r->reterr, name, "is not a string");
	}
	s = json_object_get_string(v);
	n = (size_t)json_object_get_string_len(v);
	if (memchr(s, '\0', n) != NULL) {
		return refuse(r->reterr, name, "holds a NUL");
	}
	*ret = s;
	*ret_len = n;
	return RC_OK;
}

enum rc
read_text(const struct reader *r, const char *name, struct json_object *v,
	const char **ret)
{
	const char *s;
	size_t n;
	enum rc rc = read_chars(r, name, v, &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	*ret = arena_text(r->a, s, n);
	return *ret != NULL ? RC_OK : no_room(r->reterr);
}

enum rc
read_int(const struct reader *r, const char *name, struct json_object *v,
	int64_t min, int64_t max, int64_t *ret)
{
	int64_t n;

	if (!json_object_is_type(v, json_type_int)) {
		return refuse(r->reterr, name, "is not an integer");
	}
	n = json_object_get_int64(v);
	if (n < min || n > max) {
		return refuse(r->reterr, name, "is out of range");
	}
	*ret = n;
	return RC_OK;
}

enum rc
read_time(const struct reader *r, const char *name, struct json_object *v,
	struct utc *ret)
{
	const char *s;
	size_t n;
	enum rc rc = read_chars(r, name, v, &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	if (utc_parse(s, n, ret) != RC_OK) {
		return refuse(r->reterr, name, "is not a time");
	}
	return RC_OK;
}

static enum rc
read_list(const struct reader *r, const struct wire_member *m,
	struct json_object *v, void *field)
{
	char *row = NULL;
	size_t i;
	size_t n;
	enum rc rc;

	if (!json_object_is_type(v, json_type_array)) {
		return refuse(r->reterr, m->name, "is not a list");
	}
	n = json_object_array_length(v);
	if (n != 0) {
		row = arena_take(r->a, n, m->sub->size);
		if (row == NULL) {
			return no_room(r->reterr);
		}
	}
	for (i = 0; i < n; i++) {
		rc = read_data(r, m->name, m->sub,
			json_object_array_get_idx(v, i),
			row + i * m->sub->size);
		if (rc != RC_OK) {
			return rc;
		}
	}
	memcpy(field, &row, sizeof(row));
	memcpy((char *)field + sizeof(row), &n, sizeof(n));
	return RC_OK;
}

static enum rc
read_uuid(const struct reader *r, const char *name, struct json_object *v,
	uint8_t *ret)
{
	const char *s;
	size_t n;
	enum rc rc = read_chars(r, name, v, &s, &n);

	if (rc != RC_OK) {
		return rc;
	}
	if (uuid_parse(s, n, ret) != RC_OK) {
		return refuse(r->reterr, name, "is not a UUID");
	}
	return RC_OK;
}

static enum rc
read_value(const struct reader *r, const struct wire_member *m,
	struct json_object *v, void *field)
{
	const char *text;
	int64_t number;
	bool yes;
	struct utc t;
	enum rc rc = RC_OK;

	switch (m->kind) {
	case WIRE_TEXT:
		rc = read_text(r, m->name, v, &text);
		if (rc == RC_OK) {
			memcpy(field, &text, sizeof(text));
		}
		break;
	case WIRE_INT:
		rc = read_int(
			r, m->name, v, -WIRE_INT_MAX, WIRE_INT_MAX, &number);
		if (rc == RC_OK) {
			memcpy(field, &number, sizeof(number));
		}
		break;
	case WIRE_BOOL:
		if (!json_object_is_type(v, json_type_boolean)) {
			return refuse(
				r->reterr, m->name, "is not true or false");
		}
		yes = json_object_get_boolean(v) != 0;
		memcpy(field, &yes, sizeof(yes));
		break;
	case WIRE_TIME:
		rc = read_time(r, m->name, v, &t);
		if (rc == RC_OK) {
			memcpy(field, &t, sizeof(t));
		}
		break;
	case WIRE_UUID:
		rc = read_uuid(r, m->name, v, field);
		break;
	case WIRE_LIST:
		rc = read_list(r, m, v, field);
		break;
	}
	return rc;
}

/* json-c keeps the order of the text, so one walk over both is enough. */
enum rc
read_data(const struct reader *r, const char *name, const struct wire_table *t,
	struct json_object *v, void *data)
{
	struct json_object_iterator it;
	struct json_object_iterator end;
	bool more;
	size_t i;
	enum rc rc;

	if (!json_object_is_type(v, json_type_object)) {
		return refuse(r->reterr, name, "is not an object");
	}
	it = json_object_iter_begin(v);
	end = json_object_iter_end(v);
	more = !json_object_iter_equal(&it, &end);
	memset(data, 0, t->size);
	for (i = 0; i < t->n_member; i++) {
		const struct wire_member *m = &t->member[i];

		if (!more ||
			strcmp(json_object_iter_peek_name(&it), m->name) != 0) {
			if (m->optional) {
				continue;
			}
			return refuse(
				r->reterr, m->name, "is not in its place");
		}
		rc = read_value(r, m, json_object_iter_peek_value(&it),
			(char *)data + m->offset);
		if (rc != RC_OK) {
			return rc;
		}
		json_object_iter_next(&it);
		more = !json_object_iter_equal(&it, &end);
	}
	if (more) {
		/* its name is the stranger's: not repeated */
		return refuse(r->reterr, "a member", "is not known here");
	}
	return RC_OK;
}

enum rc
read_same(struct arena *a, const char *text, size_t len, read_again_fn fn,
	const void *arg, struct err *reterr)
{
	size_t used = a->used;
	char *again = arena_take(a, len + 1, 1);
	struct sbuf b;
	struct writer w;
	bool same;

	if (again == NULL) {
		return no_room(reterr);
	}
	sbuf_init(&b, again, len + 1);
	writer_begin(&w, &b);
	fn(&w, arg);
	same = w.rc == RC_OK && (size_t)(w.p - again) == len &&
	       memcmp(again, text, len) == 0;
	a->used = used;
	return same ? RC_OK
		    : refuse(reterr, "the line", "would be spelled otherwise");
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
	struct reader r = {a, reterr};
	struct again again = {t, ret_data};
	struct json_object *tree = NULL;
	enum rc rc;

	rc = read_parse(text, len, &tree, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = read_data(&r, "data", t, tree, ret_data);
	if (rc == RC_OK) {
		rc = read_same(a, text, len, write_data_again, &again, reterr);
	}
	read_free(tree);
	return rc;
}
