/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/sql_internal.h"

#include "base/poison.h"

/* clang-format off */
#define ROW(which) [(which) - SQL_BASE_BEGIN]

#define OURS " WHERE part = $1::int2 AND tenant = $2::uuid"
/* The register that is the third argument. */
#define MINE OURS " AND register = $3::uuid"

static const struct sql_row table[SQL_BASE_END - SQL_BASE_BEGIN] = {
	ROW(SQL_BEGIN) = {"begin", SQL_CONTROL,
		"BEGIN ISOLATION LEVEL READ COMMITTED"},
	ROW(SQL_COMMIT) = {"commit", SQL_CONTROL, "COMMIT"},
	ROW(SQL_ROLLBACK) = {"rollback", SQL_CONTROL, "ROLLBACK"},
	ROW(SQL_TENANT) = {"tenant", SQL_CONTROL,
		"SELECT set_config('holdfast.tenant', $1, true)"},
	ROW(SQL_PING) = {"ping", SQL_CONTROL, "SELECT 1"},
	/* PostgreSQL alone: asked where the configuration allows it */
	ROW(SQL_REPLICA) = {"replica", SQL_CONTROL,
		"SELECT current_setting('synchronous_standby_names') <> ''"
		" AND current_setting('synchronous_commit')"
		" IN ('on', 'remote_apply'),"
		" pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::int8,"
		" (SELECT pg_wal_lsn_diff(min(flush_lsn), '0/0')::int8"
		" FROM pg_stat_replication"
		" WHERE sync_state IN ('sync', 'quorum')),"
		" (SELECT coalesce(min(xact_start), now())"
		" FROM pg_stat_activity WHERE datname = current_database()"
		" AND usename = current_user)"},

	ROW(SQL_ACT_HEAD) = {"act_head", SQL_READS,
		"SELECT sequence, hash FROM holdfast.act_head" OURS},
	ROW(SQL_ACT_ADD) = {"act_add", SQL_WRITES,
		"WITH head AS (INSERT INTO holdfast.act_head AS h"
		" (part, tenant, sequence, hash)"
		" VALUES ($1::int2, $2::uuid, $3::int8, $9::bytea)"
		" ON CONFLICT (part, tenant) DO UPDATE"
		" SET sequence = excluded.sequence, hash = excluded.hash"
		" WHERE h.sequence = $3::int8 - 1 AND h.hash = $4::bytea"
		" RETURNING h.part)"
		" INSERT INTO holdfast.act (part, tenant, sequence, at, actor,"
		" what, detail, hash, signature)"
		" SELECT $1::int2, $2::uuid, $3::int8, $5::timestamptz,"
		" $6::text, $7::text, $8::text, $9::bytea, $10::bytea"
		" FROM head"},
	ROW(SQL_ACT_LIST) = {"act_list", SQL_READS,
		"SELECT sequence, at, actor, what, detail, hash, signature"
		" FROM holdfast.act" OURS " AND sequence > $3::int8"
		" ORDER BY sequence LIMIT $4::int4"},

	ROW(SQL_HUB) = {"hub", SQL_READS,
		"SELECT hub, sign_key, since FROM holdfast.hub" OURS},
	ROW(SQL_TENANT_LIST) = {"tenant_list", SQL_READS,
		"SELECT listed, listed_part, name, residency, since"
		" FROM holdfast.tenant_list" OURS " AND listed > $3::uuid"
		" ORDER BY listed LIMIT $4::int4"},
	ROW(SQL_TENANT_LIST_ADD) = {"tenant_list_add", SQL_WRITES,
		"INSERT INTO holdfast.tenant_list"
		" (part, tenant, listed, listed_part, name, residency)"
		" VALUES ($1::int2, $2::uuid, $3::uuid, $4::int2, $5::text,"
		" $6::text) ON CONFLICT DO NOTHING"},
	ROW(SQL_CODE_ADD) = {"code_add", SQL_WRITES,
		"INSERT INTO holdfast.code"
		" (part, tenant, hash, for_tenant, register, kind, made,"
		" expires) VALUES ($1::int2, $2::uuid, $3::bytea, $4::uuid,"
		" $5::uuid, $6::text, $7::timestamptz, $8::timestamptz)"},
	ROW(SQL_CODE_TAKE) = {"code_take", SQL_WRITES,
		"UPDATE holdfast.code SET used = coalesce(used,"
		" $5::timestamptz), used_link = $4::bytea" OURS
		" AND hash = $3::bytea AND withdrawn IS NULL"
		" AND (used_link = $4::bytea OR (used_link IS NULL"
		" AND expires > $5::timestamptz))"
		" RETURNING for_tenant, register, kind"},
	ROW(SQL_CODE_WITHDRAW) = {"code_withdraw", SQL_WRITES,
		"UPDATE holdfast.code SET withdrawn = $5::timestamptz" OURS
		" AND for_tenant = $3::uuid AND register = $4::uuid"
		" AND used IS NULL AND withdrawn IS NULL"},

	ROW(SQL_TENANT_ADD) = {"tenant_add", SQL_WRITES,
		"INSERT INTO holdfast.tenant (part, tenant, name, residency)"
		" VALUES ($1::int2, $2::uuid, $3::text, $4::text)"},
	ROW(SQL_TENANT_GET) = {"tenant_get", SQL_READS,
		"SELECT name, residency, since FROM holdfast.tenant" OURS},
	ROW(SQL_ADMINISTRATOR_ADD) = {"administrator_add", SQL_WRITES,
		"INSERT INTO holdfast.administrator (part, tenant,"
		" administrator, name, public_key) VALUES ($1::int2, $2::uuid,"
		" $3::uuid, $4::text, $5::bytea)"},
	ROW(SQL_ADMINISTRATOR_LIST) = {"administrator_list", SQL_READS,
		"SELECT administrator, name, since, revoked"
		" FROM holdfast.administrator" OURS " ORDER BY administrator"
		" LIMIT 1000"},
	ROW(SQL_ADMINISTRATOR_REVOKE) = {"administrator_revoke", SQL_WRITES,
		"UPDATE holdfast.administrator"
		" SET revoked = coalesce(revoked, $4::timestamptz)" OURS
		" AND administrator = $3::uuid"},
	ROW(SQL_STORE_ADD) = {"store_add", SQL_WRITES,
		"INSERT INTO holdfast.store (part, tenant, store, store_part,"
		" name) VALUES ($1::int2, $2::uuid, $3::uuid, $4::int2,"
		" $5::text)"},
	ROW(SQL_STORE_GET) = {"store_get", SQL_READS,
		"SELECT store_part, name FROM holdfast.store" OURS
		" AND store = $3::uuid"},
	ROW(SQL_STORE_LIST) = {"store_list", SQL_READS,
		"SELECT store, store_part, name, since FROM holdfast.store"
		OURS " AND store > $3::uuid ORDER BY store LIMIT $4::int4"},
	ROW(SQL_REGISTER_LIST) = {"register_list", SQL_READS,
		"SELECT register, store, store_part, number, since"
		" FROM holdfast.register_list" OURS
		" AND register > $3::uuid ORDER BY register LIMIT $4::int4"},
	ROW(SQL_REGISTER_LIST_ADD) = {"register_list_add", SQL_WRITES,
		"INSERT INTO holdfast.register_list (part, tenant, register,"
		" store, store_part, number) VALUES ($1::int2, $2::uuid,"
		" $3::uuid, $4::uuid, $5::int2, $6::text)"
		" ON CONFLICT DO NOTHING"},

	ROW(SQL_REGISTER_ADD) = {"register_add", SQL_WRITES,
		"INSERT INTO holdfast.register (part, tenant, register, store,"
		" tenant_part, residency, tenant_name, store_name, number)"
		" VALUES ($1::int2, $2::uuid, $3::uuid, $4::uuid, $5::int2,"
		" $6::text, $7::text, $8::text, $9::text)"},
	ROW(SQL_REGISTER_GET) = {"register_get", SQL_READS,
		"SELECT store, tenant_part, residency, tenant_name,"
		" store_name, number, state, source, link_key, nonce, epoch"
		" FROM holdfast.register" MINE},
	ROW(SQL_REGISTER_STATE) = {"register_state", SQL_READS,
		"SELECT state, epoch, sequence, durable_epoch,"
		" durable_sequence, head_at, seen, offset_ms, backlog_count,"
		" backlog_oldest, quarantined, product"
		" FROM holdfast.register" MINE},
	ROW(SQL_REGISTER_ENROLL) = {"register_enroll", SQL_WRITES,
		"UPDATE holdfast.register SET state = 'live',"
		" source = $4::text, sign_key = $5::bytea,"
		" link_key = $6::bytea, box_key = $7::bytea,"
		" nonce = $8::text, machine = $9::text, product = $10::text"
		MINE " AND state = 'new'"},
	ROW(SQL_REGISTER_REPLACE) = {"register_replace", SQL_WRITES,
		"UPDATE holdfast.register SET"
		" sign_key = $4::bytea, link_key = $5::bytea,"
		" box_key = $6::bytea, nonce = $7::text, machine = $8::text,"
		" product = $9::text" MINE " AND state = 'live'"},
	ROW(SQL_REGISTER_REVOKE) = {"register_revoke", SQL_WRITES,
		"UPDATE holdfast.register SET state = 'revoked'" MINE},
	ROW(SQL_REGISTER_REINSTATE) = {"register_reinstate", SQL_WRITES,
		"UPDATE holdfast.register SET state = CASE WHEN source IS NULL"
		" THEN 'new' ELSE 'live' END, link_key = NULL" MINE
		" AND state = 'revoked'"},
	ROW(SQL_LINK_ADD) = {"link_add", SQL_WRITES,
		"INSERT INTO holdfast.register_link (part, tenant, register,"
		" link_key, sign_key, state, machine) VALUES ($1::int2,"
		" $2::uuid, $3::uuid, $4::bytea, $5::bytea, 'live', $6::text)"},
	ROW(SQL_LINK_END) = {"link_end", SQL_WRITES,
		"UPDATE holdfast.register_link SET state = $4::text,"
		" ended = now()" MINE " AND state = 'live'"},
	ROW(SQL_SOURCE_TAKEN) = {"source_taken", SQL_READS,
		"SELECT register FROM holdfast.register" OURS
		" AND source = $4::text AND register <> $3::uuid LIMIT 1"},
	ROW(SQL_PERSONS_PUT) = {"persons_put", SQL_WRITES,
		"INSERT INTO holdfast.register_persons (part, tenant,"
		" register, sealed) VALUES ($1::int2, $2::uuid, $3::uuid,"
		" $4::bytea) ON CONFLICT (part, tenant, register)"
		" DO UPDATE SET sealed = excluded.sealed, changed = now()"},
	ROW(SQL_PERSONS_GET) = {"persons_get", SQL_READS,
		"SELECT sealed FROM holdfast.register_persons" MINE},

	ROW(SQL_DURABLE_BEGIN) = {"durable_begin", SQL_WRITES,
		"INSERT INTO holdfast.durable_mark (part, tenant, mark,"
		" register, epoch, sequence) SELECT $1::int2, $2::uuid,"
		" $3::uuid, r.register, r.epoch, r.sequence"
		" FROM holdfast.register r WHERE r.part = $1::int2"
		" AND r.tenant = $2::uuid AND r.epoch > 0"},
	/* a mark of an older epoch never takes back one of a newer */
	ROW(SQL_DURABLE_CONFIRM) = {"durable_confirm", SQL_WRITES,
		"UPDATE holdfast.register r SET durable_epoch = m.epoch,"
		" durable_sequence = m.sequence FROM holdfast.durable_mark m"
		" WHERE r.part = $1::int2 AND r.tenant = $2::uuid"
		" AND m.part = $1::int2 AND m.tenant = $2::uuid"
		" AND m.mark = $3::uuid AND m.register = r.register"
		" AND (m.epoch > r.durable_epoch"
		" OR (m.epoch = r.durable_epoch"
		" AND m.sequence > r.durable_sequence))"},
	ROW(SQL_DURABLE_FORGET) = {"durable_forget", SQL_WRITES,
		"DELETE FROM holdfast.durable_mark" OURS
		" AND mark = $3::uuid"},
};

/* clang-format on */

const struct sql_row *
sql_base_row(enum sql which)
{
	return &table[which - SQL_BASE_BEGIN];
}
