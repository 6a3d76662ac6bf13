/* SPDX-License-Identifier: Apache-2.0 */
/* The line record of a draft; draft.c has the layout. */
#include <string.h>

#include "register/draft_internal.h"

#include "base/poison.h"

/* Bits of a line's flags. */
#define FLAG_OVERRIDDEN 1
#define FLAG_RETURN 2  /* of what comes back there is more behind */
#define FLAG_UNKNOWN 4 /* it is not on file */
#define FLAG_AGE 8     /* the age that was checked is behind */
#define FLAG_ALL (FLAG_OVERRIDDEN | FLAG_RETURN | FLAG_UNKNOWN | FLAG_AGE)

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

size_t
draft_line_encode(const struct basket_line *l, uint8_t age, uint64_t head,
	uint8_t *out, size_t cap)
{
	struct wr w;

	wr_init(&w, out, cap);
	wr_u8(&w, RECORD_LINE);
	wr_u32le(&w, l->no);
	wr_u8(&w, (uint8_t)l->item.kind);
	wr_i64le(&w, l->qty.milli);
	wr_i64le(&w, l->item.price.minor);
	wr_i64le(&w, l->price.minor);
	wr_u8(&w, (l->overridden ? FLAG_OVERRIDDEN : 0) |
			  (l->qty.milli < 0 ? FLAG_RETURN : 0) |
			  (l->unknown ? FLAG_UNKNOWN : 0) |
			  (age > 0 ? FLAG_AGE : 0));
	wr_u32le(&w, l->discount_ppm);
	wr_i64le(&w, l->discount.minor);
	put_str(&w, l->item.code);
	put_str(&w, l->item.name);
	put_str(&w, l->item.dept);
	put_str(&w, l->item.tax);
	wr_u64le(&w, head);
	if (l->qty.milli < 0) {
		wr_i64le(&w, l->amount.minor);
		wr_u32le(&w, l->return_no);
		wr_u32le(&w, l->return_ppm);
		put_str(&w, l->return_of);
		put_str(&w, l->reason);
		put_str(&w, l->approver);
	}
	if (age > 0) {
		wr_u8(&w, age);
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
	*ret_head = format == DRAFT_FORMAT ? rd_u64le(r) : 0;
	if ((flags & FLAG_RETURN) != 0) {
		l->amount.minor = rd_i64le(r);
		l->return_no = rd_u32le(r);
		l->return_ppm = rd_u32le(r);
		get_str(r, l->return_of, sizeof(l->return_of));
		get_str(r, l->reason, sizeof(l->reason));
		get_str(r, l->approver, sizeof(l->approver));
	}
	*ret_age = (flags & FLAG_AGE) != 0 ? rd_u8(r) : 0;
	if (!rd_end(r) || kind >= CODE_KIND_COUNT || flags > FLAG_ALL) {
		return false;
	}
	l->item.kind = (enum code_kind)kind;
	l->overridden = (flags & FLAG_OVERRIDDEN) != 0;
	l->unknown = (flags & FLAG_UNKNOWN) != 0;
	return true;
}
