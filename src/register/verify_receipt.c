/* SPDX-License-Identifier: Apache-2.0 */
#include "register/verify_receipt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "register/purge_base.h"
#include "register/shop_internal.h"
#include "wire/chain.h"
#include "wire/event.h"

#include "base/poison.h"

#define CHECK_LEAST 4

struct look {
	struct shop *s;
	uint64_t sequence;
	struct verify_receipt *ret;
	uint8_t prev[HASH_BYTES]; /* of the line before */
	bool has_prev;
	char *line; /* of the sale */
	size_t len;
	void *memory;
	struct arena arena;
};

static void
copy_text(char *out, size_t cap, const char *text)
{
	struct sbuf b;

	sbuf_init(&b, out, cap);
	sbuf_puts(&b, text != NULL ? text : "");
}

static void
keep(struct verify_receipt *r, const struct event *e)
{
	r->sequence = e->sequence;
	r->time = e->time;
	r->tz_min = e->tz_min;
	r->training = e->training;
	r->total = e->data.sale.total;
	r->digits = e->data.sale.digits;
	r->balance = event_balances(e);
	copy_text(r->number, sizeof(r->number), e->data.sale.number);
	copy_text(r->actor, sizeof(r->actor), e->actor);
}

/* The sale itself: what stands in it, who signed it, what it points at. */
static enum rc
take_sale(struct look *x, const struct journal_record *rec,
	const struct event *e, struct err *reterr)
{
	x->line = malloc(rec->len + 1);
	if (x->line == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "verify", "no memory");
	}
	memcpy(x->line, rec->line, rec->len);
	x->len = rec->len;
	keep(x->ret, e);
	x->ret->signature = wire_verify(
		rec->line, rec->len, keys_public_at(x->s->keys, rec->sequence));
	x->ret->before =
		!x->has_prev || memcmp(e->prev, x->prev, HASH_BYTES) == 0;
	wire_hash(rec->line, rec->len, x->ret->hash);
	return RC_OK;
}

static enum rc
take(void *arg, const struct journal_record *rec, struct err *reterr)
{
	struct look *x = arg;
	struct event e;
	enum rc rc;

	if (rec->sequence < x->sequence) {
		wire_hash(rec->line, rec->len, x->prev);
		x->has_prev = true;
		return RC_OK;
	}
	arena_init(&x->arena, x->memory, wire_arena_bytes(WIRE_LINE_BYTES));
	rc = wire_decode(rec->line, rec->len, &x->arena, &e, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	if (rec->sequence == x->sequence) {
		return take_sale(x, rec, &e, reterr);
	}
	x->ret->behind = memcmp(e.prev, x->ret->hash, HASH_BYTES) == 0;
	return RC_OK;
}

/* The store holds every line a second time. */
static enum rc
compare_store(struct look *x, struct err *reterr)
{
	char *copy = malloc(WIRE_LINE_BYTES + 1);
	size_t len = 0;
	enum rc rc;

	if (copy == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "verify", "no memory");
	}
	rc = store_line(x->s->store, x->sequence, copy, WIRE_LINE_BYTES + 1,
		&len, reterr);
	x->ret->store =
		rc == RC_OK && len == x->len && memcmp(copy, x->line, len) == 0;
	free(copy);
	return RC_OK;
}

static enum rc
look_at(struct look *x, struct err *reterr)
{
	struct shop *s = x->s;
	uint64_t from = x->sequence > 1 ? x->sequence - 1 : 1;
	uint64_t to =
		x->sequence < shop_head(s) ? x->sequence + 1 : x->sequence;
	enum rc rc;

	if (x->sequence < shop_begin(s)) {
		return err_set(reterr, RC_NOTFOUND, 0, "verify",
			"the line of this receipt was purged: ask 'holdfast "
			"archive verify' of its archive");
	}
	if (from < shop_begin(s)) {
		struct purge_base b;

		rc = purge_base_begin(s->own->journal_dir, &b, reterr);
		if (rc != RC_OK) {
			return rc;
		}
		from = x->sequence;
		memcpy(x->prev, b.hash, HASH_BYTES);
		x->has_prev = true;
	}
	x->ret->behind = to == x->sequence; /* the last line of all */
	rc = shop_walk(s, from, to, take, x, reterr);
	if (rc == RC_OK) {
		rc = compare_store(x, reterr);
	}
	if (rc == RC_OK) {
		rc = store_copies(
			s->store, x->ret->number, &x->ret->copies, NULL);
		rc = rc == RC_NOTFOUND ? RC_OK : rc;
	}
	return rc;
}

static enum rc
find(struct shop *s, const char *number, uint64_t *ret, struct err *reterr)
{
	enum rc rc;

	if (s->store == NULL) {
		return err_set(
			reterr, RC_CORRUPT, 0, "verify", "%s", s->trouble);
	}
	rc = store_doc(s->store, number, ret, reterr);
	if (rc == RC_NOTFOUND) {
		return err_set(reterr, rc, 0, "verify",
			"this register has no receipt %s; its numbers look "
			"like %s-000001",
			number, s->state.number_prefix);
	}
	return rc;
}

static enum rc
compare_digits(struct verify_receipt *r, const char *check, struct err *reterr)
{
	char hex[2 * HASH_BYTES + 1];
	size_t n = strlen(check);

	hex_encode(hex, r->hash, HASH_BYTES);
	if (n < CHECK_LEAST || n > sizeof(hex) - 1) {
		return err_set(reterr, RC_INVAL, 0, "verify",
			"--check takes the digits behind the receipt's check, "
			"four or more");
	}
	r->asked = true;
	r->same = true;
	for (size_t i = 0; i < n; i++) {
		int c = tolower((unsigned char)check[i]);

		if (!isxdigit(c)) {
			return err_set(reterr, RC_INVAL, 0, "verify",
				"--check takes digits from 0 to 9 and a to f");
		}
		r->same = r->same && c == hex[i];
	}
	return RC_OK;
}

enum rc
verify_receipt_run(const struct shop_conf *conf, const char *number,
	const char *check, struct verify_receipt *ret, struct err *reterr)
{
	struct look x = {.ret = ret};
	enum rc rc = shop_open(conf, &x.s, reterr);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK) {
		return rc;
	}
	x.memory = malloc(wire_arena_bytes(WIRE_LINE_BYTES));
	if (x.memory == NULL) {
		rc = err_set(reterr, RC_NOMEM, 0, "verify", "no memory");
		goto out;
	}
	rc = find(x.s, number, &x.sequence, reterr);
	if (rc == RC_OK) {
		rc = look_at(&x, reterr);
	}
	if (rc == RC_OK && check != NULL) {
		rc = compare_digits(ret, check, reterr);
	}
	ret->ok = rc == RC_OK && ret->signature && ret->before && ret->behind &&
		  ret->store && ret->balance &&
		  strcmp(ret->number, number) == 0 &&
		  (!ret->asked || ret->same);
out:
	free(x.line);
	free(x.memory);
	shop_close(x.s);
	return rc;
}
