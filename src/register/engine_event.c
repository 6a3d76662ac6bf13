/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of the basket as an event has them, and back. */
#include <string.h>

#include "register/engine_internal.h"
#include "wire/event.h"

#include "base/poison.h"

/* Bytes of a sale around those of its lines, of a line around its texts, of
 * what is not there on most of them, and of a discount, with every number at
 * its longest.  engine_fits() adds them up. */
#define SALE_BYTES 32768
#define LINE_BYTES 300
#define WEIGHED_BYTES 160
#define RULED_BYTES 96
#define TRACE_BYTES 64
#define RETURN_BYTES 704
#define DISCOUNT_BYTES 96
#define BACK_BYTES 640 /* the tax of what comes back by a receipt */
/* A text at its worst. */
#define ESCAPED 6

/* By enum qty_from. */
static const char *const from_names[] = {
	NULL, "scale", "hand", "code", "price"};

static size_t
json_bytes(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		n += *s == '"' || *s == '\\' ? 2 : 1;
		n += (unsigned char)*s < 0x20 ? 5 : 0;
	}
	return n;
}

static size_t
line_bytes(const struct basket *b, const struct basket_line *l)
{
	size_t n = LINE_BYTES + json_bytes(l->item.code) +
		   json_bytes(l->item.name) + json_bytes(l->item.dept);

	if (l->from != QTY_COUNTED || l->item.unit[0] != '\0') {
		n += WEIGHED_BYTES;
	}
	if (basket_is_traced(l)) {
		n += TRACE_BYTES + json_bytes(l->trace.lot) +
		     json_bytes(l->trace.serial);
	}
	if (l->list >= 0 || l->link != 0 || l->relief.minor != 0 ||
		l->item.deposit[0] != '\0' || l->item.groups[0] != '\0' ||
		basket_is_deposit(b, l)) {
		n += RULED_BYTES + 2 * RULE_ID_BYTES +
		     json_bytes(l->item.deposit) + json_bytes(l->item.groups);
	}
	return n + (l->qty.milli < 0 ? RETURN_BYTES : 0);
}

static void
rule_words(const struct rules *r, const struct price_step *s, const char **kind,
	const char **id, const char **name)
{
	*kind = NULL;
	*id = NULL;
	*name = NULL;
	if (s->kind == STEP_PROMOTION) {
		*kind = "promotion";
		*id = rules_promotion(r, (size_t)s->rule)->id;
		*name = rules_promotion(r, (size_t)s->rule)->name;
	} else if (s->kind == STEP_COUPON) {
		*kind = "coupon";
		*id = rules_coupon(r, (size_t)s->rule)->id;
		*name = rules_coupon(r, (size_t)s->rule)->name;
	} else if (s->kind == STEP_SALE) {
		*kind = "sale";
	}
	if (*name != NULL && ((*name)[0] == '\0' || strcmp(*name, *id) == 0)) {
		*name = NULL;
	}
}

/* Something that an event has in a line's discounts. */
static bool
is_discount(const struct price_step *s)
{
	return s->kind == STEP_DISCOUNT || s->kind == STEP_PROMOTION ||
	       s->kind == STEP_COUPON || s->kind == STEP_SALE;
}

static size_t
step_bytes(const struct rules *r, const struct price_step *s)
{
	const char *kind, *id, *name;

	if (!is_discount(s)) {
		return 0;
	}
	rule_words(r, s, &kind, &id, &name);
	return DISCOUNT_BYTES + (id != NULL ? json_bytes(id) : 0) +
	       (name != NULL ? json_bytes(name) : 0);
}

bool
engine_fits(const struct engine *e)
{
	static const size_t line_most =
		LINE_BYTES + WEIGHED_BYTES + RULED_BYTES + RETURN_BYTES +
		TRACE_BYTES +
		ESCAPED * (2 * ITEM_LOT_BYTES + CODE_BYTES + ITEM_NAME_BYTES +
				  ITEM_DEPT_BYTES + RULE_ID_BYTES +
				  ITEM_DEPOSIT_BYTES + ITEM_GROUPS_BYTES);
	static const size_t step_most =
		DISCOUNT_BYTES + ESCAPED * (RULE_ID_BYTES + RULE_NAME_BYTES);
	const struct basket *b = &e->basket;
	size_t n = SALE_BYTES;

	if (n + b->n_line * line_most + b->n_step * step_most +
			b->n_back * BACK_BYTES <=
		WIRE_LINE_BYTES) {
		return true;
	}
	for (size_t i = 0; i < b->n_line; i++) {
		n += line_bytes(b, &b->line[i]);
	}
	for (size_t i = 0; i < b->n_step; i++) {
		n += step_bytes(b->rules, &b->step[i]);
	}
	for (size_t i = 0; i < b->n_back; i++) {
		n += b->back[i].n_line > 0 ? BACK_BYTES : 0;
	}
	return n <= WIRE_LINE_BYTES;
}

/* --- there ---------------------------------------------------------------- */

/* An absent text is no text. */
static const char *
unless_empty(const char *s)
{
	return s[0] != '\0' ? s : NULL;
}

static void
put_line(const struct basket *b, const struct basket_line *l, bool timed,
	struct event_line *to)
{
	*to = (struct event_line){.no = l->no,
		.code = l->item.code,
		.kind = code_kind_name(l->item.kind),
		.name = l->item.name,
		.dept = l->item.dept,
		.qty = l->qty.milli,
		.price = l->price.minor,
		.overridden = l->overridden,
		.amount = l->amount.minor,
		.tax = l->item.tax,
		.unknown = l->unknown,
		.relief = l->relief.minor,
		.unit = unless_empty(l->item.unit),
		.tare = l->tare.milli,
		.from = from_names[l->from],
		.held = l->held.minor,
		.link = l->link,
		.deposit = unless_empty(l->item.deposit),
		.groups = unless_empty(l->item.groups),
		.lot = unless_empty(l->trace.lot),
		.serial = unless_empty(l->trace.serial),
		.expires = unless_empty(l->trace.expires)};
	if (l->link == 0 && basket_is_deposit(b, l)) {
		to->deposit = l->item.code;
	}
	if (l->overridden || l->list >= 0) {
		to->list = l->item.price.minor;
	}
	if (l->list >= 0) {
		to->pricelist = rules_list(b->rules, (size_t)l->list)->id;
	}
	if (timed) {
		to->at = l->at;
		to->tz = l->tz_min;
	}
	if (l->qty.milli < 0) {
		to->return_of = l->return_no > 0 ? l->return_of : NULL;
		to->return_no = l->return_no;
		to->rate = l->return_ppm;
		to->reason = l->reason;
		to->approver = l->approver;
	}
}

/* Discounts of what is sold stand in the steps, in their order over all lines;
 * of what comes back there is its share. */
static enum rc
put_discounts(struct engine *e, bool parked, struct event_line *line)
{
	const struct basket *b = &e->basket;
	struct event_discount *d =
		arena_take(&e->arena, b->n_step + b->n_line, sizeof(*d));
	struct event_discount *next = d;

	if (d == NULL) {
		return RC_NOMEM;
	}
	for (size_t i = 0; i < b->n_step; i++) {
		line[b->step[i].idx].n_discount +=
			is_discount(&b->step[i]) ? 1 : 0;
	}
	for (size_t i = 0; i < b->n_line; i++) {
		const struct basket_line *l = &b->line[i];
		size_t n = line[i].n_discount;

		if (l->qty.milli < 0 && l->discount.minor != 0) {
			*next = (struct event_discount){
				.amount = l->discount.minor, .kind = "return"};
			line[i].n_discount = 1;
			n = 1;
		} else if (parked && l->discount_ppm > 0 &&
			   l->discount.minor == 0) {
			/* a part of nothing, but of more it is more */
			*next = (struct event_discount){.ppm = l->discount_ppm};
			line[i].n_discount = 1;
			n++;
		} else {
			line[i].n_discount = 0;
		}
		line[i].discount = n > 0 ? next : NULL;
		next += n;
	}
	for (size_t i = 0; i < b->n_step; i++) {
		const struct price_step *s = &b->step[i];
		struct event_line *l = &line[s->idx];
		struct event_discount *to;

		if (!is_discount(s)) {
			continue;
		}
		to = d + (l->discount - d) + l->n_discount++;
		to->amount = s->amount.minor;
		to->ppm = s->kind == STEP_DISCOUNT
				  ? b->line[s->idx].discount_ppm
				  : 0;
		to->ppm = s->kind == STEP_SALE ? b->sale_ppm : to->ppm;
		rule_words(b->rules, s, &to->kind, &to->rule, &to->name);
	}
	return RC_OK;
}

enum rc
engine_event_lines(struct engine *e, bool parked, const struct event_line **ret)
{
	const struct basket *b = &e->basket;
	struct event_line *line =
		arena_take(&e->arena, b->n_line, sizeof(*line));

	if (line == NULL) {
		return RC_NOMEM;
	}
	for (size_t i = 0; i < b->n_line; i++) {
		put_line(b, &b->line[i], parked || rules_timed(b->rules),
			&line[i]);
	}
	*ret = line;
	return put_discounts(e, parked, line);
}

/* --- and back --------------------------------------------------------------- */

static bool
trace_back(const struct event_line *from, struct item_trace *to)
{
	return engine_copy(to->lot, sizeof(to->lot), from->lot) &&
	       engine_copy(to->serial, sizeof(to->serial), from->serial) &&
	       engine_copy(to->expires, sizeof(to->expires), from->expires);
}

static bool
texts_back(const struct event_line *from, struct basket_line *to)
{
	struct item *item = &to->item;

	return engine_copy(item->code, sizeof(item->code), from->code) &&
	       engine_copy(item->name, sizeof(item->name), from->name) &&
	       engine_copy(item->dept, sizeof(item->dept), from->dept) &&
	       engine_copy(item->tax, sizeof(item->tax), from->tax) &&
	       engine_copy(item->unit, sizeof(item->unit), from->unit) &&
	       engine_copy(item->deposit, sizeof(item->deposit),
		       event_is_deposit(from) ? NULL : from->deposit) &&
	       engine_copy(item->groups, sizeof(item->groups), from->groups) &&
	       engine_copy(
		       to->return_of, sizeof(to->return_of), from->return_of) &&
	       engine_copy(to->reason, sizeof(to->reason), from->reason) &&
	       engine_copy(
		       to->approver, sizeof(to->approver), from->approver) &&
	       trace_back(from, &to->trace);
}

/* Where a quantity is from; false: from nowhere we know. */
static bool
from_back(const char *word, enum qty_from *ret)
{
	size_t i = 0;

	*ret = QTY_COUNTED;
	if (word == NULL) {
		return true;
	}
	for (i = 1; i < ARRAY_LEN(from_names); i++) {
		if (strcmp(word, from_names[i]) == 0) {
			*ret = (enum qty_from)i;
			return true;
		}
	}
	return false;
}

static bool
fits_line(const struct event_line *from)
{
	return from->return_no >= 0 && from->return_no <= UINT32_MAX &&
	       from->rate >= 0 && from->rate <= TAX_RATE_MAX_PPM &&
	       from->no > 0 && from->no <= UINT32_MAX && from->link >= 0 &&
	       from->link <= UINT32_MAX && from->tz >= -840 && from->tz <= 840;
}

/* By hand, or the share of what comes back. */
static bool
is_own(const struct event_discount *d)
{
	return d->kind == NULL || strcmp(d->kind, "return") == 0;
}

bool
engine_line_back(const struct event_line *from, struct basket_line *to)
{
	bool of_list = from->overridden || from->pricelist != NULL;

	memset(to, 0, sizeof(*to));
	to->item.kind = code_kind_find(from->kind);
	to->list = -1;
	to->return_no = (uint32_t)from->return_no;
	to->return_ppm = (uint32_t)from->rate;
	to->amount.minor = from->amount;
	to->relief.minor = from->relief;
	to->no = (uint32_t)from->no;
	to->item.price.minor = of_list ? from->list : from->price;
	to->qty.milli = from->qty;
	to->price.minor = from->price;
	to->overridden = from->overridden;
	to->unknown = from->unknown;
	to->tare.milli = from->tare;
	to->held.minor = from->held;
	to->link = (uint32_t)from->link;
	to->at = from->at;
	to->tz_min = (int32_t)from->tz;
	for (size_t i = 0; i < from->n_discount; i++) {
		/* what rules took off follows */
		if (is_own(&from->discount[i])) {
			to->discount_ppm = (uint32_t)from->discount[i].ppm;
			to->discount.minor = from->discount[i].amount;
		}
	}
	return to->item.kind != CODE_KIND_COUNT && texts_back(from, to) &&
	       from_back(from->from, &to->from) && fits_line(from);
}

static bool
buyer_back(const char *group, const char *certificate, const char *vat,
	struct basket_buyer *to)
{
	memset(to, 0, sizeof(*to));
	return engine_copy(to->group, sizeof(to->group), group) &&
	       engine_copy(
		       to->certificate, sizeof(to->certificate), certificate) &&
	       engine_copy(to->vat, sizeof(to->vat), vat);
}

bool
engine_buyer_back(const struct event_buyer *from, struct basket_buyer *to)
{
	return buyer_back(from->group, from->certificate, from->vat, to);
}

/* What it was but for its lines; a coupon that is not configured any more is
 * worth nothing. */
static enum rc
head_back(const struct event_basket *from, struct basket *to)
{
	struct basket said = {.rules = to->rules};

	if (!buyer_back(
		    from->group, from->certificate, from->vat, &said.buyer) ||
		!engine_copy(
			said.comment, sizeof(said.comment), from->comment) ||
		from->ppm < 0 || from->ppm > 1000000 || from->off < 0) {
		return RC_PROTO;
	}
	said.sale_ppm = (uint32_t)from->ppm;
	said.sale_off.minor = from->off;
	for (size_t i = 0; i < from->n_coupon && i < BASKET_COUPONS; i++) {
		int rule = rules_find_coupon(to->rules, from->coupon[i].rule);

		if (rule >= 0) {
			said.coupon[said.n_coupon++].rule = rule;
		}
	}
	return basket_put_head(to, &said);
}

enum rc
engine_basket_back(const struct event_basket *from, struct basket *to)
{
	enum rc rc, end;

	basket_hold(to);
	rc = head_back(from, to);
	for (size_t i = 0; rc == RC_OK && i < from->n_line; i++) {
		struct basket_line line;

		if (!engine_line_back(&from->line[i], &line)) {
			rc = RC_PROTO;
		} else {
			rc = basket_restore(to, &line);
		}
	}
	end = basket_release(to);
	rc = rc == RC_OK ? end : rc;
	to->age =
		from->age > 0 && from->age <= AGE_MAX ? (uint8_t)from->age : 0;
	if (from->next > to->next_no && from->next < UINT32_MAX) {
		to->next_no = (uint32_t)from->next;
	}
	return rc == RC_OK && to->n_line == 0 ? RC_PROTO : rc;
}

enum rc
engine_event_head(struct engine *e, struct event_basket *d)
{
	const struct basket *b = &e->basket;
	struct event_coupon *c = arena_take(&e->arena, b->n_coupon, sizeof(*c));

	if (c == NULL) {
		return RC_NOMEM;
	}
	d->group = unless_empty(b->buyer.group);
	d->certificate = unless_empty(b->buyer.certificate);
	d->vat = unless_empty(b->buyer.vat);
	d->comment = unless_empty(b->comment);
	d->ppm = b->sale_ppm;
	d->off = b->sale_off.minor;
	for (size_t i = 0; i < b->n_coupon; i++) {
		c[i].rule =
			rules_coupon(b->rules, (size_t)b->coupon[i].rule)->id;
	}
	d->coupon = c;
	d->n_coupon = b->n_coupon;
	return RC_OK;
}
