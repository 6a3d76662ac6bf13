/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/writer.h"

#include <stdlib.h>
#include <string.h>

#include "journal/file.h"
#include "journal/recover_internal.h"

#include "base/poison.h"

/* Zeros written behind a group that ran past those made ahead, so that a
 * burst of groups does not grow the file with each. */
#define RUN_AHEAD_BYTES ((uint64_t)64 << 10)

void
seg_file_init(struct seg_file *f)
{
	memset(f, 0, sizeof(*f));
	f->fd = -1;
}

void
seg_file_close(struct seg_file *f)
{
	fd_close(f->fd);
	crypto_secret_free(f->key);
	seg_file_init(f);
}

enum rc
seg_file_key(struct seg_file *f, struct err *reterr)
{
	if (f->key == NULL) {
		f->key = crypto_secret_new(KEY_BYTES);
	}
	if (f->key == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "journal",
			"no locked memory for a journal key");
	}
	return RC_OK;
}

enum rc
writer_new(const struct journal_conf *conf, struct journal **ret,
	struct err *reterr)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (j == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "journal_open",
			"no memory for the journal");
	}
	seg_file_init(&j->cur);
	seg_file_init(&j->next);
	seg_file_init(&j->old);
	if (strlen(conf->dir) >= sizeof(j->dir)) {
		free(j);
		return err_set(reterr, RC_RANGE, 0, "journal_open",
			"the path of the journal is too long");
	}
	memcpy(j->dir, conf->dir, strlen(conf->dir) + 1);
	memcpy(j->reg, conf->reg, UUID_BYTES);
	j->keys = conf->keys;
	j->rng = conf->rng;
	j->epoch = conf->epoch;
	j->segment_bytes = conf->segment_bytes != 0 ? conf->segment_bytes
						    : JOURNAL_SEGMENT_BYTES;
	*ret = j;
	return RC_OK;
}

enum rc
writer_sync(struct journal *j, struct seg_file *f, struct err *reterr)
{
	enum rc rc;

	if (f->failed) {
		return err_set(reterr, RC_IO, 0, "journal",
			"a flush of %s failed before", f->path);
	}
	j->n_flush++;
	rc = file_sync(f->fd, f->path, reterr);
	if (rc != RC_OK) {
		/* RC_NOSPC would promise that a retry is safe; what a failed
		 * flush left on the disk is not known. */
		f->failed = true;
		rc = RC_IO;
	}
	return rc;
}

static enum rc
sync_dir(struct journal *j, struct err *reterr)
{
	j->n_flush++;
	return file_sync_dir(j->dir, reterr);
}

/* Zeros to begin with: a step, less in small segments. */
static uint64_t
first_bytes(const struct journal *j)
{
	uint64_t n = JOURNAL_AHEAD_BYTES;

	if (j->segment_bytes < n) {
		n = block_up(j->segment_bytes);
	}
	return n < 2 * FIRST_GROUP_AT ? 2 * FIRST_GROUP_AT : n;
}

static void
abandon(struct seg_file *f)
{
	if (f->fd >= 0) {
		/* Best effort: an empty segment that stays behind is dropped
		 * by the next journal_open(). */
		enum rc rc = path_remove(f->path, NULL);

		(void)rc;
	}
	seg_file_close(f);
}

/* Make the file of the next segment: key recorded, zeros written and flushed,
 * name flushed; block 0 stays zero until the segment is taken into use. */
static enum rc
make_file(struct journal *j, struct seg_file *f, struct err *reterr)
{
	struct seg_name name = {
		.epoch = j->epoch, .number = j->last_number + 1};
	enum rc rc;

	memcpy(name.reg, j->reg, UUID_BYTES);
	f->epoch = name.epoch;
	f->number = name.number;
	f->tail = FIRST_GROUP_AT;
	f->size = first_bytes(j);
	rc = seg_path(j->dir, &name, f->path, reterr);
	if (rc == RC_OK) {
		rc = seg_file_key(f, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_segment_new(j->keys, j->rng, f->epoch, f->number,
			f->key, f->wrapped, reterr);
	}
	if (rc == RC_OK) {
		rc = fd_create(f->path, &f->fd, reterr);
	}
	if (rc == RC_OK) {
		rc = fd_zero(f->fd, f->path, 0, f->size, reterr);
	}
	if (rc == RC_NOSPC) {
		/* Two blocks may still fit where a step of zeros does not. */
		f->size = 2 * FIRST_GROUP_AT;
		rc = fd_truncate(f->fd, f->path, 0, reterr);
		if (rc == RC_OK) {
			rc = fd_zero(f->fd, f->path, 0, f->size, reterr);
		}
	}
	if (rc == RC_OK) {
		rc = writer_sync(j, f, reterr);
	}
	if (rc == RC_OK) {
		rc = sync_dir(j, reterr);
	}
	if (rc != RC_OK) {
		abandon(f);
	}
	return rc;
}

static enum rc
write_head(struct journal *j, struct seg_file *f, uint64_t first,
	const uint8_t head[HASH_BYTES], struct err *reterr)
{
	uint8_t block[JOURNAL_BLOCK_BYTES];
	struct seg_head h = {.epoch = f->epoch,
		.number = f->number,
		.first_sequence = first,
		.prev_bytes = j->cur.fd >= 0 ? j->cur.tail : 0};
	enum rc rc;

	memcpy(h.reg, j->reg, UUID_BYTES);
	memcpy(h.head, head, HASH_BYTES);
	memcpy(h.pub, keys_sign_public(j->keys), SIGN_PUB_BYTES);
	memcpy(h.wrapped, f->wrapped, KEYS_WRAPPED_BYTES);
	seg_head_write(&h, block);
	rc = file_pwrite(f->fd, block, sizeof(block), 0, f->path, reterr);
	if (rc == RC_OK) {
		rc = writer_sync(j, f, reterr);
	}
	return rc;
}

/* Cut a full segment to what counts.  A failure costs only the space. */
static void
seal_old(struct journal *j)
{
	struct seg_file *f = &j->old;
	enum rc rc;

	if (f->fd < 0) {
		return;
	}
	if (!f->failed && f->size > f->tail) {
		rc = fd_truncate(f->fd, f->path, f->tail, NULL);
		if (rc == RC_OK) {
			rc = writer_sync(j, f, NULL);
		}
		(void)rc;
	}
	seg_file_close(f);
}

enum rc
writer_rotate(struct journal *j, uint64_t first, const uint8_t head[HASH_BYTES],
	struct err *reterr)
{
	struct seg_file f;
	enum rc rc = RC_OK;

	seg_file_init(&f);
	if (j->next.fd >= 0) {
		f = j->next;
		seg_file_init(&j->next);
	} else {
		rc = make_file(j, &f, reterr);
	}
	if (rc == RC_OK) {
		/* Flushed before a group is written: a bad header with a good
		 * record behind it is then always damage, never a crash. */
		rc = write_head(j, &f, first, head, reterr);
	}
	if (rc != RC_OK) {
		abandon(&f);
		return rc;
	}
	seal_old(j);
	j->old = j->cur;
	j->cur = f;
	j->last_number = f.number;
	return RC_OK;
}

static enum rc
need_buf(struct journal *j, size_t n, struct err *reterr)
{
	uint8_t *p;

	if (n <= j->cap) {
		return RC_OK;
	}
	p = realloc(j->buf, n);
	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "journal_append",
			"no memory to write the journal");
	}
	j->buf = p;
	j->cap = n;
	return RC_OK;
}

static uint64_t
group_bytes(const struct journal_line line[], size_t n_line)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < n_line; i++) {
		n += rec_space(line[i].n);
	}
	return block_up(n);
}

static void
seal_group(struct journal *j, const struct journal_line line[], size_t n_line)
{
	uint8_t *p = j->buf;
	size_t i;

	for (i = 0; i < n_line; i++) {
		struct rec_head h = {.len = (uint32_t)line[i].n,
			.sequence = line[i].sequence,
			.epoch = j->cur.epoch,
			.number = j->cur.number,
			.index = (uint16_t)i,
			.count = (uint16_t)n_line};

		rec_seal(&h, j->cur.key, j->rng, line[i].p, p);
		p += rec_space(line[i].n);
	}
}

/* Put back what a write that found no room left behind, on the disk too: a
 * part of it, or all, may be there already, and a power cut would bring back
 * what was refused. */
static enum rc
undo_write(
	struct journal *j, struct seg_file *f, uint64_t n, struct err *reterr)
{
	uint64_t end = f->tail + n;
	enum rc rc;

	rc = fd_truncate(f->fd, f->path, f->size, reterr);
	if (rc == RC_OK && f->tail < f->size) {
		rc = fd_zero(f->fd, f->path, f->tail,
			(end < f->size ? end : f->size) - f->tail, reterr);
	}
	return rc == RC_OK ? writer_sync(j, f, reterr) : rc;
}

static enum rc
put_group(struct journal *j, uint64_t n, uint64_t ahead, struct err *reterr)
{
	struct seg_file *f = &j->cur;
	enum rc rc = file_pwrite(f->fd, j->buf, (size_t)(n + ahead),
		(off_t)f->tail, f->path, reterr);

	if (rc != RC_NOSPC) {
		return rc;
	}
	if (undo_write(j, f, n + ahead, reterr) != RC_OK) {
		return RC_IO;
	}
	return rc;
}

enum rc
writer_group(struct journal *j, const struct journal_line line[], size_t n_line,
	struct err *reterr)
{
	struct seg_file *f = &j->cur;
	uint64_t n = group_bytes(line, n_line);
	uint64_t ahead = 0;
	enum rc rc;

	if (f->tail + n > f->size && f->tail + n < j->segment_bytes) {
		ahead = j->segment_bytes - f->tail - n;
		ahead = ahead < RUN_AHEAD_BYTES ? ahead : RUN_AHEAD_BYTES;
	}
	rc = need_buf(j, (size_t)(n + ahead), reterr);
	if (rc != RC_OK) {
		return rc;
	}
	memset(j->buf, 0, (size_t)(n + ahead));
	seal_group(j, line, n_line);
	rc = put_group(j, n, ahead, reterr);
	if (rc == RC_NOSPC && ahead > 0) {
		ahead = 0;
		rc = put_group(j, n, ahead, reterr);
	}
	if (rc == RC_OK) {
		rc = writer_sync(j, f, reterr);
	}
	if (rc != RC_OK) {
		if (rc != RC_NOSPC) {
			f->failed = true;
		}
		return rc;
	}
	f->tail += n;
	if (f->size < f->tail + ahead) {
		f->size = f->tail + ahead;
	}
	return RC_OK;
}

static enum rc
check_lines(const struct journal *j, const struct journal_line line[],
	size_t n_line, struct err *reterr)
{
	size_t i;

	if (n_line == 0 || n_line > JOURNAL_GROUP_MAX) {
		return err_set(reterr, RC_INVAL, 0, "journal_append",
			"a group of %zu lines", n_line);
	}
	for (i = 0; i < n_line; i++) {
		if (line[i].sequence != j->head.sequence + 1 + i ||
			line[i].n == 0 || line[i].n > JOURNAL_LINE_BYTES) {
			return err_set(reterr, RC_INVAL, 0, "journal_append",
				"line %zu of a group has sequence %llu and "
				"%zu bytes",
				i, (unsigned long long)line[i].sequence,
				line[i].n);
		}
	}
	return RC_OK;
}

static enum rc
poison(struct journal *j, struct err *reterr)
{
	j->poisoned = true;
	err_wrap(reterr, "the journal can take no more sales until it is "
			 "opened again");
	return RC_IO;
}

/* Have a segment with room.  RC_NOSPC leaves everything as it was. */
static enum rc
have_room(struct journal *j, uint64_t n, struct err *reterr)
{
	enum rc rc;

	if (!j->cur.failed &&
		(j->cur.tail == FIRST_GROUP_AT ||
			(!j->roll && j->cur.tail + n <= j->segment_bytes))) {
		return RC_OK;
	}
	rc = writer_rotate(j, j->head.sequence + 1, j->head.hash, reterr);
	j->roll = j->roll && rc != RC_OK;
	return rc == RC_OK || rc == RC_NOSPC || rc == RC_NOMEM
		       ? rc
		       : poison(j, reterr);
}

void
journal_roll(struct journal *j)
{
	struct seg_file *f = &j->next;

	j->roll = true;
	if (f->fd >= 0) {
		/* the old wrapping opens it as well */
		(void)!keys_segment_new(j->keys, j->rng, f->epoch, f->number,
			f->key, f->wrapped, NULL);
	}
}

enum rc
journal_append(struct journal *j, const struct journal_line line[],
	size_t n_line, const uint8_t head_hash[HASH_BYTES], struct err *reterr)
{
	enum rc rc;

	if (j->poisoned) {
		return err_set(reterr, RC_IO, 0, "journal_append",
			"the journal failed before: close and open it again");
	}
	if (j->recovery != NULL) {
		return err_set(reterr, RC_INVAL, 0, "journal_append",
			"the journal was not settled yet");
	}
	rc = check_lines(j, line, n_line, reterr);
	if (rc == RC_OK) {
		rc = have_room(j, group_bytes(line, n_line), reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	rc = writer_group(j, line, n_line, reterr);
	if (rc == RC_NOSPC || rc == RC_NOMEM) {
		return rc;
	}
	if (rc != RC_OK) {
		/* The same lines in a new file; should the old copy be on the
		 * disk after all, the new header says that it does not count.
		 */
		rc = writer_rotate(
			j, j->head.sequence + 1, j->head.hash, reterr);
		if (rc == RC_OK) {
			rc = writer_group(j, line, n_line, reterr);
		}
		if (rc != RC_OK) {
			return poison(j, reterr);
		}
	}
	j->head.sequence += n_line;
	j->head.epoch = j->epoch;
	memcpy(j->head.hash, head_hash, HASH_BYTES);
	return RC_OK;
}

struct journal_head
journal_head(const struct journal *j)
{
	return j->head;
}

uint64_t
journal_flush_count(const struct journal *j)
{
	return j->n_flush;
}

static void
zero_ahead(struct journal *j)
{
	struct seg_file *f = &j->cur;
	uint64_t n = j->segment_bytes - f->size;
	enum rc rc;

	if (n > JOURNAL_AHEAD_BYTES) {
		n = JOURNAL_AHEAD_BYTES;
	}
	rc = fd_zero(f->fd, f->path, f->size, n, NULL);
	if (rc != RC_OK) {
		/* The next append finds out by itself. */
		rc = fd_truncate(f->fd, f->path, f->size, NULL);
		(void)rc;
		return;
	}
	if (writer_sync(j, f, NULL) == RC_OK) {
		f->size += n;
	}
}

void
journal_idle(struct journal *j)
{
	struct seg_file *f = &j->cur;

	if (j->poisoned || j->recovery != NULL || f->failed) {
		return;
	}
	if (j->old.fd >= 0) {
		seal_old(j);
	} else if (f->size < j->segment_bytes &&
		   f->size < f->tail + 4 * JOURNAL_AHEAD_BYTES) {
		zero_ahead(j);
	} else if (j->next.fd < 0 && f->tail >= j->segment_bytes / 4 * 3) {
		enum rc rc = make_file(j, &j->next, NULL);

		(void)rc;
	}
}

void
journal_close(struct journal *j)
{
	if (j == NULL) {
		return;
	}
	seal_old(j);
	recovery_free(j->recovery);
	seg_file_close(&j->cur);
	seg_file_close(&j->next);
	free(j->buf);
	free(j);
}
