/* SPDX-License-Identifier: Apache-2.0 */
/* People as the hub has them, one by one: whoever cannot be taken over stays
 * as they are, and the others do not wait for that. */
#include <stdlib.h>
#include <string.h>

#include "register/config_draft.h"
#include "register/feed_run_internal.h"
#include "register/people_hub.h"

#include "base/poison.h"

#define BODY_MAX ((size_t)8192)
#define ARENA_BYTES ((size_t)32768)

/* One of the hub's people, as they came. */
struct body {
	char key[16];
	enum feeds_scope scope;
	char *body;
	size_t n;
};

struct crowd {
	struct body item[PEOPLE_MAX];
	size_t n;
	size_t refused;
	bool more; /* than there is room for */
	struct utc now;
	struct feed_look *l;
};

static void
say(struct crowd *c, const char *key, const char *words)
{
	struct sbuf b;

	c->refused++;
	sbuf_init(&b, c->l->why_people, sizeof(c->l->why_people));
	sbuf_printf(&b, "%.15s: %s", key, words);
}

static enum rc
keep_body(struct body *to, const struct feeds_item *from)
{
	free(to->body);
	to->body = malloc(from->n_body + 1);
	if (to->body == NULL) {
		return RC_NOMEM;
	}
	memcpy(to->body, from->body, from->n_body);
	to->n = from->n_body;
	to->scope = from->scope;
	return RC_OK;
}

/* By key, the narrowest scope first; of one scope the newest that is valid. */
static enum rc
gather(void *arg, const struct feeds_item *i)
{
	struct crowd *c = arg;
	struct body *last = c->n > 0 ? &c->item[c->n - 1] : NULL;

	if (strncmp(i->key, FEED_ROLE, strlen(FEED_ROLE)) == 0) {
		return RC_OK;
	}
	if (i->valid_from.us > c->now.us) {
		c->l->due = i->valid_from.us < c->l->due ? i->valid_from.us
							 : c->l->due;
		return RC_OK;
	}
	if (last != NULL && strcmp(last->key, i->key) == 0) {
		return last->scope == i->scope ? keep_body(last, i) : RC_OK;
	}
	if (!people_number(i->key) || i->n_body > BODY_MAX) {
		say(c, i->key, "is no operator this register can have");
		return RC_OK;
	}
	if (c->n == PEOPLE_MAX) {
		c->more = true;
		say(c, i->key, "there is no room for another operator");
		return RC_OK;
	}
	last = &c->item[c->n];
	memset(last, 0, sizeof(*last));
	memcpy(last->key, i->key, strlen(i->key) + 1);
	c->n++;
	return keep_body(last, i);
}

/* Their own line is behind what the hub has applied, or there is none. */
static bool
is_applied(struct shop *s, const struct feed_look *l, const char *no)
{
	uint64_t own = 0;

	return store_own(s->store, STORE_OWN_PERSON, no, &own, NULL) == RC_OK &&
	       l->seen[FEED_OF_PEOPLE].applied >= own;
}

static bool
is_refusal(enum rc rc)
{
	return rc == RC_DENIED || rc == RC_INVAL || rc == RC_PROTO ||
	       rc == RC_KEY || rc == RC_RANGE;
}

static enum rc
record(struct shop *s, struct people_hub *x, struct crowd *c,
	struct feed_done *ret, struct err *reterr)
{
	struct err e = {0};
	enum rc rc = people_admit(s, &x->e, &e);

	if (rc == RC_OK && c->l->dry) {
		return RC_OK;
	}
	if (rc == RC_OK) {
		rc = shop_record(s, &x->e, 1, FEED_ACTOR, NULL, NULL, reterr);
		ret->people += rc == RC_OK ? 1 : 0;
		return rc;
	}
	if (is_refusal(rc)) {
		say(c, x->no, e.msg);
		return RC_OK;
	}
	if (reterr != NULL) {
		*reterr = e;
	}
	return rc;
}

static enum rc
take_one(struct shop *s, const struct body *i, const uint8_t *box,
	struct crowd *c, struct feed_done *ret, struct err *reterr)
{
	static const char other[] = "its number is another one inside";
	char *memory = malloc(ARENA_BYTES);
	struct people_hub *x = malloc(sizeof(*x));
	struct feed_person p;
	struct err e = {0};
	struct arena a;
	bool any = false;
	enum rc rc = RC_NOMEM;

	if (memory == NULL || x == NULL) {
		goto out;
	}
	arena_init(&a, memory, ARENA_BYTES);
	rc = feed_person_open(i->body, i->n, box, &a, &p, &e);
	if (rc == RC_OK && strcmp(p.number, i->key) != 0) {
		rc = err_set(&e, RC_PROTO, 0, "people", "%s", other);
	}
	if (rc == RC_OK) {
		rc = people_hub_change(s, &p, x, &any, &e);
	}
	if (is_refusal(rc)) {
		say(c, i->key, e.msg);
		rc = RC_OK;
	} else if (rc == RC_OK && any) {
		rc = record(s, x, c, ret, &e);
	}
	if (rc != RC_OK && reterr != NULL) {
		*reterr = e;
	}
out:
	if (memory != NULL) {
		crypto_wipe(memory, ARENA_BYTES);
	}
	free(memory);
	free(x);
	return rc;
}

static bool
has(const struct crowd *c, const char *no)
{
	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(c->item[i].key, no) == 0) {
			return true;
		}
	}
	return false;
}

/* Whom the hub put here and has no more. */
static enum rc
drop_others(struct shop *s, struct crowd *c, struct feed_done *ret,
	struct err *reterr)
{
	struct store_person *p = calloc(PEOPLE_MAX, sizeof(*p));
	struct people_hub *x = malloc(sizeof(*x));
	size_t n = 0;
	enum rc rc = RC_NOMEM;

	if (p == NULL || x == NULL) {
		goto out;
	}
	rc = people_list(s, p, PEOPLE_MAX, &n, reterr);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (!p[i].active || has(c, p[i].no) ||
			store_from_hub(s->store, p[i].no, NULL) != RC_OK ||
			!is_applied(s, c->l, p[i].no)) {
			continue;
		}
		people_hub_off(&p[i], x);
		rc = record(s, x, c, ret, reterr);
	}
out:
	if (p != NULL) {
		crypto_wipe(p, PEOPLE_MAX * sizeof(*p));
	}
	free(p);
	free(x);
	return rc;
}

/* The line that says how far, once: behind all that was taken over. */
static enum rc
tell(struct shop *s, const struct crowd *c, size_t done, struct err *reterr)
{
	struct event e;

	if (c->l->dry || (done == 0 && c->refused == 0) ||
		!feed_followed(s, FEED_OF_PEOPLE, &c->l->seen[FEED_OF_PEOPLE],
			done, c->refused, &e)) {
		return RC_OK;
	}
	return shop_record(s, &e, 1, FEED_ACTOR, NULL, NULL, reterr);
}

enum rc
feed_run_people(struct shop *s, struct feeds *f, const uint8_t *box,
	struct feed_look *l, struct feed_done *ret, struct err *reterr)
{
	struct crowd *c = calloc(1, sizeof(*c));
	enum rc rc;

	if (c == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "feed",
			"no memory to read the hub's people");
	}
	c->l = l;
	c->now = config_draft_now(s);
	l->why_people[0] = '\0';
	rc = feeds_each(f, feed_run_name(FEED_OF_PEOPLE), gather, c, reterr);
	for (size_t i = 0; rc == RC_OK && i < c->n; i++) {
		if (is_applied(s, l, c->item[i].key)) {
			rc = take_one(s, &c->item[i], box, c, ret, reterr);
		}
	}
	if (rc == RC_OK && l->seen[FEED_OF_PEOPLE].whole && !c->more) {
		rc = drop_others(s, c, ret, reterr);
	}
	/* who has a role that waits with the configuration comes later */
	if (rc == RC_OK && !l->config_waits) {
		rc = tell(s, c, ret->people, reterr);
	}
	for (size_t i = 0; i < c->n; i++) {
		free(c->item[i].body);
	}
	free(c);
	return rc;
}
