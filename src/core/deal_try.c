/* SPDX-License-Identifier: Apache-2.0 */
#include "core/deal.h"
#include "core/sort.h"

#include "base/poison.h"

#define WORD 64

/* Where units are looked for: places first..end - 1 of a row; with codes the
 * place is one in their order. */
struct strip {
	const uint64_t *row;
	const uint64_t *alive;
	const uint32_t *by_code; /* NULL: a place is a group */
	size_t first, end;
};

/* Those of a word of the strip that are members and have units left. */
static inline uint64_t
word_of(const struct strip *s, size_t w)
{
	uint64_t v = s->row[w] & s->alive[w];

	if (w == s->first / WORD) {
		v &= UINT64_MAX << (s->first % WORD);
	}
	if (w == s->end / WORD) {
		v &= ~(UINT64_MAX << (s->end % WORD));
	}
	return v;
}

static int64_t
use_place(struct deal_pool *p, const struct strip *s, size_t at, int64_t want)
{
	uint32_t g = s->by_code == NULL ? (uint32_t)at : s->by_code[at];
	uint32_t n = p->left[g] - p->taken[g];

	if (n == 0) {
		return want;
	}
	if (n > want) {
		n = (uint32_t)want;
	}
	p->taken[g] += n;
	p->use[p->n_use++] = (struct deal_use){g, n};
	return want - n;
}

/* The dearest; returns how many were not there. */
static int64_t
take_dearest(struct deal_pool *p, const struct strip *s, int64_t want)
{
	size_t n_word = (s->end + WORD - 1) / WORD;

	for (size_t w = s->first / WORD; w < n_word && want > 0; w++) {
		uint64_t v = word_of(s, w);

		for (; v != 0 && want > 0; v &= v - 1) {
			size_t bit = (size_t)__builtin_ctzll(v);

			want = use_place(p, s, w * WORD + bit, want);
		}
	}
	return want;
}

static int64_t
take_cheapest(struct deal_pool *p, const struct strip *s, int64_t want)
{
	size_t n_word = (s->end + WORD - 1) / WORD;

	for (size_t w = n_word; w > s->first / WORD && want > 0; w--) {
		uint64_t v = word_of(s, w - 1);

		while (v != 0 && want > 0) {
			size_t bit = WORD - 1 - (size_t)__builtin_clzll(v);

			v &= ~(UINT64_C(1) << bit);
			want = use_place(p, s, (w - 1) * WORD + bit, want);
		}
	}
	return want;
}

/* The units of a slot, from the first word that has any. */
static struct strip
strip_of(const struct deal_pool *p, struct deal *d, size_t slot)
{
	struct strip s = {
		.row = d->row[slot], .alive = p->alive, .end = p->n_group};
	uint32_t w = d->from[slot];

	while (w < p->n_word && (s.row[w] & s.alive[w]) == 0) {
		w++;
	}
	d->from[slot] = w;
	s.first = (size_t)w * WORD < s.end ? (size_t)w * WORD : s.end;
	return s;
}

/* How many of a slot's units are free. */
static int64_t
count_free(const struct deal_pool *p, const struct strip *s)
{
	int64_t n = 0;

	for (size_t w = s->first / WORD; w < p->n_word; w++) {
		for (uint64_t v = word_of(s, w); v != 0; v &= v - 1) {
			n += p->left[w * WORD + (size_t)__builtin_ctzll(v)];
		}
	}
	return n;
}

static bool
fill_slots(struct deal_pool *p, struct deal *d)
{
	int64_t free_units[PROMOTION_SLOTS];
	bool filled[PROMOTION_SLOTS] = {false};
	struct strip s[PROMOTION_SLOTS];

	for (size_t i = 0; i < d->p->n_slot; i++) {
		s[i] = strip_of(p, d, i);
		free_units[i] = count_free(p, &s[i]);
		if (free_units[i] < d->p->slot[i].count) {
			return false;
		}
	}
	for (size_t k = 0; k < d->p->n_slot; k++) {
		size_t next = PROMOTION_SLOTS;

		for (size_t i = 0; i < d->p->n_slot; i++) {
			if (!filled[i] &&
				(next == PROMOTION_SLOTS ||
					free_units[i] < free_units[next])) {
				next = i;
			}
		}
		/* there is one in every round: the bound is for those who
		 * cannot count them */
		if (next == PROMOTION_SLOTS) {
			return false;
		}
		filled[next] = true;
		if (take_dearest(p, &s[next], d->p->slot[next].count) > 0) {
			return false;
		}
	}
	return true;
}

static bool
fill_slot(struct deal_pool *p, const struct deal *d, const struct strip *s)
{
	int64_t n = d->p->slot[0].count;

	if (d->p->reward == REWARD_CHEAPEST && d->p->shop) {
		return take_dearest(p, s, n - d->p->free) == 0 &&
		       take_cheapest(p, s, d->p->free) == 0;
	}
	return take_dearest(p, s, n) == 0;
}

static int
compare_group(uint32_t x, uint32_t y, const void *arg)
{
	const struct deal_use *use = arg;

	return (use[x].group > use[y].group) - (use[x].group < use[y].group);
}

/* What the ${free} smallest values taken come to.  Of one slot they were taken
 * last. */
static int64_t
sum_cheapest(struct deal_pool *p, const struct deal *d)
{
	int64_t want = d->p->free;
	int64_t sum = 0;

	for (size_t i = 0; i < p->n_use; i++) {
		p->order[i] = (uint32_t)i;
	}
	if (d->p->n_slot > 1) {
		sort_run(p->order, p->n_use, p->room, compare_group, p->use);
	}
	for (size_t i = p->n_use; i > 0 && want > 0; i--) {
		const struct deal_use *u = &p->use[p->order[i - 1]];
		int64_t n = u->count < want ? u->count : want;

		sum += n * p->group[u->group].value;
		want -= n;
	}
	return sum;
}

static int64_t
part(const struct deal_pool *p, int64_t sum, int64_t ppm)
{
	struct money v;

	return money_mul_ratio((struct money){sum}, ppm, PPM_ONE, p->b->round,
		       &v) == RC_OK
		       ? v.minor
		       : 0;
}

static int64_t
saving_of(struct deal_pool *p, const struct deal *d)
{
	int64_t sum = 0;

	if (d->p->reward == REWARD_CHEAPEST) {
		return part(p, sum_cheapest(p, d), d->p->value);
	}
	for (size_t i = 0; i < p->n_use; i++) {
		sum += p->use[i].count * p->group[p->use[i].group].value;
	}
	switch (d->p->reward) {
	case REWARD_PRICE:
		return sum > d->p->value ? sum - d->p->value : 0;
	case REWARD_OFF:
		return sum < d->p->value ? sum : d->p->value;
	case REWARD_PPM:
		return part(p, sum, d->p->value);
	case REWARD_CHEAPEST:
	default:
		return 0;
	}
}

/* The next code with units of the deal, behind those of ${s}. */
static bool
next_code(const struct deal_pool *p, struct strip *s)
{
	s->first = s->end;
	s->end = p->n_group;
	for (size_t w = s->first / WORD; w < p->n_word; w++) {
		uint64_t v = word_of(s, w);

		if (v != 0) {
			s->first = w * WORD + (size_t)__builtin_ctzll(v);
			s->end = p->code_end[s->first];
			return true;
		}
	}
	return false;
}

/* The application among the units of one code that saves most stays. */
static int64_t
try_codes(struct deal_pool *p, const struct deal *d)
{
	struct strip s = {d->row[0], p->alive_code, p->by_code, 0, 0};
	struct strip best = s;
	int64_t most = 0;

	while (next_code(p, &s)) {
		int64_t saving = fill_slot(p, d, &s) ? saving_of(p, d) : 0;

		deal_drop(p);
		if (saving > most) {
			most = saving;
			best = s;
		}
	}
	return most > 0 && fill_slot(p, d, &best) ? most : 0;
}

int64_t
deal_try(struct deal_pool *p, struct deal *d)
{
	struct strip s;

	p->n_use = 0;
	if (d->p->limit > 0 && d->times >= d->p->limit) {
		return 0;
	}
	if (d->p->same) {
		return try_codes(p, d);
	}
	if (d->p->n_slot > 1) {
		return fill_slots(p, d) ? saving_of(p, d) : 0;
	}
	s = strip_of(p, d, 0);
	return fill_slot(p, d, &s) ? saving_of(p, d) : 0;
}

void
deal_drop(struct deal_pool *p)
{
	for (size_t i = 0; i < p->n_use; i++) {
		p->taken[p->use[i].group] = 0;
	}
	p->n_use = 0;
}
