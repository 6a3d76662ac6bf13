/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "register/verify_internal.h"

#include "base/poison.h"

#define FIRST_SLOTS 1024u
#define PREFIX_BYTES 32

/* "R01-000042": each series is gap-free; a restore opens another, which goes
 * on behind what was known.  A series that came back would repeat itself. */
struct series {
	char prefix[PREFIX_BYTES];
	int64_t first, last;
};

struct verify_seen {
	uint8_t (*id)[UUID_BYTES]; /* open addressing, zeros are free */
	size_t n, n_slot;
	struct series *series; /* the one in use last stands last */
	size_t n_series, cap_series;
	bool full; /* no memory: looked at no more */
};

struct verify_seen *
verify_seen_new(void)
{
	struct verify_seen *s = calloc(1, sizeof(*s));

	if (s != NULL) {
		s->id = calloc(FIRST_SLOTS, UUID_BYTES);
		s->n_slot = FIRST_SLOTS;
	}
	if (s == NULL || s->id == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
verify_seen_free(struct verify_seen *s)
{
	if (s != NULL) {
		free(s->series);
		free(s->id);
		free(s);
	}
}

/* --- sales --- */

/* Where it is, or would be.  A UUIDv7 is random at its end. */
static uint8_t *
slot_of(uint8_t (*id)[UUID_BYTES], size_t n_slot, const uint8_t *want)
{
	static const uint8_t none[UUID_BYTES];
	uint64_t h = 0;
	size_t at;

	memcpy(&h, want + UUID_BYTES - sizeof(h), sizeof(h));
	h *= UINT64_C(0x9E3779B97F4A7C15);
	at = (size_t)(h >> 20) & (n_slot - 1);
	while (memcmp(id[at], want, UUID_BYTES) != 0 &&
		memcmp(id[at], none, UUID_BYTES) != 0) {
		at = (at + 1) & (n_slot - 1);
	}
	return id[at];
}

static bool
grow(struct verify_seen *s)
{
	static const uint8_t none[UUID_BYTES];
	size_t n_slot = s->n_slot * 2;
	uint8_t(*id)[UUID_BYTES] = calloc(n_slot, UUID_BYTES);

	if (id == NULL) {
		return false;
	}
	for (size_t i = 0; i < s->n_slot; i++) {
		if (memcmp(s->id[i], none, UUID_BYTES) != 0) {
			memcpy(slot_of(id, n_slot, s->id[i]), s->id[i],
				UUID_BYTES);
		}
	}
	free(s->id);
	s->id = id;
	s->n_slot = n_slot;
	return true;
}

static bool
see_sale(struct verify_seen *s, const struct event *e, const uint8_t *sale,
	char *words, size_t cap)
{
	uint8_t *slot = slot_of(s->id, s->n_slot, sale);

	if (memcmp(slot, sale, UUID_BYTES) == 0) {
		char text[UUID_TEXT_BYTES];

		uuid_format(sale, text);
		(void)snprintf(words, cap,
			"line %llu: sale %s was closed before, it is there "
			"twice",
			(unsigned long long)e->sequence, text);
		return false;
	}
	memcpy(slot, sale, UUID_BYTES);
	s->n++;
	if (s->n * 2 > s->n_slot && !grow(s)) {
		s->full = true;
		words[0] = '\0';
		return false;
	}
	return true;
}

/* --- numbers --- */

static struct series *
find_series(struct verify_seen *s, const char *prefix, size_t n)
{
	for (size_t i = s->n_series; i > 0; i--) {
		struct series *r = &s->series[i - 1];

		if (strlen(r->prefix) == n &&
			memcmp(r->prefix, prefix, n) == 0) {
			return r;
		}
	}
	return NULL;
}

static bool
add_series(struct verify_seen *s, const char *prefix, size_t n, int64_t number)
{
	struct series *r;

	if (s->n_series == s->cap_series) {
		size_t cap = s->cap_series * 2 + 8;

		r = realloc(s->series, cap * sizeof(*r));
		if (r == NULL) {
			return false;
		}
		s->series = r;
		s->cap_series = cap;
	}
	r = &s->series[s->n_series++];
	memset(r, 0, sizeof(*r));
	memcpy(r->prefix, prefix, n);
	r->first = number;
	r->last = number;
	return true;
}

static bool
see_number(
	struct verify_seen *s, const struct event *e, char *words, size_t cap)
{
	unsigned long long line = e->sequence;
	const char *text = e->data.sale.number;
	const char *dash = strrchr(text, '-');
	size_t n = dash != NULL ? (size_t)(dash - text) : 0;
	struct series *r;
	int64_t number = 0;

	if (dash == NULL || n >= PREFIX_BYTES ||
		parse_i64(dash + 1, strlen(dash + 1), 1, INT64_MAX, &number) !=
			RC_OK) {
		(void)snprintf(words, cap,
			"line %llu: '%.60s' is no receipt number", line, text);
		return false;
	}
	r = find_series(s, text, n);
	if (r == NULL) {
		words[0] = '\0';
		return add_series(s, text, n, number);
	}
	if (number >= r->first && number <= r->last) {
		(void)snprintf(words, cap,
			"line %llu: receipt %s is there twice", line, text);
		return false;
	}
	if (number != r->last + 1) {
		(void)snprintf(words, cap,
			"line %llu: receipt %s follows number %lld", line, text,
			(long long)r->last);
		r->last = number > r->last ? number : r->last;
		return false;
	}
	r->last = number;
	return true;
}

bool
verify_seen_event(
	struct verify_seen *s, const struct event *e, char *words, size_t cap)
{
	bool good = true;

	if (e->training) {
		return true; /* a series of its own, given up at will */
	}
	if (e->type == EVENT_SALE_COMPLETED) {
		good = see_number(s, e, words, cap);
		if (!s->full && good) {
			good = see_sale(s, e, e->data.sale.sale, words, cap);
		}
	} else if (e->type == EVENT_SALE_VOIDED && !s->full) {
		good = see_sale(s, e, e->data.basket.sale, words, cap);
	}
	return good;
}
