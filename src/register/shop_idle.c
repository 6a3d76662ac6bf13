/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/statvfs.h>

#include <string.h>

#include "register/shop_internal.h"

#include "base/poison.h"

#define DISK_EVERY_US ((int64_t)10 * 1000000)
#define DEFER_US ((int64_t)1000000)
/* Warn when four fifths are used, unless what is left is plenty anyway. */
#define DISK_PLENTY_BYTES ((uint64_t)1 << 30)

static void
watch_disk(struct shop *s)
{
	struct statvfs v;
	uint64_t left;
	struct sbuf b;

	if (statvfs(s->dir, &v) != 0) {
		return;
	}
	left = (uint64_t)v.f_bavail * v.f_frsize;
	if (left < DISK_PLENTY_BYTES &&
		(uint64_t)v.f_bavail * 5 < (uint64_t)v.f_blocks) {
		sbuf_init(&b, s->trouble, sizeof(s->trouble));
		sbuf_puts(&b, "the disk is nearly full: ");
		sbuf_u64(&b, left >> 20);
		sbuf_puts(&b, " MiB left; free some room");
		s->own->disk_low = true;
	} else if (s->own->disk_low) {
		s->own->disk_low = false;
		s->trouble[0] = '\0';
	}
}

void
shop_idle(struct shop *s)
{
	struct shop_own *o = s->own;
	struct mono now = clock_read(&o->real).mono;

	if (s->journal == NULL || s->read_only) {
		return;
	}
	journal_idle(s->journal);
	(void)shop_ready(s);
	if (s->store != NULL) {
		store_idle(s->store);
	}
	if (o->n_deferred != 0 && now.us - o->deferred_at.us >= DEFER_US) {
		record_due(s);
	}
	if (now.us >= o->next_disk.us) {
		if (!s->store_behind) {
			watch_disk(s);
		}
		ballast_make(s);
		o->next_disk.us = now.us + DISK_EVERY_US;
	}
}
