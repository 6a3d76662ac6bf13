/* SPDX-License-Identifier: Apache-2.0 */
#include "main/hub_desk.h"

#include <sys/stat.h>

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

#include "base/poison.h"

static void
name_actor(struct hub_desk *d)
{
	struct passwd pw, *who = NULL;
	char room[2048];
	struct sbuf b;

	sbuf_init(&b, d->actor, sizeof(d->actor));
	sbuf_puts(&b, "cli:");
	if (getpwuid_r(getuid(), &pw, room, sizeof(room), &who) == 0 &&
		who != NULL) {
		sbuf_puts(&b, who->pw_name);
	} else {
		sbuf_u64(&b, getuid());
	}
}

enum rc
hub_desk_begin(struct hub_desk *d, struct err *reterr)
{
	struct clock clock = clock_system();
	enum rc rc = hub_keys_open(d->config.state, &d->keys, reterr);

	if (rc == RC_OK) {
		rc = db_open(&d->config, &clock, &d->db, reterr);
	}
	if (rc == RC_OK) {
		rc = hub_keys_fit(d->keys, d->db, reterr);
	}
	if (rc == RC_OK) {
		name_actor(d);
		d->writer = (struct db_writer){.hub = d->keys->id,
			.sign_secret = d->keys->sign_secret,
			.sign_public = d->keys->sign_public};
		db_write_as(d->db, &d->writer);
		d->doer = (struct doer){.db = d->db,
			.rng = rng_system(),
			.clock = clock,
			.actor = d->actor,
			.hub_key = d->keys->sign_public};
	}
	return rc;
}

enum rc
hub_desk_open(struct hub_desk *d, struct err *reterr)
{
	enum rc rc = hub_config_load(d->a.config, &d->config, reterr);

	return rc == RC_OK ? hub_desk_begin(d, reterr) : rc;
}

void
hub_desk_close(struct hub_desk *d)
{
	db_close(d->db);
	hub_keys_close(d->keys);
	d->db = NULL;
	d->keys = NULL;
}

int
hub_desk_end(struct hub_desk *d, enum rc rc, const struct err *e)
{
	hub_desk_close(d);
	return rc == RC_OK ? EXIT_DONE : hub_args_fail(&d->a, rc, e);
}

void
hub_desk_row(struct hub_desk *d)
{
	sbuf_init(&d->out, d->room, sizeof(d->room));
	json_init(&d->json, &d->out);
	json_obj(&d->json, NULL);
}

enum rc
hub_desk_put(struct hub_desk *d, struct err *reterr)
{
	json_obj_end(&d->json);
	sbuf_putc(&d->out, '\n');
	if (!sbuf_ok(&d->out) ||
		hub_args_put(&d->a, d->out.p, d->out.len) != EXIT_DONE) {
		return err_set(reterr, RC_IO, 0, "hub_desk",
			"the answer could not be written: give it a place to "
			"go");
	}
	return RC_OK;
}

void
hub_desk_id(struct hub_desk *d, const char *name, const uint8_t id[UUID_BYTES])
{
	char text[UUID_TEXT_BYTES];

	uuid_format(id, text);
	json_str(&d->json, name, text);
}

void
hub_desk_time(struct hub_desk *d, const char *name, struct utc t)
{
	char text[UTC_TEXT_BYTES];

	if (t.us != 0) {
		utc_format(t, text);
		json_str(&d->json, name, text);
	}
}

/* --- administrators --- */

static enum rc
save_key(const struct hub_desk *d, const struct tenant *t, const char *keyid,
	const uint8_t seed[SIGN_SEED_BYTES], const char *path,
	struct err *reterr)
{
	char text[2048], hex[SIGN_SEED_BYTES * 2 + 1];
	char hub[UUID_TEXT_BYTES], key[BASE64_LEN(SIGN_PUB_BYTES) + 1];
	struct sbuf b;
	enum rc rc;

	hex_encode(hex, seed, SIGN_SEED_BYTES);
	uuid_format(d->keys->id, hub);
	base64_encode(key, d->keys->sign_public, SIGN_PUB_BYTES);
	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b,
		"# Who has this file administers %s at the hub: keep it to "
		"yourself.\n[administrator]\nkeyid = %s\nsecret = %s\n"
		"hub = %s\nhub_key = %s\n",
		t->name, keyid, hex, hub, key);
	if (d->config.url[0] != '\0') {
		sbuf_printf(&b, "url = %s\n", d->config.url);
	}
	rc = file_save(path, text, b.len, 0600, reterr);
	crypto_wipe(text, sizeof(text));
	crypto_wipe(hex, sizeof(hex));
	return rc;
}

enum rc
hub_desk_administrator(struct hub_desk *d, const struct tenant *t,
	const char *name, const char *path, char keyid[HUB_KEYID_TEXT],
	struct err *reterr)
{
	uint8_t seed[SIGN_SEED_BYTES], pub[SIGN_PUB_BYTES];
	uint8_t sec[SIGN_SEC_BYTES], id[UUID_BYTES];
	char tenant[UUID_TEXT_BYTES], admin[UUID_TEXT_BYTES];
	struct stat st;
	struct sbuf b;
	enum rc rc;

	if (stat(path, &st) == 0) {
		return err_set(reterr, RC_EXISTS, 0, "hub_desk",
			"%s is there already: name another file with --key",
			path);
	}
	rng_fill(&d->doer.rng, seed, sizeof(seed));
	crypto_sign_key(seed, pub, sec);
	crypto_wipe(sec, sizeof(sec));
	rc = administrator_add(&d->doer, t, name, pub, id, reterr);
	uuid_format(t->id, tenant);
	uuid_format(id, admin);
	sbuf_init(&b, keyid, HUB_KEYID_TEXT);
	sbuf_printf(&b, "%u.a.%s.%s", t->part, tenant, admin);
	if (rc == RC_OK) {
		rc = save_key(d, t, keyid, seed, path, reterr);
	}
	crypto_wipe(seed, sizeof(seed));
	return rc;
}
