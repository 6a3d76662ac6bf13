/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/setup_internal.h"

#include "base/poison.h"

/* clang-format off */
#define NO_POWERS " NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
#define POLICY "tenant = current_setting('holdfast.tenant')::uuid"

static const char *const table[SETUP_SQL_COUNT] = {
	[SETUP_BEGIN] = "BEGIN ISOLATION LEVEL READ COMMITTED",
	[SETUP_COMMIT] = "COMMIT",
	[SETUP_ROLLBACK] = "ROLLBACK",
	[SETUP_IS_ROLE] = "SELECT 1 FROM pg_roles WHERE rolname = $1",
	[SETUP_IS_DATABASE] = "SELECT 1 FROM pg_database WHERE datname = $1",
	[SETUP_LISTENS] = "SELECT current_setting('listen_addresses'),"
		" current_setting('port'), inet_server_addr() IS NULL",
	[SETUP_OWNER] = "CREATE ROLE " SCHEMA_OWNER " NOLOGIN" NO_POWERS,
	[SETUP_SERVICE] = "CREATE ROLE " SCHEMA_SERVICE " NOLOGIN" NO_POWERS,
	[SETUP_OWNER_MINE] = "GRANT " SCHEMA_OWNER " TO CURRENT_USER",
	[SETUP_LOGIN] = "CREATE ROLE {role} LOGIN INHERIT" NO_POWERS,
	[SETUP_LOGIN_MEMBER] = "GRANT " SCHEMA_SERVICE " TO {role}",
	[SETUP_PASSWORD_SET] = "ALTER ROLE {role} PASSWORD {verifier}",
	[SETUP_PASSWORD_NONE] = "SELECT 1 FROM pg_authid WHERE rolname = $1"
		" AND rolpassword IS NULL AND NOT rolsuper"
		" AND NOT rolbypassrls",
	[SETUP_STATISTICS] = "GRANT pg_read_all_stats TO {role}",
	[SETUP_COMPRESSION] = "ALTER ROLE {role}"
		" SET default_toast_compression = 'lz4'",
	[SETUP_DATABASE] = "CREATE DATABASE {database} OWNER " SCHEMA_OWNER
		" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
		" LC_CTYPE 'C.UTF-8'",
	[SETUP_DATABASE_SHUT] = "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
	[SETUP_DATABASE_OPEN] = "GRANT CONNECT ON DATABASE {database} TO {role}",
	[SETUP_LIMITS_1] = "ALTER ROLE {role} IN DATABASE {database}"
		" SET statement_timeout = '60s'",
	[SETUP_LIMITS_2] = "ALTER ROLE {role} IN DATABASE {database}"
		" SET lock_timeout = '15s'",
	[SETUP_LIMITS_3] = "ALTER ROLE {role} IN DATABASE {database}"
		" SET idle_in_transaction_session_timeout = '60s'",
	[SETUP_SCHEMA] = "CREATE SCHEMA IF NOT EXISTS holdfast AUTHORIZATION "
		SCHEMA_OWNER,
	[SETUP_SCHEMA_OPEN] = "GRANT USAGE ON SCHEMA holdfast TO "
		SCHEMA_SERVICE,
	[SETUP_BE_OWNER] = "SET ROLE " SCHEMA_OWNER,
	[SETUP_NOBODY] = "SELECT set_config('holdfast.tenant',"
		" '00000000-0000-0000-0000-000000000000', false)",
	[SETUP_IS_TABLE] = "SELECT to_regclass('holdfast.migration')"
		" IS NOT NULL",
	[SETUP_MIGRATION_TABLE] = "CREATE TABLE holdfast.migration ("
		"part smallint NOT NULL, tenant uuid NOT NULL,"
		" number integer NOT NULL, name text NOT NULL,"
		" hash bytea NOT NULL CHECK (octet_length(hash) = 32),"
		" program text NOT NULL,"
		" since timestamptz NOT NULL DEFAULT now(),"
		" PRIMARY KEY (part, tenant, number))",
	[SETUP_MIGRATION_ON] = "ALTER TABLE holdfast.migration"
		" ENABLE ROW LEVEL SECURITY",
	[SETUP_MIGRATION_FORCE] = "ALTER TABLE holdfast.migration"
		" FORCE ROW LEVEL SECURITY",
	[SETUP_MIGRATION_POLICY] = "CREATE POLICY tenant_only"
		" ON holdfast.migration USING (" POLICY ")"
		" WITH CHECK (" POLICY ")",
	[SETUP_MIGRATION_GRANT] = "GRANT SELECT ON holdfast.migration TO "
		SCHEMA_SERVICE,
	[SETUP_MIGRATION_NEWEST] = "SELECT coalesce(max(number), 0)"
		" FROM holdfast.migration",
	[SETUP_MIGRATION_HASH] = "SELECT encode(hash, 'hex')"
		" FROM holdfast.migration WHERE number = $1::int4",
	[SETUP_MIGRATION_ADD] = "INSERT INTO holdfast.migration"
		" (part, tenant, number, name, hash, program)"
		" VALUES ($1::int2, '00000000-0000-0000-0000-000000000000',"
		" $2::int4, $3::text, decode($4::text, 'hex'), $5::text)",
	/* tables whose guard is not this one, and what it is now */
	[SETUP_TABLES] = "SELECT quote_ident(c.relname),"
		" coalesce((SELECT quote_ident(k.conname) FROM pg_constraint k"
		" WHERE k.conrelid = c.oid"
		" AND k.conname LIKE 'part\\_of\\_%' LIMIT 1), '')"
		" FROM pg_class c JOIN pg_namespace n"
		" ON n.oid = c.relnamespace"
		" WHERE n.nspname = 'holdfast' AND c.relkind IN ('r', 'p')"
		" AND NOT EXISTS (SELECT 1 FROM pg_constraint k"
		" WHERE k.conrelid = c.oid AND k.conname = $1)"
		" ORDER BY c.relname",
	[SETUP_PART_DROP] = "ALTER TABLE holdfast.{table}"
		" DROP CONSTRAINT {old}",
	[SETUP_PART_ADD] = "ALTER TABLE holdfast.{table}"
		" ADD CONSTRAINT {name}"
		" CHECK (part BETWEEN {first} AND {last})",
	[SETUP_HUB] = "SELECT hub::text FROM holdfast.hub",
	[SETUP_HUB_ADD] = "INSERT INTO holdfast.hub (part, tenant, hub,"
		" sign_key) VALUES ($1::int2,"
		" '00000000-0000-0000-0000-000000000000', $2::uuid,"
		" decode($3::text, 'hex')) ON CONFLICT DO NOTHING",
	[SETUP_AM_I] = "SELECT rolsuper OR rolbypassrls FROM pg_roles"
		" WHERE rolname = current_user",
};

/* clang-format on */

const char *
setup_sql(enum setup_sql which)
{
	return table[which];
}
