/* SPDX-License-Identifier: Apache-2.0 */
/* Deposits: a line of their own behind that of the goods, which follows it in
 * everything but what is done to prices. */
#include <string.h>

#include "core/basket_internal.h"

#include "base/poison.h"

/* Against a receipt the deposit comes back by its own line there. */
static bool
may_have(const struct basket_line *l)
{
	return l->item.deposit[0] != '\0' && l->link == 0 && l->return_no == 0;
}

uint32_t
basket_numbers(const struct basket *b, const struct basket_line *l)
{
	return may_have(l) || (l->unknown && rules_n_deposits(b->rules) > 0)
		       ? 2
		       : 1;
}

struct qty
basket_deposit_qty(const struct basket_line *goods)
{
	struct qty one = QTY_ONE;

	if (goods->item.unit[0] == '\0') {
		return goods->qty;
	}
	one.milli = goods->qty.milli < 0 ? -one.milli : one.milli;
	return one;
}

void
deposit_item(const struct deposit *d, const char *tax, struct item *ret)
{
	memset(ret, 0, sizeof(*ret));
	_Static_assert(RULE_ID_BYTES <= CODE_BYTES &&
			       RULE_NAME_BYTES <= ITEM_NAME_BYTES,
		"a deposit is an item");
	memcpy(ret->code, d->id, sizeof(d->id));
	ret->kind = CODE_INTERNAL;
	memcpy(ret->name, d->name, sizeof(d->name));
	memcpy(ret->tax,
		d->how == DEPOSIT_AS_ITEM && tax != NULL ? tax : d->tax,
		TAX_CODE_BYTES);
	ret->price = d->price;
}

bool
basket_deposit_line(const struct basket *b, const struct basket_line *goods,
	struct basket_line *ret)
{
	int rule = goods->unknown || !may_have(goods)
			   ? -1
			   : rules_find_deposit(b->rules, goods->item.deposit);

	if (rule < 0) {
		return false;
	}
	memset(ret, 0, sizeof(*ret));
	deposit_item(rules_deposit(b->rules, (size_t)rule), goods->item.tax,
		&ret->item);
	ret->no = goods->no + 1;
	ret->link = goods->no;
	ret->qty = basket_deposit_qty(goods);
	ret->price = ret->item.price;
	ret->at = goods->at;
	ret->tz_min = goods->tz_min;
	return true;
}

bool
basket_is_deposit(const struct basket *b, const struct basket_line *l)
{
	return l->link > 0 ||
	       (l->item.kind == CODE_INTERNAL && !l->unknown &&
		       rules_find_deposit(b->rules, l->item.code) >= 0);
}

bool
basket_has_deposit(const struct basket *b, size_t idx)
{
	return idx + 1 < b->n_line && b->line[idx + 1].link > 0 &&
	       b->line[idx + 1].link == b->line[idx].no;
}

const struct basket_line *
basket_last(const struct basket *b)
{
	const struct basket_line *l = &b->line[b->n_line - 1];

	return b->n_line > 1 && l->link > 0 ? l - 1 : l;
}
