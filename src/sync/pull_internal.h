/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_PULL_INTERNAL_H
#define SYNC_PULL_INTERNAL_H

#include <sys/types.h>

#include "base/file.h"
#include "sync/pull.h"

/*
 * Files: pull.c what is next and what answers come to; pull_ask.c requests;
 * pull_page.c a page into the catalog; pull_child.c by whom.
 */
#define SECOND_US INT64_C(1000000)

/** Feeds that a register of this build does something with. */
#define PULL_KNOWN 5
extern const char *const pull_known[PULL_KNOWN];

struct pull_feed {
	struct feeds_cursor c;
	bool has;     /* it was followed before */
	bool there;   /* the hub has it */
	bool moved;   /* there is more than we have */
	bool afresh;  /* from 0, whatever the cursor says */
	uint64_t rev; /* the hub's */
};

enum pull_asked {
	PULL_ASKED_NOTHING,
	PULL_ASKED_HEAD,
	PULL_ASKED_PAGE,
	PULL_ASKED_PERSONS,
	PULL_WORKS /* at what came: pull_child.c */
};

/** What became of a page, or of a fold. */
struct pull_done {
	enum rc rc;
	struct err err;
	struct pull_page page;
	bool folded;
};
typedef void (*pull_end_fn)(struct pull *p, const struct pull_done *d);

struct pull {
	struct pull_conf conf;
	char store[PATH_BYTES], catalog[PATH_BYTES];
	uint8_t reg[UUID_BYTES];
	struct rng rng;
	struct clock clock;
	struct pull_feed feed[PULL_KNOWN];
	bool loaded; /* cursors were read */
	bool hold, now;
	bool again; /* cursors are to be forgotten */
	bool owing; /* the shop's own import still holds */
	uint64_t applied, head, acked;
	uint64_t asked_acked; /* .acked when a page was asked for */
	enum pull_asked asked;
	size_t at;      /* the feed that was asked for */
	uint64_t since; /* and from where */
	unsigned limit, tries;
	struct mono wait;  /* nothing before */
	struct mono check; /* and the head by then */
	struct mono settled; /* own imports are looked at then */
	bool skipped;	     /* and were to be before */
	char why[FEEDS_WHY_BYTES];
	/* for pull_feeds() */
	struct feeds_cursor list[PULL_KNOWN];
	/* keys of persons, as they were last handed up */
	char *persons;
	size_t n_persons;
	struct utc persons_sent;
	int64_t persons_mtime;
	/* the process that is at it */
	pid_t child;
	int child_fd;
	bool folding;
	pull_end_fn end;
	int64_t retry_s; /* as the hub said with the page */
};

/** pull_work(p, body, n, aside, fold, end): take a page, or (${fold}, no body)
 * fold; ${aside}: in a process of its own.  True: ${end} comes later and
 * nothing may touch the catalog before; false: it was called.
 * pull_work_stop(p): gives it up; nothing is half. */
bool pull_work(struct pull *p, const char *body, size_t n, bool aside,
	bool fold, pull_end_fn end);
void pull_work_stop(struct pull *p);

/** One request on its way; RC_BUSY another is.  pull_reply() hears of it. */
MUST_CHECK enum rc pull_ask_head(struct pull *p, struct err *reterr);
MUST_CHECK enum rc pull_ask_page(
	struct pull *p, size_t i, struct err *reterr);
/** pull_ask_persons(p, reterr): keys of persons, which the register left for
 * the hub.  RC_NOTFOUND there is nothing new. */
MUST_CHECK enum rc pull_ask_persons(struct pull *p, struct err *reterr);
void pull_reply(void *arg, const struct session_reply *r);

#endif
