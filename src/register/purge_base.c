/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/sbuf.h"
#include "journal/journal.h"
#include "register/purge_base_internal.h"

#include "base/poison.h"

static const char magic[8] = {'H', 'F', 'B', 'A', 'S', 'E', '0', '1'};
static const char name_head[] = "base-";

#define NUMBER_DIGITS 8u

enum rc
purge_base_path(const char *journal_dir, uint32_t number, char out[PATH_BYTES],
	struct err *reterr)
{
	struct sbuf b;

	sbuf_init(&b, out, PATH_BYTES);
	sbuf_printf(&b, "%s/%s%08u" BASE_SUFFIX, journal_dir, name_head,
		(unsigned)number);
	return sbuf_ok(&b) ? RC_OK
			   : err_set(reterr, RC_RANGE, 0, __func__,
				     "the path of the journal is too long: %s",
				     journal_dir);
}

bool
purge_base_is(const char *name, uint32_t *ret_number)
{
	size_t head = sizeof(name_head) - 1;
	size_t n = strlen(name);
	size_t tail = sizeof(BASE_SUFFIX) - 1;
	int64_t number = 0;

	if (n < head + NUMBER_DIGITS + tail ||
		memcmp(name, name_head, head) != 0 ||
		strcmp(name + n - tail, BASE_SUFFIX) != 0 ||
		parse_i64(name + head, n - head - tail, 1, UINT32_MAX,
			&number) != RC_OK) {
		return false;
	}
	*ret_number = (uint32_t)number;
	return true;
}

/* --- the head ------------------------------------------------------------- */

void
purge_base_head(const struct purge_base *b, uint8_t out[BASE_HEAD])
{
	struct wr w;

	wr_init(&w, out, BASE_HEAD);
	wr_bytes(&w, magic, sizeof(magic));
	wr_u32le(&w, BASE_FORMAT);
	wr_u32le(&w, b->number);
	wr_u64le(&w, b->sequence);
	wr_u32le(&w, b->epoch);
	wr_u32le(&w, 0);
	wr_bytes(&w, b->reg, UUID_BYTES);
	wr_bytes(&w, b->hash, HASH_BYTES);
	wr_bytes(&w, b->wrapped, KEYS_WRAPPED_BYTES);
	sha256(out + w.len, out, w.len);
}

static bool
parse_head(const uint8_t *p, struct purge_base *ret)
{
	uint8_t hash[HASH_BYTES];
	struct rd r;
	uint32_t format;

	sha256(hash, p, BASE_HEAD - HASH_BYTES);
	if (memcmp(hash, p + BASE_HEAD - HASH_BYTES, HASH_BYTES) != 0 ||
		memcmp(p, magic, sizeof(magic)) != 0) {
		return false;
	}
	memset(ret, 0, sizeof(*ret));
	rd_init(&r, p + sizeof(magic), BASE_HEAD - sizeof(magic));
	format = rd_u32le(&r);
	ret->number = rd_u32le(&r);
	ret->sequence = rd_u64le(&r);
	ret->epoch = rd_u32le(&r);
	(void)rd_u32le(&r);
	memcpy(ret->reg, r.p, UUID_BYTES);
	memcpy(ret->hash, r.p + UUID_BYTES, HASH_BYTES);
	memcpy(ret->wrapped, r.p + UUID_BYTES + HASH_BYTES, KEYS_WRAPPED_BYTES);
	return format == BASE_FORMAT;
}

enum rc
purge_base_read(const char *journal_dir, uint32_t number,
	struct purge_base *ret, struct err *reterr)
{
	uint8_t head[BASE_HEAD];
	char path[PATH_BYTES];
	size_t n = 0;
	int fd = -1;
	enum rc rc = purge_base_path(journal_dir, number, path, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	fd = file_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot open %s", path);
	}
	rc = file_pread(fd, head, sizeof(head), 0, path, &n, reterr);
	(void)close(fd);
	if (rc == RC_OK && (n < sizeof(head) || !parse_head(head, ret) ||
				   ret->number != number)) {
		rc = err_set(reterr, RC_CORRUPT, 0, __func__,
			"%s does not hold: put it back from a backup, or the "
			"segments of its archive in its place",
			path);
	}
	return rc;
}

enum rc
purge_base_sum(
	const char *journal_dir, struct purge_base *b, struct err *reterr)
{
	struct sha256_state h;
	uint8_t buf[16384];
	char path[PATH_BYTES];
	off_t at = 0;
	size_t n = 0;
	int fd;
	enum rc rc = purge_base_path(journal_dir, b->number, path, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	fd = file_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot open %s", path);
	}
	sha256_start(&h);
	do {
		rc = file_pread(fd, buf, sizeof(buf), at, path, &n, reterr);
		if (rc == RC_OK) {
			sha256_add(&h, buf, n);
			at += (off_t)n;
		}
	} while (rc == RC_OK && n > 0);
	(void)close(fd);
	sha256_end(&h, b->sum);
	return rc;
}

/* --- which one counts ----------------------------------------------------- */

/* The lowest number of a base that is at least ${least}, and the highest below
 * it; 0 none. */
static enum rc
look_through(const char *dir, uint32_t least, uint32_t *ret_from,
	uint32_t *ret_below, struct err *reterr)
{
	const struct dirent *e;
	uint32_t number = 0;
	DIR *d = opendir(dir);
	enum rc rc = RC_OK;

	*ret_from = 0;
	*ret_below = 0;
	if (d == NULL) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot list %s", dir);
	}
	/* one thread, a stream of its own */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	for (errno = 0; (e = readdir(d)) != NULL; errno = 0) {
		if (!purge_base_is(e->d_name, &number)) {
			continue;
		}
		if (number >= least && (*ret_from == 0 || number < *ret_from)) {
			*ret_from = number;
		} else if (number < least && number > *ret_below) {
			*ret_below = number;
		}
	}
	if (errno != 0) {
		rc = err_set(
			reterr, RC_IO, errno, __func__, "cannot list %s", dir);
	}
	(void)closedir(d);
	return rc;
}

static enum rc
nothing_stands(const char *dir, uint32_t number, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "purge_base",
		"%s begins with segment %u, and no base stands for what was "
		"before it: put those segments back from their archive or a "
		"backup",
		dir, (unsigned)number);
}

enum rc
purge_base_begin(
	const char *journal_dir, struct purge_base *ret, struct err *reterr)
{
	struct journal_segment first;
	uint32_t number, below;
	enum rc rc = journal_first(journal_dir, &first, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_NOTFOUND) {
		return RC_OK; /* others have words for that */
	}
	if (rc != RC_OK || first.number <= 1) {
		return rc;
	}
	rc = look_through(
		journal_dir, first.number - 1, &number, &below, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (number == 0) {
		return nothing_stands(journal_dir, first.number, reterr);
	}
	rc = purge_base_read(journal_dir, number, ret, reterr);
	if (rc == RC_OK && first.first != 0 &&
		(first.first > ret->sequence + 1 ||
			(first.first == ret->sequence + 1 &&
				memcmp(first.head, ret->hash, HASH_BYTES) !=
					0))) {
		rc = nothing_stands(journal_dir, first.number, reterr);
	}
	return rc;
}

void
purge_base_below(const char *journal_dir, struct purge_base *ret)
{
	struct journal_segment first;
	uint32_t from, below = 0;
	uint32_t least = UINT32_MAX;

	memset(ret, 0, sizeof(*ret));
	/* with no segment left whatever stands for the most of them */
	if (journal_first(journal_dir, &first, NULL) == RC_OK) {
		least = first.number;
	}
	if (look_through(journal_dir, least, &from, &below, NULL) == RC_OK &&
		below != 0 &&
		purge_base_read(journal_dir, below, ret, NULL) != RC_OK) {
		memset(ret, 0, sizeof(*ret));
	}
}

enum rc
purge_base_named(const char *journal_dir, uint64_t sequence,
	struct purge_base *ret, bool *ret_older, struct err *reterr)
{
	const struct dirent *e;
	struct purge_base b = {0};
	uint32_t number = 0;
	DIR *d = opendir(journal_dir);

	memset(ret, 0, sizeof(*ret));
	*ret_older = false;
	if (d == NULL) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot list %s", journal_dir);
	}
	/* one thread, a stream of its own */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while ((e = readdir(d)) != NULL) {
		if (!purge_base_is(e->d_name, &number) ||
			purge_base_read(journal_dir, number, &b, NULL) !=
				RC_OK) {
			continue;
		}
		if (b.sequence == sequence) {
			*ret = b;
		}
		*ret_older = *ret_older || b.sequence < sequence;
	}
	(void)closedir(d);
	return RC_OK;
}

/* A base that the power or a refusal left before its line was recorded, and
 * what of one was written. */
static bool
is_left_over(
	const char *dir, const char *name, uint64_t before, uint64_t behind)
{
	size_t n = strlen(name);
	struct purge_base b = {0};
	uint32_t is = 0;

	if (strncmp(name, name_head, sizeof(name_head) - 1) == 0 && n > 4 &&
		strcmp(name + n - 4, ".new") == 0) {
		return true;
	}
	return purge_base_is(name, &is) &&
	       purge_base_read(dir, is, &b, NULL) == RC_OK &&
	       (b.sequence < before || b.sequence > behind);
}

void
purge_base_tidy(const char *journal_dir, uint64_t before, uint64_t behind)
{
	const struct dirent *e;
	char path[PATH_BYTES];
	DIR *d = opendir(journal_dir);

	/* one thread, a stream of its own */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (is_left_over(journal_dir, e->d_name, before, behind) &&
			path_join(path, sizeof(path), journal_dir, e->d_name) ==
				RC_OK) {
			(void)unlink(path);
		}
	}
	if (d != NULL) {
		(void)closedir(d);
	}
}
