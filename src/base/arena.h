/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

/**
 * arena - bump allocator over memory the caller owns, so that layers without
 * malloc can build lists.  Everything lives until arena_reset() or the memory
 * goes away.
 */
struct arena {
	unsigned char *base;
	size_t cap;
	size_t used;
	size_t most; /* ever used */
};

void arena_init(struct arena *a, void *memory, size_t bytes);
void arena_reset(struct arena *a);
/** arena_wipe(a): arena_reset(), and nothing of what ever stood in it is left,
 * before the memory goes back. */
void arena_wipe(struct arena *a);

/** arena_take(a, n, size): n objects of size bytes, zeroed, aligned to 16;
 * NULL when it does not fit or n * size overflows (a unchanged). */
void *arena_take(struct arena *a, size_t n, size_t size);

/** arena_text(a, s, len): NUL-terminated copy of len bytes; NULL as above. */
char *arena_text(struct arena *a, const char *s, size_t len);

#endif
