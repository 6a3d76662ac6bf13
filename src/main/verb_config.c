/* SPDX-License-Identifier: Apache-2.0 */
#include "main/verb_config.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "register/config_doubt.h"
#include "register/settings.h"
#include "store/catalog.h"

#include "base/poison.h"

static const char usage[] =
	"config check [FILE...] | apply [FILE...] | diff [FILE...] | "
	"show [VERSION] | versions | history | edit | draft [FILE...] | "
	"drafts [NUMBER] | approve NUMBER | drop NUMBER | rollback VERSION | "
	"export FILE [VERSION] | import FILE | try [FILE|VERSION] "
	"[--draft] [--effective TIME] [--note TEXT] [--days N] " ACTOR_USAGE
	" [--store DIR] [--json]";

#define APPLY_WAIT_MS 10000
#define WARNINGS_TOLD 40
#define WARNING_BYTES 640

/* --- the files --- */

static enum rc
load_one(const char *name, struct config_files *to, struct err *reterr)
{
	uint8_t *text = NULL;
	size_t n = 0;
	enum rc rc = file_load(name, CONFIG_TEXT_BYTES, &text, &n, reterr);

	if (rc == RC_OK) {
		to->memory[to->n] = text;
		to->part[to->n++] =
			(struct config_part){name, (const char *)text, n, 1};
	}
	return rc;
}

enum rc
config_files_load(
	const struct args *a, struct config_files *ret, struct err *reterr)
{
	size_t cap = CONFIG_TEXT_BYTES + 1;
	struct sbuf b;
	enum rc rc = RC_OK;

	if (a->n < 2) {
		rc = path_join(
			ret->path, sizeof(ret->path), a->store, SETTINGS_NAME);
		if (rc != RC_OK) {
			return err_set(reterr, rc, 0, "config",
				"the path is too long: choose a shorter "
				"--store");
		}
		rc = load_one(ret->path, ret, reterr);
	}
	for (size_t i = 1; rc == RC_OK && i < a->n; i++) {
		rc = load_one(a->rest[i], ret, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	ret->text = malloc(cap);
	if (ret->text == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "config",
			"no memory to read the files: close other programs");
	}
	sbuf_init(&b, ret->text, cap);
	rc = config_join(ret->part, ret->n, &b, reterr);
	ret->len = b.len;
	return rc;
}

void
config_files_free(struct config_files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->memory[i]);
	}
	free(f->text);
}

/* --- what is surely a slip --- */

struct warnings {
	const struct config_files *files;
	size_t n; /* of all, of which some are told */
	char text[WARNINGS_TOLD][WARNING_BYTES];
};

static void
take_doubt(void *arg, const struct config_doubt *d)
{
	struct warnings *w = arg;
	const struct config_files *f = w->files;
	const struct config_part *p;
	struct sbuf b;
	int line;

	if (w->n++ >= WARNINGS_TOLD) {
		return;
	}
	p = config_part_at(f->part, f->n,
		config_section_line(f->text, f->len, d->section), &line);
	sbuf_init(&b, w->text[w->n - 1], WARNING_BYTES);
	sbuf_printf(&b, "%s:%d: [%s] %s", p->name, line, d->section, d->words);
}

static bool
find_goods(void *arg, const char *code, struct item *ret)
{
	enum code_kind kind;

	/* what cannot be read is not missing */
	return catalog_find(arg, code, strlen(code), ret, &kind, NULL) !=
	       RC_NOTFOUND;
}

static void
look_for_slips(const struct args *a, const struct config *c, struct warnings *w)
{
	struct clock system = clock_system();
	struct clock_reading now = clock_read(&system);
	struct civil day = utc_civil(now.utc, now.tz_min);
	int32_t today = day.year * 10000 + day.month * 100 + day.day;
	struct catalog *catalog = NULL;
	struct config_goods goods = {find_goods, NULL};
	char dir[PATH_BYTES];

	if (path_join(dir, sizeof(dir), a->store, "catalog") == RC_OK &&
		catalog_open(dir, 0, &catalog, NULL) == RC_OK) {
		goods.arg = catalog;
	}
	config_doubts(c, today, catalog != NULL ? &goods : NULL, take_doubt, w);
	catalog_close(catalog);
}

/* --- check and apply --- */

static enum rc
ask(const struct args *a, const struct actor *who, const char *text,
	const struct config *c, uint64_t *ret_sequence, struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	struct request r;
	char active[65];
	enum rc rc;

	rc = shop_open(&conf, &s, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	memcpy(active, s->config_version, sizeof(active));
	*ret_sequence = s->state.config_seq;
	shop_close(s);
	if (strcmp(active, c->version) == 0) {
		return RC_OK; /* it is the one already */
	}
	memset(&r, 0, sizeof(r));
	r.type = EVENT_CONFIG_ACTIVATED;
	r.event.type = r.type;
	r.event.data.config.version = c->version;
	r.event.data.config.previous = active[0] != '\0' ? active : NULL;
	r.event.data.config.text = text;
	rc = actor_submit(who, &conf, &r, APPLY_WAIT_MS, ret_sequence, reterr);
	if (rc == RC_RANGE) {
		/* quotes and the like take two bytes of a line each */
		return err_set(reterr, rc, 0, "config",
			"the text does not fit into a line of the journal: "
			"shorten it");
	}
	return rc;
}

/* Somebody edits the store's own file, which stays as it is then. */
static bool
is_edited(const struct args *a, const struct config *c)
{
	char version[65];
	char *text = NULL;
	size_t n = 0;
	bool edited =
		settings_load(a->store, &text, &n, version, NULL) == RC_OK &&
		strcmp(version, c->version) != 0;

	free(text);
	return edited;
}

static size_t
told(const struct warnings *w)
{
	return w->n < WARNINGS_TOLD ? w->n : WARNINGS_TOLD;
}

static void
say_json(const struct args *a, const struct config *c, uint64_t sequence,
	const struct warnings *w, struct sbuf *b)
{
	struct json j;

	json_init(&j, b);
	json_obj(&j, NULL);
	json_bool(&j, "ok", true);
	json_str(&j, "version", c->version);
	if (sequence != 0) {
		json_u64(&j, "seq", sequence);
	}
	if (sequence != 0 && is_edited(a, c)) {
		json_bool(&j, "edited", true);
	}
	if (w->n > 0) {
		json_arr(&j, "warnings");
		for (size_t i = 0; i < told(w); i++) {
			json_str(&j, NULL, w->text[i]);
		}
		json_arr_end(&j);
	}
	if (w->n > told(w)) {
		json_u64(&j, "more_warnings", w->n - told(w));
	}
	json_obj_end(&j);
	sbuf_putc(b, '\n');
}

static void
say_text(const struct args *a, const struct config *c, uint64_t sequence,
	const struct warnings *w, struct sbuf *b)
{
	if (sequence != 0) {
		sbuf_printf(b, "active: %s%s\n", c->version,
			is_edited(a, c)
				? "\nthe store's holdfast.conf has other "
				  "changes and was left as it is"
				: "");
	} else {
		sbuf_printf(b, "good: %s\n", c->version);
	}
	for (size_t i = 0; i < told(w); i++) {
		sbuf_printf(b, "warning: %s\n", w->text[i]);
	}
	if (w->n > told(w)) {
		sbuf_printf(b, "and %zu more warnings\n", w->n - told(w));
	}
}

static int
say(const struct args *a, const struct config *c, uint64_t sequence,
	const struct warnings *w)
{
	size_t cap = (WARNINGS_TOLD + 2) * (size_t)WARNING_BYTES * 2;
	char *text = malloc(cap);
	struct err e = {0};
	struct sbuf b;
	int status;

	if (text == NULL) {
		return args_fail(a,
			err_set(&e, RC_NOMEM, 0, "config",
				"no memory: close other programs"),
			&e);
	}
	sbuf_init(&b, text, cap);
	if (args_json(a)) {
		say_json(a, c, sequence, w, &b);
	} else {
		say_text(a, c, sequence, w, &b);
	}
	status = args_put(a, b.p, b.len);
	free(text);
	return status;
}

static int
check_or_apply(const struct args *a, const struct actor *who)
{
	struct config *c = config_new();
	struct warnings *w = calloc(1, sizeof(*w));
	struct config_files f = {.n = 0};
	uint64_t sequence = 0;
	struct err e = {0};
	int status;
	enum rc rc = RC_NOMEM;

	if (c == NULL || w == NULL) {
		(void)err_set(
			&e, rc, 0, "config", "no memory: close other programs");
	} else {
		rc = config_files_load(a, &f, &e);
	}
	if (rc == RC_OK) {
		rc = config_part_check(f.part, f.n, f.text, f.len, c, &e);
	}
	if (rc == RC_OK) {
		w->files = &f;
		look_for_slips(a, c, w);
	}
	if (rc == RC_OK && who != NULL) {
		rc = ask(a, who, f.text, c, &sequence, &e);
	}
	status = rc == RC_OK ? say(a, c, sequence, w) : args_fail(a, rc, &e);
	config_files_free(&f);
	config_free(c);
	free(w);
	return status;
}

/* With two people a text that is applied is put forward. */
static bool
takes_two(const struct args *a, const struct config_opts *o)
{
	struct shop_conf conf = args_shop(a, SHOP_READ);
	struct shop *s = NULL;
	bool two = o->draft || o->effective != NULL;

	if (!two && shop_open(&conf, &s, NULL) == RC_OK) {
		two = s->has_config && s->config.two_people;
	}
	shop_close(s);
	return two;
}

/* How many words each takes, with its own. */
static const struct {
	const char *name;
	size_t min, max;
	int (*run)(const struct args *a);
	int (*act)(const struct args *a, const struct config_opts *o);
} words[] = {
	{"diff", 1, ARGS_REST, config_differ, NULL},
	{"show", 1, 2, config_show, NULL},
	{"versions", 1, 1, config_versions, NULL},
	{"history", 1, 1, config_history, NULL},
	{"drafts", 1, 2, config_list_drafts, NULL},
	{"export", 2, 3, config_export, NULL},
	{"draft", 1, ARGS_REST, NULL, config_draft},
	{"approve", 2, 2, NULL, config_approve},
	{"drop", 2, 2, NULL, config_drop},
	{"rollback", 2, 2, NULL, config_rollback},
	{"edit", 1, 1, NULL, config_edit_text},
	{"import", 2, 2, NULL, config_import},
	{"try", 1, 2, NULL, config_try_text},
};

static int
run_word(const struct args *a, const struct config_opts *o)
{
	if (strcmp(a->rest[0], "check") == 0) {
		return check_or_apply(a, NULL);
	}
	if (strcmp(a->rest[0], "apply") == 0) {
		return takes_two(a, o) ? config_draft(a, o)
				       : check_or_apply(a, &o->who);
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(a->rest[0], words[i].name) == 0 &&
			a->n >= words[i].min && a->n <= words[i].max) {
			return words[i].run != NULL ? words[i].run(a)
						    : words[i].act(a, o);
		}
	}
	return args_usage(a, usage,
		"say check, apply, diff, show, versions, history, edit, draft, "
		"drafts, approve, drop, rollback, export, import or try");
}

int
verb_config(int argc, char *argv[])
{
	struct config_opts o = {.note = NULL};
	const struct opt opt[] = {ACTOR_OPTS(o.who),
		{"note", OPT_TEXT, &o.note},
		{"effective", OPT_TEXT, &o.effective},
		{"days", OPT_TEXT, &o.days}, {"draft", OPT_FLAG, &o.draft}};
	const char *wrong;
	struct args a;
	int status;

	status = args_parse(
		&a, argc, argv, usage, opt, ARRAY_LEN(opt), 1, ARGS_REST);
	if (status >= 0) {
		return status;
	}
	wrong = actor_read(&o.who);
	status =
		wrong != NULL ? args_usage(&a, usage, wrong) : run_word(&a, &o);
	actor_done(&o.who);
	args_done(&a);
	return status;
}
