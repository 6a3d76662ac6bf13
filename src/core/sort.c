/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sort.h"

#include <string.h>

#include "base/poison.h"

#define RUN 8

static void
insert_run(uint32_t idx[], size_t n, sort_compare_fn compare, const void *arg)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t v = idx[i];
		size_t at = i;

		while (at > 0 && compare(v, idx[at - 1], arg) < 0) {
			idx[at] = idx[at - 1];
			at--;
		}
		idx[at] = v;
	}
}

static void
merge(uint32_t *to, const uint32_t *a, size_t n_a, size_t n_b,
	sort_compare_fn compare, const void *arg)
{
	const uint32_t *b = a + n_a;
	const uint32_t *end_a = b;
	const uint32_t *end_b = b + n_b;

	while (a < end_a && b < end_b) {
		*to++ = compare(*b, *a, arg) < 0 ? *b++ : *a++;
	}
	while (a < end_a) {
		*to++ = *a++;
	}
	while (b < end_b) {
		*to++ = *b++;
	}
}

void
sort_run(uint32_t idx[], size_t n, uint32_t room[], sort_compare_fn compare,
	const void *arg)
{
	uint32_t *from = idx;
	uint32_t *to = room;

	for (size_t i = 0; i < n; i += RUN) {
		insert_run(idx + i, n - i < RUN ? n - i : RUN, compare, arg);
	}
	for (size_t width = RUN; width < n; width *= 2) {
		uint32_t *other = from;

		for (size_t i = 0; i < n; i += 2 * width) {
			size_t n_a = n - i < width ? n - i : width;
			size_t left = n - i - n_a;

			merge(to + i, from + i, n_a,
				left < width ? left : width, compare, arg);
		}
		from = to;
		to = other;
	}
	if (from != idx) {
		memcpy(idx, from, n * sizeof(*idx));
	}
}
