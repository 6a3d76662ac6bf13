/* SPDX-License-Identifier: Apache-2.0 */
/* What of the basket goes into a group. */
#include <string.h>

#include "base/crypto.h"
#include "register/draft_internal.h"

#include "base/poison.h"

/* A line's numbers, its texts at their longest, and their lengths. */
#define LINE_BYTES                                                             \
	(160 + CODE_BYTES + ITEM_NAME_BYTES + ITEM_DEPT_BYTES +                \
		TAX_CODE_BYTES + BASKET_NUMBER_BYTES + BASKET_REASON_BYTES +   \
		BASKET_OPERATOR_BYTES + ITEM_UNIT_BYTES + ITEM_DEPOSIT_BYTES + \
		ITEM_GROUPS_BYTES)
/* The same of the sale's. */
#define SALE_BYTES                                                             \
	(32 + RULE_GROUP_BYTES + BASKET_CERTIFICATE_BYTES + BASKET_VAT_BYTES + \
		BASKET_COUPONS * (2 + RULE_ID_BYTES))

_Static_assert(LINE_BYTES <= PART_BYTES && SALE_BYTES <= PART_BYTES,
	"a line fits into one part, and so does what there is of a sale");

bool
draft_same_sale(const struct draft *d, const struct basket *b)
{
	return d->open && memcmp(d->sale, b->id, UUID_BYTES) == 0;
}

/* --- parts of the sale ---------------------------------------------------- */

static void
put_begin(struct draft_group *g, const struct basket *b, bool recall)
{
	uint8_t part[1 + UUID_BYTES + 8 + 1 + 4];
	struct wr w;

	wr_init(&w, part, sizeof(part));
	wr_u8(&w, PART_BEGIN);
	wr_bytes(&w, b->id, UUID_BYTES);
	wr_i64le(&w, b->opened.us);
	wr_u8(&w, recall ? 1 : 0);
	wr_u32le(&w, b->next_no);
	group_add(g, part, w.len);
}

static void
put_line(struct draft_group *g, const struct basket *b, size_t idx)
{
	uint8_t part[PART_BYTES];
	size_t n = draft_line_encode(&b->line[idx], b->age, part, sizeof(part));

	group_add(g, part, n);
	crypto_wipe(part, n);
}

static void
put_sale(struct draft_group *g, const struct basket *b)
{
	uint8_t part[PART_BYTES];
	size_t n = draft_sale_encode(b, part, sizeof(part));

	group_add(g, part, n);
	crypto_wipe(part, n);
	if (b->comment[0] != '\0') {
		n = draft_comment_encode(b, part, sizeof(part));
		group_add(g, part, n);
		crypto_wipe(part, n);
	}
}

/* Something that a part of the sale says. */
static bool
has_head(const struct basket *b)
{
	return b->n_coupon > 0 || b->buyer.group[0] != '\0' ||
	       b->buyer.certificate[0] != '\0' || b->buyer.vat[0] != '\0' ||
	       b->sale_ppm != 0 || b->sale_off.minor != 0 ||
	       b->comment[0] != '\0';
}

void
draft_put_all(struct draft_group *g, const struct basket *b, bool recall)
{
	put_begin(g, b, recall);
	if (has_head(b)) {
		put_sale(g, b);
	}
	for (size_t i = 0; i < b->n_line; i++) {
		put_line(g, b, i);
	}
}

static void
put_gone(struct draft_group *g, uint32_t no)
{
	uint8_t part[5];
	struct wr w;

	wr_init(&w, part, sizeof(part));
	wr_u8(&w, PART_GONE);
	wr_u32le(&w, no);
	group_add(g, part, w.len);
}

static void
put_end(struct draft_group *g)
{
	static const uint8_t part = PART_END;

	group_add(g, &part, 1);
}

/* One that has lost its last line goes on: it keeps the number of the next. */
bool
draft_is_open(const struct draft *d, const struct basket *b)
{
	return basket_is_begun(b) || (!d->gone && draft_same_sale(d, b));
}

/* What changed of the basket, as it is now. */
void
draft_put_changes(struct draft_group *g, const struct basket *b)
{
	const struct draft *d = g->d;

	if (d->gone || d->all_new || !draft_same_sale(d, b)) {
		if (draft_is_open(d, b)) {
			draft_put_all(g, b, false);
		} else if (d->open) {
			put_end(g);
		}
		return;
	}
	if (d->sale_new) {
		put_sale(g, b);
	}
	for (size_t i = 0; i < d->n_no; i++) {
		size_t idx = 0;

		if (basket_find(b, d->no[i], &idx) != RC_OK) {
			put_gone(g, d->no[i]);
		} else if (b->line[idx].link == 0) { /* else its goods tell */
			put_line(g, b, idx);
		}
	}
}
