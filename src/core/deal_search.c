/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/deal.h"
#include "core/wide.h"

#include "base/poison.h"

/* With how many promotions leaving each of them out is tried too. */
#define LEAVE_LEAST 2
#define LEAVE_MOST 8

/* The heap of a run has on top the deal with the largest key.  A key may be
 * too large, of a steady one whose units were taken meanwhile, never too
 * small: so what is on top and was looked at in this step is the largest. */

static bool
is_before(const struct deal_pool *p, uint32_t x, uint32_t y)
{
	const struct deal *a = &p->deal[x];
	const struct deal *b = &p->deal[y];

	if (p->by_unit) {
		wide v = (wide)a->saving * b->units;
		wide w = (wide)b->saving * a->units;

		return v > w || (v == w && x < y);
	}
	return a->saving > b->saving || (a->saving == b->saving && x < y);
}

static void
put(struct deal_pool *p, size_t at, uint32_t deal)
{
	p->heap[at] = deal;
	p->deal[deal].place = (uint32_t)at;
}

static void
sift_down(struct deal_pool *p, size_t at)
{
	uint32_t deal = p->heap[at];

	for (;;) {
		size_t next = 2 * at + 1;

		if (next + 1 < p->n_heap &&
			is_before(p, p->heap[next + 1], p->heap[next])) {
			next++;
		}
		if (next >= p->n_heap || !is_before(p, p->heap[next], deal)) {
			break;
		}
		put(p, at, p->heap[next]);
		at = next;
	}
	put(p, at, deal);
}

static void
sift_up(struct deal_pool *p, size_t at)
{
	uint32_t deal = p->heap[at];

	while (at > 0 && is_before(p, deal, p->heap[(at - 1) / 2])) {
		put(p, at, p->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(p, at, deal);
}

static void
look_again(struct deal_pool *p, struct deal *d)
{
	d->saving = deal_try(p, d);
	d->seen = p->step;
	deal_drop(p);
	sift_up(p, d->place);
	sift_down(p, d->place);
}

static void
begin(struct deal_pool *p, bool by_unit, size_t without)
{
	deal_pool_fill(p);
	p->by_unit = by_unit;
	p->step = 0;
	p->n_heap = 0;
	for (size_t i = 0; i < p->n_deal; i++) {
		struct deal *d = &p->deal[i];

		d->saving = d->full;
		d->seen = 0;
		d->times = 0;
		memset(d->from, 0, sizeof(d->from));
		d->place = DEAL_OUT;
		if (i != without && (d->full > 0 || !d->steady)) {
			put(p, p->n_heap++, (uint32_t)i);
		}
	}
	for (size_t i = p->n_heap / 2; i > 0; i--) {
		sift_down(p, i - 1);
	}
}

/* Does the deal want any of the units that are taken now? */
static bool
concerns(const struct deal_pool *p, const struct deal *d)
{
	for (size_t i = 0; i < p->n_use; i++) {
		for (size_t slot = 0; slot < d->p->n_slot; slot++) {
			if (deal_has(d, slot, p, p->use[i].group)) {
				return true;
			}
		}
	}
	return false;
}

/* As often as the very same units are there. */
static int64_t
how_often(const struct deal_pool *p, const struct deal *d)
{
	int64_t m = INT64_MAX;

	for (size_t i = 0; i < p->n_use; i++) {
		uint32_t g = p->use[i].group;
		int64_t n = p->left[g] / p->taken[g];

		m = n < m ? n : m;
	}
	if (d->p->limit > 0 && d->p->limit - d->times < m) {
		m = d->p->limit - d->times;
	}
	return m;
}

static enum rc
apply(struct deal_pool *p, uint32_t deal, struct deal_log *log)
{
	struct deal *d = &p->deal[deal];
	int64_t m;

	(void)deal_try(p, d);
	m = how_often(p, d);
	if (p->cap_entry - log->n < p->n_use) {
		return RC_RANGE;
	}
	for (size_t i = 0; i < p->n_use; i++) {
		const struct deal_use *u = &p->use[i];
		const struct deal_group *g = &p->group[u->group];

		deal_pool_take(p, u->group, (uint32_t)(m * u->count));
		log->entry[log->n++] = (struct deal_entry){
			deal, g->line, m * u->count * g->value};
	}
	log->by_deal[deal] += m * d->saving;
	log->saved += m * d->saving;
	d->times += m;
	return RC_OK;
}

/* What may save more now that units are gone: first who, while it is known
 * which units, then how much. */
static void
look_at_restless(struct deal_pool *p)
{
	for (size_t i = 0; i < p->n_restless; i++) {
		struct deal *d = &p->deal[p->restless[i]];

		if (d->place != DEAL_OUT && concerns(p, d)) {
			d->seen = p->step - 1;
		} else {
			d->seen = p->step;
		}
	}
	deal_drop(p);
	for (size_t i = 0; i < p->n_restless; i++) {
		struct deal *d = &p->deal[p->restless[i]];

		if (d->place != DEAL_OUT && d->seen != p->step) {
			look_again(p, d);
		}
	}
}

static enum rc
run(struct deal_pool *p, bool by_unit, size_t without, struct deal_log *log)
{
	enum rc rc = RC_OK;

	log->n = 0;
	log->saved = 0;
	memset(log->by_deal, 0, p->n_deal * sizeof(*log->by_deal));
	begin(p, by_unit, without);
	while (rc == RC_OK && p->n_heap > 0) {
		uint32_t top = p->heap[0];
		struct deal *d = &p->deal[top];

		if (d->saving <= 0) {
			break;
		}
		if (d->seen != p->step) {
			look_again(p, d);
			continue;
		}
		rc = apply(p, top, log);
		p->step++;
		look_at_restless(p);
	}
	return rc;
}

/* Runs one more; the better one is ${best} then, of equals the earlier. */
static enum rc
challenge(struct deal_pool *p, bool by_unit, size_t without,
	struct deal_log **best)
{
	struct deal_log *other = &p->log[*best == &p->log[0] ? 1 : 0];
	enum rc rc = run(p, by_unit, without, other);

	if (rc == RC_OK && other->saved > (*best)->saved) {
		*best = other;
	}
	return rc;
}

enum rc
deal_search(struct deal_pool *p, struct deal_log **ret)
{
	struct deal_log *best = &p->log[0];
	size_t n = 0;
	enum rc rc;

	*ret = NULL;
	deal_pool_fill(p);
	for (size_t i = 0; i < p->n_deal; i++) {
		p->deal[i].full = deal_try(p, &p->deal[i]);
		n += p->deal[i].full > 0 ? 1 : 0;
		deal_drop(p);
	}
	if (n == 0) {
		return RC_OK;
	}
	rc = run(p, false, p->n_deal, best);
	if (rc == RC_OK && p->n_deal > 1) {
		rc = challenge(p, true, p->n_deal, &best);
	}
	for (size_t i = 0; n >= LEAVE_LEAST && n <= LEAVE_MOST &&
			   i < p->n_deal && rc == RC_OK;
		i++) {
		if (p->deal[i].full > 0) {
			rc = challenge(p, false, i, &best);
		}
	}
	if (rc == RC_OK) {
		*ret = best;
	}
	return rc;
}
