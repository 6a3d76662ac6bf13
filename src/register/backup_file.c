/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/crypto.h"
#include "register/backup_internal.h"

#include "base/poison.h"

#define CHUNK ((size_t)1 << 18)

enum rc
hash_file(const char *path, char hash[65], uint64_t *ret_bytes,
	struct err *reterr)
{
	return hash_begin(path, INT64_MAX, hash, ret_bytes, reterr);
}

enum rc
hash_begin(const char *path, uint64_t most, char hash[65], uint64_t *ret_bytes,
	struct err *reterr)
{
	struct sha256_state h;
	uint8_t digest[HASH_BYTES];
	uint8_t buf[16384];
	off_t at = 0;
	enum rc rc = RC_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "backup",
			"%s cannot be read", path);
	}
	sha256_start(&h);
	for (;;) {
		size_t want = most - (uint64_t)at < sizeof(buf)
				      ? (size_t)(most - (uint64_t)at)
				      : sizeof(buf);
		size_t n = 0;

		rc = file_pread(fd, buf, want, at, path, &n, reterr);
		if (rc != RC_OK || n == 0) {
			break;
		}
		sha256_add(&h, buf, n);
		at += (off_t)n;
	}
	sha256_end(&h, digest);
	hex_encode(hash, digest, sizeof(digest));
	*ret_bytes = (uint64_t)at;
	(void)close(fd);
	return rc;
}

static enum rc
copy_chunks(int in, int out, const char *from, const char *to, uint8_t *buf,
	struct err *reterr)
{
	struct stat st;
	enum rc rc = RC_OK;
	off_t at;

	if (fstat(in, &st) != 0) {
		return err_set(reterr, RC_IO, errno, "backup",
			"%s cannot be read", from);
	}
	at = st.st_size - st.st_size % (off_t)CHUNK;
	for (; rc == RC_OK && at >= 0; at -= (off_t)CHUNK) {
		size_t n = 0;

		rc = file_pread(in, buf, CHUNK, at, from, &n, reterr);
		if (rc == RC_OK && n > 0) {
			rc = file_pwrite(out, buf, n, at, to, reterr);
		}
	}
	return rc == RC_OK ? file_sync(out, to, reterr) : rc;
}

enum rc
copy_file(const char *from, const char *to, char ret_hash[65],
	uint64_t *ret_bytes, struct err *reterr)
{
	uint8_t *buf = malloc(CHUNK);
	int in = -1;
	int out = -1;
	enum rc rc = RC_NOMEM;

	if (buf == NULL) {
		(void)err_set(reterr, rc, 0, "backup", "no memory to copy");
		goto out;
	}
	in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "backup",
			"%s cannot be read", from);
		goto out;
	}
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "backup",
			"%s cannot be made", to);
		goto out;
	}
	rc = copy_chunks(in, out, from, to, buf, reterr);
	if (rc == RC_OK) {
		rc = hash_file(to, ret_hash, ret_bytes, reterr);
	}
out:
	if (in >= 0) {
		(void)close(in);
	}
	if (out >= 0) {
		(void)close(out);
	}
	free(buf);
	return rc;
}

enum rc
dir_make(const char *path, struct err *reterr)
{
	struct dirent *d;
	DIR *dir;
	bool empty = true;
	enum rc rc = RC_OK;

	if (mkdir(path, 0700) == 0) {
		return RC_OK;
	}
	if (errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, "backup",
			"the directory %s cannot be made", path);
	}
	dir = opendir(path);
	if (dir == NULL) {
		return err_set(reterr, RC_EXISTS, errno, "backup",
			"%s is there and is no directory: name another one",
			path);
	}
	/* one thread: concurrency-mt-unsafe does not apply */
	errno = 0;
	while (empty && (d = readdir(dir)) != NULL) { /* NOLINT */
		empty = strcmp(d->d_name, ".") == 0 ||
			strcmp(d->d_name, "..") == 0;
	}
	if (empty && errno != 0) {
		rc = err_set(reterr, RC_IO, errno, "backup",
			"the directory %s cannot be listed", path);
	}
	(void)closedir(dir);
	if (rc != RC_OK) {
		return rc;
	}
	if (!empty) {
		return err_set(reterr, RC_EXISTS, 0, "backup",
			"%s holds something already: name an empty directory",
			path);
	}
	return RC_OK;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	(void)remove(path);
	return 0;
}

void
dir_remove(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)b, *(const char *const *)a);
}

enum rc
dir_each(const char *path, dir_fn fn, void *arg, struct err *reterr)
{
	char **name = NULL;
	size_t n = 0;
	struct dirent *d;
	enum rc rc = RC_OK;
	DIR *dir = opendir(path);

	if (dir == NULL) {
		return err_set(reterr, err_sys_rc(errno), errno, "backup",
			"%s cannot be listed", path);
	}
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	for (errno = 0; rc == RC_OK && (d = readdir(dir)) != NULL; errno = 0) {
		struct stat st;
		char **more;

		if (fstatat(dirfd(dir), d->d_name, &st, 0) != 0) {
			if (errno != ENOENT) {
				break; /* a file left out is no backup */
			}
			continue;
		}
		if (!S_ISREG(st.st_mode)) {
			continue;
		}
		more = realloc(name, (n + 1) * sizeof(*name));
		if (more != NULL) {
			name = more;
			name[n] = strdup(d->d_name);
		}
		if (more == NULL || name[n] == NULL) {
			rc = err_set(reterr, RC_NOMEM, 0, "backup",
				"no memory to list %s", path);
			break;
		}
		n++;
	}
	if (rc == RC_OK && errno != 0) {
		rc = err_set(reterr, RC_IO, errno, "backup",
			"%s cannot be listed", path);
	}
	(void)closedir(dir);
	if (n > 1) {
		qsort(name, n, sizeof(*name), by_name);
	}
	for (size_t i = 0; i < n; i++) {
		if (rc == RC_OK) {
			rc = fn(arg, name[i], reterr);
		}
		free(name[i]);
	}
	free(name);
	return rc;
}
