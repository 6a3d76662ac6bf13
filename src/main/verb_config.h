/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_VERB_CONFIG_H
#define MAIN_VERB_CONFIG_H

#include "main/actor.h"
#include "register/config_parts.h"

/**
 * verb_config - what the files of the verb share: verb_config.c checks and
 * applies, verb_config_past.c shows what is active, what was, and what
 * differs, verb_config_history.c what happened, verb_config_draft.c puts
 * forward, approves and drops, verb_config_edit.c runs an editor,
 * verb_config_bundle.c exports and imports, verb_config_try.c computes past
 * sales anew.
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

/* What the words take. */
struct config_opts {
	struct actor who;
	const char *note, *effective, *days;
	bool draft; /* put forward, also where one person could apply */
};

/** What becomes of a text: active, or a draft where two people change the
 * configuration or a draft is wanted. */
struct config_forward {
	const char *text;
	size_t len;
	const char *base; /* the version it was made from; NULL: the active */
	const char *why, *origin; /* as in the events; NULL */
};
/** config_forward(a, o, f): the exit status, told. */
int config_forward(const struct args *a, const struct config_opts *o,
	const struct config_forward *f);

/** config_put_diff(a, from, from_name, to, to_name, ret_same, reterr): to
 * stdout. */
MUST_CHECK enum rc config_put_diff(const struct args *a, const char *from,
	const char *from_name, const char *to, const char *to_name,
	bool *ret_same, struct err *reterr);

/** config_confirm(what): yes, keyed on the terminal; true also where nobody sits
 * at one. */
bool config_confirm(const char *what);

/** config_any_text(s, name, ret, ret_len, reterr): of a file, of a draft by
 * its number, or of any version there was, malloc'd with a NUL. */
MUST_CHECK enum rc config_any_text(struct shop *s, const char *name,
	char **ret, size_t *ret_len, struct err *reterr);

/** Each an exit status. */
int config_draft(const struct args *a, const struct config_opts *o);
int config_list_drafts(const struct args *a);
int config_approve(const struct args *a, const struct config_opts *o);
int config_drop(const struct args *a, const struct config_opts *o);
int config_rollback(const struct args *a, const struct config_opts *o);
int config_edit_text(const struct args *a, const struct config_opts *o);
int config_export(const struct args *a);
int config_import(const struct args *a, const struct config_opts *o);
int config_try_text(const struct args *a, const struct config_opts *o);
int config_history(const struct args *a);
int config_show(const struct args *a);
int config_versions(const struct args *a);
int config_differ(const struct args *a);

#endif
