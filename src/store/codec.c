/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define SUMS_FIRST 14 /* of the totals, in the first stores */

static void
wr_text(struct wr *w, const char *s)
{
	size_t n = strlen(s);

	if (n > UINT8_MAX) {
		w->over = true;
		return;
	}
	wr_u8(w, (uint8_t)n);
	wr_bytes(w, s, n);
}

/* A text longer than its place can only come from a newer program. */
static bool
rd_text(struct rd *r, char *out, size_t cap)
{
	size_t n = rd_u8(r);
	const uint8_t *p = rd_bytes(r, n);

	out[0] = '\0';
	if (p == NULL) {
		return true;
	}
	if (n >= cap) {
		return false;
	}
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

static void
rd_copy(struct rd *r, uint8_t *out, size_t n)
{
	const uint8_t *p = rd_bytes(r, n);

	if (p == NULL) {
		memset(out, 0, n);
		return;
	}
	memcpy(out, p, n);
}

/* The seal has proved the bytes; all that can be wrong is their age.  A
 * value that ends early is an older one. */
static bool
rd_format(struct rd *r, const uint8_t *p, size_t n)
{
	rd_init(r, p, n);
	return rd_u8(r) == STORE_FORMAT;
}

void
state_empty(struct store_memory *m)
{
	memset(m, 0, sizeof(*m));
	m->state.next_sale = 1;
	m->state.next_parked = 1;
	m->state.next_training = 1;
	m->state.next_training_parked = 1;
}

size_t
state_encode(const struct store_memory *m, uint8_t *out, size_t cap)
{
	const struct store_state *s = &m->state;
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_u64le(&w, m->head.applied);
	wr_u32le(&w, m->head.epoch);
	wr_bytes(&w, m->head.hash, sizeof(m->head.hash));
	wr_u64le(&w, s->next_sale);
	wr_u64le(&w, s->next_parked);
	wr_u64le(&w, s->last_sale_seq);
	wr_bytes(&w, s->last_sale, sizeof(s->last_sale));
	wr_i64le(&w, s->last_time.us);
	wr_text(&w, s->config);
	wr_u64le(&w, s->config_seq);
	wr_i64le(&w, s->catalog);
	wr_bytes(&w, s->tenant, sizeof(s->tenant));
	wr_bytes(&w, s->store, sizeof(s->store));
	wr_bytes(&w, s->reg, sizeof(s->reg));
	wr_text(&w, s->shop);
	wr_text(&w, s->register_no);
	wr_text(&w, s->number_prefix);
	wr_u8(&w, s->initialized);
	/* a register where nobody ever trained, and which knows no machine, holds the bytes of before */
	if (s->next_training > 1 || s->next_training_parked > 1 ||
		s->machine[0] != '\0') {
		wr_u64le(&w, s->next_training);
		wr_u64le(&w, s->next_training_parked);
	}
	if (s->machine[0] != '\0') {
		wr_text(&w, s->machine);
	}
	return wr_ok(&w) ? w.len : 0;
}

enum rc
state_decode(const uint8_t *p, size_t n, struct store_memory *ret)
{
	struct store_state *s = &ret->state;
	struct rd r;
	bool ok;

	if (!rd_format(&r, p, n)) {
		return RC_CORRUPT;
	}
	ret->head.applied = rd_u64le(&r);
	ret->head.epoch = rd_u32le(&r);
	rd_copy(&r, ret->head.hash, sizeof(ret->head.hash));
	s->next_sale = rd_u64le(&r);
	s->next_parked = rd_u64le(&r);
	s->last_sale_seq = rd_u64le(&r);
	rd_copy(&r, s->last_sale, sizeof(s->last_sale));
	s->last_time.us = rd_i64le(&r);
	ok = rd_text(&r, s->config, sizeof(s->config));
	s->config_seq = rd_u64le(&r);
	s->catalog = rd_i64le(&r);
	rd_copy(&r, s->tenant, sizeof(s->tenant));
	rd_copy(&r, s->store, sizeof(s->store));
	rd_copy(&r, s->reg, sizeof(s->reg));
	ok = rd_text(&r, s->shop, sizeof(s->shop)) && ok;
	ok = rd_text(&r, s->register_no, sizeof(s->register_no)) && ok;
	ok = rd_text(&r, s->number_prefix, sizeof(s->number_prefix)) && ok;
	s->initialized = rd_u8(&r) != 0;
	s->next_training = rd_u64le(&r);
	s->next_training_parked = rd_u64le(&r);
	if (s->next_training == 0) {
		s->next_training = 1;
		s->next_training_parked = 1;
	}
	ok = rd_text(&r, s->machine, sizeof(s->machine)) && ok;
	return ok ? RC_OK : RC_CORRUPT;
}

#define TEXT_HEAD 2 /* more than the length of a short text takes */
_Static_assert(
	TOTALS_VALUE_BYTES >
		512 +
			TOTALS_TAXES *
				(TEXT_HEAD + TAX_CODE_BYTES + 4 * 8 + 2 +
					TAX_PARTS *
						(TEXT_HEAD + TAX_PART_BYTES +
							17)) +
			TOTALS_TENDERS *
				(TEXT_HEAD + TENDER_NAME_BYTES + 2 * 8) +
			TOTALS_CARDS * (2 * TEXT_HEAD + TENDER_NAME_BYTES +
					       TOTALS_CARD_BYTES + 8 * 8) +
			TOTALS_TERMINALS *
				(TEXT_HEAD + TENDER_NAME_BYTES + 3 * 8),
	"every row fits");

static bool
has_later(const struct totals *t)
{
	return t->floats != 0 || t->emergencies != 0;
}

static bool
has_cards(const struct totals *t)
{
	return has_later(t) || t->n_card > 0 || t->n_terminal > 0 ||
	       t->unsettled != 0;
}

/* Where there are any: as with the parts. */
static void
wr_cards(struct wr *w, const struct totals *t)
{
	if (!has_cards(t)) {
		return;
	}
	wr_i64le(w, t->unsettled);
	wr_u8(w, (uint8_t)t->n_card);
	for (size_t i = 0; i < t->n_card; i++) {
		const struct totals_card *x = &t->card[i];

		wr_text(w, x->tender);
		wr_text(w, x->card);
		wr_i64le(w, x->amount);
		wr_i64le(w, x->count);
		wr_i64le(w, x->offline_amount);
		wr_i64le(w, x->offline);
		wr_i64le(w, x->back_amount);
		wr_i64le(w, x->back);
		wr_i64le(w, x->reversed_amount);
		wr_i64le(w, x->reversed);
	}
	wr_u8(w, (uint8_t)t->n_terminal);
	for (size_t i = 0; i < t->n_terminal; i++) {
		const struct totals_terminal *x = &t->terminal[i];

		wr_text(w, x->name);
		wr_i64le(w, x->begun);
		wr_i64le(w, x->closed);
		wr_i64le(w, x->difference);
	}
	if (has_later(t)) {
		wr_i64le(w, t->floats);
	}
	if (t->emergencies != 0) {
		wr_i64le(w, t->emergencies);
	}
}

/* Behind all else, and only where there are any: a store written before them
 * holds the very same bytes.  How many rows there are stands first. */
static void
wr_parts(struct wr *w, const struct totals *t)
{
	bool some = false;

	for (size_t i = 0; i < t->n_tax; i++) {
		some = some || t->tax[i].n_part > 0 || t->tax[i].why != TAX_DUE;
	}
	/* they stand behind the parts */
	some = some || has_cards(t);
	if (some) {
		wr_u8(w, (uint8_t)t->n_tax);
	}
	for (size_t i = 0; i < t->n_tax && some; i++) {
		const struct totals_tax *x = &t->tax[i];

		wr_u8(w, (uint8_t)x->why);
		wr_u8(w, (uint8_t)x->n_part);
		for (size_t k = 0; k < x->n_part; k++) {
			wr_text(w, x->part[k].name);
			wr_i64le(w, x->part[k].rate);
			wr_u8(w, x->part[k].on_tax);
			wr_i64le(w, x->part[k].tax);
		}
	}
}

size_t
totals_encode(const struct totals *t, uint8_t *out, size_t cap)
{
	const int64_t sum[] = {t->sales, t->voids, t->line_voids, t->overrides,
		t->discounts, t->no_sales, t->copies, t->parked, t->gross,
		t->discount, t->void_amount, t->rounding, t->drawer, t->items,
		t->returns, t->return_amount, t->paid_in, t->paid_out,
		t->pickups, t->counts, t->counted, t->difference, t->opening,
		t->closings, t->grand, t->off_promotion, t->off_coupon,
		t->off_sale, t->off_back, t->relief, t->deposits,
		t->deposits_back};
	size_t n_sum = ARRAY_LEN(sum);
	struct wr w;
	size_t i;

	/* sums that came later are there once they count: a store written
	 * before them holds the very same bytes */
	while (n_sum > SUMS_FIRST && sum[n_sum - 1] == 0) {
		n_sum--;
	}
	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_u8(&w, (uint8_t)n_sum);
	for (i = 0; i < n_sum; i++) {
		wr_i64le(&w, sum[i]);
	}
	wr_u64le(&w, t->first);
	wr_u64le(&w, t->last);
	wr_u8(&w, (uint8_t)t->n_tax);
	for (i = 0; i < t->n_tax; i++) {
		wr_text(&w, t->tax[i].code);
		wr_i64le(&w, t->tax[i].rate);
		wr_i64le(&w, t->tax[i].net);
		wr_i64le(&w, t->tax[i].tax);
		wr_i64le(&w, t->tax[i].gross);
	}
	wr_u8(&w, (uint8_t)t->n_tender);
	for (i = 0; i < t->n_tender; i++) {
		wr_text(&w, t->tender[i].name);
		wr_i64le(&w, t->tender[i].amount);
		wr_i64le(&w, t->tender[i].count);
	}
	wr_parts(&w, t);
	wr_cards(&w, t);
	return wr_ok(&w) ? w.len : 0;
}

static bool
rd_parts(struct rd *r, struct totals *t)
{
	bool some = rd_u8(r) == t->n_tax;
	bool ok = true;

	for (size_t i = 0; i < t->n_tax && ok && some; i++) {
		struct totals_tax *x = &t->tax[i];

		x->why = (enum tax_why)rd_u8(r);
		x->n_part = rd_u8(r);
		ok = x->why <= TAX_REVERSE && x->n_part <= TAX_PARTS;
		for (size_t k = 0; k < x->n_part && ok; k++) {
			struct totals_part *part = &x->part[k];

			ok = rd_text(r, part->name, sizeof(part->name));
			part->rate = rd_i64le(r);
			part->on_tax = rd_u8(r) != 0;
			part->tax = rd_i64le(r);
		}
	}
	return ok;
}

/* Nothing there is read as none. */
static bool
rd_cards(struct rd *r, struct totals *t)
{
	bool ok;

	t->unsettled = rd_i64le(r);
	t->n_card = rd_u8(r);
	ok = t->n_card <= TOTALS_CARDS;
	for (size_t i = 0; ok && i < t->n_card; i++) {
		struct totals_card *x = &t->card[i];

		ok = rd_text(r, x->tender, sizeof(x->tender)) &&
		     rd_text(r, x->card, sizeof(x->card));
		x->amount = rd_i64le(r);
		x->count = rd_i64le(r);
		x->offline_amount = rd_i64le(r);
		x->offline = rd_i64le(r);
		x->back_amount = rd_i64le(r);
		x->back = rd_i64le(r);
		x->reversed_amount = rd_i64le(r);
		x->reversed = rd_i64le(r);
	}
	if (!ok) {
		return false;
	}
	t->n_terminal = rd_u8(r);
	ok = t->n_terminal <= TOTALS_TERMINALS;
	for (size_t i = 0; ok && i < t->n_terminal; i++) {
		struct totals_terminal *x = &t->terminal[i];

		ok = rd_text(r, x->name, sizeof(x->name));
		x->begun = rd_i64le(r);
		x->closed = rd_i64le(r);
		x->difference = rd_i64le(r);
	}
	t->floats = rd_i64le(r);
	t->emergencies = rd_i64le(r);
	return ok;
}

enum rc
totals_decode(const uint8_t *p, size_t n, struct totals *ret)
{
	int64_t *const sum[] = {&ret->sales, &ret->voids, &ret->line_voids,
		&ret->overrides, &ret->discounts, &ret->no_sales, &ret->copies,
		&ret->parked, &ret->gross, &ret->discount, &ret->void_amount,
		&ret->rounding, &ret->drawer, &ret->items, &ret->returns,
		&ret->return_amount, &ret->paid_in, &ret->paid_out,
		&ret->pickups, &ret->counts, &ret->counted, &ret->difference,
		&ret->opening, &ret->closings, &ret->grand, &ret->off_promotion,
		&ret->off_coupon, &ret->off_sale, &ret->off_back, &ret->relief,
		&ret->deposits, &ret->deposits_back};
	struct rd r;
	size_t i;
	size_t n_sum;
	bool ok = true;

	memset(ret, 0, sizeof(*ret));
	if (!rd_format(&r, p, n)) {
		return RC_CORRUPT;
	}
	n_sum = rd_u8(&r);
	if (n_sum > ARRAY_LEN(sum)) {
		return RC_CORRUPT;
	}
	for (i = 0; i < n_sum; i++) {
		*sum[i] = rd_i64le(&r);
	}
	ret->first = rd_u64le(&r);
	ret->last = rd_u64le(&r);
	ret->n_tax = rd_u8(&r);
	if (ret->n_tax > TOTALS_TAXES) {
		return RC_CORRUPT;
	}
	for (i = 0; i < ret->n_tax; i++) {
		struct totals_tax *x = &ret->tax[i];

		ok = rd_text(&r, x->code, sizeof(x->code)) && ok;
		x->rate = rd_i64le(&r);
		x->net = rd_i64le(&r);
		x->tax = rd_i64le(&r);
		x->gross = rd_i64le(&r);
	}
	ret->n_tender = rd_u8(&r);
	if (ret->n_tender > TOTALS_TENDERS) {
		return RC_CORRUPT;
	}
	for (i = 0; i < ret->n_tender; i++) {
		struct totals_tender *x = &ret->tender[i];

		ok = rd_text(&r, x->name, sizeof(x->name)) && ok;
		x->amount = rd_i64le(&r);
		x->count = rd_i64le(&r);
	}
	ok = rd_parts(&r, ret) && rd_cards(&r, ret) && ok;
	return ok ? RC_OK : RC_CORRUPT;
}

size_t
doc_encode(const struct doc_value *d, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_u64le(&w, d->sequence);
	wr_i64le(&w, d->copies);
	return wr_ok(&w) ? w.len : 0;
}

enum rc
doc_decode(const uint8_t *p, size_t n, struct doc_value *ret)
{
	struct rd r;

	if (!rd_format(&r, p, n)) {
		return RC_CORRUPT;
	}
	ret->sequence = rd_u64le(&r);
	ret->copies = rd_i64le(&r);
	return RC_OK;
}

size_t
return_key(
	const char *number, int64_t line, uint8_t out[STORE_RETURN_KEY_BYTES])
{
	size_t n = number == NULL ? 0 : strlen(number);

	if (n == 0 || n > STORE_NUMBER_MAX || line < 0) {
		return 0;
	}
	memcpy(out, number, n + 1);
	put_u64be(out + n + 1, (uint64_t)line);
	return n + 1 + 8;
}

size_t
parked_encode(const struct store_parked *p, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_u64le(&w, p->sequence);
	wr_i64le(&w, p->time.us);
	wr_i64le(&w, p->total);
	wr_i64le(&w, p->n_line);
	wr_text(&w, p->actor);
	return wr_ok(&w) ? w.len : 0;
}

enum rc
parked_decode(const uint8_t *p, size_t n, struct store_parked *ret)
{
	struct rd r;

	if (!rd_format(&r, p, n)) {
		return RC_CORRUPT;
	}
	ret->sequence = rd_u64le(&r);
	ret->time.us = rd_i64le(&r);
	ret->total = rd_i64le(&r);
	ret->n_line = rd_i64le(&r);
	return rd_text(&r, ret->actor, sizeof(ret->actor)) ? RC_OK : RC_CORRUPT;
}

size_t
number_encode(int64_t v, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_i64le(&w, v);
	return wr_ok(&w) ? w.len : 0;
}

enum rc
number_decode(const uint8_t *p, size_t n, int64_t *ret)
{
	struct rd r;

	if (!rd_format(&r, p, n)) {
		return RC_CORRUPT;
	}
	*ret = rd_i64le(&r);
	return RC_OK;
}

size_t
text_encode_value(const char *s, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_text(&w, s);
	return wr_ok(&w) ? w.len : 0;
}

enum rc
memory_load(const struct store *s, MDB_txn *txn, struct store_memory *ret,
	struct err *reterr)
{
	uint8_t buf[TOTALS_VALUE_BYTES];
	size_t n = 0;
	enum rc rc;

	state_empty(ret);
	rc = value_get(s, txn, DB_META, STORE_STATE_KEY,
		sizeof(STORE_STATE_KEY) - 1, buf, sizeof(buf), &n, reterr);
	if (rc == RC_NOTFOUND) {
		return RC_OK;
	}
	if (rc == RC_OK) {
		rc = state_decode(buf, n, ret);
	}
	if (rc == RC_OK) {
		rc = value_get(s, txn, DB_TOTAL, STORE_DAY_KEY,
			sizeof(STORE_DAY_KEY) - 1, buf, sizeof(buf), &n,
			reterr);
	}
	if (rc == RC_OK) {
		rc = totals_decode(buf, n, &ret->totals);
	}
	if (rc == RC_OK) {
		rc = shifts_load(s, txn, &ret->shifts, reterr);
	}
	crypto_wipe(buf, sizeof(buf));
	if (rc == RC_IO || rc == RC_NOMEM) {
		return rc;
	}
	if (rc != RC_OK) {
		return err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: the head or the totals cannot be read; make it "
			"anew with: holdfast rebuild",
			s->dir);
	}
	return RC_OK;
}
