/* SPDX-License-Identifier: Apache-2.0 */
/* An enrolment without a hub: keys/reader and sync/link of a store, for tests
 * that play the hub themselves.
 *
 *   make_link STORE KEY-FILE WORKER-KEY-FILE URL HUB-UUID HUB-KEY NONCE
 *
 * Prints keyid, the link's public key (base64url) and the register's id. */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/keys_reader.h"
#include "base/sbuf.h"
#include "journal/journal.h"
#include "sync/link.h"

#include "base/poison.h"

static void
put(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text);
}

static enum rc
make(char *argv[], struct link *l, char key[64], struct err *e)
{
	struct keys_offer offer = {
		.source = KEYS_FILE, .given = true, .path = argv[2]};
	struct rng rng = rng_system();
	struct keys_reader_status status;
	struct journal_info info;
	struct keys *keys = NULL;
	char dir[PATH_BYTES], sync[PATH_BYTES], journal[PATH_BYTES];
	char reg[UUID_TEXT_BYTES];
	struct sbuf b;
	enum rc rc = path_join(dir, sizeof(dir), argv[1], "keys");

	if (rc == RC_OK) {
		rc = path_join(sync, sizeof(sync), argv[1], "sync");
	}
	if (rc == RC_OK) {
		rc = path_join(journal, sizeof(journal), argv[1], "journal");
	}
	if (rc == RC_OK) {
		rc = keys_open(dir, &offer, &keys, e);
	}
	if (rc == RC_OK) {
		rc = keys_reader_make(keys, argv[3], &rng, e);
	}
	keys_close(keys);
	if (rc == RC_OK) {
		rc = keys_reader_status(dir, &status, e);
	}
	if (rc == RC_OK) {
		rc = journal_info(journal, &info, e);
	}
	if (rc == RC_OK && mkdir(sync, 0700) != 0 && errno != EEXIST) {
		rc = RC_IO;
	}
	if (rc == RC_OK) {
		rc = uuid_parse(argv[5], strlen(argv[5]), l->hub);
	}
	if (rc == RC_OK) {
		rc = base64_decode(
			l->hub_key, SIGN_PUB_BYTES, argv[6], strlen(argv[6]));
	}
	if (rc != RC_OK) {
		return rc;
	}
	base64_encode(key, status.link, sizeof(status.link));
	memcpy(l->reg, info.reg, UUID_BYTES);
	uuid_format(info.reg, reg);
	put(l->url, sizeof(l->url), argv[4]);
	put(l->nonce, sizeof(l->nonce), argv[7]);
	put(l->kind, sizeof(l->kind), "enroll");
	sbuf_init(&b, l->keyid, sizeof(l->keyid));
	sbuf_printf(&b, "0.1.%s.%s", argv[5], reg);
	return link_write(sync, l, e);
}

int
main(int argc, char *argv[])
{
	struct link l = {0};
	struct err e = {0};
	char key[64], reg[UUID_TEXT_BYTES];

	if (argc != 8 || crypto_init() != RC_OK) {
		return 2;
	}
	if (make(argv, &l, key, &e) != RC_OK) {
		(void)fprintf(stderr, "make_link: %s\n", e.msg);
		return 1;
	}
	uuid_format(l.reg, reg);
	(void)printf("%s %s %s\n", l.keyid, key, reg);
	return 0;
}
