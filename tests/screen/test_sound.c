/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include "screen/sound.h"

#include "base/poison.h"

#define STEP ((int64_t)10000)
#define HEARD_MAX 16

/* What is heard from ${*now} on for so long: milliseconds between strokes. */
struct heard {
	int n;
	int gap_ms[HEARD_MAX];
	struct bell bell[HEARD_MAX];
};

static void
listen(struct sounds *s, int64_t *now, int64_t us, struct heard *h)
{
	int64_t end = *now + us, last = *now;
	struct bell b;

	h->n = 0;
	for (; *now < end; *now += STEP) {
		while (sound_take(s, *now, &b)) {
			assert_true(h->n < HEARD_MAX);
			h->gap_ms[h->n] = (int)((*now - last) / 1000);
			h->bell[h->n++] = b;
			last = *now;
		}
	}
}

/* Known with one bell and no pitch: each has a number of its own, and the two
 * that are more than one differ in pace, too. */
static void
each_has_its_rhythm(void **state)
{
	struct sounds s = {0};
	int64_t now = 1000000;
	struct heard a, h, t;

	(void)state;
	sound_ring(&s, SOUND_ATTENTION, now);
	listen(&s, &now, 2000000, &a);
	sound_ring(&s, SOUND_HELD, now);
	listen(&s, &now, 2000000, &h);
	sound_ring(&s, SOUND_STOP, now);
	listen(&s, &now, 2000000, &t);
	assert_int_equal(a.n, 1);
	assert_int_equal(h.n, 2);
	assert_int_equal(t.n, 3);
	assert_int_equal(t.gap_ms[1], t.gap_ms[2]);
	assert_true(h.gap_ms[1] >= 2 * t.gap_ms[1]);
	assert_true(h.bell[0].hz < a.bell[0].hz);
	assert_int_equal(h.bell[0].hz, h.bell[1].hz);
	assert_true(t.bell[0].ms < t.gap_ms[1]);
}

/* Two in a row are not heard as another one. */
static void
they_keep_apart(void **state)
{
	struct sounds s = {0};
	int64_t now = 1000000;
	struct heard h;

	(void)state;
	sound_ring(&s, SOUND_ATTENTION, now);
	listen(&s, &now, 100000, &h);
	assert_int_equal(h.n, 1);
	sound_ring(&s, SOUND_ATTENTION, now);
	listen(&s, &now, 2000000, &h);
	assert_int_equal(h.n, 1);
	assert_true(h.gap_ms[0] >= 450);
}

/* A stop does not wait for its turn; of a burst of held scans one more is
 * heard behind the first. */
static void
the_higher_goes_first(void **state)
{
	struct sounds s = {0};
	int64_t now = 1000000, due = 0;
	struct heard h;

	(void)state;
	sound_ring(&s, SOUND_HELD, now);
	sound_ring(&s, SOUND_STOP, now);
	listen(&s, &now, 3000000, &h);
	assert_int_equal(h.n, 3);
	assert_false(sound_due(&s, &due));
	sound_ring(&s, SOUND_STOP, now);
	listen(&s, &now, 50000, &h);
	for (int i = 0; i < 10; i++) {
		sound_ring(&s, SOUND_HELD, now);
	}
	assert_true(sound_due(&s, &due));
	listen(&s, &now, 3000000, &h);
	assert_int_equal(h.n, 2 + 2);
	assert_true(h.gap_ms[2] >= 600);
	assert_false(sound_due(&s, &due));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_rhythm),
		cmocka_unit_test(they_keep_apart),
		cmocka_unit_test(the_higher_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
