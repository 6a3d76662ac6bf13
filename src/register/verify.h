/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_VERIFY_H
#define REGISTER_VERIFY_H

#include "base/err.h"
#include "register/shop.h"

/**
 * verify - reads everything and says whether it holds: with the key record
 * hashes, sequence, chain, signatures, balance, receipt numbers without gap,
 * no sale and no number twice, totals, and the store against one made anew
 * from the lines; without it hashes and the gap-free sequence.
 */
#define VERIFY_PROBLEMS 20

struct verify_result {
	bool ok;
	bool with_key;
	uint64_t events, sales;
	struct journal_head head;
	/* "equal", "behind", "differs", "damaged", "unchecked", or "busy": the
	 * register sold too fast to be looked at */
	const char *store;
	size_t n_problem;
	char problem[VERIFY_PROBLEMS][ERR_MSG_BYTES];
};

/** verify_run(conf, ret, reterr): changes nothing, needs no lock. conf->mode is
 * ignored; ${no_key} skips what needs the key.  RC_OK even when problems were
 * found.  RC_BUSY another verify is at work. */
MUST_CHECK enum rc verify_run(const struct shop_conf *conf, bool no_key,
	struct verify_result *ret, struct err *reterr);

#endif
