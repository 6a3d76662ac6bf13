/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/sql_internal.h"

#include "base/poison.h"

/* clang-format off */
#define ROW(which) [(which) - SQL_BASE_BEGIN]

static const struct sql_row table[SQL_BASE_END - SQL_BASE_BEGIN] = {
	ROW(SQL_BEGIN) = {"begin", SQL_CONTROL,
		"BEGIN ISOLATION LEVEL READ COMMITTED"},
	ROW(SQL_COMMIT) = {"commit", SQL_CONTROL, "COMMIT"},
	ROW(SQL_ROLLBACK) = {"rollback", SQL_CONTROL, "ROLLBACK"},
	ROW(SQL_TENANT) = {"tenant", SQL_CONTROL,
		"SELECT set_config('holdfast.tenant', $1, true)"},
	ROW(SQL_PING) = {"ping", SQL_CONTROL, "SELECT 1"},
	ROW(SQL_REPLICA) = {"replica", SQL_CONTROL,
		"SELECT current_setting('synchronous_standby_names') <> ''"
		" AND current_setting('synchronous_commit')"
		" IN ('on', 'remote_apply')"},
};

/* clang-format on */

const struct sql_row *
sql_base_row(enum sql which)
{
	return &table[which - SQL_BASE_BEGIN];
}
