/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_VERB_CONFIG_H
#define MAIN_VERB_CONFIG_H

#include "main/actor.h"
#include "register/config_parts.h"

/**
 * verb_config - what the two files of the verb share: verb_config.c checks and
 * applies, verb_config_past.c shows what is active, what was, and what
 * differs.
 */
struct config_files {
	struct config_part part[ARGS_REST];
	uint8_t *memory[ARGS_REST]; /* of their texts */
	size_t n;
	char path[PATH_BYTES]; /* of the store's own, when none is named */
	char *text; /* of all of them together */
	size_t len;
};

/** config_files_load(a, ret, reterr): the files behind the word, or the
 * store's own; to be freed also when that failed. */
MUST_CHECK enum rc config_files_load(
	const struct args *a, struct config_files *ret, struct err *reterr);
void config_files_free(struct config_files *f);

/** Each an exit status. */
int config_show(const struct args *a);
int config_versions(const struct args *a);
int config_differ(const struct args *a);

#endif
