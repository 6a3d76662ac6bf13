/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

/**
 * file - disk calls that finish what they began: EINTR and short transfers
 * are retried here and nowhere else.  Every message names the path.
 */

/** file_open(path, flags, mode): open(2), again when interrupted; -1 and
 * errno. */
int file_open(const char *path, int flags, mode_t mode);

/** file_pwrite/file_pread: all n bytes or an error; pread at the end of the
 * file gives fewer, in *ret_n. */
MUST_CHECK enum rc file_pwrite(int fd, const void *p, size_t n, off_t at,
	const char *path, struct err *reterr);
MUST_CHECK enum rc file_pread(int fd, void *p, size_t n, off_t at,
	const char *path, size_t *ret_n, struct err *reterr);

/** file_sync(fd, path): fdatasync.  Never call it again on the same fd after
 * it failed: the kernel has marked the lost pages clean. */
MUST_CHECK enum rc file_sync(int fd, const char *path, struct err *reterr);
/** file_sync_dir(path): make names created, renamed or removed in it last. */
MUST_CHECK enum rc file_sync_dir(const char *path, struct err *reterr);

/** file_save(path, p, n, mode): aside, flushed, renamed over, directory
 * flushed: after a crash the old or the new bytes, never a mixture. */
MUST_CHECK enum rc file_save(const char *path, const void *p, size_t n,
	mode_t mode, struct err *reterr);

/** file_load(path, max, ret_p, ret_n): whole file, malloc'd, with a NUL after
 * it; free() it.  RC_NOTFOUND, RC_RANGE larger than max, RC_IO. */
MUST_CHECK enum rc file_load(const char *path, size_t max, uint8_t **ret_p,
	size_t *ret_n, struct err *reterr);

/** file_lock(path, ret_fd): flock exclusive, non-blocking, file made when
 * missing.  RC_BUSY another process holds it. Close the fd to release. */
MUST_CHECK enum rc file_lock(
	const char *path, int *ret_fd, struct err *reterr);

/** path_join(out, cap, dir, name): RC_RANGE when it does not fit. */
#define PATH_BYTES 1024
MUST_CHECK enum rc path_join(
	char *out, size_t cap, const char *dir, const char *name);

/** path_beside(out, cap, tail): what is beside the running program, which was
 * not installed then.  False: there is nothing of that name. */
bool path_beside(char *out, size_t cap, const char *tail);

#endif
