/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device/host_internal.h"
#include "register/shop_internal.h"
#include "register/till_sync_internal.h"
#include "shop_rig.h"
#include "wire/anchor.h"

#include "base/poison.h"

/* The register and a worker that says what the test wants. */

#define HUB "01890a5d-ac96-774b-bcce-b302099a8057"
/* the hub has another id for this register than its lines */
#define KNOWN_AS "01890a5d-ac96-774b-bcce-b302099a8058"
#define SECOND INT64_C(1000000)

struct bench {
	struct rig *r;
	struct till *t;
	struct clock_fake fake;
	int listens, fd;
	uint8_t pub[SIGN_PUB_BYTES], sec[SIGN_SEC_BYTES];
	char heard[512];
};

static void
enroll(struct bench *b)
{
	uint8_t seed[SIGN_SEED_BYTES];
	char key[2 * SIGN_PUB_BYTES + 1];
	struct event e = {.type = EVENT_HUB_ENROLLED};

	memset(seed, 7, sizeof(seed));
	crypto_sign_key(seed, b->pub, b->sec);
	hex_encode(key, b->pub, sizeof(b->pub));
	e.data.hub = (struct event_hub){.hub = HUB,
		.url = "https://hub.example",
		.key = key,
		.keyid = "1.2.t." KNOWN_AS,
		.kind = "enroll"};
	assert_int_equal(
		shop_record(b->r->shop, &e, 1, "1", NULL, NULL, NULL), RC_OK);
}

static void
serve(struct bench *b)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	const char *path = rig_path(b->r, "sync/socket");

	b->fd = -1;
	(void)unlink(path);
	b->listens = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(b->listens >= 0);
	memcpy(a.sun_path, path, strlen(path) + 1);
	assert_int_equal(
		bind(b->listens, (const struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(b->listens, 4), 0);
}

static void
silence(struct bench *b)
{
	(void)close(b->fd);
	(void)close(b->listens);
	(void)unlink(rig_path(b->r, "sync/socket"));
	b->fd = -1;
	b->listens = -1;
}

static void
idle(struct bench *b)
{
	for (unsigned i = 0; i < 4; i++) {
		(void)till_idle(b->t);
	}
}

static void
pass(struct bench *b, int64_t us)
{
	b->fake.now.mono.us += us;
	b->fake.now.utc.us += us;
	rig_pass(b->r, us, us);
	idle(b);
}

static void
open_till(struct bench *b)
{
	struct err e = {0};

	if (till_open(&b->r->conf, &b->t, &e) != RC_OK) {
		fail_msg("%s", e.msg);
	}
	b->fake = (struct clock_fake){.now = clock_read(&b->t->real)};
	b->t->real = clock_fake(&b->fake);
	b->t->sync->host->clock = b->t->real;
}

/* The worker, met. */
static void
meet(struct bench *b)
{
	till_sync_again(b->t);
	idle(b);
	b->fd = accept(b->listens, NULL, NULL);
	assert_true(b->fd >= 0);
	assert_int_equal(read(b->fd, b->heard, sizeof(b->heard)), 14);
	assert_int_equal(write(b->fd, "HELLO 1\n", 8), 8);
	idle(b);
}

static void
say(struct bench *b, const char *line)
{
	ssize_t n = (ssize_t)strlen(line);

	assert_int_equal(write(b->fd, line, (size_t)n), n);
	idle(b);
}

/* What the register asked since. */
static const char *
asked(struct bench *b)
{
	ssize_t n = recv(b->fd, b->heard, sizeof(b->heard) - 1, MSG_DONTWAIT);

	b->heard[n > 0 ? n : 0] = '\0';
	return b->heard;
}

/* "STATE link=online" with what the hub has, signed. */
static void
acked(struct bench *b, uint64_t sequence, const char *more)
{
	char line[1024], hash[2 * HASH_BYTES + 1], when[UTC_TEXT_BYTES];
	char sig[BASE64_LEN(SIG_BYTES) + 1];
	uint8_t raw[SIG_BYTES];
	const struct event *e = NULL;
	struct anchor a = {.epoch = 1, .sequence = sequence};

	a.time.us = INT64_C(1764000000123456) + (int64_t)sequence;
	assert_int_equal(uuid_parse(KNOWN_AS, strlen(KNOWN_AS), a.reg), RC_OK);
	assert_int_equal(
		shop_event(b->t->shop, sequence, a.hash, &e, NULL), RC_OK);
	anchor_sign(&a, b->sec, raw);
	base64_encode(sig, raw, sizeof(raw));
	sig[BASE64_LEN(SIG_BYTES)] = '\0';
	hex_encode(hash, a.hash, HASH_BYTES);
	utc_format(a.time, when);
	(void)snprintf(line, sizeof(line),
		"STATE link=online acked_epoch=1 acked=%llu acked_hash=%s "
		"acked_time=%s anchor=%s hub=" HUB " rtt_ms=31 %s\n",
		(unsigned long long)sequence, hash, when, sig, more);
	say(b, line);
}

static bool
enter(struct bench *b, const char *text)
{
	struct input in = {
		.kind = INPUT_ENTRY, .text = text, .len = strlen(text)};
	struct reply reply;

	till_input(b->t, &in, &reply);
	return reply.ok;
}

static void
sell(struct bench *b)
{
	assert_true(enter(b, "1000DP10"));
	assert_true(enter(b, "TL"));
	assert_true(enter(b, "CA"));
}

static uint64_t
head(const struct bench *b)
{
	return shop_head(b->t->shop);
}

static const struct event *
line(struct bench *b, uint64_t sequence)
{
	const struct event *e = NULL;

	assert_int_equal(
		shop_event(b->t->shop, sequence, NULL, &e, NULL), RC_OK);
	return e;
}

static unsigned
count(struct bench *b, enum event_type type)
{
	unsigned n = 0;

	for (uint64_t i = 1; i <= head(b); i++) {
		n += line(b, i)->type == type ? 1 : 0;
	}
	return n;
}

static void
begin(struct bench *b, struct rig *r)
{
	memset(b, 0, sizeof(*b));
	b->r = r;
	enroll(b);
	rig_close(r);
	serve(b);
	open_till(b);
}

static void
end(struct bench *b)
{
	till_close(b->t);
	silence(b);
	rig_open(b->r);
	assert_int_equal(rig_verify(b->r), 0);
}

static void
a_shop_without_a_hub_has_none_of_it(void **state)
{
	struct rig *r = *state;
	struct till_status st;
	struct till *t = NULL;
	short ev[8];
	int fd[8];

	rig_close(r);
	assert_int_equal(till_open(&r->conf, &t, NULL), RC_OK);
	(void)till_idle(t);
	assert_null(till_link(t));
	till_status(t, &st);
	assert_int_equal(st.queued, 0);
	assert_int_equal(till_watch(t, fd, ev, 8), 1);
	assert_int_equal(
		till_link_ask(t, WORKER_ASK_NOW, 0, NULL), RC_NOTFOUND);
	till_close(t);
}

static void
silence_is_offline(void **state)
{
	struct bench b;
	const struct till_link *l;

	begin(&b, *state);
	l = till_link(b.t);
	assert_non_null(l);
	assert_int_equal(l->link, WORKER_OFFLINE);
	assert_string_equal(l->why, "the sync worker does not run");
	assert_int_equal(till_link_queued(b.t), head(&b));
	meet(&b);
	say(&b, "STATE link=online rtt_ms=31 queued=3\n");
	assert_true(l->heard);
	assert_int_equal(l->link, WORKER_ONLINE);
	(void)close(b.fd);
	b.fd = -1;
	idle(&b);
	assert_int_equal(l->link, WORKER_OFFLINE);
	assert_false(l->heard);
	/* a worker that hangs is asked when something wakes the register */
	meet(&b);
	say(&b, "STATE link=online rtt_ms=31\n");
	pass(&b, 60 * SECOND);
	assert_string_equal(asked(&b), "STATE\n");
	assert_int_equal(l->link, WORKER_ONLINE);
	pass(&b, 11 * SECOND);
	assert_int_equal(l->link, WORKER_OFFLINE);
	end(&b);
}

static void
first_contact_is_an_act(void **state)
{
	struct bench b;
	uint64_t was;

	begin(&b, *state);
	sell(&b);
	was = head(&b);
	meet(&b);
	acked(&b, was, "");
	assert_int_equal(head(&b), was + 1);
	assert_int_equal(line(&b, was + 1)->type, EVENT_HUB_ACKNOWLEDGED);
	assert_string_equal(line(&b, was + 1)->actor, "hub");
	assert_int_equal(line(&b, was + 1)->data.hub_ack.sequence, was);
	assert_int_equal(till_link_queued(b.t), 1);
	/* that it has that line, too, asks for no other */
	acked(&b, was + 1, "");
	acked(&b, was + 1, "");
	assert_int_equal(head(&b), was + 1);
	assert_int_equal(till_link_queued(b.t), 0);
	/* the next act takes it along, in front */
	sell(&b);
	assert_int_equal(line(&b, was + 2)->type, EVENT_HUB_ACKNOWLEDGED);
	assert_int_equal(line(&b, was + 2)->data.hub_ack.sequence, was + 1);
	assert_int_equal(count(&b, EVENT_HUB_ACKNOWLEDGED), 2);
	end(&b);
}

static void
only_what_holds(void **state)
{
	struct bench b;
	uint64_t was;

	begin(&b, *state);
	sell(&b);
	was = head(&b);
	meet(&b);
	/* of another hub's key */
	b.sec[0] ^= 1;
	acked(&b, was, "");
	b.sec[0] ^= 1;
	assert_true(till_link(b.t)->doubted);
	assert_int_equal(head(&b), was);
	assert_int_equal(till_link_queued(b.t), was);
	/* of a line that is not there */
	say(&b, "STATE link=online acked_epoch=1 acked=99999 acked_hash="
		"00112233445566778899aabbccddeeff"
		"00112233445566778899aabbccddeeff "
		"acked_time=2026-11-21T14:32:07.123456Z anchor="
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAA hub=" HUB "\n");
	assert_true(till_link(b.t)->doubted);
	acked(&b, was, "");
	assert_false(till_link(b.t)->doubted);
	assert_int_equal(head(&b), was + 1);
	/* never back */
	acked(&b, was - 1, "");
	sell(&b);
	assert_int_equal(count(&b, EVENT_HUB_ACKNOWLEDGED), 1);
	end(&b);
}

static void
the_end_of_a_sitting_is_recorded(void **state)
{
	struct bench b;
	uint64_t was;

	begin(&b, *state);
	meet(&b);
	acked(&b, head(&b), "");
	acked(&b, head(&b), "");
	was = head(&b);
	assert_true(enter(&b, "0CT"));
	assert_true(enter(&b, "1ZR"));
	/* the older acknowledgement went with it */
	assert_true(head(&b) > was);
	was = head(&b);
	acked(&b, was - 1, "");
	assert_int_equal(head(&b), was);
	acked(&b, was, "");
	assert_int_equal(head(&b), was + 1);
	acked(&b, was + 1, "");
	assert_int_equal(head(&b), was + 1);
	end(&b);
}

static void
after_a_restart_nothing_twice(void **state)
{
	struct bench b;
	uint64_t was;

	begin(&b, *state);
	sell(&b);
	meet(&b);
	say(&b, "STATE link=stopped why=two%20disks fork=clone fork_epoch=1 "
		"fork_sequence=2\n");
	say(&b, "STATE link=stopped fork=clone fork_epoch=1 "
		"fork_sequence=2 tried=9\n");
	assert_int_equal(count(&b, EVENT_HUB_REFUSED), 1);
	assert_string_equal(line(&b, head(&b))->data.hub_refused.kind, "clone");
	assert_string_equal(
		line(&b, head(&b))->data.hub_refused.detail, "two disks");
	was = head(&b);
	till_close(b.t);
	silence(&b);
	serve(&b);
	open_till(&b);
	meet(&b);
	say(&b, "STATE link=stopped fork=clone fork_epoch=1 "
		"fork_sequence=2\n");
	assert_int_equal(head(&b), was);
	assert_int_equal(till_link(b.t)->fork, WORKER_CLONE);
	/* it went on, and then was revoked */
	acked(&b, was, "");
	say(&b, "STATE link=stopped fork=revoked\n");
	say(&b, "STATE link=stopped fork=revoked\n");
	assert_int_equal(count(&b, EVENT_HUB_REFUSED), 2);
	/* selling goes on */
	sell(&b);
	end(&b);
}

/* An image that was put back: what the hub has is not here. */
static void
refuses(struct bench *b)
{
	struct input in = {.kind = INPUT_ENTRY, .text = "100DP10", .len = 7};
	struct reply reply;

	till_input(b->t, &in, &reply);
	assert_false(reply.ok);
	assert_string_equal(reply.error, "old_disk");
}

static void
say_fork(struct bench *b, const char *kind, uint64_t sequence)
{
	char text[128];

	(void)snprintf(text, sizeof(text),
		"STATE link=stopped fork=%s fork_epoch=1 fork_sequence=%llu\n",
		kind, (unsigned long long)sequence);
	say(b, text);
}

static void
sells_nothing(struct rig *r, const char *kind)
{
	struct bench b;

	begin(&b, r);
	meet(&b);
	/* it has that line by now: the worker looked too early */
	say_fork(&b, "rollback", head(&b));
	assert_int_equal(count(&b, EVENT_HUB_REFUSED), 0);
	assert_false(till_old(b.t));
	say_fork(&b, kind, head(&b) + 1);
	assert_int_equal(count(&b, EVENT_HUB_REFUSED), 1);
	assert_true(till_old(b.t));
	assert_int_equal(till_link(b.t)->fork, WORKER_ROLLBACK);
	refuses(&b);
	assert_true(enter(&b, "SY"));
	/* its own line is another one than the hub's: no news */
	say_fork(&b, "fork", head(&b));
	assert_int_equal(count(&b, EVENT_HUB_REFUSED), 1);
	assert_int_equal(till_link(b.t)->fork, WORKER_ROLLBACK);
	/* known also to the next start, with nobody to say so */
	till_close(b.t);
	silence(&b);
	open_till(&b);
	assert_true(till_old(b.t));
	refuses(&b);
	/* the hub went back itself, and takes it */
	till_close(b.t);
	serve(&b);
	open_till(&b);
	meet(&b);
	assert_true(till_old(b.t));
	say(&b, "STATE link=online\n");
	assert_false(till_old(b.t));
	sell(&b);
	end(&b);
}

static void
an_old_disk_sells_nothing(void **state)
{
	sells_nothing(*state, "rollback");
}

static void
nor_does_an_old_copy(void **state)
{
	sells_nothing(*state, "clone");
}

#define ITEM(seq)                                                              \
	"ITEM epoch=1 sequence=" seq " hash=00112233445566778899aabbccddeeff"  \
	"00112233445566778899aabbccddeeff reason=too%20long\n"

static void
kept_apart_is_recorded_once(void **state)
{
	struct bench b;
	struct till_apart a[4];
	unsigned n;

	begin(&b, *state);
	sell(&b);
	meet(&b);
	say(&b, "STATE link=online quarantined=2\n");
	assert_string_equal(asked(&b), "QUARANTINE\n");
	say(&b, ITEM("1") ITEM("2") "END\n");
	assert_int_equal(count(&b, EVENT_HUB_QUARANTINED), 2);
	assert_int_equal(till_link(b.t)->apart, 2);
	say(&b, "STATE link=online quarantined=2 rtt_ms=1\n");
	assert_string_equal(asked(&b), "");
	assert_int_equal(till_link_apart(b.t, a, 4), 2);
	assert_int_equal(a[0].sequence, 1);
	assert_string_equal(a[0].reason, "too long");
	assert_true(a[0].has);
	/* with a third one, the list has all of them */
	say(&b, "STATE link=online quarantined=3\n");
	assert_string_equal(asked(&b), "QUARANTINE\n");
	say(&b, ITEM("1") ITEM("2") ITEM("3") "END\n");
	n = count(&b, EVENT_HUB_QUARANTINED);
	assert_int_equal(n, 3);
	till_close(b.t);
	silence(&b);
	serve(&b);
	open_till(&b);
	meet(&b);
	say(&b, "STATE link=online quarantined=3\n");
	assert_string_equal(asked(&b), "");
	assert_int_equal(count(&b, EVENT_HUB_QUARANTINED), 3);
	end(&b);
}

/* A long list is recorded in pieces, each line once. */
static void
all_of_a_long_list(void **state)
{
	struct bench b;
	char item[256];

	begin(&b, *state);
	sell(&b);
	meet(&b);
	say(&b, "STATE link=online quarantined=40\n");
	for (unsigned turn = 0; turn < 2; turn++) {
		assert_string_equal(asked(&b), "QUARANTINE\n");
		for (unsigned i = 1; i <= 40; i++) {
			(void)snprintf(item, sizeof(item),
				"ITEM epoch=1 sequence=%u hash=%064u "
				"reason=no\n",
				i, i);
			say(&b, item);
		}
		say(&b, "END\n");
	}
	assert_int_equal(count(&b, EVENT_HUB_QUARANTINED), 40);
	say(&b, "STATE link=online quarantined=40 rtt_ms=1\n");
	assert_string_equal(asked(&b), "");
	end(&b);
}

static void
sales_are_counted(void **state)
{
	struct bench b;
	uint64_t local = 0, there = 0, was;
	struct till_waiting w[64];
	size_t n;

	begin(&b, *state);
	sell(&b);
	sell(&b);
	was = head(&b);
	sell(&b);
	meet(&b);
	assert_true(till_link_docs(b.t, &local, &there));
	assert_int_equal(local, 3);
	assert_int_equal(there, 0);
	acked(&b, was, "");
	assert_true(till_link_docs(b.t, &local, &there));
	assert_int_equal(local, 3);
	assert_int_equal(there, 2);
	n = till_link_waiting(b.t, 0, w, 64);
	assert_int_equal(n, head(&b) - was);
	assert_int_equal(w[0].sequence, was + 1);
	assert_true(till_link(b.t)->oldest.us > 0);
	acked(&b, head(&b), "");
	assert_int_equal(till_link(b.t)->oldest.us, 0);
	assert_true(till_link_docs(b.t, &local, &there));
	assert_int_equal(there, 3);
	assert_int_equal(till_link_waiting(b.t, 0, w, 64), 0);
	end(&b);
}

static void
a_sale_in_hand_stays(void **state)
{
	struct bench b;

	begin(&b, *state);
	assert_true(enter(&b, "1000DP10"));
	meet(&b);
	acked(&b, head(&b), "");
	say(&b, "STATE link=stopped fork=fork fork_epoch=1 fork_sequence=1\n");
	assert_int_equal(count(&b, EVENT_HUB_ACKNOWLEDGED), 1);
	assert_int_equal(count(&b, EVENT_HUB_REFUSED), 1);
	till_close(b.t);
	silence(&b);
	serve(&b);
	open_till(&b);
	assert_true(till_resumed(b.t));
	assert_true(enter(&b, "TL"));
	assert_true(enter(&b, "CA"));
	end(&b);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, rig_new, rig_free)
	const struct CMUnitTest tests[] = {
		CASE(a_shop_without_a_hub_has_none_of_it),
		CASE(silence_is_offline), CASE(first_contact_is_an_act),
		CASE(only_what_holds), CASE(the_end_of_a_sitting_is_recorded),
		CASE(after_a_restart_nothing_twice),
		CASE(an_old_disk_sells_nothing), CASE(nor_does_an_old_copy),
		CASE(kept_apart_is_recorded_once), CASE(all_of_a_long_list),
		CASE(sales_are_counted), CASE(a_sale_in_hand_stays)};

	return cmocka_run_group_tests_name("till_sync", tests, NULL, NULL);
}
