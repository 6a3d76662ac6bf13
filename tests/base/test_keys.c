/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/keys.h"
#include "base/rng.h"
#include "gen.h"

static const char *const names[] = {
	"source", "master", "register.key", "register.pub", "keyring"};

struct fixture {
	char top[64];
	char dir[80];
	char key[80];
	struct keys_offer offer;
	struct rng_seeded seed;
	struct rng rng;
};

static void
write_file(const char *path, const void *p, size_t n)
{
	assert_int_equal(file_save(path, p, n, 0600, NULL), RC_OK);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	memcpy(f->top, "/tmp/hf-keys.XXXXXX", 20);
	assert_non_null(mkdtemp(f->top));
	(void)snprintf(f->dir, sizeof(f->dir), "%s/keys", f->top);
	(void)snprintf(f->key, sizeof(f->key), "%s/device.key", f->top);
	assert_int_equal(mkdir(f->dir, 0700), 0);
	assert_int_equal(crypto_init(), RC_OK);
	f->rng = rng_seeded(&f->seed, 42);
	f->offer.source = KEYS_FILE;
	f->offer.given = true;
	f->offer.path = f->key;
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

static void
create(struct fixture *f)
{
	struct err e = {0};

	if (keys_create(f->dir, &f->offer, &f->rng, &e) != RC_OK) {
		fail_msg("%s", e.msg);
	}
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

static enum rc
open_rc(struct fixture *f, const struct keys_offer *o, struct err *e)
{
	struct keys *k = NULL;
	enum rc rc = keys_open(f->dir, o, &k, e);

	if (rc == RC_OK) {
		keys_close(k);
	} else {
		assert_null(k);
		assert_int_equal(e->rc, rc);
		assert_null(strchr(e->msg, '\n'));
	}
	return rc;
}

/* Every file of keys/ with its bytes, as one hash. */
static void
hash_dir(struct fixture *f, uint8_t out[HASH_BYTES])
{
	struct sha256_state h;

	sha256_start(&h);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[PATH_BYTES];
		uint8_t *p = NULL;
		size_t n = 0;

		assert_int_equal(
			path_join(path, sizeof(path), f->dir, names[i]), RC_OK);
		sha256_add(&h, names[i], strlen(names[i]) + 1);
		if (file_load(path, 1 << 20, &p, &n, NULL) == RC_OK) {
			sha256_add(&h, p, n);
			free(p);
		}
	}
	sha256_end(&h, out);
}

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct keys_offer remembered = {.given = false};
	struct keys *a;
	struct keys *b;
	struct stat st;
	char path[PATH_BYTES];

	create(f);
	a = open_ok(f, &f->offer);
	b = open_ok(f, &remembered);
	for (int i = KEYS_JOURNAL; i < KEYS_SUB_COUNT; i++) {
		assert_memory_equal(keys_sub(a, (enum keys_sub)i),
			keys_sub(b, (enum keys_sub)i), KEY_BYTES);
		for (int j = KEYS_JOURNAL; j < i; j++) {
			assert_memory_not_equal(keys_sub(a, (enum keys_sub)i),
				keys_sub(a, (enum keys_sub)j), KEY_BYTES);
		}
	}
	assert_memory_equal(
		keys_sign_public(a), keys_sign_public(b), SIGN_PUB_BYTES);
	keys_close(a);
	keys_close(b);
	keys_close(NULL);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_int_equal(
			path_join(path, sizeof(path), f->dir, names[i]), RC_OK);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	assert_int_equal(stat(f->key, &st), 0);
	assert_int_equal(st.st_size, 32);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
test_sign_with_pem(void **state)
{
	struct fixture *f = *state;

	const struct {
		const char *name;
		const void *p;
		size_t n;
	} file[] = {{"line", "a line", 6}};

	uint8_t pub[SIGN_PUB_BYTES];
	uint8_t sig[SIG_BYTES];
	char pem[200];
	char path[128];
	char cmd[512];
	struct keys *k;

	create(f);
	k = open_ok(f, &f->offer);
	crypto_sign_with(keys_sign_secret(k), file[0].p, file[0].n, sig);
	assert_int_equal(keys_public_read(f->dir, pub, NULL), RC_OK);
	assert_true(crypto_verify(pub, file[0].p, file[0].n, sig));
	assert_false(crypto_verify(pub, "a lime", 6, sig));
	assert_memory_equal(pub, keys_sign_public(k), sizeof(pub));
	assert_int_equal(
		keys_public_pem(f->dir, pem, sizeof(pem), NULL), RC_OK);
	assert_int_equal(keys_public_pem(f->dir, pem, 20, NULL), RC_RANGE);
	keys_close(k);
	/* A tool that is not ours reads the key and agrees. */
	(void)snprintf(path, sizeof(path), "%s/line", f->top);
	write_file(path, file[0].p, file[0].n);
	(void)snprintf(path, sizeof(path), "%s/sig", f->top);
	write_file(path, sig, sizeof(sig));
	(void)snprintf(cmd, sizeof(cmd),
		"openssl pkey -pubin -in '%s/register.pub' -noout && "
		"openssl pkeyutl -verify -pubin -inkey '%s/register.pub' "
		"-rawin -in '%s/line' -sigfile '%s/sig' >/dev/null",
		f->dir, f->dir, f->top, f->top);
	assert_int_equal(system(cmd), 0);
}

static void
test_wrong_key_changes_nothing(void **state)
{
	struct fixture *f = *state;
	uint8_t before[HASH_BYTES];
	uint8_t after[HASH_BYTES];
	char other[128];
	char shorter[128];
	char absent[128];
	struct keys_offer o = f->offer;
	struct err e = {0};

	create(f);
	hash_dir(f, before);
	(void)snprintf(other, sizeof(other), "%s/other", f->top);
	write_file(other, "0123456789012345678901234567890123456789", 40);
	(void)snprintf(shorter, sizeof(shorter), "%s/short", f->top);
	write_file(shorter, "0123456789012345678901234567890", 31);
	(void)snprintf(absent, sizeof(absent), "%s/absent", f->top);
	o.path = other;
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	assert_non_null(strstr(e.msg, "key file does not open this store"));
	o.path = shorter;
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	o.path = absent;
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	assert_non_null(strstr(e.msg, "--key-file"));
	assert_int_not_equal(access(absent, F_OK), 0);
	o.path = f->top;
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	o.source = KEYS_PASSPHRASE;
	o.passphrase = "secret";
	o.passphrase_len = 6;
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	o.source = KEYS_SYSTEMD;
	o.path = "holdfast-nobody-has-this";
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	assert_non_null(strstr(e.msg, "--key-credential"));
	hash_dir(f, after);
	assert_memory_equal(before, after, HASH_BYTES);
}

static void
test_passphrase(void **state)
{
	struct fixture *f = *state;
	uint8_t before[HASH_BYTES];
	uint8_t after[HASH_BYTES];
	struct keys_offer o = {.source = KEYS_PASSPHRASE,
		.given = true,
		.passphrase = "",
		.argon_ops = 1,
		.argon_mem = 8192};
	struct keys_offer none = {.given = false};
	struct err e = {0};

	assert_int_equal(keys_create(f->dir, &o, &f->rng, &e), RC_INVAL);
	o.passphrase = "correct horse";
	o.passphrase_len = 13;
	f->offer = o;
	create(f);
	hash_dir(f, before);
	o.argon_ops = 0; /* what was chosen is in keys/source */
	o.argon_mem = 0;
	assert_int_equal(open_rc(f, &o, &e), RC_OK);
	o.passphrase = "correct horsf";
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	assert_non_null(strstr(e.msg, "passphrase does not open"));
	o.passphrase_len = 0;
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	assert_int_equal(open_rc(f, &none, &e), RC_KEY);
	assert_non_null(strstr(e.msg, "--passphrase-fd"));
	o.source = KEYS_FILE;
	o.path = f->key;
	assert_int_equal(open_rc(f, &o, &e), RC_KEY);
	hash_dir(f, after);
	assert_memory_equal(before, after, HASH_BYTES);
}

static void
test_damage_is_told_from_wrong_key(void **state)
{
	struct fixture *f = *state;
	uint8_t key[KEY_BYTES];
	uint8_t wrapped[KEYS_WRAPPED_BYTES];
	struct keys_offer by_memory = {.given = false};
	struct keys *k;

	create(f);
	k = open_ok(f, &f->offer);
	assert_int_equal(
		keys_segment_new(k, &f->rng, 1, 1, key, wrapped, NULL), RC_OK);
	keys_close(k);
	/* the last one, the keyring, heals: see test_keyring */
	for (size_t i = 0; i + 1 < ARRAY_LEN(names); i++) {
		char path[PATH_BYTES];
		uint8_t *p = NULL;
		size_t n = 0;
		struct err e = {0};

		assert_int_equal(
			path_join(path, sizeof(path), f->dir, names[i]), RC_OK);
		assert_int_equal(file_load(path, 4096, &p, &n, NULL), RC_OK);
		for (size_t at = 0; at < n; at++) {
			p[at] ^= (uint8_t)(1u << (at % 8));
			write_file(path, p, n);
			p[at] ^= (uint8_t)(1u << (at % 8));
			if (open_rc(f, at % 2 == 0 ? &f->offer : &by_memory,
				    &e) != RC_CORRUPT) {
				fail_msg(
					"%s byte %zu: %s", names[i], at, e.msg);
			}
			assert_non_null(strstr(e.msg, "backup"));
		}
		for (size_t cut = 0; cut < n; cut += 7) {
			write_file(path, p, cut);
			assert_int_equal(open_rc(f, &f->offer, &e), RC_CORRUPT);
		}
		write_file(path, p, n);
		free(p);
		assert_int_equal(open_rc(f, &f->offer, &e), RC_OK);
	}
}

static void
test_missing_files(void **state)
{
	struct fixture *f = *state;
	char path[PATH_BYTES];
	char away[PATH_BYTES];
	struct err e = {0};

	create(f);
	assert_int_equal(
		keys_create(f->dir, &f->offer, &f->rng, &e), RC_EXISTS);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(
			path_join(path, sizeof(path), f->dir, names[i]), RC_OK);
		assert_int_equal(
			path_join(away, sizeof(away), f->top, "away"), RC_OK);
		assert_int_equal(rename(path, away), 0);
		assert_int_equal(open_rc(f, &f->offer, &e), RC_NOTFOUND);
		assert_non_null(strstr(e.msg, names[i]));
		assert_non_null(strstr(e.msg, "copy keys/ from a backup"));
		assert_int_equal(rename(away, path), 0);
	}
	assert_int_equal(open_rc(f, &f->offer, &e), RC_OK);
}

static void
test_keyring(void **state)
{
	struct fixture *f = *state;
	uint8_t key[3][KEY_BYTES];
	uint8_t wrap[3][KEYS_WRAPPED_BYTES];
	uint8_t again[KEY_BYTES];
	uint8_t wrap_again[KEYS_WRAPPED_BYTES];
	char path[PATH_BYTES];
	struct keys *k;

	create(f);
	k = open_ok(f, &f->offer);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(keys_segment_new(k, &f->rng, 1, i, key[i],
					 wrap[i], NULL),
			RC_OK);
	}
	assert_memory_not_equal(key[0], key[1], KEY_BYTES);
	/* The same segment again is the same key. */
	assert_int_equal(
		keys_segment_new(k, &f->rng, 1, 1, again, wrap_again, NULL),
		RC_OK);
	assert_memory_equal(again, key[1], KEY_BYTES);
	assert_memory_equal(wrap_again, wrap[1], KEYS_WRAPPED_BYTES);
	keys_close(k);
	k = open_ok(f, &f->offer);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(
			keys_segment_get(k, 1, i, NULL, again, NULL), RC_OK);
		assert_memory_equal(again, key[i], KEY_BYTES);
	}
	keys_close(k);
	/* Lost: the copies in the segments serve, and a new one is begun. */
	assert_int_equal(
		path_join(path, sizeof(path), f->dir, "keyring"), RC_OK);
	assert_int_equal(unlink(path), 0);
	k = open_ok(f, &f->offer);
	assert_int_equal(
		keys_segment_get(k, 1, 2, NULL, again, NULL), RC_CORRUPT);
	assert_int_equal(
		keys_segment_get(k, 1, 2, wrap[2], again, NULL), RC_OK);
	assert_memory_equal(again, key[2], KEY_BYTES);
	/* A copy belongs to its own segment only. */
	assert_int_equal(
		keys_segment_get(k, 1, 2, wrap[1], again, NULL), RC_CORRUPT);
	assert_int_equal(
		keys_segment_get(k, 2, 2, wrap[2], again, NULL), RC_CORRUPT);
	assert_int_equal(
		keys_segment_new(k, &f->rng, 1, 3, again, wrap_again, NULL),
		RC_OK);
	keys_close(k);
	assert_int_equal(access(path, F_OK), 0);
	k = open_ok(f, &f->offer);
	assert_int_equal(keys_segment_get(k, 1, 3, NULL, key[0], NULL), RC_OK);
	assert_memory_equal(again, key[0], KEY_BYTES);
	keys_close(k);
	/* Damaged: as good as lost. */
	write_file(path, "keyring, they said", 18);
	k = open_ok(f, &f->offer);
	assert_int_equal(
		keys_segment_get(k, 1, 2, NULL, again, NULL), RC_CORRUPT);
	assert_int_equal(
		keys_segment_get(k, 1, 2, wrap[2], again, NULL), RC_OK);
	assert_memory_equal(again, key[2], KEY_BYTES);
	keys_close(k);
}

static void
test_own_key_file_is_kept(void **state)
{
	struct fixture *f = *state;
	static const char bytes[] = "any file of more than thirty-two bytes";
	uint8_t *p = NULL;
	size_t n = 0;
	struct err e = {0};

	write_file(f->key, bytes, 31);
	assert_int_equal(keys_create(f->dir, &f->offer, &f->rng, &e), RC_INVAL);
	write_file(f->key, bytes, sizeof(bytes));
	create(f);
	assert_int_equal(file_load(f->key, 100, &p, &n, NULL), RC_OK);
	assert_int_equal(n, sizeof(bytes));
	assert_memory_equal(p, bytes, n);
	free(p);
	assert_int_equal(open_rc(f, &f->offer, &e), RC_OK);
	assert_int_equal(truncate(f->key, 33), 0);
	assert_int_equal(open_rc(f, &f->offer, &e), RC_KEY);
}

static void
test_without_memlock(void **state)
{
	struct fixture *f = *state;
	struct rlimit old;
	struct rlimit none;
	struct err e = {0};

	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &old), 0);
	none = old;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
	create(f);
	assert_int_equal(open_rc(f, &f->offer, &e), RC_OK);
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &old), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(test_round_trip),
		T(test_sign_with_pem), T(test_wrong_key_changes_nothing),
		T(test_passphrase), T(test_damage_is_told_from_wrong_key),
		T(test_missing_files), T(test_keyring),
		T(test_own_key_file_is_kept), T(test_without_memlock)};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
