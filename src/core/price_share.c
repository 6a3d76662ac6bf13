/* SPDX-License-Identifier: Apache-2.0 */
#include "core/price_share.h"

#include <string.h>

#include "core/pricing.h"
#include "core/sort.h"
#include "core/wide.h"

#include "base/poison.h"

#define ALIGN_SLACK 96 /* of the arena, for what is taken here */

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
	/* what each line alone comes to may make a cent of the total */
	bool by_line;
	struct money *share;
	int64_t *rest; /* total x weight modulo the sum */
	uint32_t *order, *room;
};

static int
larger_first(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int
compare_goods(const struct spread *s, uint32_t x, uint32_t y)
{
	const struct basket_line *a = &s->b->line[s->line[x]];
	const struct basket_line *b = &s->b->line[s->line[y]];
	int c = larger_first(s->weight[x], s->weight[y]);

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
	if (c == 0) {
		c = larger_first(a->amount.minor, b->amount.minor);
	}
	return c != 0 ? c : larger_first(price_units(a), price_units(b));
}

/* Who is served first of two lines of a class. */
static int
compare(uint32_t x, uint32_t y, const void *arg)
{
	const struct spread *s = arg;
	int c = larger_first(s->rest[x], s->rest[y]);

	if (c == 0 && s->by_line) {
		c = compare_goods(s, x, y);
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

/* Coupons are of some goods of a class, and tax that is taken out of prices is
 * of a line. */
static bool
is_by_line(const struct basket *b)
{
	return b->tax->basis != TAX_PER_RECEIPT || b->n_coupon > 0 ||
	       b->buyer.certificate[0] != '\0' || b->buyer.vat[0] != '\0';
}

/* What the lines of each class come to. */
static enum rc
sum_classes(const struct spread *s, size_t n, int64_t of[TAX_ROWS],
	int64_t *ret_sum)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (__builtin_add_overflow(sum, s->weight[i], &sum)) {
			return RC_RANGE;
		}
		of[s->b->line[s->line[i]].tax_idx] += s->weight[i];
	}
	*ret_sum = sum;
	return RC_OK;
}

/* Of the total what is of each class; of equal remainders the earlier. */
static void
share_classes(int64_t total, const int64_t of[], size_t n_class, int64_t sum,
	int64_t ret[])
{
	int64_t rest[TAX_ROWS] = {0};
	int64_t left = total;

	for (size_t i = 0; i < n_class; i++) {
		divide(total, of[i], sum, &ret[i], &rest[i]);
		left -= ret[i];
	}
	/* fewer than there are classes with a remainder */
	for (; left > 0; left--) {
		size_t best = 0;

		for (size_t i = 1; i < n_class; i++) {
			best = rest[i] > rest[best] ? i : best;
		}
		ret[best]++;
		rest[best] = -1;
	}
}

/* And of that what is of each of its lines. */
static void
share_lines(const struct spread *s, size_t n, size_t class_idx, int64_t total,
	int64_t sum)
{
	int64_t left = total;
	size_t n_of = 0;

	for (size_t i = 0; i < n; i++) {
		if (s->b->line[s->line[i]].tax_idx != class_idx) {
			continue;
		}
		divide(total, s->weight[i], sum, &s->share[i].minor,
			&s->rest[i]);
		left -= s->share[i].minor;
		s->order[n_of++] = (uint32_t)i;
	}
	if (left > 0) {
		sort_run(s->order, n_of, s->room, compare, s);
	}
	/* fewer than there are lines, each with a remainder of its own */
	for (size_t i = 0; i < n_of && left > 0; i++, left--) {
		s->share[s->order[i]].minor++;
	}
}

enum rc
price_share_out(struct basket *b, struct arena *a, const struct price_step *by,
	struct money total, const uint32_t line[], const int64_t weight[],
	size_t n)
{
	struct spread s = {
		.b = b,
		.line = line,
		.weight = weight,
		.by_line = is_by_line(b),
		.share = arena_take(a, n, sizeof(*s.share)),
		.rest = arena_take(a, n, sizeof(*s.rest)),
		.order = arena_take(a, n, sizeof(*s.order)),
		.room = arena_take(a, n, sizeof(*s.room)),
	};
	int64_t of[TAX_ROWS] = {0}, part[TAX_ROWS] = {0};
	int64_t sum;
	enum rc rc;

	if (total.minor <= 0) {
		return RC_OK;
	}
	if (s.share == NULL || s.order == NULL || s.room == NULL ||
		s.rest == NULL) {
		return RC_RANGE;
	}
	rc = sum_classes(&s, n, of, &sum);
	if (rc != RC_OK || sum < total.minor) {
		return RC_RANGE;
	}
	share_classes(total.minor, of, b->policy.n_class, sum, part);
	for (size_t i = 0; i < b->policy.n_class; i++) {
		if (part[i] > 0) {
			share_lines(&s, n, i, part[i], of[i]);
		}
	}
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		if (s.share[i].minor > 0) {
			rc = take_off(b, by, line[i], s.share[i]);
		}
	}
	return rc;
}
