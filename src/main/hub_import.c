/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hub/feed.h"
#include "hub/hub.h"
#include "hub/people.h"
#include "main/hub_desk.h"

#include "base/poison.h"

static const char usage[] =
	"import products|prices|rules|config|people FILE|- [--tenant T] "
	"[--store S | --register R] [--format csv|json|text] [--name NAME] "
	"[--digits N] [--replace] [--dry-run] [--refused OUT]";

#define REPORT_BYTES 32768

struct import {
	struct hub_desk d;
	struct hub hub; /* as much of it as sealing needs */
	struct tenant t;
	struct feed_place place;
	struct feed_rows_opts opts;
	struct feed_rows_result result;
	struct feed_written done;
	struct feed_write *write;
	struct people people;
	FILE *refused;
	/* options */
	const char *tenant, *store, *reg, *format, *name, *refused_to, *digits;
	bool replace, dry_run;
};

static enum rc
on_row(void *arg, const struct feed_row *row, struct err *reterr)
{
	struct import *im = arg;
	uint8_t sealed[PEOPLE_BODY_BYTES];
	size_t n = 0;
	enum rc rc;

	if (row->person == NULL) {
		return feed_write_add(im->write, row->key, row->valid_from,
			row->deleted ? NULL : row->body, row->n_body, reterr);
	}
	rc = people_seal(&im->people, row, sealed, &n, reterr);
	if (rc == RC_OK) {
		rc = feed_write_add(im->write, row->key, row->valid_from,
			sealed, n, reterr);
	}
	return rc;
}

static void
on_refused(void *arg, uint64_t line, enum feed_refusal r, const char *excerpt)
{
	const struct import *im = arg;

	if (im->refused != NULL) {
		(void)fprintf(im->refused, "%llu\t%s\t%s\n",
			(unsigned long long)line, feed_refusal_name(r),
			excerpt);
	}
}

/* By word, else by how the file's name ends. */
static enum rc
choose_format(struct import *im, const char *file, struct err *reterr)
{
	static const struct {
		const char *word, *end;
		enum feed_format format;
	} known[] = {{"csv", ".csv", FEED_FORMAT_CSV},
		{"json", ".json", FEED_FORMAT_JSON},
		{"json", ".jsonl", FEED_FORMAT_JSON},
		{"json", ".ndjson", FEED_FORMAT_JSON},
		{"text", ".conf", FEED_FORMAT_TEXT}};

	size_t len = strlen(file);

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		size_t n = strlen(known[i].end);
		bool hit = im->format != NULL
				   ? strcmp(im->format, known[i].word) == 0
				   : len > n && strcmp(file + len - n,
							known[i].end) == 0;

		if (hit) {
			im->opts.format = known[i].format;
			return RC_OK;
		}
	}
	if (im->format == NULL) {
		im->opts.format = FEED_FORMAT_CSV;
		return RC_OK;
	}
	return err_set(
		reterr, RC_INVAL, 0, "import", "--format is csv, json or text");
}

/* A text's item is named as its file is. */
static void
choose_name(struct import *im, const char *file, char *room, size_t cap)
{
	const char *base = strrchr(file, '/');
	struct sbuf b;

	base = base != NULL ? base + 1 : file;
	sbuf_init(&b, room, cap);
	sbuf_puts(&b, base);
	if (b.len > 5 && strcmp(room + b.len - 5, ".conf") == 0) {
		sbuf_cut(&b, b.len - 5);
	}
	im->opts.name = im->name != NULL ? im->name : room;
}

static enum rc
choose_place(struct import *im, struct err *reterr)
{
	struct hub_desk *d = &im->d;
	enum rc rc = tenant_find(d->db, im->tenant, &im->t, reterr);

	im->place.scope = "tenant";
	if (rc == RC_OK && im->store != NULL) {
		struct store_place s;

		rc = store_find(d->db, &im->t, im->store, &s, reterr);
		im->place.scope = "store";
		memcpy(im->place.scope_id, s.id, UUID_BYTES);
	} else if (rc == RC_OK && im->reg != NULL) {
		struct register_place r;

		rc = register_find(d->db, &im->t, im->reg, &r, reterr);
		im->place.scope = "register";
		memcpy(im->place.scope_id, r.id, UUID_BYTES);
	}
	im->place.part = im->t.part;
	memcpy(im->place.tenant, im->t.id, UUID_BYTES);
	if (rc == RC_OK &&
		!hub_config_may(&d->config, im->t.part, im->t.residency)) {
		rc = err_set(reterr, RC_DENIED, 0, "import",
			"this tenant's data may not lie in this database: its "
			"residency is %s",
			im->t.residency);
	}
	return rc;
}

static enum rc
take(struct import *im, int fd, struct err *reterr)
{
	struct hub_desk *d = &im->d;
	enum rc rc;

	im->hub.db = d->db;
	im->hub.kek = d->keys->kek;
	im->hub.rng = d->doer.rng;
	im->hub.clock = d->doer.clock;
	im->people.hub = &im->hub;
	im->people.db = d->db;
	im->people.place = &im->place;
	im->opts.row = on_row;
	im->opts.refused = on_refused;
	im->opts.arg = im;
	im->opts.digits = (unsigned)(im->digits[0] - '0');
	im->opts.feed = im->place.feed;
	rc = feed_write_begin(
		d->db, &d->doer.rng, &im->place, &im->write, reterr);
	if (rc == RC_OK) {
		rc = feed_rows_fd(fd, &im->opts, &im->result, reterr);
	}
	if (rc == RC_OK && im->replace && im->result.refused > 0 &&
		!im->dry_run) {
		rc = err_set(reterr, RC_INVAL, 0, "import",
			"%llu rows cannot be taken, so nothing was replaced: "
			"--dry-run says which",
			(unsigned long long)im->result.refused);
	}
	if (rc == RC_OK) {
		rc = feed_write_end(im->write, im->replace,
			clock_read(&d->doer.clock).utc, d->doer.actor,
			im->dry_run, &im->done, reterr);
	}
	feed_write_free(im->write);
	return rc;
}

/* --- what is said --------------------------------------------------------- */

static void
say_text(const struct import *im, struct sbuf *b)
{
	const struct feed_rows_result *r = &im->result;

	sbuf_printf(b,
		"%llu rows, %llu taken, %llu refused; %llu items %s, %llu "
		"taken away\n",
		(unsigned long long)r->rows, (unsigned long long)r->taken,
		(unsigned long long)r->refused,
		(unsigned long long)im->done.written,
		im->dry_run ? "would be written" : "written",
		(unsigned long long)im->done.deleted);
	for (size_t i = 0; i < r->n_sample; i++) {
		sbuf_printf(b, "  line %llu  %s  %s\n",
			(unsigned long long)r->sample[i].line,
			feed_refusal_name(r->sample[i].reason),
			r->sample[i].text);
	}
	if (r->refused > r->n_sample) {
		sbuf_puts(b,
			"  and more: --refused FILE lists every one of them\n");
	}
	if (!im->dry_run) {
		sbuf_printf(b, "feed %s is at %llu\n", im->place.feed,
			(unsigned long long)im->done.rev);
	}
}

static enum rc
say(const struct import *im, struct err *reterr)
{
	char *text = malloc(REPORT_BYTES);
	struct sbuf b;
	struct json j;
	enum rc rc = RC_OK;

	if (text == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "import", "no memory");
	}
	sbuf_init(&b, text, REPORT_BYTES);
	if (hub_args_json(&im->d.a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "dry_run", im->dry_run);
		feed_report(&j, &im->result, &im->done);
		json_obj_end(&j);
		sbuf_putc(&b, '\n');
	} else {
		say_text(im, &b);
	}
	if (hub_args_put(&im->d.a, b.p, b.len) != EXIT_DONE) {
		rc = err_set(reterr, RC_IO, 0, "import",
			"the report could not be written: give it a place to "
			"go");
	}
	free(text);
	return rc;
}

static enum rc
read_file(struct import *im, const char *file, struct err *reterr)
{
	int fd = strcmp(file, "-") == 0 ? dup(STDIN_FILENO)
					: open(file, O_RDONLY | O_CLOEXEC);
	enum rc rc;

	if (fd < 0) {
		return err_set(reterr, RC_NOTFOUND, errno, "import",
			"%s cannot be read", file);
	}
	if (im->refused_to != NULL) {
		im->refused = fopen(im->refused_to, "we");
		if (im->refused == NULL) {
			(void)close(fd);
			return err_set(reterr, RC_IO, errno, "import",
				"%s cannot be written", im->refused_to);
		}
	}
	rc = take(im, fd, reterr);
	(void)close(fd);
	if (im->refused != NULL && fclose(im->refused) != 0 && rc == RC_OK) {
		rc = err_set(reterr, RC_IO, errno, "import",
			"%s cannot be written", im->refused_to);
	}
	return rc;
}

int
hub_import(int argc, char *argv[])
{
	static struct import im = {.digits = "2"};
	const struct opt opt[] = {{"tenant", OPT_TEXT, &im.tenant},
		{"store", OPT_TEXT, &im.store}, {"register", OPT_TEXT, &im.reg},
		{"format", OPT_TEXT, &im.format}, {"name", OPT_TEXT, &im.name},
		{"digits", OPT_TEXT, &im.digits},
		{"replace", OPT_FLAG, &im.replace},
		{"dry-run", OPT_FLAG, &im.dry_run},
		{"refused", OPT_TEXT, &im.refused_to}};
	char name[128];
	struct err e = {0};
	enum rc rc;
	int exit = hub_args_parse(
		&im.d.a, argc, argv, usage, opt, ARRAY_LEN(opt), 2, 2);

	if (exit >= 0) {
		return exit;
	}
	im.place.feed = im.d.a.rest[0];
	if (!feed_known(im.place.feed)) {
		return hub_args_usage(&im.d.a, usage,
			"the feeds are products, prices, rules, config and "
			"people");
	}
	if (strlen(im.digits) != 1 || strchr("023", im.digits[0]) == NULL) {
		return hub_args_usage(&im.d.a, usage, "--digits is 0, 2 or 3");
	}
	if (im.store != NULL && im.reg != NULL) {
		return hub_args_usage(
			&im.d.a, usage, "either --store or --register");
	}
	rc = choose_format(&im, im.d.a.rest[1], &e);
	if (rc != RC_OK) {
		return hub_args_usage(&im.d.a, usage, e.msg);
	}
	choose_name(&im, im.d.a.rest[1], name, sizeof(name));
	rc = hub_desk_open(&im.d, &e);
	if (rc == RC_OK) {
		rc = choose_place(&im, &e);
	}
	if (rc == RC_OK) {
		rc = read_file(&im, im.d.a.rest[1], &e);
	}
	if (rc == RC_OK) {
		rc = say(&im, &e);
	}
	if (rc == RC_OK && im.result.taken == 0) {
		rc = err_set(&e, RC_PROTO, 0, "import",
			"no row could be taken: the report says why");
	}
	return hub_desk_end(&im.d, rc, &e);
}
