/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/exception.h"

#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "base/sbuf.h"
#include "hub/deed.h"

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

enum rc
exception_close(const struct doer *d, const struct tenant *t,
	const struct register_place *r, const struct exception_place *p,
	const char *reason, struct err *reterr)
{
	char id[UUID_TEXT_BYTES];
	struct db_args *args;
	struct deed x;

	if (reason[0] == '\0' || strlen(reason) > REASON_BYTES) {
		return err_set(reterr, RC_INVAL, 0, "exception",
			"a reason has 1 to %d bytes", REASON_BYTES);
	}
	deed_init(&x, d, r->part, t->id, "exception.closed");
	args = deed_step(&x, SQL_EXCEPTION_END, t->id);
	db_add_uuid(args, r->id);
	db_add_text(args, p->kind);
	db_add_i64(args, p->epoch);
	db_add_i64(args, p->sequence);
	db_add_text(args, d->actor);
	db_add_text(args, reason);
	deed_must(&x, "there is no such exception, or it is closed: the list "
		      "shows those that are open");
	uuid_format(r->id, id);
	deed_tell(&x,
		"register=%s kind=%s epoch=%" PRId64 " sequence=%" PRId64
		" reason=%s",
		id, p->kind, p->epoch, p->sequence, reason);
	return deed_do(&x, reterr);
}
