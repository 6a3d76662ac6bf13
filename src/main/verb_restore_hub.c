/* SPDX-License-Identifier: Apache-2.0 */
#include "main/verb_restore_hub.h"

#include <string.h>
#include <unistd.h>

#include "main/worker_once.h"
#include "register/restore_hub.h"
#include "sync/join.h"
#include "sync/link.h"

#include "base/poison.h"

#define KEY_SUFFIX ".worker"

/* Beside the store's key file, where that is one. */
static enum rc
find_worker_file(const struct args *a, const struct restore_opts *o,
	char out[PATH_BYTES], struct err *reterr)
{
	struct sbuf b;

	sbuf_init(&b, out, PATH_BYTES);
	if (o->worker_file != NULL) {
		sbuf_puts(&b, o->worker_file);
	} else if (a->key.source == KEYS_FILE && a->key.path != NULL) {
		sbuf_puts(&b, a->key.path);
		sbuf_puts(&b, KEY_SUFFIX);
	} else {
		return err_set(reterr, RC_INVAL, 0, "restore",
			"say where the worker's key is to be, with "
			"--worker-key-file FILE");
	}
	return sbuf_ok(&b) ? RC_OK
			   : err_set(reterr, RC_RANGE, 0, "restore",
				     "the path of the worker's key file is too "
				     "long: name a shorter one");
}

static enum rc
write_question(const struct args *a, const struct restore_opts *o,
	const char *sync, struct err *reterr)
{
	struct join ask = {.url = ""};
	struct code code;
	struct sbuf b;
	enum rc rc = code_parse(a->rest[0], strlen(a->rest[0]), &code, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	sbuf_init(&b, ask.url, sizeof(ask.url));
	sbuf_puts(&b, o->hub);
	while (b.len > 0 && ask.url[b.len - 1] == '/') {
		sbuf_cut(&b, b.len - 1);
	}
	sbuf_init(&b, ask.code, sizeof(ask.code));
	sbuf_puts(&b, a->rest[0]);
	sbuf_init(&b, ask.tls, sizeof(ask.tls));
	sbuf_puts(&b, o->tls != NULL ? o->tls : "");
	if (!link_url_ok(ask.url)) {
		rc = err_set(reterr, RC_INVAL, 0, "restore",
			"%s is no address of a hub: https://HOST[:PORT]",
			o->hub);
	} else {
		rc = join_write(sync, &ask, reterr);
	}
	crypto_wipe(&ask, sizeof(ask));
	crypto_wipe(&code, sizeof(code));
	return rc;
}

static enum rc
fetch(const struct args *a, const struct restore_opts *o,
	const char *worker_file, const struct shop_conf *conf, char *dir,
	struct err *reterr)
{
	char sync[PATH_BYTES];
	bool fetched = false;
	int exit = 0;
	enum rc rc =
		restore_hub_place(conf, worker_file, dir, &fetched, reterr);

	if (rc != RC_OK || fetched) {
		return rc;
	}
	if (path_join(sync, sizeof(sync), dir, "sync") != RC_OK) {
		return err_set(
			reterr, RC_RANGE, 0, "restore", "the path is too long");
	}
	rc = write_question(a, o, sync, reterr);
	if (rc == RC_OK) {
		/* what it has by then says how far it came */
		rc = worker_once(dir, worker_file, "--once", &exit, reterr);
	}
	join_remove(sync);
	if (rc == RC_OK) {
		rc = restore_hub_place(
			conf, worker_file, dir, &fetched, reterr);
	}
	if (rc == RC_OK && !fetched) {
		rc = err_set(reterr, RC_DOWN, 0, "restore",
			"the hub's copy is not all there: run the same "
			"command again, it goes on where it was");
	}
	return rc;
}

enum rc
restore_from_hub(const struct args *a, const struct restore_opts *o,
	struct backup_result *ret, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_WRITE);
	struct restore_hub how = {.number = o->number, .reason = o->reason};
	char dir[PATH_BYTES], worker_file[PATH_BYTES], sync[PATH_BYTES];
	struct link link;
	enum rc rc = find_worker_file(a, o, worker_file, reterr);

	if (rc == RC_OK) {
		rc = fetch(a, o, worker_file, &conf, dir, reterr);
	}
	if (rc == RC_OK &&
		path_join(sync, sizeof(sync), dir, "sync") != RC_OK) {
		rc = err_set(
			reterr, RC_RANGE, 0, "restore", "the path is too long");
	}
	if (rc == RC_OK) {
		rc = link_read(sync, &link, reterr);
	}
	if (rc == RC_OK && strcmp(link.kind, "restore") != 0) {
		rc = err_set(reterr, RC_DENIED, 0, "restore",
			"this code enrolls a new register: ask at the hub for "
			"a restore code");
	}
	if (rc != RC_OK) {
		(void)rmdir(a->store); /* the place beside it stays */
		return rc;
	}
	how.url = link.url;
	how.keyid = link.keyid;
	how.worker_file = worker_file;
	memcpy(how.hub, link.hub, UUID_BYTES);
	memcpy(how.hub_key, link.hub_key, SIGN_PUB_BYTES);
	memcpy(how.tenant, link.tenant, UUID_BYTES);
	memcpy(how.store, link.store, UUID_BYTES);
	memcpy(how.reg, link.reg, UUID_BYTES);
	rc = restore_hub_finish(&conf, &how, ret, reterr);
	if (rc != RC_OK) {
		(void)rmdir(a->store);
	}
	return rc;
}
