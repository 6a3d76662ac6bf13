/* SPDX-License-Identifier: Apache-2.0 */
#include "main/poles.h"

#include <stdlib.h>

#include "device/host.h"

#include "base/poison.h"

struct poles {
	struct device_host *host[CONFIG_DEVICES];
	size_t n;
	struct clock clock;
};

/* Nobody in front of the customer reads what a cable does. */
static void
on_event(void *arg, const struct device_event *ev)
{
	(void)arg;
	(void)ev;
}

enum rc
poles_open(const struct config *c, struct poles **ret, struct err *reterr)
{
	struct poles *p = calloc(1, sizeof(*p));
	enum rc rc = RC_OK;

	if (p == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "display",
			"no memory for the customer's displays");
	}
	p->clock = clock_system();
	for (size_t i = 0; rc == RC_OK && i < c->n_device; i++) {
		const struct config_device *d = &c->device[i];
		struct device_opt_value opt[CONFIG_DEVICE_OPTS];
		struct device_conf conf;

		if (d->driver[0] == '\0' || !d->known ||
			d->class_ != DEVICE_DISPLAY ||
			/* that is the register's */
			config_shares(c, d) != NULL) {
			continue;
		}
		config_device_conf(d, opt, &conf);
		rc = device_host_open(
			&conf, &p->clock, on_event, p, &p->host[p->n], reterr);
		p->n += rc == RC_OK ? 1 : 0;
	}
	if (rc != RC_OK) {
		poles_close(p);
		return rc;
	}
	*ret = p;
	return RC_OK;
}

void
poles_close(struct poles *p)
{
	if (p == NULL) {
		return;
	}
	for (size_t i = 0; i < p->n; i++) {
		device_host_close(p->host[i]);
	}
	free(p);
}

size_t
poles_n(const struct poles *p)
{
	return p != NULL ? p->n : 0;
}

void
poles_show(struct poles *p, const struct customer_frame *f)
{
	struct display_frame d;

	customer_rows(f, &d);
	for (size_t i = 0; i < p->n; i++) {
		device_host_show(p->host[i], &d);
	}
}

struct mono
poles_poll(struct poles *p)
{
	struct mono next = {-1};

	for (size_t i = 0; i < p->n; i++) {
		struct mono at = device_host_poll(p->host[i]);

		if (at.us >= 0 && (next.us < 0 || at.us < next.us)) {
			next = at;
		}
	}
	return next;
}

size_t
poles_watch(const struct poles *p, int fd[], short events[], size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n && n < cap; i++) {
		fd[n] = device_host_fd(p->host[i], &events[n]);
		n += fd[n] >= 0 && events[n] != 0 ? 1 : 0;
	}
	return n;
}
