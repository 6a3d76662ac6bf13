/* SPDX-License-Identifier: Apache-2.0 */
/* What goes up beside the log, and from where on. */
#include "sync/push.h"

#include "base/poison.h"

uint64_t
push_salvage_from(const struct push *p)
{
	return p->oldest != 0 && p->oldest <= p->state.acked ? p->oldest - 1
							     : p->state.acked;
}

void
push_salvage(struct push *p, uint64_t first)
{
	p->oldest = first;
	if (push_salvages(p) && push_salvage_from(p) < p->state.salvaged) {
		p->state.salvaged = push_salvage_from(p);
		p->changed = true;
	}
}

bool
push_salvaged(const struct push *p, uint64_t mark)
{
	return push_salvages(p) && p->state.salvaged >= mark;
}
