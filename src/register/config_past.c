/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config_past.h"

#include <stdlib.h>
#include <string.h>

#include "wire/event.h"

#include "base/poison.h"

#define VERSION_LEN 64u
#define LEAST_DIGITS 4u

struct pile {
	struct config_past *p;
	size_t n, cap;
};

static enum rc
add(struct pile *to, const struct event *e, struct err *reterr)
{
	struct config_past *p;
	struct sbuf b;

	if (to->n == to->cap) {
		size_t cap = to->cap == 0 ? 16 : to->cap * 2;

		p = realloc(to->p, cap * sizeof(*p));
		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, __func__,
				"no memory to list configurations: close "
				"other programs");
		}
		to->p = p;
		to->cap = cap;
	}
	p = &to->p[to->n++];
	memset(p, 0, sizeof(*p));
	p->sequence = e->sequence;
	p->time = e->time;
	p->tz_min = e->tz_min;
	sbuf_init(&b, p->version, sizeof(p->version));
	sbuf_puts(&b, e->data.config.version);
	sbuf_init(&b, p->actor, sizeof(p->actor));
	sbuf_puts(&b, e->actor);
	return RC_OK;
}

/* --- the rest of the way, line by line --- */

struct walk {
	struct pile *to;
	struct shop *s;
	const char *type;
	size_t type_len;
};

static enum rc
take_line(void *arg, const struct journal_record *rec, struct err *reterr)
{
	struct walk *w = arg;
	const struct event *e = NULL;
	enum rc rc;

	/* the type stands near the head of a line: most need no more */
	if (memmem(rec->line, rec->len, w->type, w->type_len) == NULL) {
		return RC_OK;
	}
	rc = shop_event(w->s, rec->sequence, NULL, &e, reterr);
	if (rc == RC_OK && e->type == EVENT_CONFIG_ACTIVATED) {
		rc = add(w->to, e, reterr);
	}
	return rc;
}

static enum rc
walk_to(struct shop *s, uint64_t last, struct pile *to, struct err *reterr)
{
	struct walk w = {.to = to,
		.s = s,
		.type = event_type_name(EVENT_CONFIG_ACTIVATED)};

	w.type_len = strlen(w.type);
	return last == 0 ? RC_OK : shop_walk(s, 1, last, take_line, &w, reterr);
}

/* --- from the newest back --- */

static void
turn_round(struct config_past *p, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct config_past x = p[i];

		p[i] = p[n - 1 - i];
		p[n - 1 - i] = x;
	}
}

enum rc
config_past_load(struct shop *s, struct config_past **ret, size_t *ret_n,
	struct err *reterr)
{
	struct pile back = {NULL, 0, 0}, all = {NULL, 0, 0};
	uint64_t at = s->state.config_seq;
	uint64_t before = at;
	enum rc rc = RC_OK;

	while (rc == RC_OK && at != 0) {
		const struct event *e = NULL;
		const char *previous = NULL;
		uint64_t next = 0;

		rc = shop_event(s, at, NULL, &e, reterr);
		if (rc == RC_OK) {
			rc = add(&back, e, reterr);
		}
		if (rc != RC_OK) {
			break;
		}
		before = at - 1;
		previous = e->data.config.previous;
		if (previous == NULL) {
			before = 0;
			break;
		}
		/* the store knows the last time a version became active: in
		 * front of this one, or behind, then nobody knows but the
		 * lines */
		if (s->store == NULL || s->store_behind ||
			store_config(s->store, previous, &next, NULL) !=
				RC_OK ||
			next >= at) {
			break;
		}
		at = next;
	}
	if (rc == RC_OK) {
		rc = walk_to(s, before, &all, reterr);
	}
	turn_round(back.p, back.n);
	for (size_t i = 0; rc == RC_OK && i < back.n; i++) {
		struct event e = {.sequence = back.p[i].sequence,
			.time = back.p[i].time,
			.tz_min = back.p[i].tz_min,
			.actor = back.p[i].actor};

		e.data.config.version = back.p[i].version;
		rc = add(&all, &e, reterr);
	}
	free(back.p);
	if (rc != RC_OK) {
		free(all.p);
		return rc;
	}
	*ret = all.p;
	*ret_n = all.n;
	return RC_OK;
}

/* --- one of them --- */

static enum rc
check_name(const char *version, struct err *reterr)
{
	size_t n = strlen(version);

	if (n < LEAST_DIGITS || n > VERSION_LEN ||
		strspn(version, "0123456789abcdef") != n) {
		return err_set(reterr, RC_INVAL, 0, __func__,
			"'%.70s' is no version: give its first digits, at "
			"least %u, as 'holdfast config versions' lists them",
			version, LEAST_DIGITS);
	}
	return RC_OK;
}

static enum rc
find_version(const struct config_past *p, size_t n, const char *version,
	const struct config_past **ret, struct err *reterr)
{
	*ret = NULL;
	for (size_t i = 0; i < n; i++) {
		if (strncmp(p[i].version, version, strlen(version)) != 0) {
			continue;
		}
		if (*ret != NULL &&
			strcmp((*ret)->version, p[i].version) != 0) {
			return err_set(reterr, RC_INVAL, 0, __func__,
				"several versions begin with %s: give more "
				"digits",
				version);
		}
		*ret = &p[i];
	}
	return *ret != NULL
		       ? RC_OK
		       : err_set(reterr, RC_NOTFOUND, 0, __func__,
				 "no version %s was ever active: 'holdfast "
				 "config versions' lists them",
				 version);
}

enum rc
config_past_find(struct shop *s, const char *version, struct config_past *ret,
	struct err *reterr)
{
	const struct config_past *found = NULL;
	struct config_past *p = NULL;
	size_t n = 0;
	enum rc rc = check_name(version, reterr);

	if (rc == RC_OK) {
		rc = config_past_load(s, &p, &n, reterr);
	}
	if (rc == RC_OK) {
		rc = find_version(p, n, version, &found, reterr);
	}
	if (rc == RC_OK && found != NULL) {
		*ret = *found;
	}
	free(p);
	return rc;
}

enum rc
config_past_text(struct shop *s, const char *version, char **ret,
	size_t *ret_len, char ret_name[65], struct err *reterr)
{
	struct config_past found = {0};
	const struct event *e = NULL;
	char *text = NULL;
	size_t n = 0;
	enum rc rc = config_past_find(s, version, &found, reterr);

	if (rc == RC_OK) {
		rc = shop_event(s, found.sequence, NULL, &e, reterr);
	}
	if (rc == RC_OK && e != NULL) {
		n = strlen(e->data.config.text);
		text = malloc(n + 1);
		rc = text != NULL ? RC_OK
				  : err_set(reterr, RC_NOMEM, 0, __func__,
					    "no memory to read the "
					    "configuration: close other "
					    "programs");
	}
	if (text != NULL) {
		memcpy(text, e->data.config.text, n + 1);
		memcpy(ret_name, found.version, sizeof(found.version));
		*ret = text;
		*ret_len = n;
	}
	return rc;
}
