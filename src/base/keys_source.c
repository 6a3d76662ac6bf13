/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys_internal.h"
#include "base/parse.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define SOURCE_HEX ((size_t)HASH_BYTES * 2)
#define ARGON_OPS 3
#define ARGON_MEM (INT64_C(256) << 20)
#define ARGON_OPS_MAX 1000
#define ARGON_MEM_MIN 8192
#define ARGON_MEM_MAX (INT64_C(4) << 30)

/* The file's bytes go through one hash, so any file of 32 bytes or more will
 * do; the text before them keeps this use apart from others of the file. */
static const char context[] = "holdfast device key 1";

void
keys_device_hash(const void *p, size_t n, uint8_t device[KEY_BYTES])
{
	struct sha256_state h;

	sha256_start(&h);
	sha256_add(&h, context, sizeof(context));
	sha256_add(&h, p, n);
	sha256_end(&h, device);
	crypto_wipe(&h, sizeof(h));
}

static enum rc
hash_key_file(int fd, const char *path, uint8_t device[KEY_BYTES],
	off_t *ret_size, struct err *reterr)
{
	struct sha256_state h;
	uint8_t buf[4096];
	off_t at = 0;
	size_t n = 1;
	enum rc rc = RC_OK;

	sha256_start(&h);
	sha256_add(&h, context, sizeof(context));
	while (n > 0 && at <= KEYS_MATERIAL_MAX) {
		rc = file_pread(fd, buf, sizeof(buf), at, path, &n, reterr);
		if (rc != RC_OK) {
			break;
		}
		sha256_add(&h, buf, n);
		at += (off_t)n;
	}
	crypto_wipe(buf, sizeof(buf));
	sha256_end(&h, device);
	*ret_size = at;
	return rc;
}

static enum rc
device_from_file(
	const char *path, uint8_t device[KEY_BYTES], struct err *reterr)
{
	struct stat st;
	off_t size = 0;
	enum rc rc;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		return err_set(reterr, RC_KEY, errno, "keys",
			"cannot read the key file %s (attach its medium, or "
			"name it with --key-file)",
			path);
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		rc = err_set(reterr, RC_KEY, 0, "keys",
			"the key file %s is not a regular file: name another "
			"with --key-file",
			path);
	} else {
		rc = hash_key_file(fd, path, device, &size, reterr);
	}
	(void)close(fd);
	if (rc == RC_OK &&
		(size < KEYS_MATERIAL_MIN || size > KEYS_MATERIAL_MAX)) {
		rc = err_set(reterr, RC_KEY, 0, "keys",
			"the key file %s must hold 32 bytes to 1 MiB", path);
	}
	return rc;
}

static enum rc
device_from_passphrase(const struct source *s, const struct keys_offer *offer,
	uint8_t device[KEY_BYTES], struct err *reterr)
{
	if (crypto_password(offer->passphrase, offer->passphrase_len, s->salt,
		    (uint64_t)s->ops, (uint64_t)s->mem, device) != RC_OK) {
		return err_set(reterr, RC_NOMEM, 0, "keys",
			"the passphrase needs %lld MiB of free memory: close "
			"other programs",
			(long long)(s->mem >> 20));
	}
	return RC_OK;
}

/* --- keys/source --------------------------------------------------------- */

enum rc
keys_source_format(const struct source *s, char out[KEYS_SOURCE_TEXT],
	size_t *ret_n, struct err *reterr)
{
	char hex[2 * HASH_BYTES + 1];
	uint8_t hash[HASH_BYTES];
	struct sbuf b;

	sbuf_init(&b, out, KEYS_SOURCE_TEXT);
	sbuf_printf(&b, "source=%s\n", keys_source_name(s->kind));
	if (s->kind == KEYS_PASSPHRASE) {
		hex_encode(hex, s->salt, SALT_BYTES);
		sbuf_printf(&b, "salt=%s\nops=%lld\nmem=%lld", hex,
			(long long)s->ops, (long long)s->mem);
	} else {
		sbuf_puts(&b, "path=");
		sbuf_puts(&b, s->path);
	}
	sbuf_putc(&b, '\n');
	sha256(hash, out, b.len);
	hex_encode(hex, hash, HASH_BYTES);
	sbuf_printf(&b, "sha256=%s\n", hex);
	*ret_n = b.len;
	return sbuf_ok(&b) ? RC_OK
			   : err_set(reterr, RC_RANGE, 0, "keys",
				     "the path of the key file is too long");
}

/* One "name=value\n" at *p, value in place and NUL-terminated; NULL when the
 * next line is another. */
static char *
take_line(char **p, const char *name)
{
	size_t n = strlen(name);
	char *value = *p + n + 1;
	char *end;

	if (strncmp(*p, name, n) != 0 || (*p)[n] != '=') {
		return NULL;
	}
	end = strchr(value, '\n');
	if (end == NULL) {
		return NULL;
	}
	*end = '\0';
	*p = end + 1;
	return value;
}

static bool
check_source(const char *text, size_t len)
{
	const size_t tail = 7 + SOURCE_HEX + 1;
	uint8_t want[HASH_BYTES];
	uint8_t have[HASH_BYTES];
	const char *at;

	if (len <= tail || strlen(text) != len || text[len - 1] != '\n') {
		return false;
	}
	at = text + len - tail;
	if (memcmp(at, "sha256=", 7) != 0 ||
		hex_decode(want, HASH_BYTES, at + 7, SOURCE_HEX) != RC_OK) {
		return false;
	}
	sha256(have, text, len - tail);
	return memcmp(want, have, HASH_BYTES) == 0;
}

static bool
take_number(char **p, const char *name, int64_t min, int64_t max, int64_t *ret)
{
	const char *v = take_line(p, name);

	return v != NULL && parse_i64(v, strlen(v), min, max, ret) == RC_OK;
}

static bool
parse_body(char *text, struct source *s)
{
	const char *kind = take_line(&text, "source");
	const char *v;

	if (kind == NULL) {
		return false;
	}
	if (strcmp(kind, keys_source_name(KEYS_PASSPHRASE)) == 0) {
		s->kind = KEYS_PASSPHRASE;
		v = take_line(&text, "salt");
		if (v == NULL ||
			hex_decode(s->salt, SALT_BYTES, v, strlen(v)) !=
				RC_OK ||
			!take_number(&text, "ops", 1, ARGON_OPS_MAX, &s->ops) ||
			!take_number(&text, "mem", ARGON_MEM_MIN, ARGON_MEM_MAX,
				&s->mem)) {
			return false;
		}
	} else if (strcmp(kind, keys_source_name(KEYS_FILE)) == 0 ||
		   strcmp(kind, keys_source_name(KEYS_SYSTEMD)) == 0) {
		s->kind = strcmp(kind, keys_source_name(KEYS_FILE)) == 0
				  ? KEYS_FILE
				  : KEYS_SYSTEMD;
		v = take_line(&text, "path");
		if (v == NULL || strlen(v) >= sizeof(s->path)) {
			return false;
		}
		memcpy(s->path, v, strlen(v) + 1);
	} else {
		return false;
	}
	return take_line(&text, "sha256") != NULL && *text == '\0';
}

bool
keys_source_parse(char *text, size_t n, struct source *s)
{
	memset(s, 0, sizeof(*s));
	return check_source(text, n) && parse_body(text, s);
}

enum rc
keys_source_load(const char *path, struct source *s, struct err *reterr)
{
	uint8_t *p = NULL;
	size_t n;
	enum rc rc = keys_load(path, KEYS_FILE_MAX, &p, &n, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (!keys_source_parse((char *)p, n, s)) {
		rc = keys_bad(reterr, path);
	}
	free(p);
	return rc;
}

/* --- making and opening -------------------------------------------------- */

static enum rc
make_key_file(const char *path, const struct rng *r, struct err *reterr)
{
	uint8_t fresh[KEYS_MATERIAL_MIN];
	enum rc rc;

	rng_fill(r, fresh, sizeof(fresh));
	rc = file_save(path, fresh, sizeof(fresh), 0600, reterr);
	crypto_wipe(fresh, sizeof(fresh));
	return rc;
}

/* A relative name would mean another file from another directory. */
static enum rc
remember_path(const char *path, char out[PATH_BYTES], struct err *reterr)
{
	char *full = realpath(path, NULL);
	enum rc rc = RC_OK;

	if (full == NULL) {
		return err_set(reterr, err_sys_rc(errno), errno, "keys",
			"cannot resolve the key file %s", path);
	}
	if (strlen(full) >= PATH_BYTES || strchr(full, '\n') != NULL) {
		rc = err_set(reterr, RC_INVAL, 0, "keys",
			"the path of the key file is too long or holds a line "
			"break");
	} else {
		memcpy(out, full, strlen(full) + 1);
	}
	free(full);
	return rc;
}

static enum rc
new_from_file(struct source *s, const struct keys_offer *offer,
	const struct rng *r, uint8_t device[KEY_BYTES], struct err *reterr)
{
	enum rc rc = RC_OK;

	if (offer->path == NULL || offer->path[0] == '\0') {
		return err_set(reterr, RC_INVAL, 0, "keys",
			"no key file was named: use --key-file");
	}
	if (access(offer->path, F_OK) != 0 && errno == ENOENT) {
		rc = make_key_file(offer->path, r, reterr);
	}
	if (rc == RC_OK) {
		rc = device_from_file(offer->path, device, reterr);
		if (rc == RC_KEY) {
			if (reterr != NULL) {
				reterr->rc = RC_INVAL;
			}
			rc = RC_INVAL;
		}
	}
	if (rc == RC_OK) {
		rc = remember_path(offer->path, s->path, reterr);
	}
	return rc;
}

static enum rc
new_from_passphrase(struct source *s, const struct keys_offer *offer,
	const struct rng *r, uint8_t device[KEY_BYTES], struct err *reterr)
{
	s->ops = offer->argon_ops == 0 ? ARGON_OPS : (int64_t)offer->argon_ops;
	s->mem = offer->argon_mem == 0 ? ARGON_MEM : (int64_t)offer->argon_mem;
	if (offer->passphrase == NULL || offer->passphrase_len == 0) {
		return err_set(reterr, RC_INVAL, 0, "keys",
			"the passphrase is empty: give one of a few words");
	}
	if (s->ops < 1 || s->ops > ARGON_OPS_MAX || s->mem < ARGON_MEM_MIN ||
		s->mem > ARGON_MEM_MAX) {
		return err_set(reterr, RC_INVAL, 0, "keys",
			"the passphrase's cost is out of range");
	}
	rng_fill(r, s->salt, SALT_BYTES);
	return device_from_passphrase(s, offer, device, reterr);
}

/* A name, or a file that outlives the directory one is in. */
static enum rc
new_from_credential(struct source *s, const struct keys_offer *offer,
	uint8_t device[KEY_BYTES], struct err *reterr)
{
	enum rc rc;

	if (offer->path == NULL || offer->path[0] == '\0' ||
		strlen(offer->path) >= PATH_BYTES ||
		strchr(offer->path, '\n') != NULL) {
		return err_set(reterr, RC_INVAL, 0, "keys",
			"no credential was named: use --key-credential");
	}
	if (strchr(offer->path, '/') == NULL) {
		memcpy(s->path, offer->path, strlen(offer->path) + 1);
		rc = RC_OK;
	} else {
		rc = remember_path(offer->path, s->path, reterr);
	}
	return rc == RC_OK ? keys_credential(s->path, device, reterr) : rc;
}

enum rc
keys_source_make(const struct keys_offer *offer, const struct rng *r,
	struct source *s, uint8_t device[KEY_BYTES], struct err *reterr)
{
	memset(s, 0, sizeof(*s));
	s->kind = offer->source;
	switch (offer->source) {
	case KEYS_FILE:
		return new_from_file(s, offer, r, device, reterr);
	case KEYS_PASSPHRASE:
		return new_from_passphrase(s, offer, r, device, reterr);
	case KEYS_SYSTEMD:
	default:
		return new_from_credential(s, offer, device, reterr);
	}
}

/* Any file, any credential: its bytes are what counts, also when it moved. */
static enum rc
check_offer(const struct source *s, const struct keys_offer *offer,
	struct err *reterr)
{
	bool has_pass = offer->given && offer->source == KEYS_PASSPHRASE;

	if (s->kind == KEYS_PASSPHRASE && !has_pass) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"this store opens with a passphrase: give it with "
			"--passphrase-fd");
	}
	if (s->kind == KEYS_PASSPHRASE &&
		(offer->passphrase == NULL || offer->passphrase_len == 0)) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"the passphrase given is empty: give this store's");
	}
	if (s->kind == KEYS_FILE && has_pass) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"this store opens with a key file: name it with "
			"--key-file");
	}
	if (s->kind == KEYS_SYSTEMD && has_pass) {
		return err_set(reterr, RC_KEY, 0, "keys",
			"this store opens with a credential: name it with "
			"--key-credential");
	}
	return RC_OK;
}

enum rc
keys_source_device(const struct source *s, const struct keys_offer *offer,
	uint8_t device[KEY_BYTES], struct err *reterr)
{
	const char *path = s->path;
	enum keys_source kind = s->kind;
	enum rc rc = check_offer(s, offer, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (kind == KEYS_PASSPHRASE) {
		return device_from_passphrase(s, offer, device, reterr);
	}
	if (offer->given && offer->path != NULL && offer->path[0] != '\0') {
		path = offer->path;
		kind = offer->source;
	}
	return kind == KEYS_SYSTEMD ? keys_credential(path, device, reterr)
				    : device_from_file(path, device, reterr);
}
