/* SPDX-License-Identifier: Apache-2.0 */
/* The scale: asked when goods wait for their weight. */
#include <string.h>

#include "register/till_internal.h"

#include "base/poison.h"

void
till_scale_event(struct till_port *p, const struct device_event *ev)
{
	(void)p;
	(void)ev;
}

void
till_scale(struct till *t, struct till_scale *ret)
{
	(void)t;
	memset(ret, 0, sizeof(*ret));
}
