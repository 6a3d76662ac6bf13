/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/view.h"

#include <stdlib.h>
#include <string.h>

#include "journal/journal.h"

#include "base/poison.h"

void
seg_view_init(struct seg_view *v)
{
	memset(v, 0, sizeof(*v));
	v->fd = -1;
	v->state = SEG_ABSENT;
}

void
seg_view_close(struct seg_view *v)
{
	fd_close(v->fd);
	seg_view_init(v);
}

static enum seg_state
judge_block(struct seg_view *v, const uint8_t *block)
{
	enum seg_state state = seg_head_read(block, &v->head);

	if (state == SEG_GOOD &&
		(v->head.epoch != v->name.epoch ||
			v->head.number != v->name.number ||
			memcmp(v->head.reg, v->name.reg, UUID_BYTES) != 0)) {
		state = SEG_ALIEN;
	}
	return state;
}

enum rc
seg_view_open(const char *dir, const struct seg_name *name, bool write,
	struct seg_view *ret, struct err *reterr)
{
	uint8_t block[JOURNAL_BLOCK_BYTES] = {0};
	size_t n = 0;
	enum rc rc;

	seg_view_init(ret);
	ret->name = *name;
	rc = seg_path(dir, name, ret->path, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = fd_open(ret->path, write, &ret->fd, &ret->size, reterr);
	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	if (rc == RC_OK) {
		rc = file_pread(ret->fd, block, sizeof(block), 0, ret->path, &n,
			reterr);
	}
	if (rc == RC_OK) {
		ret->state = judge_block(ret, block);
	} else {
		fd_close(ret->fd);
		ret->fd = -1;
	}
	return rc;
}

struct scope
seg_scope(const struct seg_view *v, uint64_t limit)
{
	struct scope s = {.epoch = v->name.epoch,
		.number = v->name.number,
		.limit = v->size};

	if (limit != 0 && limit < s.limit) {
		s.limit = limit;
	}
	return s;
}

enum rc
seg_key(const struct keys *keys, const struct seg_view *v,
	uint8_t ret_key[KEY_BYTES], struct err *reterr)
{
	return keys_segment_get(keys, v->name.epoch, v->name.number,
		v->state == SEG_GOOD ? v->head.wrapped : NULL, ret_key, reterr);
}

enum rc
line_read(struct window *w, const struct scope *s, uint64_t at,
	const uint8_t key[KEY_BYTES], struct rec_head *ret_h,
	uint8_t **ret_line, struct err *reterr)
{
	const uint8_t *p = NULL;
	uint8_t *line;
	enum rc rc = record_at(w, s, at, ret_h, &p, reterr);

	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_CORRUPT, 0, "journal",
			"%s: no record holds at byte %llu", w->path,
			(unsigned long long)at);
	}
	if (rc != RC_OK) {
		return rc;
	}
	line = malloc((size_t)ret_h->len + 1);
	if (line == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "journal",
			"no memory for a journal line");
	}
	if (rec_open(p, ret_h, key, line) != RC_OK) {
		free(line);
		return err_set(reterr, RC_CORRUPT, 0, "journal",
			"%s: record %llu does not open with its key", w->path,
			(unsigned long long)ret_h->sequence);
	}
	line[ret_h->len] = '\0';
	*ret_line = line;
	return RC_OK;
}
