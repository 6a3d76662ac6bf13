/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REGISTER_CONFIG_EDIT_H
#define REGISTER_CONFIG_EDIT_H

#include <stdbool.h>

#include "register/config.h"

/**
 * config_edit - one line of a configuration's text changed, and every other
 * byte left as it is: comments, blanks and order are their owner's.
 */

/* Where a key stands. */
struct config_place {
	int line;     /* from 1 */
	size_t begin; /* of its line, in bytes of the text */
	size_t value; /* of its value; may be the line's end */
	size_t end;   /* behind the value, blanks at the end not counted */
};

/** config_find(text, len, section, key, ret): where the key stands, the last
 * one when the text has several; section and key by their bytes.  False: it
 * does not stand there, or the text cannot be read so far. */
bool config_find(const char *text, size_t len, const char *section,
	const char *key, struct config_place *ret);

/**
 * config_edit(text, len, section, key, value, out, reterr):
 * The text with another value of one key.  A key that is not there goes behind
 * the last line of its section, a section that is not there behind the text.
 * ${value} NULL takes the key's line out; nothing when it is not there.
 * ${out} is another buffer than ${text}.  Whether the value is possible is
 * config_check()'s to say.
 * Errors   RC_RANGE the text gets longer than ${out}, or CONFIG_TEXT_BYTES.
 */
MUST_CHECK enum rc config_edit(const char *text, size_t len,
	const char *section, const char *key, const char *value,
	struct sbuf *out, struct err *reterr);

/** config_each(text, len, fn, arg): every key and its value, in their order;
 * ends early, with no word, where the text cannot be read. */
typedef void (*config_each_fn)(
	void *arg, const char *section, const char *key, const char *value);
void config_each(
	const char *text, size_t len, config_each_fn fn, void *arg);

/** config_choices(section, key, ret_n): the words a key takes; NULL it takes
 * any text.  A fallback that is one of them is the first. */
const char *const *config_choices(
	const char *section, const char *key, size_t *ret_n);

#endif
