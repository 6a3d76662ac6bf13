/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/schema.h"

#include <string.h>

#include "base/attr.h"

#include "base/poison.h"

static const struct migration table[] = {
	{1, "lines, registers, feeds, people, acts", schema_1},
	{2, "the hub's own log, signed acts, closed exceptions", schema_2},
};

const struct migration *
schema_migrations(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(table);
	return table;
}

void
schema_hash(const struct migration *m, uint8_t out[HASH_BYTES])
{
	struct sha256_state s;

	sha256_start(&s);
	for (size_t i = 0; m->statement[i] != NULL; i++) {
		sha256_add(&s, m->statement[i], strlen(m->statement[i]) + 1);
	}
	sha256_end(&s, out);
}
