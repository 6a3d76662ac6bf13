/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/follow.h"

#include <stdlib.h>
#include <string.h>

#include "hub/act.h"
#include "hub/db.h"
#include "hub/feed.h"
#include "hub/follow_texts.h"
#include "hub/people.h"
#include "wire/json_read.h"

#include "base/poison.h"

#define ARENA_BYTES ((size_t)8 << 20)
#define TEXTS_MAX 64
#define BODY_BYTES ((size_t)2 * FEED_TEXT_BYTES)

struct follow {
	struct hub *h;
	struct db *db;
	uint8_t tpart, spart;
	const uint8_t *tenant, *store, *reg;
	int64_t epoch, sequence; /* how far it went */
	char actor[ACT_ACTOR_BYTES];
	struct arena a;
	/* the line at hand */
	int64_t line_epoch, line_sequence;
	const struct json_value *data;
};

/* --- progress ------------------------------------------------------------- */

static enum rc
set_progress(struct db *db, void *arg, struct err *reterr)
{
	const struct follow *f = arg;
	struct db_rows rows = {0};
	struct db_args a;
	enum rc rc;

	db_args_init(&a, f->tpart, f->tenant);
	db_add_uuid(&a, f->reg);
	db_add_i64(&a, f->line_epoch);
	db_add_i64(&a, f->line_sequence);
	db_add_i64(&a, f->epoch);
	db_add_i64(&a, f->sequence);
	rc = db_do(db, SQL_FOLLOW_SET, &a, &rows, reterr);
	if (rc == RC_OK && rows.affected != 1) {
		rc = err_set(reterr, RC_BUSY, 0, "follow",
			"another hub has followed this line");
	}
	db_rows_free(&rows);
	return rc;
}

/* A line that changes nothing. */
static enum rc
pass(struct follow *f, struct err *reterr)
{
	return db_transact(f->db, f->tpart, set_progress, f, reterr);
}

/* An item, and the progress in the same transaction, unless more follows. */
static enum rc
put(struct follow *f, const char *feed, const char *key, const void *body,
	size_t n, bool more, struct err *reterr)
{
	static const struct utc always = {0};
	struct feed_place place = {
		.part = f->tpart, .feed = feed, .scope = "register"};
	struct feed_write *w = NULL;
	struct feed_written done;
	enum rc rc;

	memcpy(place.tenant, f->tenant, UUID_BYTES);
	memcpy(place.scope_id, f->reg, UUID_BYTES);
	rc = feed_write_begin(f->db, &f->h->rng, &place, &w, reterr);
	if (rc == RC_OK) {
		if (!more) {
			feed_write_also(w, set_progress, f);
		}
		rc = feed_write_add(w, key, always, body, n, reterr);
	}
	if (rc == RC_OK) {
		rc = feed_write_end(w, false, clock_read(&f->h->clock).utc,
			f->actor, false, &done, reterr);
	}
	feed_write_free(w);
	return rc;
}

/* --- people --------------------------------------------------------------- */

static const char *
text_of(const struct follow *f, const char *name)
{
	const struct json_value *v = json_member(f->data, name);

	return v != NULL && v->kind == JSON_TEXT ? v->text : NULL;
}

static enum rc
follow_person(struct follow *f, struct err *reterr)
{
	const char *number = text_of(f, "operator");
	const char *role = text_of(f, "role");
	const char *origin = text_of(f, "origin");
	const struct json_value *active = json_member(f->data, "active");
	uint8_t body[PEOPLE_BODY_BYTES];
	struct feed_place place = {.part = f->tpart};
	struct feed_person p = {0};
	size_t n = 0;
	enum rc rc;

	if (number == NULL || role == NULL || active == NULL ||
		active->kind != JSON_BOOL ||
		(origin != NULL && strcmp(origin, "hub") == 0)) {
		return pass(f, reterr);
	}
	memcpy(place.tenant, f->tenant, UUID_BYTES);
	rc = people_find(f->h, f->db, number, f->store, f->reg, &place, &f->a,
		&p, reterr);
	if (rc == RC_NOTFOUND) {
		/* the shop's own person, of whom the hub knows nothing */
		return pass(f, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (strcmp(p.role, role) == 0 && p.active == (active->i != 0) &&
		text_of(f, "pin") == NULL && text_of(f, "name") == NULL &&
		json_member(f->data, "badges") == NULL) {
		return pass(f, reterr);
	}
	p.role = role;
	p.active = active->i != 0;
	/* What is sealed at the till only the till can read: it keeps it. */
	if (text_of(f, "pin") != NULL) {
		p.pin = FEED_PIN_KEEP;
	}
	if (text_of(f, "name") != NULL) {
		p.name = NULL;
	}
	if (json_member(f->data, "badges") != NULL) {
		p.has_badges = false;
	}
	memcpy(place.tenant, f->tenant, UUID_BYTES);
	place.feed = FEED_PEOPLE;
	place.scope = "register";
	memcpy(place.scope_id, f->reg, UUID_BYTES);
	rc = people_body(f->h, f->db, &place, &p, body, &n, reterr);
	return rc == RC_OK ? put(f, FEED_PEOPLE, number, body, n, false, reterr)
			   : rc;
}

/* --- texts ---------------------------------------------------------------- */

/* The hub's texts that this register has by now, but its own. */
static enum rc
texts_of(struct follow *f, const char *feed, const char *text[TEXTS_MAX],
	size_t *ret_n, bool *ret_own, struct err *reterr)
{
	struct utc now = clock_read(&f->h->clock).utc;
	struct db_rows rows = {0};
	struct db_args a;
	enum rc rc;

	db_args_init(&a, f->tpart, f->tenant);
	db_add_text(&a, feed);
	db_add_i64(&a, 0);
	db_add_uuid(&a, f->store);
	db_add_uuid(&a, f->reg);
	db_add_i64(&a, TEXTS_MAX);
	db_add_i64(&a, (int64_t)FEED_PAGE_BYTES);
	rc = db_run(f->db, SQL_FEED_PAGE, &a, &rows, reterr);
	*ret_n = 0;
	*ret_own = false;
	for (int i = 0; rc == RC_OK && i < rows.n; i++) {
		const char *key = db_text(&rows, i, 3);
		size_t n = 0;
		const uint8_t *body = db_bytes(&rows, i, 8, &n);

		if (key == NULL || body == NULL ||
			db_time(&rows, i, 7).us > now.us) {
			continue;
		}
		if (strcmp(key, FOLLOW_OWN) == 0) {
			*ret_own = true;
			continue;
		}
		rc = feed_text_decode(
			(const char *)body, n, &f->a, &text[*ret_n], reterr);
		*ret_n += rc == RC_OK ? 1 : 0;
	}
	db_rows_free(&rows);
	return rc;
}

/* *ret_body "" when the shop says what the hub says. */
static enum rc
own_text(struct follow *f, const char *feed, const char *shop,
	struct sbuf *ret_body, bool *ret_own, struct err *reterr)
{
	const char *text[TEXTS_MAX];
	struct sbuf out;
	size_t n = 0;
	char *room = arena_take(&f->a, 1, FEED_TEXT_BYTES + 1);
	enum rc rc;

	sbuf_clear(ret_body);
	if (room == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "follow", "no memory");
	}
	sbuf_init(&out, room, FEED_TEXT_BYTES + 1);
	rc = texts_of(f, feed, text, &n, ret_own, reterr);
	if (rc == RC_OK) {
		rc = follow_texts_differ(text, n, shop, &f->a, &out, reterr);
	}
	if (rc == RC_OK && out.len > 0) {
		rc = feed_text_encode(out.p, ret_body, reterr);
	}
	return rc;
}

static enum rc
follow_config(struct follow *f, struct err *reterr)
{
	static const char *const feeds[] = {FEED_RULES, FEED_CONFIG};
	const char *why = text_of(f, "why");
	const char *shop = text_of(f, "text");
	struct sbuf body[ARRAY_LEN(feeds)];
	bool own[ARRAY_LEN(feeds)] = {false};
	size_t n_put = 0, n_done = 0;
	enum rc rc = RC_OK;

	if (shop == NULL || (why != NULL && strcmp(why, "feed") == 0)) {
		return pass(f, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(feeds); i++) {
		char *room = arena_take(&f->a, 1, BODY_BYTES);

		if (room == NULL) {
			return err_set(
				reterr, RC_NOMEM, 0, "follow", "no memory");
		}
		sbuf_init(&body[i], room, BODY_BYTES);
		rc = own_text(f, feeds[i], shop, &body[i], &own[i], reterr);
		own[i] = own[i] || body[i].len > 0;
		n_put += own[i] ? 1 : 0;
	}
	if (rc == RC_OK && n_put == 0) {
		return pass(f, reterr);
	}
	/* What is put again after a crash between the two is the same. */
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(feeds); i++) {
		if (own[i]) {
			n_done++;
			rc = put(f, feeds[i], FOLLOW_OWN,
				body[i].len > 0 ? body[i].p : NULL, body[i].len,
				n_done < n_put, reterr);
		}
	}
	return rc;
}

/* --- lines ---------------------------------------------------------------- */

static enum rc
one_line(
	struct follow *f, const struct db_rows *rows, int i, struct err *reterr)
{
	const struct json_value *root = NULL;
	const char *type = db_text(rows, i, 2);
	size_t n = 0;
	const uint8_t *line = db_bytes(rows, i, 3, &n);
	struct err e = {0};
	enum rc rc;

	f->line_epoch = db_i64(rows, i, 0);
	f->line_sequence = db_i64(rows, i, 1);
	arena_reset(&f->a);
	rc = json_read((const char *)line, n, 3, &f->a, &root, &e);
	f->data = rc == RC_OK ? json_member(root, "data") : NULL;
	if (f->data == NULL ||
		strcmp(type, "holdfast.catalog.imported.v1") == 0) {
		rc = pass(f, reterr);
	} else if (strcmp(type, "holdfast.operator.changed.v1") == 0) {
		rc = follow_person(f, &e);
	} else {
		rc = follow_config(f, &e);
	}
	if (rc == RC_PROTO || rc == RC_RANGE || rc == RC_CORRUPT ||
		rc == RC_INVAL || rc == RC_KEY) {
		hub_log(f->h, LOG_LVL_WARN, "follow",
			"line %lld of epoch %lld is passed over: %s",
			(long long)f->line_sequence, (long long)f->line_epoch,
			e.msg);
		rc = pass(f, reterr);
	} else if (rc != RC_OK && reterr != NULL && e.rc != RC_OK) {
		*reterr = e;
	}
	if (rc == RC_OK) {
		f->epoch = f->line_epoch;
		f->sequence = f->line_sequence;
	}
	return rc;
}

static enum rc
where(struct follow *f, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args a;
	enum rc rc;

	db_args_init(&a, f->tpart, f->tenant);
	db_add_uuid(&a, f->reg);
	rc = db_run(f->db, SQL_FOLLOW_GET, &a, &rows, reterr);
	if (rc == RC_OK && rows.n == 1) {
		f->epoch = db_i64(&rows, 0, 0);
		f->sequence = db_i64(&rows, 0, 1);
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
some_lines(struct follow *f, int *ret_n, struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args a;
	enum rc rc;

	db_args_init(&a, f->spart, f->tenant);
	db_add_uuid(&a, f->reg);
	db_add_i64(&a, f->epoch);
	db_add_i64(&a, f->sequence);
	rc = db_run(f->db, SQL_FOLLOW_LINES, &a, &rows, reterr);
	*ret_n = rows.n;
	if (rc == RC_OK && rows.n > 0 && f->a.base == NULL) {
		void *room = malloc(ARENA_BYTES);

		if (room == NULL) {
			rc = err_set(
				reterr, RC_NOMEM, 0, "follow", "no memory");
		} else {
			arena_init(&f->a, room, ARENA_BYTES);
		}
	}
	for (int i = 0; rc == RC_OK && i < rows.n; i++) {
		rc = one_line(f, &rows, i, reterr);
	}
	db_rows_free(&rows);
	return rc;
}

enum rc
follow_register(struct hub *h, struct db *db, uint8_t tpart, uint8_t spart,
	const uint8_t tenant[UUID_BYTES], const uint8_t store[UUID_BYTES],
	const uint8_t reg[UUID_BYTES], uint64_t *ret_applied,
	struct err *reterr)
{
	struct follow f = {.h = h,
		.db = db,
		.tpart = tpart,
		.spart = spart,
		.tenant = tenant,
		.store = store,
		.reg = reg,
		.actor = "register:"};
	int n = 0;
	enum rc rc;

	uuid_format(reg, f.actor + strlen(f.actor));
	rc = where(&f, reterr);
	do {
		if (rc == RC_OK) {
			rc = some_lines(&f, &n, reterr);
		}
	} while (rc == RC_OK && n > 0);
	if (rc == RC_BUSY || rc == RC_AGAIN) {
		/* another hub is at it: what it has done by now counts */
		rc = where(&f, reterr);
	}
	if (f.a.base != NULL) {
		arena_wipe(&f.a);
		free(f.a.base);
	}
	*ret_applied = (uint64_t)f.sequence;
	return rc;
}
