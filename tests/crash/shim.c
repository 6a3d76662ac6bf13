/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shim - stands between the real program and the disk (LD_PRELOAD), for the
 * crash tests.  It never changes what a call means; it counts, records,
 * kills, refuses or delays.
 *
 * Only files under $SHIM_ROOT count.  A "point" is one call that changes or
 * flushes such a file, or writes to standard output or the paper.  A flush
 * that is made to fail is recorded too: the kernel then holds its pages for
 * written, and the disk may have any of them.  Environment:
 *
 *   SHIM_TRACE=FILE   record every point with its bytes (crashlib.py reads it)
 *   SHIM_PAPER=FILE   a file elsewhere; what is written to it was told as well
 *   SHIM_KILL=N       SIGKILL before point N is carried out (1 = first)
 *   SHIM_FAIL=N       point N fails with SHIM_ERRNO (default EIO) ...
 *   SHIM_FAIL_ON=flush|write|any   ... counting only such calls (default any)
 *   SHIM_FAIL_TIMES=N              ... N in a row
 *   SHIM_FAIL_FOREVER=1            ... and every later one as well
 *   SHIM_SHORT=N      write N, if of more than one byte, is cut in half
 *   SHIM_FLUSH_US=N   every flush takes N microseconds longer
 *   SHIM_COUNT=FILE   at exit: "points N flushes N writes N"
 *   SHIM_MALLOC=N     allocation N returns NULL
 *   SHIM_MALLOC_FROM=FILE  count allocations only once FILE exists
 */
#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/uio.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum op {
	OP_CREATE = 1, /* path came to be, or was opened with O_TRUNC */
	OP_WRITE,      /* path, offset, bytes */
	OP_SYNC,       /* file flushed */
	OP_SYNCDIR,
	OP_RENAME, /* path -> data */
	OP_UNLINK,
	OP_TRUNC, /* offset = new size */
	OP_MKDIR,
	OP_RMDIR,
	OP_OUT, /* bytes to standard output: what the world was told; path
		 * "paper" for those on it */
	OP_LOST /* file whose flush failed: never flushed from now on */
};

#define MAX_FD 1024
static char fd_path[MAX_FD][256];
static bool fd_dsync[MAX_FD];
static bool fd_dir[MAX_FD];
static bool fd_paper[MAX_FD];
static const char *paper;
static char root[PATH_MAX];
static size_t root_len;
static int trace_fd = -1;
static long kill_at, fail_at, fail_times, malloc_at, flush_us;
static int fail_errno = EIO;
static int fail_on; /* 0 any, 1 flush, 2 write */
static bool fail_forever, ready;
static long cut_at;
static long n_point, n_flush, n_write, n_fail, n_malloc;
static const char *count_file;
static const char *malloc_gate;
static bool gate_open;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static int (*real_renameat)(int, const char *, int, const char *);
static int (*real_unlinkat)(int, const char *, int);
static int (*real_ftruncate)(int, off_t);
static int (*real_mkdirat)(int, const char *, mode_t);

static long
number(const char *name)
{
	const char *v = getenv(name);

	return v == NULL ? 0 : strtol(v, NULL, 10);
}

#define REAL(f) *(void **)(&real_##f) = dlsym(RTLD_NEXT, #f)

__attribute__((constructor)) static void
shim_start(void)
{
	const char *v;

	REAL(write);
	REAL(pwrite);
	REAL(writev);
	REAL(pwritev);
	REAL(fsync);
	REAL(fdatasync);
	REAL(open);
	REAL(openat);
	REAL(close);
	REAL(renameat);
	REAL(unlinkat);
	REAL(ftruncate);
	REAL(mkdirat);
	v = getenv("SHIM_ROOT");
	if (v != NULL && realpath(v, root) != NULL) {
		root_len = strlen(root);
	}
	kill_at = number("SHIM_KILL");
	fail_at = number("SHIM_FAIL");
	fail_times = number("SHIM_FAIL_TIMES");
	if (fail_times == 0) {
		fail_times = 1;
	}
	fail_forever = number("SHIM_FAIL_FOREVER") != 0;
	if (number("SHIM_ERRNO") != 0) {
		fail_errno = (int)number("SHIM_ERRNO");
	}
	v = getenv("SHIM_FAIL_ON");
	if (v != NULL) {
		fail_on = strcmp(v, "flush") == 0   ? 1
			  : strcmp(v, "write") == 0 ? 2
						    : 0;
	}
	paper = getenv("SHIM_PAPER");
	cut_at = number("SHIM_SHORT");
	flush_us = number("SHIM_FLUSH_US");
	malloc_at = number("SHIM_MALLOC");
	malloc_gate = getenv("SHIM_MALLOC_FROM");
	count_file = getenv("SHIM_COUNT");
	v = getenv("SHIM_TRACE");
	if (v != NULL) {
		trace_fd = real_open(
			v, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	}
	ready = true;
}

__attribute__((destructor)) static void
shim_stop(void)
{
	char b[128];
	int fd, n;

	if (count_file == NULL) {
		return;
	}
	fd = real_open(count_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	n = snprintf(b, sizeof(b), "points %ld flushes %ld writes %ld\n",
		n_point, n_flush, n_write);
	if (fd >= 0 && n > 0) {
		(void)!real_write(fd, b, (size_t)n);
		real_close(fd);
	}
}

/* Absolute path below the root, made relative to it; NULL when elsewhere. */
static const char *
inside(int dirfd, const char *path, char *buf)
{
	char full[PATH_MAX * 2];

	if (root_len == 0) {
		return NULL;
	}
	if (path[0] == '/') {
		(void)snprintf(full, sizeof(full), "%s", path);
	} else if (dirfd != AT_FDCWD && dirfd >= 0 && dirfd < MAX_FD &&
		   fd_path[dirfd][0] != '\0') {
		(void)snprintf(full, sizeof(full), "%s/%s/%s", root,
			fd_path[dirfd], path);
	} else {
		char cwd[PATH_MAX];

		if (getcwd(cwd, sizeof(cwd)) == NULL) {
			return NULL;
		}
		(void)snprintf(full, sizeof(full), "%s/%s", cwd, path);
	}
	if (strncmp(full, root, root_len) != 0 ||
		(full[root_len] != '/' && full[root_len] != '\0')) {
		return NULL;
	}
	/* fold "//" and "/./" so that one file has one name */
	char *o = buf;
	const char *s = full + root_len;
	while (*s != '\0' && o - buf < 250) {
		if (*s == '/' && (s[1] == '/' || s[1] == '\0')) {
			s++;
		} else if (s[0] == '/' && s[1] == '.' &&
			   (s[2] == '/' || s[2] == '\0')) {
			s += 2;
		} else {
			*o++ = *s++;
		}
	}
	*o = '\0';
	if (buf[0] == '/') {
		memmove(buf, buf + 1, strlen(buf));
	}
	return buf;
}

static void
record(enum op op, const char *path, uint64_t at, const struct iovec *v, int nv,
	size_t limit)
{
	struct {
		uint32_t op, path_len;
		uint64_t at, len;
	} h = {op, (uint32_t)strlen(path), at, 0};

	size_t left = limit;

	if (trace_fd < 0) {
		return;
	}
	for (int i = 0; i < nv; i++) {
		h.len += v[i].iov_len;
	}
	if (h.len > limit) {
		h.len = limit;
	}
	(void)!real_write(trace_fd, &h, sizeof(h));
	(void)!real_write(trace_fd, path, h.path_len);
	for (int i = 0; i < nv && left > 0; i++) {
		size_t n = v[i].iov_len < left ? v[i].iov_len : left;
		(void)!real_write(trace_fd, v[i].iov_base, n);
		left -= n;
	}
}

/* One point: die here, or say that the call must fail. */
static bool
point(int class_)
{
	n_point++;
	if (class_ == 1) {
		n_flush++;
	} else if (class_ == 2) {
		n_write++;
	}
	if (kill_at != 0 && n_point == kill_at) {
		(void)kill(getpid(), SIGKILL);
		for (;;) {
			(void)pause();
		}
	}
	if (fail_at != 0 && (fail_on == 0 || fail_on == class_)) {
		n_fail++;
		if (n_fail >= fail_at &&
			(fail_forever || n_fail < fail_at + fail_times)) {
			errno = fail_errno;
			return true;
		}
	}
	return false;
}

static void
delay(void)
{
	if (flush_us > 0) {
		struct timespec t = {
			flush_us / 1000000, flush_us % 1000000 * 1000};
		(void)nanosleep(&t, NULL);
	}
}

static bool
tracked(int fd)
{
	return fd >= 0 && fd < MAX_FD && fd_path[fd][0] != '\0';
}

static bool
on_paper(int fd)
{
	return fd >= 0 && fd < MAX_FD && fd_paper[fd];
}

static void
remember(int fd, const char *rel, int flags)
{
	struct stat st;

	if (fd < 0 || fd >= MAX_FD) {
		return;
	}
	(void)snprintf(fd_path[fd], sizeof(fd_path[fd]), "%s",
		rel[0] == '\0' ? "." : rel);
	fd_dsync[fd] = (flags & O_DSYNC) != 0;
	fd_dir[fd] = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
open_any(int dirfd, const char *path, int flags, mode_t mode)
{
	char buf[256];
	const char *rel = inside(dirfd, path, buf);
	bool fresh = false;
	int fd;

	if (rel != NULL && (flags & O_TMPFILE) != O_TMPFILE &&
		(flags & (O_CREAT | O_TRUNC)) != 0) {
		fresh = faccessat(dirfd, path, F_OK, 0) != 0 ||
			(flags & O_TRUNC) != 0;
		if (fresh && point(0)) {
			return -1;
		}
	}
	fd = real_openat(dirfd, path, flags, mode);
	if (fd >= 0 && fd < MAX_FD) {
		fd_path[fd][0] = '\0';
		fd_paper[fd] = paper != NULL && strcmp(path, paper) == 0;
		if (rel != NULL && (flags & O_TMPFILE) != O_TMPFILE) {
			remember(fd, rel, flags);
			if (fresh) {
				record(OP_CREATE, rel, 0, NULL, 0, 0);
			}
		}
	}
	return fd;
}

static mode_t
mode_of(int flags, va_list ap)
{
	if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
		return (mode_t)va_arg(ap, int);
	}
	return 0;
}

#define OPEN_BODY(dirfd, path, flags)                                          \
	va_list ap;                                                            \
	va_start(ap, flags);                                                   \
	mode_t mode = mode_of(flags, ap);                                      \
	va_end(ap);                                                            \
	return open_any(dirfd, path, flags, mode)

int
open(const char *path, int flags, ...)
{
	OPEN_BODY(AT_FDCWD, path, flags);
}

int
open64(const char *path, int flags, ...)
{
	OPEN_BODY(AT_FDCWD, path, flags);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	OPEN_BODY(dirfd, path, flags);
}

int
openat64(int dirfd, const char *path, int flags, ...)
{
	OPEN_BODY(dirfd, path, flags);
}

int
__open_2(const char *path, int flags)
{
	return open_any(AT_FDCWD, path, flags, 0);
}

int
__open64_2(const char *path, int flags)
{
	return open_any(AT_FDCWD, path, flags, 0);
}

int
close(int fd)
{
	if (fd >= 0 && fd < MAX_FD) {
		fd_path[fd][0] = '\0';
		fd_paper[fd] = false;
	}
	return real_close(fd);
}

static ssize_t
write_any(int fd, const struct iovec *v, int nv, off_t at, bool positioned)
{
	struct iovec one[1];
	ssize_t n;
	off_t where = at;

	if ((fd == STDOUT_FILENO && !tracked(fd)) || on_paper(fd)) {
		if (point(0)) {
			return -1;
		}
		record(OP_OUT, on_paper(fd) ? "paper" : "", 0, v, nv, SIZE_MAX);
		return real_writev(fd, v, nv);
	}
	if (!tracked(fd)) {
		return positioned ? real_pwritev(fd, v, nv, at)
				  : real_writev(fd, v, nv);
	}
	if (point(2)) {
		return -1;
	}
	if (!positioned) {
		where = lseek(fd, 0, SEEK_CUR);
		if ((fcntl(fd, F_GETFL) & O_APPEND) != 0) {
			where = lseek(fd, 0, SEEK_END);
		}
	}
	if (cut_at != 0 && n_write == cut_at && v[0].iov_len > 1) {
		one[0] = v[0];
		one[0].iov_len /= 2;
		v = one;
		nv = 1;
	}
	n = positioned ? real_pwritev(fd, v, nv, at) : real_writev(fd, v, nv);
	if (n > 0) {
		record(OP_WRITE, fd_path[fd], (uint64_t)where, v, nv,
			(size_t)n);
		if (fd_dsync[fd]) {
			n_flush++;
			record(OP_SYNC, fd_path[fd], 0, NULL, 0, 0);
			delay();
		}
	}
	return n;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	struct iovec v = {(void *)(uintptr_t)p, n};

	if (!ready || (!tracked(fd) && fd != STDOUT_FILENO && !on_paper(fd))) {
		return real_write(fd, p, n);
	}
	return write_any(fd, &v, 1, 0, false);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	struct iovec v = {(void *)(uintptr_t)p, n};

	return tracked(fd) ? write_any(fd, &v, 1, at, true)
			   : real_pwrite(fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return pwrite(fd, p, n, at);
}

ssize_t
writev(int fd, const struct iovec *v, int nv)
{
	return tracked(fd) || fd == STDOUT_FILENO || on_paper(fd)
		       ? write_any(fd, v, nv, 0, false)
		       : real_writev(fd, v, nv);
}

ssize_t
pwritev(int fd, const struct iovec *v, int nv, off_t at)
{
	return tracked(fd) ? write_any(fd, v, nv, at, true)
			   : real_pwritev(fd, v, nv, at);
}

ssize_t
pwritev64(int fd, const struct iovec *v, int nv, off_t at)
{
	return pwritev(fd, v, nv, at);
}

static int
sync_any(int fd, int (*call)(int))
{
	if (!tracked(fd)) {
		return call(fd);
	}
	if (point(1)) {
		if (!fd_dir[fd]) {
			record(OP_LOST, fd_path[fd], 0, NULL, 0, 0);
		}
		return -1;
	}
	delay();
	if (call(fd) != 0) {
		return -1;
	}
	record(fd_dir[fd] ? OP_SYNCDIR : OP_SYNC, fd_path[fd], 0, NULL, 0, 0);
	return 0;
}

int
fsync(int fd)
{
	return sync_any(fd, real_fsync);
}

int
fdatasync(int fd)
{
	return sync_any(fd, real_fdatasync);
}

int
ftruncate(int fd, off_t n)
{
	if (!tracked(fd)) {
		return real_ftruncate(fd, n);
	}
	if (point(2) || real_ftruncate(fd, n) != 0) {
		return -1;
	}
	record(OP_TRUNC, fd_path[fd], (uint64_t)n, NULL, 0, 0);
	return 0;
}

int
ftruncate64(int fd, off_t n)
{
	return ftruncate(fd, n);
}

int
renameat(int od, const char *o, int nd, const char *n)
{
	char a[256], b[256];
	const char *from = inside(od, o, a);
	const char *to = inside(nd, n, b);
	struct iovec v = {b, 0};

	if (from == NULL || to == NULL) {
		return real_renameat(od, o, nd, n);
	}
	if (point(0) || real_renameat(od, o, nd, n) != 0) {
		return -1;
	}
	v.iov_len = strlen(to);
	record(OP_RENAME, from, 0, &v, 1, SIZE_MAX);
	for (int i = 0; i < MAX_FD; i++) {
		/* what had the name before is a file without one */
		if (strcmp(fd_path[i], to) == 0 && !fd_dir[i]) {
			(void)snprintf(
				fd_path[i], sizeof(fd_path[i]), "(gone)");
		}
		if (strcmp(fd_path[i], from) == 0) {
			(void)snprintf(
				fd_path[i], sizeof(fd_path[i]), "%s", to);
		}
	}
	return 0;
}

int
rename(const char *o, const char *n)
{
	return renameat(AT_FDCWD, o, AT_FDCWD, n);
}

int
unlinkat(int dirfd, const char *path, int flags)
{
	char a[256];
	const char *rel = inside(dirfd, path, a);

	if (rel == NULL) {
		return real_unlinkat(dirfd, path, flags);
	}
	if (point(0) || real_unlinkat(dirfd, path, flags) != 0) {
		return -1;
	}
	record((flags & AT_REMOVEDIR) != 0 ? OP_RMDIR : OP_UNLINK, rel, 0, NULL,
		0, 0);
	return 0;
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int
mkdirat(int dirfd, const char *path, mode_t mode)
{
	char a[256];
	const char *rel = inside(dirfd, path, a);

	if (rel == NULL) {
		return real_mkdirat(dirfd, path, mode);
	}
	if (point(0) || real_mkdirat(dirfd, path, mode) != 0) {
		return -1;
	}
	record(OP_MKDIR, rel, 0, NULL, 0, 0);
	return 0;
}

int
mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

static bool
malloc_fails(void)
{
	if (malloc_at == 0 || !ready) {
		return false;
	}
	if (malloc_gate != NULL && !gate_open) {
		gate_open = access(malloc_gate, F_OK) == 0;
		if (!gate_open) {
			return false;
		}
	}
	n_malloc++;
	if (n_malloc == malloc_at) {
		errno = ENOMEM;
		return true;
	}
	return false;
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

void *
malloc(size_t n)
{
	return malloc_fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return malloc_fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return malloc_fails() ? NULL : __libc_realloc(p, n);
}
