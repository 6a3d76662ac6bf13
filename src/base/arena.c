/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/crypto.h"

#include "base/poison.h"

#define ARENA_ALIGN 16u

void
arena_init(struct arena *a, void *memory, size_t bytes)
{
	a->base = memory;
	a->cap = memory != NULL ? bytes : 0;
	a->used = 0;
	a->most = 0;
}

void
arena_reset(struct arena *a)
{
	a->used = 0;
}

void
arena_wipe(struct arena *a)
{
	if (a->most > 0) {
		crypto_wipe(a->base, a->most);
	}
	a->used = 0;
	a->most = 0;
}

/* Bytes to skip so that the next object starts on 16, whatever base is. */
static size_t
gap(const struct arena *a)
{
	uintptr_t at = (uintptr_t)a->base + a->used;

	return (size_t)(-at & (ARENA_ALIGN - 1));
}

void *
arena_take(struct arena *a, size_t n, size_t size)
{
	size_t skip = gap(a);
	size_t left = a->cap - a->used;
	size_t bytes;
	unsigned char *p;

	if (a->base == NULL || __builtin_mul_overflow(n, size, &bytes)) {
		return NULL;
	}
	if (skip > left || bytes > left - skip) {
		return NULL;
	}
	p = a->base + a->used + skip;
	memset(p, 0, bytes);
	a->used += skip + bytes;
	if (a->used > a->most) {
		a->most = a->used;
	}
	return p;
}

char *
arena_text(struct arena *a, const char *s, size_t len)
{
	char *p;

	if (len == SIZE_MAX) {
		return NULL;
	}
	p = arena_take(a, len + 1, 1);
	if (p != NULL && len > 0) {
		memcpy(p, s, len);
	}
	return p;
}
