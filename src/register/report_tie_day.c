/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/day.h"
#include "register/report_tie_internal.h"

#include "base/poison.h"

/* Two sums of one day, and what they are called where they differ. */
struct pair {
	struct report_tie *tie;
	const struct totals *lines, *other;
	enum tie_side side;
	uint64_t sequence;
	const char *number;
};

static void
differ(const struct pair *p, const char *what, const char *of, int64_t a,
	int64_t b, bool count)
{
	struct tie_diff d = {.side = p->side,
		.sequence = p->sequence,
		.has_amounts = true,
		.journal = a,
		.other = b,
		.is_count = count};
	struct sbuf s;

	if (a == b) {
		return;
	}
	sbuf_init(&s, d.number, sizeof(d.number));
	sbuf_puts(&s, p->number);
	sbuf_init(&s, d.what, sizeof(d.what));
	sbuf_puts(&s, what);
	sbuf_puts(&s, of[0] != '\0' ? " " : "");
	sbuf_puts(&s, of);
	tie_differs(p->tie, &d);
}

static bool
same_tax(const struct totals_tax *a, const struct totals_tax *b)
{
	return a->rate == b->rate && a->why == b->why &&
	       strcmp(a->code, b->code) == 0;
}

/* Rows that are alike but for their parts stand for each other here. */
static struct totals_tax
tax_of(const struct totals *t, const struct totals_tax *like)
{
	struct totals_tax sum = {0};

	for (size_t i = 0; i < t->n_tax; i++) {
		if (same_tax(&t->tax[i], like)) {
			sum.net += t->tax[i].net;
			sum.tax += t->tax[i].tax;
			sum.gross += t->tax[i].gross;
		}
	}
	return sum;
}

static void
compare_taxes(const struct pair *p, const struct totals *rows)
{
	for (size_t i = 0; i < rows->n_tax; i++) {
		const struct totals_tax *row = &rows->tax[i];
		struct totals_tax a = tax_of(p->lines, row);
		struct totals_tax b = tax_of(p->other, row);
		bool told = false;

		/* each kind of row once, and where only one side has it */
		for (size_t k = 0; k < i; k++) {
			told = told || same_tax(&rows->tax[k], row);
		}
		for (size_t k = 0; rows == p->other && k < p->lines->n_tax;
			k++) {
			told = told || same_tax(&p->lines->tax[k], row);
		}
		if (!told) {
			differ(p, "net", row->code, a.net, b.net, false);
			differ(p, "tax", row->code, a.tax, b.tax, false);
			differ(p, "gross", row->code, a.gross, b.gross, false);
		}
	}
}

static const struct totals_tender *
tender_of(const struct totals *t, const char *name)
{
	for (size_t i = 0; i < t->n_tender; i++) {
		if (strcmp(t->tender[i].name, name) == 0) {
			return &t->tender[i];
		}
	}
	return NULL;
}

static void
compare_tenders(const struct pair *p)
{
	for (size_t i = 0; i < p->lines->n_tender; i++) {
		const struct totals_tender *a = &p->lines->tender[i];
		const struct totals_tender *b = tender_of(p->other, a->name);

		differ(p, "tender", a->name, a->amount,
			b != NULL ? b->amount : 0, false);
	}
	for (size_t i = 0; i < p->other->n_tender; i++) {
		const struct totals_tender *b = &p->other->tender[i];

		if (tender_of(p->lines, b->name) == NULL) {
			differ(p, "tender", b->name, 0, b->amount, false);
		}
	}
}

static void
compare(const struct pair *p)
{
	const struct totals *a = p->lines, *b = p->other;
	struct tie_sums *s = &p->tie->side[TIE_Z];

	s->sales += b->sales;
	s->gross += b->gross;
	for (size_t i = 0; i < b->n_tax; i++) {
		s->tax += b->tax[i].tax;
	}
	differ(p, "sales", "", a->sales, b->sales, true);
	differ(p, "gross", "", a->gross, b->gross, false);
	differ(p, "returns", "", a->returns, b->returns, true);
	differ(p, "returned", "", a->return_amount, b->return_amount, false);
	differ(p, "discounts", "", a->discount, b->discount, false);
	differ(p, "rounding", "", a->rounding, b->rounding, false);
	differ(p, "voids", "", a->voids, b->voids, true);
	differ(p, "paid in", "", a->paid_in, b->paid_in, false);
	differ(p, "paid out", "", a->paid_out, b->paid_out, false);
	differ(p, "pickups", "", a->pickups, b->pickups, false);
	compare_taxes(p, a);
	compare_taxes(p, b);
	compare_tenders(p);
}

void
tie_day(struct report_tie *t, const struct totals *lines, const struct event *z)
{
	char number[32];
	struct totals told;
	struct pair p = {.tie = t,
		.lines = lines,
		.other = &told,
		.side = TIE_Z,
		.sequence = z->sequence,
		.number = number};
	struct sbuf b;

	sbuf_init(&b, number, sizeof(number));
	sbuf_printf(&b, "Z %lld", (long long)z->data.day.number);
	if (day_totals(&z->data.day, &told) != RC_OK) {
		memset(&told, 0, sizeof(told));
	}
	compare(&p);
}

void
tie_booked(struct report_tie *t, const struct totals *lines,
	const struct event *z, const struct tie_book *book)
{
	struct tie_sums *s = &t->side[TIE_LEDGER];
	char number[32];
	struct pair p = {.tie = t,
		.side = TIE_LEDGER,
		.sequence = z->sequence,
		.number = number};
	struct tie_book none = {0};
	int64_t tax = 0;
	struct sbuf b;

	sbuf_init(&b, number, sizeof(number));
	sbuf_printf(&b, "Z %lld", (long long)z->data.day.number);
	/* a day without sales has nothing to book */
	book = book != NULL ? book : &none;
	for (size_t i = 0; i < lines->n_tax; i++) {
		tax += lines->tax[i].tax;
	}
	s->sales += book->sales;
	s->gross += book->gross;
	s->tax += book->tax;
	differ(&p, "sales", "", lines->sales, book->sales, true);
	differ(&p, "gross", "", lines->gross, book->gross, false);
	differ(&p, "tax", "", tax, book->tax, false);
}

void
tie_open(struct report_tie *t, const struct totals *lines,
	const struct totals *store)
{
	struct pair p = {.tie = t,
		.lines = lines,
		.other = store,
		.side = TIE_STORE,
		.number = "X"};

	compare(&p);
}
