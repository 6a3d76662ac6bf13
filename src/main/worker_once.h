/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_WORKER_ONCE_H
#define MAIN_WORKER_ONCE_H

#include "base/err.h"

/**
 * worker_once(dir, key_file, mode, ret_exit, reterr):
 * Runs the sync worker over a store until it ends by itself: $HOLDFAST_SYNCD,
 * else the program beside this one, else the system's.  It says on stderr what
 * is wrong.
 * Input    ${key_file} NULL: where the store's keys say; ${mode} "--once" or
 *          "--salvage".
 * Output   *ret_exit   its exit status.
 * Errors   RC_IO it cannot be started, or was killed.
 */
MUST_CHECK enum rc worker_once(const char *dir, const char *key_file,
	const char *mode, int *ret_exit, struct err *reterr);

#endif
