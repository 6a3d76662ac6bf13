/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operators, as the lines tell of them.  They live in meta under "person/" and
 * their number.  What is personal stays sealed by its person's key, which the
 * store does not know: that is what makes destroying that key enough.
 */
#include <string.h>

#include "store/store_internal.h"

#include "base/poison.h"

#define PREFIX "person/"
#define KEY_BYTES_MAX (sizeof(PREFIX) + 16)
#define GLASS "glass"
#define FLAG_ERASED 1U
#define FLAG_LOUD 2U

static size_t
make_key(const char *no, char key[KEY_BYTES_MAX])
{
	size_t n = strlen(no);

	if (n == 0 || n > 15) {
		return 0;
	}
	memcpy(key, PREFIX, sizeof(PREFIX) - 1);
	/* bytes, not a string */
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(key + sizeof(PREFIX) - 1, no, n);
	return sizeof(PREFIX) - 1 + n;
}

/* --- the value --- */

static void
put_text(struct wr *w, const char *s)
{
	size_t n = strlen(s);

	wr_u8(w, (uint8_t)n); /* shorter than its place, below 256 */
	wr_bytes(w, s, n);
}

static bool
get_text(struct rd *r, char *out, size_t cap)
{
	size_t n = rd_u8(r);
	const uint8_t *p = rd_bytes(r, n);

	out[0] = '\0';
	if (p == NULL || n >= cap) {
		return p == NULL;
	}
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

static size_t
encode(const struct store_person *p, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, STORE_FORMAT);
	wr_u8(&w, p->known);
	put_text(&w, p->role);
	wr_u8(&w, p->active);
	put_text(&w, p->name);
	put_text(&w, p->pin);
	wr_u8(&w, (uint8_t)p->n_badge);
	for (size_t i = 0; i < p->n_badge; i++) {
		put_text(&w, p->badge[i]);
	}
	wr_u32le(&w, p->tries);
	wr_i64le(&w, p->tried.us);
	put_text(&w, p->tried_boot);
	wr_i64le(&w, p->on.us);
	wr_i64le(&w, p->off.us);
	wr_u32le(&w, (uint32_t)p->day);
	wr_u32le(&w, p->refused);
	if (p->erased || p->loud) {
		/* not there else: so older stores have it */
		wr_u8(&w, (p->erased ? FLAG_ERASED : 0) |
				  (p->loud ? FLAG_LOUD : 0));
	}
	return wr_ok(&w) ? w.len : 0;
}

static enum rc
decode(const char *no, size_t no_len, const uint8_t *bytes, size_t n,
	struct store_person *p)
{
	struct rd r;
	uint8_t flags;
	bool ok;

	memset(p, 0, sizeof(*p));
	rd_init(&r, bytes, n);
	if (no_len >= sizeof(p->no) || rd_u8(&r) != STORE_FORMAT) {
		return RC_CORRUPT;
	}
	memcpy(p->no, no, no_len);
	p->known = rd_u8(&r) != 0;
	ok = get_text(&r, p->role, sizeof(p->role));
	p->active = rd_u8(&r) != 0;
	ok = get_text(&r, p->name, sizeof(p->name)) && ok;
	ok = get_text(&r, p->pin, sizeof(p->pin)) && ok;
	p->n_badge = rd_u8(&r);
	if (p->n_badge > STORE_BADGES) {
		return RC_CORRUPT;
	}
	for (size_t i = 0; i < p->n_badge; i++) {
		ok = get_text(&r, p->badge[i], sizeof(p->badge[i])) && ok;
	}
	p->tries = rd_u32le(&r);
	p->tried.us = rd_i64le(&r);
	ok = get_text(&r, p->tried_boot, sizeof(p->tried_boot)) && ok;
	p->on.us = rd_i64le(&r);
	p->off.us = rd_i64le(&r);
	p->day = (int32_t)rd_u32le(&r);
	p->refused = rd_u32le(&r);
	flags = rd_u8(&r);
	p->erased = (flags & FLAG_ERASED) != 0;
	p->loud = (flags & FLAG_LOUD) != 0;
	return ok ? RC_OK : RC_CORRUPT;
}

/* --- changes --- */

static void
copy(char *out, size_t cap, const char *s)
{
	size_t n = s == NULL ? 0 : strlen(s);

	/* one that is too long came from a newer program: not ours to know */
	n = n < cap ? n : 0;
	if (n > 0) {
		memcpy(out, s, n);
	}
	out[n] = '\0';
}

typedef void (*change_fn)(struct store_person *p, const struct event *e);

static enum rc
change(struct store_txn *t, const char *no, const struct event *e, change_fn fn,
	struct err *reterr)
{
	uint8_t buf[PERSON_VALUE_BYTES];
	char key[KEY_BYTES_MAX];
	struct store_person p;
	size_t n = 0, key_len = make_key(no, key);
	enum rc rc;

	if (key_len == 0) {
		return RC_OK; /* nobody can have such a number */
	}
	rc = value_get(t->s, t->txn, DB_META, key, key_len, buf, sizeof(buf),
		&n, reterr);
	if (rc == RC_NOTFOUND) {
		memset(&p, 0, sizeof(p));
		memcpy(p.no, no, strlen(no) + 1);
	} else if (rc != RC_OK) {
		return rc;
	} else if (decode(no, strlen(no), buf, n, &p) != RC_OK) {
		return err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: an operator's value has a form this program does "
			"not know; make it anew with: holdfast rebuild",
			t->s->dir);
	}
	fn(&p, e);
	n = encode(&p, buf, sizeof(buf));
	rc = value_put(t, DB_META, key, key_len, buf, n, 0, reterr);
	crypto_wipe(buf, sizeof(buf));
	crypto_wipe(&p, sizeof(p));
	return rc;
}

static void
set_person(struct store_person *p, const struct event *e)
{
	const struct event_person *d = &e->data.person;

	p->known = true;
	copy(p->role, sizeof(p->role), d->role);
	p->active = d->active;
	copy(p->name, sizeof(p->name), d->name);
	copy(p->pin, sizeof(p->pin), d->pin);
	p->n_badge = 0;
	for (size_t i = 0; i < d->n_badge && i < STORE_BADGES; i++) {
		copy(p->badge[p->n_badge++], sizeof(p->badge[0]),
			d->badge[i].badge);
	}
}

static void
count_try(struct store_person *p, const struct event *e)
{
	p->tries += p->tries < UINT32_MAX ? 1 : 0;
	p->tried = e->mono;
	copy(p->tried_boot, sizeof(p->tried_boot), e->boot);
}

static void
forget_tries(struct store_person *p, const struct event *e)
{
	(void)e;
	p->tries = 0;
}

static void
count_refusal(struct store_person *p, const struct event *e)
{
	struct civil c = utc_civil(e->time, e->tz_min);
	int32_t day = c.year * 10000 + c.month * 100 + c.day;

	p->refused = p->day == day ? p->refused + 1 : 1;
	p->day = day;
}

/* It was them; only the shop's receipts were not ready, or by a verb they may
 * not do this. */
static bool
was_right(const struct event_attempt *d)
{
	bool verb = d->purpose != NULL && strcmp(d->purpose, "verb") == 0;

	return d->why != NULL &&
	       (strcmp(d->why, "receipt") == 0 ||
		       (verb && (strcmp(d->why, "role") == 0 ||
					strcmp(d->why, "grant") == 0)));
}

static void
set_on(struct store_person *p, const struct event *e)
{
	p->tries = 0;
	p->on = e->time;
}

static void
set_off(struct store_person *p, const struct event *e)
{
	p->off = e->time;
}

static void
erase(struct store_person *p, const struct event *e)
{
	(void)e;
	p->known = true;
	p->active = false;
	p->erased = true;
	p->name[0] = '\0';
	p->pin[0] = '\0';
	p->n_badge = 0;
}

/* Nobody who works here, so that no list has them: a verifier and its tries. */
static void
set_glass(struct store_person *p, const struct event *e)
{
	bool made = e->type == EVENT_GLASS_SET;

	p->active = true;
	copy(p->pin, sizeof(p->pin), made ? e->data.glass.code : NULL);
	p->tries = made ? 0 : p->tries;
	p->loud = p->loud || !made;
}

static void
set_quiet(struct store_person *p, const struct event *e)
{
	(void)e;
	p->loud = false;
}

/* A shop that never broke the glass has no row of it. */
static enum rc
sign_off(struct store_txn *t, const char *no, const struct event *e,
	struct err *reterr)
{
	uint8_t buf[PERSON_VALUE_BYTES];
	char key[KEY_BYTES_MAX];
	size_t n = 0, key_len = make_key(GLASS, key);
	enum rc rc = no == NULL ? RC_OK : change(t, no, e, set_off, reterr);

	if (rc == RC_OK) {
		rc = value_get(t->s, t->txn, DB_META, key, key_len, buf,
			sizeof(buf), &n, reterr);
		crypto_wipe(buf, sizeof(buf));
		if (rc == RC_NOTFOUND) {
			return RC_OK;
		}
	}
	return rc == RC_OK ? change(t, GLASS, e, set_quiet, reterr) : rc;
}

/* Of the person, and of the register as a whole. */
static enum rc
change_both(struct store_txn *t, const char *no, const struct event *e,
	change_fn fn, change_fn till, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (no != NULL) {
		rc = change(t, no, e, fn, reterr);
	}
	return rc == RC_OK ? change(t, STORE_TILL, e, till, reterr) : rc;
}

enum rc
person_apply(struct store_txn *t, const struct event *e, struct err *reterr)
{
	const char *no = e->data.operator_.operator_no;

	switch ((int)e->type) {
	case EVENT_OPERATOR_CHANGED:
		no = e->data.person.operator_no;
		return no == NULL ? RC_OK
				  : change(t, no, e, set_person, reterr);
	case EVENT_PERSON_ERASED:
		no = e->data.erased.operator_no;
		return no == NULL ? RC_OK : change(t, no, e, erase, reterr);
	case EVENT_OPERATOR_ATTEMPTED:
		return change_both(t, e->data.attempt.operator_no, e, count_try,
			count_try, reterr);
	case EVENT_OPERATOR_REFUSED:
		if (was_right(&e->data.attempt)) {
			return change_both(t, e->data.attempt.operator_no, e,
				forget_tries, forget_tries, reterr);
		}
		return change_both(t, e->data.attempt.operator_no, e,
			count_refusal, count_refusal, reterr);
	case EVENT_OPERATOR_UNLOCKED:
		no = e->data.lock.operator_no;
		return no == NULL ? RC_OK
				  : change(t, no, e, forget_tries, reterr);
	case EVENT_GLASS_SET:
	case EVENT_GLASS_BROKEN:
		return change(t, GLASS, e, set_glass, reterr);
	case EVENT_APPROVAL_GIVEN:
		return change_both(t, e->data.approval.approver, e,
			forget_tries, forget_tries, reterr);
	case EVENT_REGISTER_UNLOCKED:
		/* by whom is the actor */
		return change_both(
			t, e->actor, e, forget_tries, forget_tries, reterr);
	case EVENT_OPERATOR_SIGNED_ON:
		return change_both(t, no, e, set_on, forget_tries, reterr);
	case EVENT_OPERATOR_SIGNED_OFF:
	default:
		return sign_off(t, no, e, reterr);
	}
}

/* --- look-ups --- */

enum rc
store_person(struct store *s, const char *no, struct store_person *ret,
	struct err *reterr)
{
	uint8_t buf[PERSON_VALUE_BYTES];
	char key[KEY_BYTES_MAX];
	size_t n = 0, key_len = make_key(no, key);
	MDB_txn *txn;
	enum rc rc;

	if (key_len == 0) {
		return RC_NOTFOUND;
	}
	rc = store_read_begin(s, &txn, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	rc = value_get(
		s, txn, DB_META, key, key_len, buf, sizeof(buf), &n, reterr);
	mdb_txn_abort(txn);
	if (rc == RC_OK && decode(no, strlen(no), buf, n, ret) != RC_OK) {
		rc = err_set(reterr, RC_CORRUPT, 0, "store",
			"%s: an operator's value has a form this program does "
			"not know; make it anew with: holdfast rebuild",
			s->dir);
	}
	crypto_wipe(buf, sizeof(buf));
	return rc;
}

enum rc
store_people(struct store *s, struct store_person ret[], size_t cap,
	size_t *ret_n, struct err *reterr)
{
	const size_t prefix = sizeof(PREFIX) - 1;
	uint8_t buf[PERSON_VALUE_BYTES];
	char first[] = PREFIX;
	MDB_txn *txn;
	MDB_cursor *c;
	MDB_val k = {prefix, first}, v;
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
		k.mv_size > prefix && memcmp(k.mv_data, PREFIX, prefix) == 0) {
		size_t n = 0;

		rc = value_open(
			s, DB_META, &k, &v, buf, sizeof(buf), &n, reterr);
		if (rc == RC_OK) {
			rc = decode((const char *)k.mv_data + prefix,
				k.mv_size - prefix, buf, n, &ret[*ret_n]);
		}
		if (rc == RC_OK && ret[*ret_n].known) {
			(*ret_n)++;
		}
		code = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	mdb_txn_abort(txn);
	crypto_wipe(buf, sizeof(buf));
	if (rc == RC_OK && code != MDB_SUCCESS && code != MDB_NOTFOUND) {
		return store_read_fail(s, reterr, code, DB_META);
	}
	return rc;
}
