/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_ARCHIVE_H
#define REGISTER_ARCHIVE_H

#include "register/shop.h"
#include "register/verify.h"

/**
 * archive - lines that are final, copied to another medium with a signed
 * manifest, so that they can be read and checked without this register, and
 * only then removed from it (purge.h).
 *
 * A directory: journal/ with the segments' bytes, keys/ with what opens them
 * (never what belongs to a person), register.pub, lines.jsonl where it was
 * asked for, and manifest.json, last of all: without it the directory is half
 * an archive and none.  It is made beside its name and gets that when it was
 * read again and found whole.  holdfast-archive(5).
 */
struct archive_opts {
	const char *until; /* "12" or "2026-11-21"; NULL: the last closed day */
	bool lines;	   /* lines.jsonl, for other programs */
};

struct archive_result {
	int64_t number;
	uint64_t first, last;
	char first_hash[2 * HASH_BYTES + 1], last_hash[2 * HASH_BYTES + 1];
	char manifest[2 * HASH_BYTES + 1]; /* SHA-256 of manifest.json */
	int64_t segments, bytes;
	int64_t sales, gross, grand;
	bool there; /* it was made before, and holds: nothing was written */
};

/**
 * archive_make(conf, dest, opts, ret, reterr):
 * From the first line the journal has to the day that opts->until names, beside
 * a running register too.  Nothing is recorded: the caller has archive.made
 * recorded, unless ret->there.
 * Errors   RC_EXISTS ${dest} holds something else, or another range; RC_NOTFOUND
 *          no day is closed, or none of that number or date; RC_CORRUPT the
 *          journal or what was read again does not hold.  ${dest} is then as it
 *          was.
 */
MUST_CHECK enum rc archive_make(const struct shop_conf *conf, const char *dest,
	const struct archive_opts *opts, struct archive_result *ret,
	struct err *reterr);

/** archive_drop(dir): takes one away that archive_make() just made, of somebody
 * who may not have it. */
void archive_drop(const char *dir);

/* How an archive is looked at. */
struct archive_look {
	const char *dir;
	bool no_key;		      /* do not open what is sealed */
	const struct keys *keys;      /* borrowed; NULL: keys/ and: */
	const struct keys_offer *key;
	const uint8_t *pub; /* the key it must be signed with; NULL: its own */
	const struct verify_anchor *anchor;
	size_t n_anchor;
};

struct archive_verdict {
	bool ok;
	bool with_lines; /* lines were read: chain, signatures, totals */
	uint64_t lines;
	struct archive_result what; /* as its manifest has it */
	size_t n_problem;
	char problem[VERIFY_PROBLEMS][ERR_MSG_BYTES];
};

/**
 * archive_verify(look, ret, reterr):
 * Everything that can be checked without a store: the manifest's signature,
 * each file's SHA-256, each record's hash and the sequence; and, with the key
 * or where there is a lines.jsonl, chain, signatures, days and totals.  RC_OK
 * also when problems were found: ret->ok.
 * Errors   RC_NOTFOUND there is no manifest: it is no archive, or half of one;
 *          RC_KEY, RC_IO, RC_NOMEM.
 */
MUST_CHECK enum rc archive_verify(const struct archive_look *look,
	struct archive_verdict *ret, struct err *reterr);

#endif
