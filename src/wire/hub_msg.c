/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer that every register gets, and what stands in several messages.
 * hub_join.c has those of enrolment and of a worker's start, hub_page.c feeds
 * and the line that no hub can read.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "wire/hub_msg_internal.h"

#include "base/poison.h"

#define PROBLEM_URN "urn:holdfast:problem:"

static const struct {
	const char *word;
	int status;
} problem[] = {
	[PROBLEM_NONE] = {"", 200},
	[PROBLEM_GAP] = {"gap", 409},
	[PROBLEM_FORK] = {"fork", 409},
	[PROBLEM_FENCED] = {"fenced", 409},
	[PROBLEM_CLONE] = {"clone", 409},
	[PROBLEM_MALFORMED] = {"malformed", 400},
	[PROBLEM_TOO_LARGE] = {"too-large", 413},
	[PROBLEM_SIGNATURE] = {"signature", 401},
	[PROBLEM_CLOCK] = {"clock", 401},
	[PROBLEM_REVOKED] = {"revoked", 403},
	[PROBLEM_DENIED] = {"denied", 403},
	[PROBLEM_RESIDENCY] = {"residency", 421},
	[PROBLEM_CODE] = {"code", 403},
	[PROBLEM_NOT_FOUND] = {"not-found", 404},
	[PROBLEM_REFETCH] = {"refetch", 410},
	[PROBLEM_INVALID] = {"invalid", 422},
	[PROBLEM_BUSY] = {"busy", 503},
	[PROBLEM_DATABASE] = {"database", 503},
	[PROBLEM_OTHER] = {"other", 500},
};

_Static_assert(ARRAY_LEN(problem) == PROBLEM_COUNT, "one row a problem");

const char *
hub_problem_word(enum hub_problem p)
{
	return problem[p].word;
}

int
hub_problem_status(enum hub_problem p)
{
	return problem[p].status;
}

enum hub_problem
hub_problem_find(const char *word)
{
	for (int p = PROBLEM_NONE + 1; p < PROBLEM_OTHER; p++) {
		if (strcmp(problem[p].word, word) == 0) {
			return (enum hub_problem)p;
		}
	}
	return PROBLEM_OTHER;
}

/* --- spelling */

void
spell_begin(struct spell *s, struct sbuf *out, struct err *reterr)
{
	sbuf_clear(out);
	json_init(&s->j, out);
	s->bad = NULL;
	s->reterr = reterr;
	json_obj(&s->j, NULL);
}

void
spell_text(struct spell *s, const char *name, const char *v)
{
	if (v == NULL || !text_is_utf8(v, strlen(v))) {
		s->bad = name;
		return;
	}
	json_str(&s->j, name, v);
}

void
spell_some(struct spell *s, const char *name, const char *v)
{
	if (v != NULL) {
		spell_text(s, name, v);
	}
}

void
spell_number(struct spell *s, const char *name, uint64_t v)
{
	if (v > (uint64_t)WIRE_INT_MAX) {
		s->bad = name;
		return;
	}
	json_u64(&s->j, name, v);
}

void
spell_time(struct spell *s, const char *name, struct utc t)
{
	char text[UTC_TEXT_BYTES];

	utc_format(t, text);
	json_str(&s->j, name, text);
}

void
spell_uuid(struct spell *s, const char *name, const uint8_t id[UUID_BYTES])
{
	char text[UUID_TEXT_BYTES];

	uuid_format(id, text);
	json_str(&s->j, name, text);
}

void
spell_hex(struct spell *s, const char *name, const uint8_t v[HASH_BYTES])
{
	char text[2 * HASH_BYTES + 1];

	hex_encode(text, v, HASH_BYTES);
	json_str(&s->j, name, text);
}

void
spell_base64(struct spell *s, const char *name, const uint8_t *v, size_t n)
{
	char text[BASE64_LEN(SIG_BYTES) + 1];

	base64_encode(text, v, n);
	json_str(&s->j, name, text);
}

void
spell_head(struct spell *s, bool has, const struct anchor *a,
	const uint8_t *anchor)
{
	if (!has) {
		return;
	}
	json_obj(&s->j, "head");
	spell_number(s, "epoch", a->epoch);
	spell_number(s, "sequence", a->sequence);
	spell_hex(s, "hash", a->hash);
	if (anchor != NULL) {
		spell_time(s, "time", a->time);
		spell_base64(s, "anchor", anchor, SIG_BYTES);
	}
	json_obj_end(&s->j);
}

enum rc
spell_end(struct spell *s)
{
	struct sbuf *out = s->j.out;
	const char *bad = s->bad;

	json_obj_end(&s->j);
	if (bad != NULL) {
		sbuf_clear(out);
		return err_set(s->reterr, RC_INVAL, 0, "hub",
			"a message's \"%s\" is missing or cannot be spelled",
			bad);
	}
	if (!sbuf_ok(out)) {
		sbuf_clear(out);
		return err_set(s->reterr, RC_RANGE, 0, "hub",
			"a message is longer than its room");
	}
	return RC_OK;
}

/* --- reading */

void
take_begin(struct json_taker *t, const char *text, size_t len, unsigned keep,
	struct arena *a, struct err *reterr)
{
	const struct json_value *v = NULL;

	*t = (struct json_taker){.a = a, .reterr = reterr};
	t->rc = json_read(text, len, keep, a, &v, reterr);
	if (t->rc == RC_OK) {
		json_taker_init(t, v, a, reterr);
	}
}

void
take_head(struct json_taker *t, bool anchored, bool *ret_has,
	struct anchor *ret, uint8_t *ret_anchor)
{
	const struct json_value *v;
	struct json_taker in;

	if (!json_take_value(t, "head", false, JSON_OBJECT, &v)) {
		return;
	}
	json_taker_init(&in, v, t->a, t->reterr);
	(void)json_take_u32(&in, "epoch", true, &ret->epoch);
	(void)json_take_u64(&in, "sequence", true, &ret->sequence);
	(void)json_take_hex(&in, "hash", true, ret->hash, HASH_BYTES);
	if (anchored) {
		(void)json_take_time(&in, "time", true, &ret->time);
		(void)json_take_base64(
			&in, "anchor", true, ret_anchor, SIG_BYTES);
	}
	t->rc = in.rc;
	*ret_has = in.rc == RC_OK;
}

/* --- the answer */

void
spell_answer(struct spell *s, const struct hub_answer *m)
{
	spell_uuid(s, "hub", m->hub);
	spell_time(s, "time", m->time);
	spell_head(s, m->has_head, &m->head, m->anchor);
	spell_number(s, "durable", m->durable);
	spell_number(s, "quarantined", m->quarantined);
	spell_number(s, "applied", m->applied);
	json_obj(&s->j, "feeds");
	for (size_t i = 0; i < m->n_feed && i < HUB_FEEDS; i++) {
		spell_number(s, m->feed[i].name, m->feed[i].rev);
	}
	json_obj_end(&s->j);
}

static void
spell_problem(struct spell *s, const struct hub_answer *m)
{
	char type[sizeof(PROBLEM_URN) + HUB_WORD_BYTES];
	struct sbuf b;

	if (m->problem == PROBLEM_NONE) {
		return;
	}
	sbuf_init(&b, type, sizeof(type));
	sbuf_puts(&b, PROBLEM_URN);
	sbuf_puts(&b, hub_problem_word(m->problem));
	spell_text(s, "type", type);
	spell_some(s, "title", m->title);
	spell_number(s, "status",
		(uint64_t)(m->status != 0 ? m->status
					  : hub_problem_status(m->problem)));
	spell_some(s, "detail", m->detail);
	if (m->at != 0) {
		spell_number(s, "at", m->at);
	}
	if (m->retry_s != 0) {
		spell_number(s, "retry_after", m->retry_s);
	}
}

enum rc
hub_answer_encode(
	const struct hub_answer *m, struct sbuf *out, struct err *reterr)
{
	struct spell s;

	spell_begin(&s, out, reterr);
	spell_problem(&s, m);
	spell_answer(&s, m);
	return spell_end(&s);
}

static void
take_feeds(struct json_taker *t, struct hub_answer *ret)
{
	const struct json_value *v;
	const struct json_value *one;

	if (!json_take_value(t, "feeds", false, JSON_OBJECT, &v)) {
		return;
	}
	/* a feed with a name too long for us is one we do not follow */
	for (one = v->first; one != NULL && ret->n_feed < HUB_FEEDS;
		one = one->next) {
		struct hub_feed_rev *f = &ret->feed[ret->n_feed];
		struct sbuf b;

		if (one->kind != JSON_INT || one->i < 0) {
			json_taker_fail(t, "feeds", "has no revision");
			return;
		}
		sbuf_init(&b, f->name, sizeof(f->name));
		sbuf_puts(&b, one->name);
		if (sbuf_ok(&b)) {
			f->rev = (uint64_t)one->i;
			ret->n_feed++;
		}
	}
}

static void
take_problem(struct json_taker *t, struct hub_answer *ret)
{
	const size_t n = sizeof(PROBLEM_URN) - 1;
	const char *type;
	int64_t status;

	if (!json_take_text(t, "type", false, &type)) {
		return;
	}
	ret->problem = strncmp(type, PROBLEM_URN, n) == 0
			       ? hub_problem_find(type + n)
			       : PROBLEM_OTHER;
	if (json_take_int(t, "status", true, 100, 999, &status)) {
		ret->status = (int)status;
	}
	(void)json_take_text(t, "title", false, &ret->title);
	(void)json_take_text(t, "detail", false, &ret->detail);
	(void)json_take_u64(t, "at", false, &ret->at);
	(void)json_take_u32(t, "retry_after", false, &ret->retry_s);
}

void
take_answer(struct json_taker *t, struct hub_answer *ret)
{
	(void)json_take_uuid(t, "hub", true, ret->hub);
	(void)json_take_time(t, "time", true, &ret->time);
	take_head(t, true, &ret->has_head, &ret->head, ret->anchor);
	(void)json_take_u64(t, "durable", false, &ret->durable);
	(void)json_take_u64(t, "quarantined", false, &ret->quarantined);
	(void)json_take_u64(t, "applied", false, &ret->applied);
	take_feeds(t, ret);
}

enum rc
hub_answer_decode(const char *text, size_t len, struct arena *a,
	struct hub_answer *ret, struct err *reterr)
{
	struct json_taker t;

	memset(ret, 0, sizeof(*ret));
	take_begin(&t, text, len, 2, a, reterr);
	take_problem(&t, ret);
	take_answer(&t, ret);
	return t.rc;
}
