/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody should know who starts the register, and what no sale waits
 * for: a holdfast.conf that is not the active one, a clock that is wrong. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
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
	c = config_new();
	if (c != NULL && config_check(CONF_NAME, text, n, c, &e) != RC_OK) {
		sbuf_printf(note,
			_("%s (the configuration before it is active)"), e.msg);
	} else {
		sbuf_puts(note, _("holdfast.conf was changed: holdfast config "
				  "apply makes it active"));
	}
	config_free(c);
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

	shop_keys_settle(t->shop);
	sbuf_init(&note, t->conf_note, sizeof(t->conf_note));
	if (path_join(path, sizeof(path), t->shop->dir, CONF_NAME) != RC_OK) {
		return;
	}
	rc = file_load(path, CONFIG_TEXT_BYTES, &text, &n, &e);
	if (rc == RC_OK) {
		compare(t, (const char *)text, n, &note);
	} else {
		sbuf_puts(&note,
			_("holdfast.conf cannot be read: holdfast config show "
			  "prints the active one"));
	}
	free(text);
	if (note.len == 0) {
		(void)config_missing_words(till_config(t), &note);
	}
}

const char *
till_conf_note(const struct till *t)
{
	return t->conf_note;
}

static void
put_time(struct sbuf *b, const struct config *c, struct utc at, int32_t tz_min)
{
	struct civil t = utc_civil(at, tz_min);

	format_date(b, c->format, t);
	sbuf_putc(b, ' ');
	format_time(b, c->format, t, c->display.half_day, false);
}

void
till_clock_words(const struct till *t, struct sbuf *out)
{
	struct clock_reading now = clock_read(&t->shop->clock);
	struct utc last = t->shop->own->last_time;
	const struct config *c = till_config(t);
	char shows[32], had[32];
	struct sbuf b;

	if (last.us - now.utc.us <= SHOP_JUMP_US) {
		return;
	}
	sbuf_init(&b, shows, sizeof(shows));
	put_time(&b, c, now.utc, now.tz_min);
	sbuf_init(&b, had, sizeof(had));
	put_time(&b, c, last, now.tz_min);
	sbuf_printf(out,
		_("the clock is wrong: it shows %s, the last line has %s; set "
		  "it"),
		shows, had);
}
