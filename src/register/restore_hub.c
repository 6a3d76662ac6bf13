/* SPDX-License-Identifier: Apache-2.0 */
#include "register/restore_hub.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/conf.h"
#include "base/keys_reader.h"
#include "base/parse.h"
#include "register/backup_internal.h"
#include "register/people.h"
#include "register/restore_lines.h"
#include "register/shop_internal.h"
#include "wire/anchor.h"
#include "wire/persons.h"

#include "base/poison.h"

#define ANCHOR_BYTES ((size_t)8192)
#define HISTORY "sync/history"

struct place {
	char dir[PATH_BYTES], keys[PATH_BYTES], journal[PATH_BYTES];
	char lines[PATH_BYTES], persons[PATH_BYTES], anchor[PATH_BYTES];
	char history[PATH_BYTES];
};

struct finish {
	const struct shop_conf *conf;
	const struct restore_hub *how;
	struct backup_result *result;
	struct place at;
	struct keys *keys;
	struct anchor anchor; /* what the hub signed */
	uint8_t sig[SIG_BYTES];
	unsigned has; /* members of it that were read */
	struct journal_head head;
	struct keys_past past;
	bool peppered; /* PINs of the machine before are PINs here */
};

static enum rc
make_place(const char *dir, struct place *p, struct err *reterr)
{
	size_t n = strlen(dir);
	struct sbuf b;

	while (n > 1 && dir[n - 1] == '/') {
		n--;
	}
	sbuf_init(&b, p->dir, sizeof(p->dir));
	sbuf_write(&b, dir, n);
	sbuf_puts(&b, ".restoring");
	if (!sbuf_ok(&b) ||
		path_join(p->keys, PATH_BYTES, p->dir, "keys") != RC_OK ||
		path_join(p->journal, PATH_BYTES, p->dir, "journal") != RC_OK ||
		path_join(p->history, PATH_BYTES, p->dir, HISTORY) != RC_OK ||
		path_join(p->lines, PATH_BYTES, p->history, "lines") != RC_OK ||
		path_join(p->persons, PATH_BYTES, p->history, "persons") !=
			RC_OK ||
		path_join(p->anchor, PATH_BYTES, p->history, "anchor") !=
			RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "restore", "the path is too long");
	}
	return RC_OK;
}

/* --- the place ------------------------------------------------------------- */

static enum rc
make_parts(const struct place *p, const char *const part[], size_t n,
	struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = path_join(path, sizeof(path), p->dir, part[i]);
		if (rc == RC_OK) {
			rc = dir_make(path, reterr);
		}
	}
	return rc;
}

/* Keys of a place that was never ready were told to nobody. */
static enum rc
make_keys(const struct place *p, const struct shop_conf *conf,
	const char *worker_file, struct err *reterr)
{
	/* what the worker looks into must be there for it */
	static const char *const part[] = {
		"sync", "keys", "journal", "catalog"};
	struct keys *k = NULL;
	enum rc rc;

	dir_remove(p->dir);
	rc = dir_make(p->dir, reterr);
	if (rc == RC_OK) {
		rc = make_parts(p, part, ARRAY_LEN(part), reterr);
	}
	if (rc == RC_OK) {
		rc = keys_create(p->keys, &conf->key, &conf->rng, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_open(p->keys, &conf->key, &k, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_reader_make(k, worker_file, &conf->rng, reterr);
	}
	keys_close(k);
	if (rc == RC_OK) {
		rc = dir_make(p->history, reterr);
	}
	return rc == RC_OK ? file_sync_dir(p->dir, reterr) : rc;
}

enum rc
restore_hub_place(const struct shop_conf *conf, const char *worker_file,
	char ret[PATH_BYTES], bool *ret_fetched, struct err *reterr)
{
	struct place p;
	struct keys *k = NULL;
	enum rc rc = make_place(conf->dir, &p, reterr);

	if (rc == RC_OK) {
		rc = dir_make(conf->dir, reterr); /* RC_EXISTS there is one */
	}
	if (rc != RC_OK) {
		return rc;
	}
	/* the last that is made */
	if (access(p.history, F_OK) == 0) {
		rc = keys_open(p.keys, &conf->key, &k, reterr);
		keys_close(k);
	} else {
		rc = make_keys(&p, conf, worker_file, reterr);
	}
	if (rc != RC_OK) {
		(void)rmdir(conf->dir);
		return rc;
	}
	*ret_fetched = access(p.anchor, F_OK) == 0;
	memcpy(ret, p.dir, PATH_BYTES);
	return RC_OK;
}

/* --- what the hub signed --------------------------------------------------- */

enum {
	HAS_EPOCH = 1,
	HAS_SEQUENCE = 2,
	HAS_HASH = 4,
	HAS_TIME = 8,
	HAS_ANCHOR = 16,
	HAS_ALL = 31
};

static unsigned
anchor_member(struct finish *f, const char *key, const char *v)
{
	const size_t n = strlen(v);
	int64_t number;

	if (strcmp(key, "epoch") == 0) {
		if (parse_i64(v, n, 1, UINT32_MAX, &number) != RC_OK) {
			return 0;
		}
		f->anchor.epoch = (uint32_t)number;
		return HAS_EPOCH;
	}
	if (strcmp(key, "sequence") == 0) {
		if (parse_i64(v, n, 1, INT64_MAX, &number) != RC_OK) {
			return 0;
		}
		f->anchor.sequence = (uint64_t)number;
		return HAS_SEQUENCE;
	}
	if (strcmp(key, "hash") == 0) {
		return hex_decode(f->anchor.hash, HASH_BYTES, v, n) == RC_OK
			       ? HAS_HASH
			       : 0;
	}
	if (strcmp(key, "time") == 0) {
		return utc_parse(v, n, &f->anchor.time) == RC_OK ? HAS_TIME : 0;
	}
	if (strcmp(key, "anchor") == 0) {
		return base64_decode(f->sig, SIG_BYTES, v, n) == RC_OK
			       ? HAS_ANCHOR
			       : 0;
	}
	return 0;
}

static enum rc
on_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct finish *f = arg;

	(void)pos;
	(void)reterr;
	if (key != NULL && strcmp(section, "history") == 0) {
		f->has |= anchor_member(f, key, value);
	}
	return RC_OK;
}

/* Whose it is and who signed it are the link's to say, not the file's. */
static enum rc
read_anchor(struct finish *f, struct err *reterr)
{
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc = file_load(f->at.anchor, ANCHOR_BYTES, &p, &n, reterr);

	if (rc == RC_OK) {
		rc = conf_parse(
			f->at.anchor, (const char *)p, n, on_key, f, reterr);
	}
	free(p);
	if (rc == RC_OK && f->has != HAS_ALL) {
		rc = err_set(reterr, RC_PROTO, 0, "restore",
			"%s does not say what the hub signed", f->at.anchor);
	}
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(f->anchor.reg, f->how->reg, UUID_BYTES);
	return anchor_verify(&f->anchor, f->how->hub_key, f->sig)
		       ? RC_OK
		       : err_set(reterr, RC_CORRUPT, 0, "restore",
				 "the head of the log is not signed by the "
				 "hub: ask who runs it");
}

/* --- the journal ----------------------------------------------------------- */

static enum rc
make_journal(struct finish *f, struct err *reterr)
{
	static const char *const part[] = {
		"journal", "store", "catalog", "inbox"};
	const struct anchor *want = &f->anchor;
	char path[PATH_BYTES];
	enum rc rc = RC_OK;

	/* of a try that was cut off */
	for (size_t i = 0; i < ARRAY_LEN(part); i++) {
		if (path_join(path, sizeof(path), f->at.dir, part[i]) ==
			RC_OK) {
			dir_remove(path);
		}
	}
	rc = make_parts(&f->at, part, ARRAY_LEN(part), reterr);
	if (rc == RC_OK) {
		rc = restore_lines(f->at.lines, f->at.journal, f->conf, f->keys,
			&f->head, &f->past, reterr);
	}
	if (rc == RC_OK &&
		(f->head.epoch != want->epoch ||
			f->head.sequence != want->sequence ||
			memcmp(f->head.hash, want->hash, HASH_BYTES) != 0)) {
		rc = err_set(reterr, RC_CORRUPT, 0, "restore",
			"the hub's copy ends at line %llu and not at the head "
			"that it signed, %llu: run the same command again",
			(unsigned long long)f->head.sequence,
			(unsigned long long)want->sequence);
	}
	return rc == RC_OK ? keys_past_save(f->at.keys, &f->past, reterr) : rc;
}

/* --- persons --------------------------------------------------------------- */

static enum rc
put_persons(struct finish *f, const struct keys *link, const char *body,
	size_t len, struct err *reterr)
{
	struct person_key *p =
		crypto_secret_new(PERSONS_MAX * sizeof(struct person_key));
	size_t n = 0;
	enum rc rc;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "restore",
			"no memory: close other programs");
	}
	rc = persons_open(
		body, len, keys_link_box(link), p, PERSONS_MAX, &n, reterr);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = keys_person_put(
			f->keys, &f->conf->rng, p[i].no, p[i].key, reterr);
		f->peppered = f->peppered || keys_pepper_is(p[i].no);
	}
	crypto_secret_free(p);
	return rc;
}

/* With them alone what is personal in the lines opens again. */
static enum rc
take_persons(struct finish *f, struct err *reterr)
{
	struct keys *link = NULL;
	uint8_t *body = NULL;
	size_t n = 0;
	enum rc rc =
		file_load(f->at.persons, PERSONS_BODY_BYTES, &body, &n, reterr);

	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	if (rc == RC_OK) {
		rc = keys_reader_open(
			f->at.keys, f->how->worker_file, NULL, &link, reterr);
	}
	if (rc == RC_OK) {
		rc = put_persons(f, link, (const char *)body, n, reterr);
	}
	keys_close(link);
	free(body);
	return rc;
}

/* --- the epoch ------------------------------------------------------------- */

struct words {
	char hash[2 * HASH_BYTES + 1], public_key[2 * SIGN_PUB_BYTES + 1];
	char hub[UUID_TEXT_BYTES], tenant[UUID_TEXT_BYTES];
	char store[UUID_TEXT_BYTES], key[2 * SIGN_PUB_BYTES + 1];
	char link[2 * SIGN_PUB_BYTES + 1];
};

static enum rc
fill_words(const struct finish *f, struct words *w, struct err *reterr)
{
	struct keys_reader_status st;
	enum rc rc = keys_reader_status(f->at.keys, &st, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	hex_encode(w->hash, f->head.hash, HASH_BYTES);
	hex_encode(w->public_key, keys_sign_public(f->keys), SIGN_PUB_BYTES);
	uuid_format(f->how->hub, w->hub);
	uuid_format(f->how->tenant, w->tenant);
	uuid_format(f->how->store, w->store);
	hex_encode(w->key, f->how->hub_key, SIGN_PUB_BYTES);
	hex_encode(w->link, st.link, SIGN_PUB_BYTES);
	return RC_OK;
}

static enum rc
record(struct finish *f, struct shop *s, struct err *reterr)
{
	struct event e[3] = {{.type = EVENT_REGISTER_RESTORED}};
	struct words w;
	size_t n = 1;
	enum rc rc = fill_words(f, &w, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	e[0].data.restored = (struct event_restored){
		.from_epoch = (int64_t)f->head.epoch,
		.from_sequence = (int64_t)f->head.sequence,
		.from_hash = w.hash,
		.source = f->how->url,
		.number = f->how->number,
		.public_key = w.public_key,
		.hub = w.hub,
	};
	n += shop_machine_event(s, "restore", f->how->reason, &e[n]);
	e[n].type = EVENT_HUB_ENROLLED;
	e[n++].data.hub = (struct event_hub){.hub = w.hub,
		.url = f->how->url,
		.key = w.key,
		.link = w.link,
		.keyid = f->how->keyid,
		.tenant = w.tenant,
		.store = w.store,
		.kind = "restore",
		.reason = f->how->reason};
	return shop_record(s, e, n, "1", NULL, NULL, reterr);
}

static enum rc
save_config(struct finish *f, struct shop *s, struct err *reterr)
{
	char path[PATH_BYTES];
	char *text = NULL;
	size_t n = 0;
	enum rc rc = shop_config_text(s, &text, &n, reterr);

	if (rc == RC_OK) {
		rc = path_join(path, sizeof(path), f->at.dir, "holdfast.conf");
	}
	if (rc == RC_OK) {
		rc = file_save(path, text, n, 0600, reterr);
	}
	free(text);
	return rc;
}

/* Is there anybody who will not be let in? */
static enum rc
look_at_pins(struct finish *f, struct shop *s, struct err *reterr)
{
	struct store_person p[PEOPLE_MAX];
	size_t n = 0;
	enum rc rc = people_list(s, p, PEOPLE_MAX, &n, reterr);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		bool has = p[i].pin[0] != '\0' || p[i].n_badge > 0;

		f->result->no_pins = f->result->no_pins ||
				     (!f->peppered && p[i].active && has);
	}
	crypto_wipe(p, sizeof(p));
	return rc;
}

static enum rc
open_epoch(struct finish *f, struct err *reterr)
{
	struct shop_conf c = *f->conf;
	struct shop *s = NULL;
	enum rc rc;

	c.dir = f->at.dir;
	c.mode = SHOP_WRITE;
	c.epoch = restore_epoch((int64_t)f->head.epoch, &c.clock);
	rc = shop_open(&c, &s, reterr);
	if (rc == RC_OK && s->read_only) {
		rc = err_set(reterr, RC_IO, 0, "restore", "%s", s->trouble);
	}
	if (rc == RC_OK) {
		rc = record(f, s, reterr);
	}
	if (rc == RC_OK) {
		rc = save_config(f, s, reterr);
	}
	if (rc == RC_OK) {
		rc = look_at_pins(f, s, reterr);
	}
	if (rc == RC_OK) {
		f->result->head = journal_head(s->journal);
		f->result->events = f->result->head.sequence;
	}
	shop_close(s);
	return rc;
}

/* --- all of it ------------------------------------------------------------- */

static enum rc
finish(struct finish *f, struct err *reterr)
{
	enum rc rc = keys_open(f->at.keys, &f->conf->key, &f->keys, reterr);

	if (rc == RC_OK) {
		rc = read_anchor(f, reterr);
	}
	if (rc == RC_OK) {
		rc = make_journal(f, reterr);
	}
	if (rc == RC_OK) {
		rc = take_persons(f, reterr);
	}
	if (rc == RC_OK) {
		rc = open_epoch(f, reterr);
	}
	if (rc == RC_OK) {
		rc = restore_prove(f->at.dir, f->conf, reterr);
	}
	return rc;
}

/* The hub's copy is in the journal now; or it is no good. */
static void
drop_history(const struct place *p)
{
	(void)unlink(p->anchor);
	(void)unlink(p->lines);
}

enum rc
restore_hub_finish(const struct shop_conf *conf, const struct restore_hub *how,
	struct backup_result *ret, struct err *reterr)
{
	struct finish *f = calloc(1, sizeof(*f));
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	if (f == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "restore",
			"no memory: close other programs");
	}
	f->conf = conf;
	f->how = how;
	f->result = ret;
	rc = make_place(conf->dir, &f->at, reterr);
	if (rc == RC_OK) {
		rc = finish(f, reterr);
	}
	if (rc == RC_CORRUPT) {
		drop_history(&f->at);
	}
	if (rc == RC_OK) {
		rc = restore_name(f->at.dir, conf->dir, reterr);
	}
	if (rc == RC_OK) {
		struct place now = {0};

		if (path_join(now.history, PATH_BYTES, conf->dir, HISTORY) ==
			RC_OK) {
			dir_remove(now.history);
		}
	}
	keys_close(f->keys);
	free(f);
	return rc;
}
