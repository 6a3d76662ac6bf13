/* SPDX-License-Identifier: Apache-2.0 */
/* [locale]: the shop's language, and how it writes numbers and dates. */
#include <string.h>

#include "register/config_internal.h"

#include "base/poison.h"

static enum rc
put_language(struct config *c, const char *value, struct err *reterr)
{
	if (!i18n_known(value)) {
		return config_wrong(reterr,
			"there is no language '%s' here: write en, de or fr",
			value, "");
	}
	return config_text(c->language, sizeof(c->language), value, reterr);
}

static enum rc
put_format(struct config *c, const char *value, struct err *reterr)
{
	const struct format *f = format_find(value);

	if (f == NULL) {
		return config_wrong(reterr,
			"there is no format '%s' here: write one of "
			"holdfast.conf(5), like de_AT, or C",
			value, "");
	}
	c->format = f;
	return RC_OK;
}

enum rc
config_locale_set(enum key key, const struct config_set *s, struct err *reterr)
{
	return key == KEY_LOCALE_LANGUAGE
		       ? put_language(s->p->c, s->value, reterr)
		       : put_format(s->p->c, s->value, reterr);
}

/* "C" is as machines write; that people key their birthdays with the day first
 * is more likely than not. */
static enum date_order
order_of(const struct format *f)
{
	if (f->order == FORMAT_MDY) {
		return DATE_MDY;
	}
	return f->order == FORMAT_YMD && f != formats ? DATE_YMD : DATE_DMY;
}

void
config_locale_finish(struct config_read *p)
{
	struct config *c = p->c;

	if (c->format == NULL) {
		c->format = format_of_language(c->language);
	}
	if (!p->seen[KEY_AGE_DATE_ORDER]) {
		c->date_order = order_of(c->format);
	}
	if (!p->seen[KEY_DISPLAY_CLOCK]) {
		c->display.half_day = c->format->half_day;
	}
}

void
config_words(const struct config *c, const char *word[RECEIPT_WORDS])
{
	char was[I18N_BYTES];

	i18n_language(c->language, was);
	for (size_t i = 0; i < RECEIPT_WORDS; i++) {
		word[i] = i18n_word("receipt", receipt_english[i]);
	}
	i18n_language(was, NULL);
}
