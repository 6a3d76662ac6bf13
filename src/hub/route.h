/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_ROUTE_H
#define HUB_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/sbuf.h"
#include "hub/tenant.h"
#include "wire/http_sig.h"
#include "wire/hub_msg.h"
#include "wire/peek.h"

/**
 * hub/route - one request and its answer, whatever carried them, and the table
 * of who may ask what.  server.c brings a whole request, auth.c says who it is
 * from, a handler answers, answer.c spells and signs.  Nothing here knows of
 * libmicrohttpd.
 *
 * A handler runs on one of the server's threads and may wait for the database.
 * It uses no state but what it is handed and the atomic or locked parts of
 * struct hub.
 */
struct hub; /* hub/hub.h */
struct db;  /* hub/db.h */

enum route_who {
	ROUTE_ANYBODY,	/* unsigned */
	ROUTE_NEW,	/* signed by the key in its body (keyid "new"): the
			 * handler asks auth_new() */
	ROUTE_REGISTER, /* signed by a register's link key; {id} is its own */
	ROUTE_ADMIN,	/* signed by an administrator's key */
	ROUTE_EITHER,	/* a register or an administrator */
	ROUTE_LOCAL	/* from this machine, and not through a proxy */
};

/** Who signed.  The parts and the tenant are the key id's: what is looked up
 * for it stands under them. */
struct caller {
	enum route_who who; /* ROUTE_REGISTER, ROUTE_ADMIN; else nobody */
	uint8_t tpart, spart; /* of tenant data, of the store's data; an
			       * administrator has no spart */
	uint8_t tenant[UUID_BYTES];
	uint8_t id[UUID_BYTES]; /* register or administrator */
	char residency[HUB_LABEL_BYTES]; /* of the tenant; "" none */
	/* of an administrator: */
	char tenant_name[TENANT_NAME_BYTES];
	/* of a register: */
	uint8_t store[UUID_BYTES];
	char source[PEEK_SOURCE_BYTES];
	uint8_t public_key[SIGN_PUB_BYTES]; /* of its lines */
	uint8_t link_key[SIGN_PUB_BYTES];
	uint8_t box_key[KEY_BYTES];
	uint32_t epoch; /* of the register when it was looked up */
	bool fenced;	/* its link is of an epoch that was superseded: it may
			 * salvage and ask for its head, nothing else */
};

#define REQUEST_ARGS 3
#define REQUEST_ARG_BYTES 96
#define REQUEST_REMOTE_BYTES 64

struct request {
	struct hub *hub;
	struct db *db; /* this request's alone while its handler runs */
	const char *method; /* "GET" */
	const char *path;   /* as sent */
	const char *query;  /* as sent, behind "?"; "" none */
	/* the {..} of the path in order, percent-decoded */
	char arg[REQUEST_ARGS][REQUEST_ARG_BYTES];
	size_t n_arg;
	const char *type, *encoding, *digest; /* NULL: no such header */
	const char *sig_input, *sig;
	const char *backlog; /* Holdfast-Backlog */
	const char *if_none_match;
	const uint8_t *body; /* as sent; NULL when n_body is 0 */
	size_t n_body;
	char remote[REQUEST_REMOTE_BYTES];
	bool local; /* from this machine, and no proxy says otherwise */
	bool again; /* it waited, see answer.again */
	int64_t began_us; /* monotonic, when its head was there */
	int64_t now_us;	  /* monotonic */
	struct utc now;
	struct caller caller;
	struct http_sig_claim claim;
};

#define ANSWER_ETAG_BYTES 80

struct answer {
	int status;	  /* 200 until a handler says otherwise */
	const char *type; /* static; "application/json" */
	const char *encoding; /* static; NULL none */
	struct sbuf body; /* answer_room() */
	bool discarded;	  /* the connection is not used again */
	char etag[ANSWER_ETAG_BYTES]; /* with its quotes; "" none */
	int retry_after_s;	      /* 0 none */
	int max_age_s;		      /* 0: not to be kept */
	/* answer_problem(): */
	enum hub_problem problem;
	char detail[ERR_MSG_BYTES];
	uint64_t at; /* sequence it is about */
	uint64_t n_stored; /* events that were new, for the admission's rate */
	/* handler returned RC_AGAIN: run it again, request.again set, when
	 * hub_wake() is called or, at the latest, at this monotonic time.  No
	 * thread is held meanwhile; the body is still there. */
	int64_t again_us;
	/* what every answer to a register holds; filled by head_state() */
	bool has_state;
	struct hub_answer state;
};

/** answer_room(a, cap, reterr): body becomes an empty text of up to ${cap} - 1
 * bytes; what it held is gone.  RC_NOMEM. */
MUST_CHECK enum rc answer_room(
	struct answer *a, size_t cap, struct err *reterr);
void answer_done(struct answer *a);

/** answer_problem(a, problem, fmt, ...): what is wrong and what to do.  The
 * body is spelled when the handler is through.  Returns RC_OK, so that a
 * handler may end with it. */
enum rc answer_problem(struct answer *a, enum hub_problem problem,
	const char *fmt, ...) PRINTF(3, 4);

/** route_fn: RC_OK and the answer is filled.  RC_AGAIN see above.  Anything
 * else is a problem by its code, with reterr's text unless it is the
 * database's: RC_PROTO malformed, RC_NOTFOUND, RC_DENIED, RC_RANGE too large,
 * RC_INVAL invalid, RC_BUSY busy, the rest database. */
typedef enum rc (*route_fn)(
	struct request *q, struct answer *a, struct err *reterr);

struct route {
	const char *method;
	const char *path; /* "/v1/registers/{id}/head" */
	enum route_who who;
	size_t body_max; /* bytes as sent; 0: none is taken */
	route_fn fn;
};

/** route_find(method, path, q, ret): ${q} gets its arguments.
 * RC_NOTFOUND no such path; RC_DENIED the path is there for other methods. */
MUST_CHECK enum rc route_find(const char *method, const char *path,
	struct request *q, const struct route **ret);
/** route_table(ret_n): all of it, for tests that hold pages against it. */
const struct route *route_table(size_t *ret_n);

/** request_query(q, name, out, cap): the value of ${name}, percent-decoded;
 * false: it is not there, or does not fit. */
bool request_query(
	const struct request *q, const char *name, char *out, size_t cap);
/** request_number(q, name, min, max, fallback, ret): RC_PROTO not a number or
 * out of range. */
MUST_CHECK enum rc request_number(const struct request *q, const char *name,
	int64_t min, int64_t max, int64_t fallback, int64_t *ret,
	struct err *reterr);
/** request_content(q, max, ret, ret_n, reterr): the body, inflated when it was
 * sent so.  *ret is malloc'd, NUL behind it; free() it.  RC_PROTO; RC_RANGE
 * more than ${max} bytes; RC_NOMEM. */
MUST_CHECK enum rc request_content(const struct request *q, size_t max,
	char **ret, size_t *ret_n, struct err *reterr);

/** request_run(route, q, a): from a whole request to a spelled answer, but its
 * signature: who it is, whether they may, admission, handler, problem.  True:
 * it has an answer; false: it waits, see answer.again_us. */
bool request_run(
	const struct route *route, struct request *q, struct answer *a);

#endif
