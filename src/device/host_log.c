/* SPDX-License-Identifier: Apache-2.0 */
#include "device/host_log.h"

#include <string.h>

#include "base/sbuf.h"
#include "base/text.h"

#include "base/poison.h"

#define EVERY_US INT64_C(10000000)

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
	} else if (now.us - l->place[i].said.us < EVERY_US) {
		l->place[i].unsaid++;
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
