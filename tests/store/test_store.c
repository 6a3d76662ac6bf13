/* SPDX-License-Identifier: Apache-2.0 */
/* Events into changes, and every look-up. */
/* cmocka needs these before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <sys/stat.h>

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "store/store.h"
#include "stream.h"

#include "base/poison.h"

static struct scene scene;
static struct stream stream; /* too large for a stack */

static int
setup(void **state)
{
	(void)state;
	scene_init(&scene);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scene_done(&scene);
	return 0;
}

static struct store *
open_at(const char *dir, enum store_mode mode, size_t map)
{
	struct store *s = NULL;
	struct err e = {0};
	enum rc rc = store_open(dir, scene.keys, &scene.rng, mode, map, &s, &e);

	if (rc != RC_OK) {
		print_error("store_open: %s\n", e.msg);
	}
	assert_int_equal(rc, RC_OK);
	return s;
}

/* One event of the test's own making, at the stream's next sequence. */
static struct event *
fresh(enum event_type type)
{
	struct event *e = &stream.ev;
	uint64_t sequence = ++stream.sequence;

	memset(e, 0, sizeof(*e));
	e->type = type;
	e->sequence = sequence;
	e->epoch = stream.epoch;
	e->time.us = (int64_t)sequence * 1000;
	e->actor = "7";
	stream.text_len = (size_t)snprintf(stream.text, sizeof(stream.text),
		"{\"n\":%llu}", (unsigned long long)sequence);
	sha256(stream.hash, stream.text, stream.text_len);
	return e;
}

static void
apply(struct store *s)
{
	struct err e = {0};
	enum rc rc = apply_one(s, &stream, &e);

	if (rc != RC_OK) {
		print_error("apply %llu: %s\n",
			(unsigned long long)stream.sequence, e.msg);
	}
	assert_int_equal(rc, RC_OK);
}

static struct store_state
state_of(struct store *s)
{
	struct store_state st;

	assert_int_equal(store_state(s, &st, NULL), RC_OK);
	return st;
}

static void
initialize(struct store *s)
{
	struct event *e;

	stream_init(&stream, 1);
	e = fresh(EVENT_REGISTER_INITIALIZED);
	e->data.initialized.shop = "Corner \"Shop\"";
	e->data.initialized.register_no = "R01";
	memset(e->tenant, 9, UUID_BYTES);
	memset(e->reg, 8, UUID_BYTES);
	apply(s);
}

static struct event_line sale_lines[2];

static void
sell(struct store *s, const char *number, const char *receipt)
{
	struct event *e = fresh(EVENT_SALE_COMPLETED);
	struct event_sale *x = &e->data.sale;

	memset(sale_lines, 0, sizeof(sale_lines));
	sale_lines[0].code = "5449000000996";
	sale_lines[0].qty = 2000;
	sale_lines[1].code = "";
	sale_lines[1].qty = 1000;
	memset(x->sale, (int)e->sequence, UUID_BYTES);
	x->number = number;
	x->line = sale_lines;
	x->n_line = 2;
	x->receipt = receipt;
	x->total = 500;
	apply(s);
}

static void
test_rc_table(void **state)
{
	static const struct {
		int code;
		enum rc rc;
	} table[] = {
		{MDB_SUCCESS, RC_OK},
		{MDB_KEYEXIST, RC_EXISTS},
		{MDB_NOTFOUND, RC_NOTFOUND},
		{MDB_PAGE_NOTFOUND, RC_CORRUPT},
		{MDB_CORRUPTED, RC_CORRUPT},
		{MDB_PANIC, RC_IO},
		{MDB_VERSION_MISMATCH, RC_CORRUPT},
		{MDB_INVALID, RC_CORRUPT},
		{MDB_MAP_FULL, RC_AGAIN},
		{MDB_DBS_FULL, RC_INVAL},
		{MDB_READERS_FULL, RC_BUSY},
		{MDB_TLS_FULL, RC_NOMEM},
		{MDB_TXN_FULL, RC_RANGE},
		{MDB_CURSOR_FULL, RC_CORRUPT},
		{MDB_PAGE_FULL, RC_CORRUPT},
		{MDB_MAP_RESIZED, RC_AGAIN},
		{MDB_INCOMPATIBLE, RC_CORRUPT},
		{MDB_BAD_RSLOT, RC_INVAL},
		{MDB_BAD_TXN, RC_INVAL},
		{MDB_BAD_VALSIZE, RC_INVAL},
		{MDB_BAD_DBI, RC_INVAL},
		{28 /* ENOSPC */, RC_NOSPC},
		{12 /* ENOMEM */, RC_NOMEM},
		{5 /* EIO */, RC_IO},
		{2 /* ENOENT */, RC_NOTFOUND},
		{-1, RC_IO},
	};

	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(table); i++) {
		assert_int_equal(store_rc_from_mdb(table[i].code), table[i].rc);
	}
}

static void
test_empty(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct store_head head;
	struct store_state st;
	struct totals t;
	int64_t q = 1;
	uint64_t seq;
	size_t n = 9;
	char buf[8];

	(void)state;
	assert_int_equal(store_head(s, &head, NULL), RC_OK);
	assert_int_equal(head.applied, 0);
	st = state_of(s);
	assert_false(st.initialized);
	assert_int_equal(st.next_sale, 1);
	assert_int_equal(st.next_parked, 1);
	assert_int_equal(store_totals(s, &t, NULL), RC_OK);
	assert_int_equal(t.sales, 0);
	assert_int_equal(store_stock(s, "1", &q, NULL), RC_OK);
	assert_int_equal(q, 0);
	assert_int_equal(store_doc(s, "R01-000001", &seq, NULL), RC_NOTFOUND);
	assert_int_equal(store_line(s, 1, buf, 8, &n, NULL), RC_NOTFOUND);
	assert_int_equal(store_printq(s, &seq, 1, &n, NULL), RC_OK);
	assert_int_equal(n, 0);
	assert_true(store_bytes(s) > 0);
	store_close(s);
	store_close(NULL);
}

static void
test_state(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct store_state st;
	struct store_head head;
	struct event *e;
	uint64_t seq = 0;
	char version[65];

	(void)state;
	initialize(s);
	e = fresh(EVENT_CONFIG_ACTIVATED);
	memset(version, 'a', 64);
	version[64] = '\0';
	e->data.config.version = version;
	apply(s);
	e = fresh(EVENT_CATALOG_IMPORTED);
	e->data.catalog.version = 812;
	memset(e->tenant, 9, UUID_BYTES);
	apply(s);
	/* what is told must come from the disk, not from memory */
	store_close(s);
	s = open_at(scene.store, STORE_WRITE, 0);
	st = state_of(s);
	assert_true(st.initialized);
	assert_string_equal(st.shop, "Corner \"Shop\"");
	assert_string_equal(st.register_no, "R01");
	assert_string_equal(st.number_prefix, "R01");
	assert_string_equal(st.config, version);
	assert_int_equal(st.config_seq, 2);
	assert_int_equal(st.catalog, 812);
	assert_int_equal(st.last_time.us, 3000);
	assert_int_equal(st.tenant[0], 9);
	assert_int_equal(store_config(s, version, &seq, NULL), RC_OK);
	assert_int_equal(seq, 2);
	assert_int_equal(store_config(s, "zz", &seq, NULL), RC_NOTFOUND);
	assert_int_equal(store_head(s, &head, NULL), RC_OK);
	assert_int_equal(head.applied, 3);
	assert_int_equal(head.epoch, 1);
	assert_memory_equal(head.hash, stream.hash, HASH_BYTES);
	store_close(s);
}

static void
test_sales(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct store_state st;
	struct totals t;
	struct event *e;
	uint64_t seq[4] = {0};
	int64_t v = 0;
	size_t n = 0;
	char buf[64];

	(void)state;
	initialize(s);
	sell(s, "R01-000001", "print");
	sell(s, "R01-000002", "none");
	sell(s, "R01-000003", "print");
	assert_int_equal(store_doc(s, "R01-000002", seq, NULL), RC_OK);
	assert_int_equal(seq[0], 3);
	assert_int_equal(store_stock(s, "5449000000996", &v, NULL), RC_OK);
	assert_int_equal(v, -6000);
	assert_int_equal(store_line(s, 3, buf, sizeof(buf), &n, NULL), RC_OK);
	assert_int_equal(n, 7);
	assert_memory_equal(buf, "{\"n\":3}", 7);
	assert_int_equal(store_line(s, 3, buf, 6, &n, NULL), RC_RANGE);
	st = state_of(s);
	assert_int_equal(st.next_sale, 4);
	assert_int_equal(st.last_sale_seq, 4);
	assert_int_equal(st.last_sale[3], 4);
	assert_int_equal(store_totals(s, &t, NULL), RC_OK);
	assert_int_equal(t.sales, 3);
	assert_int_equal(t.gross, 1500);
	/* print queue: oldest first, as many as asked for, until recorded */
	assert_int_equal(store_printq(s, seq, 4, &n, NULL), RC_OK);
	assert_int_equal(n, 2);
	assert_int_equal(seq[0], 2);
	assert_int_equal(seq[1], 4);
	assert_int_equal(store_printq(s, seq, 1, &n, NULL), RC_OK);
	assert_int_equal(n, 1);
	e = fresh(EVENT_RECEIPT_PRINTED);
	e->data.receipt.number = "R01-000001";
	e->data.receipt.outcome = "printed";
	apply(s);
	e = fresh(EVENT_RECEIPT_PRINTED);
	e->data.receipt.number = "R01-000099"; /* none: nothing to do */
	apply(s);
	assert_int_equal(store_printq(s, seq, 4, &n, NULL), RC_OK);
	assert_int_equal(n, 1);
	assert_int_equal(seq[0], 4);
	/* copies */
	assert_int_equal(store_copies(s, "R01-000001", &v, NULL), RC_OK);
	assert_int_equal(v, 0);
	e = fresh(EVENT_COPY_PRINTED);
	e->data.receipt.number = "R01-000001";
	e->data.receipt.copy = 2;
	apply(s);
	assert_int_equal(store_copies(s, "R01-000001", &v, NULL), RC_OK);
	assert_int_equal(v, 2);
	assert_int_equal(store_copies(s, "R01-9", &v, NULL), RC_NOTFOUND);
	store_close(s);
}

static void
order_printed(
	struct store *s, const char *device, int64_t copy, const char *outcome)
{
	struct event *e = fresh(EVENT_ORDER_PRINTED);

	e->data.order =
		(struct event_order){"R01-000001", device, copy, outcome};
	apply(s);
}

/* What a kitchen has to print stays until it is on paper, or given up. */
static void
test_orders(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct store_order o[4];
	struct event *e;
	size_t n = 9;

	(void)state;
	initialize(s);
	assert_int_equal(store_orders(s, o, 4, &n, NULL), RC_OK);
	assert_int_equal(n, 0);
	e = fresh(EVENT_SALE_COMPLETED);
	e->data.sale.number = "R01-000001";
	e->data.sale.receipt = "none";
	e->data.sale.orders = "kitchen bar";
	apply(s);
	/* nothing was heard: each may be on paper */
	assert_int_equal(store_orders(s, o, 4, &n, NULL), RC_OK);
	assert_int_equal(n, 2);
	assert_string_equal(o[0].device, "bar");
	assert_string_equal(o[1].device, "kitchen");
	assert_int_equal(o[0].sequence, o[1].sequence);
	assert_int_equal(o[1].copy, 1);
	assert_int_equal(store_orders(s, o, 1, &n, NULL), RC_OK);
	assert_int_equal(n, 1);
	/* surely not on paper; surely; and of nobody's */
	order_printed(s, "kitchen", 0, "failed");
	order_printed(s, "bar", 0, "printed");
	order_printed(s, "cellar", 0, "unknown");
	assert_int_equal(store_orders(s, o, 4, &n, NULL), RC_OK);
	assert_int_equal(n, 1);
	assert_string_equal(o[0].device, "kitchen");
	assert_int_equal(o[0].copy, 0);
	order_printed(s, "kitchen", 0, "unknown");
	order_printed(s, "kitchen", 1, "unknown");
	assert_int_equal(store_orders(s, o, 4, &n, NULL), RC_OK);
	assert_int_equal(o[0].copy, 2);
	order_printed(s, "kitchen", 2, "dropped");
	assert_int_equal(store_orders(s, o, 4, &n, NULL), RC_OK);
	assert_int_equal(n, 0);
	/* what was said too late brings nothing back */
	order_printed(s, "kitchen", 2, "unknown");
	assert_int_equal(store_orders(s, o, 4, &n, NULL), RC_OK);
	assert_int_equal(n, 0);
	store_close(s);
}

/* What came back of a line is summed under the number it was sold by. */
static void
test_returned(void **state)
{
	static const struct event_line line[] = {
		{.no = 1,
			.code = "5449000000996",
			.qty = -1000,
			.amount = -250,
			.return_of = "R01-000001",
			.return_no = 7,
			.rate = 190000},
		{.no = 2,
			.code = "5449000000996",
			.qty = -500,
			.amount = -125,
			.return_of = "R01-000001",
			.return_no = 7,
			.rate = 190000},
		{.no = 3, .code = "5449000000996", .qty = -250, .amount = -60}};
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct event *e;
	struct totals t;
	uint64_t seq = 0;
	int64_t v = 99;

	(void)state;
	initialize(s);
	sell(s, "R01-000001", "print");
	assert_int_equal(store_returned(s, "R01-000001", 7, &v, NULL), RC_OK);
	assert_int_equal(v, 0);
	for (int i = 2; i < 4; i++) {
		e = fresh(EVENT_SALE_COMPLETED);
		e->data.sale.number = i == 2 ? "R01-000002" : "R01-000003";
		e->data.sale.line = line;
		e->data.sale.n_line = 3;
		e->data.sale.total = -435;
		apply(s);
	}
	store_close(s);
	s = open_at(scene.store, STORE_READ, 0);
	assert_int_equal(store_returned(s, "R01-000001", 7, &v, NULL), RC_OK);
	assert_int_equal(v, 3000);
	assert_int_equal(store_returned(s, "R01-000001", 1, &v, NULL), RC_OK);
	assert_int_equal(v, 0);
	assert_int_equal(store_returned(s, "R01-000002", 7, &v, NULL), RC_OK);
	assert_int_equal(v, 0);
	assert_int_equal(store_returned(s, "", 7, &v, NULL), RC_OK);
	assert_int_equal(v, 0);
	assert_int_equal(store_stock(s, "5449000000996", &v, NULL), RC_OK);
	assert_int_equal(v, -2000 + 2 * 1750);
	assert_int_equal(store_totals(s, &t, NULL), RC_OK);
	assert_int_equal(t.returns, 6);
	assert_int_equal(t.return_amount, 870);
	assert_int_equal(store_doc(s, "R01-000001", &seq, NULL), RC_OK);
	assert_int_equal(store_doc(s, "R01-000003", &seq, NULL), RC_OK);
	store_close(s);
}

static void
test_parked(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct store_parked p[3];
	struct store_state st;
	static const uint8_t none[UUID_BYTES];
	struct event *e;
	size_t n = 0;

	(void)state;
	initialize(s);
	e = fresh(EVENT_SALE_PARKED);
	e->data.basket.number = "P01";
	e->data.basket.total = 1999;
	e->data.basket.n_line = 3;
	memset(e->data.basket.sale, 0x41, UUID_BYTES);
	apply(s);
	e = fresh(EVENT_SALE_PARKED);
	e->data.basket.number = "P12";
	e->data.basket.total = 5;
	memset(e->data.basket.sale, 0x42, UUID_BYTES);
	apply(s);
	assert_int_equal(store_parked_list(s, p, 3, &n, NULL), RC_OK);
	assert_int_equal(n, 2);
	assert_int_equal(p[0].number, 1);
	assert_int_equal(p[0].sequence, 2);
	assert_int_equal(p[0].total, 1999);
	assert_int_equal(p[0].n_line, 3);
	assert_int_equal(p[0].time.us, 2000);
	assert_string_equal(p[0].actor, "7");
	assert_int_equal(p[1].number, 12);
	st = state_of(s);
	assert_int_equal(st.next_parked, 13);
	assert_int_equal(st.last_sale[0], 0x42);
	e = fresh(EVENT_SALE_RECALLED);
	e->data.recalled.number = "P12";
	memset(e->data.recalled.sale, 0x42, UUID_BYTES);
	apply(s);
	assert_int_equal(store_parked_list(s, p, 3, &n, NULL), RC_OK);
	assert_int_equal(n, 1);
	assert_int_equal(p[0].number, 1);
	/* open again: a draft with this id is not stale */
	st = state_of(s);
	assert_memory_equal(st.last_sale, none, UUID_BYTES);
	e = fresh(EVENT_SALE_VOIDED);
	memset(e->data.basket.sale, 0x42, UUID_BYTES);
	apply(s);
	st = state_of(s);
	assert_int_equal(st.last_sale[15], 0x42);
	assert_int_equal(st.last_sale_seq, 0);
	store_close(s);
}

static void
test_restored(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct store_state st;
	struct event *e;

	(void)state;
	initialize(s);
	sell(s, "R01-000007", "none");
	stream.epoch = 2;
	e = fresh(EVENT_REGISTER_RESTORED);
	e->data.restored.number = "R01-000042";
	apply(s);
	st = state_of(s);
	assert_string_equal(st.number_prefix, "R01.2");
	assert_int_equal(st.next_sale, 43);
	sell(s, "R01.2-000043", "none");
	assert_int_equal(state_of(s).next_sale, 44);
	/* an older backup knows less, and a number is never given twice */
	stream.epoch = 3;
	e = fresh(EVENT_REGISTER_RESTORED);
	e->data.restored.number = NULL;
	apply(s);
	st = state_of(s);
	assert_string_equal(st.number_prefix, "R01.3");
	assert_int_equal(st.next_sale, 44);
	store_close(s);
}

static void
test_refusals(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct store *r;
	struct store_txn *t = NULL;
	struct store_txn *t2 = NULL;
	struct err e = {0};

	(void)state;
	initialize(s);
	/* not the next sequence: the whole transaction is lost */
	(void)fresh(EVENT_EXPORT_DONE);
	(void)fresh(EVENT_EXPORT_DONE);
	assert_int_equal(store_begin(s, &t, &e), RC_OK);
	assert_int_equal(store_begin(s, &t2, &e), RC_INVAL);
	assert_int_equal(
		store_apply(t, &stream.ev, "x", 1, stream.hash, &e), RC_INVAL);
	assert_int_equal(store_commit(t, &e), RC_INVAL);
	assert_int_equal(state_of(s).last_time.us, 1000);
	/* aborted: as if never seen */
	stream.sequence = 1;
	(void)fresh(EVENT_EXPORT_DONE);
	assert_int_equal(store_begin(s, &t, &e), RC_OK);
	assert_int_equal(
		store_apply(t, &stream.ev, "x", 1, stream.hash, &e), RC_OK);
	store_abort(t);
	assert_int_equal(state_of(s).last_time.us, 1000);
	apply(s);
	assert_int_equal(state_of(s).last_time.us, 2000);
	/* a sale without a number is a bug caught before it is final */
	(void)fresh(EVENT_SALE_COMPLETED);
	assert_int_equal(apply_one(s, &stream, &e), RC_INVAL);
	/* a reader does not write */
	r = open_at(scene.store, STORE_READ, 0);
	assert_int_equal(store_begin(r, &t, &e), RC_INVAL);
	store_close(r);
	store_close(s);
}

static void
test_reader_beside(void **state)
{
	struct store *s;
	struct store *r = NULL;
	struct err e = {0};
	uint64_t seq = 0;

	(void)state;
	assert_int_equal(store_open(scene.store, scene.keys, &scene.rng,
				 STORE_READ, 0, &r, &e),
		RC_NOTFOUND);
	s = open_at(scene.store, STORE_WRITE, 65536);
	initialize(s);
	r = open_at(scene.store, STORE_READ, 65536);
	assert_int_equal(state_of(r).next_sale, 1);
	sell(s, "R01-000001", "print");
	/* the reader follows, also when the map grew */
	assert_int_equal(state_of(r).next_sale, 2);
	while (stream.sequence < 400) {
		char number[24];

		(void)snprintf(number, sizeof(number), "R01-%06llu",
			(unsigned long long)stream.sequence);
		sell(s, number, "print");
	}
	assert_true(store_bytes(s) > 65536);
	assert_int_equal(store_doc(r, "R01-000399", &seq, &e), RC_OK);
	assert_int_equal(seq, 400);
	assert_int_equal(state_of(r).last_time.us, 400000);
	store_close(r);
	store_close(s);
}

/* The same events one by one and in batches: the same keys and values. */
static void
test_batches_equal(void **state)
{
	static const uint64_t seeds[] = {1, 20261121, 77};
	char path[300];
	char what[200];
	size_t k;

	(void)state;
	scene_path(&scene, path, "other");
	for (k = 0; k < ARRAY_LEN(seeds); k++) {
		struct store *a = open_at(scene.store, STORE_WRITE, 65536);
		struct store *b = open_at(path, STORE_WRITE, 0);
		struct store_txn *t = NULL;
		struct err e = {0};
		bool equal = false;
		unsigned i;

		print_message("# seed %llu\n", (unsigned long long)seeds[k]);
		stream_init(&stream, seeds[k]);
		for (i = 0; i < 300; i++) {
			stream_next(&stream);
			apply(a);
		}
		stream_init(&stream, seeds[k]);
		assert_int_equal(store_begin(b, &t, &e), RC_OK);
		for (i = 0; i < 300; i++) {
			stream_next(&stream);
			assert_int_equal(
				store_apply(t, &stream.ev, stream.text,
					stream.text_len, stream.hash, &e),
				RC_OK);
			if (i == 149) {
				assert_int_equal(store_commit(t, &e), RC_OK);
				assert_int_equal(store_begin(b, &t, &e), RC_OK);
			}
		}
		/* open: the last half is not there yet */
		assert_int_equal(
			store_compare(a, b, &equal, what, sizeof(what), &e),
			RC_OK);
		assert_false(equal);
		assert_int_equal(store_commit(t, &e), RC_OK);
		assert_int_equal(
			store_compare(a, b, &equal, what, sizeof(what), &e),
			RC_OK);
		if (!equal) {
			print_error("%s\n", what);
		}
		assert_true(equal);
		/* one more in a: named by place, not by content */
		stream_next(&stream);
		apply(a);
		assert_int_equal(
			store_compare(a, b, &equal, what, sizeof(what), &e),
			RC_OK);
		assert_false(equal);
		assert_non_null(strstr(what, "meta/"));
		store_close(a);
		store_close(b);
		scene_remove(path);
		scene_remove(scene.store);
	}
}

/* A replay in one batch, in a map far too small: it begins again until it
 * fits, and is then the same as one by one. */
static void
test_replay_grows(void **state)
{
	struct store *a = open_at(scene.store, STORE_WRITE, 65536);
	struct store *b;
	char path[300];
	char what[200];
	bool equal = false;
	enum rc rc = RC_AGAIN;
	struct err e = {0};
	unsigned tries = 0;
	unsigned i;

	(void)state;
	while (rc == RC_AGAIN && tries < 20) {
		struct store_txn *t = NULL;

		tries++;
		stream_init(&stream, 6);
		stream.n_line = 30;
		stream.n_code = 4000;
		rc = store_begin(a, &t, &e);
		for (i = 0; rc == RC_OK && i < 600; i++) {
			stream_next(&stream);
			rc = store_apply(t, &stream.ev, stream.text,
				stream.text_len, stream.hash, &e);
		}
		if (rc != RC_OK) {
			store_abort(t);
			continue;
		}
		rc = store_commit(t, &e);
	}
	assert_int_equal(rc, RC_OK);
	assert_true(tries > 2);
	scene_path(&scene, path, "other");
	b = open_at(path, STORE_WRITE, 0);
	stream_init(&stream, 6);
	stream.n_line = 30;
	stream.n_code = 4000;
	for (i = 0; i < 600; i++) {
		stream_next(&stream);
		apply(b);
	}
	assert_int_equal(
		store_compare(a, b, &equal, what, sizeof(what), &e), RC_OK);
	assert_true(equal);
	store_close(a);
	store_close(b);
}

/* A sale that the totals have no row for is counted with the others. */
static void
test_totals_full(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	struct event_tax tax = {"A", 0, 0, 0, 0};
	struct totals t;
	struct err e = {0};
	enum rc rc = RC_OK;
	int i;

	(void)state;
	initialize(s);
	for (i = 0; rc == RC_OK && i < TOTALS_TAXES + 3; i++) {
		struct event *ev = fresh(EVENT_SALE_COMPLETED);

		tax.rate = i;
		ev->data.sale.number = "R01-000001";
		tax.net = tax.gross = 1;
		ev->data.sale.tax = &tax;
		ev->data.sale.n_tax = 1;
		rc = apply_one(s, &stream, &e);
	}
	assert_int_equal(rc, RC_OK);
	assert_int_equal(store_totals(s, &t, NULL), RC_OK);
	assert_int_equal(t.n_tax, TOTALS_TAXES);
	assert_int_equal(t.sales, TOTALS_TAXES + 3);
	/* all rows survive the disk */
	store_close(s);
	s = open_at(scene.store, STORE_WRITE, 0);
	assert_int_equal(store_totals(s, &t, NULL), RC_OK);
	assert_int_equal(t.n_tax, TOTALS_TAXES);
	assert_int_equal(t.tax[TOTALS_TAXES - 2].rate, TOTALS_TAXES - 2);
	assert_string_equal(t.tax[TOTALS_TAXES - 1].code, TOTALS_OTHER);
	assert_int_equal(t.tax[TOTALS_TAXES - 1].gross, 4);
	store_close(s);
}

/* The first difference is named by its place. */
static void
test_differences(void **state)
{
	struct store *a = open_at(scene.store, STORE_WRITE, 0);
	struct store *b;
	char path[300];
	char what[200];
	bool equal = true;
	struct err e = {0};

	(void)state;
	scene_path(&scene, path, "other");
	b = open_at(path, STORE_WRITE, 0);
	assert_int_equal(
		store_compare(a, b, &equal, what, sizeof(what), &e), RC_OK);
	assert_true(equal);
	initialize(a);
	assert_int_equal(
		store_compare(a, b, &equal, what, sizeof(what), &e), RC_OK);
	assert_false(equal);
	assert_string_equal(
		what, "only the first has the value at meta/7374617465");
	assert_int_equal(
		store_compare(b, a, &equal, what, sizeof(what), &e), RC_OK);
	assert_false(equal);
	assert_string_equal(
		what, "only the second has the value at meta/7374617465");
	store_close(a);
	store_close(b);
}

static void
test_open_errors(void **state)
{
	struct store *s = NULL;
	struct err e = {0};
	char path[PATH_BYTES + 8];
	char file[300];

	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(store_open(path, scene.keys, &scene.rng, STORE_WRITE,
				 0, &s, &e),
		RC_INVAL);
	path[PATH_BYTES - 3] = '\0';
	assert_int_equal(
		store_open(path, scene.keys, &scene.rng, STORE_READ, 0, &s, &e),
		RC_INVAL);
	assert_int_equal(store_remove(path, &e), RC_INVAL);
	/* a file where the directory should be */
	scene_path(&scene, file, "key");
	assert_int_equal(store_open(file, scene.keys, &scene.rng, STORE_WRITE,
				 0, &s, &e),
		RC_IO);
	assert_non_null(strstr(e.msg, file));
	scene_path(&scene, file, "nowhere/store");
	assert_int_equal(store_open(file, scene.keys, &scene.rng, STORE_WRITE,
				 0, &s, &e),
		RC_NOTFOUND);
	/* asked for more address space than there is */
	assert_int_equal(store_open(scene.store, scene.keys, &scene.rng,
				 STORE_WRITE, (size_t)1 << 60, &s, &e),
		RC_NOMEM);
	s = open_at(scene.store, STORE_WRITE, 0);
	store_close(s);
}

static bool
holds(const uint8_t *p, size_t n, const char *text)
{
	return memmem(p, n, text, strlen(text)) != NULL;
}

static void
test_nothing_in_clear(void **state)
{
	struct store *s = open_at(scene.store, STORE_WRITE, 0);
	uint8_t price[8] = {0x61, 0x1e};
	uint8_t *p = NULL;
	char path[320];
	size_t n = 0, at;
	int i;

	(void)state;
	stream_init(&stream, 5);
	for (i = 0; i < 200; i++) {
		stream_next(&stream);
		apply(s);
	}
	store_close(s);
	(void)snprintf(path, sizeof(path), "%s/data.mdb", scene.store);
	assert_int_equal(file_load(path, (size_t)1 << 26, &p, &n, NULL), RC_OK);
	assert_true(holds(p, n, "R01-0000")); /* the search can find */
	assert_false(holds(p, n, "Plaintextname"));
	assert_false(holds(p, n, "54490000"));
	/* never so short that sealed bytes spell it by chance */
	assert_false(holds(p, n, ":7777"));
	assert_false(holds(p, n, "Corner"));
	assert_false(holds(p, n, "\"cash\""));
	/* a page each: a sealed byte before the number of page 30 is none */
	for (at = 0; at + 4096 <= n; at += 4096) {
		assert_null(memmem(p + at, 4096, price, sizeof(price)));
	}
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rc_table),
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_state, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sales, setup, teardown),
		cmocka_unit_test_setup_teardown(test_orders, setup, teardown),
		cmocka_unit_test_setup_teardown(test_returned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_restored, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_reader_beside, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_batches_equal, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_replay_grows, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_totals_full, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_differences, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_open_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nothing_in_clear, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
