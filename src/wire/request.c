/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/request.h"

#include <string.h>

#include "wire/wire_internal.h"

#include "base/poison.h"

enum {
	TYPE,
	ACTOR,
	DATA,
	MEMBER_COUNT
};

static const char *const member_name[] = {"type", "actor", "data"};
_Static_assert(ARRAY_LEN(member_name) == MEMBER_COUNT, "one name a member");

/* Everything else is recorded by the register itself, when it happens. */
static bool
may_ask(enum event_type type)
{
	static const enum event_type allowed[] = {EVENT_CATALOG_IMPORTED,
		EVENT_CONFIG_ACTIVATED, EVENT_EXPORT_DONE, EVENT_COPY_PRINTED};

	size_t i;

	for (i = 0; i < ARRAY_LEN(allowed); i++) {
		if (type == allowed[i]) {
			return true;
		}
	}
	return false;
}

static enum rc
denied(struct err *reterr)
{
	return err_set(reterr, RC_DENIED, 0, "wire",
		"a request may not ask for this type of event; only the "
		"register records it");
}

static void
write_request(struct writer *w, const void *arg)
{
	const struct request *r = arg;

	write_str(w, "{\"type\":\"");
	write_str(w, event_type_name(r->type));
	write_str(w, "\",\"actor\":");
	write_text(w, "actor", r->actor);
	write_str(w, ",\"data\":");
	write_data(w, wire_event_table(r->type), &r->event.data);
	write_raw(w, "}", 1);
}

enum rc
request_encode(const struct request *r, struct sbuf *out, struct err *reterr)
{
	struct writer w;

	if (!may_ask(r->type)) {
		return denied(reterr);
	}
	sbuf_clear(out);
	writer_begin(&w, out);
	write_request(&w, r);
	return writer_end(&w, out, reterr);
}

static enum rc
read_request(
	const struct reader *r, struct json_object *tree, struct request *ret)
{
	struct json_object *v[MEMBER_COUNT];
	const char *s;
	size_t n;
	enum rc rc;

	rc = read_fields(tree, member_name, v, MEMBER_COUNT, r->reterr);
	if (rc == RC_OK) {
		rc = read_chars(r, "type", v[TYPE], &s, &n);
	}
	if (rc != RC_OK) {
		return rc;
	}
	ret->type = event_type_find(s, n);
	if (!may_ask(ret->type)) {
		return denied(r->reterr);
	}
	rc = read_text(r, "actor", v[ACTOR], &ret->actor);
	if (rc == RC_OK) {
		rc = read_data(r, "data", wire_event_table(ret->type), v[DATA],
			&ret->event.data);
	}
	ret->event.type = ret->type;
	ret->event.actor = ret->actor;
	return rc;
}

enum rc
request_decode(const char *text, size_t len, struct arena *a,
	struct request *ret, struct err *reterr)
{
	struct reader r = {a, reterr};
	struct json_object *tree = NULL;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = read_parse(text, len, &tree, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = read_request(&r, tree, ret);
	if (rc == RC_OK) {
		rc = read_same(a, text, len, write_request, ret, reterr);
	}
	read_free(tree);
	return rc;
}
