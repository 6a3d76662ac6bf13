/* SPDX-License-Identifier: Apache-2.0 */
#include "base/machine.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"

#include "base/poison.h"

#define MACHINE_FILE "/etc/machine-id"
#define MACHINE_MAX ((size_t)4096)
#define LABEL "holdfast machine 1"

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The file's own text never leaves the machine: machine-id(5) asks for that. */
void
machine_here(const uint8_t reg[UUID_BYTES], char out[MACHINE_BYTES])
{
	/* one process, no threads */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *path = getenv("HOLDFAST_MACHINE_ID");
	uint8_t hash[HASH_BYTES];
	struct sha256_state state;
	uint8_t *p = NULL;
	size_t n = 0;

	out[0] = '\0';
	path = path != NULL ? path : MACHINE_FILE;
	if (path[0] == '\0' ||
		file_load(path, MACHINE_MAX, &p, &n, NULL) != RC_OK) {
		return;
	}
	while (n > 0 && is_blank(p[n - 1])) {
		n--;
	}
	/* an image that never started has this, or nothing, in it */
	if (n > 0 && (n != 13 || memcmp(p, "uninitialized", 13) != 0)) {
		sha256_start(&state);
		sha256_add(&state, LABEL, sizeof(LABEL));
		sha256_add(&state, reg, UUID_BYTES);
		sha256_add(&state, p, n);
		sha256_end(&state, hash);
		hex_encode(out, hash, sizeof(hash));
	}
	free(p);
}
