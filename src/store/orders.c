/* SPDX-License-Identifier: Apache-2.0 */
/* What a kitchen has still to print: meta/order, by sale and printer. */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define ORDER STORE_ORDER
#define HEAD_BYTES (sizeof(ORDER) - 1 + 8)
#define VALUE_BYTES 32

struct key {
	uint8_t byte[HEAD_BYTES + sizeof(((struct store_order *)0)->device)];
	size_t len;
};

/* False: no device has such a name. */
static bool
make_key(struct key *k, uint64_t sequence, const char *device, size_t n)
{
	if (n == 0 || n >= sizeof(((struct store_order *)0)->device)) {
		return false;
	}
	memcpy(k->byte, ORDER, sizeof(ORDER) - 1);
	put_u64be(k->byte + sizeof(ORDER) - 1, sequence);
	memcpy(k->byte + HEAD_BYTES, device, n);
	k->len = HEAD_BYTES + n;
	return true;
}

static enum rc
put_copy(struct store_txn *t, const struct key *k, int64_t copy,
	struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	size_t n = number_encode(copy, buf, sizeof(buf));

	return value_put(t, DB_META, k->byte, k->len, buf, n, 0, reterr);
}

/* Until something is said of it nobody knows whether it is on paper. */
static enum rc
apply_sale(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const char *c = e->data.sale.orders;
	enum rc rc = RC_OK;

	while (rc == RC_OK && c != NULL && *c != '\0') {
		size_t n = strcspn(c, " ");
		struct key k;

		if (make_key(&k, e->sequence, c, n)) {
			rc = put_copy(t, &k, 1, reterr);
		}
		c += n;
		c += strspn(c, " ");
	}
	return rc;
}

static enum rc
sale_of(struct store_txn *t, const char *number, uint64_t *ret,
	struct err *reterr)
{
	struct doc_value doc = {0};
	uint8_t buf[VALUE_BYTES];
	size_t n = 0;
	enum rc rc;

	if (number == NULL || number[0] == '\0' ||
		strlen(number) > STORE_NUMBER_MAX) {
		return RC_NOTFOUND;
	}
	rc = value_get(t->s, t->txn, DB_DOC, number, strlen(number), buf,
		sizeof(buf), &n, reterr);
	if (rc == RC_OK) {
		rc = doc_decode(buf, n, &doc);
	}
	*ret = doc.sequence;
	return rc;
}

static enum rc
apply_printed(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_order *o = &e->data.order;
	uint8_t buf[VALUE_BYTES];
	uint64_t sequence = 0;
	struct key k;
	size_t n = 0;
	enum rc rc = sale_of(t, o->number, &sequence, reterr);

	if (rc != RC_OK || o->outcome == NULL || o->device == NULL ||
		!make_key(&k, sequence, o->device, strlen(o->device))) {
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	rc = value_get(t->s, t->txn, DB_META, k.byte, k.len, buf, sizeof(buf),
		&n, reterr);
	if (rc != RC_OK) {
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	if (strcmp(o->outcome, "failed") == 0) {
		return put_copy(t, &k, o->copy, reterr);
	}
	if (strcmp(o->outcome, "unknown") == 0) {
		return put_copy(t, &k,
			o->copy < INT64_MAX ? o->copy + 1 : o->copy, reterr);
	}
	return value_del(t, DB_META, k.byte, k.len, reterr);
}

enum rc
order_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	switch ((int)e->type) {
	case EVENT_SALE_COMPLETED:
		return apply_sale(t, e, reterr);
	case EVENT_ORDER_PRINTED:
		return apply_printed(t, e, reterr);
	default:
		return RC_OK;
	}
}

size_t
order_puts(const struct event *e)
{
	const char *c = e->data.sale.orders;
	size_t n = c != NULL && *c != '\0' ? 1 : 0;

	for (; c != NULL && *c != '\0'; c++) {
		n += *c == ' ' ? 1 : 0;
	}
	return n;
}

/* --- look-ups --- */

static bool
is_order(const MDB_val *k)
{
	return k->mv_size > HEAD_BYTES &&
	       k->mv_size < sizeof(((struct key *)0)->byte) &&
	       memcmp(k->mv_data, ORDER, sizeof(ORDER) - 1) == 0;
}

/* The one at the cursor. */
static enum rc
take(struct store *s, const MDB_val *key, const MDB_val *data,
	struct store_order *ret, struct err *reterr)
{
	const uint8_t *p = key->mv_data;
	uint8_t buf[VALUE_BYTES];
	size_t n = 0;
	enum rc rc =
		value_open(s, DB_META, key, data, buf, sizeof(buf), &n, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_OK) {
		rc = number_decode(buf, n, &ret->copy);
	}
	ret->sequence = get_u64be(p + sizeof(ORDER) - 1);
	memcpy(ret->device, p + HEAD_BYTES, key->mv_size - HEAD_BYTES);
	return rc;
}

enum rc
store_orders(struct store *s, struct store_order ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	char first[] = ORDER;
	MDB_txn *txn;
	MDB_cursor *c;
	MDB_val k = {sizeof(ORDER) - 1, first}, v;
	enum rc rc;
	int code;

	*ret_n = 0;
	rc = store_read_begin(s, &txn, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	code = mdb_cursor_open(txn, s->dbi[DB_META], &c);
	if (code != MDB_SUCCESS) {
		mdb_txn_abort(txn);
		return store_read_fail(s, reterr, code, DB_META);
	}
	code = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	while (code == MDB_SUCCESS && rc == RC_OK && *ret_n < cap &&
		is_order(&k)) {
		rc = take(s, &k, &v, &ret[*ret_n], reterr);
		*ret_n += rc == RC_OK ? 1 : 0;
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	mdb_txn_abort(txn);
	if (rc == RC_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return store_read_fail(s, reterr, code, DB_META);
	}
	return rc;
}
