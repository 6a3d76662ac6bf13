/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_SQL_INTERNAL_H
#define HUB_SQL_INTERNAL_H

#include "hub/sql.h"

/** sql_internal - the files of the one table, to sql.c. */
const struct sql_row *sql_base_row(enum sql which);
const struct sql_row *sql_ingest_row(enum sql which);
const struct sql_row *sql_feed_row(enum sql which);

#endif
