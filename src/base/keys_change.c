/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

/*
 * change: magic, format, level, generation, whether a key follows | the next
 * master key sealed under the one before, or zeros | SHA-256 of all before.
 * It is there from before a change until the line that tells of it is final.
 */
static const char magic[8] = {'H', 'F', 'K', 'E', 'Y', 'C', 'H', 'G'};

#define CHANGE_HEAD 24u
#define CHANGE_BODY (CHANGE_HEAD + KEY_BYTES + SEAL_BYTES)
#define CHANGE_BYTES (CHANGE_BODY + HASH_BYTES)
#define AD_BYTES 12u

int
keys_lock(const char *dir, struct err *reterr)
{
	int fd = file_open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

	if (fd < 0 || flock(fd, LOCK_EX) != 0) {
		(void)err_set(reterr, err_sys_rc(errno), errno, "keys",
			"cannot lock %s", dir);
		if (fd >= 0) {
			(void)close(fd);
		}
		return -1;
	}
	return fd;
}

enum rc
keys_shred(int fd, const char *path, struct err *reterr)
{
	static const uint8_t zeros[4096];
	struct stat st;
	enum rc rc = RC_OK;

	if (fstat(fd, &st) != 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "keys",
			"cannot look at %s", path);
	}
	for (off_t at = 0; rc == RC_OK && at < st.st_size;) {
		size_t n = st.st_size - at < (off_t)sizeof(zeros)
				   ? (size_t)(st.st_size - at)
				   : sizeof(zeros);

		rc = file_pwrite(fd, zeros, n, at, path, reterr);
		at += (off_t)n;
	}
	return rc == RC_OK ? file_sync(fd, path, reterr) : rc;
}

enum rc
keys_replace(const char *path, const void *p, size_t n, struct err *reterr)
{
	int old = file_open(path, O_RDWR | O_CLOEXEC, 0);
	enum rc rc = file_save(path, p, n, 0600, reterr);

	if (rc == RC_OK && old >= 0) {
		rc = keys_shred(old, path, reterr);
	}
	if (old >= 0) {
		(void)close(old);
	}
	return rc;
}

enum rc
change_read(const char *dir, struct change_file *ret, struct err *reterr)
{
	uint8_t file[CHANGE_BYTES];
	char path[PATH_BYTES];
	uint32_t level;
	struct rd r;
	enum rc rc = keys_path(path, dir, "change", reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK) {
		return rc;
	}
	rc = keys_hashed(path, magic, file, sizeof(file), NULL);
	if (rc != RC_OK) {
		return rc == RC_NOTFOUND || rc == RC_CORRUPT ? RC_NOTFOUND : rc;
	}
	rd_init(&r, file + 12, sizeof(file) - 12);
	level = rd_u32le(&r);
	ret->what.level = (enum keys_level)level;
	ret->what.generation = rd_u32le(&r);
	ret->handed = rd_u32le(&r) != 0;
	memcpy(ret->box, file + CHANGE_HEAD, sizeof(ret->box));
	return level > KEYS_LEVEL_RECOVERY ? RC_NOTFOUND : RC_OK;
}

enum rc
change_write(const char *dir, const struct change_file *c, struct err *reterr)
{
	uint8_t file[CHANGE_BYTES];
	char path[PATH_BYTES];
	struct wr w;
	enum rc rc = keys_path(path, dir, "change", reterr);

	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, file, sizeof(file));
	wr_bytes(&w, magic, sizeof(magic));
	wr_u32le(&w, 1);
	wr_u32le(&w, (uint32_t)c->what.level);
	wr_u32le(&w, c->what.generation);
	wr_u32le(&w, c->handed ? 1 : 0);
	wr_bytes(&w, c->box, sizeof(c->box));
	sha256(file + CHANGE_BODY, file, CHANGE_BODY);
	return keys_replace(path, file, sizeof(file), reterr);
}

enum rc
change_remove(const char *dir, struct err *reterr)
{
	char path[PATH_BYTES];
	int fd;
	enum rc rc = keys_path(path, dir, "change", reterr);

	if (rc != RC_OK) {
		return rc;
	}
	fd = file_open(path, O_RDWR | O_CLOEXEC, 0);
	if (fd < 0) {
		return errno == ENOENT
			       ? RC_OK
			       : err_set(reterr, err_sys_rc(errno), errno,
					 "keys", "cannot remove %s", path);
	}
	if (unlink(path) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "keys",
			"cannot remove %s", path);
	}
	if (rc == RC_OK) {
		rc = file_sync_dir(dir, reterr);
	}
	if (rc == RC_OK) {
		rc = keys_shred(fd, path, reterr);
	}
	(void)close(fd);
	return rc;
}

static void
make_ad(uint8_t ad[AD_BYTES], unsigned generation)
{
	struct wr w;

	wr_init(&w, ad, AD_BYTES);
	wr_bytes(&w, "master\0", 8);
	wr_u32le(&w, generation);
}

void
change_box(const struct keys_secret *s, unsigned generation,
	const struct rng *r, const uint8_t key[KEY_BYTES],
	uint8_t out[KEY_BYTES + SEAL_BYTES])
{
	uint8_t ad[AD_BYTES];

	make_ad(ad, generation);
	crypto_seal(s->sub[generation - 2][KEYS_CHANGE], r, ad, sizeof(ad), key,
		KEY_BYTES, out);
}

enum rc
change_unbox(const struct keys_secret *s, unsigned generation,
	const uint8_t in[KEY_BYTES + SEAL_BYTES], uint8_t key[KEY_BYTES])
{
	uint8_t ad[AD_BYTES];

	make_ad(ad, generation);
	return crypto_open(s->sub[generation - 2][KEYS_CHANGE], ad, sizeof(ad),
		in, KEY_BYTES + SEAL_BYTES, key);
}
