/* SPDX-License-Identifier: Apache-2.0 */
/* What the ends of days, months and years leave: in "total" a row for each
 * month and year, one for all there ever was, and where each Z stands. */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define EVER_KEY "ever"
#define ROW_KEY_BYTES (1 + PERIOD_DATE_BYTES)
#define HEAD_BYTES 128

/* "m2026-11", "y2026": in the order of time, months apart from years. */
static size_t
name_key(const char *name, char out[ROW_KEY_BYTES])
{
	enum period_kind kind = PERIOD_MONTH;
	size_t n = strlen(name);

	if (!period_kind_of(name, &kind)) {
		return 0;
	}
	out[0] = kind == PERIOD_MONTH ? 'm' : 'y';
	/* a key is no string */
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(out + 1, name, n);
	return n + 1;
}

/* A number of a Z, in the order of days. */
static size_t
day_key(int64_t number, uint8_t out[ROW_KEY_BYTES])
{
	out[0] = 'z';
	put_u64be(out + 1, (uint64_t)number);
	return 9;
}

/* --- values --------------------------------------------------------------- */

static void
wr_name(struct wr *w, const char *name, size_t cap)
{
	char text[PERIOD_DATE_BYTES] = "";
	size_t n = strlen(name);

	memcpy(text, name, n < cap ? n : cap - 1);
	wr_bytes(w, text, cap);
}

static void
rd_name(struct rd *r, char *out, size_t cap)
{
	const uint8_t *p = rd_bytes(r, cap);

	memset(out, 0, cap);
	if (p != NULL) {
		memcpy(out, p, cap - 1);
	}
}

static size_t
wr_sums(struct wr *w, const struct period *p, uint8_t *out, size_t cap)
{
	size_t n;

	wr_i64le(w, p->first_day);
	wr_i64le(w, p->last_day);
	if (!wr_ok(w)) {
		return 0;
	}
	n = totals_encode(&p->sum, out + w->len, cap - w->len);
	return n == 0 ? 0 : w->len + n;
}

static enum rc
rd_sums(struct rd *r, const uint8_t *p, size_t n, size_t head,
	struct period *ret)
{
	ret->first_day = rd_i64le(r);
	ret->last_day = rd_i64le(r);
	return n < head ? RC_CORRUPT
			: totals_decode(p + head, n - head, &ret->sum);
}

#define PERIOD_HEAD (1 + PERIOD_NAME_BYTES + 8 + 8 + 8 + 8)
#define EVER_HEAD                                                              \
	(1 + PERIOD_DATE_BYTES + 2 * PERIOD_NAME_BYTES + 8 + 8 + 1 + 8 + 8)
_Static_assert(EVER_HEAD < HEAD_BYTES && PERIOD_HEAD < HEAD_BYTES,
	"what stands before the sums fits");

static size_t
period_encode(const struct store_period *p, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_name(&w, p->p.name, PERIOD_NAME_BYTES);
	wr_i64le(&w, p->number);
	wr_u64le(&w, p->sequence);
	return wr_sums(&w, &p->p, out, cap);
}

static enum rc
period_decode(const uint8_t *p, size_t n, struct store_period *ret)
{
	struct rd r;

	memset(ret, 0, sizeof(*ret));
	rd_init(&r, p, n);
	if (rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	rd_name(&r, ret->p.name, PERIOD_NAME_BYTES);
	ret->number = rd_i64le(&r);
	ret->sequence = rd_u64le(&r);
	return rd_sums(&r, p, n, PERIOD_HEAD, &ret->p);
}

static size_t
ever_encode(const struct store_ever *e, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_name(&w, e->date, PERIOD_DATE_BYTES);
	wr_name(&w, e->last[PERIOD_MONTH], PERIOD_NAME_BYTES);
	wr_name(&w, e->last[PERIOD_YEAR], PERIOD_NAME_BYTES);
	wr_i64le(&w, e->closed[PERIOD_MONTH]);
	wr_i64le(&w, e->closed[PERIOD_YEAR]);
	wr_u8(&w, e->told);
	return wr_sums(&w, &e->ever, out, cap);
}

static enum rc
ever_decode(const uint8_t *p, size_t n, struct store_ever *ret)
{
	struct rd r;

	memset(ret, 0, sizeof(*ret));
	rd_init(&r, p, n);
	if (rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	rd_name(&r, ret->date, PERIOD_DATE_BYTES);
	rd_name(&r, ret->last[PERIOD_MONTH], PERIOD_NAME_BYTES);
	rd_name(&r, ret->last[PERIOD_YEAR], PERIOD_NAME_BYTES);
	ret->closed[PERIOD_MONTH] = rd_i64le(&r);
	ret->closed[PERIOD_YEAR] = rd_i64le(&r);
	ret->told = rd_u8(&r) != 0;
	return rd_sums(&r, p, n, EVER_HEAD, &ret->ever);
}

/* --- reading within a transaction ----------------------------------------- */

static enum rc
get_period(const struct store *s, MDB_txn *txn, const char *name,
	struct store_period *ret, struct err *reterr)
{
	uint8_t buf[HEAD_BYTES + TOTALS_VALUE_BYTES];
	char key[ROW_KEY_BYTES];
	size_t n_key = name_key(name, key), n = 0;
	enum rc rc = n_key == 0 ? RC_NOTFOUND
				: value_get(s, txn, DB_TOTAL, key, n_key, buf,
					  sizeof(buf), &n, reterr);

	return rc == RC_OK ? period_decode(buf, n, ret) : rc;
}

static enum rc
get_ever(const struct store *s, MDB_txn *txn, struct store_ever *ret,
	struct err *reterr)
{
	uint8_t buf[HEAD_BYTES + TOTALS_VALUE_BYTES];
	size_t n = 0;
	enum rc rc = value_get(s, txn, DB_TOTAL, EVER_KEY, sizeof(EVER_KEY) - 1,
		buf, sizeof(buf), &n, reterr);

	if (rc == RC_NOTFOUND) {
		memset(ret, 0, sizeof(*ret));
		return RC_OK;
	}
	return rc == RC_OK ? ever_decode(buf, n, ret) : rc;
}

static enum rc
get_doc(const struct store *s, MDB_txn *txn, int64_t number,
	struct doc_value *ret, struct err *reterr)
{
	uint8_t key[ROW_KEY_BYTES], buf[SMALL_VALUE_BYTES];
	size_t n = 0;
	enum rc rc = value_get(s, txn, DB_TOTAL, key, day_key(number, key), buf,
		sizeof(buf), &n, reterr);

	return rc == RC_OK ? doc_decode(buf, n, ret) : rc;
}

/* --- changes -------------------------------------------------------------- */

static enum rc
put_period(
	struct store_txn *t, const struct store_period *p, struct err *reterr)
{
	uint8_t buf[HEAD_BYTES + TOTALS_VALUE_BYTES];
	char key[ROW_KEY_BYTES];
	size_t n_key = name_key(p->p.name, key);

	return value_put(t, DB_TOTAL, key, n_key, buf,
		period_encode(p, buf, sizeof(buf)), 0, reterr);
}

static enum rc
put_ever(struct store_txn *t, const struct store_ever *e, struct err *reterr)
{
	uint8_t buf[HEAD_BYTES + TOTALS_VALUE_BYTES];

	return value_put(t, DB_TOTAL, EVER_KEY, sizeof(EVER_KEY) - 1, buf,
		ever_encode(e, buf, sizeof(buf)), 0, reterr);
}

static enum rc
put_doc(struct store_txn *t, int64_t number, const struct doc_value *d,
	struct err *reterr)
{
	uint8_t key[ROW_KEY_BYTES], buf[SMALL_VALUE_BYTES];

	return value_put(t, DB_TOTAL, key, day_key(number, key), buf,
		doc_encode(d, buf, sizeof(buf)), 0, reterr);
}

static enum rc
add_to(struct store_txn *t, enum period_kind kind, const struct event_day *d,
	struct err *reterr)
{
	struct store_period p;
	char name[PERIOD_NAME_BYTES];
	enum rc rc;

	period_name(kind, d->date, name);
	if (name[0] == '\0') {
		return RC_OK;
	}
	rc = get_period(t->s, t->txn, name, &p, reterr);
	if (rc == RC_NOTFOUND) {
		memset(&p, 0, sizeof(p));
		memcpy(p.p.name, name, sizeof(p.p.name));
		rc = RC_OK;
	}
	if (rc == RC_OK && period_add(&p.p, d) != RC_OK) {
		rc = err_set(reterr, RC_RANGE, 0, "store",
			"the sums of %s cannot take this day in", name);
	}
	return rc == RC_OK ? put_period(t, &p, reterr) : rc;
}

/* A day of before there were dates leaves nothing: a store of then holds the
 * bytes it held. */
static enum rc
apply_day(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_day *d = &e->data.day;
	struct doc_value doc = {e->sequence, 0};
	struct store_ever ever;
	struct period told;
	enum rc rc, has;

	has = period_ever_told(d, &told);
	if (has == RC_RANGE) {
		return err_set(reterr, has, 0, "store",
			"the perpetual sums have a name that is too long");
	}
	if (d->date == NULL && has != RC_OK) {
		return RC_OK;
	}
	rc = get_ever(t->s, t->txn, &ever, reterr);
	if (rc == RC_OK) {
		ever.told = has == RC_OK;
		if (ever.told) {
			ever.ever = told;
		}
		if (d->date != NULL && strlen(d->date) < sizeof(ever.date)) {
			memcpy(ever.date, d->date, strlen(d->date) + 1);
		}
		rc = put_ever(t, &ever, reterr);
	}
	if (rc == RC_OK && d->date != NULL) {
		rc = add_to(t, PERIOD_MONTH, d, reterr);
	}
	if (rc == RC_OK && d->date != NULL) {
		rc = add_to(t, PERIOD_YEAR, d, reterr);
	}
	return rc == RC_OK ? put_doc(t, d->number, &doc, reterr) : rc;
}

static enum rc
apply_period(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_period *d = &e->data.period;
	enum period_kind kind = PERIOD_MONTH;
	struct store_period p;
	struct store_ever ever;
	enum rc rc;

	if (d->name == NULL || !period_kind_of(d->name, &kind)) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"the end of a period without a name");
	}
	rc = get_period(t->s, t->txn, d->name, &p, reterr);
	if (rc == RC_OK) {
		p.number = d->number;
		p.sequence = e->sequence;
		rc = put_period(t, &p, reterr);
	}
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, RC_INVAL, 0, "store",
			"%s is closed and has no day", d->name);
	}
	if (rc == RC_OK) {
		rc = get_ever(t->s, t->txn, &ever, reterr);
	}
	if (rc == RC_OK) {
		ever.closed[kind] = d->number;
		memset(ever.last[kind], 0, PERIOD_NAME_BYTES);
		memcpy(ever.last[kind], d->name, strlen(d->name));
		rc = put_ever(t, &ever, reterr);
	}
	return rc;
}

enum rc
closing_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	return e->type == EVENT_DAY_CLOSED ? apply_day(t, e, reterr)
					   : apply_period(t, e, reterr);
}

int64_t
store_z_number(const char *number)
{
	size_t n = strlen(number);
	int64_t v = 0;

	if (n < 2 || n > 17 || number[0] != 'Z') {
		return 0;
	}
	for (size_t i = 1; i < n; i++) {
		if (number[i] < '0' || number[i] > '9') {
			return 0;
		}
		v = v * 10 + (number[i] - '0');
	}
	return v;
}

/* Of a Z of before there were rows the copies alone are kept. */
enum rc
closing_copy(struct store_txn *t, const char *number, int64_t copy,
	struct err *reterr)
{
	int64_t z = store_z_number(number);
	struct doc_value doc = {0};
	enum rc rc;

	if (z == 0) {
		return RC_NOTFOUND;
	}
	rc = get_doc(t->s, t->txn, z, &doc, reterr);
	if (rc != RC_OK && rc != RC_NOTFOUND) {
		return rc;
	}
	if (copy <= doc.copies) {
		return RC_OK;
	}
	doc.copies = copy;
	return put_doc(t, z, &doc, reterr);
}

/* --- look-ups ------------------------------------------------------------- */

enum rc
store_ever(struct store *s, struct store_ever *ret, struct err *reterr)
{
	MDB_txn *txn;
	enum rc rc = store_read_begin(s, &txn, reterr);

	if (rc == RC_OK) {
		rc = get_ever(s, txn, ret, reterr);
		mdb_txn_abort(txn);
	}
	return rc;
}

enum rc
store_period(struct store *s, const char *name, struct store_period *ret,
	struct err *reterr)
{
	MDB_txn *txn;
	enum rc rc = store_read_begin(s, &txn, reterr);

	if (rc == RC_OK) {
		rc = get_period(s, txn, name, ret, reterr);
		mdb_txn_abort(txn);
	}
	return rc;
}

/* The first row behind ${name}, of its kind. */
static enum rc
next_row(struct store *s, MDB_txn *txn, enum period_kind kind, const char *name,
	struct store_period *ret, struct err *reterr)
{
	uint8_t buf[HEAD_BYTES + TOTALS_VALUE_BYTES];
	char key[ROW_KEY_BYTES] = {kind == PERIOD_MONTH ? 'm' : 'y'};
	size_t n_key = 1 + strlen(name), n = 0;
	MDB_val k = {n_key, key}, v;
	MDB_cursor *c;
	enum rc rc = RC_NOTFOUND;
	int code;

	memcpy(key + 1, name, n_key - 1);
	code = mdb_cursor_open(txn, s->dbi[DB_TOTAL], &c);
	if (code != MDB_SUCCESS) {
		return store_read_fail(s, reterr, code, DB_TOTAL);
	}
	code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	if (code == MDB_SUCCESS && k.mv_size == n_key &&
		memcmp(k.mv_data, key, n_key) == 0) {
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	if (code == MDB_SUCCESS && k.mv_size > 1 &&
		((const char *)k.mv_data)[0] == key[0]) {
		rc = value_open(
			s, DB_TOTAL, &k, &v, buf, sizeof(buf), &n, reterr);
		if (rc == RC_OK) {
			rc = period_decode(buf, n, ret);
		}
	} else if (code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		rc = store_read_fail(s, reterr, code, DB_TOTAL);
	}
	mdb_cursor_close(c);
	return rc;
}

enum rc
store_period_next(struct store *s, enum period_kind kind, const char *after,
	struct store_period *ret, struct err *reterr)
{
	MDB_txn *txn;
	enum rc rc;

	if (strlen(after) >= PERIOD_NAME_BYTES) {
		return RC_NOTFOUND;
	}
	rc = store_read_begin(s, &txn, reterr);
	if (rc == RC_OK) {
		rc = next_row(s, txn, kind, after, ret, reterr);
		mdb_txn_abort(txn);
	}
	return rc;
}

enum rc
store_day(struct store *s, int64_t number, uint64_t *ret_sequence,
	int64_t *ret_copies, struct err *reterr)
{
	struct doc_value doc = {0};
	MDB_txn *txn;
	enum rc rc = store_read_begin(s, &txn, reterr);

	if (rc == RC_OK) {
		rc = get_doc(s, txn, number, &doc, reterr);
		mdb_txn_abort(txn);
	}
	if (rc == RC_OK) {
		*ret_sequence = doc.sequence;
		*ret_copies = doc.copies;
	}
	return rc;
}
