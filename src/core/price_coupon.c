/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pricing.h"

#include "base/poison.h"

enum rc
price_coupons(struct basket *b)
{
	(void)b;
	return RC_OK;
}

enum rc
price_makers(struct basket *b)
{
	b->coupons.minor = 0;
	return RC_OK;
}
