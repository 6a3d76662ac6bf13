/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#include <stdbool.h>

/**
 * i18n - the sentences a cashier or a customer reads, in the shop's language.
 *
 * _("...") is translated where it stands, N_("...") in a table, to be
 * translated by _() where the table is used; P_() takes a form by number.
 * A comment above the string with "cells: N" in it tells the translator how
 * much room there is, and the test of the catalogs.  Error words, JSON,
 * configuration keys and what verbs print are English always.
 * Catalogs: data/po.  core/ is pure and gets its words from its caller.
 *
 * The language is the process's: no locale of that language need be
 * installed, and texts are UTF-8 whatever the terminal's locale is.
 */
#define _(s) gettext(s)
#define N_(s) s
#define P_(one, many, n) ngettext(one, many, (unsigned long)(n))
/* A word that is two words elsewhere: C_("key", "Back"); NC_() in tables, to
 * be looked up with i18n_word(). */
#define NC_(context, s) s
#define C_(context, s) i18n_context(context "\004" s, s)

#define I18N_BYTES 8 /* of a language's name: "de", "pt_BR" */

/**
 * i18n_start():
 * Find the catalogs: in $HOLDFAST_LOCALEDIR, else in data/po beside the
 * program (a build tree), else where they were installed.  Once, early in
 * main(); everything stays English until i18n_language().
 */
void i18n_start(void);

/**
 * i18n_language(language, was):
 * Everything that _() answers from now on is in ${language} ("en", "de").
 * Texts it answered before stay valid.  Without a catalog: English.
 *
 * Output   was  if not NULL the language until now, to go back to.
 * Effects  the environment's LANGUAGE and the process's locale of messages;
 *          microseconds, nothing when it is the language already.
 */
void i18n_language(const char *language, char was[I18N_BYTES]);

/** i18n_context(key, s): for C_(). */
const char *i18n_context(const char *key, const char *s);
/** i18n_word(context, s): of a table with NC_(). */
const char *i18n_word(const char *context, const char *s);

/**
 * i18n_text(s):
 * ${s}, which came with N_() from a driver or was said by a device, in the
 * shop's language; what no catalog has, and nothing at all, as it is.
 */
const char *i18n_text(const char *s);

/** i18n_known(language): "en", or holdfast comes with a catalog of it. */
bool i18n_known(const char *language);

#endif
