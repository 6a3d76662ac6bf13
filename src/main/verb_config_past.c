/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast config show, versions, diff. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "main/verb_config.h"
#include "register/config_diff.h"
#include "register/config_past.h"

#include "base/poison.h"

#define ROW_BYTES 256
#define SHORT_VERSION 12

int
config_show(const struct args *a)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	struct err e = {0};
	char version[65];
	char *text = NULL;
	size_t n = 0;
	int status;
	enum rc rc = shop_open(&conf, &s, &e);

	if (rc == RC_OK) {
		rc = a->n > 1 ? config_past_text(
					s, a->rest[1], &text, &n, version, &e)
			      : shop_config_text(s, &text, &n, &e);
	}
	status = rc == RC_OK ? args_put(a, text, n) : args_fail(a, rc, &e);
	free(text);
	shop_close(s);
	return status;
}

static void
put_row(struct sbuf *out, bool json, const struct config_past *p, bool active)
{
	char when[UTC_TEXT_BYTES];
	struct json j;

	utc_format(p->time, when);
	if (json) {
		json_init(&j, out);
		json_obj(&j, NULL);
		json_u64(&j, "seq", p->sequence);
		json_str(&j, "time", when);
		json_str(&j, "actor", p->actor);
		json_str(&j, "version", p->version);
		json_bool(&j, "active", active);
		json_obj_end(&j);
	} else {
		struct civil c = utc_civil(p->time, p->tz_min);

		sbuf_printf(out, "%c %8llu  %04d-%02d-%02d %02d:%02d  %-6s %s",
			active ? '*' : ' ', (unsigned long long)p->sequence,
			c.year, c.month, c.day, c.hour, c.minute, p->actor,
			p->version);
	}
	sbuf_putc(out, '\n');
}

int
config_versions(const struct args *a)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct config_past *p = NULL;
	struct shop *s = NULL;
	struct err e = {0};
	struct sbuf out;
	char *text = NULL;
	size_t n = 0;
	int status;
	enum rc rc = shop_open(&conf, &s, &e);

	if (rc == RC_OK) {
		rc = config_past_load(s, &p, &n, &e);
	}
	if (rc == RC_OK) {
		text = malloc(n * ROW_BYTES + 1);
		rc = text != NULL ? RC_OK
				  : err_set(&e, RC_NOMEM, 0, "config",
					    "no memory to list "
					    "configurations: close other "
					    "programs");
	}
	if (rc == RC_OK) {
		sbuf_init(&out, text, n * ROW_BYTES + 1);
		for (size_t i = 0; i < n; i++) {
			put_row(&out, args_json(a), &p[i], i + 1 == n);
		}
	}
	status = rc == RC_OK ? args_put(a, out.p, out.len)
			     : args_fail(a, rc, &e);
	free(text);
	free(p);
	shop_close(s);
	return status;
}

/* --- diff --- */

static void
put_names(struct sbuf *out, const struct config_files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		sbuf_puts(out, i > 0 ? " " : "");
		sbuf_puts(out, f->part[i].name);
	}
}

static enum rc
compare(const struct args *a, const char *active, size_t n,
	const struct config_files *f, int *ret_status, struct err *reterr)
{
	char was[64], is[1024], version[65];
	struct config_side from = {was, active, n}, to = {is, f->text, f->len};
	size_t room = config_diff_bytes(&from, &to);
	char *text = malloc(room);
	struct sbuf out = {0}, b;
	bool same = false;
	enum rc rc = RC_NOMEM;

	config_version(active, n, version);
	sbuf_init(&b, was, sizeof(was));
	sbuf_printf(&b, "active %.*s", SHORT_VERSION, version);
	sbuf_init(&b, is, sizeof(is));
	put_names(&b, f);
	if (text != NULL) {
		sbuf_init(&out, text, room);
		rc = config_diff(&from, &to, &out, &same, reterr);
	}
	if (rc == RC_OK) {
		*ret_status = args_put(a, out.p, out.len);
	}
	if (rc == RC_OK && !same && *ret_status == EXIT_DONE) {
		*ret_status = EXIT_NOT;
	}
	free(text);
	return rc;
}

int
config_differ(const struct args *a)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct config_files f = {.n = 0};
	struct shop *s = NULL;
	struct err e = {0};
	char *active = NULL;
	size_t n = 0;
	int status = EXIT_NOT;
	enum rc rc = config_files_load(a, &f, &e);

	if (rc == RC_OK) {
		rc = shop_open(&conf, &s, &e);
	}
	if (rc == RC_OK) {
		rc = shop_config_text(s, &active, &n, &e);
	}
	if (rc == RC_OK) {
		rc = compare(a, active, n, &f, &status, &e);
	}
	if (rc != RC_OK) {
		status = args_fail(a, rc, &e);
		/* 1 is an answer */
		status = status == EXIT_NOT ? EXIT_USAGE : status;
	}
	free(active);
	config_files_free(&f);
	shop_close(s);
	return status;
}
