/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_FAULTS_H
#define TESTS_LIB_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/**
 * faults - the n-th system call, allocation or LMDB call of the code under
 * test fails, once or from there on.  Put between our libraries and libc (and
 * liblmdb) by the linker: a program that uses it links with FAULT_LINK.
 *
 * The way to use it is a sweep: for n = 1, 2, 3, ... begin from the same
 * store, faults_arm(), the operation, faults_off(), what must hold; until
 * faults_off() says that nothing failed any more.
 */
enum {
	FAULTS_DISK = 1,   /* calls that touch a file */
	FAULTS_MEMORY = 2, /* malloc, calloc, realloc, strdup */
	FAULTS_MDB = 4	   /* LMDB's calls that can fail */
};

struct faults {
	unsigned kinds;
	unsigned long at; /* 1 = the first call */
	bool for_ever;
	int error;     /* errno of a file call, code of an LMDB call */
	bool no_room;  /* statvfs() says the disk is full: no ballast */
	bool late;     /* a commit that fails has been written all the same */
};

void faults_arm(const struct faults *f);
/** faults_off(): how many calls failed. */
unsigned long faults_off(void);
/** faults_live(): allocations since faults_arm() that nobody freed. */
size_t faults_live(void);
/** faults_fds(): descriptors open now. */
size_t faults_fds(void);
/** faults_last(): name of the call that failed last; "" none. */
const char *faults_last(void);

/* --- a sweep --- */

struct faults_way {
	const char *name;
	struct faults f;
};

/** faults_ways(ret): every way to fail; how many. */
size_t faults_ways(const struct faults_way **ret);

typedef enum rc (*faults_fn)(void *arg, struct err *reterr);

/** faults_try(name, way, n, fn, arg, ret_rc, bad): ${fn} with its n-th call
 * failing; whether one did.  An error without words, a block or a descriptor
 * left are told on stderr and counted in *bad. */
bool faults_try(const char *name, const struct faults_way *way, unsigned long n,
	faults_fn fn, void *arg, enum rc *ret_rc, unsigned *bad);

/** faults_next(n): every call with HOLDFAST_SLOW_FAULTS in the environment,
 * else every one at first and then ever fewer. */
unsigned long faults_next(unsigned long n);

#endif
