/* SPDX-License-Identifier: Apache-2.0 */
#include "device/host_log.h"

#include <string.h>

#include "base/sbuf.h"
#include "base/text.h"

#include "base/poison.h"

#define EVERY_US INT64_C(10000000)
#define SELDOM_US (60 * EVERY_US)
#define OVER_US (6 * EVERY_US) /* it had ended */

/* False: there was enough for now, whatever it says. */
static bool
has_room(struct host_log *l, struct mono now, const char *name)
{
	char line[96];
	struct sbuf b;

	if (l->n == 0 || now.us - l->begun.us >= EVERY_US) {
		l->begun = now;
		l->n = 0;
	}
	if (l->n == HOST_LOG_LINES) {
		l->dropped++;
		return false;
	}
	l->n++;
	if (l->dropped > 0) {
		sbuf_init(&b, line, sizeof(line));
		sbuf_printf(&b, "%.32s: %u lines were left out: too many", name,
			(unsigned)l->dropped);
		l->dropped = 0;
		l->fn(l->arg, line);
	}
	return true;
}

/* Whether this one may be said again; what goes on and on is said more and
 * more seldom. */
static bool
is_due(struct host_log *l, size_t i, struct mono now)
{
	bool over = now.us - l->place[i].came.us >= OVER_US;
	int64_t gap = over ? EVERY_US : l->place[i].gap_us;

	l->place[i].came = now;
	l->place[i].gap_us = gap;
	if (now.us - l->place[i].said.us < gap) {
		l->place[i].unsaid++;
		return false;
	}
	gap = over ? EVERY_US : 2 * gap;
	l->place[i].gap_us = gap < SELDOM_US ? gap : SELDOM_US;
	return true;
}

void
host_log_say(
	struct host_log *l, struct mono now, const char *name, const char *text)
{
	char line[DEVICE_TEXT_BYTES + 64];
	struct sbuf b;
	size_t i;

	if (l->fn == NULL) {
		return;
	}
	for (i = 0; i < HOST_LOG_PLACES; i++) {
		/* as it is kept: cut */
		if (strncmp(l->place[i].text, text,
			    sizeof(l->place[i].text) - 1) == 0) {
			break;
		}
	}
	if (i == HOST_LOG_PLACES) {
		i = l->next;
		l->next = (l->next + 1) % HOST_LOG_PLACES;
		memset(&l->place[i], 0, sizeof(l->place[i]));
		sbuf_init(&b, l->place[i].text, sizeof(l->place[i].text));
		sbuf_puts(&b, text);
		l->place[i].came = now;
		l->place[i].gap_us = EVERY_US;
	} else if (!is_due(l, i, now)) {
		return;
	}
	if (!has_room(l, now, name)) {
		return;
	}
	sbuf_init(&b, line, sizeof(line));
	sbuf_puts(&b, name);
	sbuf_puts(&b, ": ");
	sbuf_puts(&b, text);
	if (l->place[i].unsaid > 0) {
		sbuf_printf(&b, " (and %u times before)",
			(unsigned)l->place[i].unsaid);
	}
	l->place[i].said = now;
	l->place[i].unsaid = 0;
	l->fn(l->arg, line);
}
