/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_EXPLAIN_INTERNAL_H
#define REGISTER_EXPLAIN_INTERNAL_H

#include "register/explain.h"

/**
 * explain_internal - what the files of explanations share: explain.c reads the
 * event, explain_text.c writes lines and what was taken off, explain_sum.c
 * taxes and what is due, explain_json.c all of it as JSON.
 */
#define EXPLAIN_LABEL_BYTES 512
#define EXPLAIN_AMOUNT_BYTES 40

/* Text being written. */
struct explain_out {
	const struct explain *x;
	struct sbuf *b;
	unsigned cols;
};

/** explain_or_empty(s): NULL is "". */
const char *explain_or_empty(const char *s);

/** explain_row(o, indent, left, right): what is too long on the left loses its
 * middle. */
void explain_row(struct explain_out *o, unsigned indent, const char *left,
	const char *right);
void explain_rule(struct explain_out *o);
/** explain_amount(o, indent, left, minor, class): an amount of the sum, with
 * room for a tax class behind it. */
void explain_amount(struct explain_out *o, unsigned indent, const char *left,
	int64_t minor, const char *class_);
const char *explain_money(const struct explain_out *o, int64_t minor,
	char buf[EXPLAIN_AMOUNT_BYTES]);

/** explain_taxes(o): the table; what is added to the prices. */
int64_t explain_taxes(struct explain_out *o);
/** explain_due(o): all behind the total. */
void explain_due(struct explain_out *o);

#endif
