/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_ORDER_H
#define CORE_ORDER_H

#include "core/receipt.h"

/**
 * order - what of a sale is to be made, for a kitchen's paper: its number and
 * time, how many of what in large letters, what the cashier noted.  No prices.
 * Goods that come back and deposits are nothing to make.
 */
struct order_opts {
	unsigned cols; /* of the paper, as receipt_opts */
	bool again;    /* it may be on paper already */
	/* whether goods of this department are made here */
	bool (*wants)(const void *arg, const char *dept);
	const void *arg;
};

/** order_count(sale, o): lines that are to be made here. */
size_t order_count(const struct event *sale, const struct order_opts *o);

/** order_ticket(head, sale, o, fn, arg): rows top to bottom. */
void order_ticket(const struct receipt_head *head, const struct event *sale,
	const struct order_opts *o, receipt_fn fn, void *arg);

#endif
