/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_SESSION_H
#define SYNC_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/rng.h"
#include "sync/http.h"
#include "wire/hub_msg.h"

/**
 * sync/session - what is asked of one hub, signed by the link key, and what it
 * answers, believed only when the hub signed that for this very question:
 * status, content and all.  Everything else that answers, a captive portal, a
 * proxy, somebody else's server, is "not our hub" and tells nothing but that
 * this one was not reached.
 *
 * It keeps the hub's clock beside its own: a question refused for its time is
 * asked again with the hub's, once, before anybody hears of it.
 */
struct session;

struct session_conf {
	char url[512];	/* "https://hub.example", no path */
	char tls[64];	/* pin, "" none: certificate authorities decide */
	char keyid[160];
	uint8_t hub[UUID_BYTES];
	uint8_t hub_key[SIGN_PUB_BYTES];
	uint8_t reg[UUID_BYTES];
	const uint8_t *link_secret; /* SIGN_SEC_BYTES, borrowed */
};

enum session_end {
	SESSION_ANSWERED, /* by the hub; the only one that is believed */
	SESSION_NOT_OURS, /* somebody else answered */
	SESSION_NOT_SENT, /* nothing has happened */
	SESSION_UNKNOWN	  /* it may have happened: look at the head */
};

struct session_question {
	const char *method;
	const char *path;  /* "/v1/...", percent-encoded */
	const char *query; /* without "?", NULL none */
	const char *type;  /* of the body */
	const void *body;  /* borrowed until the answer; NULL none */
	size_t n_body;
	bool deflate;	     /* the body goes as zstd when that is shorter */
	const char *backlog; /* Holdfast-Backlog, NULL none */
	const char *etag;    /* If-None-Match, NULL none */
	size_t max_bytes;    /* of the answer, as sent and inflated */
	long wait_s;	     /* it may think so long */
	bool plain; /* the answer's content is not a hub_answer: .answer of
		     * the reply is then NULL unless it is a problem */
};

struct session_reply {
	enum session_end end;
	int status; /* SESSION_ANSWERED: believed.  Else what somebody said: a
		     * hint for sizes and pace, nothing more; 0 nothing */
	char why[160];	      /* what was wrong, in English; "" nothing */
	int curl;	      /* libcurl's code, for the log */
	const char *body;     /* inflated, with a NUL behind; NULL none */
	size_t n_body;
	const char *etag;     /* NULL none */
	const struct hub_answer *answer; /* NULL none */
	int64_t retry_s;      /* Retry-After, 0..SESSION_RETRY_MAX_S; -1 */
	int64_t rtt_ms;
};
#define SESSION_RETRY_MAX_S 300
#define SESSION_ANSWER_BYTES ((size_t)65536) /* a hub_answer at most */

typedef void (*session_fn)(void *arg, const struct session_reply *r);

/** session_open(h, conf, rng, ret, reterr): ${conf} is copied but the secret;
 * RC_INVAL an address that is none. */
MUST_CHECK enum rc session_open(struct http *h,
	const struct session_conf *conf, const struct rng *rng,
	struct session **ret, struct err *reterr);
/** session_close(s): what is under way is given up, nothing is told of it. */
void session_close(struct session *s);

/**
 * session_ask(s, q, fn, arg, reterr):
 * ${fn} is called later, once.  At most SESSION_ASKS at a time, RC_BUSY.
 * All of ${q} but the body is copied.
 */
#define SESSION_ASKS 3
MUST_CHECK enum rc session_ask(struct session *s,
	const struct session_question *q, session_fn fn, void *arg,
	struct err *reterr);

/** session_offset_us(s), session_set_offset(): the hub's clock less this one;
 * 0 not measured. */
int64_t session_offset_us(const struct session *s);
void session_set_offset(struct session *s, int64_t us);

/** Bytes on the wire so far, for metrics. */
struct session_count {
	uint64_t out, in;
};
struct session_count session_count(const struct session *s);

#endif
