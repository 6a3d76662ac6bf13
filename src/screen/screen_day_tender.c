/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"
#include "screen/screen_day.h"

#include "base/poison.h"

#define NAME_COL 40
#define NAME_CELLS 11
#define NAME_MORE 16 /* where there is room */
#define AMOUNT_CELLS 10
#define DIFF_CELLS 8
#define LABEL_BYTES 96

struct pen {
	const struct app *a;
	int row, end;
	int name_cells;
	size_t skip; /* rows of the pages before */
	bool more;   /* than there are rows */
};

/* NULL: it is not told, or there is none. */
struct sums {
	const int64_t *expected, *counted, *difference;
	const char *word; /* in place of the expected one */
};

static void
put_number(const struct pen *p, int col, int cells, enum role role,
	const int64_t *minor)
{
	char buf[64];
	struct sbuf b;

	if (minor != NULL) {
		sbuf_init(&b, buf, sizeof(buf));
		app_put_money(p->a, &b, (struct money){*minor});
		grid_right(p->a->grid, p->row, col, cells, role, buf);
	}
}

static void
put_row(struct pen *p, const char *name, const struct sums *s)
{
	int col = NAME_COL + p->name_cells;

	if (p->skip > 0) {
		p->skip--;
		return;
	}
	if (p->row >= p->end) {
		p->more = true;
		return;
	}
	(void)grid_text(
		p->a->grid, p->row, NAME_COL, p->name_cells, ROLE_NORMAL, name);
	put_number(p, col, AMOUNT_CELLS, ROLE_NORMAL, s->expected);
	if (s->expected == NULL && s->word != NULL) {
		grid_right(p->a->grid, p->row, col, AMOUNT_CELLS, ROLE_NORMAL,
			s->word);
	}
	col += AMOUNT_CELLS;
	put_number(p, col, AMOUNT_CELLS, ROLE_NORMAL, s->counted);
	put_number(p, col + AMOUNT_CELLS, DIFF_CELLS,
		s->difference != NULL && *s->difference != 0 ? ROLE_STOP
							     : ROLE_NORMAL,
		s->difference);
	p->row++;
}

static void
put_amount(struct pen *p, const char *name, const int64_t *minor)
{
	struct sums s = {.expected = minor};

	put_row(p, name, &s);
}

/* Drawers of their own, who had them. */
static void
put_drawers(struct pen *p)
{
	const struct shifts *list = till_view(p->a->till)->shifts;
	char name[LABEL_BYTES];
	struct sbuf b;

	for (size_t i = 0; list != NULL && i < list->n_closed; i++) {
		const struct shift_closed *x = &list->closed[i];
		struct sums s = {&x->expected, &x->counted, &x->difference, ""};

		sbuf_init(&b, name, sizeof(name));
		/* cells: 11; numbers of a drawer and of an operator */
		sbuf_printf(&b, _("- %lld, op. %s"), (long long)x->drawer,
			x->operator_no);
		put_row(p, name, &s);
	}
	for (size_t i = 0; list != NULL && i < list->n_open; i++) {
		/* cells: 10; a drawer that somebody still has */
		struct sums s = {.word = _("open")};

		sbuf_init(&b, name, sizeof(name));
		/* cells: 11; numbers of a drawer and of an operator */
		sbuf_printf(&b, _("- %lld, op. %s"),
			(long long)list->open[i].drawer,
			list->open[i].operator_no);
		put_row(p, name, &s);
	}
}

/* Cash stands by what is in the drawer: shown once it was counted, and nobody
 * has one still, so that nobody counts towards a number. */
static void
put_cash(struct pen *p, const struct day *s)
{
	const struct event_day *d = &s->sums;
	const struct shifts *list = till_view(p->a->till)->shifts;
	bool counted = totals_count_stands(&s->totals) &&
		       (list == NULL || list->n_open == 0);
	struct sums drawer = {counted ? &d->drawer : NULL,
		counted ? &d->counted : NULL, counted ? &d->difference : NULL,
		/* cells: 10 */
		_("count it")};

	put_row(p,
		/* cells: 11 */
		_("Drawer"), &drawer);
	put_drawers(p);
	/* cells: 11 */
	put_amount(p, _("Cash in"), &d->paid_in);
	/* cells: 11 */
	put_amount(p, _("Cash out"), &d->paid_out);
	/* cells: 11 */
	put_amount(p, _("Picked up"), &d->pickups);
	if (d->floats != 0) {
		/* cells: 11 */
		put_amount(p, _("From safe"), &d->floats);
	}
}

/* A row for each card that a tender is made of. */
static void
put_cards(struct pen *p, const struct event_day *d, const char *tender)
{
	for (size_t k = 0; k < d->n_card; k++) {
		const struct event_day_card *x = &d->card[k];
		char name[LABEL_BYTES];
		struct sbuf b;

		if (x->count == 0 || strcmp(x->tender, tender) != 0) {
			continue;
		}
		sbuf_init(&b, name, sizeof(name));
		sbuf_puts(&b, "- ");
		sbuf_puts(&b, x->card != NULL ? x->card : "?");
		put_amount(p, name, &x->amount);
	}
}

static void
put_head(const struct pen *p)
{
	struct grid *g = p->a->grid;
	int col = NAME_COL + p->name_cells;

	/* cells: 11 */
	(void)grid_text(
		g, p->row, NAME_COL, NAME_CELLS, ROLE_HEAD, _("TENDER"));
	/* cells: 10 */
	grid_right(g, p->row, col, AMOUNT_CELLS, ROLE_HEAD, _("EXPECTED"));
	grid_right(g, p->row, col + AMOUNT_CELLS, AMOUNT_CELLS, ROLE_HEAD,
		/* cells: 10 */
		_("COUNTED"));
	grid_right(g, p->row, col + 2 * AMOUNT_CELLS, DIFF_CELLS, ROLE_HEAD,
		/* cells: 8; counted less expected */
		_("DIFF"));
}

bool
day_tenders(struct app *a, const struct day *s, int row, int end)
{
	const struct event_day *d = &s->sums;
	int room = a->lay.cols -
		   (NAME_COL + NAME_CELLS + 2 * AMOUNT_CELLS + DIFF_CELLS + 1);
	struct pen p = {.a = a,
		.row = row,
		.end = end,
		.name_cells = NAME_CELLS + (room > NAME_MORE ? NAME_MORE : 0),
		.skip = s->page * (size_t)(end - row - 1)};

	put_head(&p);
	p.row++;
	put_cash(&p, s);
	for (size_t i = 0; i < d->n_tender; i++) {
		const char *code = d->tender[i].tender;
		const struct config_tender *t =
			config_tender_find(till_config(a->till), code);

		if (strcmp(code, "cash") != 0) {
			put_amount(&p, t != NULL ? t->name : code,
				&d->tender[i].amount);
		}
		put_cards(&p, d, code);
	}
	return !p.more;
}
