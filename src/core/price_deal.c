/* SPDX-License-Identifier: Apache-2.0 */
#include "core/deal.h"
#include "core/price_share.h"
#include "core/pricing.h"
#include "core/sort.h"

#include "base/poison.h"

#define NO_ENTRY UINT32_MAX

/* What a promotion took of each line. */
struct parts {
	int64_t *of; /* by line of the basket; 0 between two promotions */
	uint32_t *line, *room;
	int64_t *weight;
	uint32_t *head; /* of a deal's entries */
};

static int
compare_line(uint32_t a, uint32_t b, const void *arg)
{
	(void)arg;
	return (a > b) - (a < b);
}

/* The entries of each deal one behind the other: what was the deal's number is
 * the next entry's. */
static void
chain(const struct deal_pool *p, struct deal_log *log, uint32_t head[])
{
	for (size_t i = 0; i < p->n_deal; i++) {
		head[i] = NO_ENTRY;
	}
	for (size_t i = log->n; i > 0; i--) {
		struct deal_entry *e = &log->entry[i - 1];
		uint32_t deal = e->deal;

		e->deal = head[deal];
		head[deal] = (uint32_t)i - 1;
	}
}

static size_t
gather(const struct deal_log *log, struct parts *s, uint32_t entry)
{
	size_t n = 0;

	while (entry != NO_ENTRY) {
		const struct deal_entry *e = &log->entry[entry];

		if (e->weight > 0 && s->of[e->line] == 0) {
			s->line[n++] = e->line;
		}
		s->of[e->line] += e->weight;
		entry = e->deal;
	}
	sort_run(s->line, n, s->room, compare_line, NULL);
	for (size_t i = 0; i < n; i++) {
		s->weight[i] = s->of[s->line[i]];
		s->of[s->line[i]] = 0;
	}
	return n;
}

static enum rc
share_out(struct basket *b, struct deal_pool *p, struct deal_log *log)
{
	struct parts s = {
		.of = arena_take(&p->a, b->n_line, sizeof(*s.of)),
		.line = arena_take(&p->a, b->n_line, sizeof(*s.line)),
		.room = arena_take(&p->a, b->n_line, sizeof(*s.room)),
		.weight = arena_take(&p->a, b->n_line, sizeof(*s.weight)),
		.head = arena_take(&p->a, p->n_deal, sizeof(*s.head)),
	};
	enum rc rc = RC_OK;

	if (s.of == NULL || s.line == NULL || s.room == NULL ||
		s.weight == NULL || s.head == NULL) {
		return RC_RANGE;
	}
	chain(p, log, s.head);
	for (size_t i = 0; i < p->n_deal && rc == RC_OK; i++) {
		const struct price_step by = {
			.kind = STEP_PROMOTION, .rule = p->deal[i].rule};
		struct arena room = p->a;
		size_t n = gather(log, &s, s.head[i]);

		if (n > 0) {
			rc = price_share_out(b, &room, &by,
				(struct money){log->by_deal[i]}, s.line,
				s.weight, n);
		}
	}
	return rc;
}

enum rc
price_promotions(struct basket *b)
{
	struct deal_pool p;
	struct deal_log *log;
	enum rc rc;

	if (rules_n_promotions(b->rules) == 0) {
		return RC_OK;
	}
	rc = deal_pool_make(b, &p);
	if (rc != RC_OK || p.n_deal == 0) {
		return rc;
	}
	rc = deal_search(&p, &log);
	return rc == RC_OK && log != NULL ? share_out(b, &p, log) : rc;
}
