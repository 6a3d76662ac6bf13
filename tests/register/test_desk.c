/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h leans on what stands before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include <sys/resource.h>
#include <sys/stat.h>

#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "draft_old.h"
#include "register/draft_internal.h"

#include "base/poison.h"

#define LINES 64

static const struct tax_policy tax = {
	true, TAX_PER_RECEIPT, ROUND_HALF_UP, 1, {{"A", 190000}}};

struct rig {
	char dir[64], path[96], key[96], keydir[96];
	struct keys *keys;
	struct rng rng;
	struct draft *d;
	struct desk *k;
	struct basket b;
	void *memory;
	uint64_t head;
	bool found;
};

/* As a start does it: what the file holds, and where the journal was. */
static void
again(struct rig *r)
{
	struct draft_mark mark;

	draft_close(r->d);
	desk_free(r->k);
	r->d = NULL;
	r->k = NULL;
	assert_int_equal(desk_new(&r->k, NULL), RC_OK);
	assert_int_equal(
		draft_open(r->path, r->keys, &r->rng, &r->d, NULL), RC_OK);
	draft_set_desk(r->d, r->k);
	draft_wait(r->d);
	assert_int_equal(draft_load(r->d, &tax, ROUND_HALF_UP, NULL, &r->b,
				 &mark, &r->found, NULL),
		RC_OK);
	(void)draft_desk_head(r->d, &r->head);
}

static int
setup(void **state)
{
	struct keys_offer offer = {.source = KEYS_FILE, .given = true};
	struct rig *r = calloc(1, sizeof(*r));
	struct err err = {0};

	assert_non_null(r);
	assert_int_equal(crypto_init(), RC_OK);
	(void)snprintf(r->dir, sizeof(r->dir), "/tmp/hf-desk-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	(void)snprintf(r->path, sizeof(r->path), "%s/draft", r->dir);
	(void)snprintf(r->key, sizeof(r->key), "%s/key", r->dir);
	(void)snprintf(r->keydir, sizeof(r->keydir), "%s/keys", r->dir);
	r->rng = rng_system();
	offer.path = r->key;
	assert_int_equal(mkdir(r->keydir, 0700), 0);
	if (keys_create(r->keydir, &offer, &r->rng, &err) != RC_OK ||
		keys_open(r->keydir, &offer, &r->keys, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	r->memory = malloc(basket_bytes(LINES));
	assert_non_null(r->memory);
	basket_init(&r->b, r->memory, LINES);
	again(r);
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct rig *r = *state;
	char cmd[128];

	draft_close(r->d);
	desk_free(r->k);
	keys_close(r->keys);
	(void)snprintf(cmd, sizeof(cmd), "rm -rf %s", r->dir);
	assert_int_equal(system(cmd), 0);
	free(r->memory);
	free(r);
	return 0;
}

static void
hold(struct rig *r, const char *s)
{
	assert_true(desk_hold(r->k, s, strlen(s)));
}

static void
text(struct rig *r, const char *s)
{
	assert_true(desk_set_text(r->k, s, strlen(s)));
}

static void
put(struct rig *r)
{
	assert_int_equal(draft_write(r->d, &r->b, NULL), RC_OK);
}

/* A line of the sale, as the till does it behind an input. */
static void
sell(struct rig *r, const char *code)
{
	struct item it = {.kind = CODE_PLU, .tax = "A", .price = {100}};
	static const uint8_t id[UUID_BYTES] = {7};
	size_t idx = 0;

	(void)snprintf(it.code, sizeof(it.code), "%s", code);
	(void)snprintf(it.name, sizeof(it.name), "Item %s", code);
	if (r->b.n_line == 0) {
		basket_begin(&r->b, id, (struct utc){1795000000000000}, &tax,
			ROUND_HALF_UP);
	}
	assert_int_equal(basket_add(&r->b, &it, QTY_ONE, &idx), RC_OK);
	assert_int_equal(
		draft_line(r->d, &r->b, r->b.line[idx].no, 0, NULL), RC_OK);
}

static size_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

/* "1 2 text|first|second!": what is in the sale, and on the desk; ! when the
 * first is at stake. */
static void
tell(const struct rig *r, char *got, size_t cap)
{
	size_t n = 0;

	got[0] = '\0';
	for (size_t i = 0; i < r->b.n_line; i++) {
		n += (size_t)snprintf(
			got + n, cap - n, "%s ", r->b.line[i].item.code);
	}
	n += (size_t)snprintf(got + n, cap - n, "%s", desk_text(r->k));
	for (size_t i = 0; i < desk_n_held(r->k); i++) {
		n += (size_t)snprintf(
			got + n, cap - n, "|%s", desk_held(r->k, i));
	}
	(void)snprintf(got + n, cap - n, "%s", desk_at_stake(r->k) ? "!" : "");
}

static void
check(const struct rig *r, const char *want)
{
	char got[512];

	tell(r, got, sizeof(got));
	assert_string_equal(got, want);
}

static void
test_back(void **state)
{
	struct rig *r = *state;

	put(r);
	assert_int_equal(size_of(r->path), 0); /* nothing to keep */
	text(r, "prompt 40");
	put(r);
	again(r);
	check(r, "prompt 40");
	hold(r, "scan 1");
	hold(r, "scan 2");
	text(r, "");
	draft_at(r->d, 42);
	put(r);
	again(r);
	check(r, "|scan 1|scan 2");
	assert_int_equal(r->head, 42);
	desk_pop(r->k);
	hold(r, "scan 3");
	text(r, "prompt x");
	check(r, "prompt x|scan 2|scan 3");
	again(r); /* not written: as it was */
	check(r, "|scan 1|scan 2");
	desk_pop(r->k);
	hold(r, "scan 3");
	text(r, "prompt x");
	put(r);
	again(r);
	check(r, "prompt x|scan 2|scan 3");
	desk_drop(r->k);
	put(r);
	again(r);
	check(r, "");
}

/* Nothing is written twice; but where the journal went on and what lies there
 * was not used up by that, this is said. */
static void
test_same_writes_nothing(void **state)
{
	struct rig *r = *state;
	size_t n;

	text(r, "a");
	put(r);
	n = draft_n_write(r->d);
	text(r, "b");
	text(r, "a");
	put(r);
	put(r);
	assert_true(draft_n_write(r->d) <= n + 1);
	n = draft_n_write(r->d);
	put(r);
	assert_int_equal(draft_n_write(r->d), n);
	draft_at(r->d, 5);
	put(r);
	assert_int_equal(draft_n_write(r->d), n + 1);
	again(r);
	check(r, "a");
	assert_int_equal(r->head, 5);
	text(r, "");
	put(r);
	n = draft_n_write(r->d);
	draft_at(r->d, 6);
	put(r);
	assert_int_equal(draft_n_write(r->d), n); /* nothing lies there */
}

static void
test_limits(void **state)
{
	struct rig *r = *state;
	char big[DESK_TEXT_BYTES + 1];

	memset(big, 'x', sizeof(big));
	assert_false(desk_set_text(r->k, big, DESK_TEXT_BYTES));
	assert_true(desk_set_text(r->k, big, DESK_TEXT_BYTES - 1));
	assert_false(desk_hold(r->k, big, DESK_ENTRY_BYTES));
	assert_false(desk_hold(r->k, "a\0b", 3));
	desk_stake(r->k);
	assert_false(desk_at_stake(r->k)); /* nothing waits */
	desk_pop(r->k);
	for (size_t i = 0; i < DESK_HELD_MAX; i++) {
		assert_true(desk_hold(r->k, big, DESK_ENTRY_BYTES - 1));
	}
	assert_false(desk_hold(r->k, "one more", 8));
	put(r);
	again(r);
	assert_int_equal(desk_n_held(r->k), DESK_HELD_MAX);
	assert_int_equal(strlen(desk_text(r->k)), DESK_TEXT_BYTES - 1);
	assert_int_equal(strlen(desk_held(r->k, DESK_HELD_MAX - 1)),
		DESK_ENTRY_BYTES - 1);
	for (size_t i = 0; i < 5000; i++) { /* round and round */
		desk_pop(r->k);
		assert_true(desk_hold(r->k, "k", 1));
		put(r);
	}
	again(r);
	assert_int_equal(desk_n_held(r->k), DESK_HELD_MAX);
	assert_string_equal(desk_held(r->k, 0), "k");
	assert_int_equal(draft_trim(r->d, &r->b, NULL), RC_OK);
	assert_true(size_of(r->path) < (size_t)2 << 20);
	again(r);
	assert_int_equal(desk_n_held(r->k), DESK_HELD_MAX);
}

/* While somebody waits it grows; when nobody does it is written anew, and when
 * the sale is over and nothing lies there it is let go. */
static void
test_grows_and_is_written_anew(void **state)
{
	struct rig *r = *state;
	struct basket none = {0};
	char buf[32];
	size_t most = 0;

	hold(r, "stays");
	sell(r, "1");
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(buf, sizeof(buf), "prompt %d", i);
		text(r, buf);
		put(r);
		if (i % 100 == 99) {
			assert_int_equal(draft_flush(r->d, NULL), RC_OK);
			assert_int_equal(draft_trim(r->d, &r->b, NULL), RC_OK);
		}
		most = size_of(r->path) > most ? size_of(r->path) : most;
	}
	assert_true(most < ((size_t)96 << 10));
	again(r);
	check(r, "1 prompt 2999|stays");
	desk_drop(r->k);
	put(r);
	for (int i = 0; i < 2000; i++) {
		basket_begin(
			&r->b, none.id, (struct utc){0}, &tax, ROUND_HALF_UP);
		sell(r, "2");
		assert_int_equal(draft_clear(r->d, NULL), RC_OK);
		most = size_of(r->path) > most ? size_of(r->path) : most;
	}
	assert_true(most < ((size_t)96 << 10));
	again(r);
	assert_false(r->found);
	check(r, "");
}

/* The hands: an item, three scans behind a box, the box is answered by a code
 * that is typed, and two of the scans are taken. */
static const char *const hands[] = {"", "1 ", "1 ask|2", "1 ask|2|3",
	"1 ask|2|3|4", "1 9 |2|3|4", "1 9 2 |3|4", "1 9 2 3 x|4"};

static void
use_hands(struct rig *r, bool flush)
{
	sell(r, "1");
	put(r);
	text(r, "ask");
	for (int i = 2; i < 5; i++) {
		char code[2] = {(char)('0' + i), '\0'};

		hold(r, code);
		put(r);
	}
	if (flush) {
		assert_int_equal(draft_flush(r->d, NULL), RC_OK);
	}
	sell(r, "9"); /* it may use up what lies there, and waits */
	assert_true(draft_waits(r->d));
	text(r, "");
	put(r);
	assert_false(draft_waits(r->d));
	for (int i = 2; i < 4; i++) {
		char code[2] = {(char)('0' + i), '\0'};

		desk_stake(r->k);
		sell(r, code);
		desk_pop(r->k);
		text(r, i == 3 ? "x" : "");
		put(r);
	}
	check(r, "1 9 2 3 x|4");
}

/* What is in the file as it is cut, on what the hands did: a scan is in the
 * sale or it waits, never both and never neither; and a later cut is never an
 * earlier state. */
static size_t
state_of(struct rig *r, size_t from)
{
	char got[512];

	again(r);
	tell(r, got, sizeof(got));
	for (size_t i = from; i < ARRAY_LEN(hands); i++) {
		if (strcmp(got, hands[i]) == 0) {
			return i;
		}
	}
	fail_msg("never was: %s", got);
	return 0;
}

static void
test_torn(void **state)
{
	struct rig *r = *state;
	uint8_t *whole = NULL;
	size_t n = 0, at = 0, met = 1;

	use_hands(r, false);
	assert_int_equal(file_load(r->path, 65536, &whole, &n, NULL), RC_OK);
	for (size_t cut = 0; cut <= n; cut++) {
		size_t was = at;

		assert_int_equal(
			file_save(r->path, whole, cut, 0600, NULL), RC_OK);
		at = state_of(r, at);
		met += at != was ? 1 : 0;
	}
	assert_int_equal(at, ARRAY_LEN(hands) - 1);
	assert_int_equal(met, ARRAY_LEN(hands)); /* each is one group */
	/* a changed byte ends it where it stands */
	whole[n - 1] ^= 1;
	assert_int_equal(file_save(r->path, whole, n, 0600, NULL), RC_OK);
	again(r);
	check(r, "1 9 2 |3|4");
	assert_true(draft_is_torn(r->d));
	hold(r, "5"); /* and what is behind goes */
	put(r);
	again(r);
	check(r, "1 9 2 |3|4|5");
	assert_false(draft_is_torn(r->d));
	free(whole);
}

/* Any sectors of what was not flushed may be missing, in any order. */
static void
test_any_sectors(void **state)
{
	struct rig *r = *state;
	uint8_t *whole = NULL, *image;
	uint8_t *before = NULL;
	size_t n = 0, n_before = 0;
	uint32_t dice = 7;

	use_hands(r, true);
	assert_int_equal(file_load(r->path, 65536, &whole, &n, NULL), RC_OK);
	for (size_t at = 0; at < 4096 && at < n; at++) {
		n_before = whole[at] != 0 ? at + 1 : n_before;
	}
	before = calloc(1, n);
	image = calloc(1, n);
	assert_non_null(before);
	assert_non_null(image);
	memcpy(before, whole, 4096); /* the flush was behind it */
	for (int i = 0; i < 400; i++) {
		size_t len = n;

		memcpy(image, before, n);
		for (size_t at = 4096; at < n; at += 512) {
			size_t part = n - at < 512 ? n - at : 512;

			dice = dice * 1664525u + 1013904223u;
			if ((dice >> 16) % 3 != 0) {
				memcpy(image + at, whole + at, part);
			}
		}
		if (i % 4 == 0) {
			len = 4096 + (size_t)(dice >> 8) % (n - 4096);
		}
		assert_int_equal(
			file_save(r->path, image, len, 0600, NULL), RC_OK);
		(void)state_of(r, 4); /* what was flushed is there */
	}
	assert_true(n_before > 0);
	free(before);
	free(image);
	free(whole);
}

/* A program without hands: what it does uses up the text, and says so at once;
 * what waits waits on. */
static void
test_nobody_tells(void **state)
{
	struct rig *r = *state;

	text(r, "ask");
	hold(r, "2");
	put(r);
	r->d->patient = false;
	sell(r, "1");
	assert_false(draft_waits(r->d));
	assert_int_equal(draft_settle(r->d, &r->b, NULL), RC_OK);
	again(r);
	check(r, "1 |2");
}

/* Before an act is recorded what it uses up is said, and flushed only where
 * the file would have it still. */
static void
test_ready(void **state)
{
	struct rig *r = *state;
	size_t n;

	sell(r, "1");
	n = draft_n_write(r->d);
	assert_int_equal(draft_ready(r->d, &r->b, NULL), RC_OK);
	assert_int_equal(draft_n_write(r->d), n); /* nothing is used up */
	text(r, "ask");
	hold(r, "2");
	hold(r, "3");
	put(r);
	desk_stake(r->k);
	n = draft_n_write(r->d);
	assert_int_equal(draft_ready(r->d, &r->b, NULL), RC_OK);
	assert_int_equal(draft_ready(r->d, &r->b, NULL), RC_OK);
	assert_int_equal(draft_n_write(r->d), n + 1); /* it is at stake */
	again(r);
	check(r, "1 ask|2|3!");
	desk_unstake(r->k); /* nothing was recorded */
	put(r);
	again(r);
	check(r, "1 ask|2|3");

	/* a change that waits, and then an act: both are of the first entry */
	desk_stake(r->k);
	sell(r, "2");
	assert_true(draft_waits(r->d));
	assert_int_equal(draft_ready(r->d, &r->b, NULL), RC_OK);
	desk_free(r->k); /* killed here */
	r->k = NULL;
	again(r);
	check(r, "1 2 |3");
	desk_stake(r->k);
	sell(r, "3");
	assert_int_equal(draft_sure(r->d, &r->b, NULL), RC_OK);
	desk_pop(r->k); /* the file knows */
	hold(r, "4");
	put(r);
	again(r);
	check(r, "1 2 3 |4");
}

/* No file grows from here on; returns what ends that. */
static struct rlimit
fill_disk(void)
{
	struct rlimit was, none;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	none = was;
	none.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	return was;
}

static void
test_full_disk(void **state)
{
	struct rig *r = *state;
	struct rlimit was;

	text(r, "a");
	hold(r, "1");
	put(r);
	was = fill_disk();
	desk_stake(r->k);
	sell(r, "1");
	desk_pop(r->k);
	text(r, "b");
	assert_int_not_equal(draft_write(r->d, &r->b, NULL), RC_OK);
	/* an act would make it old: it must not be found again */
	assert_int_not_equal(draft_ready(r->d, &r->b, NULL), RC_OK);
	assert_int_equal(size_of(r->path), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	put(r);
	again(r);
	check(r, "1 b");
}

/* A failed write of what nobody used up leaves the file as it was. */
static void
test_full_disk_keeps(void **state)
{
	struct rig *r = *state;
	struct rlimit was;

	sell(r, "1");
	hold(r, "2");
	put(r);
	was = fill_disk();
	hold(r, "3");
	assert_int_not_equal(draft_write(r->d, &r->b, NULL), RC_OK);
	assert_int_equal(draft_ready(r->d, &r->b, NULL), RC_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	hold(r, "4");
	put(r);
	again(r);
	check(r, "1 |2|3|4");
}

/* The disk refused what was used up, takes it again when nobody is done with the
 * entry yet, and the register ends: all of it is written anew, and what made the
 * line neither waits nor is typed once more. */
static void
test_full_disk_doubles_nothing(void **state)
{
	struct rig *r = *state;
	struct rlimit was;

	sell(r, "1");
	text(r, "prompt 2");
	hold(r, "2");
	put(r);
	for (int kept = 0; kept < 2; kept++) {
		was = fill_disk();
		text(r, kept == 0 ? "prompt 3" : "prompt 4");
		hold(r, "3");
		assert_int_not_equal(draft_write(r->d, &r->b, NULL), RC_OK);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		desk_stake(r->k);
		sell(r, kept == 0 ? "2" : "3");
		assert_int_equal(draft_settle(r->d, &r->b, NULL), RC_OK);
		again(r);
		check(r, kept == 0 ? "1 2 |3" : "1 2 3 |3");
	}
	/* an entry that no file ever had, and a text */
	desk_drop(r->k);
	put(r);
	was = fill_disk();
	text(r, "prompt 4");
	hold(r, "4");
	assert_int_not_equal(draft_write(r->d, &r->b, NULL), RC_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	desk_stake(r->k);
	sell(r, "4");
	assert_int_equal(draft_settle(r->d, &r->b, NULL), RC_OK);
	desk_pop(r->k);
	put(r);
	again(r);
	/* the text stands there still, and is said again */
	check(r, "1 2 3 4 prompt 4");
}

/* An older program's sale does not fit this configuration: it stays in its file
 * while nothing is sold, and the next sale is kept, also one that is made of what
 * waited. */
static void
test_old_sale_that_does_not_fit(void **state)
{
	static const struct tax_policy other = {
		true, TAX_PER_RECEIPT, ROUND_HALF_UP, 1, {{"Z", 0}}};
	struct rig *r = *state;
	struct draft_mark mark;
	size_t was;

	sell(r, "1");
	draft_close(r->d);
	assert_true(draft_plain_write(r->path, r->keys, &r->b, 1));
	was = size_of(r->path);
	assert_int_equal(
		draft_open(r->path, r->keys, &r->rng, &r->d, NULL), RC_OK);
	draft_set_desk(r->d, r->k);
	draft_wait(r->d);
	assert_int_equal(draft_load(r->d, &other, ROUND_HALF_UP, NULL, &r->b,
				 &mark, &r->found, NULL),
		RC_NOTFOUND);
	hold(r, "2");
	put(r);
	assert_int_equal(size_of(r->path), was);
	desk_stake(r->k);
	sell(r, "2");
	desk_pop(r->k);
	put(r);
	again(r);
	check(r, "2 ");
}

/* What 0.2.0 and 0.3.0 kept in a file of its own. */
static void
test_old_desk(void **state)
{
	struct rig *r = *state;
	struct desk_old_mark mark = {.next_no = 3, .n_line = 2, .items = 2000};
	struct desk_old_mark got = {0};
	struct basket b = {.next_no = 3, .n_line = 2, .items = {2000}};
	bool found = false;
	char path[112];

	(void)snprintf(path, sizeof(path), "%s/desk", r->dir);
	mark.sale[0] = 7;
	mark.head = 12;
	assert_int_equal(desk_old_load(path, keys_sub(r->keys, KEYS_DRAFT),
				 r->k, &got, &found, NULL),
		RC_OK);
	assert_false(found);
	assert_true(desk_old_write(path, r->keys, &mark, "ask", "S 1", "S 2"));
	assert_int_equal(desk_old_load(path, keys_sub(r->keys, KEYS_DRAFT),
				 r->k, &got, &found, NULL),
		RC_OK);
	assert_true(found);
	check(r, "ask|S 1|S 2!");
	assert_int_equal(got.head, 12);
	b.id[0] = 7;
	assert_false(desk_old_moved(&got, &b));
	b.next_no = 4;
	assert_true(desk_old_moved(&got, &b));
	b.next_no = 2; /* the last second is lost */
	assert_false(desk_old_moved(&got, &b));
	b.next_no = 3;
	b.items.milli = 3000;
	assert_true(desk_old_moved(&got, &b));
	b.id[0] = 8;
	assert_false(desk_old_moved(&got, &b));
	memset(got.sale, 0, sizeof(got.sale));
	assert_true(desk_old_moved(&got, &b)); /* begun */
	/* and into the one file */
	desk_unstake(r->k);
	assert_int_equal(draft_renew(r->d, &r->b, NULL), RC_OK);
	again(r);
	check(r, "ask|S 1|S 2");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_back),
		T(test_same_writes_nothing),
		T(test_limits),
		T(test_grows_and_is_written_anew),
		T(test_torn),
		T(test_any_sectors),
		T(test_nobody_tells),
		T(test_ready),
		T(test_full_disk),
		T(test_full_disk_keeps),
		T(test_full_disk_doubles_nothing),
		T(test_old_sale_that_does_not_fit),
		T(test_old_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
