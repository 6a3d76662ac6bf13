/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "main/args.h"
#include "register/verify.h"

#include "base/poison.h"

static const char usage[] = "verify [--no-key] [--store DIR] [--json]";

static void
say_json(struct sbuf *b, const struct verify_result *r)
{
	char hash[2 * HASH_BYTES + 1];
	struct json j;

	json_init(&j, b);
	json_obj(&j, NULL);
	json_bool(&j, "ok", r->ok);
	json_u64(&j, "events", r->events);
	if (r->with_key) {
		json_u64(&j, "sales", r->sales);
	} else {
		json_null(&j, "sales");
	}
	json_obj(&j, "head");
	json_u64(&j, "seq", r->head.sequence);
	if (r->with_key) {
		hex_encode(hash, r->head.hash, HASH_BYTES);
		json_str(&j, "hash", hash);
	} else {
		json_null(&j, "hash");
	}
	json_obj_end(&j);
	json_str(&j, "store", r->store);
	json_arr(&j, "problems");
	for (size_t i = 0; i < r->n_problem; i++) {
		json_str(&j, NULL, r->problem[i]);
	}
	json_arr_end(&j);
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

static void
say_text(struct sbuf *b, const struct verify_result *r)
{
	sbuf_puts(b, r->ok ? "everything holds: " : "NOT everything holds: ");
	sbuf_printf(b, "%llu events", (unsigned long long)r->events);
	if (r->with_key) {
		sbuf_printf(b, ", %llu sales, the store is %s",
			(unsigned long long)r->sales, r->store);
	} else {
		sbuf_puts(b, "; chain, signatures and totals need the key");
	}
	sbuf_putc(b, '\n');
	for (size_t i = 0; i < r->n_problem; i++) {
		sbuf_printf(b, "  %s\n", r->problem[i]);
	}
}

int
verb_verify(int argc, char *argv[])
{
	static char text[2 * VERIFY_PROBLEMS * ERR_MSG_BYTES + 1024];
	static struct verify_result r;
	bool no_key = false;
	struct opt opt[] = {{"no-key", OPT_FLAG, &no_key}};
	struct shop_conf conf;
	struct err e = {0};
	struct args a;
	struct sbuf b;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, opt, 1, 0, 0);
	if (status >= 0) {
		return status;
	}
	conf = args_shop(&a, SHOP_READ);
	rc = verify_run(&conf, no_key, &r, &e);
	if (rc != RC_OK) {
		status = args_fail(&a, rc, &e);
	} else {
		sbuf_init(&b, text, sizeof(text));
		if (args_json(&a)) {
			say_json(&b, &r);
		} else {
			say_text(&b, &r);
		}
		status = args_put(&a, b.p, b.len);
		if (status == EXIT_DONE && !r.ok) {
			status = EXIT_DAMAGED;
		}
	}
	args_done(&a);
	return status;
}
