/* SPDX-License-Identifier: Apache-2.0 */
/* Other keys for a store that goes on: what was sealed before opens, what is
 * sealed after is of the new one, and a change cut short is as none or whole. */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/keys.h"
#include "base/rng.h"
#include "gen.h"

#define NOW INT64_C(1795348800000000)

struct fixture {
	char top[64];
	char dir[80];
	char key[80];
	char other[80];
	struct keys_offer offer, fresh;
	struct rng_seeded seed;
	struct rng rng;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	memcpy(f->top, "/tmp/hf-rotate.XXXXXX", 22);
	assert_non_null(mkdtemp(f->top));
	(void)snprintf(f->dir, sizeof(f->dir), "%s/keys", f->top);
	(void)snprintf(f->key, sizeof(f->key), "%s/device.key", f->top);
	(void)snprintf(f->other, sizeof(f->other), "%s/other.key", f->top);
	assert_int_equal(mkdir(f->dir, 0700), 0);
	assert_int_equal(crypto_init(), RC_OK);
	f->rng = rng_seeded(&f->seed, 7);
	f->offer = (struct keys_offer){
		.source = KEYS_FILE, .given = true, .path = f->key};
	f->fresh = (struct keys_offer){
		.source = KEYS_FILE, .given = true, .path = f->other};
	assert_int_equal(keys_create(f->dir, &f->offer, &f->rng, NULL), RC_OK);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	char cmd[128];

	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", f->top);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

static struct keys *
open_ok(struct fixture *f, const struct keys_offer *o)
{
	struct keys *k = NULL;
	struct err e = {0};

	if (keys_open(f->dir, o, &k, &e) != RC_OK) {
		fail_msg("%s", e.msg);
	}
	return k;
}

static void
opens_not(struct fixture *f, const struct keys_offer *o)
{
	struct keys *k = NULL;

	assert_int_equal(keys_open(f->dir, o, &k, NULL), RC_KEY);
}

static void
file_at(const struct fixture *f, const char *name, char out[PATH_BYTES])
{
	assert_int_equal(path_join(out, PATH_BYTES, f->dir, name), RC_OK);
}

static void
change_done(struct keys *k, enum keys_level level, unsigned generation)
{
	struct keys_change c;

	assert_true(keys_pending(k, &c));
	assert_int_equal(c.level, level);
	assert_int_equal(c.generation, generation);
	assert_int_equal(keys_pending_done(k, NULL), RC_OK);
	assert_false(keys_pending(k, &c));
}

static void
test_device(void **state)
{
	struct fixture *f = *state;
	struct keys_change c;
	struct keys_status st;
	uint8_t sub[KEY_BYTES];
	char path[PATH_BYTES];
	struct keys *k = open_ok(f, &f->offer);

	memcpy(sub, keys_sub(k, KEYS_VALUES), KEY_BYTES);
	keys_close(k);
	/* the key it has is no other */
	assert_int_equal(keys_rotate_device(f->dir, &f->offer, &f->offer,
				 &f->rng, NOW, &c, NULL),
		RC_INVAL);
	assert_int_equal(keys_rotate_device(f->dir, &f->offer, &f->fresh,
				 &f->rng, NOW, &c, NULL),
		RC_OK);
	assert_int_equal(c.level, KEYS_LEVEL_DEVICE);
	assert_int_equal(c.generation, 2);
	opens_not(f, &f->offer);
	k = open_ok(f, &f->fresh);
	assert_memory_equal(sub, keys_sub(k, KEYS_VALUES), KEY_BYTES);
	file_at(f, "source", path);
	assert_int_not_equal(access(path, F_OK), 0);
	/* and by itself, from what it remembers */
	keys_close(k);
	f->fresh.given = false;
	k = open_ok(f, &f->fresh);
	/* one change at a time */
	assert_int_equal(
		keys_rotate_master(f->dir, &f->fresh, &f->rng, NOW, &c, NULL),
		RC_EXISTS);
	assert_int_equal(keys_status(f->dir, &st, NULL), RC_OK);
	assert_true(st.pending);
	change_done(k, KEYS_LEVEL_DEVICE, 2);
	assert_int_equal(keys_status(f->dir, &st, NULL), RC_OK);
	assert_int_equal(st.device, 2);
	assert_int_equal(st.device_us, NOW);
	assert_int_equal(st.master, 1);
	assert_int_equal(st.master_us, 0);
	assert_string_equal(st.name, f->other);
	keys_close(k);
}

/* A passphrase takes over from a file and the other way. */
static void
test_device_passphrase(void **state)
{
	struct fixture *f = *state;
	struct keys_offer pass = {.source = KEYS_PASSPHRASE,
		.given = true,
		.passphrase = "four words and more",
		.passphrase_len = 19,
		.argon_ops = 1,
		.argon_mem = 8192};
	struct keys_change c;
	struct keys *k;

	assert_int_equal(keys_rotate_device(f->dir, &f->offer, &pass, &f->rng,
				 NOW, &c, NULL),
		RC_OK);
	opens_not(f, &f->offer);
	k = open_ok(f, &pass);
	change_done(k, KEYS_LEVEL_DEVICE, 2);
	keys_close(k);
	assert_int_equal(keys_rotate_device(f->dir, &pass, &f->fresh, &f->rng,
				 NOW, &c, NULL),
		RC_OK);
	k = open_ok(f, &f->fresh);
	assert_int_equal(c.generation, 3);
	keys_close(k);
	opens_not(f, &pass);
}

static void
test_master(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "sealed long ago";
	uint8_t box[sizeof(text) + SEAL_BYTES], out[sizeof(text)];
	uint8_t person[KEY_BYTES], data[KEY_BYTES], got[KEY_BYTES];
	uint8_t wrapped[KEYS_WRAPPED_BYTES], again[KEYS_WRAPPED_BYTES];
	struct keys_change c;
	struct keys *k = open_ok(f, &f->offer);
	struct keys *late;

	crypto_seal(keys_sub(k, KEYS_VALUES), &f->rng, "x", 1, text,
		sizeof(text), box);
	assert_int_equal(keys_person_new(k, &f->rng, "7", person, NULL), RC_OK);
	assert_int_equal(
		keys_segment_new(k, &f->rng, 1, 1, data, wrapped, NULL), RC_OK);
	assert_int_equal(
		keys_rotate_master(f->dir, &f->offer, &f->rng, NOW, &c, NULL),
		RC_OK);
	assert_int_equal(c.generation, 2);
	/* who runs goes on as before */
	assert_int_equal(keys_generation(k), 1);
	assert_int_equal(keys_person_get(k, "7", got, NULL), RC_OK);
	/* who starts now has both, and what is written is of the new one */
	late = open_ok(f, &f->offer);
	assert_int_equal(keys_generation(late), 2);
	assert_memory_equal(keys_sub_of(late, KEYS_VALUES, 1),
		keys_sub(k, KEYS_VALUES), KEY_BYTES);
	assert_memory_not_equal(keys_sub(late, KEYS_VALUES),
		keys_sub(k, KEYS_VALUES), KEY_BYTES);
	assert_null(keys_sub_of(late, KEYS_VALUES, 3));
	assert_int_equal(
		keys_unseal(late, KEYS_VALUES, "x", 1, box, sizeof(box), out),
		RC_OK);
	assert_memory_equal(out, text, sizeof(text));
	keys_close(late);
	/* the one that runs takes it over */
	assert_int_equal(keys_adopt(k, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_generation(k), 2);
	assert_int_equal(keys_adopt(k, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_person_get(k, "7", got, NULL), RC_OK);
	assert_memory_equal(got, person, KEY_BYTES);
	assert_int_equal(
		keys_segment_new(k, &f->rng, 1, 1, got, again, NULL), RC_OK);
	assert_memory_equal(got, data, KEY_BYTES);
	assert_memory_not_equal(again, wrapped, sizeof(again));
	/* a header written before still opens */
	assert_int_equal(
		keys_segment_get(k, 9, 9, wrapped, got, NULL), RC_CORRUPT);
	change_done(k, KEYS_LEVEL_MASTER, 2);
	keys_close(k);
	k = open_ok(f, &f->offer);
	assert_int_equal(keys_segment_get(k, 1, 1, wrapped, got, NULL), RC_OK);
	assert_int_equal(keys_person_get(k, "7", got, NULL), RC_OK);
	assert_memory_equal(got, person, KEY_BYTES);
	keys_close(k);
}

/* As many as there is room for, and one that never was. */
static void
test_master_often(void **state)
{
	struct fixture *f = *state;
	struct keys_change c;
	struct keys *k = open_ok(f, &f->offer);
	uint8_t first[KEY_BYTES];

	memcpy(first, keys_sub(k, KEYS_PEPPER), KEY_BYTES);
	for (unsigned i = 2; i <= KEYS_GENERATIONS; i++) {
		assert_int_equal(keys_rotate_master(f->dir, &f->offer, &f->rng,
					 NOW, &c, NULL),
			RC_OK);
		assert_int_equal(keys_adopt(k, &f->rng, NULL), RC_OK);
		change_done(k, KEYS_LEVEL_MASTER, i);
	}
	assert_int_equal(
		keys_rotate_master(f->dir, &f->offer, &f->rng, NOW, &c, NULL),
		RC_RANGE);
	assert_memory_equal(first, keys_sub_of(k, KEYS_PEPPER, 1), KEY_BYTES);
	keys_close(k);
	k = open_ok(f, &f->offer);
	assert_int_equal(keys_generation(k), KEYS_GENERATIONS);
	keys_close(k);
}

static void
test_recovery(void **state)
{
	struct fixture *f = *state;
	char text[KEYS_RECOVERY_TEXT], old[KEYS_RECOVERY_TEXT];
	char wrong[KEYS_RECOVERY_TEXT];
	struct keys_change c;
	struct err e = {0};
	struct keys *k;

	assert_int_equal(
		keys_recover(f->dir, "x", 1, &f->fresh, &f->rng, NOW, &c, &e),
		RC_INVAL);
	assert_int_equal(
		keys_recovery_make(f->dir, &f->offer, &f->rng, old, &c, NULL),
		RC_OK);
	k = open_ok(f, &f->offer);
	change_done(k, KEYS_LEVEL_RECOVERY, 1);
	assert_int_equal(
		keys_recovery_make(f->dir, &f->offer, &f->rng, text, &c, NULL),
		RC_OK);
	change_done(k, KEYS_LEVEL_RECOVERY, 1);
	/* it goes with the master key */
	assert_int_equal(
		keys_rotate_master(f->dir, &f->offer, &f->rng, NOW, &c, NULL),
		RC_OK);
	assert_int_equal(keys_adopt(k, &f->rng, NULL), RC_OK);
	change_done(k, KEYS_LEVEL_MASTER, 2);
	keys_close(k);
	/* the device key is lost, and the file that told of it */
	assert_int_equal(unlink(f->key), 0);
	assert_int_equal(strlen(text), 13 * 6 - 1);
	assert_int_equal(keys_recover(f->dir, old, strlen(old), &f->fresh,
				 &f->rng, NOW, &c, &e),
		RC_KEY);
	memcpy(wrong, text, sizeof(text));
	wrong[6] = wrong[6] == 'A' ? 'B' : 'A';
	assert_int_equal(keys_recover(f->dir, wrong, strlen(wrong), &f->fresh,
				 &f->rng, NOW, &c, &e),
		RC_INVAL);
	assert_non_null(strstr(e.msg, "group 2"));
	assert_int_equal(keys_recover(f->dir, text, strlen(text) - 1, &f->fresh,
				 &f->rng, NOW, &c, &e),
		RC_INVAL);
	for (char *p = text; *p != '\0'; p++) {
		*p = *p == '-' ? ' ' : (char)(*p >= 'A' ? *p + 32 : *p);
	}
	assert_int_equal(keys_recover(f->dir, text, strlen(text), &f->fresh,
				 &f->rng, NOW, &c, &e),
		RC_OK);
	k = open_ok(f, &f->fresh);
	assert_int_equal(keys_generation(k), 2);
	keys_close(k);
}

/* What cannot recover changes nothing: keys/master is all there is. */
static void
test_recovery_refused(void **state)
{
	struct fixture *f = *state;
	char text[KEYS_RECOVERY_TEXT], path[256];
	struct keys_offer nowhere = f->fresh;
	struct keys_change c;
	uint8_t *box = NULL;
	size_t n = 0;
	struct keys *k;

	assert_int_equal(
		keys_recovery_make(f->dir, &f->offer, &f->rng, text, &c, NULL),
		RC_OK);
	k = open_ok(f, &f->offer);
	change_done(k, KEYS_LEVEL_RECOVERY, 1);
	keys_close(k);
	nowhere.path = "/nonexistent/new.key";
	assert_int_not_equal(keys_recover(f->dir, text, strlen(text), &nowhere,
				     &f->rng, NOW, &c, NULL),
		RC_OK);
	keys_close(open_ok(f, &f->offer));
	(void)snprintf(path, sizeof(path), "%s/recovery", f->dir);
	assert_int_equal(file_load(path, 4096, &box, &n, NULL), RC_OK);
	for (size_t at = 0; at < n; at += 31) {
		box[at] ^= 1;
		assert_int_equal(file_save(path, box, n, 0600, NULL), RC_OK);
		assert_int_equal(keys_recover(f->dir, text, strlen(text),
					 &f->fresh, &f->rng, NOW, &c, NULL),
			RC_CORRUPT);
		box[at] ^= 1;
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(keys_recover(f->dir, text, strlen(text), &f->fresh,
				 &f->rng, NOW, &c, NULL),
		RC_NOTFOUND);
	keys_close(open_ok(f, &f->offer));
	free(box);
}

/* Any one sign, any two neighbors of a group. */
static void
test_recovery_typing(void **state)
{
	struct fixture *f = *state;
	static const char sign[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char text[KEYS_RECOVERY_TEXT];
	struct keys_change c;

	assert_int_equal(
		keys_recovery_make(f->dir, &f->offer, &f->rng, text, &c, NULL),
		RC_OK);
	for (size_t i = 0; text[i] != '\0'; i++) {
		char was = text[i];

		for (size_t s = 0; was != '-' && s < 32; s++) {
			text[i] = sign[s];
			if (sign[s] != was) {
				assert_int_equal(
					keys_recover(f->dir, text, strlen(text),
						&f->fresh, &f->rng, NOW, &c,
						NULL),
					RC_INVAL);
			}
		}
		text[i] = was;
		if (was != '-' && text[i + 1] != '-' && text[i + 1] != '\0' &&
			text[i + 1] != was) {
			text[i] = text[i + 1];
			text[i + 1] = was;
			assert_int_equal(
				keys_recover(f->dir, text, strlen(text),
					&f->fresh, &f->rng, NOW, &c, NULL),
				RC_INVAL);
			text[i + 1] = text[i];
			text[i] = was;
		}
	}
	assert_int_not_equal(access(f->other, F_OK), 0);
}

/* What a kill leaves: the note without the change is none. */
static void
test_note_alone(void **state)
{
	struct fixture *f = *state;
	char master[PATH_BYTES], source[PATH_BYTES];
	uint8_t *m = NULL, *s = NULL;
	size_t n_m = 0, n_s = 0;
	struct keys_change c;
	struct keys *k;

	file_at(f, "master", master);
	file_at(f, "source", source);
	assert_int_equal(file_load(master, 8192, &m, &n_m, NULL), RC_OK);
	assert_int_equal(file_load(source, 8192, &s, &n_s, NULL), RC_OK);
	assert_int_equal(
		keys_rotate_master(f->dir, &f->offer, &f->rng, NOW, &c, NULL),
		RC_OK);
	assert_int_equal(file_save(master, m, n_m, 0600, NULL), RC_OK);
	assert_int_equal(file_save(source, s, n_s, 0600, NULL), RC_OK);
	k = open_ok(f, &f->offer);
	assert_false(keys_pending(k, &c));
	assert_int_equal(keys_adopt(k, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_generation(k), 1);
	/* the next one is whole again */
	assert_int_equal(
		keys_rotate_master(f->dir, &f->offer, &f->rng, NOW, &c, NULL),
		RC_OK);
	assert_int_equal(keys_adopt(k, &f->rng, NULL), RC_OK);
	assert_int_equal(keys_generation(k), 2);
	/* between the change and the end of the old source: it is not asked */
	assert_int_equal(file_save(source, "junk", 4, 0600, NULL), RC_OK);
	keys_close(k);
	keys_close(open_ok(f, &f->offer));
	free(m);
	free(s);
}

static void
test_damage(void **state)
{
	struct fixture *f = *state;
	char path[PATH_BYTES];
	struct keys_change c;
	struct keys *k = NULL;
	uint8_t *p = NULL;
	size_t n = 0;

	assert_int_equal(
		keys_rotate_master(f->dir, &f->offer, &f->rng, NOW, &c, NULL),
		RC_OK);
	file_at(f, "master", path);
	assert_int_equal(file_load(path, 8192, &p, &n, NULL), RC_OK);
	for (size_t i = 0; i < n; i += 3) {
		p[i] ^= 0x10;
		assert_int_equal(file_save(path, p, n, 0600, NULL), RC_OK);
		assert_int_equal(
			keys_open(f->dir, &f->offer, &k, NULL), RC_CORRUPT);
		p[i] ^= 0x10;
	}
	for (size_t i = 0; i < n; i += 7) {
		assert_int_equal(file_save(path, p, i, 0600, NULL), RC_OK);
		assert_int_equal(
			keys_open(f->dir, &f->offer, &k, NULL), RC_CORRUPT);
	}
	free(p);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_device),
		T(test_device_passphrase), T(test_master), T(test_master_often),
		T(test_recovery), T(test_recovery_refused),
		T(test_recovery_typing), T(test_note_alone), T(test_damage)};

	return cmocka_run_group_tests_name("keys_rotate", tests, NULL, NULL);
}
