/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/schema.h"

#include "base/poison.h"

/* clang-format off */
const char *const schema_2[] = {
	/* the hub is a writer, too: its own log is a register's */
	"ALTER TABLE holdfast.register ADD COLUMN kind text NOT NULL"
	" DEFAULT 'till' CHECK (kind IN ('till', 'hub'))",

	/* by the hub's key over the act's hash: who owns the database has no
	 * key.  Null in acts of before. */
	"ALTER TABLE holdfast.act ADD COLUMN signature bytea"
	" CHECK (octet_length(signature) = 64)",

	/* the line of the hub's log that says what was decided */
	"ALTER TABLE holdfast.fork_event ADD COLUMN logged bigint"
	" CHECK (logged > 0)",

	/* who closed it, when and why */
	"ALTER TABLE holdfast.exception ADD COLUMN closed timestamptz,"
	" ADD COLUMN closed_by text, ADD COLUMN reason text",
	NULL,
};
/* clang-format on */
