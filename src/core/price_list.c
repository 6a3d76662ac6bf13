/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pricing.h"

#include "base/poison.h"

int
price_list_of(
	const struct basket *b, const struct basket_line *l, struct money *ret)
{
	(void)b;
	*ret = l->item.price;
	return -1;
}
