/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_WORKER_H
#define DEVICE_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/rng.h"
#include "base/wordline.h"

/**
 * worker - the sync worker as a device of the register: what it says of the
 * link to the hub, over the unix channel holdfast-syncd(8) describes
 * (base/wordline.h is the spelling).  The driver stands in no table and in no
 * section of holdfast.conf: an enrolled register opens it by itself.
 *
 * It says HELLO and then WATCH, by which the worker tells each change.  What
 * is asked and gets no answer within 10 s is silence: the line is opened anew.
 * Nothing is asked by time; who looks at it now and then is the register.
 */
#define WORKER_WORD_BYTES 24
#define WORKER_TEXT_BYTES 160
#define WORKER_FEEDS 16u
#define WORKER_SILENT_US ((int64_t)10000000)
#define WORKER_JOIN_US ((int64_t)90000000) /* to enroll: it asks the hub */

enum worker_link {
	WORKER_NONE, /* not enrolled */
	WORKER_LOCKED, /* waits for the reading key */
	WORKER_CONNECTING,
	WORKER_ONLINE,
	WORKER_OFFLINE,
	WORKER_PAUSED,
	WORKER_STOPPED, /* for good, until somebody does something: fork */
	WORKER_LINK_COUNT
};
/** worker_link_name(l): as the channel has it. */
const char *worker_link_name(enum worker_link l);

/** Why a hub takes no more of this register's lines. */
enum worker_fork {
	WORKER_FORK_NONE,
	WORKER_FORK, /* one sequence, two lines */
	WORKER_FENCED, /* a newer epoch is open */
	WORKER_CLONE, /* another machine says it is this register */
	WORKER_REVOKED,
	WORKER_ROLLBACK, /* the register's log is older than the hub's */
	WORKER_FORK_COUNT
};
/** worker_fork_name(f): as the channel and hub.refused have it; "none". */
const char *worker_fork_name(enum worker_fork f);

struct worker_feed {
	char name[WORKER_WORD_BYTES];
	uint64_t rev;
	struct utc at; /* the hub was asked last, with an answer; 0 never */
};

/** A STATE line. */
struct worker_state {
	enum worker_link link;
	char why[WORKER_TEXT_BYTES]; /* English, "" */
	struct utc since; /* link is what it is; 0 not known */
	uint32_t acked_epoch;
	uint64_t acked; /* 0: nothing yet */
	bool has_ack; /* all of these: */
	uint8_t acked_hash[HASH_BYTES], anchor[SIG_BYTES], hub[UUID_BYTES];
	struct utc acked_time; /* by the hub's clock, as the anchor signs it */
	uint64_t durable, head, queued;
	struct utc oldest; /* of the oldest line that waits; 0 none */
	uint64_t quarantined;
	enum worker_fork fork;
	uint32_t fork_epoch;
	uint64_t fork_sequence;
	int64_t offset_ms, rtt_ms; /* rtt below 0: not measured */
	int64_t retry_s, tried;
	/* what was the matter last that people had to mend; "" nothing: since
	 * when, and when it was over, 0 it is not */
	char was[WORKER_TEXT_BYTES];
	struct utc was_at, was_over;
	struct worker_feed feed[WORKER_FEEDS];
	size_t n_feed;
	char feeds_why[WORKER_TEXT_BYTES]; /* not all of it is taken; "" */
};

/** An ITEM line: a line in quarantine. */
struct worker_item {
	uint32_t epoch;
	uint64_t sequence;
	uint8_t hash[HASH_BYTES];
	char reason[WORKER_TEXT_BYTES];
	struct utc at; /* 0 not known */
};

/** worker_state_read(line, len, ret), worker_item_read(): without the newline.
 * False: it is none, or lacks what one must have; *ret is not to be used. */
bool worker_state_read(
	const char *line, size_t len, struct worker_state *ret);
bool worker_item_read(const char *line, size_t len, struct worker_item *ret);

enum worker_what {
	WORKER_ASK_STATE,
	WORKER_ASK_NOW,	   /* try at once */
	WORKER_ASK_PAUSE,  /* minutes, 0 until RESUME */
	WORKER_ASK_RESUME,
	WORKER_ASK_LIST,   /* what is in quarantine */
	WORKER_ASK_ENROLL, /* sync/enroll is there */
	WORKER_ASK_KEY,	   /* here is the reading key */
	WORKER_ASK_COUNT
};

struct worker_ask {
	enum worker_what what;
	int64_t minutes;
	uint8_t key[KEY_BYTES]; /* wiped when it is on its way */
};

/** What it gives: DEVICE_WORKER_STATE with link, DEVICE_WORKER_ITEM with item
 * for each of a list, and for each question DEVICE_JOB_DONE, DEVICE_JOB_FAILED
 * (text: the worker's refusal) or, when the line went, DEVICE_JOB_UNKNOWN. */
struct device_driver;
extern const struct device_driver worker_driver;

#endif
