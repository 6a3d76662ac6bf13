/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUB_CENSUS_H
#define HUB_CENSUS_H

#include "hub/hub.h"

/** census_take(h): a chore: counts registers, what somebody has to decide, and
 * how long lines have had no second copy, over all tenants, for the metrics. */
void census_take(struct hub *h);

#endif
