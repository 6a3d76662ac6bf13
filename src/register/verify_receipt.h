/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_VERIFY_RECEIPT_H
#define REGISTER_VERIFY_RECEIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "register/shop.h"

/**
 * verify_receipt - whether a paper is one of this register, and says what is
 * recorded: the line of its number is looked up in the journal itself, not in
 * the store, and held against its record's hash, its signature, the lines
 * before and behind it, the store's copy, and its own sums.
 */
struct verify_receipt {
	bool ok;
	uint64_t sequence;
	uint8_t hash[HASH_BYTES]; /* the paper has its first four bytes */
	struct utc time;
	int32_t tz_min;
	char number[32];
	char actor[16];
	int64_t total;
	int64_t digits; /* of its currency */
	bool training;
	int64_t copies; /* printed so far */
	bool signature, before, behind, store, balance;
	bool asked; /* digits were given, and: */
	bool same;  /* they are the line's */
};

/** verify_receipt_run(conf, number, check, ret, reterr): ${check} is what the
 * paper has behind its word for "check", hexadecimal digits in either case, or
 * NULL.  Changes nothing.  RC_NOTFOUND there is no such receipt; RC_INVAL the
 * digits are none, or fewer than four; RC_CORRUPT the journal cannot be read
 * there. */
MUST_CHECK enum rc verify_receipt_run(const struct shop_conf *conf,
	const char *number, const char *check, struct verify_receipt *ret,
	struct err *reterr);

#endif
