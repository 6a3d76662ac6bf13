/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/people.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "hub/act.h"
#include "hub/hub.h"
#include "hub/keys.h"

#include "base/poison.h"

#define ARENA_BYTES 32768
#define AD_BYTES (2 * UUID_BYTES)
#define WRAPPED_BYTES (KEY_BYTES + SEAL_BYTES)

bool
people_is_person(const char *key)
{
	return text_is_digits(key);
}

/* --- keys ----------------------------------------------------------------- */

static enum rc
key_of(struct hub *h, struct db *db, uint8_t part, const uint8_t *tenant,
	const uint8_t *person, uint8_t ret[KEY_BYTES], struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args a;
	const uint8_t *p;
	size_t n = 0;
	enum rc rc;

	db_args_init(&a, part, tenant);
	db_add_uuid(&a, person);
	rc = db_run(db, SQL_PERSON_KEY_GET, &a, &rows, reterr);
	if (rc == RC_OK && rows.n == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "people",
			"this person was erased: add who comes back under "
			"another number");
	}
	if (rc == RC_OK) {
		p = db_bytes(&rows, 0, 0, &n);
		rc = n == WRAPPED_BYTES
			     ? hub_kek_unseal(h->kek, tenant, person, p, n, ret)
			     : RC_CORRUPT;
		if (rc != RC_OK) {
			rc = err_set(reterr, RC_CORRUPT, 0, "people",
				"the key of a person does not open with this "
				"hub's: bring back its hub.key");
		}
	}
	db_rows_free(&rows);
	return rc;
}

static enum rc
make_key(struct hub *h, struct db *db, const struct feed_place *place,
	uint8_t ret_person[UUID_BYTES], struct err *reterr)
{
	uint8_t key[KEY_BYTES], wrapped[WRAPPED_BYTES];
	struct db_args a;
	enum rc rc;

	uuid_v7(&h->rng, clock_read(&h->clock).utc, ret_person);
	rng_fill(&h->rng, key, sizeof(key));
	hub_kek_seal(h->kek, &h->rng, place->tenant, ret_person, key,
		sizeof(key), wrapped);
	crypto_wipe(key, sizeof(key));
	db_args_init(&a, place->part, place->tenant);
	db_add_uuid(&a, ret_person);
	db_add_bytes(&a, wrapped, sizeof(wrapped));
	rc = db_run(db, SQL_PERSON_KEY_PUT, &a, NULL, reterr);
	return rc;
}

static void
associated(const uint8_t *tenant, const uint8_t *person, uint8_t ad[AD_BYTES])
{
	memcpy(ad, tenant, UUID_BYTES);
	memcpy(ad + UUID_BYTES, person, UUID_BYTES);
}

/* --- bodies --------------------------------------------------------------- */

static enum rc
open_body(struct hub *h, struct db *db, uint8_t part, const uint8_t *tenant,
	const uint8_t *body, size_t n, struct arena *a, struct feed_person *ret,
	struct err *reterr)
{
	uint8_t key[KEY_BYTES], ad[AD_BYTES], plain[FEED_PERSON_BYTES];
	enum rc rc;

	if (n <= UUID_BYTES + SEAL_BYTES || n > PEOPLE_BODY_BYTES) {
		return err_set(reterr, RC_CORRUPT, 0, "people",
			"a person's row is damaged");
	}
	rc = key_of(h, db, part, tenant, body, key, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	associated(tenant, body, ad);
	rc = crypto_open(
		key, ad, sizeof(ad), body + UUID_BYTES, n - UUID_BYTES, plain);
	crypto_wipe(key, sizeof(key));
	if (rc != RC_OK) {
		return err_set(reterr, RC_CORRUPT, 0, "people",
			"a person's row does not open with its key");
	}
	rc = feed_person_decode((const char *)plain,
		n - UUID_BYTES - SEAL_BYTES, a, ret, reterr);
	crypto_wipe(plain, sizeof(plain));
	return rc;
}

static enum rc
close_body(struct hub *h, struct db *db, const struct feed_place *place,
	const uint8_t person[UUID_BYTES], const struct feed_person *p,
	uint8_t *out, size_t *ret_n, struct err *reterr)
{
	uint8_t key[KEY_BYTES], ad[AD_BYTES];
	char plain[FEED_PERSON_BYTES + 1];
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, plain, sizeof(plain));
	rc = feed_person_encode(p, &b, reterr);
	if (rc == RC_OK) {
		rc = key_of(
			h, db, place->part, place->tenant, person, key, reterr);
	}
	if (rc == RC_OK) {
		associated(place->tenant, person, ad);
		memcpy(out, person, UUID_BYTES);
		crypto_seal(key, &h->rng, ad, sizeof(ad), b.p, b.len,
			out + UUID_BYTES);
		*ret_n = UUID_BYTES + b.len + SEAL_BYTES;
	}
	crypto_wipe(key, sizeof(key));
	crypto_wipe(plain, sizeof(plain));
	return rc;
}

enum rc
people_deliver(struct request *q, const uint8_t *body, size_t n,
	struct arena *room, struct hub_item *it, struct err *reterr)
{
	char memory[ARENA_BYTES];
	struct feed_person p = {0};
	struct arena a;
	struct sbuf b;
	char *out;
	enum rc rc;

	arena_init(&a, memory, sizeof(memory));
	rc = open_body(q->hub, q->db, q->caller.tpart, q->caller.tenant, body,
		n, &a, &p, reterr);
	if (rc == RC_NOTFOUND) {
		it->deleted = true;
		it->body = NULL;
		return RC_OK;
	}
	out = arena_take(room, 1, PEOPLE_DELIVERED_BYTES);
	if (rc == RC_OK && out == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "people", "no memory");
	}
	if (rc == RC_OK) {
		sbuf_init(&b, out, PEOPLE_DELIVERED_BYTES);
		rc = feed_person_seal(&p, q->caller.box_key, &b, reterr);
		it->body = b.p;
		it->n_body = b.len;
	}
	arena_wipe(&a);
	return rc;
}

void
people_show(struct request *q, struct json *j, const uint8_t *body, size_t n)
{
	char memory[ARENA_BYTES];
	struct feed_person p = {0};
	struct arena a;

	arena_init(&a, memory, sizeof(memory));
	if (open_body(q->hub, q->db, q->caller.tpart, q->caller.tenant, body, n,
		    &a, &p, NULL) == RC_OK) {
		json_obj(j, "person");
		json_str(j, "number", p.number);
		json_str_some(j, "name", p.name);
		json_str(j, "role", p.role);
		json_bool(j, "active", p.active);
		json_bool(j, "pin", p.pin == FEED_PIN_IS);
		json_i64(j, "badges", (int64_t)p.n_badge);
		json_obj_end(j);
	}
	arena_wipe(&a);
}

/* --- what there is -------------------------------------------------------- */

/* All scopes of one key, or those a register sees. */
static enum rc
rows_of(struct db *db, uint8_t part, const uint8_t *tenant, const char *number,
	const uint8_t *store, const uint8_t *reg, struct db_rows *ret,
	struct err *reterr)
{
	struct db_args a;

	db_args_init(&a, part, tenant);
	db_add_text(&a, FEED_PEOPLE);
	db_add_text(&a, number);
	db_add_uuid(&a, store != NULL ? store : db_nobody);
	db_add_uuid(&a, reg != NULL ? reg : db_nobody);
	db_add_bool(&a, store == NULL);
	return db_run(db, SQL_FEED_ITEM, &a, ret, reterr);
}

static const char *
scope_word(const char *s)
{
	if (strcmp(s, "register") == 0) {
		return "register";
	}
	return strcmp(s, "store") == 0 ? "store" : "tenant";
}

enum rc
people_find(struct hub *h, struct db *db, const char *number,
	const uint8_t store[UUID_BYTES], const uint8_t reg[UUID_BYTES],
	struct feed_place *place, struct arena *a,
	struct feed_person *ret_person, struct err *reterr)
{
	struct db_rows rows = {0};
	enum rc rc = rows_of(db, place->part, place->tenant, number, store, reg,
		&rows, reterr);
	enum rc found = RC_NOTFOUND;

	for (int i = 0; rc == RC_OK && found == RC_NOTFOUND && i < rows.n;
		i++) {
		size_t n = 0;
		const uint8_t *body = db_bytes(&rows, i, 2, &n);

		if (db_bool(&rows, i, 3)) {
			continue;
		}
		place->feed = FEED_PEOPLE;
		place->scope = scope_word(db_text(&rows, i, 0));
		db_uuid(&rows, i, 1, place->scope_id);
		found = open_body(h, db, place->part, place->tenant, body, n, a,
			ret_person, reterr);
	}
	db_rows_free(&rows);
	return rc == RC_OK ? found : rc;
}

/* The item of exactly this place; its person's id and what is known. */
static enum rc
present(struct hub *h, struct db *db, const struct feed_place *place,
	const char *number, struct arena *a, uint8_t ret_id[UUID_BYTES],
	struct feed_person *ret, struct err *reterr)
{
	struct db_rows rows = {0};
	enum rc rc = rows_of(db, place->part, place->tenant, number, NULL, NULL,
		&rows, reterr);
	enum rc found = RC_NOTFOUND;

	for (int i = 0; rc == RC_OK && i < rows.n; i++) {
		uint8_t scope_id[UUID_BYTES];
		size_t n = 0;
		const uint8_t *body = db_bytes(&rows, i, 2, &n);

		db_uuid(&rows, i, 1, scope_id);
		if (db_bool(&rows, i, 3) || n < UUID_BYTES ||
			strcmp(db_text(&rows, i, 0), place->scope) != 0 ||
			memcmp(scope_id, place->scope_id, UUID_BYTES) != 0) {
			continue;
		}
		memcpy(ret_id, body, UUID_BYTES);
		found = open_body(h, db, place->part, place->tenant, body, n, a,
			ret, reterr);
		break;
	}
	db_rows_free(&rows);
	return rc == RC_OK ? found : rc;
}

enum rc
people_body(struct hub *h, struct db *db, const struct feed_place *place,
	const struct feed_person *person, uint8_t *out, size_t *ret_n,
	struct err *reterr)
{
	char memory[ARENA_BYTES];
	uint8_t id[UUID_BYTES];
	struct feed_person was = {0};
	struct arena a;
	enum rc rc;

	arena_init(&a, memory, sizeof(memory));
	rc = present(h, db, place, person->number, &a, id, &was, reterr);
	if (rc == RC_NOTFOUND) {
		rc = make_key(h, db, place, id, reterr);
	}
	arena_wipe(&a);
	return rc == RC_OK ? close_body(h, db, place, id, person, out, ret_n,
				     reterr)
			   : rc;
}

/* --- writing -------------------------------------------------------------- */

static enum rc
set_pin(struct hub *h, const char *pin, struct feed_person *p,
	struct err *reterr)
{
	if (pin == NULL) {
		return RC_OK;
	}
	if (pin[0] == '\0') {
		p->pin = FEED_PIN_NONE;
		return RC_OK;
	}
	p->pin = FEED_PIN_IS;
	rng_fill(&h->rng, p->salt, sizeof(p->salt));
	if (crypto_password(pin, strlen(pin), p->salt, FEED_PIN_OPS,
		    FEED_PIN_BYTES, p->hash) != RC_OK) {
		return err_set(reterr, RC_NOMEM, 0, "people",
			"no memory for a PIN's verifier (19 MiB)");
	}
	return RC_OK;
}

enum rc
people_seal(struct people *p, const struct feed_row *row, uint8_t *out,
	size_t *ret_n, struct err *reterr)
{
	char memory[ARENA_BYTES];
	struct feed_person is = *row->person;
	struct feed_person was = {0};
	uint8_t id[UUID_BYTES];
	struct arena a;
	enum rc rc;

	if (++p->n > PEOPLE_AT_ONCE) {
		return err_set(reterr, RC_RANGE, 0, "people",
			"more than %u persons at once: divide them",
			PEOPLE_AT_ONCE);
	}
	arena_init(&a, memory, sizeof(memory));
	rc = present(p->hub, p->db, p->place, is.number, &a, id, &was, reterr);
	if (rc == RC_OK) {
		is.name = is.name != NULL ? is.name : was.name;
		is.pin = was.pin;
		memcpy(is.salt, was.salt, sizeof(is.salt));
		memcpy(is.hash, was.hash, sizeof(is.hash));
		if (!is.has_badges) {
			is.has_badges = was.has_badges;
			is.n_badge = was.n_badge;
			memcpy(is.badge, was.badge, sizeof(is.badge));
		}
	} else if (rc == RC_NOTFOUND) {
		rc = make_key(p->hub, p->db, p->place, id, reterr);
	}
	if (rc == RC_OK) {
		rc = set_pin(p->hub, row->pin, &is, reterr);
	}
	if (rc == RC_OK) {
		rc = close_body(
			p->hub, p->db, p->place, id, &is, out, ret_n, reterr);
	}
	arena_wipe(&a);
	crypto_wipe(&is, sizeof(is));
	return rc;
}

/* --- erasing -------------------------------------------------------------- */

static enum rc
drop_key(struct db *db, const struct feed_place *place, const uint8_t *person,
	struct err *reterr)
{
	struct db_args a;

	db_args_init(&a, place->part, place->tenant);
	db_add_uuid(&a, person);
	return db_run(db, SQL_PERSON_KEY_DROP, &a, NULL, reterr);
}

static enum rc
drop_item(struct hub *h, struct db *db, const struct feed_place *place,
	const char *number, struct utc now, const char *actor,
	struct err *reterr)
{
	static const struct utc always = {0};
	struct feed_write *w = NULL;
	struct feed_written done;
	enum rc rc = feed_write_begin(db, &h->rng, place, &w, reterr);

	if (rc == RC_OK) {
		rc = feed_write_add(w, number, always, NULL, 0, reterr);
	}
	if (rc == RC_OK) {
		rc = feed_write_end(w, false, now, actor, false, &done, reterr);
	}
	feed_write_free(w);
	return rc;
}

/* In every scope: the keys go, and the items. */
static enum rc
erase(struct hub *h, struct db *db, uint8_t part,
	const uint8_t tenant[UUID_BYTES], const char *number, struct utc now,
	const char *actor, uint64_t *ret_n, struct err *reterr)
{
	struct db_rows rows = {0};
	struct feed_place place = {.part = part, .feed = FEED_PEOPLE};
	enum rc rc =
		rows_of(db, part, tenant, number, NULL, NULL, &rows, reterr);

	*ret_n = 0;
	memcpy(place.tenant, tenant, UUID_BYTES);
	for (int i = 0; rc == RC_OK && i < rows.n; i++) {
		size_t n = 0;
		const uint8_t *body = db_bytes(&rows, i, 2, &n);

		if (db_bool(&rows, i, 3) || n < UUID_BYTES) {
			continue;
		}
		place.scope = scope_word(db_text(&rows, i, 0));
		db_uuid(&rows, i, 1, place.scope_id);
		/* the key first: who is half erased is erased */
		rc = drop_key(db, &place, body, reterr);
		if (rc == RC_OK) {
			rc = drop_item(
				h, db, &place, number, now, actor, reterr);
		}
		*ret_n += 1;
	}
	db_rows_free(&rows);
	if (rc == RC_OK && *ret_n > 0) {
		char detail[128];

		(void)snprintf(detail, sizeof(detail), "operator=%s", number);
		rc = act_record_alone(db, part, tenant, now, actor,
			"person.erased", detail, reterr);
	}
	return rc;
}

enum rc
people_erase_post(struct request *q, struct answer *a, struct err *reterr)
{
	char actor[ACT_ACTOR_BYTES] = "admin:";
	struct json j;
	uint64_t n = 0;
	enum rc rc;

	if (!people_is_person(q->arg[0])) {
		return err_set(reterr, RC_NOTFOUND, 0, "people",
			"an operator's number has digits only");
	}
	uuid_format(q->caller.id, actor + strlen(actor));
	rc = erase(q->hub, q->db, q->caller.tpart, q->caller.tenant, q->arg[0],
		q->now, actor, &n, reterr);
	if (rc == RC_OK && n == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "people",
			"the hub has nobody with this number");
	}
	if (rc == RC_OK) {
		hub_wake(q->hub);
		rc = answer_room(a, 128, reterr);
	}
	if (rc == RC_OK) {
		json_init(&j, &a->body);
		json_obj(&j, NULL);
		json_u64(&j, "erased", n);
		json_obj_end(&j);
	}
	return rc;
}
