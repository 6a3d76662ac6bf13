/* SPDX-License-Identifier: Apache-2.0 */
/* holdfast config draft, drafts, approve, drop, rollback: a text is put forward
 * by one and approved by another. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/parse.h"
#include "main/verb_config.h"
#include "register/config_diff.h"
#include "register/config_draft.h"
#include "register/config_past.h"
#include "register/config_try.h"

#include "base/poison.h"

#define WAIT_MS 10000
#define OUT_BYTES ((size_t)16384)
#define SHORT 12
#define TRY_DAYS 7

/* --- when --- */

/* "2026-11-23T06:00", of the shop's clock, or RFC 3339. */
static enum rc
read_time(const char *s, struct utc *ret, struct err *reterr)
{
	static const char form[] = "0000-00-00T00:00";
	int64_t v[5] = {0};
	struct tm tm = {.tm_isdst = -1};
	size_t n = 0;
	time_t t;

	ret->us = 0;
	if (s == NULL || utc_parse(s, strlen(s), ret) == RC_OK) {
		return RC_OK;
	}
	for (const char *p = s; strlen(s) == sizeof(form) - 1 && n < 5; n++) {
		size_t len = n == 0 ? 4 : 2;

		if (parse_i64(p, len, 0, 9999, &v[n]) != RC_OK ||
			(n < 4 && p[len] != form[p - s + (ptrdiff_t)len] &&
				!(n == 2 && p[len] == ' '))) {
			break;
		}
		p += len + 1;
	}
	tm.tm_year = (int)v[0] - 1900;
	tm.tm_mon = (int)v[1] - 1;
	tm.tm_mday = (int)v[2];
	tm.tm_hour = (int)v[3];
	tm.tm_min = (int)v[4];
	t = n == 5 ? mktime(&tm) : (time_t)-1;
	if (t == (time_t)-1 || tm.tm_mday != (int)v[2] ||
		tm.tm_hour != (int)v[3] || tm.tm_min != (int)v[4]) {
		return err_set(reterr, RC_INVAL, 0, "config",
			"'%.40s' is no time: write it like 2026-11-23T06:00, "
			"or with its zone, 2026-11-23T06:00:00+01:00",
			s);
	}
	ret->us = (int64_t)t * 1000000;
	return RC_OK;
}

/* --- what is told --- */

enum rc
config_put_diff(const struct args *a, const char *from, const char *from_name,
	const char *to, const char *to_name, bool *ret_same, struct err *reterr)
{
	struct config_side x = {from_name, from, strlen(from)},
			   y = {to_name, to, strlen(to)};
	size_t room = config_diff_bytes(&x, &y);
	char *text = malloc(room);
	struct sbuf b;
	enum rc rc;

	if (text == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "config",
			"no memory: close other programs");
	}
	sbuf_init(&b, text, room);
	rc = config_diff(&x, &y, &b, ret_same, reterr);
	if (rc == RC_OK && args_put(a, b.p, b.len) != EXIT_DONE) {
		rc = err_set(reterr, RC_IO, 0, "config",
			"the difference cannot be written");
	}
	free(text);
	return rc;
}

bool
config_confirm(const char *what)
{
	char line[16] = "";
	ssize_t n;

	if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
		return true;
	}
	(void)!write(STDOUT_FILENO, what, strlen(what));
	(void)!write(STDOUT_FILENO, " (yes/no) ", 10);
	n = read(STDIN_FILENO, line, sizeof(line) - 1);
	return n > 0 && (line[0] == 'y' || line[0] == 'Y');
}

struct done {
	const char *what; /* "active", "drafted", "approved", "dropped" */
	const char *version;
	uint64_t sequence;
	const struct config_draft *draft; /* NULL */
	bool active;
};

static int
say(const struct args *a, const struct done *d)
{
	char text[1024], when[UTC_TEXT_BYTES] = "";
	struct sbuf b;
	struct json j;

	if (d->draft != NULL && d->draft->effective.us > 0) {
		utc_format(d->draft->effective, when);
	}
	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_str(&j, "done", d->what);
		json_str(&j, "version", d->version);
		json_u64(&j, "seq", d->sequence);
		if (d->draft != NULL) {
			json_u64(&j, "draft", d->draft->sequence);
			json_str_some(&j, "author", d->draft->author);
			json_str_some(
				&j, "effective", when[0] != '\0' ? when : NULL);
			json_bool(&j, "active", d->active);
		}
		json_obj_end(&j);
	} else if (d->draft == NULL) {
		sbuf_printf(&b, "%s: %s", d->what, d->version);
	} else {
		sbuf_printf(&b, "%s: draft %llu, %.*s%s%s%s", d->what,
			(unsigned long long)d->draft->sequence, SHORT,
			d->version, when[0] != '\0' ? ", from " : "", when,
			d->active ? ", active" : "");
	}
	sbuf_putc(&b, '\n');
	return args_put(a, b.p, b.len);
}

/* --- putting forward --- */

static enum rc
look(const struct args *a, char active[65], bool *ret_two, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK) {
		memcpy(active, s->config_version, 65);
		*ret_two = s->has_config && s->config.two_people;
	}
	shop_close(s);
	return rc;
}

static void
make_request(const struct config_forward *f, const struct config_opts *o,
	bool draft, struct utc effective, const char *active, char version[65],
	struct request *r)
{
	const char *base = f->base != NULL ? f->base : active;

	memset(r, 0, sizeof(*r));
	config_version(f->text, f->len, version);
	if (draft) {
		r->type = EVENT_CONFIG_DRAFTED;
		r->event.data.draft = (struct event_draft){.version = version,
			.base = base,
			.text = f->text,
			.note = o->note,
			.effective = effective,
			.why = f->why,
			.origin = f->origin};
	} else {
		r->type = EVENT_CONFIG_ACTIVATED;
		r->event.data.config = (struct event_config){.version = version,
			.previous = active[0] != '\0' ? active : NULL,
			.text = f->text,
			.why = f->why,
			.origin = f->origin};
	}
	r->event.type = r->type;
}

int
config_forward(const struct args *a, const struct config_opts *o,
	const struct config_forward *f)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct config_draft d = {.sequence = 0};
	struct done done = {.what = "active"};
	struct config *c = config_new();
	struct request r;
	struct err e = {0};
	char active[65] = "", version[65];
	bool two = false, draft;
	enum rc rc = read_time(o->effective, &d.effective, &e);

	if (rc == RC_OK && c == NULL) {
		rc = err_set(&e, RC_NOMEM, 0, "config",
			"no memory: close other programs");
	}
	if (rc == RC_OK) {
		rc = config_check("configuration", f->text, f->len, c, &e);
	}
	if (rc == RC_OK) {
		rc = look(a, active, &two, &e);
	}
	draft = two || o->draft || o->effective != NULL;
	if (rc == RC_OK) {
		make_request(f, o, draft, d.effective, active, version, &r);
	}
	if (rc == RC_OK && strcmp(version, active) == 0 && !draft) {
		done.what = "active already";
	} else if (rc == RC_OK && !draft && f->base != NULL &&
		   strcmp(f->base, active) != 0) {
		rc = err_set(&e, RC_EXISTS, 0, "config",
			"another configuration became active meanwhile: "
			"nothing was changed, do it again");
	} else if (rc == RC_OK) {
		rc = actor_submit(
			&o->who, &conf, &r, WAIT_MS, &done.sequence, &e);
	}
	if (rc == RC_OK) {
		done.version = version;
		if (draft) {
			done.what = "drafted";
			d.sequence = done.sequence;
			memcpy(d.author, actor_no(&o->who),
				strlen(actor_no(&o->who)) + 1);
			done.draft = &d;
		}
	}
	config_free(c);
	return rc == RC_OK ? say(a, &done) : args_fail(a, rc, &e);
}

int
config_draft(const struct args *a, const struct config_opts *o)
{
	struct config_opts as = *o;
	struct config_files f = {.n = 0};
	struct config_forward w = {.text = NULL};
	struct config *c = config_new();
	struct err e = {0};
	int status;
	enum rc rc = RC_NOMEM;

	as.draft = true;
	if (c != NULL) {
		rc = config_files_load(a, &f, &e);
	}
	if (rc == RC_OK) {
		rc = config_part_check(f.part, f.n, f.text, f.len, c, &e);
	}
	w.text = f.text;
	w.len = f.len;
	status =
		rc == RC_OK ? config_forward(a, &as, &w) : args_fail(a, rc, &e);
	config_files_free(&f);
	config_free(c);
	return status;
}

/* --- what is open --- */

static void
put_draft(struct sbuf *b, bool json, const struct config_draft *d)
{
	char when[UTC_TEXT_BYTES], from[UTC_TEXT_BYTES] = "";
	struct json j;

	utc_format(d->time, when);
	if (d->effective.us > 0) {
		utc_format(d->effective, from);
	}
	if (json) {
		json_init(&j, b);
		json_obj(&j, NULL);
		json_u64(&j, "draft", d->sequence);
		json_str(&j, "time", when);
		json_str(&j, "author", d->author);
		json_str(&j, "version", d->version);
		json_str(&j, "base", d->base);
		json_str(&j, "why", d->why);
		json_str_some(&j, "note", d->note[0] != '\0' ? d->note : NULL);
		json_str_some(&j, "effective", from[0] != '\0' ? from : NULL);
		json_str_some(&j, "approver",
			d->approver[0] != '\0' ? d->approver : NULL);
		json_obj_end(&j);
	} else {
		struct civil c = utc_civil(d->time, d->tz_min);

		sbuf_printf(b, "%8llu  %04d-%02d-%02d %02d:%02d  %-6s %.*s  %s",
			(unsigned long long)d->sequence, c.year, c.month, c.day,
			c.hour, c.minute, d->author, SHORT, d->version, d->why);
		if (from[0] != '\0') {
			struct civil x = utc_civil(d->effective, d->tz_min);

			sbuf_printf(b, "  from %04d-%02d-%02d %02d:%02d",
				x.year, x.month, x.day, x.hour, x.minute);
		}
		if (d->approver[0] != '\0') {
			sbuf_printf(b, "  approved by %s", d->approver);
		}
		sbuf_printf(b, "%s%s", d->note[0] != '\0' ? "  " : "", d->note);
	}
	sbuf_putc(b, '\n');
}

/* The active text beside the draft's. */
static enum rc
put_change(const struct args *a, struct shop *s, const struct config_draft *d,
	struct err *reterr)
{
	char *was = NULL, *is = NULL, name[64];
	size_t n = 0;
	bool same = false;
	struct sbuf b;
	enum rc rc = shop_config_text(s, &was, &n, reterr);

	sbuf_init(&b, name, sizeof(name));
	sbuf_printf(&b, "draft %llu", (unsigned long long)d->sequence);
	if (rc == RC_OK) {
		rc = config_draft_text(s, d->sequence, &is, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = config_put_diff(a, was, "active", is, name, &same, reterr);
	}
	free(was);
	free(is);
	return rc;
}

int
config_list_drafts(const struct args *a)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct config_draft *d = calloc(DRAFTS_MAX, sizeof(*d));
	char *out = malloc(OUT_BYTES);
	struct shop *s = NULL;
	struct err e = {0};
	struct sbuf b;
	size_t n = 0;
	int status = EXIT_DONE;
	enum rc rc =
		d != NULL && out != NULL ? shop_open(&conf, &s, &e) : RC_NOMEM;

	sbuf_init(&b, out, out != NULL ? OUT_BYTES : 0);
	if (rc == RC_OK && a->n > 1) {
		rc = config_draft_find(s, a->rest[1], &d[0], &e);
		rc = rc == RC_OK ? put_change(a, s, &d[0], &e) : rc;
	} else if (rc == RC_OK) {
		rc = config_drafts(s, d, DRAFTS_MAX, &n, &e);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			put_draft(&b, args_json(a), &d[i]);
		}
		status = rc == RC_OK ? args_put(a, b.p, b.len) : status;
	}
	if (rc != RC_OK) {
		status = args_fail(a, rc, &e);
	}
	free(d);
	free(out);
	shop_close(s);
	return status;
}

/* --- approving and dropping --- */

/* What would have come out of it in the last days, for who is asked. */
static void
put_try(const struct args *a, struct shop *s, const struct config_draft *d)
{
	struct config *c = config_new();
	struct try_sums sums;
	char *text = NULL, out[256];
	struct sbuf b;
	size_t n = 0;

	sbuf_init(&b, out, sizeof(out));
	if (c != NULL &&
		config_draft_text(s, d->sequence, &text, &n, NULL) == RC_OK &&
		config_parse("draft", text, n, c, NULL) == RC_OK &&
		config_try(s, c, TRY_DAYS, NULL, NULL, &sums, NULL) == RC_OK) {
		sbuf_printf(&b, "last %d days: ", TRY_DAYS);
		config_try_words(&sums, c, &b);
		sbuf_putc(&b, '\n');
		(void)args_put(a, b.p, b.len);
	}
	free(text);
	config_free(c);
}

static bool
is_active(const struct args *a, const char *version)
{
	char active[65] = "";
	bool two = false;

	return look(a, active, &two, NULL) == RC_OK &&
	       strcmp(active, version) == 0;
}

int
config_approve(const struct args *a, const struct config_opts *o)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct config_draft d = {.sequence = 0};
	struct done done = {.what = "approved", .draft = &d};
	struct utc effective = {0};
	struct shop *s = NULL;
	struct request r;
	struct err e = {0};
	bool sure = true;
	enum rc rc = read_time(o->effective, &effective, &e);

	if (rc == RC_OK) {
		rc = shop_open(&conf, &s, &e);
	}
	if (rc == RC_OK) {
		rc = config_draft_find(s, a->rest[1], &d, &e);
	}
	if (rc == RC_OK && !args_json(a)) {
		rc = put_change(a, s, &d, &e);
		if (rc == RC_OK) {
			put_try(a, s, &d);
			sure = config_confirm("Approve it?");
		}
	}
	shop_close(s);
	if (rc == RC_OK && !sure) {
		rc = err_set(
			&e, RC_DENIED, 0, "config", "nothing was approved");
	}
	if (rc == RC_OK) {
		if (effective.us > 0) {
			d.effective = effective;
		}
		memset(&r, 0, sizeof(r));
		r.type = EVENT_CONFIG_APPROVED;
		r.event.type = r.type;
		r.event.data.draft_approved =
			(struct event_draft_approved){.version = d.version,
				.author = d.author,
				.effective = d.effective,
				.note = o->note};
		rc = actor_submit(
			&o->who, &conf, &r, WAIT_MS, &done.sequence, &e);
	}
	if (rc != RC_OK) {
		return args_fail(a, rc, &e);
	}
	done.version = d.version;
	done.active = is_active(a, d.version);
	return say(a, &done);
}

int
config_drop(const struct args *a, const struct config_opts *o)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct config_draft d = {.sequence = 0};
	struct done done = {.what = "dropped", .draft = &d};
	struct shop *s = NULL;
	struct request r;
	struct err e = {0};
	enum rc rc = shop_open(&conf, &s, &e);

	if (rc == RC_OK) {
		rc = config_draft_find(s, a->rest[1], &d, &e);
	}
	shop_close(s);
	if (rc == RC_OK) {
		memset(&r, 0, sizeof(r));
		r.type = EVENT_CONFIG_DROPPED;
		r.event.type = r.type;
		r.event.data.draft_dropped = (struct event_draft_dropped){
			.version = d.version, .why = o->note};
		rc = actor_submit(
			&o->who, &conf, &r, WAIT_MS, &done.sequence, &e);
	}
	if (rc != RC_OK) {
		return args_fail(a, rc, &e);
	}
	d.effective.us = 0;
	done.version = d.version;
	return say(a, &done);
}

/* --- an older one again --- */

enum rc
config_any_text(struct shop *s, const char *name, char **ret, size_t *ret_len,
	struct err *reterr)
{
	struct config_draft d;
	char version[65];
	uint8_t *file = NULL;
	enum rc rc = file_load(name, CONFIG_TEXT_BYTES, &file, ret_len, NULL);

	if (rc == RC_OK) {
		*ret = (char *)file;
		return rc;
	}
	if (rc != RC_NOTFOUND) {
		return err_set(
			reterr, rc, 0, "config", "%.200s cannot be read", name);
	}
	if (config_draft_find(s, name, &d, NULL) == RC_OK) {
		return config_draft_text(s, d.sequence, ret, ret_len, reterr);
	}
	return config_past_text(s, name, ret, ret_len, version, reterr);
}

int
config_rollback(const struct args *a, const struct config_opts *o)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct config_forward f = {.why = "rollback"};
	char version[65], active[65] = "", *text = NULL;
	struct shop *s = NULL;
	struct err e = {0};
	int status;
	enum rc rc = shop_open(&conf, &s, &e);

	if (rc == RC_OK) {
		memcpy(active, s->config_version, sizeof(active));
		rc = config_past_text(
			s, a->rest[1], &text, &f.len, version, &e);
	}
	shop_close(s);
	f.text = text;
	f.base = active;
	status = rc == RC_OK ? config_forward(a, o, &f) : args_fail(a, rc, &e);
	free(text);
	return status;
}
