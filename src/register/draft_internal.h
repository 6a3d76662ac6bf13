/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_DRAFT_INTERNAL_H
#define REGISTER_DRAFT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "core/basket.h"

/* draft_internal - what draft.c and draft_line.c share: the records of a line
 * and of the sale. */
#define DRAFT_FORMAT 2
#define DRAFT_FORMAT_BARE 1 /* without marks */
#define RECORD_LINE 1
#define RECORD_SALE 3

/** draft_line_encode(l, age, head, out, cap): bytes of the record; age: the
 * highest that was checked in the sale. */
size_t draft_line_encode(const struct basket_line *l, uint8_t age, uint64_t head,
	uint8_t *out, size_t cap);
/** draft_line_decode(r, format, ret, ret_head): behind its first byte.  False:
 * it is none of ours. */
bool draft_line_decode(struct rd *r, uint8_t format, struct basket_line *ret,
	uint8_t *ret_age,
	uint64_t *ret_head);

/** draft_sale_encode(b, head, out, cap), draft_sale_decode(r, ret, ret_head):
 * the same of what the sale is but for its lines; ${ret} has its rules, and a
 * coupon that they have not is left out. */
size_t draft_sale_encode(const struct basket *b, uint64_t head, uint8_t *out,
	size_t cap);
bool draft_sale_decode(
	struct rd *r, struct basket *ret, uint64_t *ret_head);

#endif
