/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rc.h"

#include "base/attr.h"

#include "base/poison.h"

static const char *const names[] = {"OK", "INVAL", "RANGE", "NOMEM", "NOSPC",
	"IO", "CORRUPT", "NOTFOUND", "EXISTS", "AGAIN", "DOWN", "PROTO",
	"DENIED", "DECLINED", "BUSY", "KEY"};
_Static_assert(ARRAY_LEN(names) == RC_COUNT, "one name a code");

const char *
rc_name(enum rc rc)
{
	return (unsigned)rc < RC_COUNT ? names[rc] : "?";
}
