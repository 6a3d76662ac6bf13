/* SPDX-License-Identifier: Apache-2.0 */
/* What training leaves behind: the next numbers of its own series and what it
 * parked, until it begins or ends.  No totals, no stock, no document. */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

static enum rc
forget(struct store_txn *t, uint64_t number, struct err *reterr)
{
	uint8_t key[8];
	enum rc rc;

	put_u64be(key, number | STORE_TRAINING);
	rc = value_del(t, DB_PARKED, key, sizeof(key), reterr);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
forget_all(struct store_txn *t, struct err *reterr)
{
	struct store_state *state = &t->now.state;
	enum rc rc = RC_OK;
	uint64_t n;

	for (n = 1; rc == RC_OK && n < state->next_training_parked; n++) {
		rc = forget(t, n, reterr);
	}
	state->next_training_parked = 1;
	return rc;
}

static enum rc
keep(struct store_txn *t, const struct event *e, struct err *reterr)
{
	struct store_state *state = &t->now.state;
	uint8_t buf[SMALL_VALUE_BYTES];
	struct store_parked p;
	uint8_t key[8];
	size_t n;

	parked_of(e, &p);
	if (p.number >= STORE_TRAINING) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"a parked sale without a usable number");
	}
	if (state->next_training_parked <= p.number) {
		state->next_training_parked = p.number + 1;
	}
	put_u64be(key, p.number | STORE_TRAINING);
	n = parked_encode(&p, buf, sizeof(buf));
	return value_put(t, DB_PARKED, key, sizeof(key), buf, n, 0, reterr);
}

enum rc
training_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	struct store_state *state = &t->now.state;
	uint64_t number;

	switch ((int)e->type) {
	case EVENT_TRAINING_STARTED:
	case EVENT_TRAINING_ENDED:
		return forget_all(t, reterr);
	case EVENT_APPROVAL_GIVEN:
		/* the PIN was a real one: its tries are over */
		return person_apply(t, e, reterr);
	case EVENT_SALE_PARKED:
		return keep(t, e, reterr);
	case EVENT_SALE_RECALLED:
		return forget(
			t, store_number_tail(e->data.recalled.number), reterr);
	case EVENT_SALE_COMPLETED:
		number = store_number_tail(e->data.sale.number);
		if (state->next_training <= number) {
			state->next_training = number + 1;
		}
		return RC_OK;
	default:
		return RC_OK;
	}
}
