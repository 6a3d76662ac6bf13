/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/http.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/sbuf.h"

#include "base/poison.h"

#define CALLS 4 /* one that pushes, one that pulls, and a spare of each */
#define HEADERS 48
#define FIRST_BODY_BYTES ((size_t)4096)
#define CONNECTIONS 3L
#define MS INT64_C(1000)

struct http_call {
	struct http *h;
	CURL *easy; /* NULL: the slot is free */
	struct curl_slist *list;
	http_fn fn;
	void *arg;
	size_t max_bytes;
	bool too_large;
	const uint8_t *out; /* of the caller */
	size_t n_out;
	size_t at_out;
	uint8_t *body;
	size_t n_body;
	size_t cap_body;
	char *text; /* of the headers, each line and value a string */
	size_t n_text;
	struct http_header header[HEADERS];
	size_t n_header;
	char error[CURL_ERROR_SIZE];
};

struct http {
	struct loop *loop;
	int timer_key;
	CURLM *multi;
	struct clock clock;
	struct http_call call[CALLS];
};

const char *
http_header(const struct http_answer *a, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < a->n_header; i++) {
		if (strcasecmp(a->header[i].name, name) != 0) {
			continue;
		}
		if (found != NULL) {
			return NULL; /* whoever reads the other one is misled */
		}
		found = a->header[i].value;
	}
	return found;
}

/* --- what goes ------------------------------------------------------------ */

/* libcurl sends a request again by itself when a line that was kept open turns
 * out dead.  What comes of that only the hub's head can say: so the content is
 * given once, and a second time fails. */
static size_t
on_read(char *p, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;
	size_t left = c->n_out - c->at_out;
	size_t bytes = size * n < left ? size * n : left;

	if (bytes > 0) {
		memcpy(p, c->out + c->at_out, bytes);
		c->at_out += bytes;
	}
	return bytes;
}

/* --- what comes ----------------------------------------------------------- */

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;
	size_t bytes = size * n;
	size_t cap = c->cap_body;

	if (bytes > c->max_bytes - c->n_body) {
		c->too_large = true;
		return 0;
	}
	while (cap < c->n_body + bytes) {
		cap = cap == 0 ? FIRST_BODY_BYTES : cap * 2;
	}
	if (cap > c->cap_body) {
		uint8_t *grown = realloc(c->body, cap);

		if (grown == NULL) {
			return 0;
		}
		c->body = grown;
		c->cap_body = cap;
	}
	memcpy(c->body + c->n_body, p, bytes);
	c->n_body += bytes;
	return bytes;
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

/* The text of all headers is one piece of memory, made once, so that what
 * points into it stays. */
static bool
keep_header(struct http_call *c, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n);
	char *name = c->text + c->n_text;
	const char *v;

	if (colon == NULL || c->n_header == HEADERS ||
		memchr(p, '\0', n) != NULL) {
		return false;
	}
	memcpy(name, p, n);
	name[n] = '\0';
	name[colon - p] = '\0';
	v = name + (colon - p) + 1;
	while (n > 0 && is_blank(name[n - 1])) {
		name[--n] = '\0';
	}
	while (*v != '\0' && is_blank(*v)) {
		v++;
	}
	c->header[c->n_header++] = (struct http_header){name, v};
	return true;
}

static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;
	size_t bytes = size * n;

	if (bytes >= 5 && memcmp(p, "HTTP/", 5) == 0) {
		/* of a proxy or a "100 Continue" before: this one counts */
		c->n_header = 0;
		c->n_text = 0;
		return bytes;
	}
	if (bytes <= 2 && (bytes == 0 || is_blank(p[0]))) {
		return bytes;
	}
	if (bytes + 1 > HTTP_HEADERS_BYTES - c->n_text) {
		c->too_large = true;
		return 0;
	}
	if (!keep_header(c, p, bytes)) {
		return 0;
	}
	c->n_text += bytes + 1;
	return bytes;
}

/* --- the end of a call ---------------------------------------------------- */

static void
call_free(struct http_call *c)
{
	if (c->easy != NULL) {
		(void)curl_multi_remove_handle(c->h->multi, c->easy);
		curl_easy_cleanup(c->easy);
	}
	curl_slist_free_all(c->list);
	free(c->body);
	free(c->text);
	*c = (struct http_call){.h = c->h};
}

static void
put_why(char out[128], const struct http_call *c, CURLcode code,
	const char *plain)
{
	struct sbuf b;

	sbuf_init(&b, out, 128);
	if (code != CURLE_OK) {
		const char *words = c->error[0] != '\0'
					    ? c->error
					    : curl_easy_strerror(code);
		size_t n;

		words = plain != NULL ? plain : words;
		n = strlen(words);
		sbuf_write(&b, words, n < b.cap ? n : b.cap - 1);
	}
}

static void
take_facts(CURL *easy, struct http_answer *a, bool *ret_sent)
{
	curl_off_t pre = 0, start = 0, up = 0, down = 0;
	long request = 0, header = 0, status = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request);
	(void)curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &header);
	(void)curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
	(void)curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
	(void)curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &pre);
	(void)curl_easy_getinfo(easy, CURLINFO_STARTTRANSFER_TIME_T, &start);
	*ret_sent = request > 0;
	a->status = (int)status;
	a->bytes_out = (uint64_t)up + (uint64_t)request;
	a->bytes_in = (uint64_t)down + (uint64_t)header;
	a->rtt_ms = start > pre ? (int64_t)(start - pre) / MS : 0;
}

/* The slot is free before the caller hears of it, which may send again. */
static void
finish(struct http_call *c, CURLcode code)
{
	struct http_call done = *c;
	struct http_answer a = {0};
	const char *words;
	long connect = 0;
	bool sent = false;

	(void)curl_easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	words = http_proxy_words((int)code, connect);
	take_facts(c->easy, &a, &sent);
	a.code = (int)code;
	sent = sent && words == NULL;
	a.end = c->too_large ? HTTP_TOO_LARGE
			     : http_end_from_curl((int)code, sent);
	if (a.end != HTTP_ANSWERED) {
		a.status = 0;
	} else {
		a.header = done.header;
		a.n_header = done.n_header;
		a.body = done.body;
		a.n_body = done.n_body;
	}
	put_why(a.why, c, code, words != NULL ? words : http_words((int)code));
	c->body = NULL;
	c->text = NULL;
	call_free(c);
	if (done.fn != NULL) {
		done.fn(done.arg, &a);
	}
	free(done.body);
	free(done.text);
}

static void
reap(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE) {
			continue;
		}
		for (size_t i = 0; i < CALLS; i++) {
			if (h->call[i].easy == m->easy_handle) {
				finish(&h->call[i], m->data.result);
				break;
			}
		}
	}
}

/* --- between libcurl and the loop ----------------------------------------- */

static enum rc
on_ready(void *arg, int fd, short revents)
{
	struct http *h = arg;
	int what = 0;
	int running;

	what |= (revents & (POLLIN | POLLHUP)) != 0 ? CURL_CSELECT_IN : 0;
	what |= (revents & POLLOUT) != 0 ? CURL_CSELECT_OUT : 0;
	what |= (revents & (POLLERR | POLLNVAL)) != 0 ? CURL_CSELECT_ERR : 0;
	(void)curl_multi_socket_action(h->multi, fd, what, &running);
	reap(h);
	return RC_OK;
}

static enum rc
on_time(void *arg)
{
	struct http *h = arg;
	int running;

	(void)curl_multi_socket_action(
		h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap(h);
	return RC_OK;
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *mine)
{
	struct http *h = arg;
	short events = 0;

	(void)easy;
	(void)mine;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) {
		events |= POLLIN;
	}
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) {
		events |= POLLOUT;
	}
	return loop_fd(h->loop, fd, events, on_ready, h) == RC_OK ? 0 : -1;
}

static int
on_timer(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;
	struct mono at = {-1};

	(void)multi;
	if (ms >= 0) {
		at.us = clock_read(&h->clock).mono.us + (int64_t)ms * MS;
	}
	return loop_timer(h->loop, h->timer_key, at, on_time, h) == RC_OK ? 0
									  : -1;
}

/* --- one request ---------------------------------------------------------- */

static enum rc
add_header(struct http_call *c, const char *name, const char *value)
{
	char line[HTTP_HEADERS_BYTES / 8];
	struct curl_slist *list;
	struct sbuf b;

	sbuf_init(&b, line, sizeof(line));
	sbuf_puts(&b, name);
	/* curl takes "name:" as a header that is not to be sent */
	sbuf_puts(&b, value[0] == '\0' ? ":" : ": ");
	sbuf_puts(&b, value);
	if (!sbuf_ok(&b)) {
		return RC_RANGE;
	}
	list = curl_slist_append(c->list, line);
	if (list == NULL) {
		return RC_NOMEM;
	}
	c->list = list;
	return RC_OK;
}

static enum rc
set_headers(struct http_call *c, const struct http_request *req)
{
	/* What libcurl would add by itself nobody signed. */
	enum rc rc = add_header(c, "expect", "");

	if (rc == RC_OK) {
		rc = add_header(c, "accept", "");
	}
	for (size_t i = 0; rc == RC_OK && i < req->n_header; i++) {
		rc = add_header(c, req->header[i].name, req->header[i].value);
	}
	return rc;
}

static CURLcode
set_method(CURL *easy, const struct http_request *req)
{
	CURLcode code = CURLE_OK;

	if (strcmp(req->method, "GET") != 0) {
		code = curl_easy_setopt(easy, CURLOPT_POST, 1L);
		if (code == CURLE_OK) {
			code = curl_easy_setopt(
				easy, CURLOPT_CUSTOMREQUEST, req->method);
		}
		if (code == CURLE_OK) {
			code = curl_easy_setopt(
				easy, CURLOPT_READFUNCTION, on_read);
		}
		if (code == CURLE_OK) {
			code = curl_easy_setopt(easy,
				CURLOPT_POSTFIELDSIZE_LARGE,
				(curl_off_t)req->n_body);
		}
	}
	return code;
}

/* Of a hub whose key was pinned at enrolment the key alone counts: a shop's
 * hub made its certificate itself, and one that has run out stops no sale. */
static CURLcode
set_trust(CURL *easy, const struct http_request *req)
{
	CURLcode code = curl_easy_setopt(
		easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);

	if (code == CURLE_OK && req->tls != NULL) {
		code = curl_easy_setopt(
			easy, CURLOPT_PINNEDPUBLICKEY, req->tls);
	}
	if (req->tls != NULL || req->any_tls) {
		if (code == CURLE_OK) {
			code = curl_easy_setopt(
				easy, CURLOPT_SSL_VERIFYPEER, 0L);
		}
		if (code == CURLE_OK) {
			code = curl_easy_setopt(
				easy, CURLOPT_SSL_VERIFYHOST, 0L);
		}
	}
	return code;
}

static CURLcode
set_bounds(CURL *easy, const struct http_request *req)
{
	const struct {
		CURLoption option;
		long value;
	} bound[] = {
		{CURLOPT_NOSIGNAL, 1L},
		{CURLOPT_FOLLOWLOCATION, 0L},
		{CURLOPT_CONNECTTIMEOUT_MS, HTTP_CONNECT_MS},
		{CURLOPT_LOW_SPEED_LIMIT, 1L},
		{CURLOPT_LOW_SPEED_TIME, HTTP_STILL_S + req->wait_s},
		{CURLOPT_TCP_KEEPALIVE, 1L},
		{CURLOPT_NETRC, (long)CURL_NETRC_IGNORED},
		/* a name that is being asked for holds no end up */
		{CURLOPT_QUICK_EXIT, 1L},
		{CURLOPT_BUFFERSIZE, 65536L},
	};

	CURLcode code = curl_easy_setopt(
		easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)req->max_bytes);

	for (size_t i = 0; code == CURLE_OK && i < ARRAY_LEN(bound); i++) {
		code = curl_easy_setopt(easy, bound[i].option, bound[i].value);
	}
	return code;
}

static CURLcode
set_all(struct http_call *c, const struct http_request *req)
{
	bool tls = strncmp(req->url, "https:", 6) == 0;

	const struct {
		CURLoption option;
		void *value;
	} put[] = {
		{CURLOPT_WRITEDATA, c},
		{CURLOPT_HEADERDATA, c},
		{CURLOPT_READDATA, c},
		{CURLOPT_PRIVATE, c},
		{CURLOPT_ERRORBUFFER, c->error},
		{CURLOPT_HTTPHEADER, c->list},
	};

	CURLcode code = curl_easy_setopt(c->easy, CURLOPT_URL, req->url);

	if (code == CURLE_OK) {
		code = curl_easy_setopt(
			c->easy, CURLOPT_PROTOCOLS_STR, tls ? "https" : "http");
	}
	for (size_t i = 0; code == CURLE_OK && i < ARRAY_LEN(put); i++) {
		code = curl_easy_setopt(c->easy, put[i].option, put[i].value);
	}
	if (code == CURLE_OK) {
		code = curl_easy_setopt(
			c->easy, CURLOPT_WRITEFUNCTION, on_body);
	}
	if (code == CURLE_OK) {
		code = curl_easy_setopt(
			c->easy, CURLOPT_HEADERFUNCTION, on_header);
	}
	if (code == CURLE_OK) {
		code = set_bounds(c->easy, req);
	}
	if (code == CURLE_OK) {
		code = set_method(c->easy, req);
	}
	return code == CURLE_OK ? set_trust(c->easy, req) : code;
}

static bool
url_ok(const char *url)
{
	return (strncmp(url, "http://", 7) == 0 ||
		       strncmp(url, "https://", 8) == 0) &&
	       strlen(url) < HTTP_URL_BYTES;
}

enum rc
http_send(struct http *h, const struct http_request *req, http_fn fn, void *arg,
	struct http_call **ret, struct err *reterr)
{
	struct http_call *c = NULL;
	CURLcode code;
	enum rc rc;

	if (!url_ok(req->url)) {
		return err_set(reterr, RC_INVAL, 0, "http",
			"the hub's address begins with https:// (or http:// "
			"on this machine): correct it and enroll again");
	}
	for (size_t i = 0; c == NULL && i < CALLS; i++) {
		c = h->call[i].easy == NULL ? &h->call[i] : NULL;
	}
	if (c == NULL) {
		return err_set(reterr, RC_BUSY, 0, "http",
			"too many requests are under way: wait for one");
	}
	c->fn = fn;
	c->arg = arg;
	c->max_bytes = req->max_bytes;
	c->out = req->body;
	c->n_out = req->n_body;
	c->easy = curl_easy_init();
	c->text = malloc(HTTP_HEADERS_BYTES);
	rc = c->easy == NULL || c->text == NULL ? RC_NOMEM
						: set_headers(c, req);
	code = CURLE_OK;
	if (rc == RC_OK) {
		code = set_all(c, req);
		rc = code == CURLE_OK ? RC_OK : RC_NOMEM;
	}
	if (rc == RC_OK &&
		curl_multi_add_handle(h->multi, c->easy) != CURLM_OK) {
		rc = RC_NOMEM;
	}
	if (rc != RC_OK) {
		call_free(c);
		return err_set(reterr, rc, 0, "http",
			"a request cannot be made: %s",
			code == CURLE_OK ? rc_name(rc)
					 : curl_easy_strerror(code));
	}
	if (ret != NULL) {
		*ret = c;
	}
	return RC_OK;
}

void
http_cancel(struct http_call *c)
{
	if (c != NULL) {
		call_free(c);
	}
}

/* --- life ----------------------------------------------------------------- */

enum rc
http_open(struct loop *l, int timer_key, struct http **ret, struct err *reterr)
{
	struct http *h;
	CURLMcode code;

	/* not for use by threads, of which there are none */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		return err_set(reterr, RC_IO, 0, "http",
			"libcurl does not start: look at its installation");
	}
	h = calloc(1, sizeof(*h));
	if (h != NULL) {
		h->multi = curl_multi_init();
	}
	if (h == NULL || h->multi == NULL) {
		http_close(h);
		return err_set(
			reterr, RC_NOMEM, 0, "http", "no memory for requests");
	}
	h->loop = l;
	h->timer_key = timer_key;
	h->clock = clock_system();
	for (size_t i = 0; i < CALLS; i++) {
		h->call[i].h = h;
	}
	code = curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	if (code == CURLM_OK) {
		code = curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	}
	if (code == CURLM_OK) {
		code = curl_multi_setopt(
			h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	}
	if (code == CURLM_OK) {
		code = curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	}
	if (code == CURLM_OK) {
		code = curl_multi_setopt(
			h->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS);
	}
	if (code != CURLM_OK) {
		http_close(h);
		return err_set(reterr, RC_IO, 0, "http",
			"libcurl does not start: %s",
			curl_multi_strerror(code));
	}
	*ret = h;
	return RC_OK;
}

void
http_close(struct http *h)
{
	if (h == NULL) {
		return;
	}
	for (size_t i = 0; i < CALLS; i++) {
		if (h->multi != NULL) {
			call_free(&h->call[i]);
		}
	}
	if (h->multi != NULL) {
		(void)curl_multi_cleanup(h->multi);
	}
	free(h);
	curl_global_cleanup();
}
