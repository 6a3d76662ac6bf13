/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "register/report_tie_internal.h"

#include "base/poison.h"

#define ROW_BYTES 1024
#define AMOUNT_CELLS 14
#define LABEL_CELLS 12
#define COUNT_CELLS 8
#define NARROW 52 /* a roll of paper: each column is narrower by 2 */

struct pen {
	const struct report_tie *t;
	const struct config *c;
	size_t cols;
	report_fn fn;
	void *arg;
	struct err *reterr;
	enum rc rc;
	struct sbuf b;
	char row[ROW_BYTES];
};

const char *
tie_side_name(enum tie_side side)
{
	static const char *const name[TIE_SIDES] = {[TIE_JOURNAL] = "journal",
		[TIE_RECEIPTS] = "receipts",
		[TIE_STORE] = "store",
		[TIE_Z] = "z",
		[TIE_LEDGER] = "ledger"};

	return name[side];
}

/* What has more cells than a row goes on below it. */
static void
emit(struct pen *p)
{
	char text[ROW_BYTES];
	const char *at = text, *end;

	memcpy(text, p->row, p->b.len + 1);
	end = text + p->b.len;
	do {
		size_t cells,
			n = text_fit(at, (size_t)(end - at), p->cols, &cells);

		n = n == 0 && at < end ? 1 : n;
		sbuf_clear(&p->b);
		sbuf_write(&p->b, at, n);
		while (p->b.len > 0 && p->row[p->b.len - 1] == ' ') {
			sbuf_cut(&p->b, p->b.len - 1);
		}
		sbuf_putc(&p->b, '\n');
		if (p->rc == RC_OK) {
			p->rc = p->fn(p->arg, p->row, p->b.len, p->reterr);
		}
		at += n;
	} while (at < end);
	sbuf_clear(&p->b);
}

static void
put_amount(struct pen *p, int64_t minor)
{
	format_amount(
		&p->b, p->c->format, (struct money){minor}, &p->c->currency);
}

static void
put_right(struct pen *p, const char *text, size_t width)
{
	size_t n = text_cells(text, strlen(text));

	sbuf_fill(&p->b, ' ', n < width ? width - n : 1);
	sbuf_puts(&p->b, text);
}

static void
put_left(struct pen *p, const char *text, size_t width)
{
	size_t n = text_cells(text, strlen(text));

	sbuf_puts(&p->b, text);
	sbuf_fill(&p->b, ' ', n < width ? width - n : 1);
}

static size_t
less(const struct pen *p)
{
	return p->cols < NARROW ? 2 : 0;
}

static void
put_money(struct pen *p, bool there, int64_t minor)
{
	char text[FORMAT_MONEY_BYTES];
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	if (there) {
		format_amount(&b, p->c->format, (struct money){minor},
			&p->c->currency);
	}
	put_right(p, text, AMOUNT_CELLS - less(p));
}

static const char *
label_of(enum tie_side side)
{
	static const char *const label[TIE_SIDES] = {
		/* cells: 12 */
		[TIE_JOURNAL] = N_("Journal"),
		/* cells: 12 */
		[TIE_RECEIPTS] = N_("Receipts"),
		/* cells: 12 */
		[TIE_STORE] = N_("Store"),
		/* cells: 12 */
		[TIE_Z] = N_("Z and X"),
		/* cells: 12 */
		[TIE_LEDGER] = N_("Ledger"),
	};

	return _(label[side]);
}

static bool
is_told(const struct report_tie *t, enum tie_side side)
{
	return side != TIE_LEDGER || t->side[side].closed;
}

static void
put_sides(struct pen *p)
{
	put_left(p, "", LABEL_CELLS - less(p));
	/* cells: 8 */
	put_right(p, _("Sales"), COUNT_CELLS - less(p));
	/* cells: 14 */
	put_right(p, _("Gross"), AMOUNT_CELLS - less(p));
	/* cells: 14 */
	put_right(p, _("Tax"), AMOUNT_CELLS - less(p));
	emit(p);
	for (int i = 0; i < TIE_SIDES; i++) {
		const struct tie_sums *s = &p->t->side[i];
		char count[24];
		struct sbuf b;

		if (!is_told(p->t, (enum tie_side)i)) {
			continue;
		}
		sbuf_init(&b, count, sizeof(count));
		sbuf_i64(&b, s->sales);
		put_left(p, label_of((enum tie_side)i), LABEL_CELLS - less(p));
		put_right(p, count, COUNT_CELLS - less(p));
		put_money(p, true, s->gross);
		put_money(p, s->has_tax, s->tax);
		if (s->closed && p->t->span.open) {
			sbuf_puts(&p->b, "  ");
			sbuf_puts(&p->b, _("closed days"));
		}
		emit(p);
	}
}

static void
put_diff(struct pen *p, const struct tie_diff *d)
{
	sbuf_puts(&p->b, label_of(d->side));
	sbuf_puts(&p->b, ": ");
	if (d->sequence > 0) {
		sbuf_printf(&p->b, _("line %llu "),
			(unsigned long long)d->sequence);
	}
	sbuf_puts(&p->b, d->number);
	sbuf_puts(&p->b, d->number[0] != '\0' ? ": " : "");
	sbuf_puts(&p->b, d->what);
	if (d->has_amounts) {
		sbuf_putc(&p->b, ' ');
		if (d->is_count) {
			sbuf_i64(&p->b, d->other);
		} else {
			put_amount(p, d->other);
		}
		sbuf_puts(&p->b, _(", by the journal "));
		if (d->is_count) {
			sbuf_i64(&p->b, d->journal);
		} else {
			put_amount(p, d->journal);
		}
	}
	emit(p);
}

static void
put_heading(struct pen *p, const struct report_look *look)
{
	const struct report_span *s = &p->t->span;

	/* cells: 40 */
	sbuf_puts(&p->b, _("TIE-OUT"));
	if (look->register_no != NULL && look->shop != NULL) {
		sbuf_printf(&p->b, "   %s %s", look->register_no, look->shop);
	}
	emit(p);
	if (s->z_first == s->z_last) {
		sbuf_printf(&p->b, _("Z %lld"), (long long)s->z_first);
	} else {
		sbuf_printf(&p->b, _("Z %lld to %lld"), (long long)s->z_first,
			(long long)s->z_last);
	}
	sbuf_puts(&p->b, s->open ? _(", not closed yet") : "");
	emit(p);
	if (s->last >= s->first) {
		sbuf_printf(&p->b, _("lines %llu to %llu of the journal"),
			(unsigned long long)s->first,
			(unsigned long long)s->last);
		emit(p);
	}
	emit(p);
}

enum rc
report_tie_text(const struct report_tie *t, const struct config *c,
	const struct report_look *look, report_fn fn, void *arg,
	struct err *reterr)
{
	struct pen p = {.t = t,
		.c = c,
		.cols = look->width < REPORT_WIDTH_MIN ? REPORT_WIDTH_MIN
						       : look->width,
		.fn = fn,
		.arg = arg,
		.reterr = reterr};

	sbuf_init(&p.b, p.row, sizeof(p.row));
	put_heading(&p, look);
	put_sides(&p);
	emit(&p);
	if (t->n_diff == 0) {
		sbuf_puts(&p.b, _("All of it agrees."));
		emit(&p);
		return p.rc;
	}
	sbuf_printf(&p.b, P_("DIFFERENT: %zu.", "DIFFERENT: %zu.", t->n_diff),
		t->n_diff);
	emit(&p);
	for (size_t i = 0; i < t->n_diff && i < TIE_DIFFS; i++) {
		put_diff(&p, &t->diff[i]);
	}
	if (t->n_diff > TIE_DIFFS) {
		sbuf_printf(&p.b, _("and %zu more"), t->n_diff - TIE_DIFFS);
		emit(&p);
	}
	return p.rc;
}

/* --- for programs --------------------------------------------------------- */

static void
json_head(const struct report_tie *t, const struct config *c, struct json *j)
{
	json_str(j, "report", "tieout");
	json_i64(j, "z_first", t->span.z_first);
	json_i64(j, "z_last", t->span.z_last);
	json_bool(j, "open", t->span.open);
	json_u64(j, "first", t->span.first);
	json_u64(j, "last", t->span.last);
	json_str(j, "currency", c->currency.code);
	json_i64(j, "digits", c->currency.digits);
	json_bool(j, "agree", t->n_diff == 0);
	json_arr(j, "sides");
	for (int i = 0; i < TIE_SIDES; i++) {
		const struct tie_sums *s = &t->side[i];

		if (!is_told(t, (enum tie_side)i)) {
			continue;
		}
		json_obj(j, NULL);
		json_str(j, "side", tie_side_name((enum tie_side)i));
		json_i64(j, "sales", s->sales);
		json_i64(j, "gross", s->gross);
		if (s->has_tax) {
			json_i64(j, "tax", s->tax);
		}
		json_bool(j, "closed", s->closed);
		json_obj_end(j);
	}
	json_arr_end(j);
	json_i64(j, "n_differences", (int64_t)t->n_diff);
}

enum rc
report_tie_json(const struct report_tie *t, const struct config *c,
	report_fn fn, void *arg, struct err *reterr)
{
	char row[4 * ROW_BYTES];
	struct sbuf b;
	struct json j;
	enum rc rc = RC_OK;

	sbuf_init(&b, row, sizeof(row));
	json_init(&j, &b);
	json_obj(&j, NULL);
	json_head(t, c, &j);
	json_arr(&j, "differences");
	for (size_t i = 0; i < t->n_diff && i < TIE_DIFFS && rc == RC_OK; i++) {
		const struct tie_diff *d = &t->diff[i];

		json_obj(&j, NULL);
		json_str(&j, "side", tie_side_name(d->side));
		json_u64(&j, "sequence", d->sequence);
		json_str(&j, "number", d->number);
		json_str(&j, "what", d->what);
		if (d->has_amounts) {
			json_i64(&j, "journal", d->journal);
			json_i64(&j, "other", d->other);
		}
		json_obj_end(&j);
		rc = fn(arg, b.p, b.len, reterr);
		sbuf_clear(&b);
	}
	json_arr_end(&j);
	json_obj_end(&j);
	sbuf_putc(&b, '\n');
	return rc == RC_OK ? fn(arg, b.p, b.len, reterr) : rc;
}
