/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_COUNTRY_H
#define REGISTER_COUNTRY_H

#include "base/err.h"
#include "base/sbuf.h"

/**
 * country - the pieces of a holdfast.conf that come with Holdfast, one file a
 * country: its currency, taxes, roundings, deposits and what its receipts
 * need, each rule with its source in a comment.  They are texts to begin with:
 * init copies one into the store's own file, and nothing reads them after.
 *
 * Found in $HOLDFAST_COUNTRIES, else in data/countries beside the program
 * (which was not installed then), else where they were installed.
 */

/** country_load(name, out, reterr): the piece called ${name} ("de", "ca-qc").
 * RC_INVAL there is none of this name, which the words tell; RC_RANGE longer
 * than ${out}; RC_IO. */
MUST_CHECK enum rc country_load(
	const char *name, struct sbuf *out, struct err *reterr);

/** country_list(out, reterr): a line each, by name: the name, a blank, what
 * the first comment of its file says.  RC_RANGE, RC_IO. */
MUST_CHECK enum rc country_list(struct sbuf *out, struct err *reterr);

#endif
