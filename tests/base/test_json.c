/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "gen.h"

static void
test_commas(void **state)
{
	char p[256];
	struct sbuf b;
	struct json j;

	(void)state;
	sbuf_init(&b, p, sizeof(p));
	json_init(&j, &b);
	json_obj(&j, NULL);
	json_str(&j, "a", "x\"y");
	json_obj(&j, "o");
	json_obj_end(&j);
	json_arr(&j, "l");
	json_i64(&j, NULL, -1);
	json_u64(&j, NULL, 2);
	json_arr(&j, NULL);
	json_arr_end(&j);
	json_obj(&j, NULL);
	json_bool(&j, "t", true);
	json_bool(&j, "f", false);
	json_obj_end(&j);
	json_arr_end(&j);
	json_null(&j, "n");
	json_obj_end(&j);
	assert_true(sbuf_ok(&b));
	assert_string_equal(p, "{\"a\":\"x\\\"y\",\"o\":{},\"l\":[-1,2,[],"
			       "{\"t\":true,\"f\":false}],\"n\":null}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_commas)};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
