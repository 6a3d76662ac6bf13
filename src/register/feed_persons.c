/* SPDX-License-Identifier: Apache-2.0 */
#include "register/feed_persons.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/conf.h"
#include "base/file.h"
#include "register/shop_internal.h"
#include "wire/persons.h"

#include "base/poison.h"

#define LINK_FILE "sync/link"
#define LINK_MAX ((size_t)16384)
#define PERSONS_FILE "sync/" FEED_PERSONS_NAME

struct box {
	uint8_t key[KEY_BYTES];
	bool there;
};

static enum rc
take_key(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct box *b = arg;

	(void)pos;
	(void)section;
	if (key == NULL || strcmp(key, "hub_box") != 0) {
		return RC_OK;
	}
	b->there =
		base64_decode(b->key, KEY_BYTES, value, strlen(value)) == RC_OK;
	return b->there ? RC_OK
			: err_set(reterr, RC_PROTO, 0, "persons",
				  "hub_box is no key: enroll this register "
				  "again");
}

/* Of the hub, as enrolment left it. */
static enum rc
read_box(const struct shop *s, uint8_t ret[KEY_BYTES], struct err *reterr)
{
	struct box b = {.there = false};
	char path[PATH_BYTES];
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc = shop_path(s, LINK_FILE, path, reterr);

	if (rc == RC_OK) {
		rc = file_load(path, LINK_MAX, &text, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = conf_parse(
			path, (const char *)text, n, take_key, &b, reterr);
	}
	if (rc == RC_OK && !b.there) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "persons",
			"%s has no key to seal to", path);
	}
	memcpy(ret, b.key, KEY_BYTES);
	free(text);
	return rc;
}

/* Without them the PINs of these persons are none elsewhere. */
static size_t
take_peppers(const struct shop *s, struct person_key p[KEYS_GENERATIONS])
{
	size_t n = 0;

	for (unsigned g = 1; g <= keys_generation(s->keys); g++, n++) {
		memcpy(p[n].key, keys_sub_of(s->keys, KEYS_PEPPER, g),
			KEY_BYTES);
		keys_pepper_name(p[n].key, p[n].no);
	}
	return n;
}

static enum rc
take_keys(struct shop *s, struct person_key p[], size_t *ret_n,
	struct err *reterr)
{
	char(*no)[KEYS_PERSON_BYTES] = calloc(PERSONS_MAX, sizeof(*no));
	size_t n = 0;
	enum rc rc;

	*ret_n = take_peppers(s, p);
	if (no == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "persons",
			"no memory for the keys of persons");
	}
	rc = keys_person_list(s->keys, no, PERSONS_MAX - *ret_n, &n, reterr);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct person_key *to = &p[*ret_n];

		memcpy(to->no, no[i], sizeof(to->no));
		rc = keys_person_get(s->keys, no[i], to->key, reterr);
		*ret_n += rc == RC_OK ? 1 : 0;
		/* erased in between */
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	free(no);
	return rc;
}

enum rc
feed_persons_save(struct shop *s, struct err *reterr)
{
	struct person_key *p = NULL;
	uint8_t box[KEY_BYTES];
	char path[PATH_BYTES];
	char *body = NULL;
	struct sbuf b;
	size_t n = 0;
	enum rc rc = read_box(s, box, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rc = shop_path(s, PERSONS_FILE, path, reterr);
	p = calloc(PERSONS_MAX, sizeof(*p));
	body = malloc(PERSONS_BODY_BYTES);
	if (rc == RC_OK && (p == NULL || body == NULL)) {
		rc = err_set(reterr, RC_NOMEM, 0, "persons",
			"no memory for the keys of persons");
	}
	if (rc == RC_OK && p != NULL) {
		rc = take_keys(s, p, &n, reterr);
	}
	if (rc == RC_OK) {
		sbuf_init(&b, body, PERSONS_BODY_BYTES);
		rc = persons_seal(p, n, box, &b, reterr);
	}
	if (rc == RC_OK) {
		rc = file_save(path, b.p, b.len, 0600, reterr);
	}
	if (p != NULL) {
		crypto_wipe(p, PERSONS_MAX * sizeof(*p));
	}
	free(p);
	free(body);
	return rc;
}

static uint64_t
mix(uint64_t h, const struct stat *st)
{
	const int64_t part[] = {(int64_t)st->st_ino, (int64_t)st->st_size,
		(int64_t)st->st_mtim.tv_sec, (int64_t)st->st_mtim.tv_nsec};

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		h = (h ^ (uint64_t)part[i]) * UINT64_C(1099511628211);
	}
	return h;
}

uint64_t
feed_persons_stamp(const struct shop *s)
{
	uint64_t h = UINT64_C(14695981039346656037);
	char path[PATH_BYTES];
	struct stat st;

	if (shop_path(s, LINK_FILE, path, NULL) != RC_OK ||
		stat(path, &st) != 0) {
		return 0;
	}
	h = mix(h, &st);
	h ^= keys_generation(s->keys); /* another pepper */
	if (shop_path(s, "keys/people", path, NULL) == RC_OK &&
		stat(path, &st) == 0) {
		h = mix(h, &st);
	}
	if (shop_path(s, "keys/reader", path, NULL) == RC_OK &&
		stat(path, &st) == 0) {
		h = mix(h, &st);
	}
	return h != 0 ? h : 1;
}
