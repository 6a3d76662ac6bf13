/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config_parts.h"

#include <string.h>

#include "base/parse.h"
#include "base/text.h"

#include "base/poison.h"

#define NAME_BYTES 128
/* Of the whole, in messages that are told again: no file is called that. */
#define WHOLE "\n"

static int
lines_of(const char *s, size_t n)
{
	int lines = 0;

	for (size_t i = 0; i < n; i++) {
		lines += s[i] == '\n' ? 1 : 0;
	}
	return lines;
}

/* Without its directories: the same files make the same text, and version,
 * wherever they lie. */
static void
put_name(struct sbuf *out, const char *name)
{
	const char *slash = strrchr(name, '/');
	char clean[NAME_BYTES];

	name = slash != NULL ? slash + 1 : name;
	(void)text_clean(name, strlen(name), clean, sizeof(clean), 0);
	sbuf_puts(out, "# --- ");
	sbuf_puts(out, clean);
	sbuf_putc(out, '\n');
}

enum rc
config_join(struct config_part part[], size_t n, struct sbuf *out,
	struct err *reterr)
{
	int line = 1;

	sbuf_clear(out);
	for (size_t i = 0; i < n; i++) {
		const char *s = part[i].text;
		size_t len = part[i].len;

		if (n > 1) {
			put_name(out, part[i].name);
			line++;
			/* a mark of the byte order is only one at the top */
			if (len >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) {
				s += 3;
				len -= 3;
			}
		}
		part[i].first = line;
		sbuf_write(out, s, len);
		line += lines_of(s, len);
		if (n > 1 && len > 0 && s[len - 1] != '\n') {
			sbuf_putc(out, '\n');
			line++;
		}
	}
	if (!sbuf_ok(out) || out->len > CONFIG_TEXT_BYTES) {
		return err_set(reterr, RC_RANGE, 0, "config",
			"the configuration is longer than %d bytes: shorten "
			"it",
			CONFIG_TEXT_BYTES);
	}
	return RC_OK;
}

const struct config_part *
config_part_at(
	const struct config_part part[], size_t n, int line, int *ret_line)
{
	size_t i = n - 1;

	while (i > 0 && part[i].first > line) {
		i--;
	}
	*ret_line = line >= part[i].first ? line - part[i].first + 1 : 1;
	return &part[i];
}

enum rc
config_part_check(const struct config_part part[], size_t n, const char *text,
	size_t len, struct config *ret, struct err *reterr)
{
	const struct config_part *p;
	struct err e = {0};
	char words[ERR_MSG_BYTES];
	const char *from, *colon;
	struct sbuf b;
	int64_t line = 0;
	int own = 0;
	enum rc rc = config_check(WHOLE, text, len, ret, &e);

	if (rc == RC_OK || reterr == NULL) {
		return rc;
	}
	*reterr = e;
	from = e.msg + strlen(WHOLE);
	colon = strncmp(e.msg, WHOLE ":", strlen(WHOLE) + 1) == 0
			? strchr(from + 1, ':')
			: NULL;
	if (colon == NULL || parse_i64(from + 1, (size_t)(colon - from - 1), 1,
				     INT32_MAX, &line) != RC_OK) {
		return rc;
	}
	p = config_part_at(part, n, (int)line, &own);
	sbuf_init(&b, words, sizeof(words));
	sbuf_printf(&b, "%s:%d%s", p->name, own, colon);
	return err_set(reterr, rc, e.sys, e.where, "%s", words);
}
