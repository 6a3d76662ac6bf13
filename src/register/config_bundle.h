/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_BUNDLE_H
#define REGISTER_CONFIG_BUNDLE_H

#include "register/shop.h"

/**
 * config_bundle - a configuration on its way to another store: one line of
 * JSON that says whose it was, signed by that register's key, and behind it the
 * text as it is.
 *
 *	{"holdfast":"configuration","format":1,"version":"<SHA-256 of the text>",
 *	"shop":"...","register":"R01","id":"<UUID>","sequence":3,"time":"...",
 *	"actor":"1","key":"<43>","sig":"<86>"}
 *
 * ${sig} is Ed25519 by ${key} over the line's bytes before ,"sig": as in an
 * event line.  Who imports it keeps the line, so that exporting it again
 * anywhere gives the same bytes.
 */
#define BUNDLE_HEAD_BYTES 1024
#define BUNDLE_BYTES (CONFIG_TEXT_BYTES + BUNDLE_HEAD_BYTES)

struct config_bundle {
	char head[BUNDLE_HEAD_BYTES]; /* without its newline */
	char version[65];
	char register_no[16];
	uint8_t key[SIGN_PUB_BYTES];
	const char *text; /* borrowed from what was read */
	size_t len;
};

/** config_bundle_make(s, e, out, reterr): of the activation ${e}; the line it
 * was imported with, when it was.  RC_RANGE it does not fit. */
MUST_CHECK enum rc config_bundle_make(struct shop *s, const struct event *e,
	struct sbuf *out, struct err *reterr);

/** config_bundle_read(p, n, ret, reterr): ${p} of ${n} bytes, with a NUL behind
 * them.  RC_PROTO it is none; RC_DENIED a byte of it was changed. */
MUST_CHECK enum rc config_bundle_read(const char *p, size_t n,
	struct config_bundle *ret, struct err *reterr);

#endif
