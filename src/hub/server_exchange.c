/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/parse.h"
#include "hub/answer.h"
#include "hub/server_internal.h"

#include "base/poison.h"

#define BODY_FIRST ((size_t)4 << 10)
/* What a client may still send when it was refused, before the line is cut. */
#define DISCARD_MAX ((uint64_t)16 << 20)

static int64_t
mono_us(const struct server *s)
{
	return clock_read(&s->hub->clock).mono.us;
}

/* --- connections ---------------------------------------------------------- */

void
server_connected(void *cls, struct MHD_Connection *c, void **context,
	enum MHD_ConnectionNotificationCode what)
{
	struct server *s = cls;
	struct conn *k = *context;
	const union MHD_ConnectionInfo *info;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(
			c, MHD_CONNECTION_INFO_CONNECTION_FD);
		k = calloc(1, sizeof(*k));
		if (k == NULL || info == NULL) {
			free(k);
			return; /* its requests are refused */
		}
		k->c = c;
		k->fd = info->connect_fd;
		k->since_us = mono_us(s);
		(void)pthread_mutex_lock(&s->lock);
		k->next = s->first;
		if (s->first != NULL) {
			s->first->prev = k;
		}
		s->first = k;
		(void)pthread_mutex_unlock(&s->lock);
		*context = k;
		atomic_fetch_add(&s->hub->metrics.connections, 1);
		return;
	}
	if (k == NULL) {
		return;
	}
	(void)pthread_mutex_lock(&s->lock);
	if (k->prev != NULL) {
		k->prev->next = k->next;
	} else {
		s->first = k->next;
	}
	if (k->next != NULL) {
		k->next->prev = k->prev;
	}
	(void)pthread_mutex_unlock(&s->lock);
	atomic_fetch_sub(&s->hub->metrics.connections, 1);
	free(k);
	*context = NULL;
}

static struct conn *
conn_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

/* --- who is at the other end ---------------------------------------------- */

/* An address as text; whether it is this machine's. */
static bool
name_peer(struct MHD_Connection *c, char out[REQUEST_REMOTE_BYTES])
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	out[0] = '\0';
	if (info == NULL || info->client_addr == NULL) {
		return false;
	}
	if (info->client_addr->sa_family == AF_INET) {
		memcpy(&v4, info->client_addr, sizeof(v4));
		(void)inet_ntop(
			AF_INET, &v4.sin_addr, out, REQUEST_REMOTE_BYTES);
		return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
	}
	if (info->client_addr->sa_family == AF_INET6) {
		memcpy(&v6, info->client_addr, sizeof(v6));
		(void)inet_ntop(
			AF_INET6, &v6.sin6_addr, out, REQUEST_REMOTE_BYTES);
		return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
	}
	memcpy(out, "unix", 5);
	return true;
}

static const char *
header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* A proxy adds whom it speaks for at the end; what stands before that is what
 * somebody told the proxy. */
static void
name_remote(struct MHD_Connection *c, struct request *q)
{
	bool near = name_peer(c, q->remote);
	const char *via = header(c, "X-Forwarded-For"), *last;
	size_t n;

	q->local = near && via == NULL && header(c, "Forwarded") == NULL;
	if (!near || via == NULL) {
		return;
	}
	last = strrchr(via, ',');
	last = last != NULL ? last + 1 : via;
	last += strspn(last, " ");
	n = strspn(last, "0123456789abcdefABCDEF.:");
	if (n > 0 && n < sizeof(q->remote) && last[n] == '\0') {
		memcpy(q->remote, last, n + 1);
	}
}

/* --- one request ---------------------------------------------------------- */

/* The request line as it was sent: what was signed is this. */
void *
server_begun(void *cls, const char *uri, struct MHD_Connection *c)
{
	struct server *s = cls;
	struct exchange *x = calloc(1, sizeof(*x));
	const char *ask = strchr(uri, '?');
	size_t n = ask != NULL ? (size_t)(ask - uri) : strlen(uri);
	size_t m = ask != NULL ? strlen(ask + 1) : 0;

	if (x == NULL) {
		return NULL;
	}
	x->s = s;
	x->conn = conn_of(c);
	x->first_us = mono_us(s);
	answer_init(&x->a);
	x->q.hub = s->hub;
	x->q.path = x->path;
	x->q.query = x->query;
	if (n < sizeof(x->path) && m < sizeof(x->query)) {
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
		memcpy(x->path, uri, n);
		memcpy(x->query, ask != NULL ? ask + 1 : "", m);
	} else {
		x->refused = true;
		(void)answer_problem(&x->a, PROBLEM_NOT_FOUND,
			"the request line is longer than any this hub knows");
	}
	if (x->conn != NULL) {
		(void)pthread_mutex_lock(&s->lock);
		x->conn->x = x;
		(void)pthread_mutex_unlock(&s->lock);
	}
	atomic_fetch_add(&s->busy, 1);
	return x;
}

void
server_completed(void *cls, struct MHD_Connection *c, void **req,
	enum MHD_RequestTerminationCode why)
{
	struct server *s = cls;
	struct exchange *x = *req;

	(void)c;
	(void)why;
	if (x == NULL) {
		return;
	}
	if (x->conn != NULL) {
		int64_t now = mono_us(s);

		(void)pthread_mutex_lock(&s->lock);
		x->conn->x = NULL;
		x->conn->since_us = now;
		(void)pthread_mutex_unlock(&s->lock);
	}
	atomic_fetch_sub(&s->bodies, x->budget);
	atomic_fetch_sub(&s->busy, 1);
	answer_done(&x->a);
	free(x->body);
	free(x);
	*req = NULL;
}

static void
refuse(struct exchange *x, enum hub_problem problem, const char *why)
{
	if (!x->refused) {
		x->refused = true;
		(void)answer_problem(&x->a, problem, "%s", why);
	}
	free(x->body);
	x->body = NULL;
	x->n = x->cap = 0;
	atomic_fetch_sub(&x->s->bodies, x->budget);
	x->budget = 0;
}

/* Room for n bytes more, of the route's limit and of all bodies together. */
static void
make_room(struct exchange *x, size_t n)
{
	size_t cap = x->cap > 0 ? x->cap : BODY_FIRST, more;
	char *p;

	if (n > x->route->body_max || x->n > x->route->body_max - n) {
		refuse(x, PROBLEM_TOO_LARGE,
			"the content is longer than this hub takes here; send "
			"less at once");
		return;
	}
	while (cap < x->n + n) {
		cap *= 2;
	}
	if (cap == x->cap) {
		return;
	}
	more = cap - x->cap;
	if (atomic_fetch_add(&x->s->bodies, more) + more > SERVER_BODIES) {
		atomic_fetch_sub(&x->s->bodies, more);
		x->a.retry_after_s = 1;
		refuse(x, PROBLEM_BUSY,
			"too much is being sent at once; try again");
		return;
	}
	x->budget += more;
	p = realloc(x->body, cap);
	if (p == NULL) {
		refuse(x, PROBLEM_BUSY, "no memory for this; try again");
		return;
	}
	x->body = p;
	x->cap = cap;
}

static void
take(struct exchange *x, const char *p, size_t n)
{
	x->sent += n;
	atomic_fetch_add(&x->s->hub->metrics.bytes_in, n);
	if (!x->refused) {
		make_room(x, n);
	}
	if (!x->refused && x->body != NULL) {
		memcpy(x->body + x->n, p, n);
		x->n += n;
	}
}

static enum MHD_Result
count_length(
	void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	int *n = arg;

	(void)kind;
	(void)value;
	*n += strcasecmp(name, "Content-Length") == 0 ? 1 : 0;
	return MHD_YES;
}

/* Where it ends is said once, or a proxy may have read another end (RFC 9112,
 * section 6.3): the next request would be one that nobody sent. */
static bool
is_framed(struct MHD_Connection *c, const char *length)
{
	int n = 0;

	if (length == NULL) {
		return true;
	}
	(void)MHD_get_connection_values(c, MHD_HEADER_KIND, count_length, &n);
	return n == 1 && header(c, "Transfer-Encoding") == NULL;
}

static void
begin(struct exchange *x, struct MHD_Connection *c, const char *method)
{
	struct request *q = &x->q;
	const char *length = header(c, "Content-Length");
	int64_t n = 0;
	enum rc rc = RC_NOTFOUND;

	q->began_us = mono_us(x->s);
	q->method = method;
	q->type = header(c, "Content-Type");
	q->encoding = header(c, "Content-Encoding");
	q->digest = header(c, "Content-Digest");
	q->sig_input = header(c, "Signature-Input");
	q->sig = header(c, "Signature");
	q->backlog = header(c, "Holdfast-Backlog");
	q->if_none_match = header(c, "If-None-Match");
	name_remote(c, q);
	if (!is_framed(c, length)) {
		refuse(x, PROBLEM_MALFORMED,
			"the request says its length twice");
		x->a.discarded = true;
		return;
	}
	if (!x->refused) {
		rc = route_find(method, q->path, q, &x->route);
	}
	if (rc == RC_OK && x->s->metrics) {
		q->local = true;
		rc = x->route->who == ROUTE_LOCAL ||
				     x->route->who == ROUTE_ANYBODY
			     ? RC_OK
			     : RC_NOTFOUND;
	}
	if (rc != RC_OK) {
		refuse(x, PROBLEM_NOT_FOUND,
			rc == RC_DENIED ? "this cannot be asked with this "
					  "method"
					: "there is nothing of this name");
		x->a.status = rc == RC_DENIED ? 405 : 404;
		return;
	}
	if (length != NULL &&
		(parse_i64(length, strlen(length), 0, INT64_MAX, &n) != RC_OK ||
			(uint64_t)n > x->route->body_max)) {
		refuse(x, PROBLEM_TOO_LARGE,
			"the content is longer than this hub takes here; send "
			"less at once");
	}
}

/* --- its answer ----------------------------------------------------------- */

static void
add(struct MHD_Response *r, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0') {
		(void)MHD_add_response_header(r, name, value);
	}
}

static enum MHD_Result
respond(struct exchange *x, struct MHD_Connection *c)
{
	struct answer *a = &x->a;
	struct answer_signed sig;
	struct MHD_Response *r;
	enum MHD_Result ok;
	char text[32];
	struct sbuf b;

	answer_sign(x->s->hub, &x->q, a, &sig);
	atomic_fetch_add(&x->s->hub->metrics.bytes_out, a->body.len);
	atomic_fetch_add(
		&x->s->hub->metrics.status[a->status / 100 % METRICS_STATUS],
		1);
	if (a->body.len > 0) {
		r = MHD_create_response_from_buffer(
			a->body.len, a->body.p, MHD_RESPMEM_MUST_FREE);
		if (r != NULL) {
			memset(&a->body, 0, sizeof(a->body));
		}
	} else {
		r = MHD_create_response_from_buffer(
			0, NULL, MHD_RESPMEM_PERSISTENT);
	}
	if (r == NULL) {
		return MHD_NO;
	}
	sbuf_init(&b, text, sizeof(text));
	add(r, "Content-Type", sig.type);
	add(r, "Content-Encoding", a->encoding);
	add(r, "Content-Digest", sig.digest);
	add(r, "Signature-Input", sig.input);
	add(r, "Signature", sig.sig);
	add(r, "ETag", a->etag);
	if (a->retry_after_s > 0) {
		sbuf_i64(&b, a->retry_after_s);
		add(r, "Retry-After", text);
		sbuf_clear(&b);
	}
	if (a->max_age_s > 0) {
		sbuf_printf(&b, "max-age=%d", a->max_age_s);
		add(r, "Cache-Control", text);
	} else {
		add(r, "Cache-Control", "no-store");
	}
	if (a->discarded || x->sent > DISCARD_MAX) {
		add(r, "Connection", "close");
	}
	ok = MHD_queue_response(c, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return ok;
}

/* False: it waits. */
static bool
run(struct exchange *x, struct MHD_Connection *c)
{
	struct server *s = x->s;
	bool done;

	if (x->refused) {
		request_refuse(&x->q, &x->a);
		return true;
	}
	x->q.body = (const uint8_t *)x->body;
	x->q.n_body = x->n;
	do {
		(void)pthread_mutex_lock(&s->lock);
		x->running = true;
		x->wakes = s->wakes;
		(void)pthread_mutex_unlock(&s->lock);
		done = request_run(x->route, &x->q, &x->a);
		if (!done && atomic_load(&s->closing)) {
			(void)answer_problem(&x->a, PROBLEM_BUSY,
				"the hub is about to stop; try again");
			request_refuse(&x->q, &x->a);
			done = true;
		}
		x->q.again = true;
		(void)pthread_mutex_lock(&s->lock);
		x->running = done;
		/* what it waits for may have come since it looked */
		if (!done && x->wakes == s->wakes && x->conn != NULL) {
			x->waiting = true;
			MHD_suspend_connection(c);
			(void)pthread_mutex_unlock(&s->lock);
			return false;
		}
		(void)pthread_mutex_unlock(&s->lock);
	} while (!done);
	return true;
}

enum MHD_Result
server_access(void *cls, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *upload,
	size_t *n_upload, void **req)
{
	struct exchange *x = *req;

	(void)cls;
	(void)url;
	(void)version;
	if (x == NULL) {
		return MHD_NO; /* no memory when it began */
	}
	if (x->q.began_us == 0) {
		begin(x, c, method);
		return MHD_YES;
	}
	if (*n_upload > 0) {
		take(x, upload, *n_upload);
		*n_upload = 0;
		return x->sent > DISCARD_MAX + x->cap ? MHD_NO : MHD_YES;
	}
	if (!run(x, c)) {
		return MHD_YES;
	}
	return respond(x, c);
}
