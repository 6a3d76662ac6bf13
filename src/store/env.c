/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define STORE_READERS 32
#define NOMEM_PROBE_BYTES ((size_t)1 << 20)

static const char *const db_names[DB_COUNT] = {
	"meta", "line", "doc", "total", "stock", "parked", "printq", "config"};

const char *
store_db_name(enum store_db db)
{
	return db_names[db];
}

enum rc
store_rc_from_mdb(int code)
{
	switch (code) {
	case MDB_SUCCESS:
		return RC_OK;
	case MDB_KEYEXIST:
		return RC_EXISTS;
	case MDB_NOTFOUND:
		return RC_NOTFOUND;
	case MDB_PAGE_NOTFOUND:
	case MDB_CORRUPTED:
	case MDB_VERSION_MISMATCH:
	case MDB_INVALID:
	case MDB_CURSOR_FULL:
	case MDB_PAGE_FULL:
	case MDB_INCOMPATIBLE:
		return RC_CORRUPT;
	case MDB_MAP_FULL:
	case MDB_MAP_RESIZED:
		return RC_AGAIN;
	case MDB_READERS_FULL:
		return RC_BUSY;
	case MDB_TLS_FULL:
		return RC_NOMEM;
	case MDB_TXN_FULL:
		return RC_RANGE;
	case MDB_PANIC:
		return RC_IO;
	case MDB_DBS_FULL:
	case MDB_BAD_RSLOT:
	case MDB_BAD_TXN:
	case MDB_BAD_VALSIZE:
	case MDB_BAD_DBI:
		return RC_INVAL;
	default:
		break;
	}
	return code > 0 ? err_sys_rc(code) : RC_IO;
}

enum rc
store_fail(
	const struct store *s, struct err *reterr, int code, const char *what)
{
	enum rc rc = store_rc_from_mdb(code);

	if (rc == RC_CORRUPT) {
		return err_set(reterr, rc, 0, "store",
			"%s: %s: %s; make it anew with: holdfast rebuild",
			s->dir, what, mdb_strerror(code));
	}
	if (rc == RC_NOSPC) {
		return err_set(reterr, rc, code, "store",
			"%s: %s: free some disk space", s->dir, what);
	}
	if (code > 0) {
		return err_set(
			reterr, rc, code, "store", "%s: %s", s->dir, what);
	}
	return err_set(reterr, rc, 0, "store", "%s: %s: %s", s->dir, what,
		mdb_strerror(code));
}

enum rc
store_read_fail(
	const struct store *s, struct err *reterr, int code, enum store_db db)
{
	/* a read asks nothing that could be refused: the pages are wrong */
	if (store_rc_from_mdb(code) == RC_INVAL) {
		code = MDB_CORRUPTED;
	}
	return store_fail(s, reterr, code, store_db_name(db));
}

/* LMDB aborts after this returns; the next start must not trust the file. */
static void
on_assert(MDB_env *env, const char *msg)
{
	char path[PATH_BYTES];
	const char *dir;

	(void)msg;
	if (mdb_env_get_path(env, &dir) == MDB_SUCCESS &&
		path_join(path, sizeof(path), dir, STORE_SUSPECT) == RC_OK) {
		(void)store_mark_suspect(path);
	}
}

/* A damaged page number can ask for a map of any size.  When memory and this
 * much address space are there after all, the file is to blame. */
static enum rc
blame_for_nomem(const struct store *s, size_t map_bytes, struct err *reterr)
{
	void *room = mmap(NULL, map_bytes, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	void *heap = malloc(NOMEM_PROBE_BYTES);
	int code = MDB_CORRUPTED;

	if (room == MAP_FAILED || heap == NULL) {
		code = ENOMEM;
	}
	if (room != MAP_FAILED) {
		(void)munmap(room, map_bytes);
	}
	free(heap);
	return store_fail(s, reterr, code, "mapping data.mdb");
}

/* LMDB opens a file cut short without a word and dies of it later. */
static enum rc
check_length(const struct store *s, struct err *reterr)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	size_t n_page;
	int fd;
	int code;

	code = mdb_env_info(s->env, &info);
	if (code == MDB_SUCCESS) {
		code = mdb_env_stat(s->env, &stat);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_get_fd(s->env, &fd);
	}
	if (code == MDB_SUCCESS && fstat(fd, &st) != 0) {
		code = errno;
	}
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "asking for its length");
	}
	n_page = stat.ms_psize == 0 ? 0 : (size_t)st.st_size / stat.ms_psize;
	if (info.me_last_pgno >= n_page) {
		return store_fail(
			s, reterr, MDB_CORRUPTED, "data.mdb is short");
	}
	return RC_OK;
}

/* The databases; a new file gets them in one transaction, so that a crash
 * leaves all or none. */
static enum rc
open_databases(struct store *s, bool fresh, struct err *reterr)
{
	MDB_txn *txn = NULL;
	unsigned flags = fresh ? MDB_CREATE : 0;
	enum rc rc = RC_OK;
	int code;
	int i;

	code = mdb_txn_begin(s->env, NULL, fresh ? 0 : MDB_RDONLY, &txn);
	for (i = 0; code == MDB_SUCCESS && i < DB_COUNT; i++) {
		code = mdb_dbi_open(txn, db_names[i], flags, &s->dbi[i]);
	}
	if (code == MDB_NOTFOUND) {
		code = MDB_CORRUPTED;
	}
	if (code == MDB_SUCCESS && s->mode != STORE_SALVAGE) {
		rc = fresh ? index_put(s, txn, reterr)
			   : index_load(s, txn, reterr);
	}
	if (code == MDB_SUCCESS && rc == RC_OK && s->mode != STORE_SALVAGE) {
		rc = memory_load(s, txn, &s->memory, reterr);
		s->known = s->mode != STORE_READ && rc == RC_OK;
	}
	/* a read transaction is committed too: that keeps its handles */
	if (code == MDB_SUCCESS && rc == RC_OK) {
		code = mdb_txn_commit(txn);
		txn = NULL;
	}
	if (txn != NULL) {
		mdb_txn_abort(txn);
	}
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "opening its databases");
	}
	return rc;
}

/* What must hold before LMDB may look at the directory at all. */
static enum rc
check_dir(const struct store *s, struct err *reterr)
{
	char path[PATH_BYTES];
	struct stat st;

	if (s->mode == STORE_SALVAGE) {
		return RC_OK;
	}
	if (s->mode != STORE_READ && mkdir(s->dir, 0700) != 0 &&
		errno != EEXIST && errno != EROFS) {
		return store_fail(s, reterr, errno, "making the directory");
	}
	if (path_join(path, sizeof(path), s->dir, STORE_SUSPECT) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"%s: the path is too long", s->dir);
	}
	if (stat(path, &st) == 0) {
		return err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: a former run died inside it; make it anew with: "
			"holdfast rebuild",
			s->dir);
	}
	return RC_OK;
}

static int
try_env(struct store *s, size_t map_bytes)
{
	unsigned flags = MDB_NOMETASYNC | MDB_NOTLS;
	int code;

	if (s->mode == STORE_READ) {
		flags |= MDB_RDONLY;
	} else if (s->mode == STORE_SALVAGE) {
		flags |= MDB_RDONLY | MDB_NOLOCK;
	} else if (build_is(s)) {
		flags |= MDB_NOSYNC; /* store_finish() does it */
	}
	code = mdb_env_create(&s->env);
	if (code != MDB_SUCCESS) {
		s->env = NULL;
		return code;
	}
	code = mdb_env_set_maxdbs(s->env, DB_COUNT);
	if (code == MDB_SUCCESS) {
		code = mdb_env_set_maxreaders(s->env, STORE_READERS);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_set_mapsize(s->env, map_bytes);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_set_assert(s->env,
			s->mode != STORE_READ && s->mode != STORE_SALVAGE
				? on_assert
				: NULL);
	}
	if (code == MDB_SUCCESS) {
		code = mdb_env_open(s->env, s->dir, flags, 0600);
	}
	return code;
}

static enum rc
open_env(struct store *s, size_t map_bytes, struct err *reterr)
{
	int code = try_env(s, map_bytes);

	if (code == ENOMEM) {
		/* once more: a store must not be made anew for a moment
		 * without memory */
		if (s->env != NULL) {
			mdb_env_close(s->env);
			s->env = NULL;
		}
		code = try_env(s, map_bytes);
	}
	if (code == ENOMEM) {
		return blame_for_nomem(s, map_bytes, reterr);
	}
	if (code == EINVAL || code == EOVERFLOW) {
		/* nothing we asked for is wrong: a damaged size is */
		code = MDB_CORRUPTED;
	}
	if (code != MDB_SUCCESS) {
		return store_fail(s, reterr, code, "opening data.mdb");
	}
	return RC_OK;
}

enum rc
store_open(const char *dir, const struct keys *keys, const struct rng *rng,
	enum store_mode mode, size_t map_bytes, struct store **ret,
	struct err *reterr)
{
	MDB_envinfo info;
	struct store *s;
	enum rc rc;
	int dead;

	if (strlen(dir) >= PATH_BYTES) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"the path of the store is too long");
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "store",
			"no memory to open the store");
	}
	memcpy(s->dir, dir, strlen(dir) + 1);
	s->mode = mode;
	s->rng = *rng;
	s->keys = keys;
	s->index = 1;
	state_empty(&s->memory);
	store_hold(s, STORE_HOLD_ITEMS);
	rc = check_dir(s, reterr);
	if (rc == RC_OK && build_is(s)) {
		rc = build_begin(s, reterr);
	}
	if (rc == RC_OK) {
		rc = open_env(s, map_bytes == 0 ? STORE_MAP_BYTES : map_bytes,
			reterr);
	}
	if (rc == RC_OK && mode != STORE_SALVAGE) {
		/* a reader that was killed would keep pages from being used
		 * again for as long as its slot stands */
		(void)mdb_reader_check(s->env, &dead);
		rc = check_length(s, reterr);
	}
	if (rc == RC_OK && mdb_env_info(s->env, &info) == MDB_SUCCESS &&
		info.me_last_txnid == 0 &&
		(mode == STORE_READ || mode == STORE_SALVAGE)) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "store",
			"%s: nothing in it yet", s->dir);
	}
	if (rc == RC_OK) {
		rc = open_databases(s, info.me_last_txnid == 0, reterr);
	}
	if (rc != RC_OK) {
		store_close(s);
		return rc;
	}
	*ret = s;
	return RC_OK;
}

void
store_close(struct store *s)
{
	if (s == NULL) {
		return;
	}
	if (s->open) {
		store_abort(&s->txn);
	}
	if (s->env != NULL) {
		mdb_env_close(s->env);
	}
	build_free(s);
	free(s->move);
	if (s->code != NULL) {
		crypto_wipe(s->code, s->cap_code);
		free(s->code);
	}
	/* decoded values are what the seals keep from a core file */
	crypto_wipe(s, sizeof(*s));
	free(s);
}

enum rc
store_remove(const char *dir, struct err *reterr)
{
	/* the mark last: a crash in here must not leave an untrusted file
	 * without it */
	static const char *const names[] = {
		"data.mdb", "lock.mdb", STORE_SUSPECT};
	char path[PATH_BYTES];
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		if (path_join(path, sizeof(path), dir, names[i]) != RC_OK) {
			return err_set(reterr, RC_INVAL, 0, "store",
				"%s: the path is too long", dir);
		}
		if (unlink(path) != 0 && errno != ENOENT) {
			return err_set(reterr, err_sys_rc(errno), errno,
				"store", "%s: cannot be removed", path);
		}
	}
	return RC_OK;
}

void
store_idle(struct store *s)
{
	int dead;

	(void)mdb_reader_check(s->env, &dead);
}

uint64_t
store_bytes(struct store *s)
{
	MDB_envinfo info;
	MDB_stat stat;

	if (mdb_env_info(s->env, &info) != MDB_SUCCESS ||
		mdb_env_stat(s->env, &stat) != MDB_SUCCESS) {
		return 0;
	}
	return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}
