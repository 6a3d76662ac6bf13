/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "main/actor.h"
#include "main/args.h"
#include "register/archive.h"

#include "base/poison.h"

static const char usage[] =
	"archive DIR [--until DATE|Z] [--lines] " ACTOR_USAGE
	" [--store DIR] [--json] | verify DIR [--public-key FILE] [--no-key] "
	"[--anchor SEQ:HASH]...";

#define RECORD_WAIT_MS 5000
#define PEM_BYTES 4096

static void
tell_json(struct json *j, const struct archive_result *r)
{
	json_i64(j, "archive", r->number);
	json_u64(j, "first", r->first);
	json_u64(j, "last", r->last);
	json_str(j, "first_hash", r->first_hash);
	json_str(j, "last_hash", r->last_hash);
	json_i64(j, "segments", r->segments);
	json_i64(j, "bytes", r->bytes);
	json_i64(j, "sales", r->sales);
	json_i64(j, "gross", r->gross);
	json_i64(j, "grand", r->grand);
	json_str(j, "manifest", r->manifest);
}

/* --- archive DIR ---------------------------------------------------------- */

struct wish {
	struct archive_opts o;
	struct actor actor;
	bool no_key;
	const char *public_key;
	struct opt_list anchor;
};

static int
say_made(const struct args *a, const struct archive_result *r, const char *dir)
{
	char text[2048];
	struct sbuf b;
	struct json j;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_bool(&j, "there", r->there);
		tell_json(&j, r);
		json_obj_end(&j);
		sbuf_putc(&b, '\n');
	} else {
		sbuf_printf(&b,
			"archive %lld in %s %s: lines %llu to %llu, %lld "
			"sales, %lld segments, %lld bytes\n"
			"  its manifest has the hash %s\n",
			(long long)r->number, dir,
			r->there ? "was there and holds"
				 : "made and read again",
			(unsigned long long)r->first,
			(unsigned long long)r->last, (long long)r->sales,
			(long long)r->segments, (long long)r->bytes,
			r->manifest);
	}
	return args_put(a, b.p, b.len);
}

/* It is made and holds, whether or not that can be recorded now; but nobody is
 * left with one that they may not make. */
static enum rc
record(const struct args *a, const struct wish *w, const char *dir,
	const struct archive_result *r, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct request q = {.type = EVENT_ARCHIVE_MADE};
	struct event_archive *d = &q.event.data.archive;
	uint64_t sequence = 0;
	enum rc rc;

	q.event.type = q.type;
	d->number = r->number;
	d->first = (int64_t)r->first;
	d->last = (int64_t)r->last;
	d->first_hash = r->first_hash;
	d->last_hash = r->last_hash;
	d->segments = r->segments;
	d->bytes = r->bytes;
	d->manifest = r->manifest;
	d->destination = dir;
	d->sales = r->sales;
	d->gross = r->gross;
	d->grand = r->grand;
	rc = actor_submit(
		&w->actor, &conf, &q, RECORD_WAIT_MS, &sequence, reterr);
	if (rc == RC_DENIED) {
		archive_drop(dir);
		err_wrap(reterr, "nothing was archived");
	} else if (rc != RC_OK) {
		err_wrap(reterr, "the archive %s is made, but not recorded",
			dir);
	}
	return rc;
}

static int
run_make(const struct args *a, const struct wish *w)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct archive_result r;
	struct err e = {0};
	enum rc rc = archive_make(&conf, a->rest[0], &w->o, &r, &e);

	if (rc == RC_OK && !r.there) {
		rc = record(a, w, a->rest[0], &r, &e);
	}
	return rc == RC_OK ? say_made(a, &r, a->rest[0]) : args_fail(a, rc, &e);
}

/* --- archive verify DIR --------------------------------------------------- */

static int
say_verdict(const struct args *a, const struct archive_verdict *v)
{
	static char text[2 * VERIFY_PROBLEMS * ERR_MSG_BYTES + 2048];
	struct sbuf b;
	struct json j;
	int status;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", v->ok);
		json_u64(&j, "lines", v->lines);
		json_bool(&j, "opened", v->with_lines);
		tell_json(&j, &v->what);
		json_arr(&j, "problems");
		for (size_t i = 0; i < v->n_problem; i++) {
			json_str(&j, NULL, v->problem[i]);
		}
		json_arr_end(&j);
		json_obj_end(&j);
		sbuf_putc(&b, '\n');
	} else {
		sbuf_printf(&b,
			"%s archive %lld, lines %llu to %llu, %lld sales%s\n",
			v->ok ? "everything holds:" : "NOT everything holds:",
			(long long)v->what.number,
			(unsigned long long)v->what.first,
			(unsigned long long)v->what.last,
			(long long)v->what.sales,
			v->with_lines ? ""
				      : "; chain, signatures of lines and "
					"totals need the key");
		for (size_t i = 0; i < v->n_problem; i++) {
			sbuf_printf(&b, "  %s\n", v->problem[i]);
		}
	}
	status = args_put(a, b.p, b.len);
	return status == EXIT_DONE && !v->ok ? EXIT_DAMAGED : status;
}

static enum rc
load_public(const char *path, uint8_t out[SIGN_PUB_BYTES], struct err *reterr)
{
	uint8_t *p = NULL;
	size_t n = 0;
	enum rc rc = file_load(path, PEM_BYTES, &p, &n, reterr);

	if (rc == RC_OK) {
		rc = keys_public_parse((const char *)p, n, out, reterr);
		if (rc != RC_OK) {
			err_wrap(reterr, "%s", path);
		}
	}
	free(p);
	return rc;
}

static int
run_verify(const struct args *a, const struct wish *w)
{
	static struct archive_verdict v;
	struct verify_anchor anchor[ARGS_LIST];
	uint8_t pub[SIGN_PUB_BYTES];
	struct archive_look look = {.dir = a->rest[1],
		.no_key = w->no_key,
		.key = &a->key,
		.anchor = anchor,
		.n_anchor = w->anchor.n};
	struct err e = {0};
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < w->anchor.n; i++) {
		rc = verify_anchor_parse(w->anchor.text[i], &anchor[i], &e);
	}
	if (rc == RC_OK && w->public_key != NULL) {
		rc = load_public(w->public_key, pub, &e);
		look.pub = pub;
	}
	if (rc == RC_OK) {
		rc = archive_verify(&look, &v, &e);
	}
	return rc == RC_OK ? say_verdict(a, &v) : args_fail(a, rc, &e);
}

int
verb_archive(int argc, char *argv[])
{
	struct wish w = {.no_key = false};
	struct opt opt[] = {{"until", OPT_TEXT, &w.o.until},
		{"lines", OPT_FLAG, &w.o.lines},
		{"no-key", OPT_FLAG, &w.no_key},
		{"public-key", OPT_TEXT, &w.public_key},
		{"anchor", OPT_LIST, &w.anchor}, ACTOR_OPTS(w.actor)};
	const char *wrong = NULL;
	struct args a;
	bool verify;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 2);
	if (status >= 0) {
		return status;
	}
	verify = strcmp(a.rest[0], "verify") == 0 && a.n == 2;
	if (!verify && a.n == 2) {
		wrong = "archive takes one directory, or verify and one";
	} else if (verify &&
		   (w.o.until != NULL || w.o.lines || w.actor.as != NULL)) {
		wrong = "--until, --lines and --as are of making an archive";
	} else if (!verify &&
		   (w.no_key || w.public_key != NULL || w.anchor.n > 0)) {
		wrong = "--no-key, --public-key and --anchor are of verify";
	} else {
		wrong = actor_read(&w.actor);
	}
	if (wrong != NULL) {
		status = args_usage(&a, usage, wrong);
	} else {
		status = verify ? run_verify(&a, &w) : run_make(&a, &w);
	}
	actor_done(&w.actor);
	args_done(&a);
	return status;
}
