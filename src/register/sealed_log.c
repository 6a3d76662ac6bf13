/* SPDX-License-Identifier: Apache-2.0 */
#include "register/sealed_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/poison.h"

static enum rc
fail(const char *path, struct err *reterr)
{
	return err_set(reterr, err_sys_rc(errno), errno, "draft",
		"the open sale cannot be kept in %s", path);
}

static enum rc
open_file(struct sealed_log *l, struct err *reterr)
{
	l->fd = open(l->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return l->fd < 0 ? fail(l->path, reterr) : RC_OK;
}

enum rc
sealed_log_open(struct sealed_log *l, const char *path, struct err *reterr)
{
	size_t n = strlen(path);

	memset(l, 0, sizeof(*l));
	l->fd = -1;
	l->named = true; /* it may be made here */
	if (n + sizeof(".new") > sizeof(l->path)) {
		return err_set(reterr, RC_RANGE, 0, "draft",
			"the path of the open sale is too long: %.80s...",
			path);
	}
	memcpy(l->path, path, n + 1);
	return open_file(l, reterr);
}

void
sealed_log_close(struct sealed_log *l)
{
	if (l->fd >= 0) {
		(void)close(l->fd);
	}
	l->fd = -1;
}

void
sealed_log_found(struct sealed_log *l, size_t at, uint32_t number, size_t n)
{
	l->at = (off_t)at;
	l->next = number;
	l->tail = at < n;
	l->block = at > 0; /* it may be on the disk */
	l->whole = number > 0 || n == 0;
}

static enum rc
cut_tail(struct sealed_log *l, struct err *reterr)
{
	if (l->tail && ftruncate(l->fd, l->at) != 0) {
		return fail(l->path, reterr);
	}
	l->tail = false;
	return RC_OK;
}

enum rc
sealed_log_add(struct sealed_log *l, const uint8_t *p, size_t n,
	uint32_t n_record, struct err *reterr)
{
	off_t at = l->block ? (off_t)sealed_block_end((size_t)l->at) : l->at;
	enum rc rc = cut_tail(l, reterr);

	if (rc == RC_OK) {
		rc = file_pwrite(l->fd, p, n, at, l->path, reterr);
	}
	if (rc != RC_OK) {
		l->whole = false;
		l->tail = true;
		return rc;
	}
	l->block = false;
	l->at = at + (off_t)n;
	l->next += n_record;
	l->dirty = true;
	l->n_write++;
	return RC_OK;
}

static enum rc
write_aside(const char *path, const uint8_t *p, size_t n, int *ret_fd,
	struct err *reterr)
{
	enum rc rc = RC_OK;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0) {
		return fail(path, reterr);
	}
	if (n > 0) {
		rc = file_pwrite(fd, p, n, 0, path, reterr);
	}
	if (rc == RC_OK && n > 0) {
		rc = file_sync(fd, path, reterr);
	}
	if (rc != RC_OK) {
		(void)close(fd);
		(void)unlink(path);
		return rc;
	}
	*ret_fd = fd;
	return RC_OK;
}

enum rc
sealed_log_replace(struct sealed_log *l, const uint8_t *p, size_t n,
	uint32_t n_record, struct err *reterr)
{
	char path[PATH_BYTES + 8];
	int fd = -1;
	enum rc rc;

	(void)snprintf(path, sizeof(path), "%s.new", l->path);
	rc = write_aside(path, p, n, &fd, reterr);
	if (rc == RC_OK && rename(path, l->path) != 0) {
		rc = fail(l->path, reterr);
		(void)close(fd);
		(void)unlink(path);
	}
	if (rc != RC_OK) {
		return rc;
	}
	sealed_log_close(l);
	l->fd = fd;
	l->at = (off_t)n;
	l->next = n_record;
	l->whole = true;
	l->dirty = true;
	l->named = true;
	l->tail = false;
	l->block = n > 0;
	l->n_write++;
	return RC_OK;
}

enum rc
sealed_log_flush(struct sealed_log *l, struct err *reterr)
{
	enum rc rc;

	if (!l->dirty) {
		return RC_OK;
	}
	rc = l->fd < 0 ? RC_IO : sealed_sync(l->fd, l->path, l->named, reterr);
	if (rc == RC_OK) {
		l->dirty = false;
		l->named = false;
		l->block = l->at > 0;
		return RC_OK;
	}
	/* what this descriptor wrote may be lost: a fresh file next time */
	l->whole = false;
	sealed_log_close(l);
	(void)!open_file(l, NULL);
	return rc;
}

void
sealed_log_drop(struct sealed_log *l)
{
	l->whole = false;
	l->tail = true;
	l->dirty = true;
	if (l->fd >= 0) {
		(void)!ftruncate(l->fd, 0);
	}
}
