/* SPDX-License-Identifier: Apache-2.0 */
/* Each scale's driver against the scale that is not there, and each display's:
 * byte by byte, with time of our own, and over a line that loses bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/device.h"
#include "sim/sim.h"

#define MS INT64_C(1000)
#define TICK_US (10 * MS)

struct rig {
	const struct device_driver *d;
	const struct sim_device *s;
	void *ds, *ss;
	struct device_conf conf;
	struct device_out out;
	struct sim_out sout;
	struct mono now;
	unsigned lose; /* one byte of so many; 0 none */
	uint64_t seed;
	/* of the newest question */
	struct scale_reading r;
	bool has, silent;
	unsigned n_weight;
	int64_t sold[8];
	size_t n_sold;
	char scan[64];
};

static void
rig_open(struct rig *g, const char *name, const struct device_opt_value *opt,
	size_t n_opt, const struct sim_opt *sopt, size_t n_sopt)
{
	memset(g, 0, sizeof(*g));
	g->d = device_driver_find(name);
	g->s = sim_device_find(name);
	assert_non_null(g->d);
	assert_non_null(g->s);
	g->ds = calloc(1, g->d->state_size);
	g->ss = calloc(1, g->s->state_size);
	assert_non_null(g->ds);
	assert_non_null(g->ss);
	g->now.us = INT64_C(1000000000);
	g->conf = (struct device_conf){.name = "it",
		.driver = name,
		.port = "tcp:it:1",
		.opt = opt,
		.n_opt = n_opt};
	assert_int_equal(
		device_conf_check(&g->conf, g->d->class_, NULL), RC_OK);
	assert_int_equal(g->d->open(g->ds, &g->conf, false, NULL), RC_OK);
	assert_int_equal(g->s->open(g->ss, sopt, n_sopt, NULL), RC_OK);
}

static void
rig_close(struct rig *g)
{
	free(g->ds);
	free(g->ss);
}

static size_t
through(struct rig *g, uint8_t *p, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		g->seed = g->seed * UINT64_C(6364136223846793005) +
			  UINT64_C(1442695040888963407);
		if (g->lose == 0 || (g->seed >> 33) % g->lose != 0) {
			p[k++] = p[i];
		}
	}
	return k;
}

static void
heard(struct rig *g, const struct device_event *e)
{
	if (e->kind == DEVICE_SILENT) {
		g->silent = true;
	} else if (e->kind == DEVICE_READY) {
		g->silent = false;
	} else if (e->kind == DEVICE_SCAN) {
		assert_true(e->n_data < sizeof(g->scan));
		memcpy(g->scan, e->data, e->n_data);
		g->scan[e->n_data] = '\0';
	} else if (e->kind == DEVICE_WEIGHT) {
		g->r = e->weight;
		g->has = true;
		g->n_weight++;
		if (scale_sells(&e->weight) && g->n_sold < 8) {
			g->sold[g->n_sold++] = e->weight.grams + e->weight.tare;
		}
	}
}

static void
driver_step(struct rig *g, const uint8_t *p, size_t n)
{
	const struct device_in in = {p, n, 0};

	g->out.n_byte = 0;
	g->out.n_urgent = 0;
	g->out.n_event = 0;
	g->out.deadline.us = -1;
	g->d->step(g->ds, g->now, &in, &g->out);
	for (size_t i = 0; i < g->out.n_event; i++) {
		heard(g, &g->out.event[i]);
	}
}

/* What the device says goes to the driver a byte at a time. */
static void
round_trip(struct rig *g)
{
	uint8_t there[DEVICE_OUT_BYTES], back[SIM_OUT_BYTES];
	size_t n;

	driver_step(g, NULL, 0);
	do {
		memcpy(there, g->out.byte, g->out.n_byte);
		n = through(g, there, g->out.n_byte);
		sim_begin(&g->sout);
		g->s->step(g->ss, g->now, there, n, &g->sout);
		memcpy(back, g->sout.byte, g->sout.n_byte);
		n = through(g, back, g->sout.n_byte);
		g->out.n_byte = 0;
		for (size_t i = 0; i < n; i++) {
			uint8_t sent[DEVICE_OUT_BYTES];
			size_t n_sent = g->out.n_byte;

			memcpy(sent, g->out.byte, n_sent);
			driver_step(g, back + i, 1);
			assert_true(n_sent + g->out.n_byte <= sizeof(sent));
			memmove(g->out.byte + n_sent, g->out.byte,
				g->out.n_byte);
			memcpy(g->out.byte, sent, n_sent);
			g->out.n_byte += n_sent;
		}
	} while (g->out.n_byte > 0);
}

static void
pass(struct rig *g, int64_t ms)
{
	for (int64_t t = 0; t < ms * MS; t += TICK_US) {
		round_trip(g);
		g->now.us += TICK_US;
	}
}

static void
tell(struct rig *g, const char *line)
{
	uint8_t back[SIM_OUT_BYTES];
	size_t n;

	sim_begin(&g->sout);
	assert_int_equal(
		g->s->tell(g->ss, g->now, line, &g->sout, NULL), RC_OK);
	n = g->sout.n_byte;
	memcpy(back, g->sout.byte, n);
	if (n > 0) {
		driver_step(g, back, n);
	}
}

static void
weigh(struct rig *g, uint32_t id)
{
	static const struct scale_ask ask = {.price = 199};

	g->has = false;
	g->n_sold = 0;
	g->d->scale->ask(g->ds, id, &ask);
}

static const char *const scales[] = {
	"8217", "nci", "cas", "magellan", "dialog02"};

static bool
has(const struct rig *g, unsigned flag)
{
	return g->has && (g->r.flags & flag) != 0;
}

static void
a_scale_weighs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scales); i++) {
		struct rig g;

		rig_open(&g, scales[i], NULL, 0, NULL, 0);
		weigh(&g, 1);
		pass(&g, 1000);
		assert_true(g.has);
		assert_int_equal(g.n_sold, 0);
		tell(&g, "weight 1235");
		pass(&g, 300);
		assert_true(has(&g, SCALE_MOTION));
		assert_int_equal(g.n_sold, 0);
		pass(&g, 2000);
		assert_int_equal(g.n_sold, 1);
		assert_int_equal(g.sold[0], 1235);
		/* what stands still says nothing new */
		g.n_weight = 0;
		pass(&g, 3000);
		assert_int_equal(g.n_weight, 0);
		tell(&g, "move");
		pass(&g, 1000);
		assert_true(has(&g, SCALE_MOTION));
		tell(&g, "still");
		tell(&g, "over");
		pass(&g, 1000);
		assert_true(has(&g, SCALE_OVER));
		tell(&g, "well");
		tell(&g, "under");
		pass(&g, 1000);
		assert_true(has(&g, SCALE_UNDER));
		tell(&g, "well");
		tell(&g, "weight 12");
		pass(&g, 2000);
		assert_true(has(&g, SCALE_BELOW));
		assert_int_equal(g.n_sold, 1);
		/* at rest nothing is told, whatever lies there */
		g.d->scale->rest(g.ds);
		g.n_weight = 0;
		tell(&g, "weight 500");
		pass(&g, 3000);
		assert_int_equal(g.n_weight, 0);
		assert_false(g.silent);
		rig_close(&g);
	}
}

static void
pounds(void **state)
{
	static const char *const known[] = {"8217", "nci", "magellan"};
	static const struct sim_opt lb = {"unit", "lb"};
	static const struct device_opt_value unit = {"unit", "lb"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct rig g;

		/* the unit of NCI is in each message */
		rig_open(&g, known[i], &unit, i == 1 ? 0 : 1, &lb, 1);
		weigh(&g, 1);
		tell(&g, "weight 1361"); /* 3.00 lb */
		pass(&g, 2000);
		assert_int_equal(g.n_sold, 1);
		assert_int_equal(g.sold[0], 1361);
		rig_close(&g);
	}
}

static void
its_own_zero_and_tare(void **state)
{
	struct rig g;

	(void)state;
	rig_open(&g, "8217", NULL, 0, NULL, 0);
	tell(&g, "weight 40");
	weigh(&g, 1);
	pass(&g, 1500);
	assert_int_equal(g.d->scale->command(g.ds, SCALE_SET_TARE), RC_OK);
	pass(&g, 500);
	tell(&g, "weight 540");
	pass(&g, 1500);
	assert_true(has(&g, SCALE_NET));
	assert_int_equal(g.r.grams, 500);
	assert_int_equal(g.d->scale->command(g.ds, SCALE_CLEAR_TARE), RC_OK);
	pass(&g, 1000);
	assert_int_equal(g.r.grams, 540);
	tell(&g, "weight 4");
	pass(&g, 1000);
	assert_int_equal(g.d->scale->command(g.ds, SCALE_SET_ZERO), RC_OK);
	pass(&g, 1000);
	assert_true(has(&g, SCALE_ZERO));
	rig_close(&g);
}

/* Bytes are lost both ways; no weight is sold that did not lie there. */
static void
a_line_that_loses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scales); i++) {
		struct rig g;
		size_t sold = 0;

		rig_open(&g, scales[i], NULL, 0, NULL, 0);
		g.lose = 40;
		g.seed = i + 1;
		for (int k = 0; k < 40; k++) {
			char line[32];
			int64_t load = 101 + 37 * k;
			struct sbuf b;

			tell(&g, "weight 0");
			g.d->scale->rest(g.ds);
			pass(&g, 500);
			sbuf_init(&b, line, sizeof(line));
			sbuf_printf(&b, "weight %lld", (long long)load);
			tell(&g, line);
			weigh(&g, (uint32_t)k + 1);
			pass(&g, 6000);
			for (size_t s = 0; s < g.n_sold; s++) {
				assert_int_equal(g.sold[s], load);
			}
			sold += g.n_sold > 0 ? 1 : 0;
		}
		/* a checkout scale tells a weight once: what is lost is
		 * weighed when the goods were lifted */
		assert_true(
			sold > (strcmp(scales[i], "dialog02") == 0 ? 20 : 30));
		rig_close(&g);
	}
}

static void
seals(void **state)
{
	static const struct device_opt_value right[] = {
		{"variant", "06"}, {"seal", "12 34 10 21"}};
	static const struct device_opt_value wrong[] = {
		{"variant", "06"}, {"seal", "12 35 10 21"}};
	static const struct sim_opt seal = {"seal", "12341021"};
	struct device_conf none = {.name = "it",
		.driver = "dialog02",
		.port = "tcp:it:1",
		.opt = right,
		.n_opt = 1};
	struct err e = {0};
	struct rig g;

	(void)state;
	rig_open(&g, "dialog02", right, 2, &seal, 1);
	assert_int_equal(g.d->open(g.ds, &none, false, &e), RC_INVAL);
	assert_non_null(strstr(e.msg, "seal"));
	assert_int_equal(g.d->open(g.ds, &g.conf, false, &e), RC_OK);
	/* the seal is asked for again behind fifty of them */
	for (uint32_t k = 1; k <= 120; k++) {
		tell(&g, "weight 0");
		pass(&g, 600);
		tell(&g, "weight 700");
		weigh(&g, k);
		pass(&g, 1200);
		assert_int_equal(g.n_sold, 1);
		assert_int_equal(g.sold[0], 700);
	}
	rig_close(&g);
	rig_open(&g, "dialog02", wrong, 2, &seal, 1);
	tell(&g, "weight 700");
	weigh(&g, 1);
	pass(&g, 3000);
	assert_true(has(&g, SCALE_FAULT));
	assert_int_equal(g.n_sold, 0);
	rig_close(&g);
}

static void
a_magellan_scans(void **state)
{
	static const struct device_opt_value patient = {"monitor", "no"};
	struct rig g;

	(void)state;
	rig_open(&g, "magellan", &patient, 1, NULL, 0);
	weigh(&g, 1);
	pass(&g, 500);
	tell(&g, "scan 4006381333931");
	assert_string_equal(g.scan, "4006381333931");
	pass(&g, 60000);
	assert_false(g.silent);
	assert_false(g.has);
	tell(&g, "weight 1235");
	pass(&g, 1500);
	assert_int_equal(g.n_sold, 1);
	assert_int_equal(g.sold[0], 1235);
	rig_close(&g);
}

/* --- displays ------------------------------------------------------------- */

static void
a_display_shows(void **state)
{
	static const char *const poles[] = {"cd5220", "dmd", "logic", "plain"};
	static const struct device_opt_value page[] = {{"page", "CP858"}};
	static const struct sim_opt spage = {"page", "CP858"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(poles); i++) {
		struct display_frame f = {
			{"K\xc3\xa4se           2,99", "TOTAL       12,50 "
						       "\xe2\x82\xac"}};
		char text[512];
		struct sbuf b;
		struct rig g;

		rig_open(&g, poles[i], page, 1, &spage, 1);
		g.d->display->show(g.ds, &f);
		pass(&g, 200);
		sbuf_init(&b, text, sizeof(text));
		g.s->show(g.ss, &b);
		assert_non_null(strstr(text, f.row[0]));
		assert_non_null(strstr(text, f.row[1]));
		memset(f.row[0], 0, sizeof(f.row[0]));
		memcpy(f.row[0], "x", 2);
		g.d->display->show(g.ds, &f);
		pass(&g, 200);
		sbuf_clear(&b);
		g.s->show(g.ss, &b);
		assert_null(strstr(text, "2,99"));
		assert_non_null(strstr(text, "12,50"));
		rig_close(&g);
	}
}

/* Both ends of a name can be read, and all of the amount. */
static void
long_names(void **state)
{
	static const char *const poles[] = {"cd5220", "dmd", "logic", "plain"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(poles); i++) {
		struct display_frame f = {
			{"Mineralwasser Quelle Sprudel 0.75 l\t0,89",
				"Baeckerei Schmidt und Soehne"}};
		char text[512];
		struct sbuf b;
		struct rig g;

		rig_open(&g, poles[i], NULL, 0, NULL, 0);
		g.d->display->show(g.ds, &f);
		pass(&g, 200);
		sbuf_init(&b, text, sizeof(text));
		g.s->show(g.ss, &b);
		assert_non_null(strstr(text, "|Mineral..0.75 l 0,89|"));
		assert_non_null(strstr(text, "|Baeckerei..nd Soehne|"));
		rig_close(&g);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scale_weighs),
		cmocka_unit_test(pounds),
		cmocka_unit_test(its_own_zero_and_tare),
		cmocka_unit_test(a_line_that_loses),
		cmocka_unit_test(seals),
		cmocka_unit_test(a_magellan_scans),
		cmocka_unit_test(a_display_shows),
		cmocka_unit_test(long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
