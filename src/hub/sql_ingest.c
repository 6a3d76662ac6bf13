/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/sql_internal.h"

#include "base/poison.h"

/* clang-format off */
#define ROW(which) [(which) - SQL_INGEST_BEGIN]

/* The register that the first three arguments name. */
#define MINE(t) t "part = $1::int2 AND " t "tenant = $2::uuid" \
	" AND " t "register = $3::uuid"
/* The head is where the caller saw it: else nothing happens. */
#define SWAP "UPDATE holdfast.register SET sequence = $7::int8," \
	" hash = $8::bytea, head_at = now(), seen = now()"
#define COMPARE " WHERE " MINE("") " AND epoch = $4::int8" \
	" AND sequence = $5::int8 AND hash = $6::bytea RETURNING register"
/* The number a worker's nonce begins with: how often it started. */
#define STARTS(nonce) "coalesce(substring(" nonce \
	" from '^([0-9]{1,15})[.]')::int8, 0)"
#define INTO_BATCH(epoch, bytes) \
	" INSERT INTO holdfast.batch (part, tenant, register, epoch," \
	" first, last, own, bytes, type, at, hash, line)" \
	" SELECT $1::int2, $2::uuid, $3::uuid, " epoch ", $9::int8," \
	" $7::int8, $10::text[] && ARRAY[" SQL_OWN_TYPES "], " bytes "," \
	" $10::text[], $11::timestamptz[], $12::bytea[], $13::bytea[]" \
	" FROM moved"

static const struct sql_row table[SQL_INGEST_END - SQL_INGEST_BEGIN + 1] = {
	ROW(SQL_AUTH_REGISTER) = {"auth_register", SQL_READS,
		"SELECT l.link_key, l.sign_key, l.state, r.state, r.source,"
		" r.store, r.box_key, r.tenant_part, r.epoch, r.sequence,"
		" r.hash, r.durable_epoch, r.durable_sequence, r.quarantined,"
		" r.head_at, r.residency"
		" FROM holdfast.register r JOIN holdfast.register_link l"
		" ON l.part = r.part AND l.tenant = r.tenant"
		" AND l.register = r.register"
		" WHERE " MINE("r.") " ORDER BY l.since DESC LIMIT 32"},
	ROW(SQL_AUTH_ADMINISTRATOR) = {"auth_administrator", SQL_READS,
		"SELECT a.public_key, a.revoked IS NOT NULL, t.name,"
		" t.residency FROM holdfast.administrator a"
		" JOIN holdfast.tenant t ON t.part = a.part"
		" AND t.tenant = a.tenant"
		" WHERE a.part = $1::int2 AND a.tenant = $2::uuid"
		" AND a.administrator = $3::uuid"},
	ROW(SQL_HEAD) = {"head", SQL_READS,
		"SELECT epoch, sequence, hash, durable_epoch,"
		" durable_sequence, quarantined, head_at"
		" FROM holdfast.register WHERE " MINE("")},
	ROW(SQL_EVENTS_STORE) = {"events_store", SQL_WRITES,
		"WITH moved AS (" SWAP COMPARE ")"
		INTO_BATCH("$4::int8", "$14::int8")},
	ROW(SQL_EPOCH_OPEN) = {"epoch_open", SQL_WRITES,
		"WITH moved AS (" SWAP ", epoch = $14::int8,"
		" sign_key = coalesce($15::bytea, sign_key)" COMPARE "),"
		" opened AS (INSERT INTO holdfast.register_epoch (part,"
		" tenant, register, epoch, first, from_epoch, from_sequence,"
		" from_hash, sign_key)"
		" SELECT $1::int2, $2::uuid, $3::uuid, $14::int8, $16::int8,"
		" $17::int8, $18::int8, $19::bytea, $15::bytea FROM moved)"
		INTO_BATCH("$14::int8", "$20::int8")},
	ROW(SQL_POISON_STORE) = {"poison_store", SQL_WRITES,
		"WITH moved AS (" SWAP ", quarantined = quarantined + 1,"
		" epoch = $11::int8" COMPARE "),"
		/* nothing was here: it begins with this one */
		" opened AS (INSERT INTO holdfast.register_epoch (part,"
		" tenant, register, epoch, first, from_epoch, from_sequence,"
		" from_hash) SELECT $1::int2, $2::uuid, $3::uuid, $11::int8,"
		" $7::int8, 0, 0, $12::bytea FROM moved"
		" WHERE $4::int8 = 0),"
		" kept AS (INSERT INTO holdfast.quarantine (part, tenant,"
		" register, epoch, sequence, reason)"
		" SELECT $1::int2, $2::uuid, $3::uuid, $11::int8, $7::int8,"
		" $9::text FROM moved)"
		" INSERT INTO holdfast.batch (part, tenant, register, epoch,"
		" first, last, own, bytes, type, at, hash, line)"
		" SELECT $1::int2, $2::uuid, $3::uuid, $11::int8, $7::int8,"
		" $7::int8, false, octet_length($10::bytea), ARRAY[''],"
		" ARRAY[NULL::timestamptz], ARRAY[$8::bytea],"
		" ARRAY[$10::bytea] FROM moved"},
	ROW(SQL_SALVAGE_STORE) = {"salvage_store", SQL_WRITES,
		"INSERT INTO holdfast.fork_event (part, tenant, register,"
		" epoch, sequence, hash, type, at, line)"
		" SELECT $1::int2, $2::uuid, $3::uuid, x.epoch, x.sequence,"
		" x.hash, x.type, x.at, x.line"
		" FROM unnest($4::int8[], $5::int8[], $6::text[],"
		" $7::timestamptz[], $8::bytea[], $9::bytea[])"
		" AS x(epoch, sequence, type, at, hash, line)"
		" WHERE x.hash IS DISTINCT FROM (SELECT CASE"
		" WHEN b.first <= x.sequence"
		" THEN b.hash[(x.sequence - b.first + 1)::int4] END"
		" FROM holdfast.batch b WHERE " MINE("b.")
		" AND b.epoch = x.epoch AND b.last >= x.sequence"
		" ORDER BY b.last LIMIT 1)"
		" ON CONFLICT DO NOTHING RETURNING epoch, sequence"},
	ROW(SQL_EVENT_HASHES) = {"event_hashes", SQL_READS,
		"SELECT b.first + x.n - 1, x.hash FROM (SELECT first, hash"
		" FROM holdfast.batch WHERE " MINE("") " AND epoch = $4::int8"
		" AND last >= $5::int8 ORDER BY last LIMIT 1000) b,"
		" unnest(b.hash) WITH ORDINALITY AS x (hash, n)"
		" WHERE b.first + x.n - 1 BETWEEN $5::int8 AND $6::int8"
		" ORDER BY 1"},
	ROW(SQL_EVENTS) = {"events", SQL_READS,
		"SELECT sequence, line FROM (SELECT sequence, line,"
		" sum(octet_length(line) + 1) OVER (ORDER BY sequence)"
		" AS bytes, row_number() OVER (ORDER BY sequence) AS n"
		" FROM (SELECT b.first + x.n - 1 AS sequence, x.line"
		/* no more rows are opened than are asked for, by what they
		 * say they hold */
		" FROM (SELECT first, line, sum(bytes) OVER (ORDER BY last)"
		" - bytes AS before FROM (SELECT first, last, bytes, line"
		" FROM holdfast.batch WHERE " MINE("") " AND epoch = $4::int8"
		" AND last >= $5::int8 ORDER BY last LIMIT $7::int8) d) b,"
		" unnest(b.line) WITH ORDINALITY AS x (line, n)"
		" WHERE b.before <= $8::int8"
		" AND b.first + x.n - 1 BETWEEN $5::int8 AND $6::int8"
		" ORDER BY 1 LIMIT $7::int8) a) c"
		" WHERE n = 1 OR bytes <= $8::int8 ORDER BY sequence"},
	ROW(SQL_EPOCHS) = {"epochs", SQL_READS,
		"SELECT epoch, first, from_epoch, from_sequence"
		" FROM holdfast.register_epoch WHERE " MINE("")
		" ORDER BY epoch"},
	ROW(SQL_EXCEPTION_ADD) = {"exception_add", SQL_WRITES,
		"INSERT INTO holdfast.exception (part, tenant, register,"
		" kind, epoch, sequence, detail)"
		" VALUES ($1::int2, $2::uuid, $3::uuid, $4::text, $5::int8,"
		" $6::int8, $7::text) ON CONFLICT (part, tenant, register,"
		" kind, epoch, sequence) DO UPDATE SET state = 'open',"
		" since = now(), closed = NULL, closed_by = NULL,"
		" reason = NULL WHERE exception.state = 'closed'"},
	ROW(SQL_SEEN) = {"seen", SQL_WRITES,
		"UPDATE holdfast.register SET seen = now(),"
		" offset_ms = $4::int8, backlog_count = $5::int8,"
		" backlog_oldest = $6::timestamptz WHERE " MINE("")},
	ROW(SQL_HELLO) = {"hello", SQL_WRITES,
		"UPDATE holdfast.register SET nonce = $5::text,"
		" machine = $6::text, product = $7::text, seen = now()"
		" WHERE " MINE("") " AND (nonce = $4::text"
		" OR nonce = $5::text"
		/* a hub that was put back: the worker counts its starts */
		" OR " STARTS("$4::text") " > " STARTS("nonce") ")"},
	ROW(SQL_FEEDS_OF) = {"feeds_of", SQL_READS,
		"SELECT f.feed, f.rev, (SELECT w.sequence"
		" FROM holdfast.follow w WHERE " MINE("w.") ")"
		" FROM holdfast.feed f WHERE f.part = $1::int2"
		" AND f.tenant = $2::uuid ORDER BY f.feed LIMIT 16"},
	ROW(SQL_CENSUS) = {"census", SQL_READS,
		"SELECT count(*) FILTER (WHERE kind = 'till'"
		" AND state <> 'revoked' AND seen > now() - interval '5 minutes'),"
		" count(*) FILTER (WHERE kind = 'till' AND state = 'live'"
		" AND (seen IS NULL"
		" OR seen <= now() - interval '5 minutes')),"
		" count(*) FILTER (WHERE state = 'revoked'),"
		" coalesce(extract(epoch FROM now() - min(head_at)"
		" FILTER (WHERE $3::bool AND (durable_epoch < epoch"
		" OR durable_sequence < sequence))), 0)::int8"
		" FROM holdfast.register"
		" WHERE part = $1::int2 AND tenant = $2::uuid"},
	ROW(SQL_EXCEPTIONS_OPEN) = {"exceptions_open", SQL_READS,
		"SELECT kind, count(*) FROM holdfast.exception"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND state = 'open' GROUP BY kind"},
	/* so that the table has an end */
	ROW(SQL_INGEST_END) = {"", SQL_CONTROL, ""},
};

/* clang-format on */

const struct sql_row *
sql_ingest_row(enum sql which)
{
	return &table[which - SQL_INGEST_BEGIN];
}
