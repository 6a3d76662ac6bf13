/* SPDX-License-Identifier: Apache-2.0 */
/* What a draft's file holds, group by group, as far as it opens. */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "register/draft_internal.h"

#include "base/poison.h"

#define FILE_BYTES ((size_t)256 << 20)

/* --- one part ----------------------------------------------------------- */

static void
note_number(struct draft_walk *k, uint32_t no)
{
	if (no != UINT32_MAX && no >= k->next_no) {
		k->next_no = no + 1;
	}
}

static void
note_head(struct draft_walk *k, uint64_t head)
{
	if (head > k->mark->last) {
		k->mark->last = head;
	}
}

static void
forget_sale(struct draft_walk *k)
{
	static const uint8_t none[UUID_BYTES];
	struct utc never = {0};

	basket_begin(k->b, none, never, k->tax, k->round);
	memset(k->mark, 0, sizeof(*k->mark));
	k->open = false;
	k->unfit = RC_OK;
	k->next_no = 0;
}

void
draft_take_begin(struct draft_walk *k, const uint8_t *id, struct utc opened)
{
	forget_sale(k);
	basket_begin(k->b, id, opened, k->tax, k->round);
	basket_set_rules(k->b, k->rules);
	basket_hold(k->b);
	memcpy(k->d->sale, id, UUID_BYTES);
	k->open = true;
}

static enum rc
take_sale(struct draft_walk *k, uint8_t format, struct rd *r)
{
	struct basket said = {.rules = k->rules};
	uint64_t head = 0;

	if (!draft_sale_decode(r, format, &said, &head)) {
		return RC_PROTO;
	}
	note_head(k, head);
	if (k->unfit != RC_OK) {
		return RC_OK;
	}
	k->b->n_coupon = 0;
	return basket_put_head(k->b, &said);
}

static enum rc
void_line(struct draft_walk *k, uint32_t no)
{
	size_t idx = 0;

	return basket_find(k->b, no, &idx) == RC_OK ? basket_void(k->b, idx)
						    : RC_OK;
}

static enum rc
take_line(struct draft_walk *k, uint8_t format, struct rd *r)
{
	struct basket *b = k->b;
	struct basket_line line;
	uint64_t head = 0;
	uint8_t age = 0;
	enum rc rc = RC_OK;

	if (!draft_line_decode(r, format, &line, &age, &head)) {
		return RC_PROTO;
	}
	note_number(k, line.no);
	note_head(k, head);
	if (k->unfit != RC_OK) {
		return RC_OK;
	}
	b->age = age > b->age ? age : b->age;
	if (line.link == 0) {
		rc = void_line(k, line.no);
	}
	return rc == RC_OK ? basket_restore(b, &line) : rc;
}

static enum rc
take_gone(struct draft_walk *k, uint8_t format, struct rd *r)
{
	uint32_t no = rd_u32le(r);
	uint64_t head = format == DRAFT_FORMAT_PLAIN ? rd_u64le(r) : 0;

	if (r->bad) {
		return RC_PROTO;
	}
	note_number(k, no);
	note_head(k, head);
	return k->unfit == RC_OK ? void_line(k, no) : RC_OK;
}

enum rc
draft_take_part(
	struct draft_walk *k, uint8_t what, uint8_t format, struct rd *r)
{
	if (!k->open) {
		return RC_PROTO;
	}
	switch (what) {
	case PART_LINE:
		return take_line(k, format, r);
	case PART_GONE:
		return take_gone(k, format, r);
	case PART_SALE:
		return take_sale(k, format, r);
	case PART_COMMENT:
		return draft_comment_decode(r, k->b) ? RC_OK : RC_PROTO;
	default:
		return RC_PROTO;
	}
}

/* --- this format -------------------------------------------------------- */

static bool
take_begin(struct draft_walk *k, struct rd *r)
{
	const uint8_t *id = rd_bytes(r, UUID_BYTES);
	struct utc opened = {rd_i64le(r)};
	uint8_t recall = rd_u8(r);
	uint32_t next_no = rd_u32le(r);

	if (r->bad || recall > 1) {
		return false;
	}
	draft_take_begin(k, id, opened);
	k->next_no = next_no;
	k->mark->known = true;
	k->mark->recall = recall == 1;
	k->mark->begun = k->head;
	return true;
}

/* One group, onto what there is.  False: it is none of ours. */
static bool
take_group(struct draft_walk *k)
{
	struct rd r;

	rd_init(&r, k->group, k->n_group);
	while (r.n > 0 && !r.bad) {
		uint8_t what = rd_u8(&r);
		enum rc rc = RC_OK;

		if (what == PART_BEGIN) {
			rc = take_begin(k, &r) ? RC_OK : RC_PROTO;
		} else if (what == PART_END) {
			forget_sale(k);
		} else if (what == PART_DESK) {
			rc = k->d->desk != NULL && draft_desk_take(
							   k->d->desk, &r, true)
				     ? RC_OK
				     : RC_PROTO;
		} else {
			rc = draft_take_part(k, what, DRAFT_FORMAT, &r);
			note_head(k, k->head);
		}
		if (rc == RC_PROTO) {
			return false;
		}
		k->unfit = rc != RC_OK ? rc : k->unfit;
	}
	return !r.bad;
}

/* The next record that is whole and opens; false at the end of them. */
static bool
next_record(struct draft_walk *k)
{
	struct sealed_as as = draft_sealed_as(k->d, DRAFT_FORMAT);

	return sealed_next(
		&k->file, &as, k->plain, sizeof(k->plain), &k->n_plain);
}

/* The first record; a file is of one generation of keys, an older one where
 * the keys were changed since. */
static bool
first_record(struct draft_walk *k)
{
	struct draft *d = k->d;

	for (unsigned g = keys_generation(d->keys); g > 0; g--) {
		d->key = keys_sub_of(d->keys, KEYS_DRAFT, g);
		if (next_record(k) && sealed_first(k->plain, k->n_plain,
					      DRAFT_FORMAT, d->id)) {
			return true;
		}
		k->file.at = 0;
		k->file.number = 0;
	}
	return false; /* the first generation's: an older program wrote it */
}

static bool
gather(struct draft_walk *k, const uint8_t *p, size_t n)
{
	if (n == 0) {
		return true; /* a group that only told the journal's head */
	}
	if (k->n_group + n > k->cap_group) {
		size_t cap = 2 * (k->n_group + n) + SEALED_PLAIN_MAX;
		uint8_t *more = malloc(cap);

		if (more == NULL) {
			return false;
		}
		if (k->n_group > 0) {
			memcpy(more, k->group, k->n_group);
			crypto_wipe(k->group, k->n_group);
		}
		free(k->group);
		k->group = more;
		k->cap_group = cap;
	}
	memcpy(k->group + k->n_group, p, n);
	k->n_group += n;
	return true;
}

/* All records of the next group; false: it is not whole.  RC_NOMEM. */
static enum rc
next_group(struct draft_walk *k, bool *ret)
{
	uint8_t more = 1;

	k->n_group = 0;
	while (more == 1) {
		struct rd r;

		*ret = next_record(k);
		if (!*ret) {
			return RC_OK;
		}
		rd_init(&r, k->plain, k->n_plain);
		more = rd_u8(&r);
		k->head = rd_u64le(&r);
		*ret = !r.bad && more <= 1;
		if (!*ret) {
			return RC_OK;
		}
		if (!gather(k, r.p, r.n)) {
			return RC_NOMEM;
		}
	}
	return RC_OK;
}

static enum rc
load_groups(struct draft_walk *k)
{
	struct draft *d = k->d;
	size_t at = k->file.at;
	uint32_t number = k->file.number;
	bool more = true;
	enum rc rc = RC_OK;

	while (rc == RC_OK && more) {
		rc = next_group(k, &more);
		if (rc == RC_OK && more && !take_group(k)) {
			more = false;
		}
		if (rc == RC_OK && more) {
			at = k->file.at;
			number = k->file.number;
			d->last_head = k->head;
			d->head_said = k->head;
			d->has_head = true;
		}
	}
	sealed_log_found(&d->log, at, number, k->file.n);
	return rc;
}

/* --- all of it ---------------------------------------------------------- */

/* The sale as it was read, with what follows from its lines. */
static enum rc
finish(struct draft_walk *k, bool *ret_found, struct err *reterr)
{
	struct draft *d = k->d;
	struct basket *b = k->b;

	d->open = k->open;
	if (k->open && k->unfit == RC_OK) {
		k->unfit = basket_release(b);
	}
	d->unfit = k->open && k->unfit != RC_OK;
	if (d->unfit) {
		basket_begin(b, d->sale, b->opened, k->tax, k->round);
		return err_set(reterr, k->unfit, 0, "draft",
			"the open sale does not fit this configuration: ring "
			"its items again");
	}
	if (k->next_no > b->next_no) {
		b->next_no = k->next_no;
	}
	*ret_found = basket_is_begun(b);
	return RC_OK;
}

static enum rc
load_file(struct draft_walk *k, bool *ret_found, struct err *reterr)
{
	struct draft *d = k->d;
	enum rc rc = RC_OK;

	if (d->desk != NULL) {
		desk_drop(d->desk);
	}
	if (first_record(k)) {
		rc = load_groups(k);
	} else {
		sealed_log_found(&d->log, 0, 0, k->file.n);
		d->old = draft_old_load(k);
	}
	d->kept = (size_t)d->log.at;
	if (d->desk != NULL) {
		desk_kept(d->desk);
		d->desk->file_stake = d->desk->stake;
	}
	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, "draft",
			"no memory for the open sale: close other programs");
	}
	return finish(k, ret_found, reterr);
}

enum rc
draft_load(struct draft *d, const struct tax_policy *tax, enum round round,
	const struct rules *rules, struct basket *basket,
	struct draft_mark *ret_mark, bool *ret_found, struct err *reterr)
{
	struct draft_walk *k = calloc(1, sizeof(*k));
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc;

	*ret_found = false;
	if (k == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "draft",
			"no memory for the open sale: close other programs");
	}
	k->d = d;
	k->tax = tax;
	k->round = round;
	k->rules = rules;
	k->b = basket;
	k->mark = ret_mark;
	forget_sale(k);
	rc = file_load(d->log.path, FILE_BYTES, &p, &n, reterr);
	if (rc == RC_RANGE) {
		/* of that size it is none of ours */
		sealed_log_found(&d->log, 0, 0, 1);
		rc = RC_OK;
	} else if (rc == RC_NOTFOUND) {
		sealed_log_found(&d->log, 0, 0, 0);
		rc = RC_OK;
	} else if (rc == RC_OK) {
		k->file.p = p;
		k->file.n = n;
		rc = load_file(k, ret_found, reterr);
	}
	crypto_wipe(k->plain, sizeof(k->plain));
	if (k->cap_group > 0) {
		crypto_wipe(k->group, k->cap_group);
	}
	free(k->group);
	free(k);
	free(p);
	return rc;
}
