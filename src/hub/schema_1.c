/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/schema.h"

#include "base/poison.h"

/* clang-format off */
#define POLICY "tenant = current_setting('holdfast.tenant')::uuid"

/* Behind each table: nobody sees a row of another tenant, the owner neither,
 * and a session that names no tenant gets an error. */
#define GUARD(t, rights) \
	"ALTER TABLE holdfast." t " ENABLE ROW LEVEL SECURITY", \
	"ALTER TABLE holdfast." t " FORCE ROW LEVEL SECURITY", \
	"CREATE POLICY tenant_only ON holdfast." t \
	" USING (" POLICY ") WITH CHECK (" POLICY ")", \
	"GRANT " rights " ON holdfast." t " TO " SCHEMA_SERVICE

#define KEY "part smallint NOT NULL, tenant uuid NOT NULL, "

const char *const schema_1[] = {
	/* --- of the hub itself: tenant is all zeros --- */
	"CREATE TABLE holdfast.hub (" KEY
	" hub uuid NOT NULL,"
	" sign_key bytea NOT NULL CHECK (octet_length(sign_key) = 32),"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant))",
	GUARD("hub", "SELECT"),

	/* who is here, for what goes through all of them */
	"CREATE TABLE holdfast.tenant_list (" KEY
	" listed uuid NOT NULL,"
	" listed_part smallint NOT NULL,"
	" name text NOT NULL,"
	" residency text NOT NULL,"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, listed))",
	GUARD("tenant_list", "SELECT, INSERT, UPDATE"),

	/* one-time codes, in the part of the register they let in; whose it
	 * is, only the row knows */
	"CREATE TABLE holdfast.code (" KEY
	" hash bytea NOT NULL CHECK (octet_length(hash) = 32),"
	" for_tenant uuid NOT NULL,"
	" register uuid NOT NULL,"
	" kind text NOT NULL CHECK (kind IN ('enroll', 'restore')),"
	" made timestamptz NOT NULL DEFAULT now(),"
	" expires timestamptz NOT NULL,"
	" used timestamptz,"
	" used_link bytea,"
	" withdrawn timestamptz,"
	" PRIMARY KEY (part, tenant, hash))",
	GUARD("code", "SELECT, INSERT, UPDATE"),

	/* --- of a tenant, in its own part --- */
	"CREATE TABLE holdfast.tenant (" KEY
	" name text NOT NULL,"
	" residency text NOT NULL,"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant))",
	GUARD("tenant", "SELECT, INSERT, UPDATE"),

	"CREATE TABLE holdfast.administrator (" KEY
	" administrator uuid NOT NULL,"
	" name text NOT NULL,"
	" public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),"
	" since timestamptz NOT NULL DEFAULT now(),"
	" revoked timestamptz,"
	" seen timestamptz,"
	" PRIMARY KEY (part, tenant, administrator))",
	GUARD("administrator", "SELECT, INSERT, UPDATE"),

	"CREATE TABLE holdfast.store (" KEY
	" store uuid NOT NULL,"
	" store_part smallint NOT NULL,"
	" name text NOT NULL,"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, store))",
	GUARD("store", "SELECT, INSERT, UPDATE"),

	/* where each register's rows are, for lists and for following */
	"CREATE TABLE holdfast.register_list (" KEY
	" register uuid NOT NULL,"
	" store uuid NOT NULL,"
	" store_part smallint NOT NULL,"
	" number text NOT NULL,"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, register))",
	GUARD("register_list", "SELECT, INSERT, UPDATE"),

	/* what was done at the hub, each with the hash of the one before */
	"CREATE TABLE holdfast.act_head (" KEY
	" sequence bigint NOT NULL,"
	" hash bytea NOT NULL CHECK (octet_length(hash) = 32),"
	" PRIMARY KEY (part, tenant))",
	GUARD("act_head", "SELECT, INSERT, UPDATE"),

	"CREATE TABLE holdfast.act (" KEY
	" sequence bigint NOT NULL,"
	" at timestamptz NOT NULL,"
	" actor text NOT NULL,"
	" what text NOT NULL,"
	" detail text NOT NULL,"
	" hash bytea NOT NULL CHECK (octet_length(hash) = 32),"
	" PRIMARY KEY (part, tenant, sequence))",
	GUARD("act", "SELECT, INSERT"),

	/* feeds: a counter each, and items that have its values */
	"CREATE TABLE holdfast.feed (" KEY
	" feed text NOT NULL,"
	" epoch text NOT NULL,"
	" rev bigint NOT NULL,"
	" kept bigint NOT NULL DEFAULT 0,"
	" PRIMARY KEY (part, tenant, feed))",
	GUARD("feed", "SELECT, INSERT, UPDATE"),

	"CREATE TABLE holdfast.feed_item (" KEY
	" feed text NOT NULL,"
	" scope text NOT NULL CHECK (scope IN ('tenant', 'store',"
	" 'register')),"
	" scope_id uuid NOT NULL,"
	" key text NOT NULL,"
	" rev bigint NOT NULL,"
	" deleted boolean NOT NULL DEFAULT false,"
	" valid_from timestamptz NOT NULL DEFAULT 'epoch',"
	" body bytea,"
	" changed timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, feed, scope, scope_id, key,"
	" valid_from))",
	"CREATE INDEX feed_item_rev ON holdfast.feed_item"
	" (part, tenant, feed, rev)",
	GUARD("feed_item", "SELECT, INSERT, UPDATE, DELETE"),

	/* an import on its way: what one transaction puts in it also takes
	 * out */
	"CREATE TABLE holdfast.feed_stage (" KEY
	" load uuid NOT NULL,"
	" n bigint NOT NULL,"
	" key text NOT NULL,"
	" valid_from timestamptz NOT NULL,"
	" deleted boolean NOT NULL,"
	" body bytea,"
	" PRIMARY KEY (part, tenant, load, n))",
	GUARD("feed_stage", "SELECT, INSERT, DELETE"),

	/* up to which line of a register its own changes are in the feeds */
	"CREATE TABLE holdfast.follow (" KEY
	" register uuid NOT NULL,"
	" epoch bigint NOT NULL,"
	" sequence bigint NOT NULL,"
	" changed timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, register))",
	GUARD("follow", "SELECT, INSERT, UPDATE"),

	/* the key of one person, sealed by the hub's own, which is outside */
	"CREATE TABLE holdfast.person_key (" KEY
	" person uuid NOT NULL,"
	" sealed bytea NOT NULL,"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, person))",
	GUARD("person_key", "SELECT, INSERT, UPDATE, DELETE"),

	/* --- of a register, in its store's part --- */
	"CREATE TABLE holdfast.register (" KEY
	" register uuid NOT NULL,"
	" store uuid NOT NULL,"
	" tenant_part smallint NOT NULL,"
	" residency text NOT NULL,"
	" tenant_name text NOT NULL,"
	" store_name text NOT NULL,"
	" number text NOT NULL,"
	" since timestamptz NOT NULL DEFAULT now(),"
	/* from enrolment on: */
	" state text NOT NULL DEFAULT 'new'"
	" CHECK (state IN ('new', 'live', 'revoked')),"
	" source text,"
	" sign_key bytea CHECK (octet_length(sign_key) = 32),"
	" link_key bytea CHECK (octet_length(link_key) = 32),"
	" box_key bytea CHECK (octet_length(box_key) = 32),"
	" nonce text,"
	" machine text,"
	" product text,"
	/* the head: epoch 0 and sequence 0, nothing is here */
	" epoch bigint NOT NULL DEFAULT 0,"
	" sequence bigint NOT NULL DEFAULT 0,"
	" hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex')"
	" CHECK (octet_length(hash) = 32),"
	" head_at timestamptz,"
	" durable_epoch bigint NOT NULL DEFAULT 0,"
	" durable_sequence bigint NOT NULL DEFAULT 0,"
	" quarantined bigint NOT NULL DEFAULT 0,"
	/* what it said of itself last */
	" seen timestamptz,"
	" offset_ms bigint,"
	" backlog_count bigint,"
	" backlog_oldest timestamptz,"
	" PRIMARY KEY (part, tenant, register))",
	GUARD("register", "SELECT, INSERT, UPDATE"),

	/* every link a register ever had: who is fenced still has something
	 * to hand in */
	"CREATE TABLE holdfast.register_link (" KEY
	" register uuid NOT NULL,"
	" link_key bytea NOT NULL CHECK (octet_length(link_key) = 32),"
	" sign_key bytea NOT NULL CHECK (octet_length(sign_key) = 32),"
	" state text NOT NULL CHECK (state IN ('live', 'fenced', 'revoked')),"
	" machine text,"
	" since timestamptz NOT NULL DEFAULT now(),"
	" ended timestamptz,"
	" PRIMARY KEY (part, tenant, register, link_key))",
	GUARD("register_link", "SELECT, INSERT, UPDATE"),

	"CREATE TABLE holdfast.register_epoch (" KEY
	" register uuid NOT NULL,"
	" epoch bigint NOT NULL,"
	" first bigint NOT NULL,"
	" from_epoch bigint,"
	" from_sequence bigint,"
	" from_hash bytea,"
	" sign_key bytea CHECK (octet_length(sign_key) = 32),"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, register, epoch))",
	GUARD("register_epoch", "SELECT, INSERT, UPDATE"),

	/* the lines, byte for byte, as many to a row as came together: a row
	 * and its key cost what forty lines do.  By their last, because what
	 * is looked for is mostly near the head.  There is no right to change
	 * one. */
	"CREATE TABLE holdfast.batch (" KEY
	" register uuid NOT NULL,"
	" epoch bigint NOT NULL,"
	" first bigint NOT NULL,"
	" last bigint NOT NULL,"
	" received timestamptz NOT NULL DEFAULT now(),"
	/* there are lines in it that change what feeds say */
	" own boolean NOT NULL,"
	" bytes bigint NOT NULL,"
	" type text[] NOT NULL,"
	" at timestamptz[] NOT NULL,"
	" hash bytea[] NOT NULL,"
	" line bytea[] NOT NULL,"
	" PRIMARY KEY (part, tenant, register, epoch, last),"
	" CHECK (first >= 1 AND last = first + cardinality(line) - 1"
	" AND cardinality(type) = cardinality(line)"
	" AND cardinality(at) = cardinality(line)"
	" AND cardinality(hash) = cardinality(line)))",
	/* the few: sales are not in it */
	"CREATE INDEX batch_own ON holdfast.batch"
	" (part, tenant, register, epoch, last) WHERE own",
	GUARD("batch", "SELECT, INSERT"),
	/* a line a row, for people and for what comes to understand them */
	"CREATE VIEW holdfast.event AS SELECT b.part, b.tenant, b.register,"
	" b.epoch, b.first + x.n - 1 AS sequence, x.type, x.at, b.received,"
	" x.hash, x.line FROM holdfast.batch b, unnest(b.type, b.at, b.hash,"
	" b.line) WITH ORDINALITY AS x (type, at, hash, line, n)",
	"GRANT SELECT ON holdfast.event TO " SCHEMA_SERVICE,

	/* lines that are none: the bytes stand in batch, with type '' */
	"CREATE TABLE holdfast.quarantine (" KEY
	" register uuid NOT NULL,"
	" epoch bigint NOT NULL,"
	" sequence bigint NOT NULL,"
	" reason text NOT NULL,"
	" received timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, register, epoch, sequence))",
	GUARD("quarantine", "SELECT, INSERT"),

	/* what a superseded or copied log said, until somebody decides */
	"CREATE TABLE holdfast.fork_event (" KEY
	" register uuid NOT NULL,"
	" epoch bigint NOT NULL,"
	" sequence bigint NOT NULL,"
	" hash bytea NOT NULL CHECK (octet_length(hash) = 32),"
	" type text NOT NULL,"
	" at timestamptz,"
	" received timestamptz NOT NULL DEFAULT now(),"
	" line bytea NOT NULL,"
	" decision text CHECK (decision IN ('accept', 'reject')),"
	" decided timestamptz,"
	" decided_by text,"
	" reason text,"
	" PRIMARY KEY (part, tenant, register, epoch, sequence, hash))",
	GUARD("fork_event", "SELECT, INSERT, UPDATE"),

	"CREATE TABLE holdfast.exception (" KEY
	" register uuid NOT NULL,"
	" kind text NOT NULL,"
	" epoch bigint NOT NULL,"
	" sequence bigint NOT NULL,"
	" detail text NOT NULL,"
	" state text NOT NULL DEFAULT 'open'"
	" CHECK (state IN ('open', 'closed')),"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, register, kind, epoch, sequence))",
	GUARD("exception", "SELECT, INSERT, UPDATE"),

	/* a register's keys of persons, sealed by the hub's own */
	"CREATE TABLE holdfast.register_persons (" KEY
	" register uuid NOT NULL,"
	" sealed bytea NOT NULL,"
	" changed timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, register))",
	GUARD("register_persons", "SELECT, INSERT, UPDATE, DELETE"),

	/* heads as a backup began, until somebody says that it is good */
	"CREATE TABLE holdfast.durable_mark (" KEY
	" mark uuid NOT NULL,"
	" register uuid NOT NULL,"
	" epoch bigint NOT NULL,"
	" sequence bigint NOT NULL,"
	" since timestamptz NOT NULL DEFAULT now(),"
	" PRIMARY KEY (part, tenant, mark, register))",
	GUARD("durable_mark", "SELECT, INSERT, DELETE"),
	NULL,
};
/* clang-format on */
