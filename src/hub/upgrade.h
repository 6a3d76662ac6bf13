/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_UPGRADE_H
#define HUB_UPGRADE_H

#include "hub/tenant.h"

/**
 * hub/upgrade - what a program of before left to do in rows, where the schema
 * alone does not do it.  upgrade_rows(d, reterr): acts are signed from here on,
 * and what was decided about salvaged lines goes into the hub's own log.  Run
 * again it does nothing; cut off, the rest.
 */
MUST_CHECK enum rc upgrade_rows(const struct doer *d, struct err *reterr);

#endif
