/* SPDX-License-Identifier: Apache-2.0 */
#include "main/key_place.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "register/inbox.h"
#include "register/people.h"

#include "base/poison.h"

#define WAIT_MS 10000

/* The store is found from anywhere later, so its key must be as well. */
static enum rc
absolute(const char *path, char out[PATH_BYTES], struct err *reterr)
{
	char *here;
	struct sbuf b;

	sbuf_init(&b, out, PATH_BYTES);
	if (path[0] != '/') {
		here = realpath(".", NULL);
		if (here == NULL) {
			return err_set(reterr, RC_IO, 0, "keys",
				"this directory cannot be read; give "
				"--key-file as a path from /");
		}
		sbuf_puts(&b, here);
		sbuf_putc(&b, '/');
		free(here);
	}
	sbuf_puts(&b, path);
	return sbuf_ok(&b) ? RC_OK
			   : err_set(reterr, RC_RANGE, 0, "keys",
				     "the path of --key-file is too long");
}

/* The place of a file that need not be there yet: without links and dots as far
 * as its directories are there. */
static void
place_of(const char *path, char out[PATH_BYTES])
{
	char dir[PATH_BYTES];
	size_t n = strlen(path);
	char *real = NULL;
	struct sbuf b;

	while (real == NULL && n > 0) {
		while (n > 0 && path[n - 1] != '/') {
			n--;
		}
		sbuf_init(&b, dir, sizeof(dir));
		sbuf_write(&b, path, n);
		real = n > 0 ? realpath(dir, NULL) : NULL;
		n -= real == NULL && n > 0 ? 1 : 0;
	}
	sbuf_init(&b, out, PATH_BYTES);
	if (real != NULL && strcmp(real, "/") != 0) {
		sbuf_puts(&b, real);
		sbuf_putc(&b, '/');
	} else if (real != NULL) {
		sbuf_putc(&b, '/');
	}
	sbuf_puts(&b, path + n);
	free(real);
}

/* Who takes the store would take its key with it. */
static enum rc
check_apart(const char *key, const char *store, struct err *reterr)
{
	char at[PATH_BYTES], whole[PATH_BYTES], dir[PATH_BYTES];
	enum rc rc = absolute(store, whole, reterr);
	size_t n;

	if (rc != RC_OK) {
		return rc;
	}
	place_of(key, at);
	place_of(whole, dir);
	n = strlen(dir);
	if (strncmp(at, dir, n) == 0 && at[n] == '/') {
		return err_set(reterr, RC_INVAL, 0, "keys",
			"--key-file: a key inside the store is lost, copied "
			"and stolen with it: name a file outside the store");
	}
	return RC_OK;
}

enum rc
key_place(struct keys_offer *offer, const char *store, char out[PATH_BYTES],
	struct err *reterr)
{
	enum rc rc;

	if (offer->source != KEYS_FILE || offer->path == NULL) {
		return RC_OK;
	}
	rc = absolute(offer->path, out, reterr);
	offer->path = out;
	return rc == RC_OK ? check_apart(out, store, reterr) : rc;
}

enum rc
key_recovery_place(const char *path, const char *store, struct err *reterr)
{
	char at[PATH_BYTES];
	enum rc rc = absolute(path, at, reterr);

	if (rc == RC_OK && check_apart(at, store, NULL) != RC_OK) {
		rc = err_set(reterr, RC_INVAL, 0, "keys",
			"a recovery key inside the store is stolen with it: "
			"name a file outside the store");
	}
	if (rc == RC_OK && access(path, F_OK) == 0) {
		rc = err_set(reterr, RC_INVAL, 0, "keys",
			"%s is there already: name another file", path);
	}
	return rc;
}

enum rc
key_record(const struct args *a, const struct actor *who,
	const struct keys_offer *offer, const struct keys_change *c,
	const char *reason, uint64_t *ret_seq, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct request r = {.type = EVENT_KEY_CHANGED};
	struct event_key *d = &r.event.data.key;
	struct keys_status st;
	char dir[PATH_BYTES], pub[2 * KEY_BYTES + 1];
	enum rc rc = path_join(dir, sizeof(dir), a->store, "keys");

	conf.key = *offer;
	r.event.type = r.type;
	d->level = "data";
	d->reason = reason;
	if (rc == RC_OK) {
		rc = keys_status(dir, &st, reterr);
	}
	if (rc == RC_OK && c != NULL) {
		d->level = keys_level_name(c->level);
		d->generation = c->generation;
		d->source = c->level == KEYS_LEVEL_DEVICE
				    ? keys_source_name(st.source)
				    : NULL;
		if (c->level == KEYS_LEVEL_RECOVERY) {
			hex_encode(pub, st.recovery_public, KEY_BYTES);
			d->public_key = pub;
		}
	}
	return rc == RC_OK
		       ? actor_submit(who, &conf, &r, WAIT_MS, ret_seq, reterr)
		       : rc;
}

enum rc
key_ask(const struct args *a, const struct actor *who, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	bool ask = who->as != NULL;
	struct shop *s = NULL;
	uint64_t seq;
	enum rc rc = RC_OK;

	if (!ask) {
		rc = shop_open(&conf, &s, reterr);
		ask = rc == RC_OK && s->config.verbs_pin;
		shop_close(s);
	}
	return rc == RC_OK && ask ? key_record(a, who, &a->key, NULL,
					    "asked for", &seq, reterr)
				  : rc;
}

enum rc
key_recovery_write(const struct args *a, const struct actor *who,
	const char *path, struct err *reterr)
{
	char *text = crypto_secret_new(KEYS_RECOVERY_TEXT + 1);
	char dir[PATH_BYTES];
	struct rng rng = rng_system();
	struct keys_change c;
	uint64_t seq;
	enum rc rc = path_join(dir, sizeof(dir), a->store, "keys");

	if (text == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "keys",
			"no memory for keys: close other programs");
	}
	if (rc == RC_OK) {
		rc = keys_recovery_make(dir, &a->key, &rng, text, &c, reterr);
	}
	if (rc == RC_OK) {
		size_t n = strlen(text);

		text[n] = '\n';
		rc = file_save(path, text, n + 1, 0600, reterr);
	}
	if (rc == RC_OK) {
		rc = key_record(a, who, &a->key, &c, NULL, &seq, reterr);
	}
	crypto_secret_free(text);
	return rc;
}
