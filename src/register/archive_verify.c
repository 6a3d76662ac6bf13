/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "register/archive_internal.h"
#include "register/backup_internal.h"

#include "base/poison.h"

/* --- the manifest --------------------------------------------------------- */

void
archive_unload(struct archive_loaded *l)
{
	free(l->text);
	free(l->memory);
	memset(l, 0, sizeof(*l));
}

enum rc
archive_load(const char *dir, struct archive_loaded *ret, struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	char path[PATH_BYTES];
	uint8_t *p = NULL;
	struct arena a;
	size_t n = 0, bytes;
	enum rc rc = path_join(path, sizeof(path), dir, ARCHIVE_MANIFEST);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_OK) {
		rc = file_load(path, WIRE_LINE_BYTES + 1, &p, &n, reterr);
	}
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, rc, 0, "archive",
			"%s has no " ARCHIVE_MANIFEST
			": it is no archive, or one whose making was cut short",
			dir);
	}
	if (rc != RC_OK) {
		return rc;
	}
	ret->text = (char *)p;
	sha256(hash, p, n);
	hex_encode(ret->sum, hash, sizeof(hash));
	ret->len = n > 0 && p[n - 1] == '\n' ? n - 1 : n;
	bytes = wire_arena_bytes(n) + 2 * n;
	ret->memory = malloc(bytes);
	if (ret->memory == NULL) {
		archive_unload(ret);
		return err_set(reterr, RC_NOMEM, 0, "archive",
			"no memory to read the manifest of an archive");
	}
	arena_init(&a, ret->memory, bytes);
	rc = ret->len + 1 == n
		     ? manifest_decode(ret->text, ret->len, &a, &ret->m, reterr)
		     : err_set(reterr, RC_PROTO, 0, "archive", "it has no end");
	if (rc != RC_OK) {
		err_wrap(reterr, "%s", path);
		archive_unload(ret);
	}
	return rc == RC_PROTO ? RC_CORRUPT : rc;
}

void
archive_tell(const struct archive_manifest *m, const char *sum,
	struct archive_result *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->number = m->number;
	ret->first = (uint64_t)m->first;
	ret->last = (uint64_t)m->last;
	(void)snprintf(ret->first_hash, sizeof(ret->first_hash), "%.64s",
		m->first_hash);
	(void)snprintf(
		ret->last_hash, sizeof(ret->last_hash), "%.64s", m->last_hash);
	(void)snprintf(ret->manifest, sizeof(ret->manifest), "%.64s", sum);
	ret->sales = m->sales;
	ret->gross = m->gross;
	ret->grand = m->grand;
	for (size_t i = 0; i < m->n_file; i++) {
		ret->segments += strncmp(m->file[i].path, "journal/", 8) == 0;
		ret->bytes += m->file[i].bytes;
	}
}

/* --- judging -------------------------------------------------------------- */

struct judge {
	const struct archive_look *look;
	struct archive_verdict *r;
	struct archive_loaded l;
	uint8_t pub[SIGN_PUB_BYTES];
};

static void
problem(void *arg, const char *words)
{
	struct judge *j = arg;
	struct sbuf b;

	j->r->ok = false;
	if (j->r->n_problem < VERIFY_PROBLEMS) {
		sbuf_init(&b, j->r->problem[j->r->n_problem++], ERR_MSG_BYTES);
		sbuf_puts(&b, words);
	}
}

static void say(struct judge *j, const char *fmt, ...) PRINTF(2, 3);

static void
say(struct judge *j, const char *fmt, ...)
{
	char words[ERR_MSG_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	problem(j, words);
}

/* One that this register signed with before it had another machine. */
static bool
was_its_key(const struct judge *j)
{
	const struct keys *k = j->look->keys;
	const struct keys_past *past = k != NULL ? keys_past(k) : NULL;

	for (size_t i = 0; past != NULL && i < past->n; i++) {
		if (memcmp(past->key[i].pub, j->pub, SIGN_PUB_BYTES) == 0) {
			return true;
		}
	}
	return false;
}

static void
check_signature(struct judge *j)
{
	const struct archive_manifest *m = &j->l.m;

	if (hex_decode(j->pub, SIGN_PUB_BYTES, m->public_key,
		    strlen(m->public_key)) != RC_OK) {
		say(j, ARCHIVE_MANIFEST ": its public key is none");
		return;
	}
	if (j->look->pub != NULL &&
		memcmp(j->pub, j->look->pub, SIGN_PUB_BYTES) != 0 &&
		!was_its_key(j)) {
		say(j, ARCHIVE_MANIFEST
			": it names another public key than the one that was "
			"given");
		memcpy(j->pub, j->look->pub, SIGN_PUB_BYTES);
	}
	if (!wire_verify(j->l.text, j->l.len, j->pub)) {
		say(j, ARCHIVE_MANIFEST
			": its signature is not this register's");
	}
}

static const struct archive_file *
file_named(const struct archive_manifest *m, const char *path)
{
	for (size_t i = 0; i < m->n_file; i++) {
		if (strcmp(m->file[i].path, path) == 0) {
			return &m->file[i];
		}
	}
	return NULL;
}

static enum rc
check_file(struct judge *j, const struct archive_file *f, struct err *reterr)
{
	char path[PATH_BYTES];
	char hash[2 * HASH_BYTES + 1];
	uint64_t bytes = 0;
	enum rc rc;

	if (f->path[0] == '/' || strstr(f->path, "..") != NULL ||
		path_join(path, sizeof(path), j->look->dir, f->path) != RC_OK) {
		say(j, ARCHIVE_MANIFEST ": it names a file outside, %.80s",
			f->path);
		return RC_OK;
	}
	rc = hash_file(path, hash, &bytes, reterr);
	if (rc == RC_NOTFOUND) {
		say(j, "%s is missing: lines %lld to %lld", f->path,
			(long long)f->first, (long long)f->last);
		return RC_OK;
	}
	if (rc == RC_OK &&
		((int64_t)bytes != f->bytes || strcmp(hash, f->sha256) != 0)) {
		say(j, "%s is not what the manifest says: lines %lld to %lld",
			f->path, (long long)f->first, (long long)f->last);
	}
	return rc;
}

static enum rc
check_strange(void *arg, const char *name, struct err *reterr)
{
	struct judge *j = arg;
	char path[PATH_BYTES];

	if (path_join(path, sizeof(path), "journal", name) == RC_OK &&
		file_named(&j->l.m, path) == NULL) {
		say(j, "journal/%.80s is in no manifest: take it away", name);
	}
	(void)reterr;
	return RC_OK;
}

static enum rc
check_files(struct judge *j, struct err *reterr)
{
	char dir[PATH_BYTES];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < j->l.m.n_file; i++) {
		rc = check_file(j, &j->l.m.file[i], reterr);
	}
	if (rc == RC_OK) {
		rc = path_join(dir, sizeof(dir), j->look->dir, "journal");
	}
	return rc == RC_OK ? dir_each(dir, check_strange, j, reterr) : rc;
}

/* What the lines come to is what the manifest says. */
static enum rc
check_sums(struct judge *j, struct archive_scan *s, struct err *reterr)
{
	struct archive_manifest m = j->l.m;
	char *text = malloc(2 * (WIRE_LINE_BYTES + 1));
	struct sbuf a, b;
	enum rc rc;

	if (text == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "archive",
			"no memory to check an archive");
	}
	s->m.format = m.format;
	s->m.number = m.number;
	s->m.register_no = m.register_no;
	s->m.shop = m.shop;
	s->m.public_key = m.public_key;
	s->m.file = m.file;
	s->m.n_file = m.n_file;
	sbuf_init(&a, text, WIRE_LINE_BYTES + 1);
	sbuf_init(&b, text + WIRE_LINE_BYTES + 1, WIRE_LINE_BYTES + 1);
	rc = manifest_encode(&m, NULL, &a, reterr);
	if (rc == RC_OK && s->n > 0) {
		rc = manifest_encode(&s->m, NULL, &b, reterr);
	}
	if (rc == RC_OK && (a.len != b.len || memcmp(a.p, b.p, a.len) != 0)) {
		say(j, ARCHIVE_MANIFEST
			": its days, sums or hashes are not those of the "
			"lines");
	}
	free(text);
	return rc;
}

static enum rc
check_lines(struct judge *j, const struct keys *keys, struct err *reterr)
{
	struct archive_scan s = {.dir = j->look->dir,
		.keys = keys,
		.pub = j->pub,
		.fn = problem,
		.arg = j,
		.from = (uint64_t)j->l.m.first};
	enum rc rc;

	s.past.anchor = j->look->anchor;
	s.past.n_anchor = j->look->n_anchor;
	rc = archive_scan_run(&s, reterr);
	if (rc == RC_OK) {
		j->r->lines = s.n;
		j->r->with_lines = s.first_hash[0] != '\0';
		if (s.m.last != j->l.m.last) {
			say(j,
				"the lines end with %lld, the manifest says "
				"%lld",
				(long long)s.m.last, (long long)j->l.m.last);
		} else if (j->r->with_lines) {
			rc = check_sums(j, &s, reterr);
		}
	}
	archive_scan_free(&s);
	return rc;
}

static enum rc
open_keys(
	const struct archive_look *look, struct keys **ret, struct err *reterr)
{
	char dir[PATH_BYTES];
	enum rc rc = path_join(dir, sizeof(dir), look->dir, "keys");

	return rc == RC_OK ? keys_open(dir, look->key, ret, reterr) : rc;
}

enum rc
archive_verify(const struct archive_look *look, struct archive_verdict *ret,
	struct err *reterr)
{
	struct judge j = {.look = look, .r = ret};
	struct keys *own = NULL;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	ret->ok = true;
	rc = archive_load(look->dir, &j.l, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	archive_tell(&j.l.m, j.l.sum, &ret->what);
	if (!look->no_key && look->keys == NULL) {
		rc = open_keys(look, &own, reterr);
	}
	if (rc == RC_OK) {
		check_signature(&j);
		rc = check_files(&j, reterr);
	}
	if (rc == RC_OK) {
		rc = check_lines(&j,
			look->no_key         ? NULL
			: look->keys != NULL ? look->keys
					     : own,
			reterr);
	}
	keys_close(own);
	archive_unload(&j.l);
	return rc;
}
