/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "register/shop_internal.h"

#include "base/poison.h"

/* Below this much free room the ballast would take what sales need. */
#define ROOM_BYTES ((uint64_t)64 << 20)

static bool
has_room(const char *dir)
{
	struct statvfs v;

	return statvfs(dir, &v) == 0 &&
	       (uint64_t)v.f_bavail * v.f_frsize >= ROOM_BYTES;
}

/* Written, not only allocated: a sparse file gives nothing back. */
static enum rc
fill(int fd, const char *path)
{
	uint8_t zero[8192] = {0};
	enum rc rc = RC_OK;

	for (size_t at = 0; rc == RC_OK && at < BALLAST_BYTES;
		at += sizeof(zero)) {
		rc = file_pwrite(fd, zero, sizeof(zero), (off_t)at, path, NULL);
	}
	return rc == RC_OK ? file_sync(fd, path, NULL) : rc;
}

void
ballast_make(struct shop *s)
{
	char path[PATH_BYTES];
	char aside[PATH_BYTES];
	struct stat st;
	int fd;

	if (s->read_only || shop_path(s, "ballast", path, NULL) != RC_OK ||
		shop_path(s, "ballast.new", aside, NULL) != RC_OK) {
		return;
	}
	if (stat(path, &st) == 0 || !has_room(s->dir)) {
		return;
	}
	fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		return;
	}
	/* Not needed for any act: whatever fails here is tried again later. */
	if (fill(fd, aside) != RC_OK || rename(aside, path) != 0) {
		(void)unlink(aside);
	}
	(void)close(fd);
}

bool
ballast_drop(struct shop *s)
{
	char path[PATH_BYTES];

	if (shop_path(s, "ballast", path, NULL) != RC_OK || unlink(path) != 0) {
		return false;
	}
	/* Some file systems give the room back only with the name. */
	(void)!file_sync_dir(s->dir, NULL);
	return true;
}
