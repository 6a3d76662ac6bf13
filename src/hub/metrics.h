/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_METRICS_H
#define HUB_METRICS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sbuf.h"

/**
 * hub/metrics - what the hub counts, and the text a Prometheus server reads
 * (exposition format 0.0.4).  Counters are atomic and carry no register and no
 * tenant: how one register is, its own row says.  What is not counted here but
 * looked up (registers, exceptions, age of the durable mark) is put in by
 * housekeeping once a minute, so that asking costs no database.
 */
enum metrics_batch {
	METRICS_STORED,	   /* something was new */
	METRICS_DUPLICATE, /* all of it was there */
	METRICS_GAP,
	METRICS_FORK,
	METRICS_FENCED,
	METRICS_REJECTED, /* malformed, too large, signature */
	METRICS_BUSY,
	METRICS_DATABASE, /* outcome unknown, or not there */
	METRICS_BATCH_COUNT
};

enum metrics_state {
	METRICS_ONLINE, /* seen within five minutes */
	METRICS_SILENT,
	METRICS_OFF, /* revoked */
	METRICS_STATE_COUNT
};

#define METRICS_BUCKETS 12
#define METRICS_KINDS 9
#define METRICS_KIND_BYTES 24
#define METRICS_STATUS 6 /* 1xx to 5xx by their first digit */

struct metrics {
	_Atomic uint64_t events;
	_Atomic uint64_t batch[METRICS_BATCH_COUNT];
	_Atomic uint64_t bucket[METRICS_BUCKETS + 1];
	_Atomic uint64_t ingest_us;
	_Atomic uint64_t status[METRICS_STATUS];
	_Atomic uint64_t bytes_in, bytes_out;
	_Atomic int64_t connections;
	_Atomic int64_t in_service, waiting;
	_Atomic int64_t db_in_use;
	/* looked up; -1 not known yet */
	_Atomic int64_t registers[METRICS_STATE_COUNT];
	_Atomic int64_t durable_age_s;
	_Atomic int64_t exceptions[METRICS_KINDS];
};

void metrics_init(struct metrics *m);
/** metrics_ingest(m, took_us): one batch went through the database. */
void metrics_ingest(struct metrics *m, int64_t took_us);
/** metrics_kind(name): which of exceptions[] counts this kind. */
size_t metrics_kind(const char *name);
/** metrics_format(m, out): the whole page. */
void metrics_format(struct metrics *m, struct sbuf *out);

#endif
