/* SPDX-License-Identifier: Apache-2.0 */
/* What the worker tells: the register and `holdfast sync` over the channel, and
 * whoever counts. */
#include <string.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "base/wordline.h"
#include "sync/worker_internal.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define PAUSE_MAX_MIN (PUSH_PAUSE_MAX_US / (60 * SECOND_US))
#define SPEAKS "1"

static const char *
link_word(enum worker_link l)
{
	static const char *const word[] = {"none", "locked", "connecting",
		"online", "offline", "paused", "stopped"};

	return word[l];
}

enum worker_link
worker_link(const struct worker *w)
{
	const struct push *p = &w->push;

	if (!w->linked) {
		return w->locked               ? WORKER_LOCKED
		       : w->trouble[0] != '\0' ? WORKER_OFFLINE
					       : WORKER_NONE;
	}
	if (p->state.paused.us != 0) {
		return WORKER_PAUSED;
	}
	if (p->state.stop != SYNC_STOP_NONE) {
		return WORKER_STOPPED;
	}
	if (p->online) {
		return WORKER_ONLINE;
	}
	return p->tries == 0 && p->why[0] == '\0' ? WORKER_CONNECTING
						  : WORKER_OFFLINE;
}

bool
worker_oldest(struct worker *w, struct utc *ret)
{
	struct follow_fact f;

	if (!w->linked || push_queued(&w->push, follow_mark(w->follow)) == 0 ||
		follow_fact(w->follow, w->push.state.acked + 1, &f, NULL) !=
			RC_OK ||
		f.time.us == 0) {
		return false;
	}
	*ret = f.time;
	return true;
}

/* --- STATE ---------------------------------------------------------------- */

static void
put_seconds(struct sbuf *b, const char *key, struct utc t)
{
	wordline_i64(b, key, t.us / SECOND_US);
}

static void
put_ack(struct sbuf *b, const struct sync_state *s)
{
	char hash[2 * HASH_BYTES + 1], sig[BASE64_LEN(SIG_BYTES) + 1];
	char hub[UUID_TEXT_BYTES], time[UTC_TEXT_BYTES];

	wordline_u64(b, "acked_epoch", s->acked_epoch);
	wordline_u64(b, "acked", s->acked);
	if (s->acked > 0) {
		hex_encode(hash, s->acked_hash, HASH_BYTES);
		base64_encode(sig, s->anchor, SIG_BYTES);
		uuid_format(s->hub, hub);
		utc_format(s->acked_time, time);
		wordline_put(b, "acked_hash", hash);
		wordline_put(b, "acked_time", time);
		wordline_put(b, "anchor", sig);
		wordline_put(b, "hub", hub);
		wordline_u64(b, "durable", s->durable);
	}
}

static void
put_stop(struct sbuf *b, const struct sync_state *s)
{
	wordline_put(b, "fork", sync_stop_word(s->stop));
	if (s->stop != SYNC_STOP_NONE) {
		wordline_u64(b, "fork_epoch", s->stop_epoch);
		wordline_u64(b, "fork_sequence", s->stop_sequence);
	}
}

/* Those the hub has: the list has no others, see hear_quarantine(). */
static uint64_t
quarantined(const struct worker *w)
{
	struct sync_poison p = {0};
	uint64_t own = 0;

	while (sync_db_poison_next(w->db, p.epoch, p.sequence, &p, NULL) ==
		RC_OK) {
		own += p.sequence <= w->push.state.acked ? 1 : 0;
	}
	return w->push.quarantined > own ? w->push.quarantined : own;
}

static void
put_feeds(const struct worker *w, struct sbuf *b)
{
	char text[512];
	struct sbuf s;

	sbuf_init(&s, text, sizeof(text));
	pull_say(w->pull, &s);
	if (s.len > 0) {
		wordline_put(b, "feeds", text);
	}
	if (pull_why(w->pull)[0] != '\0') {
		wordline_put(b, "feeds_why", pull_why(w->pull));
	}
}

static void
put_link(struct worker *w, struct sbuf *b)
{
	const struct push *p = &w->push;
	int64_t now = worker_now(w).mono.us;
	struct utc oldest;

	put_ack(b, &p->state);
	wordline_u64(b, "head", follow_mark(w->follow));
	wordline_u64(b, "queued", push_queued(p, follow_mark(w->follow)));
	if (worker_oldest(w, &oldest)) {
		put_seconds(b, "oldest", oldest);
	}
	wordline_u64(b, "quarantined", quarantined(w));
	put_stop(b, &p->state);
	wordline_i64(b, "offset_ms", p->state.offset_us / 1000);
	wordline_i64(b, "rtt_ms", p->rtt_ms);
	if (p->wait.us > now) {
		wordline_i64(b, "retry_s",
			(p->wait.us - now + SECOND_US - 1) / SECOND_US);
	}
	wordline_u64(b, "tried", p->tries);
	if (p->state.was[0] != '\0') {
		wordline_put(b, "was", p->state.was);
		put_seconds(b, "was_at", p->state.was_at);
		if (p->state.was_over.us != 0) {
			put_seconds(b, "was_over", p->state.was_over);
		}
	}
	put_feeds(w, b);
}

static const char *
why_of(const struct worker *w)
{
	if (!w->linked) {
		return w->trouble;
	}
	return w->push.why;
}

static void
put_state(struct worker *w, struct sbuf *b)
{
	enum worker_link l = worker_link(w);

	if (l != w->told) {
		w->told = l;
		w->since = worker_now(w).utc;
	}
	wordline_begin(b, "STATE");
	wordline_put(b, "link", link_word(l));
	if (why_of(w)[0] != '\0') {
		wordline_put(b, "why", why_of(w));
	}
	put_seconds(b, "since", w->since);
	if (w->linked) {
		put_link(w, b);
	}
	wordline_end(b);
}

void
worker_tell(struct worker *w)
{
	char line[WORDLINE_BYTES + 1];
	struct sbuf b;

	w->tell_due = false;
	w->told_at = worker_now(w).mono;
	if (!channel_watched(w->channel)) {
		return;
	}
	sbuf_init(&b, line, sizeof(line));
	put_state(w, &b);
	channel_tell(w->channel, &b);
}

/* --- what is asked -------------------------------------------------------- */

static void
say_ok(struct channel_client *c)
{
	char line[16];
	struct sbuf b;

	sbuf_init(&b, line, sizeof(line));
	wordline_begin(&b, "OK");
	wordline_end(&b);
	channel_say(c, &b);
}

static void
say_err(struct channel_client *c, const char *word, const char *text)
{
	char line[WORDLINE_BYTES + 1];
	struct sbuf b;

	sbuf_init(&b, line, sizeof(line));
	wordline_begin(&b, "ERR");
	wordline_put(&b, "word", word);
	wordline_put(&b, "text", text);
	wordline_end(&b);
	channel_say(c, &b);
}

static void
hear_hello(
	struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	char line[256];
	struct sbuf b;

	(void)w;
	if (n != sizeof(SPEAKS) - 1 || memcmp(rest, SPEAKS, n) != 0) {
		say_err(c, "version",
			"this worker speaks version 1: update the older of "
			"register and worker");
		return;
	}
	sbuf_init(&b, line, sizeof(line));
	wordline_begin(&b, "HELLO " SPEAKS);
	wordline_put(&b, "product", "holdfast-syncd/" PACKAGE_VERSION);
	wordline_end(&b);
	channel_say(c, &b);
}

static void
hear_state(
	struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	char line[WORDLINE_BYTES + 1];
	struct sbuf b;

	(void)rest;
	(void)n;
	sbuf_init(&b, line, sizeof(line));
	put_state(w, &b);
	channel_say(c, &b);
}

static void
hear_watch(
	struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	channel_watch(c);
	hear_state(w, c, rest, n);
}

static bool
linked(struct worker *w, struct channel_client *c)
{
	if (!w->linked && w->locked) {
		say_err(c, "locked",
			"the worker waits for its key: open the register, "
			"which hands it over");
	} else if (!w->linked) {
		say_err(c, "not-linked",
			"this register is not linked to a hub: enroll it with: "
			"holdfast sync enroll");
	}
	return w->linked;
}

static void
hear_now(struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	(void)rest;
	(void)n;
	if (!w->linked || worker_link_moved(w)) {
		worker_relink(w); /* by now it may be, or no more */
	}
	if (linked(w, c)) {
		push_now(&w->push);
		pull_now(w->pull);
		(void)follow_look(w->follow);
		say_ok(c);
		worker_step(w);
	}
}

static void
hear_pause(
	struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	struct clock_reading now = worker_now(w);
	int64_t minutes = 0, us = INT64_MAX;

	if (n > 0 && parse_i64(rest, n, 0, PAUSE_MAX_MIN, &minutes) != RC_OK) {
		say_err(c, "usage", "PAUSE takes minutes, up to a week");
		return;
	}
	if (!linked(w, c)) {
		return;
	}
	if (minutes > 0) {
		us = minutes * 60 * SECOND_US;
	}
	push_pause(&w->push, us, now.mono, now.utc);
	say_ok(c);
	worker_changed(w);
	worker_step(w);
}

static void
hear_resume(
	struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	(void)rest;
	(void)n;
	if (linked(w, c)) {
		struct clock_reading now = worker_now(w);

		push_pause(&w->push, 0, now.mono, now.utc);
		say_ok(c);
		worker_changed(w);
		worker_step(w);
	}
}

static void
put_item(struct sbuf *b, const struct sync_poison *p)
{
	char hash[2 * HASH_BYTES + 1];

	hex_encode(hash, p->hash, HASH_BYTES);
	wordline_begin(b, "ITEM");
	wordline_u64(b, "epoch", p->epoch);
	wordline_u64(b, "sequence", p->sequence);
	wordline_put(b, "hash", hash);
	wordline_put(b, "reason", p->reason);
	put_seconds(b, "at", p->at);
	wordline_end(b);
}

/* Only what the hub has: a line on its way there may yet be taken as it is. */
static void
hear_quarantine(
	struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	char line[WORDLINE_BYTES + 1];
	struct sync_poison p = {0};
	struct sbuf b;

	(void)rest;
	(void)n;
	sbuf_init(&b, line, sizeof(line));
	while (w->linked && sync_db_poison_next(w->db, p.epoch, p.sequence, &p,
				    NULL) == RC_OK) {
		if (p.sequence > w->push.state.acked) {
			continue;
		}
		sbuf_clear(&b);
		put_item(&b, &p);
		channel_say(c, &b);
	}
	sbuf_clear(&b);
	wordline_begin(&b, "END");
	wordline_end(&b);
	channel_say(c, &b);
}

static void
hear_key(struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	struct err e = {0};
	enum rc rc;

	if (!channel_is_owner(c)) {
		say_err(c, "denied",
			"only the worker's own user may hand it a key");
		return;
	}
	rc = w->conf.keyring.put(w->conf.keyring.arg, rest, n, &e);
	if (rc != RC_OK) {
		say_err(c, "key", e.msg);
		return;
	}
	if (!w->linked) {
		worker_relink(w);
	}
	say_ok(c);
}

static void
hear_enroll(
	struct worker *w, struct channel_client *c, const char *rest, size_t n)
{
	(void)rest;
	(void)n;
	if (!channel_is_owner(c)) {
		say_err(c, "denied", "only the owner of the store may enroll");
	} else if (w->join.enroll != NULL) {
		say_err(c, "busy", "an enrolment is under way: wait for it");
	} else if (!worker_join(w, c)) {
		/* made by hand, or changed */
		worker_relink(w);
		if (linked(w, c)) {
			say_ok(c);
		}
	}
}

void
worker_say_end(struct channel_client *c, const char *word, const char *text)
{
	if (word[0] == '\0') {
		say_ok(c);
	} else {
		say_err(c, word, text);
	}
}

void
worker_hear(void *arg, struct channel_client *c, const char *line, size_t n)
{
	static const struct {
		const char *verb;
		void (*fn)(struct worker *w, struct channel_client *c,
			const char *rest, size_t n);
	} table[] = {
		{"HELLO", hear_hello},
		{"WATCH", hear_watch},
		{"STATE", hear_state},
		{"NOW", hear_now},
		{"PAUSE", hear_pause},
		{"RESUME", hear_resume},
		{"QUARANTINE", hear_quarantine},
		{"KEY", hear_key},
		{"ENROLL", hear_enroll},
	};
	struct worker *w = arg;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (wordline_is(line, n, table[i].verb)) {
			size_t n_rest = 0;
			const char *rest = wordline_rest(line, n, &n_rest);

			table[i].fn(w, c, rest, n_rest);
			return;
		}
	}
	say_err(c, "unknown", "this worker does not know that word");
}

/* --- counting ------------------------------------------------------------- */

static void
count_log(struct worker *w, struct sbuf *out)
{
	const struct push *p = &w->push;
	uint64_t mark = w->linked ? follow_mark(w->follow) : 0;
	struct utc oldest = {0};

	(void)worker_oldest(w, &oldest);
	metrics_head(out, "holdfast_journal_last_sequence", "gauge",
		"Last line of the register's journal that is final.");
	metrics_value(
		out, "holdfast_journal_last_sequence", NULL, (int64_t)mark);
	metrics_head(out, "holdfast_sync_events_unacked", "gauge",
		"Lines the hub has not acknowledged.");
	metrics_value(out, "holdfast_sync_events_unacked", NULL,
		w->linked ? (int64_t)push_queued(p, mark) : 0);
	metrics_head(out, "holdfast_sync_oldest_unacked_timestamp_seconds",
		"gauge", "When the oldest of them was written, 0 without one.");
	metrics_seconds(out, "holdfast_sync_oldest_unacked_timestamp_seconds",
		NULL, oldest.us);
	metrics_head(out, "holdfast_sync_last_success_timestamp_seconds",
		"gauge", "When the hub last answered, 0 never.");
	metrics_seconds(out, "holdfast_sync_last_success_timestamp_seconds",
		NULL, p->state.success.us);
	metrics_head(out, "holdfast_sync_quarantined_events", "gauge",
		"Lines in quarantine at the hub.");
	metrics_value(out, "holdfast_sync_quarantined_events", NULL,
		(int64_t)quarantined(w));
	metrics_head(out, "holdfast_sync_clock_offset_seconds", "gauge",
		"The hub's clock less this one.");
	metrics_seconds(out, "holdfast_sync_clock_offset_seconds", NULL,
		p->state.offset_us);
}

static void
count_wire(struct worker *w, struct sbuf *out)
{
	static const char *const outcome[PUSH_OUTCOMES] = {"acked", "duplicate",
		"gap", "fork", "fenced", "rejected", "network_error"};
	struct session_count bytes = {0};
	char labels[64];
	struct sbuf b;

	if (w->session != NULL) {
		bytes = session_count(w->session);
	}
	metrics_head(out, "holdfast_sync_push_batches_total", "counter",
		"Batches by what came of them.");
	for (int i = 0; i < PUSH_OUTCOMES; i++) {
		sbuf_init(&b, labels, sizeof(labels));
		sbuf_printf(&b, "outcome=\"%s\"", outcome[i]);
		metrics_value(out, "holdfast_sync_push_batches_total", labels,
			(int64_t)w->push.count[i]);
	}
	metrics_head(out, "holdfast_sync_bytes_total", "counter",
		"Bytes of requests and answers.");
	metrics_value(out, "holdfast_sync_bytes_total", "direction=\"out\"",
		(int64_t)bytes.out);
	metrics_value(out, "holdfast_sync_bytes_total", "direction=\"in\"",
		(int64_t)bytes.in);
}

static void
count_feeds(struct worker *w, struct sbuf *out)
{
	const struct feeds_cursor *c = NULL;
	char labels[64];
	struct sbuf b;
	size_t n = 0;

	metrics_head(out, "holdfast_sync_feed_revision", "gauge",
		"Up to where a feed is followed.");
	if (w->linked) {
		c = pull_feeds(w->pull, &n);
	}
	for (size_t i = 0; i < n; i++) {
		sbuf_init(&b, labels, sizeof(labels));
		sbuf_printf(&b, "feed=\"%s\"", c[i].feed);
		metrics_value(out, "holdfast_sync_feed_revision", labels,
			(int64_t)c[i].rev);
	}
}

static void
count_refused(struct worker *w, struct sbuf *out)
{
	const struct sync_state *s = &w->push.state;

	metrics_head(out, "holdfast_sync_refused", "gauge",
		"1 while the hub refuses what only people can mend.");
	metrics_value(out, "holdfast_sync_refused", NULL,
		s->was[0] != '\0' && s->was_over.us == 0 ? 1 : 0);
	metrics_head(out, "holdfast_sync_last_refusal_timestamp_seconds",
		"gauge", "When that began last, 0 never.");
	metrics_seconds(out, "holdfast_sync_last_refusal_timestamp_seconds",
		NULL, s->was_at.us);
}

static void
count_link(struct worker *w, struct sbuf *out)
{
	enum worker_link is = worker_link(w);
	char labels[64];
	struct sbuf b;

	metrics_head(out, "holdfast_sync_link", "gauge",
		"1 for what the link to the hub is.");
	for (int i = WORKER_NONE; i <= WORKER_STOPPED; i++) {
		sbuf_init(&b, labels, sizeof(labels));
		sbuf_printf(&b, "state=\"%s\"", link_word((enum worker_link)i));
		metrics_value(out, "holdfast_sync_link", labels,
			(enum worker_link)i == is ? 1 : 0);
	}
}

void
worker_count(void *arg, struct sbuf *out)
{
	struct worker *w = arg;

	count_log(w, out);
	count_wire(w, out);
	count_feeds(w, out);
	count_link(w, out);
	count_refused(w, out);
}
