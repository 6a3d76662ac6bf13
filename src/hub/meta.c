/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/meta.h"

#include <string.h>

#include "hub/admission.h"
#include "hub/db.h"

#include "base/poison.h"

#define IDENTITY_BYTES 2048
#define METRICS_BYTES 16384

enum rc
meta_identity(struct request *q, struct answer *a, struct err *reterr)
{
	const struct hub *h = q->hub;
	struct hub_identity m = {
		.name = h->name,
		.version = PACKAGE_VERSION,
		.tls = h->tls_pin[0] != '\0' ? h->tls_pin : NULL,
		.time = q->now,
	};
	enum rc rc = answer_room(a, IDENTITY_BYTES, reterr);

	memcpy(m.hub, h->id, sizeof(m.hub));
	memcpy(m.key, h->sign_public, sizeof(m.key));
	memcpy(m.box, h->box_public, sizeof(m.box));
	return rc == RC_OK ? hub_identity_encode(&m, &a->body, reterr) : rc;
}

enum rc
meta_health(struct request *q, struct answer *a, struct err *reterr)
{
	size_t up = 0, all = 0;
	enum rc rc = answer_room(a, 128, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	db_ping(q->hub->db, &up, &all);
	a->status = up == all && all > 0 ? 200 : 503;
	sbuf_printf(&a->body, "{\"databases\":%zu,\"answering\":%zu}", all, up);
	return RC_OK;
}

enum rc
meta_metrics(struct request *q, struct answer *a, struct err *reterr)
{
	struct metrics *m = &q->hub->metrics;
	enum rc rc = answer_room(a, METRICS_BYTES, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	a->type = "text/plain; version=0.0.4; charset=utf-8";
	atomic_store(&m->waiting, admission_waiting(&q->hub->admission));
	atomic_store(&m->db_in_use, db_in_use(q->hub->db));
	metrics_format(m, &a->body);
	return RC_OK;
}
