/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_VIEW_H
#define JOURNAL_VIEW_H

#include "journal/file.h"
#include "journal/scan.h"
#include "journal/segment.h"

/**
 * view - small readings of single segments, shared by recovery, reader and
 * repair.
 */
struct seg_view {
	struct seg_name name;
	int fd; /* owned; -1 none */
	char path[PATH_BYTES];
	uint64_t size;
	enum seg_state state;
	struct seg_head head; /* SEG_GOOD and SEG_ALIEN */
};

/** seg_view_open(dir, name, write, ret, reterr): open and read block 0.  A
 * file that is not there is SEG_ABSENT and RC_OK. */
MUST_CHECK enum rc seg_view_open(const char *dir, const struct seg_name *name,
	bool write, struct seg_view *ret, struct err *reterr);
void seg_view_init(struct seg_view *v);
void seg_view_close(struct seg_view *v);

/** seg_scope(v, limit): what its records must belong to; limit 0 = size. */
struct scope seg_scope(const struct seg_view *v, uint64_t limit);

/** seg_key(keys, v, ret_key, reterr): the data key, from the keyring or else
 * from a good header. */
MUST_CHECK enum rc seg_key(const struct keys *keys, const struct seg_view *v,
	uint8_t ret_key[KEY_BYTES], struct err *reterr);

/** line_read(w, s, at, key, ret_h, ret_line, reterr): open one record; the
 * malloc'd line has a NUL behind it.  RC_CORRUPT. */
MUST_CHECK enum rc line_read(struct window *w, const struct scope *s,
	uint64_t at, const uint8_t key[KEY_BYTES], struct rec_head *ret_h,
	uint8_t **ret_line, struct err *reterr);

#endif
