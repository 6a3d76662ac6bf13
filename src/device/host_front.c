/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A display on the printer's line, before it.  Both hear every byte; ESC = says
 * who is meant, so a frame goes between two commands and nowhere else.
 */
#include <stdlib.h>
#include <string.h>

#include "device/host_internal.h"

#include "base/poison.h"

static bool
can_share(const struct device_driver *d)
{
	for (size_t i = 0; d != NULL && i < d->n_opt; i++) {
		if (strcmp(d->opt[i].name, "shared") == 0) {
			return d->display != NULL;
		}
	}
	return false;
}

enum rc
device_host_front(struct device_host *h, const struct device_conf *conf,
	struct err *reterr)
{
	const struct device_driver *d = device_driver_find(conf->driver);
	struct device_front *f;
	enum rc rc;

	if (h->driver->printer == NULL || h->driver->printer->between == NULL ||
		!can_share(d)) {
		return err_set(reterr, RC_INVAL, 0, "device",
			"%s cannot share the line of %s: the driver of a "
			"display that does is cd5220, dmd or plain, and the "
			"printer's is escpos",
			conf->name, h->kept.conf.name);
	}
	if (h->front != NULL) {
		return err_set(reterr, RC_EXISTS, 0, "device",
			"%s shares the line of %s already: take one out",
			h->front->kept.conf.name, h->kept.conf.name);
	}
	rc = device_conf_check(conf, DEVICE_DISPLAY, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	f = calloc(1, sizeof(*f));
	if (f != NULL) {
		f->driver = d;
		f->state = calloc(1, d->state_size);
	}
	h->front = f;
	if (f == NULL || f->state == NULL ||
		!device_conf_keep(&f->kept, conf)) {
		device_front_close(h);
		return err_set(reterr, RC_NOMEM, 0, "device",
			"no memory for a device");
	}
	return d->open(f->state, &f->kept.conf, true, reterr);
}

void
device_front_close(struct device_host *h)
{
	if (h->front != NULL) {
		device_conf_drop(&h->front->kept);
		free(h->front->state);
		free(h->front);
		h->front = NULL;
	}
}

/* Whatever the line ended with, what comes now is the printer's. */
void
device_front_open(struct device_host *h)
{
	static const uint8_t printer[] = {0x1b, '=', 1};
	struct device_front *f = h->front;

	if (f == NULL ||
		f->driver->open(f->state, &f->kept.conf, true, NULL) != RC_OK) {
		return;
	}
	memcpy(h->pend, printer, sizeof(printer));
	h->pend_at = 0;
	h->pend_n = sizeof(printer);
	f->sent = true;
	if (h->has_frame) {
		f->driver->display->show(f->state, &h->frame);
	}
}

static bool
is_between(const struct device_host *h)
{
	return h->pend_at == h->pend_n && h->n_urgent == 0 &&
	       !transport_held(h->t) && h->driver->printer->between(h->state);
}

bool
device_front_step(struct device_host *h, struct mono now)
{
	const struct device_in none = {NULL, 0, 0};
	struct device_front *f = h->front;

	if (f == NULL || !h->ready || !is_between(h)) {
		return false;
	}
	device_host_clear(h);
	f->driver->step(f->state, now, &none, &h->out);
	device_host_take(h);
	f->sent = h->out.n_byte > 0;
	return f->sent;
}

void
device_front_gone(struct device_host *h)
{
	if (h->front != NULL) {
		h->front->sent = false;
	}
}

bool
device_front_on_way(const struct device_host *h)
{
	return h->front != NULL && h->front->sent;
}
