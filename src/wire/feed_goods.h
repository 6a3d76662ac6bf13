/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_FEED_GOODS_H
#define WIRE_FEED_GOODS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "core/item.h"

/**
 * wire/feed_goods - what stands in the items of the feeds that the catalog
 * follows, one flat JSON object each, and how their keys are spelled: written
 * by the hub, read by every till.  holdfast-sync-protocol(7).
 *
 *   products  {"code":"5449000000996","name":"Cola","price":129,"digits":2,
 *             "tax":"A"} and, where there is one, "department" "age" "unit"
 *             "tare" "deposit" "groups"
 *   prices    {"code":"5449000000996","price":99,"digits":2}; from when on is
 *             the item's valid_from
 *
 * The key of both is a code under which the catalog would have it, one for
 * all ways to write it: 14 digits of a GTIN, else the code as it is
 * (feed_key_of(), wire/feed_rows.h).
 *
 * An amount is in minor units and stands beside the number of digits it is
 * meant in, so that a till of another currency can refuse it.  Reading passes
 * over members it does not know, takes none of the known ones twice or in
 * another type, and cleans texts (text_clean()).
 */
#define FEED_PRODUCTS "products"
#define FEED_PRICES "prices"

#define FEED_BODY_BYTES ((size_t)1 << 20)
#define FEED_KEY_BYTES 192

/** Each decode: RC_PROTO with the member named, RC_NOMEM the arena (len + 16
 * bytes) is too small.  Each encode appends; RC_RANGE ${out} is too small. */
struct feed_product {
	struct item item; /* its kind is set, too */
	unsigned digits;  /* 0, 2 or 3 */
};
MUST_CHECK enum rc feed_product_encode(const struct feed_product *p,
	struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc feed_product_decode(const char *body, size_t len,
	struct arena *a, struct feed_product *ret, struct err *reterr);

struct feed_price {
	char code[CODE_BYTES];
	struct money price;
	unsigned digits;
};
MUST_CHECK enum rc feed_price_encode(
	const struct feed_price *p, struct sbuf *out, struct err *reterr);
MUST_CHECK enum rc feed_price_decode(const char *body, size_t len,
	struct arena *a, struct feed_price *ret, struct err *reterr);

#endif
