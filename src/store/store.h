/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/keys.h"
#include "core/event.h"
#include "core/period.h"
#include "core/shift.h"
#include "core/totals.h"

/**
 * store - what follows from the journal, in LMDB, and can always be made anew.
 *
 * One function, store_apply(), turns an event into changes; live selling,
 * restart, rebuild and verify all go through it.  It is a pure function of
 * the event and the store, so the same lines give the same keys and values.
 * Values are sealed (associated data: database name and key), look-up keys
 * that would tell what was sold are keyed hashes.  Nothing a caller gets
 * points into LMDB.
 *
 * Opened MDB_NOMETASYNC|MDB_NOTLS; never WRITEMAP, DUPSORT, and NOSYNC only
 * while a store is built.  The file is at the last or last but one commit
 * after any crash; the journal supplies the rest.  A data.mdb that came from
 * outside is never opened.
 *
 * A store is built from nothing without a flush a transaction and with its
 * stock kept in memory: nobody trusts it before it is finished.  STORE_BUILD
 * keeps the file "suspect" beside data.mdb, on disk before the first byte of
 * it, until store_finish() has flushed everything: a build that dies, by the
 * power or by a signal, is one that every other mode refuses to open.
 *
 * Databases: meta (head, counters, totals' day), line (sequence -> whole line,
 * the second copy that mends a journal block), doc (number -> sequence; number
 * and line -> quantity that came back),
 * total (day -> struct totals, shifts -> struct shifts), stock (item -> moved quantity), parked (short
 * number -> sequence), printq (sequence -> number), config (version ->
 * sequence).  holdfast-store(5).
 */
#define STORE_MAP_BYTES ((size_t)4 << 30)

struct store;
struct store_txn;

enum store_mode {
	STORE_WRITE, /* make it when missing; the register's own lock held */
	STORE_READ,  /* beside a running register */
	STORE_BUILD, /* from nothing, see above; store_remove() first */
	STORE_SCRATCH, /* the same, never flushed and never marked: to be
		       * compared and removed */
	STORE_SALVAGE /* read it though it is suspect or damaged, behind
		       * nobody's back: see store_salvage_open() */
};

/**
 * store_open(dir, keys, mode, map_bytes, ret, reterr):
 * map_bytes 0 = STORE_MAP_BYTES.  Clears stale readers.  Checks that the file
 * is as long as its own pages say, so that a truncated file is an error here
 * and not a signal later.  ${keys} is borrowed until store_close(), ${rng} is
 * copied.  One process opens one directory once (LMDB's file locks), which is
 * the caller's to see to.
 * Errors   RC_CORRUPT cannot be opened, is truncated, or a former run died
 *          inside it (file "suspect"): store_remove() and rebuild.
 *          RC_NOTFOUND STORE_READ and not there.  RC_EXISTS a build and
 *          there is a store already.  RC_NOSPC, RC_IO.
 */
MUST_CHECK enum rc store_open(const char *dir, const struct keys *keys,
	const struct rng *rng, enum store_mode mode, size_t map_bytes,
	struct store **ret, struct err *reterr);
void store_close(struct store *s);

/** store_index_like(s, other, reterr): a STORE_SCRATCH that is to be compared
 * with ${other} hides its look-up keys as that does, which may be older than
 * the last change of the master key.  Before anything is applied to it. */
MUST_CHECK enum rc store_index_like(
	struct store *s, const struct store *other, struct err *reterr);

/**
 * store_finish(s, reterr):
 * The end of a build: writes the stock kept in memory and, of a STORE_BUILD,
 * flushes all of it and takes the mark away; then it can be opened as any
 * other, and takes no more changes here.  A STORE_SCRATCH may go on, and be
 * finished again.  Nothing to do in other modes.  Head, state and totals can
 * be asked for at any time, stock and store_compare() after this only
 * (RC_INVAL).
 * Errors   RC_NOSPC, RC_IO, RC_NOMEM; RC_INVAL a commit of the build failed
 *          behind its own changes, or a transaction is open.  The build is
 *          then of no use: close and store_remove() it.
 */
MUST_CHECK enum rc store_finish(struct store *s, struct err *reterr);

#define STORE_HOLD_ITEMS 1000000u
/** store_hold(s, n_item): how many items' stock a build keeps in memory (some
 * 32 bytes each, twice while they are sorted) before it adds them to the
 * file.  STORE_HOLD_ITEMS unless told. */
void store_hold(struct store *s, size_t n_item);

/** store_remove(dir): delete the LMDB files, ready to be made anew. */
MUST_CHECK enum rc store_remove(const char *dir, struct err *reterr);

/** store_guard(dir): install handlers for SIGSEGV, SIGBUS and SIGABRT that
 * leave a "suspect" file beside data.mdb and die: a damaged page can crash
 * the reader, the next start then rebuilds.  Async-signal-safe; the path is
 * kept in this layer's one static variable, for the handler. */
void store_guard(const char *dir);

struct store_head {
	uint64_t applied; /* sequence, 0 = empty */
	uint32_t epoch;
	uint8_t hash[HASH_BYTES]; /* of that line */
};
MUST_CHECK enum rc store_head(
	struct store *s, struct store_head *ret, struct err *reterr);

/** store_sync(s, reterr): what was committed is on the disk when this returns,
 * the last commit too, which store_commit() leaves to the next one. */
MUST_CHECK enum rc store_sync(struct store *s, struct err *reterr);

/**
 * store_begin / store_apply / store_commit / store_abort: the write order of
 * an act is apply (not committed) -> journal flush -> effects -> commit.
 * store_apply errors: RC_NOSPC disk full; RC_CORRUPT a value fails its seal;
 * RC_INVAL not the next sequence; RC_RANGE the totals cannot take it in.  On
 * any error abort the transaction.
 * RC_AGAIN from begin, apply or commit: the map was too small and is grown by
 * the next begin; abort, begin again.
 * Counters, totals and stock are written by the commit; apply has looked for
 * the room before, so that after it a commit fails only as any flush may.
 * A failed commit has ended the transaction.  A transaction of a replay holds
 * at most 1,000 events and 64 MiB of lines (LMDB's list of dirty pages).
 */
MUST_CHECK enum rc store_begin(
	struct store *s, struct store_txn **ret, struct err *reterr);
MUST_CHECK enum rc store_apply(struct store_txn *t, const struct event *e,
	const char *line, size_t len, const uint8_t hash[HASH_BYTES],
	struct err *reterr);
MUST_CHECK enum rc store_commit(struct store_txn *t, struct err *reterr);
void store_abort(struct store_txn *t);

/* --- look-ups; each its own short read transaction */

/** store_line(s, seq, buf, cap, ret_len): the whole line, opened. */
MUST_CHECK enum rc store_line(struct store *s, uint64_t sequence, char *buf,
	size_t cap, size_t *ret_len, struct err *reterr);
/** store_doc(s, number, ret_seq): "R01-000042". RC_NOTFOUND. */
MUST_CHECK enum rc store_doc(struct store *s, const char *number,
	uint64_t *ret_sequence, struct err *reterr);

/** Counters and state the register starts from. */
struct store_state {
	uint64_t next_sale;   /* next number of the sale series */
	uint64_t next_parked;
	uint64_t last_sale_seq; /* last sale.completed, 0 none */
	uint8_t last_sale[UUID_BYTES]; /* id of the last basket closed: sold,
					* voided or parked; its draft is
					* stale.  Zeros once recalled */
	struct utc last_time;   /* of the last event */
	char config[65];        /* active version, "" none */
	uint64_t config_seq;
	int64_t catalog;	/* generation active, 0 none */
	uint8_t tenant[UUID_BYTES], store[UUID_BYTES], reg[UUID_BYTES];
	char shop[128];
	char register_no[16];
	char number_prefix[24]; /* "R01"; after a restore "R01.EPOCH" */
	uint64_t next_training; /* of training's own series */
	uint64_t next_training_parked;
	bool initialized;
	char machine[65]; /* the register is on, as its event; "" not known */
};
MUST_CHECK enum rc store_state(
	struct store *s, struct store_state *ret, struct err *reterr);

MUST_CHECK enum rc store_totals(
	struct store *s, struct totals *ret, struct err *reterr);
/** store_shifts(s, ret, reterr): who has which drawer. */
MUST_CHECK enum rc store_shifts(
	struct store *s, struct shifts *ret, struct err *reterr);
/** store_config(s, version, ret_seq): the event that activated this version
 * of the configuration. RC_NOTFOUND. */
MUST_CHECK enum rc store_config(struct store *s, const char *version,
	uint64_t *ret_sequence, struct err *reterr);
/** store_copies(s, number, ret): copies printed so far.  RC_NOTFOUND. */
MUST_CHECK enum rc store_copies(struct store *s, const char *number,
	int64_t *ret, struct err *reterr);
/** store_returned(s, number, line, ret): thousandths of a line of a sale that
 * came back against its receipt, 0 when none. */
MUST_CHECK enum rc store_returned(struct store *s, const char *number,
	int64_t line, int64_t *ret, struct err *reterr);
/** store_stock(s, code, ret): thousandths moved, negative = left the shop; a
 * sale of two pieces is -2000.  0 for an item that never moved. */
MUST_CHECK enum rc store_stock(struct store *s, const char *code,
	int64_t *ret, struct err *reterr);

struct store_parked {
	uint64_t number; /* 1, 2, ... */
	uint64_t sequence;
	struct utc time;
	int64_t total;
	int64_t n_line;
	char actor[16];
};
/** store_parked_list(s, ret, cap, ret_n): oldest first, at most cap. */
MUST_CHECK enum rc store_parked_list(struct store *s,
	struct store_parked ret[], size_t cap, size_t *ret_n,
	struct err *reterr);
/** store_training_list(): the same of what was parked in training, which is
 * gone when training begins or ends. */
MUST_CHECK enum rc store_training_list(struct store *s,
	struct store_parked ret[], size_t cap, size_t *ret_n,
	struct err *reterr);
/** store_printq(s, ret, cap, ret_n): sequences of sales whose receipt was not
 * recorded as printed, oldest first. */
MUST_CHECK enum rc store_printq(struct store *s, uint64_t ret[], size_t cap,
	size_t *ret_n, struct err *reterr);

/* A kitchen's part of a sale that is not known to be on its paper. */
struct store_order {
	uint64_t sequence; /* of the sale */
	char device[32];   /* its printer */
	int64_t copy;	   /* to print; 0 not a byte of it ever went out */
};

/** store_orders(s, ret, cap, ret_n, reterr): oldest first, at most ${cap}. */
MUST_CHECK enum rc store_orders(struct store *s, struct store_order ret[],
	size_t cap, size_t *ret_n, struct err *reterr);

/* --- ends of days, months and years */

/* All there ever was, as the last Z told it, and what is closed. */
struct store_ever {
	bool told; /* the last Z did; else .ever is of an older one */
	struct period ever;
	char date[PERIOD_DATE_BYTES]; /* of the last Z that has one, "" none */
	char last[2][PERIOD_NAME_BYTES]; /* closed, by kind; "" none yet */
	int64_t closed[2];		 /* how many */
};
/** store_ever(s, ret, reterr): zeros before the first Z of this kind. */
MUST_CHECK enum rc store_ever(
	struct store *s, struct store_ever *ret, struct err *reterr);

/* A month or year that has closed days. */
struct store_period {
	struct period p;
	int64_t number;	   /* of its own closing; 0 it is not closed */
	uint64_t sequence; /* of that line */
};
/** store_period(s, name, ret, reterr): "2026-11", "2026".  RC_NOTFOUND. */
MUST_CHECK enum rc store_period(struct store *s, const char *name,
	struct store_period *ret, struct err *reterr);
/** store_period_next(s, kind, after, ret, reterr): the first behind ${after},
 * "" the first of all.  RC_NOTFOUND there is none. */
MUST_CHECK enum rc store_period_next(struct store *s, enum period_kind kind,
	const char *after, struct store_period *ret, struct err *reterr);
/** store_day(s, number, ret_sequence, ret_copies, reterr): where the Z stands
 * and how often it was printed again; sequence 0: only that is known of one of
 * before there were rows.  RC_NOTFOUND. */
MUST_CHECK enum rc store_day(struct store *s, int64_t number,
	uint64_t *ret_sequence, int64_t *ret_copies, struct err *reterr);
/** store_z_number(number): 12 of "Z12"; 0 it is no number of a Z. */
int64_t store_z_number(const char *number);
/* A configuration that was put forward, and is neither active nor dropped. */
struct store_draft {
	char version[65];
	uint64_t drafted;  /* its line, with the text; the last one's */
	uint64_t approved; /* 0 not yet */
	struct utc effective; /* when it is to become active, 0 at once */
};

/** store_drafts(s, ret, cap, ret_n, reterr): in the order they were put
 * forward, at most ${cap}. */
MUST_CHECK enum rc store_drafts(struct store *s, struct store_draft ret[],
	size_t cap, size_t *ret_n, struct err *reterr);

/* --- the hub */

#define STORE_HUB_URL 256
#define STORE_HUB_KEYID 160
#define STORE_HUB_KIND 16

/* The hub the register belongs to, as its lines have it. */
struct store_hub {
	uint64_t enrolled; /* the line that says so */
	uint8_t hub[UUID_BYTES], key[SIGN_PUB_BYTES];
	char url[STORE_HUB_URL], keyid[STORE_HUB_KEYID];
	/* acknowledged last; acked 0: nothing yet */
	uint32_t epoch;
	uint64_t acked;
	uint8_t hash[HASH_BYTES], anchor[SIG_BYTES];
	struct utc at; /* by the hub's clock */
	uint64_t durable;
	/* refused, and nothing acknowledged since; line 0: nothing is */
	uint64_t refused_line;
	char refused[STORE_HUB_KIND]; /* "fork", ... */
	uint32_t refused_epoch;
	uint64_t refused_sequence;
};
/** store_hub(s, ret, reterr): RC_NOTFOUND it belongs to none. */
MUST_CHECK enum rc store_hub(
	struct store *s, struct store_hub *ret, struct err *reterr);

/* A line that the hub keeps apart, and the line that says so. */
struct store_apart {
	uint32_t epoch;
	uint64_t sequence;
	uint64_t line;
};
/** store_apart(s, hub, ret, cap, ret_n, ret_all, reterr): those of that hub by
 * epoch and sequence, at most ${cap}; *ret_all how many there are. */
MUST_CHECK enum rc store_apart(struct store *s, const uint8_t hub[UUID_BYTES],
	struct store_apart ret[], size_t cap, size_t *ret_n, uint64_t *ret_all,
	struct err *reterr);
/** store_apart_line(s, hub, epoch, sequence, ret_line, reterr): RC_NOTFOUND no
 * line says so. */
MUST_CHECK enum rc store_apart_line(struct store *s,
	const uint8_t hub[UUID_BYTES], uint32_t epoch, uint64_t sequence,
	uint64_t *ret_line, struct err *reterr);

/* --- operators */

#define STORE_BADGES 4
#define STORE_SEALED_TEXT 200 /* base64url of a sealed member, with the NUL */

/* What lines say of one operator, or (number STORE_TILL) of all tries at this
 * register.  Somebody who tried and is not known has a number and tries. */
struct store_person {
	char no[16];
	bool known;  /* an operator.changed names them */
	char role[16];
	bool active;
	char name[STORE_SEALED_TEXT]; /* sealed, base64url, "" none */
	char pin[STORE_SEALED_TEXT];
	size_t n_badge;
	char badge[STORE_BADGES][STORE_SEALED_TEXT];
	uint32_t tries; /* without a success since */
	struct mono tried; /* the last one */
	char tried_boot[CLOCK_BOOT_BYTES];
	struct utc on, off; /* last sign-on and sign-off, 0 never */
	int32_t day;	    /* local date of the last refusal, 20261121 */
	uint32_t refused;   /* on that day */
	bool erased; /* for good: the key of what is sealed is gone */
	bool loud; /* of "glass": used, and nobody has signed off since */
};
#define STORE_TILL "*"

/** store_person(s, no, ret, reterr): RC_NOTFOUND nothing was ever recorded. */
MUST_CHECK enum rc store_person(struct store *s, const char *no,
	struct store_person *ret, struct err *reterr);
/** store_people(s, ret, cap, ret_n, reterr): those that are known, by number
 * as text, at most cap. */
MUST_CHECK enum rc store_people(struct store *s, struct store_person ret[],
	size_t cap, size_t *ret_n, struct err *reterr);

/* --- feeds of a hub */

#define STORE_FEED_EPOCH 64
/* How far a feed was followed, as the lines tell it. */
struct store_feed {
	uint64_t sequence; /* of the line that says so */
	int64_t revision;
	char epoch[STORE_FEED_EPOCH]; /* of the feed */
};
/** store_feed(s, name, ret, reterr): RC_NOTFOUND nothing was taken over. */
MUST_CHECK enum rc store_feed(struct store *s, const char *name,
	struct store_feed *ret, struct err *reterr);

#define STORE_OWN_CATALOG "catalog"
#define STORE_OWN_CONFIG "config"
#define STORE_OWN_PERSON "person/"
/** store_own(s, what, no, ret_sequence, reterr): the last line by which the
 * shop itself changed ${what} (of a person: the number ${no}, else ""); of
 * before it had a hub the line of the configuration that was active then.
 * RC_NOTFOUND it has no hub. */
MUST_CHECK enum rc store_own(struct store *s, const char *what,
	const char *no, uint64_t *ret_sequence, struct err *reterr);

/** store_from_hub(s, no, reterr): RC_OK what is known of the operator ${no} is
 * what the hub said last, RC_NOTFOUND the shop itself did. */
MUST_CHECK enum rc store_from_hub(
	struct store *s, const char *no, struct err *reterr);

/* --- payments at card terminals */

#define STORE_PAYMENT_TEXT 48

enum store_payment_state {
	STORE_PAYMENT_OPEN,    /* it began, and no line says how it ended */
	STORE_PAYMENT_UNKNOWN, /* a line says that nobody knows */
	STORE_PAYMENT_RESERVED /* money is held, and not yet taken */
};

/* A payment that is not over: between its payment.started and the last
 * payment.ended, or a reservation that was neither captured nor released. */
struct store_payment {
	uint8_t payment[UUID_BYTES], sale[UUID_BYTES];
	enum store_payment_state state;
	uint64_t sequence; /* of its payment.started */
	struct utc time;
	int64_t amount; /* below zero: to the customer */
	char op[STORE_PAYMENT_TEXT], tender[STORE_PAYMENT_TEXT];
	char name[STORE_PAYMENT_TEXT], device[STORE_PAYMENT_TEXT];
	char of[UUID_TEXT_BYTES];
	/* of the payment it is about; of a reservation its own */
	char receipt[STORE_PAYMENT_TEXT], trace[STORE_PAYMENT_TEXT];
	char auth[STORE_PAYMENT_TEXT];
	char last[STORE_PAYMENT_TEXT]; /* as payment.started has it */
};

/** store_payments(s, reserved, after, ret, cap, ret_n, reterr): of those that
 * are not over the reservations, or all others, oldest first, at most cap; the
 * next ones stand behind the payment ${after}, NULL from the first on. */
MUST_CHECK enum rc store_payments(struct store *s, bool reserved,
	const uint8_t *after, struct store_payment ret[], size_t cap,
	size_t *ret_n, struct err *reterr);

/* What lines say of one terminal: the last payment whose number there is known,
 * and what was paid since its last end of day. */
struct store_terminal {
	char id[STORE_PAYMENT_TEXT]; /* its own */
	char receipt[STORE_PAYMENT_TEXT], trace[STORE_PAYMENT_TEXT];
	int64_t amount;
	struct utc time; /* of its line, and by the terminal's own clock: */
	char when[STORE_PAYMENT_TEXT];
	/* payments, reversed ones taken off, and what they come to; a
	 * reservation is none */
	int64_t paid_count, paid;
	int64_t offline; /* of them without a host */
	int64_t reversed;
};

/** store_terminal(s, device, ret, reterr): by its name in the configuration.
 * RC_NOTFOUND no payment was ever asked of it. */
MUST_CHECK enum rc store_terminal(struct store *s, const char *device,
	struct store_terminal *ret, struct err *reterr);

/* --- archives and purges */

/* What lines say of them; zeros where there were none. */
struct store_past {
	int64_t archives;	  /* made so far: the last one's number */
	uint64_t archive_sequence; /* of its line */
	uint64_t archived_first, archived_last; /* lines it holds */
	uint64_t purge_sequence; /* line of the last purge */
	int64_t purge_archive;	 /* number of the archive it named */
	uint64_t purged;	 /* last line it took away */
	uint8_t purged_hash[HASH_BYTES]; /* of that line */
	uint8_t base[HASH_BYTES];	 /* SHA-256 of the base's file */
};

/** store_past(s, ret, reterr) */
MUST_CHECK enum rc store_past(
	struct store *s, struct store_past *ret, struct err *reterr);

/* One key and its opened value, for a base (journal.purged); borrowed. */
struct store_row {
	uint8_t db;
	const void *key;
	size_t key_len;
	const uint8_t *value;
	size_t n;
};
typedef enum rc (*store_row_fn)(
	void *arg, const struct store_row *row, struct err *reterr);

/**
 * store_rows(s, fn, arg, reterr):
 * Every row of a store that is finished, in order; but of lines only those that
 * a purge up to its head would leave: register, configuration, days, periods,
 * archives, purges, keys, and what a parked sale, an unprinted receipt or order,
 * an open payment or the last sale points at.
 */
MUST_CHECK enum rc store_rows(
	struct store *s, store_row_fn fn, void *arg, struct err *reterr);
/** store_rows_begin(s, reterr): before the first store_put_row(): the keys of
 * look-ups are those of the rows. */
MUST_CHECK enum rc store_rows_begin(struct store *s, struct err *reterr);
/** store_put_row(t, row, reterr): into a store that is being built and has no
 * event yet, in the order store_rows() gave; head, state and totals are the
 * rows' behind the commit. */
MUST_CHECK enum rc store_put_row(
	struct store_txn *t, const struct store_row *row, struct err *reterr);

/** store_line_next(s, after, ret, reterr): the sequence of the first line
 * behind ${after} that the store has.  RC_NOTFOUND none. */
MUST_CHECK enum rc store_line_next(struct store *s, uint64_t after,
	uint64_t *ret_sequence, struct err *reterr);

/* --- lines of a store that must not be trusted */

struct store_salvage;

/**
 * store_salvage_open(dir, keys, rng, ret, reterr):
 * Read head and lines of a store that is suspect or cannot be opened, for the
 * journal to be mended from: each is sealed, so that what opens is what was
 * once committed.  A child process reads, and may die of a damaged page; the
 * next question gets another.  Changes nothing; flushes data.mdb.  Nobody may
 * have the store open.  ${keys} and ${rng} are borrowed.
 * Errors   RC_NOTFOUND no data.mdb; RC_IO, RC_NOMEM.
 */
MUST_CHECK enum rc store_salvage_open(const char *dir,
	const struct keys *keys, const struct rng *rng,
	struct store_salvage **ret, struct err *reterr);
/** store_salvage_head(v, ret, reterr): RC_CORRUPT it cannot be read. */
MUST_CHECK enum rc store_salvage_head(struct store_salvage *v,
	struct store_head *ret, struct err *reterr);
/** store_salvage_line(v, seq, buf, cap, ret_len, reterr): RC_NOTFOUND also
 * when it cannot be read. */
MUST_CHECK enum rc store_salvage_line(struct store_salvage *v,
	uint64_t sequence, char *buf, size_t cap, size_t *ret_len,
	struct err *reterr);
/** store_salvage_close(v): NULL too. */
void store_salvage_close(struct store_salvage *v);

/* --- whole-store checks */

/**
 * store_compare(a, b, ret_equal, what, what_cap, reterr):
 * Same keys and same opened values in every database; ${what} gets the first
 * difference in words.  RC_CORRUPT a value of either fails its seal.
 */
MUST_CHECK enum rc store_compare(struct store *a, struct store *b,
	bool *ret_equal, char *what, size_t what_cap, struct err *reterr);

/** store_bytes(s): bytes in use, for the status line. */
uint64_t store_bytes(struct store *s);

/** store_idle(s): clear readers that died; every minute or so. */
void store_idle(struct store *s);

/** store_rc_from_mdb(code): the one translation of LMDB's codes. */
enum rc store_rc_from_mdb(int code);

#endif
