/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka.h wants the others before it */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "wire/request.h"

#include "base/poison.h"

static char memory[1 << 16];
static char text[1 << 14];

static const char copy_request[] =
	"{\"type\":\"holdfast.copy.printed.v1\",\"actor\":\"1\",\"data\":{"
	"\"number\":\"R01-000042\",\"copy\":1,\"outcome\":\"unknown\","
	"\"approver\":\"9\"}}";

static enum rc
decode(const char *s, struct request *r)
{
	struct arena a;

	arena_init(&a, memory, sizeof(memory));
	return request_decode(s, strlen(s), &a, r, NULL);
}

static void
only_these_types_may_be_asked_for(void **state)
{
	int type;

	(void)state;
	for (type = 0; type < EVENT_TYPE_COUNT; type++) {
		struct request r = {.type = (enum event_type)type};
		struct request back;
		struct sbuf b;
		bool may = type == EVENT_CATALOG_IMPORTED ||
			   type == EVENT_CONFIG_ACTIVATED ||
			   type == EVENT_EXPORT_DONE ||
			   type == EVENT_COPY_PRINTED ||
			   type == EVENT_OPERATOR_CHANGED ||
			   type == EVENT_OPERATOR_UNLOCKED ||
			   type == EVENT_CONFIG_DRAFTED ||
			   type == EVENT_CONFIG_APPROVED ||
			   type == EVENT_CONFIG_DROPPED ||
			   type == EVENT_DAY_CLOSED ||
			   type == EVENT_PERIOD_CLOSED ||
			   type == EVENT_KEY_CHANGED ||
			   type == EVENT_PERSON_ERASED ||
			   type == EVENT_ARCHIVE_MADE ||
			   type == EVENT_GLASS_SET ||
			   type == EVENT_HUB_ENROLLED;

		sample_event(r.type, 1, &r.event);
		r.actor = r.event.actor;
		sbuf_init(&b, text, sizeof(text));
		if (!may) {
			assert_int_equal(
				request_encode(&r, &b, NULL), RC_DENIED);
			continue;
		}
		assert_int_equal(request_encode(&r, &b, NULL), RC_OK);
		assert_int_equal(decode(b.p, &back), RC_OK);
		assert_int_equal(back.type, type);
		assert_int_equal(back.event.type, type);
		assert_string_equal(back.actor, "1");
		assert_string_equal(back.event.actor, "1");
		assert_true(sample_same(wire_event_table(r.type), &r.event.data,
			&back.event.data));
	}
}

static void
form_is_fixed(void **state)
{
	struct request r = {.type = EVENT_COPY_PRINTED, .actor = "1"};
	struct sbuf b;

	(void)state;
	sample_event(r.type, 1, &r.event);
	sbuf_init(&b, text, sizeof(text));
	assert_int_equal(request_encode(&r, &b, NULL), RC_OK);
	assert_string_equal(b.p, copy_request);
	r.actor = NULL;
	assert_int_equal(request_encode(&r, &b, NULL), RC_INVAL);
	r.actor = "1";
	sbuf_init(&b, text, 40);
	assert_int_equal(request_encode(&r, &b, NULL), RC_RANGE);
}

static void
strangers_are_refused(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		enum rc want;
	} row[] = {
		{"copy.printed", "sale.completed", RC_DENIED},
		{"copy.printed", "drawer.opened", RC_DENIED},
		{"copy.printed", "nothing", RC_DENIED},
		{"copy.printed.v1\"", "copy.printed.v1\\u0000\"", RC_PROTO},
		{"\"actor\":\"1\"", "\"actor\":1", RC_PROTO},
		{"\"actor\":\"1\"", "\"actor\": \"1\"", RC_PROTO},
		{"\"actor\":\"1\",", "", RC_PROTO},
		{"\"copy\":1", "\"copy\":1.0", RC_PROTO},
		{"\"copy\":1", "\"copy\":1,\"more\":1", RC_PROTO},
		{"\"data\":{", "\"data\":[", RC_PROTO},
		{"\"9\"}}", "\"9\"}}}", RC_PROTO},
		{"\"9\"}}", "\"9\"}", RC_PROTO},
	};
	struct request r;
	struct sbuf b;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(row); i++) {
		const char *at = strstr(copy_request, row[i].from);

		assert_non_null(at);
		sbuf_init(&b, text, sizeof(text));
		sbuf_write(&b, copy_request, (size_t)(at - copy_request));
		sbuf_puts(&b, row[i].to);
		sbuf_puts(&b, at + strlen(row[i].from));
		if (decode(b.p, &r) != row[i].want) {
			fail_msg("row %zu: %s", i, b.p);
		}
	}
	for (i = 0; i + 1 < sizeof(copy_request); i++) {
		sbuf_init(&b, text, sizeof(text));
		sbuf_write(&b, copy_request, i);
		assert_int_equal(decode(b.p, &r), RC_PROTO);
	}
}

static void
small_arena_is_nomem(void **state)
{
	struct request r;
	struct arena a;
	size_t n;
	enum rc rc = RC_NOMEM;

	(void)state;
	for (n = 0; rc != RC_OK; n += 16) {
		assert_true(n <= wire_arena_bytes(sizeof(copy_request)));
		arena_init(&a, memory, n);
		rc = request_decode(
			copy_request, sizeof(copy_request) - 1, &a, &r, NULL);
		assert_true(rc == RC_OK || rc == RC_NOMEM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_these_types_may_be_asked_for),
		cmocka_unit_test(form_is_fixed),
		cmocka_unit_test(strangers_are_refused),
		cmocka_unit_test(small_arena_is_nomem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
