/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "main/actor.h"
#include "register/import.h"
#include "store/catalog.h"

#include "base/poison.h"

static const char usage[] =
	"import products FILE|- [--dry-run] [--refused OUT] " ACTOR_USAGE
	" [--store DIR] [--json]";

#define RECORD_WAIT_MS 10000
#define BAR_CELLS 30

struct progress {
	bool show;
	FILE *refused;
};

static void
on_progress(void *arg, uint64_t done, uint64_t total, uint64_t rows)
{
	const struct progress *p = arg;
	char bar[BAR_CELLS + 1];
	size_t n = total > 0 ? (size_t)(done * BAR_CELLS / total) : 0;

	if (!p->show) {
		return;
	}
	for (size_t i = 0; i < BAR_CELLS; i++) {
		bar[i] = i < n ? '#' : '.';
	}
	bar[BAR_CELLS] = '\0';
	if (total > 0) {
		(void)fprintf(stderr, "\r[%s] %3llu %%  %llu rows ", bar,
			(unsigned long long)(done * 100 / total),
			(unsigned long long)rows);
	} else {
		(void)fprintf(stderr, "\r%llu rows ", (unsigned long long)rows);
	}
}

static void
on_refused(void *arg, uint64_t line, enum import_reason r, const char *excerpt)
{
	const struct progress *p = arg;

	if (p->refused != NULL) {
		(void)fprintf(p->refused, "%llu\t%s\t%s\n",
			(unsigned long long)line, import_reason_name(r),
			excerpt);
	}
}

static void
say_json(struct sbuf *b, const struct import_result *r)
{
	struct json j;

	json_init(&j, b);
	json_obj(&j, NULL);
	json_u64(&j, "rows", r->rows);
	json_u64(&j, "taken", r->taken);
	json_u64(&j, "refused", r->refused);
	json_u64(&j, "replaced", r->replaced);
	json_obj(&j, "reasons");
	for (unsigned i = 0; i < IMPORT_REASON_COUNT; i++) {
		if (r->reason[i] > 0) {
			json_u64(&j, import_reason_name(i), r->reason[i]);
		}
	}
	json_obj_end(&j);
	json_u64(&j, "cleaned", r->cleaned);
	json_u64(&j, "shortened", r->shortened);
	json_u64(&j, "internal", r->internal);
	json_i64(&j, "generation", r->generation);
	json_str(&j, "sha256", r->hash);
	json_arr(&j, "samples");
	for (size_t i = 0; i < r->n_sample; i++) {
		json_obj(&j, NULL);
		json_u64(&j, "line", r->sample[i].line);
		json_str(&j, "reason", import_reason_name(r->sample[i].reason));
		json_str(&j, "text", r->sample[i].text);
		json_obj_end(&j);
	}
	json_arr_end(&j);
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

static void
say_text(struct sbuf *b, const struct import_result *r)
{
	sbuf_printf(b,
		"%llu rows, %llu taken, %llu refused, %llu replaced by a later "
		"row\n",
		(unsigned long long)r->rows, (unsigned long long)r->taken,
		(unsigned long long)r->refused,
		(unsigned long long)r->replaced);
	sbuf_printf(b,
		"%llu codes with a wrong check digit or length kept as "
		"internal, %llu names cleaned, %llu shortened\n",
		(unsigned long long)r->internal, (unsigned long long)r->cleaned,
		(unsigned long long)r->shortened);
	for (size_t i = 0; i < r->n_sample; i++) {
		sbuf_printf(b, "  line %llu  %s  %s\n",
			(unsigned long long)r->sample[i].line,
			import_reason_name(r->sample[i].reason),
			r->sample[i].text);
	}
	if (r->refused > r->n_sample) {
		sbuf_puts(b,
			"  and more: --refused FILE lists every one of them\n");
	}
	if (r->generation > 0) {
		sbuf_printf(b, "catalog %lld is active\n",
			(long long)r->generation);
	}
}

static int
say(const struct args *a, const struct import_result *r)
{
	static char text[IMPORT_SAMPLES * 1024];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		say_json(&b, r);
	} else {
		say_text(&b, r);
	}
	return args_put(a, b.p, b.len);
}

/* The event first, then the switch: a crash between them is mended at the
 * next start, which finds a catalog recorded and not yet active. */
static enum rc
record(const struct args *a, const struct actor *who, const char *dir,
	const struct import_result *r, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct request q = {.type = EVENT_CATALOG_IMPORTED};
	const char *name = strrchr(a->rest[1], '/');
	struct event_catalog *d = &q.event.data.catalog;
	struct catalog *c = NULL;
	uint64_t sequence = 0;
	enum rc rc;

	q.event.type = q.type;
	d->version = r->generation;
	d->rows = (int64_t)r->rows;
	d->taken = (int64_t)r->taken;
	d->refused = (int64_t)r->refused;
	d->source = name != NULL ? name + 1 : a->rest[1];
	d->hash = r->hash;
	rc = actor_submit(who, &conf, &q, RECORD_WAIT_MS, &sequence, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (catalog_open(dir, 0, &c, NULL) != RC_OK ||
		catalog_generation(c) < r->generation) {
		rc = catalog_activate(dir, r->generation, reterr);
	}
	catalog_close(c);
	if (rc == RC_OK) {
		/* old generations only take room */
		(void)!catalog_prune(dir, r->generation, NULL);
	}
	return rc;
}

static enum rc
take(const struct args *a, const struct actor *who, int fd,
	struct import_opts *opts, struct import_result *r, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	char dir[PATH_BYTES];
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK && !s->has_config) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "import",
			"no configuration is active: run holdfast config "
			"apply first");
	}
	if (rc == RC_OK) {
		rc = path_join(dir, sizeof(dir), a->store, "catalog");
	}
	if (rc == RC_OK) {
		opts->catalog_dir = dir;
		opts->config = &s->config;
		rc = import_products(fd, opts, r, reterr);
	}
	shop_close(s);
	if (rc == RC_OK && r->generation > 0) {
		rc = record(a, who, dir, r, reterr);
	}
	return rc;
}

static int
import_open(const char *name)
{
	return strcmp(name, "-") == 0 ? dup(STDIN_FILENO)
				      : open(name, O_RDONLY | O_CLOEXEC);
}

int
verb_import(int argc, char *argv[])
{
	static struct import_result r;
	const char *refused = NULL;
	bool dry_run = false;
	struct actor who = {.as = NULL};
	struct opt opt[] = {{"dry-run", OPT_FLAG, &dry_run},
		{"refused", OPT_TEXT, &refused}, ACTOR_OPTS(who)};
	const char *wrong;
	struct progress p = {isatty(STDERR_FILENO) == 1, NULL};
	struct import_opts opts = {
		.progress = on_progress, .refused = on_refused, .arg = &p};
	struct err e = {0};
	struct args a;
	int status;
	int fd = -1;
	enum rc rc = RC_OK;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 2, 2);
	if (status >= 0) {
		return status;
	}
	if (strcmp(a.rest[0], "products") != 0) {
		status = args_usage(&a, usage, "only products can be imported");
		goto out;
	}
	if (refused != NULL && strcmp(refused, "-") == 0) {
		status = args_usage(&a, usage,
			"--refused takes the name of a file: standard output "
			"is for the report");
		goto out;
	}
	opts.dry_run = dry_run;
	wrong = actor_read(&who);
	if (wrong != NULL) {
		status = args_usage(&a, usage, wrong);
		goto out;
	}
	fd = import_open(a.rest[1]);
	if (fd < 0) {
		rc = err_set(&e, RC_NOTFOUND, errno, "import",
			"%s cannot be read", a.rest[1]);
	}
	if (rc == RC_OK && refused != NULL) {
		p.refused = fopen(refused, "we");
		if (p.refused == NULL) {
			rc = err_set(&e, RC_IO, errno, "import",
				"%s cannot be written", refused);
		}
	}
	if (rc == RC_OK) {
		rc = take(&a, &who, fd, &opts, &r, &e);
	}
	if (p.show) {
		(void)fputc('\n', stderr);
	}
	if (p.refused != NULL && fclose(p.refused) != 0 && rc == RC_OK) {
		rc = err_set(&e, RC_IO, errno, "import", "%s cannot be written",
			refused);
	}
	if (rc != RC_OK) {
		status = args_fail(&a, rc, &e);
		goto out;
	}
	status = say(&a, &r);
	if (r.taken == 0 && status == EXIT_DONE) {
		(void)err_set(&e, RC_PROTO, 0, "import",
			"no row could be taken: the report says why");
		status = args_fail(&a, RC_PROTO, &e);
	}
out:
	if (fd >= 0) {
		(void)close(fd);
	}
	actor_done(&who);
	args_done(&a);
	return status;
}
