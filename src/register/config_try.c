/* SPDX-License-Identifier: Apache-2.0 */
#include "register/config_try.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "core/basket.h"
#include "register/engine_internal.h"

#include "base/poison.h"

/* What a sale comes to under some configuration. */
struct outcome {
	int64_t total; /* with what a bill is rounded by */
	size_t n_tax;
	struct try_tax tax[TRY_TAXES]; /* .net, .tax, .gross */
};

struct trial {
	struct shop *s;
	const struct config *draft;
	try_fn fn;
	void *arg;
	struct try_sums *sums;
	const char *type;
	size_t type_len;
	struct config was; /* the sale's own, kept for the next one */
	bool has_was;
	struct basket basket;
	void *memory;
	struct event_line *line;
	struct outcome a, b, c;
	char why[TRY_WHY_BYTES];
};

/* --- a sale, put together again --- */

static enum rc
say_why(struct trial *t, const char *fmt, const char *word)
{
	struct sbuf b;

	sbuf_init(&b, t->why, sizeof(t->why));
	for (const char *p = fmt; *p != '\0'; p++) {
		if (p[0] == '%' && p[1] == 's') {
			sbuf_puts(&b, word);
			p++;
		} else {
			sbuf_putc(&b, *p);
		}
	}
	return RC_DENIED;
}

static bool
is_by_receipt(const struct event_line *l)
{
	return l->return_of != NULL;
}

/* Off the whole sale by hand: what its lines have of it. */
static void
find_sale_discount(const struct event_sale *s, struct event_basket *d)
{
	for (size_t i = 0; i < s->n_line; i++) {
		for (size_t k = 0; k < s->line[i].n_discount; k++) {
			const struct event_discount *x =
				&s->line[i].discount[k];

			if (x->kind == NULL || strcmp(x->kind, "sale") != 0) {
				continue;
			}
			d->ppm = x->ppm;
			d->off += x->ppm == 0 ? x->amount : 0;
		}
	}
}

/* How often a coupon of the shop took something off: as often as on the line
 * that has most of it. */
static size_t
times_of(const struct event_sale *s, const char *rule)
{
	size_t most = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		size_t n = 0;

		for (size_t k = 0; k < s->line[i].n_discount; k++) {
			const struct event_discount *x =
				&s->line[i].discount[k];

			n += x->kind != NULL &&
			     strcmp(x->kind, "coupon") == 0 &&
			     x->rule != NULL && strcmp(x->rule, rule) == 0;
		}
		most = n > most ? n : most;
	}
	return most;
}

static size_t
paid_with(const struct event_sale *s, const char *rule)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_tender; i++) {
		n += s->tender[i].rule != NULL &&
		     strcmp(s->tender[i].rule, rule) == 0;
	}
	return n;
}

/* The coupons of ${was} that the sale shows; ${to} BASKET_COUPONS. */
static size_t
find_coupons(const struct config *was, const struct event_sale *s,
	struct event_coupon *to)
{
	size_t n = 0;

	for (size_t i = 0; i < rules_n_coupons(was->rules); i++) {
		const struct coupon *c = rules_coupon(was->rules, i);
		size_t taken = times_of(s, c->id), paid = paid_with(s, c->id);

		taken = paid > taken ? paid : taken;
		while (taken-- > 0 && n < BASKET_COUPONS) {
			to[n++].rule = c->id;
		}
	}
	return n;
}

/* The class of a department is the configuration's, of goods the catalog's of
 * then. */
static enum rc
put_class(struct trial *t, const struct config *c, struct event_line *l)
{
	if (code_kind_find(l->kind) == CODE_DEPT && l->dept != NULL) {
		const struct config_dept *d = config_dept_find(c, l->dept);

		if (d == NULL) {
			return say_why(
				t, "department %s is not in it", l->dept);
		}
		l->tax = d->tax;
	}
	if (tax_find(&c->tax, l->tax != NULL ? l->tax : "") < 0) {
		return say_why(t, "tax class %s is not in it",
			l->tax != NULL ? l->tax : "");
	}
	return RC_OK;
}

/* What was put in; ${at}: when its lines were added, where they do not say. */
static enum rc
fill(struct trial *t, const struct event *e, const struct config *c,
	const struct event_coupon *coupon, size_t n_coupon, struct utc at)
{
	const struct event_sale *s = &e->data.sale;
	struct event_basket d = {.opened = s->opened,
		.line = t->line,
		.age = s->age,
		.group = s->group,
		.certificate = s->certificate,
		.vat = s->vat,
		.coupon = coupon,
		.n_coupon = n_coupon};

	find_sale_discount(s, &d);
	for (size_t i = 0; i < s->n_line; i++) {
		struct event_line *l = &t->line[d.n_line];
		enum rc rc;

		if (is_by_receipt(&s->line[i])) {
			continue;
		}
		*l = s->line[i];
		if (l->at.us == 0) {
			l->at = at;
			l->tz = e->tz_min;
		}
		/* a deposit comes with its goods, as it is now */
		rc = l->link != 0 ? RC_OK : put_class(t, c, l);
		if (rc != RC_OK) {
			return rc;
		}
		d.n_line++;
	}
	basket_begin(&t->basket, s->sale, s->opened, &c->tax, c->price_round);
	basket_set_rules(&t->basket, c->rules);
	return d.n_line == 0 ? RC_OK : engine_basket_back(&d, &t->basket);
}

static struct try_tax *
tax_row(struct try_tax row[], size_t *n, const char *code)
{
	struct sbuf b;

	for (size_t i = 0; i < *n; i++) {
		if (strcmp(row[i].code, code) == 0) {
			return &row[i];
		}
	}
	if (*n == TRY_TAXES) {
		return NULL;
	}
	memset(&row[*n], 0, sizeof(row[*n]));
	sbuf_init(&b, row[*n].code, sizeof(row[*n].code));
	sbuf_puts(&b, code);
	return &row[(*n)++];
}

static enum rc
add_tax(struct outcome *o, const char *code, int64_t net, int64_t tax,
	int64_t gross)
{
	struct try_tax *row = tax_row(o->tax, &o->n_tax, code);

	if (row == NULL) {
		return RC_RANGE;
	}
	row->net += net;
	row->tax += tax;
	row->gross += gross;
	return RC_OK;
}

/* Rows of what comes back by receipts stand behind those of classes that other
 * lines have, one each. */
static size_t
n_sold_rows(const struct event_sale *s)
{
	const char *code[TAX_ROWS];
	size_t n = 0;

	for (size_t i = 0; i < s->n_line; i++) {
		const char *tax = s->line[i].tax;
		size_t k = 0;

		if (is_by_receipt(&s->line[i]) || tax == NULL) {
			continue;
		}
		while (k < n && strcmp(code[k], tax) != 0) {
			k++;
		}
		if (k == n && n < ARRAY_LEN(code)) {
			code[n++] = tax;
		}
	}
	return n < s->n_tax ? n : s->n_tax;
}

static enum rc
recorded(const struct event_sale *s, struct outcome *o, int64_t *ret_back)
{
	size_t n = n_sold_rows(s);
	int64_t sold = 0;
	enum rc rc = RC_OK;

	o->n_tax = 0;
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		const struct event_tax *x = &s->tax[i];

		sold += x->gross;
		rc = add_tax(o, x->code, x->net, x->tax, x->gross);
	}
	o->total = s->total + s->bill_rounding;
	*ret_back = s->total - sold;
	return rc;
}

/* As engine_bill_rounding() does. */
static int64_t
bill_of(const struct config *c, int64_t total, int64_t coupons)
{
	struct money all = {total - coupons}, bill = all;

	if (c->bill_step > 1 && money_round_step(all, c->bill_step,
					c->bill_round, &bill) != RC_OK) {
		bill = all;
	}
	return total + bill.minor - all.minor;
}

static enum rc
take_outcome(const struct basket *b, const struct config *c, int64_t back,
	struct outcome *o)
{
	bool used[TAX_ROWS] = {false};
	enum rc rc = RC_OK;

	o->n_tax = 0;
	for (size_t i = 0; i < b->n_line; i++) {
		used[b->line[i].tax_idx] = true;
	}
	for (size_t i = 0; i < b->tax->n_class && rc == RC_OK; i++) {
		const struct tax_sum *x = &b->by_class[i];

		if (used[i]) {
			rc = add_tax(o, b->tax->class_[i].code, x->net.minor,
				x->tax.minor, x->gross.minor);
		}
	}
	o->total = bill_of(c, b->total.gross.minor + back, b->coupons.minor);
	return rc;
}

/* RC_DENIED: it cannot be told, t->why. */
static enum rc
compute(struct trial *t, const struct event *e, const struct config *was,
	const struct config *c, struct utc at, int64_t back, struct outcome *o)
{
	struct event_coupon coupon[BASKET_COUPONS];
	size_t n = find_coupons(was, &e->data.sale, coupon);
	enum rc rc = fill(t, e, c, coupon, n, at);

	if (rc == RC_DENIED) {
		return rc;
	}
	if (rc == RC_NOTFOUND) {
		return say_why(t, "a tax class of its lines is not in it", "");
	}
	if (rc != RC_OK) {
		return say_why(t, "its lines do not fit a basket any more", "");
	}
	return take_outcome(&t->basket, c, back, o);
}

static bool
same_tax(const struct outcome *a, const struct try_tax *x)
{
	for (size_t i = 0; i < a->n_tax; i++) {
		const struct try_tax *y = &a->tax[i];

		if (strcmp(x->code, y->code) == 0) {
			return x->net == y->net && x->tax == y->tax &&
			       x->gross == y->gross;
		}
	}
	return x->gross == 0 && x->tax == 0;
}

static bool
same_outcome(const struct outcome *a, const struct outcome *b)
{
	bool same = a->total == b->total;

	for (size_t i = 0; same && i < b->n_tax; i++) {
		same = same_tax(a, &b->tax[i]);
	}
	for (size_t i = 0; same && i < a->n_tax; i++) {
		same = same_tax(b, &a->tax[i]);
	}
	return same;
}

/* --- one sale and its sums --- */

/* RC_OK: t->a is what it was and t->b what it would be. */
static enum rc
try_both(struct trial *t, const struct event *e, const struct config *was)
{
	const struct event_sale *s = &e->data.sale;
	int64_t back = 0;
	enum rc rc = recorded(s, &t->a, &back);

	if (rc != RC_OK) {
		return rc;
	}
	if (strcmp(was->currency.code, t->draft->currency.code) != 0 ||
		was->currency.digits != t->draft->currency.digits) {
		return say_why(t, "it was in another currency", "");
	}
	rc = compute(t, e, was, was, s->opened, back, &t->b);
	if (rc == RC_RANGE) {
		return rc;
	}
	if (rc != RC_OK || !same_outcome(&t->a, &t->b)) {
		return say_why(
			t, "its line does not hold all that was keyed", "");
	}
	rc = compute(t, e, was, t->draft, s->opened, back, &t->b);
	if (rc == RC_OK && rules_timed(t->draft->rules) &&
		!rules_timed(was->rules)) {
		/* its lines were added at some time from here to there */
		rc = compute(t, e, was, t->draft, e->time, back, &t->c);
		if (rc == RC_OK && !same_outcome(&t->b, &t->c)) {
			return say_why(t,
				"a time of day decides, and its lines do "
				"not say when they were added",
				"");
		}
	}
	return rc;
}

/* Both into one row a class. */
static enum rc
join_taxes(struct trial *t, struct try_tax row[], size_t *n)
{
	for (size_t i = 0; i < t->a.n_tax; i++) {
		const struct try_tax *x = &t->a.tax[i];
		struct try_tax *to = tax_row(row, n, x->code);

		if (to == NULL) {
			return RC_RANGE;
		}
		to->was_net += x->net;
		to->was_tax += x->tax;
		to->was_gross += x->gross;
	}
	for (size_t i = 0; i < t->b.n_tax; i++) {
		const struct try_tax *x = &t->b.tax[i];
		struct try_tax *to = tax_row(row, n, x->code);

		if (to == NULL) {
			return RC_RANGE;
		}
		to->net += x->net;
		to->tax += x->tax;
		to->gross += x->gross;
	}
	return RC_OK;
}

static enum rc
own_config(struct trial *t, const struct event *e, struct err *reterr)
{
	struct config c;
	enum rc rc;

	if (t->has_was && e->config != NULL &&
		strcmp(t->was.version, e->config) == 0) {
		return RC_OK;
	}
	rc = shop_config_at(t->s, e, &c, reterr);
	if (rc == RC_OK) {
		if (t->has_was) {
			config_release(&t->was);
		}
		t->was = c;
		t->has_was = true;
	}
	return rc;
}

static enum rc
sum_up(struct trial *t, struct try_sale *x, struct err *reterr)
{
	struct try_sums *s = t->sums;
	enum rc rc = RC_OK;

	s->sales++;
	if (x->why != NULL) {
		s->untold++;
		s->untold_was += x->was;
	} else {
		s->changed += x->changed ? 1 : 0;
		s->was += x->was;
		s->total += x->total;
		rc = join_taxes(t, s->tax, &s->n_tax);
	}
	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, __func__,
			"there are more tax classes than can be summed up");
	}
	return t->fn != NULL ? t->fn(t->arg, x, reterr) : RC_OK;
}

static enum rc
try_one(struct trial *t, const struct event *e, struct err *reterr)
{
	const struct event_sale *s = &e->data.sale;
	struct try_tax tax[TRY_TAXES];
	struct try_sale x = {.sequence = e->sequence,
		.number = s->number,
		.time = e->time,
		.tz_min = e->tz_min,
		.was = s->total + s->bill_rounding,
		.tax = tax};
	enum rc rc = own_config(t, e, reterr);

	if (rc != RC_OK && rc != RC_NOTFOUND && rc != RC_PROTO) {
		return rc;
	}
	if (rc != RC_OK) {
		rc = say_why(t, "its configuration cannot be read", "");
	} else if (s->n_line > BASKET_LINES_MAX) {
		rc = say_why(t, "its lines do not fit a basket any more", "");
	} else {
		rc = try_both(t, e, &t->was);
	}
	if (rc == RC_DENIED) {
		x.why = t->why;
	} else if (rc == RC_OK) {
		x.total = t->b.total;
		x.changed = !same_outcome(&t->a, &t->b);
		rc = join_taxes(t, tax, &x.n_tax);
	}
	if (rc == RC_RANGE) {
		return err_set(reterr, rc, 0, __func__,
			"there are more tax classes than can be summed up");
	}
	return sum_up(t, &x, reterr);
}

/* --- the days --- */

static enum rc
take_line(void *arg, const struct journal_record *rec, struct err *reterr)
{
	struct trial *t = arg;
	const struct event *e = NULL;
	enum rc rc;

	/* the type stands near the head of a line: most need no more */
	if (memmem(rec->line, rec->len, t->type, t->type_len) == NULL) {
		return RC_OK;
	}
	rc = shop_event(t->s, rec->sequence, NULL, &e, reterr);
	return rc == RC_OK && e->type == EVENT_SALE_COMPLETED && !e->training
		       ? try_one(t, e, reterr)
		       : rc;
}

/* Where the oldest of those days begins. */
static enum rc
find_begin(struct shop *s, int64_t days, uint64_t *ret, int64_t *ret_days,
	struct err *reterr)
{
	struct totals t = {0};
	const struct event *e = NULL;
	uint64_t first;
	int64_t n = 1;
	enum rc rc;

	if (s->store == NULL || s->store_behind) {
		return err_set(reterr, RC_AGAIN, 0, __func__,
			"past sales wait until the store can be read; try "
			"again later");
	}
	rc = store_totals(s->store, &t, reterr);
	first = t.first > 0 ? t.first : shop_head(s) + 1;
	while (rc == RC_OK && first > 1 && (days == TRY_DAYS_ALL || n < days)) {
		rc = shop_event(s, first - 1, NULL, &e, reterr);
		if (rc != RC_OK || e->type != EVENT_DAY_CLOSED ||
			e->data.day.first <= 0 ||
			(uint64_t)e->data.day.first >= first) {
			break;
		}
		first = (uint64_t)e->data.day.first;
		n++;
	}
	*ret = first;
	*ret_days = n;
	return rc;
}

enum rc
config_try(struct shop *s, const struct config *draft, int64_t days, try_fn fn,
	void *arg, struct try_sums *ret, struct err *reterr)
{
	struct trial *t = calloc(1, sizeof(*t));
	uint64_t first = 0;
	enum rc rc = RC_NOMEM;

	memset(ret, 0, sizeof(*ret));
	if (t == NULL) {
		goto out;
	}
	t->s = s;
	t->draft = draft;
	t->fn = fn;
	t->arg = arg;
	t->sums = ret;
	t->type = event_type_name(EVENT_SALE_COMPLETED);
	t->type_len = strlen(t->type);
	t->line = calloc(BASKET_LINES_MAX, sizeof(*t->line));
	t->memory = aligned_alloc(
		16, (basket_bytes(BASKET_LINES_MAX) + 15) / 16 * 16);
	if (t->line == NULL || t->memory == NULL) {
		goto out;
	}
	basket_init(&t->basket, t->memory, BASKET_LINES_MAX);
	rc = find_begin(s, days, &first, &ret->days, reterr);
	if (rc == RC_OK && first <= shop_head(s)) {
		ret->first = first;
		ret->last = shop_head(s);
		rc = shop_walk(s, first, ret->last, take_line, t, reterr);
	}
out:
	if (rc == RC_NOMEM) {
		(void)err_set(reterr, rc, 0, __func__,
			"no memory to compute sales: close other programs");
	}
	if (t != NULL) {
		if (t->has_was) {
			config_release(&t->was);
		}
		free(t->line);
		free(t->memory);
	}
	free(t);
	return rc;
}

void
config_try_words(
	const struct try_sums *t, const struct config *c, struct sbuf *out)
{
	char buf[40];
	struct sbuf b;
	int64_t by = t->total - t->was;

	sbuf_init(&b, buf, sizeof(buf));
	sbuf_puts(&b, by > 0 ? "+" : "");
	format_amount(&b, c->format, (struct money){by}, &c->currency);
	if (t->changed == 0) {
		/* cells: 60 */
		sbuf_puts(out, _("Nothing changes."));
	} else {
		/* cells: 60 */
		sbuf_printf(out,
			P_("%lld sale changes, %s.", "%lld sales change, %s.",
				t->changed),
			(long long)t->changed, buf);
	}
	if (t->untold > 0) {
		sbuf_putc(out, ' ');
		/* cells: 40 */
		sbuf_printf(out,
			P_("%lld cannot be told.", "%lld cannot be told.",
				t->untold),
			(long long)t->untold);
	}
}
