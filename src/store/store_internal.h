/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_INTERNAL_H
#define STORE_STORE_INTERNAL_H

#include <lmdb.h>

#include "base/bytes.h"
#include "base/file.h"
#include "store/store.h"

/*
 * Files: env.c opening, transactions, map growth; guard.c the crash mark;
 * value.c sealed values; codec.c their encodings; apply.c events into
 * changes; shifts.c drawers; stock.c moved quantities; build.c a store from
 * nothing; lookup.c reads; people.c operators; compare.c two stores; snapshot.c
 * what a purge leaves; salvage.c one that is not trusted.
 */
enum store_db {
	DB_META,
	DB_LINE,
	DB_DOC,
	DB_TOTAL,
	DB_STOCK,
	DB_PARKED,
	DB_PRINTQ,
	DB_CONFIG,
	DB_COUNT
};

/** store_db_name(db): as LMDB and the man page know it. */
const char *store_db_name(enum store_db db);

#define STORE_STATE_KEY "state"
#define STORE_DAY_KEY "day"
#define STORE_SUSPECT "suspect"
#define STORE_KEY_MAX 128 /* bytes of any key */
#define STORE_NUMBER_MAX 64

/* What is wanted at every act, opened once: values "state", "day", "shifts". */
struct store_memory {
	struct store_head head;
	struct store_state state;
	struct totals totals;
	struct shifts shifts;
};

/* Quantities moved, not yet in the database. */
struct stock_move {
	uint8_t key[INDEX_BYTES];
	int64_t milli;
};

#define STORE_MOVES_MAX 65536u
/* Up to this many events a transaction is an act being made final: room for
 * all it may need is looked for first, so that the map does not turn out full
 * behind the flush.  A longer one is a replay, and may begin again. */
#define STORE_ACT_EVENTS 64u
/* Pages a put may copy or make, and what the list of free pages takes. */
#define STORE_PUT_PAGES 6u
#define STORE_FREE_PAGES 64u

struct store_txn {
	struct store *s;
	MDB_txn *txn;
	bool failed;	/* only to be aborted */
	bool unsettled; /* .now and .move are ahead of the database */
	bool shifts_moved; /* of .now, and so is its value */
	unsigned n_event;
	size_t n_page; /* that may be needed so far */
	struct store_memory now;
};

/* Stock of a build: items as they were met, and where in them a key is (0
 * nowhere, else its place plus one; open addressing, a power of two). */
struct stock_held {
	struct stock_move *item;
	size_t n;
	size_t cap;
	uint32_t *slot;
	size_t n_slot;
	size_t most; /* then they go to the file */
};

#define STORE_NONCES 32

struct store {
	MDB_env *env;
	MDB_dbi dbi[DB_COUNT];
	enum store_mode mode;
	bool grow;  /* the map is too small: double it at the next begin */
	size_t grow_bytes; /* and to no less than this */
	bool known; /* .memory is what the last commit left */
	bool open;  /* .txn is */
	struct rng rng;
	const struct keys *keys; /* borrowed */
	unsigned index; /* generation of the keys that hide look-up keys */
	struct store_memory memory;
	struct store_txn txn;
	struct stock_move *move;
	size_t n_move;
	size_t cap_move;
	size_t n_keyed; /* of them; behind, .key is a place in .code */
	char *code;
	size_t n_code;
	size_t cap_code;
	struct stock_held held;
	bool reload;  /* rows were put: .memory is read again */
	bool useless; /* a build that lost something: finish refuses */
	bool finished;
	uint8_t nonce[STORE_NONCES][NONCE_BYTES];
	size_t n_nonce; /* unused ones, taken from the end */
	char dir[PATH_BYTES];
};

/** store_fail(s, reterr, code, what): LMDB's code as rc and words. */
enum rc store_fail(const struct store *s, struct err *reterr, int code,
	const char *what);

/** store_read_fail(s, reterr, code, db): the same, of a read. */
enum rc store_read_fail(const struct store *s, struct err *reterr, int code,
	enum store_db db);

/** store_read_begin(s, ret, reterr): a read transaction; follows a map that
 * another process grew.  End it with mdb_txn_abort(). */
MUST_CHECK enum rc store_read_begin(
	struct store *s, MDB_txn **ret, struct err *reterr);

/* --- value.c */

/** value_put(t, db, key, key_len, p, n, flags, reterr): seal and put. */
MUST_CHECK enum rc value_put(struct store_txn *t, enum store_db db,
	const void *key, size_t key_len, const void *p, size_t n,
	unsigned flags, struct err *reterr);
/** value_get(s, txn, db, key, key_len, out, cap, ret_n, reterr): get and open.
 * RC_NOTFOUND; RC_RANGE cap too small; RC_CORRUPT fails its seal. */
MUST_CHECK enum rc value_get(const struct store *s, MDB_txn *txn,
	enum store_db db, const void *key, size_t key_len, uint8_t *out,
	size_t cap, size_t *ret_n, struct err *reterr);
/** value_open(s, db, key, data, out, cap, ret_n, reterr): of a cursor. */
MUST_CHECK enum rc value_open(const struct store *s, enum store_db db,
	const MDB_val *key, const MDB_val *data, uint8_t *out, size_t cap,
	size_t *ret_n, struct err *reterr);
/** value_seal(s, db, key, key_len, p, n, out): n + SEAL_BYTES. */
void value_seal(struct store *s, enum store_db db, const void *key,
	size_t key_len, const void *p, size_t n, uint8_t *out);
MUST_CHECK enum rc value_del(struct store_txn *t, enum store_db db,
	const void *key, size_t key_len, struct err *reterr);

/* --- codec.c */

/* Encodings: a format byte, then members, little endian; text is a length
 * byte and bytes.  Members are only ever added at the end: an older value
 * reads as zeros there. */
#define STORE_FORMAT 1u
#define STATE_VALUE_BYTES 1024
#define TOTALS_VALUE_BYTES 16384
#define SMALL_VALUE_BYTES 256

/* In "doc" beside a number's own value: number, NUL, line (u64, big endian). */
#define STORE_RETURN_KEY_BYTES (STORE_NUMBER_MAX + 1 + 8)

/** return_key(number, line, out): bytes of the key, 0 when it cannot be one. */
size_t return_key(const char *number, int64_t line,
	uint8_t out[STORE_RETURN_KEY_BYTES]);

struct doc_value {
	uint64_t sequence;
	int64_t copies;
};

size_t state_encode(const struct store_memory *m, uint8_t *out, size_t cap);
MUST_CHECK enum rc state_decode(
	const uint8_t *p, size_t n, struct store_memory *ret);
size_t totals_encode(const struct totals *t, uint8_t *out, size_t cap);
MUST_CHECK enum rc totals_decode(
	const uint8_t *p, size_t n, struct totals *ret);
size_t doc_encode(const struct doc_value *d, uint8_t *out, size_t cap);
MUST_CHECK enum rc doc_decode(
	const uint8_t *p, size_t n, struct doc_value *ret);
/** parked_of(e, ret): what is kept of a sale.parked, under its own number. */
void parked_of(const struct event *e, struct store_parked *ret);
size_t parked_encode(const struct store_parked *p, uint8_t *out, size_t cap);
MUST_CHECK enum rc parked_decode(
	const uint8_t *p, size_t n, struct store_parked *ret);
/** One number and nothing else: stock, config. */
size_t number_encode(int64_t v, uint8_t *out, size_t cap);
MUST_CHECK enum rc number_decode(const uint8_t *p, size_t n, int64_t *ret);
/** One text: printq. */
size_t text_encode_value(const char *s, uint8_t *out, size_t cap);

/** state_empty(m): before the first event. */
void state_empty(struct store_memory *m);

/** index_load(s, txn, reterr): s->index, as the store was made with; index_put
 * (s, txn, reterr): that of a store that is being made.  The first generation
 * is not written: so older stores have it. */
MUST_CHECK enum rc index_load(
	struct store *s, MDB_txn *txn, struct err *reterr);
MUST_CHECK enum rc index_put(struct store *s, MDB_txn *txn, struct err *reterr);
/** index_take(s, row): a row of a base that says which generation it is. */
void index_take(struct store *s, const struct store_row *row);
/** index_key(s): the key itself. */
const uint8_t *index_key(const struct store *s);

/** memory_load(s, txn, ret, reterr): both values; an empty store too. */
MUST_CHECK enum rc memory_load(const struct store *s, MDB_txn *txn,
	struct store_memory *ret, struct err *reterr);

/* --- apply.c, stock.c */

/** store_settle(t, reterr): write what store_apply() keeps in memory. */
MUST_CHECK enum rc store_settle(struct store_txn *t, struct err *reterr);
/** stock_add(s, code, milli): remember a movement.  Its key is made later,
 * behind the journal's flush. */
MUST_CHECK enum rc stock_add(struct store *s, const char *code, int64_t milli,
	struct err *reterr);
/** stock_key(s): make the keys that are still to be made. */
void stock_key(struct store *s);
/** stock_forget(s): every movement. */
void stock_forget(struct store *s);
/** stock_flush(t, reterr): add what was remembered to the database. */
MUST_CHECK enum rc stock_flush(struct store_txn *t, struct err *reterr);

/** stock_add_one(s, c, m, flags, reterr): one sum to what the cursor finds;
 * MDB_APPEND: it is known to be behind everything. */
MUST_CHECK enum rc stock_add_one(struct store *s, MDB_cursor *c,
	const struct stock_move *m, unsigned flags, struct err *reterr);
/** stock_sort(m, n): by key. */
void stock_sort(struct stock_move *m, size_t n);

/* --- shifts.c */

#define SHIFTS_VALUE_BYTES 12288

size_t shifts_encode(const struct shifts *s, uint8_t *out, size_t cap);
MUST_CHECK enum rc shifts_decode(
	const uint8_t *p, size_t n, struct shifts *ret);
/** shifts_load(s, txn, ret, reterr): none where there is no value. */
MUST_CHECK enum rc shifts_load(const struct store *s, MDB_txn *txn,
	struct shifts *ret, struct err *reterr);
/** shifts_apply(t, before, e, reterr): what an event does to them; ${before}:
 * the totals without it.  shifts_settle(t, reterr): write them. */
MUST_CHECK enum rc shifts_apply(struct store_txn *t,
	const struct totals *before, const struct event *e,
	struct err *reterr);
MUST_CHECK enum rc shifts_settle(struct store_txn *t, struct err *reterr);

/* --- people.c */

#define PERSON_VALUE_BYTES 2048
/* In a key of DB_PARKED: parked in training. */
#define STORE_TRAINING ((uint64_t)1 << 63)

/** training_apply(t, e, reterr): an event of training, or its begin or end. */
MUST_CHECK enum rc training_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);
/** store_number_tail(text): the number at the end of "R01-000042" or "P01"; 0
 * when there is none. */
uint64_t store_number_tail(const char *text);

/** person_apply(t, e, reterr): what an event says about somebody. */
MUST_CHECK enum rc person_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);

/* --- orders.c */

/** order_apply(t, e, reterr): what an event says of the kitchen's orders. */
MUST_CHECK enum rc order_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);
/** order_puts(e): values that a sale adds for them. */
size_t order_puts(const struct event *e);

/* --- drafts.c */

/** draft_apply(t, e, reterr): what an event says of drafts of the
 * configuration. */
MUST_CHECK enum rc draft_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);

/* --- feeds.c */

/** feed_apply(t, e, reterr): what an event says of feeds, and of what the shop
 * changes itself while it has a hub. */
MUST_CHECK enum rc feed_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);

/* --- hub.c */

/** hub_apply(t, e, reterr): what an event says of the hub. */
MUST_CHECK enum rc hub_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);

/* --- payments.c */

/** payment_apply(t, e, reterr): what an event says of card payments. */
MUST_CHECK enum rc payment_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);

/* --- closings.c */

/** closing_apply(t, e, reterr): the end of a day, a month or a year. */
MUST_CHECK enum rc closing_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);
/** closing_copy(t, number, copy, reterr): a copy of a Z, "Z12".  RC_NOTFOUND
 * it is the number of something else. */
MUST_CHECK enum rc closing_copy(struct store_txn *t, const char *number,
	int64_t copy, struct err *reterr);
/** payment_sequence(value, n, ret): of a value under STORE_PAYMENT, the line it
 * began with.  RC_CORRUPT. */
MUST_CHECK enum rc payment_sequence(
	const uint8_t *value, size_t n, uint64_t *ret);

/* --- snapshot.c */

/* How keys of DB_META begin that point at lines. */
#define STORE_ORDER "order/"	 /* then the sequence of the sale */
#define STORE_PAYMENT "payment/" /* the value has it */

/** past_apply(t, e, reterr): an archive that was made, or a purge. */
MUST_CHECK enum rc past_apply(
	struct store_txn *t, const struct event *e, struct err *reterr);

/* --- build.c */

/** build_is(s): a store from nothing, not flushed. */
bool build_is(const struct store *s);
/** build_begin(s, reterr): before LMDB is opened: nothing is there; mark a
 * STORE_BUILD. */
MUST_CHECK enum rc build_begin(struct store *s, struct err *reterr);
/** build_reserve(s, reterr): room for the moves of the open transaction. */
MUST_CHECK enum rc build_reserve(struct store *s, struct err *reterr);
/** build_committed(s, reterr): take them in; may write what is held. */
MUST_CHECK enum rc build_committed(struct store *s, struct err *reterr);
/** build_unwritten(s, reterr): RC_INVAL while stock is held. */
MUST_CHECK enum rc build_unwritten(const struct store *s, struct err *reterr);
void build_free(struct store *s);

/* --- env.c, txn.c */

/** store_grow(s, reterr): twice the map; no transaction may be open. */
MUST_CHECK enum rc store_grow(struct store *s, struct err *reterr);
/** store_fit(s): the file as long as its pages say; 0 or errno. */
int store_fit(struct store *s);

/** store_mark_suspect(path): 0 or errno; async-signal-safe. */
int store_mark_suspect(const char *path);

#endif
