/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/follow_texts.h"

#include <stdbool.h>
#include <string.h>

#include "base/conf.h"

#include "base/poison.h"

/* One key of a text; a section alone has key NULL. */
struct entry {
	const char *section, *key, *value;
	struct entry *next;
};

struct list {
	struct arena *a;
	struct entry *first, *last;
};

static enum rc
add(void *arg, const struct conf_pos *pos, const char *section, const char *key,
	const char *value, struct err *reterr)
{
	struct list *l = arg;
	struct entry *e = arena_take(l->a, 1, sizeof(*e));

	(void)pos;
	if (e == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "follow",
			"no memory to compare texts");
	}
	section = section != NULL ? section : "";
	e->section = arena_text(l->a, section, strlen(section));
	if (key != NULL) {
		e->key = arena_text(l->a, key, strlen(key));
		e->value = arena_text(l->a, value, strlen(value));
	}
	if (e->section == NULL || (key != NULL && e->value == NULL)) {
		return err_set(reterr, RC_NOMEM, 0, "follow",
			"no memory to compare texts");
	}
	if (l->last != NULL) {
		l->last->next = e;
	} else {
		l->first = e;
	}
	l->last = e;
	return RC_OK;
}

/* A copy of the shop's text without what a register put in from the hub. */
static char *
without_marks(const char *text, struct arena *a)
{
	char *out = arena_text(a, text, strlen(text));
	const char *p = text;
	size_t n = 0;
	bool skip = false;

	while (out != NULL && *p != '\0') {
		size_t len = strcspn(p, "\n");

		if (strncmp(p, FOLLOW_MARK_BEGIN, strlen(FOLLOW_MARK_BEGIN)) ==
			0) {
			skip = true;
		}
		if (!skip) {
			memcpy(out + n, p, len);
			n += len;
			out[n++] = '\n';
		}
		if (strncmp(p, FOLLOW_MARK_END, strlen(FOLLOW_MARK_END)) == 0) {
			skip = false;
		}
		p += len;
		if (*p == '\n') {
			p++;
		}
	}
	if (out != NULL) {
		out[n] = '\0';
	}
	return out;
}

static bool
is_named(const char *section)
{
	return strchr(section, ' ') != NULL;
}

/* The last one counts, as in a text. */
static const struct entry *
find(const struct list *l, const char *section, const char *key)
{
	const struct entry *hit = NULL;

	for (const struct entry *e = l->first; e != NULL; e = e->next) {
		if (strcmp(e->section, section) == 0 &&
			(key == NULL ? e->key == NULL
				     : e->key != NULL &&
						strcmp(e->key, key) == 0)) {
			hit = e;
		}
	}
	return hit;
}

static bool
says_other(const struct list *one, const struct list *two, const char *section)
{
	for (const struct entry *e = one->first; e != NULL; e = e->next) {
		const struct entry *o;

		if (e->key == NULL || strcmp(e->section, section) != 0) {
			continue;
		}
		o = find(two, section, e->key);
		if (o == NULL || strcmp(o->value, e->value) != 0) {
			return true;
		}
	}
	return false;
}

static void
put_key(struct sbuf *out, const struct entry *e)
{
	sbuf_puts(out, e->key);
	sbuf_puts(out, " = ");
	sbuf_puts(out, e->value);
	sbuf_putc(out, '\n');
}

/* What of a section stands in ${out}: all of it, or keys. */
static void
put_section(const struct list *hub, const struct list *shop,
	const char *section, struct sbuf *out)
{
	bool named = is_named(section);
	bool begun = false;

	if (named && !says_other(hub, shop, section) &&
		!says_other(shop, hub, section)) {
		return;
	}
	for (const struct entry *e = shop->first; e != NULL; e = e->next) {
		const struct entry *o;

		if (e->key == NULL || strcmp(e->section, section) != 0) {
			continue;
		}
		o = find(hub, section, e->key);
		if (!named && (o == NULL || strcmp(o->value, e->value) == 0)) {
			continue;
		}
		if (!begun) {
			sbuf_putc(out, '[');
			sbuf_puts(out, section);
			sbuf_puts(out, "]\n");
			begun = true;
		}
		put_key(out, e);
	}
}

enum rc
follow_texts_differ(const char *const hub[], size_t n_hub, const char *shop,
	struct arena *a, struct sbuf *out, struct err *reterr)
{
	struct list theirs = {.a = a};
	struct list own = {.a = a};
	char *plain = without_marks(shop, a);
	enum rc rc = RC_OK;

	sbuf_clear(out);
	if (plain == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "follow",
			"no memory to compare texts");
	}
	for (size_t i = 0; rc == RC_OK && i < n_hub; i++) {
		rc = conf_parse(
			"hub", hub[i], strlen(hub[i]), add, &theirs, reterr);
	}
	if (rc == RC_OK) {
		rc = conf_parse(
			"shop", plain, strlen(plain), add, &own, reterr);
	}
	for (const struct entry *e = own.first; rc == RC_OK && e != NULL;
		e = e->next) {
		/* each section once, where it begins */
		if (e->key == NULL && find(&theirs, e->section, NULL) != NULL) {
			put_section(&theirs, &own, e->section, out);
		}
	}
	if (rc == RC_OK && !sbuf_ok(out)) {
		rc = err_set(reterr, RC_RANGE, 0, "follow",
			"what differs is too long");
	}
	return rc;
}
