/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_SHOP_INTERNAL_H
#define REGISTER_SHOP_INTERNAL_H

#include "base/bytes.h"
#include "register/shop.h"
#include "wire/event.h"

/**
 * shop_internal - what the files behind shop.h share.
 *
 * shop.c        open, close, look-only fallback
 * recovery.c    journal and store brought to agree, at start and later
 * recovery_mend.c  the journal opened, and mended from copies of its lines
 * replay.c      lines into a store, in batches
 * shop_stamp.c  fiscal time, clock quality, the envelope
 * shop_record.c the one door for writes
 * shop_read.c   recorded events and configurations
 * shop_idle.c   what waits for a quiet moment
 * shop_init.c   a store made
 * shop_machine.c  which machine the register is on
 * ballast.c     disk kept back for a full disk
 *
 * Invariants, between calls:
 * 1. the store is never ahead of the journal;
 * 2. store_behind is false => store applied == journal head, same hash;
 * 3. read_only => nothing below writes at all;
 * 4. no store transaction is open.
 */
#define SHOP_ACTOR "0"	    /* the register itself */
#define SHOP_HUB "hub"	    /* what it decided or said */
#define SHOP_DEFERRED 8
#define SHOP_GROUP JOURNAL_GROUP_MAX
#define SHOP_FOLLOWED 2 /* products, prices */
#define SHOP_PREFIX (4 + SHOP_FOLLOWED + SHOP_DEFERRED)
#define SHOP_YEAR_MIN 2024 /* a clock before it was never set */
#define SHOP_JUMP_US ((int64_t)60 * 1000000)
#define SHOP_BUF_BYTES (WIRE_LINE_BYTES + ((size_t)1 << 19))
#define MACHINE_TEXT_BYTES 65
#define SHOP_LOCK_TRY_US ((int64_t)60000)
#define SHOP_STORE_US ((int64_t)1000000) /* between tries to catch up */

struct shop_deferred {
	enum event_type type;
	char number[32];
	char device[32]; /* of an order */
	int64_t copy;
	char outcome[16];
};

/* The newest acknowledgement, until the next group. */
struct shop_ack {
	bool due;
	struct event_hub_ack ack; /* its texts are those below */
	char hub[UUID_TEXT_BYTES], hash[2 * HASH_BYTES + 1];
	char anchor[BASE64_LEN(SIG_BYTES) + 1];
};

/* The newest of a feed, until the next act. */
struct shop_followed {
	bool due;
	struct event_feed e; /* its texts are those below */
	char feed[24], epoch[STORE_FEED_EPOCH];
};

/** One group on its way into the journal. */
struct shop_group {
	size_t n;
	struct event *ev[SHOP_GROUP];
	struct journal_line line[SHOP_GROUP];
	uint8_t hash[SHOP_GROUP * HASH_BYTES];
	/* what goes first: hub, feeds, machine, recovered, clock, deferred */
	struct event prefix[SHOP_PREFIX];
	size_t n_prefix;
};

struct shop_own {
	uint8_t tenant[UUID_BYTES], store[UUID_BYTES], reg[UUID_BYTES];
	uint32_t epoch;
	char journal_dir[PATH_BYTES], store_dir[PATH_BYTES];
	const char *archive; /* shop_conf's */
	uint64_t segment_bytes;
	size_t map_bytes;
	struct store_salvage *salvage; /* of a store that cannot be opened */
	struct clock real; /* for waiting, also when the clock is a fake */

	struct utc last_time; /* of the last event */
	struct clock_reading last; /* reading believed last */
	bool has_last;
	enum clock_quality quality;
	bool clock_due; /* a clock.jumped must be recorded */
	struct event_clock jump;

	bool recovered_due; /* s->recovered must be recorded */
	char machine[MACHINE_TEXT_BYTES]; /* this one; "" nobody knows */
	bool machine_due; /* no line says so yet */

	char recovered_why[160];
	char dropped_hash[2 * HASH_BYTES + 1];

	bool recording; /* a group is on its way: no other may begin */
	struct shop_deferred deferred[SHOP_DEFERRED];
	size_t n_deferred;
	struct mono deferred_at;
	struct shop_ack ack;
	struct shop_followed followed[SHOP_FOLLOWED];

	struct shop_group group;
	char *line_buf; /* SHOP_BUF_BYTES: lines of the group */
	char *read_buf; /* WIRE_LINE_BYTES + 1: shop_event() */
	size_t line_most, read_most; /* ever used of the two */
	struct arena arena; /* of the last shop_event() */
	void *arena_memory;
	struct event event;

	struct mono next_disk, next_store;
	bool disk_low;
	bool inbox_begun; /* answers of a run before this one were looked at */
};

/** shop_path(s, name, out): PATH_BYTES; RC_RANGE too long. */
MUST_CHECK enum rc shop_path(const struct shop *s, const char *name,
	char out[PATH_BYTES], struct err *reterr);

/* There while init makes a store; what it is found in is none. */
#define SHOP_UNFINISHED "unfinished"

/** shop_open_ids(conf, ids, ret, reterr): shop_open(), and with ids (tenant,
 * store, register) also a directory that init has just made. */
struct shop_ids {
	uint8_t tenant[UUID_BYTES], store[UUID_BYTES], reg[UUID_BYTES];
};
MUST_CHECK enum rc shop_open_ids(const struct shop_conf *conf,
	const struct shop_ids *ids, struct shop **ret, struct err *reterr);

/** shop_refresh(s, reterr): state and active configuration from the store. */
MUST_CHECK enum rc shop_refresh(struct shop *s, struct err *reterr);
MUST_CHECK enum rc shop_load_config(struct shop *s, struct err *reterr);

/** shop_hand_on(rc, e, reterr): *reterr = *e when wanted; returns rc. */
enum rc shop_hand_on(enum rc rc, const struct err *e, struct err *reterr);

/** shop_note_recovered(s, when): when s->recovered counts anything, have it
 * recorded with the next group. */
void shop_note_recovered(struct shop *s, const char *when);

/** shop_look_only(s, e): no act can be made final from now on, and why. */
void shop_look_only(struct shop *s, const struct err *e);

/* --- recovery.c ----------------------------------------------------------- */

/** recovery_open_store(s, reterr): open it as it is; left-overs of a rebuild
 * cut short are cleared away first. */
MUST_CHECK enum rc recovery_open_store(struct shop *s, struct err *reterr);
/** recovery_store(s, reterr): open the store when it is closed and make it
 * equal to the journal: replay, or from nothing; lines that only the store
 * has go into the journal.  Then the journal is settled, behind a store that
 * is on the disk.  Counts in s->recovered. */
MUST_CHECK enum rc recovery_store(struct shop *s, struct err *reterr);
/** recovery_rebuild(s, ret_n, reterr): see shop_rebuild(); settles too. */
MUST_CHECK enum rc recovery_rebuild(
	struct shop *s, uint64_t *ret_n, struct err *reterr);
/** recovery_settle(s, reterr): settle the journal; its last group is written
 * over only when the store is known to hold it on the disk. */
MUST_CHECK enum rc recovery_settle(struct shop *s, struct err *reterr);
/* A store that a purge makes to be copied from, beside the real one. */
#define PURGE_SCRATCH "purge.tmp"
/** recovery_purge(s): go on with a purge that was recorded and cut short; best
 * effort. */
void recovery_purge(struct shop *s);
/** recovery_catalog(s): an import recorded and not yet switched to. */
void recovery_catalog(struct shop *s);

/* --- recovery_mend.c ------------------------------------------------------ */

/** recovery_journal(s, reterr): open the journal; a damaged end is mended from
 * the store's copies, of a store that cannot be opened too.  s->store may be
 * NULL.  What was open is closed.  Not settled yet. */
MUST_CHECK enum rc recovery_journal(struct shop *s, struct err *reterr);
/** recovery_mend(s, reterr): put back what does not hold or is missing, up to
 * what the store has applied.  Leaves the journal closed.  RC_NOTFOUND there
 * is no store, or it has no copy. */
MUST_CHECK enum rc recovery_mend(struct shop *s, struct err *reterr);

/* --- replay.c ------------------------------------------------------------- */

/** replay - applies decoded lines to a store in transactions of at most 1,000;
 * when the map grows under one, that one is done again. */
struct replay;
MUST_CHECK enum rc replay_new(
	struct store *store, struct replay **ret, struct err *reterr);
/** replay_free(r): what was not committed is not applied. */
void replay_free(struct replay *r);
MUST_CHECK enum rc replay_add(struct replay *r, const struct event *e,
	const char *line, size_t len, const uint8_t hash[HASH_BYTES],
	struct err *reterr);
MUST_CHECK enum rc replay_commit(struct replay *r, struct err *reterr);

/** replay_base(dir, keys, store, ret, reterr): what stands for purged lines
 * into a store that is being built and empty; *ret is its head then, zeros when
 * the journal begins with its first line. */
MUST_CHECK enum rc replay_base(const char *dir, const struct keys *keys,
	struct store *store, struct store_head *ret, struct err *reterr);

/** replay_walk(dir, keys, from, to, store, ret_n, reterr): the journal's lines
 * behind ${from} up to ${to} into a store whose head ${from} is; the chain is
 * checked on the way. */
MUST_CHECK enum rc replay_walk(const char *dir, const struct keys *keys,
	const struct store_head *from, uint64_t to, struct store *store,
	uint64_t *ret_n, struct err *reterr);

/* --- shop_stamp.c --------------------------------------------------------- */

/** stamp_start(s, last): begin from the last recorded event (NULL none). */
void stamp_start(struct shop *s, const struct event *last);
/** stamp_read(s): read the clock, judge it; may set own->clock_due. */
struct clock_reading stamp_read(struct shop *s);
/** stamp_group(s, g, now, actor): the envelopes, but for prev. */
void stamp_group(struct shop *s, struct shop_group *g,
	const struct clock_reading *now, const char *actor);

/* --- ballast.c ------------------------------------------------------------ */
#define BALLAST_BYTES ((size_t)4 << 20)

/** ballast_make(s): when it is missing and there is room. */
void ballast_make(struct shop *s);
/** ballast_drop(s): true when there was one and its room is free now. */
bool ballast_drop(struct shop *s);

/* --- shop_keys.c ---------------------------------------------------------- */

/** shop_keys_admit(s, d, reterr): before a key.changed is recorded: it tells of
 * what was done to the files; a new master key is taken over, and the group it
 * comes in begins a segment.  RC_DENIED; RC_IO, RC_NOSPC, RC_CORRUPT. */
MUST_CHECK enum rc shop_keys_admit(
	struct shop *s, const struct event_key *d, struct err *reterr);
/** shop_keys_follow(s): behind it. */
void shop_keys_follow(struct shop *s);
/** shop_keys_settle(s): what was changed and not recorded, by a verb that was
 * killed: when a register starts. */
void shop_keys_settle(struct shop *s);

/** shop_erase_admit(s, d, actor, reterr): before a person.erased is recorded.
 * shop_erased_refuses(s, no, reterr): RC_DENIED that number was erased. */
MUST_CHECK enum rc shop_erase_admit(struct shop *s,
	const struct event_erased *d, const char *actor, struct err *reterr);
MUST_CHECK enum rc shop_erased_refuses(
	struct shop *s, const char *no, struct err *reterr);
/** shop_erase_follow(s, no): behind it: the key goes.  shop_erase_settle(s):
 * at every start, for all whom the lines call erased, so that a key which came
 * back with a backup goes again. */
void shop_erase_follow(struct shop *s, const char *no);
void shop_erase_settle(struct shop *s);

/* --- shop_machine.c ------------------------------------------------------- */

/** shop_machine_look(s): at the start of a shop that writes: whether the lines
 * know another machine (s->moved), or none (recorded with the next group). */
void shop_machine_look(struct shop *s);
/** shop_machine_event(s, how, why, e): what there is to record of it, 0 or 1;
 * borrows ${how}, ${why} and the shop's texts. */
size_t shop_machine_event(const struct shop *s, const char *how,
	const char *why, struct event *e);
/** shop_machine_admit(s, ev, n, reterr): RC_DENIED while nobody has said what
 * became of the other machine, but for what leads to that. */
MUST_CHECK enum rc shop_machine_admit(const struct shop *s,
	const struct event ev[], size_t n, struct err *reterr);
/** shop_machine_follow(s): behind a register.moved. */
void shop_machine_follow(struct shop *s);

/* --- shop_hub.c ----------------------------------------------------------- */

/** shop_hub_event(s, n, e): whether an acknowledgement goes into a group of
 * ${n} events, and then what it says; borrows the shop's texts. */
bool shop_hub_event(const struct shop *s, size_t n, struct event *e);
/** shop_hub_follow(s, e): behind an event of a hub. */
void shop_hub_follow(struct shop *s, const struct event *e);

/* --- shop_feed.c ---------------------------------------------------------- */

/** shop_feed_event(s, i, n, e), shop_feed_follow(s, e): the same of the ${i}th
 * that shop_followed() left. */
bool shop_feed_event(
	const struct shop *s, size_t i, size_t n, struct event *e);
void shop_feed_follow(struct shop *s, const struct event *e);

/* --- shop_record.c -------------------------------------------------------- */

/** record_alone(s): a group of what waits, and nothing else; kept for the next
 * act when it cannot be recorded now. */
void record_alone(struct shop *s);

/** record_due(s): record what only waits for the next act. */
void record_due(struct shop *s);

#endif
