/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/exception.h"

#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "base/sbuf.h"
#include "hub/act.h"

#include "base/poison.h"

#define REASON_BYTES 600

/* --- the list --- */

static const char *
text_of(const struct db_rows *rows, int i, int col)
{
	const char *s = db_text(rows, i, col);

	return s != NULL ? s : "";
}

static enum rc
put_rows(const struct db_rows *rows, const struct register_place *r,
	struct exception_place *last, exception_fn fn, void *arg,
	struct err *reterr)
{
	enum rc rc = RC_OK;

	for (int i = 0; rc == RC_OK && i < rows->n; i++) {
		struct exception x = {.kind = text_of(rows, i, 0),
			.epoch = db_i64(rows, i, 1),
			.sequence = db_i64(rows, i, 2),
			.detail = text_of(rows, i, 3),
			.since = db_time(rows, i, 4),
			.open = db_bool(rows, i, 5),
			.closed = db_time(rows, i, 6),
			.by = text_of(rows, i, 7),
			.reason = text_of(rows, i, 8)};
		struct sbuf b;

		sbuf_init(&b, last->kind, sizeof(last->kind));
		sbuf_puts(&b, x.kind);
		last->epoch = x.epoch;
		last->sequence = x.sequence;
		rc = fn(arg, r, &x, reterr);
	}
	return rc;
}

enum rc
exception_each(struct db *db, const struct tenant *t,
	const struct register_place *r, bool all,
	const struct exception_place *after, exception_fn fn, void *arg,
	struct err *reterr)
{
	struct exception_place last = {0};
	enum rc rc = RC_OK;
	int n = 1;

	if (after != NULL) {
		last = *after;
	}
	while (rc == RC_OK && n > 0) {
		struct db_rows rows = {0};
		struct db_args args;

		db_args_init(&args, r->part, t->id);
		db_add_uuid(&args, r->id);
		db_add_bool(&args, all);
		db_add_text(&args, last.kind);
		db_add_i64(&args, last.epoch);
		db_add_i64(&args, last.sequence);
		rc = db_run(db, SQL_EXCEPTION_LIST, &args, &rows, reterr);
		n = rows.n;
		if (rc == RC_OK) {
			rc = put_rows(&rows, r, &last, fn, arg, reterr);
		}
		db_rows_free(&rows);
	}
	return rc;
}

/* --- its name --- */

void
exception_id(const char *reg, const struct exception *x,
	char out[EXCEPTION_ID_BYTES])
{
	struct sbuf b;

	sbuf_init(&b, out, EXCEPTION_ID_BYTES);
	sbuf_printf(&b, "%s.%s.%" PRId64 ".%" PRId64, reg, x->kind, x->epoch,
		x->sequence);
}

/* The word up to the next dot, which is passed; false: it is empty or does not
 * fit. */
static bool
take_word(const char **p, char *out, size_t cap)
{
	size_t n = strcspn(*p, ".");

	if (n == 0 || n >= cap) {
		return false;
	}
	memcpy(out, *p, n);
	out[n] = '\0';
	*p += n;
	if (**p == '.') {
		(*p)++;
	}
	return true;
}

static bool
take_number(const char **p, int64_t *ret)
{
	char word[24];

	return take_word(p, word, sizeof(word)) &&
	       parse_i64(word, strlen(word), 0, INT64_MAX / 2, ret) == RC_OK;
}

enum rc
exception_id_parse(const char *id, char ret_reg[UUID_TEXT_BYTES],
	struct exception_place *ret, struct err *reterr)
{
	const char *p = id;

	if (take_word(&p, ret_reg, UUID_TEXT_BYTES) &&
		take_word(&p, ret->kind, sizeof(ret->kind)) &&
		take_number(&p, &ret->epoch) &&
		take_number(&p, &ret->sequence) && *p == '\0') {
		return RC_OK;
	}
	return err_set(reterr, RC_INVAL, 0, "exception",
		"this names no exception: the list shows them, as "
		"R01.fork.1.7");
}

/* --- one is closed --- */

struct closing {
	const struct doer *d;
	const struct tenant *t;
	const struct register_place *r;
	const struct exception_place *p;
	const char *reason;
};

static enum rc
close_it(struct db *db, void *arg, struct err *reterr)
{
	const struct closing *c = arg;
	char detail[1024], id[UUID_TEXT_BYTES];
	struct db_rows rows = {0};
	struct db_args args;
	struct sbuf b;
	enum rc rc;

	db_args_init(&args, c->r->part, c->t->id);
	db_add_uuid(&args, c->r->id);
	db_add_text(&args, c->p->kind);
	db_add_i64(&args, c->p->epoch);
	db_add_i64(&args, c->p->sequence);
	db_add_text(&args, c->d->actor);
	db_add_text(&args, c->reason);
	rc = db_do(db, SQL_EXCEPTION_END, &args, &rows, reterr);
	if (rc == RC_OK && rows.affected == 0) {
		rc = err_set(reterr, RC_NOTFOUND, 0, "exception",
			"there is no such exception, or it is closed: the "
			"list shows those that are open");
	}
	db_rows_free(&rows);
	if (rc != RC_OK) {
		return rc;
	}
	uuid_format(c->r->id, id);
	sbuf_init(&b, detail, sizeof(detail));
	sbuf_printf(&b,
		"register=%s kind=%s epoch=%" PRId64 " sequence=%" PRId64
		" reason=%.600s",
		id, c->p->kind, c->p->epoch, c->p->sequence, c->reason);
	return act_record(db, c->r->part, c->t->id,
		clock_read(&c->d->clock).utc, c->d->actor, "exception.closed",
		b.p, reterr);
}

enum rc
exception_close(const struct doer *d, const struct tenant *t,
	const struct register_place *r, const struct exception_place *p,
	const char *reason, struct err *reterr)
{
	struct closing c = {d, t, r, p, reason};

	if (reason[0] == '\0' || strlen(reason) > REASON_BYTES) {
		return err_set(reterr, RC_INVAL, 0, "exception",
			"a reason has 1 to %d bytes", REASON_BYTES);
	}
	return db_transact(d->db, r->part, close_it, &c, reterr);
}
