/* SPDX-License-Identifier: Apache-2.0 */
#include "core/day.h"

#include <string.h>

#include "base/poison.h"

static void
put_parts(const struct totals_tax *t, struct event_part to[])
{
	for (size_t i = 0; i < t->n_part; i++) {
		to[i] = (struct event_part){.name = t->part[i].name,
			.rate = t->part[i].rate,
			.on_tax = t->part[i].on_tax,
			.tax = t->part[i].tax};
	}
}

static void
put_cards(const struct totals *t, struct day_rows *rows)
{
	for (size_t i = 0; i < t->n_card; i++) {
		const struct totals_card *x = &t->card[i];

		rows->card[i] = (struct event_day_card){.tender = x->tender,
			.card = x->card[0] != '\0' ? x->card : NULL,
			.amount = x->amount,
			.count = x->count,
			.offline_amount = x->offline_amount,
			.offline = x->offline,
			.back_amount = x->back_amount,
			.back = x->back,
			.reversed_amount = x->reversed_amount,
			.reversed = x->reversed};
	}
	for (size_t i = 0; i < t->n_terminal; i++) {
		const struct totals_terminal *x = &t->terminal[i];

		rows->terminal[i] = (struct event_day_terminal){
			x->name, x->begun, x->closed, x->difference};
	}
}

void
day_close(const struct totals *t, struct day_rows *rows, struct event_day *ret)
{
	*ret = (struct event_day){
		.number = t->closings + 1,
		.first = (int64_t)t->first,
		.last = (int64_t)t->last,
		.sales = t->sales,
		.gross = t->gross,
		.voids = t->voids,
		.void_amount = t->void_amount,
		.line_voids = t->line_voids,
		.returns = t->returns,
		.return_amount = t->return_amount,
		.overrides = t->overrides,
		.discounts = t->discounts,
		.discount = t->discount,
		.no_sales = t->no_sales,
		.copies = t->copies,
		.parked = t->parked,
		.items = t->items,
		.rounding = t->rounding,
		.tax = rows->tax,
		.n_tax = t->n_tax,
		.tender = rows->tender,
		.n_tender = t->n_tender,
		.opening = t->opening,
		.paid_in = t->paid_in,
		.paid_out = t->paid_out,
		.pickups = t->pickups,
		.drawer = t->drawer,
		.counts = t->counts,
		.counted = t->counted,
		.difference = t->difference,
		.carried = totals_carried(t),
		.grand = t->grand + t->gross,
		.off_promotion = t->off_promotion,
		.off_coupon = t->off_coupon,
		.off_sale = t->off_sale,
		.off_back = t->off_back,
		.relief = t->relief,
		.deposits = t->deposits,
		.deposits_back = t->deposits_back,
		.card = rows->card,
		.n_card = t->n_card,
		.terminal = rows->terminal,
		.n_terminal = t->n_terminal,
		.unsettled = t->unsettled,
		.floats = t->floats,
		.emergencies = t->emergencies,
	};
	for (size_t i = 0; i < t->n_tax; i++) {
		rows->tax[i] = (struct event_tax){.code = t->tax[i].code,
			.rate = t->tax[i].rate,
			.net = t->tax[i].net,
			.tax = t->tax[i].tax,
			.gross = t->tax[i].gross,
			.why = tax_why_name(t->tax[i].why),
			.part = rows->part[i],
			.n_part = t->tax[i].n_part};
		put_parts(&t->tax[i], rows->part[i]);
	}
	for (size_t i = 0; i < t->n_tender; i++) {
		rows->tender[i] = (struct event_day_tender){t->tender[i].name,
			t->tender[i].amount, t->tender[i].count};
	}
	put_cards(t, rows);
}

static bool
put_name(char *out, size_t cap, const char *name)
{
	size_t n = name == NULL ? 0 : strlen(name);

	if (n == 0 || n >= cap) {
		return false;
	}
	memcpy(out, name, n + 1);
	return true;
}

static bool
take_cards(const struct event_day *d, struct totals *t)
{
	if (d->n_card > TOTALS_CARDS || d->n_terminal > TOTALS_TERMINALS) {
		return false;
	}
	for (; t->n_card < d->n_card; t->n_card++) {
		const struct event_day_card *x = &d->card[t->n_card];
		struct totals_card *to = &t->card[t->n_card];

		if (!put_name(to->tender, sizeof(to->tender), x->tender) ||
			(x->card != NULL &&
				!put_name(
					to->card, sizeof(to->card), x->card))) {
			return false;
		}
		to->amount = x->amount;
		to->count = x->count;
		to->offline_amount = x->offline_amount;
		to->offline = x->offline;
		to->back_amount = x->back_amount;
		to->back = x->back;
		to->reversed_amount = x->reversed_amount;
		to->reversed = x->reversed;
	}
	for (; t->n_terminal < d->n_terminal; t->n_terminal++) {
		const struct event_day_terminal *x =
			&d->terminal[t->n_terminal];
		struct totals_terminal *to = &t->terminal[t->n_terminal];

		if (!put_name(to->name, sizeof(to->name), x->terminal)) {
			return false;
		}
		to->begun = x->begun;
		to->closed = x->closed;
		to->difference = x->difference;
	}
	return true;
}

enum rc
day_totals(const struct event_day *d, struct totals *ret)
{
	struct totals t = {
		.sales = d->sales,
		.voids = d->voids,
		.line_voids = d->line_voids,
		.overrides = d->overrides,
		.discounts = d->discounts,
		.no_sales = d->no_sales,
		.copies = d->copies,
		.parked = d->parked,
		.returns = d->returns,
		.return_amount = d->return_amount,
		.gross = d->gross,
		.discount = d->discount,
		.void_amount = d->void_amount,
		.rounding = d->rounding,
		.drawer = d->drawer,
		.items = d->items,
		.first = (uint64_t)d->first,
		.last = (uint64_t)d->last,
		.paid_in = d->paid_in,
		.paid_out = d->paid_out,
		.pickups = d->pickups,
		.counts = d->counts,
		.counted = d->counted,
		.difference = d->difference,
		.opening = d->opening,
		.closings = d->number,
		.grand = d->grand,
		.off_promotion = d->off_promotion,
		.off_coupon = d->off_coupon,
		.off_sale = d->off_sale,
		.off_back = d->off_back,
		.relief = d->relief,
		.deposits = d->deposits,
		.deposits_back = d->deposits_back,
		.unsettled = d->unsettled,
		.floats = d->floats,
		.emergencies = d->emergencies,
	};

	if (d->n_tax > TOTALS_TAXES || d->n_tender > TOTALS_TENDERS) {
		return RC_RANGE;
	}
	for (; t.n_tax < d->n_tax; t.n_tax++) {
		if (totals_tax_row(&d->tax[t.n_tax], &t.tax[t.n_tax]) !=
			RC_OK) {
			return RC_RANGE;
		}
	}
	for (; t.n_tender < d->n_tender; t.n_tender++) {
		const struct event_day_tender *from = &d->tender[t.n_tender];
		struct totals_tender *to = &t.tender[t.n_tender];

		if (!put_name(to->name, sizeof(to->name), from->tender)) {
			return RC_RANGE;
		}
		to->amount = from->amount;
		to->count = from->count;
	}
	if (!take_cards(d, &t)) {
		return RC_RANGE;
	}
	*ret = t;
	return RC_OK;
}

bool
day_agrees(const struct event_day *d, const struct totals *t)
{
	struct totals said;

	if (day_totals(d, &said) != RC_OK || d->last < d->first ||
		said.last > t->last || said.closings != t->closings + 1 ||
		said.grand != t->grand + t->gross ||
		d->carried != totals_carried(t)) {
		return false;
	}
	said.last = t->last;
	if (d->first == 0) {
		said.first = t->first; /* nothing was done all day */
	}
	said.closings = t->closings;
	said.grand = t->grand;
	return totals_equal(&said, t);
}
