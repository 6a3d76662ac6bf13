/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "register/config_draft.h"
#include "register/symbol.h"
#include "register/till_internal.h"

#include "base/poison.h"

static enum rc
need_store(struct till *t, struct err *reterr)
{
	if (!shop_ready(t->shop)) {
		return err_set(reterr, RC_AGAIN, 0, __func__,
			"past sales cannot be looked up just now; sell on and "
			"try again later");
	}
	return RC_OK;
}

/* A look-up that met a damaged value: make the store good and say whether
 * it is worth asking again. */
static bool
mended(struct till *t, enum rc rc)
{
	return rc == RC_CORRUPT && t->shop->journal != NULL &&
	       shop_heal(t->shop, NULL) == RC_OK;
}

static enum rc
find_item(void *arg, const char *code, size_t len, struct item *ret,
	enum code_kind *ret_kind, struct err *reterr)
{
	struct till *t = arg;

	if (t->catalog == NULL) {
		return err_set(reterr, RC_NOTFOUND, 0, __func__,
			"no products yet; import them with 'holdfast import "
			"products FILE'");
	}
	catalog_at(t->catalog, config_draft_now(t->shop));
	return catalog_find(t->catalog, code, len, ret, ret_kind, reterr);
}

static enum rc
list_once(struct till *t, struct store_parked ret[], size_t cap, size_t *ret_n,
	struct err *reterr)
{
	enum rc rc = need_store(t, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	return till_view(t)->training ? store_training_list(t->shop->store, ret,
						cap, ret_n, reterr)
				      : store_parked_list(t->shop->store, ret,
						cap, ret_n, reterr);
}

static enum rc
parked_list(void *arg, struct store_parked ret[], size_t cap, size_t *ret_n,
	struct err *reterr)
{
	struct till *t = arg;
	enum rc rc = list_once(t, ret, cap, ret_n, reterr);

	if (mended(t, rc)) {
		rc = list_once(t, ret, cap, ret_n, reterr);
	}
	return rc;
}

enum rc
till_parked(struct till *t, struct store_parked ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	return parked_list(t, ret, cap, ret_n, reterr);
}

static enum rc
parked(void *arg, uint64_t number, const struct event **ret, struct err *reterr)
{
	struct till *t = arg;
	struct store_parked list[PARKED_MAX];
	size_t n = 0;
	enum rc rc = parked_list(arg, list, PARKED_MAX, &n, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	for (size_t i = 0; i < n; i++) {
		if (number == 0 || list[i].number == number) {
			return shop_event(
				t->shop, list[i].sequence, NULL, ret, reterr);
		}
	}
	return RC_NOTFOUND;
}

enum rc
till_parked_sale(struct till *t, uint64_t number, const struct event **ret,
	struct err *reterr)
{
	enum rc rc = parked(t, number, ret, reterr);

	return rc == RC_OK && (*ret)->type != EVENT_SALE_PARKED ? RC_NOTFOUND
								: rc;
}

/* "Z12": the paper of a closed day. */
static enum rc
find_day(struct till *t, int64_t number, uint64_t *ret_sequence,
	int64_t *ret_copies, struct err *reterr)
{
	const struct event *e = NULL;
	uint64_t seq = 0;
	struct totals sums;
	enum rc rc = store_totals(t->shop->store, &sums, reterr);

	if (rc == RC_OK) {
		rc = closing_day(t->shop, &sums, number, &e, reterr);
	}
	if (rc == RC_OK) {
		*ret_sequence = e->sequence;
		*ret_copies = 0;
		rc = store_day(
			t->shop->store, number, &seq, ret_copies, reterr);
	}
	/* one of before there were rows, never printed again: no copies */
	return rc == RC_NOTFOUND && e != NULL ? RC_OK : rc;
}

enum rc
till_find_document(struct till *t, const char *number, uint64_t *ret_sequence,
	int64_t *ret_copies, struct err *reterr)
{
	const struct event *e;
	struct store *store = t->shop->store;
	enum rc rc = need_store(t, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	if (number[0] == '\0' && till_view(t)->training) {
		*ret_sequence =
			till_view(t)->has_prev ? till_view(t)->prev_seq : 0;
		return *ret_sequence != 0 ? RC_OK : RC_NOTFOUND;
	}
	if (number[0] == '\0') {
		*ret_sequence = t->shop->state.last_sale_seq;
		if (*ret_sequence == 0) {
			return RC_NOTFOUND;
		}
		rc = shop_event(t->shop, *ret_sequence, NULL, &e, reterr);
		return rc == RC_OK ? store_copies(store, e->data.sale.number,
					     ret_copies, reterr)
				   : rc;
	}
	if (store_z_number(number) > 0) {
		return find_day(t, store_z_number(number), ret_sequence,
			ret_copies, reterr);
	}
	rc = store_doc(store, number, ret_sequence, reterr);
	return rc == RC_OK ? store_copies(store, number, ret_copies, reterr)
			   : rc;
}

static enum rc
document(void *arg, const char *number, const struct event **ret,
	int64_t *ret_copies, struct err *reterr)
{
	struct till *t = arg;
	uint64_t sequence = 0;
	enum rc rc =
		till_find_document(t, number, &sequence, ret_copies, reterr);

	if (mended(t, rc)) {
		rc = till_find_document(
			t, number, &sequence, ret_copies, reterr);
	}
	return rc == RC_OK ? shop_event(t->shop, sequence, NULL, ret, reterr)
			   : rc;
}

static enum rc
totals_once(struct till *t, struct totals *ret, struct err *reterr)
{
	enum rc rc = need_store(t, reterr);

	return rc == RC_OK ? store_totals(t->shop->store, ret, reterr) : rc;
}

static enum rc
totals(void *arg, struct totals *ret, struct err *reterr)
{
	struct till *t = arg;
	enum rc rc = totals_once(t, ret, reterr);

	if (mended(t, rc)) {
		rc = totals_once(t, ret, reterr);
	}
	return rc;
}

static enum rc
report(void *arg, const char *what, struct event_report *ret,
	struct err *reterr)
{
	return till_report_make(arg, what, ret, reterr);
}

static enum rc
find_words(void *arg, const char *query, size_t len, struct item ret[],
	size_t cap, size_t *ret_n, uint64_t *ret_match, struct err *reterr)
{
	return till_find(
		arg, query, len, 0, ret, cap, ret_n, ret_match, reterr);
}

static enum rc
returned_once(struct till *t, const char *number, int64_t line, int64_t *ret,
	struct err *reterr)
{
	enum rc rc = need_store(t, reterr);

	return rc == RC_OK ? store_returned(
				     t->shop->store, number, line, ret, reterr)
			   : rc;
}

static enum rc
returned(void *arg, const char *number, int64_t line, int64_t *ret,
	struct err *reterr)
{
	struct till *t = arg;
	enum rc rc = returned_once(t, number, line, ret, reterr);

	if (mended(t, rc)) {
		rc = returned_once(t, number, line, ret, reterr);
	}
	return rc;
}

static enum rc
recorded(void *arg, uint64_t sequence, struct utc *ret, struct err *reterr)
{
	struct till *t = arg;
	const struct event *e = NULL;
	enum rc rc = shop_event(t->shop, sequence, NULL, &e, reterr);

	if (rc == RC_OK) {
		*ret = e->time;
	}
	return rc;
}

static enum rc
closing(void *arg, struct closing_now *ret, struct err *reterr)
{
	struct till *t = arg;
	struct clock_reading now = clock_read(&t->shop->clock);
	struct totals sums;
	enum rc rc = totals(arg, &sums, reterr);

	return rc == RC_OK ? closing_now(t->shop, &sums, &now, ret, reterr)
			   : rc;
}

static enum rc
period(void *arg, enum period_kind kind, const struct store_ever *had,
	struct store_period *ret, struct err *reterr)
{
	struct till *t = arg;
	enum rc rc = need_store(t, reterr);

	return rc == RC_OK ? closing_next(t->shop, kind, had, ret, reterr) : rc;
}

static enum rc
terminal(void *arg, const char *device, struct store_terminal *ret,
	struct err *reterr)
{
	struct till *t = arg;

	return t->shop->store == NULL
		       ? RC_NOTFOUND
		       : store_terminal(t->shop->store, device, ret, reterr);
}

static enum rc
reserved(void *arg, const uint8_t *after, struct store_payment ret[],
	size_t cap, size_t *ret_n, struct err *reterr)
{
	struct till *t = arg;

	*ret_n = 0;
	return t->shop->store == NULL ? RC_OK
				      : store_payments(t->shop->store, true,
						after, ret, cap, ret_n, reterr);
}

static enum rc
draft(void *arg, const char *name, struct config_draft *ret, struct err *reterr)
{
	struct till *t = arg;

	return config_draft_find(t->shop, name, ret, reterr);
}

static enum rc
draft_admit(
	void *arg, const struct event *e, const char *actor, struct err *reterr)
{
	struct till *t = arg;

	return config_draft_admit(t->shop, e, actor, reterr);
}

static enum rc
used(void *arg, const char *no, enum permit permit, int64_t *ret,
	struct err *reterr)
{
	struct till *t = arg;
	enum rc rc = need_store(t, reterr);

	if (rc == RC_OK) {
		rc = uses_update(t->shop, &t->uses, reterr);
	}
	*ret = uses_of(&t->uses, no, use_of(permit));
	return rc;
}

static enum rc
shifts(void *arg, struct shifts *ret, struct err *reterr)
{
	struct till *t = arg;
	enum rc rc = need_store(t, reterr);

	return rc == RC_OK ? store_shifts(t->shop->store, ret, reterr) : rc;
}

struct engine_ports
till_ports(struct till *t)
{
	return (struct engine_ports){
		.arg = t,
		.find_item = find_item,
		.parked = parked,
		.parked_list = parked_list,
		.document = document,
		.totals = totals,
		.shifts = shifts,
		.report = report,
		.find_words = find_words,
		.recorded = recorded,
		.closing = closing,
		.period = period,
		.used = used,
		.returned = returned,
		.terminal = terminal,
		.reserved = reserved,
		.draft = draft,
		.draft_admit = draft_admit,
		.moved = till_moved_port,
		.linked = till_sync_port,
	};
}

bool
till_item(struct till *t, const char *code, size_t len, struct item *ret)
{
	enum code_kind kind = CODE_INTERNAL;
	char bare[CODE_BYTES];

	till_code(t, code, len, bare);
	return bare[0] != '\0' &&
	       find_item(t, bare, strlen(bare), ret, &kind, NULL) == RC_OK;
}

void
till_code(struct till *t, const char *scan, size_t len, char out[CODE_BYTES])
{
	struct clock_reading now = clock_read(&t->shop->clock);
	struct symbol s;

	(void)symbol_read(&t->shop->config, scan, len,
		utc_civil(now.utc, now.tz_min).year, &s);
	memcpy(out, s.code, CODE_BYTES);
}
