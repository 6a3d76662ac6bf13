/* SPDX-License-Identifier: Apache-2.0 */
/* price [CASE]: how long a basket takes to be priced, in nanoseconds.
 *
 * Prints, p50 each: a basket of 100 lines without rules, and a scan into it; of
 * 2,000 the same; 500 promotions of a supermarket and 100 lines, and a scan;
 * the same where all 500 have every line; the same with 2,000 lines and the
 * supermarket's promotions.  CASE 0..4 is one of them, for a profiler. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/basket.h"
#include "core/pricing.h"

#include "base/poison.h"

#define PROMOTIONS 500
#define CODES 4000
#define DEPTS 40
#define GROUPS 200
#define NOON INT64_C(1795262400000000)
#define TEXT_BYTES 1000000

struct bench {
	struct rules *rules;
	struct basket b;
	uint64_t seed;
};

static uint64_t
below(struct bench *x, uint64_t n)
{
	x->seed ^= x->seed >> 12;
	x->seed ^= x->seed << 25;
	x->seed ^= x->seed >> 27;
	return (x->seed * UINT64_C(2685821657736338717) >> 11) % n;
}

static void
need(bool ok)
{
	if (!ok) {
		(void)fprintf(stderr, "price: a basket was refused\n");
		exit(1);
	}
}

static int64_t
now_ns(void)
{
	struct timespec t;

	need(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int
compare(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x;
	int64_t b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* Goods of a supermarket; a few are bought often. */
static struct basket_line
make_line(struct bench *x)
{
	struct basket_line l = {.qty = {1000}, .at = {NOON}, .tz_min = 60};
	uint64_t n = below(x, below(x, 2) == 0 ? CODES / 20 : CODES);

	(void)snprintf(l.item.code, sizeof(l.item.code), "%012u",
		(unsigned)(400000 + n) * 10);
	l.item.code[12] = (char)('0' + code_check_digit(l.item.code, 12));
	l.item.code[13] = '\0';
	(void)snprintf(
		l.item.dept, sizeof(l.item.dept), "%u", (unsigned)(n % DEPTS));
	(void)snprintf(l.item.groups, sizeof(l.item.groups), "g%u brand%u",
		(unsigned)(n % GROUPS), (unsigned)(n % 37));
	memcpy(l.item.tax, n % 2 == 0 ? "A" : "B", 2);
	l.item.price.minor = 49 + (int64_t)(n * 7919 % 2000);
	l.qty.milli = below(x, 4) == 0 ? 3000 : 1000;
	return l;
}

/* A third each of one product, of a group, of a department; some of two or
 * three slots, some in the afternoon only.  Wide: all of them of everything. */
static void
make_promotion(struct bench *x, size_t i, bool wide)
{
	struct promotion p = {.n_slot = 1, .slot[0].count = 2};
	struct rule_pick pick[PROMOTION_SLOTS] = {{.kind = PICK_ALL}};
	char text[PROMOTION_SLOTS][16];

	(void)snprintf(p.id, sizeof(p.id), "p%zu", i);
	p.slot[0].count = 2 + (int64_t)below(x, 3);
	if (below(x, 5) == 0 && !wide) {
		p.n_slot = 2 + below(x, 2);
	}
	for (size_t k = 0; k < p.n_slot; k++) {
		uint64_t n = below(x, 3);
		struct basket_line l = make_line(x);

		p.slot[k].pick = &pick[k];
		p.slot[k].n_pick = 1;
		p.slot[k].count = k == 0 ? p.slot[k].count : 1;
		pick[k].text = text[k];
		if (wide) {
			continue;
		}
		pick[k].kind = n == 0   ? PICK_CODE
			       : n == 1 ? PICK_GROUP
					: PICK_DEPT;
		if (n == 0) {
			memcpy(text[k], l.item.code, sizeof(text[k]));
		} else {
			(void)snprintf(text[k], sizeof(text[k]),
				n == 1 ? "g%u" : "%u",
				(unsigned)below(x, n == 1 ? GROUPS : DEPTS));
		}
	}
	p.reward = (enum reward)below(x, 4);
	p.value = 100 + (int64_t)below(x, 200);
	if (p.reward == REWARD_PPM || p.reward == REWARD_CHEAPEST) {
		p.value = 100000 + (int64_t)below(x, 10) * 50000;
	}
	p.free = 1;
	p.shop = p.n_slot == 1 && below(x, 4) == 0;
	p.same = p.n_slot == 1 && below(x, 4) == 0;
	if (below(x, 10) == 0) {
		p.when.minute_from = 8 * 60;
		p.when.minute_to = 20 * 60;
	}
	need(rules_add_promotion(x->rules, &p) == RC_OK);
}

static void
begin(struct bench *x, bool rules, bool wide, size_t lines)
{
	static const uint8_t id[UUID_BYTES] = {1};
	static const struct tax_policy tax = {.included = true,
		.n_class = 2,
		.class_ = {{"A", 190000}, {"B", 70000}}};
	size_t bytes = rules_bytes(TEXT_BYTES);
	void *memory = malloc(bytes);
	void *room = malloc(basket_bytes(BASKET_LINES_MAX));
	size_t idx;

	need(memory != NULL && room != NULL);
	x->seed = 20261121;
	x->rules = rules_init(memory, bytes);
	for (size_t i = 0; rules && i < PROMOTIONS; i++) {
		make_promotion(x, i, wide);
	}
	need(rules_seal(x->rules) == RC_OK);
	basket_init(&x->b, room, BASKET_LINES_MAX);
	basket_begin(&x->b, id, (struct utc){NOON}, &tax, ROUND_HALF_UP);
	basket_set_rules(&x->b, rules ? x->rules : NULL);
	x->seed = 7;
	while (x->b.n_line < lines) {
		struct basket_line l = make_line(x);

		need(basket_put(&x->b, &l, &idx) == RC_OK);
	}
}

static void
end(struct bench *x)
{
	free(x->b.line);
	free(x->rules);
}

static void
measure(bool rules, bool wide, size_t lines)
{
	static int64_t reprice[1000], scan[1000];
	size_t rounds = lines > 100 || wide ? 100 : 1000;
	struct bench x;
	size_t idx;

	begin(&x, rules, wide, lines - 1);
	for (size_t i = 0; i < rounds; i++) {
		struct basket_line l = make_line(&x);
		int64_t began = now_ns();

		need(basket_put(&x.b, &l, &idx) == RC_OK);
		scan[i] = now_ns() - began;
		began = now_ns();
		need(basket_reprice(&x.b) == RC_OK);
		reprice[i] = now_ns() - began;
		need(basket_void(&x.b, idx) == RC_OK);
	}
	if (getenv("BENCH_SEE") != NULL) {
		(void)fprintf(stderr, "%zu lines: %lld off, %zu steps\n", lines,
			(long long)x.b.discounts.minor, x.b.n_step);
	}
	end(&x);
	qsort(scan, rounds, sizeof(*scan), compare);
	qsort(reprice, rounds, sizeof(*reprice), compare);
	(void)printf("%lld %lld\n", (long long)reprice[rounds / 2],
		(long long)scan[rounds / 2]);
}

int
main(int argc, char **argv)
{
	static const struct {
		bool rules, wide;
		size_t lines;
	} a_case[] = {{false, false, 100}, {false, false, BASKET_LINES_MAX},
		{true, false, 100}, {true, true, 100},
		{true, false, BASKET_LINES_MAX}};

	for (size_t i = 0; i < sizeof(a_case) / sizeof(a_case[0]); i++) {
		if (argc < 2 || argv[1][0] == (char)('0' + (int)i)) {
			measure(a_case[i].rules, a_case[i].wide,
				a_case[i].lines);
		}
	}
	return 0;
}
