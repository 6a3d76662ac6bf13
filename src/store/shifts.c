/* SPDX-License-Identifier: Apache-2.0 */
/* Who has which drawer: the value "shifts" beside the day's totals.  A store
 * where nobody ever opened one has none, and the bytes of before. */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define SHIFTS_KEY "shifts"
#define TEXT_HEAD 2 /* more than the length of a short text takes */
#define OPEN_SUMS 15
#define CLOSED_SUMS 7

_Static_assert(
	SHIFTS_VALUE_BYTES >
		128 + SHIFT_DRAWERS * 16 +
			SHIFT_DRAWERS *
				(TEXT_HEAD + SHIFT_OPERATOR_BYTES + 2 +
					OPEN_SUMS * 8 +
					TOTALS_TENDERS *
						(TEXT_HEAD + TENDER_NAME_BYTES +
							16)) +
			SHIFT_CLOSED * (TEXT_HEAD + SHIFT_OPERATOR_BYTES +
					       CLOSED_SUMS * 8),
	"every shift fits");

static void
wr_text(struct wr *w, const char *s)
{
	wr_u8(w, (uint8_t)strlen(s));
	wr_bytes(w, s, strlen(s));
}

static bool
rd_text(struct rd *r, char *out, size_t cap)
{
	size_t n = rd_u8(r);
	const uint8_t *p = rd_bytes(r, n);

	if (p == NULL || n >= cap) {
		return false;
	}
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

static void
wr_open(struct wr *w, const struct shift *x)
{
	const int64_t sum[OPEN_SUMS] = {x->number, x->drawer, x->opened.us,
		(int64_t)x->first, x->sales, x->gross, x->returns,
		x->return_amount, x->opening, x->floats, x->paid_in,
		x->paid_out, x->pickups, x->cash, x->no_sales};

	for (size_t i = 0; i < OPEN_SUMS; i++) {
		wr_i64le(w, sum[i]);
	}
	wr_u8(w, x->counted);
	wr_text(w, x->operator_no);
	wr_u8(w, (uint8_t)x->n_tender);
	for (size_t i = 0; i < x->n_tender; i++) {
		wr_text(w, x->tender[i].name);
		wr_i64le(w, x->tender[i].amount);
		wr_i64le(w, x->tender[i].count);
	}
}

static bool
rd_open(struct rd *r, struct shift *x)
{
	int64_t first = 0;
	int64_t *const sum[OPEN_SUMS] = {&x->number, &x->drawer, &x->opened.us,
		&first, &x->sales, &x->gross, &x->returns, &x->return_amount,
		&x->opening, &x->floats, &x->paid_in, &x->paid_out, &x->pickups,
		&x->cash, &x->no_sales};
	bool ok;

	for (size_t i = 0; i < OPEN_SUMS; i++) {
		*sum[i] = rd_i64le(r);
	}
	x->first = (uint64_t)first;
	x->counted = rd_u8(r) != 0;
	ok = rd_text(r, x->operator_no, sizeof(x->operator_no));
	x->n_tender = rd_u8(r);
	ok = ok && x->n_tender <= TOTALS_TENDERS && x->drawer >= 1 &&
	     x->drawer <= SHIFT_DRAWERS;
	for (size_t i = 0; ok && i < x->n_tender; i++) {
		struct totals_tender *t = &x->tender[i];

		ok = rd_text(r, t->name, sizeof(t->name));
		t->amount = rd_i64le(r);
		t->count = rd_i64le(r);
	}
	return ok;
}

size_t
shifts_encode(const struct shifts *s, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_text(&w, s->date);
	wr_text(&w, s->last_date);
	wr_u8(&w, s->used);
	wr_i64le(&w, s->last);
	for (size_t i = 0; i < SHIFT_DRAWERS; i++) {
		wr_i64le(&w, s->drawer[i].cash);
		wr_i64le(&w, s->drawer[i].difference);
	}
	wr_u8(&w, (uint8_t)s->n_open);
	for (size_t i = 0; i < s->n_open; i++) {
		wr_open(&w, &s->open[i]);
	}
	wr_u8(&w, (uint8_t)s->n_closed);
	for (size_t i = 0; i < s->n_closed; i++) {
		const struct shift_closed *x = &s->closed[i];
		const int64_t sum[CLOSED_SUMS] = {x->number, x->drawer,
			x->opening, x->expected, x->counted, x->difference,
			x->carried};

		for (size_t k = 0; k < CLOSED_SUMS; k++) {
			wr_i64le(&w, sum[k]);
		}
		wr_text(&w, x->operator_no);
	}
	return wr_ok(&w) ? w.len : 0;
}

static bool
rd_closed(struct rd *r, struct shift_closed *x)
{
	int64_t *const sum[CLOSED_SUMS] = {&x->number, &x->drawer, &x->opening,
		&x->expected, &x->counted, &x->difference, &x->carried};

	for (size_t k = 0; k < CLOSED_SUMS; k++) {
		*sum[k] = rd_i64le(r);
	}
	return rd_text(r, x->operator_no, sizeof(x->operator_no));
}

enum rc
shifts_decode(const uint8_t *p, size_t n, struct shifts *ret)
{
	struct rd r;
	bool ok;

	memset(ret, 0, sizeof(*ret));
	rd_init(&r, p, n);
	if (rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	ok = rd_text(&r, ret->date, sizeof(ret->date)) &&
	     rd_text(&r, ret->last_date, sizeof(ret->last_date));
	ret->used = rd_u8(&r) != 0;
	ret->last = rd_i64le(&r);
	for (size_t i = 0; i < SHIFT_DRAWERS; i++) {
		ret->drawer[i].cash = rd_i64le(&r);
		ret->drawer[i].difference = rd_i64le(&r);
	}
	ret->n_open = rd_u8(&r);
	ok = ok && ret->n_open <= SHIFT_DRAWERS;
	for (size_t i = 0; ok && i < ret->n_open; i++) {
		ok = rd_open(&r, &ret->open[i]);
	}
	ret->n_closed = rd_u8(&r);
	ok = ok && ret->n_closed <= SHIFT_CLOSED;
	for (size_t i = 0; ok && i < ret->n_closed; i++) {
		ok = rd_closed(&r, &ret->closed[i]);
	}
	return ok ? RC_OK : RC_CORRUPT;
}

enum rc
shifts_load(const struct store *s, MDB_txn *txn, struct shifts *ret,
	struct err *reterr)
{
	uint8_t buf[SHIFTS_VALUE_BYTES];
	size_t n = 0;
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	rc = value_get(s, txn, DB_TOTAL, SHIFTS_KEY, sizeof(SHIFTS_KEY) - 1,
		buf, sizeof(buf), &n, reterr);
	if (rc == RC_OK) {
		rc = shifts_decode(buf, n, ret);
	}
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

enum rc
shifts_settle(struct store_txn *t, struct err *reterr)
{
	uint8_t buf[SHIFTS_VALUE_BYTES];
	size_t n;

	if (!t->shifts_moved) {
		return RC_OK;
	}
	t->shifts_moved = false;
	n = shifts_encode(&t->now.shifts, buf, sizeof(buf));
	return value_put(t, DB_TOTAL, SHIFTS_KEY, sizeof(SHIFTS_KEY) - 1, buf,
		n, 0, reterr);
}

enum rc
shifts_apply(struct store_txn *t, const struct totals *before,
	const struct event *e, struct err *reterr)
{
	struct shifts *s = &t->now.shifts;

	if (shifts_add(s, before, e) != RC_OK) {
		return err_set(reterr, RC_RANGE, 0, "store",
			"the cash drawers cannot take this in: its shift is "
			"not open");
	}
	t->shifts_moved = t->shifts_moved || s->used ||
			  e->type == EVENT_DAY_OPENED ||
			  (e->type == EVENT_DAY_CLOSED && !shifts_is_empty(s));
	return RC_OK;
}
