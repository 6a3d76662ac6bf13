/* SPDX-License-Identifier: Apache-2.0 */
#include "register/archive.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "register/archive_internal.h"
#include "register/backup_internal.h"

#include "base/poison.h"

#define CHUNK ((size_t)1 << 16)

struct making {
	struct shop *shop;
	const char *dest;
	const struct archive_opts *opts;
	char part[PATH_BYTES]; /* made here, named at the end */
	uint64_t until;        /* line of the day that ends it */
	struct journal_segment *seg;
	size_t n_seg;
	struct archive_file *file;
	char (*path)[JOURNAL_NAME_BYTES + 16];
	char (*hash)[2 * HASH_BYTES + 1];
	size_t n_file;
	struct archive_scan scan;
	char problem[ERR_MSG_BYTES]; /* the first */
	struct archive_result *r;
};

/* --- which lines ---------------------------------------------------------- */

struct day_search {
	int64_t number;   /* 0: any */
	const char *date; /* NULL: any; the last one up to it */
	int64_t found;
	uint64_t sequence;
};

static void
local_date(const struct event *e, char out[16])
{
	struct civil c = utc_civil(e->time, e->tz_min);

	(void)snprintf(
		out, 16, "%04d-%02d-%02d", c.year % 10000, c.month, c.day);
}

static enum rc
look_at_line(void *arg, const struct journal_record *rec, struct err *reterr)
{
	static const char mark[] = "\"type\":\"holdfast.day.closed.";
	struct day_search *d = arg;
	struct arena a;
	struct event e;
	void *memory;
	char date[16];
	enum rc rc;

	/* few lines are, and to decode each takes longer than all else */
	if (strstr(rec->line, mark) == NULL) {
		return RC_OK;
	}
	memory = malloc(wire_arena_bytes(rec->len));
	if (memory == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "archive",
			"no memory to look for a day");
	}
	arena_init(&a, memory, wire_arena_bytes(rec->len));
	rc = wire_decode(rec->line, rec->len, &a, &e, reterr);
	if (rc == RC_OK && e.type == EVENT_DAY_CLOSED) {
		local_date(&e, date);
		if ((d->number == 0 || e.data.day.number == d->number) &&
			(d->date == NULL ||
				strcmp(e.data.day.date != NULL ? e.data.day.date
							       : date,
					d->date) <= 0)) {
			d->found = e.data.day.number;
			d->sequence = e.sequence;
		}
	}
	free(memory);
	return rc;
}

static bool
is_date(const char *s)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;

	for (; form[i] != '\0' && s[i] != '\0'; i++) {
		bool digit = s[i] >= '0' && s[i] <= '9';

		if (form[i] == 'd' ? !digit : s[i] != form[i]) {
			return false;
		}
	}
	return form[i] == '\0' && s[i] == '\0';
}

static enum rc
find_until(struct making *m, struct err *reterr)
{
	const char *until = m->opts->until;
	struct day_search d = {0};
	enum rc rc;

	if (until != NULL && is_date(until)) {
		d.date = until;
	} else if (until != NULL && parse_i64(until, strlen(until), 1,
					    INT64_MAX, &d.number) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "archive",
			"--until takes the number of a Z, or a date as "
			"2026-11-21");
	}
	rc = shop_walk(
		m->shop, shop_begin(m->shop), 0, look_at_line, &d, reterr);
	if (rc == RC_OK && d.found == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "archive",
			until == NULL
				? "no day was closed that is still here: close "
				  "one with a Z"
				: "no day that ends there is still here");
	}
	m->until = d.sequence;
	return rc;
}

/* --- copying -------------------------------------------------------------- */

static enum rc
copy_bytes(int in, int out, const char *from, const char *to, uint64_t n,
	char hash[2 * HASH_BYTES + 1], struct err *reterr)
{
	uint8_t digest[HASH_BYTES];
	struct sha256_state h;
	uint8_t *buf = malloc(CHUNK);
	uint64_t at = 0;
	enum rc rc = RC_OK;

	if (buf == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "archive",
			"no memory to copy a segment");
	}
	sha256_start(&h);
	while (rc == RC_OK && at < n) {
		size_t want = n - at < CHUNK ? (size_t)(n - at) : CHUNK;
		size_t got = 0;

		rc = file_pread(in, buf, want, (off_t)at, from, &got, reterr);
		if (rc == RC_OK && got < want) {
			rc = err_set(reterr, RC_CORRUPT, 0, "archive",
				"%s is shorter than the segment behind it "
				"says: run 'holdfast verify'",
				from);
		}
		if (rc == RC_OK) {
			rc = file_pwrite(out, buf, got, (off_t)at, to, reterr);
			sha256_add(&h, buf, got);
			at += got;
		}
	}
	sha256_end(&h, digest);
	hex_encode(hash, digest, sizeof(digest));
	free(buf);
	return rc == RC_OK ? file_sync(out, to, reterr) : rc;
}

static enum rc
copy_segment(struct making *m, size_t i, struct err *reterr)
{
	const struct journal_segment *s = &m->seg[i];
	struct archive_file *f = &m->file[m->n_file];
	char from[PATH_BYTES], to[PATH_BYTES];
	int in = -1, out = -1;
	enum rc rc;

	(void)snprintf(
		m->path[m->n_file], sizeof(m->path[0]), "journal/%s", s->name);
	rc = path_join(from, sizeof(from), m->shop->dir, m->path[m->n_file]);
	if (rc == RC_OK) {
		rc = path_join(to, sizeof(to), m->part, m->path[m->n_file]);
	}
	if (rc != RC_OK) {
		return err_set(
			reterr, rc, 0, "archive", "the path is too long");
	}
	in = file_open(from, O_RDONLY | O_CLOEXEC, 0);
	out = in < 0 ? -1
		     : file_open(
			       to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "archive",
			"cannot copy %s to %s", from, to);
	} else {
		rc = copy_bytes(in, out, from, to, s->bytes, m->hash[m->n_file],
			reterr);
	}
	if (in >= 0) {
		(void)close(in);
	}
	if (out >= 0) {
		(void)close(out);
	}
	f->path = m->path[m->n_file];
	f->sha256 = m->hash[m->n_file];
	f->bytes = (int64_t)s->bytes;
	f->first = (int64_t)s->first;
	f->last = (int64_t)s->last;
	m->n_file++;
	return rc;
}

static enum rc
copy_segments(struct making *m, struct err *reterr)
{
	char dir[PATH_BYTES];
	enum rc rc = path_join(dir, sizeof(dir), m->shop->dir, "journal");

	if (rc == RC_OK) {
		rc = journal_segments(
			dir, m->until, &m->seg, &m->n_seg, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	m->file = calloc(m->n_seg + 1, sizeof(*m->file));
	m->path = calloc(m->n_seg + 1, sizeof(*m->path));
	m->hash = calloc(m->n_seg + 1, sizeof(*m->hash));
	if (m->file == NULL || m->path == NULL || m->hash == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "archive",
			"no memory to list the journal");
	}
	rc = path_join(dir, sizeof(dir), m->part, "journal");
	if (rc == RC_OK) {
		rc = dir_make(dir, reterr);
	}
	for (size_t i = 0; rc == RC_OK && i < m->n_seg; i++) {
		rc = copy_segment(m, i, reterr);
	}
	return rc == RC_OK ? file_sync_dir(dir, reterr) : rc;
}

struct key_copy {
	char from[PATH_BYTES], to[PATH_BYTES];
};

/* What opens the lines; never the keys of persons, which must be able to go. */
static enum rc
copy_key(void *arg, const char *name, struct err *reterr)
{
	struct key_copy *k = arg;
	char from[PATH_BYTES], to[PATH_BYTES], hash[2 * HASH_BYTES + 1];
	uint64_t bytes;

	if (name[0] == '.' || strncmp(name, "people", 6) == 0 ||
		strstr(name, ".tmp") != NULL || strstr(name, ".new") != NULL) {
		return RC_OK;
	}
	if (path_join(from, sizeof(from), k->from, name) != RC_OK ||
		path_join(to, sizeof(to), k->to, name) != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "archive", "the path is too long");
	}
	return copy_file(from, to, hash, &bytes, reterr);
}

static enum rc
copy_keys(struct making *m, struct err *reterr)
{
	char from[PATH_BYTES], to[PATH_BYTES], hash[2 * HASH_BYTES + 1];
	struct key_copy k;
	uint64_t bytes;
	enum rc rc = path_join(k.from, PATH_BYTES, m->shop->dir, "keys");

	if (rc == RC_OK) {
		rc = path_join(k.to, PATH_BYTES, m->part, "keys");
	}
	if (rc == RC_OK) {
		rc = dir_make(k.to, reterr);
	}
	if (rc == RC_OK) {
		rc = dir_each(k.from, copy_key, &k, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync_dir(k.to, reterr);
	}
	if (rc == RC_OK) {
		rc = path_join(from, sizeof(from), k.from, ARCHIVE_PUB);
	}
	if (rc == RC_OK) {
		rc = path_join(to, sizeof(to), m->part, ARCHIVE_PUB);
	}
	return rc == RC_OK ? copy_file(from, to, hash, &bytes, reterr) : rc;
}

/* --- reading it again, from the medium ------------------------------------ */

static void
note_problem(void *arg, const char *words)
{
	struct making *m = arg;
	struct sbuf b;

	if (m->problem[0] == '\0') {
		sbuf_init(&b, m->problem, sizeof(m->problem));
		sbuf_puts(&b, words);
	}
}

static enum rc
close_lines(struct making *m, const char *path, struct err *reterr)
{
	FILE *f = m->scan.out;
	struct archive_file *file = &m->file[m->n_file];
	uint64_t bytes = 0;
	enum rc rc = RC_OK;

	m->scan.out = NULL;
	errno = 0;
	if (fflush(f) != 0 || ferror(f) != 0) {
		rc = err_set(reterr, errno != 0 ? err_sys_rc(errno) : RC_IO,
			errno, "archive", "%s cannot be written", path);
	}
	if (rc == RC_OK) {
		rc = file_sync(fileno(f), path, reterr);
	}
	if (fclose(f) != 0 && rc == RC_OK) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "archive",
			"%s cannot be written", path);
	}
	if (rc == RC_OK) {
		rc = hash_file(path, m->hash[m->n_file], &bytes, reterr);
	}
	file->path = ARCHIVE_LINES;
	file->sha256 = m->hash[m->n_file];
	file->bytes = (int64_t)bytes;
	file->first = m->scan.m.first;
	file->last = m->scan.m.last;
	m->n_file++;
	return rc;
}

static enum rc
read_again(struct making *m, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = path_join(path, sizeof(path), m->part, ARCHIVE_LINES);

	m->scan.dir = m->part;
	m->scan.keys = m->shop->keys;
	m->scan.pub = keys_sign_public(m->shop->keys);
	m->scan.fn = note_problem;
	m->scan.arg = m;
	m->scan.from = m->seg[0].first;
	if (rc == RC_OK && m->opts->lines) {
		m->scan.out = fopen(path, "wxe");
		if (m->scan.out == NULL) {
			return err_set(reterr, err_sys_rc(errno), errno,
				"archive", "%s cannot be made", path);
		}
	}
	if (rc == RC_OK) {
		rc = archive_scan_run(&m->scan, reterr);
	}
	if (m->scan.out != NULL) {
		enum rc closed =
			close_lines(m, path, rc == RC_OK ? reterr : NULL);

		rc = rc == RC_OK ? closed : rc;
	}
	if (rc == RC_OK && m->problem[0] == '\0' &&
		m->scan.m.last != (int64_t)m->seg[m->n_seg - 1].last) {
		note_problem(m, "the end of what was copied is missing");
	}
	if (rc == RC_OK && m->problem[0] != '\0') {
		rc = err_set(reterr, RC_CORRUPT, 0, "archive",
			"what was copied does not hold: %s", m->problem);
	}
	return rc;
}

/* The number of the archive: the last one's when it is the same again. */
static enum rc
choose_number(struct making *m, int64_t *ret, struct err *reterr)
{
	struct store_past past;
	enum rc rc;

	if (m->shop->store == NULL) {
		return err_set(reterr, RC_CORRUPT, 0, "archive", "%s",
			m->shop->trouble);
	}
	rc = store_past(m->shop->store, &past, reterr);
	if (rc == RC_OK) {
		bool same = past.archives > 0 &&
			    past.archived_first == (uint64_t)m->scan.m.first &&
			    past.archived_last == (uint64_t)m->scan.m.last;

		*ret = past.archives + (same ? 0 : 1);
	}
	return rc;
}

static enum rc
write_manifest(struct making *m, struct err *reterr)
{
	struct archive_manifest *a = &m->scan.m;
	char *text = malloc(WIRE_LINE_BYTES + 2);
	uint8_t hash[HASH_BYTES];
	char path[PATH_BYTES];
	char sum[2 * HASH_BYTES + 1];
	struct sbuf b;
	enum rc rc;

	if (text == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "archive",
			"no memory to write a manifest");
	}
	sbuf_init(&b, text, WIRE_LINE_BYTES + 2);
	hex_encode(m->scan.public_key, m->scan.pub, SIGN_PUB_BYTES);
	a->format = MANIFEST_FORMAT;
	a->register_no = m->shop->state.register_no;
	a->shop = m->shop->state.shop;
	a->public_key = m->scan.public_key;
	a->file = m->file;
	a->n_file = m->n_file;
	rc = choose_number(m, &a->number, reterr);
	if (rc == RC_OK) {
		rc = manifest_encode(
			a, keys_sign_secret(m->shop->keys), &b, reterr);
	}
	if (rc == RC_OK) {
		sbuf_putc(&b, '\n');
		rc = path_join(path, sizeof(path), m->part, ARCHIVE_MANIFEST);
	}
	if (rc == RC_OK) {
		sha256(hash, b.p, b.len);
		hex_encode(sum, hash, sizeof(hash));
		archive_tell(a, sum, m->r);
		rc = file_save(path, b.p, b.len, 0600, reterr);
	}
	free(text);
	return rc;
}

/* As anybody else would. */
static enum rc
judge(const char *dir, const struct keys *keys, struct err *reterr)
{
	struct archive_look look = {
		.dir = dir, .keys = keys, .pub = keys_sign_public(keys)};
	struct archive_verdict *v = calloc(1, sizeof(*v));
	enum rc rc;

	if (v == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "archive",
			"no memory to check an archive");
	}
	rc = archive_verify(&look, v, reterr);
	if (rc == RC_OK && !v->ok) {
		rc = err_set(reterr, RC_CORRUPT, 0, "archive",
			"%s does not hold: %s", dir, v->problem[0]);
	}
	free(v);
	return rc;
}

/* --- all of it ------------------------------------------------------------ */

static enum rc
parent_sync(const char *path, struct err *reterr)
{
	char above[PATH_BYTES];
	char *slash;
	struct sbuf b;

	sbuf_init(&b, above, sizeof(above));
	sbuf_puts(&b, path);
	slash = strrchr(above, '/');
	if (slash == NULL) {
		return file_sync_dir(".", reterr);
	}
	slash[slash == above ? 1 : 0] = '\0';
	return file_sync_dir(above, reterr);
}

/* There is something of this name: the same archive, or a reason to stop. */
static enum rc
compare_there(struct making *m, struct err *reterr)
{
	struct archive_loaded l;
	enum rc rc = archive_load(m->dest, &l, reterr);

	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_EXISTS, 0, "archive",
			"%s holds something already, and no archive: name an "
			"empty directory",
			m->dest);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (l.m.first != (int64_t)m->seg[0].first ||
		l.m.last != (int64_t)m->seg[m->n_seg - 1].last ||
		memcmp(l.m.reg, m->shop->state.reg, UUID_BYTES) != 0) {
		rc = err_set(reterr, RC_EXISTS, 0, "archive",
			"%s holds an archive of lines %lld to %lld, not of "
			"%llu to %llu: name another directory",
			m->dest, (long long)l.m.first, (long long)l.m.last,
			(unsigned long long)m->seg[0].first,
			(unsigned long long)m->seg[m->n_seg - 1].last);
	}
	if (rc == RC_OK) {
		rc = judge(m->dest, m->shop->keys, reterr);
	}
	if (rc == RC_OK) {
		archive_tell(&l.m, l.sum, m->r);
		m->r->there = true;
	}
	archive_unload(&l);
	return rc;
}

static enum rc
make(struct making *m, struct err *reterr)
{
	struct stat st;
	enum rc rc;

	if (stat(m->dest, &st) == 0 && rmdir(m->dest) != 0) {
		char dir[PATH_BYTES];

		rc = path_join(dir, sizeof(dir), m->shop->dir, "journal");
		if (rc == RC_OK) {
			rc = journal_segments(
				dir, m->until, &m->seg, &m->n_seg, reterr);
		}
		return rc == RC_OK ? compare_there(m, reterr) : rc;
	}
	dir_remove(m->part); /* of one that was cut short */
	rc = dir_make(m->part, reterr);
	if (rc == RC_OK) {
		rc = copy_segments(m, reterr);
	}
	if (rc == RC_OK) {
		rc = copy_keys(m, reterr);
	}
	if (rc == RC_OK) {
		rc = read_again(m, reterr);
	}
	if (rc == RC_OK) {
		rc = write_manifest(m, reterr);
	}
	if (rc == RC_OK) {
		rc = judge(m->part, m->shop->keys, reterr);
	}
	if (rc == RC_OK && rename(m->part, m->dest) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "archive",
			"%s cannot be named %s", m->part, m->dest);
	}
	if (rc == RC_OK) {
		rc = parent_sync(m->dest, reterr);
	} else {
		dir_remove(m->part);
	}
	return rc;
}

enum rc
archive_make(const struct shop_conf *conf, const char *dest,
	const struct archive_opts *opts, struct archive_result *ret,
	struct err *reterr)
{
	struct making m = {.dest = dest, .opts = opts, .r = ret};
	struct shop_conf read = *conf;
	char name[PATH_BYTES];
	size_t n = strlen(dest);
	struct sbuf b;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	read.mode = SHOP_READ;
	while (n > 1 && dest[n - 1] == '/') {
		n--;
	}
	sbuf_init(&b, name, sizeof(name));
	sbuf_write(&b, dest, n);
	m.dest = name;
	sbuf_init(&b, m.part, sizeof(m.part));
	sbuf_write(&b, dest, n);
	sbuf_puts(&b, ".part");
	if (!sbuf_ok(&b)) {
		return err_set(
			reterr, RC_RANGE, 0, "archive", "the path is too long");
	}
	rc = shop_open(&read, &m.shop, reterr);
	if (rc == RC_OK) {
		rc = find_until(&m, reterr);
	}
	if (rc == RC_OK) {
		rc = make(&m, reterr);
	}
	archive_scan_free(&m.scan);
	free(m.seg);
	free(m.file);
	free(m.path);
	free(m.hash);
	shop_close(m.shop);
	return rc;
}

void
archive_drop(const char *dir)
{
	dir_remove(dir);
}
