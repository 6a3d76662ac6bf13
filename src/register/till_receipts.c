/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts that are not on paper, as far as anybody knows, and devices that
 * somebody wants to see at work. */
#include <string.h>

#include "register/document.h"
#include "register/till_internal.h"

#include "base/poison.h"

#define QUEUE_LOOK 64

static bool
is_listed(const struct till_receipt list[], size_t n, const char *number)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].number, number) == 0) {
			return true;
		}
	}
	return false;
}

static void
put(struct till_receipt *list, size_t cap, size_t *n, const char *number,
	const char *state)
{
	struct sbuf b;

	if (*n == cap || number[0] == '\0' || is_listed(list, *n, number)) {
		return;
	}
	sbuf_init(&b, list[*n].number, sizeof(list[*n].number));
	sbuf_puts(&b, number);
	list[*n].state = state;
	(*n)++;
}

static void
put_jobs(
	const struct till *t, struct till_receipt list[], size_t cap, size_t *n)
{
	for (size_t i = 0; i < TILL_JOBS; i++) {
		const struct till_job *j = &t->job[i];

		if (j->id == 0 || j->order != 0) {
			continue; /* an order of the kitchen is no receipt */
		}
		put(list, cap, n, j->number,
			device_host_touched(j->port->host, j->id) ? "printing"
								  : "waiting");
	}
}

/* Of sales before a break, too: nobody heard how their receipts ended. */
static void
put_queue(struct till *t, struct till_receipt list[], size_t cap, size_t *n)
{
	uint64_t seq[QUEUE_LOOK];
	const struct event *e = NULL;
	size_t n_seq = 0;

	if (t->shop->store == NULL ||
		store_printq(t->shop->store, seq, QUEUE_LOOK, &n_seq, NULL) !=
			RC_OK) {
		return;
	}
	for (size_t i = 0; i < n_seq; i++) {
		if (seq[i] > t->first_seq) {
			continue; /* of this sitting: heard of, or a job */
		}
		if (shop_event(t->shop, seq[i], NULL, &e, NULL) == RC_OK &&
			e->type == EVENT_SALE_COMPLETED &&
			!is_listed(t->decided, t->n_decided,
				e->data.sale.number)) {
			put(list, cap, n, e->data.sale.number, "unknown");
		}
	}
}

size_t
till_receipts(struct till *t, struct till_receipt ret[], size_t cap)
{
	size_t n = 0;

	put_jobs(t, ret, cap, &n);
	for (size_t i = 0; i < t->n_unprinted; i++) {
		put(ret, cap, &n, t->unprinted[i].number,
			t->unprinted[i].state);
	}
	put_queue(t, ret, cap, &n);
	return n;
}

/* One that is on paper now, a copy too, is nobody's business any more. */
static bool
take_out(struct till *t, const char *number)
{
	for (size_t i = 0; i < t->n_unprinted; i++) {
		if (strcmp(t->unprinted[i].number, number) == 0) {
			t->n_unprinted--;
			memmove(t->unprinted + i, t->unprinted + i + 1,
				(t->n_unprinted - i) * sizeof(t->unprinted[0]));
			return true;
		}
	}
	return false;
}

void
till_receipt_note(struct till *t, const char *number, const char *outcome)
{
	if (strcmp(outcome, "printed") == 0) {
		(void)take_out(t, number);
		return;
	}
	if (strcmp(outcome, "failed") != 0 && strcmp(outcome, "unknown") != 0) {
		return;
	}
	if (t->n_unprinted == TILL_UNPRINTED) {
		char oldest[sizeof(t->unprinted[0].number)];

		memcpy(oldest, t->unprinted[0].number, sizeof(oldest));
		(void)take_out(t, oldest);
	}
	put(t->unprinted, TILL_UNPRINTED, &t->n_unprinted, number,
		strcmp(outcome, "failed") == 0 ? "failed" : "unknown");
}

void
till_receipt_done(struct till *t, const char *number)
{
	struct event e = {.type = EVENT_RECEIPT_PRINTED};
	struct till_receipt list[QUEUE_LOOK];
	size_t n = 0;

	if (take_out(t, number)) {
		return; /* its event is on its way, or recorded */
	}
	put_queue(t, list, QUEUE_LOOK, &n);
	if (is_listed(list, n, number) && !t->shop->read_only) {
		e.data.receipt.number = number;
		e.data.receipt.outcome = "unknown";
		shop_defer(t->shop, &e);
		/* which is recorded with the next act */
		put(t->decided, TILL_UNPRINTED, &t->n_decided, number, "");
	}
}

static struct till_port *
port_of(struct till *t, const char *name)
{
	for (size_t i = 0; i < t->n_port; i++) {
		if (strcmp(t->port[i].name, name) == 0) {
			return &t->port[i];
		}
	}
	return NULL;
}

bool
till_device_again(struct till *t, const char *name)
{
	struct till_port *p = port_of(t, name);

	if (p == NULL || p->host == NULL) {
		return false;
	}
	device_host_again(p->host);
	return true;
}

bool
till_device_test(struct till *t, const char *name)
{
	const struct config *c = &t->config[t->in_use];
	struct till_port *p = port_of(t, name);
	const struct till_job job = {.port = p};
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum rc rc;

	if (p == NULL || p->host == NULL || p->driver->printer == NULL ||
		!device_host_up(p->host)) {
		return false;
	}
	rc = document_test(c, config_device_find(c, DEVICE_PRINTER, name),
		&bytes, &n, NULL);
	till_print_job(t, p, rc, bytes, n, &job);
	return rc == RC_OK;
}
