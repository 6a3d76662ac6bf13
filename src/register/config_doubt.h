/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_DOUBT_H
#define REGISTER_CONFIG_DOUBT_H

#include <stdbool.h>

#include "register/config.h"

/**
 * config_doubt - what a configuration may say and nobody means: a promotion
 * that is over, or can never take anything off, a code no goods have, a field
 * that receipts must have and lack.  It is told, and refuses nothing.
 */
struct config_doubt {
	const char *section; /* "promotion P" */
	const char *words;   /* one sentence behind the section's name */
};

typedef void (*config_doubt_fn)(void *arg, const struct config_doubt *d);

/** What the catalog knows of a code; false: nothing.  NULL: nobody knows. */
struct config_goods {
	bool (*find)(void *arg, const char *code, struct item *ret);
	void *arg;
};

/** config_doubts(c, today, goods, fn, arg): all of them, in the order of the
 * rules; ${today} as 20261121. */
void config_doubts(const struct config *c, int32_t today,
	const struct config_goods *goods, config_doubt_fn fn, void *arg);

/** config_section_line(text, len, section): the line it begins at, 0 none. */
int config_section_line(const char *text, size_t len, const char *section);

#endif
