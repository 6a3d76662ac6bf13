/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_MANIFEST_H
#define WIRE_MANIFEST_H

#include "wire/event.h"

/**
 * wire/manifest - what an archive says of itself: one JSON object in the
 * spelling of event lines, fixed order, no spaces, signed as they are: the
 * signature is over the bytes before ,"sig":.  Nothing in it tells when or
 * where it was made, so that the same lines archived again give the same
 * bytes.  holdfast-archive(5).
 */
#define MANIFEST_FORMAT "holdfast.archive.1"

struct archive_file {
	const char *path; /* below the archive, "journal/....seg" */
	int64_t bytes;
	const char *sha256;  /* of the file, hex */
	int64_t first, last; /* lines in it */
};

struct archive_day {
	int64_t number;	  /* of the Z */
	int64_t sequence; /* of its line */
	const char *date; /* of business; NULL it has none */
	int64_t sales, gross, returns, return_amount;
	int64_t grand; /* its day among them */
};

struct archive_config {
	const char *version;
	int64_t sequence; /* of the line that made it active */
};

struct archive_manifest {
	const char *format;
	int64_t number;
	uint8_t tenant[UUID_BYTES], store[UUID_BYTES], reg[UUID_BYTES];
	const char *register_no, *shop;
	const char *public_key; /* Ed25519, hex */
	int64_t first, last;
	const char *before; /* hash of line first - 1; NULL first is 1 */
	const char *first_hash, *last_hash;
	struct utc first_time, last_time;
	int64_t sales, gross; /* training is none */
	int64_t grand;	      /* of the last Z among them */
	const struct archive_day *day;
	size_t n_day;
	const struct archive_config *config;
	size_t n_config;
	const struct archive_file *file;
	size_t n_file;
};

/** manifest_encode(m, sign_secret, out, reterr): the line with its signature,
 * no newline; out is cleared first.  Without a key (NULL) the object alone.
 * RC_RANGE it is over WIRE_LINE_BYTES. */
MUST_CHECK enum rc manifest_encode(const struct archive_manifest *m,
	const uint8_t *sign_secret, struct sbuf *out, struct err *reterr);

/** manifest_decode(text, len, a, ret, reterr): as wire_decode(): what spells
 * again to the same bytes.  Looks at no signature: wire_verify() does.
 * RC_PROTO, RC_NOMEM. */
MUST_CHECK enum rc manifest_decode(const char *text, size_t len,
	struct arena *a, struct archive_manifest *ret, struct err *reterr);

#endif
