/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_BACKUP_INTERNAL_H
#define REGISTER_BACKUP_INTERNAL_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/sbuf.h"

/**
 * backup_internal - files and the manifest, for backup.c and restore.c.
 *
 * manifest, text lines, written last:
 *   holdfast-backup 1
 *   register <uuid>
 *   epoch <n>
 *   sequence <n>          last event that was final
 *   catalog <generation> <products>
 *   file <sha256> <bytes> <relative path>      one a file
 *   end <sha256 of every byte above>
 */
#define MANIFEST_NAME "manifest"
#define MANIFEST_BYTES (1 << 20)
#define MANIFEST_FIRST "holdfast-backup 1\n"

/** hash_file(path, hash, ret_bytes): SHA-256 as hex. */
MUST_CHECK enum rc hash_file(const char *path, char hash[65],
	uint64_t *ret_bytes, struct err *reterr);

/** hash_begin(path, most, hash, ret_bytes): of its first ${most} bytes. */
MUST_CHECK enum rc hash_begin(const char *path, uint64_t most, char hash[65],
	uint64_t *ret_bytes, struct err *reterr);

/** copy_file(from, to, ret_hash, ret_bytes): copied and flushed, from the end
 * to the beginning: of a log that grows meanwhile the copy is a whole
 * beginning, never one with a hole. */
MUST_CHECK enum rc copy_file(const char *from, const char *to,
	char ret_hash[65], uint64_t *ret_bytes, struct err *reterr);

/** restore_epoch(from, clock): an epoch higher than any that a register at
 * ${from} can have had. */
uint32_t restore_epoch(int64_t from, const struct clock *clock);

/** restore_prove(dir, conf, reterr): the store in ${dir} verifies; RC_CORRUPT.
 * restore_name(from, dir, reterr): ${from} becomes ${dir}, which is not there
 * or is empty; on an error it is ${from} again. */
struct shop_conf;
MUST_CHECK enum rc restore_prove(const char *dir,
	const struct shop_conf *conf, struct err *reterr);
MUST_CHECK enum rc restore_name(
	const char *from, const char *dir, struct err *reterr);

/** dir_make(path): 0700; an empty one may be there already.  RC_EXISTS it
 * holds something. */
MUST_CHECK enum rc dir_make(const char *path, struct err *reterr);
/** dir_remove(path): with all below it; best effort. */
void dir_remove(const char *path);

/** dir_each(path, fn, arg): names of regular files, the
 * last in order first: of segments the newest. */
typedef enum rc (*dir_fn)(void *arg, const char *name, struct err *reterr);
MUST_CHECK enum rc dir_each(
	const char *path, dir_fn fn, void *arg, struct err *reterr);

#endif
