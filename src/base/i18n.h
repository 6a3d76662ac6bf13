/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

/**
 * i18n - the sentences a cashier or a customer reads, in the shop's language.
 *
 * _("...") is translated where it stands, N_("...") in a table, to be
 * translated by _() where the table is used; P_() takes a form by number.
 * A comment above the string with "cells: N" in it tells the translator how
 * much room there is, and the test of the catalogs.  Error words, JSON,
 * configuration keys and what verbs print are English always.
 * Catalogs: data/po.  core/ is pure and gets its words from its caller.
 */
#define _(s) gettext(s)
#define N_(s) s
#define P_(one, many, n) ngettext(one, many, (unsigned long)(n))

#endif
