/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The draft file is a row of records, each
 *
 *   length   u32, little-endian: bytes of the sealed part that follows
 *   sealed   nonce (24), ciphertext, tag (16), XChaCha20-Poly1305 under the
 *            draft's sub-key
 *
 * Associated data: "holdfast-draft", format (u8, 2), the sale's id (16 bytes;
 * zeros for record 0) and the record's number (u32): a record of another sale,
 * of another place in this one, or of an earlier draft does not open.
 * Inside, little-endian, texts with a u16 length before them:
 *
 *   record 0   format (u8), sale id (16), opened (i64 microseconds), head
 *              (u64), recall (u8: 1 written for a recall), next line number
 *              (u32)
 *   line       1 (u8), number (u32), kind (u8), quantity, list price, price
 *              (i64 each), flags (u8: 1 overridden), discount in ppm (u32),
 *              discount (i64), code, name, department, tax class, head (u64);
 *              with 2 among the flags it comes back: amount (i64), line sold
 *              under, rate in ppm (u32 each), number sold under, reason,
 *              approver; 4 it is not on file; with 8 behind all that the
 *              highest age that was checked (u8); with 16 behind all that
 *              when it was added (i64 microseconds), minutes east of
 *              Greenwich (u32, two's complement), where its quantity is from
 *              (u8, enum qty_from), tare taken off, amount held, tare of its
 *              packing, relief of what comes back (i64 each), line of the
 *              goods this is the deposit of (u32, 0), unit, deposit, groups.
 *              Goods bring their deposit's line, it need not have a record
 *   gone       2 (u8), number (u32), head (u64)
 *   sale       3 (u8), head (u64), discount of the whole sale in ppm (u32), as
 *              an amount (i64), customer group, certificate of exemption, VAT
 *              number, coupons (u8: how many), the id of each
 *
 * A length of 0 within a block of 4,096 bytes ends the block: what was flushed
 * is never written over, the next record begins the next block.
 *
 * head is the last sequence in the journal when the record was written.  A
 * later record of the same line number replaces the earlier one, and so does
 * one of the sale, which has none while there is nothing to say.  Format 1
 * is the same without head, recall and next; it is read, and written anew as
 * format 2 by the first change.
 */
#include "register/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "register/draft_internal.h"
#include "register/sealed_file.h"

#include "base/poison.h"

#define RECORD_GONE 2
#define FIRST_BYTES (1 + UUID_BYTES + 8 + 8 + 1 + 4)
/* A line's numbers, its texts at their longest, and their lengths. */
#define LINE_BYTES                                                             \
	(160 + CODE_BYTES + ITEM_NAME_BYTES + ITEM_DEPT_BYTES +                \
		TAX_CODE_BYTES + BASKET_NUMBER_BYTES + BASKET_REASON_BYTES +   \
		BASKET_OPERATOR_BYTES + ITEM_UNIT_BYTES + ITEM_DEPOSIT_BYTES + \
		ITEM_GROUPS_BYTES)
/* The same of the sale's. */
#define PLAIN_BYTES                                                            \
	(32 + RULE_GROUP_BYTES + BASKET_CERTIFICATE_BYTES + BASKET_VAT_BYTES + \
		BASKET_COUPONS * (2 + RULE_ID_BYTES))
#define RECORD_BYTES SEALED_BYTES(PLAIN_BYTES)
/* Larger than what 2,000 lines changed many times over leave behind. */
#define DRAFT_BYTES ((size_t)256 << 20)

struct draft {
	char path[PATH_BYTES];
	int fd;
	const uint8_t *key; /* borrowed */
	struct rng rng;
	bool begun;     /* the file holds records of ${id} up to ${at} */
	bool dirty;     /* written since the last flush */
	bool block;     /* the next record begins a block */
	bool tail;      /* bytes behind ${at} must go before the next record */
	bool named;     /* renamed since the directory was flushed */
	uint8_t format; /* of the file being read */
	uint64_t head;  /* the journal's, as draft_at() told */
	uint8_t id[UUID_BYTES];
	uint32_t next; /* number of the next record */
	off_t at;
};

_Static_assert(PLAIN_BYTES <= SEALED_PLAIN_MAX && LINE_BYTES <= PLAIN_BYTES,
	"a line fits into one record, and so does what there is of a sale");

static struct sealed_as
sealed_as(const struct draft *d, uint8_t format)
{
	return (struct sealed_as){
		.what = "holdfast-draft",
		.format = format,
		.id = d->id,
		.key = d->key,
	};
}

static enum rc
open_file(struct draft *d, struct err *reterr)
{
	d->fd = open(d->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (d->fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "draft",
			"the open sale cannot be kept in %s", d->path);
	}
	return RC_OK;
}

enum rc
draft_open(const char *path, const struct keys *keys, const struct rng *rng,
	struct draft **ret, struct err *reterr)
{
	struct draft *d = calloc(1, sizeof(*d));
	size_t n = strlen(path);
	enum rc rc;

	if (d == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "draft",
			"no memory for the open sale: close other programs");
	}
	d->fd = -1;
	d->named = true; /* it may be made here */
	if (n + sizeof(".new") > sizeof(d->path)) {
		rc = err_set(reterr, RC_RANGE, 0, "draft",
			"the path of the open sale is too long: %.80s...",
			path);
		goto out;
	}
	memcpy(d->path, path, n + 1);
	d->key = keys_sub(keys, KEYS_DRAFT);
	d->rng = *rng;
	rc = open_file(d, reterr);
	if (rc == RC_OK) {
		*ret = d;
		d = NULL;
	}
out:
	draft_close(d);
	return rc;
}

void
draft_close(struct draft *d)
{
	if (d == NULL) {
		return;
	}
	if (d->fd >= 0) {
		(void)close(d->fd);
	}
	free(d);
}

/* --- records ----------------------------------------------------------------- */

/* One record, sealed, behind what ${w} holds. */
static void
put_record(struct draft *d, struct wr *w, uint32_t number, const uint8_t *plain,
	size_t n)
{
	struct sealed_as as = sealed_as(d, DRAFT_FORMAT);

	sealed_put(&as, &d->rng, w, number, plain, n);
}

static void
put_first(struct draft *d, struct wr *w, const struct basket *b, bool recall)
{
	uint8_t plain[FIRST_BYTES];
	struct wr p;

	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, DRAFT_FORMAT);
	wr_bytes(&p, b->id, UUID_BYTES);
	wr_i64le(&p, b->opened.us);
	wr_u64le(&p, d->head);
	wr_u8(&p, recall ? 1 : 0);
	wr_u32le(&p, b->next_no);
	memcpy(d->id, b->id, UUID_BYTES);
	put_record(d, w, 0, plain, p.len);
}

/* --- reading ------------------------------------------------------------------ */

struct walk {
	struct draft *d;
	struct sealed_walk file;
	uint8_t plain[PLAIN_BYTES];
	size_t n_plain;
	uint32_t next_no; /* above every line number met */
	struct draft_mark *mark;
};

/* The next record that is whole and opens; false at the end of them. */
static bool
next_record(struct walk *k)
{
	struct sealed_as as = sealed_as(k->d, k->d->format);

	return sealed_next(
		&k->file, &as, k->plain, sizeof(k->plain), &k->n_plain);
}

static bool
read_first_as(struct walk *k, uint8_t format, struct utc *ret_opened)
{
	const uint8_t *id;
	struct rd r;
	uint8_t said;
	uint8_t recall = 0;

	k->d->format = format;
	if (!next_record(k)) {
		return false;
	}
	rd_init(&r, k->plain, k->n_plain);
	said = rd_u8(&r);
	id = rd_bytes(&r, UUID_BYTES);
	ret_opened->us = rd_i64le(&r);
	if (format == DRAFT_FORMAT) {
		k->mark->known = true;
		k->mark->begun = rd_u64le(&r);
		k->mark->last = k->mark->begun;
		recall = rd_u8(&r);
		k->next_no = rd_u32le(&r);
		k->mark->recall = recall == 1;
	}
	if (!rd_end(&r) || said != format || recall > 1) {
		return false;
	}
	memcpy(k->d->id, id, UUID_BYTES);
	return true;
}

/* The format stands in the associated data: the one that opens it is it. */
static bool
read_first(struct walk *k, struct utc *ret_opened)
{
	return read_first_as(k, DRAFT_FORMAT, ret_opened) ||
	       (k->file.number == 0 &&
		       read_first_as(k, DRAFT_FORMAT_BARE, ret_opened));
}

static void
note_number(struct walk *k, uint32_t no)
{
	if (no != UINT32_MAX && no >= k->next_no) {
		k->next_no = no + 1;
	}
}

static void
note_head(struct walk *k, uint64_t head)
{
	if (head > k->mark->last) {
		k->mark->last = head;
	}
}

static enum rc
take_sale(struct walk *k, struct rd *r, struct basket *b)
{
	uint64_t head = 0;
	struct basket said = {.rules = b->rules};

	if (!draft_sale_decode(r, &said, &head)) {
		return RC_PROTO;
	}
	note_head(k, head);
	b->n_coupon = 0;
	return basket_put_head(b, &said);
}

/* One change onto the basket.  RC_PROTO: no record of ours. */
static enum rc
take_record(struct walk *k, struct basket *b)
{
	uint8_t format = k->d->format;
	struct basket_line line;
	struct rd r;
	uint8_t what, age = 0;
	size_t idx = 0;
	uint64_t head = 0;
	uint32_t no;

	rd_init(&r, k->plain, k->n_plain);
	what = rd_u8(&r);
	if (what == RECORD_GONE) {
		no = rd_u32le(&r);
		head = format == DRAFT_FORMAT ? rd_u64le(&r) : 0;
		if (!rd_end(&r)) {
			return RC_PROTO;
		}
		note_number(k, no);
		note_head(k, head);
		return basket_find(b, no, &idx) == RC_OK ? basket_void(b, idx)
							 : RC_OK;
	}
	if (what == RECORD_SALE) {
		return take_sale(k, &r, b);
	}
	if (what != RECORD_LINE ||
		!draft_line_decode(&r, format, &line, &age, &head)) {
		return RC_PROTO;
	}
	note_number(k, line.no);
	note_head(k, head);
	b->age = age > b->age ? age : b->age;
	if (line.link == 0 && basket_find(b, line.no, &idx) == RC_OK) {
		enum rc rc = basket_void(b, idx);

		if (rc != RC_OK) {
			return rc;
		}
	}
	return basket_restore(b, &line);
}

static enum rc
load_records(struct walk *k, const struct tax_policy *tax, enum round round,
	const struct rules *rules, struct basket *b, bool *ret_found,
	struct err *reterr)
{
	struct utc opened = {0};
	enum rc rc = RC_OK, end;

	if (!read_first(k, &opened)) {
		return RC_OK;
	}
	basket_begin(b, k->d->id, opened, tax, round);
	basket_set_rules(b, rules);
	basket_hold(b);
	k->d->begun = true;
	do {
		k->d->at = (off_t)k->file.at;
		k->d->next = k->file.number;
		if (!next_record(k)) {
			break;
		}
		rc = take_record(k, b);
	} while (rc == RC_OK);
	end = basket_release(b);
	rc = rc == RC_OK || rc == RC_PROTO ? end : rc;
	k->d->tail = (size_t)k->d->at < k->file.n;
	k->d->block = true;
	if (k->d->format != DRAFT_FORMAT) {
		k->d->begun = false; /* records of two formats never mix */
	}
	if (rc != RC_OK && rc != RC_PROTO) {
		k->d->begun = false;
		basket_begin(b, k->d->id, opened, tax, round);
		return err_set(reterr, rc, 0, "draft",
			"the open sale does not fit this configuration: ring "
			"its items again");
	}
	if (k->next_no > b->next_no) {
		b->next_no = k->next_no;
	}
	*ret_found = basket_is_begun(b);
	return RC_OK;
}

enum rc
draft_load(struct draft *d, const struct tax_policy *tax, enum round round,
	const struct rules *rules, struct basket *basket,
	struct draft_mark *ret_mark, bool *ret_found, struct err *reterr)
{
	static const uint8_t none[UUID_BYTES];
	struct walk *k = NULL;
	struct utc never = {0};
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc;

	*ret_found = false;
	memset(ret_mark, 0, sizeof(*ret_mark));
	d->begun = false;
	d->tail = false;
	basket_begin(basket, none, never, tax, round);
	rc = file_load(d->path, DRAFT_BYTES, &p, &n, reterr);
	if (rc == RC_NOTFOUND || rc == RC_RANGE) {
		rc = RC_OK; /* a file of that size is none of ours */
		goto out;
	}
	if (rc != RC_OK) {
		goto out;
	}
	k = calloc(1, sizeof(*k));
	if (k == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "draft",
			"no memory for the open sale: close other programs");
		goto out;
	}
	k->d = d;
	k->file.p = p;
	k->file.n = n;
	k->mark = ret_mark;
	rc = load_records(k, tax, round, rules, basket, ret_found, reterr);
out:
	if (k != NULL) {
		crypto_wipe(k->plain, sizeof(k->plain));
	}
	free(k);
	free(p);
	return rc;
}

/* --- writing ------------------------------------------------------------------ */

static enum rc
cut(struct draft *d, off_t at, struct err *reterr)
{
	if (ftruncate(d->fd, at) != 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "draft",
			"the open sale cannot be kept in %s", d->path);
	}
	d->tail = false;
	return RC_OK;
}

/* A failed write leaves the file to be written anew by the next change. */
static enum rc
append(struct draft *d, const uint8_t *p, size_t n, uint32_t n_record,
	struct err *reterr)
{
	enum rc rc = RC_OK;

	if (d->tail) {
		rc = cut(d, d->at, reterr);
	}
	if (rc == RC_OK && d->block) {
		d->at = (off_t)sealed_block_end((size_t)d->at);
		d->block = false;
	}
	if (rc == RC_OK) {
		rc = file_pwrite(d->fd, p, n, d->at, d->path, reterr);
	}
	if (rc != RC_OK) {
		d->begun = false;
		return rc;
	}
	d->at += (off_t)n;
	d->next += n_record;
	d->dirty = true;
	return RC_OK;
}

static enum rc
begin(struct draft *d, struct err *reterr)
{
	enum rc rc = cut(d, 0, reterr);

	if (rc == RC_OK) {
		d->begun = true;
		d->block = false;
		d->at = 0;
		d->next = 0;
	}
	return rc;
}

/* Something that a record of the sale says. */
static bool
has_head(const struct basket *b)
{
	return b->n_coupon > 0 || b->buyer.group[0] != '\0' ||
	       b->buyer.certificate[0] != '\0' || b->buyer.vat[0] != '\0' ||
	       b->sale_ppm != 0 || b->sale_off.minor != 0;
}

enum rc
draft_sale(struct draft *d, const struct basket *b, struct err *reterr)
{
	uint8_t plain[PLAIN_BYTES], out[RECORD_BYTES];
	struct wr w;
	size_t n;

	if (!d->begun || memcmp(d->id, b->id, UUID_BYTES) != 0) {
		return draft_all(d, b, reterr);
	}
	wr_init(&w, out, sizeof(out));
	n = draft_sale_encode(b, d->head, plain, sizeof(plain));
	put_record(d, &w, d->next, plain, n);
	crypto_wipe(plain, sizeof(plain));
	return append(d, out, w.len, 1, reterr);
}

enum rc
draft_line(struct draft *d, const struct basket *b, size_t idx, uint32_t no,
	struct err *reterr)
{
	uint8_t plain[PLAIN_BYTES], out[2 * RECORD_BYTES];
	bool fresh = !d->begun || memcmp(d->id, b->id, UUID_BYTES) != 0;
	uint32_t n_record = 0;
	struct wr w;
	size_t n = 0;
	enum rc rc;

	if (fresh && (b->n_line != 1 || idx != 0 || has_head(b))) {
		return draft_all(d, b, reterr);
	}
	if (idx != SIZE_MAX && b->line[idx].link != 0) {
		return RC_OK; /* its goods have one */
	}
	wr_init(&w, out, sizeof(out));
	if (fresh) {
		rc = begin(d, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		put_first(d, &w, b, false);
		n_record = 1;
	}
	if (idx == SIZE_MAX) {
		struct wr p;

		wr_init(&p, plain, sizeof(plain));
		wr_u8(&p, RECORD_GONE);
		wr_u32le(&p, no);
		wr_u64le(&p, d->head);
		n = p.len;
	} else {
		n = draft_line_encode(
			&b->line[idx], b->age, d->head, plain, sizeof(plain));
	}
	put_record(d, &w, d->next + n_record, plain, n);
	crypto_wipe(plain, sizeof(plain));
	return append(d, out, w.len, n_record + 1, reterr);
}

/* The whole basket into a file aside. */
static enum rc
write_aside(struct draft *d, const struct basket *b, bool recall,
	const char *path, struct err *reterr)
{
	size_t cap = 2 * RECORD_BYTES + SEALED_BYTES(LINE_BYTES) * b->n_line;
	uint8_t plain[PLAIN_BYTES];
	uint8_t *p = malloc(cap);
	uint32_t n_record = 1;
	struct wr w;
	int fd = -1;
	size_t n;
	enum rc rc;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "draft",
			"no memory for the open sale: close other programs");
	}
	wr_init(&w, p, cap);
	put_first(d, &w, b, recall);
	if (has_head(b)) {
		n = draft_sale_encode(b, d->head, plain, sizeof(plain));
		put_record(d, &w, n_record++, plain, n);
	}
	for (size_t i = 0; i < b->n_line; i++) {
		n = draft_line_encode(
			&b->line[i], b->age, d->head, plain, sizeof(plain));
		put_record(d, &w, n_record++, plain, n);
	}
	crypto_wipe(plain, sizeof(plain));
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "draft",
			"the open sale cannot be kept in %s", path);
		goto out;
	}
	rc = file_pwrite(fd, p, w.len, 0, path, reterr);
	if (rc == RC_OK) {
		d->at = (off_t)w.len;
		d->block = false;
		d->next = n_record;
	}
out:
	if (rc == RC_OK) {
		int was = d->fd;

		d->fd = fd;
		fd = was;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	free(p);
	return rc;
}

static enum rc
write_all(struct draft *d, const struct basket *b, bool recall,
	struct err *reterr)
{
	char path[PATH_BYTES + 8];
	enum rc rc;

	if (!basket_is_begun(b)) {
		return draft_clear(d, reterr);
	}
	d->begun = false;
	(void)snprintf(path, sizeof(path), "%s.new", d->path);
	rc = write_aside(d, b, recall, path, reterr);
	if (rc == RC_OK && rename(path, d->path) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "draft",
			"the open sale cannot be kept in %s", d->path);
		(void)close(d->fd);
		d->fd = -1;
	}
	if (rc != RC_OK) {
		(void)unlink(path);
		if (d->fd < 0) {
			(void)open_file(d, NULL);
		}
		return rc;
	}
	d->begun = true;
	d->dirty = true;
	d->named = true;
	d->tail = false;
	return RC_OK;
}

enum rc
draft_all(struct draft *d, const struct basket *b, struct err *reterr)
{
	return write_all(d, b, false, reterr);
}

enum rc
draft_recall(struct draft *d, const struct basket *b, struct err *reterr)
{
	enum rc rc = write_all(d, b, true, reterr);

	return rc == RC_OK ? draft_flush(d, reterr) : rc;
}

void
draft_at(struct draft *d, uint64_t head)
{
	d->head = head;
}

enum rc
draft_clear(struct draft *d, struct err *reterr)
{
	d->begun = false;
	d->dirty = true;
	d->at = 0;
	d->next = 0;
	return cut(d, 0, reterr);
}

enum rc
draft_sure(struct draft *d, const struct basket *b, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (!d->begun || memcmp(d->id, b->id, UUID_BYTES) != 0) {
		rc = write_all(d, b, false, reterr);
	}
	return rc == RC_OK ? draft_flush(d, reterr) : rc;
}

enum rc
draft_flush(struct draft *d, struct err *reterr)
{
	enum rc rc;

	if (!d->dirty) {
		return RC_OK;
	}
	rc = sealed_sync(d->fd, d->path, d->named, reterr);
	if (rc == RC_OK) {
		d->dirty = false;
		d->named = false;
		d->block = true;
		return RC_OK;
	}
	/* what this descriptor wrote may be lost: a fresh file next time */
	d->begun = false;
	(void)close(d->fd);
	(void)open_file(d, NULL);
	return rc;
}
