/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/sql.h"

#include "hub/sql_internal.h"

#include "base/poison.h"

const struct sql_row *
sql_of(enum sql which)
{
	if (which >= SQL_LOG_BEGIN) {
		return sql_log_row(which);
	}
	if (which >= SQL_FEED_BEGIN) {
		return sql_feed_row(which);
	}
	if (which >= SQL_INGEST_BEGIN) {
		return sql_ingest_row(which);
	}
	return sql_base_row(which);
}
