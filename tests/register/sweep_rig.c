/* SPDX-License-Identifier: Apache-2.0 */
#include "sweep_rig.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "register/verify.h"

#include "base/poison.h"

#define START_US ((int64_t)1795271527000000) /* 2026-11-21T14:32:07Z */

/* --- trees --- */

void
sweep_empty(const char *dir, bool itself)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	char path[512];

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
			strcmp(e->d_name, "..") == 0) {
			continue;
		}
		(void)snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (unlink(path) != 0) {
			sweep_empty(path, true);
		}
	}
	if (d != NULL) {
		(void)closedir(d);
	}
	if (itself) {
		(void)rmdir(dir);
	}
}

static void
tree_free(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->entry[i].p);
	}
	t->n = 0;
}

static void
tree_take(struct tree *t, const char *root, const char *below)
{
	char path[512];
	DIR *d;
	const struct dirent *e;

	(void)snprintf(path, sizeof(path), "%s%s", root, below);
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		char name[256];
		struct stat st;
		size_t i = t->n;

		if (strcmp(e->d_name, ".") == 0 ||
			strcmp(e->d_name, "..") == 0) {
			continue;
		}
		assert_true(i < ARRAY_LEN(t->entry));
		t->n++;
		(void)snprintf(
			name, sizeof(name), "%s/%.120s", below, e->d_name);
		memcpy(t->entry[i].path, name, sizeof(name));
		(void)snprintf(path, sizeof(path), "%s%s", root, name);
		assert_int_equal(lstat(path, &st), 0);
		t->entry[i].p = NULL;
		if (S_ISDIR(st.st_mode)) {
			tree_take(t, root, name);
			continue;
		}
		assert_int_equal(file_load(path, (size_t)64 << 20,
					 &t->entry[i].p, &t->entry[i].n, NULL),
			RC_OK);
		t->entry[i].size = t->entry[i].n;
		while (t->entry[i].n > 0 &&
			t->entry[i].p[t->entry[i].n - 1] == 0) {
			t->entry[i].n--;
		}
	}
	(void)closedir(d);
}

static void
tree_put(const struct tree *t, const char *root)
{
	char path[512];

	sweep_empty(root, false);
	(void)mkdir(root, 0700);
	for (size_t i = 0; i < t->n; i++) {
		int fd;

		(void)snprintf(
			path, sizeof(path), "%s%s", root, t->entry[i].path);
		if (t->entry[i].p == NULL) {
			assert_int_equal(mkdir(path, 0700), 0);
			continue;
		}
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, t->entry[i].p, t->entry[i].n),
			(ssize_t)t->entry[i].n);
		assert_int_equal(ftruncate(fd, (off_t)t->entry[i].size), 0);
		(void)close(fd);
	}
}

void
sweep_take(struct sweep *w)
{
	tree_free(&w->start);
	tree_take(&w->start, w->dir, "");
}

void
sweep_put(struct sweep *w)
{
	tree_put(&w->start, w->dir);
	sweep_empty(w->other, true);
	w->acked = 0;
	w->maybe = 0;
	(void)rng_seeded(&w->seed, 1);
}

/* --- the store --- */

struct shop_seed
sweep_seed(struct sweep *w, const char *dir)
{
	struct shop_seed seed = {.dir = dir};

	seed.config.shop = "SWEEP";
	seed.config.register_no = "R01";
	seed.config.currency = "EUR";
	seed.config.prices = "included";
	seed.config.tax[0] = "A=19%";
	seed.config.n_tax = 1;
	seed.key = w->conf.key;
	seed.clock = w->conf.clock;
	seed.rng = w->conf.rng;
	return seed;
}

int
sweep_new(void **state)
{
	struct sweep *w = calloc(1, sizeof(*w));
	/* thousands of flushes, none of which has to last */
	const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	struct shop_seed seed;
	struct shop *s;
	struct err e = {0};
	char ballast[128];

	if (w == NULL || crypto_init() != RC_OK) {
		free(w);
		return -1;
	}
	*state = w;
	(void)snprintf(
		w->base, sizeof(w->base), "%s/holdfast-sweep.XXXXXX", tmp);
	assert_non_null(mkdtemp(w->base));
	(void)snprintf(w->dir, sizeof(w->dir), "%s/shop", w->base);
	(void)snprintf(w->other, sizeof(w->other), "%s/other", w->base);
	(void)snprintf(w->key, sizeof(w->key), "%s/key", w->base);
	w->clock.now.utc.us = START_US;
	w->clock.now.mono.us = 1000000;
	(void)snprintf(w->clock.now.boot, sizeof(w->clock.now.boot), "%s",
		"00000000-0000-4000-8000-000000000001");
	w->conf.dir = w->dir;
	w->conf.key.given = true;
	w->conf.key.source = KEYS_FILE;
	w->conf.key.path = w->key;
	w->conf.mode = SHOP_WRITE;
	w->conf.clock = clock_fake(&w->clock);
	w->conf.rng = rng_seeded(&w->seed, 1);
	w->conf.segment_bytes = (uint64_t)64 << 10;
	w->conf.map_bytes = (size_t)16 << 20;
	seed = sweep_seed(w, w->dir);
	if (shop_init(&seed, &e) != RC_OK) {
		fail_msg("%s", e.msg);
	}
	s = sweep_open(w);
	for (w->acts = 0; w->acts < 3; w->acts++) {
		assert_int_equal(sweep_act(w, s, &e), RC_OK);
	}
	shop_close(s);
	(void)snprintf(ballast, sizeof(ballast), "%s/ballast", w->dir);
	(void)unlink(ballast);
	sweep_take(w);
	return 0;
}

int
sweep_free(void **state)
{
	struct sweep *w = *state;

	tree_free(&w->start);
	sweep_empty(w->base, true);
	free(w);
	return 0;
}

struct shop *
sweep_open(struct sweep *w)
{
	struct shop *s = NULL;
	struct err e = {0};

	if (shop_open(&w->conf, &s, &e) != RC_OK) {
		fail_msg("shop_open: %s", e.msg);
	}
	assert_false(s->read_only);
	return s;
}

static void
told(void *arg, const struct event ev[], size_t n, const uint8_t *hash)
{
	struct sweep *w = arg;

	(void)ev;
	(void)hash;
	w->acked += n;
}

enum rc
sweep_act(struct sweep *w, struct shop *s, struct err *reterr)
{
	struct event e = {.type = EVENT_DRAWER_OPENED};
	uint64_t before = w->acked;
	bool could = !s->read_only && s->journal != NULL;
	enum rc rc;

	w->clock.now.utc.us += 1000000;
	w->clock.now.mono.us += 1000000;
	e.data.drawer.reason = "no-sale";
	rc = shop_record(s, &e, 1, "1", told, w, reterr);
	assert_int_equal(w->acked, before + (rc == RC_OK ? 1 : 0));
	if (rc == RC_IO && could) {
		w->maybe++;
	}
	return rc;
}

static void
all_of_it_holds(struct sweep *w)
{
	struct verify_result *v = calloc(1, sizeof(*v));
	struct err e = {0};

	assert_non_null(v);
	if (verify_run(&w->conf, false, v, &e) != RC_OK) {
		fail_msg("verify: %s", e.msg);
	}
	if (!v->ok || strcmp(v->store, "equal") != 0) {
		fail_msg("verify: %s: %s", v->store, v->problem[0]);
	}
	free(v);
}

void
sweep_holds(struct sweep *w)
{
	struct shop *s = sweep_open(w);
	const struct event *e = NULL;
	uint64_t n = 0;

	for (uint64_t at = 1; at <= shop_head(s); at++) {
		assert_int_equal(shop_event(s, at, NULL, &e, NULL), RC_OK);
		assert_int_equal(e->sequence, at);
		n += e->type == EVENT_DRAWER_OPENED ? 1 : 0;
	}
	shop_close(s);
	if (n < w->acts + w->acked || n > w->acts + w->acked + w->maybe) {
		fail_msg("%llu acts, not %llu and %llu (and perhaps %llu)",
			(unsigned long long)n, (unsigned long long)w->acts,
			(unsigned long long)w->acked,
			(unsigned long long)w->maybe);
	}
	all_of_it_holds(w);
}

/* --- every way to fail --- */

struct call {
	struct sweep *w;
	sweep_fn fn;
};

static enum rc
call(void *arg, struct err *reterr)
{
	struct call *c = arg;

	return c->fn(c->w, reterr);
}

void
sweep_run(struct sweep *w, const char *name, sweep_fn fn, sweep_check_fn check)
{
	struct call c = {w, fn};
	const struct faults_way *way;
	size_t n_way = faults_ways(&way);
	unsigned bad = 0;

	for (size_t i = 0; i < n_way; i++) {
		unsigned long n = 1;
		enum rc rc;
		bool failed;

		do {
			sweep_put(w);
			failed = faults_try(
				name, &way[i], n, call, &c, &rc, &bad);
			check(w, rc, way[i].f.for_ever);
			n = faults_next(n);
		} while (failed);
	}
	assert_int_equal(bad, 0);
}
