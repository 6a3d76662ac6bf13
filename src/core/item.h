/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_ITEM_H
#define CORE_ITEM_H

#include <stdint.h>

#include "core/barcode.h"
#include "core/money.h"
#include "core/tax.h"

/** item - what the catalog knows of one thing that is sold. */
#define ITEM_NAME_BYTES 256 /* cleaned UTF-8 with the NUL */
#define ITEM_DEPT_BYTES 32
#define ITEM_GROUPS_BYTES 64
#define ITEM_DEPOSIT_BYTES 32
#define ITEM_UNIT_BYTES 8

struct item {
	char code[CODE_BYTES]; /* as the catalog spells it */
	enum code_kind kind;
	char name[ITEM_NAME_BYTES];
	char dept[ITEM_DEPT_BYTES];
	char tax[TAX_CODE_BYTES];
	struct money price;
	uint8_t min_age; /* years; 0: anybody may buy it */
	char unit[ITEM_UNIT_BYTES]; /* it is weighed in, "kg"; "" pieces */
	int64_t tare; /* of its packing, thousandths of the unit */
	char deposit[ITEM_DEPOSIT_BYTES]; /* id of what is on it, "" none */
	char groups[ITEM_GROUPS_BYTES]; /* words for rules, one blank between */
};

/** What the symbol on one piece says of it; "" it says nothing. */
#define ITEM_LOT_BYTES 21 /* GS1: 20 characters */
#define ITEM_DATE_BYTES 11

struct item_trace {
	char lot[ITEM_LOT_BYTES];
	char serial[ITEM_LOT_BYTES];
	char expires[ITEM_DATE_BYTES]; /* "2028-02-29": the last day */
};

#endif
