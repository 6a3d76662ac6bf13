/* SPDX-License-Identifier: Apache-2.0 */
#include "base/notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"

#include "base/poison.h"

/* Signs of life go out so many times within the time that is allowed: one
 * that is late by a busy disk is no death. */
#define SIGNS 4

static int64_t
number_of(const char *name)
{
	/* one process, no threads */
	const char *text = getenv(name); /* NOLINT(concurrency-mt-unsafe) */
	int64_t v = 0;

	if (text == NULL ||
		parse_i64(text, strlen(text), 1, INT64_MAX, &v) != RC_OK) {
		return 0;
	}
	return v;
}

void
notify_open(struct notify *n)
{
	const char *path =
		getenv("NOTIFY_SOCKET"); /* NOLINT(concurrency-mt-unsafe) */
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t len = path == NULL ? 0 : strlen(path);
	int64_t pid = number_of("WATCHDOG_PID");

	*n = (struct notify){.fd = -1};
	if (len < 2 || len >= sizeof(to.sun_path) ||
		(path[0] != '/' && path[0] != '@')) {
		return;
	}
	memcpy(to.sun_path, path, len);
	if (path[0] == '@') {
		to.sun_path[0] = '\0'; /* a name and no file */
	}
	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	len += offsetof(struct sockaddr_un, sun_path);
	if (n->fd >= 0 && connect(n->fd, (const struct sockaddr *)&to,
				  (socklen_t)len) != 0) {
		(void)close(n->fd);
		n->fd = -1;
	}
	if (n->fd >= 0 && (pid == 0 || pid == (int64_t)getpid())) {
		n->every_us = number_of("WATCHDOG_USEC") / SIGNS;
	}
}

static void
tell(const struct notify *n, const char *state)
{
	if (n->fd >= 0) {
		(void)!send(n->fd, state, strlen(state), MSG_NOSIGNAL);
	}
}

void
notify_ready(struct notify *n)
{
	tell(n, "READY=1");
}

void
notify_awake(struct notify *n, struct mono now)
{
	if (n->every_us > 0 && now.us >= n->next_us) {
		tell(n, "WATCHDOG=1");
		n->next_us = now.us + n->every_us;
	}
}

void
notify_close(struct notify *n)
{
	if (n->fd >= 0) {
		tell(n, "STOPPING=1");
		(void)close(n->fd);
		n->fd = -1;
	}
}
