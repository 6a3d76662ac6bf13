/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/basket_internal.h"
#include "core/pricing.h"

#include "base/poison.h"

size_t
basket_bytes(size_t cap_line)
{
	return cap_line * (sizeof(struct basket_line) +
				  PRICE_STEPS * sizeof(struct price_step)) +
	       BASKET_BACK_MAX * sizeof(struct basket_back) +
	       pricing_bytes(cap_line);
}

/* The lines, the steps, receipts' rows, the room to compute in. */
static void
set_memory(struct basket *b, void *memory)
{
	b->line = memory;
	b->step = (struct price_step *)(b->line + b->cap_line);
	b->back = (struct basket_back *)(b->step + b->cap_step);
	b->work = b->back + BASKET_BACK_MAX;
}

void
basket_init(struct basket *b, void *memory, size_t cap_line)
{
	memset(b, 0, sizeof(*b));
	b->cap_line = cap_line;
	b->cap_step = cap_line * PRICE_STEPS;
	set_memory(b, memory);
	b->next_no = 1;
}

void
basket_move(struct basket *b, void *memory)
{
	const struct basket_line *line = b->line;
	const struct price_step *step = b->step;
	const struct basket_back *row = b->back;

	set_memory(b, memory);
	memcpy(b->line, line, b->n_line * sizeof(*line));
	memcpy(b->step, step, b->n_step * sizeof(*step));
	memcpy(b->back, row, b->n_back * sizeof(*row));
}

void
basket_begin(struct basket *b, const uint8_t id[UUID_BYTES], struct utc opened,
	const struct tax_policy *tax, enum round round)
{
	basket_init(b, b->line, b->cap_line);
	memcpy(b->id, id, UUID_BYTES);
	b->opened = opened;
	b->policy = *tax;
	b->tax = &b->policy;
	b->round = round;
}

void
basket_set_rules(struct basket *b, const struct rules *rules)
{
	b->rules = rules;
}

/* What was put in is as it was and was computed from before, so this cannot
 * fail. */
static void
back(struct basket *b)
{
	if (basket_reprice(b) != RC_OK) {
		b->n_step = 0;
	}
}

/* Place of number ${no}, or where it would stand: lines are in its order. */
static size_t
place_of(const struct basket *b, uint32_t no)
{
	size_t low = 0;
	size_t high = b->n_line;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (b->line[mid].no < no) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return low;
}

/* The class of a line; one that comes back is taxed as it was sold, and its
 * rate gets a row of its own when the policy has moved on. */
static enum rc
class_line(struct basket *b, struct basket_line *l)
{
	struct tax_policy *p = &b->policy;
	int idx = 0;

	if (l->return_no > 0) {
		idx = tax_find_rate(p, l->item.tax, l->return_ppm);
	} else if (!l->unknown) {
		idx = tax_find(p, l->item.tax);
	}
	if (idx < 0 && l->return_no == 0) {
		return RC_NOTFOUND;
	}
	if (idx < 0) {
		if (p->n_class >= TAX_ROWS - TAX_CLASS_MAX) {
			return RC_NOSPC;
		}
		if (l->return_ppm > TAX_RATE_MAX_PPM) {
			return RC_RANGE;
		}
		idx = (int)p->n_class;
		p->class_[idx] = (struct tax_class){.rate_ppm = l->return_ppm};
		memcpy(p->class_[idx].code, l->item.tax, TAX_CODE_BYTES);
		p->n_class++;
	}
	l->tax_idx = (uint8_t)idx;
	return RC_OK;
}

/* Room for ${n} lines at ${at}, and back again. */
static void
part(struct basket *b, size_t at, size_t n)
{
	memmove(&b->line[at + n], &b->line[at],
		(b->n_line - at) * sizeof(b->line[0]));
	b->n_line += n;
}

static void
join(struct basket *b, size_t at, size_t n)
{
	b->n_line -= n;
	memmove(&b->line[at], &b->line[at + n],
		(b->n_line - at) * sizeof(b->line[0]));
}

static bool
in_use(const struct basket *b, uint32_t no)
{
	size_t idx;

	return basket_find(b, no, &idx) == RC_OK;
}

/* Put ${l} in at its number's place, its deposit behind it; what follows is
 * computed. */
static enum rc
insert(struct basket *b, struct basket_line *l, size_t *ret_idx)
{
	size_t at = place_of(b, l->no);
	size_t n_class = b->policy.n_class;
	uint32_t next_no = b->next_no;
	uint32_t numbers = basket_numbers(b, l);
	struct basket_line deposit, behind[2];
	size_t n = basket_deposit_line(b, l, &deposit) ? 2 : 1;
	enum rc rc;

	if (b->n_line + n > b->cap_line || l->no >= UINT32_MAX - 1) {
		return RC_NOSPC;
	}
	if (n == 2 && in_use(b, deposit.no)) {
		return RC_EXISTS;
	}
	rc = class_line(b, l);
	if (rc == RC_OK && n == 2) {
		rc = class_line(b, &deposit);
	}
	if (rc != RC_OK) {
		b->policy.n_class = n_class;
		return rc;
	}
	if (l->return_no > 0) {
		l->back = l->amount;
		l->back_relief = l->relief;
	}
	memcpy(behind, &b->line[b->n_line], n * sizeof(behind[0]));
	part(b, at, n);
	b->line[at] = *l;
	if (n == 2) {
		b->line[at + 1] = deposit;
	}
	if (l->no + numbers > b->next_no) {
		b->next_no = l->no + numbers;
	}
	rc = basket_reprice(b);
	if (rc != RC_OK) {
		join(b, at, n);
		memcpy(&b->line[b->n_line], behind, n * sizeof(behind[0]));
		b->policy.n_class = n_class;
		b->next_no = next_no;
		back(b);
		return rc;
	}
	*ret_idx = at;
	return RC_OK;
}

enum rc
basket_add(struct basket *b, const struct item *item, struct qty qty,
	size_t *ret_idx)
{
	struct basket_line l = {.item = *item, .qty = qty, .at = b->opened};

	return basket_put(b, &l, ret_idx);
}

enum rc
basket_put(struct basket *b, const struct basket_line *line, size_t *ret_idx)
{
	struct basket_line l = *line;

	if (l.qty.milli < 0) {
		return RC_INVAL;
	}
	l.no = b->next_no;
	return insert(b, &l, ret_idx);
}

enum rc
basket_return(struct basket *b, const struct basket_line *line, size_t *ret_idx)
{
	struct basket_line l = *line;

	if (l.qty.milli >= 0) {
		return RC_INVAL;
	}
	/* sold with its goods it may come back without them */
	l.link = 0;
	l.no = b->next_no;
	return insert(b, &l, ret_idx);
}

enum rc
basket_add_unknown(
	struct basket *b, const char *code, struct qty qty, size_t *ret_idx)
{
	struct basket_line l = {.no = b->next_no, .qty = qty, .unknown = true};
	size_t n = strnlen(code, CODE_BYTES);

	if (n == 0 || n == CODE_BYTES) {
		return RC_INVAL;
	}
	memcpy(l.item.code, code, n);
	l.item.kind = CODE_INTERNAL;
	return insert(b, &l, ret_idx);
}

enum rc
basket_restore(struct basket *b, const struct basket_line *line)
{
	struct basket_line l = *line;
	size_t idx;

	if (l.no == 0 || (l.link > 0 && l.link != l.no - 1)) {
		return RC_INVAL;
	}
	if (basket_find(b, l.no, &idx) == RC_OK) {
		return l.link > 0 && b->line[idx].link == l.link ? RC_OK
								 : RC_EXISTS;
	}
	/* of a deposit that the rules have forgotten: as it was */
	if (l.link > 0 && !in_use(b, l.link)) {
		return RC_INVAL;
	}
	return insert(b, &l, &idx);
}

enum rc
basket_find(const struct basket *b, uint32_t no, size_t *ret_idx)
{
	size_t at = place_of(b, no);

	if (at == b->n_line || b->line[at].no != no) {
		return RC_NOTFOUND;
	}
	*ret_idx = at;
	return RC_OK;
}

enum rc
basket_void(struct basket *b, size_t idx)
{
	struct basket_line was[2];
	size_t n;
	enum rc rc;

	if (idx >= b->n_line || b->line[idx].link > 0) {
		return RC_INVAL;
	}
	n = basket_has_deposit(b, idx) ? 2 : 1;
	memcpy(was, &b->line[idx], n * sizeof(was[0]));
	join(b, idx, n);
	rc = basket_reprice(b);
	if (rc != RC_OK) {
		part(b, idx, n);
		memcpy(&b->line[idx], was, n * sizeof(was[0]));
		back(b);
	}
	return rc;
}

/* Exchange a line for its changed copy, or leave everything. */
static enum rc
replace(struct basket *b, size_t idx, struct basket_line *l)
{
	struct basket_line was[2];
	size_t n = basket_has_deposit(b, idx) ? 2 : 1;
	enum rc rc;

	memcpy(was, &b->line[idx], n * sizeof(was[0]));
	b->line[idx] = *l;
	if (n == 2) {
		b->line[idx + 1].qty = basket_deposit_qty(l);
	}
	rc = basket_reprice(b);
	if (rc != RC_OK) {
		memcpy(&b->line[idx], was, n * sizeof(was[0]));
		back(b);
	}
	return rc;
}

enum rc
basket_resolve(struct basket *b, size_t idx, const struct item *item)
{
	struct basket_line was, l;
	enum rc rc;

	if (idx >= b->n_line || !b->line[idx].unknown) {
		return RC_INVAL;
	}
	was = b->line[idx];
	l = was;
	l.unknown = false;
	l.item = *item;
	/* of a basket begun where there were no deposits */
	if (in_use(b, l.no + 1)) {
		l.item.deposit[0] = '\0';
	}
	join(b, idx, 1);
	rc = insert(b, &l, &idx);
	if (rc != RC_OK) {
		part(b, idx, 1);
		b->line[idx] = was;
		back(b);
	}
	return rc;
}

enum rc
basket_set_qty(struct basket *b, size_t idx, struct qty q)
{
	struct basket_line l;

	if (idx >= b->n_line) {
		return RC_INVAL;
	}
	l = b->line[idx];
	if (l.return_no > 0 || l.link > 0 ||
		(l.qty.milli < 0) != (q.milli < 0)) {
		return RC_INVAL;
	}
	l.qty = q;
	return replace(b, idx, &l);
}

enum rc
basket_set_price(struct basket *b, size_t idx, struct money price)
{
	struct basket_line l;
	struct money own;

	if (idx >= b->n_line) {
		return RC_INVAL;
	}
	l = b->line[idx];
	if (l.return_no > 0 || basket_is_deposit(b, &l)) {
		return RC_INVAL;
	}
	own = l.item.price;
	if (l.qty.milli > 0) {
		(void)price_list_of(b, &l, &own);
	}
	l.price = price;
	l.overridden = money_cmp(price, own) != 0;
	return replace(b, idx, &l);
}

enum rc
basket_discount_ppm(struct basket *b, size_t idx, uint32_t ppm)
{
	struct basket_line l;

	if (idx >= b->n_line || b->line[idx].qty.milli < 0 ||
		basket_is_deposit(b, &b->line[idx])) {
		return RC_INVAL;
	}
	l = b->line[idx];
	l.discount_ppm = ppm;
	l.discount.minor = 0;
	return replace(b, idx, &l);
}

enum rc
basket_discount_amount(struct basket *b, size_t idx, struct money amount)
{
	struct basket_line l;

	if (idx >= b->n_line || b->line[idx].qty.milli < 0 ||
		basket_is_deposit(b, &b->line[idx])) {
		return RC_INVAL;
	}
	l = b->line[idx];
	l.discount_ppm = 0;
	l.discount = amount;
	return replace(b, idx, &l);
}

enum rc
basket_set_return(struct basket *b, size_t idx, struct qty qty,
	const struct basket_shared *share)
{
	struct basket_line l;

	if (idx >= b->n_line || b->line[idx].return_no == 0 || qty.milli >= 0) {
		return RC_INVAL;
	}
	l = b->line[idx];
	l.qty = qty;
	l.discount = money_neg(share->discount);
	l.back = money_neg(share->amount);
	l.back_relief = money_neg(share->relief);
	return replace(b, idx, &l);
}

enum rc
basket_receipt(struct basket *b, const struct basket_back row[], size_t n)
{
	size_t was = b->n_back;
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		int at = price_back_row(b, row[i].number, row[i].class_.code);

		if (at < 0 && b->n_back == BASKET_BACK_MAX) {
			b->n_back = was;
			return RC_NOSPC;
		}
		b->back[at < 0 ? b->n_back++ : (size_t)at] = row[i];
	}
	rc = basket_reprice(b);
	if (rc != RC_OK) {
		b->n_back = was;
		back(b);
	}
	return rc;
}

enum rc
basket_set_buyer(struct basket *b, const struct basket_buyer *buyer)
{
	struct basket_buyer was = b->buyer;
	enum rc rc;

	b->buyer = *buyer;
	rc = basket_reprice(b);
	if (rc != RC_OK) {
		b->buyer = was;
		back(b);
	}
	return rc;
}

static enum rc
set_sale(struct basket *b, uint32_t ppm, struct money off)
{
	uint32_t was_ppm = b->sale_ppm;
	struct money was = b->sale_off;
	enum rc rc;

	b->sale_ppm = ppm;
	b->sale_off = off;
	rc = basket_reprice(b);
	if (rc != RC_OK) {
		b->sale_ppm = was_ppm;
		b->sale_off = was;
		back(b);
	}
	return rc;
}

enum rc
basket_sale_ppm(struct basket *b, uint32_t ppm)
{
	return ppm > PPM_ONE ? RC_RANGE : set_sale(b, ppm, (struct money){0});
}

enum rc
basket_sale_amount(struct basket *b, struct money amount)
{
	return amount.minor < 0 ? RC_INVAL : set_sale(b, 0, amount);
}

enum rc
basket_coupon_add(struct basket *b, int rule)
{
	const struct coupon *c;
	int64_t n = 0;
	enum rc rc;

	if (rule < 0 || (size_t)rule >= rules_n_coupons(b->rules)) {
		return RC_INVAL;
	}
	c = rules_coupon(b->rules, (size_t)rule);
	for (size_t i = 0; i < b->n_coupon; i++) {
		n += b->coupon[i].rule == rule ? 1 : 0;
	}
	if (c->limit > 0 && n >= c->limit) {
		return RC_EXISTS;
	}
	if (b->n_coupon == BASKET_COUPONS) {
		return RC_NOSPC;
	}
	b->coupon[b->n_coupon++] = (struct basket_coupon){.rule = rule};
	rc = basket_reprice(b);
	if (rc != RC_OK) {
		b->n_coupon--;
		back(b);
	}
	return rc;
}

enum rc
basket_coupon_remove(struct basket *b, int rule)
{
	size_t i = b->n_coupon;
	struct basket_coupon was;
	enum rc rc;

	while (i > 0 && b->coupon[i - 1].rule != rule) {
		i--;
	}
	if (i == 0) {
		return RC_NOTFOUND;
	}
	was = b->coupon[i - 1];
	b->n_coupon--;
	memmove(&b->coupon[i - 1], &b->coupon[i],
		(b->n_coupon - (i - 1)) * sizeof(was));
	rc = basket_reprice(b);
	if (rc != RC_OK) {
		memmove(&b->coupon[i], &b->coupon[i - 1],
			(b->n_coupon - (i - 1)) * sizeof(was));
		b->coupon[i - 1] = was;
		b->n_coupon++;
		back(b);
	}
	return rc;
}

bool
basket_is_traced(const struct basket_line *l)
{
	const struct item_trace *t = &l->trace;

	return t->lot[0] != '\0' || t->serial[0] != '\0' ||
	       t->expires[0] != '\0';
}

bool
basket_is_begun(const struct basket *b)
{
	return b->n_line > 0 || b->n_coupon > 0 || b->buyer.group[0] != '\0' ||
	       b->buyer.certificate[0] != '\0' || b->buyer.vat[0] != '\0';
}

enum rc
basket_put_head(struct basket *b, const struct basket *from)
{
	enum rc rc = basket_set_buyer(b, &from->buyer);

	memcpy(b->comment, from->comment, sizeof(b->comment));
	for (size_t i = 0; i < from->n_coupon && rc == RC_OK; i++) {
		size_t was = (size_t)from->coupon[i].rule;
		int rule = rules_find_coupon(
			b->rules, rules_coupon(from->rules, was)->id);

		rc = rule < 0 ? RC_OK : basket_coupon_add(b, rule);
		rc = rc == RC_EXISTS ? RC_OK : rc;
	}
	return rc == RC_OK ? set_sale(b, from->sale_ppm, from->sale_off) : rc;
}
