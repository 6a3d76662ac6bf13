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
	uint64_t begin; /* first line there is; 1 where nothing was purged */
	uint64_t events, sales;
	struct journal_head head;
	/* "equal", "behind", "differs", "damaged", "unchecked", or "busy": the
	 * register sold too fast to be looked at */
	const char *store;
	size_t n_problem;
	char problem[VERIFY_PROBLEMS][ERR_MSG_BYTES];
};

/* A line as somebody outside knows it: a receipt, a closed day's paper, an
 * archive.  Only such can tell a log whose end was cut off from a shorter one. */
#define VERIFY_ANCHOR_DIGITS 8 /* at least */
struct verify_anchor {
	uint64_t sequence;
	char hash[2 * HASH_BYTES + 1]; /* first digits, lower case */
};

/** verify_anchor_parse(text, ret, reterr): "SEQUENCE:DIGITS".  RC_INVAL. */
MUST_CHECK enum rc verify_anchor_parse(
	const char *text, struct verify_anchor *ret, struct err *reterr);

/** verify_anchored(conf, no_key, anchor, n, ret, reterr): verify_run(), and
 * each anchor; without the key only that its line is there. */
MUST_CHECK enum rc verify_anchored(const struct shop_conf *conf, bool no_key,
	const struct verify_anchor anchor[], size_t n,
	struct verify_result *ret, struct err *reterr);

/** verify_run(conf, ret, reterr): changes nothing, needs no lock. conf->mode is
 * ignored; ${no_key} skips what needs the key.  RC_OK even when problems were
 * found.  RC_BUSY another verify is at work. */
MUST_CHECK enum rc verify_run(const struct shop_conf *conf, bool no_key,
	struct verify_result *ret, struct err *reterr);

#endif
