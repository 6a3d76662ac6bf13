/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_LOAD_TILL_H
#define HUB_LOAD_TILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "wire/http_sig.h"

/* The registers of hub_load.c: who they are, and what their logs hold. */
#define LINE_MAX_BYTES 2048

struct till {
	char keyid[HTTP_SIG_KEYID_BYTES], reg[40], source[160];
	uint8_t link[SIGN_SEC_BYTES], sign[SIGN_SEC_BYTES];
	uint8_t (*hash)[HASH_BYTES]; /* [0] nothing, [n] of line n */
	uint64_t made;               /* hashes known up to here */
	uint64_t acked;
	double not_before;
	uint64_t seed;
	/* --ready: each batch as it goes out */
	char **batch;
	size_t *n_batch;
};

/* Memory, or the end. */
void *need(size_t n);
/* The next of a sequence that begins anywhere. */
uint64_t next_random(uint64_t *s);

/* Line ${n}, whose predecessor's hash is known, into LINE_MAX_BYTES; its length.
 * The same bytes each time. */
size_t till_line(struct till *t, uint64_t n, bool sign, char *out);

/* Registers that no shop has, to standard output. */
void tills_make(
	uint64_t n, const char *keyid, const char *store, uint64_t seed);
/* Those of a file, with room for their hashes. */
struct till *tills_load(const char *path, uint64_t events, uint64_t seed,
	unsigned *ret_n);
/* What the hub acknowledged of each. */
void tills_write_heads(const char *path, const struct till *t, unsigned n);

#endif
