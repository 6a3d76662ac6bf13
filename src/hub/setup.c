/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/setup.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "hub/setup_internal.h"
#include "hub/tls.h"

#include "base/poison.h"

#define CONFIG_BYTES 16384
#define PASSFILE_BYTES 512
#define LOCAL_ADMIN ""

/* --- directories and files --- */

static enum rc
make_dirs(const char *path, mode_t mode, struct err *reterr)
{
	char part[PATH_BYTES];

	for (size_t i = 1; i <= strlen(path) && i < sizeof(part); i++) {
		if (path[i] != '/' && path[i] != '\0') {
			continue;
		}
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, path[i] == '\0' ? mode : 0755) != 0 &&
			errno != EEXIST) {
			return err_set(reterr, err_sys_rc(errno), errno,
				"setup",
				"cannot make %s: run this as root, or give "
				"--state and --config places that are yours",
				part);
		}
	}
	return RC_OK;
}

static enum rc
make_parent(const char *path, struct err *reterr)
{
	char dir[PATH_BYTES];
	const char *slash = strrchr(path, '/');
	struct sbuf b;

	sbuf_init(&b, dir, sizeof(dir));
	if (slash == NULL || slash == path) {
		return RC_OK;
	}
	sbuf_write(&b, path, (size_t)(slash - path));
	return make_dirs(dir, 0755, reterr);
}

static enum rc
in_state(char *out, const char *state, const char *name, struct err *reterr)
{
	enum rc rc = path_join(out, PATH_BYTES, state, name);

	if (rc != RC_OK) {
		(void)err_set(reterr, rc, 0, "setup",
			"the path of the state directory is too long");
	}
	return rc;
}

static void
say(const struct setup *s, const char *what, const char *path)
{
	char text[PATH_BYTES + 80];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, what);
	sbuf_puts(&b, path);
	s->say(s->arg, text);
}

static const char *
admin_of(const struct setup *s, size_t i)
{
	return i < s->n_db && s->db[i].conninfo != NULL ? s->db[i].conninfo
							: LOCAL_ADMIN;
}

/* c NULL: there is no configuration yet. */
static enum rc
check_whose(const struct setup *s, const struct hub_config *c,
	const char *state, struct err *reterr)
{
	size_t n = c != NULL ? c->n_db : s->n_db > 0 ? s->n_db : 1;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		char dbname[128];
		const char *from =
			c != NULL ? c->db[i].conninfo : admin_of(s, i);

		if (!setup_value(from, "dbname", dbname, sizeof(dbname))) {
			(void)memcpy(dbname, "holdfast", sizeof("holdfast"));
		}
		rc = setup_whose(admin_of(s, i), dbname, state, reterr);
	}
	return rc;
}

/* New ones in the place of lost ones would shut every till out, and be taken
 * for those that open what the database has. */
static enum rc
make_keys(const struct setup *s, const struct hub_config *c, const char *state,
	struct hub_keys **ret, bool *ret_made, struct err *reterr)
{
	struct utc now = clock_read(&s->clock).utc;
	char path[PATH_BYTES];
	struct stat st;
	enum rc rc = in_state(path, state, HUB_KEYS_FILE, reterr);

	if (rc == RC_OK && stat(path, &st) != 0) {
		rc = check_whose(s, c, state, reterr);
		if (rc == RC_OK) {
			rc = hub_keys_create(state, &s->rng, now, reterr);
			*ret_made = rc == RC_OK;
		}
	}
	if (*ret_made) {
		say(s, "keys of this hub: keep a copy of ", path);
	}
	return rc == RC_OK ? hub_keys_open(state, ret, reterr) : rc;
}

/* --- the service's password: one line as libpq reads it --- */

static enum rc
make_password(const struct setup *s, const char *path, struct err *reterr)
{
	uint8_t secret[32];
	char word[SETUP_PASSWORD_BYTES], line[PASSFILE_BYTES];
	struct sbuf b;
	enum rc rc;

	rng_fill(&s->rng, secret, sizeof(secret));
	base64_encode(word, secret, sizeof(secret));
	sbuf_init(&b, line, sizeof(line));
	sbuf_printf(&b, "*:*:*:%s:%s\n", s->role, word);
	rc = sbuf_ok(&b)
		     ? file_save(path, line, b.len, 0600, reterr)
		     : err_set(reterr, RC_RANGE, 0, "setup",
			       "the name of --role is too long: give a shorter "
			       "one");
	crypto_wipe(secret, sizeof(secret));
	crypto_wipe(word, sizeof(word));
	crypto_wipe(line, sizeof(line));
	return rc;
}

static enum rc
take_password(const struct setup *s, const char *state, bool *ret_made,
	char *out, size_t cap, struct err *reterr)
{
	char path[PATH_BYTES];
	uint8_t *text = NULL;
	const char *colon;
	struct stat st;
	size_t n = 0;
	struct sbuf b;
	enum rc rc = in_state(path, state, SETUP_PASSFILE, reterr);

	if (rc == RC_OK && stat(path, &st) != 0) {
		rc = make_password(s, path, reterr);
		*ret_made = rc == RC_OK;
	}
	if (rc == RC_OK) {
		rc = file_load(path, PASSFILE_BYTES, &text, &n, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	colon = strrchr((const char *)text, ':');
	sbuf_init(&b, out, cap);
	if (colon != NULL) {
		sbuf_write(&b, colon + 1, strcspn(colon + 1, "\n"));
	}
	if (b.len == 0 || !sbuf_ok(&b)) {
		rc = err_set(reterr, RC_CORRUPT, 0, "setup",
			"%s is not as setup wrote it: bring it back", path);
	}
	crypto_wipe(text, n);
	free(text);
	return rc;
}

/* --- the configuration --- */

static void
put_database(struct sbuf *b, const struct setup_database *d, size_t i, size_t n,
	const char *conninfo)
{
	if (n == 1) {
		sbuf_puts(b, "\n[database main]\n");
	} else {
		sbuf_printf(b, "\n[database %zu]\n", i + 1);
	}
	sbuf_printf(b, "conninfo = %s\nparts = %s\n", conninfo,
		d->parts != NULL ? d->parts : "0-255");
	if (d->residency != NULL && d->residency[0] != '\0') {
		sbuf_printf(b, "residency = %s\n", d->residency);
	}
}

static void
host_name(char *out, size_t cap)
{
	if (gethostname(out, cap - 1) != 0) {
		memcpy(out, "localhost", sizeof("localhost"));
	}
	out[cap - 1] = '\0';
}

/* A unix socket has none: a proxy before it has what is usual. */
static const char *
port_of(const char *listen)
{
	const char *colon = listen != NULL ? strrchr(listen, ':') : NULL;

	return colon != NULL && colon[1] != '\0' &&
			       strspn(colon + 1, "0123456789") ==
				       strlen(colon + 1)
		       ? colon + 1
		       : "8443";
}

static void
put_hub(struct sbuf *b, const struct setup *s, const char *state,
	const char *cert, const char *key)
{
	char host[128];

	host_name(host, sizeof(host));
	sbuf_puts(b, "# Written by holdfast-hub setup; every line is in "
		     "holdfast-hub.conf(5).\n[hub]\n");
	sbuf_printf(b, "name = %s\nstate = %s\n",
		s->name != NULL ? s->name : "Holdfast", state);
	sbuf_printf(b, "listen = %s\n",
		s->listen != NULL ? s->listen : "0.0.0.0:8443");
	if (s->url != NULL) {
		sbuf_printf(b, "url = %s\n", s->url);
	} else {
		sbuf_printf(b, "url = %s://%s:%s\n",
			s->no_tls ? "http" : "https", host, port_of(s->listen));
	}
	if (!s->no_tls) {
		sbuf_printf(
			b, "tls_certificate = %s\ntls_key = %s\n", cert, key);
	}
}

static enum rc
make_config(const struct setup *s, const char *state, struct sbuf *b,
	struct hub_config *ret, struct err *reterr)
{
	char cert[PATH_BYTES], key[PATH_BYTES];
	static const struct setup_database all = {0};
	size_t n = s->n_db > 0 ? s->n_db : 1;
	enum rc rc = in_state(cert, state, "tls.crt", reterr);

	if (rc == RC_OK) {
		rc = in_state(key, state, "tls.key", reterr);
	}
	if (rc == RC_OK) {
		put_hub(b, s, state, cert, key);
	}
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		char conninfo[HUB_CONNINFO_BYTES];
		struct sbuf c;

		sbuf_init(&c, conninfo, sizeof(conninfo));
		rc = setup_service(s, admin_of(s, i), state, &c, reterr);
		put_database(b, s->n_db > 0 ? &s->db[i] : &all, i, n, conninfo);
	}
	/* what it refuses is never written */
	if (rc == RC_OK) {
		rc = hub_config_parse(s->config, b->p, b->len, ret, reterr);
	}
	return rc == RC_OK ? make_parent(s->config, reterr) : rc;
}

/* When all of it is true: a name of a database that was mistaken is given
 * again, and is nowhere to be taken out of. */
static enum rc
save_config(const struct setup *s, const struct sbuf *b, struct err *reterr)
{
	enum rc rc = file_save(s->config, b->p, b->len, 0644, reterr);

	if (rc == RC_OK) {
		say(s, "configuration: ", s->config);
	}
	return rc;
}

/* The host a url names, without scheme, port and path. */
static void
url_host(const char *url, char *out, size_t cap)
{
	const char *p = strstr(url, "://");
	struct sbuf b;
	size_t n;

	p = p != NULL ? p + 3 : url;
	n = *p == '[' ? strcspn(++p, "]") : strcspn(p, ":/");
	sbuf_init(&b, out, cap);
	sbuf_write(&b, p, n);
	if (n == 0 || !sbuf_ok(&b)) {
		host_name(out, cap);
	}
}

static enum rc
make_certificate(
	const struct setup *s, const struct hub_config *c, struct err *reterr)
{
	char host[128], mine[PATH_BYTES];
	struct stat st;
	enum rc rc = in_state(mine, c->state, "tls.crt", reterr);

	/* one that somebody else made is theirs to renew */
	if (rc != RC_OK || strcmp(c->tls_certificate, mine) != 0 ||
		stat(c->tls_certificate, &st) == 0) {
		return rc;
	}
	url_host(c->url, host, sizeof(host));
	rc = tls_make(c->tls_certificate, c->tls_key, host,
		clock_read(&s->clock).utc, reterr);
	if (rc == RC_OK) {
		say(s, "certificate: ", c->tls_certificate);
	}
	return rc;
}

/* --- in order --- */

/* Everybody on the machine reads the arguments of a process. */
static enum rc
refuse_passwords(const struct setup *s, struct err *reterr)
{
	char password[HUB_CONNINFO_BYTES];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < s->n_db; i++) {
		if (setup_value(admin_of(s, i), "password", password,
			    sizeof(password))) {
			rc = err_set(reterr, RC_INVAL, 0, "setup",
				"a password is no argument: put it into "
				"~/.pgpass or a file that PGPASSFILE names");
		}
	}
	crypto_wipe(password, sizeof(password));
	return rc;
}

static enum rc
run_databases(const struct setup *s, const struct hub_config *c,
	const struct hub_keys *keys, bool new_keys, struct err *reterr)
{
	struct setup_password password = {0};
	enum rc rc = take_password(s, c->state, &password.lost, password.word,
		sizeof(password.word), reterr);

	password.lost = password.lost && !new_keys;

	if (rc == RC_OK && s->n_db > 0 && s->n_db != c->n_db) {
		rc = err_set(reterr, RC_INVAL, 0, "setup",
			"%s has %zu databases, --database names %zu: give one "
			"for each, in the same order",
			c->path, c->n_db, s->n_db);
	}
	for (size_t i = 0; rc == RC_OK && i < c->n_db; i++) {
		rc = setup_database_run(
			s, admin_of(s, i), &c->db[i], keys, &password, reterr);
	}
	crypto_wipe(&password, sizeof(password));
	/* from here on it is the service that connects */
	(void)unsetenv("PGPASSWORD");
	return rc;
}

/* The service's state directory is the service's (DynamicUser=); what root put
 * into it since, or brought back, is not, and could not be read. */
static void
give_to_service(const char *state)
{
	static const char *const name[] = {
		HUB_KEYS_FILE, SETUP_PASSFILE, "tls.crt", "tls.key"};
	int dir = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat whose, is;

	if (dir < 0) {
		return;
	}
	for (size_t i = 0; geteuid() == 0 && fstat(dir, &whose) == 0 &&
			   whose.st_uid != 0 && i < ARRAY_LEN(name);
		i++) {
		int fd = openat(dir, name[i],
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

		/* a name there may be one of any file: then it is let be, and
		 * the server says what it cannot read */
		if (fd >= 0 && fstat(fd, &is) == 0 && S_ISREG(is.st_mode) &&
			is.st_nlink == 1 && is.st_uid == 0) {
			(void)!fchown(fd, whose.st_uid, whose.st_gid);
		}
		if (fd >= 0) {
			(void)close(fd);
		}
	}
	(void)close(dir);
}

static enum rc
run(const struct setup *s, struct hub_config *ret, struct err *reterr)
{
	const char *state = s->state != NULL ? s->state : HUB_STATE_PATH;
	char path[PATH_BYTES], text[CONFIG_BYTES];
	struct hub_keys *keys = NULL;
	struct sbuf b;
	struct stat st;
	int lock = -1;
	bool fresh = stat(s->config, &st) != 0, new_keys = false;
	enum rc rc = refuse_passwords(s, reterr);

	if (rc == RC_OK && !fresh) {
		rc = hub_config_load(s->config, ret, reterr);
		state = ret->state;
	}
	if (rc == RC_OK) {
		rc = make_dirs(state, 0700, reterr);
	}
	if (rc == RC_OK) {
		rc = in_state(path, state, "setup.lock", reterr);
	}
	if (rc == RC_OK) {
		rc = file_lock(path, &lock, reterr);
	}
	if (rc == RC_OK) {
		rc = make_keys(
			s, fresh ? NULL : ret, state, &keys, &new_keys, reterr);
	}
	sbuf_init(&b, text, sizeof(text));
	if (rc == RC_OK && fresh) {
		rc = make_config(s, state, &b, ret, reterr);
	}
	if (rc == RC_OK) {
		rc = make_certificate(s, ret, reterr);
	}
	if (rc == RC_OK) {
		rc = run_databases(s, ret, keys, new_keys, reterr);
	}
	if (rc == RC_OK && fresh) {
		rc = save_config(s, &b, reterr);
	}
	if (rc == RC_OK) {
		give_to_service(state);
	}
	hub_keys_close(keys);
	if (lock >= 0) {
		(void)close(lock);
	}
	return rc;
}

enum rc
setup_run(const struct setup *s, struct hub_config *ret, struct err *reterr)
{
	struct setup copy = *s;

	if (copy.role == NULL) {
		copy.role = SETUP_ROLE;
	}
	return run(&copy, ret, reterr);
}
