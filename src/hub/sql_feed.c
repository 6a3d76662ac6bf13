/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/sql_internal.h"

#include "base/poison.h"

/* clang-format off */
#define ROW(which) [(which) - SQL_FEED_BEGIN]

/*
 * A feed's revisions come from its row of holdfast.feed, which the one
 * statement that writes items locks before it writes them: so they appear in
 * the order of their numbers, and who reads behind a cursor misses nothing.
 * Arguments of both forms: $3 feed, $4 scope, $5 scope_id, $6 all that is not
 * given goes; what is given already as it is takes no number.  A million rows
 * meet tables that nobody has analyzed yet, so no form is used that is quick
 * by one plan and takes hours by another.
 */
#define SAME_SCOPE(i) \
	i ".part = $1::int2 AND " i ".tenant = $2::uuid" \
	" AND " i ".feed = $3::text AND " i ".scope = $4::text" \
	" AND " i ".scope_id = $5::uuid"

#define THERE(e) \
	"EXISTS (SELECT 1 FROM holdfast.feed_item t WHERE " SAME_SCOPE("t") \
	" AND t.key = " e ".key AND t.valid_from = " e ".valid_from" \
	" AND NOT t.deleted)"

/* Of a million: both sides sorted once. */
#define CHANGED_OF_MANY \
	", changed AS (SELECT e.key, e.valid_from, e.deleted, e.body FROM (" \
	"SELECT g.key, g.valid_from, g.deleted, g.body FROM given g" \
	" EXCEPT SELECT i.key, i.valid_from, i.deleted, i.body" \
	" FROM holdfast.feed_item i WHERE " SAME_SCOPE("i") ") e" \
	" WHERE NOT e.deleted OR " THERE("e") ")"

/* Of a few: what is there of their keys, taken once. */
#define CHANGED_OF_FEW \
	", present AS MATERIALIZED (SELECT i.key, i.valid_from, i.deleted," \
	" i.body FROM holdfast.feed_item i WHERE " SAME_SCOPE("i") \
	" AND i.key = ANY ($8::text[]))" \
	", changed AS (SELECT g.key, g.valid_from, g.deleted, g.body" \
	" FROM given g LEFT JOIN present i ON i.key = g.key" \
	" AND i.valid_from = g.valid_from" \
	" WHERE CASE WHEN i.key IS NULL THEN NOT g.deleted" \
	" ELSE i.deleted <> g.deleted OR i.body IS DISTINCT FROM g.body END)"

#define WRITE_CHANGED \
	", gone AS (" \
	"SELECT e.key, e.valid_from, true AS deleted, NULL::bytea AS body" \
	" FROM (SELECT i.key, i.valid_from FROM holdfast.feed_item i" \
	" WHERE $6::bool AND " SAME_SCOPE("i") " AND NOT i.deleted" \
	" EXCEPT SELECT g.key, g.valid_from FROM given g) e)" \
	", work AS (" \
	"SELECT w.key, w.valid_from, w.deleted, w.body," \
	" row_number() OVER (ORDER BY w.key, w.valid_from) AS rn" \
	" FROM (SELECT * FROM changed UNION ALL SELECT * FROM gone) w)" \
	", bump AS (" \
	"UPDATE holdfast.feed f SET rev = f.rev + c.n" \
	" FROM (SELECT count(*) AS n FROM work) c" \
	" WHERE f.part = $1::int2 AND f.tenant = $2::uuid" \
	" AND f.feed = $3::text RETURNING f.rev - c.n AS base)" \
	", written AS (" \
	"INSERT INTO holdfast.feed_item AS t (part, tenant, feed, scope," \
	" scope_id, key, valid_from, rev, deleted, body)" \
	" SELECT $1::int2, $2::uuid, $3::text, $4::text, $5::uuid, w.key," \
	" w.valid_from, b.base + w.rn, w.deleted, w.body" \
	" FROM work w CROSS JOIN bump b" \
	" ON CONFLICT (part, tenant, feed, scope, scope_id, key, valid_from)" \
	" DO UPDATE SET rev = excluded.rev, deleted = excluded.deleted," \
	" body = excluded.body, changed = now() RETURNING t.deleted)" \
	" SELECT (SELECT count(*) FROM given)," \
	" (SELECT count(*) FROM written WHERE NOT deleted)," \
	" (SELECT count(*) FROM written WHERE deleted)," \
	" (SELECT base FROM bump)"


static const struct sql_row table[SQL_FEED_END - SQL_FEED_BEGIN] = {
	ROW(SQL_FEED_MAKE) = {"feed_make", SQL_WRITES,
		"INSERT INTO holdfast.feed (part, tenant, feed, epoch, rev)"
		" VALUES ($1::int2, $2::uuid, $3::text, $4::text, 0)"
		" ON CONFLICT (part, tenant, feed) DO NOTHING"},
	ROW(SQL_FEED_STAGE) = {"feed_stage", SQL_WRITES,
		"INSERT INTO holdfast.feed_stage (part, tenant, load, n, key,"
		" valid_from, deleted, body)"
		" SELECT $1::int2, $2::uuid, $3::uuid, u.n, u.key,"
		" u.valid_from, u.body IS NULL, u.body"
		" FROM unnest($4::int8[], $5::text[], $6::timestamptz[],"
		" $7::bytea[]) AS u(n, key, valid_from, body)"},
	ROW(SQL_FEED_PATIENCE) = {"feed_patience", SQL_READS,
		"SELECT set_config('statement_timeout', '900s', true)"
		" FROM holdfast.feed WHERE part = $1::int2"
		" AND tenant = $2::uuid AND feed = $3::text"},
	ROW(SQL_FEED_LOAD) = {"feed_load", SQL_WRITES,
		"WITH given AS (SELECT DISTINCT ON (s.key, s.valid_from)"
		" s.key, s.valid_from, s.deleted, s.body, s.n"
		" FROM holdfast.feed_stage s WHERE s.part = $1::int2"
		" AND s.tenant = $2::uuid AND s.load = $7::uuid"
		" ORDER BY s.key, s.valid_from, s.n DESC)"
		CHANGED_OF_MANY WRITE_CHANGED},
	ROW(SQL_FEED_STAGE_CLEAR) = {"feed_stage_clear", SQL_WRITES,
		"DELETE FROM holdfast.feed_stage WHERE part = $1::int2"
		" AND tenant = $2::uuid AND load = $3::uuid"},
	ROW(SQL_FEED_PUT) = {"feed_put", SQL_WRITES,
		"WITH given AS (SELECT DISTINCT ON (u.key, u.valid_from)"
		" u.key, u.valid_from, u.body IS NULL AS deleted, u.body, u.n"
		" FROM unnest($7::int8[], $8::text[], $9::timestamptz[],"
		" $10::bytea[]) AS u(n, key, valid_from, body)"
		" ORDER BY u.key, u.valid_from, u.n DESC)"
		CHANGED_OF_FEW WRITE_CHANGED},
	ROW(SQL_FEED_DROP) = {"feed_drop", SQL_WRITES,
		"WITH work AS (SELECT i.scope_id, i.key, i.valid_from,"
		" row_number() OVER (ORDER BY i.key, i.scope_id, i.valid_from)"
		" AS rn FROM holdfast.feed_item i WHERE i.part = $1::int2"
		" AND i.tenant = $2::uuid AND i.feed = $3::text"
		" AND i.scope = 'register' AND i.scope_id <> $5::uuid"
		" AND i.key = ANY ($4::text[]) AND NOT i.deleted)"
		", bump AS (UPDATE holdfast.feed f SET rev = f.rev + c.n"
		" FROM (SELECT count(*) AS n FROM work) c"
		" WHERE f.part = $1::int2 AND f.tenant = $2::uuid"
		" AND f.feed = $3::text RETURNING f.rev - c.n AS base)"
		" UPDATE holdfast.feed_item t SET deleted = true, body = NULL,"
		" rev = b.base + w.rn, changed = now()"
		" FROM work w CROSS JOIN bump b WHERE t.part = $1::int2"
		" AND t.tenant = $2::uuid AND t.feed = $3::text"
		" AND t.scope = 'register' AND t.scope_id = w.scope_id"
		" AND t.key = w.key AND t.valid_from = w.valid_from"},
	/* as far as $8 bytes of bodies go, but one at the least; `asked' is
	 * how many there were without that */
	ROW(SQL_FEED_PAGE) = {"feed_page", SQL_READS,
		"SELECT f.epoch, f.rev, f.kept, p.key, p.rev, p.deleted,"
		" p.scope, p.valid_from, p.body, p.asked"
		" FROM holdfast.feed f LEFT JOIN LATERAL ("
		"SELECT q.* FROM (SELECT i.*, count(*) OVER () AS asked,"
		" row_number() OVER (ORDER BY i.rev) AS rn,"
		" sum(octet_length(coalesce(i.body, '')) + octet_length(i.key)"
		" + 120) OVER (ORDER BY i.rev) AS total"
		" FROM (SELECT t.key, t.rev, t.deleted, t.scope, t.valid_from,"
		" t.body FROM holdfast.feed_item t WHERE t.part = $1::int2"
		" AND t.tenant = $2::uuid AND t.feed = $3::text"
		" AND t.rev > $4::int8 AND ($4::int8 > 0 OR NOT t.deleted)"
		" AND (t.scope = 'tenant'"
		" OR (t.scope = 'store' AND t.scope_id = $5::uuid)"
		" OR (t.scope = 'register' AND t.scope_id = $6::uuid))"
		" ORDER BY t.rev LIMIT $7::int8) i) q"
		" WHERE q.rn = 1 OR q.total <= $8::int8) p ON true"
		" WHERE f.part = $1::int2 AND f.tenant = $2::uuid"
		" AND f.feed = $3::text ORDER BY p.rev"},
	ROW(SQL_FEED_HEADS) = {"feed_heads", SQL_READS,
		"SELECT feed, rev, epoch FROM holdfast.feed"
		" WHERE part = $1::int2 AND tenant = $2::uuid ORDER BY feed"},
	ROW(SQL_FEED_ITEMS) = {"feed_items", SQL_READS,
		"SELECT key, rev, scope, scope_id, valid_from, body"
		" FROM holdfast.feed_item"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND feed = $3::text AND NOT deleted"
		" AND (key, scope, scope_id, valid_from) >"
		" ($4::text, $5::text, $6::uuid, $7::timestamptz)"
		" ORDER BY key, scope, scope_id, valid_from LIMIT $8::int8"},
	ROW(SQL_FEED_ITEM) = {"feed_item", SQL_READS,
		"SELECT scope, scope_id, body, deleted FROM holdfast.feed_item"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND feed = $3::text AND key = $4::text"
		" AND (scope = 'tenant'"
		" OR (scope = 'store' AND scope_id = $5::uuid)"
		" OR (scope = 'register' AND scope_id = $6::uuid)"
		" OR $7::bool)"
		" ORDER BY CASE scope WHEN 'register' THEN 0 WHEN 'store'"
		" THEN 1 ELSE 2 END"},
	ROW(SQL_FEED_EPOCH) = {"feed_epoch", SQL_WRITES,
		"UPDATE holdfast.feed SET epoch = $4::text,"
		" rev = (greatest(rev, $6::int8) / 1000000000 + 1)"
		" * 1000000000, kept = 0"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND feed = $3::text AND epoch = $5::text"},
	ROW(SQL_FEED_FLOOR) = {"feed_floor", SQL_WRITES,
		"UPDATE holdfast.feed f SET kept = greatest(f.kept, o.rev)"
		" FROM (SELECT max(i.rev) AS rev FROM holdfast.feed_item i"
		" WHERE i.part = $1::int2 AND i.tenant = $2::uuid"
		" AND i.feed = $3::text AND i.deleted"
		" AND i.changed < $4::timestamptz) o"
		" WHERE f.part = $1::int2 AND f.tenant = $2::uuid"
		" AND f.feed = $3::text AND o.rev IS NOT NULL"},
	ROW(SQL_FEED_PRUNE) = {"feed_prune", SQL_WRITES,
		"DELETE FROM holdfast.feed_item WHERE part = $1::int2"
		" AND tenant = $2::uuid AND feed = $3::text AND deleted"
		" AND changed < $4::timestamptz"},
	ROW(SQL_FOLLOW_GET) = {"follow_get", SQL_READS,
		"SELECT epoch, sequence FROM holdfast.follow"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND register = $3::uuid"},
	ROW(SQL_FOLLOW_SET) = {"follow_set", SQL_WRITES,
		"INSERT INTO holdfast.follow AS f (part, tenant, register,"
		" epoch, sequence) VALUES ($1::int2, $2::uuid, $3::uuid,"
		" $4::int8, $5::int8)"
		" ON CONFLICT (part, tenant, register) DO UPDATE"
		" SET epoch = excluded.epoch, sequence = excluded.sequence,"
		" changed = now()"
		" WHERE (f.epoch, f.sequence) = ($6::int8, $7::int8)"},
	ROW(SQL_FOLLOW_LINES) = {"follow_lines", SQL_READS,
		"SELECT epoch, sequence, type, line FROM (SELECT b.epoch,"
		" b.first + x.n - 1 AS sequence, x.type, x.line FROM"
		" (SELECT epoch, first, type, line FROM holdfast.batch"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND register = $3::uuid AND own"
		" AND (epoch, last) > ($4::int8, $5::int8)"
		" ORDER BY epoch, last LIMIT 16) b,"
		" unnest(b.type, b.line) WITH ORDINALITY"
		" AS x (type, line, n)) y"
		" WHERE type IN (" SQL_OWN_TYPES ")"
		" AND (epoch, sequence) > ($4::int8, $5::int8)"
		" ORDER BY epoch, sequence LIMIT 16"},
	ROW(SQL_PERSON_KEY_PUT) = {"person_key_put", SQL_WRITES,
		"INSERT INTO holdfast.person_key (part, tenant, person, sealed)"
		" VALUES ($1::int2, $2::uuid, $3::uuid, $4::bytea)"},
	ROW(SQL_PERSON_KEY_GET) = {"person_key_get", SQL_READS,
		"SELECT sealed FROM holdfast.person_key"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND person = $3::uuid"},
	ROW(SQL_PERSON_KEY_DROP) = {"person_key_drop", SQL_WRITES,
		"DELETE FROM holdfast.person_key WHERE part = $1::int2"
		" AND tenant = $2::uuid AND person = $3::uuid"},
	ROW(SQL_SALVAGE_LIST) = {"salvage_list", SQL_READS,
		"SELECT epoch, count(*), min(sequence), max(sequence), decision"
		" FROM holdfast.fork_event WHERE part = $1::int2"
		" AND tenant = $2::uuid AND register = $3::uuid"
		" GROUP BY epoch, decision ORDER BY epoch, decision"},
	ROW(SQL_SALVAGE_DECIDE) = {"salvage_decide", SQL_WRITES,
		"UPDATE holdfast.fork_event SET decision = $5::text,"
		" decided = now(), decided_by = $6::text, reason = $7::text"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND register = $3::uuid AND epoch = $4::int8"
		" AND decision IS NULL"},
	ROW(SQL_SALVAGE_LINES) = {"salvage_lines", SQL_READS,
		"SELECT sequence, hash, line FROM holdfast.fork_event"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND register = $3::uuid AND epoch = $4::int8"
		" AND (sequence > $5::int8 OR (sequence = $5::int8"
		" AND hash > $6::bytea)) ORDER BY sequence, hash LIMIT 100"},
	ROW(SQL_EXCEPTION_CLOSE) = {"exception_close", SQL_WRITES,
		"UPDATE holdfast.exception SET state = 'closed',"
		" closed = now(), closed_by = $5::text, reason = $6::text"
		" WHERE part = $1::int2 AND tenant = $2::uuid"
		" AND register = $3::uuid AND epoch = $4::int8"
		" AND kind IN ('fork', 'fenced', 'clone')"
		" AND state = 'open'"},
	ROW(SQL_SALVAGE_READ) = {"salvage_read", SQL_READS,
		"SELECT f.epoch, f.sequence, f.hash, f.line, f.received,"
		" f.decided, f.decided_by, f.reason"
		" FROM holdfast.fork_event f WHERE f.part = $1::int2"
		" AND f.tenant = $2::uuid AND f.register = $3::uuid"
		" AND f.decision = 'accept' AND (f.epoch, f.sequence, f.hash)"
		" > ($4::int8, $5::int8, $6::bytea)"
		" AND f.hash IS DISTINCT FROM (SELECT CASE"
		" WHEN b.first <= f.sequence"
		" THEN b.hash[(f.sequence - b.first + 1)::int4] END"
		" FROM holdfast.batch b WHERE b.part = $1::int2"
		" AND b.tenant = $2::uuid AND b.register = $3::uuid"
		" AND b.epoch = f.epoch AND b.last >= f.sequence"
		" ORDER BY b.last LIMIT 1)"
		" ORDER BY f.epoch, f.sequence, f.hash LIMIT 32"},
};

/* clang-format on */

const struct sql_row *
sql_feed_row(enum sql which)
{
	return &table[which - SQL_FEED_BEGIN];
}
