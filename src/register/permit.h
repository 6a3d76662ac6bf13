/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_PERMIT_H
#define REGISTER_PERMIT_H

#include <stddef.h>
#include <stdint.h>

/**
 * permit - what not everybody may do by themselves, each with the quantity
 * that the rule weighs.  Added to at the end: each has a row in permit_table
 * and a key of the same name in holdfast.conf's [role NAME].
 */
enum permit {
	PERMIT_PRICE,	 /* price override: ppm below the list price */
	PERMIT_DISCOUNT, /* ppm */
	PERMIT_LINE_VOID, /* minor units, as the rest */
	PERMIT_SALE_VOID,
	PERMIT_PARKED_VOID,
	PERMIT_NO_SALE,
	PERMIT_REPRINT,
	PERMIT_OPEN_PRICE, /* an item not on file at a keyed price */
	PERMIT_RETURN,	   /* against its receipt */
	PERMIT_RETURN_BLIND, /* without one */
	PERMIT_PAID_IN,
	PERMIT_PAID_OUT,
	PERMIT_PICKUP,
	PERMIT_COUNT_CASH,
	PERMIT_X_REPORT,
	PERMIT_Z_REPORT,
	PERMIT_AUDIT,
	PERMIT_SETTINGS,
	PERMIT_TRAINING,
	PERMIT_PEOPLE, /* unlock an operator whose PIN is locked */
	PERMIT_EXEMPT, /* a buyer owes no tax */
	PERMIT_WEIGHT_BY_HAND, /* a weight that no scale told */
	PERMIT_EMPTIES, /* deposits paid out */
	PERMIT_CARD_DECIDE, /* whether a card was charged: what was asked */
	PERMIT_CARD_CLOSE, /* end of a terminal's day */
	PERMIT_SHIFT,	   /* open, close, hand over a drawer of one's own */
	PERMIT_SHIFT_OTHER, /* another's */
	PERMIT_FLOAT,	   /* cash from the safe */
	PERMIT_DROP,	   /* cash into it */
	PERMIT_PERIOD,	   /* end of a month or year */
	PERMIT_REPORTS,
	PERMIT_CONFIG_APPROVE, /* a draft that somebody else made */
	PERMIT_ARCHIVE,	   /* make one, and purge what it holds */
	PERMIT_KEYS,	   /* replace keys of the store */
	PERMIT_ERASE,	   /* destroy a person's key */
	PERMIT_PRICE_AMOUNT, /* price override: below the list price */
	PERMIT_SYNC,	   /* pause the sync worker */
	PERMIT_ENROLL,	   /* belong to a hub, or to none any more */
	PERMIT_COUNT
};

enum permit_kind {
	PERMIT_BY_PPM,	  /* up to a percentage */
	PERMIT_BY_AMOUNT, /* up to an amount */
	PERMIT_BY_WORD	  /* yes or no */
};

struct permit_row {
	const char *key;       /* in [role NAME], and of the approval's event */
	enum permit_kind kind;
	const char *action;    /* for the approver, to be translated by _() */
	int64_t cashier, supervisor; /* built in, as config_role.may */
};
extern const struct permit_row permit_table[PERMIT_COUNT];

/** In a role: anything, and nothing by themselves. */
#define PERMIT_ALL INT64_MAX
#define PERMIT_NEVER INT64_C(-1)

/* Why something was done; the texts are the configuration's. */
enum reason_kind {
	REASON_PRICE,
	REASON_VOID,   /* a line */
	REASON_CANCEL, /* a sale, open or parked */
	REASON_RETURN,
	REASON_NO_SALE,
	REASON_DISCOUNT,
	REASON_PAID, /* in, out, or picked up */
	REASON_DIFFERENCE, /* a day ends with too little cash or too much */
	REASON_COUNT
};

#endif
