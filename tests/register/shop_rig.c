/* SPDX-License-Identifier: Apache-2.0 */
#include "shop_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/verify.h"

#include "base/poison.h"

#define START_US ((int64_t)1795271527000000) /* 2026-11-21T14:32:07Z */

void
rig_run(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	assert_int_equal(system(text), 0);
}

int
rig_new(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct shop_seed seed = {0};
	struct err e = {0};

	if (r == NULL || crypto_init() != RC_OK) {
		free(r);
		return -1;
	}
	(void)snprintf(
		r->base, sizeof(r->base), "%s", "/tmp/holdfast-shop.XXXXXX");
	if (mkdtemp(r->base) == NULL) {
		free(r);
		return -1;
	}
	(void)snprintf(r->dir, sizeof(r->dir), "%s/shop", r->base);
	(void)snprintf(r->key, sizeof(r->key), "%s/key", r->base);
	r->clock.now.utc.us = START_US;
	r->clock.now.mono.us = 1000000;
	(void)snprintf(r->clock.now.boot, sizeof(r->clock.now.boot), "%s",
		"00000000-0000-4000-8000-000000000001");
	seed.dir = r->dir;
	seed.config.shop = "RIG";
	seed.config.register_no = "R01";
	seed.config.currency = "EUR";
	seed.config.prices = "included";
	seed.config.tax[0] = "A=19%";
	seed.config.n_tax = 1;
	seed.key.given = true;
	seed.key.source = KEYS_FILE;
	seed.key.path = r->key;
	seed.clock = clock_fake(&r->clock);
	seed.rng = rng_seeded(&r->seed, 1);
	r->conf.dir = r->dir;
	r->conf.key = seed.key;
	r->conf.mode = SHOP_WRITE;
	r->conf.clock = seed.clock;
	r->conf.rng = seed.rng;
	*state = r;
	if (shop_init(&seed, &e) != RC_OK) {
		(void)fprintf(stderr, "# %s\n", e.msg);
		return -1;
	}
	rig_pass(r, 1000000, 1000000);
	rig_open(r);
	return 0;
}

int
rig_free(void **state)
{
	struct rig *r = *state;

	rig_close(r);
	rig_run("rm -rf %s", r->base);
	free(r);
	return 0;
}

void
rig_open(struct rig *r)
{
	struct err e = {0};
	enum rc rc = shop_open(&r->conf, &r->shop, &e);

	if (rc != RC_OK) {
		r->shop = NULL;
		(void)fprintf(stderr, "# %s\n", e.msg);
	}
	assert_int_equal(rc, RC_OK);
}

void
rig_close(struct rig *r)
{
	shop_close(r->shop);
	r->shop = NULL;
}

void
rig_pass(struct rig *r, int64_t us, int64_t mono_us)
{
	r->clock.now.utc.us += us;
	r->clock.now.mono.us += mono_us;
}

uint64_t
rig_act(struct rig *r)
{
	struct event e = {.type = EVENT_DRAWER_OPENED};
	struct err err = {0};
	enum rc rc;

	e.data.drawer.reason = "no-sale";
	rc = shop_record(r->shop, &e, 1, "1", NULL, NULL, &err);
	if (rc != RC_OK) {
		(void)fprintf(stderr, "# %s\n", err.msg);
	}
	assert_int_equal(rc, RC_OK);
	return e.sequence;
}

const char *
rig_path(struct rig *r, const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	return path;
}

const struct event *
rig_event(struct rig *r, uint64_t sequence)
{
	const struct event *e = NULL;

	assert_int_equal(shop_event(r->shop, sequence, NULL, &e, NULL), RC_OK);
	assert_int_equal(e->sequence, sequence);
	return e;
}

size_t
rig_verify(struct rig *r)
{
	struct verify_result *v = calloc(1, sizeof(*v));
	size_t n;

	assert_non_null(v);
	assert_int_equal(verify_run(&r->conf, false, v, NULL), RC_OK);
	for (size_t i = 0; i < v->n_problem; i++) {
		(void)fprintf(stderr, "# %s\n", v->problem[i]);
	}
	if (v->n_problem == 0) {
		assert_string_equal(v->store, "equal");
	}
	assert_int_equal(v->ok, v->n_problem == 0);
	n = v->n_problem;
	free(v);
	return n;
}

void
rig_configure(struct rig *r, const char *more)
{
	struct event e = {.type = EVENT_CONFIG_ACTIVATED};
	static char text[CONFIG_TEXT_BYTES];
	char version[65];
	char *old = NULL;
	struct err err = {0};
	size_t n;

	assert_int_equal(shop_config_text(r->shop, &old, &n, NULL), RC_OK);
	(void)snprintf(text, sizeof(text), "%s\n%s", old, more);
	free(old);
	config_version(text, strlen(text), version);
	e.data.config.version = version;
	e.data.config.text = text;
	assert_int_equal(
		shop_record(r->shop, &e, 1, "1", NULL, NULL, &err), RC_OK);
}
