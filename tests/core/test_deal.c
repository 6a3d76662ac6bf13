/* SPDX-License-Identifier: Apache-2.0 */
/* Promotions against their definition, computed the slow way: each unit by
 * itself, each run from its beginning. */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "core/basket.h"
#include "core/pricing.h"
#include "gen.h"

#include "base/poison.h"

#define CAP 16
#define UNITS 400
#define RULES 10
#define PICKS 3
#define CODES 6
#define COUPONS 3
#define ROUNDS 4000
#define SATURDAY INT64_C(1795219200000000)

static const uint8_t id[UUID_BYTES] = {7, 8, 9};
static const char *const code[CODES] = {
	"4006381333931", "B2", "A10", "a1", "036000291452", "C"};
static const char *const dept[2] = {"10", "20"};
static const char *const group[3] = {"cola", "beer", "cola beer"};
static const char *const tax[2] = {"A", "B"};

struct shop {
	void *rules_memory, *memory;
	struct rules *rules;
	struct basket b;
	struct rule_pick pick[RULES][PROMOTION_SLOTS][PICKS];
	struct rule_pick coupon_pick[COUPONS];
};

/* --- the definition */

struct unit {
	int64_t value;
	size_t line;
	bool gone;   /* taken by the run */
	bool chosen; /* by the application */
};

struct slow {
	const struct shop *s;
	struct unit unit[UNITS];
	size_t n;
	int64_t times[RULES];
	int64_t saved[RULES];
	int64_t weight[RULES][CAP];
	int64_t total;
};

static bool
pick_has(const struct rule_pick *p, const struct item *it)
{
	char word[ITEM_GROUPS_BYTES + 2];
	char want[ITEM_GROUPS_BYTES + 2];

	switch (p->kind) {
	case PICK_ALL:
		return true;
	case PICK_CODE:
		/* one number, with or without a zero before it */
		return strcmp(p->text, it->code) == 0 ||
		       (p->text[0] == '0' && strlen(p->text) == 13 &&
			       strcmp(p->text + 1, it->code) == 0);
	case PICK_DEPT:
		return strcmp(p->text, it->dept) == 0;
	case PICK_TAX:
		return strcmp(p->text, it->tax) == 0;
	case PICK_GROUP:
	default:
		(void)snprintf(word, sizeof(word), " %s ", it->groups);
		(void)snprintf(want, sizeof(want), " %s ", p->text);
		return strstr(word, want) != NULL;
	}
}

static bool
is_member(const struct slow *w, const struct promotion *p, size_t slot,
	const struct unit *u)
{
	const struct basket_line *l = &w->s->b.line[u->line];
	bool in = false;

	if (p->when.group[0] != '\0' &&
		strcmp(p->when.group, w->s->b.buyer.group) != 0) {
		return false;
	}
	for (size_t i = 0; i < p->slot[slot].n_pick; i++) {
		if (pick_has(&p->slot[slot].pick[i], &l->item)) {
			if (p->slot[slot].pick[i].except) {
				return false;
			}
			in = true;
		}
	}
	return in;
}

/* What promotions find. */
static int64_t
amount_of(const struct basket_line *l)
{
	return l->amount.minor + l->off.minor;
}

static int
compare_unit(const struct basket *b, const struct unit *x, const struct unit *y)
{
	const struct basket_line *k = &b->line[x->line];
	const struct basket_line *l = &b->line[y->line];

	if (x->value != y->value) {
		return x->value > y->value ? -1 : 1;
	}
	if (strcmp(k->item.code, l->item.code) != 0) {
		return strcmp(k->item.code, l->item.code);
	}
	if (k->qty.milli != l->qty.milli) {
		return k->qty.milli > l->qty.milli ? -1 : 1;
	}
	if (amount_of(k) != amount_of(l)) {
		return amount_of(k) > amount_of(l) ? -1 : 1;
	}
	return (x->line > y->line) - (x->line < y->line);
}

static void
list_units(struct slow *w)
{
	const struct basket *b = &w->s->b;

	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];
		int64_t n = l->qty.milli / 1000;
		int64_t amount = l->price.minor * n - l->discount.minor;

		if (l->unknown || l->overridden || l->link > 0 || n <= 0 ||
			l->qty.milli % 1000 != 0 || l->item.unit[0] != '\0' ||
			l->from != QTY_COUNTED) {
			continue;
		}
		for (int64_t k = 0; k < n; k++) {
			struct unit u = {.line = i,
				.value = amount / n + (k < amount % n)};
			size_t at = w->n++;

			assert_true(w->n <= UNITS);
			while (at > 0 &&
				compare_unit(b, &u, &w->unit[at - 1]) < 0) {
				w->unit[at] = w->unit[at - 1];
				at--;
			}
			w->unit[at] = u;
		}
	}
}

static int64_t
round_ppm(int64_t v, int64_t ppm)
{
	return (v * ppm + 500000) / 1000000;
}

/* One slot, of units of one code only or of any; false: not enough. */
static bool
choose(struct slow *w, const struct promotion *p, size_t slot, const char *only,
	int64_t want, bool cheapest)
{
	for (size_t k = 0; k < w->n && want > 0; k++) {
		struct unit *u = &w->unit[cheapest ? w->n - 1 - k : k];

		if (!u->gone && !u->chosen && is_member(w, p, slot, u) &&
			(only == NULL ||
				strcmp(only, w->s->b.line[u->line].item.code) ==
					0)) {
			u->chosen = true;
			want--;
		}
	}
	return want == 0;
}

static int64_t
saving_of(const struct slow *w, const struct promotion *p)
{
	int64_t sum = 0;
	int64_t least = 0;
	int64_t free_units = p->free;

	for (size_t k = w->n; k > 0; k--) {
		if (w->unit[k - 1].chosen) {
			sum += w->unit[k - 1].value;
			least += free_units-- > 0 ? w->unit[k - 1].value : 0;
		}
	}
	switch (p->reward) {
	case REWARD_PRICE:
		return sum > p->value ? sum - p->value : 0;
	case REWARD_OFF:
		return sum < p->value ? sum : p->value;
	case REWARD_PPM:
		return round_ppm(sum, p->value);
	case REWARD_CHEAPEST:
	default:
		return round_ppm(least, p->value);
	}
}

static void
choose_none(struct slow *w)
{
	for (size_t k = 0; k < w->n; k++) {
		w->unit[k].chosen = false;
	}
}

/* One application; what it took is chosen. */
static int64_t
try_one(struct slow *w, const struct promotion *p, const char *only)
{
	bool filled[PROMOTION_SLOTS] = {false};
	int64_t n_free[PROMOTION_SLOTS] = {0};
	bool ok = true;

	choose_none(w);
	if (p->reward == REWARD_CHEAPEST && p->shop) {
		ok = choose(w, p, 0, only, p->slot[0].count - p->free, false) &&
		     choose(w, p, 0, only, p->free, true);
		return ok ? saving_of(w, p) : 0;
	}
	for (size_t i = 0; i < p->n_slot; i++) {
		for (size_t k = 0; k < w->n; k++) {
			n_free[i] += !w->unit[k].gone &&
				     is_member(w, p, i, &w->unit[k]);
		}
	}
	for (size_t k = 0; k < p->n_slot && ok; k++) {
		size_t next = PROMOTION_SLOTS;

		for (size_t i = 0; i < p->n_slot; i++) {
			if (!filled[i] && (next == PROMOTION_SLOTS ||
						  n_free[i] < n_free[next])) {
				next = i;
			}
		}
		filled[next] = true;
		ok = choose(w, p, next, only, p->slot[next].count, false);
	}
	return ok ? saving_of(w, p) : 0;
}

static int64_t
try_rule(struct slow *w, size_t rule)
{
	const struct promotion *p = rules_promotion(w->s->rules, rule);
	const char *best = NULL;
	int64_t most = 0;

	if (p->limit > 0 && w->times[rule] >= p->limit) {
		return 0;
	}
	if (!p->same) {
		return try_one(w, p, NULL);
	}
	/* "036..." < "400..." < "A10" < "B2" < "C" < "a1" */
	for (size_t k = 0; k < w->n; k++) {
		const char *c = w->s->b.line[w->unit[k].line].item.code;
		int64_t saving = try_one(w, p, c);

		if (saving > most ||
			(saving == most && saving > 0 && strcmp(c, best) < 0)) {
			most = saving;
			best = c;
		}
	}
	return most > 0 ? try_one(w, p, best) : 0;
}

/* How often at once, and away with them. */
static void
apply(struct slow *w, size_t rule, int64_t saving)
{
	const struct promotion *p = rules_promotion(w->s->rules, rule);
	int64_t m = p->limit > 0 ? p->limit - w->times[rule] : INT64_MAX;

	for (size_t k = 0; k < w->n; k++) {
		const struct unit *u = &w->unit[k];
		int64_t there = 0;
		int64_t used = 0;

		for (size_t j = 0; j < w->n; j++) {
			const struct unit *v = &w->unit[j];
			bool alike = v->line == u->line && v->value == u->value;

			there += alike && !v->gone;
			used += alike && v->chosen;
		}
		if (used > 0 && there / used < m) {
			m = there / used;
		}
	}
	for (size_t k = 0; k < w->n; k++) {
		if (w->unit[k].chosen) {
			int64_t more = m;

			w->weight[rule][w->unit[k].line] +=
				m * w->unit[k].value;
			for (size_t j = 0; j < w->n && more > 0; j++) {
				if (w->unit[j].line == w->unit[k].line &&
					w->unit[j].value == w->unit[k].value &&
					!w->unit[j].gone) {
					w->unit[j].gone = true;
					more--;
				}
			}
		}
	}
	w->times[rule] += m;
	w->saved[rule] += m * saving;
	w->total += m * saving;
}

static void
run_slow(struct slow *w, bool by_unit, size_t without)
{
	size_t n_rule = rules_n_promotions(w->s->rules);

	for (;;) {
		size_t best = n_rule;
		int64_t best_saving = 0;
		int64_t best_units = 1;

		for (size_t i = 0; i < n_rule; i++) {
			const struct promotion *p =
				rules_promotion(w->s->rules, i);
			int64_t units = 1;
			int64_t saving = i == without ? 0 : try_rule(w, i);

			for (size_t k = 0; by_unit && k < p->n_slot; k++) {
				units += p->slot[k].count;
			}
			units -= by_unit ? 1 : 0;
			if (saving > 0 &&
				saving * best_units > best_saving * units) {
				best = i;
				best_saving = saving;
				best_units = units;
			}
		}
		if (best == n_rule) {
			break;
		}
		(void)try_rule(w, best);
		apply(w, best, best_saving);
		choose_none(w);
	}
}

static void
search_slow(const struct shop *s, struct slow *best)
{
	static struct slow empty, now;
	size_t n_rule = rules_n_promotions(s->rules);
	bool valid[RULES];
	size_t n = 0;

	memset(&empty, 0, sizeof(empty));
	empty.s = s;
	list_units(&empty);
	for (size_t i = 0; i < n_rule; i++) {
		valid[i] = try_rule(&empty, i) > 0;
		n += valid[i];
	}
	choose_none(&empty);
	*best = empty;
	run_slow(best, false, n_rule);
	now = empty;
	run_slow(&now, true, n_rule);
	if (now.total > best->total) {
		*best = now;
	}
	for (size_t i = 0; n >= 2 && n <= 8 && i < n_rule; i++) {
		if (valid[i]) {
			now = empty;
			run_slow(&now, false, i);
			if (now.total > best->total) {
				*best = now;
			}
		}
	}
}

/* True when line x is served before y with equal remainders, of one class. */
static bool
is_first(const struct basket *b, const int64_t *weight, const int64_t *off,
	size_t x, size_t y)
{
	const struct basket_line *k = &b->line[x];
	const struct basket_line *l = &b->line[y];

	if (b->tax->basis != TAX_PER_RECEIPT) {
		if (weight[x] != weight[y]) {
			return weight[x] > weight[y];
		}
		if (k->qty.milli != l->qty.milli) {
			return k->qty.milli > l->qty.milli;
		}
		if (strcmp(k->item.code, l->item.code) != 0) {
			return strcmp(k->item.code, l->item.code) < 0;
		}
		if (amount_of(k) != amount_of(l)) {
			return amount_of(k) > amount_of(l);
		}
		if (off[x] != off[y]) {
			return off[x] < off[y];
		}
	}
	return x < y;
}

/* ${total} over the classes, in whole minor units. */
static void
spread_classes(int64_t total, const int64_t of[2], int64_t ret[2])
{
	int64_t sum = of[0] + of[1];

	ret[0] = total * of[0] / sum;
	ret[1] = total * of[1] / sum;
	if (ret[0] + ret[1] < total) {
		ret[total * of[0] % sum >= total * of[1] % sum ? 0 : 1]++;
	}
}

static void
spread_lines(const struct basket *b, int64_t total, size_t class_idx,
	const int64_t weight[CAP], int64_t sum, int64_t off[CAP])
{
	int64_t share[CAP] = {0};
	int64_t left = total;

	for (size_t i = 0; i < b->n_line; i++) {
		if (b->line[i].tax_idx == class_idx) {
			share[i] = total * weight[i] / sum;
			left -= share[i];
		}
	}
	for (; left > 0; left--) {
		size_t next = CAP;
		int64_t most = -1;

		for (size_t i = 0; i < b->n_line; i++) {
			int64_t rest = total * weight[i] - share[i] * sum;

			if (b->line[i].tax_idx == class_idx &&
				(rest > most || (rest == most &&
							is_first(b, weight, off,
								i, next)))) {
				next = i;
				most = rest;
			}
		}
		share[next]++;
	}
	for (size_t i = 0; i < b->n_line; i++) {
		off[i] += share[i];
	}
}

static void
spread_slow(const struct basket *b, int64_t total, const int64_t weight[CAP],
	int64_t off[CAP])
{
	int64_t of[2] = {0}, part[2];

	for (size_t i = 0; i < b->n_line; i++) {
		of[b->line[i].tax_idx] += weight[i];
	}
	if (of[0] + of[1] == 0) {
		return;
	}
	spread_classes(total, of, part);
	for (size_t i = 0; i < 2; i++) {
		if (part[i] > 0) {
			spread_lines(b, part[i], i, weight, of[i], off);
		}
	}
}

/* --- made up shops */

static void
shop_open(struct shop *s)
{
	memset(s, 0, sizeof(*s));
	s->rules_memory = malloc(rules_bytes(10000));
	s->memory = malloc(basket_bytes(CAP));
	assert_non_null(s->rules_memory);
	assert_non_null(s->memory);
}

static void
shop_close(struct shop *s)
{
	free(s->rules_memory);
	free(s->memory);
}

static void
make_pick(struct gen *g, struct rule_pick *p)
{
	*p = (struct rule_pick){.except = gen_below(g, 6) == 0};
	switch (gen_below(g, 6)) {
	case 0:
		p->kind = PICK_ALL;
		break;
	case 1:
		p->kind = PICK_DEPT;
		p->text = dept[gen_below(g, 2)];
		break;
	case 2:
		p->kind = PICK_TAX;
		p->text = tax[gen_below(g, 2)];
		break;
	case 3:
		p->kind = PICK_GROUP;
		p->text = group[gen_below(g, 2)];
		break;
	default:
		p->kind = PICK_CODE;
		p->text = code[gen_below(g, CODES)];
		if (strlen(p->text) == 12 && gen_below(g, 2) == 0) {
			p->text = "0036000291452";
		}
		break;
	}
}

static void
make_promotion(struct gen *g, struct shop *s, size_t rule)
{
	struct promotion p = {.n_slot = 1 + gen_below(g, 3) % 2 * 1};
	int64_t units = 0;

	(void)snprintf(p.id, sizeof(p.id), "p%zu", rule);
	if (gen_below(g, 5) == 0) {
		p.n_slot = 3;
	}
	for (size_t i = 0; i < p.n_slot; i++) {
		size_t n = 1 + gen_below(g, PICKS);

		for (size_t k = 0; k < n; k++) {
			make_pick(g, &s->pick[rule][i][k]);
		}
		s->pick[rule][i][0].except = false;
		p.slot[i] = (struct promotion_slot){
			s->pick[rule][i], n, 1 + (int64_t)gen_below(g, 3)};
		units += p.slot[i].count;
	}
	p.reward = (enum reward)gen_below(g, 4);
	p.value = gen_range(g, 0, 600);
	if (p.reward == REWARD_PPM || p.reward == REWARD_CHEAPEST) {
		p.value = (int64_t)gen_below(g, 11) * 100000;
	}
	p.free = 1 + (int64_t)gen_below(g, (uint64_t)units);
	p.shop = p.n_slot == 1 && p.reward == REWARD_CHEAPEST &&
		 gen_below(g, 2) == 0;
	p.same = p.n_slot == 1 && gen_below(g, 3) == 0;
	p.limit = gen_below(g, 3) == 0 ? 1 + (int64_t)gen_below(g, 3) : 0;
	if (gen_below(g, 6) == 0) {
		memcpy(p.when.group, "staff", 6);
	}
	assert_int_equal(rules_add_promotion(s->rules, &p), RC_OK);
}

static struct basket_line
make_line(struct gen *g)
{
	struct basket_line l = {.qty = {1000}, .at = {SATURDAY}};
	size_t c = gen_below(g, CODES);

	memcpy(l.item.code, code[c], strlen(code[c]) + 1);
	memcpy(l.item.dept, dept[c % 2], 3);
	memcpy(l.item.groups, group[c % 3], strlen(group[c % 3]) + 1);
	memcpy(l.item.tax, tax[c / 3], 2);
	l.item.price.minor = 50 + 37 * (int64_t)c + 100 * (int64_t)(c % 2);
	l.qty.milli = 1000 * (1 + (int64_t)gen_below(g, 5));
	switch (gen_below(g, 10)) {
	case 0:
		l.discount_ppm = 100000 * (uint32_t)gen_below(g, 11);
		break;
	case 1:
		l.discount.minor = (int64_t)gen_below(g, 50);
		break;
	case 2:
		l.overridden = true;
		l.price.minor = (int64_t)gen_below(g, 300);
		break;
	case 3:
		l.qty.milli = 1500;
		break;
	case 4:
		l.from = QTY_HAND;
		break;
	default:
		break;
	}
	return l;
}

static void
make_coupon(struct gen *g, struct shop *s, size_t rule)
{
	struct coupon c = {.pick = &s->coupon_pick[rule],
		.n_pick = 1,
		.how = gen_below(g, 2) == 0 ? PRICE_OFF : PRICE_OFF_PPM,
		.maker = gen_below(g, 3) == 0,
		.least = {gen_range(g, 0, 300)}};

	(void)snprintf(c.id, sizeof(c.id), "c%zu", rule);
	c.code = code[rule];
	make_pick(g, &s->coupon_pick[rule]);
	s->coupon_pick[rule].except = false;
	c.doubled = c.maker && gen_below(g, 2) == 0;
	c.value = c.how == PRICE_OFF ? gen_range(g, 1, 200)
				     : 10000 * gen_range(g, 1, 100);
	assert_int_equal(rules_add_coupon(s->rules, &c), RC_OK);
}

static void
make_rules(struct gen *g, struct shop *s, size_t most)
{
	size_t n = 1 + gen_below(g, most);

	s->rules = rules_init(s->rules_memory, rules_bytes(10000));
	for (size_t i = 0; i < n; i++) {
		make_promotion(g, s, i);
	}
	for (size_t i = 0; i < COUPONS; i++) {
		make_coupon(g, s, i);
	}
	assert_int_equal(rules_seal(s->rules), RC_OK);
}

static void
begin(struct gen *g, struct shop *s)
{
	struct tax_policy policy = {.included = gen_below(g, 2) == 0,
		.basis = (enum tax_basis)gen_below(g, 3),
		.n_class = 2,
		.class_ = {{"A", 190000}, {"B", 70000}}};

	basket_init(&s->b, s->memory, CAP);
	basket_begin(&s->b, id, (struct utc){SATURDAY}, &policy, ROUND_HALF_UP);
	basket_set_rules(&s->b, s->rules);
	if (gen_below(g, 2) == 0) {
		struct basket_buyer buyer = {.group = "staff"};

		assert_int_equal(basket_set_buyer(&s->b, &buyer), RC_OK);
	}
}

/* What else a sale may have: coupons, its discount, a buyer without tax. */
static void
add_head(struct gen *g, struct shop *s)
{
	struct basket_buyer buyer = s->b.buyer;

	for (size_t n = gen_below(g, 4); n > 0; n--) {
		assert_int_equal(
			basket_coupon_add(&s->b, (int)gen_below(g, COUPONS)),
			RC_OK);
	}
	switch (gen_below(g, 3)) {
	case 0:
		assert_int_equal(basket_sale_ppm(&s->b,
					 1000 * (uint32_t)gen_below(g, 400)),
			RC_OK);
		break;
	case 1:
		assert_int_equal(basket_sale_amount(&s->b,
					 (struct money){gen_range(g, 0, 400)}),
			RC_OK);
		break;
	default:
		break;
	}
	if (gen_below(g, 4) == 0) {
		memcpy(buyer.certificate, "E1", 3);
		assert_int_equal(basket_set_buyer(&s->b, &buyer), RC_OK);
	}
}

static void
add_lines(struct gen *g, struct shop *s)
{
	size_t n = 1 + gen_below(g, 9);

	for (size_t i = 0; i < n; i++) {
		struct basket_line l = make_line(g);
		size_t idx;

		assert_int_equal(basket_put(&s->b, &l, &idx), RC_OK);
	}
}

static void
equals_its_definition(void **state)
{
	struct gen g = gen_start("definition");
	static struct slow w;
	static struct shop s;
	int64_t saved = 0;

	(void)state;
	shop_open(&s);
	for (int round = 0; round < ROUNDS; round++) {
		int64_t off[CAP] = {0};
		size_t step = 0;

		make_rules(&g, &s, RULES);
		begin(&g, &s);
		add_lines(&g, &s);
		search_slow(&s, &w);
		for (size_t i = 0; i < rules_n_promotions(s.rules); i++) {
			spread_slow(&s.b, w.saved[i], w.weight[i], off);
		}
		for (size_t i = 0; i < s.b.n_line; i++) {
			if (s.b.line[i].off.minor != off[i]) {
				fail_msg("round %d, line %zu: %lld off, not "
					 "%lld",
					round, i,
					(long long)s.b.line[i].off.minor,
					(long long)off[i]);
			}
			assert_true(s.b.line[i].amount.minor >= 0);
		}
		for (size_t i = 0; i < s.b.n_step; i++) {
			const struct price_step *p = &s.b.step[i];

			if (p->kind == STEP_PROMOTION) {
				w.saved[p->rule] -= p->amount.minor;
				assert_true(p->amount.minor > 0);
				assert_true(
					step == 0 ||
					s.b.step[step].rule < p->rule ||
					(s.b.step[step].rule == p->rule &&
						s.b.step[step].idx < p->idx));
				step = i;
			}
		}
		for (size_t i = 0; i < rules_n_promotions(s.rules); i++) {
			assert_int_equal(w.saved[i], 0);
		}
		saved += w.total > 0;
	}
	/* most of them had something to find */
	assert_true(saved > ROUNDS / 2);
	shop_close(&s);
}

static void
set_up(struct gen *g, struct shop *s)
{
	make_rules(g, s, RULES);
	begin(g, s);
	add_lines(g, s);
}

/* What makes nothing of the order of lines: sums. */
struct sums {
	struct tax_sum by_class[TAX_CLASS_MAX], total;
	struct money discounts, coupons;
};

static struct sums
sums_of(const struct basket *b)
{
	struct sums s = {.total = b->total,
		.discounts = b->discounts,
		.coupons = b->coupons};

	memcpy(s.by_class, b->by_class, sizeof(s.by_class));
	return s;
}

static void
order_does_not_matter(void **state)
{
	struct gen g = gen_start("order");
	static struct shop s;

	(void)state;
	shop_open(&s);
	for (int round = 0; round < ROUNDS; round++) {
		struct basket_line line[CAP];
		struct sums was;
		struct sums is;
		size_t n;
		size_t idx;

		set_up(&g, &s);
		add_head(&g, &s);
		n = s.b.n_line;
		was = sums_of(&s.b);
		memcpy(line, s.b.line, n * sizeof(*line));
		/* each line out and in again, in some order */
		for (size_t i = n; i > 0; i--) {
			size_t k = gen_below(&g, i);
			struct basket_line l = line[k];

			line[k] = line[i - 1];
			assert_int_equal(basket_find(&s.b, l.no, &idx), RC_OK);
			assert_int_equal(basket_void(&s.b, idx), RC_OK);
			assert_int_equal(basket_put(&s.b, &l, &idx), RC_OK);
		}
		is = sums_of(&s.b);
		if (memcmp(&is, &was, sizeof(is)) != 0) {
			fail_msg("round %d: %lld, and in another order %lld",
				round, (long long)was.total.gross.minor,
				(long long)is.total.gross.minor);
		}
	}
	shop_close(&s);
}

static void
nobody_pays_more(void **state)
{
	struct gen g = gen_start("no more");
	static struct shop s;

	(void)state;
	shop_open(&s);
	for (int round = 0; round < ROUNDS; round++) {
		struct money whole[CAP];
		int64_t off = 0;
		struct sums with;

		set_up(&g, &s);
		with = sums_of(&s.b);
		for (size_t i = 0; i < s.b.n_line; i++) {
			const struct basket_line *l = &s.b.line[i];
			int64_t steps = 0;

			assert_true(l->off.minor >= 0 && l->amount.minor >= 0);
			whole[i].minor = l->amount.minor + l->off.minor;
			if (l->overridden || l->from != QTY_COUNTED ||
				l->qty.milli % 1000 != 0) {
				assert_int_equal(l->off.minor, 0);
			}
			for (size_t k = 0; k < s.b.n_step; k++) {
				if (s.b.step[k].kind == STEP_PROMOTION &&
					s.b.step[k].idx == i) {
					steps += s.b.step[k].amount.minor;
				}
			}
			assert_int_equal(steps, l->off.minor);
			off += l->off.minor;
		}
		basket_set_rules(&s.b, NULL);
		assert_int_equal(basket_reprice(&s.b), RC_OK);
		for (size_t i = 0; i < s.b.n_line; i++) {
			assert_int_equal(
				s.b.line[i].amount.minor, whole[i].minor);
		}
		assert_int_equal(
			with.discounts.minor - s.b.discounts.minor, off);
		assert_true(with.total.gross.minor <= s.b.total.gross.minor);
	}
	shop_close(&s);
}

static void
what_takes_no_part(void **state)
{
	static const struct rule_pick all = {.kind = PICK_ALL};
	const struct promotion p = {.id = "p",
		.slot = {{&all, 1, 1}},
		.n_slot = 1,
		.reward = REWARD_PPM,
		.value = 500000};
	const struct deposit d = {.id = "D25", .price = {25}, .tax = "A"};
	struct gen g = gen_start("no part");
	static struct shop s;
	struct basket_line l;
	size_t idx;

	(void)state;
	shop_open(&s);
	s.rules = rules_init(s.rules_memory, rules_bytes(10000));
	assert_int_equal(rules_add_promotion(s.rules, &p), RC_OK);
	assert_int_equal(rules_add_deposit(s.rules, &d), RC_OK);
	assert_int_equal(rules_seal(s.rules), RC_OK);
	begin(&g, &s);
	do {
		l = make_line(&g);
	} while (l.overridden || l.from != QTY_COUNTED ||
		 l.discount.minor > 0 || l.discount_ppm > 0 ||
		 l.qty.milli % 1000 != 0);
	/* goods do, their deposit does not */
	memcpy(l.item.deposit, "D25", 4);
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_OK);
	assert_int_equal(s.b.n_line, 2);
	assert_true(s.b.line[0].off.minor > 0);
	assert_int_equal(s.b.line[1].off.minor, 0);
	assert_int_equal(basket_set_price(&s.b, 0, (struct money){77}), RC_OK);
	assert_int_equal(s.b.line[0].off.minor, 0);
	assert_int_equal(basket_void(&s.b, 0), RC_OK);
	l.item.deposit[0] = '\0';
	memcpy(l.item.unit, "kg", 3);
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_OK);
	assert_int_equal(s.b.line[idx].off.minor, 0);
	l.item.unit[0] = '\0';
	l.qty.milli = 2500;
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_OK);
	assert_int_equal(s.b.line[idx].off.minor, 0);
	l.qty.milli = -1000;
	assert_int_equal(basket_return(&s.b, &l, &idx), RC_OK);
	assert_int_equal(s.b.line[idx].off.minor, 0);
	assert_int_equal(basket_add_unknown(&s.b, "12", QTY_ONE, &idx), RC_OK);
	assert_int_equal(s.b.line[idx].off.minor, 0);
	shop_close(&s);
}

static void
many_pieces(void **state)
{
	static const struct rule_pick all = {.kind = PICK_ALL};
	struct promotion p = {.slot = {{&all, 1, 3}, {&all, 1, 1}},
		.n_slot = 1,
		.reward = REWARD_CHEAPEST,
		.value = 1000000,
		.free = 1};
	struct gen g = gen_start("many");
	static struct shop s;
	struct basket_line l;
	struct basket was;
	size_t idx;

	(void)state;
	shop_open(&s);
	s.rules = rules_init(s.rules_memory, rules_bytes(10000));
	for (size_t i = 0; i < 20; i++) {
		(void)snprintf(p.id, sizeof(p.id), "p%zu", i);
		p.slot[0].count = 3 + (int64_t)i;
		p.n_slot = 1 + i % 2;
		p.free = 1 + (int64_t)i % 3;
		p.shop = i % 4 == 2;
		assert_int_equal(rules_add_promotion(s.rules, &p), RC_OK);
	}
	assert_int_equal(rules_seal(s.rules), RC_OK);
	begin(&g, &s);
	memset(&l, 0, sizeof(l));
	memcpy(l.item.tax, "A", 2);
	memcpy(l.item.code, "X", 2);
	l.qty.milli = 999999000;
	l.item.price.minor = 59;
	l.discount.minor = 1234567;
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_OK);
	l.discount.minor = 7654321;
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_OK);
	assert_true(s.b.line[0].off.minor > 0);
	assert_true(s.b.line[0].amount.minor > 0);
	/* to the edge of what an amount may be, and over it: all as before */
	l.discount.minor = 0;
	l.item.price.minor = MONEY_MAX / 999999;
	was = s.b;
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_RANGE);
	assert_memory_equal(&was, &s.b, sizeof(was));
	l.qty.milli = 900000000;
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_OK);
	l.qty.milli = 200000000;
	was = s.b;
	assert_int_equal(basket_put(&s.b, &l, &idx), RC_RANGE);
	assert_memory_equal(&was, &s.b, sizeof(was));
	shop_close(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_its_definition),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(nobody_pays_more),
		cmocka_unit_test(what_takes_no_part),
		cmocka_unit_test(many_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
