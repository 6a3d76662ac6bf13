/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The desk's file is a row of records, each
 *
 *   length   u32, little-endian: bytes of the sealed part that follows
 *   sealed   nonce (24), ciphertext, tag (16), XChaCha20-Poly1305 under the
 *            draft's sub-key
 *
 * Associated data: "holdfast-desk", format (u8, 1), the file's id (16 bytes,
 * random; zeros for record 0) and the record's number (u32).  Inside,
 * little-endian:
 *
 *   record 0   format (u8), id (16)
 *   change     1 (u8), mark: sale (16), next line number, lines, lines not on
 *              file (u32 each), items (i64), head (u64); flags (u8: 1 the
 *              first entry is at stake, 2 a text follows), entries that are
 *              done (u16), the text (u16 length and bytes), then until the
 *              end entries that are new (u16 length and bytes each)
 *
 * A length of 0 within a block of 4,096 bytes ends the block, as in a draft:
 * what was flushed is never written over.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "register/desk_internal.h"
#include "register/sealed_file.h"

#include "base/poison.h"

#define DESK_FORMAT 1
#define RECORD_CHANGE 1
#define FLAG_STAKE 1
#define FLAG_TEXT 2
#define FIRST_BYTES (1 + UUID_BYTES)
#define MARK_BYTES (UUID_BYTES + 4 + 4 + 4 + 8 + 8)
#define PLAIN_BYTES ((size_t)SEALED_PLAIN_MAX)
#define RECORD_BYTES SEALED_BYTES(PLAIN_BYTES)
/* A file of this size beyond what it holds is written anew. */
#define GROWN_BYTES ((size_t)64 << 10)
#define FILE_BYTES ((size_t)64 << 20)

_Static_assert(PLAIN_BYTES > 1 + MARK_BYTES + 1 + 2 + 2 + DESK_TEXT_BYTES + 2 +
				     DESK_ENTRY_BYTES,
	"a text and an entry fit into one record");

static void
put_mark(struct wr *w, const struct desk_mark *m)
{
	wr_bytes(w, m->sale, UUID_BYTES);
	wr_u32le(w, m->next_no);
	wr_u32le(w, m->n_line);
	wr_u32le(w, m->n_unknown);
	wr_i64le(w, m->items);
	wr_u64le(w, m->head);
}

static bool
get_mark(struct rd *r, struct desk_mark *m)
{
	const uint8_t *sale = rd_bytes(r, UUID_BYTES);

	if (sale == NULL) {
		return false;
	}
	memcpy(m->sale, sale, UUID_BYTES);
	m->next_no = rd_u32le(r);
	m->n_line = rd_u32le(r);
	m->n_unknown = rd_u32le(r);
	m->items = rd_i64le(r);
	m->head = rd_u64le(r);
	return !r->bad;
}

static bool
same_mark(const struct desk_mark *a, const struct desk_mark *b)
{
	return memcmp(a->sale, b->sale, UUID_BYTES) == 0 &&
	       a->next_no == b->next_no && a->n_line == b->n_line &&
	       a->n_unknown == b->n_unknown && a->items == b->items &&
	       a->head == b->head;
}

/* --- reading ------------------------------------------------------------- */

static struct sealed_as
sealed_as(const struct desk *d)
{
	return (struct sealed_as){
		.what = "holdfast-desk",
		.format = DESK_FORMAT,
		.id = d->id,
		.key = d->key,
	};
}

struct walk {
	struct desk *d;
	struct sealed_walk file;
	uint8_t plain[PLAIN_BYTES];
	size_t n_plain;
};

/* The next record that is whole and opens; false at the end of them. */
static bool
next_record(struct walk *k)
{
	struct sealed_as as = sealed_as(k->d);

	return sealed_next(
		&k->file, &as, k->plain, sizeof(k->plain), &k->n_plain);
}

static bool
read_first(struct walk *k)
{
	const uint8_t *id;
	struct rd r;
	uint8_t format;

	if (!next_record(k)) {
		return false;
	}
	rd_init(&r, k->plain, k->n_plain);
	format = rd_u8(&r);
	id = rd_bytes(&r, UUID_BYTES);
	if (format != DESK_FORMAT || id == NULL || !rd_end(&r)) {
		return false;
	}
	memcpy(k->d->id, id, UUID_BYTES);
	return true;
}

/* One change onto what lies there.  False: it is none of ours. */
static bool
take_record(struct walk *k)
{
	struct desk *d = k->d;
	struct desk_mark mark;
	const uint8_t *p;
	size_t n_pop, n;
	uint8_t flags;
	struct rd r;

	rd_init(&r, k->plain, k->n_plain);
	if (rd_u8(&r) != RECORD_CHANGE || !get_mark(&r, &mark)) {
		return false;
	}
	flags = rd_u8(&r);
	n_pop = rd_u16le(&r);
	if (r.bad || flags > (FLAG_STAKE | FLAG_TEXT) || n_pop > d->n_held) {
		return false;
	}
	while (n_pop > 0) {
		desk_shift(d);
		n_pop--;
	}
	if ((flags & FLAG_TEXT) != 0) {
		n = rd_u16le(&r);
		p = rd_bytes(&r, n);
		if (p == NULL || !desk_set_text(d, (const char *)p, n)) {
			return false;
		}
	}
	while (!r.bad && r.n > 0) {
		n = rd_u16le(&r);
		p = rd_bytes(&r, n);
		if (p == NULL || !desk_push(d, (const char *)p, n)) {
			return false;
		}
	}
	d->stake = (flags & FLAG_STAKE) != 0 && d->n_held > 0;
	d->mark = mark;
	d->has_mark = true;
	return !r.bad;
}

static void
load_records(struct walk *k)
{
	struct desk *d = k->d;

	if (!read_first(k)) {
		d->tail = k->file.n > 0;
		return;
	}
	d->begun = true;
	d->flushed = true; /* perhaps */
	do {
		d->at = (off_t)k->file.at;
		d->next = k->file.number;
	} while (next_record(k) && take_record(k));
	d->tail = (size_t)d->at < k->file.n;
	d->block = true;
	d->text_new = false;
}

enum rc
desk_load(struct desk *d, struct err *reterr)
{
	struct walk *k;
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc;

	rc = file_load(d->path, FILE_BYTES, &p, &n, reterr);
	if (rc == RC_NOTFOUND || rc == RC_RANGE) {
		d->tail = rc == RC_RANGE; /* of that size it is none of ours */
		return RC_OK;
	}
	if (rc != RC_OK) {
		return rc;
	}
	k = calloc(1, sizeof(*k));
	if (k == NULL) {
		free(p);
		return err_set(reterr, RC_NOMEM, 0, "desk",
			"no memory for what waits: close other programs");
	}
	k->d = d;
	k->file.p = p;
	k->file.n = n;
	load_records(k);
	crypto_wipe(k->plain, sizeof(k->plain));
	free(k);
	free(p);
	return RC_OK;
}

static enum rc
fail_file(const char *path, struct err *reterr)
{
	return err_set(reterr, err_sys_rc(errno), errno, "desk",
		"what waits for the cashier cannot be kept in %s", path);
}

enum rc
desk_open_file(struct desk *d, struct err *reterr)
{
	d->fd = open(d->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return d->fd < 0 ? fail_file(d->path, reterr) : RC_OK;
}

/* --- writing ------------------------------------------------------------- */

/* One record, sealed, behind what ${w} holds. */
static void
put_record(struct desk *d, struct wr *w, uint32_t number, const uint8_t *plain,
	size_t n)
{
	struct sealed_as as = sealed_as(d);

	sealed_put(&as, &d->rng, w, number, plain, n);
}

static void
put_first(struct desk *d, struct wr *w)
{
	uint8_t plain[FIRST_BYTES];
	struct wr p;

	rng_fill(&d->rng, d->id, UUID_BYTES);
	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, DESK_FORMAT);
	wr_bytes(&p, d->id, UUID_BYTES);
	put_record(d, w, 0, plain, p.len);
}

/* As many of the entries from ${from} on as one record takes; returns the
 * first that is left.  Text and entries that are done go with the first
 * record. */
static size_t
put_change(struct desk *d, struct wr *w, uint32_t number,
	const struct desk_mark *mark, bool text, size_t n_pop, size_t from)
{
	uint8_t plain[PLAIN_BYTES];
	struct wr p;
	uint8_t flags = 0;

	wr_init(&p, plain, sizeof(plain));
	wr_u8(&p, RECORD_CHANGE);
	put_mark(&p, mark);
	flags |= d->stake ? FLAG_STAKE : 0;
	flags |= text ? FLAG_TEXT : 0;
	wr_u8(&p, flags);
	wr_u16le(&p, (uint16_t)n_pop);
	if (text) {
		wr_u16le(&p, (uint16_t)strlen(d->text));
		wr_bytes(&p, d->text, strlen(d->text));
	}
	while (from < d->n_held) {
		const struct entry_text *e = desk_entry(d, from);

		if (p.len + 2 + e->len > sizeof(plain)) {
			break;
		}
		wr_u16le(&p, e->len);
		wr_bytes(&p, e->text, e->len);
		from++;
	}
	put_record(d, w, number, plain, p.len);
	crypto_wipe(plain, sizeof(plain));
	return from;
}

static enum rc
cut(struct desk *d, off_t at, struct err *reterr)
{
	if (ftruncate(d->fd, at) != 0) {
		return fail_file(d->path, reterr);
	}
	d->tail = false;
	d->dirty = d->flushed;
	return RC_OK;
}

static void
settled(struct desk *d, const struct desk_mark *mark)
{
	d->text_new = false;
	d->stake_new = false;
	d->n_pop = 0;
	d->n_new = 0;
	d->mark = *mark;
	d->has_mark = true;
}

/* Room for record 0 and all that is not in the file. */
static uint8_t *
take_memory(size_t n_entry, size_t *ret_cap)
{
	size_t per =
		(PLAIN_BYTES - 1 - MARK_BYTES - 1 - 2 - 2 - DESK_TEXT_BYTES) /
		(2 + DESK_ENTRY_BYTES);

	*ret_cap = RECORD_BYTES * (2 + n_entry / per);
	return malloc(*ret_cap);
}

/* Records of what changed, or of everything, into ${w}; their number. */
static uint32_t
put_all(struct desk *d, struct wr *w, const struct desk_mark *mark, bool whole)
{
	size_t from = whole ? 0 : d->n_held - d->n_new;
	uint32_t number = whole ? 0 : d->next;
	uint32_t n = 0;

	if (whole) {
		put_first(d, w);
		n++;
	}
	from = put_change(d, w, number + n, mark, whole || d->text_new,
		whole ? 0 : d->n_pop, from);
	n++;
	while (from < d->n_held) {
		from = put_change(d, w, number + n, mark, false, 0, from);
		n++;
	}
	return n;
}

/* Behind what is there, or from the start of an empty file. */
static enum rc
append(struct desk *d, const struct desk_mark *mark, struct err *reterr)
{
	bool fresh = !d->begun;
	size_t cap = 0;
	uint8_t *p = take_memory(fresh ? d->n_held : d->n_new, &cap);
	enum rc rc = RC_OK;
	uint32_t n;
	struct wr w;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "desk",
			"no memory for what waits: close other programs");
	}
	wr_init(&w, p, cap);
	n = put_all(d, &w, mark, fresh);
	if (fresh) {
		d->at = 0;
		d->next = 0;
		d->block = false;
	}
	if (d->tail) {
		rc = cut(d, d->at, reterr);
	}
	if (rc == RC_OK && d->block) {
		d->at = (off_t)sealed_block_end((size_t)d->at);
		d->block = false;
	}
	if (rc == RC_OK) {
		rc = file_pwrite(d->fd, p, w.len, d->at, d->path, reterr);
	}
	if (rc == RC_OK) {
		d->at += (off_t)w.len;
		d->next += n;
		d->begun = true;
		d->dirty = true;
	}
	free(p);
	return rc;
}

/* Everything into a file aside, which takes the name of the other. */
static enum rc
write_anew(struct desk *d, const struct desk_mark *mark, struct err *reterr)
{
	char path[PATH_BYTES + 8];
	size_t cap = 0;
	uint8_t *p = take_memory(d->n_held, &cap);
	struct wr w;
	uint32_t n;
	int fd = -1;
	enum rc rc;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "desk",
			"no memory for what waits: close other programs");
	}
	(void)snprintf(path, sizeof(path), "%s.new", d->path);
	wr_init(&w, p, cap);
	n = put_all(d, &w, mark, true);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	rc = fd < 0 ? fail_file(path, reterr)
		    : file_pwrite(fd, p, w.len, 0, path, reterr);
	if (rc == RC_OK && rename(path, d->path) != 0) {
		rc = fail_file(d->path, reterr);
	}
	free(p);
	if (rc != RC_OK) {
		if (fd >= 0) {
			(void)close(fd);
			(void)unlink(path);
		}
		return rc;
	}
	(void)close(d->fd);
	d->fd = fd;
	d->at = (off_t)w.len;
	d->whole = w.len;
	d->next = n;
	d->begun = true;
	d->dirty = true;
	d->named = true;
	d->tail = false;
	d->block = false;
	return RC_OK;
}

static enum rc
clear(struct desk *d, struct err *reterr)
{
	bool was = d->begun || d->tail;

	d->begun = false;
	d->at = 0;
	d->next = 0;
	d->whole = 0;
	return was ? cut(d, 0, reterr) : RC_OK;
}

static bool
is_empty(const struct desk *d)
{
	return d->n_held == 0 && d->text[0] == '\0';
}

static bool
is_same(const struct desk *d, const struct desk_mark *mark)
{
	return d->begun && !d->text_new && !d->stake_new && d->n_pop == 0 &&
	       d->n_new == 0 && d->has_mark && same_mark(&d->mark, mark);
}

enum rc
desk_write(struct desk *d, const struct desk_mark *mark, struct err *reterr)
{
	enum rc rc;

	if (d->path[0] == '\0') {
		settled(d, mark);
		return RC_OK;
	}
	if (d->fd < 0) {
		rc = desk_open_file(d, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	if (is_empty(d)) {
		rc = clear(d, reterr);
	} else if (is_same(d, mark)) {
		return RC_OK;
	} else if (d->begun && (size_t)d->at > 2 * d->whole + GROWN_BYTES) {
		rc = write_anew(d, mark, reterr);
	} else {
		rc = append(d, mark, reterr);
	}
	if (rc == RC_OK) {
		settled(d, mark);
		return RC_OK;
	}
	d->begun = false;
	d->tail = true;
	(void)!ftruncate(d->fd, 0);
	return rc;
}

enum rc
desk_flush(struct desk *d, struct err *reterr)
{
	enum rc rc;

	if (!d->dirty || d->fd < 0) {
		return RC_OK;
	}
	rc = sealed_sync(d->fd, d->path, d->named, reterr);
	if (rc == RC_OK) {
		d->dirty = false;
		d->named = false;
		d->block = true;
		d->flushed = d->begun;
		return RC_OK;
	}
	/* what this descriptor wrote may be lost: all of it anew next time */
	d->begun = false;
	d->tail = true;
	(void)close(d->fd);
	d->fd = -1;
	(void)!desk_open_file(d, NULL);
	return rc;
}
