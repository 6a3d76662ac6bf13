/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/sql_internal.h"

#include "base/poison.h"

/* clang-format off */
#define ROW(which) [(which) - SQL_LOG_BEGIN]

#define MINE " WHERE part = $1::int2 AND tenant = $2::uuid" \
	" AND register = $3::uuid"

static const struct sql_row table[SQL_LOG_END - SQL_LOG_BEGIN] = {
	ROW(SQL_EXCEPTION_LIST) = {"exception_list", SQL_READS,
		"SELECT kind, epoch, sequence, detail, since, state = 'open',"
		" closed, closed_by, reason FROM holdfast.exception" MINE
		" AND (state = 'open' OR $4::bool)"
		" AND (kind, epoch, sequence)"
		" > ($5::text, $6::int8, $7::int8)"
		" ORDER BY kind, epoch, sequence LIMIT 200"},
	ROW(SQL_EXCEPTION_END) = {"exception_end", SQL_WRITES,
		"UPDATE holdfast.exception SET state = 'closed',"
		" closed = now(), closed_by = $7::text, reason = $8::text" MINE
		" AND kind = $4::text AND epoch = $5::int8"
		" AND sequence = $6::int8 AND state = 'open'"},
	ROW(SQL_EXCEPTION_OVER) = {"exception_over", SQL_WRITES,
		"UPDATE holdfast.exception SET state = 'closed',"
		" closed = now(), closed_by = $5::text, reason = $6::text" MINE
		" AND kind = $4::text AND state = 'open'"},
};

/* clang-format on */

const struct sql_row *
sql_log_row(enum sql which)
{
	return &table[which - SQL_LOG_BEGIN];
}
