/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "main/args.h"
#include "register/document.h"
#include "register/report_tie.h"

#include "base/poison.h"

static const char usage[] =
	"report x | z [NUMBER] | sales | hours | items | departments | "
	"cashiers | taxes | exceptions | tieout [--day DATE | --z N[-M] | --since DATE "
	"--until DATE | --all] [--sort amount|qty|name|code] [--limit N] "
	"[--format text|json] [--width N] [--bars ascii|blocks] [--store DIR] "
	"[--json]";

#define WIDTH 80

/* What is asked for, as it was keyed and as it was understood. */
struct wish {
	const char *day, *z, *since, *until, *sort, *limit, *format, *width,
		*bars;
	bool all;
	struct report_pick pick;
	enum report_sort by;
	int64_t most, cells;
	bool json, blocks;
};

/* The Z of this number, 0 the last: each says where its own lines begin, so
 * that one is found behind the other. */
static enum rc
find_day(struct shop *s, const struct totals *t, int64_t number,
	const struct event **ret, struct err *reterr)
{
	uint64_t seq = t->first > 0 ? t->first - 1 : shop_head(s);
	const struct event *e = NULL;
	int64_t copies = 0;
	uint64_t at = 0;

	if (number == 0) {
		number = t->closings;
	}
	if (s->store != NULL && number > 0 &&
		store_day(s->store, number, &at, &copies, NULL) == RC_OK &&
		at != 0) {
		return shop_event(s, at, NULL, ret, reterr);
	}
	while (seq > 0 && number > 0 && number <= t->closings) {
		enum rc rc = shop_event(s, seq, NULL, &e, reterr);

		if (rc != RC_OK) {
			return rc;
		}
		if (e->type == EVENT_DAY_CLOSED &&
			e->data.day.number == number) {
			*ret = e;
			return RC_OK;
		}
		seq = e->type == EVENT_DAY_CLOSED && e->data.day.first > 0 &&
				      (uint64_t)e->data.day.first < seq
			      ? (uint64_t)e->data.day.first
			      : seq;
		seq--;
	}
	return err_set(reterr, RC_NOTFOUND, 0, "report",
		"there is no such Z: %lld day%s closed", (long long)t->closings,
		t->closings == 1 ? " is" : "s are");
}

static enum rc
make_day(const struct args *a, const struct wish *w, struct shop *s,
	const struct totals *t, struct sbuf *b, struct err *reterr)
{
	const struct event *e = NULL;
	uint8_t hash[HASH_BYTES];
	struct document_opts o = {.hash = hash};
	struct totals day;
	int64_t number = 0;
	enum rc rc = RC_OK;

	if (a->rest[1] != NULL && parse_i64(a->rest[1], strlen(a->rest[1]), 1,
					  INT64_MAX, &number) != RC_OK) {
		return err_set(reterr, RC_INVAL, 0, "report",
			"'%.40s' is no number of a Z", a->rest[1]);
	}
	rc = find_day(s, t, number, &e, reterr);
	if (rc == RC_OK && e != NULL) {
		rc = shop_event(s, e->sequence, hash, &e, reterr);
	}
	if (rc == RC_OK) {
		rc = document_day(e, &day, reterr);
	}
	if (rc == RC_OK && w->json) {
		document_report_json(&day, b);
	} else if (rc == RC_OK) {
		rc = document_day_text(&s->config, e, &o, b, reterr);
	}
	return rc;
}

static enum rc
open_shop(const struct args *a, struct shop **ret, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK && s->store == NULL) {
		rc = err_set(reterr, RC_CORRUPT, 0, "report", "%s", s->trouble);
		shop_close(s);
	} else if (rc == RC_OK && !s->has_config) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "report",
			"no configuration is active, so no amount can be "
			"told: run 'holdfast config apply'");
		shop_close(s);
	}
	if (rc == RC_OK) {
		*ret = s;
	}
	return rc;
}

static enum rc
make(const struct args *a, const struct wish *w, struct sbuf *b,
	struct err *reterr)
{
	struct shop *s = NULL;
	struct clock_reading now;
	struct totals t;
	enum rc rc = open_shop(a, &s, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	now = clock_read(&s->clock);
	rc = store_totals(s->store, &t, reterr);
	if (rc == RC_OK && a->rest[0][0] == 'z') {
		rc = make_day(a, w, s, &t, b, reterr);
	} else if (rc == RC_OK && w->json) {
		document_report_json(&t, b);
	} else if (rc == RC_OK) {
		rc = document_report_text(
			&s->config, &t, now.utc, now.tz_min, b, reterr);
	}
	shop_close(s);
	return rc;
}

/* X and Z, as they are on paper. */
static int
run_paper(const struct args *a, const struct wish *w)
{
	char text[65536];
	struct err e = {0};
	struct sbuf b;
	enum rc rc;

	sbuf_init(&b, text, sizeof(text));
	rc = make(a, w, &b, &e);
	if (rc == RC_OK && (b.len == 0 || b.p[b.len - 1] != '\n')) {
		sbuf_putc(&b, '\n');
	}
	if (rc == RC_OK && !sbuf_ok(&b)) {
		rc = err_set(&e, RC_RANGE, 0, "report",
			"this report is longer than can be shown: ask for "
			"holdfast report sales");
	}
	return rc == RC_OK ? args_put(a, b.p, b.len) : args_fail(a, rc, &e);
}

static enum rc
put_out(void *arg, const char *text, size_t len, struct err *reterr)
{
	if (fwrite(text, 1, len, arg) != len) {
		return err_set(reterr, RC_IO, 0, "report",
			"cannot write the output, give it a place to go");
	}
	return RC_OK;
}

static enum rc
put_report(struct shop *s, const struct args *a, const struct wish *w,
	const struct report_span *span, const struct report_look *look,
	struct err *reterr)
{
	struct report *r = NULL;
	enum rc rc = report_make(s, report_find(a->rest[0]), span, w->by,
		(size_t)w->most, &r, reterr);

	if (rc == RC_OK && w->json) {
		rc = report_json(r, put_out, stdout, reterr);
	} else if (rc == RC_OK) {
		rc = report_text(r, look, put_out, stdout, reterr);
	}
	report_free(r);
	return rc;
}

static enum rc
put_tie(struct shop *s, const struct wish *w, const struct report_span *span,
	const struct report_look *look, bool *ret_same, struct err *reterr)
{
	struct report_tie *t = calloc(1, sizeof(*t));
	enum rc rc;

	if (t == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for the tie-out: close other programs");
	}
	rc = report_tie_make(s, span, t, reterr);
	if (rc == RC_OK && w->json) {
		rc = report_tie_json(t, &s->config, put_out, stdout, reterr);
	} else if (rc == RC_OK) {
		rc = report_tie_text(
			t, &s->config, look, put_out, stdout, reterr);
	}
	*ret_same = t->n_diff == 0;
	free(t);
	return rc;
}

static bool
is_tie(const struct args *a)
{
	return strcmp(a->rest[0], "tieout") == 0;
}

static enum rc
fold(const struct args *a, const struct wish *w, bool *ret_same,
	struct err *reterr)
{
	struct report_look look = {
		.width = (unsigned)w->cells, .blocks = w->blocks};
	struct report_span span;
	struct shop *s = NULL;
	enum rc rc = open_shop(a, &s, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	look.shop = s->config.shop;
	look.register_no = s->config.register_no;
	rc = report_find_span(s, &w->pick, &span, reterr);
	if (rc == RC_OK && is_tie(a)) {
		rc = put_tie(s, w, &span, &look, ret_same, reterr);
	} else if (rc == RC_OK) {
		rc = put_report(s, a, w, &span, &look, reterr);
	}
	if (rc == RC_OK && fflush(stdout) != 0) {
		rc = err_set(reterr, RC_IO, 0, "report",
			"cannot write the output, give it a place to go");
	}
	shop_close(s);
	return rc;
}

/* --- what is asked for ---------------------------------------------------- */

static const char *
read_dates(struct wish *w)
{
	w->pick.kind = REPORT_PICK_DATES;
	if (w->day != NULL) {
		w->since = w->day;
		w->until = w->day;
	}
	if ((w->since != NULL && !report_pick_date(w->since, &w->pick.from)) ||
		(w->until != NULL &&
			!report_pick_date(w->until, &w->pick.to))) {
		return "a date is written 2026-11-21";
	}
	if (w->pick.to > 0 && w->pick.to < w->pick.from) {
		return "--until is before --since";
	}
	return NULL;
}

static const char *
read_period(struct wish *w)
{
	int ways = (w->day != NULL) + (w->z != NULL) + w->all +
		   (w->since != NULL || w->until != NULL);

	if (ways > 1) {
		return "say one period: --day, --z, --since and --until, or "
		       "--all";
	}
	w->pick.kind = w->all ? REPORT_PICK_ALL : REPORT_PICK_OPEN;
	if (w->z != NULL && strcmp(w->z, "last") == 0) {
		w->pick.kind = REPORT_PICK_Z;
	} else if (w->z != NULL && !report_pick_z(w->z, &w->pick)) {
		return "--z takes the number of a Z, two with a dash, or "
		       "'last'";
	}
	return w->day != NULL || w->since != NULL || w->until != NULL
		       ? read_dates(w)
		       : NULL;
}

static const char *
read_sort(struct wish *w)
{
	static const char *const word[] = {[REPORT_BY_AMOUNT] = "amount",
		[REPORT_BY_QTY] = "qty",
		[REPORT_BY_NAME] = "name",
		[REPORT_BY_CODE] = "code"};

	for (size_t i = 0; w->sort != NULL && i < ARRAY_LEN(word); i++) {
		if (strcmp(word[i], w->sort) == 0) {
			w->by = (enum report_sort)i;
			return NULL;
		}
	}
	return w->sort == NULL ? NULL : "--sort is amount, qty, name or code";
}

/* Whether who reads it shows block elements: by the locale, as programs of a
 * terminal do. */
static bool
is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		/* one process, no threads */
		const char *v =
			getenv(names[i]); /* NOLINT(concurrency-mt-unsafe) */

		if (v != NULL && v[0] != '\0') {
			return strstr(v, "UTF-8") != NULL ||
			       strstr(v, "utf8") != NULL;
		}
	}
	return false;
}

static const char *
read_look(const struct args *a, struct wish *w)
{
	w->cells = WIDTH;
	w->json = args_json(a);
	if (w->format != NULL) {
		w->json = strcmp(w->format, "json") == 0;
		if (!w->json && strcmp(w->format, "text") != 0) {
			return "the format is text or json";
		}
	}
	w->blocks = w->bars != NULL ? strcmp(w->bars, "blocks") == 0
				    : isatty(STDOUT_FILENO) != 0 && is_utf8();
	if (w->bars != NULL && !w->blocks && strcmp(w->bars, "ascii") != 0) {
		return "bars are ascii or blocks";
	}
	if (w->width != NULL &&
		parse_i64(w->width, strlen(w->width), REPORT_WIDTH_MIN,
			REPORT_WIDTH_MAX, &w->cells) != RC_OK) {
		return "the width is 24 to 240 cells";
	}
	if (w->limit != NULL && parse_i64(w->limit, strlen(w->limit), 1,
					UINT32_MAX, &w->most) != RC_OK) {
		return "--limit takes a number of rows";
	}
	return NULL;
}

static const char *
read_wish(const struct args *a, struct wish *w)
{
	const char *what = a->rest[0];
	bool z = strcmp(what, "z") == 0, x = strcmp(what, "x") == 0;
	const char *wrong = read_look(a, w);

	if (!x && !z && !is_tie(a) && report_find(what) == REPORT_KINDS) {
		return "there is no such report";
	}
	if (a->rest[1] != NULL && !z) {
		return "only z takes a number";
	}
	if ((x || z) && (w->day != NULL || w->z != NULL || w->since != NULL ||
				w->until != NULL || w->all)) {
		return "x and z are of one day: x of the open one, z of the "
		       "one whose number stands behind it";
	}
	if (wrong == NULL) {
		wrong = read_period(w);
	}
	return wrong != NULL ? wrong : read_sort(w);
}

int
verb_report(int argc, char *argv[])
{
	struct wish w = {0};
	struct opt opt[] = {{"day", OPT_TEXT, &w.day}, {"z", OPT_TEXT, &w.z},
		{"since", OPT_TEXT, &w.since}, {"until", OPT_TEXT, &w.until},
		{"all", OPT_FLAG, &w.all}, {"sort", OPT_TEXT, &w.sort},
		{"limit", OPT_TEXT, &w.limit}, {"format", OPT_TEXT, &w.format},
		{"width", OPT_TEXT, &w.width}, {"bars", OPT_TEXT, &w.bars}};
	struct err e = {0};
	struct args a;
	const char *wrong;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 2);
	if (status >= 0) {
		return status;
	}
	wrong = read_wish(&a, &w);
	if (wrong != NULL) {
		status = args_usage(&a, usage, wrong);
	} else if (!is_tie(&a) && report_find(a.rest[0]) == REPORT_KINDS) {
		status = run_paper(&a, &w);
	} else {
		bool same = true;
		enum rc rc = fold(&a, &w, &same, &e);

		status = rc != RC_OK ? args_fail(&a, rc, &e)
			 : same      ? EXIT_DONE
				     : EXIT_NOT;
	}
	args_done(&a);
	return status;
}
