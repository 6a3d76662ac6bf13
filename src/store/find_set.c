/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "store/find_internal.h"

#include "base/poison.h"

enum form {
	FORM_LIST,
	FORM_BITS
};

size_t
find_set_base_words(const struct find_set *s)
{
	return ((size_t)s->n + 63) / 64;
}

enum rc
find_set_init(struct find_set *s, uint32_t n, uint32_t n_over)
{
	s->n = n;
	s->n_over = n_over;
	s->n_word = find_set_base_words(s) + ((size_t)n_over + 63) / 64;
	s->bits = calloc(s->n_word + 1, sizeof(*s->bits));
	return s->bits != NULL ? RC_OK : RC_NOMEM;
}

void
find_set_done(struct find_set *s)
{
	free(s->bits);
	s->bits = NULL;
}

void
find_set_clear(struct find_set *s)
{
	memset(s->bits, 0, s->n_word * sizeof(*s->bits));
}

void
find_set_fill(struct find_set *s)
{
	memset(s->bits, 0xff, s->n_word * sizeof(*s->bits));
	if (s->n % 64 != 0) {
		s->bits[find_set_base_words(s) - 1] =
			((uint64_t)1 << (s->n % 64)) - 1;
	}
	if (s->n_over % 64 != 0) {
		s->bits[s->n_word - 1] = ((uint64_t)1 << (s->n_over % 64)) - 1;
	}
}

void
find_set_and(struct find_set *s, const struct find_set *t)
{
	for (size_t i = 0; i < s->n_word; i++) {
		s->bits[i] &= t->bits[i];
	}
}

void
find_set_or(struct find_set *s, const struct find_set *t)
{
	for (size_t i = 0; i < s->n_word; i++) {
		s->bits[i] |= t->bits[i];
	}
}

bool
find_set_is_empty(const struct find_set *s)
{
	uint64_t any = 0;

	for (size_t i = 0; i < s->n_word; i++) {
		any |= s->bits[i];
	}
	return any == 0;
}

size_t
put_ordinal(uint8_t *p, uint32_t v)
{
	size_t n = 0;

	while (v >= 0x80) {
		p[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	p[n++] = (uint8_t)v;
	return n;
}

uint32_t
get_ordinal(const uint8_t **p, const uint8_t *end)
{
	const uint8_t *at = *p;
	uint32_t v = 0;
	unsigned shift = 0;

	while (at < end && (*at & 0x80) != 0 && shift < 28) {
		v |= (uint32_t)(*at++ & 0x7f) << shift;
		shift += 7;
	}
	if (at == end || (*at & 0x80) != 0) {
		*p = NULL;
		return 0;
	}
	v |= (uint32_t)*at++ << shift;
	*p = at;
	return v;
}

enum rc
find_set_add_list(struct find_set *s, const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	uint64_t at = 0;

	while (p < end) {
		at += get_ordinal(&p, end);
		if (p == NULL || at >= s->n) {
			return RC_CORRUPT;
		}
		s->bits[at / 64] |= (uint64_t)1 << (at % 64);
	}
	return RC_OK;
}

size_t
find_set_bytes(uint32_t n)
{
	return 1 + ((size_t)n + 63) / 64 * 8;
}

static size_t
encode_bits(const struct find_set *s, uint8_t *out)
{
	struct wr w;

	wr_init(&w, out, find_set_bytes(s->n));
	wr_u8(&w, FORM_BITS);
	for (size_t i = 0; i < s->n_word; i++) {
		wr_u64le(&w, s->bits[i]);
	}
	return w.len;
}

size_t
find_set_encode(const struct find_set *s, uint8_t *out)
{
	size_t cap = find_set_bytes(s->n);
	size_t len = 0;
	uint32_t last = 0;

	out[len++] = FORM_LIST;
	for (size_t i = 0; i < s->n_word; i++) {
		for (uint64_t v = s->bits[i]; v != 0; v &= v - 1) {
			uint32_t at = (uint32_t)(i * 64) +
				      (uint32_t)__builtin_ctzll(v);

			if (len + FIND_ORDINAL_BYTES > cap) {
				return encode_bits(s, out);
			}
			len += put_ordinal(out + len, at - last);
			last = at;
		}
	}
	return len;
}

enum rc
find_set_add(struct find_set *s, const uint8_t *p, size_t n)
{
	size_t n_word = find_set_base_words(s);
	struct rd r;

	if (n > 0 && p[0] == FORM_LIST) {
		return find_set_add_list(s, p + 1, n - 1);
	}
	if (n != find_set_bytes(s->n) || p[0] != FORM_BITS) {
		return RC_CORRUPT;
	}
	rd_init(&r, p + 1, n - 1);
	for (size_t i = 0; i < n_word; i++) {
		uint64_t v = rd_u64le(&r);

		if (i + 1 == n_word && s->n % 64 != 0 &&
			v >> (s->n % 64) != 0) {
			return RC_CORRUPT;
		}
		s->bits[i] |= v;
	}
	return RC_OK;
}
