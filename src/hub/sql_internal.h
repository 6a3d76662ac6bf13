/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SQL_INTERNAL_H
#define HUB_SQL_INTERNAL_H

#include "hub/sql.h"

/* Types of lines that change what feeds say: batch.own tells of them. */
#define SQL_OWN_TYPES                                                          \
	"'holdfast.catalog.imported.v1', 'holdfast.config.activated.v1',"      \
	" 'holdfast.operator.changed.v1'"

/** sql_internal - the files of the one table, to sql.c. */
const struct sql_row *sql_base_row(enum sql which);
const struct sql_row *sql_ingest_row(enum sql which);
const struct sql_row *sql_feed_row(enum sql which);
const struct sql_row *sql_log_row(enum sql which);

#endif
