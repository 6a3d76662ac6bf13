/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_SETTINGS_H
#define REGISTER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "register/shop.h"

/**
 * settings - a store's own holdfast.conf, which is a copy of the active text
 * for people to read and edit.  What is active is what is recorded; the file
 * follows it, but never over an edit that was not recorded.
 */
#define SETTINGS_NAME "holdfast.conf"

/** settings_load(dir, ret, ret_len, version, reterr): the file's bytes,
 * malloc'd with a NUL, and their version.  RC_NOTFOUND there is none;
 * RC_RANGE, RC_IO, RC_NOMEM. */
MUST_CHECK enum rc settings_load(const char *dir, char **ret, size_t *ret_len,
	char version[65], struct err *reterr);

/** settings_config(dir, ret, reterr): what the file says, active or not.
 * RC_PROTO as config_parse(); else as settings_load(). */
MUST_CHECK enum rc settings_config(
	const char *dir, struct config *ret, struct err *reterr);

/** settings_save(dir, text, len, reterr): the file is this from now on, whole
 * or not at all; its mode stays. RC_IO, RC_NOSPC, RC_RANGE the path. */
MUST_CHECK enum rc settings_save(const char *dir, const char *text, size_t len,
	struct err *reterr);

/** settings_follow(s, text, len): behind an activation of ${text}: the file
 * becomes it, unless it holds what was never active, which is somebody's edit.
 * A disk that refuses it is no error: what is active is recorded. */
void settings_follow(struct shop *s, const char *text, size_t len);

#endif
