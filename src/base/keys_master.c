/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/keys_internal.h"

#include "base/poison.h"

/*
 * Format 1: magic, format, source, id | nonce, wrapped master key, tag |
 * SHA-256 of all before; the device key's source is in keys/source.
 * Format 2: magic, format, source, id, generation of the device key, how many
 * generations of the master key, since when the device key, bytes of the
 * source, zero, since when each generation, the source as keys/source has it |
 * nonce, wrapped master keys, tag | SHA-256.  So that one rename changes both.
 *
 * The head is associated data of the wrap.  The hash needs no key, so damage
 * is told from a wrong key before any key is tried.
 */
static const char magic[8] = {'H', 'F', 'K', 'E', 'Y', 'M', 'S', 'T'};

#define FORMAT_ONE 1u
#define FORMAT_MANY 2u
#define HEAD_ONE 24u
#define HEAD_MANY 48u

static enum rc
unknown_format(const char *path, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "keys",
		"%s has a format this version does not know: update the "
		"program",
		path);
}

static bool
read_many(struct rd *r, struct master_file *m)
{
	char text[KEYS_SOURCE_TEXT];
	const uint8_t *p;
	size_t n;

	m->device = rd_u32le(r);
	m->n = rd_u32le(r);
	m->device_us = rd_i64le(r);
	n = rd_u32le(r);
	(void)rd_u32le(r);
	if (r->bad || m->n == 0 || m->n > KEYS_GENERATIONS || m->device == 0) {
		return false;
	}
	for (unsigned i = 0; i < m->n; i++) {
		m->since_us[i] = rd_i64le(r);
	}
	p = n < sizeof(text) ? rd_bytes(r, n) : NULL;
	if (p == NULL) {
		return false;
	}
	memcpy(text, p, n);
	text[n] = '\0';
	m->n_head = HEAD_MANY + m->n * 8 + n;
	return keys_source_parse(text, n, &m->source) &&
	       r->n == m->n * KEY_BYTES + SEAL_BYTES;
}

static bool
read_head(struct master_file *m)
{
	struct rd r;

	rd_init(&r, m->file + 8, m->n_file - 8 - HASH_BYTES);
	m->format = rd_u32le(&r);
	(void)rd_bytes(&r, 4 + 8); /* source and id, bound but not asked */
	if (r.bad) {
		return false;
	}
	if (m->format == FORMAT_MANY) {
		return read_many(&r, m);
	}
	m->device = 1;
	m->n = 1;
	m->n_head = HEAD_ONE;
	return m->format != FORMAT_ONE || r.n == KEY_BYTES + SEAL_BYTES;
}

enum rc
master_read(const char *dir, struct master_file *m, struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	char path[PATH_BYTES];
	uint8_t *p = NULL;
	enum rc rc;

	memset(m, 0, sizeof(*m));
	rc = keys_path(path, dir, "master", reterr);
	if (rc == RC_OK) {
		rc = keys_load(path, sizeof(m->file), &p, &m->n_file, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(m->file, p, m->n_file);
	free(p);
	if (m->n_file < HEAD_ONE + HASH_BYTES) {
		return keys_bad(reterr, path);
	}
	sha256(hash, m->file, m->n_file - HASH_BYTES);
	if (memcmp(hash, m->file + m->n_file - HASH_BYTES, HASH_BYTES) != 0 ||
		memcmp(m->file, magic, sizeof(magic)) != 0 || !read_head(m)) {
		return keys_bad(reterr, path);
	}
	if (m->format != FORMAT_ONE && m->format != FORMAT_MANY) {
		return unknown_format(path, reterr);
	}
	if (m->format == FORMAT_ONE) {
		rc = keys_path(path, dir, "source", reterr);
		if (rc == RC_OK) {
			rc = keys_source_load(path, &m->source, reterr);
		}
	}
	return rc;
}

enum rc
master_open(const struct master_file *m, const uint8_t device[KEY_BYTES],
	struct keys_secret *s)
{
	enum rc rc =
		crypto_open(device, m->file, m->n_head, m->file + m->n_head,
			m->n * KEY_BYTES + SEAL_BYTES, s->master[0]);

	s->n = rc == RC_OK ? m->n : 0;
	return rc == RC_OK ? RC_OK : RC_KEY;
}

static size_t
put_head(struct wr *w, const struct master_file *m, const struct rng *r,
	const char *text, size_t n_text)
{
	uint8_t id[8];

	rng_fill(r, id, sizeof(id));
	wr_bytes(w, magic, sizeof(magic));
	wr_u32le(w, m->format);
	wr_u32le(w, (uint32_t)m->source.kind);
	wr_bytes(w, id, sizeof(id));
	if (m->format == FORMAT_MANY) {
		wr_u32le(w, m->device);
		wr_u32le(w, m->n);
		wr_i64le(w, m->device_us);
		wr_u32le(w, (uint32_t)n_text);
		wr_u32le(w, 0);
		for (unsigned i = 0; i < m->n; i++) {
			wr_i64le(w, m->since_us[i]);
		}
		wr_bytes(w, text, n_text);
	}
	return w->len;
}

enum rc
master_write(const char *dir, const struct master_file *m,
	const uint8_t device[KEY_BYTES], const struct keys_secret *s,
	const struct rng *r, struct err *reterr)
{
	uint8_t file[sizeof(m->file)];
	char text[KEYS_SOURCE_TEXT];
	char path[PATH_BYTES];
	size_t n_text = 0, head;
	struct wr w;
	enum rc rc = keys_path(path, dir, "master", reterr);

	if (rc == RC_OK && m->format == FORMAT_MANY) {
		rc = keys_source_format(&m->source, text, &n_text, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	wr_init(&w, file, sizeof(file));
	head = put_head(&w, m, r, text, n_text);
	crypto_seal(device, r, file, head, s->master[0],
		(size_t)s->n * KEY_BYTES, file + head);
	w.len = head + (size_t)s->n * KEY_BYTES + SEAL_BYTES;
	sha256(file + w.len, file, w.len);
	return keys_replace(path, file, w.len + HASH_BYTES, reterr);
}

/* What to say to somebody whose key is not the one. */
static const char *
source_words(enum keys_source s)
{
	return s == KEYS_PASSPHRASE ? "passphrase"
	       : s == KEYS_SYSTEMD  ? "credential"
				    : "key file";
}

enum rc
master_prove(const char *dir, const struct keys_offer *offer,
	struct master_file *m, uint8_t device[KEY_BYTES], struct keys_secret *s,
	struct err *reterr)
{
	enum rc rc = master_read(dir, m, reterr);

	if (rc == RC_OK) {
		rc = keys_source_device(&m->source, offer, device, reterr);
	}
	if (rc == RC_OK && master_open(m, device, s) != RC_OK) {
		rc = err_set(reterr, RC_KEY, 0, "keys",
			"the %s does not open this store: give the one it was "
			"made with (nothing was changed)",
			source_words(
				offer->given ? offer->source : m->source.kind));
	}
	return rc;
}
