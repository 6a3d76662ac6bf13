/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIVE_SLOTS ((size_t)1 << 16) /* a power of two */

static struct {
	struct faults plan;
	bool armed;
	unsigned long n;
	unsigned long failed;
	const char *last;
	const void *live[LIVE_SLOTS];
	size_t n_live;
} now = {.last = ""};

void
faults_arm(const struct faults *f)
{
	memset(now.live, 0, sizeof(now.live));
	now.n_live = 0;
	now.n = 0;
	now.failed = 0;
	now.last = "";
	now.plan = *f;
	now.armed = true;
}

unsigned long
faults_off(void)
{
	now.armed = false;
	return now.failed;
}

const char *
faults_last(void)
{
	return now.last;
}

static bool
due(unsigned kind, const char *name)
{
	if (!now.armed || (now.plan.kinds & kind) == 0) {
		return false;
	}
	now.n++;
	if (now.n != now.plan.at &&
		(now.n < now.plan.at || !now.plan.for_ever)) {
		return false;
	}
	now.failed++;
	now.last = name;
	return true;
}

/* --- memory --- */

/* Only what our own code asked for: what a library allocates it frees. */
static size_t
slot_of(const void *p)
{
	size_t i = ((uintptr_t)p >> 4) * 0x9e3779b1u & (LIVE_SLOTS - 1);

	while (now.live[i] != NULL && now.live[i] != p) {
		i = (i + 1) & (LIVE_SLOTS - 1);
	}
	return i;
}

static void
live_add(const void *p)
{
	if (now.armed && p != NULL && now.n_live < LIVE_SLOTS / 2) {
		now.live[slot_of(p)] = p;
		now.n_live++;
	}
}

static void
live_drop(const void *p)
{
	size_t i = p == NULL ? 0 : slot_of(p);
	size_t next;

	if (p == NULL || now.live[i] == NULL) {
		return;
	}
	now.n_live--;
	now.live[i] = NULL;
	/* what stood behind it may belong in its place */
	for (next = (i + 1) & (LIVE_SLOTS - 1); now.live[next] != NULL;
		next = (next + 1) & (LIVE_SLOTS - 1)) {
		const void *q = now.live[next];

		now.live[next] = NULL;
		now.live[slot_of(q)] = q;
	}
}

size_t
faults_live(void)
{
	return now.n_live;
}

#define DECLARE(type, name, args)                                              \
	type __real_##name args;                                               \
	type __wrap_##name args;

DECLARE(void *, malloc, (size_t n))

void *
__wrap_malloc(size_t n)
{
	void *p = due(FAULTS_MEMORY, "malloc") ? NULL : __real_malloc(n);

	if (p == NULL) {
		errno = ENOMEM;
	}
	live_add(p);
	return p;
}

DECLARE(void *, calloc, (size_t n, size_t each))

void *
__wrap_calloc(size_t n, size_t each)
{
	void *p = due(FAULTS_MEMORY, "calloc") ? NULL : __real_calloc(n, each);

	if (p == NULL) {
		errno = ENOMEM;
	}
	live_add(p);
	return p;
}

DECLARE(void *, realloc, (void *old, size_t n))

void *
__wrap_realloc(void *old, size_t n)
{
	void *p;

	if (due(FAULTS_MEMORY, "realloc")) {
		errno = ENOMEM;
		return NULL;
	}
	live_drop(old);
	p = __real_realloc(old, n);
	live_add(p);
	return p;
}

DECLARE(char *, strdup, (const char *s))

char *
__wrap_strdup(const char *s)
{
	char *p = due(FAULTS_MEMORY, "strdup") ? NULL : __real_strdup(s);

	if (p == NULL) {
		errno = ENOMEM;
	}
	live_add(p);
	return p;
}

DECLARE(void, free, (void *p))

void
__wrap_free(void *p)
{
	live_drop(p);
	__real_free(p);
}

/* --- files --- */

size_t
faults_fds(void)
{
	size_t n = 0;
	int fd;

	for (fd = 0; fd < 1024; fd++) {
		n += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
	}
	return n;
}

#define DISK(type, name, args, call)                                           \
	DECLARE(type, name, args)                                              \
	type __wrap_##name args                                                \
	{                                                                      \
		if (due(FAULTS_DISK, #name)) {                                 \
			errno = now.plan.error;                                \
			return -1;                                             \
		}                                                              \
		return __real_##name call;                                     \
	}

DISK(ssize_t, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at))
DISK(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t at),
	(fd, p, n, at))
DISK(ssize_t, read, (int fd, void *p, size_t n), (fd, p, n))
DISK(int, fdatasync, (int fd), (fd))
DISK(int, fsync, (int fd), (fd))
DISK(int, ftruncate, (int fd, off_t n), (fd, n))
DISK(int, rename, (const char *from, const char *to), (from, to))
DISK(int, unlink, (const char *path), (path))
DISK(int, mkdir, (const char *path, mode_t mode), (path, mode))
DISK(int, rmdir, (const char *path), (path))
DISK(int, flock, (int fd, int how), (fd, how))
DISK(int, stat, (const char *path, struct stat *st), (path, st))
DISK(int, lstat, (const char *path, struct stat *st), (path, st))
DISK(int, fstat, (int fd, struct stat *st), (fd, st))
DISK(int, access, (const char *path, int how), (path, how))

DECLARE(int, open, (const char *path, int flags, ...))

int
__wrap_open(const char *path, int flags, ...)
{
	unsigned mode = 0;
	va_list ap;

	if (due(FAULTS_DISK, "open")) {
		errno = now.plan.error;
		return -1;
	}
	if ((flags & O_CREAT) != 0) {
		va_start(ap, flags);
		mode = va_arg(ap, unsigned);
		va_end(ap);
	}
	return __real_open(path, flags, mode);
}

DECLARE(DIR *, opendir, (const char *path))

DIR *
__wrap_opendir(const char *path)
{
	if (due(FAULTS_DISK, "opendir")) {
		errno = now.plan.error;
		return NULL;
	}
	return __real_opendir(path);
}

DECLARE(struct dirent *, readdir, (DIR * d))

struct dirent *
__wrap_readdir(DIR *d)
{
	if (due(FAULTS_DISK, "readdir")) {
		errno = now.plan.error;
		return NULL;
	}
	return __real_readdir(d);
}

DECLARE(FILE *, fopen, (const char *path, const char *mode))

FILE *
__wrap_fopen(const char *path, const char *mode)
{
	if (due(FAULTS_DISK, "fopen")) {
		errno = now.plan.error;
		return NULL;
	}
	return __real_fopen(path, mode);
}

DECLARE(int, fflush, (FILE * f))

int
__wrap_fflush(FILE *f)
{
	int rc = __real_fflush(f);

	if (f != stdout && f != stderr && due(FAULTS_DISK, "fflush")) {
		errno = now.plan.error;
		return EOF;
	}
	return rc;
}

DECLARE(int, statvfs, (const char *path, struct statvfs *v))

int
__wrap_statvfs(const char *path, struct statvfs *v)
{
	int rc = __real_statvfs(path, v);

	if (due(FAULTS_DISK, "statvfs")) {
		errno = now.plan.error;
		return -1;
	}
	if (now.armed && now.plan.no_room) {
		v->f_bavail = 0;
	}
	return rc;
}

/* --- LMDB --- */

/* A code this call can give. */
static int
mdb_error(bool writes)
{
	int e = now.plan.error;

	return e == MDB_MAP_FULL && !writes ? EIO : e;
}

#define MDB(name, writes, args, call)                                          \
	DECLARE(int, name, args)                                               \
	int __wrap_##name args                                                 \
	{                                                                      \
		return due(FAULTS_MDB, #name) ? mdb_error(writes)              \
					      : __real_##name call;            \
	}

MDB(mdb_env_create, false, (MDB_env * *env), (env))
MDB(mdb_env_set_maxdbs, false, (MDB_env * env, MDB_dbi n), (env, n))
MDB(mdb_env_set_maxreaders, false, (MDB_env * env, unsigned n), (env, n))
MDB(mdb_env_set_mapsize, false, (MDB_env * env, size_t n), (env, n))
MDB(mdb_env_open, false,
	(MDB_env * env, const char *path, unsigned flags, mdb_mode_t mode),
	(env, path, flags, mode))
MDB(mdb_env_info, false, (MDB_env * env, MDB_envinfo *i), (env, i))
MDB(mdb_env_stat, false, (MDB_env * env, MDB_stat *st), (env, st))
MDB(mdb_env_get_fd, false, (MDB_env * env, mdb_filehandle_t *fd), (env, fd))
MDB(mdb_env_sync, false, (MDB_env * env, int force), (env, force))
MDB(mdb_txn_begin, false,
	(MDB_env * env, MDB_txn *parent, unsigned flags, MDB_txn **txn),
	(env, parent, flags, txn))
MDB(mdb_dbi_open, false,
	(MDB_txn * txn, const char *name, unsigned flags, MDB_dbi *dbi),
	(txn, name, flags, dbi))
MDB(mdb_stat, false, (MDB_txn * txn, MDB_dbi dbi, MDB_stat *st), (txn, dbi, st))
MDB(mdb_get, false, (MDB_txn * txn, MDB_dbi dbi, MDB_val *k, MDB_val *v),
	(txn, dbi, k, v))
MDB(mdb_put, true,
	(MDB_txn * txn, MDB_dbi dbi, MDB_val *k, MDB_val *v, unsigned flags),
	(txn, dbi, k, v, flags))
MDB(mdb_del, true, (MDB_txn * txn, MDB_dbi dbi, MDB_val *k, MDB_val *v),
	(txn, dbi, k, v))
MDB(mdb_cursor_open, false, (MDB_txn * txn, MDB_dbi dbi, MDB_cursor **c),
	(txn, dbi, c))
MDB(mdb_cursor_get, false,
	(MDB_cursor * c, MDB_val *k, MDB_val *v, MDB_cursor_op op),
	(c, k, v, op))
MDB(mdb_cursor_put, true,
	(MDB_cursor * c, MDB_val *k, MDB_val *v, unsigned flags),
	(c, k, v, flags))

/* Whatever it says, the transaction is gone. */
DECLARE(int, mdb_txn_commit, (MDB_txn * txn))

int
__wrap_mdb_txn_commit(MDB_txn *txn)
{
	if (!due(FAULTS_MDB, "mdb_txn_commit")) {
		return __real_mdb_txn_commit(txn);
	}
	if (!now.plan.late) {
		mdb_txn_abort(txn);
	} else if (__real_mdb_txn_commit(txn) != MDB_SUCCESS) {
		return EIO;
	}
	return mdb_error(true);
}

/* --- a sweep --- */

static const struct faults_way way[] = {
	{"an allocation", {.kinds = FAULTS_MEMORY}},
	{"all memory", {.kinds = FAULTS_MEMORY, .for_ever = true}},
	{"EIO", {.kinds = FAULTS_DISK, .error = EIO}},
	{"EIO for ever",
		{.kinds = FAULTS_DISK, .error = EIO, .for_ever = true}},
	{"ENOSPC", {.kinds = FAULTS_DISK, .error = ENOSPC}},
	{"EROFS for ever",
		{.kinds = FAULTS_DISK, .error = EROFS, .for_ever = true}},
	{"LMDB: EIO", {.kinds = FAULTS_MDB, .error = EIO}},
	{"LMDB: EIO, and written",
		{.kinds = FAULTS_MDB, .error = EIO, .late = true}},
	{"LMDB: ENOMEM", {.kinds = FAULTS_MDB, .error = ENOMEM}},
	{"LMDB: ENOSPC for ever",
		{.kinds = FAULTS_MDB, .error = ENOSPC, .for_ever = true}},
	{"LMDB: corrupted", {.kinds = FAULTS_MDB, .error = MDB_CORRUPTED}},
	{"LMDB: map full", {.kinds = FAULTS_MDB, .error = MDB_MAP_FULL}},
};

size_t
faults_ways(const struct faults_way **ret)
{
	*ret = way;
	return sizeof(way) / sizeof(way[0]);
}

unsigned long
faults_next(unsigned long n)
{
	return getenv("HOLDFAST_SLOW_FAULTS") != NULL ? n + 1 : n + 1 + n / 2;
}

bool
faults_try(const char *name, const struct faults_way *y, unsigned long n,
	faults_fn fn, void *arg, enum rc *ret_rc, unsigned *bad)
{
	struct faults f = y->f;
	struct err e = {0};
	size_t fds = faults_fds();
	size_t fds_after;
	unsigned long failed;
	size_t live;
	enum rc rc;

	f.at = n;
	f.no_room = true;
	faults_arm(&f);
	rc = fn(arg, &e);
	failed = faults_off();
	live = faults_live();
	fds_after = faults_fds();
	if (getenv("SWEEP_TRACE") != NULL) {
		(void)fprintf(stderr, "# %s: %s: %lu (%s): %s: %s\n", name,
			y->name, n, faults_last(), rc_name(rc), e.msg);
	}
	if (live != 0 || fds_after != fds ||
		(rc != RC_OK && e.msg[0] == '\0') ||
		(rc == RC_INVAL && strstr(e.msg, "key file") == NULL)) {
		(void)fprintf(stderr,
			"%s: %s: %lu (%s): %s, '%s', %d blocks, %d files\n",
			name, y->name, n, faults_last(), rc_name(rc), e.msg,
			(int)live, (int)fds_after - (int)fds);
		(*bad)++;
	}
	*ret_rc = rc;
	return failed != 0;
}
