/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/admin.h"
#include "hub/enroll.h"
#include "hub/feed.h"
#include "hub/head.h"
#include "hub/history.h"
#include "hub/ingest.h"
#include "hub/meta.h"
#include "hub/people.h"
#include "hub/persons.h"
#include "hub/route.h"

#include "base/poison.h"

#define KIB(n) ((size_t)(n) << 10)
/* What comes as zstd is seldom longer than it is without. */
#define BATCH_SENT (BATCH_BYTES + KIB(16))

/* A path that is another one's beginning stands behind it or does not end
 * where it does: nothing here depends on the order. */
static const struct route table[] = {
	{"GET", "/.well-known/holdfast", ROUTE_ANYBODY, 0, meta_identity},
	{"GET", "/healthz", ROUTE_ANYBODY, 0, meta_health},
	{"GET", "/metrics", ROUTE_LOCAL, 0, meta_metrics},
	{"POST", "/v1/enroll", ROUTE_NEW, KIB(64), enroll_post},
	{"POST", "/v1/registers/{id}/persons", ROUTE_REGISTER, KIB(1024),
		persons_post},
	{"POST", "/v1/registers/{id}/hello", ROUTE_REGISTER, KIB(16),
		head_hello},
	{"GET", "/v1/registers/{id}/head", ROUTE_REGISTER, 0, head_get},
	{"POST", "/v1/registers/{id}/events", ROUTE_REGISTER, BATCH_SENT,
		ingest_events},
	{"GET", "/v1/registers/{id}/events", ROUTE_REGISTER, 0, history_get},
	{"POST", "/v1/registers/{id}/quarantine", ROUTE_REGISTER, KIB(2048),
		ingest_poison},
	{"POST", "/v1/registers/{id}/salvage", ROUTE_REGISTER, BATCH_SENT,
		ingest_salvage},
	{"GET", "/v1/feeds/{feed}", ROUTE_REGISTER, 0, feed_get},
	{"GET", "/v1/feeds/{feed}/items", ROUTE_ADMIN, 0, feed_items_get},
	{"PUT", "/v1/feeds/{feed}/items", ROUTE_ADMIN, KIB(8192),
		feed_items_put},
	{"POST", "/v1/feeds/{feed}/items", ROUTE_ADMIN, KIB(8192),
		feed_items_post},
	{"GET", "/v1/stores", ROUTE_ADMIN, 0, admin_stores_get},
	{"POST", "/v1/stores", ROUTE_ADMIN, KIB(16), admin_stores_post},
	{"GET", "/v1/registers", ROUTE_ADMIN, 0, admin_registers_get},
	{"POST", "/v1/registers", ROUTE_ADMIN, KIB(16), admin_registers_post},
	{"POST", "/v1/registers/{id}/restore-code", ROUTE_ADMIN, KIB(16),
		admin_code_post},
	{"POST", "/v1/registers/{id}/revoke", ROUTE_ADMIN, KIB(16),
		admin_revoke_post},
	{"GET", "/v1/salvage", ROUTE_ADMIN, 0, admin_salvage_get},
	{"POST", "/v1/salvage/{register}/{epoch}", ROUTE_ADMIN, KIB(16),
		admin_salvage_post},
	{"GET", "/v1/exceptions", ROUTE_ADMIN, 0, admin_exceptions_get},
	{"POST", "/v1/exceptions/{exception}/close", ROUTE_ADMIN, KIB(16),
		admin_exception_post},
	{"GET", "/v1/acts", ROUTE_ADMIN, 0, admin_acts_get},
	{"POST", "/v1/people/{number}/erase", ROUTE_ADMIN, KIB(1),
		people_erase_post},
};

const struct route *
route_table(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(table);
	return table;
}
