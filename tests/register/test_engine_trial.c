/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "engine_rig.h"

#include "base/poison.h"

/* A scan is tried out on the basket itself: refused, it leaves nothing behind;
 * taken, nothing was copied for it. */

#define SPARE_BYTES ((size_t)65536)

/* The basket with all of its memory. */
struct whole {
	struct basket b;
	struct basket_line *line;
	struct price_step *step;
};

static void *
copy_of(const void *p, size_t n)
{
	void *to = malloc(n + 1);

	assert_non_null(to);
	memcpy(to, p, n);
	return to;
}

static void
keep(struct whole *w, const struct basket *b)
{
	w->b = *b;
	w->line = copy_of(b->line, b->n_line * sizeof(*b->line));
	w->step = copy_of(b->step, b->n_step * sizeof(*b->step));
}

static void
same(struct whole *w, const struct basket *b)
{
	assert_memory_equal(&w->b, b, sizeof(*b));
	assert_memory_equal(w->line, b->line, b->n_line * sizeof(*b->line));
	for (size_t i = 0; i < b->n_step; i++) {
		assert_int_equal(w->step[i].kind, b->step[i].kind);
		assert_int_equal(w->step[i].idx, b->step[i].idx);
		assert_int_equal(w->step[i].rule, b->step[i].rule);
		assert_int_equal(
			w->step[i].amount.minor, b->step[i].amount.minor);
	}
	free(w->line);
	free(w->step);
}

static void
open_full_of_rules(struct rig *r)
{
	rig_open(r);
	rig_rules(r, rig_all_rules);
	rig_engine(r);
}

/* Whatever it is refused for: a class nobody knows, a sum that is too large, a
 * line of the journal that would be. */
static void
refused_is_as_before(void **state)
{
	struct item odd[3] = {
		{.kind = CODE_INTERNAL,
			.code = "1",
			.name = "no class",
			.tax = "Q",
			.price = {100}},
		{.kind = CODE_INTERNAL,
			.code = "2",
			.name = "too much",
			.tax = "A",
			.price = {INT64_MAX / 4}},
		{.kind = CODE_INTERNAL,
			.code = "3",
			.tax = "A",
			.price = {123}},
	};
	static const char *const fill[] = {"ALE", "3*4011", "2*ALE", "4011"};
	struct rig r;
	struct whole w;
	size_t n = 0, refused = 0;

	(void)state;
	memset(odd[2].name, '"', sizeof(odd[2].name) - 1);
	open_full_of_rules(&r);
	do {
		rig_input(&r, fill[n % ARRAY_LEN(fill)]);
		if (n % 5 == 0) {
			rig_input(&r, "12.3456DI");
		}
		for (size_t k = 0; n % 7 == 0 && k < 2; k++) {
			r.e->last = odd[k];
			r.e->has_last = true;
			keep(&w, &r.e->basket);
			rig_input(&r, "RI");
			assert_false(r.act.reply.ok);
			same(&w, &r.e->basket);
			refused++;
		}
		n++;
	} while (n < 60);
	/* and until nothing has room */
	r.e->last = odd[2];
	for (n = 0; n < 2 * BASKET_LINES_MAX; n++) {
		r.e->last = odd[2];
		r.e->has_last = true;
		keep(&w, &r.e->basket);
		rig_input(&r, "999.999*RI");
		if (!r.act.reply.ok) {
			break;
		}
		free(w.line);
		free(w.step);
	}
	assert_string_equal(r.act.reply.error, "sale_full");
	assert_true(r.e->basket.n_line < BASKET_LINES_MAX - 2);
	same(&w, &r.e->basket);
	assert_int_equal(refused, 18);
	rig_close(&r);
}

/* The first of a sale, too: no sale was begun. */
static void
refused_begins_nothing(void **state)
{
	struct item odd = {.kind = CODE_INTERNAL,
		.code = "1",
		.name = "no class",
		.tax = "Q",
		.price = {100}};
	struct rig r;
	struct whole w;

	(void)state;
	open_full_of_rules(&r);
	r.e->last = odd;
	r.e->has_last = true;
	keep(&w, &r.e->basket);
	rig_input(&r, "RI");
	assert_false(r.act.reply.ok);
	same(&w, &r.e->basket);
	assert_int_equal(engine_view(r.e)->state, ENGINE_READY);
	rig_close(&r);
}

static void
a_scan_copies_nothing(void **state)
{
	static const char *const in[] = {"ALE", "4011", "3*4011", "RI"};
	uint8_t *was;
	struct rig r;

	(void)state;
	open_full_of_rules(&r);
	for (size_t n = 0; n < 100; n++) {
		memset(r.e->spare, 0xa5, SPARE_BYTES);
		was = copy_of(r.e->spare, SPARE_BYTES);
		rig_input(&r, in[n % ARRAY_LEN(in)]);
		assert_true(r.act.reply.ok);
		assert_memory_equal(r.e->spare, was, SPARE_BYTES);
		free(was);
	}
	/* what is done to a line needs both, as the test would see */
	was = copy_of(r.e->spare, SPARE_BYTES);
	rig_input(&r, "QT5");
	assert_true(memcmp(r.e->basket.line, was, SPARE_BYTES) != 0 ||
		    memcmp(r.e->spare, was, SPARE_BYTES) != 0);
	free(was);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_is_as_before),
		cmocka_unit_test(refused_begins_nothing),
		cmocka_unit_test(a_scan_copies_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
