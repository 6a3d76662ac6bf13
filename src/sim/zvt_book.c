/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/zvt_book.h"

#include <string.h>

#include "base/poison.h"

struct book_row *
book_add(struct book *b, enum pinpad_op op, int64_t amount, const char *last4)
{
	struct book_row *r;
	struct sbuf card;

	if (b->n == BOOK_ROWS) {
		return NULL;
	}
	r = &b->row[b->n++];
	memset(r, 0, sizeof(*r));
	b->receipt = b->receipt % 9999 + 1;
	r->receipt = b->receipt;
	r->trace = 600 + (unsigned)b->n;
	r->op = op;
	r->amount = amount;
	sbuf_init(&card, r->last4, sizeof(r->last4));
	sbuf_puts(&card, last4);
	return r;
}

struct book_row *
book_find(struct book *b, unsigned receipt)
{
	for (size_t i = b->n; i > 0; i--) {
		if (b->row[i - 1].receipt == receipt) {
			return &b->row[i - 1];
		}
	}
	return NULL;
}

/* What a movement does to the shop's account. */
static int
sign_of(enum pinpad_op op)
{
	switch (op) {
	case PINPAD_PAY:
	case PINPAD_CAPTURE:
		return 1;
	case PINPAD_REFUND:
		return -1;
	case PINPAD_REVERSE: /* the payment itself says that it is reversed */
	case PINPAD_RESERVE:
	case PINPAD_RELEASE:
	case PINPAD_LAST:
	case PINPAD_CLOSE:
	case PINPAD_STATUS:
	case PINPAD_TOTALS:
	case PINPAD_OP_COUNT:
	default:
		return 0;
	}
}

int64_t
book_total(const struct book *b, unsigned *ret_count)
{
	int64_t sum = 0;

	*ret_count = 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct book_row *r = &b->row[i];

		if (r->settled || r->state != BOOK_CHARGED ||
			sign_of(r->op) == 0) {
			continue;
		}
		sum += sign_of(r->op) * r->amount;
		(*ret_count)++;
	}
	return sum;
}

void
book_settle(struct book *b)
{
	for (size_t i = 0; i < b->n; i++) {
		b->row[i].settled = b->row[i].op != PINPAD_RESERVE;
	}
}

void
book_show(const struct book *b, struct sbuf *out)
{
	static const char *const state[] = {
		[BOOK_PENDING] = "pending",
		[BOOK_CHARGED] = "charged",
		[BOOK_REVERSED] = "reversed",
		[BOOK_CLOSED] = "closed",
	};

	for (size_t i = 0; i < b->n; i++) {
		const struct book_row *r = &b->row[i];

		sbuf_printf(out,
			"receipt=%u op=%s amount=%lld card=%s state=%s\n",
			r->receipt, pinpad_op_name(r->op), (long long)r->amount,
			r->last4, state[r->state]);
	}
}
