/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests lie in a directory any program of this user may write to, so
 * json-c, the parser the world has tried, looks at the bytes first, with a
 * bound on size and depth.  What it makes of them is believed for three words,
 * type, actor and proof; those must spell the head of the text again, and all behind
 * it is data for our own reader, which takes one spelling only.
 */
#include "wire/request.h"

#include <errno.h>
#include <string.h>

#include <json-c/json.h>

#include "wire/wire_internal.h"

#include "base/poison.h"

#define DEPTH_MAX 16

enum {
	TYPE,
	ACTOR,
	PROOF, /* may be missing */
	DATA,
	MEMBER_COUNT
};

static const char *const member_name[] = {"type", "actor", "proof", "data"};
_Static_assert(ARRAY_LEN(member_name) == MEMBER_COUNT, "one name a member");

/* Everything else is recorded by the register itself, when it happens. */
static bool
may_ask(enum event_type type)
{
	static const enum event_type allowed[] = {EVENT_CATALOG_IMPORTED,
		EVENT_CONFIG_ACTIVATED, EVENT_EXPORT_DONE, EVENT_COPY_PRINTED,
		EVENT_OPERATOR_CHANGED, EVENT_OPERATOR_UNLOCKED,
		EVENT_CONFIG_DRAFTED, EVENT_CONFIG_APPROVED,
		EVENT_CONFIG_DROPPED, EVENT_DAY_CLOSED, EVENT_PERIOD_CLOSED,
		EVENT_KEY_CHANGED, EVENT_PERSON_ERASED, EVENT_ARCHIVE_MADE,
		EVENT_GLASS_SET, EVENT_HUB_ENROLLED};

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
write_head(struct writer *w, const struct request *r)
{
	write_str(w, "{\"type\":\"");
	write_str(w, event_type_name(r->type));
	write_str(w, "\",\"actor\":");
	write_text(w, "actor", r->actor);
	if (r->proof != NULL) {
		write_str(w, ",\"proof\":");
		write_text(w, "proof", r->proof);
	}
	write_str(w, ",\"data\":");
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
	write_head(&w, r);
	write_data(&w, wire_event_table(r->type), &r->event.data);
	write_raw(&w, "}", 1);
	return writer_end(&w, out, reterr);
}

/* One JSON object that fills all of text; the caller puts it. */
static enum rc
parse(const struct reader *r, struct json_object **ret)
{
	const int len = (int)(r->end - r->p);
	struct json_tokener *tok = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *tree;
	enum rc rc = RC_OK;

	if (tok == NULL) {
		return read_no_room(r);
	}
	json_tokener_set_flags(
		tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	tree = json_tokener_parse_ex(tok, r->p, len);
	if (json_tokener_get_error(tok) != json_tokener_success ||
		!json_object_is_type(tree, json_type_object) ||
		json_tokener_get_parse_end(tok) != (size_t)len) {
		json_object_put(tree);
		tree = NULL;
		rc = read_refuse(r, "the request", "is not one JSON object");
	}
	json_tokener_free(tok);
	*ret = tree;
	return rc;
}

/* The members in their order, of their kinds. */
static enum rc
members(const struct reader *r, struct json_object *tree,
	struct json_object *v[MEMBER_COUNT])
{
	static const json_type kind[] = {json_type_string, json_type_string,
		json_type_string, json_type_object};
	struct json_object_iterator it = json_object_iter_begin(tree);
	const int n = json_object_object_length(tree);
	size_t i;

	if (n != MEMBER_COUNT && n != MEMBER_COUNT - 1) {
		return read_refuse(
			r, "the request", "has not three or four members");
	}
	for (i = 0; i < MEMBER_COUNT; i++) {
		if (i == PROOF && n != MEMBER_COUNT) {
			continue;
		}
		v[i] = json_object_iter_peek_value(&it);
		if (strcmp(json_object_iter_peek_name(&it), member_name[i]) !=
				0 ||
			!json_object_is_type(v[i], kind[i])) {
			return read_refuse(
				r, member_name[i], "is not in its place");
		}
		json_object_iter_next(&it);
	}
	return RC_OK;
}

static enum rc
read_words(
	const struct reader *r, struct json_object *tree, struct request *ret)
{
	struct json_object *v[MEMBER_COUNT] = {NULL};
	const char *s;
	size_t n;
	enum rc rc = members(r, tree, v);

	if (rc != RC_OK) {
		return rc;
	}
	s = json_object_get_string(v[TYPE]);
	n = (size_t)json_object_get_string_len(v[TYPE]);
	if (memchr(s, '\0', n) != NULL) {
		return read_refuse(r, "type", "holds a NUL");
	}
	ret->type = event_type_find(s, n);
	if (!may_ask(ret->type)) {
		return denied(r->reterr);
	}
	s = json_object_get_string(v[ACTOR]);
	n = (size_t)json_object_get_string_len(v[ACTOR]);
	if (memchr(s, '\0', n) != NULL) {
		return read_refuse(r, "actor", "holds a NUL");
	}
	ret->actor = arena_text(r->a, s, n);
	if (v[PROOF] != NULL) {
		s = json_object_get_string(v[PROOF]);
		n = (size_t)json_object_get_string_len(v[PROOF]);
		if (memchr(s, '\0', n) != NULL) {
			return read_refuse(r, "proof", "holds a NUL");
		}
		ret->proof = arena_text(r->a, s, n);
		if (ret->proof == NULL) {
			return read_no_room(r);
		}
	}
	ret->event.type = ret->type;
	ret->event.actor = ret->actor;
	return ret->actor != NULL ? RC_OK : read_no_room(r);
}

/* Passes the head when it is spelled as write_head() would. */
static enum rc
pass_head(struct reader *r, const struct request *req)
{
	const size_t len = (size_t)(r->end - r->p);
	const size_t used = r->a->used;
	char *again = arena_take(r->a, len + 1, 1);
	struct sbuf b;
	struct writer w;
	enum rc rc = RC_OK;

	if (again == NULL) {
		return read_no_room(r);
	}
	sbuf_init(&b, again, len + 1);
	writer_begin(&w, &b);
	write_head(&w, req);
	*w.p = '\0';
	if (w.rc != RC_OK || !read_is(r, again)) {
		rc = read_refuse(r, "the request", "is spelled otherwise");
	}
	r->a->used = used;
	return rc;
}

enum rc
request_decode(const char *text, size_t len, struct arena *a,
	struct request *ret, struct err *reterr)
{
	struct reader r;
	struct json_object *tree = NULL;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	errno = 0;
	rc = reader_begin(&r, text, len, a, reterr);
	if (rc == RC_OK) {
		rc = parse(&r, &tree);
	}
	if (rc == RC_OK) {
		rc = read_words(&r, tree, ret);
	}
	json_object_put(tree);
	if (rc == RC_OK) {
		rc = pass_head(&r, ret);
	}
	/* json-c has no word for it: a member is missing, or cut short */
	if (rc != RC_OK && errno == ENOMEM) {
		return read_no_room(&r);
	}
	if (rc == RC_OK && (r.p == r.end || r.end[-1] != '}')) {
		rc = read_refuse(&r, "the request", "has no end");
	}
	if (rc == RC_OK) {
		rc = wire_data_decode(wire_event_table(ret->type), r.p,
			(size_t)(r.end - r.p) - 1, a, &ret->event.data, reterr);
	}
	return rc;
}
