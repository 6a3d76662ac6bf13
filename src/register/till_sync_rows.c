/* SPDX-License-Identifier: Apache-2.0 */
/* What waits, what is kept apart, what is there: for who looks. */
#include <stdlib.h>
#include <string.h>

#include "core/event.h"
#include "register/shop_internal.h"
#include "register/till_sync_internal.h"

#include "base/poison.h"

static void
put_number(struct till_waiting *w, const char *number)
{
	struct sbuf b;

	sbuf_init(&b, w->number, sizeof(w->number));
	sbuf_puts(&b, number != NULL ? number : "");
}

static void
put_amount(struct till_waiting *w, int64_t minor)
{
	w->has_amount = true;
	w->amount.minor = minor;
}

/* What a document is known by. */
static void
describe(struct till_waiting *w, const struct event *e)
{
	struct sbuf b;

	memset(w, 0, sizeof(*w));
	w->sequence = e->sequence;
	w->time = e->time;
	w->type = e->type;
	switch ((int)e->type) {
	case EVENT_SALE_COMPLETED:
		put_number(w, e->data.sale.number);
		put_amount(w, e->data.sale.total);
		break;
	case EVENT_RECEIPT_PRINTED:
	case EVENT_COPY_PRINTED:
		put_number(w, e->data.receipt.number);
		break;
	case EVENT_DAY_CLOSED:
		sbuf_init(&b, w->number, sizeof(w->number));
		sbuf_putc(&b, 'Z');
		sbuf_i64(&b, e->data.day.number);
		break;
	case EVENT_PERIOD_CLOSED:
		put_number(w, e->data.period.name);
		break;
	case EVENT_CASH_MOVED:
		put_amount(w, e->data.cash.amount);
		break;
	default:
		break;
	}
}

static bool
read_line(struct till *t, uint64_t sequence, struct till_waiting *ret)
{
	const struct event *e = NULL;

	if (sequence == 0 ||
		shop_event(t->shop, sequence, NULL, &e, NULL) != RC_OK) {
		return false;
	}
	describe(ret, e);
	return true;
}

size_t
till_link_waiting(
	struct till *t, uint64_t from, struct till_waiting ret[], size_t cap)
{
	uint64_t head = shop_head(t->shop);
	size_t n = 0;

	if (t->sync == NULL) {
		return 0;
	}
	from = from > t->sync->link.acked ? from : t->sync->link.acked + 1;
	for (; n < cap && from <= head; from++) {
		n += read_line(t, from, &ret[n]) ? 1 : 0;
	}
	return n;
}

size_t
till_link_apart(struct till *t, struct till_apart ret[], size_t cap)
{
	struct store_apart row[SYNC_ITEMS];
	size_t n = 0, most = cap < SYNC_ITEMS ? cap : SYNC_ITEMS;
	uint64_t all = 0;

	if (t->sync == NULL || !shop_ready(t->shop) ||
		store_apart(t->shop->store, t->sync->link.hub.hub, row, most,
			&n, &all, NULL) != RC_OK) {
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct till_apart *a = &ret[i];
		const struct event *e = NULL;
		struct sbuf b;

		memset(a, 0, sizeof(*a));
		a->epoch = row[i].epoch;
		a->sequence = row[i].sequence;
		sbuf_init(&b, a->reason, sizeof(a->reason));
		if (shop_event(t->shop, row[i].line, NULL, &e, NULL) == RC_OK &&
			e->type == EVENT_HUB_QUARANTINED &&
			e->data.hub_apart.reason != NULL) {
			sbuf_puts(&b, e->data.hub_apart.reason);
		}
		a->has = read_line(t, a->sequence, &a->line);
	}
	return n;
}

bool
till_link_text(struct till *t, uint64_t sequence, struct sbuf *out)
{
	char *buf = malloc(WIRE_LINE_BYTES + 1);
	size_t n = 0;
	bool has;

	has = buf != NULL && shop_ready(t->shop) &&
	      store_line(t->shop->store, sequence, buf, WIRE_LINE_BYTES, &n,
		      NULL) == RC_OK;
	if (has) {
		sbuf_write(out, buf, n);
		sbuf_putc(out, '\n');
	}
	free(buf);
	return has && sbuf_ok(out);
}

/* "R01-000042", of this register's own series: a restored one goes on in it. */
static uint64_t
number_of(const struct event *e)
{
	const char *n = e->data.sale.number, *dash;
	uint64_t v = 0;

	if (e->type != EVENT_SALE_COMPLETED || e->training || n == NULL) {
		return 0;
	}
	dash = strrchr(n, '-');
	for (n = dash != NULL ? dash + 1 : n; *n >= '0' && *n <= '9'; n++) {
		v = v * 10 + (uint64_t)(*n - '0');
	}
	return *n == '\0' ? v : 0;
}

void
till_link_sums(struct shop *s, uint64_t acked, uint64_t *ret_queued,
	struct utc *ret_oldest, uint64_t *ret_local, uint64_t *ret_acked)
{
	const uint64_t head = shop_head(s);
	const struct event *e = NULL;
	uint64_t number = 0;

	*ret_queued = acked < head ? head - acked : 0;
	ret_oldest->us = 0;
	*ret_local = s->state.next_sale > 0 ? s->state.next_sale - 1 : 0;
	for (uint64_t i = acked + 1; i <= head && number == 0; i++) {
		if (shop_event(s, i, NULL, &e, NULL) != RC_OK) {
			continue;
		}
		if (ret_oldest->us == 0) {
			*ret_oldest = e->time;
		}
		number = number_of(e);
	}
	*ret_acked = number > 0 ? number - 1 : *ret_local;
}

bool
till_link_docs(struct till *t, uint64_t *ret_local, uint64_t *ret_acked)
{
	struct utc oldest;
	uint64_t queued;

	if (t->sync == NULL || !shop_ready(t->shop)) {
		return false;
	}
	till_link_sums(t->shop, t->sync->link.acked, &queued, &oldest,
		ret_local, ret_acked);
	return true;
}
