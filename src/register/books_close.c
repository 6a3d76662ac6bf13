/* SPDX-License-Identifier: Apache-2.0 */
/* Bookings: of a day, of what was there before it, of cash that was moved. */
#include <string.h>

#include "base/bytes.h"
#include "base/sbuf.h"
#include "core/format.h"
#include "register/books.h"
#include "register/document.h"

#include "base/poison.h"

static void
begin(struct ledger_booking *ret, int32_t date, const char *base)
{
	struct sbuf b;

	ret->date = date;
	ret->n_note = 0;
	ret->n_post = 0;
	sbuf_init(&b, ret->code, sizeof(ret->code));
	sbuf_puts(&b, base);
}

static void
say(struct ledger_booking *ret, const char *words, const char *more)
{
	struct sbuf b;

	sbuf_init(&b, ret->text, sizeof(ret->text));
	sbuf_puts(&b, words);
	if (more != NULL && more[0] != '\0') {
		sbuf_puts(&b, ": ");
		sbuf_puts(&b, more);
	}
}

static void
note_text(struct ledger_booking *ret, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0') {
		ledger_note(ret, key, "%s", text);
	}
}

/* --- names of accounts --- */

/* What is behind an account's last colon: a capital or a digit, then letters,
 * digits and hyphens, whatever the code is. */
static void
put_part(struct sbuf *b, const char *code)
{
	if (strcmp(code, TOTALS_OTHER) == 0 || code[0] == '\0') {
		sbuf_puts(b, "Other");
		return;
	}
	for (size_t i = 0; code[i] != '\0'; i++) {
		char c = code[i];
		bool small = c >= 'a' && c <= 'z';
		bool other = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			     (c & 0x80) != 0;

		if (i == 0 && small) {
			sbuf_putc(b, (char)(c - 'a' + 'A'));
		} else if (small || other) {
			sbuf_putc(b, c);
		} else {
			sbuf_puts(b, i == 0 ? "X-" : "-");
		}
	}
}

/* The account of one of a kind: its own, or one below the kind's. */
static const char *
name_of(const struct books *b, enum ledger_map map, enum ledger_account above,
	const char *code, char out[LEDGER_NAME_BYTES])
{
	const struct config_ledger *g = &b->c->ledger;
	const char *own = config_ledger_find(g, map, code);
	struct sbuf name;

	sbuf_init(&name, out, LEDGER_NAME_BYTES);
	sbuf_puts(&name, own != NULL ? own : g->account[above]);
	if (own == NULL) {
		sbuf_putc(&name, ':');
		put_part(&name, code);
	}
	return out;
}

static const char *
turnover(const struct books *b, const char *part, char out[LEDGER_NAME_BYTES])
{
	struct sbuf name;

	sbuf_init(&name, out, LEDGER_NAME_BYTES);
	sbuf_puts(&name, b->c->ledger.account[LEDGER_TURNOVER]);
	sbuf_puts(&name, part);
	return out;
}

static struct ledger_post *
post(const struct books *b, struct ledger_booking *ret,
	enum ledger_account account, char type, int64_t amount)
{
	return ledger_post(ret, b->c->ledger.account[account], type, amount);
}

static void
hold(struct ledger_post *p, int64_t balance)
{
	if (p != NULL) {
		p->holds = true;
		p->balance = balance;
	}
}

/* The perpetual total goes on in an account, so that a program can hold it
 * against the Z. */
static void
post_turnover(const struct books *b, struct ledger_booking *ret, int64_t gross,
	int64_t grand)
{
	char name[LEDGER_NAME_BYTES];

	hold(ledger_post(ret, turnover(b, ":Perpetual", name), 'E', gross),
		grand);
	(void)ledger_post(ret, turnover(b, ":Contra", name), 'E', -gross);
}

/* --- cash that was moved --- */

void
books_move(const struct books *b, const struct event *e, const char *base,
	int32_t date, struct ledger_booking *ret)
{
	static const struct {
		const char *kind, *words;
		enum ledger_account other;
		char type;
		bool in;
	} move[] = {
		{"paid-in", "Paid in", LEDGER_PAID_IN, 0, true},
		{"paid-out", "Paid out", LEDGER_PAID_OUT, 0, false},
		{"float", "Float from the safe", LEDGER_SAFE, 'C', true},
		{"drop", "Drop into the safe", LEDGER_SAFE, 'C', false},
		{"pickup", "Pickup to the safe", LEDGER_SAFE, 'C', false},
	};
	const struct event_shift *shift = &e->data.shift;
	const struct event_cash opened = {.kind = "float",
		.amount = shift->floats,
		.approver = shift->approver,
		.shift = shift->shift};
	const struct event_cash *c =
		e->type == EVENT_SHIFT_OPENED ? &opened : &e->data.cash;
	char time[UTC_TEXT_BYTES];
	struct sbuf code;
	size_t i = 0;

	while (i < ARRAY_LEN(move) - 1 &&
		(c->kind == NULL || strcmp(c->kind, move[i].kind) != 0)) {
		i++;
	}
	begin(ret, date, "");
	sbuf_init(&code, ret->code, sizeof(ret->code));
	sbuf_printf(&code, "%s-C%llu", base, (unsigned long long)e->sequence);
	say(ret, move[i].words, c->reason);
	utc_format(e->time, time);
	ledger_note(ret, "seq", "%llu", (unsigned long long)e->sequence);
	ledger_note(ret, "time", "%s", time);
	note_text(ret, "operator", e->actor);
	note_text(ret, "approver", c->approver);
	if (c->shift != 0) {
		ledger_note(ret, "shift", "%lld", (long long)c->shift);
	}
	(void)post(b, ret, LEDGER_DRAWER, 'C',
		move[i].in ? c->amount : -c->amount);
	(void)post(b, ret, move[i].other, move[i].type,
		move[i].in ? -c->amount : c->amount);
}

/* --- what was there before --- */

bool
books_opening(const struct books *b, const struct event *z, const char *base,
	int32_t date, struct ledger_booking *ret)
{
	const struct event_day *d = &z->data.day;
	int64_t before = d->grand - d->gross;
	struct sbuf code;

	if (d->opening == 0 && before == 0) {
		return false;
	}
	begin(ret, date, "");
	sbuf_init(&code, ret->code, sizeof(ret->code));
	sbuf_printf(&code, "%s-OPEN%04lld", base, (long long)d->number);
	say(ret, "Opening balance", NULL);
	hold(post(b, ret, LEDGER_DRAWER, 'C', d->opening), d->opening);
	(void)post(b, ret, LEDGER_OPENING, 'E', -d->opening);
	post_turnover(b, ret, before, before);
	return true;
}

/* --- a day --- */

static void
put_rate(struct ledger_post *p, const struct totals_tax *row)
{
	struct sbuf b;

	if (p == NULL) {
		return;
	}
	sbuf_init(&b, p->rate, sizeof(p->rate));
	if (row->why != TAX_DUE) {
		sbuf_puts(&b, row->why == TAX_EXEMPT ? "exempt" : "reverse");
		return;
	}
	sbuf_printf(&b, "%lld", (long long)(row->rate / 10000));
	if (row->rate % 10000 != 0) {
		sbuf_printf(&b, ".%04lld", (long long)(row->rate % 10000));
		while (b.p[b.len - 1] == '0') {
			sbuf_cut(&b, b.len - 1);
		}
	}
	sbuf_putc(&b, '%');
}

static void
post_net(const struct books *b, struct ledger_booking *ret,
	const struct totals_tax *row)
{
	char name[LEDGER_NAME_BYTES];
	int64_t net = row->net;

	for (size_t i = 0; i < b->n_moved; i++) {
		const struct books_moved *m = &b->moved[i];

		if (m->rate == row->rate && m->why == row->why &&
			strcmp(m->code, row->code) == 0) {
			net -= m->net;
			put_rate(ledger_post(ret, m->account, m->type, -m->net),
				row);
		}
	}
	put_rate(ledger_post(ret,
			 name_of(b, LEDGER_MAP_SALES, LEDGER_SALES, row->code,
				 name),
			 'R', -net),
		row);
}

static void
post_tax(const struct books *b, struct ledger_booking *ret,
	const struct totals_tax *row)
{
	char name[LEDGER_NAME_BYTES];

	for (size_t i = 0; i < row->n_part; i++) {
		(void)ledger_post(ret,
			name_of(b, LEDGER_MAP_TAX, LEDGER_TAX,
				row->part[i].name, name),
			'L', -row->part[i].tax);
	}
	if (row->n_part == 0 && row->tax != 0) {
		put_rate(ledger_post(ret,
				 name_of(b, LEDGER_MAP_TAX, LEDGER_TAX,
					 row->code, name),
				 'L', -row->tax),
			row);
	}
}

static int64_t
change_on(const struct books *b, const char *tender)
{
	for (size_t i = 0; i < b->n_change; i++) {
		if (strcmp(b->change[i].tender, tender) == 0) {
			return b->change[i].change;
		}
	}
	return 0;
}

/* What was handed over is in its clearing account; the change on it went out
 * of the drawer. */
static void
post_tenders(const struct books *b, struct ledger_booking *ret)
{
	char name[LEDGER_NAME_BYTES];

	for (size_t i = 0; i < b->sales.n_tender; i++) {
		const struct totals_tender *t = &b->sales.tender[i];

		if (strcmp(t->name, "cash") != 0) {
			(void)ledger_post(ret,
				name_of(b, LEDGER_MAP_TENDER, LEDGER_CLEARING,
					t->name, name),
				config_ledger_find(&b->c->ledger,
					LEDGER_MAP_TENDER, t->name) == NULL
					? 'A'
					: 0,
				t->amount + change_on(b, t->name));
		}
	}
}

static bool
same_taxes(const struct totals *a, const struct totals *z)
{
	bool equal = a->n_tax == z->n_tax && a->n_tender == z->n_tender;

	for (size_t i = 0; equal && i < a->n_tax; i++) {
		equal = strcmp(a->tax[i].code, z->tax[i].code) == 0 &&
			a->tax[i].rate == z->tax[i].rate &&
			a->tax[i].why == z->tax[i].why &&
			a->tax[i].net == z->tax[i].net &&
			a->tax[i].tax == z->tax[i].tax;
	}
	for (size_t i = 0; equal && i < a->n_tender; i++) {
		equal = strcmp(a->tender[i].name, z->tender[i].name) == 0 &&
			a->tender[i].amount == z->tender[i].amount;
	}
	return equal;
}

/* What does not agree; NULL all does. */
static const char *
unlike(const struct books *b, const struct event_day *d, const struct totals *z)
{
	int64_t flow = b->cash + b->moves;

	if (b->sales.sales != d->sales || b->sales.gross != d->gross ||
		b->sales.rounding != d->rounding) {
		return "sales";
	}
	if (!same_taxes(&b->sales, z)) {
		return "taxes or tenders";
	}
	if (d->opening + flow != d->drawer) {
		return "cash";
	}
	if (b->found != d->difference ||
		d->drawer + d->difference != d->carried) {
		return "count";
	}
	return NULL;
}

static void
note_day(struct ledger_booking *ret, const struct event *z,
	const uint8_t hash[HASH_BYTES])
{
	const struct event_day *d = &z->data.day;
	char hex[2 * HASH_BYTES + 1], time[UTC_TEXT_BYTES];

	hex_encode(hex, hash, HASH_BYTES);
	utc_format(z->time, time);
	ledger_note(ret, "zno", "%lld", (long long)d->number);
	ledger_note(ret, "firstseq", "%lld", (long long)d->first);
	ledger_note(ret, "lastseq", "%lld", (long long)d->last);
	ledger_note(ret, "zseq", "%llu", (unsigned long long)z->sequence);
	ledger_note(ret, "hash", "%s", hex);
	ledger_note(ret, "closed", "%s", time);
	if (z->epoch > 1) {
		ledger_note(ret, "epoch", "%lu", (unsigned long)z->epoch);
	}
	ledger_note(ret, "sales", "%lld", (long long)d->sales);
	if (d->returns > 0) {
		ledger_note(ret, "returns", "%lld", (long long)d->returns);
	}
	if (d->unsettled > 0) {
		ledger_note(ret, "unsettled", "%lld", (long long)d->unsettled);
	}
}

static void
note_relief(const struct books *b, struct ledger_booking *ret, int64_t relief)
{
	char text[32];
	struct sbuf s;

	sbuf_init(&s, text, sizeof(text));
	money_put(&s, (struct money){relief}, b->c->currency.digits);
	if (relief != 0) {
		ledger_note(ret, "relief", "%s", text);
	}
}

enum rc
books_close(const struct books *b, const struct event *z,
	const uint8_t hash[HASH_BYTES], const char *base, int32_t date,
	struct ledger_booking *ret, struct err *reterr)
{
	const struct event_day *d = &z->data.day;
	struct ledger_post *p;
	struct totals t;
	struct sbuf s;
	const char *why;
	enum rc rc = document_day(z, &t, reterr);

	if (rc != RC_OK) {
		return rc;
	}
	why = unlike(b, d, &t);
	if (why != NULL) {
		return err_set(reterr, RC_CORRUPT, 0, "export",
			"Z %lld does not say what its lines come to (%s): "
			"holdfast verify says more",
			(long long)d->number, why);
	}
	begin(ret, date, "");
	sbuf_init(&s, ret->code, sizeof(ret->code));
	sbuf_printf(&s, "%s-Z%04lld", base, (long long)d->number);
	sbuf_init(&s, ret->text, sizeof(ret->text));
	sbuf_printf(&s, "Z %lld", (long long)d->number);
	note_day(ret, z, hash);
	ledger_note(ret, "counted", b->counted ? "yes" : "no");
	note_relief(b, ret, d->relief);
	for (size_t i = 0; i < t.n_tax; i++) {
		post_net(b, ret, &t.tax[i]);
		post_tax(b, ret, &t.tax[i]);
	}
	if (d->rounding != 0) {
		(void)post(b, ret, LEDGER_ROUNDING, 'R', -d->rounding);
	}
	post_tenders(b, ret);
	p = post(b, ret, LEDGER_DRAWER, 'C', b->cash);
	if (b->found != 0) {
		(void)post(b, ret, LEDGER_OVER_SHORT, 'X', -b->found);
		p = post(b, ret, LEDGER_DRAWER, 'C', b->found);
	}
	hold(p, d->carried);
	post_turnover(b, ret, d->gross, d->grand);
	return ret->n_post < LEDGER_POSTS
		       ? RC_OK
		       : err_set(reterr, RC_RANGE, 0, "export",
				 "Z %lld has more accounts than can be booked",
				 (long long)d->number);
}
