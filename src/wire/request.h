/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WIRE_REQUEST_H
#define WIRE_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "core/event.h"

/**
 * wire/request - what a batch verb asks the running register to record: the
 * type and data of one event, as a JSON object in one file of inbox/.
 * {"type":"holdfast.catalog.imported.v1","actor":"1","data":{...}}
 * with "proof" between actor and data where there is one.
 * The register fills in the envelope.  holdfast-store(5).
 */
struct request {
	enum event_type type;
	const char *actor;
	const char *proof; /* that it is the actor who asks; NULL none */
	/* only .type, .data and .actor of it are set */
	struct event event;
};

MUST_CHECK enum rc request_encode(
	const struct request *r, struct sbuf *out, struct err *reterr);
/** RC_PROTO as wire_decode(); RC_DENIED a type no verb may ask for (only
 * catalog.imported, config.activated, export.done, copy.printed,
 * operator.changed, operator.unlocked, config.drafted, config.approved,
 * config.dropped, archive.made, key.changed, person.erased, glass.set, hub.enrolled; day.closed
 * and period.closed, which say which one: what it
 * comes to is the register's to say). */
MUST_CHECK enum rc request_decode(const char *text, size_t len,
	struct arena *a, struct request *ret, struct err *reterr);

#endif
