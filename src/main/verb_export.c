/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "main/args.h"
#include "register/export.h"
#include "register/inbox.h"

#include "base/poison.h"

static const char usage[] =
	"export events|sales|lines|tenders|taxes|changes|payments|audit "
	"[--format csv|jsonl] [--from N] [--output FILE] [--store DIR]";

#define RECORD_WAIT_MS 2000

struct wish {
	const char *table;
	const char *format; /* "csv", "jsonl" */
	int64_t from;
	const char *output; /* NULL: standard output */
};

static enum rc
write_rows(const struct args *a, const struct wish *w, FILE *out,
	uint64_t *ret_rows, uint64_t *ret_last, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK && strcmp(w->table, "events") == 0) {
		rc = export_events(
			s, (uint64_t)w->from, out, ret_rows, ret_last, reterr);
	} else if (rc == RC_OK) {
		rc = export_table(s, w->table,
			strcmp(w->format, "csv") == 0 ? EXPORT_CSV
						      : EXPORT_JSONL,
			(uint64_t)w->from, out, ret_rows, ret_last, reterr);
	}
	shop_close(s);
	return rc;
}

/* A file appears under its name when it is complete. */
static enum rc
to_file(const struct args *a, const struct wish *w, uint64_t *ret_rows,
	uint64_t *ret_last, struct err *reterr)
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
	rc = write_rows(a, w, out, ret_rows, ret_last, reterr);
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

/* The data is out already: an export that cannot be recorded says so, and is
 * not undone. */
static void
record(const struct args *a, const struct wish *w, uint64_t rows, uint64_t last)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct request q = {.type = EVENT_EXPORT_DONE, .actor = "1"};
	uint64_t sequence = 0;
	struct err e = {0};
	enum rc rc;

	q.event.type = q.type;
	q.event.data.export_.kind = w->table;
	q.event.data.export_.format = w->format;
	q.event.data.export_.first = w->from;
	q.event.data.export_.last = (int64_t)last;
	q.event.data.export_.rows = (int64_t)rows;
	rc = inbox_submit(&conf, &q, RECORD_WAIT_MS, &sequence, &e);
	if (rc != RC_OK && rc != RC_AGAIN) {
		(void)fprintf(stderr,
			"holdfast export: written, but not recorded: %s\n",
			e.msg);
	}
}

static int
run(const struct args *a, const struct wish *w)
{
	uint64_t rows = 0;
	uint64_t last = 0;
	struct err e = {0};
	enum rc rc;

	if (w->output != NULL) {
		rc = to_file(a, w, &rows, &last, &e);
	} else {
		rc = write_rows(a, w, stdout, &rows, &last, &e);
	}
	if (rc != RC_OK) {
		return args_fail(a, rc, &e);
	}
	record(a, w, rows, last);
	return EXIT_DONE;
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

int
verb_export(int argc, char *argv[])
{
	struct wish w = {.from = 1};
	const char *from = NULL;
	struct opt opt[] = {{"format", OPT_TEXT, &w.format},
		{"from", OPT_TEXT, &from}, {"output", OPT_TEXT, &w.output}};
	struct args a;
	int status;

	status = args_parse(&a, argc, argv, usage, opt, 3, 1, 1);
	if (status >= 0) {
		return status;
	}
	w.table = a.rest[0];
	if (w.format == NULL) {
		w.format = strcmp(w.table, "events") == 0 || a.json ? "jsonl"
								    : "csv";
	}
	if (!is_table(w.table)) {
		status = args_usage(&a, usage, "there is no such table");
	} else if (strcmp(w.format, "csv") != 0 &&
		   strcmp(w.format, "jsonl") != 0) {
		status = args_usage(&a, usage, "the format is csv or jsonl");
	} else if (strcmp(w.table, "events") == 0 &&
		   strcmp(w.format, "jsonl") != 0) {
		status = args_usage(
			&a, usage, "events are lines: they have no csv form");
	} else if (from != NULL && parse_i64(from, strlen(from), 1, INT64_MAX,
					   &w.from) != RC_OK) {
		status = args_usage(&a, usage, "--from takes a sequence");
	} else {
		status = run(&a, &w);
	}
	args_done(&a);
	return status;
}
