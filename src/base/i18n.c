/* SPDX-License-Identifier: Apache-2.0 */
#include "base/i18n.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/sbuf.h"

#include "base/poison.h"

#define DOMAIN "holdfast"
#define KEY_BYTES 128
#define BUILD_CATALOGS "/data/po"

void
i18n_start(void)
{
	char path[PATH_MAX];
	/* One thread, once, before anything is shown. */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *dir = getenv("HOLDFAST_LOCALEDIR");

	if (dir == NULL || dir[0] == '\0') {
		dir = path_beside(path, sizeof(path), BUILD_CATALOGS)
			      ? path
			      : LOCALEDIR;
	}
	(void)bindtextdomain(DOMAIN, dir);
	(void)bind_textdomain_codeset(DOMAIN, "UTF-8");
	(void)textdomain(DOMAIN);
}

/* In the locale "C" nothing is ever translated; in any other one LANGUAGE
 * alone decides.  C.UTF-8 is there without a locale being installed. */
static const char *
language_now(void)
{
	/* One thread; nobody else changes the environment. */
	/* NOLINTBEGIN(concurrency-mt-unsafe) */
	const char *locale = setlocale(LC_MESSAGES, NULL);
	const char *language = getenv("LANGUAGE");
	/* NOLINTEND(concurrency-mt-unsafe) */

	if (locale == NULL || strcmp(locale, "C") == 0 || language == NULL) {
		return "en";
	}
	return language;
}

void
i18n_language(const char *language, char was[I18N_BYTES])
{
	const char *now = language_now();
	bool same = strcmp(now, language) == 0;

	if (was != NULL) {
		struct sbuf b;

		sbuf_init(&b, was, I18N_BYTES);
		sbuf_puts(&b, now);
	}
	if (same) {
		return;
	}
	/* One thread; through "C", so that answers kept are forgotten. */
	/* NOLINTBEGIN(concurrency-mt-unsafe) */
	(void)setlocale(LC_MESSAGES, "C");
	if (strcmp(language, "en") != 0 &&
		setenv("LANGUAGE", language, 1) == 0) {
		(void)setlocale(LC_MESSAGES, "C.UTF-8");
	}
	/* NOLINTEND(concurrency-mt-unsafe) */
}

const char *
i18n_context(const char *key, const char *s)
{
	const char *t = gettext(key);

	return t == key ? s : t;
}

const char *
i18n_word(const char *context, const char *s)
{
	char key[KEY_BYTES];
	const char *t;
	struct sbuf b;

	sbuf_init(&b, key, sizeof(key));
	sbuf_puts(&b, context);
	sbuf_putc(&b, '\004');
	sbuf_puts(&b, s);
	t = gettext(key);
	return t == key ? s : t;
}

const char *
i18n_text(const char *s)
{
	/* what a catalog has for "" is its own head */
	return s != NULL && s[0] != '\0' ? gettext(s) : s;
}

bool
i18n_known(const char *language)
{
	static const char *const known[] = {"en", "de", "fr"};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i], language) == 0) {
			return true;
		}
	}
	return false;
}
