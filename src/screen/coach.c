/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/coach.h"

#include <string.h>

#include "base/attr.h"
#include "base/i18n.h"

#include "base/poison.h"

/* What may have happened between two looks at the register. */
struct change {
	const struct coach *was;
	const struct engine_view *now;
};

static bool
more_lines(const struct change *c)
{
	return c->now->basket->n_line > c->was->was.n_line;
}

static bool
several(const struct change *c)
{
	const struct basket *b = c->now->basket;

	return more_lines(c) && b->line[b->n_line - 1].qty.milli > 1000;
}

static bool
fewer_lines(const struct change *c)
{
	return c->now->basket->n_line < c->was->was.n_line &&
	       c->now->n_parked == c->was->was.n_parked &&
	       c->now->next_sale == c->was->was.next_sale;
}

static bool
price_keyed(const struct change *c)
{
	const struct basket *b = c->now->basket;
	size_t i;

	for (i = 0; i < b->n_line; i++) {
		if (b->line[i].overridden || b->line[i].discount.minor != 0) {
			return true;
		}
	}
	return false;
}

static bool
parked(const struct change *c)
{
	return c->now->n_parked > c->was->was.n_parked;
}

static bool
recalled(const struct change *c)
{
	return c->now->n_parked < c->was->was.n_parked;
}

static bool
to_pay(const struct change *c)
{
	return c->now->state == ENGINE_PAY;
}

static bool
sold(const struct change *c)
{
	return c->now->next_sale > c->was->was.next_sale;
}

/* In the order of a sale.  A step that was done before its turn is not asked
 * for again only where that shows. */
enum {
	STEP_ITEM,
	STEP_VOID = 3,
	STEP_BACK = 6,
	STEP_PAY = 7,
	STEP_CASH = 8
};

static const struct {
	const char *words;
	bool (*done)(const struct change *c);
} steps[] = {
	/* cells: 52 */
	{N_("scan an item, or key its code and press Enter."), more_lines},
	/* cells: 52 */
	{N_("two of one: key 2* then scan, or its code and Enter."), several},
	/* cells: 52 */
	{N_("one more item: key a word of its name, then Enter."), more_lines},
	/* cells: 52 */
	{N_("void the last line: press -  (or VD Enter)."), fewer_lines},
	/* xgettext:no-c-format */
	/* cells: 52 */
	{N_("give 10 % off the line: 10% then F7 (or 10DI Enter)."),
		price_keyed},
	/* cells: 52 */
	{N_("park the sale: press F5  (or PK Enter)."), parked},
	/* cells: 52 */
	{N_("and bring it back: F5 again  (or PK Enter)."), recalled},
	/* cells: 52 */
	{N_("the customer pays: press +  (or TL Enter)."), to_pay},
	/* cells: 52 */
	{N_("exact cash: Enter.  Or key 5000, then Enter."), sold},
};

static void
look(struct coach *c, const struct engine_view *v)
{
	c->was.n_line = v->basket->n_line;
	c->was.state = v->state;
	c->was.n_parked = v->n_parked;
	c->was.next_sale = v->next_sale;
}

bool
coach_follow(struct coach *c, const struct engine_view *v)
{
	struct change now = {.was = c, .now = v};
	bool done = false;

	if (!v->training) {
		memset(c, 0, sizeof(*c));
		return false;
	}
	if (!c->on) {
		c->on = true;
		c->step = 0;
	} else if (c->step < ARRAY_LEN(steps) && steps[c->step].done(&now)) {
		c->step++;
		done = true;
	}
	look(c, v);
	return done;
}

/* The step whose key can do something now: whoever left the way of the lesson
 * would be told to void a line where there is none, or to pay in cash what is
 * not being paid. */
static unsigned
possible(const struct coach *c)
{
	if (c->step >= STEP_VOID && c->step != STEP_BACK &&
		c->was.n_line == 0) {
		return STEP_ITEM;
	}
	return c->step == STEP_CASH && c->was.state != ENGINE_PAY ? STEP_PAY
								  : c->step;
}

void
coach_words(const struct coach *c, struct sbuf *out)
{
	if (!c->on) {
		return;
	}
	if (c->step == ARRAY_LEN(steps)) {
		/* cells: 71 */
		sbuf_puts(out, _("Well done, that was all.  Go on practicing; "
				 "TR Enter leaves training."));
		return;
	}
	/* cells: 18 */
	sbuf_printf(out, _("Step %u of %u: "), c->step + 1,
		(unsigned)ARRAY_LEN(steps));
	sbuf_puts(out, _(steps[possible(c)].words));
}
