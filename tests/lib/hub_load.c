/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many registers at one hub: each has its own log of sales, chained and, where
 * a batch ends, signed, and pushes it as holdfast-syncd does.  Only the last
 * line of a batch has a signature that holds, because the hub looks at no
 * other: making them all would measure this program.
 *
 * Lines are not kept, only their hashes: a line is made again from its number,
 * so that a hub which lost some can be sent them anew.
 *
 * usage: hub_load --address unix:PATH|HOST:PORT --registers FILE --events N
 *                 --batch N --connections N [--hub-key HEX] [--faults PERMILLE]
 *                 [--overlap PERMILLE] [--plain] [--seed N] [--out FILE]
 *                 [--patience SECONDS] [--pause MS] [--ready] [--hold]
 *
 *        hub_load --make N --keyid TPART.SPART.TENANT --store UUID [--seed N]
 *
 * --make prints such a FILE.  It has a line a register: KEYID REGISTER SOURCE
 * LINK-SEED LINE-SEED LINK-PUBLIC LINE-PUBLIC, keys in hex.
 * --faults cuts connections, before, within and behind a request, and leaves
 * before the answer; --overlap sends again what is there.  --out gets a line a
 * register: REGISTER SEQUENCE HASH, what the hub acknowledged.  --hold opens
 * the connections, asks once on each, and waits for a line on standard input.
 * --pause waits behind each batch that went well.  --ready makes all batches
 * before the clock runs.  Prints one JSON object.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/parse.h"
#include "base/sbuf.h"
#include "hub_load_till.h"
#include "wire/batch.h"
#include "wire/event.h"
#include "wire/http_sig.h"
#include "wire/hub_msg.h"

#define LATENCIES 200000
#define ANSWER_BYTES 65536

struct opts {
	const char *address, *registers, *out, *keyid, *store;
	uint64_t events, batch, seed, make;
	unsigned connections, faults, overlap, patience, pause;
	bool plain, hold, ready, has_key;
	uint8_t hub_key[SIGN_PUB_BYTES];
};

enum outcome {
	DONE,
	KNOWN, /* overlap: it had some or all of it */
	GAP,
	BUSY,
	REFUSED,
	CUT,  /* by this program */
	LOST, /* by the other side, or silence */
	FORGED,
	OUTCOMES
};

static const char *const outcome_name[OUTCOMES] = {
	"done", "known", "gap", "busy", "refused", "cut", "lost", "forged"};

struct runner {
	pthread_t thread;
	struct opts *o;
	struct till *till;
	unsigned n_till, first;
	int fd;
	uint64_t rng;
	uint64_t count[OUTCOMES], sent_events, sent_bytes, rolled_back;
	uint32_t *latency; /* microseconds */
	size_t n_latency;
	char *body, *packed, *request, *answer, *arena;
	size_t body_cap;
	char last_problem[400];
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- batches */

/* The body of lines first..last. */
static size_t
make_body(struct runner *r, struct till *t, uint64_t first, uint64_t last)
{
	size_t at = 2;

	memcpy(r->body, "[\n", 2);
	for (uint64_t n = first; n <= last; n++) {
		/* the same line each time, whatever batch it goes in */
		bool sign = n % r->o->batch == 0 || n == r->o->events;
		size_t len = till_line(t, n, sign, r->body + at);

		if (n > t->made) {
			sha256(t->hash[n], r->body + at, len);
			t->made = n;
		}
		at += len;
		memcpy(r->body + at, n < last ? ",\n" : "\n]", 2);
		at += 2;
	}
	return at;
}

/* --- the wire --------------------------------------------------------------- */

static int
connect_to(const char *address)
{
	int fd;

	if (strncmp(address, "unix:", 5) == 0) {
		struct sockaddr_un u = {.sun_family = AF_UNIX};

		snprintf(u.sun_path, sizeof(u.sun_path), "%s", address + 5);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, (void *)&u, sizeof(u)) != 0) {
			close(fd);
			fd = -1;
		}
	} else {
		struct sockaddr_in in = {.sin_family = AF_INET};
		char host[64];
		const char *colon = strrchr(address, ':');
		int one = 1;

		snprintf(host, sizeof(host), "%.*s", (int)(colon - address),
			address);
		inet_pton(AF_INET, host, &in.sin_addr);
		in.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, (void *)&in, sizeof(in)) != 0) {
			close(fd);
			fd = -1;
		}
		if (fd >= 0) {
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
				sizeof(one));
		}
	}
	return fd;
}

static void
hang_up(struct runner *r)
{
	if (r->fd >= 0) {
		close(r->fd);
		r->fd = -1;
	}
}

static bool
send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0) {
			return false;
		}
		p += k;
		n -= (size_t)k;
	}
	return true;
}

struct answer {
	int status;
	char digest[96], type[64], input[512], sig[160];
	unsigned retry_s;
	bool close;
	const char *body;
	size_t n_body;
};

static bool
header_is(const char *line, const char *name, char *out, size_t cap)
{
	size_t n = strlen(name);

	if (strncasecmp(line, name, n) != 0 || line[n] != ':') {
		return false;
	}
	line += n + 1;
	while (*line == ' ') {
		line++;
	}
	n = strcspn(line, "\r\n");
	if (n < cap) {
		memcpy(out, line, n);
		out[n] = '\0';
	}
	return true;
}

/* One whole answer; false: the connection is of no more use. */
static bool
read_answer(struct runner *r, unsigned wait_ms, struct answer *a)
{
	size_t n = 0, head = 0, length = 0;
	char text[64];

	memset(a, 0, sizeof(*a));
	for (;;) {
		struct pollfd p = {.fd = r->fd, .events = POLLIN};
		ssize_t k;

		if (n + 1 >= ANSWER_BYTES || poll(&p, 1, (int)wait_ms) <= 0) {
			return false;
		}
		k = recv(r->fd, r->answer + n, ANSWER_BYTES - 1 - n, 0);
		if (k <= 0) {
			return false;
		}
		n += (size_t)k;
		r->answer[n] = '\0';
		if (head == 0) {
			char *end = strstr(r->answer, "\r\n\r\n");

			if (end == NULL) {
				continue;
			}
			head = (size_t)(end - r->answer) + 4;
			a->status = atoi(r->answer + 9);
			for (char *l = strstr(r->answer, "\r\n");
				l != NULL && l < end; l = strstr(l, "\r\n")) {
				l += 2;
				if (header_is(l, "Content-Length", text,
					    sizeof(text))) {
					length = strtoul(text, NULL, 10);
				} else if (header_is(l, "Retry-After", text,
						   sizeof(text))) {
					a->retry_s = (unsigned)strtoul(
						text, NULL, 10);
				} else if (header_is(l, "Connection", text,
						   sizeof(text))) {
					a->close =
						strcasecmp(text, "close") == 0;
				}
				header_is(l, "Content-Digest", a->digest,
					sizeof(a->digest));
				header_is(l, "Content-Type", a->type,
					sizeof(a->type));
				header_is(l, "Signature-Input", a->input,
					sizeof(a->input));
				header_is(
					l, "Signature", a->sig, sizeof(a->sig));
			}
		}
		if (head > 0 && n >= head + length) {
			a->body = r->answer + head;
			a->n_body = length;
			return true;
		}
	}
}

/* The request's head into r->request; its signature into sig. */
static size_t
make_request(struct runner *r, const struct till *t, const char *method,
	const char *what, const char *body, size_t n_body, bool packed,
	char *sig, size_t sig_cap)
{
	char path[128], digest[HTTP_DIGEST_BYTES], input[768];
	struct sbuf in, out;
	struct err e;
	struct http_message m = {.method = method, .path = path};
	struct http_sig_params p = {
		.created = (int64_t)time(NULL), .keyid = t->keyid};
	int n;

	for (size_t i = 0; i < sizeof(p.nonce); i++) {
		p.nonce[i] = (uint8_t)next_random(&r->rng);
	}
	snprintf(path, sizeof(path), "/v1/registers/%s/%s", t->reg, what);
	if (body != NULL) {
		http_digest(body, n_body, digest);
		m.digest = digest;
		m.type = BATCH_TYPE;
		m.encoding = packed ? "zstd" : NULL;
	}
	sbuf_init(&in, input, sizeof(input));
	sbuf_init(&out, sig, sig_cap);
	if (http_sign(&m, &p, t->link, &in, &out, &e) != RC_OK) {
		fprintf(stderr, "hub_load: %s\n", e.msg);
		exit(2);
	}
	n = snprintf(r->request, 4096,
		"%s %s HTTP/1.1\r\nHost: hub\r\nSignature-Input: %s\r\n"
		"Signature: %s\r\n",
		method, path, input, sig);
	if (body != NULL) {
		n += snprintf(r->request + n, 4096 - (size_t)n,
			"Content-Type: %s\r\nContent-Digest: %s\r\n%s"
			"Content-Length: %zu\r\n",
			m.type, digest,
			packed ? "Content-Encoding: zstd\r\n" : "", n_body);
	}
	n += snprintf(r->request + n, 4096 - (size_t)n, "\r\n");
	return (size_t)n;
}

static bool
answer_is_hubs(struct runner *r, const struct answer *a, const char *sig)
{
	struct http_message m = {.status = a->status,
		.digest = a->digest,
		.type = a->type,
		.request_signature = sig};
	struct err e;

	if (!r->o->has_key) {
		return true;
	}
	if (!http_digest_is(a->digest, a->body, a->n_body) ||
		http_sig_verify(&m, a->input, a->sig, r->o->hub_key, &e) !=
			RC_OK) {
		snprintf(r->last_problem, sizeof(r->last_problem),
			"unsigned answer %d: %s", a->status, e.msg);
		return false;
	}
	return true;
}

/* --- pushing ---------------------------------------------------------------- */

/* What an answer says of the head is taken over when it is on our own log; a
 * hub that lost some is sent it again. */
static void
take_head(struct runner *r, struct till *t, const struct hub_answer *h)
{
	uint64_t n = h->head.sequence;

	if (!h->has_head || n > t->made ||
		(n > 0 && memcmp(h->head.hash, t->hash[n], HASH_BYTES) != 0)) {
		return;
	}
	if (n < t->acked) {
		r->rolled_back += t->acked - n;
	}
	t->acked = n;
}

static void
wait_ms(unsigned ms)
{
	struct timespec ts = {ms / 1000, (long)(ms % 1000) * 1000000};

	nanosleep(&ts, NULL);
}

static enum outcome
judge(struct runner *r, struct till *t, const struct answer *a, uint64_t before)
{
	struct hub_answer h;
	struct arena arena;
	struct err e;

	arena_init(&arena, r->arena, 262144);
	if (hub_answer_decode(a->body, a->n_body, &arena, &h, &e) != RC_OK) {
		snprintf(r->last_problem, sizeof(r->last_problem),
			"answer %d: %s", a->status, e.msg);
		return FORGED;
	}
	take_head(r, t, &h);
	if (a->status == 200) {
		return t->acked > before ? DONE : KNOWN;
	}
	snprintf(r->last_problem, sizeof(r->last_problem), "%d %s: %s",
		a->status, hub_problem_word(h.problem),
		h.detail == NULL ? "" : h.detail);
	if (h.problem == PROBLEM_GAP) {
		return GAP;
	}
	if (h.problem == PROBLEM_BUSY || h.problem == PROBLEM_DATABASE) {
		/* who cuts connections is in a hurry, too */
		t->not_before = now_s() + (r->o->faults > 0        ? 0.1
						  : a->retry_s > 0 ? a->retry_s
								   : 0.1);
		return BUSY;
	}
	t->not_before = now_s() + 0.2;
	return REFUSED;
}

/* One request and what came of it.  ${body} NULL: where is the head? */
static enum outcome
ask(struct runner *r, struct till *t, const char *body, size_t n, bool packed)
{
	char sig[256];
	struct answer a;
	uint64_t before = t->acked;
	unsigned cut =
		r->o->faults > 0 && next_random(&r->rng) % 1000 < r->o->faults
			? 1 + (unsigned)(next_random(&r->rng) % 3)
			: 0;
	size_t head;

	if (r->fd < 0 && (r->fd = connect_to(r->o->address)) < 0) {
		wait_ms(20 + (unsigned)(next_random(&r->rng) % 100));
		return LOST;
	}
	head = make_request(r, t, body == NULL ? "GET" : "POST",
		body == NULL ? "head" : "events", body, n, packed, sig,
		sizeof(sig));
	if (cut == 1) { /* within the request */
		size_t k = next_random(&r->rng) % (head + n + 1);

		(void)(send_all(r->fd, r->request, k < head ? k : head) &&
			(k <= head || send_all(r->fd, body, k - head)));
		hang_up(r);
		return CUT;
	}
	if (!send_all(r->fd, r->request, head) ||
		(n > 0 && !send_all(r->fd, body, n))) {
		hang_up(r);
		return LOST;
	}
	if (cut == 2) { /* all of it is there, and nobody waits */
		hang_up(r);
		return CUT;
	}
	if (cut == 3) { /* the answer's first bytes are all that comes */
		struct pollfd p = {.fd = r->fd, .events = POLLIN};
		char few[16];

		if (poll(&p, 1, 20) > 0) {
			(void)!recv(r->fd, few,
				1 + next_random(&r->rng) % sizeof(few), 0);
		}
		hang_up(r);
		return CUT;
	}
	if (!read_answer(r, r->o->faults > 0 ? 3000 : 60000, &a)) {
		hang_up(r);
		return LOST;
	}
	if (a.close) {
		hang_up(r);
	}
	return answer_is_hubs(r, &a, sig) ? judge(r, t, &a, before) : FORGED;
}

/* Lines first..last as they go out; lives until the next. */
static size_t
pack(struct runner *r, struct till *t, uint64_t first, uint64_t last,
	const char **ret)
{
	size_t n = make_body(r, t, first, last);
	struct sbuf out;
	struct err e;

	*ret = r->body;
	if (r->o->plain) {
		return n;
	}
	sbuf_init(&out, r->packed, batch_deflate_bound(r->body_cap));
	if (batch_deflate(r->body, n, &out, &e) != RC_OK) {
		fprintf(stderr, "hub_load: %s\n", e.msg);
		exit(2);
	}
	*ret = r->packed;
	return out.len;
}

static void
make_ready(struct runner *r, struct till *t)
{
	const struct opts *o = r->o;
	size_t n = (size_t)((o->events + o->batch - 1) / o->batch);

	t->batch = need(n * sizeof(*t->batch));
	t->n_batch = need(n * sizeof(*t->n_batch));
	for (size_t i = 0; i < n; i++) {
		uint64_t last = (i + 1) * o->batch;
		const char *p;

		t->n_batch[i] = pack(r, t, i * o->batch + 1,
			last > o->events ? o->events : last, &p);
		t->batch[i] = need(t->n_batch[i]);
		memcpy(t->batch[i], p, t->n_batch[i]);
	}
}

static void
push(struct runner *r, struct till *t)
{
	struct opts *o = r->o;
	uint64_t first = t->acked + 1;
	uint64_t last = (t->acked / o->batch + 1) * o->batch;
	const char *body;
	double begin;
	enum outcome w;
	size_t n;

	if (o->overlap > 0 && t->acked > 0 &&
		next_random(&r->rng) % 1000 < o->overlap) {
		uint64_t back = 1 + next_random(&r->rng) % o->batch;

		first = back < first ? first - back : 1;
	}
	last = last > o->events ? o->events : last;
	if (t->batch != NULL && first == t->acked + 1 &&
		t->acked % o->batch == 0) {
		size_t i = (size_t)(t->acked / o->batch);

		body = t->batch[i];
		n = t->n_batch[i];
	} else {
		n = pack(r, t, first, last, &body);
	}
	begin = now_s();
	w = ask(r, t, body, n, !o->plain);
	r->count[w]++;
	r->sent_events += last - first + 1;
	r->sent_bytes += n;
	if (w == DONE && r->n_latency < LATENCIES) {
		r->latency[r->n_latency++] =
			(uint32_t)((now_s() - begin) * 1e6);
	}
	if (w == DONE && o->pause > 0) {
		wait_ms(o->pause);
	}
	if (w == LOST || w == CUT || w == FORGED) {
		/* what came of it is not known */
		r->count[ask(r, t, NULL, 0, false)]++;
	}
}

static void *
run(void *arg)
{
	struct runner *r = arg;
	double give_up = now_s() + r->o->patience;
	bool open = true;

	while (open && now_s() < give_up) {
		bool waits = true;

		open = false;
		for (unsigned i = r->first; i < r->n_till;
			i += r->o->connections) {
			struct till *t = &r->till[i];

			if (t->acked >= r->o->events) {
				continue;
			}
			open = true;
			if (t->not_before <= now_s()) {
				waits = false;
				push(r, t);
			}
		}
		if (open && waits) {
			wait_ms(10);
		}
	}
	hang_up(r);
	return NULL;
}

static void *
hold(void *arg)
{
	struct runner *r = arg;

	(void)ask(r, &r->till[r->first % r->n_till], NULL, 0, false);
	return NULL;
}

/* --- the whole -------------------------------------------------------------- */

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int
report(const struct opts *o, struct runner *r, const struct till *t,
	unsigned n_till, double seconds)
{
	uint64_t count[OUTCOMES] = {0}, sent = 0, bytes = 0, rolled = 0;
	uint64_t acked = 0;
	uint32_t *all = need(sizeof(*all) * LATENCIES * o->connections);
	size_t n = 0;
	const char *problem = "";

	for (unsigned i = 0; i < o->connections; i++) {
		for (int k = 0; k < OUTCOMES; k++) {
			count[k] += r[i].count[k];
		}
		sent += r[i].sent_events;
		bytes += r[i].sent_bytes;
		rolled += r[i].rolled_back;
		memcpy(all + n, r[i].latency, r[i].n_latency * sizeof(*all));
		n += r[i].n_latency;
		if (r[i].last_problem[0] != '\0') {
			problem = r[i].last_problem;
		}
	}
	for (unsigned i = 0; i < n_till; i++) {
		acked += t[i].acked;
	}
	qsort(all, n, sizeof(*all), by_size);
	printf("{\"registers\":%u,\"acked\":%llu,\"wanted\":%llu,"
	       "\"seconds\":%.3f,\"per_second\":%.0f,\"sent\":%llu,"
	       "\"bytes\":%llu,\"rolled_back\":%llu,\"p50_us\":%u,"
	       "\"p99_us\":%u",
		n_till, (unsigned long long)acked,
		(unsigned long long)(o->events * n_till), seconds,
		(double)acked / seconds, (unsigned long long)sent,
		(unsigned long long)bytes, (unsigned long long)rolled,
		n > 0 ? all[n / 2] : 0, n > 0 ? all[n * 99 / 100] : 0);
	for (int k = 0; k < OUTCOMES; k++) {
		printf(",\"%s\":%llu", outcome_name[k],
			(unsigned long long)count[k]);
	}
	printf(",\"problem\":\"");
	for (const char *p = problem; *p != '\0'; p++) {
		putchar(*p == '"' || *p == '\\' || *p < ' ' ? '\'' : *p);
	}
	printf("\"}\n");
	free(all);
	return acked == o->events * n_till ? 0 : 1;
}

static void
read_args(int argc, char **argv, struct opts *o)
{
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];
		const char *v = i + 1 < argc ? argv[i + 1] : "";

		if (strcmp(a, "--plain") == 0) {
			o->plain = true;
			continue;
		}
		if (strcmp(a, "--ready") == 0) {
			o->ready = true;
			continue;
		}
		if (strcmp(a, "--hold") == 0) {
			o->hold = true;
			continue;
		}
		i++;
		if (strcmp(a, "--address") == 0) {
			o->address = v;
		} else if (strcmp(a, "--registers") == 0) {
			o->registers = v;
		} else if (strcmp(a, "--out") == 0) {
			o->out = v;
		} else if (strcmp(a, "--keyid") == 0) {
			o->keyid = v;
		} else if (strcmp(a, "--store") == 0) {
			o->store = v;
		} else if (strcmp(a, "--make") == 0) {
			o->make = strtoull(v, NULL, 10);
		} else if (strcmp(a, "--events") == 0) {
			o->events = strtoull(v, NULL, 10);
		} else if (strcmp(a, "--batch") == 0) {
			o->batch = strtoull(v, NULL, 10);
		} else if (strcmp(a, "--seed") == 0) {
			o->seed = strtoull(v, NULL, 10);
		} else if (strcmp(a, "--connections") == 0) {
			o->connections = (unsigned)strtoul(v, NULL, 10);
		} else if (strcmp(a, "--faults") == 0) {
			o->faults = (unsigned)strtoul(v, NULL, 10);
		} else if (strcmp(a, "--pause") == 0) {
			o->pause = (unsigned)strtoul(v, NULL, 10);
		} else if (strcmp(a, "--overlap") == 0) {
			o->overlap = (unsigned)strtoul(v, NULL, 10);
		} else if (strcmp(a, "--patience") == 0) {
			o->patience = (unsigned)strtoul(v, NULL, 10);
		} else if (strcmp(a, "--hub-key") == 0) {
			o->has_key = hex_decode(o->hub_key, SIGN_PUB_BYTES, v,
					     strlen(v)) == RC_OK;
		} else {
			fprintf(stderr, "hub_load: what is %s?\n", a);
			exit(2);
		}
	}
	if (o->make > 0 && o->keyid != NULL && o->store != NULL) {
		return;
	}
	if (o->address == NULL || o->registers == NULL || o->batch == 0 ||
		o->batch > BATCH_EVENTS || o->connections == 0) {
		fprintf(stderr, "hub_load: see the head of hub_load.c\n");
		exit(2);
	}
}

int
main(int argc, char **argv)
{
	struct opts o = {.events = 1,
		.batch = 100,
		.connections = 1,
		.patience = 600,
		.seed = 1};
	struct till *till;
	struct runner *r;
	unsigned n_till;
	double begin, seconds;

	if (crypto_init() != RC_OK) {
		return 2;
	}
	read_args(argc, argv, &o);
	if (o.make > 0) {
		tills_make(o.make, o.keyid, o.store, o.seed);
		return 0;
	}
	till = tills_load(o.registers, o.events, o.seed, &n_till);
	if (n_till == 0) {
		fprintf(stderr, "hub_load: %s has no register\n", o.registers);
		return 2;
	}
	r = need(o.connections * sizeof(*r));
	for (unsigned i = 0; i < o.connections; i++) {
		r[i] = (struct runner){.o = &o,
			.till = till,
			.n_till = n_till,
			.first = i,
			.fd = -1,
			.rng = o.seed * 1000 + i};
		r[i].body_cap =
			o.hold ? 64
			       : (size_t)o.batch * 2 * LINE_MAX_BYTES + 4096;
		r[i].body = need(r[i].body_cap + LINE_MAX_BYTES);
		r[i].packed = need(batch_deflate_bound(r[i].body_cap));
		r[i].request = need(4096);
		r[i].answer = need(ANSWER_BYTES);
		r[i].arena = need(262144);
		r[i].latency =
			o.hold ? NULL : need(LATENCIES * sizeof(uint32_t));
		if (o.hold) { /* one after another: it is about how many */
			hold(&r[i]);
			free(r[i].answer);
			free(r[i].arena);
			free(r[i].request);
			continue;
		}
		for (unsigned k = i; o.ready && k < n_till;
			k += o.connections) {
			make_ready(&r[i], &till[k]);
		}
	}
	begin = now_s();
	for (unsigned i = 0; !o.hold && i < o.connections; i++) {
		pthread_attr_t small;

		pthread_attr_init(&small);
		pthread_attr_setstacksize(&small, 262144);
		if (pthread_create(&r[i].thread, &small, run, &r[i]) != 0) {
			perror("hub_load");
			return 2;
		}
	}
	if (o.hold) {
		unsigned open = 0;

		for (unsigned i = 0; i < o.connections; i++) {
			open += r[i].fd >= 0;
		}
		printf("{\"open\":%u,\"problem\":\"%s\"}\n", open,
			r[o.connections - 1].last_problem);
		fflush(stdout);
		(void)getchar();
		return 0;
	}
	for (unsigned i = 0; i < o.connections; i++) {
		pthread_join(r[i].thread, NULL);
	}
	seconds = now_s() - begin;
	if (o.out != NULL) {
		tills_write_heads(o.out, till, n_till);
	}
	return report(&o, r, till, n_till, seconds);
}
