/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_DRAFT_H
#define REGISTER_CONFIG_DRAFT_H

#include "register/shop.h"

/**
 * config_draft - configurations on their way: put forward by one person
 * (config.drafted, with the whole text), approved by another (config.approved),
 * activated by the register itself when their time has come
 * (config.activated, why "draft", "rollback" or "import"), or dropped
 * (config.dropped).  What is open of them is what the store has.
 *
 * A draft is made from the text that is active; when another one has become
 * active since, it would take that back unseen, so it is refused at its approval
 * and dropped at its time.
 *
 * Time is what the register believes: its clock, but never before the last
 * line.  A clock set back delays nothing that was there, one set forward brings a
 * draft early, and a clock.jumped says so.
 */
#define DRAFTS_MAX 32
#define DRAFT_NOTE_BYTES 128
#define DRAFT_WHY_BYTES 160
#define DRAFT_ORIGIN_BYTES 1024

struct config_draft {
	uint64_t sequence; /* of its line; its number for people */
	char version[65], base[65];
	char author[16];
	char approver[16]; /* "" nobody yet */
	uint64_t approved; /* sequence, 0 not yet */
	struct utc time;
	int32_t tz_min;
	struct utc effective; /* us 0: as soon as it is approved */
	char note[DRAFT_NOTE_BYTES];
	char why[16]; /* "draft", "rollback", "import" */
	char origin[DRAFT_ORIGIN_BYTES]; /* of a bundle; "" none */
};

/** config_drafts(s, ret, cap, ret_n, reterr): the open ones, as they were put
 * forward.  RC_AGAIN the store cannot answer just now. */
MUST_CHECK enum rc config_drafts(struct shop *s, struct config_draft ret[],
	size_t cap, size_t *ret_n, struct err *reterr);

/** config_draft_find(s, name, ret, reterr): by its number, or by the first
 * digits of its version, at least four.  RC_NOTFOUND, RC_INVAL in words. */
MUST_CHECK enum rc config_draft_find(struct shop *s, const char *name,
	struct config_draft *ret, struct err *reterr);

/** config_draft_text(s, sequence, ret, ret_len, reterr): its text, malloc'd
 * with a NUL. */
MUST_CHECK enum rc config_draft_text(struct shop *s, uint64_t sequence,
	char **ret, size_t *ret_len, struct err *reterr);

/** config_draft_admit(s, e, actor, reterr): whether ${actor} may have one of
 * the four events above recorded now: a draft is approved by somebody else, once,
 * and while the text it was made from is active, and neither gives anybody what
 * they lack themselves; one that is activated by request is one person's doing,
 * which people.config = two refuses.
 * RC_DENIED, RC_EXISTS, RC_NOTFOUND, RC_PROTO in words. */
MUST_CHECK enum rc config_draft_admit(struct shop *s, const struct event *e,
	const char *actor, struct err *reterr);

/** config_draft_next(s): when the next approved one is due, by the register's
 * time; INT64_MAX none is. */
int64_t config_draft_next(struct shop *s);
/** config_draft_now(s): the register's time. */
struct utc config_draft_now(const struct shop *s);

/**
 * config_draft_run(s, ret_n, said): between two sales: activate what is due,
 * or drop it where its text does not check any more or is made from an older
 * one; the one before stays active then.  ${said}: a sentence of what was
 * dropped, for who stands there.  ${ret_n}: how many became active.  A disk that
 * refuses leaves all as it was: the next look tries again.
 */
void config_draft_run(struct shop *s, size_t *ret_n, struct sbuf *said);

#endif
