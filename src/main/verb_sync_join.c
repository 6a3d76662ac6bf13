/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A register that goes to a hub, and one that leaves it.  The worker does all
 * that is said over a network; what came of it is recorded here, by the running
 * register or in its place.  Ended in between, the same command records what
 * the worker has: sync/link is what it was told.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/keys_reader.h"
#include "main/sync_ask.h"
#include "main/verb_sync.h"
#include "register/move.h"
#include "sync/join.h"

#include "base/poison.h"

#define WAIT_MS 10000
#define JOIN_MS 95000 /* the worker asks the hub meanwhile */
#define KEY_SUFFIX ".worker"

struct joining {
	const struct args *a;
	const struct sync_opts *o;
	char sync[PATH_BYTES], keys[PATH_BYTES], key_file[PATH_BYTES];
	struct store_hub now;
	bool linked; /* now is a hub's */
	bool handed; /* its key goes over the channel */
	uint8_t key[KEY_BYTES];
	struct link link;
};

static enum rc
begin(struct joining *j, const struct args *a, const struct sync_opts *o,
	struct err *reterr)
{
	memset(j, 0, sizeof(*j));
	j->a = a;
	j->o = o;
	if (path_join(j->sync, sizeof(j->sync), a->store, "sync") != RC_OK ||
		path_join(j->keys, sizeof(j->keys), a->store, "keys") !=
			RC_OK) {
		return err_set(reterr, RC_RANGE, 0, "sync",
			"the path of the store is too long");
	}
	return RC_OK;
}

/* --- the keys of the worker ----------------------------------------------- */

/* Beside the store's key file, or handed over where there is none, or is to be
 * none: a credential is in no file that register and worker both may read. */
static enum rc
find_key_file(struct joining *j, struct err *reterr)
{
	struct keys_status st;
	struct sbuf b;
	enum rc rc = keys_status(j->keys, &st, reterr);

	sbuf_init(&b, j->key_file, sizeof(j->key_file));
	if (j->o->key_file != NULL && strcmp(j->o->key_file, "-") == 0) {
		j->handed = true;
		return rc;
	}
	if (j->o->key_file != NULL) {
		sbuf_puts(&b, j->o->key_file);
	} else if (rc == RC_OK && st.source == KEYS_FILE) {
		sbuf_puts(&b, st.name);
		sbuf_puts(&b, KEY_SUFFIX);
	}
	if (rc == RC_OK && !sbuf_ok(&b)) {
		rc = err_set(reterr, RC_RANGE, 0, "sync",
			"the path of the worker's key file is too long");
	}
	j->handed = b.len == 0;
	return rc;
}

/* What the register says of itself; and the keys, made with the store's. */
static enum rc
prepare(struct joining *j, struct join *ask, struct err *reterr)
{
	struct shop_conf conf = args_shop(j->a, SHOP_READ);
	struct shop *s = NULL;
	struct sbuf b;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK && s->store == NULL) {
		rc = err_set(reterr, RC_CORRUPT, 0, "sync",
			"the store cannot be read: run 'holdfast rebuild'");
	}
	if (rc == RC_OK) {
		rc = store_hub(s->store, &j->now, reterr);
		j->linked = rc == RC_OK;
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	if (rc == RC_OK && ask != NULL) {
		sbuf_init(&b, ask->register_no, sizeof(ask->register_no));
		sbuf_puts(&b, s->state.register_no);
		sbuf_init(&b, ask->machine, sizeof(ask->machine));
		sbuf_puts(&b, s->state.machine);
		rc = keys_reader_offer(s->keys, j->handed ? NULL : j->key_file,
			&s->rng, reterr);
	}
	if (rc == RC_OK && ask != NULL && j->handed) {
		rc = keys_reader_offer_key(s->keys, j->key, reterr);
	}
	shop_close(s);
	return rc;
}

/* --- asking ---------------------------------------------------------------- */

static enum rc
ask_worker(struct joining *j, enum worker_what what, int wait_ms,
	struct err *reterr)
{
	struct sync_ask q = {.store = j->a->store,
		.ask = {.what = what},
		.wait_ms = wait_ms};
	enum rc rc;

	memcpy(q.ask.key, j->key, KEY_BYTES);
	rc = sync_ask(&q, NULL, reterr);
	crypto_wipe(&q, sizeof(q));
	return rc;
}

static enum rc
join_hub(struct joining *j, struct err *reterr)
{
	struct join ask = {.url = ""};
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, ask.url, sizeof(ask.url));
	sbuf_puts(&b, j->o->hub);
	while (b.len > 0 && ask.url[b.len - 1] == '/') {
		sbuf_cut(&b, b.len - 1);
	}
	sbuf_init(&b, ask.code, sizeof(ask.code));
	sbuf_puts(&b, j->a->rest[1]);
	sbuf_init(&b, ask.tls, sizeof(ask.tls));
	sbuf_puts(&b, j->o->tls != NULL ? j->o->tls : "");
	/* nobody is asked for anything while there is no worker */
	rc = ask_worker(j, WORKER_ASK_STATE, WAIT_MS, reterr);
	if (rc == RC_OK) {
		rc = find_key_file(j, reterr);
	}
	if (rc == RC_OK) {
		rc = prepare(j, &ask, reterr);
	}
	if (rc == RC_OK) {
		rc = join_write(j->sync, &ask, reterr);
	}
	crypto_wipe(&ask, sizeof(ask));
	if (rc == RC_OK && j->handed) {
		rc = ask_worker(j, WORKER_ASK_KEY, WAIT_MS, reterr);
	}
	if (rc == RC_OK) {
		rc = ask_worker(j, WORKER_ASK_ENROLL, JOIN_MS, reterr);
	}
	join_remove(j->sync);
	if (rc == RC_DENIED) {
		/* the link there was goes on; where nobody knows whether the
		 * hub heard of this one, it stays for another try */
		(void)!keys_reader_drop(j->keys, NULL);
	}
	return rc == RC_OK ? link_read(j->sync, &j->link, reterr) : rc;
}

/* --- recording ------------------------------------------------------------- */

static enum rc
record(struct joining *j, const struct event_hub *d, uint64_t *ret_sequence,
	struct err *reterr)
{
	struct shop_conf conf = args_shop(j->a, SHOP_WRITE);
	struct request r = {.type = EVENT_HUB_ENROLLED};

	r.event.type = r.type;
	r.event.data.hub = *d;
	return actor_submit(
		&j->o->who, &conf, &r, WAIT_MS, ret_sequence, reterr);
}

/* The hub knows the keys that were offered: they are the link's from here on.
 */
static enum rc
accept(const struct joining *j, struct err *reterr)
{
	static const uint8_t unsaid[SIGN_PUB_BYTES];
	struct keys_reader_status st;

	if (memcmp(j->link.link_key, unsaid, SIGN_PUB_BYTES) != 0 &&
		keys_reader_status(j->keys, &st, NULL) == RC_OK &&
		memcmp(st.link, j->link.link_key, SIGN_PUB_BYTES) == 0) {
		return keys_reader_drop(j->keys, reterr);
	}
	return keys_reader_accept(j->keys, reterr);
}

static enum rc
record_link(struct joining *j, uint64_t *ret_sequence, struct err *reterr)
{
	char hub[UUID_TEXT_BYTES], tenant[UUID_TEXT_BYTES];
	char store[UUID_TEXT_BYTES], key[2 * SIGN_PUB_BYTES + 1];
	char link[2 * SIGN_PUB_BYTES + 1];
	const struct link *l = &j->link;
	struct keys_reader_status st;
	struct event_hub d = {.hub = hub,
		.url = l->url,
		.key = key,
		.link = link,
		.keyid = l->keyid,
		.tenant = tenant,
		.store = store,
		.kind = l->kind[0] != '\0' ? l->kind : "enroll",
		.reason = j->o->reason};
	enum rc rc = accept(j, reterr);

	if (rc == RC_OK) {
		rc = keys_reader_status(j->keys, &st, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	uuid_format(l->hub, hub);
	uuid_format(l->tenant, tenant);
	uuid_format(l->store, store);
	hex_encode(key, l->hub_key, SIGN_PUB_BYTES);
	hex_encode(link, st.link, SIGN_PUB_BYTES);
	return record(j, &d, ret_sequence, reterr);
}

static int
say(const struct joining *j, const char *kind, uint64_t sequence)
{
	char text[1024], hub[UUID_TEXT_BYTES];
	struct sbuf b;
	struct json o;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(j->a)) {
		json_init(&o, &b);
		json_obj(&o, NULL);
		json_bool(&o, "ok", true);
		json_str(&o, "kind", kind);
		if (strcmp(kind, "none") != 0) {
			uuid_format(j->link.hub, hub);
			json_str(&o, "hub", hub);
			json_str(&o, "url", j->link.url);
			json_str(&o, "tenant", j->link.tenant_name);
			json_str(&o, "store", j->link.store_name);
		}
		json_u64(&o, "seq", sequence);
		json_obj_end(&o);
	} else if (strcmp(kind, "none") == 0) {
		sbuf_puts(&b, "this register belongs to no hub any more; it "
			      "keeps what it has");
	} else {
		sbuf_printf(&b, "enrolled at %s: %s, %s", j->link.url,
			j->link.tenant_name, j->link.store_name);
	}
	sbuf_putc(&b, '\n');
	return args_put(j->a, b.p, b.len);
}

/* The worker has it already, and the journal does not. */
static bool
was_cut_short(struct joining *j)
{
	if (link_read(j->sync, &j->link, NULL) != RC_OK ||
		prepare(j, NULL, NULL) != RC_OK) {
		return false;
	}
	return strncmp(j->link.url, j->o->hub, strlen(j->link.url)) == 0 &&
	       (!j->linked || strcmp(j->now.keyid, j->link.keyid) != 0 ||
		       memcmp(j->now.hub, j->link.hub, UUID_BYTES) != 0);
}

int
sync_enroll(const struct args *a, const struct sync_opts *o)
{
	static const char *const form = "sync enroll CODE --hub URL";
	struct joining j;
	struct code code;
	struct err e = {0};
	uint64_t sequence = 0;
	enum rc rc;

	if (a->n < 2 || o->hub == NULL) {
		return args_usage(a, form, "give the code and --hub URL");
	}
	rc = begin(&j, a, o, &e);
	if (rc == RC_OK) {
		rc = code_parse(a->rest[1], strlen(a->rest[1]), &code, &e);
	}
	if (rc == RC_OK && !was_cut_short(&j)) {
		rc = join_hub(&j, &e);
	}
	if (rc == RC_OK) {
		rc = record_link(&j, &sequence, &e);
	}
	crypto_wipe(j.key, sizeof(j.key));
	return rc == RC_OK ? say(&j, "enroll", sequence) : args_fail(a, rc, &e);
}

int
sync_unlink(const struct args *a, const struct sync_opts *o)
{
	char hub[UUID_TEXT_BYTES], path[PATH_BYTES];
	struct event_hub d = {.hub = hub, .kind = "none", .reason = o->reason};
	struct joining j;
	struct err e = {0};
	uint64_t sequence = 0;
	enum rc rc;

	if (o->reason == NULL || o->reason[0] == '\0') {
		return args_usage(a, "sync unlink --reason TEXT",
			"say why with --reason");
	}
	rc = begin(&j, a, o, &e);
	if (rc == RC_OK) {
		rc = prepare(&j, NULL, &e);
	}
	if (rc == RC_OK) {
		rc = path_join(path, sizeof(path), j.sync, LINK_NAME);
	}
	/* one that was cut short behind its line is ended here */
	if (rc == RC_OK && !j.linked && access(path, F_OK) != 0) {
		rc = err_set(&e, RC_NOTFOUND, 0, "sync",
			"this register belongs to no hub: nothing is to be "
			"undone");
	}
	if (rc == RC_OK && j.linked) {
		uuid_format(j.now.hub, hub);
		rc = record(&j, &d, &sequence, &e);
	}
	if (rc == RC_OK) {
		rc = keys_reader_remove(j.keys, &e);
	}
	if (rc == RC_OK) {
		(void)unlink(path);
		/* it sees by itself when it starts */
		(void)!ask_worker(&j, WORKER_ASK_NOW, 1000, NULL);
	}
	return rc == RC_OK ? say(&j, "none", sequence) : args_fail(a, rc, &e);
}
