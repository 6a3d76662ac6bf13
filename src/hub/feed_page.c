/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "hub/feed.h"
#include "hub/follow.h"
#include "hub/hub.h"
#include "hub/people.h"

#include "base/poison.h"

#define SECOND INT64_C(1000000)
#define LOOK_AGAIN (2 * SECOND)
#define PAGE_ITEMS 1000

/* What was asked. */
struct ask {
	const char *feed;
	int64_t since, limit, wait;
	char epoch[FEED_EPOCH_BYTES];
	bool has_epoch;
	bool snapshot; /* a later page of one that began at 0 */
};

static enum rc
read_ask(struct request *q, struct ask *ret, struct err *reterr)
{
	char word[8];
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	ret->feed = q->arg[0];
	if (!feed_known(ret->feed)) {
		return err_set(reterr, RC_NOTFOUND, 0, "feed",
			"there is no feed of this name");
	}
	rc = request_number(
		q, "since", 0, INT64_MAX / 2, 0, &ret->since, reterr);
	if (rc == RC_OK) {
		rc = request_number(q, "limit", 1, FEED_PAGE_ITEMS, PAGE_ITEMS,
			&ret->limit, reterr);
	}
	if (rc == RC_OK) {
		rc = request_number(
			q, "wait", 0, FEED_WAIT_S, 0, &ret->wait, reterr);
	}
	ret->has_epoch =
		request_query(q, "epoch", ret->epoch, sizeof(ret->epoch));
	ret->snapshot = request_query(q, "snapshot", word, sizeof(word)) &&
			strcmp(word, "1") == 0;
	return rc;
}

static void
put_etag(struct answer *a, const char *epoch, uint64_t rev)
{
	struct sbuf b;

	sbuf_init(&b, a->etag, sizeof(a->etag));
	sbuf_putc(&b, '"');
	sbuf_puts(&b, epoch);
	sbuf_putc(&b, '-');
	sbuf_u64(&b, rev);
	sbuf_putc(&b, '"');
}

static enum rc
refetch(struct answer *a)
{
	return answer_problem(a, PROBLEM_REFETCH,
		"what was fetched of this feed does not lead on any more: "
		"fetch all of it, since=0");
}

/* Does what the register has lead on?  Otherwise a is a problem. */
static enum rc
check_cursor(struct request *q, struct answer *a, const struct ask *ask,
	const char *epoch, uint64_t rev, struct err *reterr)
{
	if (ask->since == 0) {
		return RC_OK;
	}
	if (ask->has_epoch && strcmp(ask->epoch, epoch) != 0) {
		return refetch(a);
	}
	if ((uint64_t)ask->since > rev) {
		/* The database is older than what it gave out. */
		enum rc rc = feed_begin_epoch(q->db, &q->hub->rng,
			q->caller.tpart, q->caller.tenant, ask->feed, epoch,
			(uint64_t)ask->since, reterr);

		hub_log(q->hub, LOG_LVL_WARN, "feed",
			"feed=%s went back from %lld to %llu: everybody "
			"fetches it again",
			ask->feed, (long long)ask->since,
			(unsigned long long)rev);
		return rc == RC_OK ? refetch(a) : rc;
	}
	return RC_OK;
}

/* --- the page ------------------------------------------------------------- */

static enum rc
take_item(struct request *q, const struct db_rows *rows, int i,
	struct arena *room, struct hub_item *it, struct err *reterr)
{
	size_t n = 0;
	const uint8_t *body = db_bytes(rows, i, 8, &n);

	it->key = db_text(rows, i, 3);
	it->rev = (uint64_t)db_i64(rows, i, 4);
	it->deleted = db_bool(rows, i, 5);
	it->scope = db_text(rows, i, 6);
	it->valid_from = db_time(rows, i, 7);
	if (it->deleted) {
		return RC_OK;
	}
	it->body = (const char *)body;
	it->n_body = n;
	if (strcmp(q->arg[0], FEED_PEOPLE) == 0 && people_is_person(it->key)) {
		return people_deliver(q, body, n, room, it, reterr);
	}
	return RC_OK;
}

static size_t
room_of(const struct db_rows *rows, bool people)
{
	size_t n = 4096;

	for (int i = 0; i < rows->n; i++) {
		size_t len = 0;

		(void)db_bytes(rows, i, 8, &len);
		n += (people ? PEOPLE_DELIVERED_BYTES : len) + 1536;
	}
	return n;
}

static enum rc
spell(struct request *q, struct answer *a, const struct ask *ask,
	const struct db_rows *rows, struct err *reterr)
{
	bool people = strcmp(ask->feed, FEED_PEOPLE) == 0;
	int n = rows->n == 1 && db_is_null(rows, 0, 3) ? 0 : rows->n;
	int64_t asked = n > 0 ? db_i64(rows, 0, 9) : 0;
	struct hub_item *item = calloc((size_t)n + 1, sizeof(*item));
	char *memory =
		people ? malloc((size_t)n * PEOPLE_DELIVERED_BYTES + 64) : NULL;
	struct hub_page page = {.feed = ask->feed, .item = item};
	struct arena room;
	enum rc rc;

	if (item == NULL || (people && memory == NULL)) {
		rc = err_set(reterr, RC_NOMEM, 0, "feed", "no memory");
		goto out;
	}
	arena_init(&room, memory,
		people ? (size_t)n * PEOPLE_DELIVERED_BYTES + 64 : 0);
	if (n > ask->limit) {
		n = (int)ask->limit;
	}
	page.epoch = db_text(rows, 0, 0);
	page.more = asked > n;
	page.n_item = (size_t)n;
	page.applied = a->state.applied;
	rc = RC_OK;
	for (int i = 0; rc == RC_OK && i < n; i++) {
		rc = take_item(q, rows, i, &room, &item[i], reterr);
	}
	if (rc == RC_OK) {
		page.rev = page.more ? item[n - 1].rev
				     : (uint64_t)db_i64(rows, 0, 1);
		rc = answer_room(a, room_of(rows, people), reterr);
	}
	if (rc == RC_OK) {
		rc = hub_page_encode(&page, &a->body, reterr);
	}
	if (rc == RC_OK) {
		put_etag(a, page.epoch, page.rev);
	}
out:
	free(item);
	free(memory);
	return rc;
}

static enum rc
fetch(struct request *q, struct answer *a, const struct ask *ask,
	struct err *reterr)
{
	struct db_rows rows = {0};
	struct db_args args;
	enum rc rc;

	db_args_init(&args, q->caller.tpart, q->caller.tenant);
	db_add_text(&args, ask->feed);
	db_add_i64(&args, ask->since);
	db_add_uuid(&args, q->caller.store);
	db_add_uuid(&args, q->caller.id);
	db_add_i64(&args, ask->limit + 1);
	db_add_i64(&args, (int64_t)FEED_PAGE_BYTES);
	rc = db_run(q->db, SQL_FEED_PAGE, &args, &rows, reterr);
	if (rc == RC_OK && rows.n == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "feed",
			"this feed has gone away");
	}
	if (rc == RC_OK && ask->since > 0 && !ask->snapshot &&
		ask->since < db_i64(&rows, 0, 2)) {
		rc = refetch(a);
	} else if (rc == RC_OK) {
		rc = spell(q, a, ask, &rows, reterr);
	}
	db_rows_free(&rows);
	return rc;
}

/* Nothing is behind the cursor. */
static enum rc
idle(struct request *q, struct answer *a, const struct ask *ask,
	const char *epoch, uint64_t rev, struct err *reterr)
{
	struct hub_page page = {.feed = ask->feed,
		.epoch = epoch,
		.rev = rev,
		.applied = a->state.applied};
	int64_t end = q->began_us + ask->wait * SECOND;
	enum rc rc;

	if (q->now_us < end) {
		a->again_us = q->now_us + LOOK_AGAIN < end
				      ? q->now_us + LOOK_AGAIN
				      : end;
		return RC_AGAIN;
	}
	put_etag(a, epoch, rev);
	if (q->if_none_match != NULL &&
		strcmp(q->if_none_match, a->etag) == 0) {
		a->status = 304;
		return RC_OK;
	}
	rc = answer_room(a, 1024, reterr);
	return rc == RC_OK ? hub_page_encode(&page, &a->body, reterr) : rc;
}

enum rc
feed_get(struct request *q, struct answer *a, struct err *reterr)
{
	struct ask ask;
	char epoch[FEED_EPOCH_BYTES];
	uint64_t rev = 0;
	enum rc rc = read_ask(q, &ask, reterr);

	if (rc == RC_OK && q->caller.fenced) {
		return answer_problem(a, PROBLEM_FENCED,
			"another machine has taken this register's place");
	}
	if (rc == RC_OK) {
		rc = follow_register(q->hub, q->db, q->caller.tpart,
			q->caller.spart, q->caller.tenant, q->caller.store,
			q->caller.id, &a->state.applied, reterr);
	}
	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		rc = feed_head(q->db, q->caller.tpart, q->caller.tenant,
			ask.feed, &rev, epoch, reterr);
	}
	if (rc == RC_OK && a->problem == PROBLEM_NONE) {
		rc = check_cursor(q, a, &ask, epoch, rev, reterr);
	}
	if (rc != RC_OK || a->problem != PROBLEM_NONE) {
		return rc;
	}
	if ((uint64_t)ask.since >= rev) {
		return idle(q, a, &ask, epoch, rev, reterr);
	}
	return fetch(q, a, &ask, reterr);
}
