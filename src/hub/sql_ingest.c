/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/sql_internal.h"

#include "base/poison.h"

/* clang-format off */
#define ROW(which) [(which) - SQL_INGEST_BEGIN]

static const struct sql_row table[SQL_INGEST_END - SQL_INGEST_BEGIN + 1] = {
	/* so that a table without a row is one */
	ROW(SQL_INGEST_END) = {"", SQL_CONTROL, ""},
};

/* clang-format on */

const struct sql_row *
sql_ingest_row(enum sql which)
{
	return &table[which - SQL_INGEST_BEGIN];
}
