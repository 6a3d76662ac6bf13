/* SPDX-License-Identifier: Apache-2.0 */
/* Members of lines about a hub: whose register it is, what it has, what it
 * decided; the rules of wire/table.c hold. */
#include "wire/wire_internal.h"

#include "base/poison.h"

static const struct wire_member hub_member[] = {
	{"hub", WIRE_TEXT, false, offsetof(struct event_hub, hub), NULL},
	{"url", WIRE_TEXT, true, offsetof(struct event_hub, url), NULL},
	{"key", WIRE_TEXT, true, offsetof(struct event_hub, key), NULL},
	{"link", WIRE_TEXT, true, offsetof(struct event_hub, link), NULL},
	{"keyid", WIRE_TEXT, true, offsetof(struct event_hub, keyid), NULL},
	{"tenant", WIRE_TEXT, true, offsetof(struct event_hub, tenant), NULL},
	{"store", WIRE_TEXT, true, offsetof(struct event_hub, store), NULL},
	{"kind", WIRE_TEXT, false, offsetof(struct event_hub, kind), NULL},
	{"reason", WIRE_TEXT, true, offsetof(struct event_hub, reason), NULL},
	{"approver", WIRE_TEXT, true, offsetof(struct event_hub, approver),
		NULL},
};

static const struct wire_member hub_ack_member[] = {
	{"hub", WIRE_TEXT, false, offsetof(struct event_hub_ack, hub), NULL},
	{"epoch", WIRE_INT, false, offsetof(struct event_hub_ack, epoch), NULL},
	{"sequence", WIRE_INT, false, offsetof(struct event_hub_ack, sequence),
		NULL},
	{"hash", WIRE_TEXT, false, offsetof(struct event_hub_ack, hash), NULL},
	{"at", WIRE_TIME, false, offsetof(struct event_hub_ack, at), NULL},
	{"anchor", WIRE_TEXT, false, offsetof(struct event_hub_ack, anchor),
		NULL},
	{"durable", WIRE_INT, true, offsetof(struct event_hub_ack, durable),
		NULL},
};

static const struct wire_member hub_apart_member[] = {
	{"hub", WIRE_TEXT, false, offsetof(struct event_hub_apart, hub), NULL},
	{"epoch", WIRE_INT, false, offsetof(struct event_hub_apart, epoch),
		NULL},
	{"sequence", WIRE_INT, false,
		offsetof(struct event_hub_apart, sequence), NULL},
	{"hash", WIRE_TEXT, false, offsetof(struct event_hub_apart, hash),
		NULL},
	{"reason", WIRE_TEXT, false, offsetof(struct event_hub_apart, reason),
		NULL},
};

static const struct wire_member hub_refused_member[] = {
	{"kind", WIRE_TEXT, false, offsetof(struct event_hub_refused, kind),
		NULL},
	{"epoch", WIRE_INT, true, offsetof(struct event_hub_refused, epoch),
		NULL},
	{"sequence", WIRE_INT, true,
		offsetof(struct event_hub_refused, sequence), NULL},
	{"hash", WIRE_TEXT, true, offsetof(struct event_hub_refused, hash),
		NULL},
	{"detail", WIRE_TEXT, true, offsetof(struct event_hub_refused, detail),
		NULL},
};

static const struct wire_member feed_member[] = {
	{"feed", WIRE_TEXT, false, offsetof(struct event_feed, feed), NULL},
	{"epoch", WIRE_TEXT, false, offsetof(struct event_feed, epoch), NULL},
	{"revision", WIRE_INT, false, offsetof(struct event_feed, revision),
		NULL},
	{"version", WIRE_INT, true, offsetof(struct event_feed, version), NULL},
	{"items", WIRE_INT, true, offsetof(struct event_feed, items), NULL},
	{"refused", WIRE_INT, true, offsetof(struct event_feed, refused), NULL},
};

static const struct wire_member salvaged_member[] = {
	{"register", WIRE_UUID, false, offsetof(struct event_salvaged, reg),
		NULL},
	{"number", WIRE_TEXT, false, offsetof(struct event_salvaged, number),
		NULL},
	{"epoch", WIRE_INT, false, offsetof(struct event_salvaged, epoch),
		NULL},
	{"sequence", WIRE_INT, false, offsetof(struct event_salvaged, sequence),
		NULL},
	{"hash", WIRE_TEXT, false, offsetof(struct event_salvaged, hash), NULL},
	{"decided", WIRE_TIME, false, offsetof(struct event_salvaged, decided),
		NULL},
	{"reason", WIRE_TEXT, false, offsetof(struct event_salvaged, reason),
		NULL},
	{"piece", WIRE_INT, true, offsetof(struct event_salvaged, piece), NULL},
	{"pieces", WIRE_INT, true, offsetof(struct event_salvaged, pieces),
		NULL},
	{"line", WIRE_TEXT, false, offsetof(struct event_salvaged, line), NULL},
};

static const struct wire_member reference_member[] = {
	{"sequence", WIRE_INT, false,
		offsetof(struct event_reference, sequence), NULL},
	{"hash", WIRE_TEXT, false, offsetof(struct event_reference, hash),
		NULL},
};

static const struct wire_table reference_table = {reference_member,
	ARRAY_LEN(reference_member), sizeof(struct event_reference)};

static const struct wire_member discarded_member[] = {
	{"register", WIRE_UUID, false, offsetof(struct event_discarded, reg),
		NULL},
	{"number", WIRE_TEXT, false, offsetof(struct event_discarded, number),
		NULL},
	{"epoch", WIRE_INT, false, offsetof(struct event_discarded, epoch),
		NULL},
	{"decided", WIRE_TIME, false, offsetof(struct event_discarded, decided),
		NULL},
	{"reason", WIRE_TEXT, false, offsetof(struct event_discarded, reason),
		NULL},
	{"references", WIRE_LIST, false,
		offsetof(struct event_discarded, reference), &reference_table},
};

static const struct wire_table sync_tables[] = {
	{hub_member, ARRAY_LEN(hub_member), sizeof(struct event_hub)},
	{hub_ack_member, ARRAY_LEN(hub_ack_member),
		sizeof(struct event_hub_ack)},
	{hub_apart_member, ARRAY_LEN(hub_apart_member),
		sizeof(struct event_hub_apart)},
	{hub_refused_member, ARRAY_LEN(hub_refused_member),
		sizeof(struct event_hub_refused)},
	{feed_member, ARRAY_LEN(feed_member), sizeof(struct event_feed)},
	{salvaged_member, ARRAY_LEN(salvaged_member),
		sizeof(struct event_salvaged)},
	{discarded_member, ARRAY_LEN(discarded_member),
		sizeof(struct event_discarded)},
};

const struct wire_table *
wire_table_sync(enum event_type type)
{
	/* in the order of enum event_type */
	if (type < EVENT_HUB_ENROLLED || type > EVENT_SALVAGE_REJECTED) {
		return NULL;
	}
	return &sync_tables[type - EVENT_HUB_ENROLLED];
}
