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
};
/** backup_make(conf, dest, ret, reterr): ${dest} must not exist or be empty. */
MUST_CHECK enum rc backup_make(const struct shop_conf *conf, const char *dest,
	struct backup_result *ret, struct err *reterr);

/**
 * backup_restore(conf, src, known, ret, reterr):
 * Make the store conf->dir (must not exist or be empty) from ${src}: check
 * the manifest and the whole chain, copy, rebuild, load the catalog, open
 * epoch + 1 and record register.restored with the last known head.  From then
 * on numbers carry the epoch ("R01.2-000043"), so that nothing printed after
 * the backup was made is ever printed again.
 * ${known} a higher sequence known from elsewhere, 0 none: numbering goes on behind it.
 */
MUST_CHECK enum rc backup_restore(const struct shop_conf *conf,
	const char *src, uint64_t known, struct backup_result *ret,
	struct err *reterr);

#endif
