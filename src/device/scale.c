/* SPDX-License-Identifier: Apache-2.0 */
#include "device/scale.h"

#include "base/poison.h"

bool
scale_sells(const struct scale_reading *r)
{
	const unsigned harmless = SCALE_STABLE | SCALE_NET | SCALE_PRICED;

	return (r->flags & SCALE_STABLE) != 0 && (r->flags & ~harmless) == 0 &&
	       r->grams > 0;
}
