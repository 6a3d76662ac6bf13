/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_TRY_H
#define REGISTER_CONFIG_TRY_H

#include "register/shop.h"

/**
 * config_try - what sales of the last days would have come to under another
 * configuration.  Each is put together again from its line: codes, quantities,
 * prices of the catalog of then, what was taken off by hand, who bought.  First
 * under the configuration it was made under; only where that gives the recorded
 * sale to the cent is what its line holds all there was, and the other one is
 * asked.  A sale it cannot be told of is named, with why, and is in no sum but
 * that of those.
 *
 * Goods that come back against their receipt are taxed as then whatever is
 * configured, and stay as they are.  A coupon that was handed over and took
 * nothing off is in no line: where the other configuration would give something
 * for it, that is not seen.
 */
#define TRY_WHY_BYTES 160
#define TRY_TAXES 40
#define TRY_DAYS_ALL 0

/* A tax class of all sales, goods that came back by a receipt left out. */
struct try_tax {
	char code[TAX_CODE_BYTES];
	int64_t was_net, was_tax, was_gross;
	int64_t net, tax, gross;
};

struct try_sale {
	uint64_t sequence;
	const char *number; /* borrowed for the call */
	struct utc time;
	int32_t tz_min;
	int64_t was, total; /* bill rounding included; ${total} untold: 0 */
	bool changed; /* the total, or a tax of it */
	const char *why; /* it cannot be told; NULL it can */
	const struct try_tax *tax; /* borrowed for the call */
	size_t n_tax;
};

struct try_sums {
	uint64_t first, last; /* sequences looked at, 0 none */
	int64_t days;	      /* business days, the open one too */
	int64_t sales;	      /* of which */
	int64_t changed;      /* another total or tax */
	int64_t untold;
	int64_t was, total; /* of those that can be told */
	int64_t untold_was;
	struct try_tax tax[TRY_TAXES];
	size_t n_tax;
};

typedef enum rc (*try_fn)(
	void *arg, const struct try_sale *sale, struct err *reterr);

/**
 * config_try(s, draft, days, fn, arg, ret, reterr):
 * The sales of the last ${days} business days, the open one among them,
 * TRY_DAYS_ALL of all, oldest first, each given to ${fn} (NULL nobody).
 * Training is left out.
 * Errors   of the journal, of ${fn}, RC_NOMEM; RC_RANGE a sum is too large.
 * Effects  reads only; some ten thousand sales a second.
 */
MUST_CHECK enum rc config_try(struct shop *s, const struct config *draft,
	int64_t days, try_fn fn, void *arg, struct try_sums *ret,
	struct err *reterr);

/** config_try_words(t, c, out): in a sentence: "12 totals change, +3.40", and
 * how many cannot be told; in the language of the process. */
void config_try_words(const struct try_sums *t, const struct config *c,
	struct sbuf *out);

#endif
