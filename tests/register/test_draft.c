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
#include "register/draft.h"

#include "base/poison.h"

#define LINES 64
#define CHANGES 12

static const struct tax_policy tax = {
	true, TAX_PER_RECEIPT, ROUND_HALF_UP, 2, {{"A", 190000}, {"B", 70000}}};
static const struct tax_policy other_tax = {
	true, TAX_PER_RECEIPT, ROUND_HALF_UP, 1, {{"A", 190000}}};

struct rig {
	char dir[64], path[96], key[96], keydir[96];
	struct keys *keys;
	struct rng rng;
	struct draft *d;
	struct basket b, back;
	void *memory, *memory_back;
};

static bool
load(struct rig *r, struct basket *b)
{
	struct err err = {0};
	struct draft_mark mark;
	bool found = false;

	if (draft_load(r->d, &tax, ROUND_HALF_UP, NULL, b, &mark, &found,
		    &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
	return found;
}

static void
rig_open(struct rig *r)
{
	struct keys_offer offer = {.source = KEYS_FILE, .given = true};
	struct err err = {0};

	memset(r, 0, sizeof(*r));
	assert_int_equal(crypto_init(), RC_OK);
	(void)snprintf(r->dir, sizeof(r->dir), "/tmp/hf-draft-XXXXXX");
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
	r->memory_back = malloc(basket_bytes(LINES));
	assert_non_null(r->memory);
	assert_non_null(r->memory_back);
	basket_init(&r->b, r->memory, LINES);
	basket_init(&r->back, r->memory_back, LINES);
	assert_int_equal(
		draft_open(r->path, r->keys, &r->rng, &r->d, NULL), RC_OK);
	assert_false(load(r, &r->back));
}

static void
rig_close(struct rig *r)
{
	char cmd[128];

	draft_close(r->d);
	keys_close(r->keys);
	free(r->memory);
	free(r->memory_back);
	(void)snprintf(cmd, sizeof(cmd), "rm -rf %s", r->dir);
	assert_int_equal(system(cmd), 0);
}

static void
begin(struct rig *r, uint8_t first)
{
	uint8_t id[UUID_BYTES] = {first, 2, 3};

	basket_begin(&r->b, id, (struct utc){1795000000000000 + first}, &tax,
		ROUND_HALF_UP);
}

static void
add(struct rig *r, const char *name, int64_t price)
{
	struct item it = {.code = "4011", .kind = CODE_PLU, .tax = "B"};
	struct err err = {0};
	size_t idx = 0;

	(void)snprintf(it.name, sizeof(it.name), "%s", name);
	it.price.minor = price;
	assert_int_equal(basket_add(&r->b, &it, QTY_ONE, &idx), RC_OK);
	if (draft_line(r->d, &r->b, r->b.line[idx].no, 0, &err) != RC_OK) {
		fail_msg("%s", err.msg);
	}
}

/* Everything of a basket that must come back, in short. */
static uint64_t
print_of(const struct basket *b)
{
	uint64_t h = UINT64_C(1469598103934665603);
	const uint64_t k = UINT64_C(1099511628211);

	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];

		h = (h ^ l->no) * k;
		h = (h ^ (uint64_t)l->qty.milli) * k;
		h = (h ^ (uint64_t)l->price.minor) * k;
		h = (h ^ (uint64_t)l->item.price.minor) * k;
		h = (h ^ (l->overridden ? 7u : 5u)) * k;
		h = (h ^ l->discount_ppm) * k;
		h = (h ^ (uint64_t)l->discount.minor) * k;
		h = (h ^ (uint64_t)l->amount.minor) * k;
		h = (h ^ (uint64_t)l->item.kind) * k;
		for (const char *p = l->item.name; *p != '\0'; p++) {
			h = (h ^ (uint8_t)*p) * k;
		}
	}
	return (h ^ (uint64_t)b->total.gross.minor) * k;
}

/* A dozen changes of every kind; state[i] after the i-th, at[i] the file. */
static void
make_changes(struct rig *r, uint64_t state[CHANGES], size_t at[CHANGES])
{
	static const char *const names[] = {"Bread", "Cheese and wine", "Tea"};

	begin(r, 1);
	for (size_t i = 0; i < CHANGES; i++) {
		size_t idx = i % 3;
		uint32_t no = 0;

		if (i < 3) {
			add(r, names[i], 100 + (int64_t)i);
		} else if (i == 8) {
			no = r->b.line[1].no;
			assert_int_equal(basket_void(&r->b, 1), RC_OK);
			assert_int_equal(
				draft_line(r->d, &r->b, no, 0, NULL), RC_OK);
		} else {
			idx %= r->b.n_line;
			if (i % 4 == 0) {
				assert_int_equal(basket_set_qty(&r->b, idx,
							 (struct qty){2500}),
					RC_OK);
			} else if (i % 4 == 1) {
				assert_int_equal(basket_set_price(&r->b, idx,
							 (struct money){55}),
					RC_OK);
			} else if (i % 4 == 2) {
				assert_int_equal(
					basket_discount_ppm(&r->b, idx, 100000),
					RC_OK);
			} else {
				assert_int_equal(
					basket_discount_amount(&r->b, idx,
						(struct money){(int64_t)i}),
					RC_OK);
			}
			assert_int_equal(draft_line(r->d, &r->b,
						 r->b.line[idx].no, 0, NULL),
				RC_OK);
		}
		state[i] = print_of(&r->b);
		at[i] = 0;
		if (access(r->path, F_OK) == 0) {
			uint8_t *p = NULL;

			assert_int_equal(
				file_load(r->path, 1 << 20, &p, &at[i], NULL),
				RC_OK);
			free(p);
		}
	}
}

static void
write_file(const struct rig *r, const uint8_t *p, size_t n)
{
	FILE *f = fopen(r->path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
comes_back_as_it_was(void **state)
{
	uint64_t states[CHANGES];
	size_t at[CHANGES];
	struct rig r;

	(void)state;
	rig_open(&r);
	assert_false(load(&r, &r.back));
	make_changes(&r, states, at);
	draft_close(r.d);
	assert_int_equal(draft_open(r.path, r.keys, &r.rng, &r.d, NULL), RC_OK);
	assert_true(load(&r, &r.back));
	assert_true(print_of(&r.back) == states[CHANGES - 1]);
	assert_memory_equal(r.back.id, r.b.id, UUID_BYTES);
	assert_int_equal(r.back.opened.us, r.b.opened.us);
	assert_int_equal(r.back.next_no, r.b.next_no);
	assert_int_equal(r.back.total.gross.minor, r.b.total.gross.minor);

	/* changes go on behind what was read */
	add(&r, "More", 5);
	assert_true(load(&r, &r.back));
	assert_true(print_of(&r.back) == print_of(&r.b));
	rig_close(&r);
}

/* How many changes the file holds now: at most ${max}. */
static size_t
changes_in(struct rig *r, const uint64_t states[CHANGES], size_t max)
{
	uint64_t now;

	if (!load(r, &r->back)) {
		return 0;
	}
	now = print_of(&r->back);
	for (size_t i = 0; i < max; i++) {
		if (states[i] == now) {
			return i + 1;
		}
	}
	fail_msg("a state that never was");
	return 0;
}

static void
cut_anywhere_it_is_a_prefix(void **state)
{
	uint64_t states[CHANGES];
	size_t at[CHANGES], n = 0;
	uint8_t *p = NULL;
	struct rig r;

	(void)state;
	rig_open(&r);
	make_changes(&r, states, at);
	assert_int_equal(file_load(r.path, 1 << 20, &p, &n, NULL), RC_OK);
	for (size_t len = 0; len <= n; len++) {
		size_t whole = 0;

		while (whole < CHANGES && at[whole] <= len) {
			whole++;
		}
		write_file(&r, p, len);
		assert_int_equal(changes_in(&r, states, CHANGES), whole);
	}
	free(p);
	rig_close(&r);
}

static void
a_flipped_bit_ends_it_there(void **state)
{
	uint64_t states[CHANGES];
	size_t at[CHANGES], n = 0;
	uint8_t *p = NULL;
	struct rig r;

	(void)state;
	rig_open(&r);
	make_changes(&r, states, at);
	assert_int_equal(file_load(r.path, 1 << 20, &p, &n, NULL), RC_OK);
	for (size_t i = 0; i < n; i++) {
		size_t whole = 0;

		while (whole < CHANGES && at[whole] <= i) {
			whole++;
		}
		p[i] ^= (uint8_t)(1u << (i % 8));
		write_file(&r, p, n);
		p[i] ^= (uint8_t)(1u << (i % 8));
		assert_int_equal(changes_in(&r, states, CHANGES), whole);
	}
	free(p);
	rig_close(&r);
}

/* Behind a rotten record stand good ones; a new record in the place of the
 * rotten one must not bring them back. */
static void
what_was_cut_off_stays_off(void **state)
{
	uint64_t states[CHANGES], want;
	size_t at[CHANGES], n = 0;
	uint8_t *p = NULL;
	struct rig r;

	(void)state;
	rig_open(&r);
	make_changes(&r, states, at);
	assert_int_equal(file_load(r.path, 1 << 20, &p, &n, NULL), RC_OK);
	p[at[4] + 40] ^= 1; /* the sixth change */
	write_file(&r, p, n);
	assert_true(load(&r, &r.b));
	assert_true(print_of(&r.b) == states[4]);
	assert_int_equal(
		basket_discount_amount(&r.b, 2, (struct money){1}), RC_OK);
	assert_int_equal(draft_line(r.d, &r.b, r.b.line[2].no, 0, NULL), RC_OK);
	want = print_of(&r.b);
	assert_true(load(&r, &r.back));
	assert_true(print_of(&r.back) == want);
	free(p);
	rig_close(&r);
}

static void
records_keep_their_place_and_their_file(void **state)
{
	uint64_t states[CHANGES];
	size_t at[CHANGES], n = 0, n_old = 0, one;
	uint8_t *p = NULL, *old = NULL, swap[1024];
	struct rig r;

	(void)state;
	rig_open(&r);
	make_changes(&r, states, at);
	assert_int_equal(file_load(r.path, 1 << 20, &old, &n_old, NULL), RC_OK);

	/* records 5 and 8 (both change line 3, so they are as long) swapped */
	one = at[5] - at[4];
	assert_int_equal(at[11] - at[10] > 0, 1);
	assert_true(one <= sizeof(swap));
	p = malloc(n_old);
	assert_non_null(p);
	memcpy(p, old, n_old);
	memcpy(swap, p + at[4], one);
	memmove(p + at[4], p + at[7] - one, one);
	memcpy(p + at[7] - one, swap, one);
	write_file(&r, p, n_old);
	assert_int_equal(changes_in(&r, states, CHANGES), 5);

	/* the same changes in another file: its second group is not ours */
	draft_close(r.d);
	assert_int_equal(remove(r.path), 0);
	assert_int_equal(draft_open(r.path, r.keys, &r.rng, &r.d, NULL), RC_OK);
	assert_false(load(&r, &r.back));
	begin(&r, 9);
	add(&r, "Bread", 100);
	free(p);
	p = NULL;
	assert_int_equal(file_load(r.path, 1 << 20, &p, &n, NULL), RC_OK);
	assert_int_equal(n, at[0]);
	memcpy(old, p, n);
	write_file(&r, old, n_old);
	assert_true(load(&r, &r.back));
	assert_int_equal(r.back.n_line, 1);
	assert_memory_equal(r.back.id, r.b.id, UUID_BYTES);
	free(p);
	free(old);
	rig_close(&r);
}

static void
a_new_sale_takes_the_place_of_the_last(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	begin(&r, 1);
	add(&r, "Bread", 100);
	add(&r, "Tea", 200);
	begin(&r, 2); /* nobody cleared it */
	add(&r, "Milk", 300);
	assert_true(load(&r, &r.back));
	assert_int_equal(r.back.n_line, 1);
	assert_int_equal(r.back.id[0], 2);
	assert_int_equal(draft_flush(r.d, NULL), RC_OK);
	assert_int_equal(draft_flush(r.d, NULL), RC_OK);
	assert_int_equal(draft_clear(r.d, NULL), RC_OK);
	assert_false(load(&r, &r.back));
	assert_int_equal(draft_flush(r.d, NULL), RC_OK);

	/* the last line voided: found, but nothing to offer */
	begin(&r, 3);
	add(&r, "Milk", 300);
	assert_int_equal(basket_void(&r.b, 0), RC_OK);
	assert_int_equal(draft_line(r.d, &r.b, 1, 0, NULL), RC_OK);
	assert_false(load(&r, &r.back));
	rig_close(&r);
}

static void
a_recalled_sale_is_written_whole(void **state)
{
	struct rig r;
	char path[128];

	(void)state;
	rig_open(&r);
	begin(&r, 1);
	for (int i = 0; i < LINES; i++) {
		add(&r, "Line", i);
	}
	assert_int_equal(draft_clear(r.d, NULL), RC_OK);
	assert_int_equal(draft_recall(r.d, &r.b, NULL), RC_OK);
	assert_true(load(&r, &r.back));
	assert_true(print_of(&r.back) == print_of(&r.b));
	assert_int_equal(basket_set_qty(&r.b, 5, (struct qty){7000}), RC_OK);
	assert_int_equal(draft_line(r.d, &r.b, 6, 0, NULL), RC_OK);
	assert_true(load(&r, &r.back));
	assert_true(print_of(&r.back) == print_of(&r.b));
	(void)snprintf(path, sizeof(path), "%s.new", r.path);
	assert_int_not_equal(access(path, F_OK), 0);
	rig_close(&r);
}

/* A disk that takes no more: the change fails, and the next one that succeeds
 * brings all of the basket. */
static void
a_full_disk_loses_nothing(void **state)
{
	struct draft *later = NULL, *mine;
	struct rlimit was, small;
	size_t n = 0, idx = 0;
	uint8_t *p = NULL;
	struct rig r;

	(void)state;
	rig_open(&r);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	begin(&r, 1);
	add(&r, "Bread", 100);
	assert_int_equal(file_load(r.path, 1 << 20, &p, &n, NULL), RC_OK);
	free(p);
	small = was;
	small.rlim_cur = n + 30;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 2; i++) {
		struct item it = r.b.line[0].item;
		struct err err = {0};

		assert_int_equal(basket_add(&r.b, &it, QTY_ONE, &idx), RC_OK);
		assert_int_not_equal(
			draft_line(r.d, &r.b, r.b.line[idx].no, 0, &err),
			RC_OK);
		assert_true(err.msg[0] != '\0');
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	/* another start, now, would find what was there before */
	assert_int_equal(
		draft_open(r.path, r.keys, &r.rng, &later, NULL), RC_OK);
	mine = r.d;
	r.d = later;
	assert_true(load(&r, &r.back));
	assert_int_equal(r.back.n_line, 1);
	r.d = mine;
	draft_close(later);
	add(&r, "Tea", 5);
	assert_true(load(&r, &r.back));
	assert_true(print_of(&r.back) == print_of(&r.b));
	rig_close(&r);
}

static struct draft_mark
mark_of(struct rig *r)
{
	struct draft_mark mark;
	bool found = false;

	assert_int_equal(draft_load(r->d, &tax, ROUND_HALF_UP, NULL, &r->back,
				 &mark, &found, NULL),
		RC_OK);
	assert_true(found);
	return mark;
}

static void
says_how_far_the_journal_was(void **state)
{
	struct draft_mark mark;
	struct rig r;

	(void)state;
	rig_open(&r);
	begin(&r, 1);
	draft_at(r.d, 5);
	add(&r, "Bread", 100);
	draft_at(r.d, 9);
	add(&r, "Tea", 200);
	assert_int_equal(draft_flush(r.d, NULL), RC_OK);
	mark = mark_of(&r);
	assert_true(mark.known && !mark.recall);
	assert_int_equal(mark.begun, 5);
	assert_int_equal(mark.last, 9);

	/* behind what was flushed, in a block of its own */
	draft_at(r.d, 11);
	assert_int_equal(basket_void(&r.b, 1), RC_OK);
	assert_int_equal(draft_line(r.d, &r.b, 2, 0, NULL), RC_OK);
	mark = mark_of(&r);
	assert_int_equal(mark.last, 11);
	assert_int_equal(r.back.n_line, 1);
	assert_int_equal(r.back.next_no, 3); /* 2 was given and is gone */

	assert_int_equal(draft_renew(r.d, &r.b, NULL), RC_OK);
	mark = mark_of(&r);
	assert_int_equal(mark.begun, 11);
	assert_false(mark.recall);
	assert_int_equal(r.back.next_no, 3);

	assert_int_equal(draft_recall(r.d, &r.b, NULL), RC_OK);
	add(&r, "Milk", 300);
	assert_true(mark_of(&r).recall);
	assert_int_equal(r.back.n_line, 2);
	rig_close(&r);
}

static void
reads_what_0_1_0_wrote(void **state)
{
	struct draft_mark mark;
	struct rig r;

	(void)state;
	rig_open(&r);
	begin(&r, 1);
	add(&r, "Bread", 100);
	add(&r, "Tea", 200);
	draft_close(r.d);
	assert_true(draft_old_write(r.path, r.keys, &r.b));
	assert_int_equal(draft_open(r.path, r.keys, &r.rng, &r.d, NULL), RC_OK);
	mark = mark_of(&r);
	assert_false(mark.known);
	assert_true(print_of(&r.back) == print_of(&r.b));
	assert_int_equal(r.back.next_no, 10);
	draft_at(r.d, 4);
	add(&r, "Milk", 300); /* all of it, in the new format */
	mark = mark_of(&r);
	assert_true(mark.known);
	assert_int_equal(mark.begun, 4);
	assert_true(print_of(&r.back) == print_of(&r.b));
	rig_close(&r);
}

static void
reads_what_0_3_0_wrote(void **state)
{
	struct draft_mark mark;
	struct rig r;

	(void)state;
	rig_open(&r);
	begin(&r, 1);
	add(&r, "Bread", 100);
	add(&r, "Tea", 200);
	assert_int_equal(basket_sale_ppm(&r.b, 100000), RC_OK);
	draft_close(r.d);
	assert_true(draft_plain_write(r.path, r.keys, &r.b, 7));
	assert_int_equal(draft_open(r.path, r.keys, &r.rng, &r.d, NULL), RC_OK);
	mark = mark_of(&r);
	assert_true(mark.known && !mark.recall);
	assert_int_equal(mark.begun, 7);
	assert_int_equal(mark.last, 8);
	assert_true(draft_is_old(r.d));
	assert_true(print_of(&r.back) == print_of(&r.b));
	assert_int_equal(r.back.next_no, 10);
	draft_at(r.d, 12);
	add(&r, "Milk", 300); /* all of it, in the new format */
	mark = mark_of(&r);
	assert_false(draft_is_old(r.d));
	assert_int_equal(mark.begun, 12);
	assert_true(print_of(&r.back) == print_of(&r.b));
	assert_int_equal(r.back.sale_ppm, 100000);
	rig_close(&r);
}

static void
says_when_it_does_not_fit(void **state)
{
	struct err err = {0};
	struct draft_mark mark;
	bool found = true;
	struct rig r;

	(void)state;
	rig_open(&r);
	begin(&r, 1);
	add(&r, "Bread", 100);
	assert_int_equal(draft_load(r.d, &other_tax, ROUND_HALF_UP, NULL,
				 &r.back, &mark, &found, &err),
		RC_NOTFOUND);
	assert_false(found);
	assert_int_equal(r.back.n_line, 0);
	assert_true(err.msg[0] != '\0');
	assert_true(load(&r, &r.back));
	rig_close(&r);
}

static void
tells_nothing_to_who_reads_the_disk(void **state)
{
	size_t n = 0;
	uint8_t *p = NULL;
	struct rig r;
	bool seen = false;

	(void)state;
	rig_open(&r);
	begin(&r, 1);
	add(&r, "Pregnancy test", 1999);
	assert_int_equal(draft_renew(r.d, &r.b, NULL), RC_OK);
	add(&r, "Pregnancy test", 1999);
	assert_int_equal(file_load(r.path, 1 << 20, &p, &n, NULL), RC_OK);
	for (size_t i = 0; i + 4 <= n; i++) {
		seen = seen || memcmp(p + i, "Preg", 4) == 0 ||
		       memcmp(p + i, "4011", 4) == 0;
	}
	assert_false(seen);
	free(p);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_it_was),
		cmocka_unit_test(cut_anywhere_it_is_a_prefix),
		cmocka_unit_test(a_flipped_bit_ends_it_there),
		cmocka_unit_test(what_was_cut_off_stays_off),
		cmocka_unit_test(records_keep_their_place_and_their_file),
		cmocka_unit_test(a_new_sale_takes_the_place_of_the_last),
		cmocka_unit_test(a_recalled_sale_is_written_whole),
		cmocka_unit_test(a_full_disk_loses_nothing),
		cmocka_unit_test(says_how_far_the_journal_was),
		cmocka_unit_test(reads_what_0_1_0_wrote),
		cmocka_unit_test(reads_what_0_3_0_wrote),
		cmocka_unit_test(says_when_it_does_not_fit),
		cmocka_unit_test(tells_nothing_to_who_reads_the_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
