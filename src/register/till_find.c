/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config_draft.h"
#include "register/till_internal.h"

#include "base/poison.h"

void
till_find_close(struct till *t)
{
	find_close(t->find);
	t->find = NULL;
}

void
till_find_warm(struct till *t)
{
	if (t->cold) {
		t->cold = t->catalog != NULL &&
			  catalog_warm(t->catalog, &t->warm_at);
	}
}

enum rc
till_find(struct till *t, const char *query, size_t len, uint64_t at,
	struct item ret[], size_t cap, size_t *ret_n, uint64_t *ret_match,
	struct err *reterr)
{
	enum rc rc = RC_OK;

	*ret_n = 0;
	*ret_match = 0;
	if (t->catalog == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"no products yet; import them with 'holdfast import "
			"products FILE'");
	}
	catalog_at(t->catalog, config_draft_now(t->shop));
	/* its memory is taken by the first search, not by every register */
	if (t->find == NULL) {
		rc = find_open(t->catalog, &t->find, reterr);
	}
	if (rc == RC_OK) {
		rc = find_run(t->find, query, len, ret_match, reterr);
	}
	if (rc == RC_OK) {
		rc = find_page(t->find, at, ret, cap, ret_n, reterr);
	}
	if (rc != RC_OK) {
		*ret_match = 0;
	}
	return rc;
}

int64_t
till_stock(struct till *t, const char *code)
{
	int64_t milli = 0;

	if (!shop_ready(t->shop) ||
		store_stock(t->shop->store, code, &milli, NULL) != RC_OK) {
		return 0;
	}
	return milli;
}
