/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register/purge_base_internal.h"

#include "base/poison.h"

#define LOAD_TRIES 8

/* A chunk on its way in or out. */
struct chunks {
	int fd;
	char path[PATH_BYTES];
	off_t at;
	uint8_t *key; /* KEY_BYTES in locked memory */
	const struct rng *rng;
	struct sha256_state sum;
	uint8_t ad[HASH_BYTES + 8]; /* hash of the head, number of the chunk */
	uint64_t n_chunk, n_row;
	uint8_t *plain; /* BASE_CHUNK_MAX */
	size_t len;
	unsigned rows; /* of this chunk */
	uint8_t *sealed;
};

static void
chunks_free(struct chunks *c)
{
	if (c->fd >= 0) {
		(void)close(c->fd);
	}
	if (c->plain != NULL) {
		crypto_wipe(c->plain, BASE_CHUNK_MAX);
	}
	free(c->plain);
	free(c->sealed);
	crypto_secret_free(c->key);
}

static enum rc
chunks_new(struct chunks *c, struct err *reterr)
{
	memset(c, 0, sizeof(*c));
	c->fd = -1;
	c->key = crypto_secret_new(KEY_BYTES);
	c->plain = malloc(BASE_CHUNK_MAX);
	c->sealed = malloc(4 + BASE_CHUNK_MAX + SEAL_BYTES);
	if (c->key == NULL || c->plain == NULL || c->sealed == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory for the base of a journal; close programs "
			"and try again");
	}
	sha256_start(&c->sum);
	return RC_OK;
}

/* What binds a chunk to its file and place. */
static void
next_place(struct chunks *c)
{
	put_u64be(c->ad + HASH_BYTES, c->n_chunk);
	c->n_chunk++;
}

/* --- out ------------------------------------------------------------------ */

static enum rc
write_bytes(struct chunks *c, const uint8_t *p, size_t n, struct err *reterr)
{
	enum rc rc = file_pwrite(c->fd, p, n, c->at, c->path, reterr);

	sha256_add(&c->sum, p, n);
	c->at += (off_t)n;
	return rc;
}

static enum rc
flush_chunk(struct chunks *c, struct err *reterr)
{
	size_t n = c->len + SEAL_BYTES;
	struct wr w;

	next_place(c);
	wr_init(&w, c->sealed, 4);
	wr_u32le(&w, (uint32_t)n);
	crypto_seal(c->key, c->rng, c->ad, sizeof(c->ad), c->plain, c->len,
		c->sealed + 4);
	c->len = 0;
	c->rows = 0;
	return write_bytes(c, c->sealed, 4 + n, reterr);
}

static enum rc
put_row(void *arg, const struct store_row *row, struct err *reterr)
{
	struct chunks *c = arg;
	size_t n = BASE_ROW_HEAD + row->key_len + row->n;
	struct wr w;
	enum rc rc = RC_OK;

	if (c->rows > 0 &&
		(c->len + n > BASE_CHUNK || c->rows == BASE_CHUNK_ROWS)) {
		rc = flush_chunk(c, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, c->plain + c->len, BASE_CHUNK_MAX - c->len);
	wr_u8(&w, row->db);
	wr_u16le(&w, (uint16_t)row->key_len);
	wr_u32le(&w, (uint32_t)row->n);
	wr_bytes(&w, row->key, row->key_len);
	wr_bytes(&w, row->value, row->n);
	if (!wr_ok(&w) || row->key_len > UINT16_MAX) {
		return err_set(reterr, RC_RANGE, 0, __func__,
			"a value of the store is too large for a base");
	}
	c->len += w.len;
	c->rows++;
	c->n_row++;
	return RC_OK;
}

static enum rc
put_all(struct chunks *c, struct store *s, struct purge_base *b,
	struct err *reterr)
{
	uint8_t head[BASE_HEAD];
	uint8_t count[8];
	struct store_row end = {.db = BASE_END, .value = count, .n = 8};
	enum rc rc;

	purge_base_head(b, head);
	memcpy(c->ad, head + BASE_HEAD - HASH_BYTES, HASH_BYTES);
	rc = write_bytes(c, head, sizeof(head), reterr);
	if (rc == RC_OK) {
		rc = store_rows(s, put_row, c, reterr);
	}
	if (rc == RC_OK) {
		put_u64be(count, c->n_row);
		end.key = count;
		rc = put_row(c, &end, reterr);
	}
	if (rc == RC_OK) {
		rc = flush_chunk(c, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync(c->fd, c->path, reterr);
	}
	return rc;
}

enum rc
purge_base_write(const char *journal_dir, struct keys *keys,
	const struct rng *rng, struct store *s, struct purge_base *b,
	struct err *reterr)
{
	char path[PATH_BYTES];
	struct chunks c;
	struct sbuf name;
	enum rc rc = chunks_new(&c, reterr);

	if (rc == RC_OK) {
		rc = purge_base_path(journal_dir, b->number, path, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_segment_new(keys, rng, BASE_EPOCH, b->number, c.key,
			b->wrapped, reterr);
	}
	if (rc != RC_OK) {
		goto out;
	}
	c.rng = rng;
	sbuf_init(&name, c.path, sizeof(c.path));
	sbuf_printf(&name, "%s.new", path);
	if (!sbuf_ok(&name)) {
		rc = err_set(reterr, RC_RANGE, 0, __func__,
			"the path of the journal is too long: %s", journal_dir);
		goto out;
	}
	c.fd = file_open(c.path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (c.fd < 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot make %s", c.path);
		goto out;
	}
	rc = put_all(&c, s, b, reterr);
	if (rc == RC_OK && rename(c.path, path) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot rename %s", c.path);
	}
	if (rc == RC_OK) {
		rc = file_sync_dir(journal_dir, reterr);
	} else {
		(void)unlink(c.path);
	}
	sha256_end(&c.sum, b->sum);
out:
	chunks_free(&c);
	return rc;
}

/* --- in ------------------------------------------------------------------- */

static enum rc
not_whole(const struct chunks *c, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "purge_base",
		"%s does not open or is not whole: put it back from a backup, "
		"or the segments of its archive in its place",
		c->path);
}

/* RC_NOTFOUND: the file ends here. */
static enum rc
read_chunk(struct chunks *c, struct err *reterr)
{
	size_t got = 0;
	struct rd r;
	uint32_t n;
	enum rc rc =
		file_pread(c->fd, c->sealed, 4, c->at, c->path, &got, reterr);

	if (rc != RC_OK || got == 0) {
		return rc == RC_OK ? RC_NOTFOUND : rc;
	}
	rd_init(&r, c->sealed, got);
	n = rd_u32le(&r);
	if (got < 4 || n < SEAL_BYTES || n > BASE_CHUNK_MAX + SEAL_BYTES) {
		return not_whole(c, reterr);
	}
	rc = file_pread(c->fd, c->sealed, n, c->at + 4, c->path, &got, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	next_place(c);
	if (got < n || crypto_open(c->key, c->ad, sizeof(c->ad), c->sealed, n,
			       c->plain) != RC_OK) {
		return not_whole(c, reterr);
	}
	c->at += (off_t)(4 + n);
	c->len = n - SEAL_BYTES;
	return RC_OK;
}

/* The rows of one chunk; *ret_end: the last one of all was among them. */
static enum rc
take_rows(struct chunks *c, struct store_txn *t, uint64_t *ret_n, bool *ret_end,
	struct err *reterr)
{
	enum rc rc = RC_OK;
	struct rd r;

	*ret_n = 0;
	rd_init(&r, c->plain, c->len);
	while (rc == RC_OK && r.n > 0 && !*ret_end) {
		struct store_row row = {.db = rd_u8(&r)};

		row.key_len = rd_u16le(&r);
		row.n = rd_u32le(&r);
		row.key = rd_bytes(&r, row.key_len);
		row.value = rd_bytes(&r, row.n);
		if (r.bad) {
			return not_whole(c, reterr);
		}
		if (row.db == BASE_END) {
			*ret_end = row.n == 8 && r.n == 0 &&
				   get_u64be(row.value) == c->n_row + *ret_n;
			return *ret_end ? RC_OK : not_whole(c, reterr);
		}
		rc = store_put_row(t, &row, reterr);
		(*ret_n)++;
	}
	return rc;
}

static enum rc
take_chunk(struct chunks *c, struct store *s, bool *ret_end, struct err *reterr)
{
	enum rc rc = RC_AGAIN;
	uint64_t n = 0;

	for (int i = 0; rc == RC_AGAIN && i < LOAD_TRIES; i++) {
		struct store_txn *t = NULL;

		*ret_end = false;
		rc = store_begin(s, &t, reterr);
		if (rc == RC_OK) {
			rc = take_rows(c, t, &n, ret_end, reterr);
			if (rc == RC_OK) {
				rc = store_commit(t, reterr);
			} else {
				store_abort(t);
			}
		}
	}
	c->n_row += n;
	return rc;
}

enum rc
purge_base_load(const char *journal_dir, const struct keys *keys,
	const struct purge_base *b, struct store *s, struct err *reterr)
{
	uint8_t head[BASE_HEAD];
	struct store_head got;
	struct chunks c;
	bool end = false;
	enum rc rc = chunks_new(&c, reterr);

	if (rc == RC_OK) {
		rc = purge_base_path(journal_dir, b->number, c.path, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_segment_get(
			keys, BASE_EPOCH, b->number, b->wrapped, c.key, reterr);
	}
	if (rc != RC_OK) {
		goto out;
	}
	c.fd = file_open(c.path, O_RDONLY | O_CLOEXEC, 0);
	if (c.fd < 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot open %s", c.path);
		goto out;
	}
	purge_base_head(b, head);
	memcpy(c.ad, head + BASE_HEAD - HASH_BYTES, HASH_BYTES);
	c.at = BASE_HEAD;
	rc = store_rows_begin(s, reterr);
	while (rc == RC_OK && !end) {
		rc = read_chunk(&c, reterr);
		if (rc == RC_NOTFOUND) {
			rc = not_whole(&c, reterr);
		}
		if (rc == RC_OK) {
			rc = take_chunk(&c, s, &end, reterr);
		}
	}
	if (rc == RC_OK) {
		rc = store_head(s, &got, reterr);
	}
	if (rc == RC_OK &&
		(got.applied != b->sequence ||
			memcmp(got.hash, b->hash, HASH_BYTES) != 0)) {
		rc = not_whole(&c, reterr);
	}
out:
	chunks_free(&c);
	return rc;
}
