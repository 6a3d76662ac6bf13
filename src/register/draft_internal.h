/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DRAFT_INTERNAL_H
#define REGISTER_DRAFT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "register/desk_internal.h"
#include "register/draft.h"
#include "register/sealed_log.h"

/**
 * draft_internal - what the draft's files share: draft.c decides what is
 * written and when, draft_basket.c and draft_desk.c what of the two goes into a
 * group, draft_group.c seals it, draft_line.c has a line's bytes, draft_load.c
 * reads it all back, draft_old.c and desk_old.c older formats.
 *
 * The file is a row of records as register/sealed_file.h has them, bound to
 * "holdfast-draft", format (u8, 3), the file's id (16 random bytes; zeros for
 * record 0) and the record's number (u32).  Inside, little-endian, texts with
 * a u16 length before them:
 *
 *   record 0   format (u8), file id (16)
 *   others     more (u8: 1 the group goes on in the next record), head (u64),
 *              then parts to the end, each in one record as a whole
 *
 *   line       1 (u8), number (u32), kind (u8), quantity, list price, price
 *              (i64 each), flags (u8: 1 overridden), discount in ppm (u32),
 *              discount (i64), code, name, department, tax class;
 *              with 2 among the flags it comes back: amount (i64), line sold
 *              under, rate in ppm (u32 each), number sold under, reason,
 *              approver; 4 it is not on file; with 8 behind all that the
 *              highest age that was checked (u8); with 16 behind all that
 *              when it was added (i64 microseconds), minutes east of
 *              Greenwich (u32, two's complement), where its quantity is from
 *              (u8, enum qty_from), tare taken off, amount held, tare of its
 *              packing, relief of what comes back (i64 each), line of the
 *              goods this is the deposit of (u32, 0), unit, deposit, groups.
 *              Goods bring their deposit's line, it need not have a part
 *   gone       2 (u8), number (u32)
 *   sale       3 (u8), discount of the whole sale in ppm (u32), as an amount
 *              (i64), customer group, certificate of exemption, VAT number,
 *              coupons (u8: how many), the id of each
 *   begin      4 (u8), sale id (16), opened (i64 microseconds), recall (u8: 1
 *              written for a recall), next line number (u32): a sale, and no
 *              other any more
 *   end        5 (u8): no sale is open
 *   desk       6 (u8), flags (u8: 1 the first entry is at stake, 2 a text
 *              follows), entries that are done (u16), the text, entries that
 *              are new (u16), each
 *
 *   comment    7 (u8), the words for the receipt, "" none
 *
 * A later part of the same line number replaces the earlier one, and so does
 * one of the sale, which has none while there is nothing to say; that takes the
 * comment away, which stands behind it.
 */
#define DRAFT_FORMAT 3
#define DRAFT_FORMAT_PLAIN 2 /* a sale alone; a head in each part */
#define DRAFT_FORMAT_BARE 1  /* the same without */
#define PART_LINE 1
#define PART_GONE 2
#define PART_SALE 3
#define PART_BEGIN 4
#define PART_END 5
#define PART_DESK 6
#define PART_COMMENT 7
/* What a record has besides its parts. */
#define RECORD_HEAD_BYTES (1 + 8)
#define PART_BYTES ((size_t)SEALED_PLAIN_MAX - RECORD_HEAD_BYTES)
#define DRAFT_PENDING 8

struct draft {
	struct sealed_log log;
	const struct keys *keys; /* borrowed */
	const uint8_t *key;	 /* the file's, borrowed */
	struct rng rng;
	struct desk *desk; /* borrowed; NULL: none is kept */
	uint64_t head;	   /* the journal's, as draft_at() told */
	uint64_t head_said; /* the last one that was written */
	uint8_t id[UUID_BYTES]; /* the file's */
	size_t kept; /* bytes of the file when it was written anew */
	/* the sale that the file has */
	bool open;
	bool unfit; /* it does not fit, and waits for another configuration */
	uint8_t sale[UUID_BYTES];
	/* of the basket, not written yet */
	uint32_t no[DRAFT_PENDING];
	size_t n_no;
	bool sale_new; /* all but the lines */
	bool all_new;
	bool gone;
	bool patient; /* draft_write() will come */
	bool owed; /* what was used up of the desk is not flushed */
	/* as it was read */
	bool old, has_head;
	uint64_t last_head;
	uint8_t *buf; /* sealed records of a group */
	size_t cap_buf;
};

/* --- draft_group.c: parts into sealed records ---------------------------- */

struct draft_group {
	struct draft *d;
	struct wr out; /* in d->buf */
	struct wr p;   /* the record that is being filled */
	uint8_t plain[SEALED_PLAIN_MAX];
	uint32_t number;
	uint32_t n_record;
	size_t n_part;
	bool bad; /* no memory */
};

/** group_begin(g, d, fresh): behind what the file has; ${fresh}: into an empty
 * one, with its first record and an id of its own. */
void group_begin(struct draft_group *g, struct draft *d, bool fresh);
/** group_add(g, part, n): at most PART_BYTES. */
void group_add(struct draft_group *g, const uint8_t *part, size_t n);
/** group_end(g, reterr): g->out has it.  RC_NOMEM. */
MUST_CHECK enum rc group_end(struct draft_group *g, struct err *reterr);

/** draft_sealed_as(d, format): what its records are bound to. */
struct sealed_as draft_sealed_as(const struct draft *d, uint8_t format);

/* --- the parts ----------------------------------------------------------- */

/** draft_same_sale(d, b): the file has this sale; draft_is_open(d, b): and it
 * is to have it: one that has lost its last line goes on, with the number of
 * the next. */
bool draft_same_sale(const struct draft *d, const struct basket *b);
bool draft_is_open(const struct draft *d, const struct basket *b);
/** draft_put_all(g, b, recall): the whole sale; draft_put_changes(g, b): what
 * waits of it, as it is now. */
void draft_put_all(struct draft_group *g, const struct basket *b, bool recall);
void draft_put_changes(struct draft_group *g, const struct basket *b);

/** draft_line_encode(l, age, out, cap): bytes of the part; age: the highest
 * that was checked in the sale. */
size_t draft_line_encode(const struct basket_line *l, uint8_t age,
	uint8_t *out, size_t cap);
/** draft_line_decode(r, format, ret, ret_age, ret_head): behind its first
 * byte.  False: it is none of ours.  ret_head: 0 but in DRAFT_FORMAT_PLAIN. */
bool draft_line_decode(struct rd *r, uint8_t format, struct basket_line *ret,
	uint8_t *ret_age, uint64_t *ret_head);

/** draft_sale_encode(b, out, cap), draft_sale_decode(r, format, ret,
 * ret_head): the same of what the sale is but for its lines; ${ret} has its
 * rules, and a coupon that they have not is left out. */
size_t draft_sale_encode(const struct basket *b, uint8_t *out, size_t cap);
bool draft_sale_decode(struct rd *r, uint8_t format, struct basket *ret,
	uint64_t *ret_head);

/** draft_comment_encode(b, out, cap), draft_comment_decode(r, ret): the words
 * for the receipt. */
size_t draft_comment_encode(const struct basket *b, uint8_t *out, size_t cap);
bool draft_comment_decode(struct rd *r, struct basket *ret);

/** draft_desk_put(g, desk): all that is new, as the file is to have it. */
void draft_desk_put(struct draft_group *g, const struct desk *desk);
/** draft_desk_used(g, desk): the text and the entry at stake are used up. */
void draft_desk_used(struct draft_group *g, const struct desk *desk);
/** draft_desk_stake(g): the first entry is at stake. */
void draft_desk_stake(struct draft_group *g);
/** draft_desk_take(desk, r, counted): a part onto the desk, behind its first
 * byte; ${counted}: it says how many entries are new, else (desk_old.c) all that
 * follows is.  False: it is none of ours. */
bool draft_desk_take(struct desk *desk, struct rd *r, bool counted);

/* --- reading ------------------------------------------------------------- */

/* A file of records that is being read, and what is in it so far. */
struct draft_walk {
	struct draft *d;
	struct sealed_walk file;
	uint8_t plain[SEALED_PLAIN_MAX];
	size_t n_plain;
	uint8_t *group;
	size_t n_group, cap_group;
	uint64_t head; /* of the group */
	/* the sale */
	const struct tax_policy *tax;
	enum round round;
	const struct rules *rules;
	struct basket *b;
	struct draft_mark *mark;
	bool open;
	enum rc unfit;
	uint32_t next_no; /* above every line number met */
};

/** draft_take_begin(k, id, opened): a sale, and no other. */
void draft_take_begin(
	struct draft_walk *k, const uint8_t *id, struct utc opened);
/** draft_take_part(k, format, r): of a line, or of the sale, behind its first
 * byte ${what}.  RC_PROTO it is none of ours; else it does not fit. */
MUST_CHECK enum rc draft_take_part(
	struct draft_walk *k, uint8_t what, uint8_t format, struct rd *r);
/** draft_old_load(k): a file of format 2 or 1; false: it is none. */
bool draft_old_load(struct draft_walk *k);

/** The desk had a file of its own. */
struct desk_old_mark {
	uint8_t sale[UUID_BYTES]; /* zeros: none open */
	uint32_t next_no, n_line, n_unknown;
	int64_t items;
	uint64_t head; /* last sequence of the journal */
};
/** desk_old_load(path, key, desk, ret, ret_found, reterr): what that file
 * held, into an empty desk, and where the sale stood.  No file, or none of
 * ours: not found.  RC_IO, RC_NOMEM. */
MUST_CHECK enum rc desk_old_load(const char *path, const uint8_t *key,
	struct desk *desk, struct desk_old_mark *ret, bool *ret_found,
	struct err *reterr);
/** desk_old_moved(then, b): the sale has gone on behind the mark, or another
 * was begun. */
bool desk_old_moved(
	const struct desk_old_mark *then, const struct basket *b);

#endif
