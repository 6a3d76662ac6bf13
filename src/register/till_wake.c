/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other processes put before a register that nobody touches: a request in
 * the inbox, a customer's display that came or went.  The kernel tells, so that
 * a quiet till sleeps from one minute to the next.  Where it cannot be asked
 * (no watches left) the till looks every time, as it does after each input.
 */
#include <sys/inotify.h>

#include <errno.h>
#include <unistd.h>

#include "register/till_internal.h"

#include "base/poison.h"

#define EVERY_US ((int64_t)200000)
/* So long after whatever happened there may be something left to do. */
#define SETTLE_US ((int64_t)2000000)
/* From a piece of the catalog to the next: all of a large one in seconds. */
#define WARM_US ((int64_t)10000)
#define MINUTE_US ((int64_t)60000000)

static bool
watch(const struct till *t, const char *name, uint32_t mask)
{
	char path[PATH_BYTES];

	return path_join(path, sizeof(path), t->shop->dir, name) == RC_OK &&
	       inotify_add_watch(t->wake_fd, path, mask) >= 0;
}

/* In a place of its own: one that is put in its place is a new one. */
static bool
watch_inbox(const struct till *t)
{
	return watch(t, "inbox", IN_MOVED_TO | IN_ONLYDIR);
}

/* Of the pipe itself, which its reader may make at any time: the same one
 * again is no second watch. */
static void
watch_display(const struct till *t)
{
	(void)watch(t, CUSTOMER_PIPE, IN_OPEN | IN_CLOSE_NOWRITE);
}

void
till_wake_sync(const struct till *t)
{
	if (t->wake_fd >= 0 && t->sync != NULL) {
		(void)watch(t, "sync", IN_CREATE | IN_ONLYDIR);
	}
}

void
till_wake_open(struct till *t)
{
	t->stirred = clock_read(&t->real).mono;
	t->wake_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (t->wake_fd < 0) {
		return;
	}
	if (!watch_inbox(t) ||
		!watch(t, ".", IN_CREATE | IN_MOVED_TO | IN_ONLYDIR)) {
		till_wake_close(t);
		return;
	}
	watch_display(t);
}

void
till_wake_close(struct till *t)
{
	if (t->wake_fd >= 0) {
		(void)close(t->wake_fd);
		t->wake_fd = -1;
	}
}

void
till_wake_take(struct till *t, struct mono now)
{
	char buf[4096];
	bool any = false;
	ssize_t n;

	do {
		n = t->wake_fd >= 0 ? read(t->wake_fd, buf, sizeof(buf)) : 0;
		any = any || n > 0;
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (any) {
		/* which of them it was is seen by looking at all */
		watch_display(t);
		(void)watch_inbox(t);
		till_wake_sync(t);
		till_sync_again(t);
		t->inbox_next.us = 0;
		t->customer_next.us = 0;
		t->stirred = now;
	}
}

/* Something is under way, or is not as it should be. */
static bool
is_astir(const struct till *t, struct mono now)
{
	return t->wake_fd < 0 || now.us - t->stirred.us < SETTLE_US ||
	       now.us - t->touched.us < SETTLE_US || t->draft_due.us != 0 ||
	       t->prune_due || t->customer.late || shop_defers(t->shop) ||
	       t->shop->trouble[0] != '\0';
}

struct mono
till_wake_next(const struct till *t, struct mono now)
{
	struct clock_reading r = clock_read(&t->real);
	struct mono at = {now.us + EVERY_US}, lock, draft;

	if (t->cold) {
		at.us = now.us + WARM_US;
		return at;
	}
	if (is_astir(t, now)) {
		return at;
	}
	/* together with the clock on the screen */
	at.us = r.mono.us + MINUTE_US - r.utc.us % MINUTE_US;
	if (till_people_due(t, &lock) && lock.us < at.us) {
		at = lock;
	}
	if (till_drafts_due(t, now, &draft) && draft.us < at.us) {
		at = draft;
	}
	if (till_feed_due(t, now, &draft) && draft.us < at.us) {
		at = draft;
	}
	return at;
}
