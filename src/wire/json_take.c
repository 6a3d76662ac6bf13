/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "wire/json_read.h"
#include "wire/wire_internal.h"

#include "base/poison.h"

void
json_taker_init(struct json_taker *t, const struct json_value *object,
	struct arena *a, struct err *reterr)
{
	t->object = object;
	t->a = a;
	t->rc = RC_OK;
	t->reterr = reterr;
	if (object == NULL || object->kind != JSON_OBJECT) {
		t->rc = err_set(reterr, RC_PROTO, 0, "json",
			"the message is not one JSON object");
	}
}

void
json_taker_fail(struct json_taker *t, const char *name, const char *what)
{
	if (t->rc == RC_OK) {
		t->rc = err_set(t->reterr, RC_PROTO, 0, "json",
			"the message's \"%s\" %s", name, what);
	}
}

static const struct json_value *
find(struct json_taker *t, const char *name, bool must, enum json_kind kind)
{
	const struct json_value *v;

	if (t->rc != RC_OK) {
		return NULL;
	}
	v = json_member(t->object, name);
	if (v == NULL || v->kind == JSON_NULL) {
		if (must) {
			json_taker_fail(t, name, "is missing");
		}
		return NULL;
	}
	if (v->kind != kind) {
		json_taker_fail(t, name, "is of another kind");
		return NULL;
	}
	return v;
}

bool
json_take_text(
	struct json_taker *t, const char *name, bool must, const char **ret)
{
	const struct json_value *v = find(t, name, must, JSON_TEXT);

	if (v == NULL) {
		return false;
	}
	*ret = v->text;
	return true;
}

bool
json_take_int(struct json_taker *t, const char *name, bool must, int64_t min,
	int64_t max, int64_t *ret)
{
	const struct json_value *v = find(t, name, must, JSON_INT);

	if (v == NULL) {
		return false;
	}
	if (v->i < min || v->i > max) {
		json_taker_fail(t, name, "is out of range");
		return false;
	}
	*ret = v->i;
	return true;
}

bool
json_take_u64(struct json_taker *t, const char *name, bool must, uint64_t *ret)
{
	int64_t v;

	if (!json_take_int(t, name, must, 0, WIRE_INT_MAX, &v)) {
		return false;
	}
	*ret = (uint64_t)v;
	return true;
}

bool
json_take_u32(struct json_taker *t, const char *name, bool must, uint32_t *ret)
{
	int64_t v;

	if (!json_take_int(t, name, must, 0, UINT32_MAX, &v)) {
		return false;
	}
	*ret = (uint32_t)v;
	return true;
}

bool
json_take_bool(struct json_taker *t, const char *name, bool must, bool *ret)
{
	const struct json_value *v = find(t, name, must, JSON_BOOL);

	if (v == NULL) {
		return false;
	}
	*ret = v->i != 0;
	return true;
}

bool
json_take_time(
	struct json_taker *t, const char *name, bool must, struct utc *ret)
{
	const struct json_value *v = find(t, name, must, JSON_TEXT);

	if (v == NULL) {
		return false;
	}
	if (utc_parse(v->text, strlen(v->text), ret) != RC_OK) {
		json_taker_fail(t, name, "is not a time");
		return false;
	}
	return true;
}

bool
json_take_uuid(struct json_taker *t, const char *name, bool must,
	uint8_t ret[UUID_BYTES])
{
	const struct json_value *v = find(t, name, must, JSON_TEXT);

	if (v == NULL) {
		return false;
	}
	if (uuid_parse(v->text, strlen(v->text), ret) != RC_OK) {
		json_taker_fail(t, name, "is not a UUID");
		return false;
	}
	return true;
}

bool
json_take_hex(struct json_taker *t, const char *name, bool must, uint8_t *ret,
	size_t n)
{
	const struct json_value *v = find(t, name, must, JSON_TEXT);

	if (v == NULL) {
		return false;
	}
	if (hex_decode(ret, n, v->text, strlen(v->text)) != RC_OK) {
		json_taker_fail(t, name, "is not so many bytes in hex");
		return false;
	}
	return true;
}

bool
json_take_base64(struct json_taker *t, const char *name, bool must,
	uint8_t *ret, size_t n)
{
	const struct json_value *v = find(t, name, must, JSON_TEXT);

	if (v == NULL) {
		return false;
	}
	if (base64_decode(ret, n, v->text, strlen(v->text)) != RC_OK) {
		json_taker_fail(t, name, "is not so many bytes in base64url");
		return false;
	}
	return true;
}

bool
json_take_value(struct json_taker *t, const char *name, bool must,
	enum json_kind kind, const struct json_value **ret)
{
	const struct json_value *v = find(t, name, must, kind);

	if (v == NULL) {
		return false;
	}
	*ret = v;
	return true;
}
