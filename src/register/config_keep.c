/* SPDX-License-Identifier: Apache-2.0 */
/* [archive]: how long lines stay here, and where archives must be. */
#include <string.h>

#include "base/parse.h"
#include "register/config_internal.h"

#include "base/poison.h"

#define KEEP_MIN 1
#define KEEP_MAX 36600

enum rc
config_keep_set(enum key key, const struct config_set *s, struct err *reterr)
{
	static const char *const medium[] = {"other", "any"};
	struct config *c = s->p->c;
	int64_t days = 0;
	size_t i = 0;
	enum rc rc;

	if (key == KEY_ARCHIVE_KEEP) {
		if (parse_i64(s->value, strlen(s->value), KEEP_MIN, KEEP_MAX,
			    &days) != RC_OK) {
			return config_wrong(reterr,
				"'%s' is no time for lines to stay: write "
				"days, 1 to 36600",
				s->value, "");
		}
		c->keep_days = (int)days;
		return RC_OK;
	}
	rc = config_word(&i, medium, ARRAY_LEN(medium), s->value,
		"other or any", reterr);
	c->archive_any = i == 1;
	return rc;
}
