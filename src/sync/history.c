/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/history.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/sbuf.h"
#include "wire/anchor.h"
#include "wire/event.h"
#include "wire/peek.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define PAGE_LINES 1000u
#define PAGE_BYTES ((size_t)8 << 20)
#define WAIT_MAX_S 300
#define READ_BYTES ((size_t)WIRE_LINE_BYTES + 2)

struct history {
	struct history_conf conf;
	char sync[PATH_BYTES], dir[PATH_BYTES], path[PATH_BYTES];
	uint8_t reg[UUID_BYTES], hub[UUID_BYTES], hub_key[SIGN_PUB_BYTES];
	history_fn fn;
	void *arg;
	struct clock clock;
	int fd;
	off_t end;
	/* the last line that is there */
	uint64_t first, last;
	uint32_t epoch;
	uint8_t hash[HASH_BYTES];
	char source[PEEK_SOURCE_BYTES];
	/* where it goes */
	bool has_goal;
	struct anchor goal;
	uint8_t sig[SIG_BYTES];
	unsigned limit, tries;
};

static void next(struct history *h);

static enum rc
io_fail(const struct history *h, const char *what, struct err *reterr)
{
	return err_set(reterr, err_sys_rc(errno), errno, "history",
		"%s cannot be %s", h->path, what);
}

/* --- what is there --- */

/* One line behind the last.  RC_PROTO: it does not hang on it. */
static enum rc
add_line(struct history *h, const char *p, size_t n, struct err *reterr)
{
	struct wire_peek peek;
	enum rc rc = wire_peek(p, n, &peek, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (h->last != 0 &&
		(peek.sequence != h->last + 1 || peek.epoch < h->epoch ||
			memcmp(peek.prev, h->hash, HASH_BYTES) != 0)) {
		return err_set(reterr, RC_PROTO, 0, "history",
			"line %llu of the hub does not hang on the one before: "
			"ask who runs the hub",
			(unsigned long long)peek.sequence);
	}
	if (h->last == 0) {
		h->first = peek.sequence;
	}
	h->last = peek.sequence;
	h->epoch = peek.epoch;
	sha256(h->hash, p, n);
	memcpy(h->source, peek.source, sizeof(h->source));
	return RC_OK;
}

/* Through what an earlier run left; a torn end is cut off. */
static enum rc
read_lines(struct history *h, struct err *reterr)
{
	char *buf = malloc(READ_BYTES);
	size_t held = 0;
	size_t got = 0;
	off_t at = 0;
	enum rc rc = RC_OK;

	if (buf == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "history",
			"no memory to read %s", h->path);
	}
	do {
		char *p = buf;
		char *nl;

		rc = file_pread(h->fd, buf + held, READ_BYTES - held, at,
			h->path, &got, reterr);
		if (rc != RC_OK) {
			break;
		}
		at += (off_t)got;
		held += got;
		while ((nl = memchr(p, '\n', held - (size_t)(p - buf))) !=
			NULL) {
			if (add_line(h, p, (size_t)(nl - p), NULL) != RC_OK) {
				got = 0;
				break;
			}
			h->end += nl + 1 - p;
			p = nl + 1;
		}
		held -= (size_t)(p - buf);
		memmove(buf, p, held);
	} while (got > 0 && held < READ_BYTES);
	free(buf);
	if (rc == RC_OK && ftruncate(h->fd, h->end) != 0) {
		rc = io_fail(h, "cut", reterr);
	}
	return rc;
}

static enum rc
open_lines(struct history *h, struct err *reterr)
{
	enum rc rc =
		path_join(h->dir, sizeof(h->dir), h->conf.sync, HISTORY_DIR);

	if (rc == RC_OK) {
		rc = path_join(h->path, sizeof(h->path), h->dir, HISTORY_LINES);
	}
	if (rc != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "history",
			"%s: the path is too long", h->conf.sync);
	}
	if (mkdir(h->dir, 0700) != 0 && errno != EEXIST) {
		return io_fail(h, "made", reterr);
	}
	h->fd = file_open(h->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return h->fd < 0 ? io_fail(h, "opened", reterr) : read_lines(h, reterr);
}

static bool
anchor_path(const char *sync, char out[PATH_BYTES])
{
	char dir[PATH_BYTES];

	return path_join(dir, sizeof(dir), sync, HISTORY_DIR) == RC_OK &&
	       path_join(out, PATH_BYTES, dir, HISTORY_ANCHOR) == RC_OK;
}

bool
history_there(const char *sync)
{
	char path[PATH_BYTES];

	return anchor_path(sync, path) && access(path, R_OK) == 0;
}

static enum rc
put_anchor(struct history *h, struct err *reterr)
{
	char path[PATH_BYTES], text[2048], time[UTC_TEXT_BYTES];
	char reg[UUID_TEXT_BYTES], hub[UUID_TEXT_BYTES];
	char hash[2 * HASH_BYTES + 1], key[BASE64_LEN(SIGN_PUB_BYTES) + 1];
	char sig[BASE64_LEN(SIG_BYTES) + 1];
	struct sbuf b;

	if (!anchor_path(h->conf.sync, path)) {
		return err_set(reterr, RC_INVAL, 0, "history",
			"%s: the path is too long", h->conf.sync);
	}
	uuid_format(h->goal.reg, reg);
	uuid_format(h->hub, hub);
	hex_encode(hash, h->goal.hash, HASH_BYTES);
	utc_format(h->goal.time, time);
	base64_encode(sig, h->sig, SIG_BYTES);
	base64_encode(key, h->hub_key, SIGN_PUB_BYTES);
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b,
		"[history]\nregister = %s\nepoch = %u\nsequence = %llu\n"
		"hash = %s\ntime = %s\nanchor = %s\nhub = %s\nkey = %s\n"
		"first = %llu\nsource = %s\n",
		reg, (unsigned)h->goal.epoch,
		(unsigned long long)h->goal.sequence, hash, time, sig, hub, key,
		(unsigned long long)h->first, h->source);
	return file_save(path, b.p, b.len, 0600, reterr);
}

/* --- asking --- */

static enum rc
on_timer(void *arg)
{
	next(arg);
	return RC_OK;
}

static void
put_off(struct history *h, const struct session_reply *r)
{
	struct mono at = clock_read(&h->clock).mono;
	int64_t s = 1;

	for (unsigned i = 0; i < h->tries && s < WAIT_MAX_S; i++) {
		s *= 2;
	}
	h->tries++;
	if (h->tries % 2 == 0 && h->limit > 1) {
		h->limit = h->limit / 4 > 0 ? h->limit / 4 : 1;
	}
	at.us += (r != NULL && r->retry_s >= 0 ? r->retry_s
			 : s > WAIT_MAX_S      ? WAIT_MAX_S
					       : s) *
		 SECOND_US;
	if (loop_timer(h->conf.loop, h->conf.timer, at, on_timer, h) != RC_OK) {
		loop_stop(h->conf.loop); /* whoever starts it starts it again */
	}
}

static void
on_head(struct history *h, const struct session_reply *r)
{
	const struct hub_answer *m = r->answer;
	struct anchor head = {.sequence = 0};

	if (m != NULL) {
		head = m->head;
		memcpy(head.reg, h->reg, UUID_BYTES); /* it is not sent */
	}
	if (m == NULL || !m->has_head ||
		!anchor_verify(&head, h->hub_key, m->anchor)) {
		h->fn(h->arg, RC_PROTO,
			"the hub does not sign what it has of this register");
		return;
	}
	h->goal = head;
	memcpy(h->sig, m->anchor, SIG_BYTES);
	h->has_goal = true;
	next(h);
}

/* Lines of a page, up to the goal; the rest of it is not looked at. */
static enum rc
take_page(struct history *h, const char *p, size_t n, struct err *reterr)
{
	const char *end = p + n;
	const char *begin = p;
	uint64_t before = h->last;
	enum rc rc = RC_OK;

	while (rc == RC_OK && p < end && h->last < h->goal.sequence) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl != NULL ? nl : end) - p);

		if (nl == NULL) {
			return err_set(reterr, RC_PROTO, 0, "history",
				"the hub sent a line without an end: try "
				"again");
		}
		rc = add_line(h, p, len, reterr);
		p = rc == RC_OK ? nl + 1 : p;
	}
	if (rc == RC_OK && h->last == before) {
		rc = err_set(reterr, RC_PROTO, 0, "history",
			"the hub has fewer lines than it signed: ask who runs "
			"it");
	}
	if (rc == RC_OK) {
		rc = file_pwrite(h->fd, begin, (size_t)(p - begin), h->end,
			h->path, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync(h->fd, h->path, reterr);
	}
	h->end += rc == RC_OK ? p - begin : 0;
	return rc;
}

static void
on_reply(void *arg, const struct session_reply *r)
{
	struct history *h = arg;
	struct err e = {0};
	enum rc rc;

	if (r->end != SESSION_ANSWERED || r->status != 200) {
		put_off(h, r);
		return;
	}
	h->tries = 0;
	if (!h->has_goal) {
		on_head(h, r);
		return;
	}
	rc = take_page(h, r->body != NULL ? r->body : "", r->n_body, &e);
	if (rc != RC_OK) {
		h->fn(h->arg, rc, e.msg);
		return;
	}
	next(h);
}

static enum rc
ask(struct history *h, struct err *reterr)
{
	char path[128], query[64], reg[UUID_TEXT_BYTES];
	struct session_question q = {.method = "GET",
		.path = path,
		.max_bytes = SESSION_ANSWER_BYTES};
	struct sbuf b;

	uuid_format(h->reg, reg);
	sbuf_init(&b, path, sizeof(path));
	sbuf_printf(&b, "/v1/registers/%s/%s", reg,
		h->has_goal ? "events" : "head");
	if (h->has_goal) {
		sbuf_init(&b, query, sizeof(query));
		sbuf_printf(&b, "from=%llu&limit=%u",
			(unsigned long long)h->last + 1, h->limit);
		q.query = query;
		q.plain = true;
		q.max_bytes = PAGE_BYTES;
	}
	return session_ask(h->conf.session, &q, on_reply, h, reterr);
}

static void
end_it(struct history *h)
{
	struct err e = {0};
	enum rc rc = RC_OK;

	if (h->last != h->goal.sequence || h->epoch != h->goal.epoch ||
		memcmp(h->hash, h->goal.hash, HASH_BYTES) != 0) {
		rc = err_set(&e, RC_PROTO, 0, "history",
			"the hub's lines do not end as it signed: remove "
			"sync/history and try again");
	}
	if (rc == RC_OK) {
		rc = put_anchor(h, &e);
	}
	h->fn(h->arg, rc, e.msg);
}

static void
next(struct history *h)
{
	struct err e = {0};

	if (h->has_goal && h->last >= h->goal.sequence) {
		end_it(h);
	} else if (ask(h, &e) != RC_OK) {
		put_off(h, NULL);
	}
}

enum rc
history_start(const struct history_conf *conf, history_fn fn, void *arg,
	struct history **ret, struct err *reterr)
{
	struct history *h = calloc(1, sizeof(*h));
	enum rc rc;

	if (h == NULL || strlen(conf->sync) >= sizeof(h->sync)) {
		free(h);
		return err_set(reterr, RC_NOMEM, 0, "history",
			"no memory to fetch lines");
	}
	h->conf = *conf;
	memcpy(h->sync, conf->sync, strlen(conf->sync) + 1);
	h->conf.sync = h->sync;
	memcpy(h->reg, conf->reg, UUID_BYTES);
	memcpy(h->hub, conf->hub, UUID_BYTES);
	memcpy(h->hub_key, conf->hub_key, SIGN_PUB_BYTES);
	h->fn = fn;
	h->arg = arg;
	h->fd = -1;
	h->limit = PAGE_LINES;
	h->clock = clock_system();
	rc = open_lines(h, reterr);
	if (rc == RC_OK) {
		rc = loop_timer(conf->loop, conf->timer,
			clock_read(&h->clock).mono, on_timer, h);
	}
	if (rc != RC_OK) {
		history_stop(h);
		return rc;
	}
	*ret = h;
	return RC_OK;
}

void
history_stop(struct history *h)
{
	if (h == NULL) {
		return;
	}
	(void)!loop_timer(
		h->conf.loop, h->conf.timer, (struct mono){-1}, on_timer, h);
	if (h->fd >= 0) {
		(void)close(h->fd);
	}
	free(h);
}
