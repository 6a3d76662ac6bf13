/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_LINK_H
#define SYNC_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/rng.h"

/**
 * sync/link - which hub this register was enrolled at, as whom, and by which
 * keys it is known again: the file sync/link, INI, made at enrolment and never
 * changed; holdfast-store(5).  Nothing secret is in it: the link's own key
 * lies with the reading keys (base/keys_reader.h).
 */
#define LINK_NAME "link" /* in the store's sync/ */
#define LINK_URL_BYTES 512
#define LINK_KEYID_BYTES 160
#define LINK_TEXT_BYTES 128

struct link {
	char url[LINK_URL_BYTES]; /* "https://hub.example:8443", no path */
	char tls[64];		  /* pin, "sha256//B64"; "" none */
	char keyid[LINK_KEYID_BYTES];
	uint8_t hub[UUID_BYTES];
	uint8_t hub_key[SIGN_PUB_BYTES]; /* Ed25519 */
	uint8_t hub_box[KEY_BYTES];	 /* X25519 */
	uint8_t tenant[UUID_BYTES], store[UUID_BYTES], reg[UUID_BYTES];
	char tenant_name[LINK_TEXT_BYTES], store_name[LINK_TEXT_BYTES];
	char kind[16];	/* "enroll", "restore" */
	char nonce[64]; /* for the first hello */
	uint8_t link_key[SIGN_PUB_BYTES]; /* whose it is; zeros: not said */
};

/** link_read(dir, ret, reterr): ${dir} is the store's sync/.  RC_NOTFOUND not
 * enrolled; RC_PROTO it lacks a key or one cannot be read: enroll again. */
MUST_CHECK enum rc link_read(
	const char *dir, struct link *ret, struct err *reterr);
/** link_write(dir, l, reterr): the old one or this one, whatever happens. */
MUST_CHECK enum rc link_write(
	const char *dir, const struct link *l, struct err *reterr);
/** link_url_ok(url): https:, or http: to this machine or to an address of a
 * local network, "host[:port]" and nothing behind. */
bool link_url_ok(const char *url);

#endif
