/* SPDX-License-Identifier: Apache-2.0 */
/* The books of the register: a walk over the lines of closed days, and a booking
 * for each Z and each move of cash. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "register/books.h"
#include "register/days.h"
#include "register/export.h"
#include "wire/event.h"

#include "base/poison.h"

struct walk {
	struct shop *shop;
	struct ledger ledger;
	struct books books;
	const struct day *day; /* whose lines these are */
	char base[LEDGER_NAME_BYTES];
	bool opening; /* the next booking is the first of the file */
	bool started;
	size_t whole;           /* the first day that was not purged */
	int64_t carried, grand; /* of the Z before */
	struct arena arena;
	size_t arena_cap;
	struct ledger_booking booking;
	/* moves of cash wait for the Z: a day without one is not booked */
	struct ledger_booking *move;
	size_t n_move;
	uint64_t rows, last;
};

/* "CORNER-R01": what stands ahead of a day's number. */
static void
put_base(struct walk *w)
{
	const struct config *c = &w->shop->config;
	const char *s = c->ledger.shop[0] != '\0' ? c->ledger.shop : c->shop;
	struct sbuf b;
	bool hyphen = true;

	sbuf_init(&b, w->base, LEDGER_SHOP_BYTES);
	for (; *s != '\0'; s++) {
		bool plain = (unsigned char)*s > ' ' && *s != 0x7f &&
			     strchr("()\";|,", *s) == NULL;

		if (plain) {
			sbuf_putc(&b, *s);
		} else if (!hyphen) {
			sbuf_putc(&b, '-');
		}
		hyphen = !plain;
	}
	/* a letter is not cut in two */
	while (b.over && b.len > 0 && (w->base[b.len - 1] & 0xc0) == 0x80) {
		sbuf_cut(&b, b.len - 1);
	}
	if (b.over && b.len > 0 && (w->base[b.len - 1] & 0x80) != 0) {
		sbuf_cut(&b, b.len - 1);
	}
	while (b.len > 0 && w->base[b.len - 1] == '-') {
		sbuf_cut(&b, b.len - 1);
	}
	s = c->register_no;
	sbuf_init(&b, w->base + strlen(w->base),
		sizeof(w->base) - strlen(w->base));
	sbuf_printf(&b, "-%s", s);
}

static enum rc
keep_move(struct walk *w, const struct event *e, struct err *reterr)
{
	struct ledger_booking *more =
		realloc(w->move, (w->n_move + 1) * sizeof(*more));

	if (more == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "export",
			"no memory for the cash of the day");
	}
	w->move = more;
	books_move(&w->books, e, w->base, w->day->date, &more[w->n_move++]);
	return RC_OK;
}

/* Sums of a month or a year, as a line for who reads the file. */
static void
say_period(struct walk *w, const struct event_period *p)
{
	char text[256];
	unsigned digits = w->shop->config.currency.digits;
	struct sbuf b;

	sbuf_init(&b, text, sizeof(text));
	sbuf_printf(&b, "%s %s closed: Z %lld to %lld, %lld sales, gross ",
		strcmp(p->kind, "year") == 0 ? "Year" : "Month", p->name,
		(long long)p->first_day, (long long)p->last_day,
		(long long)p->sales);
	money_put(&b, (struct money){p->gross}, digits);
	sbuf_puts(&b, ", perpetual total ");
	money_put(&b, (struct money){p->grand}, digits);
	ledger_comment(&w->ledger, text);
}

static enum rc
put_booking(struct walk *w, const struct ledger_booking *b, struct err *reterr)
{
	enum rc rc = ledger_put(&w->ledger, b, reterr);

	if (rc == RC_OK && !w->ledger.silent) {
		w->rows++;
	}
	return rc;
}

static enum rc
close_day(struct walk *w, const struct event *z, const uint8_t *hash,
	struct err *reterr)
{
	const struct event_day *d = &z->data.day;
	enum rc rc = RC_OK;

	if (w->started &&
		(d->opening != w->carried || d->grand - d->gross != w->grand)) {
		return err_set(reterr, RC_CORRUPT, 0, "export",
			"Z %lld does not go on from the one before it: "
			"holdfast verify says more",
			(long long)d->number);
	}
	if (w->opening && books_opening(&w->books, z, w->base, w->day->date,
				  &w->booking)) {
		rc = put_booking(w, &w->booking, reterr);
	}
	for (size_t i = 0; i < w->n_move && rc == RC_OK; i++) {
		rc = put_booking(w, &w->move[i], reterr);
	}
	if (rc == RC_OK) {
		rc = books_close(&w->books, z, hash, w->base, w->day->date,
			&w->booking, reterr);
	}
	if (rc == RC_OK) {
		rc = put_booking(w, &w->booking, reterr);
	}
	w->started = true;
	w->opening = false;
	w->carried = d->carried;
	w->grand = d->grand;
	w->n_move = 0;
	books_begin(&w->books, &w->shop->config);
	return rc;
}

static enum rc
take_line(struct walk *w, const struct event *e,
	const struct journal_record *rec, struct err *reterr)
{
	uint8_t hash[HASH_BYTES];
	enum rc rc;

	if (e->type == EVENT_DAY_CLOSED) {
		wire_hash(rec->line, rec->len, hash);
		return close_day(w, e, hash, reterr);
	}
	if (e->type == EVENT_PERIOD_CLOSED) {
		say_period(w, &e->data.period);
	}
	rc = books_add(&w->books, e, reterr);
	if (rc == RC_OK && books_moves(e)) {
		rc = keep_move(w, e, reterr);
	}
	return rc;
}

static enum rc
line(void *arg, const struct journal_record *rec, struct err *reterr)
{
	struct walk *w = arg;
	size_t need = wire_arena_bytes(rec->len);
	struct event e;
	enum rc rc;

	if (need > w->arena_cap) {
		void *p;

		arena_wipe(&w->arena);
		p = realloc(w->arena.base, need);
		if (p == NULL) {
			return err_set(reterr, RC_NOMEM, 0, "export",
				"no memory for event %llu",
				(unsigned long long)rec->sequence);
		}
		w->arena_cap = need;
		arena_init(&w->arena, p, need);
	}
	arena_reset(&w->arena);
	rc = wire_decode(rec->line, rec->len, &w->arena, &e, reterr);
	if (rc == RC_OK) {
		rc = take_line(w, &e, rec, reterr);
	}
	w->last = rec->sequence;
	return rc;
}

static enum rc
walk_days(struct walk *w, const struct days *d, size_t from, size_t to,
	struct err *reterr)
{
	enum rc rc = RC_OK;

	books_begin(&w->books, &w->shop->config);
	for (size_t i = from; i < to && rc == RC_OK; i++) {
		w->day = &d->day[i];
		rc = shop_walk(
			w->shop, w->day->first, w->day->last, line, w, reterr);
		if (rc == RC_OK && ferror(w->ledger.out)) {
			rc = err_set(reterr, err_sys_rc(errno), errno, "export",
				"the export cannot be written");
		}
	}
	return rc;
}

/* Which days, as places in the list. */
static void
find(const struct days *d, const struct days_pick *pick, size_t *ret_from,
	size_t *ret_to)
{
	uint64_t first = 0, last = 0;

	days_range(d, pick, &first, &last);
	*ret_from = 0;
	while (*ret_from < d->n && d->day[*ret_from].last < first) {
		(*ret_from)++;
	}
	*ret_to = *ret_from;
	while (*ret_to < d->n && d->day[*ret_to].last <= last &&
		!d->day[*ret_to].open) {
		(*ret_to)++;
	}
}

/* Lines that were purged cannot be added up: books begin with the first day
 * that is whole, unless an earlier one was asked for. */
static enum rc
skip_purged(struct walk *w, const struct days *d,
	const struct export_books *want, size_t *from, size_t to,
	struct err *reterr)
{
	uint64_t begin = shop_begin(w->shop);
	bool asked = want->pick.since != 0 || want->pick.from_z != 0;

	if (d->day == NULL) {
		return RC_OK;
	}
	if (*from < to && d->day[*from].first < begin && asked) {
		return err_set(reterr, RC_NOTFOUND, 0, "export",
			"the lines of Z %lld were purged: the first day whose "
			"books can be made is behind line %llu",
			(long long)d->day[*from].number,
			(unsigned long long)begin);
	}
	while (*from < to && d->day[*from].first < begin) {
		(*from)++;
	}
	while (w->whole < d->n && d->day[w->whole].first < begin) {
		w->whole++;
	}
	if (want->append && w->whole > 0 && want->format == LEDGER_BEANCOUNT) {
		return err_set(reterr, RC_INVAL, 0, "export",
			"what days that were purged have declared is not "
			"known, and beancount takes no account twice: begin a "
			"new file, without --append");
	}
	return RC_OK;
}

static enum rc
write_days(struct walk *w, const struct days *d,
	const struct export_books *want, struct export_range *r,
	struct err *reterr)
{
	size_t from, to;
	enum rc rc = RC_OK;

	find(d, &want->pick, &from, &to);
	rc = skip_purged(w, d, want, &from, to, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	r->from = 1;
	r->to = 0;
	if (d->day != NULL && from < to) {
		r->from = d->day[from].first;
		r->to = d->day[to - 1].last;
	}
	if (want->append && d->day != NULL && from > 0 && from < to &&
		want->format == LEDGER_BEANCOUNT &&
		d->day[from].date == d->day[from - 1].date) {
		return err_set(reterr, RC_INVAL, 0, "export",
			"Z %lld and the one before it are of one day, of which "
			"beancount must be told at once: begin with that one",
			(long long)d->day[from].number);
	}
	w->ledger.silent = want->append;
	ledger_head(&w->ledger, want->append ? "" : w->base);
	if (want->append) {
		rc = walk_days(
			w, d, w->whole, from < to ? from : w->whole, reterr);
		w->ledger.silent = false;
		w->ledger.n_due = 0;
	} else {
		w->opening = true;
	}
	if (rc == RC_OK) {
		rc = walk_days(w, d, from, to, reterr);
	}
	if (rc == RC_OK) {
		ledger_end(&w->ledger);
	}
	return rc;
}

enum rc
export_ledger(struct shop *s, const struct export_books *want,
	struct export_range *r, FILE *out, struct err *reterr)
{
	struct walk *w = calloc(1, sizeof(*w));
	struct days d = {0};
	enum rc rc;

	if (w == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "export", "no memory");
	}
	w->shop = s;
	w->ledger.out = out;
	w->ledger.format = want->format;
	w->ledger.currency = s->config.currency.code;
	w->ledger.digits = s->config.currency.digits;
	put_base(w);
	rc = s->has_config ? days_read(s, &d, reterr)
			   : err_set(reterr, RC_NOTFOUND, 0, "export",
				     "there is no configuration yet");
	if (rc == RC_OK) {
		rc = write_days(w, &d, want, r, reterr);
	}
	if (rc == RC_OK && fflush(out) != 0) {
		rc = err_set(reterr, err_sys_rc(errno), errno, "export",
			"the export cannot be written");
	}
	r->rows = w->rows;
	r->last = w->last;
	days_free(&d);
	free(w->ledger.account);
	free(w->move);
	arena_wipe(&w->arena);
	free(w->arena.base);
	free(w);
	return rc;
}
