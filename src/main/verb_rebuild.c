/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "main/args.h"

#include "base/poison.h"

static const char usage[] = "rebuild [--store DIR] [--json]";

static enum rc
make(const struct args *a, uint64_t *ret_n, int64_t *ret_repaired,
	struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_WRITE);
	struct shop *s = NULL;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	*ret_repaired = s->recovered.repaired;
	if (s->recovered.rebuilt) {
		/* the start had to do it */
		*ret_n = (uint64_t)s->recovered.replayed;
	} else {
		rc = shop_rebuild(s, ret_n, reterr);
		*ret_repaired += s->recovered.repaired;
	}
	shop_close(s);
	return rc;
}

int
verb_rebuild(int argc, char *argv[])
{
	char text[160];
	uint64_t n = 0;
	int64_t repaired = 0;
	struct err e = {0};
	struct args a;
	struct json j;
	struct sbuf b;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, NULL, 0, 0, 0);
	if (status >= 0) {
		return status;
	}
	rc = make(&a, &n, &repaired, &e);
	sbuf_init(&b, text, sizeof(text));
	if (args_json(&a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_u64(&j, "events", n);
		json_i64(&j, "repaired", repaired);
		json_obj_end(&j);
	} else {
		sbuf_printf(&b, "made anew from %llu events",
			(unsigned long long)n);
	}
	sbuf_putc(&b, '\n');
	status = rc == RC_OK ? args_put(&a, b.p, b.len) : args_fail(&a, rc, &e);
	args_done(&a);
	return status;
}
