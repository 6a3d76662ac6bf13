/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h wants the others before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <string.h>

#include "base/bytes.h"
#include "wire/hub_msg.h"
#include "wire/json_read.h"

#include "base/poison.h"

static char memory[1 << 18];
static char text[1 << 15];

static struct arena
fresh(void)
{
	struct arena a;

	arena_init(&a, memory, sizeof(memory));
	return a;
}

static enum rc
read_json(const char *s, unsigned keep, const struct json_value **ret)
{
	struct arena a = fresh();

	return json_read(s, strlen(s), keep, &a, ret, NULL);
}

static void
json_is_taken_apart(void **state)
{
	const struct json_value *v, *one;

	(void)state;
	assert_int_equal(
		read_json(" {\"a\" : [1, -2,\t3.5e1, true, null, \"\\u00e9\\ud8"
			  "3d\\ude00\\n\"], \"b\":{\"c\":{}}}\n",
			0, &v),
		RC_OK);
	assert_int_equal(v->kind, JSON_OBJECT);
	assert_int_equal(v->n, 2);
	one = json_member(v, "a");
	assert_int_equal(one->kind, JSON_LIST);
	assert_int_equal(one->n, 6);
	one = one->first;
	assert_int_equal(one->i, 1);
	one = one->next;
	assert_int_equal(one->i, -2);
	one = one->next;
	assert_int_equal(one->kind, JSON_NUMBER);
	assert_int_equal(one->n_raw, 5);
	one = one->next;
	assert_int_equal(one->kind, JSON_BOOL);
	assert_int_equal(one->i, 1);
	one = one->next;
	assert_int_equal(one->kind, JSON_NULL);
	one = one->next;
	assert_string_equal(one->text, "\xc3\xa9\xf0\x9f\x98\x80\n");
	assert_null(one->next);
	one = json_member(v, "b");
	assert_int_equal(one->n_raw, strlen("{\"c\":{}}"));
	assert_memory_equal(one->raw, "{\"c\":{}}", one->n_raw);
	assert_non_null(json_member(one, "c"));
	assert_null(json_member(v, "c"));
	assert_null(json_member(NULL, "c"));
	/* what is deeper is looked at and not kept */
	assert_int_equal(read_json("{\"b\":{\"c\":{}}}", 1, &v), RC_OK);
	assert_null(json_member(v, "b")->first);
	assert_int_equal(
		read_json("{\"b\":{\"c\":1,\"c\":1}}", 1, &v), RC_PROTO);
	assert_int_equal(read_json("7", 0, &v), RC_OK);
	assert_int_equal(v->i, 7);
}

static void
json_is_strict(void **state)
{
	static const char *const bad[] = {"", " ", "{", "}", "{}{}", "{} x",
		"{\"a\":1,}", "[1,]", "{\"a\"}", "{a:1}", "{'a':1}",
		"{\"a\":01}", "{\"a\":-}", "{\"a\":1.}", "{\"a\":+1}",
		"{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":nul}",
		"{\"a\":tRUE}", "{\"a\":NULL}", "/**/{}", "{\"a\":\"\\x\"}",
		"{\"a\":\"\t\"}", "{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}",
		"{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\\ud800\"}",
		"{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\xff\"}",
		"{\"a\":\"\xed\xa0\x80\"}", "{\"a\":1,\"a\":1}",
		"{\"a\":1,\"\\u0061\":1}", "{\"a\":9007199254740992}",
		"{\"a\":-9007199254740992}", "{\"a\":99999999999999999999}",
		"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "\"a", "\"\\", "\"\\u",
		"\"\\u00"};
	const struct json_value *v;
	struct sbuf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (read_json(bad[i], 0, &v) != RC_PROTO) {
			fail_msg("taken: %s", bad[i]);
		}
	}
	assert_int_equal(read_json("{\"a\":-9007199254740991}", 0, &v), RC_OK);
	assert_int_equal(
		read_json("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", 0, &v), RC_OK);
	/* a NUL in the bytes */
	{
		struct arena a = fresh();

		assert_int_equal(
			json_read("{}\0", 3, 0, &a, &v, NULL), RC_PROTO);
	}
	sbuf_init(&b, text, sizeof(text));
	sbuf_puts(&b, "{");
	for (unsigned i = 0; i <= JSON_MEMBERS; i++) {
		sbuf_printf(&b, "%s\"m%u\":1", i > 0 ? "," : "", i);
	}
	sbuf_puts(&b, "}");
	assert_int_equal(read_json(text, 0, &v), RC_PROTO);
	/* no room is no damage */
	{
		struct arena a;

		arena_init(&a, memory, 256);
		assert_int_equal(json_read("[1,2,3,4,5]", 11, 0, &a, &v, NULL),
			RC_NOMEM);
	}
}

static struct hub_answer
answer(void)
{
	struct hub_answer m = {.hub = {1, 2},
		.time = {1700000000000000},
		.has_head = true,
		.head = {.epoch = 2,
			.sequence = 812,
			.hash = {0xaa},
			.time = {1700000000000001}},
		.anchor = {9},
		.durable = 800,
		.quarantined = 1,
		.applied = 700,
		.feed = {{"products", 812}, {"prices", 3}},
		.n_feed = 2};

	return m;
}

static void
an_answer_comes_back(void **state)
{
	struct hub_answer m = answer();
	struct hub_answer back;
	struct arena a = fresh();
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(hub_answer_encode(&m, &b, NULL), RC_OK);
	assert_int_equal(hub_answer_decode(b.p, b.len, &a, &back, NULL), RC_OK);
	assert_memory_equal(back.hub, m.hub, UUID_BYTES);
	assert_memory_equal(&back.head, &m.head, sizeof(m.head));
	assert_memory_equal(back.anchor, m.anchor, SIG_BYTES);
	assert_int_equal(back.time.us, m.time.us);
	assert_int_equal(back.durable, 800);
	assert_int_equal(back.quarantined, 1);
	assert_int_equal(back.applied, 700);
	assert_int_equal(back.n_feed, 2);
	assert_string_equal(back.feed[1].name, "prices");
	assert_int_equal(back.feed[1].rev, 3);
	assert_int_equal(back.problem, PROBLEM_NONE);
	assert_null(back.title);

	m.problem = PROBLEM_GAP;
	m.title = "A line is missing";
	m.detail = "send from 813 \"on\"";
	m.at = 815;
	m.retry_s = 7;
	assert_int_equal(hub_answer_encode(&m, &b, NULL), RC_OK);
	assert_non_null(strstr(b.p,
		"{\"type\":\"urn:holdfast:problem:gap\",\"title\":\"A line is "
		"missing\",\"status\":409,"));
	a = fresh();
	assert_int_equal(hub_answer_decode(b.p, b.len, &a, &back, NULL), RC_OK);
	assert_int_equal(back.problem, PROBLEM_GAP);
	assert_int_equal(back.status, 409);
	assert_string_equal(back.detail, m.detail);
	assert_int_equal(back.at, 815);
	assert_int_equal(back.retry_s, 7);
	assert_true(back.has_head);
}

static void
every_problem_has_its_word(void **state)
{
	(void)state;
	for (int p = PROBLEM_NONE + 1; p < PROBLEM_OTHER; p++) {
		assert_int_equal(
			hub_problem_find(hub_problem_word((enum hub_problem)p)),
			p);
		assert_true(hub_problem_status((enum hub_problem)p) >= 400);
		assert_true(strlen(hub_problem_word((enum hub_problem)p)) <
			    HUB_WORD_BYTES);
	}
	assert_int_equal(hub_problem_find("teapot"), PROBLEM_OTHER);
	assert_int_equal(hub_problem_find(""), PROBLEM_OTHER);
}

#define UUID "01020000-0000-0000-0000-000000000000"
#define TIME "2026-11-21T14:32:07.123456Z"

static void
a_newer_hub_may_say_more(void **state)
{
	static const char more[] =
		"{\"hub\":\"" UUID "\",\"time\":\"" TIME "\",\"weather\":[{}],"
		"\"feeds\":{\"a-feed-whose-name-is-longer-than-ours\":1,"
		"\"x\":2}}";
	static const char strange[] =
		"{\"type\":\"about:blank\",\"status\":418,\"hub\":\"" UUID
		"\",\"time\":\"" TIME "\"}";
	static const char *const bad[] = {"{}", "[]", "<html>",
		"{\"hub\":\"" UUID "\"}", "{\"hub\":1,\"time\":\"" TIME "\"}",
		"{\"hub\":\"x\",\"time\":\"" TIME "\"}",
		"{\"hub\":\"" UUID "\",\"time\":\"noon\"}",
		"{\"hub\":\"" UUID "\",\"time\":\"" TIME
		"\",\"head\":{\"epoch\":1}}",
		"{\"hub\":\"" UUID "\",\"time\":\"" TIME "\",\"durable\":-1}",
		"{\"hub\":\"" UUID "\",\"time\":\"" TIME
		"\",\"feeds\":{\"x\":\"y\"}}",
		"{\"hub\":\"" UUID "\",\"time\":\"" TIME "\",\"hub\":\"" UUID
		"\"}"};
	struct hub_answer m;
	struct arena a = fresh();

	(void)state;
	assert_int_equal(
		hub_answer_decode(more, strlen(more), &a, &m, NULL), RC_OK);
	assert_int_equal(m.n_feed, 1);
	assert_string_equal(m.feed[0].name, "x");
	assert_false(m.has_head);
	assert_int_equal(
		hub_answer_decode(strange, strlen(strange), &a, &m, NULL),
		RC_OK);
	assert_int_equal(m.problem, PROBLEM_OTHER);
	assert_int_equal(m.status, 418);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		a = fresh();
		if (hub_answer_decode(bad[i], strlen(bad[i]), &a, &m, NULL) !=
			RC_PROTO) {
			fail_msg("taken: %s", bad[i]);
		}
	}
}

static void
who_is_there_comes_back(void **state)
{
	struct hub_identity m = {.hub = {7},
		.name = "Hub \"one\"",
		.version = "0.7",
		.key = {1},
		.box = {2},
		.tls = "sha256//AAA=",
		.time = {1700000000000000}};
	struct hub_identity back;
	struct arena a = fresh();
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(hub_identity_encode(&m, &b, NULL), RC_OK);
	assert_int_equal(
		hub_identity_decode(b.p, b.len, &a, &back, NULL), RC_OK);
	assert_memory_equal(back.hub, m.hub, UUID_BYTES);
	assert_string_equal(back.name, m.name);
	assert_memory_equal(back.key, m.key, SIGN_PUB_BYTES);
	assert_memory_equal(back.box, m.box, KEY_BYTES);
	assert_string_equal(back.tls, m.tls);
	m.tls = NULL;
	assert_int_equal(hub_identity_encode(&m, &b, NULL), RC_OK);
	assert_null(strstr(b.p, "tls"));
	assert_int_equal(
		hub_identity_decode(b.p, b.len, &a, &back, NULL), RC_OK);
	assert_null(back.tls);
	m.name = "\xff";
	assert_int_equal(hub_identity_encode(&m, &b, NULL), RC_INVAL);
	m.name = NULL;
	assert_int_equal(hub_identity_encode(&m, &b, NULL), RC_INVAL);
	assert_int_equal(b.len, 0);
}

static void
an_enrolment_comes_back(void **state)
{
	struct hub_enroll m = {.code = "00000-11111",
		.source = "/t/a/s/b/r/c",
		.register_no = "R01",
		.public_key = {1},
		.link_key = {2},
		.box_key = {3},
		.product = "holdfast/0.7",
		.has_head = true,
		.head = {.epoch = 1, .sequence = 5, .hash = {6}}};
	struct hub_enroll back;
	struct hub_enrolled e = {.keyid = "0.1.x.y",
		.hub = {1, 2},
		.tenant = {3},
		.store = {4},
		.reg = {5},
		.tenant_name = "T",
		.store_name = "S",
		.register_no = "R01",
		.kind = "enroll",
		.nonce = "n",
		.answer = answer()};
	struct hub_enrolled e2;
	struct arena a = fresh();
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(hub_enroll_encode(&m, &b, NULL), RC_OK);
	assert_int_equal(hub_enroll_decode(b.p, b.len, &a, &back, NULL), RC_OK);
	assert_string_equal(back.code, m.code);
	assert_string_equal(back.source, m.source);
	assert_memory_equal(back.public_key, m.public_key, SIGN_PUB_BYTES);
	assert_memory_equal(back.link_key, m.link_key, SIGN_PUB_BYTES);
	assert_memory_equal(back.box_key, m.box_key, KEY_BYTES);
	assert_null(back.machine);
	assert_true(back.has_head);
	assert_memory_equal(&back.head, &m.head, sizeof(m.head));

	assert_int_equal(hub_enrolled_encode(&e, &b, NULL), RC_OK);
	a = fresh();
	assert_int_equal(hub_enrolled_decode(b.p, b.len, &a, &e2, NULL), RC_OK);
	assert_string_equal(e2.keyid, e.keyid);
	assert_memory_equal(e2.hub, e.hub, UUID_BYTES);
	assert_memory_equal(e2.reg, e.reg, UUID_BYTES);
	assert_string_equal(e2.kind, "enroll");
	assert_null(e2.source);
	assert_null(e2.persons);
	assert_int_equal(e2.answer.head.sequence, 812);
	e.hub[0]++;
	assert_int_equal(hub_enrolled_encode(&e, &b, NULL), RC_INVAL);
}

static void
a_start_comes_back(void **state)
{
	struct hub_hello m = {.next = "b", .product = "p", .machine = "m"};
	struct hub_hello back;
	struct arena a = fresh();
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(hub_hello_encode(&m, &b, NULL), RC_OK);
	assert_int_equal(hub_hello_decode(b.p, b.len, &a, &back, NULL), RC_OK);
	assert_null(back.nonce);
	assert_string_equal(back.next, "b");
	assert_string_equal(back.machine, "m");
	assert_false(back.has_head);
	m.next = NULL;
	assert_int_equal(hub_hello_encode(&m, &b, NULL), RC_INVAL);
}

static void
a_poison_comes_back_whole(void **state)
{
	uint8_t bytes[256];
	struct hub_poison m = {.epoch = 1,
		.sequence = 9,
		.prev = {1},
		.hash = {2},
		.reason = "no UTF-8",
		.bytes = bytes};
	struct hub_poison back;
	struct arena a;
	struct sbuf b;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(255 - i);
	}
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		m.n_bytes = n;
		sbuf_init(&b, text, sizeof(text));
		assert_int_equal(hub_poison_encode(&m, &b, NULL), RC_OK);
		a = fresh();
		assert_int_equal(
			hub_poison_decode(b.p, b.len, &a, &back, NULL), RC_OK);
		assert_int_equal(back.n_bytes, n);
		assert_memory_equal(back.bytes, bytes, n);
		assert_memory_equal(back.hash, m.hash, HASH_BYTES);
	}
	sbuf_init(&b, text, 400);
	assert_int_equal(hub_poison_encode(&m, &b, NULL), RC_RANGE);
}

static void
bodies_of_a_page_stay_as_they_are(void **state)
{
	static const char body[] = "{ \"name\":\"caf\\u00e9\", \"p\":[1.50] }";
	const struct hub_item item[] = {
		{.key = "4006381333931",
			.rev = 5,
			.scope = "tenant",
			.valid_from = {1700000000000000},
			.body = body,
			.n_body = sizeof(body) - 1},
		{.key = "x", .rev = 6, .deleted = true},
	};
	const struct hub_page m = {.feed = "products",
		.epoch = "e1",
		.rev = 6,
		.more = true,
		.applied = 3,
		.item = item,
		.n_item = 2};
	struct hub_page back;
	struct arena a = fresh();
	struct sbuf b;

	(void)state;
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(hub_page_encode(&m, &b, NULL), RC_OK);
	assert_int_equal(hub_page_decode(b.p, b.len, &a, &back, NULL), RC_OK);
	assert_string_equal(back.feed, "products");
	assert_string_equal(back.epoch, "e1");
	assert_int_equal(back.rev, 6);
	assert_true(back.more);
	assert_int_equal(back.n_item, 2);
	assert_int_equal(back.item[0].n_body, sizeof(body) - 1);
	assert_memory_equal(back.item[0].body, body, sizeof(body) - 1);
	assert_int_equal(back.item[0].valid_from.us, 1700000000000000);
	assert_true(back.item[1].deleted);
	assert_null(back.item[1].body);
	assert_null(back.item[1].scope);
	/* alive, and yet nothing */
	{
		static const char none[] =
			"{\"feed\":\"p\",\"epoch\":\"e\",\"rev\":1,\"more\":"
			"false,\"items\":[{\"key\":\"k\",\"rev\":1}]}";

		a = fresh();
		assert_int_equal(
			hub_page_decode(none, strlen(none), &a, &back, NULL),
			RC_OK);
		assert_int_equal(back.n_item, 1);
		assert_non_null(back.item[0].bad);
	}
}

int
main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(json_is_taken_apart),
		cmocka_unit_test(json_is_strict),
		cmocka_unit_test(an_answer_comes_back),
		cmocka_unit_test(every_problem_has_its_word),
		cmocka_unit_test(a_newer_hub_may_say_more),
		cmocka_unit_test(who_is_there_comes_back),
		cmocka_unit_test(an_enrolment_comes_back),
		cmocka_unit_test(a_start_comes_back),
		cmocka_unit_test(a_poison_comes_back_whole),
		cmocka_unit_test(bodies_of_a_page_stay_as_they_are),
	};

	return crypto_init() == RC_OK ? cmocka_run_group_tests(test, NULL, NULL)
				      : 1;
}
