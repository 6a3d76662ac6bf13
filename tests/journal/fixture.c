/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/journal/fixture.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"

static void
must(bool ok, const char *what, const struct err *err)
{
	if (!ok) {
		fail_msg("%s: %s", what, err != NULL ? err->msg : "");
	}
}

int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct keys_offer offer = {.source = KEYS_FILE, .given = true};
	/* Thousands of flushes, none of which has to last. */
	const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	size_t i;

	if (f == NULL || crypto_init() != RC_OK) {
		free(f);
		return -1;
	}
	snprintf(f->dir, sizeof(f->dir), "%s/holdfast-journal.XXXXXX", tmp);
	must(mkdtemp(f->dir) != NULL, "mkdtemp", NULL);
	snprintf(f->journal, sizeof(f->journal), "%s/journal", f->dir);
	snprintf(f->keysdir, sizeof(f->keysdir), "%s/keys", f->dir);
	snprintf(f->keyfile, sizeof(f->keyfile), "%s/keyfile", f->dir);
	must(mkdir(f->journal, 0700) == 0, "mkdir", NULL);
	must(mkdir(f->keysdir, 0700) == 0, "mkdir", NULL);
	f->rng = rng_system();
	offer.path = f->keyfile;
	must(keys_create(f->keysdir, &offer, &f->rng, &f->err) == RC_OK,
		"keys_create", &f->err);
	must(keys_open(f->keysdir, &offer, &f->keys, &f->err) == RC_OK,
		"keys_open", &f->err);
	f->conf.dir = f->journal;
	for (i = 0; i < UUID_BYTES; i++) {
		f->conf.reg[i] = (uint8_t)(i * 17);
	}
	f->conf.keys = f->keys;
	f->conf.rng = &f->rng;
	f->conf.epoch = 1;
	f->conf.segment_bytes = (uint64_t)256 << 10;
	*state = f;
	return 0;
}

void
empty_dir(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[1024];

	if (d == NULL) {
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
			(void)unlink(path);
		}
	}
	(void)closedir(d);
}

int
fixture_teardown(void **state)
{
	struct fixture *f = *state;

	fixture_close(f);
	keys_close(f->keys);
	empty_dir(f->journal);
	empty_dir(f->keysdir);
	(void)rmdir(f->journal);
	(void)rmdir(f->keysdir);
	empty_dir(f->dir);
	(void)rmdir(f->dir);
	free(f);
	return 0;
}

size_t
fixture_line(const struct fixture *f, uint64_t sequence, char *out)
{
	size_t n = f->line_bytes;
	int k;

	if (n == 0) {
		n = 300 + (size_t)(sequence * 7919 % 1900);
	}
	k = snprintf(out, FIXTURE_LINE_MAX,
		"{\"sequence\":\"%020llu\",\"d\":\"",
		(unsigned long long)sequence);
	memset(out + k, 'a' + (int)(sequence % 26), n - (size_t)k - 2);
	memcpy(out + n - 2, "\"}", 3);
	return n;
}

enum rc
fixture_try_open(struct fixture *f)
{
	return fixture_try_settle(f, true);
}

enum rc
fixture_try_settle(struct fixture *f, bool copied)
{
	enum rc rc;

	fixture_close(f);
	f->moved = false;
	rc = journal_open(&f->conf, &f->j, &f->report, &f->err);
	if (rc == RC_OK) {
		rc = journal_settle(f->j, copied, &f->moved, &f->err);
	}
	if (rc != RC_OK) {
		fixture_close(f);
	}
	return rc;
}

void
fixture_open(struct fixture *f)
{
	must(fixture_try_open(f) == RC_OK, "journal_open", &f->err);
}

void
fixture_close(struct fixture *f)
{
	journal_close(f->j);
	f->j = NULL;
}

enum rc
fixture_try_group(struct fixture *f, size_t n)
{
	struct journal_line line[JOURNAL_GROUP_MAX + 1];
	char *text = malloc((n + 1) * FIXTURE_LINE_MAX);
	uint64_t seq = journal_head(f->j).sequence;
	uint8_t hash[HASH_BYTES] = {0};
	enum rc rc;
	size_t i;

	assert_non_null(text);
	for (i = 0; i < n; i++) {
		char *p = text + i * FIXTURE_LINE_MAX;

		line[i].sequence = seq + 1 + i;
		line[i].n = fixture_line(f, seq + 1 + i, p);
		line[i].p = p;
		sha256(hash, p, line[i].n);
	}
	rc = journal_append(f->j, line, n, hash, &f->err);
	free(text);
	return rc;
}

void
fixture_group(struct fixture *f, size_t n)
{
	must(fixture_try_group(f, n) == RC_OK, "journal_append", &f->err);
}

uint64_t
fixture_read(struct fixture *f, bool with_keys)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	char line[FIXTURE_LINE_MAX];
	uint64_t seq = 0;
	enum rc rc;

	must(journal_reader_open(f->journal, with_keys ? f->keys : NULL, 1, &r,
		     &f->err) == RC_OK,
		"journal_reader_open", &f->err);
	while ((rc = journal_reader_next(r, UINT64_MAX, &rec, &f->err)) ==
		RC_OK) {
		size_t n = fixture_line(f, ++seq, line);

		assert_int_equal(rec.sequence, seq);
		assert_int_equal(rec.len, n);
		if (with_keys) {
			assert_memory_equal(rec.line, line, n);
		} else {
			assert_null(rec.line);
		}
	}
	must(rc == RC_NOTFOUND, "journal_reader_next", &f->err);
	journal_reader_close(r);
	return seq;
}

uint64_t
fixture_bad(struct fixture *f, uint64_t upto, uint64_t *ret_last)
{
	struct journal_reader *r = NULL;
	struct journal_record rec;
	uint64_t bad = 0;
	uint64_t seq = 0;
	enum rc rc;

	must(journal_reader_open(f->journal, f->keys, 1, &r, &f->err) == RC_OK,
		"journal_reader_open", &f->err);
	for (;;) {
		rc = journal_reader_next(r, upto, &rec, &f->err);
		if (rc == RC_OK) {
			seq = rec.sequence;
			continue;
		}
		if (rc == RC_CORRUPT && bad == 0) {
			bad = seq + 1;
		}
		if (rc != RC_CORRUPT ||
			journal_reader_skip(r, &seq, &f->err) != RC_OK) {
			break;
		}
		seq--;
	}
	journal_reader_close(r);
	*ret_last = seq;
	return bad;
}

size_t
fixture_segments(const struct fixture *f, char names[][512], size_t max)
{
	struct dirent **v = NULL;
	int n = scandir(f->journal, &v, NULL, alphasort);
	size_t k = 0;
	int i;

	for (i = 0; i < n; i++) {
		size_t len = strlen(v[i]->d_name);

		if (k < max && len > 4 &&
			strcmp(v[i]->d_name + len - 4, ".seg") == 0) {
			snprintf(names[k++], 512, "%s/%s", f->journal,
				v[i]->d_name);
		}
		free(v[i]);
	}
	free(v);
	return k;
}

uint64_t
file_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

uint8_t *
slurp(const char *path, size_t *ret_n)
{
	size_t n = (size_t)file_bytes(path);
	uint8_t *p = malloc(n + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t got = 0;

	assert_non_null(p);
	must(fd >= 0, path, NULL);
	while (got < n) {
		ssize_t k = read(fd, p + got, n - got);

		must(k > 0, "read", NULL);
		got += (size_t)k;
	}
	(void)close(fd);
	*ret_n = n;
	return p;
}

void
spill(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0, path, NULL);
	must(n == 0 || write(fd, p, n) == (ssize_t)n, "write", NULL);
	(void)close(fd);
}

void
flip(const char *path, uint64_t at, uint8_t mask)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t b = 0;

	must(fd >= 0, path, NULL);
	must(pread(fd, &b, 1, (off_t)at) == 1, "pread", NULL);
	b ^= mask;
	must(pwrite(fd, &b, 1, (off_t)at) == 1, "pwrite", NULL);
	(void)close(fd);
}

void
snapshot_take(const char *dir, struct snapshot *s)
{
	struct dirent **v = NULL;
	int n = scandir(dir, &v, NULL, alphasort);
	int i;

	s->n = 0;
	for (i = 0; i < n; i++) {
		if (v[i]->d_name[0] != '.') {
			assert_true(s->n < 64);
			snprintf(s->file[s->n].path, 512, "%s/%s", dir,
				v[i]->d_name);
			s->file[s->n].p =
				slurp(s->file[s->n].path, &s->file[s->n].n);
			s->n++;
		}
		free(v[i]);
	}
	free(v);
}

void
snapshot_restore(const char *dir, const struct snapshot *s)
{
	size_t i;

	empty_dir(dir);
	for (i = 0; i < s->n; i++) {
		spill(s->file[i].path, s->file[i].p, s->file[i].n);
	}
}

bool
snapshot_same(const char *dir, const struct snapshot *s)
{
	struct snapshot now;
	bool same;
	size_t i;

	snapshot_take(dir, &now);
	same = now.n == s->n;
	for (i = 0; same && i < s->n; i++) {
		same = strcmp(now.file[i].path, s->file[i].path) == 0 &&
		       now.file[i].n == s->file[i].n &&
		       memcmp(now.file[i].p, s->file[i].p, s->file[i].n) == 0;
	}
	snapshot_free(&now);
	return same;
}

void
snapshot_free(struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->file[i].p);
	}
	s->n = 0;
}

static enum rc
other_copy(void *arg, uint64_t sequence, const char **ret_line, size_t *ret_len,
	struct err *reterr)
{
	static char line[FIXTURE_LINE_MAX];

	(void)reterr;
	*ret_len = fixture_line(arg, sequence, line);
	*ret_line = line;
	return RC_OK;
}

int64_t
fixture_repair(struct fixture *f, uint64_t upto)
{
	uint64_t n = 0;
	enum rc rc;

	fixture_close(f);
	rc = journal_repair(&f->conf, upto, other_copy, f, &n, &f->err);
	must(rc == RC_OK, "journal_repair", &f->err);
	return rc == RC_OK ? (int64_t)n : -1;
}
