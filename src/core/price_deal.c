/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pricing.h"

#include "base/poison.h"

enum rc
price_promotions(struct basket *b)
{
	(void)b;
	return RC_OK;
}
