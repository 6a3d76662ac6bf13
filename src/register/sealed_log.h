/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_SEALED_LOG_H
#define REGISTER_SEALED_LOG_H

#include <sys/types.h>

#include "base/file.h"
#include "register/sealed_file.h"

/**
 * sealed_log - a file of sealed records that only grows, until another one
 * takes its name.  What a power cut leaves of it are its first records, as
 * many as were flushed at least: nothing is written over, and no bytes are cut
 * off but those that never were a record.
 */
struct sealed_log {
	char path[PATH_BYTES];
	int fd;	       /* -1: it could not be opened again */
	bool whole;    /* all that was written is there: it may be added to */
	bool dirty;    /* written since the last flush */
	bool block;    /* the next record begins a block */
	bool tail;     /* bytes behind ${at} must go before the next record */
	bool named;    /* renamed since the directory was flushed */
	uint32_t next; /* number of the next record */
	off_t at;
	size_t n_write; /* how often something was written */
};

/** sealed_log_open(l, path, reterr): an empty one is made; what it holds is
 * its owner's to read, see sealed_log_found().  RC_RANGE the path is too long;
 * RC_IO, RC_NOSPC.  sealed_log_close() it, also then. */
MUST_CHECK enum rc sealed_log_open(
	struct sealed_log *l, const char *path, struct err *reterr);
void sealed_log_close(struct sealed_log *l);

/** sealed_log_found(l, at, number, n): the first ${at} of its ${n} bytes are
 * ${number} records; the next goes behind them. */
void sealed_log_found(
	struct sealed_log *l, size_t at, uint32_t number, size_t n);

/** sealed_log_add(l, p, n, n_record, reterr): behind what is there, without
 * flush; l is whole.  On an error it is not any more: what was there stays,
 * and sealed_log_replace() makes it good.  RC_NOSPC, RC_IO. */
MUST_CHECK enum rc sealed_log_add(struct sealed_log *l, const uint8_t *p,
	size_t n, uint32_t n_record, struct err *reterr);

/** sealed_log_replace(l, p, n, n_record, reterr): ${n} bytes take its place:
 * aside, flushed, renamed.  The name is flushed with the next flush, so until
 * then a power cut leaves the old file as it is or this one.  n 0: nothing is
 * flushed, there is nothing to lose.  On an error all is as it was. */
MUST_CHECK enum rc sealed_log_replace(struct sealed_log *l, const uint8_t *p,
	size_t n, uint32_t n_record, struct err *reterr);

/** sealed_log_flush(l): nothing when nothing was written since.  An error: it
 * is not whole any more. */
MUST_CHECK enum rc sealed_log_flush(struct sealed_log *l, struct err *reterr);

/** sealed_log_drop(l): all bytes, where those that are there must not be
 * found; as far as the disk lets, and not flushed. */
void sealed_log_drop(struct sealed_log *l);

#endif
