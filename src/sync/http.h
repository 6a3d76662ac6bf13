/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_HTTP_H
#define SYNC_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/loop.h"

/**
 * sync/http - requests over libcurl within a base/loop: no thread of ours, no
 * waiting.  Moves bytes and believes nothing: whose answer it is says
 * sync/link.  What an answer may cost is bounded before it comes: bytes of the
 * content, bytes of its headers, and a line that stands still.  There is no
 * time for a whole request: a slow line that moves is a line.
 *
 * No redirect is followed, no content is inflated (a signature is over what
 * was sent), no protocol but the one of the address is spoken.  A proxy is
 * taken from the environment, as curl(1) does.
 */
struct http;
struct http_call; /* one request under way */

#define HTTP_HEADERS_BYTES ((size_t)16384) /* of an answer, all together */
#define HTTP_CONNECT_MS 10000L
#define HTTP_STILL_S 30L /* below a byte a second for so long: gone */
#define HTTP_URL_BYTES 1024

/** How a request ended, before anybody asks what was said. */
enum http_end {
	HTTP_ANSWERED,	/* a whole answer is there, whoever gave it */
	HTTP_NOT_SENT,	/* no line: whatever was asked has not happened */
	HTTP_UNKNOWN,	/* broken off: it may have happened */
	HTTP_TOO_LARGE, /* the answer is more than was allowed for */
	HTTP_NOT_TRUSTED /* TLS: another key or certificate than was pinned */
};

/** http_end_from_curl(code): the one translation of libcurl's codes; ${sent}
 * says that bytes of the request had gone out. */
enum http_end http_end_from_curl(int code, bool sent);

/** http_of_certificate(code): a certificate was shown, and it is not the one;
 * another try shows the same.  A handshake that broke off is none. */
bool http_of_certificate(int code);

/** http_words(code): what happens to every shop's line, in the shop's words,
 * N_(); NULL: libcurl's do. */
const char *http_words(int code);
/** http_proxy_words(code, connect): so of a proxy that was asked for a line and
 * answered ${connect}, a status, 0 none; NULL it is not the matter.  Nothing
 * went to the hub then. */
const char *http_proxy_words(int code, long connect);

struct http_header {
	const char *name; /* of a request in lower case; of an answer as sent */
	const char *value;
};

/** A request; all of it is borrowed until its end was told, but the headers
 * and the address, which are copied. */
struct http_request {
	const char *method; /* "GET", "POST", "PUT" */
	const char *url;    /* http: or https:, at most HTTP_URL_BYTES */
	const char *tls;    /* pin, "sha256//B64" of the SPKI; NULL: the
			     * machine's certificate authorities decide */
	bool any_tls; /* whoever it is: what is answered proves itself */
	const struct http_header *header;
	size_t n_header;
	const void *body; /* NULL none */
	size_t n_body;
	size_t max_bytes; /* of the answer's content */
	long wait_s;	  /* the hub may think so long before it says a byte */
};

/** An answer; borrowed for the call of http_fn. */
struct http_answer {
	enum http_end end;
	int code;    /* libcurl's, for the log */
	char why[128]; /* in ours where we have some, else in its words; ""
			* none */
	int status;  /* of HTTP_ANSWERED, 0 else */
	const struct http_header *header; /* in the order they came */
	size_t n_header;
	const uint8_t *body;
	size_t n_body;
	int64_t rtt_ms; /* from the last byte asked to the first of the answer,
			 * 0 not known */
	uint64_t bytes_out, bytes_in; /* contents and headers */
};

/** http_header(a, name): its value, ASCII case aside; NULL it did not come, or
 * came more than once. */
const char *http_header(const struct http_answer *a, const char *name);

/** http_fn: the request is over, and its struct http_call gone.  May send
 * another one. */
typedef void (*http_fn)(void *arg, const struct http_answer *a);

/**
 * http_open(l, timer_key, ret, reterr):
 * ${l} is borrowed; ${timer_key} is a key of its timers that nobody else uses.
 * Errors   RC_NOMEM; RC_IO libcurl does not start.
 */
MUST_CHECK enum rc http_open(struct loop *l, int timer_key, struct http **ret,
	struct err *reterr);
/** http_close(h): what is under way ends without being told. */
void http_close(struct http *h);

/**
 * http_send(h, req, fn, arg, ret, reterr):
 * Begin a request.  ${fn} is called later, exactly once, from the loop; never
 * from within this.  *ret (may be NULL) is good until then.
 * Errors   RC_INVAL the address is none of http: or https:; RC_NOMEM.
 */
MUST_CHECK enum rc http_send(struct http *h, const struct http_request *req,
	http_fn fn, void *arg, struct http_call **ret, struct err *reterr);
/** http_cancel(c): nothing is told of it any more. */
void http_cancel(struct http_call *c);

#endif
