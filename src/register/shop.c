/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register/shop_internal.h"

#include "base/poison.h"

enum rc
shop_path(const struct shop *s, const char *name, char out[PATH_BYTES],
	struct err *reterr)
{
	enum rc rc = path_join(out, PATH_BYTES, s->dir, name);

	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, __func__,
			"the path %s/%s is too long; choose a shorter "
			"--store",
			s->dir, name);
	}
	return RC_OK;
}

enum rc
shop_hand_on(enum rc rc, const struct err *e, struct err *reterr)
{
	if (reterr != NULL) {
		*reterr = *e;
	}
	return rc;
}

void
shop_look_only(struct shop *s, const struct err *e)
{
	struct sbuf b;

	s->read_only = true;
	sbuf_init(&b, s->trouble, sizeof(s->trouble));
	sbuf_puts(&b, "look-up only, nothing can be sold: ");
	sbuf_puts(&b, e->msg);
}

/* --- parts of opening ----------------------------------------------------- */

static enum rc
need_store(const struct shop *s, struct err *reterr)
{
	char path[PATH_BYTES];
	struct stat st;
	enum rc rc = shop_path(s, "keys", path, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"no store at %s; make one with 'holdfast init' or "
			"name another with --store",
			s->dir);
	}
	return RC_OK;
}

/* Others hold the lock for a moment only when they ask whether anybody has
 * it; a register keeps it. */
static enum rc
take_lock(struct shop *s, struct err *reterr)
{
	char path[PATH_BYTES];
	struct mono begin = clock_read(&s->own->real).mono;
	enum rc rc = shop_path(s, "lock", path, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	for (;;) {
		rc = file_lock(path, &s->lock_fd, reterr);
		if (rc != RC_BUSY ||
			clock_read(&s->own->real).mono.us - begin.us >
				SHOP_LOCK_TRY_US) {
			break;
		}
		(void)poll(NULL, 0, 5);
	}
	if (rc == RC_BUSY) {
		return err_set(reterr, RC_BUSY, 0, __func__,
			"another register works on %s; close it first", s->dir);
	}
	return rc;
}

static enum rc
allocate(struct shop *s, struct err *reterr)
{
	struct shop_own *o = s->own;
	size_t n = wire_arena_bytes(WIRE_LINE_BYTES);

	o->line_buf = malloc(SHOP_BUF_BYTES);
	o->read_buf = malloc(WIRE_LINE_BYTES + 1);
	o->arena_memory = malloc(n);
	if (o->line_buf == NULL || o->read_buf == NULL ||
		o->arena_memory == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to open %s; close programs and try again",
			s->dir);
	}
	arena_init(&o->arena, o->arena_memory, n);
	return RC_OK;
}

/* The store knows as well, when no segment's header can be read. */
static enum rc
identify_by_store(struct shop *s, struct journal_info *info)
{
	struct store_state st;
	struct store_head head;

	if (s->store == NULL || store_head(s->store, &head, NULL) != RC_OK ||
		store_state(s->store, &st, NULL) != RC_OK || !st.initialized) {
		return RC_NOTFOUND;
	}
	memcpy(info->reg, st.reg, UUID_BYTES);
	info->epoch = head.epoch;
	return RC_OK;
}

/* Who this register is. */
static enum rc
identify(struct shop *s, const struct shop_conf *conf,
	const struct shop_ids *ids, struct err *reterr)
{
	struct journal_info info = {0};
	enum rc rc;

	if (ids != NULL) {
		memcpy(s->own->tenant, ids->tenant, UUID_BYTES);
		memcpy(s->own->store, ids->store, UUID_BYTES);
		memcpy(s->own->reg, ids->reg, UUID_BYTES);
		s->own->epoch = 1;
		return RC_OK;
	}
	rc = journal_info(s->own->journal_dir, &info, reterr);
	if (rc == RC_NOTFOUND || rc == RC_CORRUPT) {
		rc = identify_by_store(s, &info);
	}
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_CORRUPT, 0, __func__,
			"%s holds no journal; restore a backup with "
			"'holdfast restore'",
			s->dir);
	}
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(s->own->reg, info.reg, UUID_BYTES);
	s->own->epoch = conf->epoch > info.epoch ? conf->epoch : info.epoch;
	return RC_OK;
}

enum rc
shop_refresh(struct shop *s, struct err *reterr)
{
	struct store_state st;
	enum rc rc;

	if (s->store == NULL || s->store_behind) {
		return RC_AGAIN;
	}
	rc = store_state(s->store, &st, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	s->state = st;
	if (st.initialized) {
		memcpy(s->own->tenant, st.tenant, UUID_BYTES);
		memcpy(s->own->store, st.store, UUID_BYTES);
	}
	if (strcmp(st.config, s->config_version) != 0) {
		rc = shop_load_config(s, reterr);
	}
	return rc;
}

/* The last event tells what the clock showed; beside a running register that
 * is nobody's business. */
static void
resume_clock(struct shop *s)
{
	const struct event *last = NULL;
	struct journal_head head = journal_head(s->journal);

	if (head.sequence == 0 ||
		shop_event(s, head.sequence, NULL, &last, NULL) != RC_OK) {
		last = NULL;
	}
	stamp_start(s, last);
}

static enum rc
open_beside(struct shop *s, struct err *reterr)
{
	struct err e = {0};
	enum rc rc;

	rc = store_open(s->own->store_dir, s->keys, &s->rng, STORE_READ,
		s->own->map_bytes, &s->store, &e);
	if (rc == RC_OK) {
		rc = shop_refresh(s, &e);
	}
	if (rc != RC_OK) {
		store_close(s->store);
		s->store = NULL;
		if (rc != RC_CORRUPT && rc != RC_NOTFOUND) {
			return shop_hand_on(rc, &e, reterr);
		}
		/* the journal can still be read */
		(void)err_set(&e, RC_CORRUPT, 0, __func__,
			"the store in %s is damaged; run 'holdfast rebuild'",
			s->dir);
		memcpy(s->trouble, e.msg, sizeof(s->trouble));
	}
	return RC_OK;
}

/* Nothing can be written: sell nothing, look everything up. */
static enum rc
open_look_only(struct shop *s, const struct err *why, struct err *reterr)
{
	enum rc rc;

	journal_close(s->journal);
	s->journal = NULL;
	store_close(s->store);
	s->store = NULL;
	rc = open_beside(s, reterr);
	shop_look_only(s, why);
	return rc;
}

static bool
cannot_write(enum rc rc)
{
	return rc == RC_IO || rc == RC_NOSPC;
}

static enum rc
recover(struct shop *s, const struct shop_conf *conf,
	const struct shop_ids *ids, struct err *reterr)
{
	struct err e = {0};
	enum rc rc;

	s->recovered.tail = "clean";
	store_guard(s->own->store_dir);
	/* Before the journal, for the sequence it knows and the copies it
	 * holds; what is wrong with it is put right behind the journal. */
	rc = recovery_open_store(s, &e);
	if (cannot_write(rc)) {
		/* without what it knows no byte of the tail may be judged */
		return open_look_only(s, &e, reterr);
	}
	if (rc != RC_OK && rc != RC_CORRUPT) {
		return shop_hand_on(rc, &e, reterr);
	}
	rc = identify(s, conf, ids, &e);
	if (rc == RC_OK) {
		rc = recovery_journal(s, &e);
	}
	if (rc == RC_OK) {
		rc = recovery_store(s, &e);
	}
	if (cannot_write(rc)) {
		return open_look_only(s, &e, reterr);
	}
	if (rc != RC_OK) {
		return shop_hand_on(rc, &e, reterr);
	}
	rc = shop_refresh(s, reterr);
	if (rc == RC_OK) {
		resume_clock(s);
		recovery_catalog(s);
		recovery_purge(s);
	}
	return rc;
}

void
shop_note_recovered(struct shop *s, const char *when)
{
	struct event_recovered *r = &s->recovered;
	struct sbuf b;

	if (s->read_only || (r->dropped_bytes == 0 && r->replayed == 0 &&
				    !r->rebuilt && r->repaired == 0)) {
		return;
	}
	sbuf_init(&b, s->own->recovered_why, sizeof(s->own->recovered_why));
	sbuf_puts(&b, when);
	sbuf_putc(&b, ':');
	if (r->dropped_bytes != 0) {
		sbuf_puts(&b, " a write was cut short and dropped;");
	}
	if (r->repaired != 0) {
		sbuf_puts(&b, " the journal was mended from the store;");
	}
	if (r->rebuilt) {
		sbuf_puts(&b, " the store was made anew;");
	} else if (r->replayed != 0) {
		sbuf_puts(&b, " the store caught up with the journal;");
	}
	sbuf_cut(&b, b.len - 1);
	r->why = s->own->recovered_why;
	s->own->recovered_due = true;
}

/* --- open and close ------------------------------------------------------- */

static enum rc
open_for_writing(struct shop *s, const struct shop_conf *conf,
	const struct shop_ids *ids, struct err *reterr)
{
	enum rc rc;

	rc = recover(s, conf, ids, reterr);
	if (rc != RC_OK || s->read_only || ids != NULL) {
		return rc;
	}
	if (!s->state.initialized) {
		return err_set(reterr, RC_CORRUPT, 0, __func__,
			"%s was never finished by 'holdfast init'; remove it "
			"and run init again",
			s->dir);
	}
	shop_machine_look(s);
	shop_note_recovered(s, "start");
	record_due(s);
	shop_erase_settle(s);
	return RC_OK;
}

static enum rc
open_parts(struct shop *s, const struct shop_conf *conf,
	const struct shop_ids *ids, struct err *reterr)
{
	char path[PATH_BYTES];
	struct err why = {0};
	bool look_only = false;
	enum rc rc;

	rc = need_store(s, reterr);
	if (rc == RC_OK) {
		rc = allocate(s, reterr);
	}
	if (rc == RC_OK && s->mode == SHOP_WRITE) {
		rc = take_lock(s, &why);
		if (rc == RC_IO && why.sys == EROFS) {
			look_only = true;
			rc = RC_OK;
		} else if (rc != RC_OK) {
			(void)shop_hand_on(rc, &why, reterr);
		}
	}
	if (rc == RC_OK) {
		rc = shop_path(s, "keys", path, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_open(path, &conf->key, &s->keys, &why);
		if (rc == RC_NOTFOUND) {
			/* the store lost a part of itself */
			rc = RC_CORRUPT;
			why.rc = rc;
		}
		if (rc != RC_OK) {
			(void)shop_hand_on(rc, &why, reterr);
		}
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (look_only) {
		(void)err_set(&why, RC_IO, EROFS, __func__,
			"%s cannot be written; mount it for writing", s->dir);
		return open_look_only(s, &why, reterr);
	}
	if (s->mode == SHOP_READ) {
		return open_beside(s, reterr);
	}
	return open_for_writing(s, conf, ids, reterr);
}

enum rc
shop_open_ids(const struct shop_conf *conf, const struct shop_ids *ids,
	struct shop **ret, struct err *reterr)
{
	struct shop *s = calloc(1, sizeof(*s));
	struct sbuf b;
	enum rc rc;

	if (s != NULL) {
		s->lock_fd = -1;
		s->own = calloc(1, sizeof(*s->own));
	}
	if (s == NULL || s->own == NULL) {
		free(s);
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to open %s; close programs and try again",
			conf->dir);
	}
	s->mode = conf->mode;
	s->clock = conf->clock;
	s->rng = conf->rng;
	s->own->real = clock_system();
	s->own->segment_bytes = conf->segment_bytes;
	s->own->map_bytes = conf->map_bytes;
	s->own->archive = conf->archive;
	sbuf_init(&b, s->dir, sizeof(s->dir));
	sbuf_puts(&b, conf->dir);
	rc = sbuf_ok(&b) ? shop_path(s, "journal", s->own->journal_dir, reterr)
			 : err_set(reterr, RC_RANGE, 0, __func__,
				   "the path of the store is too long");
	if (rc == RC_OK) {
		rc = shop_path(s, "store", s->own->store_dir, reterr);
	}
	if (rc == RC_OK) {
		rc = open_parts(s, conf, ids, reterr);
	}
	if (rc != RC_OK) {
		shop_close(s);
		return rc;
	}
	*ret = s;
	return RC_OK;
}

enum rc
shop_open(const struct shop_conf *conf, struct shop **ret, struct err *reterr)
{
	char path[PATH_BYTES];
	struct stat st;

	if (path_join(path, sizeof(path), conf->dir, SHOP_UNFINISHED) ==
			RC_OK &&
		stat(path, &st) == 0) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"%s is no store yet, its making was cut short: run "
			"the same 'holdfast init' again",
			conf->dir);
	}
	return shop_open_ids(conf, NULL, ret, reterr);
}

/* Lines in the clear do not outlive the shop. */
static void
wipe(struct shop_own *o)
{
	if (o->line_buf != NULL) {
		crypto_wipe(o->line_buf, o->line_most);
	}
	if (o->read_buf != NULL) {
		crypto_wipe(o->read_buf, o->read_most);
	}
	arena_wipe(&o->arena);
	crypto_wipe(&o->event, sizeof(o->event));
}

void
shop_close(struct shop *s)
{
	if (s == NULL) {
		return;
	}
	if (s->journal != NULL && s->store != NULL) {
		record_due(s);
	}
	journal_close(s->journal);
	store_close(s->store);
	if (s->own != NULL) {
		store_salvage_close(s->own->salvage);
	}
	keys_close(s->keys);
	if (s->lock_fd >= 0) {
		(void)close(s->lock_fd);
	}
	if (s->own != NULL) {
		wipe(s->own);
		free(s->own->line_buf);
		free(s->own->read_buf);
		free(s->own->arena_memory);
		free(s->own);
	}
	config_release(&s->config);
	free(s);
}
