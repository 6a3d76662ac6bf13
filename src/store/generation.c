/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "store/catalog_internal.h"

#include "base/poison.h"

#define CURRENT_NAME "current"
#define CURRENT_BYTES 64
#define GENERATION_MAX 9999999999LL

enum rc
generation_path(
	char out[PATH_BYTES], const char *dir, int64_t generation, bool aside)
{
	char name[48];

	(void)snprintf(name, sizeof(name), "%08lld%s", (long long)generation,
		aside ? CATALOG_ASIDE : "");
	return path_join(out, PATH_BYTES, dir, name);
}

/* "00000042" or "00000042.aside"; 0 when it is neither. */
static int64_t
parse_name(const char *name, bool *ret_aside)
{
	const char *dot = strchr(name, '.');
	size_t n = dot == NULL ? strlen(name) : (size_t)(dot - name);
	int64_t v = 0;

	*ret_aside = dot != NULL;
	if ((dot != NULL && strcmp(dot, CATALOG_ASIDE) != 0) || n < 8 ||
		parse_i64(name, n, 1, GENERATION_MAX, &v) != RC_OK) {
		return 0;
	}
	return v;
}

static size_t
format_current(char *out, size_t cap, int64_t generation)
{
	char number[24];
	int n;

	n = snprintf(number, sizeof(number), "%lld", (long long)generation);
	n = snprintf(out, cap, "%s %08x\n", number,
		(unsigned)crc32c(0, number, (size_t)n));
	return (size_t)n;
}

enum rc
generation_current(const char *dir, int64_t *ret, struct err *reterr)
{
	char path[PATH_BYTES];
	char want[CURRENT_BYTES];
	uint8_t *text = NULL;
	const char *space;
	size_t n = 0;
	int64_t v = 0;
	enum rc rc;

	rc = path_join(path, sizeof(path), dir, CURRENT_NAME);
	if (rc != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: the path is too long", dir);
	}
	rc = file_load(path, CURRENT_BYTES, &text, &n, reterr);
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, rc, 0, "catalog",
			"no products yet: import some with "
			"holdfast import products FILE");
	}
	if (rc == RC_RANGE) {
		rc = RC_CORRUPT;
	}
	if (rc == RC_OK) {
		/* the one spelling, or it is not ours */
		space = memchr(text, ' ', n);
		rc = RC_CORRUPT;
		if (space != NULL &&
			parse_i64((const char *)text,
				(size_t)(space - (const char *)text), 1,
				GENERATION_MAX, &v) == RC_OK &&
			format_current(want, sizeof(want), v) == n &&
			memcmp(want, text, n) == 0) {
			rc = RC_OK;
		}
	}
	free(text);
	if (rc == RC_CORRUPT) {
		return err_set(reterr, rc, 0, "catalog",
			"%s is damaged: import the products again", path);
	}
	if (rc == RC_OK) {
		*ret = v;
	}
	return rc;
}

static struct dirent *
next_entry(DIR *d)
{
	/* one thread, and no other walk of the same stream */
	return readdir(d); /* NOLINT(concurrency-mt-unsafe) */
}

enum rc
directory_remove(const char *path, struct err *reterr)
{
	char file[PATH_BYTES];
	struct dirent *e;
	DIR *d;
	int bad = 0;

	d = opendir(path);
	if (d == NULL) {
		if (errno == ENOENT) {
			return RC_OK;
		}
		bad = errno;
	}
	while (d != NULL && (e = next_entry(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
			strcmp(e->d_name, "..") == 0) {
			continue;
		}
		if (path_join(file, sizeof(file), path, e->d_name) != RC_OK) {
			bad = ENAMETOOLONG;
		} else if (unlink(file) != 0) {
			bad = errno;
		}
	}
	if (d != NULL) {
		(void)closedir(d);
	}
	if (bad == 0 && rmdir(path) != 0) {
		bad = errno;
	}
	if (bad != 0) {
		return err_set(reterr, err_sys_rc(bad), bad, "catalog",
			"%s cannot be removed", path);
	}
	return RC_OK;
}

static enum rc
open_catalog(const char *dir, DIR **ret, struct err *reterr)
{
	*ret = opendir(dir);
	if (*ret == NULL) {
		return err_set(reterr, err_sys_rc(errno), errno, "catalog",
			"%s cannot be read", dir);
	}
	return RC_OK;
}

enum rc
generation_next(const char *dir, int64_t *ret, struct err *reterr)
{
	struct dirent *e;
	DIR *d;
	int64_t most = 0;
	int64_t v;
	bool aside;
	enum rc rc;

	/* a damaged "current" says nothing; the directories still do */
	rc = generation_current(dir, &most, reterr);
	if (rc != RC_OK && rc != RC_NOTFOUND && rc != RC_CORRUPT) {
		return rc;
	}
	rc = open_catalog(dir, &d, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	for (errno = 0; (e = next_entry(d)) != NULL; errno = 0) {
		v = parse_name(e->d_name, &aside);
		if (!aside && v > most) {
			most = v;
		}
	}
	if (errno != 0) {
		rc = err_set(reterr, RC_IO, errno, "catalog",
			"%s cannot be read", dir);
	}
	(void)closedir(d);
	if (rc != RC_OK) {
		return rc;
	}
	*ret = most + 1;
	return RC_OK;
}

enum rc
generation_clean(
	const char *dir, int64_t below, int64_t spare, struct err *reterr)
{
	char path[PATH_BYTES];
	struct dirent *e;
	DIR *d;
	int64_t v;
	bool aside;
	enum rc rc;

	rc = open_catalog(dir, &d, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	while (rc == RC_OK && (e = next_entry(d)) != NULL) {
		v = parse_name(e->d_name, &aside);
		if (v == 0 || (!aside && (v >= below || v == spare))) {
			continue;
		}
		rc = generation_path(path, dir, v, aside);
		if (rc == RC_OK) {
			rc = directory_remove(path, reterr);
		}
	}
	(void)closedir(d);
	return rc;
}

enum rc
catalog_activate(const char *dir, int64_t generation, struct err *reterr)
{
	char path[PATH_BYTES];
	char text[CURRENT_BYTES];
	struct stat st;
	size_t n;

	if (generation_path(path, dir, generation, false) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: the path is too long", dir);
	}
	if (generation <= 0 || stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
		return err_set(reterr, RC_NOTFOUND, 0, "catalog",
			"there is no catalog %lld: import the products again",
			(long long)generation);
	}
	if (path_join(path, sizeof(path), dir, CURRENT_NAME) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: the path is too long", dir);
	}
	n = format_current(text, sizeof(text), generation);
	return file_save(path, text, n, 0600, reterr);
}

enum rc
catalog_prune(const char *dir, int64_t keep, struct err *reterr)
{
	char path[PATH_BYTES];
	int64_t current = 0;
	enum rc rc;
	int fd;

	if (path_join(path, sizeof(path), dir, CATALOG_LOCK) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "catalog",
			"%s: the path is too long", dir);
	}
	rc = file_lock(path, &fd, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = generation_current(dir, &current, reterr);
	if (rc == RC_OK || rc == RC_NOTFOUND) {
		rc = generation_clean(dir, keep - 1, current, reterr);
	}
	(void)close(fd);
	return rc;
}
