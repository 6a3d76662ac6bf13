/* SPDX-License-Identifier: Apache-2.0 */
/* What administrators put into feeds, and see of them. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "hub/act.h"
#include "hub/feed.h"
#include "hub/hub.h"
#include "hub/people.h"
#include "hub/tenant.h"

#include "base/poison.h"

#define BODY_MAX ((size_t)16 << 20)
#define REPORT_BYTES 32768
#define LIST_MAX 1000

/* --- where ---------------------------------------------------------------- */

/* "tenant", "store:UUID" or "register:UUID", and that it is the tenant's. */
static enum rc
read_scope(struct request *q, struct feed_place *ret, struct err *reterr)
{
	struct tenant t = {.part = q->caller.tpart};
	char word[REQUEST_ARG_BYTES];
	const char *id = word;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	ret->part = q->caller.tpart;
	memcpy(ret->tenant, q->caller.tenant, UUID_BYTES);
	memcpy(t.id, q->caller.tenant, UUID_BYTES);
	ret->feed = q->arg[0];
	ret->scope = "tenant";
	if (!feed_known(ret->feed)) {
		return err_set(reterr, RC_NOTFOUND, 0, "feed",
			"there is no feed of this name");
	}
	if (!request_query(q, "scope", word, sizeof(word)) ||
		strcmp(word, "tenant") == 0) {
		return RC_OK;
	}
	if (strncmp(word, "store:", 6) == 0) {
		struct store_place s;

		id += 6;
		ret->scope = "store";
		rc = store_find(q->db, &t, id, &s, reterr);
		memcpy(ret->scope_id, s.id, UUID_BYTES);
		return rc;
	}
	if (strncmp(word, "register:", 9) == 0) {
		struct register_place r;

		id += 9;
		ret->scope = "register";
		rc = register_find(q->db, &t, id, &r, reterr);
		memcpy(ret->scope_id, r.id, UUID_BYTES);
		return rc;
	}
	return err_set(reterr, RC_INVAL, 0, "feed",
		"scope is tenant, store:ID or register:ID");
}

static bool
flag(const struct request *q, const char *name)
{
	char word[8];

	return request_query(q, name, word, sizeof(word)) &&
	       (strcmp(word, "1") == 0 || strcmp(word, "true") == 0);
}

/* --- writing -------------------------------------------------------------- */

struct taking {
	struct feed_write *write;
	struct people people;
};

static enum rc
on_row(void *arg, const struct feed_row *row, struct err *reterr)
{
	struct taking *t = arg;
	uint8_t sealed[PEOPLE_BODY_BYTES];
	size_t n = 0;
	enum rc rc;

	if (row->person == NULL) {
		return feed_write_add(t->write, row->key, row->valid_from,
			row->deleted ? NULL : row->body, row->n_body, reterr);
	}
	rc = people_seal(&t->people, row, sealed, &n, reterr);
	if (rc == RC_OK) {
		rc = feed_write_add(
			t->write, row->key, row->valid_from, sealed, n, reterr);
	}
	return rc;
}

static enum rc
format_of(const struct request *q, enum feed_format *ret, struct err *reterr)
{
	const char *type = q->type != NULL ? q->type : "";
	size_t n = strcspn(type, "; ");

	if (n == 8 && strncmp(type, "text/csv", n) == 0) {
		*ret = FEED_FORMAT_CSV;
		return RC_OK;
	}
	if ((n == 16 && strncmp(type, "application/json", n) == 0) ||
		(n == 17 && strncmp(type, "application/jsonl", n) == 0)) {
		*ret = FEED_FORMAT_JSON;
		return RC_OK;
	}
	return err_set(reterr, RC_INVAL, 0, "feed",
		"the content is text/csv, application/json (an array) or "
		"application/jsonl");
}

static enum rc
write_once(struct request *q, const struct feed_rows_opts *opts,
	const char *body, size_t n, bool replace, bool dry_run,
	struct feed_rows_result *result, struct feed_written *done,
	struct err *reterr)
{
	char actor[ACT_ACTOR_BYTES] = "admin:";
	struct taking *t = opts->arg;
	enum rc rc;

	uuid_format(q->caller.id, actor + strlen(actor));
	rc = feed_write_begin(
		q->db, &q->hub->rng, t->people.place, &t->write, reterr);
	if (rc == RC_OK) {
		rc = feed_rows_text(body, n, opts, result, reterr);
	}
	if (rc == RC_PROTO) {
		rc = RC_INVAL;
	}
	if (rc == RC_OK && replace && result->refused > 0) {
		/* half a list is no list */
		dry_run = true;
	}
	if (rc == RC_OK) {
		rc = feed_write_end(t->write, replace, q->now, actor, dry_run,
			done, reterr);
	}
	feed_write_free(t->write);
	t->write = NULL;
	return rc;
}

static enum rc
report(struct answer *a, const struct feed_rows_result *result,
	const struct feed_written *done, bool dry_run, struct err *reterr)
{
	struct json j;
	enum rc rc = answer_room(a, REPORT_BYTES, reterr);

	if (rc == RC_OK) {
		json_init(&j, &a->body);
		json_obj(&j, NULL);
		json_bool(&j, "dry_run", dry_run);
		feed_report(&j, result, done);
		json_obj_end(&j);
	}
	return rc;
}

static enum rc
items_write(
	struct request *q, struct answer *a, bool replace, struct err *reterr)
{
	struct feed_rows_result *result = malloc(sizeof(*result));
	struct feed_place place;
	struct taking t = {
		.people = {.hub = q->hub, .db = q->db, .place = &place}};
	struct feed_rows_opts opts = {.row = on_row, .arg = &t};
	struct feed_written done = {0};
	bool dry_run = flag(q, "dry_run");
	int64_t digits = 2;
	char *body = NULL;
	size_t n = 0;
	enum rc rc;

	if (result == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "feed", "no memory");
	}
	rc = read_scope(q, &place, reterr);
	if (rc == RC_OK) {
		rc = request_number(q, "digits", 0, 3, 2, &digits, reterr);
	}
	if (rc == RC_OK) {
		opts.feed = place.feed;
		opts.digits = (unsigned)digits;
		rc = format_of(q, &opts.format, reterr);
	}
	if (rc == RC_OK) {
		rc = request_content(q, BODY_MAX, &body, &n, reterr);
	}
	/* who writes beside us has it done in a moment */
	for (int i = 0; rc == RC_OK || (rc == RC_AGAIN && i < 8); i++) {
		t.people.n = 0;
		rc = write_once(q, &opts, body != NULL ? body : "", n, replace,
			dry_run, result, &done, reterr);
		if (rc != RC_AGAIN) {
			break;
		}
	}
	if (rc == RC_OK && replace && result->refused > 0 && !dry_run) {
		rc = err_set(reterr, RC_INVAL, 0, "feed",
			"%llu rows cannot be taken, so nothing was replaced: "
			"ask with dry_run=1 which",
			(unsigned long long)result->refused);
	}
	if (rc == RC_OK) {
		if (!dry_run) {
			hub_wake(q->hub);
		}
		rc = report(a, result, &done, dry_run, reterr);
	}
	if (body != NULL) {
		crypto_wipe(body, n);
	}
	free(body);
	free(result);
	return rc;
}

enum rc
feed_items_put(struct request *q, struct answer *a, struct err *reterr)
{
	return items_write(q, a, true, reterr);
}

enum rc
feed_items_post(struct request *q, struct answer *a, struct err *reterr)
{
	return items_write(q, a, false, reterr);
}

/* --- the list ------------------------------------------------------------- */

/* Where the last page ended: "KEY|SCOPE|ID|TIME", as `next' said. */
struct place_after {
	char key[FEED_KEY_BYTES], scope[16];
	uint8_t id[UUID_BYTES];
	struct utc valid_from;
};

static bool
read_after(const char *text, struct place_after *ret)
{
	const char *end = text + strlen(text);
	const char *cut[3];
	size_t n = 3;

	/* a key may hold a bar: from behind */
	for (const char *p = end; n > 0 && p-- > text;) {
		if (*p == '|') {
			cut[--n] = p;
		}
	}
	if (n > 0 || (size_t)(cut[0] - text) >= sizeof(ret->key) ||
		(size_t)(cut[1] - cut[0]) > sizeof(ret->scope)) {
		return false;
	}
	memcpy(ret->key, text, (size_t)(cut[0] - text));
	memcpy(ret->scope, cut[0] + 1, (size_t)(cut[1] - cut[0] - 1));
	return uuid_parse(cut[1] + 1, (size_t)(cut[2] - cut[1] - 1), ret->id) ==
		       RC_OK &&
	       utc_parse(cut[2] + 1, (size_t)(end - cut[2] - 1),
		       &ret->valid_from) == RC_OK;
}

static void
put_item(struct request *q, struct json *j, const struct db_rows *rows, int i)
{
	char text[UUID_TEXT_BYTES], time[UTC_TEXT_BYTES];
	const char *key = db_text(rows, i, 0);
	const char *scope = db_text(rows, i, 2);
	struct utc from = db_time(rows, i, 4);
	uint8_t id[UUID_BYTES];
	size_t n = 0;
	const uint8_t *body = db_bytes(rows, i, 5, &n);

	db_uuid(rows, i, 3, id);
	uuid_format(id, text);
	json_obj(j, NULL);
	json_str(j, "key", key);
	json_i64(j, "rev", db_i64(rows, i, 1));
	json_str(j, "scope", scope);
	if (strcmp(scope, "tenant") != 0) {
		json_str(j, "scope_id", text);
	}
	if (from.us > 0) {
		utc_format(from, time);
		json_str(j, "valid_from", time);
	}
	if (strcmp(q->arg[0], FEED_PEOPLE) == 0 && people_is_person(key)) {
		people_show(q, j, body, n);
	} else {
		json_raw(j, "body", (const char *)body, n);
	}
	json_obj_end(j);
}

static void
put_next(struct json *j, const struct db_rows *rows, int i)
{
	char id[UUID_TEXT_BYTES], time[UTC_TEXT_BYTES];
	char text[FEED_KEY_BYTES + 96];
	uint8_t bytes[UUID_BYTES];
	struct sbuf b;

	db_uuid(rows, i, 3, bytes);
	uuid_format(bytes, id);
	utc_format(db_time(rows, i, 4), time);
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s|%s|%s|%s", db_text(rows, i, 0), db_text(rows, i, 2),
		id, time);
	json_str(j, "next", b.p);
}

static enum rc
spell_list(struct request *q, struct answer *a, const struct db_rows *rows,
	int64_t limit, struct err *reterr)
{
	int n = rows->n > limit ? (int)limit : rows->n;
	size_t cap = 4096;
	struct json j;
	enum rc rc;

	for (int i = 0; i < n; i++) {
		size_t len = 0;

		(void)db_bytes(rows, i, 5, &len);
		cap += len + 2048;
	}
	rc = answer_room(a, cap, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	json_init(&j, &a->body);
	json_obj(&j, NULL);
	json_str(&j, "feed", q->arg[0]);
	json_arr(&j, "items");
	for (int i = 0; i < n; i++) {
		put_item(q, &j, rows, i);
	}
	json_arr_end(&j);
	if (rows->n > n) {
		put_next(&j, rows, n - 1);
	}
	json_obj_end(&j);
	return sbuf_ok(&a->body) ? RC_OK
				 : err_set(reterr, RC_RANGE, 0, "feed",
					   "a page is too long: lower limit");
}

enum rc
feed_items_get(struct request *q, struct answer *a, struct err *reterr)
{
	struct place_after after = {.scope = ""};
	char text[FEED_KEY_BYTES + 96];
	struct db_rows rows = {0};
	struct db_args args;
	int64_t limit = 0;
	enum rc rc;

	if (!feed_known(q->arg[0])) {
		return err_set(reterr, RC_NOTFOUND, 0, "feed",
			"there is no feed of this name");
	}
	rc = request_number(q, "limit", 1, LIST_MAX, 100, &limit, reterr);
	if (rc == RC_OK && request_query(q, "after", text, sizeof(text)) &&
		!read_after(text, &after)) {
		rc = err_set(reterr, RC_INVAL, 0, "feed",
			"after is what next was in the page before");
	}
	if (rc != RC_OK) {
		return rc;
	}
	db_args_init(&args, q->caller.tpart, q->caller.tenant);
	db_add_text(&args, q->arg[0]);
	db_add_text(&args, after.key);
	db_add_text(&args, after.scope);
	db_add_uuid(&args, after.id);
	db_add_time(&args, after.valid_from);
	db_add_i64(&args, limit + 1);
	rc = db_run(q->db, SQL_FEED_ITEMS, &args, &rows, reterr);
	if (rc == RC_OK) {
		rc = spell_list(q, a, &rows, limit, reterr);
	}
	db_rows_free(&rows);
	return rc;
}
