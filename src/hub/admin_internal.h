/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_ADMIN_INTERNAL_H
#define HUB_ADMIN_INTERNAL_H

#include "base/arena.h"
#include "base/json.h"
#include "hub/act.h"
#include "hub/admin.h"
#include "hub/hub.h"
#include "hub/tenant.h"
#include "wire/json_read.h"

#define ADMIN_BODY_BYTES 16384
#define ADMIN_PAGE_MAX 1000
#define ADMIN_ROW_BYTES 1200

/** What a handler here stands on. */
struct admin {
	struct request *q;
	struct answer *a;
	struct tenant t; /* id and part are set */
	struct doer doer;
	char actor[ACT_ACTOR_BYTES];
	struct json j;
	/* the object that was sent */
	struct arena arena;
	char room[4 * ADMIN_BODY_BYTES];
	char *body;
	const struct json_value *sent;
	/* a page */
	int64_t limit, n;
	uint8_t after[UUID_BYTES], last[UUID_BYTES];
	bool more;
};

/** admin_new(q, a, reterr): free with admin_free(). */
struct admin *admin_new(
	struct request *q, struct answer *a, struct err *reterr);
void admin_free(struct admin *m);

/** admin_object(m, reterr): read what was sent. */
MUST_CHECK enum rc admin_object(struct admin *m, struct err *reterr);
/** admin_text(m, name, must, ret, reterr): "" when it is not there. */
MUST_CHECK enum rc admin_text(struct admin *m, const char *name, bool must,
	const char **ret, struct err *reterr);

/** admin_page(m, name, reterr): read limit and after, begin the answer's
 * {"name":[; admin_page_end(m, reterr) ends it. */
MUST_CHECK enum rc admin_page(
	struct admin *m, const char *name, struct err *reterr);
MUST_CHECK enum rc admin_page_end(struct admin *m, struct err *reterr);
/** admin_page_takes(m, id): whether the row of this id is on the page; ids
 * come in order. */
bool admin_page_takes(struct admin *m, const uint8_t id[UUID_BYTES]);

void admin_id(struct json *j, const char *name, const uint8_t id[UUID_BYTES]);
void admin_time(struct json *j, const char *name, struct utc t);

/** admin_may(m, part, reterr): the tenant's label lets this hub read there. */
MUST_CHECK enum rc admin_may(
	const struct admin *m, uint8_t part, struct err *reterr);
/** admin_register(m, id, ret, reterr): the one the path names by its id. */
MUST_CHECK enum rc admin_register(struct admin *m, const char *id,
	struct register_place *ret, struct err *reterr);

#endif
