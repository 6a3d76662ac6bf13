/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/sql_internal.h"

#include "base/poison.h"

/* clang-format off */
#define ROW(which) [(which) - SQL_FEED_BEGIN]

static const struct sql_row table[SQL_FEED_END - SQL_FEED_BEGIN + 1] = {
	/* so that a table without a row is one */
	ROW(SQL_FEED_END) = {"", SQL_CONTROL, ""},
};

/* clang-format on */

const struct sql_row *
sql_feed_row(enum sql which)
{
	return &table[which - SQL_FEED_BEGIN];
}
