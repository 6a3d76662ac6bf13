/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of a device: handed to its driver, or refused in words. */
#include <stdlib.h>
#include <string.h>

#include "device/host_internal.h"

#include "base/poison.h"

#define QUEUE_MAX 32u

enum rc
device_host_print(struct device_host *h, uint32_t job, const uint8_t *p,
	size_t n, struct err *reterr)
{
	struct job *j;

	if (h->n_job == QUEUE_MAX) {
		return err_set(reterr, RC_NOSPC, 0, "device",
			"%u jobs wait for the printer already: look at it",
			QUEUE_MAX);
	}
	j = malloc(sizeof(*j) + n);
	if (j == NULL) {
		return err_set(reterr, RC_NOMEM, 0, "device",
			"no memory for a print job");
	}
	j->next = NULL;
	j->id = job;
	j->n = n;
	if (n > 0) {
		memcpy(j->byte, p, n);
	}
	*h->tail = j;
	h->tail = &j->next;
	h->n_job++;
	return RC_OK;
}

bool
device_host_touched(const struct device_host *h, uint32_t job)
{
	return h->ready && h->head != NULL && h->head->id == job &&
	       device_head_touched(h);
}

bool
device_host_idle(const struct device_host *h)
{
	return h->head == NULL && h->pend_at == h->pend_n;
}

static enum rc
must_be_up(const struct device_host *h, bool can, struct err *reterr)
{
	if (!can) {
		return err_set(reterr, RC_INVAL, 0, "device",
			"%s cannot do that: its driver is %s",
			h->kept.conf.name, h->driver->name);
	}
	if (!h->ready) {
		return err_set(reterr, RC_DOWN, 0, "device",
			"%s is not there: switch it on, look at its cable",
			h->kept.conf.name);
	}
	return RC_OK;
}

static enum rc
asked(struct device_host *h, enum rc rc, struct err *reterr)
{
	if (rc == RC_OK) {
		h->poke = true;
		return RC_OK;
	}
	return err_set(reterr, rc, 0, "device", "%s %s", h->kept.conf.name,
		rc == RC_AGAIN ? "is still busy: wait until it is done"
			       : "cannot do that");
}

enum rc
device_host_open_drawer(struct device_host *h, uint32_t id, struct err *reterr)
{
	const struct drawer_ops *ops = h->driver->drawer;
	enum rc rc = must_be_up(h, ops != NULL, reterr);

	return rc != RC_OK || ops == NULL
		       ? rc
		       : asked(h, ops->open(h->state, id), reterr);
}

void
device_host_drawer_pin(struct device_host *h, unsigned pin)
{
	const struct drawer_ops *ops = h->driver->drawer;

	if (h->ready && ops != NULL && ops->pin != NULL) {
		ops->pin(h->state, pin);
	}
}

enum rc
device_host_ask(struct device_host *h, uint32_t id,
	const struct pinpad_ask *ask, struct err *reterr)
{
	const struct pinpad_ops *ops = h->driver->pinpad;
	enum rc rc = must_be_up(
		h, ops != NULL && (ops->can & 1u << ask->op) != 0, reterr);

	return rc != RC_OK || ops == NULL
		       ? rc
		       : asked(h, ops->ask(h->state, id, ask), reterr);
}

void
device_host_stored(struct device_host *h)
{
	if (h->ready && h->driver->pinpad != NULL) {
		h->driver->pinpad->stored(h->state);
		h->poke = true;
	}
}

void
device_host_cancel(struct device_host *h)
{
	if (h->ready && h->driver->pinpad != NULL) {
		h->driver->pinpad->cancel(h->state);
		h->poke = true;
	}
}

enum rc
device_host_weigh(struct device_host *h, uint32_t id,
	const struct scale_ask *ask, struct err *reterr)
{
	const struct scale_ops *ops = h->driver->scale;
	enum rc rc = must_be_up(h, ops != NULL, reterr);

	if (rc == RC_OK && ops != NULL) {
		ops->ask(h->state, id, ask);
		h->poke = true;
	}
	return rc;
}

void
device_host_rest(struct device_host *h)
{
	if (h->ready && h->driver->scale != NULL) {
		h->driver->scale->rest(h->state);
		h->poke = true;
	}
}

enum rc
device_host_scale(
	struct device_host *h, enum scale_command what, struct err *reterr)
{
	const struct scale_ops *ops = h->driver->scale;
	enum rc rc = must_be_up(h, ops != NULL, reterr);

	return rc != RC_OK || ops == NULL
		       ? rc
		       : asked(h, ops->command(h->state, what), reterr);
}

enum rc
device_host_worker(struct device_host *h, uint32_t id,
	const struct worker_ask *ask, struct err *reterr)
{
	const struct worker_ops *ops = h->driver->worker;
	enum rc rc = must_be_up(h, ops != NULL, reterr);

	return rc != RC_OK || ops == NULL
		       ? rc
		       : asked(h, ops->ask(h->state, id, ask), reterr);
}

void
device_host_show(struct device_host *h, const struct display_frame *frame)
{
	h->frame = *frame;
	h->has_frame = true;
	if (h->front != NULL) {
		h->front->driver->display->show(h->front->state, frame);
	} else if (h->ready && h->driver->display != NULL) {
		h->driver->display->show(h->state, frame);
		h->poke = true;
	}
}
