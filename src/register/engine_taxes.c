/* SPDX-License-Identifier: Apache-2.0 */
/* The taxes of a sale as its event has them.  A row of goods that come back by
 * a receipt stands behind those of goods sold, also at the same rate: when what
 * is sold here comes back itself, its row must be there to be shared. */
#include <string.h>

#include "register/engine_internal.h"

#include "base/poison.h"

static void
put_sum(struct event_tax *to, const struct tax_sum *sum)
{
	to->net = sum->net.minor;
	to->tax = sum->tax.minor;
	to->gross = sum->gross.minor;
}

static enum rc
put_tax(struct engine *e, const struct tax_class *c, const struct tax_sum *sum,
	struct event_tax *to)
{
	struct event_part *part;

	*to = (struct event_tax){.code = c->code,
		.rate = c->rate_ppm,
		.why = tax_why_name(c->why)};
	put_sum(to, sum);
	if (c->n_part == 0) {
		return RC_OK;
	}
	part = arena_take(&e->arena, c->n_part, sizeof(*part));
	if (part == NULL) {
		return RC_NOMEM;
	}
	for (size_t i = 0; i < c->n_part; i++) {
		part[i] = (struct event_part){.name = c->part[i].name,
			.rate = c->part[i].rate_ppm,
			.on_tax = c->part[i].on_tax,
			.tax = sum->part[i].minor};
	}
	to->part = part;
	to->n_part = c->n_part;
	return RC_OK;
}

static bool
same_class(const struct tax_class *a, const struct tax_class *b)
{
	bool same = strcmp(a->code, b->code) == 0 &&
		    a->rate_ppm == b->rate_ppm && a->why == b->why &&
		    a->n_part == b->n_part;

	for (size_t i = 0; same && i < a->n_part; i++) {
		same = strcmp(a->part[i].name, b->part[i].name) == 0 &&
		       a->part[i].rate_ppm == b->part[i].rate_ppm &&
		       a->part[i].on_tax == b->part[i].on_tax;
	}
	return same;
}

static bool
alike(const struct basket_back *a, const struct basket_back *b)
{
	return a->n_line > 0 && b->n_line > 0 &&
	       same_class(&a->class_, &b->class_);
}

/* Of several receipts one row, where they were taxed alike. */
static enum rc
put_back(struct engine *e, struct event_sale *s, struct event_tax *tax)
{
	const struct basket_back *r = e->basket.back;
	size_t n = e->basket.n_back;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		struct tax_sum sum = r[i].now;
		size_t first = 0;

		while (first < i && !alike(&r[first], &r[i])) {
			first++;
		}
		if (first < i || r[i].n_line == 0) {
			continue; /* with the first like it, or not here */
		}
		for (size_t k = i + 1; k < n && rc == RC_OK; k++) {
			if (alike(&r[i], &r[k])) {
				rc = tax_sum_add(&sum, &r[k].now);
			}
		}
		if (rc == RC_OK) {
			rc = put_tax(e, &r[i].class_, &sum, &tax[s->n_tax++]);
		}
	}
	return rc;
}

/* What a class has without what comes back by receipts. */
static struct tax_sum
sold_of(const struct basket *b, size_t class_idx)
{
	struct tax_sum sum = b->by_class[class_idx];

	for (size_t i = 0; i < b->n_back; i++) {
		const struct basket_back *r = &b->back[i];

		if (r->n_line == 0 || r->tax_idx != class_idx) {
			continue;
		}
		sum.net.minor -= r->now.net.minor;
		sum.tax.minor -= r->now.tax.minor;
		sum.gross.minor -= r->now.gross.minor;
		for (size_t k = 0; k < TAX_PARTS; k++) {
			sum.part[k].minor -= r->now.part[k].minor;
		}
	}
	return sum;
}

/* A row for each class that a line of the sale has, be it 0.00. */
enum rc
engine_event_taxes(struct engine *e, struct event_sale *s)
{
	const struct basket *b = &e->basket;
	bool used[TAX_ROWS] = {false};
	struct event_tax *tax;
	enum rc rc = RC_OK;

	tax = arena_take(&e->arena, ENGINE_TAXES, sizeof(*tax));
	if (tax == NULL) {
		return RC_NOMEM;
	}
	for (size_t i = 0; i < b->n_line; i++) {
		used[b->line[i].tax_idx] |= b->line[i].by < 0;
	}
	s->n_tax = 0;
	for (size_t i = 0; i < b->tax->n_class && rc == RC_OK; i++) {
		struct tax_sum sum;

		if (used[i]) {
			sum = sold_of(b, i);
			rc = put_tax(
				e, &b->tax->class_[i], &sum, &tax[s->n_tax++]);
		}
	}
	if (rc == RC_OK) {
		rc = put_back(e, s, tax);
	}
	s->tax = tax;
	return rc;
}
