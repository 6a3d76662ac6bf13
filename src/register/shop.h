/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_SHOP_H
#define REGISTER_SHOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/keys.h"
#include "base/rng.h"
#include "core/event.h"
#include "journal/journal.h"
#include "register/config.h"
#include "store/store.h"

/**
 * shop - one store directory opened: keys proved, lock taken, journal and
 * store recovered, configuration read from the journal's own lines.  Here is
 * the one door for writes: shop_record().
 *
 * Directory: journal/ store/ catalog/ sync/ keys/ inbox/ holdfast.conf lock
 * draft ballast.  holdfast-store(5).
 */
enum shop_mode {
	SHOP_WRITE, /* the register, or a verb that records: takes the lock */
	SHOP_READ   /* beside a running register: changes nothing */
};

struct shop_conf {
	const char *dir;
	struct keys_offer key;
	enum shop_mode mode;
	struct clock clock;
	struct rng rng;
	uint64_t segment_bytes; /* 0 default */
	size_t map_bytes;	/* 0 default */
	/* restore only: the epoch events get from now on; 0, or lower than the
	 * one on disk = that one */
	uint32_t epoch;
	/* an archive's directory: lines that were purged are looked up there;
	 * NULL none.  Borrowed for the shop's life. */
	const char *archive;
	/* the till's own texts are for people in the shop: the process goes
	 * over to their language (base/i18n.h) */
	bool speaks;
};

struct request;
struct shop_own; /* what only shop_*.c and recovery.c see */

struct shop {
	char dir[PATH_BYTES];
	enum shop_mode mode;
	int lock_fd;
	struct clock clock;
	struct rng rng;
	struct keys *keys;
	struct store *store;	 /* NULL when it cannot be opened */
	struct journal *journal; /* SHOP_WRITE; NULL when read_only */
	struct store_state state;
	bool has_config;
	struct config config; /* active */
	char boot[CLOCK_BOOT_BYTES]; /* of the last reading, events point here */
	char config_version[65];
	/* health, for the status line */
	bool read_only;	   /* no act can be made final: look-up only */
	bool store_behind; /* final acts are not in the store yet */
	char trouble[ERR_MSG_BYTES]; /* words, "" when well */
	bool moved; /* the lines know another machine, and nobody has said yet
		     * what became of it: nothing is sold */
	struct event_recovered recovered; /* of this start */
	bool hold_config; /* set while a sale is open: inbox_take() leaves
			   * requests for another configuration waiting */
	bool drafts_new; /* of configurations: to be looked at, see
			  * register/config_draft.h */
	int64_t catalog_version; /* what is sold from, by who looked: for lines;
				  * 0: state.catalog */
	bool hub_new; /* lines say something of a hub: register/till_sync.h */
	/* what a verb asks of whoever stands at the prompt: a register's engine
	 * does it, with its own checks, as the request's actor, who was proved
	 * to be that, and ${given} in the same group.  NULL: nobody does, and
	 * the request waits */
	enum rc (*prompt)(void *arg, const struct request *r,
		const struct event *given, uint64_t *ret_sequence,
		struct err *reterr);
	void *prompt_arg;
	struct shop_own *own;
};

/**
 * shop_open(conf, ret, reterr):
 * One path for every start, after a clean stop, kill -9, a power cut or a
 * restore: lock, keys, store head, journal tail (damaged, or shorter than the
 * store: mended from the store's copies), replay or rebuild, the journal
 * settled (torn tail zeroed, a last group that may not be on the disk written
 * again behind a store that is), one register.recovered event when anything
 * was done.
 * Errors   RC_BUSY (exit 4), RC_KEY (5, nothing changed), RC_CORRUPT (3),
 *          RC_NOTFOUND no store there, RC_NOMEM.
 *          Where nothing can be written (read-only, full or failing disk) it
 *          opens with read_only set and the reason in trouble; RC_IO only
 *          when nothing can be read either.
 *          On another machine than its lines know it opens with moved set.
 * Blocks   seconds when it rebuilds (1,000,000 sales: see HACKING).
 */
MUST_CHECK enum rc shop_open(const struct shop_conf *conf, struct shop **ret,
	struct err *reterr);
void shop_close(struct shop *s);

/** shop_final_fn: called when the group is final, before the store commits:
 * drawer, print, tell the customer.  ev[i] is stamped; hash + i * HASH_BYTES
 * is the SHA-256 of its line.  May call shop_defer(), nothing else of the
 * shop. */
typedef void (*shop_final_fn)(void *arg, const struct event ev[], size_t n,
	const uint8_t *hash);

/**
 * shop_record(s, ev, n, actor, fn, arg, reterr):
 * The one door for writes.  Stamps the envelope of ${n} events (sequence, time,
 * prev, config, catalog, actor) in place, applies them to the store
 * uncommitted, appends them as one flushed group, calls fn, commits, moves
 * the watermark.  A clock that jumped is recorded first, in the same group.
 * Errors   before final: nothing happened, words in reterr (RC_NOSPC after
 *          the ballast file was already given up; RC_IO: read_only is set;
 *          RC_DENIED: moved is set, and it is nothing that leads out of that).
 *          After final there is no error: a store that cannot commit is marked
 *          store_behind and caught up, or rebuilt, later.
 * Effects  1 journal flush before fn, 1 store flush after.
 */
MUST_CHECK enum rc shop_record(struct shop *s, struct event ev[], size_t n,
	const char *actor, shop_final_fn fn, void *arg, struct err *reterr);

/** shop_defer(s, ev): an event that may wait for the next act (receipt
 * printed): it goes first in the next group, or out at shop_close().  Only
 * EVENT_RECEIPT_PRINTED and EVENT_ORDER_PRINTED; their texts are copied. */
void shop_defer(struct shop *s, const struct event *ev);
/** shop_defers(s): whether any waits, and the store does not know it yet. */
bool shop_defers(const struct shop *s);

/** shop_acknowledged(s, ack): what the hub has, which was looked at: it goes
 * first in the next group, by actor "hub"; a newer one takes its place.  Texts
 * are copied.  It is not what shop_defers() asks about, and is let go when the
 * shop is closed.
 * shop_acknowledge(s): now, as a group of its own when nothing else comes. */
void shop_acknowledged(struct shop *s, const struct event_hub_ack *ack);
void shop_acknowledge(struct shop *s);

/** shop_followed(s, e): products or prices of a feed that are sold from now on:
 * it goes first in the next act's group, by actor "hub"; a newer one of the
 * same feed takes its place.  Texts are copied; let go when the shop is closed,
 * and found again by who looks. */
void shop_followed(struct shop *s, const struct event_feed *e);

/** shop_idle(s): zeros ahead, stale readers, catch-up of a store that is
 * behind, ballast made again, disk watch. */
void shop_idle(struct shop *s);

/** shop_event(s, seq, ret_hash, ret, reterr): decode one recorded event into
 * the shop's arena; valid until the next shop_event().  From the store's copy,
 * or the journal when it is behind.  ret_hash may be NULL. */
MUST_CHECK enum rc shop_event(struct shop *s, uint64_t sequence,
	uint8_t *ret_hash, const struct event **ret, struct err *reterr);

/** shop_config_at(s, e, ret, reterr): the configuration ${e} (recorded, with
 * its sequence) was made under, to be released.  Leaves the shop's arena alone.  RC_NOTFOUND
 * it was recorded before the first one. */
MUST_CHECK enum rc shop_config_at(struct shop *s, const struct event *e,
	struct config *ret, struct err *reterr);

/** shop_config_text(s, ret, ret_len, reterr): the text of the active
 * configuration as its event holds it, malloc'd with a NUL. */
MUST_CHECK enum rc shop_config_text(struct shop *s, char **ret,
	size_t *ret_len, struct err *reterr);

/** shop_head(s): last sequence that may be read: the journal's head, or beside
 * a running register what is known to be final. */
uint64_t shop_head(const struct shop *s);

/** shop_begin(s): the first line that the journal still has; 1 where nothing was
 * purged. */
uint64_t shop_begin(const struct shop *s);

/** shop_heal(s, reterr): a look-up found the store damaged (RC_CORRUPT): open
 * it anew and make it follow the journal again, from nothing if need be.
 * SHOP_WRITE only. */
MUST_CHECK enum rc shop_heal(struct shop *s, struct err *reterr);

/** shop_ready(s): whether the store can answer about the past.  When it is
 * behind, it is tried to make it follow first, at most once a second. */
bool shop_ready(struct shop *s);

/** shop_rebuild(s, ret_n, reterr): the store made anew from the journal's
 * lines, which are mended from the old store where they do not hold.  The
 * old store goes when the new one is complete. */
MUST_CHECK enum rc shop_rebuild(
	struct shop *s, uint64_t *ret_n, struct err *reterr);

/* --- making a store ------------------------------------------------------- */

struct shop_seed {
	const char *dir;
	struct config_seed config;
	struct keys_offer key;
	struct clock clock;
	struct rng rng;
};
/** shop_init(seed, reterr): directories, keys, holdfast.conf, first segment,
 * events register.initialized and config.activated, by operator 1.
 * RC_EXISTS a store is there. A failed init removes what it made. */
MUST_CHECK enum rc shop_init(const struct shop_seed *seed, struct err *reterr);

/* --- journal walks -------------------------------------------------------- */

typedef enum rc (*shop_line_fn)(void *arg, const struct journal_record *rec,
	struct err *reterr);
/** shop_walk(s, from, to, fn, arg): lines in order; to 0 = shop_head().  Of what
 * was purged only the lines come that a purge leaves (store_rows()): who wants
 * none of them begins with shop_begin(). */
MUST_CHECK enum rc shop_walk(struct shop *s, uint64_t from, uint64_t to,
	shop_line_fn fn, void *arg, struct err *reterr);

#endif
