/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keys.h"
#include "base/parse.h"
#include "base/sbuf.h"
#include "journal/journal.h"

/* make_journal DIR GROUPS: a store's keys/ and journal/ in the empty
 * directory DIR, small segments, groups of one to four made-up lines. */

static int
complain(const struct err *err)
{
	fprintf(stderr, "make_journal: %s\n", err->msg);
	return 1;
}

static enum rc
add_group(struct journal *j, size_t n, struct err *reterr)
{
	static char text[4][2048];
	struct journal_line line[4];
	uint8_t hash[HASH_BYTES] = {0};
	size_t i;

	for (i = 0; i < n; i++) {
		struct sbuf b;

		line[i].sequence = journal_head(j).sequence + 1 + i;
		sbuf_init(&b, text[i], sizeof(text[i]));
		sbuf_printf(&b, "{\"sequence\":\"%020llu\",\"data\":\"",
			(unsigned long long)line[i].sequence);
		sbuf_fill(&b, 'x', 100 + line[i].sequence * 313 % 1700);
		sbuf_puts(&b, "\"}");
		line[i].p = text[i];
		line[i].n = b.len;
		sha256(hash, text[i], b.len);
	}
	return journal_append(j, line, n, hash, reterr);
}

int
main(int argc, char **argv)
{
	struct journal_conf conf = {.epoch = 1, .segment_bytes = 64 << 10};
	struct keys_offer offer = {.source = KEYS_FILE, .given = true};
	struct rng rng = rng_system();
	struct journal_report report;
	struct journal *j = NULL;
	struct keys *keys = NULL;
	struct err err = {0};
	char journal[512];
	char keysdir[512];
	char keyfile[512];
	int64_t n = 0;
	enum rc rc;
	int64_t i;

	if (argc != 3 || crypto_init() != RC_OK ||
		parse_i64(argv[2], strlen(argv[2]), 0, 100000, &n) != RC_OK) {
		return 2;
	}
	snprintf(journal, sizeof(journal), "%s/journal", argv[1]);
	snprintf(keysdir, sizeof(keysdir), "%s/keys", argv[1]);
	snprintf(keyfile, sizeof(keyfile), "%s/keyfile", argv[1]);
	if (mkdir(journal, 0700) != 0 || mkdir(keysdir, 0700) != 0) {
		perror(argv[1]);
		return 1;
	}
	offer.path = keyfile;
	if (keys_create(keysdir, &offer, &rng, &err) != RC_OK ||
		keys_open(keysdir, &offer, &keys, &err) != RC_OK) {
		return complain(&err);
	}
	conf.dir = journal;
	conf.keys = keys;
	conf.rng = &rng;
	memset(conf.reg, 0x5a, sizeof(conf.reg));
	rc = journal_open(&conf, &j, &report, &err);
	if (rc == RC_OK) {
		rc = journal_settle(j, false, NULL, &err);
	}
	for (i = 0; rc == RC_OK && i < n; i++) {
		rc = add_group(j, 1 + (size_t)i % 4, &err);
		if (rc == RC_OK && i % 8 == 0) {
			journal_idle(j);
		}
	}
	if (rc == RC_OK) {
		printf("%llu\n", (unsigned long long)journal_head(j).sequence);
	}
	journal_close(j);
	keys_close(keys);
	return rc == RC_OK ? 0 : complain(&err);
}
