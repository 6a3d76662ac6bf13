/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drafts of older programs, which had a file for the sale alone: bound to its
 * format and the sale's id (zeros for record 0).  Little-endian:
 *
 *   record 0   format (u8, 2), sale id (16), opened (i64 microseconds), head
 *              (u64), recall (u8: 1 written for a recall), next line number
 *              (u32)
 *   others     one part line, gone or sale as in draft_internal.h; head (u64)
 *              in a line behind its tax class, in the others behind number
 *              and type
 *
 * Format 1 is the same without head, recall and next.
 */
#include <string.h>

#include "register/draft_internal.h"

#include "base/poison.h"

static bool
next_record(struct draft_walk *k, uint8_t format)
{
	struct sealed_as as = draft_sealed_as(k->d, format);

	return sealed_next(
		&k->file, &as, k->plain, sizeof(k->plain), &k->n_plain);
}

static bool
read_first(struct draft_walk *k, uint8_t format)
{
	const uint8_t *id;
	struct draft_mark mark = {0};
	struct utc opened;
	uint32_t next_no = 0;
	uint8_t said, recall = 0;
	struct rd r;

	if (!next_record(k, format)) {
		return false;
	}
	rd_init(&r, k->plain, k->n_plain);
	said = rd_u8(&r);
	id = rd_bytes(&r, UUID_BYTES);
	opened.us = rd_i64le(&r);
	if (format == DRAFT_FORMAT_PLAIN) {
		mark.known = true;
		mark.begun = rd_u64le(&r);
		mark.last = mark.begun;
		recall = rd_u8(&r);
		mark.recall = recall == 1;
		next_no = rd_u32le(&r);
	}
	if (!rd_end(&r) || said != format || recall > 1) {
		return false;
	}
	memcpy(k->d->id, id, UUID_BYTES);
	draft_take_begin(k, id, opened);
	*k->mark = mark;
	k->next_no = next_no;
	return true;
}

/* The format stands in the associated data: the one that opens it is it. */
bool
draft_old_load(struct draft_walk *k)
{
	uint8_t format = DRAFT_FORMAT_PLAIN;
	enum rc rc = RC_OK;

	if (!read_first(k, format)) {
		format = DRAFT_FORMAT_BARE;
		if (k->file.number != 0 || !read_first(k, format)) {
			return false;
		}
	}
	while (rc != RC_PROTO && next_record(k, format)) {
		uint8_t what;
		struct rd r;

		rd_init(&r, k->plain, k->n_plain);
		what = rd_u8(&r);
		rc = draft_take_part(k, what, format, &r);
		if (rc != RC_OK && rc != RC_PROTO) {
			k->unfit = rc;
		}
	}
	return true;
}
