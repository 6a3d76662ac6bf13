/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a draft: a line, the sale; draft_internal.h has the layout. */
#include <string.h>

#include "register/draft_internal.h"

#include "base/poison.h"

/* Bits of a line's flags. */
#define FLAG_OVERRIDDEN 1
#define FLAG_RETURN 2  /* of what comes back there is more behind */
#define FLAG_UNKNOWN 4 /* it is not on file */
#define FLAG_AGE 8     /* the age that was checked is behind */
#define FLAG_MORE 16   /* when it was added, and the goods in full */
#define FLAG_TRACE 32  /* and what its symbol says */
#define FLAG_ALL 63

static void
put_str(struct wr *w, const char *s)
{
	size_t n = strlen(s);

	wr_u16le(w, (uint16_t)n);
	wr_bytes(w, s, n);
}

static void
get_str(struct rd *r, char *out, size_t cap)
{
	size_t n = rd_u16le(r);
	const uint8_t *p = rd_bytes(r, n);

	if (p == NULL || n >= cap || memchr(p, '\0', n) != NULL) {
		r->bad = true;
		return;
	}
	memcpy(out, p, n);
	out[n] = '\0';
}

static void
put_more(struct wr *w, const struct basket_line *l)
{
	wr_i64le(w, l->at.us);
	wr_u32le(w, (uint32_t)l->tz_min);
	wr_u8(w, (uint8_t)l->from);
	wr_i64le(w, l->tare.milli);
	wr_i64le(w, l->held.minor);
	wr_i64le(w, l->item.tare);
	wr_i64le(w, l->back_relief.minor);
	wr_u32le(w, l->link);
	put_str(w, l->item.unit);
	put_str(w, l->item.deposit);
	put_str(w, l->item.groups);
}

static void
get_more(struct rd *r, struct basket_line *l)
{
	uint8_t from;

	l->at.us = rd_i64le(r);
	l->tz_min = (int32_t)rd_u32le(r);
	from = rd_u8(r);
	l->tare.milli = rd_i64le(r);
	l->held.minor = rd_i64le(r);
	l->item.tare = rd_i64le(r);
	l->relief.minor = rd_i64le(r);
	l->link = rd_u32le(r);
	get_str(r, l->item.unit, sizeof(l->item.unit));
	get_str(r, l->item.deposit, sizeof(l->item.deposit));
	get_str(r, l->item.groups, sizeof(l->item.groups));
	if (from > QTY_PRICED || l->tz_min < -840 || l->tz_min > 840) {
		r->bad = true;
		return;
	}
	l->from = (enum qty_from)from;
}

size_t
draft_line_encode(
	const struct basket_line *l, uint8_t age, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, PART_LINE);
	wr_u32le(&w, l->no);
	wr_u8(&w, (uint8_t)l->item.kind);
	wr_i64le(&w, l->qty.milli);
	wr_i64le(&w, l->item.price.minor);
	wr_i64le(&w, l->price.minor);
	wr_u8(&w, (l->overridden ? FLAG_OVERRIDDEN : 0) |
			  (l->qty.milli < 0 ? FLAG_RETURN : 0) |
			  (l->unknown ? FLAG_UNKNOWN : 0) |
			  (age > 0 ? FLAG_AGE : 0) | FLAG_MORE |
			  (basket_is_traced(l) ? FLAG_TRACE : 0));
	wr_u32le(&w, l->discount_ppm);
	wr_i64le(&w, l->discount.minor);
	put_str(&w, l->item.code);
	put_str(&w, l->item.name);
	put_str(&w, l->item.dept);
	put_str(&w, l->item.tax);
	if (l->qty.milli < 0) {
		wr_i64le(
			&w, l->return_no > 0 ? l->back.minor : l->amount.minor);
		wr_u32le(&w, l->return_no);
		wr_u32le(&w, l->return_ppm);
		put_str(&w, l->return_of);
		put_str(&w, l->reason);
		put_str(&w, l->approver);
	}
	if (age > 0) {
		wr_u8(&w, age);
	}
	put_more(&w, l);
	if (basket_is_traced(l)) {
		put_str(&w, l->trace.lot);
		put_str(&w, l->trace.serial);
		put_str(&w, l->trace.expires);
	}
	return wr_ok(&w) ? w.len : 0;
}

bool
draft_line_decode(struct rd *r, uint8_t format, struct basket_line *l,
	uint8_t *ret_age, uint64_t *ret_head)
{
	uint8_t kind, flags;

	memset(l, 0, sizeof(*l));
	l->no = rd_u32le(r);
	kind = rd_u8(r);
	l->qty.milli = rd_i64le(r);
	l->item.price.minor = rd_i64le(r);
	l->price.minor = rd_i64le(r);
	flags = rd_u8(r);
	l->discount_ppm = rd_u32le(r);
	l->discount.minor = rd_i64le(r);
	get_str(r, l->item.code, sizeof(l->item.code));
	get_str(r, l->item.name, sizeof(l->item.name));
	get_str(r, l->item.dept, sizeof(l->item.dept));
	get_str(r, l->item.tax, sizeof(l->item.tax));
	*ret_head = format == DRAFT_FORMAT_PLAIN ? rd_u64le(r) : 0;
	if ((flags & FLAG_RETURN) != 0) {
		l->amount.minor = rd_i64le(r);
		l->return_no = rd_u32le(r);
		l->return_ppm = rd_u32le(r);
		get_str(r, l->return_of, sizeof(l->return_of));
		get_str(r, l->reason, sizeof(l->reason));
		get_str(r, l->approver, sizeof(l->approver));
	}
	*ret_age = (flags & FLAG_AGE) != 0 ? rd_u8(r) : 0;
	if ((flags & FLAG_MORE) != 0) {
		get_more(r, l);
	}
	if ((flags & FLAG_TRACE) != 0) {
		get_str(r, l->trace.lot, sizeof(l->trace.lot));
		get_str(r, l->trace.serial, sizeof(l->trace.serial));
		get_str(r, l->trace.expires, sizeof(l->trace.expires));
	}
	if (r->bad || kind >= CODE_KIND_COUNT || flags > FLAG_ALL) {
		return false;
	}
	l->item.kind = (enum code_kind)kind;
	l->overridden = (flags & FLAG_OVERRIDDEN) != 0;
	l->unknown = (flags & FLAG_UNKNOWN) != 0;
	return true;
}

size_t
draft_sale_encode(const struct basket *b, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, PART_SALE);
	wr_u32le(&w, b->sale_ppm);
	wr_i64le(&w, b->sale_off.minor);
	put_str(&w, b->buyer.group);
	put_str(&w, b->buyer.certificate);
	put_str(&w, b->buyer.vat);
	wr_u8(&w, (uint8_t)b->n_coupon);
	for (size_t i = 0; i < b->n_coupon; i++) {
		size_t rule = (size_t)b->coupon[i].rule;

		put_str(&w, rules_coupon(b->rules, rule)->id);
	}
	return wr_ok(&w) ? w.len : 0;
}

bool
draft_sale_decode(
	struct rd *r, uint8_t format, struct basket *ret, uint64_t *ret_head)
{
	char id[RULE_ID_BYTES] = "";
	uint8_t n;

	*ret_head = format == DRAFT_FORMAT_PLAIN ? rd_u64le(r) : 0;
	ret->sale_ppm = rd_u32le(r);
	ret->sale_off.minor = rd_i64le(r);
	get_str(r, ret->buyer.group, sizeof(ret->buyer.group));
	get_str(r, ret->buyer.certificate, sizeof(ret->buyer.certificate));
	get_str(r, ret->buyer.vat, sizeof(ret->buyer.vat));
	n = rd_u8(r);
	for (uint8_t i = 0; i < n && n <= BASKET_COUPONS; i++) {
		int rule;

		get_str(r, id, sizeof(id));
		rule = rules_find_coupon(ret->rules, id);
		if (rule >= 0) {
			ret->coupon[ret->n_coupon++].rule = rule;
		}
	}
	return !r->bad && n <= BASKET_COUPONS && ret->sale_ppm <= 1000000 &&
	       ret->sale_off.minor >= 0;
}

size_t
draft_comment_encode(const struct basket *b, uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, PART_COMMENT);
	put_str(&w, b->comment);
	return wr_ok(&w) ? w.len : 0;
}

bool
draft_comment_decode(struct rd *r, struct basket *ret)
{
	get_str(r, ret->comment, sizeof(ret->comment));
	return !r->bad;
}
