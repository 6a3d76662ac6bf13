/* SPDX-License-Identifier: Apache-2.0 */
/* What the sync worker writes, as structs. */
#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "device/worker.h"

#include "base/poison.h"

#define SECOND_US ((int64_t)1000000)
#define SECONDS_MAX (INT64_MAX / SECOND_US)

static const char *const link_word[WORKER_LINK_COUNT] = {
	[WORKER_NONE] = "none",
	[WORKER_LOCKED] = "locked",
	[WORKER_CONNECTING] = "connecting",
	[WORKER_ONLINE] = "online",
	[WORKER_OFFLINE] = "offline",
	[WORKER_PAUSED] = "paused",
	[WORKER_STOPPED] = "stopped",
};

static const char *const fork_word[WORKER_FORK_COUNT] = {
	[WORKER_FORK_NONE] = "none",
	[WORKER_FORK] = "fork",
	[WORKER_FENCED] = "fenced",
	[WORKER_CLONE] = "clone",
	[WORKER_REVOKED] = "revoked",
	[WORKER_ROLLBACK] = "rollback",
};

const char *
worker_link_name(enum worker_link l)
{
	return link_word[l];
}

const char *
worker_fork_name(enum worker_fork f)
{
	return fork_word[f];
}

/* One line on its way into a struct; what is not there is 0. */
struct line {
	const char *p;
	size_t n;
};

static int64_t
number(const struct line *l, const char *key, int64_t min, int64_t max,
	int64_t fallback)
{
	int64_t v = fallback;

	return wordline_get_i64(l->p, l->n, key, min, max, &v) ? v : fallback;
}

static uint64_t
count(const struct line *l, const char *key)
{
	return (uint64_t)number(l, key, 0, INT64_MAX, 0);
}

static bool
put_seconds(const char *text, size_t len, struct utc *ret)
{
	int64_t s = 0;

	if (parse_i64(text, len, 0, SECONDS_MAX, &s) != RC_OK) {
		return false;
	}
	ret->us = s * SECOND_US;
	return true;
}

/* Seconds, or where they are too coarse a time in full. */
static bool
time_of(const struct line *l, const char *key, struct utc *ret)
{
	char text[40];

	ret->us = 0;
	return wordline_get(l->p, l->n, key, text, sizeof(text)) &&
	       (put_seconds(text, strlen(text), ret) ||
		       utc_parse(text, strlen(text), ret) == RC_OK);
}

static bool
hash_of(const struct line *l, const char *key, uint8_t ret[HASH_BYTES])
{
	char text[2 * HASH_BYTES + 1];

	return wordline_get(l->p, l->n, key, text, sizeof(text)) &&
	       hex_decode(ret, HASH_BYTES, text, strlen(text)) == RC_OK;
}

static int
word_of(const struct line *l, const char *key, const char *const table[], int n)
{
	char text[WORKER_WORD_BYTES];

	if (!wordline_get(l->p, l->n, key, text, sizeof(text))) {
		return -1;
	}
	for (int i = 0; i < n; i++) {
		if (strcmp(text, table[i]) == 0) {
			return i;
		}
	}
	return -1;
}

/* "products:812:1764000000,prices:4:0" */
static void
read_feeds(const struct line *l, struct worker_state *ret)
{
	char text[WORKER_FEEDS * (WORKER_WORD_BYTES + 42)];
	const char *at = text;

	if (!wordline_get(l->p, l->n, "feeds", text, sizeof(text))) {
		return;
	}
	while (*at != '\0' && ret->n_feed < WORKER_FEEDS) {
		struct worker_feed *f = &ret->feed[ret->n_feed];
		size_t n = strcspn(at, ",");
		const char *rev = memchr(at, ':', n);
		const char *when = NULL;
		int64_t v = 0;

		if (rev != NULL) {
			rev++;
			when = memchr(rev, ':', n - (size_t)(rev - at));
		}
		if (when != NULL && rev - at <= WORKER_WORD_BYTES &&
			rev - at > 1 &&
			parse_i64(rev, (size_t)(when - rev), 0, INT64_MAX,
				&v) == RC_OK) {
			when++;
			memcpy(f->name, at, (size_t)(rev - at) - 1);
			f->name[rev - at - 1] = '\0';
			f->rev = (uint64_t)v;
			f->at.us = 0;
			(void)put_seconds(
				when, n - (size_t)(when - at), &f->at);
			ret->n_feed++;
		}
		at += n + (at[n] == ',' ? 1 : 0);
	}
}

/* What the hub signed counts whole, or not at all. */
static void
read_ack(const struct line *l, struct worker_state *ret)
{
	char sig[BASE64_LEN(SIG_BYTES) + 1], hub[UUID_TEXT_BYTES];

	ret->has_ack =
		ret->acked > 0 && hash_of(l, "acked_hash", ret->acked_hash) &&
		time_of(l, "acked_time", &ret->acked_time) &&
		wordline_get(l->p, l->n, "anchor", sig, sizeof(sig)) &&
		base64_decode(ret->anchor, SIG_BYTES, sig, strlen(sig)) ==
			RC_OK &&
		wordline_get(l->p, l->n, "hub", hub, sizeof(hub)) &&
		uuid_parse(hub, strlen(hub), ret->hub) == RC_OK;
}

bool
worker_state_read(const char *line, size_t len, struct worker_state *ret)
{
	struct line l = {line, len};
	int word;

	memset(ret, 0, sizeof(*ret));
	if (!wordline_is(line, len, "STATE")) {
		return false;
	}
	word = word_of(&l, "link", link_word, WORKER_LINK_COUNT);
	if (word < 0) {
		return false;
	}
	ret->link = (enum worker_link)word;
	(void)wordline_get(line, len, "why", ret->why, sizeof(ret->why));
	(void)time_of(&l, "since", &ret->since);
	ret->acked_epoch =
		(uint32_t)number(&l, "acked_epoch", 0, UINT32_MAX, 0);
	ret->acked = count(&l, "acked");
	read_ack(&l, ret);
	ret->durable = count(&l, "durable");
	ret->head = count(&l, "head");
	ret->queued = count(&l, "queued");
	(void)time_of(&l, "oldest", &ret->oldest);
	ret->quarantined = count(&l, "quarantined");
	word = word_of(&l, "fork", fork_word, WORKER_FORK_COUNT);
	ret->fork = word > 0 ? (enum worker_fork)word : WORKER_FORK_NONE;
	ret->fork_epoch = (uint32_t)number(&l, "fork_epoch", 0, UINT32_MAX, 0);
	ret->fork_sequence = count(&l, "fork_sequence");
	ret->offset_ms =
		number(&l, "offset_ms", INT64_MIN / 2, INT64_MAX / 2, 0);
	ret->rtt_ms = number(&l, "rtt_ms", -1, INT64_MAX / 2, -1);
	ret->retry_s = number(&l, "retry_s", 0, INT32_MAX, 0);
	ret->tried = number(&l, "tried", 0, INT64_MAX, 0);
	(void)wordline_get(line, len, "was", ret->was, sizeof(ret->was));
	(void)time_of(&l, "was_at", &ret->was_at);
	(void)time_of(&l, "was_over", &ret->was_over);
	read_feeds(&l, ret);
	(void)wordline_get(
		line, len, "feeds_why", ret->feeds_why, sizeof(ret->feeds_why));
	return true;
}

bool
worker_item_read(const char *line, size_t len, struct worker_item *ret)
{
	struct line l = {line, len};

	memset(ret, 0, sizeof(*ret));
	if (!wordline_is(line, len, "ITEM")) {
		return false;
	}
	ret->epoch = (uint32_t)number(&l, "epoch", 0, UINT32_MAX, 0);
	ret->sequence = count(&l, "sequence");
	(void)wordline_get(
		line, len, "reason", ret->reason, sizeof(ret->reason));
	(void)time_of(&l, "at", &ret->at);
	return ret->epoch > 0 && ret->sequence > 0 &&
	       hash_of(&l, "hash", ret->hash);
}
