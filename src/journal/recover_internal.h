/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_RECOVER_INTERNAL_H
#define JOURNAL_RECOVER_INTERNAL_H

#include "journal/file.h"
#include "journal/view.h"
#include "journal/writer.h"

/**
 * recover_internal - recover.c judges the end of the log and writes nothing;
 * recover_settle.c then puts on the disk what is believed.
 */
struct recovery {
	const struct journal_conf *conf; /* while judging only, as report */
	struct journal_report *report;
	struct seg_list list;
	size_t n; /* of them in use; what lies behind never came to be */
	struct seg_view last;
	struct seg_view prev;
	struct window w;
	struct group group;  /* last group of the last segment */
	struct group before; /* the one before it */
	unsigned n_group;
	uint64_t next;  /* sequence behind the last good one */
	uint64_t tail;  /* offset behind the last good group */
	uint64_t bad;   /* behind it, the first record that fails */
	uint64_t dirty; /* end of the bytes behind it that are not zero */
	struct sha256_state dropped;
	bool flushed; /* the last group, for certain */
	struct journal *j;
};

/** recovery_take(r, reterr): hand the last segment over to the writer and
 * read its head; segments that never came to be are removed. */
MUST_CHECK enum rc recovery_take(struct recovery *r, struct err *reterr);
/** recovery_free(r): NULL too. */
void recovery_free(struct recovery *r);

#endif
