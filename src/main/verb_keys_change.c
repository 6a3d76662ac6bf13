/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "main/key_place.h"
#include "main/verb_keys.h"

#include "base/poison.h"

#define SECRET_BYTES 1024

/* One run; what is secret is in guarded memory. */
struct run {
	const struct args *a;
	const struct keys_act *act;
	char dir[PATH_BYTES], path[PATH_BYTES];
	struct keys_offer fresh;
	char *secret;
	struct rng rng;
};

bool
keys_act_is(const char *word)
{
	return strcmp(word, "status") == 0 || strcmp(word, "rotate") == 0 ||
	       strcmp(word, "recovery") == 0 || strcmp(word, "recover") == 0;
}

static enum rc
usage_error(struct err *reterr, const char *words)
{
	return err_set(reterr, RC_INVAL, 0, "keys", "%s", words);
}

/* --- what there is -------------------------------------------------------- */

static void
put_since(struct sbuf *b, int64_t us)
{
	struct utc t = {us};
	struct civil c = utc_civil(t, 0);

	if (us == 0) {
		sbuf_puts(b, "since the store was made");
		return;
	}
	sbuf_printf(b, "since %04d-%02d-%02d %02d:%02d UTC", c.year, c.month,
		c.day, c.hour, c.minute);
}

static void
put_text(struct sbuf *b, const struct keys_status *st)
{
	sbuf_printf(b, "device key    generation %u, %s%s%s, ", st->device,
		keys_source_name(st->source), st->name[0] != '\0' ? " " : "",
		st->name);
	put_since(b, st->device_us);
	sbuf_printf(b, "\nmaster key    generation %u, ", st->master);
	put_since(b, st->master_us);
	if (st->recovery) {
		sbuf_printf(b, "\nrecovery key  there, opens %s\n",
			st->recovery_master >= st->master
				? "everything"
				: "what is older than the master key");
	} else {
		sbuf_puts(b, "\nrecovery key  none: holdfast keys recovery "
			     "makes one\n");
	}
	if (st->pending) {
		sbuf_puts(b, "a change is not recorded yet: the next start of "
			     "the register does it\n");
	}
}

static void
put_level(struct json *j, const char *name, unsigned generation, int64_t us)
{
	char text[UTC_TEXT_BYTES];
	struct utc t = {us};

	json_obj(j, name);
	json_u64(j, "generation", generation);
	if (us != 0) { /* the first is as old as the store */
		utc_format(t, text);
		json_str(j, "since", text);
	}
}

static void
put_json(struct sbuf *b, const struct keys_status *st)
{
	char pub[2 * KEY_BYTES + 1];
	struct json j;

	json_init(&j, b);
	json_obj(&j, NULL);
	put_level(&j, "device", st->device, st->device_us);
	json_str(&j, "source", keys_source_name(st->source));
	if (st->name[0] != '\0') {
		json_str(&j, "name", st->name);
	}
	json_obj_end(&j);
	put_level(&j, "master", st->master, st->master_us);
	json_obj_end(&j);
	if (st->recovery) {
		hex_encode(pub, st->recovery_public, KEY_BYTES);
		json_obj(&j, "recovery");
		json_str(&j, "public_key", pub);
		json_u64(&j, "opens_master", st->recovery_master);
		json_obj_end(&j);
	}
	json_bool(&j, "recorded", !st->pending);
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

static int
put_status(const struct run *r)
{
	char text[2 * PATH_BYTES];
	struct keys_status st;
	struct err e = {0};
	struct sbuf b;
	enum rc rc = keys_status(r->dir, &st, &e);

	if (rc != RC_OK) {
		return args_fail(r->a, rc, &e);
	}
	sbuf_init(&b, text, sizeof(text));
	if (args_json(r->a)) {
		put_json(&b, &st);
	} else {
		put_text(&b, &st);
	}
	return args_put(r->a, b.p, b.len);
}

/* --- changing ------------------------------------------------------------- */

/* Who asks may; and what a verb that was killed has left is recorded first, or
 * nothing goes on. */
static enum rc
begin(struct run *r, struct err *reterr)
{
	struct keys_change c;
	uint64_t seq;
	enum rc rc = key_ask(r->a, &r->act->who, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rc = keys_pending_in(r->dir, &c, reterr);
	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	return rc == RC_OK ? key_record(r->a, &r->act->who, &r->a->key, &c,
				     "found by the next change", &seq, reterr)
			   : rc;
}

/* The key that is to come. */
static enum rc
take_fresh(struct run *r, struct err *reterr)
{
	const struct keys_act *k = r->act;
	const char *wrong;
	size_t n = 0;

	if ((k->key_file != NULL) + (k->passphrase_fd != NULL) +
			(k->credential != NULL) !=
		1) {
		return usage_error(reterr,
			"say which key comes: --new-key-file, "
			"--new-passphrase-fd or --new-key-credential");
	}
	r->fresh.given = true;
	if (k->passphrase_fd != NULL) {
		wrong = args_secret(k->passphrase_fd,
			"New passphrase: ", r->secret, SECRET_BYTES, &n);
		r->fresh.source = KEYS_PASSPHRASE;
		r->fresh.passphrase = r->secret;
		r->fresh.passphrase_len = n;
		return wrong != NULL ? usage_error(reterr, wrong) : RC_OK;
	}
	r->fresh.source = k->key_file != NULL ? KEYS_FILE : KEYS_SYSTEMD;
	r->fresh.path = k->key_file != NULL ? k->key_file : k->credential;
	return key_place(&r->fresh, r->a->store, r->path, reterr);
}

static int
say(const struct run *r, const char *level, unsigned generation,
	uint64_t sequence, const char *words)
{
	char text[512];
	struct sbuf b;
	struct json j;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(r->a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "level", level);
		if (generation != 0) {
			json_u64(&j, "generation", generation);
		}
		json_u64(&j, "seq", sequence);
		json_obj_end(&j);
	} else {
		sbuf_puts(&b, words);
	}
	sbuf_putc(&b, '\n');
	return args_put(r->a, b.p, b.len);
}

static int64_t
now_us(void)
{
	struct clock real = clock_system();

	return clock_read(&real).utc.us;
}

static int
rotate_device(struct run *r)
{
	struct keys_change c = {0};
	struct err e = {0};
	uint64_t seq = 0;
	enum rc rc = take_fresh(r, &e);

	if (rc == RC_OK) {
		rc = begin(r, &e);
	}
	if (rc == RC_OK) {
		rc = keys_rotate_device(r->dir, &r->a->key, &r->fresh, &r->rng,
			now_us(), &c, &e);
	}
	if (rc == RC_OK) {
		rc = key_record(r->a, &r->act->who, &r->fresh, &c,
			r->act->reason, &seq, &e);
	}
	return rc == RC_OK
		       ? say(r, "device", c.generation, seq,
				 "The store opens with the new key only. Keep "
				 "the old one for backups made before.")
		       : args_fail(r->a, rc, &e);
}

static int
rotate_master(struct run *r)
{
	struct keys_change c = {0};
	struct err e = {0};
	uint64_t seq = 0;
	enum rc rc = begin(r, &e);

	if (rc == RC_OK) {
		rc = keys_rotate_master(
			r->dir, &r->a->key, &r->rng, now_us(), &c, &e);
	}
	if (rc == RC_OK) {
		rc = key_record(r->a, &r->act->who, &r->a->key, &c,
			r->act->reason, &seq, &e);
	}
	return rc == RC_OK
		       ? say(r, "master", c.generation, seq,
				 "What is written from now on is sealed under "
				 "the new master key.")
		       : args_fail(r->a, rc, &e);
}

static int
rotate_data(struct run *r)
{
	struct err e = {0};
	uint64_t seq = 0;
	enum rc rc = key_record(
		r->a, &r->act->who, &r->a->key, NULL, r->act->reason, &seq, &e);

	return rc == RC_OK
		       ? say(r, "data", 0, seq,
				 "The journal goes on in a new segment, under "
				 "a key of its own.")
		       : args_fail(r->a, rc, &e);
}

static int
rotate(struct run *r)
{
	const char *what = r->a->n == 2 ? r->a->rest[1] : "";

	if (strcmp(what, "device") == 0) {
		return rotate_device(r);
	}
	if (strcmp(what, "master") == 0) {
		return rotate_master(r);
	}
	if (strcmp(what, "data") == 0) {
		return rotate_data(r);
	}
	return args_usage(r->a, r->act->usage,
		"say what to rotate: device, master or data");
}

/* --- the recovery key ----------------------------------------------------- */

/* Shown once, on the output and nowhere else. */
static int
show_recovery(const struct run *r, const char *key, uint64_t sequence)
{
	char *text = crypto_secret_new(SECRET_BYTES);
	struct sbuf b;
	struct json j;
	int status;

	if (text == NULL) {
		struct err e = {0};

		return args_fail(r->a,
			err_set(&e, RC_NOMEM, 0, "keys",
				"no memory: close other programs"),
			&e);
	}
	sbuf_init(&b, text, SECRET_BYTES);
	if (args_json(r->a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "recovery_key", key);
		json_u64(&j, "seq", sequence);
		json_obj_end(&j);
		sbuf_putc(&b, '\n');
	} else {
		sbuf_printf(&b,
			"%s\n\n"
			"This key opens the store when its own key is lost. It "
			"is not shown again and\nstored nowhere: write it down "
			"and lock it away, apart from the register.\n",
			key);
	}
	status = args_put(r->a, b.p, b.len);
	crypto_secret_free(text);
	return status;
}

static int
make_recovery(struct run *r)
{
	struct keys_change c = {0};
	struct err e = {0};
	uint64_t seq = 0;
	int status;
	enum rc rc = begin(r, &e);

	if (rc == RC_OK && r->act->recovery_file != NULL) {
		rc = key_recovery_place(r->act->recovery_file, r->a->store, &e);
		if (rc == RC_OK) {
			rc = key_recovery_write(
				r->a, &r->act->who, r->act->recovery_file, &e);
		}
		return rc == RC_OK ? EXIT_DONE : args_fail(r->a, rc, &e);
	}
	if (rc == RC_OK) {
		rc = keys_recovery_make(
			r->dir, &r->a->key, &r->rng, r->secret, &c, &e);
	}
	if (rc != RC_OK) {
		return args_fail(r->a, rc, &e);
	}
	rc = key_record(
		r->a, &r->act->who, &r->a->key, &c, r->act->reason, &seq, &e);
	/* made is made: it is shown, whatever became of the line */
	status = show_recovery(r, r->secret, seq);
	return rc == RC_OK ? status : args_fail(r->a, rc, &e);
}

static int
recover(struct run *r)
{
	char *key = crypto_secret_new(SECRET_BYTES);
	struct keys_change c = {0};
	const char *wrong;
	struct err e = {0};
	uint64_t seq = 0;
	size_t n = 0;
	enum rc rc = RC_NOMEM;

	if (key != NULL) {
		rc = take_fresh(r, &e);
	}
	if (rc == RC_OK) {
		wrong = args_secret(r->act->recovery_fd, "Recovery key: ", key,
			SECRET_BYTES, &n);
		rc = wrong != NULL ? usage_error(&e, wrong) : RC_OK;
	}
	if (rc == RC_OK) {
		rc = keys_recover(
			r->dir, key, n, &r->fresh, &r->rng, now_us(), &c, &e);
	}
	crypto_secret_free(key);
	if (rc == RC_OK) {
		rc = key_record(r->a, &r->act->who, &r->fresh, &c,
			"recovery key", &seq, &e);
	}
	return rc == RC_OK ? say(r, "device", c.generation, seq,
				     "The store opens with the new key. Make "
				     "another recovery key: this one was out.")
			   : args_fail(r->a, rc, &e);
}

int
keys_act(struct args *a, const struct keys_act *act)
{
	struct run r = {.a = a, .act = act, .rng = rng_system()};
	int status;

	r.secret = crypto_secret_new(SECRET_BYTES);
	if (r.secret == NULL ||
		path_join(r.dir, sizeof(r.dir), a->store, "keys") != RC_OK) {
		struct err e = {0};

		status = args_fail(a,
			err_set(&e, RC_NOMEM, 0, "keys",
				"no memory, or the path of the store is too "
				"long"),
			&e);
	} else if (strcmp(a->rest[0], "rotate") == 0) {
		status = rotate(&r);
	} else if (a->n > 1) {
		status = args_usage(a, act->usage, "too many words");
	} else if (strcmp(a->rest[0], "status") == 0) {
		status = put_status(&r);
	} else if (strcmp(a->rest[0], "recovery") == 0) {
		status = make_recovery(&r);
	} else {
		status = recover(&r);
	}
	crypto_secret_free(r.secret);
	return status;
}
