/* SPDX-License-Identifier: Apache-2.0 */
/* How many people a change of the configuration takes. */
#include <string.h>

#include "register/config_internal.h"

#include "base/poison.h"

enum rc
config_put_change(const struct config_set *s, struct err *reterr)
{
	static const char *const word[] = {"one", "two"};
	size_t i = 0;
	enum rc rc = config_word(
		&i, word, ARRAY_LEN(word), s->value, "one or two", reterr);

	s->p->c->two_people = i == 1;
	return rc;
}
