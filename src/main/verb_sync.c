/* SPDX-License-Identifier: Apache-2.0 */
#include "main/verb_sync.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/parse.h"
#include "main/sync_ask.h"
#include "register/feed_run.h"
#include "register/till_sync.h"

#include "base/poison.h"

static const char usage[] =
	"sync status | now | pause [MINUTES] | resume | quarantine | "
	"enroll CODE --hub URL [--tls PIN] [--worker-key-file FILE] | "
	"salvage DIR [--worker-key-file FILE] | "
	"unlink --reason TEXT " ACTOR_USAGE " [--store DIR] [--json]";

#define WAIT_MS 12000
#define PAUSE_MAX 10080 /* minutes: a week */
#define OUT_BYTES ((size_t)65536)
#define CLOCK_OFF_MS 120000 /* as at the register */

static struct sync_ask
question(const struct args *a, enum worker_what what)
{
	return (struct sync_ask){
		.store = a->store, .ask = {.what = what}, .wait_ms = WAIT_MS};
}

/* --- how it is ------------------------------------------------------------ */

struct status {
	struct shop *shop;
	bool linked, heard;
	struct store_hub hub;
	struct worker_state w;
	const char *why;
	enum worker_link link;
	uint32_t epoch;
	uint64_t acked, durable, queued, apart, local, there;
	struct utc oldest;
	struct feed_look look; /* what of the feeds this register refuses */
};

static const char *
unused(const struct status *s)
{
	return s->look.why_config[0] != '\0' ? s->look.why_config
					     : s->look.why_people;
}

/* What lines say, and where the worker knows more, that. */
static enum rc
look(const struct args *a, struct status *s, struct err *reterr)
{
	struct sync_ask q = question(a, WORKER_ASK_STATE);
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct store_apart none[1];
	struct err e = {0};
	size_t n = 0;
	enum rc rc = shop_open(&conf, &s->shop, reterr);

	if (rc == RC_OK && s->shop->store == NULL) {
		rc = err_set(reterr, RC_CORRUPT, 0, "sync",
			"the store cannot be read: run 'holdfast rebuild'");
	}
	if (rc == RC_OK) {
		rc = store_hub(s->shop->store, &s->hub, reterr);
		s->linked = rc == RC_OK;
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	if (rc != RC_OK || !s->linked) {
		return rc;
	}
	rc = store_apart(
		s->shop->store, s->hub.hub, none, 0, &n, &s->apart, reterr);
	s->heard = sync_ask(&q, &s->w, &e) == RC_OK;
	s->link = s->heard ? s->w.link : WORKER_OFFLINE;
	s->why = s->heard ? s->w.why : "the sync worker does not run";
	s->epoch = s->hub.epoch;
	s->acked = s->hub.acked;
	s->durable = s->hub.durable;
	if (s->heard && s->w.has_ack &&
		(s->w.acked_epoch > s->epoch ||
			(s->w.acked_epoch == s->epoch &&
				s->w.acked > s->acked))) {
		s->epoch = s->w.acked_epoch;
		s->acked = s->w.acked;
		s->durable = s->w.durable;
	}
	if (s->heard && s->w.quarantined > s->apart) {
		s->apart = s->w.quarantined;
	}
	feed_dry(s->shop, &s->look);
	till_link_sums(s->shop, s->acked, &s->queued, &s->oldest, &s->local,
		&s->there);
	return rc;
}

static void
put_time(struct json *j, const char *name, struct utc t)
{
	char text[UTC_TEXT_BYTES];

	if (t.us != 0) {
		utc_format(t, text);
		json_str(j, name, text);
	}
}

static void
put_worker(struct json *j, const struct status *s)
{
	const struct worker_state *w = &s->w;

	json_str(j, "link", worker_link_name(s->link));
	json_str(j, "why", s->why);
	if (!s->heard) {
		return;
	}
	put_time(j, "since", w->since);
	if (w->rtt_ms >= 0) {
		json_i64(j, "rtt_ms", w->rtt_ms);
	}
	json_i64(j, "offset_ms", w->offset_ms);
	json_i64(j, "retry_s", w->retry_s);
	json_i64(j, "tried", w->tried);
	if (w->was[0] != '\0') {
		json_obj(j, "was");
		json_str(j, "why", w->was);
		put_time(j, "since", w->was_at);
		put_time(j, "healed", w->was_over);
		json_obj_end(j);
	}
	json_arr(j, "feeds");
	for (size_t i = 0; i < w->n_feed; i++) {
		json_obj(j, NULL);
		json_str(j, "feed", w->feed[i].name);
		json_u64(j, "revision", w->feed[i].rev);
		put_time(j, "asked", w->feed[i].at);
		json_obj_end(j);
	}
	json_arr_end(j);
	json_str(j, "feeds_why", w->feeds_why);
}

static const char *
refused(const struct status *s)
{
	/* as the register calls it, whichever the hub found out first */
	if (till_old_by(&s->hub, s->heard ? &s->w : NULL)) {
		return worker_fork_name(WORKER_ROLLBACK);
	}
	if (s->heard) {
		return worker_fork_name(s->w.fork);
	}
	return s->hub.refused_line != 0 ? s->hub.refused : "none";
}

static void
put_json(struct sbuf *b, const struct status *s)
{
	char hub[UUID_TEXT_BYTES];
	struct json j;

	json_init(&j, b);
	json_obj(&j, NULL);
	json_bool(&j, "ok", true);
	json_bool(&j, "linked", s->linked);
	if (s->linked) {
		uuid_format(s->hub.hub, hub);
		json_str(&j, "hub", hub);
		json_str(&j, "url", s->hub.url);
		json_str(&j, "keyid", s->hub.keyid);
		json_bool(&j, "worker", s->heard);
		put_worker(&j, s);
		json_u64(&j, "head", shop_head(s->shop));
		json_u64(&j, "queued", s->queued);
		put_time(&j, "oldest", s->oldest);
		json_u64(&j, "acked_epoch", s->epoch);
		json_u64(&j, "acked", s->acked);
		json_u64(&j, "recorded", s->hub.acked);
		json_u64(&j, "durable", s->durable);
		json_u64(&j, "quarantined", s->apart);
		json_str(&j, "refused", refused(s));
		json_str(&j, "unused", unused(s));
		json_u64(&j, "sales", s->local);
		json_u64(&j, "sales_acked", s->there);
	}
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

static void
put_age(struct sbuf *b, struct utc since)
{
	struct clock clock = clock_system();
	int64_t s = (clock_read(&clock).utc.us - since.us) / 1000000;

	if (s < 120) {
		sbuf_printf(b, "%llds", (long long)(s > 0 ? s : 0));
	} else if (s < 7200) {
		sbuf_printf(b, "%lldm", (long long)(s / 60));
	} else if (s < (int64_t)48 * 3600) {
		sbuf_printf(b, "%lldh", (long long)(s / 3600));
	} else {
		sbuf_printf(b, "%lldd", (long long)(s / 86400));
	}
}

/* What is over, apart from what is. */
static void
put_was(struct sbuf *b, const struct status *s)
{
	const struct worker_state *w = &s->w;

	if (w->was[0] == '\0' || w->was_over.us == 0) {
		return;
	}
	sbuf_puts(b, "healed        ");
	put_age(b, w->was_over);
	sbuf_printf(b, " ago: %s\n", w->was);
}

static void
put_text(struct sbuf *b, const struct status *s)
{
	if (!s->linked) {
		sbuf_puts(b, "this register belongs to no hub: 'holdfast sync "
			     "enroll CODE --hub URL' ties it to one\n");
		return;
	}
	sbuf_printf(b, "hub           %s\n", s->hub.url);
	sbuf_printf(b, "link          %s", worker_link_name(s->link));
	if (s->heard && s->w.since.us != 0) {
		sbuf_puts(b, " since ");
		put_age(b, s->w.since);
	}
	if (s->why[0] != '\0') {
		sbuf_printf(b, ": %s", s->why);
	}
	sbuf_printf(b, "\nqueued        %llu", (unsigned long long)s->queued);
	if (s->oldest.us != 0) {
		sbuf_puts(b, ", the oldest ");
		put_age(b, s->oldest);
	}
	sbuf_printf(b,
		"\nacknowledged  line %llu of %llu, epoch %lu; a second copy of "
		"%llu\n",
		(unsigned long long)s->acked,
		(unsigned long long)shop_head(s->shop), (unsigned long)s->epoch,
		(unsigned long long)s->durable);
	sbuf_printf(b, "sales         %llu here, %llu at the hub\n",
		(unsigned long long)s->local, (unsigned long long)s->there);
	sbuf_printf(b, "quarantined   %llu\n", (unsigned long long)s->apart);
	if (strcmp(refused(s), "none") != 0) {
		sbuf_printf(b, "refused       %s%s\n", refused(s),
			s->heard ? "" : ", when the worker was heard last");
	}
	put_was(b, s);
	for (size_t i = 0; i < s->w.n_feed; i++) {
		sbuf_printf(b, "feed          %s, revision %llu",
			s->w.feed[i].name,
			(unsigned long long)s->w.feed[i].rev);
		if (s->w.feed[i].at.us != 0) {
			sbuf_puts(b, ", ");
			put_age(b, s->w.feed[i].at);
			sbuf_puts(b, " old");
		}
		sbuf_putc(b, '\n');
	}
	if (unused(s)[0] != '\0') {
		sbuf_printf(b, "not in use    %s\n", unused(s));
	}
	if (s->w.feeds_why[0] != '\0') {
		sbuf_printf(b, "not in use    %s\n", s->w.feeds_why);
	}
	if (s->heard && s->w.link == WORKER_ONLINE &&
		llabs(s->w.offset_ms) > CLOCK_OFF_MS) {
		sbuf_printf(b, "clock         %lld s %s the hub's: set it\n",
			llabs(s->w.offset_ms) / 1000,
			s->w.offset_ms < 0 ? "ahead of" : "behind");
	}
}

static int
put_status(const struct args *a)
{
	static const size_t cap = 8192;
	char text[8192];
	struct status s;
	struct err e = {0};
	struct sbuf b;
	int status;
	enum rc rc;

	memset(&s, 0, sizeof(s));
	rc = look(a, &s, &e);
	if (rc != RC_OK) {
		status = args_fail(a, rc, &e);
	} else {
		sbuf_init(&b, text, cap);
		if (args_json(a)) {
			put_json(&b, &s);
		} else {
			put_text(&b, &s);
		}
		status = args_put(a, b.p, b.len);
	}
	shop_close(s.shop);
	return status;
}

/* --- what is kept apart --------------------------------------------------- */

struct list {
	struct sbuf *b;
	bool json;
	size_t n;
};

static void
put_item(void *arg, const struct worker_item *it)
{
	char hash[2 * HASH_BYTES + 1];
	struct list *l = arg;
	struct json j;

	l->n++;
	if (!l->json) {
		sbuf_printf(l->b, "line %llu of epoch %lu: %s\n",
			(unsigned long long)it->sequence,
			(unsigned long)it->epoch, it->reason);
		return;
	}
	hex_encode(hash, it->hash, HASH_BYTES);
	json_init(&j, l->b);
	json_obj(&j, NULL);
	json_u64(&j, "epoch", it->epoch);
	json_u64(&j, "sequence", it->sequence);
	json_str(&j, "hash", hash);
	json_str(&j, "reason", it->reason);
	put_time(&j, "at", it->at);
	json_obj_end(&j);
	sbuf_putc(l->b, '\n');
}

static int
put_list(const struct args *a, char *text)
{
	struct sync_ask q = question(a, WORKER_ASK_LIST);
	struct err e = {0};
	struct sbuf b;
	struct list l = {.b = &b, .json = args_json(a)};
	enum rc rc;

	sbuf_init(&b, text, OUT_BYTES);
	q.fn = put_item;
	q.arg = &l;
	rc = sync_ask(&q, NULL, &e);
	if (rc != RC_OK) {
		return args_fail(a, rc, &e);
	}
	if (l.n == 0 && !l.json) {
		sbuf_puts(&b, "the hub keeps no line apart\n");
	}
	return args_put(a, b.p, b.len);
}

/* --- now, pause, resume --------------------------------------------------- */

static int
tell(const struct args *a, enum worker_what what, int64_t minutes)
{
	struct sync_ask q = question(a, what);
	char text[128];
	struct worker_state w;
	struct err e = {0};
	struct sbuf b;
	struct json j;
	enum rc rc;

	q.ask.minutes = minutes;
	rc = sync_ask(&q, &w, &e);
	if (rc != RC_OK) {
		return args_fail(a, rc, &e);
	}
	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "link", worker_link_name(w.link));
		json_obj_end(&j);
	} else if (what == WORKER_ASK_NOW) {
		sbuf_puts(&b, "the worker tries at once");
	} else if (what == WORKER_ASK_RESUME) {
		sbuf_puts(&b, "the worker goes on");
	} else if (minutes > 0) {
		sbuf_printf(&b,
			"nothing is sent for %lld minutes; selling "
			"goes on",
			(long long)minutes);
	} else {
		sbuf_puts(&b, "nothing is sent until 'holdfast sync resume'; "
			      "selling goes on");
	}
	sbuf_putc(&b, '\n');
	return args_put(a, b.p, b.len);
}

/* Who has the key of the store may hold its lines back. */
static int
pause_now(const struct args *a)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	struct err e = {0};
	int64_t minutes = 0;
	enum rc rc;

	if (a->n > 1 && parse_i64(a->rest[1], strlen(a->rest[1]), 1, PAUSE_MAX,
				&minutes) != RC_OK) {
		return args_usage(
			a, usage, "pause takes minutes, up to a week");
	}
	rc = shop_open(&conf, &s, &e);
	shop_close(s);
	return rc == RC_OK ? tell(a, WORKER_ASK_PAUSE, minutes)
			   : args_fail(a, rc, &e);
}

static int
run(const struct args *a, const struct sync_opts *o)
{
	const char *word = a->rest[0];
	bool takes = strcmp(word, "pause") == 0 ||
		     strcmp(word, "enroll") == 0 ||
		     strcmp(word, "salvage") == 0;
	char text[OUT_BYTES];

	if (a->n > 1 && !takes) {
		return args_usage(a, usage, "too many words");
	}
	if (strcmp(word, "status") == 0) {
		return put_status(a);
	}
	if (strcmp(word, "quarantine") == 0) {
		return put_list(a, text);
	}
	if (strcmp(word, "now") == 0) {
		return tell(a, WORKER_ASK_NOW, 0);
	}
	if (strcmp(word, "resume") == 0) {
		return tell(a, WORKER_ASK_RESUME, 0);
	}
	if (strcmp(word, "pause") == 0) {
		return pause_now(a);
	}
	if (strcmp(word, "enroll") == 0) {
		return sync_enroll(a, o);
	}
	if (strcmp(word, "salvage") == 0) {
		return sync_salvage(a, o);
	}
	if (strcmp(word, "unlink") == 0) {
		return sync_unlink(a, o);
	}
	return args_usage(a, usage, "there is no such word");
}

int
verb_sync(int argc, char *argv[])
{
	struct sync_opts o = {0};
	const struct opt opt[] = {{"hub", OPT_TEXT, &o.hub},
		{"tls", OPT_TEXT, &o.tls}, {"reason", OPT_TEXT, &o.reason},
		{"worker-key-file", OPT_TEXT, &o.key_file}, ACTOR_OPTS(o.who)};
	const char *wrong;
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 2);
	if (status >= 0) {
		return status;
	}
	wrong = actor_read(&o.who);
	status = wrong != NULL ? args_usage(&a, usage, wrong) : run(&a, &o);
	actor_done(&o.who);
	args_done(&a);
	return status;
}
