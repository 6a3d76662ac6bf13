/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"

/**
 * log - one line an event: "level module event key=value...", rate-limited
 * per (module, event): the first 10, then 1 in 100.  Only main/ and top-level
 * loops call it.  Never a card number, PIN or key: no such value is ever
 * formatted here.
 */
enum log_level { LOG_LVL_DEBUG, LOG_LVL_INFO, LOG_LVL_WARN, LOG_LVL_ERROR };

/** log_open(fd, min): where lines go; -1 = nowhere (the default). */
void log_open(int fd, enum log_level min);
void log_event(enum log_level level, const char *module, const char *event,
	const char *fmt, ...) PRINTF(4, 5);

#endif
