/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "store/feed_internal.h"

#include "base/poison.h"

/*
 * A copy that is still coming: catalog/aside-FEED, a page behind the other,
 * each with its length, its check and the cursor that it leads to, flushed
 * before the next is asked for.  What a crash tore is cut off: it was never
 * said to be there.
 */
#define ASIDE_PREFIX "aside-"
#define PAGE_HEAD_BYTES 12u /* length of what follows, items, check */
#define PAGE_BYTES_MOST ((size_t)64 << 20)
#define PAGE_FIRST_BYTES ((size_t)64 << 10)
static const char cursor_name[] = "aside";

struct aside {
	char path[PATH_BYTES];
	int fd;
	off_t end;
	struct feeds_cursor cursor;
	bool has_page;
	uint8_t *page;
	size_t n;
	size_t cap;
	uint64_t n_item;
};

static enum rc
path_of(char out[PATH_BYTES], const char *dir, const char *feed,
	struct err *reterr)
{
	char name[sizeof(ASIDE_PREFIX) + FEEDS_NAME_BYTES];

	(void)snprintf(name, sizeof(name), "%s%s", ASIDE_PREFIX, feed);
	if (path_join(out, PATH_BYTES, dir, name) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "feed",
			"%s: the path is too long", dir);
	}
	return RC_OK;
}

static enum rc
no_memory(struct err *reterr)
{
	return err_set(reterr, RC_NOMEM, 0, "feed", "no memory to keep a page");
}

static enum rc
need(struct aside *a, size_t more, struct err *reterr)
{
	size_t cap = a->cap == 0 ? PAGE_FIRST_BYTES : a->cap;
	uint8_t *p;

	while (cap - a->n < more && cap < PAGE_BYTES_MOST) {
		cap *= 2;
	}
	if (cap - a->n < more) {
		return err_set(reterr, RC_RANGE, 0, "feed",
			"a page is larger than %zu bytes", PAGE_BYTES_MOST);
	}
	if (cap != a->cap) {
		p = realloc(a->page, cap);
		if (p == NULL) {
			return no_memory(reterr);
		}
		a->page = p;
		a->cap = cap;
	}
	return RC_OK;
}

/* The page at .end, into .page.  RC_NOTFOUND: there is none that is whole. */
static enum rc
read_page(struct aside *a, struct err *reterr)
{
	uint8_t head[PAGE_HEAD_BYTES];
	uint32_t check;
	size_t got = 0;
	size_t len;
	struct rd r;
	enum rc rc = file_pread(
		a->fd, head, sizeof(head), a->end, a->path, &got, reterr);

	if (rc != RC_OK || got < sizeof(head)) {
		return rc != RC_OK ? rc : RC_NOTFOUND;
	}
	rd_init(&r, head, sizeof(head));
	len = rd_u32le(&r);
	a->n_item = rd_u32le(&r);
	check = rd_u32le(&r);
	a->n = 0;
	if (len == 0 || len > PAGE_BYTES_MOST) {
		return RC_NOTFOUND;
	}
	rc = need(a, len, reterr);
	if (rc == RC_OK) {
		rc = file_pread(a->fd, a->page, len,
			a->end + (off_t)sizeof(head), a->path, &got, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (got < len || crc32c(crc32c(0, head, 8), a->page, len) != check) {
		return RC_NOTFOUND;
	}
	a->n = len;
	a->end += (off_t)(sizeof(head) + len);
	return RC_OK;
}

/* The cursor stands before the items. */
static enum rc
read_cursor(struct aside *a, struct rd *r)
{
	size_t n;
	const uint8_t *p;

	rd_init(r, a->page, a->n);
	n = rd_u16le(r);
	p = rd_bytes(r, n);
	if (p == NULL || cursor_decode(cursor_name, sizeof(cursor_name) - 1, p,
				 n, &a->cursor) != RC_OK) {
		return RC_NOTFOUND;
	}
	a->has_page = true;
	return RC_OK;
}

static bool
read_item(struct rd *r, struct aside_item *ret)
{
	if (r->n == 0) {
		return false;
	}
	ret->kind = rd_u8(r);
	ret->scope = (enum feeds_scope)rd_u8(r);
	ret->deleted = rd_u8(r) != 0;
	ret->rev = rd_u64le(r);
	ret->from_us = rd_i64le(r);
	ret->key_len = rd_u16le(r);
	ret->n = rd_u32le(r);
	ret->key = rd_bytes(r, ret->key_len);
	ret->value = rd_bytes(r, ret->n);
	return !r->bad && ret->scope < FEEDS_SCOPES;
}

static enum rc
open_file(struct aside *a, int flags, struct err *reterr)
{
	a->fd = file_open(a->path, flags, 0600);
	if (a->fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "feed",
			"%s cannot be opened", a->path);
	}
	return RC_OK;
}

static enum rc
make(const char *dir, const char *feed, int flags, struct aside **ret,
	struct err *reterr)
{
	struct aside *a = calloc(1, sizeof(*a));
	enum rc rc;

	if (a == NULL) {
		(void)!no_memory(reterr);
		return RC_NOMEM;
	}
	a->fd = -1;
	rc = path_of(a->path, dir, feed, reterr);
	if (rc == RC_OK) {
		rc = open_file(a, flags, reterr);
	}
	if (rc != RC_OK) {
		aside_close(a);
		return rc;
	}
	*ret = a;
	return RC_OK;
}

/* Only the cursor of the page at .end, which is passed over.  RC_NOTFOUND. */
static enum rc
pass_page(struct aside *a, off_t size, struct err *reterr)
{
	uint8_t head[PAGE_HEAD_BYTES + 2 + CURSOR_VALUE_BYTES];
	size_t got = 0;
	size_t len;
	size_t n;
	const uint8_t *p;
	struct rd r;
	enum rc rc = file_pread(
		a->fd, head, sizeof(head), a->end, a->path, &got, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rd_init(&r, head, got);
	len = rd_u32le(&r);
	(void)rd_u64le(&r);
	n = rd_u16le(&r);
	p = rd_bytes(&r, n);
	if (p == NULL || len > PAGE_BYTES_MOST ||
		(off_t)(PAGE_HEAD_BYTES + len) > size - a->end ||
		cursor_decode(cursor_name, sizeof(cursor_name) - 1, p, n,
			&a->cursor) != RC_OK) {
		return RC_NOTFOUND;
	}
	a->end += (off_t)(PAGE_HEAD_BYTES + len);
	return RC_OK;
}

/* To the last page that is whole.  Each was flushed before the next began, so
 * only the last may be torn. */
static enum rc
find_end(struct aside *a, struct err *reterr)
{
	struct feeds_cursor good = {0};
	struct feeds_cursor last = {0};
	struct stat st;
	off_t begin = 0;
	struct rd r;
	enum rc rc;

	if (fstat(a->fd, &st) != 0) {
		return err_set(reterr, RC_IO, errno, "feed",
			"%s cannot be read", a->path);
	}
	for (;;) {
		off_t at = a->end;

		rc = pass_page(a, st.st_size, reterr);
		if (rc != RC_OK) {
			break;
		}
		begin = at;
		good = last;
		last = a->cursor;
	}
	a->cursor = last;
	a->has_page = a->end > 0;
	if (rc == RC_NOTFOUND && a->has_page) {
		off_t end = a->end;

		a->end = begin;
		rc = read_page(a, reterr);
		if (rc == RC_OK) {
			rc = read_cursor(a, &r);
		}
		a->end = rc == RC_OK ? end : begin;
		a->cursor = rc == RC_OK ? a->cursor : good;
		a->has_page = a->end > 0;
	}
	a->n = 0;
	a->n_item = 0;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc
aside_open(const char *dir, const char *feed, bool fresh, struct aside **ret,
	struct err *reterr)
{
	struct aside *a = NULL;
	enum rc rc = make(dir, feed, O_RDWR | O_CREAT | O_CLOEXEC, &a, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (!fresh) {
		rc = find_end(a, reterr);
	}
	if (rc == RC_OK && ftruncate(a->fd, a->end) != 0) {
		rc = err_set(reterr, RC_IO, errno, "feed", "%s cannot be cut",
			a->path);
	}
	if (rc != RC_OK) {
		aside_close(a);
		return rc;
	}
	*ret = a;
	return RC_OK;
}

void
aside_close(struct aside *a)
{
	if (a == NULL) {
		return;
	}
	if (a->fd >= 0) {
		(void)close(a->fd);
	}
	free(a->page);
	free(a);
}

enum rc
aside_add(struct aside *a, const struct aside_item *item, struct err *reterr)
{
	size_t room = CURSOR_VALUE_BYTES + 2;
	struct wr w;
	enum rc rc;

	if (a->n == 0) {
		a->n = room; /* the cursor comes last and stands first */
	}
	rc = need(a, 32 + item->key_len + item->n, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, a->page + a->n, a->cap - a->n);
	wr_u8(&w, item->kind);
	wr_u8(&w, (uint8_t)item->scope);
	wr_u8(&w, item->deleted ? 1 : 0);
	wr_u64le(&w, item->rev);
	wr_i64le(&w, item->from_us);
	wr_u16le(&w, (uint16_t)item->key_len);
	wr_u32le(&w, (uint32_t)item->n);
	wr_bytes(&w, item->key, item->key_len);
	wr_bytes(&w, item->value, item->n);
	a->n += w.len;
	a->n_item++;
	return RC_OK;
}

enum rc
aside_end(struct aside *a, const struct feeds_cursor *c, struct err *reterr)
{
	size_t room = CURSOR_VALUE_BYTES + 2;
	uint8_t head[PAGE_HEAD_BYTES];
	uint8_t value[CURSOR_VALUE_BYTES];
	struct feeds_cursor now = *c;
	size_t n_value;
	uint8_t *page;
	struct wr w;
	size_t n;
	enum rc rc = need(a, room, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (a->n == 0) {
		a->n = room;
	}
	now.whole = false;
	now.aside = a->cursor.aside + a->n_item;
	n_value = cursor_encode(&now, cursor_name, sizeof(cursor_name) - 1,
		value, sizeof(value));
	page = a->page + room - n_value - 2;
	n = a->n - (room - n_value - 2);
	wr_init(&w, page, n_value + 2);
	wr_u16le(&w, (uint16_t)n_value);
	wr_bytes(&w, value, n_value);
	wr_init(&w, head, sizeof(head));
	wr_u32le(&w, (uint32_t)n);
	wr_u32le(&w, (uint32_t)a->n_item);
	wr_u32le(&w, crc32c(crc32c(0, head, 8), page, n));
	rc = file_pwrite(
		a->fd, page, n, a->end + (off_t)sizeof(head), a->path, reterr);
	if (rc == RC_OK) {
		rc = file_pwrite(
			a->fd, head, sizeof(head), a->end, a->path, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync(a->fd, a->path, reterr);
	}
	if (rc == RC_OK) {
		a->end += (off_t)(sizeof(head) + n);
		a->cursor = now;
		a->has_page = true;
		a->n = 0;
		a->n_item = 0;
	}
	return rc;
}

enum rc
aside_state(const char *dir, const char *feed, struct feeds_cursor *ret,
	struct err *reterr)
{
	struct aside *a = NULL;
	enum rc rc = make(dir, feed, O_RDONLY | O_CLOEXEC, &a, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rc = find_end(a, reterr);
	if (rc == RC_OK && !a->has_page) {
		rc = RC_NOTFOUND;
	}
	if (rc == RC_OK) {
		*ret = a->cursor;
	}
	aside_close(a);
	return rc;
}

enum rc
aside_each(const char *dir, const char *feed, aside_fn fn, void *arg,
	struct err *reterr)
{
	struct aside_item item;
	struct aside *a = NULL;
	struct stat st;
	struct rd r;
	enum rc rc = make(dir, feed, O_RDONLY | O_CLOEXEC, &a, reterr);

	if (rc == RC_OK && fstat(a->fd, &st) != 0) {
		rc = err_set(reterr, RC_IO, errno, "feed", "%s cannot be read",
			a->path);
	}
	while (rc == RC_OK && a->end < st.st_size) {
		rc = read_page(a, reterr);
		if (rc == RC_OK) {
			rc = read_cursor(a, &r);
		}
		while (rc == RC_OK && read_item(&r, &item)) {
			rc = fn(arg, &item, reterr);
		}
	}
	if (rc == RC_NOTFOUND) {
		rc = err_set(reterr, RC_CORRUPT, 0, "feed",
			"%s is damaged: it is fetched again", a->path);
	}
	aside_close(a);
	return rc;
}

enum rc
aside_remove(const char *dir, const char *feed, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = path_of(path, dir, feed, reterr);

	if (rc == RC_OK && unlink(path) != 0 && errno != ENOENT) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "feed",
			"%s cannot be removed", path);
	}
	return rc;
}
