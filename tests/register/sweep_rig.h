/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_REGISTER_SWEEP_RIG_H
#define TESTS_REGISTER_SWEEP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/rng.h"
#include "register/shop.h"

#include "faults.h"

/**
 * sweep_rig - one store that every turn of a sweep begins from again: kept in
 * memory, with acts of which each is counted.
 */
struct tree {
	size_t n;
	struct {
		char path[256]; /* below the directory */
		uint8_t *p;	/* NULL: a directory */
		size_t n;	/* up to the last byte that is not 0 */
		size_t size;
	} entry[96];
};

struct sweep {
	char base[64];
	char dir[96];	/* the store */
	char other[96]; /* where backups, copies, new stores go */
	char from[96]; /* a backup */
	char key[96];
	struct clock_fake clock;
	struct rng_seeded seed;
	struct shop_conf conf;
	struct tree start;
	uint64_t acts;	/* in ${start} */
	uint64_t acked; /* of the turn: final, told so */
	uint64_t maybe; /* refused with words that leave it open */
};

int sweep_new(void **state);
int sweep_free(void **state);

void sweep_empty(const char *dir, bool itself);
/** sweep_take(w), sweep_put(w): the store kept, and put back. */
void sweep_take(struct sweep *w);
void sweep_put(struct sweep *w);
/** sweep_seed(w, dir): what shop_init() makes the store ${dir} from. */
struct shop_seed sweep_seed(struct sweep *w, const char *dir);

/** sweep_open(w): without any fault; must succeed. */
struct shop *sweep_open(struct sweep *w);
/** sweep_act(w, s, reterr): one counted act; keeps .acked and .maybe. */
enum rc sweep_act(struct sweep *w, struct shop *s, struct err *reterr);
/** sweep_holds(w): what was final is there, once; the store agrees. */
void sweep_holds(struct sweep *w);

typedef enum rc (*sweep_fn)(struct sweep *w, struct err *reterr);
typedef void (*sweep_check_fn)(struct sweep *w, enum rc rc, bool for_ever);

/** sweep_run(w, name, fn, check): every way to fail, at every place. */
void sweep_run(struct sweep *w, const char *name, sweep_fn fn,
	sweep_check_fn check);

#endif
