/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_METRICS_H
#define SYNC_METRICS_H

#include "base/err.h"
#include "base/loop.h"
#include "base/sbuf.h"

/**
 * sync/metrics - the worker's numbers in the text format of Prometheus: into a
 * file that a node exporter's textfile collector reads, by rename, or over
 * HTTP on an address of this machine.
 */
#define METRICS_BYTES ((size_t)16384)

struct metrics;

/** metrics_fn: write all of it. */
typedef void (*metrics_fn)(void *arg, struct sbuf *out);

/** metrics_open(l, where, fn, arg, ret, reterr): ${where} "127.0.0.1:PORT",
 * "[::1]:PORT", or the path of a file.  RC_INVAL an address of another
 * machine; RC_IO. */
MUST_CHECK enum rc metrics_open(struct loop *l, const char *where,
	metrics_fn fn, void *arg, struct metrics **ret, struct err *reterr);
void metrics_close(struct metrics *m);
/** metrics_write(m): the file, now; nothing to do when it is an address. */
void metrics_write(struct metrics *m);

/** One number: metrics_put(out, name, type, help, labels, value): HELP and TYPE
 * stand before the first of a name, so calls of one name follow each other;
 * ${labels} "feed=\"prices\"" or NULL. */
void metrics_head(struct sbuf *out, const char *name, const char *type,
	const char *help);
void metrics_value(struct sbuf *out, const char *name, const char *labels,
	int64_t value);
/** metrics_seconds(): microseconds as seconds. */
void metrics_seconds(
	struct sbuf *out, const char *name, const char *labels, int64_t us);

#endif
