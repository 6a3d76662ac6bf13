/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_ENROLL_H
#define HUB_ENROLL_H

#include "hub/route.h"

/**
 * hub/enroll - a register comes in by its one-time code: POST /v1/enroll.
 *
 * The code is taken by compare-and-swap: once, by the link key that signs the
 * request; the same link with the same code again gets the same answer, as a
 * reply may be lost.  An "enroll" code makes a new register live; a "restore"
 * code gives one that is live to another machine, whose link is the only one
 * from then on: the one before may only hand in what it still has.
 *
 * Code, register, link and act change in one transaction.
 */
enum rc enroll_post(struct request *q, struct answer *a, struct err *reterr);

#endif
