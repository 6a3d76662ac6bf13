/* SPDX-License-Identifier: Apache-2.0 */
/* Members of lines about how a store is kept: drafts of its configuration,
 * archives, keys; the rules of wire/table.c hold. */
#include "wire/wire_internal.h"

#include "base/poison.h"

static const struct wire_member draft_member[] = {
	{"version", WIRE_TEXT, false, offsetof(struct event_draft, version),
		NULL},
	{"base", WIRE_TEXT, true, offsetof(struct event_draft, base), NULL},
	{"text", WIRE_TEXT, false, offsetof(struct event_draft, text), NULL},
	{"note", WIRE_TEXT, true, offsetof(struct event_draft, note), NULL},
	{"effective", WIRE_TIME, true, offsetof(struct event_draft, effective),
		NULL},
	{"why", WIRE_TEXT, true, offsetof(struct event_draft, why), NULL},
	{"origin", WIRE_TEXT, true, offsetof(struct event_draft, origin), NULL},
};

static const struct wire_member draft_approved_member[] = {
	{"version", WIRE_TEXT, false,
		offsetof(struct event_draft_approved, version), NULL},
	{"author", WIRE_TEXT, false,
		offsetof(struct event_draft_approved, author), NULL},
	{"effective", WIRE_TIME, true,
		offsetof(struct event_draft_approved, effective), NULL},
	{"note", WIRE_TEXT, true, offsetof(struct event_draft_approved, note),
		NULL},
};

static const struct wire_member draft_dropped_member[] = {
	{"version", WIRE_TEXT, false,
		offsetof(struct event_draft_dropped, version), NULL},
	{"why", WIRE_TEXT, true, offsetof(struct event_draft_dropped, why),
		NULL},
};

static const struct wire_member archive_member[] = {
	{"number", WIRE_INT, false, offsetof(struct event_archive, number),
		NULL},
	{"first", WIRE_INT, false, offsetof(struct event_archive, first), NULL},
	{"last", WIRE_INT, false, offsetof(struct event_archive, last), NULL},
	{"first_hash", WIRE_TEXT, false,
		offsetof(struct event_archive, first_hash), NULL},
	{"last_hash", WIRE_TEXT, false,
		offsetof(struct event_archive, last_hash), NULL},
	{"segments", WIRE_INT, false, offsetof(struct event_archive, segments),
		NULL},
	{"bytes", WIRE_INT, false, offsetof(struct event_archive, bytes), NULL},
	{"manifest", WIRE_TEXT, false, offsetof(struct event_archive, manifest),
		NULL},
	{"destination", WIRE_TEXT, true,
		offsetof(struct event_archive, destination), NULL},
	{"sales", WIRE_INT, true, offsetof(struct event_archive, sales), NULL},
	{"gross", WIRE_INT, true, offsetof(struct event_archive, gross), NULL},
	{"grand", WIRE_INT, true, offsetof(struct event_archive, grand), NULL},
};

static const struct wire_member purge_member[] = {
	{"archive", WIRE_INT, false, offsetof(struct event_purge, archive),
		NULL},
	{"first", WIRE_INT, false, offsetof(struct event_purge, first), NULL},
	{"last", WIRE_INT, false, offsetof(struct event_purge, last), NULL},
	{"last_hash", WIRE_TEXT, false, offsetof(struct event_purge, last_hash),
		NULL},
	{"base", WIRE_TEXT, false, offsetof(struct event_purge, base), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_purge, reason), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_purge, approver),
		NULL},
};

static const struct wire_member key_member[] = {
	{"level", WIRE_TEXT, false, offsetof(struct event_key, level), NULL},
	{"generation", WIRE_INT, false, offsetof(struct event_key, generation),
		NULL},
	{"source", WIRE_TEXT, true, offsetof(struct event_key, source), NULL},
	{"public_key", WIRE_TEXT, true, offsetof(struct event_key, public_key),
		NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_key, reason), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_key, approver),
		NULL},
};

static const struct wire_member erased_member[] = {
	{"operator", WIRE_TEXT, false,
		offsetof(struct event_erased, operator_no), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_erased, reason),
		NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_erased, approver),
		NULL},
};

static const struct wire_member glass_member[] = {
	{"code", WIRE_TEXT, false, offsetof(struct event_glass, code), NULL},
};

static const struct wire_member glass_use_member[] = {
	{"operator", WIRE_TEXT, true,
		offsetof(struct event_glass_use, operator_no), NULL},
	{"purpose", WIRE_TEXT, false, offsetof(struct event_glass_use, purpose),
		NULL},
	{"why", WIRE_TEXT, false, offsetof(struct event_glass_use, why), NULL},
};

static const struct wire_member moved_member[] = {
	{"from", WIRE_TEXT, true, offsetof(struct event_moved, from), NULL},
	{"to", WIRE_TEXT, false, offsetof(struct event_moved, to), NULL},
	{"how", WIRE_TEXT, false, offsetof(struct event_moved, how), NULL},
	{"why", WIRE_TEXT, true, offsetof(struct event_moved, why), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_moved, approver),
		NULL},
};

static const struct wire_table keeping_tables[] = {
	{draft_member, ARRAY_LEN(draft_member), sizeof(struct event_draft)},
	{draft_approved_member, ARRAY_LEN(draft_approved_member),
		sizeof(struct event_draft_approved)},
	{draft_dropped_member, ARRAY_LEN(draft_dropped_member),
		sizeof(struct event_draft_dropped)},
	{archive_member, ARRAY_LEN(archive_member),
		sizeof(struct event_archive)},
	{purge_member, ARRAY_LEN(purge_member), sizeof(struct event_purge)},
	{key_member, ARRAY_LEN(key_member), sizeof(struct event_key)},
	{erased_member, ARRAY_LEN(erased_member), sizeof(struct event_erased)},
	{glass_member, ARRAY_LEN(glass_member), sizeof(struct event_glass)},
	{glass_use_member, ARRAY_LEN(glass_use_member),
		sizeof(struct event_glass_use)},
	{moved_member, ARRAY_LEN(moved_member), sizeof(struct event_moved)},
};

const struct wire_table *
wire_table_keeping(enum event_type type)
{
	/* in the order of enum event_type */
	if (type < EVENT_CONFIG_DRAFTED || type > EVENT_REGISTER_MOVED) {
		return wire_table_sync(type);
	}
	return &keeping_tables[type - EVENT_CONFIG_DRAFTED];
}
