/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_ARCHIVE_INTERNAL_H
#define REGISTER_ARCHIVE_INTERNAL_H

#include <stdio.h>

#include "register/archive.h"
#include "register/verify_internal.h"
#include "wire/manifest.h"

/**
 * archive_internal - archive.c makes one, archive_scan.c reads its lines and
 * adds them up, archive_verify.c judges.
 */
#define ARCHIVE_MANIFEST "manifest.json"
#define ARCHIVE_LINES "lines.jsonl"
#define ARCHIVE_PUB "register.pub"
#define ARCHIVE_CONFIG_BYTES 72

/* What the lines of an archive come to. */
struct archive_scan {
	const char *dir;
	const struct keys *keys; /* NULL: from lines.jsonl, when that is there */
	const uint8_t *pub;
	FILE *out;   /* lines are written there; NULL none */
	bool compare; /* lines.jsonl must hold the same */
	struct verify_past past; /* its anchors */
	/* told of each thing that does not hold */
	void (*fn)(void *arg, const char *words);
	void *arg;

	uint64_t from, n; /* first line to be there; lines read */
	struct archive_manifest m; /* texts are below; no files */
	char first_hash[2 * HASH_BYTES + 1], last_hash[2 * HASH_BYTES + 1];
	char before[2 * HASH_BYTES + 1], public_key[2 * SIGN_PUB_BYTES + 1];
	struct archive_day *day;
	char (*date)[16];
	struct archive_config *config;
	char (*version)[ARCHIVE_CONFIG_BYTES];
	size_t cap_day, cap_config;
	struct own_scan *own;
};

/** archive_scan_run(s, reterr): reads every line.  RC_OK also when something
 * does not hold: fn was told. */
MUST_CHECK enum rc archive_scan_run(
	struct archive_scan *s, struct err *reterr);
void archive_scan_free(struct archive_scan *s);

/** archive_load(dir, a, ret_memory, ret, ret_sum, reterr): the manifest, in
 * memory to be freed; ret_text and ret_len the line of it. */
struct archive_loaded {
	struct archive_manifest m;
	char sum[2 * HASH_BYTES + 1]; /* of the file */
	char *text;
	size_t len; /* of the line, without its newline */
	void *memory;
};
MUST_CHECK enum rc archive_load(
	const char *dir, struct archive_loaded *ret, struct err *reterr);
void archive_unload(struct archive_loaded *l);

/** archive_tell(m, sum, ret): what a manifest says. */
void archive_tell(const struct archive_manifest *m, const char *sum,
	struct archive_result *ret);

#endif
