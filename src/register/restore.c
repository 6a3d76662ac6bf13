/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "register/backup.h"
#include "register/backup_internal.h"
#include "register/import.h"
#include "register/shop_internal.h"
#include "register/verify.h"
#include "store/catalog.h"

#include "base/poison.h"

struct restore {
	const char *src;
	char dir[PATH_BYTES]; /* made aside, named at the end */
	char *manifest;
	size_t manifest_len;
	int64_t epoch, sequence, generation;
	bool has_catalog;
	struct backup_result *result;
};

static enum rc
not_a_backup(struct restore *r, const char *why, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "restore",
		"the manifest of %s %s: take another backup", r->src, why);
}

static enum rc
read_manifest(struct restore *r, struct err *reterr)
{
	char path[PATH_BYTES];
	uint8_t digest[HASH_BYTES];
	char hash[65];
	char *end;
	uint8_t *p = NULL;
	enum rc rc;

	if (path_join(path, sizeof(path), r->src, MANIFEST_NAME) != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "restore", "the path is too long");
	}
	rc = file_load(path, MANIFEST_BYTES, &p, &r->manifest_len, reterr);
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, rc, 0, "restore",
			"%s has no manifest: it is not a finished backup",
			r->src);
	}
	if (rc != RC_OK) {
		return rc;
	}
	r->manifest = (char *)p;
	if (strncmp(r->manifest, MANIFEST_FIRST, strlen(MANIFEST_FIRST)) != 0) {
		return not_a_backup(
			r, "is not of a kind this version knows", reterr);
	}
	end = strstr(r->manifest, "\nend ");
	if (end == NULL || strlen(end) != strlen("\nend ") + 64 + 1) {
		return not_a_backup(r, "is cut off", reterr);
	}
	end++;
	sha256(digest, r->manifest, (size_t)(end - r->manifest));
	hex_encode(hash, digest, sizeof(digest));
	if (memcmp(hash, end + 4, 64) != 0) {
		return not_a_backup(r, "does not match its sum", reterr);
	}
	*end = '\0';
	return RC_OK;
}

/* "file <sha256> <bytes> <path>": the path may name nothing outside. */
static enum rc
restore_file(struct restore *r, char *rest, struct err *reterr)
{
	char *bytes = strchr(rest, ' ');
	char *path = bytes != NULL ? strchr(bytes + 1, ' ') : NULL;
	char from[PATH_BYTES];
	char to[PATH_BYTES];
	char hash[65];
	uint64_t n = 0;
	int64_t want = 0;
	enum rc rc;

	if (path == NULL || bytes - rest != 64 || path[1] == '/' ||
		strstr(path, "..") != NULL ||
		parse_i64(bytes + 1, (size_t)(path - bytes - 1), 0, INT64_MAX,
			&want) != RC_OK) {
		return not_a_backup(r, "has a line that is no file", reterr);
	}
	path++;
	if (path_join(from, sizeof(from), r->src, path) != RC_OK ||
		path_join(to, sizeof(to), r->dir, path) != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "restore", "the path is too long");
	}
	r->has_catalog |= strcmp(path, "catalog.csv") == 0;
	rc = copy_file(from, to, hash, &n, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if ((int64_t)n != want || memcmp(hash, rest, 64) != 0) {
		return err_set(reterr, RC_CORRUPT, 0, "restore",
			"%s differs from its sum in the manifest: take another "
			"backup",
			from);
	}
	r->result->bytes += n;
	return RC_OK;
}

static enum rc
one_line(struct restore *r, char *line, struct err *reterr)
{
	static const char *const words[] = {"epoch ", "sequence ", "catalog "};
	int64_t *const number[] = {&r->epoch, &r->sequence, &r->generation};

	if (strncmp(line, "file ", 5) == 0) {
		return restore_file(r, line + 5, reterr);
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t n = strlen(words[i]);

		if (strncmp(line, words[i], n) == 0 &&
			parse_i64(line + n, strcspn(line + n, " "), 0,
				INT64_MAX, number[i]) != RC_OK) {
			return not_a_backup(r, "has a bad number", reterr);
		}
	}
	return RC_OK;
}

static enum rc
copy_all(struct restore *r, struct err *reterr)
{
	static const char *const parts[] = {
		"journal", "keys", "store", "catalog", "sync", "inbox"};
	char *line = r->manifest;
	char path[PATH_BYTES];
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (path_join(path, sizeof(path), r->dir, parts[i]) != RC_OK) {
			return err_set(reterr, RC_RANGE, 0, "restore",
				"the path is too long");
		}
		rc = dir_make(path, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	while (rc == RC_OK && *line != '\0') {
		char *nl = strchr(line, '\n');

		if (nl == NULL) {
			return not_a_backup(r, "is cut off", reterr);
		}
		*nl = '\0';
		rc = one_line(r, line, reterr);
		line = nl + 1;
	}
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(parts); i++) {
		if (path_join(path, sizeof(path), r->dir, parts[i]) == RC_OK) {
			rc = file_sync_dir(path, reterr);
		}
	}
	return rc;
}

/* The same generation again, from our own dump. */
static enum rc
load_catalog(struct restore *r, const struct config *config, struct err *reterr)
{
	struct import_result result;
	struct import_opts opts = {.config = config};
	char dir[PATH_BYTES];
	char csv[PATH_BYTES];
	int fd;
	enum rc rc;

	if (!r->has_catalog || r->generation < 1) {
		return RC_OK;
	}
	if (path_join(dir, sizeof(dir), r->dir, "catalog") != RC_OK ||
		path_join(csv, sizeof(csv), r->dir, "catalog.csv") != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "restore", "the path is too long");
	}
	fd = open(csv, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return err_set(reterr, RC_IO, errno, "restore",
			"%s cannot be read", csv);
	}
	opts.catalog_dir = dir;
	opts.generation = r->generation; /* go on where the backup was */
	rc = import_products(fd, &opts, &result, reterr);
	(void)close(fd);
	if (rc == RC_OK) {
		rc = catalog_activate(dir, result.generation, reterr);
		r->result->products = result.taken;
	}
	if (rc == RC_OK && unlink(csv) != 0) {
		rc = err_set(reterr, RC_IO, errno, "restore",
			"%s cannot be removed", csv);
	}
	return rc;
}

/* Higher than any epoch this register can have had: the same backup may have
 * been restored before, and nothing on it says so.  Minutes since 2026 tell two
 * restores apart; a clock that was never set leaves the next number. */
uint32_t
restore_epoch(int64_t from, const struct clock *clock)
{
	const int64_t year_2026 = 29453760; /* minutes since 1970 */
	int64_t now = clock_read(clock).utc.us / 60000000 - year_2026;
	int64_t next = from + 1;

	if (now > next && now < UINT32_MAX) {
		next = now;
	}
	return (uint32_t)next;
}

static enum rc
open_epoch(struct restore *r, const struct shop_conf *conf,
	const char *known_number, struct err *reterr)
{
	struct shop_conf c = *conf;
	struct shop *s = NULL;
	struct journal_head head;
	struct event e[2] = {{.type = EVENT_REGISTER_RESTORED}};
	char hash[65];
	size_t n = 1;
	enum rc rc;

	c.dir = r->dir;
	c.mode = SHOP_WRITE;
	c.epoch = restore_epoch(r->epoch, &c.clock);
	rc = shop_open(&c, &s, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (s->read_only) {
		rc = err_set(reterr, RC_IO, 0, "restore", "%s", s->trouble);
		goto out;
	}
	head = journal_head(s->journal);
	if (head.sequence < (uint64_t)r->sequence) {
		rc = err_set(reterr, RC_CORRUPT, 0, "restore",
			"the backup ends at event %llu of %lld: take another "
			"backup",
			(unsigned long long)head.sequence,
			(long long)r->sequence);
		goto out;
	}
	hex_encode(hash, head.hash, sizeof(head.hash));
	e[0].data.restored.from_epoch = (int64_t)r->epoch;
	e[0].data.restored.from_sequence = (int64_t)head.sequence;
	e[0].data.restored.from_hash = hash;
	e[0].data.restored.source = r->src;
	e[0].data.restored.number = known_number;
	n += shop_machine_event(s, "restore", NULL, &e[n]);
	rc = shop_record(s, e, n, "1", NULL, NULL, reterr);
	if (rc == RC_OK) {
		rc = load_catalog(r, &s->config, reterr);
	}
	if (rc == RC_OK) {
		r->result->head = journal_head(s->journal);
		r->result->events = r->result->head.sequence;
	}
out:
	shop_close(s);
	return rc;
}

enum rc
restore_prove(const char *dir, const struct shop_conf *conf, struct err *reterr)
{
	struct shop_conf c = *conf;
	struct verify_result *v = calloc(1, sizeof(*v));
	enum rc rc;

	if (v == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "restore", "no memory");
	}
	c.dir = dir;
	rc = verify_run(&c, false, v, reterr);
	if (rc == RC_OK && !v->ok) {
		rc = err_set(reterr, RC_CORRUPT, 0, "restore",
			"the restored store does not verify: %s",
			v->n_problem > 0 ? v->problem[0] : v->store);
	}
	free(v);
	return rc;
}

/* conf->dir may be there when it is empty; the copy gets its name at the end. */
enum rc
restore_name(const char *from, const char *dir, struct err *reterr)
{
	char parent[PATH_BYTES];
	char *slash;
	enum rc rc;

	if (rmdir(dir) != 0 && errno != ENOENT) {
		return err_set(reterr, RC_EXISTS, errno, "restore",
			"%s cannot be replaced: name an empty directory", dir);
	}
	if (rename(from, dir) != 0) {
		return err_set(reterr, RC_IO, errno, "restore",
			"%s cannot be named %s", from, dir);
	}
	if (path_join(parent, sizeof(parent), dir, "") != RC_OK) {
		return RC_OK;
	}
	while ((slash = strrchr(parent, '/')) != NULL && slash[1] == '\0' &&
		slash != parent) {
		*slash = '\0';
	}
	slash = strrchr(parent, '/');
	if (slash != NULL) {
		slash[slash == parent ? 1 : 0] = '\0';
	}
	rc = file_sync_dir(slash != NULL ? parent : ".", reterr);
	if (rc != RC_OK) {
		/* not to be taken for done: the caller removes it */
		(void)!rename(dir, from);
	}
	return rc;
}

enum rc
backup_restore(const struct shop_conf *conf, const char *src,
	const char *known_number, struct backup_result *ret, struct err *reterr)
{
	struct restore r = {.src = src, .result = ret};
	struct sbuf b;
	size_t n = strlen(conf->dir);
	bool made = false;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	while (n > 1 && conf->dir[n - 1] == '/') {
		n--;
	}
	sbuf_init(&b, r.dir, sizeof(r.dir));
	sbuf_write(&b, conf->dir, n);
	sbuf_puts(&b, ".restoring");
	if (!sbuf_ok(&b)) {
		return err_set(
			reterr, RC_RANGE, 0, "restore", "the path is too long");
	}
	/* says RC_EXISTS before anything is copied */
	rc = dir_make(conf->dir, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = read_manifest(&r, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	dir_remove(r.dir); /* of a restore that was cut off */
	rc = dir_make(r.dir, reterr);
	made = rc == RC_OK;
	if (rc == RC_OK) {
		rc = copy_all(&r, reterr);
	}
	if (rc == RC_OK) {
		rc = open_epoch(&r, conf, known_number, reterr);
	}
	if (rc == RC_OK) {
		rc = restore_prove(r.dir, conf, reterr);
	}
	if (rc == RC_OK) {
		rc = restore_name(r.dir, conf->dir, reterr);
	}
out:
	if (rc != RC_OK) {
		if (made) {
			dir_remove(r.dir);
		}
		(void)rmdir(conf->dir);
	}
	free(r.manifest);
	return rc;
}
