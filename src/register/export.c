/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "core/money.h"
#include "core/qty.h"
#include "register/export_internal.h"
#include "wire/event.h"

#include "base/poison.h"

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
			"a row is longer than %d bytes", EXPORT_ROW_BYTES);
	}
	if (fwrite(b->p, 1, b->len, x->out) != b->len) {
		return err_set(reterr, err_sys_rc(errno), errno, "export",
			"the export cannot be written");
	}
	return RC_OK;
}

enum rc
export_row(struct export *x, const struct cell *cell, struct err *reterr)
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

const struct export_table *
export_table_at(size_t i)
{
	return i < export_n_tables ? &export_tables[i].info : NULL;
}

/* --- walks -------------------------------------------------------------------- */

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
	if (e.training && !x->table->training) {
		return RC_OK;
	}
	return x->table->wants(e.type) ? x->table->rows(x, &e, reterr) : RC_OK;
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

	while (i < export_n_tables &&
		strcmp(export_tables[i].info.name, table) != 0) {
		i++;
	}
	if (i == export_n_tables) {
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
	x->table = &export_tables[i];
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
