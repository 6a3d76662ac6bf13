/* SPDX-License-Identifier: Apache-2.0 */
#include "register/purge.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "register/archive_internal.h"
#include "register/backup_internal.h"
#include "register/purge_base.h"
#include "register/shop_internal.h"

#include "base/poison.h"

#define DAY_US ((int64_t)86400 * 1000000)

struct purge {
	struct shop *shop;
	const struct purge_opts *o;
	struct archive_loaded l;
	struct journal_segment *seg;
	size_t n_seg;
	size_t n; /* of them to go */
	struct purge_base base;
	char scratch[PATH_BYTES];
	struct purge_result *r;
	bool linked; /* to a hub, which has a second copy up to durable */
	uint64_t durable;
};

/* --- may it go? ----------------------------------------------------------- */

static enum rc
check_archive(struct purge *p, struct err *reterr)
{
	struct archive_look look = {.dir = p->o->archive,
		.keys = p->shop->keys,
		.pub = keys_sign_public(p->shop->keys)};
	struct archive_verdict *v = calloc(1, sizeof(*v));
	enum rc rc;

	if (v == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "purge",
			"no memory to read the archive");
	}
	rc = archive_verify(&look, v, reterr);
	if (rc == RC_OK && !v->ok) {
		rc = err_set(reterr, RC_CORRUPT, 0, "purge",
			"the archive does not hold, nothing was removed: %s",
			v->problem[0]);
	}
	free(v);
	if (rc == RC_OK) {
		rc = archive_load(p->o->archive, &p->l, reterr);
	}
	if (rc == RC_OK &&
		memcmp(p->l.m.reg, p->shop->state.reg, UUID_BYTES) != 0) {
		rc = err_set(reterr, RC_CORRUPT, 0, "purge",
			"%s is another register's archive: name one of this "
			"register",
			p->o->archive);
	}
	p->r->archive = p->l.m.number;
	return rc;
}

static enum rc
check_medium(struct purge *p, struct err *reterr)
{
	struct stat here, there;

	if (p->shop->config.archive_any) {
		return RC_OK;
	}
	if (stat(p->shop->own->journal_dir, &here) != 0 ||
		stat(p->o->archive, &there) != 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "purge",
			"cannot look at %s", p->o->archive);
	}
	if (here.st_dev == there.st_dev) {
		return err_set(reterr, RC_DENIED, 0, "purge",
			"%s is on the disk of the store: copy it to another "
			"one and name that, or set archive.medium to any",
			p->o->archive);
	}
	return RC_OK;
}

static const struct archive_file *
archived(const struct purge *p, const struct journal_segment *s)
{
	for (size_t i = 0; i < p->l.m.n_file; i++) {
		const struct archive_file *f = &p->l.m.file[i];

		if (strncmp(f->path, "journal/", 8) == 0 &&
			strcmp(f->path + 8, s->name) == 0) {
			return f;
		}
	}
	return NULL;
}

/* The same bytes, all of them: the archive may have ended within it. */
static enum rc
is_archived(struct purge *p, const struct journal_segment *s, bool *ret,
	struct err *reterr)
{
	const struct archive_file *f = archived(p, s);
	char path[PATH_BYTES], copy[PATH_BYTES], hash[2 * HASH_BYTES + 1];
	uint64_t bytes = 0;
	enum rc rc;

	*ret = false;
	if (f == NULL || f->last != (int64_t)s->last ||
		f->bytes != (int64_t)s->bytes) {
		return RC_OK;
	}
	/* a file is cut to what counts when it is sealed; where that failed
	 * it is longer than its copy */
	rc = path_join(path, sizeof(path), p->shop->own->journal_dir, s->name);
	if (rc == RC_OK) {
		rc = path_join(copy, sizeof(copy), p->o->archive, f->path);
	}
	if (rc == RC_OK) {
		rc = hash_begin(path, s->bytes, hash, &bytes, reterr);
	}
	if (rc == RC_OK && strcmp(hash, f->sha256) != 0) {
		rc = err_set(reterr, RC_CORRUPT, 0, "purge",
			"%s is not what the archive holds of it: run "
			"'holdfast verify'",
			path);
	}
	*ret = rc == RC_OK && bytes == s->bytes;
	return rc;
}

struct utc
purge_now(const struct shop *s)
{
	struct utc now = clock_read(&s->clock).utc;
	struct utc last = s->own->last_time;

	return now.us < last.us ? now : last;
}

static enum rc
is_old(struct purge *p, const struct journal_segment *s, bool *ret,
	struct err *reterr)
{
	const struct event *e = NULL;
	int64_t days = p->o->keep_days != 0 ? p->o->keep_days
					    : p->shop->config.keep_days;
	enum rc rc = shop_event(p->shop, s->last, NULL, &e, reterr);

	*ret = rc == RC_OK && e->time.us <= p->o->now.us - days * DAY_US;
	return rc;
}

/* What the hub may yet have to be sent again stays. */
static bool
is_sent(const struct purge *p, const struct journal_segment *s)
{
	return !p->linked || p->o->beyond || s->last <= p->durable;
}

static enum rc
look_at_hub(struct purge *p, struct err *reterr)
{
	struct store_hub hub;
	enum rc rc = store_hub(p->shop->store, &hub, reterr);

	p->linked = rc == RC_OK;
	p->durable = rc == RC_OK ? hub.durable : 0;
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* How many of the oldest segments: never the newest, and never one behind one
 * that stays. */
static enum rc
choose(struct purge *p, struct err *reterr)
{
	struct store_head head;
	bool yes = true;
	enum rc rc = store_head(p->shop->store, &head, reterr);

	if (rc == RC_OK) {
		rc = journal_segments(p->shop->own->journal_dir, head.applied,
			&p->seg, &p->n_seg, reterr);
	}
	while (rc == RC_OK && yes && p->n + 1 < p->n_seg) {
		rc = is_old(p, &p->seg[p->n], &yes, reterr);
		if (rc == RC_OK && yes && !is_sent(p, &p->seg[p->n])) {
			yes = false;
			p->r->unsent = true;
		}
		if (rc == RC_OK && yes) {
			rc = is_archived(p, &p->seg[p->n], &yes, reterr);
		}
		p->n += rc == RC_OK && yes;
	}
	return rc;
}

static enum rc
may_purge(struct purge *p, struct err *reterr)
{
	const struct config *c = &p->shop->config;
	enum rc rc;

	if (p->shop->read_only || !shop_ready(p->shop)) {
		return err_set(
			reterr, RC_IO, 0, "purge", "%s", p->shop->trouble);
	}
	if (p->o->keep_days != 0 && p->o->keep_days < c->keep_days) {
		return err_set(reterr, RC_DENIED, 0, "purge",
			"archive.keep_days is %d: --keep may be more, not less",
			c->keep_days);
	}
	rc = check_archive(p, reterr);
	return rc == RC_OK ? check_medium(p, reterr) : rc;
}

/* --- what stands in their place ------------------------------------------- */

static void
drop_scratch(struct purge *p)
{
	(void)!store_remove(p->scratch, NULL);
	(void)rmdir(p->scratch);
}

static enum rc
open_scratch(struct purge *p, struct store **ret, struct err *reterr)
{
	drop_scratch(p);
	if (mkdir(p->scratch, 0700) != 0 && errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, "purge",
			"cannot make %s", p->scratch);
	}
	return store_open(p->scratch, p->shop->keys, &p->shop->rng,
		STORE_SCRATCH, p->shop->own->map_bytes, ret, reterr);
}

/* The store as it was behind the last line that goes. */
static enum rc
write_base(struct purge *p, struct err *reterr)
{
	const char *dir = p->shop->own->journal_dir;
	const struct journal_segment *last = &p->seg[p->n - 1];
	struct store_head from, head;
	struct store *made = NULL;
	uint64_t n = 0;
	enum rc rc = open_scratch(p, &made, reterr);

	if (rc == RC_OK) {
		/* a store made of the base is to have the same keys */
		rc = store_index_like(made, p->shop->store, reterr);
	}
	if (rc == RC_OK) {
		rc = replay_base(dir, p->shop->keys, made, &from, reterr);
	}
	if (rc == RC_OK) {
		rc = replay_walk(dir, p->shop->keys, &from, last->last, made,
			&n, reterr);
	}
	if (rc == RC_OK) {
		rc = store_finish(made, reterr);
	}
	if (rc == RC_OK) {
		rc = store_head(made, &head, reterr);
	}
	if (rc == RC_OK) {
		p->base.number = last->number;
		p->base.sequence = head.applied;
		p->base.epoch = head.epoch;
		memcpy(p->base.hash, head.hash, HASH_BYTES);
		memcpy(p->base.reg, p->shop->state.reg, UUID_BYTES);
		rc = purge_base_write(dir, p->shop->keys, &p->shop->rng, made,
			&p->base, reterr);
	}
	store_close(made);
	return rc;
}

/* What will be all there is of them is read before they go. */
static enum rc
read_base(struct purge *p, struct err *reterr)
{
	const char *dir = p->shop->own->journal_dir;
	struct purge_base b;
	struct store *made = NULL;
	enum rc rc = purge_base_read(dir, p->base.number, &b, reterr);

	if (rc == RC_OK) {
		rc = purge_base_sum(dir, &b, reterr);
	}
	if (rc == RC_OK && memcmp(b.sum, p->base.sum, HASH_BYTES) != 0) {
		rc = err_set(reterr, RC_CORRUPT, 0, "purge",
			"what was written to %s does not read back: replace "
			"the disk",
			dir);
	}
	if (rc == RC_OK) {
		rc = open_scratch(p, &made, reterr);
	}
	if (rc == RC_OK) {
		rc = purge_base_load(dir, p->shop->keys, &b, made, reterr);
	}
	store_close(made);
	return rc;
}

/* --- and they go ---------------------------------------------------------- */

static enum rc
record(struct purge *p, struct err *reterr)
{
	char base[2 * HASH_BYTES + 1], last[2 * HASH_BYTES + 1];
	struct event ev[3] = {{0}};
	size_t n = 0;
	enum rc rc;

	for (size_t i = 0; i < ARRAY_LEN(p->o->given); i++) {
		if (p->o->given[i] != NULL &&
			p->o->given[i]->type != EVENT_TYPE_COUNT) {
			ev[n++] = *p->o->given[i];
		}
	}
	hex_encode(base, p->base.sum, HASH_BYTES);
	hex_encode(last, p->base.hash, HASH_BYTES);
	ev[n].type = EVENT_JOURNAL_PURGED;
	ev[n].data.purge.archive = p->r->archive;
	ev[n].data.purge.first = (int64_t)p->seg[0].first;
	ev[n].data.purge.last = (int64_t)p->base.sequence;
	ev[n].data.purge.last_hash = last;
	ev[n].data.purge.base = base;
	ev[n].data.purge.reason = p->o->reason;
	ev[n].data.purge.approver = p->o->approver;
	n++;
	rc = shop_record(p->shop, ev, n, p->o->actor, NULL, NULL, reterr);
	if (rc == RC_OK) {
		p->r->sequence = ev[n - 1].sequence;
		p->r->segments = (int64_t)p->n;
		p->r->first = p->seg[0].first;
		p->r->last = p->base.sequence;
	}
	return rc;
}

enum rc
purge_run(struct shop *s, const struct purge_opts *opts,
	struct purge_result *ret, struct err *reterr)
{
	struct purge p = {.shop = s, .o = opts, .r = ret};
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = shop_path(s, PURGE_SCRATCH, p.scratch, reterr);
	if (rc == RC_OK) {
		rc = may_purge(&p, reterr);
	}
	if (rc == RC_OK) {
		rc = look_at_hub(&p, reterr);
	}
	if (rc == RC_OK) {
		rc = choose(&p, reterr);
	}
	if (rc == RC_OK && p.n > 0) {
		rc = write_base(&p, reterr);
		if (rc == RC_OK) {
			rc = read_base(&p, reterr);
		}
		drop_scratch(&p);
		if (rc == RC_OK) {
			rc = record(&p, reterr);
		}
		if (rc == RC_OK) {
			/* from here on a start would do it as well */
			recovery_purge(s);
		}
	}
	ret->begin = shop_begin(s);
	archive_unload(&p.l);
	free(p.seg);
	return rc;
}
