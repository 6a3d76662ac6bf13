/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_HUB_MSG_H
#define WIRE_HUB_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "core/event.h"
#include "wire/anchor.h"

/**
 * wire/hub_msg - what worker and hub say to each other in JSON, beside lines:
 * one struct for each message, spelled and read here and nowhere else.
 * holdfast-sync-protocol(7) has every member.
 *
 * Reading is strict: UTF-8, no NUL, depth 16, each member once and of its
 * type, integers within 2^53; members that are not known are passed over, for
 * hubs and tills get new ones at different times.  Strings live in the arena.
 */
#define HUB_FEEDS 16u
#define HUB_WORD_BYTES 24

/** Problems (RFC 9457), "urn:holdfast:problem:WORD". */
enum hub_problem {
	PROBLEM_NONE,
	PROBLEM_GAP,
	PROBLEM_FORK,
	PROBLEM_FENCED,
	PROBLEM_CLONE,
	PROBLEM_MALFORMED,
	PROBLEM_TOO_LARGE,
	PROBLEM_SIGNATURE,
	PROBLEM_CLOCK,
	PROBLEM_REVOKED,
	PROBLEM_DENIED,
	PROBLEM_RESIDENCY,
	PROBLEM_CODE,
	PROBLEM_NOT_FOUND,
	PROBLEM_REFETCH,
	PROBLEM_INVALID,
	PROBLEM_BUSY,
	PROBLEM_DATABASE,
	PROBLEM_OTHER, /* a word this build does not know */
	PROBLEM_COUNT
};
const char *hub_problem_word(enum hub_problem p);
int hub_problem_status(enum hub_problem p); /* HTTP */

/** hub_problem_find(word): PROBLEM_OTHER it is none we know. */
enum hub_problem hub_problem_find(const char *word);

struct hub_feed_rev {
	char name[HUB_WORD_BYTES];
	uint64_t rev;
};

/** What stands in every answer to a register, problem or not. */
struct hub_answer {
	uint8_t hub[UUID_BYTES];
	struct utc time; /* the hub's clock */
	bool has_head;
	/* its reg is not sent: whose it is, the asker knows, and fills in its
	 * own before anchor_verify() */
	struct anchor head;
	uint8_t anchor[SIG_BYTES];
	uint64_t durable; /* up to here the hub itself has a second copy */
	uint64_t quarantined; /* lines of this register, of all time */
	uint64_t applied; /* feeds hold what the register's lines up to here
			   * changed */
	struct hub_feed_rev feed[HUB_FEEDS];
	size_t n_feed;
	/* a problem: */
	enum hub_problem problem;
	int status;
	const char *title, *detail;
	uint64_t at; /* sequence it is about; 0 none */
	uint32_t retry_s; /* as Retry-After, which no signature covers; 0 */
};

MUST_CHECK enum rc hub_answer_encode(
	const struct hub_answer *m, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc hub_answer_decode(const char *text, size_t len,
	struct arena *a, struct hub_answer *ret, struct err *reterr);

/** GET /.well-known/holdfast */
struct hub_identity {
	uint8_t hub[UUID_BYTES];
	const char *name, *version;
	uint8_t key[SIGN_PUB_BYTES];
	uint8_t box[KEY_BYTES];
	const char *tls; /* "sha256//BASE64", NULL none */
	struct utc time;
};
MUST_CHECK enum rc hub_identity_encode(
	const struct hub_identity *m, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc hub_identity_decode(const char *text, size_t len,
	struct arena *a, struct hub_identity *ret, struct err *reterr);

/** POST /v1/enroll and its answer. */
struct hub_enroll {
	const char *code;
	const char *source; /* "/t/../s/../r/.."; NULL a restore code's */
	const char *register_no;
	uint8_t public_key[SIGN_PUB_BYTES]; /* of lines */
	uint8_t link_key[SIGN_PUB_BYTES];
	uint8_t box_key[KEY_BYTES];
	const char *machine, *product; /* machine: NULL unknown */
	bool has_head;
	struct anchor head; /* its own; reg and time do not matter */
};
struct hub_enrolled {
	const char *keyid;
	uint8_t hub[UUID_BYTES];
	uint8_t tenant[UUID_BYTES], store[UUID_BYTES], reg[UUID_BYTES];
	const char *tenant_name, *store_name, *register_no;
	const char *source; /* of the lines that are there already */
	const char *kind;   /* "enroll", "restore" */
	const char *nonce;  /* for hello */
	const char *persons; /* restore: sealed to box_key, base64url; NULL */
	struct hub_answer answer;
};
MUST_CHECK enum rc hub_enroll_encode(
	const struct hub_enroll *m, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc hub_enroll_decode(const char *text, size_t len,
	struct arena *a, struct hub_enroll *ret, struct err *reterr);
MUST_CHECK enum rc hub_enrolled_encode(
	const struct hub_enrolled *m, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc hub_enrolled_decode(const char *text, size_t len,
	struct arena *a, struct hub_enrolled *ret, struct err *reterr);

/** POST .../hello */
struct hub_hello {
	const char *nonce, *next; /* NULL nonce: the first after enrolment is
				   * the answer's */
	const char *machine, *product;
	bool has_head;
	struct anchor head;
};
MUST_CHECK enum rc hub_hello_encode(
	const struct hub_hello *m, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc hub_hello_decode(const char *text, size_t len,
	struct arena *a, struct hub_hello *ret, struct err *reterr);

/** POST .../quarantine: a line no hub can read, as it is. */
struct hub_poison {
	uint32_t epoch;
	uint64_t sequence;
	uint8_t prev[HASH_BYTES], hash[HASH_BYTES];
	const char *reason;
	const uint8_t *bytes;
	size_t n_bytes;
};
MUST_CHECK enum rc hub_poison_encode(
	const struct hub_poison *m, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc hub_poison_decode(const char *text, size_t len,
	struct arena *a, struct hub_poison *ret, struct err *reterr);

/** GET /v1/feeds/{feed}; bodies stay JSON text, verbatim. */
struct hub_item {
	const char *key;
	uint64_t rev;
	bool deleted;
	const char *scope; /* "tenant", "store", "register" */
	struct utc valid_from; /* 0: always */
	const char *body; /* {...}, NULL when deleted */
	size_t n_body;
	const char *bad; /* reading: why this one is none; the others are good.
			  * NULL it can be used */
};
struct hub_page {
	const char *feed;
	const char *epoch; /* of the feed: another one means fetch all again */
	uint64_t rev; /* cursor for the next */
	bool more;
	uint64_t applied;
	const struct hub_item *item;
	size_t n_item;
};
MUST_CHECK enum rc hub_page_encode(
	const struct hub_page *m, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc hub_page_decode(const char *text, size_t len,
	struct arena *a, struct hub_page *ret, struct err *reterr);

#endif
