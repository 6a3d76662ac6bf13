/* SPDX-License-Identifier: Apache-2.0 */
/* What is sold, on the kitchen's paper. */
#include <stdlib.h>
#include <string.h>

#include "register/document.h"
#include "register/till_internal.h"

#include "base/poison.h"

static const struct config *
config_of(const struct till *t)
{
	return &t->config[t->in_use];
}

static const struct config_device *
device_of(const struct till *t, const struct till_port *p)
{
	return config_device_find(config_of(t), DEVICE_PRINTER, p->name);
}

static void
print_order(struct till *t, struct till_port *p, const struct event *sale,
	int64_t copy)
{
	struct till_job j = {.order = sale->sequence, .copy = copy};
	uint8_t *bytes = NULL;
	size_t n = 0;
	enum rc rc = document_order(config_of(t), device_of(t, p), sale,
		copy > 0, &bytes, &n, NULL);

	if (rc != RC_NOTFOUND) {
		till_print_job(t, p, rc, bytes, n, &j);
	}
}

void
till_order_final(struct till *t, const struct event *sale)
{
	if (sale->type != EVENT_SALE_COMPLETED || sale->training) {
		return;
	}
	for (size_t i = 0; i < t->n_port; i++) {
		struct till_port *p = &t->port[i];

		if (p->driver->class_ == DEVICE_PRINTER) {
			print_order(t, p, sale, 0);
		}
	}
}

void
till_order_ended(
	struct till *t, struct till_job *j, enum device_event_kind kind)
{
	char line[96];
	struct sbuf b;

	if (kind == DEVICE_JOB_DONE) {
		return;
	}
	/* an order too many is read, one too few is not cooked */
	j->again = j->copy == 0 && kind == DEVICE_JOB_UNKNOWN;
	if (!j->again) {
		sbuf_init(&b, line, sizeof(line));
		sbuf_printf(&b, "%s: the order of event %llu %s", j->port->name,
			(unsigned long long)j->order,
			kind == DEVICE_JOB_FAILED ? "was not printed"
						  : "may not be on paper");
		till_device_log(t, line);
	}
}

void
till_order_idle(struct till *t)
{
	for (size_t i = 0; i < TILL_JOBS; i++) {
		struct till_job *j = &t->job[i];
		const struct event *sale = NULL;

		if (!j->again || j->port->host == NULL ||
			!device_host_up(j->port->host)) {
			continue;
		}
		j->again = false;
		if (shop_event(t->shop, j->order, NULL, &sale, NULL) == RC_OK) {
			print_order(t, j->port, sale, 1);
		}
	}
}
