/* SPDX-License-Identifier: Apache-2.0 */
/* Apart from the fold, so that reading a configuration needs no store. */
#include "register/uses.h"

#include "base/poison.h"

enum use
use_of(enum permit permit)
{
	static const struct {
		enum permit permit;
		enum use use;
	} of[] = {{PERMIT_DISCOUNT, USE_DISCOUNT},
		{PERMIT_LINE_VOID, USE_LINE_VOID},
		{PERMIT_SALE_VOID, USE_SALE_VOID}, {PERMIT_RETURN, USE_RETURN},
		{PERMIT_RETURN_BLIND, USE_RETURN},
		{PERMIT_EMPTIES, USE_EMPTIES}, {PERMIT_PAID_IN, USE_PAID_IN},
		{PERMIT_PAID_OUT, USE_PAID_OUT}, {PERMIT_PICKUP, USE_PICKUP},
		{PERMIT_FLOAT, USE_FLOAT}, {PERMIT_DROP, USE_DROP}};

	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		if (of[i].permit == permit) {
			return of[i].use;
		}
	}
	return USE_COUNT;
}
