/* SPDX-License-Identifier: Apache-2.0 */
#include "hand.h"

#include "base/poison.h"

/* What lies on the scale while goods wait for their weight. */

static struct hand *
begin_scale(int rows, int cols)
{
	struct hand *h = begin("CORNER MARKET", rows, cols);
	struct config_device *d = &h->till->config.device[0];

	h->till->config.n_device = 1;
	(void)snprintf(d->name, sizeof(d->name), "scale");
	(void)snprintf(d->driver, sizeof(d->driver), "8217");
	d->known = true;
	d->class_ = DEVICE_SCALE;
	h->till->scale.there = true;
	return h;
}

static void
lies(struct hand *h, int64_t grams, unsigned flags)
{
	struct till_scale *s = &h->till->scale;

	s->asked = true;
	s->reading.grams = grams;
	s->reading.flags = flags;
	h->t.us += 100000;
	s->reading.read = h->t;
	app_tick(h->app, h->t);
	look(h);
}

static void
it_moves_and_rests(void **state)
{
	struct hand *h = begin_scale(24, 80);

	(void)state;
	assert_false(shows(h, "WEIGH IT"));
	enter(h, "4099");
	assert_true(shows(h, "WEIGH IT"));
	assert_true(shows(h, "Zander fillet   29.90 / kg"));
	assert_true(shows(h, "-.--- kg   the scale is asked"));
	assert_true(shows(h, "tare 22 g"));
	lies(h, 512, SCALE_MOTION);
	assert_true(shows(h, "0.512 kg   moving"));
	golden(h, "weigh_moving");
	lies(h, 734, SCALE_STABLE);
	assert_true(shows(h, "0.734 kg   STEADY"));
	/* the scale takes it off itself */
	h->till->scale.reading.tare = 30;
	assert_true(shows(h, "tare 30 g"));
	/* a stale weight is no weight */
	pass(h, 3000);
	assert_false(shows(h, "0.734 kg"));
	assert_true(shows(h, "-.--- kg   the scale is asked"));
	end(h);
}

/* What is not a weight is never shown as one. */
static void
what_is_no_weight(void **state)
{
	struct hand *h = begin_scale(24, 80);

	(void)state;
	enter(h, "4099");
	lies(h, 15000, SCALE_OVER);
	assert_true(shows(h, "-.--- kg   TOO HEAVY for this scale"));
	lies(h, -20, SCALE_UNDER | SCALE_STABLE);
	assert_true(shows(h, "-.--- kg   BELOW ZERO"));
	lies(h, 4, SCALE_BELOW | SCALE_STABLE);
	assert_true(shows(h, "too light for this scale"));
	lies(h, 0, SCALE_ZERO | SCALE_STABLE);
	assert_true(shows(h, "0.000 kg   nothing lies on it"));
	lies(h, 0, SCALE_FAULT);
	assert_true(shows(h, "-.--- kg   FAULT"));
	(void)snprintf(h->till->scale.text, sizeof(h->till->scale.text),
		"take the goods off first");
	lies(h, 734, SCALE_MOTION);
	assert_false(shows(h, "take the goods off first"));
	lies(h, 734, SCALE_STABLE);
	assert_true(shows(h, "take the goods off first"));
	h->till->scale.there = false;
	assert_true(shows(h, "the scale is not there: key the weight"));
	end(h);
}

/* The box asks nothing: a weight by hand, another item and Esc go as ever. */
static void
nothing_is_in_the_way(void **state)
{
	struct hand *h = begin_scale(24, 80);

	(void)state;
	enter(h, "4099");
	type(h, "734WT");
	assert_true(shows(h, "ITEM > 734WT"));
	press(h, KEYS_ENTER);
	assert_int_equal(view(h)->basket->n_line, 1);
	assert_false(shows(h, "WEIGH IT"));
	enter(h, "4099");
	assert_true(shows(h, "WEIGH IT"));
	scan(h, "4311501000014");
	assert_int_equal(view(h)->basket->n_line, 2);
	assert_false(shows(h, "WEIGH IT"));
	enter(h, "4099");
	press(h, KEYS_ESC);
	assert_false(shows(h, "WEIGH IT"));
	assert_int_equal(view(h)->basket->n_line, 2);
	end(h);
}

/* The till gave the weight: the line is there, and the box is gone. */
static void
taken_by_itself(void **state)
{
	struct hand *h = begin_scale(24, 80);
	struct input in = {.kind = INPUT_WEIGHT, .text = "", .arg = 734};
	struct reply r;

	(void)state;
	enter(h, "4099");
	till_input(h->till, &in, &r);
	pass(h, 50);
	assert_true(r.ok);
	assert_false(shows(h, "WEIGH IT"));
	assert_true(shows(h, "Zander fillet"));
	assert_int_equal(view(h)->basket->n_line, 1);
	/* and what is refused is said */
	enter(h, "4099");
	in.arg = 0;
	till_input(h->till, &in, &r);
	pass(h, 50);
	assert_false(r.ok);
	assert_true(shows(h, "WARN"));
	end(h);
}

static void
in_every_layout(void **state)
{
	static const struct {
		int rows, cols;
		enum display_layout kind;
		const char *name;
	} size[] = {{50, 132, DISPLAY_PANEL, "weigh_132x50"},
		{24, 80, DISPLAY_STACKED, "weigh_stacked"},
		{24, 80, DISPLAY_READER, "weigh_reader"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(size); i++) {
		struct config_display look = {.layout = size[i].kind};
		struct hand *h = begin_scale(size[i].rows, size[i].cols);

		app_look(h->app, &look);
		scan(h, "4311501000014");
		enter(h, "4099");
		lies(h, 512, SCALE_MOTION);
		lies(h, 634, SCALE_MOTION);
		lies(h, 734, SCALE_STABLE);
		golden(h, size[i].name);
		end(h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_moves_and_rests),
		cmocka_unit_test(what_is_no_weight),
		cmocka_unit_test(nothing_is_in_the_way),
		cmocka_unit_test(taken_by_itself),
		cmocka_unit_test(in_every_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
