/* SPDX-License-Identifier: Apache-2.0 */
#include "screen/item_facts.h"

#include <string.h>

#include "base/i18n.h"
#include "screen/app_internal.h"

#include "base/poison.h"

/* What is known of one item beside its name: each fact only where it is one. */

#define DAY_FACTOR 100
#define YEAR_FACTOR 10000

const char *
item_dept_name(const struct app *a, const char *no)
{
	const struct config_dept *d =
		config_dept_find(till_config(a->till), no);

	return d != NULL ? d->name : "";
}

struct money
item_price(const struct app *a, const struct item *it)
{
	struct clock_reading now = clock_read(&a->clock);

	return price_now(till_view(a->till)->basket, it, now.utc, now.tz_min);
}

static struct sbuf
next_fact(struct item_facts *f)
{
	struct sbuf b;

	sbuf_init(&b, f->text[f->n], sizeof(f->text[f->n]));
	f->n++;
	return b;
}

static void
put_rules(const struct app *a, const struct item *it,
	const struct price_told *told, struct item_facts *f)
{
	const struct rules *r = till_view(a->till)->basket->rules;
	char money[32];
	struct sbuf b, m;
	size_t i;

	sbuf_init(&m, money, sizeof(money));
	if (told->list >= 0) {
		app_put_money(a, &m, it->price);
		b = next_fact(f);
		/* cells: 38, the name of a price list */
		sbuf_printf(&b, _("%s, instead of %s"),
			rules_list(r, (size_t)told->list)->name, money);
	}
	for (i = 0; i < told->n_promotion; i++) {
		b = next_fact(f);
		sbuf_puts(&b,
			rules_promotion(r, (size_t)told->promotion[i])->name);
	}
	if (told->next_day != 0) {
		char day[32];
		struct sbuf d;
		struct civil c = {.year = told->next_day / YEAR_FACTOR,
			.month = told->next_day / DAY_FACTOR % DAY_FACTOR,
			.day = told->next_day % DAY_FACTOR};

		sbuf_init(&d, day, sizeof(day));
		format_date(&d, app_format(a), c);
		sbuf_clear(&m);
		app_put_money(a, &m, told->next);
		b = next_fact(f);
		/* cells: 38, a day and a price */
		sbuf_printf(&b, _("from %s: %s"), day, money);
	}
	if (told->deposit.minor != 0) {
		sbuf_clear(&m);
		app_put_money(a, &m, told->deposit);
		b = next_fact(f);
		/* cells: 38 */
		sbuf_printf(&b, _("plus deposit %s"), money);
	}
}

void
item_facts(struct app *a, const struct item *it, struct item_facts *ret)
{
	struct clock_reading now = clock_read(&a->clock);
	int64_t moved = till_stock(a->till, it->code);
	struct price_told told;
	char qty[32];
	struct sbuf b, q;

	ret->n = 0;
	price_told(till_view(a->till)->basket, it, now.utc, now.tz_min, &told);
	ret->price = told.price;
	if (it->unit[0] != '\0') {
		b = next_fact(ret);
		/* cells: 38, kg */
		sbuf_printf(&b, _("price of 1 %s"), it->unit);
	}
	put_rules(a, it, &told, ret);
	if (it->min_age > 0) {
		b = next_fact(ret);
		/* cells: 12 */
		sbuf_printf(&b, _("age %u"), (unsigned)it->min_age);
	}
	if (moved != 0) {
		sbuf_init(&q, qty, sizeof(qty));
		app_put_qty(a, &q, (struct qty){moved < 0 ? -moved : moved});
		b = next_fact(ret);
		sbuf_printf(&b,
			/* cells: 20 */
			moved < 0 ? _("sold here %s")
				  /* cells: 20 */
				  : _("come back here %s"),
			qty);
	}
}
