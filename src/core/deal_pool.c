/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/deal.h"
#include "core/pricing.h"
#include "core/rules_match.h"
#include "core/sort.h"

#include "base/poison.h"

#define MILLI 1000
#define WORD 64
#define SLOTS_MAX ((size_t)PROMOTION_SLOTS * RULES_PROMOTIONS)
/* marks of a slot while a line's keys are walked */
#define MARK_IN 1
#define MARK_OUT 2
#define ENTRIES_LEAST 8192
#define ARENA_SLACK 16 /* each piece of it begins on 16 */
#define PIECES 40

static size_t
words(size_t n_group)
{
	return (n_group + WORD - 1) / WORD;
}

static size_t
entries(size_t cap_line)
{
	return ENTRIES_LEAST + PRICE_STEPS * cap_line;
}

size_t
deal_bytes(size_t cap_line)
{
	size_t n_group = 2 * cap_line;
	size_t a_line = sizeof(struct deal_line) + ARENA_SLACK +
			RULE_KEYS * sizeof(uint32_t);
	size_t a_group = 2 * sizeof(struct deal_group) + sizeof(uint32_t) +
			 6 * sizeof(uint32_t) + sizeof(struct deal_use);
	size_t a_slot = 1 + sizeof(uint32_t) + sizeof(uint64_t *) +
			words(n_group) * sizeof(uint64_t) + ARENA_SLACK;
	size_t a_deal = sizeof(struct deal) + 2 * sizeof(uint32_t) +
			2 * sizeof(int64_t);

	return cap_line * a_line + n_group * a_group + SLOTS_MAX * a_slot +
	       (size_t)RULES_PROMOTIONS * a_deal +
	       2 * words(n_group) * sizeof(uint64_t) +
	       2 * entries(cap_line) * sizeof(struct deal_entry) +
	       (size_t)PIECES * ARENA_SLACK;
}

static bool
is_counted(const struct basket *b, const struct basket_line *l)
{
	return l->qty.milli > 0 && l->qty.milli % MILLI == 0 &&
	       l->from == QTY_COUNTED && !l->unknown && !l->overridden &&
	       l->item.unit[0] == '\0' && !basket_is_deposit(b, l);
}

/* Keys of an item that some slot names. */
static size_t
slot_keys(
	const struct rules *r, const struct item *item, uint32_t key[RULE_KEYS])
{
	size_t n_found = rules_keys(r, item, key);
	size_t n = 0;

	for (size_t i = 0; i < n_found; i++) {
		size_t n_entry;

		(void)rules_entries(r, key[i], RULE_SLOT, &n_entry);
		if (n_entry > 0) {
			key[n++] = key[i];
		}
	}
	return n;
}

/* Lines whose keys some slot has; whether it has them too is seen later. */
static enum rc
find_lines(struct deal_pool *p)
{
	const struct basket *b = p->b;
	struct money sum = {0};
	enum rc rc = RC_OK;

	p->line = arena_take(&p->a, b->n_line, sizeof(*p->line));
	if (p->line == NULL) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < b->n_line && rc == RC_OK; i++) {
		const struct basket_line *l = &b->line[i];
		struct deal_line *d = &p->line[p->n_line];
		uint32_t key[RULE_KEYS];
		size_t n = is_counted(b, l) ? slot_keys(b->rules, &l->item, key)
					    : 0;

		if (n == 0) {
			continue;
		}
		d->line = (uint32_t)i;
		d->n_key = (uint32_t)n;
		d->key = arena_take(&p->a, n, sizeof(*key));
		if (d->key == NULL) {
			return RC_RANGE;
		}
		memcpy(d->key, key, n * sizeof(*key));
		p->n_line++;
		rc = money_add(sum, l->amount, &sum);
	}
	return rc;
}

struct by {
	const struct basket *b;
	const struct deal_group *group;
};

static int
compare_dearest(uint32_t x, uint32_t y, const void *arg)
{
	const struct by *by = arg;
	const struct deal_group *g = &by->group[x];
	const struct deal_group *h = &by->group[y];
	const struct basket_line *a = &by->b->line[g->line];
	const struct basket_line *b = &by->b->line[h->line];
	int c = (g->value < h->value) - (g->value > h->value);

	if (c == 0) {
		c = strcmp(a->item.code, b->item.code);
	}
	if (c == 0) {
		c = (a->qty.milli < b->qty.milli) -
		    (a->qty.milli > b->qty.milli);
	}
	if (c == 0) {
		c = (a->amount.minor < b->amount.minor) -
		    (a->amount.minor > b->amount.minor);
	}
	return c != 0 ? c : (g->line > h->line) - (g->line < h->line);
}

static int
compare_code(uint32_t x, uint32_t y, const void *arg)
{
	const struct by *by = arg;
	int c = strcmp(by->b->line[by->group[x].line].item.code,
		by->b->line[by->group[y].line].item.code);

	return c != 0 ? c : (x > y) - (x < y);
}

/* The units of a line as one group or two. */
static void
split_line(const struct basket_line *l, uint32_t line, struct deal_pool *p,
	struct deal_group *made)
{
	int64_t n = l->qty.milli / MILLI;
	int64_t dearer = l->amount.minor % n;
	int64_t value = l->amount.minor / n;

	made[p->n_group++] =
		(struct deal_group){value, line, (uint32_t)(n - dearer)};
	if (dearer > 0) {
		made[p->n_group++] =
			(struct deal_group){value + 1, line, (uint32_t)dearer};
	}
}

static enum rc
make_groups(struct deal_pool *p)
{
	size_t most = 2 * p->n_line;
	struct deal_group *made = arena_take(&p->a, most, sizeof(*made));
	struct by by = {p->b, made};

	p->group = arena_take(&p->a, most, sizeof(*p->group));
	/* also for the units of an application */
	p->order = arena_take(&p->a, most + PROMOTION_SLOTS, sizeof(*p->order));
	p->room = arena_take(&p->a, most + PROMOTION_SLOTS, sizeof(*p->room));
	if (made == NULL || p->group == NULL || p->order == NULL ||
		p->room == NULL) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < p->n_line; i++) {
		p->line[i].group[0] = (uint32_t)p->n_group;
		split_line(&p->b->line[p->line[i].line], (uint32_t)i, p, made);
		p->line[i].group[1] = (uint32_t)p->n_group - 1;
	}
	for (size_t i = 0; i < p->n_group; i++) {
		made[i].line = p->line[made[i].line].line;
		p->order[i] = (uint32_t)i;
	}
	sort_run(p->order, p->n_group, p->room, compare_dearest, &by);
	for (size_t i = 0; i < p->n_group; i++) {
		p->group[i] = made[p->order[i]];
		p->room[p->order[i]] = (uint32_t)i;
	}
	for (size_t i = 0; i < p->n_line; i++) {
		p->line[i].group[0] = p->room[p->line[i].group[0]];
		p->line[i].group[1] = p->room[p->line[i].group[1]];
	}
	p->n_word = words(p->n_group);
	return RC_OK;
}

static bool
any_same(const struct rules *r)
{
	for (size_t i = 0; i < rules_n_promotions(r); i++) {
		if (rules_promotion(r, i)->same) {
			return true;
		}
	}
	return false;
}

static bool
is_same_code(const struct deal_pool *p, uint32_t g, uint32_t h)
{
	return strcmp(p->b->line[p->group[g].line].item.code,
		       p->b->line[p->group[h].line].item.code) == 0;
}

static enum rc
order_codes(struct deal_pool *p)
{
	struct by by = {p->b, p->group};

	if (!any_same(p->b->rules)) {
		return RC_OK;
	}
	p->by_code = arena_take(&p->a, p->n_group, sizeof(*p->by_code));
	p->at_code = arena_take(&p->a, p->n_group, sizeof(*p->at_code));
	p->code_end = arena_take(&p->a, p->n_group, sizeof(*p->code_end));
	if (p->by_code == NULL || p->at_code == NULL || p->code_end == NULL) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < p->n_group; i++) {
		p->by_code[i] = (uint32_t)i;
	}
	sort_run(p->by_code, p->n_group, p->room, compare_code, &by);
	for (size_t i = p->n_group; i > 0; i--) {
		uint32_t g = p->by_code[i - 1];

		p->at_code[g] = (uint32_t)i - 1;
		p->code_end[i - 1] = (uint32_t)i;
		if (i < p->n_group && is_same_code(p, g, p->by_code[i])) {
			p->code_end[i - 1] = p->code_end[i];
		}
	}
	return RC_OK;
}

/* While members are found. */
struct finding {
	struct deal_pool *p;
	uint8_t *mark; /* of a slot, for the line that is looked at */
	uint32_t *marked;
	size_t n_marked;
	uint64_t **row; /* of a slot, NULL no line is in it */
};

static void
mark_slots(struct finding *f, const struct deal_line *d)
{
	f->n_marked = 0;
	for (size_t i = 0; i < d->n_key; i++) {
		size_t n;
		const struct rule_entry *e =
			rules_entries(f->p->b->rules, d->key[i], RULE_SLOT, &n);

		for (size_t k = 0; k < n; k++) {
			if (f->mark[e[k].user] == 0) {
				f->marked[f->n_marked++] = e[k].user;
			}
			f->mark[e[k].user] |= e[k].except ? MARK_OUT : MARK_IN;
		}
	}
}

static void
set_bit(uint64_t *row, uint32_t at)
{
	row[at / WORD] |= UINT64_C(1) << (at % WORD);
}

static void
clear_bit(uint64_t *row, uint32_t at)
{
	row[at / WORD] &= ~(UINT64_C(1) << (at % WORD));
}

/* Write the units of a line into the rows of the slots that have it. */
static enum rc
enter_line(struct finding *f, const struct deal_line *d)
{
	const struct basket *b = f->p->b;
	const struct basket_line *l = &b->line[d->line];
	struct rule_time at = {0};

	if (rules_timed(b->rules)) {
		rule_time_make(l->at, l->tz_min, &at);
	}
	mark_slots(f, d);
	for (size_t i = 0; i < f->n_marked; i++) {
		uint32_t slot = f->marked[i];
		const struct promotion *p =
			rules_promotion(b->rules, slot / PROMOTION_SLOTS);
		bool in = f->mark[slot] == MARK_IN &&
			  rule_when_has(&p->when, &at, b->buyer.group);

		f->mark[slot] = 0;
		if (in && f->row[slot] == NULL) {
			f->row[slot] = arena_take(
				&f->p->a, f->p->n_word, sizeof(*f->row[slot]));
			if (f->row[slot] == NULL) {
				return RC_RANGE;
			}
		}
		for (size_t k = 0; in && k < 2; k++) {
			uint32_t g = d->group[k];

			set_bit(f->row[slot], p->same ? f->p->at_code[g] : g);
		}
	}
	return RC_OK;
}

/* Two slots that want the same units may get more when others are gone. */
static bool
overlaps(const struct deal *d, size_t n_word)
{
	for (size_t w = 0; w < n_word; w++) {
		uint64_t seen = 0;

		for (size_t i = 0; i < d->p->n_slot; i++) {
			if ((seen & d->row[i][w]) != 0) {
				return true;
			}
			seen |= d->row[i][w];
		}
	}
	return false;
}

static void
add_deal(struct deal_pool *p, size_t rule, uint64_t *const row[])
{
	struct deal *d = &p->deal[p->n_deal];

	*d = (struct deal){.rule = (int)rule};
	d->p = rules_promotion(p->b->rules, rule);
	for (size_t i = 0; i < d->p->n_slot; i++) {
		if (row[i] == NULL) {
			return;
		}
		d->row[i] = row[i];
		d->units += d->p->slot[i].count;
	}
	/* the cheapest for the shop are dearer ones when they are gone */
	d->steady = !(d->p->reward == REWARD_CHEAPEST && d->p->shop) &&
		    !overlaps(d, p->n_word);
	if (!d->steady) {
		p->restless[p->n_restless++] = (uint32_t)p->n_deal;
	}
	p->n_deal++;
}

static enum rc
find_members(struct deal_pool *p)
{
	size_t n_rule = rules_n_promotions(p->b->rules);
	size_t n_slot = PROMOTION_SLOTS * n_rule;
	struct finding f = {.p = p};
	enum rc rc = RC_OK;

	f.mark = arena_take(&p->a, n_slot, sizeof(*f.mark));
	f.marked = arena_take(&p->a, n_slot, sizeof(*f.marked));
	f.row = arena_take(&p->a, n_slot, sizeof(uint64_t *));
	p->deal = arena_take(&p->a, n_rule, sizeof(*p->deal));
	p->restless = arena_take(&p->a, n_rule, sizeof(*p->restless));
	if (f.mark == NULL || f.marked == NULL || f.row == NULL ||
		p->deal == NULL || p->restless == NULL) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < p->n_line && rc == RC_OK; i++) {
		rc = enter_line(&f, &p->line[i]);
	}
	for (size_t i = 0; i < n_rule && rc == RC_OK; i++) {
		add_deal(p, i, f.row + PROMOTION_SLOTS * i);
	}
	return rc;
}

static enum rc
make_room(struct deal_pool *p)
{
	size_t n = p->n_group;
	size_t entry_bytes = sizeof(struct deal_entry);

	p->left = arena_take(&p->a, n, sizeof(*p->left));
	p->taken = arena_take(&p->a, n, sizeof(*p->taken));
	p->alive = arena_take(&p->a, p->n_word, sizeof(*p->alive));
	p->alive_code = arena_take(&p->a, p->n_word, sizeof(*p->alive));
	/* of each slot all but the last of its groups are used up */
	p->use = arena_take(&p->a, n + PROMOTION_SLOTS, sizeof(*p->use));
	p->heap = arena_take(&p->a, p->n_deal, sizeof(*p->heap));
	p->cap_entry = entries(p->b->cap_line);
	if (p->left == NULL || p->taken == NULL || p->alive == NULL ||
		p->alive_code == NULL || p->use == NULL || p->heap == NULL) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < 2; i++) {
		p->log[i].by_deal = arena_take(
			&p->a, p->n_deal, sizeof(*p->log[i].by_deal));
		if (p->log[i].by_deal == NULL) {
			return RC_RANGE;
		}
		/* only its first entry zeroed: it is large, and written
		 * before it is read */
		p->log[i].entry = arena_take(&p->a, 1, entry_bytes);
		if (p->log[i].entry == NULL ||
			p->a.cap - p->a.used < p->cap_entry * entry_bytes) {
			return RC_RANGE;
		}
		p->a.used += (p->cap_entry - 1) * entry_bytes;
	}
	return RC_OK;
}

enum rc
deal_pool_make(const struct basket *b, struct deal_pool *p)
{
	enum rc rc;

	*p = (struct deal_pool){.b = b};
	arena_init(&p->a, b->work, pricing_bytes(b->cap_line));
	rc = find_lines(p);
	if (rc != RC_OK || p->n_line == 0) {
		return rc;
	}
	rc = make_groups(p);
	if (rc == RC_OK) {
		rc = order_codes(p);
	}
	if (rc == RC_OK) {
		rc = find_members(p);
	}
	return rc == RC_OK ? make_room(p) : rc;
}

void
deal_pool_fill(struct deal_pool *p)
{
	memset(p->alive, 0, p->n_word * sizeof(*p->alive));
	for (size_t i = 0; i < p->n_group; i++) {
		p->left[i] = p->group[i].count;
		set_bit(p->alive, (uint32_t)i);
	}
	memcpy(p->alive_code, p->alive, p->n_word * sizeof(*p->alive));
}

void
deal_pool_take(struct deal_pool *p, uint32_t group, uint32_t count)
{
	p->left[group] -= count;
	if (p->left[group] == 0) {
		clear_bit(p->alive, group);
		if (p->at_code != NULL) {
			clear_bit(p->alive_code, p->at_code[group]);
		}
	}
}

bool
deal_has(const struct deal *d, size_t slot, const struct deal_pool *p,
	uint32_t group)
{
	uint32_t at = d->p->same ? p->at_code[group] : group;

	return (d->row[slot][at / WORD] >> (at % WORD) & 1) != 0;
}
