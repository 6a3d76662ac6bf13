/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys_internal.h"
#include "base/keys_reader.h"

#include "base/poison.h"

static const char *const levels[] = {"device", "master", "recovery"};
static const char *const sources[] = {"key-file", "passphrase", "credential"};

const char *
keys_level_name(enum keys_level level)
{
	return levels[level];
}

const char *
keys_source_name(enum keys_source source)
{
	return sources[source];
}

/* --- what there is ------------------------------------------------------- */

/* Whether what the note tells of has happened. */
static bool
is_done(const struct change_file *c, const struct keys_status *st)
{
	switch (c->what.level) {
	case KEYS_LEVEL_DEVICE:
		return st->device >= c->what.generation;
	case KEYS_LEVEL_MASTER:
		return st->master >= c->what.generation;
	case KEYS_LEVEL_RECOVERY:
	default:
		return st->recovery;
	}
}

static enum rc
look(const char *dir, struct keys_status *ret, struct change_file *c,
	struct err *reterr)
{
	struct master_file *m = malloc(sizeof(*m));
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (m == NULL) {
		return keys_no_memory(reterr);
	}
	rc = master_read(dir, m, reterr);
	if (rc != RC_OK) {
		goto out;
	}
	ret->source = m->source.kind;
	memcpy(ret->name, m->source.path, sizeof(ret->name));
	ret->device = m->device;
	ret->master = m->n;
	ret->device_us = m->device_us;
	ret->master_us = m->since_us[m->n - 1];
	rc = recovery_head(
		dir, ret->recovery_public, &ret->recovery_master, reterr);
	ret->recovery = rc == RC_OK;
	if (rc == RC_OK || rc == RC_NOTFOUND) {
		rc = change_read(dir, c, reterr);
		ret->pending = rc == RC_OK && is_done(c, ret);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
out:
	free(m);
	return rc;
}

_Static_assert(KEYS_NAME_BYTES == PATH_BYTES, "a path is a name");

enum rc
keys_status(const char *dir, struct keys_status *ret, struct err *reterr)
{
	struct change_file c;

	return look(dir, ret, &c, reterr);
}

enum rc
keys_pending_in(const char *dir, struct keys_change *ret, struct err *reterr)
{
	struct keys_status st;
	struct change_file c;
	enum rc rc = look(dir, &st, &c, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	*ret = c.what;
	return st.pending ? RC_OK : RC_NOTFOUND;
}

bool
keys_pending(const struct keys *k, struct keys_change *ret)
{
	return keys_pending_in(k->dir, ret, NULL) == RC_OK;
}

enum rc
keys_pending_done(const struct keys *k, struct err *reterr)
{
	return change_remove(k->dir, reterr);
}

/* --- changing ------------------------------------------------------------ */

struct work {
	struct keys_secret secret;
	uint8_t device[KEY_BYTES];
	uint8_t fresh[KEY_BYTES];
	struct master_file m; /* no secret, but here it is at hand */
	struct source source;
	int lock;
};

static struct work *
work_new(struct err *reterr)
{
	struct work *w = crypto_secret_new(sizeof(*w));

	if (w == NULL) {
		(void)keys_no_memory(reterr);
	} else {
		w->lock = -1;
	}
	return w;
}

static void
work_free(struct work *w)
{
	if (w != NULL && w->lock >= 0) {
		(void)close(w->lock);
	}
	crypto_secret_free(w);
}

/* From here nobody else writes; what was read before still holds, and no
 * other change waits for its line. */
static enum rc
begin(const char *dir, struct work *w, struct err *reterr)
{
	struct keys_status st;
	enum rc rc;

	w->lock = keys_lock(dir, reterr);
	if (w->lock < 0) {
		return RC_IO;
	}
	rc = keys_status(dir, &st, reterr);
	if (rc == RC_OK && st.pending) {
		return err_set(reterr, RC_EXISTS, 0, "keys",
			"a change of the keys is not recorded yet: start the "
			"register, or run the command again");
	}
	return rc;
}

/* The same, with the master keys opened by the key the store has now. */
static enum rc
begin_proved(const char *dir, struct work *w, struct err *reterr)
{
	enum rc rc = begin(dir, w, reterr);

	if (rc == RC_OK) {
		rc = master_read(dir, &w->m, reterr);
	}
	if (rc == RC_OK && master_open(&w->m, w->device, &w->secret) != RC_OK) {
		rc = err_set(reterr, RC_BUSY, 0, "keys",
			"the keys were changed meanwhile: try again");
	}
	return rc;
}

/* keys/source says what is in the new file of the master key now. */
static enum rc
drop_source(const char *dir, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = keys_path(path, dir, "source", reterr);

	if (rc == RC_OK && unlink(path) != 0 && errno != ENOENT) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "keys",
			"cannot remove %s", path);
	}
	return rc == RC_OK ? file_sync_dir(dir, reterr) : rc;
}

/* w->fresh, of w->source, takes the place of the device key. */
static enum rc
put_device(const char *dir, struct work *w, const struct rng *r, int64_t now_us,
	struct keys_change *ret, struct err *reterr)
{
	struct change_file c = {.what = {KEYS_LEVEL_DEVICE, w->m.device + 1}};
	enum rc rc;

	assert(w->m.n > 0 && w->m.n <= w->secret.n); /* no master key is lost */
	rc = change_write(dir, &c, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	w->m.format = 2;
	w->m.source = w->source;
	w->m.device++;
	w->m.device_us = now_us;
	rc = master_write(dir, &w->m, w->fresh, &w->secret, r, reterr);
	if (rc == RC_OK) {
		rc = drop_source(dir, reterr);
	}
	*ret = c.what;
	return rc;
}

enum rc
keys_rotate_device(const char *dir, const struct keys_offer *old,
	const struct keys_offer *fresh, const struct rng *r, int64_t now_us,
	struct keys_change *ret, struct err *reterr)
{
	struct work *w = work_new(reterr);
	enum rc rc = RC_NOMEM;

	if (w == NULL) {
		return rc;
	}
	rc = master_prove(dir, old, &w->m, w->device, &w->secret, reterr);
	if (rc == RC_OK) {
		rc = keys_source_make(fresh, r, &w->source, w->fresh, reterr);
	}
	if (rc == RC_OK && crypto_equal(w->device, w->fresh, KEY_BYTES)) {
		rc = err_set(reterr, RC_INVAL, 0, "keys",
			"this is the key the store has already: give another");
	}
	if (rc == RC_OK) {
		rc = begin_proved(dir, w, reterr);
	}
	if (rc == RC_OK) {
		rc = put_device(dir, w, r, now_us, ret, reterr);
	}
	work_free(w);
	return rc;
}

static enum rc
put_master(const char *dir, struct work *w, const struct rng *r, int64_t now_us,
	struct keys_change *ret, struct err *reterr)
{
	struct change_file c = {
		.what = {KEYS_LEVEL_MASTER, w->m.n + 1}, .handed = true};
	bool had_source = w->m.format == 1;
	enum rc rc;

	if (w->m.n == KEYS_GENERATIONS) {
		return err_set(reterr, RC_RANGE, 0, "keys",
			"this store has had %u master keys, and there is no "
			"room for more: begin a new store",
			KEYS_GENERATIONS);
	}
	keys_derive(&w->secret);
	rng_fill(r, w->secret.master[w->m.n], KEY_BYTES);
	change_box(&w->secret, c.what.generation, r, w->secret.master[w->m.n],
		c.box);
	w->secret.n++;
	w->m.format = 2;
	w->m.since_us[w->m.n++] = now_us;
	rc = change_write(dir, &c, reterr);
	if (rc == RC_OK) {
		/* first: what is there can always be recovered */
		rc = recovery_renew(dir, &w->secret, reterr);
	}
	if (rc == RC_OK) {
		rc = master_write(dir, &w->m, w->device, &w->secret, r, reterr);
	}
	if (rc == RC_OK && had_source) {
		rc = drop_source(dir, reterr);
	}
	*ret = c.what;
	return rc;
}

enum rc
keys_rotate_master(const char *dir, const struct keys_offer *offer,
	const struct rng *r, int64_t now_us, struct keys_change *ret,
	struct err *reterr)
{
	struct work *w = work_new(reterr);
	enum rc rc = RC_NOMEM;

	if (w == NULL) {
		return rc;
	}
	rc = master_prove(dir, offer, &w->m, w->device, &w->secret, reterr);
	if (rc == RC_OK) {
		rc = begin_proved(dir, w, reterr);
	}
	if (rc == RC_OK) {
		rc = put_master(dir, w, r, now_us, ret, reterr);
	}
	work_free(w);
	return rc;
}

/* What is there of the master key's file; of one that is lost or damaged what
 * the recovery key's box held, all but the times. */
static enum rc
read_or_begin(const char *dir, struct work *w, struct err *reterr)
{
	enum rc rc = master_read(dir, &w->m, reterr);

	if (rc == RC_NOTFOUND || rc == RC_CORRUPT) {
		memset(&w->m, 0, sizeof(w->m));
		w->m.n = w->secret.n;
		w->m.device = 1;
		rc = RC_OK;
	}
	return rc;
}

enum rc
keys_recover(const char *dir, const char *text, size_t len,
	const struct keys_offer *fresh, const struct rng *r, int64_t now_us,
	struct keys_change *ret, struct err *reterr)
{
	struct work *w = work_new(reterr);
	enum rc rc = RC_NOMEM;

	if (w == NULL) {
		return rc;
	}
	rc = words_get(text, len, w->device, reterr);
	if (rc == RC_OK) {
		rc = recovery_open(dir, w->device, &w->secret, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_source_make(fresh, r, &w->source, w->fresh, reterr);
	}
	if (rc == RC_OK) {
		w->lock = keys_lock(dir, reterr);
		rc = w->lock < 0 ? RC_IO : read_or_begin(dir, w, reterr);
	}
	if (rc == RC_OK && w->m.n > w->secret.n) {
		rc = err_set(reterr, RC_CORRUPT, 0, "keys",
			"%s/recovery is older than the keys beside it: copy "
			"keys/ from a backup",
			dir);
	}
	if (rc == RC_OK) {
		w->secret.n = w->m.n; /* one that never came to be is in it */
		rc = put_device(dir, w, r, now_us, ret, reterr);
	}
	work_free(w);
	return rc;
}

/* --- taking over --------------------------------------------------------- */

/* The one at the end proves that those before were done. */
static enum rc
renew_all(struct keys *k, const struct rng *r, struct err *reterr)
{
	struct keys_secret *s = k->secret;
	uint8_t file[KEYS_REGISTER_BYTES], seed[SIGN_SEED_BYTES];
	char path[PATH_BYTES];
	const size_t n = SIGN_SEED_BYTES + SEAL_BYTES;
	const uint8_t *box = file + KEYS_REGISTER_HEAD;
	enum rc rc = keys_path(path, k->dir, "register.key", reterr);

	if (rc == RC_OK) {
		rc = keys_register_load(path, file, reterr);
	}
	if (rc != RC_OK || crypto_open(keys_sub(k, KEYS_SIGN), file,
				   KEYS_REGISTER_HEAD, box, n, seed) == RC_OK) {
		crypto_wipe(seed, sizeof(seed));
		return rc;
	}
	rc = keys_unseal(k, KEYS_SIGN, file, KEYS_REGISTER_HEAD, box, n, seed);
	if (rc != RC_OK) {
		return keys_bad(reterr, path);
	}
	rc = keys_people_renew(k, r, reterr);
	if (rc == RC_OK) {
		rc = keys_ring_renew(k, r, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_reader_renew(k, r, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_register_save(k->dir, s, k->pub, seed, r, reterr);
	}
	crypto_wipe(seed, sizeof(seed));
	return rc;
}

enum rc
keys_adopt(struct keys *k, const struct rng *r, struct err *reterr)
{
	struct keys_secret *s = k->secret;
	struct keys_status st;
	struct change_file c;
	enum rc rc = look(k->dir, &st, &c, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (st.master > s->n) {
		if (!st.pending || !c.handed || st.master != s->n + 1 ||
			c.what.generation != st.master ||
			change_unbox(s, st.master, c.box, s->master[s->n]) !=
				RC_OK) {
			return err_set(reterr, RC_CORRUPT, 0, "keys",
				"the keys were changed behind this register: "
				"start it again");
		}
		s->n++;
		keys_derive(s);
	}
	return renew_all(k, r, reterr);
}
