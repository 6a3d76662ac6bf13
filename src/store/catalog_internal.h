/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CATALOG_INTERNAL_H
#define STORE_CATALOG_INTERNAL_H

#include <lmdb.h>

#include "base/file.h"
#include "store/catalog.h"
#include "store/feed.h"

/*
 * Files: catalog.c reading; generation.c the directories and what is active;
 * catalog_load.c a new generation; rowsort.c sorting in bounded memory;
 * row.c one product's bytes; find*.c the index of words (find_internal.h).
 */
#define CATALOG_DB_ITEM "item"
#define CATALOG_DB_META "meta"
#define CATALOG_DB_FIND "find"
#define CATALOG_DBS 3
#define CATALOG_HEADER_KEY "header"
#define CATALOG_FORMAT 1u
#define CATALOG_LOCK "lock"
#define CATALOG_ASIDE ".aside"

/** catalog_fail(reterr, code, path, what): LMDB's code as rc and words. */
enum rc catalog_fail(
	struct err *reterr, int code, const char *path, const char *what);

struct catalog_header {
	int64_t generation;
	uint64_t count;
};

/* A generation. */
struct catalog_gen {
	MDB_env *env; /* NULL: feeds lie over nothing */
	/* One transaction for the life of the handle: nobody ever writes this
	 * generation, so it holds nothing up. */
	MDB_txn *txn;
	MDB_dbi item;
	MDB_dbi meta;
	struct catalog_header header;
	char path[PATH_BYTES];
};

struct catalog {
	struct catalog_gen gen;
	uint64_t serial; /* of .gen: what was made of another is of no use */
	bool current;	 /* it is what catalog/current names, and feeds */
	struct feeds *feeds; /* NULL there are none */
	struct utc now;
	struct catalog_from from;
	char dir[PATH_BYTES];
};

/** catalog_check_length(env): MDB_CORRUPTED the file is shorter than it says:
 * an error now, not a signal later. */
int catalog_check_length(MDB_env *env);

/** catalog_view(c, ret_over, reterr): begin looking: the generation and what
 * lies over it are of one moment until catalog_done(), and followed what moved
 * before.  *ret_over: something lies over it.  catalog_done(): the end. */
MUST_CHECK enum rc catalog_view(
	struct catalog *c, bool *ret_over, struct err *reterr);
void catalog_done(struct catalog *c);
/** catalog_row(c, key, key_len, ret, reterr): of the generation alone;
 * RC_NOTFOUND. */
MUST_CHECK enum rc catalog_row(struct catalog *c, const void *key,
	size_t key_len, struct item *ret, struct err *reterr);
/** catalog_item(c, item, reterr): a row of the generation as it is sold now,
 * within a view that has something over it.  RC_NOTFOUND not any more. */
MUST_CHECK enum rc catalog_item(
	struct catalog *c, struct item *item, struct err *reterr);
/** catalog_price(c, key, key_len, item, reterr): the price of ${item} as it is
 * now, within a view that has something over it. */
MUST_CHECK enum rc catalog_price(struct catalog *c, const void *key,
	size_t key_len, struct item *item, struct err *reterr);

/* --- row.c */

#define ROW_VALUE_BYTES 640
_Static_assert(ROW_VALUE_BYTES > 4 + 1 + 1 + 8 + 4 + 1 + TAX_CODE_BYTES +
				 ITEM_DEPT_BYTES + CODE_BYTES +
				 ITEM_NAME_BYTES + 1 + ITEM_UNIT_BYTES + 8 +
				 ITEM_DEPOSIT_BYTES + ITEM_GROUPS_BYTES,
	"every product fits");

/** row_encode(item, key, out, ret_n): value of ${item} under ${key}, with its
 * check.  RC_INVAL a text that is too long. */
MUST_CHECK enum rc row_encode(const struct item *item,
	const struct code_key *key, uint8_t out[ROW_VALUE_BYTES],
	size_t *ret_n);
/** row_decode(key, key_len, p, n, ret): RC_CORRUPT. */
MUST_CHECK enum rc row_decode(const void *key, size_t key_len, const void *p,
	size_t n, struct item *ret);

/** row_scope(value, n): which scope of a feed (store/feed.h) a row is of, 0 of
 * none; row_scope_set(value, n, key, key_len, scope) puts it, and the check. */
uint8_t row_scope(const void *value, size_t n);
void row_scope_set(uint8_t *value, size_t n, const void *key, size_t key_len,
	uint8_t scope);

/** check_put(value, n, key, key_len): the check over key and the rest of the
 * value in front of the rest; check_holds: is it the one? */
void check_put(uint8_t *value, size_t n, const void *key, size_t key_len);
bool check_holds(
	const void *key, size_t key_len, const void *value, size_t n);

#define HEADER_VALUE_BYTES 32
size_t header_encode(const struct catalog_header *h, uint8_t *out, size_t cap);
MUST_CHECK enum rc header_decode(
	const void *p, size_t n, struct catalog_header *ret);

/* --- catalog_load.c */

/** load_begin(): catalog_load_begin(), ${locked} by who has catalog/lock.
 * load_row_of(l, key, key_len, value, n, reterr): a row as it stands in another
 * generation. */
MUST_CHECK enum rc load_begin(const char *dir, size_t mem_bytes,
	int64_t at_least, bool locked, struct catalog_load **ret,
	struct err *reterr);
MUST_CHECK enum rc load_row_of(struct catalog_load *l, const void *key,
	size_t key_len, const void *value, size_t n, struct err *reterr);

/* --- generation.c */

/** generation_path(out, dir, generation, aside): its directory. */
MUST_CHECK enum rc generation_path(char out[PATH_BYTES], const char *dir,
	int64_t generation, bool aside);
/** generation_current(dir, ret, reterr): RC_NOTFOUND none, RC_CORRUPT. */
MUST_CHECK enum rc generation_current(
	const char *dir, int64_t *ret, struct err *reterr);
/** generation_next(dir, ret): one more than any that was ever visible. */
MUST_CHECK enum rc generation_next(
	const char *dir, int64_t *ret, struct err *reterr);
/** generation_clean(dir, below, spare): remove what abandoned loads left, and
 * generations under ${below} except ${spare}. Lock held. */
MUST_CHECK enum rc generation_clean(const char *dir, int64_t below,
	int64_t spare, struct err *reterr);
/** directory_remove(path): with the files in it. */
MUST_CHECK enum rc directory_remove(const char *path, struct err *reterr);

/* --- rowsort.c */

#define ROWSORT_MEM_BYTES ((size_t)16 << 20)
#define ROWSORT_MEM_LEAST ((size_t)64 << 10)
#define ROWSORT_RUNS 64
#define ROWSORT_KEY_BYTES 512

struct row {
	const uint8_t *key;
	size_t key_len;
	const uint8_t *value;
	size_t value_len;
};

typedef enum rc (*row_fn)(void *arg, const struct row *row, struct err *reterr);

/* A row in memory: its first bytes as a number that sorts as they do. */
struct row_ref {
	uint64_t prefix;
	const uint8_t *p;
};

struct row_run {
	int fd;
	uint64_t bytes;
};

struct rowsort {
	const char *dir; /* borrowed: temporary files go there */
	bool codes;	 /* keys are those of codes, else any bytes */
	uint8_t *mem;	 /* rows from the front, references from the end */
	size_t cap;
	size_t used;
	size_t n_ref;
	size_t n_run;
	uint64_t bytes;	   /* of all rows added */
	uint64_t replaced; /* rows that gave way to a later one */
	struct row_run run[ROWSORT_RUNS];
};

/** rowsort_init(s, dir, codes, mem_bytes): ${codes} keys are code_key's. */
MUST_CHECK enum rc rowsort_init(struct rowsort *s, const char *dir,
	bool codes, size_t mem_bytes, struct err *reterr);
MUST_CHECK enum rc rowsort_add(
	struct rowsort *s, const struct row *row, struct err *reterr);
/** rowsort_each(s, fn, arg): every key once, in order, the last row added
 * under it.  Once. */
MUST_CHECK enum rc rowsort_each(
	struct rowsort *s, row_fn fn, void *arg, struct err *reterr);
void rowsort_done(struct rowsort *s);

#endif
