/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_TENANT_INTERNAL_H
#define HUB_TENANT_INTERNAL_H

#include "hub/tenant.h"

/** tenant_internal - what tenants, stores and registers are listed, found and
 * named by. */
#define PAGE_ROWS 500

MUST_CHECK enum rc tenant_name(
	const char *name, char out[TENANT_NAME_BYTES], struct err *reterr);
void tenant_take_text(char *out, size_t cap, const char *s);
/** "UUID WORD" for an act. */
void tenant_detail(char *out, size_t cap, const uint8_t id[UUID_BYTES],
	const char *word);

/** Every row of a list whose statement takes the id to begin behind and how
 * many, and gives the id first. */
typedef enum rc (*tenant_row_fn)(
	void *arg, const struct db_rows *rows, int i, struct err *reterr);
MUST_CHECK enum rc tenant_pages(struct db *db, enum sql which, uint8_t part,
	const uint8_t tenant[UUID_BYTES], tenant_row_fn fn, void *arg,
	struct err *reterr);

/** The one that a word means. */
struct pick {
	const char *word; /* NULL: any */
	bool by_id;
	uint8_t id[UUID_BYTES];
	size_t n;
};
void tenant_pick_init(struct pick *p, const char *word);
/** True: this is the first that fits. */
bool tenant_pick(
	struct pick *p, const uint8_t id[UUID_BYTES], const char *name);
MUST_CHECK enum rc tenant_picked(
	const struct pick *p, const char *kind, struct err *reterr);

#endif
