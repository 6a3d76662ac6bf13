/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast config try. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/parse.h"
#include "core/format.h"
#include "main/verb_config.h"
#include "register/config_try.h"

#include "base/poison.h"

#define DAYS 7
#define OUT_BYTES ((size_t)65536)
#define ROW_BYTES ((size_t)16384) /* of one sale at most */
#define MONEY_CELLS 14

struct out {
	const struct args *args;
	const struct config *config;
	struct sbuf b;
	bool failed;
};

static void
flush(struct out *o, size_t room)
{
	if (o->b.len + room > o->b.cap) {
		o->failed = o->failed ||
			    args_put(o->args, o->b.p, o->b.len) != EXIT_DONE;
		sbuf_clear(&o->b);
	}
}

static void
put_tax_json(struct json *j, const struct try_tax tax[], size_t n)
{
	json_arr(j, "taxes");
	for (size_t i = 0; i < n; i++) {
		const struct try_tax *t = &tax[i];

		json_obj(j, NULL);
		json_str(j, "code", t->code);
		json_i64(j, "was_net", t->was_net);
		json_i64(j, "was_tax", t->was_tax);
		json_i64(j, "was_gross", t->was_gross);
		json_i64(j, "net", t->net);
		json_i64(j, "tax", t->tax);
		json_i64(j, "gross", t->gross);
		json_obj_end(j);
	}
	json_arr_end(j);
}

static void
put_amount(struct out *o, int64_t minor, bool sign)
{
	char buf[40];
	struct sbuf b;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, sign && minor > 0 ? "+" : "");
	format_amount(&b, o->config->format, (struct money){minor},
		&o->config->currency);
	sbuf_fill(&o->b, ' ', b.len < MONEY_CELLS ? MONEY_CELLS - b.len : 1);
	sbuf_puts(&o->b, buf);
}

static void
put_sale_json(struct out *o, const struct try_sale *x)
{
	char when[UTC_TEXT_BYTES];
	struct json j;

	utc_format(x->time, when);
	json_init(&j, &o->b);
	json_obj(&j, NULL);
	json_str(&j, "sale", x->number);
	json_u64(&j, "seq", x->sequence);
	json_str(&j, "time", when);
	json_i64(&j, "was", x->was);
	if (x->why != NULL) {
		json_str(&j, "why", x->why);
	} else {
		json_i64(&j, "total", x->total);
		json_i64(&j, "difference", x->total - x->was);
		put_tax_json(&j, x->tax, x->n_tax);
	}
	json_obj_end(&j);
}

static enum rc
put_sale(void *arg, const struct try_sale *x, struct err *reterr)
{
	struct out *o = arg;

	if (!x->changed && x->why == NULL) {
		return RC_OK;
	}
	flush(o, ROW_BYTES);
	if (args_json(o->args)) {
		put_sale_json(o, x);
	} else {
		struct civil c = utc_civil(x->time, x->tz_min);

		sbuf_printf(&o->b, "%-16s %04d-%02d-%02d %02d:%02d", x->number,
			c.year, c.month, c.day, c.hour, c.minute);
		put_amount(o, x->was, false);
		if (x->why != NULL) {
			sbuf_printf(&o->b, "  cannot be told: %s", x->why);
		} else {
			put_amount(o, x->total, false);
			put_amount(o, x->total - x->was, true);
		}
	}
	sbuf_putc(&o->b, '\n');
	return o->failed ? err_set(reterr, RC_IO, 0, "config",
				   "the list cannot be written")
			 : RC_OK;
}

static void
put_sums_json(struct out *o, const struct try_sums *t, const char *version)
{
	struct json j;

	json_init(&j, &o->b);
	json_obj(&j, NULL);
	json_bool(&j, "ok", true);
	json_str(&j, "version", version);
	json_i64(&j, "days", t->days);
	json_u64(&j, "first", t->first);
	json_u64(&j, "last", t->last);
	json_i64(&j, "sales", t->sales);
	json_i64(&j, "changed", t->changed);
	json_i64(&j, "untold", t->untold);
	json_i64(&j, "untold_was", t->untold_was);
	json_i64(&j, "was", t->was);
	json_i64(&j, "total", t->total);
	json_i64(&j, "difference", t->total - t->was);
	put_tax_json(&j, t->tax, t->n_tax);
	json_obj_end(&j);
	sbuf_putc(&o->b, '\n');
}

static void
put_sums(struct out *o, const struct try_sums *t)
{
	sbuf_printf(&o->b, "%lld sale%s of %lld day%s", (long long)t->sales,
		t->sales == 1 ? "" : "s", (long long)t->days,
		t->days == 1 ? "" : "s");
	sbuf_puts(&o->b, ": ");
	config_try_words(t, o->config, &o->b);
	sbuf_puts(&o->b, "\nclass       net was       tax was           net"
			 "           tax        change\n");
	for (size_t i = 0; i < t->n_tax; i++) {
		const struct try_tax *x = &t->tax[i];

		sbuf_printf(&o->b, "%-5s", x->code);
		put_amount(o, x->was_net, false);
		put_amount(o, x->was_tax, false);
		put_amount(o, x->net, false);
		put_amount(o, x->tax, false);
		put_amount(o, x->gross - x->was_gross, true);
		sbuf_putc(&o->b, '\n');
	}
}

/* The store's own file, any file, a draft or a version. */
static enum rc
load(const struct args *a, struct shop *s, struct config *c, char version[65],
	struct err *reterr)
{
	struct config_files f = {.n = 0};
	char *text = NULL;
	size_t n = 0;
	enum rc rc;

	if (a->n > 1) {
		rc = config_any_text(s, a->rest[1], &text, &n, reterr);
		if (rc == RC_OK) {
			rc = config_check(a->rest[1], text, n, c, reterr);
		}
	} else {
		rc = config_files_load(a, &f, reterr);
		if (rc == RC_OK) {
			rc = config_part_check(
				f.part, f.n, f.text, f.len, c, reterr);
		}
	}
	if (rc == RC_OK) {
		memcpy(version, c->version, 65);
	}
	free(text);
	config_files_free(&f);
	return rc;
}

static enum rc
take_days(const struct config_opts *o, int64_t *ret, struct err *reterr)
{
	*ret = DAYS;
	if (o->days == NULL) {
		return RC_OK;
	}
	if (strcmp(o->days, "all") == 0) {
		*ret = TRY_DAYS_ALL;
		return RC_OK;
	}
	return parse_i64(o->days, strlen(o->days), 1, 100000, ret) == RC_OK
		       ? RC_OK
		       : err_set(reterr, RC_INVAL, 0, "config",
				 "--days takes a number of business days, or "
				 "all");
}

int
config_try_text(const struct args *a, const struct config_opts *opts)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct config *c = config_new();
	struct try_sums *sums = malloc(sizeof(*sums));
	struct out o = {.args = a, .config = c};
	char *room = malloc(OUT_BYTES);
	struct shop *s = NULL;
	struct err e = {0};
	char version[65];
	int64_t days = DAYS;
	int status;
	enum rc rc = c != NULL && sums != NULL && room != NULL
			     ? take_days(opts, &days, &e)
			     : RC_NOMEM;

	sbuf_init(&o.b, room, room != NULL ? OUT_BYTES : 0);
	if (rc == RC_OK) {
		rc = shop_open(&conf, &s, &e);
	}
	if (rc == RC_OK) {
		rc = load(a, s, c, version, &e);
	}
	if (rc == RC_OK) {
		rc = config_try(s, c, days, put_sale, &o, sums, &e);
	}
	if (rc == RC_OK) {
		flush(&o, ROW_BYTES);
		if (args_json(a)) {
			put_sums_json(&o, sums, version);
		} else {
			put_sums(&o, sums);
		}
		status = args_put(a, o.b.p, o.b.len);
	} else {
		status = args_fail(a, rc, &e);
	}
	free(room);
	free(sums);
	shop_close(s);
	config_free(c);
	return status;
}
