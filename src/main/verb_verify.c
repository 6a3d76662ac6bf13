/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "core/money.h"
#include "main/args.h"
#include "register/verify.h"
#include "register/verify_receipt.h"

#include "base/poison.h"

static const char usage[] =
	"verify [--no-key | --receipt NUMBER [--check DIGITS]] "
	"[--anchor SEQ:HASH]... [--store DIR] [--json]";

static void
say_json(struct sbuf *b, const struct verify_result *r)
{
	char hash[2 * HASH_BYTES + 1];
	struct json j;

	json_init(&j, b);
	json_obj(&j, NULL);
	json_bool(&j, "ok", r->ok);
	json_u64(&j, "events", r->events);
	if (r->begin > 1) {
		json_u64(&j, "first", r->begin);
	}
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
	if (r->begin > 1) {
		sbuf_printf(
			b, " from line %llu on", (unsigned long long)r->begin);
	}
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

static void
receipt_json(struct sbuf *b, const struct verify_receipt *r)
{
	char hash[2 * HASH_BYTES + 1], time[UTC_TEXT_BYTES];
	struct json j;

	hex_encode(hash, r->hash, HASH_BYTES);
	utc_format(r->time, time);
	json_init(&j, b);
	json_obj(&j, NULL);
	json_bool(&j, "ok", r->ok);
	json_str(&j, "number", r->number);
	json_u64(&j, "seq", r->sequence);
	json_str(&j, "time", time);
	json_str(&j, "actor", r->actor);
	json_i64(&j, "total", r->total);
	json_bool(&j, "training", r->training);
	json_i64(&j, "copies", r->copies);
	json_str(&j, "hash", hash);
	json_bool(&j, "signature", r->signature);
	json_bool(&j, "before", r->before);
	json_bool(&j, "behind", r->behind);
	json_bool(&j, "store", r->store);
	json_bool(&j, "balance", r->balance);
	if (r->asked) {
		json_bool(&j, "same", r->same);
	}
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

static void
receipt_text(struct sbuf *b, const struct verify_receipt *r)
{
	const struct {
		bool good;
		const char *bad;
	} facts[] = {
		{r->signature, "its signature is not this register's"},
		{r->before, "it does not follow the line before it"},
		{r->behind, "the line behind it follows another one"},
		{r->store, "the store has something else; run 'holdfast "
			   "rebuild'"},
		{r->balance, "its sums do not add up"},
		{!r->asked || r->same,
			"the paper's digits are not the receipt's: the paper "
			"is of another one, or was changed"},
	};
	struct civil c = utc_civil(r->time, r->tz_min);
	char hash[2 * HASH_BYTES + 1];

	hex_encode(hash, r->hash, HASH_BYTES);
	sbuf_printf(b,
		"%s %s%s: ", r->ok ? "holds:" : "DOES NOT HOLD:", r->number,
		r->training ? " (training)" : "");
	money_put(b, (struct money){r->total}, (unsigned)r->digits);
	sbuf_printf(b, ", %04d-%02d-%02d %02d:%02d, operator %s\n", c.year,
		c.month, c.day, c.hour, c.minute, r->actor);
	sbuf_printf(b, "  line %llu, hash %s, copies printed: %lld\n",
		(unsigned long long)r->sequence, hash, (long long)r->copies);
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		if (!facts[i].good) {
			sbuf_printf(b, "  %s\n", facts[i].bad);
		}
	}
}

/* Digits that differ are no damage: the paper is of another receipt. */
static int
receipt_status(const struct verify_receipt *r)
{
	if (r->ok) {
		return EXIT_DONE;
	}
	return r->signature && r->before && r->behind && r->store && r->balance
		       ? EXIT_NOT
		       : EXIT_DAMAGED;
}

static int
run_receipt(const struct args *a, const char *number, const char *check)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct verify_receipt r;
	char text[2048];
	struct err e = {0};
	struct sbuf b;
	int status;
	enum rc rc = verify_receipt_run(&conf, number, check, &r, &e);

	if (rc != RC_OK) {
		return args_fail(a, rc, &e);
	}
	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		receipt_json(&b, &r);
	} else {
		receipt_text(&b, &r);
	}
	status = args_put(a, b.p, b.len);
	return status == EXIT_DONE ? receipt_status(&r) : status;
}

static enum rc
run_all(const struct args *a, bool no_key, const struct opt_list *names,
	struct verify_result *ret, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct verify_anchor anchor[ARGS_LIST];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < names->n; i++) {
		rc = verify_anchor_parse(names->text[i], &anchor[i], reterr);
	}
	return rc == RC_OK ? verify_anchored(&conf, no_key, anchor, names->n,
				     ret, reterr)
			   : rc;
}

int
verb_verify(int argc, char *argv[])
{
	static char text[2 * VERIFY_PROBLEMS * ERR_MSG_BYTES + 1024];
	static struct verify_result r;
	bool no_key = false;
	const char *receipt = NULL, *check = NULL;
	struct opt_list anchors = {.n = 0};
	struct opt opt[] = {{"no-key", OPT_FLAG, &no_key},
		{"receipt", OPT_TEXT, &receipt}, {"check", OPT_TEXT, &check},
		{"anchor", OPT_LIST, &anchors}};
	struct err e = {0};
	struct args a;
	struct sbuf b;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, opt, 4, 0, 0);
	if (status >= 0) {
		return status;
	}
	if ((check != NULL && receipt == NULL) || (no_key && receipt != NULL)) {
		status = args_usage(&a, usage,
			"--check goes with --receipt, which needs the key");
		args_done(&a);
		return status;
	}
	if (receipt != NULL) {
		status = run_receipt(&a, receipt, check);
		args_done(&a);
		return status;
	}
	rc = run_all(&a, no_key, &anchors, &r, &e);
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
