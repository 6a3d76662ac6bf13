/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config_edit.h"

#include <string.h>

#include "register/config_internal.h"

#include "base/poison.h"

struct seeker {
	const char *section, *key;
	int line, col;    /* of the key's value, 0 none */
	int section_line; /* last line that belongs to the section, 0 none */
	config_each_fn fn;
	void *arg;
};

static enum rc
seek(void *arg, const struct conf_pos *pos, const char *section,
	const char *key, const char *value, struct err *reterr)
{
	struct seeker *s = arg;

	(void)reterr;
	if (s->fn != NULL && key != NULL) {
		s->fn(s->arg, section, key, value);
	}
	if (s->section == NULL || strcmp(section, s->section) != 0) {
		return RC_OK;
	}
	s->section_line = pos->line;
	if (key != NULL && strcmp(key, s->key) == 0) {
		s->line = pos->line;
		s->col = pos->col;
	}
	return RC_OK;
}

/* Where line ${no} begins and ends, its line break not counted. */
static void
line_at(const char *text, size_t len, int no, size_t *ret_begin,
	size_t *ret_end)
{
	size_t at = 0;
	const char *nl;

	for (; no > 1 && at < len; no--) {
		nl = memchr(text + at, '\n', len - at);
		at = nl != NULL ? (size_t)(nl - text) + 1 : len;
	}
	nl = memchr(text + at, '\n', len - at);
	*ret_begin = at;
	*ret_end = nl != NULL ? (size_t)(nl - text) : len;
}

static void
place(const char *text, size_t len, const struct seeker *s,
	struct config_place *ret)
{
	size_t end = 0;

	line_at(text, len, s->line, &ret->begin, &end);
	while (end > ret->begin &&
		(text[end - 1] == ' ' || text[end - 1] == '\t' ||
			text[end - 1] == '\r')) {
		end--;
	}
	ret->line = s->line;
	ret->end = end;
	ret->value = ret->begin + (size_t)s->col - 1;
	if (ret->value > end) {
		ret->value = end;
	}
}

bool
config_find(const char *text, size_t len, const char *section, const char *key,
	struct config_place *ret)
{
	struct seeker s = {.section = section, .key = key};

	(void)!conf_parse("", text, len, seek, &s, NULL);
	if (s.line == 0) {
		return false;
	}
	place(text, len, &s, ret);
	return true;
}

void
config_each(const char *text, size_t len, config_each_fn fn, void *arg)
{
	struct seeker s = {.fn = fn, .arg = arg};

	(void)!conf_parse("", text, len, seek, &s, NULL);
}

static void
put_line(struct sbuf *out, const char *key, const char *value)
{
	sbuf_puts(out, key);
	sbuf_puts(out, " = ");
	sbuf_puts(out, value);
	sbuf_putc(out, '\n');
}

/* A whole line behind another one, which may be the last without a break. */
static void
insert(const char *text, size_t len, const struct seeker *s, const char *value,
	struct sbuf *out)
{
	size_t begin = 0, end = len;

	if (s->section_line > 0) {
		line_at(text, len, s->section_line, &begin, &end);
		end += end < len ? 1 : 0;
	}
	sbuf_write(out, text, end);
	if (end > 0 && text[end - 1] != '\n') {
		sbuf_putc(out, '\n');
	}
	if (s->section_line == 0) {
		sbuf_puts(out, end > 0 ? "\n[" : "[");
		sbuf_puts(out, s->section);
		sbuf_puts(out, "]\n");
	}
	put_line(out, s->key, value);
	sbuf_write(out, text + end, len - end);
}

static void
replace(const char *text, size_t len, const struct config_place *p,
	const char *value, struct sbuf *out)
{
	sbuf_write(out, text, p->value);
	if (p->value > 0 && text[p->value - 1] == '=') {
		sbuf_putc(out, ' ');
	}
	sbuf_puts(out, value);
	sbuf_write(out, text + p->end, len - p->end);
}

static void
take_out(const char *text, size_t len, int line, struct sbuf *out)
{
	size_t begin = 0, end = 0;

	line_at(text, len, line, &begin, &end);
	end += end < len ? 1 : 0;
	sbuf_write(out, text, begin);
	sbuf_write(out, text + end, len - end);
}

enum rc
config_edit(const char *text, size_t len, const char *section, const char *key,
	const char *value, struct sbuf *out, struct err *reterr)
{
	struct seeker s = {.section = section, .key = key};
	struct config_place p;

	(void)!conf_parse("", text, len, seek, &s, NULL);
	sbuf_clear(out);
	if (s.line == 0 && value == NULL) {
		sbuf_write(out, text, len);
	} else if (s.line == 0) {
		insert(text, len, &s, value, out);
	} else if (value == NULL) {
		take_out(text, len, s.line, out);
	} else {
		place(text, len, &s, &p);
		replace(text, len, &p, value, out);
	}
	if (!sbuf_ok(out) || out->len > CONFIG_TEXT_BYTES) {
		return err_set(reterr, RC_RANGE, 0, "config",
			"the text would be longer than %d bytes: shorten "
			"another line",
			CONFIG_TEXT_BYTES);
	}
	return RC_OK;
}

/* --- what a key takes --- */

#define WORDS_MAX 7

static const struct {
	const char *section, *key;
	const char *word[WORDS_MAX];
} takes[] = {
	{"sale", "not_on_file", {"line", "stop"}},
	{"sale", "best_before", {"warn", "stop"}},
	{"people", "config", {"one", "two"}},
	{"age", "leap_day", {"1 March", "28 February"}},
	{"age", "date_order", {"dmy", "mdy", "ymd"}},
	{"receipt", "columns", {"42", "48", "32", "40"}},
	{"receipt", "opened", {"no", "yes"}},
	{"receipt", "saved", {"no", "yes"}},
	{"display", "layout", {"auto", "panel", "stacked", "reader"}},
	{"display", "colors", {"auto", "256", "8", "mono", "contrast"}},
	{"display", "lines", {"auto", "ascii", "acs", "utf-8"}},
	{"display", "big_digits", {"on", "off"}},
	{"display", "cursor", {"prompt", "row"}},
	{"display", "sound", {"on", "off"}},
	{"display", "clock", {"24", "12"}},
	{"locale", "language", {"en", "de", "fr"}},
	{"keys", "profile", {"full", "numpad", "vt", "prog", "reader"}},
};

const char *const *
config_choices(const char *section, const char *key, size_t *ret_n)
{
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(takes); i++) {
		if (strcmp(takes[i].section, section) != 0 ||
			strcmp(takes[i].key, key) != 0) {
			continue;
		}
		for (n = 0; n < WORDS_MAX && takes[i].word[n] != NULL; n++) {
		}
		*ret_n = n;
		return takes[i].word;
	}
	*ret_n = 0;
	return NULL;
}
