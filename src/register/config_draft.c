/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config_draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/parse.h"
#include "register/people_ask.h"
#include "register/settings.h"
#include "register/shop_internal.h"

#include "base/poison.h"

#define LEAST_DIGITS 4u
#define SHORT 12
#define WHY_DRAFT "draft"

/* --- what is open --- */

static void
copy(char *to, size_t cap, const char *from)
{
	struct sbuf b;

	sbuf_init(&b, to, cap);
	sbuf_puts(&b, from != NULL ? from : "");
}

static enum rc
load(struct shop *s, const struct store_draft *from, struct config_draft *d,
	struct err *reterr)
{
	const struct event *e = NULL;
	enum rc rc = shop_event(s, from->drafted, NULL, &e, reterr);

	memset(d, 0, sizeof(*d));
	if (rc != RC_OK) {
		return rc;
	}
	d->sequence = from->drafted;
	d->approved = from->approved;
	d->effective = from->effective;
	d->time = e->time;
	d->tz_min = e->tz_min;
	copy(d->version, sizeof(d->version), from->version);
	copy(d->author, sizeof(d->author), e->actor);
	if (e->type == EVENT_CONFIG_DRAFTED) {
		copy(d->base, sizeof(d->base), e->data.draft.base);
		copy(d->note, sizeof(d->note), e->data.draft.note);
		copy(d->origin, sizeof(d->origin), e->data.draft.origin);
		copy(d->why, sizeof(d->why),
			e->data.draft.why != NULL ? e->data.draft.why
						  : WHY_DRAFT);
	}
	if (from->approved != 0) {
		rc = shop_event(s, from->approved, NULL, &e, reterr);
		copy(d->approver, sizeof(d->approver),
			rc == RC_OK ? e->actor : "");
	}
	return rc;
}

static enum rc
list(struct shop *s, struct store_draft ret[], size_t *ret_n,
	struct err *reterr)
{
	*ret_n = 0;
	if (s->store == NULL || s->store_behind) {
		return err_set(reterr, RC_AGAIN, 0, __func__,
			"drafts wait until the store can be read; try again "
			"later");
	}
	return store_drafts(s->store, ret, DRAFTS_MAX, ret_n, reterr);
}

enum rc
config_drafts(struct shop *s, struct config_draft ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	struct store_draft d[DRAFTS_MAX];
	size_t n = 0;
	enum rc rc = list(s, d, &n, reterr);

	*ret_n = 0;
	for (size_t i = 0; rc == RC_OK && i < n && i < cap; i++) {
		rc = load(s, &d[i], &ret[i], reterr);
		*ret_n += rc == RC_OK ? 1 : 0;
	}
	return rc;
}

/* By number or version: exactly one. */
static enum rc
pick(const struct store_draft d[], size_t n, const char *name,
	const struct store_draft **ret, struct err *reterr)
{
	int64_t number = 0;
	size_t len = strlen(name);
	bool digits = parse_i64(name, len, 1, INT64_MAX, &number) == RC_OK;

	*ret = NULL;
	for (size_t i = 0; i < n; i++) {
		bool same = digits && d[i].drafted == (uint64_t)number;

		same = same || (len >= LEAST_DIGITS &&
				       strncmp(d[i].version, name, len) == 0);
		if (same && *ret != NULL) {
			return err_set(reterr, RC_INVAL, 0, __func__,
				"several drafts begin with %.64s: give more "
				"digits",
				name);
		}
		*ret = same ? &d[i] : *ret;
	}
	return *ret != NULL ? RC_OK
			    : err_set(reterr, RC_NOTFOUND, 0, __func__,
				      "there is no draft %.64s: 'holdfast "
				      "config drafts' lists them",
				      name);
}

enum rc
config_draft_find(struct shop *s, const char *name, struct config_draft *ret,
	struct err *reterr)
{
	struct store_draft d[DRAFTS_MAX];
	const struct store_draft *found = NULL;
	size_t n = 0;
	enum rc rc = list(s, d, &n, reterr);

	if (rc == RC_OK) {
		rc = pick(d, n, name, &found, reterr);
	}
	return rc == RC_OK ? load(s, found, ret, reterr) : rc;
}

enum rc
config_draft_text(struct shop *s, uint64_t sequence, char **ret,
	size_t *ret_len, struct err *reterr)
{
	const struct event *e = NULL;
	size_t n;
	enum rc rc = shop_event(s, sequence, NULL, &e, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (e->type != EVENT_CONFIG_DRAFTED) {
		return err_set(reterr, RC_CORRUPT, 0, __func__,
			"line %llu is no draft; run 'holdfast rebuild'",
			(unsigned long long)sequence);
	}
	n = strlen(e->data.draft.text);
	*ret = malloc(n + 1);
	if (*ret == NULL) {
		return err_set(reterr, RC_NOMEM, 0, __func__,
			"no memory to read the draft: close other programs");
	}
	memcpy(*ret, e->data.draft.text, n + 1);
	*ret_len = n;
	return RC_OK;
}

/* --- may it be recorded? --- */

/* ${who} puts it forward or approves it, and gives nobody what they lack; NULL
 * nobody does. */
static enum rc
check_text(struct shop *s, const char *text, const char *version,
	const char *who, struct err *reterr)
{
	char role[16];
	struct config *c = config_new();
	char is[65];
	enum rc rc = RC_NOMEM;

	if (c == NULL || text == NULL) {
		config_free(c);
		return err_set(reterr, rc, 0, __func__,
			"no memory to check the configuration");
	}
	rc = config_check(SETTINGS_NAME, text, strlen(text), c, reterr);
	if (rc == RC_OK && who != NULL) {
		people_ask_role(s, who, role);
		rc = people_grant_config(&s->config, c, role, reterr);
	}
	config_free(c);
	config_version(text, strlen(text), is);
	if (rc == RC_OK && strcmp(is, version) != 0) {
		rc = err_set(reterr, RC_DENIED, 0, __func__,
			"the version is not that of the text; put it forward "
			"again");
	}
	return rc;
}

static enum rc
say_older(const char *base, struct err *reterr)
{
	return err_set(reterr, RC_DENIED, 0, __func__,
		"it was made from version %.*s, and another one is active "
		"now: put what it changes into the active text, and that "
		"forward",
		SHORT, base[0] != '\0' ? base : "none");
}

static enum rc
admit_draft(struct shop *s, const struct event_draft *d, const char *actor,
	struct err *reterr)
{
	struct store_draft open[DRAFTS_MAX];
	size_t n = 0;
	enum rc rc = check_text(s, d->text, d->version, actor, reterr);

	if (rc == RC_OK) {
		rc = list(s, open, &n, reterr);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (strcmp(d->version, s->config_version) == 0) {
		return err_set(reterr, RC_EXISTS, 0, __func__,
			"this text is active already");
	}
	if (d->base == NULL || strcmp(d->base, s->config_version) != 0) {
		return say_older(d->base != NULL ? d->base : "", reterr);
	}
	for (size_t i = 0; i < n; i++) {
		if (strcmp(open[i].version, d->version) == 0) {
			return err_set(reterr, RC_EXISTS, 0, __func__,
				"this text is draft %llu already: drop that "
				"first to put it forward anew",
				(unsigned long long)open[i].drafted);
		}
	}
	return n < DRAFTS_MAX ? RC_OK
			      : err_set(reterr, RC_NOSPC, 0, __func__,
					"%d drafts are open: drop one first",
					DRAFTS_MAX);
}

/* Not by its author, not twice, not of an older text. */
static enum rc
may_approve(const struct config_draft *d, const char *active, const char *who,
	struct err *reterr)
{
	if (strcmp(d->author, who) == 0) {
		return err_set(reterr, RC_DENIED, 0, __func__,
			"operator %s put this draft forward: somebody else "
			"must approve it",
			who);
	}
	if (d->approved != 0) {
		return err_set(reterr, RC_EXISTS, 0, __func__,
			"operator %s approved it already: drop it to take "
			"that back",
			d->approver);
	}
	return strcmp(d->base, active) == 0 ? RC_OK
					    : say_older(d->base, reterr);
}

static enum rc
admit_approval(struct shop *s, const struct event_draft_approved *a,
	const char *actor, struct err *reterr)
{
	struct config_draft d;
	char *text = NULL;
	size_t n = 0;
	enum rc rc = config_draft_find(s, a->version, &d, reterr);

	if (rc == RC_OK) {
		rc = may_approve(&d, s->config_version, actor, reterr);
	}
	if (rc == RC_OK && strcmp(d.author, a->author) != 0) {
		rc = err_set(reterr, RC_DENIED, 0, __func__,
			"the draft is operator %s's, not %.15s's: look at it "
			"again",
			d.author, a->author);
	}
	if (rc == RC_OK) {
		rc = config_draft_text(s, d.sequence, &text, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = check_text(s, text, d.version, actor, reterr);
	}
	free(text);
	return rc;
}

enum rc
config_draft_admit(struct shop *s, const struct event *e, const char *actor,
	struct err *reterr)
{
	struct config_draft d;

	switch ((int)e->type) {
	case EVENT_CONFIG_ACTIVATED:
		return s->has_config && s->config.two_people
			       ? err_set(reterr, RC_DENIED, 0, __func__,
					 "two people change this "
					 "configuration: one puts it forward "
					 "('holdfast config draft'), another "
					 "approves it")
			       : RC_OK;
	case EVENT_CONFIG_DRAFTED:
		return admit_draft(s, &e->data.draft, actor, reterr);
	case EVENT_CONFIG_APPROVED:
		return admit_approval(
			s, &e->data.draft_approved, actor, reterr);
	case EVENT_CONFIG_DROPPED:
		return config_draft_find(
			s, e->data.draft_dropped.version, &d, reterr);
	default:
		return RC_OK;
	}
}

/* --- their time --- */

struct utc
config_draft_now(const struct shop *s)
{
	struct utc now = clock_read(&s->clock).utc;
	struct utc last = s->own->last_time;

	return now.us > last.us ? now : last;
}

/* The one that is due first; NULL none is approved. */
static const struct store_draft *
first_due(const struct store_draft d[], size_t n)
{
	const struct store_draft *x = NULL;

	for (size_t i = 0; i < n; i++) {
		if (d[i].approved != 0 &&
			(x == NULL || d[i].effective.us < x->effective.us ||
				(d[i].effective.us == x->effective.us &&
					d[i].approved < x->approved))) {
			x = &d[i];
		}
	}
	return x;
}

int64_t
config_draft_next(struct shop *s)
{
	struct store_draft d[DRAFTS_MAX];
	const struct store_draft *x;
	size_t n = 0;

	if (list(s, d, &n, NULL) != RC_OK) {
		return INT64_MAX;
	}
	x = first_due(d, n);
	return x != NULL ? x->effective.us : INT64_MAX;
}

static enum rc
activate(struct shop *s, const struct config_draft *d, const char *text)
{
	char previous[65];
	struct event e = {.type = EVENT_CONFIG_ACTIVATED};

	memcpy(previous, s->config_version, sizeof(previous));
	e.data.config = (struct event_config){.version = d->version,
		.previous = previous[0] != '\0' ? previous : NULL,
		.text = text,
		.author = d->author,
		.approver = d->approver,
		.why = d->why,
		.origin = d->origin[0] != '\0' ? d->origin : NULL};
	return shop_record(s, &e, 1, SHOP_ACTOR, NULL, NULL, NULL);
}

static enum rc
drop(struct shop *s, const struct config_draft *d, const char *why,
	struct sbuf *said)
{
	struct event e = {.type = EVENT_CONFIG_DROPPED};
	enum rc rc;

	e.data.draft_dropped.version = d->version;
	e.data.draft_dropped.why = why;
	rc = shop_record(s, &e, 1, SHOP_ACTOR, NULL, NULL, NULL);
	if (rc == RC_OK) {
		sbuf_printf(said,
			_("Draft %llu was dropped, the configuration before "
			  "it stays active: %s"),
			(unsigned long long)d->sequence, why);
	}
	return rc;
}

static enum rc
run_one(struct shop *s, const struct store_draft *x, size_t *ret_n,
	struct sbuf *said)
{
	struct config_draft d;
	struct err e = {0};
	char why[DRAFT_WHY_BYTES];
	char *text = NULL;
	size_t n = 0;
	enum rc rc = load(s, x, &d, NULL);

	if (rc == RC_OK) {
		rc = config_draft_text(s, d.sequence, &text, &n, NULL);
	}
	if (rc != RC_OK) {
		return rc;
	}
	if (strcmp(d.base, s->config_version) != 0) {
		rc = say_older(d.base, &e);
	} else {
		rc = check_text(s, text, d.version, NULL, &e);
	}
	if (rc == RC_NOMEM) {
		free(text);
		return rc;
	}
	if (rc != RC_OK) {
		copy(why, sizeof(why), e.msg);
		rc = drop(s, &d, why, said);
	} else {
		rc = activate(s, &d, text);
		if (rc == RC_OK) {
			settings_follow(s, text, n);
			(*ret_n)++;
		}
	}
	free(text);
	return rc;
}

void
config_draft_run(struct shop *s, size_t *ret_n, struct sbuf *said)
{
	struct store_draft d[DRAFTS_MAX];
	const struct store_draft *x;
	enum rc rc = RC_OK;
	size_t n = 0;

	*ret_n = 0;
	while (rc == RC_OK && !s->read_only && s->mode == SHOP_WRITE) {
		rc = list(s, d, &n, NULL);
		x = rc == RC_OK ? first_due(d, n) : NULL;
		if (x == NULL || x->effective.us > config_draft_now(s).us) {
			return;
		}
		rc = run_one(s, x, ret_n, said);
	}
}
