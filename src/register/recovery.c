/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <config.h> /* the build's, not register/config.h */
/* clang-format on */

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "register/shop_internal.h"
#include "store/catalog.h"

#include "base/poison.h"

#define FOLLOW_MAX 10000u /* events; beyond, a store may be made anew */

static uint64_t
known_sequence(struct shop *s)
{
	uint64_t known = watermark_read(s->own->journal_dir);
	struct store_head head;

	if (s->store != NULL && store_head(s->store, &head, NULL) == RC_OK &&
		head.applied > known) {
		known = head.applied;
	}
	return known;
}

static struct journal_conf
journal_conf_of(struct shop *s)
{
	struct journal_conf c = {
		.dir = s->own->journal_dir,
		.keys = s->keys,
		.rng = &s->rng,
		.segment_bytes = s->own->segment_bytes,
		.known_sequence = known_sequence(s),
		.epoch = s->own->epoch,
	};

	memcpy(c.reg, s->own->reg, UUID_BYTES);
	return c;
}

/* A line from the store mends the journal only when this register signed it. */
static enum rc
copy_of(void *arg, uint64_t sequence, const char **ret_line, size_t *ret_len,
	struct err *reterr)
{
	struct shop *s = arg;
	size_t len;
	enum rc rc;

	rc = store_line(s->store, sequence, s->own->read_buf,
		WIRE_LINE_BYTES + 1, &len, reterr);
	if (rc == RC_OK && !wire_verify(s->own->read_buf, len,
				   keys_sign_public(s->keys))) {
		rc = RC_NOTFOUND;
	}
	if (rc != RC_OK) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"the store holds no good copy of line %llu",
			(unsigned long long)sequence);
	}
	*ret_line = s->own->read_buf;
	*ret_len = len;
	return RC_OK;
}

static enum rc
mend_journal(struct shop *s, struct err *reterr)
{
	struct journal_conf conf = journal_conf_of(s);
	struct store_head head;
	uint64_t n = 0;
	enum rc rc;

	if (s->store == NULL) {
		return RC_NOTFOUND;
	}
	rc = store_head(s->store, &head, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	journal_close(s->journal);
	s->journal = NULL;
	rc = journal_repair(&conf, head.applied, copy_of, s, &n, reterr);
	if (rc == RC_OK) {
		s->recovered.repaired += (int64_t)n;
	}
	return rc;
}

static enum rc
open_journal(struct shop *s, struct journal_report *rep, struct err *reterr)
{
	struct journal_conf conf = journal_conf_of(s);
	enum rc rc;

	memset(rep, 0, sizeof(*rep));
	rc = journal_open(&conf, &s->journal, rep, reterr);
	if (rc == RC_NOSPC && ballast_drop(s)) {
		rc = journal_open(&conf, &s->journal, rep, reterr);
	}
	if (rc == RC_OK && rep->tail == JOURNAL_TORN) {
		s->recovered.tail = "torn";
		s->recovered.dropped_bytes = (int64_t)rep->dropped_bytes;
		hex_encode(s->own->dropped_hash, rep->dropped_hash, HASH_BYTES);
		s->recovered.dropped_hash = s->own->dropped_hash;
	}
	return rc;
}

enum rc
recovery_journal(struct shop *s, struct err *reterr)
{
	struct journal_report rep;
	enum rc rc;

	rc = open_journal(s, &rep, reterr);
	if (rc != RC_CORRUPT) {
		return rc;
	}
	if (mend_journal(s, NULL) == RC_OK) {
		rc = open_journal(s, &rep, reterr);
	}
	if (rc == RC_CORRUPT) {
		return err_set(reterr, RC_CORRUPT, 0, __func__,
			"the journal is damaged at sequence %llu (%s) and the "
			"store holds no copy; run 'holdfast verify', then "
			"restore a backup",
			(unsigned long long)rep.bad_sequence, rep.path);
	}
	return rc;
}

/* --- store ---------------------------------------------------------------- */

static enum rc
side_paths(struct shop *s, char new_[PATH_BYTES], char old[PATH_BYTES],
	struct err *reterr)
{
	enum rc rc = shop_path(s, "store.new", new_, reterr);

	return rc == RC_OK ? shop_path(s, "store.old", old, reterr) : rc;
}

static void
remove_dir(const char *path)
{
	(void)!store_remove(path, NULL);
	(void)rmdir(path);
}

/* What a rebuild that was cut short left beside the store. */
static enum rc
tidy(struct shop *s, struct err *reterr)
{
	char new_[PATH_BYTES];
	char old[PATH_BYTES];
	struct stat st;
	enum rc rc = side_paths(s, new_, old, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (stat(s->own->store_dir, &st) != 0) {
		(void)!rename(old, s->own->store_dir);
	}
	if (mkdir(s->own->store_dir, 0700) != 0 && errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot make %s", s->own->store_dir);
	}
	if (stat(new_, &st) == 0) {
		remove_dir(new_);
	}
	if (stat(old, &st) == 0) {
		remove_dir(old);
	}
	return RC_OK;
}

static enum rc
open_store(struct shop *s, struct err *reterr)
{
	enum rc rc;

	s->store = NULL;
	rc = store_open(s->own->store_dir, s->keys, &s->rng, STORE_WRITE,
		s->own->map_bytes, &s->store, reterr);
	if (rc == RC_NOSPC && ballast_drop(s)) {
		rc = store_open(s->own->store_dir, s->keys, &s->rng,
			STORE_WRITE, s->own->map_bytes, &s->store, reterr);
	}
	return rc;
}

enum rc
recovery_open_store(struct shop *s, struct err *reterr)
{
	enum rc rc = tidy(s, reterr);

	return rc == RC_OK ? open_store(s, reterr) : rc;
}

static enum rc
build_in(struct shop *s, const char *dir, uint64_t *ret_n, struct err *reterr)
{
	struct journal_head head = journal_head(s->journal);
	struct store_head none = {0};
	struct store *fresh = NULL;
	enum rc rc;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot make %s", dir);
	}
	rc = store_remove(dir, reterr);
	if (rc == RC_OK) {
		rc = store_open(dir, s->keys, &s->rng, STORE_BUILD,
			s->own->map_bytes, &fresh, reterr);
	}
	if (rc == RC_OK) {
		rc = replay_walk(s->own->journal_dir, s->keys, &none,
			head.sequence, fresh, ret_n, reterr);
	}
	if (rc == RC_OK) {
		rc = store_finish(fresh, reterr);
	}
	store_close(fresh);
	return rc;
}

/* Read all of the journal before its copy in the store is given up. */
static enum rc
journal_is_whole(
	void *arg, const struct journal_record *rec, struct err *reterr)
{
	(void)arg;
	(void)rec;
	(void)reterr;
	return RC_OK;
}

static enum rc
build_in_place(struct shop *s, uint64_t *ret_n, struct err *reterr)
{
	store_close(s->store);
	s->store = NULL;
	return build_in(s, s->own->store_dir, ret_n, reterr);
}

static enum rc
swap_in(struct shop *s, const char *new_, const char *old, struct err *reterr)
{
	store_close(s->store);
	s->store = NULL;
	if (rename(s->own->store_dir, old) != 0 ||
		rename(new_, s->own->store_dir) != 0) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot put the new store in place of %s",
			s->own->store_dir);
	}
	remove_dir(old);
	return file_sync_dir(s->dir, reterr);
}

static enum rc
build_beside(struct shop *s, uint64_t *ret_n, struct err *reterr)
{
	char new_[PATH_BYTES];
	char old[PATH_BYTES];
	enum rc rc = side_paths(s, new_, old, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rc = build_in(s, new_, ret_n, reterr);
	if (rc == RC_CORRUPT && mend_journal(s, reterr) == RC_OK) {
		rc = recovery_journal(s, reterr);
		if (rc == RC_OK) {
			rc = build_in(s, new_, ret_n, reterr);
		}
	}
	if (rc == RC_OK) {
		return swap_in(s, new_, old, reterr);
	}
	remove_dir(new_);
	if (rc == RC_NOSPC) {
		/* no room for two: the old one may go when nothing in the
		 * journal needs its copies */
		(void)ballast_drop(s);
		rc = shop_walk(s, 1, 0, journal_is_whole, NULL, reterr);
		if (rc == RC_OK) {
			rc = build_in_place(s, ret_n, reterr);
		}
	}
	return rc;
}

enum rc
recovery_rebuild(struct shop *s, uint64_t *ret_n, struct err *reterr)
{
	uint64_t n = 0;
	enum rc rc;

	rc = s->store != NULL ? build_beside(s, &n, reterr)
			      : build_in_place(s, &n, reterr);
	if (s->journal == NULL) {
		/* mending failed half way: the journal must be had again */
		(void)!recovery_journal(s, NULL);
	}
	if (rc == RC_OK && s->store == NULL) {
		rc = open_store(s, reterr);
	}
	if (rc == RC_OK) {
		s->recovered.rebuilt = true;
		s->recovered.replayed += (int64_t)n;
		*ret_n = n;
	}
	return rc;
}

/* Replay what the store lacks; a store that is ahead of the journal, or
 * followed another one, is made anew. */
static enum rc
follow(struct shop *s, struct err *reterr)
{
	struct journal_head want = journal_head(s->journal);
	struct store_head have;
	uint64_t n = 0;
	enum rc rc;

	rc = store_head(s->store, &have, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (have.applied > want.sequence ||
		(have.applied == want.sequence &&
			memcmp(have.hash, want.hash, HASH_BYTES) != 0)) {
		return err_set(reterr, RC_CORRUPT, 0, __func__,
			"the store is not this journal's");
	}
	if (have.applied == want.sequence) {
		return RC_OK;
	}
	if (want.sequence - have.applied > FOLLOW_MAX &&
		want.sequence / 2 > have.applied) {
		/* most of it is missing: making it anew is less work */
		return recovery_rebuild(s, &n, reterr);
	}
	rc = replay_walk(s->own->journal_dir, s->keys, &have, want.sequence,
		s->store, &n, reterr);
	if (rc == RC_OK) {
		s->recovered.replayed += (int64_t)n;
		if (have.applied == 0) {
			s->recovered.rebuilt = true;
		}
	}
	return rc;
}

enum rc
recovery_store(struct shop *s, struct err *reterr)
{
	uint64_t n;
	enum rc rc = RC_OK;

	if (s->store == NULL) {
		rc = recovery_open_store(s, reterr);
	}
	if (rc == RC_OK) {
		rc = follow(s, reterr);
	}
	if (rc == RC_CORRUPT || rc == RC_INVAL) {
		rc = recovery_rebuild(s, &n, reterr);
	}
	return rc;
}

void
recovery_catalog(struct shop *s)
{
	char dir[PATH_BYTES];
	struct catalog *c = NULL;
	int64_t now = 0;

	if (s->state.catalog <= 0 ||
		shop_path(s, "catalog", dir, NULL) != RC_OK) {
		return;
	}
	if (catalog_open(dir, 0, &c, NULL) == RC_OK) {
		now = catalog_generation(c);
		catalog_close(c);
		c = NULL;
	}
	if (now >= s->state.catalog) {
		return;
	}
	/* only what is whole and there; else the one in use stays */
	if (catalog_open(dir, s->state.catalog, &c, NULL) == RC_OK) {
		catalog_close(c);
		(void)!catalog_activate(dir, s->state.catalog, NULL);
	}
}
