/* SPDX-License-Identifier: Apache-2.0 */
/* Card terminals: what the engine wants of them, and what they say. */
#include <string.h>

#include "register/till_internal.h"

#include "base/poison.h"

void
till_card_event(struct till_port *p, const struct device_event *ev)
{
	(void)p;
	(void)ev;
}

void
till_card(struct till *t, struct till_card *ret)
{
	(void)t;
	memset(ret, 0, sizeof(*ret));
}
