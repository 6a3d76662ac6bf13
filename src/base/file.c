/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/poison.h"

int
file_open(const char *path, int flags, mode_t mode)
{
	int fd;

	do {
		fd = open(path, flags, mode);
	} while (fd < 0 && errno == EINTR);
	return fd;
}

enum rc
file_pwrite(int fd, const void *p, size_t n, off_t at, const char *path,
	struct err *reterr)
{
	const uint8_t *b = p;

	while (n > 0) {
		ssize_t k = pwrite(fd, b, n, at);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k <= 0) {
			int e = k < 0 ? errno : EIO;

			return err_set(reterr, err_sys_rc(e), e, "file_pwrite",
				"cannot write %s", path);
		}
		b += k;
		n -= (size_t)k;
		at += k;
	}
	return RC_OK;
}

enum rc
file_pread(int fd, void *p, size_t n, off_t at, const char *path, size_t *ret_n,
	struct err *reterr)
{
	uint8_t *b = p;
	size_t got = 0;

	while (got < n) {
		ssize_t k = pread(fd, b + got, n - got, at + (off_t)got);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k < 0) {
			return err_set(reterr, RC_IO, errno, "file_pread",
				"cannot read %s", path);
		}
		if (k == 0) {
			break;
		}
		got += (size_t)k;
	}
	*ret_n = got;
	return RC_OK;
}

enum rc
file_sync(int fd, const char *path, struct err *reterr)
{
	/* A second fdatasync() after a failure would lie; EINTR came before
	 * any page was marked. */
	while (fdatasync(fd) != 0) {
		if (errno != EINTR) {
			return err_set(reterr, err_sys_rc(errno), errno,
				"file_sync", "cannot flush %s", path);
		}
	}
	return RC_OK;
}

enum rc
file_sync_dir(const char *path, struct err *reterr)
{
	enum rc rc = RC_OK;
	int fd = file_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno,
			"file_sync_dir", "cannot open directory %s", path);
	}
	while (fsync(fd) != 0) {
		if (errno != EINTR) {
			rc = err_set(reterr, err_sys_rc(errno), errno,
				"file_sync_dir", "cannot flush directory %s",
				path);
			break;
		}
	}
	(void)close(fd);
	return rc;
}

/* The directory part of path; "." when it has none. */
static enum rc
dir_of(const char *path, char out[PATH_BYTES])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 1 : (size_t)(slash - path);

	if (n == 0) {
		n = 1; /* the root itself */
	}
	if (n >= PATH_BYTES) {
		return RC_RANGE;
	}
	memcpy(out, slash == NULL ? "." : path, n);
	out[n] = '\0';
	return RC_OK;
}

static enum rc
write_aside(const char *tmp, const void *p, size_t n, mode_t mode,
	struct err *reterr)
{
	enum rc rc;
	int fd = file_open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "file_save",
			"cannot create %s", tmp);
	}
	rc = file_pwrite(fd, p, n, 0, tmp, reterr);
	if (rc == RC_OK) {
		rc = file_sync(fd, tmp, reterr);
	}
	if (close(fd) != 0 && rc == RC_OK) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "file_save",
			"cannot close %s", tmp);
	}
	return rc;
}

/* Network file systems may interrupt it; it is done again to the end. */
static int
rename_whole(const char *from, const char *to)
{
	int k;

	do {
		k = rename(from, to);
	} while (k != 0 && errno == EINTR);
	return k;
}

enum rc
file_save(const char *path, const void *p, size_t n, mode_t mode,
	struct err *reterr)
{
	char tmp[PATH_BYTES];
	char dir[PATH_BYTES];
	enum rc rc;
	int k = snprintf(tmp, sizeof(tmp), "%s.tmp.%ld", path, (long)getpid());

	if (k < 0 || (size_t)k >= sizeof(tmp) || dir_of(path, dir) != RC_OK) {
		return err_set(reterr, RC_RANGE, 0, "file_save",
			"path too long: %s", path);
	}
	rc = write_aside(tmp, p, n, mode, reterr);
	if (rc == RC_OK && rename_whole(tmp, path) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "file_save",
			"cannot rename %s into place", tmp);
	}
	if (rc != RC_OK) {
		(void)unlink(tmp);
		return rc;
	}
	return file_sync_dir(dir, reterr);
}

/* Read until the end; the size stat told is only a first guess. */
static enum rc
read_all(int fd, const char *path, size_t max, size_t guess, uint8_t **ret_p,
	size_t *ret_n, struct err *reterr)
{
	size_t cap = guess + 1;
	size_t len = 0;
	uint8_t *p = malloc(cap + 1);

	while (p != NULL) {
		ssize_t k = read(fd, p + len, cap - len);
		uint8_t *grown;

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k < 0) {
			free(p);
			return err_set(reterr, RC_IO, errno, "file_load",
				"cannot read %s", path);
		}
		if (k == 0) {
			p[len] = 0;
			*ret_p = p;
			*ret_n = len;
			return RC_OK;
		}
		len += (size_t)k;
		if (len > max) {
			free(p);
			return err_set(reterr, RC_RANGE, 0, "file_load",
				"%s is larger than %zu bytes", path, max);
		}
		if (len < cap) {
			continue;
		}
		cap = cap < SIZE_MAX / 4 ? cap * 2 : max + 1;
		grown = realloc(p, cap + 1);
		if (grown == NULL) {
			free(p);
		}
		p = grown;
	}
	return err_set(
		reterr, RC_NOMEM, 0, "file_load", "no memory to read %s", path);
}

enum rc
file_load(const char *path, size_t max, uint8_t **ret_p, size_t *ret_n,
	struct err *reterr)
{
	struct stat st;
	enum rc rc;
	int fd = file_open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0);

	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "file_load",
			"cannot open %s", path);
	}
	if (fstat(fd, &st) != 0) {
		rc = err_set(reterr, RC_IO, errno, "file_load",
			"cannot read %s", path);
	} else if (S_ISDIR(st.st_mode)) {
		rc = err_set(reterr, RC_IO, EISDIR, "file_load",
			"cannot read %s", path);
	} else if (st.st_size > 0 && (uintmax_t)st.st_size > max) {
		rc = err_set(reterr, RC_RANGE, 0, "file_load",
			"%s is larger than %zu bytes", path, max);
	} else {
		rc = read_all(fd, path, max, (size_t)st.st_size, ret_p, ret_n,
			reterr);
	}
	(void)close(fd);
	return rc;
}

enum rc
file_lock(const char *path, int *ret_fd, struct err *reterr)
{
	int fd = file_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int e;

	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "file_lock",
			"cannot open %s", path);
	}
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		e = errno;
		if (e == EINTR) {
			continue;
		}
		(void)close(fd);
		if (e == EWOULDBLOCK) {
			return err_set(reterr, RC_BUSY, 0, "file_lock",
				"%s is held by another process", path);
		}
		return err_set(reterr, err_sys_rc(e), e, "file_lock",
			"cannot lock %s", path);
	}
	*ret_fd = fd;
	return RC_OK;
}

enum rc
path_join(char *out, size_t cap, const char *dir, const char *name)
{
	size_t n = strlen(dir);
	const char *slash = n > 0 && dir[n - 1] == '/' ? "" : "/";
	int k = snprintf(out, cap, "%s%s%s", dir, slash, name);

	return k < 0 || (size_t)k >= cap ? RC_RANGE : RC_OK;
}

bool
path_beside(char *out, size_t cap, const char *tail)
{
	ssize_t n = readlink("/proc/self/exe", out, cap);
	const char *end;
	size_t dir;

	if (n <= 0 || (size_t)n >= cap) {
		return false;
	}
	out[n] = '\0';
	end = strrchr(out, '/');
	dir = end != NULL ? (size_t)(end - out) : 0;
	if (strlen(tail) >= cap - dir) {
		return false;
	}
	memcpy(out + dir, tail, strlen(tail) + 1);
	return access(out, X_OK) == 0;
}
