/* SPDX-License-Identifier: Apache-2.0 */
#include "core/price_share.h"

#include <string.h>

#include "core/pricing.h"
#include "core/sort.h"

#include "base/poison.h"

#define ALIGN_SLACK 96 /* of the arena, for what is taken here */

__extension__ typedef __int128 wide;

size_t
price_share_bytes(size_t cap_line)
{
	return cap_line * (sizeof(int64_t) + sizeof(struct money) +
				  2 * sizeof(uint32_t)) +
	       ALIGN_SLACK;
}

struct spread {
	const struct basket *b;
	const uint32_t *line;
	const int64_t *weight;
	int64_t *rest; /* total x weight modulo the sum */
};

static int
larger_first(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

/* Who is served first of two. */
static int
compare(uint32_t x, uint32_t y, const void *arg)
{
	const struct spread *s = arg;
	const struct basket_line *a = &s->b->line[s->line[x]];
	const struct basket_line *b = &s->b->line[s->line[y]];
	int c = larger_first(s->rest[x], s->rest[y]);

	if (c == 0) {
		c = a->tax_idx - b->tax_idx;
	}
	if (c == 0 && s->b->tax->basis != TAX_PER_RECEIPT) {
		c = larger_first(s->weight[x], s->weight[y]);
		if (c == 0) {
			c = larger_first(a->qty.milli, b->qty.milli);
		}
		if (c == 0) {
			c = strcmp(a->item.code, b->item.code);
		}
		if (c == 0) {
			c = larger_first(a->amount.minor + a->off.minor,
				b->amount.minor + b->off.minor);
		}
	}
	return c != 0 ? c : (x > y) - (x < y);
}

static void
divide(int64_t total, int64_t weight, int64_t sum, int64_t *ret_part,
	int64_t *ret_rest)
{
	int64_t small;

	if (!__builtin_mul_overflow(total, weight, &small)) {
		*ret_part = small / sum;
		*ret_rest = small % sum;
	} else {
		wide v = (wide)total * weight;

		*ret_part = (int64_t)(v / sum);
		*ret_rest = (int64_t)(v % sum);
	}
}

static enum rc
take_off(struct basket *b, const struct price_step *by, size_t idx,
	struct money share)
{
	struct basket_line *l = &b->line[idx];
	enum rc rc = money_add(l->off, share, &l->off);

	if (rc == RC_OK) {
		rc = money_sub(l->amount, share, &l->amount);
	}
	return rc == RC_OK ? pricing_step(b, by->kind, idx, by->rule, share)
			   : rc;
}

enum rc
price_share_out(struct basket *b, struct arena *a, const struct price_step *by,
	struct money total, const uint32_t line[], const int64_t weight[],
	size_t n)
{
	struct money *share = arena_take(a, n, sizeof(*share));
	uint32_t *order = arena_take(a, n, sizeof(*order));
	uint32_t *room = arena_take(a, n, sizeof(*room));
	struct spread s = {b, line, weight, arena_take(a, n, sizeof(*s.rest))};
	int64_t left = total.minor;
	int64_t sum = 0;
	enum rc rc = RC_OK;

	if (total.minor <= 0) {
		return RC_OK;
	}
	if (share == NULL || order == NULL || room == NULL || s.rest == NULL) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < n; i++) {
		if (__builtin_add_overflow(sum, weight[i], &sum)) {
			return RC_RANGE;
		}
	}
	if (sum < total.minor) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < n; i++) {
		divide(total.minor, weight[i], sum, &share[i].minor,
			&s.rest[i]);
		left -= share[i].minor;
		order[i] = (uint32_t)i;
	}
	if (left > 0) {
		sort_run(order, n, room, compare, &s);
	}
	/* fewer than n are left, each with a remainder of its own */
	for (size_t i = 0; i < n && left > 0; i++, left--) {
		share[order[i]].minor++;
	}
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		if (share[i].minor > 0) {
			rc = take_off(b, by, line[i], share[i]);
		}
	}
	return rc;
}
