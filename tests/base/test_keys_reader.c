/* SPDX-License-Identifier: Apache-2.0 */
/* The sync worker reads the journal and signs requests, and can do no more. */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/keys.h"
#include "base/keys_reader.h"
#include "base/rng.h"
#include "gen.h"

#define NOW INT64_C(1795348800000000)

struct fixture {
	char top[64];
	char dir[80];
	char key[80];
	char worker[96];
	struct keys_offer offer;
	struct rng_seeded seed;
	struct rng rng;
	struct keys *k;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	memcpy(f->top, "/tmp/hf-reader.XXXXXX", 22);
	assert_non_null(mkdtemp(f->top));
	(void)snprintf(f->dir, sizeof(f->dir), "%s/keys", f->top);
	(void)snprintf(f->key, sizeof(f->key), "%s/device.key", f->top);
	(void)snprintf(
		f->worker, sizeof(f->worker), "%s/device.key.worker", f->top);
	assert_int_equal(mkdir(f->dir, 0700), 0);
	assert_int_equal(crypto_init(), RC_OK);
	f->rng = rng_seeded(&f->seed, 7);
	f->offer = (struct keys_offer){
		.source = KEYS_FILE, .given = true, .path = f->key};
	assert_int_equal(keys_create(f->dir, &f->offer, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_open(f->dir, &f->offer, &f->k, NULL), RC_OK);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	char cmd[128];

	keys_close(f->k);
	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", f->top);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

static void
reader_at(const struct fixture *f, char out[PATH_BYTES])
{
	assert_int_equal(path_join(out, PATH_BYTES, f->dir, "reader"), RC_OK);
}

/* A segment that the register makes is one that the worker reads. */
static void
reads_segment(struct fixture *f, struct keys *r, uint32_t number)
{
	uint8_t made[KEY_BYTES], wrapped[KEYS_WRAPPED_BYTES], got[KEY_BYTES];

	assert_int_equal(
		keys_segment_new(f->k, &f->rng, 1, number, made, wrapped, NULL),
		RC_OK);
	assert_int_equal(
		keys_segment_get(r, 1, number, wrapped, got, NULL), RC_OK);
	assert_memory_equal(got, made, KEY_BYTES);
}

static void
has_nothing_else(const struct fixture *f, const struct keys *r)
{
	static const uint8_t none[SIGN_SEC_BYTES];

	assert_memory_equal(keys_sign_secret(r), none, SIGN_SEC_BYTES);
	for (unsigned g = 1; g <= keys_generation(r); g++) {
		for (int w = KEYS_JOURNAL + 1; w < KEYS_SUB_COUNT; w++) {
			assert_memory_equal(keys_sub_of(r, (enum keys_sub)w, g),
				none, KEY_BYTES);
		}
		assert_memory_equal(keys_sub_of(r, KEYS_JOURNAL, g),
			keys_sub_of(f->k, KEYS_JOURNAL, g), KEY_BYTES);
	}
	assert_memory_equal(
		keys_sign_public(r), keys_sign_public(f->k), SIGN_PUB_BYTES);
}

static void
test_file(void **state)
{
	struct fixture *f = *state;
	struct keys_reader_status st;
	struct keys *r = NULL;
	struct stat meta;
	uint8_t key[KEY_BYTES];
	char other[128];

	assert_int_equal(keys_reader_status(f->dir, &st, NULL), RC_NOTFOUND);
	assert_int_equal(
		keys_reader_open(f->dir, NULL, NULL, &r, NULL), RC_NOTFOUND);
	assert_int_equal(
		keys_reader_make(f->k, f->worker, &f->rng, NULL), RC_OK);
	assert_int_equal(stat(f->worker, &meta), 0);
	assert_int_equal(meta.st_mode & 0777, 0600);
	assert_int_equal(meta.st_size, 32);
	assert_int_equal(keys_reader_status(f->dir, &st, NULL), RC_OK);
	assert_false(st.handed);
	assert_string_equal(st.file, f->worker);
	assert_int_equal(st.generations, 1);
	assert_int_equal(keys_reader_key(f->k, key, NULL), RC_NOTFOUND);

	assert_int_equal(keys_reader_open(f->dir, NULL, NULL, &r, NULL), RC_OK);
	assert_memory_equal(keys_link_public(r), st.link, SIGN_PUB_BYTES);
	{
		uint8_t sig[SIG_BYTES], box[KEY_BYTES];

		crypto_sign_with(keys_link_secret(r), "x", 1, sig);
		assert_true(crypto_verify(st.link, "x", 1, sig));
		crypto_box_public(keys_link_box(r), box);
		assert_memory_equal(box, st.box, KEY_BYTES);
	}
	has_nothing_else(f, r);
	reads_segment(f, r, 1);
	keys_close(r);

	/* the file moved: named; another one: not it */
	(void)snprintf(other, sizeof(other), "%s/moved", f->top);
	assert_int_equal(rename(f->worker, other), 0);
	assert_int_equal(
		keys_reader_open(f->dir, NULL, NULL, &r, NULL), RC_KEY);
	assert_int_equal(
		keys_reader_open(f->dir, other, NULL, &r, NULL), RC_OK);
	keys_close(r);
	assert_int_equal(
		keys_reader_open(f->dir, f->key, NULL, &r, NULL), RC_KEY);
	/* nor does the worker's key open the store */
	{
		const struct keys_offer o = {
			.source = KEYS_FILE, .given = true, .path = other};

		assert_int_equal(keys_open(f->dir, &o, &r, NULL), RC_KEY);
	}
	assert_int_equal(keys_reader_remove(f->dir, NULL), RC_OK);
	assert_int_equal(keys_reader_remove(f->dir, NULL), RC_OK);
	assert_int_equal(
		keys_reader_open(f->dir, other, NULL, &r, NULL), RC_NOTFOUND);
}

static void
test_offer(void **state)
{
	struct fixture *f = *state;
	struct keys_reader_status was, st;
	uint8_t link[SIGN_PUB_BYTES], key[KEY_BYTES];
	struct keys *r = NULL;

	assert_int_equal(
		keys_reader_make(f->k, f->worker, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_reader_status(f->dir, &was, NULL), RC_OK);
	assert_int_equal(keys_reader_open_offer(f->dir, NULL, NULL, &r, NULL),
		RC_NOTFOUND);
	assert_int_equal(keys_reader_accept(f->dir, NULL), RC_OK);

	/* beside it, and the same one when it is asked for again */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			keys_reader_offer(f->k, f->worker, &f->rng, NULL),
			RC_OK);
		assert_int_equal(
			keys_reader_open_offer(f->dir, NULL, NULL, &r, NULL),
			RC_OK);
		if (i > 0) {
			assert_memory_equal(
				link, keys_link_public(r), SIGN_PUB_BYTES);
		}
		memcpy(link, keys_link_public(r), SIGN_PUB_BYTES);
		reads_segment(f, r, 1);
		keys_close(r);
	}
	assert_int_equal(keys_reader_status(f->dir, &st, NULL), RC_OK);
	assert_memory_equal(st.link, was.link, SIGN_PUB_BYTES);
	assert_memory_not_equal(link, was.link, SIGN_PUB_BYTES);

	/* not wanted; one that is handed over is another one; taken */
	assert_int_equal(keys_reader_drop(f->dir, NULL), RC_OK);
	assert_int_equal(
		keys_reader_offer(f->k, f->worker, &f->rng, NULL), RC_OK);
	assert_int_equal(
		keys_reader_open_offer(f->dir, NULL, NULL, &r, NULL), RC_OK);
	assert_memory_not_equal(link, keys_link_public(r), SIGN_PUB_BYTES);
	keys_close(r);
	assert_int_equal(keys_reader_offer_key(f->k, key, NULL), RC_NOTFOUND);
	assert_int_equal(keys_reader_offer(f->k, NULL, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_reader_offer_key(f->k, key, NULL), RC_OK);
	assert_int_equal(
		keys_reader_open_offer(f->dir, NULL, key, &r, NULL), RC_OK);
	memcpy(link, keys_link_public(r), SIGN_PUB_BYTES);
	keys_close(r);
	assert_int_equal(keys_reader_accept(f->dir, NULL), RC_OK);
	assert_int_equal(keys_reader_status(f->dir, &st, NULL), RC_OK);
	assert_true(st.handed);
	assert_memory_equal(st.link, link, SIGN_PUB_BYTES);
	assert_int_equal(keys_reader_open_offer(f->dir, NULL, NULL, &r, NULL),
		RC_NOTFOUND);
	assert_int_equal(keys_reader_remove(f->dir, NULL), RC_OK);
}

static void
test_handed(void **state)
{
	struct fixture *f = *state;
	struct keys_reader_status st;
	struct keys *r = NULL;
	uint8_t key[KEY_BYTES], wrong[KEY_BYTES] = {1};

	assert_int_equal(keys_reader_key(f->k, key, NULL), RC_NOTFOUND);
	assert_int_equal(keys_reader_make(f->k, NULL, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_reader_status(f->dir, &st, NULL), RC_OK);
	assert_true(st.handed);
	assert_int_equal(
		keys_reader_open(f->dir, NULL, NULL, &r, NULL), RC_AGAIN);
	assert_int_equal(
		keys_reader_open(f->dir, NULL, wrong, &r, NULL), RC_KEY);
	assert_int_equal(keys_reader_key(f->k, key, NULL), RC_OK);
	assert_int_equal(keys_reader_open(f->dir, NULL, key, &r, NULL), RC_OK);
	has_nothing_else(f, r);
	reads_segment(f, r, 1);
	keys_close(r);
}

/* Another master key: the worker follows without its own key being there, and
 * what it had before reads no new segment. */
static void
test_rotated(void **state)
{
	struct fixture *f = *state;

	for (int handed = 0; handed < 2; handed++) {
		struct keys_reader_status st;
		struct keys_change c;
		struct keys *before = NULL, *after = NULL;
		uint8_t key[KEY_BYTES], next[KEY_BYTES];
		uint8_t made[KEY_BYTES], wrapped[KEYS_WRAPPED_BYTES];
		const uint32_t number = 10u + (uint32_t)handed;
		char away[128];

		(void)snprintf(away, sizeof(away), "%s/away", f->top);
		assert_int_equal(
			keys_reader_make(f->k, handed != 0 ? NULL : f->worker,
				&f->rng, NULL),
			RC_OK);
		if (handed != 0) {
			assert_int_equal(
				keys_reader_key(f->k, key, NULL), RC_OK);
		}
		assert_int_equal(
			keys_reader_open(f->dir, NULL, handed != 0 ? key : NULL,
				&before, NULL),
			RC_OK);
		assert_int_equal(keys_reader_status(f->dir, &st, NULL), RC_OK);
		assert_int_equal(rename(f->worker, away), 0);
		assert_int_equal(keys_rotate_master(f->dir, &f->offer, &f->rng,
					 NOW, &c, NULL),
			RC_OK);
		assert_int_equal(keys_adopt(f->k, &f->rng, NULL), RC_OK);
		assert_int_equal(keys_pending_done(f->k, NULL), RC_OK);
		assert_int_equal(rename(away, f->worker), 0);
		assert_int_equal(keys_segment_new(f->k, &f->rng, 1, number,
					 made, wrapped, NULL),
			RC_OK);
		assert_int_equal(keys_segment_get(before, 1, number, wrapped,
					 next, NULL),
			RC_CORRUPT);
		if (handed != 0) {
			/* what was handed before opens nothing any more */
			assert_int_equal(keys_reader_open(f->dir, NULL, key,
						 &after, NULL),
				RC_KEY);
			assert_int_equal(
				keys_reader_key(f->k, key, NULL), RC_OK);
		}
		assert_int_equal(
			keys_reader_open(f->dir, NULL, handed != 0 ? key : NULL,
				&after, NULL),
			RC_OK);
		assert_int_equal(keys_generation(after), keys_generation(f->k));
		assert_memory_equal(
			keys_link_public(after), st.link, SIGN_PUB_BYTES);
		has_nothing_else(f, after);
		assert_int_equal(
			keys_segment_get(after, 1, number, wrapped, next, NULL),
			RC_OK);
		assert_memory_equal(next, made, KEY_BYTES);
		keys_close(before);
		keys_close(after);
	}
}

/* A box key of somebody else in the file: nothing is sealed to it. */
static void
test_swapped(void **state)
{
	struct fixture *f = *state;
	struct keys_reader_status st;
	struct keys_change c;
	struct keys *r = NULL;
	uint8_t *p;
	uint8_t pub[KEY_BYTES], sec[KEY_BYTES];
	uint8_t open[8 * KEY_BYTES];
	char path[PATH_BYTES];
	size_t n;

	reader_at(f, path);
	assert_int_equal(
		keys_reader_make(f->k, f->worker, &f->rng, NULL), RC_OK);
	assert_int_equal(file_load(path, 65536, &p, &n, NULL), RC_OK);
	crypto_box_pair(&f->rng, pub, sec);
	memcpy(p + 24 + SIGN_PUB_BYTES, pub, KEY_BYTES);
	sha256(p + n - HASH_BYTES, p, n - HASH_BYTES);
	assert_int_equal(file_save(path, p, n, 0600, NULL), RC_OK);
	free(p);
	assert_int_equal(keys_reader_status(f->dir, &st, NULL), RC_OK);
	assert_memory_equal(st.box, pub, KEY_BYTES);
	assert_int_equal(
		keys_reader_open(f->dir, NULL, NULL, &r, NULL), RC_KEY);
	assert_int_equal(
		keys_rotate_master(f->dir, &f->offer, &f->rng, NOW, &c, NULL),
		RC_OK);
	assert_int_equal(keys_adopt(f->k, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_reader_status(f->dir, &st, NULL), RC_OK);
	assert_int_equal(st.generations, 1);
	assert_int_equal(file_load(path, 65536, &p, &n, NULL), RC_OK);
	assert_int_not_equal(crypto_box_open_with(sec,
				     p + n - HASH_BYTES - KEY_BYTES - BOX_BYTES,
				     KEY_BYTES + BOX_BYTES, open),
		RC_OK);
	free(p);
}

/* Each byte of it. */
static void
test_damage(void **state)
{
	struct fixture *f = *state;
	struct keys_reader_status st;
	struct keys *r = NULL;
	uint8_t *p;
	char path[PATH_BYTES];
	size_t n;

	reader_at(f, path);
	assert_int_equal(
		keys_reader_make(f->k, f->worker, &f->rng, NULL), RC_OK);
	assert_int_equal(file_load(path, 65536, &p, &n, NULL), RC_OK);
	for (size_t i = 0; i < n; i += 7) {
		p[i] ^= 1;
		assert_int_equal(file_save(path, p, n, 0600, NULL), RC_OK);
		assert_int_equal(
			keys_reader_status(f->dir, &st, NULL), RC_CORRUPT);
		assert_int_equal(keys_reader_open(f->dir, NULL, NULL, &r, NULL),
			RC_CORRUPT);
		p[i] ^= 1;
	}
	for (size_t i = 0; i < n; i += 31) {
		assert_int_equal(file_save(path, p, i, 0600, NULL), RC_OK);
		assert_int_equal(
			keys_reader_status(f->dir, &st, NULL), RC_CORRUPT);
	}
	/* the register goes on */
	assert_int_equal(keys_adopt(f->k, &f->rng, NULL), RC_OK);
	free(p);
}

/* What a register signed with before, and whose person is whose. */
static void
test_past(void **state)
{
	struct fixture *f = *state;
	struct keys_past past = {.n = 2}, back;
	struct keys *k = NULL;
	uint8_t key[KEY_BYTES] = {5}, got[KEY_BYTES];
	char path[PATH_BYTES];
	uint8_t *p;
	size_t n;

	assert_int_equal(keys_past_load(f->dir, &back, NULL), RC_OK);
	assert_int_equal(back.n, 0);
	assert_memory_equal(keys_public_at(f->k, 1), keys_sign_public(f->k),
		SIGN_PUB_BYTES);
	past.key[0].upto = 7;
	past.key[0].pub[0] = 1;
	past.key[1].upto = 9;
	past.key[1].pub[0] = 2;
	assert_int_equal(keys_past_save(f->dir, &past, NULL), RC_OK);
	assert_int_equal(keys_open(f->dir, &f->offer, &k, NULL), RC_OK);
	assert_int_equal(keys_public_at(k, 1)[0], 1);
	assert_int_equal(keys_public_at(k, 7)[0], 1);
	assert_int_equal(keys_public_at(k, 8)[0], 2);
	assert_int_equal(keys_public_at(k, 9)[0], 2);
	assert_memory_equal(
		keys_public_at(k, 10), keys_sign_public(k), SIGN_PUB_BYTES);
	assert_int_equal(keys_past(k)->n, 2);
	keys_close(k);
	assert_int_equal(path_join(path, sizeof(path), f->dir, "past"), RC_OK);
	assert_int_equal(file_load(path, 65536, &p, &n, NULL), RC_OK);
	for (size_t i = 0; i < n; i += 5) {
		p[i] ^= 1;
		assert_int_equal(file_save(path, p, n, 0600, NULL), RC_OK);
		assert_int_equal(
			keys_past_load(f->dir, &back, NULL), RC_CORRUPT);
		p[i] ^= 1;
	}
	free(p);

	assert_int_equal(keys_person_put(f->k, &f->rng, "7", key, NULL), RC_OK);
	assert_int_equal(keys_person_put(f->k, &f->rng, "7", key, NULL), RC_OK);
	assert_int_equal(keys_person_get(f->k, "7", got, NULL), RC_OK);
	assert_memory_equal(got, key, KEY_BYTES);
	assert_int_equal(keys_person_new(f->k, &f->rng, "7", got, NULL), RC_OK);
	assert_memory_equal(got, key, KEY_BYTES);
	key[0]++;
	assert_int_equal(
		keys_person_put(f->k, &f->rng, "7", key, NULL), RC_EXISTS);
	assert_int_equal(keys_person_new(f->k, &f->rng, "8", got, NULL), RC_OK);
	assert_memory_not_equal(got, key, KEY_BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_offer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_handed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rotated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_swapped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(test_past, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
