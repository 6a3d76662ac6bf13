/* SPDX-License-Identifier: Apache-2.0 */
/* [receipt]: what is on paper besides what always is. */
#include <string.h>

#include "register/config_internal.h"

#include "base/poison.h"

enum rc
config_receipt_set(enum key key, const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"no", "yes"};
	struct config_receipt *r = &s->p->c->receipt;
	size_t i = 0;
	enum rc rc;

	if (key == KEY_RECEIPT_TITLE) {
		return config_text(
			r->title, sizeof(r->title), s->value, reterr);
	}
	rc = config_word(
		&i, word, ARRAY_LEN(word), s->value, "yes or no", reterr);
	if (rc == RC_OK && key == KEY_RECEIPT_OPENED) {
		r->opened = i == 1;
	} else if (rc == RC_OK) {
		r->saved = i == 1;
	}
	return rc;
}
