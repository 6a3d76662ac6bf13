/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/i18n.h"
#include "base/parse.h"
#include "base/sbuf.h"
#include "wire/batch.h"
#include "wire/http_sig.h"

#include "base/poison.h"

#define SECOND_US INT64_C(1000000)
#define SIG_TEXT_BYTES 256
#define INPUT_TEXT_BYTES 512
#define TEXT_BYTES 512
#define ARENA_BYTES (4 * SESSION_ANSWER_BYTES)
/* A shorter content is not worth a frame. */
#define DEFLATE_FROM ((size_t)256)

/* One question under way; free when fn is NULL. */
struct ask {
	struct session *s;
	session_fn fn;
	void *arg;
	struct http_call *call;
	struct session_question q; /* its texts are the copies below */
	char method[8], path[TEXT_BYTES], query[TEXT_BYTES], type[64];
	char backlog[64], etag[96];
	char *small; /* the body as zstd, NULL it goes as it is */
	size_t n_small;
	char signature[SIG_TEXT_BYTES]; /* what the answer must name */
	bool again; /* asked a second time, by the hub's clock */
};

struct session {
	struct http *http;
	struct session_conf conf;
	struct rng rng;
	struct clock clock;
	int64_t offset_us;
	struct session_count count;
	struct ask ask[SESSION_ASKS];
	uint8_t *memory; /* of the arena answers are read into */
};

/* --- asking --------------------------------------------------------------- */

static bool
keep(char *out, size_t cap, const char *text, const char **at)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text != NULL ? text : "");
	*at = text != NULL ? out : NULL;
	return sbuf_ok(&b);
}

static bool
keep_all(struct ask *a, const struct session_question *q)
{
	a->q = *q;
	return keep(a->method, sizeof(a->method), q->method, &a->q.method) &&
	       keep(a->path, sizeof(a->path), q->path, &a->q.path) &&
	       keep(a->query, sizeof(a->query), q->query, &a->q.query) &&
	       keep(a->type, sizeof(a->type), q->type, &a->q.type) &&
	       keep(a->backlog, sizeof(a->backlog), q->backlog,
		       &a->q.backlog) &&
	       keep(a->etag, sizeof(a->etag), q->etag, &a->q.etag);
}

static enum rc
make_small(struct ask *a, struct err *reterr)
{
	struct sbuf b;
	size_t cap;
	enum rc rc;

	if (!a->q.deflate || a->q.n_body < DEFLATE_FROM) {
		return RC_OK;
	}
	cap = batch_deflate_bound(a->q.n_body) + 1;
	a->small = malloc(cap);
	if (a->small == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "session",
			"no memory for a request");
	}
	sbuf_init(&b, a->small, cap);
	rc = batch_deflate(a->q.body, a->q.n_body, &b, reterr);
	a->n_small = b.len;
	if (rc != RC_OK || b.len >= a->q.n_body) {
		free(a->small);
		a->small = NULL;
	}
	return rc;
}

static void
ask_free(struct ask *a)
{
	free(a->small);
	*a = (struct ask){.s = a->s};
}

static void on_answer(void *arg, const struct http_answer *h);

/* What is said of the request and signed. */
static void
describe(const struct ask *a, const char *digest, struct http_message *m)
{
	*m = (struct http_message){
		.method = a->q.method,
		.path = a->q.path,
		.query = a->q.query,
		.backlog = a->q.backlog,
	};
	if (a->q.body != NULL) {
		m->digest = digest;
		m->type = a->q.type;
		m->encoding = a->small != NULL ? "zstd" : NULL;
	}
}

static void
add(struct http_header h[], size_t *n, const char *name, const char *value)
{
	if (value != NULL) {
		h[(*n)++] = (struct http_header){name, value};
	}
}

/* The hub's time, as far as it is known. */
static struct utc
hub_now(const struct session *s)
{
	struct utc t = clock_read(&s->clock).utc;

	t.us += s->offset_us;
	return t;
}

static enum rc
send_it(struct ask *a, struct err *reterr)
{
	struct session *s = a->s;
	char url[HTTP_URL_BYTES], digest[HTTP_DIGEST_BYTES];
	char input[INPUT_TEXT_BYTES];
	struct http_header header[12];
	struct http_request req = {.method = a->q.method};
	struct http_sig_params params = {.keyid = s->conf.keyid};
	struct http_message m;
	struct sbuf b, sig, in;
	size_t n = 0;
	enum rc rc;

	req.body = a->small != NULL ? a->small : a->q.body;
	req.n_body = a->small != NULL ? a->n_small : a->q.n_body;
	if (req.body != NULL) {
		http_digest(req.body, req.n_body, digest);
	}
	describe(a, digest, &m);
	params.created = hub_now(s).us / SECOND_US;
	rng_fill(&s->rng, params.nonce, sizeof(params.nonce));
	sbuf_init(&in, input, sizeof(input));
	sbuf_init(&sig, a->signature, sizeof(a->signature));
	rc = http_sign(&m, &params, s->conf.link_secret, &in, &sig, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	sbuf_init(&b, url, sizeof(url));
	sbuf_puts(&b, s->conf.url);
	sbuf_puts(&b, a->q.path);
	if (a->q.query != NULL && a->q.query[0] != '\0') {
		sbuf_putc(&b, '?');
		sbuf_puts(&b, a->q.query);
	}
	add(header, &n, "content-digest", m.digest);
	add(header, &n, "content-type", m.type);
	add(header, &n, "content-encoding", m.encoding);
	add(header, &n, "holdfast-backlog", m.backlog);
	add(header, &n, "if-none-match", a->q.etag);
	add(header, &n, "accept-encoding", "zstd");
	add(header, &n, "user-agent", "holdfast-syncd/" PACKAGE_VERSION);
	add(header, &n, "signature-input", input);
	add(header, &n, "signature", a->signature);
	req.url = sbuf_ok(&b) ? url : "";
	req.tls = s->conf.tls[0] != '\0' ? s->conf.tls : NULL;
	req.header = header;
	req.n_header = n;
	req.max_bytes = a->q.max_bytes;
	req.wait_s = a->q.wait_s;
	return http_send(s->http, &req, on_answer, a, &a->call, reterr);
}

enum rc
session_ask(struct session *s, const struct session_question *q, session_fn fn,
	void *arg, struct err *reterr)
{
	struct ask *a = NULL;
	enum rc rc;

	for (size_t i = 0; a == NULL && i < SESSION_ASKS; i++) {
		a = s->ask[i].fn == NULL ? &s->ask[i] : NULL;
	}
	if (a == NULL) {
		return err_set(reterr, RC_BUSY, 0, "session",
			"too many questions are under way: wait for one");
	}
	a->fn = fn;
	a->arg = arg;
	rc = keep_all(a, q) ? make_small(a, reterr)
			    : err_set(reterr, RC_RANGE, 0, "session",
				      "a request is too long");
	if (rc == RC_OK) {
		rc = send_it(a, reterr);
	}
	if (rc != RC_OK) {
		ask_free(a);
	}
	return rc;
}

/* --- whose answer --------------------------------------------------------- */

static void
say(struct session_reply *r, enum session_end end, const char *why)
{
	struct sbuf b;

	r->end = end;
	sbuf_init(&b, r->why, sizeof(r->why));
	sbuf_puts(&b, why);
}

/* The hub's, of this question, whole; else in words what it is. */
static const char *
not_ours(const struct ask *a, const struct http_answer *h)
{
	const char *input = http_header(h, "signature-input");
	const char *sig = http_header(h, "signature");
	char hub[UUID_TEXT_BYTES];
	struct http_sig_claim claim;
	struct http_message m = {
		.status = h->status,
		.digest = http_header(h, "content-digest"),
		.encoding = http_header(h, "content-encoding"),
		.request_signature = a->signature,
	};

	if (input == NULL || sig == NULL) {
		return N_(
			"something that is not the hub answers: the answer is "
			"not signed");
	}
	m.type = m.digest != NULL ? http_header(h, "content-type") : NULL;
	if (h->n_body > 0 && m.digest == NULL) {
		return N_("an answer has content that the hub did not sign");
	}
	uuid_format(a->s->conf.hub, hub);
	if (http_sig_read(&m, input, &claim, NULL) != RC_OK ||
		strcmp(claim.keyid, hub) != 0) {
		return N_(
			"an answer is signed, but not by the hub this register "
			"was enrolled at");
	}
	if (http_sig_verify(&m, input, sig, a->s->conf.hub_key, NULL) !=
		RC_OK) {
		return N_("an answer's signature is not the hub's: it was "
			  "changed on the way, or is of another question");
	}
	if (m.digest != NULL && !http_digest_is(m.digest, h->body, h->n_body)) {
		return N_(
			"an answer is not what the hub signed: it was changed "
			"on the way");
	}
	return NULL;
}

/* The content, inflated, in memory of its own. */
static const char *
open_body(const struct ask *a, const struct http_answer *h, char **ret,
	size_t *ret_n)
{
	const char *encoding = http_header(h, "content-encoding");
	bool zstd = encoding != NULL && strcmp(encoding, "zstd") == 0;
	size_t cap = (zstd ? a->q.max_bytes : h->n_body) + 1;
	struct sbuf b;

	*ret = NULL;
	*ret_n = 0;
	if (h->n_body == 0) {
		return NULL;
	}
	if (!zstd && encoding != NULL && strcmp(encoding, "identity") != 0) {
		return N_(
			"an answer is packed in a way that was not asked for");
	}
	*ret = malloc(cap);
	if (*ret == NULL) {
		return "no memory for an answer";
	}
	if (!zstd) {
		memcpy(*ret, h->body, h->n_body);
		(*ret)[h->n_body] = '\0';
		*ret_n = h->n_body;
		return NULL;
	}
	sbuf_init(&b, *ret, cap);
	if (batch_inflate(h->body, h->n_body, a->q.max_bytes, &b, NULL) !=
		RC_OK) {
		return N_("an answer cannot be unpacked, or is too large");
	}
	*ret_n = b.len;
	return NULL;
}

static int64_t
retry_of(const struct http_answer *h)
{
	const char *text = http_header(h, "retry-after");
	int64_t v = 0;

	/* a date would need two clocks that agree */
	if (text == NULL ||
		parse_i64(text, strlen(text), 0, INT32_MAX, &v) != RC_OK) {
		return -1;
	}
	return v > SESSION_RETRY_MAX_S ? SESSION_RETRY_MAX_S : v;
}

static void
measure(struct session *s, const struct hub_answer *m, int64_t rtt_ms)
{
	int64_t now = clock_read(&s->clock).utc.us;

	s->offset_us = m->time.us - (now - rtt_ms * SECOND_US / 2000);
}

/* An answer by the hub: its members, where it has some. */
static void
read_answer(struct ask *a, const struct http_answer *h, struct session_reply *r,
	struct hub_answer *m)
{
	struct session *s = a->s;
	struct arena arena;
	struct err e = {0};

	if (r->body == NULL || r->n_body > SESSION_ANSWER_BYTES ||
		(a->q.plain && r->status < 400)) {
		return;
	}
	arena_init(&arena, s->memory, ARENA_BYTES);
	if (hub_answer_decode(r->body, r->n_body, &arena, m, &e) != RC_OK) {
		say(r, SESSION_NOT_OURS, "an answer of the hub cannot be read");
		return;
	}
	if (memcmp(m->hub, s->conf.hub, UUID_BYTES) != 0) {
		say(r, SESSION_NOT_OURS, "an answer names another hub");
		return;
	}
	measure(s, m, h->rtt_ms);
	r->answer = m;
}

static void
judge(struct ask *a, const struct http_answer *h, struct session_reply *r,
	struct hub_answer *m, char **ret_body)
{
	const char *wrong;

	r->status = h->status;
	r->curl = h->code;
	r->retry_s = h->end == HTTP_ANSWERED ? retry_of(h) : -1;
	r->rtt_ms = h->rtt_ms;
	switch (h->end) {
	case HTTP_ANSWERED:
		break;
	case HTTP_NOT_SENT:
		say(r, SESSION_NOT_SENT, h->why);
		return;
	case HTTP_UNKNOWN:
		say(r, SESSION_UNKNOWN, h->why);
		return;
	case HTTP_TOO_LARGE:
		say(r, SESSION_NOT_OURS, N_("an answer is too large"));
		return;
	case HTTP_NOT_TRUSTED:
		say(r, SESSION_NOT_OURS, h->why);
		return;
	}
	wrong = not_ours(a, h);
	if (wrong == NULL) {
		size_t n;

		wrong = open_body(a, h, ret_body, &n);
		r->body = *ret_body;
		r->n_body = n;
	}
	if (wrong != NULL) {
		r->body = NULL;
		r->n_body = 0;
		say(r, SESSION_NOT_OURS, wrong);
		return;
	}
	say(r, SESSION_ANSWERED, "");
	r->etag = http_header(h, "etag");
	read_answer(a, h, r, m);
}

static bool
is_clock(const struct session_reply *r)
{
	return r->end == SESSION_ANSWERED && r->answer != NULL &&
	       r->answer->problem == PROBLEM_CLOCK;
}

static void
on_answer(void *arg, const struct http_answer *h)
{
	struct ask *a = arg;
	struct ask done;
	struct session_reply r = {0};
	struct hub_answer m = {0};
	char *body = NULL;

	a->call = NULL;
	a->s->count.out += h->bytes_out;
	a->s->count.in += h->bytes_in;
	judge(a, h, &r, &m, &body);
	if (is_clock(&r) && !a->again) {
		a->again = true;
		if (send_it(a, NULL) == RC_OK) {
			free(body);
			return;
		}
	}
	/* the slot is free before the caller, who may ask again */
	done = *a;
	a->small = NULL;
	ask_free(a);
	done.fn(done.arg, &r);
	free(done.small);
	free(body);
}

/* --- life ----------------------------------------------------------------- */

enum rc
session_open(struct http *h, const struct session_conf *conf,
	const struct rng *rng, struct session **ret, struct err *reterr)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s != NULL) {
		s->memory = malloc(ARENA_BYTES);
	}
	if (s == NULL || s->memory == NULL) {
		free(s);
		return err_set(reterr, RC_NOMEM, 0, "session",
			"no memory for the link to the hub");
	}
	s->http = h;
	s->conf = *conf;
	s->rng = *rng;
	s->clock = clock_system();
	for (size_t i = 0; i < SESSION_ASKS; i++) {
		s->ask[i].s = s;
	}
	*ret = s;
	return RC_OK;
}

void
session_close(struct session *s)
{
	if (s == NULL) {
		return;
	}
	for (size_t i = 0; i < SESSION_ASKS; i++) {
		http_cancel(s->ask[i].call);
		ask_free(&s->ask[i]);
	}
	free(s->memory);
	free(s);
}

int64_t
session_offset_us(const struct session *s)
{
	return s->offset_us;
}

void
session_set_offset(struct session *s, int64_t us)
{
	s->offset_us = us;
}

struct session_count
session_count(const struct session *s)
{
	return s->count;
}
