/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/file.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/journal.h"

#include "base/poison.h"

#define LIST_STEP 64u
#define ZERO_BYTES ((size_t)64 << 10)

static int
compare_names(const void *a, const void *b)
{
	const struct seg_name *x = a;
	const struct seg_name *y = b;

	if (x->number != y->number) {
		return x->number < y->number ? -1 : 1;
	}
	return (x->epoch > y->epoch) - (x->epoch < y->epoch);
}

static enum rc
list_add(struct seg_list *l, const struct seg_name *name, struct err *reterr)
{
	if (l->n % LIST_STEP == 0) {
		struct seg_name *v =
			realloc(l->v, (l->n + LIST_STEP) * sizeof(l->v[0]));

		if (v == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "seg_list_read",
				"no memory to list the journal");
		}
		l->v = v;
	}
	l->v[l->n++] = *name;
	return RC_OK;
}

enum rc
seg_list_read(const char *dir, const uint8_t *reg, struct seg_list *ret,
	struct err *reterr)
{
	struct seg_list l = {NULL, 0};
	struct seg_name name;
	struct dirent *e;
	const uint8_t *want;
	enum rc rc = RC_OK;
	DIR *d = opendir(dir);

	if (d == NULL) {
		return err_set(reterr, err_sys_rc(errno), errno,
			"seg_list_read", "cannot list %s", dir);
	}
	/* One thread, a stream of its own. */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	for (errno = 0; rc == RC_OK && (e = readdir(d)) != NULL; errno = 0) {
		if (!seg_name_parse(e->d_name, &name)) {
			continue;
		}
		want = reg != NULL ? reg : l.n > 0 ? l.v[0].reg : name.reg;
		if (memcmp(name.reg, want, UUID_BYTES) != 0) {
			rc = err_set(reterr, RC_CORRUPT, 0, "seg_list_read",
				"%s holds segment %s of another register: "
				"move it away",
				dir, e->d_name);
			break;
		}
		rc = list_add(&l, &name, reterr);
	}
	if (rc == RC_OK && errno != 0) {
		rc = err_set(reterr, RC_IO, errno, "seg_list_read",
			"cannot list %s", dir);
	}
	(void)closedir(d);
	if (rc != RC_OK) {
		seg_list_free(&l);
		return rc;
	}
	if (l.n > 1) {
		qsort(l.v, l.n, sizeof(l.v[0]), compare_names);
	}
	*ret = l;
	return RC_OK;
}

void
seg_list_free(struct seg_list *l)
{
	free(l->v);
	l->v = NULL;
	l->n = 0;
}

enum rc
seg_path(const char *dir, const struct seg_name *name, char out[PATH_BYTES],
	struct err *reterr)
{
	char s[SEG_NAME_BYTES];

	seg_name_format(name, s);
	if (path_join(out, PATH_BYTES, dir, s) != RC_OK) {
		return err_set(reterr, RC_RANGE, 0, "seg_path",
			"the path of the journal is too long: %s", dir);
	}
	return RC_OK;
}

enum rc
fd_size(int fd, const char *path, uint64_t *ret_size, struct err *reterr)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		return err_set(reterr, RC_IO, errno, "fd_size",
			"cannot look at %s", path);
	}
	*ret_size = (uint64_t)st.st_size;
	return RC_OK;
}

enum rc
fd_open(const char *path, bool write, int *ret_fd, uint64_t *ret_size,
	struct err *reterr)
{
	int fd = file_open(path, (write ? O_RDWR : O_RDONLY) | O_CLOEXEC, 0);
	enum rc rc;

	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "fd_open",
			"cannot open %s", path);
	}
	rc = fd_size(fd, path, ret_size, reterr);
	if (rc != RC_OK) {
		fd_close(fd);
		return rc;
	}
	*ret_fd = fd;
	return RC_OK;
}

enum rc
fd_create(const char *path, int *ret_fd, struct err *reterr)
{
	int fd = file_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "fd_create",
			"cannot make %s", path);
	}
	*ret_fd = fd;
	return RC_OK;
}

enum rc
fd_truncate(int fd, const char *path, uint64_t bytes, struct err *reterr)
{
	while (ftruncate(fd, (off_t)bytes) != 0) {
		if (errno != EINTR) {
			return err_set(reterr, err_sys_rc(errno), errno,
				"fd_truncate", "cannot cut %s", path);
		}
	}
	return RC_OK;
}

enum rc
fd_zero(int fd, const char *path, uint64_t at, uint64_t n, struct err *reterr)
{
	static const uint8_t zeros[ZERO_BYTES];
	enum rc rc = RC_OK;

	while (n > 0 && rc == RC_OK) {
		size_t k = n < sizeof(zeros) ? (size_t)n : sizeof(zeros);

		rc = file_pwrite(fd, zeros, k, (off_t)at, path, reterr);
		at += k;
		n -= k;
	}
	return rc;
}

void
fd_close(int fd)
{
	if (fd >= 0) {
		(void)close(fd);
	}
}

enum rc
path_remove(const char *path, struct err *reterr)
{
	if (unlink(path) != 0 && errno != ENOENT) {
		return err_set(reterr, err_sys_rc(errno), errno, "path_remove",
			"cannot remove %s", path);
	}
	return RC_OK;
}

enum rc
path_rename(const char *from, const char *to, struct err *reterr)
{
	if (rename(from, to) != 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "path_rename",
			"cannot rename %s", from);
	}
	return RC_OK;
}
