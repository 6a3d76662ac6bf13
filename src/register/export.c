/* SPDX-License-Identifier: Apache-2.0 */
#include "register/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "core/money.h"
#include "core/qty.h"
#include "wire/event.h"

#include "base/poison.h"

enum cell_kind {
	CELL_INT,
	CELL_MONEY,
	CELL_QTY,
	CELL_TEXT,
	CELL_TIME
};

struct column {
	const char *name;
	enum cell_kind kind;
};

struct cell {
	int64_t n;
	const char *s;
};

#define COLUMNS_MAX 16
#define ROW_BYTES 16384

struct export
{
	struct shop *shop;
	FILE *out;
	const struct table *table;
	enum export_format format;
	struct arena arena;
	size_t arena_cap;
	uint64_t rows, last;
	unsigned digits;
	char row[ROW_BYTES];
};

struct table {
	struct export_table info;
	const struct column *column;
	size_t n_column;
	enum rc (*rows)(
		struct export *x, const struct event *e, struct err *reterr);
};

static void
cell_csv(struct sbuf *b, const struct column *c, const struct cell *v,
	unsigned digits)
{
	char time[UTC_TEXT_BYTES];

	switch (c->kind) {
	case CELL_MONEY:
		money_put(b, (struct money){v->n}, digits);
		break;
	case CELL_QTY:
		qty_put(b, (struct qty){v->n});
		break;
	case CELL_TIME:
		utc_format((struct utc){v->n}, time);
		sbuf_puts(b, time);
		break;
	case CELL_TEXT:
		if (v->s == NULL || v->s[0] == '\0') {
			break;
		}
		sbuf_putc(b, '"');
		/* a spreadsheet would take these for a formula */
		if (strchr("=+-@", v->s[0]) != NULL) {
			sbuf_putc(b, '\'');
		}
		for (const char *s = v->s; *s != '\0'; s++) {
			if (*s == '"') {
				sbuf_putc(b, '"');
			}
			sbuf_putc(b, *s);
		}
		sbuf_putc(b, '"');
		break;
	case CELL_INT:
		sbuf_i64(b, v->n);
		break;
	}
}

static void
cell_json(struct json *j, const struct column *c, const struct cell *v)
{
	char time[UTC_TEXT_BYTES];

	switch (c->kind) {
	case CELL_TEXT:
		if (v->s == NULL) {
			json_null(j, c->name);
		} else {
			json_str(j, c->name, v->s);
		}
		break;
	case CELL_TIME:
		utc_format((struct utc){v->n}, time);
		json_str(j, c->name, time);
		break;
	case CELL_INT:
	case CELL_MONEY:
	case CELL_QTY:
		json_i64(j, c->name, v->n);
		break;
	}
}

static enum rc
flush_row(struct export *x, struct sbuf *b, struct err *reterr)
{
	sbuf_putc(b, '\n');
	if (!sbuf_ok(b)) {
		return err_set(reterr, RC_RANGE, 0, "export",
			"a row is longer than %d bytes", ROW_BYTES);
	}
	if (fwrite(b->p, 1, b->len, x->out) != b->len) {
		return err_set(reterr, err_sys_rc(errno), errno, "export",
			"the export cannot be written");
	}
	return RC_OK;
}

static enum rc
put_row(struct export *x, const struct cell *cell, struct err *reterr)
{
	const struct table *t = x->table;
	struct sbuf b;

	sbuf_init(&b, x->row, sizeof(x->row));
	if (x->format == EXPORT_CSV) {
		for (size_t i = 0; i < t->n_column; i++) {
			if (i > 0) {
				sbuf_putc(&b, ',');
			}
			cell_csv(&b, &t->column[i], &cell[i], x->digits);
		}
	} else {
		struct json j;

		json_init(&j, &b);
		json_obj(&j, NULL);
		for (size_t i = 0; i < t->n_column; i++) {
			cell_json(&j, &t->column[i], &cell[i]);
		}
		json_obj_end(&j);
	}
	x->rows++;
	return flush_row(x, &b, reterr);
}

static enum rc
put_header(struct export *x, struct err *reterr)
{
	struct sbuf b;

	if (x->format != EXPORT_CSV) {
		return RC_OK;
	}
	sbuf_init(&b, x->row, sizeof(x->row));
	for (size_t i = 0; i < x->table->n_column; i++) {
		if (i > 0) {
			sbuf_putc(&b, ',');
		}
		sbuf_puts(&b, x->table->column[i].name);
	}
	return flush_row(x, &b, reterr);
}

/* --- the tables --------------------------------------------------------------- */

static const struct column sales_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"opened", CELL_TIME},
	{"time", CELL_TIME},
	{"operator", CELL_TEXT},
	{"lines", CELL_INT},
	{"total", CELL_MONEY},
	{"rounding", CELL_MONEY},
	{"tendered", CELL_MONEY},
	{"change", CELL_MONEY},
	{"currency", CELL_TEXT},
};

static enum rc
sales_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;
	int64_t tendered = 0;
	int64_t change = 0;

	for (size_t i = 0; i < s->n_tender; i++) {
		tendered += s->tender[i].tendered;
		change += s->tender[i].change;
	}
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{0, s->number},
		{s->opened.us, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{(int64_t)s->n_line, NULL},
		{s->total, NULL},
		{s->rounding, NULL},
		{tendered, NULL},
		{change, NULL},
		{0, s->currency},
	};
	_Static_assert(
		ARRAY_LEN(cell) == ARRAY_LEN(sales_columns), "a cell a column");
	return put_row(x, cell, reterr);
}

static const struct column lines_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"line", CELL_INT},
	{"code", CELL_TEXT},
	{"kind", CELL_TEXT},
	{"name", CELL_TEXT},
	{"department", CELL_TEXT},
	{"quantity", CELL_QTY},
	{"price", CELL_MONEY},
	{"list", CELL_MONEY},
	{"discount", CELL_MONEY},
	{"amount", CELL_MONEY},
	{"tax", CELL_TEXT},
	{"return_of", CELL_TEXT},
	{"return_line", CELL_INT},
	{"reason", CELL_TEXT},
	{"approver", CELL_TEXT},
};

static enum rc
lines_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;

	for (size_t i = 0; i < s->n_line; i++) {
		const struct event_line *l = &s->line[i];
		int64_t discount = 0;
		enum rc rc;

		for (size_t k = 0; k < l->n_discount; k++) {
			discount += l->discount[k].amount;
		}
		const struct cell cell[] = {
			{(int64_t)e->sequence, NULL},
			{0, s->number},
			{l->no, NULL},
			{0, l->code},
			{0, l->kind},
			{0, l->name},
			{0, l->dept},
			{l->qty, NULL},
			{l->price, NULL},
			{l->overridden ? l->list : l->price, NULL},
			{discount, NULL},
			{l->amount, NULL},
			{0, l->tax},
			{0, l->return_of},
			{l->return_no, NULL},
			{0, l->reason},
			{0, l->approver},
		};
		_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(lines_columns),
			"a cell a column");
		rc = put_row(x, cell, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static const struct column tenders_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"tender", CELL_TEXT},
	{"amount", CELL_MONEY},
	{"tendered", CELL_MONEY},
	{"change", CELL_MONEY},
};

static enum rc
tenders_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;

	for (size_t i = 0; i < s->n_tender; i++) {
		const struct event_tender *t = &s->tender[i];
		const struct cell cell[] = {
			{(int64_t)e->sequence, NULL},
			{0, s->number},
			{0, t->tender},
			{t->amount, NULL},
			{t->tendered, NULL},
			{t->change, NULL},
		};
		enum rc rc;

		_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(tenders_columns),
			"a cell a column");
		rc = put_row(x, cell, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static const struct column taxes_columns[] = {
	{"sequence", CELL_INT},
	{"number", CELL_TEXT},
	{"code", CELL_TEXT},
	{"rate_ppm", CELL_INT},
	{"net", CELL_MONEY},
	{"tax", CELL_MONEY},
	{"gross", CELL_MONEY},
};

static enum rc
taxes_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;

	for (size_t i = 0; i < s->n_tax; i++) {
		const struct event_tax *t = &s->tax[i];
		const struct cell cell[] = {
			{(int64_t)e->sequence, NULL},
			{0, s->number},
			{0, t->code},
			{t->rate, NULL},
			{t->net, NULL},
			{t->tax, NULL},
			{t->gross, NULL},
		};
		enum rc rc;

		_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(taxes_columns),
			"a cell a column");
		rc = put_row(x, cell, reterr);
		if (rc != RC_OK) {
			return rc;
		}
	}
	return RC_OK;
}

static const struct column changes_columns[] = {
	{"sequence", CELL_INT},
	{"time", CELL_TIME},
	{"operator", CELL_TEXT},
	{"type", CELL_TEXT},
	{"sale", CELL_TEXT},
	{"line", CELL_INT},
	{"code", CELL_TEXT},
	{"name", CELL_TEXT},
	{"quantity", CELL_QTY},
	{"before", CELL_MONEY},
	{"after", CELL_MONEY},
	{"reason", CELL_TEXT},
	{"approver", CELL_TEXT},
};

static enum rc
changes_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct event_line_act *l = &e->data.line;
	char sale[UUID_TEXT_BYTES];

	uuid_format(l->sale, sale);
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{0, event_type_name(e->type)},
		{0, sale},
		{l->no, NULL},
		{0, l->code},
		{0, l->name},
		{l->qty, NULL},
		{l->from, NULL},
		{l->to, NULL},
		{0, l->reason},
		{0, l->approver},
	};
	_Static_assert(ARRAY_LEN(cell) == ARRAY_LEN(changes_columns),
		"a cell a column");
	return put_row(x, cell, reterr);
}

static const struct column audit_columns[] = {
	{"sequence", CELL_INT},
	{"epoch", CELL_INT},
	{"time", CELL_TIME},
	{"operator", CELL_TEXT},
	{"type", CELL_TEXT},
	{"config", CELL_TEXT},
	{"catalog", CELL_INT},
	{"training", CELL_INT},
};

static enum rc
audit_rows(struct export *x, const struct event *e, struct err *reterr)
{
	const struct cell cell[] = {
		{(int64_t)e->sequence, NULL},
		{(int64_t)e->epoch, NULL},
		{e->time.us, NULL},
		{0, e->actor},
		{0, event_type_name(e->type)},
		{0, e->config},
		{e->catalog, NULL},
		{e->training ? 1 : 0, NULL},
	};

	_Static_assert(
		ARRAY_LEN(cell) == ARRAY_LEN(audit_columns), "a cell a column");
	return put_row(x, cell, reterr);
}

static const struct table tables[] = {
	{{"sales", "one row a completed sale"}, sales_columns,
		ARRAY_LEN(sales_columns), sales_rows},
	{{"lines", "one row a line sold, or brought back"}, lines_columns,
		ARRAY_LEN(lines_columns), lines_rows},
	{{"tenders", "one row a tender of a sale"}, tenders_columns,
		ARRAY_LEN(tenders_columns), tenders_rows},
	{{"taxes", "one row a tax class of a sale"}, taxes_columns,
		ARRAY_LEN(taxes_columns), taxes_rows},
	{{"changes", "lines voided, prices overridden, discounts given"},
		changes_columns, ARRAY_LEN(changes_columns), changes_rows},
	{{"audit", "one row an event of any kind"}, audit_columns,
		ARRAY_LEN(audit_columns), audit_rows},
};

const struct export_table *
export_table_at(size_t i)
{
	return i < ARRAY_LEN(tables) ? &tables[i].info : NULL;
}

/* --- walks -------------------------------------------------------------------- */

static bool
wanted(const struct table *t, enum event_type type)
{
	if (t->rows == audit_rows) {
		return true;
	}
	if (t->rows == changes_rows) {
		return type == EVENT_LINE_VOIDED ||
		       type == EVENT_PRICE_OVERRIDDEN ||
		       type == EVENT_LINE_DISCOUNTED;
	}
	return type == EVENT_SALE_COMPLETED;
}

static enum rc
table_line(void *arg, const struct journal_record *rec, struct err *reterr)
{
	struct export *x = arg;
	size_t need = wire_arena_bytes(rec->len);
	struct event e;
	enum rc rc;

	if (need > x->arena_cap) {
		void *p;

		arena_wipe(&x->arena);
		p = realloc(x->arena.base, need);
		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "export",
				"no memory for event %llu",
				(unsigned long long)rec->sequence);
		}
		x->arena_cap = need;
		arena_init(&x->arena, p, need);
	}
	arena_reset(&x->arena);
	rc = wire_decode(rec->line, rec->len, &x->arena, &e, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	x->last = rec->sequence;
	if (e.type == EVENT_SALE_COMPLETED) {
		x->digits = (unsigned)e.data.sale.digits;
	}
	/* what was practiced is in the audit, and in no other table */
	if (e.training && x->table->rows != audit_rows) {
		return RC_OK;
	}
	return wanted(x->table, e.type) ? x->table->rows(x, &e, reterr) : RC_OK;
}

static enum rc
verbatim(void *arg, const struct journal_record *rec, struct err *reterr)
{
	struct export *x = arg;

	if (fwrite(rec->line, 1, rec->len, x->out) != rec->len ||
		fputc('\n', x->out) == EOF) {
		return err_set(reterr, err_sys_rc(errno), errno, "export",
			"the export cannot be written");
	}
	x->rows++;
	x->last = rec->sequence;
	return RC_OK;
}

static enum rc
finish(struct export *x, uint64_t *ret_rows, uint64_t *ret_last,
	struct err *reterr)
{
	if (fflush(x->out) != 0) {
		return err_set(reterr, err_sys_rc(errno), errno, "export",
			"the export cannot be written");
	}
	*ret_rows = x->rows;
	*ret_last = x->last;
	return RC_OK;
}

enum rc
export_events(struct shop *s, uint64_t from, FILE *out, uint64_t *ret_rows,
	uint64_t *ret_last, struct err *reterr)
{
	struct export *x = calloc(1, sizeof(*x));
	enum rc rc;

	if (x == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "export", "no memory");
	}
	x->out = out;
	rc = shop_walk(s, from, 0, verbatim, x, reterr);
	if (rc == RC_OK) {
		rc = finish(x, ret_rows, ret_last, reterr);
	}
	free(x);
	return rc;
}

enum rc
export_table(struct shop *s, const char *table, enum export_format format,
	uint64_t from, FILE *out, uint64_t *ret_rows, uint64_t *ret_last,
	struct err *reterr)
{
	struct export *x;
	enum rc rc = RC_OK;
	size_t i = 0;

	while (i < ARRAY_LEN(tables) &&
		strcmp(tables[i].info.name, table) != 0) {
		i++;
	}
	if (i == ARRAY_LEN(tables)) {
		return err_set(reterr, RC_NOTFOUND, 0, "export",
			"there is no table %s: see holdfast export --help",
			table);
	}
	x = calloc(1, sizeof(*x));
	if (x == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "export", "no memory");
	}
	x->shop = s;
	x->out = out;
	x->table = &tables[i];
	x->format = format;
	x->digits = s->has_config ? s->config.currency.digits : 2;
	rc = put_header(x, reterr);
	if (rc == RC_OK) {
		rc = shop_walk(s, from, 0, table_line, x, reterr);
	}
	if (rc == RC_OK) {
		rc = finish(x, ret_rows, ret_last, reterr);
	}
	arena_wipe(&x->arena);
	free(x->arena.base);
	free(x);
	return rc;
}
