/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/parse.h"
#include "main/actor.h"
#include "main/args.h"
#include "register/purge.h"

#include "base/poison.h"

static const char usage[] =
	"purge --archive DIR [--keep DAYS] [--reason TEXT] [--beyond-hub] " ACTOR_USAGE
	" [--approver NUMBER [--approver-pin-fd FD]] [--store DIR] [--json]";

#define DAYS_MAX 36600
#define PEOPLE_SOME 64 /* to find one other among */

struct wish {
	struct purge_opts o;
	struct actor actor, second;
	const char *keep;
};

static int
say(const struct args *a, const struct purge_result *r)
{
	char text[512];
	struct sbuf b;
	struct json j;

	sbuf_init(&b, text, sizeof(text));
	if (args_json(a)) {
		json_init(&j, &b);
		json_obj(&j, NULL);
		json_bool(&j, "ok", true);
		json_i64(&j, "archive", r->archive);
		json_i64(&j, "segments", r->segments);
		json_u64(&j, "first", r->first);
		json_u64(&j, "last", r->last);
		json_u64(&j, "begin", r->begin);
		json_u64(&j, "seq", r->sequence);
		if (r->unsent) {
			json_bool(&j, "unsent", true);
		}
		json_obj_end(&j);
	} else if (r->segments == 0 && r->unsent) {
		sbuf_puts(&b,
			"nothing was removed: the hub has no second copy "
			"of it yet; --beyond-hub removes it all the same");
	} else if (r->segments == 0) {
		sbuf_printf(&b,
			"nothing was removed: no whole segment in archive "
			"%lld is old enough",
			(long long)r->archive);
	} else {
		sbuf_printf(&b,
			"removed: lines %llu to %llu, %lld segments, all in "
			"archive %lld; keep that",
			(unsigned long long)r->first,
			(unsigned long long)r->last, (long long)r->segments,
			(long long)r->archive);
	}
	sbuf_putc(&b, '\n');
	return args_put(a, b.p, b.len);
}

/* Is there anybody who could be the second?  An owner alone is the only one. */
static enum rc
others(struct shop *s, const char *actor, bool *ret, struct err *reterr)
{
	struct store_person p[PEOPLE_SOME];
	size_t n = 0;
	enum rc rc = store_people(s->store, p, ARRAY_LEN(p), &n, reterr);

	*ret = false;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		*ret = *ret || (p[i].active && p[i].pin[0] != '\0' &&
				       strcmp(p[i].no, actor) != 0);
	}
	return rc;
}

static enum rc
second_person(
	struct wish *w, struct shop *s, struct event *ret, struct err *reterr)
{
	const char *actor = actor_no(&w->actor);
	bool there = false;
	enum rc rc;

	ret->type = EVENT_TYPE_COUNT;
	if (w->second.as == NULL) {
		rc = others(s, actor, &there, reterr);
		if (rc == RC_OK && there) {
			rc = err_set(reterr, RC_DENIED, 0, "purge",
				"what is removed needs two people: give "
				"--approver NUMBER");
		}
		return rc;
	}
	if (strcmp(w->second.as, actor) == 0) {
		return err_set(reterr, RC_DENIED, 0, "purge",
			"nobody approves what they do themselves: another one "
			"must");
	}
	return actor_admit(
		&w->second, s, PERMIT_ARCHIVE, "approve a purge", ret, reterr);
}

static enum rc
run(const struct args *a, struct wish *w, struct purge_result *ret,
	struct err *reterr)
{
	struct shop_conf conf = args_shop(a, SHOP_WRITE);
	struct event first, second;
	struct shop *s = NULL;
	enum rc rc = shop_open(&conf, &s, reterr);

	if (rc == RC_OK && s->read_only) {
		rc = err_set(reterr, RC_IO, 0, "purge", "%s", s->trouble);
	}
	if (rc == RC_OK) {
		w->o.now = purge_now(s);
		rc = actor_admit(
			&w->actor, s, PERMIT_ARCHIVE, "purge", &first, reterr);
	}
	if (rc == RC_OK) {
		rc = second_person(w, s, &second, reterr);
		if (rc != RC_OK) {
			people_ask_undone(s, &first);
		}
	}
	if (rc == RC_OK) {
		w->o.actor = actor_no(&w->actor);
		w->o.approver = w->second.as;
		w->o.given[0] = &first;
		w->o.given[1] = &second;
		rc = purge_run(s, &w->o, ret, reterr);
		if (rc != RC_OK || ret->segments == 0) {
			people_ask_undone(s, &first);
			people_ask_undone(s, &second);
		}
	}
	shop_close(s);
	return rc;
}

int
verb_purge(int argc, char *argv[])
{
	struct wish w = {.keep = NULL};
	struct opt opt[] = {{"archive", OPT_TEXT, &w.o.archive},
		{"keep", OPT_TEXT, &w.keep}, {"reason", OPT_TEXT, &w.o.reason},
		{"beyond-hub", OPT_FLAG, &w.o.beyond}, ACTOR_OPTS(w.actor),
		{"approver", OPT_TEXT, &w.second.as},
		{"approver-pin-fd", OPT_TEXT, &w.second.pin_fd}};
	struct purge_result r = {0};
	const char *wrong = NULL;
	struct err e = {0};
	struct args a;
	int status;
	enum rc rc;

	status = args_parse(&a, argc, argv, usage, opt, ARRAY_LEN(opt), 0, 0);
	if (status >= 0) {
		return status;
	}
	if (w.o.archive == NULL) {
		wrong = "--archive names the archive to go by";
	} else if (w.keep != NULL &&
		   parse_i64(w.keep, strlen(w.keep), 1, DAYS_MAX,
			   &w.o.keep_days) != RC_OK) {
		wrong = "--keep takes days, 1 to 36600";
	} else if (w.o.beyond &&
		   (w.o.reason == NULL || w.o.reason[0] == '\0')) {
		wrong = "--beyond-hub takes a --reason";
	}
	if (wrong == NULL) {
		wrong = actor_read(&w.actor);
	}
	if (wrong == NULL) {
		wrong = actor_read(&w.second);
	}
	if (wrong != NULL) {
		status = args_usage(&a, usage, wrong);
	} else {
		rc = run(&a, &w, &r, &e);
		status = rc == RC_OK ? say(&a, &r) : args_fail(&a, rc, &e);
	}
	actor_done(&w.actor);
	actor_done(&w.second);
	args_done(&a);
	return status;
}
