/* SPDX-License-Identifier: Apache-2.0 */
#include "main/sync_ask.h"

#include <poll.h>
#include <string.h>

#include "base/file.h"
#include "device/host.h"

#include "base/poison.h"

struct asking {
	const struct sync_ask *q;
	bool down, asked, ended, refused, has;
	struct worker_state state;
	char text[WORKER_TEXT_BYTES];
};

static void
on_event(void *arg, const struct device_event *ev)
{
	struct asking *a = arg;
	struct sbuf b;

	switch ((int)ev->kind) {
	case DEVICE_WORKER_STATE:
		a->state = *ev->link;
		a->has = true;
		break;
	case DEVICE_WORKER_ITEM:
		if (a->q->fn != NULL) {
			a->q->fn(a->q->arg, ev->item);
		}
		break;
	case DEVICE_DOWN:
	case DEVICE_SILENT:
		a->down = true;
		break;
	case DEVICE_FAULT:
	case DEVICE_JOB_FAILED:
		a->refused = true;
		sbuf_init(&b, a->text, sizeof(a->text));
		sbuf_puts(&b, ev->text);
		break;
	case DEVICE_JOB_DONE:
		a->ended = true;
		break;
	default:
		break;
	}
}

static bool
goes_on(const struct asking *a)
{
	return !a->down && !a->refused && !(a->ended && a->has);
}

static void
wait_for(struct device_host *h, struct mono next, struct mono now)
{
	struct pollfd p = {.fd = -1};
	int64_t ms = next.us < 0 ? 200 : (next.us - now.us) / 1000 + 1;

	ms = ms < 0 ? 0 : ms > 200 ? 200 : ms;
	p.fd = device_host_fd(h, &p.events);
	(void)poll(&p, p.fd >= 0 ? 1 : 0, (int)ms);
}

static enum rc
judge(const struct asking *a, struct err *reterr)
{
	if (a->refused) {
		return err_set(reterr, RC_DENIED, 0, "sync", "%s", a->text);
	}
	if (a->down) {
		return err_set(reterr, RC_DOWN, 0, "sync",
			"the sync worker does not run: start holdfast-syncd "
			"and try again");
	}
	if (!a->ended || !a->has) {
		return err_set(reterr, RC_AGAIN, 0, "sync",
			"the sync worker did not answer in time; try again");
	}
	return RC_OK;
}

enum rc
sync_ask(const struct sync_ask *q, struct worker_state *ret, struct err *reterr)
{
	struct device_conf conf = {.name = "sync", .driver = "worker"};
	char path[PATH_BYTES], port[PATH_BYTES + 8];
	struct clock clock = clock_system();
	struct asking a = {.q = q};
	struct device_host *h = NULL;
	struct sbuf b;
	int64_t end;
	enum rc rc = path_join(path, sizeof(path), q->store, "sync/socket");

	if (rc != RC_OK) {
		return err_set(reterr, rc, 0, "sync",
			"the path of the store is too long: name a shorter one "
			"with --store");
	}
	sbuf_init(&b, port, sizeof(port));
	sbuf_puts(&b, "unix:");
	sbuf_puts(&b, path);
	conf.port = port;
	rc = device_host_open_own(
		&worker_driver, &conf, &clock, on_event, &a, &h, reterr);
	if (rc != RC_OK) {
		return rc;
	}
	end = clock_read(&clock).mono.us + (int64_t)q->wait_ms * 1000;
	while (goes_on(&a) && clock_read(&clock).mono.us < end) {
		struct mono next = device_host_poll(h);

		if (!a.asked && device_host_up(h)) {
			a.asked = true;
			rc = device_host_worker(h, 1, &q->ask, reterr);
			if (rc != RC_OK) {
				break;
			}
			next.us = 0;
		}
		if (goes_on(&a)) {
			wait_for(h, next, clock_read(&clock).mono);
		}
	}
	device_host_close(h);
	if (rc == RC_OK) {
		rc = judge(&a, reterr);
	}
	if (rc == RC_OK && ret != NULL) {
		*ret = a.state;
	}
	return rc;
}
