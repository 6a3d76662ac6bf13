/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_RING_PRICE_H
#define MAIN_RING_PRICE_H

#include "main/args.h"

/** ring_price - entries as `holdfast ring` takes them, that nothing comes of
 * but an explanation of the sale they make. */
struct ring_price {
	const char *usage;
	const char *path;   /* of entries, "-" stdin, NULL none */
	const char *at;	    /* time of the first entry; NULL now */
	const char *parked; /* number of a parked sale that is taken first */
	bool keep_going;    /* behind an entry that is refused */
	unsigned cols;	    /* 0: JSON */
	char *out;	    /* room for an explanation */
	size_t out_bytes;
};

/** ring_price(a, p): the exit status; what is refused is said on stderr. */
int ring_price(const struct args *a, const struct ring_price *p);

#endif
