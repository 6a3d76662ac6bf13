/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft_old.h"
#include "register/inbox_internal.h"
#include "register/till_internal.h"
#include "shop_rig.h"

#include "base/poison.h"

/* The rig's shop is closed: a till opens it for itself. */
static struct till *
open_till(struct rig *r)
{
	struct till *t = NULL;
	struct err e = {0};
	enum rc rc;

	rig_close(r);
	rc = till_open(&r->conf, &t, &e);
	if (rc != RC_OK) {
		(void)fprintf(stderr, "# %s\n", e.msg);
	}
	assert_int_equal(rc, RC_OK);
	return t;
}

static struct reply
enter(struct till *t, const char *text)
{
	struct input in = {
		.kind = INPUT_ENTRY, .text = text, .len = strlen(text)};
	struct reply reply;

	till_input(t, &in, &reply);
	till_devices(t);
	return reply;
}

static void
sell(struct till *t, const char *item)
{
	struct reply reply;

	assert_true(enter(t, item).ok);
	assert_true(enter(t, "TL").ok);
	reply = enter(t, "CA");
	assert_true(reply.ok);
	assert_true(reply.sold);
}

static uint64_t
head(struct till *t)
{
	return journal_head(till_shop(t)->journal).sequence;
}

static void
with_printer(struct rig *r)
{
	char more[256];

	(void)snprintf(more, sizeof(more),
		"[printer]\ndriver = escpos\nuri = file:%s/paper\n"
		"profile = generic\n[drawer]\npin = 2\n",
		r->base);
	rig_configure(r, more);
}

static size_t
paper(struct rig *r, const char *words)
{
	char path[128];
	uint8_t *p = NULL;
	size_t n = 0, hits = 0;

	(void)snprintf(path, sizeof(path), "%s/paper", r->base);
	if (file_load(path, (size_t)1 << 20, &p, &n, NULL) != RC_OK) {
		return 0;
	}
	for (size_t i = 0; i + strlen(words) <= n; i++) {
		hits += memcmp(p + i, words, strlen(words)) == 0 ? 1 : 0;
	}
	free(p);
	return hits;
}

/* --- printing --- */

static void
test_receipt_and_copy_print(void **state)
{
	struct rig *r = *state;
	struct till_status status;
	struct till *t;
	char text[8192];
	struct sbuf b;

	with_printer(r);
	t = open_till(r);
	sell(t, "1000DP10");
	assert_int_equal(paper(r, "R01-000001"), 2); /* text and barcode */
	assert_int_equal(paper(r, "\x1bp"), 1);      /* the drawer, once */
	till_status(t, &status);
	assert_true(status.selling);
	assert_string_equal(status.printer, "ok");
	assert_string_equal(status.trouble, "");
	assert_true(enter(t, "RP").ok);
	assert_true(paper(r, "COPY") > 0);
	assert_int_equal(paper(r, "\x1bp"), 1);
	assert_true(enter(t, "XR").ok);
	assert_true(enter(t, "NS").ok);
	assert_int_equal(paper(r, "\x1bp"), 2);
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(till_last_receipt(t, &b, NULL), RC_OK);
	assert_non_null(strstr(text, "R01-000001"));
	till_close(t);
	rig_open(r);
	/* sale, drawer, printed, copy, printed, report, no sale */
	assert_int_equal(rig_event(r, 4)->type, EVENT_SALE_COMPLETED);
	assert_int_equal(rig_event(r, 6)->type, EVENT_RECEIPT_PRINTED);
	assert_string_equal(rig_event(r, 6)->data.receipt.outcome, "printed");
	assert_int_equal(rig_event(r, 7)->type, EVENT_COPY_PRINTED);
	assert_int_equal(rig_verify(r), 0);
}

/* A printer that is not there holds up no sale, and the next start says so. */
static void
test_printer_away(void **state)
{
	struct rig *r = *state;
	struct till_status status;
	struct till *t;

	rig_configure(r, "[printer]\ndriver = escpos\n"
			 "uri = file:/nonexistent/paper\n");
	t = open_till(r);
	sell(t, "1000DP10");
	till_status(t, &status);
	assert_string_equal(status.printer, "down");
	till_close(t);
	rig_open(r);
	assert_int_equal(rig_event(r, 5)->type, EVENT_RECEIPT_PRINTED);
	/* no byte went out: that is known */
	assert_string_equal(rig_event(r, 5)->data.receipt.outcome, "failed");
}

/* As if another language said it: around what any may be. */
static const char *
turned(const char *english)
{
	static char buf[4][160];
	static size_t at;
	const char *hole = strstr(english, "%s");

	at = (at + 1) % ARRAY_LEN(buf);
	(void)snprintf(buf[at], sizeof(buf[at]), "<%.3s%s>", english,
		hole != NULL ? " %s" : "");
	return buf[at];
}

static void
test_trouble_in_the_shops_words(void **state)
{
	static const char *const said[][2] = {
		{"printer: cover open", "<pri <cov>>"},
		{"printer: cannot open /dev/lp0: No such file",
			"<pri <can /dev/lp0: No such file>>"},
		{"printer: no permission for /dev/lp0: add this user to the "
		 "group lp or dialout: Permission denied",
			"<pri <no  /dev/lp0>: Permission denied>"},
		{"the disk is nearly full: 12 MiB left; free some room",
			"<the 12>"},
		{"look-up only, nothing can be sold: the store in /s is "
		 "damaged; run 'holdfast rebuild'",
			"<loo <the /s>>"},
		{"printer: ink is low", "<pri ink is low>"},
		{"offline now", "offline now"},
		{"the disk is nearly full: 12", "the disk is nearly full: 12"},
		{"", ""},
	};
	char buf[192];
	struct sbuf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		sbuf_init(&b, buf, sizeof(buf));
		till_say_trouble(&b, said[i][0], turned);
		assert_string_equal(buf, said[i][1]);
	}
}

/* An address that an older or newer version took into its configuration. */
static void
test_unknown_printer_stops_no_sale(void **state)
{
	struct rig *r = *state;
	struct till_status status;
	struct till *t;

	rig_configure(
		r, "[printer]\ndriver = escpos\nuri = file:/nothere/printer\n");
	t = open_till(r);
	(void)till_idle(t);
	till_status(t, &status);
	assert_string_equal(status.printer, "down");
	assert_non_null(strstr(status.trouble, "/nothere/printer"));
	sell(t, "1000DP10");
	assert_true(enter(t, "RP").ok);
	(void)till_idle(t);
	till_close(t);
	rig_open(r);
	assert_int_equal(rig_event(r, 4)->type, EVENT_SALE_COMPLETED);
	assert_int_equal(rig_event(r, 5)->type, EVENT_COPY_PRINTED);
	/* both waited for the printer until the end */
	assert_int_equal(rig_event(r, 6)->type, EVENT_RECEIPT_PRINTED);
	assert_string_equal(rig_event(r, 6)->data.receipt.outcome, "failed");
	assert_int_equal(rig_event(r, 7)->data.receipt.copy, 1);
	assert_int_equal(rig_verify(r), 0);
}

/* --- the draft --- */

static void
test_open_sale_comes_back(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	assert_true(enter(t, "1000DP10").ok);
	assert_true(enter(t, "3*250DP10").ok);
	assert_true(enter(t, "VD1").ok);
	till_close(t);
	t = open_till(r);
	assert_true(till_resumed(t));
	assert_int_equal(till_view(t)->basket->n_line, 1);
	assert_int_equal(till_view(t)->due.minor, 750);
	assert_true(enter(t, "CN").ok);
	till_close(t);
	t = open_till(r);
	assert_false(till_resumed(t));
	till_close(t);
}

/* A number is given once, also when the line is gone at the restart, and when
 * it is the draft's removal that is lost. */
static void
test_numbers_are_given_once(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	assert_true(enter(t, "1000DP10").ok);
	assert_true(enter(t, "250DP10").ok);
	assert_true(enter(t, "VD2").ok);
	till_close(t);
	t = open_till(r);
	assert_true(enter(t, "300DP10").ok);
	assert_int_equal(till_view(t)->basket->line[1].no, 3);
	rig_run("cp %s/draft %s/draft.kept", r->dir, r->base);
	assert_true(enter(t, "VD3").ok);
	till_close(t);
	rig_run("cp %s/draft.kept %s/draft", r->base, r->dir);
	t = open_till(r);
	assert_int_equal(till_view(t)->basket->n_line, 1);
	assert_true(enter(t, "400DP10").ok);
	assert_int_equal(till_view(t)->basket->line[1].no, 4);
	till_close(t);
}

/* A draft without marks: its sale is looked for. */
static void
test_old_draft(void **state)
{
	static const struct {
		const char *act; /* behind the draft */
		size_t lines;    /* offered */
	} row[] = {{"", 1}, {"XR", 1}, {"CA", 0}, {"CN", 0}, {"PK PK", 1},
		{"PK", 0}, {"CA 250DP10 CA", 0}, {"PK 250DP10 CA", 0}};
	struct rig *r = *state;
	char path[128], act[64];

	(void)snprintf(path, sizeof(path), "%s/draft.old", r->base);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct till *t = open_till(r);
		char *left = NULL, *word;

		if (till_resumed(t)) {
			assert_true(enter(t, "CN").ok);
		}
		assert_true(enter(t, "1000DP10").ok);
		assert_true(draft_old_write(
			path, till_shop(t)->keys, till_view(t)->basket));
		(void)snprintf(act, sizeof(act), "%s", row[i].act);
		for (word = strtok_r(act, " ", &left); word != NULL;
			word = strtok_r(NULL, " ", &left)) {
			assert_true(enter(t, word).ok);
		}
		till_close(t);
		rig_run("cp %s %s/draft", path, r->dir);
		t = open_till(r);
		assert_int_equal(till_view(t)->basket->n_line, row[i].lines);
		till_close(t);
	}
}

/* Killed between the flush of the sale and the clearing of its draft. */
static void
test_stale_draft_is_not_sold_twice(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	assert_true(enter(t, "1000DP10").ok);
	rig_run("cp %s/draft %s/draft.kept", r->dir, r->base);
	assert_true(enter(t, "TL").ok);
	assert_true(enter(t, "CA").ok);
	till_close(t);
	rig_run("cp %s/draft.kept %s/draft", r->base, r->dir);
	t = open_till(r);
	assert_false(till_resumed(t));
	assert_int_equal(till_view(t)->basket->n_line, 0);
	till_close(t);
}

static void
test_recalled_sale_is_in_the_draft(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	assert_true(enter(t, "1000DP10").ok);
	assert_true(enter(t, "PK").ok);
	assert_int_equal(till_view(t)->n_parked, 1);
	till_close(t);
	t = open_till(r);
	assert_int_equal(till_view(t)->n_parked, 1);
	assert_true(enter(t, "PK").ok);
	till_close(t);
	t = open_till(r);
	assert_true(till_resumed(t));
	assert_int_equal(till_view(t)->due.minor, 1000);
	till_close(t);
}

/* A disk that takes nothing any more: the sale stays open, in words. */
static void
test_refused_act_leaves_the_sale_open(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	struct shop *s = till_shop(t);
	struct reply reply;

	assert_true(enter(t, "1000DP10").ok);
	assert_true(enter(t, "TL").ok);
	s->read_only = true;
	reply = enter(t, "CA");
	assert_false(reply.ok);
	assert_string_equal(reply.error, "not_recorded");
	assert_int_equal(till_view(t)->due.minor, 1000);
	s->read_only = false;
	reply = enter(t, "CA");
	assert_true(reply.sold);
	assert_int_equal(reply.sale_seq, 3);
	till_close(t);
}

/* A part is taken only for lines that a cut cannot take away. */
static void
test_parts_come_back(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	const struct engine_view *v;
	struct reply reply;
	uint64_t at;

	assert_true(enter(t, "1000DP10").ok);
	at = head(t);
	till_shop(t)->read_only = true;
	assert_string_equal(enter(t, "300CA").error, "not_recorded");
	till_shop(t)->read_only = false;
	assert_int_equal(till_view(t)->n_tender, 0);
	assert_true(enter(t, "300CA").ok);
	assert_true(enter(t, "200CA").ok);
	assert_true(enter(t, "VD").ok);
	assert_int_equal(head(t), at + 3);
	till_close(t);

	t = open_till(r);
	v = till_view(t);
	assert_int_equal(v->state, ENGINE_PAY);
	assert_int_equal(v->n_tender, 1);
	assert_int_equal(v->tender[0].amount.minor, 300);
	assert_int_equal(v->due.minor, 700);
	assert_true(enter(t, "100CA").ok);
	assert_int_equal(v->tender[1].no, 3);
	reply = enter(t, "CA");
	assert_true(reply.sold);
	assert_int_equal(reply.tendered.minor, 1000);
	till_close(t);

	t = open_till(r);
	assert_int_equal(till_view(t)->n_tender, 0);
	assert_int_equal(till_view(t)->state, ENGINE_READY);
	till_close(t);
}

/* The draft is gone and a part of it is paid: that is told. */
static void
test_paid_and_lost_is_told(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);
	char path[PATH_BYTES + 8];

	assert_true(enter(t, "1000DP10").ok);
	assert_true(enter(t, "300CA").ok);
	(void)snprintf(path, sizeof(path), "%s/draft", till_shop(t)->dir);
	till_close(t);
	assert_int_equal(remove(path), 0);
	t = open_till(r);
	assert_non_null(strstr(till_note(t), "3.00 of it is paid"));
	sell(t, "100DP10");
	till_close(t);
	t = open_till(r);
	assert_null(strstr(till_note(t), "paid"));
	till_close(t);
}

/* --- the inbox --- */

static struct request
export_request(int64_t rows)
{
	struct request q = {.type = EVENT_EXPORT_DONE, .actor = "1"};

	q.event.type = q.type;
	q.event.data.export_.kind = "sales";
	q.event.data.export_.format = "csv";
	q.event.data.export_.first = 1;
	q.event.data.export_.last = 2;
	q.event.data.export_.rows = rows;
	return q;
}

static void
put_request(struct rig *r, const char *id, int64_t rows)
{
	struct request q = export_request(rows);
	char path[256], text[4096], uuid[UUID_TEXT_BYTES] = "";
	char proof[PEOPLE_PROOF_BYTES];
	struct sbuf b;

	memcpy(uuid, id, sizeof(uuid) - 1);
	assert_int_equal(
		inbox_who_has_key(&r->conf, &q, uuid, proof, NULL), RC_OK);
	q.proof = proof;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(request_encode(&q, &b, NULL), RC_OK);
	(void)snprintf(path, sizeof(path), "%s/inbox/%s%s", r->dir, id,
		strstr(id, ".req") == NULL ? ".req" : "");
	assert_int_equal(file_save(path, b.p, b.len, 0600, NULL), RC_OK);
}

static size_t
count_inbox(struct rig *r, const char *suffix)
{
	DIR *d = opendir(rig_path(r, "inbox"));
	const struct dirent *e;
	size_t n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		n += strstr(e->d_name, suffix) != NULL ? 1 : 0;
	}
	(void)closedir(d);
	return n;
}

#define ID1 "019aa000-0000-7000-8000-000000000001"
#define ID2 "019aa000-0000-7000-8000-000000000002"
#define ID3 "019aa000-0000-7000-8000-000000000003"

static void
test_inbox_in_order_and_once(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	put_request(r, ID2, 22);
	put_request(r, ID1, 11);
	rig_run("echo nonsense >%s/inbox/" ID3 ".req", r->dir);
	rig_run("echo {} >%s/inbox/stranger", r->dir);
	(void)till_idle(t);
	assert_int_equal(count_inbox(r, ".req"), 0);
	assert_int_equal(count_inbox(r, ".ans"), 3);
	rig_run("grep -qx 'ok 3' %s/inbox/" ID1 ".ans", r->dir);
	rig_run("grep -qx 'ok 4' %s/inbox/" ID2 ".ans", r->dir);
	rig_run("grep -q '^PROTO ' %s/inbox/" ID3 ".ans", r->dir);
	assert_int_equal(head(t), 4);
	till_close(t);

	/* killed behind the recording: no answer, the request still there */
	rig_run("rm %s/inbox/" ID1 ".ans", r->dir);
	put_request(r, ID1 ".req.3", 11);
	/* and between answer and removal */
	put_request(r, ID2, 22);
	t = open_till(r);
	(void)till_idle(t);
	assert_int_equal(head(t), 4);
	assert_int_equal(count_inbox(r, ".req"), 0);
	rig_run("grep -qx 'ok 3' %s/inbox/" ID1 ".ans", r->dir);
	till_close(t);
}

static bool
is_told(struct till *t)
{
	struct pollfd p[4];
	short events[4];
	int fd[4];
	size_t n = till_watch(t, fd, events, 4);

	for (size_t i = 0; i < n; i++) {
		p[i] = (struct pollfd){.fd = fd[i], .events = events[i]};
	}
	return poll(p, n, 0) > 0;
}

/* Somebody put another inbox in the place of this one, as a restore of some
 * files does: the till hears of what comes into it. */
static void
test_inbox_put_in_place(void **state)
{
	struct rig *r = *state;
	struct till *t = open_till(r);

	(void)till_idle(t);
	assert_false(is_told(t));
	put_request(r, ID1, 11);
	assert_true(is_told(t));
	(void)till_idle(t);
	(void)till_idle(t); /* its own renames */
	rig_run("mv %s/inbox %s/away && mkdir %s/inbox", r->dir, r->dir,
		r->dir);
	assert_true(is_told(t));
	(void)till_idle(t);
	assert_false(is_told(t));
	put_request(r, ID2, 22);
	assert_true(is_told(t));
	(void)till_idle(t);
	assert_int_equal(count_inbox(r, ".ans"), 1);
	till_close(t);
}

/* One that asks for what was recorded before, by another, is a fact of its
 * own; killed over, it is known by the place it was to get. */
static void
test_inbox_same_again(void **state)
{
	static const struct {
		const char *name;
		int64_t rows;
		const char *answer;
		uint64_t head;
	} row[] = {{ID1 ".req", 22, "ok 5", 5}, {ID1 ".req.3", 11, "ok 3", 5},
		{ID1 ".req.4", 11, "ok 6", 6}, /* line 4 is the other */
		{ID1 ".req.7", 22, "ok 7", 7}, /* never was recorded */
		{ID1 ".req.99", 22, "ok 8", 8}};
	struct rig *r = *state;
	struct till *t = open_till(r);

	put_request(r, ID1, 11);
	put_request(r, ID2, 22);
	(void)till_idle(t);
	assert_int_equal(head(t), 4);
	till_close(t);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		rig_run("rm -f %s/inbox/*", r->dir);
		put_request(r, row[i].name, row[i].rows);
		t = open_till(r);
		(void)till_idle(t);
		assert_int_equal(head(t), row[i].head);
		assert_int_equal(count_inbox(r, ".req"), 0);
		rig_run("grep -qx '%s' %s/inbox/" ID1 ".ans", row[i].answer,
			r->dir);
		till_close(t);
	}
}

static void
test_inbox_submit_without_a_register(void **state)
{
	struct rig *r = *state;
	struct request q = export_request(5);
	uint64_t sequence = 0;

	rig_close(r);
	put_request(r, ID1, 11); /* one that waits goes first */
	assert_int_equal(
		inbox_submit(&r->conf, &q, 100, &sequence, NULL), RC_OK);
	assert_int_equal(sequence, 4);
	assert_int_equal(
		inbox_submit(&r->conf, &q, 100, &sequence, NULL), RC_OK);
	assert_int_equal(sequence, 5); /* two exports are two facts */
	q.type = EVENT_SALE_COMPLETED;
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

static void
test_inbox_refuses_a_bad_configuration(void **state)
{
	struct rig *r = *state;
	struct request q = {.type = EVENT_CONFIG_ACTIVATED, .actor = "1"};
	uint64_t sequence = 0;
	struct err e = {0};

	rig_close(r);
	q.event.type = q.type;
	q.event.data.config.version = "00";
	q.event.data.config.text = "[shop]\nname = X\n";
	assert_int_not_equal(
		inbox_submit(&r->conf, &q, 100, &sequence, &e), RC_OK);
	assert_int_not_equal(e.msg[0], '\0');
	q.type = EVENT_CATALOG_IMPORTED;
	q.event.type = q.type;
	q.event.data.catalog = (struct event_catalog){
		.version = 9, .rows = 1, .source = "x", .hash = "00"};
	assert_int_not_equal(
		inbox_submit(&r->conf, &q, 100, &sequence, &e), RC_OK);
	rig_open(r);
	assert_int_equal(journal_head(r->shop->journal).sequence, 2);
}

/* The shop goes on to other rules, as a request would make it. */
static void
activate(struct till *t, const char *more)
{
	static char text[CONFIG_TEXT_BYTES];
	struct event e = {.type = EVENT_CONFIG_ACTIVATED};
	char version[65];
	char *old = NULL;
	size_t n = 0;

	assert_int_equal(shop_config_text(till_shop(t), &old, &n, NULL), RC_OK);
	(void)snprintf(text, sizeof(text), "%s%s", old, more);
	free(old);
	config_version(text, strlen(text), version);
	e.data.config.version = version;
	e.data.config.text = text;
	assert_int_equal(
		shop_record(till_shop(t), &e, 1, "1", NULL, NULL, NULL), RC_OK);
}

/* A sale ends under the rules it began with, however many came meanwhile; a
 * copy of a past one is made under its own. */
static void
test_rules_stay_with_their_sale(void **state)
{
	static const char *const more[] = {
		"[promotion A]\nitems = all\nbuy = 2\nfree = 1\n",
		"[promotion B]\nitems = all\npercent = 10%\n",
		"[pricelist C]\ndept 10 = -10%\n", "# nothing else\n"};
	struct rig *r = *state;
	struct till *t;

	with_printer(r);
	t = open_till(r);
	assert_null(till_config(t)->rules);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		const struct rules *was = till_config(t)->rules;

		assert_true(enter(t, "1000DP10").ok);
		activate(t, more[i]);
		(void)till_idle(t);
		assert_ptr_equal(till_config(t)->rules, was);
		assert_true(enter(t, "500DP10").ok);
		assert_true(enter(t, "CA").sold);
		(void)till_idle(t);
		assert_ptr_equal(
			till_config(t)->rules, till_shop(t)->config.rules);
		assert_ptr_not_equal(till_config(t)->rules, was);
		/* of a sale under the rules before these */
		assert_true(enter(t, "RP").ok);
	}
	assert_int_equal(rules_n_promotions(till_config(t)->rules), 2);
	assert_int_equal(rules_n_lists(till_config(t)->rules), 1);
	sell(t, "1000DP10");
	till_close(t);
	t = open_till(r);
	assert_string_equal(rules_promotion(till_config(t)->rules, 1)->id, "B");
	till_close(t);
	rig_open(r);
	assert_int_equal(rig_verify(r), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, rig_new, rig_free)
		T(test_receipt_and_copy_print),
		T(test_printer_away),
		cmocka_unit_test(test_trouble_in_the_shops_words),
		T(test_unknown_printer_stops_no_sale),
		T(test_open_sale_comes_back),
		T(test_numbers_are_given_once),
		T(test_old_draft),
		T(test_stale_draft_is_not_sold_twice),
		T(test_recalled_sale_is_in_the_draft),
		T(test_refused_act_leaves_the_sale_open),
		T(test_parts_come_back),
		T(test_paid_and_lost_is_told),
		T(test_inbox_in_order_and_once),
		T(test_inbox_put_in_place),
		T(test_inbox_same_again),
		T(test_inbox_submit_without_a_register),
		T(test_inbox_refuses_a_bad_configuration),
		T(test_rules_stay_with_their_sale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
