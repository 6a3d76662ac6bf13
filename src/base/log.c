/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/sbuf.h"

#include "base/poison.h"

#define LINE_BYTES 1024
#define SLOTS 64u
#define FIRST 10u
#define EVERY 100u

/* The state of a process's log, one of the few that may be global. */
static struct {
	int fd;
	enum log_level min;

	struct {
		uint32_t key; /* 0: free */
		uint32_t count;
	} slot[SLOTS];

	uint32_t rest; /* events beyond the slots */
} log_state = {.fd = -1, .min = LOG_LVL_INFO};

void
log_open(int fd, enum log_level min)
{
	memset(&log_state, 0, sizeof(log_state));
	log_state.fd = fd;
	log_state.min = min;
}

/* FNV-1a of module and event, with their border. */
static uint32_t
hash(const char *module, const char *event)
{
	uint32_t h = 2166136261u;

	for (; *module != '\0'; module++) {
		h = (h ^ (unsigned char)*module) * 16777619u;
	}
	h = (h ^ 0xffu) * 16777619u;
	for (; *event != '\0'; event++) {
		h = (h ^ (unsigned char)*event) * 16777619u;
	}
	return h != 0 ? h : 1;
}

/* How often this event came, this time included.  What finds no slot shares
 * one counter, so a flood of new events is limited, too. */
static uint32_t
count(const char *module, const char *event)
{
	uint32_t key = hash(module, event);

	for (uint32_t n = 0; n < SLOTS; n++) {
		uint32_t i = (key + n) % SLOTS;

		if (log_state.slot[i].key == 0) {
			log_state.slot[i].key = key;
		}
		if (log_state.slot[i].key == key) {
			return ++log_state.slot[i].count;
		}
	}
	return ++log_state.rest;
}

void
log_event(enum log_level level, const char *module, const char *event,
	const char *fmt, ...)
{
	static const char *const word[] = {"debug", "info", "warn", "error"};
	char line[LINE_BYTES];
	char text[LINE_BYTES];
	struct sbuf b;
	uint32_t n;
	va_list ap;
	ssize_t k;

	if (log_state.fd < 0 || level < log_state.min) {
		return;
	}
	n = count(module, event);
	if (n > FIRST && n % EVERY != 0) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* One event, one line, whatever a value holds. */
	for (char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f) {
			*p = '?';
		}
	}
	sbuf_init(&b, line, sizeof(line) - 1);
	sbuf_printf(&b, "%s %s %s", word[(unsigned)level & 3u], module, event);
	if (text[0] != '\0') {
		sbuf_putc(&b, ' ');
		sbuf_puts(&b, text);
	}
	if (n > FIRST) {
		sbuf_printf(&b, " seen=%u", (unsigned)n);
	}
	line[b.len] = '\n';
	do {
		k = write(log_state.fd, line, b.len + 1);
	} while (k < 0 && errno == EINTR);
}
