/* SPDX-License-Identifier: Apache-2.0 */
/* What of the draft is written, and when; draft_internal.h has the layout. */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "register/draft_internal.h"

#include "base/poison.h"

/* A file of this size beyond what it was is written anew: when there is
 * nothing in hand, or when nobody waits, or, much later, at once. */
#define GROWN_BYTES ((size_t)64 << 10)
#define HUGE_BYTES ((size_t)32 << 20)

enum rc
draft_open(const char *path, const struct keys *keys, const struct rng *rng,
	struct draft **ret, struct err *reterr)
{
	struct draft *d = calloc(1, sizeof(*d));
	enum rc rc;

	if (d == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "draft",
			"no memory for the open sale: close other programs");
	}
	d->keys = keys;
	d->key = keys_sub(keys, KEYS_DRAFT);
	d->rng = *rng;
	rc = sealed_log_open(&d->log, path, reterr);
	if (rc == RC_OK) {
		*ret = d;
		d = NULL;
	}
	draft_close(d);
	return rc;
}

void
draft_close(struct draft *d)
{
	if (d == NULL) {
		return;
	}
	sealed_log_close(&d->log);
	free(d->buf);
	free(d);
}

void
draft_set_desk(struct draft *d, struct desk *desk)
{
	d->desk = desk;
}

void
draft_wait(struct draft *d)
{
	d->patient = true;
}

void
draft_at(struct draft *d, uint64_t head)
{
	d->head = head;
}

bool
draft_desk_head(const struct draft *d, uint64_t *ret)
{
	*ret = d->last_head;
	return d->has_head;
}

bool
draft_is_old(const struct draft *d)
{
	return d->old || d->log.next == 0;
}

bool
draft_is_torn(const struct draft *d)
{
	return d->log.tail;
}

size_t
draft_n_write(const struct draft *d)
{
	return d->log.n_write;
}

bool
draft_waits(const struct draft *d)
{
	return d->n_no > 0 || d->sale_new || d->all_new || d->gone;
}

/* --- a group ------------------------------------------------------------ */

enum desk_how {
	DESK_NOT,  /* as the file has it */
	DESK_NEW,  /* as it is now */
	DESK_USED, /* the text and what is at stake are used up */
};

static void
basket_kept(struct draft *d, const struct basket *b, bool open)
{
	d->open = open;
	d->unfit = false;
	if (open) {
		memcpy(d->sale, b->id, UUID_BYTES);
	}
	d->n_no = 0;
	d->sale_new = false;
	d->all_new = false;
	d->gone = false;
}

static enum rc
write_anew(struct draft *d, const struct basket *b, bool recall, bool used,
	struct err *reterr)
{
	bool open = draft_is_open(d, b);
	struct draft_group g;
	enum rc rc;

	if (used) {
		desk_used(d->desk);
	}
	if (!open && (d->desk == NULL || desk_is_empty(d->desk))) {
		rc = sealed_log_replace(&d->log, NULL, 0, 0, reterr);
	} else {
		if (d->desk != NULL) {
			desk_unkept(d->desk, used);
		}
		group_begin(&g, d, true);
		if (open) {
			draft_put_all(&g, b, recall);
		}
		if (d->desk != NULL && desk_is_new(d->desk)) {
			draft_desk_put(&g, d->desk);
		}
		rc = group_end(&g, reterr);
		if (rc == RC_OK) {
			rc = sealed_log_replace(&d->log, g.out.p, g.out.len,
				g.n_record, reterr);
		}
	}
	if (rc != RC_OK) {
		d->log.whole = false; /* the id was another's */
		return rc;
	}
	d->kept = (size_t)d->log.at;
	d->head_said = d->head;
	d->old = false;
	basket_kept(d, b, open);
	if (d->desk != NULL) {
		desk_kept(d->desk);
	}
	if (used) {
		desk_used(d->desk);
	}
	return RC_OK;
}

/* Nothing is in hand, and the file may go. */
static bool
is_done_with(const struct draft *d, const struct basket *b)
{
	return (size_t)d->log.at > GROWN_BYTES && !draft_is_open(d, b) &&
	       !d->unfit && (d->desk == NULL || desk_is_empty(d->desk));
}

static enum rc
add_group(struct draft *d, struct draft_group *g, struct err *reterr)
{
	enum rc rc;

	rc = group_end(g, reterr);
	if (rc == RC_OK) {
		rc = sealed_log_add(
			&d->log, g->out.p, g->out.len, g->n_record, reterr);
	}
	if (rc == RC_OK) {
		d->head_said = d->head;
	}
	return rc;
}

/* What waits of the basket, and the desk. */
static enum rc
commit(struct draft *d, const struct basket *b, enum desk_how how,
	struct err *reterr)
{
	bool waits = draft_waits(d);
	bool used = how == DESK_USED ||
		    (how == DESK_NEW && d->desk != NULL && d->desk->n_pop > 0);
	struct draft_group g;
	enum rc rc;

	if (!d->log.whole || (size_t)d->log.at > HUGE_BYTES ||
		(waits && is_done_with(d, b))) {
		d->owed = d->owed || used || !d->log.whole;
		return write_anew(d, b, false, how == DESK_USED, reterr);
	}
	group_begin(&g, d, d->log.next == 0);
	if (waits) {
		draft_put_changes(&g, b);
	}
	if (how == DESK_NEW && d->desk != NULL && desk_is_new(d->desk)) {
		draft_desk_put(&g, d->desk);
	} else if (how == DESK_USED) {
		draft_desk_used(&g, d->desk);
	}
	d->owed = d->owed || used;
	rc = g.n_part > 0 || how == DESK_NEW ? add_group(d, &g, reterr) : RC_OK;
	if (rc != RC_OK) {
		return rc;
	}
	if (waits) {
		basket_kept(d, b, draft_is_open(d, b));
	}
	if (how == DESK_NEW && d->desk != NULL) {
		desk_kept(d->desk);
	} else if (how == DESK_USED) {
		desk_used(d->desk);
	}
	return RC_OK;
}

/* Something lies on the desk that a change of the sale may use up, and the file
 * has it, or would have it with the next group. */
static bool
may_use(const struct draft *d)
{
	const struct desk *k = d->desk;

	return k != NULL && (k->stake || k->file_text ||
				    (!d->log.whole && k->text[0] != '\0'));
}

enum rc
draft_settle(struct draft *d, const struct basket *b, struct err *reterr)
{
	if (!draft_waits(d)) {
		return RC_OK;
	}
	return commit(d, b, may_use(d) ? DESK_USED : DESK_NOT, reterr);
}

static enum rc
follow(struct draft *d, const struct basket *b, struct err *reterr)
{
	return d->patient && may_use(d) ? RC_OK : draft_settle(d, b, reterr);
}

enum rc
draft_sale(struct draft *d, const struct basket *b, struct err *reterr)
{
	d->sale_new = true;
	return follow(d, b, reterr);
}

static void
note_line(struct draft *d, uint32_t no)
{
	for (size_t i = 0; i < d->n_no; i++) {
		if (d->no[i] == no) {
			return;
		}
	}
	if (d->n_no == DRAFT_PENDING) {
		d->all_new = true;
	} else {
		d->no[d->n_no++] = no;
	}
}

enum rc
draft_line(struct draft *d, const struct basket *b, uint32_t no, uint32_t also,
	struct err *reterr)
{
	note_line(d, no);
	if (also != 0) {
		note_line(d, also);
	}
	return follow(d, b, reterr);
}

enum rc
draft_clear(struct draft *d, struct err *reterr)
{
	static const struct basket none;

	d->n_no = 0;
	d->sale_new = false;
	d->all_new = false;
	d->gone = d->open || d->old || !d->log.whole;
	return d->gone ? follow(d, &none, reterr) : RC_OK;
}

enum rc
draft_write(struct draft *d, const struct basket *b, struct err *reterr)
{
	const struct desk *k = d->desk;
	bool is_new = k != NULL && desk_is_new(k);

	/* what lies there was not used up by what the journal has since */
	is_new = is_new ||
		 (k != NULL && !desk_is_empty(k) && d->head != d->head_said);
	/* a sale that does not fit stays in the file it is in, until another
	 * one is begun */
	if (!draft_waits(d) && (!is_new || (d->unfit && d->old))) {
		return RC_OK;
	}
	return commit(d, b, DESK_NEW, reterr);
}

/* --- before an act ------------------------------------------------------ */

static enum rc
say_stake(struct draft *d, struct err *reterr)
{
	struct draft_group g;
	enum rc rc;

	group_begin(&g, d, d->log.next == 0);
	draft_desk_stake(&g);
	rc = add_group(d, &g, reterr);
	if (rc == RC_OK) {
		d->desk->file_stake = true;
		d->owed = true;
	}
	return rc;
}

static enum rc
settle(struct draft *d, const struct basket *b, struct err *reterr)
{
	const struct desk *k = d->desk;
	bool stake = k != NULL && k->stake && desk_first_kept(k);
	enum rc rc = RC_OK;

	if (draft_waits(d)) {
		rc = draft_settle(d, b, reterr);
	} else if (!d->log.whole && (d->owed || stake)) {
		d->owed = true;
		rc = write_anew(d, b, false, false, reterr);
	}
	if (rc == RC_OK && stake && desk_first_kept(k) && !k->file_stake) {
		rc = say_stake(d, reterr);
	}
	return rc;
}

/* What was used up and cannot be taken out of the file must not be found in
 * it: a scan that is missing shows, one that is doubled does not. */
static enum rc
flush_owed(struct draft *d, enum rc rc, struct err *reterr)
{
	if (rc == RC_OK && d->owed) {
		rc = draft_flush(d, reterr);
	}
	if (rc != RC_OK && d->owed) {
		sealed_log_drop(&d->log);
		d->open = false;
		(void)!sealed_log_flush(&d->log, NULL);
	}
	return rc;
}

enum rc
draft_ready(struct draft *d, const struct basket *b, struct err *reterr)
{
	return flush_owed(d, settle(d, b, reterr), reterr);
}

enum rc
draft_recall(struct draft *d, const struct basket *b, struct err *reterr)
{
	static const struct basket none;
	struct draft_group g;
	enum rc rc;

	d->gone = draft_waits(d); /* what was open before is not ${b} */
	rc = settle(d, &none, reterr);
	if (rc == RC_OK && d->log.whole) {
		group_begin(&g, d, d->log.next == 0);
		draft_put_all(&g, b, true);
		rc = add_group(d, &g, reterr);
		if (rc == RC_OK) {
			basket_kept(d, b, true);
		}
	} else if (rc == RC_OK) {
		rc = write_anew(d, b, true, false, reterr);
	}
	if (rc == RC_OK) {
		rc = draft_flush(d, reterr);
	}
	return flush_owed(d, rc, reterr);
}

enum rc
draft_sure(struct draft *d, const struct basket *b, struct err *reterr)
{
	enum rc rc;

	d->all_new = d->all_new || !d->log.whole || !draft_same_sale(d, b);
	rc = settle(d, b, reterr);
	if (rc == RC_OK) {
		rc = draft_flush(d, reterr);
	}
	return flush_owed(d, rc, reterr);
}

/* --- on the disk -------------------------------------------------------- */

enum rc
draft_flush(struct draft *d, struct err *reterr)
{
	enum rc rc = sealed_log_flush(&d->log, reterr);

	if (rc == RC_OK && d->log.whole) {
		d->owed = false;
	}
	return rc;
}

enum rc
draft_renew(struct draft *d, const struct basket *b, struct err *reterr)
{
	enum rc rc = write_anew(d, b, false, false, reterr);

	return rc == RC_OK ? draft_flush(d, reterr) : rc;
}

enum rc
draft_trim(struct draft *d, const struct basket *b, struct err *reterr)
{
	if (d->unfit || !d->log.whole ||
		(size_t)d->log.at <= 2 * d->kept + GROWN_BYTES) {
		return RC_OK;
	}
	return draft_renew(d, b, reterr);
}
