/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody should know who starts the register, and what no sale waits
 * for: a holdfast.conf that is not the active one, a clock that is wrong. */
#include <stdlib.h>
#include <string.h>

#include "register/till_internal.h"

/* behind shop.h's own headers: config.h is the register's here */
#include "register/shop_internal.h"

#include "base/poison.h"

#define CONF_NAME "holdfast.conf"

static void
compare(struct till *t, const char *text, size_t n, struct sbuf *note)
{
	struct config *c = NULL;
	struct err e = {0};
	char version[65];

	config_version(text, n, version);
	if (strcmp(version, t->shop->config_version) == 0) {
		return;
	}
	c = malloc(sizeof(*c));
	if (c != NULL && config_check(CONF_NAME, text, n, c, &e) != RC_OK) {
		sbuf_puts(note, e.msg);
		sbuf_puts(note, " (the configuration before it is active)");
	} else {
		sbuf_puts(note, CONF_NAME
			" was changed: holdfast config apply makes it active");
	}
	free(c);
}

void
till_start_conf(struct till *t)
{
	char path[PATH_BYTES];
	uint8_t *text = NULL;
	struct err e = {0};
	struct sbuf note;
	size_t n = 0;
	enum rc rc;

	sbuf_init(&note, t->conf_note, sizeof(t->conf_note));
	if (path_join(path, sizeof(path), t->shop->dir, CONF_NAME) != RC_OK) {
		return;
	}
	rc = file_load(path, CONFIG_TEXT_BYTES, &text, &n, &e);
	if (rc == RC_OK) {
		compare(t, (const char *)text, n, &note);
	} else {
		sbuf_puts(&note, CONF_NAME
			" cannot be read: holdfast config show prints the "
			"active one");
	}
	free(text);
}

const char *
till_conf_note(const struct till *t)
{
	return t->conf_note;
}

static void
put_time(struct sbuf *b, struct utc at, int32_t tz_min)
{
	struct civil c = utc_civil(at, tz_min);

	sbuf_printf(b, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day,
		c.hour, c.minute);
}

void
till_clock_words(const struct till *t, struct sbuf *out)
{
	struct clock_reading now = clock_read(&t->shop->clock);
	struct utc last = t->shop->own->last_time;

	if (last.us - now.utc.us <= SHOP_JUMP_US) {
		return;
	}
	sbuf_puts(out, "the clock is wrong: it shows ");
	put_time(out, now.utc, now.tz_min);
	sbuf_puts(out, ", the last line has ");
	put_time(out, last, now.tz_min);
	sbuf_puts(out, "; set it");
}
