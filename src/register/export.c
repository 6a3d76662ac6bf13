/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "core/money.h"
#include "core/qty.h"
#include "register/export_internal.h"
#include "wire/event.h"

#include "base/poison.h"

/* What a spreadsheet takes for a formula, wide forms and a blank that it skips
 * included. */
static bool
is_formula(const char *s)
{
	static const char *const wide[] = {
		"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
	bool is = s[0] != '\0' && strchr("=+-@\t\r\n", s[0]) != NULL;

	for (size_t i = 0; i < ARRAY_LEN(wide) && !is; i++) {
		is = strncmp(s, wide[i], strlen(wide[i])) == 0;
	}
	return is;
}

/* Where a comma is in numbers a spreadsheet cuts cells at a semicolon, quotes or
 * not: what is behind one begins a cell there. */
static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " \"");
}

static void
text_csv(struct sbuf *b, const char *s, bool exact)
{
	if (s == NULL || (s[0] == '\0' && !exact)) {
		return;
	}
	sbuf_putc(b, '"');
	if (!exact && is_formula(s)) {
		sbuf_putc(b, '\'');
	}
	for (; *s != '\0'; s++) {
		if (*s == '"') {
			sbuf_putc(b, '"');
		}
		sbuf_putc(b, *s);
		if (!exact && *s == ';' && is_formula(skip_blanks(s + 1))) {
			sbuf_putc(b, '\'');
		}
	}
	sbuf_putc(b, '"');
}

static void
cell_csv(struct sbuf *b, const struct export *x, const struct column *c,
	const struct cell *v)
{
	char time[UTC_TEXT_BYTES];

	if (v->n == CELL_NONE) {
		return;
	}
	switch (c->kind) {
	case CELL_MONEY:
		money_put(b, (struct money){v->n}, x->digits);
		break;
	case CELL_QTY:
		qty_put(b, (struct qty){v->n});
		break;
	case CELL_TIME:
		utc_format((struct utc){v->n}, time);
		sbuf_puts(b, time);
		break;
	case CELL_TEXT:
		text_csv(b, v->s, x->format == EXPORT_RFC4180);
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

	if (v->n == CELL_NONE) {
		json_null(j, c->name);
		return;
	}
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
	sbuf_puts(b, x->format == EXPORT_RFC4180 ? "\r\n" : "\n");
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
	if (x->format != EXPORT_JSONL) {
		for (size_t i = 0; i < t->n_column; i++) {
			if (i > 0) {
				sbuf_putc(&b, ',');
			}
			cell_csv(&b, x, &t->column[i], &cell[i]);
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

	if (x->format == EXPORT_JSONL) {
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
walk(struct export *x, struct export_range *r, shop_line_fn fn,
	struct err *reterr)
{
	enum rc rc = RC_OK;

	x->last = r->from - 1;
	if (r->from <= r->to) {
		rc = shop_walk(x->shop, r->from, r->to, fn, x, reterr);
	}
	if (rc == RC_OK && fflush(x->out) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "export",
			"the export cannot be written");
	}
	r->rows = x->rows;
	r->last = x->last;
	return rc;
}

/* Half of what somebody asked for is told; without a wish it begins with what
 * there is. */
static enum rc
skip_purged(struct shop *s, struct export_range *r, struct err *reterr)
{
	uint64_t begin = shop_begin(s);

	if (r->from >= begin || r->from > r->to) {
		return RC_OK;
	}
	if (r->asked) {
		return err_set(reterr, RC_NOTFOUND, 0, "export",
			"lines before %llu were purged: ask the archive, or "
			"for later days",
			(unsigned long long)begin);
	}
	r->from = begin;
	return RC_OK;
}

/* A purge takes none of its rows away. */
static bool
is_kept(const struct table *t)
{
	return t->wants == export_is_day || t->wants == export_is_period;
}

enum rc
export_events(
	struct shop *s, struct export_range *r, FILE *out, struct err *reterr)
{
	struct export *x = calloc(1, sizeof(*x));
	enum rc rc;

	if (x == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "export", "no memory");
	}
	x->shop = s;
	x->out = out;
	/* verbatim and without a gap: what a purge left of what was before is
	 * no part of a chain */
	rc = skip_purged(s, r, reterr);
	if (rc == RC_OK) {
		rc = walk(x, r, verbatim, reterr);
	}
	free(x);
	return rc;
}

enum rc
export_table(struct shop *s, const char *table, enum export_format format,
	struct export_range *r, FILE *out, struct err *reterr)
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
	if (!is_kept(x->table) && (r->asked || !x->table->training)) {
		rc = skip_purged(s, r, reterr);
	}
	if (rc == RC_OK) {
		rc = put_header(x, reterr);
	}
	if (rc == RC_OK) {
		rc = walk(x, r, table_line, reterr);
	}
	arena_wipe(&x->arena);
	free(x->arena.base);
	free(x);
	return rc;
}
