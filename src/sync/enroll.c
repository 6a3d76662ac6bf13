/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/enroll.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/keys_reader.h"
#include "base/machine.h"
#include "base/sbuf.h"
#include "sync/history.h"
#include "sync/session.h"
#include "wire/http_sig.h"
#include "wire/hub_msg.h"
#include "wire/peek.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define TRIES 3
#define AGAIN_S 2
#define IDENTITY_PATH "/.well-known/holdfast"
#define IDENTITY_BYTES ((size_t)65536)
#define ARENA_BYTES (8 * IDENTITY_BYTES)
#define BODY_BYTES ((size_t)4096)
/* Keys of persons come with a restore. */
#define ANSWER_BYTES ((size_t)3 << 20)
#define PRODUCT "holdfast-syncd/" PACKAGE_VERSION

struct enroll {
	struct enroll_conf conf;
	enroll_fn fn;
	void *arg;
	struct join join;
	struct code code;
	struct link link;
	struct clock clock;
	struct http_call *call;
	struct session *session;
	unsigned tries;
	bool known; /* who the hub is */
	char body[BODY_BYTES];
	size_t n_body;
};

static void next(struct enroll *e);

static void
put(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text != NULL ? text : "");
}

static void
finish(struct enroll *e, enum rc rc, const char *word, const char *text)
{
	struct enroll_end end = {rc, word, text, &e->link};

	e->fn(e->arg, &end);
}

static enum rc
on_timer(void *arg)
{
	next(arg);
	return RC_OK;
}

/* Nobody answered whom we believe: once more, and then people look. */
static void
again(struct enroll *e, const char *why)
{
	struct mono at = clock_read(&e->clock).mono;

	e->tries++;
	at.us += AGAIN_S * SECOND_US;
	if (e->tries >= TRIES || loop_timer(e->conf.loop, e->conf.timer, at,
					 on_timer, e) != RC_OK) {
		finish(e, RC_DOWN, "offline", why);
	}
}

/* Another try would show the same certificate: people look at it. */
static void
not_trusted(struct enroll *e, const char *why)
{
	char text[256];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(
		&b, "%.80s: name it with --tls, or get it vouched for", why);
	finish(e, RC_DENIED, "tls", text);
}

/* --- who the hub is --- */

static const char *
header(const struct http_answer *h, const char *name)
{
	return http_header(h, name);
}

/* NULL: it is the hub of the code. */
static const char *
judge(struct enroll *e, const struct http_answer *h,
	const struct hub_identity *m)
{
	const char *input = header(h, "signature-input");
	const char *sig = header(h, "signature");
	uint8_t hash[HASH_BYTES];
	struct http_message msg = {
		.status = h->status,
		.digest = header(h, "content-digest"),
		.type = header(h, "content-type"),
		.encoding = header(h, "content-encoding"),
	};

	sha256(hash, m->key, sizeof(m->key));
	if (!crypto_equal(hash, e->code.pin, CODE_PIN_BYTES)) {
		return "this is not the hub that gave out the code: ask for "
		       "its address, or for another code";
	}
	if (input == NULL || sig == NULL || msg.digest == NULL ||
		!http_digest_is(msg.digest, h->body, h->n_body) ||
		http_sig_verify(&msg, input, sig, m->key, NULL) != RC_OK) {
		return "the hub's answer was changed on the way: try another "
		       "network";
	}
	if (e->join.tls[0] != '\0' && m->tls != NULL &&
		strcmp(e->join.tls, m->tls) != 0) {
		return "the hub's certificate is not the one that was named";
	}
	return NULL;
}

static void
take_identity(struct enroll *e, const struct hub_identity *m)
{
	struct link *l = &e->link;

	put(l->url, sizeof(l->url), e->join.url);
	put(l->tls, sizeof(l->tls),
		e->join.tls[0] != '\0' ? e->join.tls : m->tls);
	if (strncmp(l->url, "https:", 6) != 0) {
		l->tls[0] = '\0';
	}
	memcpy(l->hub, m->hub, UUID_BYTES);
	memcpy(l->hub_key, m->key, SIGN_PUB_BYTES);
	memcpy(l->hub_box, m->box, KEY_BYTES);
	e->known = true;
}

static void
on_identity(void *arg, const struct http_answer *h)
{
	struct enroll *e = arg;
	struct hub_identity m;
	struct arena a;
	const char *wrong;
	void *memory;

	e->call = NULL;
	if (h->end == HTTP_NOT_TRUSTED && http_of_certificate(h->code)) {
		not_trusted(e, h->why);
		return;
	}
	if (h->end != HTTP_ANSWERED) {
		again(e, h->why[0] != '\0' ? h->why : "the hub is not reached");
		return;
	}
	memory = malloc(ARENA_BYTES);
	if (memory == NULL) {
		finish(e, RC_NOMEM, "link", "no memory to enroll");
		return;
	}
	arena_init(&a, memory, ARENA_BYTES);
	if (h->status != 200 || hub_identity_decode((const char *)h->body,
					h->n_body, &a, &m, NULL) != RC_OK) {
		again(e, "something that is no hub answers there");
	} else {
		wrong = judge(e, h, &m);
		if (wrong == NULL) {
			take_identity(e, &m);
			e->tries = 0;
			next(e);
		} else {
			finish(e, RC_DENIED, "hub", wrong);
		}
	}
	free(memory);
}

static enum rc
ask_identity(struct enroll *e, struct err *reterr)
{
	char url[HTTP_URL_BYTES];
	struct http_header accept = {"accept-encoding", "identity"};
	struct http_request q = {
		.method = "GET",
		.url = url,
		.header = &accept,
		.n_header = 1,
		.max_bytes = IDENTITY_BYTES,
	};
	struct sbuf b;

	sbuf_init(&b, url, sizeof(url));
	sbuf_puts(&b, e->join.url);
	sbuf_puts(&b, IDENTITY_PATH);
	q.tls = e->join.tls[0] != '\0' ? e->join.tls : NULL;
	/* the code says whose signature must be under it */
	q.any_tls = q.tls == NULL;
	return http_send(e->conf.http, &q, on_identity, e, &e->call, reterr);
}

/* --- coming in --- */

/* What the register's own lines say; of a new machine there are none. */
static enum rc
own_lines(struct enroll *e, struct hub_enroll *m, struct wire_peek *peek,
	struct err *reterr)
{
	uint64_t mark =
		e->conf.follow != NULL ? follow_mark(e->conf.follow) : 0;
	struct follow_line line;
	struct follow_fact fact;
	enum rc rc;

	if (mark == 0) {
		return RC_OK;
	}
	rc = follow_fact(e->conf.follow, mark, &fact, reterr);
	if (rc == RC_OK) {
		rc = follow_line(e->conf.follow, mark, &line, reterr);
	}
	if (rc == RC_OK) {
		rc = wire_peek(line.p, line.n, peek, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	m->source = peek->source;
	m->has_head = true;
	m->head.epoch = fact.epoch;
	m->head.sequence = fact.sequence;
	memcpy(m->head.hash, fact.hash, HASH_BYTES);
	m->head.time = fact.time;
	return RC_OK;
}

static enum rc
make_body(struct enroll *e, struct err *reterr)
{
	struct hub_enroll m = {.code = e->join.code, .product = PRODUCT};
	struct wire_peek peek;
	struct sbuf b;
	enum rc rc = own_lines(e, &m, &peek, reterr);

	m.register_no =
		e->join.register_no[0] != '\0' ? e->join.register_no : NULL;
	m.machine = e->join.machine[0] != '\0' ? e->join.machine : NULL;
	memcpy(m.public_key, keys_sign_public(e->conf.keys), SIGN_PUB_BYTES);
	memcpy(m.link_key, keys_link_public(e->conf.keys), SIGN_PUB_BYTES);
	crypto_box_public(keys_link_box(e->conf.keys), m.box_key);
	if (rc == RC_OK) {
		sbuf_init(&b, e->body, sizeof(e->body));
		rc = hub_enroll_encode(&m, &b, reterr);
		e->n_body = b.len;
	}
	return rc;
}

static enum rc
save_persons(struct enroll *e, const char *persons, struct err *reterr)
{
	size_t cap = persons != NULL ? strlen(persons) + 32 : 0;
	char dir[PATH_BYTES], path[PATH_BYTES];
	char *text;
	struct sbuf b;
	enum rc rc;

	if (persons == NULL) {
		return RC_OK;
	}
	text = malloc(cap);
	rc = path_join(dir, sizeof(dir), e->conf.sync, HISTORY_DIR);
	if (rc == RC_OK) {
		rc = path_join(path, sizeof(path), dir, HISTORY_PERSONS);
	}
	if (rc != RC_OK || text == NULL ||
		(mkdir(dir, 0700) != 0 && errno != EEXIST)) {
		free(text);
		return err_set(reterr, RC_IO, errno, "enroll",
			"%s cannot be made", dir);
	}
	sbuf_init(&b, text, cap);
	sbuf_puts(&b, "{\"sealed\":\"");
	sbuf_puts(&b, persons);
	sbuf_puts(&b, "\"}");
	rc = file_save(path, text, b.len, 0600, reterr);
	free(text);
	return rc;
}

static enum rc
take_link(struct enroll *e, const struct hub_enrolled *m, struct err *reterr)
{
	struct link *l = &e->link;
	enum rc rc;

	if (memcmp(m->hub, l->hub, UUID_BYTES) != 0) {
		return err_set(reterr, RC_PROTO, 0, "enroll",
			"the hub's answer names another hub");
	}
	put(l->keyid, sizeof(l->keyid), m->keyid);
	memcpy(l->tenant, m->tenant, UUID_BYTES);
	memcpy(l->store, m->store, UUID_BYTES);
	memcpy(l->reg, m->reg, UUID_BYTES);
	put(l->tenant_name, sizeof(l->tenant_name), m->tenant_name);
	put(l->store_name, sizeof(l->store_name), m->store_name);
	put(l->kind, sizeof(l->kind), m->kind);
	put(l->nonce, sizeof(l->nonce), m->nonce);
	memcpy(l->link_key, keys_link_public(e->conf.keys), SIGN_PUB_BYTES);
	rc = save_persons(e, m->persons, reterr);
	return rc == RC_OK ? link_write(e->conf.sync, l, reterr) : rc;
}

static void
refused(struct enroll *e, const struct session_reply *r)
{
	const struct hub_answer *a = r->answer;

	if (r->status == 429 || r->status >= 500 || a == NULL) {
		again(e, "the hub is busy: try again in a minute");
		return;
	}
	finish(e, RC_DENIED, hub_problem_word(a->problem),
		a->detail != NULL && a->detail[0] != '\0'
			? a->detail
			: "the hub does not let this register in: ask who "
			  "runs it");
}

static void
on_enrolled(void *arg, const struct session_reply *r)
{
	struct enroll *e = arg;
	struct hub_enrolled m;
	struct err err = {0};
	struct arena a;
	void *memory;
	enum rc rc;

	if (http_of_certificate(r->curl)) {
		not_trusted(e, r->why);
		return;
	}
	if (r->end != SESSION_ANSWERED) {
		again(e, r->why);
		return;
	}
	if (r->status >= 400) {
		refused(e, r);
		return;
	}
	memory = malloc(4 * r->n_body + ARENA_BYTES);
	if (memory == NULL || r->body == NULL) {
		free(memory);
		again(e, "the hub's answer cannot be read");
		return;
	}
	arena_init(&a, memory, 4 * r->n_body + ARENA_BYTES);
	rc = hub_enrolled_decode(r->body, r->n_body, &a, &m, &err);
	if (rc == RC_OK) {
		rc = take_link(e, &m, &err);
	}
	if (rc == RC_OK) {
		finish(e, RC_OK, "", "");
	} else {
		finish(e, rc, "link", err.msg);
	}
	free(memory);
}

static enum rc
ask_enroll(struct enroll *e, struct err *reterr)
{
	struct session_question q = {
		.method = "POST",
		.path = "/v1/enroll",
		.type = "application/json",
		.body = e->body,
		.max_bytes = ANSWER_BYTES,
		.plain = true,
	};
	struct session_conf conf = {.keyid = "new"};
	enum rc rc = make_body(e, reterr);

	if (rc == RC_OK && e->session == NULL) {
		put(conf.url, sizeof(conf.url), e->link.url);
		put(conf.tls, sizeof(conf.tls), e->link.tls);
		memcpy(conf.hub, e->link.hub, UUID_BYTES);
		memcpy(conf.hub_key, e->link.hub_key, SIGN_PUB_BYTES);
		conf.link_secret = keys_link_secret(e->conf.keys);
		rc = session_open(
			e->conf.http, &conf, e->conf.rng, &e->session, reterr);
	}
	q.n_body = e->n_body;
	return rc == RC_OK ? session_ask(e->session, &q, on_enrolled, e, reterr)
			   : rc;
}

static void
next(struct enroll *e)
{
	struct err err = {0};
	enum rc rc = e->known ? ask_enroll(e, &err) : ask_identity(e, &err);

	if (rc != RC_OK) {
		finish(e, rc, "link", err.msg);
	}
}

enum rc
enroll_start(const struct enroll_conf *conf, enroll_fn fn, void *arg,
	struct enroll **ret, struct err *reterr)
{
	struct enroll *e = calloc(1, sizeof(*e));
	enum rc rc;

	if (e == NULL) {
		return err_set(
			reterr, RC_NOMEM, 0, "enroll", "no memory to enroll");
	}
	e->conf = *conf;
	e->join = *conf->join;
	e->fn = fn;
	e->arg = arg;
	e->clock = clock_system();
	rc = code_parse(e->join.code, strlen(e->join.code), &e->code, reterr);
	if (rc == RC_OK && !link_url_ok(e->join.url)) {
		rc = err_set(reterr, RC_INVAL, 0, "enroll",
			"the hub's address must be https: and nothing behind "
			"the host (http: only within the shop)");
	}
	if (rc == RC_OK) {
		rc = ask_identity(e, reterr);
	}
	if (rc != RC_OK) {
		enroll_stop(e);
		return rc;
	}
	*ret = e;
	return RC_OK;
}

void
enroll_stop(struct enroll *e)
{
	if (e == NULL) {
		return;
	}
	(void)!loop_timer(
		e->conf.loop, e->conf.timer, (struct mono){-1}, on_timer, e);
	if (e->call != NULL) {
		http_cancel(e->call);
	}
	session_close(e->session);
	crypto_wipe(e, sizeof(*e));
	free(e);
}
