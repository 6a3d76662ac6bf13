/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/parse.h"
#include "main/actor.h"
#include "register/days.h"
#include "register/export.h"

#include "base/poison.h"

static const char usage[] =
	"export events|TABLE|ledger [--format FORMAT] [--day DATE] "
	"[--z N[-M]] [--since DATE] [--until DATE] [--from N] [--to N] "
	"[--append] "
	"[--output FILE] " ACTOR_USAGE " [--store DIR]";

#define NOTHING 1 /* up to there no day has ended, and no row begins */

struct wish {
	const char *table;
	const char *format;
	struct days_pick pick;
	bool by_day; /* a Z or a date was named */
	bool asked;  /* and where it begins */
	bool append;
	const char *output; /* NULL: standard output */
	struct actor who;
};

static bool
is_ledger(const struct wish *w)
{
	return strcmp(w->table, "ledger") == 0;
}

/* Its place in enum export_format; -1 there is none. */
static int
table_format(const char *name)
{
	static const char *const names[] = {
		[EXPORT_CSV] = "csv",
		[EXPORT_RFC4180] = "rfc4180",
		[EXPORT_JSONL] = "jsonl",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], name) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static enum rc
range(struct shop *s, const struct wish *w, struct export_range *r,
	struct err *reterr)
{
	struct days d;
	enum rc rc;

	if (!w->by_day) {
		*r = (struct export_range){.from = w->pick.from,
			.to = w->pick.to,
			.asked = w->asked};
		if (r->to == 0 || r->to > shop_head(s)) {
			r->to = shop_head(s);
		}
		return RC_OK;
	}
	rc = days_read(s, &d, reterr);
	if (rc == RC_OK) {
		*r = (struct export_range){.asked = w->asked};
		days_range(&d, &w->pick, &r->from, &r->to);
		days_free(&d);
	}
	return rc;
}

static enum rc
write_rows(const struct args *a, const struct wish *w, FILE *out,
	struct export_range *r, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK && !is_ledger(w)) {
		rc = range(s, w, r, reterr);
	}
	if (rc == RC_OK && is_ledger(w)) {
		struct export_books want = {
			.pick = w->pick, .append = w->append};

		(void)ledger_format_find(w->format, &want.format);
		rc = export_ledger(s, &want, r, out, reterr);
	} else if (rc == RC_OK && strcmp(w->table, "events") == 0) {
		rc = export_events(s, r, out, reterr);
	} else if (rc == RC_OK) {
		rc = export_table(s, w->table,
			(enum export_format)table_format(w->format), r, out,
			reterr);
	}
	shop_close(s);
	return rc;
}

/* A file appears under its name when it is complete. */
static enum rc
to_file(const struct args *a, const struct wish *w, struct export_range *r,
	struct err *reterr)
{
	char aside[PATH_BYTES];
	struct sbuf b;
	FILE *out;
	enum rc rc;

	sbuf_init(&b, aside, sizeof(aside));
	sbuf_printf(&b, "%s.part", w->output);
	if (!sbuf_ok(&b)) {
		return err_set(
			reterr, RC_RANGE, 0, "export", "the path is too long");
	}
	out = fopen(aside, "we");
	if (out == NULL) {
		return err_set(reterr, RC_IO, errno, "export",
			"%s cannot be made", aside);
	}
	rc = write_rows(a, w, out, r, reterr);
	if (rc == RC_OK) {
		rc = file_sync(fileno(out), aside, reterr);
	}
	if (fclose(out) != 0 && rc == RC_OK) {
		rc = err_set(reterr, RC_IO, errno, "export",
			"%s cannot be written", aside);
	}
	if (rc == RC_OK && rename(aside, w->output) != 0) {
		rc = err_set(reterr, RC_IO, errno, "export",
			"%s cannot be named %s", aside, w->output);
	}
	if (rc != RC_OK) {
		(void)unlink(aside);
	}
	return rc;
}

/* How much it is, before anybody has a byte of it: what goes out and is cut off,
 * or killed, is in the journal already.  What is written then ends where this
 * ended, whatever was recorded meanwhile. */
static enum rc
measure(const struct args *a, struct wish *w, struct export_range *r,
	struct err *reterr)
{
	FILE *none = fopen("/dev/null", "we");
	enum rc rc;

	if (none == NULL) {
		return err_set(reterr, RC_IO, errno, "export",
			"/dev/null cannot be opened");
	}
	rc = write_rows(a, w, none, r, reterr);
	(void)fclose(none);
	w->pick.to = r->to > 0 ? r->to : NOTHING;
	return rc;
}

static enum rc
record(const struct args *a, const struct wish *w, const struct export_range *r,
	struct err *reterr)
{
	const struct event_export x = {.kind = w->table,
		.format = w->format,
		.first = (int64_t)r->from,
		.last = (int64_t)r->last,
		.rows = (int64_t)r->rows};

	return actor_shown(&w->who, a, &x, reterr);
}

static int
run(const struct args *a, struct wish *w)
{
	struct export_range r = {0};
	struct err e = {0};
	enum rc rc = measure(a, w, &r, &e);

	if (rc == RC_OK) {
		rc = record(a, w, &r, &e);
	}
	if (rc == RC_OK && w->output != NULL) {
		rc = to_file(a, w, &r, &e);
	} else if (rc == RC_OK) {
		rc = write_rows(a, w, stdout, &r, &e);
	}
	return rc == RC_OK ? EXIT_DONE : args_fail(a, rc, &e);
}

static bool
is_table(const char *name)
{
	const struct export_table *t;

	for (size_t i = 0; (t = export_table_at(i)) != NULL; i++) {
		if (strcmp(t->name, name) == 0) {
			return true;
		}
	}
	return strcmp(name, "events") == 0;
}

/* What is chosen by, as it stands on the command line. */
struct words {
	const char *day, *since, *until, *z, *from, *to;
};

static bool
sequence(const char *text, uint64_t *out)
{
	int64_t n = 0;

	if (text != NULL &&
		parse_i64(text, strlen(text), 1, INT64_MAX, &n) != RC_OK) {
		return false;
	}
	*out = text != NULL ? (uint64_t)n : *out;
	return true;
}

/* "12", "12-20" or "12-" */
static bool
z_range(const char *text, struct days_pick *p)
{
	size_t n;

	if (text == NULL) {
		return true;
	}
	n = strcspn(text, "-");
	if (parse_i64(text, n, 1, INT64_MAX, &p->from_z) != RC_OK) {
		return false;
	}
	p->to_z = text[n] == '\0' ? p->from_z : 0;
	return text[n] == '\0' || text[n + 1] == '\0' ||
	       (parse_i64(text + n + 1, strlen(text + n + 1), p->from_z,
			INT64_MAX, &p->to_z) == RC_OK);
}

static bool
date(const char *text, int32_t *out)
{
	return text == NULL || days_date(text, out) == RC_OK;
}

/* What is wrong with it; NULL nothing is. */
static const char *
choose(const struct words *t, struct wish *w)
{
	w->pick.from = 1;
	w->by_day = t->day != NULL || t->since != NULL || t->until != NULL ||
		    t->z != NULL;
	w->asked = t->day != NULL || t->since != NULL || t->z != NULL ||
		   t->from != NULL;
	if (!sequence(t->from, &w->pick.from)) {
		return "--from takes a sequence";
	}
	if (!sequence(t->to, &w->pick.to)) {
		return "--to takes a sequence";
	}
	if (!z_range(t->z, &w->pick)) {
		return "--z takes a number, or two as in 12-20";
	}
	if (!date(t->day != NULL ? t->day : t->since, &w->pick.since) ||
		!date(t->day != NULL ? t->day : t->until, &w->pick.until)) {
		return "a date is written as in 2026-11-22";
	}
	if (t->day != NULL && (t->since != NULL || t->until != NULL)) {
		return "--day is one day: it goes without --since and --until";
	}
	return NULL;
}

/* Likewise. */
static const char *
check_ledger(const struct wish *w, const struct words *t)
{
	enum ledger_format format;

	if (!ledger_format_find(w->format, &format)) {
		return "the format is hledger, ledger or beancount";
	}
	if (t->from != NULL || t->to != NULL) {
		return "books are of whole days: choose by --z or dates";
	}
	return NULL;
}

static const char *
check(struct wish *w)
{
	bool events = strcmp(w->table, "events") == 0;

	if (w->append) {
		return "--append is for the ledger";
	}
	if (!is_table(w->table)) {
		return "there is no such table";
	}
	if (table_format(w->format) < 0) {
		return "the format is csv, rfc4180 or jsonl";
	}
	if (events && strcmp(w->format, "jsonl") != 0) {
		return "events are lines: they have no csv form";
	}
	return NULL;
}

int
verb_export(int argc, char *argv[])
{
	struct wish w = {0};
	struct words t = {0};
	struct opt opt[] = {{"format", OPT_TEXT, &w.format},
		{"day", OPT_TEXT, &t.day}, {"since", OPT_TEXT, &t.since},
		{"until", OPT_TEXT, &t.until}, {"z", OPT_TEXT, &t.z},
		{"from", OPT_TEXT, &t.from}, {"to", OPT_TEXT, &t.to},
		{"append", OPT_FLAG, &w.append},
		{"output", OPT_TEXT, &w.output}, ACTOR_OPTS(w.who)};
	const char *wrong;
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, 1);
	if (status >= 0) {
		return status;
	}
	w.table = a.rest[0];
	if (w.format == NULL) {
		w.format = is_ledger(&w) ? "hledger"
			   : strcmp(w.table, "events") == 0 || a.json ? "jsonl"
								      : "csv";
	}
	wrong = choose(&t, &w);
	if (wrong == NULL) {
		wrong = is_ledger(&w) ? check_ledger(&w, &t) : check(&w);
	}
	wrong = wrong != NULL ? wrong : actor_read(&w.who);
	status = wrong != NULL ? args_usage(&a, usage, wrong) : run(&a, &w);
	actor_done(&w.who);
	args_done(&a);
	return status;
}
