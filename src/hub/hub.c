/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/hub.h"

#include <stdarg.h>
#include <stdio.h>

#include "hub/server.h"

#include "base/poison.h"

#define TEXT_BYTES 512

void
hub_log(struct hub *h, enum log_level level, const char *event, const char *fmt,
	...)
{
	char text[TEXT_BYTES];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)pthread_mutex_lock(&h->log_lock);
	log_event(level, "hub", event, "%s", text);
	(void)pthread_mutex_unlock(&h->log_lock);
}

void
hub_wake(struct hub *h)
{
	for (size_t i = 0; i < h->n_server; i++) {
		server_wake(h->server[i]);
	}
}

void
hub_tick(struct hub *h, int64_t now_us)
{
	for (size_t i = 0; i < h->n_server; i++) {
		server_tick(h->server[i], now_us);
	}
}
