/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_CHORES_H
#define HUB_CHORES_H

#include "hub/hub.h"

/**
 * hub/chores - what is done beside requests, by the thread main() runs in, one
 * after the other.  A chore that takes long holds up the others and no
 * request; one that fails says so in the log and is tried again at its time.
 * With several processes over one database every one of them does every chore:
 * a chore leaves the same behind however often it runs.
 */
typedef void (*chore_fn)(struct hub *h);

struct chore {
	const char *name;
	int64_t every_us;
	chore_fn fn;
};

#define CHORES 16

struct chores {
	int64_t due_us[CHORES];
};

/** chores_run(c, h, now_us): those whose time it is. */
void chores_run(struct chores *c, struct hub *h, int64_t now_us);

#endif
