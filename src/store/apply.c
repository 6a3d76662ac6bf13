/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

uint64_t
store_number_tail(const char *text)
{
	size_t n = text == NULL ? 0 : strlen(text);
	size_t i = n;
	uint64_t v = 0;

	while (i > 0 && n - i < 18 && text[i - 1] >= '0' &&
		text[i - 1] <= '9') {
		i--;
	}
	for (; i < n; i++) {
		v = v * 10 + (uint64_t)(text[i] - '0');
	}
	return v;
}

static void
raise_to(uint64_t *counter, uint64_t next)
{
	if (*counter < next) {
		*counter = next;
	}
}

static void
copy_text(char *out, size_t cap, const char *s)
{
	size_t n = s == NULL ? 0 : strlen(s);

	if (n >= cap) {
		n = cap - 1;
	}
	if (n > 0) {
		memcpy(out, s, n);
	}
	out[n] = '\0';
}

/* A restore opens an epoch of its own, and its numbers say so. */
static void
set_prefix(struct store_memory *m, uint32_t epoch)
{
	struct store_state *s = &m->state;

	if (epoch <= 1) {
		copy_text(s->number_prefix, sizeof(s->number_prefix),
			s->register_no);
		return;
	}
	(void)snprintf(s->number_prefix, sizeof(s->number_prefix), "%.12s.%u",
		s->register_no, (unsigned)epoch);
}

static enum rc
put_doc(struct store_txn *t, const char *number, const struct doc_value *d,
	unsigned flags, struct err *reterr)
{
	uint8_t buf[SMALL_VALUE_BYTES];
	size_t n = doc_encode(d, buf, sizeof(buf));

	return value_put(
		t, DB_DOC, number, strlen(number), buf, n, flags, reterr);
}

static enum rc
get_doc(struct store_txn *t, const char *number, struct doc_value *ret,
	struct err *reterr)
{
	uint8_t buf[SMALL_VALUE_BYTES];
	size_t n = 0;
	enum rc rc;

	rc = value_get(t->s, t->txn, DB_DOC, number, strlen(number), buf,
		sizeof(buf), &n, reterr);
	return rc == RC_OK ? doc_decode(buf, n, ret) : rc;
}

static bool
is_returned(const struct event_line *l)
{
	return l->return_of != NULL && l->return_of[0] != '\0';
}

/* What came back of a line, so that it is paid back once. */
static enum rc
add_returned(
	struct store_txn *t, const struct event_line *l, struct err *reterr)
{
	uint8_t key[STORE_RETURN_KEY_BYTES];
	uint8_t buf[SMALL_VALUE_BYTES];
	size_t key_len, n = 0;
	int64_t milli = 0;
	enum rc rc;

	key_len = return_key(l->return_of, l->return_no, key);
	if (key_len == 0) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"a return without a usable number");
	}
	rc = value_get(t->s, t->txn, DB_DOC, key, key_len, buf, sizeof(buf), &n,
		reterr);
	if (rc == RC_OK) {
		rc = number_decode(buf, n, &milli);
	}
	if (rc != RC_OK && rc != RC_NOTFOUND) {
		return rc;
	}
	if (__builtin_sub_overflow(milli, l->qty, &milli)) {
		return err_set(reterr, RC_RANGE, 0, "store",
			"a returned quantity is too large");
	}
	n = number_encode(milli, buf, sizeof(buf));
	return value_put(t, DB_DOC, key, key_len, buf, n, 0, reterr);
}

static enum rc
apply_sale(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_sale *sale = &e->data.sale;
	struct store_state *state = &t->now.state;
	struct doc_value doc = {e->sequence, 0};
	uint8_t key[8];
	uint8_t buf[SMALL_VALUE_BYTES];
	enum rc rc;
	size_t i;
	size_t n;

	if (sale->number == NULL || sale->number[0] == '\0' ||
		strlen(sale->number) > STORE_NUMBER_MAX) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"a sale without a usable number");
	}
	rc = put_doc(t, sale->number, &doc, MDB_APPEND, reterr);
	if (rc == RC_OK && sale->receipt != NULL &&
		strcmp(sale->receipt, "print") == 0) {
		put_u64be(key, e->sequence);
		n = text_encode_value(sale->number, buf, sizeof(buf));
		rc = value_put(t, DB_PRINTQ, key, sizeof(key), buf, n,
			MDB_APPEND, reterr);
	}
	if (rc == RC_OK) {
		rc = order_apply(t, e, reterr);
	}
	for (i = 0; rc == RC_OK && i < sale->n_line; i++) {
		const char *code = sale->line[i].code;

		/* sold by department: nothing to keep a stock of */
		if (code != NULL && code[0] != '\0') {
			rc = stock_add(t->s, code, -sale->line[i].qty, reterr);
		}
		if (rc == RC_OK && is_returned(&sale->line[i])) {
			rc = add_returned(t, &sale->line[i], reterr);
		}
	}
	raise_to(&state->next_sale, store_number_tail(sale->number) + 1);
	state->last_sale_seq = e->sequence;
	memcpy(state->last_sale, sale->sale, sizeof(state->last_sale));
	return rc;
}

void
parked_of(const struct event *e, struct store_parked *ret)
{
	const struct event_basket *basket = &e->data.basket;

	memset(ret, 0, sizeof(*ret));
	ret->number = store_number_tail(basket->number);
	ret->sequence = e->sequence;
	ret->time = e->time;
	ret->total = basket->total;
	ret->n_line = (int64_t)basket->n_line;
	copy_text(ret->actor, sizeof(ret->actor), e->actor);
}

static enum rc
apply_parked(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_basket *basket = &e->data.basket;
	struct store_parked p;
	uint8_t key[8];
	uint8_t buf[SMALL_VALUE_BYTES];
	size_t n;

	parked_of(e, &p);
	memcpy(t->now.state.last_sale, basket->sale, UUID_BYTES);
	raise_to(&t->now.state.next_parked, p.number + 1);
	put_u64be(key, p.number);
	n = parked_encode(&p, buf, sizeof(buf));
	return value_put(t, DB_PARKED, key, sizeof(key), buf, n, 0, reterr);
}

static enum rc
apply_recalled(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_recalled *r = &e->data.recalled;
	struct store_state *state = &t->now.state;
	uint8_t key[8];
	enum rc rc;

	/* the basket is open again: its draft is no longer a stale one */
	if (memcmp(state->last_sale, r->sale, UUID_BYTES) == 0) {
		memset(state->last_sale, 0, UUID_BYTES);
	}
	put_u64be(key, store_number_tail(r->number));
	rc = value_del(t, DB_PARKED, key, sizeof(key), reterr);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* An outcome was recorded: the receipt no longer waits for one. */
static enum rc
apply_receipt(struct store_txn *t, const struct event *e, struct err *reterr)
{
	struct doc_value doc;
	uint8_t key[8];
	enum rc rc;

	if (e->data.receipt.number == NULL) {
		return RC_OK;
	}
	rc = get_doc(t, e->data.receipt.number, &doc, reterr);
	if (rc == RC_OK) {
		put_u64be(key, doc.sequence);
		rc = value_del(t, DB_PRINTQ, key, sizeof(key), reterr);
	}
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
apply_copy(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_receipt *c = &e->data.receipt;
	struct doc_value doc;
	enum rc rc;

	if (c->number == NULL) {
		return RC_OK;
	}
	rc = closing_copy(t, c->number, c->copy, reterr);
	if (rc != RC_NOTFOUND) {
		return rc;
	}
	rc = get_doc(t, c->number, &doc, reterr);
	if (rc == RC_OK && c->copy > doc.copies) {
		doc.copies = c->copy;
		rc = put_doc(t, c->number, &doc, 0, reterr);
	}
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
apply_config(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const char *version = e->data.config.version;
	struct store_state *state = &t->now.state;
	uint8_t buf[SMALL_VALUE_BYTES];
	size_t n;
	enum rc rc;

	if (version == NULL || version[0] == '\0' ||
		strlen(version) >= sizeof(state->config)) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"a configuration without a usable version");
	}
	copy_text(state->config, sizeof(state->config), version);
	state->config_seq = e->sequence;
	n = number_encode((int64_t)e->sequence, buf, sizeof(buf));
	rc = value_put(
		t, DB_CONFIG, version, strlen(version), buf, n, 0, reterr);
	if (rc == RC_OK) {
		rc = draft_apply(t, e, reterr);
	}
	return rc == RC_OK ? feed_apply(t, e, reterr) : rc;
}

static void
apply_initialized(struct store_txn *t, const struct event *e)
{
	struct store_state *state = &t->now.state;

	copy_text(state->shop, sizeof(state->shop), e->data.initialized.shop);
	copy_text(state->register_no, sizeof(state->register_no),
		e->data.initialized.register_no);
	state->initialized = true;
	set_prefix(&t->now, e->epoch);
}

static void
apply_restored(struct store_txn *t, const struct event *e)
{
	raise_to(&t->now.state.next_sale,
		store_number_tail(e->data.restored.number) + 1);
	set_prefix(&t->now, e->epoch);
}

static enum rc
apply_person(struct store_txn *t, const struct event *e, struct err *reterr)
{
	enum rc rc = person_apply(t, e, reterr);

	return rc == RC_OK ? feed_apply(t, e, reterr) : rc;
}

static enum rc
apply_enrolled(struct store_txn *t, const struct event *e, struct err *reterr)
{
	enum rc rc = hub_apply(t, e, reterr);

	return rc == RC_OK ? feed_apply(t, e, reterr) : rc;
}

/* What each type changes beside line, head and totals. */
static enum rc
apply_type(struct store_txn *t, const struct event *e, struct err *reterr)
{
	struct store_state *state = &t->now.state;

	switch (e->type) {
	case EVENT_REGISTER_INITIALIZED:
		apply_initialized(t, e);
		break;
	case EVENT_REGISTER_RESTORED:
		apply_restored(t, e);
		break;
	case EVENT_REGISTER_MOVED:
		copy_text(state->machine, sizeof(state->machine),
			e->data.moved.to);
		break;
	case EVENT_CONFIG_ACTIVATED:
		return apply_config(t, e, reterr);
	case EVENT_CATALOG_IMPORTED:
		state->catalog = e->data.catalog.version;
		return feed_apply(t, e, reterr);
	case EVENT_SALE_COMPLETED:
		return apply_sale(t, e, reterr);
	case EVENT_SALE_VOIDED:
		memcpy(state->last_sale, e->data.basket.sale, UUID_BYTES);
		break;
	case EVENT_SALE_PARKED:
		return apply_parked(t, e, reterr);
	case EVENT_SALE_RECALLED:
		return apply_recalled(t, e, reterr);
	case EVENT_RECEIPT_PRINTED:
		return apply_receipt(t, e, reterr);
	case EVENT_COPY_PRINTED:
		return apply_copy(t, e, reterr);
	case EVENT_ORDER_PRINTED:
		return order_apply(t, e, reterr);
	case EVENT_TRAINING_STARTED:
	case EVENT_TRAINING_ENDED:
		return training_apply(t, e, reterr);
	case EVENT_OPERATOR_CHANGED:
		return apply_person(t, e, reterr);
	case EVENT_OPERATOR_SIGNED_ON:
	case EVENT_OPERATOR_SIGNED_OFF:
	case EVENT_PERSON_ERASED:
	case EVENT_OPERATOR_ATTEMPTED:
	case EVENT_OPERATOR_REFUSED:
	case EVENT_OPERATOR_UNLOCKED:
	case EVENT_GLASS_SET:
	case EVENT_GLASS_BROKEN:
	case EVENT_APPROVAL_GIVEN:
	case EVENT_REGISTER_UNLOCKED:
		return person_apply(t, e, reterr);
	case EVENT_APPROVAL_REFUSED:
	case EVENT_REGISTER_LOCKED:
	case EVENT_REGISTER_RECOVERED:
	case EVENT_LINE_VOIDED:
	case EVENT_PRICE_OVERRIDDEN:
	case EVENT_LINE_DISCOUNTED:
	case EVENT_DRAWER_OPENED:
	case EVENT_REPORT_PRINTED:
	case EVENT_EXPORT_DONE:
	case EVENT_CLOCK_JUMPED:
	case EVENT_TENDER_TAKEN:
	case EVENT_TENDER_REMOVED:
	case EVENT_AGE_CHECKED:
	case EVENT_ITEM_REFUSED:
	case EVENT_CASH_MOVED:
	case EVENT_CASH_COUNTED:
	case EVENT_SALE_DISCOUNTED:
	case EVENT_BUYER_NAMED:
	case EVENT_DAY_OPENED:
	case EVENT_SHIFT_OPENED:
	case EVENT_SHIFT_CLOSED:
	case EVENT_KEY_CHANGED:
	case EVENT_SALVAGE_ACCEPTED:
	case EVENT_SALVAGE_REJECTED:
		break;
	case EVENT_HUB_ENROLLED:
		return apply_enrolled(t, e, reterr);
	case EVENT_HUB_ACKNOWLEDGED:
	case EVENT_HUB_QUARANTINED:
	case EVENT_HUB_REFUSED:
		return hub_apply(t, e, reterr);
	case EVENT_FEED_FOLLOWED:
		return feed_apply(t, e, reterr);
	case EVENT_DAY_CLOSED:
	case EVENT_PERIOD_CLOSED:
		return closing_apply(t, e, reterr);
	case EVENT_ARCHIVE_MADE:
	case EVENT_JOURNAL_PURGED:
		return past_apply(t, e, reterr);
	case EVENT_CONFIG_DRAFTED:
	case EVENT_CONFIG_APPROVED:
	case EVENT_CONFIG_DROPPED:
		return draft_apply(t, e, reterr);
	case EVENT_PAYMENT_STARTED:
	case EVENT_PAYMENT_ENDED:
	case EVENT_TERMINAL_CLOSED:
		return payment_apply(t, e, reterr);
	case EVENT_TYPE_COUNT:
		return err_set(reterr, RC_INVAL, 0, "store",
			"an event without a type");
	}
	return RC_OK;
}

enum rc
store_settle(struct store_txn *t, struct err *reterr)
{
	uint8_t buf[TOTALS_VALUE_BYTES];
	size_t n;
	enum rc rc;

	rc = build_is(t->s) ? build_reserve(t->s, reterr)
			    : stock_flush(t, reterr);
	if (rc == RC_OK) {
		n = totals_encode(&t->now.totals, buf, sizeof(buf));
		rc = value_put(t, DB_TOTAL, STORE_DAY_KEY,
			sizeof(STORE_DAY_KEY) - 1, buf, n, 0, reterr);
	}
	if (rc == RC_OK) {
		rc = shifts_settle(t, reterr);
	}
	if (rc == RC_OK) {
		n = state_encode(&t->now, buf, sizeof(buf));
		rc = value_put(t, DB_META, STORE_STATE_KEY,
			sizeof(STORE_STATE_KEY) - 1, buf, n, 0, reterr);
	}
	crypto_wipe(buf, sizeof(buf));
	t->failed = t->failed || rc != RC_OK;
	t->unsettled = false;
	return rc;
}

static enum rc
apply_totals(struct store_txn *t, const struct event *e, struct err *reterr)
{
	enum rc rc = shifts_apply(t, &t->now.totals, e, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	rc = totals_add(&t->now.totals, e);
	if (rc == RC_OK) {
		return RC_OK;
	}
	/* its "no room" is rows of a table, not the disk */
	return err_set(reterr, rc == RC_NOSPC ? RC_RANGE : rc, 0, "store",
		"the day's totals cannot take this in; close the day first");
}

/* An act must not find the map full when it is already final. */
static enum rc
look_for_room(struct store_txn *t, const struct event *e, size_t len,
	struct err *reterr)
{
	struct store *s = t->s;
	size_t n_put = 8;
	size_t need;
	MDB_envinfo info;
	MDB_stat stat;

	if (t->n_event >= STORE_ACT_EVENTS || build_is(s) ||
		mdb_env_info(s->env, &info) != MDB_SUCCESS ||
		mdb_env_stat(s->env, &stat) != MDB_SUCCESS) {
		return RC_OK;
	}
	if (e->type == EVENT_SALE_COMPLETED) {
		n_put += e->data.sale.n_line + order_puts(e);
		for (size_t i = 0; i < e->data.sale.n_line; i++) {
			n_put += is_returned(&e->data.sale.line[i]);
		}
	}
	if (e->type == EVENT_DAY_CLOSED || e->type == EVENT_PERIOD_CLOSED) {
		n_put += 4;
	}
	t->n_page += n_put * STORE_PUT_PAGES + len / stat.ms_psize + 1;
	need = (info.me_last_pgno + 1 + t->n_page) * stat.ms_psize;
	if (need <= info.me_mapsize) {
		return RC_OK;
	}
	s->grow = true;
	s->grow_bytes = need;
	return store_fail(s, reterr, MDB_MAP_FULL, "growing its map");
}

enum rc
store_apply(struct store_txn *t, const struct event *e, const char *line,
	size_t len, const uint8_t hash[HASH_BYTES], struct err *reterr)
{
	struct store_memory *m = &t->now;
	uint8_t key[8];
	enum rc rc;

	if (t->failed || e->sequence != m->head.applied + 1) {
		t->failed = true;
		return err_set(reterr, RC_INVAL, 0, "store",
			"event %llu does not follow %llu",
			(unsigned long long)e->sequence,
			(unsigned long long)m->head.applied);
	}
	rc = look_for_room(t, e, len, reterr);
	if (rc != RC_OK) {
		t->failed = true;
		return rc;
	}
	put_u64be(key, e->sequence);
	rc = value_put(
		t, DB_LINE, key, sizeof(key), line, len, MDB_APPEND, reterr);
	if (rc == RC_OK) {
		rc = apply_totals(t, e, reterr);
	}
	if (rc == RC_OK) {
		rc = e->training ? training_apply(t, e, reterr)
				 : apply_type(t, e, reterr);
	}
	if (rc != RC_OK) {
		t->failed = true;
		return rc;
	}
	m->head.applied = e->sequence;
	m->head.epoch = e->epoch;
	memcpy(m->head.hash, hash, HASH_BYTES);
	m->state.last_time = e->time;
	memcpy(m->state.tenant, e->tenant, UUID_BYTES);
	memcpy(m->state.store, e->store, UUID_BYTES);
	memcpy(m->state.reg, e->reg, UUID_BYTES);
	t->unsettled = true;
	t->n_event++;
	if (t->s->n_move >= STORE_MOVES_MAX && !build_is(t->s)) {
		return store_settle(t, reterr);
	}
	return RC_OK;
}
