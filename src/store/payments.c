/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payments at card terminals that are not over, in meta under "payment/" and
 * their UUID, and what is known of each terminal, under "terminal/" and the name
 * of its device.  A payment that is over leaves nothing here but its part of
 * the terminal's sums: its lines have it.
 */
#include <string.h>

#include "core/money.h"
#include "store/store_internal.h"

#include "base/poison.h"

#define PAYMENT STORE_PAYMENT
#define TERMINAL "terminal/"
#define KEY_MAX_BYTES 64
#define VALUE_BYTES 1024

struct key {
	uint8_t byte[KEY_MAX_BYTES];
	size_t len;
};

static void
put_key(struct key *k, const char *prefix, const void *p, size_t n)
{
	size_t head = strlen(prefix);

	memcpy(k->byte, prefix, head);
	if (p != NULL) {
		memcpy(k->byte + head, p, n);
	}
	k->len = head + n;
}

/* False: no device has such a name. */
static bool
terminal_key(struct key *k, const char *device)
{
	size_t n = device == NULL ? 0 : strlen(device);

	if (n == 0 || n >= STORE_PAYMENT_TEXT) {
		return false;
	}
	put_key(k, TERMINAL, device, n);
	return true;
}

/* --- values --- */

static void
put_text(struct wr *w, const char *s)
{
	size_t n = strlen(s);

	wr_u8(w, (uint8_t)n); /* below STORE_PAYMENT_TEXT */
	wr_bytes(w, s, n);
}

static bool
get_text(struct rd *r, char *out, size_t cap)
{
	size_t n = rd_u8(r);
	const uint8_t *p = rd_bytes(r, n);

	out[0] = '\0';
	if (p == NULL || n >= cap) {
		return false;
	}
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

static size_t
encode_payment(const struct store_payment *p, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_u8(&w, (uint8_t)p->state);
	wr_bytes(&w, p->sale, UUID_BYTES);
	wr_i64le(&w, (int64_t)p->sequence);
	wr_i64le(&w, p->time.us);
	wr_i64le(&w, p->amount);
	put_text(&w, p->op);
	put_text(&w, p->tender);
	put_text(&w, p->name);
	put_text(&w, p->device);
	put_text(&w, p->of);
	put_text(&w, p->receipt);
	put_text(&w, p->trace);
	put_text(&w, p->auth);
	put_text(&w, p->last);
	return wr_ok(&w) ? w.len : 0;
}

static enum rc
decode_payment(const uint8_t *bytes, size_t n, struct store_payment *p)
{
	const uint8_t *sale;
	struct rd r;
	uint8_t state;
	bool ok;

	memset(p, 0, sizeof(*p));
	rd_init(&r, bytes, n);
	if (rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	state = rd_u8(&r);
	sale = rd_bytes(&r, UUID_BYTES);
	if (sale == NULL || state > STORE_PAYMENT_RESERVED) {
		return RC_CORRUPT;
	}
	p->state = (enum store_payment_state)state;
	memcpy(p->sale, sale, UUID_BYTES);
	p->sequence = (uint64_t)rd_i64le(&r);
	p->time.us = rd_i64le(&r);
	p->amount = rd_i64le(&r);
	ok = get_text(&r, p->op, sizeof(p->op));
	ok = get_text(&r, p->tender, sizeof(p->tender)) && ok;
	ok = get_text(&r, p->name, sizeof(p->name)) && ok;
	ok = get_text(&r, p->device, sizeof(p->device)) && ok;
	ok = get_text(&r, p->of, sizeof(p->of)) && ok;
	ok = get_text(&r, p->receipt, sizeof(p->receipt)) && ok;
	ok = get_text(&r, p->trace, sizeof(p->trace)) && ok;
	ok = get_text(&r, p->auth, sizeof(p->auth)) && ok;
	ok = get_text(&r, p->last, sizeof(p->last)) && ok;
	return ok ? RC_OK : RC_CORRUPT;
}

enum rc
payment_sequence(const uint8_t *value, size_t n, uint64_t *ret)
{
	struct store_payment p;
	enum rc rc = decode_payment(value, n, &p);

	if (rc == RC_OK) {
		*ret = p.sequence;
	}
	return rc;
}

static size_t
encode_terminal(const struct store_terminal *t, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	put_text(&w, t->id);
	put_text(&w, t->receipt);
	put_text(&w, t->trace);
	wr_i64le(&w, t->amount);
	wr_i64le(&w, t->time.us);
	wr_i64le(&w, t->paid_count);
	wr_i64le(&w, t->paid);
	wr_i64le(&w, t->offline);
	wr_i64le(&w, t->reversed);
	put_text(&w, t->when);
	return wr_ok(&w) ? w.len : 0;
}

static enum rc
decode_terminal(const uint8_t *bytes, size_t n, struct store_terminal *t)
{
	struct rd r;
	bool ok;

	memset(t, 0, sizeof(*t));
	rd_init(&r, bytes, n);
	if (rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	ok = get_text(&r, t->id, sizeof(t->id));
	ok = get_text(&r, t->receipt, sizeof(t->receipt)) && ok;
	ok = get_text(&r, t->trace, sizeof(t->trace)) && ok;
	t->amount = rd_i64le(&r);
	t->time.us = rd_i64le(&r);
	t->paid_count = rd_i64le(&r);
	t->paid = rd_i64le(&r);
	t->offline = rd_i64le(&r);
	t->reversed = rd_i64le(&r);
	ok = get_text(&r, t->when, sizeof(t->when)) && ok;
	return ok ? RC_OK : RC_CORRUPT;
}

static enum rc
unknown_form(const struct store *s, struct err *reterr)
{
	return err_set(reterr, RC_CORRUPT, 0, "store",
		"%s: a card payment's value has a form this program does not "
		"know; make it anew with: holdfast rebuild",
		s->dir);
}

static enum rc
get_payment(struct store_txn *t, const struct key *k, struct store_payment *ret,
	struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	size_t n = 0;
	enum rc rc = value_get(t->s, t->txn, DB_META, k->byte, k->len, buf,
		sizeof(buf), &n, reterr);

	if (rc == RC_OK && decode_payment(buf, n, ret) != RC_OK) {
		rc = unknown_form(t->s, reterr);
	}
	return rc;
}

static enum rc
put_payment(struct store_txn *t, const struct key *k,
	const struct store_payment *p, struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	size_t n = encode_payment(p, buf, sizeof(buf));

	return value_put(t, DB_META, k->byte, k->len, buf, n, 0, reterr);
}

/* Nothing known is a terminal of zeros. */
static enum rc
get_terminal(const struct store *s, MDB_txn *txn, const struct key *k,
	struct store_terminal *ret, struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	size_t n = 0;
	enum rc rc = value_get(
		s, txn, DB_META, k->byte, k->len, buf, sizeof(buf), &n, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc == RC_OK && decode_terminal(buf, n, ret) != RC_OK) {
		rc = unknown_form(s, reterr);
	}
	return rc;
}

static enum rc
put_terminal(struct store_txn *t, const struct key *k,
	const struct store_terminal *v, struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	size_t n = encode_terminal(v, buf, sizeof(buf));

	return value_put(t, DB_META, k->byte, k->len, buf, n, 0, reterr);
}

/* --- events --- */

/* What is longer came from a newer program: not ours to know. */
static void
copy(char *out, size_t cap, const char *s)
{
	size_t n = s == NULL ? 0 : strlen(s);

	n = n < cap ? n : 0;
	if (n > 0) {
		memcpy(out, s, n);
	}
	out[n] = '\0';
}

static bool
is(const char *text, const char *word)
{
	return text != NULL && strcmp(text, word) == 0;
}

static bool
is_paid(const char *outcome)
{
	return is(outcome, "approved") || is(outcome, "offline");
}

static enum rc
apply_started(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_payment *d = &e->data.payment;
	struct store_payment p = {.state = STORE_PAYMENT_OPEN,
		.sequence = e->sequence,
		.time = e->time,
		.amount = d->amount};
	struct key k;

	memcpy(p.sale, d->sale, UUID_BYTES);
	copy(p.op, sizeof(p.op), d->op);
	copy(p.tender, sizeof(p.tender), d->tender);
	copy(p.name, sizeof(p.name), d->name);
	copy(p.device, sizeof(p.device), d->terminal);
	copy(p.of, sizeof(p.of), d->of);
	copy(p.receipt, sizeof(p.receipt), d->receipt);
	copy(p.last, sizeof(p.last), d->last);
	put_key(&k, PAYMENT, d->payment, UUID_BYTES);
	return put_payment(t, &k, &p, reterr);
}

static bool
add(int64_t *sum, int64_t v)
{
	return !__builtin_add_overflow(*sum, v, sum) && *sum <= MONEY_MAX &&
	       *sum >= -MONEY_MAX;
}

/* Its part of what the terminal must come to at the end of its day. */
static bool
count_paid(struct store_terminal *v, const struct store_payment *p,
	const struct event_payment_end *d)
{
	if (!is_paid(d->outcome) || is(p->op, "reserve") ||
		is(p->op, "release")) {
		return true;
	}
	v->paid_count += is(p->op, "reverse") ? -1 : 1;
	v->reversed += is(p->op, "reverse") ? 1 : 0;
	v->offline += is(d->outcome, "offline") ? 1 : 0;
	return add(&v->paid, d->amount);
}

static enum rc
apply_to_terminal(struct store_txn *t, const struct event *e,
	const struct store_payment *p, struct err *reterr)
{
	const struct event_payment_end *d = &e->data.payment_end;
	struct store_terminal v;
	struct key k;
	enum rc rc;

	if (!terminal_key(&k, p->device)) {
		return RC_OK;
	}
	rc = get_terminal(t->s, t->txn, &k, &v, reterr);
	if (rc != RC_OK && rc != RC_NOTFOUND) {
		return rc;
	}
	if (d->receipt != NULL && d->receipt[0] != '\0') {
		copy(v.receipt, sizeof(v.receipt), d->receipt);
		copy(v.trace, sizeof(v.trace), d->trace);
		v.amount = d->amount;
		v.time = e->time;
		copy(v.when, sizeof(v.when), d->when);
	}
	if (d->terminal != NULL && d->terminal[0] != '\0') {
		copy(v.id, sizeof(v.id), d->terminal);
	}
	if (!count_paid(&v, p, d)) {
		return err_set(reterr, RC_RANGE, 0, "store",
			"a terminal's day cannot take this in; end it first");
	}
	return put_terminal(t, &k, &v, reterr);
}

/* The money that was held is taken, or let go. */
static enum rc
end_reservation(struct store_txn *t, const char *of, struct err *reterr)
{
	uint8_t id[UUID_BYTES];
	struct key k;
	enum rc rc;

	if (uuid_parse(of, strlen(of), id) != RC_OK) {
		return RC_OK;
	}
	put_key(&k, PAYMENT, id, UUID_BYTES);
	rc = value_del(t, DB_META, k.byte, k.len, reterr);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

static enum rc
apply_ended(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_payment_end *d = &e->data.payment_end;
	struct store_payment p;
	struct key k;
	enum rc rc;

	put_key(&k, PAYMENT, d->payment, UUID_BYTES);
	rc = get_payment(t, &k, &p, reterr);
	if (rc != RC_OK) {
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	if (is(d->outcome, "unknown")) {
		p.state = STORE_PAYMENT_UNKNOWN;
		return put_payment(t, &k, &p, reterr);
	}
	if (is_paid(d->outcome) && is(p.op, "reserve")) {
		p.state = STORE_PAYMENT_RESERVED;
		p.amount = d->amount;
		copy(p.receipt, sizeof(p.receipt), d->receipt);
		copy(p.trace, sizeof(p.trace), d->trace);
		copy(p.auth, sizeof(p.auth), d->auth);
		rc = put_payment(t, &k, &p, reterr);
	} else {
		rc = value_del(t, DB_META, k.byte, k.len, reterr);
	}
	if (rc == RC_OK && is_paid(d->outcome) &&
		(is(p.op, "capture") || is(p.op, "release"))) {
		rc = end_reservation(t, p.of, reterr);
	}
	return rc == RC_OK ? apply_to_terminal(t, e, &p, reterr) : rc;
}

static enum rc
apply_closed(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const struct event_terminal *d = &e->data.terminal;
	struct store_terminal v;
	struct key k;
	enum rc rc;

	if (!is_paid(d->outcome) || !terminal_key(&k, d->terminal)) {
		return RC_OK;
	}
	rc = get_terminal(t->s, t->txn, &k, &v, reterr);
	if (rc != RC_OK) {
		return rc == RC_NOTFOUND ? RC_OK : rc;
	}
	v.paid_count = 0;
	v.paid = 0;
	v.offline = 0;
	v.reversed = 0;
	return put_terminal(t, &k, &v, reterr);
}

enum rc
payment_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	switch ((int)e->type) {
	case EVENT_PAYMENT_STARTED:
		return apply_started(t, e, reterr);
	case EVENT_PAYMENT_ENDED:
		return apply_ended(t, e, reterr);
	case EVENT_TERMINAL_CLOSED:
		return apply_closed(t, e, reterr);
	default:
		return RC_OK;
	}
}

/* --- look-ups --- */

enum rc
store_terminal(struct store *s, const char *device, struct store_terminal *ret,
	struct err *reterr)
{
	struct key k;
	MDB_txn *txn;
	enum rc rc;

	if (!terminal_key(&k, device)) {
		return RC_NOTFOUND;
	}
	rc = store_read_begin(s, &txn, reterr);
	if (rc == RC_OK) {
		rc = get_terminal(s, txn, &k, ret, reterr);
		mdb_txn_abort(txn);
	}
	return rc;
}

/* The one at the cursor. */
static enum rc
take_payment(struct store *s, const MDB_val *key, const MDB_val *data,
	struct store_payment *ret, struct err *reterr)
{
	uint8_t buf[VALUE_BYTES];
	size_t n = 0;
	enum rc rc =
		value_open(s, DB_META, key, data, buf, sizeof(buf), &n, reterr);

	if (rc == RC_OK && decode_payment(buf, n, ret) != RC_OK) {
		rc = unknown_form(s, reterr);
	}
	if (rc == RC_OK) {
		memcpy(ret->payment,
			(const uint8_t *)key->mv_data + sizeof(PAYMENT) - 1,
			UUID_BYTES);
	}
	return rc;
}

static bool
is_reserved(const struct store_payment *p)
{
	return p->state == STORE_PAYMENT_RESERVED;
}

enum rc
store_payments(struct store *s, bool reserved, const uint8_t *after,
	struct store_payment ret[], size_t cap, size_t *ret_n,
	struct err *reterr)
{
	const size_t prefix = sizeof(PAYMENT) - 1;
	struct key first;
	MDB_txn *txn;
	MDB_cursor *c;
	MDB_val k, v;
	enum rc rc;
	int code;

	put_key(&first, PAYMENT, after, after == NULL ? 0 : UUID_BYTES);
	if (after != NULL) {
		first.byte[first.len++] = 0; /* right behind it */
	}
	k = (MDB_val){first.len, first.byte};

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
		k.mv_size == prefix + UUID_BYTES &&
		memcmp(k.mv_data, PAYMENT, prefix) == 0) {
		rc = take_payment(s, &k, &v, &ret[*ret_n], reterr);
		*ret_n += rc == RC_OK && is_reserved(&ret[*ret_n]) == reserved
				  ? 1
				  : 0;
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	mdb_txn_abort(txn);
	if (rc == RC_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return store_read_fail(s, reterr, code, DB_META);
	}
	return rc;
}
