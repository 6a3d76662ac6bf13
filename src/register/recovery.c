/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "register/purge_base.h"
#include "register/shop_internal.h"
#include "store/catalog.h"

#include "base/poison.h"

#define FOLLOW_MAX 10000u /* events; beyond, a store may be made anew */

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

/* Damage is for the copies and the journal to mend; anything else may be a
 * moment's, and is tried again before the store counts as not to be had. */
enum rc
recovery_open_store(struct shop *s, struct err *reterr)
{
	enum rc rc = RC_IO;

	store_salvage_close(s->own->salvage);
	s->own->salvage = NULL;
	for (int i = 0; i < 2 && rc != RC_OK && rc != RC_CORRUPT; i++) {
		rc = tidy(s, reterr);
		if (rc == RC_OK) {
			rc = open_store(s, reterr);
		}
	}
	return rc;
}

/* Is the journal's last line in the store? */
static bool
holds_head(struct shop *s)
{
	struct journal_head want = journal_head(s->journal);
	struct store_head have;

	return s->store != NULL && store_head(s->store, &have, NULL) == RC_OK &&
	       have.applied == want.sequence &&
	       memcmp(have.hash, want.hash, HASH_BYTES) == 0;
}

enum rc
recovery_settle(struct shop *s, struct err *reterr)
{
	bool copied;
	enum rc rc;

	if (s->journal == NULL || journal_settled(s->journal)) {
		return RC_OK;
	}
	copied = journal_unsure(s->journal) && holds_head(s) &&
		 store_sync(s->store, NULL) == RC_OK;
	rc = journal_settle(s->journal, copied, NULL, reterr);
	if (rc == RC_NOSPC && ballast_drop(s)) {
		rc = journal_settle(s->journal, copied, NULL, reterr);
	}
	return rc;
}

static enum rc
build_in(struct shop *s, const char *dir, uint64_t *ret_n, struct err *reterr)
{
	struct journal_head head = journal_head(s->journal);
	struct store_head from = {0};
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
		rc = replay_base(
			s->own->journal_dir, s->keys, fresh, &from, reterr);
	}
	if (rc == RC_OK) {
		rc = replay_walk(s->own->journal_dir, s->keys, &from,
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

/* No room for two: the old one may go when nothing in the journal needs its
 * copies, the last group neither. */
static enum rc
build_in_place(struct shop *s, uint64_t *ret_n, struct err *reterr)
{
	enum rc rc;

	(void)ballast_drop(s);
	rc = journal_settle(s->journal, false, NULL, reterr);
	if (rc == RC_OK) {
		rc = shop_walk(
			s, shop_begin(s), 0, journal_is_whole, NULL, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	store_close(s->store);
	s->store = NULL;
	return build_in(s, s->own->store_dir, ret_n, reterr);
}

static enum rc
swap_in(struct shop *s, const char *new_, const char *old, struct err *reterr)
{
	enum rc rc;

	store_close(s->store);
	s->store = NULL;
	store_salvage_close(s->own->salvage);
	s->own->salvage = NULL;
	if (rename(s->own->store_dir, old) != 0 ||
		rename(new_, s->own->store_dir) != 0) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot put the new store in place of %s",
			s->own->store_dir);
	}
	/* the old one stands until the new one has its name for certain */
	rc = file_sync_dir(s->dir, reterr);
	if (rc == RC_OK) {
		remove_dir(old);
	}
	return rc;
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
	if (rc == RC_CORRUPT && recovery_mend(s, reterr) == RC_OK) {
		rc = recovery_journal(s, reterr);
		if (rc == RC_OK) {
			rc = build_in(s, new_, ret_n, reterr);
		}
	}
	if (rc == RC_OK) {
		return swap_in(s, new_, old, reterr);
	}
	remove_dir(new_);
	return rc == RC_NOSPC && s->journal != NULL
		       ? build_in_place(s, ret_n, reterr)
		       : rc;
}

static enum rc
rebuild(struct shop *s, uint64_t *ret_n, struct err *reterr)
{
	uint64_t n = 0;
	enum rc rc = build_beside(s, &n, reterr);

	if (s->journal == NULL) {
		/* mending failed half way: the journal must be had again */
		(void)!recovery_journal(s, NULL);
	}
	if (rc == RC_OK && s->store == NULL) {
		rc = recovery_open_store(s, reterr);
	}
	if (rc == RC_OK) {
		s->recovered.rebuilt = true;
		s->recovered.replayed += (int64_t)n;
		*ret_n = n;
	}
	return rc;
}

enum rc
recovery_rebuild(struct shop *s, uint64_t *ret_n, struct err *reterr)
{
	enum rc rc = rebuild(s, ret_n, reterr);

	if (rc == RC_OK) {
		return recovery_settle(s, reterr);
	}
	if (recovery_settle(s, NULL) != RC_OK) {
		journal_close(s->journal);
		s->journal = NULL;
	}
	return rc;
}

/* The store was told of more than the journal holds: those lines are final,
 * and signed. */
static enum rc
take_ahead(struct shop *s, struct journal_head *want, struct err *reterr)
{
	struct err e = {0};
	enum rc rc = recovery_mend(s, &e);

	if (rc == RC_OK) {
		rc = recovery_journal(s, &e);
	}
	if (rc != RC_OK) {
		if (s->journal == NULL) {
			(void)!recovery_journal(s, NULL);
		}
		/* no RC_CORRUPT: the store must not be made anew for it */
		return err_set(reterr, RC_IO, 0, __func__,
			"the store holds sales that the journal lacks and "
			"cannot take: %s",
			e.msg);
	}
	*want = journal_head(s->journal);
	return RC_OK;
}

/* Replay what the store lacks; one that followed another journal is made
 * anew. */
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
	if (have.applied > want.sequence) {
		rc = take_ahead(s, &want, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	if (have.applied == want.sequence &&
		memcmp(have.hash, want.hash, HASH_BYTES) != 0) {
		return err_set(reterr, RC_CORRUPT, 0, __func__,
			"the store is not this journal's");
	}
	if (have.applied == want.sequence) {
		return RC_OK;
	}
	if ((want.sequence - have.applied > FOLLOW_MAX &&
		    want.sequence / 2 > have.applied) ||
		have.applied + 1 < shop_begin(s)) {
		/* most of it is missing: making it anew is less work; or what
		 * comes next was purged, and a base stands for it */
		return rebuild(s, &n, reterr);
	}
	rc = replay_walk(s->own->journal_dir, s->keys, &have, want.sequence,
		s->store, &n, reterr);
	if (rc == RC_OK) {
		/* what a failed flush lost of the commits before is not made
		 * good by the next one */
		rc = store_sync(s->store, reterr);
	}
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
		rc = rebuild(s, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = recovery_settle(s, reterr);
	}
	if (rc == RC_OK) {
		uint64_t head = journal_head(s->journal).sequence;

		if (watermark_read(s->own->journal_dir) < head) {
			(void)!watermark_write(s->own->journal_dir, head, NULL);
		}
	}
	return rc;
}

/* A purge is over when no segment is left that its line took away, and no
 * older base: not one of them goes before it is certain that the base holds
 * that the line names. */
static void
finish_purge(const char *dir, const struct store_past *past)
{
	struct journal_segment first;
	struct purge_base b;
	bool older = false;
	unsigned n = 0;

	if (journal_first(dir, &first, NULL) != RC_OK ||
		purge_base_named(dir, past->purged, &b, &older, NULL) !=
			RC_OK ||
		b.number == 0 || first.first == 0 ||
		(first.first > past->purged && !older)) {
		return;
	}
	if (purge_base_sum(dir, &b, NULL) == RC_OK &&
		memcmp(b.sum, past->base, HASH_BYTES) == 0 &&
		journal_cut(dir, b.number, &n, NULL) == RC_OK) {
		purge_base_tidy(dir, past->purged, past->purged);
	}
}

void
recovery_purge(struct shop *s)
{
	const char *dir = s->own->journal_dir;
	struct store_past past;
	char path[PATH_BYTES];

	if (shop_path(s, PURGE_SCRATCH, path, NULL) == RC_OK &&
		access(path, F_OK) == 0) {
		remove_dir(path);
	}
	if (s->store == NULL || store_past(s->store, &past, NULL) != RC_OK) {
		return;
	}
	purge_base_tidy(dir, 0, past.purged);
	if (past.purged != 0) {
		finish_purge(dir, &past);
	}
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
