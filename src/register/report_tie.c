/* SPDX-License-Identifier: Apache-2.0 */
#include "register/report_tie.h"

#include <stdlib.h>
#include <string.h>

#include "core/day.h"
#include "core/receipt.h"
#include "register/report_tie_internal.h"
#include "wire/event.h"

#include "base/poison.h"

void
tie_differs(struct report_tie *t, const struct tie_diff *d)
{
	if (t->n_diff < TIE_DIFFS) {
		t->diff[t->n_diff] = *d;
	}
	t->n_diff++;
}

/* --- what a receipt says -------------------------------------------------- */

struct printed {
	char total[256]; /* the last row of that style */
};

static void
take_row(void *arg, enum row_style style, const char *text)
{
	struct printed *p = arg;
	struct sbuf b;

	if (style == ROW_TOTAL) {
		sbuf_init(&b, p->total, sizeof(p->total));
		sbuf_puts(&b, text);
	}
}

/* The amount at the end of a row, as the shop's country writes it. */
static bool
read_amount(
	const char *row, const struct config *c, int64_t digits, int64_t *ret)
{
	const struct format *f = c->format;
	char decimal = '.';
	size_t at = strlen(row);
	int64_t sum = 0, unit = 1, decimals = -1;

	if (f != NULL) {
		decimal = f->decimal;
	}
	while (at > 0) {
		char ch = row[at - 1];

		if (ch >= '0' && ch <= '9') {
			if (unit > INT64_MAX / 100) {
				return false;
			}
			sum += (int64_t)(ch - '0') * unit;
			unit *= 10;
		} else if (ch == decimal && decimals < 0) {
			decimals = unit;
		} else if (ch == '-' && unit > 1) {
			sum = -sum;
			break;
		} else if (f == NULL || f->group == 0 || ch != f->group ||
			   at < 2 || row[at - 2] < '0' || row[at - 2] > '9') {
			break;
		}
		at--;
	}
	if (unit == 1) {
		return false;
	}
	/* decimals that are not shown */
	for (int64_t n = 0; decimals < 0 && n < digits; n++) {
		if (__builtin_mul_overflow(sum, 10, &sum)) {
			return false;
		}
	}
	*ret = sum;
	return true;
}

bool
tie_printed(const struct config *c, const struct event *sale, int64_t *ret)
{
	struct receipt_head head = config_head(c);
	struct receipt_opts opts = {.cols = c->cols};
	struct printed p = {.total = ""};

	receipt_sale(&head, sale, &opts, take_row, &p);
	return read_amount(p.total, c, sale->data.sale.digits, ret);
}

/* --- each line ------------------------------------------------------------ */

struct tie {
	struct shop *shop;
	struct report_tie *out;
	struct totals *day;     /* of the day so far, by the lines */
	struct tie_books books; /* of the closed days */
	bool booked;            /* and they can be read */
	struct config *config;  /* of the last sale, by ${version} */
	char version[65];
	char *line; /* the store's */
	struct arena arena;
	size_t arena_cap;
	struct event other; /* decoded from it, in the arena */
};

static void
sum_sale(struct tie_sums *s, const struct event *e)
{
	s->sales++;
	s->gross += e->data.sale.total;
	s->has_tax = true;
	for (size_t i = 0; i < e->data.sale.n_tax; i++) {
		s->tax += e->data.sale.tax[i].tax;
	}
}

static void
diff_line(struct tie *t, enum tie_side side, const struct event *e,
	const char *what)
{
	struct tie_diff d = {.side = side, .sequence = e->sequence};
	struct sbuf b;

	sbuf_init(&b, d.number, sizeof(d.number));
	if (e->type == EVENT_SALE_COMPLETED) {
		sbuf_puts(&b, e->data.sale.number);
	}
	sbuf_init(&b, d.what, sizeof(d.what));
	sbuf_puts(&b, what);
	tie_differs(t->out, &d);
}

static void
diff_sale(
	struct tie *t, enum tie_side side, const struct event *e, int64_t other)
{
	struct tie_diff d = {.side = side,
		.sequence = e->sequence,
		.has_amounts = true,
		.journal = e->data.sale.total,
		.other = other};
	struct sbuf b;

	sbuf_init(&b, d.number, sizeof(d.number));
	sbuf_puts(&b, e->data.sale.number);
	sbuf_init(&b, d.what, sizeof(d.what));
	sbuf_puts(&b, "gross");
	tie_differs(t->out, &d);
}

/* The configuration that the receipt was laid out by. */
static const struct config *
config_of(struct tie *t, const struct event *e)
{
	const char *version = e->config != NULL ? e->config : "";
	struct sbuf b;

	if (strcmp(version, t->version) == 0) {
		return t->config;
	}
	config_release(t->config);
	if (shop_config_at(t->shop, e, t->config, NULL) != RC_OK) {
		config_share(t->config, &t->shop->config);
	}
	sbuf_init(&b, t->version, sizeof(t->version));
	sbuf_puts(&b, version);
	return t->config;
}

/* The store's copy of a line, where it is another one; RC_OK they are the
 * same. */
static enum rc
stored(struct tie *t, const struct journal_record *rec)
{
	size_t len = 0;
	enum rc rc = store_line(t->shop->store, rec->sequence, t->line,
		WIRE_LINE_BYTES + 1, &len, NULL);

	if (rc != RC_OK) {
		return RC_NOTFOUND;
	}
	if (len == rec->len && memcmp(t->line, rec->line, len) == 0) {
		return RC_OK;
	}
	if (wire_arena_bytes(len) > t->arena_cap) {
		return RC_NOMEM;
	}
	arena_reset(&t->arena);
	rc = wire_decode(t->line, len, &t->arena, &t->other, NULL);
	return rc == RC_OK ? RC_EXISTS : RC_NOTFOUND;
}

static void
tie_receipt(struct tie *t, const struct event *e, const struct event *copy)
{
	struct tie_sums *sums = &t->out->side[TIE_RECEIPTS];
	uint64_t sequence = 0;
	int64_t total = 0;

	if (copy == NULL || store_doc(t->shop->store, e->data.sale.number,
				    &sequence, NULL) != RC_OK) {
		diff_line(t, TIE_RECEIPTS, e, "cannot be found by its number");
		return;
	}
	if (sequence != e->sequence) {
		diff_line(
			t, TIE_RECEIPTS, e, "the number leads to another line");
		return;
	}
	if (!tie_printed(config_of(t, e), copy, &total)) {
		diff_line(t, TIE_RECEIPTS, e, "its total cannot be read");
		return;
	}
	sums->sales++;
	sums->gross += total;
	if (total != e->data.sale.total) {
		diff_sale(t, TIE_RECEIPTS, e, total);
	}
}

/* The line here, and what the store has of it. */
static void
tie_stored(
	struct tie *t, const struct journal_record *rec, const struct event *e)
{
	bool sale = e->type == EVENT_SALE_COMPLETED && !e->training;
	const struct event *copy = e;
	enum rc rc = stored(t, rec);

	if (rc == RC_EXISTS) {
		copy = &t->other;
	} else if (rc != RC_OK) {
		copy = NULL;
		diff_line(t, TIE_STORE, e, "the store has no such line");
	}
	if (copy != NULL && copy != e &&
		(!sale || copy->type != e->type ||
			copy->data.sale.total == e->data.sale.total)) {
		diff_line(t, TIE_STORE, e, "the store has another line");
	} else if (copy != NULL && copy != e) {
		diff_sale(t, TIE_STORE, e, copy->data.sale.total);
	}
	if (copy != NULL && copy->type == EVENT_SALE_COMPLETED &&
		!copy->training) {
		sum_sale(&t->out->side[TIE_STORE], copy);
	}
	if (sale) {
		tie_receipt(t, e,
			copy != NULL && copy->type == e->type ? copy : NULL);
	}
}

static enum rc
tie_line(void *arg, const struct journal_record *rec, const struct event *e,
	struct err *reterr)
{
	struct tie *t = arg;

	tie_stored(t, rec, e);
	if (e->type == EVENT_SALE_COMPLETED && !e->training) {
		sum_sale(&t->out->side[TIE_JOURNAL], e);
	}
	if (e->type == EVENT_DAY_CLOSED) {
		tie_day(t->out, t->day, e);
		if (t->booked) {
			tie_booked(t->out, t->day, e,
				tie_books_find(&t->books, e->data.day.number));
		}
		memset(t->day, 0, sizeof(*t->day));
		return RC_OK;
	}
	if (totals_add(t->day, e) != RC_OK) {
		return err_set(reterr, RC_CORRUPT, 0, "report",
			"line %llu cannot be added up; run 'holdfast verify'",
			(unsigned long long)e->sequence);
	}
	return RC_OK;
}

/* --- all of it ------------------------------------------------------------ */

static enum rc
make_room(struct tie *t, struct err *reterr)
{
	size_t need = wire_arena_bytes(WIRE_LINE_BYTES);
	void *room = malloc(need);

	t->day = calloc(1, sizeof(*t->day));
	t->config = config_new();
	t->line = malloc(WIRE_LINE_BYTES + 1);
	if (room != NULL) {
		arena_init(&t->arena, room, need);
		t->arena_cap = need;
	}
	if (room == NULL || t->day == NULL || t->config == NULL ||
		t->line == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for the tie-out: close other programs");
	}
	config_share(t->config, &t->shop->config);
	return RC_OK;
}

static void
give_room(struct tie *t)
{
	if (t->arena.base != NULL) {
		arena_wipe(&t->arena);
		free(t->arena.base);
	}
	free(t->line);
	config_free(t->config);
	tie_books_done(&t->books);
	free(t->day);
}

/* Books that cannot be made are a difference, and stop nothing. */
static enum rc
read_books(struct tie *t, struct err *reterr)
{
	const struct report_span *span = &t->out->span;
	int64_t last = span->z_last - (span->open ? 1 : 0);
	struct tie_diff d = {.side = TIE_LEDGER};
	struct err err = {.rc = RC_OK};
	struct sbuf b;
	enum rc rc;

	if (last < span->z_first) {
		return RC_OK;
	}
	t->out->side[TIE_LEDGER] =
		(struct tie_sums){.has_tax = true, .closed = true};
	rc = tie_books_read(t->shop, span->z_first, last, &t->books, &err);
	t->booked = rc == RC_OK;
	if (rc == RC_NOMEM) {
		return err_set(reterr, rc, 0, "report", "%s", err.msg);
	}
	if (rc != RC_OK) {
		sbuf_init(&b, d.what, sizeof(d.what));
		sbuf_puts(&b, err.msg);
		tie_differs(t->out, &d);
	}
	return RC_OK;
}

static enum rc
walk(struct tie *t, struct err *reterr)
{
	struct report_span *span = &t->out->span;
	struct totals *now = calloc(1, sizeof(*now));
	enum rc rc = RC_OK;

	if (now == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "report",
			"no memory for the tie-out: close other programs");
	}
	if (span->open) {
		/* a register that sells on must not be found wanting */
		rc = store_totals(t->shop->store, now, reterr);
		span->last = now->last > 0 ? now->last : span->last;
	}
	if (rc == RC_OK && now->closings + 1 != span->z_last && span->open) {
		rc = err_set(reterr, RC_AGAIN, 0, "report",
			"the day was closed meanwhile: ask again");
	}
	if (rc == RC_OK) {
		rc = read_books(t, reterr);
	}
	if (rc == RC_OK) {
		rc = report_each(t->shop, span, tie_line, t, reterr);
	}
	if (rc == RC_OK && span->open) {
		tie_open(t->out, t->day, now);
	}
	free(now);
	return rc;
}

enum rc
report_tie_make(struct shop *s, const struct report_span *span,
	struct report_tie *ret, struct err *reterr)
{
	struct tie t = {.shop = s, .out = ret};
	enum rc rc;

	memset(ret, 0, sizeof(*ret));
	ret->span = *span;
	ret->side[TIE_JOURNAL].has_tax = true;
	ret->side[TIE_STORE].has_tax = true;
	ret->side[TIE_Z].has_tax = true;
	if (s->store == NULL || s->store_behind) {
		return err_set(reterr, RC_AGAIN, 0, "report",
			"the store does not follow the journal now; start the "
			"register, or run 'holdfast rebuild'");
	}
	rc = make_room(&t, reterr);
	if (rc == RC_OK) {
		rc = walk(&t, reterr);
	}
	give_room(&t);
	return rc;
}
