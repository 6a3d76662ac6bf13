/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_PAST_H
#define REGISTER_CONFIG_PAST_H

#include "register/shop.h"

/**
 * config_past - every configuration that was ever active: each activation is
 * an event that holds the whole text.
 */
struct config_past {
	uint64_t sequence;
	char version[65];
	char actor[32];
	struct utc time;
	int32_t tz_min;
};

/**
 * config_past_load(s, ret, ret_n, reterr): all activations, the oldest first;
 * malloc'd.  Each names the one before it, so that few lines are read; only
 * behind a version that became active twice is the journal walked.
 */
MUST_CHECK enum rc config_past_load(struct shop *s, struct config_past **ret,
	size_t *ret_n, struct err *reterr);

/** config_past_find(s, version, ret, reterr): the last activation of the version
 * that begins with these digits.  Errors as below. */
MUST_CHECK enum rc config_past_find(struct shop *s, const char *version,
	struct config_past *ret, struct err *reterr);

/**
 * config_past_text(s, version, ret, ret_len, ret_name, reterr): the text of
 * the version that begins with these digits; malloc'd with a NUL.
 * ${ret_name} char[65]: its whole name.
 * RC_NOTFOUND none does; RC_INVAL several do, or they are no digits.
 */
MUST_CHECK enum rc config_past_text(struct shop *s, const char *version,
	char **ret, size_t *ret_len, char ret_name[65], struct err *reterr);

#endif
