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
	ROW(SQL_LOG_MAKE) = {"log_make", SQL_WRITES,
		"INSERT INTO holdfast.register (part, tenant, register, store,"
		" tenant_part, residency, tenant_name, store_name, number,"
		" state, source, sign_key, kind) VALUES ($1::int2, $2::uuid,"
		" $3::uuid, $4::uuid, $5::int2, $6::text, $7::text, '',"
		" $8::text, 'live', $9::text, $10::bytea, 'hub')"
		" ON CONFLICT DO NOTHING"},
	ROW(SQL_SALVAGE_UNLOGGED) = {"salvage_unlogged", SQL_READS,
		"SELECT epoch, sequence, hash, decision, decided_by,"
		" left(reason, 1000),"
		" CASE WHEN decision = 'accept' THEN line END, decided"
		" FROM holdfast.fork_event" MINE
		" AND decision IS NOT NULL AND logged IS NULL"
		" AND (epoch, sequence, hash)"
		" > ($4::int8, $5::int8, $6::bytea)"
		" ORDER BY epoch, sequence, hash LIMIT 32"},
	ROW(SQL_SALVAGE_LOGGED) = {"salvage_logged", SQL_WRITES,
		"UPDATE holdfast.fork_event f SET logged = x.logged"
		" FROM unnest($4::int8[], $5::int8[], $6::bytea[],"
		" $7::int8[]) AS x(epoch, sequence, hash, logged)"
		" WHERE f.part = $1::int2 AND f.tenant = $2::uuid"
		" AND f.register = $3::uuid AND f.epoch = x.epoch"
		" AND f.sequence = x.sequence AND f.hash = x.hash"
		" AND f.logged IS NULL"},
	ROW(SQL_SALVAGE_LATE) = {"salvage_late", SQL_READS,
		"SELECT 1 FROM holdfast.fork_event" MINE
		" AND decision IS NOT NULL AND logged IS NULL LIMIT 1"},
	ROW(SQL_SALVAGE_DECIDED) = {"salvage_decided", SQL_READS,
		"SELECT register, epoch, sequence, hash, decision = 'accept',"
		" sha256(line) = hash"
		" FROM holdfast.fork_event WHERE part = $1::int2"
		" AND tenant = $2::uuid AND decision IS NOT NULL"
		" AND (register, epoch, sequence, hash)"
		" > ($3::uuid, $4::int8, $5::int8, $6::bytea)"
		" ORDER BY register, epoch, sequence, hash LIMIT 1000"},
};

/* clang-format on */

const struct sql_row *
sql_log_row(enum sql which)
{
	return &table[which - SQL_LOG_BEGIN];
}
