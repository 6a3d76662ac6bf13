/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_FILE_H
#define JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "journal/segment.h"

/**
 * file - the journal's disk calls beyond base/file.h: names, sizes, listing.
 */
struct seg_list {
	struct seg_name *v; /* by number, then epoch */
	size_t n;
};

/**
 * seg_list_read(dir, reg, ret, reterr):
 * The segments of ${dir}.  A missing directory is RC_NOTFOUND; one register's
 * segments beside another's (or beside ${reg}'s, when not NULL) RC_CORRUPT.
 */
MUST_CHECK enum rc seg_list_read(const char *dir, const uint8_t *reg,
	struct seg_list *ret, struct err *reterr);
void seg_list_free(struct seg_list *l);

/** seg_path(dir, name, out): RC_RANGE when it does not fit. */
MUST_CHECK enum rc seg_path(const char *dir, const struct seg_name *name,
	char out[PATH_BYTES], struct err *reterr);

/** fd_open(path, write, ret_fd, ret_size). RC_NOTFOUND, RC_IO. */
MUST_CHECK enum rc fd_open(const char *path, bool write, int *ret_fd,
	uint64_t *ret_size, struct err *reterr);
/** fd_create(path, ret_fd): a new file; RC_EXISTS. */
MUST_CHECK enum rc fd_create(
	const char *path, int *ret_fd, struct err *reterr);
MUST_CHECK enum rc fd_size(
	int fd, const char *path, uint64_t *ret_size, struct err *reterr);
MUST_CHECK enum rc fd_truncate(
	int fd, const char *path, uint64_t bytes, struct err *reterr);
/** fd_zero(fd, path, at, n): write zeros; what they displace is gone. */
MUST_CHECK enum rc fd_zero(int fd, const char *path, uint64_t at, uint64_t n,
	struct err *reterr);
/** fd_close(fd): ignores -1. */
void fd_close(int fd);
MUST_CHECK enum rc path_remove(const char *path, struct err *reterr);
MUST_CHECK enum rc path_rename(
	const char *from, const char *to, struct err *reterr);

#endif
