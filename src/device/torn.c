/* SPDX-License-Identifier: Apache-2.0 */
#include "device/torn.h"

#include "base/poison.h"

size_t
torn_longest(torn_span_fn span, const uint8_t *p, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; i < n;) {
		size_t k = span(p + i, n - i);

		most = k > most ? k : most;
		i += k;
	}
	return most > 1 ? most : 0;
}

void
torn_tear(struct torn *t, size_t n)
{
	n = n < TORN_MAX ? n : TORN_MAX;
	t->n = n > t->n ? n : t->n;
	t->mending = false;
}

void
torn_kept(struct torn *t, bool kept)
{
	t->mending = t->mending && kept;
}

void
torn_mend(struct torn *t, struct mono now, struct device_out *out,
	const char *tail, size_t n)
{
	static const uint8_t nul[TORN_MAX];

	if (t->n == 0 || out->backlog > 0) {
		return;
	}
	if (t->mending) {
		t->n = 0;
		t->mending = false;
	} else if (device_out_put(out, nul, t->n) &&
		   device_out_put(out, tail, n)) {
		t->mending = true;
		device_out_by(out, now);
	}
}
