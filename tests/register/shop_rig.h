/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_REGISTER_SHOP_RIG_H
#define TESTS_REGISTER_SHOP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "register/shop.h"

/**
 * shop_rig - a store in a directory of its own, with a clock and random
 * numbers that the test holds.  A cmocka set-up and tear-down.
 */
struct rig {
	char base[64];
	char dir[96];
	char key[96];
	struct clock_fake clock;
	struct rng_seeded seed;
	struct shop_conf conf;
	struct shop *shop; /* open unless closed by the test */
};

int rig_new(void **state);
int rig_free(void **state);

/** rig_open(r): again, as after a restart; fails the test when it cannot. */
void rig_open(struct rig *r);
void rig_close(struct rig *r);
/** rig_sell(r): one recorded act that is no sale (drawer opened); its
 * sequence. */
uint64_t rig_act(struct rig *r);
/** rig_pass(r, us, mono_us): time goes on. */
void rig_pass(struct rig *r, int64_t us, int64_t mono_us);
/** rig_configure(r, more): the store's configuration with ${more} behind it is
 * active; the shop is open. */
void rig_configure(struct rig *r, const char *more);
/** rig_path(r, name): a path below the store; valid until the next call. */
const char *rig_path(struct rig *r, const char *name);
/** rig_run(fmt, ...): a shell command that must succeed. */
void rig_run(const char *fmt, ...) PRINTF(1, 2);
/** rig_event(r, seq): decoded, valid until the next one. */
const struct event *rig_event(struct rig *r, uint64_t sequence);
/** rig_verify(r): the store closed or open; the number of problems. */
size_t rig_verify(struct rig *r);

#endif
