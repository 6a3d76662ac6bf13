/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_BACKUP_H
#define REGISTER_BACKUP_H

#include "base/err.h"
#include "register/shop.h"

/**
 * backup - a copy that can be made while selling: journal segments up to the
 * watermark, keys/ (still wrapped), holdfast.conf and the catalog as our own
 * dump; never an LMDB file.  A manifest with SHA-256 sums is written last, so
 * a backup without one is no backup.  holdfast-backup(1), holdfast-store(5).
 */
struct backup_result {
	uint64_t events;
	uint64_t bytes;
	uint64_t products;
	struct journal_head head;
	bool no_pins; /* people have PINs or badges, and none of them works: what
			 they were made with did not come from the hub */
};
/** backup_make(conf, dest, ret, reterr): ${dest} must not exist or be empty. */
MUST_CHECK enum rc backup_make(const struct shop_conf *conf, const char *dest,
	struct backup_result *ret, struct err *reterr);

/**
 * backup_restore(conf, src, known_number, ret, reterr):
 * Make the store conf->dir (must not exist, or be empty) from ${src}: check
 * every sum of the manifest, copy, rebuild, load the catalog, open the next
 * epoch, record register.restored with the last known head, verify all of it,
 * and only then give it its name.  From then on numbers carry the epoch
 * ("R01.468915-000043"), so that nothing printed after the backup was made is ever
 * printed again; ${known_number} ("R01-000057", NULL none), the last number
 * seen on paper, moves the numbering behind it.
 * Errors   RC_EXISTS there is a store; RC_NOTFOUND no manifest: not a finished
 *          backup; RC_CORRUPT a file differs from its sum, or the journal does
 *          not hold; RC_KEY; RC_NOSPC, RC_IO.  What was made is removed.
 */
MUST_CHECK enum rc backup_restore(const struct shop_conf *conf,
	const char *src, const char *known_number, struct backup_result *ret,
	struct err *reterr);

#endif
