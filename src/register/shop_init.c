/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "register/shop_internal.h"

#include "base/poison.h"

static const char *const part[] = {
	"journal", "store", "catalog", "sync", "keys", "inbox"};

/* --- directories ---------------------------------------------------------- */

static enum rc
make_dir(const char *path, struct err *reterr)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot make %s", path);
	}
	return RC_OK;
}

/* A directory on the way, and its name on disk when it is made here. */
static enum rc
make_parent(const char *path, struct err *reterr)
{
	char above[PATH_BYTES];
	struct stat st;
	enum rc rc;

	if (stat(path, &st) == 0) {
		return RC_OK; /* a file there is told by what comes next */
	}
	rc = path_join(above, sizeof(above), path, "..");
	if (rc == RC_OK) {
		rc = make_dir(path, reterr);
	}
	return rc == RC_OK ? file_sync_dir(above, reterr) : rc;
}

static enum rc
make_parents(const char *dir, struct err *reterr)
{
	char path[PATH_BYTES];
	size_t n = strlen(dir);
	enum rc rc = RC_OK;

	if (n >= sizeof(path)) {
		return err_set(reterr, RC_RANGE, 0, __func__,
			"the path of the store is too long");
	}
	memcpy(path, dir, n + 1);
	for (size_t i = 1; rc == RC_OK && i < n; i++) {
		if (path[i] == '/') {
			path[i] = '\0';
			rc = make_parent(path, reterr);
			path[i] = '/';
		}
	}
	return rc;
}

/* Nothing but what init is about to make may be there, or what one that was
 * killed has left: *ret_left. */
static enum rc
need_empty(const char *dir, bool *ret_made, bool *ret_left, struct err *reterr)
{
	bool other = false;
	DIR *d = opendir(dir);
	const struct dirent *e;
	enum rc rc = RC_OK;

	*ret_made = d == NULL && errno == ENOENT;
	if (d == NULL) {
		return *ret_made ? RC_OK
				 : err_set(reterr, err_sys_rc(errno), errno,
					   __func__, "cannot read %s", dir);
	}
	/* one process, no threads */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	for (errno = 0; rc == RC_OK && (e = readdir(d)) != NULL; errno = 0) {
		if (strcmp(e->d_name, SHOP_UNFINISHED) == 0) {
			*ret_left = true;
		} else if (strcmp(e->d_name, ".") != 0 &&
			   strcmp(e->d_name, "..") != 0) {
			other = true;
		}
	}
	if (rc == RC_OK && other && !*ret_left) {
		rc = err_set(reterr, RC_EXISTS, 0, __func__,
			"%s is there already and not empty; choose another "
			"--store",
			dir);
	} else if (rc == RC_OK && errno != 0) {
		/* what a failed init removes must be its own */
		rc = err_set(
			reterr, RC_IO, errno, __func__, "cannot read %s", dir);
	}
	(void)closedir(d);
	return rc;
}

static void
remove_tree(const char *dir, bool itself)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	char path[PATH_BYTES];

	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	while (d != NULL && (e = readdir(d)) != NULL) {
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 ||
			strcmp(e->d_name, "..") == 0 ||
			path_join(path, sizeof(path), dir, e->d_name) !=
				RC_OK ||
			lstat(path, &st) != 0) {
			continue;
		}
		if (S_ISDIR(st.st_mode)) {
			remove_tree(path, true);
		} else {
			(void)unlink(path);
		}
	}
	if (d != NULL) {
		(void)closedir(d);
	}
	if (itself) {
		(void)rmdir(dir);
	}
}

/* --- contents ------------------------------------------------------------- */

static enum rc
write_parts(const struct shop_seed *seed, const char *text, size_t len,
	struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = make_dir(seed->dir, reterr);

	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(part); i++) {
		rc = path_join(path, sizeof(path), seed->dir, part[i]);
		if (rc == RC_OK) {
			rc = make_dir(path, reterr);
		}
	}
	if (rc == RC_OK) {
		rc = path_join(path, sizeof(path), seed->dir, "keys");
	}
	if (rc == RC_OK) {
		rc = keys_create(path, &seed->key, &seed->rng, reterr);
	}
	if (rc == RC_OK) {
		rc = path_join(path, sizeof(path), seed->dir, "holdfast.conf");
	}
	if (rc == RC_OK) {
		rc = file_save(path, text, len, 0600, reterr);
	}
	return rc;
}

static enum rc
first_events(struct shop *s, const struct config *c, const char *text,
	struct err *reterr)
{
	struct event ev[3] = {{0}};
	size_t n = 2;
	char public_key[2 * SIGN_PUB_BYTES + 1];

	hex_encode(public_key, keys_sign_public(s->keys), SIGN_PUB_BYTES);
	ev[0].type = EVENT_REGISTER_INITIALIZED;
	ev[0].data.initialized.shop = c->shop;
	ev[0].data.initialized.register_no = c->register_no;
	ev[0].data.initialized.public_key = public_key;
	ev[0].data.initialized.operator_no = "1";
	ev[0].data.initialized.product = PACKAGE_STRING;
	ev[1].type = EVENT_CONFIG_ACTIVATED;
	ev[1].data.config.version = c->version;
	ev[1].data.config.text = text;
	shop_machine_look(s);
	n += shop_machine_event(s, "first", NULL, &ev[n]);
	s->own->machine_due = false; /* it is in the group */
	return shop_record(s, ev, n, "1", NULL, NULL, reterr);
}

static enum rc
begin_journal(const struct shop_seed *seed, const struct config *c,
	const char *text, struct err *reterr)
{
	struct shop_conf conf = {
		.dir = seed->dir,
		.key = seed->key,
		.mode = SHOP_WRITE,
		.clock = seed->clock,
		.rng = seed->rng,
	};
	struct utc now = clock_read(&seed->clock).utc;
	struct shop_ids ids;
	struct shop *s = NULL;
	char path[PATH_BYTES];
	enum rc rc;

	uuid_v7(&seed->rng, now, ids.tenant);
	uuid_v7(&seed->rng, now, ids.store);
	uuid_v7(&seed->rng, now, ids.reg);
	rc = shop_open_ids(&conf, &ids, &s, reterr);
	if (rc == RC_OK && s->read_only) {
		rc = err_set(reterr, RC_IO, 0, __func__, "%s", s->trouble);
	}
	if (rc == RC_OK) {
		rc = first_events(s, c, text, reterr);
	}
	if (rc == RC_OK) {
		ballast_make(s);
		rc = shop_path(s, "..", path, reterr);
	}
	if (rc == RC_OK) {
		rc = file_sync_dir(path, reterr); /* the name of the store */
	}
	shop_close(s);
	return rc;
}

/* From the first byte to the last flush the directory says that it is no
 * store yet: who is killed in between can begin again, and nobody sells from
 * half of one.  The lock keeps two from making the same. */
static enum rc
mark_unfinished(const char *dir, int *ret_fd, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = make_dir(dir, reterr);

	if (rc == RC_OK) {
		rc = path_join(path, sizeof(path), dir, SHOP_UNFINISHED);
	}
	if (rc != RC_OK) {
		return rc;
	}
	*ret_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*ret_fd < 0) {
		return err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot write in %s", dir);
	}
	if (flock(*ret_fd, LOCK_EX | LOCK_NB) != 0) {
		return err_set(reterr, RC_BUSY, 0, __func__,
			"somebody else is making a store in %s: wait for it",
			dir);
	}
	return file_sync_dir(dir, reterr);
}

static enum rc
mark_finished(const char *dir, struct err *reterr)
{
	char path[PATH_BYTES];
	enum rc rc = path_join(path, sizeof(path), dir, SHOP_UNFINISHED);

	if (rc == RC_OK && unlink(path) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, __func__,
			"cannot write in %s", dir);
	}
	return rc == RC_OK ? file_sync_dir(dir, reterr) : rc;
}

enum rc
shop_init(const struct shop_seed *seed, struct err *reterr)
{
	struct config *c = NULL;
	char *text = NULL;
	struct stat st;
	struct sbuf b;
	bool key_there;
	bool made = false;
	bool left = false;
	int fd = -1;
	enum rc rc = RC_NOMEM;

	c = config_new();
	text = malloc(CONFIG_TEXT_BYTES);
	if (c == NULL || text == NULL) {
		(void)err_set(reterr, rc, 0, __func__,
			"no memory to make a store; close programs and try "
			"again");
		goto out;
	}
	sbuf_init(&b, text, CONFIG_TEXT_BYTES);
	rc = config_write(&seed->config, &b, reterr);
	if (rc == RC_OK) {
		rc = config_parse("holdfast.conf", b.p, b.len, c, reterr);
	}
	if (rc == RC_OK) {
		rc = need_empty(seed->dir, &made, &left, reterr);
	}
	if (rc == RC_OK) {
		rc = make_parents(seed->dir, reterr);
	}
	if (rc == RC_OK) {
		rc = mark_unfinished(seed->dir, &fd, reterr);
	}
	if (rc == RC_OK && left) {
		remove_tree(seed->dir, false);
		(void)close(fd);
		rc = mark_unfinished(seed->dir, &fd, reterr);
	}
	if (rc != RC_OK) {
		goto out;
	}
	key_there = seed->key.source != KEYS_FILE || seed->key.path == NULL ||
		    stat(seed->key.path, &st) == 0;
	rc = write_parts(seed, b.p, b.len, reterr);
	if (rc == RC_OK) {
		rc = begin_journal(seed, c, b.p, reterr);
	}
	if (rc == RC_OK) {
		rc = mark_finished(seed->dir, reterr);
	}
	if (rc != RC_OK) {
		remove_tree(seed->dir, made);
		if (!key_there) {
			(void)unlink(seed->key.path);
		}
	}
out:
	if (fd >= 0) {
		(void)close(fd);
	}
	free(text);
	config_free(c);
	return rc;
}
