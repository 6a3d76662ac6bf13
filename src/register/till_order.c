/* SPDX-License-Identifier: Apache-2.0 */
/* What is sold, on the kitchen's paper. */
#include <string.h>

#include "register/document.h"
#include "register/till_internal.h"

#include "base/poison.h"

static const struct config *
config_of(const struct till *t)
{
	return &t->config[t->in_use];
}

/* Nobody cooks after so many papers of which not one was heard of. */
#define COPIES 3
#define LOOK 256
/* In hand of one printer; the others wait in the store, and receipts have
 * room. */
#define IN_HAND 16
/* Between two tries of what the printer's queue did not take. */
#define AGAIN_US INT64_C(60000000)

static void
look_at(struct till *t, int64_t in_us)
{
	int64_t at = clock_read(&t->real).mono.us + in_us;

	if (t->orders_at.us < 0 || at < t->orders_at.us) {
		t->orders_at.us = at;
	}
}

void
till_order_open(struct till *t)
{
	t->orders_at.us = 0;
}

void
till_order_name(struct till *t)
{
	struct act *a = &t->act;
	struct sbuf b;

	for (size_t i = 0; i < a->n; i++) {
		if (a->event[i].type != EVENT_SALE_COMPLETED ||
			engine_view(t->engine)->training) {
			continue;
		}
		sbuf_init(&b, t->orders, sizeof(t->orders));
		document_orders(config_of(t), &a->event[i], &b);
		if (t->orders[0] != '\0') {
			a->event[i].data.sale.orders = t->orders;
		}
	}
}

/* --- what became of one --- */

static void
end_order(struct till *t, const char *number, const char *device, int64_t copy,
	const char *outcome)
{
	struct event e = {.type = EVENT_ORDER_PRINTED};
	char line[128];
	struct sbuf b;

	e.data.order = (struct event_order){.number = number,
		.device = device,
		.copy = copy,
		.outcome = outcome};
	if (!t->shop->read_only) {
		shop_defer(t->shop, &e);
	}
	if (strcmp(outcome, "dropped") == 0) {
		sbuf_init(&b, line, sizeof(line));
		sbuf_printf(&b, "%s: the order of %s is not tried again",
			device, number);
		till_device_log(t, line);
	}
}

/* An order too many is read, one too few is not cooked. */
void
till_order_ended(
	struct till *t, const struct till_job *j, enum device_event_kind kind)
{
	const char *outcome = "printed";

	if (kind == DEVICE_JOB_FAILED) {
		outcome = "failed";
		look_at(t, AGAIN_US);
	} else if (kind != DEVICE_JOB_DONE) {
		outcome = j->copy < COPIES ? "unknown" : "dropped";
		look_at(t, 0);
	} else if (t->orders_at.us >= 0) {
		look_at(t, 0); /* there is room for another */
	}
	end_order(t, j->number, j->port->name, j->copy, outcome);
}

/* --- printing --- */

/* False: nothing of it is for this printer. */
static bool
print_order(struct till *t, struct till_port *p, const struct event *sale,
	int64_t copy)
{
	const struct config_device *d =
		config_device_find(config_of(t), DEVICE_PRINTER, p->name);
	struct till_job j = {.order = sale->sequence, .copy = copy};
	uint8_t *bytes = NULL;
	struct sbuf b;
	size_t n = 0;
	enum rc rc = document_order(
		config_of(t), d, sale, copy > 0, &bytes, &n, NULL);

	if (rc == RC_NOTFOUND) {
		return false;
	}
	sbuf_init(&b, j.number, sizeof(j.number));
	sbuf_puts(&b, sale->data.sale.number);
	till_print_job(t, p, rc, bytes, n, &j);
	return true;
}

static bool
is_in_hand(const struct till *t, uint64_t order, const struct till_port *p)
{
	for (size_t i = 0; i < TILL_JOBS; i++) {
		const struct till_job *j = &t->job[i];

		if (j->id != 0 && j->order == order && j->port == p) {
			return true;
		}
	}
	return false;
}

static bool
can_take(const struct till *t, const struct till_port *p)
{
	size_t n = 0;

	for (size_t i = 0; i < TILL_JOBS; i++) {
		n += t->job[i].id != 0 && t->job[i].port == p ? 1 : 0;
	}
	return p->host != NULL && n < IN_HAND;
}

static bool
names(const char *list, const char *name)
{
	size_t len = strlen(name);

	while (*list != '\0') {
		size_t n = strcspn(list, " ");

		if (n == len && memcmp(list, name, n) == 0) {
			return true;
		}
		list += n;
		list += strspn(list, " ");
	}
	return false;
}

void
till_order_final(struct till *t, const struct event *sale)
{
	if (sale->type != EVENT_SALE_COMPLETED || sale->training ||
		sale->data.sale.orders == NULL) {
		return;
	}
	for (size_t i = 0; i < t->n_port; i++) {
		struct till_port *p = &t->port[i];

		if (p->driver->class_ != DEVICE_PRINTER ||
			!names(sale->data.sale.orders, p->name)) {
			continue;
		}
		if (can_take(t, p)) {
			(void)print_order(t, p, sale, 0);
		} else {
			end_order(t, sale->data.sale.number, p->name, 0,
				"failed");
			look_at(t, AGAIN_US);
		}
	}
}

/* --- what the store does not know to be printed --- */

/* False: it has to wait. */
static bool
go_on_with(struct till *t, const struct store_order *o)
{
	struct till_port *p = till_device_find(t, DEVICE_PRINTER, o->device);
	const struct event *sale = NULL;
	char number[sizeof(t->job[0].number)];
	struct sbuf b;

	if (p != NULL && is_in_hand(t, o->sequence, p)) {
		return true;
	}
	if (p != NULL && (!can_take(t, p) || !device_host_up(p->host))) {
		return false;
	}
	if (shop_event(t->shop, o->sequence, NULL, &sale, NULL) != RC_OK ||
		sale->type != EVENT_SALE_COMPLETED) {
		return false;
	}
	if (p == NULL || !print_order(t, p, sale, o->copy)) {
		/* recording may use the room the sale is in */
		sbuf_init(&b, number, sizeof(number));
		sbuf_puts(&b, sale->data.sale.number);
		end_order(t, number, o->device, o->copy, "dropped");
	}
	return true;
}

void
till_order_idle(struct till *t)
{
	struct store_order list[LOOK];
	size_t n = 0;
	bool all = true;

	if (t->orders_at.us < 0 || t->shop->read_only ||
		clock_read(&t->real).mono.us < t->orders_at.us ||
		shop_defers(t->shop) || !shop_ready(t->shop) ||
		store_orders(t->shop->store, list, LOOK, &n, NULL) != RC_OK) {
		return;
	}
	t->orders_at.us = -1;
	for (size_t i = 0; i < n; i++) {
		all = go_on_with(t, &list[i]) && all;
	}
	if (!all || n == LOOK) {
		look_at(t, 0);
	}
}
