/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "register/report_internal.h"

#include "base/poison.h"

#define ROW_BYTES 8192
#define DATE_BYTES 12

static const char *
date_of(int64_t ymd, char out[DATE_BYTES])
{
	struct sbuf b;

	sbuf_init(&b, out, DATE_BYTES);
	if (ymd > 0) {
		sbuf_printf(&b, "%04lld-%02lld-%02lld",
			(long long)(ymd / 10000), (long long)(ymd / 100 % 100),
			(long long)(ymd % 100));
	}
	return out;
}

static void
put_value(
	struct json *j, const struct report_col *c, const union report_value *v)
{
	char date[DATE_BYTES], time[UTC_TEXT_BYTES];

	switch (c->kind) {
	case COL_TEXT:
		json_str(j, c->name, v->s);
		break;
	case COL_DATE:
		json_str(j, c->name, date_of(v->n, date));
		break;
	case COL_TIME:
		utc_format((struct utc){v->n}, time);
		json_str(j, c->name, time);
		break;
	case COL_WORD:
		json_str(j, c->name, report_odd_word(v->n, NULL));
		break;
	case COL_COUNT:
	case COL_MONEY:
	case COL_SOME:
	case COL_QTY:
	case COL_RATE:
	case COL_SHARE:
	case COL_MILLI:
	case COL_HOUR:
	default:
		json_i64(j, c->name, v->n);
		break;
	}
}

static void
put_head(const struct report *r, struct json *j)
{
	const struct report_span *s = &r->span;
	char date[DATE_BYTES];

	json_str(j, "report", r->form->name);
	json_i64(j, "z_first", s->z_first);
	json_i64(j, "z_last", s->z_last);
	json_bool(j, "open", s->open);
	json_str(j, "since", date_of(s->since, date));
	json_str(j, "until", date_of(s->until, date));
	json_u64(j, "first", s->first);
	json_u64(j, "last", s->last);
	json_str(j, "currency", r->config->currency.code);
	json_i64(j, "digits", r->config->currency.digits);
	json_i64(j, "sales", r->sales);
	json_i64(j, "gross", r->gross);
}

static void
put_sums(const struct report *r, struct json *j)
{
	json_obj(j, "sum");
	for (size_t i = 0; i < r->form->n_col; i++) {
		if (r->form->col[i].name != NULL && r->form->col[i].sum) {
			put_value(j, &r->form->col[i], &r->sum[i]);
		}
	}
	json_obj_end(j);
}

static void
put_notes(const struct report *r, struct json *j)
{
	json_arr(j, "kinds");
	for (size_t i = 0; i < r->n_note; i++) {
		const struct report_note *n = &r->note[i];

		json_obj(j, NULL);
		json_str(j, "kind", n->name);
		json_i64(j, "count", n->count);
		if (n->has_amount) {
			json_i64(j, "amount", n->amount);
		}
		json_obj_end(j);
	}
	json_arr_end(j);
}

/* What was written so far goes out, and its room is free again. */
static enum rc
flush(struct sbuf *b, report_fn fn, void *arg, struct err *reterr)
{
	enum rc rc = RC_OK;

	if (!sbuf_ok(b)) {
		return err_set(reterr, RC_RANGE, 0, "report",
			"a row of the report is longer than %d bytes",
			ROW_BYTES);
	}
	rc = fn(arg, b->p, b->len, reterr);
	sbuf_clear(b);
	return rc;
}

enum rc
report_json(const struct report *r, report_fn fn, void *arg, struct err *reterr)
{
	char row[ROW_BYTES];
	struct sbuf b;
	struct json j;
	enum rc rc = RC_OK;

	sbuf_init(&b, row, sizeof(row));
	json_init(&j, &b);
	json_obj(&j, NULL);
	put_head(r, &j);
	json_i64(&j, "of_rows", (int64_t)r->n_all);
	json_arr(&j, "rows");
	for (size_t i = 0; i < r->n_order && rc == RC_OK; i++) {
		const union report_value *v = report_at(r, r->order[i]);

		json_obj(&j, NULL);
		for (size_t k = 0; k < r->form->n_col; k++) {
			if (r->form->col[k].name != NULL) {
				put_value(&j, &r->form->col[k], &v[k]);
			}
		}
		json_obj_end(&j);
		rc = flush(&b, fn, arg, reterr);
	}
	json_arr_end(&j);
	put_sums(r, &j);
	if (r->n_note > 0) {
		put_notes(r, &j);
	}
	json_obj_end(&j);
	sbuf_putc(&b, '\n');
	return rc == RC_OK ? flush(&b, fn, arg, reterr) : rc;
}
