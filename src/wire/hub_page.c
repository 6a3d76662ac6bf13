/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "wire/hub_msg_internal.h"

#include "base/poison.h"

/* page, items, item: what is deeper is a body, kept as it stands */
#define PAGE_KEEP 3

enum rc
hub_poison_encode(
	const struct hub_poison *m, struct sbuf *out, struct err *reterr)
{
	struct spell s;
	size_t n = BASE64_LEN(m->n_bytes);

	spell_begin(&s, out, reterr);
	spell_number(&s, "epoch", m->epoch);
	spell_number(&s, "sequence", m->sequence);
	spell_hex(&s, "prev", m->prev);
	spell_hex(&s, "hash", m->hash);
	spell_text(&s, "reason", m->reason);
	/* encoded in its place: it may be a MiB */
	json_raw(&s.j, "bytes", "\"", 1);
	if (!sbuf_ok(out) || n >= out->cap - out->len) {
		sbuf_clear(out);
		return err_set(reterr, RC_RANGE, 0, "hub",
			"a message is longer than its room");
	}
	base64_encode(out->p + out->len, m->bytes, m->n_bytes);
	out->len += n;
	sbuf_putc(out, '"');
	return spell_end(&s);
}

static void
take_bytes(struct json_taker *t, struct hub_poison *ret)
{
	const char *text;
	size_t len;
	size_t n;
	uint8_t *p;

	if (!json_take_text(t, "bytes", true, &text)) {
		return;
	}
	len = strlen(text);
	n = len / 4 * 3 + (len % 4 > 1 ? len % 4 - 1 : 0);
	p = arena_take(t->a, n + 1, 1);
	if (p == NULL) {
		t->rc = err_set(t->reterr, RC_NOMEM, 0, "hub",
			"no memory for the line; try again");
		return;
	}
	if (base64_decode(p, n, text, len) != RC_OK) {
		json_taker_fail(t, "bytes", "are not in base64url");
		return;
	}
	ret->bytes = p;
	ret->n_bytes = n;
}

enum rc
hub_poison_decode(const char *text, size_t len, struct arena *a,
	struct hub_poison *ret, struct err *reterr)
{
	struct json_taker t;

	memset(ret, 0, sizeof(*ret));
	take_begin(&t, text, len, 1, a, reterr);
	(void)json_take_u32(&t, "epoch", true, &ret->epoch);
	(void)json_take_u64(&t, "sequence", true, &ret->sequence);
	(void)json_take_hex(&t, "prev", true, ret->prev, HASH_BYTES);
	(void)json_take_hex(&t, "hash", true, ret->hash, HASH_BYTES);
	(void)json_take_text(&t, "reason", true, &ret->reason);
	take_bytes(&t, ret);
	return t.rc;
}

static void
spell_item(struct spell *s, const struct hub_item *item)
{
	json_obj(&s->j, NULL);
	spell_text(s, "key", item->key);
	spell_number(s, "rev", item->rev);
	if (item->deleted) {
		json_bool(&s->j, "deleted", true);
	}
	spell_some(s, "scope", item->scope);
	if (item->valid_from.us != 0) {
		spell_time(s, "valid_from", item->valid_from);
	}
	if (!item->deleted && item->body == NULL) {
		s->bad = "body";
	} else if (!item->deleted) {
		json_raw(&s->j, "body", item->body, item->n_body);
	}
	json_obj_end(&s->j);
}

enum rc
hub_page_encode(const struct hub_page *m, struct sbuf *out, struct err *reterr)
{
	struct spell s;

	spell_begin(&s, out, reterr);
	spell_text(&s, "feed", m->feed);
	spell_text(&s, "epoch", m->epoch);
	spell_number(&s, "rev", m->rev);
	json_bool(&s.j, "more", m->more);
	spell_number(&s, "applied", m->applied);
	json_arr(&s.j, "items");
	for (size_t i = 0; i < m->n_item; i++) {
		spell_item(&s, &m->item[i]);
	}
	json_arr_end(&s.j);
	return spell_end(&s);
}

/* One that is no item is said to be so, and holds up no other. */
static void
take_item(
	struct json_taker *t, const struct json_value *v, struct hub_item *ret)
{
	const struct json_value *body;
	struct json_taker in;
	struct err e = {0};

	json_taker_init(&in, v, t->a, &e);
	(void)json_take_text(&in, "key", true, &ret->key);
	(void)json_take_u64(&in, "rev", true, &ret->rev);
	(void)json_take_bool(&in, "deleted", false, &ret->deleted);
	(void)json_take_text(&in, "scope", false, &ret->scope);
	(void)json_take_time(&in, "valid_from", false, &ret->valid_from);
	if (!ret->deleted &&
		json_take_value(&in, "body", true, JSON_OBJECT, &body)) {
		ret->body = body->raw;
		ret->n_body = body->n_raw;
	}
	if (in.rc == RC_PROTO) {
		ret->bad = arena_text(t->a, e.msg, strlen(e.msg));
		in.rc = ret->bad != NULL ? RC_OK : RC_NOMEM;
	}
	t->rc = in.rc;
	if (in.rc != RC_OK && t->reterr != NULL) {
		*t->reterr = e;
	}
}

static void
take_items(struct json_taker *t, struct hub_page *ret)
{
	const struct json_value *list;
	const struct json_value *one;
	struct hub_item *item;

	if (!json_take_value(t, "items", true, JSON_LIST, &list) ||
		list->n == 0) {
		return;
	}
	item = arena_take(t->a, list->n, sizeof(*item));
	if (item == NULL) {
		t->rc = err_set(t->reterr, RC_NOMEM, 0, "hub",
			"no memory for a page of a feed; ask for fewer items");
		return;
	}
	ret->item = item;
	ret->n_item = list->n;
	for (one = list->first; one != NULL && t->rc == RC_OK;
		one = one->next) {
		take_item(t, one, item++);
	}
}

enum rc
hub_page_decode(const char *text, size_t len, struct arena *a,
	struct hub_page *ret, struct err *reterr)
{
	struct json_taker t;

	memset(ret, 0, sizeof(*ret));
	take_begin(&t, text, len, PAGE_KEEP, a, reterr);
	(void)json_take_text(&t, "feed", true, &ret->feed);
	(void)json_take_text(&t, "epoch", true, &ret->epoch);
	(void)json_take_u64(&t, "rev", true, &ret->rev);
	(void)json_take_bool(&t, "more", true, &ret->more);
	(void)json_take_u64(&t, "applied", false, &ret->applied);
	take_items(&t, ret);
	return t.rc;
}
